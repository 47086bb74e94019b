/* SPDX-License-Identifier: MIT
 *
 * numeric_table_test.c - the special functions against values with 60 digits, where GSL itself
 * loses the twelfth one: small and large shapes, far tails, inverses, 2F1 close to 1; and 2F1
 * against its closed forms. In: mpmath_tables.h, numeric/. Out: the worst relative error of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/beta.h"
#include "numeric/gamma.h"
#include "numeric/hyper.h"
#include "worst.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum function {
    GAMMA_P,
    GAMMA_Q,
    GAMMA_INVERSE,
    BETA_P,
    BETA_Q,
    BETA_INVERSE,
    HYPER_LOG,
    LGAMMA,
    LGAMMA_ONE_PLUS,
    DIGAMMA,
    TRIGAMMA,
    STIRLING_REST,
    DEVIANCE,
    FUNCTIONS
};

static const char *const names[FUNCTIONS] = {"gamma p", "gamma q", "gamma inverse", "beta p",
    "beta q", "beta inverse", "2F1", "lgamma", "lgamma(1 + x)", "digamma", "trigamma",
    "Stirling's rest", "deviance"};

static const struct row {
    enum function function;
    double at[WORST_ARGUMENTS], value;
} table[] = {
#include "mpmath_tables.h"
};

static double value_of(const struct row *row)
{
    const double *x = row->at;
    switch (row->function) {
    case GAMMA_P:
        return numeric_gamma_p(x[0], x[1]);
    case GAMMA_Q:
        return numeric_gamma_q(x[0], x[1]);
    case GAMMA_INVERSE:
        return numeric_gamma_p_inverse(x[0], x[1]);
    case BETA_P:
        return numeric_beta_p(x[0], x[1], x[2]);
    case BETA_Q:
        return numeric_beta_q(x[0], x[1], x[2]);
    case BETA_INVERSE:
        return numeric_beta_p_inverse(x[0], x[1], x[2]);
    case LGAMMA:
        return numeric_lgamma(x[0]);
    case LGAMMA_ONE_PLUS:
        return numeric_lgamma_one_plus(x[0]);
    case DIGAMMA:
        return numeric_digamma(x[0]);
    case TRIGAMMA:
        return numeric_trigamma(x[0]);
    case STIRLING_REST:
        return numeric_stirling_rest(x[0]);
    case DEVIANCE:
        return numeric_deviance(x[0], x[1]);
    default:
        return NAN;
    }
}

static void compare(const struct row *row)
{
    const char *name = names[row->function];
    if (row->function == HYPER_LOG) {
        // An absolute error of the logarithm is the relative error of the function.
        double ours = numeric_hyper_log(row->at[0], row->at[1], row->at[2], row->at[3]);
        worst_compare(name, row->at, 4, 1 + (ours - row->value), 1, 0, 1e-10);
        return;
    }
    worst_compare(name, row->at, 3, value_of(row), row->value, 0, 1e-12);
}

static void functions_equal_the_table(void **state)
{
    (void)state;
    unsigned rows[FUNCTIONS] = {0};
    for (size_t i = 0; i < LENGTH(table); i++) {
        compare(&table[i]);
        rows[table[i].function]++;
    }
    for (int i = 0; i < FUNCTIONS; i++)
        assert_true(rows[i] >= 10);
    worst_judge();
}

/* Both tails are computed apart, and must make one everywhere; the point between the ways of
 * computing must not be seen. */
static void tails_make_one(void **state)
{
    (void)state;
    for (double a = 1e-4; a < 2e4; a *= 1.37)
        for (double share = -9; share < 9; share += 0.21) {
            double x = a * exp(share / (1 + sqrt(a) / 3)), at[] = {a, x, 0};
            double sum = numeric_gamma_p(a, x) + numeric_gamma_q(a, x);
            worst_compare("gamma p + q", at, 2, sum, 1, 0, 1e-12);
            for (double b = 1e-4; b < 2e4; b *= 13.7) {
                double y = a * exp(share) / (a * exp(share) + b), where[] = {a, b, y};
                sum = numeric_beta_p(a, b, y) + numeric_beta_q(a, b, y);
                worst_compare("beta p + q", where, 3, sum, 1, 0, 1e-12);
                if (y < 0.5) continue; // otherwise 1 - y is another number
                double mirror = numeric_beta_q(b, a, 1 - y);
                worst_compare(
                    "beta, mirrored", where, 3, numeric_beta_p(a, b, y), mirror, 1e-250, 1e-12);
            }
        }
    worst_judge();
}

static void hyper_near(const char *name, double a, double b, double c, double z, long double ln)
{
    const double at[] = {a, b, c, z};
    double difference = (double)((long double)numeric_hyper_log(a, b, c, z) - ln);
    worst_compare(name, at, 4, 1 + difference, 1, 0, 1e-10);
}

/* DLMF 15.4.1, 15.4.2, 15.4.4 (with x^2 = z), 15.4.6; in long double. */
static void hyper_equals_closed_forms(void **state)
{
    (void)state;
    for (double y = 0.9997; y > 1e-14; y *= 0.913) {
        double z = 1 - y;
        long double root = sqrtl(z);
        hyper_near("2F1 ln", 1, 1, 2, z, logl(-log1pl(-z) / z));
        hyper_near("2F1 artanh", 0.5, 1, 1.5, z, logl(atanhl(root) / root));
        hyper_near("2F1 arcsin", 0.5, 0.5, 1.5, z, logl(asinl(root) / root));
        for (double a = 0.01; a < 150; a *= 1.9) {
            hyper_near("2F1 power", a, 3.25, 3.25, z, -a * log1pl(-z));
            hyper_near("2F1 power", 17.5, a, 17.5, z, -a * log1pl(-z));
        }
    }
    worst_judge();
}

/* DLMF 15.5.11 joins three neighbours in a: (c-a) F(a-1) + (2a-c+(b-a)z) F(a) + a(z-1) F(a+1) = 0.
 */
static void hyper_keeps_its_recurrence(void **state)
{
    (void)state;
    for (double a = 1.05; a < 60; a *= 1.7)
        for (double b = 0.1; b < 60; b *= 2.3)
            for (double c = 0.15; c < 150; c *= 2.1)
                for (double y = 0.9; y > 1e-9; y *= 0.37) {
                    double z = 1 - y, middle = numeric_hyper_log(a, b, c, z);
                    double below = exp(numeric_hyper_log(a - 1, b, c, z) - middle);
                    double above = exp(numeric_hyper_log(a + 1, b, c, z) - middle);
                    double first = (c - a) * below, second = 2 * a - c + (b - a) * z;
                    double third = a * (1 - z) * above, size = fabs(first) + fabs(second) + third;
                    const double at[] = {a, b, c, z};
                    worst_compare(
                        "2F1, recurrence", at, 4, 1 + (first + second - third) / size, 1, 0, 1e-10);
                }
    worst_judge();
}

static void hyper_outside_is_nan(void **state)
{
    (void)state;
    assert_true(isnan(numeric_hyper_log(0, 1, 1, 0.5)) && isnan(numeric_hyper_log(1, -1, 1, 0.5)));
    assert_true(isnan(numeric_hyper_log(1, 1, NAN, 0.5)) && isnan(numeric_hyper_log(1, 1, 1, 1)));
    assert_true(isnan(numeric_hyper_log(1, 1, 1, -0.1)) && numeric_hyper_log(1, 2, 3, 0) == 0);
    // Far beyond the range of a double.
    assert_true(numeric_hyper_log(170, 172, 173, 1 - 1e-9) > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_equal_the_table),
        cmocka_unit_test(tails_make_one),
        cmocka_unit_test(hyper_equals_closed_forms),
        cmocka_unit_test(hyper_keeps_its_recurrence),
        cmocka_unit_test(hyper_outside_is_nan),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    worst_print();
    return failed;
}
