/* SPDX-License-Identifier: MIT
 *
 * crash_vfs.c - the layer under SQLite. Model: a sync makes a file's content and existence durable;
 * the first sync of a new journal or log also syncs the folder, as SQLite's own unix layer does; a
 * main file's entry is durable when it is opened (the store syncs the folder itself); an unlink
 * without a folder sync may be undone; unsynced bytes reach the disk in any subset of 512-byte
 * sectors.
 */
#include "crash_vfs.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

struct change {
    struct change *next;
    bool truncates;
    sqlite3_int64 offset;
    int size;
    unsigned char bytes[];
};
struct image {
    struct image *next;
    char path[200];
    bool exists, durable, fresh; /* now; after a cut; its folder entry was never synced */
    unsigned char *bytes;
    sqlite3_int64 size;
    struct change *first, **last;
    unsigned char *ghost; /* content of the file of this name whose unlink may be undone */
    sqlite3_int64 ghost_size;
};
struct file {
    sqlite3_file base;
    struct image *image; /* NULL: not watched */
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;
static struct image *images;
static char watched[200];
static bool paused;
static void (*after)(void);
static struct {
    long left;
    bool stays, failed;
    int code;
} fault;

/* ---- The model
 * ------------------------------------------------------------------------------------ */

static void *must(void *memory)
{
    if (!memory) abort();
    return memory;
}

static struct image *image_of(const char *path)
{
    for (struct image *image = images; image; image = image->next)
        if (strcmp(image->path, path) == 0) return image;
    struct image *image = must(calloc(1, sizeof *image));
    snprintf(image->path, sizeof image->path, "%s", path);
    image->last = &image->first;
    image->next = images;
    images = image;
    return image;
}

static void put(unsigned char **bytes, sqlite3_int64 *size, sqlite3_int64 offset,
    const unsigned char *data, int count)
{
    if (offset + count > *size) {
        *bytes = must(realloc(*bytes, (size_t)(offset + count)));
        memset(*bytes + *size, 0, (size_t)(offset + count - *size));
        *size = offset + count;
    }
    memcpy(*bytes + offset, data, (size_t)count);
}

static void note(
    struct image *image, bool truncates, sqlite3_int64 offset, const void *data, int size)
{
    struct change *change = must(malloc(sizeof *change + (size_t)size));
    *change = (struct change){.truncates = truncates, .offset = offset, .size = size};
    if (size) memcpy(change->bytes, data, (size_t)size);
    *image->last = change;
    image->last = &change->next;
}

static void settle(struct image *image)
{
    for (struct change *change = image->first, *next; change; change = next) {
        next = change->next;
        if (!change->truncates)
            put(&image->bytes, &image->size, change->offset, change->bytes, change->size);
        else if (change->offset < image->size)
            image->size = change->offset;
        free(change);
    }
    image->first = NULL;
    image->last = &image->first;
    image->durable = image->exists;
}

static void forget(struct image *image)
{
    settle(image);
    image->size = 0;
    image->durable = false;
}

static void ghost_lay(struct image *image)
{
    free(image->ghost);
    image->ghost = NULL;
}

static void folder_sync(void)
{
    for (struct image *image = images; image; image = image->next) {
        if (!image->exists) forget(image);
        ghost_lay(image);
    }
}

/* A new file under a name whose last bearer was unlinked: after a cut either may be there. */
static void rebear(struct image *image)
{
    if (image->durable) {
        ghost_lay(image);
        settle(image);
        image->ghost = image->bytes;
        image->ghost_size = image->size;
        image->bytes = NULL;
    }
    forget(image);
    image->exists = true;
}

/* ---- Faults
 * ---------------------------------------------------------------------------------------- */

/* Whether this call is the one that fails. */
static bool fails(bool writes)
{
    if (paused || fault.left == 0 || (fault.code == SQLITE_FULL && !writes)) return false;
    if (fault.left > 1) {
        fault.left--;
        return false;
    }
    if (!fault.stays) fault.left = 0;
    fault.failed = true;
    return true;
}

static int failure(int io_code)
{
    errno = fault.code == SQLITE_FULL ? ENOSPC : EIO;
    return fault.code == SQLITE_FULL ? SQLITE_FULL : io_code;
}

static void done(const struct file *file)
{
    if (file->image && !paused && after) after();
}

/* ---- Files
 * ------------------------------------------------------------------------------------------ */

static struct file *as_file(sqlite3_file *base)
{
    return (struct file *)(void *)base;
}

static int file_close(sqlite3_file *base)
{
    struct file *file = as_file(base);
    int code = file->real->pMethods->xClose(file->real);
    sqlite3_free(file->real);
    return code;
}

static int file_read(sqlite3_file *base, void *data, int size, sqlite3_int64 offset)
{
    struct file *file = as_file(base);
    if (file->image && fails(false)) return failure(SQLITE_IOERR_READ);
    return file->real->pMethods->xRead(file->real, data, size, offset);
}

static int file_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    struct file *file = as_file(base);
    bool failing = file->image && fails(true);
    if (failing) size = size / 2 / SECTOR * SECTOR;
    if (file->image && size) note(file->image, false, offset, data, size);
    int code = size ? file->real->pMethods->xWrite(file->real, data, size, offset) : SQLITE_OK;
    done(file);
    return failing ? failure(SQLITE_IOERR_WRITE) : code;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = as_file(base);
    if (file->image && fails(false)) return failure(SQLITE_IOERR_TRUNCATE);
    if (file->image) note(file->image, true, size, NULL, 0);
    int code = file->real->pMethods->xTruncate(file->real, size);
    done(file);
    return code;
}

static int file_sync(sqlite3_file *base, int flags)
{
    (void)flags; // the file system below is a memory one, or need not be synced for a test
    struct file *file = as_file(base);
    if (!file->image) return SQLITE_OK;
    done(file);
    if (fails(false)) return failure(SQLITE_IOERR_FSYNC);
    settle(file->image);
    if (file->image->fresh) folder_sync();
    file->image->fresh = false;
    done(file);
    return SQLITE_OK;
}

#define REAL(base) (as_file(base)->real)
static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    if (as_file(base)->image && fails(false)) return failure(SQLITE_IOERR_FSTAT);
    return REAL(base)->pMethods->xFileSize(REAL(base), size);
}
static int file_lock(sqlite3_file *base, int level)
{
    return REAL(base)->pMethods->xLock(REAL(base), level);
}
static int file_unlock(sqlite3_file *base, int level)
{
    return REAL(base)->pMethods->xUnlock(REAL(base), level);
}
static int file_reserved(sqlite3_file *base, int *reserved)
{
    return REAL(base)->pMethods->xCheckReservedLock(REAL(base), reserved);
}
static int file_control(sqlite3_file *base, int operation, void *argument)
{
    return REAL(base)->pMethods->xFileControl(REAL(base), operation, argument);
}
static int file_sector(sqlite3_file *base)
{
    (void)base;
    return SECTOR;
}
static int file_characteristics(sqlite3_file *base)
{
    (void)base;
    return 0;
}
static int file_shm_map(
    sqlite3_file *base, int region, int size, int extend, void volatile **memory)
{
    return REAL(base)->pMethods->xShmMap(REAL(base), region, size, extend, memory);
}
static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
    return REAL(base)->pMethods->xShmLock(REAL(base), offset, count, flags);
}
static void file_shm_barrier(sqlite3_file *base)
{
    REAL(base)->pMethods->xShmBarrier(REAL(base));
}
static int file_shm_unmap(sqlite3_file *base, int removes)
{
    return REAL(base)->pMethods->xShmUnmap(REAL(base), removes);
}

static const sqlite3_io_methods methods = {2, file_close, file_read, file_write, file_truncate,
    file_sync, file_size, file_lock, file_unlock, file_reserved, file_control, file_sector,
    file_characteristics, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL,
    NULL};

static bool is_watched(const char *path)
{
    return !paused && path && watched[0] && strncmp(path, watched, strlen(watched)) == 0;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out)
{
    (void)vfs;
    struct file *file = as_file(base);
    file->base.pMethods = NULL;
    file->image = NULL;
    if (is_watched(path) && fails(false)) return failure(SQLITE_CANTOPEN);
    // SQLite's memory: tests have malloc fail.
    file->real = must(sqlite3_malloc(real_vfs->szOsFile));
    memset(file->real, 0, (size_t)real_vfs->szOsFile);
    int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
    if (code != SQLITE_OK) {
        sqlite3_free(file->real);
        return code;
    }
    file->base.pMethods = &methods;
    if (!is_watched(path)) return SQLITE_OK;
    file->image = image_of(path);
    if (!file->image->exists) {
        rebear(file->image);
        bool main_file = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        file->image->fresh = !main_file;
        file->image->durable = main_file;
    }
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs)
{
    (void)vfs;
    if (!is_watched(path)) return real_vfs->xDelete(real_vfs, path, 0);
    if (fails(false)) return failure(SQLITE_IOERR_DELETE);
    struct image *image = image_of(path);
    int code = real_vfs->xDelete(real_vfs, path, 0);
    if (after) after();
    image->exists = false;
    if (syncs) folder_sync();
    if (after) after();
    return code;
}

/* ---- For the tests
 * ---------------------------------------------------------------------------------- */

void crash_vfs_install(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.pNext = NULL;
    vfs.zName = "crash";
    vfs.szOsFile = sizeof(struct file);
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    sqlite3_vfs_register(&vfs, 1);
}

void crash_vfs_watch(const char *folder)
{
    while (images) {
        struct image *image = images;
        images = image->next;
        settle(image);
        free(image->bytes);
        free(image->ghost);
        free(image);
    }
    snprintf(watched, sizeof watched, "%s", folder);
    crash_vfs_fail(0, false, SQLITE_OK);
    after = NULL;
    paused = false;
}

void crash_vfs_pause(bool pauses)
{
    paused = pauses;
}

void crash_vfs_hook(void (*hook)(void))
{
    after = hook;
}

void crash_vfs_fail(long nth, bool stays, int code)
{
    fault.left = nth;
    fault.stays = stays;
    fault.code = code;
    fault.failed = false;
}

bool crash_vfs_failed(void)
{
    return fault.failed;
}

static unsigned roll(unsigned *seed, unsigned sides)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % sides;
}

static void change_apply(const struct change *change, enum crash_kind kind, unsigned *seed,
    unsigned char **bytes, sqlite3_int64 *size)
{
    bool whole = kind == CRASH_KEEP_ALL || (kind == CRASH_SOME_WRITES && roll(seed, 3) > 0);
    bool none = kind == CRASH_SOME_WRITES && !whole;
    if (none) return;
    if (change->truncates) {
        if ((whole || roll(seed, 2)) && change->offset < *size) *size = change->offset;
        return;
    }
    for (int at = 0; at < change->size; at += SECTOR) {
        int count = change->size - at < SECTOR ? change->size - at : SECTOR;
        if (whole || roll(seed, 3) > 0)
            put(bytes, size, change->offset + at, change->bytes + at, count);
    }
}

static void bytes_write(const char *path, const unsigned char *bytes, sqlite3_int64 size)
{
    FILE *stream = must(fopen(path, "wb"));
    if (size && fwrite(bytes, 1, (size_t)size, stream) != (size_t)size) abort();
    fclose(stream);
}

static void image_write(
    const struct image *image, const char *path, enum crash_kind kind, unsigned *seed)
{
    unlink(path);
    bool returns = kind == CRASH_LOSE_ALL || (kind != CRASH_KEEP_ALL && roll(seed, 2));
    if (image->ghost && returns) {
        bytes_write(path, image->ghost, image->ghost_size);
        return;
    }
    if (!image->exists && (!image->durable || !returns)) return;
    unsigned char *bytes = must(malloc((size_t)image->size + 1));
    sqlite3_int64 size = image->size;
    if (size) memcpy(bytes, image->bytes, (size_t)size);
    bool reached = image->durable;
    for (const struct change *change = image->first; change && kind != CRASH_LOSE_ALL;
         change = change->next) {
        change_apply(change, kind, seed, &bytes, &size);
        reached = true;
    }
    if (reached || kind == CRASH_KEEP_ALL) bytes_write(path, bytes, size);
    free(bytes);
}

void crash_vfs_image(const char *folder, enum crash_kind kind, unsigned *seed)
{
    char path[400];
    for (const struct image *image = images; image; image = image->next) {
        snprintf(path, sizeof path, "%s%s", folder, image->path + strlen(watched));
        image_write(image, path, kind, seed);
        // Shared memory does not outlive a cut.
        snprintf(path, sizeof path, "%s%s-shm", folder, image->path + strlen(watched));
        unlink(path);
    }
}
