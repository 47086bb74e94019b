/* SPDX-License-Identifier: MIT
 *
 * judge.c - may a table carry a sentence? G-test against what is expected, Cramer's V,
 * Benjamini-Hochberg. In: rounded, published cells, and one number on how alike the purchases of
 * one member are; out: a verdict. Must not know the words of the sentence.
 *
 * Purchases of one member are not independent, so G is compared with a multiple of chi-square: Rao
 * and Scott, "On chi-squared tests for multiway contingency tables ..." (Annals of Statistics 12,
 * 1984), with Satterthwaite's degrees of freedom. V is freed of what chance alone would give.
 */
#include "market_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numeric/gamma.h"
#include "numeric/normal.h"

#define FALSE_SHARE .05 /* Benjamini-Hochberg */
#define V_LEAST .05

/* ---- Design effect
 * ------------------------------------------------------------------------------- */

struct design_work {
    size_t r, c;
    double total;
    double *row, *column;                      /* shares of all units */
    double *own, *own_row, *own_column, *rest; /* of one member; rest r x c */
    double *spread;                            /* c x c */
};

static int by_member(const void *left, const void *right)
{
    const struct market_entry *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

static void clear_member(struct design_work *work)
{
    memset(work->own, 0, work->r * work->c * sizeof *work->own);
    memset(work->own_row, 0, work->r * sizeof *work->own_row);
    memset(work->own_column, 0, work->c * sizeof *work->own_column);
}

/* The member's part of n(i, j) - n(i) n(j) / n, linearised; with one row: of n(j) - n p(j). */
static double add_member(struct design_work *work)
{
    double sum = 0, all = 0;
    for (size_t i = 0; i < work->r; i++)
        all += work->own_row[i];
    for (size_t i = 0; i < work->r; i++) {
        double *rest = work->rest + i * work->c;
        double row = work->r > 1 ? work->row[i] : 0;
        for (size_t j = 0; j < work->c; j++) {
            double p = work->column[j], weight = work->row[i] * p * work->total;
            rest[j] = 0;
            if (weight <= 0) continue;
            rest[j] = work->own[i * work->c + j] - work->own_row[i] * p -
                      row * (work->own_column[j] - all * p);
            rest[j] /= sqrt(weight);
            sum += rest[j] * rest[j];
        }
        if (work->own_row[i] <= 0) continue;
        for (size_t j = 0; j < work->c; j++)
            for (size_t k = 0; rest[j] != 0 && k < work->c; k++)
                work->spread[j * work->c + k] += rest[j] * rest[k];
    }
    return sum;
}

static double sum_members(
    struct design_work *work, const struct market_entry *entries, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count;) {
        int32_t member = entries[i].member;
        clear_member(work);
        for (; i < count && entries[i].member == member; i++) {
            double units = (double)entries[i].units_milli / 1000;
            size_t cell = (size_t)entries[i].cell;
            work->own[cell] += units;
            work->own_row[cell / work->c] += units;
            work->own_column[cell % work->c] += units;
        }
        sum += add_member(work);
    }
    return sum;
}

static void sum_shares(struct design_work *work, const struct market_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double units = (double)entries[i].units_milli / 1000;
        work->total += units;
        work->row[(size_t)entries[i].cell / work->c] += units;
        work->column[(size_t)entries[i].cell % work->c] += units;
    }
    for (size_t i = 0; i < work->r && work->total > 0; i++)
        work->row[i] /= work->total;
    for (size_t j = 0; j < work->c && work->total > 0; j++)
        work->column[j] /= work->total;
}

static size_t levels_in_use(const double *shares, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        used += shares[i] > 0;
    return used;
}

static void finish_design(const struct design_work *work, double sum, struct market_design *design)
{
    size_t r = levels_in_use(work->row, work->r), c = levels_in_use(work->column, work->c);
    if (c < 2 || (work->r > 1 && r < 2)) return;
    double degrees = (double)(work->r > 1 ? (r - 1) * (c - 1) : c - 1);
    double trace = 0, squares = 0;
    for (size_t j = 0; j < work->c; j++)
        trace += work->spread[j * work->c + j];
    for (size_t j = 0; j < work->c * work->c; j++)
        squares += work->spread[j] * work->spread[j];
    double effect = ceil(sum / degrees * 10) / 10;
    double variation = trace > 0 ? squares / (trace * trace) * (double)(c - 1) - 1 : 0;
    design->effect = effect > 1 ? effect : 1;
    design->variation = variation > 0 ? ceil(variation * 10) / 10 : 0;
}

enum loy_status market_design_effect(
    const struct market_cube *cube, bool one_way, struct market_design *design)
{
    *design = (struct market_design){.effect = 1};
    size_t r = one_way ? 1 : cube->r, c = one_way ? cube->r : cube->c, cells = r * c;
    double *block = calloc(3 * (r + c) + 2 * cells + c * c + 1, sizeof *block);
    struct market_entry *entries = malloc((cube->entry_count + 1) * sizeof *entries);
    if (block && entries) {
        struct design_work work = {.r = r, .c = c, .row = block, .column = block + r};
        work.own_row = work.column + c;
        work.own_column = work.own_row + r;
        work.own = work.own_column + c;
        work.rest = work.own + cells;
        work.spread = work.rest + cells;
        if (cube->entry_count) {
            memcpy(entries, cube->entries, cube->entry_count * sizeof *entries);
            qsort(entries, cube->entry_count, sizeof *entries, by_member);
        }
        sum_shares(&work, entries, cube->entry_count);
        finish_design(&work, sum_members(&work, entries, cube->entry_count), design);
    }
    enum loy_status status = block && entries ? LOY_OK : LOY_E_MEMORY;
    free(block);
    free(entries);
    return status;
}

/* ---- Test
 * ---------------------------------------------------------------------------------------- */

struct tally {
    double g, x, noise, units;
    size_t rows, free; /* free: categories less one, over rows */
};

static bool shown(const struct loy_cell *cell)
{
    return cell->state == LOY_CELL_PUBLISHED;
}

static void add_category(
    struct tally *tally, const struct loy_table *table, double found, double expected)
{
    if (expected <= 0) return;
    if (found > 0) tally->g += 2 * found * log(found / expected);
    tally->g -= 2 * (found - expected);
    tally->x += (found - expected) * (found - expected) / expected;
    tally->noise += table->round_units * table->round_units / 12 / expected;
}

/* The cells of one row; what is not shown of it counts together, since its sum follows from the
 * others. */
static void add_row(struct tally *tally, const struct loy_table *table,
    const struct loy_cell *cells, size_t count, double units)
{
    double left = units, left_share = 1;
    size_t categories = 0;
    bool hidden = false;
    for (size_t j = 0; j < count; j++) {
        if (cells[j].state == LOY_CELL_EMPTY) continue;
        hidden = hidden || !shown(&cells[j]) || cells[j].expected_share <= 0;
        if (!shown(&cells[j]) || cells[j].expected_share <= 0) continue;
        add_category(tally, table, (double)cells[j].units, units * cells[j].expected_share);
        left -= (double)cells[j].units;
        left_share -= cells[j].expected_share;
        categories++;
    }
    if (hidden && left_share > .001) {
        add_category(tally, table, left > 0 ? left : 0, units * left_share);
        categories++;
    }
    if (categories < 2) return;
    tally->free += categories - 1;
    tally->rows++;
    tally->units += units;
}

/* Column parameters that were fitted to the same cells. */
static size_t fitted(const struct loy_table *table)
{
    size_t columns = 0;
    bool hidden = false;
    if (table->columns == LOY_DIMENSION_NONE) return 0;
    for (size_t j = 0; j < table->c; j++) {
        columns += shown(&table->column_totals[j]);
        hidden = hidden || (!shown(&table->column_totals[j]) &&
                               table->column_totals[j].state != LOY_CELL_EMPTY);
    }
    columns += hidden;
    return columns ? columns - 1 : 0;
}

static void finish_test(struct loy_table *table, const struct tally *tally)
{
    struct loy_table_test *test = &table->test;
    size_t taken = fitted(table);
    bool one_way = table->columns == LOY_DIMENSION_NONE;
    test->design_effect = table->effect;
    if (tally->free <= taken || tally->units <= 0 || (!one_way && tally->rows < 2)) return;
    double degrees = (double)(tally->free - taken);
    double effect = table->effect + tally->noise / degrees;
    double more = 1 + table->variation;
    size_t columns = one_way ? tally->free : taken;
    size_t lesser = one_way || columns < tally->rows - 1 ? columns : tally->rows - 1;
    double beyond = tally->x - effect * degrees;
    test->g = tally->g;
    test->degrees = degrees;
    test->p_value =
        numeric_chi_square_upper(tally->g > 0 ? tally->g / (effect * more) : 0, degrees / more);
    if (lesser > 0 && beyond > 0) test->cramers_v = sqrt(beyond / (tally->units * (double)lesser));
}

static void judge_rows(struct loy_table *table, struct tally *tally)
{
    for (size_t i = 0; i < table->r; i++) {
        if (!shown(&table->row_totals[i])) continue;
        add_row(tally, table, table->cells + i * table->c, table->c,
            (double)table->row_totals[i].units);
    }
}

void market_table_judge(struct loy_table *table)
{
    struct tally tally = {0};
    if (table->basis == LOY_BASIS_NONE) return;
    if (table->columns == LOY_DIMENSION_NONE) {
        if (shown(&table->column_totals[0]))
            add_row(&tally, table, table->cells, table->r, (double)table->column_totals[0].units);
    } else {
        judge_rows(table, &tally);
    }
    finish_test(table, &tally);
}

static int by_p(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void loy_tables_judge(struct loy_table *const *tables, size_t count)
{
    double limit = -1, *p = calloc(count + 1, sizeof *p);
    size_t tested = 0;
    for (size_t i = 0; p && i < count; i++)
        if (tables[i]->test.p_value >= 0) p[tested++] = tables[i]->test.p_value;
    if (tested) qsort(p, tested, sizeof *p, by_p);
    for (size_t i = 0; i < tested; i++)
        if (p[i] <= FALSE_SHARE * (double)(i + 1) / (double)tested) limit = p[i];
    for (size_t i = 0; i < count; i++) {
        struct loy_table_test *test = &tables[i]->test;
        test->speaks = test->p_value >= 0 && test->p_value <= limit && test->cramers_v >= V_LEAST;
    }
    free(p);
}

bool loy_table_speaks(const struct loy_table *table)
{
    return table && table->test.speaks;
}

double loy_table_deviation(const struct loy_table *table, size_t row, size_t column, bool *striking)
{
    if (striking) *striking = false;
    const struct loy_cell *cell = loy_table_cell(table, row, column);
    if (!cell || !shown(cell) || cell->expected_share <= 0 || cell->expected_share >= 1) return 0;
    bool one_way = table->columns == LOY_DIMENSION_NONE;
    const struct loy_cell *whole = one_way ? &table->column_totals[0] : &table->row_totals[row];
    if (!shown(whole) || whole->units <= 0) return 0;
    double expected = cell->expected_share;
    double error = sqrt(expected * (1 - expected) * table->effect / (double)whole->units);
    double deviation = (cell->share - expected) / error;
    double cells = (double)(table->r * table->c);
    if (striking)
        *striking = fabs(deviation) > numeric_normal_quantile(1 - FALSE_SHARE / (2 * cells));
    return deviation;
}
