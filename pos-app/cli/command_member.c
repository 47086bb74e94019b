/* SPDX-License-Identifier: MIT
 *
 * command_member.c - members: one shown; how MEMBER is found, and a card for a new one.
 */
#include "code_words.h"

#include <loyalty/contact.h>
#include <loyalty/duplicate.h>
#include <loyalty/form.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <sodium.h>
#include <string.h>

#define FIELD_LAST 99 /* numbers of fields */
#define LABEL_WIDTH 35

enum loy_status cli_member_find_own(
    struct loy_store *store, const char *text, struct loy_id *member)
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
    /* Who may look nobody up by a number is told that, not that there is nobody. */
    if (status == LOY_OK || status == LOY_E_ACCESS) return status;
    return loy_member_find_indexed(store, LOY_FIELD_TAX_NO, text, member) == LOY_OK ? LOY_OK
                                                                                    : LOY_NONE;
}

enum loy_status cli_member_find(struct loy_store *store, const char *text, struct loy_id *member)
{
    struct loy_id named, survivor;
    char from[LOY_ID_TEXT_SIZE], to[LOY_ID_TEXT_SIZE];
    enum loy_status status = cli_member_find_own(store, text, &named);
    if (status == LOY_OK) status = loy_member_survivor(store, &named, &survivor);
    if (status != LOY_OK) return status;
    if (memcmp(&named, &survivor, sizeof named) != 0) {
        loy_id_text(&named, from);
        loy_id_text(&survivor, to);
        fprintf(stderr, _("note: %s was merged into %s, who is taken\n"), from, to);
    }
    *member = survivor;
    return LOY_OK;
}

int cli_member_not_found(
    const struct cli *cli, enum loy_status status, const struct loy_store *store)
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

static int store_open(const struct cli *cli,
    enum loy_status (*find)(struct loy_store *store, const char *text, struct loy_id *member),
    struct loy_store **store, struct loy_id *member)
{
    int code = cli_store_open(cli, store);
    if (code != CLI_DONE) return code;
    enum loy_status status = find(*store, cli->operands[0], member);
    if (status == LOY_OK) return CLI_DONE;
    code = cli_member_not_found(cli, status, *store);
    loy_store_close(*store);
    *store = NULL;
    return code;
}

int cli_member_open(const struct cli *cli, struct loy_store **store, struct loy_id *member)
{
    return store_open(cli, cli_member_find, store, member);
}

int cli_member_open_own(const struct cli *cli, struct loy_store **store, struct loy_id *member)
{
    return store_open(cli, cli_member_find_own, store, member);
}

/* ---- show ----------------------------------------------------------------------------------- */

static void row_print(const char *label, const char *text)
{
    fputs("  ", stdout);
    cli_put(stdout, label, LABEL_WIDTH);
    printf("  %s\n", text);
}

static void fields_show(
    struct loy_store *store, const struct loy_id *id, uint8_t kind, json_t *object)
{
    static char text[LOY_FIELD_TEXT_MAX];
    for (int number = 1; number <= FIELD_LAST; number++) {
        enum loy_field field = (enum loy_field)number;
        const char *name = loy_field_name(field);
        if (!name || loy_member_field(store, id, field, text) != LOY_OK) continue;
        if (object)
            json_object_set_new(object, name, json_string(text));
        else
            row_print(code_label(store, kind, (uint8_t)field), code_value(field, text));
    }
    sodium_memzero(text, sizeof text);
}

/* The ticks of the form: its item of each purpose. */
static void consents_print(struct loy_store *store, const struct loy_member *member)
{
    static const uint8_t items[LOY_PURPOSE_END] = {[LOY_PURPOSE_PROFILING] = LOY_ITEM_PROFILING,
        [LOY_PURPOSE_MARKETING] = LOY_ITEM_MARKETING,
        [LOY_PURPOSE_SUPPLIERS] = LOY_ITEM_SUPPLIERS,
        [LOY_PURPOSE_SCHEME] = LOY_ITEM_SCHEME};
    for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
        row_print(
            code_label(store, member->kind, items[i]), member->consent[i] ? _("yes") : _("no"));
}

static void cards_show(
    struct loy_store *store, const struct loy_id *id, uint8_t kind, json_t *array)
{
    char text[64];
    struct loy_card card;
    int64_t position = 0;
    while (loy_card_next(store, id, &position, &card) == LOY_OK) {
        const char *status = loy_card_status_name((enum loy_card_status)card.status);
        if (array) {
            json_array_append_new(
                array, json_pack("{s:s,s:s}", "tail", card.tail, "status", status));
            continue;
        }
        snprintf(text, sizeof text, "...%s  %s", card.tail, _(status));
        row_print(code_label(store, kind, LOY_ITEM_CARD), text);
    }
}

/* Current ones; those who may not read earlier values are told none. */
static void traits_show(struct loy_store *store, const struct loy_id *id, json_t *object)
{
    struct loy_member_value value = {.size = sizeof value};
    int64_t position = 0;
    while (loy_member_value_next(store, id, &position, &value) == LOY_OK) {
        if (value.field || !value.current || !*value.text) continue;
        if (object)
            json_object_set_new(object, value.name, json_string(value.text));
        else
            row_print(value.name, value.text);
    }
    sodium_memzero(&value, sizeof value);
}

/* Who may buy for the member, in the words of the authority. */
static void purchasers_show(
    struct loy_store *store, const struct loy_id *id, uint8_t kind, json_t *array)
{
    static const char *const authorities[] = {"", "permanent", "until", "once"};
    static struct loy_purchaser purchaser;
    static char text[LOY_FIELD_TEXT_MAX + 64];
    int64_t position = 0;
    purchaser.size = sizeof purchaser;
    while (loy_purchaser_next(store, id, &position, &purchaser) == LOY_OK) {
        const char *authority = authorities[purchaser.authority & 3];
        if (!purchaser.active || purchaser.forgotten) continue;
        if (array) {
            json_array_append_new(
                array, json_pack("{s:I,s:s,s:s}", "purchaser", (json_int_t)purchaser.number, "name",
                           purchaser.name, "authority", authority));
            continue;
        }
        snprintf(
            text, sizeof text, "%s  %s", purchaser.name, code_words(CODE_AUTHORITY, authority));
        row_print(code_label(store, kind, LOY_FIELD_PURCHASERS), text);
    }
    sodium_memzero(&purchaser, sizeof purchaser);
    sodium_memzero(text, sizeof text);
}

/* The ids of other members, "" where there is none or the role may not read it. */
struct others {
    char head_office[LOY_ID_TEXT_SIZE], referred_by[LOY_ID_TEXT_SIZE];
};

static struct others others_read(struct loy_store *store, const struct loy_id *id)
{
    struct others others = {.head_office = ""};
    struct loy_held held = {.size = sizeof held};
    struct loy_id by;
    int64_t position = 0;
    while (loy_held_next(store, id, &position, &held) == LOY_OK)
        if (strcmp(held.kind, "head-office") == 0) loy_id_text(&held.other, others.head_office);
    if (loy_member_referrer(store, id, &by) == LOY_OK) loy_id_text(&by, others.referred_by);
    return others;
}

static void others_print(struct loy_store *store, const struct loy_id *id)
{
    const struct others others = others_read(store, id);
    if (*others.head_office) row_print(code_words(CODE_HELD, "head-office"), others.head_office);
    if (*others.referred_by) row_print(code_words(CODE_HELD, "referred-by"), others.referred_by);
}

static json_t *id_json(const char *text)
{
    return *text ? json_string(text) : json_null();
}

static const char *kind_name(const struct loy_member *member)
{
    return member->kind == LOY_MEMBER_PERSON ? "person" : "organisation";
}

/* into "": not merged. */
static json_t *member_json(
    struct loy_store *store, const struct loy_member *member, const char *into)
{
    char text[LOY_ID_TEXT_SIZE], at[32];
    json_t *fields = json_object(), *cards = json_array(), *consent = json_object();
    json_t *traits = json_object(), *purchasers = json_array();
    const struct others others = others_read(store, &member->id);
    loy_id_text(&member->id, text);
    cli_time_text(member->created_at_us, 0, at);
    fields_show(store, &member->id, member->kind, fields);
    cards_show(store, &member->id, member->kind, cards);
    traits_show(store, &member->id, traits);
    purchasers_show(store, &member->id, member->kind, purchasers);
    for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
        json_object_set_new(
            consent, loy_purpose_name((enum loy_purpose)i), json_boolean(member->consent[i]));
    return json_pack("{s:s,s:s,s:b,s:s,s:o,s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o}", "member", text,
        "kind", kind_name(member), "pseudonymous", member->pseudonymous, "created", at, "fields",
        fields, "consent", consent, "cards", cards, "status", *into ? "merged" : "active",
        "merged_into", id_json(into), "traits", traits, "head_office", id_json(others.head_office),
        "referred_by", id_json(others.referred_by), "purchasers", purchasers);
}

static void member_print(struct loy_store *store, const struct loy_member *member, const char *into)
{
    char text[LOY_ID_TEXT_SIZE], at[32];
    loy_id_text(&member->id, text);
    cli_time_local(member->created_at_us, at);
    printf("%s  %s%s  %s\n", text, code_words(CODE_KIND, kind_name(member)),
        member->pseudonymous ? _(" (pseudonymous)") : "", at);
    if (*into)
        printf(_("  merged: see `loyalty member show %s`; below is what was kept before\n"), into);
    fields_show(store, &member->id, member->kind, NULL);
    traits_show(store, &member->id, NULL);
    consents_print(store, member);
    cards_show(store, &member->id, member->kind, NULL);
    purchasers_show(store, &member->id, member->kind, NULL);
    others_print(store, &member->id);
}

int cli_member_show(
    const struct cli *cli, struct loy_store *store, const struct loy_id *id, json_t *further)
{
    struct loy_member member;
    struct loy_id survivor;
    char into[LOY_ID_TEXT_SIZE] = "";
    enum loy_status status = loy_member_get(store, id, &member);
    if (status == LOY_OK) status = loy_member_survivor(store, id, &survivor);
    if (status != LOY_OK) {
        json_decref(further);
        return cli_member_not_found(cli, status, store);
    }
    if (memcmp(id, &survivor, sizeof survivor) != 0) loy_id_text(&survivor, into);
    if (!cli->json) {
        member_print(store, &member, into);
        json_decref(further);
        return CLI_DONE;
    }
    json_t *object = member_json(store, &member, into);
    json_object_update(object, further);
    json_decref(further);
    cli_print_json(object);
    return CLI_DONE;
}

static int run_show(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id;
    int code = cli_member_open_own(cli, &store, &id);
    if (code == CLI_DONE) code = cli_member_show(cli, store, &id, NULL);
    loy_store_close(store);
    return code;
}

/* ---- a card to a new member -------------------------------------------------------------------
 */

enum loy_status cli_card_give(struct loy_store *store, const struct loy_id *member,
    const char *number, int64_t at_us, bool *is_number, const char **warning)
{
    struct loy_credential credential;
    enum loy_status status = cli_card_read_new(store, number, &credential);
    *is_number = status == LOY_OK;
    *warning = status == LOY_OK ? cli_card_warning(&credential) : NULL;
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
    .detail =
        N_("MEMBER is the id, card:NUMBER, ref:REFERENCE, a telephone or a tax number. The id "
           "of a member that was merged\nshows what was kept of it, and into whom it was "
           "merged; everywhere else it leads to that one."),
    .example = "member show card:9156000000000011",
    .run = run_show,
};
