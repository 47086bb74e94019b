/* SPDX-License-Identifier: MIT
 *
 * import_prices.c - dated price intervals, or the whole shelf of a day, into the price history.
 */
#include "import.h"

#include <stdlib.h>
#include <string.h>

enum { ARTICLE, STORE, FROM, TO, LIST_PRICE, SELLING_PRICE, PROMOTION, PROMOTION_FORM, DISPLAY };

const struct csv_column import_price_columns[] = {
    [ARTICLE] = {"article", true, false},
    [STORE] = {"store", false, false},
    [FROM] = {"from", false, false}, /* needed without --snapshot: checked below */
    [TO] = {"to", false, false},
    [LIST_PRICE] = {"list_price", true, false},
    [SELLING_PRICE] = {"selling_price", false, false},
    [PROMOTION] = {"promotion", false, false},
    [PROMOTION_FORM] = {"promotion_form", false, false},
    [DISPLAY] = {"display", false, false},
    {0},
};

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static bool row_read(struct import *import, size_t row, struct loy_price *price)
{
    struct csv_table *table = &import->table;
    unsigned digits = import->settings.minor_digits;
    int16_t offset = 0;
    *price = (struct loy_price){.size = sizeof *price,
        .article = csv_cell(table, row, ARTICLE),
        .site = or_null(csv_cell(table, row, STORE)),
        .promotion = or_null(csv_cell(table, row, PROMOTION)),
        .display = or_null(csv_cell(table, row, DISPLAY)),
        .selling_minor = -1};
    bool good = csv_time(table, row, FROM, &price->from_us, &offset);
    good = csv_time(table, row, TO, &price->to_us, &offset) && good;
    good = csv_price(table, row, LIST_PRICE, digits, &price->list_minor) && good;
    good = csv_price(table, row, SELLING_PRICE, digits, &price->selling_minor) && good;
    good =
        csv_word(table, row, PROMOTION_FORM, loy_form_name, loy_form_count, &price->form) && good;
    if (price->selling_minor < 0) price->selling_minor = price->list_minor;
    return good;
}

static enum loy_status put(struct import *import, size_t row)
{
    struct loy_price price;
    if (!*csv_cell(&import->table, row, FROM)) {
        csv_complain(&import->table, row, FROM, _("is empty and is needed without --snapshot"));
        return LOY_OK;
    }
    if (!row_read(import, row, &price)) return LOY_OK;
    return import_judge(import, row, loy_price_put(import->store, &price));
}

/* The rows of one site, from `first` on, are one snapshot; they are marked as done. */
static enum loy_status site_put(struct import *import, const char *site, size_t first, bool *done,
    struct loy_price *prices, int64_t day_us)
{
    size_t count = 0;
    unsigned gap_days = 0;
    for (size_t row = first; row < import->table.row_count; row++) {
        const char *own = or_null(csv_cell(&import->table, row, STORE));
        if (done[row] || strcmp(own ? own : site, site) != 0) continue;
        done[row] = true;
        if (row_read(import, row, &prices[count])) count++;
    }
    if (import->table.complaints) return LOY_OK;
    enum loy_status status =
        loy_price_snapshot(import->store, site, day_us, prices, count, &gap_days);
    if (status == LOY_OK) import_gap_tell(import, site, gap_days);
    int64_t before = import->made;
    status = import_judge(import, first, status);
    import->made = before + (status == LOY_OK ? (int64_t)count : 0);
    return status;
}

static enum loy_status snapshot_put(struct import *import, int64_t day_us)
{
    size_t rows = import->table.row_count;
    const char *named = cli_value(import->cli, "store-code");
    struct loy_price *prices = calloc(rows + 1, sizeof *prices);
    bool *done = calloc(rows + 1, sizeof *done);
    enum loy_status status = prices && done ? LOY_OK : LOY_E_MEMORY;
    for (size_t row = 0; status == LOY_OK && row < rows; row++) {
        if (done[row]) continue;
        const char *site = or_null(csv_cell(&import->table, row, STORE));
        if (!site) site = named ? named : import->settings.site;
        status = site_put(import, site, row, done, prices, day_us);
    }
    free(prices);
    free(done);
    return status;
}

enum loy_status import_prices(struct import *import)
{
    int64_t day_us = 0;
    int16_t offset_min = 0;
    if (import_snapshot_day(import, &day_us, &offset_min)) return snapshot_put(import, day_us);
    return import_rows(import, put);
}
