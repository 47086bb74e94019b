/* SPDX-License-Identifier: MIT
 *
 * command_member_ask.c - member ask: the one field to ask a member for today, and the answer. In: a
 * member, perhaps an answer. Out: a field, never a value. Must not know: why this one.
 */
#include "cli.h"

#include <loyalty/question.h>

#include <stdio.h>
#include <string.h>

static int ask(const struct cli *cli, struct loy_store *store, const struct loy_id *member)
{
    struct loy_asked asked = {.size = sizeof asked};
    char id[LOY_ID_TEXT_SIZE];
    const int64_t at_us = cli_now_us();
    enum loy_status status = loy_question_next(store, member, at_us, cli_offset_at(at_us), &asked);
    if (status != LOY_OK && status != LOY_NONE) return cli_fail_store(cli, status, store);
    const bool any = status == LOY_OK;
    loy_id_text(member, id);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s?,s:s?,s:s?,s:b}", "member", id, "field",
            any ? asked.name : NULL, "label", any ? asked.label : NULL, "purpose",
            any ? asked.purpose : NULL, "confirm", any && asked.confirm));
    else if (!any)
        puts(_("there is nothing to ask today"));
    else if (asked.confirm)
        printf(_("Is this still right: %s? (%s)\n"), asked.label, asked.purpose);
    else
        printf(_("Please ask for: %s (%s)\n"), asked.label, asked.purpose);
    return CLI_DONE;
}

struct said {
    enum loy_question_answer answer;
    enum loy_field field;
    const char *value;
};

static int say(const struct cli *cli, struct loy_store *store, const struct loy_id *member,
    const struct said *said)
{
    char id[LOY_ID_TEXT_SIZE];
    const char *field = said->field ? loy_field_name(said->field) : NULL;
    enum loy_status status = loy_question_answer(
        store, member, (uint8_t)said->field, said->answer, said->value, cli_now_us());
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    loy_id_text(member, id);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s?,s:s}", "member", id, "field", field, "answer",
            loy_question_answer_name(said->answer)));
    else
        puts(_("noted"));
    return CLI_DONE;
}

/* CLI_DONE, or wrong use that was told. */
static int said_read(const struct cli *cli, struct said *said)
{
    const char *answer = cli_value(cli, "answer"), *field = cli_value(cli, "field");
    said->value = cli_value(cli, "value");
    if (!answer && !field && !said->value) return CLI_DONE;
    if (!answer || loy_question_answer_find(answer, &said->answer) != LOY_OK ||
        said->answer == LOY_ANSWER_ASKED)
        return cli_fail(cli, CLI_USAGE,
            _("--answer is one of: given, confirmed, wrong, later, not-this, never, again"));
    if (field && loy_field_find(field, &said->field) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--field: there is no such field"));
    if (!field && said->answer != LOY_ANSWER_NEVER && said->answer != LOY_ANSWER_AGAIN)
        return cli_fail(cli, CLI_USAGE, _("--field says which one was asked for"));
    if ((said->answer == LOY_ANSWER_GIVEN) != !!said->value)
        return cli_fail(cli, CLI_USAGE, _("--value belongs to --answer given, and only to it"));
    return CLI_DONE;
}

static int run_ask(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    struct said said = {.answer = LOY_ANSWER_NONE};
    int code = said_read(cli, &said);
    if (code == CLI_DONE) code = cli_member_open(cli, &store, &member);
    if (code != CLI_DONE) return code;
    code = said.answer ? say(cli, store, &member, &said) : ask(cli, store, &member);
    loy_store_close(store);
    return code;
}

static const struct cli_option ask_options[] = {
    {"answer", "ANSWER", N_("given, confirmed, wrong, later, not-this, never or again"), false,
        false},
    {"field", "FIELD", N_("the field that was asked for"), false, false},
    {"value", "TEXT", N_("what was given"), false, false},
    {0},
};

const struct cli_command command_member_ask = {
    .name = "member ask",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("the one thing to ask a member for at this visit, or the answer"),
    .detail =
        N_("Without --answer it says which field to ask for and notes that it was asked: once "
           "a day. later: not today. not-this:\nthis field never again. never: nothing any "
           "more. again takes both back. A value that is there is changed by member edit."),
    .options = ask_options,
    .run = run_ask,
};
