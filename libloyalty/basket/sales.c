/* SPDX-License-Identifier: MIT
 *
 * sales.c - lines of closed baskets as the profile and market rooms read them.
 * A period and perhaps a member come in, rows go out in the order of members and time. Changes
 * nothing.
 */
#include "basket_private.h"

#include <stdlib.h>
#include <string.h>

#define SALES_COLUMNS(moment)                                                                      \
    "SELECT b.id, ifnull(b.member, 0), " moment ", b.offset_min, n.site, l.version, "              \
    "l.quantity_milli, l.list_minor, l.discount_minor, l.paid_minor, "                             \
    "(SELECT -sum(back.quantity_milli) FROM line_return u JOIN basket ub ON ub.id = u.basket "     \
    "AND ub.state = 2 JOIN line back ON back.basket = u.basket AND back.number = u.number "        \
    "WHERE u.of_basket = l.basket AND u.of_number = l.number), "                                   \
    "l.promotion IS NOT NULL, ifnull(p.form, 0), r.reason "
/* CROSS JOIN holds the order of loops, and with it the order of rows, to that of the index. */
#define SALES_TABLES                                                                               \
    "CROSS JOIN line l ON l.basket = b.id JOIN lane n ON n.id = b.lane "                           \
    "LEFT JOIN promotion p ON p.id = l.promotion "                                                 \
    "LEFT JOIN line_return r ON l.quantity_milli < 0 AND r.basket = l.basket "                     \
    "AND r.number = l.number "
#define SALES(moment, baskets, whose, order)                                                       \
    SALES_COLUMNS(moment)                                                                          \
    "FROM basket b " baskets SALES_TABLES "WHERE " whose " AND b.state = 2 AND " moment            \
    " >= ?1 AND " moment " < ?2 ORDER BY " order moment ", b.id, l.number"
/* As recorded, in the order of an index; and where a clock was once wrong, as far as that could be
 * told, which has to be sorted. */
#define BOTH(whose, order)                                                                         \
    {                                                                                              \
        SALES("b.opened_at_us", "", whose, order),                                                 \
            SALES("ifnull(t.corrected_us, b.opened_at_us)",                                        \
                "LEFT JOIN basket_time t ON t.basket = b.id ", whose, order)                       \
    }
static const char *const anonymous_sql[] = BOTH("b.member IS NULL", "");
static const char *const members_sql[] = BOTH("b.member IS NOT NULL", "b.member, ");
static const char *const member_sql[] = BOTH("b.member = ?3", "");

struct loy_sales {
    struct loy_store *store;
    sqlite3_stmt *statements[2];
    unsigned at, count;
};

static enum loy_status statement_add(
    struct loy_sales *sales, const char *sql, int64_t from_us, int64_t to_us, int64_t member)
{
    struct loy_store *store = sales->store;
    sqlite3_stmt **statement = &sales->statements[sales->count];
    if (sqlite3_prepare_v2(store->db, sql, -1, statement, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    sales->count++;
    sqlite3_bind_int64(*statement, 1, from_us);
    sqlite3_bind_int64(*statement, 2, to_us);
    if (member != 0) sqlite3_bind_int64(*statement, 3, member);
    return LOY_OK;
}

static enum loy_status statements_prepare(
    struct loy_sales *sales, int64_t from_us, int64_t to_us, const struct loy_id *member)
{
    int64_t number = 0, corrected = 0;
    enum loy_status status = store_step_number(sales->store,
        store_sql(sales->store, "SELECT EXISTS (SELECT 1 FROM basket_time)"), &corrected);
    if (status != LOY_OK) return status;
    if (member != NULL) {
        status = loy_member_number(sales->store, member, &number);
        return status == LOY_OK
                   ? statement_add(sales, member_sql[corrected], from_us, to_us, number)
                   : status;
    }
    status = statement_add(sales, anonymous_sql[corrected], from_us, to_us, 0);
    if (status == LOY_OK) status = statement_add(sales, members_sql[corrected], from_us, to_us, 0);
    return status;
}

enum loy_status loy_sales_open(struct loy_store *store, int64_t from_us, int64_t to_us,
    const struct loy_id *member, struct loy_sales **sales)
{
    if (store == NULL || sales == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    struct loy_sales *made = calloc(1, sizeof *made);
    if (made == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for reading sales");
    made->store = store;
    status = statements_prepare(made, from_us, to_us, member);
    if (status == LOY_OK)
        *sales = made;
    else
        loy_sales_close(made);
    return status;
}

static void sale_read(sqlite3_stmt *row, struct loy_sale *sale)
{
    *sale = (struct loy_sale){.basket = sqlite3_column_int64(row, 0),
        .member = sqlite3_column_int64(row, 1),
        .at_us = sqlite3_column_int64(row, 2),
        .offset_min = (int16_t)sqlite3_column_int(row, 3),
        .site = sqlite3_column_int(row, 4),
        .article_version = sqlite3_column_int64(row, 5),
        .quantity_milli = sqlite3_column_int64(row, 6),
        .list_minor = sqlite3_column_int64(row, 7),
        .discount_minor = sqlite3_column_int64(row, 8),
        .paid_minor = sqlite3_column_int64(row, 9),
        .returned_milli = sqlite3_column_int64(row, 10),
        .form = (uint8_t)sqlite3_column_int(row, 12),
        .reason = (const char *)sqlite3_column_text(row, 13)};
    sale->on_deal = sale->discount_minor > 0 || sqlite3_column_int(row, 11) != 0;
    sale->is_return = sale->quantity_milli < 0;
}

enum loy_status loy_sales_next(struct loy_sales *sales, struct loy_sale *sale)
{
    if (sales == NULL || sale == NULL) return LOY_E_ARGUMENT;
    // The handle may have passed to another operator since the cursor was opened.
    enum loy_status status = store_require(sales->store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    for (; sales->at < sales->count; sales->at++) {
        status = store_step(sales->store, sales->statements[sales->at]);
        if (status == LOY_OK) sale_read(sales->statements[sales->at], sale);
        if (status != LOY_NONE) return status;
    }
    return LOY_NONE;
}

void loy_sales_close(struct loy_sales *sales)
{
    if (sales == NULL) return;
    for (unsigned i = 0; i < sales->count; i++)
        sqlite3_finalize(sales->statements[i]);
    free(sales);
}
