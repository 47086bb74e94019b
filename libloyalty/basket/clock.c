/* SPDX-License-Identifier: MIT
 *
 * clock.c - whether a lane's clock can be right, by what it sold last, by another clock, and by one
 * that is never set; and the times of baskets once it is known by how much it was off. In: readings
 * of clocks. Out: a verdict, rows of doubts, corrected times. Must not know: any clock itself.
 */
#include "basket_private.h"

#include "clock_judge.h"
#include "lane_rows.h"

#include <loyalty/lane.h>

#include <stdio.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)

#define ENDED_SET 1   /* the clock was set right */
#define ENDED_RIGHT 2 /* somebody said that it is right */

static enum loy_status limits_read(struct loy_store *store, struct limits *limits)
{
    enum loy_status status = loy_lane_rule_get(store, LOY_LANE_RULE_CLOCK_BACK_S, &limits->back_us);
    if (status == LOY_OK)
        status = loy_lane_rule_get(store, LOY_LANE_RULE_CLOCK_OFF_S, &limits->off_us);
    if (status == LOY_OK)
        status = loy_lane_rule_get(store, LOY_LANE_RULE_CLOCK_STOP_H, &limits->stop_us);
    limits->back_us *= SECOND_US;
    limits->off_us *= SECOND_US;
    limits->stop_us *= HOUR_US;
    return status;
}

/* ---- What the store knows -----------------------------------------------------------------------
 */

static enum loy_status doubt_read(
    struct loy_store *store, const char *sql, int64_t lane, struct doubt *doubt)
{
    sqlite3_stmt *select = store_sql(store, sql);
    sqlite3_bind_int64(select, 1, lane);
    enum loy_status status = store_step(store, select);
    *doubt = (struct doubt){.number = 0};
    if (status == LOY_OK)
        *doubt = (struct doubt){.number = sqlite3_column_int64(select, 0),
            .what = sqlite3_column_int(select, 1),
            .at_us = sqlite3_column_int64(select, 2),
            .good_us = sqlite3_column_int64(select, 2) - sqlite3_column_int64(select, 3),
            .accepted = sqlite3_column_type(select, 4) != SQLITE_NULL,
            .first_basket = sqlite3_column_int64(select, 5)};
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

#define DOUBT_SQL                                                                                  \
    "SELECT id, what, at_us, off_us, accepted_by, first_basket FROM clock_doubt WHERE lane = ?1 "

/* Of what the lane itself sold: an import comes with times of its own. Where the clock is known to
 * have been wrong it is the corrected time, or the right one would be in doubt beside it. */
static enum loy_status last_read(struct loy_store *store, int64_t *last_us)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT max(b.opened_at_us, ifnull(b.closed_at_us, 0)) + ifnull(t.corrected_us - "
        "b.opened_at_us, 0) FROM basket b LEFT JOIN basket_time t ON t.basket = b.id "
        "WHERE b.lane = ?1 AND b.sequence IS NOT NULL AND b.source IN (1, 2) "
        "ORDER BY b.epoch DESC, b.sequence DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, store->lane);
    enum loy_status status = store_step_number(store, select, last_us);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status sold_read(struct loy_store *store, struct past *past)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT max(opened_at_us, ifnull(closed_at_us, 0)) FROM basket WHERE lane = ?1 AND id > ?2 "
        "AND source IN (1, 2) ORDER BY id DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, store->lane);
    sqlite3_bind_int64(select, 2, past->open.first_basket);
    past->stood_us = past->open.at_us;
    enum loy_status status = store_step_number(store, select, &past->stood_us);
    past->sold = status == LOY_OK;
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status past_read(
    struct loy_store *store, const struct loy_clock_now *now, struct past *past)
{
    *past = (struct past){.last_us = 0};
    past->has_jump = now->monotonic_us != 0 && store->judged_monotonic_us != 0;
    if (past->has_jump)
        past->jump_us =
            now->at_us - store->judged_at_us - (now->monotonic_us - store->judged_monotonic_us);
    enum loy_status status = last_read(store, &past->last_us);
    if (status == LOY_OK)
        status = doubt_read(store, DOUBT_SQL "AND ended IS NULL ORDER BY id DESC LIMIT 1",
            store->lane, &past->open);
    if (status == LOY_OK && past->open.number != 0) status = sold_read(store, past);
    if (status == LOY_OK)
        status = doubt_read(
            store, DOUBT_SQL "AND ended = 2 ORDER BY id DESC LIMIT 1", store->lane, &past->settled);
    return status;
}

/* ---- Writing ------------------------------------------------------------------------------------
 */

static enum loy_status doubt_audit(
    struct loy_store *store, const char *action, const struct doubt *doubt, int64_t at_us)
{
    char object[80];
    snprintf(object, sizeof object, "%lld %s %lld s", (long long)doubt->number,
        loy_clock_doubt_name(doubt->what),
        (long long)((doubt->at_us - doubt->good_us) / SECOND_US));
    return store_audit(store, action, object, at_us);
}

static enum loy_status doubt_insert(struct loy_store *store, struct doubt *doubt)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO clock_doubt (lane, what, at_us, off_us, first_basket) SELECT ?1, ?2, ?3, ?4, "
        "ifnull(max(id), 0) FROM basket");
    sqlite3_bind_int64(insert, 1, store->lane);
    sqlite3_bind_int(insert, 2, doubt->what);
    sqlite3_bind_int64(insert, 3, doubt->at_us);
    sqlite3_bind_int64(insert, 4, doubt->at_us - doubt->good_us);
    enum loy_status status = store_run(store, insert);
    doubt->number = sqlite3_last_insert_rowid(store->db);
    return status == LOY_OK ? doubt_audit(store, "clock.doubt", doubt, doubt->at_us) : status;
}

/* Off by more or less than it was. */
static enum loy_status doubt_change(struct loy_store *store, const struct doubt *doubt)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE clock_doubt SET what = ?2, at_us = ?3, off_us = ?4, accepted_by = iif(?5, "
        "accepted_by, NULL) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, doubt->number);
    sqlite3_bind_int(update, 2, doubt->what);
    sqlite3_bind_int64(update, 3, doubt->at_us);
    sqlite3_bind_int64(update, 4, doubt->at_us - doubt->good_us);
    sqlite3_bind_int(update, 5, doubt->accepted);
    enum loy_status status = store_run(store, update);
    return status == LOY_OK ? doubt_audit(store, "clock.doubt", doubt, doubt->at_us) : status;
}

static enum loy_status doubt_end(
    struct loy_store *store, const struct doubt *doubt, int ended, int64_t at_us)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE clock_doubt SET ended = ?2, ended_at_us = ?3, accepted_by = "
                         "iif(?2 = 2, ?4, accepted_by) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, doubt->number);
    sqlite3_bind_int(update, 2, ended);
    sqlite3_bind_int64(update, 3, at_us);
    sqlite3_bind_int64(update, 4, store->operator_id);
    enum loy_status status = store_run(store, update);
    const char *action = ended == ENDED_RIGHT ? "clock.right" : "clock.set";
    return status == LOY_OK ? doubt_audit(store, action, doubt, at_us) : status;
}

static enum loy_status times_correct(
    struct loy_store *store, const struct doubt *doubt, int64_t off_us, int64_t *corrected)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT OR REPLACE INTO basket_time (basket, corrected_us) SELECT id, opened_at_us - ?3 "
        "FROM basket WHERE lane = ?1 AND id > ?2 AND source IN (1, 2)");
    sqlite3_bind_int64(insert, 1, store->lane);
    sqlite3_bind_int64(insert, 2, doubt->first_basket);
    sqlite3_bind_int64(insert, 3, off_us);
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK) *corrected = sqlite3_changes64(store->db);
    return status;
}

/* What was sold until now was off by what is known until now; the rest is a doubt of its own. */
static enum loy_status doubt_renew(
    struct loy_store *store, const struct doubt *open, struct doubt *found)
{
    int64_t corrected = 0;
    enum loy_status status = times_correct(store, open, open->at_us - open->good_us, &corrected);
    if (status == LOY_OK) status = doubt_end(store, open, ENDED_SET, found->at_us);
    if (status == LOY_OK) status = doubt_insert(store, found);
    if (status != LOY_OK || !found->accepted) return status;
    sqlite3_stmt *update =
        store_sql(store, "UPDATE clock_doubt SET accepted_by = (SELECT accepted_by FROM "
                         "clock_doubt WHERE id = ?2) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, found->number);
    sqlite3_bind_int64(update, 2, open->number);
    return store_run(store, update);
}

/* ---- The calls ----------------------------------------------------------------------------------
 */

static void verdict_fill(
    const struct doubt *doubt, const struct limits *limits, struct loy_clock_verdict *verdict)
{
    verdict->what = (uint8_t)doubt->what;
    verdict->level = clock_level_of(doubt, limits);
    verdict->accepted = doubt->accepted;
    if (doubt->accepted && verdict->level == LOY_CLOCK_STOP) verdict->level = LOY_CLOCK_DOUBTED;
    verdict->off_us = doubt->at_us - doubt->good_us;
    verdict->number = doubt->number;
}

static enum loy_status open_end(struct loy_store *store, const struct loy_clock_now *now,
    const struct doubt *open, int64_t off_us, struct loy_clock_verdict *verdict)
{
    verdict->ended = true;
    verdict->number = open->number;
    enum loy_status status = times_correct(store, open, off_us, &verdict->corrected);
    return status == LOY_OK ? doubt_end(store, open, ENDED_SET, now->at_us) : status;
}

static enum loy_status open_judge(struct loy_store *store, const struct loy_clock_now *now,
    const struct past *past, const struct limits *limits, struct loy_clock_verdict *verdict)
{
    const struct doubt *open = &past->open;
    int64_t off_us = 0, moved_us = 0;
    if (clock_is_over(now, past, limits, &off_us))
        return open_end(store, now, open, off_us, verdict);
    struct doubt found = clock_further_find(now, past, limits, &moved_us);
    const bool further = found.what != LOY_CLOCK_NO_DOUBT;
    if (!further) found = clock_doubt_find(now, past, limits);
    // Another clock tells more than the last basket did.
    const bool told = found.what == LOY_CLOCK_OFF && open->what != LOY_CLOCK_OFF &&
                      clock_level_of(&found, limits) > clock_level_of(open, limits);
    if (!further && !told) {
        verdict_fill(open, limits, verdict);
        return LOY_OK;
    }
    found.number = open->number;
    found.accepted = further && clock_is_accepted_still(open, &found, moved_us, limits);
    verdict->begun = true;
    enum loy_status status =
        past->sold && further ? doubt_renew(store, open, &found) : doubt_change(store, &found);
    verdict_fill(&found, limits, verdict);
    return status;
}

static enum loy_status judge(struct loy_store *store, const struct loy_clock_now *now,
    const struct limits *limits, struct loy_clock_verdict *verdict)
{
    struct past past;
    enum loy_status status = past_read(store, now, &past);
    if (status != LOY_OK) return status;
    if (past.open.number != 0) return open_judge(store, now, &past, limits, verdict);
    struct doubt found = clock_doubt_find(now, &past, limits);
    if (found.what == LOY_CLOCK_NO_DOUBT || clock_is_settled(&past, &found, limits)) return LOY_OK;
    status = doubt_insert(store, &found);
    verdict_fill(&found, limits, verdict);
    verdict->begun = true;
    return status;
}

enum loy_status loy_clock_judge(
    struct loy_store *store, const struct loy_clock_now *now, struct loy_clock_verdict *verdict)
{
    if (store == NULL || now == NULL || now->size < sizeof *now || verdict == NULL ||
        verdict->size < sizeof *verdict)
        return LOY_E_ARGUMENT;
    struct limits limits = {0, 0, 0};
    struct loy_clock_verdict judged = {.size = verdict->size};
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = limits_read(store, &limits);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = basket_leave(store, judge(store, now, &limits, &judged));
    if (status != LOY_OK) return status;
    store->judged_at_us = now->at_us;
    store->judged_monotonic_us = now->monotonic_us;
    *verdict = judged;
    return LOY_OK;
}

static enum loy_status accept_write(
    struct loy_store *store, const struct doubt *doubt, int64_t operator_id, int64_t at_us)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE clock_doubt SET accepted_by = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, doubt->number);
    sqlite3_bind_int64(update, 2, operator_id);
    enum loy_status status = store_run(store, update);
    return status == LOY_OK ? doubt_audit(store, "clock.accept", doubt, at_us) : status;
}

static enum loy_status accept(
    struct loy_store *store, int64_t number, bool right, int64_t operator_id, int64_t at_us)
{
    struct doubt doubt;
    bool is_over = false;
    sqlite3_stmt *select =
        store_sql(store, "SELECT ended IS NOT NULL FROM clock_doubt WHERE id = ?1");
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) is_over = sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    if (status == LOY_NONE) return store_fail(store, LOY_NONE, "there is no such doubt");
    if (status != LOY_OK) return status;
    static const char by_number[] =
        "SELECT id, what, at_us, off_us, accepted_by, first_basket FROM clock_doubt WHERE id = ?1";
    status = doubt_read(store, by_number, number, &doubt);
    if (status != LOY_OK) return status;
    if (is_over || (doubt.accepted && !right)) return LOY_REPEATED;
    return right ? doubt_end(store, &doubt, ENDED_RIGHT, at_us)
                 : accept_write(store, &doubt, operator_id, at_us);
}

enum loy_status loy_clock_accept(struct loy_store *store, int64_t number, bool right, int64_t at_us)
{
    if (store == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_APPROVE_STEP);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, accept(store, number, right, store->operator_id, at_us));
}

enum loy_status lane_doubt_accept(
    struct loy_store *store, int64_t number, int64_t operator_id, int64_t at_us)
{
    int64_t who = operator_id != 0 ? operator_id : store->operator_id;
    return accept(store, number, false, who, at_us);
}

static void text_read(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

enum loy_status loy_clock_next(
    struct loy_store *store, int64_t *number, struct loy_clock_entry *entry)
{
    if (store == NULL || number == NULL || entry == NULL || entry->size < sizeof *entry)
        return LOY_E_ARGUMENT;
    struct limits limits = {0, 0, 0};
    enum loy_status status = store_require(store, LOY_MAY_SEE_LANES);
    if (status == LOY_OK) status = limits_read(store, &limits);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT d.id, d.what, d.at_us, d.off_us, d.accepted_by, ifnull(d.ended, 0), "
        "ifnull(d.ended_at_us, 0), t.code, n.code FROM clock_doubt d LEFT JOIN lane n ON n.id = "
        "d.lane LEFT JOIN site t ON t.id = n.site WHERE d.id > ?1 ORDER BY d.id LIMIT 1");
    sqlite3_bind_int64(select, 1, *number);
    status = store_step(store, select);
    if (status == LOY_OK) {
        const int64_t at_us = sqlite3_column_int64(select, 2);
        const struct doubt doubt = clock_doubt_make(
            sqlite3_column_int(select, 1), at_us, at_us - sqlite3_column_int64(select, 3));
        *entry = (struct loy_clock_entry){.size = entry->size,
            .number = sqlite3_column_int64(select, 0),
            .what = (uint8_t)doubt.what,
            .level = clock_level_of(&doubt, &limits),
            .accepted = sqlite3_column_type(select, 4) != SQLITE_NULL,
            .open = sqlite3_column_int(select, 5) == 0,
            .said_right = sqlite3_column_int(select, 5) == ENDED_RIGHT,
            .at_us = at_us,
            .off_us = doubt.at_us - doubt.good_us,
            .ended_at_us = sqlite3_column_int64(select, 6)};
        text_read(select, 7, entry->site, sizeof entry->site);
        text_read(select, 8, entry->lane, sizeof entry->lane);
        *number = entry->number;
    }
    sqlite3_reset(select);
    return status;
}
