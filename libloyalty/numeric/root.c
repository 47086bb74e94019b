/* SPDX-License-Identifier: MIT
 *
 * root.c - a guarded Newton iteration in one dimension (Press et al., Numerical Recipes, 9.4, idea
 * only). See root.h for what goes in and out. Must not know whose function it is.
 */
#include "numeric/root.h"

#include <float.h>
#include <math.h>

#define STEPS_MAX 200

double numeric_log_ratio(double tail, double wanted)
{
    double difference = tail - wanted;
    return fabs(difference) < wanted / 2 ? log1p(difference / wanted) : log(tail) - log(wanted);
}

double numeric_root(
    numeric_root_fn distance, const void *context, double start, double low, double high)
{
    double x = start > low && start < high ? start : low + (high - low) / 2;
    for (int step = 0; step < STEPS_MAX; step++) {
        double slope = 0;
        double d = distance(context, x, &slope);
        if (d == 0) return x;
        if (d < 0)
            low = x;
        else
            high = x;
        double next = slope > 0 ? x - d / slope : low;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (fabs(next - x) <= DBL_EPSILON * fabs(next)) return next;
        x = next;
    }
    return x;
}
