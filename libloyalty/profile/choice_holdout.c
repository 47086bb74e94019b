/* SPDX-License-Identifier: MIT
 *
 * choice_holdout.c - one occasion of each member, kept out of the fit, predicted by the model and
 * by simpler rules that it must beat. In: a fitted population and the occasions kept apart. Out:
 * scores.
 */
#include "profile/choice_private.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONCENTRATIONS 40
#define RESAMPLES 1000
#define FIFTHS 5
#define BOOTSTRAP_STREAM UINT64_C(0xb00157a9)

/* What a rule gave to what was bought; NaN: the rule has no probabilities. */
struct guess {
    double log_chance, stated; /* stated: its largest probability */
    bool hit;
};
struct held {
    struct guess guesses[loy_choice_rival_count];
};

/* Purchases by alternative, of one member and of all. */
struct counts {
    double own[LOY_CHOICE_ALTERNATIVES_MAX], own_sum;
};

struct scoring {
    const struct loy_choice *choice;
    const struct choice_steps *steps;
    const struct choice_hierarchy *hierarchy; /* NULL: pooled */
    const struct loy_choice_model *model;
    const double *pooled;
    double shares[LOY_CHOICE_ALTERNATIVES_MAX];
    double concentration;
    struct held *held;
    size_t count;
    struct choice_room *room;
};

static const struct choice_occasion *occasion_of(
    const struct scoring *scoring, const struct choice_step *step)
{
    return &scoring->choice->occasions[step->occasion];
}

static size_t alternative_at(
    const struct scoring *scoring, const struct choice_step *step, size_t offer)
{
    return scoring->choice->alternatives[occasion_of(scoring, step)->first + offer];
}

static size_t bought_at(const struct scoring *scoring, const struct choice_step *step)
{
    return alternative_at(scoring, step, occasion_of(scoring, step)->bought);
}

/* ---- Shares --------------------------------------------------------------------------------- */

static void counts_add(const struct scoring *scoring, const struct choice_step *step, double times,
    struct counts *counts)
{
    counts->own[bought_at(scoring, step)] += times;
    counts->own_sum += times;
}

/* Shares of the member's own purchases, shrunk to those of all, among what was on offer. */
static void shares_make(const struct scoring *scoring, const struct choice_step *step,
    const struct counts *counts, double concentration, double *chance)
{
    size_t offers = occasion_of(scoring, step)->offers;
    double sum = 0;
    for (size_t o = 0; o < offers; o++) {
        size_t alternative = alternative_at(scoring, step, o);
        chance[o] = counts->own[alternative] + concentration * scoring->shares[alternative];
        sum += chance[o];
    }
    for (size_t o = 0; o < offers; o++)
        chance[o] = sum > 0 ? chance[o] / sum : 1 / (double)offers;
}

/* ln of the shares' likelihood of the member's fitted occasions, each left out in its turn. */
static double member_loo(
    const struct scoring *scoring, size_t begin, size_t end, double concentration)
{
    struct counts counts = {{0}, 0};
    double chance[LOY_CHOICE_ALTERNATIVES_MAX], sum = 0;
    const struct choice_step *steps = scoring->steps->steps;
    for (size_t i = begin; i < end; i++)
        if (steps[i].use == CHOICE_FITTED) counts_add(scoring, &steps[i], 1, &counts);
    for (size_t i = begin; i < end; i++) {
        if (steps[i].use != CHOICE_FITTED) continue;
        counts_add(scoring, &steps[i], -1, &counts);
        shares_make(scoring, &steps[i], &counts, concentration, chance);
        sum += log(fmax(chance[occasion_of(scoring, &steps[i])->bought], 1e-300));
        counts_add(scoring, &steps[i], 1, &counts);
    }
    return sum;
}

static size_t member_end(const struct choice_steps *steps, size_t begin)
{
    size_t end = begin;
    while (end < steps->count && steps->steps[end].member == steps->steps[begin].member)
        end++;
    return end;
}

/* The concentration that predicts the fitted occasions best. */
static void concentration_find(struct scoring *scoring)
{
    double best = -INFINITY;
    for (int i = 0; i < CONCENTRATIONS; i++) {
        double concentration = exp(-2 + 7. * i / (CONCENTRATIONS - 1)), sum = 0;
        for (size_t begin = 0, end; begin < scoring->steps->count; begin = end) {
            end = member_end(scoring->steps, begin);
            sum += member_loo(scoring, begin, end, concentration);
        }
        if (sum > best) scoring->concentration = concentration;
        best = fmax(best, sum);
    }
}

static void shares_find(struct scoring *scoring)
{
    struct counts counts = {{0}, 0};
    for (size_t i = 0; i < scoring->steps->count; i++)
        if (scoring->steps->steps[i].use == CHOICE_FITTED)
            counts_add(scoring, &scoring->steps->steps[i], 1, &counts);
    for (size_t j = 0; j < LOY_CHOICE_ALTERNATIVES_MAX; j++)
        scoring->shares[j] = counts.own[j] / counts.own_sum;
    concentration_find(scoring);
}

/* ---- Guesses -------------------------------------------------------------------------------- */

static struct guess guess_of(
    const struct scoring *scoring, const struct choice_step *step, const double *chance)
{
    const struct choice_occasion *occasion = occasion_of(scoring, step);
    size_t best = 0;
    for (size_t o = 1; o < occasion->offers; o++)
        if (chance[o] > chance[best]) best = o;
    return (struct guess){
        log(fmax(chance[occasion->bought], 1e-300)), chance[best], best == occasion->bought};
}

/* Averaged over the member's weighted draws: his weights are not known. */
static enum loy_status member_guess(
    const struct scoring *scoring, const struct choice_step *step, size_t member, double *chance)
{
    const struct choice_hierarchy *hierarchy = scoring->hierarchy;
    const struct loy_choice_model *model = scoring->model;
    struct choice_prior prior;
    struct choice_room *room = scoring->room;
    struct choice_posterior *posterior = &hierarchy->posteriors[member];
    double mean[CHOICE_ORDER], theta[CHOICE_ORDER], one[LOY_CHOICE_ALTERNATIVES_MAX];
    size_t n = model->code.order, offers = occasion_of(scoring, step)->offers;
    choice_population_mean(
        &model->population, hierarchy->design + member * hierarchy->columns, mean);
    if (!choice_prior_make(&prior, n, model->population.covariance) ||
        !choice_posterior_find(hierarchy->panel, member, &prior, mean, model->seed,
            CHOICE_DRAWS_MAX, CHOICE_STEPS_MAX, room, posterior))
        return LOY_E_LIMIT;
    memset(chance, 0, offers * sizeof *chance);
    for (size_t d = 0; d < CHOICE_DRAWS_MAX; d++) {
        for (size_t i = 0; i < n; i++)
            theta[i] = posterior->mean[i] + room->theta[i * CHOICE_DRAWS_MAX + d];
        choice_chances(scoring->choice, &model->code, step, theta, 1, one);
        for (size_t o = 0; o < offers; o++)
            chance[o] += room->weight[d] * one[o];
    }
    return LOY_OK;
}

static enum loy_status step_guess(struct scoring *scoring, const struct choice_step *step,
    size_t member, const struct counts *counts)
{
    struct held *held = &scoring->held[scoring->count];
    struct counts none = {{0}, 0};
    double chance[LOY_CHOICE_ALTERNATIVES_MAX];
    // Nobody bought it in the fit: no rule has a probability for it.
    if (scoring->model->code.constant_of[bought_at(scoring, step)] == CHOICE_NOT_THERE)
        return LOY_OK;
    choice_chances(scoring->choice, &scoring->model->code, step, scoring->pooled, 1, chance);
    held->guesses[LOY_RIVAL_POOLED] = guess_of(scoring, step, chance);
    shares_make(scoring, step, &none, 1, chance);
    held->guesses[LOY_RIVAL_SHARES] = guess_of(scoring, step, chance);
    shares_make(scoring, step, counts, scoring->concentration, chance);
    held->guesses[LOY_RIVAL_OWN_SHARES] = guess_of(scoring, step, chance);
    held->guesses[LOY_RIVAL_SAME_AS_LAST] =
        (struct guess){NAN, NAN, step->before == (int16_t)bought_at(scoring, step)};
    held->guesses[LOY_RIVAL_MODEL] = held->guesses[LOY_RIVAL_POOLED];
    scoring->count++;
    if (!scoring->hierarchy) return LOY_OK;
    enum loy_status status = member_guess(scoring, step, member, chance);
    held->guesses[LOY_RIVAL_MODEL] = guess_of(scoring, step, chance);
    return status;
}

static enum loy_status members_guess(struct scoring *scoring)
{
    enum loy_status status = LOY_OK;
    size_t member = 0;
    for (size_t begin = 0, end; status == LOY_OK && begin < scoring->steps->count; begin = end) {
        struct counts counts = {{0}, 0};
        const struct choice_step *held = NULL;
        end = member_end(scoring->steps, begin);
        for (size_t i = begin; i < end; i++) {
            const struct choice_step *step = &scoring->steps->steps[i];
            if (step->use == CHOICE_FITTED) counts_add(scoring, step, 1, &counts);
            if (step->use == CHOICE_HELD) held = step;
        }
        // The panel has those who have fitted occasions, in the same order.
        if (held && counts.own_sum > 0) status = step_guess(scoring, held, member, &counts);
        member += counts.own_sum > 0;
    }
    return status;
}

/* ---- Scores --------------------------------------------------------------------------------- */

static int double_compare(const void *first, const void *second)
{
    double a = *(const double *)first, b = *(const double *)second;
    return (a > b) - (a < b);
}

/* The 80 % interval of the mean by the bootstrap over members. */
static enum loy_status gain_find(const struct scoring *scoring, enum loy_choice_rival rival,
    struct loy_choice_holdout_result *result)
{
    double *means = malloc(RESAMPLES * sizeof *means), total = 0;
    if (!means) return LOY_E_MEMORY;
    struct numeric_random random = numeric_random_at(scoring->model->seed, BOOTSTRAP_STREAM);
    for (int r = -1; r < RESAMPLES; r++) {
        double sum = 0;
        for (size_t i = 0; i < scoring->count; i++) {
            size_t at = r < 0 ? i : (size_t)(numeric_random_bits(&random) % scoring->count);
            sum += scoring->held[at].guesses[LOY_RIVAL_MODEL].log_chance -
                   scoring->held[at].guesses[rival].log_chance;
        }
        if (r < 0)
            total = sum / (double)scoring->count;
        else
            means[r] = sum / (double)scoring->count;
    }
    qsort(means, RESAMPLES, sizeof *means, double_compare);
    result->gain = total;
    result->gain_low = means[RESAMPLES / 10];
    result->gain_high = means[RESAMPLES - RESAMPLES / 10];
    free(means);
    return LOY_OK;
}

static int held_compare(const void *first, const void *second)
{
    double a = ((const struct held *)first)->guesses[LOY_RIVAL_MODEL].stated;
    double b = ((const struct held *)second)->guesses[LOY_RIVAL_MODEL].stated;
    return (a > b) - (a < b);
}

static void calibration_find(struct scoring *scoring, struct loy_choice_holdout_result *result)
{
    qsort(scoring->held, scoring->count, sizeof *scoring->held, held_compare);
    for (size_t f = 0; f < FIFTHS; f++) {
        size_t begin = scoring->count * f / FIFTHS, end = scoring->count * (f + 1) / FIFTHS;
        double stated = 0, hits = 0;
        for (size_t i = begin; i < end; i++) {
            stated += scoring->held[i].guesses[LOY_RIVAL_MODEL].stated;
            hits += scoring->held[i].guesses[LOY_RIVAL_MODEL].hit;
        }
        result->stated[f] = end > begin ? stated / (double)(end - begin) : NAN;
        result->observed[f] = end > begin ? hits / (double)(end - begin) : NAN;
    }
}

static enum loy_status scores_find(
    struct scoring *scoring, struct loy_choice_holdout_result *result)
{
    enum loy_choice_rival best = LOY_RIVAL_POOLED;
    result->members = (int64_t)scoring->count;
    for (int rival = LOY_RIVAL_NONE + 1; rival < loy_choice_rival_count; rival++) {
        struct loy_choice_score *score = &result->rivals[rival];
        for (size_t i = 0; i < scoring->count; i++) {
            score->log_score += scoring->held[i].guesses[rival].log_chance;
            score->hit_rate += scoring->held[i].guesses[rival].hit;
        }
        score->log_score /= (double)scoring->count;
        score->hit_rate /= (double)scoring->count;
        bool simple = rival != LOY_RIVAL_MODEL && !isnan(score->log_score);
        if (simple && score->log_score > result->rivals[best].log_score)
            best = (enum loy_choice_rival)rival;
    }
    enum loy_status status = gain_find(scoring, best, result);
    // Last: it sorts.
    if (status == LOY_OK) calibration_find(scoring, result);
    return status;
}

enum loy_status choice_holdout_find(const struct loy_choice *choice,
    const struct choice_steps *steps, const struct choice_hierarchy *hierarchy,
    const double *pooled, struct loy_choice_model *model)
{
    struct scoring scoring = {choice, steps, hierarchy, model, pooled, .concentration = 1};
    scoring.held = calloc(steps->count + 1, sizeof *scoring.held);
    scoring.room = malloc(sizeof *scoring.room);
    enum loy_status status = scoring.held && scoring.room ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK) {
        shares_find(&scoring);
        status = members_guess(&scoring);
    }
    if (status == LOY_OK && scoring.count > 0) {
        status = scores_find(&scoring, &model->holdout);
        model->held_out = true;
    }
    free(scoring.held);
    free(scoring.room);
    return status;
}
