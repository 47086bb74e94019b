/* SPDX-License-Identifier: MIT
 *
 * price.c - the price history: intervals that never overlap for an article at a site.
 * Prices of an interval come in, offers go out. Knows no basket: no price is ever derived from
 * purchases.
 */
#include "basket_private.h"

#include <loyalty/lane.h>

#include <stdlib.h>
#include <string.h>

void basket_bind_until(sqlite3_stmt *statement, int column, int64_t to_us)
{
    if (to_us != INT64_MAX)
        sqlite3_bind_int64(statement, column, to_us);
    else
        sqlite3_bind_null(statement, column);
}

enum loy_status basket_price_check(struct loy_store *store, const struct loy_price *price)
{
    if (price->size < sizeof *price)
        return store_fail(store, LOY_E_ARGUMENT, "size of the price is not set");
    if (basket_text(price->article) == NULL)
        return store_fail(store, LOY_E_FORMAT, "a price needs an article");
    if (price->list_minor < 0 || price->selling_minor < 0)
        return store_fail(store, LOY_E_FORMAT, "a price cannot be negative");
    if (price->list_minor > LOY_AMOUNT_MAX || price->selling_minor > LOY_AMOUNT_MAX)
        return store_fail(store, LOY_E_LIMIT, "a price is too large");
    if (price->promotion != NULL && strcmp(price->promotion, LOY_PRICE_BY_HAND) == 0)
        return store_fail(store, LOY_E_FORMAT,
            "the code by-hand is kept for prices that a supervisor made: choose another one");
    if (price->form >= loy_form_count)
        return store_fail(store, LOY_E_FORMAT, "the promotion's form is none that is known");
    return basket_text_check(store, N_("the display"), price->display);
}

/* ---- Laying an interval into the history -------------------------------------------------------
 */

static void bind_key(sqlite3_stmt *statement, const struct basket_price *price, int64_t from_us)
{
    sqlite3_bind_int64(statement, 1, price->article);
    sqlite3_bind_int64(statement, 2, price->site);
    sqlite3_bind_int64(statement, 3, from_us);
}

static enum loy_status piece_insert(
    struct loy_store *store, const struct basket_price *price, int64_t from_us, int64_t to_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO price (article, site, from_us, to_us, list_minor, selling_minor, promotion, "
        "display) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    bind_key(insert, price, from_us);
    basket_bind_until(insert, 4, to_us);
    sqlite3_bind_int64(insert, 5, price->list_minor);
    sqlite3_bind_int64(insert, 6, price->selling_minor);
    basket_bind_row(insert, 7, price->promotion);
    basket_bind_text(insert, 8, price->display);
    return store_run(store, insert);
}

static enum loy_status same_delete(struct loy_store *store, const struct basket_price *price)
{
    sqlite3_stmt *remove =
        store_sql(store, "DELETE FROM price WHERE article = ?1 AND site = ?2 AND from_us = ?3");
    bind_key(remove, price, price->from_us);
    return store_run(store, remove);
}

/* What the earlier interval holds behind the new one goes on there. */
static enum loy_status rest_insert(
    struct loy_store *store, const struct basket_price *price, int64_t earlier_from_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO price SELECT article, site, ?4, to_us, list_minor, selling_minor, promotion, "
        "display FROM price WHERE article = ?1 AND site = ?2 AND from_us = ?3");
    bind_key(insert, price, earlier_from_us);
    sqlite3_bind_int64(insert, 4, price->to_us);
    return store_run(store, insert);
}

static enum loy_status earlier_cut(struct loy_store *store, const struct basket_price *price)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT from_us, ifnull(to_us, 9223372036854775807) FROM price WHERE article = ?1 "
        "AND site = ?2 AND from_us < ?3 ORDER BY from_us DESC LIMIT 1");
    bind_key(select, price, price->from_us);
    enum loy_status status = store_step(store, select);
    int64_t from_us = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
    int64_t to_us = status == LOY_OK ? sqlite3_column_int64(select, 1) : 0;
    sqlite3_reset(select);
    if (status == LOY_NONE || (status == LOY_OK && to_us <= price->from_us)) return LOY_OK;
    if (status == LOY_OK && to_us > price->to_us) status = rest_insert(store, price, from_us);
    if (status != LOY_OK) return status;
    sqlite3_stmt *update = store_sql(
        store, "UPDATE price SET to_us = ?4 WHERE article = ?1 AND site = ?2 AND from_us = ?3");
    bind_key(update, price, from_us);
    sqlite3_bind_int64(update, 4, price->from_us);
    return store_run(store, update);
}

/* The next interval that begins at or behind from_us; LOY_NONE: nothing more. */
static enum loy_status next_find(struct loy_store *store, const struct basket_price *price,
    int64_t from_us, int64_t *next_from_us, int64_t *next_to_us)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT from_us, ifnull(to_us, 9223372036854775807) FROM price WHERE article = ?1 "
        "AND site = ?2 AND from_us >= ?3 ORDER BY from_us LIMIT 1");
    bind_key(select, price, from_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *next_from_us = sqlite3_column_int64(select, 0);
        *next_to_us = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status basket_price_lay(struct loy_store *store, const struct basket_price *price)
{
    enum loy_status status = same_delete(store, price);
    if (status == LOY_OK) status = earlier_cut(store, price);
    int64_t at_us = price->from_us;
    while (status == LOY_OK && at_us < price->to_us) {
        int64_t next_from_us = price->to_us, next_to_us = price->to_us;
        status = next_find(store, price, at_us, &next_from_us, &next_to_us);
        if (status < LOY_OK) return status;
        int64_t until_us = next_from_us < price->to_us ? next_from_us : price->to_us;
        status = at_us < until_us ? piece_insert(store, price, at_us, until_us) : LOY_OK;
        at_us = next_to_us;
    }
    return status;
}

static enum loy_status price_write(struct loy_store *store, const struct loy_price *price)
{
    struct basket_price row = {.from_us = price->from_us,
        .to_us = price->to_us == 0 ? INT64_MAX : price->to_us,
        .list_minor = price->list_minor,
        .selling_minor = price->selling_minor,
        .display = price->display};
    int64_t version;
    enum loy_status status = basket_article_row(store, price->article, &row.article, &version);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT,
            "no article has this code; import the articles before their prices");
    if (status == LOY_OK && basket_text(price->site) != NULL)
        status = store_site(store, price->site, &row.site);
    if (status == LOY_OK)
        status = basket_promotion(store, price->promotion, price->form, &row.promotion);
    if (status == LOY_OK) status = basket_price_lay(store, &row);
    return status;
}

enum loy_status loy_price_put(struct loy_store *store, const struct loy_price *price)
{
    if (store == NULL || price == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_ARTICLE);
    if (status == LOY_OK) status = basket_price_check(store, price);
    if (status == LOY_OK && price->to_us != 0 && price->to_us <= price->from_us)
        status = store_fail(store, LOY_E_FORMAT, "the price ends before it begins");
    if (status == LOY_OK && price->site != NULL && strlen(price->site) >= LOY_CODE_MAX)
        status = store_fail(
            store, LOY_E_LIMIT, "a store's code is longer than %u bytes", LOY_CODE_MAX - 1);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, price_write(store, price));
}
