/* SPDX-License-Identifier: MIT
 *
 * beta.c - the regularised incomplete beta function and its inverse.
 * Parameters and point in, probability out (or back). Must not know of anything else.
 */
#include "numeric/beta.h"
#include "numeric/gamma.h"
#include "numeric/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define TWO_PI 6.28318530717958647693
#define TERMS_MAX 1000000

static double log_beta(double a, double b)
{
    double small = fmin(a, b), large = fmax(a, b);
    if (large < 10) return numeric_lgamma(a) + numeric_lgamma(b) - numeric_lgamma(a + b);
    /* ln Gamma(large) - ln Gamma(sum) by Stirling's formula: both are large and nearly equal. */
    double sum = small + large;
    double difference = numeric_stirling_rest(large) - numeric_stirling_rest(sum) -
                        (large - 0.5) * log1p(small / large) - small * log(sum) + small;
    return numeric_lgamma(small) + difference;
}

/* x^a y^b / B(a, b) with y = 1 - x, by Loader's binomial term where a and b are large. */
static double beta_term(double a, double b, double x, double y)
{
    if (a < 10 || b < 10) {
        double ln_x = x > 0.5 ? log1p(-y) : log(x);
        double ln_y = y > 0.5 ? log1p(-x) : log(y);
        return exp(a * ln_x + b * ln_y - log_beta(a, b));
    }
    double n = a + b;
    double rest = numeric_stirling_rest(n) - numeric_stirling_rest(a) - numeric_stirling_rest(b);
    double deviance = numeric_deviance(a, n * x) + numeric_deviance(b, n * y);
    return exp(rest - deviance) * sqrt(a / n * b / TWO_PI);
}

/* DLMF 8.17.22 by the modified Lentz method, fast for x below (a+1)/(a+b+2). */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (fabs(d) < DBL_MIN) d = DBL_MIN;
    d = 1 / d;
    double product = d;
    for (int m = 1; m < TERMS_MAX; m++) {
        const double terms[2] = {
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        };
        double factor = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            if (fabs(d) < DBL_MIN) d = DBL_MIN;
            c = 1 + terms[i] / c;
            if (fabs(c) < DBL_MIN) c = DBL_MIN;
            d = 1 / d;
            factor *= c * d;
        }
        product *= factor;
        if (fabs(factor - 1) < DBL_EPSILON) break;
    }
    return product;
}

static double lower_tail(double a, double b, double x, double y)
{
    return beta_term(a, b, x, y) / a * fraction(a, b, x);
}

/* ln(Gamma(a + b) / Gamma(a)) for a small b: of two nearly equal logarithms the difference keeps
 * its digits. DLMF 5.11.1, after as many steps of 5.5.1 as bring a to ten. */
static double log_rise(double a, double b)
{
    double rise = 0;
    for (; a < 10; a += 1)
        rise -= log1p(b / a);
    double rest = numeric_stirling_rest(a + b) - numeric_stirling_rest(a);
    return rise + (a - 0.5) * log1p(b / a) + b * log(a + b) - b + rest;
}

/* 1 - I_y(b, a) for b < 1 and a y below about 1, where the difference from 1 loses digits and the
 * fraction for the other tail converges slowly: 1 - y^b / (b B(b, a)) is formed by expm1, the rest
 * of the series, DLMF 8.17.7 with 15.2.1, follows. */
static double small_above(double b, double a, double y)
{
    double sum = 0, power = 1;
    for (int k = 1; k < 200; k++) {
        power *= (k - a) / k * y;
        double part = power / (b + k);
        sum += part;
        if (fabs(part) < fabs(sum) * DBL_EPSILON / 4) break;
    }
    double exponent = b * log(y) + log_rise(a, b) - numeric_lgamma_one_plus(b);
    return -expm1(exponent) - exp(exponent) * b * sum;
}

static bool is_small(double b, double a, double y)
{
    return b < 1 && y <= 0.5 && a * y < 1.5;
}

/* The probability below x; *above gets the one above it. Divided at the mean, so that the smaller
 * tail is always the one that is computed and keeps its digits. */
static double both_tails(double a, double b, double x, double y, double *above)
{
    if (is_small(a, b, x)) {
        *above = small_above(a, b, x);
        return lower_tail(a, b, x, y);
    }
    if (is_small(b, a, y)) {
        *above = lower_tail(b, a, y, x);
        return small_above(b, a, y);
    }
    if (x <= a / (a + b)) {
        double below = lower_tail(a, b, x, y);
        *above = 1 - below;
        return below;
    }
    *above = lower_tail(b, a, y, x);
    return 1 - *above;
}

static int outside(double a, double b, double x)
{
    return isnan(a) || isnan(b) || isnan(x) || a <= 0 || b <= 0 || x < 0 || x > 1;
}

double numeric_beta_p(double a, double b, double x)
{
    if (outside(a, b, x)) return NAN;
    if (x == 0 || x == 1) return x;
    double above = 0;
    return both_tails(a, b, x, 1 - x, &above);
}

double numeric_beta_q(double a, double b, double x)
{
    if (outside(a, b, x)) return NAN;
    if (x == 0 || x == 1) return 1 - x;
    double above = 0;
    both_tails(a, b, x, 1 - x, &above);
    return above;
}

struct beta_root {
    double a, b, p;
};

/* At the logit of x, so that neither end of [0, 1] is out of reach; the logarithm of the smaller
 * tail is compared, see gamma_distance. */
static double beta_distance(const void *context, double logit, double *slope)
{
    const struct beta_root *root = context;
    double x = 1 / (1 + exp(-logit)), y = 1 / (1 + exp(logit));
    double above = 0, below = both_tails(root->a, root->b, x, y, &above);
    bool compare_below = root->p <= 0.5;
    *slope = beta_term(root->a, root->b, x, y) / (compare_below ? below : above);
    if (compare_below) return numeric_log_ratio(below, root->p);
    return -numeric_log_ratio(above, 1 - root->p);
}

double numeric_beta_p_inverse(double a, double b, double p)
{
    if (outside(a, b, p)) return NAN;
    if (p == 0 || p == 1) return p;
    const struct beta_root root = {a, b, p};
    double logit = numeric_root(beta_distance, &root, log(a / b), -745, 709);
    return logit > 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit));
}
