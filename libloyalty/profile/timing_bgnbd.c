/* SPDX-License-Identifier: MIT
 *
 * timing_bgnbd.c - BG/NBD: parameters r, alpha, a, b. In: histories. Out: likelihood with slopes,
 * P(active), expected purchases and their distribution.
 *
 * With A1 to A4 as in Fader and Hardie (2013), brucehardie.com/notes/027:
 *   ln L = A1 + A2 + ln(exp A3 + [x > 0] exp A4)
 *   A1 = lnG(r+x) - lnG(r) + r ln alpha       A2 = lnG(a+b) + lnG(b+x) - lnG(b) - lnG(a+b+x)
 *   A3 = -(r+x) ln(alpha+T)                   A4 = ln a - ln(b+x-1) - (r+x) ln(alpha+t_x)
 * Active now, the rate is gamma(r+x, alpha+T) and the chance to leave beta(a, b+x), apart.
 */
#include "profile/timing_private.h"

#include "numeric/gamma.h"
#include "numeric/hyper.h"

#include <math.h>

#define SUMMANDS_MAX 10000000

enum { R, ALPHA, A, B, ORDER };

/* What depends on the number of repeats only. */
struct repeats {
    int64_t x;
    double value, slope[ORDER]; /* A1 + A2 */
    double leave;               /* ln a - ln(b+x-1) */
};

static struct repeats repeats_make(const double *p, int64_t x)
{
    double n = (double)x, both = p[A] + p[B];
    struct repeats made = {.x = x, .value = p[R] * log(p[ALPHA])};
    made.slope[R] = log(p[ALPHA]);
    made.slope[ALPHA] = p[R] / p[ALPHA];
    if (x == 0) return made;
    made.value += numeric_lgamma(p[R] + n) - numeric_lgamma(p[R]) + numeric_lgamma(both) +
                  numeric_lgamma(p[B] + n) - numeric_lgamma(p[B]) - numeric_lgamma(both + n);
    made.leave = log(p[A]) - log(p[B] + n - 1);
    made.slope[R] += numeric_digamma(p[R] + n) - numeric_digamma(p[R]);
    made.slope[A] = numeric_digamma(both) - numeric_digamma(both + n);
    made.slope[B] = made.slope[A] + numeric_digamma(p[B] + n) - numeric_digamma(p[B]);
    return made;
}

static double case_add(
    const double *p, const struct timing_case *one, const struct repeats *repeats, double *slope)
{
    const struct loy_timing_history *h = &one->history;
    double power = p[R] + (double)h->repeats;
    double stays = log(p[ALPHA] + h->age), left = 0, value = -power * stays, weight = 0;
    if (h->repeats > 0) {
        left = log(p[ALPHA] + h->recency);
        double odds = exp(repeats->leave + power * (stays - left)); // of having left
        weight = isinf(odds) ? 1 : odds / (1 + odds);
        value = isinf(odds) ? repeats->leave - power * left : value + log1p(odds);
    }
    double each[ORDER] = {-stays + weight * (stays - left), -power / (p[ALPHA] + h->age), 0, 0};
    if (h->repeats > 0) {
        each[ALPHA] += weight * (power / (p[ALPHA] + h->age) - power / (p[ALPHA] + h->recency));
        each[A] = weight / p[A];
        each[B] = -weight / (p[B] + (double)h->repeats - 1);
    }
    for (size_t i = 0; i < ORDER; i++)
        slope[i] += one->members * (each[i] + repeats->slope[i]);
    return one->members * (value + repeats->value);
}

static double log_likelihood(
    const struct timing_cases *cases, const double *parameters, double *slope)
{
    struct repeats repeats = {.x = -1};
    double sum = 0;
    for (size_t i = 0; i < ORDER; i++)
        slope[i] = 0;
    for (size_t i = 0; i < cases->count; i++) {
        const struct timing_case *one = &cases->cases[i];
        if (one->history.repeats != repeats.x)
            repeats = repeats_make(parameters, one->history.repeats);
        sum += case_add(parameters, one, &repeats, slope);
    }
    return sum;
}

static double active(const double *p, const struct loy_timing_history *h)
{
    if (h->repeats == 0) return 1;
    double x = (double)h->repeats;
    double odds = p[A] / (p[B] + x - 1) *
                  exp((p[R] + x) * (log(p[ALPHA] + h->age) - log(p[ALPHA] + h->recency)));
    return 1 / (1 + odds);
}

/* Equation 10 of the paper: (a+b+x-1)/(a-1) (1 - ((alpha+T)/(alpha+T+t))^(r+x) 2F1). */
static double expected_closed(const double *p, const struct loy_timing_history *h, double time)
{
    double x = (double)h->repeats, base = p[ALPHA] + h->age, all = p[A] + p[B] + x - 1;
    double series = numeric_hyper_log(p[R] + x, p[B] + x, all, time / (base + time));
    double rest = -expm1(series + (p[R] + x) * (log(base) - log(base + time)));
    return all / (p[A] - 1) * rest;
}

/* P(the k-th purchase comes) is P(the member would still be there) P(at least k at his rate). */
static double expected_summed(const double *p, const struct loy_timing_history *h, double time)
{
    double shape = p[R] + (double)h->repeats, b = p[B] + (double)h->repeats;
    double share = time / (p[ALPHA] + h->age + time);
    double here = exp(shape * log1p(-share)), tail = 1 - here, stay = 1, sum = 0;
    for (int k = 1; k < SUMMANDS_MAX && tail > 0 && stay * tail > 1e-16 * sum; k++) {
        sum += stay * tail;
        stay *= (b + k - 1) / (p[A] + b + k - 1);
        here *= (shape + k - 1) / k * share;
        tail -= here;
    }
    return sum;
}

/* The closed form is 0/0 at a = 1 and not defined for a + b + x <= 1. */
static double expected(const double *p, const struct loy_timing_history *h, double time)
{
    if (time <= 0) return 0;
    bool closed = fabs(p[A] - 1) > 1e-3 && p[A] + p[B] + (double)h->repeats - 1 > 1e-3;
    return active(p, h) * (closed ? expected_closed(p, h, time) : expected_summed(p, h, time));
}

static void counts(const double *p, const struct loy_timing_history *h, double time,
    double *probabilities, size_t last)
{
    double x = (double)h->repeats, below = 0;
    double stay = 1;                         // B(a, b+x+k) / B(a, b+x)
    double leave = p[A] / (p[A] + p[B] + x); // B(a+1, b+x+k-1) / B(a, b+x)
    timing_nbd_counts(p[R] + x, p[ALPHA] + h->age, time, probabilities, last);
    for (size_t k = 0; k <= last; k++) {
        double bought = probabilities[k], n = (double)k;
        probabilities[k] = stay * bought + (k > 0 ? leave * fmax(0, 1 - below) : 0);
        below += bought;
        stay *= (p[B] + x + n) / (p[A] + p[B] + x + n);
        if (k > 0) leave *= (p[B] + x + n - 1) / (p[A] + p[B] + x + n);
    }
}

static double leave_draw(
    const double *p, const struct loy_timing_history *h, struct numeric_random *random)
{
    double share = numeric_random_beta(random, p[A], p[B] + (double)h->repeats);
    /* Both of its gammas were too small for a double: a is 0 or b is. */
    return isnan(share) ? (p[A] > p[B] ? 1 : 0) : share;
}

/* He leaves behind one of the purchases, whatever their times. */
static void go_on(
    struct timing_future *future, const double *times, size_t count, struct numeric_random *random)
{
    double last = log(numeric_random_uniform(random)) / log1p(-future->leave);
    double most = future->leave > 0 ? 1 + floor(last) : INFINITY;
    timing_counts_draw(future->rate, INFINITY, times, count, random, future->counts);
    for (size_t i = 0; i < count; i++)
        future->counts[i] = fmin(future->counts[i], most);
    future->mean = timing_mean_until(future->rate, future->rate * future->leave, times[count - 1]);
}

const struct timing_model timing_bgnbd = {
    .order = ORDER,
    .names = {"r", "alpha", "a", "b"},
    .is_time = {[ALPHA] = true},
    .log_likelihood = log_likelihood,
    .active = active,
    .expected = expected,
    .counts = counts,
    .leave_draw = leave_draw,
    .go_on = go_on,
};
