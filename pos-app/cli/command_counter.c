/* SPDX-License-Identifier: MIT
 *
 * command_counter.c - `report counter`: what the customers of one counter bought there, for the
 * counter itself. In: a counter and days. Out: a page, a table or JSON Lines, of counts alone. Must
 * not know: a member.
 */
#include "span.h"

#include <report/counter.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct report {
    struct cli *cli;
    struct loy_counter_report *report;
    struct counter_page page;
    struct loy_counter_cell *cells;
    char currency[8];
};

static enum loy_status cells_read(struct report *report)
{
    struct loy_counter_cell cell = {.size = sizeof cell};
    size_t capacity = 0;
    enum loy_status status;
    while ((status = loy_counter_cell_next(report->report, &cell)) == LOY_OK) {
        if (report->page.count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            struct loy_counter_cell *more = realloc(report->cells, capacity * sizeof *more);
            if (!more) return LOY_E_MEMORY;
            report->cells = more;
        }
        report->cells[report->page.count++] = cell;
    }
    report->page.cells = report->cells;
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- JSON ---------------------------------------------------------------------------------------
 */

static json_t *number_json(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static void summary_json(const struct report *report)
{
    const struct loy_counter_summary *summary = &report->page.summary;
    json_t *object = span_json(report->cli, "counter");
    json_object_set_new(object, "counter", json_string(summary->counter));
    json_object_set_new(object, "members", json_integer(summary->members));
    json_object_set_new(object, "fresh", number_json(summary->fresh));
    json_object_set_new(object, "returning", number_json(summary->returning));
    json_object_set_new(object, "baskets", json_integer(summary->baskets));
    json_object_set_new(object, "identified", json_integer(summary->identified));
    json_object_set_new(
        object, "identified_share", span_share(summary->identified, summary->baskets));
    json_object_set_new(object, "paid_minor", json_integer(summary->paid_minor));
    json_object_set_new(object, "average_minor",
        summary->identified ? json_integer(summary->paid_minor / summary->identified)
                            : json_null());
    cli_print_json(object);
}

static json_t *shown_json(const struct loy_counter_cell *cell, int64_t value)
{
    return cell->shown ? json_integer(value) : json_null();
}

static void cell_json(const struct loy_counter_cell *cell)
{
    const bool price = cell->group == LOY_COUNTER_PRICE;
    json_t *object = json_pack("{s:s}", "group", loy_counter_group_name(cell->group));
    json_object_set_new(object, "name", cell->name[0] ? json_string(cell->name) : json_null());
    json_object_set_new(object, "from_minor", price ? json_integer(cell->from_minor) : json_null());
    json_object_set_new(object, "to_minor", price ? json_integer(cell->to_minor) : json_null());
    json_object_set_new(object, "shown", json_boolean(cell->shown));
    json_object_set_new(object, "members", shown_json(cell, cell->members));
    json_object_set_new(
        object, "share", cell->shown ? span_share(cell->members, cell->of) : json_null());
    json_object_set_new(object, "baskets", shown_json(cell, cell->baskets));
    json_object_set_new(
        object, "pieces", cell->shown ? json_real((double)cell->pieces_milli / 1000) : json_null());
    json_object_set_new(object, "paid_minor", shown_json(cell, cell->paid_minor));
    cli_print_json(object);
}

/* ---- Table and page -----------------------------------------------------------------------------
 */

static void summary_print(const struct report *report)
{
    const struct loy_counter_summary *summary = &report->page.summary;
    char share[SPAN_SHARE_SIZE], money[48];
    printf(_("%s: %lld customers with a card"), summary->counter, (long long)summary->members);
    if (summary->fresh >= 0)
        printf(_(", %lld for the first time, %lld again"), (long long)summary->fresh,
            (long long)summary->returning);
    printf(_("; %s %% of the baskets show a card, on average %s %s each\n"),
        span_percent(summary->identified, summary->baskets, share),
        counter_money(&report->page,
            summary->identified ? summary->paid_minor / summary->identified : 0, money),
        report->page.currency);
}

static void cell_print(const struct report *report, const struct loy_counter_cell *cell)
{
    char text[LOY_TEXT_MAX], share[SPAN_SHARE_SIZE];
    cli_put(stdout, counter_group_words(cell->group, report->page.chinese), 18);
    cli_put(stdout, counter_cell_words(&report->page, cell, text), 26);
    if (cell->shown)
        printf(_("%6lld customers  %s %%\n"), (long long)cell->members,
            span_percent(cell->members, cell->of, share));
    else
        printf("%s\n", _("not shown: fewer than 10 members, or it would tell of such"));
}

static int page_save(const struct report *report, const char *path)
{
    struct page page = {0};
    counter_html(&report->page, &page);
    errno = 0;
    enum loy_status status = page_write(&page, path);
    if (status == LOY_OK) status = page_show(path);
    page_clear(&page);
    if (status != LOY_OK)
        return cli_fail(report->cli, CLI_FAILED, _("%s cannot be written: %s"), path,
            errno ? strerror(errno) : loy_status_text(status));
    if (!report->cli->json) puts(path);
    return CLI_DONE;
}

static int report_tell(const struct report *report)
{
    const char *path = cli_value(report->cli, "out");
    int code = path ? page_save(report, path) : CLI_DONE;
    if (code != CLI_DONE || (path && !report->cli->json)) return code;
    if (report->cli->json)
        summary_json(report);
    else
        summary_print(report);
    for (size_t i = 0; i < report->page.count; i++) {
        if (report->cli->json)
            cell_json(&report->cells[i]);
        else
            cell_print(report, &report->cells[i]);
    }
    return CLI_DONE;
}

static int report_make(struct report *report, struct loy_store *store, const struct loy_span *span)
{
    struct loy_store_settings settings;
    enum loy_status status =
        loy_counter_report_open(store, report->cli->operands[0], span, &report->report);
    if (status == LOY_OK) status = cells_read(report);
    if (status != LOY_OK) return cli_fail_store(report->cli, status, store);
    report->page.summary.size = sizeof report->page.summary;
    loy_counter_summary_get(report->report, &report->page.summary);
    loy_store_settings_get(store, &settings);
    snprintf(report->currency, sizeof report->currency, "%s", settings.currency);
    report->page.currency = report->currency;
    report->page.minor_digits = settings.minor_digits;
    return report_tell(report);
}

static int run_counter(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_span span;
    struct report report = {.cli = cli,
        .page = {
            .from = cli_value(cli, "from"), .to = cli_value(cli, "to"), .chinese = cli->chinese}};
    int code = span_read(cli, &span);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = report_make(&report, store, &span);
    loy_counter_report_close(report.report);
    free(report.cells);
    loy_store_close(store);
    return code;
}

static const struct cli_option options[] = {
    SPAN_OPTIONS,
    {"out", "FILE", N_("to a page, HTML; without it to the terminal"), false, false},
    {0},
};

const struct cli_command command_report_counter = {
    .name = "report counter",
    .operands = "COUNTER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("what a counter's own customers bought there, in counts"),
    .detail =
        N_("How many, new and returning; brands, grades, colours, prices, hours and days of the "
           "week; the average basket.\nNo names: what fewer than 10 members did is not shown, "
           "and a counter with fewer than 10 has no report."),
    .example = "report counter Shoes --from 2026-03-01 --to 2026-03-31 --out shoes.html",
    .options = options,
    .run = run_counter,
};
