/* SPDX-License-Identifier: MIT
 *
 * loyalty/store.h - the store: one SQLite file for a lane, or for the lanes and desks of one
 * machine, a small key file beside it, and a master key outside both.
 *
 *     FILE        members (encrypted field by field), articles, prices, baskets, audit
 *     FILE.keys   the members' keys, wrapped by the master key; destroying one forgets its member
 *     FILE.key    the master key (mode 0600 or 0400), or where options.key_path says
 *
 * Every LOY_OK of a writing call means: durable. Power may fail in the next moment.
 * Money is int64 minor units of the store's currency, quantity int64 thousandths, time int64
 * microseconds UTC beside the zone's offset in minutes. One handle, one thread at a time; several
 * processes may open the same file.
 */
#ifndef LOYALTY_STORE_H
#define LOYALTY_STORE_H

#include <loyalty/access.h>
#include <loyalty/audit.h>
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
    char lane[LOY_CODE_MAX]; /* this lane's code; of an open handle: the lane at which it works */
    char country[3];         /* ISO 3166, default country of telephones and postcodes */
};

struct loy_store_options {
    size_t size;
    const char *path;
    const char *key_path; /* NULL: path + ".key" */
    const char *user;     /* operating-system user to act as; must be enrolled (LOY_E_ACCESS) */
    int64_t at_us;        /* now */
    /* Where the master key is under a passphrase. With loy_store_create and loy_store_key_recover:
     * puts the new key file under it. NULL: none. */
    const char *passphrase;
};

/* Makes a store with its key file and master key and enrols options->user as first manager.
 * LOY_E_CONFLICT: something is there already. Needs no role: makes the first manager. */
LOY_API enum loy_status loy_store_create(const struct loy_store_options *options,
    const struct loy_store_settings *settings, struct loy_store **store);

/* Opens a store, verifies its pragmas and key, migrates an older one, recognises a copied or
 * restored file (a new epoch begins). LOY_NONE: no such file; LOY_E_VERSION: made by a newer
 * version, untouched; LOY_E_KEY: the master key or key file is missing or another one's;
 * LOY_E_FORMAT: no store of ours. As with loy_store_create, *store is set whenever memory allows,
 * also on failure, so that loy_store_text can say why; close it in any case. loy_store_open needs
 * no role: gives the operating-system user the role that a manager gave it. loy_store_close needs
 * no role: frees memory. */
LOY_API enum loy_status loy_store_open(
    const struct loy_store_options *options, struct loy_store **store);
LOY_API void loy_store_close(struct loy_store *store);

/* Words for the last failure on this handle: what, where, and what to do; in the language of the
 * process's locale where the catalogue "loyalty" is bound (bindtextdomain), else English. Never
 * NULL, never with personal data or a card number in it. Valid until the next call on the handle.
 * Needs no role: says what failed, and that holds nothing personal. */
LOY_API const char *loy_store_text(const struct loy_store *store);

/* Needs no role: currency, country and codes, printed on every receipt. */
LOY_API void loy_store_settings_get(
    const struct loy_store *store, struct loy_store_settings *settings);
/* Needs no role: one's own role. */
LOY_API enum loy_role loy_store_role(const struct loy_store *store);

/* The key of card digests (loy_credential_from_event); the caller wipes its copy. LOY_E_ACCESS for
 * who reads no cards. Asks for LOY_MAY_READ_CARD. */
LOY_API enum loy_status loy_store_card_key(struct loy_store *store, uint8_t key[LOY_CARD_KEY_SIZE]);

/* All or nothing over several calls: imports. May not be nested; what is between is durable only
 * after LOY_OK of commit. LOY_E_GONE, as from every call that writes: FILE or FILE.keys is not
 * where it was opened any more; close the store and open it again. loy_store_begin needs no role:
 * changes nothing by itself. loy_store_commit needs no role: what it makes durable was asked for
 * before. loy_store_rollback needs no role: changes nothing. */
LOY_API enum loy_status loy_store_begin(struct loy_store *store);
LOY_API enum loy_status loy_store_commit(struct loy_store *store);
LOY_API void loy_store_rollback(struct loy_store *store);

/* The shop's own card number ranges. add: LOY_E_CONFLICT if the lane could not tell it
 * from another range, labels of the shop's scales or a coupon (loy_store_text). loy_range_add asks
 * for LOY_MAY_EDIT_RANGE. loy_range_list asks for LOY_MAY_LIST_RANGES. */
LOY_API enum loy_status loy_range_add(
    struct loy_store *store, const struct loy_range *range, int64_t at_us);
LOY_API enum loy_status loy_range_list(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count);

/* ---- The lanes of the shop
 * ------------------------------------------------------------------------------
 *
 * A store begins with one lane, that of its settings, and a handle works there until another one is
 * chosen. Programs of several lanes may have the file open at once: each lane has its own sequence
 * of receipts, its own open basket and its own clock, and one program at a time (loy_lane_open).
 * Suspended baskets wait for any of them. No lane comes into being by a code that was mistyped;
 * baskets that are imported may name others. */
struct loy_store_lane {
    size_t size;
    char code[LOY_CODE_MAX];
    int64_t epoch, sequence; /* of its last receipt; sequence 0: none yet in this epoch */
    bool first;              /* that of the store's settings */
    bool own;                /* at which this handle works */
};
/* LOY_E_CONFLICT: there is one already, capitals aside; LOY_E_FORMAT: no good code
 * (loy_store_text). Audited. Asks for LOY_MAY_EDIT_LANE. */
LOY_API enum loy_status loy_store_lane_add(
    struct loy_store *store, const char *code, int64_t at_us);
/* In the order in which they were added; start with *position = 0. LOY_NONE: no more. Asks for
 * LOY_MAY_SEE_LANES. */
LOY_API enum loy_status loy_store_lane_next(
    struct loy_store *store, int64_t *position, struct loy_store_lane *lane);
/* Where this handle works from now on: loy_lane_open, and baskets that name no lane. LOY_NONE: the
 * shop has no such lane, and the handle stays where it was; LOY_E_CONFLICT: the handle has a lane
 * open. Needs no role: changes nothing in the store; who sells there is asked when it is opened. */
LOY_API enum loy_status loy_store_lane_choose(struct loy_store *store, const char *code);

/* A consistent copy of store and key file (FILE and FILE.keys at path) while lanes work. The master
 * key is not copied. LOY_E_CONFLICT: path exists. It is made under path.part and path.part.keys,
 * which path.part.lock marks as ours: what killed programs have left goes with the next copy or
 * restore in the same folder, whatever its name, but for a lock that is empty; LOY_E_BUSY: somebody
 * is making one. Asks for LOY_MAY_BACK_UP. */
LOY_API enum loy_status loy_store_backup(
    struct loy_store *store, const char *path, loy_progress_fn progress, void *user, int64_t at_us);
/* Puts a verified backup at options->path, where nothing may be; it opens as a new epoch. The
 * master key must be the one of the backup, and options->user an active operator of it
 * (LOY_E_ACCESS). Needs no role: there is no store yet to ask for one, in an emergency the last
 * manager may be one with a PIN and no user, and whoever can read the master key can read all
 * (operator.h). The role is then the one that the backup says. Where anything is at options->path
 * the answer is LOY_E_CONFLICT to a manager too: to put it away is for who owns the files. So it is
 * where options->path-shm or -wal is left of a file that some program still has open. LOY_E_BUSY:
 * somebody has the backup open as a store and wrote to it: nothing of that shall be lost. */
LOY_API enum loy_status loy_store_restore(
    const char *backup, const struct loy_store_options *options, struct loy_store **store);

/* ---- The master key
 * ------------------------------------------------------------------------------
 *
 * A key file holds the master key in clear, or sealed under a passphrase (Argon2id, 256 MiB, three
 * passes: about a second). It wraps the members' keys and the lasting keys (card digests, index,
 * audit, baskets) in FILE.keys, so changing it changes nothing of what is found or proven by those.
 *
 * The program takes the key from $LOYALTY_KEY, else from the systemd credential "loyalty.key"
 * ($CREDENTIALS_DIRECTORY/loyalty.key: `systemd-creds encrypt --name=loyalty.key FILE.key
 * /etc/credstore.encrypted/loyalty.key`, and in the unit LoadCredentialEncrypted=loyalty.key), else
 * from FILE.key. A library's caller does the same by options.key_path. A credential cannot be
 * changed in place: decrypt it to a file, change that, encrypt it again.
 *
 * All of it is for a manager (LOY_MAY_CHANGE_KEY) and in the audit log. A wrong key, a wrong
 * passphrase or a damaged file is LOY_E_KEY, and not a byte of any file has changed. */

struct loy_key {
    size_t size;
    int64_t key_id;  /* 1, and one more at each change */
    int64_t members; /* keys that it wraps */
    bool sealed;     /* under a passphrase */
};
/* Asks for LOY_MAY_CHANGE_KEY. */
LOY_API enum loy_status loy_store_key_show(struct loy_store *store, struct loy_key *key);
/* Whether a key file is under a passphrase, so that a program knows to ask. */
LOY_API bool loy_key_file_is_sealed(const char *key_path);

/* A new master key, under which all members' keys are wrapped anew: all or nothing, in the time of
 * about 30 us a member; progress may cancel it. FILE.key is replaced (FILE.key.next is its
 * successor while it is made; after a crash at any point loy_store_open finds the one that fits and
 * finishes). passphrase: of a sealed key file, which stays under it; else NULL. Lanes go on
 * selling, but registering members waits (LOY_E_BUSY after 5 s). The entry in the audit log
 * waits up to 5 s for another program's transaction (an import, say); where that takes longer it is
 * made at the next opening, in the name of who changed the key. Other open handles answer
 * LOY_E_KEY for members' data afterwards and must be opened again. Backups made before need the old
 * key, and a printed recovery key opens nothing any more. LOY_E_CONFLICT: FILE.key.next is there
 * and not of this store; LOY_E_FULL: no file can be written beside the key. done may be NULL; where
 * it is filled in, the change stands, also behind a failure (of the audit entry, say). Asks for
 * LOY_MAY_CHANGE_KEY. */
struct loy_key_rotation {
    size_t size;
    int64_t key_id;  /* the new key's number */
    int64_t members; /* keys wrapped anew */
    int64_t damaged; /* keys that could not be read and stay as they were (loyalty check) */
};
LOY_API enum loy_status loy_store_key_rotate(struct loy_store *store, const char *passphrase,
    loy_progress_fn progress, void *user, int64_t at_us, struct loy_key_rotation *done);

/* Puts the key file under another passphrase, or under none (wanted NULL). passphrase: the present
 * one, or NULL. LOY_E_ARGUMENT: shorter than LOY_PASSPHRASE_MIN bytes. The disk may keep the bytes
 * of the replaced file until they are overwritten. Asks for LOY_MAY_CHANGE_KEY. */
#define LOY_PASSPHRASE_MIN 8u
LOY_API enum loy_status loy_store_key_passphrase(
    struct loy_store *store, const char *passphrase, const char *wanted, int64_t at_us);

/* The master key for paper: two lines of seven groups of five letters and digits (Crockford's
 * base32, the fifth checks the four before it; the last group checks all). Whoever has it and a
 * copy of the store can read every member. The caller wipes text. Printing is audited first. Asks
 * for LOY_MAY_CHANGE_KEY. */
#define LOY_RECOVERY_TEXT_SIZE 85u
LOY_API enum loy_status loy_store_key_recovery(struct loy_store *store, const char *passphrase,
    char text[LOY_RECOVERY_TEXT_SIZE], int64_t at_us);
/* Makes the key file again from what was printed, and opens the store with it. Case, blanks and
 * hyphens do not count, I and L are 1, O is 0; lines that begin with # are left out. LOY_E_CHECK,
 * LOY_E_FORMAT: mistyped, with the group; LOY_E_KEY: not this store's key, or an earlier one;
 * LOY_E_CONFLICT: there is a key file. *store as with loy_store_open. Needs no role: opens: the
 * user must be a manager of that store. */
LOY_API enum loy_status loy_store_key_recover(
    const struct loy_store_options *options, const char *text, struct loy_store **store);

/* Verifies the whole store: pages, references, basket digests and sums, sequences without gaps, the
 * audit chain, keys against members. problem() is called once per finding with an English sentence.
 * LOY_E_CHECK: there were findings. Asks for LOY_MAY_CHECK_STORE. */
LOY_API enum loy_status loy_store_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user);

/* loy_store_begin for an import of many rows: pages that are changed again and again stay in memory
 * (up to 400 MiB for this handle from now on) instead of going to the disk each time. Asks for
 * LOY_MAY_IMPORT_FILE. */
LOY_API enum loy_status loy_import_begin(struct loy_store *store);

/* The log of imported files, so that the same file is not taken twice. known: LOY_REPEATED if a
 * file of this kind and digest (BLAKE2b-256) was imported, else LOY_OK. enter: notes it, inside the
 * import's own begin and commit; LOY_E_CONFLICT: another program has taken it meanwhile. Asks for
 * LOY_MAY_IMPORT_FILE. */
#define LOY_FILE_DIGEST_SIZE 32u
LOY_API enum loy_status loy_import_known(
    struct loy_store *store, const char *kind, const uint8_t digest[LOY_FILE_DIGEST_SIZE]);
LOY_API enum loy_status loy_import_enter(struct loy_store *store, const char *kind,
    const uint8_t digest[LOY_FILE_DIGEST_SIZE], int64_t rows, int64_t total_minor, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
