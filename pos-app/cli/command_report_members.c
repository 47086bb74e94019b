/* SPDX-License-Identifier: MIT
 *
 * command_report_members.c - `report members`: how many members are new, still buying or lapsed,
 * and how many heavy, medium or light. In: a store and a viewpoint. Out: a table, or one JSON
 * object; counts only. Must not know: how a class is found.
 */
#include "member_rank.h"

#include <math.h>

#define YEAR_DAYS 365

struct counts {
    struct cli *cli;
    struct profile_run run;
    struct loy_population_timing timing;
    int64_t members, states[loy_state_count], weights[loy_weight_count];
    int64_t lately; /* with a purchase within YEAR_DAYS */
    enum loy_status status;
};

struct line {
    int code;
    const char *label, *words;
};

static const struct line states[] = {
    {LOY_STATE_NEW, N_("new"), N_("first purchase within 84 days")},
    {LOY_STATE_ACTIVE, N_("still buying"), N_("P(active) at least .7")},
    {LOY_STATE_LAPSED, N_("lapsed"), N_("P(active) at most .3")},
    {LOY_STATE_UNCLEAR, N_("unclear"), N_("between, or one purchase only")},
    {LOY_STATE_NONE, N_("not claimed"), N_("no model tells who has left")},
};
static const struct line weights[] = {
    {LOY_WEIGHT_HEAVY, N_("heavy"), N_("upper third, with a probability of .7")},
    {LOY_WEIGHT_MEDIUM, N_("medium"), N_("middle third, alike")},
    {LOY_WEIGHT_LIGHT, N_("light"), N_("lower third, alike")},
    {LOY_WEIGHT_UNCLEAR, N_("unclear"), N_("no third has a probability of .7")},
    {LOY_WEIGHT_NONE, N_("not claimed"), N_("one purchase only, or no model")},
};
#define LINES 5u

static int take(void *user, const struct profile_case *one)
{
    struct counts *counts = user;
    struct loy_prospect prospect = {.size = sizeof prospect};
    struct loy_estimate recency;
    if (!one->profile) return 0;
    counts->status = loy_profile_prospect(one->profile, &prospect);
    if (counts->status == LOY_OK)
        counts->status = loy_profile_estimate(one->profile, LOY_QUANTITY_RECENCY, &recency);
    if (counts->status != LOY_OK) return 1;
    /* Whoever brought back all he ever bought has bought nothing. */
    if (!isfinite(recency.value)) return 0;
    counts->members++;
    counts->states[prospect.state]++;
    counts->weights[prospect.weight]++;
    counts->lately += recency.value <= YEAR_DAYS;
    return 0;
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

static json_t *lines_json(
    const struct line *lines, const int64_t *counts, const char *(*name)(int code))
{
    json_t *object = json_object();
    for (size_t i = 0; i < LINES; i++)
        json_object_set_new(object, lines[i].code ? name(lines[i].code) : "not_claimed",
            json_integer((json_int_t)counts[lines[i].code]));
    return object;
}

static void print_json(const struct counts *counts)
{
    char at[32];
    cli_time_text(counts->run.settings.as_of_us, counts->run.settings.offset_min, at);
    cli_print_json(json_pack("{s:s,s:s,s:I,s:s?,s:o,s:o,s:o,s:I,s:I}", "report", "members", "as_of",
        at, "members", (json_int_t)counts->members, "model",
        counts->timing.model ? loy_timing_model_name(counts->timing.model) : NULL, "models_tried",
        rank_models_json(&counts->timing), "states",
        lines_json(states, counts->states, loy_state_name), "thirds",
        lines_json(weights, counts->weights, loy_weight_name), "bought_within_365_days",
        (json_int_t)counts->lately, "bought_longer_ago",
        (json_int_t)(counts->members - counts->lately)));
}

static void line_print(const char *label, int64_t count, int64_t all, const char *words)
{
    char number[32];
    fputs("  ", stdout);
    cli_put(stdout, label, 16);
    snprintf(number, sizeof number, "%lld", (long long)count);
    rank_put_right(number, 9);
    snprintf(number, sizeof number, "%.0f %%", 100.0 * (double)count / (double)all);
    rank_put_right(number, 7);
    printf("  %s\n", words);
}

static void lines_print(
    const char *head, const struct line *lines, const int64_t *counts, int64_t all)
{
    printf("\n%s\n", head);
    for (size_t i = 0; i < LINES; i++)
        if (lines[i].code || counts[0] > 0)
            line_print(_(lines[i].label), counts[lines[i].code], all, _(lines[i].words));
}

static void print_text(const struct counts *counts)
{
    char at[32];
    cli_time_text(counts->run.settings.as_of_us, counts->run.settings.offset_min, at);
    printf(_("%lld members who agreed to profiling and bought something, as of %.10s\n"),
        (long long)counts->members, at);
    lines_print(_("By state"), states, counts->states, counts->members);
    lines_print(_("By expected spend of the next 52 weeks, thirds of those who bought again"),
        weights, counts->weights, counts->members);
    printf("\n%s\n", _("As counted"));
    line_print(_("within 365 days"), counts->lately, counts->members, _("last purchase"));
    line_print(
        _("longer ago"), counts->members - counts->lately, counts->members, _("last purchase"));
    putchar('\n');
    rank_model_print(&counts->timing);
}

/* ---- The command ------------------------------------------------------------------------------
 */

static int counts_tell(const struct counts *counts)
{
    if (counts->members == 0)
        return cli_fail(counts->cli, CLI_FINDING,
            _("no member who agreed to profiling bought anything: there is nobody to count"));
    (counts->cli->json ? print_json : print_text)(counts);
    return CLI_DONE;
}

static int run_members(struct cli *cli)
{
    struct counts counts = {.cli = cli, .timing = {.size = sizeof counts.timing}};
    counts.run = (struct profile_run){.cli = cli,
        .settings = {.size = sizeof counts.run.settings},
        .each = take,
        .user = &counts};
    if (profile_as_of(cli_value(cli, "as-of"), &counts.run.settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &counts.run.store);
    if (code != CLI_DONE) return code;
    enum loy_status status = profile_run_fit(&counts.run);
    if (status == LOY_OK) status = loy_population_timing(counts.run.population, &counts.timing);
    if (status == LOY_OK) status = profile_run_each(&counts.run);
    if (status == LOY_OK) status = counts.status;
    code = status == LOY_OK ? counts_tell(&counts) : profile_run_fail(&counts.run, status);
    profile_run_close(&counts.run);
    loy_store_close(counts.run.store);
    return code;
}

static const struct cli_option options[] = {
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_report_members = {
    .name = "report members",
    .summary = N_("how many members are new, lapsed, heavy, medium or light"),
    .detail = N_("New is whose first purchase lies within 84 days: a fact. Of the others, still "
                 "buying is who has\n"
                 "a P(active) of .7 or more, lapsed .3 or less. Heavy, medium and light are thirds "
                 "of those who\n"
                 "bought again, by expected spend of the next 52 weeks; who is in none with a "
                 "probability of .7\n"
                 "is unclear. Where no model can be fitted the output says so, and only counts. "
                 "Members who have\n"
                 "not agreed to profiling are left out. Counts name nobody."),
    .example = "report members --as-of 2026-03-31",
    .options = options,
    .run = run_members,
};
