/* SPDX-License-Identifier: MIT
 *
 * quote.c - a basket priced: what the evaluator (pricing.h) needs, from the store.
 * Lines, the shop, the moment, member or not, and coupons come in; discounts go out. Writes
 * nothing; must not know who the member is.
 */
#include "picture.h"
#include "pricing.h"
#include "rules.h"

#include <stdlib.h>
#include <string.h>

struct work {
    struct pricing_line *lines;
    const struct loy_promotion_rule **rules;
    size_t rule_count;
    int64_t site;
};

/* ---- Prices of the shelf ----------------------------------------------------------------------
 */

enum loy_status basket_site(struct loy_store *store, const char *code, int64_t *site)
{
    *site = store->site;
    if (basket_text(code) == NULL) return LOY_OK;
    *site = 0;
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM site WHERE code = ?1");
    sqlite3_bind_text(select, 1, code, -1, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, select, site);
    return status == LOY_NONE ? LOY_OK : status;
}

static void offer_read(sqlite3_stmt *row, struct basket_offer *offer)
{
    const char *code = (const char *)sqlite3_column_text(row, 4);
    size_t length = code == NULL ? 0 : strnlen(code, sizeof offer->code - 1);
    *offer = (struct basket_offer){.list_minor = sqlite3_column_int64(row, 1),
        .selling_minor = sqlite3_column_int64(row, 2),
        .form = (uint8_t)sqlite3_column_int(row, 3)};
    if (length > 0) memcpy(offer->code, code, length);
}

static enum loy_status price_at(struct loy_store *store, int64_t article, int64_t site,
    int64_t at_us, struct basket_offer *offer)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT p.to_us IS NULL OR p.to_us > ?3, p.list_minor, p.selling_minor, ifnull(m.form, 0), "
        "m.code FROM price p LEFT JOIN promotion m ON m.id = p.promotion "
        "WHERE p.article = ?1 AND p.site = ?2 AND p.from_us <= ?3 ORDER BY p.from_us DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, article);
    sqlite3_bind_int64(select, 2, site);
    sqlite3_bind_int64(select, 3, at_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK && sqlite3_column_int(select, 0) == 0) status = LOY_NONE;
    if (status == LOY_OK) offer_read(select, offer);
    sqlite3_reset(select);
    return status;
}

enum loy_status basket_price_at(struct loy_store *store, int64_t article, int64_t site,
    int64_t at_us, struct basket_offer *offer)
{
    struct picture *picture = picture_now(store);
    if (picture != NULL && picture->looked_article == article && picture->looked_site == site &&
        picture->looked_at_us == at_us) {
        *offer = picture->looked.offer;
        return picture->looked.there ? LOY_OK : LOY_NONE;
    }
    enum loy_status status = site == 0 ? LOY_NONE : price_at(store, article, site, at_us, offer);
    if (status == LOY_NONE) status = price_at(store, article, 0, at_us, offer);
    if (status < LOY_OK || picture == NULL) return status;
    picture->looked_article = article;
    picture->looked_site = site;
    picture->looked_at_us = at_us;
    picture->looked.there = status == LOY_OK;
    if (status == LOY_OK) picture->looked.offer = *offer;
    return status;
}

/* Of a line, once. */
static enum loy_status shelf_read(struct loy_store *store, int64_t article, int64_t site,
    int64_t at_us, struct basket_shelf *shelf)
{
    if (shelf->asked) return shelf->there ? LOY_OK : LOY_NONE;
    enum loy_status status = basket_price_at(store, article, site, at_us, &shelf->offer);
    shelf->asked = status >= LOY_OK;
    shelf->there = status == LOY_OK;
    return status;
}

/* ---- What holds for this customer -------------------------------------------------------------
 */

static bool coupon_shown(const struct loy_quote *quote, const char *code)
{
    for (size_t i = 0; i < quote->coupon_count; i++)
        if (quote->coupons[i] != NULL && strcmp(quote->coupons[i], code) == 0) return true;
    return false;
}

static bool rule_holds(const struct basket_rule *row, const struct loy_quote *quote, int64_t site)
{
    const struct loy_promotion_rule *rule = &row->rule;
    if (row->site != 0 && row->site != site) return false;
    if (quote->at_us < rule->from_us) return false;
    if (rule->to_us != 0 && quote->at_us >= rule->to_us) return false;
    if (rule->members_only && !quote->member) return false;
    return rule->form != LOY_FORM_COUPON || coupon_shown(quote, rule->code);
}

/* What the shelf asks of everybody, of members, or of who shows its coupon. n for m needs its rule:
 * the price of one piece says nothing of it. */
static bool offer_holds(const struct basket_offer *offer, const struct loy_quote *quote)
{
    if (offer->selling_minor >= offer->list_minor) return false;
    if (offer->form == LOY_FORM_MEMBER_PRICE) return quote->member;
    if (offer->form == LOY_FORM_COUPON) return coupon_shown(quote, offer->code);
    return offer->form != LOY_FORM_N_FOR_M;
}

static enum loy_status rules_choose(
    struct loy_store *store, const struct loy_quote *quote, struct work *work)
{
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    work->rules = calloc(rules->count + 1, sizeof *work->rules);
    if (work->rules == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for promotions");
    for (size_t i = 0; i < rules->count; i++)
        if (rule_holds(rules->rows[i], quote, work->site))
            work->rules[work->rule_count++] = &rules->rows[i]->rule;
    return LOY_OK;
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

static enum loy_status line_fill(struct loy_store *store, const struct loy_quote *quote,
    const struct work *work, const struct loy_quote_line *given, struct pricing_line *line,
    struct basket_shelf *shelf)
{
    int64_t article;
    const struct basket_offer *offer = &shelf->offer;
    *line = (struct pricing_line){.version = given->article_version,
        .quantity_milli = given->quantity_milli,
        .list_minor = given->list_minor,
        .fixed = given->fixed,
        .shelf_minor = -1,
        .offer_minor = -1};
    if (given->fixed) return LOY_OK;
    enum loy_status status = basket_version_article(store, given->article_version, &article);
    if (status == LOY_OK) status = loy_version_get(store, given->article_version, &line->article);
    if (status == LOY_OK) status = shelf_read(store, article, work->site, quote->at_us, shelf);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    line->shelf_minor = offer->list_minor;
    if (!offer_holds(offer, quote)) return LOY_OK;
    line->offer_minor = offer->selling_minor;
    line->offer_form = offer->form == LOY_FORM_NONE ? LOY_FORM_OTHER : offer->form;
    if (offer->code[0] != '\0') line->offer = offer->code;
    return LOY_OK;
}

static enum loy_status lines_fill(struct loy_store *store, const struct loy_quote *quote,
    const struct work *work, const struct loy_quote_line *lines, size_t count,
    struct basket_shelf *shelves)
{
    if (shelves == NULL) shelves = basket_shelves_room(store, count);
    enum loy_status status = shelves == NULL ? LOY_E_MEMORY : LOY_OK;
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        status = line_fill(store, quote, work, &lines[i], &work->lines[i], &shelves[i]);
    return status;
}

static enum loy_status quote_price(
    struct loy_store *store, const struct work *work, struct loy_quote_line *lines, size_t count)
{
    enum loy_status status = pricing_basket(work->rules, work->rule_count, work->lines, count);
    if (status == LOY_E_LIMIT)
        return store_fail(store, status, "the basket's prices are too large to add up");
    if (status == LOY_E_MEMORY)
        return store_fail(store, status, "out of memory for %zu lines", count);
    if (status != LOY_OK) return store_fail(store, status, "a list price cannot be negative");
    for (size_t i = 0; i < count; i++) {
        if (lines[i].fixed) continue;
        lines[i].discount_minor = work->lines[i].discount_minor;
        lines[i].paid_minor = work->lines[i].paid_minor;
        lines[i].promotion = work->lines[i].promotion;
        lines[i].form = work->lines[i].form;
    }
    return LOY_OK;
}

enum loy_status basket_quote(struct loy_store *store, const struct loy_quote *quote,
    struct loy_quote_line *lines, size_t count, struct basket_shelf *shelves)
{
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    if (quote->size < sizeof *quote)
        return store_fail(store, LOY_E_ARGUMENT, "size of the quote is not set");
    if (count > LOY_LINES_MAX)
        return store_fail(store, LOY_E_LIMIT, "a basket holds at most %u lines", LOY_LINES_MAX);
    struct work work = {.lines = calloc(count + 1, sizeof *work.lines)};
    if (work.lines == NULL)
        return store_fail(store, LOY_E_MEMORY, "out of memory for %zu lines", count);
    status = basket_site(store, quote->site, &work.site);
    if (status == LOY_OK) status = rules_choose(store, quote, &work);
    if (status == LOY_OK) status = lines_fill(store, quote, &work, lines, count, shelves);
    if (status == LOY_OK) status = quote_price(store, &work, lines, count);
    free(work.lines);
    free(work.rules);
    return status;
}

enum loy_status loy_basket_quote(struct loy_store *store, const struct loy_quote *quote,
    struct loy_quote_line *lines, size_t count)
{
    if (store == NULL || quote == NULL || (lines == NULL && count > 0)) return LOY_E_ARGUMENT;
    if (quote->coupons == NULL && quote->coupon_count > 0) return LOY_E_ARGUMENT;
    return basket_quote(store, quote, lines, count, NULL);
}
