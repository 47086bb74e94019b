/* SPDX-License-Identifier: MIT
 *
 * identifier_private.h - what the checks of loyalty/identifier.h share. Pure; knows no store.
 */
#ifndef IDENTIFIER_PRIVATE_H
#define IDENTIFIER_PRIVATE_H

#include <loyalty/identifier.h>

#include <stdbool.h>

/* The normal text without the dropped characters, ASCII letters in upper case. GOOD, EMPTY, TEXT,
 * or too_long where it does not fit. squeezed holds LOY_IDENTIFIER_MAX bytes. */
enum loy_identifier_code identifier_squeeze(
    const char *text, const char *dropped, enum loy_identifier_code too_long, char *squeezed);
/* d a digit, a a capital letter, x either, s a letter, + or *; all else stands for itself. */
bool identifier_fits(const char *pattern, const char *text, size_t n);
/* normal = kept after a GOOD or doubtful code, "" else; wipes kept. Gives code back. */
enum loy_identifier_code identifier_end(enum loy_identifier_code code, char *kept, char *normal);
/* The number of a payment card, in any run of digits that is as long as one: "CARD4111..." is one
 * too. */
bool identifier_holds_payment(const char *text);
/* Whether the text begins with the letters of a country that has VAT numbers, or with GR. */
bool vat_begins(const char *squeezed);
bool vat_country(const char *country); /* ISO 3166 */
/* The form of the country's VAT numbers without their letters, such as "9 digits", not yet
 * translated; NULL: it has none. */
const char *vat_words(const char *country);

#endif
