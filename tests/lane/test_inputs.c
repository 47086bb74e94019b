/* SPDX-License-Identifier: MIT
 *
 * test_inputs.c - inputs at their edges: what a reader's symbol is at the lane, labels that were
 * misread or come with a quantity, coupons of other shops and days, and numbers below zero.
 */
#include "counter.h"

#include <loyalty/member_card.h>

/* ---- Symbols -----------------------------------------------------------------------------------
 */

static struct loy_event read_event(const char *text, enum loy_symbology symbology)
{
    struct loy_event event = {.kind = LOY_EVENT_READ, .reader = 3, .part_count = 1};
    event.parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL,
        .status = LOY_PART_GOOD,
        .symbology = (uint8_t)symbology,
        .length = (uint16_t)strlen(text)};
    event.data_length = event.parts[0].length;
    memcpy(event.data, text, strlen(text));
    return event;
}

static void event_takes(struct counter *counter, const struct loy_event *event, int code)
{
    counter->at_us += MINUTE_US;
    counter->answer = (struct loy_lane_answer){.size = sizeof counter->answer};
    loy_lane_event(counter->lane, event, counter->at_us, 60, &counter->answer);
    if (counter->answer.code != code)
        print_error("%s: %s, %s\n", (const char *)event->data,
            loy_lane_code_name(counter->answer.code), counter->answer.words);
    assert_int_equal(counter->answer.code, code);
}

static void coupon_put(struct loy_store *store, struct loy_promotion_rule rule)
{
    rule.size = sizeof rule;
    rule.form = LOY_FORM_COUPON;
    rule.scope = LOY_SCOPE_ALL;
    rule.permille = 100;
    rule.campaign = "letter";
    enum loy_status status = loy_promotion_put(store, &rule, NOON_US - DAY_US);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
    ASSERT_STATUS(status, LOY_OK);
}

static void ranges_put(struct loy_store *store)
{
    static const struct loy_range ranges[] = {
        {.prefix = "29", .length = 8, .check = LOY_CHECK_NONE, .use = LOY_USE_MEMBER},
        {.prefix = "98", .length = 6, .check = LOY_CHECK_NONE, .use = LOY_USE_COUPON},
        {.prefix = "77", .length = 6, .check = LOY_CHECK_NONE, .use = LOY_USE_WEIGHED}};
    for (size_t i = 0; i < ROWS(ranges); i++)
        ASSERT_STATUS(loy_range_add(store, &ranges[i], NOON_US), LOY_OK);
}

static void a_symbol_is_what_the_shop_calls_it(void **state)
{
    struct counter *counter = *state;
    struct loy_store *store = counter->store;
    const struct loy_article weighed = {
        .size = sizeof weighed, .code = "771234", .tax_permille = 70, .cost_minor = -1};
    const struct loy_price price = {.size = sizeof price,
        .article = "771234",
        .from_us = NOON_US - DAY_US,
        .list_minor = 400,
        .selling_minor = 400};
    static const struct {
        const char *text;
        enum loy_symbology symbology;
        enum loy_lane_code code;
    } rows[] = {
        {"771234", LOY_SYMBOLOGY_CODE_128, LOY_SAID_LINE},
        {"8017735005385000000028", LOY_SYMBOLOGY_GS1_128, LOY_SAID_FOREIGN},
        {"981234", LOY_SYMBOLOGY_CODE_128, LOY_SAID_COUPON},
        {"2553046920029759123", LOY_SYMBOLOGY_GS1_128, LOY_SAID_COUPON},
        {"29000099", LOY_SYMBOLOGY_CODE_128, LOY_SAID_UNKNOWN_CARD},
    };
    ranges_put(store);
    ASSERT_STATUS(loy_article_put(store, &weighed, NOON_US - DAY_US), LOY_OK);
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
    coupon_put(store, (struct loy_promotion_rule){.code = "ten", .coupon = "981234"});
    coupon_put(store, (struct loy_promotion_rule){
                          .code = "serial", .coupon = "3046920029759", .single_use = true});
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct loy_event event = read_event(rows[i].text, rows[i].symbology);
        event_takes(counter, &event, rows[i].code);
    }
    assert_string_equal(
        shop_rows(store, "SELECT count(*), max(serial) FROM basket_coupon"), "2|123");
    assert_int_equal(counter_view(counter).lines, 1);
}

/* A stripe's number is no article's, whatever articles there are. */
static void a_stripe_is_no_article(void **state)
{
    struct counter *counter = *state;
    struct loy_event event = read_event(";70023?", LOY_SYMBOLOGY_NONE);
    const struct loy_article article = {
        .size = sizeof article, .code = "70023", .tax_permille = 70, .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(counter->store, &article, NOON_US), LOY_OK);
    event.parts[0].type = LOY_PART_TRACK;
    event.parts[0].track = 2;
    event_takes(counter, &event, LOY_SAID_UNKNOWN_CARD);
    assert_int_equal(counter_view(counter).lines, 0);
}

/* ---- Labels ------------------------------------------------------------------------------------
 */

static enum loy_lane_code article_taken(
    struct counter *counter, const char *text, int64_t quantity_milli)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = text;
    input.quantity_milli = quantity_milli;
    counter_take(counter, &input);
    return (enum loy_lane_code)counter->answer.code;
}

static void a_label_that_was_misread_is_scanned_again(void **state)
{
    struct counter *counter = *state;
    const struct loy_scale_code scale = {.size = sizeof scale,
        .prefix = "27",
        .item_digits = 5,
        .value = LOY_SCALE_PRICE,
        .value_digits = 4,
        .decimals = 2,
        .value_check = true};
    const struct loy_article ham = {
        .size = sizeof ham, .code = "123", .tax_permille = 70, .cost_minor = -1};
    ASSERT_STATUS(loy_scale_code_put(counter->store, &scale, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(counter->store, &ham, NOON_US), LOY_OK);
    // 28.75 has the check digit 9.
    assert_int_equal(article_taken(counter, "2700123828755", 0), LOY_SAID_UNKNOWN_ARTICLE);
    assert_non_null(strstr(counter->answer.words, "misread"));
    struct loy_lane_input back = counter_input(counter, LOY_LANE_RETURN);
    back.text = "2700123828755";
    MUST(counter, back, LOY_SAID_UNKNOWN_ARTICLE);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    assert_int_equal(article_taken(counter, "2700123928752", 0), LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 2875);
}

/* A till's own line says how much it is; a scan beside it says it again, or contradicts it. */
static void a_till_repeats_what_the_label_says(void **state)
{
    struct counter *counter = *state;
    static const char label[] = "2800123001506"; // 150 g of the cheese
    loy_lane_close(counter->lane);
    ASSERT_STATUS(
        loy_lane_open(counter->store, LOY_BASKET_FEED, counter->at_us, &counter->lane), LOY_OK);
    assert_int_equal(article_taken(counter, label, 0), LOY_SAID_LINE);
    assert_int_equal(article_taken(counter, label, 150), LOY_SAID_LINE);
    assert_int_equal(article_taken(counter, label, 1000), LOY_SAID_WRONG);
    assert_non_null(strstr(counter->answer.words, "without a quantity"));
    assert_int_equal(counter_view(counter).lines, 2);
    assert_string_equal(shop_rows(counter->store, "SELECT quantity_milli, paid_minor FROM line"),
        "150|173 150|173");
}

/* ---- Coupons -----------------------------------------------------------------------------------
 */

static void a_coupon_has_its_shop_and_its_days(void **state)
{
    struct counter *counter = *state;
    static const struct {
        const char *coupon, *words;
    } rows[] = {{"5001", "for another shop"}, {"5002", "not valid yet"},
        {"5003", "not valid any more"}, {"5004", ""}};
    coupon_put(
        counter->store, (struct loy_promotion_rule){.code = "a", .coupon = "5001", .site = "S2"});
    coupon_put(counter->store,
        (struct loy_promotion_rule){.code = "b", .coupon = "5002", .from_us = NOON_US + DAY_US});
    coupon_put(counter->store,
        (struct loy_promotion_rule){.code = "c", .coupon = "5003", .to_us = NOON_US});
    coupon_put(
        counter->store, (struct loy_promotion_rule){.code = "d", .coupon = "5004", .site = "S1"});
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const bool good = rows[i].words[0] == '\0';
        struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
        input.text = rows[i].coupon;
        MUST(counter, input, good ? LOY_SAID_COUPON : LOY_SAID_COUPON_REFUSED);
        assert_non_null(strstr(counter->answer.words, rows[i].words));
        assert_int_equal(counter->answer.due_minor, good ? 4500 : 5000);
    }
}

/* ---- Numbers -----------------------------------------------------------------------------------
 */

static void what_comes_back_is_above_zero(void **state)
{
    struct counter *counter = *state;
    static const struct {
        int64_t quantity_milli, price_minor;
    } rows[] = {{-1000, 0}, {0, -1}, {-1000, -100}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
        input.text = "shirt";
        input.quantity_milli = rows[i].quantity_milli;
        input.price_minor = rows[i].price_minor;
        MUST(counter, input, LOY_SAID_WRONG);
        assert_non_null(strstr(counter->answer.words, "above zero"));
    }
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

static void no_lane_sells_behind_the_year_9999(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shirt";
    input.at_us = INT64_C(253402300800000000) + 1;
    ASSERT_STATUS(counter_take(counter, &input), LOY_E_ARGUMENT);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    assert_int_equal(shop_number(counter->store, "SELECT count(*) FROM basket"), 0);
}

/* ---- Cards -------------------------------------------------------------------------------------
 */

/* A card on the desk's pile is nobody's yet, and is asked about like one that nobody knows. */
static void a_card_in_stock_waits_for_its_owner(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29000017"), other;
    other = shop_credential(counter->store, "29000025");
    card.own_range = true; // as the guard found by the shop's ranges
    const struct loy_id member = shop_member(counter->store, &other, LOY_CARD_ACTIVE);
    ranges_put(counter->store);
    ASSERT_STATUS(loy_card_stock(counter->store, &card, 1, NOON_US, NULL), LOY_OK);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &card, LOY_SAID_UNKNOWN_CARD);
    assert_true(counter_view(counter).pending);
    assert_int_equal(counter_view(counter).due_minor, 1000);
    ASSERT_STATUS(loy_card_issue(counter->store, &member, &card, counter->at_us), LOY_OK);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    assert_int_equal(counter->answer.due_minor, 800);
    const struct loy_lane_view view = counter_view(counter);
    assert_memory_equal(&view.member, &member, sizeof member);
    shop_is_sound(counter->store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_symbol_is_what_the_shop_calls_it),
        TEST(a_stripe_is_no_article),
        TEST(a_label_that_was_misread_is_scanned_again),
        TEST(a_till_repeats_what_the_label_says),
        TEST(a_coupon_has_its_shop_and_its_days),
        TEST(what_comes_back_is_above_zero),
        TEST(no_lane_sells_behind_the_year_9999),
        TEST(a_card_in_stock_waits_for_its_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
