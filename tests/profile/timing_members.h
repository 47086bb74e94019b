/* SPDX-License-Identifier: MIT
 *
 * timing_members.h - members who buy and leave as a timing model says, from known parameters: what
 * a fit of their histories must find again.
 */
#ifndef TIMING_MEMBERS_H
#define TIMING_MEMBERS_H

#include <loyalty/history.h>

struct timing_truth {
    double rate;  /* his own, while active */
    bool active;  /* at the end of the period */
    int64_t next; /* purchases in the time behind it */
};

/* Fills histories[count] and, where it is given, truths[count]: first purchases in the first `span`
 * of a period of `end`; `next_time` is what truths look ahead. */
void timing_members_make(enum loy_timing_model model, const double *parameters, size_t count,
    double span, double end, double next_time, struct loy_timing_history *histories,
    struct timing_truth *truths);

/* ../shared/data/NAME of the repository, or $LOYALTY_SHARED; NULL: it is not there. */
#include <stdio.h>
FILE *timing_data_open(const char *name);
/* One line of goods of a member on a date (yyyymmdd), at the time that imports give to days. */
void timing_sale_add(struct loy_histories *histories, int64_t member, int date, int64_t paid_minor);
/* Days since 1970-01-01. */
int32_t timing_day(int date);
/* CDNOW's 1/10 sample; false: it is not there. */
bool timing_cdnow_add(struct loy_histories *histories);
bool timing_apparel_add(struct loy_histories *histories);
/* The histories as a model takes them, in weeks; the caller frees them. */
struct loy_timing_history *timing_weeks(
    const struct loy_histories *histories, int32_t end_day, size_t *count);

#endif
