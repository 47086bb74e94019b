/* SPDX-License-Identifier: MIT
 *
 * transaction.c - begin, commit and rollback, nested by counting. At the outermost commit the
 * gathered members' keys are made durable first, and those without a member go behind it. Knows
 * nothing of what is written.
 */
#include <store/store_parts.h>

#include <sys/stat.h>

/* A cached SELECT that was left standing keeps an old snapshot, from which SQLite starts no write.
 */
static void statements_reset(struct loy_store *store)
{
    for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++)
        sqlite3_reset(store->statements[i].statement);
}

/* BEGIN, COMMIT: prepared once, since a lane runs both for every line. */
static enum loy_status command_run(struct loy_store *store, const char *sql)
{
    sqlite3_stmt *command = store_sql(store, sql);
    if (!command) return store->failed;
    bool done = sqlite3_step(command) == SQLITE_DONE;
    enum loy_status status = done ? LOY_OK : store_fail_sql(store, store->db);
    sqlite3_reset(command);
    return status;
}

static enum loy_status begin_outermost(struct loy_store *store)
{
    static const char begin[] = "BEGIN IMMEDIATE";
    enum loy_status status = command_run(store, begin);
    if (status == LOY_OK || sqlite3_extended_errcode(store->db) != SQLITE_BUSY_SNAPSHOT)
        return status;
    statements_reset(store);
    status = command_run(store, begin);
    if (status == LOY_OK || sqlite3_extended_errcode(store->db) != SQLITE_BUSY_SNAPSHOT)
        return status;
    return store_fail(store, LOY_E_BUSY,
        "another program wrote while a cursor of this handle is open: close the cursor and repeat");
}

/* A link may also have been pointed elsewhere: SQLite knows only what it led to, so the file that
 * was there at the first time is remembered. */
static bool has_moved(sqlite3 *db, const char *path, struct store_node *node)
{
    struct stat now;
    int moved = 0;
    const bool there = stat(path, &now) == 0;
    if (there && node->inode) return now.st_dev != node->device || now.st_ino != node->inode;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (there && !moved) *node = (struct store_node){now.st_dev, now.st_ino};
    return moved;
}

enum loy_status store_moved_judge(struct loy_store *store)
{
    sqlite3 *db = store->db;
    if (!has_moved(db, store->path, &store->nodes[0])) {
        db = store->key_db;
        if (!has_moved(db, store->keys_path, &store->nodes[1])) return LOY_OK;
    }
    return store_fail(store, LOY_E_GONE,
        "the store's file %s was moved, removed or replaced under this program: close and open it "
        "again; nothing was changed",
        sqlite3_db_filename(db, "main"));
}

/* From here on nobody else changes a role, and what was allowed just now may not be any more. */
static enum loy_status locked_judge(struct loy_store *store)
{
    enum loy_role before = store->role;
    enum loy_status status = store_moved_judge(store);
    if (status == LOY_OK) status = store_operator_renew(store, true);
    if (status == LOY_OK && store->role == before) return LOY_OK;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_ACCESS,
        "your role was changed at this moment: repeat if you still may; nothing was changed");
}

enum loy_status store_begin(struct loy_store *store)
{
    if (store->broken)
        return store_fail(store, LOY_E_IO,
            "writing %s failed before: check the disk, close the store and open it again",
            store->path);
    if (store->doomed != LOY_OK) return store->doomed;
    if (store->depth == 0) {
        enum loy_status status = begin_outermost(store);
        if (status == LOY_OK) status = locked_judge(store);
        if (status != LOY_OK) return status;
    }
    store->depth++;
    return LOY_OK;
}

static void abandon(struct loy_store *store)
{
    if (!sqlite3_get_autocommit(store->db)) {
        statements_reset(store);
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    store_member_keys_forget(store);
    store->anchored = false;
    store->depth = 0;
    store->doomed = LOY_OK;
}

static enum loy_status commit_outermost(struct loy_store *store)
{
    if (store->doomed != LOY_OK) return store->doomed;
    if (sqlite3_get_autocommit(store->db))
        return store_fail(
            store, LOY_E_STORE, "the transaction was undone after an earlier failure");
    enum loy_status status = store_member_keys_flush(store);
    if (status != LOY_OK) return status;
    status = command_run(store, "COMMIT");
    if (status == LOY_OK) return LOY_OK;
    // After a failed sync the kernel may call dirty pages clean: only a new connection's recovery
    // and its own syncs are trustworthy. The keys stay: the frames may yet turn out to have reached
    // the disk.
    store->broken = status != LOY_E_BUSY && status != LOY_E_FULL;
    return status;
}

/* FILE is committed, and store_step must not take that for undone. */
static void keys_settle(struct loy_store *store)
{
    store->depth = 0;
    bool swept = store_member_keys_sweep(store);
    if (store->new_key_count > 0) store->settled_batch = swept ? store->new_batch : 0;
}

enum loy_status store_commit(struct loy_store *store)
{
    if (store->depth == 0) return store_fail(store, LOY_E_ARGUMENT, "no transaction is open");
    if (store->depth > 1) {
        store->depth--;
        return store->doomed;
    }
    enum loy_status status = commit_outermost(store);
    if (status == LOY_OK)
        keys_settle(store);
    else
        store->undone++;
    bool anchored = store->anchored && status == LOY_OK;
    abandon(store);
    // Only after the commit; and one that does not come about is made up for at the next close.
    if (anchored) store_audit_note_set(store, false);
    return status;
}

void store_rollback(struct loy_store *store)
{
    if (store->depth > 1) {
        store->depth--;
        if (store->doomed == LOY_OK)
            store->doomed = store->failed < LOY_OK ? store->failed : LOY_E_STORE;
    } else if (store->depth == 1) {
        store->undone++;
        abandon(store);
    }
}

enum loy_status loy_store_begin(struct loy_store *store)
{
    if (store->depth > 0) return store_fail(store, LOY_E_ARGUMENT, "a transaction is open already");
    return store_begin(store);
}

enum loy_status loy_store_commit(struct loy_store *store)
{
    return store_commit(store);
}

void loy_store_rollback(struct loy_store *store)
{
    store_rollback(store);
}
