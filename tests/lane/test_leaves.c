/* SPDX-License-Identifier: MIT
 *
 * test_leaves.c - what others do to an open basket: its member withdraws from the scheme, objects
 * at the desk, is erased, merged or registered; and lines that a till has priced. The basket keeps
 * its lines and its money; whose it is and what it costs follow, and are told.
 */
#include "counter.h"

#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>
#include <loyalty/rights.h>

#define CARD "29000017"

static struct loy_credential person(
    struct counter *counter, const char *number, struct loy_id *member)
{
    struct loy_credential card = shop_credential(counter->store, number);
    *member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    return card;
}

static void withdraws(struct counter *counter, const struct loy_id *member)
{
    ASSERT_STATUS(loy_member_consent(
                      counter->store, member, LOY_PURPOSE_SCHEME, false, "desk", counter->at_us),
        LOY_OK);
}

/* A shirt for 800, as a member: in the basket, or behind its total. */
static struct loy_id shirt(struct counter *counter, bool total)
{
    struct loy_id member;
    struct loy_credential card = person(counter, CARD, &member);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    if (total) counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter_view(counter).due_minor, 800);
    return member;
}

static bool is_nobodys(struct counter *counter)
{
    struct loy_lane_view view = counter_view(counter);
    return loy_id_is_none(&view.member) && view.name[0] == '\0' && view.tail[0] == '\0';
}

static const char *links(struct counter *counter)
{
    return shop_rows(counter->store, "SELECT stage, how, before_minor, after_minor, ifnull(card, "
                                     "0) FROM basket_link ORDER BY basket, number");
}

static const char *baskets(struct counter *counter)
{
    return shop_rows(counter->store,
        "SELECT state, total_minor, ifnull(member, 0), ifnull(card, 0), (SELECT count(*) FROM line "
        "WHERE basket = basket.id) FROM basket ORDER BY id");
}

/* ---- Withdrawn ---------------------------------------------------------------------------------
 */

static void who_withdraws_gets_no_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, false);
    withdraws(counter, &member);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 800);
    assert_int_equal(counter->answer.due_minor, 6000);
    assert_non_null(strstr(counter->answer.words, "nobody's"));
    assert_true(is_nobodys(counter));
    // Told once.
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_false(counter->answer.repriced);
    assert_string_equal(counter->answer.words, "");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|6000|0|0|2");
    assert_string_equal(links(counter), "2|1|0|0|0 2|9|800|1000|0");
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM audit WHERE action = 'basket-object'"),
        1);
    shop_is_sound(counter->store);
}

static void other_withdrawals_leave_the_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    ASSERT_STATUS(loy_member_consent(counter->store, &member, LOY_PURPOSE_PROFILING, false, "desk",
                      counter->at_us),
        LOY_OK);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|800|1|1|1");
}

/* Nobody pays more than what was told. */
static void the_new_total_is_told_before_it_is_paid(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    withdraws(counter, &member);
    counter_pays(counter, LOY_TENDER_CARD, 0, LOY_SAID_WRONG);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 800);
    assert_int_equal(counter->answer.due_minor, 1000);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM tender"), 0);
    assert_string_equal(links(counter), "2|1|0|0|0 3|9|800|1000|0");
    counter_pays(counter, LOY_TENDER_CARD, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
    shop_is_sound(counter->store);
}

static void what_is_paid_in_part_stays_as_it_was_told(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    counter_pays(counter, LOY_TENDER_CASH, 300, LOY_SAID_TENDERED);
    withdraws(counter, &member);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_false(counter->answer.repriced);
    assert_string_equal(baskets(counter), "2|800|0|0|1");
    shop_is_sound(counter->store);
}

static void what_is_invoiced_keeps_its_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    counter_pays(counter, LOY_TENDER_ACCOUNT, 300, LOY_SAID_TENDERED);
    withdraws(counter, &member);
    counter_does(counter, LOY_LANE_DECLINE, LOY_SAID_DECLINED);
    assert_false(is_nobodys(counter));
    // Taken back, nothing is the member's any more.
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_true(is_nobodys(counter));
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_ACCOUNT, 0, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
    shop_is_sound(counter->store);
}

static void a_basket_that_waited_is_nobodys(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, false);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    withdraws(counter, &member);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.due_minor, 1000);
    assert_true(is_nobodys(counter));
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    counter_sold(counter);
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
    assert_string_equal(links(counter), "2|1|0|0|0 2|9|800|1000|0");
}

static void so_is_one_that_a_power_cut_left(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    counter_cut(counter);
    withdraws(counter, &member);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_TOTAL);
    assert_int_equal(counter->answer.due_minor, 1000);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
}

/* A till that holds the basket itself is told nothing, and closes nobody's basket. */
static void a_handle_closes_nobodys_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id member;
    struct loy_credential card = person(counter, CARD, &member);
    const struct loy_basket_head head = {
        .size = sizeof head, .at_us = counter->at_us, .source = LOY_BASKET_LANE};
    const struct loy_line line = {.article_version = counter->shop->shirt,
        .quantity_milli = 1000,
        .list_minor = 1000,
        .paid_minor = 1000};
    struct loy_basket *basket = NULL;
    for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
        ASSERT_STATUS(loy_basket_open(counter->store, &head, &basket), LOY_OK);
        ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
        ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_OK);
        if (withdrawn) withdraws(counter, &member);
        ASSERT_STATUS(loy_basket_close(basket, counter->at_us, NULL, NULL), LOY_OK);
    }
    assert_string_equal(baskets(counter), "2|1000|1|1|1 2|1000|0|0|1");
    assert_string_equal(links(counter), "2|9|1000|1000|0");
    shop_is_sound(counter->store);
}

/* The customer has heard the total, though the lane went back behind it. */
static void a_handle_notes_the_total_that_was_told(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    struct loy_basket *basket = NULL;
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    withdraws(counter, &member);
    ASSERT_STATUS(loy_basket_resume(counter->store, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_close(basket, counter->at_us, NULL, NULL), LOY_OK);
    assert_string_equal(links(counter), "2|1|0|0|0 3|9|800|800|0");
    shop_is_sound(counter->store);
}

/* ---- At the desk -------------------------------------------------------------------------------
 */

static void an_objection_at_the_desk_is_one_at_the_lane(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    struct loy_id basket = counter_view(counter).basket;
    struct loy_lane_input coupon = counter_input(counter, LOY_LANE_COUPON);
    coupon.text = "9902";
    coupon.serial = "S1";
    MUST(counter, coupon, LOY_SAID_COUPON);
    ASSERT_STATUS(
        loy_member_object(counter->store, &member, &basket, "desk", counter->at_us), LOY_OK);
    assert_string_equal(links(counter), "2|1|0|0|0 3|9|800|900|0");
    assert_true(is_nobodys(counter));
    assert_int_equal(counter_view(counter).due_minor, 900);
    assert_int_equal(counter_view(counter).lines, 1);
    counter_pays(counter, LOY_TENDER_CARD, 800, LOY_SAID_WRONG);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 800);
    counter_pays(counter, LOY_TENDER_CARD, 900, LOY_SAID_SOLD);
    // The serial leads to nobody's basket, and stays used.
    assert_string_equal(
        shop_rows(counter->store, "SELECT basket, serial FROM basket_coupon"), "0|S1");
    assert_string_equal(baskets(counter), "2|900|0|0|1");
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_link"), 2);
    shop_is_sound(counter->store);
}

static void an_objection_changes_nothing_that_was_paid(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    struct loy_id basket = counter_view(counter).basket;
    counter_pays(counter, LOY_TENDER_CASH, 300, LOY_SAID_TENDERED);
    ASSERT_STATUS(
        loy_member_object(counter->store, &member, &basket, "desk", counter->at_us), LOY_OK);
    assert_int_equal(counter_view(counter).due_minor, 500);
    counter_pays(counter, LOY_TENDER_CASH, 500, LOY_SAID_SOLD);
    assert_string_equal(links(counter), "2|1|0|0|0 4|9|800|800|0");
    // Nor of a sale that is done; no link says who it was.
    assert_string_equal(baskets(counter), "2|800|0|0|1");
}

/* What the audit log tells of an erasure must not lead to a basket: the lane's own step marks it.
 */
static void who_is_erased_gets_no_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = shirt(counter, true);
    ASSERT_STATUS(loy_member_erase(counter->store, &member, "request", counter->at_us), LOY_OK);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_link"), 1);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 1000);
    counter_sold(counter);
    assert_string_equal(links(counter), "2|1|0|0|0 3|9|800|1000|0");
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
    shop_is_sound(counter->store);
}

static void who_is_merged_is_the_one_that_stands(void **state)
{
    struct counter *counter = *state;
    struct loy_id other, member;
    person(counter, "29000025", &other);
    member = shirt(counter, false);
    ASSERT_STATUS(loy_member_merge(counter->store, &other, &member, counter->at_us), LOY_OK);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter->answer.due_minor, 800);
    struct loy_lane_view view = counter_view(counter);
    assert_memory_equal(&view.member, &other, sizeof other);
    // Whoever stands for both has withdrawn for both.
    withdraws(counter, &other);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_int_equal(counter->answer.due_minor, 1000);
    assert_true(is_nobodys(counter));
    counter_sold(counter);
    assert_string_equal(baskets(counter), "2|1000|0|0|1");
    shop_is_sound(counter->store);
}

/* ---- Registered --------------------------------------------------------------------------------
 */

static struct loy_id registered(struct counter *counter)
{
    struct loy_id member;
    struct loy_credential card = shop_credential(counter->store, "29000033");
    person(counter, CARD, &member);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter_view(counter).due_minor, 1000);
    ASSERT_STATUS(loy_card_issue(counter->store, &member, &card, counter->at_us), LOY_OK);
    return member;
}

static void registered_at_the_total_is_priced_at_once(void **state)
{
    struct counter *counter = *state;
    struct loy_id member = registered(counter);
    for (int i = 0; i < 2; i++) {
        struct loy_lane_view view = counter_view(counter);
        assert_int_equal(view.due_minor, 800);
        assert_memory_equal(&view.member, &member, sizeof member);
    }
    assert_string_equal(links(counter), "2|10|1000|1000|0 2|1|1000|800|2");
    // A view tells nobody.
    counter_pays(counter, LOY_TENDER_CASH, 1000, LOY_SAID_SOLD);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 1000);
    assert_int_equal(counter->answer.change_minor, 200);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_link"), 2);
    shop_is_sound(counter->store);
}

static void time_tells_who_was_registered(void **state)
{
    struct counter *counter = *state;
    registered(counter);
    counter_does(counter, LOY_LANE_TIME, LOY_SAID_MEMBER);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 800);
    counter_does(counter, LOY_LANE_TIME, LOY_SAID_NOTHING);
    counter_pays(counter, LOY_TENDER_CASH, 800, LOY_SAID_SOLD);
    assert_false(counter->answer.repriced);
}

static void a_view_lifts_no_limit(void **state)
{
    struct counter *counter = *state;
    counter_cashier(counter);
    registered(counter);
    shop_run(counter->store, "INSERT INTO purchaser (id, member, name, active, authority, "
                             "limit_minor) SELECT 7, id, x'00', 1, 1, 700 FROM member");
    shop_run(counter->store, "UPDATE basket SET purchaser = 7");
    counter_does(counter, LOY_LANE_TIME, LOY_SAID_MEMBER);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TENDER);
    input.tender = LOY_TENDER_CASH;
    MUST(counter, input, LOY_SAID_APPROVAL);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_SOLD);
}

/* ---- Late no more ------------------------------------------------------------------------------
 */

/* Given back, and a part is paid anew: it is not as if prices had stayed. */
static void a_part_that_was_given_back_keeps_no_prices(void **state)
{
    struct counter *counter = *state;
    struct loy_id member;
    struct loy_credential card = person(counter, CARD, &member);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 400, LOY_SAID_TENDERED);
    counter_shows(counter, &card, LOY_SAID_LATE);
    assert_true(counter_view(counter).late);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_false(counter_view(counter).late);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 400, LOY_SAID_TENDERED);
    assert_int_equal(counter_view(counter).due_minor, 400);
    assert_false(counter_view(counter).late);
    counter_shows(counter, &card, LOY_SAID_SAME_CARD);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(links(counter), "4|7|1000|1000|1 3|1|1000|800|1");
}

/* ---- A till's prices ---------------------------------------------------------------------------
 */

static void lane_again(struct counter *counter, enum loy_basket_source source)
{
    loy_lane_close(counter->lane);
    counter->lane = NULL;
    ASSERT_STATUS(loy_lane_open(counter->store, source, counter->at_us, &counter->lane), LOY_OK);
}

static void till_shirts(struct counter *counter)
{
    const struct loy_line line = counter_till_line(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.given = &line;
    MUST(counter, input, LOY_SAID_LINE);
}

static void socks_and_member(struct counter *counter)
{
    struct loy_id member;
    struct loy_credential card = person(counter, CARD, &member);
    for (int i = 0; i < 3; i++)
        counter_sells(counter, "sock", LOY_SAID_LINE);
    // Three for two of ours; the shirts are the till's, with a card too.
    assert_int_equal(counter->answer.due_minor, 1750 + 600);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 1750 + 600 + 800);
}

static void a_tills_prices_stay_at_a_lane_of_ours(void **state)
{
    struct counter *counter = *state;
    lane_again(counter, LOY_BASKET_FEED);
    till_shirts(counter);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    lane_again(counter, LOY_BASKET_LANE);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_false(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 1750);
    socks_and_member(counter);
    // Whatever stood when the power went stays.
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.due_minor, 3150);
    counter_sold(counter);
    assert_string_equal(
        shop_rows(counter->store, "SELECT l.paid_minor, l.discount_minor, p.code FROM line l JOIN "
                                  "promotion p ON p.id = l.promotion WHERE l.number = 1"),
        "1750|50|till-deal");
    shop_is_sound(counter->store);
}

static void so_they_do_where_a_till_left_its_basket(void **state)
{
    struct counter *counter = *state;
    lane_again(counter, LOY_BASKET_FEED);
    till_shirts(counter);
    lane_again(counter, LOY_BASKET_LANE);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.due_minor, 1750);
    socks_and_member(counter);
    counter_sold(counter);
    shop_is_sound(counter->store);
}

static void and_on_the_way_back_from_a_till(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "sock", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    lane_again(counter, LOY_BASKET_FEED);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    till_shirts(counter);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    lane_again(counter, LOY_BASKET_LANE);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.due_minor, 300 + 1750);
    shop_is_sound(counter->store);
}

static void a_till_keeps_its_prices_without_the_member(void **state)
{
    struct counter *counter = *state;
    struct loy_id member;
    struct loy_credential card = person(counter, CARD, &member);
    lane_again(counter, LOY_BASKET_FEED);
    till_shirts(counter);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    struct loy_id basket = counter_view(counter).basket;
    ASSERT_STATUS(
        loy_member_object(counter->store, &member, &basket, "desk", counter->at_us), LOY_OK);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter->answer.due_minor, 1750);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    withdraws(counter, &member);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_string_equal(baskets(counter), "2|1750|0|0|1");
    shop_is_sound(counter->store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_withdraws_gets_no_basket),
        TEST(other_withdrawals_leave_the_basket),
        TEST(the_new_total_is_told_before_it_is_paid),
        TEST(what_is_paid_in_part_stays_as_it_was_told),
        TEST(what_is_invoiced_keeps_its_basket),
        TEST(a_basket_that_waited_is_nobodys),
        TEST(so_is_one_that_a_power_cut_left),
        TEST(a_handle_closes_nobodys_basket),
        TEST(a_handle_notes_the_total_that_was_told),
        TEST(an_objection_at_the_desk_is_one_at_the_lane),
        TEST(an_objection_changes_nothing_that_was_paid),
        TEST(who_is_erased_gets_no_basket),
        TEST(who_is_merged_is_the_one_that_stands),
        TEST(registered_at_the_total_is_priced_at_once),
        TEST(time_tells_who_was_registered),
        TEST(a_view_lifts_no_limit),
        TEST(a_part_that_was_given_back_keeps_no_prices),
        TEST(a_tills_prices_stay_at_a_lane_of_ours),
        TEST(so_they_do_where_a_till_left_its_basket),
        TEST(and_on_the_way_back_from_a_till),
        TEST(a_till_keeps_its_prices_without_the_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
