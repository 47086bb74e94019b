/* SPDX-License-Identifier: MIT
 *
 * crash_cut.h - a whole store as a cut leaves it: SQLite's files as the model says, the master key
 * files as they stand, and the identity that the file system keeps. Link with --wrap=statx,getxattr
 * and setxattr: a cut leaves a file's number and birth as they are, so an image answers with those
 * of the live file.
 */
#ifndef CRASH_CUT_H
#define CRASH_CUT_H

#include "crash_vfs.h"

#define CRASH_STORE "shop.db"

/* Folders of the live store, and two for images: in memory, and on the real file system with the
 * real layer under SQLite. */
struct crash_folders {
    char live[64], image[64], disk[64];
};
extern struct crash_folders crash_folders;
void crash_folders_make(void);
void crash_folders_remove(void);

/* The folder in which the image is to be opened. On the disk a kill leaves the index of the log
 * (-shm), too. */
const char *crash_cut(enum crash_kind kind, unsigned *seed, bool on_disk);

/* A copy of a file where it is there; an existing target keeps its number. */
void crash_file_copy(const char *from_folder, const char *to_folder, const char *name);

#endif
