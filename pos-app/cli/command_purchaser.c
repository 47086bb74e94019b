/* SPDX-License-Identifier: MIT
 *
 * command_purchaser.c - the authorised purchasers of an organisation: add, edit, list, end.
 */
#include "card_cli.h"

#include <sodium.h>
#include <string.h>

static const char *const authorities[] = {"", N_("permanent"), N_("until"), N_("once")};

/* ---- The form ---------------------------------------------------------------------------------
 */

/* --until and --once exclude each other; neither: `usual`. */
static int authority_read(const struct cli *cli, struct loy_purchaser_form *form, uint8_t usual)
{
    const char *until = cli_value(cli, "until");
    bool once = cli_value(cli, "once") != NULL, permanent = cli_value(cli, "permanent") != NULL;
    if ((until != NULL) + once + permanent > 1)
        return cli_fail(cli, CLI_USAGE, _("one of --permanent, --until and --once is expected"));
    form->authority = once        ? LOY_AUTHORITY_ONCE
                      : until     ? LOY_AUTHORITY_UNTIL
                      : permanent ? LOY_AUTHORITY_PERMANENT
                                  : usual;
    return until ? card_day_read(cli, "until", until, &form->until_us, &form->offset_min)
                 : CLI_DONE;
}

static int limit_read(const struct cli *cli, struct loy_store *store, int64_t *limit_minor)
{
    struct loy_store_settings settings;
    const char *limit = cli_value(cli, "limit");
    if (!limit) return CLI_DONE;
    loy_store_settings_get(store, &settings);
    if (cli_amount_parse(limit, settings.minor_digits, limit_minor) == LOY_OK && *limit_minor >= 0)
        return CLI_DONE;
    return cli_fail(cli, CLI_USAGE,
        _("--limit takes an amount with at most %u digits behind the point"),
        settings.minor_digits);
}

static void texts_read(const struct cli *cli, struct loy_purchaser_form *form)
{
    form->name = cli_value(cli, "name");
    form->function = cli_value(cli, "function");
    form->telephone = cli_value(cli, "telephone");
    form->document = cli_value(cli, "document");
}

/* ---- list -------------------------------------------------------------------------------------
 */

static json_t *text_or_null(const char *text)
{
    return *text ? json_string(text) : json_null();
}

static bool is_over(const struct loy_purchaser *purchaser)
{
    return purchaser->until_us && purchaser->until_us < cli_now_us();
}

static bool is_used(const struct loy_purchaser *purchaser)
{
    return purchaser->used && purchaser->authority == LOY_AUTHORITY_ONCE;
}

static void purchaser_json(const struct loy_purchaser *purchaser, unsigned minor_digits)
{
    char until[32] = "", limit[32] = "";
    if (purchaser->until_us) card_day_text(purchaser->until_us, until);
    if (purchaser->limit_minor) cli_amount_text(purchaser->limit_minor, minor_digits, limit);
    json_t *object =
        json_pack("{s:I,s:s}", "purchaser", (json_int_t)purchaser->number, "name", purchaser->name);
    json_object_set_new(object, "function", text_or_null(purchaser->function));
    json_object_set_new(object, "telephone", text_or_null(purchaser->telephone));
    json_object_set_new(object, "document", text_or_null(purchaser->document));
    json_object_set_new(object, "authority", json_string(authorities[purchaser->authority]));
    json_object_set_new(object, "until", text_or_null(until));
    json_object_set_new(object, "limit", text_or_null(limit));
    json_object_set_new(object, "active", json_boolean(purchaser->active));
    json_object_set_new(object, "used", json_boolean(purchaser->used));
    json_object_set_new(object, "card", text_or_null(purchaser->card));
    json_object_set_new(object, "forgotten", json_boolean(purchaser->forgotten));
    json_object_set_new(object, "holds",
        json_boolean(purchaser->active && !is_over(purchaser) && !is_used(purchaser)));
    cli_print_json(object);
}

static void purchaser_text(const struct loy_purchaser *purchaser, unsigned minor_digits)
{
    char amount[32], until[32] = "";
    if (purchaser->until_us) card_day_text(purchaser->until_us, until);
    printf("%-4lld ", (long long)purchaser->number);
    cli_put(stdout, purchaser->forgotten ? _("(forgotten)") : purchaser->name, 24);
    printf("  %s %s", _(authorities[purchaser->authority]), until);
    if (purchaser->limit_minor) {
        cli_amount_text(purchaser->limit_minor, minor_digits, amount);
        printf(_("  up to %s"), amount);
    }
    if (*purchaser->card) printf("  ...%s", purchaser->card);
    puts(!purchaser->active   ? _("  ended")
         : purchaser->used    ? _("  used")
         : is_over(purchaser) ? _("  over")
                              : "");
}

static void purchaser_put(
    const struct cli *cli, const struct loy_purchaser *purchaser, unsigned minor_digits)
{
    (cli->json ? purchaser_json : purchaser_text)(purchaser, minor_digits);
}

/* All purchasers of a member, or the one with this number. */
static int purchasers_print(
    const struct cli *cli, struct loy_store *store, const struct loy_id *member, int64_t only)
{
    static struct loy_purchaser purchaser;
    struct loy_store_settings settings;
    int64_t position = 0;
    enum loy_status status;
    loy_store_settings_get(store, &settings);
    purchaser.size = sizeof purchaser;
    while ((status = loy_purchaser_next(store, member, &position, &purchaser)) == LOY_OK)
        if (only == 0 || purchaser.number == only)
            purchaser_put(cli, &purchaser, settings.minor_digits);
    sodium_memzero(&purchaser, sizeof purchaser);
    return status == LOY_NONE ? CLI_DONE : cli_fail_store(cli, status, store);
}

static int run_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_member_read(cli, store, cli->operands[0], &member);
    if (code == CLI_DONE) code = purchasers_print(cli, store, &member, 0);
    loy_store_close(store);
    return code;
}

/* ---- add --------------------------------------------------------------------------------------
 */

/* The purchaser and, with --card, its card: both or neither. */
static int add_write(const struct cli *cli, struct loy_store *store, const struct loy_id *member,
    const struct loy_purchaser_form *form, const struct loy_credential *card)
{
    int64_t number = 0, at_us = cli_now_us();
    enum loy_status status = loy_store_begin(store);
    if (status == LOY_OK) status = loy_purchaser_add(store, member, form, at_us, &number);
    if (status == LOY_OK && card) {
        const struct loy_card_grant grant = {
            .size = sizeof grant, .member = member, .purchaser = number};
        status = loy_card_give(store, &grant, card, at_us);
    }
    if (status != LOY_OK) {
        int code = cli_fail_store(cli, status, store);
        loy_store_rollback(store);
        return code;
    }
    status = loy_store_commit(store);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    if (card) card_warn(card);
    return purchasers_print(cli, store, member, number);
}

static int run_add(struct cli *cli)
{
    struct loy_purchaser_form form = {.size = sizeof form};
    struct loy_store *store = NULL;
    struct loy_credential card;
    struct loy_id member;
    const char *number = cli_value(cli, "card");
    texts_read(cli, &form);
    int code = authority_read(cli, &form, LOY_AUTHORITY_PERMANENT);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = limit_read(cli, store, &form.limit_minor);
    if (code == CLI_DONE) code = card_member_read(cli, store, cli->operands[0], &member);
    if (code == CLI_DONE && number) code = card_new_read(cli, store, number, &card);
    if (code == CLI_DONE) code = add_write(cli, store, &member, &form, number ? &card : NULL);
    loy_store_close(store);
    return code;
}

/* ---- edit and end -----------------------------------------------------------------------------
 */

static int number_read(const struct cli *cli, int64_t *number)
{
    if (cli_amount_parse(cli->operands[1], 0, number) == LOY_OK && *number > 0) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE,
        _("the purchaser's number is expected, as `member purchaser list` shows it"));
}

static int run_edit(struct cli *cli)
{
    struct loy_purchaser_form form = {.size = sizeof form, .limit_minor = -1};
    struct loy_store *store = NULL;
    struct loy_id member;
    int64_t number = 0;
    texts_read(cli, &form);
    int code = authority_read(cli, &form, 0);
    if (code == CLI_DONE) code = number_read(cli, &number);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = limit_read(cli, store, &form.limit_minor);
    if (code == CLI_DONE) code = card_member_read(cli, store, cli->operands[0], &member);
    if (code == CLI_DONE) {
        enum loy_status status = loy_purchaser_set(store, &member, number, &form, cli_now_us());
        code = status == LOY_OK ? purchasers_print(cli, store, &member, number)
                                : cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    return code;
}

static int run_end(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id member;
    int64_t number = 0;
    int code = number_read(cli, &number);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_member_read(cli, store, cli->operands[0], &member);
    if (code == CLI_DONE) {
        enum loy_status status =
            loy_purchaser_end(store, &member, number, cli_value(cli, "reason"), cli_now_us());
        if (cli_value(cli, "forget") && (status == LOY_OK || status == LOY_REPEATED))
            status = loy_purchaser_forget(store, &member, number, cli_now_us());
        code = status == LOY_OK || status == LOY_REPEATED
                   ? purchasers_print(cli, store, &member, number)
                   : cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    return code;
}

// clang-format off
#define PURCHASER_OPTIONS(name_needed)                                                             \
    {"name", "TEXT", N_("the purchaser's name"), name_needed, false},                              \
    {"function", "TEXT", N_("buyer, cook ..."), false, false},                                     \
    {"telephone", "TEXT", N_("telephone; without a country code that of the shop is meant"), false, false}, \
    {"document", "TYPE", N_("type of the document that was seen, never its number"), false, false}, \
    {"permanent", NULL, N_("until it is ended"), false, false},                                    \
    {"until", "DATE", N_("through this day"), false, false},                                       \
    {"once", NULL, N_("for one purchase"), false, false},                                          \
    {"limit", "AMOUNT", N_("spending limit of one purchase"), false, false}
// clang-format on

static const struct cli_option add_options[] = {
    PURCHASER_OPTIONS(true),
    {"card", "NUMBER", N_("issue this card at once"), false, false},
    {0},
};
static const struct cli_option edit_options[] = {PURCHASER_OPTIONS(false), {0}};
static const struct cli_option end_options[] = {
    {"reason", "TEXT", N_("why, in a few words; no names or numbers"), false, false},
    {"forget", NULL, N_("and destroy name, function and telephone at once"), false, false},
    {0},
};

const struct cli_command command_purchaser_add = {
    .name = "member purchaser add",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("who may buy for an organisation: for good, until a day, or once"),
    .detail =
        N_("A single authorisation is used up when the purchase is closed. An organisation has "
           "at most 5 at a time unless `card rule`\nsays otherwise."),
    .options = add_options,
    .run = run_add,
};

const struct cli_command command_purchaser_edit = {
    .name = "member purchaser edit",
    .operands = "MEMBER N",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("change what is given of a purchaser"),
    .detail = N_("An authority that is given anew holds anew, a single one that was used too."),
    .options = edit_options,
    .run = run_edit,
};

const struct cli_command command_purchaser_list = {
    .name = "member purchaser list",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("the authorised purchasers of an organisation"),
    .run = run_list,
};

const struct cli_command command_purchaser_end = {
    .name = "member purchaser end",
    .operands = "MEMBER N",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("end an authorisation; its card is withdrawn"),
    .options = end_options,
    .run = run_end,
};
