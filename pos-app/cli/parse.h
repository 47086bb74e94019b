/* SPDX-License-Identifier: MIT
 *
 * parse.h - the command line against the table of commands, and the help pages of the same table.
 */
#ifndef PARSE_H
#define PARSE_H

#include "cli.h"

/* The value of --lang, wherever it stands; NULL: not given. Needed before any word is printed. */
const char *parse_language(int argc, char **argv);

/* False: *code is the exit code; help or an error was printed. */
bool parse_arguments(struct cli *cli, int argc, char **argv, int *code);

const struct cli_command *command_at(size_t index); /* NULL past the last */

void help_program(FILE *out);
/* The commands whose names begin with this word. */
void help_group(FILE *out, const char *word);
bool command_in_group(const struct cli_command *command, const char *word);
void help_command(FILE *out, const struct cli_command *command);

#endif
