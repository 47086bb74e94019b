/* SPDX-License-Identifier: MIT
 *
 * member.c - a member as it is: kind, consents, fields, traits; and changing a consent.
 * In: a member's id. Out: plain values, decrypted only for those whose role may read them.
 * Must not know: forms, cards, baskets.
 */
#include "member_private.h"

#include <string.h>

static enum loy_status read_consents(
    struct loy_store *store, int64_t number, struct loy_member *member)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT purpose, given FROM consent WHERE member = ?1 AND purpose BETWEEN 1 AND 4 "
        "ORDER BY purpose, version");
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK)
        member->consent[sqlite3_column_int(select, 0)] = sqlite3_column_int(select, 1) != 0;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_member_get(
    struct loy_store *store, const struct loy_id *id, struct loy_member *member)
{
    if (!store || !id || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    if (status != LOY_OK) return status;
    struct loy_member found = {.id = *id};
    int64_t number = 0;
    sqlite3_stmt *select = store_sql(store,
        "SELECT id, kind, pseudonymous, created_at_us FROM member WHERE uid = ?1 AND status <> 3");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) {
        number = sqlite3_column_int64(select, 0);
        found.kind = (uint8_t)sqlite3_column_int(select, 1);
        found.pseudonymous = sqlite3_column_int(select, 2) != 0;
        found.created_at_us = sqlite3_column_int64(select, 3);
    }
    sqlite3_reset(select);
    if (status == LOY_OK) status = read_consents(store, number, &found);
    if (status == LOY_OK) *member = found;
    return status == LOY_NONE ? store_fail(store, LOY_NONE, "there is no such member") : status;
}

/* Opens the envelope that the statement stands on; resets the statement. */
static enum loy_status open_value(struct loy_store *store, const struct member_row *member,
    sqlite3_stmt *select, int column, const struct envelope_place *place, char *text)
{
    enum loy_status status = envelope_open(member->key, place, sqlite3_column_blob(select, column),
        (size_t)sqlite3_column_bytes(select, column), text);
    sqlite3_reset(select);
    if (status == LOY_OK) return text[0] ? LOY_OK : LOY_NONE;
    return store_fail(store, status, "a value of a member does not open: it was altered or moved");
}

#define FIELD_OF                                                                                   \
    "SELECT f.value, f.version FROM member m JOIN member_field f ON f.member = m.id "              \
    "WHERE m.uid = ?1 AND f.field = ?2 "
#define LATEST "ORDER BY f.version DESC LIMIT 1"

/* After a card named the member its row is at hand, and the index of ids need not be asked. */
static sqlite3_stmt *field_select(
    struct loy_store *store, const struct loy_id *id, enum loy_field field)
{
    bool at_hand = store->found_number && memcmp(id, &store->found, sizeof *id) == 0;
    sqlite3_stmt *select =
        store_sql(store, at_hand ? FIELD_OF "AND m.id = ?3 " LATEST : FIELD_OF LATEST);
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, field);
    if (at_hand) sqlite3_bind_int64(select, 3, store->found_number);
    return select;
}

enum loy_status loy_member_field(
    struct loy_store *store, const struct loy_id *id, enum loy_field field, char *text)
{
    if (!store || !id || !text || !loy_field_name(field)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, member_field_operation(field));
    struct member_row member;
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = field_select(store, id, field);
    status = store_step(store, select);
    if (status == LOY_NONE) {
        sqlite3_reset(select);
        status = member_number(store, id, &member.number);
        return status == LOY_OK ? LOY_NONE : status;
    }
    if (status == LOY_OK) status = store_member_key(store, id, member.key);
    if (status == LOY_OK) {
        const struct envelope_place place = {
            "member_field", "value", id, field, sqlite3_column_int64(select, 1)};
        status = open_value(store, &member, select, 0, &place, text);
        member_drop(&member);
    }
    sqlite3_reset(select);
    return member_gone_judge(store, id, status);
}

enum loy_status loy_member_trait(
    struct loy_store *store, const struct loy_id *id, const char *name, char *text)
{
    if (!store || !id || !name || !text) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_TRAIT);
    struct member_row member;
    if (status == LOY_OK) status = member_number(store, id, &member.number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, "SELECT value, version FROM member_trait WHERE member = ?1 AND name = ?2 "
                         "AND version > 0 ORDER BY version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member.number);
    sqlite3_bind_text(select, 2, name, -1, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) status = store_member_key(store, id, member.key);
    if (status == LOY_OK) {
        const struct envelope_place place = {
            "member_trait", name, id, 0, sqlite3_column_int64(select, 1)};
        status = open_value(store, &member, select, 0, &place, text);
        member_drop(&member);
    }
    sqlite3_reset(select);
    return member_gone_judge(store, id, status);
}
