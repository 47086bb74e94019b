/* SPDX-License-Identifier: MIT
 *
 * command_alarms.c - `alarms`: what shows that cards or lanes are misused, a sentence each. In:
 * days. Out: sentences or JSON Lines; exit 1 when there is one. Must not know: names of members.
 */
#include "alarm_words.h"
#include "span.h"

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
        alarm_day(alarm->day, day);
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

static void alarm_tell(const struct cli *cli, const struct loy_alarm *alarm)
{
    char text[ALARM_WORDS_MAX];
    if (cli->json) {
        alarm_json(cli, alarm);
        return;
    }
    alarm_words(alarm, text);
    puts(text);
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
