/* SPDX-License-Identifier: MIT
 *
 * market_view.c - all tables of a report together, judged; and the bands of its groups.
 * In: a sealed market; out: what a report says, ready to be written down. Must not know the store.
 */
#include "market_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void count_cells(struct market_view *view, const struct loy_table *table)
{
    size_t c = loy_table_columns(table);
    for (size_t i = 0; i < loy_table_rows(table) * c; i++) {
        uint8_t state = loy_table_cell(table, i / c, i % c)->state;
        view->shown += state == LOY_CELL_PUBLISHED;
        view->withheld += state == LOY_CELL_TOO_FEW || state == LOY_CELL_COMPLEMENTARY;
    }
}

enum loy_status market_view_open(const struct loy_market *market,
    const struct market_report_options *options, struct market_view *view)
{
    enum loy_dimension rows, columns;
    *view = (struct market_view){.options = options, .minor_digits = 2};
    enum loy_status status = loy_market_coverage_get(market, &view->coverage);
    for (size_t i = 0; status == LOY_OK && i < MARKET_REPORT_TABLES_MAX; i++) {
        if (loy_market_grid(i, &rows, &columns) != LOY_OK) break;
        status = loy_market_table(market, rows, columns, &view->tables[i]);
        if (status != LOY_OK) break;
        view->table_count = i + 1;
        count_cells(view, view->tables[i]);
    }
    if (status == LOY_OK)
        loy_tables_judge(view->tables, view->table_count);
    else
        market_view_close(view);
    return status;
}

void market_view_close(struct market_view *view)
{
    for (size_t i = 0; i < view->table_count; i++)
        loy_table_close(view->tables[i]);
    view->table_count = 0;
}

const struct loy_table *market_view_table(
    const struct market_view *view, enum loy_dimension rows, enum loy_dimension columns)
{
    for (size_t i = 0; i < view->table_count; i++)
        if (loy_table_row_dimension(view->tables[i]) == rows &&
            loy_table_column_dimension(view->tables[i]) == columns)
            return view->tables[i];
    return NULL;
}

static const struct {
    int from;
    const char *name;
} ages[] = {{65, "65+"}, {55, "55-64"}, {45, "45-54"}, {35, "35-44"}, {25, "25-34"}, {18, "18-24"}};

void market_source_group(const char *sex, int birth_year, const char *age_band, int period_year,
    char *group, size_t size)
{
    const char *who = sex[0] == 'f' || sex[0] == 'w' ? "women" : sex[0] == 'm' ? "men" : "people";
    const char *age = age_band && *age_band ? age_band : "unknown";
    char *end = NULL;
    long years = strtol(age, &end, 10);
    if (end != age && !*end) { /* a plain age: the trait was no band yet */
        birth_year = period_year - (int)(years > 0 && years < 200 ? years : 0);
        age = "unknown";
    }
    /* A minor is in no band of his own. */
    for (size_t i = 0; birth_year > 0 && i < sizeof ages / sizeof ages[0]; i++) {
        if (period_year - birth_year >= ages[i].from) {
            age = ages[i].name;
            break;
        }
    }
    snprintf(group, size, "%s %s", who, age);
}

int market_source_birth_year(const char *text, int period_year)
{
    char first[64], last[64];
    size_t n = strlen(text);
    int from = (int)strtol(text, NULL, 10);
    int to = (int)strtol(n > 4 ? text + n - 4 : text, NULL, 10);
    market_source_group("", from, NULL, period_year, first, sizeof first);
    market_source_group("", to, NULL, period_year, last, sizeof last);
    return strcmp(first, last) == 0 ? from : 0;
}
