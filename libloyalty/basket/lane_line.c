/* SPDX-License-Identifier: MIT
 *
 * lane_line.c - the lines of a basket that a lane fills: read back, added, priced anew, and what is
 * left of one that is returned from. Rows come in and go out. Knows no rule of a promotion.
 */
#include "lane_private.h"
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#define LINES                                                                                      \
    "SELECT " BASKET_ROW_COLUMNS ", ifnull(p.form, 0) = 6 AND p.code = '" LOY_PRICE_BY_HAND        \
    "', (SELECT min(v.number) FROM line_return v "                                                 \
    "WHERE v.of_basket = l.basket AND v.of_number = l.number AND v.basket = l.basket) "            \
    "FROM " BASKET_ROW_TABLES "LEFT JOIN promotion p ON p.id = l.promotion "

static enum loy_status room_make(
    struct loy_store *store, struct lane_line **lines, size_t count, size_t *room)
{
    if (count < *room) return LOY_OK;
    size_t wider = *room == 0 ? 16 : *room * 2;
    struct lane_line *more = realloc(*lines, wider * sizeof *more);
    if (more == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    *lines = more;
    *room = wider;
    return LOY_OK;
}

static enum loy_status lines_select(
    struct loy_store *store, int64_t basket, struct lane_line **lines, size_t *count)
{
    struct lane_line *read = NULL;
    size_t read_count = 0, room = 0;
    sqlite3_stmt *select = store_sql(store, LINES "WHERE l.basket = ?1 ORDER BY l.number");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        status = room_make(store, &read, read_count, &room);
        if (status != LOY_OK) break;
        struct lane_line *line = &read[read_count++];
        *line = (struct lane_line){.by_hand = sqlite3_column_int(select, 10) != 0,
            .voided_by = (uint32_t)sqlite3_column_int64(select, 11)};
        basket_row_read(select, basket, &line->row);
        line->row.reason = NULL;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) {
        free(read);
        return status;
    }
    *lines = read;
    *count = read_count;
    return LOY_OK;
}

static enum loy_status lines_copy(
    struct loy_store *store, const struct picture *picture, struct lane_line **lines, size_t *count)
{
    struct lane_line *copy = calloc(picture->count + 1, sizeof *copy);
    if (copy == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    if (picture->count > 0) memcpy(copy, picture->lines, picture->count * sizeof *copy);
    *lines = copy;
    *count = picture->count;
    return LOY_OK;
}

enum loy_status lane_lines_know(struct loy_store *store, int64_t basket)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    if (store->depth > 0 && basket_picture_memory(store) == NULL) return LOY_E_MEMORY;
    struct picture *picture = picture_of(store, basket);
    if (picture == NULL) return LOY_NONE;
    if ((picture->has & PICTURE_LINES) != 0) return LOY_OK;
    enum loy_status status = lines_select(store, basket, &lines, &count);
    if (status == LOY_OK) picture_lines_put(picture, lines, count);
    return status;
}

enum loy_status lane_lines_read(
    struct loy_store *store, int64_t basket, struct lane_line **lines, size_t *count)
{
    enum loy_status status = lane_lines_know(store, basket);
    if (status == LOY_NONE) return lines_select(store, basket, lines, count);
    if (status != LOY_OK) return status;
    return lines_copy(store, picture_of(store, basket), lines, count);
}

void lane_lines_free(struct lane_line *lines)
{
    free(lines);
}

static enum loy_status lines_count(struct loy_store *store, int64_t basket, int64_t *count)
{
    const struct picture *picture = picture_lines_held(store, basket);
    if (picture != NULL) {
        *count = picture->count == 0 ? 0 : picture->lines[picture->count - 1].row.number;
        return LOY_OK;
    }
    sqlite3_stmt *select =
        store_sql(store, "SELECT ifnull(max(number), 0) FROM line WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, basket);
    return store_step_number(store, select, count);
}

static bool is_by_hand(const char *code, uint8_t form)
{
    return form == LOY_FORM_OTHER && code != NULL && strcmp(code, LOY_PRICE_BY_HAND) == 0;
}

static enum loy_status line_follow(struct loy_store *store, struct picture *picture,
    const struct loy_line *given, const struct basket_row *row)
{
    if (picture == NULL) return LOY_OK;
    struct lane_line line = {.row = *row, .by_hand = is_by_hand(given->promotion, given->form)};
    line.row.reason = NULL;
    if (!picture_line_add(picture, &line))
        return store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
    picture_follow(store, picture);
    return LOY_OK;
}

enum loy_status lane_line_add(struct loy_store *store, const struct lane_head *head,
    const struct loy_line *line, uint32_t *number)
{
    struct loy_basket basket = {.store = store, .id = head->id, .head.uid = head->uid};
    struct basket_row row;
    enum loy_status status = lines_count(store, head->id, &basket.head.sums.count);
    if (status == LOY_OK && basket.head.sums.count >= (int64_t)LOY_LINES_MAX)
        status = store_fail(store, LOY_E_LIMIT, "a basket holds at most %u lines", LOY_LINES_MAX);
    if (status == LOY_OK)
        status = basket_line_check(store, line, (uint32_t)basket.head.sums.count + 1);
    struct picture *picture = picture_of(store, head->id);
    if (status == LOY_OK) status = lane_line_write(&basket, line, &row);
    if (status != LOY_OK) return status;
    *number = (uint32_t)row.number;
    // What comes back may have taken another line back.
    return row.quantity_milli > 0 ? line_follow(store, picture, line, &row) : LOY_OK;
}

enum loy_status lane_line_price(struct loy_store *store, int64_t basket, int64_t number,
    int64_t discount_minor, int64_t paid_minor, int64_t promotion)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE line SET discount_minor = ?3, paid_minor = ?4, promotion = ?5 "
                         "WHERE basket = ?1 AND number = ?2");
    sqlite3_bind_int64(update, 1, basket);
    sqlite3_bind_int64(update, 2, number);
    sqlite3_bind_int64(update, 3, discount_minor);
    sqlite3_bind_int64(update, 4, paid_minor);
    basket_bind_row(update, 5, promotion);
    return store_run(store, update);
}

enum loy_status lane_line_settle(struct loy_store *store, int64_t basket,
    const struct lane_line *line, const struct loy_quote_line *quoted, int64_t promotion)
{
    struct picture *picture = picture_lines_held(store, basket);
    enum loy_status status = lane_line_price(
        store, basket, line->row.number, quoted->discount_minor, quoted->paid_minor, promotion);
    for (size_t i = 0; status == LOY_OK && picture != NULL && i < picture->count; i++) {
        struct lane_line *known = &picture->lines[i];
        if (known->row.number != line->row.number) continue;
        known->row.discount_minor = quoted->discount_minor;
        known->row.paid_minor = quoted->paid_minor;
        known->row.promotion = promotion;
        known->by_hand = is_by_hand(quoted->promotion, quoted->form);
        picture_follow(store, picture);
        break;
    }
    return status;
}

/* ---- Pieces or parts ---------------------------------------------------------------------------
 *
 * No article says that it is sold by weight: the shop's scales do, by a GTIN that begins as their
 * labels do, or by the item on a label, which is the code of an article that has no other GTIN.
 */

#define OF_A_SCALE                                                                                 \
    "EXISTS (SELECT 1 FROM scale_code s WHERE s.value = 2 AND g.gtin GLOB '0' || s.prefix || '*')"

static const char in_parts_sql[] =
    "SELECT 1 FROM article_version v JOIN article a ON a.id = v.article WHERE v.id = ?1 AND "
    "(EXISTS (SELECT 1 FROM gtin g WHERE g.article = a.id AND " OF_A_SCALE ") OR "
    "(a.code NOT GLOB '*[^0-9]*' AND EXISTS (SELECT 1 FROM scale_code s WHERE s.value = 2 AND "
    "length(a.code) <= s.item_digits) AND NOT EXISTS (SELECT 1 FROM gtin g WHERE g.article = a.id "
    "AND NOT " OF_A_SCALE ")))";

enum loy_status lane_article_in_parts(struct loy_store *store, int64_t version, bool *in_parts)
{
    int64_t found = 0;
    sqlite3_stmt *select = store_sql(store, in_parts_sql);
    sqlite3_bind_int64(select, 1, version);
    enum loy_status status = store_step_number(store, select, &found);
    *in_parts = status == LOY_OK;
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Returns -----------------------------------------------------------------------------------
 */

enum loy_status lane_left_find(
    struct loy_store *store, int64_t basket, int64_t number, struct lane_left *left)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT l.version, l.quantity_milli, l.list_minor, l.paid_minor, ifnull(sum("
        "back.quantity_milli), 0), ifnull(sum(back.paid_minor), 0), l.promotion, p.code, p.form "
        "FROM line l LEFT JOIN promotion p ON p.id = l.promotion LEFT JOIN (SELECT r.of_basket, "
        "r.of_number, b.quantity_milli, b.paid_minor FROM line_return r JOIN line b "
        "ON b.basket = r.basket AND b.number = r.number JOIN basket k ON k.id = r.basket "
        "AND k.state <> 3 WHERE r.of_basket = ?1 AND r.of_number = ?2) back "
        "WHERE l.basket = ?1 AND l.number = ?2 AND l.quantity_milli > 0 GROUP BY l.number");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int64(select, 2, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        const char *code = (const char *)sqlite3_column_text(select, 7);
        *left = (struct lane_left){.version = sqlite3_column_int64(select, 0),
            .quantity_milli = sqlite3_column_int64(select, 1),
            .list_minor = sqlite3_column_int64(select, 2),
            .paid_minor = sqlite3_column_int64(select, 3),
            .promotion = sqlite3_column_int64(select, 6),
            .form = (uint8_t)sqlite3_column_int(select, 8)};
        left->left_milli = left->quantity_milli + sqlite3_column_int64(select, 4);
        left->left_minor = left->paid_minor + sqlite3_column_int64(select, 5);
        if (code != NULL) sqlite3_snprintf(sizeof left->code, left->code, "%s", code);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status lane_brought(
    struct loy_store *store, int64_t member, int64_t version, int64_t basket, int64_t *back_milli)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT -ifnull(sum(l.quantity_milli), 0) FROM line l "
                         "JOIN article_version v ON v.id = l.version "
                         "JOIN line_return r ON r.basket = l.basket AND r.number = l.number "
                         "LEFT JOIN basket sold ON sold.id = r.of_basket WHERE l.basket = ?3 "
                         "AND (r.of_basket IS NULL OR (r.of_basket <> ?3 AND sold.member = ?1)) "
                         "AND v.article = (SELECT article FROM article_version WHERE id = ?2)");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, version);
    sqlite3_bind_int64(select, 3, basket);
    return store_step_number(store, select, back_milli);
}

enum loy_status lane_bought(
    struct loy_store *store, int64_t member, int64_t version, int64_t but, int64_t *quantity_milli)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT ifnull(sum(l.quantity_milli), 0) FROM basket b JOIN line l ON l.basket = b.id "
        "JOIN article_version v ON v.id = l.version WHERE b.member = ?1 AND b.id <> ?3 "
        "AND (b.state = 2 OR (b.state = 1 AND l.quantity_milli < 0 AND NOT EXISTS (SELECT 1 FROM "
        "line_return r WHERE r.basket = b.id AND r.number = l.number AND r.of_basket = b.id))) "
        "AND v.article = (SELECT article FROM article_version WHERE id = ?2)");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, version);
    sqlite3_bind_int64(select, 3, but);
    return store_step_number(store, select, quantity_milli);
}
