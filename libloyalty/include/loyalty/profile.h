/* SPDX-License-Identifier: MIT
 *
 * loyalty/profile.h - what the baskets say of a member, and how surely. Pure: no store, no clock,
 * no thread; rows come in, values go out, the same rows give the same bytes.
 *
 * Two passes over the sales (loy_sales_*, members in ascending number): the first fills a
 * population (what members are like, what was paid in each category, when the store sells),
 * loy_population_fit makes priors of it; the second fills one member's profile after the other
 * against that population.
 *
 * Every number carries its interval (80 %), the number of observations n and the reliability
 * 1 - posterior variance / population variance; loy_standing says whether it may be shown as the
 * member's own (ARCHITECTURE.md). Where the standing is FEW, value is the segment's, and low to
 * high is where 80 % of the members lie. Formulas: the head of each file in profile/.
 *
 * What counts: goods only (loy_version.kind), bought until as_of_us. What was returned is taken
 * from its line (loy_sale.returned_milli); a line returned whole never was; rows that are returns
 * are passed over. All baskets of a member on one calendar day in the shop's zone are one occasion.
 */
#ifndef LOYALTY_PROFILE_H
#define LOYALTY_PROFILE_H

#include <loyalty/basket.h>
#include <loyalty/status.h>
#include <loyalty/timing.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_population; /* priors and store-wide distributions */
struct loy_profile;    /* the fold over one member's sales */

struct loy_profile_settings {
    size_t size;
    int64_t as_of_us;     /* the viewpoint; later sales are ignored */
    bool sample_of_lines; /* the data are a sample of lines: frequency, recency of visits and basket
                             size are not claimed */
    int16_t offset_min;   /* the shop's zone at as_of_us: which calendar day the viewpoint is */
};

enum loy_standing {
    LOY_STANDING_OWN = 1, /* reliability >= .5: the member's own value */
    LOY_STANDING_WEAK,    /* .2 to .5: "weak evidence" */
    LOY_STANDING_FEW, /* below, or too few observations: only the segment's value may be shown */
    LOY_STANDING_DESCRIPTIVE,  /* counted, not estimated (RFM): no interval, never called a forecast
                                */
    LOY_STANDING_NOT_CLAIMED,  /* the data cannot say (sample_of_lines) */
    LOY_STANDING_ONE_PURCHASE, /* no repeat: nothing is known of a member's own rhythm */
    LOY_STANDING_NOT_FITTED    /* too few members, or the purchases do not fix the model */
};

/* The quantities, in the order in which they are shown; the text is the stable name in JSON. */
#define LOY_QUANTITIES(X)                                                                          \
    X(LOY_QUANTITY_RECENCY, "recency_days")                                                        \
    X(LOY_QUANTITY_FREQUENCY, "frequency_365d")                                                    \
    X(LOY_QUANTITY_MONETARY, "monetary_365d_minor")                                                \
    X(LOY_QUANTITY_LEVEL, "level_minor_per_occasion")                                              \
    X(LOY_QUANTITY_DEAL_SHARE, "deal_share")                                                       \
    X(LOY_QUANTITY_OWN_BRAND_SHARE, "own_brand_share")                                             \
    X(LOY_QUANTITY_PRICE_TIER, "price_tier_listed")                                                \
    X(LOY_QUANTITY_PRICE_TIER_PAID, "price_tier_paid")                                             \
    X(LOY_QUANTITY_DISCOUNT_DEPTH, "discount_depth")
LOY_NAMED_ENUM(loy_quantity, LOY_QUANTITY_NONE, LOY_QUANTITIES)

struct loy_estimate {
    uint8_t quantity;        /* enum loy_quantity */
    uint8_t standing;        /* enum loy_standing */
    double value, low, high; /* 80 % interval; equal to value where standing is descriptive */
    double reliability;      /* 0 to 1 */
    double segment_value;    /* of all members, for FEW; NaN: there is nobody to compare with */
    int64_t n, needed;       /* observations, and how many an own value needs */
    uint8_t quintile;        /* R, F, M: 1 low to 5 high; 0 none */
};

/* When the member buys again: from the model of timing fitted to all members (loyalty/timing.h, in
 * weeks: bgnbd; where the purchases do not fix it paretonbd, and where they fix neither nbd, in
 * which nobody leaves) and what is paid per occasion. In the order
 * in which they are shown; the text is the stable name in JSON. */
#define LOY_OUTLOOKS(X)                                                                            \
    X(LOY_OUTLOOK_INTERVAL, "regular_interval_days") /* median; interval of order statistics */    \
    X(LOY_OUTLOOK_RATE, "purchases_per_week")        /* while active */                            \
    X(LOY_OUTLOOK_ACTIVE, "probability_active")                                                    \
    X(LOY_OUTLOOK_4_WEEKS, "purchases_4_weeks") /* expected; interval of the count */              \
    X(LOY_OUTLOOK_12_WEEKS, "purchases_12_weeks")                                                  \
    X(LOY_OUTLOOK_52_WEEKS, "purchases_52_weeks")                                                  \
    X(LOY_OUTLOOK_SPEND, "spend_52_weeks_minor")
LOY_NAMED_ENUM(loy_outlook, LOY_OUTLOOK_NONE, LOY_OUTLOOKS)

#define LOY_STATES(X)                                                                              \
    X(LOY_STATE_NEW, "new")       /* first purchase within 84 days: a fact, no estimate */         \
    X(LOY_STATE_ACTIVE, "active") /* P(active) at least .7 */                                      \
    X(LOY_STATE_LAPSED, "lapsed") /* P(active) at most .3 */                                       \
    X(LOY_STATE_UNCLEAR, "unclear")
LOY_NAMED_ENUM(loy_state, LOY_STATE_NONE, LOY_STATES)

/* Thirds of the members who bought again, by expected spend of the next 52 weeks. */
#define LOY_WEIGHTS(X)                                                                             \
    X(LOY_WEIGHT_LIGHT, "light")                                                                   \
    X(LOY_WEIGHT_MEDIUM, "medium")                                                                 \
    X(LOY_WEIGHT_HEAVY, "heavy")                                                                   \
    X(LOY_WEIGHT_UNCLEAR, "unclear") /* no third has probability .7 */
LOY_NAMED_ENUM(loy_weight, LOY_WEIGHT_NONE, LOY_WEIGHTS)

struct loy_prospect {
    size_t size;
    uint8_t model;                                    /* enum loy_timing_model; 0: not fitted */
    struct loy_estimate estimates[loy_outlook_count]; /* by enum loy_outlook, in .quantity too */
    uint8_t state;                                    /* enum loy_state; 0: not claimed */
    uint8_t weight;                                   /* enum loy_weight; 0: not claimed */
    double weight_probability[LOY_WEIGHT_HEAVY + 1];  /* by enum loy_weight */
    /* P(an interval of the member's own rhythm is longer than the days since the last purchase):
     * normal in the logarithm around the member's mean, which is shrunk to that of all, with the
     * scatter that all members have. NaN below 4 occasions. late: below .1. */
    double longer;
    bool late;
    /* What the next 52 weeks would bring more if the member were active for certain: expected spend
     * (1 - P(active)) / P(active). NaN where it is not claimed. */
    double at_stake_minor;
};

#define LOY_HOURS_OF_WEEK 168u

struct loy_week {
    uint8_t standing; /* FEW: all shares are the store's own */
    int64_t baskets, needed;
    /* share of the member's baskets per hour of the week (0 = Monday 0-1 h), shrunk to the store's
     * own profile; and by quarter of day (0-6, 6-12, 12-18, 18-24 h) for working days and the
     * weekend, index 0-3 Monday to Friday, 4-7 Saturday and Sunday, with its 80 % interval and the
     * store's own share beside it (part_share / part_store is the ratio to print). Baskets whose
     * time is midnight to the microsecond or LOY_DAY_ONLY_US count as dates without a time: not
     * here. Where no basket of the store has a time, the shares and intervals are NaN. */
    double share[LOY_HOURS_OF_WEEK];
    double part_share[8], part_low[8], part_high[8], part_store[8];
    double store[LOY_HOURS_OF_WEEK]; /* the store's own share per hour */
    /* n / (n + k), k the fitted weight of the store's profile in baskets, for parts of the week;
     * hours have a k of their own. */
    double reliability;
    /* A short description only, the member's baskets as counted: the circular mean of the hour of
     * day, 0 to 24, and how closely they lie about it, R, 0 to 1; beside the store's. No test is
     * made of R: shops close at night. NaN where there are none, the member's also below `needed`.
     */
    double mean_hour, concentration, store_mean_hour, store_concentration;
};

/* Add takes the rows of all members and of nobody (member 0: prices and hours of the store) in any
 * order, then fit once; afterwards the population does not change. LOY_E_ARGUMENT: out of this
 * order. LOY_E_LIMIT: an amount or quantity no shop has (beyond 10^15). */
LOY_API enum loy_status loy_population_open(
    const struct loy_profile_settings *settings, struct loy_population **population);
LOY_API void loy_population_close(struct loy_population *population);
LOY_API enum loy_status loy_population_add(struct loy_population *population,
    const struct loy_sale *sale, const struct loy_version *version);
LOY_API enum loy_status loy_population_fit(struct loy_population *population);

LOY_API enum loy_status loy_profile_open(
    const struct loy_population *population, struct loy_profile **profile);
LOY_API void loy_profile_close(struct loy_profile *profile);
/* Forgets the member before; then all sales of one member, oldest first; one of another member is
 * LOY_E_ARGUMENT. The population must outlive the profile. */
LOY_API void loy_profile_reset(struct loy_profile *profile);
LOY_API enum loy_status loy_profile_add(
    struct loy_profile *profile, const struct loy_sale *sale, const struct loy_version *version);
LOY_API enum loy_status loy_profile_estimate(
    const struct loy_profile *profile, enum loy_quantity quantity, struct loy_estimate *estimate);
LOY_API enum loy_status loy_profile_prospect(
    const struct loy_profile *profile, struct loy_prospect *prospect);
LOY_API enum loy_status loy_profile_week(const struct loy_profile *profile, struct loy_week *week);

/* Which model of timing is used, and what became of each that was tried, in the order of enum
 * loy_timing_model. */
#define LOY_FIT_OUTCOMES(X)                                                                        \
    X(LOY_FIT_USED, "used")                                                                        \
    X(LOY_FIT_AT_BOUND, "at-bound") /* the likelihood rises to a bound: no maximum */              \
    X(LOY_FIT_TOO_FEW, "too-few")   /* LOY_TIMING_MEMBERS_MIN, LOY_TIMING_REPEATERS_MIN */
LOY_NAMED_ENUM(loy_fit_outcome, LOY_FIT_NOT_TRIED, LOY_FIT_OUTCOMES)
struct loy_population_timing {
    size_t size;
    uint8_t model;                            /* enum loy_timing_model; 0: none holds */
    uint8_t outcomes[loy_timing_model_count]; /* enum loy_fit_outcome, by enum loy_timing_model */
    int64_t members, repeaters;
};
LOY_API enum loy_status loy_population_timing(
    const struct loy_population *population, struct loy_population_timing *timing);

/* The fitted beta-binomial of deal share or own-brand share: a, b and the maximised log likelihood
 * beside that of one pooled share, without the binomial coefficients. */
struct loy_beta_binomial {
    double a, b, log_likelihood, pooled_log_likelihood;
    int64_t members, lines;
};
LOY_API enum loy_status loy_population_share(const struct loy_population *population,
    enum loy_quantity quantity, struct loy_beta_binomial *fit);

/* The fitted price tier, listed or paid: percentiles of items scatter with s about the member's
 * tier, tiers with tau about mu; NaN where nothing was there. */
struct loy_tier_fit {
    double mu, tau, s, log_likelihood;
    int64_t members, items;
};
LOY_API enum loy_status loy_population_tier(
    const struct loy_population *population, enum loy_quantity quantity, struct loy_tier_fit *fit);

/* A quantity of these members together: medians of what is counted (recency, frequency, amount),
 * ratios of sums of the others. NaN: none of them has it. */
LOY_API enum loy_status loy_population_group(const struct loy_population *population,
    enum loy_quantity quantity, const int64_t *members, size_t count, double *value);

#ifdef __cplusplus
}
#endif
#endif
