/* SPDX-License-Identifier: MIT
 *
 * bars.c - pictures of numbers in character cells. In: numbers; out: cells. Must not know: curses,
 * what the numbers are.
 */
#include "bars.h"

void bars_lying(int row, int column, int width, double value, double most, enum tui_style style)
{
    if (!(value > 0) || !(most > 0)) return;
    double share = value < most ? value / most : 1;
    int parts = (int)(share * width * 8 + 0.5);
    /* Something is not nothing; in ASCII half a column is the least that is drawn. */
    bool plain = term_rules()->ascii || term_rules()->wide_ambiguous;
    int least = plain ? 4 : 1;
    term_bar(row, column, parts > least ? parts : least, style);
}

static const char *piece(int eighths)
{
    static const char *const pieces[] = {"", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    bool plain = term_rules()->ascii || term_rules()->wide_ambiguous;
    if (eighths <= 0) return " ";
    if (plain) return eighths >= 4 ? "#" : eighths >= 1 ? "_" : " ";
    return pieces[eighths < 8 ? eighths : 8];
}

void bars_standing(int row, int column, int rows, int width, const double values[], size_t count,
    enum tui_style style)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] > most) most = values[i];
    if (!(most > 0)) return;
    for (size_t i = 0; i < count; i++) {
        int parts = values[i] > 0 ? (int)(values[i] / most * rows * 8 + 0.5) : 0;
        if (values[i] > 0 && parts == 0) parts = 1;
        for (int r = 0; r < rows; r++) {
            int left = parts - (rows - 1 - r) * 8;
            for (int c = 0; left > 0 && c < width; c++)
                term_text(row + r, column + (int)i * (width + 1) + c, style, piece(left));
        }
    }
}
