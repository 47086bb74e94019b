/* SPDX-License-Identifier: MIT
 *
 * test_objections.c - "not this basket" said at the desk while the basket is open: at which stage
 * it is noted, what of it is printed, and what is no objection to a basket.
 */
#include "counter.h"

#include <loyalty/rights.h>

static struct counter *counter;
static struct loy_credential card;
static struct loy_id member;

static int setup(void **state)
{
    if (counter_setup(state) != 0) return -1;
    counter = *state;
    card = shop_credential(counter->store, "29000017");
    member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    return 0;
}

/* As a member, behind the total. */
static void total_of(const char *article)
{
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, article, LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
}

static void object_to(const struct loy_id *basket)
{
    ASSERT_STATUS(
        loy_member_object(counter->store, &member, basket, "desk", counter->at_us), LOY_OK);
}

static void object_to_the_lanes(void)
{
    const struct loy_id basket = counter_view(counter).basket;
    object_to(&basket);
    const struct loy_lane_view view = counter_view(counter);
    assert_true(loy_id_is_none(&view.member));
}

/* Stage and what was due, before and after. */
static const char *noted(void)
{
    return shop_rows(
        counter->store, "SELECT stage, before_minor, after_minor FROM basket_link WHERE how = 9");
}

static const char *profiling(void)
{
    return shop_rows(counter->store, "SELECT purpose, given FROM consent");
}

static void paper_with_other_prices_is_none(void **state)
{
    (void)state;
    total_of("shirt");
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    object_to_the_lanes();
    assert_false(counter_view(counter).printed);
    assert_int_equal(counter_view(counter).due_minor, 1000);
    shop_is_sound(counter->store);
}

static void paper_with_the_same_prices_stands(void **state)
{
    (void)state;
    total_of("shoe");
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    object_to_the_lanes();
    assert_true(counter_view(counter).printed);
    assert_int_equal(counter_view(counter).due_minor, 5000);
    assert_string_equal(noted(), "3|5000|5000");
    shop_is_sound(counter->store);
}

/* The customer has heard the total, though lines are coming again. */
static void behind_a_total_that_was_told(void **state)
{
    (void)state;
    total_of("shirt");
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    object_to_the_lanes();
    assert_string_equal(noted(), "3|800|1000");
    shop_is_sound(counter->store);
}

static void a_basket_of_no_lanes_stage_is_one_of_lines(void **state)
{
    (void)state;
    struct loy_basket *basket = NULL;
    struct loy_basket_head head = shop_head(counter->at_us);
    const struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 200);
    struct loy_basket_summary summary;
    head.credential = &card;
    head.id = (struct loy_id){{7}};
    ASSERT_STATUS(loy_basket_open(counter->store, &head, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
    object_to(&head.id);
    assert_string_equal(noted(), "2|800|1000");
    ASSERT_STATUS(loy_basket_get(counter->store, &head.id, &summary), LOY_OK);
    assert_true(loy_id_is_none(&summary.member));
    assert_int_equal(summary.state, 1);
    loy_basket_release(basket);
    shop_is_sound(counter->store);
}

static void without_a_basket_the_profile_alone_ends(void **state)
{
    (void)state;
    static const struct loy_id none;
    total_of("shirt");
    object_to(NULL);
    assert_string_equal(profiling(), "1|0");
    assert_true(
        loy_member_object(counter->store, &member, &none, "desk", counter->at_us) >= LOY_OK);
    assert_string_equal(noted(), "");
    assert_int_equal(counter_view(counter).due_minor, 800);
}

static void an_objection_needs_whom_and_what_there_is(void **state)
{
    (void)state;
    const struct loy_id unknown = {{1}};
    total_of("shirt");
    const struct loy_id basket = counter_view(counter).basket;
    ASSERT_STATUS(loy_member_object(NULL, &member, &basket, "desk", NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(
        loy_member_object(counter->store, NULL, &basket, "desk", NOON_US), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_member_object(counter->store, &member, &unknown, "desk", NOON_US), LOY_NONE);
    ASSERT_STATUS(loy_member_object(counter->store, &unknown, &basket, "desk", NOON_US), LOY_NONE);
    // Nobody has objected.
    assert_string_equal(profiling(), "");
    assert_string_equal(noted(), "");
    assert_int_equal(counter_view(counter).due_minor, 800);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(paper_with_other_prices_is_none),
        TEST(paper_with_the_same_prices_stands),
        TEST(behind_a_total_that_was_told),
        TEST(a_basket_of_no_lanes_stage_is_one_of_lines),
        TEST(without_a_basket_the_profile_alone_ends),
        TEST(an_objection_needs_whom_and_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
