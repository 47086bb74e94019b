/* SPDX-License-Identifier: MIT
 *
 * table.c - a protected cube becomes a table that may leave the shop.
 * In: a cube with its states; out: rounded numbers, shares, intervals and expectations made of them
 * alone. Must not know who reads it.
 */
#include "market_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z95 1.959963984540054
#define PRIOR_UNITS 10.0 /* by which a lift is shrunk to 1 */
#define FIT_ROUNDS 20
#define OFFER_LEAST .002 /* what was bought was on offer, whatever the history says */

/* ---- Accessors ----------------------------------------------------------------------------------
 */

size_t loy_table_rows(const struct loy_table *table)
{
    return table ? table->r : 0;
}

size_t loy_table_columns(const struct loy_table *table)
{
    return table ? table->c : 0;
}

enum loy_basis loy_table_basis(const struct loy_table *table)
{
    return table ? table->basis : LOY_BASIS_NONE;
}

enum loy_dimension loy_table_row_dimension(const struct loy_table *table)
{
    return table ? table->rows : LOY_DIMENSION_NONE;
}

enum loy_dimension loy_table_column_dimension(const struct loy_table *table)
{
    return table ? table->columns : LOY_DIMENSION_NONE;
}

const char *loy_table_row_name(const struct loy_table *table, size_t row)
{
    return table && row < table->r ? table->row_names[row] : "";
}

const char *loy_table_column_name(const struct loy_table *table, size_t column)
{
    return table && column < table->c ? table->column_names[column] : "";
}

const struct loy_cell *loy_table_cell(const struct loy_table *table, size_t row, size_t column)
{
    return table && row < table->r && column < table->c ? &table->cells[row * table->c + column]
                                                        : NULL;
}

const struct loy_cell *loy_table_row_total(const struct loy_table *table, size_t row)
{
    return table && row < table->r ? &table->row_totals[row] : NULL;
}

const struct loy_cell *loy_table_column_total(const struct loy_table *table, size_t column)
{
    return table && column < table->c ? &table->column_totals[column] : NULL;
}

enum loy_status loy_table_test_get(const struct loy_table *table, struct loy_table_test *test)
{
    if (!table || !test) return LOY_E_ARGUMENT;
    *test = table->test;
    return LOY_OK;
}

static void names_free(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

void loy_table_close(struct loy_table *table)
{
    if (!table) return;
    names_free(table->row_names, table->r);
    names_free(table->column_names, table->c);
    free(table->cells);
    free(table->row_totals);
    free(table->column_totals);
    free(table);
}

/* ---- Rounded numbers ----------------------------------------------------------------------------
 */

static struct loy_cell rounded(
    const struct loy_market *market, uint8_t state, const struct market_sums *sums)
{
    struct loy_cell cell = {.state = state, .expected_share = -1};
    if (state != LOY_CELL_PUBLISHED) return cell;
    cell.members = market_round(sums->members, market->settings.round_to);
    cell.units = market_round(sums->units_milli, market_units_step(market)) / 1000;
    cell.spend_minor = market_round(sums->spend_minor, market_spend_step(market));
    return cell;
}

static struct loy_cell margin_cell(
    const struct loy_market *market, enum loy_dimension dimension, size_t level)
{
    if (dimension == LOY_DIMENSION_NONE)
        return rounded(market, market->total_published ? LOY_CELL_PUBLISHED : LOY_CELL_TOO_FEW,
            &market->total);
    const struct market_cube *cube = market_cube_find(market, dimension, LOY_DIMENSION_NONE);
    return rounded(market, cube->states[level], &cube->cells[level]);
}

/* Of the table of returns: what was kept is the grand total, what came back has one of its own; a
 * row's total is made of its rounded cells, so that it says nothing new. */
static enum loy_status return_totals(
    const struct loy_market *market, const struct market_cube *cube, struct loy_table *table)
{
    struct market_sums sums;
    bool *chosen = calloc(cube->r * 2 + 1, sizeof *chosen);
    if (!chosen) return LOY_E_MEMORY;
    for (size_t row = 0; row < cube->r; row++)
        chosen[row * 2 + 1] = true;
    enum loy_status status = market_cube_union(market, cube, chosen, &sums);
    free(chosen);
    if (status != LOY_OK) return status;
    bool shown = market->total_published && market_sums_pass(market, &sums);
    table->column_totals[0] = margin_cell(market, LOY_DIMENSION_NONE, 0);
    table->column_totals[1] = rounded(market, shown ? LOY_CELL_PUBLISHED : LOY_CELL_TOO_FEW, &sums);
    for (size_t row = 0; row < cube->r; row++) {
        const struct loy_cell *cell = &table->cells[row * 2];
        struct loy_cell *total = &table->row_totals[row];
        *total = (struct loy_cell){.state = LOY_CELL_COMPLEMENTARY, .expected_share = -1};
        if (cell[0].state != LOY_CELL_PUBLISHED || cell[1].state != LOY_CELL_PUBLISHED) continue;
        total->state = LOY_CELL_PUBLISHED;
        total->units = cell[0].units + cell[1].units;
        total->spend_minor = cell[0].spend_minor + cell[1].spend_minor;
    }
    return LOY_OK;
}

static enum loy_status fill_numbers(
    const struct loy_market *market, const struct market_cube *cube, struct loy_table *table)
{
    for (size_t i = 0; i < cube->r * cube->c; i++)
        table->cells[i] = rounded(market, cube->states[i], &cube->cells[i]);
    if (cube->columns == LOY_DIMENSION_RETURN) return return_totals(market, cube, table);
    for (size_t row = 0; row < cube->r; row++)
        table->row_totals[row] = margin_cell(market, cube->rows, row);
    for (size_t column = 0; column < cube->c; column++)
        table->column_totals[column] = margin_cell(market, cube->columns, column);
    return LOY_OK;
}

/* ---- What would be expected
 * ---------------------------------------------------------------------- */

static bool shown(const struct loy_cell *cell)
{
    return cell->state == LOY_CELL_PUBLISHED;
}

static double three_decimals(double value)
{
    return floor(value * 1000 + .5) / 1000;
}

static int64_t sum_of_totals(const struct loy_table *table)
{
    if (table->columns != LOY_DIMENSION_RETURN) return -1;
    return shown(&table->column_totals[1])
               ? table->column_totals[0].units + table->column_totals[1].units
               : 0;
}

static void expect_of_buyers(struct loy_table *table, const struct loy_cell *total)
{
    int64_t units = sum_of_totals(table);
    if (units < 0) units = total->units;
    table->basis = LOY_BASIS_BUYERS;
    for (size_t i = 0; i < table->r * table->c; i++) {
        const struct loy_cell *column = &table->column_totals[i % table->c];
        if (shown(column) && units > 0)
            table->cells[i].expected_share = three_decimals((double)column->units / (double)units);
    }
}

/* appeal[c] such that each column's expected units over the shown rows match its share among all
 * buyers: expected(i, j) = appeal(j) on_offer(i, j) / sum over j. Iterative proportional fitting of
 * the rounded margins; hidden columns share one appeal. */
static void fit_appeal(
    const struct loy_table *table, const double *on_offer, double total, double *appeal)
{
    size_t r = table->r, c = table->c;
    for (size_t j = 0; j < c; j++)
        appeal[j] = 1;
    for (int round = 0; round < FIT_ROUNDS; round++) {
        double hidden_target = total, hidden_found = 0, rows = 0;
        double found[LOY_LEVELS_MAX + 1] = {0};
        for (size_t i = 0; i < r; i++) {
            double sum = 0,
                   units = shown(&table->row_totals[i]) ? (double)table->row_totals[i].units : 0;
            for (size_t j = 0; j < c; j++)
                sum += appeal[j] * on_offer[i * c + j];
            for (size_t j = 0; j < c && sum > 0; j++)
                found[j] += units * appeal[j] * on_offer[i * c + j] / sum;
            rows += units;
        }
        for (size_t j = 0; j < c; j++) {
            if (shown(&table->column_totals[j]))
                hidden_target -= (double)table->column_totals[j].units;
            else
                hidden_found += found[j];
        }
        if (hidden_target < 0) hidden_target = 0;
        for (size_t j = 0; j < c; j++) {
            bool own = shown(&table->column_totals[j]);
            double target =
                (own ? (double)table->column_totals[j].units : hidden_target) * rows / total;
            double have = own ? found[j] : hidden_found;
            if (have > 0) appeal[j] *= target / have;
        }
    }
}

static void expect_of_offer(struct loy_table *table, double *on_offer, const struct loy_cell *total)
{
    size_t c = table->c;
    double appeal[LOY_LEVELS_MAX + 1];
    table->basis = LOY_BASIS_OFFER;
    if (table->columns == LOY_DIMENSION_NONE) {
        for (size_t i = 0; i < table->r; i++)
            table->cells[i].expected_share = three_decimals(on_offer[i]);
        return;
    }
    for (size_t i = 0; i < table->r * c; i++)
        if (on_offer[i] < OFFER_LEAST && shown(&table->cells[i])) on_offer[i] = OFFER_LEAST;
    fit_appeal(table, on_offer, (double)total->units, appeal);
    for (size_t i = 0; i < table->r; i++) {
        double sum = 0;
        for (size_t j = 0; j < c; j++)
            sum += appeal[j] * on_offer[i * c + j];
        for (size_t j = 0; j < c && sum > 0; j++)
            table->cells[i * c + j].expected_share =
                three_decimals(appeal[j] * on_offer[i * c + j] / sum);
    }
}

static enum loy_status fill_expected(
    const struct loy_market *market, const struct market_cube *cube, struct loy_table *table)
{
    const struct loy_cell total = margin_cell(market, LOY_DIMENSION_NONE, 0);
    if (!shown(&total)) return LOY_OK;
    double *on_offer = calloc(table->r * table->c + 1, sizeof *on_offer);
    if (!on_offer) return LOY_E_MEMORY;
    enum loy_status status = market_offer_shares(market, cube, on_offer);
    if (status == LOY_OK)
        expect_of_offer(table, on_offer, &total);
    else if (status == LOY_NONE && table->columns != LOY_DIMENSION_NONE)
        expect_of_buyers(table, &total);
    free(on_offer);
    return status == LOY_E_MEMORY ? status : LOY_OK;
}

/* ---- Shares -------------------------------------------------------------------------------------
 */

/* Wilson (1927) for a share of n purchases of which n / effect are worth an independent one. */
static void fill_share(struct loy_cell *cell, double units, double effect)
{
    if (!shown(cell) || units <= 0) return;
    double share = (double)cell->units / units, n = units / effect;
    if (share > 1) share = 1;
    double centre = (share + Z95 * Z95 / (2 * n)) / (1 + Z95 * Z95 / n);
    double half =
        Z95 / (1 + Z95 * Z95 / n) * sqrt(share * (1 - share) / n + Z95 * Z95 / (4 * n * n));
    cell->share = share;
    cell->share_low = centre - half > 0 ? centre - half : 0;
    cell->share_high = centre + half < 1 ? centre + half : 1;
    if (cell->share_low > share) cell->share_low = share;
    if (cell->share_high < share) cell->share_high = share;
    if (cell->expected_share <= 0) return;
    cell->lift = (n * share / cell->expected_share + PRIOR_UNITS) / (n + PRIOR_UNITS);
}

static void fill_shares(const struct loy_market *market, struct loy_table *table)
{
    const struct loy_cell total = margin_cell(market, LOY_DIMENSION_NONE, 0);
    bool one_way = table->columns == LOY_DIMENSION_NONE;
    for (size_t i = 0; i < table->r * table->c; i++) {
        const struct loy_cell *row = one_way ? &total : &table->row_totals[i / table->c];
        if (shown(row)) fill_share(&table->cells[i], (double)row->units, table->effect);
        if (!shown(row)) table->cells[i].expected_share = -1;
    }
    for (size_t row = 0; !one_way && row < table->r; row++)
        if (table->columns != LOY_DIMENSION_RETURN && shown(&total))
            fill_share(&table->row_totals[row], (double)total.units, table->effect);
}

/* ---- Making -------------------------------------------------------------------------------------
 */

static char **names_copy(
    const struct loy_market *market, enum loy_dimension dimension, size_t count)
{
    char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        names[i] =
            strdup(dimension == LOY_DIMENSION_NONE ? "all" : market->levels[dimension].texts[i]);
        if (!names[i]) {
            names_free(names, count);
            return NULL;
        }
    }
    return names;
}

static enum loy_status table_make(
    const struct loy_market *market, const struct market_cube *cube, struct loy_table *table)
{
    *table = (struct loy_table){
        .rows = cube->rows, .columns = cube->columns, .r = cube->r, .c = cube->c};
    table->round_units = (double)market->settings.round_to;
    table->test = (struct loy_table_test){.p_value = -1, .design_effect = 1};
    table->row_names = names_copy(market, cube->rows, cube->r);
    table->column_names = names_copy(market, cube->columns, cube->c);
    table->cells = calloc(cube->r * cube->c + 1, sizeof *table->cells);
    table->row_totals = calloc(cube->r + 1, sizeof *table->row_totals);
    table->column_totals = calloc(cube->c + 1, sizeof *table->column_totals);
    if (!table->row_names || !table->column_names || !table->cells || !table->row_totals ||
        !table->column_totals)
        return LOY_E_MEMORY;
    struct market_design design;
    enum loy_status status =
        market_design_effect(cube, cube->columns == LOY_DIMENSION_NONE, &design);
    table->effect = design.effect;
    table->variation = design.variation;
    if (status == LOY_OK) status = fill_numbers(market, cube, table);
    if (status == LOY_OK) status = fill_expected(market, cube, table);
    if (status != LOY_OK) return status;
    fill_shares(market, table);
    market_table_judge(table);
    return LOY_OK;
}

enum loy_status loy_market_table(const struct loy_market *market, enum loy_dimension rows,
    enum loy_dimension columns, struct loy_table **table)
{
    if (!market || !table || !market->sealed) return LOY_E_ARGUMENT;
    const struct market_cube *cube = market_cube_find(market, rows, columns);
    if (!cube) return LOY_NONE;
    struct loy_table *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    enum loy_status status = table_make(market, cube, made);
    if (status != LOY_OK) {
        loy_table_close(made);
        return status;
    }
    *table = made;
    return LOY_OK;
}
