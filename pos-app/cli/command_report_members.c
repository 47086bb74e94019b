/* SPDX-License-Identifier: MIT
 *
 * command_report_members.c - `report watch` and `report value`: members ranked by what the next 52
 * weeks are expected to bring, or by what of it is at stake. In: a store and a viewpoint. Out: a
 * table, or a JSON line per member. Only members of whom the data say something are listed.
 */
#include "profile_prospect.h"
#include "profile_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOP_DEFAULT 20
#define TOP_MAX 1000000
#define LAPSED 0.3 /* P(active) up to which a member counts as gone, not as late */

struct row {
    struct loy_id id;
    double key; /* by which the rows are ranked */
    double at_stake, days_since, wait;
    struct loy_estimate spend, active, interval;
};

struct report {
    struct cli *cli;
    struct profile_run run;
    bool watch;
    size_t top;
    struct row *rows;
    size_t count, capacity;
    int64_t seen, gone, unknown; /* members; late but lapsed; without an own value */
    uint8_t model;
    enum loy_status status;
};

/* ---- Gathering --------------------------------------------------------------------------------
 */

static bool row_make(struct report *report, const struct loy_prospect *prospect, struct row *row)
{
    row->spend = prospect->estimates[LOY_OUTLOOK_SPEND];
    row->active = prospect->estimates[LOY_OUTLOOK_ACTIVE];
    row->interval = prospect->estimates[LOY_OUTLOOK_INTERVAL];
    row->at_stake = prospect->at_stake_minor;
    row->wait = prospect->longer;
    row->key = report->watch ? row->at_stake : row->spend.value;
    bool own = profile_is_own(&row->spend) && isfinite(row->key);
    if (report->watch) own = own && profile_is_own(&row->active) && isfinite(row->wait);
    report->unknown += !own;
    if (!own || !report->watch) return own;
    if (!prospect->late) return false;
    report->gone += row->active.value <= LAPSED;
    return row->active.value > LAPSED;
}

static int take(void *user, const struct profile_case *one)
{
    struct report *report = user;
    struct loy_prospect prospect = {.size = sizeof prospect};
    struct loy_estimate recency;
    struct row row = {.id = one->id};
    if (!one->profile) return 0;
    report->seen++;
    report->status = loy_profile_prospect(one->profile, &prospect);
    if (report->status == LOY_OK)
        report->status = loy_profile_estimate(one->profile, LOY_QUANTITY_RECENCY, &recency);
    if (report->status != LOY_OK) return 1;
    report->model = prospect.model;
    row.days_since = recency.value;
    if (!row_make(report, &prospect, &row)) return 0;
    if (report->count == report->capacity) {
        size_t wanted = report->capacity ? 2 * report->capacity : 256;
        struct row *grown = realloc(report->rows, wanted * sizeof *grown);
        if (!grown) report->status = LOY_E_MEMORY;
        if (!grown) return 1;
        report->rows = grown;
        report->capacity = wanted;
    }
    report->rows[report->count++] = row;
    return 0;
}

static int by_key(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->key != b->key) return a->key > b->key ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

static json_t *minor_json(double minor)
{
    return isfinite(minor) ? json_integer(llround(fmin(minor, 9e17))) : json_null();
}

static void row_json(const struct report *report, size_t i)
{
    const struct row *row = &report->rows[i];
    char id[LOY_ID_TEXT_SIZE];
    loy_id_text(&row->id, id);
    bool active = profile_is_own(&row->active), rhythm = profile_is_own(&row->interval);
    json_t *object = json_pack("{s:s,s:I,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:I}", "report",
        report->watch ? "watch" : "value", "rank", (json_int_t)i + 1, "member", id,
        "expected_52_weeks_minor", minor_json(row->spend.value), "low_minor",
        minor_json(row->spend.low), "high_minor", minor_json(row->spend.high), "probability_active",
        cli_json_number(active ? row->active.value : NAN), "regular_interval_days",
        cli_json_number(rhythm ? row->interval.value : NAN), "days_since",
        cli_json_number(row->days_since), "repeats", (json_int_t)row->spend.n);
    if (report->watch) {
        json_object_set_new(object, "at_stake_minor", minor_json(row->at_stake));
        json_object_set_new(object, "wait_probability", cli_json_number(row->wait));
    }
    cli_print_json(object);
}

static void put_right(const char *text, int width)
{
    cli_put(stdout, text, -width);
}

static void money_put(const struct loy_store_settings *settings, double minor, int width)
{
    char text[32];
    cli_amount_text(llround(fmin(minor, 9e17)), settings->minor_digits, text);
    put_right(text, width);
}

static void head_print(const struct report *report)
{
    cli_put(stdout, _("Member"), 37);
    if (report->watch) {
        put_right(_("days"), 5);
        put_right(_("at stake"), 11);
    } else {
        put_right(_("P(active)"), 9);
        put_right(_("repeats"), 9);
    }
    put_right(_("52 weeks"), 11);
    put_right(_("interval"), 14);
    putchar('\n');
}

static void row_print(
    const struct report *report, const struct loy_store_settings *settings, size_t i)
{
    const struct row *row = &report->rows[i];
    char id[LOY_ID_TEXT_SIZE], both[700], number[64];
    loy_id_text(&row->id, id);
    cli_put(stdout, id, 37);
    if (report->watch) {
        snprintf(number, sizeof number, "%.0f", row->days_since);
        put_right(number, 5);
        money_put(settings, row->at_stake, 11);
    } else {
        snprintf(number, sizeof number, "%.2f", row->active.value);
        put_right(profile_is_own(&row->active) ? number : "-", 9);
        snprintf(number, sizeof number, "%lld", (long long)row->spend.n);
        put_right(number, 9);
    }
    money_put(settings, row->spend.value, 11);
    double unit = pow(10, settings->minor_digits);
    snprintf(both, sizeof both, "%.0f-%.0f", row->spend.low / unit, row->spend.high / unit);
    put_right(both, 14);
    putchar('\n');
}

static void text_print(const struct report *report, size_t shown)
{
    struct loy_store_settings settings;
    loy_store_settings_get(report->run.store, &settings);
    head_print(report);
    for (size_t i = 0; i < shown; i++)
        row_print(report, &settings, i);
    printf(
        _("%zu of %zu members listed, amounts in %s; of %lld members %lld have no own value yet\n"),
        shown, report->count, settings.currency, (long long)report->seen,
        (long long)report->unknown);
    if (report->watch)
        printf(_("%lld more are late, but have most probably lapsed\n"), (long long)report->gone);
}

static int report_tell(struct report *report)
{
    size_t shown = report->count < report->top ? report->count : report->top;
    if (report->model == LOY_TIMING_NONE)
        return cli_fail(report->cli, CLI_FINDING,
            _("the purchases of %lld members do not fix when they buy again; nobody is ranked"),
            (long long)report->seen);
    if (report->watch && report->model != LOY_TIMING_BGNBD)
        return cli_fail(report->cli, CLI_FINDING,
            _("no member is seen to leave, so nobody can be watched for it"));
    if (report->count > 1) qsort(report->rows, report->count, sizeof *report->rows, by_key);
    for (size_t i = 0; report->cli->json && i < shown; i++)
        row_json(report, i);
    if (!report->cli->json) text_print(report, shown);
    return CLI_DONE;
}

/* ---- The commands -----------------------------------------------------------------------------
 */

static bool top_read(const struct cli *cli, size_t *top)
{
    const char *text = cli_value(cli, "top");
    char *end = NULL;
    *top = TOP_DEFAULT;
    if (!text) return true;
    unsigned long long value = strtoull(text, &end, 10);
    *top = (size_t)value;
    return *text >= '1' && *text <= '9' && !*end && value <= TOP_MAX;
}

static int report_run(struct report *report)
{
    struct cli *cli = report->cli;
    report->run = (struct profile_run){.cli = cli,
        .settings = {.size = sizeof report->run.settings},
        .each = take,
        .user = report};
    if (!top_read(cli, &report->top))
        return cli_fail(cli, CLI_USAGE, _("--top takes a number from 1 to %d"), TOP_MAX);
    if (profile_as_of(cli_value(cli, "as-of"), &report->run.settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &report->run.store);
    if (code != CLI_DONE) return code;
    enum loy_status status = profile_run_fit(&report->run);
    if (status == LOY_OK) status = profile_run_each(&report->run);
    if (status == LOY_OK) status = report->status;
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT)
        code = cli_fail(cli, CLI_FAILED, _("no profile can be made: %s"), loy_status_text(status));
    else if (status != LOY_OK)
        code = cli_fail_store(cli, status, report->run.store);
    else
        code = report_tell(report);
    free(report->rows);
    profile_run_close(&report->run);
    loy_store_close(report->run.store);
    return code;
}

static int run_watch(struct cli *cli)
{
    struct report report = {.cli = cli, .watch = true};
    return report_run(&report);
}

static int run_value(struct cli *cli)
{
    struct report report = {.cli = cli};
    return report_run(&report);
}

static const struct cli_option options[] = {
    {"top", "N", N_("how many members; default 20"), false, false},
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_report_watch = {
    .name = "report watch",
    .summary = N_("members who are late against their own rhythm, by the spend that is at stake"),
    .detail = N_(
        "Late is who has waited longer than nine in ten intervals of the own rhythm (4 purchases "
        "at\n"
        "least). At stake is what the next 52 weeks would bring more if the member still bought "
        "for\n"
        "certain: expected spend (1 - P) / P, with P the probability that he does. Who has a P of\n"
        ".3 or less counts as lapsed and is not listed. Only members who agreed to profiling and\n"
        "of whom an own value may be shown; `loyalty profile` says how each number comes about."),
    .example = "report watch --top 50",
    .options = options,
    .run = run_watch,
};

const struct cli_command command_report_value = {
    .name = "report value",
    .summary = N_("members ranked by the spend that is expected in the next 52 weeks"),
    .detail = N_("Expected purchases (BG/NBD) times expected spend per purchase (gamma-gamma), "
                 "with the 80 %\n"
                 "interval. Only members who agreed to profiling and of whom an own value may be "
                 "shown: one\n"
                 "purchase alone is no ground for a rank. By turnover, not by margin."),
    .example = "report value --top 50",
    .options = options,
    .run = run_value,
};
