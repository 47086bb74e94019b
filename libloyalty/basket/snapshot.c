/* SPDX-License-Identifier: MIT
 *
 * snapshot.c - the whole shelf of a day against the history: what stays, what changes, what left.
 * A day's prices come in, intervals of price and assortment go out. Knows no basket.
 */
#include "basket_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

struct snapshot {
    const struct loy_price *given;   /* or */
    const char *const *codes;        /* the shelf alone */
    int64_t site, day_us, before_us; /* before_us: the snapshot before this one, 0 none */
    struct basket_price *prices;     /* by article */
    size_t count;
};

static int by_article(const void *a, const void *b)
{
    const struct basket_price *one = a, *other = b;
    return (one->article > other->article) - (one->article < other->article);
}

static enum loy_status article_find(
    struct loy_store *store, const char *code, struct basket_price *row)
{
    int64_t version;
    if (basket_text(code) == NULL)
        return store_fail(store, LOY_E_FORMAT, "the article's code is missing");
    enum loy_status status = basket_article_row(store, code, &row->article, &version);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_E_FORMAT, "no article has this code; import articles first");
}

static enum loy_status row_fill(
    struct loy_store *store, const struct snapshot *snapshot, size_t i, struct basket_price *row)
{
    *row = (struct basket_price){
        .site = snapshot->site, .from_us = snapshot->day_us, .to_us = INT64_MAX};
    if (snapshot->given == NULL) return article_find(store, snapshot->codes[i], row);
    const struct loy_price *price = &snapshot->given[i];
    enum loy_status status = basket_price_check(store, price);
    row->list_minor = price->list_minor;
    row->selling_minor = price->selling_minor;
    row->display = basket_text(price->display);
    if (status == LOY_OK) status = article_find(store, price->article, row);
    if (status != LOY_OK) return status;
    return basket_promotion(store, price->promotion, price->form, &row->promotion);
}

static enum loy_status rows_fill(struct loy_store *store, struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        enum loy_status status = row_fill(store, snapshot, i, &snapshot->prices[i]);
        if (status != LOY_OK) {
            char why[STORE_TEXT_MAX];
            snprintf(why, sizeof why, "%s", store->text);
            return store_fail(store, status, "row %zu of the snapshot: %.300s", i + 1, why);
        }
    }
    if (snapshot->count > 1)
        qsort(snapshot->prices, snapshot->count, sizeof snapshot->prices[0], by_article);
    for (size_t i = 1; i < snapshot->count; i++)
        if (snapshot->prices[i].article == snapshot->prices[i - 1].article)
            return store_fail(store, LOY_E_FORMAT, "an article stands twice in the snapshot");
    return LOY_OK;
}

/* ---- The day itself ----------------------------------------------------------------------------
 */

static enum loy_status day_run(
    struct loy_store *store, sqlite3_stmt *statement, const struct snapshot *snapshot)
{
    sqlite3_bind_int64(statement, 1, snapshot->site);
    sqlite3_bind_int64(statement, 2, snapshot->day_us);
    return store_run(store, statement);
}

/* Only what a snapshot of this day can have touched: articles that are or were in the assortment
 * then. */
#define TOUCHED                                                                                    \
    "site = ?1 AND article IN (SELECT article FROM assortment WHERE site = ?1 "                    \
    "AND (to_us IS NULL OR to_us = ?2)) "

static enum loy_status prices_undo(struct loy_store *store, const struct snapshot *snapshot)
{
    enum loy_status status = day_run(
        store, store_sql(store, "DELETE FROM price WHERE from_us = ?2 AND " TOUCHED), snapshot);
    if (status != LOY_OK) return status;
    return day_run(store,
        store_sql(store,
            "UPDATE price SET to_us = (SELECT min(later.from_us) FROM price later WHERE "
            "later.article = price.article AND later.site = ?1 AND later.from_us > ?2) "
            "WHERE to_us = ?2 AND " TOUCHED),
        snapshot);
}

/* A snapshot of the shelf alone changed only the prices of what left. */
static enum loy_status leavers_undo(struct loy_store *store, const struct snapshot *snapshot)
{
    return day_run(store,
        store_sql(store,
            "UPDATE price SET to_us = NULL WHERE site = ?1 AND to_us = ?2 AND article IN "
            "(SELECT article FROM assortment WHERE site = ?1 AND to_us = ?2) AND NOT EXISTS "
            "(SELECT 1 FROM price later WHERE later.article = price.article AND later.site = ?1 "
            "AND later.from_us >= ?2)"),
        snapshot);
}

/* Takes back what an earlier snapshot of the same day did. */
static enum loy_status day_undo(struct loy_store *store, const struct snapshot *snapshot)
{
    enum loy_status status = snapshot->given != NULL || snapshot->codes == NULL
                                 ? prices_undo(store, snapshot)
                                 : leavers_undo(store, snapshot);
    if (status == LOY_OK)
        status = day_run(store,
            store_sql(store, "DELETE FROM assortment WHERE site = ?1 AND from_us = ?2"), snapshot);
    if (status == LOY_OK)
        status = day_run(store,
            store_sql(store, "UPDATE assortment SET to_us = NULL WHERE site = ?1 AND to_us = ?2"),
            snapshot);
    return status;
}

static enum loy_status day_place(struct loy_store *store, struct snapshot *snapshot)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT max(day_us), max(day_us) FILTER (WHERE day_us < ?2) FROM shelf_snapshot "
        "WHERE site = ?1");
    sqlite3_bind_int64(select, 1, snapshot->site);
    sqlite3_bind_int64(select, 2, snapshot->day_us);
    enum loy_status status = store_step(store, select);
    if (status != LOY_OK) return status;
    bool first = sqlite3_column_type(select, 0) == SQLITE_NULL;
    int64_t last_us = sqlite3_column_int64(select, 0);
    snapshot->before_us = sqlite3_column_int64(select, 1);
    sqlite3_reset(select);
    if (first || last_us < snapshot->day_us) return LOY_OK;
    if (last_us == snapshot->day_us) return day_undo(store, snapshot);
    return store_fail(store, LOY_E_CONFLICT,
        "a later snapshot of this store is there already; put snapshots in by their days");
}

/* ---- Articles
 * -------------------------------------------------------------------------------------- */

static bool same_price(sqlite3_stmt *row, const struct basket_price *price)
{
    const char *display = (const char *)sqlite3_column_text(row, 3);
    if (sqlite3_column_int64(row, 0) != price->list_minor) return false;
    if (sqlite3_column_int64(row, 1) != price->selling_minor) return false;
    if (sqlite3_column_int64(row, 2) != price->promotion) return false;
    return strcmp(display == NULL ? "" : display, price->display == NULL ? "" : price->display) ==
           0;
}

static enum loy_status price_apply(struct loy_store *store, const struct basket_price *price)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT list_minor, selling_minor, ifnull(promotion, 0), display, "
        "ifnull(to_us, 9223372036854775807) FROM price WHERE article = ?1 AND site = ?2 "
        "AND from_us <= ?3 ORDER BY from_us DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, price->article);
    sqlite3_bind_int64(select, 2, price->site);
    sqlite3_bind_int64(select, 3, price->from_us);
    enum loy_status status = store_step(store, select);
    bool holds = status == LOY_OK && sqlite3_column_int64(select, 4) > price->from_us &&
                 same_price(select, price);
    sqlite3_reset(select);
    if (status < LOY_OK || holds) return status;
    return basket_price_lay(store, price);
}

static enum loy_status shelf_apply(struct loy_store *store, const struct basket_price *price)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO assortment (article, site, from_us) SELECT ?1, ?2, ?3 WHERE NOT EXISTS "
        "(SELECT 1 FROM assortment WHERE article = ?1 AND site = ?2 AND to_us IS NULL)");
    sqlite3_bind_int64(insert, 1, price->article);
    sqlite3_bind_int64(insert, 2, price->site);
    sqlite3_bind_int64(insert, 3, price->from_us);
    return store_run(store, insert);
}

/* An article that comes back to the shelf, without word of its price, has the price with which it
 * left. */
static enum loy_status price_continue(struct loy_store *store, const struct basket_price *price)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO price SELECT p.article, p.site, ?3, NULL, p.list_minor, p.selling_minor, "
        "p.promotion, p.display FROM price p WHERE p.article = ?1 AND p.site = ?2 AND p.to_us = "
        "(SELECT max(to_us) FROM assortment WHERE article = ?1 AND site = ?2) AND NOT EXISTS "
        "(SELECT 1 FROM price later WHERE later.article = ?1 AND later.site = ?2 "
        "AND later.from_us >= p.to_us)");
    sqlite3_bind_int64(insert, 1, price->article);
    sqlite3_bind_int64(insert, 2, price->site);
    sqlite3_bind_int64(insert, 3, price->from_us);
    return store_run(store, insert);
}

static enum loy_status article_leave(
    struct loy_store *store, const struct snapshot *snapshot, int64_t article)
{
    sqlite3_stmt *price = store_sql(store,
        "UPDATE price SET to_us = ?2 WHERE article = ?3 AND site = ?1 AND from_us < ?2 "
        "AND (to_us IS NULL OR to_us > ?2)");
    sqlite3_bind_int64(price, 3, article);
    enum loy_status status = day_run(store, price, snapshot);
    if (status != LOY_OK) return status;
    sqlite3_stmt *shelf = store_sql(store,
        "UPDATE assortment SET to_us = ?2 WHERE article = ?3 AND site = ?1 AND to_us IS NULL");
    sqlite3_bind_int64(shelf, 3, article);
    return day_run(store, shelf, snapshot);
}

/* The articles that left are gathered first: the table they are read from is then changed. */
static enum loy_status missing_list(
    struct loy_store *store, const struct snapshot *snapshot, int64_t **articles, size_t *count)
{
    size_t room = 0;
    sqlite3_stmt *select =
        store_sql(store, "SELECT article FROM assortment WHERE site = ?1 AND to_us IS NULL");
    sqlite3_bind_int64(select, 1, snapshot->site);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        struct basket_price key = {.article = sqlite3_column_int64(select, 0)};
        if (snapshot->count > 0 && bsearch(&key, snapshot->prices, snapshot->count,
                                       sizeof snapshot->prices[0], by_article) != NULL)
            continue;
        if (*count == room) {
            room = room == 0 ? 64 : room * 2;
            int64_t *more = realloc(*articles, room * sizeof *more);
            if (more == NULL) {
                status = store_fail(store, LOY_E_MEMORY, "out of memory for the snapshot");
                break;
            }
            *articles = more;
        }
        (*articles)[(*count)++] = key.article;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status missing_leave(struct loy_store *store, const struct snapshot *snapshot)
{
    int64_t *articles = NULL;
    size_t count = 0;
    enum loy_status status = missing_list(store, snapshot, &articles, &count);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        status = article_leave(store, snapshot, articles[i]);
    free(articles);
    return status;
}

static enum loy_status snapshot_note(struct loy_store *store, const struct snapshot *snapshot)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT OR REPLACE INTO shelf_snapshot (site, day_us, articles) VALUES (?1, ?2, ?3)");
    sqlite3_bind_int64(insert, 3, (int64_t)snapshot->count);
    return day_run(store, insert, snapshot);
}

static enum loy_status snapshot_write(struct loy_store *store, struct snapshot *snapshot)
{
    enum loy_status status = rows_fill(store, snapshot);
    if (status == LOY_OK) status = day_place(store, snapshot);
    for (size_t i = 0; i < snapshot->count && status == LOY_OK; i++) {
        const struct basket_price *price = &snapshot->prices[i];
        if (snapshot->given != NULL) status = price_apply(store, price);
        if (status == LOY_OK) status = shelf_apply(store, price);
        bool new = status == LOY_OK &&sqlite3_changes64(store->db) > 0;
        if (new && snapshot->given == NULL) status = price_continue(store, price);
    }
    if (status == LOY_OK) status = missing_leave(store, snapshot);
    if (status == LOY_OK) status = snapshot_note(store, snapshot);
    return status;
}

/* Local midnights lie 23 to 25 hours apart. */
static unsigned gap_of(const struct snapshot *snapshot)
{
    if (snapshot->before_us == 0) return 0;
    int64_t days = (snapshot->day_us - snapshot->before_us + DAY_US / 2) / DAY_US;
    return days > 1 ? (unsigned)(days - 1) : 0;
}

static enum loy_status snapshot_take(
    struct loy_store *store, const char *site, struct snapshot *snapshot, unsigned *gap_days)
{
    if (site != NULL && strnlen(site, LOY_CODE_MAX) == LOY_CODE_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "a store's code is longer than %u bytes", LOY_CODE_MAX - 1);
    enum loy_status status = store_require(store, LOY_MAY_EDIT_ARTICLE);
    if (status != LOY_OK) return status;
    snapshot->prices = calloc(snapshot->count + 1, sizeof *snapshot->prices);
    if (snapshot->prices == NULL)
        return store_fail(store, LOY_E_MEMORY, "out of memory for %zu rows", snapshot->count);
    status = store_begin(store);
    if (status == LOY_OK) {
        if (basket_text(site) != NULL) status = store_site(store, site, &snapshot->site);
        if (status == LOY_OK) status = snapshot_write(store, snapshot);
        status = basket_leave(store, status);
    }
    free(snapshot->prices);
    if (status == LOY_OK && gap_days != NULL) *gap_days = gap_of(snapshot);
    return status;
}

static bool is_day(int64_t day_us)
{
    return day_us > 0 && day_us < INT64_MAX - DAY_US;
}

enum loy_status loy_price_snapshot(struct loy_store *store, const char *site, int64_t day_us,
    const struct loy_price *prices, size_t count, unsigned *gap_days)
{
    if (store == NULL || (prices == NULL && count > 0) || !is_day(day_us)) return LOY_E_ARGUMENT;
    struct snapshot snapshot = {.given = prices, .day_us = day_us, .count = count};
    return snapshot_take(store, site, &snapshot, gap_days);
}

enum loy_status loy_assortment_snapshot(struct loy_store *store, const char *site, int64_t day_us,
    const char *const *codes, size_t count, unsigned *gap_days)
{
    static const char *const none[] = {NULL};
    if (store == NULL || (codes == NULL && count > 0) || !is_day(day_us)) return LOY_E_ARGUMENT;
    struct snapshot snapshot = {
        .codes = codes == NULL ? none : codes, .day_us = day_us, .count = count};
    return snapshot_take(store, site, &snapshot, gap_days);
}
