/* SPDX-License-Identifier: MIT
 *
 * test_vectors.c - every vector through its driver and the guard: whole, cut at every byte where
 * the driver takes a stream, truncated to every length where it takes reports. In the midst of a
 * long vector, where byte follows byte of one text, every seventh; test_vectors all: every one.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "driver.h"

static struct vector vector;
static char text[VECTOR_TEXT_MAX];

static void check(const char *how, size_t at)
{
    if (strcmp(text, vector.expected) == 0) return;
    fail_msg("%s (%s %zu)\nexpected:\n%sgot:\n%s", vector.name, how, at, vector.expected, text);
}

static void play_chunks(const char *driver)
{
    struct loy_decoder *decoder = vector_decoder(&vector, driver);
    text[0] = '\0';
    for (size_t i = 0; i < vector.chunks; i++)
        vector_feed(decoder, vector.bytes + vector.starts[i],
            vector.starts[i + 1] - vector.starts[i], text, sizeof text);
    vector_end(decoder, text, sizeof text);
    loy_decoder_close(decoder);
    check("in chunks", vector.chunks);
}

static void play_cut(const char *driver, size_t at)
{
    struct loy_decoder *decoder = vector_decoder(&vector, driver);
    text[0] = '\0';
    vector_feed(decoder, vector.bytes, at, text, sizeof text);
    vector_feed(decoder, vector.bytes + at, vector.length - at, text, sizeof text);
    vector_end(decoder, text, sizeof text);
    loy_decoder_close(decoder);
    check("cut at", at);
}

static void play_single_bytes(const char *driver)
{
    struct loy_decoder *decoder = vector_decoder(&vector, driver);
    text[0] = '\0';
    for (size_t i = 0; i < vector.length; i++)
        vector_feed(decoder, vector.bytes + i, 1, text, sizeof text);
    vector_end(decoder, text, sizeof text);
    loy_decoder_close(decoder);
    check("in single bytes", vector.length);
}

/* Reports without report ID, as systems hand them over that put a zero there instead. */
static void play_zero_in_front(const struct loy_driver *driver)
{
    static uint8_t report[VECTOR_BYTES_MAX + 1];
    struct loy_decoder *decoder = vector_decoder(&vector, driver->name);
    text[0] = '\0';
    for (size_t i = 0; i < vector.chunks; i++) {
        size_t n = vector.starts[i + 1] - vector.starts[i], k = 0;
        while (driver->report_sizes[k] != 0 && driver->report_sizes[k] != n)
            k++;
        size_t front = vector.option_count == 0 && driver->report_sizes[k] != 0;
        memcpy(report + 1, vector.bytes + vector.starts[i], n);
        vector_feed(decoder, report + 1 - front, n + front, text, sizeof text);
    }
    vector_end(decoder, text, sizeof text);
    loy_decoder_close(decoder);
    check("with a zero in front", vector.chunks);
}

/* The first report cut short: whatever comes of it, no good value that is not the whole vector's.
 */
static void check_cut_report(struct loy_decoder *decoder, size_t at)
{
    static struct loy_event event;
    size_t used = 0;
    enum loy_status status = loy_decoder_feed(decoder, vector.bytes, at, &used, &event);
    if (status == LOY_MORE) status = loy_decoder_end(decoder, &event);
    if (status != LOY_OK || event.kind != LOY_EVENT_READ) return;
    for (size_t i = 0; i < event.part_count; i++) {
        const struct loy_part *part = &event.parts[i];
        if (part->length == 0 || part->status == LOY_PART_NOT_ISO) continue;
        char value[LOY_EVENT_DATA_MAX + 1];
        memcpy(value, loy_part_data(&event, part), part->length);
        value[part->length] = '\0';
        if (!strstr(vector.expected, value) || part->length < 12)
            fail_msg("%s cut to %zu bytes gives a value", vector.name, at);
    }
}

static void play_truncated(const char *driver)
{
    size_t whole = vector.starts[1];
    /* One byte too many: cut to the right length it is right. */
    if (strstr(vector.name, "too-long") != NULL) return;
    for (size_t at = 0; at < whole; at++) {
        struct loy_decoder *decoder = vector_decoder(&vector, driver);
        check_cut_report(decoder, at);
        loy_decoder_close(decoder);
    }
}

#define MARGIN 300u /* longer than any head, frame or tail */
#define MIDST_STEP 7u

static bool every_cut;

static size_t next_cut(size_t at)
{
    if (every_cut || at + 1 < MARGIN || at + MARGIN >= vector.length) return at + 1;
    for (size_t i = 0; i < vector.chunks; i++)
        if (at + MARGIN > vector.starts[i] && at < vector.starts[i] + MARGIN) return at + 1;
    return at + MIDST_STEP;
}

static void play(const char *folder, const char *name)
{
    const struct loy_driver *driver = driver_find(folder);
    vector_load(&vector, folder, name);
    play_chunks(folder);
    if (driver->unit == LOY_UNIT_REPORT) {
        play_zero_in_front(driver);
        play_truncated(folder);
        return;
    }
    play_single_bytes(folder);
    for (size_t at = 0; at <= vector.length; at = next_cut(at))
        play_cut(folder, at);
}

static void test_every_driver_has_vectors_and_passes_them(void **state)
{
    const char *name = NULL, *title = NULL;
    size_t index = 0;
    (void)state;
    for (; loy_driver_list(index, &name, &title) == LOY_OK; index++) {
        assert_true(strlen(name) > 0 && strlen(name) < LOY_DRIVER_NAME_MAX && strlen(title) > 0);
        if (vector_each(name, play) == 0) fail_msg("%s has no vectors", name);
    }
    assert_true(index >= 5);
}

int main(int argc, char **argv)
{
    every_cut = argc > 1 && strcmp(argv[1], "all") == 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_driver_has_vectors_and_passes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
