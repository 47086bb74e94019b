/* SPDX-License-Identifier: MIT
 *
 * telephone.c - telephone numbers as people write them, into E.164.
 * In: a normal text and the country it is dialled in. Out: "+" and at most 15 digits.
 * Must not know: members, the store, whether the number exists.
 */
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
    char digits[DIGITS_MAX + 1];
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

/* Digits of the text up to an extension; "(0)" is what one dials at home only. */
static enum loy_status read_digits(const char *text, struct dialled *dialled)
{
    memset(dialled, 0, sizeof *dialled);
    dialled->plus = text[0] == '+';
    for (const char *at = text + (dialled->plus ? 1 : 0); *at; at++) {
        if (dialled->plus && starts_with(at, "(0)")) {
            at += 2;
        } else if (*at >= '0' && *at <= '9') {
            if (dialled->count == DIGITS_MAX) return LOY_E_FORMAT;
            dialled->digits[dialled->count++] = *at;
        } else if (dialled->count > 0 && is_extension(at)) {
            return LOY_OK;
        } else if (*at == '-') {
            dialled->before_hyphen = dialled->count;
        } else if (!strchr(" ./()", *at)) {
            return LOY_E_FORMAT;
        }
    }
    return dialled->count > 0 ? LOY_OK : LOY_E_FORMAT;
}

static enum loy_status write_e164(
    const char *code, const char *digits, size_t n, char normal[LOY_FIELD_TEXT_MAX])
{
    size_t code_size = strlen(code);
    if (code_size + n < E164_MIN || code_size + n > E164_MAX) return LOY_E_FORMAT;
    normal[0] = '+';
    memcpy(normal + 1, code, code_size);
    memcpy(normal + 1 + code_size, digits, n);
    normal[1 + code_size + n] = '\0';
    return LOY_OK;
}

static bool chinese_service(const struct plan *plan, const char *digits, size_t n)
{
    return plan->code[0] == '8' && plan->code[1] == '6' && n == 10 &&
           (starts_with(digits, "400") || starts_with(digits, "800"));
}

/* Without its area code a landline is nobody's number: mobiles need none, landlines begin with the
 * trunk. */
static bool chinese_complete(const char *digits, size_t n, bool trunk)
{
    bool mobile = n == 11 && digits[0] == '1' && digits[1] >= '3';
    return mobile || (trunk && digits[0] != '1') || (trunk && starts_with(digits, "10"));
}

static enum loy_status national(
    const struct plan *plan, const char *digits, size_t n, char normal[LOY_FIELD_TEXT_MAX])
{
    if (chinese_service(plan, digits, n)) {
        memcpy(normal, digits, n + 1);
        return LOY_OK;
    }
    size_t trunk = plan->trunk[0] && starts_with(digits, plan->trunk) ? strlen(plan->trunk) : 0;
    digits += trunk;
    n -= trunk;
    if (n < plan->shortest || n > plan->longest) return LOY_E_FORMAT;
    if (strcmp(plan->code, "86") == 0 && !chinese_complete(digits, n, trunk > 0))
        return LOY_E_FORMAT;
    return write_e164(plan->code, digits, n, normal);
}

static enum loy_status abroad(const char *digits, size_t n, char normal[LOY_FIELD_TEXT_MAX])
{
    if (n == 0 || digits[0] == '0') return LOY_E_FORMAT;
    return write_e164("", digits, n, normal);
}

static const struct plan *plan_of(const char *country)
{
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        if (strcmp(plans[i].country, country) == 0) return &plans[i];
    return NULL;
}

enum loy_status member_telephone_normal(
    const char *country, const char *text, char normal[LOY_FIELD_TEXT_MAX])
{
    static const struct plan anywhere = {"", "", "", "00", E164_MIN, E164_MAX};
    const struct plan *plan = plan_of(country);
    struct dialled dialled;
    if (read_digits(text, &dialled) != LOY_OK) return LOY_E_FORMAT;
    if (!plan) plan = &anywhere;
    if (dialled.plus) return abroad(dialled.digits, dialled.count, normal);
    if (starts_with(dialled.digits, plan->abroad)) {
        size_t used = strlen(plan->abroad);
        return abroad(dialled.digits + used, dialled.count - used, normal);
    }
    if (plan == &anywhere) {
        if (dialled.count < E164_MIN || dialled.count > E164_MAX) return LOY_E_FORMAT;
        memcpy(normal, dialled.digits, dialled.count + 1);
        return LOY_OK;
    }
    enum loy_status status = national(plan, dialled.digits, dialled.count, normal);
    if (status == LOY_OK || dialled.before_hyphen < E164_MIN) return status;
    /* "010-62345678-801": what is too much behind the last hyphen is the extension. */
    dialled.digits[dialled.before_hyphen] = '\0';
    return national(plan, dialled.digits, dialled.before_hyphen, normal);
}
