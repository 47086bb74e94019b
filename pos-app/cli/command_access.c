/* SPDX-License-Identifier: MIT
 *
 * command_access.c - who may do what: the table of loyalty/access.h, printed. Needs no store.
 */
#include "cli.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_BYTES 40u

static const struct {
    const char *symbol, *words;
} operations[] = {
#define ROW(symbol, roles, words) [symbol] = {#symbol, words},
    LOY_OPERATIONS(ROW)
#undef ROW
};

/* "LOY_MAY_ADD_MEMBER" -> "add-member" */
static void name_make(const char *symbol, char name[NAME_MAX_BYTES])
{
    size_t used = 0;
    for (symbol += strlen("LOY_MAY_"); *symbol && used < NAME_MAX_BYTES - 1; symbol++)
        name[used++] = *symbol == '_' ? '-' : (char)tolower((unsigned char)*symbol);
    name[used] = '\0';
}

static void json_row(enum loy_operation operation, const char *name)
{
    json_t *roles = json_array();
    for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++)
        if (loy_access_allowed((enum loy_role)role, operation))
            json_array_append_new(roles, json_string(loy_role_name((enum loy_role)role)));
    cli_print_json(json_pack(
        "{s:s,s:s,s:o}", "operation", name, "words", operations[operation].words, "roles", roles));
}

static void text_row(enum loy_operation operation)
{
    cli_put(stdout, _(operations[operation].words), 34);
    for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++)
        cli_put(stdout, loy_access_allowed((enum loy_role)role, operation) ? "x" : ".", 12);
    putchar('\n');
}

static int run_access_show(struct cli *cli)
{
    if (!cli->json) {
        cli_put(stdout, "", 34);
        for (unsigned role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++)
            cli_put(stdout, _(loy_role_name((enum loy_role)role)), 12);
        putchar('\n');
    }
    for (int operation = LOY_MAY_NOTHING + 1; operation < LOY_OPERATION_END; operation++) {
        char name[NAME_MAX_BYTES];
        name_make(operations[operation].symbol, name);
        if (cli->json)
            json_row((enum loy_operation)operation, name);
        else
            text_row((enum loy_operation)operation);
    }
    return CLI_DONE;
}

const struct cli_command command_access_show = {
    .name = "access show",
    .summary = N_("which role may do what"),
    .detail = N_("The library asks for the role at every call; what is not in this table nobody "
                 "may."),
    .run = run_access_show,
};
