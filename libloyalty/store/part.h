/* SPDX-License-Identifier: MIT
 *
 * part.h - a copy of a store while it is made: what backup and restore ask of part.c.
 */
#ifndef STORE_PART_H
#define STORE_PART_H

#include <store/store_private.h>

struct store_part {
    const char *path;
    struct loy_store *copy; /* its handle */
    char *keys_path, *lock_path;
    int lock; /* -1: none */
    char mark[48];
};
/* Takes what killed programs left in path's folder away, and the place. LOY_E_BUSY, LOY_E_CONFLICT:
 * it is not free. */
enum loy_status store_part_start(
    struct loy_store *store, const char *path, struct store_part *part);
/* Gives the copy, closed and synced, the names it is for. */
enum loy_status store_part_name(struct store_part *part);
/* Lets go of it. Where status is a failure its sentence goes to the caller's handle, with `named`
 * in place of the part's own name. */
enum loy_status store_part_end(
    struct loy_store *store, struct store_part *part, const char *named, enum loy_status status);

#endif
