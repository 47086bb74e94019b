/* SPDX-License-Identifier: MIT
 *
 * tier.c - the price tier: the mean percentile (0 to 100) of a member's prices within category and
 * quarter. Normal-normal: percentiles of one member scatter with s^2 about its tier, tiers with
 * tau^2 about mu; both variances from the one-way analysis of variance with unequal n (Searle,
 * Casella, McCulloch, Variance Components, 3.6). Value mu + w (mean - mu), w = tau^2/(tau^2 +
 * s^2/n), which is also the reliability; posterior variance w s^2/n.
 */
#include "profile/profile_private.h"

#include "numeric/normal.h"

#include <math.h>

#define ITEMS_NEEDED 5

struct sums {
    double members, items, squares_n, total, within;
};

static double member_sum(const struct profile_summary *member, enum profile_tier_kind kind)
{
    return (double)member->tier_sum[kind] / PROFILE_PERCENT;
}

static struct sums add_up(
    const struct profile_summary *members, size_t count, enum profile_tier_kind kind)
{
    struct sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        double n = (double)members[i].items, sum = member_sum(&members[i], kind);
        if (n <= 0) continue;
        double squares = (double)members[i].tier_squares[kind] / PROFILE_PERCENT / PROFILE_PERCENT;
        sums.members += 1;
        sums.items += n;
        sums.squares_n += n * n;
        sums.total += sum;
        sums.within += fmax(0, squares - sum * sum / n);
    }
    return sums;
}

static double mean_square_between(const struct profile_summary *members, size_t count,
    enum profile_tier_kind kind, const struct sums *sums)
{
    double grand = sums->total / sums->items, between = 0;
    for (size_t i = 0; i < count; i++) {
        double n = (double)members[i].items;
        if (n <= 0) continue;
        double difference = member_sum(&members[i], kind) / n - grand;
        between += n * difference * difference;
    }
    return between / (sums->members - 1);
}

/* The mean over members, each as sure as it is. */
static double weighted_mean(const struct profile_summary *members, size_t count,
    enum profile_tier_kind kind, const struct profile_tier *tier)
{
    double weights = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        double n = (double)members[i].items;
        if (n <= 0) continue;
        double weight = 1 / (tier->between + tier->within / n);
        weights += weight;
        sum += weight * (member_sum(&members[i], kind) / n);
    }
    return sum / weights;
}

void profile_tier_fit(const struct profile_summary *members, size_t count,
    enum profile_tier_kind kind, struct profile_tier *tier)
{
    struct sums sums = add_up(members, count, kind);
    *tier = (struct profile_tier){.mean = NAN};
    if (sums.members < 1) return;
    tier->mean = sums.total / sums.items;
    if (sums.members < 2 || sums.items <= sums.members) return;
    tier->within = sums.within / (sums.items - sums.members);
    double size = (sums.items - sums.squares_n / sums.items) / (sums.members - 1);
    double between = mean_square_between(members, count, kind, &sums);
    tier->between = fmax(0, (between - tier->within) / size);
    if (tier->between + tier->within > 0) tier->mean = weighted_mean(members, count, kind, tier);
}

static double percent(double value)
{
    return isnan(value) ? value : fmax(0, fmin(100, value));
}

void profile_tier_estimate(
    const struct profile_tier *tier, int64_t items, double sum, struct loy_estimate *estimate)
{
    double n = (double)items, noise = items > 0 ? tier->within / n : INFINITY;
    double weight = tier->between > 0 ? tier->between / (tier->between + noise) : 0;
    double own = items > 0 ? sum / n : tier->mean;
    double spread = sqrt(weight > 0 && weight < 1 ? weight * noise : 0);
    estimate->n = items;
    estimate->needed = ITEMS_NEEDED;
    estimate->value = percent(tier->mean + weight * (own - tier->mean));
    estimate->low = percent(estimate->value - NUMERIC_Z80 * spread);
    estimate->high = percent(estimate->value + NUMERIC_Z80 * spread);
    estimate->reliability = weight;
    double all = NUMERIC_Z80 * sqrt(tier->between);
    profile_estimate_finish(
        estimate, percent(tier->mean), percent(tier->mean - all), percent(tier->mean + all));
}
