/* SPDX-License-Identifier: MIT
 *
 * command_alarms.c - `alarms`: what shows that cards or lanes are misused, a sentence each. In:
 * days. Out: sentences or JSON Lines; exit 1 when there is one. Must not know: names of members.
 */
#include "span.h"

#include <math.h>
#include <string.h>

static void day_text(int32_t day, char text[32])
{
    cli_time_text((int64_t)day * INT64_C(86400000000), 0, text);
    text[10] = '\0';
}

static json_t *text_or_null(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static void alarm_json(const struct cli *cli, const struct loy_alarm *alarm)
{
    char day[32] = "", basket[LOY_ID_TEXT_SIZE] = "";
    const bool rate = alarm->day < 0;
    json_t *object =
        json_pack("{s:s,s:s,s:s}", "alarm", loy_alarm_name((enum loy_alarm_kind)alarm->kind),
            "from", cli_value(cli, "from"), "to", cli_value(cli, "to"));
    if (!rate) {
        day_text(alarm->day, day);
        loy_id_text(&alarm->basket, basket);
    }
    json_object_set_new(object, "day", text_or_null(day));
    json_object_set_new(object, "operator",
        alarm->operator_number ? json_integer(alarm->operator_number) : json_null());
    json_object_set_new(object, "site", text_or_null(alarm->site));
    json_object_set_new(object, "lane", text_or_null(alarm->lane));
    json_object_set_new(object, "lanes", rate ? json_null() : json_integer(alarm->lanes));
    json_object_set_new(object, "operators", json_integer(alarm->operators));
    json_object_set_new(object, "card", text_or_null(alarm->tail));
    json_object_set_new(object, "count", json_integer(alarm->count));
    json_object_set_new(object, "of", rate ? json_integer(alarm->of) : json_null());
    json_object_set_new(object, "share", rate ? span_share(alarm->count, alarm->of) : json_null());
    json_object_set_new(object, "others", rate ? json_integer(alarm->others) : json_null());
    json_object_set_new(object, "others_of", rate ? json_integer(alarm->others_of) : json_null());
    json_object_set_new(object, "limit", json_integer(alarm->limit));
    json_object_set_new(object, "chance", rate ? json_real(alarm->chance) : json_null());
    json_object_set_new(object, "basket", text_or_null(basket));
    cli_print_json(object);
}

/* ---- For people ---------------------------------------------------------------------------------
 */

static const char *card_words(const struct loy_alarm *alarm, char text[64])
{
    if (alarm->tail[0])
        snprintf(text, 64, _("the card ending in %s"), alarm->tail);
    else
        snprintf(text, 64, "%s", _("a member found without a card"));
    return text;
}

static void where_print(const struct loy_alarm *alarm)
{
    if (alarm->lanes > 1)
        printf(_(", at %lld lanes"), (long long)alarm->lanes);
    else
        printf(_(", lane %s/%s"), alarm->site, alarm->lane);
    if (alarm->operators > 1)
        printf(_(", by %lld operators"), (long long)alarm->operators);
    else if (alarm->operators == 1)
        printf(_(", by operator %lld"), (long long)alarm->operator_number);
    putchar('\n');
}

static void card_alarm_print(const struct loy_alarm *alarm)
{
    char day[32], card[64];
    day_text(alarm->day, day);
    if (alarm->kind == LOY_ALARM_CARD)
        printf(_("%s: %s was used for %lld baskets, more than %lld a day"), day,
            card_words(alarm, card), (long long)alarm->count, (long long)alarm->limit);
    else
        printf(_("%s: an operator rang up %lld own purchases, with %s"), day,
            (long long)alarm->count, card_words(alarm, card));
    where_print(alarm);
}

static void rate_count_print(const struct loy_alarm *alarm)
{
    const long long who = alarm->operator_number, count = alarm->count, of = alarm->of;
    if (alarm->kind == LOY_ALARM_TOTAL)
        printf(_("operator %lld: %lld of %lld cards came after the total"), who, count, of);
    else if (alarm->kind == LOY_ALARM_LATE)
        printf(_("operator %lld: %lld of %lld cards came after the close"), who, count, of);
    else
        printf(_("operator %lld: %lld of %lld baskets take something back without its sale"), who,
            count, of);
}

/* No chance is told as smaller than one in a million. */
static void rate_print(const struct loy_alarm *alarm)
{
    char own[SPAN_SHARE_SIZE], others[SPAN_SHARE_SIZE];
    span_percent(alarm->count, alarm->of, own);
    span_percent(alarm->others, alarm->others_of, others);
    rate_count_print(alarm);
    if (alarm->others_of > 0)
        printf(_(" (%s %%, the others %s %%; by chance less than once in %.0f times)\n"), own,
            others, alarm->chance > 1e-6 ? floor(1 / alarm->chance) : 1e6);
    else
        printf(_(" (%s %%, more than %lld %%; nobody else to compare with)\n"), own,
            (long long)alarm->limit);
}

static void alarm_tell(const struct cli *cli, const struct loy_alarm *alarm)
{
    if (cli->json)
        alarm_json(cli, alarm);
    else if (alarm->day < 0)
        rate_print(alarm);
    else
        card_alarm_print(alarm);
}

static int run_alarms(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    struct loy_span span;
    size_t count = 0;
    int code = span_read(cli, &span);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_alarms_open(store, &span, &alarms);
    while (status == LOY_OK && (status = loy_alarm_next(alarms, &alarm)) == LOY_OK) {
        alarm_tell(cli, &alarm);
        count++;
    }
    if (status != LOY_NONE)
        code = cli_fail_store(cli, status, store);
    else if (count > 0)
        code = CLI_FINDING;
    else if (!cli->json)
        printf(_("Nothing stands out.\n"));
    loy_alarms_close(alarms);
    loy_store_close(store);
    return code;
}

static const struct cli_option options[] = {SPAN_OPTIONS, {0}};

const struct cli_command command_alarms = {
    .name = "alarms",
    .summary = N_("cards used too often, operators' own purchases, and rates that stand out"),
    .detail = N_(
        "A card for more baskets a day than the rule alarm_card_day; an operator's own purchase "
        "that "
        "the operator rang up;\nan operator's share of cards that came after the total (rule "
        "alarm_after_total_percent) or after the close, or of\nreturns without a sale, where it is "
        "above its limit and above the others' by Fisher's exact test. Exit 1 when there\nis one. "
        "An alarm is a question to ask, not a proof."),
    .example = "alarms --from 2026-03-01 --to 2026-03-07",
    .options = options,
    .run = run_alarms,
};
