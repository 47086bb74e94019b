/* SPDX-License-Identifier: MIT
 *
 * loyalty/guidance.h - guidance for the store: what prices and promotions do to weekly sales, and
 * which grades and kinds sell more than their share of the shelf. Pure: rows of sales and of the
 * price history come in, in any order; estimates with intervals go out; the same rows and seed give
 * the same bytes. Everybody's sales count, members' or not.
 */
#ifndef LOYALTY_GUIDANCE_H
#define LOYALTY_GUIDANCE_H

#include <loyalty/basket.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Hierarchical linear regression ------------------------------------------------------------
 *
 *     y = own' b_unit + common' g + w_period + e,   e ~ normal(0, s2_unit)
 *     b_unit ~ normal(mean, V),  w ~ normal(0, t2),  V ~ inverse Wishart(m + 3, (m + 3) diag
 * scale2)
 *
 * Rossi, Allenby and McCulloch, Bayesian Statistics and Marketing (2005), 3.7 (bayesm's
 * rhierLinearModel), with effects of periods and coefficients that all units share. s2_unit is
 * inverse chi-square with 3 degrees of freedom around the mean of the units' own residual
 * variances. All conditionals are exact; intervals come from Gibbs draws, so that they hold the
 * uncertainty of mean, V and t2 too. Own columns are centred inside: another unit of money adds a
 * constant to ln(price), and changes nothing but the intercept.
 */
#define LOY_REGRESSION_OWN_MAX 14u    /* without the intercept */
#define LOY_REGRESSION_COMMON_MAX 40u /* shared */

struct loy_regression;       /* rows */
struct loy_regression_model; /* a fit */

struct loy_regression_settings {
    size_t size;
    size_t own, common;
    bool periods;                         /* whether there is an effect of each period */
    double scale[LOY_REGRESSION_OWN_MAX]; /* prior spread of each own column; 0 takes 1 */
};
LOY_API enum loy_status loy_regression_open(
    const struct loy_regression_settings *settings, struct loy_regression **regression);
LOY_API void loy_regression_close(struct loy_regression *regression);
/* One row: own[settings.own] without the intercept, common[settings.common], both finite; `order`
 * says which of a unit's rows are later. LOY_E_ARGUMENT: not finite. */
struct loy_regression_row {
    int64_t unit, period, order;
    const double *own, *common;
    double y;
};
LOY_API enum loy_status loy_regression_add(
    struct loy_regression *regression, const struct loy_regression_row *row);

struct loy_regression_options {
    size_t size;
    size_t rounds; /* kept draws; 0: 2000, behind a quarter as many that are dropped */
    uint64_t seed;
    loy_progress_fn progress; /* or NULL */
    void *user;
};
/* LOY_NONE: fewer than two units, or fewer rows than coefficients. The rows stay. */
LOY_API enum loy_status loy_regression_fit(struct loy_regression *regression,
    const struct loy_regression_options *options, struct loy_regression_model **model);
LOY_API void loy_regression_model_close(struct loy_regression_model *model);

struct loy_regression_summary {
    int64_t units, rows;
    size_t coefficients;   /* intercept, own, common */
    double log_likelihood; /* at the posterior means, units' coefficients integrated out */
};
LOY_API void loy_regression_summary_get(
    const struct loy_regression_model *model, struct loy_regression_summary *summary);
/* 0 is the intercept, then own, then common. low to high: 80 %. spread: standard deviation between
 * units, 0 of common ones. The intercept is that of columns as they came, its spread that at their
 * means. */
struct loy_regression_coefficient {
    double mean, standard_error, low, high, spread;
};
LOY_API enum loy_status loy_regression_coefficient_get(const struct loy_regression_model *model,
    size_t coefficient, struct loy_regression_coefficient *value);
/* A unit's own coefficients, units in ascending number; reliability: 1 - posterior variance over
 * V's. LOY_NONE past the last. */
struct loy_regression_unit {
    int64_t unit, rows;
    double mean[LOY_REGRESSION_OWN_MAX + 1], low[LOY_REGRESSION_OWN_MAX + 1],
        high[LOY_REGRESSION_OWN_MAX + 1], reliability[LOY_REGRESSION_OWN_MAX + 1];
};
LOY_API enum loy_status loy_regression_unit_get(
    const struct loy_regression_model *model, size_t index, struct loy_regression_unit *unit);
/* The draws of a coefficient's mean over units, `rounds` of them; valid as long as the model. */
LOY_API const double *loy_regression_draws(
    const struct loy_regression_model *model, size_t coefficient, size_t *rounds);

/* Least squares without a hierarchy: one intercept, or one per unit. Own, then common columns; one
 * that is a combination of those before it is NaN. LOY_NONE: too few rows. */
struct loy_regression_line {
    double coefficients[LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX];
    double standard_errors[LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX];
    int64_t rows;
};
LOY_API enum loy_status loy_regression_least_squares(
    struct loy_regression *regression, bool unit_effects, struct loy_regression_line *line);

/* The last rows of each unit (those with three times as many at least) kept out, the rest fitted:
 * root mean square errors. The separate fits are least squares per unit. LOY_NONE: no unit has
 * enough rows. */
struct loy_regression_holdout {
    int64_t units, rows;
    double hierarchical, separate, unit_mean, pooled;
};
LOY_API enum loy_status loy_regression_holdout_get(struct loy_regression *regression,
    const struct loy_regression_options *options, size_t last,
    struct loy_regression_holdout *holdout);
#ifdef __cplusplus
}
#endif
#endif
