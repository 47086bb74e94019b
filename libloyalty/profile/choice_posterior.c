/* SPDX-License-Identifier: MIT
 *
 * choice_posterior.c - one member's coefficients given the population: the mode by damped Newton,
 * mean and covariance by importance sampling with draws of Student's t around it. The normal at the
 * mode alone has too small a spread where purchases are few.
 */
#include "profile/choice_private.h"

#include "numeric/gamma.h"
#include "numeric/random.h"

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846
#define STEP_MAX 3.0
#define STEP_DONE 1e-11
#define HALVINGS_MAX 30

/* ---- Draws and prior ------------------------------------------------------------------------ */

/* Student's t around 0, each with its mirror image; bonus: minus the ln of the density, without its
 * constant. */
static void draws_fill(
    uint64_t seed, int64_t number, size_t order, size_t draws, struct choice_room *room)
{
    struct numeric_random random = numeric_random_at(seed, choice_member_hash(number));
    size_t half = draws / 2;
    for (size_t d = 0; d < half; d++) {
        double chi_square = 2 * numeric_random_gamma(&random, CHOICE_DEGREES / 2);
        double scale = sqrt(CHOICE_DEGREES / chi_square), squares = 0;
        for (size_t i = 0; i < order; i++) {
            double value = numeric_random_normal(&random) * scale;
            room->t[i * draws + d] = value;
            room->t[i * draws + half + d] = -value;
            squares += value * value;
        }
        room->bonus[d] = (CHOICE_DEGREES + (double)order) / 2 * log1p(squares / CHOICE_DEGREES);
        room->bonus[half + d] = room->bonus[d];
    }
}

bool choice_prior_make(struct choice_prior *prior, size_t order, const double *covariance)
{
    double factor[CHOICE_ORDER * CHOICE_ORDER];
    prior->order = order;
    memcpy(factor, covariance, order * order * sizeof *factor);
    if (!numeric_cholesky(factor, order)) return false;
    for (size_t i = 0; i < order; i++) {
        double *row = prior->precision + i * order;
        for (size_t j = 0; j < order; j++)
            row[j] = i == j;
        numeric_cholesky_solve(factor, order, row);
    }
    memcpy(prior->root, prior->precision, order * order * sizeof *factor);
    if (!numeric_cholesky(prior->root, order)) return false;
    prior->log_root = 0;
    for (size_t i = 0; i < order; i++)
        prior->log_root += log(prior->root[i * order + i]);
    return true;
}

/* ---- The mode ------------------------------------------------------------------------------- */

double choice_prior_value(const struct choice_prior *prior, const double *theta, const double *mean)
{
    size_t n = prior->order;
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        double part = 0;
        for (size_t i = j; i < n; i++)
            part += prior->root[i * n + j] * (theta[i] - mean[i]);
        sum += part * part;
    }
    return -sum / 2;
}

static double total_value(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, const double *theta)
{
    return choice_member_value(panel, member, theta, NULL, NULL) +
           choice_prior_value(prior, theta, mean);
}

/* Slope of likelihood and prior at the mode, and the curvature factored. */
static bool slopes_find(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, const double *theta, double *slope,
    double *curvature)
{
    size_t n = prior->order;
    memcpy(curvature, prior->precision, n * n * sizeof *curvature);
    for (size_t i = 0; i < n; i++) {
        slope[i] = 0;
        for (size_t j = 0; j < n; j++)
            slope[i] -= prior->precision[i * n + j] * (theta[j] - mean[j]);
    }
    choice_member_value(panel, member, theta, slope, curvature);
    return numeric_cholesky(curvature, n);
}

/* Halves the step until the value does not fall. */
static double step_take(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, const double *step, double *theta,
    double before)
{
    double to[CHOICE_ORDER], factor = 1, value = before;
    for (int i = 0; i < HALVINGS_MAX; i++, factor /= 2) {
        for (size_t k = 0; k < prior->order; k++)
            to[k] = theta[k] + factor * step[k];
        value = total_value(panel, member, prior, mean, to);
        if (value >= before - 1e-12 * fabs(before)) break;
    }
    memcpy(theta, to, prior->order * sizeof *to);
    return value;
}

static bool mode_find(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, int steps_max,
    struct choice_posterior *posterior, double *curvature)
{
    double step[CHOICE_ORDER];
    double value = total_value(panel, member, prior, mean, posterior->mode);
    for (int i = 0; i < steps_max; i++) {
        if (!slopes_find(panel, member, prior, mean, posterior->mode, step, curvature))
            return false;
        numeric_cholesky_solve(curvature, prior->order, step);
        double longest = 0;
        for (size_t k = 0; k < prior->order; k++)
            longest = fmax(longest, fabs(step[k]));
        if (longest < STEP_DONE) return true;
        for (size_t k = 0; longest > STEP_MAX && k < prior->order; k++)
            step[k] *= STEP_MAX / longest;
        value = step_take(panel, member, prior, mean, step, posterior->mode, value);
    }
    return slopes_find(panel, member, prior, mean, posterior->mode, step, curvature);
}

/* ---- Around the mode ------------------------------------------------------------------------ */

/* The inverse transposed of a lower factor: upper. */
static void factor_invert(const double *factor, size_t n, double *inverse)
{
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t j = 0; j < n; j++) {
        inverse[j * n + j] = 1 / factor[j * n + j];
        for (size_t i = j + 1; i < n; i++) {
            double sum = 0;
            for (size_t k = j; k < i; k++)
                sum -= factor[i * n + k] * inverse[j * n + k];
            inverse[j * n + i] = sum / factor[i * n + i];
        }
    }
}

static void normal_moments(const double *spread, struct choice_posterior *posterior, size_t n)
{
    memcpy(posterior->mean, posterior->mode, n * sizeof *posterior->mean);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = i; k < n; k++)
                sum += spread[i * n + k] * spread[j * n + k];
            posterior->covariance[i * n + j] = posterior->covariance[j * n + i] = sum;
        }
}

/* theta = mode + spread t. */
static void places_make(const double *spread, const double *t, size_t n, size_t draws,
    const double *mode, double *theta)
{
    for (size_t i = 0; i < n; i++) {
        double *to = theta + i * draws;
        for (size_t d = 0; d < draws; d++)
            to[d] = mode[i];
        for (size_t k = i; k < n; k++) {
            const double *from = t + k * draws;
            double factor = spread[i * n + k];
            for (size_t d = 0; d < draws; d++)
                to[d] += factor * from[d];
        }
    }
}

/* Subtracts half of the squared distance to the prior's mean. */
static void prior_add(const struct choice_prior *prior, const double *mean, const double *theta,
    size_t draws, double *value, double *part)
{
    size_t n = prior->order;
    for (size_t j = 0; j < n; j++) {
        memset(part, 0, draws * sizeof *part);
        for (size_t i = j; i < n; i++) {
            double factor = prior->root[i * n + j], at = mean[i];
            for (size_t d = 0; d < draws; d++)
                part[d] += factor * (theta[i * draws + d] - at);
        }
        for (size_t d = 0; d < draws; d++)
            value[d] -= part[d] * part[d] / 2;
    }
}

/* Weights that sum to 1; gives the ln of what they were divided by. */
static double weights_make(const double *value, size_t draws, double *weight)
{
    double largest = -INFINITY, sum = 0;
    for (size_t d = 0; d < draws; d++)
        largest = fmax(largest, value[d]);
    for (size_t d = 0; d < draws; d++)
        sum += weight[d] = exp(value[d] - largest);
    for (size_t d = 0; d < draws; d++)
        weight[d] /= sum;
    return largest + log(sum);
}

static double weighted(const double *weight, const double *x, const double *y, size_t draws)
{
    double sums[4] = {0};
    for (size_t d = 0; d + 4 <= draws; d += 4)
        for (size_t i = 0; i < 4; i++)
            sums[i] += weight[d + i] * x[d + i] * (y ? y[d + i] : 1);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void moments_find(
    double *theta, const double *weight, size_t n, size_t draws, struct choice_posterior *posterior)
{
    for (size_t i = 0; i < n; i++) {
        double mean = weighted(weight, theta + i * draws, NULL, draws);
        posterior->mean[i] = mean;
        for (size_t d = 0; d < draws; d++)
            theta[i * draws + d] -= mean;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            posterior->covariance[i * n + j] = posterior->covariance[j * n + i] =
                weighted(weight, theta + i * draws, theta + j * draws, draws);
}

/* ln of the constant of the t density, whose scale has this ln of a determinant. */
static double density_constant(size_t n, double log_scale)
{
    double half = (double)n / 2;
    return numeric_lgamma(CHOICE_DEGREES / 2 + half) - numeric_lgamma(CHOICE_DEGREES / 2) -
           half * log(CHOICE_DEGREES * PI) - log_scale;
}

/* ln of the integral of likelihood times prior, from the sum of the weights. */
static double marginal_find(
    const struct choice_prior *prior, const double *spread, size_t draws, double log_sum)
{
    double log_scale = 0;
    size_t n = prior->order;
    for (size_t i = 0; i < n; i++)
        log_scale += log(spread[i * n + i]);
    return log_sum - log((double)draws) - density_constant(n, log_scale) + prior->log_root -
           (double)n / 2 * log(2 * PI);
}

static double effective_draws(const double *weight, size_t draws)
{
    double squares = 0;
    for (size_t d = 0; d < draws; d++)
        squares += weight[d] * weight[d];
    return 1 / squares;
}

bool choice_posterior_find(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, uint64_t seed, size_t draws,
    int steps_max, struct choice_room *room, struct choice_posterior *posterior)
{
    double curvature[CHOICE_ORDER * CHOICE_ORDER], spread[CHOICE_ORDER * CHOICE_ORDER];
    size_t n = prior->order;
    if (!mode_find(panel, member, prior, mean, steps_max, posterior, curvature)) return false;
    factor_invert(curvature, n, spread);
    if (draws == 0) {
        normal_moments(spread, posterior, n);
        return true;
    }
    draws_fill(seed, panel->numbers[member], n, draws, room);
    places_make(spread, room->t, n, draws, posterior->mode, room->theta);
    choice_member_values(panel, member, room->theta, draws, room->value, room->work);
    prior_add(prior, mean, room->theta, draws, room->value, room->work);
    for (size_t d = 0; d < draws; d++)
        room->value[d] += room->bonus[d];
    double log_sum = weights_make(room->value, draws, room->weight);
    posterior->log_marginal = marginal_find(prior, spread, draws, log_sum);
    posterior->effective = effective_draws(room->weight, draws);
    moments_find(room->theta, room->weight, n, draws, posterior);
    return true;
}
