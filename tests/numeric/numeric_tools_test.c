/* SPDX-License-Identifier: MIT
 *
 * numeric_tools_test.c - the random numbers, the maximiser, Cholesky and the log-sum.
 * In: numeric/. Out: a failure where a published vector, a moment or a known maximum is missed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/cholesky.h"
#include "numeric/gamma.h"
#include "numeric/logsum.h"
#include "numeric/maximise.h"
#include "numeric/random.h"

#include <math.h>
#include <string.h>

/* Random123's known answers for philox4x32-10. */
static const struct {
    uint32_t counter[4], key[2], words[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff},
        {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
        {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void philox_equals_its_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        uint32_t words[4];
        numeric_philox(known[i].counter, known[i].key, words);
        assert_memory_equal(words, known[i].words, sizeof(words));
    }
}

static void streams_are_repeatable_and_apart(void **state)
{
    (void)state;
    struct numeric_random a = numeric_random_at(7, 1), b = numeric_random_at(7, 1);
    struct numeric_random c = numeric_random_at(7, 2);
    unsigned equal = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t bits = numeric_random_bits(&a);
        assert_true(bits == numeric_random_bits(&b));
        equal += bits == numeric_random_bits(&c);
    }
    assert_int_equal(equal, 0);
}

enum { DRAWS = 200000 };

static void moments(double (*draw)(struct numeric_random *, double), double parameter, double *mean,
    double *variance)
{
    struct numeric_random random = numeric_random_at(42, 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = draw(&random, parameter);
        sum += x;
        squares += x * x;
    }
    *mean = sum / DRAWS;
    *variance = squares / DRAWS - *mean * *mean;
}

static double normal(struct numeric_random *random, double unused)
{
    (void)unused;
    return numeric_random_normal(random);
}

static void draws_have_their_moments(void **state)
{
    (void)state;
    double mean, variance;
    moments(normal, 0, &mean, &variance);
    assert_true(fabs(mean) < 0.01 && fabs(variance - 1) < 0.015);
    const double shapes[] = {0.3, 1, 2.5, 40};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        moments(numeric_random_gamma, shapes[i], &mean, &variance);
        assert_true(fabs(mean / shapes[i] - 1) < 0.015);
        assert_true(fabs(variance / shapes[i] - 1) < 0.03);
    }
    const double means[] = {0.3, 7, 16.5, 90, 4000};
    for (size_t i = 0; i < sizeof(means) / sizeof(means[0]); i++) {
        moments(numeric_random_poisson, means[i], &mean, &variance);
        assert_true(fabs(mean / means[i] - 1) < 0.015);
        assert_true(fabs(variance / means[i] - 1) < 0.03);
    }
    struct numeric_random random = numeric_random_at(42, 0);
    assert_true(numeric_random_poisson(&random, 0) == 0);
    assert_true(numeric_random_poisson(&random, INFINITY) == 1e9);
}

static void cholesky_solves(void **state)
{
    (void)state;
    double matrix[9] = {4, 2, 1, 2, 5, 3, 1, 3, 6}, vector[3] = {4 + 4 + 3, 2 + 10 + 9, 1 + 6 + 18};
    assert_true(numeric_cholesky(matrix, 3));
    numeric_cholesky_solve(matrix, 3, vector);
    for (int i = 0; i < 3; i++)
        assert_true(fabs(vector[i] - (i + 1)) < 1e-14);
    double indefinite[4] = {1, 2, 2, 1};
    assert_false(numeric_cholesky(indefinite, 2));
}

/* Rosenbrock's valley upside down: the maximum 0 is at (1, 1). */
static double valley(const void *context, const double *x, double *gradient)
{
    (void)context;
    double bend = x[1] - x[0] * x[0], rest = 1 - x[0];
    gradient[0] = 400 * bend * x[0] + 2 * rest;
    gradient[1] = -200 * bend;
    return -100 * bend * bend - rest * rest;
}

static void maximum_of_a_valley(void **state)
{
    (void)state;
    struct numeric_maximum m = {.order = 2, .x = {-1.2, 1}, .low = {-9, -9}, .high = {9, 9}};
    assert_true(numeric_maximise(valley, NULL, &m));
    assert_true(fabs(m.x[0] - 1) < 1e-9 && fabs(m.x[1] - 1) < 1e-9);
    assert_false(m.at_bound[0] || m.at_bound[1]);
}

static void maximum_at_a_bound_is_told(void **state)
{
    (void)state;
    struct numeric_maximum m = {.order = 2, .x = {-1.2, 1}, .low = {-9, -9}, .high = {0.5, 9}};
    assert_true(numeric_maximise(valley, NULL, &m));
    assert_true(m.x[0] == 0.5 && fabs(m.x[1] - 0.25) < 1e-9);
    assert_true(m.at_bound[0] && !m.at_bound[1]);
}

static double nowhere(const void *context, const double *x, double *gradient)
{
    (void)context;
    gradient[0] = x[0];
    return NAN;
}

static void undefined_start_is_told(void **state)
{
    (void)state;
    struct numeric_maximum m = {.order = 1, .x = {1}, .low = {-9}, .high = {9}};
    assert_false(numeric_maximise(nowhere, NULL, &m));
}

static void log_sum_does_not_overflow(void **state)
{
    (void)state;
    const double values[] = {1000, 1000 + log(3)};
    assert_true(fabs(numeric_log_sum_exp(values, 2) - (1000 + log(4))) < 1e-12);
    const double low[] = {-2000, -2000};
    assert_true(fabs(numeric_log_sum_exp(low, 2) - (-2000 + log(2))) < 1e-12);
    assert_true(numeric_log_sum_exp(NULL, 0) == -INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_equals_its_vectors),
        cmocka_unit_test(streams_are_repeatable_and_apart),
        cmocka_unit_test(draws_have_their_moments),
        cmocka_unit_test(cholesky_solves),
        cmocka_unit_test(maximum_of_a_valley),
        cmocka_unit_test(maximum_at_a_bound_is_told),
        cmocka_unit_test(undefined_start_is_told),
        cmocka_unit_test(log_sum_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
