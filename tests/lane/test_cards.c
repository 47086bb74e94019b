/* SPDX-License-Identifier: MIT
 *
 * test_cards.c - who shows a card: twice, another buyer, another account, unknown, foreign,
 * refused, replaced, late, on the last receipt; who objects; and what a reader refuses or misreads.
 */
#include "counter.h"

#include <loyalty/member_card.h>

struct people {
    struct loy_credential first, second, spare;
    struct loy_id one, two;
};

static struct people people_make(struct counter *counter)
{
    struct people people = {.first = shop_credential(counter->store, "29000017"),
        .second = shop_credential(counter->store, "29000025"),
        .spare = shop_credential(counter->store, "29000033")};
    people.one = shop_member(counter->store, &people.first, LOY_CARD_ACTIVE);
    people.two = shop_member(counter->store, &people.second, LOY_CARD_ACTIVE);
    return people;
}

static int64_t counted(struct counter *counter, enum loy_lane_count kind)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT ifnull(sum(count), 0) FROM lane_count WHERE kind = %d", kind);
    return shop_number(counter->store, sql);
}

static void rule_set(struct counter *counter, enum loy_lane_rule rule, int64_t value)
{
    ASSERT_STATUS(loy_lane_rule_set(counter->store, rule, value, NOON_US), LOY_OK);
}

static void sell_all(struct counter *counter)
{
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
}

/* ---- The same card -----------------------------------------------------------------------------
 */

static void the_same_card_is_one_swipe(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = &people.first;
    input.reader = 4;
    MUST(counter, input, LOY_SAID_MEMBER);
    // At once, from the same reader: bouncing.
    input.at_us += 100000;
    MUST(counter, input, LOY_SAID_SAME_CARD);
    assert_int_equal(counter->answer.tone, LOY_TONE_SHORT);
    assert_int_equal(counted(counter, LOY_COUNT_SAME_CARD), 0);
    // Another reader is another swipe, and so is the same one later.
    input.reader = 5;
    MUST(counter, input, LOY_SAID_SAME_CARD);
    assert_int_equal(counted(counter, LOY_COUNT_SAME_CARD), 1);
    input.at_us += 3 * SECOND_US;
    MUST(counter, input, LOY_SAID_SAME_CARD);
    assert_int_equal(counted(counter, LOY_COUNT_SAME_CARD), 2);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_link"), 1);
}

static void another_card_of_the_account_is_another_buyer(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    ASSERT_STATUS(loy_card_issue(counter->store, &people.one, &people.spare, NOON_US), LOY_OK);
    counter_shows(counter, &people.first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &people.spare, LOY_SAID_BUYER);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_string_equal(shop_rows(counter->store, "SELECT how FROM basket_link"), "1 3");
    assert_int_equal(
        shop_number(counter->store, "SELECT b.card = c.id FROM basket b JOIN card c ON "
                                    "c.member = b.member ORDER BY c.id DESC LIMIT 1"),
        1);
}

/* ---- Another account ---------------------------------------------------------------------------
 */

static void other_account_ask(struct counter *counter, const struct people *people)
{
    counter_shows(counter, &people->first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &people->second, LOY_SAID_OTHER_ACCOUNT);
    assert_int_equal(counter_view(counter).question, LOY_ASK_OTHER_ACCOUNT);
}

static void choose(struct counter *counter, uint8_t choice, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CHOOSE);
    input.choice = choice;
    MUST(counter, input, code);
}

static bool member_is(struct counter *counter, const struct loy_id *member)
{
    struct loy_lane_view view = counter_view(counter);
    return memcmp(&view.member, member, sizeof *member) == 0;
}

static void another_account_takes_the_place(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    other_account_ask(counter, &people);
    choose(counter, 4, LOY_SAID_WRONG);
    assert_int_equal(counter_view(counter).question, LOY_ASK_OTHER_ACCOUNT);
    choose(counter, 1, LOY_SAID_MEMBER);
    assert_true(member_is(counter, &people.two));
    choose(counter, 1, LOY_SAID_NOT_NOW);
    assert_string_equal(shop_rows(counter->store, "SELECT how FROM basket_link"), "1 4");
}

static void another_account_is_kept_off(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    other_account_ask(counter, &people);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TIME);
    MUST(counter, input, LOY_SAID_NOTHING);
    assert_int_equal(counter->answer.question, LOY_ASK_OTHER_ACCOUNT);
    input.at_us += 10 * SECOND_US;
    MUST(counter, input, LOY_SAID_SAME_CARD);
    assert_int_equal(counter->answer.question, LOY_ASK_NOTHING);
    assert_true(member_is(counter, &people.one));
    assert_int_equal(counted(counter, LOY_COUNT_KEPT), 1);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket_link"), 1);
}

static void another_account_is_the_next_customer(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    other_account_ask(counter, &people);
    choose(counter, 3, LOY_SAID_SUSPENDED);
    int64_t ticket = counter->answer.ticket;
    assert_true(ticket > 0);
    assert_true(member_is(counter, &people.two));
    assert_int_equal(counter_view(counter).lines, 0);
    assert_int_equal(counter_view(counter).waiting, 1);
    sell_all(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RESUME);
    input.ticket = ticket;
    MUST(counter, input, LOY_SAID_RESUMED);
    assert_true(member_is(counter, &people.one));
    assert_int_equal(counter_view(counter).lines, 1);
    shop_is_sound(counter->store);
}

/* ---- Unknown, foreign, refused -----------------------------------------------------------------
 */

static void an_unknown_card_waits_to_be_registered(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &people.spare, LOY_SAID_UNKNOWN_CARD);
    assert_int_equal(counter->answer.question, LOY_ASK_UNKNOWN_CARD);
    assert_true(counter_view(counter).pending);
    choose(counter, 1, LOY_SAID_PENDING);
    // The face registers, and comes back with the card.
    ASSERT_STATUS(loy_card_issue(counter->store, &people.two, &people.spare, NOON_US), LOY_OK);
    counter_shows(counter, &people.spare, LOY_SAID_MEMBER);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_true(member_is(counter, &people.two));
    assert_string_equal(shop_rows(counter->store, "SELECT how FROM basket_link"), "10 1");
    assert_false(counter_view(counter).pending);
}

static void a_foreign_card_is_only_counted(void **state)
{
    struct counter *counter = *state;
    const struct loy_range range = {
        .prefix = "29", .length = 8, .check = LOY_CHECK_NONE, .use = LOY_USE_MEMBER};
    ASSERT_STATUS(loy_range_add(counter->store, &range, NOON_US), LOY_OK);
    struct loy_credential foreign = shop_credential(counter->store, "77001234");
    counter_shows(counter, &foreign, LOY_SAID_FOREIGN);
    assert_int_equal(counter->status, LOY_REFUSED);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    assert_int_equal(counted(counter, LOY_COUNT_FOREIGN), 1);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM pending_card"), 0);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

static void a_card_that_may_not_be_used_says_so_neutrally(void **state)
{
    static const enum loy_card_status dead[] = {
        LOY_CARD_BLOCKED, LOY_CARD_LOST, LOY_CARD_EXPIRED, LOY_CARD_WITHDRAWN, LOY_CARD_REPLACED};
    static const char *const never[] = {"lost", "stolen", "blocked", "expired", "withdrawn"};
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    for (size_t i = 0; i < ROWS(dead); i++) {
        char number[16];
        snprintf(number, sizeof number, "2900010%zu", i);
        struct loy_credential card = shop_credential(counter->store, number);
        shop_member(counter->store, &card, dead[i]);
        counter_shows(counter, &card, LOY_SAID_CARD_REFUSED);
        assert_int_equal(counter->status, LOY_REFUSED);
        assert_int_equal(counter->answer.tone, LOY_TONE_LOW);
        assert_int_equal(counter->answer.due_minor, 1000);
        for (size_t k = 0; k < ROWS(never); k++)
            assert_null(strstr(counter->answer.words, never[k]));
    }
    assert_int_equal(counted(counter, LOY_COUNT_CARD_REFUSED), ROWS(dead));
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM basket WHERE member IS NOT NULL"), 0);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
}

static void a_replaced_card_is_taken_once(void **state)
{
    struct counter *counter = *state;
    struct loy_credential old = shop_credential(counter->store, "29000041");
    shop_member(counter->store, &old, LOY_CARD_REPLACED);
    rule_set(counter, LOY_LANE_RULE_REPLACED, 1);
    counter_shows(counter, &old, LOY_SAID_MEMBER);
    assert_true(counter->answer.words[0] != '\0');
    // A void basket gives the one time back.
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter_shows(counter, &old, LOY_SAID_MEMBER);
    sell_all(counter);
    counter_shows(counter, &old, LOY_SAID_CARD_REFUSED);
    assert_non_null(strstr(counter->answer.words, "use the new one"));
}

static void a_replaced_card_names_the_new_one(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    struct loy_credential old = shop_credential(counter->store, "29000041");
    (void)people;
    shop_member(counter->store, &old, LOY_CARD_REPLACED);
    shop_run(counter->store,
        "UPDATE card SET tail = '0017' WHERE id = 1; UPDATE card SET replaced_by = 1 WHERE id = 3");
    counter_shows(counter, &old, LOY_SAID_CARD_REFUSED);
    assert_non_null(strstr(counter->answer.words, "****0017"));
    assert_null(strstr(counter->answer.words, "29000017"));
}

/* ---- Late --------------------------------------------------------------------------------------
 */

static void after_a_part_was_paid_prices_stay(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 400, LOY_SAID_TENDERED);
    counter_shows(counter, &people.first, LOY_SAID_LATE);
    assert_false(counter->answer.repriced);
    assert_true(counter_view(counter).late);
    assert_int_equal(counter_view(counter).due_minor, 600);
    counter_pays(counter, LOY_TENDER_CASH, 600, LOY_SAID_SOLD);
    assert_true(counter_view(counter).late);
    assert_string_equal(
        shop_rows(counter->store, "SELECT stage, how, before_minor, after_minor FROM basket_link"),
        "4|7|1000|1000");
    assert_string_equal(
        shop_rows(counter->store, "SELECT total_minor, member IS NOT NULL FROM basket"), "1000|1");
    shop_is_sound(counter->store);
}

/* All that was paid given back, nothing is told any more: the member's prices hold. */
static void going_back_after_a_late_card_prices_anew(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 400, LOY_SAID_TENDERED);
    counter_shows(counter, &people.first, LOY_SAID_LATE);
    counter_does(counter, LOY_LANE_BACK, LOY_SAID_BACK);
    assert_int_equal(counter->answer.change_minor, 400);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_false(counter_view(counter).late);
}

static void the_last_receipt_needs_a_supervisor(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    counter_cashier(counter);
    sell_all(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = &people.first;
    input.choice = 1;
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_int_equal(counter->status, LOY_REFUSED);
    input.approver = SUPERVISOR;
    input.approver_pin = "111222";
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_int_equal(counter->status, LOY_E_ACCESS);
    assert_int_equal(
        shop_number(counter->store, "SELECT failures FROM operator WHERE name = 'boss'"), 1);
    input.approver = "till";
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_APPROVAL);
    input.approver = SUPERVISOR;
    MUST(counter, input, LOY_SAID_LAST_RECEIPT);
    assert_int_equal(
        shop_number(counter->store, "SELECT failures FROM operator WHERE name = 'boss'"), 0);
    assert_int_equal(counted(counter, LOY_COUNT_APPROVED), 1);
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM audit WHERE action = 'lane-approve'"), 1);
    assert_string_equal(shop_rows(counter->store, "SELECT stage, how FROM basket_link"), "5|8");
    assert_true(member_is(counter, &people.one));
    assert_int_equal(loy_store_role(counter->store), LOY_ROLE_CASHIER);
    // It has a member now.
    MUST(counter, input, LOY_SAID_WRONG);
}

static void the_last_receipt_is_late_after_five_minutes(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    sell_all(counter);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = &people.first;
    input.choice = 1;
    input.at_us += 5 * MINUTE_US;
    MUST(counter, input, LOY_SAID_WRONG);
    assert_int_equal(
        shop_number(counter->store, "SELECT count(*) FROM basket WHERE member IS NOT NULL"), 0);
    // Without that choice it is the next customer's.
    input.choice = 0;
    MUST(counter, input, LOY_SAID_MEMBER);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_BASKET);
}

/* ---- Objection ---------------------------------------------------------------------------------
 */

static void an_objection_unlinks_and_prices_anew(void **state)
{
    struct counter *counter = *state;
    struct people people = people_make(counter);
    counter_shows(counter, &people.first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_OBJECTED);
    assert_true(counter->answer.repriced);
    assert_int_equal(counter->answer.before_minor, 800);
    assert_int_equal(counter->answer.due_minor, 1000);
    assert_string_equal(
        shop_rows(counter->store, "SELECT purpose, given, channel FROM consent"), "1|0|lane");
    assert_string_equal(
        shop_rows(counter->store, "SELECT how, ifnull(card, 0) FROM basket_link ORDER BY number "
                                  "DESC LIMIT 1"),
        "9|0");
    counter_does(counter, LOY_LANE_OBJECT, LOY_SAID_WRONG);
}

/* ---- What is no card ---------------------------------------------------------------------------
 */

static void what_a_reader_refuses_is_counted_and_told(void **state)
{
    static const struct {
        uint8_t kind, reason;
        enum loy_lane_code code;
        enum loy_lane_count count;
    } rows[] = {
        {LOY_EVENT_REFUSED, LOY_REFUSAL_PAYMENT_CARD, LOY_SAID_PAYMENT_CARD,
            LOY_COUNT_PAYMENT_CARD},
        {LOY_EVENT_REFUSED, LOY_REFUSAL_PAYMENT_CODE, LOY_SAID_PAYMENT_CODE,
            LOY_COUNT_PAYMENT_CODE},
        {LOY_EVENT_REFUSED, LOY_REFUSAL_IDENTITY_DOCUMENT, LOY_SAID_IDENTITY, LOY_COUNT_IDENTITY},
        {LOY_EVENT_REFUSED, LOY_REFUSAL_ENCRYPTED_READER, LOY_SAID_READER_MODE,
            LOY_COUNT_READER_MODE},
        {LOY_EVENT_FOREIGN, 0, LOY_SAID_FOREIGN, LOY_COUNT_FOREIGN},
        {LOY_EVENT_DETACHED, 0, LOY_SAID_DETACHED, LOY_COUNT_DETACHED},
        {LOY_EVENT_ATTACHED, 0, LOY_SAID_ATTACHED, LOY_COUNT_NONE},
    };
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_event event = {.kind = rows[i].kind, .reason = rows[i].reason, .reader = 2};
        counter->answer = (struct loy_lane_answer){.size = sizeof counter->answer};
        ASSERT_STATUS(
            loy_lane_event(counter->lane, &event, counter->at_us, 60, &counter->answer), LOY_OK);
        assert_int_equal(counter->answer.code, rows[i].code);
        assert_true(counter->answer.words[0] != '\0');
        assert_int_equal(counter->answer.stage, LOY_STAGE_BASKET);
        if (rows[i].count != LOY_COUNT_NONE) assert_int_equal(counted(counter, rows[i].count), 1);
    }
    assert_int_equal(counter_view(counter).lines, 1);
}

static struct loy_event read_event(const char *digits, enum loy_symbology symbology)
{
    struct loy_event event = {.kind = LOY_EVENT_READ, .reader = 3, .part_count = 1};
    event.parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL,
        .status = LOY_PART_GOOD,
        .symbology = (uint8_t)symbology,
        .length = (uint16_t)strlen(digits)};
    event.data_length = event.parts[0].length;
    memcpy(event.data, digits, strlen(digits));
    return event;
}

static void event_take(
    struct counter *counter, const struct loy_event *event, enum loy_lane_code code)
{
    counter->at_us += SECOND_US;
    counter->answer = (struct loy_lane_answer){.size = sizeof counter->answer};
    loy_lane_event(counter->lane, event, counter->at_us, 60, &counter->answer);
    if (counter->answer.code != code) print_error("%s\n", counter->answer.words);
    assert_int_equal(counter->answer.code, code);
}

static void a_read_is_a_card_an_article_or_a_coupon(void **state)
{
    struct counter *counter = *state;
    people_make(counter);
    const struct loy_range ranges[] = {
        {.prefix = "29", .length = 8, .check = LOY_CHECK_NONE, .use = LOY_USE_MEMBER},
        {.prefix = "990", .length = 10, .check = LOY_CHECK_NONE, .use = LOY_USE_COUPON}};
    for (size_t i = 0; i < ROWS(ranges); i++)
        ASSERT_STATUS(loy_range_add(counter->store, &ranges[i], NOON_US), LOY_OK);
    struct loy_article article = {.size = sizeof article,
        .code = "shoe",
        .gtin = "4006381333931",
        .tax_permille = 190,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(counter->store, &article, NOON_US), LOY_OK);
    struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "scanned",
        .form = LOY_FORM_COUPON,
        .scope = LOY_SCOPE_ALL,
        .from_us = NOON_US - DAY_US,
        .amount_minor = 500,
        .campaign = "spring",
        .coupon = "9900000017"};
    ASSERT_STATUS(loy_promotion_put(counter->store, &rule, NOON_US), LOY_OK);
    struct loy_event card = read_event("29000017", LOY_SYMBOLOGY_CODE_128);
    struct loy_event shoe = read_event("4006381333931", LOY_SYMBOLOGY_EAN_13);
    struct loy_event coupon = read_event("9900000017", LOY_SYMBOLOGY_CODE_128);
    struct loy_event nothing = {.kind = LOY_EVENT_READ, .reader = 3};
    event_take(counter, &card, LOY_SAID_MEMBER);
    event_take(counter, &shoe, LOY_SAID_LINE);
    event_take(counter, &coupon, LOY_SAID_COUPON);
    assert_int_equal(counter->answer.due_minor, 4500);
    // The shop's own number of an article, in a symbol that says nothing of itself.
    article = (struct loy_article){
        .size = sizeof article, .code = "70023", .tax_permille = 190, .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(counter->store, &article, NOON_US), LOY_OK);
    struct loy_event own = read_event("70023", LOY_SYMBOLOGY_CODE_128);
    struct loy_event other = read_event("70024", LOY_SYMBOLOGY_CODE_128);
    event_take(counter, &own, LOY_SAID_NO_PRICE);
    event_take(counter, &other, LOY_SAID_FOREIGN);
    event_take(counter, &nothing, LOY_SAID_MISREAD);
    char once[LOY_LANE_WORDS_MAX];
    memcpy(once, counter->answer.words, sizeof once);
    event_take(counter, &nothing, LOY_SAID_MISREAD);
    assert_string_not_equal(once, counter->answer.words);
    assert_non_null(strstr(counter->answer.words, "telephone"));
}

/* ---- A buyer's limit ---------------------------------------------------------------------------
 */

static void a_buyers_limit_needs_a_supervisor(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    shop_run(counter->store, "INSERT INTO purchaser (id, member, name, active, authority, "
                             "limit_minor) SELECT 7, id, x'00', 1, 1, 900 FROM member");
    shop_run(counter->store, "UPDATE card SET purchaser = 7");
    counter_cashier(counter);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TOTAL);
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_int_equal(counter->answer.stage, LOY_STAGE_BASKET);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_TOTAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_card_is_one_swipe),
        TEST(another_card_of_the_account_is_another_buyer),
        TEST(another_account_takes_the_place),
        TEST(another_account_is_kept_off),
        TEST(another_account_is_the_next_customer),
        TEST(an_unknown_card_waits_to_be_registered),
        TEST(a_foreign_card_is_only_counted),
        TEST(a_card_that_may_not_be_used_says_so_neutrally),
        TEST(a_replaced_card_is_taken_once),
        TEST(a_replaced_card_names_the_new_one),
        TEST(after_a_part_was_paid_prices_stay),
        TEST(going_back_after_a_late_card_prices_anew),
        TEST(the_last_receipt_needs_a_supervisor),
        TEST(the_last_receipt_is_late_after_five_minutes),
        TEST(an_objection_unlinks_and_prices_anew),
        TEST(what_a_reader_refuses_is_counted_and_told),
        TEST(a_read_is_a_card_an_article_or_a_coupon),
        TEST(a_buyers_limit_needs_a_supervisor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
