/* SPDX-License-Identifier: MIT
 *
 * history.c - every value that a member ever gave, with where it came from; and the current ones
 * with what speaks for them. In: a member. Out: values one by one. Must not know: who wins, scores.
 */
#include "member_private.h"

#include <stdio.h>
#include <string.h>

/* Both with the same columns. An ordinal is stable: rows are only ever added behind. */
static const char fields_sql[] =
    "SELECT field, NULL, version, value, channel, initiated_by, collected_at_us, entered_at_us, "
    "verified_by, legal_basis, version = (SELECT max(version) FROM member_field g WHERE "
    "g.member = f.member AND g.field = f.field) FROM member_field f WHERE member = ?1 "
    "ORDER BY entered_at_us, field, version < 1, abs(version) LIMIT 1 OFFSET ?2";
static const char traits_sql[] =
    "SELECT 0, name, version, value, channel, initiated_by, collected_at_us, entered_at_us, "
    "NULL, legal_basis, version > 0 AND version = (SELECT max(version) FROM member_trait u WHERE "
    "u.member = t.member AND u.name = t.name) FROM member_trait t WHERE member = ?1 "
    "ORDER BY entered_at_us, name, version < 1, abs(version) LIMIT 1 OFFSET ?2 - "
    "(SELECT count(*) FROM member_field WHERE member = ?1)";

static void text_read(sqlite3_stmt *select, int column, char *text, size_t size)
{
    const char *read = (const char *)sqlite3_column_text(select, column);
    snprintf(text, size, "%s", read ? read : "");
}

static enum loy_status value_open(struct loy_store *store, const struct member_row *member,
    sqlite3_stmt *select, const struct envelope_place *place, int column, char *text)
{
    enum loy_status status = envelope_open(member->key, place, sqlite3_column_blob(select, column),
        (size_t)sqlite3_column_bytes(select, column), text);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "a value of a member does not open: it was altered or moved");
}

static enum loy_status value_read(struct loy_store *store, const struct member_row *member,
    sqlite3_stmt *select, struct loy_member_value *value)
{
    value->field = (uint8_t)sqlite3_column_int(select, 0);
    if (value->field) {
        const char *name = loy_field_name((enum loy_field)value->field);
        snprintf(value->name, sizeof value->name, "%s", name ? name : "");
    } else {
        text_read(select, 1, value->name, sizeof value->name);
    }
    value->version = sqlite3_column_int64(select, 2);
    text_read(select, 4, value->channel, sizeof value->channel);
    value->initiated_by = (uint8_t)sqlite3_column_int(select, 5);
    value->collected_at_us = sqlite3_column_int64(select, 6);
    value->entered_at_us = sqlite3_column_int64(select, 7);
    text_read(select, 8, value->verified_by, sizeof value->verified_by);
    text_read(select, 9, value->legal_basis, sizeof value->legal_basis);
    value->current = sqlite3_column_int(select, 10) != 0;
    const struct envelope_place place = {value->field ? "member_field" : "member_trait",
        value->field ? "value" : value->name, &member->id, value->field, value->version};
    return value_open(store, member, select, &place, 3, value->text);
}

static bool passed_over(const struct loy_store *store, const struct loy_member_value *value)
{
    return value->field &&
           member_field_operation((enum loy_field)value->field) == LOY_MAY_READ_ACCOUNT &&
           !loy_access_allowed(store->role, LOY_MAY_READ_ACCOUNT);
}

static enum loy_status value_at(struct loy_store *store, const struct member_row *member,
    int64_t position, struct loy_member_value *value)
{
    static const char *const tables[] = {fields_sql, traits_sql};
    enum loy_status status = LOY_NONE;
    for (size_t i = 0; i < 2 && status == LOY_NONE; i++) {
        sqlite3_stmt *select = store_sql(store, tables[i]);
        sqlite3_bind_int64(select, 1, member->number);
        sqlite3_bind_int64(select, 2, position);
        status = store_step(store, select);
        if (status == LOY_OK) status = value_read(store, member, select, value);
        sqlite3_reset(select);
    }
    return status;
}

enum loy_status loy_member_value_next(struct loy_store *store, const struct loy_id *id,
    int64_t *position, struct loy_member_value *value)
{
    if (!store || !id || !position || *position < 0 || !value || value->size < sizeof *value)
        return LOY_E_ARGUMENT;
    struct member_row member;
    struct loy_member_value found = {.size = value->size};
    int64_t at = *position;
    enum loy_status status = store_require(store, LOY_MAY_READ_HISTORY);
    if (status == LOY_OK) status = member_take(store, id, &member);
    if (status != LOY_OK) return status;
    do
        status = value_at(store, &member, at++, &found);
    while (status == LOY_OK && passed_over(store, &found));
    member_drop(&member);
    if (status == LOY_OK) {
        *position = at;
        *value = found;
    }
    sodium_memzero(found.text, sizeof found.text);
    return status;
}

/* ---- The current ones ---------------------------------------------------------------------------
 */

static const char held_sql[] =
    "SELECT f.field, f.version, f.value, f.initiated_by, f.collected_at_us, f.entered_at_us, "
    "f.verified_by, f.channel FROM member_field f WHERE f.member = ?1 AND f.version = "
    "(SELECT max(g.version) FROM member_field g WHERE g.member = f.member AND g.field = f.field) "
    "ORDER BY f.field";

static enum loy_status held_read(struct loy_store *store, const struct member_row *member,
    sqlite3_stmt *select, int64_t at_us, struct member_held *held)
{
    held->field = (enum loy_field)sqlite3_column_int(select, 0);
    held->version = sqlite3_column_int64(select, 1);
    const struct member_provenance provenance = {.initiated_by = sqlite3_column_int64(select, 3),
        .collected_at_us = sqlite3_column_int64(select, 4),
        .entered_at_us = sqlite3_column_int64(select, 5),
        .verified_by = (const char *)sqlite3_column_text(select, 6),
        .channel = (const char *)sqlite3_column_text(select, 7)};
    held->provenance = member_provenance_row_of(&provenance);
    const struct envelope_place place = {
        "member_field", "value", &member->id, held->field, held->version};
    enum loy_status status = value_open(store, member, select, &place, 2, held->text);
    if (status != LOY_OK) return status;
    return member_evidence_read(
        store, member->number, held->field, held->version, at_us, &held->evidence);
}

enum loy_status member_held_each(struct loy_store *store, const struct member_row *member,
    int64_t at_us, void (*each)(void *user, const struct member_held *held), void *user)
{
    struct member_held held;
    enum loy_status status = LOY_OK;
    sqlite3_stmt *select = store_sql(store, held_sql);
    sqlite3_bind_int64(select, 1, member->number);
    while (status == LOY_OK && (status = store_step(store, select)) == LOY_OK) {
        status = held_read(store, member, select, at_us, &held);
        if (status == LOY_OK) each(user, &held);
    }
    sqlite3_reset(select);
    sodium_memzero(held.text, sizeof held.text);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status next_read(
    struct loy_store *store, int64_t *position, struct member_row *member, uint8_t *kind)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT id, uid, kind FROM member WHERE id > ?1 AND status = 1 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(select, 1, *position);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 1, &member->id);
    if (status == LOY_OK) {
        *position = member->number = sqlite3_column_int64(select, 0);
        *kind = (uint8_t)sqlite3_column_int(select, 2);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status member_next_active(
    struct loy_store *store, int64_t *position, struct member_row *member, uint8_t *kind)
{
    enum loy_status status;
    while ((status = next_read(store, position, member, kind)) == LOY_OK) {
        status = store_member_key(store, &member->id, member->key);
        status = member_gone_judge(store, &member->id, status);
        if (status != LOY_NONE) break;
    }
    return status;
}

enum loy_status member_count_active(struct loy_store *store, long long *count)
{
    sqlite3_stmt *select = store_sql(store, "SELECT count(*) FROM member WHERE status = 1");
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *count = sqlite3_column_int64(select, 0);
    sqlite3_reset(select);
    return status;
}
