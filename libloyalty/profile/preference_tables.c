/* SPDX-License-Identifier: MIT
 *
 * preference_tables.c - from lines and offers in any order to tables and rows: names by the
 * alphabet, lines by member and time, the values of each category and dimension, and what each
 * member bought of them. Must not know what was on offer when.
 */
#include "profile/preference_private.h"

#include <stdlib.h>
#include <string.h>

uint16_t preference_slot(const struct preference_table *table, uint32_t value)
{
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    bool there = low < table->count && table->values[low] == value;
    return there ? (uint16_t)low : PREFERENCE_NO_SLOT;
}

const struct preference_row *preference_row_find(
    const struct loy_preferences *preferences, int64_t member, uint32_t group)
{
    size_t low = 0, high = preferences->row_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct preference_row *row = &preferences->rows[middle];
        if (row->member < member || (row->member == member && row->group < group))
            low = middle + 1;
        else
            high = middle;
    }
    const struct preference_row *row = preferences->rows + low;
    bool there = low < preferences->row_count && row->member == member && row->group == group;
    return there ? row : NULL;
}

/* ---- Order ---------------------------------------------------------------------------------- */

#define COMPARE(field)                                                                             \
    if (a->field != b->field) return a->field < b->field ? -1 : 1

static int by_member_then_time(const void *left, const void *right)
{
    const struct preference_line *a = left, *b = right;
    COMPARE(member);
    COMPARE(at_us);
    COMPARE(basket);
    COMPARE(ware);
    COMPARE(site);
    COMPARE(on_deal);
    return 0;
}

static enum loy_status settle(struct loy_preferences *preferences)
{
    uint32_t *renumbered = NULL;
    enum loy_status status = profile_wares_settle(&preferences->wares, &renumbered);
    for (size_t i = 0; i < preferences->line_count && status == LOY_OK; i++)
        preferences->lines[i].ware = renumbered[preferences->lines[i].ware];
    for (size_t i = 0; i < preferences->offer_count && status == LOY_OK; i++)
        preferences->offers[i].ware = renumbered[preferences->offers[i].ware];
    free(renumbered);
    if (status == LOY_OK && preferences->line_count > 1)
        qsort(preferences->lines, preferences->line_count, sizeof(*preferences->lines),
            by_member_then_time);
    return status;
}

/* ---- Tables --------------------------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static size_t unique(uint32_t *values, size_t count)
{
    size_t kept = 0;
    qsort(values, count, sizeof(*values), by_value);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || values[kept - 1] != values[i]) values[kept++] = values[i];
    return kept;
}

/* Takes the values over, or gives them back to the heap. */
static enum loy_status table_add(struct loy_preferences *preferences, uint32_t group,
    enum loy_taste dimension, uint32_t *values, size_t count)
{
    enum loy_status status = profile_grow((void **)&preferences->tables, preferences->table_count,
        &preferences->table_capacity, sizeof(*preferences->tables));
    double *alpha = status == LOY_OK ? calloc(4 * count, sizeof(*alpha)) : NULL;
    if (!alpha) {
        free(values);
        return LOY_E_MEMORY;
    }
    struct preference_group *of = &preferences->groups[group];
    of->tables[dimension] = (uint32_t)preferences->table_count;
    preferences->tables[preferences->table_count++] = (struct preference_table){.group = group,
        .dimension = (uint8_t)dimension,
        .count = (uint16_t)count,
        .values = values,
        .alpha = alpha,
        .shares = alpha + count,
        .offered = alpha + 2 * count,
        .weights = alpha + 3 * count,
        .offset = of->cells};
    of->cells += count;
    return LOY_OK;
}

/* The values of the wares [from, to) in one dimension. */
static enum loy_status table_make(struct loy_preferences *preferences, uint32_t group,
    enum loy_taste dimension, size_t from, size_t to)
{
    bool flag = preference_is_flag(dimension), all = group == preference_all(preferences);
    size_t count = 0, most = all ? LOY_PREFERENCE_VALUES_ALL_MAX : LOY_PREFERENCE_VALUES_MAX;
    uint32_t *values = calloc(to - from + 2, sizeof(*values));
    if (!values) return LOY_E_MEMORY;
    for (size_t i = from; i < to && !flag; i++) {
        values[count] = preference_value(&preferences->wares.wares[i], dimension, false);
        count += values[count] != 0;
    }
    if (flag) values[count++] = 0;
    if (flag) values[count++] = 1;
    count = unique(values, count);
    if (count > 0 && count <= most) return table_add(preferences, group, dimension, values, count);
    free(values);
    return LOY_OK;
}

/* What has no category is in the tables of all alone. */
static enum loy_status category_tables(
    struct loy_preferences *preferences, uint32_t category, size_t from, size_t to)
{
    enum loy_status status = LOY_OK;
    for (int d = LOY_TASTE_BRAND; d <= LOY_TASTE_COLOUR && status == LOY_OK; d++)
        if (category > 0) status = table_make(preferences, category, (enum loy_taste)d, from, to);
    return status;
}

static enum loy_status tables_make(struct loy_preferences *preferences)
{
    const struct profile_wares *wares = &preferences->wares;
    preferences->group_count = wares->names[PROFILE_WARE_CATEGORY].count + 1;
    preferences->groups = calloc(preferences->group_count, sizeof(*preferences->groups));
    if (!preferences->groups) return LOY_E_MEMORY;
    for (size_t g = 0; g < preferences->group_count; g++)
        memset(preferences->groups[g].tables, 0xff, sizeof(preferences->groups[g].tables));
    enum loy_status status = LOY_OK;
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count && status == LOY_OK; d++)
        status = table_make(
            preferences, preference_all(preferences), (enum loy_taste)d, 0, wares->count);
    for (size_t from = 0, to = 0; from < wares->count && status == LOY_OK; from = to) {
        uint32_t category = wares->wares[from].names[PROFILE_WARE_CATEGORY];
        while (to < wares->count && wares->wares[to].names[PROFILE_WARE_CATEGORY] == category)
            to++;
        status = category_tables(preferences, category, from, to);
    }
    return status;
}

/* ---- Rows ----------------------------------------------------------------------------------- */

static uint32_t category_of(const struct loy_preferences *preferences, size_t line)
{
    return preferences->wares.wares[preferences->lines[line].ware].names[PROFILE_WARE_CATEGORY];
}

static enum loy_status row_add(
    struct loy_preferences *preferences, int64_t member, uint32_t group, uint32_t all)
{
    if (preferences->row_count >= PREFERENCE_NO_ROW) return LOY_E_LIMIT;
    enum loy_status status = profile_grow((void **)&preferences->rows, preferences->row_count,
        &preferences->row_capacity, sizeof(*preferences->rows));
    if (status != LOY_OK) return status;
    preferences->rows[preferences->row_count++] = (struct preference_row){
        .member = member, .group = group, .all = all, .first = preferences->cell_count};
    preferences->cell_count += preferences->groups[group].cells;
    return LOY_OK;
}

/* The rows of the member with the lines [from, to), and the lines' own. categories has room for
 * all of them, row_of for all groups. */
static enum loy_status member_rows(struct loy_preferences *preferences, size_t from, size_t to,
    uint32_t *categories, uint32_t *row_of)
{
    int64_t member = preferences->lines[from].member;
    for (size_t i = from; i < to; i++)
        categories[i - from] = category_of(preferences, i);
    size_t count = unique(categories, to - from), first = preferences->row_count;
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < count && status == LOY_OK; i++) {
        row_of[categories[i]] = (uint32_t)preferences->row_count;
        status = row_add(preferences, member, categories[i], (uint32_t)(first + count));
    }
    uint32_t all = preference_all(preferences);
    if (status == LOY_OK) status = row_add(preferences, member, all, (uint32_t)(first + count));
    for (size_t i = from; i < to && status == LOY_OK; i++)
        preferences->lines[i].row = row_of[category_of(preferences, i)];
    return status;
}

static enum loy_status rows_make(struct loy_preferences *preferences)
{
    const struct preference_line *lines = preferences->lines;
    uint32_t *categories = calloc(preferences->line_count + 1, sizeof(*categories));
    uint32_t *row_of = calloc(preferences->group_count, sizeof(*row_of));
    enum loy_status status = categories && row_of ? LOY_OK : LOY_E_MEMORY;
    for (size_t from = 0, to = 0; from < preferences->line_count && status == LOY_OK; from = to) {
        while (to < preferences->line_count && lines[to].member == lines[from].member)
            to++;
        if (lines[from].member > 0) status = member_rows(preferences, from, to, categories, row_of);
    }
    free(categories);
    free(row_of);
    return status;
}

static void count_line(struct loy_preferences *preferences, const struct preference_line *line,
    const struct preference_row *row)
{
    const struct profile_ware *ware = &preferences->wares.wares[line->ware];
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++) {
        uint32_t number = preferences->groups[row->group].tables[d];
        if (number == PREFERENCE_NO_TABLE) continue;
        const struct preference_table *table = &preferences->tables[number];
        uint32_t value = preference_value(ware, (enum loy_taste)d, line->on_deal);
        uint16_t slot = preference_slot(table, value);
        if (slot != PREFERENCE_NO_SLOT) preferences->bought[row->first + table->offset + slot]++;
    }
}

enum loy_status preference_tables_make(struct loy_preferences *preferences)
{
    enum loy_status status = settle(preferences);
    if (status == LOY_OK) status = tables_make(preferences);
    if (status == LOY_OK) status = rows_make(preferences);
    if (status != LOY_OK) return status;
    size_t cells = preferences->cell_count + 1;
    preferences->bought = calloc(cells, sizeof(*preferences->bought));
    preferences->covered = calloc(cells, sizeof(*preferences->covered));
    preferences->expected = calloc(cells, sizeof(*preferences->expected));
    if (!preferences->bought || !preferences->covered || !preferences->expected)
        return LOY_E_MEMORY;
    for (size_t i = 0; i < preferences->line_count; i++) {
        const struct preference_line *line = &preferences->lines[i];
        if (line->row == PREFERENCE_NO_ROW) continue;
        const struct preference_row *row = &preferences->rows[line->row];
        count_line(preferences, line, row);
        count_line(preferences, line, &preferences->rows[row->all]);
    }
    return LOY_OK;
}
