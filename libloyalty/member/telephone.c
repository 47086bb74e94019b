/* SPDX-License-Identifier: MIT
 *
 * telephone.c - telephone numbers as people write them, into E.164.
 * In: text as typed and the country it is dialled in. Out: a code; "+" and at most 15 digits, the
 * digits of an extension apart. Must not know: members, the store, whether the number exists.
 */
#include "identifier_private.h"
#include "member_private.h"

#include <string.h>

#define E164_MAX 15u
#define E164_MIN 7u
#define DIGITS_MAX 24u

/* National digits without the trunk prefix (ITU-T E.164 and national plans). An empty trunk: none
 * is dialled, and a leading zero belongs to the number (Italy). */
struct plan {
    char country[3];
    const char *code, *trunk, *abroad;
    uint8_t shortest, longest;
};
// clang-format off
static const struct plan plans[] = {
    {"CN", "86", "0", "00", 10, 11}, {"DE", "49", "0", "00", 5, 13}, {"AT", "43", "0", "00", 4, 13},
    {"BE", "32", "0", "00", 8, 9},   {"BG", "359", "0", "00", 7, 9}, {"CH", "41", "0", "00", 9, 9},
    {"CY", "357", "", "00", 8, 8},   {"CZ", "420", "", "00", 9, 9},  {"DK", "45", "", "00", 8, 8},
    {"EE", "372", "", "00", 7, 8},   {"ES", "34", "", "00", 9, 9},   {"FI", "358", "0", "00", 5, 12},
    {"FR", "33", "0", "00", 9, 9},   {"GB", "44", "0", "00", 9, 10}, {"GR", "30", "", "00", 10, 10},
    {"HR", "385", "0", "00", 8, 9},  {"HU", "36", "06", "00", 8, 9}, {"IE", "353", "0", "00", 7, 9},
    {"IT", "39", "", "00", 6, 11},   {"LT", "370", "0", "00", 8, 8}, {"LU", "352", "", "00", 4, 11},
    {"LV", "371", "", "00", 8, 8},   {"MT", "356", "", "00", 8, 8},  {"NL", "31", "0", "00", 9, 9},
    {"NO", "47", "", "00", 8, 8},    {"PL", "48", "", "00", 9, 9},   {"PT", "351", "", "00", 9, 9},
    {"RO", "40", "0", "00", 9, 9},   {"SE", "46", "0", "00", 7, 10}, {"SI", "386", "0", "00", 8, 8},
    {"SK", "421", "0", "00", 9, 9},  {"US", "1", "1", "011", 10, 10}, {"CA", "1", "1", "011", 10, 10},
    {"JP", "81", "0", "010", 9, 10}, {"HK", "852", "", "001", 8, 8}, {"IN", "91", "0", "00", 10, 10},
};
static const char *const extensions[] = {"ext", "Ext", "EXT", "x", "#", "转", "轉", "分机", "分機", "DW", ";ext"};
// clang-format on

struct dialled {
    char digits[DIGITS_MAX + 1], extension[DIGITS_MAX + 1];
    size_t count, before_hyphen; /* digits in front of the last hyphen */
    bool plus;
};

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_extension(const char *text)
{
    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
        if (starts_with(text, extensions[i])) return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whatever words stand there, its digits are what is dialled. */
static void read_extension(const char *text, char extension[DIGITS_MAX + 1])
{
    size_t n = 0;
    for (; *text; text++)
        if (is_digit(*text) && n < DIGITS_MAX) extension[n++] = *text;
    extension[n] = '\0';
}

/* Digits of the text up to an extension; "(0)" is what one dials at home only. */
static enum loy_identifier_code read_digits(const char *text, struct dialled *dialled)
{
    memset(dialled, 0, sizeof *dialled);
    dialled->plus = text[0] == '+';
    for (const char *at = text + (dialled->plus ? 1 : 0); *at; at++) {
        if (dialled->plus && starts_with(at, "(0)")) {
            at += 2;
        } else if (is_digit(*at)) {
            if (dialled->count == DIGITS_MAX) return LOY_IDENTIFIER_TELEPHONE_LENGTH;
            dialled->digits[dialled->count++] = *at;
        } else if (dialled->count > 0 && is_extension(at)) {
            read_extension(at, dialled->extension);
            return LOY_IDENTIFIER_GOOD;
        } else if (*at == '-') {
            dialled->before_hyphen = dialled->count;
        } else if (!strchr(" ./()", *at)) {
            return LOY_IDENTIFIER_TELEPHONE_FORM;
        }
    }
    return dialled->count > 0 ? LOY_IDENTIFIER_GOOD : LOY_IDENTIFIER_TELEPHONE_FORM;
}

static enum loy_identifier_code write_e164(
    const char *code, const char *digits, size_t n, char *normal)
{
    size_t code_size = strlen(code);
    if (code_size + n < E164_MIN || code_size + n > E164_MAX)
        return LOY_IDENTIFIER_TELEPHONE_LENGTH;
    normal[0] = '+';
    memcpy(normal + 1, code, code_size);
    memcpy(normal + 1 + code_size, digits, n);
    normal[1 + code_size + n] = '\0';
    return LOY_IDENTIFIER_GOOD;
}

static bool is_chinese(const struct plan *plan)
{
    return strcmp(plan->code, "86") == 0;
}

static bool chinese_service(const char *digits, size_t n)
{
    return n == 10 && (starts_with(digits, "400") || starts_with(digits, "800"));
}

/* Mobiles are 1[3-9] and 9 digits. An area code (without its zero) is 10, 2 and a digit, or three
 * digits from 3 to 9 on; 7 or 8 digits follow, 8 behind those of two. */
static bool chinese_mobile(const char *digits, size_t n)
{
    return n == 11 && digits[0] == '1' && digits[1] >= '3';
}

static bool chinese_landline(const char *digits, size_t n)
{
    if (starts_with(digits, "10") || digits[0] == '2') return n == 9 || n == 10;
    return digits[0] >= '3' && (n == 10 || n == 11);
}

/* Without its area code a landline is nobody's number: mobiles need none, landlines begin with the
 * trunk. */
static enum loy_identifier_code chinese(const char *digits, size_t n, bool whole, char *normal)
{
    bool mobile = chinese_mobile(digits, n);
    if (!mobile && !whole && !starts_with(digits, "10") && digits[0] != '1')
        return LOY_IDENTIFIER_TELEPHONE_AREA;
    if (!mobile && !chinese_landline(digits, n)) return LOY_IDENTIFIER_TELEPHONE_CHINA;
    return write_e164("86", digits, n, normal);
}

/* However often it was typed, so that what comes out has none left. */
static size_t trunk_of(const struct plan *plan, const char *digits)
{
    size_t used = 0, n = strlen(plan->trunk);
    while (n > 0 && starts_with(digits + used, plan->trunk))
        used += n;
    return used;
}

static enum loy_identifier_code national(
    const struct plan *plan, const char *digits, size_t n, char *normal)
{
    size_t trunk = trunk_of(plan, digits);
    digits += trunk;
    n -= trunk;
    if (is_chinese(plan) && chinese_service(digits, n)) {
        memcpy(normal, digits, n + 1);
        return LOY_IDENTIFIER_GOOD;
    }
    if (is_chinese(plan)) return chinese(digits, n, trunk > 0, normal);
    if (n < plan->shortest || n > plan->longest) return LOY_IDENTIFIER_TELEPHONE_LENGTH;
    return write_e164(plan->code, digits, n, normal);
}

/* Behind a + or its dialled form. Many write the zero that is dialled at home only: no number of a
 * country with that trunk begins with it. */
static enum loy_identifier_code abroad(
    const struct plan *home, const char *digits, size_t n, char *normal)
{
    if (n == 0 || digits[0] == '0') return LOY_IDENTIFIER_TELEPHONE_COUNTRY;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        const struct plan *plan = &plans[i];
        size_t code = strlen(plan->code);
        if (!starts_with(digits, plan->code)) continue;
        const char *rest = digits + code;
        if (plan->trunk[0] == '0') rest += trunk_of(plan, rest);
        size_t left = strlen(rest);
        bool service = is_chinese(plan) && chinese_service(rest, left);
        if (service && is_chinese(home)) return national(plan, rest, left, normal);
        if (is_chinese(plan) && !service) return chinese(rest, left, true, normal);
        if (left < plan->shortest || left > plan->longest) return LOY_IDENTIFIER_TELEPHONE_LENGTH;
        return write_e164(plan->code, rest, left, normal);
    }
    return write_e164("", digits, n, normal);
}

static const struct plan *plan_of(const char *country)
{
    static const struct plan anywhere = {"", "", "", "00", E164_MIN, E164_MAX};
    for (size_t i = 0; country && i < sizeof plans / sizeof plans[0]; i++)
        if (strcmp(plans[i].country, country) == 0) return &plans[i];
    return &anywhere;
}

static enum loy_identifier_code judge(
    const struct plan *plan, struct dialled *dialled, char *normal)
{
    if (dialled->plus) return abroad(plan, dialled->digits, dialled->count, normal);
    if (starts_with(dialled->digits, plan->abroad)) {
        size_t used = strlen(plan->abroad);
        return abroad(plan, dialled->digits + used, dialled->count - used, normal);
    }
    if (!plan->country[0]) {
        if (dialled->count < E164_MIN || dialled->count > E164_MAX)
            return LOY_IDENTIFIER_TELEPHONE_LENGTH;
        memcpy(normal, dialled->digits, dialled->count + 1);
        return LOY_IDENTIFIER_GOOD;
    }
    enum loy_identifier_code code = national(plan, dialled->digits, dialled->count, normal);
    if (code == LOY_IDENTIFIER_GOOD || dialled->before_hyphen < E164_MIN) return code;
    /* "010-62345678-801": what is too much behind the last hyphen is the extension. */
    memcpy(dialled->extension, dialled->digits + dialled->before_hyphen,
        dialled->count - dialled->before_hyphen + 1);
    dialled->digits[dialled->before_hyphen] = '\0';
    return national(plan, dialled->digits, dialled->before_hyphen, normal);
}

enum loy_identifier_code loy_telephone_check(
    const char *country, const char *text, char *normal, char *extension)
{
    char typed[LOY_FIELD_TEXT_MAX], kept[LOY_IDENTIFIER_MAX] = "";
    struct dialled dialled = {{0}, {0}, 0, 0, false};
    enum loy_status status = text ? member_text_normal(text, typed) : LOY_E_ARGUMENT;
    enum loy_identifier_code code = LOY_IDENTIFIER_TEXT;
    if (status == LOY_E_LIMIT) code = LOY_IDENTIFIER_TELEPHONE_LENGTH;
    if (status == LOY_E_ARGUMENT || (status == LOY_OK && !typed[0])) code = LOY_IDENTIFIER_EMPTY;
    if (status == LOY_OK && typed[0]) code = read_digits(typed, &dialled);
    if (code == LOY_IDENTIFIER_GOOD) code = judge(plan_of(country), &dialled, kept);
    if (extension) extension[0] = '\0';
    if (extension && code == LOY_IDENTIFIER_GOOD)
        memcpy(extension, dialled.extension, sizeof dialled.extension);
    sodium_memzero(typed, sizeof typed);
    sodium_memzero(&dialled, sizeof dialled);
    return identifier_end(code, kept, normal);
}

enum loy_status member_telephone_normal(
    const char *country, const char *text, char normal[LOY_FIELD_TEXT_MAX])
{
    enum loy_identifier_code code = loy_telephone_check(country, text, normal, NULL);
    return code == LOY_IDENTIFIER_GOOD ? LOY_OK : LOY_E_FORMAT;
}
