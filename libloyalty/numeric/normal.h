/* SPDX-License-Identifier: MIT
 *
 * normal.h - the standard normal distribution: cumulative probability, upper tail, quantile.
 * Numbers in, numbers out. Relative error about 1e-15, and in the tails z^2 roundings: 2e-13 at 37,
 * where the range of a double ends; the quantile's stays at 1e-15. Must not know of anything else.
 */
#ifndef NUMERIC_NORMAL_H
#define NUMERIC_NORMAL_H

double numeric_normal_p(double z);
double numeric_normal_q(double z);
/* The z with P = p, 0 <= p <= 1; infinite at the ends. */
double numeric_normal_quantile(double p);

/* The quantile of .9: a central interval of 80 % reaches this many standard deviations. */
#define NUMERIC_Z80 1.2815515655446004

#endif
