/* SPDX-License-Identifier: MIT
 *
 * protect.c - decides which cells of all tables of a report may leave the shop.
 * In: exact cubes; out: a state per cell. Must not know how a report looks.
 *
 * Three conditions hold for everything that is published (units and spend alike):
 *
 * 1. The rule: a published value passes the thresholds of ARCHITECTURE.md.
 * 2. Remainders: what is left of a published total when the published cells are taken away is
 * nothing, or passes the same rule. So nobody who knows his own purchases can subtract himself down
 * to one other.
 * 3. Width: every value that fails the rule can be moved, up and down together by at least
 * market_width, while all published values of all tables stay exactly as they are. The two ends of
 * the move are two sets of purchases that no attacker can tell apart, so his interval is never
 * narrower, however he computes.
 *
 * A level that must be hidden is hidden in all tables of its dimension. A move inside one table
 * leaves its margins alone, except that it may shift between hidden levels, which any other table
 * can follow because all cells of these are hidden there. And since the grid is a tree, tables that
 * agree in their margins always come from some common set of purchases (decomposable tables; Dobra
 * and Fienberg, "Bounds for cell entries in contingency tables given marginal totals and
 * decomposable graphs", PNAS 97, 2000). So the argument for one table holds for all together.
 * Rounding comes on top and is not counted on.
 */
#include "market_private.h"

#include <stdlib.h>

int64_t market_width(int64_t value, int64_t step)
{
    int64_t half = value / 2;
    return half > 2 * step ? half : 2 * step;
}

bool market_level_hidden(
    const struct loy_market *market, enum loy_dimension dimension, size_t level)
{
    if (dimension == LOY_DIMENSION_NONE) return !market->total_published;
    const struct market_cube *cube = market_cube_find(market, dimension, LOY_DIMENSION_NONE);
    if (!cube) return false;
    return cube->states[level] == LOY_CELL_TOO_FEW || cube->states[level] == LOY_CELL_COMPLEMENTARY;
}

/* ---- A list of cells with one published sum: one-way tables, and what was returned --------------
 */

struct list {
    struct market_cube *cube;
    size_t offset, stride, count;
};

static bool suppressed(const struct market_cube *cube, size_t cell)
{
    return cube->states[cell] == LOY_CELL_TOO_FEW || cube->states[cell] == LOY_CELL_COMPLEMENTARY;
}

static void mark_list(const struct loy_market *market, const struct list *list, const bool *forced)
{
    struct market_cube *cube = list->cube;
    for (size_t i = 0; i < list->count; i++) {
        size_t cell = list->offset + i * list->stride;
        if (cube->states[cell] == LOY_CELL_EMPTY) continue;
        bool passes = market_sums_pass(market, &cube->cells[cell]);
        cube->primary[cell] = !passes && cube->cells[cell].members > 0;
        cube->states[cell] = !market->total_published || !passes ? LOY_CELL_TOO_FEW
                             : forced && forced[i]               ? LOY_CELL_COMPLEMENTARY
                                                                 : LOY_CELL_PUBLISHED;
    }
}

static bool list_is_wide(
    const struct loy_market *market, const struct list *list, const struct market_sums *hidden)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t cell = list->offset + i * list->stride;
        const struct market_sums *sums = &list->cube->cells[cell];
        if (!list->cube->primary[cell]) continue;
        /* All of the other hidden cells may move into this one, and all of this one into them. */
        if (hidden->members == 0 || hidden->units_milli == sums->units_milli) return false;
        if (hidden->units_milli < market_width(sums->units_milli, market_units_step(market)) ||
            hidden->spend_minor < market_width(sums->spend_minor, market_spend_step(market)))
            return false;
    }
    return true;
}

static bool hide_least(const struct list *list)
{
    struct market_cube *cube = list->cube;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < list->count; i++) {
        size_t cell = list->offset + i * list->stride;
        if (cube->states[cell] == LOY_CELL_PUBLISHED &&
            (least == SIZE_MAX || cube->cells[cell].units_milli < cube->cells[least].units_milli))
            least = cell;
    }
    if (least == SIZE_MAX) return false;
    cube->states[least] = LOY_CELL_COMPLEMENTARY;
    return true;
}

static enum loy_status protect_list(const struct loy_market *market, const struct list *list,
    const bool *forced, bool complementary)
{
    mark_list(market, list, forced);
    if (!complementary || !market->total_published) return LOY_OK;
    size_t cells = list->cube->r * list->cube->c;
    bool *chosen = calloc(cells + 1, sizeof *chosen);
    if (!chosen) return LOY_E_MEMORY;
    enum loy_status status = LOY_OK;
    for (;;) {
        struct market_sums hidden;
        for (size_t i = 0; i < list->count; i++) {
            size_t cell = list->offset + i * list->stride;
            chosen[cell] = suppressed(list->cube, cell);
        }
        status = market_cube_union(market, list->cube, chosen, &hidden);
        if (status != LOY_OK) break;
        bool safe = hidden.members == 0 ||
                    (market_sums_pass(market, &hidden) && list_is_wide(market, list, &hidden));
        if (safe || !hide_least(list)) break;
    }
    free(chosen);
    return status;
}

/* ---- Returns: what was kept is the one-way table again, what came back is a list of its own
 * ------ */

static enum loy_status protect_returns(
    const struct loy_market *market, struct market_cube *cube, bool complementary)
{
    const struct list returned = {cube, 1, 2, cube->r};
    const struct market_cube *kept = market_cube_find(market, cube->rows, LOY_DIMENSION_NONE);
    for (size_t row = 0; kept && row < cube->r; row++) {
        cube->states[row * 2] = kept->states[row];
        cube->primary[row * 2] = false; /* protected where it is counted: in the one-way table */
    }
    return protect_list(market, &returned, NULL, complementary);
}

/* ---- All ----------------------------------------------------------------------------------------
 */

static enum loy_status protect_one_way(struct loy_market *market, bool complementary)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < market->cube_count && status == LOY_OK; i++) {
        struct market_cube *cube = &market->cubes[i];
        if (cube->columns != LOY_DIMENSION_NONE) continue;
        const struct list list = {cube, 0, 1, cube->r};
        status = protect_list(market, &list, market->forced[cube->rows], complementary);
    }
    return status;
}

static void mark_two_way(const struct loy_market *market, struct market_cube *cube)
{
    const struct list list = {cube, 0, 1, cube->r * cube->c};
    mark_list(market, &list, NULL);
    for (size_t cell = 0; cell < cube->r * cube->c; cell++)
        if (cube->states[cell] == LOY_CELL_PUBLISHED &&
            (market_level_hidden(market, cube->rows, cell / cube->c) ||
                market_level_hidden(market, cube->columns, cell % cube->c)))
            cube->states[cell] = LOY_CELL_COMPLEMENTARY;
}

/* LOY_REFUSED: a table could not be protected under these margins; *kill and *level say which level
 * all tables must hide. */
static enum loy_status protect_tables(
    struct loy_market *market, bool complementary, enum loy_dimension *kill, size_t *level)
{
    enum loy_status status = protect_one_way(market, complementary);
    for (size_t i = 0; i < market->cube_count && status == LOY_OK; i++) {
        struct market_cube *cube = &market->cubes[i];
        if (cube->columns == LOY_DIMENSION_NONE) continue;
        if (cube->columns == LOY_DIMENSION_RETURN) {
            status = protect_returns(market, cube, complementary);
            continue;
        }
        mark_two_way(market, cube);
        if (complementary && market->total_published)
            status = market_protect_cube(market, cube, kill, level);
    }
    return status;
}

enum loy_status market_protect(struct loy_market *market, bool complementary)
{
    market->total_published = market_sums_pass(market, &market->total);
    for (;;) {
        enum loy_dimension kill = LOY_DIMENSION_NONE;
        size_t level = 0;
        enum loy_status status = protect_tables(market, complementary, &kill, &level);
        if (status != LOY_REFUSED) return status;
        market->forced[kill][level] = true;
    }
}
