/* SPDX-License-Identifier: MIT
 *
 * receipt.c - a basket of any state as it was sold, for its receipt, and the number on that.
 * In: a basket's id or number. Out: its head, lines and tenders. Knows no name and no printer.
 */
#include "basket_private.h"

#include <loyalty/receipt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void text_read(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

static void id_read(sqlite3_stmt *row, int column, struct loy_id *id)
{
    const void *found = sqlite3_column_blob(row, column);
    *id = (struct loy_id){0};
    if (found && sqlite3_column_bytes(row, column) == (int)sizeof id->bytes)
        memcpy(id->bytes, found, sizeof id->bytes);
}

static void id_bind(sqlite3_stmt *statement, int column, const struct loy_id *id)
{
    sqlite3_bind_blob(statement, column, id->bytes, sizeof id->bytes, SQLITE_STATIC);
}

/* ---- Lines -------------------------------------------------------------------------------------
 */

static const char line_sql[] =
    "SELECT l.number, l.version, a.code, v.brand, v.style, v.colour, v.size, v.kind, "
    "ifnull(p.form, 0), l.quantity_milli, l.list_minor, l.discount_minor, l.paid_minor, "
    "ifnull(v.tax_permille, -1), v.price_is_net, p.code, r.reason, ob.uid, ifnull(r.of_number, 0), "
    "ifnull(r.of_basket = l.basket, 0), ifnull((SELECT -sum(t.quantity_milli) FROM line_return u "
    "JOIN line t ON t.basket = u.basket AND t.number = u.number WHERE u.of_basket = l.basket "
    "AND u.of_number = l.number AND u.basket = l.basket) = l.quantity_milli, 0), "
    "ifnull(p.campaign, k.campaign), ifnull(k.take, 0), ifnull(k.pay, 0), "
    "ifnull(k.members_only, 0) FROM basket b JOIN line l ON l.basket = b.id "
    "JOIN article_version v ON v.id = l.version JOIN article a ON a.id = v.article "
    "LEFT JOIN promotion p ON p.id = l.promotion "
    "LEFT JOIN promotion_rule k ON k.code = p.code AND k.form = p.form "
    "AND k.at_us <= b.opened_at_us "
    "LEFT JOIN line_return r ON r.basket = l.basket AND r.number = l.number "
    "LEFT JOIN basket ob ON ob.id = r.of_basket WHERE b.uid = ?1 AND l.number > ?2 "
    "ORDER BY l.number LIMIT 1";

static void line_article_read(sqlite3_stmt *row, struct loy_basket_line *line)
{
    line->article_version = sqlite3_column_int64(row, 1);
    text_read(row, 2, line->code, sizeof line->code);
    basket_article_label(line->label, line->code, (const char *)sqlite3_column_text(row, 3),
        (const char *)sqlite3_column_text(row, 4), (const char *)sqlite3_column_text(row, 5),
        (const char *)sqlite3_column_text(row, 6));
    line->kind = (uint8_t)sqlite3_column_int(row, 7);
    line->tax_permille = sqlite3_column_int(row, 13);
    line->price_is_net = sqlite3_column_int(row, 14) != 0;
}

static void line_read(sqlite3_stmt *row, struct loy_basket_line *line)
{
    line->number = (uint32_t)sqlite3_column_int64(row, 0);
    line_article_read(row, line);
    line->form = (uint8_t)sqlite3_column_int(row, 8);
    line->quantity_milli = sqlite3_column_int64(row, 9);
    line->list_minor = sqlite3_column_int64(row, 10);
    line->discount_minor = sqlite3_column_int64(row, 11);
    line->paid_minor = sqlite3_column_int64(row, 12);
    text_read(row, 15, line->promotion, sizeof line->promotion);
    text_read(row, 16, line->reason, sizeof line->reason);
    id_read(row, 17, &line->of);
    line->of_line = (uint32_t)sqlite3_column_int64(row, 18);
    line->voids = sqlite3_column_int(row, 19) != 0;
    line->voided = sqlite3_column_int(row, 20) != 0;
    text_read(row, 21, line->campaign, sizeof line->campaign);
    line->take = sqlite3_column_int(row, 22);
    line->pay = sqlite3_column_int(row, 23);
    line->members_only = sqlite3_column_int(row, 24) != 0;
}

enum loy_status loy_basket_line_next(struct loy_store *store, const struct loy_id *basket,
    uint32_t *position, struct loy_basket_line *line)
{
    if (store == NULL || basket == NULL || position == NULL || line == NULL ||
        line->size < sizeof *line)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, line_sql);
    id_bind(select, 1, basket);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        *line = (struct loy_basket_line){.size = line->size};
        line_read(select, line);
        *position = line->number;
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_basket_tender_next(struct loy_store *store, const struct loy_id *basket,
    uint32_t *position, struct loy_basket_tender *tender)
{
    if (store == NULL || basket == NULL || position == NULL || tender == NULL)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, "SELECT t.number, t.kind, t.amount_minor FROM basket b "
                         "JOIN tender t ON t.basket = b.id WHERE b.uid = ?1 AND t.number > ?2 "
                         "ORDER BY t.number LIMIT 1");
    id_bind(select, 1, basket);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        *position = (uint32_t)sqlite3_column_int64(select, 0);
        *tender = (struct loy_basket_tender){
            (uint8_t)sqlite3_column_int(select, 1), sqlite3_column_int64(select, 2)};
    }
    sqlite3_reset(select);
    return status;
}

/* ---- Head --------------------------------------------------------------------------------------
 */

/* An open basket's sums stand in its lines only. A closed one without a row of the lane has left it
 * with its receipt, or never was there. */
static const char head_sql[] =
    "SELECT t.code, n.code, b.epoch, ifnull(b.sequence, 0), b.opened_at_us, "
    "ifnull(b.closed_at_us, 0), b.offset_min, b.state, o.name, m.uid, "
    "ifnull(c.tail, (SELECT k.tail FROM pending_card k WHERE k.basket = b.id LIMIT 1)), "
    "iif(b.state = 1, (SELECT ifnull(sum(paid_minor), 0) FROM line WHERE basket = b.id), "
    "b.total_minor), "
    "iif(b.state = 1, (SELECT ifnull(sum(discount_minor), 0) FROM line WHERE basket = b.id), "
    "b.discount_minor), ifnull(s.printed_at_us, 0) > 0 OR (b.state <> 1 AND s.basket IS NULL), "
    "ifnull(b.purchaser, 0), b.source, b.operator "
    "FROM basket b JOIN lane n ON n.id = b.lane JOIN site t ON t.id = n.site "
    "LEFT JOIN operator o ON o.id = b.operator LEFT JOIN member m ON m.id = b.member "
    "LEFT JOIN card c ON c.id = b.card LEFT JOIN lane_basket s ON s.basket = b.id WHERE b.uid = ?1";

static void head_read(sqlite3_stmt *row, struct loy_receipt_head *head)
{
    text_read(row, 0, head->site, sizeof head->site);
    text_read(row, 1, head->lane, sizeof head->lane);
    head->epoch = sqlite3_column_int64(row, 2);
    head->sequence = sqlite3_column_int64(row, 3);
    head->opened_at_us = sqlite3_column_int64(row, 4);
    head->closed_at_us = sqlite3_column_int64(row, 5);
    head->offset_min = (int16_t)sqlite3_column_int(row, 6);
    head->state = (uint8_t)sqlite3_column_int(row, 7);
    text_read(row, 8, head->operator_name, sizeof head->operator_name);
    id_read(row, 9, &head->member);
    text_read(row, 10, head->tail, sizeof head->tail);
    head->total_minor = sqlite3_column_int64(row, 11);
    head->saved_minor = sqlite3_column_int64(row, 12);
    head->printed = sqlite3_column_int(row, 13) != 0;
    head->purchaser = sqlite3_column_int64(row, 14);
    head->source = (uint8_t)sqlite3_column_int(row, 15);
    head->operator_number = sqlite3_column_int64(row, 16);
}

enum loy_status loy_receipt_head_get(
    struct loy_store *store, const struct loy_id *basket, struct loy_receipt_head *head)
{
    if (store == NULL || basket == NULL || head == NULL || head->size < sizeof *head)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t rates;
    struct loy_receipt_head found = {.size = head->size, .basket = *basket};
    sqlite3_stmt *select = store_sql(store, head_sql);
    id_bind(select, 1, basket);
    status = store_step(store, select);
    if (status == LOY_OK) head_read(select, &found);
    sqlite3_reset(select);
    if (status == LOY_OK) status = loy_basket_tax(store, basket, taxes, &rates, &found.due_minor);
    if (status == LOY_OK) *head = found;
    return status;
}

/* ---- Number ------------------------------------------------------------------------------------
 */

void loy_receipt_number(const struct loy_receipt_head *head, char text[LOY_RECEIPT_NUMBER_SIZE])
{
    text[0] = '\0';
    if (head->sequence > 0)
        snprintf(text, LOY_RECEIPT_NUMBER_SIZE, "%s-%s-%lld-%06lld", head->site, head->lane,
            (long long)head->epoch, (long long)head->sequence);
}

struct number {
    char place[2 * LOY_CODE_MAX + 1]; /* site and lane, which may hold hyphens themselves */
    int64_t epoch, sequence;
};

#define DIGITS_MAX 18u
/* Takes "-DIGITS" off the end. */
static bool number_cut(const char *text, size_t *length, int64_t *number)
{
    size_t at = *length;
    while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')
        at--;
    if (at == 0 || text[at - 1] != '-' || at == *length || *length - at > DIGITS_MAX) return false;
    *number = strtoll(text + at, NULL, 10);
    *length = at - 1;
    return true;
}

/* A reader may leave the symbology's identifier before the number, and people blanks around it. */
static bool number_parse(const char *text, struct number *number)
{
    size_t length = strnlen(text, LOY_RECEIPT_NUMBER_SIZE);
    if (length == LOY_RECEIPT_NUMBER_SIZE) return false;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\r' ||
                             text[length - 1] == '\n' || text[length - 1] == '\t'))
        length--;
    for (; length > 0 && *text == ' '; length--)
        text++;
    if (length > 3 && memcmp(text, "]C", 2) == 0) {
        text += 3;
        length -= 3;
    }
    if (!number_cut(text, &length, &number->sequence) || !number_cut(text, &length, &number->epoch))
        return false;
    const char *hyphen = memchr(text, '-', length);
    if (hyphen == NULL || hyphen == text || hyphen == text + length - 1 ||
        length >= sizeof number->place)
        return false;
    memcpy(number->place, text, length);
    number->place[length] = '\0';
    return true;
}

/* An exact number goes before one that is written otherwise. */
static const char number_sql[] =
    "SELECT b.uid, t.code || '-' || n.code = ?1 FROM lane n JOIN site t ON t.id = n.site "
    "JOIN basket b ON b.lane = n.id AND b.epoch = ?2 AND b.sequence = ?3 "
    "WHERE t.code || '-' || n.code = ?1 COLLATE NOCASE ORDER BY 2 DESC LIMIT 2";

static enum loy_status number_find(
    struct loy_store *store, const struct number *number, struct loy_id *basket)
{
    struct loy_id found;
    sqlite3_stmt *select = store_sql(store, number_sql);
    sqlite3_bind_text(select, 1, number->place, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, number->epoch);
    sqlite3_bind_int64(select, 3, number->sequence);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        int exact = sqlite3_column_int(select, 1);
        id_read(select, 0, &found);
        status = store_step(store, select);
        if (status == LOY_OK && sqlite3_column_int(select, 1) == exact)
            status = store_fail(store, LOY_E_CONFLICT,
                "two lanes have receipts of this number: give the basket's id instead");
        else if (status >= LOY_OK)
            status = LOY_OK;
        if (status == LOY_OK) *basket = found;
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_receipt_find(struct loy_store *store, const char *number, struct loy_id *basket)
{
    if (store == NULL || number == NULL || basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    struct loy_id id;
    int64_t row;
    if (loy_id_parse(number, &id) == LOY_OK) {
        status = basket_row_find(store, &id, &row);
        if (status == LOY_OK) *basket = id;
        return status;
    }
    struct number parsed = {{0}, 0, 0};
    if (!number_parse(number, &parsed))
        return store_fail(store, LOY_E_FORMAT,
            "a receipt's number is expected, as in S1-03-2-000417: shop, lane, epoch, sequence; "
            "or a basket's id");
    return number_find(store, &parsed, basket);
}

enum loy_status loy_receipt_copy(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us)
{
    if (store == NULL || basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    int64_t row;
    char object[LOY_ID_TEXT_SIZE];
    status = basket_row_find(store, basket, &row);
    if (status != LOY_OK) return status;
    loy_id_text(basket, object);
    status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, store_audit(store, "receipt.copy", object, at_us));
}

/* ---- Printed -----------------------------------------------------------------------------------
 *
 * A closed basket keeps its row of the lane until its receipt is out. printed_at_us in it: somebody
 * is about to print.
 */

static const char take_sql[] =
    "UPDATE lane_basket SET printed_at_us = ?2 WHERE printed_at_us IS NULL "
    "AND basket = (SELECT id FROM basket WHERE uid = ?1 AND state = 2)";
static const char put_back_sql[] =
    "UPDATE lane_basket SET printed_at_us = NULL WHERE printed_at_us = ?2 "
    "AND basket = (SELECT id FROM basket WHERE uid = ?1 AND state = 2)";

/* LOY_REPEATED: no row is so. */
static enum loy_status taken_write(
    struct loy_store *store, const char *sql, const struct loy_id *basket, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store, sql);
    id_bind(update, 1, basket);
    sqlite3_bind_int64(update, 2, at_us);
    enum loy_status status = store_run(store, update);
    if (status == LOY_OK && sqlite3_changes64(store->db) == 0) status = LOY_REPEATED;
    return status;
}

static enum loy_status closed_find(
    struct loy_store *store, const struct loy_id *basket, int64_t *row)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM basket WHERE uid = ?1 AND state <> 1");
    id_bind(select, 1, basket);
    return store_step_number(store, select, row);
}

static enum loy_status take(
    struct loy_store *store, const char *sql, const struct loy_id *basket, int64_t at_us)
{
    if (store == NULL || basket == NULL || at_us <= 0) return LOY_E_ARGUMENT;
    int64_t row;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = closed_find(store, basket, &row);
    if (status == LOY_OK) status = taken_write(store, sql, basket, at_us);
    return basket_leave(store, status);
}

enum loy_status loy_receipt_take(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us)
{
    return take(store, take_sql, basket, at_us);
}

enum loy_status loy_receipt_put_back(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us)
{
    return take(store, put_back_sql, basket, at_us);
}

static enum loy_status done_write(struct loy_store *store, int64_t row)
{
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM lane_basket WHERE basket = ?1");
    sqlite3_bind_int64(remove, 1, row);
    enum loy_status status = store_run(store, remove);
    if (status == LOY_OK && sqlite3_changes(store->db) == 0) status = LOY_REPEATED;
    return status;
}

enum loy_status loy_receipt_done(
    struct loy_store *store, const struct loy_id *basket, int64_t at_us)
{
    if (store == NULL || basket == NULL || at_us <= 0) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    int64_t row;
    status = closed_find(store, basket, &row);
    if (status == LOY_OK) status = done_write(store, row);
    return basket_leave(store, status);
}
