/* SPDX-License-Identifier: MIT
 *
 * complaint.c - what contacts and returns say of articles and campaigns: counts for product
 * development and for those who plan a campaign.
 * In: a period. Out: counts, no member. Changes nothing.
 */
#include "contact_private.h"
#include "registered.h"

#include <stdlib.h>
#include <string.h>

/* ?3 says what rows are told apart by. */
#define BY_BRAND 1
#define BY_STYLE 2
#define BY_ARTICLE 4
#define BY_COLOUR 8
#define GROUP_COLUMNS                                                                              \
    "CASE WHEN ?3 & 1 THEN ifnull(v.brand, '') ELSE '' END AS brand, "                             \
    "CASE WHEN ?3 & 2 THEN ifnull(v.style, '') ELSE '' END AS style, "                             \
    "CASE WHEN ?3 & 4 THEN a.code ELSE '' END AS article, "                                        \
    "CASE WHEN ?3 & 8 THEN ifnull(v.colour, '') ELSE '' END AS colour, "                           \
    "CASE WHEN ?3 & 8 THEN v.colour_family ELSE 0 END AS family"
#define OF_VERSION "JOIN article_version v ON v.id = e.version JOIN article a ON a.id = v.article "

static const char complaints_sql[] =
    "WITH event (version, reason, complaints, returns, returned) AS ("
    "SELECT c.article_version, ifnull(c.reason, ''), 1, 0, 0 FROM contact c WHERE "
    "c.kind = 'complaint' AND c.at_us >= ?1 AND c.at_us < ?2 AND c.article_version IS NOT NULL "
    "UNION ALL SELECT l.version, ifnull(r.reason, ''), 0, 1, -l.quantity_milli FROM line_return r "
    "JOIN basket b ON b.id = r.basket AND b.state = 2 AND b.opened_at_us >= ?1 AND "
    "b.opened_at_us < ?2 JOIN line l ON l.basket = r.basket AND l.number = r.number "
    "WHERE r.of_basket IS NOT r.basket), "
    "told AS (SELECT " GROUP_COLUMNS ", e.reason, sum(e.complaints) AS complaints, "
    "sum(e.returns) AS returns, sum(e.returned) AS returned FROM event e " OF_VERSION
    "GROUP BY 1, 2, 3, 4, 5, 6), "
    "sale (version, quantity) AS (SELECT l.version, sum(l.quantity_milli) FROM basket b "
    "JOIN line l ON l.basket = b.id LEFT JOIN line_return r ON l.quantity_milli < 0 AND "
    "r.basket = l.basket AND r.number = l.number WHERE b.state = 2 AND b.opened_at_us >= ?1 AND "
    "b.opened_at_us < ?2 AND (l.quantity_milli > 0 OR r.of_basket = l.basket) GROUP BY l.version), "
    "sold AS (SELECT " GROUP_COLUMNS ", sum(e.quantity) AS quantity FROM sale e " OF_VERSION
    "GROUP BY 1, 2, 3, 4, 5) "
    "SELECT t.brand, t.style, t.article, t.colour, t.family, t.reason, t.complaints, t.returns, "
    "t.returned, ifnull(s.quantity, 0) FROM told t LEFT JOIN sold s ON s.brand = t.brand AND "
    "s.style = t.style AND s.article = t.article AND s.colour = t.colour AND s.family = t.family "
    "ORDER BY t.brand, t.style, t.article, t.family, t.colour, t.complaints + t.returns DESC, "
    "t.reason";

static const char campaigns_sql[] =
    "WITH c AS (SELECT ifnull(campaign, '') AS campaign, ifnull(incentive, '') AS incentive, kind, "
    "id, "
    "member, sealed_for FROM contact WHERE at_us >= ?1 AND at_us < ?2 AND "
    "(campaign IS NOT NULL OR incentive IS NOT NULL)), "
    "r AS (SELECT DISTINCT campaign, incentive, sealed_for AS member FROM c WHERE "
    "kind = 'registration' AND sealed_for IS NOT NULL), "
    "g AS (SELECT r.campaign, r.incentive, count(*) AS registrations, "
    "sum(" FORM_ASKED_SQL ") AS asked, sum(" FORM_GIVEN_SQL ") AS given "
    "FROM r JOIN member m ON m.id = r.member GROUP BY 1, 2) "
    "SELECT c.campaign, c.incentive, count(*), count(DISTINCT c.member), "
    "sum(c.kind = 'contest') + count(DISTINCT iif(c.kind = 'coupon', ifnull(c.member, -c.id), "
    "NULL)), ifnull(max(g.registrations), 0), "
    "ifnull(max(g.given), 0), ifnull(max(g.asked), 0) FROM c LEFT JOIN g ON "
    "g.campaign = c.campaign AND g.incentive = c.incentive GROUP BY 1, 2 ORDER BY 1, 2";

/* A statement of the caller's own, so that a report reads its tables once. */
struct counts {
    struct loy_store *store;
    sqlite3_stmt *statement;
};
struct loy_complaint_counts {
    struct counts counts;
};
struct loy_campaign_counts {
    struct counts counts;
};

static enum loy_status counts_open(
    struct loy_store *store, const char *sql, int64_t from_us, int64_t to_us, struct counts *counts)
{
    counts->store = store;
    if (sqlite3_prepare_v2(store->db, sql, -1, &counts->statement, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    sqlite3_bind_int64(counts->statement, 1, from_us);
    sqlite3_bind_int64(counts->statement, 2, to_us);
    return LOY_OK;
}

static void copy(char *to, size_t size, sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    size_t n = text ? strnlen((const char *)text, size - 1) : 0;
    if (n) memcpy(to, text, n);
    to[n] = '\0';
}

enum loy_status loy_complaint_counts_open(struct loy_store *store, enum loy_complaint_group by,
    int64_t from_us, int64_t to_us, struct loy_complaint_counts **counts)
{
    static const int shown[] = {
        [LOY_COMPLAINTS_BY_BRAND] = BY_BRAND,
        [LOY_COMPLAINTS_BY_STYLE] = BY_BRAND | BY_STYLE,
        [LOY_COMPLAINTS_BY_ARTICLE] = BY_BRAND | BY_STYLE | BY_ARTICLE | BY_COLOUR,
        [LOY_COMPLAINTS_BY_COLOUR] = BY_COLOUR,
    };
    if (!store || !counts || by < LOY_COMPLAINTS_BY_BRAND || by > LOY_COMPLAINTS_BY_COLOUR)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_STUDY_CONTACTS);
    if (status != LOY_OK) return status;
    struct loy_complaint_counts *made = calloc(1, sizeof *made);
    if (!made) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = counts_open(store, complaints_sql, from_us, to_us, &made->counts);
    sqlite3_bind_int(made->counts.statement, 3, shown[by]);
    if (status == LOY_OK)
        *counts = made;
    else
        loy_complaint_counts_close(made);
    return status;
}

enum loy_status loy_complaint_count_next(
    struct loy_complaint_counts *counts, struct loy_complaint_count *count)
{
    if (!counts || !count) return LOY_E_ARGUMENT;
    sqlite3_stmt *row = counts->counts.statement;
    enum loy_status status = store_require(counts->counts.store, LOY_MAY_STUDY_CONTACTS);
    if (status == LOY_OK) status = store_step(counts->counts.store, row);
    if (status != LOY_OK) return status;
    *count = (struct loy_complaint_count){.size = sizeof *count,
        .colour_family = (uint8_t)sqlite3_column_int(row, 4),
        .complaints = sqlite3_column_int64(row, 6),
        .returns = sqlite3_column_int64(row, 7),
        .returned_milli = sqlite3_column_int64(row, 8),
        .sold_milli = sqlite3_column_int64(row, 9)};
    copy(count->brand, sizeof count->brand, row, 0);
    copy(count->style, sizeof count->style, row, 1);
    copy(count->article, sizeof count->article, row, 2);
    copy(count->colour, sizeof count->colour, row, 3);
    copy(count->reason, sizeof count->reason, row, 5);
    return LOY_OK;
}

void loy_complaint_counts_close(struct loy_complaint_counts *counts)
{
    if (counts) sqlite3_finalize(counts->counts.statement);
    free(counts);
}

enum loy_status loy_campaign_counts_open(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_campaign_counts **counts)
{
    if (!store || !counts) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_STUDY_CONTACTS);
    if (status != LOY_OK) return status;
    struct loy_campaign_counts *made = calloc(1, sizeof *made);
    if (!made) return store_fail(store, LOY_E_MEMORY, "out of memory");
    status = counts_open(store, campaigns_sql, from_us, to_us, &made->counts);
    if (status == LOY_OK)
        *counts = made;
    else
        loy_campaign_counts_close(made);
    return status;
}

enum loy_status loy_campaign_count_next(
    struct loy_campaign_counts *counts, struct loy_campaign_count *count)
{
    if (!counts || !count) return LOY_E_ARGUMENT;
    sqlite3_stmt *row = counts->counts.statement;
    enum loy_status status = store_require(counts->counts.store, LOY_MAY_STUDY_CONTACTS);
    if (status == LOY_OK) status = store_step(counts->counts.store, row);
    if (status != LOY_OK) return status;
    *count = (struct loy_campaign_count){.size = sizeof *count,
        .contacts = sqlite3_column_int64(row, 2),
        .members = sqlite3_column_int64(row, 3),
        .responses = sqlite3_column_int64(row, 4),
        .registrations = sqlite3_column_int64(row, 5),
        .given = sqlite3_column_int64(row, 6),
        .asked = sqlite3_column_int64(row, 7)};
    copy(count->campaign, sizeof count->campaign, row, 0);
    copy(count->incentive, sizeof count->incentive, row, 1);
    return LOY_OK;
}

void loy_campaign_counts_close(struct loy_campaign_counts *counts)
{
    if (counts) sqlite3_finalize(counts->counts.statement);
    free(counts);
}
