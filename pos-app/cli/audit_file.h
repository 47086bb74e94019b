/* SPDX-License-Identifier: MIT
 *
 * audit_file.h - an exported audit log: JSON Lines, an entry a line, then the signed head:
 *
 *     {"sequence":1,"at_us":...,"at":"...","operator":"...","operator_number":1,"action":"...",
 *      "object":"...","hash":"..."}
 *     {"head":64,"at_us":...,"hash":"...","public_key":"...","signature":"...",
 *      "file_digest":"...","file_signature":"..."}
 *
 * file_digest is BLAKE2b-256 of all bytes before the head's line; loyalty/audit.h says what the
 * signatures cover.
 */
#ifndef AUDIT_FILE_H
#define AUDIT_FILE_H

#include <loyalty/loyalty.h>

#include <stdio.h>

/* Enters and signs the export, then writes all entries up to it. */
enum loy_status audit_file_write(
    struct loy_store *store, FILE *file, int64_t at_us, struct loy_audit_head *head);

/* Reads a file back beside the store's log. LOY_E_FORMAT: it is no export. LOY_E_CHECK: it was
 * changed since (told). LOY_OK: *head is whole; entries that differ were told. */
enum loy_status audit_file_compare(struct loy_store *store, FILE *file,
    void (*problem)(void *user, const char *sentence), void *user, struct loy_audit_head *head);

#endif
