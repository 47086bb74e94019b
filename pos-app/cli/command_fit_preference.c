/* SPDX-License-Identifier: MIT
 *
 * command_fit_preference.c - `fit preference` and `fit deal`: how members differ in what they take,
 * what was on offer beside it, and how well that foretells their later lines. In: a store. Out: one
 * table, or one JSON object.
 */
#include "profile_run.h"
#include "taste_pass.h"

#include <math.h>
#include <string.h>

#define MEMBERS_NEEDED 20
#define NAME_WIDTH 26
#define CELL_WIDTH 14

struct fitted {
    const struct cli *cli;
    struct loy_preferences *preferences;
    size_t number;
    struct loy_preference_table table;
    struct loy_preference_holdout holdout;
};

/* ---- JSON ----------------------------------------------------------------------------------- */

static struct loy_preference_value value_at(const struct fitted *fitted, size_t i)
{
    struct loy_preference_value value = {0};
    loy_preferences_value(fitted->preferences, fitted->number, i, &value);
    return value;
}

static json_t *values_json(const struct fitted *fitted)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fitted->table.value_count; i++) {
        struct loy_preference_value value = value_at(fitted, i);
        json_array_append_new(
            list, json_pack("{s:s,s:o,s:o,s:o,s:o}", "name", value.name, "alpha",
                      cli_json_number(value.alpha), "share", cli_json_number(value.share),
                      "offered", cli_json_number(value.offered), "lift_prior_items",
                      cli_json_number(value.lift_weight)));
    }
    return list;
}

static json_t *parameters_json(const struct fitted *fitted)
{
    const struct loy_preference_table *table = &fitted->table;
    if (table->dimension != LOY_TASTE_DEAL && table->dimension != LOY_TASTE_OWN_BRAND) {
        json_t *alpha = json_object();
        for (size_t i = 0; i < table->value_count; i++) {
            struct loy_preference_value value = value_at(fitted, i);
            json_object_set_new(alpha, value.name, cli_json_number(value.alpha));
        }
        return json_pack(
            "{s:o,s:o}", "alpha", alpha, "alpha_total", cli_json_number(table->alpha_total));
    }
    return json_pack("{s:o,s:o}", "a", cli_json_number(value_at(fitted, 1).alpha), "b",
        cli_json_number(value_at(fitted, 0).alpha));
}

/* Null: each line counts for itself. */
static json_t *baskets_json(const struct fitted *fitted)
{
    const struct loy_preference_table *table = &fitted->table;
    if (!(table->design_effect > 1)) return json_null();
    return json_pack("{s:o,s:o,s:o}", "design_effect", cli_json_number(table->design_effect), "a",
        cli_json_number(table->varies ? table->prior_a : NAN), "b",
        cli_json_number(table->varies ? table->prior_b : NAN));
}

static json_t *holdout_json(const struct loy_preference_holdout *holdout)
{
    json_t *object = json_pack("{s:I,s:o,s:{s:o,s:o}}", "lines", (json_int_t)holdout->lines,
        "log_score", cli_json_number(holdout->log_score), "baselines", "pooled",
        cli_json_number(holdout->pooled), "own", cli_json_number(holdout->own));
    json_object_set_new(object, "on_offer",
        holdout->offered_lines == 0
            ? json_null()
            : json_pack("{s:I,s:o,s:{s:o}}", "lines", (json_int_t)holdout->offered_lines,
                  "log_score", cli_json_number(holdout->lift), "baselines", "offered",
                  cli_json_number(holdout->offered)));
    return object;
}

static void print_json(const struct fitted *fitted)
{
    const struct loy_preference_table *table = &fitted->table;
    json_t *object = json_pack("{s:s,s:s,s:s,s:o,s:b,s:o,s:I,s:o,s:o,s:I,s:I,s:o}", "model",
        table->value_count == 2 ? "beta-binomial" : "dirichlet-multinomial", "category",
        table->category, "by", loy_taste_name(table->dimension), "parameters",
        parameters_json(fitted), "members_differ", table->varies, "values", values_json(fitted),
        "offered_lines", (json_int_t)table->offered_lines, "log_likelihood",
        cli_json_number(table->log_likelihood), "pooled_log_likelihood",
        cli_json_number(table->pooled_log_likelihood), "members", (json_int_t)table->members,
        "lines", (json_int_t)table->lines, "holdout", holdout_json(&fitted->holdout));
    if (table->value_count == 2 && table->dimension >= LOY_TASTE_DEAL)
        json_object_set_new(object, "baskets", baskets_json(fitted));
    cli_print_json(object);
}

/* ---- Text ----------------------------------------------------------------------------------- */

static void print_cell(double value, const char *format)
{
    char text[32] = "-";
    if (isfinite(value)) snprintf(text, sizeof text, format, value);
    cli_put(stdout, text, CELL_WIDTH);
}

static void print_values(const struct fitted *fitted)
{
    cli_put(stdout, "", NAME_WIDTH);
    cli_put(stdout, _("alpha"), CELL_WIDTH);
    cli_put(stdout, _("share"), CELL_WIDTH);
    cli_put(stdout, _("on offer"), CELL_WIDTH);
    if (fitted->table.dimension != LOY_TASTE_DEAL) cli_put(stdout, _("prior, items"), CELL_WIDTH);
    printf("\n");
    for (size_t i = 0; i < fitted->table.value_count; i++) {
        struct loy_preference_value value = value_at(fitted, i);
        cli_put(stdout, value.name, NAME_WIDTH);
        print_cell(value.alpha, "%.4f");
        print_cell(value.share, "%.4f");
        print_cell(value.offered, "%.4f");
        if (fitted->table.dimension != LOY_TASTE_DEAL) print_cell(value.lift_weight, "%.1f");
        printf("\n");
    }
}

static void print_score(const char *what, double score)
{
    printf("  ");
    cli_put(stdout, what, 40);
    print_cell(score, "%.4f");
    printf("\n");
}

static void print_holdout(const struct loy_preference_holdout *holdout)
{
    if (holdout->lines == 0) {
        printf("%s\n", _(NOTHING_HELD_OUT));
        return;
    }
    printf(
        _("The last quarter of each member's lines, foretold (%lld lines), mean ln probability:\n"),
        (long long)holdout->lines);
    print_score(_("by this model"), holdout->log_score);
    print_score(_("by the shares of all members"), holdout->pooled);
    print_score(_("by the member's own shares"), holdout->own);
    if (holdout->offered_lines == 0) return;
    print_score(_("by what was on offer"), holdout->offered);
    print_score(_("by that and the member's preference"), holdout->lift);
}

static void print_text(const struct fitted *fitted)
{
    const struct loy_preference_table *table = &fitted->table;
    printf(_("%lld members, %lld lines; ln L %.3f, all members alike %.3f\n"),
        (long long)table->members, (long long)table->lines, table->log_likelihood,
        table->pooled_log_likelihood);
    if (table->design_effect > 1)
        printf(_("Lines of one basket go together: %.1f of them tell as much as one.\n"),
            table->design_effect);
    if (!table->varies) printf("%s\n", _("No sign that members differ."));
    print_values(fitted);
    if (!table->offers)
        printf("%s\n", _("What was on offer is not known for enough lines (import prices): nothing "
                         "can be said\nof likes and dislikes."));
    print_holdout(&fitted->holdout);
}

/* ---- The commands --------------------------------------------------------------------------- */

static size_t bought_values(const struct fitted *fitted)
{
    size_t count = 0;
    for (size_t i = 0; i < fitted->table.value_count; i++)
        count += value_at(fitted, i).share > 0;
    return count;
}

/* What deals and own brands are found by is always there. */
static const char *const words[] = {[LOY_TASTE_BRAND] = N_("brand"),
    [LOY_TASTE_GRADE] = N_("grade"),
    [LOY_TASTE_COLOUR] = N_("colour"),
    [LOY_TASTE_DEAL] = "",
    [LOY_TASTE_OWN_BRAND] = ""};

/* All lines have one value. */
static int alike(const struct fitted *fitted)
{
    const bool yes = value_at(fitted, 1).share > 0;
    switch (fitted->table.dimension) {
    case LOY_TASTE_DEAL:
        return cli_fail(fitted->cli, CLI_FINDING, "%s",
            yes ? _("every line was bought on deal: members cannot be told apart by it")
                : _("no line was bought on deal: members cannot be told apart by it"));
    case LOY_TASTE_OWN_BRAND:
        return cli_fail(fitted->cli, CLI_FINDING, "%s",
            yes ? _("every line is of an own brand: members cannot be told apart by it")
                : _("no line is of an own brand: members cannot be told apart by it"));
    default:
        return cli_fail(fitted->cli, CLI_FINDING,
            _("every line has the same value: there is nothing to choose between"));
    }
}

/* What forbids a fit; CLI_DONE: nothing. */
static int judge(struct fitted *fitted, const struct sales_seen *seen, const char *category,
    enum loy_taste dimension)
{
    const struct cli *cli = fitted->cli;
    const char *empty = sales_pass_empty(seen);
    if (empty) return cli_fail(cli, CLI_FINDING, "%s", empty);
    enum loy_status status =
        loy_preferences_find(fitted->preferences, category, dimension, &fitted->number);
    if (status == LOY_NONE && category)
        return cli_fail(cli, CLI_FINDING,
            _("nothing with a known %s was sold or on offer in the category %s"),
            _(words[dimension]), category);
    if (status == LOY_NONE)
        return cli_fail(cli, CLI_FINDING,
            _("no article with a known %s, or more than %u of them: give a --category"),
            _(words[dimension]), LOY_PREFERENCE_VALUES_ALL_MAX);
    loy_preferences_table(fitted->preferences, fitted->number, &fitted->table);
    if (fitted->table.lines == 0)
        return cli_fail(cli, CLI_FINDING,
            _("no purchase that counts: only goods that were kept, of members who agreed to "
              "profiling"));
    if (fitted->table.members < MEMBERS_NEEDED)
        return cli_fail(cli, CLI_FINDING, _("too few members: %lld of %d who bought here"),
            (long long)fitted->table.members, MEMBERS_NEEDED);
    return bought_values(fitted) < 2 ? alike(fitted) : CLI_DONE;
}

static int fit_table(struct cli *cli, const char *category, enum loy_taste dimension)
{
    struct loy_profile_settings settings = {.size = sizeof settings};
    struct taste_pass taste = {0};
    struct loy_store *store = NULL;
    if (profile_as_of(cli_value(cli, "as-of"), &settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_preferences_open(&settings, &taste.preferences);
    if (status == LOY_OK) status = taste_pass_run(cli, store, &settings, &taste);
    struct fitted fitted = {
        .cli = cli, .preferences = taste.preferences, .holdout = {.size = sizeof fitted.holdout}};
    if (status == LOY_OK) code = judge(&fitted, &taste.seen, category, dimension);
    if (status == LOY_OK && code == CLI_DONE)
        status = loy_preferences_holdout(taste.preferences, fitted.number, &fitted.holdout);
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (code == CLI_DONE && cli->json)
        print_json(&fitted);
    else if (code == CLI_DONE)
        print_text(&fitted);
    taste_pass_close(&taste);
    loy_store_close(store);
    return code;
}

static int run_fit_preference(struct cli *cli)
{
    const char *by = cli_value(cli, "by"), *category = cli_value(cli, "category");
    if (category && !*category) return cli_fail(cli, CLI_USAGE, _("the name is empty or too long"));
    for (int i = LOY_TASTE_BRAND; i <= LOY_TASTE_COLOUR; i++)
        if (strcmp(by, loy_taste_name(i)) == 0) return fit_table(cli, category, (enum loy_taste)i);
    return cli_fail(cli, CLI_USAGE, _("--by takes brand, grade or colour"));
}

static int run_fit_deal(struct cli *cli)
{
    bool own = cli_value(cli, "own-brand") != NULL;
    return fit_table(cli, NULL, own ? LOY_TASTE_OWN_BRAND : LOY_TASTE_DEAL);
}

static const struct cli_option preference_options[] = {
    {"category", "NAME", N_("only lines of this category (default: all)"), false, false},
    {"by", "WHAT", N_("brand, grade or colour"), true, false},
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_fit_preference = {
    .name = "fit preference",
    .summary = N_("how members differ in brand, grade or colour"),
    .detail = N_(
        "Dirichlet-multinomial over members who agreed to profiling, by maximum likelihood, and\n"
        "what stood on the shelf when they bought, by the price history. The last quarter of each\n"
        "member's lines is foretold from those before, as a check."),
    .example = "fit preference --by colour --category shirt",
    .options = preference_options,
    .run = run_fit_preference,
};

static const struct cli_option deal_options[] = {
    {"own-brand", NULL, N_("the share of the shop's own brands instead"), false, false},
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_fit_deal = {
    .name = "fit deal",
    .summary = N_("how members differ in buying on deal"),
    .detail =
        N_("Beta-binomial over members who agreed to profiling: a/(a+b) is the share of lines on\n"
           "deal, and the smaller a+b is, the more members differ. Beside it stands the share "
           "of\nthe offer that was on deal when they bought."),
    .example = "fit deal",
    .options = deal_options,
    .run = run_fit_deal,
};
