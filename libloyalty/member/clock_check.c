/* SPDX-License-Identifier: MIT
 *
 * clock_check.c - before anything goes for good because of its age: can the clock be right?
 * In: a moment. Out: a refusal that says why, unless a manager has vouched for that day.
 * Must not know: what is erased.
 */
#define _POSIX_C_SOURCE 200809L
#include "member_private.h"

#include <time.h>

#define DAY_US INT64_C(86400000000)
#define DAY_TEXT_MAX 40u

enum loy_status loy_retention_vouch(struct loy_store *store, int64_t at_us)
{
    if (!store) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "an erasure is not made inside a transaction");
    if (status == LOY_OK)
        status = store_audit(store, "retention.vouch", "clock and list checked", at_us);
    if (status == LOY_OK) store->vouched_day = at_us / DAY_US;
    return status;
}

bool member_vouched(const struct loy_store *store, int64_t at_us)
{
    return store->vouched_day != 0 && store->vouched_day == at_us / DAY_US;
}

/* The last one that is not of the day before the moment or later: what a clock that has just gone
 * wrong writes speaks for nothing. The cheapest to ask stands first. */
static const char *const newest_sql[] = {
    "SELECT max(created_at_us) FROM member WHERE created_at_us <= ?1",
    "SELECT max(at_us) FROM audit WHERE at_us <= ?1",
    "SELECT max(opened_at_us) FROM basket WHERE member IS NOT NULL AND opened_at_us <= ?1",
};

static enum loy_status newest_read(
    struct loy_store *store, const char *sql, int64_t before_us, int64_t *newest_us)
{
    sqlite3_stmt *select = store_sql(store, sql);
    sqlite3_bind_int64(select, 1, before_us);
    enum loy_status status = store_step(store, select);
    const int64_t found_us = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
    if (found_us > *newest_us) *newest_us = found_us;
    sqlite3_reset(select);
    return status;
}

static void day_text(int64_t at_us, char text[DAY_TEXT_MAX])
{
    const time_t seconds = (time_t)(at_us / 1000000);
    struct tm day = {0};
    gmtime_r(&seconds, &day);
    strftime(text, DAY_TEXT_MAX, "%Y-%m-%d", &day);
}

enum loy_status member_clock_check(struct loy_store *store, int64_t at_us)
{
    const int64_t from_us = at_us - LOY_RETENTION_SILENCE_DAYS * DAY_US;
    char now[DAY_TEXT_MAX], last[DAY_TEXT_MAX];
    int64_t newest_us = 0;
    enum loy_status status = LOY_OK;
    if (member_vouched(store, at_us)) return LOY_OK;
    for (size_t i = 0; i < sizeof newest_sql / sizeof newest_sql[0] && status == LOY_OK; i++)
        if (newest_us < from_us)
            status = newest_read(store, newest_sql[i], at_us - DAY_US, &newest_us);
    if (status != LOY_OK || newest_us >= from_us) return status;
    day_text(at_us, now);
    day_text(newest_us, last);
    return store_fail(store, LOY_REFUSED,
        "the clock says %s (UTC), but the last entry before it is of %s (UTC): set the clock "
        "right; if it is right, a manager confirms that with --checked",
        now, last);
}
