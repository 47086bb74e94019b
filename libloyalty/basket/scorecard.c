/* SPDX-License-Identifier: MIT
 *
 * scorecard.c - how well counters, lanes and operators ask for the card (loyalty/counter.h says
 * what is counted). In: a span. Out: counts. Changes nothing; must not know: names of members.
 */
#include "basket_private.h"
#include "counter_sql.h"

#include <loyalty/counter.h>
#include <loyalty/lane.h>
#include <member/registered.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row with what it is found by: the name of a counter, the number of a lane or an operator. */
struct row {
    struct loy_score score;
    int64_t key;
};

struct loy_scorecard {
    struct loy_store *store;
    enum loy_score_by by;
    struct row *rows;
    size_t count, capacity, at;
    struct loy_score shop;
};

/* ---- Rows ---------------------------------------------------------------------------------------
 */

static struct row *row_find(const struct loy_scorecard *card, int64_t key, const char *name)
{
    for (size_t i = 0; i < card->count; i++)
        if (card->rows[i].key == key && strcmp(card->rows[i].score.name, name) == 0)
            return &card->rows[i];
    return NULL;
}

static struct row *row_make(struct loy_scorecard *card, int64_t key, const char *name)
{
    struct row *row = row_find(card, key, name);
    if (row != NULL) return row;
    if (card->count == card->capacity) {
        size_t capacity = card->capacity ? 2 * card->capacity : 16;
        struct row *more = realloc(card->rows, capacity * sizeof *more);
        if (more == NULL) {
            store_fail(card->store, LOY_E_MEMORY, "out of memory for the scorecard");
            return NULL;
        }
        card->rows = more;
        card->capacity = capacity;
    }
    row = &card->rows[card->count++];
    *row = (struct row){.score = {.size = sizeof row->score, .by = (uint8_t)card->by}, .key = key};
    if (card->by == LOY_SCORE_BY_COUNTER) {
        snprintf(row->score.name, sizeof row->score.name, "%s", name);
        row->score.unread = row->score.refused = -1;
    }
    return row;
}

/* ---- Baskets ------------------------------------------------------------------------------------
 *
 * One row a group: key, name, baskets, identified, own, lines, returned, paid. */

#define GROUP_SQL(key, name, which)                                                                \
    "WITH " OWN_CARD_SQL ", b AS (SELECT b.id, b.lane, b.operator, b.member, " OWN_BASKET_SQL      \
    " AS own FROM basket b WHERE " BASKET_SPAN_SQL which ") SELECT " key " AS k, " name            \
    " AS name, "                                                                                   \
    "count(DISTINCT iif(b.own, NULL, b.id)), "                                                     \
    "count(DISTINCT iif(b.own OR b.member IS NULL, NULL, b.id)), "                                 \
    "count(DISTINCT iif(b.own, b.id, NULL)), sum(NOT b.own AND " LINE_SOLD_SQL "), "               \
    "sum(NOT b.own AND " LINE_BACK_SQL "), sum(iif(b.own, 0, l.paid_minor)) "                      \
    "FROM b JOIN line l ON l.basket = b.id " LINE_RETURN_JOIN_SQL                                  \
    "JOIN article_version v ON v.id = l.version GROUP BY k, name"

static const char shop_sql[] = GROUP_SQL("0", "''", "");
static const char counter_sql[] = GROUP_SQL("0", "ifnull(v.counter, '')", "");
static const char lane_sql[] = GROUP_SQL("b.lane", "''", "");
static const char operator_sql[] = GROUP_SQL("b.operator", "''", " AND " BASKET_RUNG_SQL);

static const char *group_sql(enum loy_score_by by)
{
    if (by == LOY_SCORE_BY_COUNTER) return counter_sql;
    return by == LOY_SCORE_BY_LANE ? lane_sql : operator_sql;
}
_Static_assert(LOY_BASKET_IMPORT == 3, "source of BASKET_RUNG_SQL");

static void group_read(sqlite3_stmt *row, struct loy_score *score)
{
    score->baskets = sqlite3_column_int64(row, 2);
    score->identified = sqlite3_column_int64(row, 3);
    score->own = sqlite3_column_int64(row, 4);
    score->lines = sqlite3_column_int64(row, 5);
    score->returned = sqlite3_column_int64(row, 6);
    score->paid_minor = sqlite3_column_int64(row, 7);
}

static void span_bind(sqlite3_stmt *select, const struct loy_span *span)
{
    sqlite3_bind_int64(select, 1, span->from_us);
    sqlite3_bind_int64(select, 2, span->to_us);
}

static enum loy_status groups_count(struct loy_scorecard *card, const struct loy_span *span)
{
    sqlite3_stmt *select = store_sql(card->store, group_sql(card->by));
    enum loy_status status;
    span_bind(select, span);
    while ((status = store_step(card->store, select)) == LOY_OK) {
        const char *name = (const char *)sqlite3_column_text(select, 1);
        struct row *row = row_make(card, sqlite3_column_int64(select, 0), name ? name : "");
        if (row == NULL) {
            status = LOY_E_MEMORY;
            break;
        }
        group_read(select, &row->score);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status shop_count(struct loy_scorecard *card, const struct loy_span *span)
{
    sqlite3_stmt *select = store_sql(card->store, shop_sql);
    span_bind(select, span);
    enum loy_status status = store_step(card->store, select);
    if (status == LOY_OK) group_read(select, &card->shop);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Registrations ------------------------------------------------------------------------------
 *
 * member, asked, given, operator, first basket, its lane; basket and lane are 0 where that was on
 * another day. */
static const char registrations_sql[] =
    "WITH " OWN_CARD_SQL ", n AS (SELECT m.id, m.kind, m.created_at_us, coalesce((SELECT f.channel "
    "FROM member_field f WHERE f.member = m.id AND f.entered_at_us = m.created_at_us LIMIT 1), "
    "(SELECT c.channel FROM consent c WHERE c.member = m.id ORDER BY c.at_us, c.purpose, c.version "
    "LIMIT 1)) AS channel, coalesce((SELECT f.operator FROM member_field f WHERE f.member = m.id "
    "AND f.entered_at_us = m.created_at_us LIMIT 1), (SELECT c.operator FROM consent c WHERE "
    "c.member = m.id ORDER BY c.at_us, c.purpose, c.version LIMIT 1)) AS operator, (SELECT b.id "
    "FROM basket b WHERE b.member = m.id AND b.state = 2 ORDER BY b.opened_at_us, b.id LIMIT 1) "
    "AS first FROM member m WHERE m.status = 1 AND m.pseudonymous = 0 AND m.created_at_us >= ?1 "
    "AND m.created_at_us < ?2 AND m.id NOT IN (SELECT member FROM own_card WHERE member IS NOT "
    "NULL)) SELECT m.id, " FORM_ASKED_SQL ", " FORM_GIVEN_SQL
    ", m.operator, ifnull(b.id, 0), ifnull(b.lane, 0) FROM n m LEFT JOIN basket b ON b.id = "
    "m.first "
    "AND " BASKET_DAY_SQL " = (m.created_at_us + b.offset_min * 60000000) / 86400000000 "
    "WHERE m.channel = 'lane' ORDER BY m.id";

struct registration {
    int64_t member, asked, given, operator_number, basket, lane;
    struct registered_values values;
};

static void registration_add(struct loy_score *score, const struct registration *one)
{
    score->registrations++;
    score->asked += one->asked;
    score->given += one->given;
    score->values += one->values.values;
    score->valid += one->values.valid;
}

static enum loy_status counters_add(struct loy_scorecard *card, const struct registration *one)
{
    sqlite3_stmt *select = store_sql(card->store,
        "SELECT DISTINCT ifnull(v.counter, '') FROM line l JOIN article_version v "
        "ON v.id = l.version WHERE l.basket = ?1");
    enum loy_status status;
    sqlite3_bind_int64(select, 1, one->basket);
    while ((status = store_step(card->store, select)) == LOY_OK) {
        const char *name = (const char *)sqlite3_column_text(select, 0);
        struct row *row = row_make(card, 0, name ? name : "");
        if (row == NULL) {
            status = LOY_E_MEMORY;
            break;
        }
        registration_add(&row->score, one);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status registration_count(
    struct loy_scorecard *card, const struct registration *one)
{
    registration_add(&card->shop, one);
    if (card->by == LOY_SCORE_BY_COUNTER) return counters_add(card, one);
    const int64_t key = card->by == LOY_SCORE_BY_LANE ? one->lane : one->operator_number;
    if (key == 0) return LOY_OK;
    struct row *row = row_make(card, key, "");
    if (row == NULL) return LOY_E_MEMORY;
    registration_add(&row->score, one);
    return LOY_OK;
}

static enum loy_status registrations_count(
    struct loy_scorecard *card, const struct loy_span *span, int64_t at_us)
{
    sqlite3_stmt *select = store_sql(card->store, registrations_sql);
    enum loy_status status;
    span_bind(select, span);
    while ((status = store_step(card->store, select)) == LOY_OK) {
        struct registration one = {sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1),
            sqlite3_column_int64(select, 2), sqlite3_column_int64(select, 3),
            sqlite3_column_int64(select, 4), sqlite3_column_int64(select, 5), {0, 0}};
        status = member_registered_values(card->store, one.member, at_us, &one.values);
        if (status == LOY_NONE) continue;
        if (status == LOY_OK) status = registration_count(card, &one);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- What lanes counted -------------------------------------------------------------------------
 */

/* Of what lanes count, what a scorecard tells: 1 not read, 2 shown and of no use. */
static const uint8_t told[] = {[LOY_COUNT_MISREAD] = 1,
    [LOY_COUNT_READER_MODE] = 1,
    [LOY_COUNT_FOREIGN] = 2,
    [LOY_COUNT_CARD_REFUSED] = 2,
    [LOY_COUNT_PAYMENT_CARD] = 2,
    [LOY_COUNT_PAYMENT_CODE] = 2,
    [LOY_COUNT_IDENTITY] = 2};

static int64_t floor_day(int64_t us)
{
    return us / COUNTER_DAY_US - (us % COUNTER_DAY_US < 0);
}

static void count_add(struct loy_score *score, int64_t kind, int64_t count)
{
    const int what = kind >= 0 && kind < (int64_t)sizeof told ? told[kind] : 0;
    score->unread += what == 1 ? count : 0;
    score->refused += what == 2 ? count : 0;
}

/* The last day begins before to_us; half a day, since the offset there may be another. */
static enum loy_status lane_counts(struct loy_scorecard *card, const struct loy_span *span)
{
    const int64_t offset_us = span->offset_min * COUNTER_MINUTE_US;
    sqlite3_stmt *select = store_sql(card->store,
        "SELECT lane, operator, kind, sum(count) FROM lane_count WHERE day >= ?1 AND day <= ?2 "
        "GROUP BY lane, operator, kind");
    sqlite3_bind_int64(select, 1, floor_day(span->from_us + offset_us));
    sqlite3_bind_int64(select, 2, floor_day(span->to_us - COUNTER_DAY_US / 2 + offset_us));
    enum loy_status status;
    while ((status = store_step(card->store, select)) == LOY_OK) {
        const int64_t kind = sqlite3_column_int64(select, 2);
        const int64_t count = sqlite3_column_int64(select, 3);
        count_add(&card->shop, kind, count);
        if (card->by == LOY_SCORE_BY_COUNTER) continue;
        struct row *row =
            row_make(card, sqlite3_column_int64(select, card->by == LOY_SCORE_BY_LANE ? 0 : 1), "");
        if (row == NULL) {
            status = LOY_E_MEMORY;
            break;
        }
        count_add(&row->score, kind, count);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Names and order ----------------------------------------------------------------------------
 */

static const char lane_name_sql[] =
    "SELECT n.code, s.code FROM lane n JOIN site s ON s.id = n.site WHERE n.id = ?1";
static const char operator_name_sql[] = "SELECT name, '' FROM operator WHERE id = ?1";

static enum loy_status row_name(struct loy_scorecard *card, struct row *row)
{
    const bool lane = card->by == LOY_SCORE_BY_LANE;
    sqlite3_stmt *select =
        lane ? store_sql(card->store, lane_name_sql) : store_sql(card->store, operator_name_sql);
    sqlite3_bind_int64(select, 1, row->key);
    enum loy_status status = store_step(card->store, select);
    if (status == LOY_OK) {
        const char *name = (const char *)sqlite3_column_text(select, 0);
        const char *site = (const char *)sqlite3_column_text(select, 1);
        snprintf(row->score.name, sizeof row->score.name, "%s", name ? name : "");
        snprintf(row->score.site, sizeof row->score.site, "%s", site ? site : "");
    }
    sqlite3_reset(select);
    if (!lane) row->score.number = row->key;
    return status == LOY_NONE ? LOY_OK : status;
}

static int in_order(const void *a, const void *b)
{
    const struct loy_score *x = &((const struct row *)a)->score;
    const struct loy_score *y = &((const struct row *)b)->score;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    const int sites = strcmp(x->site, y->site);
    return sites ? sites : strcmp(x->name, y->name);
}

static enum loy_status rows_finish(struct loy_scorecard *card)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < card->count && status == LOY_OK; i++)
        if (card->by != LOY_SCORE_BY_COUNTER) status = row_name(card, &card->rows[i]);
    if (status == LOY_OK && card->count > 0)
        qsort(card->rows, card->count, sizeof *card->rows, in_order);
    return status;
}

/* ---- The calls ----------------------------------------------------------------------------------
 */

static enum loy_status operators_check(struct loy_store *store, enum loy_score_by by)
{
    int64_t opted_in = 0;
    if (by != LOY_SCORE_BY_OPERATOR) return LOY_OK;
    enum loy_status status = loy_lane_rule_get(store, LOY_LANE_RULE_OPERATORS, &opted_in);
    if (status != LOY_OK || opted_in != 0) return status;
    return store_fail(store, LOY_REFUSED,
        "figures of each operator are for shops that have agreed on them with their staff: a "
        "manager "
        "sets the rule scorecard_operators to 1 (`loyalty lane rule`); by lane and by counter they "
        "are there without");
}

static enum loy_status card_count(
    struct loy_scorecard *card, const struct loy_span *span, int64_t at_us)
{
    enum loy_status status = shop_count(card, span);
    if (status == LOY_OK) status = groups_count(card, span);
    if (status == LOY_OK) status = registrations_count(card, span, at_us);
    if (status == LOY_OK) status = lane_counts(card, span);
    return status == LOY_OK ? rows_finish(card) : status;
}

enum loy_status loy_scorecard_open(struct loy_store *store, enum loy_score_by by,
    const struct loy_span *span, int64_t at_us, struct loy_scorecard **scorecard)
{
    if (store == NULL || span == NULL || scorecard == NULL || by < LOY_SCORE_BY_COUNTER ||
        by > LOY_SCORE_BY_OPERATOR || span->from_us < 0 || span->from_us >= span->to_us)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SCORECARD);
    if (status == LOY_OK) status = operators_check(store, by);
    if (status != LOY_OK) return status;
    struct loy_scorecard *made = calloc(1, sizeof *made);
    if (made == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for the scorecard");
    *made = (struct loy_scorecard){.store = store, .by = by, .shop = {.size = sizeof made->shop}};
    status = card_count(made, span, at_us);
    if (status == LOY_OK)
        *scorecard = made;
    else
        loy_scorecard_close(made);
    return status;
}

enum loy_status loy_score_next(struct loy_scorecard *scorecard, struct loy_score *score)
{
    if (scorecard == NULL || score == NULL || score->size < sizeof *score) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(scorecard->store, LOY_MAY_READ_SCORECARD);
    if (status != LOY_OK) return status;
    if (scorecard->at == scorecard->count) return LOY_NONE;
    const size_t size = score->size;
    *score = scorecard->rows[scorecard->at++].score;
    score->size = size;
    return LOY_OK;
}

void loy_score_shop(const struct loy_scorecard *scorecard, struct loy_score *shop)
{
    if (scorecard == NULL || shop == NULL || shop->size < sizeof *shop) return;
    const size_t size = shop->size;
    *shop = scorecard->shop;
    shop->size = size;
}

void loy_scorecard_close(struct loy_scorecard *scorecard)
{
    if (scorecard == NULL) return;
    free(scorecard->rows);
    free(scorecard);
}

/* ---- Bonus --------------------------------------------------------------------------------------
 */

/* What the shop as a whole would have reached with so many baskets, rounded up. */
static int64_t base_of(int64_t baskets, int64_t shop_hits, int64_t shop_baskets)
{
    if (shop_baskets <= 0) return 0;
    return (baskets * shop_hits + shop_baskets - 1) / shop_baskets;
}

static bool is_countable(const struct loy_score *score)
{
    const int64_t most = INT64_C(1) << 30;
    return score->baskets >= 0 && score->baskets < most && score->identified >= 0 &&
           score->identified < most && score->registrations >= 0 && score->registrations < most;
}

enum loy_status loy_score_bonus(const struct loy_score *score, const struct loy_score *shop,
    int64_t per_identified, int64_t per_registration, struct loy_bonus *bonus)
{
    if (score == NULL || shop == NULL || bonus == NULL || !is_countable(score) ||
        !is_countable(shop) || per_identified < 0 || per_identified > LOY_BONUS_WEIGHT_MAX ||
        per_registration < 0 || per_registration > LOY_BONUS_WEIGHT_MAX)
        return LOY_E_ARGUMENT;
    struct loy_bonus made = {
        .identified_base = base_of(score->baskets, shop->identified, shop->baskets),
        .registration_base = base_of(score->baskets, shop->registrations, shop->baskets)};
    const int64_t identified = score->identified - made.identified_base;
    const int64_t registered = score->registrations - made.registration_base;
    made.identified_beyond = identified > 0 ? identified : 0;
    made.registration_beyond = registered > 0 ? registered : 0;
    made.points =
        made.identified_beyond * per_identified + made.registration_beyond * per_registration;
    *bonus = made;
    return LOY_OK;
}
