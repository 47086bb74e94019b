/* SPDX-License-Identifier: MIT
 *
 * choice_member.c - one member's weights given a population: what is done again after a basket. In:
 * a model and the member's occasions. Out: weights with intervals, in the units of the attributes.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct weighted {
    double value, weight;
};

static int weighted_compare(const void *first, const void *second)
{
    double a = ((const struct weighted *)first)->value,
           b = ((const struct weighted *)second)->value;
    return (a > b) - (a < b);
}

/* Where the sum of the weights passes the share, between two draws. */
static double quantile(const struct weighted *sorted, size_t count, double share)
{
    double sum = 0, before = 0;
    for (size_t d = 0; d < count; d++) {
        double middle = sum + sorted[d].weight / 2;
        if (middle >= share) {
            if (d == 0) return sorted[0].value;
            double part = (share - before) / (middle - before);
            return sorted[d - 1].value + part * (sorted[d].value - sorted[d - 1].value);
        }
        before = middle;
        sum += sorted[d].weight;
    }
    return sorted[count - 1].value;
}

struct asked {
    const struct loy_choice *choice;
    const struct loy_choice_model *model;
    struct choice_panel panel;
    struct choice_prior prior;
    struct choice_room room;
    double prior_mean[CHOICE_ORDER], mean[CHOICE_ORDER], mode[CHOICE_ORDER];
    double covariance[CHOICE_ORDER * CHOICE_ORDER];
    struct choice_posterior posterior;
};

/* Tells n coefficients; draws, if any, stand in the room about the mean. */
static void member_tell(const struct asked *asked, struct loy_choice_member *weights)
{
    const struct choice_code *code = &asked->model->code;
    const double *population = asked->model->population.covariance;
    struct weighted sorted[CHOICE_DRAWS_MAX];
    size_t n = code->order, told = choice_code_told(code);
    for (size_t c = 0; c < told; c++) {
        double scale, other;
        int at = choice_code_fitted(code, c, &scale);
        weights->mean[c] = weights->low[c] = weights->high[c] = NAN;
        weights->reliability[c] = 0;
        if (at < 0) continue;
        size_t i = (size_t)at;
        for (size_t d = 0; d < CHOICE_DRAWS_MAX; d++)
            sorted[d] = (struct weighted){
                asked->room.theta[i * CHOICE_DRAWS_MAX + d], asked->room.weight[d]};
        qsort(sorted, CHOICE_DRAWS_MAX, sizeof *sorted, weighted_compare);
        weights->mean[c] = asked->posterior.mean[i] / scale;
        weights->low[c] = weights->mean[c] + quantile(sorted, CHOICE_DRAWS_MAX, .1) / scale;
        weights->high[c] = weights->mean[c] + quantile(sorted, CHOICE_DRAWS_MAX, .9) / scale;
        double variance = asked->posterior.covariance[i * (n + 1)] / population[i * (n + 1)];
        weights->reliability[c] = fmax(0, 1 - variance);
        for (size_t e = 0; e < told; e++) {
            int to = choice_code_fitted(code, e, &other);
            if (to >= 0)
                weights->covariance[c * told + e] =
                    asked->posterior.covariance[i * n + (size_t)to] / (scale * other);
        }
    }
}

/* What a member of whom nothing is known would have. */
static void population_tell(const struct loy_choice_model *model, struct loy_choice_member *weights)
{
    const struct choice_code *code = &model->code;
    for (size_t c = 0; c < choice_code_told(code); c++) {
        double scale;
        int at = choice_code_fitted(code, c, &scale);
        weights->mean[c] = at < 0 ? NAN : model->population.delta[at] / scale;
        weights->low[c] = weights->high[c] = NAN;
    }
}

/* steps: the member's, not none. */
static enum loy_status member_find(
    struct asked *asked, const struct choice_steps *steps, const struct choice_traits *traits)
{
    const struct loy_choice_model *model = asked->model;
    double row[LOY_CHOICE_TRAITS_MAX + 1];
    enum loy_status status = choice_panel_make(asked->choice, steps, &model->code, &asked->panel);
    if (status == LOY_OK && asked->panel.members == 0) return LOY_NONE;
    if (status != LOY_OK) return status;
    choice_code_row(&model->code, choice_traits_find(traits, steps->steps->member), row);
    choice_population_mean(&model->population, row, asked->prior_mean);
    memcpy(asked->mode, asked->prior_mean, sizeof asked->mode);
    asked->posterior = (struct choice_posterior){asked->mode, asked->mean, asked->covariance, 0, 0};
    bool found = choice_posterior_find(&asked->panel, 0, &asked->prior, asked->prior_mean,
        model->seed, CHOICE_DRAWS_MAX, CHOICE_STEPS_MAX, &asked->room, &asked->posterior);
    return found ? LOY_OK : LOY_E_LIMIT;
}

enum loy_status choice_member_find(const struct loy_choice *choice,
    const struct loy_choice_model *model, const struct choice_steps *steps,
    const struct choice_traits *traits, struct loy_choice_member *weights)
{
    memset(weights, 0, sizeof *weights);
    population_tell(model, weights);
    if (!model->hierarchical || steps->count == 0) return LOY_NONE;
    struct asked *asked = calloc(1, sizeof *asked);
    if (!asked) return LOY_E_MEMORY;
    asked->choice = choice;
    asked->model = model;
    bool proper = choice_prior_make(&asked->prior, model->code.order, model->population.covariance);
    enum loy_status status = proper ? member_find(asked, steps, traits) : LOY_E_LIMIT;
    if (status == LOY_OK) {
        member_tell(asked, weights);
        weights->occasions = (int64_t)asked->panel.occasions;
        weights->effective = asked->posterior.effective;
    }
    choice_panel_clear(&asked->panel);
    free(asked);
    return status;
}

bool choice_fits(const struct loy_choice *choice, const struct loy_choice_model *model)
{
    return choice->settings.alternatives == model->code.alternatives &&
           choice->settings.attributes == model->code.attributes &&
           choice->settings.habit == model->code.habit &&
           choice->settings.traits == model->code.traits;
}

enum loy_status loy_choice_member_get(const struct loy_choice *choice,
    const struct loy_choice_model *model, int64_t member, struct loy_choice_member *weights)
{
    if (!choice || !model || !weights || !choice_fits(choice, model)) return LOY_E_ARGUMENT;
    struct loy_choice_options all = {.size = sizeof all, .purchases_min = 1};
    struct choice_steps steps = {0};
    struct choice_traits traits = {0};
    enum loy_status status = choice_steps_make(choice, &member, &all, &steps);
    if (status == LOY_OK) status = choice_traits_make(choice, &traits);
    if (status == LOY_OK) status = choice_member_find(choice, model, &steps, &traits, weights);
    free(steps.steps);
    free(traits.rows);
    return status;
}
