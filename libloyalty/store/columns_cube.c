/* SPDX-License-Identifier: MIT
 *
 * columns_cube.c - brand x grade x colour family x period with distinct buyers and range of prices,
 * in one pass: rows come by member, so a cell counts a buyer when another one was its last. In: an
 * open file, periods. Out: cells of whole numbers.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

#define CELLS_MAX ((size_t)1 << 28)

struct cell {
    int64_t lines, quantity_milli, paid_minor, buyers, least, most;
    size_t key;
    uint32_t last_buyer; /* index of the member + 1; 0: nobody yet */
};
struct cube_shard {
    struct columns_shard range;
    uint32_t *places; /* by key: place of the cell + 1 */
    struct cell *cells;
    size_t count, max;
    bool overflow, no_memory;
};
struct cube_work {
    const struct loy_columns *columns;
    const struct loy_columns_filter *filter;
    const int64_t *starts;
    size_t periods, keys;
    struct columns_groups groups;
    struct cube_shard shards[COLUMNS_SHARDS];
};
struct cube_block {
    int64_t at_us[COLUMNS_BLOCK], offset_min[COLUMNS_BLOCK], quantity[COLUMNS_BLOCK],
        paid[COLUMNS_BLOCK], version[COLUMNS_BLOCK];
    size_t keys[COLUMNS_BLOCK];
};
#define NO_KEY SIZE_MAX
#define CELL_ALIGNMENT 64u /* a cell is a line of the processor's cache */
#define AHEAD 12u          /* rows for which the cell is fetched before its turn */

/* Times mostly go on from where they were. False: in none. */
static bool period_find(const struct cube_work *work, int64_t wall_us, size_t *period)
{
    const int64_t *starts = work->starts;
    if (wall_us < starts[0] || wall_us >= starts[work->periods]) return false;
    size_t low = *period;
    if (wall_us >= starts[low] && wall_us < starts[low + 1]) return true;
    size_t high = work->periods;
    if (wall_us < starts[low]) {
        high = low;
        low = 0;
    }
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (starts[middle] <= wall_us)
            low = middle;
        else
            high = middle;
    }
    *period = low;
    return true;
}

static struct cell *cell_add(struct cube_shard *shard, size_t key)
{
    if (shard->count == shard->max) {
        const size_t max = shard->max ? shard->max * 2 : 1024;
        struct cell *cells = aligned_alloc(CELL_ALIGNMENT, max * sizeof *cells);
        if (!cells) return NULL;
        if (shard->count > 0) memcpy(cells, shard->cells, shard->count * sizeof *cells);
        free(shard->cells);
        shard->cells = cells;
        shard->max = max;
    }
    struct cell *cell = &shard->cells[shard->count++];
    *cell = (struct cell){.key = key, .least = INT64_MAX, .most = INT64_MIN};
    shard->places[key] = (uint32_t)shard->count;
    return cell;
}

static struct cell *cell_of(struct cube_shard *shard, size_t key)
{
    const uint32_t place = shard->places[key];
    return place != 0 ? &shard->cells[place - 1] : cell_add(shard, key);
}

/* Of 1,000 thousandths. */
static int64_t price_of(int64_t paid_minor, int64_t quantity_milli, bool *overflow)
{
    if (quantity_milli == 1000) return paid_minor;
    if (paid_minor < INT64_MAX / 1000 && paid_minor > INT64_MIN / 1000)
        return paid_minor * 1000 / quantity_milli;
    int64_t whole = 0, rest = 0, price = 0;
    *overflow |= __builtin_mul_overflow(paid_minor / quantity_milli, 1000, &whole) |
                 __builtin_mul_overflow(paid_minor % quantity_milli, 1000, &rest) |
                 __builtin_add_overflow(whole, rest / quantity_milli, &price);
    return price;
}

static void cell_count(struct cube_shard *shard, struct cell *cell, int64_t quantity, int64_t paid)
{
    cell->lines++;
    shard->overflow |=
        __builtin_add_overflow(cell->quantity_milli, quantity, &cell->quantity_milli) |
        __builtin_add_overflow(cell->paid_minor, paid, &cell->paid_minor);
    const int64_t price = price_of(paid, quantity, &shard->overflow);
    if (price < cell->least) cell->least = price;
    if (price > cell->most) cell->most = price;
}

/* Cells are far apart and seldom in the cache: keys first, so that they can be fetched ahead. */
static void keys_find(const struct cube_work *work, const struct cube_shard *shard,
    struct cube_block *block, size_t count)
{
    const struct loy_columns_filter *filter = work->filter;
    size_t period = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t group = work->groups.of_version[block->version[i]];
        const int64_t at_us = block->at_us[i];
        block->keys[i] = NO_KEY;
        if (block->quantity[i] <= 0 || group == COLUMNS_NO_GROUP || at_us < filter->from_us ||
            at_us >= filter->to_us ||
            !period_find(work, columns_wall(at_us, block->offset_min[i]), &period))
            continue;
        block->keys[i] = (size_t)group * work->periods + period;
        __builtin_prefetch(&shard->places[block->keys[i]]);
    }
}

static void fetch_ahead(const struct cube_shard *shard, const struct cube_block *block, size_t i)
{
    const size_t key = i < COLUMNS_BLOCK ? block->keys[i] : NO_KEY;
    if (key != NO_KEY && shard->places[key] != 0)
        __builtin_prefetch(&shard->cells[shard->places[key] - 1], 1);
}

static void member_count(struct cube_shard *shard, const struct cube_block *block, size_t from,
    size_t to, uint32_t buyer)
{
    for (size_t i = from; i < to; i++) {
        fetch_ahead(shard, block, i + AHEAD);
        if (block->keys[i] == NO_KEY) continue;
        struct cell *cell = cell_of(shard, block->keys[i]);
        if (!cell) {
            shard->no_memory = true;
            return;
        }
        cell_count(shard, cell, block->quantity[i], block->paid[i]);
        if (cell->last_buyer == buyer) continue;
        cell->last_buyer = buyer;
        cell->buyers++;
    }
}

static void block_take(
    const struct loy_columns *columns, uint64_t first, size_t count, struct cube_block *block)
{
    loy_columns_read(columns, LOY_COLUMN_AT_US, first, count, block->at_us);
    loy_columns_read(columns, LOY_COLUMN_OFFSET_MIN, first, count, block->offset_min);
    loy_columns_read(columns, LOY_COLUMN_QUANTITY_MILLI, first, count, block->quantity);
    loy_columns_read(columns, LOY_COLUMN_PAID_MINOR, first, count, block->paid);
    loy_columns_read(columns, LOY_COLUMN_VERSION, first, count, block->version);
}

static void cube_task(void *context, size_t task)
{
    struct cube_work *work = context;
    struct cube_shard *shard = &work->shards[task];
    const struct loy_columns *columns = work->columns;
    struct cube_block block;
    size_t member = shard->range.member;
    shard->places = calloc(work->keys + 1, sizeof *shard->places);
    shard->no_memory = !shard->places;
    for (uint64_t row = shard->range.row; row < shard->range.rows_end && !shard->no_memory;) {
        const uint64_t left = shard->range.rows_end - row;
        const size_t count = left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
        block_take(columns, row, count, &block);
        keys_find(work, shard, &block, count);
        for (size_t i = count; i < COLUMNS_BLOCK; i++)
            block.keys[i] = NO_KEY;
        for (size_t i = 0; i < count;) {
            const uint64_t end = columns_member_end(columns, member);
            const size_t to = end - row < count ? (size_t)(end - row) : count;
            const bool nobody = columns->members[member].number == 0;
            member_count(shard, &block, i, to, nobody ? 0 : (uint32_t)member + 1);
            i = to;
            if (row + i == end) member++;
        }
        row += count;
    }
}

/* ---- Joining --------------------------------------------------------------------------------- */

/* A member's rows are all in one shard, so buyers add up. */
static bool shard_add(struct cube_shard *to, const struct cube_shard *from)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct cell *more = &from->cells[i];
        struct cell *cell = cell_of(to, more->key);
        if (!cell) return false;
        cell->lines += more->lines;
        cell->buyers += more->buyers;
        to->overflow |=
            __builtin_add_overflow(
                cell->quantity_milli, more->quantity_milli, &cell->quantity_milli) |
            __builtin_add_overflow(cell->paid_minor, more->paid_minor, &cell->paid_minor);
        if (more->least < cell->least) cell->least = more->least;
        if (more->most > cell->most) cell->most = more->most;
    }
    to->overflow |= from->overflow;
    return true;
}

static void cells_write(
    const struct cube_work *work, const struct cube_shard *shard, struct loy_columns_cell *cells)
{
    size_t count = 0;
    for (size_t key = 0; key < work->keys; key++) {
        if (shard->places[key] == 0) continue;
        const struct cell *cell = &shard->cells[shard->places[key] - 1];
        const uint32_t version = work->groups.version_of[key / work->periods];
        cells[count++] = (struct loy_columns_cell){.brand = columns_word(work->columns, version, 1),
            .grade = columns_word(work->columns, version, 6),
            .colour_family = work->columns->versions[version].colour_family,
            .period = (uint32_t)(key % work->periods),
            .lines = cell->lines,
            .quantity_milli = cell->quantity_milli,
            .paid_minor = cell->paid_minor,
            .buyers = cell->buyers,
            .least_price_minor = cell->least,
            .most_price_minor = cell->most};
    }
}

static enum loy_status cube_join(
    struct cube_work *work, size_t shards, struct loy_columns_cell **cells, size_t *count)
{
    struct cube_shard *all = &work->shards[0];
    for (size_t i = 0; i < shards; i++)
        if (work->shards[i].no_memory) return columns_fold_memory(work->columns);
    for (size_t i = 1; i < shards; i++)
        if (!shard_add(all, &work->shards[i])) return columns_fold_memory(work->columns);
    if (all->overflow) return columns_fold_overflow(work->columns);
    *cells = NULL;
    *count = all->count;
    if (all->count == 0) return LOY_OK;
    *cells = malloc(all->count * sizeof **cells);
    if (!*cells) return columns_fold_memory(work->columns);
    cells_write(work, all, *cells);
    return LOY_OK;
}

static enum loy_status cube_run(struct cube_work *work, const struct loy_executor *executor,
    struct loy_columns_cell **cells, size_t *count)
{
    struct columns_shard ranges[COLUMNS_SHARDS];
    if (work->groups.count > CELLS_MAX / work->periods)
        return store_fail(work->columns->store, LOY_E_LIMIT,
            "more than %zu cells of brand, grade, colour and period", CELLS_MAX);
    work->keys = work->groups.count * work->periods;
    const size_t shards = columns_shards_cut(work->columns, executor, ranges);
    for (size_t i = 0; i < shards; i++)
        work->shards[i].range = ranges[i];
    loy_executor_run(executor, shards, cube_task, work);
    enum loy_status status = cube_join(work, shards, cells, count);
    for (size_t i = 0; i < shards; i++) {
        free(work->shards[i].places);
        free(work->shards[i].cells);
    }
    return status;
}

static bool ascend(const int64_t *starts, size_t periods)
{
    for (size_t i = 0; i < periods; i++)
        if (starts[i] >= starts[i + 1]) return false;
    return true;
}

enum loy_status loy_columns_cube_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const int64_t *starts, size_t periods,
    const struct loy_executor *executor, struct loy_columns_cell **cells, size_t *count)
{
    if (!cells || !count || !starts || periods == 0 || periods > UINT32_MAX ||
        !ascend(starts, periods))
        return LOY_E_ARGUMENT;
    enum loy_status status = columns_fold_start(columns, filter);
    if (status != LOY_OK) return status;
    struct cube_work work = {
        .columns = columns, .filter = filter, .starts = starts, .periods = periods};
    struct loy_columns_cell *made = NULL;
    size_t found = 0;
    status = columns_groups_make(columns, filter, false, &work.groups);
    if (status == LOY_OK) status = cube_run(&work, executor, &made, &found);
    columns_groups_free(&work.groups);
    if (status != LOY_OK) return status;
    *cells = made;
    *count = found;
    return LOY_OK;
}
