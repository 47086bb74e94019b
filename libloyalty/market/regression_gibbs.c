/* SPDX-License-Identifier: MIT
 *
 * regression_gibbs.c - one round of the sampler: units, shared coefficients, periods, population.
 * In: the state before. Out: the state behind. Must not know what is kept of it.
 */
#include "regression_gibbs.h"

#include "numeric/cholesky.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define VARIANCE_DEGREES 3.0 /* of the priors of residual variances and of the periods' */
#define PERIOD_SCALE .01     /* prior variance of a period's effect */
#define TINY 1e-12

static double chi_square(struct numeric_random *random, double degrees)
{
    return 2 * numeric_random_gamma(random, degrees / 2);
}

/* Solves L' x = vector in place, L below the diagonal of factor. */
static void solve_upper(const double *factor, size_t order, double *vector)
{
    for (size_t i = order; i-- > 0;) {
        for (size_t k = i + 1; k < order; k++)
            vector[i] -= factor[k * order + i] * vector[k];
        vector[i] /= factor[i * order + i];
    }
}

/* A draw from normal(P^-1 right, P^-1); P is overwritten. */
static bool normal_draw(
    struct numeric_random *random, double *precision, double *right, size_t order, double *draw)
{
    double noise[REGRESSION_COLUMNS];
    if (!numeric_cholesky(precision, order)) return false;
    for (size_t k = 0; k < order; k++)
        noise[k] = numeric_random_normal(random);
    solve_upper(precision, order, noise);
    numeric_cholesky_solve(precision, order, right);
    for (size_t k = 0; k < order; k++)
        draw[k] = right[k] + noise[k];
    return true;
}

static const double *row_own(const struct gibbs *gibbs, size_t row)
{
    return gibbs->x + row * (gibbs->own + gibbs->common_count);
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += a[k] * b[k];
    return sum;
}

static double row_effect(const struct gibbs *gibbs, size_t row)
{
    return gibbs->period_count ? gibbs->effects[gibbs->period[row]] : 0;
}

/* ---- Units ----------------------------------------------------------------------------------- */

static void unit_keep(const struct gibbs *gibbs, struct gibbs_unit *unit)
{
    for (size_t k = 0; k < gibbs->own; k++) {
        unit->sum[k] += unit->own[k];
        unit->squares[k] += unit->own[k] * unit->own[k];
    }
    unit->variance_sum += unit->variance;
}

static bool unit_draw(struct gibbs *gibbs, struct gibbs_unit *unit)
{
    const size_t m = gibbs->own;
    double precision[REGRESSION_OWN * REGRESSION_OWN], right[REGRESSION_OWN], squares = 0;
    for (size_t k = 0; k < m; k++) {
        right[k] = dot(gibbs->precision + k * m, gibbs->mean, m);
        for (size_t l = 0; l < m; l++)
            precision[k * m + l] =
                gibbs->precision[k * m + l] + unit->gram[k * m + l] / unit->variance;
    }
    for (size_t i = unit->first; i < unit->end; i++) {
        const double *x = row_own(gibbs, i);
        const double rest =
            gibbs->y[i] - row_effect(gibbs, i) - dot(x + m, gibbs->common, gibbs->common_count);
        for (size_t k = 0; k < m; k++)
            right[k] += x[k] * rest / unit->variance;
    }
    if (!normal_draw(&gibbs->random, precision, right, m, unit->own)) return false;
    for (size_t i = unit->first; i < unit->end; i++) {
        const double *x = row_own(gibbs, i);
        const double error = gibbs->y[i] - row_effect(gibbs, i) -
                             dot(x + m, gibbs->common, gibbs->common_count) - dot(x, unit->own, m);
        squares += error * error;
    }
    const double degrees = VARIANCE_DEGREES + (double)(unit->end - unit->first);
    unit->variance =
        (VARIANCE_DEGREES * gibbs->residual_scale + squares) / chi_square(&gibbs->random, degrees);
    return true;
}

/* ---- What units share ------------------------------------------------------------------------ */

static bool common_draw(struct gibbs *gibbs)
{
    const size_t m = gibbs->own, c = gibbs->common_count;
    double precision[LOY_REGRESSION_COMMON_MAX * LOY_REGRESSION_COMMON_MAX] = {0};
    double right[LOY_REGRESSION_COMMON_MAX] = {0};
    if (c == 0) return true;
    const struct loy_regression_settings *settings = &gibbs->regression->settings;
    for (size_t k = 0; k < c; k++) {
        const double spread = settings->common_spread[k];
        precision[k * c + k] = 1 / (spread * spread);
        right[k] = settings->common_mean[k] / (spread * spread);
    }
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        const struct gibbs_unit *unit = &gibbs->units[u];
        for (size_t k = 0; k < c * c; k++)
            precision[k] += unit->common_gram[k] / unit->variance;
        for (size_t i = unit->first; i < unit->end; i++) {
            const double *x = row_own(gibbs, i);
            const double rest =
                (gibbs->y[i] - row_effect(gibbs, i) - dot(x, unit->own, m)) / unit->variance;
            for (size_t k = 0; k < c; k++)
                right[k] += x[m + k] * rest;
        }
    }
    return normal_draw(&gibbs->random, precision, right, c, gibbs->common);
}

static double effect_variance_draw(struct gibbs *gibbs)
{
    double squares = dot(gibbs->effects, gibbs->effects, gibbs->period_count);
    return (VARIANCE_DEGREES * PERIOD_SCALE + squares) /
           chi_square(&gibbs->random, VARIANCE_DEGREES + (double)gibbs->period_count);
}

/* sums: [period_count] of precision, then of precision times what is left. */
static void periods_draw(struct gibbs *gibbs, double *sums)
{
    const size_t m = gibbs->own, count = gibbs->period_count;
    if (count == 0) return;
    memset(sums, 0, 2 * count * sizeof *sums);
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        const struct gibbs_unit *unit = &gibbs->units[u];
        for (size_t i = unit->first; i < unit->end; i++) {
            const double *x = row_own(gibbs, i);
            sums[gibbs->period[i]] += 1 / unit->variance;
            sums[count + gibbs->period[i]] += (gibbs->y[i] - dot(x, unit->own, m) -
                                                  dot(x + m, gibbs->common, gibbs->common_count)) /
                                              unit->variance;
        }
    }
    for (size_t t = 0; t < count; t++) {
        const double precision = sums[t] + 1 / gibbs->effect_variance;
        gibbs->effects[t] =
            sums[count + t] / precision + numeric_random_normal(&gibbs->random) / sqrt(precision);
    }
    gibbs->effect_variance = effect_variance_draw(gibbs);
}

double gibbs_period_mean(const struct gibbs *gibbs)
{
    double sum = 0;
    for (size_t t = 0; t < gibbs->period_count; t++)
        sum += gibbs->effects[t] / (double)gibbs->period_count;
    return sum;
}

/* ---- The population -------------------------------------------------------------------------- */

static void scatter_make(const struct gibbs *gibbs, const double *centre, double *scatter)
{
    const size_t m = gibbs->own;
    const struct loy_regression_settings *settings = &gibbs->regression->settings;
    for (size_t k = 0; k < m; k++) {
        const double scale = k == 0 ? 1 : settings->scale[k - 1];
        scatter[k * m + k] = (double)(m + 3) * scale * scale;
    }
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        const double *own = gibbs->units[u].own;
        for (size_t k = 0; k < m; k++)
            for (size_t l = 0; l < m; l++)
                scatter[k * m + l] += (own[k] - centre[k]) * (own[l] - centre[l]);
    }
}

/* Bartlett: with S = L L' and A lower triangular, A_ii^2 ~ chi-square(degrees - i), A_ij normal,
 * T = L'^-1 A gives V^-1 = T T' ~ Wishart(S^-1). */
static void precision_draw(struct gibbs *gibbs, const double *factor)
{
    const size_t m = gibbs->own;
    const double degrees = (double)(m + 3 + gibbs->unit_count);
    double columns[REGRESSION_OWN][REGRESSION_OWN] = {{0}}; /* of A, then of T */
    for (size_t k = 0; k < m; k++) {
        columns[k][k] = sqrt(chi_square(&gibbs->random, degrees - (double)k));
        for (size_t i = k + 1; i < m; i++)
            columns[k][i] = numeric_random_normal(&gibbs->random);
        solve_upper(factor, m, columns[k]);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) {
            double sum = 0;
            for (size_t k = 0; k < m; k++)
                sum += columns[k][i] * columns[k][j];
            gibbs->precision[i * m + j] = sum;
        }
}

static bool variance_make(struct gibbs *gibbs, double *factor)
{
    const size_t m = gibbs->own;
    memcpy(factor, gibbs->precision, m * m * sizeof *factor);
    if (!numeric_cholesky(factor, m)) return false;
    for (size_t k = 0; k < m; k++) {
        double unit[REGRESSION_OWN] = {0};
        unit[k] = 1;
        numeric_cholesky_solve(factor, m, unit);
        memcpy(gibbs->variance + k * m, unit, m * sizeof *unit);
    }
    return true;
}

static bool population_draw(struct gibbs *gibbs)
{
    const size_t m = gibbs->own;
    double centre[REGRESSION_OWN] = {0}, scatter[REGRESSION_OWN * REGRESSION_OWN] = {0};
    double noise[REGRESSION_OWN];
    for (size_t u = 0; u < gibbs->unit_count; u++)
        for (size_t k = 0; k < m; k++)
            centre[k] += gibbs->units[u].own[k] / (double)gibbs->unit_count;
    scatter_make(gibbs, centre, scatter);
    if (!numeric_cholesky(scatter, m)) return false;
    precision_draw(gibbs, scatter);
    if (!variance_make(gibbs, scatter)) return false;
    for (size_t k = 0; k < m; k++)
        noise[k] = numeric_random_normal(&gibbs->random);
    solve_upper(scatter, m, noise);
    for (size_t k = 0; k < m; k++)
        gibbs->mean[k] = centre[k] + noise[k] / sqrt((double)gibbs->unit_count);
    return true;
}

static void population_keep(struct gibbs *gibbs)
{
    for (size_t k = 0; k < gibbs->own * gibbs->own; k++)
        gibbs->variance_sum[k] += gibbs->variance[k];
    for (size_t k = 0; k < gibbs->own; k++)
        gibbs->mean_sum[k] += gibbs->mean[k];
    for (size_t k = 0; k < gibbs->common_count; k++)
        gibbs->common_sum[k] += gibbs->common[k];
    for (size_t t = 0; t < gibbs->period_count; t++)
        gibbs->effect_sum[t] += gibbs->effects[t];
}

bool gibbs_round(struct gibbs *gibbs, bool kept)
{
    for (size_t u = 0; u < gibbs->unit_count; u++) {
        if (!unit_draw(gibbs, &gibbs->units[u])) return false;
        if (kept) unit_keep(gibbs, &gibbs->units[u]);
    }
    if (!common_draw(gibbs)) return false;
    periods_draw(gibbs, gibbs->effect_sum + gibbs->period_count);
    if (!population_draw(gibbs)) return false;
    if (kept) population_keep(gibbs);
    return true;
}

/* ---- Likelihood ------------------------------------------------------------------------------
 *
 * y_i ~ normal(X mean + C g + w, s2 I + X V X'); by Woodbury, with A = V^-1 + X'X/s2 and d the
 * residuals: ln|.| = n ln s2 + ln|V| + ln|A|, quadratic form d'd/s2 - (X'd)' A^-1 (X'd) / s2^2.
 */
static double log_determinant(const double *factor, size_t order)
{
    double sum = 0;
    for (size_t k = 0; k < order; k++)
        sum += 2 * log(factor[k * order + k]);
    return sum;
}

static double unit_log_likelihood(const struct gibbs *gibbs, const struct gibbs_unit *unit,
    double variance, double population_determinant)
{
    const size_t m = gibbs->own;
    double a[REGRESSION_OWN * REGRESSION_OWN], right[REGRESSION_OWN] = {0}, solved[REGRESSION_OWN];
    double squares = 0;
    for (size_t i = unit->first; i < unit->end; i++) {
        const double *x = row_own(gibbs, i);
        const double d = gibbs->y[i] - row_effect(gibbs, i) - dot(x, gibbs->mean, m) -
                         dot(x + m, gibbs->common, gibbs->common_count);
        squares += d * d;
        for (size_t k = 0; k < m; k++)
            right[k] += x[k] * d;
    }
    for (size_t k = 0; k < m * m; k++)
        a[k] = gibbs->precision[k] + unit->gram[k] / variance;
    if (!numeric_cholesky(a, m)) return NAN;
    memcpy(solved, right, sizeof solved);
    numeric_cholesky_solve(a, m, solved);
    const double n = (double)(unit->end - unit->first);
    const double form = squares / variance - dot(right, solved, m) / (variance * variance);
    return -.5 * (n * log(2 * 3.14159265358979323846 * variance) + population_determinant +
                     log_determinant(a, m) + form);
}

double gibbs_log_likelihood(struct gibbs *gibbs, size_t rounds)
{
    const size_t m = gibbs->own;
    const double n = (double)rounds;
    double factor[REGRESSION_OWN * REGRESSION_OWN], sum = 0;
    for (size_t k = 0; k < m; k++)
        gibbs->mean[k] = gibbs->mean_sum[k] / n;
    for (size_t k = 0; k < gibbs->common_count; k++)
        gibbs->common[k] = gibbs->common_sum[k] / n;
    for (size_t t = 0; t < gibbs->period_count; t++)
        gibbs->effects[t] = gibbs->effect_sum[t] / n;
    for (size_t k = 0; k < m * m; k++)
        gibbs->precision[k] = gibbs->variance_sum[k] / n;
    memcpy(factor, gibbs->precision, sizeof factor);
    if (!numeric_cholesky(factor, m)) return NAN;
    const double determinant = log_determinant(factor, m);
    if (!variance_make(gibbs, factor)) return NAN; /* of V: gives its inverse */
    memcpy(gibbs->precision, gibbs->variance, sizeof gibbs->precision);
    for (size_t u = 0; u < gibbs->unit_count; u++)
        sum += unit_log_likelihood(
            gibbs, &gibbs->units[u], fmax(gibbs->units[u].variance_sum / n, TINY), determinant);
    return sum;
}
