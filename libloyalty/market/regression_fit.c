/* SPDX-License-Identifier: MIT
 *
 * regression_fit.c - the Gibbs sampler of the hierarchical regression (loyalty/guidance.h has the
 * model and its source). In: sorted rows. Out: a model with draws and units' moments. Must not know
 * what the columns mean.
 */
#include "regression_gibbs.h"

#include "numeric/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_DEFAULT 2000u
#define ROUNDS_MAX 100000u
#define PROGRESS_ROUNDS 50u

/* ---- What is kept of the rounds -------------------------------------------------------------- */

/* The intercept of columns as they came: g0 - sum of centres times coefficients. */
static double intercept_raw(
    const struct loy_regression_model *model, const double *own, const double *common)
{
    double value = own[0] + model->y_centre;
    for (size_t k = 1; k < model->own; k++)
        value -= model->centre[k - 1] * own[k];
    for (size_t k = 0; k < model->common; k++)
        value -= model->centre[model->own - 1 + k] * common[k];
    return value;
}

static void draw_keep(const struct gibbs *gibbs, struct loy_regression_model *model, size_t round)
{
    const size_t m = model->own, rounds = model->rounds;
    model->draws[round] =
        intercept_raw(model, gibbs->mean, gibbs->common) + gibbs_period_mean(gibbs);
    for (size_t k = 1; k < m; k++)
        model->draws[k * rounds + round] = gibbs->mean[k];
    for (size_t k = 0; k < model->common; k++)
        model->draws[(m + k) * rounds + round] = gibbs->common[k];
}

static void units_finish(const struct gibbs *gibbs, struct loy_regression_model *model)
{
    const double n = (double)model->rounds;
    for (size_t i = 0; i < gibbs->unit_count; i++) {
        const struct gibbs_unit *from = &gibbs->units[i];
        struct loy_regression_unit *to = &model->units[i];
        *to = (struct loy_regression_unit){
            .unit = from->unit, .rows = (int64_t)(from->end - from->first)};
        for (size_t k = 0; k < model->own; k++) {
            const double mean = from->sum[k] / n;
            const double variance = fmax(from->squares[k] / n - mean * mean, 0);
            to->mean[k] = mean;
            to->low[k] = mean - NUMERIC_Z80 * sqrt(variance);
            to->high[k] = mean + NUMERIC_Z80 * sqrt(variance);
            to->reliability[k] =
                fmax(0, fmin(1, 1 - variance / (model->spread[k] * model->spread[k])));
        }
    }
}

static void spreads_finish(const struct gibbs *gibbs, struct loy_regression_model *model)
{
    for (size_t k = 0; k < model->own; k++)
        model->spread[k] = sqrt(gibbs->variance_sum[k * model->own + k] / (double)model->rounds);
}

/* ---- The fit --------------------------------------------------------------------------------- */

static enum loy_status model_open(
    const struct loy_regression *regression, size_t rounds, struct loy_regression_model **model)
{
    struct loy_regression_model *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->own = regression->settings.own + 1;
    made->common = regression->settings.common;
    made->rounds = rounds;
    made->row_count = (int64_t)regression->count;
    for (size_t first = 0; first < regression->count; made->unit_count++)
        first = regression_unit_end(regression, first);
    made->draws = calloc((made->own + made->common) * rounds, sizeof *made->draws);
    made->units = calloc(made->unit_count + 1, sizeof *made->units);
    *model = made;
    if (made->draws && made->units) return LOY_OK;
    loy_regression_model_close(made);
    return LOY_E_MEMORY;
}

void loy_regression_model_close(struct loy_regression_model *model)
{
    if (!model) return;
    free(model->draws);
    free(model->units);
    free(model);
}

static enum loy_status rounds_run(struct gibbs *gibbs, struct loy_regression_model *model,
    const struct loy_regression_options *options)
{
    const size_t burn = model->rounds / 4, total = burn + model->rounds;
    for (size_t round = 0; round < total; round++) {
        if (!gibbs_round(gibbs, round >= burn)) return LOY_NONE;
        if (round >= burn) draw_keep(gibbs, model, round - burn);
        if (options->progress && round % PROGRESS_ROUNDS == 0 &&
            options->progress(options->user, (long long)round, (long long)total) != 0)
            return LOY_E_CANCELLED;
    }
    return LOY_OK;
}

static enum loy_status fit(struct gibbs *gibbs, struct loy_regression_model *model,
    const struct loy_regression_options *options)
{
    memcpy(model->centre, gibbs->centre, sizeof model->centre);
    model->y_centre = gibbs->y_centre;
    enum loy_status status = rounds_run(gibbs, model, options);
    if (status != LOY_OK) return status;
    spreads_finish(gibbs, model);
    model->log_likelihood = gibbs_log_likelihood(gibbs, model->rounds);
    units_finish(gibbs, model);
    return isfinite(model->log_likelihood) ? LOY_OK : LOY_NONE;
}

enum loy_status loy_regression_fit(struct loy_regression *regression,
    const struct loy_regression_options *options, struct loy_regression_model **model)
{
    if (!regression || !options || !model || options->rounds > ROUNDS_MAX) return LOY_E_ARGUMENT;
    if (regression->count <= regression_columns(regression) + 1) return LOY_NONE;
    regression_sort(regression);
    struct loy_regression_model *made = NULL;
    struct gibbs *gibbs = NULL;
    enum loy_status status =
        model_open(regression, options->rounds ? options->rounds : ROUNDS_DEFAULT, &made);
    if (status != LOY_OK) return status;
    if (made->unit_count < 2) status = LOY_NONE;
    if (status == LOY_OK) status = gibbs_open(regression, made->unit_count, options->seed, &gibbs);
    if (status == LOY_OK) status = fit(gibbs, made, options);
    gibbs_close(gibbs);
    if (status == LOY_OK)
        *model = made;
    else
        loy_regression_model_close(made);
    return status;
}

/* ---- What a model says ----------------------------------------------------------------------- */

void loy_regression_summary_get(
    const struct loy_regression_model *model, struct loy_regression_summary *summary)
{
    *summary = (struct loy_regression_summary){.units = (int64_t)model->unit_count,
        .rows = model->row_count,
        .coefficients = model->own + model->common,
        .log_likelihood = model->log_likelihood};
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

bool regression_interval(
    const double *draws, size_t count, double *mean, double *error, double interval[2])
{
    double *sorted = malloc(count * sizeof *sorted), sum = 0, squares = 0;
    if (!sorted) return false;
    memcpy(sorted, draws, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++)
        sum += draws[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (draws[i] - sum) * (draws[i] - sum) / (double)count;
    *mean = sum;
    *error = sqrt(squares);
    interval[0] = sorted[(size_t)(.1 * (double)(count - 1) + .5)];
    interval[1] = sorted[(size_t)(.9 * (double)(count - 1) + .5)];
    free(sorted);
    return true;
}

enum loy_status loy_regression_coefficient_get(const struct loy_regression_model *model,
    size_t coefficient, struct loy_regression_coefficient *value)
{
    if (!model || !value || coefficient >= model->own + model->common) return LOY_E_ARGUMENT;
    double interval[2];
    *value = (struct loy_regression_coefficient){
        .spread = coefficient < model->own ? model->spread[coefficient] : 0};
    if (!regression_interval(model->draws + coefficient * model->rounds, model->rounds,
            &value->mean, &value->standard_error, interval))
        return LOY_E_MEMORY;
    value->low = interval[0];
    value->high = interval[1];
    return LOY_OK;
}

enum loy_status loy_regression_unit_get(
    const struct loy_regression_model *model, size_t index, struct loy_regression_unit *unit)
{
    if (!model || !unit) return LOY_E_ARGUMENT;
    if (index >= model->unit_count) return LOY_NONE;
    *unit = model->units[index];
    return LOY_OK;
}

const double *loy_regression_draws(
    const struct loy_regression_model *model, size_t coefficient, size_t *rounds)
{
    if (!model || coefficient >= model->own + model->common) return NULL;
    *rounds = model->rounds;
    return model->draws + coefficient * model->rounds;
}
