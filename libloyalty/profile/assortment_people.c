/* SPDX-License-Identifier: MIT
 *
 * assortment_people.c - members whose weights can be drawn again and again. In: a fitted choice and
 * a member's purchases. Out: draws. Must not know what is done with them.
 */
#include "profile/assortment_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *place_of(const struct people *people, size_t person)
{
    size_t n = people->order;
    return people->places + person * (n + 2 * n * n);
}

static enum loy_status population_draw(struct people *people)
{
    const struct loy_choice_model *model = people->model;
    size_t width = model->population.columns * people->order;
    people->population = calloc(ASSORTMENT_DRAWS * width + 1, sizeof *people->population);
    if (!people->population) return LOY_E_MEMORY;
    for (size_t draw = 0; draw < ASSORTMENT_DRAWS; draw++) {
        struct numeric_random random = numeric_random_at(people->seed, draw);
        for (size_t i = 0; i < width; i++)
            people->population[draw * width + i] =
                model->delta_deviation[i] * numeric_random_normal(&random);
    }
    return LOY_OK;
}

enum loy_status people_open(struct people *people, const struct loy_choice *choice,
    const struct loy_choice_model *model, uint64_t seed, size_t capacity)
{
    size_t n = model->code.order;
    struct choice_prior prior;
    *people = (struct people){.model = model, .seed = seed, .order = n, .capacity = capacity};
    people->numbers = calloc(capacity + 1, sizeof *people->numbers);
    people->places = calloc(capacity * (n + 2 * n * n) + 1, sizeof *people->places);
    if (!people->numbers || !people->places) return LOY_E_MEMORY;
    enum loy_status status = population_draw(people);
    if (status == LOY_OK) status = choice_traits_make(choice, &people->traits);
    if (status != LOY_OK || !model->hierarchical) return status;
    if (!choice_prior_make(&prior, n, model->population.covariance)) return LOY_E_LIMIT;
    memcpy(people->precision, prior.precision, n * n * sizeof *prior.precision);
    return LOY_OK;
}

void people_close(struct people *people)
{
    free(people->population);
    free(people->numbers);
    free(people->places);
    free(people->traits.rows);
    *people = (struct people){0};
}

/* Told weights -> fitted ones. */
static void mean_put(
    const struct people *people, const struct loy_choice_member *told, double *mean)
{
    const struct choice_code *code = &people->model->code;
    for (size_t c = 0; c < choice_code_told(code); c++) {
        double scale;
        int at = choice_code_fitted(code, c, &scale);
        if (at >= 0) mean[at] = told->mean[c] * scale;
    }
}

static void covariance_put(
    const struct people *people, const struct loy_choice_member *told, double *covariance)
{
    const struct choice_code *code = &people->model->code;
    size_t count = choice_code_told(code);
    for (size_t c = 0; c < count; c++)
        for (size_t e = 0; e < count; e++) {
            double scale, other;
            int at = choice_code_fitted(code, c, &scale), to = choice_code_fitted(code, e, &other);
            if (at >= 0 && to >= 0)
                covariance[(size_t)at * people->order + (size_t)to] =
                    told->covariance[c * count + e] * scale * other;
        }
}

/* How far a member's mean moves with that of the population: C Sigma^-1. */
static void lean_put(const struct people *people, const double *covariance, double *lean)
{
    size_t n = people->order;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            lean[i * n + j] = 0;
            for (size_t k = 0; k < n; k++)
                lean[i * n + j] += covariance[i * n + k] * people->precision[k * n + j];
        }
}

enum loy_status people_add(
    struct people *people, const struct loy_choice *choice, const struct choice_steps *steps)
{
    size_t n = people->order;
    if (people->count == people->capacity) return LOY_E_LIMIT;
    struct loy_choice_member *told = malloc(sizeof *told);
    double *mean = place_of(people, people->count), *root = mean + n, *lean = root + n * n;
    if (!told) return LOY_E_MEMORY;
    enum loy_status status =
        choice_member_find(choice, people->model, steps, &people->traits, told);
    bool pooled = status == LOY_NONE && !people->model->hierarchical;
    if (pooled) status = LOY_OK;
    if (status == LOY_OK) {
        mean_put(people, told, mean);
        if (!pooled) covariance_put(people, told, root);
        if (!pooled) lean_put(people, root, lean);
        for (size_t i = 0; pooled && i < n; i++)
            lean[i * (n + 1)] = 1;
        if (!pooled && !numeric_cholesky(root, n)) status = LOY_NONE;
    }
    if (status == LOY_OK) people->numbers[people->count++] = steps->steps->member;
    free(told);
    return status;
}

void people_draw(const struct people *people, size_t person, size_t draw, double *theta)
{
    size_t n = people->order, columns = people->model->population.columns;
    const double *mean = place_of(people, person), *root = mean + n, *lean = root + n * n;
    const double *population = people->population + draw * columns * n;
    double row[LOY_CHOICE_TRAITS_MAX + 1] = {1}, moved[CHOICE_ORDER] = {0}, noise[CHOICE_ORDER];
    int64_t number = people->numbers[person];
    struct numeric_random random =
        numeric_random_at(people->seed + 1 + draw, choice_member_hash(number));
    if (people->model->hierarchical)
        choice_code_row(&people->model->code, choice_traits_find(&people->traits, number), row);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < columns; k++)
            moved[i] += row[k] * population[k * n + i];
    for (size_t i = 0; i < n; i++) {
        noise[i] = numeric_random_normal(&random);
        theta[i] = mean[i];
        for (size_t j = 0; j < n; j++)
            theta[i] += lean[i * n + j] * moved[j];
        for (size_t j = 0; j <= i; j++)
            theta[i] += root[i * n + j] * noise[j];
    }
}
