/* SPDX-License-Identifier: MIT
 *
 * command_operator.c - the people who work with the store: added, listed, given roles and PINs,
 * switched off and on, unlocked. A PIN comes from a terminal or standard input, never from the
 * command line.
 */
#include "cli.h"
#include "pin_prompt.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void operator_print(const struct cli *cli, const struct loy_operator *who)
{
    char until[32] = "";
    bool locked = who->locked_until_us > cli_now_us();
    const char *role = loy_role_name((enum loy_role)who->role);
    if (locked) cli_time_told(cli, who->locked_until_us, until);
    if (cli->json) {
        json_t *object =
            json_pack("{s:I,s:s,s:s,s:s?,s:b,s:b,s:b}", "operator", (json_int_t)who->number, "name",
                who->name, "role", role ? role : "", "user", who->user[0] ? who->user : NULL,
                "active", who->active, "pin", who->has_pin, "locked", locked);
        if (locked) json_object_set_new(object, "locked_until", json_string(until));
        cli_print_json(object);
        return;
    }
    printf("%4lld  ", (long long)who->number);
    cli_put(stdout, who->name, 20);
    printf("  ");
    cli_put(stdout, role ? _(role) : "", 12);
    printf("  ");
    cli_put(stdout, who->user[0] ? who->user : "-", 12);
    printf("  %s%s", who->has_pin ? _("PIN") : _("no PIN"), who->active ? "" : _(", off"));
    if (locked) printf(_(", locked until %s"), until);
    putchar('\n');
}

static enum loy_status operator_find(
    struct loy_store *store, const char *name, struct loy_operator *who)
{
    enum loy_status status;
    *who = (struct loy_operator){0};
    while ((status = loy_operator_next(store, who->number, who)) == LOY_OK)
        if (strcasecmp(who->name, name) == 0) return LOY_OK;
    return status;
}

/* The row as it is now, after a change. */
static int changed_end(struct cli *cli, struct loy_store *store, enum loy_status status)
{
    struct loy_operator who;
    int code = CLI_DONE;
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (operator_find(store, cli->operands[0], &who) == LOY_OK)
        operator_print(cli, &who);
    loy_store_close(store);
    return code;
}

static int role_take(const struct cli *cli, const char *text, enum loy_role *role)
{
    if (text && loy_role_find(text, role) == LOY_OK) return CLI_DONE;
    return cli_fail(
        cli, CLI_USAGE, _("a role is cashier, supervisor, manager, analyst or auditor"));
}

static int run_operator_add(struct cli *cli)
{
    struct loy_store *store = NULL;
    enum loy_role role;
    int code = role_take(cli, cli_value(cli, "role"), &role);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    return changed_end(cli, store,
        loy_operator_add(store, cli->operands[0], role, cli_value(cli, "user"), cli_now_us()));
}

static int run_operator_role(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_operator before;
    enum loy_role role;
    const char *given = cli->operand_count > 1 ? cli->operands[1] : cli_value(cli, "role");
    int code = role_take(cli, given, &role);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    bool had_pin = operator_find(store, cli->operands[0], &before) == LOY_OK && before.has_pin;
    enum loy_status status = loy_operator_role_set(store, cli->operands[0], role, cli_now_us());
    if (status == LOY_OK && had_pin && role == LOY_ROLE_MANAGER && before.role != role)
        fprintf(
            stderr, _("A manager's PIN is longer: set a new one with `loyalty operator pin`.\n"));
    return changed_end(cli, store, status);
}

static int active_set(struct cli *cli, bool active)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    return changed_end(
        cli, store, loy_operator_active_set(store, cli->operands[0], active, cli_now_us()));
}

static int run_operator_off(struct cli *cli)
{
    return active_set(cli, false);
}

static int run_operator_on(struct cli *cli)
{
    return active_set(cli, true);
}

static int run_operator_unlock(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    return changed_end(cli, store, loy_operator_unlock(store, cli->operands[0], cli_now_us()));
}

static int run_operator_list(struct cli *cli)
{
    struct loy_operator who = {0};
    struct loy_store *store = NULL;
    enum loy_status status = LOY_OK;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_operator_next(store, who.number, &who)) == LOY_OK)
        operator_print(cli, &who);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

/* ---- PINs ---------------------------------------------------------------------------------------
 */

struct pins {
    char old[PIN_LINE_MAX], new[PIN_LINE_MAX], again[PIN_LINE_MAX];
    bool needs_old;
};

static int pins_ask(const struct cli *cli, struct pins *pins)
{
    int code = CLI_DONE;
    if (pins->needs_old) code = pin_read(cli, _("Present PIN"), pins->old);
    if (code == CLI_DONE) code = pin_read(cli, _("New PIN"), pins->new);
    if (code != CLI_DONE || !isatty(STDIN_FILENO)) return code;
    code = pin_read(cli, _("New PIN, again"), pins->again);
    if (code == CLI_DONE && strcmp(pins->new, pins->again) != 0)
        code = cli_fail(cli, CLI_FINDING, _("the two PINs differ; nothing was changed"));
    return code;
}

static int run_operator_pin(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_operator self = {0};
    struct pins pins = {.needs_old = false};
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    if (loy_operator_self(store, &self) == LOY_OK)
        pins.needs_old = self.has_pin && strcasecmp(self.name, cli->operands[0]) == 0;
    code = pins_ask(cli, &pins);
    if (code == CLI_DONE) {
        enum loy_status status = loy_operator_pin_set(
            store, cli->operands[0], pins.needs_old ? pins.old : NULL, pins.new, cli_now_us());
        if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    }
    sodium_memzero(&pins, sizeof pins);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:b}", "name", cli->operands[0], "pin", 1));
    else
        printf(_("%s has a new PIN.\n"), cli->operands[0]);
    return CLI_DONE;
}

/* ---- Rows ---------------------------------------------------------------------------------------
 */

#define ROLE_HELP N_("cashier, supervisor, manager, analyst or auditor")

static const struct cli_option add_options[] = {
    {"role", "ROLE", ROLE_HELP, true, false},
    {"user", "USER", N_("operating-system user whose commands need no PIN"), false, false},
    {0},
};

static const struct cli_option role_options[] = {
    {"role", "ROLE", ROLE_HELP, false, false},
    {0},
};

const struct cli_command command_operator_add = {
    .name = "operator add",
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("somebody new who works with the store"),
    .detail = N_("`loyalty operator pin NAME` gives a PIN for the screens. Commands run by an "
                 "enrolled operating-system\nuser need none: who can read the master key can read "
                 "all."),
    .options = add_options,
    .run = run_operator_add,
};

const struct cli_command command_operator_role = {
    .name = "operator role",
    .operands = "NAME [ROLE]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = N_("give an operator another role"),
    .detail =
        N_("The last manager who can act stays one. Who becomes a manager needs a new PIN, of "
           "8 digits or more.\n`loyalty access show` says what each role may."),
    .options = role_options,
    .run = run_operator_role,
};

const struct cli_command command_operator_pin = {
    .name = "operator pin",
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("set a PIN, asked for without echo"),
    .detail = N_("4 to 32 digits, a manager's 8 to 32; not all alike, nor counting up or down. "
                 "Without a terminal it is\nread from standard input, a line each: for one's own, "
                 "where there is one, the present PIN first."),
    .run = run_operator_pin,
};

const struct cli_command command_operator_list = {
    .name = "operator list",
    .summary = N_("who works with the store, with which role"),
    .run = run_operator_list,
};

const struct cli_command command_operator_off = {
    .name = "operator off",
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("let an operator do nothing any more; what was done keeps the name"),
    .run = run_operator_off,
};

const struct cli_command command_operator_on = {
    .name = "operator on",
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("take an operator back"),
    .run = run_operator_on,
};

const struct cli_command command_operator_unlock = {
    .name = "operator unlock",
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("end the lock after wrong PINs"),
    .run = run_operator_unlock,
};
