/* SPDX-License-Identifier: MIT
 *
 * sql.c - statements and failures: a cache of prepared statements, and SQLite's answers as statuses
 * with a sentence for a person. Knows no table.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *store_words(const char *english)
{
    return dgettext("loyalty", english);
}

enum loy_status store_fail(struct loy_store *store, enum loy_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(store->text, sizeof store->text, store_words(format), arguments);
    va_end(arguments);
    store->failed = status;
    return status;
}

void store_failure_save(const struct loy_store *store, struct store_failure *failure)
{
    failure->failed = store->failed;
    memcpy(failure->text, store->text, sizeof failure->text);
}

void store_failure_restore(struct loy_store *store, const struct store_failure *failure)
{
    store->failed = failure->failed;
    memcpy(store->text, failure->text, sizeof store->text);
}

/* A failure after which what is in the transaction cannot be relied on. */
static bool is_hard(enum loy_status status)
{
    return status == LOY_E_FULL || status == LOY_E_IO || status == LOY_E_MEMORY ||
           status == LOY_E_STORE;
}

static const char *file_of(const struct loy_store *store, sqlite3 *db)
{
    const char *name = db ? sqlite3_db_filename(db, "main") : NULL;
    if (name && name[0]) return name;
    return store->path ? store->path : "the store";
}

static enum loy_status fail_io(struct loy_store *store, sqlite3 *db)
{
    // SQLite keeps the cause of a failed opening only; of a failed write the system still has it.
    int cause = sqlite3_system_errno(db);
    if (cause == 0) cause = errno;
    if (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)
        return store_fail(store, LOY_E_FULL,
            "no space is left for %s: free some space and repeat; nothing was changed",
            file_of(store, db));
    return store_fail(store, LOY_E_IO, "reading or writing %s failed (%s): check the disk",
        file_of(store, db), sqlite3_errmsg(db));
}

static enum loy_status fail_mapped(struct loy_store *store, sqlite3 *db)
{
    const char *file = file_of(store, db);
    switch (sqlite3_errcode(db) & 0xff) {
    case SQLITE_FULL:
        return store_fail(store, LOY_E_FULL,
            "no space is left for %s: free some space and repeat; nothing was changed", file);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return store_fail(store, LOY_E_FULL,
            "%s cannot be written: make the file and its folder writable and repeat", file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return store_fail(
            store, LOY_E_BUSY, "another program holds %s: wait until it is done and repeat", file);
    case SQLITE_NOMEM:
        return store_fail(store, LOY_E_MEMORY, "out of memory while working on %s", file);
    case SQLITE_IOERR:
        return fail_io(store, db);
    case SQLITE_CANTOPEN:
        return store_fail(store, LOY_E_IO,
            "%s or a file beside it cannot be opened: check that its folder may be written", file);
    case SQLITE_NOTADB:
        return store_fail(store, LOY_E_FORMAT, "%s is no loyalty store", file);
    case SQLITE_CORRUPT:
        return store_fail(
            store, LOY_E_STORE, "%s is damaged: restore the last backup beside it", file);
    case SQLITE_CONSTRAINT:
        return store_fail(
            store, LOY_E_CONFLICT, "it contradicts what is stored (%s)", sqlite3_errmsg(db));
    default:
        return store_fail(store, LOY_E_STORE, "%s: %s", file, sqlite3_errmsg(db));
    }
}

enum loy_status store_fail_sql(struct loy_store *store, sqlite3 *db)
{
    enum loy_status status = fail_mapped(store, db);
    bool undone = store->depth > 0 && sqlite3_get_autocommit(store->db);
    if (store->depth > 0 && store->doomed == LOY_OK && (is_hard(status) || undone))
        store->doomed = status;
    return status;
}

static struct store_statement *statement_slot(struct loy_store *store, const char *sql)
{
    size_t start = ((uintptr_t)sql >> 3) % STORE_STATEMENTS_MAX;
    for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++) {
        struct store_statement *slot = &store->statements[(start + i) % STORE_STATEMENTS_MAX];
        if (slot->sql == sql || !slot->sql) return slot;
    }
    return NULL;
}

sqlite3_stmt *store_sql(struct loy_store *store, const char *sql)
{
    struct store_statement *slot = statement_slot(store, sql);
    if (!slot) {
        store_fail(store, LOY_E_LIMIT, "more than %u statements", STORE_STATEMENTS_MAX);
        return NULL;
    }
    if (slot->sql) {
        sqlite3_reset(slot->statement);
        sqlite3_clear_bindings(slot->statement);
        return slot->statement;
    }
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &slot->statement, NULL)) {
        store_fail_sql(store, store->db);
        return NULL;
    }
    slot->sql = sql;
    store->statement_count++;
    return slot->statement;
}

enum loy_status store_step(struct loy_store *store, sqlite3_stmt *statement)
{
    if (!statement) return store->failed;
    // SQLite may have undone the transaction by itself: what follows must not commit on its own.
    if (store->depth > 0 && sqlite3_get_autocommit(store->db)) {
        if (store->doomed == LOY_OK)
            store->doomed = store_fail(
                store, LOY_E_STORE, "the transaction was undone after an earlier failure");
        return store->doomed;
    }
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return LOY_OK;
    case SQLITE_DONE:
        return LOY_NONE;
    default:
        return store_fail_sql(store, sqlite3_db_handle(statement));
    }
}

enum loy_status store_run(struct loy_store *store, sqlite3_stmt *statement)
{
    enum loy_status status;
    do
        status = store_step(store, statement);
    while (status == LOY_OK);
    sqlite3_reset(statement);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status store_step_number(struct loy_store *store, sqlite3_stmt *query, int64_t *number)
{
    enum loy_status status = store_step(store, query);
    if (status == LOY_OK) *number = sqlite3_column_int64(query, 0);
    sqlite3_reset(query);
    return status;
}

enum loy_status store_run_text(struct loy_store *store, const char *sql)
{
    return store_database_run(store, store->db, sql);
}
