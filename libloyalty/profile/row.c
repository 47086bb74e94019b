/* SPDX-License-Identifier: MIT
 *
 * row.c - a sale cut down to what profiles count, and the calendar of the shop.
 * A sale with its article's version in, a row out. Must not know of other rows, clock or store.
 */
#include "profile/profile_private.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_US INT64_C(60000000)
#define HOUR_US (60 * MINUTE_US)
#define AMOUNT_MAX INT64_C(1000000000000000)
#define QUANTITY_MAX INT64_C(3000000000) /* its square fits */

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

static int64_t local_us(int64_t at_us, int16_t offset_min)
{
    int64_t local = 0;
    if (__builtin_add_overflow(at_us, offset_min * MINUTE_US, &local)) return at_us;
    return local;
}

int32_t profile_day(int64_t at_us, int16_t offset_min)
{
    return (int32_t)floor_div(local_us(at_us, offset_min), PROFILE_DAY_US);
}

/* 1970-01-01 was a Thursday. Midnight to the microsecond, or LOY_DAY_ONLY_US, is an import that
 * gave a date without a time. */
static uint8_t hour_of_week(int64_t at_us, int16_t offset_min)
{
    int64_t day = profile_day(at_us, offset_min);
    int64_t of_day = local_us(at_us, offset_min) - day * PROFILE_DAY_US;
    if (of_day == 0 || of_day == LOY_DAY_ONLY_US) return PROFILE_NO_HOUR;
    int64_t weekday = day + 3 - 7 * floor_div(day + 3, 7);
    return (uint8_t)(weekday * 24 + of_day / HOUR_US);
}

/* Howard Hinnant's civil_from_days, with March as the first month. */
int32_t profile_quarter(int32_t day)
{
    int64_t shifted = (int64_t)day + 719468;
    int64_t era = floor_div(shifted, 146097), of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0 March ... 9 December, 10 January, 11 February */
    int64_t civil = era * 400 + year + (month >= 10);
    int64_t quarter = month >= 10 ? 0 : (month + 2) / 3;
    return (int32_t)(civil * 4 + quarter);
}

/* paid * kept / quantity, rounded down, without leaving 64 bits. */
static int64_t kept_part(int64_t paid, int64_t kept, int64_t quantity)
{
    return paid / quantity * kept + paid % quantity * kept / quantity;
}

static bool counts(const struct loy_profile_settings *settings, const struct loy_sale *sale,
    const struct loy_version *version)
{
    bool goods = version->kind == LOY_KIND_GOODS || version->kind == LOY_KIND_NONE;
    bool gone = sale->returned_milli > 0 && sale->returned_milli >= sale->quantity_milli;
    return goods && !gone && !sale->is_return && sale->at_us <= settings->as_of_us;
}

enum loy_status profile_row_make(const struct loy_profile_settings *settings,
    const struct loy_sale *sale, const struct loy_version *version, struct profile_row *row)
{
    if (!counts(settings, sale, version)) return LOY_NONE;
    if (sale->paid_minor > AMOUNT_MAX || sale->paid_minor < -AMOUNT_MAX) return LOY_E_LIMIT;
    if (sale->list_minor > AMOUNT_MAX || sale->list_minor < -AMOUNT_MAX) return LOY_E_LIMIT;
    if (sale->discount_minor > AMOUNT_MAX || sale->discount_minor < -AMOUNT_MAX) return LOY_E_LIMIT;
    if (sale->quantity_milli > QUANTITY_MAX || sale->quantity_milli < 0) return LOY_E_LIMIT;
    *row = (struct profile_row){.member = sale->member,
        .at_us = sale->at_us,
        .basket = sale->basket,
        .list_minor = sale->list_minor,
        .paid_minor = sale->paid_minor,
        .gross_minor = sale->paid_minor + sale->discount_minor,
        .paid_unit = -1,
        .day = profile_day(sale->at_us, sale->offset_min),
        .cell = PROFILE_NO_CELL,
        .hour = hour_of_week(sale->at_us, sale->offset_min),
        .on_deal = sale->on_deal,
        .own_brand = version->own_brand};
    int64_t quantity = sale->quantity_milli;
    if (quantity > 0) row->paid_unit = (double)sale->paid_minor * 1000 / (double)quantity;
    if (quantity > 0 && sale->returned_milli > 0) {
        int64_t kept = quantity - sale->returned_milli;
        row->gross_minor = kept_part(row->gross_minor, kept, quantity);
        row->paid_minor = kept_part(sale->paid_minor, kept, quantity);
    }
    return LOY_OK;
}

enum loy_status profile_grow(void **array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return LOY_OK;
    size_t wanted = *capacity ? *capacity * 2 : 16;
    if (wanted < *capacity || wanted > SIZE_MAX / size) return LOY_E_MEMORY;
    void *grown = realloc(*array, wanted * size);
    if (!grown) return LOY_E_MEMORY;
    *array = grown;
    *capacity = wanted;
    return LOY_OK;
}
