/* SPDX-License-Identifier: MIT
 *
 * evidence.c - what speaks for or against a value: said again, a document, a letter that arrived or
 * came back. In: a field and how it was confirmed. Out: rows, and their sums. Must not know:
 * scores, texts of people.
 */
#include "member_private.h"

#include <string.h>

static const struct {
    enum loy_evidence how;
    const char *name;
} rows[] = {
    {LOY_EVIDENCE_SAID, "said"},
    {LOY_EVIDENCE_DOCUMENT, "document"},
    {LOY_EVIDENCE_DELIVERED, "delivered"},
    {LOY_EVIDENCE_RETURNED, "returned"},
    {LOY_EVIDENCE_ASKED, "asked"},
    {LOY_EVIDENCE_UNWANTED, "unwanted"},
    {LOY_EVIDENCE_WANTED, "wanted"},
};

const char *loy_evidence_name(enum loy_evidence how)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].how == how) return rows[i].name;
    return NULL;
}

enum loy_status loy_evidence_find(const char *name, enum loy_evidence *how)
{
    if (!name || !how) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) != 0) continue;
        *how = rows[i].how;
        return LOY_OK;
    }
    return LOY_NONE;
}

enum loy_status member_evidence_read(struct loy_store *store, int64_t member, enum loy_field field,
    int64_t version, int64_t at_us, struct member_evidence *evidence)
{
    memset(evidence, 0, sizeof *evidence);
    sqlite3_stmt *select = store_sql(store,
        "SELECT how, at_us FROM confirmation WHERE member = ?1 AND field = ?2 AND version = ?3 "
        "AND at_us <= ?4 AND how BETWEEN 1 AND 4 ORDER BY at_us, number");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, field);
    sqlite3_bind_int64(select, 3, version);
    sqlite3_bind_int64(select, 4, at_us);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        const int how = sqlite3_column_int(select, 0);
        evidence->said += how == LOY_EVIDENCE_SAID;
        evidence->documents += how == LOY_EVIDENCE_DOCUMENT;
        evidence->delivered += how == LOY_EVIDENCE_DELIVERED;
        evidence->returned += how == LOY_EVIDENCE_RETURNED;
        if (how == LOY_EVIDENCE_RETURNED) {
            evidence->returned_since++;
        } else {
            evidence->returned_since = 0;
            evidence->last_for_at_us = sqlite3_column_int64(select, 1);
        }
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* What was seen is the value's own; the word for it at entry is not lost. */
static enum loy_status verify(struct loy_store *store, int64_t member, enum loy_field field,
    int64_t version, const char *verified_by)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE member_field SET verified_by = coalesce(verified_by || ': ', '') || ?4 WHERE "
        "member = ?1 AND field = ?2 AND version = ?3 AND coalesce(verified_by, 'override') = "
        "'override'");
    sqlite3_bind_int64(update, 1, member);
    sqlite3_bind_int64(update, 2, field);
    sqlite3_bind_int64(update, 3, version);
    sqlite3_bind_text(update, 4, verified_by, -1, SQLITE_STATIC);
    return store_run(store, update);
}

enum loy_status member_evidence_insert(struct loy_store *store, int64_t member,
    enum loy_field field, int64_t version, enum loy_evidence how,
    const struct member_provenance *provenance)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO confirmation (member, field, version, number, how, channel, initiated_by, "
        "at_us, operator) SELECT ?1, ?2, ?3, coalesce(max(number), 0) + 1, ?4, ?5, ?6, ?7, ?8 "
        "FROM confirmation WHERE member = ?1 AND field = ?2 AND version = ?3");
    sqlite3_bind_int64(insert, 1, member);
    sqlite3_bind_int64(insert, 2, field);
    sqlite3_bind_int64(insert, 3, version);
    sqlite3_bind_int64(insert, 4, how);
    sqlite3_bind_text(insert, 5, provenance->channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, provenance->initiated_by);
    sqlite3_bind_int64(insert, 7, provenance->entered_at_us);
    sqlite3_bind_int64(insert, 8, store->operator_id);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK || how != LOY_EVIDENCE_DOCUMENT) return status;
    return verify(store, member, field, version,
        provenance->verified_by ? provenance->verified_by : "document");
}

struct finding {
    enum loy_field field;
    int64_t version;
    bool found;
};

static void find(void *user, const struct member_held *held)
{
    struct finding *finding = user;
    if (held->field != finding->field || !held->text[0]) return;
    finding->version = held->version;
    finding->found = true;
}

enum loy_status member_confirm_run(struct loy_store *store, const struct member_row *member,
    enum loy_field field, enum loy_evidence how, const struct member_provenance *provenance)
{
    struct finding finding = {.field = field};
    enum loy_status status =
        member_held_each(store, member, provenance->entered_at_us, find, &finding);
    if (status == LOY_OK && !finding.found)
        return store_fail(store, LOY_NONE, "%s: there is no value to confirm; enter one first",
            loy_field_name(field));
    if (status == LOY_OK)
        status =
            member_evidence_insert(store, member->number, field, finding.version, how, provenance);
    if (status == LOY_OK)
        status = member_audit(
            store, "member.confirm", &member->id, loy_field_name(field), provenance->entered_at_us);
    return status;
}

enum loy_status loy_member_confirm(struct loy_store *store, const struct loy_id *id,
    enum loy_field field, enum loy_evidence how, const char *channel,
    enum loy_initiative initiated_by, int64_t at_us)
{
    if (!store || !id || !loy_field_name(field) || !loy_evidence_name(how)) return LOY_E_ARGUMENT;
    const struct member_provenance provenance = {
        .channel = channel, .initiated_by = initiated_by, .entered_at_us = at_us};
    struct member_row member;
    enum loy_status status = store_require(store, LOY_MAY_CONFIRM_VALUE);
    /* Evidence is no list of addresses: it needs no ground of its own. */
    if (status == LOY_OK) status = member_source_check(store, channel, initiated_by, "evidence");
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_take_active(store, id, &member);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = member_confirm_run(store, &member, field, how, &provenance);
    member_drop(&member);
    return member_end(store, status);
}
