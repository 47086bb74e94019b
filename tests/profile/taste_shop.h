/* SPDX-License-Identifier: MIT
 *
 * taste_shop.h - a made-up shop for the tests of preferences: one category, colours, a price
 * history, and members whose tastes are known.
 */
#ifndef TASTE_SHOP_H
#define TASTE_SHOP_H

#include <loyalty/preference.h>

#include "numeric/random.h"

#define TASTE_COLOURS 3u
#define TASTE_DAY_US INT64_C(86400000000)

struct taste_line {
    int64_t member, day;
    uint8_t colour; /* 0 black, 1 white, 2 grey */
    int64_t returned_milli;
};
struct taste_shop {
    struct taste_line *lines;
    size_t count, capacity;
    int out_from, out_to; /* days on which grey is not on the shelf */
    bool offers;          /* there is a price history */
};

void taste_shop_close(struct taste_shop *shop);
void taste_shop_sell(struct taste_shop *shop, int64_t member, int64_t day, uint8_t colour);
/* A member's shares drawn from a Dirichlet. */
void taste_draw(struct numeric_random *random, const double *alpha, double shares[TASTE_COLOURS]);
/* A colour drawn from shares, of those on the shelf that day. */
uint8_t taste_choose(const struct taste_shop *shop, struct numeric_random *random,
    const double *shares, int64_t day);
/* Fitted; of the lines in their order or backwards; times: how often each member is there. */
struct loy_preferences *taste_fit(const struct taste_shop *shop, bool backwards, int64_t times);
/* The table of all categories' colours, and the place of a colour in it. */
size_t taste_table(const struct loy_preferences *preferences, struct loy_preference_table *table);
size_t taste_value(const struct loy_preferences *preferences, size_t table, uint8_t colour);
struct loy_preference taste_member(
    const struct loy_preferences *preferences, int64_t member, uint8_t colour);

#endif
