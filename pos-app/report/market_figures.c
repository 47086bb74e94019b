/* SPDX-License-Identifier: MIT
 *
 * market_figures.c - which pictures a manufacturer's report shows, in which order, and how.
 * In: a view; out: HTML. Must not know how a bar is drawn.
 */
#include "market_figures.h"

#include "chart.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum layout {
    LAYOUT_ONE,       /* one panel of a one-way table */
    LAYOUT_BY_ROW,    /* a panel per row: the mix of a group */
    LAYOUT_BY_COLUMN, /* a panel per column: groups side by side */
    LAYOUT_HEAT,
    LAYOUT_LAST_COLUMN /* one panel of the last column: what came back */
};

struct figure {
    enum report_word title;
    enum loy_dimension rows, columns;
    enum layout layout;
};

// clang-format off
static const struct figure figures[] = {
    {WORD_FIG_COLOUR_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_COLOUR, LAYOUT_BY_ROW},
    {WORD_FIG_GRADE_INCOME, LOY_DIMENSION_INCOME, LOY_DIMENSION_GRADE, LAYOUT_BY_COLUMN},
    {WORD_FIG_PRICE_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_PRICE_BAND, LAYOUT_BY_ROW},
    {WORD_FIG_PROMOTION_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_PROMOTION, LAYOUT_BY_COLUMN},
    {WORD_FIG_PART_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_DAY_PART, LAYOUT_BY_COLUMN},
    {WORD_FIG_WEEK, LOY_DIMENSION_WEEKDAY, LOY_DIMENSION_DAY_PART, LAYOUT_HEAT},
    {WORD_FIG_MONTH, LOY_DIMENSION_MONTH, LOY_DIMENSION_COLOUR, LAYOUT_HEAT},
    {WORD_FIG_GRADE_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_GRADE, LAYOUT_BY_COLUMN},
    {WORD_FIG_CATEGORY_GROUP, LOY_DIMENSION_GROUP, LOY_DIMENSION_CATEGORY, LAYOUT_BY_COLUMN},
    {WORD_FIG_DISTRICT, LOY_DIMENSION_DISTRICT, LOY_DIMENSION_COLOUR, LAYOUT_HEAT},
    {WORD_FIG_RETURN, LOY_DIMENSION_COLOUR, LOY_DIMENSION_RETURN, LAYOUT_LAST_COLUMN},
};
static const enum loy_dimension overall[] = {LOY_DIMENSION_COLOUR, LOY_DIMENSION_GRADE,
    LOY_DIMENSION_PRICE_BAND, LOY_DIMENSION_DAY_PART, LOY_DIMENSION_WEEKDAY, LOY_DIMENSION_MONTH,
    LOY_DIMENSION_GROUP, LOY_DIMENSION_INCOME, LOY_DIMENSION_PROMOTION, LOY_DIMENSION_CATEGORY,
    LOY_DIMENSION_BRAND, LOY_DIMENSION_SIZE, LOY_DIMENSION_DISTRICT};
// clang-format on

#define HIDDEN_MOST 2u /* of a panel; more become one line */
#define PANELS_MAX 16u /* the rest stands in the table of numbers and in the CSV */

struct canvas {
    const struct market_view *view;
    const struct loy_table *table;
    struct page *page;
    bool chinese;
    double most;
};

static bool shown(const struct loy_cell *cell)
{
    return cell && cell->state == LOY_CELL_PUBLISHED;
}

static const char *word(const struct canvas *canvas, enum report_word which)
{
    return report_word(which, canvas->chinese);
}

/* ---- Bars from cells ----------------------------------------------------------------------------
 */

static struct chart_bar bar_of(const struct canvas *canvas, size_t row, size_t column,
    enum loy_dimension named, const char *name)
{
    const struct loy_cell *cell = loy_table_cell(canvas->table, row, column);
    struct chart_bar bar = {.state = cell->state,
        .share = cell->share,
        .low = cell->share_low,
        .high = cell->share_high,
        .expected = cell->expected_share};
    if (bar.state == LOY_CELL_PUBLISHED && cell->share_high <= 0)
        bar.state = LOY_CELL_COMPLEMENTARY;
    report_level(named, name, canvas->chinese, bar.label, sizeof bar.label);
    if (named == LOY_DIMENSION_COLOUR) bar.fill = chart_colour(name);
    bool striking = false;
    loy_table_deviation(canvas->table, row, column, &striking);
    bar.striking = striking && loy_table_speaks(canvas->table);
    return bar;
}

static bool hidden_bar(const struct chart_bar *bar)
{
    return bar->state != LOY_CELL_PUBLISHED && bar->state != LOY_CELL_EMPTY;
}

/* Many bars that are not shown become one, at the end, which counts them. */
static size_t collapse(const struct canvas *canvas, struct chart_bar *bars, size_t count)
{
    size_t hidden = 0, kept = 0;
    char number[24];
    for (size_t i = 0; i < count; i++)
        hidden += hidden_bar(&bars[i]);
    if (hidden <= HIDDEN_MOST) return count;
    for (size_t i = 0; i < count; i++)
        if (!hidden_bar(&bars[i])) bars[kept++] = bars[i];
    struct chart_bar *rest = &bars[kept++];
    *rest = (struct chart_bar){.state = LOY_CELL_COMPLEMENTARY, .expected = -1};
    snprintf(number, sizeof number, "%zu", hidden);
    report_fill(rest->label, sizeof rest->label, word(canvas, WORD_REST_BARS), number, NULL, NULL);
    return kept;
}

static void put_panel(const struct canvas *canvas, const char *title, const char *note,
    struct chart_bar *bars, size_t count)
{
    count = collapse(canvas, bars, count);
    const struct chart_panel panel = {.title = title,
        .note = note,
        .bars = bars,
        .count = count,
        .most = canvas->most,
        .not_shown = word(canvas, WORD_NOT_SHOWN),
        .none_sold = word(canvas, WORD_NONE_SOLD)};
    chart_bars(canvas->page, &panel);
}

static void sample_note(
    const struct canvas *canvas, const struct loy_cell *cell, char *text, size_t size)
{
    char members[REPORT_NUMBER_SIZE], units[REPORT_NUMBER_SIZE];
    if (cell->members > 0)
        snprintf(text, size, "%s %s, %s %s", report_number(cell->members, members),
            word(canvas, WORD_MEMBERS), report_number(cell->units, units),
            word(canvas, WORD_UNITS));
    else
        snprintf(text, size, "%s %s", report_number(cell->units, units), word(canvas, WORD_UNITS));
}

static void put_one(const struct canvas *canvas, const char *title)
{
    struct chart_bar bars[LOY_LEVELS_MAX + 1];
    size_t count = 0;
    for (size_t i = 0; i < loy_table_rows(canvas->table) && i <= LOY_LEVELS_MAX; i++)
        if (loy_table_cell(canvas->table, i, 0)->state != LOY_CELL_EMPTY)
            bars[count++] = bar_of(canvas, i, 0, loy_table_row_dimension(canvas->table),
                loy_table_row_name(canvas->table, i));
    put_panel(canvas, title, "", bars, count);
}

static bool column_in_use(const struct loy_table *table, size_t column)
{
    return loy_table_column_total(table, column)->state != LOY_CELL_EMPTY;
}

static void put_row_panel(const struct canvas *canvas, size_t row)
{
    struct chart_bar bars[LOY_LEVELS_MAX + 1];
    char title[128], note[96];
    size_t count = 0;
    const struct loy_table *table = canvas->table;
    for (size_t j = 0; j < loy_table_columns(table) && j <= LOY_LEVELS_MAX; j++)
        if (column_in_use(table, j))
            bars[count++] = bar_of(
                canvas, row, j, loy_table_column_dimension(table), loy_table_column_name(table, j));
    report_level(loy_table_row_dimension(table), loy_table_row_name(table, row), canvas->chinese,
        title, sizeof title);
    sample_note(canvas, loy_table_row_total(table, row), note, sizeof note);
    put_panel(canvas, title, note, bars, count);
}

static void put_column_panel(const struct canvas *canvas, size_t column)
{
    struct chart_bar bars[LOY_LEVELS_MAX + 1];
    char level[128], title[160];
    size_t count = 0, live = 0;
    const struct loy_table *table = canvas->table;
    for (size_t i = 0; i < loy_table_rows(table); i++)
        live += shown(loy_table_cell(table, i, column));
    if (!live) return; /* the line below the panels counts what is not shown */
    for (size_t i = 0; i < loy_table_rows(table) && i <= LOY_LEVELS_MAX; i++)
        if (shown(loy_table_row_total(table, i)))
            bars[count++] = bar_of(
                canvas, i, column, loy_table_row_dimension(table), loy_table_row_name(table, i));
    report_level(loy_table_column_dimension(table), loy_table_column_name(table, column),
        canvas->chinese, level, sizeof level);
    snprintf(title, sizeof title, "%s", level);
    if (count) put_panel(canvas, title, "", bars, count);
}

/* ---- A figure
 * ------------------------------------------------------------------------------------ */

static void find_most(struct canvas *canvas, bool last_column)
{
    const struct loy_table *table = canvas->table;
    size_t c = loy_table_columns(table);
    canvas->most = .1;
    for (size_t i = 0; i < loy_table_rows(table) * c; i++) {
        const struct loy_cell *cell = loy_table_cell(table, i / c, i % c);
        if (!shown(cell) || (last_column && i % c + 1 < c)) continue;
        double high = cell->share_high;
        if (cell->expected_share > high) high = cell->expected_share;
        if (high > canvas->most) canvas->most = high;
    }
}

static void put_heat(const struct canvas *canvas)
{
    static char row_labels[LOY_LEVELS_MAX + 1][96], column_labels[LOY_LEVELS_MAX + 1][96];
    const char *fills[LOY_LEVELS_MAX + 1];
    const struct loy_table *table = canvas->table;
    size_t rows = 0, columns = 0;
    struct chart_bar *cells =
        calloc(loy_table_rows(table) * loy_table_columns(table) + 1, sizeof *cells);
    if (!cells) {
        canvas->page->failed = true;
        return;
    }
    for (size_t j = 0; j < loy_table_columns(table); j++) {
        if (!column_in_use(table, j)) continue;
        fills[columns] = chart_colour(loy_table_column_name(table, j));
        report_level(loy_table_column_dimension(table), loy_table_column_name(table, j),
            canvas->chinese, column_labels[columns++], sizeof column_labels[0]);
    }
    for (size_t i = 0; i < loy_table_rows(table); i++) {
        size_t column = 0;
        if (!shown(loy_table_row_total(table, i))) continue;
        report_level(loy_table_row_dimension(table), loy_table_row_name(table, i), canvas->chinese,
            row_labels[rows], sizeof row_labels[0]);
        for (size_t j = 0; j < loy_table_columns(table); j++)
            if (column_in_use(table, j))
                cells[rows * columns + column++] = bar_of(canvas, i, j,
                    loy_table_column_dimension(table), loy_table_column_name(table, j));
        rows++;
    }
    const struct chart_heat heat = {
        .title = report_dimension(loy_table_row_dimension(table), canvas->chinese),
        .rows = rows,
        .columns = columns,
        .row_labels = row_labels,
        .column_labels = column_labels,
        .fills = loy_table_column_dimension(table) == LOY_DIMENSION_COLOUR ? fills : NULL,
        .cells = cells,
        .not_shown = word(canvas, WORD_NOT_SHOWN),
        .none_sold = word(canvas, WORD_NONE_SOLD)};
    if (rows && columns) chart_heat(canvas->page, &heat);
    free(cells);
}

static void put_caption(const struct canvas *canvas, enum layout layout)
{
    struct loy_table_test test;
    enum loy_basis basis = loy_table_basis(canvas->table);
    enum report_word how = layout == LAYOUT_HEAT          ? WORD_HEAT_WEEK
                           : layout == LAYOUT_LAST_COLUMN ? WORD_EXPECT_RETURN
                           : layout == LAYOUT_ONE && basis == LOY_BASIS_OFFER
                               ? WORD_EXPECT_OFFER_ONE
                           : layout == LAYOUT_ONE     ? WORD_EXPECT_NONE
                           : basis == LOY_BASIS_OFFER ? WORD_EXPECT_OFFER
                                                      : WORD_EXPECT_BUYERS;
    page_put(canvas->page, "<p class=\"how\">");
    loy_table_test_get(canvas->table, &test);
    if (test.p_value >= 0) {
        page_print(canvas->page, "<span class=\"%s\">", test.speaks ? "pill speaks" : "pill");
        page_text(canvas->page, word(canvas, test.speaks ? WORD_SPEAKS : WORD_SILENT));
        page_put(canvas->page, "</span> ");
    }
    page_text(canvas->page, word(canvas, how));
    page_put(canvas->page, "</p>\n");
}

static void put_hidden(const struct canvas *canvas)
{
    const struct loy_table *table = canvas->table;
    size_t rows = 0, cells = 0, c = loy_table_columns(table);
    for (size_t i = 0; i < loy_table_rows(table); i++) {
        bool hidden = !shown(loy_table_row_total(table, i));
        rows += hidden && loy_table_row_total(table, i)->state != LOY_CELL_EMPTY;
        for (size_t j = 0; !hidden && j < c; j++)
            cells += loy_table_cell(table, i, j)->state == LOY_CELL_TOO_FEW ||
                     loy_table_cell(table, i, j)->state == LOY_CELL_COMPLEMENTARY;
    }
    char text[128], number[24];
    if (!rows && !cells) return;
    page_put(canvas->page, "<p class=\"how\">");
    if (rows) {
        snprintf(number, sizeof number, "%zu", rows);
        page_text(canvas->page,
            report_fill(text, sizeof text, word(canvas, WORD_HIDDEN_ROWS), number, NULL, NULL));
        page_put(canvas->page, ". ");
    }
    if (cells) {
        snprintf(number, sizeof number, "%zu", cells);
        page_text(canvas->page,
            report_fill(text, sizeof text, word(canvas, WORD_HIDDEN_CELLS), number, NULL, NULL));
        page_put(canvas->page, ".");
    }
    page_put(canvas->page, "</p>\n");
}

static void put_number_cells(const struct canvas *canvas, const struct loy_cell *cell)
{
    struct page *page = canvas->page;
    if (!shown(cell)) {
        page_put(page, "<td colspan=\"6\" class=\"faint\">");
        page_text(
            page, word(canvas, cell->state == LOY_CELL_EMPTY ? WORD_NONE_SOLD : WORD_NOT_SHOWN));
        page_put(page, "</td>");
        return;
    }
    char members[REPORT_NUMBER_SIZE], units[REPORT_NUMBER_SIZE], spend[REPORT_NUMBER_SIZE];
    int64_t unit_minor = 1;
    for (unsigned i = 0; i < canvas->view->minor_digits; i++)
        unit_minor *= 10;
    page_print(page, "<td>%s</td><td>%s</td><td>%s</td>",
        cell->members > 0 ? report_number(cell->members, members) : "",
        report_number(cell->units, units), report_number(cell->spend_minor / unit_minor, spend));
    if (cell->share_high > 0)
        page_print(page, "<td>%.0f %%</td><td>%.0f–%.0f %%</td>", cell->share * 100,
            cell->share_low * 100, cell->share_high * 100);
    else
        page_put(page, "<td></td><td></td>");
    if (cell->expected_share >= 0)
        page_print(page, "<td>%.0f %%</td>", cell->expected_share * 100);
    else
        page_put(page, "<td></td>");
}

static void put_numbers(const struct canvas *canvas)
{
    static const enum report_word heads[] = {
        WORD_MEMBERS, WORD_UNITS, WORD_SPEND, WORD_SHARE, WORD_INTERVAL, WORD_EXPECTED};
    const struct loy_table *table = canvas->table;
    struct page *page = canvas->page;
    char text[128];
    bool one_way = loy_table_column_dimension(table) == LOY_DIMENSION_NONE;
    page_put(page, "<details><summary>");
    page_text(page, word(canvas, WORD_NUMBERS));
    page_put(page, "</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">");
    page_text(page, report_dimension(loy_table_row_dimension(table), canvas->chinese));
    page_put(page, "</th>");
    if (!one_way) {
        page_put(page, "<th scope=\"col\">");
        page_text(page, report_dimension(loy_table_column_dimension(table), canvas->chinese));
        page_put(page, "</th>");
    }
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        page_put(page, "<th scope=\"col\">");
        page_text(page, word(canvas, heads[i]));
        page_put(page, "</th>");
    }
    page_put(page, "</tr></thead><tbody>\n");
    size_t c = loy_table_columns(table);
    for (size_t i = 0; i < loy_table_rows(table) * c; i++) {
        page_put(page, "<tr><th scope=\"row\">");
        page_text(page, report_level(loy_table_row_dimension(table),
                            loy_table_row_name(table, i / c), canvas->chinese, text, sizeof text));
        page_put(page, "</th>");
        if (!one_way) {
            page_put(page, "<td class=\"name\">");
            page_text(
                page, report_level(loy_table_column_dimension(table),
                          loy_table_column_name(table, i % c), canvas->chinese, text, sizeof text));
            page_put(page, "</td>");
        }
        put_number_cells(canvas, loy_table_cell(table, i / c, i % c));
        page_put(page, "</tr>\n");
    }
    page_put(page, "</tbody></table></div></details>\n");
}

static void put_panels(const struct canvas *canvas, enum layout layout)
{
    const struct loy_table *table = canvas->table;
    size_t count = layout == LAYOUT_BY_ROW ? loy_table_rows(table) : loy_table_columns(table),
           put = 0;
    page_put(canvas->page, "<div class=\"panels\">\n");
    for (size_t i = 0; i < count && put < PANELS_MAX; i++) {
        if (layout == LAYOUT_LAST_COLUMN && i + 1 < count) continue;
        bool there = layout == LAYOUT_BY_ROW ? shown(loy_table_row_total(table, i))
                                             : column_in_use(table, i);
        if (!there) continue;
        put++;
        if (layout == LAYOUT_BY_ROW)
            put_row_panel(canvas, i);
        else
            put_column_panel(canvas, i);
    }
    page_put(canvas->page, "</div>\n");
}

/* A dimension of which everything is one level, or nothing may be shown, makes no picture. */
static size_t live_rows(const struct loy_table *table)
{
    size_t rows = 0;
    for (size_t i = 0; i < loy_table_rows(table); i++)
        rows += shown(loy_table_row_total(table, i));
    return rows;
}

static size_t live_columns(const struct loy_table *table)
{
    size_t columns = 0;
    for (size_t j = 0; j < loy_table_columns(table); j++)
        columns += shown(loy_table_column_total(table, j));
    return columns;
}

static void put_figure(
    const struct market_view *view, const struct figure *figure, struct page *page)
{
    struct canvas canvas = {.view = view, .page = page, .chinese = view->options->chinese};
    canvas.table = market_view_table(view, figure->rows, figure->columns);
    if (!canvas.table || live_rows(canvas.table) < 2 || live_columns(canvas.table) < 2) return;
    find_most(&canvas, figure->layout == LAYOUT_LAST_COLUMN);
    page_put(page, "<section><h2>");
    page_text(page, word(&canvas, figure->title));
    page_put(page, "</h2>\n");
    put_caption(&canvas, figure->layout);
    if (figure->layout == LAYOUT_HEAT)
        put_heat(&canvas);
    else
        put_panels(&canvas, figure->layout);
    put_hidden(&canvas);
    put_numbers(&canvas);
    page_put(page, "</section>\n");
}

static void put_overall(const struct market_view *view, struct page *page)
{
    struct canvas canvas = {.view = view, .page = page, .chinese = view->options->chinese};
    page_put(page, "<section><h2>");
    page_text(page, word(&canvas, WORD_FIG_ONE));
    page_put(page, "</h2>\n");
    for (int basis = 0; basis < 2; basis++) {
        bool begun = false;
        for (size_t i = 0; i < sizeof overall / sizeof overall[0]; i++) {
            canvas.table = market_view_table(view, overall[i], LOY_DIMENSION_NONE);
            if (!canvas.table || live_rows(canvas.table) < 2) continue;
            if ((loy_table_basis(canvas.table) == LOY_BASIS_OFFER) != (basis == 0)) continue;
            if (!begun) {
                page_put(page, "<p class=\"how\">");
                page_text(
                    page, word(&canvas, basis == 0 ? WORD_EXPECT_OFFER_ONE : WORD_EXPECT_NONE));
                page_put(page, "</p><div class=\"panels\">\n");
            }
            begun = true;
            find_most(&canvas, false);
            put_one(&canvas, report_dimension(overall[i], canvas.chinese));
        }
        if (begun) page_put(page, "</div>\n");
    }
    page_put(page, "</section>\n");
}

void market_figures(const struct market_view *view, struct page *page)
{
    put_overall(view, page);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        put_figure(view, &figures[i], page);
}
