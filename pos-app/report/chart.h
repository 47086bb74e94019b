/* SPDX-License-Identifier: MIT
 *
 * chart.h - the two kinds of pictures of a report as inline SVG: bars with interval and
 * expectation, and heat maps. Labels stand beside what they name; every picture has words for those
 * who do not see it.
 */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "page.h"

#include <loyalty/market.h>

struct chart_bar {
    char label[96];
    const char *fill;                  /* "#c8322b", "url(#multi)"; NULL: the page's own */
    uint8_t state;                     /* enum loy_cell_state */
    double share, low, high, expected; /* expected < 0: none */
    bool striking;
};

struct chart_panel {
    const char *title, *note; /* note: sample size */
    const struct chart_bar *bars;
    size_t count;
    double most; /* share at the right end, the same for all panels of a figure */
    const char *not_shown, *none_sold;
};

/* Patterns that the pictures refer to; once per page, before them. */
void chart_begin(struct page *page);
void chart_bars(struct page *page, const struct chart_panel *panel);

struct chart_heat {
    const char *title;
    size_t rows, columns;
    char (*row_labels)[96], (*column_labels)[96];
    const char **fills;            /* per column, or NULL */
    const struct chart_bar *cells; /* rows x columns */
    const char *not_shown, *none_sold;
};
void chart_heat(struct page *page, const struct chart_heat *heat);

/* The colour of a colour family; NULL: not a family. */
const char *chart_colour(const char *family);

#endif
