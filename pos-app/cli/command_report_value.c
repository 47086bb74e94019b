/* SPDX-License-Identifier: MIT
 *
 * command_report_value.c - `report value`: members ranked by what the next 52 weeks are expected to
 * bring, in turnover or in margin. In: a store and a viewpoint. Out: a table, or a JSON line per
 * member. Only members of whom the data say something are listed.
 */
#include "margin_pass.h"
#include "member_rank.h"

#include <math.h>
#include <string.h>

struct value {
    struct rank rank;
    bool by_margin;
    struct loy_margins *margins;
    struct loy_margin_summary costs;
    int64_t no_cost; /* members with an own value, but no line that has a cost */
};

static bool keep(struct rank *rank, const struct loy_prospect *prospect,
    const struct profile_case *one, struct rank_row *row)
{
    struct value *value = rank->user;
    (void)prospect;
    row->key = row->spend.value;
    bool own = profile_is_own(&row->spend) && isfinite(row->key);
    rank->unknown += !own;
    if (!own || !value->by_margin) return own;
    enum loy_status status = loy_margins_member(value->margins, one->number, &row->share);
    if (status == LOY_NONE) value->no_cost++;
    if (status != LOY_OK) return false;
    row->margin = loy_margin_expect(&row->spend, &row->share);
    row->key = row->margin.value;
    return true;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void row_json(const struct value *value, size_t i)
{
    const struct rank_row *row = &value->rank.rows[i];
    const struct loy_margin_summary *costs = &value->costs;
    json_t *object = rank_row_json(&value->rank, i);
    json_object_set_new(object, "by", json_string(value->by_margin ? "margin" : "revenue"));
    if (value->by_margin)
        json_object_update_new(
            object, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "margin_52_weeks_minor",
                        rank_minor_json(row->margin.value), "margin_low_minor",
                        rank_minor_json(row->margin.low), "margin_high_minor",
                        rank_minor_json(row->margin.high), "margin_share",
                        cli_json_number(row->share.value), "margin_share_reliability",
                        cli_json_number(row->share.reliability), "lines_with_cost_share",
                        cli_json_number((double)costs->costed / (double)costs->lines),
                        "money_with_cost_share",
                        cli_json_number(costs->paid > 0 ? costs->paid_costed / costs->paid : NAN)));
    cli_print_json(object);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void head_print(const struct value *value)
{
    cli_put(stdout, _("Member"), 36);
    rank_put_right(value->by_margin ? _("margin %") : _("P(active)"), 10);
    rank_put_right(value->by_margin ? _("52 weeks") : _("repeats"), value->by_margin ? 10 : 9);
    rank_put_right(value->by_margin ? _("margin") : _("52 weeks"), value->by_margin ? 10 : 11);
    rank_put_right(_("interval"), 14);
    putchar('\n');
}

static void row_print(
    const struct value *value, const struct loy_store_settings *settings, size_t i)
{
    const struct rank_row *row = &value->rank.rows[i];
    char id[LOY_ID_TEXT_SIZE], number[64];
    loy_id_text(&row->id, id);
    cli_put(stdout, id, 36);
    if (value->by_margin) {
        snprintf(number, sizeof number, "%.1f", 100 * row->share.value);
        rank_put_right(number, 10);
        rank_put_money(settings, row->spend.value, 10);
        rank_put_money(settings, row->margin.value, 10);
        rank_put_interval(settings, row->margin.low, row->margin.high, 14);
    } else {
        snprintf(number, sizeof number, "%.2f", row->active.value);
        rank_put_right(profile_is_own(&row->active) ? number : "-", 10);
        snprintf(number, sizeof number, "%lld", (long long)row->spend.n);
        rank_put_right(number, 9);
        rank_put_money(settings, row->spend.value, 11);
        rank_put_interval(settings, row->spend.low, row->spend.high, 14);
    }
    putchar('\n');
}

static void costs_print(const struct value *value)
{
    const struct loy_margin_summary *costs = &value->costs;
    printf(_("a cost is known for %.0f %% of the lines (%lld of %lld), %.0f %% of the money;\nthe "
             "margin of a member's other lines is taken to be that of these\n"),
        100.0 * (double)costs->costed / (double)costs->lines, (long long)costs->costed,
        (long long)costs->lines, costs->paid > 0 ? 100 * costs->paid_costed / costs->paid : 0);
    if (costs->untaxed > 0)
        printf(_("%.0f %% of these lines have no tax rate: their price counts as free of tax\n"),
            100.0 * (double)costs->untaxed / (double)costs->costed);
    if (value->no_cost > 0)
        printf(_("%lld more members bought nothing that has a cost\n"), (long long)value->no_cost);
}

static void text_print(const struct value *value)
{
    const struct rank *rank = &value->rank;
    struct loy_store_settings settings;
    size_t shown = rank_shown(rank);
    loy_store_settings_get(rank->run.store, &settings);
    head_print(value);
    for (size_t i = 0; i < shown; i++)
        row_print(value, &settings, i);
    printf(
        _("%zu of %zu members listed, amounts in %s; of %lld members %lld have no own value yet\n"),
        shown, rank->count, settings.currency, (long long)rank->seen, (long long)rank->unknown);
    rank_model_print(&rank->timing);
    if (value->by_margin) costs_print(value);
}

/* ---- The command ----------------------------------------------------------------------------- */

static int margins_make(struct value *value)
{
    const struct rank *rank = &value->rank;
    enum loy_status status =
        margin_pass_run(rank->cli, rank->run.store, &rank->run.settings, &value->margins);
    value->costs.size = sizeof value->costs;
    if (status == LOY_OK) status = loy_margins_summary(value->margins, &value->costs);
    if (status == LOY_NONE)
        return cli_fail(rank->cli, CLI_FINDING,
            _("no article that members bought has a cost: nobody can be ranked by margin; `import "
              "articles` takes a column cost"));
    return status == LOY_OK ? CLI_DONE : rank_fail(rank, status);
}

static int value_tell(const struct value *value)
{
    const struct rank *rank = &value->rank;
    if (rank->timing.model == LOY_TIMING_NONE)
        return cli_fail(rank->cli, CLI_FINDING,
            _("the purchases of %lld members do not fix when they buy again; nobody is ranked"),
            (long long)rank->seen);
    for (size_t i = 0; rank->cli->json && i < rank_shown(rank); i++)
        row_json(value, i);
    if (!rank->cli->json) text_print(value);
    return CLI_DONE;
}

static int run_value(struct cli *cli)
{
    struct value value = {.rank = {.cli = cli, .report = "value", .keep = keep, .user = &value}};
    const char *by = cli_value(cli, "by");
    value.by_margin = by && strcmp(by, "margin") == 0;
    if (by && !value.by_margin && strcmp(by, "revenue") != 0)
        return cli_fail(cli, CLI_USAGE, _("--by takes revenue or margin"));
    int code = rank_open(&value.rank);
    if (code == CLI_DONE && value.by_margin) code = margins_make(&value);
    if (code == CLI_DONE) code = rank_run(&value.rank);
    if (code == CLI_DONE) code = value_tell(&value);
    loy_margins_close(value.margins);
    rank_close(&value.rank);
    return code;
}

static const struct cli_option options[] = {
    {"by", "WHAT", N_("revenue (default) or margin, where costs of articles are known"), false,
        false},
    MEMBER_RANK_OPTIONS,
    {0},
};

const struct cli_command command_report_value = {
    .name = "report value",
    .summary = N_("members ranked by what is expected of them in the next 52 weeks"),
    .detail = N_("Expected purchases times expected spend per purchase (gamma-gamma), with the 80 "
                 "%\n"
                 "interval; --by margin: times the share of the member's money that is left behind "
                 "tax and\n"
                 "cost, as far as articles have a cost (the output says for how many lines). Only "
                 "members who\n"
                 "agreed to profiling and of whom an own value may be shown: one purchase alone is "
                 "no ground\n"
                 "for a rank."),
    .example = "report value --by margin --top 50",
    .options = options,
    .run = run_value,
};
