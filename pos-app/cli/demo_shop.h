/* SPDX-License-Identifier: MIT
 *
 * demo_shop.h - one demo shop from its input files to a filled store, with totals that tie to the
 * input.
 */
#ifndef DEMO_SHOP_H
#define DEMO_SHOP_H

#include "cli.h"
#include "demo_swipes.h"

struct demo_shop {
    const char *name, *title; /* folder, and words for people */
    const char *data;         /* folder of the four CSV files */
    const char *currency, *country, *site;
    const char *from, *to; /* the period of profiles and report */
    const char *manufacturer;
    bool sample_of_lines, generated;
};

struct demo_totals {
    int64_t members, baskets, identified, lines, paid_minor, discount_minor;
};

struct demo_result {
    struct demo_totals input, stored;
    int64_t members_agreeing; /* whose own sum of purchases is that of the input */
    uint64_t swipes[DEMO_READERS];
};

/* Makes OUT/name/shop.loyalty anew, imports articles, prices and members, and records every basket
 * with its swipe. *store is open after CLI_DONE. */
int demo_shop_fill(struct cli *cli, const struct demo_shop *shop, const char *out,
    struct loy_store **store, struct demo_result *result);

#endif
