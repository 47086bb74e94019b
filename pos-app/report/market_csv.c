/* SPDX-License-Identifier: MIT
 *
 * market_csv.c - a report's tables as one tidy CSV file with a schema beside it.
 * In: a view; out: text with stable English keys. Must not know anything that the tables do not
 * publish.
 */
#include "market_report.h"

#include <stdio.h>

static void put_number(struct page *page, bool shown, double value, int decimals)
{
    if (shown)
        page_print(page, ",%.*f", decimals, value);
    else
        page_put(page, ",");
}

/* Why a cell is withheld would itself tell something, so all withheld cells look the same. */
static const char *state_name(const struct loy_cell *cell)
{
    return cell->state == LOY_CELL_PUBLISHED ? "published"
           : cell->state == LOY_CELL_EMPTY   ? "empty"
                                             : "withheld";
}

static void put_row(const struct market_view *view, const struct loy_table *table, const char *row,
    const char *column, const struct loy_cell *cell, const char *note, struct page *page)
{
    bool shown = cell->state == LOY_CELL_PUBLISHED;
    double scale = 1;
    for (unsigned i = 0; i < view->minor_digits; i++)
        scale *= 10;
    enum loy_dimension columns = loy_table_column_dimension(table);
    page_print(page, "%s%s%s,", loy_dimension_name((int)loy_table_row_dimension(table)),
        columns == LOY_DIMENSION_NONE ? "" : " x ",
        columns == LOY_DIMENSION_NONE ? "" : loy_dimension_name((int)columns));
    page_field(page, row);
    page_put(page, ",");
    page_field(page, column);
    page_print(page, ",%s", state_name(cell));
    put_number(page, shown && cell->members > 0, (double)cell->members, 0);
    put_number(page, shown, (double)cell->units, 0);
    put_number(page, shown, (double)cell->spend_minor / scale, (int)view->minor_digits);
    bool shared = shown && cell->share_high > 0;
    put_number(page, shared, cell->share, 4);
    put_number(page, shared, cell->share_low, 4);
    put_number(page, shared, cell->share_high, 4);
    put_number(page, shared && cell->expected_share >= 0, cell->expected_share, 3);
    put_number(page, shared && cell->lift > 0, cell->lift, 2);
    if (note) {
        page_put(page, ",");
        page_field(page, note);
    }
    page_put(page, "\r\n");
}

static const char *note_of(const struct market_view *view)
{
    bool generated = view->options->generated, sample = view->options->sample_of_lines;
    return generated && sample ? "GENERATED; sample of lines"
           : generated         ? "GENERATED"
           : sample            ? "sample of lines"
                               : "";
}

void market_csv(const struct market_view *view, bool note, struct page *page)
{
    const char *text = note ? note_of(view) : NULL;
    page_put(page, "table,row,column,state,members,units,spend,share,low,high,expected,lift");
    page_put(page, note ? ",note\r\n" : "\r\n");
    for (size_t t = 0; t < view->table_count; t++) {
        const struct loy_table *table = view->tables[t];
        size_t r = loy_table_rows(table), c = loy_table_columns(table);
        bool one_way = loy_table_column_dimension(table) == LOY_DIMENSION_NONE;
        for (size_t i = 0; i < r * c; i++)
            put_row(view, table, loy_table_row_name(table, i / c),
                one_way ? "" : loy_table_column_name(table, i % c),
                loy_table_cell(table, i / c, i % c), text, page);
        for (size_t j = 0; one_way && t == 0 && j < 1; j++)
            put_row(view, table, "all", "", loy_table_column_total(table, 0), text, page);
    }
}

void market_schema(const struct market_view *view, struct page *page)
{
    // clang-format off
    static const struct {
        const char *name, *type, *text;
    } columns[] = {
        {"table", "string", "dimension, or two as 'rows x columns'"},
        {"row", "string", "level of the first dimension"},
        {"column", "string", "level of the second dimension; empty in one-way tables"},
        {"state", "string", "published, withheld (privacy) or empty (nothing sold that may be counted)"},
        {"members", "integer", "distinct consented members, rounded"},
        {"units", "integer", "units, returns taken off, rounded"},
        {"spend", "decimal", "paid, returns taken off, rounded, in currency units"},
        {"share", "decimal", "units over the row's units (two-way) or all units (one-way)"},
        {"low", "decimal", "lower end of the 95 % interval of share"},
        {"high", "decimal", "upper end of the 95 % interval of share"},
        {"expected", "decimal", "share that all buyers chose, from what was on offer where that is known"},
        {"lift", "decimal", "share over expected, shrunk to 1"},
        {"note", "string", "what every page of the report is stamped with"},
    };
    // clang-format on
    page_put(page, "{\n  \"manufacturer\": ");
    page_json(page, view->options->manufacturer);
    page_put(page, ",\n  \"brand\": ");
    if (view->options->brand)
        page_json(page, view->options->brand);
    else
        page_put(page, "null");
    page_put(page, ",\n  \"from\": ");
    page_json(page, view->options->from_text);
    page_put(page, ",\n  \"to\": ");
    page_json(page, view->options->to_text);
    page_put(page, ",\n  \"note\": ");
    page_json(page, note_of(view));
    page_put(page, ",\n  \"columns\": [\n");
    size_t count = sizeof columns / sizeof columns[0];
    for (size_t i = 0; i < count; i++)
        page_print(page, "    {\"name\": \"%s\", \"type\": \"%s\", \"text\": \"%s\"}%s\n",
            columns[i].name, columns[i].type, columns[i].text, i + 1 < count ? "," : "");
    page_put(page, "  ]\n}\n");
}
