/* SPDX-License-Identifier: MIT
 *
 * prospect_test.c - when members of a made-up shop buy again: standings, rhythm, states, thirds,
 * and whether the intervals hold what comes. Sales in, prospects out, through the public functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_shop.h"

#include <loyalty/timing.h>

#include "numeric/random.h"

#include <math.h>
#include <string.h>

#define MEMBERS 1200
#define YEARS_DAYS 730

struct future {
    int64_t purchases, paid_minor; /* of the 52 weeks behind the viewpoint */
};
static struct future futures[MEMBERS + 1];

/* Members who buy at own rates, leave by chance and pay around a level of their own; leave 0:
 * nobody does, below 0: all with the same chance behind each purchase. Days count from
 * SHOP_AS_OF_DAY - YEARS_DAYS. */
static void members_buy(struct shop *shop, double leave, int64_t members)
{
    int64_t basket = 1;
    memset(futures, 0, sizeof futures);
    for (int64_t m = 1; m <= members; m++) {
        struct numeric_random random = numeric_random_at(11, (uint64_t)m);
        double shape = leave < 0 ? 0.5 : 1.2;
        double rate = numeric_random_gamma(&random, shape) / (leave < 0 ? 17.5 : 60);
        double gone = leave > 0 ? numeric_random_beta(&random, 1, 1 / leave) : -leave;
        double nu = numeric_random_gamma(&random, 6) / 2000;
        double at = numeric_random_uniform(&random) * YEARS_DAYS / 2;
        for (int n = 0; at < YEARS_DAYS + 364; n++) {
            int64_t paid = 1 + (int64_t)(numeric_random_gamma(&random, 4) / nu);
            if (at <= YEARS_DAYS) {
                shop_sell(shop, m, basket++, SHOP_AS_OF_DAY - YEARS_DAYS + (int)at, paid);
            } else {
                futures[m].purchases++;
                futures[m].paid_minor += paid;
            }
            if (n > 0 && numeric_random_uniform(&random) < gone) break;
            at += 1 - log(numeric_random_uniform(&random)) / rate;
        }
    }
}

static struct loy_prospect prospect_of(
    const struct shop *shop, const struct loy_population *population, int64_t member)
{
    struct loy_profile *profile = shop_profile(shop, population, member);
    struct loy_prospect prospect = {.size = sizeof prospect};
    assert_int_equal(loy_profile_prospect(profile, &prospect), LOY_OK);
    loy_profile_close(profile);
    return prospect;
}

/* A member's days before the viewpoint, the oldest first, ended by -1. */
static void buy_on(struct shop *shop, int64_t member, const int *days_ago)
{
    for (int i = 0; days_ago[i] >= 0; i++)
        shop_sell(shop, member, member * 1000 + i, SHOP_AS_OF_DAY - days_ago[i], 3000);
}

enum { WEEKLY = 5001, LATE, ONCE, FRESH, GONE, NOBODY };

static struct shop shop_made(double leave)
{
    struct shop shop = shop_open();
    static const int weekly[] = {70, 63, 56, 49, 42, 35, 28, 21, 14, 7, -1};
    static const int late[] = {380, 373, 366, 359, 352, 345, 338, 331, 324, 317, 240, -1};
    static const int once[] = {300, -1}, fresh[] = {40, 20, -1};
    static const int gone[] = {700, 697, 694, 691, 688, 685, 682, 679, -1};
    members_buy(&shop, leave, MEMBERS);
    buy_on(&shop, WEEKLY, weekly);
    buy_on(&shop, LATE, late);
    buy_on(&shop, ONCE, once);
    buy_on(&shop, FRESH, fresh);
    buy_on(&shop, GONE, gone);
    return shop;
}

static void what_may_be_said_of_whom(void **state)
{
    (void)state;
    struct shop shop = shop_made(0.15);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_prospect weekly = prospect_of(&shop, population, WEEKLY);
    assert_int_equal(weekly.model, LOY_TIMING_BGNBD);
    const struct loy_estimate *rhythm = &weekly.estimates[LOY_OUTLOOK_INTERVAL];
    assert_int_equal(rhythm->standing, LOY_STANDING_OWN);
    assert_true(rhythm->value == 7 && rhythm->low == 7 && rhythm->high == 7);
    assert_int_equal(rhythm->n, 10);
    assert_int_equal(weekly.state, LOY_STATE_NEW); /* the first one was 70 days ago */
    assert_false(weekly.late);
    const struct loy_estimate *rate = &weekly.estimates[LOY_OUTLOOK_RATE];
    assert_int_equal(rate->standing, LOY_STANDING_OWN);
    assert_true(rate->value > 0.5 && rate->value < 1.1 && rate->low < rate->value);
    assert_int_equal(rate->n, 9);
    struct loy_prospect once = prospect_of(&shop, population, ONCE);
    for (int i = LOY_OUTLOOK_RATE; i < loy_outlook_count; i++) {
        assert_int_equal(once.estimates[i].standing, LOY_STANDING_ONE_PURCHASE);
        assert_true(isnan(once.estimates[i].value));
        assert_true(once.estimates[i].segment_value > 0);
    }
    assert_int_equal(once.estimates[LOY_OUTLOOK_INTERVAL].standing, LOY_STANDING_FEW);
    assert_int_equal(once.state, LOY_STATE_UNCLEAR);
    assert_int_equal(once.weight, LOY_WEIGHT_NONE);
    assert_int_equal(prospect_of(&shop, population, FRESH).state, LOY_STATE_NEW);
    struct loy_prospect gone = prospect_of(&shop, population, GONE);
    assert_int_equal(gone.state, LOY_STATE_LAPSED);
    assert_int_equal(gone.weight, LOY_WEIGHT_LIGHT);
    assert_true(gone.late && gone.longer < 0.01);
    assert_true(gone.estimates[LOY_OUTLOOK_ACTIVE].value < 0.05);
    struct loy_prospect nobody = prospect_of(&shop, population, NOBODY);
    assert_int_equal(nobody.estimates[LOY_OUTLOOK_52_WEEKS].standing, LOY_STANDING_FEW);
    assert_int_equal(nobody.estimates[LOY_OUTLOOK_52_WEEKS].n, 0);
    assert_int_equal(nobody.state, LOY_STATE_NONE);
    loy_population_close(population);
    shop_close(&shop);
}

/* 3 intervals bracket no median with 80 %, 4 do, by the smallest and the largest (87.5 %); of 9 the
 * third smallest and largest (82 %). */
static void rhythm_by_hand(void **state)
{
    (void)state;
    static const int four[] = {100, 90, 70, 40, -1}, five[] = {110, 100, 90, 70, 30, -1};
    static const int ten[] = {145, 144, 142, 139, 135, 130, 124, 117, 109, 100, -1};
    struct shop shop = shop_made(0.15);
    buy_on(&shop, 6001, four);
    buy_on(&shop, 6002, five);
    buy_on(&shop, 6003, ten);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_estimate at = prospect_of(&shop, population, 6001).estimates[LOY_OUTLOOK_INTERVAL];
    assert_true(at.value == 20 && isnan(at.low) && isnan(at.high));
    assert_int_not_equal(at.standing, LOY_STANDING_OWN);
    at = prospect_of(&shop, population, 6002).estimates[LOY_OUTLOOK_INTERVAL];
    assert_true(at.value == 15 && at.low == 10 && at.high == 40);
    at = prospect_of(&shop, population, 6003).estimates[LOY_OUTLOOK_INTERVAL];
    assert_true(at.value == 5 && at.low == 3 && at.high == 7);
    loy_population_close(population);
    shop_close(&shop);
}

/* Four visits are told, weakly, three are not; nor four baskets on three days. */
static void rhythm_at_its_smallest(void **state)
{
    (void)state;
    static const int three[] = {90, 70, 40, -1}, four[] = {100, 90, 70, 40, -1};
    struct shop shop = shop_made(0.15);
    buy_on(&shop, 6001, three);
    buy_on(&shop, 6002, three);
    shop_sell(&shop, 6002, 6002999, SHOP_AS_OF_DAY - 70, 3000);
    buy_on(&shop, 6003, four);
    struct loy_population *population = shop_population(&shop, false);
    for (int64_t member = 6001; member <= 6003; member++) {
        struct loy_prospect prospect = prospect_of(&shop, population, member);
        const struct loy_estimate *at = &prospect.estimates[LOY_OUTLOOK_INTERVAL];
        assert_int_equal(at->needed, 4);
        assert_int_equal(at->n, member == 6003 ? 4 : 3);
        assert_int_equal(at->standing, member == 6003 ? LOY_STANDING_WEAK : LOY_STANDING_FEW);
        assert_true(member == 6003 ? at->value == 20 : at->value == at->segment_value);
        assert_true(at->segment_value > 0);
        assert_true(member == 6003 || (isnan(prospect.longer) && !prospect.late));
    }
    loy_population_close(population);
    shop_close(&shop);
}

static void futures_come_as_said(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    members_buy(&shop, 0.15, MEMBERS);
    struct loy_population *population = shop_population(&shop, false);
    double said = 0, came = 0, spend_said = 0, spend_came = 0, spends_in = 0, all = 0;
    double heavy = 0, heavy_came = 0, light = 0, light_came = 0;
    for (int64_t m = 1; m <= MEMBERS; m++) {
        struct loy_prospect p = prospect_of(&shop, population, m);
        const struct loy_estimate *year = &p.estimates[LOY_OUTLOOK_52_WEEKS];
        const struct loy_estimate *spend = &p.estimates[LOY_OUTLOOK_SPEND];
        if (year->n == 0) continue;
        double paid = (double)futures[m].paid_minor;
        assert_true(isfinite(spend->value) && spend->low <= spend->high);
        said += year->value;
        came += (double)futures[m].purchases;
        spend_said += spend->value;
        spend_came += paid;
        bool much = year->value > 6 && p.estimates[LOY_OUTLOOK_ACTIVE].value > 0.8;
        all += much;
        spends_in += much && paid >= spend->low && paid <= spend->high;
        heavy += p.weight == LOY_WEIGHT_HEAVY;
        heavy_came += p.weight == LOY_WEIGHT_HEAVY ? paid : 0;
        light += p.weight == LOY_WEIGHT_LIGHT;
        light_came += p.weight == LOY_WEIGHT_LIGHT ? paid : 0;
    }
    print_message("purchases %.0f of %.0f said, spend %.0f of %.0f, in the interval %.3f of %.0f\n",
        came, said, spend_came, spend_said, spends_in / all, all);
    assert_true(fabs(came / said - 1) < 0.1);
    assert_true(fabs(spend_came / spend_said - 1) < 0.12);
    assert_true(all > 50 && spends_in / all > 0.7 && spends_in / all < 0.9);
    assert_true(heavy > 20 && light > 20 && heavy_came / heavy > 5 * light_came / light);
    loy_population_close(population);
    shop_close(&shop);
}

static void order_of_rows_changes_no_bit(void **state)
{
    (void)state;
    struct shop shop = shop_made(0.15);
    struct loy_population *forwards = shop_population(&shop, false);
    struct loy_population *backwards = shop_population(&shop, true);
    for (int64_t m = 1; m < 40; m++) {
        struct loy_prospect a = prospect_of(&shop, forwards, m);
        struct loy_prospect b = prospect_of(&shop, backwards, m);
        assert_memory_equal(&a, &b, sizeof a);
    }
    loy_population_close(forwards);
    loy_population_close(backwards);
    shop_close(&shop);
}

/* Nobody leaves: then nobody can be called active or lapsed, but the rate holds. */
static void who_never_leaves_has_no_state(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int64_t m = 1; m <= 400; m++)
        for (int i = 0; i < 24; i++)
            shop_sell(&shop, m, m * 100 + i, SHOP_AS_OF_DAY - 700 + 30 * i + (int)(m % 11), 1000);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_prospect p = prospect_of(&shop, population, 7);
    if (p.model == LOY_TIMING_NBD) {
        assert_int_equal(p.estimates[LOY_OUTLOOK_ACTIVE].standing, LOY_STANDING_NOT_FITTED);
        assert_int_equal(p.state, LOY_STATE_NONE);
    } else {
        assert_int_equal(p.model, LOY_TIMING_NONE);
        assert_int_equal(p.estimates[LOY_OUTLOOK_RATE].standing, LOY_STANDING_NOT_FITTED);
    }
    assert_true(isnan(p.at_stake_minor));
    loy_population_close(population);
    shop_close(&shop);
}

static struct loy_population_timing timing_of(const struct loy_population *population)
{
    struct loy_population_timing timing = {.size = sizeof timing};
    assert_int_equal(loy_population_timing(population, &timing), LOY_OK);
    return timing;
}

/* Where all leave with the same chance, BG/NBD finds no maximum: its chances have no spread. */
static void the_next_model_takes_over(void **state)
{
    (void)state;
    struct shop shop = shop_made(0.15);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_population_timing timing = timing_of(population);
    assert_int_equal(timing.model, LOY_TIMING_BGNBD);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_USED);
    assert_int_equal(timing.outcomes[LOY_TIMING_PARETONBD], LOY_FIT_NOT_TRIED);
    assert_true(timing.members > MEMBERS && timing.repeaters > MEMBERS / 2);
    loy_population_close(population);
    shop_close(&shop);
    shop = shop_open();
    members_buy(&shop, -0.05, MEMBERS);
    population = shop_population(&shop, false);
    timing = timing_of(population);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_AT_BOUND);
    assert_int_equal(timing.outcomes[LOY_TIMING_PARETONBD], LOY_FIT_USED);
    assert_int_equal(timing.outcomes[LOY_TIMING_NBD], LOY_FIT_NOT_TRIED);
    int64_t late = 0, lapsed = 0;
    for (int64_t m = 1; m <= MEMBERS; m++) {
        struct loy_prospect p = prospect_of(&shop, population, m);
        late += p.late && isfinite(p.at_stake_minor);
        lapsed += p.state == LOY_STATE_LAPSED;
        assert_int_equal(p.model, LOY_TIMING_PARETONBD);
    }
    assert_true(late > 20 && lapsed > 100);
    loy_population_close(population);
    shop_close(&shop);
    shop = shop_open();
    members_buy(&shop, 0, MEMBERS);
    population = shop_population(&shop, false);
    timing = timing_of(population);
    assert_int_equal(timing.model, LOY_TIMING_NBD);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_AT_BOUND);
    assert_int_equal(timing.outcomes[LOY_TIMING_PARETONBD], LOY_FIT_AT_BOUND);
    loy_population_close(population);
    shop_close(&shop);
}

/* Rates from gamma(shape) over days; the same chance to leave behind each purchase but the first.
 */
static struct loy_population_timing timing_of_chance(
    uint64_t seed, int64_t members, double shape, double days, double leave)
{
    struct shop shop = shop_open();
    int64_t basket = 1;
    for (int64_t m = 1; m <= members; m++) {
        struct numeric_random random = numeric_random_at(seed, (uint64_t)m);
        double rate = numeric_random_gamma(&random, shape) / days;
        double at = numeric_random_uniform(&random) * (YEARS_DAYS - 140);
        for (int n = 0; at < YEARS_DAYS; n++) {
            shop_sell(&shop, m, basket++, SHOP_AS_OF_DAY - YEARS_DAYS + (int)at, 1000);
            if (n > 0 && numeric_random_uniform(&random) < leave) break;
            at += 1 - log(numeric_random_uniform(&random)) / rate;
        }
    }
    struct loy_population *population = shop_population(&shop, false);
    struct loy_population_timing timing = timing_of(population);
    loy_population_close(population);
    shop_close(&shop);
    return timing;
}

/* Most come once, so that few of the members on whom Pareto/NBD is tried first came again. */
static void few_who_come_again_are_enough(void **state)
{
    (void)state;
    struct loy_population_timing timing = timing_of_chance(5, MEMBERS, 0.08, 28, 0.2);
    assert_true(timing.repeaters < timing.members / 4);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_AT_BOUND);
    assert_int_equal(timing.outcomes[LOY_TIMING_PARETONBD], LOY_FIT_USED);
}

/* What is flat for those on whom it is tried first may be fixed by all. */
static void what_few_members_do_not_fix_more_may(void **state)
{
    (void)state;
    struct loy_population_timing timing = timing_of_chance(5, 2500, 0.3, 56, 0.1);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_AT_BOUND);
    assert_int_equal(timing.outcomes[LOY_TIMING_PARETONBD], LOY_FIT_USED);
}

/* All come at the same rate, and each pays at a level of his own: the spend is his own, the rate is
 * not. */
static void who_comes_alike_may_pay_differently(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    for (int64_t m = 1; m <= 600; m++) {
        struct numeric_random random = numeric_random_at(17, (uint64_t)m);
        double level = exp(0.6 * numeric_random_normal(&random));
        double at = -60 * log(numeric_random_uniform(&random));
        for (int n = 0; at < YEARS_DAYS; n++) {
            int64_t paid = 1 + (int64_t)(level * numeric_random_gamma(&random, 6) * 500);
            shop_sell(&shop, m, m * 100 + n, SHOP_AS_OF_DAY - YEARS_DAYS + (int)at, paid);
            at += 1 - 60 * log(numeric_random_uniform(&random));
        }
    }
    struct loy_population *population = shop_population(&shop, false);
    int64_t own = 0, rates = 0;
    for (int64_t m = 1; m <= 100; m++) {
        struct loy_prospect p = prospect_of(&shop, population, m);
        own += p.estimates[LOY_OUTLOOK_SPEND].standing == LOY_STANDING_OWN;
        rates += p.estimates[LOY_OUTLOOK_52_WEEKS].standing == LOY_STANDING_OWN;
    }
    print_message(
        "%lld of 100 have a spend, %lld a rate of their own\n", (long long)own, (long long)rates);
    assert_true(own > 90 && rates < 10);
    loy_population_close(population);
    shop_close(&shop);
}

static void too_few_members_and_samples(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    members_buy(&shop, 0.15, 150);
    struct loy_population *population = shop_population(&shop, false);
    struct loy_prospect p = prospect_of(&shop, population, 3);
    assert_int_equal(p.model, LOY_TIMING_NONE);
    struct loy_population_timing timing = timing_of(population);
    assert_int_equal(timing.outcomes[LOY_TIMING_BGNBD], LOY_FIT_TOO_FEW);
    assert_int_equal(timing.members, 150);
    for (int i = LOY_OUTLOOK_RATE; i < loy_outlook_count; i++) {
        assert_int_equal(p.estimates[i].standing, LOY_STANDING_NOT_FITTED);
        assert_true(isnan(p.estimates[i].value) && isnan(p.estimates[i].segment_value));
    }
    loy_population_close(population);
    shop.settings.sample_of_lines = true;
    population = shop_population(&shop, false);
    p = prospect_of(&shop, population, 3);
    for (int i = LOY_OUTLOOK_INTERVAL; i < loy_outlook_count; i++)
        assert_int_equal(p.estimates[i].standing, LOY_STANDING_NOT_CLAIMED);
    assert_int_equal(p.state, LOY_STATE_NONE);
    loy_population_close(population);
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_said_of_whom),
        cmocka_unit_test(rhythm_by_hand),
        cmocka_unit_test(rhythm_at_its_smallest),
        cmocka_unit_test(futures_come_as_said),
        cmocka_unit_test(order_of_rows_changes_no_bit),
        cmocka_unit_test(who_never_leaves_has_no_state),
        cmocka_unit_test(the_next_model_takes_over),
        cmocka_unit_test(few_who_come_again_are_enough),
        cmocka_unit_test(what_few_members_do_not_fix_more_may),
        cmocka_unit_test(who_comes_alike_may_pay_differently),
        cmocka_unit_test(too_few_members_and_samples),
    };
    return cmocka_run_group_tests_name("prospects", tests, NULL, NULL);
}
