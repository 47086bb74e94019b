/* SPDX-License-Identifier: MIT
 *
 * loyalty/timing.h - how often members buy, whether they still do, and how often they will: models
 * of repeated purchases at times of the members' own. Pure: histories in, parameters out; the same
 * histories in any order give the same bytes.
 *
 * A history is what a calibration period shows of one member, in one unit of time for all (weeks or
 * days): `repeats` purchases after the first (x), `recency` from the first to the last of them
 * (t_x; 0 without a repeat), `age` from the first to the end of the period (T). Baskets of one
 * calendar day are one purchase.
 *
 *   bgnbd     while active, purchases at a member's own rate ~ gamma(r, alpha); after each he
 * leaves with a probability of his own ~ beta(a, b). Fader, Hardie, Lee (2005), Marketing Science
 * 24(2), 275-284. paretonbd the same rate; he leaves at a rate of his own ~ gamma(s, beta).
 * Schmittlein, Morrison, Colombo (1987), Management Science 33(1), 1-24. nbd       the same rate,
 * and nobody leaves: the baseline of both.
 */
#ifndef LOYALTY_TIMING_H
#define LOYALTY_TIMING_H

#include <loyalty/event.h>
#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_TIMING_MODELS(X)                                                                       \
    X(LOY_TIMING_BGNBD, "bgnbd")         /* r, alpha, a, b */                                      \
    X(LOY_TIMING_PARETONBD, "paretonbd") /* r, alpha, s, beta */                                   \
    X(LOY_TIMING_NBD, "nbd")             /* r, alpha */
LOY_NAMED_ENUM(loy_timing_model, LOY_TIMING_NONE, LOY_TIMING_MODELS)

#define LOY_TIMING_ORDER 4u /* parameters at most */
#define LOY_TIMING_MEMBERS_MIN 200
#define LOY_TIMING_REPEATERS_MIN 100
/* Parameters are sought between its inverse and this; those that are times (alpha, and beta of
 * paretonbd) with an eighth of the mean age as unit. */
#define LOY_TIMING_PARAMETER_MAX 1e5

struct loy_timing_history {
    double recency, age; /* 0 <= recency <= age */
    int64_t repeats;     /* 0 to 10^6 */
};

struct loy_timing_fit {
    size_t size;
    uint8_t model; /* enum loy_timing_model */
    /* No maximum between the bounds, or one so flat that a parameter of leaving is not known to a
     * factor of twenty: the data do not fix it. */
    bool at_bound;
    bool flat; /* at_bound for the second reason alone: more members might fix it */
    double parameters[LOY_TIMING_ORDER];
    double log_likelihood;
    /* Of the logarithms of the parameters: the inverse of minus the second derivatives; row by row.
     * NaN where at_bound. */
    double covariance[LOY_TIMING_ORDER * LOY_TIMING_ORDER];
    int64_t members, repeaters;
    /* r is not known to a factor of twenty: members differ in how often they buy no more than
     * chance does, and the ratio of r and alpha alone is known. What the model says of members
     * holds. */
    bool rates_alike;
};

/* LOY_NONE: fewer than LOY_TIMING_MEMBERS_MIN members or LOY_TIMING_REPEATERS_MIN with a
 * repeat; members and repeaters are then counted. LOY_E_ARGUMENT: a history out of its range. */
LOY_API enum loy_status loy_timing_estimate(enum loy_timing_model model,
    const struct loy_timing_history *histories, size_t count, struct loy_timing_fit *fit);

LOY_API const char *loy_timing_parameter_name(enum loy_timing_model model, size_t parameter);
LOY_API size_t loy_timing_parameter_count(enum loy_timing_model model);

/* ln of the likelihood of one history. */
LOY_API double loy_timing_log_likelihood(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history);
/* P(active at the end of the period). By the model itself bgnbd says 1 without a repeat. */
LOY_API double loy_timing_active(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history);
/* E(purchases in the next `time`). */
LOY_API double loy_timing_expected(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history, double time);
/* P(k purchases in the next `time`) for k = 0 to last: probabilities[last + 1]. */
LOY_API void loy_timing_counts(const struct loy_timing_fit *fit,
    const struct loy_timing_history *history, double time, double *probabilities, size_t last);

/* ---- One member, with what is not known -----------------------------------------------------
 *
 * 200 parameter vectors are drawn from the normal distribution of their logarithms around the fit
 * (its covariance), and for each of them futures of the member: still active or not, his rate, when
 * he leaves, what he buys. So an interval carries the uncertainty of the parameters, that of the
 * member, and chance. A result depends on fit, seed and history alone, not on other
 * members or their order.
 */

#define LOY_TIMING_DRAWS 200u
#define LOY_TIMING_TIMES_MAX 4u

struct loy_timing_draws;
/* LOY_E_ARGUMENT: the fit is at a bound, so there is no covariance. */
LOY_API enum loy_status loy_timing_draws_open(
    const struct loy_timing_fit *fit, uint64_t seed, struct loy_timing_draws **draws);
LOY_API void loy_timing_draws_close(struct loy_timing_draws *draws);

/* 80 %: low and high are the 10th and 90th percent; of counts the smallest interval of whole
 * numbers outside which at most 10 % lie on either side. */
struct loy_timing_interval {
    double value, low, high;
};

struct loy_timing_outlook {
    size_t size;
    struct loy_timing_interval frequency; /* purchases per unit of time while active */
    struct loy_timing_interval active;    /* P(active at the end of the period) */
    struct loy_timing_interval purchases[LOY_TIMING_TIMES_MAX]; /* in the next times[i] */
};

/* times[count] ascend, count at most LOY_TIMING_TIMES_MAX. LOY_E_ARGUMENT. */
LOY_API enum loy_status loy_timing_look_ahead(const struct loy_timing_draws *draws,
    const struct loy_timing_history *history, const double *times, size_t count,
    struct loy_timing_outlook *outlook);

#ifdef __cplusplus
}
#endif
#endif
