/* SPDX-License-Identifier: MIT
 *
 * test_money.c - lines taken back, exchanges, coupons and their campaigns, prices that are typed,
 * split tenders, what is declined, suspended baskets, remarks.
 */
#include "counter.h"

static const char *lines_of(struct counter *counter)
{
    return shop_rows(counter->store,
        "SELECT l.number, l.quantity_milli, l.list_minor, l.discount_minor, "
        "l.paid_minor, p.code FROM line l LEFT JOIN promotion p ON p.id = "
        "l.promotion WHERE l.basket = (SELECT max(id) FROM basket) ORDER BY 1");
}

/* ---- Lines taken back --------------------------------------------------------------------------
 */

static void a_line_taken_back_counts_no_more(void **state)
{
    struct counter *counter = *state;
    for (int i = 0; i < 3; i++)
        counter_sells(counter, "sock", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 600);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_VOID_LINE);
    input.line = 2;
    input.reason = "hole";
    MUST(counter, input, LOY_SAID_VOIDED_LINE);
    assert_int_equal(counter->answer.line, 2);
    assert_int_equal(counter->answer.due_minor, 600);
    assert_string_equal(lines_of(counter), "1|1000|300|0|300|- 2|1000|300|0|300|- "
                                           "3|1000|300|0|300|- 4|-1000|300|0|-300|-");
    MUST(counter, input, LOY_SAID_WRONG);
    input.line = 4;
    MUST(counter, input, LOY_SAID_WRONG);
    input.line = 5;
    MUST(counter, input, LOY_SAID_WRONG);
    // The last one that stands.
    input.line = 0;
    MUST(counter, input, LOY_SAID_VOIDED_LINE);
    assert_int_equal(counter->answer.line, 3);
    MUST(counter, input, LOY_SAID_VOIDED_LINE);
    MUST(counter, input, LOY_SAID_WRONG);
    assert_int_equal(counter_view(counter).total_minor, 0);
    counter_sold(counter);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM tender"), 0);
    shop_is_sound(counter->store);
}

/* ---- Prices that are typed ---------------------------------------------------------------------
 */

static void a_price_is_typed_where_none_is_known(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "plain", LOY_SAID_NO_PRICE);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "plain";
    input.price_minor = 450;
    input.quantity_milli = 2000;
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 900);
    assert_string_equal(lines_of(counter), "1|2000|450|0|900|-");
}

static void another_price_needs_a_supervisor_and_stays(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_cashier(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shirt";
    input.price_minor = 900;
    MUST(counter, input, LOY_SAID_APPROVAL);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_LINE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    assert_int_equal(counter->answer.due_minor, 900);
    assert_string_equal(lines_of(counter), "1|1000|1000|100|900|by-hand");
    // The shop's own price needs nobody.
    input.price_minor = 1000;
    input.approver = NULL;
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 1700);
}

static void wrong_quantities_are_refused(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shirt";
    input.quantity_milli = -1000;
    MUST(counter, input, LOY_SAID_WRONG);
    input.quantity_milli = INT64_MAX;
    MUST(counter, input, LOY_SAID_WRONG);
    input.quantity_milli = 0;
    input.price_minor = -1;
    MUST(counter, input, LOY_SAID_WRONG);
    input.text = "no such";
    MUST(counter, input, LOY_SAID_UNKNOWN_ARTICLE);
    assert_int_equal(counter->status, LOY_REFUSED);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

/* ---- Coupons -----------------------------------------------------------------------------------
 */

static void coupon_show(
    struct counter *counter, const char *number, const char *serial, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = number;
    input.serial = serial;
    MUST(counter, input, code);
}

static void a_coupon_answers_its_campaign_once(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    // What is refused leaves nothing but its count: no basket was begun for it.
    coupon_show(counter, "1234", NULL, LOY_SAID_COUPON_REFUSED);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
    assert_int_equal(shop_number(counter->store, "SELECT count FROM lane_count"), 1);
    for (int i = 0; i < 2; i++) {
        counter_sells(counter, "shoe", LOY_SAID_LINE);
        coupon_show(counter, "9901", NULL, LOY_SAID_COUPON);
        assert_int_equal(counter->answer.due_minor, 4500);
        assert_true(counter->answer.repriced);
        coupon_show(counter, "9901", NULL, LOY_SAID_COUPON_REFUSED);
        coupon_show(counter, "1234", NULL, LOY_SAID_COUPON_REFUSED);
        counter_shows(counter, &card, LOY_SAID_MEMBER);
        counter_sold(counter);
    }
    assert_string_equal(
        shop_rows(counter->store, "SELECT kind, campaign, member IS NOT NULL FROM contact"),
        "coupon|spring|1");
    shop_is_sound(counter->store);
}

static void a_single_coupon_is_good_once_but_for_void_baskets(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    coupon_show(counter, "9902", NULL, LOY_SAID_COUPON_REFUSED);
    coupon_show(counter, "9902", "17", LOY_SAID_COUPON);
    assert_int_equal(counter->answer.due_minor, 4500);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    coupon_show(counter, "9902", "17", LOY_SAID_COUPON);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    coupon_show(counter, "9902", "17", LOY_SAID_COUPON_REFUSED);
    coupon_show(counter, "9902", "18", LOY_SAID_COUPON);
    ASSERT_STATUS(loy_promotion_end(counter->store, "five", counter->at_us - MINUTE_US), LOY_OK);
    coupon_show(counter, "9901", NULL, LOY_SAID_COUPON_REFUSED);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM contact"), 0);
}

/* ---- Tenders -----------------------------------------------------------------------------------
 */

static void tenders_split_and_end_at_zero(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_NOT_NOW);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_NONE, 0, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_ACCOUNT, 0, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_CARD, 6000, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_CASH, -5, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_GIFT_CARD, 1000, LOY_SAID_TENDERED);
    counter_pays(counter, LOY_TENDER_MOBILE, 1500, LOY_SAID_TENDERED);
    assert_int_equal(counter_view(counter).due_minor, 2500);
    assert_int_equal(counter_view(counter).paid_minor, 2500);
    counter_pays(counter, LOY_TENDER_CARD, 0, LOY_SAID_SOLD);
    assert_string_equal(
        shop_rows(counter->store, "SELECT kind, amount_minor FROM tender"), "5|1000 3|1500 2|2500");
    shop_is_sound(counter->store);
}

static void what_was_paid_stays_when_the_rest_is_declined(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    struct loy_id member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 1000, LOY_SAID_TENDERED);
    counter_pays(counter, LOY_TENDER_VOUCHER, 500, LOY_SAID_TENDERED);
    counter_does(counter, LOY_LANE_DECLINE, LOY_SAID_DECLINED);
    assert_int_equal(counter->answer.due_minor, 3500);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_TENDER);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_int_equal(counter->answer.change_minor, 1500);
    struct loy_lane_view view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_BASKET);
    assert_int_equal(view.paid_minor, 0);
    assert_int_equal(view.due_minor, 5000);
    assert_memory_equal(&view.member, &member, sizeof member);
    counter_sold(counter);
    assert_string_equal(shop_rows(counter->store, "SELECT kind, amount_minor FROM tender"),
        "1|1000 4|500 1|-1000 4|-500 1|5000");
    shop_is_sound(counter->store);
}

static void an_exchange_may_give_money_back(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    struct loy_id receipt = counter_sold(counter);
    counter_gives_back(counter, &receipt, 1, 0, LOY_SAID_RETURNED);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, -4000);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 4001, LOY_SAID_WRONG);
    counter_pays(counter, LOY_TENDER_VOUCHER, 1000, LOY_SAID_TENDERED);
    assert_int_equal(counter->answer.due_minor, -3000);
    counter_pays(counter, LOY_TENDER_CASH, -3000, LOY_SAID_SOLD);
    assert_int_equal(counter->answer.change_minor, 3000);
    shop_is_sound(counter->store);
}

/* ---- Net prices --------------------------------------------------------------------------------
 */

static void due_has_the_taxes_of_net_prices(void **state)
{
    struct counter *counter = *state;
    struct loy_article article = {.size = sizeof article,
        .code = "plain",
        .tax_permille = 190,
        .price_is_net = true,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(counter->store, &article, NOON_US), LOY_OK);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "plain";
    input.price_minor = 1000;
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 1190);
    assert_int_equal(counter_view(counter).total_minor, 1000);
    counter_sold(counter);
    assert_int_equal(shop_number(counter->store, "SELECT sum(amount_minor) FROM tender"), 1190);
    shop_is_sound(counter->store);
}

/* ---- Suspended ---------------------------------------------------------------------------------
 */

static void a_suspended_basket_is_priced_anew(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    struct loy_ticket ticket;
    int64_t position = 0;
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_IDLE);
    ASSERT_STATUS(loy_ticket_next(counter->store, &position, &ticket), LOY_OK);
    assert_int_equal(ticket.number, counter->answer.ticket);
    assert_int_equal(ticket.due_minor, 800);
    assert_int_equal(ticket.lines, 1);
    ASSERT_STATUS(loy_ticket_next(counter->store, &position, &ticket), LOY_NONE);
    // The member leaves the scheme meanwhile, and another lane takes the basket.
    shop_run(counter->store,
        "INSERT INTO consent (member, purpose, version, given, at_us, channel, operator) "
        "SELECT id, 4, 1, 0, 1, 'desk', 1 FROM member");
    shop_run(counter->store, "UPDATE basket SET lane = 99; UPDATE lane_basket SET lane = 99");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RESUME);
    input.ticket = 1;
    MUST(counter, input, LOY_SAID_WRONG);
    input.ticket = ticket.number;
    MUST(counter, input, LOY_SAID_RESUMED);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 800);
    assert_int_equal(counter->answer.due_minor, 1000);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket WHERE lane = 99"), 0);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM lane_basket"), 1);
    counter_sold(counter);
    shop_is_sound(counter->store);
}

/* ---- Remarks -----------------------------------------------------------------------------------
 */

static void a_complaint_names_its_line(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_REMARK);
    MUST(counter, input, LOY_SAID_WRONG);
    input.remark = LOY_CONTACT_COMPLAINT;
    MUST(counter, input, LOY_SAID_WRONG);
    input.reason = "seam";
    input.line = 1;
    MUST(counter, input, LOY_SAID_REMARK);
    assert_int_equal(counter->answer.line, 1);
    input.line = 0;
    MUST(counter, input, LOY_SAID_REMARK);
    // It stays where it is through waiting.
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    assert_string_equal(
        shop_rows(counter->store, "SELECT kind, reason, line, basket FROM contact ORDER BY id"),
        "complaint|seam|1|1 complaint|seam|2|1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_line_taken_back_counts_no_more),
        TEST(a_price_is_typed_where_none_is_known),
        TEST(another_price_needs_a_supervisor_and_stays),
        TEST(wrong_quantities_are_refused),
        TEST(a_coupon_answers_its_campaign_once),
        TEST(a_single_coupon_is_good_once_but_for_void_baskets),
        TEST(tenders_split_and_end_at_zero),
        TEST(what_was_paid_stays_when_the_rest_is_declined),
        TEST(an_exchange_may_give_money_back),
        TEST(due_has_the_taxes_of_net_prices),
        TEST(a_suspended_basket_is_priced_anew),
        TEST(a_complaint_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
