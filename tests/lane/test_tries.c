/* SPDX-License-Identifier: MIT
 *
 * test_tries.c - what a hurried cashier or a clever customer may try: a number typed as cash, a
 * limit passed after the total, an account changed after it was used, two coupons for one discount,
 * one article brought back twice, a receipt printed before the sale changed, one PIN for two
 * things.
 */
#include "counter.h"

static struct loy_credential person(struct counter *counter, const char *number)
{
    struct loy_credential card = shop_credential(counter->store, number);
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    return card;
}

static void total(struct counter *counter, const char *article)
{
    counter_sells(counter, article, LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
}

static void choose(struct counter *counter, uint8_t choice, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CHOOSE);
    input.choice = choice;
    MUST(counter, input, code);
}

/* ---- Cash --------------------------------------------------------------------------------------
 */

static void no_number_is_taken_for_cash(void **state)
{
    static const int64_t amounts[] = {INT64_MAX, INT64_C(4006381333931), INT64_C(1000001000)};
    struct counter *counter = *state;
    total(counter, "shirt");
    counter_pays(counter, LOY_TENDER_CASH, 500, LOY_SAID_TENDERED);
    for (size_t i = 0; i < ROWS(amounts); i++)
        counter_pays(counter, LOY_TENDER_CASH, amounts[i], LOY_SAID_WRONG);
    assert_int_equal(counter_view(counter).due_minor, 500);
    counter_pays(counter, LOY_TENDER_CASH, 100000, LOY_SAID_SOLD);
    assert_int_equal(counter->answer.change_minor, 99500);
    shop_is_sound(counter->store);
}

/* ---- A buyer's limit ---------------------------------------------------------------------------
 */

static void a_limit_holds_for_a_card_after_the_total(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = person(counter, "29000017");
    shop_run(counter->store, "INSERT INTO purchaser (id, member, name, active, authority, "
                             "limit_minor) SELECT 7, id, x'00', 1, 1, 900 FROM member");
    shop_run(counter->store, "UPDATE card SET purchaser = 7");
    counter_cashier(counter);
    total(counter, "shoe");
    counter_shows(counter, &card, LOY_SAID_APPROVAL);
    assert_int_equal(counter->answer.stage, LOY_STAGE_TOTAL);
    assert_int_equal(shop_number(counter->store, "SELECT count(member) FROM basket"), 0);
    counter_pays(counter, LOY_TENDER_CASH, 100, LOY_SAID_TENDERED);
    counter_shows(counter, &card, LOY_SAID_APPROVAL);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = &card;
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_LATE);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    // Within the limit nobody is asked.
    total(counter, "sock");
    counter_shows(counter, &card, LOY_SAID_MEMBER);
}

/* ---- Accounts ----------------------------------------------------------------------------------
 */

static void what_is_on_an_account_stays_with_its_member(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017"), two = person(counter, "29000025");
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    total(counter, "shoe");
    counter_pays(counter, LOY_TENDER_ACCOUNT, 1000, LOY_SAID_TENDERED);
    counter_shows(counter, &two, LOY_SAID_OTHER_ACCOUNT);
    choose(counter, 1, LOY_SAID_WRONG);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    assert_int_equal(shop_number(counter->store, "SELECT count(member) FROM basket"), 1);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    counter_shows(counter, &two, LOY_SAID_OTHER_ACCOUNT);
    choose(counter, 1, LOY_SAID_MEMBER);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_ACCOUNT, 0, LOY_SAID_SOLD);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    assert_int_equal(shop_number(counter->store, "SELECT count(member) FROM basket"), 1);
    shop_is_sound(counter->store);
}

static void an_account_of_nobody_pays_nothing(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    total(counter, "shoe");
    counter_pays(counter, LOY_TENDER_ACCOUNT, 1000, LOY_SAID_TENDERED);
    shop_run(counter->store, "UPDATE basket SET member = NULL, card = NULL");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_WRONG);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_int_equal(counter->answer.change_minor, 1000);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    shop_is_sound(counter->store);
}

/* ---- Coupons -----------------------------------------------------------------------------------
 */

static void coupon_show(struct counter *counter, const char *serial, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = "9902";
    input.serial = serial;
    MUST(counter, input, code);
}

static void a_second_coupon_is_not_used_up_for_nothing(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    coupon_show(counter, "1", LOY_SAID_COUPON);
    coupon_show(counter, "2", LOY_SAID_COUPON_REFUSED);
    assert_int_equal(counter_view(counter).due_minor, 900);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    coupon_show(counter, "1", LOY_SAID_COUPON_REFUSED);
    coupon_show(counter, "2", LOY_SAID_COUPON);
    shop_is_sound(counter->store);
}

/* A bottle is a deposit, which nothing makes cheaper: the coupon is noted, answers its campaign
 * once, and is as good as before, until it takes something off. */
static void a_coupon_that_takes_off_nothing_is_not_used_up(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    for (int i = 0; i < 2; i++) {
        counter_shows(counter, &one, LOY_SAID_MEMBER);
        coupon_show(counter, "1", LOY_SAID_COUPON);
        assert_string_not_equal(counter->answer.words, "");
        total(counter, "bottle");
        counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
        assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM contact"), 1);
    }
    // Its shirt was taken back before it was paid.
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    coupon_show(counter, "1", LOY_SAID_COUPON);
    assert_string_equal(counter->answer.words, "");
    counter_does(counter, LOY_LANE_VOID_LINE, LOY_SAID_VOIDED_LINE);
    total(counter, "bottle");
    // Suspended or at the total it is in hand; only the sale frees it.
    assert_string_equal(
        shop_rows(counter->store, "SELECT 'x' || serial FROM basket_coupon ORDER BY basket"),
        "x x x1");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    for (int i = 0; i < 2; i++) {
        counter_sells(counter, "shirt", LOY_SAID_LINE);
        coupon_show(counter, "1", LOY_SAID_COUPON);
        assert_int_equal(counter->answer.due_minor, 900);
        if (i == 0) counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    }
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    coupon_show(counter, "1", LOY_SAID_COUPON_REFUSED);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM contact"), 1);
    shop_is_sound(counter->store);
}

/* ---- Returns -----------------------------------------------------------------------------------
 */

static struct loy_lane_input bare(struct counter *counter)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.text = "shirt";
    input.reason = "size";
    return input;
}

/* Bought once: with its receipt and without it, the card before or after, it comes back once. */
static void what_was_bought_once_comes_back_once(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    total(counter, "shirt");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    struct loy_id receipt = counter->answer.basket;
    for (unsigned last = 0; last < 2; last++) {
        struct loy_lane_input input = bare(counter);
        if (last == 0) counter_shows(counter, &one, LOY_SAID_MEMBER);
        MUST(counter, input, LOY_SAID_RETURNED);
        if (last == 1) counter_shows(counter, &one, LOY_SAID_MEMBER);
        input = bare(counter);
        MUST(counter, input, LOY_SAID_WRONG);
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    }
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.receipt = &receipt;
    MUST(counter, input, LOY_SAID_RETURNED);
    // Another version of the same article is the same article.
    struct loy_article article = {.size = sizeof article,
        .code = "shirt",
        .colour = "green",
        .tax_permille = 190,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(counter->store, &article, counter->at_us), LOY_OK);
    input = bare(counter);
    MUST(counter, input, LOY_SAID_WRONG);
    shop_is_sound(counter->store);
}

static void a_line_voided_elsewhere_was_not_brought_back(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    total(counter, "shirt");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_VOID_LINE, LOY_SAID_VOIDED_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    struct loy_lane_input input = bare(counter);
    MUST(counter, input, LOY_SAID_RETURNED);
    shop_is_sound(counter->store);
}

/* ---- Paper -------------------------------------------------------------------------------------
 */

static void what_is_on_paper_is_what_is_sold(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    total(counter, "shirt");
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    assert_true(counter_view(counter).printed);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    assert_false(counter_view(counter).printed);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    counter_shows(counter, &one, LOY_SAID_MEMBER);
    assert_int_equal(counter->answer.due_minor, 1100);
    assert_false(counter_view(counter).printed);
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_string_equal(counter->answer.words, "");
    assert_int_equal(counter->answer.stage, LOY_STAGE_TOTAL);
}

static void an_input_that_does_nothing_tells_what_is_due(void **state)
{
    struct counter *counter = *state;
    struct loy_credential one = person(counter, "29000017");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    input.credential = &one;
    input.reader = 2;
    MUST(counter, input, LOY_SAID_MEMBER);
    MUST(counter, input, LOY_SAID_SAME_CARD);
    assert_int_equal(counter->answer.due_minor, 5000);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_NOT_NOW);
    assert_int_equal(counter->answer.due_minor, 5000);
}

/* ---- Approvals ---------------------------------------------------------------------------------
 */

static struct loy_lane_input cheap_shirt(struct counter *counter, bool with_pin)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shirt";
    input.price_minor = 900;
    input.approver = with_pin ? SUPERVISOR : NULL;
    input.approver_pin = with_pin ? SUPERVISOR_PIN : NULL;
    return input;
}

static const char *approvals(struct counter *counter)
{
    return shop_rows(counter->store, "SELECT substr(object, 1, instr(object, ' by') - 1) FROM "
                                     "audit WHERE action = 'lane-approve' ORDER BY sequence");
}

/* One PIN for the clock is none for the price. */
static void a_pin_is_good_for_what_it_was_asked_for(void **state)
{
    struct counter *counter = *state;
    char asked[LOY_LANE_WORDS_MAX];
    ASSERT_STATUS(
        loy_lane_rule_set(counter->store, LOY_LANE_RULE_CLOCK_STOP_H, 1, NOON_US), LOY_OK);
    counter_cashier(counter);
    total(counter, "shoe");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter->at_us -= 3 * 60 * MINUTE_US;
    struct loy_lane_input input = cheap_shirt(counter, false);
    MUST(counter, input, LOY_SAID_APPROVAL);
    snprintf(asked, sizeof asked, "%s", counter->answer.words);
    input = cheap_shirt(counter, true);
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_int_equal(counter->status, LOY_REFUSED);
    assert_string_not_equal(counter->answer.words, asked);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 1);
    assert_int_equal(counter_view(counter).clock_level, LOY_CLOCK_DOUBTED);
    input = cheap_shirt(counter, false);
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_string_not_equal(counter->answer.words, asked);
    input = cheap_shirt(counter, true);
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 900);
    assert_string_equal(approvals(counter), "article, clock article, price");
    assert_int_equal(
        shop_number(counter->store, "SELECT sum(count) FROM lane_count WHERE kind = 20"), 2);
    // No price that comes behind it is approved with it.
    input = cheap_shirt(counter, false);
    MUST(counter, input, LOY_SAID_APPROVAL);
}

static void a_clock_is_accepted_whatever_becomes_of_the_step(void **state)
{
    struct counter *counter = *state;
    ASSERT_STATUS(
        loy_lane_rule_set(counter->store, LOY_LANE_RULE_CLOCK_STOP_H, 1, NOON_US), LOY_OK);
    counter_cashier(counter);
    total(counter, "shoe");
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter->at_us -= 3 * 60 * MINUTE_US;
    struct loy_lane_input input = cheap_shirt(counter, true);
    input.text = "no such";
    MUST(counter, input, LOY_SAID_UNKNOWN_ARTICLE);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_string_equal(approvals(counter), "article, clock");
    // A year more is another matter.
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter->at_us -= 365 * DAY_US;
    counter_sells(counter, "shirt", LOY_SAID_APPROVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_number_is_taken_for_cash),
        TEST(a_limit_holds_for_a_card_after_the_total),
        TEST(what_is_on_an_account_stays_with_its_member),
        TEST(an_account_of_nobody_pays_nothing),
        TEST(a_second_coupon_is_not_used_up_for_nothing),
        TEST(a_coupon_that_takes_off_nothing_is_not_used_up),
        TEST(what_was_bought_once_comes_back_once),
        TEST(a_line_voided_elsewhere_was_not_brought_back),
        TEST(what_is_on_paper_is_what_is_sold),
        TEST(an_input_that_does_nothing_tells_what_is_due),
        TEST(a_pin_is_good_for_what_it_was_asked_for),
        TEST(a_clock_is_accepted_whatever_becomes_of_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
