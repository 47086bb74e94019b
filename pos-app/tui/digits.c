/* SPDX-License-Identifier: MIT
 *
 * digits.c - an amount in the biggest type.
 * In: "-12.40"; out: three rows. Must not know: what the amount is.
 */
#include "digits.h"

#include <string.h>

/* Three rows of half blocks are five rows of points, three wide (the point one wide): a bit each,
 * the left one highest. Strokes are those of seven segments. */
struct big {
    char c;
    uint8_t width;
    uint8_t points[6];
    const char *strokes[DIGITS_ROWS];
};

static const struct big bigs[] = {
    {'0', 3, {7, 5, 5, 5, 7, 0}, {" _ ", "| |", "|_|"}},
    {'1', 3, {2, 6, 2, 2, 7, 0}, {"   ", "  |", "  |"}},
    {'2', 3, {7, 1, 7, 4, 7, 0}, {" _ ", " _|", "|_ "}},
    {'3', 3, {7, 1, 7, 1, 7, 0}, {" _ ", " _|", " _|"}},
    {'4', 3, {5, 5, 7, 1, 1, 0}, {"   ", "|_|", "  |"}},
    {'5', 3, {7, 4, 7, 1, 7, 0}, {" _ ", "|_ ", " _|"}},
    {'6', 3, {7, 4, 7, 5, 7, 0}, {" _ ", "|_ ", "|_|"}},
    {'7', 3, {7, 1, 1, 1, 1, 0}, {" _ ", "  |", "  |"}},
    {'8', 3, {7, 5, 7, 5, 7, 0}, {" _ ", "|_|", "|_|"}},
    {'9', 3, {7, 5, 7, 1, 7, 0}, {" _ ", "|_|", " _|"}},
    {'.', 1, {0, 0, 0, 0, 1, 0}, {" ", " ", "."}},
    {'-', 3, {0, 0, 7, 0, 0, 0}, {"   ", " _ ", "   "}},
};

static const struct big *big_find(char c)
{
    for (size_t i = 0; i < sizeof bigs / sizeof bigs[0]; i++)
        if (bigs[i].c == c) return &bigs[i];
    return NULL;
}

int digits_width(const char *text)
{
    int width = 0;
    for (; *text; text++) {
        const struct big *big = big_find(*text);
        if (big) width += big->width + 1;
    }
    return width ? width - 1 : 0;
}

static void add(char *out, size_t size, const char *text)
{
    size_t used = strlen(out), n = strlen(text);
    if (used + n < size) memcpy(out + used, text, n + 1);
}

void digits_row(const char *text, int row, bool ascii, char *out, size_t size)
{
    static const char *const halves[] = {" ", "▄", "▀", "█"};
    out[0] = '\0';
    for (; *text; text++) {
        const struct big *big = big_find(*text);
        if (!big) continue;
        if (*out) add(out, size, " ");
        if (ascii) add(out, size, big->strokes[row]);
        for (int bit = big->width - 1; !ascii && bit >= 0; bit--) {
            unsigned top = big->points[row * 2] >> bit & 1u;
            unsigned bottom = big->points[row * 2 + 1] >> bit & 1u;
            add(out, size, halves[top * 2 + bottom]);
        }
    }
}

void digits_draw(int row, int column, enum tui_style style, const char *text)
{
    char line[512];
    const struct cell_rules *rules = term_rules();
    for (int i = 0; i < DIGITS_ROWS; i++) {
        digits_row(text, i, rules->ascii || rules->wide_ambiguous, line, sizeof line);
        term_text(row + i, column, style, line);
    }
}
