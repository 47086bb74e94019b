/* SPDX-License-Identifier: MIT
 *
 * choice_coverage.h - how often the choice model's 80 % intervals hold the truth, over data sets
 * simulated from planted weights: shared by a test of a few data sets and a benchmark of 200.
 */
#ifndef CHOICE_COVERAGE_H
#define CHOICE_COVERAGE_H

#include "choice_households.h"

struct coverage {
    size_t sets, members, order;
    double inside[HOUSEHOLD_ORDER];  /* share of members' weights within low to high */
    double below[HOUSEHOLD_ORDER];   /* share below low */
    double average;                  /* inside, over the coefficients */
    double means[HOUSEHOLD_ORDER];   /* share of sets whose mean +- 1.2816 errors holds the truth */
    double errors[HOUSEHOLD_ORDER];  /* mean standard error told, ... */
    double scatter[HOUSEHOLD_ORDER]; /* ... and the means' standard deviation over the sets */
};

/* Data sets of so many members with `occasions` purchases each; the model is fitted to each.
 * executor as in loy_choice_options. False: a fit failed. */
bool coverage_find(const struct planted *planted, size_t sets, size_t members, size_t occasions,
    const struct loy_executor *executor, struct coverage *coverage);

#endif
