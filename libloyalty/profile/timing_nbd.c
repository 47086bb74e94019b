/* SPDX-License-Identifier: MIT
 *
 * timing_nbd.c - NBD: parameters r, alpha; nobody leaves. In: histories. Out: as timing_bgnbd.c.
 * ln L = lnG(r+x) - lnG(r) + r ln alpha - (r+x) ln(alpha+T), of the times of the purchases and not
 * of their number alone, so that it compares with the models in which members leave.
 */
#include "profile/timing_private.h"

#include "numeric/gamma.h"

#include <math.h>

enum { R, ALPHA, ORDER };

static double log_likelihood(const struct timing_cases *cases, const double *p, double *slope)
{
    double sum = 0, gamma_here = 0, digamma_here = 0;
    int64_t repeats = -1;
    slope[R] = slope[ALPHA] = 0;
    for (size_t i = 0; i < cases->count; i++) {
        const struct loy_timing_history *h = &cases->cases[i].history;
        double members = cases->cases[i].members, power = p[R] + (double)h->repeats;
        if (h->repeats != repeats) {
            repeats = h->repeats;
            gamma_here = numeric_lgamma(power) - numeric_lgamma(p[R]);
            digamma_here = numeric_digamma(power) - numeric_digamma(p[R]);
        }
        double end = log(p[ALPHA] + h->age);
        sum += members * (gamma_here + p[R] * log(p[ALPHA]) - power * end);
        slope[R] += members * (digamma_here + log(p[ALPHA]) - end);
        slope[ALPHA] += members * (p[R] / p[ALPHA] - power / (p[ALPHA] + h->age));
    }
    return sum;
}

static double active(const double *p, const struct loy_timing_history *h)
{
    (void)p;
    (void)h;
    return 1;
}

static double expected(const double *p, const struct loy_timing_history *h, double time)
{
    return (p[R] + (double)h->repeats) / (p[ALPHA] + h->age) * time;
}

void timing_nbd_counts(double shape, double rate, double time, double *probabilities, size_t last)
{
    double share = time / (rate + time), here = exp(shape * log1p(-share));
    for (size_t k = 0; k <= last; k++) {
        probabilities[k] = here;
        here *= (shape + (double)k) / ((double)k + 1) * share;
    }
}

static void counts(const double *p, const struct loy_timing_history *h, double time,
    double *probabilities, size_t last)
{
    timing_nbd_counts(p[R] + (double)h->repeats, p[ALPHA] + h->age, time, probabilities, last);
}

static double leave_draw(
    const double *p, const struct loy_timing_history *h, struct numeric_random *random)
{
    (void)p;
    (void)h;
    (void)random;
    return 0;
}

static void go_on(
    struct timing_future *future, const double *times, size_t count, struct numeric_random *random)
{
    timing_counts_draw(future->rate, INFINITY, times, count, random, future->counts);
    future->mean = future->rate * times[count - 1];
}

const struct timing_model timing_nbd = {
    .order = ORDER,
    .names = {"r", "alpha"},
    .is_time = {[ALPHA] = true},
    .log_likelihood = log_likelihood,
    .active = active,
    .expected = expected,
    .counts = counts,
    .leave_draw = leave_draw,
    .go_on = go_on,
};
