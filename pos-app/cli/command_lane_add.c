/* SPDX-License-Identifier: MIT
 *
 * command_lane_add.c - lane add and lane list: the lanes of the store's shop. In: a code. Out:
 * rows. Must not know: how a lane is worked at.
 */
#include "cli.h"

static void lane_print(const struct cli *cli, const struct loy_store_lane *lane)
{
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:I,s:I,s:b,s:b}", "lane", lane->code, "epoch",
            (json_int_t)lane->epoch, "sequence", (json_int_t)lane->sequence, "first",
            (int)lane->first, "own", (int)lane->own));
    else if (lane->sequence == 0)
        printf(
            _("%s: no receipt yet%s\n"), lane->code, lane->own ? _("; taken without --lane") : "");
    else
        printf(_("%s: last receipt %lld of epoch %lld%s\n"), lane->code, (long long)lane->sequence,
            (long long)lane->epoch, lane->own ? _("; taken without --lane") : "");
}

static int run_lane_list(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_store_lane lane = {.size = sizeof lane};
    int64_t position = 0;
    enum loy_status status;
    int code = cli_lane_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_store_lane_next(store, &position, &lane)) == LOY_OK)
        lane_print(cli, &lane);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_lane_add(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_lane_add(store, cli->operands[0], cli_now_us());
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (cli->json)
        cli_print_json(json_pack("{s:s}", "lane", cli->operands[0]));
    else
        printf(
            _("Lane %s is there: start it with --lane %s.\n"), cli->operands[0], cli->operands[0]);
    loy_store_close(store);
    return code;
}

const struct cli_command command_lane_add = {
    .name = "lane add",
    .operands = "CODE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("one more lane of this shop, on the same store"),
    .detail =
        N_("Each lane has its own sequence of receipts, its own open basket and its own "
           "clock; suspended baskets wait for all of\nthem. `pos` and `lane` take --lane CODE "
           "or $LOYALTY_LANE; a code that no manager added is refused."),
    .example = "lane add 2",
    .run = run_lane_add,
};

const struct cli_command command_lane_list = {
    .name = "lane list",
    .summary = N_("the lanes of this shop, with their last receipts"),
    .run = run_lane_list,
};
