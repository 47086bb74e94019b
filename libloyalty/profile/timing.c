/* SPDX-License-Identifier: MIT
 *
 * timing.c - the maximum of a timing model's likelihood over the logarithms of its parameters, and
 * what the fitted model says of one history. In: histories. Out: parameters with their covariance.
 * Must not know how a model is reckoned.
 */
#include "profile/timing_private.h"

#include "numeric/cholesky.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAVING 2u  /* behind the two of the rate */
#define ERROR_MAX 3 /* of the logarithm of a parameter: a factor of twenty */
#define REPEATS_MAX 1000000

static const struct timing_model *const models[] = {
    [LOY_TIMING_BGNBD] = &timing_bgnbd,
    [LOY_TIMING_PARETONBD] = &timing_paretonbd,
    [LOY_TIMING_NBD] = &timing_nbd,
};

const struct timing_model *timing_model_of(unsigned model)
{
    return model > LOY_TIMING_NONE && model < loy_timing_model_count ? models[model] : NULL;
}

/* ---- Histories ---------------------------------------------------------------------------------
 */

static int case_compare(const void *first, const void *second)
{
    const struct loy_timing_history *a = &((const struct timing_case *)first)->history;
    const struct loy_timing_history *b = &((const struct timing_case *)second)->history;
    if (a->repeats != b->repeats) return a->repeats < b->repeats ? -1 : 1;
    if (a->recency != b->recency) return a->recency < b->recency ? -1 : 1;
    return (a->age > b->age) - (a->age < b->age);
}

bool timing_history_valid(const struct loy_timing_history *h)
{
    bool times = h->recency >= 0 && h->recency <= h->age && isfinite(h->age);
    return times && h->repeats >= 0 && h->repeats <= REPEATS_MAX &&
           (h->repeats > 0 || h->recency == 0);
}

/* Sorted, so that the order of the members changes no bit of the sums. */
static enum loy_status cases_make(
    const struct loy_timing_history *histories, size_t count, struct timing_cases *cases)
{
    cases->cases = calloc(count + 1, sizeof *cases->cases);
    if (!cases->cases) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (!timing_history_valid(&histories[i])) return LOY_E_ARGUMENT;
        cases->cases[i] = (struct timing_case){histories[i], 1};
    }
    qsort(cases->cases, count, sizeof *cases->cases, case_compare);
    for (size_t i = 0; i < count; i++) {
        struct timing_case *last = &cases->cases[cases->count - (cases->count > 0)];
        if (cases->count > 0 && case_compare(last, &cases->cases[i]) == 0)
            last->members++;
        else
            cases->cases[cases->count++] = cases->cases[i];
    }
    return LOY_OK;
}

/* ---- The maximum -------------------------------------------------------------------------------
 */

struct search {
    const struct timing_model *model;
    const struct timing_cases *cases;
};

static double value_at_logs(const void *context, const double *logs, double *gradient)
{
    const struct search *search = context;
    double parameters[LOY_TIMING_ORDER];
    for (size_t i = 0; i < search->model->order; i++)
        parameters[i] = exp(logs[i]);
    double value = search->model->log_likelihood(search->cases, parameters, gradient);
    for (size_t i = 0; i < search->model->order; i++)
        gradient[i] *= parameters[i];
    return value;
}

/* Minus the inverse of the second derivatives, which are differences of the slopes. */
static bool covariance_find(const struct search *search, const double *logs, double *covariance)
{
    size_t n = search->model->order;
    double matrix[LOY_TIMING_ORDER * LOY_TIMING_ORDER], at[LOY_TIMING_ORDER];
    double above[LOY_TIMING_ORDER], below[LOY_TIMING_ORDER];
    const double step = 1e-4;
    for (size_t i = 0; i < n; i++) {
        memcpy(at, logs, n * sizeof *at);
        at[i] = logs[i] + step;
        value_at_logs(search, at, above);
        at[i] = logs[i] - step;
        value_at_logs(search, at, below);
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = (below[j] - above[j]) / (2 * step);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            matrix[i * n + j] = matrix[j * n + i] = (matrix[i * n + j] + matrix[j * n + i]) / 2;
    if (!numeric_cholesky(matrix, n)) return false;
    for (size_t i = 0; i < n; i++) {
        double *row = covariance + i * n;
        for (size_t j = 0; j < n; j++)
            row[j] = i == j;
        numeric_cholesky_solve(matrix, n, row);
    }
    return true;
}

/* A maximum so flat that a parameter of leaving may as well be twenty times as large, or a
 * twentieth: where on such a ridge the search ends is chance. */
static bool leaving_is_fixed(const struct loy_timing_fit *fit, size_t n)
{
    bool fixed = true;
    for (size_t i = LEAVING; i < n; i++)
        fixed = fixed && sqrt(fit->covariance[i * n + i]) < ERROR_MAX;
    return fixed;
}

static void maximum_find(const struct search *search, double mean_age, struct loy_timing_fit *fit)
{
    static const double start[LOY_TIMING_ORDER] = {0.5, 1, 1, 2.5};
    const double limit = log(LOY_TIMING_PARAMETER_MAX);
    size_t n = search->model->order;
    struct numeric_maximum maximum = {.order = n};
    for (size_t i = 0; i < n; i++) {
        bool time = search->model->is_time[i];
        double unit = time ? log(mean_age / 8) : 0;
        maximum.x[i] = unit + (time ? 0 : log(start[i]));
        maximum.low[i] = unit - limit;
        maximum.high[i] = unit + limit;
    }
    fit->at_bound = !numeric_maximise(value_at_logs, search, &maximum);
    fit->log_likelihood = maximum.value;
    for (size_t i = 0; i < n; i++) {
        fit->at_bound = fit->at_bound || maximum.at_bound[i];
        fit->parameters[i] = exp(maximum.x[i]);
    }
    if (fit->at_bound || !covariance_find(search, maximum.x, fit->covariance) ||
        !leaving_is_fixed(fit, n)) {
        fit->flat = !fit->at_bound;
        fit->at_bound = true;
        for (size_t i = 0; i < n * n; i++)
            fit->covariance[i] = NAN;
    }
    fit->rates_alike = !fit->at_bound && sqrt(fit->covariance[0]) >= ERROR_MAX;
}

enum loy_status loy_timing_estimate(enum loy_timing_model model,
    const struct loy_timing_history *histories, size_t count, struct loy_timing_fit *fit)
{
    struct timing_cases cases = {0};
    struct search search = {timing_model_of(model), &cases};
    if (!search.model || !fit || (count > 0 && !histories)) return LOY_E_ARGUMENT;
    struct loy_timing_fit made = {
        .size = fit->size, .model = (uint8_t)model, .members = (int64_t)count};
    double ages = 0;
    enum loy_status status = cases_make(histories, count, &cases);
    for (size_t i = 0; status == LOY_OK && i < count; i++) {
        made.repeaters += histories[i].repeats > 0;
    }
    for (size_t i = 0; i < cases.count; i++)
        ages += cases.cases[i].members * cases.cases[i].history.age;
    bool enough = made.members >= LOY_TIMING_MEMBERS_MIN &&
                  made.repeaters >= LOY_TIMING_REPEATERS_MIN && ages > 0;
    if (status == LOY_OK && enough) maximum_find(&search, ages / (double)count, &made);
    free(cases.cases);
    if (status != LOY_OK) return status;
    *fit = made;
    return enough ? LOY_OK : LOY_NONE;
}

/* ---- What the model says -----------------------------------------------------------------------
 */

const char *loy_timing_parameter_name(enum loy_timing_model model, size_t parameter)
{
    const struct timing_model *row = timing_model_of(model);
    return row && parameter < row->order ? row->names[parameter] : NULL;
}

size_t loy_timing_parameter_count(enum loy_timing_model model)
{
    const struct timing_model *row = timing_model_of(model);
    return row ? row->order : 0;
}

double loy_timing_log_likelihood(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history)
{
    struct timing_case one = {*history, 1};
    const struct timing_cases cases = {&one, 1};
    double slope[LOY_TIMING_ORDER];
    const struct timing_model *model = timing_model_of(fit->model);
    return model ? model->log_likelihood(&cases, fit->parameters, slope) : NAN;
}

double loy_timing_active(const struct loy_timing_fit *fit, const struct loy_timing_history *history)
{
    const struct timing_model *model = timing_model_of(fit->model);
    return model ? model->active(fit->parameters, history) : NAN;
}

double loy_timing_expected(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history, double time)
{
    const struct timing_model *model = timing_model_of(fit->model);
    return model ? model->expected(fit->parameters, history, time) : NAN;
}

void loy_timing_counts(const struct loy_timing_fit *fit, const struct loy_timing_history *history,
    double time, double *probabilities, size_t last)
{
    const struct timing_model *model = timing_model_of(fit->model);
    if (!model) return;
    model->counts(fit->parameters, history, time, probabilities, last);
    double there = model->active(fit->parameters, history);
    for (size_t k = 0; k <= last; k++)
        probabilities[k] *= there;
    probabilities[0] += 1 - there;
}
