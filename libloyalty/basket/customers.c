/* SPDX-License-Identifier: MIT
 *
 * customers.c - what a counter's own customers bought there, as counts (loyalty/counter.h). In: a
 * counter and a span. Out: cells, of which those of few members are not shown. Must not know: who
 * the members are.
 */
#include "basket_private.h"
#include "counter_sql.h"

#include <loyalty/counter.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loy_counter_report {
    struct loy_store *store;
    struct loy_counter_summary summary;
    struct loy_counter_cell *cells;
    size_t count, capacity, at;
};

/* Lines sold at the counter ?3 with what was taken back of them before paying, no own ones. */
#define COUNTER_LINES_SQL                                                                          \
    "WITH " OWN_CARD_SQL ", x AS MATERIALIZED (SELECT b.id, b.member, b.opened_at_us, "            \
    "b.opened_at_us + b.offset_min * 60000000 AS local_us, l.quantity_milli, l.list_minor, "       \
    "l.paid_minor, v.kind, v.brand, v.grade, v.colour_family FROM basket b JOIN line l "           \
    "ON l.basket = b.id JOIN article_version v ON v.id = l.version " LINE_RETURN_JOIN_SQL          \
    "WHERE " BASKET_SPAN_SQL " AND v.counter = ?3 AND NOT " OWN_BASKET_SQL                         \
    " AND NOT " LINE_BACK_SQL ") "

/* members, fresh, baskets, identified, paid */
static const char summary_sql[] = COUNTER_LINES_SQL
    ", y AS (SELECT id, member, sum(quantity_milli) AS pieces, sum(paid_minor) AS paid FROM x "
    "GROUP BY id HAVING pieces > 0), c AS (SELECT DISTINCT member FROM y WHERE member IS NOT NULL) "
    "SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM c WHERE NOT EXISTS (SELECT 1 FROM "
    "basket e JOIN line f ON f.basket = e.id AND f.quantity_milli > 0 JOIN article_version g "
    "ON g.id = f.version AND g.counter = ?3 WHERE e.member = c.member AND e.state = 2 AND "
    "e.opened_at_us < ?1)), (SELECT count(*) FROM y), (SELECT count(*) FROM y WHERE member IS NOT "
    "NULL), (SELECT ifnull(sum(paid), 0) FROM y WHERE member IS NOT NULL)";

/* name, members, baskets, pieces, paid, from, to; and of all: members */
#define CELL_SQL(name, from, to, where, order)                                                     \
    COUNTER_LINES_SQL                                                                              \
    ", y AS (SELECT " name " AS name, id, member, sum(quantity_milli) AS "                         \
    "pieces, sum(paid_minor) AS paid, min(" from ") AS low, max(" to ") AS "                       \
    "high FROM x WHERE member IS NOT NULL" where " GROUP BY name, id HAVING "                      \
    "pieces > 0) SELECT ifnull(name, ''), count(DISTINCT member), count(*), "                      \
    "sum(pieces), sum(paid), ifnull(min(low), 0), ifnull(max(high), 0), "                          \
    "(SELECT count(DISTINCT member) FROM y) FROM y GROUP BY name ORDER BY " order

static const char brand_sql[] = CELL_SQL("brand", "0", "0", " AND kind = 1", "2 DESC, 1");
static const char grade_sql[] = CELL_SQL("grade", "0", "0", " AND kind = 1", "1");
static const char colour_sql[] = CELL_SQL("colour_family", "0", "0", " AND kind = 1", "name");
static const char hour_sql[] = CELL_SQL(
    "local_us / 3600000000 % 24", "0", "0", " AND local_us % 86400000000 <> 43200000001", "name");
static const char weekday_sql[] =
    CELL_SQL("(local_us / 86400000000 + 3) % 7 + 1", "0", "0", "", "name");
/* Quarters of the lines that the counter sold to anybody; one price is in one quarter. */
static const char price_sql[] = COUNTER_LINES_SQL
    ", q AS (SELECT list_minor, min(4, 1 + 4 * (min(rank) - 1) / max(n)) AS quarter FROM (SELECT "
    "list_minor, row_number() OVER (ORDER BY list_minor) AS rank, count(*) OVER () AS n FROM x "
    "WHERE kind = 1 AND quantity_milli > 0) GROUP BY list_minor), y AS (SELECT q.quarter AS name, "
    "id, member, sum(quantity_milli) AS pieces, sum(paid_minor) AS paid FROM x JOIN q "
    "USING (list_minor) WHERE member IS NOT NULL AND kind = 1 GROUP BY name, id HAVING pieces > 0) "
    "SELECT name, count(DISTINCT member), count(*), sum(pieces), sum(paid), (SELECT "
    "min(list_minor) FROM q WHERE quarter = name), (SELECT max(list_minor) FROM q WHERE quarter = "
    "name), (SELECT count(DISTINCT member) FROM y) FROM y GROUP BY name ORDER BY name";

static const char *const group_sql[] = {[LOY_COUNTER_BRAND] = brand_sql,
    [LOY_COUNTER_GRADE] = grade_sql,
    [LOY_COUNTER_COLOUR] = colour_sql,
    [LOY_COUNTER_PRICE] = price_sql,
    [LOY_COUNTER_HOUR] = hour_sql,
    [LOY_COUNTER_WEEKDAY] = weekday_sql};

static sqlite3_stmt *report_sql(const struct loy_counter_report *report, const char *sql,
    const char *counter, const struct loy_span *span)
{
    sqlite3_stmt *select = store_sql(report->store, sql);
    sqlite3_bind_int64(select, 1, span->from_us);
    sqlite3_bind_int64(select, 2, span->to_us);
    sqlite3_bind_text(select, 3, counter, -1, SQLITE_STATIC);
    return select;
}

/* ---- Cells --------------------------------------------------------------------------------------
 */

static struct loy_counter_cell *cell_add(struct loy_counter_report *report)
{
    if (report->count == report->capacity) {
        const size_t capacity = report->capacity ? 2 * report->capacity : 64;
        struct loy_counter_cell *more = realloc(report->cells, capacity * sizeof *more);
        if (more == NULL) {
            store_fail(report->store, LOY_E_MEMORY, "out of memory for the counter's report");
            return NULL;
        }
        report->cells = more;
        report->capacity = capacity;
    }
    return &report->cells[report->count++];
}

static void cell_read(sqlite3_stmt *row, int group, struct loy_counter_cell *cell)
{
    const char *name = (const char *)sqlite3_column_text(row, 0);
    const bool colour = group == LOY_COUNTER_COLOUR;
    *cell = (struct loy_counter_cell){.size = sizeof *cell,
        .group = (uint8_t)group,
        .shown = true,
        .members = sqlite3_column_int64(row, 1),
        .baskets = sqlite3_column_int64(row, 2),
        .pieces_milli = sqlite3_column_int64(row, 3),
        .paid_minor = sqlite3_column_int64(row, 4),
        .from_minor = sqlite3_column_int64(row, 5),
        .to_minor = sqlite3_column_int64(row, 6),
        .of = sqlite3_column_int64(row, 7)};
    if (colour) name = loy_colour_name(sqlite3_column_int(row, 0));
    snprintf(cell->name, sizeof cell->name, "%s", name ? name : "");
}

static void cell_hide(struct loy_counter_cell *cell)
{
    cell->shown = false;
    cell->members = cell->baskets = cell->pieces_milli = cell->paid_minor = 0;
}

/* What is hidden alone would follow from the total. */
static void group_protect(struct loy_counter_cell *cells, size_t count)
{
    struct loy_counter_cell *smallest = NULL;
    size_t hidden = 0;
    for (size_t i = 0; i < count; i++) {
        struct loy_counter_cell *cell = &cells[i];
        if (cell->members < LOY_COUNTER_MEMBERS_MIN) {
            cell_hide(cell);
            hidden++;
        } else if (smallest == NULL || cell->members < smallest->members) {
            smallest = cell;
        }
    }
    if (hidden == 1 && smallest != NULL) cell_hide(smallest);
}

static enum loy_status group_count(
    struct loy_counter_report *report, int group, const char *counter, const struct loy_span *span)
{
    const size_t first = report->count;
    sqlite3_stmt *select = report_sql(report, group_sql[group], counter, span);
    enum loy_status status;
    while ((status = store_step(report->store, select)) == LOY_OK) {
        struct loy_counter_cell *cell = cell_add(report);
        if (cell == NULL) {
            status = LOY_E_MEMORY;
            break;
        }
        cell_read(select, group, cell);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE && report->count > first)
        group_protect(report->cells + first, report->count - first);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- The whole ----------------------------------------------------------------------------------
 */

static enum loy_status summary_count(
    struct loy_counter_report *report, const char *counter, const struct loy_span *span)
{
    struct loy_counter_summary *summary = &report->summary;
    sqlite3_stmt *select = report_sql(report, summary_sql, counter, span);
    enum loy_status status = store_step(report->store, select);
    *summary = (struct loy_counter_summary){.size = sizeof *summary};
    snprintf(summary->counter, sizeof summary->counter, "%s", counter);
    if (status == LOY_OK) {
        summary->members = sqlite3_column_int64(select, 0);
        summary->fresh = sqlite3_column_int64(select, 1);
        summary->returning = summary->members - summary->fresh;
        summary->baskets = sqlite3_column_int64(select, 2);
        summary->identified = sqlite3_column_int64(select, 3);
        summary->paid_minor = sqlite3_column_int64(select, 4);
    }
    sqlite3_reset(select);
    return status;
}

static bool is_few(int64_t members)
{
    return members > 0 && members < LOY_COUNTER_MEMBERS_MIN;
}

static enum loy_status summary_judge(struct loy_counter_report *report)
{
    struct loy_counter_summary *summary = &report->summary;
    if (summary->baskets == 0)
        return store_fail(report->store, LOY_NONE,
            "nothing was sold at a counter of this name in these days: `loyalty report scorecard` "
            "shows the counters");
    if (summary->members < LOY_COUNTER_MEMBERS_MIN)
        return store_fail(report->store, LOY_REFUSED,
            "fewer than %d members bought at this counter in these days: take a longer time, so "
            "that nobody can be recognised",
            LOY_COUNTER_MEMBERS_MIN);
    if (is_few(summary->fresh) || is_few(summary->returning))
        summary->fresh = summary->returning = -1;
    return LOY_OK;
}

static enum loy_status report_count(
    struct loy_counter_report *report, const char *counter, const struct loy_span *span)
{
    enum loy_status status = summary_count(report, counter, span);
    if (status == LOY_OK) status = summary_judge(report);
    for (int group = LOY_COUNTER_BRAND; group <= LOY_COUNTER_WEEKDAY && status == LOY_OK; group++)
        status = group_count(report, group, counter, span);
    return status;
}

enum loy_status loy_counter_report_open(struct loy_store *store, const char *counter,
    const struct loy_span *span, struct loy_counter_report **report)
{
    if (store == NULL || counter == NULL || span == NULL || report == NULL || span->from_us < 0 ||
        span->from_us >= span->to_us)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SCORECARD);
    if (status != LOY_OK) return status;
    struct loy_counter_report *made = calloc(1, sizeof *made);
    if (made == NULL)
        return store_fail(store, LOY_E_MEMORY, "out of memory for the counter's report");
    made->store = store;
    status = report_count(made, counter, span);
    if (status == LOY_OK)
        *report = made;
    else
        loy_counter_report_close(made);
    return status;
}

void loy_counter_summary_get(
    const struct loy_counter_report *report, struct loy_counter_summary *summary)
{
    if (report == NULL || summary == NULL || summary->size < sizeof *summary) return;
    const size_t size = summary->size;
    *summary = report->summary;
    summary->size = size;
}

enum loy_status loy_counter_cell_next(
    struct loy_counter_report *report, struct loy_counter_cell *cell)
{
    if (report == NULL || cell == NULL || cell->size < sizeof *cell) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(report->store, LOY_MAY_READ_SCORECARD);
    if (status != LOY_OK) return status;
    if (report->at == report->count) return LOY_NONE;
    const size_t size = cell->size;
    *cell = report->cells[report->at++];
    cell->size = size;
    return LOY_OK;
}

void loy_counter_report_close(struct loy_counter_report *report)
{
    if (report == NULL) return;
    free(report->cells);
    free(report);
}
