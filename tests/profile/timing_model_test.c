/* SPDX-License-Identifier: MIT
 *
 * timing_model_test.c - the timing models against what they are made of: likelihood, P(active),
 * expectation and counts by integrating over rates and chances on a grid; simulated members' own
 * parameters found again; units, order and duplicates; limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timing_members.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void near(const char *what, double ours, double truth, double tolerance)
{
    if (!(fabs(ours - truth) <= tolerance)) fail_msg("%s is %.12g, not %.12g", what, ours, truth);
}

/* ---- On a grid ----------------------------------------------------------------------------- */

struct integrals {
    double likelihood, active, expected, none; /* none: P(no purchase in the next time) */
};

/* Over the rate and over the chance to leave (its logit) at given values of both. */
static void bgnbd_add(const double p[4], const struct loy_timing_history *h, double time,
    double rate, double leave, double stay, double weight, struct integrals *sum)
{
    double x = (double)h->repeats;
    double density =
        exp(p[0] * log(p[1]) - lgamma(p[0]) + p[0] * log(rate) - p[1] * rate + lgamma(p[2] + p[3]) -
            lgamma(p[2]) - lgamma(p[3]) + p[2] * log(leave) + p[3] * log(stay));
    double bought = pow(rate, x) * pow(stay, x), here = bought * exp(-rate * h->age);
    double gone = x > 0 ? bought / stay * leave * exp(-rate * h->recency) : 0;
    weight *= density;
    sum->likelihood += weight * (here + gone);
    sum->active += weight * here;
    sum->expected += weight * here * -expm1(-rate * leave * time) / leave;
    sum->none += weight * (gone + here * exp(-rate * time));
}

static void paretonbd_add(const double p[4], const struct loy_timing_history *h, double time,
    double rate, double leave, double weight, struct integrals *sum)
{
    double x = (double)h->repeats, both = rate + leave;
    double density = exp(p[0] * log(p[1]) - lgamma(p[0]) + p[0] * log(rate) - p[1] * rate +
                         p[2] * log(p[3]) - lgamma(p[2]) + p[2] * log(leave) - p[3] * leave);
    double bought = pow(rate, x), here = bought * exp(-both * h->age);
    double gone = bought * leave / both * (exp(-both * h->recency) - exp(-both * h->age));
    double silent = exp(-both * time);
    weight *= density;
    sum->likelihood += weight * (here + gone);
    sum->active += weight * here;
    sum->expected += weight * here * rate / leave * -expm1(-leave * time);
    sum->none += weight * (gone + here * (silent + leave / both * (1 - silent)));
}

static struct integrals integrate(
    enum loy_timing_model model, const double p[4], const struct loy_timing_history *h, double time)
{
    const double step = 0.08;
    struct integrals sum = {0};
    for (double u = -60; u < 8; u += step)
        for (double v = -60; v < (model == LOY_TIMING_BGNBD ? 40 : 8); v += step) {
            double rate = exp(u), weight = step * step;
            if (model == LOY_TIMING_BGNBD)
                bgnbd_add(p, h, time, rate, 1 / (1 + exp(-v)), 1 / (1 + exp(v)), weight, &sum);
            else
                paretonbd_add(p, h, time, rate, exp(v), weight, &sum);
        }
    sum.active /= sum.likelihood;
    sum.expected /= sum.likelihood;
    sum.none /= sum.likelihood;
    return sum;
}

static void agrees(
    enum loy_timing_model model, const double p[4], const struct loy_timing_history *h, double time)
{
    struct loy_timing_fit fit = {.size = sizeof fit, .model = (uint8_t)model};
    double none[1];
    memcpy(fit.parameters, p, sizeof fit.parameters);
    struct integrals truth = integrate(model, p, h, time);
    near("ln L", loy_timing_log_likelihood(&fit, h), log(truth.likelihood), 1e-6);
    near("P(active)", loy_timing_active(&fit, h), truth.active, 1e-6);
    near("E", loy_timing_expected(&fit, h, time), truth.expected, 1e-6 * (1 + truth.expected));
    loy_timing_counts(&fit, h, time, none, 0);
    near("P(none)", none[0], truth.none, 1e-6);
}

static const struct loy_timing_history examples[] = {
    {0, 38.86, 0}, {30.43, 38.86, 2}, {0.5, 12, 1}, {38, 38.86, 12}, {0, 0, 0}};

static void formulas_are_the_integrals(void **state)
{
    (void)state;
    const double bgnbd[][4] = {{.6, 4.4, .8, 2.4}, {1.4, 9, 1, 2}, {.9, 3, 1.0001, .7}};
    const double pareto[][4] = {{.6, 10.6, .6, 11.7}, {1.4, 8, 1, 3}};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        for (size_t k = 0; k < 3; k++)
            agrees(LOY_TIMING_BGNBD, bgnbd[k], &examples[i], 20);
        for (size_t k = 0; k < 2; k++)
            agrees(LOY_TIMING_PARETONBD, pareto[k], &examples[i], 20);
    }
}

/* With the rounded published parameters of CDNOW. */
static void values_by_hand(void **state)
{
    (void)state;
    struct loy_timing_fit fit = {
        .size = sizeof fit, .model = LOY_TIMING_BGNBD, .parameters = {.243, 4.414, .793, 2.426}};
    const struct loy_timing_history members[] = {
        {30.43, 38.86, 2}, {0, 38.86, 0}, {29.43, 38.86, 7}};
    const double truth[][3] = {
        {-9.4586, .7266, 1.2260}, {-.5547, 1, .1951}, {-21.8633, .6418, 3.3371}};
    for (size_t i = 0; i < 3; i++) {
        near("ln L", loy_timing_log_likelihood(&fit, &members[i]), truth[i][0], 6e-5);
        near("P(active)", loy_timing_active(&fit, &members[i]), truth[i][1], 6e-5);
        near("E", loy_timing_expected(&fit, &members[i], 39), truth[i][2], 6e-5);
    }
}

/* The predictive counts add up to 1, and their mean is the expectation. */
static void counts_belong_to_the_mean(void **state)
{
    (void)state;
    static double counts[2000];
    const double parameters[][4] = {{.6, 4.4, .8, 2.4}, {.6, 10.6, 1.6, 11.7}, {.6, 4}};
    for (int model = LOY_TIMING_BGNBD; model <= LOY_TIMING_NBD; model++)
        for (size_t i = 0; i < 4; i++) {
            struct loy_timing_fit fit = {.size = sizeof fit, .model = (uint8_t)model};
            double sum = 0, mean = 0;
            memcpy(fit.parameters, parameters[model - 1], sizeof fit.parameters);
            loy_timing_counts(&fit, &examples[i], 30, counts, 1999);
            for (int k = 0; k < 2000; k++) {
                sum += counts[k];
                mean += k * counts[k];
            }
            near("sum of the counts", sum, 1, 1e-9);
            near("mean of the counts", mean, loy_timing_expected(&fit, &examples[i], 30), 1e-7);
        }
}

static void limits_are_smooth(void **state)
{
    (void)state;
    struct loy_timing_fit fit = {.size = sizeof fit, .model = LOY_TIMING_BGNBD};
    double values[5];
    for (int i = 0; i < 5; i++) {
        const double p[] = {.6, 4.4, 1 + (i - 2) * 1e-3, 2.4};
        memcpy(fit.parameters, p, sizeof p);
        values[i] = loy_timing_expected(&fit, &examples[1], 39);
    }
    for (int i = 1; i < 4; i++)
        near("E around a = 1", values[i], (values[i - 1] + values[i + 1]) / 2, 1e-6);
    near("E of no time", loy_timing_expected(&fit, &examples[1], 0), 0, 0);
    near("P(active) of one purchase", loy_timing_active(&fit, &examples[0]), 1, 0);
    const struct loy_timing_history long_ago = {10, 1e6, 900};
    near("P(active) after ages", loy_timing_active(&fit, &long_ago), 0, 1e-300);
    near("E after ages", loy_timing_expected(&fit, &long_ago, 39), 0, 1e-300);
    assert_true(isfinite(loy_timing_log_likelihood(&fit, &long_ago)));
    fit.model = LOY_TIMING_PARETONBD;
    assert_true(isfinite(loy_timing_log_likelihood(&fit, &long_ago)));
    assert_true(loy_timing_expected(&fit, &long_ago, 39) >= 0);
}

/* ---- Found again --------------------------------------------------------------------------- */

#define MEMBERS 4000u
static struct loy_timing_history members[MEMBERS], others[MEMBERS];
static struct timing_truth truths[MEMBERS];
static const double known[][4] = {{.6, 4.4, .9, 3}, {.8, 6, .7, 15}, {.6, 4.4}};

static struct loy_timing_fit fit_of(
    enum loy_timing_model model, const struct loy_timing_history *histories, size_t count)
{
    struct loy_timing_fit fit = {.size = sizeof fit};
    assert_int_equal(loy_timing_estimate(model, histories, count, &fit), LOY_OK);
    assert_false(fit.at_bound);
    return fit;
}

/* Rates that differ by less than counts tell: said, and the rate found all the same. */
static void equal_rates_are_told(void **state)
{
    (void)state;
    const double alike[] = {2e4, 1e5};
    timing_members_make(LOY_TIMING_NBD, alike, MEMBERS, 12, 52, 26, members, NULL);
    struct loy_timing_fit fit = fit_of(LOY_TIMING_NBD, members, MEMBERS);
    assert_true(fit.rates_alike);
    near("the rate", fit.parameters[0] / fit.parameters[1], .2, .005);
    timing_members_make(LOY_TIMING_NBD, known[2], MEMBERS, 12, 52, 26, members, NULL);
    fit = fit_of(LOY_TIMING_NBD, members, MEMBERS);
    assert_false(fit.rates_alike);
}

/* Each logarithm within 3.5 of its standard errors, which are not wide. */
static void known_parameters_are_found(void **state)
{
    (void)state;
    for (int model = LOY_TIMING_BGNBD; model <= LOY_TIMING_NBD; model++) {
        size_t order = loy_timing_parameter_count(model);
        timing_members_make(model, known[model - 1], MEMBERS, 12, 52, 26, members, NULL);
        struct loy_timing_fit fit = fit_of(model, members, MEMBERS);
        for (size_t i = 0; i < order; i++) {
            double error = sqrt(fit.covariance[i * order + i]);
            assert_true(error > 0 && error < 0.5);
            near(loy_timing_parameter_name(model, i), log(fit.parameters[i]),
                log(known[model - 1][i]), 3.5 * error);
        }
    }
}

static void units_and_order_change_nothing(void **state)
{
    (void)state;
    for (int model = LOY_TIMING_BGNBD; model <= LOY_TIMING_NBD; model++) {
        size_t order = loy_timing_parameter_count(model);
        timing_members_make(model, known[model - 1], MEMBERS, 12, 52, 26, members, NULL);
        struct loy_timing_fit weeks = fit_of(model, members, MEMBERS);
        for (size_t i = 0; i < MEMBERS; i++)
            others[i] = members[MEMBERS - 1 - i];
        struct loy_timing_fit backwards = fit_of(model, others, MEMBERS);
        assert_memory_equal(&weeks, &backwards, sizeof weeks);
        double repeats = 0;
        for (size_t i = 0; i < MEMBERS; i++) {
            others[i].age *= 7;
            others[i].recency *= 7;
            repeats += (double)others[i].repeats;
        }
        struct loy_timing_fit days = fit_of(model, others, MEMBERS);
        near("ln L in days", days.log_likelihood, weeks.log_likelihood - repeats * log(7), 1e-6);
        for (size_t i = 0; i < order; i++) {
            bool time = i == 1 || (i == 3 && model == LOY_TIMING_PARETONBD);
            near("parameter in days", log(days.parameters[i] / weeks.parameters[i]),
                time ? log(7) : 0, 1e-6);
        }
    }
}

/* Each member twice: the same parameters, twice the likelihood, half the covariance. */
static void duplicates_change_certainty_only(void **state)
{
    (void)state;
    timing_members_make(LOY_TIMING_BGNBD, known[0], MEMBERS / 2, 12, 52, 26, members, NULL);
    memcpy(&members[MEMBERS / 2], members, sizeof members / 2);
    struct loy_timing_fit once = fit_of(LOY_TIMING_BGNBD, members, MEMBERS / 2);
    struct loy_timing_fit twice = fit_of(LOY_TIMING_BGNBD, members, MEMBERS);
    near("ln L", twice.log_likelihood, 2 * once.log_likelihood, 1e-6);
    for (size_t i = 0; i < 4; i++)
        near("parameter", twice.parameters[i], once.parameters[i], 1e-6 * once.parameters[i]);
    near("variance", twice.covariance[5] * 2, once.covariance[5], 1e-4 * once.covariance[5]);
}

/* Where members leave by no model, the chance to leave has no place to stand. */
static void what_data_do_not_fix_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < MEMBERS; i++)
        members[i] = (struct loy_timing_history){.recency = 51.5, .age = 52, .repeats = 10};
    struct loy_timing_fit fit = {.size = sizeof fit};
    assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, members, MEMBERS, &fit), LOY_OK);
    assert_true(fit.at_bound);
    assert_true(isnan(fit.covariance[0]));
    struct loy_timing_draws *draws = NULL;
    assert_int_equal(loy_timing_draws_open(&fit, 1, &draws), LOY_E_ARGUMENT);
}

/* Nobody leaves, and all buy at one rate: the ridge goes on without end, whatever the period. */
static void a_ridge_is_no_maximum(void **state)
{
    (void)state;
    static const double alike[] = {20000, 130000};
    for (int weeks = 30; weeks <= 34; weeks += 2) {
        struct loy_timing_fit fit = {.size = sizeof fit};
        timing_members_make(LOY_TIMING_NBD, alike, MEMBERS, 12, weeks, 26, members, NULL);
        assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, members, MEMBERS, &fit), LOY_OK);
        if (!fit.at_bound)
            fail_msg("%d weeks: a %g, b %g", weeks, fit.parameters[2], fit.parameters[3]);
        assert_true(isnan(fit.covariance[0]));
    }
}

static void too_little_is_none(void **state)
{
    (void)state;
    struct loy_timing_fit fit = {.size = sizeof fit};
    timing_members_make(LOY_TIMING_BGNBD, known[0], MEMBERS, 12, 52, 26, members, NULL);
    assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, members, 0, &fit), LOY_NONE);
    assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, members, 199, &fit), LOY_NONE);
    assert_int_equal(fit.members, 199);
    assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, members, 400, &fit), LOY_OK);
    for (size_t i = 0; i < MEMBERS; i++)
        others[i] = (struct loy_timing_history){.age = 10};
    assert_int_equal(loy_timing_estimate(LOY_TIMING_BGNBD, others, MEMBERS, &fit), LOY_NONE);
    assert_int_equal(fit.repeaters, 0);
    const struct loy_timing_history bad[] = {{NAN, 3, 1}, {4, 3, 1}, {0, INFINITY, 0}, {1, 3, 0},
        {1, 3, -1}, {-1, 3, 1}, {1, 3, 2000000}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        others[7] = bad[i];
        assert_int_equal(
            loy_timing_estimate(LOY_TIMING_BGNBD, others, MEMBERS, &fit), LOY_E_ARGUMENT);
    }
    assert_int_equal(
        loy_timing_estimate((enum loy_timing_model)9, members, MEMBERS, &fit), LOY_E_ARGUMENT);
}

/* ---- Intervals ------------------------------------------------------------------------------ */

/* Of the members who bought again: the own rate of those still active, and what those bought next
 * of whom much is expected: of few purchases an interval of whole numbers holds more than it must.
 */
static void intervals_cover(void **state)
{
    (void)state;
    const double times[] = {4, 26};
    for (int model = LOY_TIMING_BGNBD; model <= LOY_TIMING_NBD; model++) {
        struct loy_timing_draws *draws = NULL;
        double rates = 0, rates_in = 0, all = 0, counts_in = 0;
        timing_members_make(model, known[model - 1], MEMBERS, 12, 52, 26, members, truths);
        struct loy_timing_fit fit = fit_of(model, members, MEMBERS);
        assert_int_equal(loy_timing_draws_open(&fit, 7, &draws), LOY_OK);
        for (size_t i = 0; i < MEMBERS; i++) {
            struct loy_timing_outlook ahead = {.size = sizeof ahead};
            if (members[i].repeats == 0) continue;
            assert_int_equal(loy_timing_look_ahead(draws, &members[i], times, 2, &ahead), LOY_OK);
            double next = (double)truths[i].next;
            bool many = ahead.purchases[1].value > 5 && ahead.active.value > 0.8;
            all += many;
            counts_in += many && next >= ahead.purchases[1].low && next <= ahead.purchases[1].high;
            if (!truths[i].active) continue;
            rates++;
            rates_in +=
                truths[i].rate >= ahead.frequency.low && truths[i].rate <= ahead.frequency.high;
        }
        print_message("%s: rates %.3f of %.0f, counts %.3f of %.0f\n", loy_timing_model_name(model),
            rates_in / rates, rates, counts_in / all, all);
        near("share of rates inside", rates_in / rates, 0.8, 0.03);
        near("share of counts inside", counts_in / all, 0.83, 0.05);
        loy_timing_draws_close(draws);
    }
}

static void draws_are_of_seed_and_history_alone(void **state)
{
    (void)state;
    const double times[] = {4, 12, 52}, backwards[] = {12, 4};
    struct loy_timing_draws *draws = NULL, *again = NULL;
    struct loy_timing_outlook first = {.size = sizeof first}, second = first;
    timing_members_make(LOY_TIMING_BGNBD, known[0], MEMBERS, 12, 52, 26, members, NULL);
    struct loy_timing_fit fit = fit_of(LOY_TIMING_BGNBD, members, MEMBERS);
    assert_int_equal(loy_timing_draws_open(&fit, 7, &draws), LOY_OK);
    assert_int_equal(loy_timing_draws_open(&fit, 7, &again), LOY_OK);
    assert_int_equal(loy_timing_look_ahead(draws, &examples[1], times, 3, &first), LOY_OK);
    assert_int_equal(loy_timing_look_ahead(draws, &examples[3], times, 3, &second), LOY_OK);
    assert_memory_not_equal(&first, &second, sizeof first);
    assert_int_equal(loy_timing_look_ahead(again, &examples[1], times, 3, &second), LOY_OK);
    assert_memory_equal(&first, &second, sizeof first);
    assert_true(first.active.low < first.active.value && first.active.value < first.active.high);
    assert_int_equal(
        loy_timing_look_ahead(draws, &examples[1], backwards, 2, &first), LOY_E_ARGUMENT);
    assert_int_equal(loy_timing_look_ahead(draws, &examples[1], times, 0, &first), LOY_E_ARGUMENT);
    loy_timing_draws_close(draws);
    loy_timing_draws_close(again);
    loy_timing_draws_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_the_integrals),
        cmocka_unit_test(values_by_hand),
        cmocka_unit_test(counts_belong_to_the_mean),
        cmocka_unit_test(limits_are_smooth),
        cmocka_unit_test(equal_rates_are_told),
        cmocka_unit_test(known_parameters_are_found),
        cmocka_unit_test(units_and_order_change_nothing),
        cmocka_unit_test(duplicates_change_certainty_only),
        cmocka_unit_test(what_data_do_not_fix_is_said),
        cmocka_unit_test(a_ridge_is_no_maximum),
        cmocka_unit_test(too_little_is_none),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(draws_are_of_seed_and_history_alone),
    };
    return cmocka_run_group_tests_name("timing models", tests, NULL, NULL);
}
