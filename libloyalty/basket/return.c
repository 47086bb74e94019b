/* SPDX-License-Identifier: MIT
 *
 * return.c - what a line gives back: never more than was sold, over all returns of that line.
 * Rows come in, a line_return row goes out. Knows no head and no person.
 */
#include "basket_private.h"

struct sold {
    int64_t version, quantity_milli, paid_minor; /* what is left of it */
};

static enum loy_status sold_find(
    struct loy_store *store, int64_t basket, int64_t number, struct sold *sold)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT version, quantity_milli, paid_minor FROM line WHERE basket = ?1 AND number = ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int64(select, 2, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK)
        *sold = (struct sold){sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1),
            sqlite3_column_int64(select, 2)};
    sqlite3_reset(select);
    return status;
}

/* Void baskets give nothing back; one that is still open has its hand on the line. */
static enum loy_status returned_take(
    struct loy_store *store, int64_t basket, int64_t number, struct sold *sold)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT ifnull(sum(l.quantity_milli), 0), ifnull(sum(l.paid_minor), 0) FROM line_return r "
        "JOIN line l ON l.basket = r.basket AND l.number = r.number "
        "JOIN basket b ON b.id = r.basket AND b.state <> 3 "
        "WHERE r.of_basket = ?1 AND r.of_number = ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int64(select, 2, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        sold->quantity_milli += sqlite3_column_int64(select, 0);
        sold->paid_minor += sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static bool same_source(const struct basket_row *a, const struct basket_row *b)
{
    return a->of_basket == b->of_basket && a->of_number == b->of_number;
}

static enum loy_status left_judge(
    struct loy_store *store, const struct basket_row *row, const struct sold *sold)
{
    int64_t article = 0, sold_article = 0;
    enum loy_status status = basket_version_article(store, row->version, &article);
    if (status == LOY_OK) status = basket_version_article(store, sold->version, &sold_article);
    if (status != LOY_OK) return status;
    unsigned number = (unsigned)row->number;
    if (article != sold_article)
        return store_fail(
            store, LOY_E_FORMAT, "line %u returns another article than was sold there", number);
    if (row->quantity_milli < -sold->quantity_milli)
        return store_fail(
            store, LOY_E_FORMAT, "line %u returns more than is left of what was sold", number);
    if (row->paid_minor < -sold->paid_minor)
        return store_fail(store, LOY_E_FORMAT,
            "line %u gives back more money than is left of what was paid", number);
    return LOY_OK;
}

enum loy_status basket_return_check(struct loy_store *store, int64_t basket,
    const struct basket_row *row, const struct basket_row *earlier, size_t earlier_count)
{
    if (row->of_basket == 0) return LOY_OK;
    struct sold sold = {0};
    enum loy_status status = LOY_OK;
    if (row->of_basket == BASKET_SELF && earlier != NULL) {
        const struct basket_row *line = &earlier[row->of_number - 1];
        sold = (struct sold){line->version, line->quantity_milli, line->paid_minor};
    } else {
        int64_t source = row->of_basket == BASKET_SELF ? basket : row->of_basket;
        status = sold_find(store, source, row->of_number, &sold);
        if (status == LOY_OK && sold.quantity_milli > 0)
            status = returned_take(store, source, row->of_number, &sold);
    }
    for (size_t i = 0; i < earlier_count && status == LOY_OK; i++) {
        if (!same_source(&earlier[i], row)) continue;
        sold.quantity_milli += earlier[i].quantity_milli;
        sold.paid_minor += earlier[i].paid_minor;
    }
    if (status < LOY_OK) return status;
    if (status == LOY_NONE || sold.quantity_milli < 0)
        return store_fail(store, LOY_E_FORMAT, "line %u returns from a line that is no sale",
            (unsigned)row->number);
    return left_judge(store, row, &sold);
}

enum loy_status basket_return_insert(
    struct loy_store *store, int64_t basket, const struct basket_row *row)
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO line_return (basket, number, of_basket, of_number, reason) "
                         "VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_int64(insert, 1, basket);
    sqlite3_bind_int64(insert, 2, row->number);
    basket_bind_row(insert, 3, row->of_basket == BASKET_SELF ? basket : row->of_basket);
    basket_bind_row(insert, 4, row->of_number);
    basket_bind_text(insert, 5, row->reason);
    return store_run(store, insert);
}
