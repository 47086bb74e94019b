/* SPDX-License-Identifier: MIT
 *
 * guard_numbers.h - numbers that the guard must judge, made at run time: no card's number stands in
 * a file. In: prefix, length, which check digit; out: digits. Must not know: the guard.
 */
#ifndef TESTS_GUARD_NUMBERS_H
#define TESTS_GUARD_NUMBERS_H

#include <loyalty/event.h>

#include <stdio.h>
#include <stdlib.h>

#include "driver.h"

static inline unsigned random_below(unsigned n)
{
    static uint64_t seed = 88172645463325252u;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

/* n digits from prefix, of which a check holds (how 'l' Luhn, 'g' GS1) or Luhn fails ('!'). */
static inline void make_number(char *digits, const char *prefix, size_t n, char how)
{
    size_t known = strlen(prefix);
    if (known >= n || n >= 40) abort();
    memcpy(digits, prefix, known);
    for (size_t i = known; i < n; i++)
        digits[i] = (char)('0' + random_below(10));
    digits[n] = '\0';
    for (char c = '0'; c <= '9'; c++) {
        digits[n - 1] = c;
        if (how == 'g' ? loy_digits_gs1(digits, n) : loy_digits_luhn(digits, n) == (how == 'l'))
            return;
    }
    abort();
}

/* A number of n digits of the row; the prefix is its first, its last or one between. */
static inline void make_card(char *digits, const struct loy_issuer *row, size_t n, char how)
{
    char prefix[8];
    unsigned span = (unsigned)(row->last - row->first), choice = random_below(4);
    snprintf(prefix, sizeof prefix, "%u",
        row->first + (choice == 0      ? 0
                         : choice == 1 ? span
                                       : random_below(span + 1)));
    make_number(digits, prefix, n, how);
}

/* An event of one symbol, or of one track. */
static inline void set_symbol(struct loy_event *event, const char *aim, const void *text, size_t n)
{
    event_begin(event, "test");
    event_add_symbol(event, loy_aim_symbology(aim, text, n), aim, text, n);
}

static inline void set_track(struct loy_event *event, unsigned track, const void *text, size_t n)
{
    event_begin(event, "test");
    event_add_track(event, track, LOY_PART_GOOD, text, n);
}

#endif
