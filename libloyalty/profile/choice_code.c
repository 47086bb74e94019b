/* SPDX-License-Identifier: MIT
 *
 * choice_code.c - which coefficients a choice model can have, and in which scale they are fitted.
 * In: occasions and what they are used for. Out: a code, or what stands in the way. An alternative
 * that nobody bought is not there; an attribute that never differs has no coefficient.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An attribute that differs more is scaled unasked: against the prior it would weigh nothing. */
#define DEVIATION_MAX 30.0

/* ---- Counting ------------------------------------------------------------------------------- */

static size_t most_bought(const size_t *bought, size_t alternatives)
{
    size_t best = 0;
    for (size_t j = 1; j < alternatives; j++)
        if (bought[j] > bought[best]) best = j;
    return best;
}

/* Constants for what was bought; the base stays the caller's if anybody bought it. */
static size_t constants_number(
    const struct loy_choice *choice, const struct choice_steps *steps, struct choice_code *code)
{
    size_t bought[LOY_CHOICE_ALTERNATIVES_MAX] = {0}, kinds = 0;
    for (size_t i = 0; i < steps->count; i++) {
        const struct choice_occasion *occasion = &choice->occasions[steps->steps[i].occasion];
        if (steps->steps[i].use == CHOICE_FITTED)
            bought[choice->alternatives[occasion->first + occasion->bought]]++;
    }
    code->base = choice->settings.base;
    if (bought[code->base] == 0) code->base = most_bought(bought, code->alternatives);
    for (size_t j = 0; j < code->alternatives; j++) {
        kinds += bought[j] > 0;
        code->constant_of[j] = bought[j] == 0    ? CHOICE_NOT_THERE
                               : j == code->base ? CHOICE_IS_BASE
                                                 : (int16_t)code->constants++;
    }
    return kinds;
}

/* ---- Attributes ----------------------------------------------------------------------------- */

double choice_code_attribute(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, size_t offer, size_t attribute)
{
    size_t width = choice->settings.attributes;
    double value = attribute < width
                       ? choice->attributes[offer * width + attribute]
                       : (double)((int16_t)choice->alternatives[offer] == step->before);
    return value / code->scale[attribute];
}

/* Sum of squares about the occasion's mean, and how many there were. */
static double occasion_squares(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, size_t attribute, size_t *count)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    double values[LOY_CHOICE_ALTERNATIVES_MAX], mean = 0, squares = 0;
    size_t n = 0;
    for (size_t i = 0; i < occasion->offers; i++) {
        size_t offer = occasion->first + i;
        if (code->constant_of[choice->alternatives[offer]] == CHOICE_NOT_THERE) continue;
        values[n] = choice_code_attribute(choice, code, step, offer, attribute);
        mean += values[n++];
    }
    mean /= n > 0 ? (double)n : 1;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    *count += n;
    return squares;
}

static double deviation_within(const struct loy_choice *choice, const struct choice_steps *steps,
    const struct choice_code *code, size_t attribute)
{
    double squares = 0;
    size_t count = 0;
    for (size_t i = 0; i < steps->count; i++)
        if (steps->steps[i].use == CHOICE_FITTED)
            squares += occasion_squares(choice, code, &steps->steps[i], attribute, &count);
    return count > 0 ? sqrt(squares / (double)count) : 0;
}

/* What an attribute was of each alternative when first seen, but for what moved all of them. */
struct standing {
    double first[LOY_CHOICE_ALTERNATIVES_MAX];
    bool seen[LOY_CHOICE_ALTERNATIVES_MAX];
};

/* Whether the alternatives of an occasion have moved by different amounts. All of them dearer by
 * the same amount says nothing. */
static bool moves_differ(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, size_t attribute, double deviation, struct standing *standing)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    double values[LOY_CHOICE_ALTERNATIVES_MAX], shift = 0;
    bool shifted = false;
    for (size_t o = 0; o < occasion->offers; o++) {
        size_t offer = occasion->first + o, alternative = choice->alternatives[offer];
        values[o] = choice_code_attribute(choice, code, step, offer, attribute);
        if (!standing->seen[alternative]) continue;
        double moved = values[o] - standing->first[alternative];
        if (shifted && fabs(moved - shift) > 1e-9 * (deviation + fabs(values[o]))) return true;
        shift = moved;
        shifted = true;
    }
    for (size_t o = 0; o < occasion->offers; o++) {
        size_t alternative = choice->alternatives[occasion->first + o];
        if (standing->seen[alternative] || code->constant_of[alternative] == CHOICE_NOT_THERE)
            continue;
        standing->first[alternative] = values[o] - shift;
        standing->seen[alternative] = true;
    }
    return false;
}

/* Whether an attribute tells more than the constants: it differs between alternatives, and not
 * always in the same way. A price that stands still is a constant of its article. */
static bool tells(const struct loy_choice *choice, const struct choice_steps *steps,
    const struct choice_code *code, size_t attribute, double deviation)
{
    struct standing standing = {{0}, {false}};
    if (!(deviation > 0)) return false;
    for (size_t i = 0; i < steps->count; i++)
        if (steps->steps[i].use == CHOICE_FITTED &&
            moves_differ(choice, code, &steps->steps[i], attribute, deviation, &standing))
            return true;
    return false;
}

static void attributes_number(const struct loy_choice *choice, const struct choice_steps *steps,
    struct choice_code *code, struct loy_choice_trouble *trouble)
{
    code->order = code->constants;
    for (size_t k = 0; k < code->width; k++) {
        code->scale[k] = 1;
        code->coefficient_of[k] = CHOICE_NOT_THERE;
        double deviation = deviation_within(choice, steps, code, k);
        bool scaled = k < code->attributes && choice->settings.scaled[k];
        scaled = scaled || deviation > DEVIATION_MAX;
        if (!tells(choice, steps, code, k, deviation)) {
            trouble->problem = LOY_CHOICE_CONSTANT;
            trouble->coefficient = code->alternatives - 1 + k;
            continue;
        }
        if (scaled) code->scale[k] = deviation;
        code->coefficient_of[k] = (int16_t)code->order++;
    }
}

/* ---- Traits --------------------------------------------------------------------------------- */

/* What was told last stands first. */
static int traits_compare(const void *first, const void *second)
{
    const struct choice_member_traits *a = first, *b = second;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->told < b->told) - (a->told > b->told);
}

enum loy_status choice_traits_make(const struct loy_choice *choice, struct choice_traits *traits)
{
    *traits = (struct choice_traits){calloc(choice->trait_count + 1, sizeof *traits->rows), 0};
    if (!traits->rows) return LOY_E_MEMORY;
    for (size_t i = 0; i < choice->trait_count; i++)
        traits->rows[traits->count++] = choice->traits[i];
    qsort(traits->rows, traits->count, sizeof *traits->rows, traits_compare);
    return LOY_OK;
}

const struct choice_member_traits *choice_traits_find(
    const struct choice_traits *traits, int64_t member)
{
    size_t low = 0, high = traits->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (traits->rows[middle].member < member)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < traits->count && traits->rows[low].member == member;
    return found ? &traits->rows[low] : NULL;
}

/* Mean and deviation over the members that are fitted. */
static void trait_moments(const struct choice_panel *panel, const struct choice_traits *traits,
    size_t trait, double *mean, double *deviation)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t m = 0; m < panel->members; m++) {
        const struct choice_member_traits *found = choice_traits_find(traits, panel->numbers[m]);
        sum += found ? found->values[trait] : 0;
        n += found != NULL;
    }
    *mean = n > 0 ? sum / n : 0;
    for (size_t m = 0; m < panel->members; m++) {
        const struct choice_member_traits *found = choice_traits_find(traits, panel->numbers[m]);
        double away = found ? found->values[trait] - *mean : 0;
        squares += away * away;
    }
    *deviation = n > 1 ? sqrt(squares / n) : 0;
}

void choice_code_traits(
    const struct choice_panel *panel, const struct choice_traits *traits, struct choice_code *code)
{
    code->columns = 1;
    for (size_t t = 0; t < code->traits; t++) {
        trait_moments(panel, traits, t, &code->trait_mean[t], &code->trait_scale[t]);
        bool differs = code->trait_scale[t] > 1e-9 * (1 + fabs(code->trait_mean[t]));
        code->trait_of[t] = differs ? (int16_t)code->columns++ : CHOICE_NOT_THERE;
    }
}

void choice_code_row(
    const struct choice_code *code, const struct choice_member_traits *traits, double *row)
{
    memset(row, 0, code->columns * sizeof *row);
    row[0] = 1;
    for (size_t t = 0; traits && t < code->traits; t++)
        if (code->trait_of[t] >= 0)
            row[code->trait_of[t]] =
                (traits->values[t] - code->trait_mean[t]) / code->trait_scale[t];
}

/* ---- The code ------------------------------------------------------------------------------- */

enum loy_status choice_code_make(const struct loy_choice *choice, const struct choice_steps *steps,
    struct choice_code *code, struct loy_choice_trouble *trouble)
{
    const struct loy_choice_settings *settings = &choice->settings;
    *code = (struct choice_code){.alternatives = settings->alternatives,
        .attributes = settings->attributes,
        .width = settings->attributes + settings->habit,
        .habit = settings->habit,
        .traits = settings->traits};
    size_t fitted = 0;
    for (size_t i = 0; i < steps->count; i++)
        fitted += steps->steps[i].use == CHOICE_FITTED;
    trouble->problem = fitted == 0 ? LOY_CHOICE_NO_OCCASIONS : LOY_CHOICE_NO_PROBLEM;
    if (fitted == 0) return LOY_NONE;
    if (constants_number(choice, steps, code) < 2) {
        trouble->problem = LOY_CHOICE_ONE_ALTERNATIVE;
        return LOY_NONE;
    }
    for (size_t k = 0; k < code->width; k++)
        code->scale[k] = 1;
    attributes_number(choice, steps, code, trouble);
    code->columns = 1;
    return LOY_OK;
}

size_t choice_code_told(const struct choice_code *code)
{
    return code->alternatives - 1 + code->width;
}

int choice_code_fitted(const struct choice_code *code, size_t told, double *scale)
{
    *scale = 1;
    if (told < code->alternatives - 1) return code->constant_of[told + (told >= code->base)];
    size_t attribute = told - (code->alternatives - 1);
    if (attribute >= code->width) return CHOICE_NOT_THERE;
    *scale = code->scale[attribute];
    return code->coefficient_of[attribute];
}
