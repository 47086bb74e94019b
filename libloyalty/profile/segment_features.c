/* SPDX-License-Identifier: MIT
 *
 * segment_features.c - from lines in any order to counts of members over features: what is bought
 * often enough, and who buys enough of it. Must not know of groups.
 */
#include "profile/segment_private.h"

#include "numeric/random.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

uint32_t segment_value(const struct loy_segments *segments, const struct profile_ware *ware)
{
    switch (segments->settings.by) {
    case LOY_SEGMENT_BY_BRAND:
        return ware->names[PROFILE_WARE_BRAND];
    case LOY_SEGMENT_BY_GRADE:
        return ware->names[PROFILE_WARE_GRADE];
    case LOY_SEGMENT_BY_COLOUR:
        return ware->colour;
    default:
        return ware->names[PROFILE_WARE_CATEGORY];
    }
}

const char *segment_value_name(const struct loy_segments *segments, uint32_t value)
{
    switch (segments->settings.by) {
    case LOY_SEGMENT_BY_BRAND:
        return segments->wares.names[PROFILE_WARE_BRAND].names[value];
    case LOY_SEGMENT_BY_GRADE:
        return segments->wares.names[PROFILE_WARE_GRADE].names[value];
    case LOY_SEGMENT_BY_COLOUR:
        return loy_colour_name((int)value);
    default:
        return segments->wares.names[PROFILE_WARE_CATEGORY].names[value];
    }
}

static size_t value_count(const struct loy_segments *segments)
{
    switch (segments->settings.by) {
    case LOY_SEGMENT_BY_BRAND:
        return segments->wares.names[PROFILE_WARE_BRAND].count;
    case LOY_SEGMENT_BY_GRADE:
        return segments->wares.names[PROFILE_WARE_GRADE].count;
    case LOY_SEGMENT_BY_COLOUR:
        return loy_colour_count;
    default:
        return segments->wares.names[PROFILE_WARE_CATEGORY].count;
    }
}

size_t segment_feature_count(const struct loy_segments *segments)
{
    return segments->features + (segments->settings.day_parts ? PROFILE_PARTS : 0);
}

unsigned segment_part(uint8_t hour)
{
    unsigned day = hour / 24u;
    return (day >= 5 ? 4u : 0u) + hour % 24u / 6u;
}

/* Beginnings of words; a name with one of them may say what a shop must not conclude. */
static const char *const silent[] = {"adult", "alcohol", "allerg", "baby", "bible", "cigar",
    "cold and flu", "condom", "contracept", "diabet", "diaper", "diet", "family plan", "feminine",
    "fertil", "first aid", "halal", "health", "incontinen", "infant", "kosher", "laxative",
    "liquor", "maternity", "medic", "nappies", "nappy", "nicotine", "obes", "pharma", "pregnan",
    "prescription", "relig", "sexual", "slim", "smok", "tobacco", "vitamin", "weight",
    "\u4fdd\u5065", "\u533b\u836f", "\u5a74", "\u5b55", "\u6210\u4eba", "\u6e05\u771f", "\u70df",
    "\u75c5", "\u7cd6\u5c3f", "\u8ba1\u751f", "\u836f", "\u9012\u80a5", "\u51cf\u80a5",
    "\u907f\u5b55", "\u5b97\u6559"};

static bool begins(const char *text, const char *word)
{
    for (; *word; word++, text++)
        if (tolower((unsigned char)*text) != (unsigned char)*word) return false;
    return true;
}

bool segment_name_is_fine(const char *name)
{
    if (!*name) return false;
    for (const char *at = name; *at; at++) {
        bool inside = at > name && isalpha((unsigned char)at[-1]);
        for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
            if (!(inside && isalpha((unsigned char)silent[i][0])) && begins(at, silent[i]))
                return false;
    }
    return true;
}

/* ---- Order ---------------------------------------------------------------------------------- */

#define COMPARE(field)                                                                             \
    if (a->field != b->field) return a->field < b->field ? -1 : 1

static int by_member_then_time(const void *left, const void *right)
{
    const struct segment_line *a = left, *b = right;
    COMPARE(member);
    COMPARE(at_us);
    COMPARE(basket);
    COMPARE(ware);
    COMPARE(hour);
    return 0;
}

static enum loy_status settle(struct loy_segments *segments)
{
    uint32_t *renumbered = NULL;
    enum loy_status status = profile_wares_settle(&segments->wares, &renumbered);
    for (size_t i = 0; i < segments->line_count && status == LOY_OK; i++)
        segments->lines[i].ware = renumbered[segments->lines[i].ware];
    free(renumbered);
    if (status == LOY_OK && segments->line_count > 1)
        qsort(segments->lines, segments->line_count, sizeof(*segments->lines), by_member_then_time);
    return status;
}

/* ---- Features ------------------------------------------------------------------------------- */

static uint32_t value_of(const struct loy_segments *segments, const struct segment_line *line)
{
    return segment_value(segments, &segments->wares.wares[line->ware]);
}

static enum loy_status find_features(struct loy_segments *segments)
{
    size_t count = value_count(segments);
    int64_t *lines = calloc(count + 1, sizeof(*lines));
    segments->feature_of = calloc(count + 1, sizeof(*segments->feature_of));
    segments->values = calloc(count + 1, sizeof(*segments->values));
    bool made = lines && segments->feature_of && segments->values;
    for (size_t i = 0; made && i < segments->line_count; i++)
        lines[value_of(segments, &segments->lines[i])]++;
    for (size_t v = 0; made && v < count; v++) {
        bool often = v > 0 && lines[v] >= segments->settings.feature_lines;
        segments->feature_of[v] = often ? (uint32_t)segments->features : SEGMENT_NO_FEATURE;
        if (often) segments->values[segments->features++] = (uint32_t)v;
    }
    free(lines);
    return made ? LOY_OK : LOY_E_MEMORY;
}

/* Lines without a feature go: a member's lines are then those that count. */
static void drop_lines(struct loy_segments *segments)
{
    size_t kept = 0;
    for (size_t i = 0; i < segments->line_count; i++)
        if (segments->feature_of[value_of(segments, &segments->lines[i])] != SEGMENT_NO_FEATURE)
            segments->lines[kept++] = segments->lines[i];
    segments->line_count = kept;
}

static enum loy_status find_persons(struct loy_segments *segments)
{
    const struct segment_line *lines = segments->lines;
    size_t capacity = 0;
    for (size_t from = 0, to = 0; from < segments->line_count; from = to) {
        enum loy_status status = profile_grow((void **)&segments->persons, segments->person_count,
            &capacity, sizeof(*segments->persons));
        if (status != LOY_OK) return status;
        while (to < segments->line_count && lines[to].member == lines[from].member)
            to++;
        struct segment_person person = {
            .member = lines[from].member, .from = from, .to = to, .row = SIZE_MAX};
        if (to - from >= segments->settings.min_lines) {
            person.row = segments->data.members++;
            segments->enough_lines += (int64_t)(to - from);
        }
        segments->persons[segments->person_count++] = person;
    }
    return LOY_OK;
}

/* ---- Counts --------------------------------------------------------------------------------- */

void segment_data_clear(struct mixture_data *data)
{
    free(data->first);
    free(data->feature);
    free(data->count);
    *data = (struct mixture_data){0};
}

/* Adds up the lines of one person in row[features]. */
static void count_lines(const struct loy_segments *segments, size_t from, size_t to, double *row)
{
    for (size_t i = from; i < to; i++) {
        const struct segment_line *line = &segments->lines[i];
        row[segments->feature_of[value_of(segments, line)]]++;
        if (segments->settings.day_parts && line->hour != PROFILE_NO_HOUR)
            row[segments->features + segment_part(line->hour)]++;
    }
}

static size_t append(struct mixture_data *data, size_t entries, double *row)
{
    for (size_t d = 0; d < data->features; d++) {
        if (row[d] <= 0) continue;
        data->feature[entries] = (uint32_t)d;
        data->count[entries++] = row[d];
        row[d] = 0;
    }
    return entries;
}

size_t segment_held(const struct loy_segments *segments, const struct segment_person *person)
{
    const struct segment_line *lines = segments->lines;
    const bool timed = lines[person->to - 1].at_us > lines[person->from].at_us;
    return timed ? (person->to - person->from) / 4 : 0;
}

enum loy_status segment_data_make(
    const struct loy_segments *segments, bool earlier, struct mixture_data *data)
{
    size_t features = segment_feature_count(segments), entries = 0;
    /* A line fills one feature of each block at most. */
    size_t most = 2 * segments->line_count + 1;
    *data = (struct mixture_data){.members = segments->data.members,
        .features = features,
        .blocks = segments->settings.day_parts ? 2 : 1,
        .block_end = (size_t *)segments->block_ends,
        .first = calloc(segments->data.members + 2, sizeof(*data->first)),
        .feature = calloc(most, sizeof(*data->feature)),
        .count = calloc(most, sizeof(*data->count))};
    double *row = calloc(features + 1, sizeof(*row));
    bool made = row && data->first && data->feature && data->count;
    for (size_t i = 0; made && i < segments->person_count; i++) {
        const struct segment_person *person = &segments->persons[i];
        if (person->row == SIZE_MAX) continue;
        size_t held = earlier ? segment_held(segments, person) : 0;
        count_lines(segments, person->from, person->to - held, row);
        entries = append(data, entries, row);
        data->first[person->row + 1] = entries;
    }
    free(row);
    if (!made) segment_data_clear(data);
    return made ? LOY_OK : LOY_E_MEMORY;
}

/* Which rows the fit sees: each with the same chance, by the member's place alone. */
static enum loy_status choose_rows(struct loy_segments *segments)
{
    size_t rows = segments->data.members, most = segments->settings.fit_members, left = most;
    segments->fit = calloc(rows + 1, sizeof(*segments->fit));
    if (!segments->fit) return LOY_E_MEMORY;
    struct numeric_random random = numeric_random_at(segments->settings.seed, UINT64_MAX);
    for (size_t i = 0; i < rows; i++) {
        double chance = (double)left / (double)(rows - i);
        segments->fit[i] = most == 0 || rows <= most || numeric_random_uniform(&random) < chance;
        left -= segments->fit[i] && left > 0;
        segments->fitted_members += segments->fit[i];
    }
    return LOY_OK;
}

enum loy_status segment_features_make(struct loy_segments *segments)
{
    enum loy_status status = settle(segments);
    if (status == LOY_OK) status = find_features(segments);
    if (status != LOY_OK) return status;
    drop_lines(segments);
    status = find_persons(segments);
    segments->block_ends[0] = segments->features;
    segments->block_ends[1] = segment_feature_count(segments);
    if (status == LOY_OK) status = choose_rows(segments);
    if (status != LOY_OK) return status;
    struct mixture_data data;
    status = segment_data_make(segments, false, &data);
    if (status == LOY_OK) segments->data = data;
    return status;
}
