/* SPDX-License-Identifier: MIT
 *
 * vat.c - VAT numbers of the European Union and Northern Ireland: forms, and check digits where the
 * countries publish a rule. In: text as typed. Out: a code, the number with its prefix.
 * Must not know: whether the number exists, the store.
 */
#include "identifier_private.h"

#include <loyalty/event.h>

#include <words.h>

#include <sodium.h>
#include <string.h>

static unsigned digit(char c)
{
    return (unsigned)(c - '0');
}

static unsigned number(const char *digits, size_t n)
{
    unsigned value = 0;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + digit(digits[i]);
    return value;
}

static unsigned weighted(const char *body, const unsigned char *weights, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += weights[i] * digit(body[i]);
    return sum;
}

static bool austria(const char *body)
{
    unsigned sum = 4;
    for (size_t i = 1; i < 8; i++) {
        unsigned d = digit(body[i]) * (i % 2 == 0 ? 2 : 1);
        sum += d / 10 + d % 10;
    }
    return digit(body[8]) == (10 - sum % 10) % 10;
}

static bool belgium(const char *body)
{
    return number(body + 8, 2) == 97 - number(body, 8) % 97;
}

/* ISO 7064, modulo 11,10. */
static bool germany(const char *body)
{
    unsigned product = 10;
    for (size_t i = 0; i < 8; i++) {
        unsigned sum = (digit(body[i]) + product) % 10;
        product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return digit(body[8]) == (11 - product) % 10;
}

static bool denmark(const char *body)
{
    static const unsigned char weights[] = {2, 7, 6, 5, 4, 3, 2, 1};
    return weighted(body, weights, 8) % 11 == 0;
}

static bool greece(const char *body)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum = (sum + digit(body[i])) * 2;
    return digit(body[8]) == sum % 11 % 10;
}

static bool finland(const char *body)
{
    static const unsigned char weights[] = {7, 9, 10, 5, 8, 4, 2, 1};
    return weighted(body, weights, 8) % 11 == 0;
}

/* Keys with letters follow rules of their own, which are left alone. */
static bool france(const char *body)
{
    if (!loy_digits_only(body, 2)) return true;
    return number(body, 2) == (12 + 3 * (number(body + 2, 9) % 97)) % 97;
}

static bool italy(const char *body)
{
    return loy_digits_luhn(body, 11);
}

static bool luxembourg(const char *body)
{
    return number(body + 6, 2) == number(body, 6) % 89;
}

/* A firm's number by its ninth digit, or since 2020 a sole trader's with its letters modulo 97. */
static bool netherlands(const char *body)
{
    static const unsigned char weights[] = {9, 8, 7, 6, 5, 4, 3, 2};
    unsigned firm = weighted(body, weights, 8) % 11, rest = 2321; /* N, L */
    for (size_t i = 0; i < 12; i++)
        rest = (body[i] == 'B' ? rest * 100 + 11 : rest * 10 + digit(body[i])) % 97;
    return firm == digit(body[8]) || rest == 1;
}

static bool poland(const char *body)
{
    static const unsigned char weights[] = {6, 5, 7, 2, 3, 4, 5, 6, 7};
    return weighted(body, weights, 9) % 11 == digit(body[9]);
}

static bool portugal(const char *body)
{
    static const unsigned char weights[] = {9, 8, 7, 6, 5, 4, 3, 2};
    unsigned check = 11 - weighted(body, weights, 8) % 11;
    return digit(body[8]) == (check >= 10 ? 0 : check);
}

static bool sweden(const char *body)
{
    unsigned kind = number(body + 10, 2);
    return loy_digits_luhn(body, 10) && kind >= 1 && kind <= 94;
}

/* Patterns of identifier_fits with bars between. */
// clang-format off
static const struct country {
    char iso[3], prefix[3];
    const char *forms, *words; /* patterns, and what they say */
    bool (*check)(const char *body);
} countries[] = {
    {"AT", "AT", "Udddddddd", N_("U and 8 digits"), austria},
    {"BE", "BE", "0ddddddddd|1ddddddddd", N_("10 digits, the first a 0 or a 1"), belgium},
    {"BG", "BG", "ddddddddd|dddddddddd", N_("9 or 10 digits"), NULL},
    {"CY", "CY", "dddddddda", N_("8 digits and a letter"), NULL},
    {"CZ", "CZ", "dddddddd|ddddddddd|dddddddddd", N_("8 to 10 digits"), NULL},
    {"DE", "DE", "ddddddddd", N_("9 digits"), germany},
    {"DK", "DK", "dddddddd", N_("8 digits"), denmark},
    {"EE", "EE", "ddddddddd", N_("9 digits"), NULL},
    {"GR", "EL", "ddddddddd", N_("9 digits"), greece},
    {"ES", "ES", "adddddddx|dddddddda", N_("9 characters: digits with a letter in front, at the end, or both"), NULL},
    {"FI", "FI", "dddddddd", N_("8 digits"), finland},
    {"FR", "FR", "xxddddddddd", N_("2 letters or digits and 9 digits"), france},
    {"HR", "HR", "ddddddddddd", N_("11 digits"), NULL},
    {"HU", "HU", "dddddddd", N_("8 digits"), NULL},
    {"IE", "IE", "ddddddda|dddddddaa|dsddddda", N_("7 digits and 1 or 2 letters"), NULL},
    {"IT", "IT", "ddddddddddd", N_("11 digits"), italy},
    {"LT", "LT", "ddddddddd|dddddddddddd", N_("9 or 12 digits"), NULL},
    {"LU", "LU", "dddddddd", N_("8 digits"), luxembourg},
    {"LV", "LV", "ddddddddddd", N_("11 digits"), NULL},
    {"MT", "MT", "dddddddd", N_("8 digits"), NULL},
    {"NL", "NL", "dddddddddBdd", N_("9 digits, B and 2 digits"), netherlands},
    {"PL", "PL", "dddddddddd", N_("10 digits"), poland},
    {"PT", "PT", "ddddddddd", N_("9 digits"), portugal},
    {"RO", "RO", "dd|ddd|dddd|ddddd|dddddd|ddddddd|dddddddd|ddddddddd|dddddddddd", N_("2 to 10 digits"), NULL},
    {"SE", "SE", "dddddddddddd", N_("12 digits"), sweden},
    {"SI", "SI", "dddddddd", N_("8 digits"), NULL},
    {"SK", "SK", "dddddddddd", N_("10 digits"), NULL},
    {"XI", "XI", "ddddddddd|dddddddddddd|GDddd|HAddd", N_("9 or 12 digits"), NULL},
};
// clang-format on
#define COUNTRIES (sizeof countries / sizeof countries[0])

static const struct country *by_prefix(const char *text)
{
    for (size_t i = 0; i < COUNTRIES; i++)
        if (strncmp(countries[i].prefix, text, 2) == 0) return &countries[i];
    return NULL;
}

static const struct country *by_iso(const char *iso)
{
    for (size_t i = 0; iso && i < COUNTRIES; i++)
        if (strcmp(countries[i].iso, iso) == 0) return &countries[i];
    return NULL;
}

bool vat_begins(const char *squeezed)
{
    return by_prefix(squeezed) || strncmp(squeezed, "GR", 2) == 0;
}

bool vat_country(const char *country)
{
    return by_iso(country) != NULL;
}

const char *vat_words(const char *country)
{
    const struct country *own = by_iso(country);
    return own ? own->words : NULL;
}

static bool has_form(const struct country *country, const char *body)
{
    char form[16];
    size_t size = strlen(body);
    for (const char *at = country->forms; *at;) {
        size_t n = strcspn(at, "|");
        memcpy(form, at, n);
        form[n] = '\0';
        if (identifier_fits(form, body, size)) return true;
        at += n + (at[n] == '|');
    }
    return false;
}

static enum loy_identifier_code judge(const struct country *country, const char *body)
{
    if (!has_form(country, body)) return LOY_IDENTIFIER_VAT_FORM;
    bool good = !country->check || country->check(body);
    return good ? LOY_IDENTIFIER_GOOD : LOY_IDENTIFIER_VAT_CHECK;
}

static enum loy_identifier_code judge_prefixed(
    const struct country *own, const char *squeezed, char *kept)
{
    const struct country *country = by_prefix(squeezed);
    const char *body = squeezed + (country ? 2 : 0);
    enum loy_identifier_code code = LOY_IDENTIFIER_VAT_COUNTRY;
    if (strncmp(squeezed, "GR", 2) == 0) return LOY_IDENTIFIER_VAT_GREECE;
    if (country) code = judge(country, body);
    /* Without a prefix; or the two letters are the key of a French number and no prefix. */
    if (own && (!country || (code == LOY_IDENTIFIER_VAT_FORM && has_form(own, squeezed)))) {
        country = own;
        body = squeezed;
        code = judge(own, squeezed);
        if (code == LOY_IDENTIFIER_VAT_FORM) code = LOY_IDENTIFIER_VAT_OWN;
    }
    if (code != LOY_IDENTIFIER_GOOD) return code;
    memcpy(kept, country->prefix, 2);
    memcpy(kept + 2, body, strlen(body) + 1);
    return code;
}

enum loy_identifier_code loy_vat_check(const char *country, const char *text, char *normal)
{
    char squeezed[LOY_IDENTIFIER_MAX], kept[LOY_IDENTIFIER_MAX] = "";
    enum loy_identifier_code code =
        identifier_squeeze(text, " .-", LOY_IDENTIFIER_VAT_FORM, squeezed);
    if (code == LOY_IDENTIFIER_GOOD) code = judge_prefixed(by_iso(country), squeezed, kept);
    sodium_memzero(squeezed, sizeof squeezed);
    return identifier_end(code, kept, normal);
}
