/* SPDX-License-Identifier: MIT
 *
 * promotion_text.c - a rule of a promotion between words and the library's struct.
 * Words of a command line or a file come in, a rule or a sentence goes out. What fits together is
 * the library's to judge.
 */
#include "promotion_text.h"

#include <string.h>
#include <strings.h>

#define DAY_US (INT64_C(24) * 3600 * 1000000)

bool promotion_until(const char *text, int64_t *to_us)
{
    int16_t offset = 0;
    if (cli_time_parse(text, to_us, &offset) != LOY_OK) return false;
    if (strlen(text) > 10) return true;
    /* The next day's own midnight: a day on which the clocks change is not 24 hours long. */
    char next[32];
    cli_time_text(*to_us + DAY_US + DAY_US / 2, offset, next);
    next[10] = '\0';
    return cli_time_parse(next, to_us, &offset) == LOY_OK;
}

static bool name_find(const char *(*name_of)(int), int count, const char *text, uint8_t *value)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(name_of(i), text) != 0) continue;
        *value = (uint8_t)i;
        return true;
    }
    return false;
}

static const char *form_name(int value)
{
    return loy_form_name((enum loy_form)value);
}

static const char *scope_name(int value)
{
    return loy_scope_name((enum loy_scope)value);
}

static bool whole(const char *text, int64_t high, int32_t *value)
{
    int64_t read = 0;
    if (cli_amount_parse(text, 0, &read) != LOY_OK || read < 0 || read > high) return false;
    *value = (int32_t)read;
    return true;
}

static bool flag(const char *text, bool *value)
{
    static const char *const words[] = {
        "no", "yes", "0", "1", "false", "true", "n", "y", "否", "是"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i]) != 0) continue;
        *value = i % 2 == 1;
        return true;
    }
    return false;
}

static bool percent(const char *text, int32_t *permille)
{
    int64_t read = 0;
    if (cli_amount_parse(text, 1, &read) != LOY_OK || read <= 0 || read > 1000) return false;
    *permille = (int32_t)read;
    return true;
}

/* What is right where the text is not; NULL: it is. */
static const char *field_read(enum promotion_field field, const char *text, unsigned minor_digits,
    struct loy_promotion_rule *rule)
{
    int16_t offset = 0;
    switch (field) {
    case PROMOTION_FORM:
        return name_find(form_name, LOY_FORM_OTHER, text, &rule->form)
                   ? NULL
                   : _("is one of percent, amount, n-for-m, member-price and coupon");
    case PROMOTION_SCOPE:
        return name_find(scope_name, loy_scope_count, text, &rule->scope)
                   ? NULL
                   : _("is one of all, article, style, brand, category and season");
    case PROMOTION_PERCENT:
        return percent(text, &rule->permille)
                   ? NULL
                   : _("is above 0 and at most 100, with one digit behind the point at most");
    case PROMOTION_AMOUNT:
        return cli_amount_parse(text, minor_digits, &rule->amount_minor) == LOY_OK &&
                       rule->amount_minor > 0
                   ? NULL
                   : _("is an amount above zero in the shop's currency, such as 1.50");
    case PROMOTION_TAKE:
        return whole(text, 100, &rule->take) ? NULL : _("is a whole number from 2 to 100");
    case PROMOTION_PAY:
        return whole(text, 100, &rule->pay) ? NULL : _("is a whole number from 1 to 99");
    case PROMOTION_FROM:
        return cli_time_parse(text, &rule->from_us, &offset) == LOY_OK
                   ? NULL
                   : _("is a date such as 2026-03-01, or with a time 2026-03-01 14:05");
    case PROMOTION_TO:
        return promotion_until(text, &rule->to_us)
                   ? NULL
                   : _("is the last day such as 2026-03-31, or a moment 2026-03-31 14:05");
    case PROMOTION_MEMBERS:
        return flag(text, &rule->members_only) ? NULL : _("is yes or no");
    case PROMOTION_SINGLE_USE:
        return flag(text, &rule->single_use) ? NULL : _("is yes or no");
    default:
        return NULL;
    }
}

const char *promotion_read(const char *const texts[PROMOTION_FIELDS], unsigned minor_digits,
    struct loy_promotion_rule *rule, enum promotion_field *field)
{
    *rule = (struct loy_promotion_rule){.size = sizeof *rule,
        .scope = LOY_SCOPE_ALL,
        .code = texts[PROMOTION_CODE],
        .target = texts[PROMOTION_TARGET],
        .site = texts[PROMOTION_STORE],
        .coupon = texts[PROMOTION_COUPON],
        .campaign = texts[PROMOTION_CAMPAIGN]};
    for (int i = 0; i < PROMOTION_FIELDS; i++) {
        if (texts[i] == NULL || *texts[i] == '\0') continue;
        *field = (enum promotion_field)i;
        const char *wrong = field_read(*field, texts[i], minor_digits, rule);
        if (wrong) return wrong;
    }
    return NULL;
}

void promotion_percent_text(int32_t permille, char text[32])
{
    cli_amount_text(permille, 1, text);
    size_t length = strlen(text);
    if (length > 2 && text[length - 1] == '0') text[length - 2] = '\0';
}

void promotion_words(
    const struct loy_promotion_rule *rule, unsigned minor_digits, char text[PROMOTION_WORDS_MAX])
{
    char amount[32], share[32];
    cli_amount_text(rule->amount_minor, minor_digits, amount);
    promotion_percent_text(rule->permille, share);
    if (rule->permille)
        snprintf(text, PROMOTION_WORDS_MAX, "%s %%", share);
    else if (rule->form == LOY_FORM_N_FOR_M)
        snprintf(text, PROMOTION_WORDS_MAX, _("%d for %d"), rule->take, rule->pay);
    else if (rule->form == LOY_FORM_MEMBER_PRICE)
        snprintf(text, PROMOTION_WORDS_MAX, _("price %s"), amount);
    else if (rule->form == LOY_FORM_COUPON)
        snprintf(text, PROMOTION_WORDS_MAX, _("%s off the basket"), amount);
    else
        snprintf(text, PROMOTION_WORDS_MAX, _("%s off each"), amount);
}
