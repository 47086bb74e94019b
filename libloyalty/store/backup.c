/* SPDX-License-Identifier: MIT
 *
 * backup.c - a consistent copy of FILE and FILE.keys while lanes work, and back. A copy is made
 * under a name of its own, marked inside, verified, synced, and only then given its name; FILE
 * comes last.
 */
#include <store/part.h>
#include <store/store_parts.h>

#include <loyalty/rights.h>

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#define STEP_PAGES 256

struct copying {
    struct loy_store *store; /* takes the text */
    loy_progress_fn progress;
    void *user;
};

/* One read transaction over all steps: writers go on, and what they write does not restart the
 * copy. */
static enum loy_status source_open(struct loy_store *store, const char *path, sqlite3 **source)
{
    enum loy_status status = store_database_open(store, path, source);
    if (status == LOY_OK) status = store_database_run(store, *source, "BEGIN");
    int64_t pages = 0;
    if (status == LOY_OK)
        status =
            store_database_number(store, *source, "SELECT count(*) FROM sqlite_schema", &pages);
    return status;
}

static enum loy_status pages_copy(const struct copying *copying, sqlite3 *source, sqlite3 *target)
{
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
    if (!backup) return store_fail_sql(copying->store, target);
    bool cancelled = false;
    int code;
    do {
        code = sqlite3_backup_step(backup, STEP_PAGES);
        long long total = sqlite3_backup_pagecount(backup);
        long long done = total - sqlite3_backup_remaining(backup);
        if (copying->progress) cancelled = copying->progress(copying->user, done, total) != 0;
    } while (code == SQLITE_OK && !cancelled);
    code = sqlite3_backup_finish(backup) == SQLITE_OK ? code : SQLITE_ERROR;
    if (cancelled) return store_fail(copying->store, LOY_E_CANCELLED, "the backup was cancelled");
    return code == SQLITE_DONE ? LOY_OK : store_fail_sql(copying->store, target);
}

struct sources {
    sqlite3 *file, *keys;
};

/* Both as of one moment in which nobody writes: members and their keys are made and erased under
 * FILE's write lock, so that the copy has each key that it needs, of members that come and that go.
 */
static enum loy_status sources_open(
    struct loy_store *store, struct loy_store *copy, struct sources *sources)
{
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return store_fail(copy, status, "%s", store->text);
    status = source_open(copy, store->path, &sources->file);
    if (status == LOY_OK) status = source_open(copy, store->keys_path, &sources->keys);
    enum loy_status ended = store_commit(store);
    return ended == LOY_OK ? status : store_fail(copy, ended, "%s", store->text);
}

static enum loy_status file_copy(const struct copying *copying, sqlite3 *source, const char *to)
{
    struct loy_store *store = copying->store;
    sqlite3 *target = NULL;
    enum loy_status status = store_disk_make(store, to);
    if (status == LOY_OK) status = store_database_open(store, to, &target);
    // Nobody relies on the copy before it was synced as a whole.
    if (status == LOY_OK) status = store_database_run(store, target, "PRAGMA synchronous=OFF");
    if (status == LOY_OK) status = pages_copy(copying, source, target);
    sqlite3_close(target);
    return status;
}

static void finding_drop(void *user, const char *sentence)
{
    (void)user;
    (void)sentence;
}

static enum loy_status verify(struct loy_store *copy)
{
    enum loy_status status = store_database_check(copy, copy->db, finding_drop, NULL);
    if (status == LOY_OK) status = store_database_check(copy, copy->key_db, finding_drop, NULL);
    if (status == LOY_E_CHECK)
        status = store_fail(copy, LOY_E_STORE,
            "the copy %s did not verify: run `loyalty check` on what it was made from", copy->path);
    return status;
}

/* Everything into the files themselves, onto the disk, and closed. */
static enum loy_status settle(struct loy_store *copy)
{
    static const char checkpoint[] = "PRAGMA wal_checkpoint(TRUNCATE)";
    enum loy_status status = store_database_run(copy, copy->key_db, checkpoint);
    if (status == LOY_OK) status = store_database_run(copy, copy->db, checkpoint);
    store_files_close(copy);
    if (status == LOY_OK) status = store_disk_sync(copy, copy->keys_path);
    if (status == LOY_OK) status = store_disk_sync(copy, copy->path);
    return status;
}

/* ---- Backup -------------------------------------------------------------------------------------
 */

static enum loy_status files_copy(struct loy_store *store, const struct copying *copying)
{
    struct sources sources = {NULL, NULL};
    enum loy_status status = sources_open(store, copying->store, &sources);
    if (status == LOY_OK) status = file_copy(copying, sources.file, copying->store->path);
    if (status == LOY_OK) status = file_copy(copying, sources.keys, copying->store->keys_path);
    sqlite3_close(sources.file);
    sqlite3_close(sources.keys);
    return status;
}

static enum loy_status backup_copy(struct loy_store *store, struct loy_store *copy,
    loy_progress_fn progress, void *user, int64_t at_us)
{
    const struct copying copying = {.store = copy, .progress = progress, .user = user};
    enum loy_status status = files_copy(store, &copying);
    if (status == LOY_OK) status = store_database_open(copy, copy->keys_path, &copy->key_db);
    if (status == LOY_OK) status = store_database_open(copy, copy->path, &copy->db);
    if (status == LOY_OK) status = store_database_trust(copy, copy->key_db);
    if (status == LOY_OK) status = store_database_trust(copy, copy->db);
    if (status == LOY_OK) status = store_identity_mark_backup(copy, at_us);
    if (status == LOY_OK) status = store_audit_note_backup(store, copy);
    if (status == LOY_OK) status = verify(copy);
    if (status == LOY_OK) status = settle(copy);
    return status;
}

enum loy_status loy_store_backup(
    struct loy_store *store, const char *path, loy_progress_fn progress, void *user, int64_t at_us)
{
    struct store_part part;
    enum loy_status status = store_require(store, LOY_MAY_BACK_UP);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "a backup is not made inside a transaction");
    if (status == LOY_OK) status = store_part_start(store, path, &part);
    if (status != LOY_OK) return status;
    status = backup_copy(store, part.copy, progress, user, at_us);
    if (status == LOY_OK) status = store_part_name(&part);
    status = store_part_end(store, &part, path, status);
    if (status == LOY_OK) status = store_audit(store, "backup", "", at_us);
    return status;
}

/* ---- Restore ------------------------------------------------------------------------------------
 */

static enum loy_status backup_find(
    struct loy_store *store, const char *backup, const char *backup_keys)
{
    if (!store_disk_exists(backup))
        return store_fail(store, LOY_NONE, "there is no backup at %s", backup);
    if (!store_disk_exists(backup_keys))
        return store_fail(store, LOY_E_KEY,
            "the backup's key file %s is missing: put it beside the backup", backup_keys);
    return LOY_OK;
}

static enum loy_status bytes_copy(struct loy_store *copy, const char *from, const char *to)
{
    enum loy_status status = store_disk_make(copy, to);
    return status == LOY_OK ? store_database_copy(copy, from, to) : status;
}

/* What a program writes to a backup that it opened as a store stands in a log beside it first. */
static enum loy_status log_judge(struct loy_store *copy, const char *backup, const char *suffix)
{
    struct stat log;
    char *name = store_path_join(backup, suffix);
    enum loy_status status = LOY_OK;
    if (!name)
        status = store_fail(copy, LOY_E_MEMORY, "out of memory");
    else if (stat(name, &log) == 0 ? log.st_size > 0 : errno != ENOENT)
        status = store_fail(copy, LOY_E_BUSY,
            "%s holds what is not in the backup itself: a program has opened the backup as a "
            "store: close it, make a backup of that store (--store %s), and restore that one",
            name, backup);
    free(name);
    return status;
}

struct moment {
    struct stat files[2];
};

static enum loy_status moment_take(
    struct loy_store *copy, const char *const backup[2], struct moment *moment)
{
    static const char *const logs[] = {"-wal", "-journal"};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < 2; i++) {
        if (stat(backup[i], &moment->files[i]) != 0)
            status = store_fail_errno(copy, N_("reading"), backup[i]);
        for (size_t k = 0; status == LOY_OK && k < sizeof logs / sizeof *logs; k++)
            status = log_judge(copy, backup[i], logs[k]);
    }
    return status;
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* The bytes, so that a backup can be read where nothing can be written; and of one moment. */
static enum loy_status backup_read(struct loy_store *copy, const char *const backup[2])
{
    struct moment before, after;
    enum loy_status status = moment_take(copy, backup, &before);
    if (status == LOY_OK) status = bytes_copy(copy, backup[0], copy->path);
    if (status == LOY_OK) status = bytes_copy(copy, backup[1], copy->keys_path);
    if (status == LOY_OK) status = moment_take(copy, backup, &after);
    if (status != LOY_OK) return status;
    if (is_same(&before.files[0], &after.files[0]) && is_same(&before.files[1], &after.files[1]))
        return LOY_OK;
    return store_fail(copy, LOY_E_BUSY,
        "another program wrote to the backup %s while it was read: close it and repeat", backup[0]);
}

/* Of what is in the copy, or of what happens to it. */
static bool is_backups_own(enum loy_status status)
{
    return status == LOY_E_FORMAT || status == LOY_E_VERSION || status == LOY_E_KEY ||
           status == LOY_E_STORE;
}

static enum loy_status restore_copy(struct loy_store *copy, const char *backup,
    const char *backup_keys, const struct loy_store_options *options)
{
    int64_t made_at_us;
    enum loy_status status = backup_read(copy, (const char *const[]){backup, backup_keys});
    if (status == LOY_OK) status = store_files_open(copy, options);
    if (status == LOY_OK) status = store_operator_act(copy, options->user);
    if (status == LOY_OK) status = store_identity_backup_time(copy, &made_at_us);
    if (status == LOY_NONE)
        status = store_fail(copy, LOY_E_FORMAT,
            "%s is no backup that `loyalty backup` made: name one that is", backup);
    if (status == LOY_OK) status = verify(copy);
    if (status == LOY_OK) status = store_database_trust(copy, copy->key_db);
    if (status == LOY_OK) status = store_database_trust(copy, copy->db);
    if (status == LOY_OK) status = store_erasure_note_restored(copy);
    if (status == LOY_OK) status = settle(copy);
    return status;
}

static enum loy_status restore_files(struct loy_store *store, const char *backup,
    const char *erased, const struct loy_store_options *options)
{
    struct store_part part;
    char *backup_keys = store_path_join(backup, ".keys");
    if (!backup_keys) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = backup_find(store, backup, backup_keys);
    if (status == LOY_OK) status = store_part_start(store, options->path, &part);
    if (status == LOY_OK) {
        status = restore_copy(part.copy, backup, backup_keys, options);
        // First: a crash behind it leaves no restored store that remembers.
        if (status == LOY_OK) {
            status = store_erased_merge(store, erased);
            if (status != LOY_OK) store_fail(part.copy, status, "%s", store->text);
        }
        if (status == LOY_OK) status = store_part_name(&part);
        const char *named = is_backups_own(status) ? backup : options->path;
        status = store_part_end(store, &part, named, status);
    }
    free(backup_keys);
    return status;
}

enum loy_status loy_store_restore_erased(const char *backup, const char *erased,
    const struct loy_store_options *options, struct loy_store **store)
{
    enum loy_status status = store_handle_start(options, store);
    if (status == LOY_OK) status = restore_files(*store, backup, erased, options);
    if (status == LOY_OK) status = store_files_open_and_act(*store, options);
    return status;
}

enum loy_status loy_store_restore(
    const char *backup, const struct loy_store_options *options, struct loy_store **store)
{
    return loy_store_restore_erased(backup, NULL, options, store);
}
