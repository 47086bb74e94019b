/* SPDX-License-Identifier: MIT
 *
 * parse.c - reads the command line by the rows of commands.def.
 * In: argv. Out: a filled struct cli, or a message and an exit code. Knows no command.
 */
#include "parse.h"

#include <string.h>

static const struct cli_command *const commands[] = {
#define CLI_COMMAND(symbol) &symbol,
#include "commands.def"
#undef CLI_COMMAND
};

const struct cli_command *command_at(size_t index)
{
    return index < sizeof commands / sizeof commands[0] ? commands[index] : NULL;
}

bool command_in_group(const struct cli_command *command, const char *word)
{
    size_t n = strlen(word);
    return strncmp(command->name, word, n) == 0 && command->name[n] == ' ';
}

const char *parse_language(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0) return argv[i] + 7;
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) return argv[i + 1];
    }
    return NULL;
}

/* "--name=value" or "--name value": the value, and *at moves past it; NULL: none there. */
static const char *value_take(int argc, char **argv, int *at)
{
    const char *equals = strchr(argv[*at], '=');
    if (equals) return equals + 1;
    return *at + 1 < argc ? argv[++*at] : NULL;
}

static bool option_is(const char *argument, const char *name)
{
    size_t n = strlen(name);
    return strncmp(argument, "--", 2) == 0 && strncmp(argument + 2, name, n) == 0 &&
           (argument[2 + n] == '\0' || argument[2 + n] == '=');
}

/* Options that every command has. 1: taken; 0: not one of them; -1: wrong. */
static int global_option(struct cli *cli, int argc, char **argv, int *at)
{
    if (option_is(argv[*at], "json")) {
        cli->json = true;
        return strchr(argv[*at], '=') ? -1 : 1;
    }
    bool store = option_is(argv[*at], "store");
    if (!store && !option_is(argv[*at], "lang")) return 0;
    const char *value = value_take(argc, argv, at);
    if (!value) return -1;
    if (store && !*value) return -1;
    if (store)
        cli->store_path = value;
    else if (strcmp(value, "en") != 0 && strcmp(value, "zh_CN") != 0)
        return -1;
    return 1;
}

static int own_option(struct cli *cli, int argc, char **argv, int *at)
{
    const struct cli_option *option = cli->command->options;
    for (size_t i = 0; option && option->name; option++, i++) {
        if (!option_is(argv[*at], option->name)) continue;
        const char *value = "";
        if (option->value)
            value = value_take(argc, argv, at);
        else if (strchr(argv[*at], '='))
            return -1;
        size_t *count = &cli->options[i].count;
        if (!value || *count == CLI_VALUES_MAX || (*count && !option->repeats)) return -1;
        cli->options[i].values[(*count)++] = value;
        return 1;
    }
    return 0;
}

/* How many words of argv the command's name takes; 0: it is not this one. */
static int name_matches(const char *name, char **argv, int left)
{
    int words = 0;
    for (const char *at = name; *at; words++) {
        size_t n = strcspn(at, " ");
        if (words >= left || strlen(argv[words]) != n || strncmp(argv[words], at, n) != 0) return 0;
        at += n + (at[n] == ' ');
    }
    return words;
}

static const struct cli_command *command_find(char **argv, int left, int *words)
{
    for (size_t i = 0; command_at(i); i++)
        if ((*words = name_matches(command_at(i)->name, argv, left)) > 0) return command_at(i);
    return NULL;
}

static bool usage(int *code, const char *format, const char *what)
{
    fprintf(stderr, "loyalty: ");
    fprintf(stderr, format, what);
    fprintf(stderr, "\n");
    *code = CLI_USAGE;
    return false;
}

static bool is_group(const char *word)
{
    for (size_t i = 0; command_at(i); i++)
        if (command_in_group(command_at(i), word)) return true;
    return false;
}

/* `loyalty GROUP --help`, `loyalty help GROUP`: the commands that begin with this word. */
static bool group_words(char **argv, int left, bool asked, int *code)
{
    if (left == 2 && strcmp(argv[1], "--help") == 0) asked = true;
    if (!asked || left < 1 || (left > 1 && strcmp(argv[1], "--help") != 0)) return false;
    if (!is_group(argv[0])) return false;
    help_group(stdout, argv[0]);
    *code = CLI_DONE;
    return true;
}

static bool command_missing(char **argv, int left, int *code)
{
    char words[80];
    bool group = is_group(argv[0]);
    snprintf(words, sizeof words, "%s%s%s", argv[0], group ? " " : "",
        !group     ? ""
        : left > 1 ? argv[1]
                   : "...");
    return usage(code, _("there is no command '%s'; `loyalty --help` lists them"), words);
}

/* `loyalty --help`, `loyalty --version`, `loyalty help [COMMAND]`, `loyalty` alone. */
static bool program_words(int argc, char **argv, int at, int *code)
{
    *code = CLI_DONE;
    if (at >= argc) {
        help_program(stderr);
        *code = CLI_USAGE;
    } else if (strcmp(argv[at], "--version") == 0) {
        printf("loyalty %s\n", LOY_VERSION_TEXT);
    } else if (strcmp(argv[at], "--help") == 0 ||
               (strcmp(argv[at], "help") == 0 && at + 1 == argc)) {
        help_program(stdout);
    } else if (strcmp(argv[at], "help") == 0) {
        int words = 0;
        const struct cli_command *command = command_find(argv + at + 1, argc - at - 1, &words);
        if (!command && group_words(argv + at + 1, argc - at - 1, true, code)) return false;
        if (!command) return command_missing(argv + at + 1, argc - at - 1, code);
        help_command(stdout, command);
    } else {
        return true;
    }
    return false;
}

static bool operands_fit(const struct cli *cli, int *code)
{
    const struct cli_command *command = cli->command;
    const struct cli_option *option = command->options;
    for (size_t i = 0; option && option->name; option++, i++)
        if (option->required && !cli->options[i].count)
            return usage(
                code, _("--%s is needed; `loyalty COMMAND --help` tells more"), option->name);
    if (cli->operand_count >= command->operands_min && cli->operand_count <= command->operands_max)
        return true;
    fprintf(stderr, _("loyalty: wanted is `loyalty %s%s%s`; `loyalty %s --help` tells more\n"),
        command->name, command->operands ? " " : "", command->operands ? command->operands : "",
        command->name);
    *code = CLI_USAGE;
    return false;
}

bool parse_arguments(struct cli *cli, int argc, char **argv, int *code)
{
    int at = 1, taken = 0, option_at = 1;
    while (at < argc && (taken = global_option(cli, argc, argv, &at)) > 0)
        option_at = ++at;
    if (taken < 0)
        return usage(
            code, _("'%s' is written --store FILE, --lang zh_CN|en or --json"), argv[option_at]);
    if (!program_words(argc, argv, at, code)) return false;
    int words = 0;
    cli->command = command_find(argv + at, argc - at, &words);
    if (!cli->command && group_words(argv + at, argc - at, false, code)) return false;
    if (!cli->command) return command_missing(argv + at, argc - at, code);
    bool options = true;
    for (at += words; at < argc; at++) {
        if (options && strcmp(argv[at], "--") == 0) {
            options = false;
            continue;
        }
        if (options && strcmp(argv[at], "--help") == 0) {
            help_command(stdout, cli->command);
            *code = CLI_DONE;
            return false;
        }
        if (options && strncmp(argv[at], "--", 2) == 0) {
            const char *argument = argv[at];
            taken = own_option(cli, argc, argv, &at);
            if (taken == 0) taken = global_option(cli, argc, argv, &at);
            if (taken == 0)
                return usage(code, _("there is no option '%s' here; --help tells which"), argument);
            if (taken < 0)
                return usage(code, _("'%s' has no value, a wrong one, or stands twice"), argument);
            continue;
        }
        if (cli->operand_count == CLI_OPERANDS_MAX)
            return usage(code, _("too many arguments, from '%s' on"), argv[at]);
        cli->operands[cli->operand_count++] = argv[at];
    }
    return operands_fit(cli, code);
}
