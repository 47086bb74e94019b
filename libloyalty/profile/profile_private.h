/* SPDX-License-Identifier: MIT
 *
 * profile_private.h - what the files of this room share: a sale cut down to what is counted, the
 * fold over one member's rows, the price cells, and one fitted prior per quantity. Everything in
 * here is plain counting in integers, so that no order of rows changes a bit of the result.
 */
#ifndef PROFILE_PRIVATE_H
#define PROFILE_PRIVATE_H

#include <loyalty/profile.h>
#include <loyalty/timing.h>

#include "profile/together.h"

#define PROFILE_DAY_US 86400000000
#define PROFILE_NO_CELL UINT32_MAX
#define PROFILE_PARTS 8u
#define PROFILE_NO_HOUR UINT8_MAX
/* A prior as heavy as this many observations leaves a member nothing of its own. */
#define PROFILE_WEIGHT_MAX 1e6

/* ---- Rows: row.c --------------------------------------------------------------------------- */

struct profile_row {
    int64_t member, at_us, basket;
    int64_t list_minor;
    int64_t paid_minor, gross_minor; /* without what was returned; gross: before discounts */
    double paid_unit;                /* per unit, in minor units; negative: there is none */
    int32_t day;                     /* since 1970-01-01 in the shop's zone */
    uint32_t cell; /* category and quarter; PROFILE_NO_CELL: no category, or never seen */
    uint8_t hour;  /* of the week; PROFILE_NO_HOUR: only the day is known */
    bool on_deal, own_brand;
};

/* LOY_NONE: this sale does not count. cell is left to the caller. */
enum loy_status profile_row_make(const struct loy_profile_settings *settings,
    const struct loy_sale *sale, const struct loy_version *version, struct profile_row *row);
int32_t profile_day(int64_t at_us, int16_t offset_min);
/* Year * 4 + quarter - 1. */
int32_t profile_quarter(int32_t day);
/* Grows *array by doubling so that one more of `size` bytes fits behind count. */
enum loy_status profile_grow(void **array, size_t count, size_t *capacity, size_t size);

/* ---- Price cells: cells.c ------------------------------------------------------------------ */

struct profile_cells;
enum loy_status profile_cells_open(struct profile_cells **cells);
void profile_cells_close(struct profile_cells *cells);
/* The number of (category, quarter), made where it is new. */
enum loy_status profile_cells_put(
    struct profile_cells *cells, const char *category, int32_t quarter, uint32_t *cell);
uint32_t profile_cells_find(
    const struct profile_cells *cells, const char *category, int32_t quarter);
enum loy_status profile_cells_fill(
    struct profile_cells *cells, const struct profile_row *rows, size_t row_count);
#define PROFILE_PERCENT 10000 /* percentiles are integers in ten-thousandths */
/* Mid-rank percentile of a price among the list prices of the cell's lines, in 1/PROFILE_PERCENT;
 * -1 where the cell has fewer than two list prices: there is no tier to be in. */
int64_t profile_cells_percentile(const struct profile_cells *cells, uint32_t cell, double price);

/* ---- One member: fold.c -------------------------------------------------------------------- */

struct profile_occasion {
    int64_t paid_minor;
    int32_t day;
};
struct profile_visit {
    int64_t at_us, basket;
    int64_t gross_minor, paid_minor;
    int64_t lines, deal_lines, own_lines;
};

enum profile_tier_kind { PROFILE_LISTED, PROFILE_PAID, PROFILE_TIERS };

struct profile_fold {
    struct profile_occasion *occasions; /* ascending days */
    size_t occasion_count, occasion_capacity;
    struct profile_visit *visits;
    size_t visit_count, visit_capacity;
    int64_t week[LOY_HOURS_OF_WEEK], timed_visits; /* baskets whose hour is known */
    int64_t lines, deal_lines, own_lines;
    int64_t items, tier_sum[PROFILE_TIERS], tier_squares[PROFILE_TIERS];
};

/* Rows oldest first. */
enum loy_status profile_fold_add(
    struct profile_fold *fold, const struct profile_row *row, const struct profile_cells *cells);
void profile_fold_reset(struct profile_fold *fold);
void profile_fold_clear(struct profile_fold *fold);

/* What the priors need of one member. */
struct profile_summary {
    int64_t member;
    int64_t lines, deal_lines, own_lines;
    int64_t items, tier_sum[PROFILE_TIERS], tier_squares[PROFILE_TIERS];
    int64_t recency_days, frequency, monetary_minor; /* of the year before as_of */
    int64_t occasions;                               /* all of them */
    int64_t paid_occasions, paid_minor;              /* those with something paid */
    double paid_logs, paid_squares;                  /* sums of ln(paid), squared, over them */
    int64_t again_occasions;                         /* the same of paid ones but the first */
    double again_logs, again_squares;
    int32_t first_day, last_day;            /* of all occasions */
    double gap_logs, gap_squares;           /* sums of ln(days between two), and squared */
    int64_t visits, gross_minor, net_minor; /* baskets; what they held before and after discounts */
    struct profile_basket_sums deal_baskets, own_baskets;
    double depth_noise; /* variance of 1 - net/gross by what the baskets scatter, times visits */
};
enum loy_status profile_summarise(
    const struct profile_fold *fold, int32_t as_of_day, struct profile_summary *summary);

/* ---- Priors -------------------------------------------------------------------------------- */

/* above[i] members have a count greater than i: the likelihood of a Dirichlet-multinomial needs no
 * more. */
struct profile_tally {
    int64_t *above;
    size_t length, capacity;
};
enum loy_status profile_tally_add(struct profile_tally *tally, int64_t count);
void profile_tally_clear(struct profile_tally *tally);

struct profile_share {
    struct loy_beta_binomial fit;
    bool varies; /* false: no sign that members differ */
    bool unseen; /* not one line: whether the shop records such a thing is not known */
    /* What members are judged by: the fit's, or where lines of a basket go together theirs. */
    double a, b, effect;
};
enum loy_status profile_share_fit(const struct profile_summary *members, size_t count,
    bool own_brand, struct profile_share *share);
void profile_share_estimate(
    const struct profile_share *share, int64_t hits, int64_t lines, struct loy_estimate *estimate);

struct profile_level {
    double p, q, gamma; /* gamma-gamma */
    bool fitted, varies;
};
enum loy_status profile_level_fit(
    const struct profile_summary *members, size_t count, struct profile_level *level);
void profile_level_estimate(const struct profile_level *level, int64_t occasions,
    int64_t paid_minor, struct loy_estimate *estimate);

struct profile_tier {
    double mean, between, within; /* mu, tau^2, s^2 in percent */
};
void profile_tier_fit(const struct profile_summary *members, size_t count,
    enum profile_tier_kind kind, struct profile_tier *tier);
void profile_tier_estimate(
    const struct profile_tier *tier, int64_t items, double sum, struct loy_estimate *estimate);

struct profile_depth {
    double mean, between, noise; /* of all; tau^2; variance of a member's depth times baskets */
    bool seen;
};
/* From the visits of a fold. LOY_E_LIMIT. */
enum loy_status profile_depth_summarise(
    const struct profile_fold *fold, struct profile_summary *summary);
void profile_depth_fit(
    const struct profile_summary *members, size_t count, struct profile_depth *depth);
void profile_depth_estimate(const struct profile_depth *depth, const struct profile_fold *fold,
    int64_t member, struct loy_estimate *estimate);

struct profile_week {
    int64_t store[LOY_HOURS_OF_WEEK], store_baskets; /* of everybody */
    struct profile_tally hours[LOY_HOURS_OF_WEEK], totals;
    int64_t members;
    struct profile_tally parts[PROFILE_PARTS];
    double prior[LOY_HOURS_OF_WEEK], part_prior[PROFILE_PARTS]; /* the store's profile */
    double weight, part_weight;                                 /* k */
};
enum loy_status profile_week_add(
    struct profile_week *week, const struct profile_fold *fold, bool identified);
void profile_week_fit(struct profile_week *week);
void profile_week_estimate(
    const struct profile_week *week, const struct profile_fold *fold, struct loy_week *estimate);
void profile_week_clear(struct profile_week *week);

enum profile_rank { PROFILE_RECENCY, PROFILE_FREQUENCY, PROFILE_MONETARY, PROFILE_RANKS };
struct profile_ranks {
    int64_t *sorted[PROFILE_RANKS]; /* ascending */
    size_t count;
};
enum loy_status profile_ranks_fill(
    struct profile_ranks *ranks, const struct profile_summary *members, size_t count);
void profile_ranks_estimate(const struct profile_ranks *ranks, enum profile_rank which,
    const struct profile_summary *member, struct loy_estimate *estimate);
void profile_ranks_clear(struct profile_ranks *ranks);

/* When members buy again: prospect.c. */
struct loy_timing_draws;
struct profile_outlook {
    struct loy_timing_fit fit; /* model 0: not fitted */
    struct loy_population_timing timing;
    struct loy_timing_draws *draws;
    double means[loy_outlook_count];          /* of the members, for FEW */
    double thirds[2];                         /* of expected spend */
    double paid_share;                        /* occasions with something paid of all */
    double gap_mean, gap_between, gap_within; /* of ln(days), components.h */
};
enum loy_status profile_outlook_fit(const struct profile_summary *members, size_t count,
    int32_t as_of_day, const struct profile_level *level, struct profile_outlook *outlook);
void profile_outlook_clear(struct profile_outlook *outlook);
enum loy_status profile_prospect_make(const struct profile_outlook *outlook,
    const struct profile_level *level, const struct profile_fold *fold, int32_t as_of_day,
    struct loy_prospect *prospect);

struct loy_population {
    struct loy_profile_settings settings;
    int32_t as_of_day;
    bool fitted;
    struct profile_row *rows;
    size_t row_count, row_capacity;
    struct profile_cells *cells;
    struct profile_share deal, own_brand;
    struct profile_level level;
    struct profile_outlook outlook;
    struct profile_tier tier[PROFILE_TIERS];
    struct profile_depth depth;
    struct profile_week week;
    struct profile_ranks ranks;
    struct profile_summary *members; /* ascending numbers: to compare groups */
    size_t member_count;
};

/* Design section 5: what may be shown of a value with this reliability and n. */
enum loy_standing profile_standing(double reliability, int64_t n, int64_t needed);
/* FEW: the value of all members takes the place of the own one. */
void profile_estimate_finish(
    struct loy_estimate *estimate, double segment, double segment_low, double segment_high);

#endif
