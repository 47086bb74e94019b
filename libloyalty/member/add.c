/* SPDX-License-Identifier: MIT
 *
 * add.c - registering a member: a form is checked whole, then written whole.
 * In: a form. Out: a member with key, values, traits, consents and index rows, or a sentence.
 * Must not know: how it was filled in, cards, baskets.
 */
#include "member_card_private.h"

#include <string.h>

#define DAY_US INT64_C(86400000000)

enum loy_status member_source_check(
    struct loy_store *store, const char *channel, int64_t initiated_by, const char *legal_basis)
{
    bool needs_basis = false;
    enum loy_status status = member_channel_check(store, channel, &needs_basis);
    if (status != LOY_OK) return status;
    if (initiated_by < LOY_INITIATIVE_CUSTOMER || initiated_by > LOY_INITIATIVE_IMPORT)
        return store_fail(
            store, LOY_E_FORMAT, "initiated_by: expected is customer, staff or import");
    if (legal_basis)
        return member_code_check(store, "legal_basis", legal_basis, LOY_FIELD_TEXT_MAX);
    return needs_basis ? member_basis_missing(store) : LOY_OK;
}

const char *member_source_name(struct loy_store *store, const char *channel, int64_t initiated_by)
{
    bool needs_basis = false;
    if (member_channel_check(store, channel, &needs_basis) != LOY_OK) return "channel";
    bool known = initiated_by >= LOY_INITIATIVE_CUSTOMER && initiated_by <= LOY_INITIATIVE_IMPORT;
    return known ? "legal_basis" : "initiated_by";
}

/* ---- What is wrong with a form -----------------------------------------------------------------
 *
 * One step a rule, value or trait, in this order; `what` is what the step is about.
 */

static enum loy_status check_kind(struct loy_store *store, const struct loy_member_form *form)
{
    if (form->kind == LOY_MEMBER_PERSON || form->kind == LOY_MEMBER_ORGANISATION) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, "kind: expected is person or organisation");
}

/* Right, and not given before. */
static enum loy_status check_field(
    struct loy_store *store, const struct loy_member_form *form, int64_t at_us, size_t i)
{
    char normal[LOY_FIELD_TEXT_MAX];
    const struct loy_field_text *field = &form->fields[i];
    enum loy_status status = member_field_normal(store, field->field, field->text, at_us, normal);
    for (size_t j = 0; j < i && status == LOY_OK; j++) {
        const struct loy_field_text *other = &form->fields[j];
        if (other->field == field->field &&
            member_field_normal(store, other->field, other->text, at_us, normal) != LOY_NONE)
            status = store_fail(store, LOY_E_FORMAT, "%s: expected once, it is given twice",
                loy_field_name(field->field));
    }
    sodium_memzero(normal, sizeof normal);
    return status == LOY_NONE ? LOY_OK : status;
}

/* Not blank; a wrong one is there as well. */
static bool is_given(const struct loy_member_form *form, enum loy_field field)
{
    char normal[LOY_FIELD_TEXT_MAX];
    bool given = false;
    for (size_t i = 0; i < form->field_count && !given; i++)
        given = form->fields[i].field == field && form->fields[i].text &&
                (member_text_normal(form->fields[i].text, normal) != LOY_OK || normal[0]);
    sodium_memzero(normal, sizeof normal);
    return given;
}

static enum loy_status check_name(struct loy_store *store, const struct loy_member_form *form)
{
    if (form->pseudonymous || form->form == LOY_REGISTRATION_LANE || is_given(form, LOY_FIELD_NAME))
        return LOY_OK;
    if (form->kind == LOY_MEMBER_ORGANISATION)
        return store_fail(store, LOY_E_FORMAT, "name: an organisation needs its name");
    return is_given(form, LOY_FIELD_FAMILY_NAME)
               ? LOY_OK
               : store_fail(store, LOY_E_FORMAT, "name: a person needs name or family_name");
}

static enum loy_status check_trait_count(
    struct loy_store *store, const struct loy_member_form *form)
{
    if (form->trait_count <= LOY_TRAITS_MAX) return LOY_OK;
    return store_fail(store, LOY_E_LIMIT, "at most %u traits are kept", LOY_TRAITS_MAX);
}

static enum loy_status check_trait(
    struct loy_store *store, const struct loy_member_form *form, size_t i)
{
    char normal[LOY_FIELD_TEXT_MAX];
    const struct loy_trait_text *trait = &form->traits[i];
    enum loy_status status = member_code_check(store, "trait", trait->name, MEMBER_TRAIT_NAME_MAX);
    if (status != LOY_OK) return status;
    if (member_names_identity(trait->name))
        return store_fail(store, LOY_E_FORMAT,
            "%s: a number of identity is never kept; leave this out", trait->name);
    status = trait->text ? member_text_normal(trait->text, normal) : LOY_E_FORMAT;
    sodium_memzero(normal, sizeof normal);
    if (status != LOY_OK)
        return store_fail(store, LOY_E_FORMAT,
            "%s: one line of text in UTF-8 of at most %u bytes is expected", trait->name,
            LOY_FIELD_TEXT_MAX - 1);
    for (size_t j = 0; j < i; j++)
        if (strcmp(form->traits[j].name, trait->name) == 0)
            return store_fail(
                store, LOY_E_FORMAT, "%s: expected once, it is given twice", trait->name);
    return LOY_OK;
}

/* The line of names that an organisation's form may hold; NULL: none. */
static const char *purchasers_named(const struct loy_member_form *form)
{
    for (size_t i = 0; i < form->field_count && form->kind == LOY_MEMBER_ORGANISATION; i++)
        if (form->fields[i].field == LOY_FIELD_PURCHASERS) return form->fields[i].text;
    return NULL;
}

static enum loy_status check_purchasers(
    struct loy_store *store, const struct loy_member_form *form, int64_t at_us)
{
    const char *names = purchasers_named(form);
    return names ? purchaser_names_check(store, NULL, names, at_us) : LOY_OK;
}

/* A day for zones: a file may tell the time of a place that is ahead. */
static enum loy_status check_collected(
    struct loy_store *store, const struct loy_member_form *form, int64_t at_us)
{
    if (form->collected_at_us <= at_us || form->collected_at_us - at_us <= DAY_US) return LOY_OK;
    return store_fail(
        store, LOY_E_FORMAT, "collected_at: a time that is not in the future is expected");
}

/* Kind and source, the fields, what holds for the whole, the traits. */
enum { STEPS_BEFORE = 2, STEPS_BETWEEN = 5 };

static size_t steps_of(const struct loy_member_form *form)
{
    bool countable = form->trait_count <= LOY_TRAITS_MAX;
    return STEPS_BEFORE + form->field_count + STEPS_BETWEEN + (countable ? form->trait_count : 0);
}

static enum loy_status whole_check(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, size_t step, const char **what)
{
    static const char *const names[STEPS_BETWEEN] = {
        "name", "form", "purchasers", "collected_at", "traits"};
    *what = names[step];
    if (step == 0) return check_name(store, form);
    if (step == 1) return member_form_check(store, form);
    if (step == 2) return check_purchasers(store, form, at_us);
    return step == 3 ? check_collected(store, form, at_us) : check_trait_count(store, form);
}

static enum loy_status step_check(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, size_t step, const char **what)
{
    *what = "kind";
    if (step == 0) return check_kind(store, form);
    if (step == 1)
        return member_source_check(store, form->channel, form->initiated_by, form->legal_basis);
    step -= STEPS_BEFORE;
    if (step < form->field_count) {
        *what = loy_field_name(form->fields[step].field);
        return check_field(store, form, at_us, step);
    }
    step -= form->field_count;
    if (step < STEPS_BETWEEN) return whole_check(store, form, at_us, step, what);
    *what = form->traits[step - STEPS_BETWEEN].name;
    return check_trait(store, form, step - STEPS_BETWEEN);
}

/* LOY_OK: nothing is, from *position on. */
static enum loy_status wrong_find(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, int64_t *position, const char **what)
{
    enum loy_status status = LOY_OK;
    while (status == LOY_OK && *position < (int64_t)steps_of(form))
        status = step_check(store, form, at_us, (size_t)(*position)++, what);
    return status;
}

/* Arrays that are announced are there. */
static bool is_whole(const struct loy_member_form *form)
{
    return form && form->size >= sizeof *form && (form->fields || !form->field_count) &&
           (form->traits || !form->trait_count);
}

enum loy_status loy_member_wrong_next(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, int64_t *position, const char **what)
{
    const char *about = NULL;
    if (!store || !is_whole(form) || !position || *position < 0 || !what) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_MEMBER);
    if (status != LOY_OK) return status;
    status = wrong_find(store, form, at_us, position, &about);
    if (status == LOY_OK) return LOY_NONE;
    if (status != LOY_E_FORMAT && status != LOY_E_CHECK && status != LOY_E_LIMIT &&
        status != LOY_E_ACCESS && status != LOY_E_ARGUMENT)
        return status;
    if (*position == STEPS_BEFORE)
        about = member_source_name(store, form->channel, form->initiated_by);
    *what = about ? about : "";
    return LOY_OK;
}

static bool has_token(const struct loy_member_form *form)
{
    return !sodium_is_zero(form->form_token, sizeof form->form_token);
}

/* Both are asked inside the transaction, so that no other process can take them in between.
 * LOY_REPEATED: *member has saved this form. */
static enum loy_status check_token(
    struct loy_store *store, const struct loy_member_form *form, struct loy_id *member)
{
    if (!has_token(form)) return LOY_OK;
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE form_token = ?1");
    sqlite3_bind_blob(select, 1, form->form_token, sizeof form->form_token, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, member);
    sqlite3_reset(select);
    if (status == LOY_NONE) return LOY_OK;
    return status == LOY_OK ? LOY_REPEATED : status;
}

static enum loy_status check_reference(struct loy_store *store, const char *reference)
{
    struct loy_id other;
    if (!reference) return LOY_OK;
    enum loy_status status = member_code_check(store, "reference", reference, LOY_FIELD_TEXT_MAX);
    if (status == LOY_OK) status = loy_member_find_reference(store, reference, &other);
    if (status == LOY_NONE) return LOY_OK;
    if (status != LOY_OK) return status;
    return store_fail(
        store, LOY_E_CONFLICT, "reference: another member has it; find that member instead");
}

static enum loy_status insert_member(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, struct member_row *member)
{
    store_id_make(at_us, &member->id);
    enum loy_status status = store_member_key_make(store, &member->id, member->key);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO member (id, uid, kind, pseudonymous, created_at_us, form_token) VALUES (1 + "
        "max(0, "
        "coalesce((SELECT max(id) FROM member), 0), coalesce((SELECT value FROM setting "
        "WHERE name = 'member_top'), 0)), ?1, ?2, ?3, ?4, ?5)");
    sqlite3_bind_blob(insert, 1, member->id.bytes, sizeof member->id.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, form->kind);
    sqlite3_bind_int64(insert, 3, form->pseudonymous);
    sqlite3_bind_int64(insert, 4, at_us);
    if (has_token(form))
        sqlite3_bind_blob(insert, 5, form->form_token, sizeof form->form_token, SQLITE_STATIC);
    status = store_run(store, insert);
    member->number = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum loy_status insert_values(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, const struct member_row *member)
{
    struct member_provenance provenance = {
        form->channel, form->legal_basis, form->initiated_by, form->collected_at_us, at_us, NULL};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < form->field_count && status == LOY_OK; i++) {
        bool seen = form->seen_on_licence && form->fields[i].field == LOY_FIELD_TAX_NO;
        provenance.verified_by = seen ? "licence" : NULL;
        status = member_value_insert(store, member, 1, &form->fields[i], &provenance);
    }
    provenance.verified_by = NULL;
    for (size_t i = 0; i < form->trait_count && status == LOY_OK; i++)
        status = member_trait_insert(store, member, 1, &form->traits[i], &provenance);
    return status;
}

/* The reference is kept as a digest only, so it can be found and not read. */
static enum loy_status insert_reference(
    struct loy_store *store, const char *reference, const struct member_row *member)
{
    char normal[LOY_FIELD_TEXT_MAX];
    enum loy_status status = member_text_normal(reference, normal);
    if (status == LOY_OK)
        status = member_blind_insert(store, member->number, MEMBER_REFERENCE_FIELD, normal);
    sodium_memzero(normal, sizeof normal);
    return status;
}

static const char *receipt_language(const struct loy_member_form *form)
{
    if (form->initiated_by == LOY_INITIATIVE_IMPORT) return NULL;
    if (form->receipt_language) return form->receipt_language;
    for (size_t i = 0; i < form->field_count; i++)
        if (form->fields[i].field == LOY_FIELD_LANGUAGE && form->fields[i].text)
            return form->fields[i].text;
    return "en";
}

static enum loy_status insert_consents(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, const struct member_row *member)
{
    struct loy_consent_change change = {.size = sizeof change,
        .given = true,
        .channel = form->channel,
        .initiated_by = form->initiated_by,
        .language = receipt_language(form),
        .offset_min = form->offset_min};
    enum loy_status status = LOY_OK;
    for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++) {
        if (!form->consent[purpose] || status != LOY_OK) continue;
        change.purpose = (uint8_t)purpose;
        status = member_consent_insert(
            store, member->number, &change, form->collected_at_us ? form->collected_at_us : at_us);
    }
    return status;
}

static enum loy_status insert_all(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, struct member_row *member)
{
    enum loy_status status = insert_member(store, form, at_us, member);
    if (status == LOY_OK) status = insert_values(store, form, at_us, member);
    const char *names = purchasers_named(form);
    if (status == LOY_OK && names) status = purchaser_names_insert(store, member, names, at_us);
    if (status == LOY_OK && form->reference)
        status = insert_reference(store, form->reference, member);
    if (status == LOY_OK) status = insert_consents(store, form, at_us, member);
    if (status == LOY_OK) status = member_audit(store, "member.add", &member->id, NULL, at_us);
    return status;
}

enum loy_status loy_member_add(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, struct loy_id *member)
{
    const char *what = NULL;
    int64_t position = 0;
    if (!store || !is_whole(form) || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_MEMBER);
    if (status == LOY_OK) status = wrong_find(store, form, at_us, &position, &what);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    struct member_row row;
    struct loy_id saved;
    status = check_token(store, form, &saved);
    if (status == LOY_REPEATED) *member = saved;
    if (status == LOY_OK) status = check_reference(store, form->reference);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = member_end(store, insert_all(store, form, at_us, &row));
    if (status == LOY_OK) *member = row.id;
    member_drop(&row);
    return status;
}
