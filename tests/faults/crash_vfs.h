/* SPDX-License-Identifier: MIT
 *
 * crash_vfs.h - a layer under SQLite that knows what a power cut would leave, and that fails on
 * demand. It passes every call to the real file system, shared memory and locks too, and keeps
 * beside it, per file, what is durable and what was done since. A model: its referee is a machine
 * whose power is cut (tests/vm).
 */
#ifndef CRASH_VFS_H
#define CRASH_VFS_H

#include <sqlite3.h>
#include <stdbool.h>

/* Becomes SQLite's default VFS. */
void crash_vfs_install(void);
/* Forgets every file and the faults; only files below `folder` are watched. ordered: the file
 * system has a journal, so that whatever was created, unlinked and truncated is durable with the
 * next sync of any file, and before that comes in its order; else each for itself. */
void crash_vfs_watch(const char *folder, bool ordered);
/* A file that is there already is durable as it is. */
void crash_vfs_adopt(const char *name);
/* Called after every write, truncate, sync, creation and delete of a watched file. */
void crash_vfs_hook(void (*hook)(void));

/* What reached the disk of that which was not synced. Files, unlinks and truncations count. */
#define CRASH_KINDS(X)                                                                             \
    X(CRASH_KILL, "killed")         /* the process only: all of it is there */                     \
    X(CRASH_LOST, "lost")           /* nothing of it; what was unlinked comes back */              \
    X(CRASH_IN_ORDER, "in order")   /* all up to some moment, of which the last write is torn */   \
    X(CRASH_REORDERED, "reordered") /* each write whole or not at all */                           \
    X(CRASH_TORN, "torn")           /* any subset of sectors of 512 bytes */
#define CRASH_KIND_CODE(code, name) code,
enum crash_kind { CRASH_KINDS(CRASH_KIND_CODE) CRASH_KIND_COUNT };
const char *crash_kind_name(enum crash_kind kind);

/* What a cut at this moment may leave of the watched files becomes the files of crash_image.h,
 * until the next call that is watched. */
void crash_vfs_image(enum crash_kind kind, unsigned *seed);

/* Which calls fail, and how. */
#define CRASH_FAULTS(X)                                                                            \
    X(CRASH_EIO, "EIO")                 /* all but unlocking and closing */                        \
    X(CRASH_FULL, "full")               /* writes, half of the bytes written */                    \
    X(CRASH_SHORT_WRITE, "short write") /* the same, told as an I/O error */                       \
    X(CRASH_SHORT_READ, "short read")   /* half of the bytes at first: to be asked again */        \
    X(CRASH_SYNC, "fsync")              /* what was not synced will never be */
enum crash_fault { CRASH_FAULTS(CRASH_KIND_CODE) CRASH_FAULT_COUNT };
const char *crash_fault_name(enum crash_fault fault);
/* The nth of the following calls that can fail so does (1 is the next; 0 none), and all behind it
 * if `stays`. */
void crash_vfs_fail(long nth, bool stays, enum crash_fault fault);
bool crash_vfs_failed(void);

#endif
