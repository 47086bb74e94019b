/* SPDX-License-Identifier: MIT
 *
 * test_returns.c - what comes back: with its receipt, piece by piece and line by line, and without
 * one, for the lowest price of the day.
 */
#include "counter.h"

static void sell_shirts(struct counter *counter, int64_t quantity_milli)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shirt";
    input.quantity_milli = quantity_milli;
    MUST(counter, input, LOY_SAID_LINE);
}

static void pieces_come_back_for_what_they_cost(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "sock";
    input.quantity_milli = 7000;
    MUST(counter, input, LOY_SAID_LINE);
    // Seven for five: 1500 for seven is no whole number each.
    assert_int_equal(counter->answer.due_minor, 1500);
    struct loy_id receipt = counter_sold(counter);
    int64_t back = 0;
    for (int i = 0; i < 7; i++) {
        counter_gives_back(counter, &receipt, 1, 0, LOY_SAID_RETURNED);
        back = counter->answer.due_minor;
    }
    assert_int_equal(back, -1500);
    counter_gives_back(counter, &receipt, 1, 0, LOY_SAID_WRONG);
    counter_gives_back(counter, &receipt, 2, 0, LOY_SAID_WRONG);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_int_equal(counter->answer.change_minor, 1500);
    assert_string_equal(
        shop_rows(counter->store, "SELECT sum(total_minor), sum((SELECT sum(quantity_milli) FROM "
                                  "line WHERE basket = b.id)) FROM basket b"),
        "0|0");
    shop_is_sound(counter->store);
}

/* Pieces of less than a unit: however many come back at once, what came back until then is never
 * more than half a unit off its share, and all of it is what was paid. */
static void any_part_comes_back_for_its_share(void **state)
{
    static const int64_t steps[] = {1, 2, 7, 13, 50, 99};
    struct counter *counter = *state;
    for (size_t i = 0; i < ROWS(steps); i++) {
        struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
        input.text = "plain";
        input.price_minor = 1;
        input.quantity_milli = 100000;
        MUST(counter, input, LOY_SAID_LINE);
        input = counter_input(counter, LOY_LANE_COUPON);
        input.text = "9902";
        input.serial = (const char[]){(char)('a' + (int)i), '\0'};
        MUST(counter, input, LOY_SAID_COUPON);
        assert_int_equal(counter->answer.due_minor, 90);
        struct loy_id receipt = counter_sold(counter);
        for (int64_t back = 0; back < 100;) {
            int64_t n = steps[i] < 100 - back ? steps[i] : 100 - back;
            counter_gives_back(counter, &receipt, 1, n * 1000, LOY_SAID_RETURNED);
            back += n;
            int64_t off = 100 * -counter->answer.due_minor - 90 * back;
            assert_in_range(off + 50, 0, 100);
        }
        assert_int_equal(counter->answer.due_minor, -90);
        counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
        counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    }
    shop_is_sound(counter->store);
}

/* Three lines of a set, each brought back in a basket of its own: what is written on each. */
static void lines_of_a_set_come_back_for_what_is_written_on_them(void **state)
{
    struct counter *counter = *state;
    int64_t back = 0;
    ASSERT_STATUS(loy_promotion_end(counter->store, "socks", counter->at_us), LOY_OK);
    struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "four",
        .form = LOY_FORM_N_FOR_M,
        .scope = LOY_SCOPE_ARTICLE,
        .target = "sock",
        .from_us = NOON_US,
        .take = 7,
        .pay = 5};
    ASSERT_STATUS(loy_promotion_put(counter->store, &rule, NOON_US), LOY_OK);
    for (int i = 0; i < 7; i++)
        counter_sells(counter, "sock", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 1500);
    struct loy_id receipt = counter_sold(counter);
    for (uint32_t line = 7; line > 0; line--) {
        char sql[120];
        counter_gives_back(counter, &receipt, line, 0, LOY_SAID_RETURNED);
        snprintf(sql, sizeof sql, "SELECT paid_minor FROM line WHERE basket = 1 AND number = %u",
            (unsigned)line);
        assert_int_equal(-counter->answer.due_minor, shop_number(counter->store, sql));
        back -= counter->answer.due_minor;
        counter_sold(counter);
    }
    assert_int_equal(back, 1500);
    shop_is_sound(counter->store);
}

static void no_more_comes_back_than_was_bought(void **state)
{
    struct counter *counter = *state;
    sell_shirts(counter, 3000);
    struct loy_id receipt = counter_sold(counter), none = {{9}};
    counter_gives_back(counter, &receipt, 1, 4000, LOY_SAID_WRONG);
    counter_gives_back(counter, &none, 1, 0, LOY_SAID_WRONG);
    counter_gives_back(counter, &receipt, 1, -1000, LOY_SAID_WRONG);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_CLOSED);
    counter_gives_back(counter, &receipt, 1, 2000, LOY_SAID_RETURNED);
    // What an open basket holds of it is taken; a void one gives it back.
    counter_gives_back(counter, &receipt, 1, 2000, LOY_SAID_WRONG);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter_gives_back(counter, &receipt, 0, 3000, LOY_SAID_RETURNED);
    assert_int_equal(counter->answer.due_minor, -3000);
    counter_sold(counter);
    shop_is_sound(counter->store);
}

static void the_receipt_knows_its_member(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    struct loy_id member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    sell_shirts(counter, 0);
    struct loy_id receipt = counter_sold(counter);
    counter_gives_back(counter, &receipt, 0, 0, LOY_SAID_RETURNED);
    assert_int_equal(counter->answer.due_minor, -800);
    struct loy_lane_view view = counter_view(counter);
    assert_memory_equal(&view.member, &member, sizeof member);
    // An exchange, for a member, in one basket.
    sell_shirts(counter, 0);
    assert_int_equal(counter->answer.due_minor, 0);
    counter_sold(counter);
    assert_int_equal(counter->answer.change_minor, 0);
    assert_string_equal(
        shop_rows(counter->store, "SELECT how FROM basket_link ORDER BY basket"), "1 6");
    shop_is_sound(counter->store);
}

/* One shirt comes back once, with its receipt or without. */
static void nothing_comes_back_twice(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    sell_shirts(counter, 0);
    struct loy_id receipt = counter_sold(counter);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.text = "shirt";
    MUST(counter, input, LOY_SAID_RETURNED);
    input.quantity_milli = INT64_MAX;
    MUST(counter, input, LOY_SAID_WRONG);
    counter_sold(counter);
    counter_gives_back(counter, &receipt, 0, 0, LOY_SAID_WRONG);
    // Somebody else's second one is theirs to bring.
    sell_shirts(counter, 0);
    struct loy_id other = counter_sold(counter);
    counter_gives_back(counter, &other, 0, 0, LOY_SAID_RETURNED);
    counter_sold(counter);
    shop_is_sound(counter->store);
}

/* What the owner of a card that is not registered has bought, nobody knows. */
static void nothing_comes_back_without_a_receipt_to_a_pending_card(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.text = "shirt";
    counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
    MUST(counter, input, LOY_SAID_WRONG);
    sell_shirts(counter, 0);
    counter_sold(counter);
    MUST(counter, input, LOY_SAID_RETURNED);
    counter_shows(counter, &card, LOY_SAID_WRONG);
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM pending_card WHERE basket = 2"), 0);
}

static void without_a_receipt_the_shops_rule_holds(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.text = "shirt";
    input.reason = "gift";
    ASSERT_STATUS(loy_lane_rule_set(counter->store, LOY_LANE_RULE_RETURN_BARE, 0, NOON_US), LOY_OK);
    MUST(counter, input, LOY_SAID_WRONG);
    ASSERT_STATUS(loy_lane_rule_set(counter->store, LOY_LANE_RULE_RETURN_BARE, 1, NOON_US), LOY_OK);
    counter_cashier(counter);
    MUST(counter, input, LOY_SAID_APPROVAL);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_RETURNED);
    assert_int_equal(counter->answer.due_minor, -800);
    input.text = "nothing";
    MUST(counter, input, LOY_SAID_UNKNOWN_ARTICLE);
    input.text = NULL;
    MUST(counter, input, LOY_SAID_WRONG);
    assert_string_equal(
        shop_rows(counter->store, "SELECT ifnull(of_basket, 0), reason FROM line_return"),
        "0|gift");
}

/* Bought in a set, or with a card; brought back alone and without: nobody gains. */
static void without_a_receipt_the_lowest_price_comes_back(void **state)
{
    static const struct {
        const char *article;
        int64_t quantity_milli, price_minor, back_minor;
        enum loy_lane_code code; /* of a cashier alone, where the shop lets anybody do it */
        bool told;
    } cases[] = {
        {"sock", 0, 0, 200, LOY_SAID_RETURNED, true},
        {"sock", 2000, 0, 400, LOY_SAID_RETURNED, true},
        {"sock", 3000, 0, 600, LOY_SAID_RETURNED, true},
        {"sock", 4000, 0, 800, LOY_SAID_RETURNED, true},
        {"shirt", 0, 0, 800, LOY_SAID_RETURNED, true},
        {"shoe", 0, 0, 5000, LOY_SAID_RETURNED, false},
        {"sock", 0, 300, 300, LOY_SAID_APPROVAL, false},
        {"shirt", 2000, 1000, 2000, LOY_SAID_APPROVAL, false},
        {"shirt", 0, 800, 800, LOY_SAID_RETURNED, true},
        {"shoe", 0, 5000, 5000, LOY_SAID_RETURNED, false},
        {"shoe", 0, 5001, 5001, LOY_SAID_APPROVAL, false},
        {"plain", 0, 70, 70, LOY_SAID_RETURNED, false},
    };
    struct counter *counter = *state;
    ASSERT_STATUS(loy_lane_rule_set(counter->store, LOY_LANE_RULE_RETURN_BARE, 2, NOON_US), LOY_OK);
    counter_cashier(counter);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
        input.text = cases[i].article;
        input.quantity_milli = cases[i].quantity_milli;
        input.price_minor = cases[i].price_minor;
        input.reason = "gift";
        MUST(counter, input, cases[i].code);
        input.approver = SUPERVISOR;
        input.approver_pin = SUPERVISOR_PIN;
        if (cases[i].code == LOY_SAID_APPROVAL) MUST(counter, input, LOY_SAID_RETURNED);
        if (counter->answer.due_minor != -cases[i].back_minor) print_error("case %zu\n", i);
        assert_int_equal(counter->answer.due_minor, -cases[i].back_minor);
        assert_int_equal(counter->answer.words[0] != '\0', cases[i].told);
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    }
}

static void a_member_brings_back_no_more_than_was_bought(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    ASSERT_STATUS(loy_lane_rule_set(counter->store, LOY_LANE_RULE_RETURN_BARE, 2, NOON_US), LOY_OK);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    sell_shirts(counter, 2000);
    counter_sold(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.text = "shirt";
    input.quantity_milli = 3000;
    // Nobody's, so nobody's purchases bound it; but then the card is not taken any more.
    MUST(counter, input, LOY_SAID_RETURNED);
    counter_shows(counter, &card, LOY_SAID_WRONG);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    MUST(counter, input, LOY_SAID_WRONG);
    input.quantity_milli = 1000;
    MUST(counter, input, LOY_SAID_RETURNED);
    MUST(counter, input, LOY_SAID_RETURNED);
    MUST(counter, input, LOY_SAID_WRONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_come_back_for_what_they_cost),
        TEST(any_part_comes_back_for_its_share),
        TEST(lines_of_a_set_come_back_for_what_is_written_on_them),
        TEST(no_more_comes_back_than_was_bought),
        TEST(the_receipt_knows_its_member),
        TEST(nothing_comes_back_twice),
        TEST(nothing_comes_back_without_a_receipt_to_a_pending_card),
        TEST(without_a_receipt_the_shops_rule_holds),
        TEST(without_a_receipt_the_lowest_price_comes_back),
        TEST(a_member_brings_back_no_more_than_was_bought),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
