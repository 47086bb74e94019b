/* SPDX-License-Identifier: MIT
 *
 * assortment.c - what becomes of a category's sales when an alternative leaves the shelf, by
 * simulation over draws of members' utilities. In: utilities. Out: a change with its interval. Must
 * not know which model they come from.
 */
#include <loyalty/guidance.h>

#include <math.h>
#include <stdlib.h>

struct draw_sums {
    double with, without, of_it, stays; /* purchases of the category; of the alternative */
};

/* One member of one draw: chances exp(u) / sum, with and without the alternative. */
static void member_add(const double *utilities, size_t alternatives, double weight,
    size_t alternative, size_t outside, struct draw_sums *sums)
{
    double most = utilities[0], all = 0;
    for (size_t j = 1; j < alternatives; j++)
        most = fmax(most, utilities[j]);
    for (size_t j = 0; j < alternatives; j++)
        all += exp(utilities[j] - most);
    const double one = exp(utilities[alternative] - most) / all;
    const double nothing = outside < alternatives ? exp(utilities[outside] - most) / all : 0;
    const double others = fmax(1 - one, 1e-300);
    sums->with += weight * (1 - nothing);
    sums->without += weight * (1 - fmin(nothing / others, 1));
    sums->of_it += weight * one;
    sums->stays += weight * one * (1 - fmin(nothing / others, 1));
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void interval_of(double *values, size_t count, double *low, double *high)
{
    qsort(values, count, sizeof *values, by_value);
    *low = values[(size_t)(.1 * (double)(count - 1) + .5)];
    *high = values[(size_t)(.9 * (double)(count - 1) + .5)];
}

static bool all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

enum loy_status loy_assortment_without(const double *utilities, size_t draws, size_t members,
    size_t alternatives, const double *weights, size_t alternative, size_t outside,
    struct loy_assortment_change *change)
{
    if (!utilities || !weights || !change || alternative >= alternatives ||
        alternative == outside || alternatives < 2)
        return LOY_E_ARGUMENT;
    if (members < LOY_ASSORTMENT_MEMBERS_MIN || draws < LOY_ASSORTMENT_DRAWS_MIN) return LOY_NONE;
    if (!all_finite(utilities, draws * members * alternatives) || !all_finite(weights, members))
        return LOY_E_ARGUMENT;
    double *sales = calloc(2 * draws, sizeof *sales), *kept = sales ? sales + draws : NULL;
    if (!sales) return LOY_E_MEMORY;
    *change = (struct loy_assortment_change){0};
    for (size_t d = 0; d < draws; d++) {
        struct draw_sums sums = {0};
        for (size_t m = 0; m < members; m++)
            member_add(utilities + (d * members + m) * alternatives, alternatives, weights[m],
                alternative, outside, &sums);
        sales[d] = sums.with > 0 ? (sums.without - sums.with) / sums.with : 0;
        kept[d] = sums.of_it > 0 ? sums.stays / sums.of_it : 1;
        change->sales += sales[d] / (double)draws;
        change->kept += kept[d] / (double)draws;
    }
    interval_of(sales, draws, &change->low, &change->high);
    interval_of(kept, draws, &change->kept_low, &change->kept_high);
    free(sales);
    /* Without an outside option the model has nowhere for a purchase to go. */
    return outside < alternatives ? LOY_OK : LOY_NONE;
}
