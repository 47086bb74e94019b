/* SPDX-License-Identifier: MIT
 *
 * fold.c - one member's rows folded into counts: occasions by day, baskets by hour of the week,
 * lines on deal, percentiles of prices. Rows oldest first in, integers out. Must not know of other
 * members.
 */
#include "profile/profile_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define YEAR_DAYS 365

/* Days ascend but for a change of zone, so the place is near the end. */
static enum loy_status add_occasion(struct profile_fold *fold, int32_t day, int64_t paid_minor)
{
    size_t at = fold->occasion_count;
    while (at > 0 && fold->occasions[at - 1].day > day)
        at--;
    if (at > 0 && fold->occasions[at - 1].day == day) {
        int64_t *sum = &fold->occasions[at - 1].paid_minor;
        return __builtin_add_overflow(*sum, paid_minor, sum) ? LOY_E_LIMIT : LOY_OK;
    }
    enum loy_status status = profile_grow((void **)&fold->occasions, fold->occasion_count,
        &fold->occasion_capacity, sizeof(*fold->occasions));
    if (status != LOY_OK) return status;
    memmove(&fold->occasions[at + 1], &fold->occasions[at],
        (fold->occasion_count - at) * sizeof(*fold->occasions));
    fold->occasions[at] = (struct profile_occasion){.paid_minor = paid_minor, .day = day};
    fold->occasion_count++;
    return LOY_OK;
}

/* The basket's visit, or a new one. A basket's lines share its time; lines of two baskets of one
 * moment may be mixed. */
static enum loy_status find_visit(
    struct profile_fold *fold, const struct profile_row *row, struct profile_visit **visit)
{
    for (size_t i = fold->visit_count; i > 0 && fold->visits[i - 1].at_us == row->at_us; i--) {
        *visit = &fold->visits[i - 1];
        if ((*visit)->basket == row->basket) return LOY_OK;
    }
    enum loy_status status = profile_grow(
        (void **)&fold->visits, fold->visit_count, &fold->visit_capacity, sizeof(*fold->visits));
    if (status != LOY_OK) return status;
    *visit = &fold->visits[fold->visit_count++];
    **visit = (struct profile_visit){.at_us = row->at_us, .basket = row->basket};
    if (row->hour == PROFILE_NO_HOUR) return LOY_OK;
    fold->week[row->hour]++;
    fold->timed_visits++;
    return LOY_OK;
}

static enum loy_status add_visit(struct profile_fold *fold, const struct profile_row *row)
{
    struct profile_visit *visit = NULL;
    enum loy_status status = find_visit(fold, row, &visit);
    if (status != LOY_OK) return status;
    if (__builtin_add_overflow(visit->gross_minor, row->gross_minor, &visit->gross_minor) ||
        __builtin_add_overflow(visit->paid_minor, row->paid_minor, &visit->paid_minor))
        return LOY_E_LIMIT;
    visit->lines++;
    visit->deal_lines += row->on_deal;
    visit->own_lines += row->own_brand;
    return LOY_OK;
}

static void add_tier(
    struct profile_fold *fold, const struct profile_row *row, const struct profile_cells *cells)
{
    const int64_t percentiles[PROFILE_TIERS] = {
        profile_cells_percentile(cells, row->cell, (double)row->list_minor),
        profile_cells_percentile(cells, row->cell, row->paid_unit)};
    if (percentiles[PROFILE_LISTED] < 0 || row->paid_unit < 0) return;
    fold->items++;
    for (size_t i = 0; i < PROFILE_TIERS; i++) {
        fold->tier_sum[i] += percentiles[i];
        fold->tier_squares[i] += percentiles[i] * percentiles[i];
    }
}

enum loy_status profile_fold_add(
    struct profile_fold *fold, const struct profile_row *row, const struct profile_cells *cells)
{
    enum loy_status status = add_visit(fold, row);
    if (status == LOY_OK) status = add_occasion(fold, row->day, row->paid_minor);
    if (status != LOY_OK) return status;
    add_tier(fold, row, cells);
    fold->lines++;
    fold->deal_lines += row->on_deal;
    fold->own_lines += row->own_brand;
    return LOY_OK;
}

void profile_fold_reset(struct profile_fold *fold)
{
    struct profile_fold empty = {.occasions = fold->occasions,
        .occasion_capacity = fold->occasion_capacity,
        .visits = fold->visits,
        .visit_capacity = fold->visit_capacity};
    *fold = empty;
}

void profile_fold_clear(struct profile_fold *fold)
{
    free(fold->occasions);
    free(fold->visits);
    *fold = (struct profile_fold){0};
}

static void summarise_gap(
    const struct profile_fold *fold, size_t i, struct profile_summary *summary)
{
    summary->last_day = fold->occasions[i].day;
    if (i == 0) {
        summary->first_day = fold->occasions[i].day;
        return;
    }
    double gap = log((double)fold->occasions[i].day - fold->occasions[i - 1].day);
    summary->gap_logs += gap;
    summary->gap_squares += gap * gap;
}

static void summarise_paid(size_t i, int64_t paid, struct profile_summary *summary)
{
    double log_paid = log((double)paid);
    summary->paid_occasions++;
    summary->paid_logs += log_paid;
    summary->paid_squares += log_paid * log_paid;
    if (i == 0) return;
    summary->again_occasions++;
    summary->again_logs += log_paid;
    summary->again_squares += log_paid * log_paid;
}

static enum loy_status summarise_occasions(
    const struct profile_fold *fold, int32_t as_of_day, struct profile_summary *summary)
{
    for (size_t i = 0; i < fold->occasion_count; i++) {
        const struct profile_occasion *occasion = &fold->occasions[i];
        int64_t ago = (int64_t)as_of_day - occasion->day;
        summary->recency_days = ago > 0 ? ago : 0;
        int64_t paid = occasion->paid_minor;
        summarise_gap(fold, i, summary);
        if (ago < YEAR_DAYS) {
            summary->frequency++;
            if (__builtin_add_overflow(summary->monetary_minor, paid, &summary->monetary_minor))
                return LOY_E_LIMIT;
        }
        if (paid <= 0) continue;
        summarise_paid(i, paid, summary);
        if (__builtin_add_overflow(summary->paid_minor, paid, &summary->paid_minor))
            return LOY_E_LIMIT;
    }
    return LOY_OK;
}

enum loy_status profile_summarise(
    const struct profile_fold *fold, int32_t as_of_day, struct profile_summary *summary)
{
    *summary = (struct profile_summary){.lines = fold->lines,
        .deal_lines = fold->deal_lines,
        .own_lines = fold->own_lines,
        .items = fold->items,
        .occasions = (int64_t)fold->occasion_count};
    memcpy(summary->tier_sum, fold->tier_sum, sizeof(fold->tier_sum));
    memcpy(summary->tier_squares, fold->tier_squares, sizeof(fold->tier_squares));
    for (size_t i = 0; i < fold->visit_count; i++) {
        const struct profile_visit *visit = &fold->visits[i];
        profile_basket_add(&summary->deal_baskets, visit->lines, visit->deal_lines);
        profile_basket_add(&summary->own_baskets, visit->lines, visit->own_lines);
    }
    enum loy_status status = profile_depth_summarise(fold, summary);
    return status == LOY_OK ? summarise_occasions(fold, as_of_day, summary) : status;
}
