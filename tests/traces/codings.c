/* SPDX-License-Identifier: MIT
 *
 * codings.c - the forms of a card number: text, UTF-16, hexadecimal, BCD, stripe bits, key usages.
 */
#include "codings.h"

#include <string.h>

/* ---- Writing -------------------------------------------------------------------------------- */

size_t coding_stripe(
    const char *text, unsigned bits, bool lsb_first, unsigned shift, uint8_t *bytes)
{
    size_t at = shift;
    memset(bytes, 0, CODINGS_BYTES_MAX);
    for (; *text != '\0'; text++) {
        unsigned value = (unsigned)(unsigned char)*text - (bits == 4 ? 0x30u : 0x20u);
        unsigned parity = 1;
        for (unsigned i = 0; i <= bits; i++, at++) {
            unsigned bit = i < bits ? value >> i & 1u : parity;
            parity ^= bit;
            if (bit) bytes[at / 8] |= (uint8_t)(lsb_first ? 1u << at % 8 : 0x80u >> at % 8);
        }
    }
    return (at + 7) / 8;
}

uint8_t coding_usage(char c, bool *shift)
{
    static const char plain[] = "1234567890\n\x1b\b\t -=[]\\#;'`,./";
    static const char shifted[] = "!@#$%^&*()\n\x1b\b\t _+{}|~:\"~<>?";
    *shift = c >= 'A' && c <= 'Z';
    if (*shift) return (uint8_t)(0x04 + c - 'A');
    if (c >= 'a' && c <= 'z') return (uint8_t)(0x04 + c - 'a');
    const char *at = strchr(plain, c);
    if (at == NULL) {
        at = strchr(shifted, c);
        *shift = true;
        return at == NULL ? 0 : (uint8_t)(0x1E + (at - shifted));
    }
    return (uint8_t)(0x1E + (at - plain));
}

enum form { FORM_BYTES, FORM_STRIPE };

/* One coding of digits: bytes at a stride, or bits of a stripe. */
static const struct coding {
    const char *name;
    enum form form;
    unsigned stride; /* BYTES: from digit to digit; 0: two digits a byte */
    bool hex, usages;
    unsigned bits; /* STRIPE */
    bool lsb_first;
} codings[] = {
    {"text", FORM_BYTES, 1, false, false, 0, false},
    {"hexadecimal of text", FORM_BYTES, 2, true, false, 0, false},
    {"UTF-16", FORM_BYTES, 2, false, false, 0, false},
    {"UTF-32", FORM_BYTES, 4, false, false, 0, false},
    {"BCD", FORM_BYTES, 0, false, false, 0, false},
    {"usages", FORM_BYTES, 1, false, true, 0, false},
    {"usages in reports of 8 bytes", FORM_BYTES, 8, false, true, 0, false},
    {"usages in reports of 9 bytes", FORM_BYTES, 9, false, true, 0, false},
    {"usages in reports of 8 bytes, with releases", FORM_BYTES, 16, false, true, 0, false},
    {"usages in reports of 9 bytes, with releases", FORM_BYTES, 18, false, true, 0, false},
    {"five bits, high end first", FORM_STRIPE, 0, false, false, 4, false},
    {"five bits, low end first", FORM_STRIPE, 0, false, false, 4, true},
    {"seven bits, high end first", FORM_STRIPE, 0, false, false, 6, false},
    {"seven bits, low end first", FORM_STRIPE, 0, false, false, 6, true},
};

#define CODING_COUNT (sizeof codings / sizeof codings[0])

static uint8_t digit_byte(const struct coding *coding, char digit)
{
    bool shift;
    return coding->usages ? coding_usage(digit, &shift) : (uint8_t)digit;
}

static size_t write_bytes(const struct coding *coding, const char *digits, size_t n, uint8_t *bytes)
{
    memset(bytes, 0, CODINGS_BYTES_MAX);
    for (size_t i = 0; i < n; i++) {
        if (coding->stride == 0)
            bytes[i / 2] |= (uint8_t)((digits[i] - '0') << (i % 2 == 0 ? 4 : 0));
        else
            bytes[i * coding->stride] = digit_byte(coding, digits[i]);
        if (coding->hex) {
            bytes[2 * i] = '3';
            bytes[2 * i + 1] = (uint8_t)digits[i];
        }
    }
    return coding->stride == 0 ? n / 2 : n * coding->stride;
}

const char *coding_write(unsigned index, const char *pan, uint8_t *bytes, size_t *length)
{
    if (index >= CODING_COUNT) return NULL;
    const struct coding *coding = &codings[index];
    if (coding->form == FORM_STRIPE)
        *length = coding_stripe(pan, coding->bits, coding->lsb_first, 3, bytes);
    else
        *length = write_bytes(coding, pan, strlen(pan), bytes);
    return coding->name;
}

/* ---- Searching ------------------------------------------------------------------------------ */

/* Digits at a stride, the bytes between them whatever they are. */
static bool find_strided(
    const struct coding *coding, const char *digits, const uint8_t *bytes, size_t length)
{
    size_t span = (TRACE_DIGITS - 1) * coding->stride + 1;
    uint8_t first = digit_byte(coding, digits[0]);
    if (length < span) return false;
    const uint8_t *at = bytes, *last = bytes + length - span;
    while (at <= last && (at = memchr(at, first, (size_t)(last - at) + 1)) != NULL) {
        size_t n = 1;
        while (n < TRACE_DIGITS && at[n * coding->stride] == digit_byte(coding, digits[n]))
            n++;
        if (n == TRACE_DIGITS) return true;
        at++;
    }
    return false;
}

static bool find_exact(const uint8_t *needle, size_t n, const uint8_t *bytes, size_t length)
{
    return memmem(bytes, length, needle, n) != NULL;
}

static bool find_packed(
    const struct coding *coding, const char *digits, const uint8_t *bytes, size_t length)
{
    uint8_t needle[CODINGS_BYTES_MAX];
    size_t n = write_bytes(coding, digits, TRACE_DIGITS, needle);
    return find_exact(needle, n, bytes, length);
}

/* At every bit offset; of the first and the last byte only a part is known, so they are left out.
 */
static bool find_stripe(
    const struct coding *coding, const char *digits, const uint8_t *bytes, size_t length)
{
    uint8_t needle[CODINGS_BYTES_MAX];
    char text[TRACE_DIGITS + 1] = "";
    memcpy(text, digits, TRACE_DIGITS);
    for (unsigned shift = 0; shift < 8; shift++) {
        size_t bits = shift + TRACE_DIGITS * (coding->bits + 1);
        coding_stripe(text, coding->bits, coding->lsb_first, shift, needle);
        size_t first = shift == 0 ? 0 : 1, end = bits / 8;
        if (find_exact(needle + first, end - first, bytes, length)) return true;
    }
    return false;
}

static bool find_window(
    const struct coding *coding, const char *digits, const uint8_t *bytes, size_t length)
{
    if (coding->form == FORM_STRIPE) return find_stripe(coding, digits, bytes, length);
    if (coding->stride == 0 || coding->hex) return find_packed(coding, digits, bytes, length);
    return find_strided(coding, digits, bytes, length);
}

const char *coding_find(const char *pan, const uint8_t *bytes, size_t length)
{
    size_t n = strlen(pan);
    for (size_t i = 0; i < CODING_COUNT; i++)
        for (size_t at = 0; at + TRACE_DIGITS <= n; at++)
            if (find_window(&codings[i], pan + at, bytes, length)) return codings[i].name;
    return NULL;
}
