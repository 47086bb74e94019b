/* SPDX-License-Identifier: MIT
 *
 * test_dashboard.c - a day at a glance, against SQL of its own over the same rows and against sums
 * that are known because the baskets were made here.
 */
#include "shop.h"

#include <loyalty/dashboard.h>
#include <loyalty/lane.h>
#include <store/store_private.h>

#define HOUR_US INT64_C(3600000000)
/* Midnight of the day of NOON_US on the shop's clock, an hour before UTC's. */
#define MIDNIGHT_US (NOON_US / DAY_US * DAY_US - HOUR_US)

static struct loy_period day_of(int64_t from_us)
{
    return (struct loy_period){.size = sizeof(struct loy_period),
        .from_us = from_us,
        .to_us = from_us + DAY_US,
        .offset_min = 60};
}

static void sell(struct shop *shop, int64_t at_us, int64_t minor, const struct loy_credential *card)
{
    struct loy_basket_head head = shop_head(at_us);
    struct loy_line line = shop_line(shop->shirt, 1000, minor + 10, 10);
    struct loy_id id;
    head.credential = card;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
}

/* 37 baskets over three days, every third a member's. */
static void days_make(struct shop *shop)
{
    struct loy_credential card = shop_credential(shop->store, "29000017");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    for (int i = 0; i < 37; i++)
        sell(shop, MIDNIGHT_US - DAY_US + i * 2 * HOUR_US + i, 100 + i, i % 3 ? NULL : &card);
}

static struct loy_period_sums sums_of(struct shop *shop, int64_t from_us)
{
    struct loy_period period = day_of(from_us);
    struct loy_period_sums sums = {.size = sizeof sums};
    memset(&sums, 0xff, sizeof sums);
    sums.size = sizeof sums;
    ASSERT_STATUS(loy_period_sums_get(shop->store, &period, &sums), LOY_OK);
    return sums;
}

static int64_t ask(struct shop *shop, const char *what, int64_t from_us)
{
    char sql[400];
    snprintf(sql, sizeof sql,
        "SELECT %s FROM basket b JOIN line l ON l.basket = b.id WHERE b.state = 2 AND "
        "b.opened_at_us >= %lld AND b.opened_at_us < %lld",
        what, (long long)from_us, (long long)(from_us + DAY_US));
    return shop_number(shop->store, sql);
}

static void sums_equal_those_of_the_lines(void **state)
{
    struct shop *shop = *state;
    days_make(shop);
    int64_t seen = 0;
    for (int day = -1; day < 3; day++) {
        int64_t from_us = MIDNIGHT_US + day * DAY_US;
        struct loy_period_sums sums = sums_of(shop, from_us);
        int64_t baskets = 0, minor = 0;
        assert_int_equal(sums.baskets, ask(shop, "count(DISTINCT b.id)", from_us));
        assert_int_equal(sums.sales_minor, ask(shop, "ifnull(sum(l.paid_minor), 0)", from_us));
        assert_int_equal(sums.saved_minor, ask(shop, "ifnull(sum(l.discount_minor), 0)", from_us));
        assert_int_equal(sums.member_baskets, ask(shop, "count(b.member)", from_us));
        assert_int_equal(sums.member_minor,
            ask(shop, "ifnull(sum(iif(b.member, l.paid_minor, 0)), 0)", from_us));
        for (unsigned hour = 0; hour < LOY_DAY_HOURS; hour++) {
            baskets += sums.hour_baskets[hour];
            minor += sums.hour_minor[hour];
            assert_int_equal(sums.hour_baskets[hour], hour % 2 == 0 && (day < 2 || hour == 0));
        }
        assert_int_equal(baskets, sums.baskets);
        assert_int_equal(minor, sums.sales_minor);
        seen += baskets;
    }
    assert_int_equal(seen, 37);
}

static void only_sales_and_only_of_the_period(void **state)
{
    struct shop *shop = *state;
    struct loy_basket *basket;
    struct loy_basket_head head = shop_head(MIDNIGHT_US + 5);
    struct loy_line line = shop_line(shop->shoe, 1000, 500, 0);
    sell(shop, MIDNIGHT_US - 1, 100, NULL);
    sell(shop, MIDNIGHT_US, 200, NULL);
    sell(shop, MIDNIGHT_US + DAY_US, 400, NULL);
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
    assert_int_equal(sums_of(shop, MIDNIGHT_US).sales_minor, 200);
    ASSERT_STATUS(loy_basket_void(basket, "test", MIDNIGHT_US + 6), LOY_OK);
    assert_int_equal(sums_of(shop, MIDNIGHT_US).sales_minor, 200);
    struct loy_period period = day_of(MIDNIGHT_US);
    struct loy_period_sums sums = {.size = sizeof sums};
    period.to_us = period.from_us;
    ASSERT_STATUS(loy_period_sums_get(shop->store, &period, &sums), LOY_OK);
    assert_int_equal(sums.baskets, 0);
    period.to_us--;
    ASSERT_STATUS(loy_period_sums_get(shop->store, &period, &sums), LOY_E_FORMAT);
}

static void counts_make(struct shop *shop)
{
    char sql[400];
    long long day = (long long)(NOON_US / DAY_US);
    snprintf(sql, sizeof sql,
        "INSERT INTO lane (site, code, epoch, last_sequence) SELECT site, 'L2', epoch, 0 FROM "
        "lane; "
        "INSERT INTO lane_count (lane, day, operator, kind, count) VALUES (1, %lld, 1, %d, 3), "
        "(1, %lld, 2, %d, 4), (2, %lld, 1, %d, 5), (1, %lld, 1, %d, 100), (1, %lld, 1, %d, 1000)",
        day, LOY_COUNT_MISREAD, day, LOY_COUNT_MISREAD, day, LOY_COUNT_MISREAD, day - 1,
        LOY_COUNT_MISREAD, day, LOY_COUNT_FOREIGN);
    shop_run(shop->store, sql);
}

static void lanes_say_what_they_do(void **state)
{
    struct shop *shop = *state;
    struct loy_period period = day_of(MIDNIGHT_US);
    struct loy_lane_now first = {.size = sizeof first}, second = {.size = sizeof second};
    struct loy_basket *basket;
    int64_t position = 0;
    counts_make(shop);
    sell(shop, MIDNIGHT_US + HOUR_US, 300, NULL);
    shop_run(shop->store,
        "INSERT INTO operator (name, role) VALUES ('Li Na', 1); UPDATE basket SET "
        "operator = (SELECT id FROM operator WHERE name = 'Li Na')");
    struct loy_basket_head head = shop_head(MIDNIGHT_US - HOUR_US);
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_OK);
    ASSERT_STATUS(loy_lane_now_next(shop->store, &period, &position, &first), LOY_OK);
    ASSERT_STATUS(loy_lane_now_next(shop->store, &period, &position, &second), LOY_OK);
    struct loy_lane_now none = {.size = sizeof none};
    ASSERT_STATUS(loy_lane_now_next(shop->store, &period, &position, &none), LOY_NONE);
    assert_string_equal(first.lane, "L1");
    assert_string_equal(first.operator_name, "Li Na");
    assert_int_equal(first.baskets, 1);
    assert_int_equal(first.sales_minor, 300);
    assert_int_equal(first.misreads, 7);
    assert_true(first.last_us >= MIDNIGHT_US + HOUR_US);
    assert_true(first.busy);
    assert_string_equal(second.lane, "L2");
    assert_string_equal(second.operator_name, "");
    assert_int_equal(second.baskets, 0);
    assert_int_equal(second.misreads, 5);
    assert_int_equal(second.last_us, 0);
    assert_false(second.busy);
    assert_int_equal(sums_of(shop, MIDNIGHT_US).misreads, 12);
    assert_int_equal(sums_of(shop, MIDNIGHT_US - DAY_US).misreads, 100);
    loy_basket_release(basket);
}

static void new_members_are_known_ones(void **state)
{
    struct shop *shop = *state;
    char sql[300];
    snprintf(sql, sizeof sql,
        "INSERT INTO member (uid, kind, pseudonymous, status, created_at_us) VALUES "
        "(x'01', 1, 0, 1, %lld), (x'02', 1, 1, 1, %lld), (x'03', 1, 0, 2, %lld), "
        "(x'04', 2, 0, 1, %lld)",
        (long long)MIDNIGHT_US, (long long)MIDNIGHT_US, (long long)MIDNIGHT_US,
        (long long)(MIDNIGHT_US + DAY_US));
    shop_run(shop->store, sql);
    assert_int_equal(sums_of(shop, MIDNIGHT_US).new_members, 1);
    assert_int_equal(sums_of(shop, MIDNIGHT_US + DAY_US).new_members, 1);
    assert_int_equal(sums_of(shop, MIDNIGHT_US - DAY_US).new_members, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums_equal_those_of_the_lines, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(
            only_sales_and_only_of_the_period, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(lanes_say_what_they_do, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(new_members_are_known_ones, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
