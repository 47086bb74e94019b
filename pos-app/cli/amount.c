/* SPDX-License-Identifier: MIT
 *
 * amount.c - decimal amounts between text and minor units. Nothing is ever rounded.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

enum loy_status cli_amount_parse(const char *text, unsigned minor_digits, int64_t *minor)
{
    bool negative = *text == '-';
    const char *at = text + (negative || *text == '+');
    int64_t value = 0;
    unsigned decimals = 0, digits = 0;
    bool point = false;
    for (; *at; at++) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9') return LOY_E_FORMAT;
        digits++;
        if (point && ++decimals > minor_digits) {
            /* Zeros behind the minor unit are the same amount; anything else would be rounded. */
            if (*at != '0') return LOY_E_LIMIT;
            continue;
        }
        if (value > (INT64_MAX / 100 - 9) / 10) return LOY_E_LIMIT;
        value = value * 10 + (*at - '0');
    }
    if (!digits) return LOY_E_FORMAT;
    for (unsigned i = decimals; i < minor_digits; i++) {
        if (value > INT64_MAX / 1000) return LOY_E_LIMIT;
        value *= 10;
    }
    *minor = negative ? -value : value;
    return LOY_OK;
}

void cli_amount_text(int64_t minor, unsigned minor_digits, char text[32])
{
    uint64_t size = minor < 0 ? (uint64_t)0 - (uint64_t)minor : (uint64_t)minor;
    uint64_t unit = 1;
    for (unsigned i = 0; i < minor_digits; i++)
        unit *= 10;
    int n = snprintf(text, 32, "%s%" PRIu64, minor < 0 ? "-" : "", size / unit);
    if (minor_digits)
        snprintf(text + n, 32 - (size_t)n, ".%0*" PRIu64, (int)minor_digits, size % unit);
}
