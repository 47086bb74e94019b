/* SPDX-License-Identifier: MIT
 *
 * receipt_setting.c - what a shop may set about its receipts.
 * In: a setting. Out: its text, the usual one where none was set. Knows no printer.
 */
#include "basket_private.h"

#include <loyalty/receipt.h>

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

/* In table setting under this with the name behind it. */
#define ROW_NAME(name) "receipt_" name

static const struct {
    const char *name, *row, *usual, *choices;
} settings[] = {[LOY_RECEIPT_NO_SETTING] = {NULL, NULL, NULL, NULL},
#define ROW(symbol, name, usual, choices) [symbol] = {name, ROW_NAME(name), usual, choices},
    LOY_RECEIPT_SETTINGS(ROW)
#undef ROW
};

const char *loy_receipt_setting_name(enum loy_receipt_setting setting)
{
    return (unsigned)setting < LOY_RECEIPT_SETTING_END ? settings[setting].name : NULL;
}

const char *loy_receipt_setting_choices(enum loy_receipt_setting setting)
{
    return (unsigned)setting < LOY_RECEIPT_SETTING_END ? settings[setting].choices : NULL;
}

enum loy_status loy_receipt_setting_find(const char *name, enum loy_receipt_setting *setting)
{
    if (name == NULL || setting == NULL) return LOY_E_ARGUMENT;
    for (unsigned i = LOY_RECEIPT_NO_SETTING + 1; i < LOY_RECEIPT_SETTING_END; i++)
        if (strcmp(settings[i].name, name) == 0) {
            *setting = (enum loy_receipt_setting)i;
            return LOY_OK;
        }
    return LOY_NONE;
}

enum loy_status loy_receipt_setting_get(
    struct loy_store *store, enum loy_receipt_setting setting, char text[LOY_RECEIPT_SETTING_MAX])
{
    if (store == NULL || text == NULL || loy_receipt_setting_name(setting) == NULL)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_RULE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT value FROM setting WHERE name = ?1");
    sqlite3_bind_text(select, 1, settings[setting].row, -1, SQLITE_STATIC);
    status = store_step(store, select);
    const char *found = status == LOY_OK ? (const char *)sqlite3_column_text(select, 0) : NULL;
    if (status >= LOY_OK)
        snprintf(text, LOY_RECEIPT_SETTING_MAX, "%s", found ? found : settings[setting].usual);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t length = strlen(text);
    for (const char *at = choices; *at != '\0' && length > 0; at += strcspn(at, " ")) {
        at += strspn(at, " ");
        if (strcspn(at, " ") == length && memcmp(at, text, length) == 0) return true;
    }
    return false;
}

/* UTF-8 whose lines end with \n, without other control characters. */
static bool is_text(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (*at != '\0') {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &point);
        if (used <= 0) return false;
        if (point != '\n' && utf8proc_category(point) == UTF8PROC_CATEGORY_CC) return false;
        at += used;
    }
    return true;
}

static enum loy_status text_check(
    struct loy_store *store, enum loy_receipt_setting setting, const char *text)
{
    const char *name = settings[setting].name, *choices = settings[setting].choices;
    if (strnlen(text, LOY_RECEIPT_SETTING_MAX) == LOY_RECEIPT_SETTING_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "%s: at most %u bytes", name, LOY_RECEIPT_SETTING_MAX - 1);
    if (text[0] == '\0') return LOY_OK;
    if (choices[0] != '\0' && !is_choice(choices, text))
        return store_fail(store, LOY_E_FORMAT, "%s: one of these is expected: %s", name, choices);
    if (!is_text(text))
        return store_fail(store, LOY_E_FORMAT,
            "%s: UTF-8 without tabs or other control characters is expected", name);
    return LOY_OK;
}

/* The words are the shop's own; what was set is in the audit log by name alone. */
static enum loy_status setting_write(
    struct loy_store *store, enum loy_receipt_setting setting, const char *text, int64_t at_us)
{
    sqlite3_stmt *change =
        text[0] == '\0' ? store_sql(store, "DELETE FROM setting WHERE name = ?1")
                        : store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                           "ON CONFLICT (name) DO UPDATE SET value = ?2");
    sqlite3_bind_text(change, 1, settings[setting].row, -1, SQLITE_STATIC);
    if (text[0] != '\0') sqlite3_bind_text(change, 2, text, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, change);
    if (status != LOY_OK) return status;
    return store_audit(store, "receipt.set", settings[setting].name, at_us);
}

enum loy_status loy_receipt_setting_set(
    struct loy_store *store, enum loy_receipt_setting setting, const char *text, int64_t at_us)
{
    if (store == NULL || text == NULL || loy_receipt_setting_name(setting) == NULL)
        return LOY_E_ARGUMENT;
    char before[LOY_RECEIPT_SETTING_MAX];
    enum loy_status status = store_require(store, LOY_MAY_EDIT_RULE);
    if (status == LOY_OK) status = text_check(store, setting, text);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = loy_receipt_setting_get(store, setting, before);
    const char *wanted = text[0] == '\0' ? settings[setting].usual : text;
    if (status == LOY_OK && strcmp(before, wanted) == 0) return basket_leave(store, LOY_REPEATED);
    if (status == LOY_OK) status = setting_write(store, setting, text, at_us);
    return basket_leave(store, status);
}
