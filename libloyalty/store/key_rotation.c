/* SPDX-License-Identifier: MIT
 *
 * key_rotation.c - the master key changed: a new one wraps the ring and every member's key in one
 * transaction of FILE.keys; and its passphrase changed. Lanes go on selling meanwhile: only what
 * makes members' keys waits. Whatever dies where, FILE.key or FILE.key.next fits (key_disk.c).
 */
#include <store/store_parts.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH 512

__attribute__((weak, visibility("hidden"))) void store_rotation_step(enum store_rotation_step step)
{
    (void)step;
}

struct rotation {
    struct loy_store *store;
    uint8_t old_wrap[32], new_wrap[32];
    int64_t old_id;
    loy_progress_fn progress;
    void *user;
    int64_t total;
    bool stands; /* committed: what fails behind it takes nothing back */
    struct loy_key_rotation done;
};

struct key_row {
    int64_t rowid;
    uint8_t member[16], wrapped[STORE_WRAPPED_SIZE];
    bool whole;
};

/* ---- Every member's key -------------------------------------------------------------------------
 */

/* Wrapped anew in place. A damaged one stays as it is: its bytes may yet be mended from a copy. */
static void row_take(struct rotation *rotation, sqlite3_stmt *rows, struct key_row *row)
{
    uint8_t key[MEMBER_KEY_SIZE];
    row->rowid = sqlite3_column_int64(rows, 0);
    row->whole = false;
    if (sqlite3_column_bytes(rows, 1) == sizeof row->member) {
        memcpy(row->member, sqlite3_column_blob(rows, 1), sizeof row->member);
        row->whole = store_member_key_unwrap(rotation->old_wrap, row->member,
            sqlite3_column_blob(rows, 2), (size_t)sqlite3_column_bytes(rows, 2), key);
    }
    if (row->whole) store_member_key_wrap(rotation->new_wrap, row->member, key, row->wrapped);
    sodium_memzero(key, sizeof key);
}

/* The rows behind `after`; *count 0: no more. */
static enum loy_status batch_read(struct rotation *rotation, sqlite3_stmt *rows, int64_t after,
    struct key_row batch[BATCH], size_t *count)
{
    enum loy_status status = LOY_OK;
    *count = 0;
    sqlite3_bind_int64(rows, 1, after);
    while (*count < BATCH && (status = store_step(rotation->store, rows)) == LOY_OK)
        row_take(rotation, rows, &batch[(*count)++]);
    sqlite3_reset(rows);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status batch_write(struct rotation *rotation, sqlite3_stmt *update,
    const struct key_row batch[BATCH], size_t count)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < count; i++) {
        if (!batch[i].whole) {
            rotation->done.damaged++;
            continue;
        }
        rotation->done.members++;
        sqlite3_bind_int64(update, 1, batch[i].rowid);
        sqlite3_bind_blob(update, 2, batch[i].wrapped, STORE_WRAPPED_SIZE, SQLITE_STATIC);
        sqlite3_bind_int64(update, 3, rotation->done.key_id);
        status = store_run(rotation->store, update);
    }
    if (status != LOY_OK || !rotation->progress) return status;
    if (rotation->progress(
            rotation->user, rotation->done.members + rotation->done.damaged, rotation->total) == 0)
        return LOY_OK;
    return store_fail(rotation->store, LOY_E_CANCELLED,
        "changing the master key was cancelled; nothing was changed");
}

static enum loy_status members_walk(struct rotation *rotation, sqlite3_stmt *rows,
    sqlite3_stmt *update, struct key_row batch[BATCH])
{
    int64_t after = INT64_MIN;
    size_t count = 0;
    enum loy_status status;
    do {
        status = batch_read(rotation, rows, after, batch, &count);
        if (status == LOY_OK && count > 0) {
            after = batch[count - 1].rowid;
            status = batch_write(rotation, update, batch, count);
        }
    } while (status == LOY_OK && count > 0);
    return status;
}

static enum loy_status members_rewrap(struct rotation *rotation)
{
    static const char select[] =
        "SELECT rowid, member, wrapped FROM member_key WHERE rowid > ?1 ORDER BY rowid";
    static const char change[] = "UPDATE member_key SET wrapped=?2, key_id=?3 WHERE rowid=?1";
    struct loy_store *store = rotation->store;
    sqlite3_stmt *rows = NULL, *update = NULL;
    struct key_row *batch = malloc(BATCH * sizeof *batch);
    enum loy_status status = store_database_number(
        store, store->key_db, "SELECT count(*) FROM member_key", &rotation->total);
    if (!batch)
        status = store_fail(store, LOY_E_MEMORY, "out of memory");
    else if (status == LOY_OK &&
             (sqlite3_prepare_v2(store->key_db, select, -1, &rows, NULL) != SQLITE_OK ||
                 sqlite3_prepare_v2(store->key_db, change, -1, &update, NULL) != SQLITE_OK))
        status = store_fail_sql(store, store->key_db);
    if (status == LOY_OK) status = members_walk(rotation, rows, update, batch);
    sqlite3_finalize(rows);
    sqlite3_finalize(update);
    free(batch);
    return status;
}

/* ---- One transaction ----------------------------------------------------------------------------
 */

static void keys_take(struct rotation *rotation, const uint8_t wrap[32], int64_t key_id)
{
    memcpy(rotation->store->keys->wrap, wrap, 32);
    rotation->store->key_id = key_id;
}

static enum loy_status all_rewrap(struct rotation *rotation)
{
    enum loy_status status = members_rewrap(rotation);
    if (status != LOY_OK) return status;
    keys_take(rotation, rotation->new_wrap, rotation->done.key_id);
    status = store_ring_write(rotation->store);
    if (status == LOY_OK) status = store_master_key_note(rotation->store);
    if (status == LOY_OK) status = store_ring_changer_note(rotation->store);
    if (status == LOY_OK) status = store_key_next_forget(rotation->store);
    if (status != LOY_OK) keys_take(rotation, rotation->old_wrap, rotation->old_id);
    return status;
}

static void next_remove(struct loy_store *store)
{
    char *next = store_key_next_path(store);
    if (next) unlink(next);
    free(next);
}

/* Between BEGIN and COMMIT of FILE.keys. */
static enum loy_status change_locked(struct rotation *rotation, const struct key_bytes *next)
{
    struct loy_store *store = rotation->store;
    enum loy_status status = store_key_id_compare(store);
    if (status == LOY_OK) status = store_key_next_write(store, next);
    if (status != LOY_OK) return status;
    store_rotation_step(ROTATION_WRITTEN);
    status = all_rewrap(rotation);
    store_rotation_step(ROTATION_WRAPPED);
    if (status != LOY_OK) next_remove(store);
    return status;
}

static enum loy_status change(struct rotation *rotation, const struct key_bytes *next)
{
    struct loy_store *store = rotation->store;
    enum loy_status status = store_key_next_announce(store, next);
    if (status != LOY_OK) return status;
    store_rotation_step(ROTATION_ANNOUNCED);
    status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = change_locked(rotation, next);
    if (status != LOY_OK) {
        sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
        return status;
    }
    status = store_database_run(store, store->key_db, "COMMIT");
    if (status != LOY_OK) {
        // It may have reached the disk or not: the next open sees which key fits.
        sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
        store->broken = true;
        return status;
    }
    store_rotation_step(ROTATION_COMMITTED);
    return LOY_OK;
}

static enum loy_status idle_require(struct loy_store *store)
{
    enum loy_status status = store_require(store, LOY_MAY_CHANGE_KEY);
    if (status == LOY_OK && store->depth > 0)
        status =
            store_fail(store, LOY_E_ARGUMENT, "the master key is not changed inside a transaction");
    if (status == LOY_OK && store->broken) status = store_begin(store);
    // The file that has taken its place needs the present key.
    if (status == LOY_OK) status = store_moved_judge(store);
    return status;
}

static enum loy_status next_take(struct loy_store *store)
{
    enum loy_status status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = store_key_next_take(store, store->key_digest);
    sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

static enum loy_status rotate(
    struct rotation *rotation, const struct key_bytes *next, bool sealed, int64_t at_us)
{
    struct loy_store *store = rotation->store;
    store_key_next_settle(store);
    enum loy_status status = change(rotation, next);
    if (status != LOY_OK) return status;
    rotation->stands = true;
    store_master_key_adopt(store, next, sealed);
    status = next_take(store);
    store_rotation_step(ROTATION_TAKEN);
    if (status == LOY_OK) status = store_ring_settle(store, at_us);
    // The change stands, and no lock of FILE.keys is held while another program's transaction is
    // waited for; the next open gives the key its name and enters it in the audit log.
    if (status == LOY_E_BUSY) status = LOY_OK;
    store_rotation_step(ROTATION_AUDITED);
    // What the old key wrapped shall not stay in the log.
    sqlite3_wal_checkpoint_v2(store->key_db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return status;
}

enum loy_status loy_store_key_rotate(struct loy_store *store, const char *passphrase,
    loy_progress_fn progress, void *user, int64_t at_us, struct loy_key_rotation *done)
{
    uint8_t master[MASTER_KEY_SIZE];
    struct key_bytes next;
    struct rotation rotation = {.store = store, .progress = progress, .user = user};
    enum loy_status status = idle_require(store);
    if (status == LOY_OK) status = store_master_key_again(store, passphrase, master);
    if (status != LOY_OK) return status;
    bool sealed = store->key_sealed;
    memcpy(rotation.old_wrap, store->keys->wrap, sizeof rotation.old_wrap);
    rotation.old_id = store->key_id;
    rotation.done =
        (struct loy_key_rotation){.size = sizeof rotation.done, .key_id = store->key_id + 1};
    crypto_kdf_keygen(master);
    store_wrap_derive(master, rotation.new_wrap);
    status = store_key_bytes_make(store, &next, master, sealed ? passphrase : NULL);
    if (status == LOY_OK) status = rotate(&rotation, &next, sealed, at_us);
    if (rotation.stands && done) *done = rotation.done;
    sodium_memzero(master, sizeof master);
    sodium_memzero(&next, sizeof next);
    sodium_memzero(&rotation, sizeof rotation);
    return status;
}

/* ---- The same key under another passphrase ------------------------------------------------------
 */

/* Under the lock of FILE.keys, so that nobody takes the successor for a left-over. */
static enum loy_status replace_locked(struct loy_store *store, const struct key_bytes *next)
{
    enum loy_status status = store_key_id_compare(store);
    if (status == LOY_OK) status = store_key_next_write(store, next);
    if (status != LOY_OK) return status;
    store_rotation_step(ROTATION_WRITTEN);
    status = store_key_next_take(store, next->digest);
    if (status != LOY_OK) next_remove(store);
    if (status == LOY_OK) store_key_next_forget(store);
    return status;
}

static enum loy_status replace(struct loy_store *store, const struct key_bytes *next)
{
    store_key_next_settle(store);
    enum loy_status status = store_key_next_announce(store, next);
    if (status == LOY_OK) status = store_database_run(store, store->key_db, "BEGIN IMMEDIATE");
    if (status != LOY_OK) return status;
    status = replace_locked(store, next);
    if (sqlite3_exec(store->key_db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        sqlite3_exec(store->key_db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum loy_status loy_store_key_passphrase(
    struct loy_store *store, const char *passphrase, const char *wanted, int64_t at_us)
{
    uint8_t master[MASTER_KEY_SIZE];
    struct key_bytes next;
    enum loy_status status = idle_require(store);
    if (status == LOY_OK && wanted && strlen(wanted) < LOY_PASSPHRASE_MIN)
        status = store_fail(store, LOY_E_ARGUMENT,
            "a passphrase has at least %u bytes: take four or five words", LOY_PASSPHRASE_MIN);
    if (status == LOY_OK) status = store_master_key_again(store, passphrase, master);
    if (status != LOY_OK) return status;
    status = store_key_bytes_make(store, &next, master, wanted);
    sodium_memzero(master, sizeof master);
    if (status == LOY_OK) status = replace(store, &next);
    if (status == LOY_OK) store_master_key_adopt(store, &next, wanted != NULL);
    sodium_memzero(&next, sizeof next);
    if (status != LOY_OK) return status;
    return store_audit(store, "key-passphrase", wanted ? "set" : "removed", at_us);
}

enum loy_status loy_store_key_show(struct loy_store *store, struct loy_key *key)
{
    enum loy_status status = store_require(store, LOY_MAY_CHANGE_KEY);
    int64_t members = 0;
    if (status == LOY_OK) status = store_key_id_compare(store);
    if (status == LOY_OK)
        status = store_database_number(
            store, store->key_db, "SELECT count(*) FROM member_key", &members);
    if (status != LOY_OK) return status;
    *key = (struct loy_key){.size = sizeof *key,
        .key_id = store->key_id,
        .members = members,
        .sealed = store->key_sealed};
    return LOY_OK;
}
