/* SPDX-License-Identifier: MIT
 *
 * test_alarm.c - a scripted day raises exactly the alarms that were planted, honest busy days raise
 * next to none, and the tails are those of exact integer arithmetic. test_alarm [DAYS]. Seeded.
 */
#include "shop.h"

#include <loyalty/counter.h>
#include <loyalty/lane.h>

#include <math.h>
#include <numeric/random.h>
#include <stdlib.h>
#include <store/store_private.h>

#define OPERATORS 6
#define CARDS 3000
#define DAY_FROM_US (NOON_US / DAY_US * DAY_US)

static const struct loy_span day_span = {DAY_FROM_US, DAY_FROM_US + DAY_US, 0};
static long days = 100;

/* ---- Rows ---------------------------------------------------------------------------------------
 */

struct plant {
    int operator_number, lane;
    int64_t card, member;
    int stage, how; /* of its link; 0: none */
    bool unlinked_return, pending, imported;
};

struct bed {
    struct loy_store *store;
    int64_t next, day; /* behind the first */
};

static int64_t moment_of(const struct bed *bed)
{
    return DAY_FROM_US + bed->day * DAY_US + (bed->next * 7919 % 86000) * 1000000;
}

static void step(struct loy_store *store, sqlite3_stmt *statement)
{
    if (store_run(store, statement) != LOY_OK) fail_msg("%s", loy_store_text(store));
}

static void link_plant(struct bed *bed, const struct plant *plant, int number, int stage, int how)
{
    sqlite3_stmt *insert = store_sql(bed->store,
        "INSERT INTO basket_link (basket, number, at_us, stage, how, before_minor, after_minor, "
        "card, operator) VALUES (?1, ?2, ?7, ?3, ?4, 0, 0, ?5, ?6)");
    sqlite3_bind_int64(insert, 1, bed->next);
    sqlite3_bind_int(insert, 2, number);
    sqlite3_bind_int(insert, 3, stage);
    sqlite3_bind_int(insert, 4, how);
    sqlite3_bind_int64(insert, 5, plant->card);
    sqlite3_bind_int(insert, 6, plant->operator_number);
    sqlite3_bind_int64(insert, 7, moment_of(bed));
    step(bed->store, insert);
}

static void basket_insert(struct bed *bed, const struct plant *plant)
{
    uint8_t uid[16];
    const bool member = !plant->pending && (plant->member || plant->card);
    const int64_t at_us = moment_of(bed);
    memset(uid, 0, sizeof uid);
    memcpy(uid, &bed->next, sizeof bed->next);
    sqlite3_stmt *insert = store_sql(bed->store,
        "INSERT INTO basket (id, uid, lane, epoch, sequence, state, source, opened_at_us, "
        "closed_at_us, offset_min, member, card, operator, line_count, total_minor, "
        "discount_minor) VALUES (?1, ?2, ?3, 99, ?1, 2, ?8, ?4, ?4, 0, ?5, ?6, ?7, 1, 100, 0)");
    sqlite3_bind_int64(insert, 1, bed->next);
    sqlite3_bind_blob(insert, 2, uid, sizeof uid, SQLITE_STATIC);
    sqlite3_bind_int(insert, 3, plant->lane);
    sqlite3_bind_int64(insert, 4, at_us);
    if (member) sqlite3_bind_int64(insert, 5, plant->member ? plant->member : plant->card);
    if (member && plant->card) sqlite3_bind_int64(insert, 6, plant->card);
    sqlite3_bind_int(insert, 7, plant->operator_number);
    sqlite3_bind_int(insert, 8, plant->imported ? LOY_BASKET_IMPORT : LOY_BASKET_LANE);
    step(bed->store, insert);
}

/* A pending card's digest is that of the row of cards with its number. */
static void basket_plant(struct bed *bed, const struct plant *plant)
{
    char sql[200];
    bed->next++;
    basket_insert(bed, plant);
    if (plant->stage)
        link_plant(bed, plant, 1, plant->stage, plant->how ? plant->how : LOY_LINK_CARD);
    snprintf(sql, sizeof sql,
        "INSERT INTO line_return (basket, number, reason) VALUES (%lld, 2, 'size')",
        (long long)bed->next);
    if (plant->unlinked_return) shop_run(bed->store, sql);
    snprintf(sql, sizeof sql,
        "INSERT INTO pending_card VALUES (CAST('card%lld' AS BLOB), %lld, 1, '%04lld')",
        (long long)plant->card, (long long)bed->next, (long long)plant->card);
    if (plant->pending) shop_run(bed->store, sql);
}

static void plant_many(struct bed *bed, int count, struct plant plant)
{
    for (int i = 0; i < count; i++)
        basket_plant(bed, &plant);
}

/* A card of its own each. */
static int64_t next_card(void)
{
    static int64_t card = 1000;
    return card = card < CARDS ? card + 1 : 1001;
}

static void plant_each(struct bed *bed, int count, int operator_number, int stage)
{
    for (int i = 0; i < count; i++)
        basket_plant(bed, &(struct plant){.operator_number = operator_number,
                              .lane = 1 + operator_number % 3,
                              .card = next_card(),
                              .stage = stage});
}

static int bed_setup(void **state)
{
    int code = shop_setup(state);
    if (code != 0) return code;
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    ASSERT_STATUS(store_begin(bed.store), LOY_OK);
    shop_run(bed.store, "INSERT OR IGNORE INTO lane (id, site, code, epoch, last_sequence) VALUES "
                        "(1, 1, 'L1', 1, 0), (2, 1, 'L2', 1, 0), (3, 1, 'L3', 1, 0)");
    shop_run(bed.store,
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 6) INSERT INTO "
        "operator (id, name, role) SELECT i, 'operator' || i, 1 FROM n");
    shop_run(bed.store,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT "
        "INTO member (id, uid, kind, pseudonymous, created_at_us) SELECT i, CAST(printf('%016d', "
        "i) "
        "AS BLOB), 1, 1, 1 FROM n");
    shop_run(bed.store,
        "INSERT INTO card (id, digest, kind, tail, member, status) SELECT id, CAST('card' || id AS "
        "BLOB), 1, printf('%04d', id), id, 3 FROM member");
    // Card 12 is another one of the household of card 11.
    shop_run(bed.store, "UPDATE card SET member = 11 WHERE id = 12");
    shop_run(bed.store, "INSERT INTO operator_card SELECT digest, 3, 1 FROM card WHERE id = 11");
    shop_run(bed.store, "INSERT INTO operator_card VALUES (CAST('card4000' AS BLOB), 4, 1)");
    ASSERT_STATUS(store_commit(bed.store), LOY_OK);
    return 0;
}

/* ---- A scripted day -----------------------------------------------------------------------------
 */

static void honest_part(struct bed *bed)
{
    for (int i = 1; i <= OPERATORS; i++) {
        plant_many(bed, 30, (struct plant){.operator_number = i, .lane = 1 + i % 3});
        plant_each(bed, 28, i, LOY_STAGE_BASKET);
        plant_each(bed, 2, i, LOY_STAGE_TOTAL);
    }
    // Five times is what a card may; an own card that somebody else rang up; a second buyer of one
    // account at the total; half of ten after the total.
    plant_many(bed, 5, (struct plant){.operator_number = 1, .lane = 1, .card = 8});
    plant_many(bed, 2, (struct plant){.operator_number = 2, .lane = 1, .card = 11});
    for (int i = 0; i < 20; i++) {
        basket_plant(bed,
            &(struct plant){
                .operator_number = 2, .lane = 2, .card = next_card(), .stage = LOY_STAGE_BASKET});
        link_plant(bed, &(struct plant){.operator_number = 2}, 2, LOY_STAGE_TOTAL, LOY_LINK_BUYER);
    }
}

static const char *alarms_told(struct loy_store *store, const struct loy_span *span)
{
    static char text[4000];
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    size_t used = 0;
    ASSERT_STATUS(loy_alarms_open(store, span, &alarms), LOY_OK);
    enum loy_status status;
    text[0] = '\0';
    while ((status = loy_alarm_next(alarms, &alarm)) == LOY_OK) {
        if (alarm.acknowledged) continue;
        assert_true(alarm.day == -1 ||
                    (alarm.day >= span->from_us / DAY_US && alarm.day < span->to_us / DAY_US));
        used += (size_t)snprintf(text + used, sizeof text - used,
            "%s operator %lld lane %s card %s %lld of %lld\n",
            loy_alarm_name((enum loy_alarm_kind)alarm.kind), (long long)alarm.operator_number,
            alarm.lane, alarm.tail, (long long)alarm.count, (long long)alarm.of);
    }
    ASSERT_STATUS(status, LOY_NONE);
    loy_alarms_close(alarms);
    return text;
}

/* Each planted case, and what it raises; alone, and all together. */
static const struct scripted {
    const char *name;
    struct {
        int count;
        struct plant plant;
    } baskets[3];
    const char *told;
} scripted[] = {
    {"a card at two lanes",
        {{4, {.operator_number = 1, .lane = 1, .card = 7}},
            {2, {.operator_number = 2, .lane = 2, .card = 7}}},
        "card-often operator 0 lane  card 0007 6 of 0\n"},
    {"a card that nobody knows",
        {{6, {.operator_number = 1, .lane = 1, .card = 5000, .pending = true}}},
        "card-often operator 1 lane L1 card 5000 6 of 0\n"},
    {"a member found by telephone", {{6, {.operator_number = 5, .lane = 3, .member = 20}}},
        "card-often operator 5 lane L3 card  6 of 0\n"},
    {"imported baskets of one card, an own one, by its operator",
        {{6, {.operator_number = 3, .lane = 2, .card = 12, .member = 11, .imported = true}}},
        "card-often operator 0 lane L2 card 0012 6 of 0\n"},
    {"an own card", {{1, {.operator_number = 3, .lane = 2, .card = 11}}},
        "own-card operator 3 lane L2 card 0011 1 of 0\n"},
    {"another card of the household",
        {{2, {.operator_number = 3, .lane = 1, .card = 12, .member = 11}}},
        "own-card operator 3 lane L1 card 0012 2 of 0\n"},
    {"an own card that is not registered",
        {{1, {.operator_number = 4, .lane = 2, .card = 4000, .pending = true}}},
        "own-card operator 4 lane L2 card 4000 1 of 0\n"},
    {"cards added after the total",
        {{5, {.operator_number = 4, .lane = 2, .card = 31, .stage = LOY_STAGE_TOTAL}},
            {5, {.operator_number = 4, .lane = 2, .card = 32, .stage = LOY_STAGE_TENDER}},
            {5, {.operator_number = 4, .lane = 2, .card = 33, .stage = LOY_STAGE_TENDER}}},
        "after-total operator 4 lane  card  17 of 45\n"},
    {"cards added after the close",
        {{5, {.operator_number = 5, .lane = 2, .card = 34, .stage = LOY_STAGE_CLOSED}}},
        "late operator 5 lane  card  5 of 35\n"},
    {"returns without a sale", {{6, {.operator_number = 6, .lane = 1, .unlinked_return = true}}},
        "unlinked-return operator 6 lane  card  6 of 66\n"},
};

static void script_plant(struct bed *bed, const struct scripted *script)
{
    for (size_t i = 0; i < ROWS(script->baskets); i++)
        plant_many(bed, script->baskets[i].count, script->baskets[i].plant);
}

static void raises_what_was_planted(void **state)
{
    struct shop *shop = *state;
    for (size_t i = 0; i <= ROWS(scripted); i++) {
        struct bed bed = {.store = shop->store};
        const char *wanted = i < ROWS(scripted) ? scripted[i].told : "";
        ASSERT_STATUS(store_begin(shop->store), LOY_OK);
        honest_part(&bed);
        if (i < ROWS(scripted)) script_plant(&bed, &scripted[i]);
        const char *told = alarms_told(shop->store, &day_span);
        store_rollback(shop->store);
        if (strcmp(told, wanted) != 0)
            fail_msg("%s: got\n%swanted\n%s", i < ROWS(scripted) ? scripted[i].name : "honest",
                told, wanted);
    }
}

/* All at once: the same, but that the others' shares are larger. */
static void raises_all_together(void **state)
{
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    ASSERT_STATUS(store_begin(shop->store), LOY_OK);
    honest_part(&bed);
    for (size_t i = 0; i < ROWS(scripted); i++)
        script_plant(&bed, &scripted[i]);
    const char *told = alarms_told(shop->store, &day_span);
    int lines = 0;
    for (const char *at = told; *at; at++)
        lines += *at == '\n';
    for (size_t i = 0; i < ROWS(scripted); i++) {
        char kind[80];
        snprintf(kind, sizeof kind, "%.*s", (int)strcspn(scripted[i].told, "1234567890"),
            scripted[i].told);
        if (strstr(told, kind) == NULL)
            fail_msg("%s: nothing says \"%s\"\n%s", scripted[i].name, kind, told);
    }
    assert_int_equal(lines, ROWS(scripted));
    // Another day has none of it.
    const struct loy_span other = {DAY_FROM_US + DAY_US, DAY_FROM_US + 2 * DAY_US, 0};
    assert_string_equal(alarms_told(shop->store, &other), "");
    store_rollback(shop->store);
}

/* ---- Looked at ----------------------------------------------------------------------------------
 */

static const struct loy_span two_days = {DAY_FROM_US, DAY_FROM_US + 2 * DAY_US, 0};

/* How many there are that somebody has looked at, or nobody has; the last of them. */
static int alarms_find(
    struct loy_store *store, const struct loy_span *span, bool seen, struct loy_alarm *found)
{
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    int count = 0;
    ASSERT_STATUS(loy_alarms_open(store, span, &alarms), LOY_OK);
    while (loy_alarm_next(alarms, &alarm) == LOY_OK) {
        if (alarm.acknowledged != seen) continue;
        *found = alarm;
        count++;
    }
    loy_alarms_close(alarms);
    return count;
}

static void one_is_looked_at(struct bed *bed, const struct scripted *script)
{
    struct loy_store *store = bed->store;
    struct loy_alarm alarm = {0}, seen = {0};
    assert_int_equal(alarms_find(store, &day_span, false, &alarm), 1);
    assert_false(alarm.acknowledged_at_us || alarm.acknowledged_by[0] || alarm.reason[0]);
    const int64_t at_us = DAY_FROM_US + DAY_US - 1;
    ASSERT_STATUS(loy_alarm_acknowledge(store, &alarm, "spoken with them", at_us), LOY_OK);
    ASSERT_STATUS(loy_alarm_acknowledge(store, &alarm, "twice", at_us), LOY_REPEATED);
    if (alarms_find(store, &day_span, false, &seen) != 0) fail_msg("%s: again", script->name);
    assert_int_equal(alarms_find(store, &day_span, true, &seen), 1);
    assert_true(seen.kind == alarm.kind && seen.count == alarm.count && seen.of == alarm.of);
    assert_true(seen.acknowledged_at_us == at_us && seen.acknowledged_by[0]);
    assert_string_equal(seen.reason, "spoken with them");
    // Of a longer span, with an honest day behind it, nothing is new.
    bed->day = 1;
    honest_part(bed);
    if (alarms_find(store, &two_days, false, &seen) != 0)
        fail_msg("%s: an honest day made it new", script->name);
}

/* Each is listed until somebody has looked at it; when the like happens again, it is a new one. */
static void what_was_looked_at_is_not_told_again(void **state)
{
    struct shop *shop = *state;
    for (size_t i = 0; i < ROWS(scripted); i++) {
        struct bed bed = {.store = shop->store};
        struct loy_alarm alarm = {0};
        ASSERT_STATUS(store_begin(shop->store), LOY_OK);
        honest_part(&bed);
        script_plant(&bed, &scripted[i]);
        one_is_looked_at(&bed, &scripted[i]);
        // The day behind.
        script_plant(&bed, &scripted[i]);
        if (alarms_find(shop->store, &two_days, false, &alarm) != 1)
            fail_msg(
                "%s: of the next day\n%s", scripted[i].name, alarms_told(shop->store, &two_days));
        assert_true(alarm.day == -1 || alarm.day == DAY_FROM_US / DAY_US + 1);
        assert_int_equal(alarms_find(shop->store, &day_span, false, &alarm), 0);
        store_rollback(shop->store);
    }
}

/* A card's further baskets are a new alarm where they alone would be one. */
static void more_of_a_card_is_new(void **state)
{
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    struct plant plant = {.operator_number = 1, .lane = 1, .card = 7};
    struct loy_alarm alarm = {0}, old = {0};
    ASSERT_STATUS(store_begin(shop->store), LOY_OK);
    plant_many(&bed, 6, plant);
    assert_int_equal(alarms_find(shop->store, &day_span, false, &old), 1);
    plant_many(&bed, 1, plant);
    // Six were looked at, not seven.
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &old, "canteen", NOON_US), LOY_OK);
    plant_many(&bed, 4, plant);
    assert_int_equal(alarms_find(shop->store, &day_span, false, &alarm), 0);
    plant_many(&bed, 1, plant);
    assert_int_equal(alarms_find(shop->store, &day_span, false, &alarm), 1);
    assert_int_equal(alarm.count, 12);
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &alarm, "canteen", NOON_US), LOY_OK);
    assert_int_equal(alarms_find(shop->store, &day_span, false, &alarm), 0);
    store_rollback(shop->store);
}

static void what_cannot_be_acknowledged(void **state)
{
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    struct loy_alarm alarm = {0}, other;
    char text[LOY_TEXT_MAX + 8];
    static const char *const wrong[] = {
        "", "   ", "4111 1111 1111 1111", "call 030 1234567890", "a\tb", "\xff"};
    ASSERT_STATUS(store_begin(shop->store), LOY_OK);
    honest_part(&bed);
    script_plant(&bed, &scripted[0]);
    assert_int_equal(alarms_find(shop->store, &day_span, false, &alarm), 1);
    for (size_t i = 0; i < ROWS(wrong); i++) {
        ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &alarm, wrong[i], NOON_US), LOY_E_FORMAT);
        if (*wrong[i]) assert_null(strstr(loy_store_text(shop->store), wrong[i]));
    }
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &alarm, text, NOON_US), LOY_E_FORMAT);
    other = alarm;
    other.kind = LOY_ALARM_OWN;
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_NONE);
    other = alarm;
    other.basket.bytes[15] ^= 1;
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_NONE);
    // A rate that is none is not looked at beforehand.
    other = (struct loy_alarm){.size = sizeof other,
        .kind = LOY_ALARM_LATE,
        .day = -1,
        .operator_number = 5,
        .from_us = DAY_FROM_US,
        .to_us = DAY_FROM_US + DAY_US};
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_NONE);
    other.kind = LOY_ALARM_END;
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_E_ARGUMENT);
    other.size = 8;
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_alarm_acknowledge(NULL, &alarm, "known", NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, NULL, "known", NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &alarm, NULL, NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &alarm, "known", -1), LOY_E_ARGUMENT);
    other = alarm;
    other.day++;
    ASSERT_STATUS(loy_alarm_acknowledge(shop->store, &other, "known", NOON_US), LOY_NONE);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM alarm_seen"), 0);
    store_rollback(shop->store);
}

/* ---- Rules ------------------------------------------------------------------------------------
 */

/* What the shop sets holds. */
static void rules_hold(void **state)
{
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    ASSERT_STATUS(store_begin(shop->store), LOY_OK);
    honest_part(&bed);
    script_plant(&bed, &scripted[7]);
    plant_each(&bed, 8, 7, LOY_STAGE_TOTAL); // all of eight, but eight are too few to say so
    assert_string_equal(
        alarms_told(shop->store, &day_span), "after-total operator 4 lane  card  17 of 45\n");
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_ALARM_TOTAL, 40, NOON_US), LOY_OK);
    assert_string_equal(alarms_told(shop->store, &day_span), "");
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_ALARM_TOTAL, 20, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_ALARM_LEAST, 46, NOON_US), LOY_OK);
    assert_string_equal(alarms_told(shop->store, &day_span), "");
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_ALARM_CARD, 4, NOON_US), LOY_OK);
    assert_string_equal(alarms_told(shop->store, &day_span),
        "card-often operator 1 lane L1 card 0008 5 of 0\n"
        "card-often operator 4 lane L2 card 0031 5 of 0\n"
        "card-often operator 4 lane L2 card 0032 5 of 0\n"
        "card-often operator 4 lane L2 card 0033 5 of 0\n");
    store_rollback(shop->store);
}

/* Who is alone is compared with the limit itself. */
static void one_operator_alone(void **state)
{
    struct shop *shop = *state;
    struct bed bed = {.store = shop->store};
    ASSERT_STATUS(store_begin(shop->store), LOY_OK);
    plant_each(&bed, 60, 2, LOY_STAGE_BASKET);
    plant_each(&bed, 20, 2, LOY_STAGE_TOTAL);
    assert_string_equal(alarms_told(shop->store, &day_span), ""); // 25 %: may be chance
    plant_each(&bed, 20, 2, LOY_STAGE_TOTAL);
    assert_string_equal(
        alarms_told(shop->store, &day_span), "after-total operator 2 lane  card  40 of 100\n");
    store_rollback(shop->store);
}

/* ---- Honest days --------------------------------------------------------------------------------
 */

struct habit {
    const char *name;
    double after_total; /* of identified baskets, in the mean over operators */
    double spread;      /* of operators around it: parameters of the beta sum up to this */
    double most;        /* stated: share of days with a false alarm */
};

static void operator_day(
    struct bed *bed, struct numeric_random *random, int who, const struct habit *habit)
{
    const int count = 30 + (int)(60 * numeric_random_uniform(random));
    const double after = numeric_random_beta(
        random, habit->after_total * habit->spread, (1 - habit->after_total) * habit->spread);
    for (int i = 0; i < count; i++) {
        struct plant plant = {.operator_number = who, .lane = 1 + who % 3};
        const double what = numeric_random_uniform(random);
        plant.unlinked_return = numeric_random_uniform(random) < 0.01;
        if (numeric_random_uniform(random) < 0.55) {
            plant.card = 20 + (int64_t)(numeric_random_uniform(random) * (CARDS - 20));
            plant.stage = what < 0.01           ? LOY_STAGE_CLOSED
                          : what < 0.01 + after ? LOY_STAGE_TOTAL
                                                : LOY_STAGE_BASKET;
        }
        basket_plant(bed, &plant);
    }
}

static long false_days(struct shop *shop, const struct habit *habit, uint64_t stream)
{
    long wrong = 0;
    for (long day = 0; day < days; day++) {
        struct bed bed = {.store = shop->store};
        struct numeric_random random = numeric_random_at(20260305, stream + (uint64_t)day);
        ASSERT_STATUS(store_begin(shop->store), LOY_OK);
        for (int who = 1; who <= OPERATORS; who++)
            operator_day(&bed, &random, who, habit);
        // Staff buys too, and lets a colleague ring it up.
        basket_plant(&bed, &(struct plant){.operator_number = 1, .lane = 1, .card = 11});
        const char *told = alarms_told(shop->store, &day_span);
        wrong += told[0] != '\0';
        if (told[0] != '\0') printf("day %ld: %s", day, told);
        store_rollback(shop->store);
    }
    return wrong;
}

static void honest_days_are_quiet(void **state)
{
    static const struct habit habits[] = {
        {"8 % of cards after the total, operators from 4 to 13 %", 0.08, 100, 0.01},
        {"25 % in the whole shop, above the limit, all operators alike", 0.25, 1e6, 0.01},
    };
    for (size_t i = 0; i < ROWS(habits); i++) {
        const long wrong = false_days(*state, &habits[i], i << 32);
        printf("%s: %ld of %ld honest days have an alarm, at most %.0f %% are stated\n",
            habits[i].name, wrong, days, 100 * habits[i].most);
        assert_true((double)wrong <= habits[i].most * (double)days);
    }
}

/* ---- Tails --------------------------------------------------------------------------------------
 */

static double choose(int n, int k)
{
    double product = 1;
    if (k < 0 || k > n) return 0;
    for (int i = 1; i <= k; i++)
        product = product * (n - k + i) / i; // whole at each step
    return product;
}

static void assert_near(double value, double wanted, double slack)
{
    if (fabs(value - wanted) > slack) fail_msg("%.15g is not %.15g", value, wanted);
}

static void tails(void **state)
{
    (void)state;
    for (int of = 0; of <= 9; of++)
        for (int others_of = 1; others_of <= 9; others_of++)
            for (int count = 0; count <= of; count++)
                for (int others = 0; others <= others_of; others++) {
                    double sum = 0;
                    const int hits = count + others;
                    for (int k = count; k <= of; k++)
                        sum += choose(of, k) * choose(others_of, hits - k);
                    assert_near(loy_alarm_chance(count, of, others, others_of, 0),
                        sum / choose(of + others_of, hits), 1e-12);
                }
    // Fisher's tea: all four of eight.
    assert_near(loy_alarm_chance(4, 4, 0, 4, 0), 1.0 / 70, 1e-12);
    assert_near(loy_alarm_chance(2, 3, 0, 0, 0.5), 0.5, 1e-12);
    assert_near(loy_alarm_chance(0, 3, 0, 0, 0.5), 1, 0);
    assert_near(loy_alarm_chance(1, 3, 0, 0, 0), 0, 0);
    assert_near(loy_alarm_chance(3, 3, 0, 0, 1), 1, 0);
    // Large ones keep their digits: the half of a symmetric table, and no more than 1.
    assert_near(loy_alarm_chance(500000, 1000000, 500000, 1000000, 0), 0.5, 1e-3);
    assert_true(isnan(loy_alarm_chance(2, 1, 0, 1, 0)) && isnan(loy_alarm_chance(-1, 1, 0, 1, 0)));
    assert_true(isnan(loy_alarm_chance(1, 1, 2, 1, 0)) && isnan(loy_alarm_chance(1, 1, 0, 0, 2)));
    assert_null(loy_alarm_name(LOY_ALARM_NOTHING));
    assert_null(loy_alarm_name(LOY_ALARM_END));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raises_what_was_planted),
        cmocka_unit_test(raises_all_together),
        cmocka_unit_test(what_was_looked_at_is_not_told_again),
        cmocka_unit_test(more_of_a_card_is_new),
        cmocka_unit_test(what_cannot_be_acknowledged),
        cmocka_unit_test(rules_hold),
        cmocka_unit_test(one_operator_alone),
        cmocka_unit_test(honest_days_are_quiet),
        cmocka_unit_test(tails),
    };
    if (argc > 1) days = strtol(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, bed_setup, shop_teardown);
}
