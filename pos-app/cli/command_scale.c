/* SPDX-License-Identifier: MIT
 *
 * command_scale.c - scale add|list|remove: how the shop's scales write a price or a weight into the
 * number on a label.
 */
#include "cli.h"

#include <string.h>

static const char *const values[] = {"", "price", "weight"};

static json_t *scale_object(const struct loy_scale_code *scale)
{
    return json_pack("{s:s,s:i,s:s,s:i,s:i,s:b}", "prefix", scale->prefix, "item",
        scale->item_digits, "value", values[scale->value], "digits", scale->value_digits,
        "decimals", scale->decimals, "check", scale->value_check);
}

static void scale_print(const struct cli *cli, const struct loy_scale_code *scale)
{
    if (cli->json) {
        cli_print_json(scale_object(scale));
        return;
    }
    printf(_("%-7s  %u digits of the item, %u of the %s, %u behind its point%s\n"), scale->prefix,
        scale->item_digits, scale->value_digits,
        scale->value == LOY_SCALE_PRICE ? _("price") : _("weight"), scale->decimals,
        scale->value_check ? _(", with a check digit of its own") : "");
}

/* One digit is enough for all that an EAN-13 has room for. */
static bool digit(const struct cli *cli, const char *option, uint8_t *value)
{
    const char *text = cli_value(cli, option);
    int64_t read = 0;
    if (cli_amount_parse(text, 0, &read) != LOY_OK || read < 0 || read > 12) return false;
    *value = (uint8_t)read;
    return true;
}

static int scale_read(const struct cli *cli, struct loy_scale_code *scale)
{
    const char *prefix = cli->operands[0], *value = cli_value(cli, "value");
    *scale = (struct loy_scale_code){
        .size = sizeof *scale, .value_check = cli_value(cli, "check") != NULL};
    if (strlen(prefix) >= sizeof scale->prefix || !loy_digits_only(prefix, strlen(prefix)))
        return cli_fail(
            cli, CLI_USAGE, _("a prefix is 1 to %u digits"), (unsigned)sizeof scale->prefix - 1);
    memcpy(scale->prefix, prefix, strlen(prefix) + 1);
    if (strcmp(value, "price") == 0) scale->value = LOY_SCALE_PRICE;
    if (strcmp(value, "weight") == 0) scale->value = LOY_SCALE_WEIGHT;
    if (!scale->value) return cli_fail(cli, CLI_USAGE, _("--value takes price or weight"));
    if (!digit(cli, "item", &scale->item_digits) || !digit(cli, "digits", &scale->value_digits) ||
        !digit(cli, "decimals", &scale->decimals))
        return cli_fail(
            cli, CLI_USAGE, _("--item, --digits and --decimals take whole numbers up to 12"));
    return CLI_DONE;
}

static int run_add(struct cli *cli)
{
    struct loy_scale_code scale;
    struct loy_store *store = NULL;
    int code = scale_read(cli, &scale);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_scale_code_put(store, &scale, cli_now_us());
    if (status == LOY_OK || status == LOY_REPEATED)
        scale_print(cli, &scale);
    else
        code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_list(struct cli *cli)
{
    struct loy_scale_code scale = {.size = sizeof scale};
    struct loy_store *store = NULL;
    char position[8] = "";
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status;
    while ((status = loy_scale_code_next(store, position, &scale)) == LOY_OK)
        scale_print(cli, &scale);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_remove(struct cli *cli)
{
    struct loy_store *store = NULL;
    const char *prefix = cli->operands[0];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_scale_code_remove(store, prefix, cli_now_us());
    if (status == LOY_NONE)
        code = cli_fail(
            cli, CLI_FINDING, _("no scale has this prefix; `loyalty scale list` shows them"));
    else if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (cli->json)
        cli_print_json(json_pack("{s:s}", "removed", prefix));
    else
        printf(_("%s: removed; its labels are unknown from now on\n"), prefix);
    loy_store_close(store);
    return code;
}

static const struct cli_option add_options[] = {
    {"item", "N", N_("digits of the item's number behind the prefix"), true, false},
    {"value", "VALUE", N_("price or weight"), true, false},
    {"digits", "N", N_("digits of the price or weight"), true, false},
    {"decimals", "N", N_("of these, digits behind the point of the currency or the kilogram"), true,
        false},
    {"check", NULL, N_("a check digit of the price or weight stands before it"), false, false},
    {0},
};

const struct cli_command command_scale_add = {
    .name = "scale add",
    .operands = "PREFIX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("how a scale's labels are laid out"),
    .detail = N_(
        "From the left: prefix, item, perhaps a check digit of the value, value, check digit; 13 "
        "digits in all. The item is an\narticle's code, with or without leading zeros, or its "
        "GTIN with zeros for the value."),
    .example = "scale add 28 --item 5 --value price --digits 5 --decimals 2",
    .options = add_options,
    .run = run_add,
};

const struct cli_command command_scale_list = {
    .name = "scale list",
    .summary = N_("the layouts of the scales' labels"),
    .run = run_list,
};

const struct cli_command command_scale_remove = {
    .name = "scale remove",
    .operands = "PREFIX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("takes a layout of labels away"),
    .run = run_remove,
};
