/* SPDX-License-Identifier: MIT
 *
 * command_report.c - `report market`: one manufacturer's aggregated report, from the store to
 * files. In: options; out: file names and an exit code. Must not know how the report is made.
 */
#include "path_guard.h"

#include "../report/market_report.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)

static const struct cli_option options[] = {
    {"manufacturer", "NAME", N_("whose articles, as the articles' manufacturer says"), true, false},
    {"brand", "NAME", N_("only this brand of it"), false, false},
    {"from", "DATE", N_("first day"), true, false},
    {"to", "DATE", N_("last day"), true, false},
    {"out", "DIR", N_("folder for the files; made if missing"), true, false},
    {"generated", NULL, N_("stamp every page: the data are invented"), false, false},
    {"sample-of-lines", NULL, N_("say on every page that the data are a sample of lines"), false,
        false},
    {NULL, NULL, NULL, false, false},
};

/* --to names the last day, whole. */
static int parse_period(const struct cli *cli, struct market_report_options *report)
{
    int16_t offset_min = 0;
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    if (strlen(from) != 10 || cli_time_parse(from, &report->from_us, &offset_min) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--from is not a date like 2026-03-01"));
    if (strlen(to) != 10 || cli_time_parse(to, &report->to_us, &offset_min) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--to is not a date like 2026-03-31"));
    int64_t midnight_us = report->to_us + (int64_t)offset_min * MINUTE_US;
    report->to_us += DAY_US;
    /* A day on which the clocks change is not 24 hours long: take the next day's own midnight. */
    char next[32];
    cli_time_text(midnight_us + DAY_US + DAY_US / 2, 0, next);
    next[10] = '\0';
    int64_t next_us;
    if (cli_time_parse(next, &next_us, &offset_min) == LOY_OK) report->to_us = next_us;
    if (report->from_us >= report->to_us)
        return cli_fail(cli, CLI_USAGE, _("--to lies before --from"));
    report->from_text = from;
    report->to_text = to;
    report->period_year = (int)strtol(to, NULL, 10);
    return CLI_DONE;
}

static void print_files(const struct cli *cli, const struct market_report_files *files)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I}", "report", "market",
            "html", files->html, "csv", files->csv, "schema", files->schema, "repeated",
            files->repeated, "sentences", (json_int_t)files->sentences, "cells_shown",
            (json_int_t)files->shown, "cells_withheld", (json_int_t)files->withheld));
        return;
    }
    printf("%s\n%s\n%s\n", files->html, files->csv, files->schema);
    printf(_("%zu findings, %zu cells shown, %zu withheld%s\n"), files->sentences, files->shown,
        files->withheld, files->repeated ? _(" (released before, the very same)") : "");
}

static int told(void *user, long long done, long long total)
{
    cli_progress(user, _("members"), done, total);
    return 0;
}

static int fail_report(const struct cli *cli, enum loy_status status, const struct loy_store *store,
    const struct market_report_files *files)
{
    if (!files->text[0]) return cli_fail_store(cli, status, store);
    return cli_fail(cli, cli_exit_of(status), "%s", files->text);
}

static int files_guard(struct cli *cli, const struct market_report_options *report)
{
    struct market_report_files files;
    if (!market_report_name(report, &files))
        return cli_fail(cli, CLI_USAGE, _("the path is too long"));
    int code = path_guard(cli, files.html);
    if (code == CLI_DONE) code = path_guard(cli, files.csv);
    return code == CLI_DONE ? path_guard(cli, files.schema) : code;
}

static int run_market(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct market_report_files files;
    struct market_report_options report = {.manufacturer = cli_value(cli, "manufacturer"),
        .brand = cli_value(cli, "brand"),
        .out_dir = cli_value(cli, "out"),
        .generated = cli_value(cli, "generated") != NULL,
        .sample_of_lines = cli_value(cli, "sample-of-lines") != NULL,
        .chinese = cli->chinese,
        .now_us = cli_now_us(),
        .progress = told,
        .user = cli};
    int code = parse_period(cli, &report);
    if (code != CLI_DONE) return code;
    if (report.brand && !*report.brand)
        return cli_fail(cli, CLI_USAGE, _("--brand is empty; leave it out for all brands"));
    code = files_guard(cli, &report);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = market_report_write(store, &report, &files);
    if (status == LOY_OK)
        print_files(cli, &files);
    else
        code = fail_report(cli, status, store, &files);
    loy_store_close(store);
    return code;
}

const struct cli_command command_report_market = {
    .name = "report market",
    .summary = N_("an aggregated report for one manufacturer, as HTML and CSV"),
    .detail = N_("Who buys which colour and grade, when, in which price range. Only members who "
                 "consented to\n"
                 "reports for suppliers count, and only cells from which nobody can be recovered "
                 "are shown: at\n"
                 "least 10 members, 3 stores or one with 20, no member above 40 %, and further "
                 "cells withheld so\n"
                 "that none follows from totals. A period is released once: the very same report "
                 "may be made\n"
                 "again, another version of it is refused (exit 1)."),
    .options = options,
    .run = run_market,
};
