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
#define PAGE 4096

struct memory_file {
    char name[48];
    bool exists;
    const unsigned char *under; /* what the file began with, where no page of its own is above */
    sqlite3_int64 under_size;
    unsigned char *bytes, *own; /* own: whether the page is in bytes */
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

static void *must(void *memory)
{
    if (!memory) abort();
    return memory;
}

static void grow(struct memory_file *file, sqlite3_int64 size)
{
    if (size > file->room) {
        sqlite3_int64 before = file->room / PAGE;
        file->room = (size * 2 + PAGE - 1) / PAGE * PAGE;
        file->bytes = must(realloc(file->bytes, (size_t)file->room));
        file->own = must(realloc(file->own, (size_t)(file->room / PAGE)));
        memset(file->own + before, 0, (size_t)(file->room / PAGE - before));
    }
    if (size > file->size) file->size = size;
}

static sqlite3_int64 least(sqlite3_int64 a, sqlite3_int64 b)
{
    return a < b ? a : b;
}

/* What is behind the end of a page's bytes is 0. */
static void under_read(const struct memory_file *file, sqlite3_int64 at, void *data, size_t size)
{
    sqlite3_int64 there = file->under_size > at ? least(file->under_size - at, (int)size) : 0;
    if (there > 0) memcpy(data, file->under + at, (size_t)there);
    memset((char *)data + there, 0, size - (size_t)there);
}

static void page_take(struct memory_file *file, sqlite3_int64 page)
{
    if (file->own[page]) return;
    file->own[page] = true;
    under_read(file, page * PAGE, file->bytes + page * PAGE, PAGE);
}

void crash_image_write(
    struct memory_file *file, sqlite3_int64 offset, const void *data, sqlite3_int64 size)
{
    if (size == 0) return;
    grow(file, offset + size);
    for (sqlite3_int64 page = offset / PAGE; page <= (offset + size - 1) / PAGE; page++)
        page_take(file, page);
    memcpy(file->bytes + offset, data, (size_t)size);
}

void crash_image_truncate(struct memory_file *file, sqlite3_int64 size)
{
    if (size >= file->size) return;
    sqlite3_int64 page = size / PAGE, end = least((file->size - 1) / PAGE + 1, file->room / PAGE);
    file->under_size = least(file->under_size, size);
    if (size % PAGE && page < end && file->own[page])
        memset(file->bytes + size, 0, (size_t)(PAGE - size % PAGE));
    if (size % PAGE) page++;
    if (page < end) memset(file->own + page, 0, (size_t)(end - page));
    file->size = size;
}

void crash_image_read(
    const struct memory_file *file, sqlite3_int64 offset, void *data, sqlite3_int64 size)
{
    for (sqlite3_int64 at = offset, count; at < offset + size; at += count) {
        count = least(PAGE - at % PAGE, offset + size - at);
        void *to = (char *)data + (at - offset);
        if (at < file->room && file->own[at / PAGE])
            memcpy(to, file->bytes + at, (size_t)count);
        else
            under_read(file, at, to, (size_t)count);
    }
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
        crash_image_truncate(&files[i], 0);
        files[i].exists = false;
        regions_forget(&files[i]);
    }
}

struct memory_file *crash_image_file(
    const char *name, const unsigned char *bytes, sqlite3_int64 size)
{
    struct memory_file *file = file_of(name);
    crash_image_truncate(file, 0);
    file->exists = true;
    file->under = bytes;
    file->under_size = file->size = size;
    return file;
}

void crash_image_each(
    void (*each)(const char *name, const struct memory_file *file, sqlite3_int64 size))
{
    for (size_t i = 0; i < FILES_MAX; i++)
        if (files[i].exists) each(files[i].name, &files[i], files[i].size);
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
    crash_image_truncate(file, 0);
    file->exists = false;
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
    sqlite3_int64 there = file->size > offset ? least(file->size - offset, size) : 0;
    crash_image_read(file, offset, data, there);
    memset((char *)data + there, 0, (size_t)(size - there));
    return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
static int file_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    crash_image_write(of(base), offset, data, size);
    return SQLITE_OK;
}
static int file_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    crash_image_truncate(of(base), size);
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
