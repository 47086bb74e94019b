/* SPDX-License-Identifier: MIT
 *
 * columns_merge.c - the rows of the old file and the new ones, as one ordered row of rows, each
 * less what was returned of it since. In: both. Out: a new file. Must not know: SQL.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

/* ---- What was returned of earlier lines ------------------------------------------------------ */

/* Open addressing by (basket, line); sieve: most lines have no return, and one bit says so. */
#define SIEVE_BITS ((size_t)1 << 16)
struct returns {
    struct columns_late *slots; /* basket 0: empty */
    size_t mask, count;
    uint64_t sieve[SIEVE_BITS / 64];
};

static uint64_t hash_of(int64_t basket, int64_t number)
{
    uint64_t hash = ((uint64_t)basket * UINT64_C(0x9E3779B97F4A7C15)) ^ (uint64_t)number;
    hash *= UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

static struct columns_late *slot_of(struct returns *returns, int64_t basket, int64_t number)
{
    size_t at = (size_t)hash_of(basket, number) & returns->mask;
    while (returns->slots[at].basket != 0 &&
           (returns->slots[at].basket != basket || returns->slots[at].number != number))
        at = (at + 1) & returns->mask;
    return &returns->slots[at];
}

static void returns_add(struct returns *returns, const struct columns_late *late)
{
    // Rows of a store are numbered from 1.
    if (late->basket == 0) return;
    struct columns_late *slot = slot_of(returns, late->basket, late->number);
    const uint64_t before = slot->basket != 0 ? (uint64_t)slot->returned_milli : 0;
    *slot = *late;
    slot->returned_milli = (int64_t)(before + (uint64_t)late->returned_milli);
    const size_t bit = (size_t)(hash_of(late->basket, late->number) >> 40) % SIEVE_BITS;
    returns->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
    returns->count++;
}

static bool returns_make(
    struct returns *returns, const struct loy_columns *base, const struct columns_source *source)
{
    const size_t count = source->late_count + (base ? base->late_count : 0);
    size_t size = 64;
    while (size < 2 * count)
        size *= 2;
    returns->slots = calloc(size, sizeof *returns->slots);
    if (!returns->slots) return false;
    returns->mask = size - 1;
    for (size_t i = 0; base && i < base->late_count; i++)
        returns_add(returns, &base->late[i]);
    for (size_t i = 0; i < source->late_count; i++)
        returns_add(returns, &source->late[i]);
    return true;
}

/* Each line goes by once. */
static void returns_apply(struct returns *returns, struct columns_row *row)
{
    if (returns->count == 0) return;
    const size_t bit = (size_t)(hash_of(row->basket, row->line) >> 40) % SIEVE_BITS;
    if (!(returns->sieve[bit / 64] >> bit % 64 & 1)) return;
    struct columns_late *slot = slot_of(returns, row->basket, row->line);
    if (slot->basket == 0) return;
    row->returned_milli = (int64_t)((uint64_t)row->returned_milli + (uint64_t)slot->returned_milli);
    slot->returned_milli = 0;
}

static int late_order(const void *a, const void *b)
{
    const struct columns_late *x = a, *y = b;
    if (x->basket != y->basket) return x->basket < y->basket ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* What found no line moves to the front, ordered: its line is in a basket that is open. */
static size_t returns_left(struct returns *returns)
{
    size_t left = 0;
    for (size_t i = 0; i <= returns->mask; i++)
        if (returns->slots[i].basket != 0 && returns->slots[i].returned_milli != 0)
            returns->slots[left++] = returns->slots[i];
    qsort(returns->slots, left, sizeof *returns->slots, late_order);
    return left;
}

/* ---- The rows of the old file ---------------------------------------------------------------- */

struct old_rows {
    const struct loy_columns *columns; /* NULL: none */
    size_t block, at, count, member;
    uint64_t row;
    int64_t scratch[COLUMNS_BLOCK];
    struct columns_row rows[COLUMNS_BLOCK];
};

static struct columns_row *old_next(struct old_rows *old)
{
    const struct loy_columns *columns = old->columns;
    if (!columns || old->row == columns->head->rows) return NULL;
    if (old->at == old->count) {
        const uint64_t left = columns->head->rows - old->row;
        old->count = left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
        columns_block_rows(columns, old->block++, old->count, old->scratch, old->rows);
        old->at = 0;
    }
    if (old->row >= columns_member_end(columns, old->member)) old->member++;
    struct columns_row *row = &old->rows[old->at++];
    row->member = columns->members[old->member].number;
    old->row++;
    return row;
}

static bool comes_before(const struct columns_row *a, const struct columns_row *b)
{
    if (a->member != b->member) return columns_rank(a->member) < columns_rank(b->member);
    if (a->at_us != b->at_us) return a->at_us < b->at_us;
    if (a->basket != b->basket) return a->basket < b->basket;
    return a->line < b->line;
}

static enum loy_status rows_merge(struct old_rows *old, struct columns_rows *rows,
    struct returns *returns, struct columns_writer *writer)
{
    enum loy_status status = LOY_OK;
    struct columns_row *earlier = old_next(old), *added = columns_rows_next(rows);
    while (status == LOY_OK && (earlier || added)) {
        const bool old_first = earlier && (!added || comes_before(earlier, added));
        struct columns_row *row = old_first ? earlier : added;
        returns_apply(returns, row);
        status = columns_writer_add(writer, row);
        if (old_first)
            earlier = old_next(old);
        else
            added = columns_rows_next(rows);
    }
    return status;
}

enum loy_status columns_merge(const struct loy_columns *base, struct columns_source *source,
    const struct columns_mark *mark, struct columns_writer *writer)
{
    struct returns *returns = calloc(1, sizeof *returns);
    struct old_rows *old = malloc(sizeof *old);
    enum loy_status status = LOY_E_MEMORY;
    if (returns && old && returns_make(returns, base, source) && columns_rows_sort(&source->rows)) {
        *old = (struct old_rows){.columns = base};
        status = rows_merge(old, &source->rows, returns, writer);
        const struct columns_rest rest = {.mark = mark,
            .words = &source->words,
            .open = source->open,
            .open_count = source->open_count,
            .late = returns->slots,
            .late_count = returns_left(returns)};
        if (status == LOY_OK) status = columns_writer_finish(writer, &rest);
    } else {
        status = store_fail(source->store, LOY_E_MEMORY, "out of memory for reading sales");
    }
    if (returns) free(returns->slots);
    free(returns);
    free(old);
    return status;
}
