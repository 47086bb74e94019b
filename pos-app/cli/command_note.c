/* SPDX-License-Identifier: MIT
 *
 * command_note.c - member note: what managers alone note; member refer: who brought whom.
 */
#include "code_words.h"
#include "contact_cli.h"

#include <sodium.h>
#include <string.h>

static void note_print(const struct cli *cli, const struct loy_id *member, enum loy_note note,
    const char *text, const struct loy_note_entry *entry)
{
    char id[LOY_ID_TEXT_SIZE], at[32] = "";
    loy_id_text(member, id);
    if (entry) cli_time_told(cli, entry->at_us, at);
    if (cli->json) {
        json_t *object = json_pack("{s:s,s:s,s:o}", "member", id, "note", loy_note_name(note),
            "text", contact_json_text(text));
        if (entry) json_object_set_new(object, "at", json_string(at));
        if (entry) json_object_set_new(object, "by", json_string(entry->operator_name));
        cli_print_json(object);
        return;
    }
    if (entry) printf("%s  %s  ", at, entry->operator_name);
    cli_put(stdout, code_words(CODE_NOTE, loy_note_name(note)), 21);
    puts(*text ? text : _("(none)"));
}

static enum loy_status notes_show(
    const struct cli *cli, struct loy_store *store, const struct loy_id *member, enum loy_note only)
{
    static char text[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_NONE;
    for (int note = LOY_NOTE_POTENTIAL; note <= LOY_NOTE_COMPETITORS && status >= LOY_OK; note++) {
        if (only && (int)only != note) continue;
        *text = '\0';
        status = loy_note_get(store, member, (enum loy_note)note, text);
        if (status >= LOY_OK) note_print(cli, member, (enum loy_note)note, text, NULL);
    }
    sodium_memzero(text, sizeof text);
    return status;
}

static enum loy_status history_show(
    const struct cli *cli, struct loy_store *store, const struct loy_id *member, enum loy_note only)
{
    static struct loy_note_entry entry;
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_note_next(store, member, &position, &entry)) == LOY_OK)
        if (!only || (int)only == entry.note)
            note_print(cli, member, (enum loy_note)entry.note, entry.text, &entry);
    sodium_memzero(&entry, sizeof entry);
    return status;
}

static bool note_find(const char *word, enum loy_note *note)
{
    for (int i = LOY_NOTE_POTENTIAL; i <= LOY_NOTE_COMPETITORS; i++) {
        *note = (enum loy_note)i;
        if (strcmp(word, loy_note_name(*note)) == 0) return true;
    }
    return false;
}

static int run_note(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    enum loy_note note = 0;
    if (cli->operand_count > 1 && !note_find(cli->operands[1], &note))
        return cli_fail(
            cli, CLI_USAGE, _("a note is one of: potential, direction, credit, competitors"));
    int code = contact_member_open(cli, cli->operands[0], &store, &member);
    if (code == CLI_DONE) {
        enum loy_status status = LOY_OK;
        if (cli->operand_count > 2)
            status = loy_note_set(store, &member, note, cli->operands[2], cli_now_us());
        if (status >= LOY_OK)
            status = cli_value(cli, "history") ? history_show(cli, store, &member, note)
                                               : notes_show(cli, store, &member, note);
        if (status < LOY_OK) code = cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    return code;
}

static int refer(struct cli *cli, struct loy_store *store, const struct loy_id *member)
{
    struct loy_id by;
    char id[LOY_ID_TEXT_SIZE], by_id[LOY_ID_TEXT_SIZE];
    enum loy_status status = cli_member_find(store, cli->operands[1], &by);
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("there is no such member as BY names; give the id, card:NUMBER, ref:REFERENCE or a "
              "telephone"));
    if (status == LOY_OK) status = loy_member_refer(store, member, &by, cli_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) return cli_fail_store(cli, status, store);
    loy_id_text(member, id);
    loy_id_text(&by, by_id);
    if (cli->json)
        cli_print_json(json_pack(
            "{s:s,s:s,s:b}", "member", id, "referred_by", by_id, "added", status == LOY_OK));
    else
        puts(status == LOY_OK ? _("noted") : _("it is there already; nothing changed"));
    return CLI_DONE;
}

static int run_refer(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    int code = contact_member_open(cli, cli->operands[0], &store, &member);
    if (code == CLI_DONE) code = refer(cli, store, &member);
    loy_store_close(store);
    return code;
}

static const struct cli_option note_options[] = {
    {"history", NULL, N_("all that was ever noted, oldest first"), false, false},
    {0},
};

const struct cli_command command_member_note = {
    .name = "member note",
    .operands = "MEMBER [NOTE [TEXT]]",
    .operands_min = 1,
    .operands_max = 3,
    .summary = N_("what managers alone note of a member"),
    .detail = N_("NOTE is potential, direction, credit or competitors. With TEXT it is written "
                 "(\"\" takes it back), without it is\nshown; without NOTE all four are shown."),
    .options = note_options,
    .run = run_note,
};

const struct cli_command command_member_refer = {
    .name = "member refer",
    .operands = "MEMBER BY",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("note that a member was brought by another one"),
    .run = run_refer,
};
