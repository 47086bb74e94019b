/* SPDX-License-Identifier: MIT
 *
 * vector.h - recorded bytes beside the events expected of them, for the tests of this folder.
 * In: tests/vectors/<driver>/NAME.hex and NAME.expect; out: chunks, options, text of events.
 * Must not know: any driver.
 *
 * NAME.hex: a line of hexadecimal for each report or chunk. NAME.expect: "# source: ..." and
 * "# option key=value" lines, then one line for each event, as `loyalty decode --json` prints them.
 */
#ifndef TESTS_DRIVERS_VECTOR_H
#define TESTS_DRIVERS_VECTOR_H

#include <loyalty/reader.h>

#define VECTOR_BYTES_MAX 32768u
#define VECTOR_CHUNKS_MAX 32u
#define VECTOR_TEXT_MAX 65536u
#define VECTOR_OPTIONS_MAX 8u

struct vector {
    char name[256];
    uint8_t bytes[VECTOR_BYTES_MAX];
    size_t length;
    size_t starts[VECTOR_CHUNKS_MAX + 1]; /* chunk i is starts[i] to starts[i + 1] */
    size_t chunks;
    bool has_source;
    struct loy_option options[VECTOR_OPTIONS_MAX];
    size_t option_count;
    char option_text[8192];
    char expected[VECTOR_TEXT_MAX];
};

/* Loads NAME.hex and NAME.expect of a folder below tests/vectors; fails the test if they are not
 * right. */
void vector_load(struct vector *vector, const char *folder, const char *name);

/* Calls each for every vector of the folder, and returns how many there were. */
size_t vector_each(const char *folder, void (*each)(const char *folder, const char *name));

/* Appends the event as one line of JSON. */
void vector_print(char *text, size_t size, const struct loy_event *event);

/* A decoder with the vector's options; fails the test if it cannot be opened. */
struct loy_decoder *vector_decoder(const struct vector *vector, const char *driver);

/* Feeds bytes and appends the events as text; end: nothing more comes. */
void vector_feed(
    struct loy_decoder *decoder, const uint8_t *bytes, size_t length, char *text, size_t size);
void vector_end(struct loy_decoder *decoder, char *text, size_t size);

#endif
