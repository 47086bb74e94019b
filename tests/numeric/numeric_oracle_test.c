/* SPDX-License-Identifier: MIT
 *
 * numeric_oracle_test.c - the special functions on grids against GSL, relative error 1e-12.
 * In: numeric/. Out: a failure naming the function and its arguments. Without GSL: skipped (77).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/beta.h"
#include "numeric/gamma.h"
#include "numeric/normal.h"

#include <math.h>
#include <stdio.h>

#ifndef WITH_GSL
int main(void)
{
    printf("skipped: GSL (libgsl-dev) is not installed\n");
    return 77;
}
#else
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>

#define TOLERANCE 1e-12
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Beside a zero of the function only an absolute error can be asked: floor is what counts as zero
 * there. */
static void near(
    const char *name, double a, double b, double x, double ours, double theirs, double floor)
{
    double scale = fmax(fabs(theirs), floor);
    if (ours == theirs || fabs(ours - theirs) <= TOLERANCE * scale) return;
    fail_msg("%s(%.17g, %.17g, %.17g) = %.17g, GSL %.17g, relative %.2g", name, a, b, x, ours,
        theirs, fabs(ours - theirs) / scale);
}

/* GSL itself loses the twelfth digit outside of 0.05 to 1000 (beta: 137.5); mpmath's table goes
 * further. */
static const double shapes[] = {0.05, 0.3, 0.5, 0.99, 1, 1.5, 2, 3.7, 5, 9.99, 10, 15.3, 42, 137.5};
static const double probabilities[] = {1e-12, 1e-6, 0.001, 0.02, 0.1, 0.2, 0.35, 0.5, 0.5000001,
    0.65, 0.8, 0.9, 0.98, 0.999, 0.999999};

/* Computed with 60 digits by mpmath 1.3 (gammainc; hyp2f1). */
// clang-format off
static const struct {
    double a, b, x, below, above; /* b 0: gamma */
} far[] = {
    {1000000.0, 0, 1001500.5, 0.93320360601559681343, 0.066796393984403186565},
    {25000, 0, 24869.5, 0.20477497809970994232, 0.79522502190029005768},
    {25000, 0, 25400.0, 0.99410820436163542039, 0.0058917956383645796104},
    {0.001, 5, 0.1368, 0.99959948139442578811, 0.00040051860557421188563},
    {0.001, 137.5, 0.004, 0.99949539662838128883, 0.00050460337161871117067},
    {5, 0.001, 0.8672, 0.0004171499212866360146, 0.99958285007871336399},
    {15.3, 15.4, 0.5, 0.5072984415869382666, 0.4927015584130617334},
    {1000, 1000, 0.4688, 0.0026111972591328807681, 0.99738880274086711923},
    {1000, 1000, 0.502, 0.57097767392026960871, 0.42902232607973039129},
    {25000, 25000, 0.502, 0.8144530760598164722, 0.1855469239401835278},
    {25000, 300, 0.9875, 0.17199902701881650633, 0.82800097298118349367},
};
// clang-format on

static void far_shapes_equal_mpmath(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(far); i++) {
        double a = far[i].a, b = far[i].b, x = far[i].x;
        double below = b > 0 ? numeric_beta_p(a, b, x) : numeric_gamma_p(a, x);
        double above = b > 0 ? numeric_beta_q(a, b, x) : numeric_gamma_q(a, x);
        near("far p", a, b, x, below, far[i].below, 0);
        near("far q", a, b, x, above, far[i].above, 0);
    }
}

static void outside_the_domain_is_nan(void **state)
{
    (void)state;
    assert_true(isnan(numeric_lgamma(-0.5)) && isnan(numeric_digamma(0)));
    assert_true(isnan(numeric_gamma_p(-1, 2)) && isnan(numeric_gamma_q(1, -2)));
    assert_true(isnan(numeric_beta_p(1, 1, 1.5)) && isnan(numeric_beta_p_inverse(0, 1, 0.5)));
    assert_true(isnan(numeric_normal_quantile(1.5)));
    assert_true(numeric_gamma_p(2, 0) == 0 && numeric_gamma_q(2, INFINITY) == 0);
    assert_true(numeric_beta_p(2, 3, 0) == 0 && numeric_beta_p(2, 3, 1) == 1);
    assert_true(isinf(numeric_gamma_p_inverse(2, 1)) && numeric_normal_quantile(0.5) == 0);
}

static void gamma_family_equals_gsl(void **state)
{
    (void)state;
    for (double x = 1e-6; x < 1e7; x *= 1.0137) {
        near("lgamma", 0, 0, x, numeric_lgamma(x), gsl_sf_lngamma(x), 1e-300);
        near("digamma", 0, 0, x, numeric_digamma(x), gsl_sf_psi(x), 1e-2);
        near("trigamma", 0, 0, x, numeric_trigamma(x), gsl_sf_psi_1(x), 1e-300);
    }
    for (double z = -0.4; z < 0.4; z += 0.0011) {
        near("lgamma", 0, 0, 1 + z, numeric_lgamma(1 + z), gsl_sf_lngamma(1 + z), 1e-300);
        near("lgamma", 0, 0, 2 + z, numeric_lgamma(2 + z), gsl_sf_lngamma(2 + z), 1e-300);
    }
}

static void incomplete_gamma_equals_gsl(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        double a = shapes[i], spread = sqrt(a) + 1;
        for (double step = -6; step <= 12; step += 0.37) {
            double x = a + step * spread;
            if (x <= 0) x = a * exp(step);
            near("gamma_p", a, 0, x, numeric_gamma_p(a, x), gsl_cdf_gamma_P(x, a, 1), 1e-300);
            near("gamma_q", a, 0, x, numeric_gamma_q(a, x), gsl_cdf_gamma_Q(x, a, 1), 1e-300);
        }
    }
}

static void chi_square_equals_gsl(void **state)
{
    (void)state;
    for (double degrees = 1; degrees <= 200; degrees += 1)
        for (double x = 0.01; x < 600; x *= 1.31)
            near("chi_square_upper", degrees, 0, x, numeric_chi_square_upper(x, degrees),
                gsl_cdf_chisq_Q(x, degrees), 1e-290);
}

static void incomplete_beta_equals_gsl(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++)
        for (size_t j = 0; j < LENGTH(shapes); j++)
            for (double x = 0.004; x < 1; x += 0.0332) {
                double a = shapes[i], b = shapes[j];
                near("beta_p", a, b, x, numeric_beta_p(a, b, x), gsl_cdf_beta_P(x, a, b), 1e-290);
                near("beta_q", a, b, x, numeric_beta_q(a, b, x), gsl_cdf_beta_Q(x, a, b), 1e-290);
            }
}

static void normal_equals_gsl(void **state)
{
    (void)state;
    for (double z = -37; z < 37; z += 0.0173) {
        near("normal_p", 0, 0, z, numeric_normal_p(z), gsl_cdf_ugaussian_P(z), 1e-300);
        near("normal_q", 0, 0, z, numeric_normal_q(z), gsl_cdf_ugaussian_Q(z), 1e-300);
    }
    for (double p = 1e-300; p < 1e-4; p *= 7.3)
        near("normal_quantile", 0, 0, p, numeric_normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 0);
    for (double p = 0.0003; p < 1; p += 0.00071)
        near("normal_quantile", 0, 0, p, numeric_normal_quantile(p), gsl_cdf_ugaussian_Pinv(p), 0);
}

/* What one rounding of x does to p. */
static double conditioning(double x, double density, double p)
{
    return 4 * 2.3e-16 * x * density / p;
}

/* The inverses are judged by our own (verified) forward functions: GSL stops its iteration earlier.
 */
static void inverses_return(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(probabilities); k++)
        for (size_t i = 0; i < LENGTH(shapes); i++) {
            double p = probabilities[k], a = shapes[i];
            double x = numeric_gamma_p_inverse(a, p);
            double loss = conditioning(x, gsl_ran_gamma_pdf(x, a, 1), p) / TOLERANCE;
            if (x > 1e-290)
                near("gamma inverse", a, 0, p, numeric_gamma_p(a, x), p, p * (1 + loss));
            for (size_t j = 0; j < LENGTH(shapes); j++) {
                double b = shapes[j], y = numeric_beta_p_inverse(a, b, p);
                if (y < 1e-290 || y == 1) continue;
                loss = conditioning(y, gsl_ran_beta_pdf(y, a, b), p) / TOLERANCE;
                near("beta inverse", a, b, p, numeric_beta_p(a, b, y), p, p * (1 + loss));
            }
        }
    near("gamma inverse", 3, 0, 0.9, numeric_gamma_p_inverse(3, 0.9), gsl_cdf_gamma_Pinv(0.9, 3, 1),
        0);
    near("beta inverse", 3, 7, 0.1, numeric_beta_p_inverse(3, 7, 0.1), gsl_cdf_beta_Pinv(0.1, 3, 7),
        0);
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(far_shapes_equal_mpmath),
        cmocka_unit_test(outside_the_domain_is_nan),
        cmocka_unit_test(gamma_family_equals_gsl),
        cmocka_unit_test(incomplete_gamma_equals_gsl),
        cmocka_unit_test(chi_square_equals_gsl),
        cmocka_unit_test(incomplete_beta_equals_gsl),
        cmocka_unit_test(normal_equals_gsl),
        cmocka_unit_test(inverses_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
