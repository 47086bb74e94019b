/* SPDX-License-Identifier: MIT
 *
 * regression_private.h - what the files of the hierarchical regression share: rows in a fixed
 * order, sums per unit, a model. Must not know what units and columns mean.
 */
#ifndef REGRESSION_PRIVATE_H
#define REGRESSION_PRIVATE_H

#include <loyalty/guidance.h>

#define REGRESSION_OWN (LOY_REGRESSION_OWN_MAX + 1) /* with the intercept */
#define REGRESSION_COLUMNS (LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX)

struct regression_row {
    int64_t unit, period, order;
    size_t count; /* of columns */
    double y;
    double columns[]; /* own, then common */
};

struct loy_regression {
    struct loy_regression_settings settings;
    unsigned char *rows;
    size_t count, room, stride;
    bool sorted;
};

static inline struct regression_row *regression_row_at(const struct loy_regression *r, size_t i)
{
    return (struct regression_row *)(void *)(r->rows + i * r->stride);
}
static inline size_t regression_columns(const struct loy_regression *r)
{
    return r->settings.own + r->settings.common;
}
/* By unit, order, period, then by what is in them, so that the order in which they came is gone. */
void regression_sort(struct loy_regression *regression);
/* The first row behind those of the unit that begins at `first`. */
size_t regression_unit_end(const struct loy_regression *regression, size_t first);

/* Least squares by the normal equations' Cholesky, in the order of the columns; a column that those
 * before it explain gets coefficient 0 and `used` false. gram[order * order] (lower triangle) and
 * right[order] are overwritten; right becomes the coefficients, inverse[order] (may be NULL) the
 * diagonal of the inverse. */
void regression_solve(double *gram, double *right, size_t order, bool *used, double *inverse);

struct loy_regression_model {
    size_t own, common, rounds; /* own: with the intercept */
    size_t unit_count;
    int64_t row_count;
    double log_likelihood;
    double centre[REGRESSION_COLUMNS]; /* what was taken from the columns */
    double y_centre;
    double spread[REGRESSION_OWN];
    double *draws; /* [own + common][rounds]; the intercept of columns as they came */
    struct loy_regression_unit *units;
};

/* What the columns and the period of a row add up to by the model; a unit that it has not seen has
 * the means. */
double regression_predict(
    const struct loy_regression_model *model, size_t unit, const struct regression_row *row);

/* value - mean; what is only the rounding of a mean of equal numbers is 0. */
static inline double regression_centred(double value, double mean)
{
    const double rest = value - mean, size = mean < 0 ? -mean : mean;
    return rest < 1e-12 * size && rest > -1e-12 * size ? 0 : rest;
}

/* Mean, standard deviation and the 80 % interval of draws; false: out of memory. */
bool regression_interval(
    const double *draws, size_t count, double *mean, double *error, double interval[2]);

#endif
