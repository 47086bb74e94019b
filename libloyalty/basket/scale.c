/* SPDX-License-Identifier: MIT
 *
 * scale.c - how the shop's scales write a price or a weight into a restricted EAN-13, and reading
 * such a label.
 *
 *     prefix | item | check digit of the value (0 or 1) | value | check digit
 *
 * Digits come in; item and value go out. Knows no article and no price.
 */
#include "scale.h"

#include <stdlib.h>
#include <string.h>

#define EAN_13 13u

/* ---- The value's own check digit ---------------------------------------------------------------
 *
 * GS1 General Specifications, 7.9 (price and weight check digits): digits times weights, of which
 * "2-" takes the tens of the product away, "5+" adds them and "5-" takes them away; of all the
 * units count.
 *
 *     4 digits: 2- 2- 3 5-; the sum times 3, its units
 *     5 digits: 5+ 2- 5- 5+ 2-; what the sum misses of a whole ten is the check digit's own "5-"
 */
enum weight { TWO_MINUS, THREE, FIVE_PLUS, FIVE_MINUS };
static const char products[][11] = {
    [TWO_MINUS] = "0246891357",
    [THREE] = "0369258147",
    [FIVE_PLUS] = "0516273849",
    [FIVE_MINUS] = "0594837261",
};
static const uint8_t four[] = {TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS};
static const uint8_t five[] = {FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS};

static unsigned weighed_sum(const char *digits, const uint8_t *weights, size_t count)
{
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (unsigned)(products[weights[i]][digits[i] - '0'] - '0');
    return sum;
}

char scale_value_check(const char *digits, size_t count)
{
    if (count == sizeof four) return (char)('0' + weighed_sum(digits, four, count) * 3 % 10);
    unsigned missing = (10 - weighed_sum(digits, five, sizeof five) % 10) % 10;
    const char *minus = products[FIVE_MINUS];
    return (char)('0' + (strchr(minus, (int)('0' + missing)) - minus));
}

/* ---- A label -----------------------------------------------------------------------------------
 */

static bool digits_only(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return true;
}

enum loy_status scale_label_read(
    const struct loy_scale_code *scale, const char ean[14], struct scale_label *label)
{
    size_t at = strlen(scale->prefix);
    memcpy(label->item, ean + at, scale->item_digits);
    label->item[scale->item_digits] = '\0';
    at += scale->item_digits;
    char check = scale->value_check ? ean[at++] : '\0';
    const char *value = ean + at;
    if (check != '\0' && check != scale_value_check(value, scale->value_digits)) return LOY_E_CHECK;
    label->value = 0;
    for (size_t i = 0; i < scale->value_digits; i++)
        label->value = label->value * 10 + (value[i] - '0');
    return LOY_OK;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

static bool row_read(sqlite3_stmt *row, struct loy_scale_code *scale)
{
    const char *prefix = (const char *)sqlite3_column_text(row, 0);
    size_t length = prefix == NULL ? 0 : strnlen(prefix, sizeof scale->prefix);
    if (length == 0 || length == sizeof scale->prefix) return false;
    *scale = (struct loy_scale_code){.size = sizeof *scale,
        .item_digits = (uint8_t)sqlite3_column_int(row, 1),
        .value = (uint8_t)sqlite3_column_int(row, 2),
        .value_digits = (uint8_t)sqlite3_column_int(row, 3),
        .decimals = (uint8_t)sqlite3_column_int(row, 4),
        .value_check = sqlite3_column_int(row, 5) != 0};
    memcpy(scale->prefix, prefix, length);
    return true;
}

enum loy_status scale_find(
    struct loy_store *store, const char ean[14], struct loy_scale_code *scale)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT prefix, item_digits, value, value_digits, decimals, value_check FROM scale_code "
        "WHERE prefix = substr(?1, 1, length(prefix)) ORDER BY length(prefix) DESC LIMIT 1");
    sqlite3_bind_text(select, 1, ean, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK && !row_read(select, scale)) status = LOY_NONE;
    sqlite3_reset(select);
    return status;
}

static enum loy_status check(struct loy_store *store, const struct loy_scale_code *scale)
{
    size_t prefix = strnlen(scale->prefix, sizeof scale->prefix);
    size_t all = prefix + scale->item_digits + scale->value_digits + scale->value_check + 1u;
    if (prefix == 0 || prefix == sizeof scale->prefix || !digits_only(scale->prefix, prefix))
        return store_fail(store, LOY_E_FORMAT, "a scale's prefix is 1 to 7 digits");
    if (scale->prefix[0] != '2' && strncmp(scale->prefix, "02", 2) != 0)
        return store_fail(store, LOY_E_FORMAT,
            "a scale's prefix begins with 02 or with 20 to 29: other numbers are articles of other "
            "companies");
    if (scale->value != LOY_SCALE_PRICE && scale->value != LOY_SCALE_WEIGHT)
        return store_fail(store, LOY_E_FORMAT, "the value on a label is a price or a weight");
    if (scale->item_digits == 0 || scale->value_digits == 0)
        return store_fail(store, LOY_E_FORMAT, "a label needs digits of its item and its value");
    if (all != EAN_13)
        return store_fail(store, LOY_E_FORMAT,
            "prefix, item, value and check digits of a label are 13 digits, here they are %zu",
            all);
    if (scale->value_check && scale->value_digits != 4 && scale->value_digits != 5)
        return store_fail(
            store, LOY_E_FORMAT, "only a value of 4 or 5 digits has a check digit of its own");
    if (scale->decimals > scale->value_digits)
        return store_fail(
            store, LOY_E_FORMAT, "the value has fewer digits than stand behind its point");
    return LOY_OK;
}

/* One prefix begins with the other. The row of the same prefix is replaced. */
static enum loy_status overlap_find(struct loy_store *store, const struct loy_scale_code *scale)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*) FROM scale_code WHERE prefix <> ?1 AND (prefix = substr(?1, 1, "
        "length(prefix)) OR ?1 = substr(prefix, 1, length(?1)))");
    int64_t others = 0;
    sqlite3_bind_text(select, 1, scale->prefix, -1, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, select, &others);
    if (status != LOY_OK || others == 0) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "another scale's prefix begins with the same digits; remove that one or take another");
}

static bool same_code(const struct loy_scale_code *a, const struct loy_scale_code *b)
{
    return strcmp(a->prefix, b->prefix) == 0 && a->item_digits == b->item_digits &&
           a->value == b->value && a->value_digits == b->value_digits &&
           a->decimals == b->decimals && a->value_check == b->value_check;
}

static enum loy_status put(
    struct loy_store *store, const struct loy_scale_code *scale, int64_t at_us)
{
    struct loy_scale_code there = {.size = sizeof there};
    char ean[14] = {0};
    memcpy(ean, scale->prefix, strlen(scale->prefix));
    enum loy_status status = scale_find(store, ean, &there);
    if (status < LOY_OK) return status;
    if (status == LOY_OK && same_code(&there, scale)) return LOY_REPEATED;
    status = overlap_find(store, scale);
    if (status == LOY_OK) status = store_scale_clash(store, scale->prefix, at_us);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT OR REPLACE INTO scale_code (prefix, item_digits, value, value_digits, decimals, "
        "value_check) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    sqlite3_bind_text(insert, 1, scale->prefix, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, scale->item_digits);
    sqlite3_bind_int(insert, 3, scale->value);
    sqlite3_bind_int(insert, 4, scale->value_digits);
    sqlite3_bind_int(insert, 5, scale->decimals);
    sqlite3_bind_int(insert, 6, scale->value_check);
    status = store_run(store, insert);
    return status == LOY_OK ? store_audit(store, "scale.put", scale->prefix, at_us) : status;
}

enum loy_status loy_scale_code_put(
    struct loy_store *store, const struct loy_scale_code *scale, int64_t at_us)
{
    if (store == NULL || scale == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_ARTICLE);
    if (status != LOY_OK) return status;
    if (scale->size < sizeof *scale)
        return store_fail(store, LOY_E_ARGUMENT, "size of the scale's code is not set");
    status = check(store, scale);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, put(store, scale, at_us));
}

static enum loy_status prefix_remove(struct loy_store *store, const char *prefix, int64_t at_us)
{
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM scale_code WHERE prefix = ?1");
    sqlite3_bind_text(remove, 1, prefix, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, remove);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0) return LOY_NONE;
    return store_audit(store, "scale.remove", prefix, at_us);
}

enum loy_status loy_scale_code_remove(struct loy_store *store, const char *prefix, int64_t at_us)
{
    if (store == NULL || prefix == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_ARTICLE);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, prefix_remove(store, prefix, at_us));
}

enum loy_status loy_scale_code_next(
    struct loy_store *store, char position[8], struct loy_scale_code *scale)
{
    if (store == NULL || position == NULL || scale == NULL || scale->size < sizeof *scale)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    const size_t size = scale->size;
    sqlite3_stmt *select = store_sql(store,
        "SELECT prefix, item_digits, value, value_digits, decimals, value_check FROM scale_code "
        "WHERE prefix > ?1 ORDER BY prefix LIMIT 1");
    sqlite3_bind_text(select, 1, position, -1, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK && !row_read(select, scale)) status = LOY_NONE;
    sqlite3_reset(select);
    scale->size = size;
    if (status == LOY_OK) memcpy(position, scale->prefix, sizeof scale->prefix);
    return status;
}
