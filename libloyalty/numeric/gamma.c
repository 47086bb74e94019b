/* SPDX-License-Identifier: MIT
 *
 * gamma.c - the incomplete gamma functions, their inverse and the chi-square tail.
 * Shape and point in, probability out (or back). Must not know of anything else.
 */
#include "numeric/gamma.h"
#include "numeric/normal.h"
#include "numeric/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define TWO_PI 6.28318530717958647693
#define TERMS_MAX 1000000

/* Loader, "Fast and accurate computation of binomial probabilities" (2000), section 4. */
double numeric_deviance(double x, double m)
{
    if (x == 0) return m;
    double difference = x - m;
    // Loader changes over at 0.1, where the difference of x log and x - m still loses a digit.
    if (fabs(difference) >= 0.4 * (x + m)) return x * log(x / m) - difference;
    double v = difference / (x + m);
    double sum = difference * v, power = 2 * x * v;
    for (int j = 3; j < 200; j += 2) {
        power *= v * v;
        double next = sum + power / j;
        if (next == sum) break;
        sum = next;
    }
    return sum;
}

/* x^a e^-x / Gamma(a + 1), accurate for large a. */
static double gamma_term(double a, double x)
{
    if (a < 1) return exp(a * log(x) - x - numeric_lgamma_one_plus(a));
    return exp(-numeric_stirling_rest(a) - numeric_deviance(a, x)) / sqrt(TWO_PI * a);
}

/* DLMF 8.11.4: P = term * sum x^n / (a+1)...(a+n). */
static double series_p(double a, double x)
{
    double sum = 1, part = 1;
    for (int n = 1; n < TERMS_MAX; n++) {
        part *= x / (a + n);
        sum += part;
        if (part < sum * DBL_EPSILON / 4) break;
    }
    return gamma_term(a, x) * sum;
}

/* DLMF 8.9.2 by the modified Lentz method: Q = a * term / (x+1-a- 1(1-a)/(x+3-a- ...)). */
static double fraction_q(double a, double x)
{
    double b = x + 1 - a;
    double c = 1 / DBL_MIN, d = 1 / b, product = d;
    for (int n = 1; n < TERMS_MAX; n++) {
        double numerator = -(double)n * (n - a);
        b += 2;
        d = numerator * d + b;
        if (fabs(d) < DBL_MIN) d = DBL_MIN;
        c = b + numerator / c;
        if (fabs(c) < DBL_MIN) c = DBL_MIN;
        d = 1 / d;
        double factor = c * d;
        product *= factor;
        if (fabs(factor - 1) < DBL_EPSILON) break;
    }
    return a * gamma_term(a, x) * product;
}

/* For small a and x the difference 1 - P loses digits: 1 - x^a/Gamma(a+1) is formed by expm1, the
 * rest of the series, DLMF 8.7.1, follows: P = x^a/Gamma(a+1) (1 + a sum (-x)^k/(k!(a+k))). */
static double small_q(double a, double x)
{
    double sum = 0, power = 1;
    for (int k = 1; k < 100; k++) {
        power *= -x / k;
        double part = power / (a + k);
        sum += part;
        if (fabs(part) < fabs(sum) * DBL_EPSILON / 4) break;
    }
    double exponent = a * log(x) - numeric_lgamma_one_plus(a);
    return -expm1(exponent) - exp(exponent) * a * sum;
}

double numeric_gamma_p(double a, double x)
{
    if (isnan(a) || isnan(x) || a <= 0 || x < 0) return NAN;
    if (x == 0) return 0;
    if (isinf(x)) return 1;
    if (x < a + 1) return series_p(a, x);
    return 1 - fraction_q(a, x);
}

double numeric_gamma_q(double a, double x)
{
    if (isnan(a) || isnan(x) || a <= 0 || x < 0) return NAN;
    if (x == 0) return 1;
    if (isinf(x)) return 0;
    if (x >= a + 1) return fraction_q(a, x);
    if (a < 1 && x < 1.5) return small_q(a, x);
    return 1 - series_p(a, x);
}

double numeric_chi_square_upper(double x, double degrees)
{
    return numeric_gamma_q(degrees / 2, x / 2);
}

struct gamma_root {
    double a, p;
};

/* At y = ln x; the logarithm of the smaller tail is compared, so that neither end loses digits and
 * Newton's steps stay long where a tail changes by powers of ten. */
static double gamma_distance(const void *context, double y, double *slope)
{
    const struct gamma_root *root = context;
    double x = exp(y), density = root->a * gamma_term(root->a, x);
    bool below = root->p <= 0.5;
    double tail = below ? numeric_gamma_p(root->a, x) : numeric_gamma_q(root->a, x);
    *slope = density / tail;
    return below ? numeric_log_ratio(tail, root->p) : -numeric_log_ratio(tail, 1 - root->p);
}

double numeric_gamma_p_inverse(double a, double p)
{
    if (isnan(a) || isnan(p) || a <= 0 || p < 0 || p > 1) return NAN;
    if (p == 0) return 0;
    if (p == 1) return INFINITY;
    /* Below, P(a, x) ~ x^a / Gamma(a + 1); otherwise Wilson and Hilferty's cube. */
    double small = (log(p) + numeric_lgamma_one_plus(a)) / a;
    if (small < -700) return exp(small);
    double z = numeric_normal_quantile(p);
    double cube = 1 - 1 / (9 * a) + z / (3 * sqrt(a));
    double start = cube > 0.1 && a > 0.5 ? log(a) + 3 * log(cube) : small;
    const struct gamma_root root = {a, p};
    double x = exp(numeric_root(gamma_distance, &root, start, -745, 709)), slope = 0;
    /* A large logarithm has too few digits behind the point: the last step is made in x itself. */
    double distance = gamma_distance(&root, log(x), &slope);
    return slope > 0 ? x - x * distance / slope : x;
}
