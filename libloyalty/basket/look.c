/* SPDX-License-Identifier: MIT
 *
 * look.c - what a text at the lane names: an article, how much of it, and its price.
 * Digits of a symbol or a code come in; version, quantity and list price go out. Knows no basket,
 * no promotion, no member.
 */
#include "scale.h"

#include <stdio.h>
#include <string.h>

#define EAN_13 13u

struct look {
    struct loy_store *store;
    int64_t article, version;
    struct loy_article_found *found;
};

/* ---- Finding -----------------------------------------------------------------------------------
 */

static enum loy_status by_gtin(struct look *look, const char gtin[15])
{
    sqlite3_stmt *select = store_sql(look->store,
        "SELECT a.id, a.version FROM gtin g JOIN article a ON a.id = g.article "
        "WHERE g.gtin = ?1 AND a.version IS NOT NULL");
    sqlite3_bind_text(select, 1, gtin, -1, SQLITE_STATIC);
    enum loy_status status = store_step(look->store, select);
    if (status == LOY_OK) {
        look->article = sqlite3_column_int64(select, 0);
        look->version = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status by_code(struct look *look, const char *code)
{
    int64_t article, version;
    enum loy_status status = basket_article_row(look->store, code, &article, &version);
    if (status != LOY_OK || version == 0) return status == LOY_OK ? LOY_NONE : status;
    look->article = article;
    look->version = version;
    return LOY_OK;
}

/* Without leading zeros both are the same item: of several such codes the shortest. */
static enum loy_status by_item(struct look *look, const char *item)
{
    enum loy_status status = by_code(look, item);
    size_t zeros = strspn(item, "0");
    for (size_t skip = zeros; status == LOY_NONE && skip > 0; skip--)
        if (item[skip] != '\0') status = by_code(look, item + skip);
    return status;
}

/* The GTIN under which a weighed article is listed: its label with a value of zeros. */
static void base_gtin(const struct loy_scale_code *scale, const char ean[14], char gtin[15])
{
    size_t kept = strlen(scale->prefix) + scale->item_digits;
    unsigned sum = 0;
    memset(gtin, '0', 14);
    memcpy(gtin + 1, ean, kept);
    for (size_t i = 0; i < 13; i++)
        sum += (unsigned)(gtin[i] - '0') * (i % 2 == 0 ? 3u : 1u);
    gtin[13] = (char)('0' + (10 - sum % 10) % 10);
    gtin[14] = '\0';
}

/* value with `decimals` digits behind its point as a number with `wanted`, halves up. */
static int64_t scaled(int64_t value, unsigned decimals, unsigned wanted)
{
    for (; decimals < wanted; decimals++)
        value *= 10;
    for (; decimals > wanted + 1; decimals--)
        value /= 10;
    return decimals > wanted ? (value + 5) / 10 : value;
}

static void label_take(
    struct look *look, const struct loy_scale_code *scale, const struct scale_label *label)
{
    struct loy_article_found *found = look->found;
    found->weighed = scale->value == LOY_SCALE_WEIGHT;
    // Zeros are the number of the article itself, as it stands on a shelf or in a list of keys.
    if (label->value == 0) return;
    found->labelled = true;
    if (found->weighed)
        found->quantity_milli = scaled(label->value, scale->decimals, 3);
    else
        found->list_minor =
            scaled(label->value, scale->decimals, look->store->settings.minor_digits);
}

static enum loy_status by_label(struct look *look, const char gtin[15])
{
    struct loy_scale_code scale;
    struct scale_label label;
    char base[15];
    const char *ean = gtin + 1;
    if (gtin[0] != '0') return LOY_NONE;
    enum loy_status status = scale_find(look->store, ean, &scale);
    if (status == LOY_OK) status = scale_label_read(&scale, ean, &label);
    if (status == LOY_E_CHECK)
        return store_fail(look->store, status,
            "the label's price or weight was misread: scan it again, or weigh it anew");
    if (status != LOY_OK) return status;
    base_gtin(&scale, ean, base);
    status = by_gtin(look, base);
    if (status == LOY_NONE) status = by_item(look, label.item);
    if (status == LOY_OK) label_take(look, &scale, &label);
    return status;
}

/* Eight digits may be an EAN-8 or a UPC-E. */
static enum loy_status by_number(struct look *look, const char *text, size_t length)
{
    static const enum loy_symbology symbologies[] = {LOY_SYMBOLOGY_NONE, LOY_SYMBOLOGY_UPC_E};
    enum loy_status status = LOY_NONE;
    for (size_t i = 0; i < 2 && status == LOY_NONE; i++) {
        char gtin[15];
        if (loy_gtin_normalise(symbologies[i], text, length, gtin) != LOY_OK) continue;
        status = by_gtin(look, gtin);
        if (status == LOY_NONE && i == 0) status = by_label(look, gtin);
    }
    return status;
}

/* ---- Telling -----------------------------------------------------------------------------------
 */

static enum loy_status tax_read(struct look *look)
{
    struct basket_tax tax;
    enum loy_status status = basket_version_tax(look->store, look->version, &tax);
    if (status != LOY_OK) return status;
    look->found->tax_permille = tax.permille;
    look->found->price_is_net = tax.net;
    return LOY_OK;
}

static enum loy_status article_tell(struct look *look, const char *site, int64_t at_us)
{
    struct loy_article_found *found = look->found;
    struct loy_version article;
    struct basket_offer offer;
    int64_t number = 0;
    found->version = look->version;
    enum loy_status status = loy_version_get(look->store, look->version, &article);
    if (status != LOY_OK) return status;
    found->kind = article.kind;
    memcpy(found->code, article.article, strlen(article.article) + 1);
    basket_article_label(found->label, article.article, article.brand, article.style,
        article.colour, article.size_text);
    status = tax_read(look);
    if (status != LOY_OK || found->list_minor >= 0) return status;
    status = basket_site(look->store, site, &number);
    if (status == LOY_OK)
        status = basket_price_at(look->store, look->article, number, at_us, &offer);
    if (status == LOY_OK) found->list_minor = offer.list_minor;
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_article_look(struct loy_store *store, const char *site, const char *text,
    int64_t at_us, struct loy_article_found *found)
{
    if (store == NULL || text == NULL || found == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    if (found->size < sizeof *found)
        return store_fail(store, LOY_E_ARGUMENT, "size of the article found is not set");
    struct loy_article_found answer = {
        .size = sizeof answer, .quantity_milli = 1000, .list_minor = -1, .tax_permille = -1};
    struct look look = {.store = store, .found = &answer};
    size_t length = strnlen(text, LOY_TEXT_MAX);
    if (length == 0 || length == LOY_TEXT_MAX) return LOY_NONE;
    status = by_number(&look, text, length);
    if (status == LOY_NONE) status = by_code(&look, text);
    if (status == LOY_OK) status = article_tell(&look, site, at_us);
    if (status == LOY_OK) *found = answer;
    return status;
}
