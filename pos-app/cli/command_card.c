/* SPDX-License-Identifier: MIT
 *
 * command_card.c - the life of a card: issue, show, block, release, replace, activate, expire.
 */
#include "card_cli.h"

#include <string.h>

/* ---- issue ------------------------------------------------------------------------------------
 */

/* A member without a name, whose history begins with this card. */
static enum loy_status anonymous_add(
    const struct cli *cli, struct loy_store *store, int64_t at_us, struct loy_id *member)
{
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = at_us,
        .pseudonymous = true};
    form.consent[LOY_PURPOSE_SCHEME] = cli_value(cli, "consent-scheme") != NULL;
    form.consent[LOY_PURPOSE_PROFILING] = cli_value(cli, "consent-profiling") != NULL;
    return loy_member_add(store, &form, at_us, member);
}

static int issue_write(const struct cli *cli, struct loy_store *store, struct loy_card_grant *grant,
    const struct loy_credential *card, bool *changed)
{
    struct loy_id made;
    int64_t at_us = cli_now_us();
    enum loy_status status = loy_store_begin(store);
    if (status == LOY_OK && !grant->member) {
        status = anonymous_add(cli, store, at_us, &made);
        grant->member = &made;
    }
    if (status == LOY_OK) status = loy_card_give(store, grant, card, at_us);
    /* What the member has already may still get another last day. */
    if (status == LOY_REPEATED && grant->expires_at_us != 0)
        status = loy_card_expiry_set(store, card, grant->expires_at_us, at_us);
    if (status != LOY_OK && status != LOY_REPEATED) {
        int code = cli_fail_store(cli, status, store);
        loy_store_rollback(store);
        return code;
    }
    *changed = status == LOY_OK;
    status = loy_store_commit(store);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

static int issue_told(const struct cli *cli, struct loy_store *store,
    const struct loy_credential *credential, bool changed)
{
    struct loy_card card;
    struct loy_id member;
    char text[LOY_ID_TEXT_SIZE], expires[32] = "";
    enum loy_status status = loy_card_get(store, credential, cli_now_us(), &card, &member);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    loy_id_text(&member, text);
    if (card.expires_at_us) card_day_text(card.expires_at_us, expires);
    if (changed) card_warn(credential);
    if (!cli->json) {
        puts(changed ? _("issued") : _("the member has this card already"));
        return CLI_DONE;
    }
    json_t *object =
        json_pack("{s:s,s:b,s:s}", "member", text, "issued", changed, "tail", card.tail);
    if (card.purchaser) json_object_set_new(object, "purchaser", json_integer(card.purchaser));
    if (*expires) json_object_set_new(object, "expires", json_string(expires));
    if (changed && cli_card_warning(credential))
        json_object_set_new(object, "warning", json_string(cli_card_warning(credential)));
    cli_print_json(object);
    return CLI_DONE;
}

static int issue_in(const struct cli *cli, struct loy_store *store, struct loy_card_grant *grant)
{
    struct loy_credential card;
    struct loy_id member;
    bool changed = false;
    bool anonymous = cli_value(cli, "anonymous") != NULL;
    int code = card_new_read(cli, store, cli->operands[anonymous ? 0 : 1], &card);
    if (code == CLI_DONE && !anonymous) {
        code = card_member_read(cli, store, cli->operands[0], &member);
        grant->member = &member;
    }
    if (code == CLI_DONE) code = issue_write(cli, store, grant, &card, &changed);
    return code == CLI_DONE ? issue_told(cli, store, &card, changed) : code;
}

static int run_issue(struct cli *cli)
{
    struct loy_card_grant grant = {.size = sizeof grant};
    struct loy_store *store = NULL;
    const char *purchaser = cli_value(cli, "purchaser"), *until = cli_value(cli, "until");
    int16_t zone = 0;
    bool anonymous = cli_value(cli, "anonymous") != NULL;
    if (cli->operand_count != (anonymous ? 1u : 2u))
        return cli_fail(
            cli, CLI_USAGE, _("MEMBER and NUMBER are expected, or --anonymous and NUMBER alone"));
    bool ticked = cli_value(cli, "consent-scheme") || cli_value(cli, "consent-profiling");
    if (!anonymous && ticked)
        return cli_fail(cli, CLI_USAGE,
            _("--consent-... goes with --anonymous; for others there is `member consent`"));
    if (purchaser && (anonymous || cli_amount_parse(purchaser, 0, &grant.purchaser) != LOY_OK ||
                         grant.purchaser < 1))
        return cli_fail(
            cli, CLI_USAGE, _("--purchaser takes the number that `member purchaser list` shows"));
    int code = until ? card_day_read(cli, "until", until, &grant.expires_at_us, &zone) : CLI_DONE;
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = issue_in(cli, store, &grant);
    loy_store_close(store);
    return code;
}

static const struct cli_option issue_options[] = {
    {"purchaser", "N", N_("for this authorised purchaser of the member"), false, false},
    {"until", "DATE", N_("the last day on which the card is good"), false, false},
    {"anonymous", NULL, N_("for a customer who gives no name yet: NUMBER alone"), false, false},
    {"consent-scheme", NULL, N_("with --anonymous: the terms of the scheme were accepted"), false,
        false},
    {"consent-profiling", NULL, N_("with --anonymous: the customer agreed to a profile"), false,
        false},
    {0},
};

const struct cli_command command_card_issue = {
    .name = "card issue",
    .operands = "[MEMBER] NUMBER",
    .operands_min = 1,
    .operands_max = 2,
    .summary = N_("give a card to a member"),
    .detail = N_("Baskets at which this card was shown before it was issued become the member's. A "
                 "card with --anonymous opens\na member without a name; a name that is given later "
                 "keeps the history."),
    .options = issue_options,
    .run = run_issue,
};

/* ---- show ------------------------------------------------------------------------------------
 */

static json_t *steps_array(struct loy_store *store, const struct loy_credential *card)
{
    struct loy_card_step step = {.size = sizeof step};
    int64_t position = 0;
    json_t *array = json_array();
    while (loy_card_step_next(store, card, &position, &step) == LOY_OK) {
        char at[32];
        cli_time_text(step.at_us, 0, at);
        json_t *row = json_pack("{s:s,s:s,s:s}", "status",
            loy_card_status_name((enum loy_card_status)step.status), "at", at, "operator",
            step.operator_name);
        json_object_set_new(row, "reason", *step.reason ? json_string(step.reason) : json_null());
        json_array_append_new(array, row);
    }
    return array;
}

static int show_json(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *credential)
{
    json_t *object = NULL;
    int code = card_object(cli, store, credential, &object);
    if (code != CLI_DONE) return code;
    json_object_set_new(object, "history", steps_array(store, credential));
    cli_print_json(object);
    return CLI_DONE;
}

static int show_text(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *credential)
{
    struct loy_card_step step = {.size = sizeof step};
    int64_t position = 0;
    int code = card_tell(cli, store, credential, true);
    while (code == CLI_DONE && loy_card_step_next(store, credential, &position, &step) == LOY_OK) {
        char at[32];
        cli_time_local(step.at_us, at);
        printf("  %s  ", at);
        cli_put(stdout, _(loy_card_status_name((enum loy_card_status)step.status)), 10);
        printf("  %s  %s\n", step.operator_name, step.reason);
    }
    return code;
}

/* ---- One card ---------------------------------------------------------------------------------
 */

typedef int (*card_work)(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *card);

static int with_card(const struct cli *cli, card_work work)
{
    struct loy_store *store = NULL;
    struct loy_credential card;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_operand_read(cli, store, cli->operands[0], &card);
    if (code == CLI_DONE) code = work(cli, store, &card);
    loy_store_close(store);
    return code;
}

static int answer(const struct cli *cli, struct loy_store *store, const struct loy_credential *card,
    enum loy_status status)
{
    if (status != LOY_OK && status != LOY_REPEATED) return cli_fail_store(cli, status, store);
    return card_tell(cli, store, card, status == LOY_OK);
}

static int work_block(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *card)
{
    enum loy_card_status as = LOY_CARD_BLOCKED;
    const char *word = cli_value(cli, "as");
    if (word) loy_card_status_find(word, &as);
    return answer(
        cli, store, card, loy_card_block(store, card, as, cli_value(cli, "reason"), cli_now_us()));
}

static int work_release(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *card)
{
    return answer(
        cli, store, card, loy_card_release(store, card, cli_value(cli, "reason"), cli_now_us()));
}

static int work_activate(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *card)
{
    return answer(cli, store, card, loy_card_activate(store, card, cli_now_us()));
}

static int work_replace(
    const struct cli *cli, struct loy_store *store, const struct loy_credential *card)
{
    struct loy_credential fresh;
    int code = card_new_read(cli, store, cli->operands[1], &fresh);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_card_replace(store, card, &fresh, cli_value(cli, "reason"), cli_now_us());
    if (status == LOY_OK) card_warn(&fresh);
    return answer(cli, store, &fresh, status);
}

static int run_show(struct cli *cli)
{
    return with_card(cli, cli->json ? show_json : show_text);
}

static int run_block(struct cli *cli)
{
    const char *as = cli_value(cli, "as");
    if (as && strcmp(as, "lost") != 0 && strcmp(as, "blocked") != 0 && strcmp(as, "withdrawn") != 0)
        return cli_fail(cli, CLI_USAGE, _("--as takes lost, blocked or withdrawn"));
    return with_card(cli, work_block);
}

static int run_release(struct cli *cli)
{
    return with_card(cli, work_release);
}

static int run_activate(struct cli *cli)
{
    return with_card(cli, work_activate);
}

static int run_replace(struct cli *cli)
{
    return with_card(cli, work_replace);
}

static int run_expire(struct cli *cli)
{
    struct loy_store *store = NULL;
    int64_t count = 0;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_card_expire(store, cli_now_us(), &count);
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (cli->json)
        cli_print_json(json_pack("{s:I}", "expired", (json_int_t)count));
    else
        printf(_("cards noted as expired: %lld\n"), (long long)count);
    loy_store_close(store);
    return code;
}

#define MEMBER_OPTION                                                                              \
    {                                                                                              \
        "member", "MEMBER", N_("CARD is then the end of one of this member's cards, as in 4821"),  \
            false, false                                                                           \
    }
#define REASON_OPTION                                                                              \
    {                                                                                              \
        "reason", "TEXT", N_("why, in a few words; no names or numbers"), false, false             \
    }

static const struct cli_option show_options[] = {MEMBER_OPTION, {0}};
static const struct cli_option block_options[] = {
    {"as", "WHAT", N_("lost, blocked or withdrawn (for good); default blocked"), false, false},
    REASON_OPTION,
    MEMBER_OPTION,
    {0},
};
static const struct cli_option release_options[] = {REASON_OPTION, MEMBER_OPTION, {0}};

const struct cli_command command_card_show = {
    .name = "card show",
    .operands = "CARD",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a card, whose it is, and its life so far"),
    .options = show_options,
    .run = run_show,
};

const struct cli_command command_card_block = {
    .name = "card block",
    .operands = "CARD",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a card may not be used: lost, blocked or withdrawn"),
    .detail =
        N_("Blocked and withdrawn need a reason. At the lane such a card is refused in neutral "
           "words."),
    .options = block_options,
    .run = run_block,
};

const struct cli_command command_card_release = {
    .name = "card release",
    .operands = "CARD",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a lost or blocked card back into use"),
    .options = release_options,
    .run = run_release,
};

const struct cli_command command_card_activate = {
    .name = "card activate",
    .operands = "CARD",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("note an issued card as in use; its first swipe does it too"),
    .options = show_options,
    .run = run_activate,
};

const struct cli_command command_card_replace = {
    .name = "card replace",
    .operands = "CARD NUMBER",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("a new card in the place of an old one"),
    .detail = N_("The new card belongs to the same member and purchaser, and all that was bought "
                 "stays. The old one is dead."),
    .options = release_options,
    .run = run_replace,
};

const struct cli_command command_card_expire = {
    .name = "card expire",
    .summary = N_("note every card as expired whose last day is over"),
    .detail = N_("They are refused anyway; this keeps the list of cards true."),
    .run = run_expire,
};
