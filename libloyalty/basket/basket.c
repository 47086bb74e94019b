/* SPDX-License-Identifier: MIT
 *
 * basket.c - a basket line by line, as a lane fills it: every call is durable when it answers.
 * Lines, credentials and the end come in; rows go out. Another process may hold the same basket:
 * each write says what it believes the row to be, and is refused where it is not.
 */
#include "lane_private.h"
#include "lane_rows.h"

#include <loyalty/promotion.h>

#include <stdlib.h>
#include <string.h>

struct loy_basket *lane_handle_make(struct loy_store *store)
{
    // The digest's state asks for more alignment than malloc gives.
    _Static_assert(sizeof(struct loy_basket) % _Alignof(struct loy_basket) == 0, "aligned_alloc");
    struct loy_basket *basket = aligned_alloc(_Alignof(struct loy_basket), sizeof *basket);
    if (basket == NULL) {
        store_fail(store, LOY_E_MEMORY, "out of memory for a basket");
        return NULL;
    }
    memset(basket, 0, sizeof *basket);
    basket->store = store;
    basket->unsure = store->depth > 0;
    basket->undone = store->undone;
    basket_digest_open(&basket->digest, store);
    return basket;
}

void loy_basket_release(struct loy_basket *basket)
{
    if (basket == NULL) return;
    sodium_memzero(basket, sizeof *basket);
    free(basket);
}

static enum loy_status changed_elsewhere(struct loy_store *store)
{
    return store_fail(store, LOY_E_CONFLICT,
        "another program has changed or ended this basket; let go of it and resume");
}

/* What the handle counted inside a caller's transaction that came to nothing is in no row. */
static enum loy_status lane_begin(struct loy_basket *basket)
{
    struct loy_store *store = basket->store;
    if (basket->unsure && basket->undone != store->undone) return changed_elsewhere(store);
    if (store->depth == 0) basket->unsure = false;
    return store_begin(store);
}

static enum loy_status lane_leave(struct loy_basket *basket, enum loy_status status)
{
    struct loy_store *store = basket->store;
    status = basket_leave(store, status);
    basket->unsure = basket->unsure || (status >= LOY_OK && store->depth > 0);
    if (status >= LOY_OK) basket->undone = store->undone;
    return status;
}

/* ---- Open --------------------------------------------------------------------------------------
 */

static enum loy_status open_insert(struct loy_basket *basket, const struct basket_person *person)
{
    struct loy_store *store = basket->store;
    const struct basket_head *head = &basket->head;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO basket (uid, lane, epoch, state, source, opened_at_us, offset_min, member, "
        "card, "
        "operator, line_count, total_minor, discount_minor, purchaser) "
        "VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, ?10) ON CONFLICT DO NOTHING");
    sqlite3_bind_blob(insert, 1, head->uid.bytes, sizeof head->uid.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, head->lane);
    sqlite3_bind_int64(insert, 3, head->epoch);
    sqlite3_bind_int64(insert, 4, head->source);
    sqlite3_bind_int64(insert, 5, head->opened_at_us);
    sqlite3_bind_int64(insert, 6, head->offset_min);
    basket_bind_row(insert, 7, person->member);
    basket_bind_row(insert, 8, person->card);
    sqlite3_bind_int64(insert, 9, store->operator_id);
    basket_bind_row(insert, 10, person->purchaser);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0)
        return store_fail(store, LOY_E_CONFLICT, "a basket with this id is stored already");
    basket->id = sqlite3_last_insert_rowid(store->db);
    basket->may_pend = person->pending != NULL;
    if (person->pending == NULL) return basket_card_used(store, person, head->opened_at_us);
    return basket_pending_insert(store, basket->id, person->pending);
}

static enum loy_status open_write(struct loy_basket *basket, const struct loy_basket_head *given)
{
    struct loy_store *store = basket->store;
    struct basket_person person;
    int64_t last;
    enum loy_status status = basket_lane(store, given->site, given->lane, &basket->head.lane);
    if (status == LOY_OK)
        status = basket_sequence_last(store, basket->head.lane, &basket->head.epoch, &last);
    if (status == LOY_OK) status = basket_person_find(store, given, &person);
    if (status == LOY_NONE) status = LOY_OK;
    return status == LOY_OK ? open_insert(basket, &person) : status;
}

enum loy_status loy_basket_open(
    struct loy_store *store, const struct loy_basket_head *head, struct loy_basket **basket)
{
    if (store == NULL || head == NULL || basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = basket_head_check(store, head);
    if (status == LOY_OK && head->sequence != 0)
        status = store_fail(
            store, LOY_E_ARGUMENT, "a basket line by line gets its sequence when it is closed");
    if (status != LOY_OK) return status;
    struct loy_basket *made = lane_handle_make(store);
    if (made == NULL) return LOY_E_MEMORY;
    made->head = (struct basket_head){.uid = head->id,
        .source = head->source,
        .opened_at_us = head->at_us,
        .offset_min = head->offset_min};
    if (loy_id_is_none(&head->id)) store_id_make(head->at_us, &made->head.uid);
    status = store_begin(store);
    if (status == LOY_OK) status = basket_leave(store, open_write(made, head));
    if (status == LOY_OK)
        *basket = made;
    else
        loy_basket_release(made);
    return status;
}

/* ---- Add ---------------------------------------------------------------------------------------
 */

enum loy_status lane_line_write(
    struct loy_basket *basket, const struct loy_line *line, struct basket_row *row)
{
    struct loy_store *store = basket->store;
    enum loy_status status = basket_line_resolve(
        store, &basket->head.uid, line, (uint32_t)basket->head.sums.count + 1, row);
    if (status == LOY_OK) status = basket_return_check(store, basket->id, row, NULL, 0);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO line (basket, number, version, quantity_milli, list_minor, discount_minor, "
        "paid_minor, promotion) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
        "FROM basket WHERE id = ?1 AND state = 1 ON CONFLICT DO NOTHING");
    basket_line_bind(insert, basket->id, row);
    status = store_run(store, insert);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0) return changed_elsewhere(store);
    return row->quantity_milli < 0 ? basket_return_insert(store, basket->id, row) : LOY_OK;
}

enum loy_status loy_basket_add(
    struct loy_basket *basket, const struct loy_line *line, uint32_t *number)
{
    if (basket == NULL || line == NULL) return LOY_E_ARGUMENT;
    struct loy_store *store = basket->store;
    struct basket_sums sums = basket->head.sums;
    struct basket_row row = {
        .paid_minor = line->paid_minor, .discount_minor = line->discount_minor};
    // Asked at every step: the handle may have passed to another operator meanwhile.
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = basket_line_check(store, line, (uint32_t)sums.count + 1);
    if (status == LOY_OK) status = basket_sums_add(store, &sums, &row);
    if (status == LOY_OK) status = lane_begin(basket);
    if (status != LOY_OK) return status;
    status = lane_leave(basket, lane_line_write(basket, line, &row));
    if (status != LOY_OK) return status;
    // Only what is durable counts in the handle.
    basket->head.sums = sums;
    basket_digest_row(&basket->digest, &row);
    if (number != NULL) *number = (uint32_t)sums.count;
    return LOY_OK;
}

/* ---- Attach ------------------------------------------------------------------------------------
 */

static enum loy_status pending_delete(struct loy_basket *basket)
{
    struct loy_store *store = basket->store;
    if (!basket->may_pend) return LOY_OK;
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM pending_card WHERE basket = ?1");
    sqlite3_bind_int64(remove, 1, basket->id);
    return store_run(store, remove);
}

enum loy_status lane_member_set(struct loy_basket *basket, const struct basket_person *person)
{
    struct loy_store *store = basket->store;
    sqlite3_stmt *update =
        store_sql(store, "UPDATE basket SET member = ?2, card = ?3, purchaser = ?4 "
                         "WHERE id = ?1 AND state = 1");
    sqlite3_bind_int64(update, 1, basket->id);
    basket_bind_row(update, 2, person->member);
    basket_bind_row(update, 3, person->card);
    basket_bind_row(update, 4, person->purchaser);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0) return changed_elsewhere(store);
    status = pending_delete(basket);
    return status == LOY_OK ? basket_card_used(store, person, basket->head.opened_at_us) : status;
}

/* LOY_OK: open without a member; LOY_NONE: it has one. */
static enum loy_status anonymous_find(struct loy_basket *basket)
{
    struct loy_store *store = basket->store;
    sqlite3_stmt *select =
        store_sql(store, "SELECT member IS NULL FROM basket WHERE id = ?1 AND state = 1");
    sqlite3_bind_int64(select, 1, basket->id);
    enum loy_status status = store_step(store, select);
    bool anonymous = status == LOY_OK && sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    if (status == LOY_NONE) return changed_elsewhere(store);
    if (status != LOY_OK) return status;
    return anonymous ? LOY_OK : LOY_NONE;
}

/* An unknown card never takes the place of a member who is attached. */
static enum loy_status pending_set(
    struct loy_basket *basket, const struct loy_credential *credential)
{
    enum loy_status status = anonymous_find(basket);
    if (status != LOY_OK) return status;
    status = pending_delete(basket);
    basket->may_pend = true;
    if (status == LOY_OK) status = basket_pending_insert(basket->store, basket->id, credential);
    return status == LOY_OK ? LOY_NONE : status;
}

enum loy_status loy_basket_attach(
    struct loy_basket *basket, const struct loy_credential *credential, struct loy_id *member)
{
    if (basket == NULL || credential == NULL) return LOY_E_ARGUMENT;
    struct loy_store *store = basket->store;
    struct basket_person person;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = lane_begin(basket);
    if (status != LOY_OK) return status;
    status = basket_person_by_card(store, credential, basket->head.opened_at_us, &person);
    if (status == LOY_OK)
        status = lane_member_set(basket, &person);
    else if (status == LOY_NONE)
        status = pending_set(basket, credential);
    status = lane_leave(basket, status);
    if (status == LOY_OK && member != NULL) *member = person.uid;
    return status;
}

/* ---- Close and void ----------------------------------------------------------------------------
 */

static enum loy_status end_update(struct loy_basket *basket, const struct basket_head *head)
{
    struct loy_store *store = basket->store;
    uint8_t digest[LOY_DIGEST_SIZE];
    basket_digest_head(&basket->digest, head, digest);
    sqlite3_stmt *update =
        store_sql(store, "UPDATE basket SET state = ?2, epoch = ?3, sequence = ?4, closed_at_us = "
                         "?5, line_count = ?6, "
                         "total_minor = ?7, discount_minor = ?8, digest = ?9, reason = ?10 WHERE "
                         "id = ?1 AND state = 1 "
                         "AND NOT EXISTS (SELECT 1 FROM line WHERE basket = ?1 AND number > ?6)");
    const int64_t numbers[] = {basket->id, head->state, head->epoch, head->sequence,
        head->closed_at_us, head->sums.count, head->sums.total_minor, head->sums.discount_minor};
    for (int i = 0; i < 8; i++)
        sqlite3_bind_int64(update, 1 + i, numbers[i]);
    sqlite3_bind_blob(update, 9, digest, sizeof digest, SQLITE_STATIC);
    basket_bind_text(update, 10, head->reason);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    return sqlite3_changes64(store->db) == 0 ? changed_elsewhere(store) : LOY_OK;
}

/* Whoever has withdrawn from the scheme while it was open gets no basket by its end. */
static enum loy_status left_part(const struct loy_basket *basket, int64_t at_us)
{
    struct loy_store *store = basket->store;
    struct lane_head head;
    struct lane_sums sums;
    enum loy_status status = lane_person_left(store, basket->id);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    status = lane_head_read(store, basket->id, &head);
    if (status == LOY_OK) status = lane_person_part(store, &head, at_us);
    if (status == LOY_OK) status = lane_sums_read(store, &head, &sums);
    if (status != LOY_OK) return status;
    return lane_link_parted(store, &head, sums.due_minor, sums.due_minor, at_us);
}

static enum loy_status end_write(struct loy_basket *basket, struct basket_head *head)
{
    struct loy_store *store = basket->store;
    int64_t last = 0;
    enum loy_status status = LOY_OK;
    if (head->state == BASKET_STATE_CLOSED) status = left_part(basket, head->closed_at_us);
    if (status == LOY_OK) status = basket_sequence_last(store, head->lane, &head->epoch, &last);
    head->sequence = last + 1;
    if (status == LOY_OK) status = end_update(basket, head);
    if (status == LOY_OK)
        status = basket_sequence_take(store, head->lane, head->sequence, basket->id);
    if (status == LOY_OK)
        status = lane_row_follow(store, basket->id, head->state == BASKET_STATE_CLOSED);
    if (status == LOY_OK && head->state == BASKET_STATE_CLOSED)
        status = basket_authority_used(store, basket->id, head->closed_at_us);
    if (status == LOY_OK && head->state == BASKET_STATE_VOID)
        status = store_audit(store, "basket-void", "by its lane", head->closed_at_us);
    return status;
}

static enum loy_status basket_end(struct loy_basket *basket, struct basket_head *head)
{
    struct loy_store *store = basket->store;
    if (head->closed_at_us <= 0)
        return store_fail(store, LOY_E_FORMAT, "the time of the end is missing or before 1970");
    enum loy_status status = lane_begin(basket);
    return status == LOY_OK ? lane_leave(basket, end_write(basket, head)) : status;
}

enum loy_status basket_row_find(struct loy_store *store, const struct loy_id *basket, int64_t *row)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM basket WHERE uid = ?1");
    sqlite3_bind_blob(select, 1, basket->bytes, sizeof basket->bytes, SQLITE_STATIC);
    return store_step_number(store, select, row);
}

/* What has been paid at a lane is all that is due of a sale, and nothing of a void basket. */
static enum loy_status paid_judge(const struct loy_basket *basket, bool sale)
{
    struct loy_store *store = basket->store;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t count = 0;
    int64_t paid_minor = 0, due_minor = 0;
    enum loy_status status = lane_tender_sum(store, basket->id, &paid_minor);
    if (status != LOY_OK || paid_minor == 0) return status;
    if (sale) status = loy_basket_tax(store, &basket->head.uid, taxes, &count, &due_minor);
    if (status != LOY_OK || paid_minor == due_minor) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "money was taken for this basket at a lane: go on there, or take it back there");
}

enum loy_status loy_basket_close(
    struct loy_basket *basket, int64_t at_us, struct loy_id *id, int64_t *total_minor)
{
    if (basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(basket->store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    struct basket_head head = basket->head;
    head.state = BASKET_STATE_CLOSED;
    head.closed_at_us = at_us;
    if (head.sums.count == 0)
        return store_fail(
            basket->store, LOY_E_FORMAT, "a basket without lines is not closed but made void");
    status = paid_judge(basket, true);
    if (status == LOY_OK) status = basket_end(basket, &head);
    if (status != LOY_OK) return status;
    if (id != NULL) *id = head.uid;
    if (total_minor != NULL) *total_minor = head.sums.total_minor;
    loy_basket_release(basket);
    return LOY_OK;
}

enum loy_status loy_basket_void(struct loy_basket *basket, const char *reason, int64_t at_us)
{
    if (basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(basket->store, LOY_MAY_SELL);
    if (status == LOY_OK) status = basket_reason_check(basket->store, reason);
    if (status != LOY_OK) return status;
    struct basket_head head = basket->head;
    head.state = BASKET_STATE_VOID;
    head.closed_at_us = at_us;
    head.reason = basket_text(reason);
    status = paid_judge(basket, false);
    if (status == LOY_OK) status = basket_end(basket, &head);
    if (status == LOY_OK) loy_basket_release(basket);
    return status;
}
