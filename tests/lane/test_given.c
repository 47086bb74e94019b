/* SPDX-License-Identifier: MIT
 *
 * test_given.c - a lane beside a till that is the master of prices: lines as the till has them
 * (given), baskets by the till's ids (opens).
 */
#include "counter.h"

static const struct loy_id till_id = {
    {0x01, 0x90, 3, 4, 5, 6, 0x80, 8, 0x80, 10, 11, 12, 13, 14, 15, 16}};

static int till_setup(void **state)
{
    if (counter_setup(state) != 0) return -1;
    struct counter *counter = *state;
    loy_lane_close(counter->lane);
    ASSERT_STATUS(
        loy_lane_open(counter->store, LOY_BASKET_FEED, counter->at_us, &counter->lane), LOY_OK);
    return 0;
}

static void give(struct counter *counter, const struct loy_line *line, const struct loy_id *opens,
    enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.given = line;
    input.opens = opens;
    input.text = "no such article";
    MUST(counter, input, code);
}

static const char *lines_of(struct counter *counter)
{
    return shop_rows(counter->store, "SELECT l.number, l.quantity_milli, l.list_minor, "
                                     "l.discount_minor, l.paid_minor, p.code FROM line l LEFT JOIN "
                                     "promotion p ON p.id = l.promotion ORDER BY l.number");
}

static void a_given_line_is_taken_as_it_is(void **state)
{
    struct counter *counter = *state;
    struct loy_line line = counter_till_line(counter);
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    give(counter, &line, &till_id, LOY_SAID_LINE);
    assert_int_equal(counter->answer.line, 1);
    assert_memory_equal(&counter->answer.basket, &till_id, sizeof till_id);
    // Our member price, 800, is the till's affair: nothing is priced anew.
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    assert_false(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 1750);
    assert_string_equal(lines_of(counter), "1|2000|900|50|1750|till-deal");
    // A return has a negative quantity and a reason.
    line = (struct loy_line){.article_version = counter->shop->shirt,
        .quantity_milli = -1000,
        .list_minor = 900,
        .paid_minor = -900,
        .reason = "broken"};
    give(counter, &line, NULL, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 850);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    shop_is_sound(counter->store);
}

static void a_given_line_that_does_not_add_up_opens_nothing(void **state)
{
    struct counter *counter = *state;
    struct loy_line line = counter_till_line(counter);
    line.paid_minor += 10;
    give(counter, &line, &till_id, LOY_SAID_WRONG);
    line = counter_till_line(counter);
    line.article_version = 999;
    counter->answer.code = LOY_SAID_NOTHING;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.given = &line;
    input.opens = &till_id;
    counter_take(counter, &input);
    assert_int_not_equal(counter->status, LOY_OK);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

static void a_lane_of_ours_takes_no_given_line(void **state)
{
    struct counter *counter = *state;
    struct loy_line line = counter_till_line(counter);
    give(counter, &line, NULL, LOY_SAID_WRONG);
    assert_non_null(strstr(counter->answer.words, "prices its lines itself"));
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

static void a_till_names_its_baskets(void **state)
{
    struct counter *counter = *state;
    struct loy_id other = till_id;
    struct loy_line line = counter_till_line(counter);
    other.bytes[15]++;
    give(counter, &line, &till_id, LOY_SAID_LINE);
    // An open basket keeps its id, whatever an input would open.
    give(counter, &line, &other, LOY_SAID_LINE);
    assert_memory_equal(&counter->answer.basket, &till_id, sizeof till_id);
    assert_int_equal(counter->answer.line, 2);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    // An id is a basket's for ever.
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.given = &line;
    input.opens = &till_id;
    counter_take(counter, &input);
    ASSERT_STATUS(counter->status, LOY_E_CONFLICT);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_CLOSED);
    give(counter, &line, &other, LOY_SAID_LINE);
    assert_memory_equal(&counter->answer.basket, &other, sizeof other);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 2);
}

static void a_card_first_opens_by_the_tills_id_too(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = &card;
    input.opens = &till_id;
    MUST(counter, input, LOY_SAID_MEMBER);
    assert_memory_equal(&counter->answer.basket, &till_id, sizeof till_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_given_line_is_taken_as_it_is, till_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            a_given_line_that_does_not_add_up_opens_nothing, till_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            a_lane_of_ours_takes_no_given_line, counter_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(a_till_names_its_baskets, till_setup, counter_teardown),
        cmocka_unit_test_setup_teardown(
            a_card_first_opens_by_the_tills_id_too, till_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
