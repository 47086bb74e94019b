/* SPDX-License-Identifier: MIT
 *
 * segment.c - the life of the segments, and looking into them. Sales in; groups, their names and
 * their members out. Must not know of store, clock or thread.
 */
#include "profile/segment_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLASSES_MAX 6u
#define STARTS 20u
#define MIN_LINES 10u
#define FEATURE_LINES 100u

static void usual(struct loy_segment_settings *settings)
{
    if (settings->by == LOY_SEGMENT_BY_NONE) settings->by = LOY_SEGMENT_BY_CATEGORY;
    if (settings->classes_max == 0) settings->classes_max = CLASSES_MAX;
    if (settings->classes_max > LOY_SEGMENT_CLASSES_MAX)
        settings->classes_max = LOY_SEGMENT_CLASSES_MAX;
    if (settings->starts == 0) settings->starts = STARTS;
    if (settings->min_lines == 0) settings->min_lines = MIN_LINES;
    if (settings->feature_lines == 0) settings->feature_lines = FEATURE_LINES;
}

enum loy_status loy_segments_open(
    const struct loy_segment_settings *settings, struct loy_segments **segments)
{
    if (!settings || !segments || settings->by >= loy_segment_by_count) return LOY_E_ARGUMENT;
    struct loy_segments *made = calloc(1, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    size_t size = settings->size < sizeof(*settings) ? settings->size : sizeof(*settings);
    memcpy(&made->settings, settings, size);
    usual(&made->settings);
    *segments = made;
    return LOY_OK;
}

void loy_segments_close(struct loy_segments *segments)
{
    if (!segments) return;
    for (size_t k = 0; segments->classes && k < segments->mixture.classes; k++)
        free(segments->classes[k].members);
    profile_wares_clear(&segments->wares);
    segment_data_clear(&segments->data);
    mixture_clear(&segments->mixture);
    free(segments->lines);
    free(segments->feature_of);
    free(segments->values);
    free(segments->persons);
    free(segments->fit);
    free(segments->all);
    free(segments->trials);
    free(segments->classes);
    free(segments);
}

enum loy_status loy_segments_add(
    struct loy_segments *segments, const struct loy_sale *sale, const struct loy_version *version)
{
    if (!segments || !sale || !version || segments->fitted) return LOY_E_ARGUMENT;
    struct profile_row row;
    enum loy_status status = profile_row_make(&segments->settings.profile, sale, version, &row);
    if (status != LOY_OK || row.member <= 0) return status == LOY_NONE ? LOY_OK : status;
    struct segment_line made = {
        .member = row.member, .at_us = row.at_us, .basket = row.basket, .hour = row.hour};
    status = profile_wares_put(&segments->wares, version, &made.ware);
    if (status != LOY_OK) return status;
    status = profile_grow(
        (void **)&segments->lines, segments->line_count, &segments->line_capacity, sizeof(made));
    if (status != LOY_OK) return status;
    segments->lines[segments->line_count++] = made;
    return LOY_OK;
}

/* ---- The chosen groups ---------------------------------------------------------------------- */

static int by_share(const void *left, const void *right)
{
    const struct segment_class *a = left, *b = right;
    if (a->share != b->share) return a->share > b->share ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static enum loy_status class_add(struct segment_class *class, int64_t member, size_t most)
{
    if (!class->members) class->members = calloc(most + 1, sizeof(*class->members));
    if (!class->members) return LOY_E_MEMORY;
    class->members[class->member_count++] = member;
    return LOY_OK;
}

/* The likeliest group of a row, by its place among the groups, and its probability. */
static size_t likeliest(const struct loy_segments *segments, size_t row, double *probability)
{
    double probabilities[LOY_SEGMENT_CLASSES_MAX];
    size_t best = 0;
    mixture_classes(&segments->mixture, &segments->data, row, probabilities);
    for (size_t k = 1; k < segments->mixture.classes; k++)
        if (probabilities[segments->classes[k].number] >
            probabilities[segments->classes[best].number])
            best = k;
    *probability = probabilities[segments->classes[best].number];
    return best;
}

static enum loy_status classes_make(struct loy_segments *segments)
{
    size_t count = segments->mixture.classes;
    enum loy_status status = LOY_OK;
    segments->classes = calloc(count + 1, sizeof(*segments->classes));
    if (!segments->classes) return LOY_E_MEMORY;
    for (size_t k = 0; k < count; k++)
        segments->classes[k] =
            (struct segment_class){.share = exp(segments->mixture.log_share[k]), .number = k};
    qsort(segments->classes, count, sizeof(*segments->classes), by_share);
    for (size_t i = 0; i < segments->person_count && status == LOY_OK; i++) {
        const struct segment_person *person = &segments->persons[i];
        double probability;
        if (person->row == SIZE_MAX) continue;
        size_t best = likeliest(segments, person->row, &probability);
        if (probability >= LOY_SEGMENT_SURE)
            status = class_add(&segments->classes[best], person->member, segments->person_count);
    }
    return status;
}

static enum loy_status shares_of_all(struct loy_segments *segments)
{
    const struct mixture_data *data = &segments->data;
    size_t from = 0;
    segments->all = calloc(data->features + 1, sizeof(*segments->all));
    if (!segments->all) return LOY_E_MEMORY;
    for (size_t e = 0; e < data->first[data->members]; e++)
        segments->all[data->feature[e]] += data->count[e];
    for (size_t b = 0; b < data->blocks; from = data->block_end[b++]) {
        double sum = 0;
        for (size_t d = from; d < data->block_end[b]; d++)
            sum += segments->all[d];
        for (size_t d = from; d < data->block_end[b]; d++)
            segments->all[d] /= sum > 0 ? sum : 1;
    }
    return LOY_OK;
}

enum loy_status loy_segments_fit(struct loy_segments *segments)
{
    if (!segments || segments->fitted) return LOY_E_ARGUMENT;
    segments->fitted = true;
    enum loy_status status = segment_features_make(segments);
    if (status != LOY_OK) return status;
    if (segments->data.members < 2 * SEGMENT_MEMBERS_MIN || segments->features < 2) return LOY_NONE;
    status = shares_of_all(segments);
    if (status == LOY_OK) status = segment_choose(segments);
    return status == LOY_OK ? classes_make(segments) : status;
}

/* ---- Looking -------------------------------------------------------------------------------- */

enum loy_status loy_segments_summary(
    const struct loy_segments *segments, struct loy_segment_summary *summary)
{
    if (!segments || !summary || !segments->fitted) return LOY_E_ARGUMENT;
    struct loy_segment_summary made = {.size = summary->size,
        .members = (int64_t)segments->data.members,
        .lines = segments->enough_lines,
        .fitted_members = segments->fitted_members,
        .features = segment_feature_count(segments),
        .trials = segments->trial_count,
        .classes = (unsigned)segments->mixture.classes};
    size_t size = summary->size < sizeof(made) ? summary->size : sizeof(made);
    memcpy(summary, &made, size);
    return LOY_OK;
}

enum loy_status loy_segments_trial(
    const struct loy_segments *segments, size_t trial, struct loy_segment_trial *found)
{
    if (!segments || !found || trial >= segments->trial_count) return LOY_E_ARGUMENT;
    *found = segments->trials[trial];
    return LOY_OK;
}

static const char *feature_name(const struct loy_segments *segments, size_t feature)
{
    static const char *const parts[PROFILE_PARTS] = {"mon-fri 0-6", "mon-fri 6-12", "mon-fri 12-18",
        "mon-fri 18-24", "sat-sun 0-6", "sat-sun 6-12", "sat-sun 12-18", "sat-sun 18-24"};
    if (feature >= segments->features) return parts[feature - segments->features];
    return segment_value_name(segments, segments->values[feature]);
}

static double in_class(const struct loy_segments *segments, size_t feature, size_t number)
{
    const struct mixture *mixture = &segments->mixture;
    return exp(mixture->log_theta[feature * mixture->stride + segments->classes[number].number]);
}

/* What tells a group most: the part of its divergence from all that one feature makes. */
static void name_class(
    const struct loy_segments *segments, size_t number, struct loy_segment_class *found)
{
    double telling[LOY_SEGMENT_NAMES] = {0};
    for (size_t d = 0; d < segments->features; d++) {
        double own = in_class(segments, d, number), all = segments->all[d];
        double lift = own / all, tells = own * log(lift);
        if (!(lift >= LOY_SEGMENT_NAME_LIFT) || !isfinite(lift) ||
            !segment_name_is_fine(feature_name(segments, d)))
            continue;
        size_t at = found->name_count;
        while (at > 0 && telling[at - 1] < tells)
            at--;
        if (at == LOY_SEGMENT_NAMES) continue;
        if (found->name_count < LOY_SEGMENT_NAMES) found->name_count++;
        for (size_t i = found->name_count - 1; i > at; i--) {
            telling[i] = telling[i - 1];
            found->names[i] = found->names[i - 1];
            found->lifts[i] = found->lifts[i - 1];
        }
        telling[at] = tells;
        found->names[at] = feature_name(segments, d);
        found->lifts[at] = lift;
    }
}

enum loy_status loy_segments_class(
    const struct loy_segments *segments, size_t number, struct loy_segment_class *found)
{
    if (!segments || !found || !segments->classes || number >= segments->mixture.classes)
        return LOY_E_ARGUMENT;
    *found = (struct loy_segment_class){.share = segments->classes[number].share,
        .members = (int64_t)segments->classes[number].member_count};
    name_class(segments, number, found);
    return LOY_OK;
}

enum loy_status loy_segments_feature(const struct loy_segments *segments, size_t feature,
    size_t number, const char **name, double *in, double *in_all)
{
    if (!segments || !segments->classes || feature >= segment_feature_count(segments) ||
        number >= segments->mixture.classes)
        return LOY_E_ARGUMENT;
    if (name) *name = feature_name(segments, feature);
    if (in) *in = in_class(segments, feature, number);
    if (in_all) *in_all = segments->all[feature];
    return LOY_OK;
}

static const struct segment_person *person_find(const struct loy_segments *segments, int64_t member)
{
    size_t low = 0, high = segments->person_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (segments->persons[middle].member < member)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < segments->person_count && segments->persons[low].member == member;
    return there ? &segments->persons[low] : NULL;
}

enum loy_status loy_segments_member(
    const struct loy_segments *segments, int64_t member, struct loy_segment_member *found)
{
    if (!segments || !found || !segments->fitted) return LOY_E_ARGUMENT;
    const struct segment_person *person = person_find(segments, member);
    struct loy_segment_member made = {.standing = LOY_STANDING_FEW,
        .probability = NAN,
        .n = person ? (int64_t)(person->to - person->from) : 0,
        .needed = segments->settings.min_lines};
    if (!segments->classes || segments->mixture.classes < 2)
        made.standing = LOY_STANDING_NOT_CLAIMED;
    else if (person && person->row != SIZE_MAX) {
        made.number = likeliest(segments, person->row, &made.probability);
        made.standing = made.probability >= LOY_SEGMENT_SURE ? LOY_STANDING_OWN : LOY_STANDING_WEAK;
    }
    *found = made;
    return LOY_OK;
}

enum loy_status loy_segments_members(
    const struct loy_segments *segments, size_t number, const int64_t **members, size_t *count)
{
    if (!segments || !members || !count || !segments->classes ||
        number >= segments->mixture.classes)
        return LOY_E_ARGUMENT;
    *members = segments->classes[number].members;
    *count = segments->classes[number].member_count;
    return LOY_OK;
}
