/* SPDX-License-Identifier: MIT
 *
 * protect_cube.c - complementary suppression of one two-way table under published margins.
 * In: a cube whose failing cells are marked; out: more marks, until remainders and widths hold
 * (protect.c). Must not know the other tables.
 *
 * Patterns are rectangles, as in the hypercube method (Giessing and Repsilber, GHMITER, 2002);
 * whether they are wide enough is then computed exactly by a largest flow.
 */
#include "market_private.h"

#include <stdlib.h>
#include <string.h>

#define UNBOUNDED (INT64_MAX / 4)

struct guard {
    const struct loy_market *market;
    struct market_cube *cube;
    bool *chosen, *row_hidden, *column_hidden;
    int64_t *capacity, *work;
    struct market_flow flow;
    enum loy_dimension kill;
    size_t kill_level;
};

static bool suppressed(const struct market_cube *cube, size_t cell)
{
    return cube->states[cell] == LOY_CELL_TOO_FEW || cube->states[cell] == LOY_CELL_COMPLEMENTARY;
}

static void guard_clear(struct guard *guard)
{
    free(guard->chosen);
    free(guard->row_hidden);
    free(guard->column_hidden);
    free(guard->capacity);
    free(guard->work);
}

static enum loy_status guard_make(
    struct guard *guard, const struct loy_market *market, struct market_cube *cube)
{
    size_t nodes = cube->r + cube->c + 2;
    *guard = (struct guard){.market = market, .cube = cube};
    guard->chosen = calloc(cube->r * cube->c + 1, sizeof *guard->chosen);
    guard->row_hidden = calloc(cube->r + 1, sizeof *guard->row_hidden);
    guard->column_hidden = calloc(cube->c + 1, sizeof *guard->column_hidden);
    guard->capacity = calloc(nodes * nodes, sizeof *guard->capacity);
    guard->work = calloc(nodes * nodes, sizeof *guard->work);
    guard->flow = (struct market_flow){nodes, cube->r + 1, guard->capacity};
    if (!guard->chosen || !guard->row_hidden || !guard->column_hidden || !guard->capacity ||
        !guard->work)
        return LOY_E_MEMORY;
    for (size_t row = 0; row < cube->r; row++)
        guard->row_hidden[row] = market_level_hidden(market, cube->rows, row);
    for (size_t column = 0; column < cube->c; column++)
        guard->column_hidden[column] = market_level_hidden(market, cube->columns, column);
    return LOY_OK;
}

/* ---- Remainders ---------------------------------------------------------------------------------
 */

/* A row (step 1) or a column (step c) of the table. */
struct span {
    size_t first, step, count;
};

static struct span span_of(const struct market_cube *cube, bool row, size_t index)
{
    return row ? (struct span){index * cube->c, 1, cube->c}
               : (struct span){index, cube->c, cube->r};
}

static bool hide_least(struct market_cube *cube, struct span span)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < span.count; i++) {
        size_t cell = span.first + i * span.step;
        if (cube->states[cell] == LOY_CELL_PUBLISHED &&
            (least == SIZE_MAX || cube->cells[cell].units_milli < cube->cells[least].units_milli))
            least = cell;
    }
    if (least == SIZE_MAX) return false;
    cube->states[least] = LOY_CELL_COMPLEMENTARY;
    return true;
}

static enum loy_status mend_remainder(struct guard *guard, struct span span, bool *changed)
{
    struct market_cube *cube = guard->cube;
    struct market_sums hidden;
    for (;;) {
        memset(guard->chosen, 0, cube->r * cube->c * sizeof *guard->chosen);
        for (size_t i = 0; i < span.count; i++)
            guard->chosen[span.first + i * span.step] =
                suppressed(cube, span.first + i * span.step);
        enum loy_status status = market_cube_union(guard->market, cube, guard->chosen, &hidden);
        if (status != LOY_OK) return status;
        if (hidden.members == 0 || market_sums_pass(guard->market, &hidden)) return LOY_OK;
        if (!hide_least(cube, span)) return LOY_OK; /* all of it: the published total itself */
        *changed = true;
    }
}

static enum loy_status mend_remainders(struct guard *guard, bool *changed)
{
    const struct market_cube *cube = guard->cube;
    enum loy_status status = LOY_OK;
    for (size_t row = 0; row < cube->r && status == LOY_OK; row++)
        if (!guard->row_hidden[row])
            status = mend_remainder(guard, span_of(cube, true, row), changed);
    for (size_t column = 0; column < cube->c && status == LOY_OK; column++)
        if (!guard->column_hidden[column])
            status = mend_remainder(guard, span_of(cube, false, column), changed);
    return status;
}

/* ---- Widths -------------------------------------------------------------------------------------
 */

static int64_t value_of(const struct market_cube *cube, size_t cell, bool spend)
{
    return spend ? cube->cells[cell].spend_minor : cube->cells[cell].units_milli;
}

/* Hidden levels share a node: values move freely between them. */
static size_t row_node(const struct guard *guard, size_t row)
{
    return guard->row_hidden[row] ? guard->cube->r : row;
}

static size_t column_node(const struct guard *guard, size_t column)
{
    return guard->cube->r + 1 + (guard->column_hidden[column] ? guard->cube->c : column);
}

/* A suppressed cell may grow without end (row to column) and shrink to nothing (column to row). */
static void fill_flow(struct guard *guard, size_t without, bool spend)
{
    const struct market_cube *cube = guard->cube;
    size_t nodes = guard->flow.nodes;
    memset(guard->capacity, 0, nodes * nodes * sizeof *guard->capacity);
    for (size_t cell = 0; cell < cube->r * cube->c; cell++) {
        if (!suppressed(cube, cell) || cell == without) continue;
        size_t row = row_node(guard, cell / cube->c), column = column_node(guard, cell % cube->c);
        guard->capacity[row * nodes + column] = UNBOUNDED;
        guard->capacity[column * nodes + row] += value_of(cube, cell, spend);
    }
}

static bool is_wide(struct guard *guard, size_t cell, bool spend)
{
    const struct market_cube *cube = guard->cube;
    int64_t value = value_of(cube, cell, spend);
    int64_t step = spend ? market_spend_step(guard->market) : market_units_step(guard->market);
    int64_t wanted = market_width(value, step);
    size_t row = row_node(guard, cell / cube->c), column = column_node(guard, cell % cube->c);
    fill_flow(guard, cell, spend);
    int64_t up = market_flow_most(&guard->flow, column, row, wanted, guard->work);
    if (up >= wanted) return true;
    int64_t down = market_flow_most(&guard->flow, row, column, value, guard->work);
    return up + (down < value ? down : value) >= wanted;
}

static int64_t lesser(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* How far the rectangle alone would let the cell move, as a share of what is wanted, in permille.
 */
static int64_t gain_of(const struct guard *guard, const size_t corner[4])
{
    const struct market_cube *cube = guard->cube;
    int64_t gain = INT64_MAX;
    for (int spend = 0; spend < 2; spend++) {
        int64_t value = value_of(cube, corner[0], spend);
        int64_t step = spend ? market_spend_step(guard->market) : market_units_step(guard->market);
        int64_t width = lesser(value_of(cube, corner[1], spend), value_of(cube, corner[2], spend)) +
                        lesser(value, value_of(cube, corner[3], spend));
        gain = lesser(gain, (int64_t)((double)width / (double)market_width(value, step) * 1000));
    }
    return lesser(gain, 1000);
}

static int64_t cost_of(const struct market_cube *cube, const size_t corner[4])
{
    int64_t cost = 0;
    for (size_t i = 1; i < 4; i++) {
        if (cube->states[corner[i]] == LOY_CELL_EMPTY) return -1;
        if (cube->states[corner[i]] == LOY_CELL_PUBLISHED)
            cost += cube->cells[corner[i]].units_milli + 1;
    }
    return cost;
}

/* Suppresses the three other corners of the best rectangle; false: none adds anything. */
static bool hide_rectangle(struct guard *guard, size_t cell)
{
    struct market_cube *cube = guard->cube;
    size_t row = cell / cube->c, column = cell % cube->c, best[4] = {0};
    int64_t best_gain = -1, best_cost = 0;
    for (size_t k = 0; k < cube->r; k++) {
        for (size_t l = 0; l < cube->c; l++) {
            const size_t corner[4] = {
                cell, row * cube->c + l, k * cube->c + column, k * cube->c + l};
            if (k == row || l == column) continue;
            int64_t cost = cost_of(cube, corner);
            if (cost <= 0) continue;
            int64_t gain = gain_of(guard, corner);
            if (gain < best_gain || (gain == best_gain && cost >= best_cost)) continue;
            best_gain = gain;
            best_cost = cost;
            memcpy(best, corner, sizeof best);
        }
    }
    for (size_t i = 1; best_gain >= 0 && i < 4; i++)
        if (cube->states[best[i]] == LOY_CELL_PUBLISHED)
            cube->states[best[i]] = LOY_CELL_COMPLEMENTARY;
    return best_gain >= 0;
}

/* The margins alone give too much away: the smaller level still shown must go, in all tables. */
static bool choose_kill(struct guard *guard, size_t cell)
{
    const struct market_cube *cube = guard->cube;
    int64_t least = INT64_MAX;
    for (int pass = 0; pass < 2 && least == INT64_MAX; pass++) {
        for (size_t i = 0; i < cube->r + cube->c; i++) {
            bool row = i < cube->r;
            size_t level = row ? i : i - cube->r;
            bool own = row ? level == cell / cube->c : level == cell % cube->c;
            if ((pass == 0 && !own) || (row ? guard->row_hidden : guard->column_hidden)[level])
                continue;
            const struct market_cube *margin = market_cube_find(
                guard->market, row ? cube->rows : cube->columns, LOY_DIMENSION_NONE);
            if (!margin || margin->states[level] != LOY_CELL_PUBLISHED ||
                margin->cells[level].units_milli >= least)
                continue;
            least = margin->cells[level].units_milli;
            guard->kill = row ? cube->rows : cube->columns;
            guard->kill_level = level;
        }
    }
    return least != INT64_MAX;
}

static enum loy_status mend_widths(struct guard *guard, bool *changed)
{
    const struct market_cube *cube = guard->cube;
    for (size_t cell = 0; cell < cube->r * cube->c; cell++) {
        if (!cube->primary[cell] || !suppressed(cube, cell)) continue;
        while (!is_wide(guard, cell, false) || !is_wide(guard, cell, true)) {
            if (!hide_rectangle(guard, cell)) {
                if (choose_kill(guard, cell)) return LOY_REFUSED;
                break; /* nothing of this table is shown */
            }
            *changed = true;
        }
    }
    return LOY_OK;
}

/* ---- Members ------------------------------------------------------------------------------------
 */

/* Distinct members do not add up, but a row has at most the sum of its cells' members: so the
 * others of a row may say that a hidden cell has at least so many. */
static int64_t most_members(const struct guard *guard, size_t cell)
{
    const struct market_cube *cube = guard->cube;
    if (cube->states[cell] == LOY_CELL_EMPTY) return 0;
    if (!suppressed(cube, cell)) return cube->cells[cell].members;
    int64_t most = guard->market->total.members;
    size_t row = cell / cube->c, column = cell % cube->c;
    const struct market_cube *rows =
        market_cube_find(guard->market, cube->rows, LOY_DIMENSION_NONE);
    const struct market_cube *columns =
        market_cube_find(guard->market, cube->columns, LOY_DIMENSION_NONE);
    if (rows && !guard->row_hidden[row]) most = lesser(most, rows->cells[row].members);
    if (columns && !guard->column_hidden[column])
        most = lesser(most, columns->cells[column].members);
    return most;
}

static int64_t least_members(const struct guard *guard, size_t cell, bool row)
{
    const struct market_cube *cube = guard->cube;
    size_t level = row ? cell / cube->c : cell % cube->c;
    if ((row ? guard->row_hidden : guard->column_hidden)[level]) return 0;
    const struct market_cube *margin =
        market_cube_find(guard->market, row ? cube->rows : cube->columns, LOY_DIMENSION_NONE);
    struct span span = span_of(cube, row, level);
    int64_t least = margin ? margin->cells[level].members : 0;
    for (size_t i = 0; i < span.count; i++)
        if (span.first + i * span.step != cell)
            least -= most_members(guard, span.first + i * span.step);
    return least;
}

static enum loy_status mend_members(struct guard *guard, bool *changed)
{
    struct market_cube *cube = guard->cube;
    int64_t wanted = guard->market->settings.members_min - 1;
    for (size_t cell = 0; cell < cube->r * cube->c; cell++) {
        if (!cube->primary[cell] || !suppressed(cube, cell)) continue;
        for (int row = 0; row < 2; row++) {
            size_t level = row ? cell / cube->c : cell % cube->c;
            while (most_members(guard, cell) - least_members(guard, cell, row) < wanted) {
                if (!hide_least(cube, span_of(cube, row, level))) {
                    if (choose_kill(guard, cell)) return LOY_REFUSED;
                    break;
                }
                *changed = true;
            }
        }
    }
    return LOY_OK;
}

enum loy_status market_protect_cube(
    struct loy_market *market, struct market_cube *cube, enum loy_dimension *kill, size_t *level)
{
    struct guard guard;
    enum loy_status status = guard_make(&guard, market, cube);
    bool changed = true;
    while (status == LOY_OK && changed) {
        changed = false;
        status = mend_remainders(&guard, &changed);
        if (status == LOY_OK) status = mend_widths(&guard, &changed);
        if (status == LOY_OK) status = mend_members(&guard, &changed);
    }
    *kill = guard.kill;
    *level = guard.kill_level;
    guard_clear(&guard);
    return status;
}
