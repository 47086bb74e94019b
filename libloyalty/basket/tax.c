/* SPDX-License-Identifier: MIT
 *
 * tax.c - what is due for a basket, and the taxes in it, by rate.
 * A basket's id comes in, sums go out. Changes nothing.
 */
#include "picture.h"

#include <loyalty/promotion.h>

#include <stdlib.h>

#define RATES_MAX (LOY_TAX_RATES_MAX * 2) /* each in prices with and without tax */

/* amount * part / whole, halves away from zero; false: it does not fit. whole > 0. */
static bool part_of(int64_t amount, int64_t part, int64_t whole, int64_t *tax)
{
    int64_t front, rest = amount % whole * part;
    if (__builtin_mul_overflow(amount / whole, part, &front)) return false;
    int64_t half = rest < 0 ? -(whole / 2 + whole % 2) : whole / 2 + whole % 2;
    int64_t back = rest / whole, left = rest % whole;
    if (left != 0 && (left < 0 ? left <= half : left >= half)) back += rest < 0 ? -1 : 1;
    return !__builtin_add_overflow(front, back, tax);
}

static bool tax_add(struct loy_tax *tax, int64_t sum, bool net)
{
    int64_t rate = tax->permille < 0 ? 0 : tax->permille, amount;
    if (!part_of(sum, rate, net ? 1000 : 1000 + rate, &amount)) return false;
    int64_t without = sum, with = sum;
    if (net && __builtin_add_overflow(sum, amount, &with)) return false;
    if (!net) without = sum - amount;
    return !__builtin_add_overflow(tax->net_minor, without, &tax->net_minor) &&
           !__builtin_add_overflow(tax->tax_minor, amount, &tax->tax_minor) &&
           !__builtin_add_overflow(tax->gross_minor, with, &tax->gross_minor);
}

/* What is paid at one rate, by prices of one kind: taxes are rounded once a rate and kind. */
struct rate {
    int32_t permille; /* below 0: not known */
    bool net;
    int64_t sum_minor;
};

static int by_rate(const void *left, const void *right)
{
    const struct rate *a = left, *b = right;
    if (a->permille != b->permille) return a->permille < b->permille ? -1 : 1;
    return (int)a->net - (int)b->net;
}

static enum loy_status row_take(
    struct loy_store *store, const struct rate *line, struct rate rates[RATES_MAX], size_t *count)
{
    size_t i = 0;
    while (i < *count && by_rate(&rates[i], line) != 0)
        i++;
    if (i == RATES_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "a basket holds at most %u rates of tax", LOY_TAX_RATES_MAX);
    if (i == *count) rates[(*count)++] = (struct rate){line->permille, line->net, 0};
    if (!__builtin_add_overflow(rates[i].sum_minor, line->sum_minor, &rates[i].sum_minor))
        return LOY_OK;
    return store_fail(store, LOY_E_LIMIT, "the basket's total is too large");
}

static enum loy_status rates_know(struct loy_store *store, const struct picture *picture,
    struct rate rates[RATES_MAX], size_t *count)
{
    for (size_t i = 0; i < picture->count; i++) {
        const struct basket_row *row = &picture->lines[i].row;
        struct basket_tax tax;
        enum loy_status status = basket_version_tax(store, row->version, &tax);
        if (status != LOY_OK) return status;
        const struct rate line = {tax.permille, tax.net, row->paid_minor};
        status = row_take(store, &line, rates, count);
        if (status != LOY_OK) return status;
    }
    return LOY_OK;
}

static enum loy_status rates_read(
    struct loy_store *store, int64_t basket, struct rate rates[RATES_MAX], size_t *count)
{
    const struct picture *picture = picture_lines_held(store, basket);
    if (picture != NULL) return rates_know(store, picture, rates, count);
    // Added up here: SQLite would sort the lines for it, at each step of a lane.
    sqlite3_stmt *select = store_sql(store,
        "SELECT ifnull(v.tax_permille, -1), v.price_is_net, l.paid_minor FROM line l "
        "JOIN article_version v ON v.id = l.version WHERE l.basket = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        const struct rate line = {sqlite3_column_int(select, 0), sqlite3_column_int(select, 1) != 0,
            sqlite3_column_int64(select, 2)};
        status = row_take(store, &line, rates, count);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status taxes_read(
    struct loy_store *store, int64_t basket, struct loy_tax taxes[LOY_TAX_RATES_MAX], size_t *count)
{
    struct rate rates[RATES_MAX];
    size_t kinds = 0;
    enum loy_status status = rates_read(store, basket, rates, &kinds);
    if (status != LOY_OK) return status;
    qsort(rates, kinds, sizeof *rates, by_rate);
    for (size_t i = 0; i < kinds; i++) {
        if (*count == 0 || taxes[*count - 1].permille != rates[i].permille) {
            if (*count == LOY_TAX_RATES_MAX)
                return store_fail(store, LOY_E_LIMIT, "a basket holds at most %u rates of tax",
                    LOY_TAX_RATES_MAX);
            taxes[(*count)++] = (struct loy_tax){.permille = rates[i].permille};
        }
        if (!tax_add(&taxes[*count - 1], rates[i].sum_minor, rates[i].net))
            return store_fail(store, LOY_E_LIMIT, "the basket's total is too large");
    }
    return LOY_OK;
}

static enum loy_status due_read(struct loy_store *store, int64_t basket,
    struct loy_tax taxes[LOY_TAX_RATES_MAX], size_t *count, int64_t *due_minor)
{
    int64_t due = 0;
    size_t rates = 0;
    enum loy_status status = taxes_read(store, basket, taxes, &rates);
    if (status != LOY_OK) return status;
    for (size_t i = 0; i < rates; i++)
        if (__builtin_add_overflow(due, taxes[i].gross_minor, &due))
            return store_fail(store, LOY_E_LIMIT, "the basket's total is too large");
    *count = rates;
    *due_minor = due;
    return LOY_OK;
}

enum loy_status loy_basket_tax(struct loy_store *store, const struct loy_id *basket,
    struct loy_tax taxes[LOY_TAX_RATES_MAX], size_t *count, int64_t *due_minor)
{
    if (store == NULL || basket == NULL || taxes == NULL || count == NULL || due_minor == NULL)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    int64_t row = 0;
    status = basket_row_find(store, basket, &row);
    return status == LOY_OK ? due_read(store, row, taxes, count, due_minor) : status;
}

enum loy_status basket_due(struct loy_store *store, int64_t basket, int64_t *due_minor)
{
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t count = 0;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    return status == LOY_OK ? due_read(store, basket, taxes, &count, due_minor) : status;
}
