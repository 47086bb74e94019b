/* SPDX-License-Identifier: MIT
 *
 * profile.c - the second pass: one member's rows folded and estimated against the population.
 * Sales of one member in, estimates with their standing out. Must not know of store, clock or
 * thread.
 */
#include "profile/profile_private.h"

#include <math.h>
#include <stdlib.h>

#define OWN_RELIABILITY 0.5
#define WEAK_RELIABILITY 0.2

struct loy_profile {
    const struct loy_population *population;
    struct profile_fold fold;
    int64_t member;
    bool begun;
};

enum loy_standing profile_standing(double reliability, int64_t n, int64_t needed)
{
    if (n < needed || reliability < WEAK_RELIABILITY) return LOY_STANDING_FEW;
    return reliability < OWN_RELIABILITY ? LOY_STANDING_WEAK : LOY_STANDING_OWN;
}

void profile_estimate_finish(
    struct loy_estimate *estimate, double segment, double segment_low, double segment_high)
{
    estimate->reliability = fmax(0, fmin(1, estimate->reliability));
    estimate->segment_value = segment;
    estimate->standing =
        (uint8_t)profile_standing(estimate->reliability, estimate->n, estimate->needed);
    if (estimate->standing != LOY_STANDING_FEW) return;
    estimate->value = segment;
    estimate->low = segment_low;
    estimate->high = segment_high;
}

enum loy_status loy_profile_open(
    const struct loy_population *population, struct loy_profile **profile)
{
    if (!population || !profile || !population->fitted) return LOY_E_ARGUMENT;
    struct loy_profile *made = calloc(1, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    made->population = population;
    *profile = made;
    return LOY_OK;
}

void loy_profile_close(struct loy_profile *profile)
{
    if (!profile) return;
    profile_fold_clear(&profile->fold);
    free(profile);
}

void loy_profile_reset(struct loy_profile *profile)
{
    profile_fold_reset(&profile->fold);
    profile->begun = false;
}

enum loy_status loy_profile_add(
    struct loy_profile *profile, const struct loy_sale *sale, const struct loy_version *version)
{
    if (!profile || !sale || !version) return LOY_E_ARGUMENT;
    if (profile->begun && profile->member != sale->member) return LOY_E_ARGUMENT;
    const struct loy_population *population = profile->population;
    struct profile_row row;
    profile->member = sale->member;
    profile->begun = true;
    enum loy_status status = profile_row_make(&population->settings, sale, version, &row);
    if (status == LOY_NONE) return LOY_OK;
    if (status != LOY_OK) return status;
    row.cell = profile_cells_find(population->cells, version->category, profile_quarter(row.day));
    return profile_fold_add(&profile->fold, &row, population->cells);
}

static enum loy_status rank(
    const struct loy_profile *profile, enum profile_rank which, struct loy_estimate *estimate)
{
    struct profile_summary summary;
    enum loy_status status =
        profile_summarise(&profile->fold, profile->population->as_of_day, &summary);
    if (status != LOY_OK) return status;
    profile_ranks_estimate(&profile->population->ranks, which, &summary, estimate);
    return LOY_OK;
}

static enum loy_status level(const struct loy_profile *profile, struct loy_estimate *estimate)
{
    struct profile_summary summary;
    enum loy_status status =
        profile_summarise(&profile->fold, profile->population->as_of_day, &summary);
    if (status != LOY_OK) return status;
    profile_level_estimate(
        &profile->population->level, summary.paid_occasions, summary.paid_minor, estimate);
    return LOY_OK;
}

static enum loy_status tier(
    const struct loy_profile *profile, enum profile_tier_kind kind, struct loy_estimate *estimate)
{
    double sum = (double)profile->fold.tier_sum[kind] / PROFILE_PERCENT;
    profile_tier_estimate(&profile->population->tier[kind], profile->fold.items, sum, estimate);
    return LOY_OK;
}

static enum loy_status estimate_quantity(
    const struct loy_profile *profile, enum loy_quantity quantity, struct loy_estimate *estimate)
{
    const struct profile_fold *fold = &profile->fold;
    switch (quantity) {
    case LOY_QUANTITY_RECENCY:
        return rank(profile, PROFILE_RECENCY, estimate);
    case LOY_QUANTITY_FREQUENCY:
        return rank(profile, PROFILE_FREQUENCY, estimate);
    case LOY_QUANTITY_MONETARY:
        return rank(profile, PROFILE_MONETARY, estimate);
    case LOY_QUANTITY_LEVEL:
        return level(profile, estimate);
    case LOY_QUANTITY_DEAL_SHARE:
        profile_share_estimate(&profile->population->deal, fold->deal_lines, fold->lines, estimate);
        return LOY_OK;
    case LOY_QUANTITY_OWN_BRAND_SHARE:
        profile_share_estimate(
            &profile->population->own_brand, fold->own_lines, fold->lines, estimate);
        return LOY_OK;
    case LOY_QUANTITY_PRICE_TIER:
        return tier(profile, PROFILE_LISTED, estimate);
    case LOY_QUANTITY_PRICE_TIER_PAID:
        return tier(profile, PROFILE_PAID, estimate);
    case LOY_QUANTITY_DISCOUNT_DEPTH:
        profile_depth_estimate(&profile->population->depth, fold, profile->member, estimate);
        return LOY_OK;
    default:
        return LOY_E_ARGUMENT;
    }
}

/* A sample of lines leaves baskets incomplete: what counts visits or sums them cannot be said. */
static bool claimed(const struct loy_profile *profile, enum loy_quantity quantity)
{
    return !profile->population->settings.sample_of_lines || quantity > LOY_QUANTITY_LEVEL;
}

enum loy_status loy_profile_estimate(
    const struct loy_profile *profile, enum loy_quantity quantity, struct loy_estimate *estimate)
{
    if (!profile || !estimate) return LOY_E_ARGUMENT;
    struct loy_estimate made = {.quantity = (uint8_t)quantity};
    enum loy_status status = estimate_quantity(profile, quantity, &made);
    if (status != LOY_OK) return status;
    if (!claimed(profile, quantity))
        made = (struct loy_estimate){.quantity = (uint8_t)quantity,
            .standing = LOY_STANDING_NOT_CLAIMED,
            .n = made.n,
            .needed = made.needed};
    *estimate = made;
    return LOY_OK;
}

enum loy_status loy_population_timing(
    const struct loy_population *population, struct loy_population_timing *timing)
{
    if (!population || !timing || !population->fitted || timing->size < sizeof *timing)
        return LOY_E_ARGUMENT;
    *timing = population->outlook.timing;
    timing->size = sizeof *timing;
    return LOY_OK;
}

enum loy_status loy_profile_prospect(
    const struct loy_profile *profile, struct loy_prospect *prospect)
{
    if (!profile || !prospect) return LOY_E_ARGUMENT;
    const struct loy_population *population = profile->population;
    struct loy_prospect made = {.size = prospect->size};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < loy_outlook_count; i++)
        made.estimates[i] =
            (struct loy_estimate){.quantity = (uint8_t)i, .standing = LOY_STANDING_NOT_CLAIMED};
    made.longer = made.at_stake_minor = NAN;
    if (!population->settings.sample_of_lines)
        status = profile_prospect_make(
            &population->outlook, &population->level, &profile->fold, population->as_of_day, &made);
    if (status == LOY_OK) *prospect = made;
    return status;
}

enum loy_status loy_profile_week(const struct loy_profile *profile, struct loy_week *week)
{
    if (!profile || !week) return LOY_E_ARGUMENT;
    profile_week_estimate(&profile->population->week, &profile->fold, week);
    return LOY_OK;
}
