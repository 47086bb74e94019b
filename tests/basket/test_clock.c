/* SPDX-License-Identifier: MIT
 *
 * test_clock.c - a lane's clock that goes back, ahead, is set, is unset, or disagrees: what is
 * told, when selling stops, when it is over, and which times baskets get. In: readings of clocks.
 * Out: verdicts and rows. */
#include "clock_reading.h"

#include <loyalty/lane.h>

#include <store/store_private.h>

#define YEAR_2038 INT64_C(2147483648000000)

/* ---- What is a doubt ----------------------------------------------------------------------------
 */

static void by_the_last_basket(void **state)
{
    struct shop *shop = *state;
    /* Since a basket at START: when, and what is said of it. */
    static const struct {
        int64_t after_us, outside_us;
        uint8_t what, level;
    } cases[] = {
        {0, 0, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD}, {HOUR, 0, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD},
        {-SECOND, 0, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD}, /* a leap second: 23:59:60 is 59 again */
        {-120 * SECOND, 0, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD},
        {-121 * SECOND, 0, LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED},
        {-24 * HOUR, 0, LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED},
        {-24 * HOUR - SECOND, 0, LOY_CLOCK_BACK, LOY_CLOCK_STOP},
        {-START, 0, LOY_CLOCK_UNSET, LOY_CLOCK_STOP}, /* 1970 */
        {-START - HOUR, 0, LOY_CLOCK_UNSET, LOY_CLOCK_STOP},
        {90 * DAY_US, 0, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD},
        {90 * DAY_US + 1, 0, LOY_CLOCK_AHEAD, LOY_CLOCK_DOUBTED},
        {YEAR_2038 - START, 0, LOY_CLOCK_AHEAD, LOY_CLOCK_STOP},
        {HOUR, START + HOUR + 300 * SECOND, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD},
        {HOUR, START + HOUR + 301 * SECOND, LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED},
        {HOUR, START + HOUR - 301 * SECOND, LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED},
        {HOUR, START + 26 * HOUR, LOY_CLOCK_OFF, LOY_CLOCK_STOP},
        {-HOUR, START - HOUR, LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED}, /* both went back */
    };
    sell(shop, START, 0);
    for (size_t i = 0; i < ROWS(cases); i++) {
        shop_run(shop->store, "DELETE FROM clock_doubt");
        restart(shop);
        struct loy_clock_verdict verdict =
            judge(shop, START + cases[i].after_us, 0, cases[i].outside_us);
        if (verdict.what != cases[i].what || verdict.level != cases[i].level)
            print_error("case %zu: %s %d\n", i, loy_clock_doubt_name(verdict.what), verdict.level);
        level_is(verdict, cases[i].what, cases[i].level);
        assert_int_equal(verdict.begun, cases[i].what != 0);
        assert_int_equal(
            shop_number(shop->store, "SELECT count(*) FROM clock_doubt"), cases[i].what != 0);
    }
}

static void a_first_day_and_an_import_are_no_doubt(void **state)
{
    struct shop *shop = *state;
    level_is(judge(shop, START, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    const struct loy_line line = shop_line(shop->shirt, 1000, 900, 0);
    struct loy_basket_head head = shop_head(START + 400 * DAY_US);
    head.source = LOY_BASKET_IMPORT;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    level_is(judge(shop, START, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    /* Another lane's clock is its own. */
    head = shop_head(START + 50 * DAY_US);
    head.lane = "9";
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    level_is(judge(shop, START, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
}

static void zones_are_no_doubt(void **state)
{
    struct shop *shop = *state;
    /* Summer time ends: the local clock goes back an hour, UTC does not. */
    static const int16_t offsets[] = {120, 60, 120, 480, -720, 0};
    for (size_t i = 0; i < ROWS(offsets); i++) {
        const int64_t at_us = START + (int64_t)i * MINUTE;
        level_is(judge(shop, at_us, (int64_t)(i + 1) * MINUTE, at_us), LOY_CLOCK_NO_DOUBT,
            LOY_CLOCK_GOOD);
        sell(shop, at_us, offsets[i]);
    }
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM clock_doubt"), 0);
}

static void the_rules_are_the_shops(void **state)
{
    struct shop *shop = *state;
    sell(shop, START, 0);
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_CLOCK_BACK_S, 3600, START), LOY_OK);
    ASSERT_STATUS(loy_lane_rule_set(shop->store, LOY_LANE_RULE_CLOCK_STOP_H, 1, START), LOY_OK);
    level_is(judge(shop, START - 3600 * SECOND, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    level_is(judge(shop, START - 3601 * SECOND, 0, 0), LOY_CLOCK_BACK, LOY_CLOCK_STOP);
}

/* ---- Set while the lane is open -----------------------------------------------------------------
 */

static void a_jump_is_taken_back_and_times_are_corrected(void **state)
{
    struct shop *shop = *state;
    static const int64_t jumps[] = {HOUR, -HOUR, 30 * HOUR, -30 * HOUR, 40 * DAY_US};
    int64_t at_us = START, steady_us = HOUR;
    for (size_t i = 0; i < ROWS(jumps); i++) {
        char wanted[80];
        const int64_t jump_us = jumps[i];
        shop_run(shop->store, "DELETE FROM clock_doubt; DELETE FROM basket_time; DELETE FROM "
                              "line; DELETE FROM basket; UPDATE lane SET last_sequence = 0");
        restart(shop);
        judge(shop, at_us, steady_us, 0);
        sell(shop, at_us, 0);
        struct loy_clock_verdict verdict =
            judge(shop, at_us + MINUTE + jump_us, steady_us + MINUTE, 0);
        level_is(verdict, LOY_CLOCK_JUMP,
            jump_us > 24 * HOUR || jump_us < -24 * HOUR ? LOY_CLOCK_STOP : LOY_CLOCK_DOUBTED);
        assert_int_equal(verdict.off_us, jump_us);
        sell(shop, at_us + MINUTE + jump_us, 0);
        verdict = judge(shop, at_us + 2 * MINUTE + jump_us, steady_us + 2 * MINUTE, 0);
        assert_int_equal(verdict.what, LOY_CLOCK_JUMP);
        assert_false(verdict.begun);
        sell(shop, at_us + 2 * MINUTE + jump_us, 0);
        verdict = judge(shop, at_us + 3 * MINUTE + SECOND, steady_us + 3 * MINUTE, 0);
        level_is(verdict, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
        assert_true(verdict.ended);
        assert_int_equal(verdict.corrected, 2);
        sell(shop, at_us + 3 * MINUTE, 0);
        /* A second lies between the two settings, and so in the corrected times. */
        snprintf(wanted, sizeof wanted, "%lld %lld", (long long)(at_us + MINUTE + SECOND),
            (long long)(at_us + 2 * MINUTE + SECOND));
        assert_string_equal(
            shop_rows(shop->store, "SELECT t.corrected_us FROM basket_time t ORDER BY basket"),
            wanted);
        level_is(judge(shop, at_us + 4 * MINUTE, steady_us + 4 * MINUTE, 0), LOY_CLOCK_NO_DOUBT,
            LOY_CLOCK_GOOD);
        at_us += 60 * DAY_US;
        steady_us += HOUR;
    }
    shop_is_sound(shop->store);
}

static void set_twice_is_off_by_both(void **state)
{
    struct shop *shop = *state;
    judge(shop, START, HOUR, 0);
    level_is(judge(shop, START - HOUR, HOUR, 0), LOY_CLOCK_JUMP, LOY_CLOCK_DOUBTED);
    struct loy_clock_verdict verdict = judge(shop, START - 30 * HOUR, HOUR, 0);
    level_is(verdict, LOY_CLOCK_JUMP, LOY_CLOCK_STOP);
    assert_int_equal(verdict.off_us, -30 * HOUR);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, false, START), LOY_OK);
    /* Half way back is not back, and no worse than what was accepted. */
    verdict = judge(shop, START - 26 * HOUR, HOUR, 0);
    assert_true(verdict.accepted);
    level_is(verdict, LOY_CLOCK_JUMP, LOY_CLOCK_DOUBTED);
    assert_true(judge(shop, START, HOUR, 0).ended);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM clock_doubt"), 1);
}

/* ---- Without a steady clock ---------------------------------------------------------------------
 */

static void an_empty_battery(void **state)
{
    struct shop *shop = *state;
    sell(shop, START, 0);
    struct loy_clock_verdict verdict = judge(shop, 5 * MINUTE, 0, 0);
    level_is(verdict, LOY_CLOCK_UNSET, LOY_CLOCK_STOP);
    /* Selling waits for a supervisor, and for nobody else. */
    shop->store->role = LOY_ROLE_CASHIER;
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, false, 0), LOY_E_ACCESS);
    shop->store->role = LOY_ROLE_SUPERVISOR;
    level_is(judge(shop, 6 * MINUTE, 0, 0), LOY_CLOCK_UNSET, LOY_CLOCK_STOP);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, false, 6 * MINUTE), LOY_OK);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, false, 6 * MINUTE), LOY_REPEATED);
    shop->store->role = LOY_ROLE_MANAGER;
    verdict = judge(shop, 7 * MINUTE, 0, 0);
    level_is(verdict, LOY_CLOCK_UNSET, LOY_CLOCK_DOUBTED);
    assert_true(verdict.accepted);
    sell(shop, 7 * MINUTE, 0);
    sell(shop, 9 * MINUTE, 0);
    restart(shop);
    /* Somebody has set it over night: both go on from the last good moment. */
    verdict = judge(shop, START + 20 * HOUR, 0, 0);
    level_is(verdict, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    assert_int_equal(verdict.corrected, 2);
    sell(shop, START + 20 * HOUR, 0);
    char wanted[80];
    snprintf(wanted, sizeof wanted, "%lld %lld", (long long)(START + 2 * MINUTE),
        (long long)(START + 4 * MINUTE));
    assert_string_equal(
        shop_rows(shop->store, "SELECT corrected_us FROM basket_time ORDER BY basket"), wanted);
    /* Order by sequence is the order of selling, whatever the clock said. */
    assert_string_equal(shop_rows(shop->store, "SELECT id FROM basket ORDER BY lane, epoch, "
                                               "sequence"),
        "1 2 3 4");
}

static void a_far_future_that_was_set_back(void **state)
{
    struct shop *shop = *state;
    sell(shop, START, 0);
    struct loy_clock_verdict verdict = judge(shop, YEAR_2038, 0, 0);
    level_is(verdict, LOY_CLOCK_AHEAD, LOY_CLOCK_STOP);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, false, YEAR_2038), LOY_OK);
    sell(shop, YEAR_2038 + MINUTE, 0);
    restart(shop);
    verdict = judge(shop, START + 15 * HOUR, 0, 0);
    level_is(verdict, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    assert_int_equal(verdict.corrected, 1);
    /* The first basket of the right time is not "back" of the wrong ones. */
    sell(shop, START + 15 * HOUR, 0);
    level_is(judge(shop, START + 16 * HOUR, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
}

static void a_small_step_back_is_nobodys_guess(void **state)
{
    struct shop *shop = *state;
    sell(shop, START, 0);
    struct loy_clock_verdict verdict = judge(shop, START - 10 * MINUTE, 0, 0);
    level_is(verdict, LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED);
    sell(shop, START - 10 * MINUTE, 0);
    /* It has passed that moment, by itself or because it was set: nobody knows. */
    restart(shop);
    level_is(judge(shop, START + 12 * HOUR, 0, 0), LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, true, START), LOY_OK);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, true, START), LOY_REPEATED);
    ASSERT_STATUS(loy_clock_accept(shop->store, 99, true, START), LOY_NONE);
    level_is(judge(shop, START + 12 * HOUR, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM basket_time"), 0);
}

static void what_was_said_to_be_right_is_not_asked_again(void **state)
{
    struct shop *shop = *state;
    sell(shop, START + 5 * HOUR, 0); /* the clock was ahead until now */
    struct loy_clock_verdict verdict = judge(shop, START, 0, 0);
    level_is(verdict, LOY_CLOCK_BACK, LOY_CLOCK_DOUBTED);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, true, START), LOY_OK);
    level_is(judge(shop, START + HOUR, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    sell(shop, START + HOUR, 0);
    restart(shop);
    level_is(judge(shop, START + 2 * HOUR, 0, 0), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    /* The machine's own clock is wrong and stays so. */
    verdict = judge(shop, START + 2 * HOUR, 0, START + 9 * HOUR);
    level_is(verdict, LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED);
    ASSERT_STATUS(loy_clock_accept(shop->store, verdict.number, true, START), LOY_OK);
    level_is(
        judge(shop, START + 3 * HOUR, 0, START + 10 * HOUR), LOY_CLOCK_NO_DOUBT, LOY_CLOCK_GOOD);
    level_is(judge(shop, START + 3 * HOUR, 0, START + 11 * HOUR), LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED);
}

static void another_clock_that_agrees_again(void **state)
{
    struct shop *shop = *state;
    level_is(judge(shop, START - HOUR, 0, START), LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED);
    sell(shop, START - HOUR + MINUTE, 0);
    level_is(judge(shop, START - HOUR + 2 * MINUTE, 0, 0), LOY_CLOCK_OFF, LOY_CLOCK_DOUBTED);
    struct loy_clock_verdict verdict = judge(shop, START + 3 * MINUTE, 0, START + 3 * MINUTE);
    assert_true(verdict.ended);
    assert_int_equal(verdict.corrected, 1);
    assert_int_equal(
        shop_number(shop->store, "SELECT corrected_us FROM basket_time"), START + MINUTE);
}

/* ---- Who reads it -------------------------------------------------------------------------------
 */

static void reports_go_by_the_corrected_time(void **state)
{
    struct shop *shop = *state;
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    struct loy_basket_totals totals;
    int64_t last_us = 0;
    int count = 0;
    judge(shop, START, HOUR, 0);
    sell(shop, START, 0);
    judge(shop, START - 50 * DAY_US, HOUR + MINUTE, 0);
    sell(shop, START - 50 * DAY_US, 0);
    judge(shop, START + 2 * MINUTE, HOUR + 2 * MINUTE, 0);
    sell(shop, START + 2 * MINUTE, 0);
    ASSERT_STATUS(loy_sales_open(shop->store, START, START + HOUR, NULL, &sales), LOY_OK);
    while (loy_sales_next(sales, &sale) == LOY_OK) {
        assert_true(sale.at_us >= last_us);
        last_us = sale.at_us;
        count++;
    }
    loy_sales_close(sales);
    assert_int_equal(count, 3);
    ASSERT_STATUS(loy_basket_totals_get(shop->store, START, START + HOUR, &totals), LOY_OK);
    assert_int_equal(totals.baskets, 3);
    ASSERT_STATUS(loy_basket_totals_get(shop->store, 0, START, &totals), LOY_OK);
    assert_int_equal(totals.baskets, 0);
    shop_is_sound(shop->store);
}

static void the_list_says_all(void **state)
{
    struct shop *shop = *state;
    struct loy_clock_entry entry = {.size = sizeof entry};
    int64_t number = 0;
    judge(shop, START, HOUR, 0);
    struct loy_clock_verdict first = judge(shop, START + HOUR, HOUR, 0);
    judge(shop, START, HOUR, 0);
    struct loy_clock_verdict second = judge(shop, START - 60 * HOUR, HOUR, 0);
    assert_int_not_equal(first.number, second.number);
    ASSERT_STATUS(loy_clock_next(shop->store, &number, &entry), LOY_OK);
    assert_true(!entry.open && !entry.said_right && entry.what == LOY_CLOCK_JUMP);
    assert_int_equal(entry.off_us, HOUR);
    assert_int_equal(entry.ended_at_us, START);
    assert_true(entry.site[0] && entry.lane[0]);
    ASSERT_STATUS(loy_clock_next(shop->store, &number, &entry), LOY_OK);
    assert_true(entry.open && !entry.accepted);
    assert_int_equal(entry.level, LOY_CLOCK_STOP);
    ASSERT_STATUS(loy_clock_next(shop->store, &number, &entry), LOY_NONE);
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM audit WHERE action IN "
                                              "('clock.doubt', 'clock.set')"),
        3);
}

static void wrong_use(void **state)
{
    struct shop *shop = *state;
    struct loy_clock_now now = {.size = sizeof now, .at_us = START};
    struct loy_clock_verdict verdict = {.size = 3};
    ASSERT_STATUS(loy_clock_judge(shop->store, &now, &verdict), LOY_E_ARGUMENT);
    verdict.size = sizeof verdict;
    ASSERT_STATUS(loy_clock_judge(shop->store, NULL, &verdict), LOY_E_ARGUMENT);
    now.size = 1;
    ASSERT_STATUS(loy_clock_judge(shop->store, &now, &verdict), LOY_E_ARGUMENT);
}

#define clock_test(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        clock_test(by_the_last_basket),
        clock_test(a_first_day_and_an_import_are_no_doubt),
        clock_test(zones_are_no_doubt),
        clock_test(the_rules_are_the_shops),
        clock_test(a_jump_is_taken_back_and_times_are_corrected),
        clock_test(set_twice_is_off_by_both),
        clock_test(an_empty_battery),
        clock_test(a_far_future_that_was_set_back),
        clock_test(a_small_step_back_is_nobodys_guess),
        clock_test(what_was_said_to_be_right_is_not_asked_again),
        clock_test(another_clock_that_agrees_again),
        clock_test(reports_go_by_the_corrected_time),
        clock_test(the_list_says_all),
        clock_test(wrong_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
