/* SPDX-License-Identifier: MIT
 *
 * numeric_search_test.c - Newton and L-BFGS on valleys, ill-scaled and undefined functions;
 * Cholesky up to its largest order, Gauss's rule, the exponential of many numbers.
 * In: numeric/. Out: a failure where a known place, value or bit is missed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/cholesky.h"
#include "numeric/exponential.h"
#include "numeric/lbfgs.h"
#include "numeric/maximise.h"
#include "numeric/quadrature.h"
#include "numeric/random.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DIMENSIONS_MAX = 100 };

/* Rosenbrock's valley, chained, upside down: the maximum 0 is at (1, ..., 1). */
static double valley(const void *context, const double *x, double *gradient)
{
    size_t order = *(const size_t *)context;
    double value = 0;
    memset(gradient, 0, order * sizeof(*gradient));
    for (size_t i = 0; i + 1 < order; i++) {
        double bend = x[i + 1] - x[i] * x[i], rest = 1 - x[i];
        gradient[i] += 400 * bend * x[i] + 2 * rest;
        gradient[i + 1] -= 200 * bend;
        value -= 100 * bend * bend + rest * rest;
    }
    return value;
}

static void lbfgs_climbs_valleys(void **state)
{
    (void)state;
    for (size_t order = 2; order <= DIMENSIONS_MAX; order += order < 10 ? 1 : 9) {
        double x[DIMENSIONS_MAX];
        for (size_t i = 0; i < order; i++)
            x[i] = i % 2 ? 1 : 0.3;
        struct numeric_lbfgs search = {
            .order = order, .x = x, .tolerance = 1e-9, .steps_max = 3000};
        assert_int_equal(numeric_lbfgs(valley, &order, &search), NUMERIC_LBFGS_REACHED);
        for (size_t i = 0; i < order; i++)
            assert_true(fabs(x[i] - 1) < 1e-7);
        assert_true(search.value > -1e-14 && search.steps < 1000);
    }
}

/* Like above: a chain has a second hill near (-1, 1, ...), so the start lies on the side of 1. */
static void newton_climbs_valleys(void **state)
{
    (void)state;
    for (size_t order = 2; order <= NUMERIC_ORDER_MAX; order += 2) {
        struct numeric_maximum m = {.order = order};
        for (size_t i = 0; i < order; i++)
            m.x[i] = i % 2 ? 1 : 0.3, m.low[i] = -9, m.high[i] = 9;
        assert_true(numeric_maximise(valley, &order, &m));
        for (size_t i = 0; i < order; i++)
            assert_true(fabs(m.x[i] - 1) < 1e-9);
    }
}

struct scales {
    size_t order;
    double range; /* curvatures from 1 to this */
};

/* The maximum 7 at (1, 2, 3, ...). */
static double bowl(const void *context, const double *x, double *gradient)
{
    const struct scales *scales = context;
    double value = 7;
    for (size_t i = 0; i < scales->order; i++) {
        double share = (double)i / (double)(scales->order - 1), d = x[i] - (double)(i + 1);
        double curvature = pow(scales->range, share);
        gradient[i] = -curvature * d;
        value -= curvature * d * d / 2;
    }
    return value;
}

static void badly_scaled_bowls(void **state)
{
    (void)state;
    const double ranges[] = {1, 1e3, 1e6, 1e8};
    for (size_t k = 0; k < 4; k++) {
        struct scales scales = {20, ranges[k]};
        double x[20] = {0};
        struct numeric_lbfgs search = {.order = 20, .x = x, .tolerance = 1e-7, .steps_max = 20000};
        // Eight pairs cannot hold twenty curvatures that are 1e8 apart: that is to be told.
        bool apart = ranges[k] > 1e6;
        assert_int_equal(numeric_lbfgs(bowl, &scales, &search),
            apart ? NUMERIC_LBFGS_STUCK : NUMERIC_LBFGS_REACHED);
        struct numeric_maximum m = {.order = 20};
        for (size_t i = 0; i < 20; i++)
            m.low[i] = -99, m.high[i] = 99;
        assert_true(numeric_maximise(bowl, &scales, &m));
        for (size_t i = 0; i < 20; i++) {
            assert_true(apart || fabs(x[i] - (double)(i + 1)) < 1e-5);
            assert_true(fabs(m.x[i] - (double)(i + 1)) < 1e-8);
        }
        assert_true(fabs(search.value - 7) < (apart ? 1e-3 : 1e-10));
    }
}

struct odd {
    double value, slope, start;
};

static double odd(const void *context, const double *x, double *gradient)
{
    const struct odd *odd = context;
    gradient[0] = odd->slope;
    return x[0] == odd->start ? odd->value : NAN;
}

static enum numeric_lbfgs_end lbfgs_of(struct odd odds)
{
    double x[1] = {odds.start};
    struct numeric_lbfgs search = {.order = 1, .x = x, .tolerance = 1e-8, .steps_max = 100};
    enum numeric_lbfgs_end end = numeric_lbfgs(odd, &odds, &search);
    assert_true(x[0] == odds.start);
    return end;
}

static bool newton_of(struct odd odds)
{
    struct numeric_maximum m = {.order = 1, .x = {odds.start}, .low = {-9}, .high = {9}};
    bool found = numeric_maximise(odd, &odds, &m);
    assert_true(m.x[0] == odds.start);
    return found;
}

/* Nothing that is not a maximum may be called one. */
static void undefined_functions_are_told(void **state)
{
    (void)state;
    assert_int_equal(lbfgs_of((struct odd){NAN, 1, 2}), NUMERIC_LBFGS_UNDEFINED);
    assert_int_equal(lbfgs_of((struct odd){-INFINITY, 1, 2}), NUMERIC_LBFGS_UNDEFINED);
    assert_int_equal(lbfgs_of((struct odd){INFINITY, 1, 2}), NUMERIC_LBFGS_UNDEFINED);
    assert_int_equal(lbfgs_of((struct odd){3, NAN, 2}), NUMERIC_LBFGS_UNDEFINED);
    assert_int_equal(lbfgs_of((struct odd){3, 1, 2}), NUMERIC_LBFGS_STUCK);
    assert_int_equal(lbfgs_of((struct odd){3, 0, 2}), NUMERIC_LBFGS_REACHED);
    assert_false(newton_of((struct odd){NAN, 1, 2}));
    assert_false(newton_of((struct odd){3, NAN, 2}));
    // Defined at the start alone, and rising there: heavy damping makes the step short, no maximum.
    assert_false(newton_of((struct odd){3, 1, 2}));
    assert_true(newton_of((struct odd){3, 0, 2}));
}

/* Rises for ever, ever less; counts its calls. */
static double ridge(const void *context, const double *x, double *gradient)
{
    ++*(int *)(uintptr_t)context;
    gradient[0] = 2 / (x[0] * x[0] * x[0]);
    return -4e5 - 1 / (x[0] * x[0]);
}

static void ridges_are_left(void **state)
{
    (void)state;
    int calls = 0;
    struct numeric_maximum m = {.order = 1, .x = {1}, .low = {.5}, .high = {1e9}};
    assert_true(numeric_maximise(ridge, &calls, &m));
    assert_true(m.x[0] > 10 && !m.at_bound[0]);
    assert_in_range(calls, 30, 100);
}

/* ln x - x with a maximum of -1 at 1, not defined below 0, where the first step leads to. */
static double half_line(const void *context, const double *x, double *gradient)
{
    (void)context;
    gradient[0] = 1 / x[0] - 1;
    return x[0] > 0 ? log(x[0]) - x[0] : NAN;
}

static double pole(const void *context, const double *x, double *gradient)
{
    (void)context;
    gradient[0] = x[0] < 1 ? 1 : 0;
    return x[0] < 1 ? x[0] : INFINITY;
}

static void steps_stay_where_it_is_defined(void **state)
{
    (void)state;
    double x[1] = {30};
    struct numeric_lbfgs search = {.order = 1, .x = x, .tolerance = 1e-10, .steps_max = 100};
    assert_int_equal(numeric_lbfgs(half_line, NULL, &search), NUMERIC_LBFGS_REACHED);
    assert_true(fabs(x[0] - 1) < 1e-8 && fabs(search.value + 1) < 1e-14);
    struct numeric_maximum m = {.order = 1, .x = {3}, .low = {-50}, .high = {50}};
    assert_true(numeric_maximise(half_line, NULL, &m));
    assert_true(fabs(m.x[0] - 1) < 1e-9);
    x[0] = 0;
    search.steps_max = 100;
    assert_int_equal(numeric_lbfgs(pole, NULL, &search), NUMERIC_LBFGS_STUCK);
    assert_true(x[0] < 1 && isfinite(search.value));
}

static void limits_are_kept(void **state)
{
    (void)state;
    size_t order = 50;
    double x[50] = {0};
    struct numeric_lbfgs search = {.order = order, .x = x, .tolerance = 1e-9, .steps_max = 3};
    assert_int_equal(numeric_lbfgs(valley, &order, &search), NUMERIC_LBFGS_STUCK);
    assert_true(search.steps == 3 && search.value > -49);
    search.order = SIZE_MAX / 64;
    assert_int_equal(numeric_lbfgs(valley, &order, &search), NUMERIC_LBFGS_MEMORY);
}

/* Hilbert's matrix plus a diagonal, of each order; and the first that is not definite. */
static void cholesky_of_each_order(void **state)
{
    (void)state;
    for (size_t n = 1; n <= NUMERIC_ORDER_MAX; n++) {
        double matrix[NUMERIC_ORDER_MAX * NUMERIC_ORDER_MAX], vector[NUMERIC_ORDER_MAX] = {0};
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                matrix[i * n + j] = 1.0 / (double)(i + j + 1) + (i == j ? 0.01 : 0);
                vector[i] += matrix[i * n + j] * (double)(j + 1);
            }
        double spoilt[NUMERIC_ORDER_MAX * NUMERIC_ORDER_MAX];
        memcpy(spoilt, matrix, sizeof(double) * n * n);
        assert_true(numeric_cholesky(matrix, n));
        numeric_cholesky_solve(matrix, n, vector);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(vector[i] / (double)(i + 1) - 1) < 1e-12);
        spoilt[n * n - 1] = -1;
        assert_false(numeric_cholesky(spoilt, n));
        spoilt[n * n - 1] = NAN;
        assert_false(numeric_cholesky(spoilt, n));
    }
}

static double integral(double low, double high, double (*function)(double))
{
    double sum = 0;
    for (size_t i = 0; i < NUMERIC_QUADRATURE_PLACES; i++) {
        struct numeric_place place = numeric_quadrature(low, high, i);
        assert_true(place.at > low && place.at < high && place.weight > 0);
        if (i > 0) assert_true(numeric_quadrature(low, high, i - 1).at < place.at);
        sum += place.weight * function(place.at);
    }
    return sum;
}

static double square_root(double x)
{
    return sqrt(x);
}

static void quadrature_is_exact_to_degree_31(void **state)
{
    (void)state;
    for (int degree = 0; degree <= 31; degree++) {
        double sum = 0, exact = (pow(2, degree + 1) - pow(-1, degree + 1)) / (degree + 1);
        for (size_t i = 0; i < NUMERIC_QUADRATURE_PLACES; i++) {
            struct numeric_place place = numeric_quadrature(-1, 2, i);
            sum += place.weight * pow(place.at, degree);
        }
        assert_true(fabs(sum / exact - 1) < 1e-14);
    }
    assert_true(fabs(integral(0, 10, exp) / expm1(10) - 1) < 1e-12);
    assert_true(fabs(integral(1, 4, square_root) / (14. / 3) - 1) < 1e-13);
}

enum { POINTS = 4099 };

static void exponential_equals_libm(void **state)
{
    (void)state;
    static double x[POINTS], to[POINTS];
    struct numeric_random random = numeric_random_at(1, 0);
    double worst = 0;
    for (int round = 0; round < 200; round++) {
        double reach = round < 100 ? 700 : 40 * pow(0.75, round - 100);
        for (int i = 0; i < POINTS; i++) {
            x[i] = (2 * numeric_random_uniform(&random) - 1) * reach;
            to[i] = 0;
        }
        x[0] = reach, x[1] = -reach, x[2] = 0, x[3] = 0.5 * log(2), x[4] = -0.0;
        numeric_exp_add(to, x, POINTS);
        for (int i = 0; i < POINTS; i++) {
            long double exact = expl((long double)x[i]);
            worst = fmax(worst, (double)fabsl((to[i] - exact) / exact));
        }
    }
    print_message("exponential: worst relative error %.2g of %d points\n", worst, 200 * POINTS);
    assert_true(worst < 4e-16);
}

/* The same bits alone, in any company and from any address; and nothing is written beside. */
static void exponential_has_the_same_bits_everywhere(void **state)
{
    (void)state;
    double x[80], alone[80], to[80];
    for (int i = 0; i < 80; i++) {
        x[i] = 17.3 * sin(i);
        alone[i] = 0.1 * i;
        numeric_exp_add(&alone[i], &x[i], 1);
    }
    for (size_t first = 0; first < 9; first++)
        for (size_t count = 0; count + first <= 70; count++) {
            for (int i = 0; i < 80; i++)
                to[i] = 0.1 * i;
            numeric_exp_add(to + first, x + first, count);
            assert_memory_equal(to + first, alone + first, count * sizeof(*to));
            assert_true(first == 0 || to[first - 1] == 0.1 * (double)(first - 1));
            assert_true(to[first + count] == 0.1 * (double)(first + count));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lbfgs_climbs_valleys),
        cmocka_unit_test(newton_climbs_valleys),
        cmocka_unit_test(badly_scaled_bowls),
        cmocka_unit_test(undefined_functions_are_told),
        cmocka_unit_test(ridges_are_left),
        cmocka_unit_test(steps_stay_where_it_is_defined),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(cholesky_of_each_order),
        cmocka_unit_test(quadrature_is_exact_to_degree_31),
        cmocka_unit_test(exponential_equals_libm),
        cmocka_unit_test(exponential_has_the_same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
