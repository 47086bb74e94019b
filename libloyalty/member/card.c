/* SPDX-License-Identifier: MIT
 *
 * card.c - the cards of members: issued, found, listed.
 * In: credentials, which hold no number. Out: members, cards, and baskets that find their member
 * late. Must not know: numbers, readers, a basket's lines.
 */
#include "member_private.h"

#include <string.h>

struct held {
    int64_t card, member; /* 0: none */
    int status;
};

static enum loy_status card_find(
    struct loy_store *store, const struct loy_credential *credential, struct held *held)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT id, coalesce(member, 0), status FROM card WHERE digest = ?1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        held->card = sqlite3_column_int64(select, 0);
        held->member = sqlite3_column_int64(select, 1);
        held->status = sqlite3_column_int(select, 2);
    }
    sqlite3_reset(select);
    return status;
}

static bool usable(int status)
{
    return status == LOY_CARD_ISSUED || status == LOY_CARD_ACTIVE;
}

static enum loy_status refuse(struct loy_store *store, int status)
{
    static const char *const words[] = {N_("unknown"), N_("in stock"), N_("issued"), N_("active"),
        N_("lost"), N_("blocked"), N_("replaced"), N_("expired"), N_("withdrawn")};
    bool known = status > 0 && (size_t)status < sizeof words / sizeof words[0];
    return store_fail(store, LOY_REFUSED, "this card cannot be used (%s): ask at the service desk",
        store_words(words[known ? status : 0]));
}

enum loy_status loy_member_find_card(
    struct loy_store *store, const struct loy_credential *credential, struct loy_id *member)
{
    if (!store || !credential || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.uid, c.status FROM card c JOIN member m ON m.id = c.member AND m.status = 1 "
        "WHERE c.digest = ?1");
    sqlite3_bind_blob(select, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) {
        int state = sqlite3_column_int(select, 1);
        status = usable(state) ? member_id_read(store, select, 0, member) : refuse(store, state);
    }
    sqlite3_reset(select);
    return status;
}

/* ---- Issuing -----------------------------------------------------------------------------------
 */

static enum loy_status card_insert(struct loy_store *store, int64_t member,
    const struct loy_credential *credential, int64_t at_us, int64_t *card)
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO card (digest, kind, tail, member, status, issued_at_us) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    sqlite3_bind_blob(insert, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, credential->kind);
    sqlite3_bind_text(insert, 3, credential->tail, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, member);
    sqlite3_bind_int64(insert, 5, LOY_CARD_ISSUED);
    sqlite3_bind_int64(insert, 6, at_us);
    enum loy_status status = store_run(store, insert);
    *card = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum loy_status card_from_stock(
    struct loy_store *store, int64_t member, int64_t card, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(
        store, "UPDATE card SET member = ?1, status = ?2, issued_at_us = ?3 WHERE id = ?4");
    sqlite3_bind_int64(update, 1, member);
    sqlite3_bind_int64(update, 2, LOY_CARD_ISSUED);
    sqlite3_bind_int64(update, 3, at_us);
    sqlite3_bind_int64(update, 4, card);
    return store_run(store, update);
}

static enum loy_status history_insert(
    struct loy_store *store, int64_t card, enum loy_card_status status, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO card_history (card, version, status, at_us, operator) SELECT ?1, "
        "coalesce(max(version), 0) + 1, ?2, ?3, ?4 FROM card_history WHERE card = ?1");
    sqlite3_bind_int64(insert, 1, card);
    sqlite3_bind_int64(insert, 2, status);
    sqlite3_bind_int64(insert, 3, at_us);
    sqlite3_bind_int64(insert, 4, store->operator_id);
    return store_run(store, insert);
}

/* Baskets at which this card was shown before anybody knew it get their member; one that has a
 * member by another card keeps it. */
static enum loy_status resolve_pending(
    struct loy_store *store, int64_t member, int64_t card, const struct loy_credential *credential)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE basket SET member = ?1, card = ?2 WHERE member IS NULL "
                         "AND id IN (SELECT basket FROM pending_card WHERE digest = ?3)");
    sqlite3_bind_int64(update, 1, member);
    sqlite3_bind_int64(update, 2, card);
    sqlite3_bind_blob(update, 3, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    sqlite3_stmt *delete = store_sql(store, "DELETE FROM pending_card WHERE digest = ?1");
    sqlite3_bind_blob(delete, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_run(store, delete);
}

/* May the member have the card? Writes nothing. LOY_OK: it is in stock; LOY_NONE: it is new. */
static enum loy_status issue_check(struct loy_store *store, const struct loy_id *id,
    const struct loy_credential *credential, int64_t *member, struct held *held)
{
    enum loy_status status = member_number(store, id, member);
    if (status == LOY_NONE) return LOY_E_ARGUMENT;
    if (status == LOY_OK) status = card_find(store, credential, held);
    if (status != LOY_OK) return status;
    if (held->member != 0 && held->member != *member)
        return store_fail(
            store, LOY_E_CONFLICT, "this card belongs to another member: take another card");
    if (held->member == *member && usable(held->status)) return LOY_REPEATED;
    return held->status == LOY_CARD_STOCK ? LOY_OK : refuse(store, held->status);
}

static enum loy_status issue(struct loy_store *store, const struct loy_id *id, int64_t member,
    const struct loy_credential *credential, int64_t card, int64_t at_us)
{
    enum loy_status status = card != 0 ? card_from_stock(store, member, card, at_us)
                                       : card_insert(store, member, credential, at_us, &card);
    if (status == LOY_OK) status = history_insert(store, card, LOY_CARD_ISSUED, at_us);
    if (status == LOY_OK) status = resolve_pending(store, member, card, credential);
    if (status == LOY_OK) status = member_audit(store, "card.issue", id, NULL, at_us);
    return status;
}

enum loy_status loy_card_issue(struct loy_store *store, const struct loy_id *member,
    const struct loy_credential *credential, int64_t at_us)
{
    if (!store || !member || !credential || credential->kind < LOY_CREDENTIAL_NUMBER ||
        credential->kind > LOY_CREDENTIAL_TEXT)
        return LOY_E_ARGUMENT;
    struct held held = {0, 0, 0};
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_ISSUE_CARD);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = issue_check(store, member, credential, &number, &held);
    if (status != LOY_OK && status != LOY_NONE) return member_end_unwritten(store, status);
    return member_end(store, issue(store, member, number, credential, held.card, at_us));
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
        store_sql(store, "SELECT id, kind, status, tail, coalesce(issued_at_us, 0) FROM card "
                         "WHERE member = ?1 AND id > ?2 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        memset(card, 0, sizeof *card);
        *position = sqlite3_column_int64(select, 0);
        card->kind = (uint8_t)sqlite3_column_int(select, 1);
        card->status = (uint8_t)sqlite3_column_int(select, 2);
        const char *tail = (const char *)sqlite3_column_text(select, 3);
        if (tail) strncpy(card->tail, tail, sizeof card->tail - 1);
        card->issued_at_us = sqlite3_column_int64(select, 4);
    }
    sqlite3_reset(select);
    return status;
}
