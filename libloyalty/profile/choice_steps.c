/* SPDX-License-Identifier: MIT
 *
 * choice_steps.c - the occasions of each member in the order of time: what he bought the time
 * before, which occasion is kept apart to be predicted, and whether the order is one of time at
 * all. Must not know of attributes.
 */
#include "profile/choice_private.h"

#include <stdlib.h>
#include <string.h>

#define PURCHASES_MIN 5
/* Real households stay with a brand for a while and come back to another one. Of data that are
 * sorted by what was bought, each brand's rows stand in one block; of those who bought several,
 * hardly anybody real has that (a fifth of the households of Yogurt, the most loyal ones known
 * here: their rows are in the order of time). */
#define SORTED_SHARE 0.9
#define SORTED_MEMBERS_MIN 20

uint64_t choice_member_hash(int64_t member)
{
    uint64_t x = (uint64_t)member + UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static int step_compare(const void *first, const void *second)
{
    const struct choice_step *a = first, *b = second;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->occasion > b->occasion) - (a->occasion < b->occasion);
}

static uint16_t bought_at(const struct loy_choice *choice, const struct choice_step *step)
{
    const struct choice_occasion *occasion = &choice->occasions[step->occasion];
    return choice->alternatives[occasion->first + occasion->bought];
}

static bool has_choice(const struct loy_choice *choice, const struct choice_step *step)
{
    return choice->occasions[step->occasion].offers > 1;
}

size_t choice_steps_end(const struct choice_steps *steps, size_t begin)
{
    size_t end = begin;
    while (end < steps->count && steps->steps[end].member == steps->steps[begin].member)
        end++;
    return end;
}

/* Decides what the steps begin to end, those of one member, are used for. */
static void member_use(const struct loy_choice *choice, const struct loy_choice_options *options,
    struct choice_step *steps, size_t count)
{
    bool all = options->pooled && options->holdout == LOY_HOLDOUT_NONE;
    size_t needed = options->purchases_min > 0 ? (size_t)options->purchases_min
                    : all                      ? 1
                                               : PURCHASES_MIN;
    size_t choices = 0, at = 0;
    for (size_t i = 0; i < count; i++) {
        steps[i].before = i > 0 ? (int16_t)bought_at(choice, &steps[i - 1]) : CHOICE_NOBODY_BOUGHT;
        choices += has_choice(choice, &steps[i]);
    }
    if (choices < needed || choices == 0) return;
    bool hold = options->holdout != LOY_HOLDOUT_NONE && choices > 1;
    size_t held = options->holdout == LOY_HOLDOUT_HASH
                      ? (size_t)(choice_member_hash(steps->member) % choices)
                      : choices - 1;
    for (size_t i = 0; i < count; i++) {
        if (!has_choice(choice, &steps[i])) continue;
        steps[i].use = hold && at == held ? CHOICE_HELD : CHOICE_FITTED;
        at++;
    }
}

enum loy_status choice_steps_make(const struct loy_choice *choice, const int64_t *only,
    const struct loy_choice_options *options, struct choice_steps *steps)
{
    *steps = (struct choice_steps){0};
    steps->steps = calloc(choice->occasion_count + 1, sizeof *steps->steps);
    if (!steps->steps) return LOY_E_MEMORY;
    for (size_t i = 0; i < choice->occasion_count; i++) {
        int64_t member = choice->occasions[i].member;
        if (only && member != *only) continue;
        steps->steps[steps->count++] = (struct choice_step){i, member, CHOICE_NOBODY_BOUGHT, 0};
    }
    qsort(steps->steps, steps->count, sizeof *steps->steps, step_compare);
    for (size_t begin = 0, end; begin < steps->count; begin = end) {
        end = choice_steps_end(steps, begin);
        member_use(choice, options, steps->steps + begin, end - begin);
    }
    return LOY_OK;
}

bool choice_steps_sorted(const struct loy_choice *choice, const struct choice_steps *steps)
{
    size_t members = 0, blocks = 0;
    for (size_t begin = 0, end; begin < steps->count; begin = end) {
        bool seen[LOY_CHOICE_ALTERNATIVES_MAX] = {false};
        size_t kinds = 0, changes = 0;
        end = choice_steps_end(steps, begin);
        for (size_t i = begin; i < end; i++) {
            uint16_t bought = bought_at(choice, &steps->steps[i]);
            kinds += !seen[bought];
            seen[bought] = true;
            changes += i > begin && steps->steps[i].before != (int16_t)bought;
        }
        // Two kinds in three rows stand in blocks half of the time by chance.
        if (kinds < 2 || end - begin < kinds + 3) continue;
        members++;
        blocks += changes == kinds - 1;
    }
    return members >= SORTED_MEMBERS_MIN && (double)blocks > SORTED_SHARE * (double)members;
}
