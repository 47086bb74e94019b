/* SPDX-License-Identifier: MIT
 *
 * command_member_add.c - register a member from the command line: the fields of all forms, ticks,
 * a card, a token against a second press.
 */
#include "code_words.h"
#include "member_options.h"

#include <sodium.h>
#include <string.h>

static const struct {
    const char *option;
    enum loy_purpose purpose;
} consent_options[] = {
    {"consent-scheme", LOY_PURPOSE_SCHEME},
    {"consent-profiling", LOY_PURPOSE_PROFILING},
    {"consent-marketing", LOY_PURPOSE_MARKETING},
    {"consent-suppliers", LOY_PURPOSE_SUPPLIERS},
};

static bool kind_of(const char *word, uint8_t *kind)
{
    if (strcmp(word, "person") == 0)
        *kind = LOY_MEMBER_PERSON;
    else if (strcmp(word, "organisation") == 0)
        *kind = LOY_MEMBER_ORGANISATION;
    else
        return false;
    return true;
}

/* ---- What is said after saving -----------------------------------------------------------------
 */

/* Without a form a doubtful tax number is taken; the sentences say what to do about it. */
static enum loy_identifier_code tax_doubt(
    struct loy_store *store, const struct loy_member_form *form, const char *text)
{
    char normal[LOY_IDENTIFIER_MAX];
    struct loy_store_settings settings;
    if (!text || form->seen_on_licence) return LOY_IDENTIFIER_GOOD;
    loy_store_settings_get(store, &settings);
    enum loy_identifier_code code = loy_tax_check(settings.country, text, normal);
    sodium_memzero(normal, sizeof normal);
    return loy_identifier_grade(code) == LOY_IDENTIFIER_DOUBT ? code : LOY_IDENTIFIER_GOOD;
}

static json_t *warning_tell(const struct cli *cli, enum loy_identifier_code code)
{
    if (cli->json)
        return json_pack("[{s:s,s:s,s:s,s:s}]", "field", "tax_no", "code",
            loy_identifier_name(code), "wrong", loy_identifier_wrong(code), "right",
            loy_identifier_right(code));
    fprintf(stderr, _("warning: tax number: %s; expected is %s (--seen-on-licence)\n"),
        loy_identifier_wrong(code), loy_identifier_right(code));
    return NULL;
}

/* What the form of its kind would still ask. */
static json_t *missing_tell(
    const struct cli *cli, struct loy_store *store, const struct loy_member_form *form)
{
    struct loy_form_field field = {.size = sizeof field};
    enum loy_registration registration =
        form->kind == LOY_MEMBER_PERSON ? LOY_REGISTRATION_PERSON : LOY_REGISTRATION_ORGANISATION;
    json_t *names = json_array();
    int64_t position = 0;
    bool begun = false;
    while (loy_form_missing_next(store, registration, form, &position, &field) == LOY_OK) {
        json_array_append_new(names, json_string(field.name));
        if (cli->json) continue;
        if (!begun) fputs(_("the form still lacks: "), stderr);
        code_join(stderr, &begun, field.label);
    }
    if (begun) fputc('\n', stderr);
    return names;
}

/* What there is to say of a form behind its saving. */
struct saved {
    bool repeated, asked;
    struct loy_duplicate_question question;
    const char *warning; /* about the card, or NULL */
};

/* The one question that the form raises, asked before it was saved; the answer is "no, new". */
static json_t *duplicate_tell(const struct cli *cli, const struct loy_duplicate_question *question)
{
    char text[LOY_ID_TEXT_SIZE];
    loy_id_text(&question->member, text);
    const bool branch = question->kind == LOY_QUESTION_BRANCH;
    if (!cli->json)
        fprintf(stderr,
            branch ? _("a new branch of %s %s (%s)? Then: loyalty member branch\n")
                   : _("perhaps the same as %s %s (%s): loyalty member duplicates\n"),
            question->name, question->telephone, text);
    return json_pack("{s:s,s:s,s:i}", "member", text, "question", branch ? "branch" : "same",
        "score", (int)question->score);
}

static int saved_tell(const struct cli *cli, struct loy_store *store,
    const struct loy_member_form *form, const struct loy_id *id, const struct saved *saved)
{
    const bool repeated = saved->repeated;
    enum loy_identifier_code doubt = tax_doubt(store, form, cli_value(cli, "tax-no"));
    json_t *further = json_object();
    json_object_set_new(further, "repeated", json_boolean(repeated));
    int code = CLI_DONE;
    if (!cli->json) {
        json_decref(further);
        code = cli_member_show(cli, store, id, NULL);
        further = NULL;
        if (repeated) puts(_("this form was saved before; nothing changed"));
    }
    if (form->form == LOY_REGISTRATION_NONE) {
        json_t *missing = missing_tell(cli, store, form);
        if (further)
            json_object_set_new(further, "missing", missing);
        else
            json_decref(missing);
    }
    json_t *duplicate = saved->asked ? duplicate_tell(cli, &saved->question) : NULL;
    if (duplicate && further)
        json_object_set_new(further, "duplicate", duplicate);
    else
        json_decref(duplicate);
    json_t *warnings = doubt != LOY_IDENTIFIER_GOOD ? warning_tell(cli, doubt) : NULL;
    if (warnings) json_object_set_new(further, "warnings", warnings);
    if (saved->warning) fprintf(stderr, _("warning: card: %s\n"), saved->warning);
    if (saved->warning && further)
        json_object_set_new(further, "warning", json_string(saved->warning));
    return cli->json ? cli_member_show(cli, store, id, further) : code;
}

/* The form and, with --card, its card: both or neither. */
static int member_save(struct cli *cli, struct loy_store *store, const struct loy_member_form *form)
{
    struct loy_id id;
    struct saved saved = {.question = {.size = sizeof saved.question}};
    const char *card = cli_value(cli, "card");
    enum loy_status status = loy_store_begin(store);
    if (status == LOY_OK)
        saved.asked =
            loy_duplicate_ask(store, form, form->collected_at_us, &saved.question) == LOY_OK;
    if (status == LOY_OK) status = loy_member_add(store, form, form->collected_at_us, &id);
    saved.repeated = status == LOY_REPEATED;
    if (saved.repeated) saved.asked = false;
    if (status != LOY_OK && !saved.repeated) {
        /* Only a doubtful tax number is such a status; its sentence says what to do. */
        int code = status == LOY_E_CHECK ? cli_fail(cli, cli_exit_of(status),
                                               "%s (--seen-on-licence)", loy_store_text(store))
                                         : cli_fail_store(cli, status, store);
        loy_store_rollback(store);
        return code;
    }
    bool is_number = true;
    status = LOY_OK;
    if (card)
        status = cli_card_give(store, &id, card, form->collected_at_us, &is_number, &saved.warning);
    if (status != LOY_OK && status != LOY_REPEATED) {
        int code = cli_card_failed(cli, status, store, is_number);
        loy_store_rollback(store);
        return code;
    }
    status = loy_store_commit(store);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    return saved_tell(cli, store, form, &id, &saved);
}

/* ---- The command line --------------------------------------------------------------------------
 */

static int form_choose(struct cli *cli, struct loy_member_form *form)
{
    const char *name = cli_value(cli, "form"), *kind = cli_value(cli, "kind");
    enum loy_registration registration = LOY_REGISTRATION_NONE;
    if (name && (loy_registration_find(name, &registration) != LOY_OK ||
                    registration == LOY_REGISTRATION_PURCHASER))
        return cli_fail(cli, CLI_USAGE, _("--form takes organisation, person or lane"));
    form->form = (uint8_t)registration;
    form->kind =
        registration == LOY_REGISTRATION_ORGANISATION ? LOY_MEMBER_ORGANISATION : LOY_MEMBER_PERSON;
    if (!kind && !name) return cli_fail(cli, CLI_USAGE, _("--kind or --form is needed"));
    if (kind && !kind_of(kind, &form->kind))
        return cli_fail(cli, CLI_USAGE, _("--kind takes person or organisation"));
    return CLI_DONE;
}

static void token_make(const char *text, uint8_t token[LOY_FORM_TOKEN_SIZE])
{
    if (!text) return;
    crypto_generichash(
        token, LOY_FORM_TOKEN_SIZE, (const unsigned char *)text, strlen(text), NULL, 0);
}

static int form_read(struct cli *cli, struct loy_member_form *form, struct loy_field_text *fields)
{
    const char *initiative = cli_value(cli, "initiated-by");
    int code = form_choose(cli, form);
    if (code != CLI_DONE) return code;
    if (initiative && strcmp(initiative, "staff") == 0)
        form->initiated_by = LOY_INITIATIVE_STAFF;
    else if (initiative && strcmp(initiative, "customer") != 0)
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer or staff"));
    for (size_t i = 0; cli->command->options[i].name; i++) {
        struct loy_field_text *field = &fields[form->field_count];
        if (!cli->options[i].count) continue;
        if (!member_option_field(cli->command->options[i].name, &field->field)) continue;
        field->text = cli->options[i].values[0];
        form->field_count++;
    }
    for (size_t i = 0; i < sizeof consent_options / sizeof consent_options[0]; i++)
        form->consent[consent_options[i].purpose] =
            cli_value(cli, consent_options[i].option) != NULL;
    form->has_card = cli_value(cli, "card") != NULL;
    form->seen_on_licence = cli_value(cli, "seen-on-licence") != NULL;
    token_make(cli_value(cli, "token"), form->form_token);
    return CLI_DONE;
}

static int run_add(struct cli *cli)
{
    struct loy_field_text fields[MEMBER_FIELD_OPTIONS_MAX];
    const char *channel = cli_value(cli, "channel");
    struct loy_store *store = NULL;
    struct loy_member_form form = {.size = sizeof form,
        .fields = fields,
        .channel = channel ? channel : "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = cli_now_us(),
        .receipt_language = cli->chinese ? "zh_CN" : "en",
        .offset_min = cli_offset_at(cli_now_us())};
    int code = form_read(cli, &form, fields);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = member_save(cli, store, &form);
    loy_store_close(store);
    return code;
}

static const struct cli_option add_options[] = {
    {"kind", "KIND", N_("person or organisation; --form says it too"), false, false},
    {"form", "FORM", N_("organisation, person or lane: all that the form requires must be there"),
        false, false},
    MEMBER_FIELD_OPTIONS,
    {"seen-on-licence", NULL, N_("somebody compared the tax number with the licence"), false,
        false},
    {"card", "NUMBER", N_("issue this card at once"), false, false},
    {"channel", "CODE", N_("how it came: lane, desk, web ...; default desk"), false, false},
    {"initiated-by", "WHO", N_("customer or staff; default customer"), false, false},
    {"consent-scheme", NULL, N_("the member accepted the terms of the scheme"), false, false},
    {"consent-profiling", NULL, N_("the member agreed to a profile"), false, false},
    {"consent-marketing", NULL, N_("the member agreed to advertising"), false, false},
    {"consent-suppliers", NULL, N_("the member agreed to count in makers' reports"), false, false},
    {"token", "TEXT", N_("a word for this filling of the form: saved again, it makes nothing new"),
        false, false},
    {0},
};

const struct cli_command command_member_add = {
    .name = "member add",
    .summary = N_("register a member"),
    .detail =
        N_("Prints the new member as `member show` does. Consents start empty. Values on a command "
           "line can be seen by other\nusers of the machine while it runs; for many members use "
           "`import members`."),
    .example = "member add --form person --family-name 王 --given-name 伟 --telephone 13812345678",
    .options = add_options,
    .run = run_add,
};
