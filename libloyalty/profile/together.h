/* SPDX-License-Identifier: MIT
 *
 * together.h - yes and no in lines that come in baskets: three shirts of one 3 for 2 are three
 * lines on deal and one decision. How far members differ is read between baskets of the same
 * member; within one, so many lines tell as much as one (Kish's design effect, Survey Sampling,
 * 1965, 5.4). Sums by member in, a prior out.
 */
#ifndef PROFILE_TOGETHER_H
#define PROFILE_TOGETHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a member: lines and hits; and sums over his baskets of lines^2, lines times hits, hits^2. */
struct profile_basket_sums {
    int64_t lines, hits, line_squares, products, hit_squares;
};
void profile_basket_add(struct profile_basket_sums *sums, int64_t lines, int64_t hits);

struct profile_together {
    double effect; /* lines that tell as much as one; 1: each for itself */
    double a, b;   /* where effect > 1: Beta(a, b) of members' shares */
    bool varies;   /* false: effect > 1, and no sign that members differ */
};
/* With p the share of all lines and r = hits - p lines of a basket, tau^2 = sum over pairs of
 * baskets of one member of r r' / sum of lines lines', and the effect is what is left of the mean
 * r^2 per line, over p (1 - p) - tau^2. Below 1.1 it is 1. */
void profile_together_fit(
    const struct profile_basket_sums *members, size_t count, struct profile_together *fit);

#endif
