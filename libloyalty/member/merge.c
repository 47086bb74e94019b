/* SPDX-License-Identifier: MIT
 *
 * merge.c - two members become one, with a journal from which unmerge.c makes two of them again.
 * In: two ids. Out: rows that changed hands, values that the survivor got, and the journal of both.
 * Must not know: why the two are thought to be one.
 */
#include "merge.h"

#include <loyalty/duplicate.h>

#include <stdio.h>
#include <string.h>

#define MOVED(kind, table, column)                                                                 \
    {                                                                                              \
        kind,                                                                                      \
            "INSERT INTO merge_moved (merge, kind, row, part) SELECT ?1, ?3, id, 0 FROM " table    \
            " WHERE " column " = ?2",                                                              \
            "UPDATE " table " SET " column " = ?1 WHERE " column " = ?2",                          \
            "UPDATE " table " SET " column " = ?3 WHERE " column                                   \
            " = ?2 AND id IN (SELECT row FROM "                                                    \
            "merge_moved WHERE merge = ?1 AND kind = ?4)"                                          \
    }

const struct merge_table merge_tables[] = {
    MOVED(MERGE_CARD, "card", "member"),
    MOVED(MERGE_BASKET, "basket", "member"),
    MOVED(MERGE_CONTACT, "contact", "member"),
    MOVED(MERGE_PURCHASER, "purchaser", "member"),
    MOVED(MERGE_REFERRED, "member", "referred_by"),
    MOVED(MERGE_BRANCH, "member", "parent"),
};
const size_t merge_table_count = sizeof merge_tables / sizeof *merge_tables;

/* ---- The journal --------------------------------------------------------------------------------
 */

sqlite3_stmt *merge_journal_insert(
    struct loy_store *store, const struct merge_at *merge, enum merge_kind kind, int64_t row)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO merge_moved (merge, kind, row, part, before) VALUES (?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_int64(insert, 1, merge->id);
    sqlite3_bind_int64(insert, 2, kind);
    sqlite3_bind_int64(insert, 3, row);
    return insert;
}

enum loy_status merge_journal_number(struct loy_store *store, const struct merge_at *merge,
    enum merge_kind kind, int64_t row, int64_t part, int64_t before)
{
    sqlite3_stmt *insert = merge_journal_insert(store, merge, kind, row);
    sqlite3_bind_int64(insert, 4, part);
    sqlite3_bind_int64(insert, 5, before);
    return store_run(store, insert);
}

static enum loy_status merge_insert(struct loy_store *store, struct merge_at *merge)
{
    sqlite3_stmt *insert = store_sql(
        store, "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (?1, ?2, ?3, ?4)");
    sqlite3_bind_int64(insert, 1, merge->survivor.number);
    sqlite3_bind_int64(insert, 2, merge->loser.number);
    sqlite3_bind_int64(insert, 3, merge->at_us);
    sqlite3_bind_int64(insert, 4, store->operator_id);
    enum loy_status status = store_run(store, insert);
    merge->id = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* ---- Rows that change hands ---------------------------------------------------------------------
 */

/* journal: ?1 the merge, ?2 the loser, ?3 `third`; move: ?1 the survivor, ?2 the loser. */
static enum loy_status rows_move(struct loy_store *store, const struct merge_at *merge,
    const char *journal_sql, int64_t third, const char *move_sql)
{
    sqlite3_stmt *journal = store_sql(store, journal_sql);
    sqlite3_bind_int64(journal, 1, merge->id);
    sqlite3_bind_int64(journal, 2, merge->loser.number);
    sqlite3_bind_int64(journal, 3, third);
    enum loy_status status = store_run(store, journal);
    if (status != LOY_OK) return status;
    sqlite3_stmt *move = store_sql(store, move_sql);
    sqlite3_bind_int64(move, 1, merge->survivor.number);
    sqlite3_bind_int64(move, 2, merge->loser.number);
    return store_run(store, move);
}

static enum loy_status table_move(
    struct loy_store *store, const struct merge_at *merge, const struct merge_table *table)
{
    return rows_move(store, merge, table->journal, table->kind, table->move);
}

/* A note's version is the time of its writing, so that those of both stand in one order. */
static enum loy_status notes_move(struct loy_store *store, const struct merge_at *merge)
{
    return rows_move(store, merge,
        "INSERT INTO merge_moved (merge, kind, row, part) SELECT ?1, 11, n.version, n.kind FROM "
        "note n WHERE n.member = ?2 AND NOT EXISTS (SELECT 1 FROM note s WHERE s.member = ?3 "
        "AND s.kind = n.kind AND s.version = n.version)",
        merge->survivor.number, "UPDATE OR IGNORE note SET member = ?1 WHERE member = ?2");
}

/* What somebody was asked, and does not want to be asked, holds for the one that both are. */
static enum loy_status questions_move(struct loy_store *store, const struct merge_at *merge)
{
    return rows_move(store, merge,
        "INSERT INTO merge_moved (merge, kind, row, part) SELECT ?1, 13, q.at_us, q.field FROM "
        "question q WHERE q.member = ?2 AND NOT EXISTS (SELECT 1 FROM question s WHERE "
        "s.member = ?3 AND s.field = q.field AND s.at_us = q.at_us)",
        merge->survivor.number, "UPDATE OR IGNORE question SET member = ?1 WHERE member = ?2");
}

/* The loser's rows of the blind index lead to the survivor from now on. His references are noted,
 * since nothing else would know them again; the rest is made of his values at an undo. */
static enum loy_status blind_move(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *journal = store_sql(store,
        "INSERT INTO merge_moved (merge, kind, row, part, before) "
        "SELECT ?1, 7, row_number() OVER (ORDER BY digest), 0, digest FROM blind_index "
        "WHERE member = ?2 AND field = 0");
    sqlite3_bind_int64(journal, 1, merge->id);
    sqlite3_bind_int64(journal, 2, merge->loser.number);
    enum loy_status status = store_run(store, journal);
    if (status != LOY_OK) return status;
    sqlite3_stmt *copy =
        store_sql(store, "INSERT OR IGNORE INTO blind_index (field, digest, member) "
                         "SELECT field, digest, ?1 FROM blind_index WHERE member = ?2");
    sqlite3_bind_int64(copy, 1, merge->survivor.number);
    sqlite3_bind_int64(copy, 2, merge->loser.number);
    status = store_run(store, copy);
    if (status != LOY_OK) return status;
    sqlite3_stmt *delete = store_sql(store, "DELETE FROM blind_index WHERE member = ?1");
    sqlite3_bind_int64(delete, 1, merge->loser.number);
    return store_run(store, delete);
}

/* ---- Consents: given where both gave them -------------------------------------------------------
 *
 * But for the scheme: who was never asked has not left it (a card of his is served). */

static enum loy_status consent_read(
    struct loy_store *store, int64_t member, int purpose, bool *given, int64_t *version)
{
    sqlite3_stmt *select = store_sql(store, "SELECT given, version FROM consent WHERE member = ?1 "
                                            "AND purpose = ?2 ORDER BY version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int(select, 2, purpose);
    enum loy_status status = store_step(store, select);
    *given = status == LOY_OK && sqlite3_column_int(select, 0) != 0;
    *version = status == LOY_OK ? sqlite3_column_int64(select, 1) : 0;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status consent_withdraw(
    struct loy_store *store, const struct merge_at *merge, int purpose, int64_t version)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO consent (member, purpose, version, given, at_us, channel, operator, "
        "initiated_by) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)");
    sqlite3_bind_int64(insert, 1, merge->survivor.number);
    sqlite3_bind_int(insert, 2, purpose);
    sqlite3_bind_int64(insert, 3, version);
    sqlite3_bind_int64(insert, 4, merge->at_us);
    sqlite3_bind_text(insert, 5, MEMBER_CHANNEL_MERGE, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, store->operator_id);
    sqlite3_bind_int64(insert, 7, LOY_INITIATIVE_STAFF);
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK)
        status = merge_journal_number(store, merge, MERGE_CONSENT, purpose, version, 0);
    return status;
}

/* Whether the loser's answer, or his silence, ends what the survivor has. Versions are 0 where
 * nobody ever answered. */
static bool consent_ends(
    int purpose, bool mine, int64_t version, bool theirs, int64_t their_version)
{
    if (purpose != LOY_PURPOSE_SCHEME) return mine && !theirs;
    return their_version > 0 && !theirs && (mine || version == 0);
}

static enum loy_status consents_join(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = LOY_OK;
    for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++) {
        bool mine = false, theirs = false;
        int64_t version = 0, their_version = 0;
        status = consent_read(store, merge->survivor.number, purpose, &mine, &version);
        if (status == LOY_OK)
            status = consent_read(store, merge->loser.number, purpose, &theirs, &their_version);
        if (status == LOY_OK && consent_ends(purpose, mine, version, theirs, their_version))
            status = consent_withdraw(store, merge, purpose, version + 1);
        if (status != LOY_OK) break;
    }
    return status;
}

/* ---- The survivor himself -----------------------------------------------------------------------
 */

static enum loy_status self_journal(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT pseudonymous, coalesce(referred_by, 0), coalesce(parent, 0), kind, (SELECT "
        "coalesce(referred_by, 0) FROM member WHERE id = ?2) FROM member WHERE id = ?1");
    int64_t before[5] = {0};
    sqlite3_bind_int64(select, 1, merge->survivor.number);
    sqlite3_bind_int64(select, 2, merge->loser.number);
    enum loy_status status = store_step(store, select);
    for (int i = 0; i < 5 && status == LOY_OK; i++)
        before[i] = sqlite3_column_int64(select, i);
    sqlite3_reset(select);
    for (int i = 0; i < 5 && status == LOY_OK; i++)
        status = merge_journal_number(store, merge, MERGE_SELF, 0, i + 1, before[i]);
    return status;
}

/* Referred or headed by himself he cannot be. */
static enum loy_status self_update(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *survivor = store_sql(store,
        "UPDATE member SET pseudonymous = min(member.pseudonymous, l.pseudonymous), "
        "kind = iif(member.pseudonymous > l.pseudonymous, l.kind, member.kind), "
        "referred_by = nullif(coalesce(nullif(member.referred_by, l.id), l.referred_by), "
        "member.id), "
        "parent = nullif(coalesce(nullif(member.parent, l.id), l.parent), member.id) "
        "FROM (SELECT * FROM member WHERE id = ?2) l WHERE member.id = ?1");
    sqlite3_bind_int64(survivor, 1, merge->survivor.number);
    sqlite3_bind_int64(survivor, 2, merge->loser.number);
    enum loy_status status = store_run(store, survivor);
    if (status != LOY_OK) return status;
    sqlite3_stmt *loser =
        store_sql(store, "UPDATE member SET status = 2, merged_into = ?1, referred_by = NULL "
                         "WHERE id = ?2");
    sqlite3_bind_int64(loser, 1, merge->survivor.number);
    sqlite3_bind_int64(loser, 2, merge->loser.number);
    return store_run(store, loser);
}

/* Who brought whom, and who heads whom, go upwards only: where two who become one closed a ring,
 * the survivor has nobody above him. */
static const char *const rings_sql[] = {
#define RING_OPEN(column)                                                                          \
    "WITH RECURSIVE up (id) AS (SELECT " column " FROM member WHERE id = ?1 UNION "                \
    "SELECT coalesce(iif(m.status = 2, m.merged_into, NULL), m." column ") FROM up u "             \
    "JOIN member m ON m.id = u.id AND m.id <> ?1) UPDATE member SET " column " = NULL "            \
    "WHERE id = ?1 AND EXISTS (SELECT 1 FROM up WHERE id = ?1)"
    RING_OPEN("referred_by"),
    RING_OPEN("parent"),
};

static enum loy_status rings_open(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof rings_sql / sizeof *rings_sql && status == LOY_OK; i++) {
        sqlite3_stmt *update = store_sql(store, rings_sql[i]);
        sqlite3_bind_int64(update, 1, merge->survivor.number);
        status = store_run(store, update);
    }
    return status;
}

/* ---- The call -----------------------------------------------------------------------------------
 */

static enum loy_status member_standing(
    struct loy_store *store, int64_t member, int *kind, bool *pseudonymous)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT kind, pseudonymous FROM member WHERE id = ?1 AND status = 1");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *kind = sqlite3_column_int(select, 0);
        *pseudonymous = sqlite3_column_int(select, 1) != 0;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "this member was merged or erased before: only two who are active can be merged");
}

static enum loy_status merge_check(struct loy_store *store, const struct merge_at *merge)
{
    int kinds[2] = {0};
    bool pseudonymous[2] = {false, false};
    if (merge->survivor.number == merge->loser.number)
        return store_fail(store, LOY_E_CONFLICT, "these are one and the same member");
    enum loy_status status =
        member_standing(store, merge->survivor.number, &kinds[0], &pseudonymous[0]);
    if (status == LOY_OK)
        status = member_standing(store, merge->loser.number, &kinds[1], &pseudonymous[1]);
    if (status == LOY_OK && kinds[0] != kinds[1] && !pseudonymous[0] && !pseudonymous[1])
        return store_fail(store, LOY_E_CONFLICT,
            "a person and an organisation are never one: register the person as an authorised "
            "purchaser instead");
    return status;
}

enum loy_status merge_rows_move(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = self_journal(store, merge);
    if (status == LOY_OK) status = merge_values_move(store, merge);
    if (status == LOY_OK) status = consents_join(store, merge);
    if (status == LOY_OK) status = notes_move(store, merge);
    if (status == LOY_OK) status = questions_move(store, merge);
    if (status == LOY_OK) status = blind_move(store, merge);
    if (status == LOY_OK) status = self_update(store, merge);
    for (size_t i = 0; i < merge_table_count && status == LOY_OK; i++)
        status = table_move(store, merge, &merge_tables[i]);
    return status == LOY_OK ? rings_open(store, merge) : status;
}

static enum loy_status merge_write(struct loy_store *store, struct merge_at *merge)
{
    enum loy_status status = merge_insert(store, merge);
    if (status == LOY_OK) status = merge_rows_move(store, merge);
    if (status == LOY_OK)
        status = member_audit(store, "member.merge", &merge->survivor.id, NULL, merge->at_us);
    if (status == LOY_OK)
        status = member_audit(store, "member.merged", &merge->loser.id, NULL, merge->at_us);
    return status;
}

enum loy_status loy_member_merge(struct loy_store *store, const struct loy_id *survivor,
    const struct loy_id *loser, int64_t at_us)
{
    if (!store || !survivor || !loser) return LOY_E_ARGUMENT;
    struct merge_at merge = {.at_us = at_us};
    enum loy_status status = store_require(store, LOY_MAY_MERGE_MEMBERS);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_take(store, survivor, &merge.survivor);
    if (status == LOY_OK) status = member_take(store, loser, &merge.loser);
    if (status == LOY_OK) status = merge_check(store, &merge);
    if (status == LOY_OK)
        status = member_end(store, merge_write(store, &merge));
    else
        status = member_end_unwritten(store, status);
    member_drop(&merge.survivor);
    member_drop(&merge.loser);
    if (status == LOY_OK) member_names_changed(store);
    return status;
}
