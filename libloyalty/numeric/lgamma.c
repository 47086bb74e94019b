/* SPDX-License-Identifier: MIT
 *
 * lgamma.c - ln Gamma, digamma, trigamma and the rest of Stirling's formula.
 * A positive number in, a number out. Must not know of anything else; unlike C's lgamma it writes
 * no global.
 */
#include "numeric/gamma.h"

#include <math.h>
#include <stddef.h>

#define EULER 0.57721566490153286061
#define HALF_LN_2PI 0.91893853320467274178
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* zeta(k) - 1 for k = 2, 3, ...: DLMF 25.2.1, computed with 60 digits. */
// clang-format off
static const double zeta_less_one[] = {
    6.44934066848226406066e-01, 2.02056903159594292152e-01, 8.23232337111381856642e-02,
    3.69277551433699266492e-02, 1.73430619844491401560e-02, 8.34927738192282713203e-03,
    4.07735619794433960111e-03, 2.00839282608221425530e-03, 9.94575127818085255593e-04,
    4.94188604119464528625e-04, 2.46086553308048319906e-04, 1.22713347578489145439e-04,
    6.12481350587048276653e-05, 3.05882363070204932689e-05, 1.52822594086518709648e-05,
    7.63719763789976256827e-06, 3.81729326499984021842e-06, 1.90821271655393897155e-06,
    9.53962033872796212006e-07, 4.76932986787806446824e-07, 2.38450502727733004353e-07,
    1.19219925965311063718e-07, 5.96081890512594800969e-08, 2.98035035146522792822e-08,
};
/* B(2k) / (2k (2k - 1)) of Stirling's series, DLMF 5.11.1; its derivatives serve digamma and trigamma. */
static const double stirling[] = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156,
    -3617.0 / 122400, 43867.0 / 244188,
};
/* B(2k) / (2k), DLMF 5.11.2, and B(2k), DLMF 5.15.8. */
static const double digamma_series[] = {
    1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12,
    -3617.0 / 8160,
};
static const double trigamma_series[] = {
    1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
};
// clang-format on

static double polynomial(const double *coefficients, size_t count, double x)
{
    double sum = 0;
    while (count--)
        sum = sum * x + coefficients[count];
    return sum;
}

/* ln Gamma(2 + z), |z| <= 1/2: DLMF 5.7.3. The factor z keeps the zero at 2 exact. */
static double lgamma_near_two(double z)
{
    double tail = 0;
    for (size_t k = LENGTH(zeta_less_one) + 1; k >= 2; k--) {
        double sign = k % 2 ? -1 : 1;
        tail = tail * z + sign * zeta_less_one[k - 2] / (double)k;
    }
    return z * ((1 - EULER) + z * tail);
}

static double stirling_series(double x)
{
    return polynomial(stirling, LENGTH(stirling), 1 / (x * x)) / x;
}

double numeric_lgamma(double x)
{
    if (isnan(x) || x <= 0) return x == 0 ? INFINITY : NAN;
    if (isinf(x)) return x;
    if (x >= 10) return (x - 0.5) * log(x) - x + HALF_LN_2PI + stirling_series(x);
    if (x < 0.5) return lgamma_near_two(x) - log(x) - log1p(x);
    if (x < 1.5) return lgamma_near_two(x - 1) - log1p(x - 1);
    double product = 1;
    while (x > 2.5) {
        x -= 1;
        product *= x;
    }
    return lgamma_near_two(x - 2) + log(product);
}

double numeric_lgamma_one_plus(double x)
{
    return x < 0.5 ? lgamma_near_two(x) - log1p(x) : numeric_lgamma(1 + x);
}

double numeric_stirling_rest(double x)
{
    if (isnan(x) || x <= 0) return NAN;
    if (x >= 10) return stirling_series(x);
    return numeric_lgamma(x + 1) - (x + 0.5) * log(x) + x - HALF_LN_2PI;
}

double numeric_digamma(double x)
{
    if (isnan(x) || x <= 0) return NAN;
    double shift = 0;
    for (; x < 12; x += 1)
        shift -= 1 / x;
    double square = 1 / (x * x);
    double series = square * polynomial(digamma_series, LENGTH(digamma_series), square);
    return shift + log(x) - 0.5 / x - series;
}

double numeric_trigamma(double x)
{
    if (isnan(x) || x <= 0) return NAN;
    double shift = 0;
    for (; x < 12; x += 1)
        shift += 1 / (x * x);
    double square = 1 / (x * x);
    double series = square / x * polynomial(trigamma_series, LENGTH(trigamma_series), square);
    return shift + 1 / x + square / 2 + series;
}
