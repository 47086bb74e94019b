/* SPDX-License-Identifier: MIT
 *
 * lane_count.c - what happens at a lane and leaves nothing but its number: per lane, day and
 * operator. A day and a kind come in, a row goes out.
 */
#include "picture.h"

enum loy_status lane_count_add(struct loy_store *store, int64_t day, uint8_t kind)
{
    struct picture *picture = picture_now(store);
    sqlite3_stmt *put = store_sql(store,
        "INSERT INTO lane_count (lane, day, operator, kind, count) VALUES (?1, ?2, ?3, ?4, 1) "
        "ON CONFLICT (lane, day, operator, kind) DO UPDATE SET count = count + 1");
    sqlite3_bind_int64(put, 1, store->lane);
    sqlite3_bind_int64(put, 2, day);
    sqlite3_bind_int64(put, 3, store->operator_id);
    sqlite3_bind_int(put, 4, kind);
    enum loy_status status = store_run(store, put);
    if (status == LOY_OK) picture_follow(store, picture);
    return status;
}
