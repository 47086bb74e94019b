/* SPDX-License-Identifier: MIT
 *
 * choices.h - rows of words, each with its digit: one key takes one of them. In: the rows; out: the
 * number of the row that a digit or the arrows chose.
 *
 * A view with choices has `struct choices` as the first member of its state, TABLE_KEYS and a row
 * for TUI_DIGIT in its table of keys, and choices_digit_prompt or a prompt of its own.
 */
#ifndef CHOICES_H
#define CHOICES_H

#include "table.h"

struct choices {
    struct table table;
    const void *rows; /* structs whose first member is the words, a const char * */
    size_t stride;
};

#define CHOICES_OPEN(view, rows)                                                                   \
    choices_open(view, rows, sizeof rows[0], sizeof rows / sizeof rows[0])
void choices_open(struct view *view, const void *rows, size_t stride, size_t count);
/* The row of the digit that was pressed; false: there is none. */
bool choices_digit(const struct tui *tui, const struct view *view, size_t *row);
size_t choices_chosen(const struct view *view);
const char *choices_prompt(const struct tui *tui, const struct view *view);

#endif
