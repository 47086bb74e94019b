/* SPDX-License-Identifier: MIT
 *
 * command_fit_lift.c - `fit lift`: what prices and promotions do to weekly sales. In: a store and a
 * period. Out: sentences for a manager, or a JSON object. What cannot be told from chance is not
 * told.
 */
#include "guidance_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOLDOUT_MAX 520

struct lift_run {
    struct guidance_run source;
    struct loy_lift_options options;
    struct loy_lift *lift;
    struct loy_lift_summary summary;
    uint8_t problem;
};

// clang-format off
static const char *const form_words[loy_form_count] = {
    [LOY_FORM_PERCENT] = N_("percent off"),
    [LOY_FORM_AMOUNT] = N_("amount off"),
    [LOY_FORM_N_FOR_M] = N_("n for m (as 3 for 2)"),
    [LOY_FORM_MEMBER_PRICE] = N_("member price"),
    [LOY_FORM_COUPON] = N_("coupon"),
    [LOY_FORM_OTHER] = N_("other promotion"),
};
// clang-format on

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *value_json(const struct loy_lift_value *value)
{
    if (!isfinite(value->value)) return json_null();
    return json_pack("{s:o,s:o,s:o,s:I}", "value", cli_json_number(value->value), "low",
        cli_json_number(value->low), "high", cli_json_number(value->high), "n",
        (json_int_t)value->n);
}

static json_t *coefficients_json(const struct lift_run *run)
{
    json_t *object = json_object();
    for (size_t k = 0; k < run->summary.coefficients; k++) {
        struct loy_regression_coefficient c;
        if (loy_lift_coefficient(run->lift, k, &c) != LOY_OK) continue;
        json_object_set_new(object, loy_lift_name(run->lift, k),
            json_pack("{s:o,s:o,s:o,s:o,s:o}", "mean", cli_json_number(c.mean), "standard_error",
                cli_json_number(c.standard_error), "low", cli_json_number(c.low), "high",
                cli_json_number(c.high), "spread", cli_json_number(c.spread)));
    }
    return object;
}

static json_t *form_json(const struct loy_lift_form *form)
{
    json_t *weeks = json_array();
    for (int k = 0; k < 3; k++)
        json_array_append_new(weeks, value_json(&form->week[k]));
    return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:I,s:o,s:o}", "gross",
        cli_json_number(form->gross.value), "gross_low", cli_json_number(form->gross.low),
        "gross_high", cli_json_number(form->gross.high), "dip", cli_json_number(form->dip.value),
        "net", cli_json_number(form->net.value), "low", cli_json_number(form->net.low), "high",
        cli_json_number(form->net.high), "with_cut", value_json(&form->with_cut), "cut",
        cli_json_number(form->cut), "weeks", weeks, "n", (json_int_t)form->weeks, "promotions",
        (json_int_t)form->runs, "length_weeks", cli_json_number(form->length), "reliability",
        cli_json_number(form->reliability));
}

static json_t *lifts_json(const struct lift_run *run)
{
    json_t *object = json_object();
    for (int f = 1; f < loy_form_count; f++) {
        struct loy_lift_form form;
        if (loy_lift_form_get(run->lift, (enum loy_form)f, &form) != LOY_OK) continue;
        json_object_set_new(object, loy_form_name(f),
            form.told ? form_json(&form)
                      : json_pack("{s:s,s:I,s:I}", "not_told", "too-few-weeks", "n",
                            (json_int_t)form.weeks, "needed", (json_int_t)LOY_GUIDANCE_FORM_MIN));
    }
    return object;
}

static json_t *holdout_json(const struct lift_run *run)
{
    const struct loy_regression_holdout *h = &run->summary.holdout;
    if (!run->summary.has_holdout) return json_null();
    return json_pack("{s:o,s:o,s:o,s:o,s:I,s:I}", "hierarchical", cli_json_number(h->hierarchical),
        "separate", cli_json_number(h->separate), "unit_mean", cli_json_number(h->unit_mean),
        "pooled", cli_json_number(h->pooled), "units", (json_int_t)h->units, "n",
        (json_int_t)h->rows);
}

static void print_json(const struct lift_run *run)
{
    const struct loy_lift_summary *s = &run->summary;
    json_t *object = json_pack("{s:s,s:s,s:s,s:o,s:o,s:f,s:I,s:I,s:I,s:I,s:f,s:I,s:b,s:o}", "fit",
        "lift", "model", "hierarchical-linear", "units", loy_lift_level_name(s->level),
        "coefficients", coefficients_json(run), "lift", lifts_json(run), "log_likelihood",
        s->log_likelihood, "members", (json_int_t)s->units, "occasions", (json_int_t)s->rows,
        "weeks", (json_int_t)s->weeks, "left_out", (json_int_t)s->left_out, "share_of_sales",
        s->share, "unlisted_milli", (json_int_t)s->unlisted_milli, "frequency", s->frequency,
        "holdout", holdout_json(run));
    json_object_set_new(
        object, "category", run->source.category ? json_string(run->source.category) : json_null());
    json_object_set_new(object, "finding",
        run->problem ? json_string(loy_guidance_problem_name(run->problem)) : json_null());
    cli_print_json(object);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static const char *const level_words[] = {
    [LOY_LIFT_ARTICLE_STORE] = N_("articles in a store"),
    [LOY_LIFT_STYLE_STORE] = N_("styles in a store"),
    [LOY_LIFT_STYLE] = N_("styles in all stores"),
};

static double coefficient_of(
    const struct lift_run *run, const char *name, struct loy_regression_coefficient *c)
{
    for (size_t k = 0; k < run->summary.coefficients; k++)
        if (strcmp(loy_lift_name(run->lift, k), name) == 0 &&
            loy_lift_coefficient(run->lift, k, c) == LOY_OK)
            return c->mean;
    return NAN;
}

static bool is_sure(double low, double high)
{
    return low > 0 || high < 0;
}

static void price_print(const struct lift_run *run)
{
    struct loy_regression_coefficient c;
    if (isnan(coefficient_of(run, "ln_price", &c))) return;
    if (!is_sure(c.low, c.high)) {
        printf("  %s\n", _("Price: no effect that can be told from chance."));
        return;
    }
    printf(_("  Price: 1 %% more brings %+.2f %% units (80 %%: %+.2f to %+.2f); articles differ by "
             "%.2f.\n"),
        c.mean, c.low, c.high, c.spread);
}

/* "120 %" more, or "20 %" fewer: the sentence says which. */
static void change_text(double share, char text[GUIDANCE_PERCENT_SIZE])
{
    snprintf(text, GUIDANCE_PERCENT_SIZE, "%.0f", fabs(100 * share));
}

static void gross_print(const struct loy_lift_form *form)
{
    char value[GUIDANCE_PERCENT_SIZE], low[GUIDANCE_PERCENT_SIZE], high[GUIDANCE_PERCENT_SIZE];
    change_text(form->gross.value, value);
    guidance_percent(form->gross.low, low);
    guidance_percent(form->gross.high, high);
    printf(form->gross.value >= 0 ? _("    sold %s %% more at the same price (80 %%: %s to %s)\n")
                                  : _("    sold %s %% less at the same price (80 %%: %s to %s)\n"),
        value, low, high);
    if (form->cut < .005 || !is_sure(form->with_cut.low, form->with_cut.high)) return;
    change_text(form->with_cut.value, value);
    guidance_percent(form->with_cut.low, low);
    guidance_percent(form->with_cut.high, high);
    printf(form->with_cut.value >= 0
               ? _("    with its price cut of %.0f %%: %s %% more (80 %%: %s to %s)\n")
               : _("    with its price cut of %.0f %%: %s %% less (80 %%: %s to %s)\n"),
        100 * form->cut, value, low, high);
}

static void weeks_print(const struct loy_lift_form *form)
{
    if (!isfinite(form->week[1].value)) return;
    printf("%s", _("    by week of the promotion:"));
    for (int k = 0; k < 3; k++) {
        char value[GUIDANCE_PERCENT_SIZE], low[GUIDANCE_PERCENT_SIZE], high[GUIDANCE_PERCENT_SIZE];
        if (!isfinite(form->week[k].value)) continue;
        guidance_percent(form->week[k].value, value);
        guidance_percent(form->week[k].low, low);
        guidance_percent(form->week[k].high, high);
        printf(k == 2   ? _(" later %s (%s to %s)")
               : k == 1 ? _(" second %s (%s to %s),")
                        : _(" first %s (%s to %s),"),
            value, low, high);
    }
    putchar('\n');
}

static void dip_print(const struct loy_lift_form *form)
{
    char net[GUIDANCE_PERCENT_SIZE], low[GUIDANCE_PERCENT_SIZE], high[GUIDANCE_PERCENT_SIZE];
    if (!isfinite(form->dip.value)) {
        printf("    %s\n", _("the weeks behind it are too few to tell"));
        return;
    }
    if (!is_sure(form->dip.low, form->dip.high)) {
        printf("    %s\n", _("the two weeks behind it: no loss that can be told from chance"));
        return;
    }
    guidance_percent(form->net.value, net);
    guidance_percent(form->net.low, low);
    guidance_percent(form->net.high, high);
    if (form->dip.value > 0)
        printf(_("    the two weeks behind it still gained: %s in all (80 %%: %s to %s)\n"), net,
            low, high);
    else
        printf(_("    of which the two weeks behind it lost %.0f %% of a week's sales per week of "
                 "promotion:\n    %s remains (80 %%: %s to %s)\n"),
            -100 * form->dip.value, net, low, high);
}

static void form_print(const struct loy_lift_form *form)
{
    printf(_("  %s: %lld promotions, %lld weeks of articles\n"), _(form_words[form->form]),
        (long long)form->runs, (long long)form->weeks);
    if (!form->told) {
        printf(_("    too few weeks to tell (%lld of %d)\n"), (long long)form->weeks,
            LOY_GUIDANCE_FORM_MIN);
        return;
    }
    if (!is_sure(form->gross.low, form->gross.high) &&
        !is_sure(form->with_cut.low, form->with_cut.high)) {
        printf("    %s\n", _("no effect that can be told from chance"));
        return;
    }
    gross_print(form);
    weeks_print(form);
    dip_print(form);
}

static void since_print(const struct lift_run *run)
{
    struct loy_regression_coefficient c;
    if (isnan(coefficient_of(run, "promo_since", &c))) {
        printf("  %s\n", _("How often: too few articles had six promotions to tell."));
        return;
    }
    if (!is_sure(c.low, c.high)) {
        printf("  %s\n", _("How often: no effect of the time since the last one can be told."));
        return;
    }
    char value[GUIDANCE_PERCENT_SIZE], low[GUIDANCE_PERCENT_SIZE], high[GUIDANCE_PERCENT_SIZE];
    guidance_percent(exp2(c.mean) - 1, value);
    guidance_percent(exp2(c.low) - 1, low);
    guidance_percent(exp2(c.high) - 1, high);
    printf(_("  How often: after twice the time since the last one, %s (80 %%: %s to %s).\n"),
        value, low, high);
}

static void holdout_print(const struct lift_run *run)
{
    const struct loy_regression_holdout *h = &run->summary.holdout;
    if (!run->summary.has_holdout) {
        if (run->options.holdout_weeks)
            printf("  %s\n", _("No forecast: too little is left when so many weeks are kept out."));
        return;
    }
    printf(_("  Forecast of ln units in the last weeks kept out (%lld), error:\n"),
        (long long)h->rows);
    printf(_("    this model %.3f, each for itself %.3f, its mean %.3f, all as one %.3f\n"),
        h->hierarchical, h->separate, h->unit_mean, h->pooled);
}

static void print_text(const struct lift_run *run)
{
    const struct loy_lift_summary *s = &run->summary;
    printf(_("Prices and promotions in %lld weeks: %lld %s, %lld weeks of them\n"),
        (long long)s->weeks, (long long)s->units, _(level_words[s->level]), (long long)s->rows);
    printf(_("  with %.0f %% of the units sold; %lld sell too little, or too short a time\n"),
        100 * s->share, (long long)s->left_out);
    price_print(run);
    bool any = false;
    for (int f = 1; f < loy_form_count; f++) {
        struct loy_lift_form form;
        if (loy_lift_form_get(run->lift, (enum loy_form)f, &form) != LOY_OK) continue;
        form_print(&form);
        any = any || form.told;
    }
    struct loy_regression_coefficient c;
    if (!isnan(coefficient_of(run, "display", &c)) && is_sure(c.low, c.high)) {
        char value[GUIDANCE_PERCENT_SIZE], low[GUIDANCE_PERCENT_SIZE], high[GUIDANCE_PERCENT_SIZE];
        guidance_percent(expm1(c.mean), value);
        guidance_percent(expm1(c.low), low);
        guidance_percent(expm1(c.high), high);
        printf(_("  On display: %s (80 %%: %s to %s).\n"), value, low, high);
    }
    if (any) since_print(run);
    holdout_print(run);
    puts(_(
        "A price that was lowered because little sold looks as if it did little; only weeks drawn "
        "by\nlot would tell."));
}

/* ---- The command ----------------------------------------------------------------------------- */

static int fit_progress(void *user, long long done, long long total)
{
    cli_progress(user, _("fitting"), done, total);
    return 0;
}

static int options_read(struct cli *cli, struct lift_run *run)
{
    const char *weeks = cli_value(cli, "holdout-weeks"), *level = cli_value(cli, "units");
    char *end = NULL;
    run->options = (struct loy_lift_options){.size = sizeof run->options,
        .regression = {.size = sizeof run->options.regression,
            .seed = 1,
            .progress = fit_progress,
            .user = cli}};
    const long count = weeks ? strtol(weeks, &end, 10) : 0;
    if (weeks && (end == weeks || *end || count < 1 || count > HOLDOUT_MAX))
        return cli_fail(cli, CLI_USAGE, _("--holdout-weeks takes a number of weeks"));
    run->options.holdout_weeks = (size_t)count;
    for (uint8_t i = 1; level && i < loy_lift_level_count; i++)
        if (strcmp(level, loy_lift_level_name(i)) == 0) run->options.level = i;
    if (level && !run->options.level)
        return cli_fail(cli, CLI_USAGE, _("--units takes article-store, style-store or style"));
    return CLI_DONE;
}

static int lift_tell(struct lift_run *run)
{
    enum loy_status status =
        loy_guidance_lift(run->source.guidance, &run->options, &run->problem, &run->lift);
    cli_progress(run->source.cli, _("fitting"), 1, 1);
    if (status != LOY_OK) return guidance_fail(&run->source, status, run->problem);
    loy_lift_summary_get(run->lift, &run->summary);
    if (run->source.cli->json)
        print_json(run);
    else
        print_text(run);
    if (!run->problem) return CLI_DONE;
    return cli_fail(run->source.cli, CLI_FINDING, "%s", guidance_sentence(run->problem));
}

static int run_lift(struct cli *cli)
{
    struct lift_run run = {.source = {.cli = cli}};
    int code = options_read(cli, &run);
    if (code == CLI_DONE) code = guidance_read(&run.source);
    if (code == CLI_DONE) code = lift_tell(&run);
    loy_lift_close(run.lift);
    guidance_close(&run.source);
    return code;
}

static const struct cli_option options[] = {
    GUIDANCE_OPTIONS,
    {"holdout-weeks", "N", N_("forecast the last N weeks from those before, and compare"), false,
        false},
    {"units", "LEVEL",
        N_("article-store, style-store or style; default: the finest that sells enough"), false,
        false},
    {0},
};

const struct cli_command command_fit_lift = {
    .name = "fit lift",
    .summary = N_("what prices and promotions do to weekly sales, and what remains behind them"),
    .detail = N_(
        "A hierarchical regression of ln(units) of each article or style and week on its price,\n"
        "the forms of promotion and the display, with effects of weeks; everybody's sales count,\n"
        "returns are taken from their line. What sells fewer than four a week is left out. Lifts\n"
        "come with 80 % intervals: in a week of the promotion at the same price, with its price\n"
        "cut, by the week of the promotion, less what the two weeks behind it lost, and by the\n"
        "time since the one before. Needs a price history ('import prices'), 20 weeks and three\n"
        "prices. Exit 1 with a sentence where the data cannot tell."),
    .example = "fit lift --category shirt --from 2026-01-01 --to 2026-06-30 --holdout-weeks 8",
    .options = options,
    .run = run_lift,
};
