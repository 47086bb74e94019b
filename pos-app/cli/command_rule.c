/* SPDX-License-Identifier: MIT
 *
 * command_rule.c - card rule and lane rule: the numbers that a shop may set. In: a rule's name and
 * perhaps a value. Out: the rules with their values in force. Must not know: what follows from any.
 */
#include "cli.h"
#include "code_words.h"

#include <loyalty/lane.h>
#include <loyalty/member_card.h>

#include <stdio.h>
#include <string.h>

struct rules {
    const char *(*name)(int rule);
    enum loy_status (*get)(struct loy_store *store, int rule, int64_t *value);
    enum loy_status (*set)(struct loy_store *store, int rule, int64_t value, int64_t at_us);
    const char *unknown;
};

#define RULES(word, type, missing)                                                                 \
    static const char *word##_name(int rule)                                                       \
    {                                                                                              \
        return loy_##word##_rule_name((type)rule);                                                 \
    }                                                                                              \
    static enum loy_status word##_get(struct loy_store *store, int rule, int64_t *value)           \
    {                                                                                              \
        return loy_##word##_rule_get(store, (type)rule, value);                                    \
    }                                                                                              \
    static enum loy_status word##_set(                                                             \
        struct loy_store *store, int rule, int64_t value, int64_t at_us)                           \
    {                                                                                              \
        return loy_##word##_rule_set(store, (type)rule, value, at_us);                             \
    }                                                                                              \
    static const struct rules word##_rules = {word##_name, word##_get, word##_set, missing}

RULES(card, enum loy_card_rule, N_("there is no such rule; `card rule` lists them"));
RULES(lane, enum loy_lane_rule, N_("there is no such rule; `lane rule` lists them"));

/* 0: there is none of this name. */
static int rule_find(const struct rules *rules, const char *name)
{
    for (int i = 1; rules->name(i); i++)
        if (strcmp(rules->name(i), name) == 0) return i;
    return 0;
}

/* only: 0 for all. */
static int rules_print(
    const struct cli *cli, struct loy_store *store, const struct rules *rules, int only)
{
    int width = 0;
    for (int i = 1; rules->name(i); i++)
        if ((int)strlen(rules->name(i)) > width) width = (int)strlen(rules->name(i));
    for (int i = 1; rules->name(i); i++) {
        const char *name = rules->name(i);
        int64_t value = 0;
        if (only != 0 && i != only) continue;
        enum loy_status status = rules->get(store, i, &value);
        if (status != LOY_OK) return cli_fail_store(cli, status, store);
        if (cli->json)
            cli_print_json(json_pack("{s:s,s:I}", "rule", name, "value", (json_int_t)value));
        else
            printf("%-*s %5lld  %s\n", width, name, (long long)value, code_words(CODE_RULE, name));
    }
    return CLI_DONE;
}

static int rules_run(struct cli *cli, const struct rules *rules)
{
    struct loy_store *store = NULL;
    int rule = 0;
    int64_t value = 0;
    bool set = cli->operand_count == 2;
    if (cli->operand_count > 0 && (rule = rule_find(rules, cli->operands[0])) == 0)
        return cli_fail(cli, CLI_USAGE, "%s", _(rules->unknown));
    if (set && cli_amount_parse(cli->operands[1], 0, &value) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("a whole number is expected"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = set ? rules->set(store, rule, value, cli_now_us()) : LOY_OK;
    code = status == LOY_OK ? rules_print(cli, store, rules, rule)
                            : cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_card_rule(struct cli *cli)
{
    return rules_run(cli, &card_rules);
}

static int run_lane_rule(struct cli *cli)
{
    return rules_run(cli, &lane_rules);
}

const struct cli_command command_card_rule = {
    .name = "card rule",
    .operands = "[NAME [VALUE]]",
    .operands_min = 0,
    .operands_max = 2,
    .summary = N_("what the shop may set about cards: list, or change one"),
    .detail = N_("purchasers: how many an organisation may have at a time. claim_days: how long a "
                 "claim code is good. claim_failures and\nclaim_minutes: after so many wrong codes "
                 "in so many minutes none is taken for as long."),
    .run = run_card_rule,
};

const struct cli_command command_lane_rule = {
    .name = "lane rule",
    .operands = "[NAME [VALUE]]",
    .operands_min = 0,
    .operands_max = 2,
    .summary = N_("what the shop may set about its lanes: list, or change one"),
    .detail =
        N_("Rules that are switched on or off take 1 or 0. return_without_receipt: 0 never, 1 "
           "with a supervisor, 2 by anybody."),
    .run = run_lane_rule,
};
