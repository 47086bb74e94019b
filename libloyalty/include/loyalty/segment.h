/* SPDX-License-Identifier: MIT
 *
 * loyalty/segment.h - groups of members who buy alike, which shops call lifestyle groups: a mixture
 * of multinomials over the categories of a member's lines (or brands, grades, colours; with the
 * parts of the week, if wanted). A group is a pattern of purchases and no more: its name is made of
 * what it buys more than others do, never of categories that speak of health, religion, family or
 * the like. Pure: the same rows in any order, with any number of threads, give the same bytes.
 *
 * EM from many random starts, without the multinomial coefficients in ln L. The number of groups K
 * is that of the smallest BIC among those whose smallest group has LOY_SEGMENT_SMALLEST of the
 * members, and whose two fits on halves of the members agree on all members (adjusted Rand) to
 * LOY_SEGMENT_AGREEMENT. K = 1 always passes: "no groups that would hold".
 */
#ifndef LOYALTY_SEGMENT_H
#define LOYALTY_SEGMENT_H

#include <loyalty/executor.h>
#include <loyalty/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_SEGMENT_SMALLEST 0.05
#define LOY_SEGMENT_AGREEMENT 0.8
#define LOY_SEGMENT_SURE 0.7 /* below this probability a member is "mixed" */
#define LOY_SEGMENT_CLASSES_MAX 16u
#define LOY_SEGMENT_NAMES 3u
#define LOY_SEGMENT_NAME_LIFT 1.15

#define LOY_SEGMENT_BYS(X)                                                                         \
    X(LOY_SEGMENT_BY_CATEGORY, "category")                                                         \
    X(LOY_SEGMENT_BY_BRAND, "brand")                                                               \
    X(LOY_SEGMENT_BY_GRADE, "grade")                                                               \
    X(LOY_SEGMENT_BY_COLOUR, "colour")
LOY_NAMED_ENUM(loy_segment_by, LOY_SEGMENT_BY_NONE, LOY_SEGMENT_BYS)

/* Zero where the usual is wanted. */
struct loy_segment_settings {
    size_t size;
    struct loy_profile_settings profile; /* viewpoint and zone */
    uint8_t by;                          /* enum loy_segment_by; category */
    bool day_parts;                      /* also the eight parts of the week of loy_week */
    unsigned classes_max;                /* 6 */
    unsigned starts;                     /* 20 */
    unsigned min_lines;                  /* 10: of a member, in features */
    unsigned feature_lines;              /* 100: what is bought less often is no feature */
    size_t fit_members; /* groups are fitted on so many members at most, drawn by chance; all */
    uint64_t seed;
    const struct loy_executor *executor; /* or NULL */
};

struct loy_segments;

LOY_API enum loy_status loy_segments_open(
    const struct loy_segment_settings *settings, struct loy_segments **segments);
LOY_API void loy_segments_close(struct loy_segments *segments);
/* Sales in any order; those of nobody (member 0) are passed over. */
LOY_API enum loy_status loy_segments_add(
    struct loy_segments *segments, const struct loy_sale *sale, const struct loy_version *version);
/* LOY_NONE: too few members with min_lines (under 20 for each of two groups), or fewer than two
 * features: nothing can be looked at but the summary's counts. */
LOY_API enum loy_status loy_segments_fit(struct loy_segments *segments);

struct loy_segment_trial {
    unsigned classes;
    double log_likelihood, bic;
    double smallest;          /* share of the smallest group */
    double agreement;         /* adjusted Rand of the halves; 1 for one group */
    bool holds;               /* the last two are large enough */
    unsigned agreeing_starts; /* of the best quarter of starts, within 0.01 % of the best ln L */
};
struct loy_segment_summary {
    size_t size;
    int64_t members, lines; /* with min_lines; of them */
    int64_t fitted_members;
    size_t features, trials; /* trials: K = 1, 2, ... */
    unsigned classes;        /* chosen */
};
LOY_API enum loy_status loy_segments_summary(
    const struct loy_segments *segments, struct loy_segment_summary *summary);
LOY_API enum loy_status loy_segments_trial(
    const struct loy_segments *segments, size_t trial, struct loy_segment_trial *found);

/* Groups by size, the largest first. Names live as long as the segments. */
struct loy_segment_class {
    double share;      /* of the members */
    int64_t members;   /* surely in it */
    size_t name_count; /* none: it buys as all do, or nothing of it may be named */
    const char
        *names[LOY_SEGMENT_NAMES];   /* what it buys more than all do, the most telling first */
    double lifts[LOY_SEGMENT_NAMES]; /* how many times as much */
};
LOY_API enum loy_status loy_segments_class(
    const struct loy_segments *segments, size_t number, struct loy_segment_class *found);
/* A feature and its probability in a group (number < classes) or of all members' lines. */
LOY_API enum loy_status loy_segments_feature(const struct loy_segments *segments, size_t feature,
    size_t number, const char **name, double *in_class, double *in_all);

struct loy_segment_member {
    uint8_t standing; /* OWN; WEAK: mixed; FEW: too few lines; NOT_CLAIMED: no groups hold */
    size_t number;    /* the likeliest group */
    double probability;
    int64_t n, needed;
};
LOY_API enum loy_status loy_segments_member(
    const struct loy_segments *segments, int64_t member, struct loy_segment_member *found);
/* The members surely in a group, ascending; *members lives as long as the segments. */
LOY_API enum loy_status loy_segments_members(
    const struct loy_segments *segments, size_t number, const int64_t **members, size_t *count);

/* The last quarter of each member's lines (rounded down), foretold by groups fitted on the lines
 * before: mean over lines of ln probability, beside that of one group. Of the chosen number of
 * groups; where none but one holds, of that with the smallest BIC. Of a member all of whose lines
 * are of one moment nothing is held out. NaN: nothing held out at all. */
struct loy_segment_holdout {
    size_t size;
    int64_t members, lines;
    unsigned classes;
    double log_score, one_group;
};
LOY_API enum loy_status loy_segments_holdout(
    const struct loy_segments *segments, struct loy_segment_holdout *holdout);

#ifdef __cplusplus
}
#endif
#endif
