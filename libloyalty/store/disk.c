/* SPDX-License-Identifier: MIT
 *
 * disk.c - files as such: made without overwriting, synced, renamed, each failure a
 * sentence. Knows no SQLite and nothing of what the files hold.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum loy_status store_fail_errno(struct loy_store *store, const char *what, const char *path)
{
    int cause = errno;
    what = store_words(what);
    switch (cause) {
    case ENOENT:
        return store_fail(
            store, LOY_E_IO, "%s %s failed: its folder does not exist: make it first", what, path);
    case EEXIST:
        return store_fail(store, LOY_E_CONFLICT,
            "%s %s failed: something is there already; nothing is overwritten", what, path);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return store_fail(store, LOY_E_FULL,
            "%s %s failed: no space is left: free some space and repeat", what, path);
    case EROFS:
    case EACCES:
    case EPERM:
        return store_fail(store, LOY_E_FULL,
            "%s %s failed: not permitted: check who may read and write there", what, path);
    case ENOMEM:
        return store_fail(store, LOY_E_MEMORY, "%s %s failed: out of memory", what, path);
    default:
        return store_fail(store, LOY_E_IO, "%s %s failed: %s", what, path, strerror(cause));
    }
}

char *store_path_join(const char *path, const char *suffix)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *joined = malloc(size);
    if (joined) snprintf(joined, size, "%s%s", path, suffix);
    return joined;
}

bool store_disk_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static enum loy_status sync_opened(
    struct loy_store *store, int descriptor, const char *what, const char *path)
{
    if (descriptor < 0) return store_fail_errno(store, what, path);
    enum loy_status status = LOY_OK;
    if (fsync(descriptor) != 0) status = store_fail_errno(store, what, path);
    close(descriptor);
    return status;
}

enum loy_status store_disk_sync(struct loy_store *store, const char *path)
{
    return sync_opened(store, open(path, O_RDONLY | O_CLOEXEC), N_("syncing"), path);
}

enum loy_status store_disk_sync_folder(struct loy_store *store, const char *path)
{
    char *folder = store_path_join(path, "");
    if (!folder) return store_fail(store, LOY_E_MEMORY, "out of memory");
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder ? 1 : 0] = '\0';
    const char *name = slash ? folder : ".";
    enum loy_status status = sync_opened(
        store, open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "syncing the folder", name);
    free(folder);
    return status;
}

enum loy_status store_disk_make(struct loy_store *store, const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return store_fail_errno(store, N_("creating"), path);
    close(descriptor);
    return store_disk_sync_folder(store, path);
}

enum loy_status store_disk_rename(struct loy_store *store, const char *from, const char *to)
{
    // link and unlink never overwrite; renameat2 is for file systems that have no hard links.
    if (link(from, to) == 0) {
        unlink(from);
        return store_disk_sync_folder(store, to);
    }
    if (errno != EEXIST && renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return store_disk_sync_folder(store, to);
    return store_fail_errno(store, N_("creating"), to);
}

void store_disk_remove(struct loy_store *store, const char *path)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    struct store_failure before;
    store_failure_save(store, &before);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char *name = store_path_join(path, suffixes[i]);
        if (name) unlink(name);
        free(name);
    }
    store_disk_sync_folder(store, path);
    store_failure_restore(store, &before);
}
