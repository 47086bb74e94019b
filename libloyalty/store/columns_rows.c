/* SPDX-License-Identifier: MIT
 *
 * columns_rows.c - lines in memory, put into the order of a file of columns: by member into
 * buckets, then each bucket by itself, so that what is compared lies near. In: rows by basket and
 * line. Out: the same by member and time. Must not know: files, SQL.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK 131072u
#define CHUNK_ALIGNMENT ((size_t)2 << 20)
#define BUCKETS_MAX 65536u
#define BUCKET_ROWS 512u
#define INSERTION 12u

struct columns_key {
    uint64_t rank;
    int64_t at_us;
    uint32_t row;
};

static struct columns_row *row_at(const struct columns_rows *rows, size_t index)
{
    return &rows->chunks[index / CHUNK][index % CHUNK];
}

static bool chunk_add(struct columns_rows *rows)
{
    if (rows->count >= UINT32_MAX - CHUNK) return false;
    struct columns_row **chunks =
        realloc(rows->chunks, (rows->chunk_count + 1) * sizeof(struct columns_row *));
    if (!chunks) return false;
    rows->chunks = chunks;
    size_t size = CHUNK * sizeof(struct columns_row);
    size = (size + CHUNK_ALIGNMENT - 1) / CHUNK_ALIGNMENT * CHUNK_ALIGNMENT;
    // A small shop needs little, and no page of two megabytes.
    void *chunk = rows->chunk_count == 0 ? malloc(size) : aligned_alloc(CHUNK_ALIGNMENT, size);
    if (!chunk) return false;
    if (rows->chunk_count > 0) (void)madvise(chunk, size, MADV_HUGEPAGE);
    chunks[rows->chunk_count++] = chunk;
    return true;
}

struct columns_row *columns_rows_add(struct columns_rows *rows)
{
    if (rows->count == rows->chunk_count * CHUNK && !chunk_add(rows)) return NULL;
    return row_at(rows, rows->count);
}

void columns_rows_added(struct columns_rows *rows, const struct columns_row *row)
{
    if (row->member > 0 && (rows->high == 0 || row->member < rows->low)) rows->low = row->member;
    if (row->member > rows->high) rows->high = row->member;
    rows->count++;
}

/* ---- Buckets ---------------------------------------------------------------------------------
 *
 * Nobody, then who was erased (negative numbers far apart), then ranges of numbers.
 */

static size_t bucket_of(const struct columns_rows *rows, int64_t member)
{
    if (member == 0) return 0;
    if (member < 0) return 1;
    return 2 + (size_t)((uint64_t)(member - rows->low) >> rows->shift);
}

static void buckets_plan(struct columns_rows *rows)
{
    size_t wanted = rows->count / BUCKET_ROWS + 1;
    if (wanted > BUCKETS_MAX) wanted = BUCKETS_MAX;
    const uint64_t span = rows->high > 0 ? (uint64_t)(rows->high - rows->low) : 0;
    rows->shift = 0;
    while (span >> rows->shift >= wanted)
        rows->shift++;
    rows->bucket_count = 3 + (size_t)(span >> rows->shift);
}

bool columns_rows_sort(struct columns_rows *rows)
{
    buckets_plan(rows);
    rows->order = malloc((rows->count + 1) * sizeof *rows->order);
    rows->bucket_ends = calloc(rows->bucket_count + 1, sizeof *rows->bucket_ends);
    if (!rows->order || !rows->bucket_ends) return false;
    size_t *ends = rows->bucket_ends, most = 0;
    for (size_t i = 0; i < rows->count; i++)
        ends[bucket_of(rows, row_at(rows, i)->member) + 1]++;
    for (size_t i = 1; i <= rows->bucket_count; i++) {
        if (ends[i] > most) most = ends[i];
        ends[i] += ends[i - 1];
    }
    // ends[b] is where b begins, and moves to where it ends.
    for (size_t i = 0; i < rows->count; i++)
        rows->order[ends[bucket_of(rows, row_at(rows, i)->member)]++] = (uint32_t)i;
    rows->keys = malloc((2 * most + 1) * sizeof *rows->keys);
    return rows->keys != NULL;
}

/* ---- One bucket ------------------------------------------------------------------------------ */

static bool before(const struct columns_key *a, const struct columns_key *b)
{
    if (a->rank != b->rank) return a->rank < b->rank;
    if (a->at_us != b->at_us) return a->at_us < b->at_us;
    // Rows come by basket and line.
    return a->row < b->row;
}

static void insertion_sort(struct columns_key *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct columns_key key = keys[i];
        size_t at = i;
        for (; at > 0 && before(&key, &keys[at - 1]); at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

/* Two ordered runs into one; already in order, as one lane's rows are: nothing is compared. */
static void runs_merge(
    struct columns_key *keys, size_t middle, size_t count, struct columns_key *scratch)
{
    if (middle >= count || before(&keys[middle - 1], &keys[middle])) return;
    memcpy(scratch, keys, middle * sizeof *keys);
    size_t left = 0, right = middle, to = 0;
    while (left < middle)
        keys[to++] =
            right < count && before(&keys[right], &scratch[left]) ? keys[right++] : scratch[left++];
}

static void keys_sort(struct columns_key *keys, size_t count, struct columns_key *scratch)
{
    for (size_t i = 0; i < count; i += INSERTION)
        insertion_sort(keys + i, count - i < INSERTION ? count - i : INSERTION);
    for (size_t run = INSERTION; run < count; run *= 2)
        for (size_t i = 0; i < count; i += 2 * run)
            runs_merge(keys + i, run, count - i < 2 * run ? count - i : 2 * run, scratch);
}

static void bucket_load(struct columns_rows *rows)
{
    const size_t first = rows->bucket == 0 ? 0 : rows->bucket_ends[rows->bucket - 1];
    rows->key_count = rows->bucket_ends[rows->bucket] - first;
    for (size_t i = 0; i < rows->key_count; i++) {
        const uint32_t index = rows->order[first + i];
        const struct columns_row *row = row_at(rows, index);
        rows->keys[i] = (struct columns_key){columns_rank(row->member), row->at_us, index};
    }
    keys_sort(rows->keys, rows->key_count, rows->keys + rows->key_count);
    rows->at = 0;
    rows->bucket++;
}

struct columns_row *columns_rows_next(struct columns_rows *rows)
{
    while (rows->at == rows->key_count) {
        if (rows->bucket == rows->bucket_count) return NULL;
        bucket_load(rows);
    }
    return row_at(rows, rows->keys[rows->at++].row);
}

void columns_rows_free(struct columns_rows *rows)
{
    for (size_t i = 0; i < rows->chunk_count; i++)
        free(rows->chunks[i]);
    free(rows->chunks);
    free(rows->order);
    free(rows->bucket_ends);
    free(rows->keys);
    *rows = (struct columns_rows){0};
}
