/* SPDX-License-Identifier: MIT
 *
 * card.c - the cards of members: looked at, found, listed.
 * In: credentials, which hold no number. Out: members and cards as they are at a time.
 * Must not know: numbers, readers, a basket's lines.
 */
#include "member_card_private.h"

#include <stdio.h>
#include <string.h>

bool member_card_is_usable(int status)
{
    return status == LOY_CARD_ISSUED || status == LOY_CARD_ACTIVE;
}

enum loy_status card_refuse(struct loy_store *store, int status)
{
    const char *name = loy_card_status_name((enum loy_card_status)status);
    return store_fail(store, LOY_REFUSED, "this card cannot be used (%s): ask at the service desk",
        store_words(name ? name : N_("unknown")));
}

bool card_credential_is_good(const struct loy_credential *credential)
{
    return credential->kind >= LOY_CREDENTIAL_NUMBER && credential->kind <= LOY_CREDENTIAL_TEXT;
}

enum loy_status card_held_find(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_held *held)
{
    memset(held, 0, sizeof *held);
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, coalesce(member, 0), coalesce(purchaser, 0), status, "
                         "coalesce(expires_at_us, 0) FROM card WHERE digest = ?1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        held->card = sqlite3_column_int64(select, 0);
        held->member = sqlite3_column_int64(select, 1);
        held->purchaser = sqlite3_column_int64(select, 2);
        held->expires_at_us = sqlite3_column_int64(select, 4);
        held->status = card_status_at(sqlite3_column_int(select, 3), held->expires_at_us, at_us);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status card_held_take(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_held *held)
{
    enum loy_status status = card_held_find(store, credential, at_us, held);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE, "this card is not known here: issue it to its member");
}

/* ---- Shown -------------------------------------------------------------------------------------
 */

enum loy_status member_card_look(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_look *look)
{
    memset(look, 0, sizeof *look);
    sqlite3_stmt *select = store_sql(store,
        "SELECT c.id, c.status, coalesce(c.expires_at_us, 0), coalesce(c.purchaser, 0), "
        "c.purchaser IS NULL OR (p.active = 1 AND (p.until_us IS NULL OR p.until_us >= ?2) "
        "AND (p.authority <> 3 OR p.used_basket IS NULL)), m.id, m.status, m.merged_into, m.uid "
        "FROM card c LEFT JOIN member m ON m.id = c.member "
        "LEFT JOIN purchaser p ON p.id = c.purchaser WHERE c.digest = ?1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, at_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        look->card = sqlite3_column_int64(select, 0);
        look->status =
            card_status_at(sqlite3_column_int(select, 1), sqlite3_column_int64(select, 2), at_us);
        look->purchaser = sqlite3_column_int64(select, 3);
        look->purchaser_may = sqlite3_column_int(select, 4) != 0;
        look->member = sqlite3_column_int64(select, 5);
        look->member_status = sqlite3_column_int64(select, 6);
        look->merged_into = sqlite3_column_int64(select, 7);
        if (look->member != 0) status = member_id_read(store, select, 8, &look->uid);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_member_find_card(
    struct loy_store *store, const struct loy_credential *credential, struct loy_id *member)
{
    if (!store || !credential || !member) return LOY_E_ARGUMENT;
    struct card_look look;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status == LOY_OK) status = member_card_look(store, credential, store->clock_us, &look);
    if (status != LOY_OK) return status;
    if (look.member == 0 || look.member_status != MEMBER_STATUS_ACTIVE) return LOY_NONE;
    if (!member_card_is_usable(look.status)) return card_refuse(store, look.status);
    if (!look.purchaser_may)
        return store_fail(store, LOY_REFUSED,
            "this card cannot be used (its authority has ended): ask at the service desk");
    *member = store->found = look.uid;
    store->found_number = look.member;
    return LOY_OK;
}

/* ---- Listed ------------------------------------------------------------------------------------
 */

#define CARD_COLUMNS                                                                               \
    "SELECT c.id, c.kind, c.status, c.tail, coalesce(c.issued_at_us, 0), "                         \
    "coalesce(c.expires_at_us, 0), coalesce(c.purchaser, 0), coalesce(r.tail, ''), m.uid "         \
    "FROM card c LEFT JOIN card r ON r.id = c.replaced_by LEFT JOIN member m ON m.id = c.member "

static void tail_read(sqlite3_stmt *select, int column, char tail[5])
{
    const char *text = (const char *)sqlite3_column_text(select, column);
    snprintf(tail, 5, "%s", text ? text : "");
}

static void card_read(sqlite3_stmt *select, int64_t at_us, struct loy_card *card)
{
    memset(card, 0, sizeof *card);
    card->kind = (uint8_t)sqlite3_column_int(select, 1);
    card->expires_at_us = sqlite3_column_int64(select, 5);
    card->status =
        (uint8_t)card_status_at(sqlite3_column_int(select, 2), card->expires_at_us, at_us);
    tail_read(select, 3, card->tail);
    card->issued_at_us = sqlite3_column_int64(select, 4);
    card->purchaser = sqlite3_column_int64(select, 6);
    tail_read(select, 7, card->replaced_by);
}

enum loy_status loy_card_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_card *card)
{
    if (!store || !member || !position || !card) return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_LIST_CARDS);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, CARD_COLUMNS "WHERE c.member = ?1 AND c.id > ?2 ORDER BY c.id LIMIT 1");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        *position = sqlite3_column_int64(select, 0);
        card_read(select, store->clock_us, card);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_card_get(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct loy_card *card, struct loy_id *member)
{
    if (!store || !credential || !card) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_LIST_CARDS);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, CARD_COLUMNS "WHERE c.digest = ?1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) {
        struct loy_id id = {{0}};
        bool owned = sqlite3_column_type(select, 8) != SQLITE_NULL;
        if (owned) status = member_id_read(store, select, 8, &id);
        if (status == LOY_OK) card_read(select, at_us, card);
        if (status == LOY_OK && member) *member = id;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE, "this card is not known here: issue it to its member");
}

/* Of the cards with this tail one in use counts before the others. */
enum loy_status loy_card_find(struct loy_store *store, const struct loy_id *member,
    const char *tail, int64_t at_us, struct loy_credential *credential)
{
    if (!store || !member || !tail || !tail[0] || !credential) return LOY_E_ARGUMENT;
    int64_t number = 0;
    int found = 0, in_use = 0;
    enum loy_status status = store_require(store, LOY_MAY_LIST_CARDS);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, "SELECT digest, kind, tail, status, coalesce(expires_at_us, 0) FROM card "
                         "WHERE member = ?1 AND tail = ?2 ORDER BY id DESC");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_text(select, 2, tail, -1, SQLITE_STATIC);
    while ((status = store_step(store, select)) == LOY_OK) {
        bool usable = member_card_is_usable(
            card_status_at(sqlite3_column_int(select, 3), sqlite3_column_int64(select, 4), at_us));
        bool take = found == 0 || (usable && in_use == 0);
        found++;
        in_use += usable;
        if (!take || sqlite3_column_bytes(select, 0) != LOY_DIGEST_SIZE) continue;
        memset(credential, 0, sizeof *credential);
        memcpy(credential->digest, sqlite3_column_blob(select, 0), LOY_DIGEST_SIZE);
        credential->kind = (uint8_t)sqlite3_column_int(select, 1);
        tail_read(select, 2, credential->tail);
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    if (found == 0)
        return store_fail(store, LOY_NONE, "the member has no card that ends like this");
    if (in_use < 2) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "two cards of the member end like this: give the whole number of the card");
}

enum loy_status loy_card_step_next(struct loy_store *store, const struct loy_credential *credential,
    int64_t *position, struct loy_card_step *step)
{
    if (!store || !credential || !position || !step || step->size < sizeof *step)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_LIST_CARDS);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT h.version, h.status, h.at_us, coalesce(h.reason, ''), coalesce(o.name, '') "
        "FROM card c JOIN card_history h ON h.card = c.id LEFT JOIN operator o ON o.id = "
        "h.operator "
        "WHERE c.digest = ?1 AND h.version > ?2 ORDER BY h.version LIMIT 1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        *position = sqlite3_column_int64(select, 0);
        step->status = (uint8_t)sqlite3_column_int(select, 1);
        step->at_us = sqlite3_column_int64(select, 2);
        snprintf(
            step->reason, sizeof step->reason, "%s", (const char *)sqlite3_column_text(select, 3));
        bool who = loy_access_allowed(store->role, LOY_MAY_READ_HISTORY);
        snprintf(step->operator_name, sizeof step->operator_name, "%s",
            who ? (const char *)sqlite3_column_text(select, 4) : "");
    }
    sqlite3_reset(select);
    return status;
}

/* at_us, status, tail, purchaser, reason, operator, card, version. Of a card that an old store knew
 * before it kept steps there is only the day of issue. */
static const char events_sql[] =
    "SELECT h.at_us, h.status, c.tail, c.purchaser, h.reason, o.name, c.id, h.version FROM card c "
    "JOIN card_history h ON h.card = c.id LEFT JOIN operator o ON o.id = h.operator "
    "WHERE c.member = ?1 "
    "UNION ALL SELECT c.issued_at_us, 2, c.tail, c.purchaser, NULL, NULL, c.id, 0 FROM card c "
    "WHERE c.member = ?1 AND c.issued_at_us > 0 AND NOT EXISTS (SELECT 1 FROM card_history h "
    "WHERE h.card = c.id AND h.status IN (2, 3)) "
    "UNION ALL SELECT c.expires_at_us, 7, c.tail, c.purchaser, NULL, NULL, c.id, 0 FROM card c "
    "WHERE c.member = ?1 AND c.status IN (2, 3) AND c.expires_at_us < ?3 "
    "ORDER BY 1, 7, 8 LIMIT 1 OFFSET ?2";

static void words_read(sqlite3_stmt *select, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(select, column);
    snprintf(text, size, "%s", found ? found : "");
}

enum loy_status loy_card_event_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_card_event *event)
{
    if (!store || !member || !position || !event || event->size < sizeof *event)
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_LIST_CARDS);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, events_sql);
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    sqlite3_bind_int64(select, 3, store->clock_us);
    status = store_step(store, select);
    if (status == LOY_OK) {
        ++*position;
        event->at_us = sqlite3_column_int64(select, 0);
        event->status = (uint8_t)sqlite3_column_int(select, 1);
        tail_read(select, 2, event->tail);
        event->purchaser = sqlite3_column_int64(select, 3);
        words_read(select, 4, event->reason, sizeof event->reason);
        words_read(select, 5, event->operator_name, sizeof event->operator_name);
        if (!loy_access_allowed(store->role, LOY_MAY_READ_HISTORY)) event->operator_name[0] = '\0';
    }
    sqlite3_reset(select);
    return status;
}
