/* SPDX-License-Identifier: MIT
 *
 * model.c - fitted populations that are kept (loyalty/model.h). In: bytes, a kind and a name. Out:
 * the same bytes. Must not know: what is in them.
 */
#include <store/store_parts.h>

#include <loyalty/model.h>

#include <stdio.h>
#include <string.h>

static bool is_name(const char *text, size_t size)
{
    return text != NULL && *text != '\0' && strlen(text) < size;
}

static enum loy_status model_write(struct loy_store *store, const char *kind, const char *name,
    const void *bytes, size_t size, int64_t at_us)
{
    char object[LOY_MODEL_KIND_MAX + LOY_TEXT_MAX];
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO model (kind, name, bytes, at_us, operator) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (kind, name) DO UPDATE SET bytes = ?3, at_us = ?4, operator = ?5");
    sqlite3_bind_text(insert, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 3, bytes, (int)size, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, at_us);
    sqlite3_bind_int64(insert, 5, store->operator_id);
    enum loy_status status = store_run(store, insert);
    snprintf(object, sizeof object, "%s %s", kind, name);
    return status == LOY_OK ? store_audit(store, "model.keep", object, at_us) : status;
}

enum loy_status loy_model_put(struct loy_store *store, const char *kind, const char *name,
    const void *bytes, size_t size, int64_t at_us)
{
    if (store == NULL || !is_name(kind, LOY_MODEL_KIND_MAX) || !is_name(name, LOY_TEXT_MAX) ||
        bytes == NULL || size == 0 || at_us < 0)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_KEEP_MODEL);
    if (status == LOY_OK && size > LOY_MODEL_SIZE_MAX)
        status =
            store_fail(store, LOY_E_LIMIT, "a model has more than %u bytes", LOY_MODEL_SIZE_MAX);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = model_write(store, kind, name, bytes, size, at_us);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

enum loy_status loy_model_get(struct loy_store *store, const char *kind, const char *name,
    void *bytes, size_t size, size_t *needed)
{
    if (store == NULL || kind == NULL || name == NULL || needed == NULL || (!bytes && size))
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_MODEL);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, "SELECT bytes FROM model WHERE kind = ?1 AND name = ?2");
    sqlite3_bind_text(select, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 2, name, -1, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) {
        const void *found = sqlite3_column_blob(select, 0);
        *needed = (size_t)sqlite3_column_bytes(select, 0);
        if (*needed > size)
            status = LOY_MORE;
        else if (found != NULL)
            memcpy(bytes, found, *needed);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_model_next(
    struct loy_store *store, const char *kind, char name[LOY_TEXT_MAX], int64_t *at_us)
{
    if (store == NULL || kind == NULL || name == NULL || at_us == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_MODEL);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(
        store, "SELECT name, at_us FROM model WHERE kind = ?1 AND name > ?2 ORDER BY name LIMIT 1");
    sqlite3_bind_text(select, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 2, name, -1, SQLITE_TRANSIENT);
    status = store_step(store, select);
    if (status == LOY_OK) {
        snprintf(name, LOY_TEXT_MAX, "%s", (const char *)sqlite3_column_text(select, 0));
        *at_us = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}
