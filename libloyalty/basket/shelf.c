/* SPDX-License-Identifier: MIT
 *
 * shelf.c - the assortment as its snapshots tell it (loyalty/shelf.h).
 * A period comes in, rows of the assortment go out. Knows no price and no basket.
 */
#include "basket_private.h"

#include <loyalty/shelf.h>

static const char presences_sql[] =
    "SELECT a.version, s.site, s.from_us, ifnull(s.to_us, 0) FROM assortment s "
    "JOIN article a ON a.id = s.article "
    "WHERE s.from_us < ?2 AND (s.to_us IS NULL OR s.to_us > ?1) AND a.version IS NOT NULL "
    "ORDER BY s.article, s.from_us, s.site";

enum loy_status loy_presence_each(struct loy_store *store, int64_t from_us, int64_t to_us,
    int (*presence)(void *user, const struct loy_presence *presence), void *user)
{
    if (store == NULL || presence == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select;
    if (sqlite3_prepare_v2(store->db, presences_sql, -1, &select, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    sqlite3_bind_int64(select, 1, from_us);
    sqlite3_bind_int64(select, 2, to_us);
    while ((status = store_step(store, select)) == LOY_OK) {
        const struct loy_presence row = {.article_version = sqlite3_column_int64(select, 0),
            .site = sqlite3_column_int(select, 1),
            .from_us = sqlite3_column_int64(select, 2),
            .to_us = sqlite3_column_int64(select, 3)};
        if (presence(user, &row) != 0) {
            status = LOY_E_CANCELLED;
            break;
        }
    }
    sqlite3_finalize(select);
    return status == LOY_NONE ? LOY_OK : status;
}
