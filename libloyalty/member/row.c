/* SPDX-License-Identifier: MIT
 *
 * row.c - the rows that make a member: number and key, values with provenance, blind index.
 * In: ids and texts. Out: rows whose texts are envelopes.
 * Must not know: forms, roles, cards.
 */
#include "member_private.h"

#include <stdio.h>
#include <string.h>

enum loy_status member_number(struct loy_store *store, const struct loy_id *id, int64_t *number)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM member WHERE uid = ?1 AND status <> 3");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, select, number);
    return status == LOY_NONE ? store_fail(store, LOY_NONE, "there is no such member") : status;
}

enum loy_status member_id_read(
    struct loy_store *store, sqlite3_stmt *select, int column, struct loy_id *id)
{
    if (sqlite3_column_bytes(select, column) != (int)sizeof id->bytes)
        return store_fail(store, LOY_E_STORE, "a member's id is damaged: run loyalty check");
    memcpy(id->bytes, sqlite3_column_blob(select, column), sizeof id->bytes);
    return LOY_OK;
}

enum loy_status member_gone_judge(
    struct loy_store *store, const struct loy_id *id, enum loy_status failure)
{
    int64_t number = 0;
    if (failure != LOY_E_KEY) return failure;
    enum loy_status status = store_member_key_destroyed(store, id);
    if (status == LOY_OK) return store_fail(store, LOY_NONE, "there is no such member");
    if (status == LOY_NONE) status = member_number(store, id, &number);
    return status == LOY_OK ? failure : status;
}

/* Of a member whose merge is final nothing is sealed: any key does, and none opens anything. */
static enum loy_status final_take(struct loy_store *store, struct member_row *member)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM merge g JOIN member m ON m.id = g.loser AND m.status = 2 "
                         "WHERE g.loser = ?1 AND g.undone_at_us IS NULL AND g.final_at_us IS NOT "
                         "NULL LIMIT 1");
    sqlite3_bind_int64(select, 1, member->number);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    if (status == LOY_OK) randombytes_buf(member->key, sizeof member->key);
    return status == LOY_NONE ? LOY_E_KEY : status;
}

enum loy_status member_take(
    struct loy_store *store, const struct loy_id *id, struct member_row *member)
{
    member->id = *id;
    enum loy_status status = member_number(store, id, &member->number);
    if (status == LOY_OK) status = store_member_key(store, id, member->key);
    if (status == LOY_E_KEY) status = final_take(store, member);
    return member_gone_judge(store, id, status);
}

enum loy_status member_number_active(
    struct loy_store *store, const struct loy_id *id, int64_t *number)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM member WHERE uid = ?1 AND status = 1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, select, number);
    return status == LOY_NONE ? store_fail(store, LOY_NONE, "there is no such member") : status;
}

enum loy_status member_take_active(
    struct loy_store *store, const struct loy_id *id, struct member_row *member)
{
    member->id = *id;
    enum loy_status status = member_number_active(store, id, &member->number);
    if (status == LOY_OK) status = store_member_key(store, id, member->key);
    return member_gone_judge(store, id, status);
}

void member_drop(struct member_row *member)
{
    sodium_memzero(member->key, sizeof member->key);
}

enum loy_status member_blind_insert(
    struct loy_store *store, int64_t member, int64_t field, const char *normal)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    store_blind(store, field, normal, digest);
    sqlite3_stmt *insert = store_sql(
        store, "INSERT OR IGNORE INTO blind_index (field, digest, member) VALUES (?1, ?2, ?3)");
    sqlite3_bind_int64(insert, 1, field);
    sqlite3_bind_blob(insert, 2, digest, sizeof digest, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, member);
    return store_run(store, insert);
}

enum loy_status member_blind_find(
    struct loy_store *store, int64_t field, const char *normal, struct loy_id *member)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    store_blind(store, field, normal, digest);
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.uid FROM blind_index b JOIN member m ON m.id = b.member AND m.status = 1 "
        "WHERE b.field = ?1 AND b.digest = ?2 ORDER BY b.member LIMIT 1");
    sqlite3_bind_int64(select, 1, field);
    sqlite3_bind_blob(select, 2, digest, sizeof digest, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, member);
    sqlite3_reset(select);
    return status;
}

struct sealed {
    uint8_t bytes[ENVELOPE_MAX];
    size_t size;
};

static enum loy_status value_run(struct loy_store *store, int64_t member, int64_t version,
    enum loy_field field, const struct sealed *value, const struct sealed *normal,
    const struct member_provenance *provenance)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO member_field (member, field, version, value, normal, channel, initiated_by, "
        "collected_at_us, entered_at_us, legal_basis, operator, verified_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    sqlite3_bind_int64(insert, 1, member);
    sqlite3_bind_int64(insert, 2, field);
    sqlite3_bind_int64(insert, 3, version);
    sqlite3_bind_blob(insert, 4, value->bytes, (int)value->size, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 5, normal->bytes, (int)normal->size, SQLITE_STATIC);
    sqlite3_bind_text(insert, 6, provenance->channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 7, provenance->initiated_by);
    sqlite3_bind_int64(insert, 8, provenance->collected_at_us);
    sqlite3_bind_int64(insert, 9, provenance->entered_at_us);
    sqlite3_bind_text(insert, 10, provenance->legal_basis, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 11, store->operator_id);
    sqlite3_bind_text(insert, 12, provenance->verified_by, -1, SQLITE_STATIC);
    return store_run(store, insert);
}

/* The second is empty where it would say the same. */
static enum loy_status seal_both(const struct member_row *member, int64_t version,
    const struct loy_field_text *value, const char *normal, struct sealed sealed[2])
{
    struct envelope_place place = {"member_field", "value", &member->id, value->field, version};
    enum loy_status status =
        envelope_seal(member->key, &place, value->text, sealed[0].bytes, &sealed[0].size);
    place.column = "normal";
    sealed[1].size = 0;
    if (status == LOY_OK && strcmp(value->text, normal) != 0)
        status = envelope_seal(member->key, &place, normal, sealed[1].bytes, &sealed[1].size);
    return status;
}

static enum loy_status normal_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_field_text *value, const char *normal,
    const struct member_provenance *provenance)
{
    struct sealed sealed[2];
    enum loy_status status = seal_both(member, version, value, normal, sealed);
    if (status != LOY_OK) return store_fail(store, status, "a value could not be encrypted");
    status =
        value_run(store, member->number, version, value->field, &sealed[0], &sealed[1], provenance);
    bool found_by = version >= 1 && normal[0] && member_field_indexed(value->field);
    if (status != LOY_OK || !found_by) return status;
    return member_blind_insert(store, member->number, value->field, normal);
}

enum loy_status member_value_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_field_text *value, const struct member_provenance *provenance)
{
    char normal[LOY_FIELD_TEXT_MAX] = "";
    struct loy_field_text kept = *value;
    enum loy_status status =
        member_field_normal(store, value->field, value->text, provenance->entered_at_us, normal);
    bool blank = status == LOY_NONE;
    if (blank) kept.text = "";
    if (blank && version == 1) return LOY_OK;
    if (status == LOY_OK || blank)
        status = normal_insert(store, member, version, &kept, normal, provenance);
    sodium_memzero(normal, sizeof normal);
    return status;
}

enum loy_status member_trait_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_trait_text *trait, const struct member_provenance *provenance)
{
    struct sealed sealed;
    const struct envelope_place place = {"member_trait", trait->name, &member->id, 0, version};
    enum loy_status status =
        envelope_seal(member->key, &place, trait->text, sealed.bytes, &sealed.size);
    if (status != LOY_OK) return store_fail(store, status, "a trait could not be encrypted");
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO member_trait (member, name, version, value, channel, "
                         "initiated_by, collected_at_us, entered_at_us, legal_basis, operator) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    sqlite3_bind_int64(insert, 1, member->number);
    sqlite3_bind_text(insert, 2, trait->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, version);
    sqlite3_bind_blob(insert, 4, sealed.bytes, (int)sealed.size, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, provenance->channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, provenance->initiated_by);
    sqlite3_bind_int64(insert, 7, provenance->collected_at_us);
    sqlite3_bind_int64(insert, 8, provenance->entered_at_us);
    sqlite3_bind_text(insert, 9, provenance->legal_basis, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 10, store->operator_id);
    return store_run(store, insert);
}

enum loy_status member_normal_open(const struct member_row *member, int64_t field, int64_t version,
    sqlite3_stmt *select, int normal_column, char normal[LOY_FIELD_TEXT_MAX])
{
    bool same = sqlite3_column_bytes(select, normal_column) == 0;
    const int column = normal_column + same;
    const struct envelope_place place = {
        "member_field", same ? "value" : "normal", &member->id, field, version};
    return envelope_open(member->key, &place, sqlite3_column_blob(select, column),
        (size_t)sqlite3_column_bytes(select, column), normal);
}

enum loy_status member_end(struct loy_store *store, enum loy_status status)
{
    if (status >= LOY_OK) {
        enum loy_status committed = store_commit(store);
        return committed == LOY_OK ? status : committed;
    }
    store_rollback(store);
    return status;
}

enum loy_status member_end_unwritten(struct loy_store *store, enum loy_status status)
{
    enum loy_status committed = store_commit(store);
    return status == LOY_OK ? committed : status;
}

enum loy_status member_audit(struct loy_store *store, const char *action, const struct loy_id *id,
    const char *code, int64_t at_us)
{
    char object[80], text[LOY_ID_TEXT_SIZE];
    loy_id_text(id, text);
    snprintf(object, sizeof object, "%s%s%.40s", text, code ? " " : "", code ? code : "");
    return store_audit(store, action, object, at_us);
}
