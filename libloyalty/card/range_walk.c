/* SPDX-License-Identifier: MIT
 *
 * range_walk.c - from one number of a range to the next, and whether a reader would hide them.
 * In: a range as a plain value. Out: digits, a sentence. Must not know: the store, cards.
 */
#include "card_private.h"

/* Adds one to the n decimal digits at text; false: there was no room for it. */
static bool digits_add_one(char *text, size_t n)
{
    while (n > 0 && text[n - 1] == '9')
        text[--n] = '0';
    if (n == 0) return false;
    text[n - 1]++;
    return true;
}

enum loy_status loy_range_next(const struct loy_range *range, char number[LOY_NUMBER_MAX + 1])
{
    if (!range || !number) return LOY_E_ARGUMENT;
    size_t n = strnlen(number, LOY_NUMBER_MAX + 1), prefix = strlen(range->prefix);
    if (n > LOY_NUMBER_MAX || !loy_range_holds(range, number, n)) return LOY_E_ARGUMENT;
    char next[LOY_NUMBER_MAX + 1];
    size_t payload = range->check == LOY_CHECK_NONE ? n : n - 1;
    memcpy(next, number, n + 1);
    if (!digits_add_one(next + prefix, payload - prefix)) return LOY_NONE;
    for (char digit = '0'; payload < n && digit <= '9'; digit++) {
        next[payload] = digit;
        if (loy_range_holds(range, next, n)) break;
    }
    memcpy(number, next, n + 1);
    return LOY_OK;
}

/* Nine and the digits of a country: national use, which no bank has (ISO/IEC 7812-1). */
#define NATIONAL_PREFIX 4u

const char *loy_range_warning(const struct loy_range *range)
{
    if (!range || range->use != LOY_USE_MEMBER) return "";
    bool symbol = range->check == LOY_CHECK_GS1 &&
                  (range->length == 8 || (range->length >= 12 && range->length <= 14));
    if (range->financial_layout)
        return N_(
            "encrypting readers take a stripe with an expiry date for a payment card: MagTek's "
            "mask it, ID TECH's encrypt it, and no lane can read it then; print a barcode (an "
            "EAN-13 from 20 to 29) or leave the expiry out, and swipe one card before printing "
            "many");
    if (symbol) return "";
    bool national = range->prefix[0] == '9' && strlen(range->prefix) >= NATIONAL_PREFIX;
    if (national) return "";
    return N_(
        "ID TECH's encrypting readers take a stripe of digits alone for a payment card and "
        "encrypt it, MagTek's may mask it; numbers of 9 and the country's three digits, or an "
        "EAN-13 from 20 to 29 as a barcode, are safer: swipe one card before printing many");
}
