/* SPDX-License-Identifier: MIT
 *
 * part.c - a copy while it is made, under names of its own, until it is given those it is for; and
 * what killed programs left of theirs.
 *
 *     PATH.part, PATH.part.keys   what is being made
 *     PATH.part.lock              held by whoever makes them; says that they are ours:
 *                                 "loyalty copy\n", and behind it inode and time of the key file,
 *                                 in sixteen hex digits each, before that is given its name
 *
 * A lock file of ours that nobody holds was left by a program that was killed: what stands beside
 * it goes, whatever its PATH, since it would keep what the store has erased meanwhile. Part files
 * without one are another's: not ours to remove.
 *
 * In: where the copy shall be. Out: a handle to fill. Must not know: what is copied.
 */
#include <store/part.h>
#include <store/store_parts.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_MARK "loyalty copy\n"
#define LOCK_NAME ".part.lock"
#define FILE_TEXT_SIZE 33
#define LOCK_TRIES 10
#define LOCK_WAIT_US 10000

/* ---- The places ---------------------------------------------------------------------------------
 */

/* A log that an earlier file left behind would be played into whatever takes its place; and with
 * the index of a log that another program still writes, what takes its place cannot be read. */
static enum loy_status place_refuse(struct loy_store *store, const char *name, bool beside)
{
    if (!beside)
        return store_fail(store, LOY_E_CONFLICT,
            "%s is there already: choose another place or move it away; nothing was changed", name);
    return store_fail(store, LOY_E_CONFLICT,
        "%s is left of a file that was here before: another program still has that file open, or "
        "was killed: close it, then move what is left to where that file is; nothing was changed",
        name);
}

static enum loy_status place_judge(struct loy_store *store, const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-journal", "-shm"};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < sizeof suffixes / sizeof *suffixes; i++) {
        char *name = store_path_join(path, suffixes[i]);
        if (!name)
            status = store_fail(store, LOY_E_MEMORY, "out of memory");
        else if (store_disk_exists(name))
            status = place_refuse(store, name, i > 0);
        free(name);
    }
    return status;
}

/* What is longer than a mark is not even opened: closing it would drop its locks if it is a
 * database of this process. */
static bool may_be_a_lock(const char *path)
{
    struct stat there;
    if (stat(path, &there) != 0) return true;
    return S_ISREG(there.st_mode) && there.st_size < (off_t)sizeof((struct store_part *)0)->mark;
}

/* Its holder may have removed it between the two: then this one locks nothing. */
static bool lock_hold(const struct store_part *part)
{
    struct stat held, there;
    return flock(part->lock, LOCK_EX | LOCK_NB) == 0 && fstat(part->lock, &held) == 0 &&
           stat(part->lock_path, &there) == 0 && held.st_ino == there.st_ino;
}

/* LOY_OK: it is ours; mark: what it says, empty where it was not there before. */
static enum loy_status lock_take(struct loy_store *store, struct store_part *part, int flags)
{
    if (!may_be_a_lock(part->lock_path)) return place_refuse(store, part->lock_path, false);
    part->lock = open(part->lock_path, O_RDWR | O_CLOEXEC | flags, 0600);
    if (part->lock < 0) return store_fail_errno(store, N_("creating"), part->lock_path);
    if (!lock_hold(part))
        return store_fail(store, LOY_E_BUSY,
            "another program is making a copy there (%s): wait until it is done", part->lock_path);
    ssize_t got = read(part->lock, part->mark, sizeof part->mark - 1);
    if (got <= 0 || memcmp(part->mark, LOCK_MARK, sizeof LOCK_MARK - 1) == 0) return LOY_OK;
    return place_refuse(store, part->lock_path, false);
}

/* Another program that sweeps holds each lock for a moment. */
static enum loy_status lock_take_patiently(struct loy_store *store, struct store_part *part)
{
    enum loy_status status = lock_take(store, part, O_CREAT);
    for (int tries = 1; status == LOY_E_BUSY && tries < LOCK_TRIES; tries++) {
        close(part->lock);
        part->lock = -1;
        usleep(LOCK_WAIT_US);
        status = lock_take(store, part, O_CREAT);
    }
    return status;
}

static enum loy_status lock_write(struct loy_store *store, const struct store_part *part)
{
    size_t size = strlen(part->mark);
    if (pwrite(part->lock, part->mark, size, 0) == (ssize_t)size && fsync(part->lock) == 0)
        return store_disk_sync_folder(store, part->lock_path);
    return store_fail_errno(store, N_("writing"), part->lock_path);
}

/* The inode alone is given out again at once when a file is removed. */
static void file_print(const char *path, char text[FILE_TEXT_SIZE])
{
    struct stat file = {.st_ino = 0};
    stat(path, &file);
    int64_t at_ns = (int64_t)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec;
    snprintf(text, FILE_TEXT_SIZE, "%016llx%016llx", (unsigned long long)file.st_ino,
        (unsigned long long)at_ns);
}

/* Also the key file where it has its name already and FILE has not: then FILE is beside it under
 * the other one, and goes last. A copy that was finished and moved away has none. */
static void files_remove(struct loy_store *store, const struct store_part *part)
{
    char keys[FILE_TEXT_SIZE];
    file_print(part->keys_path, keys);
    if (store_disk_exists(part->copy->path) && !store_disk_exists(part->path) &&
        strcmp(part->mark + sizeof LOCK_MARK - 1, keys) == 0)
        store_disk_remove(store, part->keys_path);
    store_disk_remove(store, part->copy->keys_path);
    store_disk_remove(store, part->copy->path);
}

static bool files_gone(const struct store_part *part)
{
    return !store_disk_exists(part->copy->path) && !store_disk_exists(part->copy->keys_path);
}

static void part_free(struct store_part *part)
{
    if (part->lock >= 0) close(part->lock);
    loy_store_close(part->copy);
    free(part->keys_path);
    free(part->lock_path);
}

static enum loy_status places_judge(struct loy_store *store, const struct store_part *part)
{
    const char *taken[] = {part->path, part->keys_path, part->copy->path, part->copy->keys_path};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < sizeof taken / sizeof *taken; i++)
        status = place_judge(store, taken[i]);
    return status;
}

static enum loy_status part_make(struct loy_store *store, const char *path, struct store_part *part)
{
    char *name = store_path_join(path, ".part");
    *part = (struct store_part){.path = path,
        .keys_path = store_path_join(path, ".keys"),
        .lock_path = store_path_join(path, LOCK_NAME),
        .copy = name ? store_handle_make(name) : NULL,
        .lock = -1};
    free(name);
    if (part->copy && part->keys_path && part->lock_path) return LOY_OK;
    return store_fail(store, LOY_E_MEMORY, "out of memory");
}

/* ---- Sweeping -----------------------------------------------------------------------------------
 */

static void stale_remove(struct loy_store *store, const char *path)
{
    struct store_part part;
    // What it says of this attempt is nobody's: the lock may be held, or another's.
    if (part_make(store, path, &part) == LOY_OK && lock_take(part.copy, &part, 0) == LOY_OK &&
        part.mark[0]) {
        files_remove(part.copy, &part);
        if (files_gone(&part)) unlink(part.lock_path);
    }
    part_free(&part);
}

/* As far as it can be done: it must not keep a new copy from being made. */
static void folder_sweep(struct loy_store *store, const char *beside)
{
    const char *slash = strrchr(beside, '/');
    int size = slash ? (int)(slash + 1 - beside) : 0;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.*s.", size, beside);
    DIR *entries = opendir(path);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        size_t length = strlen(entry->d_name), end = sizeof LOCK_NAME - 1;
        if (length <= end || strcmp(entry->d_name + length - end, LOCK_NAME) != 0) continue;
        int written = snprintf(
            path, sizeof path, "%.*s%.*s", size, beside, (int)(length - end), entry->d_name);
        if (written < (int)sizeof path) stale_remove(store, path);
    }
    closedir(entries);
}

/* ---- From start to end --------------------------------------------------------------------------
 */

enum loy_status store_part_start(struct loy_store *store, const char *path, struct store_part *part)
{
    folder_sweep(store, path);
    enum loy_status status = part_make(store, path, part);
    if (status == LOY_OK) status = lock_take_patiently(store, part);
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
enum loy_status store_part_name(struct store_part *part)
{
    struct loy_store *copy = part->copy;
    file_print(copy->keys_path, part->mark + sizeof LOCK_MARK - 1);
    enum loy_status status = lock_write(copy, part);
    if (status == LOY_OK) status = store_disk_rename(copy, copy->keys_path, part->keys_path);
    if (status == LOY_OK) status = store_disk_rename(copy, copy->path, part->path);
    return status;
}

/* Each part's name in the sentence becomes the one beside it that the user knows. */
static void names_replace(const struct store_part *part, const char *named, char *text, size_t size)
{
    const char *of = part->copy->path;
    size_t length = strlen(of), used = 0;
    for (const char *from = part->copy->text; *from && used < size - 1;) {
        bool found = strncmp(from, of, length) == 0;
        int count = found ? snprintf(text + used, size - used, "%s", named)
                          : snprintf(text + used, size - used, "%c", *from);
        from += found ? length : 1;
        used += (size_t)count;
    }
}

/* What cannot be removed stays marked as ours. */
enum loy_status store_part_end(
    struct loy_store *store, struct store_part *part, const char *named, enum loy_status status)
{
    char text[STORE_TEXT_MAX] = "";
    store_files_close(part->copy);
    names_replace(part, named, text, sizeof text);
    if (status != LOY_OK) store_fail(store, status, "%s", text);
    files_remove(store, part);
    if (files_gone(part)) unlink(part->lock_path);
    part_free(part);
    return status;
}
