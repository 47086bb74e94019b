/* SPDX-License-Identifier: MIT
 *
 * record_vectors_test.c - every vector listened to, recorded and replayed: a recording plays what
 * was read, and nothing else. In: tests/vectors; out: files. Time is the test's own.
 */
#include "../drivers/vector.h"

#include "hub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define EVENTS_MAX 4096u
#define LINE_BYTES 2048u /* of a stream; a report is never cut */

static int64_t now_ms = 1000000;
static char folder[] = "record_vectors.XXXXXX", source[64], made[64];
static uint64_t reads_in_all, kept_in_all;

int __wrap_clock_gettime(clockid_t clock, struct timespec *at);

int __wrap_clock_gettime(clockid_t clock, struct timespec *at)
{
    (void)clock;
    *at = (struct timespec){.tv_sec = now_ms / 1000, .tv_nsec = now_ms % 1000 * 1000000};
    return 0;
}

/* What a file plays, an event a line. */
struct heard {
    unsigned count, reads;
    char *lines[EVENTS_MAX];
};

static void forget(struct heard *heard)
{
    for (unsigned i = 0; i < heard->count; i++)
        free(heard->lines[i]);
    *heard = (struct heard){0};
}

static void hear(struct heard *heard, const struct loy_event *event)
{
    static char text[VECTOR_TEXT_MAX];
    if (event->kind == LOY_EVENT_ATTACHED) return;
    text[0] = '\0';
    vector_print(text, sizeof text, event);
    assert_true(heard->count < EVENTS_MAX);
    heard->lines[heard->count++] = strdup(text);
    heard->reads += event->kind == LOY_EVENT_READ;
}

static uint64_t play(const char *path, const char *record_to, struct heard *heard)
{
    static struct loy_event event;
    char name[128];
    struct loy_reader *reader = NULL;
    uint64_t kept = 0;
    snprintf(name, sizeof name, "file:%s", path);
    const char *const paths[] = {name, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    const struct loy_record_options record = {.size = sizeof record, .path = record_to};
    if (loy_reader_open(&options, &reader) != LOY_OK) fail_msg("%s", loy_reader_text(reader));
    while (reader->device_count == 0)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    if (reader->devices[0]->driver == NULL) fail_msg("%s", loy_reader_text(reader));
    if (record_to != NULL) assert_int_equal(loy_reader_record(reader, 1, &record), LOY_OK);
    while (!reader->devices[0]->ended) {
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
        bool any = false;
        for (; loy_reader_next(reader, &event) == LOY_OK; any = true)
            hear(heard, &event);
        if (!any) now_ms += 10;
    }
    if (record_to != NULL) assert_int_equal(loy_reader_record_end(reader, 1, &kept), LOY_OK);
    loy_reader_close(reader);
    return kept;
}

/* ---- Files out of vectors ----------------------------------------------------------------- */

static void put_head(FILE *file, const struct vector *vector, const char *driver)
{
    static const char *const fields[] = {"vid", "pid", "descriptor"};
    fprintf(file, "# loyalty recording 1\ndriver: %s\n", driver);
    for (size_t i = 0; i < vector->option_count; i++) {
        const struct loy_option *option = &vector->options[i];
        bool field = false;
        for (size_t k = 0; k < 3; k++)
            field = field || strcmp(option->key, fields[k]) == 0;
        fprintf(file, field ? "%s: %s\n" : "option: %s=%s\n", option->key, option->value);
    }
}

static void put_bytes(FILE *file, const struct vector *vector, bool stream)
{
    for (size_t i = 0; i < vector->chunks; i++) {
        for (size_t at = vector->starts[i]; at < vector->starts[i + 1]; at++) {
            fprintf(file, "%02x", vector->bytes[at]);
            bool full = stream && (at - vector->starts[i]) % LINE_BYTES == LINE_BYTES - 1;
            if (full && at + 1 < vector->starts[i + 1]) fputc('\n', file);
        }
        fputc('\n', file);
    }
}

/* ---- Recorded and played ------------------------------------------------------------------ */

static unsigned count_of(const char *words)
{
    static char line[1u << 16];
    unsigned count = 0;
    FILE *file = fopen(made, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += strncmp(line, words, strlen(words)) == 0;
    fclose(file);
    return count;
}

/* Each line played is one that was read, in that order. */
static bool is_part_of(const struct heard *played, const struct heard *read)
{
    unsigned at = 0;
    for (unsigned i = 0; i < played->count; i++) {
        while (at < read->count && strcmp(played->lines[i], read->lines[at]) != 0)
            at++;
        if (at++ == read->count) return false;
    }
    return true;
}

static void record_and_play(const char *name)
{
    static struct heard read, played;
    unlink(made);
    uint64_t kept = play(source, made, &read);
    play(made, NULL, &played);
    if (played.count != kept) fail_msg("%s: %lu kept, %u played", name, kept, played.count);
    if (!is_part_of(&played, &read)) fail_msg("%s: played what was not read", name);
    unsigned without = count_of("# read: bytes not kept");
    if (kept + without < read.reads) fail_msg("%s: a read left no trace", name);
    reads_in_all += read.reads;
    kept_in_all += kept;
    forget(&read);
    forget(&played);
}

static const struct loy_driver *driver_of(const char *name)
{
    const struct loy_driver *driver = driver_find(name);
    assert_non_null(driver);
    return driver;
}

/* A vector twice, with a pause between; and at once. */
static bool paused;

static void repeat(const char *driver, const char *name)
{
    static struct vector vector;
    bool stream = driver_of(driver)->unit == LOY_UNIT_STREAM;
    vector_load(&vector, driver, name);
    FILE *file = fopen(source, "w");
    assert_non_null(file);
    put_head(file, &vector, driver);
    put_bytes(file, &vector, stream);
    if (paused) fputs("wait: 1000\n", file);
    put_bytes(file, &vector, stream);
    fclose(file);
    record_and_play(vector.name);
}

/* All that need no options, one behind the other. */
static FILE *row;

static void add_to_row(const char *driver, const char *name)
{
    static struct vector vector;
    vector_load(&vector, driver, name);
    if (vector.option_count > 0) return;
    if (ftell(row) == 0) put_head(row, &vector, driver);
    put_bytes(row, &vector, driver_of(driver)->unit == LOY_UNIT_STREAM);
}

static void each_driver(void (*each)(const char *driver))
{
    const struct loy_driver *driver;
    for (size_t i = 0; (driver = driver_at(i)) != NULL; i++)
        if (strcmp(driver->name, "raw") != 0) each(driver->name);
}

static void repeat_all(const char *driver)
{
    assert_true(vector_each(driver, repeat) > 0);
}

static void row_of_all(const char *driver)
{
    row = fopen(source, "w");
    assert_non_null(row);
    vector_each(driver, add_to_row);
    bool any = ftell(row) > 0;
    fclose(row);
    if (any) record_and_play(driver);
}

static void every_vector_plays_as_it_was_read(void **state)
{
    (void)state;
    paused = false;
    each_driver(repeat_all);
    paused = true;
    reads_in_all = kept_in_all = 0;
    each_driver(repeat_all);
    /* Lost are masked cards, and reads whose first byte came with the misread before. */
    printf("%lu of %lu reads were kept\n", kept_in_all, reads_in_all);
    assert_true(kept_in_all * 100 >= reads_in_all * 85);
}

static void vectors_in_a_row_play_as_they_were_read(void **state)
{
    (void)state;
    each_driver(row_of_all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_plays_as_it_was_read),
        cmocka_unit_test(vectors_in_a_row_play_as_they_were_read),
    };
    if (mkdtemp(folder) == NULL) return 1;
    snprintf(source, sizeof source, "%s/source", folder);
    snprintf(made, sizeof made, "%s/made", folder);
    int failed = cmocka_run_group_tests_name("record_vectors", tests, NULL, NULL);
    unlink(source);
    unlink(made);
    rmdir(folder);
    return failed;
}
