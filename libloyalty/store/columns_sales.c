/* SPDX-License-Identifier: MIT
 *
 * columns_sales.c - the lines of a file of columns one after the other, as loy_sales_next gives
 * them. In: an open file, a period, perhaps a member. Out: lines and versions. Words that somebody
 * typed (reasons of returns) are not in the file: the store is asked for them.
 */
#include <store/columns_private.h>

#include <stdlib.h>

struct loy_columns_sales {
    struct loy_columns *columns;
    int64_t from_us, to_us;
    uint64_t row, end;    /* of the next line */
    size_t member;        /* whose it is */
    uint64_t block_first; /* rows of the block that is decoded */
    size_t block_count;
    struct loy_version *versions; /* by index; article NULL: not asked for yet */
    char reason[LOY_TEXT_MAX];
    int64_t values[COLUMNS_BLOCK];
    struct columns_row rows[COLUMNS_BLOCK];
};

/* The range of one member; none: an empty one. */
static void member_range(struct loy_columns_sales *sales, int64_t number)
{
    const struct loy_columns *columns = sales->columns;
    size_t low = 0, high = columns->member_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (columns_rank(columns->members[middle].number) < columns_rank(number))
            low = middle + 1;
        else
            high = middle;
    }
    sales->end = 0;
    if (low == columns->member_count || columns->members[low].number != number) return;
    sales->member = low;
    sales->row = columns->members[low].first;
    sales->end = columns_member_end(columns, low);
}

static enum loy_status sales_make(struct loy_columns *columns, struct loy_columns_sales **made)
{
    struct loy_columns_sales *sales = calloc(1, sizeof *sales);
    if (sales) sales->versions = calloc(columns->version_count + 1, sizeof *sales->versions);
    if (!sales || !sales->versions) {
        loy_columns_sales_close(sales);
        return store_fail(columns->store, LOY_E_MEMORY, "out of memory for reading sales");
    }
    sales->columns = columns;
    sales->end = columns->head->rows;
    *made = sales;
    return LOY_OK;
}

enum loy_status loy_columns_sales_open(struct loy_columns *columns, int64_t from_us, int64_t to_us,
    const struct loy_id *member, struct loy_columns_sales **sales)
{
    if (!columns || !sales) return LOY_E_ARGUMENT;
    int64_t number = 0;
    struct loy_columns_sales *made = NULL;
    enum loy_status status = store_require(columns->store, LOY_MAY_READ_SALES);
    if (status == LOY_OK && member) status = loy_member_number(columns->store, member, &number);
    if (status == LOY_OK) status = sales_make(columns, &made);
    if (status != LOY_OK) return status;
    made->from_us = from_us;
    made->to_us = to_us;
    if (member) member_range(made, number);
    *sales = made;
    return LOY_OK;
}

/* The reason stays valid until the same is asked for the next time. */
static enum loy_status reason_read(
    struct loy_columns_sales *sales, const struct columns_row *row, struct loy_sale *sale)
{
    struct loy_store *store = sales->columns->store;
    sqlite3_stmt *select =
        store_sql(store, "SELECT reason FROM line_return WHERE basket = ?1 AND number = ?2");
    sqlite3_bind_int64(select, 1, row->basket);
    sqlite3_bind_int64(select, 2, row->line);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        const char *reason = (const char *)sqlite3_column_text(select, 0);
        sqlite3_snprintf(sizeof sales->reason, sales->reason, "%s", reason ? reason : "");
        if (reason) sale->reason = sales->reason;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static void block_load(struct loy_columns_sales *sales)
{
    const struct loy_columns *columns = sales->columns;
    const size_t block = (size_t)(sales->row / COLUMNS_BLOCK);
    sales->block_first = (uint64_t)block * COLUMNS_BLOCK;
    const uint64_t left = columns->head->rows - sales->block_first;
    sales->block_count = left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
    columns_block_rows(columns, block, sales->block_count, sales->values, sales->rows);
}

static struct columns_row *row_next(struct loy_columns_sales *sales)
{
    const struct loy_columns *columns = sales->columns;
    while (sales->row < sales->end) {
        if (sales->block_count == 0 || sales->row >= sales->block_first + sales->block_count)
            block_load(sales);
        while (sales->row >= columns_member_end(columns, sales->member))
            sales->member++;
        struct columns_row *row = &sales->rows[sales->row++ - sales->block_first];
        row->member = columns->members[sales->member].number;
        if (row->at_us >= sales->from_us && row->at_us < sales->to_us) return row;
    }
    return NULL;
}

static void sale_fill(
    const struct loy_columns *columns, const struct columns_row *row, struct loy_sale *sale)
{
    *sale = (struct loy_sale){.basket = row->basket,
        .member = row->member,
        .at_us = row->at_us,
        .offset_min = row->offset_min,
        .site = row->site,
        .article_version = columns->versions[row->version].id,
        .quantity_milli = row->quantity_milli,
        .list_minor = row->list_minor,
        .discount_minor = row->discount_minor,
        .paid_minor = row->paid_minor,
        .returned_milli = row->returned_milli,
        .form = row->form,
        .on_deal = row->on_deal != 0,
        .is_return = row->quantity_milli < 0};
}

/* From the store, whose strings last; of each version once. */
static enum loy_status version_read(
    struct loy_columns_sales *sales, uint32_t index, struct loy_version *version)
{
    struct loy_version *known = &sales->versions[index];
    enum loy_status status = LOY_OK;
    if (!known->article) {
        status = loy_version_get(sales->columns->store, sales->columns->versions[index].id, known);
        /* NONE would read as the end of the sales. */
        if (status == LOY_NONE) status = LOY_E_CHECK;
    }
    if (status == LOY_OK) *version = *known;
    return status;
}

enum loy_status loy_columns_sales_next(
    struct loy_columns_sales *sales, struct loy_sale *sale, struct loy_version *version)
{
    if (!sales || !sale) return LOY_E_ARGUMENT;
    // The handle may have passed to another operator since the cursor was opened.
    enum loy_status status = store_require(sales->columns->store, LOY_MAY_READ_SALES);
    if (status == LOY_OK && version)
        status = store_require(sales->columns->store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    const struct columns_row *row = row_next(sales);
    if (!row) return LOY_NONE;
    sale_fill(sales->columns, row, sale);
    if (sale->is_return) status = reason_read(sales, row, sale);
    return status == LOY_OK && version ? version_read(sales, row->version, version) : status;
}

void loy_columns_sales_close(struct loy_columns_sales *sales)
{
    if (!sales) return;
    free(sales->versions);
    free(sales);
}
