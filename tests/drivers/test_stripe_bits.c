/* SPDX-License-Identifier: MIT
 *
 * test_stripe_bits.c - track-bits, track-flux and raw: options one by one, recordings that are none
 * or end too early, and that raw needs no line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bits.h"
#include "driver.h"

static struct loy_event event;

static struct loy_decoder *decoder_of(const char *driver)
{
    struct loy_decoder_options options = {.size = sizeof options, .driver = driver};
    struct loy_decoder *decoder = NULL;
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_OK);
    return decoder;
}

/* ---- Options -------------------------------------------------------------------------------- */

struct option_row {
    const char *key, *value, *complaint; /* its first letters; NULL: it is taken */
};

static const struct option_row option_rows[] = {
    {"bits", "1", NULL},
    {"bits", "x", "bits="},
    {"order", "msb", NULL},
    {"order", "middle", "order="},
    {"inverted", "0", NULL},
    {"inverted", "x", "inverted="},
    {"track", "1", NULL},
    {"track", "0", "track="},
    {"track", "x", "track="},
    {"tracks", "1", "the options"},
};

static void test_options_of_track_bits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof option_rows / sizeof option_rows[0]; i++) {
        const struct option_row *row = &option_rows[i];
        struct loy_option option = {row->key, row->value};
        struct loy_decoder_options options = {
            .size = sizeof options, .driver = "track-bits", .options = &option, .option_count = 1};
        struct loy_decoder *decoder = NULL;
        char text[128] = "";
        enum loy_status status = loy_decoder_open(&options, &decoder, text, sizeof text);
        bool right = row->complaint == NULL
                         ? status == LOY_OK
                         : status == LOY_E_ARGUMENT && strstr(text, row->complaint) == text;
        if (!right) fail_msg("%s=%s: %d %s", row->key, row->value, status, text);
        loy_decoder_close(decoder);
    }
}

/* ---- Flux ----------------------------------------------------------------------------------- */

#define RECORDS_MAX (BITS_MAX + 8u)

static uint8_t recording[4 + 8 * RECORDS_MAX];

static void put_word(uint8_t *bytes, uint32_t word)
{
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(word >> (8 * i));
}

/* count changes at 1, 2, 3 ...; returns the bytes. */
static size_t record(uint32_t count)
{
    put_word(recording, count);
    for (uint32_t i = 0; i < count; i++) {
        float position = (float)(i + 1);
        uint32_t word = 0;
        memcpy(&word, &position, sizeof word);
        put_word(recording + 4 + 8 * (size_t)i, i % 2 ? 0x20 : 0);
        put_word(recording + 8 + 8 * (size_t)i, word);
    }
    return 4 + 8 * (size_t)count;
}

static void set_position(size_t index, float position)
{
    uint32_t word = 0;
    memcpy(&word, &position, sizeof word);
    put_word(recording + 8 + 8 * index, word);
}

/* What becomes of the recording; then an empty stripe must be read as one. */
static void assert_recording(size_t length, enum loy_misread reason)
{
    struct loy_decoder *decoder = decoder_of("track-flux");
    size_t used = 0;
    assert_int_equal(loy_decoder_feed(decoder, recording, length, &used, &event), LOY_OK);
    assert_int_equal(used, length);
    assert_int_equal(event.kind, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, reason);
    length = record(20);
    assert_int_equal(loy_decoder_feed(decoder, recording, length, &used, &event), LOY_OK);
    assert_int_equal(event.kind, LOY_EVENT_READ);
    assert_int_equal(event.parts[0].status, LOY_PART_EMPTY);
    assert_int_equal(loy_decoder_end(decoder, &event), LOY_NONE);
    loy_decoder_close(decoder);
}

static void test_recordings_that_are_none(void **state)
{
    (void)state;
    size_t length = record(20);
    put_word(recording + 4 + 8 * 7, 0x40);
    assert_recording(length, LOY_MISREAD_UNKNOWN_LAYOUT);
    length = record(20);
    set_position(7, 1.0f / 0.0f);
    assert_recording(length, LOY_MISREAD_UNKNOWN_LAYOUT);
    length = record(20);
    set_position(7, 7.0f); /* where the one before it is */
    assert_recording(length, LOY_MISREAD_UNKNOWN_LAYOUT);
    length = record(BITS_MAX + 2); /* one cell too many */
    assert_recording(length, LOY_MISREAD_TOO_LONG);
}

static void test_recordings_that_end_too_early(void **state)
{
    (void)state;
    struct loy_decoder *decoder = decoder_of("track-flux");
    size_t length = record(3), used = 0;
    for (size_t at = 1; at < length; at++) {
        assert_int_equal(loy_decoder_feed(decoder, recording, at, &used, &event), LOY_MORE);
        assert_int_equal(loy_decoder_end(decoder, &event), LOY_OK);
        assert_int_equal(event.kind, LOY_EVENT_MISREAD);
        assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
        assert_int_equal(loy_decoder_end(decoder, &event), LOY_NONE);
    }
    loy_decoder_close(decoder);
}

/* ---- Raw ------------------------------------------------------------------------------------ */

static void test_raw_with_and_without_a_line(void **state)
{
    (void)state;
    static const struct loy_option option = {"baud", "19200"};
    static struct loy_identity who;
    struct loy_line_settings line = {0};
    const char *complaint = NULL;
    uint8_t own[1] = {0};
    who = (struct loy_identity){.bus = LOY_BUS_SERIAL, .options = &option, .option_count = 1};
    assert_int_equal(driver_raw.start(own, &who, &line, &complaint), LOY_OK);
    assert_int_equal(line.baud, 19200);
    assert_int_equal(line.bits, 8);
    assert_int_equal(line.parity, 'N');
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID};
    assert_int_equal(driver_raw.start(own, &who, NULL, &complaint), LOY_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_of_track_bits),
        cmocka_unit_test(test_recordings_that_are_none),
        cmocka_unit_test(test_recordings_that_end_too_early),
        cmocka_unit_test(test_raw_with_and_without_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
