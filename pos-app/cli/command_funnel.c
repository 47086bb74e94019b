/* SPDX-License-Identifier: MIT
 *
 * command_funnel.c - `funnel`: whether the shop counts its customer funnel, and from which signs.
 * In: perhaps a sign, and on or off. Out: the switches in force. Must not know: what is counted.
 */
#include "cli.h"

#include <loyalty/intent.h>

#include <stdio.h>
#include <string.h>

#define NAME_COLUMNS 14

/* As they are typed; the whole has no name of its own. */
static const struct {
    const char *name, *words;
} switches[LOY_FUNNEL_RULE_END] = {
    [LOY_FUNNEL_RULE_ON] = {"funnel", N_("the customer funnel as a whole")},
    [LOY_FUNNEL_RULE_COMPLEMENT] = {"complements", N_("categories that go together")},
    [LOY_FUNNEL_RULE_COUPON] = {"coupons", N_("coupons that were shown")},
    [LOY_FUNNEL_RULE_TAKEN_BACK] = {"taken-back", N_("articles taken back before the total")},
    [LOY_FUNNEL_RULE_AT_TOTAL] = {"at-total", N_("articles taken back at the total")},
    [LOY_FUNNEL_RULE_SUSPENDED] = {"suspended", N_("baskets suspended and not resumed")},
};

static enum loy_funnel_rule switch_find(const char *name)
{
    for (int i = LOY_FUNNEL_RULE_ON; i < LOY_FUNNEL_RULE_END; i++)
        if (strcmp(switches[i].name, name) == 0) return (enum loy_funnel_rule)i;
    return LOY_FUNNEL_RULE_NONE;
}

static int switches_print(const struct cli *cli, struct loy_store *store)
{
    json_t *object = json_object();
    for (int i = LOY_FUNNEL_RULE_ON; i < LOY_FUNNEL_RULE_END; i++) {
        int64_t value = 0;
        enum loy_status status = loy_funnel_rule_get(store, (enum loy_funnel_rule)i, &value);
        if (status != LOY_OK) {
            json_decref(object);
            return cli_fail_store(cli, status, store);
        }
        json_object_set_new(object, switches[i].name, json_boolean(value != 0));
        if (cli->json) continue;
        cli_put(stdout, switches[i].name, NAME_COLUMNS);
        cli_put(stdout, value ? _("on") : _("off"), 6);
        printf("%s\n", _(switches[i].words));
    }
    if (cli->json) {
        cli_print_json(object);
        return CLI_DONE;
    }
    json_decref(object);
    printf("%s\n", _("A declined card is no sign of anything: it is never looked at."));
    return CLI_DONE;
}

/* The switch and its position, of one or two operands. */
static int operands_read(const struct cli *cli, enum loy_funnel_rule *rule, int64_t *value)
{
    const char *position = cli->operands[cli->operand_count - 1];
    *rule = cli->operand_count == 1 ? LOY_FUNNEL_RULE_ON : switch_find(cli->operands[0]);
    if (*rule == LOY_FUNNEL_RULE_NONE)
        return cli_fail(cli, CLI_USAGE, _("there is no such sign; `funnel` lists them"));
    *value = strcmp(position, "on") == 0;
    if (*value || strcmp(position, "off") == 0) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE, _("give on or off"));
}

static int run_funnel(struct cli *cli)
{
    struct loy_store *store = NULL;
    enum loy_funnel_rule rule = LOY_FUNNEL_RULE_NONE;
    int64_t value = 0;
    int code = cli->operand_count ? operands_read(cli, &rule, &value) : CLI_DONE;
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = rule ? loy_funnel_rule_set(store, rule, value, cli_now_us()) : LOY_OK;
    code = status == LOY_OK ? switches_print(cli, store) : cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

const struct cli_command command_funnel = {
    .name = "funnel",
    .operands = "[[SIGN] on|off]",
    .operands_min = 0,
    .operands_max = 2,
    .summary = N_("whether the customer funnel is counted, and from which signs"),
    .detail = N_("It is off until a manager switches it on; then `report funnel` counts it. Each "
                 "sign can be\n"
                 "switched off alone. What is taken back at the total is noted only while the "
                 "funnel is on, so\n"
                 "that sign begins with the day on which it was switched on. Each change is in the "
                 "audit log."),
    .run = run_funnel,
};
