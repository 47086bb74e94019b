/* SPDX-License-Identifier: MIT
 *
 * test_regression.c - the hierarchical regression on simulated units: planted coefficients are
 * found, 80 % intervals cover 75 to 85 of 100, and what must not matter does not: the order of
 * rows, the unit of money, the numbers of units. What cannot be fitted is said.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <loyalty/guidance.h>

#include "numeric/random.h"

enum { UNITS = 40, WEEKS = 40, OWN = 2 };

static const double means[OWN + 1] = {3, -2, .8}, spreads[OWN + 1] = {.7, .6, .4};
static const double shared_effect = -.3;

struct truth {
    double own[UNITS][OWN + 1];
};
struct row {
    double own[OWN], common, y;
    int64_t unit, week;
};

/* How the rows are changed on their way in. */
struct way {
    double price_factor;
    bool backwards;
    int64_t renumbered;
};
static const struct way plain = {1, false, 0};

static struct row row_draw(
    struct numeric_random *random, const struct truth *truth, int u, int t, const double *effects)
{
    const bool promoted = numeric_random_uniform(random) < .2;
    struct row row = {.unit = u, .week = t};
    row.own[0] = log(5) + .2 * numeric_random_normal(random);
    row.own[1] = promoted;
    row.common = numeric_random_uniform(random) < .15;
    row.y = truth->own[u][0] + truth->own[u][1] * row.own[0] + truth->own[u][2] * row.own[1] +
            shared_effect * row.common + effects[t] +
            (.2 + .01 * u) * numeric_random_normal(random);
    return row;
}

static struct loy_regression *simulate(uint64_t seed, const struct way *way, struct truth *truth)
{
    const struct loy_regression_settings settings = {
        .size = sizeof settings, .own = OWN, .common = 1, .periods = true, .scale = {.4, .25}};
    static struct row rows[UNITS * WEEKS];
    struct numeric_random random = numeric_random_at(seed, 7);
    struct loy_regression *made = NULL;
    double effects[WEEKS];
    size_t count = 0;
    for (int t = 0; t < WEEKS; t++)
        effects[t] = .15 * numeric_random_normal(&random);
    for (int u = 0; u < UNITS; u++)
        for (int k = 0; k <= OWN; k++)
            truth->own[u][k] = means[k] + spreads[k] * numeric_random_normal(&random);
    for (int u = 0; u < UNITS; u++)
        for (int t = 0; t < WEEKS; t++)
            rows[count++] = row_draw(&random, truth, u, t, effects);
    assert_int_equal(loy_regression_open(&settings, &made), LOY_OK);
    for (size_t i = 0; i < count; i++) {
        struct row *row = &rows[way->backwards ? count - 1 - i : i];
        row->own[0] += log(way->price_factor);
        const struct loy_regression_row one = {.unit = row->unit + way->renumbered,
            .period = row->week,
            .order = row->week,
            .own = row->own,
            .common = &row->common,
            .y = row->y};
        assert_int_equal(loy_regression_add(made, &one), LOY_OK);
    }
    return made;
}

static struct loy_regression_model *fit(struct loy_regression *regression, size_t rounds)
{
    const struct loy_regression_options options = {
        .size = sizeof options, .seed = 1, .rounds = rounds};
    struct loy_regression_model *model = NULL;
    assert_int_equal(loy_regression_fit(regression, &options, &model), LOY_OK);
    return model;
}

static struct loy_regression_model *simulated_fit(uint64_t seed, const struct way *way)
{
    struct truth truth;
    struct loy_regression *regression = simulate(seed, way, &truth);
    struct loy_regression_model *model = fit(regression, 400);
    loy_regression_close(regression);
    return model;
}

/* ---- Found, and covered ------------------------------------------------------------------------
 */

static void planted_is_found(void **state)
{
    (void)state;
    struct truth truth;
    struct loy_regression *regression = simulate(1, &plain, &truth);
    struct loy_regression_model *model = fit(regression, 0);
    const double expected[] = {means[0], means[1], means[2], shared_effect};
    for (size_t k = 0; k < 4; k++) {
        struct loy_regression_coefficient c;
        assert_int_equal(loy_regression_coefficient_get(model, k, &c), LOY_OK);
        print_message("coefficient %zu: %.3f (%.3f), planted %.3f, spread %.3f\n", k, c.mean,
            c.standard_error, expected[k], c.spread);
        assert_true(fabs(c.mean - expected[k]) < 3 * c.standard_error);
        assert_true(c.low < c.mean && c.mean < c.high);
        if (k >= 1 && k <= OWN) assert_true(fabs(c.spread - spreads[k]) < .25 * spreads[k]);
    }
    loy_regression_model_close(model);
    loy_regression_close(regression);
}

struct covered {
    int all, inside, below;
};

static void count(struct covered *covered, double truth, double low, double high)
{
    covered->all++;
    covered->inside += truth >= low && truth <= high;
    covered->below += truth < low;
}

static void nominal(const char *name, const struct covered *covered)
{
    const double inside = 100.0 * covered->inside / covered->all;
    const double below = 100.0 * covered->below / covered->all;
    print_message(
        "%-24s %.1f %% inside, %.1f %% below, of %d\n", name, inside, below, covered->all);
    assert_true(inside >= 75 && inside <= 85);
    assert_true(below >= 5 && below <= 15);
}

static void sets_cover(uint64_t seed, struct covered units[OWN + 1], struct covered *population,
    struct covered *common)
{
    struct truth truth;
    struct loy_regression *regression = simulate(seed, &plain, &truth);
    struct loy_regression_model *model = fit(regression, 400);
    struct loy_regression_unit unit;
    struct loy_regression_coefficient c;
    for (size_t u = 0; loy_regression_unit_get(model, u, &unit) == LOY_OK; u++)
        for (size_t k = 1; k <= OWN; k++)
            count(&units[k], truth.own[u][k], unit.low[k], unit.high[k]);
    for (size_t k = 1; k <= OWN; k++) {
        loy_regression_coefficient_get(model, k, &c);
        count(population, means[k], c.low, c.high);
    }
    loy_regression_coefficient_get(model, OWN + 1, &c);
    count(common, shared_effect, c.low, c.high);
    loy_regression_model_close(model);
    loy_regression_close(regression);
}

static void intervals_cover(void **state)
{
    (void)state;
    struct covered units[OWN + 1] = {{0}}, population = {0}, common = {0};
    for (uint64_t seed = 1; seed <= 200; seed++)
        sets_cover(seed, units, &population, &common);
    nominal("units' price", &units[1]);
    nominal("units' promotion", &units[2]);
    nominal("the population's means", &population);
    nominal("the shared coefficient", &common);
}

/* Shrunk estimates err less than separate ones, and these less than one line for all. */
static void holdout_ranks(void **state)
{
    (void)state;
    struct truth truth;
    struct loy_regression *regression = simulate(3, &plain, &truth);
    const struct loy_regression_options options = {.size = sizeof options, .rounds = 400};
    struct loy_regression_holdout holdout;
    assert_int_equal(loy_regression_holdout_get(regression, &options, 10, &holdout), LOY_OK);
    print_message("hierarchical %.3f separate %.3f mean %.3f pooled %.3f\n", holdout.hierarchical,
        holdout.separate, holdout.unit_mean, holdout.pooled);
    assert_true(holdout.hierarchical < holdout.separate);
    assert_true(holdout.separate < holdout.unit_mean && holdout.unit_mean < holdout.pooled);
    assert_int_equal(holdout.rows, 10 * UNITS);
    assert_int_equal(loy_regression_holdout_get(regression, &options, 20, &holdout), LOY_NONE);
    loy_regression_close(regression);
}

/* ---- What must not matter ---------------------------------------------------------------------
 */

static void same(const struct way *way, double tolerance, bool intercept)
{
    struct loy_regression_model *a = simulated_fit(5, &plain), *b = simulated_fit(5, way);
    for (size_t k = intercept ? 0 : 1; k < 4; k++) {
        size_t rounds;
        const double *x = loy_regression_draws(a, k, &rounds);
        const double *y = loy_regression_draws(b, k, &rounds);
        for (size_t i = 0; i < rounds; i++)
            assert_true(fabs(x[i] - y[i]) <= tolerance);
    }
    loy_regression_model_close(a);
    loy_regression_model_close(b);
}

static void order_is_nothing(void **state)
{
    (void)state;
    const struct way backwards = {1, true, 0}, renumbered = {1, false, 1000000};
    same(&backwards, 0, true);
    same(&renumbered, 0, true);
}

/* ln(price) in fen instead of yuan: all but the intercept stays. */
static void money_is_nothing(void **state)
{
    (void)state;
    const struct way fen = {100, false, 0};
    same(&fen, 1e-9, false);
    struct loy_regression_model *a = simulated_fit(5, &plain), *b = simulated_fit(5, &fen);
    struct loy_regression_coefficient x, y, price;
    loy_regression_coefficient_get(a, 0, &x);
    loy_regression_coefficient_get(b, 0, &y);
    loy_regression_coefficient_get(a, 1, &price);
    assert_true(fabs(y.mean - (x.mean - log(100) * price.mean)) < 1e-8);
    loy_regression_model_close(a);
    loy_regression_model_close(b);
}

/* ---- What cannot be fitted --------------------------------------------------------------------
 */

static void refused(void **state)
{
    (void)state;
    const struct loy_regression_settings settings = {.size = sizeof settings, .own = 1};
    const struct loy_regression_options options = {.size = sizeof options, .rounds = 100};
    struct loy_regression *regression = NULL;
    struct loy_regression_model *model = NULL;
    const double nothing = NAN, x = 1;
    assert_int_equal(loy_regression_open(&settings, &regression), LOY_OK);
    assert_int_equal(loy_regression_fit(regression, &options, &model), LOY_NONE);
    struct loy_regression_row row = {.own = &nothing, .y = 1};
    assert_int_equal(loy_regression_add(regression, &row), LOY_E_ARGUMENT);
    row.own = &x;
    row.y = INFINITY;
    assert_int_equal(loy_regression_add(regression, &row), LOY_E_ARGUMENT);
    row.y = 2;
    for (row.order = 0; row.order < 30; row.order++)
        assert_int_equal(loy_regression_add(regression, &row), LOY_OK);
    /* One unit, then two whose y never differs. */
    assert_int_equal(loy_regression_fit(regression, &options, &model), LOY_NONE);
    for (row.unit = 1; row.order < 60; row.order++)
        assert_int_equal(loy_regression_add(regression, &row), LOY_OK);
    assert_int_equal(loy_regression_fit(regression, &options, &model), LOY_NONE);
    assert_null(model);
    loy_regression_close(regression);
}

/* A column that never moves keeps its prior, and nothing is NaN. */
static void constant_column(void **state)
{
    (void)state;
    const struct loy_regression_settings settings = {.size = sizeof settings, .own = 1};
    struct numeric_random random = numeric_random_at(2, 2);
    struct loy_regression *regression = NULL;
    struct loy_regression_line line;
    const double x = 4;
    assert_int_equal(loy_regression_open(&settings, &regression), LOY_OK);
    for (int i = 0; i < 60; i++) {
        const struct loy_regression_row row = {
            .unit = i % 3, .order = i, .own = &x, .y = numeric_random_normal(&random)};
        assert_int_equal(loy_regression_add(regression, &row), LOY_OK);
    }
    assert_int_equal(loy_regression_least_squares(regression, true, &line), LOY_OK);
    assert_true(isnan(line.coefficients[0]));
    struct loy_regression_model *model = fit(regression, 200);
    struct loy_regression_coefficient c;
    struct loy_regression_summary summary;
    loy_regression_coefficient_get(model, 1, &c);
    loy_regression_summary_get(model, &summary);
    assert_true(isfinite(c.mean) && isfinite(c.spread) && isfinite(summary.log_likelihood));
    loy_regression_model_close(model);
    loy_regression_close(regression);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_is_found),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(holdout_ranks),
        cmocka_unit_test(order_is_nothing),
        cmocka_unit_test(money_is_nothing),
        cmocka_unit_test(refused),
        cmocka_unit_test(constant_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
