/* SPDX-License-Identifier: MIT
 *
 * ranks.c - recency, frequency and amount of the last 365 days as counted, with the quintile among
 * all members: mid-ranks, so that equal members have equal quintiles. 5 is recent, often, much.
 * Summaries in, counts with a quintile out; descriptive, never a forecast.
 */
#include "profile/profile_private.h"

#include <math.h>
#include <stdlib.h>

#define OCCASIONS_NEEDED 1

static int64_t value_of(const struct profile_summary *member, enum profile_rank which)
{
    switch (which) {
    case PROFILE_RECENCY:
        return member->recency_days;
    case PROFILE_FREQUENCY:
        return member->frequency;
    default:
        return member->monetary_minor;
    }
}

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

enum loy_status profile_ranks_fill(
    struct profile_ranks *ranks, const struct profile_summary *members, size_t count)
{
    for (size_t which = 0; which < PROFILE_RANKS; which++) {
        int64_t *sorted = calloc(count + 1, sizeof(*sorted));
        if (!sorted) return LOY_E_MEMORY;
        ranks->sorted[which] = sorted;
        ranks->count = 0;
        for (size_t i = 0; i < count; i++)
            if (members[i].occasions > 0)
                sorted[ranks->count++] = value_of(&members[i], (enum profile_rank)which);
        qsort(sorted, ranks->count, sizeof(*sorted), by_value);
    }
    return LOY_OK;
}

/* How many are below the value, or not above it. */
static size_t count_below(const int64_t *sorted, size_t count, int64_t value, bool or_equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value || (or_equal && sorted[middle] == value))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Twice the mid-rank is an integer: floor(5 midrank / count) without a rounding. */
static uint8_t quintile(const struct profile_ranks *ranks, enum profile_rank which, int64_t value)
{
    if (ranks->count == 0) return 0;
    size_t below = count_below(ranks->sorted[which], ranks->count, value, false);
    size_t not_above = count_below(ranks->sorted[which], ranks->count, value, true);
    size_t twice = below + not_above;
    if (which == PROFILE_RECENCY) twice = 2 * ranks->count - twice;
    size_t fifth = 5 * twice / (2 * ranks->count);
    return (uint8_t)(fifth < 5 ? fifth + 1 : 5);
}

static double median(const struct profile_ranks *ranks, enum profile_rank which)
{
    if (ranks->count == 0) return NAN;
    const int64_t *sorted = ranks->sorted[which];
    return ((double)sorted[(ranks->count - 1) / 2] + (double)sorted[ranks->count / 2]) / 2;
}

void profile_ranks_estimate(const struct profile_ranks *ranks, enum profile_rank which,
    const struct profile_summary *member, struct loy_estimate *estimate)
{
    int64_t value = value_of(member, which);
    estimate->n = member->occasions;
    estimate->needed = OCCASIONS_NEEDED;
    estimate->segment_value = median(ranks, which);
    if (member->occasions < OCCASIONS_NEEDED) {
        estimate->standing = LOY_STANDING_FEW;
        estimate->value = estimate->low = estimate->high = estimate->segment_value;
        return;
    }
    estimate->standing = LOY_STANDING_DESCRIPTIVE;
    estimate->value = estimate->low = estimate->high = (double)value;
    estimate->quintile = quintile(ranks, which, value);
}

void profile_ranks_clear(struct profile_ranks *ranks)
{
    for (size_t which = 0; which < PROFILE_RANKS; which++)
        free(ranks->sorted[which]);
    *ranks = (struct profile_ranks){0};
}
