/* SPDX-License-Identifier: MIT
 *
 * cells.c - the unit list prices of each category in each calendar quarter, for the percentile of a
 * price. Rows in, mid-rank percentiles out: (lines below + half of the equal ones) / lines. Must
 * not know who bought.
 */
#include "profile/profile_private.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096u

struct price {
    int64_t list_minor;
    int64_t below, equal; /* lines */
};

struct cell {
    char *category;
    int32_t quarter;
    uint32_t next; /* of the same bucket; PROFILE_NO_CELL ends */
    struct price *prices;
    size_t price_count;
    int64_t lines;
};

struct profile_cells {
    struct cell *cells;
    size_t count, capacity;
    struct price *prices; /* of all cells, in one piece */
    uint32_t buckets[BUCKETS];
};

enum loy_status profile_cells_open(struct profile_cells **cells)
{
    struct profile_cells *made = calloc(1, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    for (size_t i = 0; i < BUCKETS; i++)
        made->buckets[i] = PROFILE_NO_CELL;
    *cells = made;
    return LOY_OK;
}

void profile_cells_close(struct profile_cells *cells)
{
    if (!cells) return;
    for (size_t i = 0; i < cells->count; i++)
        free(cells->cells[i].category);
    free(cells->cells);
    free(cells->prices);
    free(cells);
}

/* FNV-1a. */
static uint32_t bucket_of(const char *category, int32_t quarter)
{
    uint32_t hash = 2166136261u ^ (uint32_t)quarter;
    for (; *category; category++)
        hash = (hash ^ (unsigned char)*category) * 16777619u;
    return (hash ^ hash >> 16) % BUCKETS;
}

uint32_t profile_cells_find(
    const struct profile_cells *cells, const char *category, int32_t quarter)
{
    if (!category || !*category) return PROFILE_NO_CELL;
    uint32_t i = cells->buckets[bucket_of(category, quarter)];
    while (i != PROFILE_NO_CELL &&
           (cells->cells[i].quarter != quarter || strcmp(cells->cells[i].category, category) != 0))
        i = cells->cells[i].next;
    return i;
}

enum loy_status profile_cells_put(
    struct profile_cells *cells, const char *category, int32_t quarter, uint32_t *cell)
{
    *cell = profile_cells_find(cells, category, quarter);
    if (*cell != PROFILE_NO_CELL || !category || !*category) return LOY_OK;
    if (cells->count >= PROFILE_NO_CELL) return LOY_E_LIMIT;
    enum loy_status status =
        profile_grow((void **)&cells->cells, cells->count, &cells->capacity, sizeof(struct cell));
    if (status != LOY_OK) return status;
    char *name = strdup(category);
    if (!name) return LOY_E_MEMORY;
    uint32_t bucket = bucket_of(category, quarter);
    *cell = (uint32_t)cells->count++;
    cells->cells[*cell] =
        (struct cell){.category = name, .quarter = quarter, .next = cells->buckets[bucket]};
    cells->buckets[bucket] = *cell;
    return LOY_OK;
}

struct cell_price {
    int64_t list_minor;
    uint32_t cell;
};

static int by_cell_then_price(const void *left, const void *right)
{
    const struct cell_price *a = left, *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    return (a->list_minor > b->list_minor) - (a->list_minor < b->list_minor);
}

/* Runs of equal prices become one entry with its rank. */
static void index_prices(struct profile_cells *cells, const struct cell_price *sorted, size_t count)
{
    struct price *price = cells->prices;
    for (size_t i = 0; i < count; i++) {
        struct cell *cell = &cells->cells[sorted[i].cell];
        bool first = cell->lines == 0;
        if (first) cell->prices = price;
        if (first || cell->prices[cell->price_count - 1].list_minor != sorted[i].list_minor) {
            *price++ = (struct price){.list_minor = sorted[i].list_minor, .below = cell->lines};
            cell->price_count++;
        }
        cell->prices[cell->price_count - 1].equal++;
        cell->lines++;
    }
}

enum loy_status profile_cells_fill(
    struct profile_cells *cells, const struct profile_row *rows, size_t row_count)
{
    struct cell_price *sorted = calloc(row_count + 1, sizeof(*sorted));
    cells->prices = calloc(row_count + 1, sizeof(*cells->prices));
    if (!sorted || !cells->prices) {
        free(sorted);
        return LOY_E_MEMORY;
    }
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].cell != PROFILE_NO_CELL)
            sorted[count++] = (struct cell_price){rows[i].list_minor, rows[i].cell};
    qsort(sorted, count, sizeof(*sorted), by_cell_then_price);
    index_prices(cells, sorted, count);
    free(sorted);
    return LOY_OK;
}

int64_t profile_cells_percentile(const struct profile_cells *cells, uint32_t cell, double price)
{
    if (cell == PROFILE_NO_CELL || cells->cells[cell].price_count < 2) return -1;
    const struct cell *c = &cells->cells[cell];
    size_t low = 0, high = c->price_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)c->prices[middle].list_minor < price)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t below = low < c->price_count ? c->prices[low].below : c->lines;
    bool equal = low < c->price_count && (double)c->prices[low].list_minor == price;
    int64_t twice = 2 * below + (equal ? c->prices[low].equal : 0);
    return twice * (50 * PROFILE_PERCENT) / c->lines;
}
