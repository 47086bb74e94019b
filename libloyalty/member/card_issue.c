/* SPDX-License-Identifier: MIT
 *
 * card_issue.c - a card is given to a member or one of its purchasers, or takes another's place.
 * In: credentials, which hold no number. Out: card rows, and baskets that find their member late.
 * Must not know: numbers, readers, a basket's lines.
 */
#include "member_card_private.h"

#include <loyalty/contact.h>
#include <loyalty/lane.h>

#include <stdio.h>

enum loy_status card_member_take(struct loy_store *store, const struct loy_id *id, int64_t *member)
{
    int status_of = 0;
    sqlite3_stmt *select = store_sql(store, "SELECT id, status FROM member WHERE uid = ?1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *member = sqlite3_column_int64(select, 0);
        status_of = sqlite3_column_int(select, 1);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE) return store_fail(store, LOY_NONE, "there is no such member");
    if (status != LOY_OK || status_of == MEMBER_STATUS_ACTIVE) return status;
    return store_fail(
        store, LOY_REFUSED, "this member was merged or erased: find the one who is registered now");
}

/* ---- May it be given? --------------------------------------------------------------------------
 */

/* A card that may come back into use counts as well: else there would be two then. */
static enum loy_status purchaser_has_none(
    struct loy_store *store, const struct card_gift *gift, int64_t at_us)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM card WHERE member = ?1 AND purchaser = ?2 AND status IN (2, 3, 4, 5) "
        "AND (expires_at_us IS NULL OR expires_at_us >= ?3) LIMIT 1");
    sqlite3_bind_int64(select, 1, gift->member);
    sqlite3_bind_int64(select, 2, gift->purchaser);
    sqlite3_bind_int64(select, 3, at_us);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    if (status == LOY_NONE) return LOY_OK;
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_CONFLICT, "this purchaser has a card: replace it instead");
}

enum loy_status card_gift_check(
    struct loy_store *store, const struct loy_id *member, int64_t at_us, struct card_gift *gift)
{
    struct card_held held;
    gift->uid = *member;
    enum loy_status status = card_member_take(store, member, &gift->member);
    if (status == LOY_NONE) return LOY_E_ARGUMENT;
    if (status == LOY_OK) status = card_held_find(store, gift->credential, at_us, &held);
    if (status < LOY_OK || status == LOY_REFUSED) return status;
    if (held.member != 0 && held.member != gift->member)
        return store_fail(
            store, LOY_E_CONFLICT, "this card belongs to another member: take another card");
    if (held.member != 0 && member_card_is_usable(held.status)) {
        if (held.purchaser == gift->purchaser) return LOY_REPEATED;
        return store_fail(store, LOY_E_CONFLICT,
            "this card is in use for somebody else of this member: take another card");
    }
    if (held.card != 0 && held.status != LOY_CARD_STOCK) return card_refuse(store, held.status);
    if (held.card == 0) status = store_card_clash(store, gift->credential, at_us);
    if (status < LOY_OK) return status;
    gift->card = held.card;
    return gift->purchaser == 0 ? LOY_OK
                                : purchaser_may_buy(store, gift->member, gift->purchaser, at_us);
}

/* ---- Writing -----------------------------------------------------------------------------------
 */

static void bind_row(sqlite3_stmt *statement, int column, int64_t row)
{
    if (row != 0) sqlite3_bind_int64(statement, column, row);
}

static enum loy_status card_insert(struct loy_store *store, struct card_gift *gift, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO card (digest, kind, tail, member, purchaser, status, issued_at_us, "
        "expires_at_us) VALUES (?1, ?2, ?3, ?4, ?5, 2, ?6, ?7)");
    sqlite3_bind_blob(insert, 1, gift->credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, gift->credential->kind);
    sqlite3_bind_text(insert, 3, gift->credential->tail, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, gift->member);
    bind_row(insert, 5, gift->purchaser);
    sqlite3_bind_int64(insert, 6, at_us);
    bind_row(insert, 7, gift->expires_at_us);
    enum loy_status status = store_run(store, insert);
    gift->card = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum loy_status card_from_stock(
    struct loy_store *store, const struct card_gift *gift, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE card SET member = ?2, purchaser = ?3, status = 2, issued_at_us = ?4, "
        "expires_at_us = coalesce(?5, expires_at_us) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, gift->card);
    sqlite3_bind_int64(update, 2, gift->member);
    bind_row(update, 3, gift->purchaser);
    sqlite3_bind_int64(update, 4, at_us);
    bind_row(update, 5, gift->expires_at_us);
    return store_run(store, update);
}

/* Closed baskets of the card have its link already, of when it was shown, but no card. An open
 * one's lane writes another when it has priced the basket for its member. */
static enum loy_status pending_links_write(struct loy_store *store, const struct card_gift *gift)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE basket_link SET card = ?2 WHERE how = ?4 AND (basket, number) IN (SELECT "
        "k.basket, max(k.number) FROM pending_card p JOIN basket b ON b.id = p.basket AND b.state "
        "= 2 AND b.member = ?1 AND b.card = ?2 JOIN basket_link k ON k.basket = b.id "
        "WHERE p.digest = ?3 GROUP BY k.basket)");
    sqlite3_bind_int64(update, 1, gift->member);
    sqlite3_bind_int64(update, 2, gift->card);
    sqlite3_bind_blob(update, 3, gift->credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int(update, 4, LOY_LINK_PENDING);
    return store_run(store, update);
}

/* The next campaign, by name, of the coupons that were shown with the card, and its first basket.
 */
static enum loy_status coupon_next(struct loy_store *store, const struct card_gift *gift,
    char campaign[LOY_TEXT_MAX], struct loy_contact_form *form, struct loy_id *basket)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT r.campaign, b.closed_at_us, b.uid FROM pending_card p JOIN basket b ON b.id = "
        "p.basket AND b.state = 2 AND b.member = ?1 JOIN basket_coupon c ON c.basket = b.id "
        "JOIN promotion_rule r ON r.code = c.rule WHERE p.digest = ?2 AND r.campaign > ?3 "
        "ORDER BY r.campaign, b.closed_at_us LIMIT 1");
    sqlite3_bind_int64(select, 1, gift->member);
    sqlite3_bind_blob(select, 2, gift->credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_text(select, 3, campaign, -1, SQLITE_TRANSIENT);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        snprintf(campaign, LOY_TEXT_MAX, "%s", (const char *)sqlite3_column_text(select, 0));
        form->at_us = sqlite3_column_int64(select, 1);
        status = member_id_read(store, select, 2, basket);
    }
    sqlite3_reset(select);
    return status;
}

/* As a card that is shown late: the response to each coupon's campaign, of when the sale was. */
static enum loy_status coupons_answer(
    struct loy_store *store, const struct card_gift *gift, int64_t at_us)
{
    char campaign[LOY_TEXT_MAX] = "";
    struct loy_id basket;
    struct loy_contact_form form = {.size = sizeof form,
        .member = &gift->uid,
        .kind = LOY_CONTACT_COUPON,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .campaign = campaign,
        .basket = &basket};
    enum loy_status status;
    while ((status = coupon_next(store, gift, campaign, &form, &basket)) == LOY_OK) {
        // A lane's clock may have been ahead.
        if (form.at_us > at_us) form.at_us = at_us;
        status = loy_contact_add(store, &form, at_us, NULL);
        // A campaign that no contact can name is no reason to issue no card.
        if (status < LOY_OK && status != LOY_E_FORMAT) break;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

/* Baskets at which this card was shown before anybody knew it get their member; one that has a
 * member by another card keeps it. Who has withdrawn from the scheme gets none, now or later. */
static enum loy_status resolve_pending(
    struct loy_store *store, const struct card_gift *gift, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE basket SET member = ?1, card = ?2, purchaser = ?4 WHERE member IS NULL "
        "AND id IN (SELECT basket FROM pending_card WHERE digest = ?3) AND NOT EXISTS (SELECT 1 "
        "FROM consent c WHERE c.member = ?1 AND c.purpose = ?5 AND c.given = 0 AND c.version = "
        "(SELECT max(d.version) FROM consent d WHERE d.member = ?1 AND d.purpose = ?5))");
    sqlite3_bind_int64(update, 1, gift->member);
    sqlite3_bind_int64(update, 2, gift->card);
    sqlite3_bind_blob(update, 3, gift->credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    bind_row(update, 4, gift->purchaser);
    sqlite3_bind_int64(update, 5, LOY_PURPOSE_SCHEME);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    status = pending_links_write(store, gift);
    if (status == LOY_OK) status = coupons_answer(store, gift, at_us);
    if (status != LOY_OK) return status;
    sqlite3_stmt *delete = store_sql(store, "DELETE FROM pending_card WHERE digest = ?1");
    sqlite3_bind_blob(delete, 1, gift->credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_run(store, delete);
}

enum loy_status card_gift_write(struct loy_store *store, struct card_gift *gift, const char *action,
    const char *reason, int64_t at_us)
{
    enum loy_status status =
        gift->card != 0 ? card_from_stock(store, gift, at_us) : card_insert(store, gift, at_us);
    if (status == LOY_OK)
        status = card_history_insert(store, gift->card, LOY_CARD_ISSUED, reason, at_us);
    if (status == LOY_OK) status = resolve_pending(store, gift, at_us);
    if (status == LOY_OK) status = member_audit(store, action, &gift->uid, NULL, at_us);
    return status;
}

/* ---- Calls -------------------------------------------------------------------------------------
 */

enum loy_status loy_card_give(struct loy_store *store, const struct loy_card_grant *grant,
    const struct loy_credential *credential, int64_t at_us)
{
    if (!store || !grant || grant->size < sizeof *grant || !grant->member || !credential)
        return LOY_E_ARGUMENT;
    if (!card_credential_is_good(credential) || grant->expires_at_us < 0) return LOY_E_ARGUMENT;
    struct card_gift gift = {.credential = credential,
        .purchaser = grant->purchaser,
        .expires_at_us = grant->expires_at_us};
    enum loy_status status = store_require(store, LOY_MAY_ISSUE_CARD);
    if (status == LOY_OK && grant->expires_at_us != 0 && grant->expires_at_us < at_us)
        status = store_fail(
            store, LOY_E_FORMAT, "the last day of the card is over: a later one is expected");
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = card_gift_check(store, grant->member, at_us, &gift);
    if (status == LOY_OK && gift.purchaser != 0) status = purchaser_has_none(store, &gift, at_us);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, card_gift_write(store, &gift, "card.issue", NULL, at_us));
}

enum loy_status loy_card_issue(struct loy_store *store, const struct loy_id *member,
    const struct loy_credential *credential, int64_t at_us)
{
    const struct loy_card_grant grant = {.size = sizeof grant, .member = member};
    return loy_card_give(store, &grant, credential, at_us);
}

/* ---- Replacing ---------------------------------------------------------------------------------
 */

static enum loy_status owner_find(struct loy_store *store, int64_t member, struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, id);
    sqlite3_reset(select);
    return status;
}

static enum loy_status replace_check(struct loy_store *store, const struct loy_credential *old_card,
    const char *reason, int64_t at_us, struct card_held *held, struct card_gift *gift)
{
    struct loy_id owner;
    enum loy_status status = card_held_take(store, old_card, at_us, held);
    if (status == LOY_OK) status = card_step_check(store, held->status, LOY_CARD_REPLACED, reason);
    if (status == LOY_REPEATED) return card_refuse(store, held->status);
    if (status == LOY_OK) status = card_reason_check(store, reason, false);
    if (status == LOY_OK) status = owner_find(store, held->member, &owner);
    if (status != LOY_OK) return status;
    gift->purchaser = held->purchaser;
    status = card_gift_check(store, &owner, at_us, gift);
    if (status != LOY_REPEATED) return status;
    return store_fail(store, LOY_E_CONFLICT, "the new card is in use already: take another card");
}

static enum loy_status replace_write(struct loy_store *store, const struct card_held *held,
    struct card_gift *gift, const char *reason, int64_t at_us)
{
    enum loy_status status = card_step_write(store, held->card, LOY_CARD_REPLACED, reason, at_us);
    if (status == LOY_OK) status = card_gift_write(store, gift, "card.replace", NULL, at_us);
    if (status != LOY_OK) return status;
    sqlite3_stmt *update = store_sql(store, "UPDATE card SET replaced_by = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, held->card);
    sqlite3_bind_int64(update, 2, gift->card);
    return store_run(store, update);
}

enum loy_status loy_card_replace(struct loy_store *store, const struct loy_credential *old_card,
    const struct loy_credential *new_card, const char *reason, int64_t at_us)
{
    if (!store || !old_card || !new_card || !card_credential_is_good(new_card))
        return LOY_E_ARGUMENT;
    struct card_held held;
    struct card_gift gift = {.credential = new_card};
    enum loy_status status = store_require(store, LOY_MAY_REPLACE_CARD);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = replace_check(store, old_card, reason, at_us, &held, &gift);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, replace_write(store, &held, &gift, reason, at_us));
}
