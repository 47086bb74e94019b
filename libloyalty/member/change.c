/* SPDX-License-Identifier: MIT
 *
 * change.c - a new value for a field or a trait: what stands afterwards, by the conflict rule of
 * loyalty/quality.h. In: a text with its provenance. Out: a new current value, evidence for the old
 * one, or a value that is kept in the history only. Must not know: forms, cards, scores.
 */
#include "member_card_private.h"

#include <stdio.h>
#include <string.h>

static const char override_mark[] = "override";

/* A field, or where trait is not NULL a trait of that name. */
struct slot {
    enum loy_field field;
    const char *trait;
};

/* What was given so far in a slot. */
struct past {
    bool any;                     /* a value was current once */
    int64_t version_min, version; /* lowest, and highest, which is current */
    struct member_provenance_row current;
    char normal[LOY_FIELD_TEXT_MAX]; /* of the current value; "": it was taken back */
    int64_t decided_at_us;           /* latest decision, which what was collected before loses to */
};

static bool customers_own(const struct member_provenance_row *row)
{
    return row->initiated_by == LOY_INITIATIVE_CUSTOMER;
}

bool member_value_better(
    const struct member_provenance_row *a, const struct member_provenance_row *b)
{
    if (customers_own(a) != customers_own(b)) return customers_own(a);
    if (a->collected_at_us != b->collected_at_us) return a->collected_at_us > b->collected_at_us;
    if (a->verified != b->verified) return a->verified;
    if (a->initiated_by != b->initiated_by) return a->initiated_by < b->initiated_by;
    return a->entered_at_us > b->entered_at_us;
}

static bool starts_with(const char *text, const char *start)
{
    return text && strncmp(text, start, strlen(start)) == 0;
}

struct member_provenance_row member_provenance_row_of(const struct member_provenance *provenance)
{
    bool registry = provenance->channel && strcmp(provenance->channel, "registry") == 0;
    bool known = provenance->initiated_by >= LOY_INITIATIVE_CUSTOMER &&
                 provenance->initiated_by <= LOY_INITIATIVE_IMPORT;
    return (struct member_provenance_row){
        .initiated_by =
            (uint8_t)(registry || !known ? LOY_INITIATIVE_IMPORT : provenance->initiated_by),
        .verified = provenance->verified_by && provenance->verified_by[0] &&
                    strcmp(provenance->verified_by, override_mark) != 0,
        .collected_at_us =
            provenance->collected_at_us ? provenance->collected_at_us : provenance->entered_at_us,
        .entered_at_us = provenance->entered_at_us};
}

/* ---- What was given so far ----------------------------------------------------------------------
 */

static const char field_sql[] =
    "SELECT version, normal, value, channel, initiated_by, collected_at_us, entered_at_us, "
    "verified_by FROM member_field WHERE member = ?1 AND field = ?2 ORDER BY version";
static const char trait_sql[] =
    "SELECT version, NULL, value, channel, initiated_by, collected_at_us, entered_at_us, NULL "
    "FROM member_trait WHERE member = ?1 AND name = ?2 ORDER BY version";

static sqlite3_stmt *past_select(struct loy_store *store, int64_t member, const struct slot *slot)
{
    sqlite3_stmt *select = store_sql(store, slot->trait ? trait_sql : field_sql);
    sqlite3_bind_int64(select, 1, member);
    if (slot->trait)
        sqlite3_bind_text(select, 2, slot->trait, -1, SQLITE_STATIC);
    else
        sqlite3_bind_int64(select, 2, slot->field);
    return select;
}

static struct member_provenance_row row_read(sqlite3_stmt *select)
{
    const struct member_provenance provenance = {
        .channel = (const char *)sqlite3_column_text(select, 3),
        .initiated_by = sqlite3_column_int64(select, 4),
        .collected_at_us = sqlite3_column_int64(select, 5),
        .entered_at_us = sqlite3_column_int64(select, 6),
        .verified_by = (const char *)sqlite3_column_text(select, 7)};
    return member_provenance_row_of(&provenance);
}

/* A trait has no normal form of its own beside its value. */
static enum loy_status trait_normal(const struct member_row *member, const struct slot *slot,
    sqlite3_stmt *select, char normal[LOY_FIELD_TEXT_MAX])
{
    const struct envelope_place place = {
        "member_trait", slot->trait, &member->id, 0, sqlite3_column_int64(select, 0)};
    char text[LOY_FIELD_TEXT_MAX];
    enum loy_status status = envelope_open(member->key, &place, sqlite3_column_blob(select, 2),
        (size_t)sqlite3_column_bytes(select, 2), text);
    if (status == LOY_OK) status = member_text_normal(text, normal);
    sodium_memzero(text, sizeof text);
    return status;
}

static enum loy_status normal_read(struct loy_store *store, const struct member_row *member,
    const struct slot *slot, sqlite3_stmt *select, char normal[LOY_FIELD_TEXT_MAX])
{
    enum loy_status status = slot->trait ? trait_normal(member, slot, select, normal)
                                         : member_normal_open(member, slot->field,
                                               sqlite3_column_int64(select, 0), select, 1, normal);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "a value of a member does not open: it was altered or moved");
}

static void past_take(struct past *past, sqlite3_stmt *select)
{
    int64_t version = sqlite3_column_int64(select, 0);
    bool overridden = starts_with((const char *)sqlite3_column_text(select, 7), override_mark);
    if (version < past->version_min) past->version_min = version;
    if (version < 1) {
        past->normal[0] = '\0';
        return;
    }
    past->any = true;
    past->current = row_read(select);
    past->version = version;
    bool decision = overridden || !past->normal[0];
    if (decision && past->current.entered_at_us > past->decided_at_us)
        past->decided_at_us = past->current.entered_at_us;
}

/* What the current value was said or shown to be again counts like giving it. */
static enum loy_status past_said(struct loy_store *store, int64_t member, enum loy_field field,
    int64_t version, struct member_provenance_row *current)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT initiated_by, at_us, channel FROM confirmation WHERE member = ?1 AND field = ?2 "
        "AND version = ?3 AND how IN (1, 2)");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, field);
    sqlite3_bind_int64(select, 3, version);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        const struct member_provenance said = {.initiated_by = sqlite3_column_int64(select, 0),
            .collected_at_us = sqlite3_column_int64(select, 1),
            .entered_at_us = current->entered_at_us,
            .channel = (const char *)sqlite3_column_text(select, 2)};
        struct member_provenance_row again = member_provenance_row_of(&said);
        again.verified = current->verified;
        if (member_value_better(&again, current)) *current = again;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status past_read(struct loy_store *store, const struct member_row *member,
    const struct slot *slot, struct past *past)
{
    enum loy_status status = LOY_OK;
    *past = (struct past){.version_min = 1};
    sqlite3_stmt *select = past_select(store, member->number, slot);
    while (status == LOY_OK && (status = store_step(store, select)) == LOY_OK) {
        status = normal_read(store, member, slot, select, past->normal);
        if (status == LOY_OK) past_take(past, select);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE) status = LOY_OK;
    if (status == LOY_OK && past->any && !slot->trait)
        status = past_said(store, member->number, slot->field, past->version, &past->current);
    return status;
}

enum loy_status member_provenance_read(struct loy_store *store, int64_t member,
    enum loy_field field, struct member_provenance_row *row)
{
    const struct slot slot = {field, NULL};
    int64_t version = 0;
    enum loy_status status;
    sqlite3_stmt *select = past_select(store, member, &slot);
    while ((status = store_step(store, select)) == LOY_OK) {
        *row = row_read(select);
        version = sqlite3_column_int64(select, 0);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE && version) return past_said(store, member, field, version, row);
    return status;
}

/* ---- Deciding and writing -----------------------------------------------------------------------
 */

struct change {
    struct slot slot;
    const char *text;
    const struct member_provenance *provenance;
    char normal[LOY_FIELD_TEXT_MAX]; /* "": the value is taken back */
    bool override;
};

static bool stands(const struct past *past, const struct change *change)
{
    const struct member_provenance_row row = member_provenance_row_of(change->provenance);
    if (!past->any || change->override || !change->normal[0]) return true;
    return row.collected_at_us >= past->decided_at_us && !member_value_better(&past->current, &row);
}

static bool is_name(enum loy_field field)
{
    return field == LOY_FIELD_NAME || field == LOY_FIELD_FAMILY_NAME;
}

/* A member that was opened for an unknown reference has a name from now on. */
static enum loy_status name_given(struct loy_store *store, int64_t member)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE member SET pseudonymous = 0 WHERE id = ?1 AND pseudonymous = 1");
    sqlite3_bind_int64(update, 1, member);
    return store_run(store, update);
}

static enum loy_status forget_blind(struct loy_store *store, int64_t member, enum loy_field field)
{
    sqlite3_stmt *delete =
        store_sql(store, "DELETE FROM blind_index WHERE member = ?1 AND field = ?2");
    sqlite3_bind_int64(delete, 1, member);
    sqlite3_bind_int64(delete, 2, field);
    return store_run(store, delete);
}

static enum loy_status value_write(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct change *change)
{
    const struct slot *slot = &change->slot;
    if (slot->trait) {
        const struct loy_trait_text trait = {slot->trait, change->normal[0] ? change->text : ""};
        return member_trait_insert(store, member, version, &trait, change->provenance);
    }
    const struct loy_field_text value = {slot->field, change->text};
    enum loy_status status = LOY_OK;
    if (version >= 1 && member_field_indexed(slot->field))
        status = forget_blind(store, member->number, slot->field);
    if (status == LOY_OK)
        status = member_value_insert(store, member, version, &value, change->provenance);
    if (status == LOY_OK && version >= 1 && is_name(slot->field))
        status = name_given(store, member->number);
    return status;
}

static enum loy_status audit(struct loy_store *store, const char *action,
    const struct member_row *member, const struct change *change)
{
    const char *code = change->slot.trait ? "trait" : loy_field_name(change->slot.field);
    return member_audit(store, action, &member->id, code, change->provenance->entered_at_us);
}

/* A number that a check speaks against is typed wrong more often than it is issued wrong. A file is
 * taken as it is and told about by whoever reads it. */
static enum loy_status doubt_check(struct loy_store *store, const struct change *change)
{
    const struct member_provenance_row row = member_provenance_row_of(change->provenance);
    if (change->slot.trait || row.verified || row.initiated_by == LOY_INITIATIVE_IMPORT)
        return LOY_OK;
    return member_doubt_check(store, change->slot.field, change->text);
}

/* The same value again: evidence, where there is room for it. */
static enum loy_status said_again(struct loy_store *store, const struct member_row *member,
    const struct past *past, const struct change *change)
{
    enum loy_status status = LOY_OK;
    const char *verified_by = change->provenance->verified_by;
    if (!change->slot.trait && past->normal[0]) {
        struct member_provenance said = *change->provenance;
        said.entered_at_us = member_provenance_row_of(&said).collected_at_us;
        status = member_evidence_insert(store, member->number, change->slot.field, past->version,
            verified_by ? LOY_EVIDENCE_DOCUMENT : LOY_EVIDENCE_SAID, &said);
        if (status == LOY_OK) status = audit(store, "member.confirm", member, change);
    }
    return status == LOY_OK ? LOY_REPEATED : status;
}

static enum loy_status kept(struct loy_store *store, const struct member_row *member,
    const struct past *past, const struct change *change)
{
    const int64_t version = past->version_min < 1 ? past->version_min - 1 : 0;
    enum loy_status status = value_write(store, member, version, change);
    if (status == LOY_OK) status = audit(store, "member.kept", member, change);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_REFUSED, "kept in the history: %s",
        store_words(past->normal[0] ? (past->current.initiated_by == LOY_INITIATIVE_CUSTOMER
                                              ? N_("a value that the customer gave stands")
                                              : N_("a newer or verified value stands"))
                                    : N_("the value was taken back")));
}

enum loy_status member_trait_count(struct loy_store *store, int64_t member, int64_t *count)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT count(DISTINCT name) FROM member_trait WHERE member = ?1 AND version > 0");
    sqlite3_bind_int64(select, 1, member);
    return store_step_number(store, select, count);
}

/* As at a registration. */
static enum loy_status traits_check(struct loy_store *store, int64_t member)
{
    int64_t count = 0;
    enum loy_status status = member_trait_count(store, member, &count);
    if (status != LOY_OK || count < LOY_TRAITS_MAX) return status;
    return store_fail(store, LOY_E_LIMIT, "at most %u traits are kept", LOY_TRAITS_MAX);
}

static bool names_purchasers(const struct change *change)
{
    return !change->slot.trait && change->slot.field == LOY_FIELD_PURCHASERS && change->normal[0];
}

static enum loy_status purchasers_check(
    struct loy_store *store, const struct member_row *member, const struct change *change)
{
    if (!names_purchasers(change)) return LOY_OK;
    return purchaser_names_check(store, member, change->text, change->provenance->entered_at_us);
}

static enum loy_status purchasers_insert(
    struct loy_store *store, const struct member_row *member, const struct change *change)
{
    if (!names_purchasers(change)) return LOY_OK;
    return purchaser_names_insert(store, member, change->text, change->provenance->entered_at_us);
}

static enum loy_status change_run(
    struct loy_store *store, const struct member_row *member, struct change *change)
{
    struct past past;
    enum loy_status status = past_read(store, member, &change->slot, &past);
    bool same = past.any && strcmp(past.normal, change->normal) == 0;
    bool nothing = !past.any && !change->normal[0];
    if (status == LOY_OK && !past.any && change->slot.trait && !nothing)
        status = traits_check(store, member->number);
    if (status != LOY_OK) {
        sodium_memzero(past.normal, sizeof past.normal);
        return status;
    }
    if (same || nothing)
        status = nothing ? LOY_REPEATED : said_again(store, member, &past, change);
    else if (!stands(&past, change))
        status = kept(store, member, &past, change);
    else if ((status = doubt_check(store, change)) == LOY_OK &&
             (status = purchasers_check(store, member, change)) == LOY_OK) {
        status = value_write(store, member, past.version + 1, change);
        if (status == LOY_OK) status = purchasers_insert(store, member, change);
        if (status == LOY_OK)
            status =
                audit(store, change->override ? "member.override" : "member.set", member, change);
    }
    sodium_memzero(past.normal, sizeof past.normal);
    return status;
}

enum loy_status member_missing_give(struct loy_store *store, const struct member_row *member,
    const struct loy_field_text *value, const char *normal,
    const struct member_provenance *provenance)
{
    struct past past;
    struct change change = {
        .slot = {value->field, NULL}, .text = value->text, .provenance = provenance};
    enum loy_status status = past_read(store, member, &change.slot, &past);
    const bool taken_back = !past.normal[0];
    sodium_memzero(past.normal, sizeof past.normal);
    if (status == LOY_OK && past.any)
        return store_fail(store, LOY_REFUSED, "%s: %s", loy_field_name(value->field),
            store_words(taken_back ? N_("the value was taken back, and is given again at the desk")
                                   : N_("there is a value by now; it is changed at the desk")));
    if (status != LOY_OK) return status;
    snprintf(change.normal, sizeof change.normal, "%s", normal);
    status = change_run(store, member, &change);
    sodium_memzero(change.normal, sizeof change.normal);
    return status;
}

/* ---- The calls ----------------------------------------------------------------------------------
 */

static enum loy_status check_provenance(
    struct loy_store *store, const struct loy_provenance *provenance, int64_t at_us)
{
    enum loy_status status = member_source_check(
        store, provenance->channel, provenance->initiated_by, provenance->legal_basis);
    /* What an override is told by stands before it. */
    if (status == LOY_OK && provenance->verified_by)
        status = member_code_check(store, "verified_by", provenance->verified_by,
            LOY_VERIFIED_MAX - sizeof override_mark - 1);
    if (status == LOY_OK && starts_with(provenance->verified_by, override_mark))
        return store_fail(store, LOY_E_FORMAT,
            "verified_by: what was seen is expected, such as licence or id-card");
    if (status == LOY_OK && provenance->collected_at_us > at_us)
        return store_fail(
            store, LOY_E_FORMAT, "collected_at: a time that is not in the future is expected");
    return status;
}

static enum loy_status change_commit(
    struct loy_store *store, const struct loy_id *id, struct change *change)
{
    struct member_row member;
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_take_active(store, id, &member);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = change_run(store, &member, change);
    member_drop(&member);
    /* These are said before anything is written. */
    if (status == LOY_E_CHECK || status == LOY_E_LIMIT || status == LOY_E_FORMAT)
        return member_end_unwritten(store, status);
    /* The names in memory follow the audit log. */
    return member_end(store, status);
}

static struct member_provenance provenance_of(const struct loy_provenance *given, int64_t at_us)
{
    return (struct member_provenance){.channel = given->channel,
        .legal_basis = given->legal_basis,
        .initiated_by = given->initiated_by,
        .collected_at_us = given->collected_at_us ? given->collected_at_us : at_us,
        .entered_at_us = at_us,
        .verified_by = given->verified_by};
}

enum loy_status loy_member_change(struct loy_store *store, const struct loy_id *member,
    const struct loy_field_text *value, const struct loy_provenance *provenance, int64_t at_us)
{
    if (!store || !member || !value || !provenance || provenance->size < sizeof *provenance)
        return LOY_E_ARGUMENT;
    char mark[LOY_VERIFIED_MAX];
    struct member_provenance given = provenance_of(provenance, at_us);
    struct change change = {.slot = {value->field, NULL},
        .text = value->text,
        .provenance = &given,
        .override = provenance->override};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_MEMBER);
    if (status == LOY_OK) status = check_provenance(store, provenance, at_us);
    if (status != LOY_OK) return status;
    status = member_field_normal(store, value->field, value->text, at_us, change.normal);
    if (status < LOY_OK) return status;
    if (status == LOY_NONE && is_name(value->field))
        return store_fail(
            store, LOY_E_FORMAT, "%s: a name cannot be taken back", loy_field_name(value->field));
    snprintf(mark, sizeof mark, "%s%s%s", override_mark, given.verified_by ? ": " : "",
        given.verified_by ? given.verified_by : "");
    if (change.override) given.verified_by = mark;
    status = change_commit(store, member, &change);
    sodium_memzero(change.normal, sizeof change.normal);
    return status;
}

enum loy_status loy_member_trait_change(struct loy_store *store, const struct loy_id *member,
    const struct loy_trait_text *trait, const struct loy_provenance *provenance, int64_t at_us)
{
    if (!store || !member || !trait || !trait->text || !provenance ||
        provenance->size < sizeof *provenance || provenance->verified_by || provenance->override)
        return LOY_E_ARGUMENT;
    const struct member_provenance given = provenance_of(provenance, at_us);
    struct change change = {
        .slot = {LOY_FIELD_NAME, trait->name}, .text = trait->text, .provenance = &given};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_MEMBER);
    if (status == LOY_OK) status = check_provenance(store, provenance, at_us);
    if (status == LOY_OK)
        status = member_code_check(store, "trait", trait->name, MEMBER_TRAIT_NAME_MAX);
    if (status != LOY_OK) return status;
    if (member_names_identity(trait->name))
        return store_fail(store, LOY_E_FORMAT,
            "%s: a number of identity is never kept; leave this out", trait->name);
    if (member_text_normal(trait->text, change.normal) != LOY_OK)
        return store_fail(store, LOY_E_FORMAT,
            "%s: one line of text in UTF-8 of at most %u bytes is expected", trait->name,
            LOY_FIELD_TEXT_MAX - 1);
    status = change_commit(store, member, &change);
    sodium_memzero(change.normal, sizeof change.normal);
    return status;
}

enum loy_status loy_member_set(struct loy_store *store, const struct loy_id *id,
    const struct loy_field_text *value, const char *channel, enum loy_initiative initiated_by,
    int64_t at_us)
{
    const struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = channel, .initiated_by = (uint8_t)initiated_by};
    return loy_member_change(store, id, value, &provenance, at_us);
}
