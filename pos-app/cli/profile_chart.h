/* SPDX-License-Identifier: MIT
 *
 * profile_chart.h - small pictures of numbers, one line of characters each. Pure: numbers in, text
 * out. Must not know: what the numbers are of, the store, the terminal.
 */
#ifndef PROFILE_CHART_H
#define PROFILE_CHART_H

#include <stdbool.h>
#include <stddef.h>

#define CHART_BYTES 1024u /* enough for a line of any of these */

/* A value with its interval on a scale from 0 to most, beside what it is compared with: exactly
 * `width` columns. NAN for what is not known; without a value there is only the scale. */
struct chart_interval {
    double low, value, high, other, most;
};
void chart_interval(
    bool ascii, const struct chart_interval *interval, int width, char text[CHART_BYTES]);
/* A bar of `width` columns at most for `most`; something is never nothing. */
void chart_bar(bool ascii, double value, double most, int width, char text[CHART_BYTES]);
/* A shade for each of count values, darkest at most, each so many columns wide. What is below a
 * sixteenth of it is left blank. */
void chart_shades(bool ascii, const double *values, size_t count, double most, int columns,
    char text[CHART_BYTES]);
/* The end of a scale that holds this value: 1, 2 or 5 times a power of ten. */
double chart_end(double value);

#endif
