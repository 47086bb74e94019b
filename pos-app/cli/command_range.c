/* SPDX-License-Identifier: MIT
 *
 * command_range.c - the shop's own card numbers.
 */
#include "code_words.h"

#include <string.h>

static const char *const checks[] = {"none", "luhn", "gs1"};
static const char *const uses[] = {"", "member", "coupon", "weighed"};

static int index_of(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (word && *words[i] && strcmp(word, words[i]) == 0) return i;
    return -1;
}

static json_t *range_object(const struct loy_range *range)
{
    return json_pack("{s:s,s:i,s:s,s:s,s:b}", "prefix", range->prefix, "length", range->length,
        "check_digit", checks[range->check], "use", uses[range->use], "financial_layout",
        range->financial_layout);
}

static void range_print(const struct cli *cli, const struct loy_range *range)
{
    if (cli->json) {
        cli_print_json(range_object(range));
        return;
    }
    printf(_("%-18s %2u digits  check digit: "), range->prefix, range->length);
    cli_put(stdout, code_words(CODE_CHECK_DIGIT, checks[range->check]), 4);
    printf("  %s%s\n", code_words(CODE_USE, uses[range->use]),
        range->financial_layout ? _("  (with expiry and service code)") : "");
}

/* The range as it was added, and what to try before its cards are printed. */
static void added_print(const struct cli *cli, const struct loy_range *range)
{
    const char *warning = loy_range_warning(range);
    if (cli->json) {
        json_t *object = range_object(range);
        json_object_set_new(object, "warning", *warning ? json_string(_(warning)) : json_null());
        cli_print_json(object);
        return;
    }
    range_print(cli, range);
    if (*warning) printf(_("  warning: %s\n"), _(warning));
}

static int run_range_add(struct cli *cli)
{
    struct loy_range range = {.use = LOY_USE_MEMBER};
    int64_t length = 0;
    const char *prefix = cli->operands[0], *use = cli_value(cli, "use");
    const char *check = cli_value(cli, "check-digit");
    int check_at = index_of(check ? check : "none", checks, 3),
        use_at = index_of(use ? use : "member", uses, 4);
    if (strlen(prefix) > LOY_RANGE_PREFIX_MAX || !loy_digits_only(prefix, strlen(prefix)))
        return cli_fail(cli, CLI_USAGE, _("a prefix is 1 to %u digits"), LOY_RANGE_PREFIX_MAX);
    if (cli_amount_parse(cli_value(cli, "length"), 0, &length) != LOY_OK || length < 1 ||
        length > (int64_t)LOY_NUMBER_MAX)
        return cli_fail(cli, CLI_USAGE, _("--length takes 1 to %u"), LOY_NUMBER_MAX);
    if (check_at < 0) return cli_fail(cli, CLI_USAGE, _("--check-digit takes none, luhn or gs1"));
    if (use_at < 0) return cli_fail(cli, CLI_USAGE, _("--use takes member, coupon or weighed"));
    memcpy(range.prefix, prefix, strlen(prefix) + 1);
    range.length = (uint8_t)length;
    range.check = (uint8_t)check_at;
    range.use = (uint8_t)use_at;
    range.financial_layout = cli_value(cli, "financial-layout") != NULL;
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_range_add(store, &range, cli_now_us());
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else
        added_print(cli, &range);
    loy_store_close(store);
    return code;
}

static int run_range_list(struct cli *cli)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_store *store = NULL;
    size_t count = 0;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_range_list(store, ranges, &count);
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    for (size_t i = 0; code == CLI_DONE && i < count; i++)
        range_print(cli, &ranges[i]);
    return code;
}

static const struct cli_option range_add_options[] = {
    {"length", "N", N_("digits in all, check digit included"), true, false},
    {"check-digit", "KIND", N_("none, luhn or gs1; default none"), false, false},
    {"use", "USE", N_("member, coupon or weighed; default member"), false, false},
    {"financial-layout", NULL, N_("our stripes carry an expiry and a service code"), false, false},
    {0},
};

const struct cli_command command_range_add = {
    .name = "range add",
    .operands = "PREFIX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("declare a range of the shop's own card numbers"),
    .detail = N_(
        "Once a range is declared, stripes outside all ranges are foreign and nothing of them is "
        "kept. A range that\nthe lane could not tell from another or from payment cards is refused "
        "here, not at the lane."),
    .example = "range add 9156 --length 16 --check-digit luhn",
    .options = range_add_options,
    .run = run_range_add,
};

const struct cli_command command_range_list = {
    .name = "range list",
    .summary = N_("the shop's own card number ranges"),
    .run = run_range_list,
};
