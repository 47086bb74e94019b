/* SPDX-License-Identifier: MIT
 *
 * loyalty/audit.h - the audit log: who did what. It only grows. Each entry's hash is keyed and
 * covers the one before it; every thousandth entry, and the last one wherever a head is asked for,
 * is signed (Ed25519); FILE.keys notes how far the log had come. So a changed, removed, inserted,
 * moved or renumbered entry shows, and where; and so does an end that was cut off, and an older
 * FILE that was put back. An older pair of FILE and FILE.keys shows only against a head that is
 * kept elsewhere.
 *
 * What it cannot show: whoever can read the master key can write another log and sign it again.
 * Against the owner of the till helps only an exported head in somebody else's hands.
 */
#ifndef LOYALTY_AUDIT_H
#define LOYALTY_AUDIT_H

#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_store;

#define LOY_AUDIT_HASH_SIZE 32u
#define LOY_AUDIT_PUBLIC_KEY_SIZE 32u
#define LOY_AUDIT_SIGNATURE_SIZE 64u

struct loy_audit_entry {
    int64_t sequence, at_us;
    char operator_name[64]; /* empty: nobody was logged in */
    char action[48];
    char object[80]; /* what it was about: codes and counts, never personal data */
    int64_t operator_number;
    uint8_t hash[LOY_AUDIT_HASH_SIZE];
};
/* The entry behind sequence `after`, oldest first; LOY_NONE. Managers and auditors, as all below.
 * Asks for LOY_MAY_READ_AUDIT. */
LOY_API enum loy_status loy_audit_next(
    struct loy_store *store, int64_t after, struct loy_audit_entry *entry);

/* A signed entry. The signature covers "loyalty audit entry 1" with its terminator, sequence and
 * at_us (each 8 bytes, the low one first) and hash. */
struct loy_audit_head {
    size_t size;
    int64_t sequence, at_us;
    uint8_t hash[LOY_AUDIT_HASH_SIZE];
    uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE];
    uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE];
};
/* Enters `action` ("audit-export" ...), signs that entry and notes it in FILE.keys. LOY_E_CONFLICT:
 * FILE.keys has noted entries that FILE does not hold (an older FILE was put back); with accept the
 * log goes on from FILE all the same, and an entry says so. Not inside loy_store_begin and _commit.
 * Asks for LOY_MAY_READ_AUDIT. */
LOY_API enum loy_status loy_audit_sign(struct loy_store *store, const char *action, bool accept,
    int64_t at_us, struct loy_audit_head *head);
/* LOY_E_CHECK: the signature is not that of the key on this head. Needs no store: whose key it is,
 * the caller must know. */
LOY_API enum loy_status loy_audit_head_check(const struct loy_audit_head *head);

/* A signature over an exported file: "loyalty audit file 1" with its terminator, the head's hash,
 * and the file's digest (BLAKE2b-256). Asks for LOY_MAY_READ_AUDIT. */
LOY_API enum loy_status loy_audit_file_sign(struct loy_store *store,
    const struct loy_audit_head *head, const uint8_t digest[LOY_AUDIT_HASH_SIZE],
    uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE]);
LOY_API enum loy_status loy_audit_file_check(const struct loy_audit_head *head,
    const uint8_t digest[LOY_AUDIT_HASH_SIZE], const uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE]);

/* Verifies the whole log, and that it still holds `against`, a head that was kept elsewhere (or
 * NULL). problem() is called once per finding with an English sentence that names the entries.
 * LOY_E_CHECK: there were findings. Part of loy_store_check. Asks for LOY_MAY_READ_AUDIT. */
LOY_API enum loy_status loy_audit_verify(struct loy_store *store,
    const struct loy_audit_head *against, void (*problem)(void *user, const char *sentence),
    void *user);

#ifdef __cplusplus
}
#endif
#endif
