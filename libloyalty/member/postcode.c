/* SPDX-License-Identifier: MIT
 *
 * postcode.c - postcodes by country, as one table of patterns.
 * In: a country and text as typed. Out: a code, the postcode as the country writes it.
 * Must not know: places, the store.
 */
#include "identifier_private.h"

#include <sodium.h>
#include <string.h>

#define FREE_MIN 2u
#define FREE_MAX 12u

/* Patterns of identifier_fits in which blanks and hyphens are only written, not read. */
// clang-format off
static const struct rule {
    char country[3];
    const char *pattern;
    enum loy_identifier_code wrong;
} rules[] = {
    {"CN", "dddddd", LOY_IDENTIFIER_POSTCODE_6}, {"RO", "dddddd", LOY_IDENTIFIER_POSTCODE_6},
    {"AT", "dddd", LOY_IDENTIFIER_POSTCODE_4}, {"BE", "dddd", LOY_IDENTIFIER_POSTCODE_4},
    {"BG", "dddd", LOY_IDENTIFIER_POSTCODE_4}, {"CY", "dddd", LOY_IDENTIFIER_POSTCODE_4},
    {"DK", "dddd", LOY_IDENTIFIER_POSTCODE_4}, {"HU", "dddd", LOY_IDENTIFIER_POSTCODE_4},
    {"LU", "dddd", LOY_IDENTIFIER_POSTCODE_4}, {"SI", "dddd", LOY_IDENTIFIER_POSTCODE_4},
    {"DE", "ddddd", LOY_IDENTIFIER_POSTCODE_5}, {"EE", "ddddd", LOY_IDENTIFIER_POSTCODE_5},
    {"ES", "ddddd", LOY_IDENTIFIER_POSTCODE_5}, {"FI", "ddddd", LOY_IDENTIFIER_POSTCODE_5},
    {"FR", "ddddd", LOY_IDENTIFIER_POSTCODE_5}, {"HR", "ddddd", LOY_IDENTIFIER_POSTCODE_5},
    {"IT", "ddddd", LOY_IDENTIFIER_POSTCODE_5},
    {"LT", "LT-ddddd", LOY_IDENTIFIER_POSTCODE_LT}, {"LV", "LV-dddd", LOY_IDENTIFIER_POSTCODE_LV},
    {"CZ", "ddd dd", LOY_IDENTIFIER_POSTCODE_3_2}, {"GR", "ddd dd", LOY_IDENTIFIER_POSTCODE_3_2},
    {"SE", "ddd dd", LOY_IDENTIFIER_POSTCODE_3_2}, {"SK", "ddd dd", LOY_IDENTIFIER_POSTCODE_3_2},
    {"PL", "dd-ddd", LOY_IDENTIFIER_POSTCODE_PL}, {"NL", "dddd aa", LOY_IDENTIFIER_POSTCODE_NL},
    {"PT", "dddd-ddd", LOY_IDENTIFIER_POSTCODE_PT}, {"IE", "xxx xxxx", LOY_IDENTIFIER_POSTCODE_IE},
    {"MT", "aaa dddd", LOY_IDENTIFIER_POSTCODE_MT},
};
// clang-format on

static const struct rule *rule_of(const char *country)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strncmp(rules[i].country, country, 2) == 0) return &rules[i];
    return NULL;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '-';
}

/* The squeezed text written as the pattern has its gaps. */
static bool write_as(const char *pattern, const char *squeezed, char *kept)
{
    char bare[LOY_IDENTIFIER_MAX];
    size_t n = 0;
    for (size_t i = 0; pattern[i]; i++)
        if (!is_gap(pattern[i])) bare[n++] = pattern[i];
    bare[n] = '\0';
    if (!identifier_fits(bare, squeezed, strlen(squeezed))) return false;
    for (size_t i = 0; pattern[i]; i++)
        kept[i] = is_gap(pattern[i]) ? pattern[i] : *squeezed++;
    kept[strlen(pattern)] = '\0';
    return true;
}

/* LT and LV have their letters in the pattern. */
static bool is_own(const struct rule *rule)
{
    return rule->pattern[0] == rule->country[0];
}

/* "LT-" belongs to the postcode itself and may be left out; "D-" and "DE-" in front of digits are
 * how neighbours write it. */
static enum loy_identifier_code by_rule(const struct rule *rule, const char *squeezed, char *kept)
{
    char with[LOY_IDENTIFIER_MAX];
    if (write_as(rule->pattern, squeezed, kept)) return LOY_IDENTIFIER_GOOD;
    if (is_own(rule)) {
        memcpy(with, rule->country, 2);
        size_t n = strlen(squeezed);
        if (n > 5) return rule->wrong;
        memcpy(with + 2, squeezed, n + 1);
        return write_as(rule->pattern, with, kept) ? LOY_IDENTIFIER_GOOD : rule->wrong;
    }
    size_t sign = squeezed[0] != rule->country[0] ? 0 : squeezed[1] == rule->country[1] ? 2 : 1;
    bool good = rule->pattern[0] == 'd' && write_as(rule->pattern, squeezed + sign, kept);
    return good ? LOY_IDENTIFIER_GOOD : rule->wrong;
}

/* Letters, digits, single blanks and hyphens. */
static enum loy_identifier_code by_none(const char *upper)
{
    size_t n = strlen(upper);
    bool good = n >= FREE_MIN && n <= FREE_MAX;
    for (size_t i = 0; i < n && good; i++)
        good = is_gap(upper[i]) || identifier_fits("x", upper + i, 1);
    return good ? LOY_IDENTIFIER_GOOD : LOY_IDENTIFIER_POSTCODE_FREE;
}

static bool names_country(const char *upper)
{
    return identifier_fits("aa-", upper, 3);
}

/* Of another country: its letters stay in front. */
static enum loy_identifier_code abroad(const char *upper, char *kept)
{
    char squeezed[LOY_IDENTIFIER_MAX];
    const struct rule *rule = rule_of(upper);
    if (!rule) {
        memcpy(kept, upper, strlen(upper) + 1);
        return by_none(upper);
    }
    /* What was squeezed before only gets shorter, and its two letters stay. */
    identifier_squeeze(upper, " .-", rule->wrong, squeezed);
    size_t own = is_own(rule) ? 0 : 1;
    memcpy(kept, upper, 3);
    enum loy_identifier_code code = by_rule(rule, squeezed + 2 * own, kept + 3 * own);
    sodium_memzero(squeezed, sizeof squeezed);
    return code;
}

enum loy_identifier_code loy_postcode_check(const char *country, const char *text, char *normal)
{
    char upper[LOY_IDENTIFIER_MAX], squeezed[LOY_IDENTIFIER_MAX], kept[LOY_IDENTIFIER_MAX] = "";
    const struct rule *rule = country ? rule_of(country) : NULL;
    enum loy_identifier_code wrong = rule ? rule->wrong : LOY_IDENTIFIER_POSTCODE_FREE;
    enum loy_identifier_code code = identifier_squeeze(text, " .-", wrong, squeezed);
    if (code == LOY_IDENTIFIER_GOOD) code = identifier_squeeze(text, "", wrong, upper);
    if (code == LOY_IDENTIFIER_GOOD) {
        if (names_country(upper) && (!country || strncmp(upper, country, 2) != 0))
            code = abroad(upper, kept);
        else if (rule)
            code = by_rule(rule, squeezed + (names_country(upper) && !is_own(rule) ? 2 : 0), kept);
        else {
            memcpy(kept, upper, sizeof kept);
            code = by_none(upper);
        }
    }
    sodium_memzero(upper, sizeof upper);
    sodium_memzero(squeezed, sizeof squeezed);
    return identifier_end(code, kept, normal);
}
