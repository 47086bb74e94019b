/* SPDX-License-Identifier: MIT
 *
 * person.c - whose basket it is: a credential's card and member, or a card not known yet.
 * A credential or a member's id comes in, row numbers go out. Knows no name: only numbers and ids.
 */
#include "basket_private.h"

#include <loyalty/member.h>
#include <member/card_look.h>

#include <stdio.h>
#include <string.h>

#define MERGES_MAX 16 /* members merged into members merged ... */

struct member_row {
    int64_t id, status, merged_into;
    struct loy_id uid;
};

static void member_read(sqlite3_stmt *statement, int column, struct member_row *row)
{
    row->id = sqlite3_column_int64(statement, column);
    row->status = sqlite3_column_int64(statement, column + 1);
    row->merged_into = sqlite3_column_int64(statement, column + 2);
    const void *uid = sqlite3_column_blob(statement, column + 3);
    if (uid != NULL && sqlite3_column_bytes(statement, column + 3) == (int)sizeof row->uid)
        memcpy(&row->uid, uid, sizeof row->uid);
}

static enum loy_status member_by_row(
    struct loy_store *store, int64_t number, struct member_row *row)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, status, merged_into, uid FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) member_read(select, 0, row);
    sqlite3_reset(select);
    return status;
}

static enum loy_status member_by_uid(
    struct loy_store *store, const struct loy_id *id, struct member_row *row)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, status, merged_into, uid FROM member WHERE uid = ?1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) member_read(select, 0, row);
    sqlite3_reset(select);
    return status;
}

#define MEMBER_ACTIVE 1

enum loy_status basket_scheme_left(struct loy_store *store, int64_t member)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT given FROM consent WHERE member = ?1 AND purpose = ?2 "
                         "ORDER BY version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int(select, 2, LOY_PURPOSE_SCHEME);
    enum loy_status status = store_step(store, select);
    bool given = status == LOY_OK && sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    return given ? LOY_NONE : status;
}

/* From a member that was merged to the one that took its place. Who was erased is nobody's
 * customer. */
static enum loy_status survivor_take(
    struct loy_store *store, struct member_row *row, struct basket_person *person)
{
    enum loy_status status = LOY_OK;
    for (int i = 0; row->merged_into != 0 && i < MERGES_MAX && status == LOY_OK; i++)
        status = member_by_row(store, row->merged_into, row);
    if (status < LOY_OK) return status;
    if (status == LOY_NONE || row->status != MEMBER_ACTIVE) {
        *person = (struct basket_person){0};
        store_fail(
            store, LOY_REFUSED, "this member is no longer registered: serve without the card");
        return LOY_REFUSED;
    }
    // Filled in also where it is refused: a replay is still of the same person.
    person->member = row->id;
    person->uid = row->uid;
    status = basket_scheme_left(store, row->id);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    store_fail(store, LOY_REFUSED, "this card is not linked to purchases: serve without it");
    return LOY_REFUSED;
}

#define FIRM_BYTES 160u /* of its name in a sentence */

/* Cut where a character ends. */
static void firm_cut(char *text)
{
    size_t n = strnlen(text, FIRM_BYTES);
    while (n > 0 && n < strlen(text) && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    text[n] = '\0';
}

static enum loy_status card_refuse(struct loy_store *store)
{
    return store_fail(store, LOY_REFUSED,
        "this card may not be used: serve without it and send the customer to the desk");
}

/* Whoever holds the old one most likely has the new one at home. */
static enum loy_status replaced_refuse(struct loy_store *store, int64_t card)
{
    char tail[8] = "";
    sqlite3_stmt *select = store_sql(
        store, "SELECT n.tail FROM card o JOIN card n ON n.id = o.replaced_by WHERE o.id = ?1");
    sqlite3_bind_int64(select, 1, card);
    enum loy_status status = store_step(store, select);
    const char *found = status == LOY_OK ? (const char *)sqlite3_column_text(select, 0) : NULL;
    if (found != NULL) snprintf(tail, sizeof tail, "%s", found);
    sqlite3_reset(select);
    if (status < LOY_OK) return status;
    if (tail[0] == '\0') return card_refuse(store);
    return store_fail(store, LOY_REFUSED,
        "this card was replaced: ask for the new one, ****%s, or serve without it", tail);
}

/* Neutral words, which name the firm and not the person who stands there. */
static enum loy_status purchaser_refuse(struct loy_store *store, const struct loy_id *firm)
{
    char name[LOY_FIELD_TEXT_MAX];
    enum loy_status status = loy_member_field(store, firm, LOY_FIELD_NAME, name);
    if (status < LOY_OK && status != LOY_E_ACCESS) return status;
    if (status != LOY_OK) return card_refuse(store);
    firm_cut(name);
    store_fail(store, LOY_REFUSED,
        "this card of %s may not be used today: serve without it and send the customer to the desk",
        name);
    sodium_memzero(name, sizeof name);
    return LOY_REFUSED;
}

enum loy_status basket_person_by_card(struct loy_store *store,
    const struct loy_credential *credential, int64_t at_us, struct basket_person *person)
{
    struct card_look look;
    *person = (struct basket_person){0};
    enum loy_status status = member_card_look(store, credential, at_us, &look);
    if (status < LOY_OK) return status;
    bool in_stock = status == LOY_OK && look.status == LOY_CARD_STOCK;
    bool usable = status == LOY_OK && member_card_is_usable(look.status);
    if (status == LOY_OK && !usable && !in_stock)
        return look.purchaser != 0                ? purchaser_refuse(store, &look.uid)
               : look.status == LOY_CARD_REPLACED ? replaced_refuse(store, look.card)
                                                  : card_refuse(store);
    if (look.member == 0) {
        person->pending = credential;
        return LOY_NONE;
    }
    if (!look.purchaser_may) return purchaser_refuse(store, &look.uid);
    struct member_row member = {look.member, look.member_status, look.merged_into, look.uid};
    person->card = look.card;
    person->purchaser = look.purchaser;
    person->card_status = look.status;
    return survivor_take(store, &member, person);
}

enum loy_status basket_person_replaced(struct loy_store *store,
    const struct loy_credential *credential, int64_t at_us, struct basket_person *person)
{
    struct card_look look;
    *person = (struct basket_person){0};
    enum loy_status status = member_card_look(store, credential, at_us, &look);
    if (status != LOY_OK || look.status != LOY_CARD_REPLACED || look.member == 0)
        return status < LOY_OK ? status : LOY_NONE;
    if (!look.purchaser_may) return purchaser_refuse(store, &look.uid);
    struct member_row member = {look.member, look.member_status, look.merged_into, look.uid};
    person->card = look.card;
    person->purchaser = look.purchaser;
    person->card_status = look.status;
    return survivor_take(store, &member, person);
}

enum loy_status basket_card_used(
    struct loy_store *store, const struct basket_person *person, int64_t at_us)
{
    if (person->card == 0) return LOY_OK;
    return member_card_used(store, person->card, person->card_status, at_us);
}

/* The authorisation that a closed basket used up may have been used up by another one that was open
 * beside it: what was sold is sold, and the audit log says so. */
enum loy_status basket_authority_used(struct loy_store *store, int64_t basket, int64_t at_us)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT p.id, p.used_basket FROM basket b JOIN purchaser p ON p.id = b.purchaser "
        "AND p.authority = 3 WHERE b.id = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = store_step(store, select);
    int64_t purchaser = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
    bool used = status == LOY_OK && sqlite3_column_type(select, 1) != SQLITE_NULL;
    sqlite3_reset(select);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    if (used) return store_audit(store, "purchaser.twice", "a single authorisation", at_us);
    sqlite3_stmt *update = store_sql(store, "UPDATE purchaser SET used_basket = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, purchaser);
    sqlite3_bind_int64(update, 2, basket);
    return store_run(store, update);
}

enum loy_status basket_person_find(
    struct loy_store *store, const struct loy_basket_head *head, struct basket_person *person)
{
    *person = (struct basket_person){0};
    if (head->credential != NULL)
        return basket_person_by_card(store, head->credential, head->at_us, person);
    if (head->member == NULL) return LOY_OK;
    struct member_row member = {0};
    enum loy_status status = member_by_uid(store, head->member, &member);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT, "there is no member with this id");
    return status == LOY_OK ? survivor_take(store, &member, person) : status;
}

enum loy_status basket_pending_insert(
    struct loy_store *store, int64_t basket, const struct loy_credential *credential)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO pending_card (digest, basket, kind, tail) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT DO NOTHING");
    sqlite3_bind_blob(insert, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, basket);
    sqlite3_bind_int(insert, 3, credential->kind);
    sqlite3_bind_text(insert, 4, credential->tail,
        (int)strnlen(credential->tail, sizeof credential->tail), SQLITE_STATIC);
    return store_run(store, insert);
}

/* ---- Numbers of members as sales rows carry them ------------------------------------------------
 */

enum loy_status loy_member_number(struct loy_store *store, const struct loy_id *id, int64_t *number)
{
    if (store == NULL || id == NULL || number == NULL) return LOY_E_ARGUMENT;
    struct member_row member = {0};
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    if (status == LOY_OK) status = member_by_uid(store, id, &member);
    if (status == LOY_OK) *number = member.id;
    return status;
}

enum loy_status loy_member_by_number(struct loy_store *store, int64_t number, struct loy_id *id)
{
    if (store == NULL || id == NULL) return LOY_E_ARGUMENT;
    struct member_row member = {0};
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    if (status == LOY_OK) status = member_by_row(store, number, &member);
    if (status == LOY_OK) *id = member.uid;
    return status;
}
