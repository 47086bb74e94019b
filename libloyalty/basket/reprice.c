/* SPDX-License-Identifier: MIT
 *
 * reprice.c - an open basket priced as a whole, and the rows that this changes; its sums. Rows come
 * in and go out; what a promotion takes off is loy_basket_quote's matter.
 */
#include "picture.h"

#include <loyalty/promotion.h>

#include <stdlib.h>
#include <string.h>

static enum loy_status coupons_read(
    struct loy_store *store, int64_t basket, struct picture_coupons *coupons)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT DISTINCT rule FROM basket_coupon WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = LOY_NONE;
    coupons->count = 0;
    while (coupons->count < PICTURE_COUPONS_MAX && (status = store_step(store, select)) == LOY_OK) {
        char *code = coupons->codes[coupons->count++];
        sqlite3_snprintf(LOY_TEXT_MAX, code, "%s", sqlite3_column_text(select, 0));
    }
    sqlite3_reset(select);
    return status < LOY_OK ? status : LOY_OK;
}

/* Returns, voids, what they take back, and prices that somebody set: a supervisor, or a till. */
static bool is_fixed(const struct lane_line *line, uint32_t tills)
{
    return line->row.quantity_milli < 0 || line->voided_by != 0 || line->by_hand ||
           line->row.number <= tills;
}

static void quote_fill(
    const struct lane_line *lines, size_t count, uint32_t tills, struct loy_quote_line *quoted)
{
    for (size_t i = 0; i < count; i++)
        quoted[i] = (struct loy_quote_line){.article_version = lines[i].row.version,
            .quantity_milli = lines[i].row.quantity_milli,
            .list_minor = lines[i].row.list_minor,
            .fixed = is_fixed(&lines[i], tills),
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
    return lane_line_settle(store, head->id, line, quoted, promotion);
}

/* ---- Whose it is, and with which coupons ------------------------------------------------------
 */

static enum loy_status scheme_know(
    struct loy_store *store, const struct lane_head *head, struct picture *picture)
{
    bool known = (picture->has & PICTURE_SCHEME) != 0 && picture->member == head->member;
    if (known || head->member == 0) return LOY_OK;
    enum loy_status status = basket_scheme_left(store, head->member);
    if (status < LOY_OK) return status;
    picture->member = head->member;
    picture->scheme_left = status != LOY_NONE;
    picture->has |= PICTURE_SCHEME;
    return LOY_OK;
}

static enum loy_status coupons_know(
    struct loy_store *store, const struct lane_head *head, struct picture *picture)
{
    if ((picture->has & PICTURE_COUPONS) != 0) return LOY_OK;
    enum loy_status status = coupons_read(store, head->id, &picture->coupons);
    if (status == LOY_OK) picture->has |= PICTURE_COUPONS;
    return status;
}

static enum loy_status lines_quote(struct loy_store *store, const struct lane_head *head,
    struct picture *picture, struct loy_quote_line *quoted, size_t count)
{
    const char *coupons[PICTURE_COUPONS_MAX];
    struct loy_quote quote = {.size = sizeof quote, .at_us = head->opened_at_us};
    enum loy_status status = scheme_know(store, head, picture);
    if (status == LOY_OK) status = coupons_know(store, head, picture);
    if (status != LOY_OK) return status;
    quote.member = head->member != 0 && !picture->scheme_left;
    for (size_t i = 0; i < picture->coupons.count; i++)
        coupons[i] = picture->coupons.codes[i];
    quote.coupons = coupons;
    quote.coupon_count = picture->coupons.count;
    struct basket_shelf *shelves = picture_shelves(picture);
    if (shelves == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    return basket_quote(store, &quote, quoted, count, shelves);
}

/* ---- The basket --------------------------------------------------------------------------------
 */

static enum loy_status lines_settle(struct loy_store *store, const struct lane_head *head,
    const struct lane_line *lines, size_t count, uint32_t from, uint32_t tills, bool *changed)
{
    struct picture *picture = picture_of(store, head->id);
    struct loy_quote_line *quoted = calloc(count, sizeof *quoted);
    if (quoted == NULL || picture == NULL) {
        free(quoted);
        return store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    }
    quote_fill(lines, count, tills, quoted);
    enum loy_status status = lines_quote(store, head, picture, quoted, count);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        if (!is_fixed(&lines[i], tills))
            status = line_settle(store, head, &lines[i], &quoted[i], from, changed);
    free(quoted);
    return status;
}

static bool is_priced(struct loy_store *store, const struct lane_head *head, uint32_t tills)
{
    const struct picture *picture = picture_lines_held(store, head->id);
    return picture != NULL && (picture->has & PICTURE_PRICED) != 0 && picture->tills == tills;
}

enum loy_status lane_reprice(struct loy_store *store, const struct lane_head *head, uint32_t from,
    uint32_t tills, bool *changed)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    *changed = false;
    if (is_priced(store, head, tills)) return LOY_OK;
    enum loy_status status = lane_lines_read(store, head->id, &lines, &count);
    if (status == LOY_OK && count > 0)
        status = lines_settle(store, head, lines, count, from, tills, changed);
    free(lines);
    if (status != LOY_OK) return status;
    struct picture *picture = picture_lines_held(store, head->id);
    if (picture == NULL) return LOY_OK;
    picture->has |= PICTURE_PRICED;
    picture->tills = tills;
    return LOY_OK;
}

/* ---- Sums --------------------------------------------------------------------------------------
 */

static enum loy_status due_read(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums)
{
    return sums->lines == 0 ? LOY_OK : basket_due(store, head->id, &sums->due_minor);
}

/* Weighed goods are one piece, whatever they weigh; what was taken back counts no more. */
static int64_t pieces_of(int64_t quantity_milli)
{
    if (quantity_milli % 1000 == 0) return quantity_milli;
    return quantity_milli > 0 ? 1000 : -1000;
}

/* false: they do not fit. */
static bool sums_add(const struct picture *picture, struct lane_sums *sums)
{
    for (size_t i = 0; i < picture->count; i++) {
        const struct basket_row *row = &picture->lines[i].row;
        if (__builtin_add_overflow(
                sums->pieces_milli, pieces_of(row->quantity_milli), &sums->pieces_milli) ||
            __builtin_add_overflow(sums->total_minor, row->paid_minor, &sums->total_minor) ||
            __builtin_add_overflow(sums->saved_minor, row->discount_minor, &sums->saved_minor))
            return false;
    }
    sums->lines = (uint32_t)picture->count;
    return true;
}

/* Of lines that are known; LOY_NONE: outside of a transaction. */
static enum loy_status sums_know(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums)
{
    int64_t paid_minor = 0;
    enum loy_status status = lane_lines_know(store, head->id);
    if (status == LOY_OK) status = lane_tender_sum(store, head->id, &paid_minor);
    if (status != LOY_OK) return status;
    const struct picture *picture = picture_lines_held(store, head->id);
    *sums = (struct lane_sums){.paid_minor = paid_minor};
    return picture != NULL && sums_add(picture, sums) ? LOY_OK : LOY_NONE;
}

enum loy_status lane_sums_read(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums)
{
    enum loy_status status = sums_know(store, head, sums);
    if (status == LOY_OK) return due_read(store, head, sums);
    if (status != LOY_NONE) return status;
    // The pieces are those of pieces_of().
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*), ifnull(sum(CASE WHEN quantity_milli % 1000 = 0 THEN quantity_milli "
        "WHEN quantity_milli > 0 THEN 1000 ELSE -1000 END), 0), ifnull(sum(paid_minor), 0), "
        "ifnull(sum(discount_minor), 0), (SELECT ifnull(sum(amount_minor), 0) FROM tender "
        "WHERE basket = ?1) FROM line WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, head->id);
    status = store_step(store, select);
    if (status == LOY_OK)
        *sums = (struct lane_sums){.lines = (uint32_t)sqlite3_column_int64(select, 0),
            .pieces_milli = sqlite3_column_int64(select, 1),
            .total_minor = sqlite3_column_int64(select, 2),
            .saved_minor = sqlite3_column_int64(select, 3),
            .paid_minor = sqlite3_column_int64(select, 4)};
    sqlite3_reset(select);
    return status == LOY_OK ? due_read(store, head, sums) : status;
}
