/* SPDX-License-Identifier: MIT
 *
 * merge_final.c - merges that are too old for an undo are made final: what the loser's key sealed
 * is sealed anew for the survivor, the rest of the loser goes, and his key after it.
 * In: a moment. Out: members of whom the id is left. Must not know: what the texts say.
 *
 * Two transactions, in this order: FILE, with the texts sealed anew and a mark in `setting`, then
 * the keys. The mark goes when both logs are empty: what a crash or a reader left to do, the next
 * opening or call does.
 */
#include "merge.h"

#include <loyalty/duplicate.h>

#include <string.h>

#define DAY_US INT64_C(86400000000)
#define BATCH 200 /* merges per transaction: a lane waits no longer than that takes */
#define TEXTS 3   /* of a row, at most */

struct final {
    struct merge_at merge;
    int64_t holder; /* who has his rows: the survivor, or whom that one was merged into */
    int64_t count;  /* merges made final so far */
};

/* ---- Which merges -------------------------------------------------------------------------------
 */

#define PAST                                                                                       \
    "FROM merge g JOIN member l ON l.id = g.loser AND l.status = 2 JOIN member s ON "              \
    "s.id = g.survivor WHERE g.undone_at_us IS NULL AND g.final_at_us IS NULL AND g.at_us < ?1 "

/* Who was merged into the loser goes before him: for the loser his texts are sealed then. */
static const char due_sql[] =
    "SELECT g.id, g.loser, l.uid, g.survivor, s.uid " PAST
    "AND g.id > ?2 AND NOT EXISTS (SELECT 1 FROM merge e WHERE e.survivor = g.loser AND "
    "e.undone_at_us IS NULL AND e.final_at_us IS NULL) ORDER BY g.id LIMIT 1";

static int64_t before_us(int64_t at_us)
{
    return at_us - LOY_MERGE_UNDO_DAYS * DAY_US;
}

static enum loy_status due_next(struct loy_store *store, struct merge_at *merge)
{
    sqlite3_stmt *select = store_sql(store, due_sql);
    sqlite3_bind_int64(select, 1, before_us(merge->at_us));
    sqlite3_bind_int64(select, 2, merge->id);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        merge->id = sqlite3_column_int64(select, 0);
        merge->loser.number = sqlite3_column_int64(select, 1);
        merge->survivor.number = sqlite3_column_int64(select, 3);
        status = member_id_read(store, select, 2, &merge->loser.id);
        if (status == LOY_OK) status = member_id_read(store, select, 4, &merge->survivor.id);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_merge_due(struct loy_store *store, int64_t at_us, int64_t *count)
{
    if (!store || !count) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT count(*) " PAST);
    sqlite3_bind_int64(select, 1, before_us(at_us));
    return store_step_number(store, select, count);
}

/* ---- Whose rows they are now --------------------------------------------------------------------
 */

#define CHAIN                                                                                      \
    "WITH RECURSIVE chain (id) AS (SELECT ?1 UNION SELECT m.merged_into FROM chain JOIN member m " \
    "ON m.id = chain.id WHERE m.merged_into IS NOT NULL) "

static enum loy_status holder_find(struct loy_store *store, struct final *final)
{
    sqlite3_stmt *select =
        store_sql(store, CHAIN "SELECT max(m.id) FROM chain JOIN member m ON m.id = "
                               "chain.id WHERE m.merged_into IS NULL");
    sqlite3_bind_int64(select, 1, final->merge.survivor.number);
    return store_step_number(store, select, &final->holder);
}

/* What comes to the holder past the survivor goes back to the survivor if he is parted from it. */
static enum loy_status row_journal(struct loy_store *store, const struct final *final,
    enum merge_kind kind, int64_t row, int64_t part)
{
    sqlite3_stmt *insert =
        store_sql(store, CHAIN "INSERT INTO merge_moved (merge, kind, row, part) SELECT g.id, ?2, "
                               "?3, ?4 FROM merge g WHERE g.loser IN (SELECT id FROM chain) AND "
                               "g.undone_at_us IS NULL AND g.final_at_us IS NULL");
    sqlite3_bind_int64(insert, 1, final->merge.survivor.number);
    sqlite3_bind_int64(insert, 2, kind);
    sqlite3_bind_int64(insert, 3, row);
    sqlite3_bind_int64(insert, 4, part);
    return store_run(store, insert);
}

/* ---- Sealed anew --------------------------------------------------------------------------------
 */

struct envelope {
    uint8_t bytes[ENVELOPE_MAX];
    size_t size; /* 0: there is no text */
};

struct where {
    int64_t field, version;
};

static enum loy_status text_reseal(struct loy_store *store, const struct final *final,
    sqlite3_stmt *select, int column, struct envelope_place place, struct where to,
    struct envelope *sealed)
{
    char text[LOY_ENVELOPE_TEXT_MAX];
    sealed->size = 0;
    if (sqlite3_column_bytes(select, column) == 0) return LOY_OK;
    place.member = &final->merge.loser.id;
    enum loy_status status = envelope_open(final->merge.loser.key, &place,
        sqlite3_column_blob(select, column), (size_t)sqlite3_column_bytes(select, column), text);
    if (status != LOY_OK)
        return store_fail(
            store, status, "a value of a member does not open: it was altered or moved");
    place.member = &final->merge.survivor.id;
    place.field = to.field;
    place.version = to.version;
    status = envelope_seal(final->merge.survivor.key, &place, text, sealed->bytes, &sealed->size);
    sodium_memzero(text, sizeof text);
    return status;
}

static void bind_envelope(sqlite3_stmt *statement, int column, const struct envelope *sealed)
{
    if (sealed->size)
        sqlite3_bind_blob(statement, column, sealed->bytes, (int)sealed->size, SQLITE_STATIC);
}

static void bind_pair(sqlite3_stmt *select, const struct final *final)
{
    sqlite3_bind_int64(select, 1, final->merge.loser.number);
    sqlite3_bind_int64(select, 2, final->holder);
}

/* A contact's serial is the number of its row. Of a registration that was the loser's it is
 * negative from now on, so that it does not count as the survivor's. LOY_NONE: there is no more. */
static enum loy_status contact_next(struct loy_store *store, const struct final *final)
{
    struct envelope sealed;
    sqlite3_stmt *select = store_sql(store,
        "SELECT id, serial, iif(kind = 'registration', -id, id), body FROM contact "
        "WHERE sealed_for = ?1 AND member = ?2 AND body IS NOT NULL LIMIT 1");
    bind_pair(select, final);
    enum loy_status status = store_step(store, select);
    const int64_t row = sqlite3_column_int64(select, 0), serial = sqlite3_column_int64(select, 2);
    const struct envelope_place from = {
        "contact", "body", NULL, 0, sqlite3_column_int64(select, 1)};
    if (status == LOY_OK)
        status = text_reseal(store, final, select, 3, from, (struct where){0, serial}, &sealed);
    sqlite3_reset(select);
    if (status != LOY_OK) return status;
    sqlite3_stmt *update = store_sql(
        store, "UPDATE contact SET sealed_for = ?2, serial = ?3, body = ?4 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, row);
    sqlite3_bind_int64(update, 2, final->merge.survivor.number);
    sqlite3_bind_int64(update, 3, serial);
    bind_envelope(update, 4, &sealed);
    return store_run(store, update);
}

static enum loy_status purchaser_write(struct loy_store *store, const struct final *final,
    int64_t row, int64_t number, const struct envelope sealed[TEXTS])
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE purchaser SET sealed_for = ?2, number = ?3, name = ifnull(?4, "
                         "x''), function = ?5, telephone = ?6 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, row);
    sqlite3_bind_int64(update, 2, final->merge.survivor.number);
    sqlite3_bind_int64(update, 3, number);
    for (int i = 0; i < TEXTS; i++)
        bind_envelope(update, 4 + i, &sealed[i]);
    return store_run(store, update);
}

static enum loy_status purchaser_next(struct loy_store *store, const struct final *final)
{
    static const char *const columns[TEXTS] = {"name", "function", "telephone"};
    struct envelope sealed[TEXTS];
    sqlite3_stmt *select = store_sql(store,
        "SELECT id, number, (SELECT coalesce(max(number), 0) + 1 FROM purchaser WHERE "
        "sealed_for = ?3), name, function, telephone FROM purchaser WHERE sealed_for = ?1 AND "
        "member = ?2 LIMIT 1");
    bind_pair(select, final);
    sqlite3_bind_int64(select, 3, final->merge.survivor.number);
    enum loy_status status = store_step(store, select);
    const int64_t row = sqlite3_column_int64(select, 0), number = sqlite3_column_int64(select, 2);
    struct envelope_place from = {"purchaser", NULL, NULL, sqlite3_column_int64(select, 1), 1};
    for (int i = 0; i < TEXTS && status == LOY_OK; i++) {
        from.column = columns[i];
        status =
            text_reseal(store, final, select, 3 + i, from, (struct where){number, 1}, &sealed[i]);
    }
    sqlite3_reset(select);
    return status == LOY_OK ? purchaser_write(store, final, row, number, sealed) : status;
}

/* A note that is still with the loser is one at whose very moment the survivor has one of that kind
 * too. It comes to stand before it: what is the latest word stays so. */
static enum loy_status version_find(
    struct loy_store *store, const struct final *final, int64_t member, struct where *at)
{
    if (member == final->holder) return LOY_OK;
    sqlite3_stmt *select = store_sql(store,
        "WITH RECURSIVE free (version) AS (SELECT ?3 UNION ALL SELECT version - 1 FROM free WHERE "
        "EXISTS (SELECT 1 FROM note n WHERE n.member = ?1 AND n.kind = ?2 AND n.version = "
        "free.version)) SELECT min(version) FROM free");
    sqlite3_bind_int64(select, 1, final->holder);
    sqlite3_bind_int64(select, 2, at->field);
    sqlite3_bind_int64(select, 3, at->version);
    enum loy_status status = store_step_number(store, select, &at->version);
    return status == LOY_OK ? row_journal(store, final, MERGE_NOTE, at->version, at->field)
                            : status;
}

static enum loy_status note_write(struct loy_store *store, const struct final *final,
    int64_t member, struct where from, struct where to, const struct envelope *sealed)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE note SET sealed_for = ?4, member = ?5, version = ?6, body = ?7 WHERE member = ?1 "
        "AND kind = ?2 AND version = ?3");
    sqlite3_bind_int64(update, 1, member);
    sqlite3_bind_int64(update, 2, from.field);
    sqlite3_bind_int64(update, 3, from.version);
    sqlite3_bind_int64(update, 4, final->merge.survivor.number);
    sqlite3_bind_int64(update, 5, final->holder);
    sqlite3_bind_int64(update, 6, to.version);
    bind_envelope(update, 7, sealed);
    return store_run(store, update);
}

static enum loy_status note_next(struct loy_store *store, const struct final *final)
{
    struct envelope sealed;
    sqlite3_stmt *select = store_sql(store, "SELECT member, kind, version, body FROM note WHERE "
                                            "sealed_for = ?1 AND member IN (?1, ?2) LIMIT 1");
    bind_pair(select, final);
    enum loy_status status = store_step(store, select);
    const int64_t member = sqlite3_column_int64(select, 0);
    const struct where at = {sqlite3_column_int64(select, 1), sqlite3_column_int64(select, 2)};
    struct where to = at;
    if (status == LOY_OK) status = version_find(store, final, member, &to);
    const struct envelope_place from = {"note", "body", NULL, at.field, at.version};
    if (status == LOY_OK) status = text_reseal(store, final, select, 3, from, to, &sealed);
    sqlite3_reset(select);
    return status == LOY_OK ? note_write(store, final, member, at, to, &sealed) : status;
}

static enum loy_status all_reseal(struct loy_store *store, const struct final *final)
{
    static enum loy_status (*const nexts[])(struct loy_store *, const struct final *) = {
        contact_next, purchaser_next, note_next};
    enum loy_status status = LOY_NONE;
    for (size_t i = 0; i < sizeof nexts / sizeof nexts[0] && status == LOY_NONE; i++)
        do
            status = nexts[i](store, final);
        while (status == LOY_OK);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- What goes ----------------------------------------------------------------------------------
 */

/* The timeline tells when and how he registered; with his values gone, this row does. */
static enum loy_status registration_keep(struct loy_store *store, const struct final *final)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO contact (id, serial, member, sealed_for, at_us, kind, channel, initiated_by, "
        "operator) SELECT n.id, n.id, ?2, m.id, m.created_at_us, 'registration', "
        "coalesce(f.channel, t.channel, 'import'), coalesce(f.initiated_by, t.initiated_by, 3), ?3 "
        "FROM member m JOIN (SELECT max(ifnull(max(id), 0), 0) + 1 AS id FROM contact) n "
        "LEFT JOIN (SELECT channel, initiated_by FROM member_field WHERE member = ?1 "
        "ORDER BY entered_at_us, field LIMIT 1) f LEFT JOIN (SELECT channel, initiated_by FROM "
        "member_trait WHERE member = ?1 ORDER BY entered_at_us LIMIT 1) t WHERE m.id = ?1 AND NOT "
        "EXISTS (SELECT 1 FROM contact c WHERE c.member = ?2 AND c.sealed_for = ?1 AND "
        "c.kind = 'registration' AND c.serial >= 0)");
    bind_pair(insert, final);
    sqlite3_bind_int64(insert, 3, store->operator_id);
    int before = sqlite3_total_changes(store->db);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK || sqlite3_total_changes(store->db) == before) return status;
    return row_journal(store, final, MERGE_CONTACT, sqlite3_last_insert_rowid(store->db), 0);
}

/* ?1 the loser, ?2 the survivor, ?3 the merge, ?4 now, ?5 who has the rows. */
static const char *const steps[] = {
    "UPDATE contact SET sealed_for = ?2, serial = id WHERE sealed_for = ?1 AND member = ?5 AND "
    "body IS NULL AND kind <> 'registration'",
    "DELETE FROM member_field WHERE member = ?1",
    "DELETE FROM member_trait WHERE member = ?1",
    "DELETE FROM confirmation WHERE member = ?1",
    "DELETE FROM question WHERE member = ?1",
    "DELETE FROM consent WHERE member = ?1",
    "DELETE FROM blind_index WHERE member = ?1",
    "DELETE FROM merge_moved WHERE merge = ?3",
    "UPDATE member SET form_token = NULL WHERE id = ?1",
    "UPDATE merge SET final_at_us = ?4 WHERE id = ?3",
    "INSERT INTO setting (name, value) VALUES ('merge_keys_due', ?3) ON CONFLICT (name) DO UPDATE "
    "SET value = min(value, excluded.value)",
};

static enum loy_status step_run(struct loy_store *store, const struct final *final, const char *sql)
{
    const struct merge_at *merge = &final->merge;
    sqlite3_stmt *statement = store_sql(store, sql);
    /* Not every step has every parameter; a bind that finds none does nothing. */
    sqlite3_bind_int64(statement, 1, merge->loser.number);
    sqlite3_bind_int64(statement, 2, merge->survivor.number);
    sqlite3_bind_int64(statement, 3, merge->id);
    sqlite3_bind_int64(statement, 4, merge->at_us);
    sqlite3_bind_int64(statement, 5, final->holder);
    return store_run(store, statement);
}

static enum loy_status merge_finish(struct loy_store *store, struct final *final)
{
    struct merge_at *merge = &final->merge;
    enum loy_status status = holder_find(store, final);
    if (status == LOY_OK) status = store_member_key(store, &merge->loser.id, merge->loser.key);
    if (status == LOY_OK)
        status = store_member_key(store, &merge->survivor.id, merge->survivor.key);
    if (status == LOY_OK) status = registration_keep(store, final);
    if (status == LOY_OK) status = all_reseal(store, final);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == LOY_OK; i++)
        status = step_run(store, final, steps[i]);
    member_drop(&merge->loser);
    member_drop(&merge->survivor);
    if (status != LOY_OK) return status;
    return member_audit(store, "member.merge_final", &merge->loser.id, NULL, merge->at_us);
}

/* ---- His key ------------------------------------------------------------------------------------
 *
 * The mark is the first merge whose loser may have his key yet. It stays, behind the last merge,
 * until both logs are empty too.
 */

/* Behind every merge: nobody may have his key yet. */
#define NO_MARK INT64_MAX

static enum loy_status mark_read(struct loy_store *store, int64_t *first)
{
    enum loy_status status = store_step_number(
        store, store_sql(store, "SELECT value FROM setting WHERE name = 'merge_keys_due'"), first);
    if (status != LOY_NONE) return status;
    *first = NO_MARK;
    return LOY_OK;
}

static enum loy_status mark_advance(struct loy_store *store, int64_t *mark)
{
    enum loy_status status = store_run(
        store, store_sql(store, "UPDATE setting SET value = (SELECT ifnull(max(id), 0) + 1 FROM "
                                "merge) WHERE name = 'merge_keys_due'"));
    return status == LOY_OK ? mark_read(store, mark) : status;
}

/* Unless another process has made a merge final since. */
static enum loy_status mark_drop(struct loy_store *store, int64_t mark)
{
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    sqlite3_stmt *drop = store_sql(store,
        "DELETE FROM setting WHERE name = 'merge_keys_due' AND value = ?1 AND NOT EXISTS "
        "(SELECT 1 FROM merge WHERE id >= ?1 AND final_at_us IS NOT NULL)");
    sqlite3_bind_int64(drop, 1, mark);
    return member_end(store, store_run(store, drop));
}

/* Under both locks, since another process may have moved the mark. */
static enum loy_status keys_destroy(struct loy_store *store, int64_t *mark)
{
    struct loy_id id;
    enum loy_status status = mark_read(store, mark);
    if (status != LOY_OK) return status;
    sqlite3_stmt *rows = store_sql(store,
        "SELECT l.uid FROM merge g JOIN member l ON l.id = g.loser AND l.status = 2 "
        "WHERE g.id >= ?1 AND g.final_at_us IS NOT NULL AND g.undone_at_us IS NULL");
    sqlite3_bind_int64(rows, 1, *mark);
    while ((status = store_step(store, rows)) == LOY_OK) {
        status = member_id_read(store, rows, 0, &id);
        if (status == LOY_OK) status = store_erasure_key_alone(store, &id);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(rows);
    return status == LOY_NONE ? mark_advance(store, mark) : status;
}

enum loy_status member_merges_settle(struct loy_store *store)
{
    struct store_erasure erasure;
    int64_t mark = 0;
    enum loy_status status = mark_read(store, &mark);
    if (status != LOY_OK || mark == NO_MARK) return status;
    status = store_erasure_begin(store, &erasure);
    if (status != LOY_OK) return status;
    status = store_erasure_end(store, &erasure, keys_destroy(store, &mark));
    if (status == LOY_OK) status = store_erasure_settle(store, &erasure);
    return status == LOY_OK ? mark_drop(store, mark) : status;
}

/* ---- The call -----------------------------------------------------------------------------------
 */

/* LOY_MORE: some are left; LOY_OK: that was the last. */
static enum loy_status batch_fill(struct loy_store *store, struct final *final)
{
    for (int i = 0; i < BATCH; i++) {
        enum loy_status status = due_next(store, &final->merge);
        if (status == LOY_NONE) return LOY_OK;
        if (status == LOY_OK) status = merge_finish(store, final);
        if (status != LOY_OK) return status;
        final->count++;
    }
    return LOY_MORE;
}

static enum loy_status batch_run(struct loy_store *store, struct final *final)
{
    const int64_t before = final->count;
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_end(store, batch_fill(store, final));
    if (status < LOY_OK) {
        final->count = before;
        return status;
    }
    enum loy_status settled = member_merges_settle(store);
    return settled == LOY_OK ? status : settled;
}

enum loy_status loy_merge_finalise(struct loy_store *store, int64_t at_us, int64_t *finalised)
{
    if (!store || !finalised) return LOY_E_ARGUMENT;
    struct final final = {.merge.at_us = at_us};
    int64_t due = 0;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "an erasure is not made inside a transaction");
    if (status == LOY_OK) status = loy_merge_due(store, at_us, &due);
    if (status == LOY_OK && due > 0) status = member_clock_check(store, at_us);
    if (status != LOY_OK) return status;
    do
        status = batch_run(store, &final);
    while (status == LOY_MORE);
    *finalised = final.count;
    return status == LOY_OK ? store_traces_clear(store) : status;
}
