/* SPDX-License-Identifier: MIT
 *
 * command_fit_value.c - `fit value`: the gamma-gamma model of what members pay per purchase,
 * whether members differ in it at all, and what the fit would have said of the time behind. In:
 * days. Out: parameters and a verdict, or the sentence that says why there is no fit. Must not know
 * how the model is reckoned. Amounts are in whole units of the currency, as published fits are.
 */
#include "fit_histories.h"

#include <math.h>
#include <stdlib.h>

struct holdout {
    size_t members; /* bought again in the period and behind it */
    struct fit_score model, all, own;
};

struct value_run {
    struct fit_histories source;
    struct loy_store_settings store;
    struct loy_value_fit fit; /* in whole units */
    double unit;              /* minor units in one */
    struct loy_value_history *values;
    struct holdout holdout;
    bool differs; /* the verdict */
};

/* ---- Fitting ----------------------------------------------------------------------------------
 */

static struct loy_value_history in_units(const struct loy_value_history *minor, double unit)
{
    double shift = log(unit), paid = (double)minor->paid;
    struct loy_value_history made = *minor;
    made.sum = minor->sum / unit;
    made.logs = minor->logs - paid * shift;
    made.log_squares = minor->log_squares - 2 * shift * minor->logs + paid * shift * shift;
    return made;
}

static int value_fit(struct value_run *run)
{
    const struct fit_histories *source = &run->source;
    char day[FIT_DAY_SIZE];
    run->values = calloc(source->count, sizeof *run->values);
    if (!run->values) return cli_fail(source->cli, CLI_FAILED, _("out of memory"));
    for (size_t i = 0; i < source->count; i++)
        run->values[i] = in_units(&source->members[i].value, run->unit);
    run->fit.size = sizeof run->fit;
    enum loy_status status = loy_value_estimate(run->values, source->count, &run->fit);
    if (status == LOY_NONE)
        return cli_fail(source->cli, CLI_FINDING,
            _("gamma-gamma needs %d members with a second purchase that was paid; up to %s there "
              "are %lld"),
            LOY_VALUE_MEMBERS_MIN, fit_day_text(source->settings.calibration_end_day, day),
            (long long)run->fit.members);
    if (status != LOY_OK)
        return cli_fail(
            source->cli, CLI_FAILED, _("nothing can be fitted: %s"), loy_status_text(status));
    run->differs = run->fit.differs;
    if (run->fit.at_bound)
        return cli_fail(source->cli, CLI_FINDING,
            _("these purchases do not fix the parameters of gamma-gamma: the likelihood rises to a "
              "bound, as where no amount differs"));
    return CLI_DONE;
}

/* What members paid per purchase behind the period: of those who bought in both. */
static bool holdout_score(struct value_run *run)
{
    const struct fit_histories *source = &run->source;
    struct holdout *holdout = &run->holdout;
    struct loy_value_fit model = run->fit;
    double *columns = calloc(source->count, 4 * sizeof *columns);
    if (!columns) return false;
    double *actual = columns, *forecast = actual + source->count, *all = forecast + source->count,
           *own = all + source->count;
    model.differs = true; /* the model is tried even where members do not differ */
    for (size_t i = 0; i < source->count; i++) {
        const struct loy_history *member = &source->members[i];
        const struct loy_value_history *value = &run->values[i];
        if (member->holdout_occasions == 0 || !(value->sum > 0)) continue;
        size_t at = holdout->members++;
        actual[at] =
            (double)member->holdout_paid_minor / run->unit / (double)member->holdout_occasions;
        forecast[at] = loy_value_expect(&model, value).value;
        all[at] = run->fit.mean;
        own[at] = value->sum / (double)value->repeats;
    }
    holdout->model = fit_score_of(forecast, actual, holdout->members);
    holdout->all = fit_score_of(all, actual, holdout->members);
    holdout->own = fit_score_of(own, actual, holdout->members);
    free(columns);
    /* A forecast that one number for all beats is none. */
    run->differs = run->differs && holdout->model.rmse < holdout->all.rmse &&
                   holdout->model.rmse < holdout->own.rmse;
    return true;
}

/* ---- Telling ----------------------------------------------------------------------------------
 */

static bool correlated(const struct value_run *run)
{
    return fabs(run->fit.correlation) > LOY_VALUE_CORRELATION_MAX;
}

#define NO_EVIDENCE N_("no evidence that members differ in value per purchase")
#define EVIDENCE N_("members differ in value per purchase")

static json_t *holdout_json(const struct value_run *run)
{
    const struct holdout *holdout = &run->holdout;
    char day[FIT_DAY_SIZE];
    if (!run->source.has_holdout) return json_null();
    return json_pack("{s:s,s:I,s:{s:o,s:o,s:o},s:o}", "end",
        fit_day_text(run->source.settings.holdout_end_day, day), "members",
        (json_int_t)holdout->members, "rmse", "model", cli_json_number(holdout->model.rmse),
        "population_mean", cli_json_number(holdout->all.rmse), "own_mean",
        cli_json_number(holdout->own.rmse), "correlation",
        cli_json_number(holdout->model.correlation));
}

static void print_json(const struct value_run *run)
{
    const struct loy_value_fit *fit = &run->fit;
    char day[FIT_DAY_SIZE];
    cli_print_json(json_pack(
        "{s:s,s:s,s:s,s:s,s:{s:f,s:f,s:f},s:f,s:I,s:I,s:I,s:o,s:b,s:b,s:f,s:{s:b,s:o,s:o},s:o,s:s}",
        "fit", "value", "model", "gammagamma", "money_unit", run->store.currency, "calibration_end",
        fit_day_text(run->source.settings.calibration_end_day, day), "parameters", "p", fit->p, "q",
        fit->q, "gamma", fit->gamma, "log_likelihood", fit->log_likelihood, "members",
        (json_int_t)fit->members, "occasions", (json_int_t)fit->repeats, "not_agreed",
        (json_int_t)run->source.not_agreed, "correlation_frequency_value",
        cli_json_number(fit->correlation), "correlation_warning", correlated(run), "mean_exists",
        !fit->no_mean, "population_mean", fit->mean, "evidence", "differs", run->differs, "f",
        cli_json_number(fit->f), "p_value", cli_json_number(fit->p_value), "holdout",
        holdout_json(run), "verdict", run->differs ? EVIDENCE : NO_EVIDENCE));
}

static void holdout_print(const struct value_run *run)
{
    const struct holdout *holdout = &run->holdout;
    char day[FIT_DAY_SIZE];
    printf(_("Mean purchase behind it, to %s, of %zu members who bought in both\n"),
        fit_day_text(run->source.settings.holdout_end_day, day), holdout->members);
    const struct {
        const char *name;
        double rmse;
    } rows[] = {{N_("rmse, model"), holdout->model.rmse},
        {N_("rmse, mean of all"), holdout->all.rmse}, {N_("rmse, own mean"), holdout->own.rmse},
        {N_("correlation"), holdout->model.correlation}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fputs("  ", stdout);
        cli_put(stdout, _(rows[i].name), 24);
        fit_put_number(rows[i].rmse, 12, 4);
        putchar('\n');
    }
}

static void print_text(const struct value_run *run)
{
    const struct loy_value_fit *fit = &run->fit;
    char day[FIT_DAY_SIZE];
    printf(_("Gamma-gamma, amounts in %s, repeat purchases up to %s\n"), run->store.currency,
        fit_day_text(run->source.settings.calibration_end_day, day));
    printf(_("  %lld members with %lld repeat purchases\n"), (long long)fit->members,
        (long long)fit->repeats);
    if (run->source.not_agreed > 0)
        printf(_("  %lld members have not agreed to profiling and are left out\n"),
            (long long)run->source.not_agreed);
    printf("  %-24s%12.6f\n  %-24s%12.6f\n  %-24s%12.6f\n  %-24s%12.4f\n", "p", fit->p, "q", fit->q,
        "gamma", fit->gamma, "ln L", fit->log_likelihood);
    fputs("  ", stdout);
    cli_put(stdout, _("mean of all"), 24);
    printf("%12.4f\n  ", fit->mean);
    cli_put(stdout, _("correlation of x and m"), 24);
    fit_put_number(fit->correlation, 12, 4);
    printf("%s\n", correlated(run)
                       ? _("  above .3: how often and how much are not apart, do not multiply them")
                       : "");
    if (fit->no_mean)
        printf(
            "  %s\n", _("q is 1 or less: the model has no mean, that of the purchases is shown"));
    if (run->source.has_holdout) holdout_print(run);
    if (!isnan(fit->p_value))
        printf(_("Members against purchases (ln of the amounts): F = %.4f, p = %.3g\n"), fit->f,
            fit->p_value);
    printf("%s\n", run->differs ? _(EVIDENCE) : _(NO_EVIDENCE));
}

/* ---- The command ------------------------------------------------------------------------------
 */

static int run_fitted(struct value_run *run)
{
    int code = fit_histories_read(&run->source);
    if (code != CLI_DONE) return code;
    loy_store_settings_get(run->source.store, &run->store);
    run->unit = pow(10, run->store.minor_digits);
    code = value_fit(run);
    if (code == CLI_DONE && run->source.has_holdout && !holdout_score(run))
        code = cli_fail(run->source.cli, CLI_FAILED, _("out of memory"));
    if (code != CLI_DONE) return code;
    if (run->source.cli->json)
        print_json(run);
    else
        print_text(run);
    return CLI_DONE;
}

static int run_value(struct cli *cli)
{
    struct value_run run = {.source = {.cli = cli}};
    int code = fit_days_read(&run.source);
    if (code == CLI_DONE) code = run_fitted(&run);
    free(run.values);
    fit_histories_close(&run.source);
    return code;
}

static const struct cli_option options[] = {
    {"calibration-end", "DATE", N_("the last day of the purchases that are fitted; default today"),
        false, false},
    {"holdout-end", "DATE", N_("forecast the time up to the end of this day, and compare"), false,
        false},
    {0},
};

const struct cli_command command_fit_value = {
    .name = "fit value",
    .summary = N_("a model of what members pay per purchase, and whether they differ in it at all"),
    .detail = N_(
        "Gamma-gamma (p, q, gamma) by maximum likelihood on each member's mean repeat purchase, "
        "the\n"
        "first one left out. Amounts and gamma are in whole units of the currency. Members differ\n"
        "where an analysis of variance of the logarithms (members against purchases) says so at 5 "
        "%\n"
        "and, with --holdout-end, the model's root mean square error is below that of the mean of\n"
        "all and that of the own mean; else only the mean of all should be used."),
    .example = "fit value --calibration-end 2026-03-31 --holdout-end 2026-06-30",
    .options = options,
    .run = run_value,
};
