/* SPDX-License-Identifier: MIT
 *
 * table.h - rows of cells, one of them chosen. In: columns and a function that gives a cell's text;
 * out: what is drawn. A page of rows at a time, so that nothing moves but the choice.
 *
 * A view with a table has `struct table` as the first member of its state and TABLE_KEYS in its
 * table of keys.
 */
#ifndef TABLE_H
#define TABLE_H

#include "tui.h"

struct table_column {
    const char *words; /* N_("Sum") */
    int width;         /* columns; 0: what is left, for one of them */
    enum cell_align align;
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    size_t count, chosen;
    int page; /* rows of a page, for PgUp and PgDn; set by who lays out the view */
    /* The text of a cell; *style is TUI_PLAIN and may be changed. */
    void (*cell)(const struct tui *tui, const struct view *view, size_t row, size_t column,
        char *text, size_t size, enum tui_style *style);
};

/* So many rows from now on; the choice stays where it is, or goes to the last one. */
void table_recount(struct table *table, size_t count);
/* Heading and as many rows as fit. */
void table_draw(const struct tui *tui, const struct view *view, const struct tui_box *box);

bool table_may_move(const struct tui *tui, const struct view *view);
void table_up(struct tui *tui, struct view *view);
void table_down(struct tui *tui, struct view *view);
void table_page_up(struct tui *tui, struct view *view);
void table_page_down(struct tui *tui, struct view *view);

// clang-format off
#define TABLE_KEYS                                                                                 \
    {TUI_UP, NULL, N_("row above"), table_may_move, table_up, 9},                                  \
    {TUI_DOWN, NULL, N_("row below"), table_may_move, table_down, 9},                              \
    {TUI_PAGE_UP, NULL, N_("a page up"), table_may_move, table_page_up, 9},                        \
    {TUI_PAGE_DOWN, NULL, N_("a page down"), table_may_move, table_page_down, 9}
// clang-format on

#endif
