/* SPDX-License-Identifier: MIT
 *
 * contact.c - writing the contact log: one row a contact, its text in an envelope.
 * In: a form. Out: a row. Must not know: readers, screens, what the contacts will say.
 */
#include "contact_private.h"

#include <string.h>

enum loy_initiative loy_contact_initiative(enum loy_contact_kind kind)
{
    switch (kind) {
    case LOY_CONTACT_SURVEY:
    case LOY_CONTACT_MESSAGE:
    case LOY_CONTACT_OBSERVATION:
        return LOY_INITIATIVE_STAFF;
    default:
        return LOY_INITIATIVE_CUSTOMER;
    }
}

static enum loy_status serial_next(struct loy_store *store, int64_t *serial)
{
    sqlite3_stmt *select = store_sql(store, "SELECT max(ifnull(max(id), 0), 0) + 1 FROM contact");
    return store_step_number(store, select, serial);
}

static void bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    if (text) sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

static void bind_row(sqlite3_stmt *statement, int column, int64_t row)
{
    if (row) sqlite3_bind_int64(statement, column, row);
}

/* The serial is the row's number when it was written: a merge changes the member, never that. */
static enum loy_status row_insert(struct loy_store *store, const struct loy_contact_form *form,
    const struct contact_about *about, int64_t serial, const uint8_t *sealed, size_t size)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO contact (id, serial, member, sealed_for, at_us, kind, channel, initiated_by, "
        "campaign, incentive, reason, legal_basis, basket, line, article_version, body, origin, "
        "operator) VALUES (?1, ?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
        "?15, ?16)");
    sqlite3_bind_int64(insert, 1, serial);
    bind_row(insert, 2, about->member.number);
    sqlite3_bind_int64(insert, 3, about->at_us);
    bind_text(insert, 4, loy_contact_kind_name(form->kind));
    bind_text(insert, 5, form->channel);
    sqlite3_bind_int64(insert, 6, form->initiated_by);
    bind_text(insert, 7, form->campaign);
    bind_text(insert, 8, form->incentive);
    bind_text(insert, 9, form->reason);
    bind_text(insert, 10, form->legal_basis);
    bind_row(insert, 11, about->basket);
    bind_row(insert, 12, form->line);
    bind_row(insert, 13, about->version);
    if (size) sqlite3_bind_blob(insert, 14, sealed, (int)size, SQLITE_STATIC);
    if (about->has_origin)
        sqlite3_bind_blob(insert, 15, about->origin, sizeof about->origin, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 16, store->operator_id);
    return store_run(store, insert);
}

/* Of a contact that was nobody's: its member, and the text that is kept of members only. */
static enum loy_status row_match(
    struct loy_store *store, const struct contact_about *about, const uint8_t *sealed, size_t size)
{
    sqlite3_stmt *update = store_sql(
        store, "UPDATE contact SET member = ?2, sealed_for = ?2, body = ?3 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, about->unmatched);
    sqlite3_bind_int64(update, 2, about->member.number);
    if (size) sqlite3_bind_blob(update, 3, sealed, (int)size, SQLITE_STATIC);
    return store_run(store, update);
}

static enum loy_status write_all(struct loy_store *store, const struct loy_contact_form *form,
    const struct contact_about *about, int64_t at_us, int64_t *number)
{
    static const struct loy_id nobody;
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    int64_t serial = about->unmatched;
    enum loy_status status = serial ? LOY_OK : serial_next(store, &serial);
    if (status == LOY_OK && about->has_text) {
        const struct envelope_place place = {"contact", "body", &about->member.id, 0, serial};
        status = envelope_seal(about->member.key, &place, form->text, sealed, &size);
        if (status != LOY_OK) return store_fail(store, status, "a text could not be encrypted");
    }
    if (status == LOY_OK)
        status = about->unmatched ? row_match(store, about, sealed, size)
                                  : row_insert(store, form, about, serial, sealed, size);
    if (status == LOY_OK)
        status = member_audit(store, about->unmatched ? "contact.match" : "contact.add",
            form->member ? form->member : &nobody, loy_contact_kind_name(form->kind), at_us);
    if (status == LOY_OK && number) *number = serial;
    return status;
}

/* A merged or forgotten member has no new contacts. */
static enum loy_status member_is_active(
    struct loy_store *store, int64_t member, int64_t *created_at_us)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT created_at_us FROM member WHERE id = ?1 AND status = 1");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step_number(store, select, created_at_us);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "this member was merged into another one or erased; find the member who is there now");
}

static enum loy_status member_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about)
{
    int64_t created_at_us = 0;
    enum loy_status status = member_take(store, form->member, &about->member);
    if (status == LOY_OK) status = member_is_active(store, about->member.number, &created_at_us);
    /* What is added to a registration later does not move it in time. */
    if (status == LOY_OK && form->kind == LOY_CONTACT_REGISTRATION && !form->at_us)
        about->at_us = created_at_us;
    return status;
}

static enum loy_status add_in_transaction(struct loy_store *store,
    const struct loy_contact_form *form, struct contact_about *about, int64_t at_us,
    int64_t *number)
{
    enum loy_status status = LOY_OK;
    if (form->member) status = member_find(store, form, about);
    if (status == LOY_OK) status = contact_rows_find(store, form, about);
    if (status == LOY_OK) status = contact_repeated(store, form, about);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, write_all(store, form, about, at_us, number));
}

enum loy_status loy_contact_add(
    struct loy_store *store, const struct loy_contact_form *form, int64_t at_us, int64_t *number)
{
    struct contact_about about = {0};
    if (!store || !form || form->size < sizeof *form) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_CONTACT);
    if (status == LOY_OK) status = contact_form_check(store, form, at_us, &about);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = add_in_transaction(store, form, &about, at_us, number);
    member_drop(&about.member);
    return status;
}
