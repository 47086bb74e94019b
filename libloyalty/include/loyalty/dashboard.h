/* SPDX-License-Identifier: MIT
 *
 * loyalty/dashboard.h - a day of the shop at a glance, for its supervisors and managers: sums over
 * the baskets that came to a sale, and what each lane is doing. No member, no card, no article.
 *
 * A basket belongs to the moment at which it was opened, as everywhere. Reads every basket of the
 * store once: about 0.1 s for each million.
 */
#ifndef LOYALTY_DASHBOARD_H
#define LOYALTY_DASHBOARD_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* [from_us, to_us). Counts are kept per day: those of the days on which it begins and ends, in the
 * zone offset_min, and of all between, are taken whole. */
struct loy_period {
    size_t size;
    int64_t from_us, to_us;
    int16_t offset_min;
};

#define LOY_DAY_HOURS 24u
struct loy_period_sums {
    size_t size;
    int64_t baskets, sales_minor, saved_minor; /* returns are taken off; saved: discounts */
    int64_t member_baskets, member_minor;      /* those of them that are a member's */
    int64_t new_members;                       /* registered, and not merged or erased since */
    int64_t misreads;                          /* swipes and scans that could not be read */
    int64_t hour_minor[LOY_DAY_HOURS];         /* by the hour on the shop's clock */
    int64_t hour_baskets[LOY_DAY_HOURS];
};
/* LOY_E_FORMAT: the period ends before it begins. Supervisors and managers (LOY_MAY_SEE_LANES). */
LOY_API enum loy_status loy_period_sums_get(
    struct loy_store *store, const struct loy_period *period, struct loy_period_sums *sums);

struct loy_lane_now {
    size_t size;
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX];
    char operator_name[64]; /* who rang up the last basket of the period; "" nobody did */
    int64_t baskets;        /* that came to a sale in the period */
    int64_t sales_minor;
    int64_t misreads;  /* as above */
    int64_t last_us;   /* the last time at which a basket was opened, got its member or came
                          to its end; 0: not in the period */
    bool busy;         /* a basket is open and not suspended */
    int64_t suspended; /* baskets that wait under a number */
};
/* A cursor over the store's lanes by site and code: start with *position = 0. LOY_NONE: no more.
 * Asks for LOY_MAY_SEE_LANES. */
LOY_API enum loy_status loy_lane_now_next(struct loy_store *store, const struct loy_period *period,
    int64_t *position, struct loy_lane_now *lane);

#ifdef __cplusplus
}
#endif
#endif
