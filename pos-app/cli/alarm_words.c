/* SPDX-License-Identifier: MIT
 *
 * alarm_words.c - an alarm as a sentence. In: an alarm; out: what stands out, of whom and where.
 * Must not know: names of members.
 */
#include "alarm_words.h"

#include "span.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void alarm_day(int32_t day, char text[32])
{
    cli_time_text((int64_t)day * INT64_C(86400000000), 0, text);
    text[10] = '\0';
}

static void add(char text[ALARM_WORDS_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add(char text[ALARM_WORDS_MAX], const char *format, ...)
{
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, ALARM_WORDS_MAX - used, format, arguments);
    va_end(arguments);
}

static const char *card_words(const struct loy_alarm *alarm, char text[64])
{
    if (alarm->tail[0])
        snprintf(text, 64, _("the card ending in %s"), alarm->tail);
    else
        snprintf(text, 64, "%s", _("a member found without a card"));
    return text;
}

static void where_add(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    if (alarm->lanes > 1)
        add(text, _(", at %lld lanes"), (long long)alarm->lanes);
    else
        add(text, _(", lane %s/%s"), alarm->site, alarm->lane);
    if (alarm->operators > 1)
        add(text, _(", by %lld operators"), (long long)alarm->operators);
    else if (alarm->operators == 1)
        add(text, _(", by operator %lld"), (long long)alarm->operator_number);
}

static void card_add(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    char day[32], card[64];
    alarm_day(alarm->day, day);
    if (alarm->kind == LOY_ALARM_CARD)
        add(text, _("%s: %s was used for %lld baskets, more than %lld a day"), day,
            card_words(alarm, card), (long long)alarm->count, (long long)alarm->limit);
    else
        add(text, _("%s: an operator rang up %lld own purchases, with %s"), day,
            (long long)alarm->count, card_words(alarm, card));
    where_add(alarm, text);
}

static void rate_count_add(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    const long long who = alarm->operator_number, count = alarm->count, of = alarm->of;
    if (alarm->kind == LOY_ALARM_TOTAL)
        add(text, _("operator %lld: %lld of %lld cards came after the total"), who, count, of);
    else if (alarm->kind == LOY_ALARM_LATE)
        add(text, _("operator %lld: %lld of %lld cards came after the close"), who, count, of);
    else
        add(text, _("operator %lld: %lld of %lld baskets take something back without its sale"),
            who, count, of);
}

/* No chance is told as smaller than one in a million. */
static void rate_add(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    char own[SPAN_SHARE_SIZE], others[SPAN_SHARE_SIZE];
    span_percent(alarm->count, alarm->of, own);
    span_percent(alarm->others, alarm->others_of, others);
    rate_count_add(alarm, text);
    if (alarm->others_of > 0)
        add(text, _(" (%s %%, the others %s %%; by chance less than once in %.0f times)"), own,
            others, alarm->chance > 1e-6 ? floor(1 / alarm->chance) : 1e6);
    else
        add(text, _(" (%s %%, more than %lld %%; nobody else to compare with)"), own,
            (long long)alarm->limit);
}

static void acknowledged_add(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    char at[32];
    cli_time_local(alarm->acknowledged_at_us, at);
    if (alarm->reason[0])
        add(text, _("; looked at by %s, %s: %s"), alarm->acknowledged_by, at, alarm->reason);
    else
        add(text, _("; looked at by %s, %s"), alarm->acknowledged_by, at);
}

void alarm_words(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX])
{
    text[0] = '\0';
    if (alarm->day < 0)
        rate_add(alarm, text);
    else
        card_add(alarm, text);
    if (alarm->acknowledged) acknowledged_add(alarm, text);
}

const char *alarm_kind_words(enum loy_alarm_kind kind)
{
    static const char *const words[LOY_ALARM_END] = {
        [LOY_ALARM_CARD] = N_("card used too often"),
        [LOY_ALARM_OWN] = N_("own purchase"),
        [LOY_ALARM_TOTAL] = N_("cards after the total"),
        [LOY_ALARM_LATE] = N_("cards after the close"),
        [LOY_ALARM_RETURN] = N_("returns without sale"),
    };
    _Static_assert(LOY_ALARM_END == LOY_ALARM_RETURN + 1, "each kind has its words here");
    return _(words[kind]);
}
