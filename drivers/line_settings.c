/* SPDX-License-Identifier: MIT
 *
 * line_settings.c - the options that every driver of a serial line has: baud, bits, parity, stop,
 * flow. In: options; out: struct loy_line_settings, or what is wrong with them.
 * Must not know: any preset, any device, any port.
 */
#include "line_settings.h"

#define BAUD_LEAST 300
#define BAUD_MOST 4000000
#define NUMBER_DIGITS_MAX 7u

int line_choice(
    const struct loy_identity *who, const char *key, const char *const *names, int standard)
{
    const char *value = identity_option(who, key);
    if (value == NULL) return standard;
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(value, names[i]) == 0) return i;
    return -1;
}

long line_number(const struct loy_identity *who, const char *key, long most, long standard)
{
    const char *value = identity_option(who, key);
    if (value == NULL) return standard;
    size_t n = strlen(value);
    long number = 0;
    if (n > NUMBER_DIGITS_MAX || !loy_digits_only(value, n)) return -1;
    for (size_t i = 0; i < n; i++)
        number = number * 10 + (value[i] - '0');
    return number <= most ? number : -1;
}

bool line_string(const struct loy_identity *who, const char *key, char *text, size_t size)
{
    const char *value = identity_option(who, key);
    if (value == NULL) return true;
    if (strlen(value) >= size) return false;
    memcpy(text, value, strlen(value) + 1);
    return true;
}

const char *line_settings_read(const struct loy_identity *who, struct loy_line_settings *line)
{
    static const char *const all_bits[] = {"7", "8", NULL}, *const all_stops[] = {"1", "2", NULL};
    static const char *const parities[] = {"none", "even", "odd", NULL};
    static const char *const flows[] = {"none", "rts", NULL};
    long baud = line_number(who, "baud", BAUD_MOST, (long)line->baud);
    int bits = line_choice(who, "bits", all_bits, line->bits - 7);
    int parity = line_choice(who, "parity", parities,
        line->parity == 'E'   ? 1
        : line->parity == 'O' ? 2
                              : 0);
    int stop = line_choice(who, "stop", all_stops, line->stop - 1);
    int flow = line_choice(who, "flow", flows, line->rts_cts);
    if (baud < BAUD_LEAST) return "baud= wants a number from 300 to 4000000";
    if (bits < 0) return "bits= wants 7 or 8";
    if (parity < 0) return "parity= wants none, even or odd";
    if (stop < 0) return "stop= wants 1 or 2";
    if (flow < 0) return "flow= wants none or rts";
    line->baud = (uint32_t)baud;
    line->bits = (uint8_t)(7 + bits);
    line->parity = "NEO"[parity];
    line->stop = (uint8_t)(1 + stop);
    line->rts_cts = flow == 1;
    return NULL;
}
