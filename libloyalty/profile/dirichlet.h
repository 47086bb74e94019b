/* SPDX-License-Identifier: MIT
 *
 * dirichlet.h - the Dirichlet-multinomial: shares of one member over a few values, and how far
 * members differ. Tallies of counts in, the maximum of the likelihood out.
 */
#ifndef PROFILE_DIRICHLET_H
#define PROFILE_DIRICHLET_H

#include "profile/profile_private.h"

/* Twice the gain of likelihood of one number that cannot be negative: half of its distribution is
 * at zero, so this is passed by chance in 5 % of fits (Self and Liang 1987, case 5). */
#define PROFILE_GAIN_NEEDED 2.705543

struct profile_counts {
    struct profile_tally *values; /* one per value */
    struct profile_tally totals;
    size_t value_count;
    int64_t members, lines;
};
enum loy_status profile_counts_open(struct profile_counts *counts, size_t value_count);
void profile_counts_close(struct profile_counts *counts);
/* The counts of one member; all zero: nobody. */
enum loy_status profile_counts_add(struct profile_counts *counts, const int32_t *of_value);

struct profile_dirichlet {
    double *alpha; /* of the caller, value_count long; 0 where a value was never bought */
    double weight; /* their sum; PROFILE_WEIGHT_MAX where nothing varies */
    double log_likelihood, pooled_log_likelihood;
    bool varies; /* false: no sign that members differ */
};
enum loy_status profile_dirichlet_fit(
    const struct profile_counts *counts, struct profile_dirichlet *fit);

#endif
