/* SPDX-License-Identifier: MIT
 *
 * normal.c - the standard normal distribution by C's erfc, and its quantile.
 * Numbers in, numbers out. Must not know of anything else.
 */
#include "numeric/normal.h"

#include <math.h>

#define SQRT_HALF 0.70710678118654752440
#define SQRT_2PI 2.50662827463100050242

double numeric_normal_p(double z)
{
    return 0.5 * erfc(-z * SQRT_HALF);
}

double numeric_normal_q(double z)
{
    return 0.5 * erfc(z * SQRT_HALF);
}

/* Abramowitz and Stegun 26.2.23: within 4.5e-4 of the upper quantile, 0 < p <= 1/2. */
static double rough_quantile(double p)
{
    double t = sqrt(-2 * log(p));
    double numerator = 2.515517 + t * (0.802853 + t * 0.010328);
    double denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    return t - numerator / denominator;
}

double numeric_normal_quantile(double p)
{
    if (isnan(p) || p < 0 || p > 1) return NAN;
    if (p == 0) return -INFINITY;
    if (p == 1) return INFINITY;
    if (p == 0.5) return 0;
    double tail = p < 0.5 ? p : 1 - p;
    double z = rough_quantile(tail);
    /* Halley's step triples the digits; near the middle the relative error asks for the last one.
     */
    for (int step = 0; step < 4; step++) {
        double density = exp(-z * z / 2) / SQRT_2PI;
        double error = (numeric_normal_q(z) - tail) / density;
        if (tail > 0.25) error = (0.5 - tail - 0.5 * erf(z * SQRT_HALF)) / density;
        z += error / (1 - z * error / 2);
    }
    return p < 0.5 ? -z : z;
}
