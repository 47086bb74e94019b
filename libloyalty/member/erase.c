/* SPDX-License-Identifier: MIT
 *
 * erase.c - a member forgotten: the key in FILE.keys first, then every row of FILE, while the
 * purchases go to a member row with a random id and a random negative number, so that neither time
 * nor order leads back. In: an id, a reason. Out: nothing left. Must not know: what the rows say.
 */
#include "member_private.h"

/* ?1 the member, ?2 the number under which purchases stay, ?3 its id, ?4 now. An open basket ends
 * as nobody's: its end lies behind the erasure and would tell whose it was. A member that was
 * merged into one which stays (in an older copy of the store) takes what it had sealed with it. */
static const char *const steps[] = {
    "DELETE FROM pending_card WHERE digest IN (SELECT digest FROM card WHERE member = ?1) "
    "OR basket IN (SELECT id FROM basket WHERE member = ?1)",
    /* A serial may stand beside a name in the list of a posting: it stays used, for no basket. */
    COUPONS_KEEP("SELECT id FROM basket WHERE member = ?1"),
    COUPONS_PART("SELECT id FROM basket WHERE member = ?1"),
    "UPDATE basket_link SET card = NULL WHERE card IN (SELECT id FROM card WHERE member = ?1)",
    "DELETE FROM operator_card WHERE digest IN (SELECT digest FROM card WHERE member = ?1)",
    "DELETE FROM question WHERE member = ?1",
    /* It stays looked at, but the words may tell of whom it was. */
    "UPDATE alarm_seen SET reason = '' WHERE basket IN (SELECT id FROM basket WHERE member = ?1)",
    "INSERT INTO member (id, uid, kind, pseudonymous, status, created_at_us) "
    "SELECT ?2, ?3, 1, 1, 3, 0 WHERE EXISTS (SELECT 1 FROM basket WHERE member = ?1 "
    "AND state <> 1) ON CONFLICT DO NOTHING",
    "UPDATE basket SET member = CASE state WHEN 1 THEN NULL ELSE ?2 END, card = NULL, "
    "purchaser = NULL WHERE member = ?1",
    "DELETE FROM card_history WHERE card IN (SELECT id FROM card WHERE member = ?1)",
    "DELETE FROM card WHERE member = ?1",
    "UPDATE card SET purchaser = NULL WHERE member = (SELECT merged_into FROM member WHERE id = "
    "?1) "
    "AND purchaser IN (SELECT id FROM purchaser WHERE sealed_for = ?1)",
    "DELETE FROM purchaser WHERE member IN (SELECT ?1 UNION SELECT merged_into FROM member "
    "WHERE id = ?1) AND (member = ?1 OR sealed_for = ?1)",
    /* What was said of an article stays for those who develop it: reason and day, nobody's. Not
     * with the purchases: the audit log has the day and the id of each complaint, and would lead to
     * them. Random numbers, for the order of the old ones is the log's; origin finds nobody. */
    "UPDATE contact SET id = -1 - abs(random() >> 2), member = 0, sealed_for = NULL, serial = 0, "
    "at_us = (SELECT (contact.at_us + o.us) / 86400000000 * 86400000000 - o.us FROM "
    "(SELECT coalesce((SELECT offset_min FROM basket WHERE id = contact.basket), "
    "(SELECT offset_min FROM basket ORDER BY id DESC LIMIT 1), 0) * 60000000 AS us) o), "
    "basket = NULL, line = NULL, campaign = NULL, incentive = NULL, "
    "legal_basis = NULL, body = NULL, origin = NULL, operator = 0 WHERE member IN (SELECT ?1 "
    "UNION SELECT merged_into FROM member WHERE id = ?1) AND (member = ?1 OR sealed_for = ?1) "
    "AND kind = 'complaint' AND article_version IS NOT NULL",
    "DELETE FROM contact WHERE member IN (SELECT ?1 UNION SELECT merged_into FROM member "
    "WHERE id = ?1) AND (member = ?1 OR sealed_for = ?1)",
    "DELETE FROM note WHERE member IN (SELECT ?1 UNION SELECT merged_into FROM member "
    "WHERE id = ?1) AND (member = ?1 OR sealed_for = ?1)",
    "DELETE FROM member_field WHERE member = ?1",
    "DELETE FROM member_trait WHERE member = ?1",
    "DELETE FROM confirmation WHERE member = ?1",
    "DELETE FROM blind_index WHERE member = ?1",
    "DELETE FROM consent WHERE member = ?1",
    "DELETE FROM claim WHERE member = ?1",
    "DELETE FROM merge_moved WHERE merge IN (SELECT id FROM merge WHERE survivor = ?1 "
    "UNION SELECT id FROM merge WHERE loser = ?1)",
    "DELETE FROM merge WHERE survivor = ?1 OR loser = ?1",
    "DELETE FROM distinct_pair WHERE lower = ?1 OR higher = ?1",
    "INSERT INTO erased (uid, at_us) SELECT uid, ?4 FROM member WHERE id = ?1 "
    "ON CONFLICT DO NOTHING",
    /* Its number is not given again: other handles remember numbers. */
    "INSERT INTO setting (name, value) VALUES ('member_top', ?1) "
    "ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
    "DELETE FROM member WHERE id = ?1",
};

/* Whole merges of merges are given to ?1, which is about to take them all along. */
static const char flatten_sql[] =
    "WITH RECURSIVE g(id) AS (SELECT ?1 UNION SELECT x.loser FROM merge x JOIN g "
    "ON x.survivor = g.id JOIN member m ON m.id = x.loser AND m.status = 2 "
    "WHERE x.undone_at_us IS NULL) UPDATE merge SET survivor = ?1 WHERE undone_at_us IS NULL "
    "AND survivor IN (SELECT id FROM g) AND loser <> ?1";
static const char loser_sql[] =
    "SELECT m.id, m.uid FROM merge x JOIN member m ON m.id = x.loser AND m.status = 2 "
    "WHERE x.survivor = ?1 AND x.undone_at_us IS NULL AND m.id <> ?1 LIMIT 1";

struct leaving {
    const struct store_erasure *erasure;
    const char *reason;
    int64_t at_us;
    int64_t stays;    /* number under which purchases stay */
    struct loy_id id; /* its id: random, no time in it */
};

static struct leaving leaving_make(
    const struct store_erasure *erasure, const char *reason, int64_t at_us)
{
    struct leaving leaving = {.erasure = erasure, .reason = reason, .at_us = at_us};
    uint64_t random;
    randombytes_buf(&random, sizeof random);
    leaving.stays = -(int64_t)(random >> 2) - 1;
    randombytes_buf(leaving.id.bytes, sizeof leaving.id.bytes);
    leaving.id.bytes[6] = (uint8_t)(0x40 | (leaving.id.bytes[6] & 0x0f));
    leaving.id.bytes[8] = (uint8_t)(0x80 | (leaving.id.bytes[8] & 0x3f));
    return leaving;
}

static enum loy_status step_run(
    struct loy_store *store, const char *sql, int64_t number, const struct leaving *leaving)
{
    sqlite3_stmt *statement = store_sql(store, sql);
    /* Not every step has every parameter; a bind that finds none does nothing. */
    sqlite3_bind_int64(statement, 1, number);
    sqlite3_bind_int64(statement, 2, leaving->stays);
    sqlite3_bind_blob(statement, 3, leaving->id.bytes, sizeof leaving->id.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, leaving->at_us);
    return store_run(store, statement);
}

static enum loy_status row_erase(
    struct loy_store *store, int64_t number, const struct loy_id *id, const struct leaving *leaving)
{
    enum loy_status status = store_erasure_key(store, leaving->erasure, id, leaving->reason);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == LOY_OK; i++)
        status = step_run(store, steps[i], number, leaving);
    if (status != LOY_OK) return status;
    return member_audit(store, "member.erase", id, leaving->reason, leaving->at_us);
}

static enum loy_status loser_next(
    struct loy_store *store, int64_t number, int64_t *loser, struct loy_id *id)
{
    sqlite3_stmt *select = store_sql(store, loser_sql);
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *loser = sqlite3_column_int64(select, 0);
        status = member_id_read(store, select, 1, id);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status member_erase_whole(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *id, const char *reason, int64_t at_us)
{
    const struct leaving leaving = leaving_make(erasure, reason, at_us);
    struct loy_id merged;
    int64_t number = 0, loser = 0;
    enum loy_status status = member_number(store, id, &number);
    if (status != LOY_OK) return status;
    status = step_run(store, flatten_sql, number, &leaving);
    while (status == LOY_OK && (status = loser_next(store, number, &loser, &merged)) == LOY_OK)
        status = row_erase(store, loser, &merged, &leaving);
    return status == LOY_NONE ? row_erase(store, number, id, &leaving) : status;
}

enum loy_status member_erase_tail(struct loy_store *store)
{
    return store_run(store,
        store_sql(store, "UPDATE member SET referred_by = (SELECT o.id FROM member o "
                         "WHERE o.id = member.referred_by), parent = (SELECT o.id FROM member o "
                         "WHERE o.id = member.parent) WHERE "
                         "(referred_by IS NOT NULL AND referred_by NOT IN (SELECT id FROM member)) "
                         "OR (parent IS NOT NULL AND parent NOT IN (SELECT id FROM member))"));
}

/* LOY_OK: may be erased; LOY_REPEATED: was. */
static enum loy_status erase_check(struct loy_store *store, const struct loy_id *id)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 3 FROM erased WHERE uid = ?1 UNION ALL "
                         "SELECT status FROM member WHERE uid = ?1 AND status <> 3");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    int state = status == LOY_OK ? sqlite3_column_int(select, 0) : 0;
    sqlite3_reset(select);
    if (state == MEMBER_STATUS_ERASED) return LOY_REPEATED;
    if (state == MEMBER_STATUS_MERGED)
        return store_fail(store, LOY_E_CONFLICT,
            "this member was merged into another: erase that one, or undo the merge first");
    return status == LOY_NONE ? store_fail(store, LOY_NONE, "there is no such member") : status;
}

static enum loy_status erase_locked(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *id, const char *reason, int64_t at_us)
{
    enum loy_status status = erase_check(store, id);
    if (status != LOY_OK) return status;
    status = member_erase_whole(store, erasure, id, reason, at_us);
    return status == LOY_OK ? member_erase_tail(store) : status;
}

enum loy_status loy_member_erase(
    struct loy_store *store, const struct loy_id *member, const char *reason, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    struct store_erasure erasure;
    enum loy_status status = store_require(store, LOY_MAY_ERASE_MEMBER);
    if (status == LOY_OK) status = member_code_check(store, "reason", reason, STORE_REASON_MAX);
    if (status == LOY_OK) status = store_erasure_begin(store, &erasure);
    if (status != LOY_OK) return status;
    status = erase_locked(store, &erasure, member, reason, at_us);
    status = store_erasure_end(store, &erasure, status);
    member_cache_free(store);
    if (status != LOY_OK && status != LOY_REPEATED) return status;
    enum loy_status settled = store_erasure_settle(store, &erasure);
    if (settled == LOY_OK) settled = store_traces_clear(store);
    return settled == LOY_OK ? status : settled;
}

/* ---- At opening ------------------------------------------------------------------------------
 */

/* An id that this copy of the store has never known, or knows as erased, is noted and no more. One
 * that it knows as merged was taken out of that merge before it was erased: else what the survivor
 * got by the merge would stay. */
static enum loy_status erase_due(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *id, const char *reason)
{
    enum loy_status status = member_take_apart(store, id, store->clock_us);
    if (status == LOY_OK) status = member_erase_whole(store, erasure, id, reason, store->clock_us);
    if (status != LOY_NONE) return status;
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO erased (uid, at_us) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    sqlite3_bind_blob(insert, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, store->clock_us);
    return store_run(store, insert);
}

/* LOY_OK: whoever is noted or listed is erased. Who still reads will be gone at another opening;
 * the notes wait for it. */
static enum loy_status due_erase(struct loy_store *store)
{
    struct store_erasure erasure;
    bool due = false;
    enum loy_status status = store_erasure_due(store, &due);
    if (status != LOY_OK || !due) return status;
    status = store_erasure_begin(store, &erasure);
    if (status != LOY_OK) return status;
    status = store_erasure_each(store, &erasure, erase_due);
    if (status == LOY_OK) status = member_erase_tail(store);
    status = store_erasure_end(store, &erasure, status);
    if (status != LOY_OK) return status;
    status = store_erasure_settle(store, &erasure);
    return status == LOY_E_BUSY ? LOY_OK : status;
}

/* The list first: the end of the other writes it anew from the table, which in a store that was
 * just restored knows less. */
enum loy_status member_erasures_settle(struct loy_store *store)
{
    enum loy_status status = due_erase(store);
    if (status != LOY_OK) return status;
    status = member_merges_settle(store);
    if (status == LOY_E_BUSY) return LOY_OK;
    if (status == LOY_OK) store_traces_try(store);
    return status;
}
