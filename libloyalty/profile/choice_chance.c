/* SPDX-License-Identifier: MIT
 *
 * choice_chance.c - the probabilities with which the things on offer are chosen, given weights. In:
 * offers and weights. Out: probabilities, elasticities. Must not know how weights were found.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond, a choice is certain. */
#define UTILITY_MAX 300.0

/* Utilities in place -> probabilities; -infinity: not there. ln of the sum of their exponentials.
 */
static double chances_of(double *utility, size_t count)
{
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, utility[i]);
    for (size_t i = 0; i < count; i++) {
        utility[i] = isinf(utility[i]) ? 0 : exp(utility[i] - largest);
        sum += utility[i];
    }
    for (size_t i = 0; i < count; i++)
        utility[i] = sum > 0 ? utility[i] / sum : 0;
    return largest + log(sum);
}

double choice_chances(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, const double *theta, size_t stride, double *probability)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    for (size_t o = 0; o < occasion->offers; o++) {
        int constant = code->constant_of[choice->alternatives[occasion->first + o]];
        double utility = constant >= 0 ? theta[(size_t)constant * stride] : 0;
        for (size_t k = 0; k < code->width; k++)
            if (code->coefficient_of[k] >= 0)
                utility += theta[(size_t)code->coefficient_of[k] * stride] *
                           choice_code_attribute(choice, code, step, occasion->first + o, k);
        utility = fmax(-UTILITY_MAX, fmin(UTILITY_MAX, utility));
        probability[o] = constant == CHOICE_NOT_THERE ? -INFINITY : utility;
    }
    return chances_of(probability, occasion->offers);
}

enum loy_status loy_choice_chances(const struct loy_choice_model *model, const double *weights,
    const struct loy_choice_offer *offers, size_t count, size_t before, double *probabilities)
{
    if (!model || !weights || !offers || !probabilities || count == 0) return LOY_E_ARGUMENT;
    const struct choice_code *code = &model->code;
    for (size_t i = 0; i < count; i++) {
        if (offers[i].alternative >= code->alternatives) return LOY_E_ARGUMENT;
        probabilities[i] = 0;
        for (size_t told = 0; told < choice_code_told(code); told++) {
            double scale, value = told >= code->alternatives - 1;
            size_t attribute = told - (code->alternatives - 1);
            if (choice_code_fitted(code, told, &scale) < 0) continue;
            if (value == 0)
                value = told + (told >= code->base) == offers[i].alternative;
            else
                value = attribute < code->attributes ? offers[i].attributes[attribute]
                                                     : offers[i].alternative == before;
            probabilities[i] += weights[told] * value;
        }
        if (code->constant_of[offers[i].alternative] == CHOICE_NOT_THERE)
            probabilities[i] = -INFINITY;
    }
    chances_of(probabilities, count);
    return LOY_OK;
}

/* ---- Elasticities --------------------------------------------------------------------------- */

struct elasticity_sums {
    double sum[LOY_CHOICE_ALTERNATIVES_MAX], chances[LOY_CHOICE_ALTERNATIVES_MAX];
};

static void step_elasticity(const struct loy_choice *choice, const struct loy_choice_model *model,
    const struct choice_step *step, const double *weights, size_t attribute, bool level,
    struct elasticity_sums *sums)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    const struct choice_code *code = &model->code;
    double theta[CHOICE_ORDER], chance[LOY_CHOICE_ALTERNATIVES_MAX], scale = 1;
    for (size_t told = 0; told < choice_code_told(code); told++) {
        int fitted = choice_code_fitted(code, told, &scale);
        if (fitted >= 0) theta[fitted] = weights[told] * scale;
    }
    choice_chances(choice, code, step, theta, 1, chance);
    for (size_t o = 0; o < occasion->offers; o++) {
        size_t offer = occasion->first + o, alternative = choice->alternatives[offer];
        double value = weights[code->alternatives - 1 + attribute] * (1 - chance[o]);
        if (code->constant_of[alternative] == CHOICE_NOT_THERE) continue;
        if (level) value *= choice->attributes[offer * choice->settings.attributes + attribute];
        sums->sum[alternative] += value * chance[o];
        sums->chances[alternative] += chance[o];
    }
}

static enum loy_status steps_elasticity(const struct loy_choice *choice,
    const struct loy_choice_model *model, const struct choice_steps *steps, size_t attribute,
    bool level, struct elasticity_sums *sums)
{
    struct choice_traits traits = {0};
    struct loy_choice_member *member = malloc(sizeof *member);
    enum loy_status status = member ? choice_traits_make(choice, &traits) : LOY_E_MEMORY;
    for (size_t begin = 0, end; status == LOY_OK && begin < steps->count; begin = end) {
        end = choice_steps_end(steps, begin);
        const struct choice_steps own = {steps->steps + begin, end - begin};
        status = choice_member_find(choice, model, &own, &traits, member);
        if (status == LOY_NONE) status = LOY_OK; // the population's weights are in it
        for (size_t i = begin; status == LOY_OK && i < end; i++)
            step_elasticity(choice, model, &steps->steps[i], member->mean, attribute, level, sums);
    }
    free(traits.rows);
    free(member);
    return status;
}

enum loy_status loy_choice_elasticity(const struct loy_choice *choice,
    const struct loy_choice_model *model, size_t attribute, bool level, double *elasticities)
{
    if (!choice || !model || !elasticities || !choice_fits(choice, model) ||
        attribute >= choice->settings.attributes)
        return LOY_E_ARGUMENT;
    struct loy_choice_options all = {.size = sizeof all, .purchases_min = 1};
    struct elasticity_sums sums = {{0}, {0}};
    struct choice_steps steps;
    enum loy_status status = choice_steps_make(choice, NULL, &all, &steps);
    if (status == LOY_OK) status = steps_elasticity(choice, model, &steps, attribute, level, &sums);
    for (size_t j = 0; j < choice->settings.alternatives; j++)
        elasticities[j] = sums.chances[j] > 0 ? sums.sum[j] / sums.chances[j] : NAN;
    free(steps.steps);
    return status;
}
