/* SPDX-License-Identifier: MIT
 *
 * regression_start.c - from sorted rows to the first state of the sampler: centred columns, sums
 * per unit, least squares where there is nothing better; and the holdout, which fits twice. In:
 * rows. Out: a state, errors of forecasts. Must not know what the columns mean.
 */
#include "regression_gibbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RESIDUAL_FLOOR 1e-6 /* times the variance of y: a perfect fit is none */

/* ---- The state ------------------------------------------------------------------------------- */

void gibbs_close(struct gibbs *gibbs)
{
    if (!gibbs) return;
    free(gibbs->x);
    free(gibbs->y);
    free(gibbs->period);
    free(gibbs->units);
    free(gibbs->grams);
    free(gibbs->effects);
    free(gibbs);
}

static int by_number(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static enum loy_status periods_number(struct gibbs *gibbs)
{
    int64_t *numbers = malloc((gibbs->row_count + 1) * sizeof *numbers);
    if (!numbers) return LOY_E_MEMORY;
    for (size_t i = 0; i < gibbs->row_count; i++)
        numbers[i] = regression_row_at(gibbs->regression, i)->period;
    qsort(numbers, gibbs->row_count, sizeof *numbers, by_number);
    size_t count = 0;
    for (size_t i = 0; i < gibbs->row_count; i++)
        if (count == 0 || numbers[count - 1] != numbers[i]) numbers[count++] = numbers[i];
    for (size_t i = 0; i < gibbs->row_count; i++) {
        const int64_t *found = bsearch(&regression_row_at(gibbs->regression, i)->period, numbers,
            count, sizeof *numbers, by_number);
        gibbs->period[i] = (size_t)(found - numbers);
    }
    gibbs->period_count = gibbs->regression->settings.periods ? count : 0;
    free(numbers);
    return LOY_OK;
}

static void centres_make(struct gibbs *gibbs)
{
    const size_t columns = gibbs->own - 1 + gibbs->common_count;
    const double n = (double)gibbs->row_count;
    for (size_t i = 0; i < gibbs->row_count; i++) {
        const struct regression_row *row = regression_row_at(gibbs->regression, i);
        for (size_t k = 0; k < columns; k++)
            gibbs->centre[k] += row->columns[k] / n;
        gibbs->y_centre += row->y / n;
    }
    for (size_t i = 0; i < gibbs->row_count; i++) {
        const struct regression_row *row = regression_row_at(gibbs->regression, i);
        double *x = gibbs->x + i * (columns + 1);
        x[0] = 1;
        for (size_t k = 0; k < columns; k++)
            x[k + 1] = regression_centred(row->columns[k], gibbs->centre[k]);
        gibbs->y[i] = regression_centred(row->y, gibbs->y_centre);
    }
}

static void unit_sums(struct gibbs *gibbs, struct gibbs_unit *unit)
{
    const size_t m = gibbs->own, c = gibbs->common_count;
    for (size_t i = unit->first; i < unit->end; i++) {
        const double *x = gibbs->x + i * (m + c);
        for (size_t k = 0; k < m; k++)
            for (size_t l = 0; l < m; l++)
                unit->gram[k * m + l] += x[k] * x[l];
        for (size_t k = 0; k < c; k++)
            for (size_t l = 0; l < c; l++)
                unit->common_gram[k * c + l] += x[m + k] * x[m + l];
    }
}

/* The residual variance of the unit's own least squares (own columns), or -1: too few rows. */
static double unit_residual(const struct gibbs *gibbs, const struct gibbs_unit *unit)
{
    const size_t m = gibbs->own;
    double gram[REGRESSION_OWN * REGRESSION_OWN], right[REGRESSION_OWN] = {0}, squares = 0;
    bool used[REGRESSION_OWN];
    memcpy(gram, unit->gram, m * m * sizeof *gram);
    for (size_t i = unit->first; i < unit->end; i++)
        for (size_t k = 0; k < m; k++)
            right[k] += gibbs->x[i * (m + gibbs->common_count) + k] * gibbs->y[i];
    regression_solve(gram, right, m, used, NULL);
    double degrees = (double)(unit->end - unit->first);
    for (size_t k = 0; k < m; k++)
        degrees -= used[k];
    if (degrees < 1) return -1;
    for (size_t i = unit->first; i < unit->end; i++) {
        double error = gibbs->y[i];
        for (size_t k = 0; k < m; k++)
            error -= gibbs->x[i * (m + gibbs->common_count) + k] * right[k];
        squares += error * error;
    }
    return squares / degrees;
}

static double y_variance(const struct gibbs *gibbs)
{
    double sum = 0;
    for (size_t i = 0; i < gibbs->row_count; i++)
        sum += gibbs->y[i] * gibbs->y[i] / (double)gibbs->row_count;
    return sum;
}

/* False: y never differs. */
static bool residuals_start(struct gibbs *gibbs)
{
    const double whole = y_variance(gibbs);
    double sum = 0, count = 0;
    if (!(whole > 0)) return false;
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        const double one = unit_residual(gibbs, &gibbs->units[u]);
        if (one < 0) continue;
        sum += one;
        count++;
    }
    gibbs->residual_scale = fmax(count > 0 ? sum / count : whole, RESIDUAL_FLOOR * whole);
    for (size_t u = 0; u < gibbs->unit_count; u++)
        gibbs->units[u].variance = gibbs->residual_scale;
    return true;
}

static void units_start(struct gibbs *gibbs)
{
    const size_t m = gibbs->own, c = gibbs->common_count;
    size_t first = 0;
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        struct gibbs_unit *unit = &gibbs->units[u];
        unit->unit = regression_row_at(gibbs->regression, first)->unit;
        unit->first = first;
        first = unit->end = regression_unit_end(gibbs->regression, first);
        unit->gram = gibbs->grams + u * (m * m + c * c);
        unit->common_gram = unit->gram + m * m;
        unit_sums(gibbs, unit);
    }
    for (size_t k = 0; k < m; k++) {
        const double scale = k == 0 ? 1 : gibbs->regression->settings.scale[k - 1];
        gibbs->precision[k * m + k] = 1 / (scale * scale);
    }
    gibbs->effect_variance = .01;
}

static bool rooms_make(struct gibbs *gibbs)
{
    const size_t m = gibbs->own, c = gibbs->common_count, n = gibbs->row_count;
    gibbs->x = calloc(n * (m + c), sizeof *gibbs->x);
    gibbs->y = calloc(n, sizeof *gibbs->y);
    gibbs->period = calloc(n, sizeof *gibbs->period);
    gibbs->units = calloc(gibbs->unit_count, sizeof *gibbs->units);
    gibbs->grams = calloc(gibbs->unit_count * (m * m + c * c), sizeof *gibbs->grams);
    return gibbs->x && gibbs->y && gibbs->period && gibbs->units && gibbs->grams;
}

enum loy_status gibbs_open(
    const struct loy_regression *regression, size_t unit_count, uint64_t seed, struct gibbs **gibbs)
{
    struct gibbs *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->regression = regression;
    made->random = numeric_random_at(seed, 0);
    made->own = regression->settings.own + 1;
    made->common_count = regression->settings.common;
    made->common = made->common_values;
    made->row_count = regression->count;
    made->unit_count = unit_count;
    enum loy_status status = rooms_make(made) ? periods_number(made) : LOY_E_MEMORY;
    if (status == LOY_OK) {
        /* Effects, their sums, and two sums of a round. */
        made->effects = calloc(4 * made->period_count + 1, sizeof *made->effects);
        if (!made->effects) status = LOY_E_MEMORY;
    }
    if (status == LOY_OK) {
        made->effect_sum = made->effects + made->period_count;
        centres_make(made);
        units_start(made);
        if (!residuals_start(made)) status = LOY_NONE;
    }
    if (status == LOY_OK)
        *gibbs = made;
    else
        gibbs_close(made);
    return status;
}

/* ---- Holdout --------------------------------------------------------------------------------- */

struct errors {
    double hierarchical, separate, unit_mean, pooled;
    int64_t units, rows;
};

double regression_predict(
    const struct loy_regression_model *model, size_t unit, const struct regression_row *row)
{
    const size_t m = model->own;
    double value = model->y_centre;
    for (size_t k = 0; k < m; k++) {
        const double x = k == 0 ? 1 : row->columns[k - 1] - model->centre[k - 1];
        value += x * model->units[unit].mean[k];
    }
    for (size_t k = 0; k < model->common; k++) {
        double mean = 0;
        for (size_t r = 0; r < model->rounds; r++)
            mean += model->draws[(m + k) * model->rounds + r] / (double)model->rounds;
        value += (row->columns[m - 1 + k] - model->centre[m - 1 + k]) * mean;
    }
    return value;
}

/* Least squares of rows [first, end) with an intercept, as coefficients of columns less centre. */
struct plain {
    double centre[REGRESSION_COLUMNS], y_centre, coefficients[REGRESSION_COLUMNS];
};

static void plain_centre(
    const struct loy_regression *rows, size_t first, size_t end, struct plain *plain)
{
    const double n = (double)(end - first);
    memset(plain, 0, sizeof *plain);
    for (size_t i = first; i < end; i++) {
        const struct regression_row *row = regression_row_at(rows, i);
        for (size_t k = 0; k < row->count; k++)
            plain->centre[k] += row->columns[k] / n;
        plain->y_centre += row->y / n;
    }
}

static void plain_fit(
    const struct loy_regression *rows, size_t first, size_t end, struct plain *plain)
{
    const size_t order = regression_columns(rows);
    static const size_t most = REGRESSION_COLUMNS;
    double gram[REGRESSION_COLUMNS * REGRESSION_COLUMNS] = {0};
    bool used[REGRESSION_COLUMNS];
    plain_centre(rows, first, end, plain);
    /* As many coefficients as rows would follow each of them. */
    if (end - first < order + 2 || order > most) return;
    for (size_t i = first; i < end; i++) {
        const struct regression_row *row = regression_row_at(rows, i);
        for (size_t k = 0; k < order; k++) {
            const double x = regression_centred(row->columns[k], plain->centre[k]);
            for (size_t l = 0; l <= k; l++)
                gram[k * order + l] += x * regression_centred(row->columns[l], plain->centre[l]);
            plain->coefficients[k] += x * (row->y - plain->y_centre);
        }
    }
    regression_solve(gram, plain->coefficients, order, used, NULL);
}

static double plain_predict(const struct plain *plain, const struct regression_row *row)
{
    double value = plain->y_centre;
    for (size_t k = 0; k < row->count; k++)
        value += plain->coefficients[k] * (row->columns[k] - plain->centre[k]);
    return value;
}

static size_t last_of(size_t first, size_t end, size_t last)
{
    return end - first >= 3 * last ? last : 0;
}

/* What is fitted: the rows without each unit's last ones. */
static enum loy_status earlier_copy(
    const struct loy_regression *from, size_t last, struct loy_regression **copy)
{
    enum loy_status status = loy_regression_open(&from->settings, copy);
    for (size_t first = 0, end; status == LOY_OK && first < from->count; first = end) {
        end = regression_unit_end(from, first);
        for (size_t i = first; status == LOY_OK && i < end - last_of(first, end, last); i++) {
            const struct regression_row *row = regression_row_at(from, i);
            status = loy_regression_add(*copy, &(struct loy_regression_row){.unit = row->unit,
                                                   .period = row->period,
                                                   .order = row->order,
                                                   .own = row->columns,
                                                   .common = row->columns + from->settings.own,
                                                   .y = row->y});
        }
    }
    return status;
}

static void unit_score(const struct loy_regression *all, size_t first, size_t end, size_t last,
    const struct loy_regression_model *model, size_t unit, const struct plain *pooled,
    struct errors *errors)
{
    struct plain own;
    plain_fit(all, first, end - last, &own);
    for (size_t i = end - last; i < end; i++) {
        const struct regression_row *row = regression_row_at(all, i);
        const double e[4] = {row->y - regression_predict(model, unit, row),
            row->y - plain_predict(&own, row), row->y - own.y_centre,
            row->y - plain_predict(pooled, row)};
        errors->hierarchical += e[0] * e[0];
        errors->separate += e[1] * e[1];
        errors->unit_mean += e[2] * e[2];
        errors->pooled += e[3] * e[3];
    }
    errors->rows += (int64_t)last;
    errors->units += last > 0;
}

static void all_score(const struct loy_regression *all, const struct loy_regression *earlier,
    size_t last, const struct loy_regression_model *model, struct errors *errors)
{
    struct plain pooled;
    size_t unit = 0;
    plain_fit(earlier, 0, earlier->count, &pooled);
    for (size_t first = 0, end; first < all->count; first = end, unit++) {
        end = regression_unit_end(all, first);
        unit_score(all, first, end, last_of(first, end, last), model, unit, &pooled, errors);
    }
}

enum loy_status loy_regression_holdout_get(struct loy_regression *regression,
    const struct loy_regression_options *options, size_t last,
    struct loy_regression_holdout *holdout)
{
    if (!regression || !options || !holdout || last == 0) return LOY_E_ARGUMENT;
    struct loy_regression *earlier = NULL;
    struct loy_regression_model *model = NULL;
    struct errors errors = {0};
    regression_sort(regression);
    enum loy_status status = earlier_copy(regression, last, &earlier);
    if (status == LOY_OK && earlier->count == regression->count) status = LOY_NONE;
    if (status == LOY_OK) status = loy_regression_fit(earlier, options, &model);
    if (status == LOY_OK) {
        all_score(regression, earlier, last, model, &errors);
        const double n = (double)errors.rows;
        *holdout = (struct loy_regression_holdout){.units = errors.units,
            .rows = errors.rows,
            .hierarchical = sqrt(errors.hierarchical / n),
            .separate = sqrt(errors.separate / n),
            .unit_mean = sqrt(errors.unit_mean / n),
            .pooled = sqrt(errors.pooled / n)};
    }
    loy_regression_model_close(model);
    loy_regression_close(earlier);
    return status;
}
