/* SPDX-License-Identifier: MIT
 *
 * root.h - the zero of an increasing function between two bounds: Newton's step where it stays
 * inside what is known, else halving. A function and its slope in, the place out. Must not know
 * whose function.
 */
#ifndef NUMERIC_ROOT_H
#define NUMERIC_ROOT_H

typedef double (*numeric_root_fn)(const void *context, double x, double *slope);

/* ln(tail / wanted), whose last digits are not lost where both are nearly equal. */
double numeric_log_ratio(double tail, double wanted);

double numeric_root(
    numeric_root_fn distance, const void *context, double start, double low, double high);

#endif
