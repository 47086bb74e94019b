/* SPDX-License-Identifier: MIT
 *
 * held.c - every line of a member's baskets as it was frozen at sale, and the steps of each basket,
 * for the member's own copy. In: a member's id and a position. Out: one line or step. Changes
 * nothing; knows no name.
 */
#include "basket_private.h"

#include <loyalty/rights.h>

#include <stdio.h>
#include <string.h>

static const char line_sql[] =
    "SELECT b.id, b.uid, b.state, ifnull(b.sequence, 0), b.opened_at_us, ifnull(b.closed_at_us, "
    "0), "
    "b.total_minor, b.discount_minor, b.offset_min, t.code, n.code, c.tail, b.reason, "
    "ifnull(l.number, 0), v.gtin, a.code, v.brand, v.manufacturer, v.category, v.style, v.season, "
    "v.grade, v.colour, v.size, l.quantity_milli, l.list_minor, l.discount_minor, l.paid_minor, "
    "p.code, p.campaign, p.form, ob.uid, r.of_number, r.reason, ifnull((SELECT corrected_us "
    "FROM basket_time WHERE basket = b.id), 0) FROM basket b "
    "JOIN lane n ON n.id = b.lane JOIN site t ON t.id = n.site LEFT JOIN card c ON c.id = b.card "
    "LEFT JOIN line l ON l.basket = b.id LEFT JOIN article_version v ON v.id = l.version "
    "LEFT JOIN article a ON a.id = v.article LEFT JOIN promotion p ON p.id = l.promotion "
    "LEFT JOIN line_return r ON r.basket = l.basket AND r.number = l.number "
    "LEFT JOIN basket ob ON ob.id = r.of_basket WHERE b.member = ?1 AND b.opened_at_us >= ?2 "
    "AND (b.opened_at_us, b.id, ifnull(l.number, 0)) > (?2, ?3, ?4) "
    "ORDER BY b.opened_at_us, b.id, l.number LIMIT 1";

static void text_read(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

static void id_read(sqlite3_stmt *row, int column, struct loy_id *id)
{
    const void *found = sqlite3_column_blob(row, column);
    if (found && sqlite3_column_bytes(row, column) == (int)sizeof id->bytes)
        memcpy(id->bytes, found, sizeof id->bytes);
}

static void head_read(sqlite3_stmt *row, struct loy_held_line *line)
{
    id_read(row, 1, &line->basket);
    line->state = (uint8_t)sqlite3_column_int(row, 2);
    line->sequence = sqlite3_column_int64(row, 3);
    line->opened_at_us = sqlite3_column_int64(row, 4);
    line->closed_at_us = sqlite3_column_int64(row, 5);
    line->total_minor = sqlite3_column_int64(row, 6);
    line->basket_discount_minor = sqlite3_column_int64(row, 7);
    line->offset_min = (int16_t)sqlite3_column_int(row, 8);
    text_read(row, 9, line->site, sizeof line->site);
    text_read(row, 10, line->lane, sizeof line->lane);
    text_read(row, 11, line->card_tail, sizeof line->card_tail);
    text_read(row, 12, line->void_reason, sizeof line->void_reason);
}

static void line_read(sqlite3_stmt *row, struct loy_held_line *line)
{
    char *const texts[] = {line->article, line->brand, line->manufacturer, line->category,
        line->style, line->season, line->grade, line->colour, line->size_text};
    line->number = sqlite3_column_int(row, 13);
    text_read(row, 14, line->gtin, sizeof line->gtin);
    for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
        text_read(row, 15 + i, texts[i], sizeof line->article);
    line->quantity_milli = sqlite3_column_int64(row, 24);
    line->list_minor = sqlite3_column_int64(row, 25);
    line->discount_minor = sqlite3_column_int64(row, 26);
    line->paid_minor = sqlite3_column_int64(row, 27);
    text_read(row, 28, line->promotion, sizeof line->promotion);
    text_read(row, 29, line->campaign, sizeof line->campaign);
    line->form = (uint8_t)sqlite3_column_int(row, 30);
    id_read(row, 31, &line->return_of);
    line->return_of_line = sqlite3_column_int(row, 32);
    text_read(row, 33, line->return_reason, sizeof line->return_reason);
    line->corrected_us = sqlite3_column_int64(row, 34);
}

enum loy_status loy_held_line_next(struct loy_store *store, const struct loy_id *member,
    struct loy_held_position *position, struct loy_held_line *line)
{
    if (store == NULL || member == NULL || position == NULL || line == NULL ||
        line->size < sizeof *line)
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_EXPORT_MEMBER);
    if (status == LOY_OK) status = loy_member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, line_sql);
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, position->at_us);
    sqlite3_bind_int64(select, 3, position->basket);
    sqlite3_bind_int64(select, 4, position->line);
    status = store_step(store, select);
    if (status == LOY_OK) {
        *line = (struct loy_held_line){.size = line->size};
        head_read(select, line);
        line_read(select, line);
        *position = (struct loy_held_position){
            line->opened_at_us, sqlite3_column_int64(select, 0), line->number};
    }
    sqlite3_reset(select);
    return status;
}

/* ---- Steps --------------------------------------------------------------------------------------
 */

/* kind, at_us, number, how, stage, before, after, amount, rule, serial; the few of one basket. */
static const char step_sql[] =
    "SELECT 'link', at_us, number, how, stage, before_minor, after_minor, 0, NULL, NULL "
    "FROM basket_link WHERE basket = ?1 UNION ALL SELECT 'tender', 0, number, kind, 0, 0, 0, "
    "amount_minor, NULL, NULL FROM tender WHERE basket = ?1 UNION ALL SELECT 'coupon', at_us, 0, "
    "0, 0, 0, 0, 0, rule, serial FROM basket_coupon WHERE basket = ?1 UNION ALL SELECT "
    "'back', 0, number, 0, 0, 0, 0, 0, NULL, NULL FROM taken_back WHERE basket = ?1 "
    "LIMIT 1 OFFSET ?2";

static enum loy_status step_read(
    struct loy_store *store, const struct loy_held_position *position, struct loy_held_step *step)
{
    sqlite3_stmt *select = store_sql(store, step_sql);
    sqlite3_bind_int64(select, 1, position->basket);
    sqlite3_bind_int64(select, 2, position->line);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        text_read(select, 0, step->kind, sizeof step->kind);
        step->at_us = sqlite3_column_int64(select, 1);
        step->number = sqlite3_column_int(select, 2);
        step->how = (uint8_t)sqlite3_column_int(select, 3);
        step->stage = (uint8_t)sqlite3_column_int(select, 4);
        step->before_minor = sqlite3_column_int64(select, 5);
        step->after_minor = sqlite3_column_int64(select, 6);
        step->amount_minor = sqlite3_column_int64(select, 7);
        text_read(select, 8, step->rule, sizeof step->rule);
        text_read(select, 9, step->serial, sizeof step->serial);
    }
    sqlite3_reset(select);
    return status;
}

/* The basket of the position, or the one behind it: LOY_NONE. */
static enum loy_status step_basket(struct loy_store *store, int64_t member, bool behind,
    struct loy_held_position *position, struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT opened_at_us, id, uid FROM basket WHERE member = ?1 AND opened_at_us >= ?2 AND "
        "(opened_at_us, id) >= (?2, ?3) ORDER BY opened_at_us, id LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, position->at_us);
    sqlite3_bind_int64(select, 3, position->basket + behind);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        const int64_t basket = sqlite3_column_int64(select, 1);
        if (basket != position->basket) position->line = 0;
        position->at_us = sqlite3_column_int64(select, 0);
        position->basket = basket;
        id_read(select, 2, id);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_held_step_next(struct loy_store *store, const struct loy_id *member,
    struct loy_held_position *position, struct loy_held_step *step)
{
    if (store == NULL || member == NULL || position == NULL || step == NULL ||
        step->size < sizeof *step)
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    struct loy_held_position at = *position;
    struct loy_held_step found = {.size = step->size};
    enum loy_status status = store_require(store, LOY_MAY_EXPORT_MEMBER);
    if (status == LOY_OK) status = loy_member_number(store, member, &number);
    if (status == LOY_OK) status = step_basket(store, number, false, &at, &found.basket);
    while (status == LOY_OK && (status = step_read(store, &at, &found)) == LOY_NONE)
        status = step_basket(store, number, true, &at, &found.basket);
    if (status != LOY_OK) return status;
    at.line++;
    *position = at;
    *step = found;
    return LOY_OK;
}
