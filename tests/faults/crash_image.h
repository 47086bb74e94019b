/* SPDX-License-Identifier: MIT
 *
 * crash_image.h - files in memory for SQLite, on which an image is opened: the same calls, and a
 * hundred thousand times no disk. One connection a file. Knows nothing of how an image came about.
 */
#ifndef CRASH_IMAGE_H
#define CRASH_IMAGE_H

#include <sqlite3.h>
#include <stdbool.h>

/* All files go; from now on those below `folder` are here. */
void crash_image_empty(const char *folder);
/* A file is there, for now with these bytes, which stay the caller's until all files go: what is
 * changed is changed in a copy of its page. name: behind the folder's "/". */
struct memory_file;
struct memory_file *crash_image_file(
    const char *name, const unsigned char *bytes, sqlite3_int64 size);
void crash_image_write(
    struct memory_file *file, sqlite3_int64 offset, const void *data, sqlite3_int64 size);
void crash_image_truncate(struct memory_file *file, sqlite3_int64 size);
void crash_image_read(
    const struct memory_file *file, sqlite3_int64 offset, void *data, sqlite3_int64 size);
/* Each file that is there. */
void crash_image_each(
    void (*each)(const char *name, const struct memory_file *file, sqlite3_int64 size));

/* For crash_vfs.c: the VFS's calls. */
bool crash_image_has(const char *path); /* whether it is below the folder */
int crash_image_file_size(void);        /* sqlite3_vfs.szOsFile */
int crash_image_open(const char *path, sqlite3_file *file, int flags, int *out);
int crash_image_delete(const char *path);
bool crash_image_exists(const char *path);

#endif
