/* SPDX-License-Identifier: MIT
 *
 * schema.c - the steps from an empty file to the newest schema. A step is an SQL file in
 * migrations/, runs in one transaction together with the file's version, and is never edited once
 * released.
 */
#include <store/store_parts.h>

#include <migrations.h>
#include <stdio.h>

static const unsigned char *const steps[] = {migration_001, migration_002, migration_003,
    migration_004, migration_005, migration_006, migration_007, migration_008, migration_009};

static const char *const keys_steps[] = {
    // rowid order is the order of batches, by which orphans of the last one are found.
    "CREATE TABLE member_key (member BLOB PRIMARY KEY, wrapped BLOB NOT NULL,"
    " made_at_us INTEGER NOT NULL) STRICT;"
    "CREATE TABLE note (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;",
    // key_id: of the master key that wraps the row. ring: the keys that outlive it (key_ring.c).
    "ALTER TABLE member_key ADD COLUMN key_id INTEGER NOT NULL DEFAULT 1;"
    "CREATE TABLE ring (one INTEGER PRIMARY KEY CHECK (one = 1), key_id INTEGER NOT NULL,"
    " wrapped BLOB NOT NULL) STRICT;",
};
#define KEYS_STEP_RING 2

int64_t store_schema_newest(void)
{
    return sizeof steps / sizeof *steps;
}

int64_t store_keys_schema_newest(void)
{
    return sizeof keys_steps / sizeof *keys_steps;
}

static enum loy_status step_run(
    struct loy_store *store, sqlite3 *db, const char *sql, long long application, long long version)
{
    char marks[100];
    snprintf(marks, sizeof marks, "PRAGMA application_id=%lld; PRAGMA user_version=%lld",
        application, version);
    enum loy_status status = store_database_run(store, db, sql);
    if (status == LOY_OK) status = store_database_run(store, db, marks);
    return status;
}

enum loy_status store_schema_first(struct loy_store *store)
{
    enum loy_status status = LOY_OK;
    for (int64_t i = 0; status == LOY_OK && i < store_schema_newest(); i++)
        status = step_run(
            store, store->db, (const char *)steps[i], STORE_APPLICATION_ID, (long long)i + 1);
    return status;
}

/* The version is read again under the lock: two processes may start on an older file together. */
enum loy_status store_schema_migrate(struct loy_store *store)
{
    struct store_marks marks;
    enum loy_status status = store_marks_read(store, store->db, &marks);
    while (status == LOY_OK && marks.version < store_schema_newest()) {
        status = store_begin(store);
        if (status != LOY_OK) return status;
        status = store_marks_read(store, store->db, &marks);
        if (status == LOY_OK && marks.version < store_schema_newest()) {
            status = step_run(store, store->db, (const char *)steps[marks.version],
                STORE_APPLICATION_ID, (long long)marks.version + 1);
            marks.version++;
        }
        if (status == LOY_OK)
            status = store_commit(store);
        else
            store_rollback(store);
    }
    return status;
}

enum loy_status store_keys_schema_migrate(struct loy_store *store)
{
    struct store_marks marks = {0};
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status == LOY_OK) status = store_marks_read(store, store->key_db, &marks);
    for (int64_t i = marks.version; status == LOY_OK && i < store_keys_schema_newest(); i++) {
        status = step_run(
            store, store->key_db, keys_steps[i], STORE_KEYS_APPLICATION_ID, (long long)i + 1);
        if (status == LOY_OK && i + 1 == KEYS_STEP_RING) status = store_ring_write(store);
    }
    if (status == LOY_OK) status = store_database_run(store, store->key_db, "COMMIT");
    if (status != LOY_OK) sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
