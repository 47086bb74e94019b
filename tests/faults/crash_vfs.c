/* SPDX-License-Identifier: MIT
 *
 * crash_vfs.c - the layer under SQLite: real calls with the model told of them, and faults.
 */
#include "crash_vfs.h"

#include "crash_image.h"
#include "crash_model.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
    sqlite3_file base;
    struct place *place; /* NULL: not watched */
    sqlite3_file *real;
    bool syncs_folder;
};

static sqlite3_vfs *real_vfs;
static void (*after)(void);
static struct {
    long left;
    bool stays, failed;
    enum crash_fault kind;
} fault;

/* ---- Faults -----------------------------------------------------------------------------------
 */

#define NAME(code, name) name,
const char *crash_fault_name(enum crash_fault kind)
{
    static const char *const names[] = {CRASH_FAULTS(NAME)};
    return names[kind];
}

enum call { CALL_READ, CALL_WRITE, CALL_SYNC, CALL_OTHER };

/* Whether this call is the one that fails. */
static bool fails(const struct place *place, enum call call)
{
    static const bool concerns[CRASH_FAULT_COUNT][CALL_OTHER + 1] = {
        [CRASH_EIO] = {true, true, true, true},
        [CRASH_FULL] = {[CALL_WRITE] = true},
        [CRASH_SHORT_WRITE] = {[CALL_WRITE] = true},
        [CRASH_SHORT_READ] = {[CALL_READ] = true},
        [CRASH_SYNC] = {[CALL_SYNC] = true},
    };
    if (!place || fault.left == 0 || !concerns[fault.kind][call]) return false;
    if (fault.left > 1) {
        fault.left--;
        return false;
    }
    if (!fault.stays) fault.left = 0;
    return fault.failed = true;
}

static int failure(int code)
{
    bool full = fault.kind == CRASH_FULL;
    errno = full ? ENOSPC : EIO;
    return full ? SQLITE_FULL : code;
}

static void done(const struct place *place)
{
    if (place && after) after();
}

/* ---- Files ------------------------------------------------------------------------------------
 */

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

/* The system's call, where it gives less than was asked for. */
static bool reads_half;
static ssize_t half_pread(int descriptor, void *data, size_t size, off_t offset)
{
    return pread(descriptor, data, reads_half ? (size + 1) / 2 : size, offset);
}

static int file_read(sqlite3_file *base, void *data, int size, sqlite3_int64 offset)
{
    struct file *file = as_file(base);
    bool failing = fails(file->place, CALL_READ);
    if (failing && fault.kind != CRASH_SHORT_READ) return failure(SQLITE_IOERR_READ);
    reads_half = failing;
    int code = file->real->pMethods->xRead(file->real, data, size, offset);
    reads_half = false;
    return code;
}

static int file_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    struct file *file = as_file(base);
    bool failing = fails(file->place, CALL_WRITE);
    if (failing) size /= 2;
    if (file->place && size) model_write(file->place, offset, data, size);
    int code = size ? file->real->pMethods->xWrite(file->real, data, size, offset) : SQLITE_OK;
    done(file->place);
    return failing ? failure(SQLITE_IOERR_WRITE) : code;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *file = as_file(base);
    if (fails(file->place, CALL_OTHER)) return failure(SQLITE_IOERR_TRUNCATE);
    if (file->place) model_truncate(file->place, size);
    int code = file->real->pMethods->xTruncate(file->real, size);
    done(file->place);
    return code;
}

static int file_sync(sqlite3_file *base, int flags)
{
    (void)flags; // the file system below is a memory one, or need not be synced for a test
    struct file *file = as_file(base);
    if (!file->place) return SQLITE_OK;
    done(file->place);
    bool failing = fails(file->place, CALL_SYNC);
    model_sync(file->place, failing);
    if (failing) return failure(SQLITE_IOERR_FSYNC);
    // As SQLite's own unix layer does where it may have made a journal or log.
    if (file->syncs_folder) model_folder_sync();
    file->syncs_folder = false;
    done(file->place);
    return SQLITE_OK;
}

#define REAL(base) (as_file(base)->real)
#define FAILS(base) fails(as_file(base)->place, CALL_OTHER)
static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    if (FAILS(base)) return failure(SQLITE_IOERR_FSTAT);
    return REAL(base)->pMethods->xFileSize(REAL(base), size);
}
static int file_lock(sqlite3_file *base, int level)
{
    if (FAILS(base)) return failure(SQLITE_IOERR_LOCK);
    return REAL(base)->pMethods->xLock(REAL(base), level);
}
static int file_unlock(sqlite3_file *base, int level)
{
    return REAL(base)->pMethods->xUnlock(REAL(base), level);
}
static int file_reserved(sqlite3_file *base, int *reserved)
{
    if (FAILS(base)) return failure(SQLITE_IOERR_CHECKRESERVEDLOCK);
    return REAL(base)->pMethods->xCheckReservedLock(REAL(base), reserved);
}
static int file_control(sqlite3_file *base, int operation, void *argument)
{
    return REAL(base)->pMethods->xFileControl(REAL(base), operation, argument);
}
/* What SQLite takes for granted below is what it takes for granted in the shop: bytes beside a
 * torn write stay as they were. */
static int file_sector(sqlite3_file *base)
{
    return REAL(base)->pMethods->xSectorSize(REAL(base));
}
static int file_characteristics(sqlite3_file *base)
{
    return REAL(base)->pMethods->xDeviceCharacteristics(REAL(base)) &
           SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
static int file_shm_map(
    sqlite3_file *base, int region, int size, int extend, void volatile **memory)
{
    if (FAILS(base)) return failure(SQLITE_IOERR_SHMMAP);
    return REAL(base)->pMethods->xShmMap(REAL(base), region, size, extend, memory);
}
static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) && FAILS(base)) return failure(SQLITE_IOERR_SHMLOCK);
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

/* ---- The folder -------------------------------------------------------------------------------
 */

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out)
{
    (void)vfs;
    if (crash_image_has(path)) return crash_image_open(path, base, flags, out);
    struct file *file = as_file(base);
    file->base.pMethods = NULL;
    file->place = model_place(path);
    if (fails(file->place, CALL_OTHER)) return failure(SQLITE_CANTOPEN);
    // SQLite's memory: tests have malloc fail.
    file->real = sqlite3_malloc(real_vfs->szOsFile);
    if (!file->real) return SQLITE_NOMEM;
    memset(file->real, 0, (size_t)real_vfs->szOsFile);
    int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
    if (code != SQLITE_OK) {
        sqlite3_free(file->real);
        return code;
    }
    file->base.pMethods = &methods;
    bool is_main = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    file->syncs_folder = !is_main && (flags & SQLITE_OPEN_CREATE);
    if (!file->place || model_exists(file->place)) return SQLITE_OK;
    model_create(file->place, is_main);
    done(file->place);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs)
{
    (void)vfs;
    if (crash_image_has(path)) return crash_image_delete(path);
    struct place *place = model_place(path);
    if (!place) return real_vfs->xDelete(real_vfs, path, 0);
    if (fails(place, CALL_OTHER)) return failure(SQLITE_IOERR_DELETE);
    int code = real_vfs->xDelete(real_vfs, path, 0);
    model_unlink(place);
    done(place);
    if (syncs && fails(place, CALL_SYNC)) return failure(SQLITE_IOERR_DIR_FSYNC);
    if (syncs) model_folder_sync();
    done(place);
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result)
{
    (void)vfs;
    if (crash_image_has(path)) {
        *result = crash_image_exists(path);
        return SQLITE_OK;
    }
    if (fails(model_place(path), CALL_OTHER)) return failure(SQLITE_IOERR_ACCESS);
    return real_vfs->xAccess(real_vfs, path, flags, result);
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
    (void)vfs;
    if (!crash_image_has(path)) return real_vfs->xFullPathname(real_vfs, path, size, full);
    snprintf(full, (size_t)size, "%s", path);
    return SQLITE_OK;
}

/* ---- For the tests ----------------------------------------------------------------------------
 */

void crash_vfs_install(void)
{
    static sqlite3_vfs vfs;
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.pNext = NULL;
    vfs.zName = "crash";
    int image_size = crash_image_file_size(), size = (int)sizeof(struct file);
    vfs.szOsFile = size > image_size ? size : image_size;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_pathname;
    static const char *const preads[] = {"pread", "pread64"};
    for (size_t i = 0; i < 2; i++)
        if (real_vfs->xGetSystemCall(real_vfs, preads[i]))
            real_vfs->xSetSystemCall(
                real_vfs, preads[i], (sqlite3_syscall_ptr)(void (*)(void))half_pread);
    sqlite3_vfs_register(&vfs, 1);
}

void crash_vfs_watch(const char *folder, bool orders)
{
    model_watch(folder, orders);
    crash_vfs_fail(0, false, CRASH_EIO);
    after = NULL;
}

void crash_vfs_hook(void (*hook)(void))
{
    after = hook;
}

void crash_vfs_fail(long nth, bool stays, enum crash_fault kind)
{
    fault.left = nth;
    fault.stays = stays;
    fault.kind = kind;
    fault.failed = false;
}

bool crash_vfs_failed(void)
{
    return fault.failed;
}
