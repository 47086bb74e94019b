/* SPDX-License-Identifier: MIT
 *
 * loyalty/value.h - what members pay per purchase: the gamma-gamma model (Fader, Hardie, Lee 2005,
 * Journal of Marketing Research 42(4), 415-430; brucehardie.com/notes/025). Pure: histories in,
 * parameters out; the same histories in any order give the same bytes.
 *
 * A member's amounts are gamma(p, rate nu), nu over members is gamma(q, rate gamma); of a member
 * with x repeat purchases of mean m (the first purchase left out)
 *
 *   ln L = lnG(px+q) - lnG(px) - lnG(q) + q ln gamma + (px-1) ln m + px ln x - (px+q) ln(gamma+mx)
 *   E = w m + (1-w) p gamma/(q-1),  w = px/(px+q-1)     nu given x, m: gamma(px+q, rate gamma+mx)
 *
 * Amounts are in any one unit of money, gamma is in the same one; ln L shifts by members x
 * ln(unit).
 */
#ifndef LOYALTY_VALUE_H
#define LOYALTY_VALUE_H

#include <loyalty/event.h>
#include <loyalty/status.h>
#include <loyalty/timing.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_VALUE_MEMBERS_MIN 100
#define LOY_VALUE_CORRELATION_MAX 0.3 /* beyond: how often and how much are not apart */
#define LOY_VALUE_EVIDENCE 0.05

struct loy_value_history {
    int64_t repeats;          /* x: repeat purchases, also those with nothing paid */
    double sum;               /* paid in them; m = sum / x */
    int64_t paid;             /* those with something paid */
    double logs, log_squares; /* sums of ln(amount) and its square over these */
};

struct loy_value_fit {
    size_t size;
    double p, q, gamma;
    double log_likelihood;
    int64_t members, repeats; /* members with a repeat and a positive sum; their repeats */
    double correlation;       /* of x and m over them; NaN: one of the two does not vary */
    bool at_bound;            /* the data do not fix a parameter */
    bool no_mean;             /* q <= 1: the model's mean over members does not exist */
    double mean;              /* p gamma/(q-1); where there is none, the mean of the purchases */
    /* Whether members differ at all: one-way analysis of variance of ln(amount), member against
     * purchase. differs is p_value < LOY_VALUE_EVIDENCE: it rests on purchases of one member being
     * alike, and on no shape of a distribution. NaN: nobody has two paid repeats. */
    double f, p_value;
    bool differs;
};

/* LOY_NONE: fewer than LOY_VALUE_MEMBERS_MIN members with a repeat and a positive sum; members and
 * repeats are then counted. LOY_E_ARGUMENT: a history out of its range. */
LOY_API enum loy_status loy_value_estimate(
    const struct loy_value_history *histories, size_t count, struct loy_value_fit *fit);

/* Expected value per purchase with its 80 % interval, in the fit's unit. Where members do not
 * differ, there is no mean or a parameter is at a bound: the mean of all, and low and high NaN. */
LOY_API struct loy_timing_interval loy_value_expect(
    const struct loy_value_fit *fit, const struct loy_value_history *history);

#ifdef __cplusplus
}
#endif
#endif
