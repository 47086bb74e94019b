/* SPDX-License-Identifier: MIT
 *
 * erasure.c - the part of an erasure that lies outside FILE: keys destroyed in FILE.keys with a
 * note of what is under way, the small file FILE.erased of forgotten ids, and both logs emptied.
 *
 *     FILE.erased   a line of 36 characters per id, as loy_id_text writes it; nothing else
 *
 * In: ids. Out: keys that are gone. Must not know: what a member is.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ERASED_SUFFIX ".erased"
#define LINE_SIZE LOY_ID_TEXT_SIZE /* with its line break */
/* note.name: "erasing:", the erasure's token, ":", the id as hex */
#define NOTE_PATTERN "erasing:*"
/* note.name of a file that was just restored: its list is yet to be read, whatever its size */
#define NOTE_RESTORED "restored"

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
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) store_rollback(store);
    return status;
}

enum loy_status store_erasure_key_alone(struct loy_store *store, const struct loy_id *member)
{
    return keys_run(store, "DELETE FROM member_key WHERE member = ?2", NULL, member, NULL);
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

/* The keys first: from their commit on the member cannot be read, whatever becomes of FILE. */
enum loy_status store_erasure_end(struct loy_store *store, enum loy_status status)
{
    if (status >= LOY_OK && store->doomed != LOY_OK) status = store->doomed;
    enum loy_status kept =
        status >= LOY_OK ? store_database_run(store, store->key_db, "COMMIT") : status;
    if (kept >= LOY_OK) {
        enum loy_status committed = store_commit(store);
        return committed == LOY_OK ? status : committed;
    }
    sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    store_rollback(store);
    return kept;
}

/* ---- FILE.erased -----------------------------------------------------------------------------
 */

struct erased_file {
    char *bytes;
    size_t size;
};

/* A file that is not there is empty. */
static enum loy_status file_read(
    struct loy_store *store, const char *path, struct erased_file *file)
{
    struct stat state;
    *file = (struct erased_file){NULL, 0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return errno == ENOENT ? LOY_OK : store_fail_errno(store, "reading", path);
    enum loy_status status = LOY_OK;
    if (fstat(descriptor, &state) != 0) status = store_fail_errno(store, "reading", path);
    if (status == LOY_OK) file->bytes = malloc((size_t)state.st_size + 1);
    if (status == LOY_OK && !file->bytes) status = store_fail(store, LOY_E_MEMORY, "out of memory");
    while (status == LOY_OK && file->size < (size_t)state.st_size) {
        ssize_t got =
            read(descriptor, file->bytes + file->size, (size_t)state.st_size - file->size);
        if (got < 0) status = store_fail_errno(store, "reading", path);
        if (got <= 0) break;
        file->size += (size_t)got;
    }
    close(descriptor);
    return status;
}

/* The id of a line; false: it is none, as where a crash cut the last one off. */
static bool line_read(const struct erased_file *file, size_t index, struct loy_id *id)
{
    char text[LINE_SIZE];
    size_t at = index * LINE_SIZE;
    if (at + LINE_SIZE > file->size || file->bytes[at + LINE_SIZE - 1] != '\n') return false;
    memcpy(text, file->bytes + at, LINE_SIZE - 1);
    text[LINE_SIZE - 1] = '\0';
    return loy_id_parse(text, id) == LOY_OK;
}

static bool is_whole(const struct erased_file *file)
{
    struct loy_id id;
    for (size_t i = 0; i * LINE_SIZE < file->size; i++)
        if (!line_read(file, i, &id)) return false;
    return true;
}

static enum loy_status written_name(struct loy_store *store, FILE *stream, const char *part,
    const char *path, enum loy_status status)
{
    bool written = fflush(stream) == 0 && fsync(fileno(stream)) == 0;
    if (status == LOY_OK && !written) status = store_fail_errno(store, "writing", part);
    fclose(stream);
    if (status == LOY_OK && rename(part, path) != 0)
        status = store_fail_errno(store, "creating", path);
    return status == LOY_OK ? store_disk_sync_folder(store, path) : status;
}

/* A new file under another name, which then takes the place of the old one. */
static enum loy_status file_start(struct loy_store *store, const char *part, FILE **stream)
{
    unlink(part);
    int descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    *stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (*stream) return LOY_OK;
    if (descriptor >= 0) close(descriptor);
    return store_fail_errno(store, "creating", part);
}

static enum loy_status table_write(struct loy_store *store, FILE *stream)
{
    sqlite3_stmt *rows = store_sql(store, "SELECT uid FROM erased ORDER BY uid");
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        struct loy_id id = {{0}};
        char text[LOY_ID_TEXT_SIZE];
        if (sqlite3_column_bytes(rows, 0) != (int)sizeof id.bytes) continue;
        memcpy(id.bytes, sqlite3_column_blob(rows, 0), sizeof id.bytes);
        loy_id_text(&id, text);
        fprintf(stream, "%s\n", text);
    }
    sqlite3_reset(rows);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status file_write(struct loy_store *store, const char *path)
{
    FILE *stream = NULL;
    char *part = store_path_join(path, ".part");
    if (!part) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = file_start(store, part, &stream);
    if (status == LOY_OK)
        status = written_name(store, stream, part, path, table_write(store, stream));
    if (status != LOY_OK) unlink(part);
    free(part);
    return status;
}

/* Sizes tell, since table and file only ever grow. */
static enum loy_status file_differs(struct loy_store *store, const char *path, bool *differs)
{
    struct stat state = {.st_size = 0};
    sqlite3_stmt *count = store_sql(store, "SELECT count(*) FROM erased");
    if (stat(path, &state) != 0 && errno != ENOENT) return store_fail_errno(store, "reading", path);
    enum loy_status status = store_step(store, count);
    if (status == LOY_OK)
        *differs = sqlite3_column_int64(count, 0) * (int64_t)LINE_SIZE != (int64_t)state.st_size;
    sqlite3_reset(count);
    return status;
}

/* Under the write lock, so that no other process writes an older list over it. */
static enum loy_status file_settle(struct loy_store *store)
{
    bool differs = false;
    char *path = store_path_join(store->path, ERASED_SUFFIX);
    if (!path) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = store_begin(store);
    if (status == LOY_OK) {
        status = file_differs(store, path, &differs);
        if (status == LOY_OK && differs) status = file_write(store, path);
        enum loy_status ended = store_commit(store);
        if (status == LOY_OK) status = ended;
    }
    free(path);
    return status;
}

/* ---- Logs ------------------------------------------------------------------------------------
 */

static enum loy_status log_empty(struct loy_store *store, sqlite3 *db)
{
    int64_t busy = 0;
    enum loy_status status =
        store_database_number(store, db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy);
    if (status == LOY_OK && busy)
        status = store_fail(store, LOY_E_BUSY,
            "the member is erased, but another program still reads %s: repeat when it is done, so "
            "that its log is emptied too",
            sqlite3_db_filename(db, "main"));
    return status;
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
    if (status == LOY_OK) status = log_empty(store, store->key_db);
    if (status == LOY_OK) status = log_empty(store, store->db);
    return status == LOY_OK ? notes_drop(store, erasure) : status;
}

/* ---- What is due ------------------------------------------------------------------------------
 */

enum loy_status store_erasure_due(struct loy_store *store, bool *due)
{
    int64_t notes = 0;
    char *path = store_path_join(store->path, ERASED_SUFFIX);
    if (!path) return store_fail(store, LOY_E_MEMORY, "out of memory");
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

/* Row by row, since erasing writes notes of its own. LOY_NONE: no other erasure's note is left. */
static enum loy_status note_take(struct loy_store *store, const struct store_erasure *erasure,
    struct loy_id *id, char reason[STORE_REASON_MAX])
{
    sqlite3_stmt *select = NULL;
    char name[80] = "";
    if (sqlite3_prepare_v2(store->key_db,
            "SELECT name, value FROM note WHERE name GLOB '" NOTE_PATTERN "' "
            "AND name NOT GLOB 'erasing:' || ?1 || ':*' LIMIT 1",
            -1, &select, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->key_db);
    sqlite3_bind_text(select, 1, erasure->token, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        const char *found = (const char *)sqlite3_column_text(select, 1);
        snprintf(name, sizeof name, "%s", (const char *)sqlite3_column_text(select, 0));
        snprintf(reason, STORE_REASON_MAX, "%s", found ? found : "request");
    }
    sqlite3_finalize(select);
    if (status != LOY_OK) return status;
    size_t size = 0;
    const char *hex = strrchr(name, ':') + 1;
    memset(id, 0, sizeof *id);
    sodium_hex2bin(id->bytes, sizeof id->bytes, hex, strlen(hex), NULL, &size, NULL);
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

/* LOY_OK: the table erased has the id. */
static enum loy_status is_erased(struct loy_store *store, const struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store, "SELECT 1 FROM erased WHERE uid = ?1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

static enum loy_status lines_each(struct loy_store *store, const struct store_erasure *erasure,
    store_erase_fn erase, const struct erased_file *file)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i * LINE_SIZE < file->size && status >= LOY_OK; i++) {
        struct loy_id id;
        if (!line_read(file, i, &id)) continue;
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
    struct erased_file file;
    enum loy_status status = notes_each(store, erasure, erase);
    if (status != LOY_OK) return status;
    char *path = store_path_join(store->path, ERASED_SUFFIX);
    if (!path) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = file_read(store, path, &file);
    if (status == LOY_OK) status = lines_each(store, erasure, erase, &file);
    free(file.bytes);
    free(path);
    return status;
}

/* ---- Before a restore -------------------------------------------------------------------------
 */

static enum loy_status list_judge(
    struct loy_store *store, const char *path, const struct erased_file *file)
{
    if (is_whole(file)) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "%s is no list of erased members: one id of 36 characters per line is expected", path);
}

static enum loy_status lists_write(struct loy_store *store, const char *path,
    const struct erased_file *first, const struct erased_file *second)
{
    FILE *stream = NULL;
    char *part = store_path_join(path, ".part");
    if (!part) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = file_start(store, part, &stream);
    if (status == LOY_OK) {
        if (first->size) fwrite(first->bytes, 1, first->size, stream);
        if (second->size) fwrite(second->bytes, 1, second->size, stream);
        status = written_name(store, stream, part, path, LOY_OK);
    }
    free(part);
    return status;
}

enum loy_status store_erasure_note_restored(struct loy_store *copy)
{
    return store_number_set(copy, STORE_NOTES, NOTE_RESTORED, 1);
}

enum loy_status store_erased_merge(struct loy_store *store, const char *further)
{
    struct erased_file here = {NULL, 0}, there = {NULL, 0};
    char *path = store_path_join(store->path, ERASED_SUFFIX);
    if (!path) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = file_read(store, path, &here);
    if (status == LOY_OK) status = list_judge(store, path, &here);
    if (status == LOY_OK && further && !store_disk_exists(further))
        status = store_fail(store, LOY_NONE, "there is no list of erased members at %s", further);
    if (status == LOY_OK && further) status = file_read(store, further, &there);
    if (status == LOY_OK && further) status = list_judge(store, further, &there);
    if (status == LOY_OK && there.size > 0) status = lists_write(store, path, &here, &there);
    free(here.bytes);
    free(there.bytes);
    free(path);
    return status;
}
