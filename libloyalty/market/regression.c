/* SPDX-License-Identifier: MIT
 *
 * regression.c - rows of a regression: taken in, put in an order of their own, and fitted by least
 * squares without a hierarchy. In: rows. Out: rows, lines with standard errors. Must not know what
 * the columns mean.
 */
#include "regression_private.h"

#include "numeric/cholesky.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A column of which less than this share is left beside the others says nothing of its own. */
#define COLLINEAR 1e-9
#define COMMON_SPREAD 10.0 /* a shared coefficient of which nothing is known beforehand */

enum loy_status loy_regression_open(
    const struct loy_regression_settings *settings, struct loy_regression **regression)
{
    if (!settings || !regression || settings->own > LOY_REGRESSION_OWN_MAX ||
        settings->common > LOY_REGRESSION_COMMON_MAX)
        return LOY_E_ARGUMENT;
    struct loy_regression *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->settings = *settings;
    made->stride = sizeof(struct regression_row) + sizeof(double) * regression_columns(made);
    for (size_t k = 0; k < settings->own; k++)
        if (!(settings->scale[k] > 0)) made->settings.scale[k] = 1;
    for (size_t k = 0; k < settings->common; k++)
        if (!(settings->common_spread[k] > 0)) made->settings.common_spread[k] = COMMON_SPREAD;
    *regression = made;
    return LOY_OK;
}

void loy_regression_close(struct loy_regression *regression)
{
    if (!regression) return;
    free(regression->rows);
    free(regression);
}

static bool all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]) || fabs(values[i]) > 1e12) return false;
    return true;
}

static enum loy_status room_make(struct loy_regression *regression)
{
    if (regression->count < regression->room) return LOY_OK;
    size_t room = regression->room ? regression->room * 2 : 256;
    unsigned char *rows = realloc(regression->rows, room * regression->stride);
    if (!rows) return LOY_E_MEMORY;
    regression->rows = rows;
    regression->room = room;
    return LOY_OK;
}

enum loy_status loy_regression_add(
    struct loy_regression *regression, const struct loy_regression_row *row)
{
    if (!regression || !row) return LOY_E_ARGUMENT;
    const struct loy_regression_settings *settings = &regression->settings;
    if (!all_finite(row->own, settings->own) || !all_finite(row->common, settings->common) ||
        !all_finite(&row->y, 1))
        return LOY_E_ARGUMENT;
    enum loy_status status = room_make(regression);
    if (status != LOY_OK) return status;
    struct regression_row *place = regression_row_at(regression, regression->count++);
    *place = (struct regression_row){.unit = row->unit,
        .period = row->period,
        .order = row->order,
        .count = regression_columns(regression),
        .y = row->y};
    for (size_t k = 0; k < settings->own; k++)
        place->columns[k] = row->own[k];
    for (size_t k = 0; k < settings->common; k++)
        place->columns[settings->own + k] = row->common[k];
    regression->sorted = false;
    return LOY_OK;
}

static int by_unit(const void *left, const void *right)
{
    const struct regression_row *a = left, *b = right;
    if (a->unit != b->unit) return a->unit < b->unit ? -1 : 1;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    if (a->period != b->period) return a->period < b->period ? -1 : 1;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    for (size_t k = 0; k < a->count; k++)
        if (a->columns[k] != b->columns[k]) return a->columns[k] < b->columns[k] ? -1 : 1;
    return 0;
}

void regression_sort(struct loy_regression *regression)
{
    if (!regression->sorted && regression->count)
        qsort(regression->rows, regression->count, regression->stride, by_unit);
    regression->sorted = true;
}

size_t regression_unit_end(const struct loy_regression *regression, size_t first)
{
    int64_t unit = regression_row_at(regression, first)->unit;
    size_t end = first + 1;
    while (end < regression->count && regression_row_at(regression, end)->unit == unit)
        end++;
    return end;
}

/* ---- Least squares --------------------------------------------------------------------------- */

static void column_drop(double *gram, size_t order, size_t column)
{
    for (size_t k = 0; k < order; k++) {
        gram[column * order + k] = 0;
        gram[k * order + column] = 0;
    }
    gram[column * order + column] = 1;
}

/* Cholesky in place, row by row; false: row i is explained by those before it. */
static bool row_factor(double *gram, size_t order, size_t i)
{
    double whole = gram[i * order + i];
    for (size_t j = 0; j <= i; j++) {
        double sum = gram[i * order + j];
        for (size_t k = 0; k < j; k++)
            sum -= gram[i * order + k] * gram[j * order + k];
        if (i != j)
            gram[i * order + j] = sum / gram[j * order + j];
        else if (!(sum > COLLINEAR * whole) || !(whole > 0))
            return false;
        else
            gram[i * order + i] = sqrt(sum);
    }
    return true;
}

void regression_solve(double *gram, double *right, size_t order, bool *used, double *inverse)
{
    for (size_t i = 0; i < order; i++) {
        used[i] = row_factor(gram, order, i);
        if (used[i]) continue;
        column_drop(gram, order, i);
        right[i] = 0;
    }
    numeric_cholesky_solve(gram, order, right);
    for (size_t i = 0; inverse && i < order; i++) {
        double unit[REGRESSION_COLUMNS + 1] = {0};
        unit[i] = 1;
        numeric_cholesky_solve(gram, order, unit);
        inverse[i] = unit[i];
    }
}

struct sums {
    size_t order;
    double *gram, right[REGRESSION_COLUMNS], squares;
    int64_t rows, units;
};

/* Adds rows [first, end) as differences from their own means. */
static void sums_add(
    const struct loy_regression *regression, size_t first, size_t end, struct sums *sums)
{
    double mean[REGRESSION_COLUMNS] = {0}, y_mean = 0;
    const double n = (double)(end - first);
    for (size_t i = first; i < end; i++) {
        const struct regression_row *row = regression_row_at(regression, i);
        for (size_t k = 0; k < sums->order; k++)
            mean[k] += row->columns[k] / n;
        y_mean += row->y / n;
    }
    for (size_t i = first; i < end; i++) {
        const struct regression_row *row = regression_row_at(regression, i);
        const double y = regression_centred(row->y, y_mean);
        for (size_t k = 0; k < sums->order; k++) {
            const double x = regression_centred(row->columns[k], mean[k]);
            for (size_t l = 0; l <= k; l++)
                sums->gram[k * sums->order + l] += x * regression_centred(row->columns[l], mean[l]);
            sums->right[k] += x * y;
        }
        sums->squares += y * y;
    }
    sums->rows += (int64_t)(end - first);
    sums->units++;
}

static enum loy_status line_make(struct sums *sums, struct loy_regression_line *line)
{
    bool used[REGRESSION_COLUMNS];
    double right[REGRESSION_COLUMNS], inverse[REGRESSION_COLUMNS], squares = sums->squares;
    int64_t degrees = sums->rows - sums->units;
    memcpy(right, sums->right, sizeof right);
    regression_solve(sums->gram, right, sums->order, used, inverse);
    for (size_t k = 0; k < sums->order; k++) {
        squares -= right[k] * sums->right[k];
        degrees -= used[k];
    }
    if (degrees < 1) return LOY_NONE;
    if (squares < 0) squares = 0;
    for (size_t k = 0; k < sums->order; k++) {
        line->coefficients[k] = used[k] ? right[k] : NAN;
        line->standard_errors[k] = used[k] ? sqrt(inverse[k] * squares / (double)degrees) : NAN;
    }
    line->rows = sums->rows;
    return LOY_OK;
}

enum loy_status loy_regression_least_squares(
    struct loy_regression *regression, bool unit_effects, struct loy_regression_line *line)
{
    if (!regression || !line) return LOY_E_ARGUMENT;
    struct sums sums = {.order = regression_columns(regression)};
    if (regression->count == 0 || sums.order == 0) return LOY_NONE;
    regression_sort(regression);
    sums.gram = calloc(sums.order * sums.order, sizeof *sums.gram);
    if (!sums.gram) return LOY_E_MEMORY;
    for (size_t first = 0, end; first < regression->count; first = end) {
        end = unit_effects ? regression_unit_end(regression, first) : regression->count;
        sums_add(regression, first, end, &sums);
    }
    enum loy_status status = line_make(&sums, line);
    free(sums.gram);
    return status;
}
