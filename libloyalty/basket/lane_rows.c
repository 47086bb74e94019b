/* SPDX-License-Identifier: MIT
 *
 * lane_rows.c - a basket as a lane sees it: its head, the row that says where it stands, its end.
 * Row numbers and ids come in, heads and rows go out. What a stage means is the lane's matter.
 */
#include "lane_rows.h"
#include "lane_private.h"
#include "picture.h"

#include <string.h>

#define TICKETS 9000
#define TICKET_FIRST 1000

/* In lane_basket.stage, for LOY_STAGE_BASKET: lines are coming again behind a total that was told.
 */
#define STAGE_AGAIN (LOY_STAGE_FOUND + 1)

/* ---- Reading -----------------------------------------------------------------------------------
 */

static void stage_read(int stored, struct lane_head *head)
{
    head->told = stored >= LOY_STAGE_TOTAL;
    head->stage = (uint8_t)(stored == STAGE_AGAIN ? LOY_STAGE_BASKET : stored);
}

static void id_read(sqlite3_stmt *row, int column, struct loy_id *id)
{
    const void *found = sqlite3_column_blob(row, column);
    if (found != NULL && sqlite3_column_bytes(row, column) == (int)sizeof id->bytes)
        memcpy(id->bytes, found, sizeof id->bytes);
}

static void tail_read(sqlite3_stmt *row, int column, char tail[5])
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    if (found != NULL) sqlite3_snprintf(5, tail, "%s", found);
}

static enum loy_status head_step(
    struct loy_store *store, sqlite3_stmt *select, struct lane_head *head)
{
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *head = (struct lane_head){.id = sqlite3_column_int64(select, 0),
            .lane = sqlite3_column_int64(select, 2),
            .state = sqlite3_column_int64(select, 3),
            .opened_at_us = sqlite3_column_int64(select, 4),
            .closed_at_us = sqlite3_column_int64(select, 5),
            .sequence = sqlite3_column_int64(select, 6),
            .member = sqlite3_column_int64(select, 7),
            .card = sqlite3_column_int64(select, 8),
            .purchaser = sqlite3_column_int64(select, 9),
            .pending = sqlite3_column_int(select, 12) != 0,
            .ticket = sqlite3_column_int64(select, 14),
            .printed_at_us = sqlite3_column_int64(select, 15),
            .source = (uint8_t)sqlite3_column_int(select, 16)};
        stage_read(sqlite3_column_int(select, 13), head);
        id_read(select, 1, &head->uid);
        id_read(select, 10, &head->member_uid);
        tail_read(select, 11, head->tail);
    }
    sqlite3_reset(select);
    return status;
}

// What waits for its card to be registered has no index by basket: only where nobody's card is.
#define HEAD                                                                                       \
    "SELECT b.id, b.uid, b.lane, b.state, b.opened_at_us, ifnull(b.closed_at_us, 0), "             \
    "ifnull(b.sequence, 0), ifnull(b.member, 0), ifnull(b.card, 0), ifnull(b.purchaser, 0), "      \
    "m.uid, c.tail, b.member IS NULL AND EXISTS (SELECT 1 FROM pending_card p WHERE p.basket = "   \
    "b.id), ifnull(s.stage, 0), ifnull(s.ticket, 0), ifnull(s.printed_at_us, 0), b.source FROM "   \
    "basket b "                                                                                    \
    "LEFT JOIN lane_basket s ON s.basket = b.id LEFT JOIN member m ON m.id = b.member "            \
    "LEFT JOIN card c ON c.id = b.card "

enum loy_status lane_head_read(struct loy_store *store, int64_t id, struct lane_head *head)
{
    struct picture *picture = picture_of(store, id);
    if (picture != NULL && (picture->has & PICTURE_HEAD) != 0) {
        *head = picture->head;
        return LOY_OK;
    }
    sqlite3_stmt *select = store_sql(store, HEAD "WHERE b.id = ?1");
    sqlite3_bind_int64(select, 1, id);
    enum loy_status status = head_step(store, select, head);
    if (status != LOY_OK || picture == NULL) return status;
    picture->head = *head;
    picture->has |= PICTURE_HEAD;
    return LOY_OK;
}

enum loy_status lane_head_find(
    struct loy_store *store, const struct loy_id *uid, struct lane_head *head)
{
    sqlite3_stmt *select = store_sql(store, HEAD "WHERE b.uid = ?1");
    sqlite3_bind_blob(select, 1, uid->bytes, sizeof uid->bytes, SQLITE_STATIC);
    return head_step(store, select, head);
}

enum loy_status lane_head_left(struct loy_store *store, struct lane_head *head)
{
    sqlite3_stmt *open = store_sql(store, HEAD "WHERE b.lane = ?1 AND b.state = 1 "
                                               "AND s.ticket IS NULL ORDER BY b.id LIMIT 1");
    sqlite3_bind_int64(open, 1, store->lane);
    enum loy_status status = head_step(store, open, head);
    if (status != LOY_NONE) return status;
    sqlite3_stmt *unprinted = store_sql(store, HEAD "WHERE s.lane = ?1 AND b.state = 2 "
                                                    "ORDER BY b.sequence DESC LIMIT 1");
    sqlite3_bind_int64(unprinted, 1, store->lane);
    return head_step(store, unprinted, head);
}

enum loy_status lane_head_ticket(struct loy_store *store, int64_t ticket, struct lane_head *head)
{
    sqlite3_stmt *select = store_sql(store, HEAD "WHERE s.ticket = ?1 AND b.state = 1");
    sqlite3_bind_int64(select, 1, ticket);
    return head_step(store, select, head);
}

/* ---- Where it stands ---------------------------------------------------------------------------
 */

enum loy_status lane_basket_open(
    struct loy_store *store, const struct loy_basket_head *given, struct lane_head *head)
{
    struct loy_basket *basket = NULL;
    enum loy_status status = loy_basket_open(store, given, &basket);
    if (status != LOY_OK) return status;
    int64_t id = basket->id;
    loy_basket_release(basket);
    return lane_head_read(store, id, head);
}

enum loy_status lane_stage_set(struct loy_store *store, struct lane_head *head, uint8_t stage)
{
    if (head->stage == stage) return LOY_OK;
    struct picture *picture = picture_of(store, head->id);
    sqlite3_stmt *put =
        store_sql(store, "INSERT INTO lane_basket (basket, lane, stage) VALUES (?1, ?2, ?3) "
                         "ON CONFLICT (basket) DO UPDATE SET stage = excluded.stage");
    sqlite3_bind_int64(put, 1, head->id);
    sqlite3_bind_int64(put, 2, head->lane);
    int stored = stage == LOY_STAGE_BASKET && head->told ? STAGE_AGAIN : stage;
    sqlite3_bind_int(put, 3, stored);
    enum loy_status status = store_run(store, put);
    if (status != LOY_OK) return status;
    stage_read(stored, head);
    if (picture != NULL) stage_read(stored, &picture->head);
    picture_follow(store, picture);
    return LOY_OK;
}

enum loy_status lane_printed_set(struct loy_store *store, struct lane_head *head, int64_t at_us)
{
    struct picture *picture = picture_of(store, head->id);
    sqlite3_stmt *update =
        store_sql(store, "UPDATE lane_basket SET printed_at_us = ?2 WHERE basket = ?1");
    sqlite3_bind_int64(update, 1, head->id);
    basket_bind_row(update, 2, at_us);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    head->printed_at_us = at_us;
    if (picture != NULL) picture->head.printed_at_us = at_us;
    picture_follow(store, picture);
    return LOY_OK;
}

enum loy_status lane_row_end(struct loy_store *store, const struct lane_head *head)
{
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM lane_basket WHERE basket = ?1");
    sqlite3_bind_int64(remove, 1, head->id);
    return store_run(store, remove);
}

enum loy_status lane_row_follow(struct loy_store *store, int64_t basket, bool sold)
{
    sqlite3_stmt *change =
        sold ? store_sql(store, "UPDATE lane_basket SET stage = ?2 WHERE basket = ?1")
             : store_sql(store, "DELETE FROM lane_basket WHERE basket = ?1");
    sqlite3_bind_int64(change, 1, basket);
    if (sold) sqlite3_bind_int(change, 2, LOY_STAGE_CLOSED);
    return store_run(store, change);
}

/* ---- Suspended ---------------------------------------------------------------------------------
 */

int64_t lane_ticket_own(const struct lane_head *head)
{
    return TICKET_FIRST + head->id % TICKETS;
}

enum loy_status lane_ticket_take(struct loy_store *store, struct lane_head *head)
{
    // From the basket's own number: a slip that was lost names nobody else's basket for long.
    sqlite3_stmt *next =
        store_sql(store, "WITH RECURSIVE try(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM try "
                         "WHERE EXISTS (SELECT 1 FROM lane_basket WHERE ticket = n)) "
                         "SELECT max(n) FROM try");
    sqlite3_bind_int64(next, 1, lane_ticket_own(head));
    int64_t ticket = 0;
    enum loy_status status = store_step_number(store, next, &ticket);
    if (status != LOY_OK) return status;
    sqlite3_stmt *update = store_sql(store, "UPDATE lane_basket SET ticket = ?2 WHERE basket = ?1");
    sqlite3_bind_int64(update, 1, head->id);
    sqlite3_bind_int64(update, 2, ticket);
    status = store_run(store, update);
    if (status == LOY_OK) head->ticket = ticket;
    return status;
}

enum loy_status lane_take_over(
    struct loy_store *store, struct lane_head *head, enum loy_basket_source source)
{
    if (source == LOY_BASKET_FEED) head->source = LOY_BASKET_FEED;
    sqlite3_stmt *row = store_sql(
        store, "UPDATE lane_basket SET ticket = NULL, lane = ?2 WHERE basket = ?1 AND ticket = ?3");
    sqlite3_bind_int64(row, 1, head->id);
    sqlite3_bind_int64(row, 2, store->lane);
    sqlite3_bind_int64(row, 3, head->ticket);
    enum loy_status status = store_run(store, row);
    if (status != LOY_OK) return status;
    sqlite3_stmt *basket =
        store_sql(store, "UPDATE basket SET lane = ?2, source = ?3 WHERE id = ?1");
    sqlite3_bind_int64(basket, 1, head->id);
    sqlite3_bind_int64(basket, 2, store->lane);
    sqlite3_bind_int(basket, 3, head->source);
    status = store_run(store, basket);
    if (status != LOY_OK) return status;
    head->lane = store->lane;
    head->ticket = 0;
    return LOY_OK;
}

enum loy_status lane_waiting(struct loy_store *store, int64_t *count, int64_t *last_ticket)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT count(*), ifnull((SELECT ticket FROM lane_basket WHERE ticket IS "
                         "NOT NULL AND lane = ?1 ORDER BY basket DESC LIMIT 1), 0) "
                         "FROM lane_basket WHERE ticket IS NOT NULL");
    sqlite3_bind_int64(select, 1, store->lane);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *count = sqlite3_column_int64(select, 0);
        *last_ticket = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_ticket_next(
    struct loy_store *store, int64_t *position, struct loy_ticket *ticket)
{
    if (store == NULL || position == NULL || ticket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, HEAD "WHERE b.id > ?1 AND s.ticket IS NOT NULL ORDER BY b.id LIMIT 1");
    sqlite3_bind_int64(select, 1, *position);
    struct lane_head head;
    struct lane_sums sums;
    status = head_step(store, select, &head);
    if (status == LOY_OK) status = lane_sums_read(store, &head, &sums);
    if (status != LOY_OK) return status;
    *position = head.id;
    *ticket = (struct loy_ticket){.number = head.ticket,
        .opened_at_us = head.opened_at_us,
        .due_minor = sums.due_minor,
        .lines = sums.lines,
        .basket = head.uid};
    memcpy(ticket->tail, head.tail, sizeof ticket->tail);
    return LOY_OK;
}

/* ---- The end -----------------------------------------------------------------------------------
 *
 * The lines are read again: their prices have changed since they were sold, and the digest is over
 * what they are now.
 */

enum loy_status lane_basket_close(struct loy_store *store, struct lane_head *head, int64_t at_us)
{
    struct loy_basket *basket = NULL;
    enum loy_status status = lane_handle_load(store, head->id, &basket);
    if (status == LOY_OK) status = loy_basket_close(basket, at_us, NULL, NULL);
    if (status != LOY_OK) {
        loy_basket_release(basket);
        return status;
    }
    return lane_head_read(store, head->id, head);
}

enum loy_status lane_basket_void(
    struct loy_store *store, struct lane_head *head, const char *reason, int64_t at_us)
{
    struct loy_basket *basket = NULL;
    enum loy_status status = lane_handle_load(store, head->id, &basket);
    if (status == LOY_OK) status = loy_basket_void(basket, reason, at_us);
    if (status != LOY_OK) {
        loy_basket_release(basket);
        return status;
    }
    return lane_coupons_part(store, head);
}
