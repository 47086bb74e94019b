/* SPDX-License-Identifier: MIT
 *
 * group.c - the quantities of a profile for a group of members together, to stand beside one
 * member's: medians of what is counted, ratios of sums of what is a share or a mean. And the fitted
 * price tier. A fitted population and member numbers in.
 */
#include "profile/profile_private.h"

#include <math.h>
#include <stdlib.h>

static const struct profile_summary *summary_find(
    const struct loy_population *population, int64_t member)
{
    size_t low = 0, high = population->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (population->members[middle].member < member)
            low = middle + 1;
        else
            high = middle;
    }
    const struct profile_summary *found = population->members + low;
    return low < population->member_count && found->member == member ? found : NULL;
}

static int by_count(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t count_of(const struct profile_summary *summary, enum loy_quantity quantity)
{
    if (quantity == LOY_QUANTITY_RECENCY) return summary->recency_days;
    return quantity == LOY_QUANTITY_FREQUENCY ? summary->frequency : summary->monetary_minor;
}

static enum loy_status median(const struct loy_population *population, enum loy_quantity quantity,
    const int64_t *members, size_t count, double *value)
{
    int64_t *counts = calloc(count + 1, sizeof(*counts));
    size_t found = 0;
    if (!counts) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct profile_summary *summary = summary_find(population, members[i]);
        if (summary && summary->occasions > 0) counts[found++] = count_of(summary, quantity);
    }
    qsort(counts, found, sizeof(*counts), by_count);
    *value = NAN;
    if (found > 0) *value = ((double)counts[(found - 1) / 2] + (double)counts[found / 2]) / 2;
    free(counts);
    return LOY_OK;
}

/* What is divided by what; false: not a ratio. */
static bool ratio(
    const struct profile_summary *summary, enum loy_quantity quantity, double *over, double *under)
{
    switch (quantity) {
    case LOY_QUANTITY_LEVEL:
        *over = (double)summary->paid_minor;
        *under = (double)summary->paid_occasions;
        return true;
    case LOY_QUANTITY_DEAL_SHARE:
        *over = (double)summary->deal_lines;
        *under = (double)summary->lines;
        return true;
    case LOY_QUANTITY_OWN_BRAND_SHARE:
        *over = (double)summary->own_lines;
        *under = (double)summary->lines;
        return true;
    case LOY_QUANTITY_PRICE_TIER:
        *over = (double)summary->tier_sum[PROFILE_LISTED] / PROFILE_PERCENT;
        *under = (double)summary->items;
        return true;
    case LOY_QUANTITY_PRICE_TIER_PAID:
        *over = (double)summary->tier_sum[PROFILE_PAID] / PROFILE_PERCENT;
        *under = (double)summary->items;
        return true;
    case LOY_QUANTITY_DISCOUNT_DEPTH:
        *over = (double)summary->gross_minor - (double)summary->net_minor;
        *under = (double)summary->gross_minor;
        return true;
    default:
        return false;
    }
}

enum loy_status loy_population_group(const struct loy_population *population,
    enum loy_quantity quantity, const int64_t *members, size_t count, double *value)
{
    if (!population || !value || !population->fitted || (!members && count > 0))
        return LOY_E_ARGUMENT;
    if (quantity >= LOY_QUANTITY_RECENCY && quantity <= LOY_QUANTITY_MONETARY)
        return median(population, quantity, members, count, value);
    double sum = 0, weight = 0, over, under;
    for (size_t i = 0; i < count; i++) {
        const struct profile_summary *summary = summary_find(population, members[i]);
        if (!summary) continue;
        if (!ratio(summary, quantity, &over, &under)) return LOY_E_ARGUMENT;
        sum += over;
        weight += under;
    }
    *value = weight > 0 ? sum / weight : NAN;
    return LOY_OK;
}

/* ln L of the one-way normal model: items about tiers, tiers about their mean. */
static double tier_likelihood(const struct loy_population *population, enum profile_tier_kind kind,
    const struct profile_tier *tier)
{
    double value = 0;
    if (!(tier->within > 0)) return NAN;
    for (size_t i = 0; i < population->member_count; i++) {
        const struct profile_summary *member = &population->members[i];
        double n = (double)member->items, sum = (double)member->tier_sum[kind] / PROFILE_PERCENT;
        double squares = (double)member->tier_squares[kind] / PROFILE_PERCENT / PROFILE_PERCENT;
        if (n <= 0) continue;
        double spread = tier->within + n * tier->between, off = sum / n - tier->mean;
        value -= (n * log(2 * M_PI) + (n - 1) * log(tier->within) + log(spread) +
                     fmax(0, squares - sum * sum / n) / tier->within + n * off * off / spread) /
                 2;
    }
    return value;
}

enum loy_status loy_population_tier(
    const struct loy_population *population, enum loy_quantity quantity, struct loy_tier_fit *fit)
{
    if (!population || !fit || !population->fitted) return LOY_E_ARGUMENT;
    if (quantity != LOY_QUANTITY_PRICE_TIER && quantity != LOY_QUANTITY_PRICE_TIER_PAID)
        return LOY_E_ARGUMENT;
    enum profile_tier_kind kind =
        quantity == LOY_QUANTITY_PRICE_TIER ? PROFILE_LISTED : PROFILE_PAID;
    const struct profile_tier *tier = &population->tier[kind];
    struct loy_tier_fit made = {.mu = tier->mean,
        .tau = sqrt(tier->between),
        .s = sqrt(tier->within),
        .log_likelihood = tier_likelihood(population, kind, tier)};
    for (size_t i = 0; i < population->member_count; i++) {
        made.members += population->members[i].items > 0;
        made.items += population->members[i].items;
    }
    *fit = made;
    return LOY_OK;
}
