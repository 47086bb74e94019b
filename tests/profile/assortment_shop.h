/* SPDX-License-Identifier: MIT
 *
 * assortment_shop.h - simulated members who visit a shelf, buy of it or not, and what it would sell
 * without one of its alternatives, or with one where it was missing: reckoned from the planted
 * weights. Shared by a test of a few data sets and a benchmark of many.
 */
#ifndef ASSORTMENT_SHOP_H
#define ASSORTMENT_SHOP_H

#include <loyalty/assortment.h>

#define SHOP_ALTERNATIVES 5u
#define SHOP_SEASONAL 4u /* missing on each member's first third of visits */

struct shop_plan {
    size_t members, visits; /* visits of each */
    double pull, pull_spread;
    bool still;    /* prices never move, and nothing comes or goes */
    bool reversed; /* the last member first */
    uint64_t seed;
};
struct shop_truth { /* as struct loy_assortment */
    double total, nothing, share, others[SHOP_ALTERNATIVES];
};
struct shop {
    struct loy_choice *choice;
    struct loy_visits *visits;
    struct shop_truth without[SHOP_ALTERNATIVES], with; /* with: the seasonal one */
};
void shop_make(const struct shop_plan *plan, struct shop *shop);
void shop_clear(struct shop *shop);

struct assortment_coverage {
    size_t sets, known;
    double total, nothing, share, others, with; /* share of intervals (80 %) that hold the truth */
    double pull, pull_error, pull_scatter; /* mean of what was found; mean error; around the plan */
    double bias;                           /* mean of (found - true) / true, of the total */
};
/* Of alternative 0 taken away and the seasonal one added, over so many shops. */
void assortment_coverage_find(
    const struct shop_plan *plan, size_t sets, struct assortment_coverage *coverage);

#endif
