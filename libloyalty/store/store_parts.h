/* SPDX-License-Identifier: MIT
 *
 * store_parts.h - what the files of the store room ask of each other. The other rooms see
 * store_private.h.
 */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include <loyalty/audit.h>
#include <loyalty/operator.h>

#include <store/key_parts.h>
#include <store/store_private.h>

#include <stdio.h>

/* ---- disk.c: files as such ----------------------------------------------------------------- */

bool store_disk_exists(const char *path);
/* An empty file of mode 0600 that was not there before; the folder is synced. LOY_E_CONFLICT: it
 * was. */
enum loy_status store_disk_make(struct loy_store *store, const char *path);
enum loy_status store_disk_sync(struct loy_store *store, const char *path);
enum loy_status store_disk_sync_folder(struct loy_store *store, const char *path);
/* Renames and syncs the folder; never over something else (LOY_E_CONFLICT). */
enum loy_status store_disk_rename(struct loy_store *store, const char *from, const char *to);
/* Removes a file and what SQLite keeps beside it; text stays as it is. */
void store_disk_remove(struct loy_store *store, const char *path);
/* Maps errno of a failed call on path to a status and a sentence: "doing what PATH failed: why". */
enum loy_status store_fail_errno(struct loy_store *store, const char *what, const char *path);
/* path + suffix in fresh memory; NULL: none left. */
char *store_path_join(const char *path, const char *suffix);

/* ---- sql.c ----------------------------------------------------------------------------------- */

/* What was told last, for calls whose own failures nobody needs to hear of. */
struct store_failure {
    enum loy_status failed;
    char text[STORE_TEXT_MAX];
};
void store_failure_save(const struct loy_store *store, struct store_failure *failure);
void store_failure_restore(struct loy_store *store, const struct store_failure *failure);

/* ---- database.c: one SQLite file, set up and verified -------------------------------------- */

/* Tests put another one in its place to show that their checks notice a weaker setting. */
struct store_pragmas {
    const char *synchronous;  /* the statement, run before journal */
    const char *journal;      /* the statement that sets the journal mode */
    const char *journal_mode; /* what must come back */
    int synchronous_level;    /* what must come back */
    const char *tuning;       /* cache and checkpoint sizes; not verified */
};
extern const struct store_pragmas store_pragmas_product;
const struct store_pragmas *store_pragmas_wanted(void);

#define STORE_APPLICATION_ID 0x4c4f5931      /* "LOY1" */
#define STORE_KEYS_APPLICATION_ID 0x4c4f594b /* "LOYK" */

/* What the header of a file says, without SQLite and without a lock. LOY_E_FORMAT: no SQLite file.
 * An empty file, or one whose header is still in its log, answers application 0. */
struct store_marks {
    int64_t application, version;
};
enum loy_status store_marks_peek(
    struct loy_store *store, const char *path, struct store_marks *marks);
enum loy_status store_marks_read(struct loy_store *store, sqlite3 *db, struct store_marks *marks);
/* LOY_E_FORMAT or LOY_E_VERSION with a sentence unless the marks are ours and not newer. */
enum loy_status store_marks_judge(struct loy_store *store, const char *path,
    const struct store_marks *marks, int64_t application, int64_t newest);
#define STORE_BUSY_WAIT_MS 5000 /* for another program that writes */
/* Opens without changing a byte; until store_database_trust the file is also left alone at close.
 */
enum loy_status store_database_open(struct loy_store *store, const char *path, sqlite3 **db);
/* Sets and verifies the pragmas, and lets close tidy up. */
enum loy_status store_database_trust(struct loy_store *store, sqlite3 *db);
/* SQLite's own file (SQLITE_FCNTL_FILE_POINTER), or its log (…_JOURNAL_POINTER), and the size, to
 * go past its pager: closing a descriptor of ours would drop the locks that other handles of this
 * process hold, and another process would then take their log away under them. An SQLite code. */
int store_database_file(sqlite3 *db, int which, sqlite3_file **file, sqlite3_int64 *size);
/* Copies the bytes of one that has no log into a file that store_disk_make made, and syncs it. */
enum loy_status store_database_copy(struct loy_store *store, const char *from, const char *to);
/* The first column of the first row of a query, 0 where there is none. */
enum loy_status store_database_number(
    struct loy_store *store, sqlite3 *db, const char *sql, int64_t *number);
enum loy_status store_database_run(struct loy_store *store, sqlite3 *db, const char *sql);
/* Runs integrity_check; found() once per finding. LOY_E_CHECK: there were some. */
enum loy_status store_database_check(struct loy_store *store, sqlite3 *db,
    void (*problem)(void *user, const char *sentence), void *user);
/* (transaction.c) LOY_E_GONE: FILE or FILE.keys is not where it was opened any more, and what is
 * written would be acknowledged to nobody. */
enum loy_status store_moved_judge(struct loy_store *store);

/* ---- schema.c ------------------------------------------------------------------------------ */

int64_t store_schema_newest(void);
int64_t store_keys_schema_newest(void);
/* Brings the file to the newest version, each step in one transaction of its own. */
enum loy_status store_schema_migrate(struct loy_store *store);
enum loy_status store_keys_schema_migrate(struct loy_store *store);
/* The same as part of the transaction that is open, for a new store. */
enum loy_status store_schema_first(struct loy_store *store);

/* ---- settings: small values in FILE (table setting) and FILE.keys (table note) -------------- */

enum store_book { STORE_SETTINGS, STORE_NOTES };
/* LOY_NONE: not set; the value is then untouched. */
enum loy_status store_number_get(
    struct loy_store *store, enum store_book book, const char *name, int64_t *value);
enum loy_status store_number_set(
    struct loy_store *store, enum store_book book, const char *name, int64_t value);
enum loy_status store_bytes_get(
    struct loy_store *store, enum store_book book, const char *name, void *value, size_t size);
enum loy_status store_bytes_set(struct loy_store *store, enum store_book book, const char *name,
    const void *value, size_t size);
enum loy_status store_setting_text_get(
    struct loy_store *store, const char *name, char *value, size_t size);
enum loy_status store_setting_text_set(
    struct loy_store *store, const char *name, const char *value);
enum loy_status store_forget(struct loy_store *store, enum store_book book, const char *name);
/* Gives up the statements of all of these, before the files are closed. */
void store_settings_forget(struct loy_store *store);

/* ---- member_keys.c -------------------------------------------------------------------------- */

#define STORE_WRAPPED_SIZE 72u /* nonce 24, key 32, tag 16 */
struct store_new_key {
    uint8_t member[16];
    uint8_t wrapped[STORE_WRAPPED_SIZE];
};
/* Wraps and unwraps by this key. */
void store_member_key_wrap(const uint8_t wrap[32], const uint8_t member[16],
    const uint8_t key[MEMBER_KEY_SIZE], uint8_t wrapped[STORE_WRAPPED_SIZE]);
bool store_member_key_unwrap(const uint8_t wrap[32], const uint8_t member[16],
    const uint8_t *wrapped, size_t size, uint8_t key[MEMBER_KEY_SIZE]);
/* Writes and syncs the gathered keys. Only while the store's write lock is held. */
enum loy_status store_member_keys_flush(struct loy_store *store);
void store_member_keys_forget(struct loy_store *store);
/* Notes which keys of the last batch, or of all batches, have no member. Write lock as above. */
enum loy_status store_member_keys_gather(struct loy_store *store, bool all);
/* Destroys what was noted, behind a commit that has written to FILE under the same lock. false: it
 * is still there, and the next gathering finds it. Leaves the store's words as they are. */
bool store_member_keys_sweep(struct loy_store *store);
#define STORE_KEYS_ALL 1 /* from this row on a key may have no member */
#define STORE_KEYS_NONE INT64_MAX
enum loy_status store_member_keys_from(struct loy_store *store, int64_t first);
enum loy_status store_member_keys_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user);

/* ---- erased_list.c: FILE.erased ------------------------------------------------------------ */

#define STORE_ERASED_LINE LOY_ID_TEXT_SIZE /* with its line break */
struct store_erased_list {
    char *bytes; /* the caller frees them */
    size_t size;
};
/* In fresh memory; NULL: none left. */
char *store_erased_path(struct loy_store *store);
/* A file that is not there is empty. */
enum loy_status store_erased_read(
    struct loy_store *store, const char *path, struct store_erased_list *list);
/* The id of a line; false: it is none, as where a crash cut the last one off. */
bool store_erased_line(const struct store_erased_list *list, size_t index, struct loy_id *id);
void store_erased_print(FILE *stream, const struct loy_id *id);
/* on: behind the whole lines that are there, whose bytes are *kept; else from nothing. */
enum loy_status store_erased_start(
    struct loy_store *store, const char *path, bool on, FILE **stream, int64_t *kept);
/* Synced and closed, also where status is a failure already. */
enum loy_status store_erased_end(
    struct loy_store *store, const char *path, FILE *stream, enum loy_status status);
/* A new file takes the place of the old one, once it is durable. */
typedef enum loy_status (*store_erased_fn)(struct loy_store *store, FILE *stream, const void *user);
enum loy_status store_erased_replace(
    struct loy_store *store, const char *path, store_erased_fn print, const void *user);
/* Before a restore: the target's list with a further one (or NULL); the opening of the restored
 * store then erases whom it names. */
enum loy_status store_erased_merge(struct loy_store *store, const char *further);

/* ---- traces.c ------------------------------------------------------------------------------ */

/* Between the cell pointers and the cells of a page; false: it is none of a b-tree, or is full. */
struct store_gap {
    size_t from, to;
};
bool store_page_gap(const uint8_t *page, size_t page_size, bool first, struct store_gap *gap);

/* ---- erasure.c ----------------------------------------------------------------------------- */

/* LOY_E_BUSY: another program reads, so something of what went is left for later. */
enum loy_status store_log_busy(struct loy_store *store, sqlite3 *db);
enum loy_status store_log_empty(struct loy_store *store, sqlite3 *db);
/* In a restored file: its first opening reads the list, also one as long as the table. */
enum loy_status store_erasure_note_restored(struct loy_store *copy);

/* ---- identity.c, audit.c, operator.c, place.c ----------------------------------------------- */

/* Recognises a copied or restored file and opens a new epoch for it; notes that this handle is
 * here. */
enum loy_status store_identity_settle(struct loy_store *store, int64_t at_us);
/* For a new store: writes the first identity inside the open transaction. */
enum loy_status store_identity_first(struct loy_store *store, int64_t at_us);
void store_identity_note_close(struct loy_store *store);
/* Writes the mark of a backup into the copies open in store. */
enum loy_status store_identity_mark_backup(struct loy_store *store, int64_t at_us);
enum loy_status store_identity_backup_time(struct loy_store *store, int64_t *at_us);

enum loy_status store_operator_enrol(
    struct loy_store *store, const char *user, enum loy_role role, int64_t *id);
enum loy_status store_operator_act(struct loy_store *store, const char *user);
/* Of a clock that only goes on, in steps of some milliseconds. */
int64_t store_now_ms(void);
/* From now on this operator acts on the handle; role 0: nobody does. */
void store_operator_set(struct loy_store *store, int64_t number, enum loy_role role);
/* Looks up what the operator's row says now, if that is not known or at all events. */
enum loy_status store_operator_renew(struct loy_store *store, bool at_all_events);

/* ---- pin.c, login.c ------------------------------------------------------------------------ */

#define STORE_PIN_HASH_SIZE crypto_pwhash_STRBYTES
unsigned store_pin_least(enum loy_role role); /* digits of a PIN, at least */
/* LOY_E_FORMAT with a sentence: too short, no digits, too easy. */
enum loy_status store_pin_judge(struct loy_store *store, enum loy_role role, const char *pin);
enum loy_status store_pin_hash(
    struct loy_store *store, int64_t number, const char *pin, char hash[STORE_PIN_HASH_SIZE]);
/* LOY_NONE: it is another PIN; after as long for number 0, with whatever hash. */
enum loy_status store_pin_compare(
    struct loy_store *store, int64_t number, const char *hash, const char *pin);
/* Counts a try, then compares; the caller resets what was counted (store_failures_set) if it was
 * right. LOY_E_ACCESS: it was not. */
enum loy_status store_pin_try(struct loy_store *store, const char *name, const char *pin,
    int64_t at_us, int64_t *number, enum loy_role *role);
enum loy_status store_failures_set(
    struct loy_store *store, int64_t number, int64_t failures, int64_t locked_until_us);

/* ---- audit.c, audit_anchor.c, audit_verify.c ----------------------------------------------- */

#define STORE_AUDIT_HASH_SIZE LOY_AUDIT_HASH_SIZE
#define STORE_ANCHOR_EVERY 1000 /* entries from one signed one to the next */

struct store_audit_row {
    int64_t sequence, at_us, operator_id;
    const char *action, *object;
    size_t action_size, object_size; /* bytes: a changed text may hold a zero */
};
/* Adds a number to what is hashed, its low byte first. */
void store_hash_number(crypto_generichash_state *state, int64_t number);
void store_audit_row_hash(const struct loy_store *store, const struct store_audit_row *row,
    const uint8_t previous[STORE_AUDIT_HASH_SIZE], uint8_t hash[STORE_AUDIT_HASH_SIZE]);
/* The mark of the last entry, in setting STORE_AUDIT_HEAD. */
#define STORE_AUDIT_HEAD "audit_head"
/* Entered by the library where that mark did not fit the last entry any more. */
#define STORE_AUDIT_BROKEN "audit-broken"
/* Actions of entries that are always signed; the object of the first one in a file of before. */
#define STORE_AUDIT_SIGN "audit-sign"
#define STORE_AUDIT_EXPORT "audit-export"
#define STORE_AUDIT_SIGN_FIRST "no entry was signed before"
void store_audit_head_hash(const struct loy_store *store, int64_t sequence,
    const uint8_t last[STORE_AUDIT_HASH_SIZE], uint8_t head[STORE_AUDIT_HASH_SIZE]);
/* Number and hash of the last entry, zeros before the first; of a certain one (LOY_NONE). */
enum loy_status store_audit_last(
    struct loy_store *store, int64_t *sequence, uint8_t hash[STORE_AUDIT_HASH_SIZE]);
enum loy_status store_audit_hash_at(
    struct loy_store *store, int64_t sequence, uint8_t hash[STORE_AUDIT_HASH_SIZE]);

/* Signs an entry that is being written, inside its transaction. */
enum loy_status store_anchor_insert(struct loy_store *store, int64_t sequence, int64_t at_us,
    const uint8_t hash[STORE_AUDIT_HASH_SIZE]);
/* What an anchor's signature covers, and the key that it was made with. */
void store_anchor_public_key(
    const struct loy_store *store, uint8_t public_key[LOY_AUDIT_PUBLIC_KEY_SIZE]);

/* FILE.keys notes how far the log had come, so that an older FILE put back is noticed. Written
 * after the commit: it is never ahead of FILE. */
struct store_audit_note {
    bool found, whole; /* whole: made with this store's key */
    int64_t sequence;
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
};
enum loy_status store_audit_note_get(struct loy_store *store, struct store_audit_note *note);
/* Notes the last entry unless the note and FILE contradict each other: that shall stay visible.
 * regardless: even then. */
enum loy_status store_audit_note_set(struct loy_store *store, bool regardless);
/* Into a backup, whose handle has no keys: with those of `store`. */
enum loy_status store_audit_note_backup(const struct loy_store *store, struct loy_store *copy);
/* At open: a store of before there were signatures gets its first; a missing note is made. */
enum loy_status store_audit_settle(struct loy_store *store, int64_t at_us);

/* The note is read by the caller before it takes the picture of FILE that is verified. */
enum loy_status store_audit_check(struct loy_store *store, const struct store_audit_note *note,
    const struct loy_audit_head *against, void (*problem)(void *user, const char *sentence),
    void *user);

/* ---- place.c, settings.c ------------------------------------------------------------------- */

/* Numbers and epoch of the store's own lane, from its row. */
enum loy_status store_own_lane_load(struct loy_store *store);
enum loy_status store_settings_load(struct loy_store *store);
enum loy_status store_settings_save(
    struct loy_store *store, const struct loy_store_settings *settings);

/* ---- open.c --------------------------------------------------------------------------------- */

/* An empty handle for path with its file names; NULL: no memory. */
struct loy_store *store_handle_make(const char *path);
/* The handle of create, open and restore: given out even where they fail, for its text. */
enum loy_status store_handle_start(
    const struct loy_store_options *options, struct loy_store **store);
/* The passphrase of options that know one. */
const char *store_passphrase(const struct loy_store_options *options);
/* Opens both files and checks that they are ours, of this key and of each other. Nothing is
 * written. The key is where options say, whatever the path of the handle. */
enum loy_status store_files_open(struct loy_store *store, const struct loy_store_options *options);
/* The same by a master key that comes from elsewhere. */
enum loy_status store_files_open_by(struct loy_store *store, const uint8_t master[MASTER_KEY_SIZE]);
/* The whole of loy_store_open on an empty handle. */
enum loy_status store_files_open_and_act(
    struct loy_store *store, const struct loy_store_options *options);
void store_files_close(struct loy_store *store);

#endif
