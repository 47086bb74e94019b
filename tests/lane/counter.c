/* SPDX-License-Identifier: MIT
 *
 * counter.c - see counter.h. Nothing comes in but a folder; a lane that is open goes out.
 */
#include "counter.h"

#include "../store/quick_secret.h"

#include <loyalty/operator.h>

#include <stdlib.h>

static void article_put(struct loy_store *store, const char *code)
{
    struct loy_article article = {
        .size = sizeof article, .code = code, .tax_permille = 190, .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US - DAY_US), LOY_OK);
}

/* "28", an item of five digits and five of grams; the cheese is its item 00123. */
static void scale_put(struct loy_store *store)
{
    const struct loy_scale_code scale = {.size = sizeof scale,
        .prefix = "28",
        .item_digits = 5,
        .value = LOY_SCALE_WEIGHT,
        .value_digits = 5,
        .decimals = 3};
    const struct loy_article cheese = {.size = sizeof cheese,
        .code = "cheese",
        .gtin = "2800123000004",
        .tax_permille = 70,
        .cost_minor = -1};
    ASSERT_STATUS(loy_scale_code_put(store, &scale, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &cheese, NOON_US - DAY_US), LOY_OK);
}

static void price_put(struct loy_store *store, const char *code, int64_t minor)
{
    const struct loy_price price = {.size = sizeof price,
        .article = code,
        .from_us = NOON_US - DAY_US,
        .list_minor = minor,
        .selling_minor = minor};
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
}

static void rules_put(struct loy_store *store)
{
    const struct loy_promotion_rule rules[] = {
        {.code = "club-shirt",
            .form = LOY_FORM_MEMBER_PRICE,
            .scope = LOY_SCOPE_ARTICLE,
            .target = "shirt",
            .members_only = true,
            .amount_minor = 800},
        {.code = "socks",
            .form = LOY_FORM_N_FOR_M,
            .scope = LOY_SCOPE_ARTICLE,
            .target = "sock",
            .take = 3,
            .pay = 2},
        {.code = "five",
            .form = LOY_FORM_COUPON,
            .scope = LOY_SCOPE_ALL,
            .amount_minor = 500,
            .campaign = "spring",
            .coupon = "9901"},
        {.code = "once",
            .form = LOY_FORM_COUPON,
            .scope = LOY_SCOPE_ALL,
            .permille = 100,
            .campaign = "letter",
            .coupon = "9902",
            .single_use = true},
    };
    for (size_t i = 0; i < ROWS(rules); i++) {
        struct loy_promotion_rule rule = rules[i];
        rule.size = sizeof rule;
        rule.from_us = NOON_US - DAY_US;
        enum loy_status status = loy_promotion_put(store, &rule, NOON_US - DAY_US);
        if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
        ASSERT_STATUS(status, LOY_OK);
    }
}

void counter_open(struct counter *counter)
{
    enum loy_status status =
        loy_lane_open(counter->store, LOY_BASKET_LANE, counter->at_us, &counter->lane);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(counter->store));
    ASSERT_STATUS(status, LOY_OK);
}

int counter_setup(void **state)
{
    struct counter *counter = calloc(1, sizeof *counter);
    quick_secret(true);
    if (shop_setup((void **)&counter->shop) != 0) return -1;
    counter->store = counter->shop->store;
    counter->at_us = NOON_US;
    article_put(counter->store, "sock");
    article_put(counter->store, "plain");
    scale_put(counter->store);
    price_put(counter->store, "shirt", 1000);
    price_put(counter->store, "shoe", 5000);
    price_put(counter->store, "bottle", 25);
    price_put(counter->store, "sock", 300);
    price_put(counter->store, "cheese", 1150);
    rules_put(counter->store);
    counter_open(counter);
    *state = counter;
    return 0;
}

int counter_teardown(void **state)
{
    struct counter *counter = *state;
    loy_lane_close(counter->lane);
    counter->shop->store = counter->store;
    void *shop = counter->shop;
    free(counter);
    return shop_teardown(&shop);
}

void counter_cut(struct counter *counter)
{
    loy_lane_close(counter->lane);
    loy_store_close(counter->store);
    counter->store = shop_open(counter->shop);
    counter_open(counter);
}

static void operator_put(struct counter *counter, const char *name, enum loy_role role)
{
    struct loy_store *store = counter->store;
    ASSERT_STATUS(loy_operator_add(store, name, role, NULL, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, name, NULL, SUPERVISOR_PIN, NOON_US), LOY_OK);
}

void counter_cashier(struct counter *counter)
{
    operator_put(counter, SUPERVISOR, LOY_ROLE_SUPERVISOR);
    operator_put(counter, "till", LOY_ROLE_CASHIER);
    ASSERT_STATUS(loy_store_login(counter->store, "till", SUPERVISOR_PIN, NOON_US), LOY_OK);
}

struct loy_lane_input counter_input(struct counter *counter, enum loy_lane_input_kind kind)
{
    counter->at_us += SECOND_US;
    return (struct loy_lane_input){.size = sizeof(struct loy_lane_input),
        .kind = (uint8_t)kind,
        .at_us = counter->at_us,
        .offset_min = 60};
}

struct loy_line counter_till_line(const struct counter *counter)
{
    return (struct loy_line){.article_version = counter->shop->shirt,
        .quantity_milli = 2000,
        .list_minor = 900,
        .discount_minor = 50,
        .paid_minor = 1750,
        .promotion = "till-deal",
        .form = LOY_FORM_AMOUNT};
}

enum loy_status counter_take(struct counter *counter, const struct loy_lane_input *input)
{
    counter->answer = (struct loy_lane_answer){.size = sizeof counter->answer};
    counter->status = loy_lane_take(counter->lane, input, &counter->answer);
    return counter->status;
}

void counter_must(struct counter *counter, const struct loy_lane_input *input,
    enum loy_lane_code code, const char *file, int line)
{
    counter_take(counter, input);
    if (counter->answer.code == code) return;
    print_error("%s answers %s (%s), not %s: %s\n", loy_lane_input_kind_name(input->kind),
        loy_lane_code_name(counter->answer.code), loy_status_text(counter->status),
        loy_lane_code_name((int)code), counter->answer.words);
    _fail(file, line);
}

void counter_does(struct counter *counter, enum loy_lane_input_kind kind, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, kind);
    MUST(counter, input, code);
}

void counter_sells(struct counter *counter, const char *article, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = article;
    MUST(counter, input, code);
}

void counter_shows(
    struct counter *counter, const struct loy_credential *card, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = card;
    MUST(counter, input, code);
}

void counter_pays(
    struct counter *counter, enum loy_tender kind, int64_t amount_minor, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_TENDER);
    input.tender = (uint8_t)kind;
    input.amount_minor = amount_minor;
    MUST(counter, input, code);
}

struct loy_lane_view counter_view(struct counter *counter)
{
    struct loy_lane_view view = {.size = sizeof view};
    enum loy_status status = loy_lane_view_get(counter->lane, &view);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(counter->store));
    ASSERT_STATUS(status, LOY_OK);
    return view;
}

struct loy_id counter_sold(struct counter *counter)
{
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    return counter->answer.basket;
}

void counter_gives_back(struct counter *counter, const struct loy_id *receipt, uint32_t line,
    int64_t quantity_milli, enum loy_lane_code code)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.receipt = receipt;
    input.line = line;
    input.quantity_milli = quantity_milli;
    input.reason = "size";
    MUST(counter, input, code);
}
