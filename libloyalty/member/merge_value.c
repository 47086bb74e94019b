/* SPDX-License-Identifier: MIT
 *
 * merge_value.c - which values the survivor of a merge gets: of each field the better one by the
 * conflict rule with its evidence, of traits those it has not. In: two members. Out: new versions
 * of the survivor's, journalled. Must not know: cards, consents, the undo.
 */
#include "merge.h"

#include <stdio.h>
#include <string.h>

static enum loy_status version_next(
    struct loy_store *store, const struct merge_at *merge, enum loy_field field, int64_t *version)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT coalesce(max(version), 0) + 1 FROM member_field "
                         "WHERE member = ?1 AND field = ?2");
    sqlite3_bind_int64(select, 1, merge->survivor.number);
    sqlite3_bind_int64(select, 2, field);
    enum loy_status status = store_step_number(store, select, version);
    // A value that lost may stand below 1; what is current counts from 1.
    if (*version < 1) *version = 1;
    return status;
}

struct value {
    enum loy_field field;
    int64_t version; /* that it has with the loser */
    char text[LOY_FIELD_TEXT_MAX];
    char channel[64], verified_by[80], legal_basis[LOY_FIELD_TEXT_MAX];
    struct member_provenance provenance;
};

static void column_copy(sqlite3_stmt *select, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(select, column);
    snprintf(text, size, "%s", found ? found : "");
}

/* LOY_NONE: the loser has none, or took it back. */
static enum loy_status value_read(
    struct loy_store *store, const struct member_row *member, struct value *value)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT version, value, channel, verified_by, legal_basis, initiated_by, collected_at_us, "
        "entered_at_us FROM member_field WHERE member = ?1 AND field = ?2 "
        "ORDER BY version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member->number);
    sqlite3_bind_int64(select, 2, value->field);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        value->version = sqlite3_column_int64(select, 0);
        const struct envelope_place place = {
            "member_field", "value", &member->id, value->field, value->version};
        status = envelope_open(member->key, &place, sqlite3_column_blob(select, 1),
            (size_t)sqlite3_column_bytes(select, 1), value->text);
        if (status != LOY_OK)
            store_fail(store, status, "a value of a member does not open: it was altered or moved");
        column_copy(select, 2, value->channel, sizeof value->channel);
        column_copy(select, 3, value->verified_by, sizeof value->verified_by);
        column_copy(select, 4, value->legal_basis, sizeof value->legal_basis);
        value->provenance = (struct member_provenance){.channel = value->channel,
            .verified_by = value->verified_by[0] ? value->verified_by : NULL,
            .legal_basis = value->legal_basis[0] ? value->legal_basis : NULL,
            .initiated_by = sqlite3_column_int64(select, 5),
            .collected_at_us = sqlite3_column_int64(select, 6),
            .entered_at_us = sqlite3_column_int64(select, 7)};
    }
    sqlite3_reset(select);
    if (status == LOY_OK && !value->text[0]) return LOY_NONE;
    return status;
}

/* By the conflict rule; a value that the survivor took back stays taken back. */
static enum loy_status stands_already(
    struct loy_store *store, const struct merge_at *merge, const struct value *value, bool *stands)
{
    struct member_provenance_row mine, theirs;
    enum loy_status status =
        member_provenance_read(store, merge->survivor.number, value->field, &mine);
    *stands = status == LOY_OK;
    if (status == LOY_OK)
        status = member_provenance_read(store, merge->loser.number, value->field, &theirs);
    if (status == LOY_OK) *stands = !member_value_better(&theirs, &mine);
    return status == LOY_NONE ? LOY_OK : status;
}

/* What speaks for and against a value comes with it. */
static enum loy_status evidence_copy(struct loy_store *store, const struct merge_at *merge,
    const struct value *value, int64_t version)
{
    sqlite3_stmt *copy = store_sql(store,
        "INSERT INTO confirmation (member, field, version, number, how, channel, initiated_by, "
        "at_us, operator) SELECT ?1, field, ?5, number, how, channel, initiated_by, at_us, "
        "operator FROM confirmation WHERE member = ?2 AND field = ?3 AND version = ?4");
    sqlite3_bind_int64(copy, 1, merge->survivor.number);
    sqlite3_bind_int64(copy, 2, merge->loser.number);
    sqlite3_bind_int64(copy, 3, value->field);
    sqlite3_bind_int64(copy, 4, value->version);
    sqlite3_bind_int64(copy, 5, version);
    return store_run(store, copy);
}

static enum loy_status field_move(
    struct loy_store *store, const struct merge_at *merge, struct value *value)
{
    bool stands = false;
    int64_t version = 0;
    enum loy_status status = value_read(store, &merge->loser, value);
    if (status == LOY_NONE) return LOY_OK;
    if (status == LOY_OK) status = stands_already(store, merge, value, &stands);
    if (status != LOY_OK || stands) return status;
    const struct loy_field_text text = {value->field, value->text};
    status = version_next(store, merge, value->field, &version);
    if (status == LOY_OK)
        status = member_value_insert(store, &merge->survivor, version, &text, &value->provenance);
    // A value that no rule of today would take stays where it is, with the loser.
    if (status == LOY_E_FORMAT) return LOY_OK;
    if (status == LOY_OK) status = evidence_copy(store, merge, value, version);
    if (status == LOY_OK)
        status = merge_journal_number(store, merge, MERGE_FIELD, value->field, version, 0);
    return status;
}

static enum loy_status fields_move(struct loy_store *store, const struct merge_at *merge)
{
    static const enum loy_field fields[] = {
#define ROW(symbol, number, name, indexed) symbol,
        LOY_FIELDS(ROW)
#undef ROW
    };
    struct value value;
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == LOY_OK; i++) {
        value.field = fields[i];
        status = field_move(store, merge, &value);
    }
    sodium_memzero(&value, sizeof value);
    return status;
}

/* Traits that the survivor has not, or in the history only, and that this merge has not brought;
 * the highest version of each. */
static const char traits_sql[] =
    "SELECT t.name, t.version, t.value, t.channel, t.initiated_by, t.collected_at_us, "
    "t.entered_at_us, t.legal_basis, (SELECT min(s.version) FROM member_trait s WHERE s.member = "
    "?2 AND s.name = t.name) FROM member_trait t WHERE t.member = ?1 AND t.version = (SELECT "
    "max(u.version) FROM member_trait u WHERE u.member = t.member AND u.name = t.name) AND NOT "
    "EXISTS (SELECT 1 FROM member_trait s WHERE s.member = ?2 AND s.name = t.name AND "
    "s.version > 0) AND NOT EXISTS (SELECT 1 FROM merge_moved g WHERE g.merge = ?3 AND g.kind = 9 "
    "AND g.before = t.name) ORDER BY t.name LIMIT 1";

/* What goes past the number of traits that a member may have comes into the history, as does what
 * was there already; below all that is there. */
static enum loy_status trait_version(
    struct loy_store *store, const struct merge_at *merge, sqlite3_stmt *select, int64_t *version)
{
    int64_t count = 0;
    enum loy_status status = member_trait_count(store, merge->survivor.number, &count);
    bool has_room = count < LOY_TRAITS_MAX && sqlite3_column_int64(select, 1) > 0;
    bool none = sqlite3_column_type(select, 8) == SQLITE_NULL;
    *version = has_room ? 1 : none ? 0 : sqlite3_column_int64(select, 8) - 1;
    return status;
}

static enum loy_status trait_move(
    struct loy_store *store, const struct merge_at *merge, sqlite3_stmt *select, int64_t count)
{
    char name[MEMBER_TRAIT_NAME_MAX], text[LOY_FIELD_TEXT_MAX];
    column_copy(select, 0, name, sizeof name);
    const struct envelope_place place = {
        "member_trait", name, &merge->loser.id, 0, sqlite3_column_int64(select, 1)};
    enum loy_status status = envelope_open(merge->loser.key, &place, sqlite3_column_blob(select, 2),
        (size_t)sqlite3_column_bytes(select, 2), text);
    if (status != LOY_OK)
        return store_fail(
            store, status, "a value of a member does not open: it was altered or moved");
    const struct member_provenance provenance = {
        .channel = (const char *)sqlite3_column_text(select, 3),
        .initiated_by = sqlite3_column_int64(select, 4),
        .collected_at_us = sqlite3_column_int64(select, 5),
        .entered_at_us = sqlite3_column_int64(select, 6),
        .legal_basis = (const char *)sqlite3_column_text(select, 7)};
    const struct loy_trait_text trait = {name, text};
    int64_t version = 0;
    status = trait_version(store, merge, select, &version);
    if (status == LOY_OK)
        status = member_trait_insert(store, &merge->survivor, version, &trait, &provenance);
    sodium_memzero(text, sizeof text);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = merge_journal_insert(store, merge, MERGE_TRAIT, count);
    sqlite3_bind_int64(insert, 4, version);
    sqlite3_bind_text(insert, 5, name, -1, SQLITE_STATIC);
    return store_run(store, insert);
}

static enum loy_status traits_move(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = LOY_OK;
    // What is journalled is no row of the query any more, so each turn asks for the first that is
    // left.
    for (int64_t count = 0; status == LOY_OK; count++) {
        sqlite3_stmt *select = store_sql(store, traits_sql);
        sqlite3_bind_int64(select, 1, merge->loser.number);
        sqlite3_bind_int64(select, 2, merge->survivor.number);
        sqlite3_bind_int64(select, 3, merge->id);
        status = store_step(store, select);
        if (status == LOY_OK) status = trait_move(store, merge, select, count);
        sqlite3_reset(select);
    }
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status merge_values_move(struct loy_store *store, const struct merge_at *merge)
{
    enum loy_status status = fields_move(store, merge);
    return status == LOY_OK ? traits_move(store, merge) : status;
}
