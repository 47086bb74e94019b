/* SPDX-License-Identifier: MIT
 *
 * audit.c - the audit log: each entry's hash is keyed and covers the one before it, and a keyed
 * mark holds the last, so that a changed, removed, moved or cut-off entry shows. Entries hold codes
 * and counts only.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

#define HASH_SIZE 32u

static const char head_name[] = "audit_head";

struct audit_row {
    int64_t sequence, at_us, operator_id;
    const char *action, *object;
};

static void update_number(crypto_generichash_state *state, int64_t number)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> 8 * i);
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static void update_text(crypto_generichash_state *state, const char *text)
{
    size_t length = strlen(text);
    update_number(state, (int64_t)length);
    crypto_generichash_update(state, (const unsigned char *)text, length);
}

static void row_hash(const struct loy_store *store, const struct audit_row *row,
    const uint8_t previous[HASH_SIZE], uint8_t hash[HASH_SIZE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, store->keys->audit, sizeof store->keys->audit, HASH_SIZE);
    update_number(&state, row->sequence);
    update_number(&state, row->at_us);
    update_number(&state, row->operator_id);
    update_text(&state, row->action);
    update_text(&state, row->object);
    crypto_generichash_update(&state, previous, HASH_SIZE);
    crypto_generichash_final(&state, hash, HASH_SIZE);
}

/* The mark of the last entry: a hash over its number and hash in a place of its own. */
static void head_hash(const struct loy_store *store, int64_t sequence,
    const uint8_t last[HASH_SIZE], uint8_t head[HASH_SIZE])
{
    const struct audit_row row = {.sequence = sequence, .action = "", .object = "head"};
    row_hash(store, &row, last, head);
}

/* The last entry's number and hash; zeros before the first. */
static enum loy_status last_get(struct loy_store *store, int64_t *sequence, uint8_t hash[HASH_SIZE])
{
    sqlite3_stmt *last =
        store_sql(store, "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1");
    enum loy_status status = store_step(store, last);
    *sequence = 0;
    memset(hash, 0, HASH_SIZE);
    if (status == LOY_OK) {
        *sequence = sqlite3_column_int64(last, 0);
        if (sqlite3_column_bytes(last, 1) == HASH_SIZE)
            memcpy(hash, sqlite3_column_blob(last, 1), HASH_SIZE);
    }
    sqlite3_reset(last);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status row_insert(
    struct loy_store *store, const struct audit_row *row, const uint8_t hash[HASH_SIZE])
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO audit (sequence, at_us, operator, action, object, hash)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    sqlite3_bind_int64(insert, 1, row->sequence);
    sqlite3_bind_int64(insert, 2, row->at_us);
    sqlite3_bind_int64(insert, 3, row->operator_id);
    sqlite3_bind_text(insert, 4, row->action, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, row->object, -1, SQLITE_STATIC);
    sqlite3_bind_blob(insert, 6, hash, HASH_SIZE, SQLITE_STATIC);
    return store_run(store, insert);
}

static enum loy_status head_set(struct loy_store *store, const uint8_t head[HASH_SIZE])
{
    sqlite3_stmt *set = store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2)"
                                         " ON CONFLICT (name) DO UPDATE SET value=excluded.value");
    sqlite3_bind_text(set, 1, head_name, -1, SQLITE_STATIC);
    sqlite3_bind_blob(set, 2, head, HASH_SIZE, SQLITE_STATIC);
    return store_run(store, set);
}

static enum loy_status append(struct loy_store *store, struct audit_row *row)
{
    uint8_t previous[HASH_SIZE], hash[HASH_SIZE], head[HASH_SIZE];
    enum loy_status status = last_get(store, &row->sequence, previous);
    if (status != LOY_OK) return status;
    row->sequence++;
    row_hash(store, row, previous, hash);
    status = row_insert(store, row, hash);
    if (status != LOY_OK) return status;
    head_hash(store, row->sequence, hash, head);
    return head_set(store, head);
}

enum loy_status store_audit(
    struct loy_store *store, const char *action, const char *object, int64_t at_us)
{
    struct audit_row row = {.at_us = at_us,
        .operator_id = store->operator_id,
        .action = action,
        .object = object ? object : ""};
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = append(store, &row);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

static void copy_column(sqlite3_stmt *statement, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(statement, column);
    snprintf(text, size, "%s", found ? found : "");
}

enum loy_status loy_audit_next(
    struct loy_store *store, int64_t after, struct loy_audit_entry *entry)
{
    enum loy_status status = store_require(store, LOY_MAY_READ_AUDIT);
    if (status != LOY_OK) return status;
    sqlite3_stmt *next =
        store_sql(store, "SELECT a.sequence, a.at_us, o.name, a.action, a.object FROM audit a"
                         " LEFT JOIN operator o ON o.id=a.operator WHERE a.sequence > ?1"
                         " ORDER BY a.sequence LIMIT 1");
    sqlite3_bind_int64(next, 1, after);
    status = store_step(store, next);
    if (status == LOY_OK) {
        *entry = (struct loy_audit_entry){
            .sequence = sqlite3_column_int64(next, 0), .at_us = sqlite3_column_int64(next, 1)};
        copy_column(next, 2, entry->operator_name, sizeof entry->operator_name);
        copy_column(next, 3, entry->action, sizeof entry->action);
        copy_column(next, 4, entry->object, sizeof entry->object);
    }
    sqlite3_reset(next);
    return status;
}

/* ---- Verification -------------------------------------------------------------------------------
 */

struct walk {
    struct loy_store *store;
    void (*problem)(void *user, const char *sentence);
    void *user;
    int64_t last;
    uint8_t hash[HASH_SIZE];
    int64_t findings;
};

static void tell(struct walk *walk, const char *what, int64_t sequence)
{
    char sentence[STORE_TEXT_MAX];
    snprintf(sentence, sizeof sentence, "the audit log: %s %lld", what, (long long)sequence);
    walk->problem(walk->user, sentence);
    walk->findings++;
}

/* The chain goes on from the stored hash, so that each changed entry is told once. */
static void row_check(struct walk *walk, sqlite3_stmt *rows)
{
    uint8_t hash[HASH_SIZE];
    const char *action = (const char *)sqlite3_column_text(rows, 3);
    const char *object = (const char *)sqlite3_column_text(rows, 4);
    const struct audit_row row = {.sequence = sqlite3_column_int64(rows, 0),
        .at_us = sqlite3_column_int64(rows, 1),
        .operator_id = sqlite3_column_int64(rows, 2),
        .action = action ? action : "",
        .object = object ? object : ""};
    if (row.sequence != walk->last + 1) tell(walk, "entries are missing before", row.sequence);
    row_hash(walk->store, &row, walk->hash, hash);
    bool whole = sqlite3_column_bytes(rows, 5) == HASH_SIZE;
    if (whole) memcpy(walk->hash, sqlite3_column_blob(rows, 5), HASH_SIZE);
    if (!whole || (row.sequence == walk->last + 1 && memcmp(hash, walk->hash, HASH_SIZE) != 0))
        tell(walk, "changed is entry", row.sequence);
    walk->last = row.sequence;
}

static enum loy_status head_check(struct walk *walk)
{
    uint8_t head[HASH_SIZE], stored[HASH_SIZE] = {0};
    enum loy_status status =
        store_bytes_get(walk->store, STORE_SETTINGS, head_name, stored, sizeof stored);
    if (status < LOY_OK) return status;
    head_hash(walk->store, walk->last, walk->hash, head);
    if (status == LOY_NONE || memcmp(head, stored, HASH_SIZE) != 0)
        tell(walk, "its end was cut off or changed after entry", walk->last);
    return LOY_OK;
}

enum loy_status store_audit_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    struct walk walk = {.store = store, .problem = problem, .user = user};
    sqlite3_stmt *rows = store_sql(store,
        "SELECT sequence, at_us, operator, action, object, hash FROM audit ORDER BY sequence");
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK)
        row_check(&walk, rows);
    sqlite3_reset(rows);
    if (status != LOY_NONE) return status;
    status = head_check(&walk);
    if (status != LOY_OK) return status;
    return walk.findings ? LOY_E_CHECK : LOY_OK;
}
