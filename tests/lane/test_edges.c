/* SPDX-License-Identifier: MIT
 *
 * test_edges.c - what a view says of persons, what a reader's other numbers are, a lock that cannot
 * be taken, and a clock that stops the lane.
 */
#include "counter.h"

#include <loyalty/member_card.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Who it is ----------------------------------------------------------------------------------
 */

static struct loy_id member_add(struct counter *counter, enum loy_member_kind kind,
    const struct loy_field_text *fields, size_t count)
{
    const struct loy_member_form form = {.size = sizeof form,
        .kind = (uint8_t)kind,
        .fields = fields,
        .field_count = count,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = NOON_US};
    struct loy_id id;
    enum loy_status status = loy_member_add(counter->store, &form, NOON_US, &id);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(counter->store));
    ASSERT_STATUS(status, LOY_OK);
    return id;
}

static void a_persons_name_is_put_together(void **state)
{
    static const struct {
        const char *family, *given, *name;
    } rows[] = {
        {"Muster", "Anna", "Muster Anna"},
        {"Muster", NULL, "Muster"},
        {"王", "小明", "王小明"},
    };
    struct counter *counter = *state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_field_text fields[2];
        size_t count = 0;
        if (rows[i].family != NULL)
            fields[count++] = (struct loy_field_text){LOY_FIELD_FAMILY_NAME, rows[i].family};
        if (rows[i].given != NULL)
            fields[count++] = (struct loy_field_text){LOY_FIELD_GIVEN_NAME, rows[i].given};
        const struct loy_id id = member_add(counter, LOY_MEMBER_PERSON, fields, count);
        struct loy_lane_input input = counter_input(counter, LOY_LANE_MEMBER);
        input.member = &id;
        MUST(counter, input, LOY_SAID_MEMBER);
        assert_string_equal(counter_view(counter).name, rows[i].name);
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    }
}

static void a_firms_buyer_and_limit_are_shown(void **state)
{
    struct counter *counter = *state;
    struct loy_store *store = counter->store;
    const struct loy_field_text name = {LOY_FIELD_NAME, "Green Grocer"};
    const struct loy_id firm = member_add(counter, LOY_MEMBER_ORGANISATION, &name, 1);
    const char *const names[] = {"Mo Buyer", "Jo Buyer"};
    const struct loy_credential cards[] = {
        shop_credential(store, "29000017"), shop_credential(store, "29000025")};
    for (size_t i = 0; i < ROWS(names); i++) {
        const struct loy_purchaser_form form = {.size = sizeof form,
            .name = names[i],
            .authority = LOY_AUTHORITY_PERMANENT,
            .limit_minor = i == 0 ? 0 : 1500,
            .until_us = 0,
            .offset_min = 60};
        int64_t number = 0;
        enum loy_status status = loy_purchaser_add(store, &firm, &form, NOON_US, &number);
        if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
        ASSERT_STATUS(status, LOY_OK);
        const struct loy_card_grant grant = {
            .size = sizeof grant, .member = &firm, .purchaser = number};
        ASSERT_STATUS(loy_card_give(store, &grant, &cards[i], NOON_US), LOY_OK);
    }
    counter_shows(counter, &cards[0], LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    struct loy_lane_view view = counter_view(counter);
    assert_string_equal(view.name, "Green Grocer");
    assert_string_equal(view.buyer, "Mo Buyer");
    assert_int_equal(view.limit_minor, 0);
    assert_false(view.over_limit);
    counter_shows(counter, &cards[1], LOY_SAID_BUYER);
    view = counter_view(counter);
    assert_string_equal(view.buyer, "Jo Buyer");
    assert_int_equal(view.limit_minor, 1500);
    assert_false(view.over_limit);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    assert_true(counter_view(counter).over_limit);
    // Whoever was struck off since is named no more.
    shop_run(store, "UPDATE basket SET purchaser = 99 WHERE state = 1");
    view = counter_view(counter);
    assert_string_equal(view.buyer, "");
    assert_string_equal(view.name, "Green Grocer");
}

/* A member that the desk has blocked or put on a card since: the basket of the lane is another's.
 */
static void a_basket_that_is_gone_is_told(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    shop_run(counter->store, "PRAGMA foreign_keys=OFF");
    shop_run(counter->store, "UPDATE basket SET id = id + 100");
    struct loy_lane_view view = counter_view(counter);
    assert_true(loy_id_is_none(&view.basket));
    assert_int_equal(view.lines, 0);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TOTAL);
    ASSERT_STATUS(counter_take(counter, &input), LOY_E_CONFLICT);
    assert_int_equal(counter->answer.code, LOY_SAID_FAILED);
    // The lane has looked anew, and has what there is now.
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_FOUND);
    assert_int_equal(shop_number(counter->store, "SELECT id FROM basket"), 101);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
}

/* ---- What a reader saw -------------------------------------------------------------------------
 */

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

static void event_takes(struct counter *counter, const char *digits, enum loy_symbology symbology,
    enum loy_lane_code code)
{
    const struct loy_event event = read_event(digits, symbology);
    counter->at_us += MINUTE_US;
    counter->answer = (struct loy_lane_answer){.size = sizeof counter->answer};
    loy_lane_event(counter->lane, &event, counter->at_us, 60, &counter->answer);
    if (counter->answer.code != code)
        print_error("%s: %s, %s\n", digits, loy_lane_code_name(counter->answer.code),
            counter->answer.words);
    assert_int_equal(counter->answer.code, code);
}

static void labels_cards_and_long_numbers(void **state)
{
    struct counter *counter = *state;
    struct loy_store *store = counter->store;
    const struct loy_article weighed = {
        .size = sizeof weighed, .code = "2", .tax_permille = 70, .cost_minor = -1};
    const struct loy_price price = {.size = sizeof price,
        .article = "2",
        .from_us = NOON_US - DAY_US,
        .list_minor = 400,
        .selling_minor = 400};
    char digits[LOY_TEXT_MAX + 8];
    ASSERT_STATUS(loy_article_put(store, &weighed, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
    event_takes(counter, "2800002001504", LOY_SYMBOLOGY_EAN_13, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 60); // 150 g of 4.00 a kilogram
    // The number before a label is one of whole packages.
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "2800002001504";
    input.quantity_milli = 2500;
    counter_take(counter, &input);
    assert_true(counter->status == LOY_REFUSED);
    input.quantity_milli = 2000;
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 180);
    // A card that is known is a card, whatever articles there are.
    struct loy_credential card = shop_credential(store, "70023");
    shop_member(store, &card, LOY_CARD_ACTIVE);
    event_takes(counter, "70023", LOY_SYMBOLOGY_CODE_128, LOY_SAID_MEMBER);
    memset(digits, '7', sizeof digits - 1);
    digits[sizeof digits - 1] = '\0';
    const struct loy_event event = read_event(digits, LOY_SYMBOLOGY_CODE_128);
    counter->at_us += MINUTE_US;
    loy_lane_event(counter->lane, &event, counter->at_us, 60, &counter->answer);
    assert_int_not_equal(counter->answer.code, LOY_SAID_LINE);
    // A restricted number that is nobody's.
    event_takes(counter, "2112345000008", LOY_SYMBOLOGY_EAN_13, LOY_SAID_UNKNOWN_ARTICLE);
}

/* ---- The lock and the clock --------------------------------------------------------------------
 */

static void a_lock_that_cannot_be_made_is_told(void **state)
{
    struct counter *counter = *state;
    char path[160];
    loy_lane_close(counter->lane);
    counter->lane = NULL;
    snprintf(path, sizeof path, "%s.lane-L1.lock", counter->shop->path);
    unlink(path);
    // No other user's file is followed to.
    assert_int_equal(symlink("/nonexistent/elsewhere", path), 0);
    ASSERT_STATUS(
        loy_lane_open(counter->store, LOY_BASKET_LANE, NOON_US, &counter->lane), LOY_E_IO);
    assert_null(counter->lane);
    assert_non_null(strstr(loy_store_text(counter->store), path));
    unlink(path);
    counter_open(counter);
    struct loy_lane *second = NULL;
    ASSERT_STATUS(loy_lane_open(counter->store, LOY_BASKET_LANE, NOON_US, &second), LOY_E_BUSY);
    assert_null(second);
}

static void a_lane_of_any_name_has_a_lock(void **state)
{
    struct counter *counter = *state;
    char path[200];
    loy_lane_close(counter->lane);
    loy_store_close(counter->store);
    snprintf(path, sizeof path, "%s/other", counter->shop->folder);
    const struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "tester", .at_us = NOON_US - DAY_US};
    const struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "1/a %", .country = "DE"};
    ASSERT_STATUS(loy_store_create(&options, &settings, &counter->store), LOY_OK);
    counter_open(counter);
    snprintf(path, sizeof path, "%s/other.lane-1%%2fa%%20%%25.lock", counter->shop->folder);
    assert_int_equal(access(path, F_OK), 0);
}

static void a_clock_that_cannot_be_right_waits_for_a_supervisor(void **state)
{
    struct counter *counter = *state;
    const struct loy_clock_now now = {
        .size = sizeof now, .at_us = NOON_US + DAY_US, .outside_us = NOON_US + 9 * DAY_US};
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    counter_cashier(counter);
    ASSERT_STATUS(loy_lane_clock(counter->lane, &now, &verdict), LOY_OK);
    assert_int_equal(verdict.level, LOY_CLOCK_STOP);
    input.at_us = now.at_us;
    input.text = "shirt";
    MUST(counter, input, LOY_SAID_APPROVAL);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    input.approver = SUPERVISOR;
    input.approver_pin = SUPERVISOR_PIN;
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter_view(counter).clock_level, LOY_CLOCK_DOUBTED);
    // An open basket goes on, whatever the clock says.
    verdict = (struct loy_clock_verdict){.size = sizeof verdict};
    ASSERT_STATUS(loy_lane_clock(counter->lane, &now, &verdict), LOY_OK);
    assert_int_equal(verdict.level, LOY_CLOCK_DOUBTED);
    input.approver = input.approver_pin = NULL;
    MUST(counter, input, LOY_SAID_LINE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {TEST(a_persons_name_is_put_together),
        TEST(a_firms_buyer_and_limit_are_shown), TEST(a_basket_that_is_gone_is_told),
        TEST(labels_cards_and_long_numbers), TEST(a_lock_that_cannot_be_made_is_told),
        TEST(a_lane_of_any_name_has_a_lock),
        TEST(a_clock_that_cannot_be_right_waits_for_a_supervisor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
