/* SPDX-License-Identifier: MIT
 *
 * tender.c - what a basket was paid with: kinds and amounts, never a number. Amounts come in, rows
 * go out, and sums of them. Knows neither due nor change.
 */
#include "picture.h"

enum loy_status lane_tender_add(
    struct loy_store *store, int64_t basket, uint8_t kind, int64_t amount_minor)
{
    struct picture *picture = picture_of(store, basket);
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO tender (basket, number, kind, amount_minor) SELECT ?1, "
                         "ifnull(max(number), 0) + 1, ?2, ?3 FROM tender WHERE basket = ?1");
    sqlite3_bind_int64(insert, 1, basket);
    sqlite3_bind_int(insert, 2, kind);
    sqlite3_bind_int64(insert, 3, amount_minor);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK || picture == NULL) return status;
    if (__builtin_add_overflow(picture->paid_minor, amount_minor, &picture->paid_minor))
        picture->has &= ~PICTURE_TENDERS;
    picture_follow(store, picture);
    return LOY_OK;
}

enum loy_status lane_tender_sum(struct loy_store *store, int64_t basket, int64_t *sum_minor)
{
    struct picture *picture = picture_of(store, basket);
    if (picture != NULL && (picture->has & PICTURE_TENDERS) != 0) {
        *sum_minor = picture->paid_minor;
        return LOY_OK;
    }
    sqlite3_stmt *select =
        store_sql(store, "SELECT ifnull(sum(amount_minor), 0) FROM tender WHERE basket = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = store_step_number(store, select, sum_minor);
    if (status != LOY_OK || picture == NULL) return status;
    picture->paid_minor = *sum_minor;
    picture->has |= PICTURE_TENDERS;
    return LOY_OK;
}

enum loy_status lane_tender_kind_sum(
    struct loy_store *store, int64_t basket, uint8_t kind, int64_t *sum_minor)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT ifnull(sum(amount_minor), 0) FROM tender WHERE basket = ?1 AND kind = ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int(select, 2, kind);
    return store_step_number(store, select, sum_minor);
}

enum loy_status lane_tender_undo(struct loy_store *store, int64_t basket)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO tender (basket, number, kind, amount_minor) SELECT ?1, "
        "(SELECT max(number) FROM tender WHERE basket = ?1) + row_number() OVER (ORDER BY kind), "
        "kind, -sum(amount_minor) FROM tender WHERE basket = ?1 GROUP BY kind "
        "HAVING sum(amount_minor) <> 0");
    sqlite3_bind_int64(insert, 1, basket);
    return store_run(store, insert);
}
