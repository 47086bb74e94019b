/* SPDX-License-Identifier: MIT
 *
 * help.c - the help pages, from the table that parses the command line.
 */
#include "parse.h"

#include <string.h>

static void row(FILE *out, const char *left, const char *right, int width)
{
    fputs("  ", out);
    cli_put(out, left, width);
    fprintf(out, "  %s\n", right);
}

void help_program(FILE *out)
{
    fprintf(out, "%s\n\n",
        _("loyalty - loyalty cards at the checkout: readers, members, baskets, profiles, "
          "reports"));
    fprintf(out, "%s\n  loyalty [--store FILE] [--json] [--lang zh_CN|en] %s\n\n", _("Usage:"),
        _("COMMAND ..."));
    fprintf(out, "%s\n", _("Commands:"));
    for (size_t i = 0; command_at(i); i++)
        row(out, command_at(i)->name, gettext(command_at(i)->summary), 16);
    fprintf(out, "\n%s\n", _("Everywhere:"));
    row(out, "--store FILE", _("the store; else $LOYALTY_STORE, else shop.loyalty"), 16);
    row(out, "--json", _("JSON Lines with stable keys instead of text"), 16);
    row(out, "--lang zh_CN|en", _("the language of what is printed"), 16);
    row(out, "--help", _("this page; behind a command, its page"), 16);
    row(out, "--version", _("the version"), 16);
    fprintf(out, "\n%s\n",
        _("Exit codes: 0 done, 1 a refusal or a finding, 2 wrong use, 3 the store or a "
          "device failed."));
}

static void option_row(FILE *out, const struct cli_option *option)
{
    char left[80];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
        option->value ? option->value : "");
    fprintf(out, "  %-26s  %s%s%s\n", left, gettext(option->help),
        option->required ? _(" (needed)") : "", option->repeats ? _(" (may repeat)") : "");
}

void help_command(FILE *out, const struct cli_command *command)
{
    fprintf(out, "%s loyalty %s%s%s%s\n\n%s\n", _("Usage:"), command->name,
        command->operands ? " " : "", command->operands ? command->operands : "",
        command->options ? _(" [OPTIONS]") : "", gettext(command->summary));
    if (command->detail) fprintf(out, "\n%s\n", gettext(command->detail));
    if (!command->options) return;
    fprintf(out, "\n%s\n", _("Options:"));
    for (const struct cli_option *option = command->options; option->name; option++)
        option_row(out, option);
}
