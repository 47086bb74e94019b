/* SPDX-License-Identifier: MIT
 *
 * reprice.c - an open basket priced as a whole, and the rows that this changes; its sums. Rows come
 * in and go out; what a promotion takes off is loy_basket_quote's matter.
 */
#include "lane_rows.h"

#include <loyalty/promotion.h>

#include <stdlib.h>
#include <string.h>

#define COUPONS_MAX 64u

struct coupons {
    char codes[COUPONS_MAX][LOY_TEXT_MAX];
    const char *list[COUPONS_MAX];
    size_t count;
};

static enum loy_status coupons_read(
    struct loy_store *store, int64_t basket, struct coupons *coupons)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT DISTINCT rule FROM basket_coupon WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = LOY_NONE;
    coupons->count = 0;
    while (coupons->count < COUPONS_MAX && (status = store_step(store, select)) == LOY_OK) {
        char *code = coupons->codes[coupons->count];
        sqlite3_snprintf(LOY_TEXT_MAX, code, "%s", sqlite3_column_text(select, 0));
        coupons->list[coupons->count++] = code;
    }
    sqlite3_reset(select);
    return status < LOY_OK ? status : LOY_OK;
}

/* Returns, voids, what they take back, and prices that somebody set. */
static bool is_fixed(const struct lane_line *line)
{
    return line->row.quantity_milli < 0 || line->voided_by != 0 || line->by_hand;
}

static void quote_fill(const struct lane_line *lines, size_t count, struct loy_quote_line *quoted)
{
    for (size_t i = 0; i < count; i++)
        quoted[i] = (struct loy_quote_line){.article_version = lines[i].row.version,
            .quantity_milli = lines[i].row.quantity_milli,
            .list_minor = lines[i].row.list_minor,
            .fixed = is_fixed(&lines[i]),
            .discount_minor = lines[i].row.discount_minor,
            .paid_minor = lines[i].row.paid_minor};
}

static enum loy_status line_settle(struct loy_store *store, const struct lane_head *head,
    const struct lane_line *line, const struct loy_quote_line *quoted, uint32_t from, bool *changed)
{
    int64_t promotion = 0;
    const struct basket_row *row = &line->row;
    enum loy_status status = basket_promotion(store, quoted->promotion, quoted->form, &promotion);
    if (status != LOY_OK) return status;
    if (row->discount_minor == quoted->discount_minor && row->paid_minor == quoted->paid_minor &&
        row->promotion == promotion)
        return LOY_OK;
    if (row->number < from && row->paid_minor != quoted->paid_minor) *changed = true;
    return lane_line_price(
        store, head->id, row->number, quoted->discount_minor, quoted->paid_minor, promotion);
}

static enum loy_status lines_quote(struct loy_store *store, const struct lane_head *head,
    const struct lane_line *lines, size_t count, struct loy_quote_line *quoted)
{
    struct coupons coupons;
    struct loy_quote quote = {.size = sizeof quote, .at_us = head->opened_at_us};
    enum loy_status status = head->member == 0 ? LOY_OK : basket_scheme_left(store, head->member);
    quote.member = status == LOY_NONE;
    if (status >= LOY_OK) status = coupons_read(store, head->id, &coupons);
    if (status != LOY_OK) return status;
    quote.coupons = coupons.list;
    quote.coupon_count = coupons.count;
    quote_fill(lines, count, quoted);
    return loy_basket_quote(store, &quote, quoted, count);
}

enum loy_status lane_reprice(
    struct loy_store *store, const struct lane_head *head, uint32_t from, bool *changed)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    *changed = false;
    enum loy_status status = lane_lines_read(store, head->id, &lines, &count);
    if (status != LOY_OK || count == 0) return status;
    struct loy_quote_line *quoted = calloc(count, sizeof *quoted);
    if (quoted == NULL)
        status = store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    else
        status = lines_quote(store, head, lines, count, quoted);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        if (!is_fixed(&lines[i]))
            status = line_settle(store, head, &lines[i], &quoted[i], from, changed);
    free(quoted);
    free(lines);
    return status;
}

/* ---- Sums --------------------------------------------------------------------------------------
 */

static enum loy_status due_read(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums)
{
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t count = 0;
    if (sums->lines == 0) return LOY_OK;
    return loy_basket_tax(store, &head->uid, taxes, &count, &sums->due_minor);
}

enum loy_status lane_sums_read(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums)
{
    // Weighed goods are one piece, whatever they weigh; what was taken back counts no more.
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*), ifnull(sum(CASE WHEN quantity_milli % 1000 = 0 THEN quantity_milli "
        "WHEN quantity_milli > 0 THEN 1000 ELSE -1000 END), 0), ifnull(sum(paid_minor), 0), "
        "ifnull(sum(discount_minor), 0), (SELECT ifnull(sum(amount_minor), 0) FROM tender "
        "WHERE basket = ?1) FROM line WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, head->id);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK)
        *sums = (struct lane_sums){.lines = (uint32_t)sqlite3_column_int64(select, 0),
            .pieces_milli = sqlite3_column_int64(select, 1),
            .total_minor = sqlite3_column_int64(select, 2),
            .saved_minor = sqlite3_column_int64(select, 3),
            .paid_minor = sqlite3_column_int64(select, 4)};
    sqlite3_reset(select);
    return status == LOY_OK ? due_read(store, head, sums) : status;
}
