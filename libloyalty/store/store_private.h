/* SPDX-License-Identifier: MIT
 *
 * store_private.h - what the rooms that may see SQL (store, member, basket, release) ask of the
 * store.
 */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <loyalty/store.h>

#include <words.h>

#include <sodium.h>
#include <sqlite3.h>
#include <sys/types.h>

#define STORE_STATEMENTS_MAX 1024u
#define STORE_TEXT_MAX 400u

/* wrap is derived from the master key and changes with it. What follows is the ring: keys that last
 * as long as the store, kept in FILE.keys wrapped by wrap (key_ring.c). A new key takes a spare
 * slot, so that old stores have it too. */
struct store_keys {
    uint8_t wrap[32];     /* wraps members' keys and the ring */
    uint8_t index[32];    /* blind index of fields and references */
    uint8_t card[32];     /* credential digests */
    uint8_t audit[32];    /* audit chain */
    uint8_t basket[32];   /* basket digests */
    uint8_t pin[32];      /* pepper of operators' PINs */
    uint8_t sign[32];     /* seed of the key that signs points of the audit chain */
    uint8_t spare[2][32]; /* for keys to come */
};

struct store_statement {
    const char *sql; /* identity: the address of a string constant */
    sqlite3_stmt *statement;
};

struct store_node {
    dev_t device;
    ino_t inode;
};

struct loy_store {
    sqlite3 *db;             /* FILE */
    sqlite3 *key_db;         /* FILE.keys */
    struct store_keys *keys; /* sodium_malloc */
    struct loy_store_settings settings;
    int64_t operator_id;
    enum loy_role role;        /* that the operator acts with; 0: nobody acts */
    enum loy_role row_role;    /* that the operator's row said when it was last looked at */
    int64_t role_at_ms;        /* when that was, by a clock that is never set */
    int64_t site, lane, epoch; /* the store's own; lane: at which this handle works */
    int64_t home_lane;         /* that of the settings */
    int lanes_open;            /* of struct loy_lane: as long as one is, the lane stays */
    int depth;                 /* of begin/commit */
    int64_t undone;            /* outermost transactions that came to nothing so far */
    int64_t clock_us;          /* latest time seen, for rows that the caller gives no time for */
    struct store_statement statements[STORE_STATEMENTS_MAX];
    size_t statement_count;
    char text[STORE_TEXT_MAX];
    void *member_cache; /* of the member room: keys and numbers of recent members */
    void *member_pairs; /* of the member room: who shares a name or a place with whom */
    void *basket_cache; /* of the basket room: versions, promotions */
    /* Of the basket room: what the clocks said when loy_clock_judge was called last; 0: not yet. */
    int64_t judged_at_us, judged_monotonic_us;
    /* Of the member room: whom a card named last, so that the name comes by the row number. */
    struct loy_id found;
    int64_t found_number; /* 0: nobody */
    int64_t vouched_day;  /* of it a manager has said that the clock is right; 0: of none */

    /* The store room's own. */
    char *path, *keys_path;     /* FILE and FILE.keys */
    char *key_path;             /* of the master key */
    int64_t key_id;             /* the master key's number: 1, and one more at each change */
    uint8_t key_digest[32];     /* of the bytes of the key file that fitted at open */
    bool key_sealed;            /* it was under a passphrase */
    enum loy_status failed;     /* of the last failure; store_step(store, NULL) repeats it */
    enum loy_status doomed;     /* why the open transaction can only be rolled back, or LOY_OK */
    struct store_node nodes[2]; /* FILE and FILE.keys as they were found; 0: not yet */
    bool traces_noted;          /* by the erasure that is under way */
    bool broken;                /* a commit's sync failed: nothing more is written on this handle */
    bool ready;                 /* opened to the end */
    bool anchored;              /* the open transaction has signed the audit log */
    int wait_ms;                /* for another program that writes */
    int64_t wait_until_ms;      /* the wait that is under way */
    int64_t settled_batch;      /* the last batch of keys whose members are known to be stored */
    sqlite3_stmt *key_select;   /* a member's key, on key_db */
    sqlite3_stmt *named[2][3];  /* of settings.c */
    struct store_new_key *new_keys; /* of members made in the open transaction */
    size_t new_key_count, new_key_max;
    int64_t new_batch;      /* their name, once written */
    struct loy_id *orphans; /* without a member: their keys go when FILE is committed */
    size_t orphan_count, orphan_max;
};

/* A cached prepared statement, reset and with bindings cleared. sql must be a string constant: its
 * address is its identity. NULL: failed, text set; the sqlite3_bind functions take that NULL, and
 * store_step and store_run then answer the failure, so a caller need not test it. Bind text and
 * blobs with SQLITE_STATIC: a copy (SQLITE_TRANSIENT) that runs out of memory stores NULL. Reset a
 * SELECT when its last row is read: one left standing keeps an old picture of the file. */
sqlite3_stmt *store_sql(struct loy_store *store, const char *sql);
/* Steps once: LOY_OK a row, LOY_NONE done. A failure is told in text and mapped (FULL, BUSY, IO,
 * STORE). */
enum loy_status store_step(struct loy_store *store, sqlite3_stmt *statement);
/* Steps to the end and resets; for statements without rows. */
enum loy_status store_run(struct loy_store *store, sqlite3_stmt *statement);
/* Reads the first column of a query's first row, and resets it. LOY_NONE: no row, number untouched.
 */
enum loy_status store_step_number(struct loy_store *store, sqlite3_stmt *query, int64_t *number);
enum loy_status store_run_text(struct loy_store *store, const char *sql);

/* Nested begin/commit: only the outermost pair touches the file. A rollback undoes all; the outer
 * commit then answers the failure. So does a full disk, an I/O error or a lack of memory between
 * them, even where the caller overlooked it. After a failed store_commit nothing is open: no
 * rollback is due, one more does no harm to the outermost level. */
enum loy_status store_begin(struct loy_store *store);
enum loy_status store_commit(struct loy_store *store);
void store_rollback(struct loy_store *store);

/* The same words in the language of the process, where a catalogue "loyalty" is bound; else as they
 * are. For constants only, marked with N_ where they are no argument of store_words or store_fail.
 */
const char *store_words(const char *english) __attribute__((format_arg(1)));
/* Sets text, from the format in the language of the process, and gives status back. No personal
 * data, no number of a card. */
enum loy_status store_fail(struct loy_store *store, enum loy_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum loy_status store_fail_sql(struct loy_store *store, sqlite3 *db);

/* LOY_E_ACCESS with a sentence unless the operator's role may (loyalty/access.h). What another
 * handle made of that role is looked up at most STORE_ROLE_MS late outside a transaction, and at
 * every outermost store_begin, which answers LOY_E_ACCESS once where it has changed. */
#define STORE_ROLE_MS 10
enum loy_status store_require(struct loy_store *store, enum loy_operation operation);

/* Asks a supervisor's name and PIN, outside of any transaction, for a step of whoever acts on the
 * handle; nobody else acts afterwards. Tries count as those of a login do. LOY_E_ACCESS: wrong,
 * locked, or nobody with LOY_MAY_APPROVE_STEP. */
enum loy_status store_approve(
    struct loy_store *store, const char *name, const char *pin, int64_t at_us, int64_t *approver);

enum loy_status store_audit(
    struct loy_store *store, const char *action, const char *object, int64_t at_us);

/* What a shop may set: get is the value in force (LOY_MAY_READ_RULE); set notes it as action in the
 * audit log, LOY_E_LIMIT outside of low to high (LOY_MAY_EDIT_RULE). name: of the table setting. */
struct store_rule {
    const char *name;
    int64_t usual, low, high;
};
enum loy_status store_rule_get(
    struct loy_store *store, const struct store_rule *rule, int64_t *value);
enum loy_status store_rule_set(struct loy_store *store, const struct store_rule *rule,
    const char *action, int64_t value, int64_t at_us);

/* Days since 1970 by the clock on the wall; the first moment of a day is its own. */
static inline int64_t store_local_day(int64_t at_us, int64_t offset_min)
{
    const int64_t day_us = INT64_C(86400000000), local_us = at_us + offset_min * INT64_C(60000000);
    return local_us / day_us - (local_us % day_us < 0);
}

/* UUIDv7 of that time with fresh randomness. */
void store_id_make(int64_t at_us, struct loy_id *id);

/* site and lane numbers by code, made when new. */
enum loy_status store_site(struct loy_store *store, const char *code, int64_t *site);
enum loy_status store_lane(struct loy_store *store, int64_t site, const char *code, int64_t *lane);
/* The shop's ranges, whoever asks. */
enum loy_status store_ranges(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count);
/* LOY_E_CONFLICT, text set: the lane could not tell a number of the range from a scale's label or a
 * coupon (store/clash.c); a label of that prefix from a card or a coupon; a coupon from a card,
 * staff or a label; a card outside of the ranges from a coupon. */
enum loy_status store_range_clash(
    struct loy_store *store, const struct loy_range *range, int64_t at_us);
enum loy_status store_scale_clash(struct loy_store *store, const char *prefix, int64_t at_us);
enum loy_status store_coupon_clash(struct loy_store *store, const char *number);
enum loy_status store_card_clash(
    struct loy_store *store, const struct loy_credential *card, int64_t at_us);

/* ---- Members' keys and envelopes --------------------------------------------------------------
 */

#define MEMBER_KEY_SIZE 32u

/* Makes a key for a new member, between store_begin and store_commit (LOY_E_ARGUMENT elsewhere:
 * another process could sweep a key whose member is not yet being written). Wrapped, and written to
 * FILE.keys and synced there before the store's own commit, so that a member row never exists
 * without its key. */
enum loy_status store_member_key_make(
    struct loy_store *store, const struct loy_id *member, uint8_t key[MEMBER_KEY_SIZE]);
enum loy_status store_member_key(
    struct loy_store *store, const struct loy_id *member, uint8_t key[MEMBER_KEY_SIZE]);
/* Keys are gathered and written in one transaction of FILE.keys at the outermost store_commit.
 * store_member_key: LOY_E_KEY if there is none. Both answer LOY_E_KEY once another handle has
 * changed the master key. */

/* ---- Erasure of keys (erasure.c) ----------------------------------------------------------------
 *
 * begin locks both files; key destroys one key and notes the id beside it; end adds the ids to
 * FILE.erased, commits the keys, each durably, and then FILE. A crash between leaves the list or
 * the note, by which the next opening goes on. settle mends FILE.erased where it is not what the
 * table erased says, empties both logs and then takes the notes of this erasure away.
 */
#define STORE_REASON_MAX 33u
struct store_erasure {
    char token[17];      /* tells this erasure's notes from those of another process */
    int64_t listed_size; /* of FILE.erased before it grew; -1: it did not grow */
};
enum loy_status store_erasure_begin(struct loy_store *store, struct store_erasure *erasure);
enum loy_status store_erasure_key(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *member, const char *reason);
/* Without a note, of a member of whom nothing is sealed any more. */
enum loy_status store_erasure_key_alone(struct loy_store *store, const struct loy_id *member);
enum loy_status store_erasure_end(
    struct loy_store *store, struct store_erasure *erasure, enum loy_status status);
/* LOY_E_BUSY: another program reads, so a log is not empty yet; the notes stay. */
enum loy_status store_erasure_settle(struct loy_store *store, const struct store_erasure *erasure);
/* Part of settle: removes FILE.columns, and what a fill writes that still sees the picture of
 * before. A fill makes its file before it takes its picture, so that file goes first: what was
 * renamed until then goes next, and what was not cannot be any more. (columns.c) */
enum loy_status store_columns_forget(struct loy_store *store);
/* Between begin and end: something goes, so FILE and FILE.keys are to be cleared of what the free
 * space of their pages says of it. An erasure of a key has it done by itself. (traces.c) */
enum loy_status store_traces_due(struct loy_store *store);
/* Behind settle, where it is due: the free space of every page is overwritten, 16 MiB under a lock,
 * some seconds for a gigabyte. LOY_E_BUSY: another program reads. What is due stays so until it
 * succeeded. */
enum loy_status store_traces_clear(struct loy_store *store);
/* The same at an opening, which waits for nobody and fails by nothing of it. */
void store_traces_try(struct loy_store *store);
/* LOY_OK: an erasure has destroyed the member's key, and is not at its end yet or was cut off: FILE
 * may still have the rows. LOY_NONE: there is no note of one. */
enum loy_status store_member_key_destroyed(struct loy_store *store, const struct loy_id *member);
/* Whether there are notes, or FILE.erased and the table erased differ. */
enum loy_status store_erasure_due(struct loy_store *store, bool *due);
/* Between begin and end: erase() for each id that is noted, or in FILE.erased and not in the table.
 * The notes become this erasure's. */
typedef enum loy_status (*store_erase_fn)(struct loy_store *store,
    const struct store_erasure *erasure, const struct loy_id *id, const char *reason);
enum loy_status store_erasure_each(
    struct loy_store *store, const struct store_erasure *erasure, store_erase_fn erase);

/* Envelope: version 1 | key id 4 | nonce 24 | XChaCha20-Poly1305(padded text) | tag 16. The
 * associated data is (table, column, member id, field, version), so an envelope moved elsewhere
 * does not open. */
struct envelope_place {
    const char *table;
    const char *column;
    const struct loy_id *member;
    int64_t field, version;
};
#define ENVELOPE_OVERHEAD 45u
#define ENVELOPE_PAD 32u
#define ENVELOPE_MAX (LOY_ENVELOPE_TEXT_MAX + ENVELOPE_PAD + ENVELOPE_OVERHEAD)
#define LOY_ENVELOPE_TEXT_MAX 1024u
/* size of sealed must be ENVELOPE_MAX. */
enum loy_status envelope_seal(const uint8_t key[MEMBER_KEY_SIZE],
    const struct envelope_place *place, const char *text, uint8_t *sealed, size_t *sealed_size);
enum loy_status envelope_open(const uint8_t key[MEMBER_KEY_SIZE],
    const struct envelope_place *place, const uint8_t *sealed, size_t sealed_size,
    char text[LOY_ENVELOPE_TEXT_MAX]);

/* Blind index: keyed BLAKE2b-128 of (field, normalised text) under the index key. */
void store_blind(const struct loy_store *store, int64_t field, const char *normalised,
    uint8_t digest[LOY_DIGEST_SIZE]);

/* Of the basket room, for loy_store_check: recomputes every basket's digest and tells what does not
 * fit. */
enum loy_status basket_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user);
/* Of the member and basket rooms: lets go of member_cache and member_pairs, and of basket_cache.
 * Called by loy_store_close. */
void member_cache_free(struct loy_store *store);
/* Of the member room, at making and opening a store: the built-in texts of consents; erasures that
 * a crash cut short, or that a restored file has not seen. */
enum loy_status member_texts_settle(struct loy_store *store);
enum loy_status member_erasures_settle(struct loy_store *store);
void basket_cache_free(struct loy_store *store);

#endif
