/* SPDX-License-Identifier: MIT
 *
 * assortment_tell.c - draws of what is bought before and after a change -> shares with intervals.
 * Must not know how they were simulated.
 */
#include "profile/assortment_private.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static struct loy_assortment_share share_of(double *draws)
{
    struct loy_assortment_share share = {0, 0, 0};
    for (size_t d = 0; d < ASSORTMENT_DRAWS; d++)
        share.mean += draws[d] / ASSORTMENT_DRAWS;
    qsort(draws, ASSORTMENT_DRAWS, sizeof *draws, by_value);
    // Between the k-th and the k-th last of n lie (n + 1 - 2 k) of n + 1.
    share.low = draws[ASSORTMENT_DRAWS / 10 - 1];
    share.high = draws[ASSORTMENT_DRAWS - ASSORTMENT_DRAWS / 10];
    return share;
}

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static void changes_tell(const struct assortment_sums *sums, bool add, struct loy_assortment *found)
{
    const struct loy_assortment_share unknown = {NAN, NAN, NAN};
    double share[ASSORTMENT_DRAWS], total[ASSORTMENT_DRAWS], nothing[ASSORTMENT_DRAWS];
    for (size_t d = 0; d < ASSORTMENT_DRAWS; d++, sums++) {
        // Of members whose pull is hardly known some draws are below 0; a smaller shelf sells no
        // more.
        double more = sums->after - sums->before;
        more = add ? fmax(0, more) : fmin(0, more);
        share[d] = ratio(sums->of_it, add ? sums->after : sums->before);
        total[d] = ratio(more, sums->before);
        nothing[d] = ratio(fabs(more), sums->of_it);
    }
    found->share = share_of(share);
    found->total = found->total_known ? share_of(total) : unknown;
    found->nothing = found->total_known ? share_of(nothing) : unknown;
}

/* Of a draw: what goes to all others, no less than what is bought of it where that counts as all.
 */
static double others_whole(const struct assortment_sums *sums, size_t alternatives)
{
    double whole = 0;
    for (size_t j = 0; j < alternatives; j++)
        whole += sums->others[j];
    return fmax(whole, sums->of_it);
}

void assortment_tell(
    const struct assortment_sums *sums, size_t alternatives, bool add, struct loy_assortment *found)
{
    double draws[ASSORTMENT_DRAWS];
    changes_tell(sums, add, found);
    for (size_t j = 0; j < alternatives; j++) {
        for (size_t d = 0; d < ASSORTMENT_DRAWS; d++)
            draws[d] = ratio(sums[d].others[j], others_whole(&sums[d], alternatives));
        found->others[j] = share_of(draws);
    }
}
