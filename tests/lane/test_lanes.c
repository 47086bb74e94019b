/* SPDX-License-Identifier: MIT
 *
 * test_lanes.c - two lanes of one shop on one store, two handles as two programs have them: which
 * lanes there are, whose basket and whose sequence it is, a basket that moves, and no new epoch by
 * it.
 */
#include "counter.h"

#include <loyalty/dashboard.h>
#include <loyalty/receipt.h>
#include <store/store_private.h>

/* Another program, at the second lane. */
static struct counter second_open(struct counter *counter)
{
    struct counter second = {.shop = counter->shop, .at_us = counter->at_us};
    second.store = shop_open(counter->shop);
    ASSERT_STATUS(loy_store_lane_choose(second.store, "L2"), LOY_OK);
    counter_open(&second);
    return second;
}

static void second_close(struct counter *second)
{
    loy_lane_close(second->lane);
    loy_store_close(second->store);
}

static int two_setup(void **state)
{
    if (counter_setup(state) != 0) return -1;
    struct counter *counter = *state;
    ASSERT_STATUS(loy_store_lane_add(counter->store, "L2", NOON_US), LOY_OK);
    return 0;
}

static void sell(struct counter *counter, const char *article)
{
    counter_sells(counter, article, LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
}

/* ---- Which lanes there are --------------------------------------------------------------------
 */

static void no_lane_by_a_mistyped_code(void **state)
{
    struct counter *counter = *state;
    struct loy_store *store = counter->store;
    struct loy_store_settings settings;
    static const char *const wrong[] = {"", "a b", "a/b", "a\nb", "a\x1b", "\xc2\x9b",
        "\xe2\x80\xae", "\xff", "123456789012", "4111-1111-1111-1111",
        "12345678901234567890123456789012"};
    loy_lane_close(counter->lane);
    counter->lane = NULL;
    ASSERT_STATUS(loy_store_lane_choose(store, "L3"), LOY_NONE);
    ASSERT_STATUS(loy_store_lane_choose(store, "l2"), LOY_NONE);
    ASSERT_STATUS(loy_store_lane_choose(store, ""), LOY_NONE);
    loy_store_settings_get(store, &settings);
    assert_string_equal(settings.lane, "L1");
    ASSERT_STATUS(loy_store_lane_add(store, "L2", NOON_US), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_store_lane_add(store, "l1", NOON_US), LOY_E_CONFLICT);
    for (size_t i = 0; i < ROWS(wrong); i++)
        ASSERT_STATUS(loy_store_lane_add(store, wrong[i], NOON_US), LOY_E_FORMAT);
    assert_string_equal(shop_rows(store, "SELECT code FROM lane ORDER BY id"), "L1 L2");
    ASSERT_STATUS(loy_store_lane_add(store, "一号-a.b_2", NOON_US), LOY_OK);
    ASSERT_STATUS(loy_store_lane_choose(store, "一号-a.b_2"), LOY_OK);
    counter_open(counter);
    sell(counter, "shoe");
}

static void lanes_are_listed(void **state)
{
    struct counter *counter = *state;
    struct loy_store_lane lane = {.size = sizeof lane};
    int64_t position = 0;
    sell(counter, "shoe");
    ASSERT_STATUS(loy_store_lane_next(counter->store, &position, &lane), LOY_OK);
    assert_string_equal(lane.code, "L1");
    assert_true(lane.first && lane.own);
    assert_int_equal(lane.sequence, 1);
    ASSERT_STATUS(loy_store_lane_next(counter->store, &position, &lane), LOY_OK);
    assert_string_equal(lane.code, "L2");
    assert_false(lane.first || lane.own);
    assert_int_equal(lane.sequence, 0);
    ASSERT_STATUS(loy_store_lane_next(counter->store, &position, &lane), LOY_NONE);
    lane.size--;
    ASSERT_STATUS(loy_store_lane_next(counter->store, &position, &lane), LOY_E_ARGUMENT);
}

static void a_lane_that_is_open_stays(void **state)
{
    struct counter *counter = *state;
    struct loy_store *store = shop_open(counter->shop);
    struct loy_lane *lane = NULL;
    ASSERT_STATUS(loy_store_lane_choose(counter->store, "L2"), LOY_E_CONFLICT);
    // The same lane from two programs.
    ASSERT_STATUS(loy_lane_open(store, LOY_BASKET_LANE, counter->at_us, &lane), LOY_E_BUSY);
    assert_non_null(strstr(loy_store_text(store), "another lane"));
    ASSERT_STATUS(loy_store_lane_choose(store, "L2"), LOY_OK);
    ASSERT_STATUS(loy_lane_open(store, LOY_BASKET_LANE, counter->at_us, &lane), LOY_OK);
    ASSERT_STATUS(loy_store_lane_choose(store, "L1"), LOY_E_CONFLICT);
    loy_lane_close(lane);
    ASSERT_STATUS(loy_store_lane_choose(store, "L1"), LOY_OK);
    ASSERT_STATUS(loy_lane_open(store, LOY_BASKET_LANE, counter->at_us, &lane), LOY_E_BUSY);
    loy_store_close(store);
}

/* ---- Whose it is ------------------------------------------------------------------------------
 */

static void an_open_basket_is_its_own_lanes(void **state)
{
    struct counter *counter = *state;
    struct counter second = second_open(counter);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    assert_int_equal(counter_view(&second).stage, LOY_STAGE_IDLE);
    // A power cut at both.
    second_close(&second);
    counter_cut(counter);
    second = second_open(counter);
    assert_int_equal(counter_view(&second).stage, LOY_STAGE_IDLE);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_FOUND);
    sell(&second, "sock");
    second_close(&second);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.due_minor, 5000);
}

static void each_lane_counts_for_itself(void **state)
{
    struct counter *counter = *state;
    struct counter second = second_open(counter);
    struct loy_receipt_head head = {.size = sizeof head};
    struct loy_id found;
    char numbers[2][LOY_RECEIPT_NUMBER_SIZE];
    sell(counter, "shoe");
    sell(&second, "sock");
    struct loy_id sales[2] = {counter->answer.basket, second.answer.basket};
    sell(&second, "sock");
    sell(counter, "shoe");
    assert_string_equal(
        shop_rows(counter->store, "SELECT n.code, b.sequence FROM basket b JOIN lane n ON n.id = "
                                  "b.lane ORDER BY b.id"),
        "L1|1 L2|1 L2|2 L1|2");
    for (int i = 0; i < 2; i++) {
        ASSERT_STATUS(loy_receipt_head_get(counter->store, &sales[i], &head), LOY_OK);
        loy_receipt_number(&head, numbers[i]);
        ASSERT_STATUS(loy_receipt_find(second.store, numbers[i], &found), LOY_OK);
        assert_memory_equal(&found, &sales[i], sizeof found);
    }
    assert_string_not_equal(numbers[0], numbers[1]);
    second_close(&second);
    shop_is_sound(counter->store);
}

/* What a lane sold at the close of its program is no sign of a file that was put back. */
static void lanes_open_no_epoch(void **state)
{
    struct counter *counter = *state;
    for (int i = 0; i < 3; i++) {
        struct counter second = second_open(counter);
        sell(&second, "sock");
        sell(&second, "sock");
        // The last one to close is the second lane's program, and the first to open the other's.
        loy_lane_close(counter->lane);
        loy_store_close(counter->store);
        second_close(&second);
        counter->store = shop_open(counter->shop);
        counter_open(counter);
    }
    sell(counter, "shoe");
    counter_cut(counter);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM epoch"), 1);
    assert_string_equal(
        shop_rows(counter->store, "SELECT code, epoch, last_sequence FROM lane ORDER BY id"),
        "L1|1|1 L2|1|6");
}

/* ---- Suspended here, resumed there ------------------------------------------------------------
 */

static void offer_put(struct loy_store *store)
{
    const struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "shoes-off",
        .form = LOY_FORM_PERCENT,
        .scope = LOY_SCOPE_ARTICLE,
        .target = "shoe",
        .permille = 100,
        .from_us = NOON_US - DAY_US};
    ASSERT_STATUS(loy_promotion_put(store, &rule, NOON_US), LOY_OK);
}

static void a_basket_moves_with_its_prices_new(void **state)
{
    struct counter *counter = *state;
    struct counter second = second_open(counter);
    struct loy_period today = {.size = sizeof today,
        .from_us = NOON_US - DAY_US,
        .to_us = NOON_US + DAY_US,
        .offset_min = 60};
    struct loy_lane_now lanes[2] = {{.size = sizeof lanes[0]}, {.size = sizeof lanes[1]}};
    int64_t position = 0;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    int64_t ticket = counter->answer.ticket;
    offer_put(counter->store);
    counter_sells(&second, "sock", LOY_SAID_LINE);
    struct loy_lane_input resume = counter_input(&second, LOY_LANE_RESUME);
    resume.ticket = ticket;
    MUST(&second, resume, LOY_SAID_NOT_NOW);
    counter_does(&second, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(&second, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    MUST(&second, resume, LOY_SAID_RESUMED);
    assert_true(second.answer.repriced);
    assert_int_equal(second.answer.before_minor, 5000);
    assert_int_equal(second.answer.due_minor, 4500);
    // It is nobody else's any more, and the other lane goes on.
    resume = counter_input(counter, LOY_LANE_RESUME);
    resume.ticket = ticket;
    MUST(counter, resume, LOY_SAID_WRONG);
    sell(counter, "shoe");
    counter_does(&second, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(&second, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    for (int i = 0; i < 2; i++)
        ASSERT_STATUS(loy_lane_now_next(counter->store, &today, &position, &lanes[i]), LOY_OK);
    assert_string_equal(lanes[0].lane, "L1");
    assert_int_equal(lanes[0].baskets, 1);
    assert_int_equal(lanes[0].sales_minor, 4500);
    assert_string_equal(lanes[1].lane, "L2");
    assert_int_equal(lanes[1].baskets, 2);
    assert_int_equal(lanes[1].sales_minor, 4800);
    assert_int_equal(lanes[0].suspended + lanes[1].suspended, 0);
    second_close(&second);
    shop_is_sound(counter->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_lane_by_a_mistyped_code, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(lanes_are_listed, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(a_lane_that_is_open_stays, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            an_open_basket_is_its_own_lanes, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(each_lane_counts_for_itself, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(lanes_open_no_epoch, two_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            a_basket_moves_with_its_prices_new, two_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
