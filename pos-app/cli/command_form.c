/* SPDX-License-Identifier: MIT
 *
 * command_form.c - the forms of a registration: show them, change label, purpose and need.
 */
#include "cli.h"

#include <string.h>

static const char *const need_words[] = {"", N_("optional"), N_("required"), N_("depends")};
static const char *const need_keys[] = {"", "optional", "required", "conditional"};

static void field_print(const struct cli *cli, const char *form, const struct loy_form_field *field)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:s,s:b}", "form", form, "field", field->name,
            "label", field->label, "need", need_keys[field->need], "purpose", field->purpose,
            "changed", field->changed));
        return;
    }
    fputs("  ", stdout);
    cli_put(stdout, field->name, 18);
    fputs("  ", stdout);
    cli_put(stdout, field->label, 30);
    fputs("  ", stdout);
    cli_put(stdout, _(need_words[field->need]), 10);
    printf("  %s\n", field->purpose);
}

static int form_print(const struct cli *cli, struct loy_store *store, enum loy_registration form)
{
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    enum loy_status status;
    if (!cli->json) puts(loy_registration_name(form));
    while ((status = loy_form_field_next(store, form, &position, &field)) == LOY_OK)
        field_print(cli, loy_registration_name(form), &field);
    return status == LOY_NONE ? CLI_DONE : cli_fail_store(cli, status, store);
}

static int form_of(const struct cli *cli, const char *name, enum loy_registration *form)
{
    if (loy_registration_find(name, form) == LOY_OK) return CLI_DONE;
    return cli_fail(
        cli, CLI_USAGE, _("there is no such form: organisation, person, purchaser or lane"));
}

static int run_show(struct cli *cli)
{
    struct loy_store *store = NULL;
    enum loy_registration first = LOY_REGISTRATION_ORGANISATION, last = LOY_REGISTRATION_LANE;
    int code = cli->operand_count ? form_of(cli, cli->operands[0], &first) : CLI_DONE;
    if (cli->operand_count) last = first;
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    for (int form = first; form <= (int)last && code == CLI_DONE; form++)
        code = form_print(cli, store, (enum loy_registration)form);
    loy_store_close(store);
    return code;
}

/* The field of this name; LOY_NONE. */
static enum loy_status field_find(struct loy_store *store, enum loy_registration form,
    const char *name, struct loy_form_field *field)
{
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_form_field_next(store, form, &position, field)) == LOY_OK)
        if (strcmp(field->name, name) == 0) return LOY_OK;
    return status;
}

static int field_set(struct cli *cli, struct loy_store *store, enum loy_registration form,
    const struct loy_form_change *change)
{
    struct loy_form_field field = {.size = sizeof field};
    enum loy_status status = field_find(store, form, cli->operands[1], &field);
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("the form has no such field; `loyalty form show %s` names them"), cli->operands[0]);
    if (status == LOY_OK)
        status = loy_form_field_set(store, form, field.field, change, cli_now_us());
    if (status == LOY_OK) status = field_find(store, form, cli->operands[1], &field);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    field_print(cli, cli->operands[0], &field);
    return CLI_DONE;
}

static int run_set(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_form_change change = {.size = sizeof change,
        .label = cli_value(cli, "label"),
        .purpose = cli_value(cli, "purpose")};
    const char *need = cli_value(cli, "need");
    enum loy_registration form = LOY_REGISTRATION_NONE;
    int code = form_of(cli, cli->operands[0], &form);
    if (code != CLI_DONE) return code;
    if (need && strcmp(need, "required") == 0)
        change.need = LOY_NEED_REQUIRED;
    else if (need && strcmp(need, "optional") == 0)
        change.need = LOY_NEED_OPTIONAL;
    else if (need)
        return cli_fail(cli, CLI_USAGE, _("--need takes required or optional"));
    if (!need && !change.label && !change.purpose)
        return cli_fail(cli, CLI_USAGE, _("nothing to change: give --label, --purpose or --need"));
    code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = field_set(cli, store, form, &change);
    loy_store_close(store);
    return code;
}

const struct cli_command command_form_show = {
    .name = "form show",
    .operands = "[FORM]",
    .operands_max = 1,
    .summary = N_("the forms of a registration, a line a field"),
    .detail = N_("FORM is organisation, person, purchaser or lane. Each field has a purpose. No "
                 "form asks for a number of identity."),
    .run = run_show,
};

static const struct cli_option set_options[] = {
    {"label", "TEXT", N_("what stands beside the field; empty: as built in"), false, false},
    {"purpose", "TEXT", N_("what the field is for; without one it cannot be required"), false,
        false},
    {"need", "NEED", N_("required or optional"), false, false},
    {0},
};

const struct cli_command command_form_set = {
    .name = "form set",
    .operands = "FORM FIELD",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("change a field of a form"),
    .detail = N_("Shops call the section differently, or use it for their rounds: its label is "
                 "theirs. A consent is never required, but for the scheme's own terms."),
    .options = set_options,
    .run = run_set,
};
