/* SPDX-License-Identifier: MIT
 *
 * offer.c - what was on offer: the price history of a period, with the rules of promotions that
 * held. A period comes in, offers go out, article by article. Knows no basket and no purchase.
 */
#include "offer_private.h"

#include <stdlib.h>

static const char offers_sql[] =
    "SELECT a.version, p.site, p.from_us, p.to_us, p.list_minor, p.selling_minor, "
    "ifnull(m.form, 0), p.promotion IS NOT NULL, p.display IS NOT NULL FROM price p JOIN article a "
    "ON a.id = p.article "
    "LEFT JOIN promotion m ON m.id = p.promotion "
    "WHERE p.from_us < ?2 AND (p.to_us IS NULL OR p.to_us > ?1) AND a.version IS NOT NULL "
    "ORDER BY p.article, p.from_us, p.site";

struct offers {
    struct loy_store *store;
    int64_t from_us, to_us;
    struct basket_rules rules;
    struct offer_list history, cut; /* of one article */
    int (*offer)(void *user, const struct loy_offer *offer);
    void *user;
};

bool offer_list_add(struct offer_list *list, const struct loy_offer *offer)
{
    if (list->count == list->capacity) {
        size_t wanted = list->capacity == 0 ? 64 : list->capacity * 2;
        struct loy_offer *more = realloc(list->rows, wanted * sizeof *more);
        if (more == NULL) return false;
        list->rows = more;
        list->capacity = wanted;
    }
    list->rows[list->count++] = *offer;
    return true;
}

static struct loy_offer row_read(sqlite3_stmt *row)
{
    bool open = sqlite3_column_type(row, 3) == SQLITE_NULL;
    return (struct loy_offer){.article_version = sqlite3_column_int64(row, 0),
        .site = sqlite3_column_int(row, 1),
        .from_us = sqlite3_column_int64(row, 2),
        .to_us = open ? INT64_MAX : sqlite3_column_int64(row, 3),
        .list_minor = sqlite3_column_int64(row, 4),
        .selling_minor = sqlite3_column_int64(row, 5),
        .form = (uint8_t)sqlite3_column_int(row, 6),
        .promoted = sqlite3_column_int(row, 7) != 0,
        .display = sqlite3_column_int(row, 8) != 0};
}

/* Gives the rows of the article that is complete. */
static enum loy_status article_give(struct offers *offers)
{
    struct loy_version article;
    const struct offer_list *list = &offers->history;
    if (list->count == 0) return LOY_OK;
    if (offers->rules.count > 0) {
        enum loy_status status =
            loy_version_get(offers->store, list->rows[0].article_version, &article);
        if (status == LOY_OK)
            status = offer_rules_apply(&offers->rules, &article, list, &offers->cut);
        if (status == LOY_E_MEMORY)
            return store_fail(
                offers->store, status, "out of memory for the prices of %s", article.article);
        if (status < LOY_OK) return status;
        if (status == LOY_OK) list = &offers->cut;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct loy_offer row = list->rows[i];
        if (row.from_us >= offers->to_us || row.to_us <= offers->from_us) continue;
        if (row.to_us == INT64_MAX) row.to_us = 0;
        if (offers->offer(offers->user, &row) != 0) return LOY_E_CANCELLED;
    }
    offers->history.count = 0;
    return LOY_OK;
}

static enum loy_status rows_walk(struct offers *offers, sqlite3_stmt *select)
{
    enum loy_status status;
    const struct offer_list *history = &offers->history;
    while ((status = store_step(offers->store, select)) == LOY_OK) {
        const struct loy_offer row = row_read(select);
        if (history->count > 0 && history->rows[0].article_version != row.article_version)
            status = article_give(offers);
        if (status == LOY_OK && !offer_list_add(&offers->history, &row))
            status = store_fail(offers->store, LOY_E_MEMORY, "out of memory for promotions");
        if (status != LOY_OK) return status;
    }
    return status == LOY_NONE ? article_give(offers) : status;
}

enum loy_status loy_offer_each(struct loy_store *store, int64_t from_us, int64_t to_us,
    int (*offer)(void *user, const struct loy_offer *offer), void *user)
{
    if (store == NULL || offer == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    struct offers offers = {
        .store = store, .from_us = from_us, .to_us = to_us, .offer = offer, .user = user};
    sqlite3_stmt *select = NULL;
    status = offer_rules_read(store, &offers.rules);
    if (status == LOY_OK &&
        sqlite3_prepare_v2(store->db, offers_sql, -1, &select, NULL) != SQLITE_OK)
        status = store_fail_sql(store, store->db);
    if (status == LOY_OK) {
        sqlite3_bind_int64(select, 1, from_us);
        sqlite3_bind_int64(select, 2, to_us);
        status = rows_walk(&offers, select);
    }
    sqlite3_finalize(select);
    basket_rules_free(&offers.rules);
    free(offers.history.rows);
    free(offers.cut.rows);
    return status;
}
