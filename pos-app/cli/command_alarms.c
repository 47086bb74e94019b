/* SPDX-License-Identifier: MIT
 *
 * command_alarms.c - `alarms`: what shows that cards or lanes are misused, a sentence each, and the
 * note that somebody has looked at one. In: days. Out: sentences or JSON Lines; exit 1 when there
 * is one. Must not know: names of members.
 */
#include "alarm_words.h"
#include "span.h"

#include <string.h>

static json_t *text_or_null(const char *text)
{
    return text[0] ? json_string(text) : json_null();
}

static void alarm_json(const struct cli *cli, const struct loy_alarm *alarm)
{
    char day[32] = "", basket[LOY_ID_TEXT_SIZE] = "", at[32] = "";
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
    if (alarm->acknowledged) cli_time_told(cli, alarm->acknowledged_at_us, at);
    json_object_set_new(object, "acknowledged", json_boolean(alarm->acknowledged));
    json_object_set_new(object, "acknowledged_by", text_or_null(alarm->acknowledged_by));
    json_object_set_new(object, "acknowledged_at", text_or_null(at));
    json_object_set_new(object, "reason", text_or_null(alarm->reason));
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

static void end_tell(bool all, size_t count, size_t hidden)
{
    if (hidden > 0)
        printf(_("Looked at already: %zu; --all shows them.\n"), hidden);
    else if (count == 0 && !all)
        printf(_("Nothing stands out.\n"));
    else if (count == 0)
        printf(_("Nothing stands out that nobody has looked at.\n"));
}

static int run_alarms(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    struct loy_span span;
    size_t count = 0, hidden = 0;
    const bool all = cli_value(cli, "all") != NULL;
    int code = span_read(cli, &span);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_alarms_open(store, &span, &alarms);
    while (status == LOY_OK && (status = loy_alarm_next(alarms, &alarm)) == LOY_OK) {
        if (all || !alarm.acknowledged) alarm_tell(cli, &alarm);
        count += !alarm.acknowledged;
        hidden += !all && alarm.acknowledged;
    }
    if (status != LOY_NONE)
        code = cli_fail_store(cli, status, store);
    else if (count > 0)
        code = CLI_FINDING;
    if (status == LOY_NONE && !cli->json) end_tell(all, count, hidden);
    loy_alarms_close(alarms);
    loy_store_close(store);
    return code;
}

/* ---- acknowledge ------------------------------------------------------------------------------
 */

/* KIND and WHAT of a command line: an operator's number, the id of a basket, the end of a card. */
static bool is_meant(const struct loy_alarm *alarm, const char *kind, const char *what)
{
    char number[24], basket[LOY_ID_TEXT_SIZE];
    if (strcmp(kind, loy_alarm_name((enum loy_alarm_kind)alarm->kind)) != 0) return false;
    snprintf(number, sizeof number, "%lld", (long long)alarm->operator_number);
    loy_id_text(&alarm->basket, basket);
    if (alarm->day < 0) return strcmp(what, number) == 0;
    return strcmp(what, basket) == 0 || (alarm->tail[0] && strcmp(what, alarm->tail) == 0);
}

/* One and no other; those that were looked at only where no other is meant. CLI_DONE. */
static int alarm_find(const struct cli *cli, struct loy_store *store, const struct loy_span *span,
    struct loy_alarm *found)
{
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    size_t counts[2] = {0, 0};
    enum loy_status status = loy_alarms_open(store, span, &alarms);
    while (status == LOY_OK && (status = loy_alarm_next(alarms, &alarm)) == LOY_OK) {
        if (!is_meant(&alarm, cli->operands[0], cli->operands[1])) continue;
        if (!alarm.acknowledged || counts[0] == 0) *found = alarm;
        counts[alarm.acknowledged ? 1 : 0]++;
    }
    loy_alarms_close(alarms);
    if (status != LOY_NONE) return cli_fail_store(cli, status, store);
    if (counts[0] > 1 || (counts[0] == 0 && counts[1] > 1))
        return cli_fail(cli, CLI_FINDING,
            _("several alarms are meant: take fewer days, or the basket's id of `alarms --json`"));
    if (counts[0] + counts[1] == 0)
        return cli_fail(cli, CLI_FINDING,
            _("there is no such alarm in these days: `alarms` shows which there are"));
    return CLI_DONE;
}

static int acknowledge(const struct cli *cli, struct loy_store *store, const struct loy_span *span)
{
    struct loy_alarm alarm = {.size = sizeof alarm};
    int code = alarm_find(cli, store, span, &alarm);
    if (code != CLI_DONE) return code;
    const enum loy_status status =
        loy_alarm_acknowledge(store, &alarm, cli_value(cli, "reason"), cli_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) return cli_fail_store(cli, status, store);
    code = alarm_find(cli, store, span, &alarm);
    if (code == CLI_DONE) alarm_tell(cli, &alarm);
    return code;
}

static int run_acknowledge(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_span span;
    int code = span_read(cli, &span);
    for (int kind = 1; code == CLI_DONE; kind++) {
        const char *name = loy_alarm_name((enum loy_alarm_kind)kind);
        if (name == NULL)
            return cli_fail(cli, CLI_USAGE,
                _("KIND is one of: card-often, own-card, after-total, late, unlinked-return"));
        if (strcmp(name, cli->operands[0]) == 0) break;
    }
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = acknowledge(cli, store, &span);
    loy_store_close(store);
    return code;
}

static const struct cli_option options[] = {
    SPAN_OPTIONS, {"all", NULL, N_("also those that somebody has looked at"), false, false}, {0}};
static const struct cli_option acknowledge_options[] = {
    SPAN_OPTIONS, {"reason", "TEXT", N_("a few words: what it was"), true, false}, {0}};

const struct cli_command command_alarms_acknowledge = {
    .name = "alarms acknowledge",
    .operands = "KIND WHAT",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("note that somebody has looked at an alarm"),
    .detail = N_("KIND is card-often, own-card, after-total, late or unlinked-return. WHAT is the "
                 "end of the card or the basket's id\n(`alarms --json`), for the last three the "
                 "operator's number. It is listed no more without --all. What was looked at is\n"
                 "left out from then on; where the rest would be an alarm by itself, that is a new "
                 "one. The audit log keeps who did it."),
    .example =
        "alarms acknowledge card-often 0110 --from 2026-03-04 --to 2026-03-04 --reason canteen",
    .options = acknowledge_options,
    .run = run_acknowledge,
};

const struct cli_command command_alarms = {
    .name = "alarms",
    .summary = N_("cards used too often, operators' own purchases, and rates that stand out"),
    .detail = N_(
        "A card for more baskets a day than the rule alarm_card_day; an operator's own purchase "
        "that "
        "the operator rang up;\nan operator's share of cards that came after the total (rule "
        "alarm_after_total_percent) or after the close, or of\nreturns without a sale, where it is "
        "above its limit and above the others' by Fisher's exact test. Exit 1 when there\nis one "
        "that "
        "nobody has looked at (`alarms acknowledge`). An alarm is a question to ask, not a "
        "proof."),
    .example = "alarms --from 2026-03-01 --to 2026-03-07",
    .options = options,
    .run = run_alarms,
};
