/* SPDX-License-Identifier: MIT
 *
 * place.c - sites and lanes by their codes, and the shop's own card number ranges.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

static enum loy_status code_judge(struct loy_store *store, const char *what, const char *code)
{
    if (code && code[0] && strlen(code) < LOY_CODE_MAX) return LOY_OK;
    return store_fail(
        store, LOY_E_ARGUMENT, "a %s code has 1 to %u bytes", store_words(what), LOY_CODE_MAX - 1);
}

/* The number that a prepared SELECT finds; LOY_NONE: no such row. */
static enum loy_status number_find(struct loy_store *store, sqlite3_stmt *find, int64_t *number)
{
    return store_step_number(store, find, number);
}

static enum loy_status insert_finish(struct loy_store *store, sqlite3_stmt *insert, int64_t *number)
{
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK) {
        int64_t made = sqlite3_last_insert_rowid(store->db);
        status = store_commit(store);
        if (status == LOY_OK) *number = made;
    } else {
        store_rollback(store);
    }
    return status;
}

static enum loy_status site_find(struct loy_store *store, const char *code, int64_t *site)
{
    sqlite3_stmt *find = store_sql(store, "SELECT id FROM site WHERE code=?1");
    sqlite3_bind_text(find, 1, code, -1, SQLITE_STATIC);
    return number_find(store, find, site);
}

enum loy_status store_site(struct loy_store *store, const char *code, int64_t *site)
{
    enum loy_status status = code_judge(store, N_("site"), code);
    if (status == LOY_OK) status = site_find(store, code, site);
    if (status != LOY_NONE) return status;
    status = store_begin(store);
    if (status != LOY_OK) return status;
    // Another process may have made it before the lock was ours.
    if (site_find(store, code, site) == LOY_OK) return store_commit(store);
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO site (code) VALUES (?1)");
    sqlite3_bind_text(insert, 1, code, -1, SQLITE_STATIC);
    return insert_finish(store, insert, site);
}

static enum loy_status lane_find(
    struct loy_store *store, int64_t site, const char *code, int64_t *lane)
{
    sqlite3_stmt *find = store_sql(store, "SELECT id FROM lane WHERE site=?1 AND code=?2");
    sqlite3_bind_int64(find, 1, site);
    sqlite3_bind_text(find, 2, code, -1, SQLITE_STATIC);
    return number_find(store, find, lane);
}

enum loy_status store_lane(struct loy_store *store, int64_t site, const char *code, int64_t *lane)
{
    enum loy_status status = code_judge(store, N_("lane"), code);
    if (status == LOY_OK) status = lane_find(store, site, code, lane);
    if (status != LOY_NONE) return status;
    status = store_begin(store);
    if (status != LOY_OK) return status;
    if (lane_find(store, site, code, lane) == LOY_OK) return store_commit(store);
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO lane (site, code, epoch, last_sequence)"
                         " SELECT ?1, ?2, coalesce(max(number), 1), 0 FROM epoch");
    sqlite3_bind_int64(insert, 1, site);
    sqlite3_bind_text(insert, 2, code, -1, SQLITE_STATIC);
    return insert_finish(store, insert, lane);
}

enum loy_status store_own_lane_load(struct loy_store *store)
{
    enum loy_status status = store_site(store, store->settings.site, &store->site);
    if (status == LOY_OK)
        status = store_lane(store, store->site, store->settings.lane, &store->lane);
    if (status != LOY_OK) return status;
    store->home_lane = store->lane;
    sqlite3_stmt *find = store_sql(store, "SELECT epoch FROM lane WHERE id=?1");
    sqlite3_bind_int64(find, 1, store->lane);
    return number_find(store, find, &store->epoch);
}

/* ---- Ranges -------------------------------------------------------------------------------------
 */

static void range_read(sqlite3_stmt *row, struct loy_range *range)
{
    const char *prefix = (const char *)sqlite3_column_text(row, 0);
    *range = (struct loy_range){.length = (uint8_t)sqlite3_column_int(row, 1),
        .check = (uint8_t)sqlite3_column_int(row, 2),
        .use = (uint8_t)sqlite3_column_int(row, 3),
        .financial_layout = sqlite3_column_int(row, 4) != 0};
    snprintf(range->prefix, sizeof range->prefix, "%s", prefix ? prefix : "");
}

enum loy_status store_ranges(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count)
{
    enum loy_status status = LOY_NONE;
    sqlite3_stmt *rows =
        store_sql(store, "SELECT prefix, length, check_digit, use, financial_layout FROM card_range"
                         " ORDER BY prefix, length");
    size_t found = 0;
    while (found < LOY_RANGES_MAX && (status = store_step(store, rows)) == LOY_OK)
        range_read(rows, &ranges[found++]);
    sqlite3_reset(rows);
    if (status < LOY_OK) return status;
    *count = found;
    return LOY_OK;
}

enum loy_status loy_range_list(
    struct loy_store *store, struct loy_range ranges[LOY_RANGES_MAX], size_t *count)
{
    enum loy_status status = store_require(store, LOY_MAY_LIST_RANGES);
    return status == LOY_OK ? store_ranges(store, ranges, count) : status;
}

static enum loy_status range_judge(
    struct loy_store *store, const struct loy_range *range, int64_t at_us)
{
    struct loy_range others[LOY_RANGES_MAX];
    size_t count = 0;
    const char *why = N_("it is impossible");
    enum loy_status status = loy_range_list(store, others, &count);
    if (status != LOY_OK) return status;
    status = loy_range_check(range, others, count, &why);
    if (status != LOY_OK)
        return store_fail(store, status, "the range %.6s... (%u digits) was not added: %s",
            range->prefix, range->length, store_words(why));
    if (count >= LOY_RANGES_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "a store has at most %u ranges of card numbers", LOY_RANGES_MAX);
    return store_range_clash(store, range, at_us);
}

static enum loy_status range_insert(
    struct loy_store *store, const struct loy_range *range, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO card_range (prefix, length, check_digit, use, financial_layout)"
        " VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_text(insert, 1, range->prefix, -1, SQLITE_STATIC);
    sqlite3_bind_int(insert, 2, range->length);
    sqlite3_bind_int(insert, 3, range->check);
    sqlite3_bind_int(insert, 4, range->use);
    sqlite3_bind_int(insert, 5, range->financial_layout);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    char object[80];
    snprintf(object, sizeof object, "prefix %.18s, %u digits", range->prefix, range->length);
    return store_audit(store, "range-add", object, at_us);
}

enum loy_status loy_range_add(struct loy_store *store, const struct loy_range *range, int64_t at_us)
{
    enum loy_status status = store_require(store, LOY_MAY_EDIT_RANGE);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = range_judge(store, range, at_us);
    if (status == LOY_OK) status = range_insert(store, range, at_us);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}
