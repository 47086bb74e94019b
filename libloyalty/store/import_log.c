/* SPDX-License-Identifier: MIT
 *
 * import_log.c - which files were imported: in, a kind and a file's digest; out, whether it is new.
 */
#include <store/store_parts.h>

static const char known_sql[] = "SELECT 1 FROM import_log WHERE kind = ?1 AND file_digest = ?2";
static const char enter_sql[] =
    "INSERT INTO import_log (kind, file_digest, rows, total_minor, at_us, operator)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/* A million members write some 200 MiB of index pages, in no order. */
enum loy_status loy_import_begin(struct loy_store *store)
{
    static const char pages[] = "PRAGMA cache_size=-320000",
                      key_pages[] = "PRAGMA cache_size=-80000";
    enum loy_status status = store_require(store, LOY_MAY_IMPORT_FILE);
    if (status == LOY_OK) status = store_database_run(store, store->db, pages);
    if (status == LOY_OK) status = store_database_run(store, store->key_db, key_pages);
    return status == LOY_OK ? loy_store_begin(store) : status;
}

enum loy_status loy_import_known(
    struct loy_store *store, const char *kind, const uint8_t digest[LOY_FILE_DIGEST_SIZE])
{
    enum loy_status status = store_require(store, LOY_MAY_IMPORT_FILE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *known = store_sql(store, known_sql);
    sqlite3_bind_text(known, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_blob(known, 2, digest, LOY_FILE_DIGEST_SIZE, SQLITE_STATIC);
    status = store_step(store, known);
    sqlite3_reset(known);
    if (status == LOY_OK) return LOY_REPEATED;
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_import_enter(struct loy_store *store, const char *kind,
    const uint8_t digest[LOY_FILE_DIGEST_SIZE], int64_t rows, int64_t total_minor, int64_t at_us)
{
    char object[80];
    enum loy_status status = store_require(store, LOY_MAY_IMPORT_FILE);
    if (status != LOY_OK) return status;
    // Asked again under the write lock: another program may have taken it since.
    status = loy_import_known(store, kind, digest);
    if (status == LOY_REPEATED)
        return store_fail(
            store, LOY_E_CONFLICT, "another program has imported this very file meanwhile");
    if (status != LOY_OK) return status;
    sqlite3_stmt *enter = store_sql(store, enter_sql);
    sqlite3_bind_text(enter, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_blob(enter, 2, digest, LOY_FILE_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(enter, 3, rows);
    sqlite3_bind_int64(enter, 4, total_minor);
    sqlite3_bind_int64(enter, 5, at_us);
    sqlite3_bind_int64(enter, 6, store->operator_id);
    status = store_run(store, enter);
    if (status != LOY_OK) return status;
    sqlite3_snprintf(sizeof object, object, "%s, %lld rows", kind, (long long)rows);
    return store_audit(store, "import", object, at_us);
}
