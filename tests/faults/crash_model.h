/* SPDX-License-Identifier: MIT
 *
 * crash_model.h - what a power cut would leave of the files of a folder: told of every call, beside
 * the real file system. For crash_vfs.c; the tests see crash_vfs.h.
 */
#ifndef CRASH_MODEL_H
#define CRASH_MODEL_H

#include "crash_vfs.h"

/* A name in the folder. */
struct place;

void model_watch(const char *folder, bool orders);
struct place *model_place(const char *path); /* NULL: not watched */
bool model_exists(const struct place *place);
void model_create(struct place *place, bool is_main);
void model_unlink(struct place *place);
void model_write(struct place *place, sqlite3_int64 offset, const void *data, int size);
void model_truncate(struct place *place, sqlite3_int64 size);
/* fails: the kernel then takes its pages for clean, and they never reach the disk. */
void model_sync(struct place *place, bool fails);
void model_folder_sync(void);

#endif
