/* SPDX-License-Identifier: MIT
 *
 * choice_coverage.c - simulates households, fits them, and counts which of the planted weights lie
 * within the intervals told.
 */
#include "choice_coverage.h"

#include <math.h>
#include <stdlib.h>

#define NORMAL_80 1.2815515655446004

static void members_count(const struct loy_choice *choice, const struct loy_choice_model *model,
    const double *truth, struct coverage *coverage)
{
    static struct loy_choice_member told;
    for (size_t m = 0; m < coverage->members; m++) {
        if (loy_choice_member_get(choice, model, planted_member(m), &told) != LOY_OK) continue;
        for (size_t i = 0; i < coverage->order; i++) {
            double value = truth[m * coverage->order + i];
            coverage->inside[i] += value >= told.low[i] && value <= told.high[i];
            coverage->below[i] += value < told.low[i];
        }
    }
}

static void means_count(
    const struct planted *planted, const struct loy_choice_model *model, struct coverage *coverage)
{
    for (size_t i = 0; i < coverage->order; i++) {
        struct loy_choice_coefficient told;
        if (loy_choice_coefficient_get(model, i, &told) != LOY_OK) continue;
        double away = told.mean - planted->mean[i];
        coverage->means[i] += fabs(away) <= NORMAL_80 * told.standard_error;
        coverage->errors[i] += told.standard_error;
        coverage->scatter[i] += away * away;
    }
}

static bool set_count(const struct planted *planted, size_t set, size_t occasions,
    const struct loy_executor *executor, struct coverage *coverage)
{
    const struct loy_choice_options options = {
        .size = sizeof options, .seed = set, .executor = executor};
    struct households households;
    double *truth = calloc(coverage->members * coverage->order, sizeof *truth);
    if (!truth) return false;
    planted_simulate(planted, coverage->members, occasions, 1000 + set, &households, truth);
    struct loy_choice *choice = households_choice(&households);
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model = NULL;
    struct loy_choice_summary summary = {0};
    bool good = loy_choice_fit(choice, &options, &trouble, &model) == LOY_OK;
    if (good) loy_choice_summary_get(model, &summary);
    good = good && summary.hierarchical;
    if (good) members_count(choice, model, truth, coverage);
    if (good) means_count(planted, model, coverage);
    loy_choice_model_close(model);
    loy_choice_close(choice);
    households_close(&households);
    free(truth);
    return good;
}

bool coverage_find(const struct planted *planted, size_t sets, size_t members, size_t occasions,
    const struct loy_executor *executor, struct coverage *coverage)
{
    *coverage = (struct coverage){.sets = sets, .members = members, .order = planted->order};
    for (size_t set = 0; set < sets; set++)
        if (!set_count(planted, set, occasions, executor, coverage)) return false;
    double all = (double)sets * (double)members;
    for (size_t i = 0; i < planted->order; i++) {
        coverage->inside[i] /= all;
        coverage->below[i] /= all;
        coverage->average += coverage->inside[i] / (double)planted->order;
        coverage->means[i] /= (double)sets;
        coverage->errors[i] /= (double)sets;
        coverage->scatter[i] = sqrt(coverage->scatter[i] / (double)sets);
    }
    return true;
}
