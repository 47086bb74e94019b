/* SPDX-License-Identifier: MIT
 *
 * preference_together.c - the lines of a table of yes and no, by member and basket. Lines in the
 * order of members, times and baskets in; how far they go together out.
 */
#include "profile/preference_private.h"

#include <stdlib.h>

struct gathering {
    const struct loy_preferences *preferences;
    const struct preference_table *table;
    struct profile_basket_sums *members;
    size_t count;
};

static bool belongs(const struct gathering *gathering, size_t i)
{
    const struct loy_preferences *preferences = gathering->preferences;
    const uint32_t group = gathering->table->group;
    const struct profile_ware *ware = &preferences->wares.wares[preferences->lines[i].ware];
    return group == preference_all(preferences) || ware->names[PROFILE_WARE_CATEGORY] == group;
}

static bool is_hit(const struct gathering *gathering, size_t i)
{
    const struct preference_line *line = &gathering->preferences->lines[i];
    return preference_value(&gathering->preferences->wares.wares[line->ware],
               (enum loy_taste)gathering->table->dimension, line->on_deal) != 0;
}

/* The first `kept` lines of the member that belong to the table. */
static void member_gather(struct gathering *gathering, size_t from, size_t to, int64_t kept)
{
    const struct preference_line *lines = gathering->preferences->lines;
    struct profile_basket_sums *sums = &gathering->members[gathering->count];
    int64_t basket_lines = 0, basket_hits = 0;
    for (size_t i = from; i < to && kept > 0; i++) {
        if (i > from && lines[i].basket != lines[i - 1].basket) {
            profile_basket_add(sums, basket_lines, basket_hits);
            basket_lines = basket_hits = 0;
        }
        if (!belongs(gathering, i)) continue;
        basket_lines++;
        basket_hits += is_hit(gathering, i);
        kept--;
    }
    profile_basket_add(sums, basket_lines, basket_hits);
    gathering->count += sums->lines > 0;
}

static void gather(struct gathering *gathering, bool held)
{
    const struct preference_line *lines = gathering->preferences->lines;
    const size_t count = gathering->preferences->line_count;
    for (size_t from = 0, to; from < count; from = to) {
        int64_t kept = 0;
        size_t first = from, last = from;
        for (to = from; to < count && lines[to].member == lines[from].member; to++) {
            if (!belongs(gathering, to)) continue;
            last = to;
            if (kept++ == 0) first = to;
        }
        const bool cut =
            held && preference_has_last(gathering->preferences, &lines[first], &lines[last]);
        if (lines[from].member > 0)
            member_gather(gathering, from, to, cut ? kept - kept / 4 : kept);
    }
}

enum loy_status preference_together_fit(const struct loy_preferences *preferences,
    const struct preference_table *table, bool held, struct profile_together *together)
{
    struct gathering gathering = {.preferences = preferences, .table = table};
    *together = (struct profile_together){.effect = 1, .varies = true};
    if (!preference_is_flag((enum loy_taste)table->dimension)) return LOY_OK;
    gathering.members = calloc(preferences->row_count + 1, sizeof(*gathering.members));
    if (!gathering.members) return LOY_E_MEMORY;
    gather(&gathering, held);
    profile_together_fit(gathering.members, gathering.count, together);
    free(gathering.members);
    return LOY_OK;
}
