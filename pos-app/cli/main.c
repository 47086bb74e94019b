/* SPDX-License-Identifier: MIT
 *
 * main.c - the program `loyalty`: language, global options, one command.
 * In: the command line. Out: an exit code (0 done, 1 a refusal or finding, 2 wrong use, 3 failed).
 */
#include "cli.h"
#include "parse.h"
#include "path_guard.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Text is UTF-8 everywhere; in another locale Chinese would be garbage. */
static void locale_set(void)
{
    if (!setlocale(LC_ALL, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_ALL, "C.UTF-8");
    /* Numbers in files and JSON have a point, whatever the country. */
    setlocale(LC_NUMERIC, "C");
}

static void language_set(struct cli *cli, const char *wanted)
{
    bool known = wanted && (strcmp(wanted, "en") == 0 || strcmp(wanted, "zh_CN") == 0);
    if (known) setenv("LANGUAGE", wanted, 1);
    const char *language = getenv("LANGUAGE");
    if (!language || !*language) language = setlocale(LC_MESSAGES, NULL);
    cli->chinese = language && strncmp(language, "zh", 2) == 0;
    if (cli->chinese && !wanted) setenv("LANGUAGE", "zh_CN", 1);
    const char *catalogue = LOYALTY_LOCALE_BUILD "/zh_CN/LC_MESSAGES/loyalty.mo";
    bindtextdomain(
        "loyalty", access(catalogue, R_OK) == 0 ? LOYALTY_LOCALE_BUILD : LOYALTY_LOCALE_INSTALLED);
    bind_textdomain_codeset("loyalty", "UTF-8");
    textdomain("loyalty");
}

/* A time that a test fixes and that is none would silently be the real one. */
static int now_check(const struct cli *cli)
{
    const char *fixed = getenv("LOYALTY_NOW");
    int64_t at_us = 0;
    int16_t offset_min = 0;
    if (!fixed || !*fixed || cli_time_parse(fixed, &at_us, &offset_min) == LOY_OK) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE,
        _("$LOYALTY_NOW is no moment: give a day or a time such as 2027-03-01 14:05, or unset it"));
}

int main(int argc, char **argv)
{
    struct cli cli = {.store_path = getenv("LOYALTY_STORE"), .progress = isatty(STDERR_FILENO)};
    if (!cli.store_path || !*cli.store_path) cli.store_path = "shop.loyalty";
    locale_set();
    const char *wanted = parse_language(argc, argv);
    language_set(&cli, wanted);
    cli.language = wanted;
    int code = CLI_USAGE;
    if (parse_arguments(&cli, argc, argv, &code)) {
        code = now_check(&cli);
        if (code == CLI_DONE) code = path_guard_all(&cli);
        if (code == CLI_DONE) code = cli.command->run(&cli);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return cli_fail(&cli, CLI_FAILED, _("standard output could not be written"));
    return code;
}
