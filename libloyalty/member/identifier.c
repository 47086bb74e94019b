/* SPDX-License-Identifier: MIT
 *
 * identifier.c - the codes of all checks with their words, and which check a tax or account number
 * gets. In: text as typed. Out: a code, a normal form. Must not know: the store, whose number it
 * is.
 */
#include "identifier_private.h"
#include "member_private.h"

#include <string.h>

#define TAX_MIN 5u
#define TAX_MAX 20u
#define ACCOUNT_MIN 3u
#define ACCOUNT_MAX 34u
#define BANK_DIGITS_MIN 6u
#define BANK_DIGITS_MAX 30u
#define PAN_MIN 13u
#define PAN_MAX 19u
#define IBAN_MIN 15u /* of the shortest, Norway's */
#define USCC_SIZE 18u
#define VAT_MAX 14u /* with its prefix */

static const struct {
    enum loy_identifier_grade grade;
    const char *name, *wrong, *right;
} codes[] = {
#define ROW(symbol, name, grade, wrong, right) {LOY_IDENTIFIER_##grade, name, wrong, right},
    LOY_IDENTIFIER_CODES(ROW)
#undef ROW
};

enum loy_identifier_grade loy_identifier_grade(enum loy_identifier_code code)
{
    return (size_t)code < LOY_IDENTIFIER_CODE_END ? codes[code].grade : LOY_IDENTIFIER_WRONG;
}

const char *loy_identifier_name(enum loy_identifier_code code)
{
    return (size_t)code < LOY_IDENTIFIER_CODE_END ? codes[code].name : NULL;
}

const char *loy_identifier_wrong(enum loy_identifier_code code)
{
    return (size_t)code < LOY_IDENTIFIER_CODE_END ? store_words(codes[code].wrong) : NULL;
}

const char *loy_identifier_right(enum loy_identifier_code code)
{
    return (size_t)code < LOY_IDENTIFIER_CODE_END ? store_words(codes[code].right) : NULL;
}

/* ---- Text --------------------------------------------------------------------------------------
 */

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

enum loy_identifier_code identifier_squeeze(
    const char *text, const char *dropped, enum loy_identifier_code too_long, char *squeezed)
{
    char normal[LOY_FIELD_TEXT_MAX];
    enum loy_identifier_code code = LOY_IDENTIFIER_GOOD;
    size_t n = 0;
    squeezed[0] = '\0';
    if (!text) return LOY_IDENTIFIER_EMPTY;
    enum loy_status status = member_text_normal(text, normal);
    if (status == LOY_E_LIMIT) return too_long;
    if (status != LOY_OK) return LOY_IDENTIFIER_TEXT;
    for (size_t i = 0; normal[i] && code == LOY_IDENTIFIER_GOOD; i++) {
        if (strchr(dropped, normal[i])) continue;
        if (n + 1 == LOY_IDENTIFIER_MAX)
            code = too_long;
        else
            squeezed[n++] = upper(normal[i]);
    }
    squeezed[n] = '\0';
    sodium_memzero(normal, sizeof normal);
    return n > 0 ? code : LOY_IDENTIFIER_EMPTY;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool fits_one(char wanted, char c)
{
    switch (wanted) {
    case 'd':
        return is_digit(c);
    case 'a':
        return is_letter(c);
    case 'x':
        return is_digit(c) || is_letter(c);
    case 's':
        return is_letter(c) || c == '+' || c == '*';
    default:
        return c == wanted;
    }
}

bool identifier_fits(const char *pattern, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!pattern[i] || !fits_one(pattern[i], text[i])) return false;
    return pattern[n] == '\0';
}

enum loy_identifier_code identifier_end(enum loy_identifier_code code, char *kept, char *normal)
{
    bool wrong = loy_identifier_grade(code) == LOY_IDENTIFIER_WRONG;
    size_t n = wrong ? 0 : strlen(kept);
    memcpy(normal, kept, n);
    normal[n] = '\0';
    sodium_memzero(kept, LOY_IDENTIFIER_MAX);
    return code;
}

static bool all_letters_digits(const char *text, const char *others)
{
    for (; *text; text++)
        if (!is_letter(*text) && !is_digit(*text) && !strchr(others, *text)) return false;
    return true;
}

/* ---- Tax numbers -------------------------------------------------------------------------------
 */

enum loy_identifier_code loy_tax_check(const char *country, const char *text, char *normal)
{
    char squeezed[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code =
        identifier_squeeze(text, " .-", LOY_IDENTIFIER_TAX_FORM, squeezed);
    if (code != LOY_IDENTIFIER_GOOD) return identifier_end(code, squeezed, normal);
    size_t n = strlen(squeezed);
    bool vat = n <= VAT_MAX && vat_begins(squeezed);
    bool uscc = !vat && country && strcmp(country, "CN") == 0;
    if (!vat && !uscc && n == USCC_SIZE)
        uscc = loy_identifier_grade(loy_uscc_check(squeezed, normal)) != LOY_IDENTIFIER_WRONG;
    if (uscc)
        code = loy_uscc_check(squeezed, normal);
    else if (vat || vat_country(country))
        code = loy_vat_check(country, squeezed, normal);
    else if (n < TAX_MIN || n > TAX_MAX || !all_letters_digits(squeezed, "/+*"))
        code = identifier_end(LOY_IDENTIFIER_TAX_FORM, squeezed, normal);
    else
        code = identifier_end(LOY_IDENTIFIER_GOOD, squeezed, normal);
    sodium_memzero(squeezed, sizeof squeezed);
    return code;
}

/* ---- Accounts ----------------------------------------------------------------------------------
 */

bool identifier_holds_payment(const char *text)
{
    while (*text) {
        size_t n = strspn(text, "0123456789");
        if (n >= PAN_MIN && n <= PAN_MAX && loy_digits_luhn(text, n) &&
            loy_issuer_find(text, n, false))
            return true;
        text += n > 0 ? n : 1;
    }
    return false;
}

static enum loy_identifier_code account_code(const char *account)
{
    size_t n = strlen(account);
    bool digits = loy_digits_only(account, n);
    if (identifier_holds_payment(account)) return LOY_IDENTIFIER_ACCOUNT_CARD;
    if (!all_letters_digits(account, "/") || n < ACCOUNT_MIN || n > ACCOUNT_MAX)
        return LOY_IDENTIFIER_ACCOUNT_FORM;
    if (digits && n > BANK_DIGITS_MAX) return LOY_IDENTIFIER_ACCOUNT_FORM;
    return LOY_IDENTIFIER_GOOD;
}

enum loy_identifier_code loy_account_check(const char *text, char *normal)
{
    char squeezed[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code =
        identifier_squeeze(text, " .-", LOY_IDENTIFIER_ACCOUNT_FORM, squeezed);
    if (code == LOY_IDENTIFIER_GOOD && identifier_fits("aadd", squeezed, 4)) {
        code = loy_iban_check(squeezed, normal);
        /* "AB12..." of a country without IBANs is the shop's own number, unless it is as long as an
         * IBAN: then its first letters are typed wrong, or made up. */
        if (code != LOY_IDENTIFIER_IBAN_COUNTRY || strlen(squeezed) >= IBAN_MIN) {
            sodium_memzero(squeezed, sizeof squeezed);
            return code;
        }
        code = LOY_IDENTIFIER_GOOD;
    }
    if (code == LOY_IDENTIFIER_GOOD) code = account_code(squeezed);
    return identifier_end(code, squeezed, normal);
}
