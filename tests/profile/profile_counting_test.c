/* SPDX-License-Identifier: MIT
 *
 * profile_counting_test.c - what is counted, by hand: days, returns, kinds of line, hours of the
 * week, percentiles, quintiles; and what happens with nothing, one member, too few.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile/profile_private.h"
#include "profile_shop.h"

#include <math.h>

#define DAY SHOP_AS_OF_DAY

static double value_of(const struct shop *shop, int64_t member, enum loy_quantity quantity)
{
    struct loy_population *population = shop_population(shop, false);
    struct loy_estimate estimate = shop_estimate(shop, population, member, quantity);
    loy_population_close(population);
    return estimate.value;
}

static void calendar(void **state)
{
    (void)state;
    static const struct {
        int32_t day, quarter;
    } rows[] = {{0, 1970 * 4}, {89, 1970 * 4}, {90, 1970 * 4 + 1}, {-1, 1969 * 4 + 3},
        {11016, 2000 * 4}, {11047, 2000 * 4}, {11048, 2000 * 4 + 1}, {19723, 2024 * 4},
        {19813, 2024 * 4}, {19814, 2024 * 4 + 1}, {19905, 2024 * 4 + 2}, {19997, 2024 * 4 + 3},
        {20088, 2024 * 4 + 3}, {20089, 2025 * 4}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(profile_quarter(rows[i].day), rows[i].quarter);
    assert_int_equal(profile_day(-1, 0), -1);
    assert_int_equal(profile_day(23 * SHOP_HOUR_US, 60), 1);
    assert_int_equal(profile_day(SHOP_HOUR_US / 2, -60), -1);
}

static void baskets_of_one_day_are_one_occasion(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop_sell(&shop, 1, 1, DAY - 10, 500);
    shop_sell(&shop, 1, 2, DAY - 10, 700);
    shop_sell(&shop, 1, 3, DAY - 3, 100);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_FREQUENCY) == 2);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_RECENCY) == 3);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_MONETARY) == 1300);
    shop_close(&shop);
}

/* 23:30 UTC is the next day at UTC+1, the day of the third basket. */
static void days_are_the_shops_days(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop.settings.offset_min = 60;
    shop_sell(&shop, 1, 1, DAY - 5, 100)->sale.at_us =
        (DAY - 5) * SHOP_DAY_US + 47 * SHOP_HOUR_US / 2;
    shop_sell(&shop, 1, 2, DAY - 4, 100);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_FREQUENCY) == 2);
    for (size_t i = 0; i < shop.count; i++)
        shop.lines[i].sale.offset_min = 60;
    assert_true(value_of(&shop, 1, LOY_QUANTITY_FREQUENCY) == 1);
    /* At the viewpoint, 23 h UTC, it is the next day in the shop. */
    assert_true(value_of(&shop, 1, LOY_QUANTITY_RECENCY) == 5);
    shop_close(&shop);
}

static void only_a_year_and_nothing_later(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop_sell(&shop, 1, 1, DAY - 365, 10000);
    shop_sell(&shop, 1, 2, DAY - 364, 100);
    shop_sell(&shop, 1, 3, DAY, 30);
    shop_sell(&shop, 1, 4, DAY + 1, 5);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_FREQUENCY) == 2);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_MONETARY) == 130);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_RECENCY) == 0);
    shop_close(&shop);
}

static void returns_are_taken_from_their_line(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct shop_line *line = shop_sell(&shop, 1, 1, DAY - 9, 900);
    line->sale.quantity_milli = 3000;
    line->sale.returned_milli = 1000;
    shop_sell(&shop, 1, 2, DAY - 7, 400)->sale.returned_milli = 1000;
    line = shop_sell(&shop, 1, 3, DAY - 2, -300);
    line->sale.is_return = true;
    line->sale.quantity_milli = -1000;
    assert_true(value_of(&shop, 1, LOY_QUANTITY_MONETARY) == 600);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_FREQUENCY) == 1);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_RECENCY) == 9);
    shop_close(&shop);
}

static void a_free_day_is_a_visit_and_no_amount(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int m = 1; m < 6; m++)
        for (int i = 0; i < 4; i++)
            shop_sell(&shop, m, 10 * m + i, DAY - 9 + i, i ? 100 * m : 0);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate estimate = shop_estimate(&shop, population, 2, LOY_QUANTITY_LEVEL);
    assert_int_equal(estimate.n, 3);
    assert_true(isfinite(estimate.value) && estimate.value > 150);
    estimate = shop_estimate(&shop, population, 2, LOY_QUANTITY_FREQUENCY);
    assert_true(estimate.value == 4);
    loy_population_close(population);
    shop_close(&shop);
}

static void only_goods_count(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop_sell(&shop, 1, 1, DAY - 9, 900);
    const uint8_t others[] = {LOY_KIND_DEPOSIT, LOY_KIND_GIFT_CARD, LOY_KIND_BAG, LOY_KIND_STAFF};
    for (size_t i = 0; i < sizeof(others); i++)
        shop_sell(&shop, 1, 2 + (int64_t)i, DAY - 4, 5000)->version.kind = others[i];
    shop_sell(&shop, 1, 9, DAY - 6, 50)->version.kind = LOY_KIND_NONE;
    assert_true(value_of(&shop, 1, LOY_QUANTITY_MONETARY) == 950);
    assert_true(value_of(&shop, 1, LOY_QUANTITY_RECENCY) == 6);
    shop_close(&shop);
}

/* Lines at 10, 20, 20, 40 of one category and quarter: mid-ranks 12.5, 50, 50, 87.5. */
static void percentiles_have_mid_ranks(void **state)
{
    (void)state;
    struct profile_cells *cells = NULL;
    assert_int_equal(profile_cells_open(&cells), LOY_OK);
    uint32_t shirts, other, later;
    assert_int_equal(profile_cells_put(cells, "shirts", 8096, &shirts), LOY_OK);
    assert_int_equal(profile_cells_put(cells, "socks", 8096, &other), LOY_OK);
    assert_int_equal(profile_cells_put(cells, "shirts", 8097, &later), LOY_OK);
    const struct profile_row rows[] = {{.list_minor = 20, .cell = shirts},
        {.list_minor = 10, .cell = shirts}, {.list_minor = 40, .cell = shirts},
        {.list_minor = 7, .cell = other}, {.list_minor = 7, .cell = other},
        {.list_minor = 20, .cell = shirts}, {.list_minor = 3, .cell = PROFILE_NO_CELL}};
    assert_int_equal(profile_cells_fill(cells, rows, 7), LOY_OK);
    static const struct {
        double price;
        int64_t percentile;
    } expected[] = {{10, 125000}, {20, 500000}, {40, 875000}, {5, 0}, {15, 250000}, {30, 750000},
        {99, 1000000}};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_int_equal(
            profile_cells_percentile(cells, shirts, expected[i].price), expected[i].percentile);
    assert_int_equal(profile_cells_percentile(cells, other, 7), -1);
    assert_int_equal(profile_cells_percentile(cells, later, 7), -1);
    assert_int_equal(profile_cells_percentile(cells, PROFILE_NO_CELL, 7), -1);
    assert_int_equal(profile_cells_find(cells, "shirts", 8095), PROFILE_NO_CELL);
    assert_int_equal(profile_cells_find(cells, NULL, 8096), PROFILE_NO_CELL);
    profile_cells_close(cells);
}

/* Frequencies 1, 1, 1, 1, 2, 2, 3, 4, 5, 6: the four equal ones share the mid-rank 2 of 10. */
static void equal_members_have_equal_quintiles(void **state)
{
    (void)state;
    static const int frequency[10] = {1, 1, 1, 1, 2, 2, 3, 4, 5, 6};
    static const int quintile[10] = {2, 2, 2, 2, 3, 3, 4, 4, 5, 5};
    struct shop shop = shop_open();
    for (int m = 0; m < 10; m++)
        for (int i = 0; i < frequency[m]; i++)
            shop_sell(&shop, m + 1, 100 * m + i, DAY - 20 + 2 * i, 100);
    struct loy_population *population = shop_population(&shop, false);
    for (int m = 0; m < 10; m++) {
        struct loy_estimate estimate =
            shop_estimate(&shop, population, m + 1, LOY_QUANTITY_FREQUENCY);
        assert_int_equal(estimate.quintile, quintile[m]);
        assert_int_equal(estimate.standing, LOY_STANDING_DESCRIPTIVE);
        /* The more often, the later the last time was: recency ranks alike, and 5 is recent. */
        estimate = shop_estimate(&shop, population, m + 1, LOY_QUANTITY_RECENCY);
        assert_int_equal(estimate.quintile, quintile[m]);
    }
    loy_population_close(population);
    shop_close(&shop);
}

static void week_counts_baskets_in_local_hours(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    /* Day 20000 is a Friday: 12 h UTC at +2 h is hour 4 * 24 + 14. */
    for (int i = 0; i < 2; i++)
        shop_sell(&shop, 1, 1, DAY, 100)->sale.offset_min = 120;
    /* Sunday 23:30 UTC at +1 h is Monday, hour 0. */
    struct shop_line *line = shop_sell(&shop, 1, 2, DAY - 5, 100);
    line->sale.at_us = (DAY - 5) * SHOP_DAY_US + 47 * SHOP_HOUR_US / 2;
    line->sale.offset_min = 60;
    struct profile_row row;
    const int hours[] = {4 * 24 + 14, 4 * 24 + 14, 0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(
            profile_row_make(&shop.settings, &shop.lines[i].sale, &shop.lines[i].version, &row),
            LOY_OK);
        assert_int_equal(row.hour, hours[i]);
    }
    struct loy_population *population = shop_population(&shop, true);
    assert_int_equal(population->week.store_baskets, 2);
    assert_int_equal(population->week.store[4 * 24 + 14], 1);
    assert_int_equal(population->week.store[0], 1);
    loy_population_close(population);
    shop_close(&shop);
}

static void a_date_without_a_time_has_no_hour(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int i = 0; i < 2; i++) {
        struct shop_line *line = shop_sell(&shop, i, 7 + i, DAY - 2, 100);
        line->sale.offset_min = 120;
        line->sale.at_us -= 14 * SHOP_HOUR_US;
    }
    struct loy_population *population = shop_population(&shop, false);
    assert_int_equal(population->week.store_baskets, 0);
    struct loy_profile *profile = shop_profile(&shop, population, 1);
    struct loy_week week;
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    assert_int_equal(week.baskets, 0);
    loy_profile_close(profile);
    assert_int_equal(population->ranks.count, 1);
    loy_population_close(population);
    shop_close(&shop);
}

static void nobody_is_no_member_but_sells_hours(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop_sell(&shop, 0, 1, DAY - 1, 100);
    shop_sell(&shop, 0, 1, DAY - 1, 100);
    shop_sell(&shop, 0, 2, DAY - 1, 100);
    shop_sell(&shop, 7, 3, DAY - 1, 100);
    struct loy_population *population = shop_population(&shop, true);
    struct loy_beta_binomial fit;
    assert_int_equal(loy_population_share(population, LOY_QUANTITY_DEAL_SHARE, &fit), LOY_OK);
    assert_int_equal(fit.members, 1);
    assert_int_equal(fit.lines, 1);
    assert_int_equal(population->week.store_baskets, 3);
    assert_int_equal(population->ranks.count, 1);
    loy_population_close(population);
    shop_close(&shop);
}

static void empty_population_says_so(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct loy_population *population = shop_population(&shop, false);
    for (int q = 1; q < loy_quantity_count; q++) {
        struct loy_estimate estimate = shop_estimate(&shop, population, 1, (enum loy_quantity)q);
        assert_int_equal(estimate.standing, LOY_STANDING_FEW);
        assert_int_equal(estimate.n, 0);
        assert_true(isnan(estimate.segment_value) && isnan(estimate.value));
        assert_true(estimate.reliability == 0);
    }
    struct loy_profile *profile = shop_profile(&shop, population, 1);
    struct loy_week week;
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    assert_int_equal(week.standing, LOY_STANDING_FEW);
    for (size_t i = 0; i < 8; i++)
        assert_true(isnan(week.part_share[i]) && isnan(week.part_store[i]));
    loy_profile_close(profile);
    loy_population_close(population);
}

/* An import of dates alone says nothing of hours, not even of the store's. */
static void days_without_times_claim_no_hours(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int i = 0; i < 20; i++)
        shop_sell(&shop, 1, i, DAY - 90 + i, 100)->sale.at_us += 1;
    struct loy_population *population = shop_population(&shop, false);
    struct loy_profile *profile = shop_profile(&shop, population, 1);
    struct loy_week week;
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    assert_int_equal(week.standing, LOY_STANDING_FEW);
    assert_int_equal(week.baskets, 0);
    assert_true(isnan(week.part_store[1]) && isnan(week.part_store[2]));
    loy_profile_close(profile);
    loy_population_close(population);
    shop_close(&shop);
}

static void single_member_is_not_compared_with_itself(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int i = 0; i < 40; i++) {
        struct shop_line *line = shop_sell(&shop, 1, i, DAY - 90 + 2 * i, 100 + 10 * i);
        line->sale.on_deal = i % 4 == 0;
        line->version.own_brand = i % 5 == 0;
    }
    struct loy_population *population = shop_population(&shop, false);
    for (int q = LOY_QUANTITY_LEVEL; q < loy_quantity_count; q++) {
        struct loy_estimate estimate = shop_estimate(&shop, population, 1, (enum loy_quantity)q);
        assert_int_equal(estimate.standing, LOY_STANDING_FEW);
        assert_true(estimate.reliability == 0);
        assert_true(isfinite(estimate.segment_value));
    }
    struct loy_estimate estimate = shop_estimate(&shop, population, 1, LOY_QUANTITY_RECENCY);
    assert_int_equal(estimate.quintile, 3);
    loy_population_close(population);
    shop_close(&shop);
}

static void a_sample_of_lines_claims_no_visits(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    shop.settings.sample_of_lines = true;
    for (int m = 1; m < 9; m++)
        for (int i = 0; i < 20; i++)
            shop_sell(&shop, m, 100 * m + i, DAY - 90 + i, 100 * m)->sale.on_deal = m % 2;
    struct loy_population *population = shop_population(&shop, false);
    for (int q = 1; q < loy_quantity_count; q++) {
        struct loy_estimate estimate = shop_estimate(&shop, population, 1, (enum loy_quantity)q);
        bool visits = q <= LOY_QUANTITY_LEVEL;
        assert_int_equal(estimate.standing == LOY_STANDING_NOT_CLAIMED, visits);
        if (visits) assert_true(estimate.value == 0 && estimate.quintile == 0);
    }
    assert_int_equal(
        shop_estimate(&shop, population, 1, LOY_QUANTITY_DEAL_SHARE).standing, LOY_STANDING_OWN);
    loy_population_close(population);
    shop_close(&shop);
}

static void calls_out_of_order_are_refused(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct shop_line *line = shop_sell(&shop, 1, 1, DAY, 100);
    struct loy_population *population = NULL;
    struct loy_profile *profile = NULL;
    struct loy_estimate estimate;
    assert_int_equal(loy_population_open(NULL, &population), LOY_E_ARGUMENT);
    assert_int_equal(loy_population_open(&shop.settings, &population), LOY_OK);
    assert_int_equal(loy_profile_open(population, &profile), LOY_E_ARGUMENT);
    line->sale.paid_minor = INT64_MAX;
    assert_int_equal(loy_population_add(population, &line->sale, &line->version), LOY_E_LIMIT);
    line->sale.paid_minor = 100;
    assert_int_equal(loy_population_fit(population), LOY_OK);
    assert_int_equal(loy_population_fit(population), LOY_E_ARGUMENT);
    assert_int_equal(loy_population_add(population, &line->sale, &line->version), LOY_E_ARGUMENT);
    assert_int_equal(loy_profile_open(population, &profile), LOY_OK);
    assert_int_equal(loy_profile_add(profile, &line->sale, &line->version), LOY_OK);
    line->sale.member = 2;
    assert_int_equal(loy_profile_add(profile, &line->sale, &line->version), LOY_E_ARGUMENT);
    loy_profile_reset(profile);
    assert_int_equal(loy_profile_add(profile, &line->sale, &line->version), LOY_OK);
    assert_int_equal(loy_profile_estimate(profile, LOY_QUANTITY_NONE, &estimate), LOY_E_ARGUMENT);
    loy_profile_close(profile);
    loy_population_close(population);
    loy_profile_close(NULL);
    loy_population_close(NULL);
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar),
        cmocka_unit_test(baskets_of_one_day_are_one_occasion),
        cmocka_unit_test(days_are_the_shops_days),
        cmocka_unit_test(only_a_year_and_nothing_later),
        cmocka_unit_test(returns_are_taken_from_their_line),
        cmocka_unit_test(a_free_day_is_a_visit_and_no_amount),
        cmocka_unit_test(only_goods_count),
        cmocka_unit_test(percentiles_have_mid_ranks),
        cmocka_unit_test(equal_members_have_equal_quintiles),
        cmocka_unit_test(week_counts_baskets_in_local_hours),
        cmocka_unit_test(a_date_without_a_time_has_no_hour),
        cmocka_unit_test(nobody_is_no_member_but_sells_hours),
        cmocka_unit_test(empty_population_says_so),
        cmocka_unit_test(days_without_times_claim_no_hours),
        cmocka_unit_test(single_member_is_not_compared_with_itself),
        cmocka_unit_test(a_sample_of_lines_claims_no_visits),
        cmocka_unit_test(calls_out_of_order_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
