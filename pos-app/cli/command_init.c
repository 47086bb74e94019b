/* SPDX-License-Identifier: MIT
 *
 * command_init.c - init: a new store with its keys and first manager; check: verifies a store.
 */
#include "cli.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX 64u

/* ISO 4217 minor units that are not 2. */
static const struct {
    char code[4];
    uint8_t digits;
} currency_digits[] = {
    {"BHD", 3},
    {"BIF", 0},
    {"CLP", 0},
    {"DJF", 0},
    {"GNF", 0},
    {"IQD", 3},
    {"ISK", 0},
    {"JOD", 3},
    {"JPY", 0},
    {"KMF", 0},
    {"KRW", 0},
    {"KWD", 3},
    {"LYD", 3},
    {"OMR", 3},
    {"PYG", 0},
    {"RWF", 0},
    {"TND", 3},
    {"UGX", 0},
    {"VND", 0},
    {"VUV", 0},
    {"XAF", 0},
    {"XOF", 0},
    {"XPF", 0},
};

static uint8_t digits_of(const char *currency)
{
    for (size_t i = 0; i < sizeof currency_digits / sizeof currency_digits[0]; i++)
        if (strcmp(currency, currency_digits[i].code) == 0) return currency_digits[i].digits;
    return 2;
}

/* The flag's value; else an answer on a terminal; else the default. */
static const char *answer(struct cli *cli, const char *option, const char *question,
    const char *preset, char text[ANSWER_MAX])
{
    const char *value = cli_value(cli, option);
    if (value) return value;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) return preset;
    fprintf(stderr, "%s [%s]: ", question, preset);
    char line[256];
    if (!fgets(line, sizeof line, stdin)) {
        fputc('\n', stderr);
        return preset;
    }
    /* What is too long stays too long, and is told below. */
    line[strcspn(line, "\r\n")] = '\0';
    size_t n = strlen(line) < ANSWER_MAX ? strlen(line) : ANSWER_MAX - 1;
    memcpy(text, line, n);
    text[n] = '\0';
    return *text ? text : preset;
}

static bool is_code(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < 'A' || text[i] > 'Z') return false;
    return text[length] == '\0';
}

static bool code_take(const char *text, char code[LOY_CODE_MAX])
{
    size_t n = strlen(text);
    if (n == 0 || n >= LOY_CODE_MAX) return false;
    memcpy(code, text, n + 1);
    return true;
}

static int settings_fill(struct cli *cli, struct loy_store_settings *settings)
{
    char typed[ANSWER_MAX];
    const char *currency = answer(cli, "currency", _("Currency (ISO 4217)"), "EUR", typed);
    if (strlen(currency) < 3 || !is_code(currency, 3))
        return cli_fail(cli, CLI_USAGE, _("--currency takes three capitals such as EUR or CNY"));
    memcpy(settings->currency, currency, 4);
    settings->minor_digits = digits_of(settings->currency);
    const char *digits = cli_value(cli, "minor-digits");
    if (digits && (strlen(digits) != 1 || *digits < '0' || *digits > '4'))
        return cli_fail(cli, CLI_USAGE, _("--minor-digits takes 0 to 4"));
    if (digits) settings->minor_digits = (uint8_t)(*digits - '0');
    const char *country = answer(cli, "country", _("Country (ISO 3166)"),
        strcmp(settings->currency, "CNY") == 0 ? "CN" : "DE", typed);
    if (strlen(country) < 2 || !is_code(country, 2))
        return cli_fail(cli, CLI_USAGE, _("--country takes two capitals such as DE or CN"));
    memcpy(settings->country, country, 3);
    if (!code_take(answer(cli, "site", _("This shop's code"), "1", typed), settings->site) ||
        !code_take(answer(cli, "lane", _("This lane's code"), "1", typed), settings->lane))
        return cli_fail(
            cli, CLI_USAGE, _("a shop's and a lane's code have 1 to %u bytes"), LOY_CODE_MAX - 1);
    return CLI_DONE;
}

static int run_init(struct cli *cli)
{
    struct loy_store_settings settings = {0};
    struct loy_store_options options = cli_store_options(cli);
    struct loy_store *store = NULL;
    int code = settings_fill(cli, &settings);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_create(&options, &settings, &store);
    if (status != LOY_OK) {
        code = cli_fail_store(cli, status, store);
        loy_store_close(store);
        return code;
    }
    loy_store_close(store);
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:i,s:s,s:s,s:s}", "store", cli->store_path, "currency",
            settings.currency, "minor_digits", settings.minor_digits, "site", settings.site, "lane",
            settings.lane, "manager", options.user));
        return CLI_DONE;
    }
    printf(_("%s: a store in %s, shop %s, lane %s; %s is its first manager.\n"), cli->store_path,
        settings.currency, settings.site, settings.lane, options.user);
    printf(_("The master key is %s%s. Keep a copy of it away from this machine and from the "
             "backups: without "
             "it\nno member's data can be read again, with it and a backup everything can.\n"),
        options.key_path ? options.key_path : cli->store_path, options.key_path ? "" : ".key");
    return CLI_DONE;
}

static int run_check(struct cli *cli)
{
    struct cli_findings findings = {.cli = cli};
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_check(store, cli_finding, &findings);
    if (status != LOY_OK && status != LOY_E_CHECK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    if (findings.count) return CLI_FINDING;
    if (!cli->json)
        printf(_("%s: pages, references, baskets, sequences, keys and audit log are sound.\n"),
            cli->store_path);
    else
        cli_print_json(json_pack("{s:s,s:b}", "store", cli->store_path, "sound", 1));
    return CLI_DONE;
}

static const struct cli_option init_options[] = {
    {"currency", "CODE", N_("ISO 4217, default EUR"), false, false},
    {"minor-digits", "N", N_("digits of the smallest amount, default that of the currency"), false,
        false},
    {"country", "CODE", N_("ISO 3166, for telephones and postcodes; default CN with CNY, else DE"),
        false, false},
    {"site", "CODE", N_("this shop's code, default 1"), false, false},
    {"lane", "CODE", N_("this lane's code, default 1"), false, false},
    {0},
};

const struct cli_command command_init = {
    .name = "init",
    .summary = N_("a new store with its keys and first manager"),
    .detail = N_(
        "Asks on a terminal what no flag says; takes defaults elsewhere. Makes three files: the "
        "store, its key file\n(.keys) and the master key (.key, or where $LOYALTY_KEY says), "
        "readable by you alone. The operating-system user\nwho runs it becomes the first manager."),
    .options = init_options,
    .run = run_init,
};

const struct cli_command command_check = {
    .name = "check",
    .summary = N_("verify a store: pages, baskets, sequences, keys, audit log"),
    .run = run_check,
};
