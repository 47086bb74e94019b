/* SPDX-License-Identifier: MIT
 *
 * cube.c - sums per cell and per (cell, member, store), exact and sorted.
 * In: the accumulator's lines; out: cubes, and the rule that a set of purchases must pass to be
 * published. Must not know which cells are shown.
 */
#include "market_private.h"

#include <stdlib.h>
#include <string.h>

int64_t market_round(int64_t value, int64_t step)
{
    return (value + step / 2) / step * step;
}

int64_t market_units_step(const struct loy_market *market)
{
    return (int64_t)market->settings.round_to * 1000;
}

int64_t market_spend_step(const struct loy_market *market)
{
    return (int64_t)market->settings.round_to * market->settings.unit_minor;
}

bool market_sums_pass(const struct loy_market *market, const struct market_sums *sums)
{
    const struct loy_market_settings *rule = &market->settings;
    int64_t permille = rule->dominance_permille;
    if (sums->members < rule->members_min) return false;
    if (sums->stores < rule->stores_min && sums->store_members < rule->members_single_store)
        return false;
    return sums->units_most <=
               sums->units_milli / 1000 * permille + sums->units_milli % 1000 * permille / 1000 &&
           sums->spend_most <=
               sums->spend_minor / 1000 * permille + sums->spend_minor % 1000 * permille / 1000;
}

/* ---- Sums over entries --------------------------------------------------------------------------
 */

static int by_cell(const void *left, const void *right)
{
    const struct market_entry *a = left, *b = right;
    if (a->cell != b->cell) return a->cell < b->cell ? -1 : 1;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

static int by_member(const void *left, const void *right)
{
    const struct market_entry *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

/* Entries in order of member, then site. site_members[site_count] is working space. */
static void fold(const struct market_entry *entries, size_t count, uint32_t *site_members,
    size_t site_count, struct market_sums *sums)
{
    memset(sums, 0, sizeof *sums);
    memset(site_members, 0, site_count * sizeof *site_members);
    int64_t units = 0, spend = 0;
    for (size_t i = 0; i < count; i++) {
        bool same_member = i && entries[i].member == entries[i - 1].member;
        if (!same_member) units = spend = 0;
        sums->members += !same_member;
        if (!same_member || entries[i].site != entries[i - 1].site) site_members[entries[i].site]++;
        units += entries[i].units_milli;
        spend += entries[i].spend_minor;
        sums->units_milli += entries[i].units_milli;
        sums->spend_minor += entries[i].spend_minor;
        if (units > sums->units_most) sums->units_most = units;
        if (spend > sums->spend_most) sums->spend_most = spend;
    }
    for (size_t site = 0; site < site_count; site++) {
        sums->stores += site_members[site] > 0;
        if (site_members[site] > sums->store_members) sums->store_members = site_members[site];
    }
}

enum loy_status market_cube_union(const struct loy_market *market, const struct market_cube *cube,
    const bool *chosen, struct market_sums *sums)
{
    size_t count = 0;
    for (size_t cell = 0; cell < cube->r * cube->c; cell++)
        if (chosen[cell]) count += cube->first[cell + 1] - cube->first[cell];
    struct market_entry *entries = malloc((count + 1) * sizeof *entries);
    uint32_t *site_members = calloc(market->site_count + 1, sizeof *site_members);
    enum loy_status status = entries && site_members ? LOY_OK : LOY_E_MEMORY;
    count = 0;
    for (size_t cell = 0; status == LOY_OK && cell < cube->r * cube->c; cell++)
        for (size_t i = cube->first[cell]; chosen[cell] && i < cube->first[cell + 1]; i++)
            entries[count++] = cube->entries[i];
    if (status == LOY_OK) {
        if (count) qsort(entries, count, sizeof *entries, by_member);
        fold(entries, count, site_members, market->site_count, sums);
    }
    free(entries);
    free(site_members);
    return status;
}

static int by_site(const void *left, const void *right)
{
    const struct market_entry *a = left, *b = right;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

enum loy_status market_cube_sites(const struct loy_market *market, const struct market_cube *cube,
    size_t first, size_t end, int64_t *site_units)
{
    size_t from = cube->first[first], count = cube->first[end] - from;
    struct market_entry *entries = malloc((count + 1) * sizeof *entries);
    uint32_t *site_members = calloc(market->site_count + 1, sizeof *site_members);
    enum loy_status status = entries && site_members ? LOY_OK : LOY_E_MEMORY;
    memset(site_units, 0, market->site_count * sizeof *site_units);
    if (status == LOY_OK && count) {
        memcpy(entries, cube->entries + from, count * sizeof *entries);
        qsort(entries, count, sizeof *entries, by_site);
    }
    for (size_t i = 0; status == LOY_OK && i < count;) {
        struct market_sums sums;
        size_t here = i;
        while (i < count && entries[i].site == entries[here].site)
            i++;
        fold(entries + here, i - here, site_members, market->site_count, &sums);
        if (market_sums_pass(market, &sums))
            site_units[entries[here].site] =
                market_round(sums.units_milli, market_units_step(market));
    }
    free(entries);
    free(site_members);
    return status;
}

/* ---- Making -------------------------------------------------------------------------------------
 */

static int32_t level_in(const struct market_line *line, enum loy_dimension dimension)
{
    return dimension == LOY_DIMENSION_NONE ? 0 : line->name[dimension];
}

static void add_entry(
    struct market_cube *cube, int32_t cell, const struct market_line *line, bool returned)
{
    int64_t units = returned ? line->returned_milli : line->net_milli;
    if (units <= 0) return;
    cube->states[cell] = LOY_CELL_PUBLISHED; /* somebody bought it: not empty by construction */
    if (line->member == MARKET_NO_LEVEL) return;
    cube->entries[cube->entry_count++] = (struct market_entry){.cell = cell,
        .member = line->member,
        .site = line->site,
        .units_milli = units,
        .spend_minor = returned ? line->returned_minor : line->spend_minor};
}

static void add_line(struct market_cube *cube, const struct market_line *line)
{
    int32_t row = level_in(line, cube->rows);
    if (cube->columns == LOY_DIMENSION_RETURN) {
        add_entry(cube, row * 2, line, false);
        add_entry(cube, row * 2 + 1, line, true);
        return;
    }
    int32_t column = level_in(line, cube->columns);
    if (row < 0 || column < 0) return;
    add_entry(cube, row * (int32_t)cube->c + column, line, false);
}

static void merge_entries(struct market_cube *cube)
{
    size_t kept = 0;
    if (cube->entry_count) qsort(cube->entries, cube->entry_count, sizeof *cube->entries, by_cell);
    for (size_t i = 0; i < cube->entry_count; i++) {
        const struct market_entry *entry = &cube->entries[i];
        if (kept && by_cell(&cube->entries[kept - 1], entry) == 0) {
            cube->entries[kept - 1].units_milli += entry->units_milli;
            cube->entries[kept - 1].spend_minor += entry->spend_minor;
        } else {
            cube->entries[kept++] = *entry;
        }
    }
    cube->entry_count = kept;
    size_t at = 0;
    for (size_t cell = 0; cell <= cube->r * cube->c; cell++) {
        while (at < kept && cube->entries[at].cell < (int32_t)cell)
            at++;
        cube->first[cell] = at;
    }
}

static bool of_member(enum loy_dimension dimension)
{
    return dimension >= LOY_DIMENSION_GROUP && dimension <= LOY_DIMENSION_DISTRICT;
}

/* What nobody bought at all, member or not, is shown as nothing; of the members' own dimensions
 * that cannot be known, so that there nothing looks like too few. */
static void mark_empty(struct market_cube *cube)
{
    bool knowable = !of_member(cube->rows) && !of_member(cube->columns);
    for (size_t cell = 0; cell < cube->r * cube->c; cell++)
        if (cube->states[cell] != LOY_CELL_PUBLISHED)
            cube->states[cell] = knowable ? LOY_CELL_EMPTY : LOY_CELL_PUBLISHED;
}

static enum loy_status reserve(const struct loy_market *market, struct market_cube *cube)
{
    size_t cells = cube->r * cube->c;
    size_t per_line = cube->columns == LOY_DIMENSION_RETURN ? 2 : 1;
    cube->entries = malloc((market->line_count * per_line + 1) * sizeof *cube->entries);
    cube->first = calloc(cells + 2, sizeof *cube->first);
    cube->cells = calloc(cells + 1, sizeof *cube->cells);
    cube->states = calloc(cells + 1, sizeof *cube->states);
    cube->primary = calloc(cells + 1, sizeof *cube->primary);
    return cube->entries && cube->first && cube->cells && cube->states && cube->primary
               ? LOY_OK
               : LOY_E_MEMORY;
}

enum loy_status market_cube_make(const struct loy_market *market, enum loy_dimension rows,
    enum loy_dimension columns, struct market_cube *cube)
{
    *cube = (struct market_cube){.rows = rows, .columns = columns};
    cube->r = rows == LOY_DIMENSION_NONE ? 1 : market->levels[rows].count;
    cube->c = columns == LOY_DIMENSION_NONE ? 1 : market->levels[columns].count;
    uint32_t *site_members = calloc(market->site_count + 1, sizeof *site_members);
    enum loy_status status = site_members ? reserve(market, cube) : LOY_E_MEMORY;
    if (status == LOY_OK) {
        for (size_t i = 0; i < market->line_count; i++)
            add_line(cube, &market->lines[i]);
        merge_entries(cube);
        mark_empty(cube);
        for (size_t cell = 0; cell < cube->r * cube->c; cell++)
            fold(cube->entries + cube->first[cell], cube->first[cell + 1] - cube->first[cell],
                site_members, market->site_count, &cube->cells[cell]);
    } else {
        market_cube_clear(cube);
    }
    free(site_members);
    return status;
}

void market_cube_clear(struct market_cube *cube)
{
    free(cube->entries);
    free(cube->first);
    free(cube->cells);
    free(cube->states);
    free(cube->primary);
    memset(cube, 0, sizeof *cube);
}
