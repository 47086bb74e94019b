/* SPDX-License-Identifier: MIT
 *
 * options.h - key=value lists: behind the question mark of a path, or in a recording's header.
 * In: text from a caller or a file; out: struct loy_option rows that a driver reads.
 * Knows no key: drivers judge those.
 */
#ifndef DRIVERS_OPTIONS_H
#define DRIVERS_OPTIONS_H

#include <loyalty/reader.h>

#include <stdbool.h>

#define OPTIONS_MAX 16u
#define OPTIONS_TEXT_MAX 1024u

/* The rows point into text: do not move it. */
struct options {
    struct loy_option rows[OPTIONS_MAX];
    size_t count;
    size_t used;
    char text[OPTIONS_TEXT_MAX];
};

/* Both keep a copy. LOY_E_LIMIT: too many or too long. */
enum loy_status options_add(struct options *options, const char *key, size_t key_length,
    const char *value, size_t value_length);
/* "a=1&b=2"; LOY_E_ARGUMENT: a pair without '='. */
enum loy_status options_add_query(struct options *options, const char *query);

/* The value of key, which is taken out of the list; NULL if it is not there. */
const char *options_take(struct options *options, const char *key);

/* Hexadecimal, either case, blanks between bytes allowed: false for anything else or beyond size.
 */
bool options_hex(const char *text, uint8_t *bytes, size_t size, size_t *length);

/* A USB id, "05f9": exactly two bytes of hexadecimal. */
bool options_id(const char *text, uint16_t *id);

#endif
