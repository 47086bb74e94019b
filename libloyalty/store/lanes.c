/* SPDX-License-Identifier: MIT
 *
 * lanes.c - the lanes of the store's own shop: added by a manager, listed, and the one of them at
 * which a handle works. In: codes. Out: rows. Must not know: what a lane does.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#define CARD_DIGITS_MIN 12u

/* It is printed on receipts and typed at a start; what could be a card's number is kept nowhere. */
static bool is_lane_code(const char *code)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)code;
    const size_t length = strnlen(code, LOY_CODE_MAX);
    size_t digits = 0;
    if (length == 0 || length == LOY_CODE_MAX) return false;
    while (*at != '\0') {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &point);
        if (used < 0) return false;
        utf8proc_category_t category = utf8proc_category(point);
        bool is_word = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) ||
                       (point < 0x80 && strchr("-_.", point) != NULL);
        if (!is_word) return false;
        digits += category == UTF8PROC_CATEGORY_ND;
        at += used;
    }
    return digits < CARD_DIGITS_MIN;
}

static enum loy_status code_judge(struct loy_store *store, const char *code)
{
    if (is_lane_code(code)) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "a lane's code has 1 to %u bytes of letters, digits, hyphens and points, and no 12 digits",
        LOY_CODE_MAX - 1);
}

/* A receipt is found by a number that is typed in any case. */
static enum loy_status free_judge(struct loy_store *store, const char *code)
{
    int64_t count = 0;
    sqlite3_stmt *find =
        store_sql(store, "SELECT count(*) FROM lane WHERE site = ?1 AND code = ?2 COLLATE NOCASE");
    sqlite3_bind_int64(find, 1, store->site);
    sqlite3_bind_text(find, 2, code, -1, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, find, &count);
    if (status != LOY_OK || count == 0) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "this shop has a lane of that code already, or one that differs in capitals only: nothing "
        "was changed");
}

static enum loy_status lane_insert(struct loy_store *store, const char *code, int64_t at_us)
{
    int64_t lane = 0;
    char object[LOY_CODE_MAX + 8];
    enum loy_status status = free_judge(store, code);
    if (status == LOY_OK) status = store_lane(store, store->site, code, &lane);
    if (status != LOY_OK) return status;
    snprintf(object, sizeof object, "lane %s", code);
    return store_audit(store, "lane.add", object, at_us);
}

enum loy_status loy_store_lane_add(struct loy_store *store, const char *code, int64_t at_us)
{
    if (store == NULL || code == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_LANE);
    if (status == LOY_OK) status = code_judge(store, code);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = lane_insert(store, code, at_us);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

enum loy_status loy_store_lane_next(
    struct loy_store *store, int64_t *position, struct loy_store_lane *lane)
{
    if (store == NULL || position == NULL || lane == NULL || lane->size < sizeof *lane)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_LANES);
    if (status != LOY_OK) return status;
    sqlite3_stmt *row =
        store_sql(store, "SELECT id, code, epoch, last_sequence FROM lane WHERE site = ?1 AND "
                         "id > ?2 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(row, 1, store->site);
    sqlite3_bind_int64(row, 2, *position);
    status = store_step(store, row);
    if (status == LOY_OK) {
        const char *code = (const char *)sqlite3_column_text(row, 1);
        *position = sqlite3_column_int64(row, 0);
        *lane = (struct loy_store_lane){.size = lane->size,
            .epoch = sqlite3_column_int64(row, 2),
            .sequence = sqlite3_column_int64(row, 3),
            .first = *position == store->home_lane,
            .own = *position == store->lane};
        snprintf(lane->code, sizeof lane->code, "%s", code ? code : "");
    }
    sqlite3_reset(row);
    return status;
}

enum loy_status loy_store_lane_choose(struct loy_store *store, const char *code)
{
    if (store == NULL || code == NULL) return LOY_E_ARGUMENT;
    if (store->lanes_open > 0)
        return store_fail(store, LOY_E_CONFLICT,
            "this handle has a lane open: close it before another one is chosen");
    sqlite3_stmt *find =
        store_sql(store, "SELECT id, epoch FROM lane WHERE site = ?1 AND code = ?2");
    sqlite3_bind_int64(find, 1, store->site);
    sqlite3_bind_text(find, 2, code, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    if (status == LOY_OK) {
        store->lane = sqlite3_column_int64(find, 0);
        store->epoch = sqlite3_column_int64(find, 1);
        snprintf(store->settings.lane, sizeof store->settings.lane, "%s", code);
    }
    sqlite3_reset(find);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE,
        "this shop has no such lane: `loyalty lane list` tells which it has, and a manager adds "
        "one "
        "with `loyalty lane add`");
}
