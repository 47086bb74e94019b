/* SPDX-License-Identifier: MIT
 *
 * alarm.c - what shows that a card or a lane is misused, from rows, whenever it is asked for
 * (loyalty/counter.h). In: a span. Out: counts with operator, lane, day and a card's last
 * characters. Must not know: names of members.
 */
#include "alarm_private.h"
#include "basket_private.h"
#include "counter_sql.h"

#include <loyalty/counter.h>
#include <loyalty/lane.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loy_alarms {
    struct loy_store *store;
    const struct loy_span *span;
    struct loy_alarm *rows;
    size_t count, capacity, at;
};

static const struct {
    const char *name;
    int64_t percent;
} kinds[] = {[LOY_ALARM_NOTHING] = {NULL, 0},
#define ROW(symbol, name, percent) [symbol] = {name, percent},
    LOY_ALARMS(ROW)
#undef ROW
};

const char *loy_alarm_name(enum loy_alarm_kind kind)
{
    return (unsigned)kind < LOY_ALARM_END ? kinds[kind].name : NULL;
}

static enum loy_status alarm_add(struct loy_alarms *alarms, const struct loy_alarm *alarm)
{
    if (alarms->count == alarms->capacity) {
        const size_t capacity = alarms->capacity ? 2 * alarms->capacity : 16;
        struct loy_alarm *more = realloc(alarms->rows, capacity * sizeof *more);
        if (more == NULL)
            return store_fail(alarms->store, LOY_E_MEMORY, "out of memory for alarms");
        alarms->rows = more;
        alarms->capacity = capacity;
    }
    alarms->rows[alarms->count++] = *alarm;
    return LOY_OK;
}

/* ---- Cards --------------------------------------------------------------------------------------
 *
 * Both give: day, baskets, lanes, operators, a site, a lane, an operator, tail, the first basket;
 * of how many somebody has looked at, and who did last. ?4 is the kind.
 */

#define CARDS_TOLD_SQL(grouped)                                                                    \
    "SELECT g.day, g.baskets, g.lanes, g.operators, s.code, n.code, g.operator, g.tail, f.uid, "   \
    "ifnull(g.seen, 0), a.at_us, p.name, a.reason "                                                \
    "FROM (SELECT u.day, count(DISTINCT u.id) AS baskets, count(DISTINCT u.lane) AS lanes, "       \
    "count(DISTINCT u.operator) AS operators, min(u.lane) AS lane, min(u.operator) AS operator, "  \
    "max(u.tail) AS tail, min(u.id) AS first, max(e.count) AS seen, max(e.id) AS last FROM u "     \
    "LEFT JOIN alarm_seen e ON e.basket = u.id AND e.kind = ?4 GROUP BY " grouped ") g "           \
    "JOIN basket f ON f.id = g.first JOIN lane n ON n.id = g.lane JOIN site s ON s.id = n.site "   \
    "LEFT JOIN alarm_seen a ON a.id = g.last LEFT JOIN operator p ON p.id = a.operator "           \
    "ORDER BY g.day, g.operator, g.first"

#define RUNG_BY_SQL "iif(" BASKET_RUNG_SQL ", b.operator, NULL)"
/* A card that was shown before it was registered has the same digest. */
static const char often_sql[] =
    "WITH u AS (SELECT b.id, b.lane, " RUNG_BY_SQL " AS operator, " BASKET_DAY_SQL
    " AS day, c.digest AS digest, "
    "c.tail AS tail FROM basket b JOIN card c ON c.id = b.card WHERE " BASKET_SPAN_SQL
    " UNION SELECT b.id, b.lane, " RUNG_BY_SQL " AS operator, " BASKET_DAY_SQL
    ", d.digest, d.tail FROM "
    "pending_card d JOIN basket b ON b.id = d.basket WHERE " BASKET_SPAN_SQL
    " UNION ALL SELECT b.id, b.lane, " RUNG_BY_SQL " AS operator, " BASKET_DAY_SQL
    ", b.member, '' FROM basket b WHERE b.card IS NULL AND b.member IS NOT NULL "
    "AND " BASKET_SPAN_SQL ") " CARDS_TOLD_SQL("u.day, u.digest HAVING count(DISTINCT u.id) > ?3");

static const char own_sql[] =
    "WITH " OWN_CARD_SQL ", u AS (SELECT b.id, b.lane, b.operator, " BASKET_DAY_SQL " AS day, "
    "ifnull((SELECT c.tail FROM card c WHERE c.id = b.card), '') AS tail FROM basket b "
    "WHERE " BASKET_SPAN_SQL " AND " BASKET_RUNG_SQL
    " AND EXISTS (SELECT 1 FROM own_card w WHERE w.operator = b.operator "
    "AND (w.card = b.card OR w.member = b.member)) UNION SELECT b.id, b.lane, "
    "b.operator, " BASKET_DAY_SQL
    ", d.tail FROM pending_card d JOIN own_card w ON w.digest = d.digest "
    "JOIN basket b ON b.id = d.basket AND b.operator = w.operator WHERE " BASKET_SPAN_SQL
    " AND " BASKET_RUNG_SQL ") " CARDS_TOLD_SQL("u.day, u.lane, u.operator, u.tail");

static void text_read(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

/* at_us, name, reason are the columns from `column` on. */
static void acknowledged_read(sqlite3_stmt *row, int column, struct loy_alarm *alarm)
{
    alarm->acknowledged = true;
    alarm->acknowledged_at_us = sqlite3_column_int64(row, column);
    text_read(row, column + 1, alarm->acknowledged_by, sizeof alarm->acknowledged_by);
    text_read(row, column + 2, alarm->reason, sizeof alarm->reason);
}

static void card_alarm_read(sqlite3_stmt *row, struct loy_alarm *alarm)
{
    const int64_t seen = sqlite3_column_int64(row, 9);
    alarm->day = sqlite3_column_int(row, 0);
    alarm->count = sqlite3_column_int64(row, 1);
    alarm->lanes = sqlite3_column_int64(row, 2);
    alarm->operators = sqlite3_column_int64(row, 3);
    if (alarm->lanes == 1) {
        text_read(row, 4, alarm->site, sizeof alarm->site);
        text_read(row, 5, alarm->lane, sizeof alarm->lane);
    }
    if (alarm->operators == 1) alarm->operator_number = sqlite3_column_int64(row, 6);
    text_read(row, 7, alarm->tail, sizeof alarm->tail);
    const void *uid = sqlite3_column_blob(row, 8);
    if (uid != NULL && sqlite3_column_bytes(row, 8) == (int)sizeof alarm->basket)
        memcpy(&alarm->basket, uid, sizeof alarm->basket);
    if (seen > 0 && alarm->count - seen <= alarm->limit) acknowledged_read(row, 10, alarm);
}

static void span_bind(sqlite3_stmt *select, const struct loy_span *span)
{
    sqlite3_bind_int64(select, 1, span->from_us);
    sqlite3_bind_int64(select, 2, span->to_us);
}

static enum loy_status cards_find(
    struct loy_alarms *alarms, enum loy_alarm_kind kind, sqlite3_stmt *select, int64_t limit)
{
    enum loy_status status;
    span_bind(select, alarms->span);
    sqlite3_bind_int64(select, 3, limit);
    sqlite3_bind_int64(select, 4, kind);
    while ((status = store_step(alarms->store, select)) == LOY_OK) {
        struct loy_alarm alarm = {.size = sizeof alarm,
            .kind = (uint8_t)kind,
            .limit = limit,
            .from_us = alarms->span->from_us,
            .to_us = alarms->span->to_us};
        card_alarm_read(select, &alarm);
        status = alarm_add(alarms, &alarm);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Rates --------------------------------------------------------------------------------------
 *
 * operator, of, count, of both what somebody has looked at; ?3 is the first stage that counts, ?4
 * and ?5 ways that bring no card, ?7 the kind. */

#define RATES_SQL(rows)                                                                            \
    "WITH r AS (" rows ") SELECT operator, count(*), sum(hit), sum(seen), sum(hit AND seen) "      \
    "FROM r GROUP BY operator ORDER BY operator"
#define SEEN_SQL(who, when)                                                                        \
    "EXISTS (SELECT 1 FROM alarm_seen a WHERE a.subject = " who                                    \
    " AND a.kind = ?7 AND b.opened_at_us >= a.from_us AND b.opened_at_us < a.to_us AND " when      \
    " <= a.at_us) AS seen "

static const char link_sql[] =
    RATES_SQL("SELECT k.operator AS operator, k.stage >= ?3 AND k.stage <= ?6 AS hit, " SEEN_SQL(
        "k.operator", "k.at_us") "FROM basket b JOIN basket_link k ON k.basket = b.id AND k.number "
                                 "= (SELECT max(number) FROM basket_link WHERE basket = b.id AND "
                                 "how NOT IN (?4, ?5)) WHERE " BASKET_SPAN_SQL
                                 " AND (b.member IS NOT NULL OR b.id IN (SELECT basket FROM "
                                 "pending_card))");

static const char return_sql[] =
    RATES_SQL("SELECT b.operator AS operator, EXISTS (SELECT 1 FROM line_return r WHERE r.basket "
              "= b.id AND r.of_basket IS NULL) AS hit, " SEEN_SQL("b.operator",
                  "b.closed_at_us") "FROM basket b WHERE " BASKET_SPAN_SQL " AND " BASKET_RUNG_SQL);

static const char rate_seen_sql[] =
    "SELECT a.at_us, p.name, a.reason FROM alarm_seen a LEFT JOIN operator p ON p.id = a.operator "
    "WHERE a.subject = ?3 AND a.kind = ?4 AND a.from_us < ?2 AND a.to_us > ?1 "
    "ORDER BY a.id DESC LIMIT 1";

struct rates {
    struct alarm_rate *rows;
    size_t count, capacity;
};

static enum loy_status rate_add(
    struct loy_store *store, struct rates *rates, const struct alarm_rate *rate)
{
    if (rates->count == rates->capacity) {
        const size_t capacity = rates->capacity ? 2 * rates->capacity : 16;
        struct alarm_rate *more = realloc(rates->rows, capacity * sizeof *more);
        if (more == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for alarms");
        rates->rows = more;
        rates->capacity = capacity;
    }
    rates->rows[rates->count++] = *rate;
    return LOY_OK;
}

static enum loy_status rates_count(struct loy_alarms *alarms, enum loy_alarm_kind kind,
    sqlite3_stmt *select, int64_t stage, struct rates *rates)
{
    enum loy_status status;
    span_bind(select, alarms->span);
    sqlite3_bind_int64(select, 7, kind);
    if (stage != 0) {
        sqlite3_bind_int64(select, 3, stage);
        sqlite3_bind_int64(select, 4, LOY_LINK_BUYER);
        sqlite3_bind_int64(select, 5, LOY_LINK_RECEIPT);
        sqlite3_bind_int64(select, 6, LOY_STAGE_CLOSED);
    }
    while ((status = store_step(alarms->store, select)) == LOY_OK) {
        const struct alarm_rate rate = {.operator_number = sqlite3_column_int64(select, 0),
            .of = sqlite3_column_int64(select, 1),
            .count = sqlite3_column_int64(select, 2),
            .seen_of = sqlite3_column_int64(select, 3),
            .seen_count = sqlite3_column_int64(select, 4)};
        status = rate_add(alarms->store, rates, &rate);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status rate_acknowledged_read(struct loy_alarms *alarms, struct loy_alarm *alarm)
{
    sqlite3_stmt *select = store_sql(alarms->store, rate_seen_sql);
    span_bind(select, alarms->span);
    sqlite3_bind_int64(select, 3, alarm->operator_number);
    sqlite3_bind_int64(select, 4, alarm->kind);
    enum loy_status status = store_step(alarms->store, select);
    if (status == LOY_OK) acknowledged_read(select, 0, alarm);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status rates_tell(
    struct loy_alarms *alarms, enum loy_alarm_kind kind, const struct rates *rates, int64_t percent)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < rates->count && status == LOY_OK; i++) {
        const struct alarm_rate *rate = &rates->rows[i];
        struct loy_alarm alarm = {.size = sizeof alarm,
            .kind = (uint8_t)kind,
            .day = -1,
            .from_us = alarms->span->from_us,
            .to_us = alarms->span->to_us,
            .operator_number = rate->operator_number,
            .operators = 1,
            .count = rate->count,
            .of = rate->of,
            .others = rate->others,
            .others_of = rate->others_of,
            .limit = percent,
            .chance = rate->chance};
        if (!rate->alarm) continue;
        if (rate->acknowledged) status = rate_acknowledged_read(alarms, &alarm);
        if (status == LOY_OK) status = alarm_add(alarms, &alarm);
    }
    return status;
}

static enum loy_status rates_find(struct loy_alarms *alarms, enum loy_alarm_kind kind,
    sqlite3_stmt *select, int64_t stage, int64_t percent, int64_t least)
{
    struct rates rates = {NULL, 0, 0};
    enum loy_status status = rates_count(alarms, kind, select, stage, &rates);
    if (status == LOY_OK && !alarm_rates_judge(rates.rows, rates.count, percent, least))
        status = store_fail(alarms->store, LOY_E_MEMORY, "out of memory for alarms");
    if (status == LOY_OK) status = rates_tell(alarms, kind, &rates, percent);
    free(rates.rows);
    return status;
}

/* ---- The calls ----------------------------------------------------------------------------------
 */

static enum loy_status alarms_find(struct loy_alarms *alarms)
{
    struct loy_store *store = alarms->store;
    int64_t card = 0, percent = 0, least = 0;
    enum loy_status status = loy_lane_rule_get(store, LOY_LANE_RULE_ALARM_CARD, &card);
    if (status == LOY_OK) status = loy_lane_rule_get(store, LOY_LANE_RULE_ALARM_TOTAL, &percent);
    if (status == LOY_OK) status = loy_lane_rule_get(store, LOY_LANE_RULE_ALARM_LEAST, &least);
    if (status == LOY_OK)
        status = cards_find(alarms, LOY_ALARM_CARD, store_sql(store, often_sql), card);
    if (status == LOY_OK) status = cards_find(alarms, LOY_ALARM_OWN, store_sql(store, own_sql), 0);
    if (status == LOY_OK)
        status = rates_find(
            alarms, LOY_ALARM_TOTAL, store_sql(store, link_sql), LOY_STAGE_TOTAL, percent, least);
    if (status == LOY_OK)
        status = rates_find(alarms, LOY_ALARM_LATE, store_sql(store, link_sql), LOY_STAGE_CLOSED,
            kinds[LOY_ALARM_LATE].percent, least);
    if (status == LOY_OK)
        status = rates_find(alarms, LOY_ALARM_RETURN, store_sql(store, return_sql), 0,
            kinds[LOY_ALARM_RETURN].percent, least);
    return status;
}

enum loy_status loy_alarms_open(
    struct loy_store *store, const struct loy_span *span, struct loy_alarms **alarms)
{
    if (store == NULL || span == NULL || alarms == NULL || span->from_us < 0 ||
        span->from_us >= span->to_us)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SCORECARD);
    if (status != LOY_OK) return status;
    struct loy_alarms *made = calloc(1, sizeof *made);
    if (made == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for alarms");
    made->store = store;
    made->span = span;
    status = alarms_find(made);
    made->span = NULL;
    if (status == LOY_OK)
        *alarms = made;
    else
        loy_alarms_close(made);
    return status;
}

enum loy_status loy_alarm_next(struct loy_alarms *alarms, struct loy_alarm *alarm)
{
    if (alarms == NULL || alarm == NULL || alarm->size < sizeof *alarm) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(alarms->store, LOY_MAY_READ_SCORECARD);
    if (status != LOY_OK) return status;
    if (alarms->at == alarms->count) return LOY_NONE;
    const size_t size = alarm->size;
    *alarm = alarms->rows[alarms->at++];
    alarm->size = size;
    return LOY_OK;
}

void loy_alarms_close(struct loy_alarms *alarms)
{
    if (alarms == NULL) return;
    free(alarms->rows);
    free(alarms);
}
