/* SPDX-License-Identifier: MIT
 *
 * profile_chart.c - small pictures of numbers, one line of characters each, in block characters or
 * in ASCII. In: numbers; out: text. Must not know: what they are of.
 */
#include "profile_chart.h"

#include <math.h>
#include <string.h>

enum mark { MARK_SCALE, MARK_INTERVAL, MARK_OTHER, MARK_VALUE };
static const char *const marks[][2] = {
    [MARK_SCALE] = {"·", "."},
    [MARK_INTERVAL] = {"━", "="},
    [MARK_OTHER] = {"┃", "|"},
    [MARK_VALUE] = {"●", "O"},
};

static void text_add(char text[CHART_BYTES], const char *piece)
{
    if (strlen(text) + strlen(piece) < CHART_BYTES) strcat(text, piece);
}

/* The column of a value, or -1. */
static int column_of(double value, double most, int width)
{
    if (!isfinite(value) || !(most > 0) || value < 0) return -1;
    if (value > most) value = most;
    int column = (int)(value / most * width);
    return column < width ? column : width - 1;
}

void chart_interval(
    bool ascii, const struct chart_interval *interval, int width, char text[CHART_BYTES])
{
    int low = column_of(interval->low, interval->most, width);
    int high = column_of(interval->high, interval->most, width);
    int value = column_of(interval->value, interval->most, width);
    int other = column_of(interval->other, interval->most, width);
    text[0] = '\0';
    for (int i = 0; i < width; i++) {
        enum mark mark = MARK_SCALE;
        if (low >= 0 && i >= low && i <= high) mark = MARK_INTERVAL;
        if (i == other) mark = MARK_OTHER;
        if (i == value) mark = MARK_VALUE;
        text_add(text, marks[mark][ascii]);
    }
}

void chart_bar(bool ascii, double value, double most, int width, char text[CHART_BYTES])
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    text[0] = '\0';
    if (!(value > 0) || !(most > 0)) return;
    int parts = (int)((value < most ? value / most : 1) * width * 8 + 0.5);
    int least = ascii ? 4 : 1;
    if (parts < least) parts = least;
    int whole = ascii ? (parts + 4) / 8 : parts / 8;
    for (int i = 0; i < whole; i++)
        text_add(text, ascii ? "#" : "█");
    if (!ascii) text_add(text, eighths[parts % 8]);
}

void chart_shades(bool ascii, const double *values, size_t count, double most, int columns,
    char text[CHART_BYTES])
{
    static const char *const shades[][2] = {
        {" ", " "}, {"░", "."}, {"▒", ":"}, {"▓", "+"}, {"█", "#"}};
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        double share = most > 0 && values[i] > 0 ? values[i] / most : 0;
        int shade = share < 1. / 16 ? 0 : share < .25 ? 1 : share < .5 ? 2 : share < .75 ? 3 : 4;
        for (int c = 0; c < columns; c++)
            text_add(text, shades[shade][ascii]);
    }
}

double chart_end(double value)
{
    if (!(value > 0) || !isfinite(value)) return 1;
    double power = pow(10, floor(log10(value)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (value <= steps[i] * power * (1 + 1e-12)) return steps[i] * power;
    return 10 * power;
}
