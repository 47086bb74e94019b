/* SPDX-License-Identifier: MIT
 *
 * hyper.h - Gauss's hypergeometric function 2F1(a, b; c; z) for positive a, b, c and 0 <= z < 1.
 * Numbers in, a number out. Must not know of anything else.
 */
#ifndef NUMERIC_HYPER_H
#define NUMERIC_HYPER_H

/* ln 2F1: the function itself leaves the range of a double for the parameters of a member with some
 * hundred purchases. Relative error of 2F1 about 1e-12 for c below 200; NaN outside the domain. */
double numeric_hyper_log(double a, double b, double c, double z);

#endif
