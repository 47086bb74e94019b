/* SPDX-License-Identifier: MIT
 *
 * command_member.c - members: add, show, find, list.
 */
#include "cli.h"

#include <sodium.h>
#include <string.h>

/* The options that are fields of the form, in one table with the fields. */
static const struct {
    const char *option;
    enum loy_field field;
} field_options[] = {
    {"name", LOY_FIELD_NAME},
    {"family-name", LOY_FIELD_FAMILY_NAME},
    {"given-name", LOY_FIELD_GIVEN_NAME},
    {"industry", LOY_FIELD_INDUSTRY},
    {"address", LOY_FIELD_ADDRESS},
    {"telephone", LOY_FIELD_TELEPHONE},
    {"fax", LOY_FIELD_FAX},
    {"section", LOY_FIELD_SECTION},
    {"district", LOY_FIELD_DISTRICT},
    {"postcode", LOY_FIELD_POSTCODE},
    {"tax-no", LOY_FIELD_TAX_NO},
    {"account-no", LOY_FIELD_ACCOUNT_NO},
    {"purchasers", LOY_FIELD_PURCHASERS},
    {"sex", LOY_FIELD_SEX},
    {"birth-year", LOY_FIELD_BIRTH_YEAR},
    {"household-size", LOY_FIELD_HOUSEHOLD_SIZE},
    {"language", LOY_FIELD_LANGUAGE},
    {"email", LOY_FIELD_EMAIL},
};
#define FIELD_OPTION_COUNT (sizeof field_options / sizeof field_options[0])

static const char *const purpose_names[] = {"", "profiling", "marketing", "suppliers"};

enum loy_status cli_member_find(struct loy_store *store, const char *text, struct loy_id *member)
{
    struct loy_credential credential;
    if (strncmp(text, "ref:", 4) == 0) return loy_member_find_reference(store, text + 4, member);
    if (strncmp(text, "card:", 5) == 0) {
        enum loy_status status = cli_card_read(store, text + 5, &credential);
        return status == LOY_OK ? loy_member_find_card(store, &credential, member) : status;
    }
    if (loy_id_parse(text, member) == LOY_OK) {
        struct loy_member found;
        return loy_member_get(store, member, &found);
    }
    enum loy_status status = loy_member_find_indexed(store, LOY_FIELD_TELEPHONE, text, member);
    if (status == LOY_OK) return status;
    return loy_member_find_indexed(store, LOY_FIELD_TAX_NO, text, member) == LOY_OK ? LOY_OK
                                                                                    : LOY_NONE;
}

static int not_found(const struct cli *cli, enum loy_status status, const struct loy_store *store)
{
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("there is no such member; give the id, card:NUMBER, ref:REFERENCE, a telephone or a "
              "tax "
              "number"));
    if (status == LOY_REFUSED)
        return cli_fail(cli, CLI_FINDING, _("the card may not be used; see the service desk"));
    return cli_fail_store(cli, status, store);
}

/* ---- show ----------------------------------------------------------------------------------- */

static void fields_show(struct loy_store *store, const struct loy_id *id, json_t *object)
{
    static char text[LOY_FIELD_TEXT_MAX];
    for (size_t i = 0; i < FIELD_OPTION_COUNT; i++) {
        const char *name = loy_field_name(field_options[i].field);
        if (loy_member_field(store, id, field_options[i].field, text) != LOY_OK) continue;
        if (object)
            json_object_set_new(object, name, json_string(text));
        else
            printf("  %-16s %s\n", name, text);
    }
    sodium_memzero(text, sizeof text);
}

static void cards_show(struct loy_store *store, const struct loy_id *id, json_t *array)
{
    struct loy_card card;
    int64_t position = 0;
    while (loy_card_next(store, id, &position, &card) == LOY_OK) {
        if (array)
            json_array_append_new(
                array, json_pack("{s:s,s:s}", "tail", card.tail, "status",
                           loy_card_status_name((enum loy_card_status)card.status)));
        else
            printf("  %-16s ...%s %s\n", _("card"), card.tail,
                _(loy_card_status_name((enum loy_card_status)card.status)));
    }
}

static int member_show(const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    struct loy_member member;
    char text[LOY_ID_TEXT_SIZE], at[32];
    enum loy_status status = loy_member_get(store, id, &member);
    if (status != LOY_OK) return not_found(cli, status, store);
    loy_id_text(id, text);
    cli_time_text(member.created_at_us, 0, at);
    const char *kind = member.kind == LOY_MEMBER_PERSON ? "person" : "organisation";
    if (cli->json) {
        json_t *fields = json_object(), *cards = json_array(), *consent = json_object();
        fields_show(store, id, fields);
        cards_show(store, id, cards);
        for (int i = LOY_PURPOSE_PROFILING; i <= LOY_PURPOSE_SUPPLIERS; i++)
            json_object_set_new(consent, purpose_names[i], json_boolean(member.consent[i]));
        cli_print_json(json_pack("{s:s,s:s,s:b,s:s,s:o,s:o,s:o}", "member", text, "kind", kind,
            "pseudonymous", member.pseudonymous, "created", at, "fields", fields, "consent",
            consent, "cards", cards));
        return CLI_DONE;
    }
    printf("%s  %s%s  %s\n", text, kind, member.pseudonymous ? _(" (pseudonymous)") : "", at);
    fields_show(store, id, NULL);
    for (int i = LOY_PURPOSE_PROFILING; i <= LOY_PURPOSE_SUPPLIERS; i++)
        printf("  %-16s %s\n", purpose_names[i],
            member.consent[i] ? _("consent given") : _("no consent"));
    cards_show(store, id, NULL);
    return CLI_DONE;
}

static int run_show(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = cli_member_find(store, cli->operands[0], &id);
    code = status == LOY_OK ? member_show(cli, store, &id) : not_found(cli, status, store);
    loy_store_close(store);
    return code;
}

/* ---- find and list: a line a member ---------------------------------------------------------- */

static void member_line(const struct cli *cli, struct loy_store *store, const struct loy_id *id)
{
    static char name[LOY_FIELD_TEXT_MAX], given[LOY_FIELD_TEXT_MAX];
    char text[LOY_ID_TEXT_SIZE];
    *name = *given = '\0';
    if (loy_member_field(store, id, LOY_FIELD_NAME, name) != LOY_OK) {
        loy_member_field(store, id, LOY_FIELD_FAMILY_NAME, name);
        loy_member_field(store, id, LOY_FIELD_GIVEN_NAME, given);
    }
    loy_id_text(id, text);
    if (cli->json)
        cli_print_json(
            json_pack("{s:s,s:s,s:s}", "member", text, "name", name, "given_name", given));
    else
        printf("%s  %s%s%s\n", text, name, *given ? " " : "", given);
    sodium_memzero(name, sizeof name);
    sodium_memzero(given, sizeof given);
}

static int run_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    int64_t position = 0;
    enum loy_status status = LOY_OK;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_member_next(store, &position, NULL, &id)) == LOY_OK)
        member_line(cli, store, &id);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_find(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    int64_t position = 0;
    size_t found = 0;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = cli_member_find(store, cli->operands[0], &id);
    if (status == LOY_OK) {
        member_line(cli, store, &id);
        found++;
    } else if (status == LOY_NONE) {
        while ((status = loy_member_next(store, &position, cli->operands[0], &id)) == LOY_OK) {
            member_line(cli, store, &id);
            found++;
        }
    }
    if (!found) code = not_found(cli, status, store);
    loy_store_close(store);
    return code;
}

/* ---- add --------------------------------------------------------------------------------------
 */

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

/* *is_number false: the status is about the text of the number. */
static enum loy_status card_give(struct loy_store *store, const struct loy_id *member,
    const char *number, int64_t at_us, bool *is_number)
{
    struct loy_credential credential;
    enum loy_status status = cli_card_read(store, number, &credential);
    *is_number = status == LOY_OK;
    return status == LOY_OK ? loy_card_issue(store, member, &credential, at_us) : status;
}

static int card_failed(
    const struct cli *cli, enum loy_status status, const struct loy_store *store, bool is_number)
{
    const char *complaint = is_number ? NULL : cli_card_complaint(status);
    if (complaint) return cli_fail(cli, CLI_FINDING, _("the card number %s"), complaint);
    return cli_fail_store(cli, status, store);
}

/* The form and, with --card, its card: both or neither. */
static int member_save(struct cli *cli, struct loy_store *store, const struct loy_member_form *form)
{
    struct loy_id id;
    const char *card = cli_value(cli, "card");
    enum loy_status status = loy_store_begin(store);
    if (status == LOY_OK) status = loy_member_add(store, form, form->collected_at_us, &id);
    if (status != LOY_OK) {
        int code = cli_fail_store(cli, status, store);
        loy_store_rollback(store);
        return code;
    }
    bool is_number = true;
    if (card) status = card_give(store, &id, card, form->collected_at_us, &is_number);
    if (status != LOY_OK && status != LOY_REPEATED) {
        int code = card_failed(cli, status, store, is_number);
        loy_store_rollback(store);
        return code;
    }
    status = loy_store_commit(store);
    return status == LOY_OK ? member_show(cli, store, &id) : cli_fail_store(cli, status, store);
}

static int run_add(struct cli *cli)
{
    struct loy_field_text fields[FIELD_OPTION_COUNT];
    const char *channel = cli_value(cli, "channel"), *initiative = cli_value(cli, "initiated-by");
    struct loy_member_form form = {.size = sizeof form,
        .fields = fields,
        .channel = channel ? channel : "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = cli_now_us()};
    if (!kind_of(cli_value(cli, "kind"), &form.kind))
        return cli_fail(cli, CLI_USAGE, _("--kind takes person or organisation"));
    if (initiative && strcmp(initiative, "staff") == 0)
        form.initiated_by = LOY_INITIATIVE_STAFF;
    else if (initiative && strcmp(initiative, "customer") != 0)
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer or staff"));
    for (size_t i = 0; i < FIELD_OPTION_COUNT; i++) {
        const char *text = cli_value(cli, field_options[i].option);
        if (text)
            fields[form.field_count++] = (struct loy_field_text){field_options[i].field, text};
    }
    form.consent[LOY_PURPOSE_PROFILING] = cli_value(cli, "consent-profiling") != NULL;
    form.consent[LOY_PURPOSE_MARKETING] = cli_value(cli, "consent-marketing") != NULL;
    form.consent[LOY_PURPOSE_SUPPLIERS] = cli_value(cli, "consent-suppliers") != NULL;
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = member_save(cli, store, &form);
    loy_store_close(store);
    return code;
}

static const struct cli_option add_options[] = {
    {"kind", "KIND", N_("person or organisation"), true, false},
    {"name", "TEXT", N_("an organisation's name, or a person's whole name"), false, false},
    {"family-name", "TEXT", N_("family name"), false, false},
    {"given-name", "TEXT", N_("given name"), false, false},
    {"industry", "TEXT", N_("trade of an organisation: restaurant, hotel, grocer ..."), false,
        false},
    {"address", "TEXT", N_("address"), false, false},
    {"telephone", "TEXT", N_("telephone; without a country code that of the shop is meant"), false,
        false},
    {"fax", "TEXT", N_("fax"), false, false},
    {"section", "TEXT", N_("section or parcel, as the shop uses it"), false, false},
    {"district", "TEXT", N_("district"), false, false},
    {"postcode", "TEXT", N_("postcode"), false, false},
    {"tax-no", "TEXT", N_("tax number"), false, false},
    {"account-no", "TEXT", N_("account number; never a payment card"), false, false},
    {"purchasers", "TEXT", N_("authorised purchasers"), false, false},
    {"sex", "TEXT", N_("f, m, other or not-said"), false, false},
    {"birth-year", "YEAR", N_("year of birth"), false, false},
    {"household-size", "N", N_("persons in the household"), false, false},
    {"language", "TEXT", N_("language"), false, false},
    {"email", "TEXT", N_("e-mail address"), false, false},
    {"card", "NUMBER", N_("issue this card at once"), false, false},
    {"channel", "CODE", N_("how it came: lane, desk, web ...; default desk"), false, false},
    {"initiated-by", "WHO", N_("customer or staff; default customer"), false, false},
    {"consent-profiling", NULL, N_("the member agreed to a profile"), false, false},
    {"consent-marketing", NULL, N_("the member agreed to advertising"), false, false},
    {"consent-suppliers", NULL, N_("the member agreed to count in makers' reports"), false, false},
    {0},
};

const struct cli_command command_member_add = {
    .name = "member add",
    .summary = N_("register a member"),
    .detail =
        N_("Prints the new member as `member show` does. Consents start empty. Values on a command "
           "line can be seen by other\nusers of the machine while it runs; for many members use "
           "`import members`."),
    .options = add_options,
    .run = run_add,
};

const struct cli_command command_member_show = {
    .name = "member show",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("all that is stored of a member"),
    .detail = N_("MEMBER is the id, card:NUMBER, ref:REFERENCE, a telephone or a tax number."),
    .run = run_show,
};

const struct cli_command command_member_find = {
    .name = "member find",
    .operands = "TEXT",
    .operands_min = 1,
    .operands_max = 1,
    .summary =
        N_("find by id, card:NUMBER, ref:REFERENCE, telephone, tax number or part of the name"),
    .run = run_find,
};

const struct cli_command command_member_list = {
    .name = "member list",
    .summary = N_("all members, a line each"),
    .run = run_list,
};
