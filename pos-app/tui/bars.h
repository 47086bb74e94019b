/* SPDX-License-Identifier: MIT
 *
 * bars.h - pictures of numbers in character cells: bars lying and standing, in blocks or in ASCII.
 */
#ifndef BARS_H
#define BARS_H

#include "term.h"

/* A bar of at most `width` columns for value of most; not a trace of what is none. */
void bars_lying(int row, int column, int width, double value, double most, enum tui_style style);
/* Bars beside each other on `rows` rows, the topmost being `row`; each `width` columns and a blank.
 * Negative values count as none. */
void bars_standing(int row, int column, int rows, int width, const double values[], size_t count,
    enum tui_style style);

#endif
