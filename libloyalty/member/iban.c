/* SPDX-License-Identifier: MIT
 *
 * iban.c - international bank account numbers (ISO 13616).
 * In: text as typed. Out: a code, the number without blanks. Must not know: banks, the store.
 */
#include "identifier_private.h"

#include <string.h>

#define IBAN_MAX 34u

/* Lengths as registered with the authority of ISO 13616 in 2024. */
// clang-format off
static const struct {
    char country[3];
    unsigned char length;
} countries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
};
// clang-format on

static size_t length_of(const char *iban)
{
    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++)
        if (memcmp(countries[i].country, iban, 2) == 0) return countries[i].length;
    return 0;
}

/* The first four characters go behind the rest; letters count from A = 10. */
static unsigned modulo_97(const char *iban, size_t n)
{
    unsigned rest = 0;
    for (size_t i = 0; i < n; i++) {
        char c = iban[(i + 4) % n];
        rest = c <= '9' ? rest * 10 + (unsigned)(c - '0') : rest * 100 + (unsigned)(c - 'A' + 10);
        rest %= 97;
    }
    return rest;
}

/* Check digits are made as 98 minus a remainder, so these never occur. */
static bool never_made(const char *digits)
{
    return memcmp(digits, "00", 2) == 0 || memcmp(digits, "01", 2) == 0 ||
           memcmp(digits, "99", 2) == 0;
}

static enum loy_identifier_code judge(const char *iban)
{
    size_t n = strlen(iban);
    if (n < 5 || n > IBAN_MAX || !identifier_fits("aadd", iban, 4) ||
        !identifier_fits(&"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"[IBAN_MAX - n], iban + 4, n - 4))
        return LOY_IDENTIFIER_IBAN_FORM;
    size_t length = length_of(iban);
    if (length == 0) return LOY_IDENTIFIER_IBAN_COUNTRY;
    if (n != length) return LOY_IDENTIFIER_IBAN_LENGTH;
    bool good = modulo_97(iban, n) == 1 && !never_made(iban + 2);
    return good ? LOY_IDENTIFIER_GOOD : LOY_IDENTIFIER_IBAN_CHECK;
}

enum loy_identifier_code loy_iban_check(const char *text, char *normal)
{
    char squeezed[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code =
        identifier_squeeze(text, " .-", LOY_IDENTIFIER_IBAN_FORM, squeezed);
    if (code == LOY_IDENTIFIER_GOOD) code = judge(squeezed);
    return identifier_end(code, squeezed, normal);
}
