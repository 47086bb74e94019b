/* SPDX-License-Identifier: MIT
 *
 * command_contact.c - contacts: add, list; channels: add, list.
 */
#include "code_words.h"
#include "contact_cli.h"
#include "import_baskets.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char *const initiatives[] = {"", "customer", "staff", "import"};

bool contact_initiative(const char *word, uint8_t *initiated_by)
{
    for (uint8_t i = 1; i < sizeof initiatives / sizeof initiatives[0]; i++) {
        if (strcmp(word, initiatives[i]) != 0) continue;
        *initiated_by = i;
        return true;
    }
    return false;
}

const char *contact_initiative_name(uint8_t initiated_by)
{
    return initiatives[initiated_by < sizeof initiatives / sizeof initiatives[0] ? initiated_by
                                                                                 : 0];
}

uint8_t contact_kind_find(const char *word)
{
    for (uint8_t i = 1; i < loy_contact_kind_count; i++)
        if (strcmp(word, loy_contact_kind_name(i)) == 0) return i;
    return LOY_CONTACT_NONE;
}

void contact_kinds_text(char *text, size_t size)
{
    size_t used = 0;
    for (int i = 1; i < loy_contact_kind_count && used < size; i++)
        used += (size_t)snprintf(
            text + used, size - used, "%s%s", i > 1 ? ", " : "", loy_contact_kind_name(i));
}

const char *contact_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

json_t *contact_json_text(const char *text)
{
    return *text ? json_string(text) : json_null();
}

int contact_member_open(
    struct cli *cli, const char *text, struct loy_store **store, struct loy_id *member)
{
    int code = cli_store_open(cli, store);
    if (code != CLI_DONE || !text) return code;
    enum loy_status status = cli_member_find(*store, text, member);
    return status == LOY_OK ? CLI_DONE : cli_member_not_found(cli, status, *store);
}

/* ---- add ---------------------------------------------------------------------------------------
 */

struct given {
    struct loy_contact_form form;
    struct loy_id member, basket;
    const char *basket_text;
};

static int kind_read(const struct cli *cli, struct loy_contact_form *form)
{
    char words[320];
    form->kind = contact_kind_find(cli_value(cli, "kind"));
    if (form->kind != LOY_CONTACT_NONE) return CLI_DONE;
    contact_kinds_text(words, sizeof words);
    return cli_fail(cli, CLI_USAGE, _("--kind takes one of: %s"), words);
}

static int form_read(const struct cli *cli, struct given *given)
{
    struct loy_contact_form *form = &given->form;
    const char *who = cli_value(cli, "initiated-by"), *at = cli_value(cli, "at");
    const char *line = cli_value(cli, "line");
    int64_t number = 0;
    int16_t offset = 0;
    int code = kind_read(cli, form);
    if (code != CLI_DONE) return code;
    form->initiated_by = (uint8_t)loy_contact_initiative((enum loy_contact_kind)form->kind);
    if (who && !contact_initiative(who, &form->initiated_by))
        return cli_fail(cli, CLI_USAGE, _("--initiated-by takes customer, staff or import"));
    if (at && cli_time_parse(at, &form->at_us, &offset) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--at takes a date or time such as 2026-03-01 14:05"));
    if (line &&
        (cli_amount_parse(line, 0, &number) != LOY_OK || number < 1 || number > LOY_LINES_MAX))
        return cli_fail(cli, CLI_USAGE, _("--line takes a whole number from 1"));
    form->line = (int32_t)number;
    form->channel = cli_value(cli, "channel");
    form->campaign = contact_or_null(cli_value(cli, "campaign"));
    form->incentive = contact_or_null(cli_value(cli, "incentive"));
    form->reason = contact_or_null(cli_value(cli, "reason"));
    form->article = contact_or_null(cli_value(cli, "article"));
    form->text = cli_value(cli, "text");
    form->legal_basis = contact_or_null(cli_value(cli, "legal-basis"));
    given->basket_text = contact_or_null(cli_value(cli, "basket"));
    return CLI_DONE;
}

/* A basket's id, or its name in the imported file of this shop. */
static void basket_name(const struct loy_store *store, struct given *given)
{
    struct loy_store_settings settings;
    if (!given->basket_text) return;
    given->form.basket = &given->basket;
    if (loy_id_parse(given->basket_text, &given->basket) == LOY_OK) return;
    loy_store_settings_get(store, &settings);
    baskets_id(settings.site, given->basket_text, &given->basket);
}

static int added_tell(const struct cli *cli, const struct given *given, bool added, int64_t number)
{
    char member[LOY_ID_TEXT_SIZE] = "";
    if (given->form.member) loy_id_text(&given->member, member);
    if (cli->json)
        cli_print_json(json_pack("{s:b,s:o,s:o,s:s}", "added", added, "contact",
            added ? json_integer(number) : json_null(), "member", contact_json_text(member), "kind",
            loy_contact_kind_name(given->form.kind)));
    else
        puts(added ? _("noted") : _("it is there already; nothing changed"));
    return CLI_DONE;
}

static int run_add(struct cli *cli)
{
    struct given given = {.form = {.size = sizeof given.form}};
    struct loy_store *store = NULL;
    int64_t number = 0;
    int code = form_read(cli, &given);
    if (code != CLI_DONE) return code;
    const char *text = cli->operand_count ? cli->operands[0] : NULL;
    code = contact_member_open(cli, text, &store, &given.member);
    if (code == CLI_DONE) {
        if (text) given.form.member = &given.member;
        basket_name(store, &given);
        enum loy_status status = loy_contact_add(store, &given.form, cli_now_us(), &number);
        code = status == LOY_OK || status == LOY_REPEATED
                   ? added_tell(cli, &given, status == LOY_OK, number)
                   : cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    return code;
}

/* ---- list ---------------------------------------------------------------------------------------
 */

static void contact_json(const struct loy_contact *contact, const char *at, const char *basket)
{
    json_t *object = json_pack("{s:o,s:s,s:s,s:s,s:s}", "contact",
        contact->number ? json_integer(contact->number) : json_null(), "at", at, "kind",
        contact->kind, "channel", contact->channel, "initiated_by",
        contact_initiative_name(contact->initiated_by));
    json_object_set_new(object, "campaign", contact_json_text(contact->campaign));
    json_object_set_new(object, "incentive", contact_json_text(contact->incentive));
    json_object_set_new(object, "reason", contact_json_text(contact->reason));
    json_object_set_new(object, "legal_basis", contact_json_text(contact->legal_basis));
    json_object_set_new(object, "basket", contact_json_text(basket));
    json_object_set_new(object, "line", contact->line ? json_integer(contact->line) : json_null());
    json_object_set_new(object, "article", contact_json_text(contact->article));
    json_object_set_new(object, "text", contact_json_text(contact->text));
    json_object_set_new(
        object, "paid_minor", *contact->lane ? json_integer(contact->paid_minor) : json_null());
    json_object_set_new(
        object, "lines", *contact->lane ? json_integer(contact->lines) : json_null());
    json_object_set_new(object, "site", contact_json_text(contact->site));
    json_object_set_new(object, "lane", contact_json_text(contact->lane));
    cli_print_json(object);
}

static void contact_print(
    const struct cli *cli, struct loy_store *store, const struct loy_contact *contact)
{
    char at[32], basket[LOY_ID_TEXT_SIZE] = "";
    cli_time_told(cli, contact->at_us, at);
    if (!loy_id_is_none(&contact->basket)) loy_id_text(&contact->basket, basket);
    if (cli->json) {
        contact_json(contact, at, basket);
        return;
    }
    const char *const further[] = {
        contact->campaign, contact->incentive, contact->reason, contact->article, contact->text};
    printf("%s  ", at);
    cli_put(stdout, code_words(CODE_CONTACT, contact->kind), 18);
    cli_put(stdout, code_channel(store, contact->channel), 18);
    cli_put(stdout, code_words(CODE_INITIATIVE, contact_initiative_name(contact->initiated_by)), 9);
    for (size_t i = 0; i < sizeof further / sizeof further[0]; i++)
        if (*further[i]) printf(" %s", further[i]);
    if (contact->line)
        printf(_(" (basket %s, line %d)"), basket, (int)contact->line);
    else if (*basket)
        printf(_(" (basket %s)"), basket);
    putchar('\n');
}

static int run_list(struct cli *cli)
{
    static struct loy_contact contact;
    struct loy_store *store = NULL;
    struct loy_id member;
    int64_t position = 0;
    const char *text = cli->operand_count ? cli->operands[0] : NULL;
    int code = contact_member_open(cli, text, &store, &member);
    if (code == CLI_DONE) {
        enum loy_status status;
        while ((status = loy_contact_next(store, text ? &member : NULL, &position, &contact)) ==
               LOY_OK)
            contact_print(cli, store, &contact);
        if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    }
    sodium_memzero(&contact, sizeof contact);
    loy_store_close(store);
    return code;
}

/* ---- channels -----------------------------------------------------------------------------------
 */

static int run_channel_add(struct cli *cli)
{
    struct loy_store *store = NULL;
    const char *code_text = cli->operands[0];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_channel_add(store, code_text, cli_value(cli, "name"),
        cli_value(cli, "needs-basis") != NULL, cli_now_us());
    if (status != LOY_OK && status != LOY_REPEATED)
        code = cli_fail_store(cli, status, store);
    else if (cli->json)
        cli_print_json(json_pack("{s:s,s:b}", "channel", code_text, "added", status == LOY_OK));
    else
        puts(status == LOY_OK ? _("added") : _("it is there already; nothing changed"));
    loy_store_close(store);
    return code;
}

static void channel_print(const struct cli *cli, const struct loy_channel *channel)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:b,s:b}", "channel", channel->code, "name",
            channel->name, "needs_basis", channel->needs_basis, "built_in", channel->built_in));
        return;
    }
    cli_put(stdout, channel->code, 14);
    printf("%s%s\n", channel->name, channel->needs_basis ? _(" (needs a legal basis)") : "");
}

static int run_channel_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_channel channel;
    int64_t position = 0;
    enum loy_status status;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_channel_next(store, &position, &channel)) == LOY_OK)
        channel_print(cli, &channel);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option add_options[] = {
    {"kind", "KIND", N_("what it was: complaint, service-remark, survey, coupon ..."), true, false},
    {"channel", "CODE", N_("how it came; `channel list` shows all"), true, false},
    {"initiated-by", "WHO", N_("customer, staff or import; default as usual for the kind"), false,
        false},
    {"at", "TIME", N_("when it was; default now"), false, false},
    {"campaign", "CODE", N_("the campaign that was answered; needed for a coupon"), false, false},
    {"incentive", "CODE", N_("what was given for the answer"), false, false},
    {"reason", "CODE", N_("a short code; needed for a complaint"), false, false},
    {"basket", "ID", N_("id of the basket that it is about, or its name in the imported file"),
        false, false},
    {"line", "N", N_("line of that basket"), false, false},
    {"article", "CODE", N_("the article, where there is no receipt"), false, false},
    {"text", "TEXT", N_("what was said; encrypted, only of a member"), false, false},
    {"legal-basis", "TEXT", N_("ground on which a bought or exchanged list may be used"), false,
        false},
    {0},
};

const struct cli_command command_contact_add = {
    .name = "contact add",
    .operands = "[MEMBER]",
    .operands_max = 1,
    .summary = N_("note a contact with a member, or with somebody unknown"),
    .detail = N_("Kinds: registration purchase return complaint service-remark survey coupon "
                 "contest web-form inbound-call\nfair message observation other. A complaint needs "
                 "basket and line, or the article, and a reason. Purchases and\nreturns come from "
                 "their baskets by themselves."),
    .options = add_options,
    .run = run_add,
};

const struct cli_command command_contact_list = {
    .name = "contact list",
    .operands = "[MEMBER]",
    .operands_max = 1,
    .summary = N_("all contacts with a member in order of time, purchases and returns included"),
    .detail = N_("Without MEMBER: contacts with nobody known."),
    .run = run_list,
};

static const struct cli_option channel_options[] = {
    {"name", "TEXT", N_("its name for people; default the code"), false, false},
    {"needs-basis", NULL, N_("what comes by it needs a legal basis"), false, false},
    {0},
};

const struct cli_command command_channel_add = {
    .name = "channel add",
    .operands = "CODE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("take a channel into the list"),
    .options = channel_options,
    .run = run_channel_add,
};

const struct cli_command command_channel_list = {
    .name = "channel list",
    .summary = N_("the channels by which contacts and values come"),
    .run = run_channel_list,
};
