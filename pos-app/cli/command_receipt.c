/* SPDX-License-Identifier: MIT
 *
 * command_receipt.c - a receipt to a screen, a file, a printer or a program, and what a shop sets
 * about its receipts.
 */
#include "cli.h"
#include "path_guard.h"

#include <receipt/receipt.h>

#include <stdlib.h>
#include <string.h>

/* ---- receipt -----------------------------------------------------------------------------------
 */

static int columns_read(const struct cli *cli, unsigned *columns)
{
    const char *text = cli_value(cli, "columns");
    *columns = 0;
    if (text == NULL) return CLI_DONE;
    if (strcmp(text, "32") != 0 && strcmp(text, "42") != 0 && strcmp(text, "48") != 0)
        return cli_fail(cli, CLI_USAGE, _("--columns takes 32, 42 or 48"));
    *columns = (unsigned)strtoul(text, NULL, 10);
    return CLI_DONE;
}

static int seconds_read(const struct cli *cli, int *limit_ms)
{
    const char *text = cli_value(cli, "wait");
    int64_t ms = 0;
    if (text == NULL) return CLI_DONE;
    if (cli_amount_parse(text, 3, &ms) != LOY_OK || ms < 1 || ms > 600000)
        return cli_fail(cli, CLI_USAGE, _("--wait takes seconds, 600 at most"));
    *limit_ms = (int)ms;
    return CLI_DONE;
}

/* A device, a pipe and standard output are none of the store's files. */
static int target_read(const struct cli *cli, struct receipt_job *job)
{
    const char *to = cli_value(cli, "to");
    bool printer = cli_value(cli, "print") != NULL;
    if (to != NULL && printer)
        return cli_fail(cli, CLI_USAGE,
            _("--print is the shop's printer, --to another place: give one of them"));
    if (to != NULL && (*to == '\0' || strcmp(to, "|") == 0))
        return cli_fail(cli, CLI_USAGE, _("--to takes a file, a device, - or |COMMAND"));
    job->target = printer ? NULL : to != NULL ? to : "-";
    if (to == NULL || *to == '|' || strcmp(to, "-") == 0) return CLI_DONE;
    return path_guard(cli, to);
}

static int job_read(const struct cli *cli, struct receipt_job *job)
{
    bool text = cli_value(cli, "text") != NULL, escpos = cli_value(cli, "escpos") != NULL;
    *job = (struct receipt_job){.format = escpos ? RECEIPT_ESCPOS
                                          : text ? RECEIPT_TEXT
                                                 : -1,
        .language = -1,
        .at_us = cli_now_us()};
    if (text && escpos)
        return cli_fail(cli, CLI_USAGE, _("a receipt is --text or --escpos, not both"));
    if (cli->language != NULL) job->language = cli->chinese ? RECEIPT_CHINESE : RECEIPT_ENGLISH;
    int code = columns_read(cli, &job->columns);
    if (code == CLI_DONE) code = seconds_read(cli, &job->limit_ms);
    if (code == CLI_DONE) code = target_read(cli, job);
    /* A printer's bytes do a screen no good. */
    if (cli_value(cli, "to") == NULL && cli_value(cli, "print") == NULL && job->format < 0)
        job->format = RECEIPT_TEXT;
    return code;
}

static int printed(const struct cli *cli, struct loy_store *store, const struct receipt_job *job)
{
    char why[RECEIPT_WHY_MAX], basket[LOY_ID_TEXT_SIZE];
    bool copy = false;
    enum loy_status status = receipt_print(store, job, &copy, why);
    if (status == LOY_REFUSED && job->target == NULL) return cli_fail(cli, CLI_FINDING, "%s", why);
    if (status != LOY_OK && why[0] != '\0') return cli_fail(cli, CLI_FAILED, "%s", why);
    if (status == LOY_OK && !copy) status = loy_receipt_done(store, &job->basket, job->at_us);
    /* Of an open basket nothing is noted: it is no receipt yet. */
    if (status != LOY_OK && status != LOY_NONE && status != LOY_REPEATED)
        return cli_fail_store(cli, status, store);
    loy_id_text(&job->basket, basket);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:b,s:b}", "basket", basket, "printed", 1, "copy", copy));
    return CLI_DONE;
}

static int shown_json(const struct cli *cli, struct loy_store *store, const struct receipt_job *job)
{
    struct receipt receipt;
    int code = CLI_DONE;
    enum loy_status status =
        receipt_gather(store, &job->basket, job->language, job->columns, &receipt);
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else
        cli_print_json(receipt_json(&receipt));
    receipt_free(&receipt);
    return code;
}

static int run_receipt(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct receipt_job job;
    int code = job_read(cli, &job);
    bool out = cli_value(cli, "to") != NULL || cli_value(cli, "print") != NULL;
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_receipt_find(store, cli->operands[0], &job.basket);
    if (status == LOY_NONE)
        code = cli_fail(cli, CLI_FINDING,
            _("there is no such receipt; its number looks like S1-03-2-000417: shop, lane, epoch, "
              "sequence"));
    else if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else
        code = cli->json && !out ? shown_json(cli, store, &job) : printed(cli, store, &job);
    loy_store_close(store);
    return code;
}

static const struct cli_option receipt_options[] = {
    {"text", NULL, N_("lines of text"), false, false},
    {"escpos", NULL, N_("bytes for a receipt printer (ESC/POS, Chinese as GB18030)"), false, false},
    {"to", "TARGET",
        N_("a file, a device such as /dev/usb/lp0, - for standard output, or |COMMAND"), false,
        false},
    {"print", NULL, N_("to the shop's printer: `receipt set printer`"), false, false},
    {"columns", "N", N_("32, 42 or 48"), false, false},
    {"wait", "SECONDS", N_("how long a printer may take (10)"), false, false},
    {0},
};

const struct cli_command command_receipt = {
    .name = "receipt",
    .operands = "NUMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a receipt, or a copy of it"),
    .detail = N_(
        "NUMBER stands on the receipt, shop, lane, epoch and sequence; the id of a basket is as "
        "good. What was printed before says\nthat it is a copy, and the copy is in the audit log. "
        "The language is that of --lang, else the shop's. With --json and\nno other place the "
        "receipt as an object, which is no copy."),
    .example = "receipt S1-03-2-000417 --escpos --to /dev/usb/lp0",
    .options = receipt_options,
    .run = run_receipt,
};

/* ---- receipt set, receipt settings -------------------------------------------------------------
 */

static const char *const meanings[LOY_RECEIPT_SETTING_END] = {
    [LOY_RECEIPT_NAME] = N_("name of the shop"),
    [LOY_RECEIPT_ADDRESS] = N_("its address"),
    [LOY_RECEIPT_TAX_NO] = N_("its tax number"),
    [LOY_RECEIPT_HEADER] = N_("further lines at the top"),
    [LOY_RECEIPT_FOOTER] = N_("lines at the end"),
    [LOY_RECEIPT_PRIVACY] = N_("the privacy line, in place of the program's"),
    [LOY_RECEIPT_LANGUAGE] = N_("language"),
    [LOY_RECEIPT_COLUMNS] = N_("columns of the paper"),
    [LOY_RECEIPT_FORMAT] = N_("what the printer takes"),
    [LOY_RECEIPT_PRINTER] = N_("device, file or |COMMAND"),
    [LOY_RECEIPT_CASHIER] = N_("how the cashier is named"),
    [LOY_RECEIPT_DRAWER] = N_("1: cash opens the drawer"),
    [LOY_RECEIPT_TRAINING] = N_("1: all receipts are marked as training"),
};

static void setting_show(const struct cli *cli, enum loy_receipt_setting setting, const char *value)
{
    const char *name = loy_receipt_setting_name(setting);
    char line[LOY_RECEIPT_SETTING_MAX];
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s}", "setting", name, "value", value));
        return;
    }
    snprintf(line, sizeof line, "%s", value);
    for (char *at = line; *at != '\0'; at++)
        if (*at == '\n') *at = '|';
    cli_put(stdout, name, 10);
    cli_put(stdout, line, 32);
    printf("  %s\n", _(meanings[setting]));
}

static int settings_show(
    const struct cli *cli, struct loy_store *store, enum loy_receipt_setting only)
{
    char value[LOY_RECEIPT_SETTING_MAX];
    for (unsigned i = LOY_RECEIPT_NO_SETTING + 1; i < LOY_RECEIPT_SETTING_END; i++) {
        enum loy_receipt_setting setting = (enum loy_receipt_setting)i;
        if (only != LOY_RECEIPT_NO_SETTING && only != setting) continue;
        enum loy_status status = loy_receipt_setting_get(store, setting, value);
        if (status != LOY_OK) return cli_fail_store(cli, status, store);
        setting_show(cli, setting, value);
    }
    return CLI_DONE;
}

/* A shell makes it hard to give a line end: \n stands for one. */
static bool value_read(const char *given, char value[LOY_RECEIPT_SETTING_MAX])
{
    size_t used = 0;
    for (const char *at = given; *at != '\0'; at++, used++) {
        if (used == LOY_RECEIPT_SETTING_MAX - 1) return false;
        bool line_end = at[0] == '\\' && at[1] == 'n';
        value[used] = line_end ? '\n' : *at;
        at += line_end;
    }
    value[used] = '\0';
    return true;
}

static int run_set(struct cli *cli)
{
    struct loy_store *store = NULL;
    enum loy_receipt_setting setting = LOY_RECEIPT_NO_SETTING;
    char value[LOY_RECEIPT_SETTING_MAX];
    if (loy_receipt_setting_find(cli->operands[0], &setting) != LOY_OK)
        return cli_fail(
            cli, CLI_USAGE, _("there is no such setting; `receipt settings` lists them"));
    if (!value_read(cli->operands[1], value))
        return cli_fail(
            cli, CLI_FINDING, _("at most %u bytes are expected"), LOY_RECEIPT_SETTING_MAX - 1);
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_receipt_setting_set(store, setting, value, cli_now_us());
    code = status == LOY_OK || status == LOY_REPEATED ? settings_show(cli, store, setting)
                                                      : cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_settings(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = settings_show(cli, store, LOY_RECEIPT_NO_SETTING);
    loy_store_close(store);
    return code;
}

const struct cli_command command_receipt_set = {
    .name = "receipt set",
    .operands = "SETTING VALUE",
    .operands_min = 2,
    .operands_max = 2,
    .summary = N_("what the shop sets about its receipts"),
    .detail = N_("\\n in VALUE begins a new line; an empty VALUE goes back to what was usual. For "
                 "managers, and in the audit log."),
    .example = "receipt set address '12 Quay Street\\nHarbour Town'",
    .run = run_set,
};

const struct cli_command command_receipt_settings = {
    .name = "receipt settings",
    .summary = N_("list what the shop has set about its receipts"),
    .run = run_settings,
};
