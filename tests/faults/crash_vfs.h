/* SPDX-License-Identifier: MIT
 *
 * crash_vfs.h - a layer under SQLite that knows what a power cut would leave, and that fails on
 * demand. It passes every call to the real file system and keeps beside it, per file, what is
 * durable and what was written since the last sync. A model: its referee is a machine whose power
 * is cut.
 */
#ifndef CRASH_VFS_H
#define CRASH_VFS_H

#include <sqlite3.h>
#include <stdbool.h>

/* Becomes SQLite's default VFS. */
void crash_vfs_install(void);
/* Forgets every file and the faults; only files below `folder` are watched. */
void crash_vfs_watch(const char *folder);
/* Passes everything through unseen, as for opening an image. */
void crash_vfs_pause(bool paused);
/* Called after every write, truncate, sync and delete of a watched file. */
void crash_vfs_hook(void (*hook)(void));

enum crash_kind {
    CRASH_KEEP_ALL,    /* the process was killed: all written bytes are there */
    CRASH_LOSE_ALL,    /* nothing that was not synced; unlinked files come back */
    CRASH_SOME,        /* any subset of sectors, truncations and unlinks */
    CRASH_SOME_WRITES, /* the same, each write whole or not at all */
    CRASH_KINDS
};
/* Writes into `folder` what a cut at this moment may leave of the watched files. */
void crash_vfs_image(const char *folder, enum crash_kind kind, unsigned *seed);

/* The nth of the following calls fails (1 is the next; 0 none), and all behind it if `stays`. code
 * is SQLITE_FULL (writes only; half of it is written) or SQLITE_IOERR (all but locks). */
void crash_vfs_fail(long nth, bool stays, int code);
bool crash_vfs_failed(void);

#endif
