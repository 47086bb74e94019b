/* SPDX-License-Identifier: MIT
 *
 * unmerge.c - a merge taken back by its journal. In: the id of who was merged. Out: both as before,
 * but for what was changed meanwhile. Must not know: why they were merged.
 */
#include "merge.h"

#include <loyalty/duplicate.h>

#include <string.h>

#define DAY_US INT64_C(86400000000)
#define MERGES_MAX 16 /* members merged into members merged ... */

/* ---- Which merge --------------------------------------------------------------------------------
 */

static enum loy_status merge_find(
    struct loy_store *store, struct merge_at *merge, int64_t *merged_at_us, bool *is_final)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT g.id, g.survivor, g.at_us, g.final_at_us IS NOT NULL, s.uid, s.status FROM merge g "
        "JOIN member s ON s.id = g.survivor JOIN member l ON l.id = g.loser AND l.status = 2 "
        "WHERE g.loser = ?1 AND g.undone_at_us IS NULL ORDER BY g.id DESC LIMIT 1");
    int standing = 0;
    sqlite3_bind_int64(select, 1, merge->loser.number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        merge->id = sqlite3_column_int64(select, 0);
        merge->survivor.number = sqlite3_column_int64(select, 1);
        *merged_at_us = sqlite3_column_int64(select, 2);
        *is_final = sqlite3_column_int(select, 3) != 0;
        status = member_id_read(store, select, 4, &merge->survivor.id);
        standing = sqlite3_column_int(select, 5);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(store, LOY_NONE, "this member is not merged into another");
    if (status == LOY_OK && standing != MEMBER_STATUS_ACTIVE)
        return store_fail(store, LOY_E_CONFLICT,
            "whom he was merged into was merged or erased since: undo that merge first");
    return status;
}

static enum loy_status merge_take(
    struct loy_store *store, const struct loy_id *loser, struct merge_at *merge)
{
    int64_t merged_at_us = 0;
    bool is_final = false;
    enum loy_status status = member_take(store, loser, &merge->loser);
    if (status == LOY_OK) status = merge_find(store, merge, &merged_at_us, &is_final);
    if (status != LOY_OK) return status;
    if (is_final || merge->at_us - merged_at_us > LOY_MERGE_UNDO_DAYS * DAY_US)
        return store_fail(store, LOY_REFUSED,
            "a merge can be undone for %d days, and they are over: register the customer anew",
            LOY_MERGE_UNDO_DAYS);
    return store_member_key(store, &merge->survivor.id, merge->survivor.key);
}

/* ---- Rows back ----------------------------------------------------------------------------------
 */

static enum loy_status table_back(
    struct loy_store *store, const struct merge_at *merge, const struct merge_table *table)
{
    sqlite3_stmt *back = store_sql(store, table->back);
    sqlite3_bind_int64(back, 1, merge->id);
    sqlite3_bind_int64(back, 2, merge->survivor.number);
    sqlite3_bind_int64(back, 3, merge->loser.number);
    sqlite3_bind_int64(back, 4, table->kind);
    return store_run(store, back);
}

/* What took the place of one of his cards meanwhile is his, and what his purchasers got. */
static const char *const cards_sql[] = {
    "WITH RECURSIVE next (id) AS (SELECT replaced_by FROM card WHERE member = ?3 "
    "UNION SELECT c.replaced_by FROM card c JOIN next n ON c.id = n.id) "
    "UPDATE card SET member = ?3 WHERE member = ?2 AND id IN (SELECT id FROM next)",
    "UPDATE card SET member = ?3 WHERE member = ?2 AND purchaser IN (SELECT id FROM purchaser "
    "WHERE member = ?3)",
};

/* What one of his cards brought meanwhile is his. Cards are back already. */
static enum loy_status baskets_back(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *back = store_sql(store,
        "UPDATE basket SET member = ?2 WHERE member = ?1 AND card IN (SELECT id FROM card WHERE "
        "member = ?2)");
    sqlite3_bind_int64(back, 1, merge->survivor.number);
    sqlite3_bind_int64(back, 2, merge->loser.number);
    return store_run(store, back);
}

/* Statements that take the merge, the survivor and the loser. */
static const char *const undo_sql[] = {
    "UPDATE note SET member = ?3 WHERE member = ?2 AND (kind, version) IN (SELECT part, row FROM "
    "merge_moved WHERE merge = ?1 AND kind = 11)",
    "UPDATE question SET member = ?3 WHERE member = ?2 AND (field, at_us) IN (SELECT part, row "
    "FROM merge_moved WHERE merge = ?1 AND kind = 13)",
    "DELETE FROM member_field WHERE member = ?2 AND (field, version) IN (SELECT row, part FROM "
    "merge_moved WHERE merge = ?1 AND kind = 8)",
    "DELETE FROM confirmation WHERE member = ?2 AND (field, version) IN (SELECT row, part FROM "
    "merge_moved WHERE merge = ?1 AND kind = 8)",
    "DELETE FROM member_trait WHERE member = ?2 AND (name, version) IN (SELECT before, part FROM "
    "merge_moved WHERE merge = ?1 AND kind = 9)",
    "DELETE FROM consent WHERE member = ?2 AND (purpose, version) IN (SELECT row, part FROM "
    "merge_moved WHERE merge = ?1 AND kind = 10)",
    "DELETE FROM blind_index WHERE member = ?2 AND field = 0 AND digest IN (SELECT before FROM "
    "merge_moved WHERE merge = ?1 AND kind = 7)",
    "INSERT OR IGNORE INTO blind_index (field, digest, member) SELECT 0, before, ?3 FROM "
    "merge_moved WHERE merge = ?1 AND kind = 7",
    "UPDATE member SET "
    "pseudonymous = (SELECT before FROM merge_moved WHERE merge = ?1 AND kind = 12 AND part = 1), "
    "referred_by = nullif((SELECT before FROM merge_moved WHERE merge = ?1 AND kind = 12 AND "
    "part = 2), 0), "
    "parent = nullif((SELECT before FROM merge_moved WHERE merge = ?1 AND kind = 12 AND part = 3), "
    "0), kind = (SELECT before FROM merge_moved WHERE merge = ?1 AND kind = 12 AND part = 4) "
    "WHERE id = ?2",
    "UPDATE member SET status = 1, merged_into = NULL, referred_by = nullif(coalesce((SELECT "
    "before "
    "FROM merge_moved WHERE merge = ?1 AND kind = 12 AND part = 5), referred_by), 0) WHERE id = ?3",
};

static enum loy_status undo_run(
    struct loy_store *store, const struct merge_at *merge, const char *sql)
{
    sqlite3_stmt *undo = store_sql(store, sql);
    const int64_t values[] = {merge->id, merge->survivor.number, merge->loser.number};
    for (int i = 0; i < 3; i++)
        if (i < sqlite3_bind_parameter_count(undo)) sqlite3_bind_int64(undo, i + 1, values[i]);
    return store_run(store, undo);
}

static enum loy_status journal_drop(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *delete = store_sql(store, "DELETE FROM merge_moved WHERE merge = ?1");
    sqlite3_bind_int64(delete, 1, merge->id);
    return store_run(store, delete);
}

static enum loy_status undone_mark(struct loy_store *store, const struct merge_at *merge)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE merge SET undone_at_us = ?1 WHERE id = ?2");
    sqlite3_bind_int64(update, 1, merge->at_us);
    sqlite3_bind_int64(update, 2, merge->id);
    return store_run(store, update);
}

static enum loy_status rows_undo(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < merge_table_count && status == LOY_OK; i++)
        status = table_back(store, merge, &merge_tables[i]);
    for (size_t i = 0; i < sizeof cards_sql / sizeof *cards_sql && status == LOY_OK; i++)
        status = undo_run(store, merge, cards_sql[i]);
    if (status == LOY_OK) status = baskets_back(store, merge);
    for (size_t i = 0; i < sizeof undo_sql / sizeof *undo_sql && status == LOY_OK; i++)
        status = undo_run(store, merge, undo_sql[i]);
    return status == LOY_OK ? journal_drop(store, merge) : status;
}

static enum loy_status merge_back(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = rows_undo(store, merge);
    if (status == LOY_OK) status = merge_blind_rebuild(store, &merge->survivor);
    return status == LOY_OK ? merge_blind_rebuild(store, &merge->loser) : status;
}

/* ---- Merges into the same survivor that came later ----------------------------------------------
 *
 * They are taken back first and made again afterwards: what they gave and withheld depended on what
 * the one that is undone had brought. */

struct later {
    struct merge_at merges[MERGES_MAX]; /* the last one first */
    size_t count;
};

static enum loy_status later_read(struct loy_store *store, const struct merge_at *merge,
    sqlite3_stmt *select, struct later *later)
{
    if (later->count == MERGES_MAX || sqlite3_column_int(select, 4))
        return store_fail(store, LOY_E_CONFLICT,
            "others were merged into the same member since: undo the latest of them first");
    struct merge_at *found = &later->merges[later->count];
    *found = *merge;
    found->id = sqlite3_column_int64(select, 0);
    found->loser.number = sqlite3_column_int64(select, 1);
    found->at_us = sqlite3_column_int64(select, 2);
    later->count++;
    enum loy_status status = member_id_read(store, select, 3, &found->loser.id);
    return status == LOY_OK ? store_member_key(store, &found->loser.id, found->loser.key) : status;
}

static enum loy_status later_find(
    struct loy_store *store, const struct merge_at *merge, struct later *later)
{
    later->count = 0;
    sqlite3_stmt *select = store_sql(store,
        "SELECT g.id, g.loser, g.at_us, l.uid, g.final_at_us IS NOT NULL FROM merge g JOIN member "
        "l ON l.id = g.loser AND l.status = 2 WHERE g.survivor = ?1 AND g.id > ?2 AND "
        "g.undone_at_us IS NULL ORDER BY g.id DESC");
    sqlite3_bind_int64(select, 1, merge->survivor.number);
    sqlite3_bind_int64(select, 2, merge->id);
    enum loy_status status = LOY_OK;
    while (status == LOY_OK && (status = store_step(store, select)) == LOY_OK)
        status = later_read(store, merge, select, later);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status merge_undo(
    struct loy_store *store, const struct merge_at *merge, const struct later *later)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < later->count && status == LOY_OK; i++)
        status = merge_back(store, &later->merges[i]);
    if (status == LOY_OK) status = merge_back(store, merge);
    for (size_t i = later->count; i > 0 && status == LOY_OK; i--)
        status = merge_rows_move(store, &later->merges[i - 1]);
    if (status == LOY_OK) status = undone_mark(store, merge);
    if (status != LOY_OK) return status;
    return member_audit(store, "member.unmerge", &merge->loser.id, NULL, merge->at_us);
}

enum loy_status loy_member_unmerge(
    struct loy_store *store, const struct loy_id *loser, int64_t at_us)
{
    if (!store || !loser) return LOY_E_ARGUMENT;
    struct merge_at merge = {.at_us = at_us};
    struct later later = {.count = 0};
    enum loy_status status = store_require(store, LOY_MAY_MERGE_MEMBERS);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = merge_take(store, loser, &merge);
    if (status == LOY_OK) status = later_find(store, &merge, &later);
    if (status == LOY_OK)
        status = member_end(store, merge_undo(store, &merge, &later));
    else
        status = member_end_unwritten(store, status);
    member_drop(&merge.survivor);
    member_drop(&merge.loser);
    sodium_memzero(&later, sizeof later);
    if (status == LOY_OK) member_names_changed(store);
    return status;
}

/* ---- Before one of the two is erased
 * -------------------------------------------------------------
 */

/* The survivor's own. What of it does not open is not found any more, which is no reason not to
 * open the store. */
static enum loy_status survivor_rebuild(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = merge_blind_rebuild(store, &merge->survivor);
    bool sealed = status == LOY_E_CHECK || status == LOY_E_FORMAT || status == LOY_E_VERSION ||
                  status == LOY_E_KEY;
    return sealed ? LOY_OK : status;
}

static enum loy_status take_apart(
    struct loy_store *store, int64_t number, int64_t at_us, unsigned depth)
{
    struct merge_at merge = {.loser = {.number = number}, .at_us = at_us};
    int64_t merged_at_us = 0;
    bool is_final = false;
    enum loy_status status = merge_find(store, &merge, &merged_at_us, &is_final);
    if (status == LOY_E_CONFLICT && depth < MERGES_MAX)
        status = take_apart(store, merge.survivor.number, at_us, depth + 1);
    if (status == LOY_NONE || is_final) return LOY_OK;
    if (status == LOY_OK) status = store_member_key(store, &merge.survivor.id, merge.survivor.key);
    // Who has no key is being erased as well, and takes all along.
    if (status == LOY_E_KEY) return LOY_OK;
    if (status == LOY_OK) status = rows_undo(store, &merge);
    if (status == LOY_OK) status = undone_mark(store, &merge);
    if (status == LOY_OK) status = survivor_rebuild(store, &merge);
    member_drop(&merge.survivor);
    return status;
}

enum loy_status member_take_apart(struct loy_store *store, const struct loy_id *id, int64_t at_us)
{
    int64_t number = 0;
    enum loy_status status = member_number(store, id, &number);
    return status == LOY_OK ? take_apart(store, number, at_us, 0) : status;
}

/* ---- The blind index of one member --------------------------------------------------------------
 */

static enum loy_status indexed_insert(struct loy_store *store, const struct member_row *member,
    sqlite3_stmt *select, enum loy_field field)
{
    char normal[LOY_FIELD_TEXT_MAX];
    enum loy_status status =
        member_normal_open(member, field, sqlite3_column_int64(select, 1), select, 2, normal);
    if (status != LOY_OK)
        return store_fail(
            store, status, "a value of a member does not open: it was altered or moved");
    if (normal[0]) status = member_blind_insert(store, member->number, field, normal);
    sodium_memzero(normal, sizeof normal);
    return status;
}

enum loy_status merge_blind_rebuild(struct loy_store *store, const struct member_row *member)
{
    sqlite3_stmt *delete =
        store_sql(store, "DELETE FROM blind_index WHERE member = ?1 AND field > 0");
    sqlite3_bind_int64(delete, 1, member->number);
    enum loy_status status = store_run(store, delete);
    sqlite3_stmt *select = store_sql(store,
        "SELECT f.field, f.version, f.normal, f.value FROM member_field f WHERE f.member = ?1 AND "
        "f.version = (SELECT max(g.version) FROM member_field g WHERE g.member = f.member AND "
        "g.field = f.field)");
    sqlite3_bind_int64(select, 1, member->number);
    while (status == LOY_OK && (status = store_step(store, select)) == LOY_OK) {
        enum loy_field field = (enum loy_field)sqlite3_column_int64(select, 0);
        if (member_field_indexed(field)) status = indexed_insert(store, member, select, field);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Who stands for whom ------------------------------------------------------------------------
 */

enum loy_status loy_member_survivor(
    struct loy_store *store, const struct loy_id *member, struct loy_id *survivor)
{
    if (!store || !member || !survivor) return LOY_E_ARGUMENT;
    struct loy_id found = *member;
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    for (int i = 0; i < MERGES_MAX && status == LOY_OK; i++) {
        sqlite3_stmt *select = store_sql(store,
            "SELECT s.uid FROM member m JOIN member s ON s.id = m.merged_into WHERE m.uid = ?1 "
            "AND m.status = 2");
        sqlite3_bind_blob(select, 1, found.bytes, sizeof found.bytes, SQLITE_STATIC);
        status = store_step(store, select);
        struct loy_id next;
        if (status == LOY_OK) status = member_id_read(store, select, 0, &next);
        sqlite3_reset(select);
        if (status == LOY_OK) found = next;
    }
    if (status < LOY_OK) return status;
    *survivor = found;
    return LOY_OK;
}

/* ---- Which can be undone ------------------------------------------------------------------------
 */

enum loy_status loy_merge_next(
    struct loy_store *store, int64_t at_us, int64_t *position, struct loy_merge *merge)
{
    if (!store || !position || *position < 0 || !merge || merge->size < sizeof *merge)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_MERGE_MEMBERS);
    if (status != LOY_OK) return status;
    // merge_find takes the latest of a loser's.
    sqlite3_stmt *select = store_sql(store,
        "SELECT g.id, s.uid, l.uid, g.at_us FROM merge g JOIN member s ON s.id = g.survivor AND "
        "s.status = 1 JOIN member l ON l.id = g.loser AND l.status = 2 WHERE g.undone_at_us IS "
        "NULL AND g.final_at_us IS NULL AND g.at_us >= ?2 AND (?1 = 0 OR g.id < ?1) "
        "ORDER BY g.id DESC LIMIT 1");
    struct loy_merge found = {.size = merge->size};
    sqlite3_bind_int64(select, 1, *position);
    sqlite3_bind_int64(select, 2, at_us - LOY_MERGE_UNDO_DAYS * DAY_US);
    status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 1, &found.survivor);
    if (status == LOY_OK) status = member_id_read(store, select, 2, &found.loser);
    if (status == LOY_OK) {
        found.at_us = sqlite3_column_int64(select, 3);
        *position = sqlite3_column_int64(select, 0);
        *merge = found;
    }
    sqlite3_reset(select);
    return status;
}
