/* SPDX-License-Identifier: MIT
 *
 * crash_cut.c - see crash_cut.h.
 */
#include "crash_cut.h"

#include "crash_image.h"
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

struct crash_folders crash_folders;
static const char *const mains[] = {CRASH_STORE, CRASH_STORE ".keys"};
static bool placed[2]; /* both in the folder of images */
static unsigned *fate; /* seed of the image that is open */

void crash_folders_make(void)
{
    workload_folder_make(crash_folders.live);
    workload_folder_make(crash_folders.image);
    workload_folder_make(crash_folders.disk);
    placed[0] = placed[1] = false;
}

void crash_folders_remove(void)
{
    workload_folder_remove(crash_folders.live);
    workload_folder_remove(crash_folders.image);
    workload_folder_remove(crash_folders.disk);
}

/* ---- The identity of a file -------------------------------------------------------------------
 */

int __real_statx(int folder, const char *path, int flags, unsigned mask, struct statx *file);
int __wrap_statx(int folder, const char *path, int flags, unsigned mask, struct statx *file);
ssize_t __real_getxattr(const char *path, const char *name, void *value, size_t size);
ssize_t __wrap_getxattr(const char *path, const char *name, void *value, size_t size);
int __real_setxattr(const char *path, const char *name, const void *value, size_t size, int flags);
int __wrap_setxattr(const char *path, const char *name, const void *value, size_t size, int flags);

static bool is_image(const char *path)
{
    return strncmp(path, crash_folders.image, strlen(crash_folders.image)) == 0 ||
           strncmp(path, crash_folders.disk, strlen(crash_folders.disk)) == 0;
}

/* The three folders' names are of one length. */
static const char *lived(const char *path, char text[130])
{
    if (!is_image(path)) return path;
    snprintf(text, 130, "%s%s", crash_folders.live, path + strlen(crash_folders.image));
    return text;
}

int __wrap_statx(int folder, const char *path, int flags, unsigned mask, struct statx *file)
{
    char text[130];
    return __real_statx(folder, lived(path, text), flags, mask, file);
}

/* An attribute may have reached the disk or not. */
ssize_t __wrap_getxattr(const char *path, const char *name, void *value, size_t size)
{
    char text[130];
    if (is_image(path) && fate && *fate & 0x10000) return -1;
    return __real_getxattr(lived(path, text), name, value, size);
}

int __wrap_setxattr(const char *path, const char *name, const void *value, size_t size, int flags)
{
    return is_image(path) ? 0 : __real_setxattr(path, name, value, size, flags);
}

/* ---- An image ---------------------------------------------------------------------------------
 */

void crash_file_copy(const char *from_folder, const char *to_folder, const char *name)
{
    char from[130], to[130], bytes[65536];
    snprintf(from, sizeof from, "%s/%s", from_folder, name);
    snprintf(to, sizeof to, "%s/%s", to_folder, name);
    FILE *source = fopen(from, "rb");
    if (!source) return;
    FILE *target = fopen(to, "wb");
    if (!target) abort();
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, source)) > 0;)
        if (fwrite(bytes, 1, size, target) != size) abort();
    fclose(source);
    fclose(target);
    chmod(to, 0600);
}

static void bytes_write(
    const char *folder, const char *name, const unsigned char *bytes, sqlite3_int64 size)
{
    char path[130];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(bytes, 1, (size_t)size, stream) != (size_t)size) abort();
    fclose(stream);
}

static void file_save(const char *name, const struct memory_file *file, sqlite3_int64 size)
{
    unsigned char *bytes = malloc((size_t)size + 1);
    if (!bytes) abort();
    crash_image_read(file, 0, bytes, size);
    bytes_write(crash_folders.disk, name, bytes, size);
    free(bytes);
}

/* The library asks the folder, not SQLite, whether its two files are there. */
static void place_set(int which)
{
    char path[130];
    snprintf(path, sizeof path, "%s/%s", crash_folders.image, mains[which]);
    bool there = crash_image_exists(path);
    if (placed[which] == there) return;
    placed[which] = there;
    if (there) bytes_write(crash_folders.image, mains[which], (const unsigned char *)"", 0);
    if (!there) unlink(path);
}

const char *crash_cut(enum crash_kind kind, unsigned *seed, bool on_disk)
{
    const char *folder = on_disk ? crash_folders.disk : crash_folders.image;
    char next[130];
    fate = kind == CRASH_KILL ? NULL : seed;
    crash_image_empty(crash_folders.image);
    crash_vfs_image(kind, seed);
    if (on_disk) {
        workload_folder_empty(folder);
        crash_image_each(file_save);
    }
    for (int i = 0; i < 2 && !on_disk; i++)
        place_set(i);
    // Master key files are synced before FILE.keys relies on them: they are as they stand. The
    // image has its own, since opening it may finish or take back a change of the key.
    snprintf(next, sizeof next, "%s/" CRASH_STORE ".key.next", folder);
    unlink(next);
    crash_file_copy(crash_folders.live, folder, CRASH_STORE ".key");
    crash_file_copy(crash_folders.live, folder, CRASH_STORE ".key.next");
    if (on_disk && kind == CRASH_KILL) {
        crash_file_copy(crash_folders.live, folder, CRASH_STORE "-shm");
        crash_file_copy(crash_folders.live, folder, CRASH_STORE ".keys-shm");
    }
    return folder;
}
