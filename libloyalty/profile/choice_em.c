/* SPDX-License-Identifier: MIT
 *
 * choice_em.c - the mode of a population by Monte Carlo EM: members' posteriors given the
 * population, then the population given their means and covariances. The draws are the same in all
 * rounds, so a round is a function whose fixed point SQUAREM finds (Varadhan, Roland (2008),
 * Scandinavian Journal of Statistics 35, 335-353): a fifth of the rounds. In: a panel and a start.
 * Out: a population.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sigma's prior here, where a mode is wanted to begin with: bayesm's inverse Wishart, degrees and
 * scale. */
#define PRIOR_WEIGHT(n) ((double)(n) + 3)
#define NORMAL_ROUNDS 10 /* with the normal at the mode: cheap, and near */
#define CYCLES_MAX 4     /* from where these end, choice_gibbs.c finds its way */
#define STEP_DONE 0.02   /* of a round, in standard deviations between members */
/* What an extrapolation may lose in ln of the posterior, lest it leaves the hill. */
#define LOSS_MAX 0.5

/* ---- A round -------------------------------------------------------------------------------- */

static double *covariance_add(const struct choice_hierarchy *hierarchy,
    const struct choice_population *population, size_t member, double *sigma)
{
    const struct choice_posterior *posterior = &hierarchy->posteriors[member];
    size_t n = population->order;
    double away[CHOICE_ORDER];
    choice_population_mean(population, hierarchy->design + member * hierarchy->columns, away);
    for (size_t i = 0; i < n; i++)
        away[i] = posterior->mean[i] - away[i];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            sigma[i * n + j] += away[i] * away[j] + posterior->covariance[i * n + j];
    return sigma;
}

static enum loy_status maximise(
    const struct choice_hierarchy *hierarchy, struct choice_population *population)
{
    size_t n = population->order, members = hierarchy->panel->members;
    double *sigma = population->covariance, weight = PRIOR_WEIGHT(n);
    const double **means = calloc(members + 1, sizeof *means);
    if (!means) return LOY_E_MEMORY;
    for (size_t m = 0; m < members; m++)
        means[m] = hierarchy->posteriors[m].mean;
    choice_hierarchy_regress(hierarchy, means, population);
    free(means);
    for (size_t i = 0; i < n * n; i++)
        sigma[i] = i % (n + 1) == 0 ? weight : 0;
    for (size_t m = 0; m < members; m++)
        covariance_add(hierarchy, population, m, sigma);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            sigma[i * n + j] = sigma[j * n + i] =
                sigma[i * n + j] / ((double)members + weight + (double)n + 1);
    return LOY_OK;
}

/* ln of the posterior of the population that the last expectation was made with. */
static double merit_find(
    const struct choice_hierarchy *hierarchy, const struct choice_population *population)
{
    struct choice_prior prior;
    size_t n = population->order;
    double sum = 0, trace = 0, weight = PRIOR_WEIGHT(n);
    if (!choice_prior_make(&prior, n, population->covariance)) return -INFINITY;
    for (size_t m = 0; m < hierarchy->panel->members; m++)
        sum += hierarchy->posteriors[m].log_marginal;
    for (size_t i = 0; i < n; i++)
        trace += prior.precision[i * n + i];
    return sum + (weight + (double)n + 1) * prior.log_root - weight * trace / 2;
}

static enum loy_status round_make(
    struct choice_hierarchy *hierarchy, struct choice_population *population, double *merit)
{
    hierarchy->rounds += hierarchy->rounds < CHOICE_EM_STEPS;
    if (choice_hierarchy_cancelled(hierarchy, hierarchy->rounds)) return LOY_E_CANCELLED;
    enum loy_status status = choice_hierarchy_expect(hierarchy, population, CHOICE_DRAWS_ROUND, 3);
    if (status != LOY_OK) return status;
    *merit = merit_find(hierarchy, population);
    return maximise(hierarchy, population);
}

/* ---- SQUAREM -------------------------------------------------------------------------------- */

/* Of what two rounds changed: how far, in standard deviations between members. */
static double distance(const struct choice_population *unit, const struct choice_population *step)
{
    size_t n = unit->order;
    double sum = 0;
    for (size_t i = 0; i < n * unit->columns; i++)
        sum += step->delta[i] * step->delta[i] / unit->covariance[i % n * (n + 1)];
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double at = step->covariance[i * n + j];
            sum += at * at / (unit->covariance[i * (n + 1)] * unit->covariance[j * (n + 1)]);
        }
    return sqrt(sum);
}

/* to = a + factor * b, in all parts. */
static void combine(const struct choice_population *a, double factor,
    const struct choice_population *b, struct choice_population *to)
{
    size_t n = a->order;
    to->order = n;
    to->columns = a->columns;
    for (size_t i = 0; i < n * a->columns; i++)
        to->delta[i] = a->delta[i] + factor * b->delta[i];
    for (size_t i = 0; i < n * n; i++)
        to->covariance[i] = a->covariance[i] + factor * b->covariance[i];
}

static bool is_proper(const struct choice_population *population)
{
    double factor[CHOICE_ORDER * CHOICE_ORDER];
    memcpy(factor, population->covariance, population->order * population->order * sizeof *factor);
    return numeric_cholesky(factor, population->order);
}

/* start, first and second: before a round, after it, after another. */
struct cycle {
    struct choice_population start, first, second, step, turn, to;
};

/* Goes as far as the two rounds point to, shorter and shorter while that is no better. */
static enum loy_status extrapolate(struct choice_hierarchy *hierarchy, struct cycle *cycle,
    double length, double merit, struct choice_population *population)
{
    for (double a = length; a < -1.01; a = (a - 1) / 2) {
        double reached;
        combine(&cycle->start, -2 * a, &cycle->step, &cycle->to);
        combine(&cycle->to, a * a, &cycle->turn, &cycle->to);
        if (!is_proper(&cycle->to)) continue;
        enum loy_status status = round_make(hierarchy, &cycle->to, &reached);
        if (status == LOY_OK && reached > merit - LOSS_MAX) {
            *population = cycle->to;
            return LOY_OK;
        }
        if (status != LOY_OK && status != LOY_E_LIMIT) return status;
    }
    *population = cycle->second;
    return LOY_OK;
}

static enum loy_status cycle_make(struct choice_hierarchy *hierarchy, struct cycle *cycle,
    struct choice_population *population, double *moved)
{
    double merit;
    cycle->start = *population;
    enum loy_status status = round_make(hierarchy, population, &merit);
    cycle->first = *population;
    if (status == LOY_OK) status = round_make(hierarchy, population, &merit);
    if (status != LOY_OK) return status;
    cycle->second = *population;
    combine(&cycle->first, -1, &cycle->start, &cycle->step);
    combine(&cycle->second, -1, &cycle->first, &cycle->turn);
    combine(&cycle->turn, -1, &cycle->step, &cycle->turn);
    *moved = distance(&cycle->start, &cycle->step);
    double bend = distance(&cycle->start, &cycle->turn);
    if (*moved < STEP_DONE || !(bend > 0)) return LOY_OK;
    return extrapolate(hierarchy, cycle, fmin(-1, -*moved / bend), merit, population);
}

enum loy_status choice_em_fit(
    struct choice_hierarchy *hierarchy, const double *start, struct choice_population *population)
{
    size_t n = hierarchy->panel->order;
    struct cycle *cycle = calloc(1, sizeof *cycle);
    if (!cycle) return LOY_E_MEMORY;
    *population = (struct choice_population){.order = n, .columns = hierarchy->columns};
    memcpy(population->delta, start, n * sizeof *start);
    for (size_t i = 0; i < n; i++)
        population->covariance[i * (n + 1)] = 1;
    for (size_t m = 0; m < hierarchy->panel->members; m++)
        memcpy(hierarchy->posteriors[m].mode, start, n * sizeof *start);
    enum loy_status status = LOY_OK;
    for (int round = 0; status == LOY_OK && round < NORMAL_ROUNDS; round++) {
        status = choice_hierarchy_expect(hierarchy, population, 0, round == 0 ? 25 : 3);
        if (status == LOY_OK) status = maximise(hierarchy, population);
    }
    double moved = INFINITY;
    for (int i = 0; status == LOY_OK && moved >= STEP_DONE && i < CYCLES_MAX; i++)
        status = cycle_make(hierarchy, cycle, population, &moved);
    free(cycle);
    return status;
}
