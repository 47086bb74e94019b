/* SPDX-License-Identifier: MIT
 *
 * erasure.c - the part of an erasure that lies outside FILE: keys destroyed in FILE.keys with a
 * note of what is under way, the small file FILE.erased of forgotten ids, and both logs emptied.
 *
 * In: ids. Out: keys that are gone. Must not know: what a member is.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* note.name: "erasing:", the erasure's token, ":", the id as hex */
#define NOTE_PATTERN "erasing:*"
#define NOTE_ID_AT 25 /* of the hex in it */
/* note.name of a file that was just restored: its list is yet to be read, whatever its size */
#define NOTE_RESTORED "restored"
#define LOG_PAUSE_MS 10 /* until another program may be done */

static enum loy_status keys_run(struct loy_store *store, const char *sql, const char *first,
    const struct loy_id *member, const char *reason)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->key_db, sql, -1, &statement, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_text(statement, 1, first, -1, SQLITE_STATIC);
    if (member) sqlite3_bind_blob(statement, 2, member->bytes, sizeof member->bytes, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, reason, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, statement);
    sqlite3_finalize(statement);
    return status;
}

enum loy_status store_erasure_begin(struct loy_store *store, struct store_erasure *erasure)
{
    uint8_t random[8];
    if (store->depth > 0)
        return store_fail(store, LOY_E_ARGUMENT, "an erasure is not made inside a transaction");
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(erasure->token, sizeof erasure->token, random, sizeof random);
    erasure->listed_size = -1;
    store->traces_noted = false;
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) store_rollback(store);
    return status;
}

enum loy_status store_erasure_key_alone(struct loy_store *store, const struct loy_id *member)
{
    enum loy_status status =
        keys_run(store, "DELETE FROM member_key WHERE member = ?2", NULL, member, NULL);
    return status == LOY_OK ? store_traces_due(store) : status;
}

enum loy_status store_erasure_key(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *member, const char *reason)
{
    enum loy_status status = store_erasure_key_alone(store, member);
    if (status != LOY_OK) return status;
    return keys_run(store,
        "INSERT OR REPLACE INTO note (name, value) VALUES ('erasing:' || ?1 || ':' || hex(?2), ?3)",
        erasure->token, member, reason);
}

/* ---- Notes -----------------------------------------------------------------------------------
 */

#define ANY_TOKEN "*"

static enum loy_status notes_select(
    struct loy_store *store, const char *token, sqlite3_stmt **notes)
{
    if (sqlite3_prepare_v2(store->key_db,
            "SELECT name FROM note WHERE name GLOB 'erasing:' || ?1 || ':*'", -1, notes,
            NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_text(*notes, 1, token, -1, SQLITE_STATIC);
    return LOY_OK;
}

static void note_id(const char *name, struct loy_id *id)
{
    size_t size = 0;
    memset(id, 0, sizeof *id);
    if (strlen(name) > NOTE_ID_AT)
        sodium_hex2bin(id->bytes, sizeof id->bytes, name + NOTE_ID_AT, strlen(name + NOTE_ID_AT),
            NULL, &size, NULL);
}

static enum loy_status note_next(struct loy_store *store, sqlite3_stmt *notes, struct loy_id *id)
{
    enum loy_status status = store_step(store, notes);
    if (status != LOY_OK) return status;
    const char *name = (const char *)sqlite3_column_text(notes, 0);
    if (!name) return store_fail(store, LOY_E_MEMORY, "out of memory");
    note_id(name, id);
    return LOY_OK;
}

/* ---- FILE.erased -----------------------------------------------------------------------------
 */

static enum loy_status table_print(struct loy_store *store, FILE *stream)
{
    sqlite3_stmt *rows = store_sql(store, "SELECT uid FROM erased ORDER BY uid");
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        struct loy_id id = {{0}};
        if (sqlite3_column_bytes(rows, 0) != (int)sizeof id.bytes) continue;
        memcpy(id.bytes, sqlite3_column_blob(rows, 0), sizeof id.bytes);
        store_erased_print(stream, &id);
    }
    sqlite3_reset(rows);
    return status == LOY_NONE ? LOY_OK : status;
}

/* LOY_OK: the table erased has the id. */
static enum loy_status is_erased(struct loy_store *store, const struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store, "SELECT 1 FROM erased WHERE uid = ?1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

/* Whose key is gone while FILE does not know it yet: another process was killed between the two. */
static enum loy_status pending_print(struct loy_store *store, FILE *stream)
{
    sqlite3_stmt *notes = NULL;
    struct loy_id id;
    enum loy_status status = notes_select(store, ANY_TOKEN, &notes);
    while (status == LOY_OK && (status = note_next(store, notes, &id)) == LOY_OK) {
        status = is_erased(store, &id);
        if (status != LOY_NONE) continue;
        store_erased_print(stream, &id);
        status = LOY_OK;
    }
    sqlite3_finalize(notes);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status all_print(struct loy_store *store, FILE *stream, const void *user)
{
    (void)user;
    enum loy_status status = table_print(store, stream);
    return status == LOY_OK ? pending_print(store, stream) : status;
}

/* Sizes tell, since table and file only ever grow. */
static enum loy_status file_differs(struct loy_store *store, const char *path, bool *differs)
{
    struct stat state = {.st_size = 0};
    sqlite3_stmt *count = store_sql(store, "SELECT count(*) FROM erased");
    if (stat(path, &state) != 0 && errno != ENOENT)
        return store_fail_errno(store, N_("reading"), path);
    enum loy_status status = store_step(store, count);
    if (status == LOY_OK)
        *differs =
            sqlite3_column_int64(count, 0) * (int64_t)STORE_ERASED_LINE != (int64_t)state.st_size;
    sqlite3_reset(count);
    return status;
}

/* Under the write lock, so that no other process writes an older list over it. */
static enum loy_status file_settle(struct loy_store *store)
{
    bool differs = false;
    char *path = store_erased_path(store);
    if (!path) return LOY_E_MEMORY;
    enum loy_status status = store_begin(store);
    if (status == LOY_OK) {
        status = file_differs(store, path, &differs);
        if (status == LOY_OK && differs)
            status = store_erased_replace(store, path, all_print, NULL);
        enum loy_status ended = store_commit(store);
        if (status == LOY_OK) status = ended;
    }
    free(path);
    return status;
}

/* ---- The end of an erasure ---------------------------------------------------------------------
 *
 * FILE.erased, then the keys, then FILE, each durable before the next begins: a crash leaves at
 * worst a list that is ahead, by which the next opening erases. The other way round, an older
 * backup put in the place of what the crash left would remember.
 */

static enum loy_status list_extend(
    struct loy_store *store, struct store_erasure *erasure, const char *path, sqlite3_stmt *notes)
{
    struct loy_id id;
    FILE *stream = NULL;
    enum loy_status status = note_next(store, notes, &id);
    if (status == LOY_OK)
        status = store_erased_start(store, path, true, &stream, &erasure->listed_size);
    if (!stream) return status;
    do
        store_erased_print(stream, &id);
    while ((status = note_next(store, notes, &id)) == LOY_OK);
    return store_erased_end(store, path, stream, status == LOY_NONE ? LOY_OK : status);
}

/* Whom this erasure has noted. */
static enum loy_status list_write(
    struct loy_store *store, struct store_erasure *erasure, const char *path)
{
    sqlite3_stmt *notes = NULL;
    enum loy_status status = notes_select(store, erasure->token, &notes);
    if (status == LOY_OK) status = list_extend(store, erasure, path, notes);
    sqlite3_finalize(notes);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status both_commit(
    struct loy_store *store, struct store_erasure *erasure, const char *path)
{
    enum loy_status status = list_write(store, erasure, path);
    if (status == LOY_OK) {
        status = store_database_run(store, store->key_db, "COMMIT");
        if (status == LOY_OK) return store_commit(store);
        // The keys may yet turn out to be gone: then the list is right.
        if (status == LOY_E_IO) erasure->listed_size = -1;
    }
    // While the write lock is held. Where it does not succeed, the next opening erases.
    if (erasure->listed_size >= 0) (void)!truncate(path, erasure->listed_size);
    return status;
}

enum loy_status store_erasure_end(
    struct loy_store *store, struct store_erasure *erasure, enum loy_status status)
{
    enum loy_status done = status;
    if (status >= LOY_OK && store->doomed != LOY_OK) done = store->doomed;
    char *path = store_erased_path(store);
    if (done >= LOY_OK) done = path ? both_commit(store, erasure, path) : LOY_E_MEMORY;
    free(path);
    // Each does nothing where it is committed.
    sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    store_rollback(store);
    return done == LOY_OK ? status : done;
}

/* ---- Logs ------------------------------------------------------------------------------------
 */

enum loy_status store_log_busy(struct loy_store *store, sqlite3 *db)
{
    return store_fail(store, LOY_E_BUSY,
        "it is done, but another program still reads %s: its log and the free space of its pages "
        "are cleared at the next opening, or when this is repeated",
        sqlite3_db_filename(db, "main"));
}

/* SQLite itself waits for readers, but not for another one that empties the log, as each program
 * does that ends. */
enum loy_status store_log_empty(struct loy_store *store, sqlite3 *db)
{
    int64_t busy = 0;
    enum loy_status status = LOY_OK;
    const int64_t until_ms = store_now_ms() + store->wait_ms;
    while (status == LOY_OK) {
        status = store_database_number(store, db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
        if (status != LOY_OK || !busy || store_now_ms() >= until_ms) break;
        sqlite3_sleep(LOG_PAUSE_MS);
    }
    return status == LOY_OK && busy ? store_log_busy(store, db) : status;
}

static enum loy_status notes_drop(struct loy_store *store, const struct store_erasure *erasure)
{
    return keys_run(store,
        "DELETE FROM note WHERE name GLOB 'erasing:' || ?1 || ':*' OR name = '" NOTE_RESTORED "'",
        erasure->token, NULL, NULL);
}

enum loy_status store_erasure_settle(struct loy_store *store, const struct store_erasure *erasure)
{
    enum loy_status status = file_settle(store);
    if (status == LOY_OK) status = store_columns_forget(store);
    if (status == LOY_OK) status = store_log_empty(store, store->key_db);
    if (status == LOY_OK) status = store_log_empty(store, store->db);
    return status == LOY_OK ? notes_drop(store, erasure) : status;
}

/* ---- What is due ------------------------------------------------------------------------------
 */

enum loy_status store_erasure_due(struct loy_store *store, bool *due)
{
    int64_t notes = 0;
    char *path = store_erased_path(store);
    if (!path) return LOY_E_MEMORY;
    enum loy_status status = file_differs(store, path, due);
    free(path);
    if (status == LOY_OK)
        status = store_database_number(store, store->key_db,
            "SELECT count(*) FROM note WHERE name GLOB '" NOTE_PATTERN "' OR name = '" NOTE_RESTORED
            "'",
            &notes);
    *due = *due || notes > 0;
    return status;
}

enum loy_status store_member_key_destroyed(struct loy_store *store, const struct loy_id *member)
{
    sqlite3_stmt *select = NULL;
    if (sqlite3_prepare_v2(store->key_db,
            "SELECT 1 FROM note WHERE name GLOB '" NOTE_PATTERN ":' || hex(?1) LIMIT 1", -1,
            &select, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_blob(select, 1, member->bytes, sizeof member->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    sqlite3_finalize(select);
    return status;
}

/* Row by row, since erasing writes notes of its own. LOY_NONE: no other erasure's note is left. */
static enum loy_status note_take(struct loy_store *store, const struct store_erasure *erasure,
    struct loy_id *id, char reason[STORE_REASON_MAX])
{
    sqlite3_stmt *select = NULL;
    char name[80] = "";
    if (sqlite3_prepare_v2(store->key_db,
            "SELECT name, coalesce(value, 'request') FROM note WHERE name GLOB '" NOTE_PATTERN "' "
            "AND name NOT GLOB 'erasing:' || ?1 || ':*' LIMIT 1",
            -1, &select, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_text(select, 1, erasure->token, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        // SQLite's own prints what it had no memory for as nothing.
        sqlite3_snprintf(sizeof name, name, "%s", sqlite3_column_text(select, 0));
        sqlite3_snprintf(STORE_REASON_MAX, reason, "%s", sqlite3_column_text(select, 1));
    }
    sqlite3_finalize(select);
    if (status != LOY_OK) return status;
    note_id(name, id);
    return keys_run(store, "DELETE FROM note WHERE name = ?1", name, NULL, NULL);
}

static enum loy_status notes_each(
    struct loy_store *store, const struct store_erasure *erasure, store_erase_fn erase)
{
    struct loy_id id;
    char reason[STORE_REASON_MAX];
    enum loy_status status;
    while ((status = note_take(store, erasure, &id, reason)) == LOY_OK) {
        status = store_erasure_key(store, erasure, &id, reason);
        if (status == LOY_OK) status = erase(store, erasure, &id, reason);
        if (status != LOY_OK) return status;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status lines_each(struct loy_store *store, const struct store_erasure *erasure,
    store_erase_fn erase, const struct store_erased_list *list)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i * STORE_ERASED_LINE < list->size && status >= LOY_OK; i++) {
        struct loy_id id;
        if (!store_erased_line(list, i, &id)) continue;
        status = is_erased(store, &id);
        if (status != LOY_NONE) continue;
        status = store_erasure_key(store, erasure, &id, "restore");
        if (status == LOY_OK) status = erase(store, erasure, &id, "restore");
    }
    return status < LOY_OK ? status : LOY_OK;
}

enum loy_status store_erasure_each(
    struct loy_store *store, const struct store_erasure *erasure, store_erase_fn erase)
{
    struct store_erased_list list;
    enum loy_status status = notes_each(store, erasure, erase);
    if (status != LOY_OK) return status;
    char *path = store_erased_path(store);
    if (!path) return LOY_E_MEMORY;
    status = store_erased_read(store, path, &list);
    if (status == LOY_OK) status = lines_each(store, erasure, erase, &list);
    free(list.bytes);
    free(path);
    return status;
}

enum loy_status store_erasure_note_restored(struct loy_store *copy)
{
    return store_number_set(copy, STORE_NOTES, NOTE_RESTORED, 1);
}
