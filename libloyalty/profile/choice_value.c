/* SPDX-License-Identifier: MIT
 *
 * choice_value.c - the likelihood of a member's choices: minus the sum over occasions of
 * ln(1 + sum over the others of exp(utility less that of the bought)). One place with derivatives,
 * or many places at once. Must not know of priors.
 */
#include "profile/choice_private.h"

#include "numeric/exponential.h"

#include <math.h>
#include <string.h>

/* Beyond, a choice is certain: exp would leave its range when multiplied over an occasion. */
#define UTILITY_MAX 200.0
/* A product of sums is taken to its logarithm before it leaves the range of a double. */
#define PRODUCT_MAX 1e150

static double clamp(double utility)
{
    return fmax(-UTILITY_MAX, fmin(UTILITY_MAX, utility));
}

static double row_utility(
    const struct choice_panel *panel, size_t row, int16_t bought, const double *theta)
{
    size_t k = panel->order - panel->constants;
    const double *x = panel->attributes + row * k;
    double utility = 0;
    if (panel->other[row] >= 0) utility += theta[panel->other[row]];
    if (bought >= 0) utility -= theta[bought];
    for (size_t i = 0; i < k; i++)
        utility += x[i] * theta[panel->constants + i];
    return clamp(utility);
}

/* The row as a vector over all parameters. */
static void row_spread(const struct choice_panel *panel, size_t row, int16_t bought, double *spread)
{
    size_t k = panel->order - panel->constants;
    memset(spread, 0, panel->constants * sizeof *spread);
    if (panel->other[row] >= 0) spread[panel->other[row]] += 1;
    if (bought >= 0) spread[bought] -= 1;
    memcpy(spread + panel->constants, panel->attributes + row * k, k * sizeof *spread);
}

/* Minus the second derivatives of an occasion whose rows have these chances. */
static void curvature_add(const struct choice_panel *panel, size_t occasion, const double *chances,
    const double *mean, double *matrix)
{
    size_t n = panel->order;
    double spread[CHOICE_ORDER];
    for (size_t row = panel->from[occasion]; row < panel->from[occasion + 1]; row++) {
        double chance = chances[row - panel->from[occasion]];
        row_spread(panel, row, panel->bought[occasion], spread);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                matrix[i * n + j] += chance * spread[i] * spread[j];
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            matrix[i * n + j] -= mean[i] * mean[j];
}

static double occasion_value(const struct choice_panel *panel, size_t occasion, const double *theta,
    double *slope, double *matrix)
{
    size_t n = panel->order, constants = panel->constants, k = n - constants;
    size_t first = panel->from[occasion], end = panel->from[occasion + 1];
    int16_t bought = panel->bought[occasion];
    double sum = 1, mean[CHOICE_ORDER] = {0}, chances[LOY_CHOICE_ALTERNATIVES_MAX];
    for (size_t row = first; row < end; row++)
        sum += chances[row - first] = exp(row_utility(panel, row, bought, theta));
    for (size_t row = first; slope && row < end; row++) {
        double chance = chances[row - first] /= sum;
        if (panel->other[row] >= 0) mean[panel->other[row]] += chance;
        if (bought >= 0) mean[bought] -= chance;
        for (size_t i = 0; i < k; i++)
            mean[constants + i] += chance * panel->attributes[row * k + i];
    }
    for (size_t i = 0; slope && i < n; i++)
        slope[i] -= mean[i];
    if (slope && matrix) curvature_add(panel, occasion, chances, mean, matrix);
    return -log(sum);
}

double choice_member_value(const struct choice_panel *panel, size_t member, const double *theta,
    double *slope, double *matrix)
{
    double value = 0;
    for (size_t o = panel->first[member]; o < panel->first[member + 1]; o++)
        value += occasion_value(panel, o, theta, slope, matrix);
    return value;
}

/* utility[d] of one row at all places. */
static void row_utilities(const struct choice_panel *panel, size_t row, int16_t bought,
    const double *theta, size_t draws, double *utility)
{
    size_t k = panel->order - panel->constants;
    const double *x = panel->attributes + row * k;
    const double *plus = panel->other[row] >= 0 ? theta + (size_t)panel->other[row] * draws : NULL;
    const double *minus = bought >= 0 ? theta + (size_t)bought * draws : NULL;
    for (size_t d = 0; d < draws; d++)
        utility[d] = (plus ? plus[d] : 0) - (minus ? minus[d] : 0);
    for (size_t i = 0; i < k; i++) {
        const double *coefficient = theta + (panel->constants + i) * draws, factor = x[i];
        if (factor == 0) continue;
        for (size_t d = 0; d < draws; d++)
            utility[d] += factor * coefficient[d];
    }
    for (size_t d = 0; d < draws; d++) {
        double u = utility[d];
        u = u > UTILITY_MAX ? UTILITY_MAX : u;
        utility[d] = u < -UTILITY_MAX ? -UTILITY_MAX : u;
    }
}

void choice_member_values(const struct choice_panel *panel, size_t member, const double *theta,
    size_t draws, double *value, double *work)
{
    double *utility = work, *sum = work + draws, *product = work + 2 * draws;
    for (size_t d = 0; d < draws; d++) {
        value[d] = 0;
        product[d] = 1;
    }
    for (size_t o = panel->first[member]; o < panel->first[member + 1]; o++) {
        double largest = 0;
        for (size_t d = 0; d < draws; d++)
            sum[d] = 1;
        for (size_t row = panel->from[o]; row < panel->from[o + 1]; row++) {
            row_utilities(panel, row, panel->bought[o], theta, draws, utility);
            numeric_exp_add(sum, utility, draws);
        }
        for (size_t d = 0; d < draws; d++) {
            product[d] *= sum[d];
            largest = product[d] > largest ? product[d] : largest;
        }
        if (largest < PRODUCT_MAX && o + 1 < panel->first[member + 1]) continue;
        for (size_t d = 0; d < draws; d++) {
            value[d] -= log(product[d]);
            product[d] = 1;
        }
    }
}
