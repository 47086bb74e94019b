/* SPDX-License-Identifier: MIT
 *
 * contact_check.c - whether a contact may be written: its codes, what it is about, and whether the
 * timeline has it already.
 * In: a form. Out: the rows it is about, or a sentence. Writes nothing.
 */
#include "contact_private.h"

#include <stdio.h>
#include <string.h>

static enum loy_status kind_check(struct loy_store *store, int kind)
{
    char words[LOY_FIELD_TEXT_MAX] = "";
    if (kind > LOY_CONTACT_NONE && kind < loy_contact_kind_count) return LOY_OK;
    for (int i = 1; i < loy_contact_kind_count; i++) {
        size_t used = strlen(words);
        snprintf(
            words + used, sizeof words - used, "%s%s", i > 1 ? ", " : "", loy_contact_kind_name(i));
    }
    return store_fail(store, LOY_E_FORMAT, "kind: expected is one of %s", words);
}

static enum loy_status codes_check(struct loy_store *store, const struct loy_contact_form *form)
{
    const struct {
        const char *what, *text;
    } codes[] = {
        {"campaign", form->campaign},
        {"incentive", form->incentive},
        {"reason", form->reason},
        {"legal_basis", form->legal_basis},
    };
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && status == LOY_OK; i++)
        if (codes[i].text)
            status = member_code_check(store, codes[i].what, codes[i].text, LOY_CONTACT_CODE_MAX);
    return status;
}

static enum loy_status needs_check(struct loy_store *store, const struct loy_contact_form *form)
{
    if (form->kind == LOY_CONTACT_COUPON && !form->campaign)
        return store_fail(
            store, LOY_E_FORMAT, "campaign: a coupon needs the campaign that it belongs to");
    if (form->line < 0 || (form->line > 0 && !form->basket))
        return store_fail(store, LOY_E_FORMAT,
            "line: 1, 2, 3 ... of a basket is expected, together with the basket");
    if (form->kind != LOY_CONTACT_COMPLAINT) return LOY_OK;
    if (!form->reason)
        return store_fail(store, LOY_E_FORMAT,
            "reason: a complaint needs one, a short code such as seam or colour-runs");
    if (form->basket ? form->line == 0 : !form->article)
        return store_fail(store, LOY_E_FORMAT,
            "line: a complaint needs the basket and line that it is about, or without a receipt "
            "the article");
    return LOY_OK;
}

static enum loy_status text_check(
    struct loy_store *store, const struct loy_contact_form *form, bool *has_text)
{
    char normal[LOY_FIELD_TEXT_MAX] = "";
    *has_text = false;
    if (!form->text) return LOY_OK;
    enum loy_status status = member_text_normal(form->text, normal);
    *has_text = normal[0] != '\0';
    sodium_memzero(normal, sizeof normal);
    if (status != LOY_OK)
        return store_fail(store, LOY_E_FORMAT,
            "text: one line of text in UTF-8 of at most %u bytes is expected",
            LOY_FIELD_TEXT_MAX - 1);
    if (!*has_text || form->member) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "text: none is kept of somebody who is no member; leave it out, or register the member "
        "first");
}

/* Keyed, so that nobody without the store's key can guess a row from its digest. */
static void origin_make(
    const struct loy_store *store, const char *origin, struct contact_about *about)
{
    about->has_origin = origin != NULL;
    if (origin) store_blind(store, CONTACT_ORIGIN_FIELD, origin, about->origin);
}

enum loy_status contact_form_check(struct loy_store *store, const struct loy_contact_form *form,
    int64_t at_us, struct contact_about *about)
{
    about->at_us = form->at_us ? form->at_us : at_us;
    enum loy_status status = kind_check(store, form->kind);
    if (status == LOY_OK)
        status = member_source_check(store, form->channel, form->initiated_by, form->legal_basis);
    if (status == LOY_OK) status = codes_check(store, form);
    if (status == LOY_OK) status = needs_check(store, form);
    if (status == LOY_OK) status = text_check(store, form, &about->has_text);
    if (status != LOY_OK) return status;
    if (about->at_us <= 0 || about->at_us >= CONTACT_AT_US_END)
        return store_fail(store, LOY_E_FORMAT, "at: a time after 1970 is expected");
    origin_make(store, form->origin, about);
    return LOY_OK;
}

/* ---- What it is about ---------------------------------------------------------------------------
 */

static enum loy_status basket_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    int64_t owner = 0;
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, ifnull(member, 0) FROM basket WHERE uid = ?1 AND state <> 3");
    sqlite3_bind_blob(select, 1, form->basket->bytes, sizeof form->basket->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        about->basket = sqlite3_column_int64(select, 0);
        owner = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT, "basket: there is none of this id, or it is void");
    if (status != LOY_OK || owner == 0 || !form->member || owner == about->member.number)
        return status;
    return store_fail(store, LOY_E_FORMAT,
        "basket: it is another member's; name a basket of this member, or the article alone");
}

static enum loy_status line_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    int64_t quantity = 0;
    sqlite3_stmt *select = store_sql(
        store, "SELECT version, quantity_milli FROM line WHERE basket = ?1 AND number = ?2");
    sqlite3_bind_int64(select, 1, about->basket);
    sqlite3_bind_int64(select, 2, form->line);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        about->version = sqlite3_column_int64(select, 0);
        quantity = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT, "line: the basket has no line %d", (int)form->line);
    if (status == LOY_OK && form->kind == LOY_CONTACT_COMPLAINT && quantity < 0)
        return store_fail(store, LOY_E_FORMAT,
            "line: line %d takes something back; name the line that sold it", (int)form->line);
    return status;
}

/* The current version, unless a line has told the one that was sold; then it is the same article.
 */
static enum loy_status article_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    int64_t version = 0;
    bool same = false;
    sqlite3_stmt *select = store_sql(store,
        "SELECT a.version, EXISTS (SELECT 1 FROM article_version v WHERE v.id = ?2 AND "
        "v.article = a.id) FROM article a WHERE a.code = ?1 AND a.version IS NOT NULL");
    sqlite3_bind_text(select, 1, form->article, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, about->version);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        version = sqlite3_column_int64(select, 0);
        same = sqlite3_column_int(select, 1) != 0;
    }
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT, "article: the shop has none of this code");
    if (status == LOY_OK && about->version && !same)
        return store_fail(
            store, LOY_E_FORMAT, "article: that line of the basket sold another article");
    if (status == LOY_OK && !about->version) about->version = version;
    return status;
}

enum loy_status contact_rows_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    enum loy_status status = LOY_OK;
    if (form->basket) status = basket_find(store, form, about);
    if (status == LOY_OK && form->line) status = line_find(store, form, about);
    if (status == LOY_OK && form->article) status = article_find(store, form, about);
    return status;
}

/* ---- Is it there? -------------------------------------------------------------------------------
 */

static enum loy_status answer(struct loy_store *store, sqlite3_stmt *select)
{
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    if (status == LOY_OK) return LOY_REPEATED;
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status origin_known(struct loy_store *store, const struct contact_about *about)
{
    sqlite3_stmt *select = store_sql(store, "SELECT 1 FROM contact WHERE origin = ?1");
    sqlite3_bind_blob(select, 1, about->origin, sizeof about->origin, SQLITE_STATIC);
    return answer(store, select);
}

static enum loy_status registration_known(struct loy_store *store, int64_t member)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM contact WHERE member = ?1 AND sealed_for = ?1 AND kind = 'registration' "
        "AND serial >= 0");
    sqlite3_bind_int64(select, 1, member);
    return answer(store, select);
}

static enum loy_status coupon_known(struct loy_store *store, int64_t member, const char *campaign)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT 1 FROM contact WHERE member = ?1 AND kind = 'coupon' AND campaign = ?2");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_text(select, 2, campaign, -1, SQLITE_STATIC);
    return answer(store, select);
}

/* Baskets write purchases and returns; by hand only what no basket holds. */
static enum loy_status basket_tells(
    struct loy_store *store, const struct loy_contact_form *form, const struct contact_about *about)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM basket b WHERE b.id = ?1 AND b.state = 2 AND b.member = ?2 AND (?3 = 0 OR "
        "EXISTS (SELECT 1 FROM line_return r WHERE r.basket = b.id AND r.of_basket IS NOT b.id AND "
        "?4 IN (0, r.number)) OR EXISTS (SELECT 1 FROM line_return r JOIN basket u ON u.id = "
        "r.basket AND u.state = 2 WHERE r.of_basket = b.id AND r.basket <> b.id AND "
        "?4 IN (0, r.of_number)))");
    sqlite3_bind_int64(select, 1, about->basket);
    sqlite3_bind_int64(select, 2, about->member.number);
    sqlite3_bind_int64(select, 3, form->kind == LOY_CONTACT_RETURN);
    sqlite3_bind_int64(select, 4, form->line);
    enum loy_status status = answer(store, select);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_FORMAT,
        "basket: it does not hold this purchase or return of the member; record it as a basket");
}

enum loy_status contact_repeated(
    struct loy_store *store, const struct loy_contact_form *form, const struct contact_about *about)
{
    enum loy_status status = about->has_origin ? origin_known(store, about) : LOY_OK;
    if (status != LOY_OK) return status;
    if (about->basket && (form->kind == LOY_CONTACT_PURCHASE || form->kind == LOY_CONTACT_RETURN))
        return basket_tells(store, form, about);
    if (!form->member) return LOY_OK;
    if (form->kind == LOY_CONTACT_REGISTRATION)
        return registration_known(store, about->member.number);
    if (form->kind == LOY_CONTACT_COUPON)
        return coupon_known(store, about->member.number, form->campaign);
    return LOY_OK;
}
