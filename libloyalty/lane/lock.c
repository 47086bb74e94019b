/* SPDX-License-Identifier: MIT
 *
 * lock.c - one program at a time has a lane: a lock on a file of its own beside the store, which
 * ends with the program that holds it. In: the store's path and lane. Out: a descriptor. Never
 * touches the store's own files, whose locks are SQLite's.
 */
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define CODE_TEXT (3u * LOY_CODE_MAX)

/* A lane's code may hold any character; a file's name may not. */
static void code_write(const char *code, char text[CODE_TEXT])
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    size_t end = 0;
    for (; *code != '\0' && end + 4 < CODE_TEXT; code++) {
        bool is_plain = strchr(plain, *code) != NULL;
        int used =
            snprintf(text + end, CODE_TEXT - end, is_plain ? "%c" : "%%%02x", (unsigned char)*code);
        end += (size_t)used;
    }
    text[end] = '\0';
}

static enum loy_status open_failed(struct loy_store *store, const char *path)
{
    bool full = errno == ENOSPC || errno == EROFS || errno == EDQUOT || errno == EACCES;
    return store_fail(store, full ? LOY_E_FULL : LOY_E_IO,
        "%s cannot be written (%s): make room on the disk, or give this user the right to write",
        path, strerror(errno));
}

enum loy_status lane_lock_take(struct loy_store *store, int *lock)
{
    char code[CODE_TEXT];
    code_write(store->settings.lane, code);
    size_t size = strlen(store->path) + strlen(code) + sizeof ".lane-.lock";
    char *path = malloc(size);
    if (path == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for a lane");
    snprintf(path, size, "%s.lane-%s.lock", store->path, code);
    enum loy_status status = LOY_OK;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        status = open_failed(store, path);
    } else if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        status = errno == EWOULDBLOCK
                     ? store_fail(store, LOY_E_BUSY,
                           "another program has this lane open: close it there first, or take "
                           "another lane")
                     : open_failed(store, path);
        close(file);
    }
    free(path);
    if (status == LOY_OK) *lock = file;
    return status;
}

void lane_lock_drop(int lock)
{
    // The file stays: to remove it could take it from under a program that has just opened it.
    if (lock >= 0) close(lock);
}
