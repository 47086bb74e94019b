/* SPDX-License-Identifier: MIT
 *
 * field.c - what may stand in a field of a form, as one table.
 * In: a field and its text as typed. Out: its normal form, or a sentence that says what would be
 * right. Must not know: rows, envelopes, who the member is. No sentence repeats a value.
 */
#include "identifier_private.h"
#include "member_private.h"

#include <loyalty/form.h>
#include <loyalty/identifier.h>

#include <stdlib.h>
#include <string.h>

#define NAME_CHARACTERS_MAX 100u
#define TEXT_CHARACTERS_MAX 200u
#define BIRTH_YEAR_MIN 1900
#define HOUSEHOLD_MAX 20
#define SECTION_CHARACTERS_MAX 20u

struct context {
    const char *country;
    int64_t at_us;
};

/* normal holds the normal text on entry; the function checks it and may change it further. */
typedef bool (*field_check)(const struct context *context, char *normal);

static bool letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_letters_digits(const char *text, const char *others, size_t min, size_t max)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (!letter(text[i]) && !digit(text[i]) && !strchr(others, text[i])) return false;
    return n >= min && n <= max;
}

static bool check_name(const struct context *context, char *normal)
{
    (void)context;
    return member_text_length(normal) <= NAME_CHARACTERS_MAX;
}

static bool check_text(const struct context *context, char *normal)
{
    (void)context;
    return member_text_length(normal) <= TEXT_CHARACTERS_MAX;
}

static bool check_section(const struct context *context, char *normal)
{
    (void)context;
    return member_text_length(normal) <= SECTION_CHARACTERS_MAX;
}

/* ---- Numbers of loyalty/identifier.h -----------------------------------------------------------
 */

typedef enum loy_identifier_code (*field_identify)(
    const struct context *context, const char *text, char *normal);

static enum loy_identifier_code identify_telephone(
    const struct context *context, const char *text, char *normal)
{
    return loy_telephone_check(context->country, text, normal, NULL);
}

static enum loy_identifier_code identify_postcode(
    const struct context *context, const char *text, char *normal)
{
    return loy_postcode_check(context->country, text, normal);
}

static enum loy_identifier_code identify_tax_no(
    const struct context *context, const char *text, char *normal)
{
    return loy_tax_check(context->country, text, normal);
}

static enum loy_identifier_code identify_account_no(
    const struct context *context, const char *text, char *normal)
{
    (void)context;
    return loy_account_check(text, normal);
}

/* ---- The rest ----------------------------------------------------------------------------------
 */

static bool is_word(const char *word, const char *words)
{
    size_t n = strlen(word);
    for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
        if (at[-1] == '|' && at[n] == '|') return true;
    return false;
}

static bool check_sex(const struct context *context, char *normal)
{
    static const struct {
        const char *code, *words; /* between bars, case folded */
    } rows[] = {
        {"f", "|f|female|w|woman|weiblich|frau|女|女性|女士|"},
        {"m", "|m|male|man|männlich|mann|男|男性|男士|先生|"},
        {"other", "|other|o|x|d|diverse|divers|其他|其它|"},
        {"not-said",
            "|not-said|not said|unknown|n/a|u|-|keine angabe|k.a.|未说明|不愿透露|保密|未知|"},
    };
    char folded[LOY_FIELD_TEXT_MAX];
    (void)context;
    if (member_text_fold(normal, folded) != LOY_OK) return false;
    if (!folded[0] || strchr(folded, '|')) return false;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!is_word(folded, rows[i].words)) continue;
        memcpy(normal, rows[i].code, strlen(rows[i].code) + 1);
        return true;
    }
    return false;
}

/* The year of a moment; days to civil as in the proleptic Gregorian calendar. */
static int year_of(int64_t at_us)
{
    int64_t days = at_us / INT64_C(86400000000) + 719468;
    int64_t era = days / 146097, day = days % 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
    return (int)(era * 400 + year + (day_of_year >= 306 ? 1 : 0));
}

/* -1: not a number of at most four digits. */
static int small_number(const char *text)
{
    size_t n = strlen(text);
    int value = 0;
    if (n > 4 || !loy_digits_only(text, n)) return -1;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

static bool is_birth_year(const struct context *context, int year)
{
    return year >= BIRTH_YEAR_MIN && year <= year_of(context->at_us);
}

/* A year, or two with a hyphen or dash: the decade or band that somebody is ready to tell. */
static bool check_birth_year(const struct context *context, char *normal)
{
    static const char dash[] = "\xe2\x80\x93"; /* U+2013 */
    size_t n = strlen(normal);
    if (n == 4) return is_birth_year(context, small_number(normal));
    if (n < 9) return false;
    size_t gap = strncmp(normal + 4, dash, 3) == 0 ? 3 : 1;
    if (n != 8 + gap || (gap == 1 && normal[4] != '-')) return false;
    char first[5] = {normal[0], normal[1], normal[2], normal[3], '\0'};
    int from = small_number(first), to = small_number(normal + 4 + gap);
    if (!is_birth_year(context, from) || !is_birth_year(context, to) || from >= to) return false;
    normal[4] = '-';
    memmove(normal + 5, normal + 4 + gap, 5);
    return true;
}

static bool check_household_size(const struct context *context, char *normal)
{
    (void)context;
    int size = small_number(normal);
    if (size < 1 || size > HOUSEHOLD_MAX) return false;
    char *at = normal;
    if (size >= 10) *at++ = (char)('0' + size / 10);
    *at++ = (char)('0' + size % 10);
    *at = '\0';
    return true;
}

static bool check_language(const struct context *context, char *normal)
{
    (void)context;
    return letter(normal[0]) && all_letters_digits(normal, "-_", 2, 35);
}

static int days_of(int year, int month)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/* 2027-12-31 */
static bool check_date(const struct context *context, char *normal)
{
    static const char digits[] = "0000-00-00";
    (void)context;
    if (strlen(normal) != sizeof digits - 1) return false;
    for (size_t i = 0; digits[i]; i++)
        if (digits[i] == '0' ? !digit(normal[i]) : normal[i] != digits[i]) return false;
    int year = (int)strtol(normal, NULL, 10), month = (int)strtol(normal + 5, NULL, 10);
    int day = (int)strtol(normal + 8, NULL, 10);
    return month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

static bool check_email(const struct context *context, char *normal)
{
    char folded[LOY_FIELD_TEXT_MAX];
    (void)context;
    if (member_text_fold(normal, folded) != LOY_OK || strpbrk(folded, " ,;<>\"()")) return false;
    const char *at = strchr(folded, '@');
    const char *dot = at ? strrchr(at, '.') : NULL;
    bool good = at && at != folded && dot && dot > at + 1 && dot[1] && !strchr(at + 1, '@');
    if (good) memcpy(normal, folded, strlen(folded) + 1);
    sodium_memzero(folded, sizeof folded);
    return good;
}

struct rule {
    enum loy_field field;
    enum loy_operation reading;
    field_check check;       /* or */
    field_identify identify; /* a number with codes of its own */
    const char *expected;
};
// clang-format off
static const struct rule rules[] = {
    {LOY_FIELD_NAME, LOY_MAY_READ_NAME, check_name, NULL, N_("a name of at most 100 characters")},
    {LOY_FIELD_FAMILY_NAME, LOY_MAY_READ_NAME, check_name, NULL, N_("a name of at most 100 characters")},
    {LOY_FIELD_GIVEN_NAME, LOY_MAY_READ_NAME, check_name, NULL, N_("a name of at most 100 characters")},
    {LOY_FIELD_INDUSTRY, LOY_MAY_READ_TRAIT, check_text, NULL, N_("at most 200 characters, such as restaurant")},
    {LOY_FIELD_ADDRESS, LOY_MAY_READ_ADDRESS, check_text, NULL, N_("at most 200 characters")},
    {LOY_FIELD_TELEPHONE, LOY_MAY_READ_ADDRESS, NULL, identify_telephone, NULL},
    {LOY_FIELD_FAX, LOY_MAY_READ_ADDRESS, NULL, identify_telephone, NULL},
    {LOY_FIELD_SECTION, LOY_MAY_READ_TRAIT, check_section, NULL, N_("at most 20 characters")},
    {LOY_FIELD_DISTRICT, LOY_MAY_READ_TRAIT, check_text, NULL, N_("at most 200 characters")},
    {LOY_FIELD_POSTCODE, LOY_MAY_READ_TRAIT, NULL, identify_postcode, NULL},
    {LOY_FIELD_TAX_NO, LOY_MAY_READ_ADDRESS, NULL, identify_tax_no, NULL},
    {LOY_FIELD_ACCOUNT_NO, LOY_MAY_READ_ACCOUNT, NULL, identify_account_no, NULL},
    {LOY_FIELD_PURCHASERS, LOY_MAY_READ_ADDRESS, NULL, NULL, NULL},
    {LOY_FIELD_SEX, LOY_MAY_READ_TRAIT, check_sex, NULL, N_("f, m, other or not-said")},
    {LOY_FIELD_BIRTH_YEAR, LOY_MAY_READ_TRAIT, check_birth_year, NULL,
        N_("a year of four digits from 1900 to this one or a band such as 1980-1989, never an age")},
    {LOY_FIELD_HOUSEHOLD_SIZE, LOY_MAY_READ_TRAIT, check_household_size, NULL, N_("a number of persons from 1 to 20")},
    {LOY_FIELD_LANGUAGE, LOY_MAY_READ_TRAIT, check_language, NULL, N_("a language's code such as zh_CN, en or de")},
    {LOY_FIELD_EMAIL, LOY_MAY_READ_ADDRESS, check_email, NULL, N_("an address such as name@example.com")},
    {LOY_FIELD_TRADING_NAME, LOY_MAY_READ_NAME, check_name, NULL, N_("a name of at most 100 characters")},
    {LOY_FIELD_BANK_NAME, LOY_MAY_READ_ACCOUNT, check_name, NULL, N_("a name of at most 100 characters")},
    {LOY_FIELD_LICENCE_UNTIL, LOY_MAY_READ_ADDRESS, check_date, NULL, N_("a date such as 2027-12-31")},
};
// clang-format on

static const struct rule *rule_of(enum loy_field field)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].field == field) return &rules[i];
    return NULL;
}

/* What people write who have no tax number yet; it is no value. */
bool member_tax_pending(enum loy_field field, const char *text)
{
    static const char *const words[] = {"none yet", "暂无", "尚无", "noch keine"};
    char folded[LOY_FIELD_TEXT_MAX];
    bool pending = false;
    if (field != LOY_FIELD_TAX_NO || member_text_fold(text, folded) != LOY_OK) return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        pending = pending || strcmp(folded, words[i]) == 0;
    sodium_memzero(folded, sizeof folded);
    return pending;
}

enum loy_status member_identifier_fail(struct loy_store *store, enum loy_status status,
    enum loy_field field, enum loy_identifier_code code)
{
    char label[MEMBER_LABEL_MAX];
    member_field_label(store, field, label);
    return store_fail(store, status, "%s: %s; expected is %s", label, loy_identifier_wrong(code),
        loy_identifier_right(code));
}

static enum loy_status fail_text(
    struct loy_store *store, enum loy_field field, enum loy_status status)
{
    char label[MEMBER_LABEL_MAX];
    member_field_label(store, field, label);
    if (status == LOY_E_FORMAT)
        return store_fail(store, status,
            "%s: one line of text in UTF-8 is expected, without tabs or other control characters",
            label);
    if (status == LOY_E_LIMIT)
        return store_fail(store, LOY_E_FORMAT, "%s: at most %u bytes are expected", label,
            LOY_FIELD_TEXT_MAX - 1);
    return store_fail(store, status, "out of memory");
}

/* As the check of a tax number counts them. */
static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += !strchr(" .-", *text) && ((unsigned char)*text & 0xC0u) != 0x80u;
    return n;
}

/* Either may be what is wrong: the length, or that the country is missing. */
static enum loy_status fail_own(struct loy_store *store, enum loy_field field, size_t size)
{
    char label[MEMBER_LABEL_MAX];
    const char *country = store->settings.country;
    member_field_label(store, field, label);
    return store_fail(store, LOY_E_FORMAT,
        "%s: it has %zu characters, and no country's letters stand in front; expected is a VAT "
        "number of %s (%s), or one of another country with its letters in front",
        label, size, country, store_words(vat_words(country)));
}

static enum loy_status identify(struct loy_store *store, const struct rule *rule,
    const struct context *context, char normal[LOY_FIELD_TEXT_MAX])
{
    char number[LOY_IDENTIFIER_MAX];
    enum loy_identifier_code code = rule->identify(context, normal, number);
    size_t size = characters(normal);
    sodium_memzero(normal, LOY_FIELD_TEXT_MAX);
    memcpy(normal, number, sizeof number);
    sodium_memzero(number, sizeof number);
    if (loy_identifier_grade(code) != LOY_IDENTIFIER_WRONG) return LOY_OK;
    if (code == LOY_IDENTIFIER_VAT_OWN) return fail_own(store, rule->field, size);
    return member_identifier_fail(store, LOY_E_FORMAT, rule->field, code);
}

enum loy_status member_field_normal(struct loy_store *store, enum loy_field field, const char *text,
    int64_t at_us, char normal[LOY_FIELD_TEXT_MAX])
{
    const struct rule *rule = rule_of(field);
    const struct context context = {store->settings.country, at_us};
    char label[MEMBER_LABEL_MAX];
    if (!rule || !text) return store_fail(store, LOY_E_ARGUMENT, "there is no such field");
    enum loy_status status = member_text_normal(text, normal);
    if (status != LOY_OK) return fail_text(store, field, status);
    if (normal[0] == '\0' || member_tax_pending(field, text)) return LOY_NONE;
    if (rule->identify) return identify(store, rule, &context, normal);
    if (!rule->check || rule->check(&context, normal)) return LOY_OK;
    sodium_memzero(normal, LOY_FIELD_TEXT_MAX);
    member_field_label(store, field, label);
    return store_fail(
        store, LOY_E_FORMAT, "%s: expected is %s", label, store_words(rule->expected));
}

enum loy_status member_code_check(
    struct loy_store *store, const char *what, const char *text, size_t size_max)
{
    char normal[LOY_FIELD_TEXT_MAX];
    bool good = text && text[0] && strlen(text) < size_max;
    if (good) good = member_text_normal(text, normal) == LOY_OK && normal[0];
    if (good) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, "%s: a text of 1 to %zu bytes on one line is expected",
        what, size_max - 1);
}

enum loy_operation member_field_operation(enum loy_field field)
{
    const struct rule *rule = rule_of(field);
    return rule ? rule->reading : LOY_MAY_NOTHING;
}

bool member_field_indexed(enum loy_field field)
{
    switch (field) {
#define ROW(symbol, number, name, indexed)                                                         \
    case symbol:                                                                                   \
        return indexed;
        LOY_FIELDS(ROW)
#undef ROW
    }
    return false;
}

const char *loy_field_name(enum loy_field field)
{
    switch (field) {
#define ROW(symbol, number, name, indexed)                                                         \
    case symbol:                                                                                   \
        return name;
        LOY_FIELDS(ROW)
#undef ROW
    }
    return NULL;
}

enum loy_status loy_field_find(const char *name, enum loy_field *field)
{
    if (!name || !field) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(loy_field_name(rules[i].field), name) != 0) continue;
        *field = rules[i].field;
        return LOY_OK;
    }
    return LOY_NONE;
}
