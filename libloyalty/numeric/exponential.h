/* SPDX-License-Identifier: MIT
 *
 * exponential.h - e^x of many numbers at once, in a form that a compiler makes vectors of. The same
 * bits on every machine. Must not know of anything else.
 */
#ifndef NUMERIC_EXPONENTIAL_H
#define NUMERIC_EXPONENTIAL_H

#include <stddef.h>

/* to[i] += exp(x[i]); x between -700 and 700. Relative error below 4e-16. */
void numeric_exp_add(double *restrict to, const double *restrict x, size_t count);

#endif
