/* SPDX-License-Identifier: MIT
 *
 * columns_oracle.c - SQL as the oracle of the columns: what they say and what the store's own rows
 * say, to the last unit. In: an open store and its columns. Out: assertions.
 */
#include "columns_shop.h"

#include <store/columns_private.h>

#include <stdlib.h>

#define AT "ifnull(t.corrected_us, b.opened_at_us)"
#define WALL "(" AT " + b.offset_min * 60000000)"
#define DEAL "(l.discount_minor > 0 OR l.promotion IS NOT NULL)"
#define ROWS_OF                                                                                    \
    " FROM basket b JOIN line l ON l.basket = b.id LEFT JOIN basket_time t ON t.basket = b.id "    \
    "JOIN article_version v ON v.id = l.version WHERE b.state = 2 AND " AT " >= ?1 AND " AT        \
    " < ?2 AND (?3 = 0 OR ?3 >> v.kind & 1) "
#define WEEKS 3
#define PERIOD_US (9 * DAY_US)
#define PERIODS 30

static sqlite3_stmt *select_of(
    struct loy_store *store, const char *sql, const struct loy_columns_filter *filter)
{
    sqlite3_stmt *select = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &select, NULL) != SQLITE_OK)
        print_error("%s: %s\n", sql, sqlite3_errmsg(store->db));
    assert_non_null(select);
    sqlite3_bind_int64(select, 1, filter->from_us);
    sqlite3_bind_int64(select, 2, filter->to_us);
    sqlite3_bind_int64(select, 3, filter->kinds);
    return select;
}

static void same_version(const struct loy_version *a, const struct loy_version *b)
{
    assert_string_equal(a->article, b->article);
    assert_string_equal(a->brand, b->brand);
    assert_string_equal(a->manufacturer, b->manufacturer);
    assert_string_equal(a->category, b->category);
    assert_string_equal(a->style, b->style);
    assert_string_equal(a->season, b->season);
    assert_string_equal(a->grade, b->grade);
    assert_string_equal(a->colour, b->colour);
    assert_string_equal(a->size_text, b->size_text);
    assert_int_equal(a->colour_family, b->colour_family);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->own_brand, b->own_brand);
    assert_int_equal(a->derived_grade, b->derived_grade);
}

static void same_sale(const struct loy_sale *a, const struct loy_sale *b)
{
    assert_int_equal(a->basket, b->basket);
    assert_int_equal(a->member, b->member);
    assert_int_equal(a->at_us, b->at_us);
    assert_int_equal(a->offset_min, b->offset_min);
    assert_int_equal(a->site, b->site);
    assert_int_equal(a->article_version, b->article_version);
    assert_int_equal(a->quantity_milli, b->quantity_milli);
    assert_int_equal(a->list_minor, b->list_minor);
    assert_int_equal(a->discount_minor, b->discount_minor);
    assert_int_equal(a->paid_minor, b->paid_minor);
    assert_int_equal(a->returned_milli, b->returned_milli);
    assert_int_equal(a->form, b->form);
    assert_int_equal(a->on_deal, b->on_deal);
    assert_int_equal(a->is_return, b->is_return);
    assert_int_equal(a->reason == NULL, b->reason == NULL);
    if (a->reason) assert_string_equal(a->reason, b->reason);
}

static size_t sales_are_sales(struct loy_store *store, struct loy_columns *columns, int64_t from_us,
    int64_t to_us, const struct loy_id *member)
{
    struct loy_columns_sales *ours = NULL;
    struct loy_sales *sales = NULL;
    struct loy_sale wanted, sale;
    struct loy_version attributes, version;
    size_t count = 0;
    ASSERT_STATUS(loy_sales_open(store, from_us, to_us, member, &sales), LOY_OK);
    ASSERT_STATUS(loy_columns_sales_open(columns, from_us, to_us, member, &ours), LOY_OK);
    while (loy_sales_next(sales, &wanted) == LOY_OK) {
        ASSERT_STATUS(loy_columns_sales_next(ours, &sale, &version), LOY_OK);
        same_sale(&sale, &wanted);
        ASSERT_STATUS(loy_version_get(store, wanted.article_version, &attributes), LOY_OK);
        same_version(&version, &attributes);
        count++;
    }
    ASSERT_STATUS(loy_columns_sales_next(ours, &sale, &version), LOY_NONE);
    ASSERT_STATUS(loy_columns_sales_next(ours, &sale, NULL), LOY_NONE);
    loy_columns_sales_close(ours);
    loy_sales_close(sales);
    return count;
}

static void members_are_members(struct loy_store *store, struct loy_columns *columns)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < loy_columns_members(columns); i++) {
        struct loy_columns_member member;
        struct loy_id id;
        ASSERT_STATUS(loy_columns_member_get(columns, i, &member), LOY_OK);
        assert_int_equal(member.first, rows);
        rows += member.count;
        if (member.member == 0) continue;
        ASSERT_STATUS(loy_member_by_number(store, member.member, &id), LOY_OK);
        assert_int_equal(sales_are_sales(store, columns, INT64_MIN, INT64_MAX, &id), member.count);
    }
    assert_int_equal(rows, loy_columns_rows(columns));
}

static void versions_are_versions(struct loy_store *store, struct loy_columns *columns)
{
    for (size_t i = 0; i < loy_columns_versions(columns); i++) {
        struct loy_version version, attributes;
        int64_t number = 0;
        ASSERT_STATUS(loy_columns_version_get(columns, i, &number, &version), LOY_OK);
        ASSERT_STATUS(loy_version_get(store, number, &attributes), LOY_OK);
        same_version(&version, &attributes);
    }
}

static void recency_is_sql(struct loy_store *store, struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor)
{
    struct loy_columns_recency *rows = NULL;
    size_t count = 0;
    sqlite3_stmt *select = select_of(store,
        "SELECT b.member, ifnull(max(CASE WHEN l.quantity_milli >= 0 THEN " AT
        " END), -9223372036854775807 - 1), sum(l.quantity_milli >= 0), count(DISTINCT CASE WHEN "
        "l.quantity_milli >= 0 THEN " WALL " / 86400000000 END), sum(l.paid_minor), "
        "sum(l.paid_minor + l.discount_minor), sum(l.quantity_milli >= 0 AND " DEAL
        "), sum(CASE WHEN l.quantity_milli >= 0 AND " DEAL " THEN l.paid_minor ELSE 0 END)" ROWS_OF
        "AND b.member IS NOT NULL GROUP BY b.member ORDER BY b.member",
        filter);
    ASSERT_STATUS(loy_columns_recency_get(columns, filter, executor, &rows, &count), LOY_OK);
    for (size_t i = 0; i < count; i++) {
        const struct loy_columns_recency *row = &rows[i];
        const int64_t values[] = {row->member, row->last_us, row->lines, row->days, row->paid_minor,
            row->list_minor, row->deal_lines, row->deal_paid_minor};
        assert_int_equal(sqlite3_step(select), SQLITE_ROW);
        for (size_t c = 0; c < ROWS(values); c++)
            assert_int_equal(values[c], sqlite3_column_int64(select, (int)c));
    }
    assert_int_equal(sqlite3_step(select), SQLITE_DONE);
    assert_int_equal(count == 0, rows == NULL);
    sqlite3_finalize(select);
    free(rows);
}

static void cube_is_sql(struct loy_store *store, struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor)
{
    struct loy_columns_cell *cells = NULL;
    size_t count = 0;
    int64_t starts[PERIODS + 1];
    for (int i = 0; i <= PERIODS; i++)
        starts[i] = NOON_US + (i - 2) * PERIOD_US;
    sqlite3_stmt *select = select_of(store,
        "SELECT ifnull(v.brand, ''), ifnull(v.grade, ''), v.colour_family, (" WALL
        " - ?4) / ?5 AS period, count(*), sum(l.quantity_milli), sum(l.paid_minor), "
        "count(DISTINCT b.member), min(l.paid_minor * 1000 / l.quantity_milli), "
        "max(l.paid_minor * 1000 / l.quantity_milli)" ROWS_OF "AND l.quantity_milli > 0 AND " WALL
        " >= ?4 AND " WALL " < ?4 + ?5 * ?6 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        filter);
    sqlite3_bind_int64(select, 4, starts[0]);
    sqlite3_bind_int64(select, 5, PERIOD_US);
    sqlite3_bind_int64(select, 6, PERIODS);
    ASSERT_STATUS(
        loy_columns_cube_get(columns, filter, starts, PERIODS, executor, &cells, &count), LOY_OK);
    for (size_t i = 0; i < count; i++) {
        const struct loy_columns_cell *cell = &cells[i];
        const int64_t values[] = {cell->colour_family, cell->period, cell->lines,
            cell->quantity_milli, cell->paid_minor, cell->buyers, cell->least_price_minor,
            cell->most_price_minor};
        assert_int_equal(sqlite3_step(select), SQLITE_ROW);
        assert_string_equal(cell->brand, (const char *)sqlite3_column_text(select, 0));
        assert_string_equal(cell->grade, (const char *)sqlite3_column_text(select, 1));
        for (size_t c = 0; c < ROWS(values); c++)
            assert_int_equal(values[c], sqlite3_column_int64(select, 2 + (int)c));
    }
    assert_int_equal(sqlite3_step(select), SQLITE_DONE);
    sqlite3_finalize(select);
    free(cells);
}

static void week_is_sql(struct loy_store *store, struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor)
{
    struct loy_columns_week *weeks = NULL;
    size_t count = 0;
    sqlite3_stmt *select = select_of(store,
        "SELECT ifnull(v.brand, ''), (" WALL " / 3600000000 + 72) % 168, count(*)" ROWS_OF
        "AND l.quantity_milli >= 0 GROUP BY 1, 2 ORDER BY 1, 2",
        filter);
    ASSERT_STATUS(loy_columns_week_get(columns, filter, executor, &weeks, &count), LOY_OK);
    for (size_t i = 0; i < count; i++)
        for (unsigned hour = 0; hour < LOY_HOURS_OF_WEEK; hour++) {
            if (weeks[i].lines[hour] == 0) continue;
            assert_int_equal(sqlite3_step(select), SQLITE_ROW);
            assert_string_equal(weeks[i].brand, (const char *)sqlite3_column_text(select, 0));
            assert_int_equal(hour, sqlite3_column_int64(select, 1));
            assert_int_equal(weeks[i].lines[hour], sqlite3_column_int64(select, 2));
        }
    assert_int_equal(sqlite3_step(select), SQLITE_DONE);
    sqlite3_finalize(select);
    free(weeks);
}

/* Tasks in an order that no thread would take. */
static void run_backwards(void *user, size_t count, loy_task_fn task, void *context)
{
    (void)user;
    while (count-- > 0)
        task(context, count);
}

void columns_are_sql(struct loy_store *store, struct loy_columns *columns)
{
    static const struct loy_executor backwards = {.run = run_backwards};
    const struct loy_columns_filter filters[] = {
        {.size = sizeof filters[0], .from_us = INT64_MIN, .to_us = INT64_MAX},
        {.size = sizeof filters[0],
            .from_us = INT64_MIN,
            .to_us = INT64_MAX,
            .kinds = 1u << LOY_KIND_GOODS},
        {.size = sizeof filters[0], .from_us = NOON_US + 2 * DAY_US, .to_us = NOON_US + 5 * DAY_US},
        {.size = sizeof filters[0],
            .from_us = NOON_US - 90 * DAY_US,
            .to_us = NOON_US - 89 * DAY_US}};
    for (size_t i = 0; i < ROWS(filters); i++) {
        const struct loy_executor *executor = i % 2 ? NULL : &backwards;
        sales_are_sales(store, columns, filters[i].from_us, filters[i].to_us, NULL);
        recency_is_sql(store, columns, &filters[i], executor);
        cube_is_sql(store, columns, &filters[i], executor);
        week_is_sql(store, columns, &filters[i], executor);
    }
    members_are_members(store, columns);
    versions_are_versions(store, columns);
}

struct loy_columns *columns_open_as(
    struct loy_store *store, enum loy_columns_fill wanted, const struct loy_executor *executor)
{
    const struct loy_columns_options options = {.size = sizeof options, .executor = executor};
    struct loy_columns *columns = NULL;
    enum loy_status status = loy_columns_open(store, &options, &columns);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
    ASSERT_STATUS(status, LOY_OK);
    if (wanted) assert_int_equal(loy_columns_filled(columns), wanted);
    return columns;
}
