/* SPDX-License-Identifier: MIT
 *
 * logsum.h - ln(exp(x1) + exp(x2) + ...) without overflow.
 * Numbers in, a number out; -infinity for none. Must not know of anything else.
 */
#ifndef NUMERIC_LOGSUM_H
#define NUMERIC_LOGSUM_H

#include <stddef.h>

double numeric_log_sum_exp(const double *values, size_t count);

#endif
