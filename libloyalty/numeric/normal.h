/* SPDX-License-Identifier: MIT
 *
 * normal.h - the standard normal distribution: cumulative probability, upper tail, quantile.
 * Numbers in, numbers out; relative error about 1e-15 in either tail. Must not know of anything
 * else.
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
