/* SPDX-License-Identifier: MIT
 *
 * assortment_pull.c - how much the worth of a shelf moves members to buy of it at all: a choice of
 * two, nothing or something. In: visits. Out: each member's pull. Must not know what is on the
 * shelf.
 */
#include "profile/assortment_private.h"

#include <math.h>
#include <stdlib.h>

enum { NOTHING, SOMETHING };
#define STREAM UINT64_C(0x50554c4c) /* apart from the draws of the choice */

enum loy_status pull_open(struct pull *pull)
{
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = 2, .base = NOTHING, .attributes = 1};
    *pull = (struct pull){.mean = NAN, .error = NAN};
    return loy_choice_open(&settings, &pull->choice);
}

void pull_close(struct pull *pull)
{
    people_close(&pull->people);
    loy_choice_model_close(pull->model);
    loy_choice_close(pull->choice);
}

enum loy_status pull_add(struct pull *pull, int64_t member, double worth, bool bought)
{
    const double none = 0;
    const struct loy_choice_offer offers[] = {
        {.alternative = NOTHING, .attributes = &none}, {SOMETHING, &worth}};
    return loy_choice_add(pull->choice, member, offers, 2, bought ? SOMETHING : NOTHING);
}

static enum loy_status people_make(struct pull *pull, uint64_t seed)
{
    const struct loy_choice_options all = {.size = sizeof all, .purchases_min = 1};
    struct choice_steps steps;
    size_t end;
    enum loy_status status = choice_steps_make(pull->choice, NULL, &all, &steps);
    if (status == LOY_OK)
        status = people_open(&pull->people, pull->choice, pull->model, seed ^ STREAM, steps.count);
    for (size_t begin = 0; status == LOY_OK && begin < steps.count; begin = end) {
        end = choice_steps_end(&steps, begin);
        const struct choice_steps own = {steps.steps + begin, end - begin};
        status = people_add(&pull->people, pull->choice, &own);
    }
    free(steps.steps);
    return status;
}

enum loy_status pull_fit(struct pull *pull, const struct loy_assortment_options *options)
{
    const struct loy_choice_options fit = {.size = sizeof fit,
        .purchases_min = 1,
        .seed = options->seed,
        .executor = options->executor};
    struct loy_choice_trouble trouble;
    struct loy_choice_coefficient found;
    enum loy_status status = loy_choice_fit(pull->choice, &fit, &trouble, &pull->model);
    if (status != LOY_OK) return status;
    status = loy_choice_coefficient_get(pull->model, SOMETHING, &found);
    if (status != LOY_OK || isnan(found.mean)) return status == LOY_OK ? LOY_NONE : status;
    pull->mean = found.mean;
    pull->error = found.standard_error;
    if (!(pull->error <= LOY_ASSORTMENT_PULL_ERROR_MAX)) return LOY_NONE;
    return people_make(pull, options->seed);
}

void pull_draw(
    const struct pull *pull, size_t person, size_t draw, double *constant, double *strength)
{
    const struct choice_code *code = &pull->model->code;
    double theta[CHOICE_ORDER], scale;
    people_draw(&pull->people, person, draw, theta);
    *constant = theta[choice_code_fitted(code, 0, &scale)];
    *strength = theta[choice_code_fitted(code, SOMETHING, &scale)];
    *strength /= scale;
}
