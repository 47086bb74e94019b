/* SPDX-License-Identifier: MIT
 *
 * choice_hierarchy.c - what both ways of fitting a population need: the design of the members'
 * traits, and the posteriors of all members given a population, in threads that the caller lends.
 * Results do not depend on the threads: each member has draws of his own, sums go in his order.
 */
#include "profile/choice_private.h"

#include <stdlib.h>
#include <string.h>

#define SHARD 32u /* members of one task */

void choice_population_mean(
    const struct choice_population *population, const double *row, double *mean)
{
    size_t n = population->order;
    for (size_t i = 0; i < n; i++) {
        mean[i] = 0;
        for (size_t k = 0; k < population->columns; k++)
            mean[i] += row[k] * population->delta[k * n + i];
    }
}

static bool square_make(struct choice_hierarchy *hierarchy)
{
    size_t q = hierarchy->columns;
    double *square = hierarchy->square;
    memset(square, 0, q * q * sizeof *square);
    for (size_t m = 0; m < hierarchy->panel->members; m++) {
        const double *row = hierarchy->design + m * q;
        for (size_t i = 0; i < q; i++)
            for (size_t j = 0; j <= i; j++)
                square[i * q + j] += row[i] * row[j];
    }
    for (size_t i = 0; i < q; i++)
        square[i * q + i] += CHOICE_TRAIT_RIDGE;
    return numeric_cholesky(square, q);
}

enum loy_status choice_hierarchy_open(struct choice_hierarchy *hierarchy)
{
    size_t n = hierarchy->panel->order, members = hierarchy->panel->members, width = n * (n + 2);
    hierarchy->posteriors = calloc(members + 1, sizeof *hierarchy->posteriors);
    hierarchy->places = calloc(members * width + 1, sizeof *hierarchy->places);
    if (!hierarchy->posteriors || !hierarchy->places) return LOY_E_MEMORY;
    for (size_t m = 0; m < members; m++) {
        double *place = hierarchy->places + m * width;
        hierarchy->posteriors[m] = (struct choice_posterior){
            .mode = place, .mean = place + n, .covariance = place + 2 * n};
    }
    return square_make(hierarchy) ? LOY_OK : LOY_E_LIMIT;
}

void choice_hierarchy_close(struct choice_hierarchy *hierarchy)
{
    free(hierarchy->posteriors);
    free(hierarchy->places);
    free(hierarchy->design);
}

bool choice_hierarchy_cancelled(const struct choice_hierarchy *hierarchy, size_t done)
{
    size_t total = CHOICE_EM_STEPS + choice_gibbs_blocks(hierarchy->panel->members);
    return hierarchy->progress && hierarchy->progress(hierarchy->user, done, total) != 0;
}

struct expectation {
    struct choice_hierarchy *hierarchy;
    const struct choice_population *population;
    struct choice_prior prior;
    size_t draws;
    int steps_max;
    enum loy_status *ends; /* per task */
};

static void shard_expect(void *context, size_t task)
{
    struct expectation *work = context;
    const struct choice_hierarchy *hierarchy = work->hierarchy;
    size_t begin = task * SHARD, end = begin + SHARD;
    double mean[CHOICE_ORDER];
    struct choice_room *room = malloc(sizeof *room);
    if (end > hierarchy->panel->members) end = hierarchy->panel->members;
    work->ends[task] = room ? LOY_OK : LOY_E_MEMORY;
    for (size_t m = begin; room && m < end; m++) {
        choice_population_mean(work->population, hierarchy->design + m * hierarchy->columns, mean);
        if (!choice_posterior_find(hierarchy->panel, m, &work->prior, mean, hierarchy->seed,
                work->draws, work->steps_max, room, &hierarchy->posteriors[m]))
            work->ends[task] = LOY_E_LIMIT;
    }
    free(room);
}

enum loy_status choice_hierarchy_expect(struct choice_hierarchy *hierarchy,
    const struct choice_population *population, size_t draws, int steps_max)
{
    size_t tasks = (hierarchy->panel->members + SHARD - 1) / SHARD;
    struct expectation *work = calloc(1, sizeof *work);
    enum loy_status *ends = calloc(tasks + 1, sizeof *ends), status = LOY_OK;
    if (!work || !ends) status = LOY_E_MEMORY;
    if (status == LOY_OK) {
        *work = (struct expectation){
            hierarchy, population, .draws = draws, .steps_max = steps_max, .ends = ends};
        if (!choice_prior_make(&work->prior, population->order, population->covariance))
            status = LOY_E_LIMIT;
    }
    if (status == LOY_OK) loy_executor_run(hierarchy->executor, tasks, shard_expect, work);
    for (size_t i = 0; status == LOY_OK && i < tasks; i++)
        status = ends[i];
    free(ends);
    free(work);
    return status;
}

void choice_hierarchy_regress(const struct choice_hierarchy *hierarchy, const double *const *values,
    struct choice_population *population)
{
    size_t n = population->order, q = hierarchy->columns;
    double column[LOY_CHOICE_TRAITS_MAX + 1];
    for (size_t k = 0; k < n; k++) {
        memset(column, 0, sizeof column);
        for (size_t m = 0; m < hierarchy->panel->members; m++)
            for (size_t i = 0; i < q; i++)
                column[i] += hierarchy->design[m * q + i] * values[m][k];
        numeric_cholesky_solve(hierarchy->square, q, column);
        for (size_t i = 0; i < q; i++)
            population->delta[i * n + k] = column[i];
    }
}
