/* SPDX-License-Identifier: MIT
 *
 * command_member.c - members: one shown; how MEMBER is found, and a card for a new one.
 */
#include "cli.h"

#include <sodium.h>
#include <string.h>

#define FIELD_LAST 99 /* numbers of fields */

static const char *const purpose_names[] = {"", "profiling", "marketing", "suppliers", "scheme"};

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

int cli_member_open(const struct cli *cli, struct loy_store **store, struct loy_id *member)
{
    int code = cli_store_open(cli, store);
    if (code != CLI_DONE) return code;
    enum loy_status status = cli_member_find(*store, cli->operands[0], member);
    if (status == LOY_OK) return CLI_DONE;
    code = not_found(cli, status, *store);
    loy_store_close(*store);
    *store = NULL;
    return code;
}

/* ---- show ----------------------------------------------------------------------------------- */

static void fields_show(struct loy_store *store, const struct loy_id *id, json_t *object)
{
    static char text[LOY_FIELD_TEXT_MAX];
    for (int number = 1; number <= FIELD_LAST; number++) {
        enum loy_field field = (enum loy_field)number;
        const char *name = loy_field_name(field);
        if (!name || loy_member_field(store, id, field, text) != LOY_OK) continue;
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

int cli_member_show(
    const struct cli *cli, struct loy_store *store, const struct loy_id *id, json_t *further)
{
    struct loy_member member;
    char text[LOY_ID_TEXT_SIZE], at[32];
    enum loy_status status = loy_member_get(store, id, &member);
    if (status != LOY_OK) {
        json_decref(further);
        return not_found(cli, status, store);
    }
    loy_id_text(id, text);
    cli_time_text(member.created_at_us, 0, at);
    const char *kind = member.kind == LOY_MEMBER_PERSON ? "person" : "organisation";
    if (cli->json) {
        json_t *fields = json_object(), *cards = json_array(), *consent = json_object();
        fields_show(store, id, fields);
        cards_show(store, id, cards);
        for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
            json_object_set_new(consent, purpose_names[i], json_boolean(member.consent[i]));
        json_t *object = json_pack("{s:s,s:s,s:b,s:s,s:o,s:o,s:o}", "member", text, "kind", kind,
            "pseudonymous", member.pseudonymous, "created", at, "fields", fields, "consent",
            consent, "cards", cards);
        json_object_update(object, further);
        json_decref(further);
        cli_print_json(object);
        return CLI_DONE;
    }
    printf("%s  %s%s  %s\n", text, kind, member.pseudonymous ? _(" (pseudonymous)") : "", at);
    fields_show(store, id, NULL);
    for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
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
    code =
        status == LOY_OK ? cli_member_show(cli, store, &id, NULL) : not_found(cli, status, store);
    loy_store_close(store);
    return code;
}

/* ---- a card to a new member -------------------------------------------------------------------
 */

enum loy_status cli_card_give(struct loy_store *store, const struct loy_id *member,
    const char *number, int64_t at_us, bool *is_number)
{
    struct loy_credential credential;
    enum loy_status status = cli_card_read_new(store, number, &credential);
    *is_number = status == LOY_OK;
    return status == LOY_OK ? loy_card_issue(store, member, &credential, at_us) : status;
}

int cli_card_failed(
    const struct cli *cli, enum loy_status status, const struct loy_store *store, bool is_number)
{
    const char *complaint = is_number ? NULL : cli_card_complaint(status);
    if (complaint) return cli_fail(cli, CLI_FINDING, _("the card number %s"), complaint);
    return cli_fail_store(cli, status, store);
}

const struct cli_command command_member_show = {
    .name = "member show",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("all that is stored of a member"),
    .detail = N_("MEMBER is the id, card:NUMBER, ref:REFERENCE, a telephone or a tax number."),
    .run = run_show,
};
