/* SPDX-License-Identifier: MIT
 *
 * funnel_row.c - the customer funnel of one group: each member's class, counted, and what may be
 * told of it. In: facts in order; out: rows. The rules are those of loyalty/funnel.h.
 */
#include "funnel_private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define DAYS_LEAST 2

enum flag {
    FLAG_STRONG = 1,
    FLAG_WEAK = 2,
    FLAG_LACKS = 4,
    FLAG_WISHES = 8,
    FLAG_NEEDS = 16,
    FLAG_KEY = 32
};

struct work {
    struct loy_funnel *funnel;
    uint8_t *flags; /* by member */
    int *days;      /* of each buyer */
};

/* ---- Classes ------------------------------------------------------------------------------------
 */

static uint8_t flag_of(const struct loy_funnel *funnel, const struct funnel_fact *fact)
{
    if (fact->kind == FUNNEL_LACKED) return FLAG_LACKS;
    if (fact->kind == FUNNEL_WISHED) return FLAG_WISHES;
    bool low = fact->grade != MARKET_NO_LEVEL && funnel->grade_low[fact->grade];
    return low || fact->deal ? FLAG_WEAK : FLAG_STRONG;
}

/* Days on which the member at `*at` bought; moves behind that member's facts. */
static int days_count(
    const struct loy_funnel *funnel, const struct funnel_group *group, size_t *at, int64_t *member)
{
    int days = 0;
    bool any = false;
    int32_t last = 0;
    *member = funnel->facts[*at].member;
    for (; *at < group->end && funnel->facts[*at].member == *member; ++*at) {
        const struct funnel_fact *fact = &funnel->facts[*at];
        if (fact->kind != FUNNEL_BOUGHT || (any && fact->day == last)) continue;
        any = true;
        last = fact->day;
        days++;
    }
    return days;
}

static int by_days(const void *a, const void *b)
{
    const int *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Of two in the middle the lower, and at least two: once is no habit. With no buyer nobody needs as
 * much. */
static int days_middle(const struct work *work, const struct funnel_group *group)
{
    size_t count = 0;
    int64_t member;
    for (size_t at = group->begin; at < group->end;) {
        int days = days_count(work->funnel, group, &at, &member);
        if (days > 0) work->days[count++] = days;
    }
    if (count == 0) return INT_MAX;
    qsort(work->days, count, sizeof *work->days, by_days);
    int middle = work->days[(count - 1) / 2];
    return middle > DAYS_LEAST ? middle : DAYS_LEAST;
}

static void need_add(const struct work *work, int32_t other, int middle)
{
    const struct funnel_group *group = &work->funnel->groups[other];
    int64_t member;
    for (size_t at = group->begin; at < group->end;) {
        int days = days_count(work->funnel, group, &at, &member);
        if (days > 0) work->flags[member] |= FLAG_NEEDS;
        if (days >= middle) work->flags[member] |= FLAG_KEY;
    }
}

static enum loy_funnel_class class_of(uint8_t flags)
{
    if (flags & FLAG_STRONG) return LOY_FUNNEL_STRONG;
    if (flags & FLAG_WEAK) return LOY_FUNNEL_WEAK;
    if (flags & FLAG_LACKS) return LOY_FUNNEL_LACKING;
    if (flags & FLAG_WISHES) return LOY_FUNNEL_POTENTIAL;
    return flags & FLAG_NEEDS ? LOY_FUNNEL_PROSPECT : LOY_FUNNEL_NONE;
}

static void row_count(const struct work *work, struct funnel_row *row)
{
    const struct loy_funnel *funnel = work->funnel;
    const struct funnel_group *group = &funnel->groups[row->group];
    int middle = days_middle(work, group);
    memset(work->flags, 0, funnel->member_count);
    for (size_t i = group->begin; i < group->end; i++)
        work->flags[funnel->facts[i].member] |= flag_of(funnel, &funnel->facts[i]);
    for (unsigned i = 0; i < row->complement_count; i++)
        need_add(work, row->complement_group[i], middle);
    for (uint32_t g = FUNNEL_ASKED + 1; row->group == FUNNEL_ASKED && g < funnel->names.count; g++)
        if (funnel->groups[g].home) need_add(work, (int32_t)g, middle);
    for (size_t i = 0; i < funnel->member_count; i++) {
        enum loy_funnel_class class = class_of(work->flags[i]);
        row->counts[class].members++;
        if (class == LOY_FUNNEL_PROSPECT && (work->flags[i] & FLAG_KEY))
            row->counts[LOY_FUNNEL_KEY_PROSPECT].members++;
    }
}

/* ---- What may be told ---------------------------------------------------------------------------
 */

static bool is_few(int64_t members, unsigned members_min)
{
    return members > 0 && members < members_min;
}

void funnel_row_withhold(struct funnel_row *row, unsigned members_min)
{
    struct loy_funnel_count *counts = row->counts;
    int64_t others = counts[LOY_FUNNEL_PROSPECT].members - counts[LOY_FUNNEL_KEY_PROSPECT].members;
    for (int i = 1; i < loy_funnel_class_count; i++)
        counts[i].told = !is_few(counts[i].members, members_min);
    if (is_few(others, members_min) || !counts[LOY_FUNNEL_PROSPECT].told)
        counts[LOY_FUNNEL_KEY_PROSPECT].told = false;
    if (!counts[LOY_FUNNEL_WEAK].told || !counts[LOY_FUNNEL_STRONG].told)
        counts[LOY_FUNNEL_WEAK].told = counts[LOY_FUNNEL_STRONG].told = false;
    for (int i = 0; i < loy_funnel_class_count; i++)
        if (!counts[i].told) counts[i].members = 0;
}

/* ---- All rows -----------------------------------------------------------------------------------
 */

static bool is_wanted(const struct loy_funnel *funnel, uint32_t group)
{
    if (funnel->level != LOY_FUNNEL_OF_CATEGORY)
        return group == FUNNEL_ASKED && funnel->homes.count > 0;
    if (group <= FUNNEL_ASKED || funnel->groups[group].end == 0) return false;
    return !funnel->only || strcmp(funnel->names.texts[group], funnel->only) == 0;
}

static const char *row_name(const struct loy_funnel *funnel, const struct funnel_row *row)
{
    return row->group == FUNNEL_ASKED ? funnel->only : funnel->names.texts[row->group];
}

static void rows_fill(const struct work *work, const struct funnel_table *table)
{
    struct loy_funnel *funnel = work->funnel;
    for (uint32_t g = FUNNEL_ASKED; g < funnel->names.count; g++) {
        if (!is_wanted(funnel, g)) continue;
        struct funnel_row *row = &funnel->rows[funnel->row_count++];
        row->group = (int32_t)g;
        if (funnel->complements) funnel_complements_find(funnel, table, row);
        row_count(work, row);
        funnel_row_withhold(row, funnel->members_min);
    }
    /* By name: few enough for an insertion. */
    for (size_t i = 1; i < funnel->row_count; i++)
        for (size_t at = i; at > 0 && strcmp(row_name(funnel, &funnel->rows[at]),
                                          row_name(funnel, &funnel->rows[at - 1])) < 0;
             at--) {
            struct funnel_row row = funnel->rows[at];
            funnel->rows[at] = funnel->rows[at - 1];
            funnel->rows[at - 1] = row;
        }
}

enum loy_status funnel_rows_make(struct loy_funnel *funnel)
{
    struct funnel_table table = {0};
    if (loy_funnel_members(funnel) == 0) return LOY_OK;
    struct work work = {.funnel = funnel,
        .flags = calloc(funnel->member_count + 1, sizeof *work.flags),
        .days = calloc(funnel->member_count + 1, sizeof *work.days)};
    funnel->rows = calloc((size_t)funnel->names.count + 1, sizeof *funnel->rows);
    enum loy_status status = funnel_table_make(funnel, &table);
    if (!work.flags || !work.days || !funnel->rows) status = LOY_E_MEMORY;
    if (status == LOY_OK) rows_fill(&work, &table);
    funnel_table_clear(&table);
    free(work.flags);
    free(work.days);
    return status;
}

enum loy_status loy_funnel_row_get(
    const struct loy_funnel *funnel, size_t index, struct loy_funnel_row *row)
{
    if (!funnel || !funnel->sealed || !row || row->size < sizeof *row) return LOY_E_ARGUMENT;
    if (index >= funnel->row_count) return LOY_NONE;
    const struct funnel_row *from = &funnel->rows[index];
    row->name = row_name(funnel, from);
    row->complements = from->complement_count;
    memcpy(row->counts, from->counts, sizeof row->counts);
    return LOY_OK;
}

enum loy_status loy_funnel_complement_get(const struct loy_funnel *funnel, size_t index, size_t nth,
    struct loy_funnel_complement *complement)
{
    if (!funnel || !funnel->sealed || !complement || complement->size < sizeof *complement)
        return LOY_E_ARGUMENT;
    if (index >= funnel->row_count || nth >= funnel->rows[index].complement_count) return LOY_NONE;
    *complement = funnel->rows[index].complements[nth];
    return LOY_OK;
}
