/* SPDX-License-Identifier: MIT
 *
 * command_fit_tier.c - `fit tier`: how members differ in the price level they choose. In: a store.
 * Out: one table, or one JSON object.
 */
#include "profile_run.h"

#include <math.h>

#define MEMBERS_NEEDED 20

static json_t *tier_json(const struct loy_tier_fit *fit)
{
    return json_pack("{s:o,s:o,s:o}", "mu", cli_json_number(fit->mu), "tau",
        cli_json_number(fit->tau), "s", cli_json_number(fit->s));
}

static void print_json(const struct loy_tier_fit *listed, const struct loy_tier_fit *paid)
{
    json_t *object = json_pack("{s:s,s:o,s:b,s:o,s:I,s:I,s:{s:o,s:o}}", "model", "normal-normal",
        "parameters", tier_json(listed), "members_differ", listed->tau > 0, "log_likelihood",
        cli_json_number(listed->log_likelihood), "members", (json_int_t)listed->members, "lines",
        (json_int_t)listed->items, "paid", "parameters", tier_json(paid), "log_likelihood",
        cli_json_number(paid->log_likelihood));
    cli_print_json(object);
}

static void print_row(const char *label, const struct loy_tier_fit *fit)
{
    char cell[32];
    cli_put(stdout, label, 26);
    const double values[] = {fit->mu, fit->tau, fit->s, fit->log_likelihood};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        snprintf(cell, sizeof cell, i < 3 ? "%.3f" : "%.1f", values[i]);
        cli_put(stdout, isfinite(values[i]) ? cell : "-", 12);
    }
    printf("\n");
}

static void print_text(const struct loy_tier_fit *listed, const struct loy_tier_fit *paid)
{
    printf(_("%lld members, %lld lines; percentile of the price within category and quarter\n"),
        (long long)listed->members, (long long)listed->items);
    cli_put(stdout, "", 26);
    cli_put(stdout, "mu", 12);
    cli_put(stdout, "tau", 12);
    cli_put(stdout, "s", 12);
    printf("ln L\n");
    print_row(_("Price tier, listed"), listed);
    print_row(_("Price tier, paid"), paid);
    if (!(listed->tau > 0)) printf("%s\n", _("No sign that members differ."));
}

static int print_fit(const struct profile_run *run)
{
    struct loy_tier_fit listed, paid;
    const char *empty = sales_pass_empty(&run->seen);
    if (empty) return cli_fail(run->cli, CLI_FINDING, "%s", empty);
    loy_population_tier(run->population, LOY_QUANTITY_PRICE_TIER, &listed);
    loy_population_tier(run->population, LOY_QUANTITY_PRICE_TIER_PAID, &paid);
    if (listed.items == 0)
        return cli_fail(run->cli, CLI_FINDING,
            _("no purchase with a price tier: it takes goods with a category in which two list "
              "prices occur in a quarter"));
    if (listed.members < MEMBERS_NEEDED)
        return cli_fail(run->cli, CLI_FINDING, _("too few members: %lld of %d who bought here"),
            (long long)listed.members, MEMBERS_NEEDED);
    if (run->cli->json)
        print_json(&listed, &paid);
    else
        print_text(&listed, &paid);
    return CLI_DONE;
}

static int run_fit_tier(struct cli *cli)
{
    struct profile_run run = {.cli = cli, .settings = {.size = sizeof run.settings}};
    if (profile_as_of(cli_value(cli, "as-of"), &run.settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &run.store);
    if (code != CLI_DONE) return code;
    enum loy_status status = profile_run_fit(&run);
    code = status == LOY_OK ? print_fit(&run) : cli_fail_store(cli, status, run.store);
    profile_run_close(&run);
    loy_store_close(run.store);
    return code;
}

static const struct cli_option options[] = {
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_fit_tier = {
    .name = "fit tier",
    .summary = N_("how members differ in the price level they choose"),
    .detail =
        N_("Each line's list price, and what was paid, is a percentile among the list prices "
           "of its\ncategory in its quarter. Lines scatter with s about their member, members "
           "with tau about mu."),
    .example = "fit tier",
    .options = options,
    .run = run_fit_tier,
};
