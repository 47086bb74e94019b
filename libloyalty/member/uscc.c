/* SPDX-License-Identifier: MIT
 *
 * uscc.c - the Unified Social Credit Code of organisations in China (GB 32100-2015).
 * In: text as typed. Out: a code, the 18 characters. Must not know: districts, the store.
 *
 *      1   registering body        9-16  organisation code (GB 11714)
 *      2   kind of organisation    17    its check character: 0-9 or X
 *      3-8 region, digits          18    check character over 1-17
 */
#include "identifier_private.h"

#include <string.h>

#define SIZE 18u
#define SYMBOLS 31u
#define ORGANISATION 8u /* where the organisation code begins */
#define ORGANISATION_CHECK 16u

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static size_t value(char c)
{
    const char *at = strchr(alphabet, c);
    return (size_t)(at - alphabet);
}

static bool in_alphabet(const char *code)
{
    return code[strspn(code, alphabet)] == '\0';
}

/* Weights 3^(i-1) modulo 31; what is missing to a multiple of 31. */
static bool outer_fits(const char *code)
{
    size_t sum = 0, weight = 1;
    for (size_t i = 0; i < SIZE - 1; i++) {
        sum += value(code[i]) * weight;
        weight = weight * 3 % SYMBOLS;
    }
    return code[SIZE - 1] == alphabet[(SYMBOLS - sum % SYMBOLS) % SYMBOLS];
}

/* Here letters count from A = 10 without gaps; 10 is written X. */
static bool inner_fits(const char *code)
{
    static const unsigned weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (size_t i = 0; i < ORGANISATION_CHECK - ORGANISATION; i++) {
        char c = code[ORGANISATION + i];
        sum += weights[i] * (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
    }
    return code[ORGANISATION_CHECK] == "0123456789X"[(11 - sum % 11) % 11];
}

static bool is_legacy(const char *code, size_t n)
{
    return (n == 15 && identifier_fits("ddddddxxxxxxxxx", code, n)) ||
           (n == 20 && identifier_fits("ddddddxxxxxxxxxxxxxx", code, n));
}

/* A resident's number (GB 11643) is as long: six digits of region, the date of birth, three digits,
 * and a check character by ISO 7064 modulo 11-2. */
static bool is_resident(const char *code)
{
    if (!identifier_fits("dddddddddddddddddx", code, SIZE)) return false;
    if (strncmp(code + 6, "19", 2) != 0 && strncmp(code + 6, "20", 2) != 0) return false;
    int month = (code[10] - '0') * 10 + code[11] - '0';
    int day = (code[12] - '0') * 10 + code[13] - '0';
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    unsigned sum = 0;
    for (size_t i = 0; i < SIZE - 1; i++)
        sum = (sum + (unsigned)(code[i] - '0')) * 2 % 11;
    return code[SIZE - 1] == "0123456789X"[(12 - sum) % 11];
}

static enum loy_identifier_code judge(const char *code)
{
    size_t n = strlen(code);
    if (is_legacy(code, n)) return LOY_IDENTIFIER_LEGACY;
    if (n != SIZE) return LOY_IDENTIFIER_USCC_LENGTH;
    if (!in_alphabet(code)) return LOY_IDENTIFIER_USCC_ALPHABET;
    if (!identifier_fits("xxddddddxxxxxxxxxx", code, SIZE)) return LOY_IDENTIFIER_USCC_STRUCTURE;
    if (!outer_fits(code))
        return is_resident(code) ? LOY_IDENTIFIER_USCC_PERSON : LOY_IDENTIFIER_USCC_CHECK;
    return inner_fits(code) ? LOY_IDENTIFIER_GOOD : LOY_IDENTIFIER_USCC_INNER;
}

enum loy_identifier_code loy_uscc_check(const char *text, char *normal)
{
    char squeezed[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code =
        identifier_squeeze(text, " .-", LOY_IDENTIFIER_USCC_LENGTH, squeezed);
    if (code == LOY_IDENTIFIER_GOOD) code = judge(squeezed);
    return identifier_end(code, squeezed, normal);
}
