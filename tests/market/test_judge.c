/* SPDX-License-Identifier: MIT
 *
 * test_judge.c - which tables may speak: a published reference, members' labels shuffled, a planted
 * taste, and a colour that was out of stock.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "market/market_private.h"

#define TABLES_MAX 32

struct report {
    struct loy_market *market;
    struct loy_table *tables[TABLES_MAX];
    size_t count;
};

static void report_open(const struct fixture *fixture, struct report *report)
{
    enum loy_dimension rows, columns;
    *report = (struct report){.market = fixture_market(fixture, NULL)};
    assert_int_equal(loy_market_seal(report->market), LOY_OK);
    while (loy_market_grid(report->count, &rows, &columns) == LOY_OK) {
        assert_int_equal(
            loy_market_table(report->market, rows, columns, &report->tables[report->count]),
            LOY_OK);
        report->count++;
    }
    loy_tables_judge(report->tables, report->count);
}

static void report_close(struct report *report)
{
    for (size_t i = 0; i < report->count; i++)
        loy_table_close(report->tables[i]);
    loy_market_close(report->market);
}

static const struct loy_table *find(
    const struct report *report, enum loy_dimension rows, enum loy_dimension columns)
{
    for (size_t i = 0; i < report->count; i++)
        if (loy_table_row_dimension(report->tables[i]) == rows &&
            loy_table_column_dimension(report->tables[i]) == columns)
            return report->tables[i];
    return NULL;
}

static bool speaks(const struct report *report, enum loy_dimension rows, enum loy_dimension columns)
{
    struct loy_table_test test;
    assert_int_equal(loy_table_test_get(find(report, rows, columns), &test), LOY_OK);
    return test.speaks;
}

/* ---- The statistics themselves
 * --------------------------------------------------------------------- */

static struct loy_table *table_of(size_t r, size_t c, const int64_t *units)
{
    struct loy_table *table = calloc(1, sizeof *table);
    *table = (struct loy_table){
        .rows = LOY_DIMENSION_CATEGORY, .columns = LOY_DIMENSION_COLOUR, .r = r, .c = c};
    table->basis = LOY_BASIS_BUYERS;
    table->effect = 1;
    table->test.p_value = -1;
    table->cells = calloc(r * c, sizeof *table->cells);
    table->row_totals = calloc(r, sizeof *table->row_totals);
    table->column_totals = calloc(c, sizeof *table->column_totals);
    int64_t all = 0;
    for (size_t i = 0; i < r * c; i++) {
        table->cells[i] = (struct loy_cell){.state = LOY_CELL_PUBLISHED, .units = units[i]};
        table->row_totals[i / c].state = table->column_totals[i % c].state = LOY_CELL_PUBLISHED;
        table->row_totals[i / c].units += units[i];
        table->column_totals[i % c].units += units[i];
        all += units[i];
    }
    for (size_t i = 0; i < r * c; i++)
        table->cells[i].expected_share = (double)table->column_totals[i % c].units / (double)all;
    market_table_judge(table);
    return table;
}

/* Colour (14) by category (4) of 165,474 clicks on clothing, "clickstream data for online
 * shopping", UCI Machine Learning Repository: chi2 116,872, 39 degrees, V .485. */
static void clicks_give_the_reference(void **state)
{
    (void)state;
    static const int64_t clicks[4 * 14] = {
#include "clicks.inc"
    };
    struct loy_table *table = table_of(4, 14, clicks);
    struct loy_table_test test;
    assert_int_equal(loy_table_test_get(table, &test), LOY_OK);
    assert_float_equal(test.degrees, 39, 1e-9);
    assert_float_equal(test.cramers_v, .485, .001);
    double x = test.cramers_v * test.cramers_v * 165474 * 3 + 39;
    assert_float_equal(x, 116872, 5);
    loy_table_close(table);
}

/* Agresti, "Categorical Data Analysis", 2nd ed., table 3.2 (party by gender): G2 = 7.00, X2 = 7.01,
 * df 2. */
static void a_textbook_table_gives_its_g(void **state)
{
    (void)state;
    static const int64_t people[6] = {279, 73, 225, 165, 47, 191};
    struct loy_table *table = table_of(2, 3, people);
    struct loy_table_test test;
    loy_table_test_get(table, &test);
    assert_float_equal(test.g, 7.00, .01);
    assert_float_equal(test.degrees, 2, 1e-9);
    assert_float_equal(
        test.p_value, exp(-7.00 / 2), .0005); /* two degrees: the tail is exp(-G/2) */
    assert_float_equal(test.cramers_v, sqrt((7.01 - 2) / 980), .001);
    loy_table_close(table);
}

/* p .01, .02, .03 and .5 of four: limits .0125, .025, .0375, .05: three pass; alone, .03 passes;
 * with five tables of which .03 is the least, none does. */
static void benjamini_hochberg_steps_up(void **state)
{
    (void)state;
    static const double p[][5] = {
        {.03, .01, .5, .02, -1}, {.03, -1, -1, -1, -1}, {.03, .04, .9, .8, .7}};
    static const bool expected[][5] = {{true, true, false, true, false}, {true}, {false}};
    for (size_t k = 0; k < 3; k++) {
        struct loy_table tables[5] = {{0}}, *list[5];
        for (size_t i = 0; i < 5; i++) {
            tables[i].test = (struct loy_table_test){.p_value = p[k][i], .cramers_v = .2};
            list[i] = &tables[i];
        }
        loy_tables_judge(list, 5);
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(tables[i].test.speaks, expected[k][i]);
        /* However sure, a negligible difference is not told. */
        for (size_t i = 0; i < 5; i++)
            tables[i].test.cramers_v = .049;
        loy_tables_judge(list, 5);
        for (size_t i = 0; i < 5; i++)
            assert_false(tables[i].test.speaks);
    }
}

/* ---- Reports
 * ------------------------------------------------------------------------------------------ */

static bool of_people(enum loy_dimension dimension)
{
    return dimension >= LOY_DIMENSION_GROUP && dimension <= LOY_DIMENSION_DISTRICT;
}

/* Members keep strong tastes of their own; who belongs to which group is drawn by lot. */
static void shuffled_members_stay_silent(void **state)
{
    (void)state;
    enum { REPORTS = 200 };
    size_t speaking = 0;
    for (uint64_t seed = 1; seed <= REPORTS; seed++) {
        const struct fixture_plan plan = {.seed = seed * 31,
            .members = 250,
            .lines_each = 6,
            .groups = 5,
            .colours = 6,
            .sites = 3,
            .own_taste = seed % 2 ? .5 : .1,
            .skew = .3};
        struct fixture fixture;
        struct report report;
        fixture_make(&plan, &fixture);
        fixture_shuffle(&fixture, seed);
        report_open(&fixture, &report);
        bool any = false;
        for (size_t i = 0; i < report.count; i++) {
            struct loy_table_test test;
            loy_table_test_get(report.tables[i], &test);
            any = any || (of_people(loy_table_row_dimension(report.tables[i])) && test.speaks);
        }
        speaking += any;
        report_close(&report);
        fixture_clear(&fixture);
    }
    print_message("%zu of %d shuffled reports say anything\n", speaking, REPORTS);
    assert_true(speaking <= REPORTS / 20);
}

static const struct fixture_plan planted = {.seed = 7,
    .members = 900,
    .lines_each = 8,
    .groups = 6,
    .colours = 8,
    .sites = 3,
    .own_taste = .2,
    .red_for_group0 = .2,
    .returns = .2,
    .offers = 1};

static void a_planted_taste_is_heard(void **state)
{
    (void)state;
    struct fixture fixture;
    struct report report;
    fixture_make(&planted, &fixture);
    report_open(&fixture, &report);
    const struct loy_table *table = find(&report, LOY_DIMENSION_GROUP, LOY_DIMENSION_COLOUR);
    assert_true(speaks(&report, LOY_DIMENSION_GROUP, LOY_DIMENSION_COLOUR));
    assert_false(speaks(&report, LOY_DIMENSION_DISTRICT, LOY_DIMENSION_COLOUR));
    size_t striking_cells = 0;
    for (size_t i = 0; i < loy_table_rows(table) * loy_table_columns(table); i++) {
        bool striking = false;
        size_t row = i / loy_table_columns(table), column = i % loy_table_columns(table);
        double deviation = loy_table_deviation(table, row, column, &striking);
        if (!striking || deviation < 0) continue;
        striking_cells++;
        assert_string_equal(loy_table_row_name(table, row), fixture_group(0));
        assert_string_equal(loy_table_column_name(table, column), "red");
        assert_true(loy_table_speaks(table));
        const struct loy_cell *cell = loy_table_cell(table, row, column);
        assert_true(cell->share_low > cell->expected_share);
        assert_true(cell->lift > 1);
    }
    assert_int_equal(striking_cells, 1);
    assert_true(speaks(&report, LOY_DIMENSION_COLOUR, LOY_DIMENSION_RETURN));
    report_close(&report);
    fixture_clear(&fixture);
}

/* Red is off the shelf for the first ten weeks. With price history neither the months nor the
 * colours may read that as dislike; without it the months do differ, and the report cannot know
 * why. */
static void out_of_stock_is_not_dislike(void **state)
{
    (void)state;
    for (int offers = 0; offers < 2; offers++) {
        struct fixture_plan plan = planted;
        struct fixture fixture;
        struct report report;
        plan.red_for_group0 = plan.own_taste = 0;
        plan.red_gone_weeks = 10;
        plan.offers = offers;
        fixture_make(&plan, &fixture);
        report_open(&fixture, &report);
        const struct loy_table *months = find(&report, LOY_DIMENSION_MONTH, LOY_DIMENSION_COLOUR);
        const struct loy_table *colours = find(&report, LOY_DIMENSION_COLOUR, LOY_DIMENSION_NONE);
        assert_int_equal(loy_table_basis(months), offers ? LOY_BASIS_OFFER : LOY_BASIS_BUYERS);
        assert_int_equal(speaks(&report, LOY_DIMENSION_MONTH, LOY_DIMENSION_COLOUR), !offers);
        for (size_t i = 0; offers && i < loy_table_rows(colours); i++) {
            bool striking;
            loy_table_deviation(colours, i, 0, &striking);
            assert_false(striking);
            if (strcmp(loy_table_row_name(colours, i), "red") == 0)
                assert_true(loy_table_cell(colours, i, 0)->expected_share < .1);
        }
        report_close(&report);
        fixture_clear(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clicks_give_the_reference),
        cmocka_unit_test(a_textbook_table_gives_its_g),
        cmocka_unit_test(benjamini_hochberg_steps_up),
        cmocka_unit_test(shuffled_members_stay_silent),
        cmocka_unit_test(a_planted_taste_is_heard),
        cmocka_unit_test(out_of_stock_is_not_dislike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
