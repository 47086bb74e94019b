/* SPDX-License-Identifier: MIT
 *
 * command_member_edit.c - members' values with where they come from: edit, confirm, history.
 */
#include "code_words.h"
#include "member_options.h"

#include <sodium.h>
#include <string.h>

#define LABEL_WIDTH 24

/* ---- edit ----------------------------------------------------------------------------------- */

static const struct cli_option edit_options[] = {
    MEMBER_FIELD_OPTIONS,
    {"trait", "NAME=TEXT", N_("a further trait, such as income=35-49K"), false, true},
    {"channel", "CODE", N_("how it came: lane, desk, web ...; default desk"), false, false},
    {"initiated-by", "WHO", N_("customer, staff or import; default customer"), false, false},
    {"collected-at", "DATE", N_("when it was given; default now"), false, false},
    {"verified-by", "TEXT", N_("the document that was seen: licence, id-card ..."), false, false},
    {"legal-basis", "TEXT", N_("ground on which a bought or exchanged list may be used"), false,
        false},
    {"override", NULL, N_("the value stands in spite of the rule; this is audited"), false, false},
    {0},
};

struct edit {
    struct cli *cli;
    struct loy_store *store;
    struct loy_id member;
    struct loy_provenance provenance;
    int64_t at_us;
    size_t values;
    json_t *changed, *confirmed, *kept, *absent; /* names of fields */
};

bool member_option_field(const char *option, enum loy_field *field)
{
    char name[32];
    snprintf(name, sizeof name, "%s", option);
    for (char *at = name; *at; at++)
        if (*at == '-') *at = '_';
    return loy_field_find(name, field) == LOY_OK;
}

/* Nothing but blanks, wide ones too. */
static bool is_blank(const char *text)
{
    static const char *const blanks[] = {" ", "\t", "\r", "\n", "\xc2\xa0", "\xe3\x80\x80"};
    for (size_t i = 0; *text && i < sizeof blanks / sizeof blanks[0]; i++)
        if (strncmp(text, blanks[i], strlen(blanks[i])) == 0)
            return is_blank(text + strlen(blanks[i]));
    return !*text;
}

/* The answer of the library, sorted under a name. LOY_OK but for failures. */
static enum loy_status note(
    struct edit *edit, enum loy_status status, const char *name, const char *text)
{
    if (status < LOY_OK || status == LOY_NONE) return status;
    json_t *list = status == LOY_OK                           ? edit->changed
                   : status == LOY_REPEATED && is_blank(text) ? edit->absent
                   : status == LOY_REPEATED                   ? edit->confirmed
                                                              : edit->kept;
    json_array_append_new(list, json_string(name));
    edit->values++;
    return LOY_OK;
}

static enum loy_status edit_field(struct edit *edit, enum loy_field field, const char *text)
{
    const struct loy_field_text value = {field, text};
    return note(edit,
        loy_member_change(edit->store, &edit->member, &value, &edit->provenance, edit->at_us),
        loy_field_name(field), text);
}

static enum loy_status edit_trait(struct edit *edit, const char *text)
{
    char name[64];
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof name) return LOY_E_ARGUMENT;
    snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    const struct loy_trait_text trait = {name, equals + 1};
    return note(edit,
        loy_member_trait_change(edit->store, &edit->member, &trait, &edit->provenance, edit->at_us),
        name, trait.text);
}

static enum loy_status edit_all(struct edit *edit)
{
    enum loy_status status = LOY_OK;
    enum loy_field field;
    for (size_t i = 0; edit_options[i].name && status == LOY_OK; i++) {
        for (size_t j = 0; j < edit->cli->options[i].count && status == LOY_OK; j++) {
            const char *text = edit->cli->options[i].values[j];
            if (strcmp(edit_options[i].name, "trait") == 0)
                status = edit_trait(edit, text);
            else if (member_option_field(edit_options[i].name, &field))
                status = edit_field(edit, field, text);
        }
    }
    return status;
}

static void names_tell(struct edit *edit, const char *words, const json_t *list)
{
    struct loy_member member = {.kind = 0};
    const json_t *name;
    bool begun = false;
    size_t i;
    if (!json_array_size(list)) return;
    loy_member_get(edit->store, &edit->member, &member);
    printf(_("%s: "), words);
    json_array_foreach(list, i, name) code_join(
        stdout, &begun, code_label_named(edit->store, member.kind, json_string_value(name)));
    putchar('\n');
}

static bool is_among(const json_t *list, enum loy_field field)
{
    const json_t *name;
    size_t i;
    json_array_foreach(
        list, i, name) if (strcmp(json_string_value(name), loy_field_name(field)) == 0) return true;
    return false;
}

/* Who is not named any more may still buy; -1: the names were not changed. */
static int64_t unnamed_count(const struct edit *edit)
{
    int64_t count = -1;
    if (is_among(edit->changed, LOY_FIELD_PURCHASERS))
        loy_purchasers_unnamed(edit->store, &edit->member, edit->at_us, &count);
    return count;
}

static int edit_tell(struct edit *edit)
{
    char text[LOY_ID_TEXT_SIZE];
    int code = CLI_DONE;
    const int64_t unnamed = unnamed_count(edit);
    loy_id_text(&edit->member, text);
    if (edit->cli->json)
        cli_print_json(json_pack("{s:s,s:O,s:O,s:O,s:O,s:o}", "member", text, "changed",
            edit->changed, "confirmed", edit->confirmed, "kept", edit->kept, "absent", edit->absent,
            "still_authorised", unnamed < 0 ? json_null() : json_integer(unnamed)));
    else {
        names_tell(edit, _("changed"), edit->changed);
        names_tell(edit, _("the same as before, noted as confirmed"), edit->confirmed);
        names_tell(edit, _("kept in the history only"), edit->kept);
        names_tell(edit, _("not there, so nothing was taken out"), edit->absent);
        if (unnamed > 0)
            printf(_("not on this line, yet allowed to buy: %lld; see `member purchaser list`, and "
                     "end an authority with `member purchaser end`\n"),
                (long long)unnamed);
    }
    if (json_array_size(edit->absent))
        code = cli_fail(edit->cli, CLI_FINDING,
            _("an empty value takes out what is there, and there was nothing to take out; "
              "`loyalty member show` shows what is"));
    if (!json_array_size(edit->kept)) return code;
    return cli_fail(edit->cli, CLI_FINDING,
        _("a value that stands is better founded (customer-initiated, then newer, then verified); "
          "`loyalty member history` shows both, --override puts the new one over it"));
}

/* All that is given, or nothing. What the rule keeps in the history is no failure. */
static int edit_run(struct edit *edit)
{
    enum loy_status status = loy_store_begin(edit->store);
    if (status == LOY_OK) status = edit_all(edit);
    if (status == LOY_OK && !edit->values) {
        loy_store_rollback(edit->store);
        return cli_fail(
            edit->cli, CLI_USAGE, _("nothing to change: give a field, such as --telephone TEXT"));
    }
    if (status == LOY_OK) {
        status = loy_store_commit(edit->store);
        return status == LOY_OK ? edit_tell(edit) : cli_fail_store(edit->cli, status, edit->store);
    }
    int code = status == LOY_E_ARGUMENT
                   ? cli_fail(edit->cli, CLI_USAGE,
                         _("--trait takes NAME=TEXT, without --verified-by and --override"))
                   : cli_fail_store(edit->cli, status, edit->store);
    loy_store_rollback(edit->store);
    return code;
}

/* From the options into *edit. CLI_DONE, or a code that was told. */
static int provenance_read(struct edit *edit)
{
    struct cli *cli = edit->cli;
    const char *channel = cli_value(cli, "channel"), *initiative = cli_value(cli, "initiated-by");
    const char *collected = cli_value(cli, "collected-at");
    int16_t offset = 0;
    edit->at_us = cli_now_us();
    edit->provenance = (struct loy_provenance){.size = sizeof edit->provenance,
        .channel = channel ? channel : "desk",
        .initiated_by = initiative ? initiative_of(initiative) : LOY_INITIATIVE_CUSTOMER,
        .verified_by = cli_value(cli, "verified-by"),
        .legal_basis = cli_value(cli, "legal-basis"),
        .override = cli_value(cli, "override") != NULL};
    if (!edit->provenance.initiated_by)
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer, staff or import"));
    if (collected &&
        cli_time_parse(collected, &edit->provenance.collected_at_us, &offset) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--collected-at takes a date such as 2026-03-01"));
    return CLI_DONE;
}

static int run_edit(struct cli *cli)
{
    struct edit edit = {.cli = cli};
    int code = provenance_read(&edit);
    if (code == CLI_DONE) code = cli_member_open(cli, &edit.store, &edit.member);
    if (code != CLI_DONE) return code;
    edit.changed = json_array();
    edit.confirmed = json_array();
    edit.kept = json_array();
    edit.absent = json_array();
    code = edit_run(&edit);
    json_decref(edit.changed);
    json_decref(edit.confirmed);
    json_decref(edit.kept);
    json_decref(edit.absent);
    loy_store_close(edit.store);
    return code;
}

const struct cli_command command_member_edit = {
    .name = "member edit",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("change values of a member, each with where it comes from"),
    .detail = N_("An empty value takes the old one back. What the customer gave himself stands "
                 "against what staff or a file brings, then the\nnewer, then the verified value; "
                 "what does not stand is kept in the history, and the exit code is 1."),
    .example = "member edit 13812345678 --address 建国路8号 --verified-by bill",
    .options = edit_options,
    .run = run_edit,
};

/* ---- confirm -------------------------------------------------------------------------------- */

static int confirm_tell(
    struct cli *cli, const struct loy_id *id, enum loy_field field, enum loy_evidence how)
{
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s}", "member", text, "field", loy_field_name(field),
            "how", loy_evidence_name(how)));
    else
        puts(_("noted"));
    return CLI_DONE;
}

static int run_confirm(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    enum loy_field field;
    enum loy_evidence how;
    const char *channel = cli_value(cli, "channel"), *initiative = cli_value(cli, "initiated-by");
    uint8_t initiated_by = initiative ? initiative_of(initiative) : LOY_INITIATIVE_CUSTOMER;
    if (!member_option_field(cli->operands[1], &field))
        return cli_fail(cli, CLI_USAGE, _("FIELD is the name of a field, such as telephone"));
    if (loy_evidence_find(cli_value(cli, "how"), &how) != LOY_OK)
        return cli_fail(cli, CLI_USAGE,
            _("--how takes said, document, delivered, returned, asked, unwanted or wanted"));
    if (!initiated_by)
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer, staff or import"));
    int code = cli_member_open(cli, &store, &id);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_member_confirm(store, &id, field, how, channel ? channel : "desk",
        (enum loy_initiative)initiated_by, cli_now_us());
    code =
        status == LOY_OK ? confirm_tell(cli, &id, field, how) : cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option confirm_options[] = {
    {"how", "HOW", N_("said, document, delivered, returned, asked, unwanted or wanted"), true,
        false},
    {"channel", "CODE", N_("how it came: lane, desk, web ...; default desk"), false, false},
    {"initiated-by", "WHO", N_("customer, staff or import; default customer"), false, false},
    {0},
};

const struct cli_command command_member_confirm = {
    .name = "member confirm",
    .operands = "MEMBER FIELD",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("note what speaks for or against a value"),
    .detail = N_("said: the customer said it again. document: a document was seen. delivered: a "
                 "letter or message arrived. returned: it came back.\nasked: no answer. unwanted: "
                 "the customer does not want to be asked again; wanted takes that back."),
    .example = "member confirm 13812345678 telephone --how said",
    .options = confirm_options,
    .run = run_confirm,
};

/* ---- history -------------------------------------------------------------------------------- */

static json_t *text_or_null(const char *text)
{
    return *text ? json_string(text) : json_null();
}

static void value_json(const struct loy_member_value *value)
{
    char collected[32], entered[32];
    cli_time_text(value->collected_at_us, 0, collected);
    cli_time_text(value->entered_at_us, 0, entered);
    cli_print_json(json_pack("{s:s,s:b,s:I,s:b,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "field", value->name,
        "trait", !value->field, "version", (json_int_t)value->version, "current", value->current,
        "text", value->text, "channel", value->channel, "initiated_by",
        initiative_name(value->initiated_by), "collected_at", collected, "entered_at", entered,
        "verified_by", text_or_null(value->verified_by), "legal_basis",
        text_or_null(value->legal_basis)));
}

/* "override: licence": it was seen, and stands in spite of the rule. */
static void verified_print(bool *begun, const char *verified_by)
{
    static const char mark[] = "override";
    if (strncmp(verified_by, mark, strlen(mark)) == 0) {
        code_join(stdout, begun, code_words(CODE_DOCUMENT, mark));
        verified_by += strlen(mark);
        verified_by += strspn(verified_by, ": ");
    }
    if (*verified_by) code_join(stdout, begun, code_words(CODE_DOCUMENT, verified_by));
}

static void value_print(struct loy_store *store, uint8_t kind, const struct loy_member_value *value)
{
    char collected[32];
    bool begun = false;
    cli_time_local(value->collected_at_us, collected);
    fputs(value->current ? "* " : "  ", stdout);
    cli_put(stdout, code_label_named(store, kind, value->name), LABEL_WIDTH);
    printf("  %s  ",
        *value->text ? code_value((enum loy_field)value->field, value->text) : _("(taken back)"));
    code_join(stdout, &begun, code_channel(store, value->channel));
    code_join(stdout, &begun, code_words(CODE_INITIATIVE, initiative_name(value->initiated_by)));
    code_join(stdout, &begun, collected);
    verified_print(&begun, value->verified_by);
    putchar('\n');
}

static void card_event_tell(const struct cli *cli, const struct loy_card_event *event)
{
    const char *name = loy_card_status_name((enum loy_card_status)event->status);
    char at[32];
    cli_time_told(cli, event->at_us, at);
    if (cli->json) {
        json_t *row = json_pack("{s:s,s:s,s:s,s:o,s:o}", "at", at, "card", event->tail, "status",
            name, "reason", text_or_null(event->reason), "operator",
            text_or_null(event->operator_name));
        json_object_set_new(
            row, "purchaser", event->purchaser ? json_integer(event->purchaser) : json_null());
        cli_print_json(row);
        return;
    }
    printf("%s  ...%s  ", at, event->tail);
    cli_put(stdout, code_words(CODE_CARD, name), 10);
    printf("  %s  %s\n", event->operator_name, event->reason);
}

static enum loy_status card_events_tell(
    const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_card_event_next(store, id, &position, &event)) == LOY_OK)
        card_event_tell(cli, &event);
    return status;
}

static enum loy_status values_tell(
    const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    struct loy_member_value value = {.size = sizeof value};
    struct loy_member member = {.kind = 0};
    int64_t position = 0;
    enum loy_status status;
    loy_member_get(store, id, &member);
    while ((status = loy_member_value_next(store, id, &position, &value)) == LOY_OK)
        if (cli->json)
            value_json(&value);
        else
            value_print(store, member.kind, &value);
    sodium_memzero(&value, sizeof value);
    return status;
}

static int run_history(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    int code = cli_member_open(cli, &store, &id);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        (cli_value(cli, "cards") ? card_events_tell : values_tell)(cli, store, &id);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option history_options[] = {
    {"cards", NULL, N_("what became of the member's cards instead, and when"), false, false},
    {0},
};

const struct cli_command command_member_history = {
    .name = "member history",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("every value that a member ever gave, and where it came from"),
    .detail = N_("Oldest first; * is the value that stands."),
    .example = "member history 13812345678",
    .options = history_options,
    .run = run_history,
};
