/* SPDX-License-Identifier: MIT
 *
 * settings.c - small named values: table setting of FILE, table note of FILE.keys. Knows what the
 * shop's settings are called, and not what they mean.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

enum verb { GET, SET, FORGET, VERBS };
static const char *const sql[][VERBS] = {
    [STORE_SETTINGS] = {"SELECT value FROM setting WHERE name=?1",
        "INSERT INTO setting (name, value) VALUES (?1, ?2)"
        " ON CONFLICT (name) DO UPDATE SET value=excluded.value",
        "DELETE FROM setting WHERE name=?1"},
    [STORE_NOTES] = {"SELECT value FROM note WHERE name=?1",
        "INSERT INTO note (name, value) VALUES (?1, ?2)"
        " ON CONFLICT (name) DO UPDATE SET value=excluded.value",
        "DELETE FROM note WHERE name=?1"},
};

/* Opening and closing a store take fifty of them, on two files. NULL: failed. */
static sqlite3_stmt *prepare(
    struct loy_store *store, enum store_book book, enum verb verb, const char *name)
{
    sqlite3_stmt **statement = &store->named[book][verb];
    sqlite3 *db = book == STORE_NOTES ? store->key_db : store->db;
    if (!*statement && sqlite3_prepare_v3(db, sql[book][verb], -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK)
        store_fail_sql(store, db);
    else
        sqlite3_bind_text(*statement, 1, name, -1, SQLITE_STATIC);
    return *statement;
}

/* What was bound is the caller's, and may be secret: it does not stay. */
static void finish(sqlite3_stmt *statement)
{
    if (!statement) return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static enum loy_status run(struct loy_store *store, sqlite3_stmt *statement)
{
    enum loy_status status = store_step(store, statement);
    finish(statement);
    return status == LOY_NONE ? LOY_OK : status;
}

void store_settings_forget(struct loy_store *store)
{
    for (size_t i = 0; i < 2 * VERBS; i++)
        sqlite3_finalize(store->named[i / VERBS][i % VERBS]);
    memset(store->named, 0, sizeof store->named);
}

enum loy_status store_number_get(
    struct loy_store *store, enum store_book book, const char *name, int64_t *value)
{
    sqlite3_stmt *statement = prepare(store, book, GET, name);
    enum loy_status status = store_step(store, statement);
    if (status == LOY_OK) *value = sqlite3_column_int64(statement, 0);
    finish(statement);
    return status;
}

enum loy_status store_number_set(
    struct loy_store *store, enum store_book book, const char *name, int64_t value)
{
    sqlite3_stmt *statement = prepare(store, book, SET, name);
    sqlite3_bind_int64(statement, 2, value);
    return run(store, statement);
}

enum loy_status store_bytes_get(
    struct loy_store *store, enum store_book book, const char *name, void *value, size_t size)
{
    sqlite3_stmt *statement = prepare(store, book, GET, name);
    enum loy_status status = store_step(store, statement);
    if (status == LOY_OK) {
        const void *found = sqlite3_column_blob(statement, 0);
        if (found && (size_t)sqlite3_column_bytes(statement, 0) == size)
            memcpy(value, found, size);
        else
            status =
                store_fail(store, LOY_E_STORE, "%s: the setting %s is damaged", store->path, name);
    }
    finish(statement);
    return status;
}

enum loy_status store_bytes_set(
    struct loy_store *store, enum store_book book, const char *name, const void *value, size_t size)
{
    sqlite3_stmt *statement = prepare(store, book, SET, name);
    sqlite3_bind_blob(statement, 2, value, (int)size, SQLITE_STATIC);
    return run(store, statement);
}

enum loy_status store_setting_text_get(
    struct loy_store *store, const char *name, char *value, size_t size)
{
    sqlite3_stmt *statement = prepare(store, STORE_SETTINGS, GET, name);
    enum loy_status status = store_step(store, statement);
    if (status == LOY_OK) {
        const char *found = (const char *)sqlite3_column_text(statement, 0);
        snprintf(value, size, "%s", found ? found : "");
    }
    finish(statement);
    return status;
}

enum loy_status store_setting_text_set(struct loy_store *store, const char *name, const char *value)
{
    sqlite3_stmt *statement = prepare(store, STORE_SETTINGS, SET, name);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
    return run(store, statement);
}

enum loy_status store_forget(struct loy_store *store, enum store_book book, const char *name)
{
    return run(store, prepare(store, book, FORGET, name));
}

enum loy_status store_settings_load(struct loy_store *store)
{
    struct loy_store_settings *settings = &store->settings;
    const struct {
        const char *name;
        char *text;
        size_t size;
    } texts[] = {
        {"currency", settings->currency, sizeof settings->currency},
        {"site", settings->site, sizeof settings->site},
        {"lane", settings->lane, sizeof settings->lane},
        {"country", settings->country, sizeof settings->country},
    };
    int64_t digits = 0;
    enum loy_status status = store_number_get(store, STORE_SETTINGS, "minor_digits", &digits);
    for (size_t i = 0; status == LOY_OK && i < sizeof texts / sizeof *texts; i++)
        status = store_setting_text_get(store, texts[i].name, texts[i].text, texts[i].size);
    if (status == LOY_NONE || digits < 0 || digits > 4)
        return store_fail(store, LOY_E_STORE,
            "%s is damaged: its settings are not complete: "
            "restore the last backup",
            store->path);
    settings->minor_digits = (uint8_t)digits;
    return status;
}

enum loy_status store_settings_save(
    struct loy_store *store, const struct loy_store_settings *settings)
{
    const char *const texts[][2] = {
        {"currency", settings->currency},
        {"site", settings->site},
        {"lane", settings->lane},
        {"country", settings->country},
    };
    enum loy_status status =
        store_number_set(store, STORE_SETTINGS, "minor_digits", settings->minor_digits);
    for (size_t i = 0; status == LOY_OK && i < sizeof texts / sizeof *texts; i++)
        status = store_setting_text_set(store, texts[i][0], texts[i][1]);
    return status;
}
