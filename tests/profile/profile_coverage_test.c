/* SPDX-License-Identifier: MIT
 *
 * profile_coverage_test.c - the 80 % intervals of members simulated from the model cover the truth
 * in 75 to 85 of 100, with priors fitted to the same simulated members and not the planted ones.
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

enum { MEMBERS = 2000 };

struct truth {
    struct profile_summary members[MEMBERS];
    double value[MEMBERS];
};

struct covered {
    int inside, below, all;
};

static void count(struct covered *covered, double truth, double low, double high)
{
    covered->all++;
    covered->below += truth < low;
    covered->inside += truth >= low && truth <= high;
}

/* Also the two ends must be missed about equally often. */
static void nominal(const char *name, const struct covered *covered)
{
    double inside = 100.0 * covered->inside / covered->all;
    double below = 100.0 * covered->below / covered->all;
    print_message("%s: %.1f %% inside, %.1f %% below, of %d\n", name, inside, below, covered->all);
    assert_true(covered->all >= 500);
    assert_true(inside >= 75 && inside <= 85);
    assert_true(below >= 6 && below <= 14);
    assert_true(100 - inside - below >= 6 && 100 - inside - below <= 14);
}

static struct truth *truth_open(void)
{
    struct truth *truth = calloc(1, sizeof(*truth));
    assert_non_null(truth);
    return truth;
}

static void deal_share(void **state)
{
    (void)state;
    struct truth *truth = truth_open();
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(1, (uint64_t)m);
        truth->value[m] = numeric_random_beta(&random, 3, 5);
        truth->members[m].lines = 1 + m % 40;
        for (int i = 0; i < truth->members[m].lines; i++)
            truth->members[m].deal_lines += numeric_random_uniform(&random) < truth->value[m];
    }
    struct profile_share share;
    assert_int_equal(profile_share_fit(truth->members, MEMBERS, false, &share), LOY_OK);
    struct covered shown = {0}, few = {0};
    for (int m = 0; m < MEMBERS; m++) {
        struct loy_estimate e = {0};
        profile_share_estimate(&share, truth->members[m].deal_lines, truth->members[m].lines, &e);
        count(e.standing == LOY_STANDING_FEW ? &few : &shown, truth->value[m], e.low, e.high);
    }
    nominal("deal share", &shown);
    free(truth);
}

static void consumption_level(void **state)
{
    (void)state;
    struct truth *truth = truth_open();
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(2, (uint64_t)m);
        double nu = numeric_random_gamma(&random, 5) / 8000;
        truth->value[m] = 3 / nu;
        struct profile_summary *member = &truth->members[m];
        member->paid_occasions = 1 + m % 12;
        for (int i = 0; i < member->paid_occasions; i++) {
            int64_t paid = llround(numeric_random_gamma(&random, 3) / nu) + 1;
            member->paid_minor += paid;
            member->paid_logs += log((double)paid);
            member->paid_squares += log((double)paid) * log((double)paid);
        }
    }
    struct profile_level level;
    assert_int_equal(profile_level_fit(truth->members, MEMBERS, &level), LOY_OK);
    struct covered shown = {0}, few = {0};
    for (int m = 0; m < MEMBERS; m++) {
        struct loy_estimate e = {0};
        const struct profile_summary *member = &truth->members[m];
        profile_level_estimate(&level, member->paid_occasions, member->paid_minor, &e);
        count(e.standing == LOY_STANDING_FEW ? &few : &shown, truth->value[m], e.low, e.high);
    }
    nominal("level", &shown);
    free(truth);
}

static void price_tier(void **state)
{
    (void)state;
    struct truth *truth = truth_open();
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(3, (uint64_t)m);
        truth->value[m] = 50 + 9 * numeric_random_normal(&random);
        struct profile_summary *member = &truth->members[m];
        member->items = 1 + m % 30;
        for (int i = 0; i < member->items; i++) {
            double percentile = truth->value[m] + 18 * numeric_random_normal(&random);
            int64_t item = llround(percentile * PROFILE_PERCENT);
            member->tier_sum[PROFILE_PAID] += item;
            member->tier_squares[PROFILE_PAID] += item * item;
        }
    }
    struct profile_tier tier;
    profile_tier_fit(truth->members, MEMBERS, PROFILE_PAID, &tier);
    struct covered shown = {0}, few = {0};
    for (int m = 0; m < MEMBERS; m++) {
        struct loy_estimate e = {0};
        const struct profile_summary *member = &truth->members[m];
        profile_tier_estimate(
            &tier, member->items, (double)member->tier_sum[PROFILE_PAID] / PROFILE_PERCENT, &e);
        count(e.standing == LOY_STANDING_FEW ? &few : &shown, truth->value[m], e.low, e.high);
    }
    nominal("price tier", &shown);
    free(truth);
}

/* A member's hours are drawn from Dirichlet(16 pi), pi a shop open from 8 to 20 h, busier on
 * Saturdays. */
static double draw_week(struct numeric_random *random, double *hours)
{
    double sum = 0, evening = 0;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        double pi = h % 24 < 8 || h % 24 >= 20 ? 0 : h / 24 == 5 ? 2.0 / 96 : 1.0 / 96;
        hours[h] = pi > 0 ? numeric_random_gamma(random, 16 * pi) : 0;
        sum += hours[h];
    }
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        hours[h] /= sum;
        if (h < 120 && h % 24 >= 18) evening += hours[h];
    }
    return evening;
}

static size_t draw_hour(struct numeric_random *random, const double *hours)
{
    double left = numeric_random_uniform(random);
    size_t h = 0;
    while (h + 1 < LOY_HOURS_OF_WEEK && left > hours[h])
        left -= hours[h++];
    return h;
}

/* A quarter of members come in the evening, at any hour of it, the others by day: 168 hours hardly
 * tell them apart, parts of the week do. Eight baskets each. */
static void evening_shoppers_are_told(void **state)
{
    (void)state;
    struct profile_week *week = calloc(1, sizeof(*week));
    struct profile_fold *folds = calloc(MEMBERS, sizeof(*folds));
    int told[2] = {0}, late[2] = {0};
    assert_true(week && folds);
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(5, (uint64_t)m);
        folds[m].timed_visits = 8;
        for (int i = 0; i < 8; i++) {
            const bool evening = numeric_random_uniform(&random) < (m % 4 ? .2 : .85);
            const size_t day = (size_t)(7 * numeric_random_uniform(&random));
            const size_t hour = evening ? 18 + (size_t)(4 * numeric_random_uniform(&random))
                                        : 9 + (size_t)(9 * numeric_random_uniform(&random));
            folds[m].week[day * 24 + hour]++;
        }
        assert_int_equal(profile_week_add(week, &folds[m], true), LOY_OK);
    }
    profile_week_fit(week);
    print_message("k of hours %.1f, of parts %.1f\n", week->weight, week->part_weight);
    for (int m = 0; m < MEMBERS; m++) {
        struct loy_week e;
        profile_week_estimate(week, &folds[m], &e);
        told[m % 4 == 0] += e.standing != LOY_STANDING_FEW;
        late[m % 4 == 0] += e.part_share[3] + e.part_share[7] > .45;
    }
    assert_int_equal(told[0] + told[1], MEMBERS);
    assert_true(late[1] * 10 > MEMBERS / 4 * 7 && late[0] * 10 < MEMBERS / 4 * 3);
    profile_week_clear(week);
    free(week);
    free(folds);
}

static void evening_share(void **state)
{
    (void)state;
    struct profile_week *week = calloc(1, sizeof(*week));
    struct profile_fold *folds = calloc(MEMBERS, sizeof(*folds));
    double truth[MEMBERS], hours[LOY_HOURS_OF_WEEK];
    assert_true(week && folds);
    for (int m = 0; m < MEMBERS; m++) {
        struct numeric_random random = numeric_random_at(4, (uint64_t)m);
        truth[m] = draw_week(&random, hours);
        folds[m].timed_visits = 1 + m % 50;
        for (int64_t i = 0; i < folds[m].timed_visits; i++)
            folds[m].week[draw_hour(&random, hours)]++;
        assert_int_equal(profile_week_add(week, &folds[m], true), LOY_OK);
    }
    profile_week_fit(week);
    assert_true(week->weight > 13 && week->weight < 19);
    struct covered shown = {0}, few = {0};
    for (int m = 0; m < MEMBERS; m++) {
        struct loy_week e;
        profile_week_estimate(week, &folds[m], &e);
        count(e.standing == LOY_STANDING_FEW ? &few : &shown, truth[m], e.part_low[3],
            e.part_high[3]);
    }
    nominal("evening share", &shown);
    profile_week_clear(week);
    free(week);
    free(folds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deal_share),
        cmocka_unit_test(consumption_level),
        cmocka_unit_test(price_tier),
        cmocka_unit_test(evening_share),
        cmocka_unit_test(evening_shoppers_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
