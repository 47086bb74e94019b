/* SPDX-License-Identifier: MIT
 *
 * columns_week.c - lines by brand and hour of the week in one pass over the columns. In: an open
 * file, a period. Out: counts.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

/* 1970 began on a Thursday. */
#define HOURS_TO_1970 72

struct week_shard {
    struct columns_shard range;
    int64_t *lines; /* [groups][LOY_HOURS_OF_WEEK]; NULL: no memory */
};
struct week_work {
    const struct loy_columns *columns;
    const struct loy_columns_filter *filter;
    struct columns_groups groups;
    struct week_shard shards[COLUMNS_SHARDS];
};

static size_t hour_of_week(int64_t wall_us)
{
    const int64_t hour =
        (columns_floor(wall_us, COLUMNS_HOUR_US) + HOURS_TO_1970) % (int64_t)LOY_HOURS_OF_WEEK;
    return (size_t)(hour < 0 ? hour + (int64_t)LOY_HOURS_OF_WEEK : hour);
}

static void block_count(const struct week_work *work, uint64_t first, size_t count, int64_t *lines)
{
    const struct loy_columns *columns = work->columns;
    const struct loy_columns_filter *filter = work->filter;
    int64_t at_us[COLUMNS_BLOCK], offset_min[COLUMNS_BLOCK], quantity[COLUMNS_BLOCK],
        version[COLUMNS_BLOCK];
    loy_columns_read(columns, LOY_COLUMN_AT_US, first, count, at_us);
    loy_columns_read(columns, LOY_COLUMN_OFFSET_MIN, first, count, offset_min);
    loy_columns_read(columns, LOY_COLUMN_QUANTITY_MILLI, first, count, quantity);
    loy_columns_read(columns, LOY_COLUMN_VERSION, first, count, version);
    for (size_t i = 0; i < count; i++) {
        const uint32_t group = work->groups.of_version[version[i]];
        if (quantity[i] < 0 || group == COLUMNS_NO_GROUP || at_us[i] < filter->from_us ||
            at_us[i] >= filter->to_us)
            continue;
        lines[(size_t)group * LOY_HOURS_OF_WEEK +
              hour_of_week(columns_wall(at_us[i], offset_min[i]))]++;
    }
}

static void week_task(void *context, size_t task)
{
    struct week_work *work = context;
    struct week_shard *shard = &work->shards[task];
    shard->lines = calloc(work->groups.count * LOY_HOURS_OF_WEEK + 1, sizeof *shard->lines);
    for (uint64_t row = shard->range.row; shard->lines && row < shard->range.rows_end;) {
        const uint64_t left = shard->range.rows_end - row;
        const size_t count = left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
        block_count(work, row, count, shard->lines);
        row += count;
    }
}

static void week_add(struct loy_columns_week *week, const struct week_shard *shard, size_t group)
{
    for (size_t i = 0; i < LOY_HOURS_OF_WEEK; i++)
        week->lines[i] += shard->lines[group * LOY_HOURS_OF_WEEK + i];
}

static bool week_any(const struct loy_columns_week *week)
{
    for (size_t i = 0; i < LOY_HOURS_OF_WEEK; i++)
        if (week->lines[i] != 0) return true;
    return false;
}

static enum loy_status week_join(
    const struct week_work *work, size_t shards, struct loy_columns_week **weeks, size_t *count)
{
    for (size_t i = 0; i < shards; i++)
        if (!work->shards[i].lines) return columns_fold_memory(work->columns);
    struct loy_columns_week *made = malloc((work->groups.count + 1) * sizeof *made);
    if (!made) return columns_fold_memory(work->columns);
    size_t found = 0;
    for (size_t group = 0; group < work->groups.count; group++) {
        made[found] = (struct loy_columns_week){
            .brand = columns_word(work->columns, work->groups.version_of[group], 1)};
        for (size_t i = 0; i < shards; i++)
            week_add(&made[found], &work->shards[i], group);
        found += week_any(&made[found]);
    }
    if (found == 0) free(made);
    *weeks = found > 0 ? made : NULL;
    *count = found;
    return LOY_OK;
}

enum loy_status loy_columns_week_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor,
    struct loy_columns_week **weeks, size_t *count)
{
    struct columns_shard ranges[COLUMNS_SHARDS];
    if (!weeks || !count) return LOY_E_ARGUMENT;
    enum loy_status status = columns_fold_start(columns, filter);
    if (status != LOY_OK) return status;
    struct week_work work = {.columns = columns, .filter = filter};
    status = columns_groups_make(columns, filter, true, &work.groups);
    const size_t shards = columns_shards_cut(columns, executor, ranges);
    for (size_t i = 0; i < shards; i++)
        work.shards[i].range = ranges[i];
    if (status == LOY_OK) {
        loy_executor_run(executor, shards, week_task, &work);
        status = week_join(&work, shards, weeks, count);
    }
    for (size_t i = 0; i < shards; i++)
        free(work.shards[i].lines);
    columns_groups_free(&work.groups);
    return status;
}
