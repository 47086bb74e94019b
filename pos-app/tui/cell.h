/* SPDX-License-Identifier: MIT
 *
 * cell.h - how wide text is on a terminal, and text made to fit a cell. In: UTF-8 from anywhere
 * (barcodes, cards, the store, people); out: UTF-8 that is safe to draw and exactly so wide. Needs
 * a UTF-8 LC_CTYPE. Must not know: curses, colours, screens.
 */
#ifndef CELL_H
#define CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

enum cell_align { CELL_LEFT, CELL_RIGHT, CELL_CENTRE };

/* How the terminal draws. */
struct cell_rules {
    bool ascii;          /* decoration in ASCII: the ellipsis is "~" */
    bool wide_ambiguous; /* draws what Unicode calls ambiguous two columns wide: such characters are
                            replaced by ones whose width is certain */
};

/* Enough for a terminal's longest line of characters with marks. */
#define CELL_BYTES 2048u

/* The text as it may be drawn: blanks for line ends and tabs; without control and bidi characters
 * and joiners; '?' for what is not UTF-8 or cannot be printed. Cut at a character where it does not
 * fit size. Gives the columns it takes. */
int cell_clean(const struct cell_rules *rules, const char *text, char *out, size_t size);
int cell_width(const struct cell_rules *rules, const char *text);

/* Exactly `width` columns: padded with blanks, or cut at a character with an ellipsis. */
void cell_fit(const struct cell_rules *rules, const char *text, int width, enum cell_align align,
    char *out, size_t size);

/* Whether a character may be typed and drawn at all. */
bool cell_may(wchar_t c);

/* The first line of the text that is at most `width` columns wide, cut at a blank or between
 * Chinese characters; *text is moved behind it. False: the text is at its end. */
bool cell_wrap(
    const struct cell_rules *rules, const char **text, int width, char *out, size_t size);

#endif
