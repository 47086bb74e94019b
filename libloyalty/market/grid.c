/* SPDX-License-Identifier: MIT
 *
 * grid.c - which tables a report may hold, and sealing: all rows are in, the tables are made.
 * In: the accumulator; out: protected cubes. Must not know who asks for which table.
 */
#include "market_private.h"

#include <stdlib.h>

/* Two-way tables are edges between dimensions and must stay a tree; tests/market proves it. */
// clang-format off
static const struct {
    enum loy_dimension rows, columns;
} grid[] = {
    {LOY_DIMENSION_COLOUR, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_GRADE, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_SIZE, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_CATEGORY, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_BRAND, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_PRICE_BAND, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_DAY_PART, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_WEEKDAY, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_MONTH, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_PROMOTION, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_INCOME, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_DISTRICT, LOY_DIMENSION_NONE},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_COLOUR},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_GRADE},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_PRICE_BAND},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_PROMOTION},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_DAY_PART},
    {LOY_DIMENSION_GROUP, LOY_DIMENSION_CATEGORY},
    {LOY_DIMENSION_INCOME, LOY_DIMENSION_GRADE},
    {LOY_DIMENSION_MONTH, LOY_DIMENSION_COLOUR},
    {LOY_DIMENSION_DISTRICT, LOY_DIMENSION_COLOUR},
    {LOY_DIMENSION_WEEKDAY, LOY_DIMENSION_DAY_PART},
    {LOY_DIMENSION_COLOUR, LOY_DIMENSION_RETURN},
};
// clang-format on
#define GRID_COUNT (sizeof grid / sizeof grid[0])
_Static_assert(GRID_COUNT <= MARKET_GRID_MAX, "the grid fits");

enum loy_status loy_market_grid(size_t index, enum loy_dimension *rows, enum loy_dimension *columns)
{
    if (!rows || !columns) return LOY_E_ARGUMENT;
    if (index >= GRID_COUNT) return LOY_NONE;
    *rows = grid[index].rows;
    *columns = grid[index].columns;
    return LOY_OK;
}

static int by_basket(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static enum loy_status count_baskets(struct loy_market *market)
{
    int64_t *baskets = calloc(market->line_count + 1, sizeof *baskets);
    if (!baskets) return LOY_E_MEMORY;
    size_t count = 0;
    for (size_t i = 0; i < market->line_count; i++)
        if (market->lines[i].member != MARKET_NO_LEVEL) baskets[count++] = market->lines[i].basket;
    if (count) qsort(baskets, count, sizeof *baskets, by_basket);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || baskets[i] != baskets[i - 1]) market->coverage.baskets++;
    free(baskets);
    return LOY_OK;
}

static enum loy_status make_cubes(struct loy_market *market)
{
    struct market_cube all;
    enum loy_status status = market_cube_make(market, LOY_DIMENSION_NONE, LOY_DIMENSION_NONE, &all);
    if (status != LOY_OK) return status;
    market->total = all.cells[0];
    market_cube_clear(&all);
    for (size_t i = 0; i < GRID_COUNT && status == LOY_OK; i++) {
        status = market_cube_make(market, grid[i].rows, grid[i].columns, &market->cubes[i]);
        if (status == LOY_OK) market->cube_count = i + 1;
    }
    return status;
}

static enum loy_status make_forced(struct loy_market *market)
{
    for (size_t d = 0; d < MARKET_DIMENSIONS; d++) {
        market->forced[d] = calloc(market->levels[d].count + 1, sizeof **market->forced);
        if (!market->forced[d]) return LOY_E_MEMORY;
    }
    return LOY_OK;
}

enum loy_status market_seal_as(struct loy_market *market, bool complementary)
{
    if (!market || market->sealed) return LOY_E_ARGUMENT;
    market->sealed = true;
    enum loy_status status = market_levels_seal(market);
    if (status == LOY_OK) status = count_baskets(market);
    if (status == LOY_OK) status = make_forced(market);
    if (status == LOY_OK) status = make_cubes(market);
    if (status == LOY_OK) status = market_protect(market, complementary);
    return status;
}

enum loy_status loy_market_seal(struct loy_market *market)
{
    return market_seal_as(market, true);
}

const struct market_cube *market_cube_find(
    const struct loy_market *market, enum loy_dimension rows, enum loy_dimension columns)
{
    for (size_t i = 0; i < market->cube_count; i++)
        if (market->cubes[i].rows == rows && market->cubes[i].columns == columns)
            return &market->cubes[i];
    return NULL;
}
