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

/* ---- Searching --------------------------------------------------------------------------------
 *
 * TRACE_DIGITS digits in one coding are some bytes at a stride, the bytes between them whatever
 * they are. All patterns of a number are looked for in one pass: by their first two bytes.
 */

#define STRIDE_MAX 31u /* a bit of a mask each */
#define PATTERN_BYTES_MAX (2 * TRACE_DIGITS)
#define WINDOWS_MAX 16u
#define PATTERNS_MAX (CODING_COUNT * 8 * WINDOWS_MAX)

struct pattern {
    size_t coding, stride, count;
    uint8_t bytes[PATTERN_BYTES_MAX];
};
static struct search {
    char pan[TRACE_DIGITS + WINDOWS_MAX];
    struct pattern patterns[PATTERNS_MAX];
    size_t count;
    uint32_t strides[256];                      /* of patterns that begin with this byte */
    uint8_t pairs[STRIDE_MAX + 1][65536u / 8u]; /* first two bytes */
} search;

static void pattern_add(size_t coding, size_t stride, const uint8_t *bytes, size_t count)
{
    struct pattern *pattern = &search.patterns[search.count++];
    *pattern = (struct pattern){coding, stride, count, {0}};
    memcpy(pattern->bytes, bytes, count);
    unsigned pair = bytes[0] | (unsigned)bytes[1] << 8;
    search.strides[bytes[0]] |= (uint32_t)1 << stride;
    search.pairs[stride][pair / 8] |= (uint8_t)(1u << pair % 8);
}

/* At every bit offset; of the first and the last byte only a part is known, so they are left out.
 */
static void stripes_add(size_t index, const char *digits)
{
    const struct coding *coding = &codings[index];
    uint8_t needle[CODINGS_BYTES_MAX];
    char text[TRACE_DIGITS + 1] = "";
    memcpy(text, digits, TRACE_DIGITS);
    for (unsigned shift = 0; shift < 8; shift++) {
        size_t bits = shift + TRACE_DIGITS * (coding->bits + 1);
        coding_stripe(text, coding->bits, coding->lsb_first, shift, needle);
        size_t first = shift == 0 ? 0 : 1, end = bits / 8;
        pattern_add(index, 1, needle + first, end - first);
    }
}

static void window_add(size_t index, const char *digits)
{
    const struct coding *coding = &codings[index];
    uint8_t needle[CODINGS_BYTES_MAX];
    if (coding->form == FORM_STRIPE) {
        stripes_add(index, digits);
    } else if (coding->stride == 0 || coding->hex) {
        pattern_add(index, 1, needle, write_bytes(coding, digits, TRACE_DIGITS, needle));
    } else {
        for (size_t i = 0; i < TRACE_DIGITS; i++)
            needle[i] = digit_byte(coding, digits[i]);
        pattern_add(index, coding->stride, needle, TRACE_DIGITS);
    }
}

static void search_make(const char *pan)
{
    size_t n = strlen(pan);
    memset(&search, 0, sizeof search);
    strncpy(search.pan, pan, sizeof search.pan - 1);
    for (size_t i = 0; i < CODING_COUNT; i++)
        for (size_t at = 0; at + TRACE_DIGITS <= n && at < WINDOWS_MAX; at++)
            window_add(i, pan + at);
}

static bool stands(const struct pattern *pattern, const uint8_t *at, size_t left)
{
    if (left < (pattern->count - 1) * pattern->stride + 1) return false;
    for (size_t i = 0; i < pattern->count; i++)
        if (at[i * pattern->stride] != pattern->bytes[i]) return false;
    return true;
}

/* Codings come in the order of the table: the first one of those that stand here. */
static size_t coding_at(size_t stride, const uint8_t *at, size_t left)
{
    for (size_t i = 0; i < search.count; i++)
        if (search.patterns[i].stride == stride && stands(&search.patterns[i], at, left))
            return search.patterns[i].coding;
    return CODING_COUNT;
}

const char *coding_find(const char *pan, const uint8_t *bytes, size_t length)
{
    size_t found = CODING_COUNT;
    if (strcmp(pan, search.pan) != 0) search_make(pan);
    for (size_t i = 0; i < length; i++)
        for (uint32_t left = search.strides[bytes[i]]; left != 0; left &= left - 1) {
            size_t stride = (size_t)__builtin_ctz(left);
            if (i + stride >= length) break; // the strides grow
            unsigned pair = bytes[i] | (unsigned)bytes[i + stride] << 8;
            if (!(search.pairs[stride][pair / 8] >> pair % 8 & 1)) continue;
            size_t coding = coding_at(stride, bytes + i, length - i);
            if (coding < found) found = coding;
        }
    return found < CODING_COUNT ? codings[found].name : NULL;
}
