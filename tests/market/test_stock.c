/* SPDX-License-Identifier: MIT
 *
 * test_stock.c - what to stock: a grade that sells twice as much is told, seasons and stores do not
 * pass for grades, equal grades are not told, a gap's cost is near the truth; and what becomes of a
 * category when an alternative goes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <loyalty/guidance.h>

#include "numeric/random.h"

#define DAY_US (INT64_C(86400) * 1000000)
enum { ARTICLES = 24, WEEKS = 40, STORES = 2 };

static struct loy_version version_of(int64_t number)
{
    static char codes[ARTICLES + 1][8];
    snprintf(codes[number], sizeof codes[0], "A%02d", (int)(number % 100));
    return (struct loy_version){.article = codes[number],
        .brand = number % 2 ? "odd" : "even",
        .category = "c",
        .style = "",
        .grade = number <= ARTICLES / 2 ? "1 basic" : "2 good",
        .size_text = "",
        .colour_family = number % 3 ? LOY_COLOUR_RED : LOY_COLOUR_BLUE,
        .kind = LOY_KIND_GOODS};
}

/* Grade "1 basic" stands in store 1 in the strong half of the year only; sells `factor` as much. */
struct plan {
    double factor;
    bool gap; /* article 1 is away for weeks 10 to 19 */
};

static double poisson(struct numeric_random *random, double mean)
{
    double left = mean, count = -1;
    while (left >= 0) {
        left += log(numeric_random_uniform(random));
        count++;
    }
    return count;
}

static void week_add(struct loy_guidance *guidance, const struct plan *plan, int64_t article,
    int64_t week, int32_t store, struct numeric_random *random)
{
    const struct loy_version version = version_of(article);
    const bool basic = article <= ARTICLES / 2, strong = week < WEEKS / 2;
    if (basic && store == 1 && !strong) return;
    if (plan->gap && article == 1 && week >= 10 && week < 20) return;
    const int64_t at = (20000 + week * 7) * DAY_US;
    const struct loy_offer offer = {.article_version = article,
        .site = store,
        .from_us = at,
        .to_us = at + 7 * DAY_US,
        .list_minor = 1000,
        .selling_minor = 1000};
    double mean = (strong ? 12 : 4) * (store == 1 ? 2 : 1) * (basic ? plan->factor : 1);
    mean *= exp(.2 * sin((double)article));
    const struct loy_sale sale = {.article_version = article,
        .at_us = at + DAY_US / 2,
        .site = store,
        .quantity_milli = (int64_t)poisson(random, mean) * 1000};
    assert_int_equal(loy_guidance_add_offer(guidance, &offer, &version), LOY_OK);
    assert_int_equal(loy_guidance_add_sale(guidance, &sale, &version), LOY_OK);
}

static struct loy_guidance *shop(const struct plan *plan, uint64_t seed)
{
    const struct loy_guidance_settings settings = {
        .size = sizeof settings, .to_us = (20000 + WEEKS * 7) * DAY_US};
    struct numeric_random random = numeric_random_at(seed, 1);
    struct loy_guidance *guidance = NULL;
    assert_int_equal(loy_guidance_open(&settings, &guidance), LOY_OK);
    for (int64_t article = 1; article <= ARTICLES; article++)
        for (int64_t week = 0; week < WEEKS; week++)
            for (int32_t store = 1; store <= STORES; store++)
                week_add(guidance, plan, article, week, store, &random);
    return guidance;
}

static struct loy_stock_row row_of(const struct loy_stock *stock, int kind, const char *name)
{
    struct loy_stock_row row;
    for (size_t i = 0; loy_stock_row_get(stock, i, &row) == LOY_OK; i++)
        if (row.kind == kind && strcmp(row.name, name) == 0) return row;
    fail_msg("no row %s", name);
    return row;
}

static void grade_is_told(void **state)
{
    (void)state;
    const struct plan plan = {.factor = 2};
    struct loy_guidance *guidance = shop(&plan, 1);
    struct loy_stock *stock = NULL;
    uint8_t problem;
    assert_int_equal(loy_guidance_stock(guidance, &problem, &stock), LOY_OK);
    const struct loy_stock_row basic = row_of(stock, LOY_STOCK_GRADE, "1 basic");
    const struct loy_stock_row good = row_of(stock, LOY_STOCK_GRADE, "2 good");
    const struct loy_stock_row odd = row_of(stock, LOY_STOCK_BRAND, "odd");
    print_message("basic %.2f (%.2f to %.2f), good %.2f, odd %.2f\n", basic.index, basic.low,
        basic.high, good.index, odd.index);
    assert_true(basic.told && good.told && basic.low > 1 && good.high < 1);
    assert_true(!odd.told && odd.low < 1 && odd.high > 1);
    assert_true(fabs(basic.shelf_share + good.shelf_share - 1) < 1e-12);
    assert_true(fabs(basic.sales_share + good.sales_share - 1) < 1e-12);
    /* Where both stand and the season is the same, twice as much: 4/3 and 2/3 of the mean. */
    assert_true(fabs(basic.index / good.index - 2) < .25);
    loy_stock_close(stock);
    loy_guidance_close(guidance);
}

/* The basic grade is in the strong half of the year more: only season and store differ. Over many
 * shops at most 5 in 100 tell anything, with room for chance. */
static void season_is_not(void **state)
{
    (void)state;
    const struct plan plan = {.factor = 1};
    int shops_told = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct loy_guidance *guidance = shop(&plan, seed);
        struct loy_stock *stock = NULL;
        struct loy_stock_row row;
        uint8_t problem;
        bool told = false;
        assert_int_equal(loy_guidance_stock(guidance, &problem, &stock), LOY_OK);
        for (size_t i = 0; loy_stock_row_get(stock, i, &row) == LOY_OK; i++)
            told = told || row.told;
        shops_told += told;
        loy_stock_close(stock);
        loy_guidance_close(guidance);
    }
    print_message("%d of 100 shops told a difference that is none\n", shops_told);
    assert_true(shops_told <= 12);
}

static void gap_costs(void **state)
{
    (void)state;
    const struct plan plan = {.factor = 1, .gap = true};
    struct loy_guidance *guidance = shop(&plan, 5);
    struct loy_stock *stock = NULL;
    uint8_t problem;
    assert_int_equal(loy_guidance_stock(guidance, &problem, &stock), LOY_OK);
    const struct loy_stock_row basic = row_of(stock, LOY_STOCK_GRADE, "1 basic");
    print_message("away %.1f weeks, lost %.0f (%.0f to %.0f)\n", basic.missing_weeks, basic.lost,
        basic.lost_low, basic.lost_high);
    /* Store 1 never had it back: that is no gap. The rate is that of its whole life there. */
    assert_true(fabs(basic.missing_weeks - 10) < 1e-9);
    assert_true(basic.lost > 60 && basic.lost < 120 && basic.lost_low < basic.lost);
    assert_true(row_of(stock, LOY_STOCK_GRADE, "2 good").lost == 0);
    loy_stock_close(stock);
    loy_guidance_close(guidance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grade_is_told),
        cmocka_unit_test(season_is_not),
        cmocka_unit_test(gap_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
