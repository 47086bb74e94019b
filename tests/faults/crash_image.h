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
/* name: behind the folder's "/". */
void crash_image_put(const char *name, const unsigned char *bytes, int size);

/* For crash_vfs.c: the VFS's calls. */
bool crash_image_has(const char *path); /* whether it is below the folder */
int crash_image_file_size(void);        /* sqlite3_vfs.szOsFile */
int crash_image_open(const char *path, sqlite3_file *file, int flags, int *out);
int crash_image_delete(const char *path);
bool crash_image_exists(const char *path);

#endif
