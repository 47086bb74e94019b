/* SPDX-License-Identifier: MIT
 *
 * timing_private.h - what the timing models share: histories counted, and one struct of functions
 * per model. Parameters in natural units go in, log likelihoods with their slopes come out.
 */
#ifndef TIMING_PRIVATE_H
#define TIMING_PRIVATE_H

#include <loyalty/timing.h>

#include "numeric/maximise.h"
#include "numeric/random.h"

/* Equal histories are reckoned once. */
struct timing_case {
    struct loy_timing_history history;
    double members;
};

struct timing_cases {
    struct timing_case *cases; /* ascending by repeats, recency, age */
    size_t count;
};

/* One of the ways in which a member's future may go on. */
struct timing_future {
    bool active;
    double rate;  /* purchases per unit of time */
    double leave; /* bgnbd: the chance after each purchase; paretonbd: the rate; nbd: 0 */
    double counts[LOY_TIMING_TIMES_MAX]; /* purchases in the next times[i] */
    double mean;                         /* E(purchases in the last of the times | the above) */
};

struct timing_model {
    size_t order;
    const char *const names[LOY_TIMING_ORDER];
    bool is_time[LOY_TIMING_ORDER]; /* the parameter is one: it scales with the unit of time */
    /* Sum over the cases; slope[order] by each parameter itself. */
    double (*log_likelihood)(
        const struct timing_cases *cases, const double *parameters, double *slope);
    double (*active)(const double *parameters, const struct loy_timing_history *history);
    double (*expected)(
        const double *parameters, const struct loy_timing_history *history, double time);
    /* P(k purchases in `time` | active now), for k = 0 to last. */
    void (*counts)(const double *parameters, const struct loy_timing_history *history, double time,
        double *probabilities, size_t last);
    /* leave, given that the member is active now. */
    double (*leave_draw)(const double *parameters, const struct loy_timing_history *history,
        struct numeric_random *random);
    /* future->counts and mean, given rate and leave of an active member. */
    void (*go_on)(struct timing_future *future, const double *times, size_t count,
        struct numeric_random *random);
};

extern const struct timing_model timing_bgnbd, timing_paretonbd, timing_nbd;

/* P(k) of purchases at a rate ~ gamma(shape, scale's inverse) during `time`, k = 0 to last. */
void timing_nbd_counts(double shape, double rate, double time, double *probabilities, size_t last);

/* E(purchases in `time`) at a rate that ends with another: bgnbd's rate times leave, paretonbd's
 * leave. */
double timing_mean_until(double rate, double end, double time);
/* Purchases up to each of the times at a rate, none after `until`, cumulated. */
void timing_counts_draw(double rate, double until, const double *times, size_t count,
    struct numeric_random *random, double *counts);

/* The places of r and alpha in every model. */
enum { TIMING_SHAPE, TIMING_SCALE };
/* NULL: there is none of that number. */
const struct timing_model *timing_model_of(unsigned model);
bool timing_history_valid(const struct loy_timing_history *history);
/* Purchases per unit of time while active. */
double timing_rate(const struct loy_timing_fit *fit, const struct loy_timing_history *history);

#define TIMING_PATHS 1u /* futures for each parameter vector */
#define TIMING_FUTURES (LOY_TIMING_DRAWS * TIMING_PATHS)
/* A stream of random numbers of the history's own: with one for all members, what chance does to
 * one interval it would do to all. salt: what it is for; 0 the futures. */
struct numeric_random timing_stream(
    const struct loy_timing_draws *draws, const struct loy_timing_history *history, uint64_t salt);
/* Fills futures[TIMING_FUTURES] and active[LOY_TIMING_DRAWS], P(active) by parameter vector. */
void timing_futures_draw(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    struct timing_future *futures, double *active);
/* The outlook that these futures show; sorts active. */
void timing_outlook_make(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    const struct timing_future *futures, double *active, struct loy_timing_outlook *outlook);
/* The 80 % interval of values[count], which it sorts. */
void timing_interval_take(double *values, size_t count, double *low, double *high);

#endif
