/* SPDX-License-Identifier: MIT
 *
 * hyper.c - 2F1 by its series (DLMF 15.2.1), after Euler's transformation where that makes it
 * converge faster (15.8.1), and near 1 by Taylor steps of its differential equation (15.10.1): each
 * goes half of the way to 1, where the series would need as many terms as 1/(1 - z).
 */
#include "numeric/hyper.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define TERMS_MAX 50000000
#define SERIES_UP_TO 0.9
/* The other solution of the equation, z^(1-c), spoils a step by (1 - 1/18)^(1-c) at most. */
#define STEPS_UP_TO_C 200
#define STEPS_UP_TO_EXCESS 6
#define LARGE 0x1p+600

struct hyper {
    double a, b, c;
    double z, value, slope; /* the function and its derivative at z, both times exp(-log_scale) */
    double log_scale;
};

static void rescale(struct hyper *hyper, double *term)
{
    if (fabs(hyper->value) < LARGE && fabs(hyper->slope) < LARGE) return;
    hyper->value /= LARGE;
    hyper->slope /= LARGE;
    *term /= LARGE;
    hyper->log_scale += log(LARGE);
}

static bool series(struct hyper *hyper, double z)
{
    double term = 1;
    hyper->z = z;
    hyper->value = 1;
    hyper->slope = 0; // times z until the end
    for (int n = 0; n < TERMS_MAX; n++) {
        term *= (hyper->a + n) * (hyper->b + n) / ((hyper->c + n) * (n + 1)) * z;
        hyper->value += term;
        hyper->slope += (n + 1) * term;
        rescale(hyper, &term);
        double rest = fabs(term) / (1 - z);
        if (n > 8 && rest <= fabs(hyper->value) * DBL_EPSILON / 16 &&
            rest * (n + 1) <= fabs(hyper->slope) * DBL_EPSILON) {
            hyper->slope /= z;
            return true;
        }
        if (term == 0) break;
    }
    if (z > 0) hyper->slope /= z;
    return term == 0;
}

/* With f = sum of terms at distance u = to - z; each from the two before. */
static bool taylor_step(struct hyper *hyper, double to)
{
    double z = hyper->z, u = to - z, turn = z * (1 - z);
    double before = hyper->value, term = hyper->slope * u;
    double value = before + term, slope = term;
    for (int n = 0; n < 2000; n++) {
        double bend = (1 - 2 * z) * n + hyper->c - (hyper->a + hyper->b + 1) * z;
        double next =
            u * u * (n + hyper->a) * (n + hyper->b) * before / (turn * (n + 2) * (n + 1)) -
            u * bend * term / (turn * (n + 2));
        before = term;
        term = next;
        value += term;
        slope += (n + 2) * term;
        if (fabs(term) + fabs(before) > fabs(value) * DBL_EPSILON / 8) continue;
        if ((n + 2) * (fabs(term) + fabs(before)) > fabs(slope) * DBL_EPSILON) continue;
        hyper->z = to;
        hyper->value = value;
        hyper->slope = slope / u;
        rescale(hyper, &term);
        return true;
    }
    return false;
}

static bool reach(struct hyper *hyper, double z)
{
    // With a large excess the series converges at 1 itself, and steps would cancel.
    bool fast = hyper->c - hyper->a - hyper->b > STEPS_UP_TO_EXCESS;
    if (z <= SERIES_UP_TO || hyper->c > STEPS_UP_TO_C || fast) return series(hyper, z);
    if (!series(hyper, SERIES_UP_TO)) return false;
    while (hyper->z < z) {
        double half = hyper->z + (1 - hyper->z) / 2;
        if (!taylor_step(hyper, half < z ? half : z)) return false;
    }
    return true;
}

double numeric_hyper_log(double a, double b, double c, double z)
{
    if (!(a > 0 && b > 0 && c > 0 && z >= 0 && z < 1)) return NAN;
    if (z == 0) return 0;
    double excess = c - a - b, outside = 0;
    // Further below, the transformed terms change their signs and cancel.
    if (excess < 0 && c - a > -1 && c - b > -1) {
        outside = excess * log1p(-z);
        a = c - a;
        b = c - b;
    }
    struct hyper hyper = {.a = a, .b = b, .c = c};
    if (!reach(&hyper, z) || !(hyper.value > 0)) return NAN;
    return outside + log(hyper.value) + hyper.log_scale;
}
