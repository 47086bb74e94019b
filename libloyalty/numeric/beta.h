/* SPDX-License-Identifier: MIT
 *
 * beta.h - the beta distribution: cumulative probability, upper tail, quantile.
 * a > 0, b > 0 and 0 <= x <= 1 in, a probability out (or back); NaN outside. Must not know of
 * anything else.
 */
#ifndef NUMERIC_BETA_H
#define NUMERIC_BETA_H

/* Regularised incomplete beta I_x(a, b), and 1 - I_x(a, b) with its own digits. */
double numeric_beta_p(double a, double b, double x);
double numeric_beta_q(double a, double b, double x);
/* The x with I_x(a, b) = p. */
double numeric_beta_p_inverse(double a, double b, double p);

#endif
