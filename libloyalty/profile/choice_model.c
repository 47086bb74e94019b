/* SPDX-License-Identifier: MIT
 *
 * choice_model.c - fits a population to occasions, step by step, and tells its coefficients in the
 * units in which the attributes came. In: occasions and options. Out: a model, or what stands in
 * its way.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Fitting -------------------------------------------------------------------------------- */

struct fitting {
    const struct loy_choice *choice;
    const struct loy_choice_options *options;
    struct loy_choice_trouble *trouble;
    struct choice_steps steps;
    struct choice_panel panel;
    struct loy_choice_model *model;
    double pooled[CHOICE_ORDER];
    struct choice_hierarchy hierarchy;
};

/* The coefficient as it is told of one that is fitted. */
static size_t told_of(const struct choice_code *code, size_t fitted)
{
    double scale;
    size_t told = 0;
    while (choice_code_fitted(code, told, &scale) != (int)fitted)
        told++;
    return told;
}

static enum loy_status panel_prepare(struct fitting *fitting)
{
    const struct loy_choice *choice = fitting->choice;
    struct choice_code *code = &fitting->model->code;
    enum loy_status status = choice_steps_make(choice, NULL, fitting->options, &fitting->steps);
    if (status == LOY_OK)
        status = choice_code_make(choice, &fitting->steps, code, fitting->trouble);
    if (status != LOY_OK) return status;
    bool order_matters = code->habit || fitting->options->holdout == LOY_HOLDOUT_LAST;
    if (order_matters && choice_steps_sorted(choice, &fitting->steps)) {
        fitting->trouble->problem = LOY_CHOICE_SORTED;
        return LOY_NONE;
    }
    return choice_panel_make(choice, &fitting->steps, code, &fitting->panel);
}

static enum loy_status pooled_fit(struct fitting *fitting)
{
    struct loy_choice_model *model = fitting->model;
    size_t n = fitting->panel.order, worst = 0;
    double curvature[CHOICE_ORDER * CHOICE_ORDER], unit[CHOICE_ORDER];
    enum loy_status status = choice_pooled_fit(
        &fitting->panel, fitting->pooled, curvature, &model->log_likelihood, &worst);
    if (status == LOY_NONE) {
        fitting->trouble->problem = LOY_CHOICE_SEPARATED;
        fitting->trouble->coefficient = told_of(&model->code, worst);
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        memset(unit, 0, sizeof unit);
        unit[i] = 1;
        numeric_cholesky_solve(curvature, n, unit);
        model->delta_deviation[i] = sqrt(unit[i]);
    }
    model->population = (struct choice_population){.order = n, .columns = 1};
    memcpy(model->population.delta, fitting->pooled, n * sizeof *fitting->pooled);
    return LOY_OK;
}

static enum loy_status design_make(struct fitting *fitting)
{
    struct choice_hierarchy *hierarchy = &fitting->hierarchy;
    struct choice_code *code = &fitting->model->code;
    struct choice_traits traits;
    enum loy_status status = choice_traits_make(fitting->choice, &traits);
    if (status != LOY_OK) return status;
    choice_code_traits(&fitting->panel, &traits, code);
    *hierarchy = (struct choice_hierarchy){.panel = &fitting->panel,
        .columns = code->columns,
        .seed = fitting->options->seed,
        .executor = fitting->options->executor,
        .progress = fitting->options->progress,
        .user = fitting->options->user};
    hierarchy->design = calloc(fitting->panel.members * code->columns + 1, sizeof(double));
    for (size_t m = 0; hierarchy->design && m < fitting->panel.members; m++)
        choice_code_row(code, choice_traits_find(&traits, fitting->panel.numbers[m]),
            hierarchy->design + m * code->columns);
    free(traits.rows);
    return hierarchy->design ? choice_hierarchy_open(hierarchy) : LOY_E_MEMORY;
}

/* All members once more from their means, as loy_choice_member_get does it. */
static enum loy_status members_finish(struct fitting *fitting)
{
    struct choice_hierarchy *hierarchy = &fitting->hierarchy;
    struct loy_choice_model *model = fitting->model;
    for (size_t m = 0; m < fitting->panel.members; m++)
        choice_population_mean(&model->population, hierarchy->design + m * hierarchy->columns,
            hierarchy->posteriors[m].mode);
    enum loy_status status =
        choice_hierarchy_expect(hierarchy, &model->population, CHOICE_DRAWS_MAX, CHOICE_STEPS_MAX);
    model->log_likelihood = 0;
    for (size_t m = 0; m < fitting->panel.members; m++)
        model->log_likelihood += hierarchy->posteriors[m].log_marginal;
    return status;
}

static enum loy_status hierarchy_fit(struct fitting *fitting)
{
    struct loy_choice_model *model = fitting->model;
    struct choice_population population;
    enum loy_status status = design_make(fitting);
    if (status == LOY_OK) status = choice_em_fit(&fitting->hierarchy, fitting->pooled, &population);
    if (status == LOY_OK)
        status = choice_gibbs_fit(&fitting->hierarchy, &population, model->delta_deviation);
    if (status != LOY_OK) return status;
    model->population = population;
    model->hierarchical = true;
    return members_finish(fitting);
}

static enum loy_status model_fit(struct fitting *fitting)
{
    struct loy_choice_model *model = fitting->model;
    enum loy_status status = panel_prepare(fitting);
    if (status == LOY_OK) status = pooled_fit(fitting);
    if (status != LOY_OK) return status;
    bool enough = fitting->panel.members >= LOY_CHOICE_MEMBERS_MIN;
    if (!fitting->options->pooled && !enough) fitting->trouble->problem = LOY_CHOICE_FEW_MEMBERS;
    if (!fitting->options->pooled && enough) status = hierarchy_fit(fitting);
    if (status != LOY_OK) return status;
    model->seed = fitting->options->seed;
    model->members = (int64_t)fitting->panel.members;
    model->occasions = (int64_t)fitting->panel.occasions;
    if (fitting->options->holdout == LOY_HOLDOUT_NONE) return LOY_OK;
    return choice_holdout_find(fitting->choice, &fitting->steps,
        model->hierarchical ? &fitting->hierarchy : NULL, fitting->pooled, model);
}

enum loy_status loy_choice_fit(struct loy_choice *choice, const struct loy_choice_options *options,
    struct loy_choice_trouble *trouble, struct loy_choice_model **model)
{
    if (!choice || !options || !trouble || !model || options->size < sizeof *options ||
        options->holdout > LOY_HOLDOUT_HASH)
        return LOY_E_ARGUMENT;
    *trouble = (struct loy_choice_trouble){0};
    struct fitting *fitting = calloc(1, sizeof *fitting);
    struct loy_choice_model *made = calloc(1, sizeof *made);
    enum loy_status status = fitting && made ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK) {
        fitting->choice = choice;
        fitting->options = options;
        fitting->trouble = trouble;
        fitting->model = made;
        status = model_fit(fitting);
        choice_hierarchy_close(&fitting->hierarchy);
        choice_panel_clear(&fitting->panel);
        free(fitting->steps.steps);
    }
    free(fitting);
    if (status == LOY_OK)
        *model = made;
    else
        free(made);
    return status;
}

void loy_choice_model_close(struct loy_choice_model *model)
{
    free(model);
}

/* ---- Telling -------------------------------------------------------------------------------- */

void loy_choice_summary_get(
    const struct loy_choice_model *model, struct loy_choice_summary *summary)
{
    *summary = (struct loy_choice_summary){.hierarchical = model->hierarchical,
        .coefficients = choice_code_told(&model->code),
        .base = model->code.base,
        .members = model->members,
        .occasions = model->occasions,
        .log_likelihood = model->log_likelihood};
}

enum loy_status loy_choice_coefficient_get(
    const struct loy_choice_model *model, size_t coefficient, struct loy_choice_coefficient *value)
{
    if (!model || !value || coefficient >= choice_code_told(&model->code)) return LOY_E_ARGUMENT;
    double scale;
    int at = choice_code_fitted(&model->code, coefficient, &scale);
    *value = (struct loy_choice_coefficient){NAN, NAN, NAN};
    if (at < 0) return LOY_OK;
    size_t i = (size_t)at;
    value->mean = model->population.delta[i] / scale;
    value->standard_error = model->delta_deviation[i] / scale;
    value->spread = sqrt(model->population.covariance[i * (model->code.order + 1)]) / scale;
    return LOY_OK;
}

enum loy_status loy_choice_trait_effect(const struct loy_choice_model *model, size_t trait,
    size_t coefficient, double *effect, double *standard_error)
{
    if (!model || !effect || !standard_error || trait >= model->code.traits ||
        coefficient >= choice_code_told(&model->code))
        return LOY_E_ARGUMENT;
    double scale;
    int at = choice_code_fitted(&model->code, coefficient, &scale);
    int column = model->code.trait_of[trait];
    *effect = *standard_error = NAN;
    if (at < 0 || column < 0 || !model->hierarchical) return LOY_OK;
    size_t i = (size_t)column * model->code.order + (size_t)at;
    scale *= model->code.trait_scale[trait];
    *effect = model->population.delta[i] / scale;
    *standard_error = model->delta_deviation[i] / scale;
    return LOY_OK;
}

enum loy_status loy_choice_holdout_get(
    const struct loy_choice_model *model, struct loy_choice_holdout_result *result)
{
    if (!model || !result) return LOY_E_ARGUMENT;
    *result = model->holdout;
    return model->held_out ? LOY_OK : LOY_NONE;
}
