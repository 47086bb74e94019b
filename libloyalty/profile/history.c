/* SPDX-License-Identifier: MIT
 *
 * history.c - sales gathered into histories: one occasion a day, counted up to the end of the
 * calibration period and in the holdout. Rows in any order in, histories by member out. Must not
 * know of models. A row takes 24 bytes until the fold.
 */
#include <loyalty/history.h>

#include "profile/profile_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct purchase {
    int64_t member, paid_minor;
    int32_t day;
};

struct loy_histories {
    struct loy_history_settings settings;
    struct loy_history_totals totals;
    struct purchase *purchases;
    size_t purchase_count, purchase_capacity;
    struct loy_history *members;
    size_t member_count, member_capacity;
    bool folded;
};

enum loy_status loy_histories_open(
    const struct loy_history_settings *settings, struct loy_histories **histories)
{
    if (!settings || !histories) return LOY_E_ARGUMENT;
    struct loy_histories *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    size_t size = settings->size < sizeof *settings ? settings->size : sizeof *settings;
    memcpy(&made->settings, settings, size);
    made->totals.size = sizeof made->totals;
    *histories = made;
    return LOY_OK;
}

void loy_histories_close(struct loy_histories *histories)
{
    if (!histories) return;
    free(histories->purchases);
    free(histories->members);
    free(histories);
}

int32_t loy_day_of(int64_t at_us, int16_t offset_min)
{
    return profile_day(at_us, offset_min);
}

static bool returned(const struct loy_sale *sale)
{
    return sale->is_return ||
           (sale->returned_milli > 0 && sale->returned_milli >= sale->quantity_milli);
}

enum loy_status loy_histories_add(
    struct loy_histories *histories, const struct loy_sale *sale, const struct loy_version *version)
{
    static const struct loy_profile_settings always = {.as_of_us = INT64_MAX};
    if (!histories || !sale || !version || histories->folded) return LOY_E_ARGUMENT;
    struct profile_row row;
    enum loy_status status = profile_row_make(&always, sale, version, &row);
    int32_t end = histories->settings.calibration_end_day;
    if (histories->settings.holdout_end_day > end) end = histories->settings.holdout_end_day;
    if (status == LOY_NONE && sale->member > 0 && returned(sale)) {
        histories->totals.returns++;
        return LOY_OK;
    }
    if (status == LOY_NONE || (status == LOY_OK && (sale->member <= 0 || row.day > end))) {
        histories->totals.others++;
        return LOY_OK;
    }
    if (status == LOY_OK)
        status = profile_grow((void **)&histories->purchases, histories->purchase_count,
            &histories->purchase_capacity, sizeof *histories->purchases);
    if (status != LOY_OK) return status;
    histories->totals.lines++;
    histories->purchases[histories->purchase_count++] =
        (struct purchase){sale->member, row.paid_minor, row.day};
    return LOY_OK;
}

/* What is equal here differs only in what is added up as integers. */
static int by_member_then_day(const void *left, const void *right)
{
    const struct purchase *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->day > b->day) - (a->day < b->day);
}

static void value_add(struct loy_value_history *value, int64_t paid_minor)
{
    value->repeats++;
    if (paid_minor <= 0) return;
    double log_paid = log((double)paid_minor);
    value->sum += (double)paid_minor;
    value->paid++;
    value->logs += log_paid;
    value->log_squares += log_paid * log_paid;
}

static enum loy_status occasion_add(
    struct loy_histories *histories, struct loy_history *history, int32_t day, int64_t paid_minor)
{
    struct loy_history_totals *totals = &histories->totals;
    if (day > histories->settings.calibration_end_day) {
        history->holdout_occasions++;
        int64_t *sum = &history->holdout_paid_minor;
        return __builtin_add_overflow(*sum, paid_minor, sum) ? LOY_E_LIMIT : LOY_OK;
    }
    if (history->occasions++ == 0)
        history->first_day = day;
    else
        value_add(&history->value, paid_minor);
    history->last_day = day;
    bool first = totals->occasions++ == 0;
    if (first || day < totals->first_day) totals->first_day = day;
    if (first || day > totals->last_day) totals->last_day = day;
    return LOY_OK;
}

/* One member's purchases from *at, and leaves *at behind them. */
static enum loy_status member_fold(
    struct loy_histories *histories, size_t *at, struct loy_history *history)
{
    const struct purchase *purchases = histories->purchases;
    size_t count = histories->purchase_count;
    int64_t member = purchases[*at].member;
    enum loy_status status = LOY_OK;
    *history = (struct loy_history){.member = member};
    while (status == LOY_OK && *at < count && purchases[*at].member == member) {
        int32_t day = purchases[*at].day;
        int64_t paid_minor = 0;
        for (; *at < count && purchases[*at].member == member && purchases[*at].day == day; (*at)++)
            if (__builtin_add_overflow(paid_minor, purchases[*at].paid_minor, &paid_minor))
                return LOY_E_LIMIT;
        status = occasion_add(histories, history, day, paid_minor);
    }
    return status;
}

enum loy_status loy_histories_fold(struct loy_histories *histories)
{
    if (!histories || histories->folded) return LOY_E_ARGUMENT;
    enum loy_status status = LOY_OK;
    histories->folded = true;
    if (histories->purchase_count > 0)
        qsort(histories->purchases, histories->purchase_count, sizeof *histories->purchases,
            by_member_then_day);
    for (size_t at = 0; status == LOY_OK && at < histories->purchase_count;) {
        status = profile_grow((void **)&histories->members, histories->member_count,
            &histories->member_capacity, sizeof *histories->members);
        if (status != LOY_OK) break;
        struct loy_history *history = &histories->members[histories->member_count];
        status = member_fold(histories, &at, history);
        if (history->occasions == 0) continue;
        histories->member_count++;
        histories->totals.members++;
        histories->totals.repeaters += history->occasions > 1;
        histories->totals.holdout_occasions += history->holdout_occasions;
    }
    free(histories->purchases);
    histories->purchases = NULL;
    histories->purchase_count = histories->purchase_capacity = 0;
    return status;
}

const struct loy_history *loy_histories_get(const struct loy_histories *histories, size_t *count)
{
    *count = histories->member_count;
    return histories->members;
}

void loy_histories_totals(const struct loy_histories *histories, struct loy_history_totals *totals)
{
    size_t asked = totals->size;
    *totals = histories->totals;
    totals->size = asked;
}

struct loy_timing_history loy_history_timing(
    const struct loy_history *history, int32_t calibration_end_day, double unit_days)
{
    return (struct loy_timing_history){
        .recency = ((double)history->last_day - history->first_day) / unit_days,
        .age = ((double)calibration_end_day - history->first_day) / unit_days,
        .repeats = history->occasions - 1};
}
