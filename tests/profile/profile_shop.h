/* SPDX-License-Identifier: MIT
 *
 * profile_shop.h - a small made-up shop for the tests of profile/: sales kept in an array, run
 * through both passes.
 */
#ifndef PROFILE_SHOP_H
#define PROFILE_SHOP_H

#include <loyalty/profile.h>

#define SHOP_DAY_US INT64_C(86400000000)
#define SHOP_HOUR_US INT64_C(3600000000)
#define SHOP_AS_OF_DAY 20000 /* 2024-10-04, a Friday */

struct shop_line {
    struct loy_sale sale;
    struct loy_version version;
};
struct shop {
    struct shop_line *lines;
    size_t count, capacity;
    struct loy_profile_settings settings;
};

struct shop shop_open(void);
void shop_close(struct shop *shop);
/* One line of one piece, bought at noon UTC of the day in a basket of its own number; fields may be
 * changed afterwards through the pointer, which lives until the next line. */
struct shop_line *shop_sell(
    struct shop *shop, int64_t member, int64_t basket, int day, int64_t paid_minor);
/* The fitted population of all lines, in the order given or backwards. */
struct loy_population *shop_population(const struct shop *shop, bool backwards);
/* The profile of the member's lines; NULL closes nothing. The caller closes it. */
struct loy_profile *shop_profile(
    const struct shop *shop, const struct loy_population *population, int64_t member);
struct loy_estimate shop_estimate(const struct shop *shop, const struct loy_population *population,
    int64_t member, enum loy_quantity quantity);

#endif
