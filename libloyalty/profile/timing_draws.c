/* SPDX-License-Identifier: MIT
 *
 * timing_draws.c - a member's future with all that is not known of it. In: a fitted model, a seed,
 * one history. Out: intervals. Must not know how a model is reckoned, nor of other members.
 */
#include "profile/timing_private.h"

#include "numeric/cholesky.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL 0.1

struct loy_timing_draws {
    struct loy_timing_fit fit;
    const struct timing_model *model;
    uint64_t seed;
    double parameters[LOY_TIMING_DRAWS][LOY_TIMING_ORDER];
};

/* exp(logarithms + L z), L the lower factor of their covariance. */
static void parameters_draw(
    struct loy_timing_draws *draws, const double *factor, struct numeric_random *random, size_t i)
{
    size_t n = draws->model->order;
    double normal[LOY_TIMING_ORDER];
    for (size_t j = 0; j < n; j++)
        normal[j] = numeric_random_normal(random);
    for (size_t j = 0; j < n; j++) {
        double off = 0;
        for (size_t k = 0; k <= j; k++)
            off += factor[j * n + k] * normal[k];
        double most = log(LOY_TIMING_PARAMETER_MAX);
        draws->parameters[i][j] = draws->fit.parameters[j] * exp(fmax(-most, fmin(most, off)));
    }
}

enum loy_status loy_timing_draws_open(
    const struct loy_timing_fit *fit, uint64_t seed, struct loy_timing_draws **draws)
{
    double factor[LOY_TIMING_ORDER * LOY_TIMING_ORDER];
    if (!fit || !draws || fit->at_bound) return LOY_E_ARGUMENT;
    const struct timing_model *model = timing_model_of(fit->model);
    if (!model) return LOY_E_ARGUMENT;
    memcpy(factor, fit->covariance, sizeof factor);
    if (!numeric_cholesky(factor, model->order)) return LOY_E_ARGUMENT;
    struct loy_timing_draws *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->fit = *fit;
    made->model = model;
    made->seed = seed;
    struct numeric_random random = numeric_random_at(seed, 0);
    for (size_t i = 0; i < LOY_TIMING_DRAWS; i++)
        parameters_draw(made, factor, &random, i);
    *draws = made;
    return LOY_OK;
}

void loy_timing_draws_close(struct loy_timing_draws *draws)
{
    free(draws);
}

/* ---- Futures ------------------------------------------------------------------------------- */

double timing_mean_until(double rate, double end, double time)
{
    return end > 0 ? -expm1(-end * time) * (rate / end) : rate * time;
}

void timing_counts_draw(double rate, double until, const double *times, size_t count,
    struct numeric_random *random, double *counts)
{
    double sum = 0, before = 0;
    for (size_t i = 0; i < count; i++) {
        double now = fmin(times[i], until);
        if (now > before) sum += numeric_random_poisson(random, rate * (now - before));
        before = fmax(before, now);
        counts[i] = sum;
    }
}

/* In every model an active member's rate is gamma(r + x, alpha + T). */
static struct timing_future future_draw(const struct loy_timing_draws *draws, const double *p,
    double active, const struct loy_timing_history *history, const double *times, size_t count,
    struct numeric_random *random)
{
    double shape = p[TIMING_SHAPE] + (double)history->repeats;
    struct timing_future future = {.active = numeric_random_uniform(random) < active,
        .rate = numeric_random_gamma(random, shape) / (p[TIMING_SCALE] + history->age)};
    if (!future.active) return future;
    future.leave = draws->model->leave_draw(p, history, random);
    draws->model->go_on(&future, times, count, random);
    return future;
}

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

struct numeric_random timing_stream(
    const struct loy_timing_draws *draws, const struct loy_timing_history *history, uint64_t salt)
{
    const uint64_t parts[3] = {
        (uint64_t)history->repeats, bits_of(history->recency), bits_of(history->age)};
    uint32_t words[4] = {0};
    for (size_t i = 0; i < 3; i++) {
        const uint32_t key[2] = {(uint32_t)parts[i], (uint32_t)(parts[i] >> 32)};
        const uint32_t counter[4] = {words[0], words[1], words[2], words[3]};
        numeric_philox(counter, key, words);
    }
    return numeric_random_at(draws->seed + salt, (uint64_t)words[0] << 32 | words[1]);
}

void timing_futures_draw(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    struct timing_future *futures, double *active)
{
    struct numeric_random random = timing_stream(draws, history, 0);
    for (size_t i = 0; i < LOY_TIMING_DRAWS; i++) {
        const double *p = draws->parameters[i];
        active[i] = draws->model->active(p, history);
        for (size_t k = 0; k < TIMING_PATHS; k++)
            futures[i * TIMING_PATHS + k] =
                future_draw(draws, p, active[i], history, times, count, &random);
    }
}

/* ---- Intervals ------------------------------------------------------------------------------ */

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void timing_interval_take(double *values, size_t count, double *low, double *high)
{
    size_t outside = (size_t)floor(TAIL * (double)count);
    qsort(values, count, sizeof *values, by_value);
    *low = values[outside];
    *high = values[count - 1 - outside];
}

static void outlook_take(const struct timing_future *futures, double *active, size_t count,
    struct loy_timing_outlook *outlook)
{
    double values[TIMING_FUTURES];
    for (size_t i = 0; i < TIMING_FUTURES; i++)
        values[i] = futures[i].rate;
    timing_interval_take(values, TIMING_FUTURES, &outlook->frequency.low, &outlook->frequency.high);
    timing_interval_take(active, LOY_TIMING_DRAWS, &outlook->active.low, &outlook->active.high);
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < TIMING_FUTURES; i++)
            values[i] = futures[i].counts[t];
        timing_interval_take(
            values, TIMING_FUTURES, &outlook->purchases[t].low, &outlook->purchases[t].high);
    }
}

double timing_rate(const struct loy_timing_fit *fit, const struct loy_timing_history *history)
{
    return (fit->parameters[TIMING_SHAPE] + (double)history->repeats) /
           (fit->parameters[TIMING_SCALE] + history->age);
}

void timing_outlook_make(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    const struct timing_future *futures, double *active, struct loy_timing_outlook *outlook)
{
    outlook->frequency.value = timing_rate(&draws->fit, history);
    outlook->active.value = loy_timing_active(&draws->fit, history);
    for (size_t t = 0; t < count; t++)
        outlook->purchases[t].value = loy_timing_expected(&draws->fit, history, times[t]);
    outlook_take(futures, active, count, outlook);
}

enum loy_status loy_timing_look_ahead(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    struct loy_timing_outlook *outlook)
{
    struct timing_future futures[TIMING_FUTURES];
    double active[LOY_TIMING_DRAWS];
    if (!draws || !history || !times || !outlook || count == 0 || count > LOY_TIMING_TIMES_MAX)
        return LOY_E_ARGUMENT;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(times[i]) || times[i] < (i > 0 ? times[i - 1] : 0)) return LOY_E_ARGUMENT;
    if (!timing_history_valid(history)) return LOY_E_ARGUMENT;
    struct loy_timing_outlook made = {.size = outlook->size};
    timing_futures_draw(draws, history, times, count, futures, active);
    timing_outlook_make(draws, history, times, count, futures, active, &made);
    *outlook = made;
    return LOY_OK;
}
