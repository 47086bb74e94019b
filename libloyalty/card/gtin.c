/* SPDX-License-Identifier: MIT
 *
 * gtin.c - one form for every article number: 14 digits.
 * In: the digits of a symbol or of a typed number. Out: GTIN-14, check digit verified.
 * Must not know: articles, ranges, cards.
 */
#include "card_private.h"

static char check_digit(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (unsigned)(digits[n - 1 - i] - '0') * (i % 2 == 0 ? 3u : 1u);
    return (char)('0' + (10 - sum % 10) % 10);
}

/* UPC-E to UPC-A (GS1 General Specifications, 5.2.2.4.2). n is the number system, a-f the six
 * digits:
 *
 *     f     number
 *     0-2   n ab f00 00cde      3   n abc 0000 0de
 *     4     n abcd 00000 e      5-9 n abcde 0000 f
 */
static void upc_e_expand(char system, const char *six, char upc[12])
{
    char f = six[5];
    size_t kept = f <= '2' ? 2 : f == '3' ? 3 : f == '4' ? 4 : 5;
    memset(upc, '0', 12);
    upc[0] = system;
    memcpy(upc + 1, six, kept);
    if (f <= '2') upc[3] = f;
    if (f >= '5')
        upc[10] = f;
    else
        memcpy(upc + 11 - (5 - kept), six + kept, 5 - kept);
    upc[11] = check_digit(upc, 11);
}

static enum loy_status from_upc_e(const char *digits, size_t length, char upc[12])
{
    bool system_given = length >= 7;
    char system = system_given ? digits[0] : '0';
    if (system > '1') return LOY_E_FORMAT;
    upc_e_expand(system, digits + (system_given ? 1 : 0), upc);
    return length == 8 && upc[11] != digits[7] ? LOY_E_CHECK : LOY_OK;
}

/* The GTIN of an ISBN-10 is 978 and its first nine digits. */
static enum loy_status from_isbn_10(const char *text, char ean[13])
{
    if (!loy_digits_only(text, 9)) return LOY_E_FORMAT;
    if (text[9] != 'X' && !loy_digits_only(text + 9, 1)) return LOY_E_FORMAT;
    if (!loy_digits_isbn10(text, 10)) return LOY_E_CHECK;
    memcpy(ean, "978", 3);
    memcpy(ean + 3, text, 9);
    ean[12] = check_digit(ean, 12);
    return LOY_OK;
}

/* Digits of the main symbol before an add-on of 2 or 5; 0: there is no main symbol. Ten digits can
 * only be a UPC-E; its other length, 13, is that of an EAN-13, which it is taken for. */
static size_t before_add_on(size_t length)
{
    if (length == 12 || length == 13) return length;
    if (length == 15 || length == 18) return 13;
    if (length == 10) return 8;
    return length == 14 || length == 17 ? 12 : 0;
}

/* Readers that are set so put an add-on behind the main symbol under the main symbol's name. */
static bool has_add_on(enum loy_symbology symbology, size_t length)
{
    bool main_symbol = symbology == LOY_SYMBOLOGY_EAN_13 || symbology == LOY_SYMBOLOGY_UPC_A ||
                       symbology == LOY_SYMBOLOGY_BOOKLAND;
    return symbology == LOY_SYMBOLOGY_EAN_ADD_ON || (main_symbol && length > 13);
}

static enum loy_status from_digits(const char *digits, size_t length, char gtin[15])
{
    static const char zero[CARD_GTIN_SIZE + 1] = "00000000000000";
    if (length != 8 && length != 12 && length != 13 && length != CARD_GTIN_SIZE)
        return LOY_E_FORMAT;
    if (!loy_digits_only(digits, length)) return LOY_E_FORMAT;
    if (!loy_digits_gs1(digits, length)) return LOY_E_CHECK;
    if (memcmp(digits, zero, length) == 0) return LOY_E_FORMAT;
    memset(gtin, '0', CARD_GTIN_SIZE - length);
    memcpy(gtin + CARD_GTIN_SIZE - length, digits, length);
    gtin[CARD_GTIN_SIZE] = '\0';
    return LOY_OK;
}

/* Where GS1 numbers are nobody's product worldwide, as GTIN-14: EAN-8 from 0 and 2, EAN-13 from 02
 * (UPC-A 2), 04, 05, 2, 98 and 99 (GS1 General Specifications, 1.4 and 2.1.11). */
bool card_gtin_is_restricted(const char *gtin)
{
    static const char *const prefixes[] = {
        "0000000", "0000002", "002", "004", "005", "02", "098", "099"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(gtin, prefixes[i], strlen(prefixes[i])) == 0) return true;
    return false;
}

enum loy_status loy_gtin_normalise(
    enum loy_symbology symbology, const char *digits, size_t length, char gtin[15])
{
    char made[13];
    enum loy_status status = LOY_OK;
    if (!digits || !gtin) return LOY_E_ARGUMENT;
    if (has_add_on(symbology, length)) length = before_add_on(length);
    if (symbology == LOY_SYMBOLOGY_EAN_ADD_ON && length == 8) symbology = LOY_SYMBOLOGY_UPC_E;
    if (symbology == LOY_SYMBOLOGY_UPC_E && length >= 6 && length <= 8) {
        if (!loy_digits_only(digits, length)) return LOY_E_FORMAT;
        status = from_upc_e(digits, length, made);
        return status == LOY_OK ? from_digits(made, 12, gtin) : status;
    }
    if (symbology == LOY_SYMBOLOGY_BOOKLAND && length == 10) {
        status = from_isbn_10(digits, made);
        return status == LOY_OK ? from_digits(made, 13, gtin) : status;
    }
    if (card_symbology_is_gs1(symbology)) {
        struct card_elements elements;
        card_elements_read(digits, length, &elements);
        const char *found = elements.values[CARD_KEY_ARTICLE].text;
        if (found) return from_digits(found, CARD_GTIN_SIZE, gtin);
    }
    return from_digits(digits, length, gtin);
}
