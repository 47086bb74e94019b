/* SPDX-License-Identifier: MIT
 *
 * columns_fold.c - recency, frequency and money of each member in one pass over the columns, and
 * what the other folds share. In: an open file, a period. Out: rows of whole numbers.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

/* ---- Shared ---------------------------------------------------------------------------------- */

enum loy_status columns_fold_start(
    const struct loy_columns *columns, const struct loy_columns_filter *filter)
{
    if (!columns || !filter || filter->size < sizeof *filter) return LOY_E_ARGUMENT;
    return store_require(columns->store, LOY_MAY_READ_SALES);
}

enum loy_status columns_fold_memory(const struct loy_columns *columns)
{
    return store_fail(columns->store, LOY_E_MEMORY, "out of memory for reading sales");
}

enum loy_status columns_fold_overflow(const struct loy_columns *columns)
{
    return store_fail(columns->store, LOY_E_LIMIT, "a sum of the sales does not fit 64 bits");
}

/* The first member whose rows begin at row or behind it. */
static size_t member_from(const struct loy_columns *columns, uint64_t row)
{
    size_t low = 0, high = columns->member_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (columns->members[middle].first < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t columns_shards_cut(const struct loy_columns *columns, const struct loy_executor *executor,
    struct columns_shard shards[COLUMNS_SHARDS])
{
    const size_t wanted = executor ? COLUMNS_SHARDS : 1;
    const uint64_t rows = columns->head->rows;
    size_t member = 0, count = 0;
    for (size_t i = 0; i < wanted; i++) {
        const size_t end =
            i + 1 == wanted ? columns->member_count : member_from(columns, rows / wanted * (i + 1));
        if (end <= member) continue;
        shards[count++] = (struct columns_shard){
            member, end, columns->members[member].first, columns_member_end(columns, end - 1)};
        member = end;
    }
    return count;
}

struct group_key {
    const char *brand, *grade;
    uint32_t version;
    uint8_t colour_family;
};

static int group_order(const void *a, const void *b)
{
    const struct group_key *x = a, *y = b;
    int order = strcmp(x->brand, y->brand);
    if (order == 0) order = strcmp(x->grade, y->grade);
    return order != 0 ? order : (int)x->colour_family - (int)y->colour_family;
}

static size_t keys_take(const struct loy_columns *columns, const struct loy_columns_filter *filter,
    bool brand_only, struct group_key *keys)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->version_count; i++) {
        const struct columns_version *version = &columns->versions[i];
        if (filter->kinds != 0 && (version->kind >= 32 || !(filter->kinds >> version->kind & 1)))
            continue;
        keys[count++] = (struct group_key){columns_word(columns, i, 1),
            brand_only ? "" : columns_word(columns, i, 6), (uint32_t)i,
            brand_only ? 0 : version->colour_family};
    }
    qsort(keys, count, sizeof *keys, group_order);
    return count;
}

enum loy_status columns_groups_make(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, bool brand_only, struct columns_groups *groups)
{
    const size_t versions = columns->version_count;
    struct group_key *keys = malloc((versions + 1) * sizeof *keys);
    *groups = (struct columns_groups){.of_version = malloc((versions + 1) * sizeof(uint32_t)),
        .version_of = malloc((versions + 1) * sizeof(uint32_t))};
    if (!keys || !groups->of_version || !groups->version_of) {
        free(keys);
        return columns_fold_memory(columns);
    }
    const size_t count = keys_take(columns, filter, brand_only, keys);
    for (size_t i = 0; i < versions; i++)
        groups->of_version[i] = COLUMNS_NO_GROUP;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || group_order(&keys[i - 1], &keys[i]) != 0)
            groups->version_of[groups->count++] = keys[i].version;
        groups->of_version[keys[i].version] = (uint32_t)groups->count - 1;
    }
    free(keys);
    return LOY_OK;
}

void columns_groups_free(struct columns_groups *groups)
{
    free(groups->of_version);
    free(groups->version_of);
}

/* ---- Recency, frequency, money --------------------------------------------------------------- */

struct recency_shard {
    struct columns_shard range;
    struct loy_columns_recency *rows; /* one for each member of the range at most */
    size_t count;
    bool overflow;
};
struct recency_work {
    const struct loy_columns *columns;
    const struct loy_columns_filter *filter;
    struct columns_groups groups; /* of_version NULL: all kinds */
    struct recency_shard shards[COLUMNS_SHARDS];
};
struct recency_block {
    int64_t at_us[COLUMNS_BLOCK], offset_min[COLUMNS_BLOCK], quantity[COLUMNS_BLOCK],
        paid[COLUMNS_BLOCK], discount[COLUMNS_BLOCK], on_deal[COLUMNS_BLOCK],
        version[COLUMNS_BLOCK];
};
/* One member's; days: bit i is the day `last day - i`. Times ascend, but sites lie in several
 * zones, by which a day may come back; 16 bits of minutes are 22 days at most. */
struct recency_sum {
    struct loy_columns_recency row;
    int64_t day_from_us, last_day;
    uint64_t days;
    bool any, overflow;
};

static void block_take(
    const struct recency_work *work, uint64_t first, size_t count, struct recency_block *block)
{
    const struct {
        enum loy_column column;
        int64_t *values;
    } wanted[] = {{LOY_COLUMN_AT_US, block->at_us}, {LOY_COLUMN_OFFSET_MIN, block->offset_min},
        {LOY_COLUMN_QUANTITY_MILLI, block->quantity}, {LOY_COLUMN_PAID_MINOR, block->paid},
        {LOY_COLUMN_DISCOUNT_MINOR, block->discount}, {LOY_COLUMN_ON_DEAL, block->on_deal},
        {LOY_COLUMN_VERSION, block->version}};
    // The last one only where kinds are asked for.
    const size_t columns = work->groups.of_version ? 7 : 6;
    for (size_t i = 0; i < columns; i++)
        loy_columns_read(work->columns, wanted[i].column, first, count, wanted[i].values);
}

static void day_count(struct recency_sum *sum, int64_t wall_us)
{
    if (sum->row.lines > 0 && (uint64_t)wall_us - (uint64_t)sum->day_from_us < COLUMNS_DAY_US)
        return;
    const int64_t day = columns_floor(wall_us, COLUMNS_DAY_US);
    sum->day_from_us = (int64_t)((uint64_t)day * (uint64_t)COLUMNS_DAY_US);
    if (sum->row.lines == 0 || day > sum->last_day) {
        const int64_t later = sum->row.lines == 0 ? 64 : day - sum->last_day;
        sum->days = (later < 64 ? sum->days << later : 0) | 1;
        sum->last_day = day;
        sum->row.days++;
        return;
    }
    const int64_t earlier = sum->last_day - day;
    if (earlier < 64 && (sum->days >> earlier & 1)) return;
    if (earlier < 64) sum->days |= UINT64_C(1) << earlier;
    sum->row.days++;
}

static void row_count(struct recency_sum *sum, const struct recency_block *block, size_t i)
{
    struct loy_columns_recency *row = &sum->row;
    int64_t list = 0;
    sum->any = true;
    sum->overflow |= __builtin_add_overflow(block->paid[i], block->discount[i], &list) |
                     __builtin_add_overflow(row->paid_minor, block->paid[i], &row->paid_minor) |
                     __builtin_add_overflow(row->list_minor, list, &row->list_minor);
    if (block->quantity[i] < 0) return;
    day_count(sum, columns_wall(block->at_us[i], block->offset_min[i]));
    row->lines++;
    if (block->at_us[i] > row->last_us) row->last_us = block->at_us[i];
    if (block->on_deal[i] == 0) return;
    row->deal_lines++;
    sum->overflow |=
        __builtin_add_overflow(row->deal_paid_minor, block->paid[i], &row->deal_paid_minor);
}

static void member_count(const struct recency_work *work, const struct recency_block *block,
    size_t from, size_t to, struct recency_sum *sum)
{
    const struct loy_columns_filter *filter = work->filter;
    const uint32_t *groups = work->groups.of_version;
    for (size_t i = from; i < to; i++) {
        if (block->at_us[i] < filter->from_us || block->at_us[i] >= filter->to_us) continue;
        if (groups && groups[block->version[i]] == COLUMNS_NO_GROUP) continue;
        row_count(sum, block, i);
    }
}

static void sum_start(struct recency_sum *sum, int64_t member)
{
    *sum = (struct recency_sum){.row = {.member = member, .last_us = INT64_MIN}};
}

static void sum_end(struct recency_shard *shard, const struct recency_sum *sum)
{
    if (sum->any && sum->row.member != 0) shard->rows[shard->count++] = sum->row;
    shard->overflow |= sum->overflow;
}

static void recency_task(void *context, size_t task)
{
    struct recency_work *work = context;
    struct recency_shard *shard = &work->shards[task];
    const struct loy_columns *columns = work->columns;
    struct recency_block block;
    struct recency_sum sum;
    size_t member = shard->range.member;
    sum_start(&sum, columns->members[member].number);
    for (uint64_t row = shard->range.row; row < shard->range.rows_end;) {
        const uint64_t left = shard->range.rows_end - row;
        const size_t count = left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
        block_take(work, row, count, &block);
        for (size_t i = 0; i < count;) {
            const uint64_t end = columns_member_end(columns, member);
            const size_t to = end - row < count ? (size_t)(end - row) : count;
            member_count(work, &block, i, to, &sum);
            i = to;
            if (row + i < end) continue;
            sum_end(shard, &sum);
            if (++member < shard->range.members_end)
                sum_start(&sum, columns->members[member].number);
        }
        row += count;
    }
}

/* One array of the shards' rows in their order. */
static enum loy_status recency_join(struct recency_work *work, size_t shards,
    struct loy_columns_recency *all, struct loy_columns_recency **rows, size_t *count)
{
    size_t sum = 0;
    bool overflow = false;
    for (size_t i = 0; i < shards; i++) {
        const struct recency_shard *shard = &work->shards[i];
        memmove(all + sum, shard->rows, shard->count * sizeof *all);
        sum += shard->count;
        overflow = overflow || shard->overflow;
    }
    if (overflow) return columns_fold_overflow(work->columns);
    *count = sum;
    *rows = sum > 0 ? all : NULL;
    return LOY_OK;
}

static enum loy_status recency_run(struct recency_work *work, const struct loy_executor *executor,
    struct loy_columns_recency **rows, size_t *count)
{
    struct columns_shard ranges[COLUMNS_SHARDS];
    struct loy_columns_recency *all = malloc((work->columns->member_count + 1) * sizeof *all);
    if (!all) return columns_fold_memory(work->columns);
    const size_t shards = columns_shards_cut(work->columns, executor, ranges);
    for (size_t i = 0; i < shards; i++)
        work->shards[i] =
            (struct recency_shard){.range = ranges[i], .rows = all + ranges[i].member};
    loy_executor_run(executor, shards, recency_task, work);
    enum loy_status status = recency_join(work, shards, all, rows, count);
    if (status != LOY_OK || *count == 0) free(all);
    return status;
}

enum loy_status loy_columns_recency_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor,
    struct loy_columns_recency **rows, size_t *count)
{
    if (!rows || !count) return LOY_E_ARGUMENT;
    enum loy_status status = columns_fold_start(columns, filter);
    if (status != LOY_OK) return status;
    struct recency_work work = {.columns = columns, .filter = filter};
    if (filter->kinds != 0) status = columns_groups_make(columns, filter, true, &work.groups);
    if (status == LOY_OK) status = recency_run(&work, executor, rows, count);
    columns_groups_free(&work.groups);
    return status;
}
