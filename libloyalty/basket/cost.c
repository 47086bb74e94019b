/* SPDX-License-Identifier: MIT
 *
 * cost.c - what an article costs the shop, by the version that a line names. A version comes in, a
 * cost and a tax rate go out. Knows no line, no price and no member.
 */
#include "basket_private.h"

/* Costs are often told after the first sales: then those of today stand in. */
static const char cost_sql[] =
    "SELECT coalesce(v.cost_minor, n.cost_minor, -1), "
    "coalesce(v.tax_permille, n.tax_permille, -1), "
    "CASE WHEN v.tax_permille IS NULL AND n.tax_permille IS NOT NULL THEN n.price_is_net "
    "ELSE v.price_is_net END FROM article_version v JOIN article a ON a.id = v.article "
    "LEFT JOIN article_version n ON n.id = a.version WHERE v.id = ?1";

enum loy_status loy_version_cost(struct loy_store *store, int64_t version, struct loy_cost *cost)
{
    if (store == NULL || cost == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    sqlite3_stmt *select = status == LOY_OK ? store_sql(store, cost_sql) : NULL;
    if (status != LOY_OK) return status;
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_int64(select, 1, version);
    status = store_step(store, select);
    if (status == LOY_OK)
        *cost = (struct loy_cost){.cost_minor = sqlite3_column_int64(select, 0),
            .tax_permille = sqlite3_column_int(select, 1),
            .price_is_net = sqlite3_column_int(select, 2) != 0};
    sqlite3_reset(select);
    return status;
}
