/* SPDX-License-Identifier: MIT
 *
 * profile_sums_test.c - what is reckoned from sums over a member's baskets or over a group of
 * members: discount depth, values of groups, the hours of the week against the store's. By hand, by
 * a likelihood written anew here, and at the smallest numbers from which something is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_shop.h"

#include <math.h>
#include <string.h>

#define DAY SHOP_AS_OF_DAY

static void near(const char *what, double ours, double wanted, double tolerance)
{
    if (!(fabs(ours - wanted) <= tolerance))
        fail_msg("%s is %.12g, not %.12g within %.3g", what, ours, wanted, tolerance);
}

/* ---- Discount depth ------------------------------------------------------------------------- */

/* A line in cents: what it cost by the list, and what was paid. */
static struct shop_line *deal(
    struct shop *shop, int64_t member, int64_t basket, int64_t list, int64_t paid)
{
    struct shop_line *line = shop_sell(shop, member, basket, DAY - 30, paid);
    line->sale.list_minor = list;
    line->sale.discount_minor = list - paid;
    return line;
}

/* Twenty members of depths from 0 to 38 %, five baskets of two lines each. */
static void fill_depths(struct shop *shop)
{
    for (int m = 1; m <= 20; m++)
        for (int i = 0; i < 10; i++)
            deal(shop, 100 + m, 1000 * m + i / 2, 1000, 1000 - 20 * (m - 1) - (i % 3 - 1) * 5);
}

static void depth_is_a_ratio_of_sums(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    fill_depths(&shop);
    /* Two baskets: 50 of 100, and 900 of 900; the mean of ratios would be .25. */
    deal(&shop, 1, 1, 100, 50);
    for (int i = 0; i < 4; i++)
        deal(&shop, 1, 2, 225, 225);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate depth = shop_estimate(&shop, population, 1, LOY_QUANTITY_DISCOUNT_DEPTH);
    near("depth", depth.value, 0.05, 1e-12);
    assert_int_equal(depth.n, 5);
    assert_int_equal(depth.standing, LOY_STANDING_OWN);
    /* Drawn with replacement: a quarter of draws has the first basket twice, a quarter the other.
     */
    near("low", depth.low, 0, 1e-12);
    near("high", depth.high, 0.5, 1e-12);
    loy_population_close(population);
    shop_close(&shop);
}

static void depth_of_what_was_kept(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    fill_depths(&shop);
    for (int i = 0; i < 6; i++) {
        struct shop_line *line = deal(&shop, 1, 1 + i / 3, 200, 120);
        line->sale.quantity_milli = 2000;
        line->sale.list_minor = 100;
        line->sale.returned_milli = i == 0 ? 1000 : i == 5 ? 2000 : 0;
    }
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate depth = shop_estimate(&shop, population, 1, LOY_QUANTITY_DISCOUNT_DEPTH);
    near("depth", depth.value, 0.4, 1e-12);
    assert_int_equal(depth.n, 5);
    loy_population_close(population);
    shop_close(&shop);
}

/* Five lines in two baskets are told, four are not, nor five in one. */
static void depth_at_its_smallest(void **state)
{
    (void)state;
    static const struct {
        int lines, baskets;
        bool told;
    } cases[] = {{4, 2, false}, {5, 1, false}, {5, 2, true}};
    for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++) {
        struct shop shop = shop_open();
        fill_depths(&shop);
        for (int i = 0; i < cases[c].lines; i++)
            deal(&shop, 1, 1 + i % cases[c].baskets, 100, 70);
        struct loy_population *population = shop_population(&shop, false);
        struct loy_estimate depth =
            shop_estimate(&shop, population, 1, LOY_QUANTITY_DISCOUNT_DEPTH);
        assert_int_equal(depth.standing, cases[c].told ? LOY_STANDING_OWN : LOY_STANDING_FEW);
        assert_int_equal(depth.needed, 5);
        if (!cases[c].told) near("of all", depth.value, depth.segment_value, 0);
        loy_population_close(population);
        shop_close(&shop);
    }
}

/* Of other quantities: four lines for a share of deals, five for a price tier. */
static void shares_and_tiers_at_their_smallest(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int m = 1; m <= 40; m++)
        for (int i = 0; i < 12; i++)
            shop_sell(&shop, 100 + m, 1000 * m + i, DAY - 30, m % 2 ? 100 + i : 200 + i)
                ->sale.on_deal = m % 3 == 0 || i == 0;
    for (int m = 3; m <= 5; m++)
        for (int i = 0; i < m; i++)
            shop_sell(&shop, m, m * 10 + i, DAY - 30, 205)->sale.on_deal = true;
    struct loy_population *population = shop_population(&shop, false);
    for (int m = 3; m <= 5; m++) {
        struct loy_estimate deals = shop_estimate(&shop, population, m, LOY_QUANTITY_DEAL_SHARE);
        struct loy_estimate tier = shop_estimate(&shop, population, m, LOY_QUANTITY_PRICE_TIER);
        assert_int_equal(deals.needed, 4);
        assert_int_equal(tier.needed, 5);
        assert_int_equal(deals.n, m);
        assert_int_equal(tier.n, m);
        assert_int_equal(deals.standing, m < 4 ? LOY_STANDING_FEW : LOY_STANDING_OWN);
        assert_int_equal(tier.standing, m < 5 ? LOY_STANDING_FEW : LOY_STANDING_OWN);
    }
    loy_population_close(population);
    shop_close(&shop);
}

/* ---- Groups -----------------------------------------------------------------------------------
 */

static double group(const struct loy_population *population, enum loy_quantity quantity,
    const int64_t *members, size_t count)
{
    double value = -1;
    assert_int_equal(loy_population_group(population, quantity, members, count, &value), LOY_OK);
    return value;
}

static void groups_by_hand(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    /* Member m: m visits on days of their own, the last m days ago, of 10 m each. */
    for (int m = 1; m <= 4; m++)
        for (int i = 0; i < m; i++)
            deal(&shop, m, 10 * m + i, 20 * m, 10 * m)->sale.at_us -=
                (m + 7 * i - 30) * SHOP_DAY_US;
    for (size_t i = 0; i < shop.count; i++)
        shop.lines[i].sale.on_deal = shop.lines[i].sale.member == 4;
    struct loy_population *population = shop_population(&shop, false);
    static const int64_t all[] = {4, 2, 3, 1}, some[] = {1, 99, 4, -7, 2}, nobody[] = {99};
    near("median of four", group(population, LOY_QUANTITY_RECENCY, all, 4), 2.5, 0);
    near("median of three", group(population, LOY_QUANTITY_RECENCY, some, 5), 2, 0);
    near("frequency", group(population, LOY_QUANTITY_FREQUENCY, all, 4), 2.5, 0);
    near("money", group(population, LOY_QUANTITY_MONETARY, all, 4), (40 + 90) / 2., 0);
    /* 10 + 40 + 160 in 1 + 2 + 4 visits; no mean of means. */
    near("level", group(population, LOY_QUANTITY_LEVEL, some, 5), 210 / 7., 1e-12);
    near("deals", group(population, LOY_QUANTITY_DEAL_SHARE, all, 4), 0.4, 1e-12);
    near("depth", group(population, LOY_QUANTITY_DISCOUNT_DEPTH, all, 4), 0.5, 1e-12);
    for (int q = LOY_QUANTITY_RECENCY; q <= LOY_QUANTITY_DISCOUNT_DEPTH; q++) {
        assert_true(isnan(group(population, (enum loy_quantity)q, nobody, 1)));
        assert_true(isnan(group(population, (enum loy_quantity)q, NULL, 0)));
    }
    double value;
    assert_int_equal(
        loy_population_group(population, LOY_QUANTITY_LEVEL, NULL, 1, &value), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_population_group(population, LOY_QUANTITY_LEVEL, all, 4, NULL), LOY_E_ARGUMENT);
    loy_population_close(population);
    shop_close(&shop);
}

/* ---- Hours ------------------------------------------------------------------------------------
 */

/* A basket of the member in that hour, half past, of a day of the week (0 Monday) before as-of. */
static void visit(struct shop *shop, int64_t member, int weekday, int hour)
{
    /* DAY is a Friday. */
    int day = DAY - 4 + weekday - 7 * (1 + (int)(shop->count % 20));
    struct shop_line *line = shop_sell(shop, member, (int64_t)shop->count + 1, day, 100);
    line->sale.at_us = day * SHOP_DAY_US + hour * SHOP_HOUR_US + SHOP_HOUR_US / 2;
}

static struct loy_week week_of(
    const struct shop *shop, const struct loy_population *population, int64_t member)
{
    struct loy_week week;
    struct loy_profile *profile = shop_profile(shop, population, member);
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    loy_profile_close(profile);
    return week;
}

static void the_clock_goes_round(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int i = 0; i < 8; i++) {
        visit(&shop, 1, i % 7, i % 2 ? 23 : 1);            /* about half past midnight */
        visit(&shop, 2, i % 7, i % 2 ? 9 : 15);            /* a quarter of the clock apart */
        visit(&shop, 3, i % 7, 3 * i);                     /* evenly about it */
        if (i < 7) visit(&shop, 4, i % 7, i % 2 ? 23 : 1); /* too few to say */
    }
    struct loy_population *population = shop_population(&shop, false);
    struct loy_week week = week_of(&shop, population, 1);
    near("about midnight", week.mean_hour, 0.5, 1e-9);
    near("close to it", week.concentration, cos(2 * M_PI / 24), 1e-12);
    week = week_of(&shop, population, 2);
    near("at noon", week.mean_hour, 12.5, 1e-9);
    near("a quarter apart", week.concentration, sqrt(0.5), 1e-12);
    week = week_of(&shop, population, 3);
    assert_true(isnan(week.mean_hour));
    near("nowhere", week.concentration, 0, 1e-9);
    week = week_of(&shop, population, 4);
    assert_int_equal(week.baskets, 7);
    assert_true(isnan(week.mean_hour) && isnan(week.concentration));
    loy_population_close(population);
    shop_close(&shop);
}

enum { MEMBERS = 30, VISITS = 12, PARTS = 8 };

static int part_of(int weekday, int hour)
{
    return hour / 6 + (weekday >= 5 ? 4 : 0);
}

/* Odd members come in the evening, even ones at any time; counts by part of the week come out. */
static void fill_week(struct shop *shop, int counts[MEMBERS][PARTS])
{
    memset(counts, 0, sizeof(int[MEMBERS][PARTS]));
    for (int m = 0; m < MEMBERS; m++)
        for (int i = 0; i < VISITS; i++) {
            int weekday = (m + 3 * i) % 7, hour = m % 2 ? 18 + m / 2 % 4 : 8 + (5 * i + m) % 13;
            visit(shop, m + 1, weekday, hour);
            counts[m][part_of(weekday, hour)]++;
        }
}

/* Dirichlet-multinomial with a given mean: ln L but for what does not depend on the weight. */
static double likelihood(int counts[MEMBERS][PARTS], const double *prior, double weight)
{
    double value = 0;
    for (int m = 0; m < MEMBERS; m++) {
        for (int i = 0; i < VISITS; i++)
            value -= log(weight + i);
        for (int p = 0; p < PARTS; p++)
            for (int i = 0; i < counts[m][p]; i++)
                value += log(weight * prior[p] + i);
    }
    return value;
}

static void hours_against_the_store(void **state)
{
    (void)state;
    static int counts[MEMBERS][PARTS];
    struct shop shop = shop_open();
    fill_week(&shop, counts);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_week week = week_of(&shop, population, 2);
    assert_int_equal(week.baskets, VISITS);
    /* The store: its baskets, and one spread evenly. */
    double total = MEMBERS * VISITS, at_nine = 0;
    for (size_t i = 0; i < shop.count; i++)
        at_nine += (shop.lines[i].sale.at_us / SHOP_DAY_US + 3) % 7 == 0 &&
                   shop.lines[i].sale.at_us / SHOP_HOUR_US % 24 == 9;
    assert_true(at_nine > 0);
    near("the store on Mondays at nine", week.store[9], (at_nine + 1. / 168) / (total + 1), 1e-12);
    /* One weight for all hours; a member's own counts in twelfths are what it adds. */
    double k = NAN, sum = 0;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        sum += week.share[h];
        if (h % 24 < 8) k = VISITS * week.share[h] / (week.store[h] - week.share[h]);
    }
    near("all hours", sum, 1, 1e-12);
    assert_true(k > 0 && k < 1e6);
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        double own = week.share[h] * (VISITS + k) - k * week.store[h];
        near("visits in the hour", own, round(own), 1e-6);
        assert_true(own > -1e-6);
    }
    /* Parts of the week: their weight is that of the greatest likelihood. */
    double weight = VISITS / week.reliability - VISITS, best;
    for (int p = 0; p < PARTS; p++)
        near("part", week.part_share[p],
            (counts[1][p] + weight * week.part_store[p]) / (VISITS + weight), 1e-9);
    best = likelihood(counts, week.part_store, weight);
    assert_true(best > likelihood(counts, week.part_store, weight * 1.03));
    assert_true(best > likelihood(counts, week.part_store, weight / 1.03));
    assert_int_equal(week.standing, LOY_STANDING_OWN);
    assert_true(week.part_low[3] > week.part_store[3]);
    loy_population_close(population);
    shop_close(&shop);
}

/* Eight baskets are told, seven are not; a date without a time is none. */
static void hours_at_their_smallest(void **state)
{
    (void)state;
    static int counts[MEMBERS][PARTS];
    for (int baskets = 7; baskets <= 8; baskets++) {
        struct shop shop = shop_open();
        fill_week(&shop, counts);
        for (int i = 0; i < baskets; i++)
            visit(&shop, 100, i % 5, 19);
        shop_sell(&shop, 100, 5000, DAY - 3, 100)->sale.at_us = (DAY - 3) * SHOP_DAY_US;
        struct loy_population *population = shop_population(&shop, false);
        struct loy_week week = week_of(&shop, population, 100);
        assert_int_equal(week.baskets, baskets);
        assert_int_equal(week.needed, 8);
        assert_int_equal(week.standing, baskets == 8 ? LOY_STANDING_OWN : LOY_STANDING_FEW);
        if (baskets == 7) near("as the store", week.part_share[3], week.part_store[3], 1e-12);
        loy_population_close(population);
        shop_close(&shop);
    }
}

/* A shop that opens on Saturday mornings: nobody comes then more than others do. */
static void all_at_one_time(void **state)
{
    (void)state;
    for (int others = 0; others <= 1; others++) {
        struct shop shop = shop_open();
        for (int m = 1; m <= 120; m++)
            for (int i = 0; i < VISITS; i++)
                visit(&shop, m, 5, 10);
        if (others) visit(&shop, 120, 5, 13);
        struct loy_population *population = shop_population(&shop, false);
        struct loy_week week = week_of(&shop, population, 1);
        assert_int_equal(week.baskets, VISITS);
        assert_true(week.reliability == 0 && week.standing == LOY_STANDING_FEW);
        assert_true(week.part_low[5] <= week.part_store[5]);
        loy_population_close(population);
        shop_close(&shop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_is_a_ratio_of_sums),
        cmocka_unit_test(depth_of_what_was_kept),
        cmocka_unit_test(depth_at_its_smallest),
        cmocka_unit_test(shares_and_tiers_at_their_smallest),
        cmocka_unit_test(groups_by_hand),
        cmocka_unit_test(the_clock_goes_round),
        cmocka_unit_test(hours_against_the_store),
        cmocka_unit_test(hours_at_their_smallest),
        cmocka_unit_test(all_at_one_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
