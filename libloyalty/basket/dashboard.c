/* SPDX-License-Identifier: MIT
 *
 * dashboard.c - a day of the shop at a glance. A period comes in; sums over the baskets that came
 * to a sale, and what each lane is doing, go out. Changes nothing; knows no person and no article.
 */
#include "basket_private.h"

#include <loyalty/dashboard.h>
#include <loyalty/lane.h>

#include <string.h>

#define DAY_LONG_US INT64_C(86400000000)

static int64_t day_of(const struct loy_period *period, int64_t at_us)
{
    int64_t local_us = at_us + period->offset_min * INT64_C(60000000);
    return local_us / DAY_LONG_US - (local_us % DAY_LONG_US < 0);
}

static enum loy_status period_check(struct loy_store *store, const struct loy_period *period)
{
    enum loy_status status = store_require(store, LOY_MAY_SEE_LANES);
    if (status == LOY_OK && period->to_us < period->from_us)
        return store_fail(store, LOY_E_FORMAT, "a period ends behind its beginning");
    return status;
}

static void period_bind(sqlite3_stmt *select, const struct loy_period *period)
{
    sqlite3_bind_int64(select, 1, period->from_us);
    sqlite3_bind_int64(select, 2, period->to_us);
}

/* Days that the period touches; its end does not belong to it. */
static void days_bind(sqlite3_stmt *select, const struct loy_period *period)
{
    bool empty = period->from_us == period->to_us;
    sqlite3_bind_int64(select, 3, day_of(period, period->from_us));
    sqlite3_bind_int64(select, 4, empty ? INT64_MIN : day_of(period, period->to_us - 1));
    sqlite3_bind_int(select, 5, LOY_COUNT_MISREAD);
}

/* A row for each hour. */
static enum loy_status baskets_sum(
    struct loy_store *store, const struct loy_period *period, struct loy_period_sums *sums)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT ((opened_at_us + offset_min * 60000000) / 3600000000) % 24, count(*), "
        "sum(total_minor), sum(discount_minor), count(member), "
        "ifnull(sum(total_minor) FILTER (WHERE member IS NOT NULL), 0) FROM basket "
        "WHERE state = 2 AND opened_at_us >= ?1 AND opened_at_us < ?2 GROUP BY 1");
    enum loy_status status;
    period_bind(select, period);
    while ((status = store_step(store, select)) == LOY_OK) {
        int64_t hour = (sqlite3_column_int64(select, 0) + 24) % 24;
        sums->hour_baskets[hour] = sqlite3_column_int64(select, 1);
        sums->hour_minor[hour] = sqlite3_column_int64(select, 2);
        sums->baskets += sqlite3_column_int64(select, 1);
        sums->sales_minor += sqlite3_column_int64(select, 2);
        sums->saved_minor += sqlite3_column_int64(select, 3);
        sums->member_baskets += sqlite3_column_int64(select, 4);
        sums->member_minor += sqlite3_column_int64(select, 5);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status members_count(
    struct loy_store *store, const struct loy_period *period, int64_t *count)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT count(*) FROM member WHERE status = 1 AND NOT pseudonymous AND "
                         "created_at_us >= ?1 AND created_at_us < ?2");
    period_bind(select, period);
    return store_step_number(store, select, count);
}

static enum loy_status misreads_count(
    struct loy_store *store, const struct loy_period *period, int64_t *count)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT ifnull(sum(count), 0) FROM lane_count WHERE kind = ?5 AND day BETWEEN ?3 AND ?4");
    days_bind(select, period);
    return store_step_number(store, select, count);
}

enum loy_status loy_period_sums_get(
    struct loy_store *store, const struct loy_period *period, struct loy_period_sums *sums)
{
    if (store == NULL || period == NULL || sums == NULL) return LOY_E_ARGUMENT;
    if (period->size < sizeof *period || sums->size < sizeof *sums) return LOY_E_ARGUMENT;
    enum loy_status status = period_check(store, period);
    if (status != LOY_OK) return status;
    *sums = (struct loy_period_sums){.size = sums->size};
    status = baskets_sum(store, period, sums);
    if (status == LOY_OK) status = members_count(store, period, &sums->new_members);
    if (status == LOY_OK) status = misreads_count(store, period, &sums->misreads);
    return status;
}

/* ---- Lanes ------------------------------------------------------------------------------------
 */

static void text_take(char *out, size_t size, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    snprintf(out, size, "%s", text ? text : "");
}

/* The lane behind *position, which is its place in the order. */
static enum loy_status lane_read(
    struct loy_store *store, int64_t position, int64_t *id, struct loy_lane_now *lane)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT n.id, s.code, n.code FROM lane n JOIN site s ON s.id = n.site "
                         "ORDER BY s.code, n.code LIMIT 1 OFFSET ?1");
    sqlite3_bind_int64(select, 1, position);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *id = sqlite3_column_int64(select, 0);
        text_take(lane->site, sizeof lane->site, select, 1);
        text_take(lane->lane, sizeof lane->lane, select, 2);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status lane_baskets(
    struct loy_store *store, const struct loy_period *period, int64_t id, struct loy_lane_now *lane)
{
    /* A bare column beside a single max() is of that row: SQLite documents it. */
    sqlite3_stmt *select = store_sql(store,
        "SELECT b.baskets, b.sales, b.last_us, o.name FROM (SELECT count(*) FILTER (WHERE "
        "state = 2) AS baskets, ifnull(sum(total_minor) FILTER (WHERE state = 2), 0) AS sales, "
        "max(max(opened_at_us, ifnull(closed_at_us, 0), ifnull((SELECT max(k.at_us) FROM "
        "basket_link k WHERE k.basket = basket.id), 0))) AS last_us, operator FROM basket "
        "WHERE lane = ?3 AND opened_at_us >= ?1 AND opened_at_us < ?2) b "
        "LEFT JOIN operator o ON o.id = b.operator");
    period_bind(select, period);
    sqlite3_bind_int64(select, 3, id);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        lane->baskets = sqlite3_column_int64(select, 0);
        lane->sales_minor = sqlite3_column_int64(select, 1);
        lane->last_us = sqlite3_column_int64(select, 2);
        text_take(lane->operator_name, sizeof lane->operator_name, select, 3);
    }
    sqlite3_reset(select);
    return status;
}

/* Suspended ones belong to the lane at which they were until another takes them up. */
static enum loy_status lane_open_baskets(
    struct loy_store *store, int64_t id, struct loy_lane_now *lane)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*) FILTER (WHERE l.ticket IS NULL), count(l.ticket) FROM basket b "
        "LEFT JOIN lane_basket l ON l.basket = b.id WHERE b.lane = ?1 AND b.state = 1");
    sqlite3_bind_int64(select, 1, id);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        lane->busy = sqlite3_column_int64(select, 0) > 0;
        lane->suspended = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status lane_misreads(
    struct loy_store *store, const struct loy_period *period, int64_t id, struct loy_lane_now *lane)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT ifnull(sum(count), 0) FROM lane_count WHERE lane = ?6 AND kind = ?5 AND "
        "day BETWEEN ?3 AND ?4");
    days_bind(select, period);
    sqlite3_bind_int64(select, 6, id);
    return store_step_number(store, select, &lane->misreads);
}

enum loy_status loy_lane_now_next(struct loy_store *store, const struct loy_period *period,
    int64_t *position, struct loy_lane_now *lane)
{
    if (store == NULL || period == NULL || position == NULL || lane == NULL) return LOY_E_ARGUMENT;
    if (period->size < sizeof *period || lane->size < sizeof *lane) return LOY_E_ARGUMENT;
    int64_t id = 0;
    enum loy_status status = period_check(store, period);
    if (status != LOY_OK) return status;
    *lane = (struct loy_lane_now){.size = lane->size};
    status = lane_read(store, *position, &id, lane);
    if (status == LOY_OK) status = lane_baskets(store, period, id, lane);
    if (status == LOY_OK) status = lane_open_baskets(store, id, lane);
    if (status == LOY_OK) status = lane_misreads(store, period, id, lane);
    if (status == LOY_OK) ++*position;
    return status;
}
