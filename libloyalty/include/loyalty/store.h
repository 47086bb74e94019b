/* SPDX-License-Identifier: MIT
 *
 * loyalty/store.h - the store: one SQLite file per lane or desk, a small key file beside it, and a
 * master key outside both.
 *
 *     FILE        members (encrypted field by field), articles, prices, baskets, audit
 *     FILE.keys   the members' keys, wrapped by the master key; destroying one forgets its member
 *     FILE.key    the master key (mode 0600), or where LOYALTY_KEY or options.key_path says
 *
 * Every LOY_OK of a writing call means: durable. Power may fail in the next moment.
 * Money is int64 minor units of the store's currency, quantity int64 thousandths, time int64
 * microseconds UTC beside the zone's offset in minutes. One handle, one thread at a time; several
 * processes may open the same file.
 */
#ifndef LOYALTY_STORE_H
#define LOYALTY_STORE_H

#include <loyalty/access.h>
#include <loyalty/card.h>
#include <loyalty/event.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_store;

/* A UUIDv7: identity, never order. All zero: none. */
struct loy_id {
    uint8_t bytes[16];
};
#define LOY_ID_TEXT_SIZE 37u
LOY_API void loy_id_text(const struct loy_id *id, char text[LOY_ID_TEXT_SIZE]);
LOY_API enum loy_status loy_id_parse(const char *text, struct loy_id *id);
LOY_API bool loy_id_is_none(const struct loy_id *id);

#define LOY_CODE_MAX 32u /* bytes of a code (store, lane, currency ...), terminator included */

struct loy_store_settings {
    char currency[4];        /* ISO 4217, "EUR" */
    uint8_t minor_digits;    /* digits of its minor unit, 0-4 */
    char site[LOY_CODE_MAX]; /* this shop's code; imports may name others */
    char lane[LOY_CODE_MAX]; /* this lane's code */
    char country[3];         /* ISO 3166, default country of telephones and postcodes */
};

struct loy_store_options {
    size_t size;
    const char *path;
    const char *key_path; /* NULL: path + ".key" */
    const char *user;     /* operating-system user to act as; must be enrolled (LOY_E_ACCESS) */
    int64_t at_us;        /* now */
};

/* Makes a store with its key file and master key and enrols options->user as first manager.
 * LOY_E_CONFLICT: something is there already. */
LOY_API enum loy_status loy_store_create(const struct loy_store_options *options,
    const struct loy_store_settings *settings, struct loy_store **store);

/* Opens a store, verifies its pragmas and key, migrates an older one, recognises a copied or
 * restored file (a new epoch begins). LOY_NONE: no such file; LOY_E_VERSION: made by a newer
 * version, untouched; LOY_E_KEY: the master key or key file is missing or another one's;
 * LOY_E_FORMAT: no store of ours. As with loy_store_create, *store is set whenever memory allows,
 * also on failure, so that loy_store_text can say why; close it in any case. */
LOY_API enum loy_status loy_store_open(
    const struct loy_store_options *options, struct loy_store **store);
LOY_API void loy_store_close(struct loy_store *store);

/* Words for the last failure on this handle: what, where, and what to do; in the language of the
 * process's locale where the catalogue "loyalty" is bound (bindtextdomain), else English. Never
 * NULL, never with personal data or a card number in it. Valid until the next call on the handle.
 */
LOY_API const char *loy_store_text(const struct loy_store *store);

LOY_API void loy_store_settings_get(
    const struct loy_store *store, struct loy_store_settings *settings);
LOY_API enum loy_role loy_store_role(const struct loy_store *store);

/* The key of card digests (loy_credential_from_event); the caller wipes its copy. */
LOY_API void loy_store_card_key(const struct loy_store *store, uint8_t key[LOY_CARD_KEY_SIZE]);

/* All or nothing over several calls: imports. May not be nested; what is between is durable only
 * after LOY_OK of commit. */
LOY_API enum loy_status loy_store_begin(struct loy_store *store);
LOY_API enum loy_status loy_store_commit(struct loy_store *store);
LOY_API void loy_store_rollback(struct loy_store *store);

/* The shop's own card number ranges. add: LOY_E_CONFLICT if the lane could not tell it
 * (loy_store_text). */
LOY_API enum loy_status loy_range_add(
    struct loy_store *store, const struct loy_range *range, int64_t at_us);
LOY_API enum loy_status loy_range_list(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count);

/* A consistent copy of store and key file (FILE and FILE.keys at path) while lanes work. The master
 * key is not copied. LOY_E_CONFLICT: path exists. */
LOY_API enum loy_status loy_store_backup(
    struct loy_store *store, const char *path, loy_progress_fn progress, void *user, int64_t at_us);
/* Puts a verified backup at options->path, where nothing may be; it opens as a new epoch. The
 * master key must be the one of the backup. */
LOY_API enum loy_status loy_store_restore(
    const char *backup, const struct loy_store_options *options, struct loy_store **store);

/* Verifies the whole store: pages, references, basket digests and sums, sequences without gaps, the
 * audit chain, keys against members. problem() is called once per finding with an English sentence.
 * LOY_E_CHECK: there were findings. */
LOY_API enum loy_status loy_store_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user);

/* The log of imported files, so that the same file is not taken twice. known: LOY_REPEATED if a
 * file of this kind and digest (BLAKE2b-256) was imported, else LOY_OK. enter: notes it, inside the
 * import's own begin and commit; LOY_E_CONFLICT: another program has taken it meanwhile. */
#define LOY_FILE_DIGEST_SIZE 32u
LOY_API enum loy_status loy_import_known(
    struct loy_store *store, const char *kind, const uint8_t digest[LOY_FILE_DIGEST_SIZE]);
LOY_API enum loy_status loy_import_enter(struct loy_store *store, const char *kind,
    const uint8_t digest[LOY_FILE_DIGEST_SIZE], int64_t rows, int64_t total_minor, int64_t at_us);

/* The audit log, oldest first: at_us, action and operator of the entry behind sequence `after`. */
struct loy_audit_entry {
    int64_t sequence, at_us;
    char operator_name[64];
    char action[48];
    char object[80]; /* what it was about: codes and counts, never personal data */
};
LOY_API enum loy_status loy_audit_next(
    struct loy_store *store, int64_t after, struct loy_audit_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
