/* SPDX-License-Identifier: MIT
 *
 * codings.h - every form in which a card number may lie in memory or in a file, to send it and to
 * search for it. In: digits; out: bytes, or where they were found. Must not know: the program.
 */
#ifndef TESTS_TRACES_CODINGS_H
#define TESTS_TRACES_CODINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Digits in a row that count as a trace: fewer would be found by chance in tens of megabytes. */
#define TRACE_DIGITS 10u
#define CODINGS_BYTES_MAX 512u

/* Packs the characters of a track as the stripe has them: bits data bits, low bit first, and odd
 * parity; bytes filled from the low or the high end. shift zeros come first. Gives the bytes. */
size_t coding_stripe(
    const char *text, unsigned bits, bool lsb_first, unsigned shift, uint8_t *bytes);

/* The USB keyboard usage of a character of US layout; *shift: with Shift. 0: none. */
uint8_t coding_usage(char c, bool *shift);

/* The name of a coding in which some TRACE_DIGITS digits in a row of pan stand in these bytes, or
 * NULL. */
const char *coding_find(const char *pan, const uint8_t *bytes, size_t length);

/* For the control: the index-th coding's name, and pan written in it; NULL past the last. */
const char *coding_write(unsigned index, const char *pan, uint8_t *bytes, size_t *length);

#endif
