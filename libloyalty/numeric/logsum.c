/* SPDX-License-Identifier: MIT
 *
 * logsum.c - the logarithm of a sum of exponentials, summed from the first to the last.
 * Numbers in, a number out. Must not know of anything else.
 */
#include "numeric/logsum.h"

#include <math.h>

double numeric_log_sum_exp(const double *values, size_t count)
{
    double largest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i])) return NAN;
        largest = fmax(largest, values[i]);
    }
    if (isinf(largest)) return largest;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += exp(values[i] - largest);
    return largest + log(sum);
}
