/* SPDX-License-Identifier: MIT
 *
 * page.h - a growing text that becomes a file, all of it or nothing.
 * Text from outside goes through page_text (HTML) or page_field (CSV) only.
 */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>

struct page {
    char *bytes;
    size_t size, capacity;
    bool failed; /* out of memory: all further calls do nothing */
};

void page_clear(struct page *page);
void page_put(struct page *page, const char *text);
void page_print(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Escaped for HTML text and attributes; control characters are left out. */
void page_text(struct page *page, const char *text);
/* A CSV field (RFC 4180); what a spreadsheet would take for a formula is made harmless. */
void page_field(struct page *page, const char *text);
/* A JSON string with its quotes. */
void page_json(struct page *page, const char *text);

/* Writes to path.part and syncs; page_show then renames it into place. LOY_E_IO, LOY_E_FULL: errno
 * tells, nothing is left behind. */
enum loy_status page_write(const struct page *page, const char *path);
enum loy_status page_show(const char *path);
void page_drop(const char *path);

#endif
