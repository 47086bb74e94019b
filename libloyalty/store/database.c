/* SPDX-License-Identifier: MIT
 *
 * database.c - one SQLite file: its marks, its pragmas, set and read back. The order is the point:
 * synchronous=EXTRA before journal_mode=WAL, so that the journal of the switch itself is gone for
 * good (its return after a power cut would roll the file back to nothing). Knows no table.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <string.h>

#define LOOK_MS 2 /* between two looks whether another program is done */
#define HEADER_SIZE 100

const struct store_pragmas store_pragmas_product = {
    .synchronous = "PRAGMA synchronous=EXTRA",
    .synchronous_level = 3,
    .journal = "PRAGMA journal_mode=WAL",
    .journal_mode = "wal",
    .tuning = "PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864",
};

__attribute__((weak, visibility("hidden"))) const struct store_pragmas *store_pragmas_wanted(void)
{
    return &store_pragmas_product;
}

static int64_t big_endian_32(const uint8_t *bytes)
{
    return (int64_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

int store_database_file(sqlite3 *db, int which, sqlite3_file **file, sqlite3_int64 *size)
{
    int code = sqlite3_file_control(db, "main", which, file);
    if (code != SQLITE_OK) return code;
    if (!*file || !(*file)->pMethods) return SQLITE_CANTOPEN;
    return (*file)->pMethods->xFileSize(*file, size);
}

static int header_read(sqlite3 *db, uint8_t header[HEADER_SIZE], sqlite3_int64 *size)
{
    sqlite3_file *file = NULL;
    int code = store_database_file(db, SQLITE_FCNTL_FILE_POINTER, &file, size);
    if (code == SQLITE_OK && *size >= HEADER_SIZE)
        code = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
    return code;
}

/* SQLite's file format, section 1.3: magic at 0, user version at 60, application id at 68. */
enum loy_status store_marks_peek(
    struct loy_store *store, const char *path, struct store_marks *marks)
{
    uint8_t header[HEADER_SIZE] = {0};
    sqlite3_int64 size = 0;
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    if (code == SQLITE_OK) code = header_read(db, header, &size);
    int cause = sqlite3_system_errno(db);
    sqlite3_close(db);
    if (code == SQLITE_NOMEM) return store_fail(store, LOY_E_MEMORY, "out of memory");
    errno = cause ? cause : EIO;
    if (code != SQLITE_OK) return store_fail_errno(store, N_("reading"), path);
    *marks = (struct store_marks){0};
    if (size == 0) return LOY_OK;
    if (size < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0)
        return store_fail(store, LOY_E_FORMAT, "%s is no loyalty store", path);
    marks->version = big_endian_32(header + 60);
    marks->application = big_endian_32(header + 68);
    return LOY_OK;
}

/* ---- Copied -------------------------------------------------------------------------------------
 */

struct side {
    const char *path, *doing;
    sqlite3 *db;
    sqlite3_file *file;
    sqlite3_int64 size;
};

static int side_open(struct side *side, int flags)
{
    int code = sqlite3_open_v2(side->path, &side->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    return code == SQLITE_OK
               ? store_database_file(side->db, SQLITE_FCNTL_FILE_POINTER, &side->file, &side->size)
               : code;
}

static enum loy_status side_fail(struct loy_store *store, const struct side *side, int code)
{
    int cause = 0;
    sqlite3_file_control(side->db, "main", SQLITE_FCNTL_LAST_ERRNO, &cause);
    if (cause == 0) cause = sqlite3_system_errno(side->db);
    if (cause == 0) cause = (code & 0xff) == SQLITE_NOMEM ? ENOMEM : EIO;
    errno = (code & 0xff) == SQLITE_FULL ? ENOSPC : cause;
    return store_fail_errno(store, side->doing, side->path);
}

static enum loy_status sides_copy(
    struct loy_store *store, const struct side *source, const struct side *target)
{
    char bytes[65536];
    for (sqlite3_int64 at = 0; at < source->size; at += (sqlite3_int64)sizeof bytes) {
        sqlite3_int64 left = source->size - at;
        int count = left < (sqlite3_int64)sizeof bytes ? (int)left : (int)sizeof bytes;
        int code = source->file->pMethods->xRead(source->file, bytes, count, at);
        if (code != SQLITE_OK) return side_fail(store, source, code);
        code = target->file->pMethods->xWrite(target->file, bytes, count, at);
        if (code != SQLITE_OK) return side_fail(store, target, code);
    }
    int code = target->file->pMethods->xSync(target->file, SQLITE_SYNC_FULL);
    return code == SQLITE_OK ? LOY_OK : side_fail(store, target, code);
}

enum loy_status store_database_copy(struct loy_store *store, const char *from, const char *to)
{
    struct side source = {.path = from, .doing = N_("reading")};
    struct side target = {.path = to, .doing = N_("writing")};
    enum loy_status status = LOY_OK;
    int code = side_open(&source, SQLITE_OPEN_READONLY);
    if (code != SQLITE_OK) status = side_fail(store, &source, code);
    if (status == LOY_OK && (code = side_open(&target, SQLITE_OPEN_READWRITE)) != SQLITE_OK)
        status = side_fail(store, &target, code);
    if (status == LOY_OK) status = sides_copy(store, &source, &target);
    sqlite3_close(target.db);
    sqlite3_close(source.db);
    return status;
}

/* ---- Its marks ----------------------------------------------------------------------------------
 */

enum loy_status store_marks_read(struct loy_store *store, sqlite3 *db, struct store_marks *marks)
{
    enum loy_status status =
        store_database_number(store, db, "PRAGMA application_id", &marks->application);
    if (status != LOY_OK) return status;
    return store_database_number(store, db, "PRAGMA user_version", &marks->version);
}

enum loy_status store_marks_judge(struct loy_store *store, const char *path,
    const struct store_marks *marks, int64_t application, int64_t newest)
{
    if (marks->application == 0 && marks->version == 0)
        return store_fail(store, LOY_E_FORMAT,
            "%s was never finished: remove it and what `init` left beside it, and make the store "
            "again",
            path);
    if (marks->application != application)
        return store_fail(store, LOY_E_FORMAT, "%s is no loyalty store", path);
    if (marks->version > newest)
        return store_fail(store, LOY_E_VERSION,
            "%s was made by a newer version (its schema is %lld, this program knows %lld): install "
            "that version; the file was not touched",
            path, (long long)marks->version, (long long)newest);
    return LOY_OK;
}

/* SQLite's own handler comes to look only every 100 ms, and seldom meets the moment in which a
 * program that writes without pause, as an import does, is between two transactions. */
static int write_wait(void *user, int looks)
{
    struct loy_store *store = user;
    const int64_t now_ms = store_now_ms();
    if (looks == 0) store->wait_until_ms = now_ms + store->wait_ms;
    if (now_ms >= store->wait_until_ms) return 0;
    sqlite3_sleep(LOOK_MS);
    return 1;
}

enum loy_status store_database_open(struct loy_store *store, const char *path, sqlite3 **db)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, db, flags, NULL) != SQLITE_OK) {
        enum loy_status status = store_fail_sql(store, *db);
        sqlite3_close(*db);
        *db = NULL;
        return status;
    }
    sqlite3_extended_result_codes(*db, 1);
    sqlite3_busy_handler(*db, write_wait, store);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (sqlite3_db_readonly(*db, "main") == 1)
        return store_fail(store, LOY_E_FULL,
            "%s is read-only: make the file and its folder writable and repeat", path);
    return LOY_OK;
}

enum loy_status store_database_run(struct loy_store *store, sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) return store_fail_sql(store, db);
    return LOY_OK;
}

enum loy_status store_database_number(
    struct loy_store *store, sqlite3 *db, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement = NULL;
    int64_t value = 0;
    int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    if (code == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
    enum loy_status status = LOY_OK;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        *number = value;
    else
        status = store_fail_sql(store, db);
    sqlite3_finalize(statement);
    return status;
}

static enum loy_status journal_set(
    struct loy_store *store, sqlite3 *db, const struct store_pragmas *wanted)
{
    sqlite3_stmt *statement = NULL;
    enum loy_status status = LOY_OK;
    int code = sqlite3_prepare_v2(db, wanted->journal, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_step(statement);
    const char *mode = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (!mode)
        status = store_fail_sql(store, db);
    else if (strcmp(mode, wanted->journal_mode) != 0)
        status = store_fail(store, LOY_E_STORE,
            "the file system of %s cannot keep a safe write-ahead log (journal mode came back as "
            "%s): put the store on a local disk",
            sqlite3_db_filename(db, "main"), mode);
    sqlite3_finalize(statement);
    return status;
}

static enum loy_status pragma_verify(
    struct loy_store *store, sqlite3 *db, const char *pragma, int64_t wanted)
{
    int64_t found = -1;
    enum loy_status status = store_database_number(store, db, pragma, &found);
    if (status == LOY_OK && found != wanted)
        status = store_fail(store, LOY_E_STORE,
            "SQLite did not keep %s at %lld (it is %lld): use the SQLite this program was built "
            "for",
            pragma, (long long)wanted, (long long)found);
    return status;
}

enum loy_status store_database_trust(struct loy_store *store, sqlite3 *db)
{
    const struct store_pragmas *wanted = store_pragmas_wanted();
    const struct {
        const char *pragma;
        int64_t value;
    } verified[] = {
        {"PRAGMA synchronous", wanted->synchronous_level},
        {"PRAGMA foreign_keys", 1},
        {"PRAGMA secure_delete", 1},
        {"PRAGMA temp_store", 2},
    };
    enum loy_status status = store_database_run(store, db, wanted->synchronous);
    if (status == LOY_OK) status = journal_set(store, db, wanted);
    if (status == LOY_OK)
        status = store_database_run(
            store, db, "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY");
    if (status == LOY_OK) status = store_database_run(store, db, wanted->tuning);
    for (size_t i = 0; status == LOY_OK && i < sizeof verified / sizeof *verified; i++)
        status = pragma_verify(store, db, verified[i].pragma, verified[i].value);
    if (status == LOY_OK) sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return status;
}

enum loy_status store_database_check(struct loy_store *store, sqlite3 *db,
    void (*problem)(void *user, const char *sentence), void *user)
{
    sqlite3_stmt *statement = NULL;
    enum loy_status status = LOY_OK;
    int code = sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL);
    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(statement);
        const char *text =
            code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
        if (!text || strcmp(text, "ok") == 0) continue;
        char sentence[STORE_TEXT_MAX];
        sqlite3_snprintf(
            sizeof sentence, sentence, "%s: %s", sqlite3_db_filename(db, "main"), text);
        if (problem) problem(user, sentence);
        status = LOY_E_CHECK;
    }
    if (code != SQLITE_DONE) {
        status = store_fail_sql(store, db);
        // A damaged page can stop the check itself: that is a finding like the others.
        if (status == LOY_E_STORE || status == LOY_E_FORMAT) {
            if (problem) problem(user, store->text);
            status = LOY_E_CHECK;
        }
    }
    sqlite3_finalize(statement);
    return status;
}
