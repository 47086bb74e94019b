/* SPDX-License-Identifier: MIT
 *
 * page.c - text that grows, escapes for HTML, CSV and JSON, and files that appear whole or not at
 * all. In: texts; out: a file. Must not know what is written.
 */
#include "page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void page_clear(struct page *page)
{
    free(page->bytes);
    memset(page, 0, sizeof *page);
}

static bool reserve(struct page *page, size_t more)
{
    if (page->failed) return false;
    if (page->size + more < page->capacity) return true;
    size_t wanted = page->capacity ? page->capacity : 4096;
    while (wanted <= page->size + more)
        wanted *= 2;
    char *grown = realloc(page->bytes, wanted);
    page->failed = !grown;
    if (!grown) return false;
    page->bytes = grown;
    page->capacity = wanted;
    return true;
}

static void put_bytes(struct page *page, const char *text, size_t length)
{
    if (!reserve(page, length + 1)) return;
    memcpy(page->bytes + page->size, text, length);
    page->size += length;
    page->bytes[page->size] = '\0';
}

void page_put(struct page *page, const char *text)
{
    put_bytes(page, text, strlen(text));
}

void page_print(struct page *page, const char *format, ...)
{
    char text[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof text)
        page->failed = true;
    else
        put_bytes(page, text, (size_t)length);
}

void page_text(struct page *page, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            page_put(page, "&lt;");
            break;
        case '>':
            page_put(page, "&gt;");
            break;
        case '&':
            page_put(page, "&amp;");
            break;
        case '"':
            page_put(page, "&quot;");
            break;
        case '\'':
            page_put(page, "&#39;");
            break;
        default:
            if ((unsigned char)*text >= ' ') put_bytes(page, text, 1);
        }
    }
}

void page_field(struct page *page, const char *text)
{
    page_put(page, "\"");
    if (*text && strchr("=+-@\t\r\n", *text)) page_put(page, "'");
    for (; *text; text++) {
        if (*text == '"') page_put(page, "\"");
        put_bytes(page, text, 1);
    }
    page_put(page, "\"");
}

void page_json(struct page *page, const char *text)
{
    page_put(page, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            page_print(page, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            page_print(page, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            put_bytes(page, text, 1);
    }
    page_put(page, "\"");
}

/* ---- Files --------------------------------------------------------------------------------------
 */

static bool part_name(const char *path, char *part, size_t size)
{
    int length = snprintf(part, size, "%s.part", path);
    return length > 0 && (size_t)length < size;
}

static enum loy_status from_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EROFS ? LOY_E_FULL : LOY_E_IO;
}

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t written = write(fd, bytes, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        size -= (size_t)written;
    }
    return fsync(fd) == 0;
}

enum loy_status page_write(const struct page *page, const char *path)
{
    char part[4096];
    if (page->failed || !page->bytes) return LOY_E_MEMORY;
    if (!part_name(path, part, sizeof part)) return LOY_E_LIMIT;
    /* What a program that was killed left there may be readable by others. */
    unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0) return from_errno();
    bool good = write_all(fd, page->bytes, page->size);
    int error = errno;
    if (close(fd) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good) return LOY_OK;
    unlink(part);
    errno = error;
    return from_errno();
}

enum loy_status page_show(const char *path)
{
    char part[4096];
    if (!part_name(path, part, sizeof part)) return LOY_E_LIMIT;
    return rename(part, path) == 0 ? LOY_OK : from_errno();
}

void page_drop(const char *path)
{
    char part[4096];
    if (part_name(path, part, sizeof part)) unlink(part);
}
