/* SPDX-License-Identifier: MIT
 *
 * loyalty/identifier.h - numbers by which firms and people are known: tax numbers, bank accounts,
 * telephones, postcodes. Pure functions over text; no store is needed.
 *
 * Text comes in as typed (UTF-8; full-width digits, blanks, dots and hyphens are fine). Each check
 * answers one code. A code has a grade and two sentences for a person: what is wrong, and what
 * would be right. No sentence repeats a value. Existence is never claimed: a number that passes may
 * be nobody's.
 *
 * normal holds LOY_IDENTIFIER_MAX bytes and gets the one form for all ways of writing the number,
 * or "" where the code's grade is WRONG. Giving a normal form to the same check again changes
 * nothing. It is personal data: wipe it.
 */
#ifndef LOYALTY_IDENTIFIER_H
#define LOYALTY_IDENTIFIER_H

#include <loyalty/status.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_IDENTIFIER_MAX 64u /* bytes, terminator included */

/* DOUBT: a check character is wrong, and yet such numbers are in circulation: somebody has to
 * compare with the document ("seen on the licence"). */
enum loy_identifier_grade { LOY_IDENTIFIER_FINE, LOY_IDENTIFIER_DOUBT, LOY_IDENTIFIER_WRONG };

/* Symbol, name in JSON, grade, what is wrong, what would be right ("expected is ..."). */
// clang-format off
#define LOY_IDENTIFIER_CODES(X)                                                                    \
    X(LOY_IDENTIFIER_GOOD, "good", FINE, "nothing is wrong",                                       \
        "what was entered")                                                                        \
    X(LOY_IDENTIFIER_LEGACY, "legacy", FINE,                                                       \
        "it is a tax number of the older kind, which nothing can check",                           \
        "the Unified Social Credit Code of 18 characters, once the licence shows one")             \
    X(LOY_IDENTIFIER_EMPTY, "empty", WRONG, "nothing was entered",                                 \
        "the whole number as on the document")                                                     \
    X(LOY_IDENTIFIER_TEXT, "text", WRONG, "it is not one line of text",                            \
        "one line in UTF-8 without tabs or other control characters")                              \
    X(LOY_IDENTIFIER_TAX_FORM, "tax-form", WRONG, "a tax number of this country does not look like this", \
        "5 to 20 letters and digits, as on the licence or with the country in front")              \
    X(LOY_IDENTIFIER_USCC_LENGTH, "uscc-length", WRONG,                                            \
        "a Unified Social Credit Code has 18 characters, and it has more or fewer",                \
        "all 18 characters as on the licence, or an older tax number of 15 or 20 digits")          \
    X(LOY_IDENTIFIER_USCC_ALPHABET, "uscc-alphabet", WRONG,                                        \
        "a character stands in it that no Unified Social Credit Code has",                         \
        "digits and capital letters without I, O, S, V and Z (mostly 1, 0, 5, U and 2 were meant)")\
    X(LOY_IDENTIFIER_USCC_STRUCTURE, "uscc-structure", WRONG,                                      \
        "characters 3 to 8 of a Unified Social Credit Code are the region, and here they are no digits", \
        "two characters, six digits for the region, nine of the organisation code and a check character") \
    X(LOY_IDENTIFIER_USCC_PERSON, "uscc-person", WRONG,                                            \
        "it is the identity number of a person, which is never kept",                              \
        "the tax number of the business as on its licence, or none yet")                           \
    X(LOY_IDENTIFIER_USCC_CHECK, "uscc-check", DOUBT,                                              \
        "the last character does not fit the 17 before it",                                        \
        "each character as on the licence; if the licence shows exactly these, say that you have seen it") \
    X(LOY_IDENTIFIER_USCC_INNER, "uscc-inner", DOUBT,                                              \
        "character 17 does not fit the organisation code before it",                               \
        "each character as on the licence; if the licence shows exactly these, say that you have seen it") \
    X(LOY_IDENTIFIER_VAT_COUNTRY, "vat-country", WRONG,                                            \
        "it does not begin with the letters of a country of the European Union",                   \
        "the country's two letters first, such as DE or FR, and XI for Northern Ireland")          \
    X(LOY_IDENTIFIER_VAT_GREECE, "vat-greece", WRONG,                                              \
        "Greek VAT numbers do not begin with GR", "EL and nine digits")                            \
    X(LOY_IDENTIFIER_VAT_FORM, "vat-form", WRONG,                                                  \
        "what stands behind the country's letters does not have that country's form",              \
        "the VAT number with all its characters, as on an invoice of the member")                  \
    X(LOY_IDENTIFIER_VAT_OWN, "vat-own", WRONG,                                                    \
        "no country's letters stand in front, and it does not have the form of this country",      \
        "the VAT number of this country with all its characters, or one of another country with its letters in front") \
    X(LOY_IDENTIFIER_VAT_CHECK, "vat-check", WRONG, "a check digit of the VAT number is wrong",    \
        "each digit as on an invoice of the member; often two are swapped")                        \
    X(LOY_IDENTIFIER_IBAN_FORM, "iban-form", WRONG, "an IBAN does not look like this",             \
        "two letters, two digits, then letters and digits; blanks do no harm")                     \
    X(LOY_IDENTIFIER_IBAN_COUNTRY, "iban-country", WRONG,                                          \
        "no country with IBANs has these two letters", "an IBAN that begins with its country, such as DE or FR; a credit account with the shop has at most 14 characters where it begins like one") \
    X(LOY_IDENTIFIER_IBAN_LENGTH, "iban-length", WRONG,                                            \
        "an IBAN of this country has more or fewer characters", "all characters of the IBAN as on a bank statement") \
    X(LOY_IDENTIFIER_IBAN_CHECK, "iban-check", WRONG, "the check digits of the IBAN are wrong",    \
        "each character of the IBAN as on a bank statement; often two are swapped")                \
    X(LOY_IDENTIFIER_TELEPHONE_FORM, "telephone-form", WRONG,                                      \
        "something stands in it that belongs to no telephone number",                              \
        "digits with blanks, hyphens or brackets, perhaps + in front and an extension behind")     \
    X(LOY_IDENTIFIER_TELEPHONE_COUNTRY, "telephone-country", WRONG,                                \
        "there is no country code behind the + or 00", "+ and the country code without a zero, such as +86 or +49") \
    X(LOY_IDENTIFIER_TELEPHONE_AREA, "telephone-area", WRONG, "the area code is missing",          \
        "a whole number with its area code in front, such as 010 or 0755, or with + and the country code") \
    X(LOY_IDENTIFIER_TELEPHONE_LENGTH, "telephone-length", WRONG, "it has too few or too many digits", \
        "a whole number with its area code, or with + and the country code")                       \
    X(LOY_IDENTIFIER_TELEPHONE_CHINA, "telephone-china", WRONG,                                    \
        "China has no telephone number of this form",                                              \
        "a mobile of 11 digits from 13 to 19, 0 with area code and 7 or 8 digits, or 400 or 800 and 7 digits") \
    X(LOY_IDENTIFIER_POSTCODE_4, "postcode-4", WRONG, "the postcode does not have this country's form", \
        "4 digits; for another country its code in front, as in DE-10115")                         \
    X(LOY_IDENTIFIER_POSTCODE_5, "postcode-5", WRONG, "the postcode does not have this country's form", \
        "5 digits; for another country its code in front, as in AT-1010")                          \
    X(LOY_IDENTIFIER_POSTCODE_6, "postcode-6", WRONG, "the postcode does not have this country's form", \
        "6 digits; for another country its code in front, as in DE-10115")                         \
    X(LOY_IDENTIFIER_POSTCODE_LT, "postcode-lt", WRONG, "the postcode does not have this country's form", \
        "LT- and 5 digits")                                                                        \
    X(LOY_IDENTIFIER_POSTCODE_LV, "postcode-lv", WRONG, "the postcode does not have this country's form", \
        "LV- and 4 digits")                                                                        \
    X(LOY_IDENTIFIER_POSTCODE_3_2, "postcode-3-2", WRONG, "the postcode does not have this country's form", \
        "3 digits, a blank and 2 digits, as in 110 00")                                            \
    X(LOY_IDENTIFIER_POSTCODE_PL, "postcode-pl", WRONG, "the postcode does not have this country's form", \
        "2 digits, a hyphen and 3 digits, as in 00-950")                                           \
    X(LOY_IDENTIFIER_POSTCODE_NL, "postcode-nl", WRONG, "the postcode does not have this country's form", \
        "4 digits, a blank and 2 letters, as in 1012 AB")                                          \
    X(LOY_IDENTIFIER_POSTCODE_PT, "postcode-pt", WRONG, "the postcode does not have this country's form", \
        "4 digits, a hyphen and 3 digits, as in 1000-205")                                         \
    X(LOY_IDENTIFIER_POSTCODE_IE, "postcode-ie", WRONG, "the postcode does not have this country's form", \
        "an Eircode of 3 and 4 characters, as in D02 AF30")                                        \
    X(LOY_IDENTIFIER_POSTCODE_MT, "postcode-mt", WRONG, "the postcode does not have this country's form", \
        "3 letters, a blank and 4 digits, as in VLT 1117")                                         \
    X(LOY_IDENTIFIER_POSTCODE_FREE, "postcode-free", WRONG, "a postcode does not look like this",  \
        "2 to 12 letters, digits, blanks or hyphens")                                              \
    X(LOY_IDENTIFIER_ACCOUNT_CARD, "account-card", WRONG, "it is the number of a payment card, which is not kept", \
        "the number of the account: the IBAN, or that of the bank statement")                      \
    X(LOY_IDENTIFIER_ACCOUNT_FORM, "account-form", WRONG, "an account number does not look like this", \
        "an IBAN, 6 to 30 digits of an account with a bank, or the 3 to 34 letters and digits of a credit account with the shop")
// clang-format on

enum loy_identifier_code {
#define LOY_IDENTIFIER_ROW(symbol, name, grade, wrong, right) symbol,
    LOY_IDENTIFIER_CODES(LOY_IDENTIFIER_ROW)
#undef LOY_IDENTIFIER_ROW
        LOY_IDENTIFIER_CODE_END
};

/* Of a code that is none: WRONG, and NULL. The sentences are constants, in the language of the
 * process's locale where the catalogue "loyalty" is bound (bindtextdomain), else English. */
LOY_API enum loy_identifier_grade loy_identifier_grade(enum loy_identifier_code code);
LOY_API const char *loy_identifier_name(enum loy_identifier_code code);
LOY_API const char *loy_identifier_wrong(enum loy_identifier_code code);
LOY_API const char *loy_identifier_right(enum loy_identifier_code code);

/* Unified Social Credit Code (GB 32100-2015): 18 characters of 31; body, kind, 6 digits of region
 * (whether it is the district that the member named is not judged), organisation code of 9 with its
 * own check (GB 11714), check character. A wrong check is a DOUBT, but a
 * resident's identity number, which is as long, is WRONG. Tax numbers of before 2015, of
 * 15 or 20 characters from six digits on, are LEGACY. */
LOY_API enum loy_identifier_code loy_uscc_check(const char *text, char *normal);

/* A VAT number of the European Union or Northern Ireland (XI), normal with its prefix. country: of
 * a number without a prefix (ISO 3166, "GR" for Greece); NULL or "": the prefix is required. Check
 * digits: AT BE DE DK EL FI FR (numeric keys) IT LU NL PL PT SE; the others by form. */
LOY_API enum loy_identifier_code loy_vat_check(const char *country, const char *text, char *normal);

/* The tax number of a firm in this country (ISO 3166): China a Unified Social Credit Code, the
 * European Union a VAT number, others 5 to 20 letters and digits. The prefix of a VAT number, or 18
 * characters that can only be a Unified Social Credit Code, tell that it is from elsewhere. */
LOY_API enum loy_identifier_code loy_tax_check(const char *country, const char *text, char *normal);

/* IBAN (ISO 13616): the country's length as registered in 2024, modulo 97 (ISO 7064) is 1. */
LOY_API enum loy_identifier_code loy_iban_check(const char *text, char *normal);

/* A telephone number into E.164 ("+8613800138000"), dialled in this country (ISO 3166; its trunk
 * zero goes). A Chinese 400 or 800 number in China stays national. The digits of an extension come
 * apart; extension may be NULL and holds LOY_IDENTIFIER_MAX bytes. */
LOY_API enum loy_identifier_code loy_telephone_check(
    const char *country, const char *text, char *normal, char *extension);

/* A postcode of this country (ISO 3166), or of another whose code and a hyphen stand in front
 * ("NL-1012 AB"). Of countries without a rule here: 2 to 12 letters, digits, blanks, hyphens. */
LOY_API enum loy_identifier_code loy_postcode_check(
    const char *country, const char *text, char *normal);

/* An account: an IBAN where it begins like one (two letters and two digits; of letters that are no
 * country's with IBANs only from 15 characters on, which is IBAN_COUNTRY), 6 to 30 digits of a
 * bank, or 3 to 34 letters and digits of a credit account with the shop. Never a payment card: 13
 * to 19 digits in a network's range (loyalty/issuer.h) that pass Luhn's check, wherever they stand
 * in it. */
LOY_API enum loy_identifier_code loy_account_check(const char *text, char *normal);

#ifdef __cplusplus
}
#endif
#endif
