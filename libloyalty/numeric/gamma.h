/* SPDX-License-Identifier: MIT
 *
 * gamma.h - the gamma function's family for positive arguments.
 * Numbers in, numbers out: nothing is kept, no errno is meant, no global (signgam) is written.
 * Arguments outside the stated domain give NaN. Relative error about 1e-13, except beside a zero of
 * the function itself (digamma at 1.4616), where the absolute error is about 1e-15.
 */
#ifndef NUMERIC_GAMMA_H
#define NUMERIC_GAMMA_H

/* ln Gamma(x), x > 0. */
double numeric_lgamma(double x);
/* ln Gamma(1 + x), x > 0, with the digits that 1 + x loses of a small x. */
double numeric_lgamma_one_plus(double x);
/* d/dx and d2/dx2 of ln Gamma, x > 0. */
double numeric_digamma(double x);
double numeric_trigamma(double x);

/* ln Gamma(x + 1) - (x + 1/2) ln x + x - ln(2 pi)/2, the rest of Stirling's formula; x > 0. */
double numeric_stirling_rest(double x);
/* x ln(x/m) + m - x without cancellation, x >= 0, m > 0 (Loader 2000, "bd0"). */
double numeric_deviance(double x, double m);

/* Regularised incomplete gamma functions P(a, x) and Q = 1 - P; a > 0, x >= 0. */
double numeric_gamma_p(double a, double x);
double numeric_gamma_q(double a, double x);
/* The x with P(a, x) = p; 0 <= p <= 1. */
double numeric_gamma_p_inverse(double a, double p);
/* P(X > x) of a chi-square variable with `degrees` degrees of freedom. */
double numeric_chi_square_upper(double x, double degrees);

#endif
