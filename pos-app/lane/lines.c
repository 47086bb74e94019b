/* SPDX-License-Identifier: MIT
 *
 * lines.c - see lines.h. In: bytes. Out: whole lines. Must not know: what is in them.
 */
#include "lines.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum loy_status lines_open(struct lines *lines, int fd)
{
    *lines = (struct lines){.fd = fd, .bytes = malloc(LINES_MAX_BYTES + 1)};
    return lines->bytes ? LOY_OK : LOY_E_MEMORY;
}

void lines_close(struct lines *lines)
{
    if (lines->bytes) sodium_memzero(lines->bytes, LINES_MAX_BYTES + 1);
    free(lines->bytes);
    *lines = (struct lines){.fd = -1, .ended = true};
}

/* Room behind the end: what was taken goes, and wiped is what stood there. */
static void make_room(struct lines *lines)
{
    const size_t used = lines->end - lines->begin;
    memmove(lines->bytes, lines->bytes + lines->begin, used);
    sodium_memzero(lines->bytes + used, LINES_MAX_BYTES - used);
    lines->begin = 0;
    lines->end = used;
}

void lines_fill(struct lines *lines)
{
    make_room(lines);
    if (lines->end == LINES_MAX_BYTES) return;
    ssize_t got = read(lines->fd, lines->bytes + lines->end, LINES_MAX_BYTES - lines->end);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0)
        lines->ended = true;
    else
        lines->end += (size_t)got;
}

static enum loy_status line_give(struct lines *lines, size_t length, char **line, size_t *size)
{
    char *at = lines->bytes + lines->begin;
    lines->begin += length;
    if (length > 0 && at[length - 1] == '\n') length--;
    if (length > 0 && at[length - 1] == '\r') length--;
    at[length] = '\0';
    *line = at;
    *size = length;
    if (!lines->skips) return LOY_OK;
    lines->skips = false;
    return LOY_E_LIMIT;
}

enum loy_status lines_next(struct lines *lines, char **line, size_t *size)
{
    char *at = lines->bytes + lines->begin;
    const size_t used = lines->end - lines->begin;
    const char *end = used > 0 ? memchr(at, '\n', used) : NULL;
    if (end) return line_give(lines, (size_t)(end - at) + 1, line, size);
    if (used == LINES_MAX_BYTES) {
        lines->skips = true;
        lines->begin = lines->end = 0;
        return LOY_MORE;
    }
    if (!lines->ended) return LOY_MORE;
    if (used == 0 && !lines->skips) return LOY_NONE;
    return line_give(lines, used, line, size);
}
