/* SPDX-License-Identifier: MIT
 *
 * table.c - rows of cells, one of them chosen.
 * In: columns and cells; out: what is drawn. Must not know: curses, what the rows are.
 */
#include "table.h"

static struct table *table_of(const struct view *view)
{
    return view->state;
}

void table_recount(struct table *table, size_t count)
{
    table->count = count;
    if (table->chosen >= count) table->chosen = count ? count - 1 : 0;
}

static int width_of(const struct table *table, size_t column, int columns)
{
    if (table->columns[column].width) return table->columns[column].width;
    int left = columns;
    for (size_t i = 0; i < table->column_count; i++)
        left -= table->columns[i].width + 2;
    return left > 4 ? left : 4;
}

static void draw_row(const struct tui *tui, const struct view *view, const struct tui_box *box,
    int at, size_t row, bool chosen)
{
    const struct table *table = table_of(view);
    int column = box->column + 3;
    term_text(at, box->column + 1, TUI_KEY, chosen ? term_glyph(GLYPH_CHOSEN) : " ");
    for (size_t i = 0; i < table->column_count; i++) {
        char text[512] = "";
        enum tui_style style = TUI_PLAIN;
        int width = width_of(table, i, box->columns - 3);
        table->cell(tui, view, row, i, text, sizeof text, &style);
        if (chosen && style == TUI_PLAIN) style = TUI_STRONG;
        term_cell(at, column, width, table->columns[i].align, style, text);
        column += width + 2;
    }
}

void table_draw(const struct tui *tui, const struct view *view, const struct tui_box *box)
{
    const struct table *table = table_of(view);
    size_t rows = box->rows > 1 ? (size_t)box->rows - 1 : 1;
    size_t first = table->chosen / rows * rows;
    int column = box->column + 3, at = box->row + 1;
    for (size_t i = 0; i < table->column_count; i++) {
        int width = width_of(table, i, box->columns - 3);
        term_cell(box->row, column, width, table->columns[i].align, TUI_DIM,
            *table->columns[i].words ? _(table->columns[i].words) : "");
        column += width + 2;
    }
    for (size_t i = first; i < table->count && i < first + rows; i++)
        draw_row(tui, view, box, at++, i, i == table->chosen);
}

bool table_may_move(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return table_of(view)->count > 1;
}

static void move_by(struct view *view, long rows)
{
    struct table *table = table_of(view);
    long to = (long)table->chosen + rows;
    if (to < 0) to = 0;
    if (to >= (long)table->count) to = (long)table->count - 1;
    table->chosen = to < 0 ? 0 : (size_t)to;
}

static long page_of(const struct view *view)
{
    int rows, columns;
    term_size(&rows, &columns);
    (void)columns;
    return table_of(view)->page ? table_of(view)->page : rows - 9;
}

void table_up(struct tui *tui, struct view *view)
{
    (void)tui;
    move_by(view, -1);
}

void table_down(struct tui *tui, struct view *view)
{
    (void)tui;
    move_by(view, 1);
}

void table_page_up(struct tui *tui, struct view *view)
{
    (void)tui;
    move_by(view, -page_of(view));
}

void table_page_down(struct tui *tui, struct view *view)
{
    (void)tui;
    move_by(view, page_of(view));
}
