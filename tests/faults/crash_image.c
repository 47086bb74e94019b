/* SPDX-License-Identifier: MIT
 *
 * crash_image.c - see crash_image.h. Buffers stay from one image to the next.
 */
#include "crash_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 16
#define REGIONS_MAX 8

struct memory_file {
    char name[48];
    bool exists;
    unsigned char *bytes;
    sqlite3_int64 size, room;
    void *regions[REGIONS_MAX]; /* shared memory */
};
struct handle {
    sqlite3_file base;
    struct memory_file *file;
};

static struct memory_file files[FILES_MAX];
static char root[200];
static size_t root_size;

static struct memory_file *file_of(const char *name)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (files[i].name[0] == '\0') snprintf(files[i].name, sizeof files[i].name, "%s", name);
        if (strcmp(files[i].name, name) == 0) return &files[i];
    }
    abort();
}

static void grow(struct memory_file *file, sqlite3_int64 size)
{
    if (size > file->room) {
        file->room = size * 2;
        file->bytes = realloc(file->bytes, (size_t)file->room);
        if (!file->bytes) abort();
    }
    if (size > file->size) memset(file->bytes + file->size, 0, (size_t)(size - file->size));
    if (size > file->size) file->size = size;
}

static void regions_forget(struct memory_file *file)
{
    for (size_t i = 0; i < REGIONS_MAX; i++) {
        free(file->regions[i]);
        file->regions[i] = NULL;
    }
}

void crash_image_empty(const char *folder)
{
    snprintf(root, sizeof root, "%s/", folder);
    root_size = strlen(root);
    for (size_t i = 0; i < FILES_MAX; i++) {
        files[i].exists = false;
        files[i].size = 0;
        regions_forget(&files[i]);
    }
}

void crash_image_put(const char *name, const unsigned char *bytes, int size)
{
    struct memory_file *file = file_of(name);
    file->exists = true;
    grow(file, size);
    if (size) memcpy(file->bytes, bytes, (size_t)size);
}

bool crash_image_has(const char *path)
{
    return root_size > 0 && path && strncmp(path, root, root_size) == 0;
}

bool crash_image_exists(const char *path)
{
    return file_of(path + root_size)->exists;
}

int crash_image_delete(const char *path)
{
    struct memory_file *file = file_of(path + root_size);
    if (!file->exists) return SQLITE_IOERR_DELETE_NOENT;
    file->exists = false;
    file->size = 0;
    return SQLITE_OK;
}

int crash_image_file_size(void)
{
    return (int)sizeof(struct handle);
}

/* ---- A file's calls ---------------------------------------------------------------------------
 */

static struct memory_file *of(sqlite3_file *base)
{
    return ((struct handle *)(void *)base)->file;
}

static int file_close(sqlite3_file *base)
{
    (void)base;
    return SQLITE_OK;
}
static int file_read(sqlite3_file *base, void *data, int size, sqlite3_int64 offset)
{
    const struct memory_file *file = of(base);
    sqlite3_int64 there = file->size > offset ? file->size - offset : 0;
    if (there > size) there = size;
    if (there > 0) memcpy(data, file->bytes + offset, (size_t)there);
    memset((char *)data + there, 0, (size_t)(size - there));
    return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
static int file_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    struct memory_file *file = of(base);
    grow(file, offset + size);
    memcpy(file->bytes + offset, data, (size_t)size);
    return SQLITE_OK;
}
static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    if (of(base)->size > size) of(base)->size = size;
    return SQLITE_OK;
}
static int file_sync(sqlite3_file *base, int flags)
{
    (void)base;
    (void)flags;
    return SQLITE_OK;
}
static int file_size(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = of(base)->size;
    return SQLITE_OK;
}
static int file_lock(sqlite3_file *base, int level)
{
    (void)base;
    (void)level;
    return SQLITE_OK;
}
static int file_reserved(sqlite3_file *base, int *reserved)
{
    (void)base;
    *reserved = 0;
    return SQLITE_OK;
}
static int file_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}
static int file_sector(sqlite3_file *base)
{
    (void)base;
    return 4096;
}
static int file_characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
static int file_shm_map(
    sqlite3_file *base, int region, int size, int extend, void volatile **memory)
{
    if (region >= REGIONS_MAX) return SQLITE_IOERR_SHMMAP;
    void **place = &of(base)->regions[region];
    if (!*place && extend) *place = calloc(1, (size_t)size);
    *memory = *place;
    return *place || !extend ? SQLITE_OK : SQLITE_NOMEM;
}
static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags)
{
    (void)base;
    (void)offset;
    (void)count;
    (void)flags;
    return SQLITE_OK;
}
static void file_shm_barrier(sqlite3_file *base)
{
    (void)base;
}
static int file_shm_unmap(sqlite3_file *base, int removes)
{
    (void)removes;
    regions_forget(of(base));
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {2, file_close, file_read, file_write, file_truncate,
    file_sync, file_size, file_lock, file_lock, file_reserved, file_control, file_sector,
    file_characteristics, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL,
    NULL};

int crash_image_open(const char *path, sqlite3_file *file, int flags, int *out)
{
    struct handle *handle = (struct handle *)(void *)file;
    handle->file = file_of(path + root_size);
    handle->base.pMethods = NULL;
    if (!handle->file->exists && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    handle->file->exists = true;
    handle->base.pMethods = &methods;
    if (out) *out = flags;
    return SQLITE_OK;
}
