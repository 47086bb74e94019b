/* SPDX-License-Identifier: MIT
 *
 * test_links.c - whose basket it is, and stays: after an objection, while a card waits to be
 * registered, when it was; what the links tell then; and what no word in clear may hold.
 */
#include "counter.h"

#include <loyalty/counter.h>
#include <loyalty/member_card.h>
#include <loyalty/operator.h>

static struct loy_credential person(
    struct counter *counter, const char *number, struct loy_id *member)
{
    struct loy_credential card = shop_credential(counter->store, number);
    *member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    return card;
}

static struct loy_id sold(struct counter *counter)
{
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    return counter->answer.basket;
}

static struct loy_id bought(
    struct counter *counter, const struct loy_credential *card, const char *article)
{
    counter_shows(counter, card, LOY_SAID_MEMBER);
    counter_sells(counter, article, LOY_SAID_LINE);
    return sold(counter);
}

static void give_back(struct counter *counter, const struct loy_id *receipt)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.receipt = receipt;
    MUST(counter, input, LOY_SAID_RETURNED);
}

static void coupon_show(struct counter *counter, const char *coupon, const char *serial)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = coupon;
    input.serial = serial;
    MUST(counter, input, LOY_SAID_COUPON);
}

static void waits(struct counter *counter, const struct loy_credential *card, uint8_t choice)
{
    counter_shows(counter, card, LOY_SAID_UNKNOWN_CARD);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CHOOSE);
    input.choice = choice;
    MUST(counter, input, LOY_SAID_PENDING);
}

static void registers(
    struct counter *counter, const struct loy_id *member, const struct loy_credential *card)
{
    ASSERT_STATUS(loy_card_issue(counter->store, member, card, counter->at_us), LOY_OK);
}

static bool is_of(struct counter *counter, const struct loy_id *member)
{
    struct loy_lane_view view = counter_view(counter);
    return memcmp(&view.member, member, sizeof *member) == 0;
}

/* ---- Objections --------------------------------------------------------------------------------
 */

static void a_receipt_undoes_no_objection(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential card = person(counter, "29000017", &one);
    struct loy_id receipt = bought(counter, &card, "shoe");
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    give_back(counter, &receipt);
    assert_false(is_of(counter, &one));
    assert_string_equal(
        shop_rows(counter->store, "SELECT how FROM basket_link WHERE basket = 2"), "1 9");
    // The customer's own word is another matter.
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    assert_true(is_of(counter, &one));
}

static void an_objection_leaves_no_buyer(void **state)
{
    struct counter *counter = *state;
    struct loy_id firm;
    struct loy_credential card = person(counter, "29000017", &firm);
    shop_run(counter->store, "INSERT INTO purchaser (id, member, name, active, authority) "
                             "SELECT 7, id, x'00', 1, 3 FROM member");
    shop_run(counter->store, "UPDATE card SET purchaser = 7");
    bought(counter, &card, "shoe");
    assert_int_equal(shop_number(counter->store, "SELECT used_basket FROM purchaser"), 1);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    // Used it stays, but by no basket that there is.
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM purchaser JOIN basket ON "
                                                 "basket.id = used_basket"),
        0);
    counter_shows(counter, &card, LOY_SAID_CARD_REFUSED);
    shop_is_sound(counter->store);
}

static void what_is_invoiced_keeps_its_basket_and_no_profile(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential card = person(counter, "29000017", &one);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_ACCOUNT, 0, LOY_SAID_SOLD);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    assert_non_null(strstr(counter->answer.words, "invoice"));
    assert_string_equal(shop_rows(counter->store, "SELECT purpose, given FROM consent"), "1|0");
    assert_true(is_of(counter, &one));
    assert_string_equal(shop_rows(counter->store, "SELECT how FROM basket_link"), "1");
}

static void a_serial_leads_to_no_basket_behind_an_objection(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential card = person(counter, "29000017", &one);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    coupon_show(counter, "9902", "S2");
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    // Its price needs it until the end.
    assert_int_equal(counter->answer.due_minor, 4500);
    sold(counter);
    assert_string_equal(
        shop_rows(counter->store, "SELECT basket, serial FROM basket_coupon"), "0|S2");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = "9902";
    input.serial = "S2";
    MUST(counter, input, LOY_SAID_COUPON_REFUSED);
    // A void basket gives it back, and has it no more either.
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    coupon_show(counter, "9902", "S3");
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    assert_string_equal(shop_rows(counter->store, "SELECT serial FROM basket_coupon"), "S2");
    coupon_show(counter, "9902", "S3");
    shop_is_sound(counter->store);
}

static void whose_card_waits_can_object(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    waits(counter, &card, 2);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    assert_false(counter_view(counter).pending);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM pending_card"), 0);
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM audit WHERE action = 'basket-object'"),
        1);
    sold(counter);
    // The same behind the sale.
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    waits(counter, &card, 2);
    sold(counter);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    registers(counter, &one, &card);
    assert_int_equal(shop_number(counter->store, "SELECT count(member) FROM basket"), 0);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_WRONG);
}

/* ---- A card that waits -------------------------------------------------------------------------
 */

static void a_waiting_card_keeps_its_basket(void **state)
{
    struct counter *counter = *state;
    struct loy_id one, two;
    struct loy_credential alpha = person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    person(counter, "29000025", &two);
    struct loy_id receipt = bought(counter, &alpha, "sock");
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    waits(counter, &card, 2);
    give_back(counter, &receipt);
    assert_true(counter_view(counter).pending);
    assert_false(is_of(counter, &one));
    sold(counter);
    registers(counter, &two, &card);
    assert_true(is_of(counter, &two));
    shop_is_sound(counter->store);
}

static void registered_behind_the_total_gives_the_same_totals(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    waits(counter, &card, 1);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter->answer.due_minor, 1000);
    registers(counter, &one, &card);
    counter_pays(counter, LOY_TENDER_CASH, 1000, LOY_SAID_SOLD);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 1000);
    assert_int_equal(counter->answer.change_minor, 200);
    assert_int_equal(shop_number(counter->store, "SELECT sum(amount_minor) FROM tender"), 800);
    // Shown before the total, whenever it was registered.
    assert_string_equal(shop_rows(counter->store, "SELECT stage, how, before_minor, after_minor, "
                                                  "ifnull(card, 0) FROM basket_link"),
        "2|10|1000|1000|0 2|1|1000|800|2");
    shop_is_sound(counter->store);
}

static void a_refused_step_tells_the_new_total(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    waits(counter, &card, 1);
    registers(counter, &one, &card);
    // No change is given on a card; what is due now is told and stays.
    counter_pays(counter, LOY_TENDER_CARD, 1000, LOY_SAID_WRONG);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_int_equal(counter_view(counter).due_minor, 800);
    counter_pays(counter, LOY_TENDER_CARD, 800, LOY_SAID_SOLD);
    assert_false(counter->answer.repriced);
    assert_string_equal(
        shop_rows(counter->store, "SELECT stage, how FROM basket_link"), "3|10 3|1");
}

static void registered_when_a_part_is_paid_is_late(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 100, LOY_SAID_TENDERED);
    waits(counter, &card, 1);
    registers(counter, &one, &card);
    counter_pays(counter, LOY_TENDER_CASH, 100, LOY_SAID_TENDERED);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_true(counter_view(counter).late);
    counter_shows(counter, &card, LOY_SAID_SAME_CARD);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_int_equal(shop_number(counter->store, "SELECT sum(amount_minor) FROM tender"), 1000);
}

static void a_limit_holds_for_who_was_registered(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    counter_cashier(counter);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    waits(counter, &card, 1);
    registers(counter, &one, &card);
    shop_run(counter->store, "INSERT INTO purchaser (id, member, name, active, authority, "
                             "limit_minor) SELECT 7, id, x'00', 1, 1, 700 FROM member");
    shop_run(counter->store, "UPDATE basket SET purchaser = 7");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TENDER);
    input.tender = LOY_TENDER_CASH;
    MUST(counter, input, LOY_SAID_APPROVAL);
    MUST(counter, input, LOY_SAID_APPROVAL);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_SOLD);
    assert_int_equal(shop_number(counter->store, "SELECT sum(amount_minor) FROM tender"), 800);
}

static void a_coupon_answers_when_its_card_is_registered(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    for (int i = 0; i < 2; i++) {
        counter_sells(counter, "shoe", LOY_SAID_LINE);
        coupon_show(counter, "9901", NULL);
        if (i == 1) coupon_show(counter, "9902", "S1");
        waits(counter, &card, 2);
        sold(counter);
    }
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM contact"), 0);
    registers(counter, &one, &card);
    // One a campaign, of the first basket that had it.
    assert_string_equal(
        shop_rows(counter->store, "SELECT k.campaign, k.kind, k.basket, k.at_us = b.closed_at_us "
                                  "FROM contact k JOIN basket b ON b.id = k.basket ORDER BY 1"),
        "letter|coupon|2|1 spring|coupon|1|1");
    assert_string_equal(
        shop_rows(counter->store, "SELECT how, card FROM basket_link"), "10|2 10|2");
    shop_is_sound(counter->store);
}

/* ---- What links tell ---------------------------------------------------------------------------
 */

static void a_card_came_when_it_was_shown(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential known = person(counter, "29000017", &one);
    struct loy_credential card = shop_credential(counter->store, "29000033");
    // Before the total, and shown once more behind it.
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    waits(counter, &card, 2);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    waits(counter, &card, 2);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    // Behind a total that was taken back, also when it was suspended meanwhile or the power cut.
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_BASKET);
    counter_shows(counter, &known, LOY_SAID_MEMBER);
    sold(counter);
    // One more line does not hide it either.
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
    sold(counter);
    // A new basket was told nothing.
    bought(counter, &known, "shoe");
    assert_string_equal(shop_rows(counter->store, "SELECT basket, stage, how FROM basket_link"),
        "1|2|10 2|3|1 3|3|10 4|2|1");
    shop_is_sound(counter->store);
}

static void the_first_card_behind_a_receipt_is_no_other_buyer(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential card = person(counter, "29000017", &one);
    struct loy_id receipt = bought(counter, &card, "shoe");
    give_back(counter, &receipt);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_shows(counter, &card, LOY_SAID_SAME_CARD);
    assert_string_equal(
        shop_rows(counter->store, "SELECT stage, how FROM basket_link WHERE basket = 2"),
        "2|6 3|1");
}

/* Two cashiers, 30 baskets each: one shows strangers' cards behind the total. */
static void cashier_sells(struct counter *counter, const char *name, int first, bool late)
{
    char number[16];
    ASSERT_STATUS(
        loy_operator_add(counter->store, name, LOY_ROLE_CASHIER, NULL, counter->at_us), LOY_OK);
    for (int i = 0; i < 30; i++) {
        snprintf(number, sizeof number, "29%06d", first + i);
        struct loy_credential card = shop_credential(counter->store, number);
        counter_sells(counter, "shoe", LOY_SAID_LINE);
        if (!late) counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
        counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
        if (late) counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
        counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    }
    char sql[160];
    snprintf(sql, sizeof sql,
        "UPDATE basket_link SET operator = (SELECT id FROM operator WHERE name = '%s') "
        "WHERE basket > (SELECT max(id) - 30 FROM basket)",
        name);
    shop_run(counter->store, sql);
}

static int64_t alarm_count(struct counter *counter, enum loy_alarm_kind kind)
{
    const struct loy_span span = {NOON_US - DAY_US, NOON_US + DAY_US, 60};
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    int64_t count = 0;
    ASSERT_STATUS(loy_alarms_open(counter->store, &span, &alarms), LOY_OK);
    while (loy_alarm_next(alarms, &alarm) == LOY_OK)
        if (alarm.kind == kind) count = alarm.count;
    loy_alarms_close(alarms);
    return count;
}

static void unknown_cards_behind_the_total_are_an_alarm(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    person(counter, "29000017", &one);
    cashier_sells(counter, "opa", 1000, true);
    cashier_sells(counter, "opb", 2000, false);
    assert_int_equal(alarm_count(counter, LOY_ALARM_TOTAL), 30);
    // And so it stays, whosever they are later.
    for (int i = 0; i < 30; i++) {
        char number[16];
        snprintf(number, sizeof number, "29%06d", 1000 + i);
        struct loy_credential card = shop_credential(counter->store, number);
        registers(counter, &one, &card);
    }
    assert_int_equal(shop_number(counter->store, "SELECT count(member) FROM basket"), 30);
    assert_int_equal(alarm_count(counter, LOY_ALARM_TOTAL), 30);
}

/* ---- Words in clear ----------------------------------------------------------------------------
 */

static const char *const personal[] = {
    "4111 1111 1111 1111",
    "card 4111-1111-1111-1111",
    "call 0171 555 1234",
    ";4111111111111111=2612?",
    ("\xEF\xBC\x94\xEF\xBC\x91\xEF\xBC\x91\xEF\xBC\x91 \xEF\xBC\x91\xEF\xBC\x91\xEF\xBC\x91"
     "\xEF\xBC\x91 \xEF\xBC\x91\xEF\xBC\x91"),
};

static void refuses(struct counter *counter, struct loy_lane_input input)
{
    for (size_t i = 0; i < ROWS(personal); i++) {
        input.reason = personal[i];
        MUST(counter, input, LOY_SAID_WRONG);
        assert_null(strstr(counter->answer.words, "4111"));
        assert_null(strstr(counter->answer.words, "0171"));
        assert_non_null(strstr(counter->answer.words, "words are expected"));
    }
}

static void reasons_hold_no_numbers_of_people(void **state)
{
    struct counter *counter = *state;
    struct loy_id one;
    struct loy_credential card = person(counter, "29000017", &one);
    struct loy_id receipt = bought(counter, &card, "shoe");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.receipt = &receipt;
    refuses(counter, input);
    input.reason = "seam, bought on 2023-11-14";
    MUST(counter, input, LOY_SAID_RETURNED);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    refuses(counter, counter_input(counter, LOY_LANE_VOID_LINE));
    refuses(counter, counter_input(counter, LOY_LANE_VOID));
    input = counter_input(counter, LOY_LANE_REMARK);
    input.remark = LOY_CONTACT_COMPLAINT;
    refuses(counter, input);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM contact"), 0);
    input = counter_input(counter, LOY_LANE_VOID);
    input.reason = "left on 14.11.2023";
    MUST(counter, input, LOY_SAID_VOIDED);
    assert_string_equal(
        shop_rows(counter->store, "SELECT reason FROM basket WHERE state = 3"), input.reason);
}

static void a_serial_is_no_payment_number(void **state)
{
    static const char *const payment[] = {
        "4111111111111111", "5555 5555 5555 4444", "4111-1111-1111-1111", "CARD4111111111111111"};
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = "9902";
    for (size_t i = 0; i < ROWS(payment); i++) {
        input.serial = payment[i];
        MUST(counter, input, LOY_SAID_COUPON_REFUSED);
        assert_null(strstr(counter->answer.words, "4111"));
    }
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_coupon"), 0);
    // One digit off, or in no network's range: a coupon's.
    coupon_show(counter, "9902", "4111111111111112");
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    coupon_show(counter, "9902", "100000000123");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_receipt_undoes_no_objection),
        TEST(an_objection_leaves_no_buyer),
        TEST(what_is_invoiced_keeps_its_basket_and_no_profile),
        TEST(a_serial_leads_to_no_basket_behind_an_objection),
        TEST(whose_card_waits_can_object),
        TEST(a_waiting_card_keeps_its_basket),
        TEST(registered_behind_the_total_gives_the_same_totals),
        TEST(a_refused_step_tells_the_new_total),
        TEST(registered_when_a_part_is_paid_is_late),
        TEST(a_limit_holds_for_who_was_registered),
        TEST(a_coupon_answers_when_its_card_is_registered),
        TEST(a_card_came_when_it_was_shown),
        TEST(the_first_card_behind_a_receipt_is_no_other_buyer),
        TEST(unknown_cards_behind_the_total_are_an_alarm),
        TEST(reasons_hold_no_numbers_of_people),
        TEST(a_serial_is_no_payment_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
