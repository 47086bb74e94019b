/* SPDX-License-Identifier: MIT
 *
 * choice_json.c - a fitted choice model as one JSON object. In: the run and its result. Out: a line
 * on standard output. Keys are those of the help page.
 */
#include "choice_run.h"

static json_t *coefficient_json(const struct choice_run *run, size_t number, bool hierarchical)
{
    struct loy_choice_coefficient value = {0};
    if (loy_choice_coefficient_get(run->model, number, &value) != LOY_OK) return json_null();
    json_t *object = json_pack("{s:o,s:o}", "mean", cli_json_number(value.mean), "standard_error",
        cli_json_number(value.standard_error));
    if (hierarchical) json_object_set_new(object, "spread", cli_json_number(value.spread));
    return object;
}

/* What one more of a trait adds to each weight. */
static json_t *trait_json(const struct choice_run *run, size_t trait, size_t order)
{
    json_t *object = json_object();
    for (size_t i = 0; i < order; i++) {
        char name[CHOICE_NAME_MAX];
        double effect, error;
        if (loy_choice_trait_effect(run->model, trait, i, &effect, &error) != LOY_OK) continue;
        choice_coefficient_name(run, i, name);
        json_object_set_new(object, name,
            json_pack("{s:o,s:o}", "mean", cli_json_number(effect), "standard_error",
                cli_json_number(error)));
    }
    return object;
}

/* Attributes first, then alternatives with the base among them, then traits. */
static json_t *coefficients_json(const struct choice_run *run, const struct choice_result *result)
{
    json_t *object = json_object();
    char name[CHOICE_NAME_MAX];
    bool hierarchical = result->summary.hierarchical;
    for (size_t i = 0; i < result->occasions.attributes; i++) {
        size_t number = choice_of_attribute(run, i);
        choice_coefficient_name(run, number, name);
        json_object_set_new(object, name, coefficient_json(run, number, hierarchical));
    }
    for (size_t i = 0; i < result->occasions.alternatives; i++) {
        bool base = i == result->summary.base;
        snprintf(name, sizeof name, "%s:%s", loy_alternative_kind_name(result->occasions.by),
            loy_occasions_alternative(run->occasions, i));
        json_object_set_new(object, name,
            base ? json_pack("{s:i,s:b}", "mean", 0, "base", 1)
                 : coefficient_json(run, choice_of_alternative(run, i), hierarchical));
    }
    for (size_t i = 0; hierarchical && i < run->trait_count; i++) {
        snprintf(name, sizeof name, "trait:%.*s", (int)sizeof name - 8, run->traits[i].name);
        json_object_set_new(object, name, trait_json(run, i, result->summary.coefficients));
    }
    return object;
}

static json_t *elasticities_json(const struct choice_run *run, const struct choice_result *result)
{
    json_t *object = json_object();
    for (size_t i = 0; i < result->occasions.alternatives; i++)
        json_object_set_new(object, loy_occasions_alternative(run->occasions, i),
            cli_json_number(result->elasticities[i]));
    return object;
}

static json_t *score_json(const struct loy_choice_score *score)
{
    return json_pack("{s:o,s:o}", "log_score", cli_json_number(score->log_score), "hit_rate",
        cli_json_number(score->hit_rate));
}

static json_t *holdout_json(const struct loy_choice_holdout_result *holdout)
{
    json_t *baselines = json_object(), *calibration = json_array();
    const struct loy_choice_score *own = &holdout->rivals[LOY_RIVAL_MODEL];
    for (int i = LOY_RIVAL_MODEL + 1; i < loy_choice_rival_count; i++)
        json_object_set_new(baselines, loy_choice_rival_name(i), score_json(&holdout->rivals[i]));
    for (size_t i = 0; i < 5; i++)
        json_array_append_new(
            calibration, json_pack("{s:o,s:o}", "stated", cli_json_number(holdout->stated[i]),
                             "observed", cli_json_number(holdout->observed[i])));
    return json_pack("{s:I,s:o,s:o,s:o,s:{s:o,s:o,s:o},s:o}", "members",
        (json_int_t)holdout->members, "log_score", cli_json_number(own->log_score), "hit_rate",
        cli_json_number(own->hit_rate), "baselines", baselines, "gain", "mean",
        cli_json_number(holdout->gain), "low", cli_json_number(holdout->gain_low), "high",
        cli_json_number(holdout->gain_high), "calibration", calibration);
}

void choice_print_json(const struct choice_run *run, const struct choice_result *result)
{
    const struct loy_occasion_summary *occasions = &result->occasions;
    json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:o,s:o,s:I,s:I,s:o,s:o}", "model",
        result->summary.hierarchical ? "hierarchical" : "pooled", "category", result->category,
        "by", loy_alternative_kind_name(occasions->by), "base",
        loy_occasions_alternative(run->occasions, result->summary.base), "coefficients",
        coefficients_json(run, result), "log_likelihood",
        cli_json_number(result->summary.log_likelihood), "members",
        (json_int_t)result->summary.members, "occasions", (json_int_t)result->summary.occasions,
        "elasticities", elasticities_json(run, result), "holdout",
        result->has_holdout ? holdout_json(&result->holdout) : json_null());
    json_object_set_new(object, "left_out",
        json_pack("{s:I,s:I,s:I,s:I}", "unlisted", (json_int_t)occasions->unlisted, "alone",
            (json_int_t)occasions->alone, "rare", (json_int_t)occasions->rare,
            "members_with_few_purchases",
            (json_int_t)(occasions->members - occasions->members_enough)));
    choice_changes_json(run, result, object);
    json_object_set_new(object, "finding",
        result->trouble.problem ? json_string(loy_choice_problem_name(result->trouble.problem))
                                : json_null());
    cli_print_json(object);
}
