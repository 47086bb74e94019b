/* SPDX-License-Identifier: MIT
 *
 * note.c - what managers alone note of a member: potential, direction, credit, competitors.
 * In: a text. Out: an envelope, and the history of it. Must not know: contacts, forms.
 */
#include "member_private.h"

#include <loyalty/contact.h>

#include <stdio.h>
#include <string.h>

static const char *const names[] = {NULL, "potential", "direction", "credit", "competitors"};
#define NOTE_END ((int)(sizeof names / sizeof names[0]))

const char *loy_note_name(enum loy_note note)
{
    return (int)note > 0 && (int)note < NOTE_END ? names[note] : NULL;
}

/* kind, version, body, sealed_for's uid are the first columns. */
static enum loy_status body_open(
    struct loy_store *store, sqlite3_stmt *row, char text[LOY_FIELD_TEXT_MAX])
{
    struct loy_id sealed_for;
    uint8_t key[MEMBER_KEY_SIZE];
    enum loy_status status = member_id_read(store, row, 3, &sealed_for);
    if (status == LOY_OK) status = store_member_key(store, &sealed_for, key);
    if (status != LOY_OK) return status;
    const struct envelope_place place = {
        "note", "body", &sealed_for, sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1)};
    status = envelope_open(
        key, &place, sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2), text);
    sodium_memzero(key, sizeof key);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "a note does not open: it was altered or moved");
}

/* The last one, "" if there is none; *version 0 then. */
static enum loy_status last_read(struct loy_store *store, int64_t member, enum loy_note note,
    int64_t *version, char text[LOY_FIELD_TEXT_MAX])
{
    text[0] = '\0';
    *version = 0;
    sqlite3_stmt *select = store_sql(store,
        "SELECT n.kind, n.version, n.body, m.uid FROM note n JOIN member m ON m.id = n.sealed_for "
        "WHERE n.member = ?1 AND n.kind = ?2 ORDER BY n.version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, note);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *version = sqlite3_column_int64(select, 1);
        status = body_open(store, select, text);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_note_get(struct loy_store *store, const struct loy_id *member,
    enum loy_note note, char text[LOY_FIELD_TEXT_MAX])
{
    if (!store || !member || !loy_note_name(note) || !text) return LOY_E_ARGUMENT;
    char found[LOY_FIELD_TEXT_MAX];
    int64_t number = 0, version = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_NOTE);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status == LOY_OK) status = last_read(store, number, note, &version, found);
    if (status != LOY_OK) return status;
    if (!found[0]) return LOY_NONE;
    memcpy(text, found, sizeof found);
    sodium_memzero(found, sizeof found);
    return LOY_OK;
}

static enum loy_status note_insert(struct loy_store *store, const struct member_row *member,
    enum loy_note note, int64_t version, const char *text, int64_t at_us)
{
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    const struct envelope_place place = {"note", "body", &member->id, note, version};
    enum loy_status status = envelope_seal(member->key, &place, text, sealed, &size);
    if (status != LOY_OK) return store_fail(store, status, "a note could not be encrypted");
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO note (member, kind, version, body, sealed_for, at_us, "
                         "operator) VALUES (?1, ?2, ?3, ?4, ?1, ?5, ?6)");
    sqlite3_bind_int64(insert, 1, member->number);
    sqlite3_bind_int64(insert, 2, note);
    sqlite3_bind_int64(insert, 3, version);
    sqlite3_bind_blob(insert, 4, sealed, (int)size, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, at_us);
    sqlite3_bind_int64(insert, 6, store->operator_id);
    status = store_run(store, insert);
    if (status != LOY_OK) return status;
    return member_audit(store, "note.set", &member->id, loy_note_name(note), at_us);
}

/* A version is the time of writing, so that notes of two members that are merged stand in order and
 * hardly ever have the same. */
static enum loy_status set_in_transaction(struct loy_store *store, const struct loy_id *id,
    enum loy_note note, const char *text, int64_t at_us)
{
    char last[LOY_FIELD_TEXT_MAX];
    struct member_row member;
    int64_t version = 0;
    enum loy_status status = member_take_active(store, id, &member);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = last_read(store, member.number, note, &version, last);
    if (status == LOY_OK && strcmp(last, text) == 0) status = LOY_REPEATED;
    sodium_memzero(last, sizeof last);
    if (status == LOY_OK)
        status = member_end(store,
            note_insert(store, &member, note, at_us > version ? at_us : version + 1, text, at_us));
    else
        status = member_end_unwritten(store, status);
    member_drop(&member);
    return status;
}

enum loy_status loy_note_set(struct loy_store *store, const struct loy_id *member,
    enum loy_note note, const char *text, int64_t at_us)
{
    char normal[LOY_FIELD_TEXT_MAX] = "";
    if (!store || !member || !loy_note_name(note) || !text) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_WRITE_NOTE);
    if (status != LOY_OK) return status;
    status = member_text_normal(text, normal);
    if (!normal[0]) text = "";
    sodium_memzero(normal, sizeof normal);
    if (status != LOY_OK)
        return store_fail(store, LOY_E_FORMAT,
            "text: one line of text in UTF-8 of at most %u bytes is expected",
            LOY_FIELD_TEXT_MAX - 1);
    status = store_begin(store);
    return status == LOY_OK ? set_in_transaction(store, member, note, text, at_us) : status;
}

static enum loy_status entry_read(
    struct loy_store *store, sqlite3_stmt *row, struct loy_note_entry *entry)
{
    const char *operator_name = (const char *)sqlite3_column_text(row, 5);
    entry->size = sizeof *entry;
    entry->note = (uint8_t)sqlite3_column_int(row, 0);
    entry->at_us = sqlite3_column_int64(row, 4);
    snprintf(entry->operator_name, sizeof entry->operator_name, "%s",
        operator_name ? operator_name : "");
    return body_open(store, row, entry->text);
}

enum loy_status loy_note_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_note_entry *entry)
{
    if (!store || !member || !position || *position < 0 || !entry) return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_NOTE);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT n.kind, n.version, n.body, m.uid, n.at_us, o.name FROM note n JOIN member m ON "
        "m.id = n.sealed_for LEFT JOIN operator o ON o.id = n.operator WHERE n.member = ?1 "
        "ORDER BY n.kind, n.version LIMIT 1 OFFSET ?2");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) status = entry_read(store, select, entry);
    if (status == LOY_OK) ++*position;
    sqlite3_reset(select);
    return status;
}
