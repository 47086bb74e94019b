/* SPDX-License-Identifier: MIT
 *
 * profile_picture.h - a member's profile in numbers that can be drawn: estimates with their
 * intervals, money per month, categories and brands. In: an open store and a member; out: one
 * struct. Must not know: curses, how it is drawn.
 */
#ifndef PROFILE_PICTURE_H
#define PROFILE_PICTURE_H

#include "profile_brief.h"

#include <loyalty/profile.h>

#define PICTURE_MONTHS 12u
#define PICTURE_TOP 5u
#define PICTURE_GROUPS 256u

struct picture_group {
    char name[64];
    int64_t paid_minor;
};
struct picture_groups {
    struct picture_group groups[PICTURE_GROUPS];
    size_t count;
    int64_t all_minor;
};
struct picture {
    bool agreed; /* to a profile; else nothing but this is filled in */
    struct loy_estimate estimates[16];
    size_t estimate_count;
    struct profile_brief brief; /* what is to come, likes, group */
    struct loy_week week;
    double day_share[7], hour_share[24];      /* of week.share; Monday first */
    double month_minor[PICTURE_MONTHS];       /* the last one is that of now */
    int last_month;                           /* 0 to 11 */
    int64_t occasions;                        /* baskets in these months */
    struct picture_groups categories, brands; /* of these months, most paid first */
};

/* Reads every sale of the store: seconds where there are millions. */
enum loy_status picture_make(const struct cli *cli, struct loy_store *store,
    const struct loy_id *member, struct picture *picture);

#endif
