/* SPDX-License-Identifier: MIT
 *
 * lines.h - lines out of a descriptor that is polled: no read blocks longer than poll said. In:
 * bytes. Out: whole lines. Must not know: what is in them.
 */
#ifndef LANE_LINES_H
#define LANE_LINES_H

#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>

#define LINES_MAX_BYTES 65536u /* of one line, its end included */

struct lines {
    int fd;
    bool ended; /* no byte comes any more */
    bool skips; /* in the rest of a line that was too long */
    size_t begin, end;
    char *bytes; /* LINES_MAX_BYTES + 1 */
};

enum loy_status lines_open(struct lines *lines, int fd);
/* Wipes what was read. fd stays open. */
void lines_close(struct lines *lines);
/* One read, after poll said that it does not block. */
void lines_fill(struct lines *lines);
/* The next line, terminated, without its end, the caller's until the next call; it may hold zeros:
 * *size says how long it is. LOY_MORE: none is whole yet; LOY_NONE: the end, where what stands
 * behind the last line's end is a line too; LOY_E_LIMIT: one was too long and is passed over. */
enum loy_status lines_next(struct lines *lines, char **line, size_t *size);

#endif
