/* SPDX-License-Identifier: MIT
 *
 * lane_person.c - whose basket it is, as a lane changes it: attached, taken the place of, kept as
 * pending, added to a sale that is done. Persons and cards come in, rows go out. Knows no name.
 */
#include "lane_private.h"
#include "picture.h"

#include <member/basket_part.h>

enum loy_status lane_person_by_member(
    struct loy_store *store, const struct loy_id *member, struct basket_person *person)
{
    struct loy_basket_head head = {.member = member};
    return basket_person_find(store, &head, person);
}

enum loy_status lane_replaced_find(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct basket_person *person)
{
    enum loy_status status = basket_person_replaced(store, credential, at_us, person);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM basket_link k JOIN basket b ON b.id = k.basket AND b.state <> 3 "
        "JOIN basket own ON own.id = b.id AND own.card = ?1 WHERE k.card = ?1 AND k.how = ?2");
    sqlite3_bind_int64(select, 1, person->card);
    sqlite3_bind_int(select, 2, LOY_LINK_OLD_CARD);
    int64_t used = 0;
    status = store_step_number(store, select, &used);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_REFUSED,
        "this card was replaced by another one, and was taken once already: use the new one");
}

static enum loy_status head_again(struct loy_store *store, struct lane_head *head)
{
    return lane_head_read(store, head->id, head);
}

enum loy_status lane_person_set(
    struct loy_store *store, struct lane_head *head, const struct basket_person *person)
{
    struct loy_basket basket = {.store = store,
        .id = head->id,
        .head.opened_at_us = head->opened_at_us,
        .may_pend = head->pending};
    struct picture *picture = picture_of(store, head->id);
    enum loy_status status = lane_member_set(&basket, person);
    if (status != LOY_OK) return status;
    if (picture != NULL) picture->has &= ~(PICTURE_HEAD | PICTURE_PRICED);
    picture_follow(store, picture);
    return head_again(store, head);
}

/* What is invoiced keeps its basket. */
enum loy_status lane_person_left(struct loy_store *store, int64_t basket)
{
    int64_t left = 0, invoiced = 0;
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM basket b WHERE b.id = ?1 AND b.member IS NOT NULL AND (SELECT given FROM "
        "consent WHERE member = b.member AND purpose = ?2 ORDER BY version DESC LIMIT 1) = 0");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int(select, 2, LOY_PURPOSE_SCHEME);
    enum loy_status status = store_step_number(store, select, &left);
    if (status != LOY_OK) return status;
    status = lane_tender_kind_sum(store, basket, LOY_TENDER_ACCOUNT, &invoiced);
    return status == LOY_OK && invoiced != 0 ? LOY_NONE : status;
}

enum loy_status lane_person_part(struct loy_store *store, struct lane_head *head, int64_t at_us)
{
    enum loy_status status = member_basket_part(store, head->member, &head->uid);
    if (status == LOY_OK)
        status = store_audit(store, "basket-object", "a member who has left the scheme", at_us);
    return status == LOY_OK ? head_again(store, head) : status;
}

enum loy_status lane_person_object(struct loy_store *store, struct lane_head *head, int64_t at_us)
{
    enum loy_status status = member_object(store, &head->member_uid, &head->uid, "lane", at_us);
    return status == LOY_OK ? head_again(store, head) : status;
}

enum loy_status lane_pending_is(
    struct loy_store *store, const struct lane_head *head, const struct loy_credential *credential)
{
    if (!head->pending) return LOY_NONE;
    int64_t found = 0;
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM pending_card WHERE basket = ?1 AND digest = ?2");
    sqlite3_bind_int64(select, 1, head->id);
    sqlite3_bind_blob(select, 2, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_step_number(store, select, &found);
}

static enum loy_status pending_remove(struct loy_store *store, const struct lane_head *head)
{
    if (!head->pending) return LOY_OK;
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM pending_card WHERE basket = ?1");
    sqlite3_bind_int64(remove, 1, head->id);
    return store_run(store, remove);
}

enum loy_status lane_pending_set(
    struct loy_store *store, struct lane_head *head, const struct loy_credential *credential)
{
    enum loy_status status = pending_remove(store, head);
    if (status != LOY_OK) return status;
    head->pending = true;
    return basket_pending_insert(store, head->id, credential);
}

enum loy_status lane_pending_drop(struct loy_store *store, struct lane_head *head, int64_t at_us)
{
    enum loy_status status = pending_remove(store, head);
    if (status == LOY_OK)
        status = store_audit(store, "basket-object", "a card that is not registered", at_us);
    if (status == LOY_OK) head->pending = false;
    return status;
}

enum loy_status lane_person_late(
    struct loy_store *store, struct lane_head *head, const struct basket_person *person)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE basket SET member = ?2, card = ?3, purchaser = ?4 "
                         "WHERE id = ?1 AND state = 2 AND member IS NULL");
    sqlite3_bind_int64(update, 1, head->id);
    basket_bind_row(update, 2, person->member);
    basket_bind_row(update, 3, person->card);
    basket_bind_row(update, 4, person->purchaser);
    enum loy_status status = store_run(store, update);
    if (status == LOY_OK && sqlite3_changes64(store->db) == 0)
        status = store_fail(store, LOY_E_CONFLICT, "this sale has a member already");
    if (status == LOY_OK) status = pending_remove(store, head);
    if (status == LOY_OK) status = basket_card_used(store, person, head->opened_at_us);
    if (status == LOY_OK) status = basket_authority_used(store, head->id, head->closed_at_us);
    return status == LOY_OK ? head_again(store, head) : status;
}

enum loy_status lane_limit(struct loy_store *store, int64_t purchaser, int64_t *limit_minor)
{
    *limit_minor = 0;
    if (purchaser == 0) return LOY_OK;
    sqlite3_stmt *select =
        store_sql(store, "SELECT ifnull(limit_minor, 0) FROM purchaser WHERE id = ?1");
    sqlite3_bind_int64(select, 1, purchaser);
    enum loy_status status = store_step_number(store, select, limit_minor);
    return status == LOY_NONE ? LOY_OK : status;
}
