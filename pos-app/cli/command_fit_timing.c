/* SPDX-License-Identifier: MIT
 *
 * command_fit_timing.c - `fit timing`: a model of when members buy, and what it would have said of
 * the time behind. In: days and a model's name. Out: parameters, a table by repeats, baselines; or
 * the sentence that says why there is no fit. Must not know how a model is reckoned.
 */
#include "fit_histories.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 8u /* 0 to 6 repeats, 7 and more */

struct holdout {
    double time; /* in the unit of the fit */
    double *actual, *forecast;
    struct fit_score model, rate, nbd;
    double model_log_score, nbd_log_score;
    struct {
        int64_t members;
        double actual, expected; /* sums */
    } rows[ROWS];
};

struct timing_run {
    struct fit_histories source;
    struct loy_timing_fit fit, nbd; /* nbd: the baseline */
    double unit_days;
    struct loy_timing_history *histories;
    struct holdout holdout;
};

static const char *const model_words[] = {
    [LOY_TIMING_BGNBD] = "BG/NBD",
    [LOY_TIMING_PARETONBD] = "Pareto/NBD",
    [LOY_TIMING_NBD] = "NBD",
};

static bool weekly(const struct timing_run *run)
{
    return run->unit_days > 1;
}

/* ---- Fitting -------------------------------------------------------------------------------- */

static int options_read(struct timing_run *run)
{
    const struct cli *cli = run->source.cli;
    const char *unit = cli_value(cli, "unit"), *model = cli_value(cli, "model");
    run->unit_days = unit && strcmp(unit, "day") == 0 ? 1 : 7;
    if (unit && strcmp(unit, "day") != 0 && strcmp(unit, "week") != 0)
        return cli_fail(cli, CLI_USAGE, _("--unit is week or day"));
    run->fit.size = sizeof run->fit;
    for (int i = LOY_TIMING_NONE + 1; i < loy_timing_model_count; i++)
        if (strcmp(model, loy_timing_model_name(i)) == 0) run->fit.model = (uint8_t)i;
    if (run->fit.model == LOY_TIMING_NONE)
        return cli_fail(cli, CLI_USAGE, _("--model is bgnbd, paretonbd or nbd"));
    return fit_days_read(&run->source);
}

static int too_little(const struct timing_run *run)
{
    char day[FIT_DAY_SIZE];
    fit_day_text(run->source.settings.calibration_end_day, day);
    return cli_fail(run->source.cli, CLI_FINDING,
        _("%s needs %d members and %d of them with a second purchase; up to %s there are %lld and "
          "%lld"),
        model_words[run->fit.model], LOY_TIMING_MEMBERS_MIN, LOY_TIMING_REPEATERS_MIN, day,
        (long long)run->source.totals.members, (long long)run->source.totals.repeaters);
}

static int model_fit(struct timing_run *run)
{
    const struct fit_histories *source = &run->source;
    char day[FIT_DAY_SIZE];
    if (source->totals.first_day == source->totals.last_day)
        return cli_fail(source->cli, CLI_FINDING,
            _("all purchases lie on one day, %s: they say nothing of time"),
            fit_day_text(source->totals.first_day, day));
    run->histories = calloc(source->count, sizeof *run->histories);
    if (!run->histories) return cli_fail(source->cli, CLI_FAILED, _("out of memory"));
    for (size_t i = 0; i < source->count; i++)
        run->histories[i] = loy_history_timing(
            &source->members[i], source->settings.calibration_end_day, run->unit_days);
    enum loy_timing_model model = run->fit.model;
    run->nbd.size = sizeof run->nbd;
    enum loy_status status = loy_timing_estimate(model, run->histories, source->count, &run->fit);
    if (status == LOY_NONE) return too_little(run);
    if (status == LOY_OK)
        status = loy_timing_estimate(LOY_TIMING_NBD, run->histories, source->count, &run->nbd);
    if (status != LOY_OK)
        return cli_fail(
            source->cli, CLI_FAILED, _("nothing can be fitted: %s"), loy_status_text(status));
    if (!run->fit.at_bound) return CLI_DONE;
    return cli_fail(source->cli, CLI_FINDING,
        model == LOY_TIMING_NBD
            ? _("these purchases do not fix the parameters of %s: the likelihood rises to a bound")
            : _("these purchases do not fix the parameters of %s: the likelihood rises to a bound, "
                "as where nobody leaves; try --model nbd"),
        model_words[model]);
}

/* ---- Holdout --------------------------------------------------------------------------------- */

/* The mean over members of ln P(what came). */
static double log_score(
    const struct timing_run *run, const struct loy_timing_fit *fit, double *probabilities)
{
    const struct fit_histories *source = &run->source;
    double sum = 0;
    for (size_t i = 0; i < source->count; i++) {
        size_t came = (size_t)source->members[i].holdout_occasions;
        loy_timing_counts(fit, &run->histories[i], run->holdout.time, probabilities, came);
        sum += log(probabilities[came]);
    }
    return isfinite(sum) ? sum / (double)source->count : NAN;
}

static void rows_add(struct holdout *holdout, int64_t repeats, double expected, double actual)
{
    size_t row = repeats < (int64_t)ROWS - 1 ? (size_t)repeats : ROWS - 1;
    holdout->rows[row].members++;
    holdout->rows[row].expected += expected;
    holdout->rows[row].actual += actual;
}

static void forecasts_score(struct timing_run *run)
{
    struct holdout *holdout = &run->holdout;
    size_t count = run->source.count;
    for (size_t i = 0; i < count; i++) {
        const struct loy_timing_history *h = &run->histories[i];
        holdout->forecast[i] = h->age > 0 ? (double)h->repeats / h->age * holdout->time : 0;
        holdout->actual[i] = (double)run->source.members[i].holdout_occasions;
    }
    holdout->rate = fit_score_of(holdout->forecast, holdout->actual, count);
    for (size_t i = 0; i < count; i++)
        holdout->forecast[i] = loy_timing_expected(&run->nbd, &run->histories[i], holdout->time);
    holdout->nbd = fit_score_of(holdout->forecast, holdout->actual, count);
    for (size_t i = 0; i < count; i++) {
        holdout->forecast[i] = loy_timing_expected(&run->fit, &run->histories[i], holdout->time);
        rows_add(holdout, run->histories[i].repeats, holdout->forecast[i], holdout->actual[i]);
    }
    holdout->model = fit_score_of(holdout->forecast, holdout->actual, count);
}

static bool holdout_score(struct timing_run *run)
{
    struct fit_histories *source = &run->source;
    struct holdout *holdout = &run->holdout;
    int64_t most = 0;
    for (size_t i = 0; i < source->count; i++)
        if (source->members[i].holdout_occasions > most)
            most = source->members[i].holdout_occasions;
    holdout->time =
        ((double)source->settings.holdout_end_day - source->settings.calibration_end_day) /
        run->unit_days;
    holdout->actual = calloc(source->count, sizeof *holdout->actual);
    holdout->forecast = calloc(source->count, sizeof *holdout->forecast);
    double *probabilities = calloc((size_t)most + 1, sizeof *probabilities);
    bool enough = holdout->actual && holdout->forecast && probabilities;
    if (enough) {
        forecasts_score(run);
        holdout->model_log_score = log_score(run, &run->fit, probabilities);
        holdout->nbd_log_score = log_score(run, &run->nbd, probabilities);
    }
    free(probabilities);
    return enough;
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static json_t *score_json(const struct fit_score *score, double log_score_mean)
{
    return json_pack("{s:o,s:o,s:o,s:o}", "correlation", cli_json_number(score->correlation),
        "rmse", cli_json_number(score->rmse), "log_score", cli_json_number(log_score_mean),
        "expected", cli_json_number(score->sum));
}

static json_t *table_json(const struct holdout *holdout)
{
    json_t *table = json_array();
    for (size_t k = 0; k < ROWS; k++) {
        double n = (double)holdout->rows[k].members;
        json_array_append_new(
            table, json_pack("{s:I,s:b,s:I,s:o,s:o}", "repeats", (json_int_t)k, "or_more",
                       k == ROWS - 1, "n", (json_int_t)holdout->rows[k].members, "actual",
                       cli_json_number(holdout->rows[k].actual / n), "expected",
                       cli_json_number(holdout->rows[k].expected / n)));
    }
    return table;
}

static json_t *holdout_json(const struct timing_run *run)
{
    const struct holdout *holdout = &run->holdout;
    char day[FIT_DAY_SIZE];
    if (!run->source.has_holdout) return json_null();
    json_t *object = score_json(&holdout->model, holdout->model_log_score);
    json_object_set_new(
        object, "end", json_string(fit_day_text(run->source.settings.holdout_end_day, day)));
    json_object_set_new(object, "time", json_real(holdout->time));
    json_object_set_new(object, "members", json_integer((json_int_t)run->source.count));
    json_object_set_new(
        object, "occasions", json_integer((json_int_t)run->source.totals.holdout_occasions));
    json_object_set_new(object, "table", table_json(holdout));
    json_object_set_new(object, "baselines",
        json_pack("{s:o,s:o}", "rate", score_json(&holdout->rate, NAN), "nbd",
            score_json(&holdout->nbd, holdout->nbd_log_score)));
    return object;
}

/* Of the parameter itself: that of its logarithm times the parameter. */
static double standard_error(const struct loy_timing_fit *fit, size_t i)
{
    size_t order = loy_timing_parameter_count(fit->model);
    return fit->parameters[i] * sqrt(fit->covariance[i * order + i]);
}

static void print_json(const struct timing_run *run)
{
    const struct loy_timing_fit *fit = &run->fit;
    const struct loy_history_totals *totals = &run->source.totals;
    json_t *parameters = json_object(), *errors = json_object();
    char day[FIT_DAY_SIZE];
    for (size_t i = 0; i < loy_timing_parameter_count(fit->model); i++) {
        const char *name = loy_timing_parameter_name(fit->model, i);
        json_object_set_new(parameters, name, json_real(fit->parameters[i]));
        json_object_set_new(errors, name, cli_json_number(standard_error(fit, i)));
    }
    cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:b,s:f,s:I,s:I,s:I,s:I,s:I,s:o}", "fit",
        "timing", "model", loy_timing_model_name(fit->model), "unit", weekly(run) ? "week" : "day",
        "calibration_end", fit_day_text(run->source.settings.calibration_end_day, day),
        "parameters", parameters, "standard_errors", errors, "rates_alike", fit->rates_alike,
        "log_likelihood", fit->log_likelihood, "members", (json_int_t)totals->members, "repeaters",
        (json_int_t)totals->repeaters, "occasions", (json_int_t)totals->occasions, "repeats",
        (json_int_t)(totals->occasions - totals->members), "not_agreed",
        (json_int_t)run->source.not_agreed, "holdout", holdout_json(run)));
}

/* ---- Text -------------------------------------------------------------------------------------
 */

static void score_print(const char *name, const struct fit_score *score, double log_score_mean)
{
    fputs("  ", stdout);
    cli_put(stdout, name, 18);
    fit_put_number(score->sum, 12, 1);
    fit_put_number(score->correlation, 12, 3);
    fit_put_number(score->rmse, 12, 3);
    fit_put_number(log_score_mean, 12, 4);
    putchar('\n');
}

static void put_heads(const char *const *heads, size_t count, int first, int width)
{
    for (size_t i = 0; i < count; i++)
        cli_put(stdout, *heads[i] ? _(heads[i]) : "", i == 0 ? first : -width);
    putchar('\n');
}

static void holdout_print(const struct timing_run *run)
{
    static const char *const scores[] = {
        "", N_("forecast"), N_("correlation"), N_("rmse"), N_("log score")};
    static const char *const rows[] = {N_("repeats"), N_("members"), N_("bought"), N_("forecast")};
    const struct holdout *holdout = &run->holdout;
    char day[FIT_DAY_SIZE];
    printf(weekly(run) ? _("Behind it, to %s (%.4g weeks): %lld purchases\n")
                       : _("Behind it, to %s (%.4g days): %lld purchases\n"),
        fit_day_text(run->source.settings.holdout_end_day, day), holdout->time,
        (long long)run->source.totals.holdout_occasions);
    put_heads(scores, 5, 20, 12);
    score_print(model_words[run->fit.model], &holdout->model, holdout->model_log_score);
    score_print(_("own rate"), &holdout->rate, NAN);
    if (run->fit.model != LOY_TIMING_NBD)
        score_print(model_words[LOY_TIMING_NBD], &holdout->nbd, holdout->nbd_log_score);
    printf("%s\n  ", _("Purchases per member there, by repeats in the period"));
    put_heads(rows, 4, 18, 12);
    for (size_t k = 0; k < ROWS; k++) {
        double n = (double)holdout->rows[k].members;
        printf(
            "  %zu%-17s%12lld", k, k == ROWS - 1 ? "+" : "", (long long)holdout->rows[k].members);
        fit_put_number(holdout->rows[k].actual / n, 12, 4);
        fit_put_number(holdout->rows[k].expected / n, 12, 4);
        putchar('\n');
    }
}

static void print_text(const struct timing_run *run)
{
    const struct loy_timing_fit *fit = &run->fit;
    const struct loy_history_totals *totals = &run->source.totals;
    char day[FIT_DAY_SIZE];
    printf(weekly(run) ? _("%s, time in weeks, purchases up to %s\n")
                       : _("%s, time in days, purchases up to %s\n"),
        model_words[fit->model], fit_day_text(run->source.settings.calibration_end_day, day));
    printf(_("  %lld members, %lld of them bought again: %lld repeat purchases\n"),
        (long long)totals->members, (long long)totals->repeaters,
        (long long)(totals->occasions - totals->members));
    if (run->source.not_agreed > 0)
        printf(_("  %lld members have not agreed to profiling and are left out\n"),
            (long long)run->source.not_agreed);
    for (size_t i = 0; i < loy_timing_parameter_count(fit->model); i++) {
        printf("  %-18s%12.6f", loy_timing_parameter_name(fit->model, i), fit->parameters[i]);
        printf(_("   standard error %.6f\n"), standard_error(fit, i));
    }
    printf("  %-18s%12.4f\n", "ln L", fit->log_likelihood);
    if (fit->rates_alike)
        printf(
            _("  Members differ in how often they buy no more than by chance: of r and alpha only\n"
              "  the ratio is known, %.4g purchases in a unit of time\n"),
            fit->parameters[0] / fit->parameters[1]);
    if (run->source.has_holdout) holdout_print(run);
}

/* ---- The command ------------------------------------------------------------------------------
 */

static int timing_fit(struct timing_run *run)
{
    int code = fit_histories_read(&run->source);
    if (code == CLI_DONE) code = model_fit(run);
    if (code == CLI_DONE && run->source.has_holdout && !holdout_score(run))
        code = cli_fail(run->source.cli, CLI_FAILED, _("out of memory"));
    if (code != CLI_DONE) return code;
    if (run->source.cli->json)
        print_json(run);
    else
        print_text(run);
    return CLI_DONE;
}

static int run_timing(struct cli *cli)
{
    struct timing_run run = {.source = {.cli = cli}};
    int code = options_read(&run);
    if (code == CLI_DONE) code = timing_fit(&run);
    free(run.holdout.actual);
    free(run.holdout.forecast);
    free(run.histories);
    fit_histories_close(&run.source);
    return code;
}

static const struct cli_option options[] = {
    {"model", "NAME", N_("bgnbd, paretonbd or nbd (nobody leaves)"), true, false},
    {"calibration-end", "DATE", N_("the last day of the purchases that are fitted"), true, false},
    {"holdout-end", "DATE", N_("forecast the time up to the end of this day, and compare"), false,
        false},
    {"unit", "UNIT", N_("week or day; default week"), false, false},
    {0},
};

const struct cli_command command_fit_timing = {
    .name = "fit timing",
    .summary =
        N_("a model of when members buy and whether they still do, and how well it forecasts"),
    .detail = N_(
        "BG/NBD (r, alpha, a, b), Pareto/NBD (r, alpha, s, beta) or NBD (r, alpha) by maximum\n"
        "likelihood. All baskets of a member on one calendar day are one purchase; goods only,\n"
        "returns are taken from their line; members who have not agreed to profiling are left "
        "out.\n"
        "With --holdout-end the fit forecasts what each member buys behind the period: "
        "correlation\n"
        "and root mean square error, mean log score (ln of the probability that the model gave to\n"
        "what came), a table by repeats, and beside it the member's own rate and NBD. Exit 1 with "
        "a\n"
        "sentence where the purchases do not allow a fit."),
    .example = "fit timing --model bgnbd --calibration-end 2026-03-31 --holdout-end 2026-06-30",
    .options = options,
    .run = run_timing,
};
