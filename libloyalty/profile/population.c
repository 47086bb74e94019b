/* SPDX-License-Identifier: MIT
 *
 * population.c - the first pass: the rows of all members, sorted and folded member by member, make
 * the priors against which a single profile is estimated. Sales in, in any order; priors out. Must
 * not know of store, clock or thread. A row takes 72 bytes until the fit, nothing afterwards; a
 * member's sums stay.
 */
#include "profile/profile_private.h"

#include <stdlib.h>
#include <string.h>

enum loy_status loy_population_open(
    const struct loy_profile_settings *settings, struct loy_population **population)
{
    if (!settings || !population) return LOY_E_ARGUMENT;
    struct loy_population *made = calloc(1, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    /* A caller built against an older header gives fewer bytes; what it does not know stays zero.
     */
    size_t size = settings->size < sizeof(*settings) ? settings->size : sizeof(*settings);
    memcpy(&made->settings, settings, size);
    made->as_of_day = profile_day(made->settings.as_of_us, made->settings.offset_min);
    enum loy_status status = profile_cells_open(&made->cells);
    if (status != LOY_OK) {
        free(made);
        return status;
    }
    *population = made;
    return LOY_OK;
}

void loy_population_close(struct loy_population *population)
{
    if (!population) return;
    free(population->rows);
    free(population->members);
    profile_cells_close(population->cells);
    profile_week_clear(&population->week);
    profile_ranks_clear(&population->ranks);
    profile_outlook_clear(&population->outlook);
    free(population);
}

enum loy_status loy_population_add(struct loy_population *population, const struct loy_sale *sale,
    const struct loy_version *version)
{
    if (!population || !sale || !version || population->fitted) return LOY_E_ARGUMENT;
    struct profile_row row;
    enum loy_status status = profile_row_make(&population->settings, sale, version, &row);
    if (status == LOY_NONE) return LOY_OK;
    if (status != LOY_OK) return status;
    int32_t quarter = profile_quarter(row.day);
    status = profile_cells_put(population->cells, version->category, quarter, &row.cell);
    if (status != LOY_OK) return status;
    status = profile_grow((void **)&population->rows, population->row_count,
        &population->row_capacity, sizeof(*population->rows));
    if (status != LOY_OK) return status;
    population->rows[population->row_count++] = row;
    return LOY_OK;
}

/* What is equal here differs only in what is added up as integers. */
static int by_member_then_time(const void *left, const void *right)
{
    const struct profile_row *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    if (a->at_us != b->at_us) return a->at_us < b->at_us ? -1 : 1;
    if (a->basket != b->basket) return a->basket < b->basket ? -1 : 1;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return (a->hour > b->hour) - (a->hour < b->hour);
}

static void sort_rows(struct loy_population *population)
{
    bool sorted = true;
    for (size_t i = 1; i < population->row_count && sorted; i++)
        sorted = by_member_then_time(&population->rows[i - 1], &population->rows[i]) <= 0;
    if (!sorted)
        qsort(population->rows, population->row_count, sizeof(*population->rows),
            by_member_then_time);
}

/* Baskets of nobody tell the hours of the store; there may be very many at one moment of a coarse
 * import, but in sorted rows a basket's lines stand together. */
static size_t count_anonymous(struct loy_population *population)
{
    size_t i = 0;
    for (; i < population->row_count && population->rows[i].member <= 0; i++) {
        const struct profile_row *row = &population->rows[i];
        if (i > 0 && row[-1].basket == row->basket && row[-1].at_us == row->at_us) continue;
        if (row->hour == PROFILE_NO_HOUR) continue;
        population->week.store[row->hour]++;
        population->week.store_baskets++;
    }
    return i;
}

/* Folds the rows of one member from *at, and leaves *at behind them. */
static enum loy_status summarise_member(struct loy_population *population, size_t *at,
    struct profile_fold *fold, struct profile_summary *summary)
{
    int64_t member = population->rows[*at].member;
    enum loy_status status = LOY_OK;
    profile_fold_reset(fold);
    for (; *at < population->row_count && population->rows[*at].member == member; (*at)++) {
        status = profile_fold_add(fold, &population->rows[*at], population->cells);
        if (status != LOY_OK) return status;
    }
    status = profile_week_add(&population->week, fold, true);
    if (status != LOY_OK) return status;
    status = profile_summarise(fold, population->as_of_day, summary);
    summary->member = member;
    return status;
}

static enum loy_status summarise_all(
    struct loy_population *population, struct profile_summary **members, size_t *count)
{
    struct profile_fold fold = {0};
    size_t capacity = 0, at = count_anonymous(population);
    enum loy_status status = LOY_OK;
    while (at < population->row_count && status == LOY_OK) {
        status = profile_grow((void **)members, *count, &capacity, sizeof(**members));
        if (status != LOY_OK) break;
        status = summarise_member(population, &at, &fold, &(*members)[*count]);
        (*count)++;
    }
    profile_fold_clear(&fold);
    return status;
}

static enum loy_status fit_priors(
    struct loy_population *population, const struct profile_summary *members, size_t count)
{
    enum loy_status status = profile_share_fit(members, count, false, &population->deal);
    if (status == LOY_OK) status = profile_share_fit(members, count, true, &population->own_brand);
    if (status == LOY_OK) status = profile_ranks_fill(&population->ranks, members, count);
    if (status != LOY_OK) return status;
    status = profile_level_fit(members, count, &population->level);
    if (status == LOY_OK && !population->settings.sample_of_lines)
        status = profile_outlook_fit(
            members, count, population->as_of_day, &population->level, &population->outlook);
    if (status != LOY_OK) return status;
    for (size_t kind = 0; kind < PROFILE_TIERS; kind++)
        profile_tier_fit(members, count, (enum profile_tier_kind)kind, &population->tier[kind]);
    profile_depth_fit(members, count, &population->depth);
    profile_week_fit(&population->week);
    return LOY_OK;
}

enum loy_status loy_population_fit(struct loy_population *population)
{
    if (!population || population->fitted) return LOY_E_ARGUMENT;
    struct profile_summary *members = NULL;
    size_t count = 0;
    /* Also after a failure: half of the rows may be folded already. */
    population->fitted = true;
    sort_rows(population);
    enum loy_status status =
        profile_cells_fill(population->cells, population->rows, population->row_count);
    if (status == LOY_OK) status = summarise_all(population, &members, &count);
    if (status == LOY_OK) status = fit_priors(population, members, count);
    population->members = members;
    population->member_count = count;
    free(population->rows);
    population->rows = NULL;
    population->row_count = population->row_capacity = 0;
    return status;
}

enum loy_status loy_population_share(const struct loy_population *population,
    enum loy_quantity quantity, struct loy_beta_binomial *fit)
{
    if (!population || !fit || !population->fitted) return LOY_E_ARGUMENT;
    if (quantity == LOY_QUANTITY_DEAL_SHARE)
        *fit = population->deal.fit;
    else if (quantity == LOY_QUANTITY_OWN_BRAND_SHARE)
        *fit = population->own_brand.fit;
    else
        return LOY_E_ARGUMENT;
    return LOY_OK;
}
