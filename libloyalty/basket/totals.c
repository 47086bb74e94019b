/* SPDX-License-Identifier: MIT
 *
 * totals.c - one basket in short, and sums over a period for control totals.
 * An id or a period comes in, numbers go out. Changes nothing.
 */
#include "basket_private.h"

#include <string.h>

static void summary_read(sqlite3_stmt *row, struct loy_basket_summary *summary)
{
    *summary = (struct loy_basket_summary){.sequence = sqlite3_column_int64(row, 1),
        .opened_at_us = sqlite3_column_int64(row, 2),
        .total_minor = sqlite3_column_int64(row, 3),
        .discount_minor = sqlite3_column_int64(row, 4),
        .line_count = sqlite3_column_int(row, 5),
        .state = (uint8_t)sqlite3_column_int(row, 6),
        .purchaser = sqlite3_column_int64(row, 7)};
    const void *member = sqlite3_column_blob(row, 0);
    if (member != NULL && sqlite3_column_bytes(row, 0) == (int)sizeof summary->member)
        memcpy(&summary->member, member, sizeof summary->member);
}

/* While a basket is open its sums stand in its lines only. */
enum loy_status loy_basket_get(
    struct loy_store *store, const struct loy_id *id, struct loy_basket_summary *summary)
{
    if (store == NULL || id == NULL || summary == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_BASKET);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.uid, b.sequence, b.opened_at_us, "
        "iif(b.state = 1, (SELECT ifnull(sum(paid_minor), 0) FROM line WHERE basket = b.id), "
        "b.total_minor), "
        "iif(b.state = 1, (SELECT ifnull(sum(discount_minor), 0) FROM line WHERE basket = b.id), "
        "b.discount_minor), "
        "iif(b.state = 1, (SELECT count(*) FROM line WHERE basket = b.id), b.line_count), b.state, "
        "ifnull(b.purchaser, 0) FROM basket b LEFT JOIN member m ON m.id = b.member WHERE b.uid = "
        "?1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) {
        summary_read(select, summary);
        summary->id = *id;
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_basket_totals_get(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_basket_totals *totals)
{
    if (store == NULL || totals == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*), count(member), ifnull(sum(line_count), 0), count(DISTINCT member), "
        "ifnull(sum(total_minor), 0), ifnull(sum(discount_minor), 0) FROM basket b "
        "LEFT JOIN basket_time t ON t.basket = b.id WHERE state = 2 AND ifnull(t.corrected_us, "
        "opened_at_us) >= ?1 AND ifnull(t.corrected_us, opened_at_us) < ?2");
    sqlite3_bind_int64(select, 1, from_us);
    sqlite3_bind_int64(select, 2, to_us);
    status = store_step(store, select);
    if (status == LOY_OK)
        *totals = (struct loy_basket_totals){sqlite3_column_int64(select, 0),
            sqlite3_column_int64(select, 1), sqlite3_column_int64(select, 2),
            sqlite3_column_int64(select, 3), sqlite3_column_int64(select, 4),
            sqlite3_column_int64(select, 5)};
    sqlite3_reset(select);
    return status;
}
