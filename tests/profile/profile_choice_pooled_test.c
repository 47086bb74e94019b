/* SPDX-License-Identifier: MIT
 *
 * profile_choice_pooled_test.c - the conditional logit whose weights are the same for all, on
 * simulated households: it is the maximum of the likelihood written down plainly, its standard
 * errors are that maximum's curvature, and what must not matter (order, units, doubled members,
 * the base) does not. The siblings on real data are in profile_choice_reference_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice_households.h"
#include "near.h"

#include <math.h>
#include <string.h>

enum { ORDER = 5, MEMBERS = 60, OCCASIONS = 12 };

static const struct loy_choice_options pooled = {
    .size = sizeof(struct loy_choice_options), .pooled = true};

struct fitted {
    struct loy_choice_summary summary;
    double weights[HOUSEHOLD_ORDER], errors[HOUSEHOLD_ORDER];
};

static struct fitted choice_fitted(struct loy_choice *choice, size_t order)
{
    struct fitted fitted;
    struct loy_choice_trouble trouble = {0};
    struct loy_choice_model *model = NULL;
    assert_int_equal(loy_choice_fit(choice, &pooled, &trouble, &model), LOY_OK);
    assert_int_equal(trouble.problem, LOY_CHOICE_NO_PROBLEM);
    loy_choice_summary_get(model, &fitted.summary);
    assert_false(fitted.summary.hierarchical);
    assert_int_equal(fitted.summary.coefficients, order);
    for (size_t i = 0; i < order; i++) {
        struct loy_choice_coefficient value;
        assert_int_equal(loy_choice_coefficient_get(model, i, &value), LOY_OK);
        fitted.weights[i] = value.mean;
        fitted.errors[i] = value.standard_error;
        assert_true(value.spread == 0);
    }
    loy_choice_model_close(model);
    return fitted;
}

static struct fitted households_fitted(const struct households *households)
{
    struct loy_choice *choice = households_choice(households);
    const struct loy_choice_settings *settings = &households->settings;
    struct fitted fitted =
        choice_fitted(choice, settings->alternatives - 1 + settings->attributes + settings->habit);
    loy_choice_close(choice);
    return fitted;
}

static void same(const struct fitted *a, const struct fitted *b, double tolerance)
{
    for (size_t i = 0; i < a->summary.coefficients; i++) {
        assert_near(a->weights[i], b->weights[i], tolerance);
        assert_near(a->errors[i], b->errors[i], tolerance);
    }
    assert_near(a->summary.log_likelihood, b->summary.log_likelihood, tolerance * 1000);
}

static void shop(struct households *households)
{
    struct planted planted = planted_three_brands();
    planted.gap = 0.2;
    planted_simulate(&planted, MEMBERS, OCCASIONS, 5, households, NULL);
}

/* ---- The maximum ------------------------------------------------------------------------------
 */

static double moved(const struct households *households, const double *weights, size_t i,
    double by_i, size_t j, double by_j)
{
    double at[HOUSEHOLD_ORDER];
    memcpy(at, weights, sizeof(double) * ORDER);
    at[i] += by_i;
    at[j] += by_j;
    return households_likelihood(households, at);
}

static void inverted(double matrix[ORDER][ORDER], double inverse[ORDER][ORDER])
{
    for (size_t i = 0; i < ORDER; i++)
        for (size_t j = 0; j < ORDER; j++)
            inverse[i][j] = i == j;
    for (size_t p = 0; p < ORDER; p++) {
        double pivot = matrix[p][p];
        for (size_t j = 0; j < ORDER; j++) {
            matrix[p][j] /= pivot;
            inverse[p][j] /= pivot;
        }
        for (size_t i = 0; i < ORDER; i++) {
            double factor = i == p ? 0 : matrix[i][p];
            for (size_t j = 0; j < ORDER; j++) {
                matrix[i][j] -= factor * matrix[p][j];
                inverse[i][j] -= factor * inverse[p][j];
            }
        }
    }
}

static void maximum(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    const struct fitted fitted = households_fitted(&households);
    const double *weights = fitted.weights, h = 1e-3;
    double top = households_likelihood(&households, weights);
    assert_near(fitted.summary.log_likelihood, top, 1e-8);
    assert_int_equal(fitted.summary.members, MEMBERS);
    assert_int_equal(fitted.summary.occasions, MEMBERS * OCCASIONS);
    double curvature[ORDER][ORDER], inverse[ORDER][ORDER];
    for (size_t i = 0; i < ORDER; i++) {
        double up = moved(&households, weights, i, h, i, 0);
        double down = moved(&households, weights, i, -h, i, 0);
        assert_near((up - down) / (2 * h), 0, 1e-3);
        for (size_t j = 0; j < ORDER; j++)
            curvature[i][j] = -(moved(&households, weights, i, h, j, h) -
                                  moved(&households, weights, i, h, j, -h) -
                                  moved(&households, weights, i, -h, j, h) +
                                  moved(&households, weights, i, -h, j, -h)) /
                              (4 * h * h);
    }
    inverted(curvature, inverse);
    for (size_t i = 0; i < ORDER; i++)
        assert_near(fitted.errors[i] / sqrt(inverse[i][i]), 1, 1e-4);
    households_close(&households);
}

/* ---- What must not matter ---------------------------------------------------------------------
 */

static void doubled(void **state)
{
    (void)state;
    struct households households, twice;
    shop(&households);
    households_copy(&households, &twice);
    for (size_t i = 0; i < households.count; i++) {
        struct household_occasion again = households.occasions[i];
        again.member += 1000000;
        households_add(&twice, &again);
    }
    struct fitted once = households_fitted(&households), both = households_fitted(&twice);
    assert_near(both.summary.log_likelihood, 2 * once.summary.log_likelihood, 1e-8);
    for (size_t i = 0; i < ORDER; i++) {
        assert_near(both.weights[i], once.weights[i], 1e-9);
        assert_near(both.errors[i] * sqrt(2), once.errors[i], 1e-9);
    }
    households_close(&twice);
    households_close(&households);
}

/* Members in turns, the last one first, each one's own occasions in their order. */
static void order_of_members(void **state)
{
    (void)state;
    struct households households, mixed;
    shop(&households);
    households_open(&mixed, &households.settings);
    for (size_t i = 0; i < OCCASIONS; i++)
        for (size_t m = MEMBERS; m-- > 0;)
            households_add(&mixed, &households.occasions[m * OCCASIONS + i]);
    struct fitted plain = households_fitted(&households), other = households_fitted(&mixed);
    assert_memory_equal(plain.weights, other.weights, ORDER * sizeof(double));
    assert_memory_equal(plain.errors, other.errors, ORDER * sizeof(double));
    households_close(&mixed);
    households_close(&households);
}

static void price_times_constant(void **state)
{
    (void)state;
    struct households households, dearer;
    shop(&households);
    households_copy(&households, &dearer);
    for (size_t i = 0; i < dearer.count; i++)
        for (size_t j = 0; j < dearer.occasions[i].count; j++)
            dearer.occasions[i].offers[j].attributes[0] += log(7.3);
    struct fitted plain = households_fitted(&households), other = households_fitted(&dearer);
    same(&plain, &other, 1e-9);
    households_close(&dearer);
    households_close(&households);
}

/* The price itself, in euros and in cents. */
static void price_in_cents(void **state)
{
    (void)state;
    struct households euros, cents;
    shop(&euros);
    euros.settings.scaled[0] = true;
    for (size_t i = 0; i < euros.count; i++)
        for (size_t j = 0; j < euros.occasions[i].count; j++)
            euros.occasions[i].offers[j].attributes[0] =
                exp(euros.occasions[i].offers[j].attributes[0]);
    households_copy(&euros, &cents);
    for (size_t i = 0; i < cents.count; i++)
        for (size_t j = 0; j < cents.occasions[i].count; j++)
            cents.occasions[i].offers[j].attributes[0] *= 100;
    struct fitted one = households_fitted(&euros), hundred = households_fitted(&cents);
    assert_true(fabs(one.weights[2]) > 0.5);
    hundred.weights[2] *= 100;
    hundred.errors[2] *= 100;
    same(&one, &hundred, 1e-8);
    households_close(&cents);
    households_close(&euros);
}

/* Another base only shifts the constants. */
static void other_base(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    struct fitted first = households_fitted(&households);
    households.settings.base = 2;
    struct fitted third = households_fitted(&households);
    assert_near(third.weights[0], -first.weights[1], 1e-8);
    assert_near(third.weights[1], first.weights[0] - first.weights[1], 1e-8);
    for (size_t i = 2; i < ORDER; i++)
        assert_near(third.weights[i], first.weights[i], 1e-8);
    households_close(&households);
}

/* Habit is the attribute "bought the time before", made inside. */
static void habit_by_hand(void **state)
{
    (void)state;
    struct households households, plain;
    shop(&households);
    households_copy(&households, &plain);
    plain.settings.habit = false;
    plain.settings.attributes = 3;
    for (size_t i = 0; i < plain.count; i++) {
        int before = bought_before(&households, i);
        for (size_t j = 0; j < plain.occasions[i].count; j++) {
            struct household_offer *offer = &plain.occasions[i].offers[j];
            offer->attributes[2] = (int)offer->alternative == before;
        }
    }
    struct fitted inside = households_fitted(&households), by_hand = households_fitted(&plain);
    same(&inside, &by_hand, 1e-10);
    households_close(&plain);
    households_close(&households);
}

/* An occasion with one thing on offer teaches nothing but what was bought before the next one. */
static void no_choice(void **state)
{
    (void)state;
    struct households households, more;
    shop(&households);
    struct fitted plain = households_fitted(&households);
    households_open(&more, &households.settings);
    for (size_t i = 0; i < households.count; i++) {
        households_add(&more, &households.occasions[i]);
        struct household_occasion alone = households.occasions[i];
        alone.offers[0] = alone.offers[alone.bought];
        alone.count = 1;
        alone.bought = 0;
        households_add(&more, &alone);
    }
    struct fitted other = households_fitted(&more);
    assert_int_equal(other.summary.occasions, plain.summary.occasions);
    same(&plain, &other, 1e-12);
    households_close(&more);
    households_close(&households);
}

/* ---- Elasticities -----------------------------------------------------------------------------
 */

/* Of each alternative, over the occasions on which it was on offer, by its chance there. */
static void elasticity_by_hand(const struct households *households, const double *weights,
    bool level, double sums[3], double all[3])
{
    double chances[HOUSEHOLD_ALTERNATIVES];
    for (size_t i = 0; i < households->count; i++) {
        const struct household_occasion *occasion = &households->occasions[i];
        chances_find(
            &households->settings, occasion, bought_before(households, i), weights, chances);
        for (size_t j = 0; j < occasion->count; j++) {
            const struct household_offer *offer = &occasion->offers[j];
            double factor = level ? offer->attributes[0] : 1;
            sums[offer->alternative] += weights[2] * factor * (1 - chances[j]) * chances[j];
            all[offer->alternative] += chances[j];
        }
    }
}

static void elasticities(void **state)
{
    (void)state;
    for (int level = 0; level < 2; level++) {
        struct households households;
        shop(&households);
        households.settings.scaled[0] = level;
        for (size_t i = 0; level && i < households.count; i++)
            for (size_t j = 0; j < households.occasions[i].count; j++)
                households.occasions[i].offers[j].attributes[0] += 3;
        struct fitted fitted = households_fitted(&households);
        double sums[3] = {0}, all[3] = {0}, told[3];
        elasticity_by_hand(&households, fitted.weights, level, sums, all);
        struct loy_choice *choice = households_choice(&households);
        struct loy_choice_model *model = NULL;
        struct loy_choice_trouble trouble;
        assert_int_equal(loy_choice_fit(choice, &pooled, &trouble, &model), LOY_OK);
        assert_int_equal(loy_choice_elasticity(choice, model, 0, level, told), LOY_OK);
        for (size_t j = 0; j < 3; j++)
            assert_near(told[j], sums[j] / all[j], 1e-9);
        assert_int_equal(loy_choice_elasticity(choice, model, 2, false, told), LOY_E_ARGUMENT);
        loy_choice_model_close(model);
        loy_choice_close(choice);
        households_close(&households);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(maximum), cmocka_unit_test(doubled),
        cmocka_unit_test(order_of_members), cmocka_unit_test(price_times_constant),
        cmocka_unit_test(price_in_cents), cmocka_unit_test(other_base),
        cmocka_unit_test(habit_by_hand), cmocka_unit_test(no_choice),
        cmocka_unit_test(elasticities)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
