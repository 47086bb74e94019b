/* SPDX-License-Identifier: MIT
 *
 * test_scale.c - labels of scales: published check digits of prices, layouts, and what a label
 * names at the lane, from the scanner's event on.
 */
#include "shop.h"

#include <basket/scale.h>

/* GS1 General Specifications, 7.9, and by hand. */
static void check_digits_of_values(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        char check;
    } rows[] = {
        {"2875", '9'}, /* 4 + 5 + 1 + 3 = 13, times 3: 39 */
        {"0000", '0'},
        {"1000", '6'}, /* 2, times 3 */
        {"0100", '6'},
        {"0010", '9'},  /* 3, times 3 */
        {"0001", '5'},  /* 5, times 3 */
        {"9999", '6'},  /* 7 + 7 + 7 + 1 = 22, times 3: 66 */
        {"14685", '6'}, /* 5 + 8 + 7 + 4 + 9 = 33; 7 is 5- of 6 */
        {"00000", '0'},
        {"10000", '1'}, /* 5; 5 is 5- of 1 */
        {"01000", '4'}, /* 2; 8 is 5- of 4 */
        {"00100", '1'},
        {"00010", '1'},
        {"00001", '4'},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(scale_value_check(rows[i].value, strlen(rows[i].value)), rows[i].check);
    /* Every single wrong digit is noticed. */
    for (unsigned value = 0; value < 10000; value++)
        for (unsigned at = 0, unit = 1000; at < 4; at++, unit /= 10) {
            char one[8], other[8];
            snprintf(one, sizeof one, "%04u", value);
            memcpy(other, one, sizeof one);
            other[at] = other[at] == '9' ? '0' : (char)(other[at] + 1);
            assert_true(scale_value_check(one, 4) != scale_value_check(other, 4));
        }
}

static struct loy_scale_code layout(const char *prefix, unsigned item, unsigned value,
    unsigned digits, unsigned decimals, bool check)
{
    struct loy_scale_code scale = {.size = sizeof scale,
        .item_digits = (uint8_t)item,
        .value = (uint8_t)value,
        .value_digits = (uint8_t)digits,
        .decimals = (uint8_t)decimals,
        .value_check = check};
    snprintf(scale.prefix, sizeof scale.prefix, "%s", prefix);
    return scale;
}

static void layouts_that_can_be_and_not(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    static const struct {
        const char *prefix;
        unsigned item, value, digits, decimals;
        bool check;
        enum loy_status status;
    } rows[] = {
        {"20", 5, LOY_SCALE_PRICE, 5, 2, false, LOY_OK},
        {"20", 5, LOY_SCALE_PRICE, 5, 2, false, LOY_REPEATED},
        {"20", 5, LOY_SCALE_PRICE, 5, 0, false, LOY_OK},
        {"20", 5, LOY_SCALE_PRICE, 4, 2, true, LOY_OK},
        {"21", 4, LOY_SCALE_WEIGHT, 5, 3, true, LOY_OK},
        {"0212345", 1, LOY_SCALE_WEIGHT, 4, 3, false, LOY_OK},
        {"2", 6, LOY_SCALE_PRICE, 5, 2, false, LOY_E_CONFLICT},
        {"201", 4, LOY_SCALE_PRICE, 5, 2, false, LOY_E_CONFLICT},
        {"", 7, LOY_SCALE_PRICE, 5, 2, false, LOY_E_FORMAT},
        {"2a", 5, LOY_SCALE_PRICE, 5, 2, false, LOY_E_FORMAT},
        {"40", 5, LOY_SCALE_PRICE, 5, 2, false, LOY_E_FORMAT},
        {"22", 5, 0, 5, 2, false, LOY_E_FORMAT},
        {"22", 5, 3, 5, 2, false, LOY_E_FORMAT},
        {"22", 0, LOY_SCALE_PRICE, 10, 2, false, LOY_E_FORMAT},
        {"22", 10, LOY_SCALE_PRICE, 0, 0, false, LOY_E_FORMAT},
        {"22", 5, LOY_SCALE_PRICE, 4, 2, false, LOY_E_FORMAT},
        {"22", 5, LOY_SCALE_PRICE, 5, 2, true, LOY_E_FORMAT},
        {"22", 3, LOY_SCALE_PRICE, 6, 2, true, LOY_E_FORMAT},
        {"22", 5, LOY_SCALE_PRICE, 5, 6, false, LOY_E_FORMAT},
        {"22", 255, LOY_SCALE_PRICE, 255, 2, false, LOY_E_FORMAT},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_scale_code scale = layout(rows[i].prefix, rows[i].item, rows[i].value,
            rows[i].digits, rows[i].decimals, rows[i].check);
        enum loy_status status = loy_scale_code_put(store, &scale, NOON_US);
        if (status != rows[i].status) print_error("row %zu\n", i);
        assert_int_equal(status, rows[i].status);
    }
    struct loy_scale_code got = {.size = sizeof got}, none = layout("25", 5, 1, 5, 2, false);
    char position[8] = "", all[64] = "";
    memset(none.prefix, '2', sizeof none.prefix);
    ASSERT_STATUS(loy_scale_code_put(store, &none, NOON_US), LOY_E_FORMAT);
    none.size = 3;
    ASSERT_STATUS(loy_scale_code_put(store, &none, NOON_US), LOY_E_ARGUMENT);
    while (loy_scale_code_next(store, position, &got) == LOY_OK)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s/%u/%u/%u/%u/%d ", got.prefix,
            got.item_digits, got.value, got.value_digits, got.decimals, got.value_check);
    assert_string_equal(all, "0212345/1/2/4/3/0 20/5/1/4/2/1 21/4/2/5/3/1 ");
    ASSERT_STATUS(loy_scale_code_remove(store, "21", NOON_US), LOY_OK);
    ASSERT_STATUS(loy_scale_code_remove(store, "21", NOON_US), LOY_NONE);
}

/* ---- At the lane ------------------------------------------------------------------------------
 */

static void article_make(struct loy_store *store, const char *code, const char *gtin)
{
    struct loy_article article = {
        .size = sizeof article, .code = code, .gtin = gtin, .cost_minor = -1, .tax_permille = -1};
    struct loy_price price = {.size = sizeof price,
        .article = code,
        .from_us = 1,
        .list_minor = 1200,
        .selling_minor = 1200};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
}

static void ean_make(const char *twelve, char ean[14])
{
    unsigned sum = 0;
    for (size_t i = 0; i < 12; i++)
        sum += (unsigned)(twelve[i] - '0') * (i % 2 ? 3u : 1u);
    snprintf(ean, 14, "%.12s%u", twelve, (10 - sum % 10) % 10);
}

static void labels_name_articles(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    const struct loy_scale_code scales[] = {
        layout("28", 5, LOY_SCALE_WEIGHT, 5, 3, false),
        layout("29", 5, LOY_SCALE_PRICE, 4, 2, true),
        layout("26", 4, LOY_SCALE_PRICE, 5, 2, true),
        layout("27", 5, LOY_SCALE_WEIGHT, 5, 4, false),
        layout("25", 5, LOY_SCALE_PRICE, 5, 0, false),
        layout("24", 5, LOY_SCALE_PRICE, 5, 3, false),
        layout("02", 5, LOY_SCALE_WEIGHT, 5, 2, false),
    };
    char gtin[14];
    for (size_t i = 0; i < ROWS(scales); i++)
        ASSERT_STATUS(loy_scale_code_put(store, &scales[i], NOON_US), LOY_OK);
    article_make(store, "00042", NULL);
    article_make(store, "42", NULL);
    article_make(store, "7", NULL);
    ean_make("290055500000", gtin);
    article_make(store, "ham", gtin);
    static const struct {
        const char *twelve, *code;
        int64_t quantity, list;
        bool labelled, weighed;
        enum loy_status status;
    } rows[] = {
        {"280004200345", "00042", 345, 1200, true, true, LOY_OK},
        {"280000712345", "7", 12345, 1200, true, true, LOY_OK},
        {"280000700000", "7", 1000, 1200, false, true, LOY_OK},
        {"280009900345", NULL, 0, 0, false, false, LOY_NONE},
        {"290000792875", "7", 1000, 2875, true, false, LOY_OK},
        {"290000782875", NULL, 0, 0, false, false, LOY_E_CHECK},
        {"290055592875", "ham", 1000, 2875, true, false, LOY_OK},
        {"290055500000", "ham", 1000, 1200, false, false, LOY_OK},
        {"260007614685", "7", 1000, 14685, true, false, LOY_OK},
        {"260007514685", NULL, 0, 0, false, false, LOY_E_CHECK},
        {"270000712345", "7", 1235, 1200, true, true, LOY_OK},  /* 1.2345 kg, halves up */
        {"250000700012", "7", 1000, 1200, true, false, LOY_OK}, /* 12 of a currency of cents */
        {"240000712345", "7", 1000, 1235, true, false, LOY_OK}, /* 12.345 */
        {"020000700012", "7", 120, 1200, true, true, LOY_OK},   /* a UPC-A from 2 */
        {"230000700012", NULL, 0, 0, false, false, LOY_NONE},   /* of no scale */
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_article_found found = {.size = sizeof found};
        char ean[14];
        ean_make(rows[i].twelve, ean);
        enum loy_status status = loy_article_look(store, NULL, ean, NOON_US, &found);
        if (status != rows[i].status) print_error("%s\n", ean);
        assert_int_equal(status, rows[i].status);
        if (status != LOY_OK) continue;
        assert_string_equal(found.code, rows[i].code);
        assert_int_equal(found.quantity_milli, rows[i].quantity);
        assert_int_equal(found.list_minor, rows[i].list);
        assert_int_equal(found.labelled, rows[i].labelled);
        assert_int_equal(found.weighed, rows[i].weighed);
    }
}

/* A label with a price has its price where the article has none. */
static void a_price_on_a_label_needs_no_list_price(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_scale_code scale = layout("29", 5, LOY_SCALE_PRICE, 5, 2, false);
    struct loy_article article = {.size = sizeof article, .code = "9", .cost_minor = -1};
    struct loy_article_found found = {.size = sizeof found};
    char ean[14];
    ASSERT_STATUS(loy_scale_code_put(store, &scale, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ean_make("290000900345", ean);
    ASSERT_STATUS(loy_article_look(store, NULL, ean, NOON_US, &found), LOY_OK);
    assert_int_equal(found.list_minor, 345);
}

/* What a scanner read, by the ranges of the shop, to the article: with a range for weighed articles
 * and without one. */
static void from_the_scanner_to_the_article(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_scale_code scale = layout("28", 5, LOY_SCALE_WEIGHT, 5, 3, false);
    const struct loy_range range = {
        .prefix = "28", .length = 13, .check = LOY_CHECK_GS1, .use = LOY_USE_WEIGHED};
    ASSERT_STATUS(loy_scale_code_put(store, &scale, NOON_US), LOY_OK);
    article_make(store, "7", NULL);
    for (size_t ranges = 0; ranges < 2; ranges++) {
        struct loy_event event = {.kind = LOY_EVENT_READ, .part_count = 1, .data_length = 13};
        struct loy_scan scan;
        struct loy_article_found found = {.size = sizeof found};
        uint8_t key[LOY_CARD_KEY_SIZE] = {1};
        char ean[14];
        ean_make("280000700345", ean);
        event.parts[0] = (struct loy_part){.type = LOY_PART_SYMBOL,
            .status = LOY_PART_GOOD,
            .symbology = LOY_SYMBOLOGY_EAN_13,
            .aim = "]E0",
            .length = 13};
        memcpy(event.data, ean, 13);
        ASSERT_STATUS(loy_scan_from_event(&event, &range, ranges, key, &scan), LOY_OK);
        assert_int_equal(scan.kind, ranges ? LOY_SCAN_WEIGHED : LOY_SCAN_UNBOUND);
        ASSERT_STATUS(loy_article_look(store, NULL, scan.gtin, NOON_US, &found), LOY_OK);
        assert_int_equal(found.quantity_milli, 345);
        if (!ranges) continue;
        assert_string_equal(scan.code, ean);
        ASSERT_STATUS(loy_article_look(store, NULL, scan.code, NOON_US, &found), LOY_OK);
        assert_int_equal(found.quantity_milli, 345);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_digits_of_values),
        TEST(layouts_that_can_be_and_not),
        TEST(labels_name_articles),
        TEST(a_price_on_a_label_needs_no_list_price),
        TEST(from_the_scanner_to_the_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
