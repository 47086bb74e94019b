/* SPDX-License-Identifier: MIT
 *
 * backup.c - a consistent copy of FILE and FILE.keys while lanes work, and back. A copy is made
 * under a name of its own, marked inside, verified, synced, and only then given its name; FILE
 * comes last.
 */
#include <store/store_parts.h>

#include <loyalty/rights.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_MARK "loyalty copy\n"
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

/* Both as of one moment in which nobody writes: what changes in the two files changes under FILE's
 * write lock, so that the copy has each key that it needs, of members that come and that go. */
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

/* A log that an earlier file left behind would be played into whatever takes its place. */
static enum loy_status place_judge(struct loy_store *store, const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-journal"};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < sizeof suffixes / sizeof *suffixes; i++) {
        char *name = store_path_join(path, suffixes[i]);
        if (!name)
            status = store_fail(store, LOY_E_MEMORY, "out of memory");
        else if (store_disk_exists(name))
            status = store_fail(store, LOY_E_CONFLICT,
                "%s is there already: choose another place or move it away; nothing was changed",
                name);
        free(name);
    }
    return status;
}

/* ---- The part files -----------------------------------------------------------------------------
 *
 *     PATH.part, PATH.part.keys   what is being made
 *     PATH.part.lock              held by whoever makes them; says that they are ours:
 *                                 "loyalty copy\n", and behind it the inode of the key file, in
 *                                 sixteen hex digits, before that is given its name
 *
 * A lock file of ours that nobody holds was left by a program that was killed: what stands beside
 * it goes. Part files without one are another's: not ours to remove.
 */

struct part {
    const char *path;
    struct loy_store *copy; /* its handle */
    char *keys_path, *lock_path;
    int lock; /* -1: none */
    char mark[sizeof LOCK_MARK + 16];
};

/* LOY_OK: it is ours; mark: what it says, empty where it was not there before. */
static enum loy_status lock_take(struct loy_store *store, struct part *part)
{
    struct stat held, there;
    part->lock = open(part->lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (part->lock < 0) return store_fail_errno(store, N_("creating"), part->lock_path);
    // Its holder may have removed it between the two: then this one locks nothing.
    if (flock(part->lock, LOCK_EX | LOCK_NB) != 0 || fstat(part->lock, &held) != 0 ||
        stat(part->lock_path, &there) != 0 || held.st_ino != there.st_ino)
        return store_fail(store, LOY_E_BUSY,
            "another program is making a copy there (%s): wait until it is done", part->lock_path);
    ssize_t got = read(part->lock, part->mark, sizeof part->mark - 1);
    if (got <= 0 || memcmp(part->mark, LOCK_MARK, sizeof LOCK_MARK - 1) == 0) return LOY_OK;
    return store_fail(store, LOY_E_CONFLICT,
        "%s is there already: choose another place or move it away; nothing was changed",
        part->lock_path);
}

static enum loy_status lock_write(struct loy_store *store, const struct part *part)
{
    size_t size = strlen(part->mark);
    if (pwrite(part->lock, part->mark, size, 0) == (ssize_t)size && fsync(part->lock) == 0)
        return store_disk_sync_folder(store, part->lock_path);
    return store_fail_errno(store, N_("writing"), part->lock_path);
}

static void inode_print(const char *path, char text[17])
{
    struct stat file = {.st_ino = 0};
    stat(path, &file);
    snprintf(text, 17, "%016llx", (unsigned long long)file.st_ino);
}

/* Also the key file where it has its name already and FILE has not: then FILE is beside it under
 * the other one, and goes last. A copy that was finished and moved away has none. */
static void files_remove(struct loy_store *store, const struct part *part)
{
    char inode[17];
    inode_print(part->keys_path, inode);
    if (store_disk_exists(part->copy->path) && !store_disk_exists(part->path) &&
        strcmp(part->mark + sizeof LOCK_MARK - 1, inode) == 0)
        store_disk_remove(store, part->keys_path);
    store_disk_remove(store, part->copy->keys_path);
    store_disk_remove(store, part->copy->path);
}

static void part_free(struct part *part)
{
    if (part->lock >= 0) close(part->lock);
    loy_store_close(part->copy);
    free(part->keys_path);
    free(part->lock_path);
}

static enum loy_status places_judge(struct loy_store *store, const struct part *part)
{
    const char *taken[] = {part->path, part->keys_path, part->copy->path, part->copy->keys_path};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < sizeof taken / sizeof *taken; i++)
        status = place_judge(store, taken[i]);
    return status;
}

static enum loy_status part_make(struct loy_store *store, const char *path, struct part *part)
{
    char *name = store_path_join(path, ".part");
    *part = (struct part){.path = path,
        .keys_path = store_path_join(path, ".keys"),
        .lock_path = store_path_join(path, ".part.lock"),
        .copy = name ? store_handle_make(name) : NULL,
        .lock = -1};
    free(name);
    if (part->copy && part->keys_path && part->lock_path) return LOY_OK;
    return store_fail(store, LOY_E_MEMORY, "out of memory");
}

static enum loy_status part_start(struct loy_store *store, const char *path, struct part *part)
{
    enum loy_status status = part_make(store, path, part);
    if (status == LOY_OK) status = lock_take(store, part);
    bool ours = status == LOY_OK;
    if (ours && part->mark[0]) files_remove(store, part);
    if (ours) status = places_judge(store, part);
    snprintf(part->mark, sizeof part->mark, "%s", LOCK_MARK);
    if (status == LOY_OK) status = lock_write(store, part);
    if (status == LOY_OK) return LOY_OK;
    if (ours) unlink(part->lock_path);
    part_free(part);
    return status;
}

/* The key file first: a FILE without it would not open. */
static enum loy_status give_name(struct part *part)
{
    struct loy_store *copy = part->copy;
    inode_print(copy->keys_path, part->mark + sizeof LOCK_MARK - 1);
    enum loy_status status = lock_write(copy, part);
    if (status == LOY_OK) status = store_disk_rename(copy, copy->keys_path, part->keys_path);
    if (status == LOY_OK) status = store_disk_rename(copy, copy->path, part->path);
    return status;
}

/* Lets go of the part files; the sentence goes to the caller's handle. What cannot be removed stays
 * marked as ours. */
static enum loy_status part_end(struct loy_store *store, struct part *part, enum loy_status status)
{
    store_files_close(part->copy);
    if (status != LOY_OK) store_fail(store, status, "%s", part->copy->text);
    files_remove(store, part);
    if (!store_disk_exists(part->copy->path) && !store_disk_exists(part->copy->keys_path))
        unlink(part->lock_path);
    part_free(part);
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
    struct part part;
    enum loy_status status = store_require(store, LOY_MAY_BACK_UP);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "a backup is not made inside a transaction");
    if (status == LOY_OK) status = part_start(store, path, &part);
    if (status != LOY_OK) return status;
    status = backup_copy(store, part.copy, progress, user, at_us);
    if (status == LOY_OK) status = give_name(&part);
    status = part_end(store, &part, status);
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
    return status == LOY_OK ? store_disk_copy(copy, from, to) : status;
}

static enum loy_status restore_copy(struct loy_store *copy, const char *backup,
    const char *backup_keys, const struct loy_store_options *options)
{
    int64_t made_at_us;
    enum loy_status status = bytes_copy(copy, backup, copy->path);
    if (status == LOY_OK) status = bytes_copy(copy, backup_keys, copy->keys_path);
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
    struct part part;
    char *backup_keys = store_path_join(backup, ".keys");
    if (!backup_keys) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = backup_find(store, backup, backup_keys);
    if (status == LOY_OK) status = part_start(store, options->path, &part);
    if (status == LOY_OK) {
        status = restore_copy(part.copy, backup, backup_keys, options);
        // First: a crash behind it leaves no restored store that remembers.
        if (status == LOY_OK) {
            status = store_erased_merge(store, erased);
            if (status != LOY_OK) store_fail(part.copy, status, "%s", store->text);
        }
        if (status == LOY_OK) status = give_name(&part);
        status = part_end(store, &part, status);
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
