/* SPDX-License-Identifier: MIT
 *
 * test_pieces.c - pieces, weights and packages: a part of a piece, a weight that is typed, several
 * packages with the same label, and how they come back.
 */
#include "counter.h"

/* Labels "28", five digits of the item, five of grams; "29" with a price. */
#define CHEESE "2800123000004"        /* the article itself */
#define CHEESE_345 "2800123003456"    /* 345 g of it */
#define CHEESE_3000 "2800123030001"   /* 3 kg */
#define CHEESE_PRICED "2900124002509" /* the other one, for 2.50 */

static void article_put(
    struct counter *counter, const char *code, const char *gtin, int64_t list_minor)
{
    const struct loy_article article = {
        .size = sizeof article, .code = code, .gtin = gtin, .tax_permille = 70, .cost_minor = -1};
    const struct loy_price price = {.size = sizeof price,
        .article = code,
        .from_us = NOON_US - DAY_US,
        .list_minor = list_minor,
        .selling_minor = list_minor};
    ASSERT_STATUS(loy_article_put(counter->store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_price_put(counter->store, &price), LOY_OK);
}

/* Beside the cheese with the scale's GTIN: one by the item on its label, and an article that has a
 * short number and its maker's GTIN. */
static void scales_put(struct counter *counter)
{
    const struct loy_scale_code priced = {.size = sizeof priced,
        .prefix = "29",
        .item_digits = 5,
        .value = LOY_SCALE_PRICE,
        .value_digits = 5,
        .decimals = 2};
    ASSERT_STATUS(loy_scale_code_put(counter->store, &priced, NOON_US), LOY_OK);
    article_put(counter, "124", NULL, 800);
    article_put(counter, "125", "4006381333931", 400);
}

static struct loy_lane_input named(struct counter *counter, enum loy_lane_input_kind kind,
    const char *text, int64_t quantity_milli)
{
    struct loy_lane_input input = counter_input(counter, kind);
    input.text = text;
    input.quantity_milli = quantity_milli;
    input.reason = kind == LOY_LANE_RETURN ? "size" : NULL;
    return input;
}

static const char *lines_of(struct counter *counter)
{
    return shop_rows(counter->store,
        "SELECT quantity_milli, list_minor, paid_minor FROM line WHERE "
        "basket = (SELECT max(id) FROM basket) ORDER BY number");
}

static void what_is_sold_by_the_piece_is_sold_whole(void **state)
{
    static const struct {
        const char *text;
        int64_t quantity_milli;
        enum loy_lane_code code;
        const char *lines;
    } cases[] = {
        {"shirt", 1500, LOY_SAID_WRONG, ""},
        {"shirt", 1, LOY_SAID_WRONG, ""},
        {"shirt", 999, LOY_SAID_WRONG, ""},
        {"shirt", LOY_LANE_QUANTITY_MAX + 1000, LOY_SAID_WRONG, ""},
        {"shirt", INT64_C(4006381333931000), LOY_SAID_WRONG, ""},
        {"shirt", 2000, LOY_SAID_LINE, "2000|1000|2000"},
        {"125", 1500, LOY_SAID_WRONG, ""},
        {"4006381333931", 500, LOY_SAID_WRONG, ""},
        {"cheese", 1500, LOY_SAID_LINE, "1500|1150|1725"},
        {CHEESE, 250, LOY_SAID_LINE, "250|1150|288"},
        {"124", 1500, LOY_SAID_LINE, "1500|800|1200"},
        /* Packages with a label: the number before it is one of them. */
        {CHEESE_345, 0, LOY_SAID_LINE, "345|1150|397"},
        {CHEESE_345, 1000, LOY_SAID_LINE, "345|1150|397"},
        {CHEESE_345, 3000, LOY_SAID_LINE, "345|1150|397 345|1150|397 345|1150|397"},
        {CHEESE_3000, 3000, LOY_SAID_LINE, "3000|1150|3450 3000|1150|3450 3000|1150|3450"},
        {CHEESE_PRICED, 2000, LOY_SAID_LINE, "1000|250|250 1000|250|250"},
        {CHEESE_345, 1500, LOY_SAID_WRONG, ""},
        {CHEESE_345, 345, LOY_SAID_WRONG, ""},
        {CHEESE_345, 100000, LOY_SAID_WRONG, ""},
        {CHEESE_345, -1000, LOY_SAID_WRONG, ""},
    };
    struct counter *counter = *state;
    scales_put(counter);
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct loy_lane_input input =
            named(counter, LOY_LANE_ARTICLE, cases[i].text, cases[i].quantity_milli);
        counter_take(counter, &input);
        if (counter->answer.code != cases[i].code)
            print_error("case %zu: %s\n", i, counter->answer.words);
        assert_int_equal(counter->answer.code, cases[i].code);
        if (cases[i].code == LOY_SAID_WRONG) {
            assert_string_not_equal(counter->answer.words, "");
            assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
            continue;
        }
        assert_string_equal(lines_of(counter), cases[i].lines);
        assert_int_equal(counter_view(counter).last, counter_view(counter).lines);
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    }
    shop_is_sound(counter->store);
}

/* Three packages of 3.97 are 11.91, as it says on them, and not 11.90 for 1.035 kg. */
static void packages_cost_what_stands_on_them(void **state)
{
    struct counter *counter = *state;
    scales_put(counter);
    struct loy_lane_input input = named(counter, LOY_LANE_ARTICLE, CHEESE_345, 3000);
    MUST(counter, input, LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 1191);
    assert_int_equal(counter->answer.line, 3);
    assert_int_equal(counter_view(counter).pieces_milli, 3000);
    // One of them is put back.
    counter_does(counter, LOY_LANE_VOID_LINE, LOY_SAID_VOIDED_LINE);
    assert_int_equal(counter->answer.due_minor, 794);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    shop_is_sound(counter->store);
}

static void parts_of_a_piece_do_not_come_back(void **state)
{
    struct counter *counter = *state;
    scales_put(counter);
    struct loy_lane_input input = named(counter, LOY_LANE_ARTICLE, "shirt", 3000);
    MUST(counter, input, LOY_SAID_LINE);
    input = named(counter, LOY_LANE_ARTICLE, "cheese", 2000);
    MUST(counter, input, LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    struct loy_id receipt = counter->answer.basket;
    input = named(counter, LOY_LANE_RETURN, NULL, 1500);
    input.receipt = &receipt;
    input.line = 1;
    MUST(counter, input, LOY_SAID_WRONG);
    input.line = 2;
    MUST(counter, input, LOY_SAID_RETURNED);
    assert_int_equal(counter->answer.due_minor, -1725);
    // Without the receipt.
    input = named(counter, LOY_LANE_RETURN, "shirt", 1500);
    MUST(counter, input, LOY_SAID_WRONG);
    input = named(counter, LOY_LANE_RETURN, "cheese", 500);
    MUST(counter, input, LOY_SAID_RETURNED);
    input = named(counter, LOY_LANE_RETURN, CHEESE_345, 2000);
    MUST(counter, input, LOY_SAID_RETURNED);
    input = named(counter, LOY_LANE_RETURN, CHEESE_345, 1500);
    MUST(counter, input, LOY_SAID_WRONG);
    assert_string_equal(lines_of(counter), "-1500|1150|-1725 -500|1150|-575 -690|1150|-794");
    shop_is_sound(counter->store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_sold_by_the_piece_is_sold_whole),
        TEST(packages_cost_what_stands_on_them),
        TEST(parts_of_a_piece_do_not_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
