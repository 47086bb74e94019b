/* SPDX-License-Identifier: MIT
 *
 * digits.h - an amount in the biggest type: three rows of half blocks, or in ASCII of strokes.
 */
#ifndef DIGITS_H
#define DIGITS_H

#include "term.h"

#define DIGITS_ROWS 3

/* Columns that the text takes; what is no digit, point or minus is left out. */
int digits_width(const char *text);
void digits_draw(int row, int column, enum tui_style style, const char *text);
/* One of its rows, for tests: out holds 4 bytes for each column. */
void digits_row(const char *text, int row, bool ascii, char *out, size_t size);

#endif
