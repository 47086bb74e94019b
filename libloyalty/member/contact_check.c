/* SPDX-License-Identifier: MIT
 *
 * contact_check.c - whether a contact may be written: its codes, what it is about, and whether the
 * timeline has it already.
 * In: a form. Out: the rows it is about, or a sentence. Writes nothing.
 */
#include "contact_private.h"
#include "free_text.h"

#include <stdio.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

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

static enum loy_status code_check(struct loy_store *store, const char *what, const char *text)
{
    return text ? member_code_check(store, what, text, LOY_CONTACT_CODE_MAX) : LOY_OK;
}

static enum loy_status campaign_check(struct loy_store *store, const struct loy_contact_form *form)
{
    if (form->kind == LOY_CONTACT_COUPON && !form->campaign)
        return store_fail(
            store, LOY_E_FORMAT, "campaign: a coupon needs the campaign that it belongs to");
    return code_check(store, "campaign", form->campaign);
}

static enum loy_status reason_check(struct loy_store *store, const struct loy_contact_form *form)
{
    if (form->kind == LOY_CONTACT_COMPLAINT && !form->reason)
        return store_fail(store, LOY_E_FORMAT,
            "reason: a complaint needs one, a short code such as seam or colour-runs");
    enum loy_status status = code_check(store, "reason", form->reason);
    return status == LOY_OK ? member_reason_check(store, form->reason) : status;
}

static enum loy_status line_check(struct loy_store *store, const struct loy_contact_form *form)
{
    if (form->line < 0 || (form->line > 0 && !form->basket))
        return store_fail(store, LOY_E_FORMAT,
            "line: 1, 2, 3 ... of a basket is expected, together with the basket");
    if (form->kind != LOY_CONTACT_COMPLAINT) return LOY_OK;
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

/* ---- Step by step -------------------------------------------------------------------------------
 *
 * Each of these is one rule; the first that does not hold refuses the contact.
 */

enum step {
    KIND,
    SOURCE,
    CAMPAIGN,
    INCENTIVE,
    REASON,
    LEGAL_BASIS,
    LINE_GIVEN,
    TEXT,
    AT,
    FORM_STEPS,
    BASKET = FORM_STEPS,
    LINE,
    ARTICLE,
    STEP_END
};

static const char *const step_names[STEP_END] = {"kind", "channel", "campaign", "incentive",
    "reason", "legal_basis", "line", "text", "at", "basket", "line", "article"};

static enum loy_status at_check(struct loy_store *store, const struct contact_about *about)
{
    if (about->at_us <= 0 || about->at_us >= CONTACT_AT_US_END)
        return store_fail(store, LOY_E_FORMAT, "at: a time after 1970 is expected");
    /* A day for zones: a file may tell the time of a place that is ahead. */
    if (about->at_us <= about->now_us || about->at_us - about->now_us <= DAY_US) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, "at: a time that is not in the future is expected");
}

static enum loy_status step_check(struct loy_store *store, const struct loy_contact_form *form,
    enum step step, struct contact_about *about)
{
    switch (step) {
    case KIND:
        return kind_check(store, form->kind);
    case SOURCE:
        return member_source_check(store, form->channel, form->initiated_by, form->legal_basis);
    case CAMPAIGN:
        return campaign_check(store, form);
    case INCENTIVE:
        return code_check(store, "incentive", form->incentive);
    case REASON:
        return reason_check(store, form);
    case LEGAL_BASIS:
        /* The source has seen to the rest. */
        return form->legal_basis && strlen(form->legal_basis) >= LOY_CONTACT_CODE_MAX
                   ? code_check(store, "legal_basis", form->legal_basis)
                   : LOY_OK;
    case LINE_GIVEN:
        return line_check(store, form);
    case TEXT:
        return text_check(store, form, &about->has_text);
    case AT:
        return at_check(store, about);
    case BASKET:
        return form->basket ? basket_find(store, form, about) : LOY_OK;
    case LINE:
        return form->line && about->basket ? line_find(store, form, about) : LOY_OK;
    case ARTICLE:
        return form->article ? article_find(store, form, about) : LOY_OK;
    case STEP_END:
        break;
    }
    return LOY_OK;
}

enum loy_status contact_form_check(struct loy_store *store, const struct loy_contact_form *form,
    int64_t at_us, struct contact_about *about)
{
    enum loy_status status = LOY_OK;
    about->at_us = form->at_us ? form->at_us : at_us;
    about->now_us = at_us;
    for (int step = 0; step < FORM_STEPS && status == LOY_OK; step++)
        status = step_check(store, form, (enum step)step, about);
    if (status == LOY_OK) origin_make(store, form->origin, about);
    return status;
}

enum loy_status contact_rows_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    enum loy_status status = LOY_OK;
    for (int step = BASKET; step < STEP_END && status == LOY_OK; step++)
        status = step_check(store, form, (enum step)step, about);
    return status;
}

/* What the rows' steps before this one have found, which an earlier call has told of. */
static void rows_before(struct loy_store *store, const struct loy_contact_form *form,
    enum step step, struct contact_about *about)
{
    for (int before = BASKET; before < (int)step; before++)
        step_check(store, form, (enum step)before, about);
}

enum loy_status loy_contact_wrong_next(struct loy_store *store, const struct loy_contact_form *form,
    int64_t at_us, int64_t *position, const char **what)
{
    if (!store || !form || form->size < sizeof *form || !position || *position < 0 || !what)
        return LOY_E_ARGUMENT;
    struct contact_about about = {.at_us = form->at_us ? form->at_us : at_us, .now_us = at_us};
    enum loy_status status = store_require(store, LOY_MAY_ADD_CONTACT);
    if (status == LOY_OK && form->member)
        status = member_number(store, form->member, &about.member.number);
    while (status == LOY_OK && *position < STEP_END) {
        const enum step step = (enum step)(*position)++;
        rows_before(store, form, step, &about);
        status = step_check(store, form, step, &about);
        if (status == LOY_E_FORMAT) {
            *what = step == SOURCE ? member_source_name(store, form->channel, form->initiated_by)
                                   : step_names[step];
            return LOY_OK;
        }
    }
    return status == LOY_OK ? LOY_NONE : status;
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

/* A row that was imported before, unless it is nobody's and has somebody now. */
static enum loy_status origin_known(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, member IS NULL FROM contact WHERE origin = ?1");
    sqlite3_bind_blob(select, 1, about->origin, sizeof about->origin, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    bool nobodys = status == LOY_OK && sqlite3_column_int(select, 1) != 0;
    if (nobodys && form->member) about->unmatched = sqlite3_column_int64(select, 0);
    sqlite3_reset(select);
    if (status == LOY_NONE || about->unmatched) return LOY_OK;
    return status == LOY_OK ? LOY_REPEATED : status;
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
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    enum loy_status status = about->has_origin ? origin_known(store, form, about) : LOY_OK;
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
