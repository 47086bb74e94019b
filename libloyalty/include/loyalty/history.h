/* SPDX-License-Identifier: MIT
 *
 * loyalty/history.h - sales made into purchase histories, as the models of timing and value take
 * them. Pure: rows in, one history per member out; the order of the rows changes no bit.
 *
 * What counts is what profiles count (loyalty/profile.h): goods, without what was returned; rows
 * that are returns are passed over, a line returned whole never was. All baskets of a member on one
 * calendar day in the shop's zone are one occasion: the day is that of loy_sale.offset_min, so that
 * a date without a time stays that date. Rows of nobody (member 0) are passed over.
 *
 * A day is a number since 1970-01-01. The calibration period ends with one day, inclusive; the
 * holdout begins the day after and ends with another. Whose first purchase lies behind the
 * calibration period has no history.
 */
#ifndef LOYALTY_HISTORY_H
#define LOYALTY_HISTORY_H

#include <loyalty/basket.h>
#include <loyalty/timing.h>
#include <loyalty/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_history_settings {
    size_t size;
    int32_t calibration_end_day; /* the last day inside */
    int32_t holdout_end_day;     /* the same; not behind calibration_end_day: no holdout */
};

struct loy_history {
    int64_t member;
    int32_t first_day, last_day;    /* of the calibration period's occasions */
    int64_t occasions;              /* there, the first among them */
    struct loy_value_history value; /* of the occasions there but the first, in minor units */
    int64_t holdout_occasions, holdout_paid_minor;
};

/* What was seen, for a sentence where there is nothing to fit. */
struct loy_history_totals {
    size_t size;
    int64_t lines;   /* of goods bought by members, in either period */
    int64_t returns; /* rows that are returns, and lines returned whole */
    int64_t others;  /* rows of nobody, of other kinds, or later than both periods */
    int64_t members, repeaters, occasions; /* of the calibration period */
    int64_t holdout_occasions;             /* of these members */
    int32_t first_day, last_day;           /* of the occasions of the calibration period */
};

struct loy_histories;
LOY_API enum loy_status loy_histories_open(
    const struct loy_history_settings *settings, struct loy_histories **histories);
LOY_API void loy_histories_close(struct loy_histories *histories);
/* LOY_E_LIMIT: an amount or quantity no shop has. LOY_E_ARGUMENT: folded already. */
LOY_API enum loy_status loy_histories_add(struct loy_histories *histories,
    const struct loy_sale *sale, const struct loy_version *version);
/* Once, when all rows are in. */
LOY_API enum loy_status loy_histories_fold(struct loy_histories *histories);
/* Ascending members; the array lives as long as the histories. */
LOY_API const struct loy_history *loy_histories_get(
    const struct loy_histories *histories, size_t *count);
LOY_API void loy_histories_totals(
    const struct loy_histories *histories, struct loy_history_totals *totals);

/* As the timing models take it; unit_days 7 for weeks, 1 for days. */
LOY_API struct loy_timing_history loy_history_timing(
    const struct loy_history *history, int32_t calibration_end_day, double unit_days);
/* The day of a moment in the zone that is offset_min east of UTC. */
LOY_API int32_t loy_day_of(int64_t at_us, int16_t offset_min);

#ifdef __cplusplus
}
#endif
#endif
