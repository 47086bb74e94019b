/* SPDX-License-Identifier: MIT
 *
 * command_operator_card.c - cards of those who work here, so that their own purchases do not count
 * for their counter. Card numbers come in through the guard and go nowhere.
 */
#include "cli.h"

#include <sodium.h>

static int card_read(
    const struct cli *cli, struct loy_store *store, const char *number, struct loy_credential *card)
{
    const enum loy_status status = cli_card_read(store, number, card);
    return status == LOY_OK ? CLI_DONE : cli_card_failed(cli, status, store, true);
}

static int done_tell(const struct cli *cli, const char *change, const char *name, const char *tail)
{
    if (cli->json) {
        cli_print_json(
            json_pack("{s:s,s:s?,s:s}", "operator_card", change, "name", name, "tail", tail));
        return CLI_DONE;
    }
    if (name)
        printf(_("%s: own card ending in %s, its purchases count for no counter\n"), name, tail);
    else
        printf(_("the card ending in %s is no operator's own any more\n"), tail);
    return CLI_DONE;
}

static int run_add(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_credential card = {0};
    const char *name = cli->operands[0];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_read(cli, store, cli->operands[1], &card);
    if (code == CLI_DONE) {
        const enum loy_status status = loy_operator_card_add(store, name, &card, cli_now_us());
        code = status == LOY_OK         ? done_tell(cli, "added", name, card.tail)
               : status == LOY_REPEATED ? done_tell(cli, "repeated", name, card.tail)
                                        : cli_fail_store(cli, status, store);
    }
    sodium_memzero(&card, sizeof card);
    loy_store_close(store);
    return code;
}

static int run_remove(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_credential card = {0};
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_read(cli, store, cli->operands[0], &card);
    if (code == CLI_DONE) {
        const enum loy_status status = loy_operator_card_remove(store, &card, cli_now_us());
        code = status == LOY_OK ? done_tell(cli, "removed", NULL, card.tail)
                                : cli_fail_store(cli, status, store);
    }
    sodium_memzero(&card, sizeof card);
    loy_store_close(store);
    return code;
}

static void card_print(const struct cli *cli, const struct loy_operator_card *card)
{
    char at[32];
    cli_time_told(cli, card->at_us, at);
    if (cli->json) {
        cli_print_json(
            json_pack("{s:I,s:s,s:s,s:b,s:s}", "operator", (json_int_t)card->operator_number,
                "name", card->name, "tail", card->tail, "registered", card->registered, "at", at));
        return;
    }
    printf("%4lld  ", (long long)card->operator_number);
    cli_put(stdout, card->name, 20);
    printf("  %-4s  %s  %s\n", card->tail[0] ? card->tail : "-", at,
        card->registered ? _("registered") : _("not registered"));
}

static int run_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_operator_card card = {.size = sizeof card};
    enum loy_status status;
    int64_t position = 0;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_operator_card_next(store, &position, &card)) == LOY_OK)
        card_print(cli, &card);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

const struct cli_command command_operator_card_add = {
    .name = "operator card add",
    .operands = "NAME CARD",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("write a card down as an operator's own, or a household's"),
    .detail = N_(
        "Purchases with it, and of the person who has it, count for no counter, lane or operator "
        "in `report scorecard`;\nwhere the operator rings them up `loyalty alarms` says so. Kept "
        "is a keyed digest, not the number."),
    .run = run_add,
};

const struct cli_command command_operator_card_list = {
    .name = "operator card list",
    .summary = N_("which operators have cards of their own"),
    .run = run_list,
};

const struct cli_command command_operator_card_remove = {
    .name = "operator card remove",
    .operands = "CARD",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a card is no operator's own any more"),
    .run = run_remove,
};
