/* SPDX-License-Identifier: MIT
 *
 * choices.c - rows of words, each with its digit.
 * In: rows; out: which one. Must not know: curses, what they are for.
 */
#include "choices.h"

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct choices *choices = view->state;
    const char *const *words = (const void *)((const char *)choices->rows + row * choices->stride);
    (void)tui;
    if (column == 0) *style = TUI_KEY;
    if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else
        snprintf(text, size, "%s", _(*words));
}

void choices_open(struct view *view, const void *rows, size_t stride, size_t count)
{
    static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};
    struct choices *choices = view->state;
    choices->table =
        (struct table){.columns = columns, .column_count = 2, .count = count, .cell = cell};
    choices->rows = rows;
    choices->stride = stride;
}

bool choices_digit(const struct tui *tui, const struct view *view, size_t *row)
{
    *row = (size_t)(tui->key - '1');
    return *row < ((const struct choices *)view->state)->table.count;
}

size_t choices_chosen(const struct view *view)
{
    return ((const struct choices *)view->state)->table.chosen;
}

const char *choices_prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Digit");
}
