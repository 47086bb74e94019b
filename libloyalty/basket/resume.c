/* SPDX-License-Identifier: MIT
 *
 * resume.c - a basket that a power cut left open, back into a handle.
 * Rows come in, a handle goes out. Writes nothing.
 */
#include "lane_private.h"

#include <string.h>

static enum loy_status head_load(struct loy_basket *basket, int64_t id)
{
    struct loy_store *store = basket->store;
    sqlite3_stmt *select =
        store_sql(store, "SELECT uid, lane, epoch, source, opened_at_us, offset_min FROM basket "
                         "WHERE id = ?1 AND state = 1");
    sqlite3_bind_int64(select, 1, id);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        basket->id = id;
        basket->may_pend = true;
        basket->head = (struct basket_head){.lane = sqlite3_column_int64(select, 1),
            .epoch = sqlite3_column_int64(select, 2),
            .source = sqlite3_column_int64(select, 3),
            .opened_at_us = sqlite3_column_int64(select, 4),
            .offset_min = sqlite3_column_int64(select, 5)};
        const void *uid = sqlite3_column_blob(select, 0);
        if (uid != NULL && sqlite3_column_bytes(select, 0) == (int)sizeof basket->head.uid)
            memcpy(&basket->head.uid, uid, sizeof basket->head.uid);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status lines_load(struct loy_basket *basket)
{
    struct loy_store *store = basket->store;
    sqlite3_stmt *select = store_sql(store, "SELECT " BASKET_ROW_COLUMNS " FROM " BASKET_ROW_TABLES
                                            "WHERE l.basket = ?1 ORDER BY l.number");
    sqlite3_bind_int64(select, 1, basket->id);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        struct basket_row row;
        basket_row_read(select, basket->id, &row);
        status = basket_sums_add(store, &basket->head.sums, &row);
        if (status != LOY_OK) break;
        basket_digest_row(&basket->digest, &row);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status lane_handle_load(struct loy_store *store, int64_t id, struct loy_basket **basket)
{
    struct loy_basket *made = lane_handle_make(store);
    if (made == NULL) return LOY_E_MEMORY;
    enum loy_status status = head_load(made, id);
    if (status == LOY_OK) status = lines_load(made);
    if (status == LOY_OK)
        *basket = made;
    else
        loy_basket_release(made);
    return status;
}

enum loy_status loy_basket_resume(struct loy_store *store, struct loy_basket **basket)
{
    if (store == NULL || basket == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    // What a lane has suspended waits for its customer.
    sqlite3_stmt *select =
        store_sql(store, "SELECT id FROM basket b WHERE lane = ?1 AND state = 1 AND NOT EXISTS "
                         "(SELECT 1 FROM lane_basket s WHERE s.basket = b.id AND s.ticket IS NOT "
                         "NULL) ORDER BY id LIMIT 1");
    sqlite3_bind_int64(select, 1, store->lane);
    status = store_step(store, select);
    int64_t id = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_reset(select);
    return status == LOY_OK ? lane_handle_load(store, id, basket) : status;
}
