/* SPDX-License-Identifier: MIT
 *
 * test_tax.c - taxes of a basket by rate, and what is due: net and gross prices, returns, rates
 * that are not known, sums rounded once.
 */
#include "shop.h"

#include <loyalty/promotion.h>

static int64_t article_make(struct loy_store *store, const char *code, int32_t permille, bool net)
{
    int64_t version = 0;
    struct loy_article article = {.size = sizeof article,
        .code = code,
        .tax_permille = permille,
        .price_is_net = net,
        .cost_minor = -1};
    assert_true(loy_article_put(store, &article, NOON_US) >= LOY_OK);
    ASSERT_STATUS(loy_article_find(store, code, &version), LOY_OK);
    return version;
}

#define LINES_MAX 5
struct sold {
    int32_t permille;
    bool net;
    int64_t paid;
};
struct example {
    const char *what;
    struct sold lines[LINES_MAX];
    const char *taxes; /* permille net+tax=gross ... */
    int64_t due;
};
// clang-format off
static const struct example examples[] = {
    {"gross", {{190, false, 1190}}, "190 1000+190=1190", 1190},
    {"net", {{190, true, 1000}}, "190 1000+190=1190", 1190},
    {"both of one rate", {{190, true, 1000}, {190, false, 1190}}, "190 2000+380=2380", 2380},
    {"two rates", {{190, false, 119}, {70, false, 107}}, "70 100+7=107 190 100+19=119", 226},
    {"not known", {{-1, false, 500}, {-1, true, 300}}, "-1 800+0=800", 800},
    {"free of tax", {{0, false, 500}, {-1, false, 1}}, "-1 1+0=1 0 500+0=500", 501},
    /* Three at 0.05 of 19 % are 0.15: 0.0285 of tax, once; by the line it would be nothing. */
    {"rounded once", {{190, true, 5}, {190, true, 5}, {190, true, 5}}, "190 15+3=18", 18},
    {"halves up", {{100, true, 5}}, "100 5+1=6", 6},
    {"below a half", {{100, true, 4}}, "100 4+0=4", 4},
    {"returns", {{190, false, -1190}, {190, true, 1000}}, "190 0+0=0", 0},
    {"halves of returns", {{100, true, -5}}, "100 -5+-1=-6", -6},
    {"gross halves", {{1000, false, 1}}, "1000 0+1=1", 1},
    {"large", {{190, true, LOY_AMOUNT_MAX}}, "190 1000000000000+190000000000=1190000000000", INT64_C(1190000000000)},
};
// clang-format on

static struct loy_id sold(struct loy_store *store, const struct sold *lines)
{
    struct loy_line rows[LINES_MAX];
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id = {{0}};
    size_t count = 0;
    for (; count < LINES_MAX && lines[count].paid != 0; count++) {
        char code[32];
        snprintf(code, sizeof code, "t%d%d", lines[count].permille, lines[count].net);
        int64_t version = article_make(store, code, lines[count].permille, lines[count].net);
        bool back = lines[count].paid < 0;
        rows[count] = shop_line(
            version, back ? -1000 : 1000, back ? -lines[count].paid : lines[count].paid, 0);
    }
    ASSERT_STATUS(loy_basket_record(store, &head, rows, count, &id), LOY_OK);
    return id;
}

static void taxes_by_rate(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    for (size_t i = 0; i < ROWS(examples); i++) {
        struct loy_tax taxes[LOY_TAX_RATES_MAX];
        size_t count = 99, end = 0;
        int64_t due = -1;
        char text[200] = "";
        struct loy_id id = sold(store, examples[i].lines);
        ASSERT_STATUS(loy_basket_tax(store, &id, taxes, &count, &due), LOY_OK);
        for (size_t n = 0; n < count; n++)
            end += (size_t)snprintf(text + end, sizeof text - end, "%s%d %lld+%lld=%lld",
                n > 0 ? " " : "", taxes[n].permille, (long long)taxes[n].net_minor,
                (long long)taxes[n].tax_minor, (long long)taxes[n].gross_minor);
        if (strcmp(text, examples[i].taxes) != 0) print_error("%s\n", examples[i].what);
        assert_string_equal(text, examples[i].taxes);
        assert_int_equal(due, examples[i].due);
    }
}

static void what_has_no_taxes(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    struct loy_id nobody = {{1}};
    struct loy_line rows[LOY_TAX_RATES_MAX + 1];
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    size_t count = 99;
    int64_t due = -1;
    ASSERT_STATUS(loy_basket_tax(store, &nobody, taxes, &count, &due), LOY_NONE);
    assert_int_equal(count, 99);
    for (size_t i = 0; i < ROWS(rows); i++) {
        char code[16];
        snprintf(code, sizeof code, "r%zu", i);
        rows[i] = shop_line(article_make(store, code, (int32_t)i, false), 1000, 100, 0);
    }
    ASSERT_STATUS(loy_basket_record(store, &head, rows, LOY_TAX_RATES_MAX, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_tax(store, &id, taxes, &count, &due), LOY_OK);
    assert_int_equal(count, LOY_TAX_RATES_MAX);
    ASSERT_STATUS(loy_basket_record(store, &head, rows, ROWS(rows), &id), LOY_OK);
    ASSERT_STATUS(loy_basket_tax(store, &id, taxes, &count, &due), LOY_E_LIMIT);
    assert_int_equal(due, 1600);
}

/* Each rate in prices of both kinds is still one rate; more of them are too many at once. */
static void rates_in_both_kinds_of_prices(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    struct loy_line rows[2 * LOY_TAX_RATES_MAX + 1];
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    size_t count = 0;
    int64_t due = 0;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char code[16];
        snprintf(code, sizeof code, "k%zu", i);
        rows[i] = shop_line(article_make(store, code, (int32_t)(i / 2), i % 2 != 0), 1000, 100, 0);
    }
    ASSERT_STATUS(loy_basket_record(store, &head, rows, ROWS(rows) - 1, &id), LOY_OK);
    ASSERT_STATUS(loy_basket_tax(store, &id, taxes, &count, &due), LOY_OK);
    assert_int_equal(count, LOY_TAX_RATES_MAX);
    ASSERT_STATUS(loy_basket_record(store, &head, rows, ROWS(rows), &id), LOY_OK);
    ASSERT_STATUS(loy_basket_tax(store, &id, taxes, &count, &due), LOY_E_LIMIT);
    assert_non_null(strstr(loy_store_text(store), "rates of tax"));
    assert_int_equal(count, LOY_TAX_RATES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(taxes_by_rate, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(what_has_no_taxes, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(rates_in_both_kinds_of_prices, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
