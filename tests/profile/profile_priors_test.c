/* SPDX-License-Identifier: MIT
 *
 * profile_priors_test.c - what the fits make of members: planted parameters found again, formulas
 * by hand, no variation means no own value, reliability rises with n, and no order of rows changes
 * a bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/random.h"
#include "profile/profile_private.h"
#include "profile_shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY SHOP_AS_OF_DAY
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void close_to(double value, double expected, double relative)
{
    if (fabs(value - expected) <= relative * fabs(expected)) return;
    fail_msg("%.10g, expected %.10g within %g", value, expected, relative);
}

/* Members 1 to count with 1 to 60 lines, each on deal by its own share from Beta(a, b). */
static void sell_deals(struct shop *shop, int count, double a, double b)
{
    for (int m = 1; m <= count; m++) {
        struct numeric_random random = numeric_random_at(11, (uint64_t)m);
        double share = numeric_random_beta(&random, a, b);
        int lines = 1 + (int)(numeric_random_bits(&random) % 60);
        for (int i = 0; i < lines; i++) {
            struct shop_line *line = shop_sell(shop, m, 1000 * m + i, DAY - 300 + i, 100 + i);
            line->sale.on_deal = numeric_random_uniform(&random) < share;
            line->version.own_brand = numeric_random_uniform(&random) < 0.3;
            line->sale.at_us += (int64_t)(numeric_random_bits(&random) % 8) * SHOP_HOUR_US;
        }
    }
}

static void planted_beta_binomial_is_found(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    sell_deals(&shop, 3000, 3, 5);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_beta_binomial fit;
    assert_int_equal(loy_population_share(population, LOY_QUANTITY_DEAL_SHARE, &fit), LOY_OK);
    close_to(fit.a / (fit.a + fit.b), 3.0 / 8, 0.02);
    close_to(fit.a + fit.b, 8, 0.08);
    assert_true(fit.log_likelihood > fit.pooled_log_likelihood + 1000);
    assert_int_equal(fit.members, 3000);
    /* Own brand was planted without differences between members: no own values. */
    assert_int_equal(loy_population_share(population, LOY_QUANTITY_OWN_BRAND_SHARE, &fit), LOY_OK);
    assert_true(fit.a + fit.b > 200);
    struct loy_estimate estimate =
        shop_estimate(&shop, population, 5, LOY_QUANTITY_OWN_BRAND_SHARE);
    assert_int_equal(estimate.standing, LOY_STANDING_FEW);
    close_to(estimate.value, 0.3, 0.03);
    loy_population_close(population);
    shop_close(&shop);
}

/* k of n by hand for Beta(2, 3): (2+3)/(5+5), variance .5*.5/11 against .4*.6/6. */
static void share_by_hand(void **state)
{
    (void)state;
    const struct profile_share share = {
        .fit = {.members = 9, .lines = 99}, .varies = true, .a = 2, .b = 3, .effect = 1};
    struct loy_estimate estimate = {0};
    profile_share_estimate(&share, 3, 5, &estimate);
    close_to(estimate.value, 0.5, 1e-12);
    close_to(estimate.reliability, 1 - 0.25 / 11 / 0.04, 1e-12);
    assert_int_equal(estimate.standing, LOY_STANDING_WEAK);
    /* Beta(5, 5) by the binomial sum: I_x = P(Bin(9, x) >= 5). */
    double below = 0, x = estimate.low;
    static const double choose[] = {126, 84, 36, 9, 1};
    for (int i = 0; i < 5; i++)
        below += choose[i] * pow(x, 5 + i) * pow(1 - x, 4 - i);
    close_to(below, 0.1, 1e-9);
    close_to(estimate.low + estimate.high, 1, 1e-12);
    /* Three lines are too few whatever the reliability. */
    estimate = (struct loy_estimate){0};
    profile_share_estimate(&share, 3, 3, &estimate);
    assert_int_equal(estimate.standing, LOY_STANDING_FEW);
    close_to(estimate.value, 0.4, 1e-12);
    assert_int_equal(estimate.needed, 4);
}

static void all_or_none_on_deal(void **state)
{
    (void)state;
    for (int all = 0; all < 2; all++) {
        struct shop shop = shop_open();
        for (int m = 1; m < 20; m++)
            for (int i = 0; i < 10; i++)
                shop_sell(&shop, m, 100 * m + i, DAY - 90 + i, 100)->sale.on_deal = all;
        struct loy_population *population = shop_population(&shop, false);
        struct loy_estimate estimate = shop_estimate(&shop, population, 3, LOY_QUANTITY_DEAL_SHARE);
        assert_int_equal(estimate.standing, LOY_STANDING_FEW);
        assert_true(estimate.reliability == 0);
        /* Not one deal: the shop may have recorded none, so nothing is said. */
        assert_true(all ? fabs(estimate.segment_value - 1) < 0.01 : isnan(estimate.segment_value));
        assert_true(!all || (estimate.low >= 0 && estimate.low <= estimate.high));
        assert_true(!all || estimate.high <= 1);
        loy_population_close(population);
        shop_close(&shop);
    }
}

/* Every member 5 of 10: fewer differences than chance makes; the likelihood rises without end. */
static void less_variation_than_chance(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int m = 1; m < 30; m++)
        for (int i = 0; i < 10; i++)
            shop_sell(&shop, m, 100 * m + i, DAY - 90 + i, 100)->sale.on_deal = i % 2;
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate estimate = shop_estimate(&shop, population, 3, LOY_QUANTITY_DEAL_SHARE);
    assert_int_equal(estimate.standing, LOY_STANDING_FEW);
    assert_true(estimate.reliability == 0);
    close_to(estimate.segment_value, 0.5, 1e-9);
    /* All paid the same: an own level would be the same for all. */
    estimate = shop_estimate(&shop, population, 3, LOY_QUANTITY_LEVEL);
    close_to(estimate.segment_value, 100, 1e-3);
    close_to(estimate.value, 100, 1e-3);
    loy_population_close(population);
    shop_close(&shop);
}

static void level_by_hand(void **state)
{
    (void)state;
    const struct profile_level level = {
        .p = 2, .q = 4, .gamma = 1500, .fitted = true, .varies = true};
    struct loy_estimate estimate = {0};
    profile_level_estimate(&level, 6, 3000, &estimate);
    /* w = 12/15 of the own mean 500, and 3/15 of 2*1500/3 = 1000. */
    close_to(estimate.value, 0.8 * 500 + 0.2 * 1000, 1e-12);
    close_to(estimate.segment_value, 1000, 1e-12);
    assert_true(estimate.low < estimate.value && estimate.value < estimate.high);
    assert_int_equal(estimate.standing, LOY_STANDING_OWN);
    profile_level_estimate(&level, 1, 500, &estimate);
    assert_int_equal(estimate.standing, LOY_STANDING_FEW);
    close_to(estimate.value, 1000, 1e-12);
}

static void pay(struct profile_summary *member, int64_t paid, bool again)
{
    double log_paid = log((double)paid);
    member->paid_occasions++;
    member->paid_minor += paid;
    member->paid_logs += log_paid;
    member->paid_squares += log_paid * log_paid;
    member->again_occasions += again;
    member->again_logs += again ? log_paid : 0;
    member->again_squares += again ? log_paid * log_paid : 0;
}

static void planted_level_is_found(void **state)
{
    (void)state;
    enum { MEMBERS = 4000 };
    struct profile_summary *members = calloc(MEMBERS, sizeof(*members));
    assert_non_null(members);
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(5, (uint64_t)m);
        double nu = numeric_random_gamma(&random, 5) / 8000;
        for (int i = 0; i < 1 + m % 8; i++)
            pay(&members[m], (int64_t)(numeric_random_gamma(&random, 3) / nu) + 1, i > 0);
    }
    struct profile_level level;
    assert_int_equal(profile_level_fit(members, MEMBERS, &level), LOY_OK);
    close_to(level.p, 3, 0.04);
    close_to(level.q, 5, 0.1);
    close_to(level.gamma, 8000, 0.12);
    assert_true(level.varies);
    free(members);
}

/* Amounts that scatter more than any gamma, but the same for all: the model alone would see members
 * who differ. Of 20 shops about one may be thought to have such. */
static void scatter_is_no_difference(void **state)
{
    (void)state;
    enum { MEMBERS = 300, SHOPS = 20 };
    int found = 0;
    for (uint64_t shop = 0; shop < SHOPS; shop++) {
        struct profile_summary members[MEMBERS] = {0};
        struct numeric_random random = numeric_random_at(6, shop);
        struct profile_level level;
        struct loy_estimate estimate = {0};
        for (int m = 0; m < MEMBERS; m++)
            for (int i = 0; i < 1 + m % 8; i++) {
                double normal = numeric_random_normal(&random);
                pay(&members[m], (int64_t)(4000 * exp(normal * fabs(normal) / 2)) + 1, i > 0);
            }
        assert_int_equal(profile_level_fit(members, MEMBERS, &level), LOY_OK);
        found += level.varies;
        if (level.varies) continue;
        profile_level_estimate(&level, 8, 1000000, &estimate);
        assert_int_equal(estimate.standing, LOY_STANDING_FEW);
        close_to(estimate.value, level.p * level.gamma / (level.q - 1), 1e-9);
    }
    assert_true(found <= 4);
}

static struct profile_summary tier_member(size_t count, const int *percentiles)
{
    struct profile_summary member = {.items = (int64_t)count};
    for (size_t i = 0; i < count; i++) {
        int64_t value = percentiles[i] * (int64_t)PROFILE_PERCENT;
        member.tier_sum[PROFILE_LISTED] += value;
        member.tier_squares[PROFILE_LISTED] += value * value;
    }
    return member;
}

/* Three members with 2 items each, means 20, 50, 80, each +-10: s^2 = 200, mean square between
 * 1800, tau^2 = (1800 - 200)/2 = 800; a member at 80 with n = 2 keeps w = 800/900. */
static void tier_by_hand(void **state)
{
    (void)state;
    const int items[3][2] = {{10, 30}, {40, 60}, {70, 90}};
    struct profile_summary members[3];
    for (int m = 0; m < 3; m++)
        members[m] = tier_member(2, items[m]);
    struct profile_tier tier;
    profile_tier_fit(members, 3, PROFILE_LISTED, &tier);
    close_to(tier.within, 200, 1e-12);
    close_to(tier.between, 800, 1e-12);
    close_to(tier.mean, 50, 1e-12);
    struct loy_estimate estimate = {0};
    profile_tier_estimate(&tier, 5, 5 * 80, &estimate);
    double w = 800 / (800 + 200 / 5.0);
    close_to(estimate.reliability, w, 1e-12);
    close_to(estimate.value, 50 + w * 30, 1e-12);
    close_to(estimate.value - estimate.low, 1.2815515655446004 * sqrt(w * 40), 1e-12);
    close_to(estimate.high - estimate.value, 1.2815515655446004 * sqrt(w * 40), 1e-12);
    assert_int_equal(estimate.standing, LOY_STANDING_OWN);
    profile_tier_estimate(&tier, 4, 4 * 80, &estimate);
    assert_int_equal(estimate.standing, LOY_STANDING_FEW);
}

static void paid_tier_is_below_the_listed(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int m = 1; m <= 30; m++)
        for (int i = 0; i < 12; i++) {
            struct shop_line *line =
                shop_sell(&shop, m, 100 * m + i, DAY - 2, 100 * (1 + (m + i % 5) % 30));
            line->sale.paid_minor = m % 2 ? line->sale.list_minor : line->sale.list_minor / 2;
        }
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate listed = shop_estimate(&shop, population, 20, LOY_QUANTITY_PRICE_TIER);
    struct loy_estimate paid = shop_estimate(&shop, population, 20, LOY_QUANTITY_PRICE_TIER_PAID);
    assert_int_equal(listed.standing, LOY_STANDING_OWN);
    assert_true(listed.value > paid.value + 20);
    loy_population_close(population);
    shop_close(&shop);
}

static void reliability_rises_with_n(void **state)
{
    (void)state;
    const struct profile_share share = {
        .fit = {.members = 9, .lines = 99}, .varies = true, .a = 4, .b = 4, .effect = 1};
    const struct profile_level level = {
        .p = 2, .q = 4, .gamma = 1500, .fitted = true, .varies = true};
    const struct profile_tier tier = {.mean = 50, .between = 100, .within = 500};
    double before[3] = {-1, -1, -1};
    for (int n = 0; n < 400; n += 2) {
        struct loy_estimate now[3] = {{0}, {0}, {0}};
        profile_share_estimate(&share, n / 2, n, &now[0]);
        profile_level_estimate(&level, n, n * 700, &now[1]);
        profile_tier_estimate(&tier, n, n * 60, &now[2]);
        for (int i = 0; i < 3; i++) {
            assert_true(now[i].reliability > before[i] && now[i].reliability < 1);
            before[i] = now[i].reliability;
        }
    }
    assert_true(before[0] > 0.95 && before[1] > 0.95 && before[2] > 0.95);
    assert_int_equal(profile_standing(0.5, 4, 4), LOY_STANDING_OWN);
    assert_int_equal(profile_standing(0.499, 4, 4), LOY_STANDING_WEAK);
    assert_int_equal(profile_standing(0.2, 4, 4), LOY_STANDING_WEAK);
    assert_int_equal(profile_standing(0.199, 4, 4), LOY_STANDING_FEW);
    assert_int_equal(profile_standing(0.9, 3, 4), LOY_STANDING_FEW);
}

/* Members who keep to one hour beside members who come at any time. */
static void week_leans_on_the_store(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int m = 1; m <= 60; m++)
        for (int i = 0; i < (m == 60 ? 7 : 20); i++) {
            struct shop_line *line = shop_sell(&shop, m, 100 * m + i, DAY - 100 + i, 100);
            line->sale.at_us += (m % 2 ? 7 : i % 7) * SHOP_HOUR_US;
        }
    struct loy_population *population = shop_population(&shop, false);
    struct loy_profile *profile = shop_profile(&shop, population, 1);
    struct loy_week week;
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    assert_int_equal(week.baskets, 20);
    assert_true(week.reliability > 0 && week.reliability < 1);
    double sum = 0, parts = 0;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++)
        sum += week.share[h];
    for (size_t i = 0; i < 8; i++) {
        parts += week.part_share[i];
        assert_true(week.part_low[i] <= week.part_high[i]);
    }
    close_to(sum, 1, 1e-12);
    close_to(parts, 1, 1e-12);
    assert_true(week.part_share[3] > week.part_store[3]);
    assert_true(week.part_low[3] > week.part_store[3]);
    loy_profile_close(profile);
    profile = shop_profile(&shop, population, 60);
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    assert_int_equal(week.standing, LOY_STANDING_FEW);
    close_to(week.part_share[3], week.part_store[3], 1e-12);
    loy_profile_close(profile);
    loy_population_close(population);
    shop_close(&shop);
}

static void no_order_of_rows_changes_a_bit(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    sell_deals(&shop, 200, 3, 5);
    static const char *const categories[] = {"shirts", "socks", "shoes"};
    for (size_t i = 0; i < shop.count; i++)
        shop.lines[i].version.category = categories[i % LENGTH(categories)];
    struct loy_population *runs[3] = {
        shop_population(&shop, false), shop_population(&shop, false), shop_population(&shop, true)};
    for (int r = 1; r < 3; r++) {
        assert_memory_equal(&runs[r]->deal.fit, &runs[0]->deal.fit, sizeof(runs[0]->deal.fit));
        assert_memory_equal(&runs[r]->level.p, &runs[0]->level.p, 3 * sizeof(double));
        assert_memory_equal(runs[r]->tier, runs[0]->tier, sizeof(runs[0]->tier));
        assert_memory_equal(
            &runs[r]->week.weight, &runs[0]->week.weight, sizeof(runs[0]->week.weight));
        for (int m = 1; m <= 200; m += 13)
            for (int q = 1; q < loy_quantity_count; q++) {
                struct loy_estimate a = shop_estimate(&shop, runs[0], m, (enum loy_quantity)q);
                struct loy_estimate b = shop_estimate(&shop, runs[r], m, (enum loy_quantity)q);
                assert_true(memcmp(&a.value, &b.value, sizeof(a.value)) == 0);
                assert_true(memcmp(&a.high, &b.high, sizeof(a.high)) == 0);
                assert_int_equal(a.quintile, b.quintile);
            }
    }
    for (int r = 0; r < 3; r++)
        loy_population_close(runs[r]);
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_beta_binomial_is_found),
        cmocka_unit_test(share_by_hand),
        cmocka_unit_test(all_or_none_on_deal),
        cmocka_unit_test(less_variation_than_chance),
        cmocka_unit_test(level_by_hand),
        cmocka_unit_test(planted_level_is_found),
        cmocka_unit_test(scatter_is_no_difference),
        cmocka_unit_test(tier_by_hand),
        cmocka_unit_test(paid_tier_is_below_the_listed),
        cmocka_unit_test(reliability_rises_with_n),
        cmocka_unit_test(week_leans_on_the_store),
        cmocka_unit_test(no_order_of_rows_changes_a_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
