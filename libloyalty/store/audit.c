/* SPDX-License-Identifier: MIT
 *
 * audit.c - the audit log written and read: each entry's hash is keyed and covers the one before
 * it, and a keyed mark holds the last. Entries hold codes and counts only. Verifies nothing
 * (audit_verify.c) and signs nothing itself (audit_anchor.c).
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

void store_hash_number(crypto_generichash_state *state, int64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> 8 * i);
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void update_text(crypto_generichash_state *state, const char *text, size_t size)
{
    store_hash_number(state, (int64_t)size);
    crypto_generichash_update(state, (const unsigned char *)text, size);
}

void store_audit_row_hash(const struct loy_store *store, const struct store_audit_row *row,
    const uint8_t previous[STORE_AUDIT_HASH_SIZE], uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(
        &state, store->keys->audit, sizeof store->keys->audit, STORE_AUDIT_HASH_SIZE);
    store_hash_number(&state, row->sequence);
    store_hash_number(&state, row->at_us);
    store_hash_number(&state, row->operator_id);
    update_text(&state, row->action, row->action_size);
    update_text(&state, row->object, row->object_size);
    crypto_generichash_update(&state, previous, STORE_AUDIT_HASH_SIZE);
    crypto_generichash_final(&state, hash, STORE_AUDIT_HASH_SIZE);
}

/* A hash over the last entry's number and hash in a place of its own: no entry has sequence,
 * time and operator like it. */
void store_audit_head_hash(const struct loy_store *store, int64_t sequence,
    const uint8_t last[STORE_AUDIT_HASH_SIZE], uint8_t head[STORE_AUDIT_HASH_SIZE])
{
    const struct store_audit_row row = {
        .sequence = sequence, .action = "", .object = "head", .object_size = 4};
    store_audit_row_hash(store, &row, last, head);
}

static enum loy_status hash_read(struct loy_store *store, sqlite3_stmt *row, int64_t *sequence,
    uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    enum loy_status status = store_step(store, row);
    if (status == LOY_OK) {
        *sequence = sqlite3_column_int64(row, 0);
        if (sqlite3_column_bytes(row, 1) == STORE_AUDIT_HASH_SIZE)
            memcpy(hash, sqlite3_column_blob(row, 1), STORE_AUDIT_HASH_SIZE);
    }
    sqlite3_reset(row);
    return status;
}

enum loy_status store_audit_last(
    struct loy_store *store, int64_t *sequence, uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    sqlite3_stmt *last =
        store_sql(store, "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1");
    *sequence = 0;
    memset(hash, 0, STORE_AUDIT_HASH_SIZE);
    enum loy_status status = hash_read(store, last, sequence, hash);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status store_audit_hash_at(
    struct loy_store *store, int64_t sequence, uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    sqlite3_stmt *find = store_sql(store, "SELECT sequence, hash FROM audit WHERE sequence=?1");
    sqlite3_bind_int64(find, 1, sequence);
    memset(hash, 0, STORE_AUDIT_HASH_SIZE);
    return hash_read(store, find, &sequence, hash);
}

/* ---- Writing ------------------------------------------------------------------------------------
 */

static enum loy_status row_insert(struct loy_store *store, const struct store_audit_row *row,
    const uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO audit (sequence, at_us, operator, action, object, hash)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    sqlite3_bind_int64(insert, 1, row->sequence);
    sqlite3_bind_int64(insert, 2, row->at_us);
    sqlite3_bind_int64(insert, 3, row->operator_id);
    sqlite3_bind_text(insert, 4, row->action, (int)row->action_size, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, row->object, (int)row->object_size, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 6, hash, STORE_AUDIT_HASH_SIZE, SQLITE_STATIC);
    return store_run(store, insert);
}

static enum loy_status head_set(struct loy_store *store, const uint8_t head[STORE_AUDIT_HASH_SIZE])
{
    sqlite3_stmt *set = store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2)"
                                         " ON CONFLICT (name) DO UPDATE SET value=excluded.value");
    sqlite3_bind_text(set, 1, STORE_AUDIT_HEAD, -1, SQLITE_STATIC);
    sqlite3_bind_blob(set, 2, head, STORE_AUDIT_HASH_SIZE, SQLITE_STATIC);
    return store_run(store, set);
}

/* LOY_NONE: the last entry is not the one that was written last. */
static enum loy_status end_judge(
    struct loy_store *store, int64_t sequence, const uint8_t last[STORE_AUDIT_HASH_SIZE])
{
    uint8_t head[STORE_AUDIT_HASH_SIZE];
    sqlite3_stmt *find = store_sql(store, "SELECT value FROM setting WHERE name=?1");
    sqlite3_bind_text(find, 1, STORE_AUDIT_HEAD, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    store_audit_head_hash(store, sequence, last, head);
    if (status == LOY_OK && (sqlite3_column_bytes(find, 0) != sizeof head ||
                                memcmp(sqlite3_column_blob(find, 0), head, sizeof head) != 0))
        status = LOY_NONE;
    sqlite3_reset(find);
    return sequence == 0 && status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status append_behind(struct loy_store *store, struct store_audit_row *row,
    const uint8_t previous[STORE_AUDIT_HASH_SIZE], uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    row->sequence++;
    store_audit_row_hash(store, row, previous, hash);
    enum loy_status status = row_insert(store, row, hash);
    if (status == LOY_OK && (row->sequence == 1 || row->sequence % STORE_ANCHOR_EVERY == 0))
        status = store_anchor_insert(store, row->sequence, row->at_us, hash);
    return status;
}

/* The mark of the end is about to be overwritten: that it was wrong stays in the log. */
static enum loy_status broken_append(struct loy_store *store, struct store_audit_row *row,
    const uint8_t previous[STORE_AUDIT_HASH_SIZE], uint8_t hash[STORE_AUDIT_HASH_SIZE])
{
    struct store_audit_row broken = {.sequence = row->sequence,
        .at_us = row->at_us,
        .operator_id = row->operator_id,
        .action = STORE_AUDIT_BROKEN,
        .object = "",
        .action_size = sizeof STORE_AUDIT_BROKEN - 1};
    enum loy_status status = append_behind(store, &broken, previous, hash);
    row->sequence = broken.sequence;
    return status;
}

static enum loy_status append(struct loy_store *store, struct store_audit_row *row)
{
    uint8_t previous[STORE_AUDIT_HASH_SIZE], hash[STORE_AUDIT_HASH_SIZE];
    uint8_t head[STORE_AUDIT_HASH_SIZE];
    enum loy_status status = store_audit_last(store, &row->sequence, previous);
    if (status != LOY_OK) return status;
    if (row->sequence > INT64_MAX - 2)
        return store_fail(store, LOY_E_STORE,
            "the audit log of %s was tampered with: `loyalty audit verify` says where",
            store->path);
    status = end_judge(store, row->sequence, previous);
    if (status == LOY_NONE) {
        status = broken_append(store, row, previous, hash);
        memcpy(previous, hash, sizeof previous);
    }
    if (status == LOY_OK) status = append_behind(store, row, previous, hash);
    if (status != LOY_OK) return status;
    store_audit_head_hash(store, row->sequence, hash, head);
    return head_set(store, head);
}

enum loy_status store_audit(
    struct loy_store *store, const char *action, const char *object, int64_t at_us)
{
    if (!object) object = "";
    struct store_audit_row row = {.at_us = at_us,
        .operator_id = store->operator_id,
        .action = action,
        .object = object,
        .action_size = strlen(action),
        .object_size = strlen(object)};
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = append(store, &row);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

/* ---- Reading ------------------------------------------------------------------------------------
 */

static void copy_column(sqlite3_stmt *statement, int column, char *text, size_t size)
{
    sqlite3_snprintf((int)size, text, "%s", sqlite3_column_text(statement, column));
}

static void entry_read(sqlite3_stmt *row, struct loy_audit_entry *entry)
{
    *entry = (struct loy_audit_entry){.sequence = sqlite3_column_int64(row, 0),
        .at_us = sqlite3_column_int64(row, 1),
        .operator_number = sqlite3_column_int64(row, 5)};
    copy_column(row, 2, entry->operator_name, sizeof entry->operator_name);
    copy_column(row, 3, entry->action, sizeof entry->action);
    copy_column(row, 4, entry->object, sizeof entry->object);
    if (sqlite3_column_bytes(row, 6) == sizeof entry->hash)
        memcpy(entry->hash, sqlite3_column_blob(row, 6), sizeof entry->hash);
}

enum loy_status loy_audit_next(
    struct loy_store *store, int64_t after, struct loy_audit_entry *entry)
{
    enum loy_status status = store_require(store, LOY_MAY_READ_AUDIT);
    if (status != LOY_OK) return status;
    sqlite3_stmt *next = store_sql(store,
        "SELECT a.sequence, a.at_us, o.name, a.action, a.object, a.operator, a.hash FROM audit a"
        " LEFT JOIN operator o ON o.id=a.operator WHERE a.sequence > ?1"
        " ORDER BY a.sequence LIMIT 1");
    sqlite3_bind_int64(next, 1, after);
    status = store_step(store, next);
    if (status == LOY_OK) entry_read(next, entry);
    sqlite3_reset(next);
    return status;
}
