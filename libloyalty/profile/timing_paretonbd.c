/* SPDX-License-Identifier: MIT
 *
 * timing_paretonbd.c - Pareto/NBD: parameters r, alpha, s, beta. In: histories. Out: as
 * timing_bgnbd.c. A member is there still, or left at some u between the last purchase and now:
 *
 *   L = G(r+x)/G(r) alpha^r beta^s
 *       { (alpha+T)^-(r+x) (beta+T)^-s  +  s integral_tx^T (alpha+u)^-(r+x) (beta+u)^-(s+1) du }
 *
 * The integral is reckoned as it stands: all that is summed is positive, and its slopes come from
 * the same places, where differences of 2F1 would cancel. Active now, the rate of purchases is
 * gamma(r+x, alpha+T) and that of leaving gamma(s, beta+T), apart.
 */
#include "profile/timing_private.h"

#include "numeric/gamma.h"
#include "numeric/quadrature.h"

#include <math.h>

/* An integrand changes by exp(STRETCH) over a part at most. */
#define STRETCH 8
#define PARTS_MAX 100000

enum { R, ALPHA, S, BETA, ORDER };

/* The integral and its slopes by the parameters, all times exp(-log_scale). */
struct left {
    double log_scale, value, slope[ORDER];
};

/* At u = exp(v) - smaller(alpha, beta), where both factors are smooth. */
static void left_add(const double *p, double power, double v, double weight, struct left *left)
{
    double u = exp(v) - fmin(p[ALPHA], p[BETA]);
    double rate = log(p[ALPHA] + u), leave = log(p[BETA] + u);
    double part = weight * exp(v - power * rate - (p[S] + 1) * leave - left->log_scale);
    left->value += part;
    left->slope[R] -= part * rate;
    left->slope[ALPHA] -= part * power / (p[ALPHA] + u);
    left->slope[S] -= part * leave;
    left->slope[BETA] -= part * (p[S] + 1) / (p[BETA] + u);
}

static struct left left_find(const double *p, const struct loy_timing_history *h)
{
    double shift = fmin(p[ALPHA], p[BETA]), power = p[R] + (double)h->repeats;
    double low = log(shift + h->recency), high = log(shift + h->age);
    struct left left = {.log_scale = low - power * log(p[ALPHA] + h->recency) -
                                     (p[S] + 1) * log(p[BETA] + h->recency)};
    /* Where the logarithm of the integrand is steepest in v: at the end. */
    double steep =
        1 + (shift + h->age) * (power / (p[ALPHA] + h->age) + (p[S] + 1) / (p[BETA] + h->age));
    double parts = ceil((high - low) * fmax(1, steep / STRETCH));
    double width = parts > 0 ? (high - low) / parts : 0;
    for (double i = 0; i < parts && i < PARTS_MAX; i++) {
        double before = left.value;
        for (size_t k = 0; k < NUMERIC_QUADRATURE_PLACES; k++) {
            struct numeric_place place =
                numeric_quadrature(low + i * width, low + (i + 1) * width, k);
            left_add(p, power, place.at, place.weight, &left);
        }
        if (i > 1 && left.value - before < 1e-18 * left.value) break;
    }
    return left;
}

/* ln of what is in the braces, ln of its first summand, and the slopes of the whole. */
static double braces(
    const double *p, const struct loy_timing_history *h, double *log_here, double slope[ORDER])
{
    double power = p[R] + (double)h->repeats;
    double rate = log(p[ALPHA] + h->age), leave = log(p[BETA] + h->age);
    struct left left = left_find(p, h);
    double here = -power * rate - p[S] * leave;
    double gone = left.value > 0 ? log(p[S] * left.value) + left.log_scale : -INFINITY;
    double larger = fmax(here, gone);
    double sum = larger + log(exp(here - larger) + exp(gone - larger));
    double stays = exp(here - sum), leaves = exp(gone - sum);
    const double of_here[ORDER] = {
        -rate, -power / (p[ALPHA] + h->age), -leave, -p[S] / (p[BETA] + h->age)};
    for (size_t i = 0; i < ORDER; i++)
        slope[i] = stays * of_here[i] + (left.value > 0 ? leaves * left.slope[i] / left.value : 0);
    slope[S] += leaves / p[S];
    *log_here = here;
    return sum;
}

static double log_likelihood(const struct timing_cases *cases, const double *p, double *slope)
{
    double sum = 0, gamma_here = 0, digamma_here = 0, log_here;
    int64_t repeats = -1;
    for (size_t i = 0; i < ORDER; i++)
        slope[i] = 0;
    for (size_t i = 0; i < cases->count; i++) {
        const struct loy_timing_history *h = &cases->cases[i].history;
        double members = cases->cases[i].members, power = p[R] + (double)h->repeats, each[ORDER];
        if (h->repeats != repeats) {
            repeats = h->repeats;
            gamma_here = numeric_lgamma(power) - numeric_lgamma(p[R]);
            digamma_here = numeric_digamma(power) - numeric_digamma(p[R]);
        }
        double value = braces(p, h, &log_here, each);
        sum += members * (gamma_here + p[R] * log(p[ALPHA]) + p[S] * log(p[BETA]) + value);
        slope[R] += members * (digamma_here + log(p[ALPHA]) + each[R]);
        slope[ALPHA] += members * (p[R] / p[ALPHA] + each[ALPHA]);
        slope[S] += members * (log(p[BETA]) + each[S]);
        slope[BETA] += members * (p[S] / p[BETA] + each[BETA]);
    }
    return sum;
}

static double active(const double *p, const struct loy_timing_history *h)
{
    double slope[ORDER], log_here = 0;
    double sum = braces(p, h, &log_here, slope);
    return exp(log_here - sum);
}

/* E(purchases | active) = rate (beta+T)/(s-1) (1 - ((beta+T)/(beta+T+t))^(s-1)); at s = 1 its
 * limit. */
static double expected(const double *p, const struct loy_timing_history *h, double time)
{
    double rate = (p[R] + (double)h->repeats) / (p[ALPHA] + h->age), base = p[BETA] + h->age;
    double shrunk = log(base) - log(base + time);
    double there = p[S] == 1 ? -shrunk : -expm1((p[S] - 1) * shrunk) / (p[S] - 1);
    return active(p, h) * rate * base * there;
}

/* He stays for all of the time, or leaves after u of it. */
static void counts(const double *p, const struct loy_timing_history *h, double time,
    double *probabilities, size_t last)
{
    double shape = p[R] + (double)h->repeats, rate = p[ALPHA] + h->age, base = p[BETA] + h->age;
    double stays = exp(p[S] * (log(base) - log(base + time)));
    timing_nbd_counts(shape, rate, time, probabilities, last);
    for (size_t k = 0; k <= last; k++)
        probabilities[k] *= stays;
    double shift = fmin(rate, base), low = log(shift), high = log(shift + time);
    double steep = 1 + (shift + time) * (p[S] + 1) / (base + time) + (double)last / 4;
    double parts = ceil((high - low) * fmax(1, steep / STRETCH));
    for (double i = 0; i < parts; i++)
        for (size_t at = 0; at < NUMERIC_QUADRATURE_PLACES; at++) {
            struct numeric_place place = numeric_quadrature(
                low + i * (high - low) / parts, low + (i + 1) * (high - low) / parts, at);
            double u = exp(place.at) - shift, share = u / (rate + u);
            double leaves =
                place.weight * exp(place.at + p[S] * log(base) - (p[S] + 1) * log(base + u)) * p[S];
            double bought = exp(shape * log1p(-share));
            for (size_t k = 0; k <= last; k++) {
                probabilities[k] += leaves * bought;
                bought *= (shape + (double)k) / ((double)k + 1) * share;
            }
        }
}

static double leave_draw(
    const double *p, const struct loy_timing_history *h, struct numeric_random *random)
{
    return numeric_random_gamma(random, p[S]) / (p[BETA] + h->age);
}

static void go_on(
    struct timing_future *future, const double *times, size_t count, struct numeric_random *random)
{
    double until = -log(numeric_random_uniform(random)) / future->leave;
    timing_counts_draw(future->rate, until, times, count, random, future->counts);
    future->mean = timing_mean_until(future->rate, future->leave, times[count - 1]);
}

const struct timing_model timing_paretonbd = {
    .order = ORDER,
    .names = {"r", "alpha", "s", "beta"},
    .is_time = {[ALPHA] = true, [BETA] = true},
    .log_likelihood = log_likelihood,
    .active = active,
    .expected = expected,
    .counts = counts,
    .leave_draw = leave_draw,
    .go_on = go_on,
};
