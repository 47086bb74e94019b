/* SPDX-License-Identifier: MIT
 *
 * article.c - articles and their immutable versions.
 * An article's attributes come in; the number by which lines name them goes out. Knows no basket.
 */
#include "basket_private.h"

#include <string.h>

#include <utf8proc.h>

const char *basket_text(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

void basket_bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    if (basket_text(text) != NULL) sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

void basket_bind_row(sqlite3_stmt *statement, int column, int64_t row)
{
    if (row != 0)
        sqlite3_bind_int64(statement, column, row);
    else
        sqlite3_bind_null(statement, column);
}

enum loy_status basket_text_check(struct loy_store *store, const char *what, const char *text)
{
    if (text == NULL) return LOY_OK;
    size_t length = strnlen(text, LOY_TEXT_MAX);
    if (length == LOY_TEXT_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "%s is longer than %u bytes", store_words(what), LOY_TEXT_MAX - 1);
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used = utf8proc_iterate(
            (const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &point);
        if (used <= 0) return store_fail(store, LOY_E_FORMAT, "%s is not UTF-8", store_words(what));
        if (point < 0x20 || (point >= 0x7F && point < 0xA0))
            return store_fail(
                store, LOY_E_FORMAT, "%s holds a control character", store_words(what));
        i += (size_t)used;
    }
    return LOY_OK;
}

/* ---- Attributes --------------------------------------------------------------------------------
 */

#define TEXT(member) offsetof(struct loy_article, member)
/* Texts in the order of article_version's columns, behind gtin. */
// clang-format off
static const struct { const char *what; size_t offset; } texts[] = {
    {N_("the brand"), TEXT(brand)},         {N_("the manufacturer"), TEXT(manufacturer)},
    {N_("the category"), TEXT(category)},   {N_("the style"), TEXT(style)},
    {N_("the season"), TEXT(season)},       {N_("the grade"), TEXT(grade)},
    {N_("the colour"), TEXT(colour)},       {N_("the size"), TEXT(size_text)},
    {N_("the counter"), TEXT(counter)},
};
// clang-format on
#define TEXTS (sizeof texts / sizeof texts[0])

static const char *text_of(const struct loy_article *article, size_t i)
{
    const char *text;
    memcpy(&text, (const char *)article + texts[i].offset, sizeof text);
    return basket_text(text);
}

static enum loy_status attributes_check(struct loy_store *store, const struct loy_article *article)
{
    if (article->size < sizeof *article)
        return store_fail(store, LOY_E_ARGUMENT, "size of the article is not set");
    if (basket_text(article->code) == NULL)
        return store_fail(store, LOY_E_FORMAT, "an article needs a code");
    enum loy_status status = basket_text_check(store, N_("the article's code"), article->code);
    for (size_t i = 0; i < TEXTS && status == LOY_OK; i++)
        status = basket_text_check(store, texts[i].what, text_of(article, i));
    if (status != LOY_OK) return status;
    if (article->kind >= loy_kind_count || article->colour_family >= loy_colour_count)
        return store_fail(store, LOY_E_FORMAT, "kind or colour family is none that is known");
    if (article->tax_permille < -1 || article->cost_minor < -1)
        return store_fail(store, LOY_E_FORMAT, "tax rate and cost cannot be negative");
    if (article->tax_permille > LOY_TAX_PERMILLE_MAX || article->cost_minor > LOY_AMOUNT_MAX)
        return store_fail(store, LOY_E_LIMIT, "tax rate or cost is too large");
    return LOY_OK;
}

static enum loy_status gtin_check(
    struct loy_store *store, const struct loy_article *article, char gtin[15])
{
    gtin[0] = '\0';
    if (basket_text(article->gtin) == NULL) return LOY_OK;
    enum loy_status status = loy_gtin_normalise(
        LOY_SYMBOLOGY_NONE, article->gtin, strnlen(article->gtin, LOY_TEXT_MAX), gtin);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "%s",
        store_words(status == LOY_E_CHECK
                        ? N_("the GTIN's check digit is wrong: look for a mistyped digit")
                        : N_("a GTIN has 8, 12, 13 or 14 digits")));
}

static void digest_text(crypto_generichash_state *state, const char *text)
{
    uint8_t length = text == NULL ? 0 : (uint8_t)strnlen(text, LOY_TEXT_MAX);
    crypto_generichash_update(state, &length, 1);
    if (length > 0) crypto_generichash_update(state, (const uint8_t *)text, length);
}

static void digest_number(crypto_generichash_state *state, int64_t number)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static uint8_t kind_of(const struct loy_article *article)
{
    return article->kind == LOY_KIND_NONE ? LOY_KIND_GOODS : article->kind;
}

/* Versions are the same when the same article has the same attributes. */
void basket_version_digest(const struct loy_store *store, int64_t id,
    const struct loy_article *article, const char *gtin, uint8_t digest[LOY_DIGEST_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(
        &state, store->keys->basket, sizeof store->keys->basket, LOY_DIGEST_SIZE);
    digest_number(&state, id);
    digest_text(&state, basket_text(gtin));
    for (size_t i = 0; i < TEXTS; i++)
        digest_text(&state, text_of(article, i));
    const int64_t numbers[] = {article->colour_family, kind_of(article), article->own_brand,
        article->derived_grade, article->tax_permille, article->price_is_net, article->cost_minor};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        digest_number(&state, numbers[i]);
    crypto_generichash_final(&state, digest, LOY_DIGEST_SIZE);
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

enum loy_status basket_article_row(
    struct loy_store *store, const char *code, int64_t *article, int64_t *version)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id, version FROM article WHERE code = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_text(select, 1, code, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *article = sqlite3_column_int64(select, 0);
        *version = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status article_row_make(
    struct loy_store *store, const char *code, int64_t *article, int64_t *version)
{
    enum loy_status status = basket_article_row(store, code, article, version);
    if (status != LOY_NONE) return status;
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO article (code) VALUES (?1)");
    if (insert == NULL) return LOY_E_STORE;
    sqlite3_bind_text(insert, 1, code, -1, SQLITE_STATIC);
    status = store_run(store, insert);
    *article = sqlite3_last_insert_rowid(store->db);
    *version = 0;
    return status;
}

static enum loy_status version_find(
    struct loy_store *store, const uint8_t digest[LOY_DIGEST_SIZE], int64_t *version)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM article_version WHERE digest = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_blob(select, 1, digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_step_number(store, select, version);
}

struct version_row {
    int64_t article, at_us;
    const char *gtin;
    uint8_t digest[LOY_DIGEST_SIZE];
};

static enum loy_status version_insert(struct loy_store *store, const struct loy_article *article,
    const struct version_row *row, int64_t *version)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO article_version (article, gtin, brand, manufacturer, category, style, season, "
        "grade, colour, size, counter, colour_family, kind, own_brand, derived_grade, "
        "tax_permille, "
        "price_is_net, cost_minor, digest, at_us) VALUES "
        "(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)");
    if (insert == NULL) return LOY_E_STORE;
    sqlite3_bind_int64(insert, 1, row->article);
    basket_bind_text(insert, 2, row->gtin);
    for (size_t i = 0; i < TEXTS; i++)
        basket_bind_text(insert, 3 + (int)i, text_of(article, i));
    sqlite3_bind_int(insert, 12, article->colour_family);
    sqlite3_bind_int(insert, 13, kind_of(article));
    sqlite3_bind_int(insert, 14, article->own_brand);
    sqlite3_bind_int(insert, 15, article->derived_grade);
    if (article->tax_permille >= 0) sqlite3_bind_int(insert, 16, article->tax_permille);
    sqlite3_bind_int(insert, 17, article->price_is_net);
    if (article->cost_minor >= 0) sqlite3_bind_int64(insert, 18, article->cost_minor);
    sqlite3_bind_blob(insert, 19, row->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 20, row->at_us);
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK) *version = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum loy_status version_set(struct loy_store *store, int64_t article, int64_t version)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE article SET version = ?2 WHERE id = ?1");
    if (update == NULL) return LOY_E_STORE;
    sqlite3_bind_int64(update, 1, article);
    sqlite3_bind_int64(update, 2, version);
    return store_run(store, update);
}

static enum loy_status gtin_owner(struct loy_store *store, const char *gtin, int64_t *article)
{
    sqlite3_stmt *select = store_sql(store, "SELECT article FROM gtin WHERE gtin = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_text(select, 1, gtin, -1, SQLITE_STATIC);
    return store_step_number(store, select, article);
}

/* Answers LOY_NONE where the number is to be added. An article may have several; an old one stays.
 */
static enum loy_status gtin_free(struct loy_store *store, const char *gtin, const char *code)
{
    int64_t owner, article = 0, version;
    if (gtin[0] == '\0') return LOY_OK;
    enum loy_status status = gtin_owner(store, gtin, &owner);
    if (status != LOY_OK) return status;
    status = basket_article_row(store, code, &article, &version);
    if (status < 0 || owner == article) return status;
    return store_fail(
        store, LOY_E_CONFLICT, "this GTIN belongs to another article; take it off there first");
}

static enum loy_status gtin_insert(struct loy_store *store, const char *gtin, int64_t article)
{
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO gtin (gtin, article) VALUES (?1, ?2)");
    if (insert == NULL) return LOY_E_STORE;
    sqlite3_bind_text(insert, 1, gtin, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, article);
    return store_run(store, insert);
}

/* A number that is new to the articles and is a coupon's: every scan would be the article. */
static enum loy_status coupon_free(
    struct loy_store *store, const char *code, const char *gtin, int64_t at_us)
{
    const char *promotion = NULL;
    enum loy_status status = basket_coupon_of(store, code, gtin, at_us, &promotion);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_CONFLICT,
        "the coupon of promotion %s has this article's number; end that promotion first, or give "
        "one of them another number",
        promotion);
}

static enum loy_status article_write(
    struct loy_store *store, const struct loy_article *article, const char *gtin, int64_t at_us)
{
    struct version_row row = {.at_us = at_us, .gtin = gtin};
    int64_t current, version;
    enum loy_status gtin_status = gtin_free(store, gtin, article->code);
    if (gtin_status < 0) return gtin_status;
    enum loy_status status = article_row_make(store, article->code, &row.article, &current);
    if (status == LOY_OK && (current == 0 || gtin_status == LOY_NONE))
        status = coupon_free(store, current == 0 ? article->code : NULL,
            gtin_status == LOY_NONE ? gtin : NULL, at_us);
    if (status == LOY_OK && gtin_status == LOY_NONE) status = gtin_insert(store, gtin, row.article);
    if (status != LOY_OK) return status;
    basket_version_digest(store, row.article, article, gtin, row.digest);
    status = version_find(store, row.digest, &version);
    if (status == LOY_OK && version == current) return LOY_REPEATED;
    if (status == LOY_NONE) status = version_insert(store, article, &row, &version);
    if (status == LOY_OK) status = version_set(store, row.article, version);
    if (status == LOY_OK && basket_text(article->grade) != NULL)
        status = basket_grade_put(store, article->category, article->grade);
    return status;
}

enum loy_status loy_article_put(
    struct loy_store *store, const struct loy_article *article, int64_t at_us)
{
    if (store == NULL || article == NULL) return LOY_E_ARGUMENT;
    char gtin[15];
    enum loy_status status = store_require(store, LOY_MAY_EDIT_ARTICLE);
    if (status == LOY_OK) status = attributes_check(store, article);
    if (status == LOY_OK) status = gtin_check(store, article, gtin);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, article_write(store, article, gtin, at_us));
}

enum loy_status loy_article_find(struct loy_store *store, const char *code, int64_t *version)
{
    if (store == NULL || code == NULL || version == NULL) return LOY_E_ARGUMENT;
    int64_t article, current;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status == LOY_OK) status = basket_article_row(store, code, &article, &current);
    if (status != LOY_OK) return status;
    if (current == 0) return LOY_NONE;
    *version = current;
    return LOY_OK;
}

enum loy_status loy_article_find_gtin(struct loy_store *store, const char *gtin14, int64_t *version)
{
    if (store == NULL || gtin14 == NULL || version == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(
        store, "SELECT a.version FROM gtin g JOIN article a ON a.id = g.article WHERE g.gtin = ?1");
    if (select == NULL) return LOY_E_STORE;
    sqlite3_bind_text(select, 1, gtin14, -1, SQLITE_STATIC);
    return store_step_number(store, select, version);
}
