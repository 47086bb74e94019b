/* SPDX-License-Identifier: MIT
 *
 * test_plain.c - the plain way: a card, articles, the total, cash and change, the receipt, the next
 * customer.
 */
#include "counter.h"

static void card_articles_total_cash(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    struct loy_id member = shop_member(counter->store, &card, LOY_CARD_ISSUED);
    struct loy_lane_view view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_IDLE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    assert_int_equal(counter->answer.stage, LOY_STAGE_BASKET);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_int_equal(counter->answer.line, 1);
    assert_int_equal(counter->answer.due_minor, 800);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    assert_int_equal(counter->answer.before_minor, 800);
    assert_int_equal(counter->answer.due_minor, 5800);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_VOUCHER, 800, LOY_SAID_TENDERED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_TENDER);
    assert_int_equal(counter->answer.due_minor, 5000);
    counter_pays(counter, LOY_TENDER_CARD, 5001, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_CASH, 6000, LOY_SAID_SOLD);
    assert_int_equal(counter->answer.change_minor, 1000);
    assert_int_equal(counter->answer.stage, LOY_STAGE_CLOSED);
    view = counter_view(counter);
    assert_memory_equal(&view.member, &member, sizeof member);
    assert_int_equal(view.sequence, 1);
    assert_int_equal(view.total_minor, 5800);
    assert_int_equal(view.saved_minor, 200);
    assert_int_equal(view.due_minor, 0);
    assert_int_equal(view.change_minor, 1000);
    assert_true(view.receipt_due);
    assert_string_equal(
        shop_rows(counter->store, "SELECT kind, amount_minor FROM tender"), "4|800 1|6000 1|-1000");
    assert_string_equal(
        shop_rows(counter->store, "SELECT stage, how, before_minor, after_minor FROM basket_link"),
        "2|1|0|0");
    shop_is_sound(counter->store);
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    assert_false(counter_view(counter).receipt_due);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_BASKET);
    assert_true(loy_id_is_none(&view.member));
    assert_int_equal(view.lines, 1);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(card_articles_total_cash, counter_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
