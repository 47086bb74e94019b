/* SPDX-License-Identifier: MIT
 *
 * card_state.c - the life of a card as one table, and the calls that take a step in it.
 * In: credentials, which hold no number, and reasons. Out: steps with time, reason and operator.
 * Must not know: baskets, numbers, readers.
 */
#include "free_text.h"
#include "member_card_private.h"

#include <string.h>

/* Every step that there is. Whose it is, beside the call's own operation, and whether it needs a
 * reason. What is not here is refused: dead cards stay dead, and a blocked card is not got round by
 * a new one at the lane. */
static const struct {
    enum loy_card_status from, to;
    enum loy_operation operation;
    bool needs_reason;
} steps[] = {
    {LOY_CARD_STOCK, LOY_CARD_ISSUED, LOY_MAY_ISSUE_CARD, false},
    {LOY_CARD_STOCK, LOY_CARD_WITHDRAWN, LOY_MAY_STOCK_CARDS, true},
    {LOY_CARD_ISSUED, LOY_CARD_ACTIVE, LOY_MAY_SELL, false},
    {LOY_CARD_ISSUED, LOY_CARD_LOST, LOY_MAY_BLOCK_CARD, false},
    {LOY_CARD_ISSUED, LOY_CARD_BLOCKED, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_ISSUED, LOY_CARD_REPLACED, LOY_MAY_REPLACE_CARD, false},
    {LOY_CARD_ISSUED, LOY_CARD_EXPIRED, LOY_MAY_BLOCK_CARD, false},
    {LOY_CARD_ISSUED, LOY_CARD_WITHDRAWN, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_ACTIVE, LOY_CARD_LOST, LOY_MAY_BLOCK_CARD, false},
    {LOY_CARD_ACTIVE, LOY_CARD_BLOCKED, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_ACTIVE, LOY_CARD_REPLACED, LOY_MAY_REPLACE_CARD, false},
    {LOY_CARD_ACTIVE, LOY_CARD_EXPIRED, LOY_MAY_BLOCK_CARD, false},
    {LOY_CARD_ACTIVE, LOY_CARD_WITHDRAWN, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_LOST, LOY_CARD_ACTIVE, LOY_MAY_RELEASE_CARD, true},
    {LOY_CARD_LOST, LOY_CARD_BLOCKED, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_LOST, LOY_CARD_REPLACED, LOY_MAY_REPLACE_CARD, false},
    {LOY_CARD_LOST, LOY_CARD_WITHDRAWN, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_BLOCKED, LOY_CARD_ACTIVE, LOY_MAY_RELEASE_CARD, true},
    {LOY_CARD_BLOCKED, LOY_CARD_REPLACED, LOY_MAY_RELEASE_CARD, false},
    {LOY_CARD_BLOCKED, LOY_CARD_WITHDRAWN, LOY_MAY_BLOCK_CARD, true},
    {LOY_CARD_EXPIRED, LOY_CARD_REPLACED, LOY_MAY_REPLACE_CARD, false},
};

static const char *const names[] = {[LOY_CARD_STOCK] = N_("stock"),
    [LOY_CARD_ISSUED] = N_("issued"),
    [LOY_CARD_ACTIVE] = N_("active"),
    [LOY_CARD_LOST] = N_("lost"),
    [LOY_CARD_BLOCKED] = N_("blocked"),
    [LOY_CARD_REPLACED] = N_("replaced"),
    [LOY_CARD_EXPIRED] = N_("expired"),
    [LOY_CARD_WITHDRAWN] = N_("withdrawn")};

const char *loy_card_status_name(enum loy_card_status status)
{
    return (unsigned)status < sizeof names / sizeof names[0] ? names[status] : NULL;
}

enum loy_status loy_card_status_find(const char *name, enum loy_card_status *status)
{
    if (!name || !status) return LOY_E_ARGUMENT;
    for (int i = LOY_CARD_STOCK; i <= LOY_CARD_WITHDRAWN; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *status = (enum loy_card_status)i;
        return LOY_OK;
    }
    return LOY_NONE;
}

int card_status_at(int status, int64_t expires_at_us, int64_t at_us)
{
    bool over = expires_at_us != 0 && at_us > expires_at_us;
    return over && member_card_is_usable(status) ? LOY_CARD_EXPIRED : status;
}

/* ---- A step ------------------------------------------------------------------------------------
 */

enum loy_status card_reason_check(struct loy_store *store, const char *reason, bool needed)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (!reason || !reason[0]) {
        if (!needed) return LOY_OK;
        return store_fail(store, LOY_E_FORMAT, "reason: a few words that say why are needed");
    }
    enum loy_status status = member_code_check(store, "reason", reason, LOY_REASON_MAX);
    if (status != LOY_OK) return status;
    if (member_text_normal(reason, normal) != LOY_OK || !normal[0])
        return store_fail(store, LOY_E_FORMAT, "reason: a few words that say why are needed");
    sodium_memzero(normal, sizeof normal);
    return member_reason_check(store, reason);
}

enum loy_status card_step_check(
    struct loy_store *store, int from, enum loy_card_status to, const char *reason)
{
    if (from == (int)to) return LOY_REPEATED;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if ((int)steps[i].from != from || steps[i].to != to) continue;
        enum loy_status status = store_require(store, steps[i].operation);
        return status == LOY_OK ? card_reason_check(store, reason, steps[i].needs_reason) : status;
    }
    if (from == LOY_CARD_STOCK && to == LOY_CARD_REPLACED)
        return store_fail(store, LOY_REFUSED,
            "this card was never issued, so there is nothing to replace: issue the new card");
    const char *is = loy_card_status_name((enum loy_card_status)from);
    return store_fail(store, LOY_REFUSED, "a card that is %s cannot become %s",
        store_words(is ? is : N_("unknown")), store_words(loy_card_status_name(to)));
}

enum loy_status card_history_insert(struct loy_store *store, int64_t card,
    enum loy_card_status status, const char *reason, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO card_history (card, version, status, reason, at_us, operator) SELECT ?1, "
        "coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5 FROM card_history WHERE card = ?1");
    sqlite3_bind_int64(insert, 1, card);
    sqlite3_bind_int64(insert, 2, status);
    if (reason && reason[0]) sqlite3_bind_text(insert, 3, reason, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, at_us);
    sqlite3_bind_int64(insert, 5, store->operator_id);
    return store_run(store, insert);
}

enum loy_status card_step_write(struct loy_store *store, int64_t card, enum loy_card_status to,
    const char *reason, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE card SET status = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, card);
    sqlite3_bind_int64(update, 2, to);
    enum loy_status status = store_run(store, update);
    return status == LOY_OK ? card_history_insert(store, card, to, reason, at_us) : status;
}

enum loy_status card_audit(
    struct loy_store *store, const char *action, int64_t member, const char *code, int64_t at_us)
{
    struct loy_id id;
    if (member == 0) return store_audit(store, action, code ? code : "stock", at_us);
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, &id);
    sqlite3_reset(select);
    if (status == LOY_NONE) return store_audit(store, action, code ? code : "", at_us);
    return status == LOY_OK ? member_audit(store, action, &id, code, at_us) : status;
}

/* The first use of a card is part of the basket's own transaction and costs it two small rows. */
enum loy_status member_card_used(struct loy_store *store, int64_t card, int status, int64_t at_us)
{
    if (status != LOY_CARD_ISSUED) return LOY_OK;
    enum loy_status checked = card_step_check(store, status, LOY_CARD_ACTIVE, NULL);
    return checked == LOY_OK ? card_step_write(store, card, LOY_CARD_ACTIVE, NULL, at_us) : checked;
}

/* ---- Calls -------------------------------------------------------------------------------------
 */

struct step {
    enum loy_operation operation; /* of the call */
    enum loy_card_status to;
    const char *action; /* in the audit log */
    bool revives;       /* to active: from lost and blocked only; else from issued only */
};

/* Two calls make a card active, and neither does what is the other's. */
static enum loy_status revival_check(
    struct loy_store *store, const struct step *step, const struct card_held *held)
{
    bool out_of_use = held->status == LOY_CARD_LOST || held->status == LOY_CARD_BLOCKED;
    if (step->to != LOY_CARD_ACTIVE || out_of_use == step->revives) return LOY_OK;
    if (out_of_use) return card_refuse(store, held->status);
    return member_card_is_usable(held->status) ? LOY_REPEATED : LOY_OK;
}

static enum loy_status step_take(struct loy_store *store, const struct step *step,
    const struct loy_credential *credential, const char *reason, int64_t at_us)
{
    struct card_held held;
    enum loy_status status = store_require(store, step->operation);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = card_held_take(store, credential, at_us, &held);
    if (status == LOY_OK) status = revival_check(store, step, &held);
    if (status == LOY_OK) status = card_step_check(store, held.status, step->to, reason);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = card_step_write(store, held.card, step->to, reason, at_us);
    if (status == LOY_OK)
        status =
            card_audit(store, step->action, held.member, loy_card_status_name(step->to), at_us);
    return member_end(store, status);
}

enum loy_status loy_card_block(struct loy_store *store, const struct loy_credential *credential,
    enum loy_card_status status, const char *reason, int64_t at_us)
{
    const struct step step = {LOY_MAY_BLOCK_CARD, status, "card.block", false};
    if (!store || !credential) return LOY_E_ARGUMENT;
    if (status != LOY_CARD_LOST && status != LOY_CARD_BLOCKED && status != LOY_CARD_WITHDRAWN)
        return store_fail(store, LOY_E_ARGUMENT, "a card is blocked as lost, blocked or withdrawn");
    return step_take(store, &step, credential, reason, at_us);
}

enum loy_status loy_card_release(struct loy_store *store, const struct loy_credential *credential,
    const char *reason, int64_t at_us)
{
    static const struct step step = {LOY_MAY_RELEASE_CARD, LOY_CARD_ACTIVE, "card.release", true};
    if (!store || !credential) return LOY_E_ARGUMENT;
    return step_take(store, &step, credential, reason, at_us);
}

enum loy_status loy_card_activate(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us)
{
    static const struct step step = {LOY_MAY_ISSUE_CARD, LOY_CARD_ACTIVE, "card.activate", false};
    if (!store || !credential) return LOY_E_ARGUMENT;
    return step_take(store, &step, credential, NULL, at_us);
}

enum loy_status loy_card_expiry_set(struct loy_store *store,
    const struct loy_credential *credential, int64_t expires_at_us, int64_t at_us)
{
    if (!store || !credential || expires_at_us < 0) return LOY_E_ARGUMENT;
    struct card_held held;
    enum loy_status status = store_require(store, LOY_MAY_ISSUE_CARD);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = card_held_take(store, credential, at_us, &held);
    if (status == LOY_OK && held.status != LOY_CARD_STOCK && !member_card_is_usable(held.status))
        status = card_refuse(store, held.status);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    sqlite3_stmt *update =
        store_sql(store, "UPDATE card SET expires_at_us = nullif(?2, 0) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, held.card);
    sqlite3_bind_int64(update, 2, expires_at_us);
    status = store_run(store, update);
    if (status == LOY_OK) status = card_audit(store, "card.expiry", held.member, NULL, at_us);
    return member_end(store, status);
}

static enum loy_status expire_all(struct loy_store *store, int64_t at_us, int64_t *count)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO card_history (card, version, status, at_us, operator) SELECT c.id, "
        "(SELECT coalesce(max(version), 0) + 1 FROM card_history h WHERE h.card = c.id), 7, ?1, ?2 "
        "FROM card c WHERE c.status IN (2, 3) AND c.expires_at_us < ?1");
    sqlite3_bind_int64(insert, 1, at_us);
    sqlite3_bind_int64(insert, 2, store->operator_id);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    sqlite3_stmt *update = store_sql(
        store, "UPDATE card SET status = 7 WHERE status IN (2, 3) AND expires_at_us < ?1");
    sqlite3_bind_int64(update, 1, at_us);
    status = store_run(store, update);
    *count = status == LOY_OK ? sqlite3_changes64(store->db) : 0;
    if (status != LOY_OK || *count == 0) return status;
    char object[40];
    sqlite3_snprintf(sizeof object, object, "%lld cards", (long long)*count);
    return store_audit(store, "card.expire", object, at_us);
}

enum loy_status loy_card_expire(struct loy_store *store, int64_t at_us, int64_t *count)
{
    if (!store || !count) return LOY_E_ARGUMENT;
    int64_t expired = 0;
    enum loy_status status = store_require(store, LOY_MAY_BLOCK_CARD);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_end(store, expire_all(store, at_us, &expired));
    if (status == LOY_OK) *count = expired;
    return status;
}
