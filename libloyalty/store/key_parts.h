/* SPDX-License-Identifier: MIT
 *
 * key_parts.h - what the files about the master key ask of each other: its text, its file, what it
 * opens, how it is changed and written on paper. A part of store_parts.h.
 */
#ifndef KEY_PARTS_H
#define KEY_PARTS_H

#include <store/store_private.h>

/* ---- key_file.c: the text of a master key file; PURE but for salt and nonce
 * ----------------------
 */

#define KEY_FILE_MAX 1024u
#define MASTER_KEY_SIZE 32u
#define KEY_SALT_SIZE 16u
#define KEY_BOX_SIZE 72u /* nonce 24, master 32, tag 16 */
/* What Argon2id costs. A file that asks for more than the maxima is no key file: it could otherwise
 * take a till's memory or its day. */
#define KEY_PASSES 3u
#define KEY_PASSES_MAX 10u
#define KEY_KIB (256u << 10)
#define KEY_KIB_MIN (8u << 10)
#define KEY_KIB_MAX (1u << 20)

struct key_file {
    bool sealed;
    uint8_t master[MASTER_KEY_SIZE]; /* unless sealed */
    uint64_t passes, kib;
    uint8_t salt[KEY_SALT_SIZE], box[KEY_BOX_SIZE];
};
bool key_file_parse(const char *text, size_t size, struct key_file *file);
/* The file's length, without its final 0. */
size_t key_file_print(const struct key_file *file, char text[KEY_FILE_MAX]);
/* Seals under Argon2id with file's passes and kib. LOY_E_MEMORY. */
enum loy_status key_file_seal(
    struct key_file *file, const uint8_t master[MASTER_KEY_SIZE], const char *passphrase);
/* LOY_E_KEY: wrong or missing passphrase, or a damaged file; LOY_E_MEMORY. passphrase is not looked
 * at where the file is not sealed. */
enum loy_status key_file_unseal(
    const struct key_file *file, const char *passphrase, uint8_t master[MASTER_KEY_SIZE]);

/* ---- recovery_text.c: the master key as a person writes it down; PURE
 * ----------------------------
 */

#define RECOVERY_GROUPS 14u /* of four letters and their check letter */
#define RECOVERY_GROUP_SIZE 5u
#define RECOVERY_LINE_GROUPS 7u
#define RECOVERY_TEXT_SIZE (RECOVERY_GROUPS * (RECOVERY_GROUP_SIZE + 1u) + 1u)
void recovery_text_make(const uint8_t master[MASTER_KEY_SIZE], char text[RECOVERY_TEXT_SIZE]);
/* Lines that start with # are left out; letters count whatever their case, I and L as 1, O as 0;
 * blanks and hyphens not at all. *group: the first group (from 1) that does not fit, 0 where all
 * fit. *letters: how many there were. LOY_E_CHECK: mistyped; LOY_E_FORMAT: too few or too many. */
enum loy_status recovery_text_parse(
    const char *text, uint8_t master[MASTER_KEY_SIZE], unsigned *group, size_t *letters);

/* ---- key_disk.c: master key files and their successors on the disk
 * -------------------------------
 */

/* The bytes of a key file, judged. text: its first bytes; size 0: there is none. */
struct key_bytes {
    char text[KEY_FILE_MAX];
    size_t size;
    uint8_t digest[32];
};
/* LOY_E_KEY with a sentence: missing, open to others, no file. */
enum loy_status store_key_bytes_read(
    struct loy_store *store, const char *path, struct key_bytes *bytes);
/* A file of mode 0600 that was not there before, synced with its folder. LOY_E_CONFLICT: it was. */
enum loy_status store_key_bytes_write(
    struct loy_store *store, const char *path, const struct key_bytes *bytes);
/* Prints the key, sealed unless passphrase is NULL. */
enum loy_status store_key_bytes_make(struct loy_store *store, struct key_bytes *bytes,
    const uint8_t master[MASTER_KEY_SIZE], const char *passphrase);
/* FILE.key.next in fresh memory; NULL: none left. */
char *store_key_next_path(const struct loy_store *store);
/* Writes FILE.key.next. What stands there already is another's. */
enum loy_status store_key_next_write(struct loy_store *store, const struct key_bytes *bytes);
/* FILE.key.next becomes FILE.key, if it has that digest. Done already by another handle: LOY_OK.
 * Under the lock of FILE.keys, or it could be another one by the time that it is renamed. */
enum loy_status store_key_next_take(struct loy_store *store, const uint8_t digest[32]);
/* Finishes or takes back a change of FILE.key that was interrupted. Where that is not possible all
 * stays as it is: the store works nevertheless. */
void store_key_next_settle(struct loy_store *store);
/* Notes in FILE.keys which FILE.key.next may be removed again, in a transaction of its own. */
enum loy_status store_key_next_announce(struct loy_store *store, const struct key_bytes *bytes);
enum loy_status store_key_next_forget(struct loy_store *store);

/* ---- master_key.c: which master key fits
 * -------------------------------------------------------------------------- */

#define STORE_CHECK_SIZE 16u
/* A new key file (mode 0600, synced). LOY_E_CONFLICT: there is one. Fills store->keys. */
enum loy_status store_master_key_make(struct loy_store *store, const char *passphrase);
/* Finds the key file that fits FILE.keys and opens the ring. Nothing is written. */
enum loy_status store_master_key_open(struct loy_store *store, const char *passphrase);
/* The master key again, for what needs it itself. The caller wipes it. LOY_E_KEY. */
enum loy_status store_master_key_again(
    struct loy_store *store, const char *passphrase, uint8_t master[MASTER_KEY_SIZE]);
/* Whether FILE.keys is this master key's; LOY_E_KEY without words. Fills store->keys if so. */
enum loy_status store_master_key_try(
    struct loy_store *store, const uint8_t master[MASTER_KEY_SIZE]);
/* The key file whose bytes these are is the store's from now on. */
void store_master_key_adopt(struct loy_store *store, const struct key_bytes *bytes, bool sealed);
/* Notes in FILE.keys by which key it is wrapped. */
enum loy_status store_master_key_note(struct loy_store *store);

/* ---- key_ring.c: what lasts, and the number of the master key
 * ------------------------------------------------------ */

enum loy_status store_keys_make_room(struct loy_store *store);
/* wrap of this master key. */
void store_wrap_derive(const uint8_t master[MASTER_KEY_SIZE], uint8_t wrap[32]);
/* The ring of a store of keys schema 1, where every subkey came from the master key. */
void store_ring_derive(struct store_keys *keys, const uint8_t master[MASTER_KEY_SIZE]);
void store_ring_make(struct store_keys *keys);
/* Reads the ring and the key's number, by keys->wrap. LOY_E_KEY: damaged. */
enum loy_status store_ring_read(struct loy_store *store);
/* Writes it under store->key_id. */
enum loy_status store_ring_write(struct loy_store *store);
/* LOY_E_KEY with a sentence once the master key was changed by another handle. */
enum loy_status store_key_id_compare(struct loy_store *store);
/* FILE belongs to this ring: compared before anything is written, noted and the change of the key
 * audited afterwards. */
enum loy_status store_ring_compare(struct loy_store *store);
enum loy_status store_ring_note(struct loy_store *store);
/* In FILE.keys, inside the transaction that changes the key: who did. */
enum loy_status store_ring_changer_note(struct loy_store *store);
enum loy_status store_ring_settle(struct loy_store *store, int64_t at_us);

/* ---- key_rotation.c
 * -------------------------------------------------------------------------------- */

/* Tests put another one in its place to die there. */
enum store_rotation_step {
    ROTATION_ANNOUNCED = 1,
    ROTATION_WRITTEN,
    ROTATION_WRAPPED,
    ROTATION_COMMITTED,
    ROTATION_TAKEN,
    ROTATION_AUDITED
};
void store_rotation_step(enum store_rotation_step step);

#endif
