/* SPDX-License-Identifier: MIT
 *
 * purchaser_end.c - purchasers ended, and forgotten when the shop needs to know them no longer.
 * In: a member and a number, or a moment. Out: cards withdrawn; rows without a person.
 * Must not know: what the texts say.
 */
#include "member_card_private.h"

#include <loyalty/rights.h>

#include <string.h>

#define DAY_US INT64_C(86400000000)
#define BATCH 1000 /* purchasers per transaction: a lane waits no longer than that takes */

/* ---- Ending ------------------------------------------------------------------------------------
 */

static enum loy_status active_find(
    struct loy_store *store, int64_t member, int64_t purchaser, bool *active, bool *forgotten)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT active, length(name) = 0 FROM purchaser WHERE id = ?1 AND member = ?2");
    sqlite3_bind_int64(select, 1, purchaser);
    sqlite3_bind_int64(select, 2, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *active = sqlite3_column_int(select, 0) != 0;
        *forgotten = sqlite3_column_int(select, 1) != 0;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE, "the member has no such purchaser: see the list of them");
}

/* LOY_NONE: there is none that could still come into use. */
static enum loy_status live_card_find(
    struct loy_store *store, int64_t member, int64_t purchaser, int64_t *card)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM card WHERE member = ?1 AND "
                                            "purchaser = ?2 AND status IN (2, 3, 4, 5) LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, purchaser);
    return store_step_number(store, select, card);
}

static enum loy_status end_write(
    struct loy_store *store, int64_t member, int64_t purchaser, const char *reason, int64_t at_us)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE purchaser SET active = 0, until_us = min(ifnull(until_us, ?2), "
                         "?2) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, purchaser);
    sqlite3_bind_int64(update, 2, at_us);
    enum loy_status status = store_run(store, update);
    int64_t card = 0;
    while (status == LOY_OK && (status = live_card_find(store, member, purchaser, &card)) == LOY_OK)
        status = card_step_write(store, card, LOY_CARD_WITHDRAWN, reason, at_us);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_purchaser_end(struct loy_store *store, const struct loy_id *member,
    int64_t number, const char *reason, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    int64_t firm = 0;
    bool active = false, forgotten = false;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_PURCHASER);
    if (status == LOY_OK) status = card_reason_check(store, reason, false);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_number(store, member, &firm);
    if (status == LOY_OK) status = active_find(store, firm, number, &active, &forgotten);
    if (status == LOY_OK && !active) status = LOY_REPEATED;
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status =
        end_write(store, firm, number, reason && reason[0] ? reason : "purchaser ended", at_us);
    if (status == LOY_OK) status = purchaser_line_end(store, number, at_us);
    if (status == LOY_OK) status = member_audit(store, "purchaser.end", member, NULL, at_us);
    return member_end(store, status);
}

/* ---- Forgetting --------------------------------------------------------------------------------
 *
 * Who bought for the firm is a third person, but the row is under the firm's key, which stays. So
 * the texts themselves go, by the same two steps as an erasure (store_private.h): both files are
 * locked, and their logs emptied behind it.
 */

/* Whose authority is over, and of whom nothing was seen since: ?1 before this moment, ?2 now. */
#define DUE                                                                                        \
    "FROM purchaser p WHERE length(p.name) > 0 AND (p.active = 0 OR p.until_us < ?2 OR "           \
    "(p.authority = 3 AND p.used_basket IS NOT NULL)) AND max(p.added_at_us, "                     \
    "ifnull(p.until_us, 0), ifnull((SELECT max(b.opened_at_us) FROM basket b WHERE b.member = "    \
    "p.member AND b.purchaser = p.id), 0), ifnull((SELECT max(h.at_us) FROM card c JOIN "          \
    "card_history h ON h.card = c.id WHERE c.member = p.member AND c.purchaser = p.id), 0)) < ?1 "

static enum loy_status due_bind(struct loy_store *store, sqlite3_stmt *statement, int64_t at_us)
{
    int64_t days = 0;
    enum loy_status status = loy_retention_days_get(store, &days);
    sqlite3_bind_int64(statement, 1, at_us - days * DAY_US);
    sqlite3_bind_int64(statement, 2, at_us);
    return status;
}

enum loy_status loy_purchasers_due(struct loy_store *store, int64_t at_us, int64_t *count)
{
    if (!store || !count) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT count(*) " DUE);
    status = due_bind(store, select, at_us);
    if (status == LOY_OK) status = store_step(store, select);
    if (status == LOY_OK) *count = sqlite3_column_int64(select, 0);
    sqlite3_reset(select);
    return status;
}

static enum loy_status forget_write(
    struct loy_store *store, int64_t purchaser, const struct loy_id *member, int64_t at_us)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE purchaser SET name = x'', function = NULL, telephone = NULL, "
                         "document = NULL, active = 0 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, purchaser);
    enum loy_status status = purchaser_line_forget(store, purchaser);
    if (status == LOY_OK) status = store_traces_due(store);
    if (status == LOY_OK) status = store_run(store, update);
    return status == LOY_OK ? member_audit(store, "purchaser.forget", member, NULL, at_us) : status;
}

struct run {
    int64_t at_us, position, forgotten;
};

/* LOY_MORE: some are left; LOY_OK: that was the last. */
static enum loy_status batch_fill(struct loy_store *store, struct run *run)
{
    struct loy_id member;
    for (int i = 0; i < BATCH; i++) {
        sqlite3_stmt *select =
            store_sql(store, "SELECT p.id, (SELECT uid FROM member WHERE id = p.member) " DUE
                             "AND p.id > ?3 ORDER BY p.id LIMIT 1");
        enum loy_status status = due_bind(store, select, run->at_us);
        sqlite3_bind_int64(select, 3, run->position);
        if (status == LOY_OK) status = store_step(store, select);
        if (status == LOY_OK) status = member_id_read(store, select, 1, &member);
        if (status == LOY_OK) run->position = sqlite3_column_int64(select, 0);
        sqlite3_reset(select);
        if (status == LOY_OK) status = forget_write(store, run->position, &member, run->at_us);
        if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
        run->forgotten++;
    }
    return LOY_MORE;
}

static enum loy_status batch_run(struct loy_store *store, struct run *run)
{
    struct store_erasure erasure;
    const int64_t before = run->forgotten;
    enum loy_status status = store_erasure_begin(store, &erasure);
    if (status != LOY_OK) return status;
    status = store_erasure_end(store, &erasure, batch_fill(store, run));
    if (status < LOY_OK) {
        run->forgotten = before;
        return status;
    }
    enum loy_status settled = store_erasure_settle(store, &erasure);
    return settled == LOY_OK ? status : settled;
}

enum loy_status loy_purchasers_forget(struct loy_store *store, int64_t at_us, int64_t *forgotten)
{
    if (!store || !forgotten) return LOY_E_ARGUMENT;
    struct run run = {.at_us = at_us};
    int64_t due = 0;
    enum loy_status status = loy_purchasers_due(store, at_us, &due);
    if (status == LOY_OK && due > 0) status = member_clock_check(store, at_us);
    if (status != LOY_OK) return status;
    do
        status = batch_run(store, &run);
    while (status == LOY_MORE);
    *forgotten = run.forgotten;
    return status == LOY_OK ? store_traces_clear(store) : status;
}

/* LOY_REPEATED: is forgotten. */
static enum loy_status forget_check(
    struct loy_store *store, const struct loy_id *member, int64_t purchaser)
{
    int64_t firm = 0;
    bool active = false, forgotten = false;
    enum loy_status status = member_number(store, member, &firm);
    if (status == LOY_OK) status = active_find(store, firm, purchaser, &active, &forgotten);
    if (status != LOY_OK) return status;
    if (forgotten) return LOY_REPEATED;
    return active ? store_fail(
                        store, LOY_REFUSED, "this purchaser may still buy: end the authority first")
                  : LOY_OK;
}

enum loy_status loy_purchaser_forget(
    struct loy_store *store, const struct loy_id *member, int64_t number, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    struct store_erasure erasure;
    enum loy_status status = store_require(store, LOY_MAY_ERASE_MEMBER);
    if (status == LOY_OK) status = store_erasure_begin(store, &erasure);
    if (status != LOY_OK) return status;
    status = forget_check(store, member, number);
    if (status == LOY_OK) status = forget_write(store, number, member, at_us);
    status = store_erasure_end(store, &erasure, status);
    if (status != LOY_OK && status != LOY_REPEATED) return status;
    // Repeated: the first time another program may have read, and the rest was left to do.
    enum loy_status settled = store_erasure_settle(store, &erasure);
    if (settled == LOY_OK) settled = store_traces_clear(store);
    return settled == LOY_OK ? status : settled;
}
