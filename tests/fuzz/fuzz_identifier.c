/* SPDX-License-Identifier: MIT
 *
 * fuzz_identifier.c - any text as a number of loyalty/identifier.h. fuzz_subject names the check;
 * the first byte chooses a country, the rest is the text. What is accepted has the alphabet of such
 * numbers only, and is its own normal form.
 */
#include <loyalty/identifier.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define TEXT_MAX 2048u

static const char *const countries[] = {"CN", "DE", "IT", "HU", "US", "JP", "FR", "GR", "", "XX"};

static enum loy_identifier_code uscc(const char *country, const char *text, char *normal)
{
    (void)country;
    return loy_uscc_check(text, normal);
}

/* The tax check, which chooses among kinds by country and text, keeps its own normal form too. */
static enum loy_identifier_code vat(const char *country, const char *text, char *normal)
{
    char tax[LOY_IDENTIFIER_MAX], again[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code = loy_tax_check(country, text, tax);
    if ((loy_identifier_grade(code) == LOY_IDENTIFIER_WRONG) != (tax[0] == '\0')) abort();
    if (tax[0])
        if (loy_tax_check(country, tax, again) != code || strcmp(tax, again) != 0) abort();
    return loy_vat_check(country, text, normal);
}

static enum loy_identifier_code iban(const char *country, const char *text, char *normal)
{
    (void)country;
    char account[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code = loy_iban_check(text, normal);
    /* Whatever is an IBAN is an account, under the same normal form. */
    enum loy_identifier_code of_account = loy_account_check(text, account);
    if (code == LOY_IDENTIFIER_GOOD)
        if (of_account != code || strcmp(account, normal) != 0) abort();
    return code;
}

static enum loy_identifier_code telephone(const char *country, const char *text, char *normal)
{
    char extension[LOY_IDENTIFIER_MAX], postcode[LOY_IDENTIFIER_MAX], again[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code = loy_postcode_check(country, text, postcode);
    if (code == LOY_IDENTIFIER_GOOD)
        if (loy_postcode_check(country, postcode, again) != code || strcmp(postcode, again) != 0)
            abort();
    code = loy_telephone_check(country, text, normal, extension);
    if (extension[strspn(extension, "0123456789")]) abort();
    return code;
}

static const struct {
    const char *name, *alphabet;
    size_t size_max;
    enum loy_identifier_code (*check)(const char *country, const char *text, char *normal);
} rows[] = {
    {"uscc", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 20, uscc},
    {"vat", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*", 14, vat},
    {"iban", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 34, iban},
    {"telephone", "+0123456789", 16, telephone},
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char text[TEXT_MAX], normal[LOY_IDENTIFIER_MAX] = "?", again[LOY_IDENTIFIER_MAX] = "?";
    size_t row = 0;
    if (size < 1 || size > TEXT_MAX) return 0;
    const char *country = countries[bytes[0] % (sizeof countries / sizeof countries[0])];
    memcpy(text, bytes + 1, size - 1);
    text[size - 1] = '\0';
    while (strcmp(rows[row].name, fuzz_subject) != 0)
        row++;
    enum loy_identifier_code code = rows[row].check(country, text, normal);
    if ((unsigned)code >= LOY_IDENTIFIER_CODE_END) abort();
    if ((loy_identifier_grade(code) == LOY_IDENTIFIER_WRONG) != (normal[0] == '\0')) abort();
    if (normal[0] == '\0') return 0;
    if (normal[strspn(normal, rows[row].alphabet)] || strlen(normal) > rows[row].size_max) abort();
    if (rows[row].check(country, normal, again) != code || strcmp(again, normal) != 0) abort();
    return 0;
}
