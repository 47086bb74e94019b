/* SPDX-License-Identifier: MIT
 *
 * test_drivers.c - what vectors cannot say: claims, options, line settings, waiting times, maxima,
 * answers to the device, and that the decoder refuses wrong use.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "driver.h"

static struct vector vector;
static struct loy_event event;

static struct loy_decoder *decoder_with(const char *driver, const char *key, const char *value)
{
    struct loy_option option = {key, value};
    struct loy_decoder_options options = {
        .size = sizeof options, .driver = driver, .options = &option, .option_count = key ? 1 : 0};
    struct loy_decoder *decoder = NULL;
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_OK);
    return decoder;
}

static enum loy_status feed(struct loy_decoder *decoder, const void *bytes, size_t length)
{
    size_t used = 0;
    return loy_decoder_feed(decoder, bytes, length, &used, &event);
}

/* ---- Claims --------------------------------------------------------------------------------- */

struct claim_row {
    const char *what;
    uint8_t bus;
    uint16_t vid, pid;
    const char *descriptor; /* a vector of hid-descriptor, or NULL */
    const char *driver;
};

// clang-format off
static const struct claim_row claims[] = {
    {"a MagTek by descriptor",      LOY_BUS_USB_HID, 0x0801, 0x0002, "magtek-sureswipe-hid", "magtek-hid"},
    {"its rebrand by descriptor",   LOY_BUS_USB_HID, 0x0acd, 0x0510, "magtek-sureswipe-hid", "magtek-hid"},
    {"the descriptor alone",        LOY_BUS_USB_HID, 0x1234, 0x5678, "magtek-sureswipe-hid", "magtek-hid"},
    {"a MagTek without descriptor", LOY_BUS_USB_HID, 0x0801, 0x0002, NULL, "magtek-hid"},
    {"the ids of another reader",   LOY_BUS_USB_HID, 0x0801, 0x0003, NULL, NULL},
    {"ids that lie",                LOY_BUS_USB_HID, 0x0801, 0x0002, "scanner-boot-but-vendor", NULL},
    {"a keyboard of that maker",    LOY_BUS_USB_HID, 0x0801, 0x0001, "magtek-kbd", "hid-keyboard"},
    {"a scanner by descriptor",     LOY_BUS_USB_HID, 0x0c2e, 0x0b81, "hid-pos", "hid-pos"},
    {"a scanner as keyboard",       LOY_BUS_USB_HID, 0x05f9, 0x220c, "datalogic-gd4400-kbd", "hid-keyboard"},
    {"its ids without descriptor",  LOY_BUS_USB_HID, 0x05f9, 0x220c, NULL, "hid-keyboard"},
    {"its ids, but no keyboard",    LOY_BUS_USB_HID, 0x05f9, 0x220c, "scanner-boot-but-vendor", NULL},
    {"anybody's keyboard",          LOY_BUS_USB_HID, 0x046d, 0xc31c, "datalogic-gd4400-kbd", NULL},
    {"a serial port",               LOY_BUS_SERIAL,  0, 0, NULL, "serial-line"},
    {"a serial port of a scanner",  LOY_BUS_SERIAL,  0x1eab, 0x1d06, NULL, "serial-line"},
    {"bytes",                       LOY_BUS_BYTES,   0, 0, NULL, NULL},
};
// clang-format on

static void test_claims(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof claims / sizeof claims[0]; i++) {
        const struct claim_row *row = &claims[i];
        static struct loy_identity who;
        const char *why = "";
        who = (struct loy_identity){.bus = row->bus, .vid = row->vid, .pid = row->pid};
        if (row->descriptor) {
            vector_load(&vector, "hid-descriptor", row->descriptor);
            who.has_descriptor = true;
            assert_int_equal(
                hid_descriptor_parse(vector.bytes, vector.length, &who.layout), LOY_OK);
        }
        const struct loy_driver *driver = driver_claim(&who, &why);
        const char *name = driver ? driver->name : "none";
        if (strcmp(name, row->driver ? row->driver : "none") != 0)
            fail_msg("%s: %s", row->what, name);
    }
}

/* ---- Options -------------------------------------------------------------------------------- */

struct option_row {
    const char *driver, *key, *value;
    enum loy_status status;
};

// clang-format off
static const struct option_row options_rows[] = {
    {"track-bits", "bits", "130", LOY_OK},
    {"track-bits", "bits", "4096", LOY_OK},
    {"track-bits", "bits", "4097", LOY_E_ARGUMENT},
    {"track-bits", "bits", "0", LOY_E_ARGUMENT},
    {"track-bits", "bits", "-1", LOY_E_ARGUMENT},
    {"track-bits", "bits", "", LOY_E_ARGUMENT},
    {"track-bits", "bits", "99999999999999999999", LOY_E_ARGUMENT},
    {"track-bits", "order", "lsb", LOY_OK},
    {"track-bits", "order", "best", LOY_E_ARGUMENT},
    {"track-bits", "inverted", "1", LOY_OK},
    {"track-bits", "inverted", "2", LOY_E_ARGUMENT},
    {"track-bits", "track", "3", LOY_OK},
    {"track-bits", "track", "4", LOY_E_ARGUMENT},
    {"track-bits", "preset", "icl", LOY_E_ARGUMENT},
    {"track-flux", "bits", "1", LOY_E_ARGUMENT},
    {"raw", "baud", "19200", LOY_OK},
    {"raw", "baud", "49", LOY_E_ARGUMENT},
    {"raw", "baud", "99999999999", LOY_E_ARGUMENT},
    {"raw", "baud", "fast", LOY_E_ARGUMENT},
    {"raw", "preset", "icl", LOY_E_ARGUMENT},
    {"serial-line", "preset", "wincor", LOY_OK},
    {"serial-line", "preset", "typewriter", LOY_E_ARGUMENT},
    {"serial-line", "aim", "1", LOY_OK},
    {"serial-line", "aim", "yes", LOY_E_ARGUMENT},
    {"serial-line", "suffix", "none", LOY_OK},
    {"serial-line", "suffix", "", LOY_E_ARGUMENT},
    {"serial-line", "lrc", "2", LOY_E_ARGUMENT},
    {"serial-line", "vid", "0801", LOY_E_ARGUMENT},
    {"hid-keyboard", "suffix", "enter", LOY_OK},
    {"hid-keyboard", "suffix", "tab", LOY_OK},
    {"hid-keyboard", "suffix", "none", LOY_OK},
    {"hid-keyboard", "suffix", "", LOY_E_ARGUMENT},
    {"hid-keyboard", "suffix", "cr", LOY_E_ARGUMENT},
    {"hid-keyboard", "aim", "0", LOY_OK},
    {"hid-keyboard", "aim", "2", LOY_E_ARGUMENT},
    {"hid-keyboard", "layout", "us", LOY_OK},
    {"hid-keyboard", "layout", "fr", LOY_OK},
    {"hid-keyboard", "layout", "", LOY_E_ARGUMENT},
    {"hid-keyboard", "preset", "icl", LOY_E_ARGUMENT},
    {"hid-keyboard", "descriptor", "0600ff0901a101c0", LOY_E_ARGUMENT},
    {"hid-pos", "suffix", "crlf", LOY_OK},
    {"hid-pos", "suffix", "lf", LOY_E_ARGUMENT},
    {"hid-pos", "vid", "0c2e", LOY_OK},
    {"hid-pos", "vid", "c2e", LOY_E_ARGUMENT},
    {"hid-pos", "descriptor", "0600ff0901a101c0", LOY_E_ARGUMENT},
    {"magtek-hid", "descriptor", "0600ff0901a101c0", LOY_E_ARGUMENT},
    {"magtek-hid", "descriptor", "06", LOY_E_ARGUMENT},
    {"magtek-hid", "descriptor", "zz", LOY_E_ARGUMENT},
    {"magtek-hid", "pid", "00022", LOY_E_ARGUMENT},
    {"magtek-hid", "suffix", "cr", LOY_E_ARGUMENT},
    {"magtek", "pid", "0002", LOY_NONE},
};
// clang-format on

static void test_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof options_rows / sizeof options_rows[0]; i++) {
        const struct option_row *row = &options_rows[i];
        struct loy_option option = {row->key, row->value};
        struct loy_decoder_options options = {
            .size = sizeof options, .driver = row->driver, .options = &option, .option_count = 1};
        struct loy_decoder *decoder = NULL;
        char text[128];
        enum loy_status status = loy_decoder_open(&options, &decoder, text, sizeof text);
        if (status != row->status)
            fail_msg("%s %s=%s: %d", row->driver, row->key, row->value, status);
        assert_true((decoder != NULL) == (status == LOY_OK));
        assert_true((strlen(text) > 10) == (status != LOY_OK));
        loy_decoder_close(decoder);
    }
}

static void test_wrong_use_of_the_decoder(void **state)
{
    (void)state;
    struct loy_range range = {.prefix = "29", .length = 33};
    struct loy_decoder_options options = {.size = sizeof options, .driver = "serial-line"};
    struct loy_decoder *decoder = NULL;
    char one[1] = {'x'};
    options.rules = (struct loy_guard_rules){&range, 1};
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_E_ARGUMENT);
    range = (struct loy_range){.prefix = "2x", .length = 13};
    assert_int_equal(loy_decoder_open(&options, &decoder, one, sizeof one), LOY_E_ARGUMENT);
    assert_true(one[0] == '\0');
    options.rules.range_count = LOY_RANGES_MAX + 1;
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_E_LIMIT);
    options.rules = (struct loy_guard_rules){NULL, 1};
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_E_ARGUMENT);
    options.rules.range_count = 0;
    options.size = 0;
    assert_int_equal(loy_decoder_open(&options, &decoder, NULL, 0), LOY_E_ARGUMENT);
    assert_int_equal(loy_decoder_open(NULL, &decoder, NULL, 0), LOY_E_ARGUMENT);
    assert_null(decoder);
    loy_decoder_close(NULL);
}

/* ---- Serial line ---------------------------------------------------------------------------- */

struct line_row {
    const char *preset;
    struct loy_line_settings line;
};

// clang-format off
static const struct line_row lines[] = {
    {"plain",     {9600, 8, 'N', 1, false}},
    {"icl",       {9600, 8, 'E', 1, true}},
    {"fujitsu",   {9600, 8, 'N', 1, false}},
    {"wincor",    {9600, 8, 'O', 1, true}},
    {"olivetti",  {9600, 7, 'E', 1, false}},
    {"omron",     {9600, 8, 'N', 1, false}},
    {"cute",      {9600, 7, 'E', 1, false}},
    {"ncr",       {9600, 7, 'O', 1, false}},
    {"datalogic", {9600, 7, 'O', 1, false}},
};
// clang-format on

static unsigned char driver_state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static struct loy_step step;

static void start_serial(const char *preset, struct loy_line_settings *line)
{
    struct loy_option option = {"preset", preset};
    struct loy_identity who = {.bus = LOY_BUS_SERIAL, .options = &option, .option_count = 1};
    const char *complaint = "";
    memset(driver_state, 0, sizeof driver_state);
    assert_true(driver_serial_line.state_size <= sizeof driver_state);
    assert_int_equal(driver_serial_line.start(driver_state, &who, line, &complaint), LOY_OK);
}

static void step_with(const char *bytes)
{
    step_clear(&step);
    driver_serial_line.feed(driver_state, (const uint8_t *)bytes, strlen(bytes), &step);
}

static void test_line_settings_of_presets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct loy_line_settings line = {0};
        start_serial(lines[i].preset, &line);
        assert_int_equal(line.baud, lines[i].line.baud);
        assert_int_equal(line.bits, lines[i].line.bits);
        assert_int_equal(line.parity, lines[i].line.parity);
        assert_int_equal(line.stop, lines[i].line.stop);
        assert_int_equal(line.rts_cts, lines[i].line.rts_cts);
    }
}

static void test_serial_waits_and_answers(void **state)
{
    (void)state;
    start_serial("plain", NULL);
    step_with("ABC");
    assert_int_equal(step.wait_ms, 300);
    step_with("\r");
    assert_true(step.has_event && step.wait_ms == 0 && step.send_length == 0);
    start_serial("olivetti", NULL);
    step_with("\x02"
              "ABC\x03");
    assert_true(step.has_event && step.event.kind == LOY_EVENT_READ);
    assert_true(step.send_length == 1 && step.send[0] == 0x06);
    step_with("\x02"
              "A\x07"
              "C\x03");
    assert_true(step.has_event && step.event.kind == LOY_EVENT_MISREAD);
    assert_true(step.send_length == 1 && step.send[0] == 0x15);
    /* Nothing of the line outlives its event. */
    for (size_t i = 0; i + 3 <= driver_serial_line.state_size; i++)
        assert_true(memcmp(driver_state + i, "ABC", 3) != 0);
}

static void check_long_line(const char *suffix, const char *end)
{
    static uint8_t line[LOY_EVENT_DATA_MAX * 3];
    struct loy_decoder *decoder = decoder_with("serial-line", "suffix", suffix);
    memset(line, 'x', sizeof line);
    memcpy(line, "]C0", 3);
    size_t fits = LOY_EVENT_DATA_MAX + 3, used = 0;
    assert_int_equal(feed(decoder, line, fits), LOY_MORE);
    assert_int_equal(feed(decoder, end, strlen(end)), LOY_OK);
    assert_true(event.kind == LOY_EVENT_READ && event.data_length == LOY_EVENT_DATA_MAX);
    assert_int_equal(loy_decoder_feed(decoder, line, sizeof line, &used, &event), LOY_OK);
    assert_true(event.kind == LOY_EVENT_MISREAD && event.reason == LOY_MISREAD_TOO_LONG);
    assert_int_equal(used, fits + 3);
    assert_int_equal(feed(decoder, line + used, sizeof line - used), LOY_MORE); /* once only */
    assert_int_equal(feed(decoder, end, strlen(end)), LOY_MORE);
    assert_int_equal(feed(decoder, "OK", 2), LOY_MORE);
    assert_int_equal(feed(decoder, end, strlen(end)), LOY_OK);
    assert_true(event.kind == LOY_EVENT_READ && event.data_length == 2);
    loy_decoder_close(decoder);
}

/* A symbol that may hold line ends is kept with the one that ends it. */
static void check_long_held(const char *end, uint8_t kind)
{
    static uint8_t line[LOY_EVENT_DATA_MAX + 3];
    struct loy_decoder *decoder = decoder_with("serial-line", NULL, NULL);
    memset(line, 'x', sizeof line);
    memcpy(line, "]Q1", 3);
    assert_int_equal(feed(decoder, line, sizeof line), LOY_MORE);
    if (feed(decoder, end, strlen(end)) == LOY_MORE)
        assert_int_equal(loy_decoder_end(decoder, &event), LOY_OK);
    assert_int_equal(event.kind, kind);
    assert_int_equal(event.data_length, kind == LOY_EVENT_READ ? LOY_EVENT_DATA_MAX : 0);
    /* What is left of one that was too long is no line. */
    if (kind == LOY_EVENT_MISREAD) assert_int_equal(feed(decoder, "rest\r", 5), LOY_MORE);
    loy_decoder_close(decoder);
}

static void test_serial_maximum(void **state)
{
    (void)state;
    check_long_line("cr", "\r");
    check_long_line("crlf", "\r\n");
    check_long_held("\r\n", LOY_EVENT_READ);
    check_long_held("\n\r\n", LOY_EVENT_MISREAD);
    /* Without an identifier three more characters fit the buffer but not the event. */
    static uint8_t line[LOY_EVENT_DATA_MAX + 1];
    struct loy_decoder *decoder = decoder_with("serial-line", NULL, NULL);
    memset(line, 'x', sizeof line);
    assert_int_equal(feed(decoder, line, sizeof line), LOY_MORE);
    assert_int_equal(feed(decoder, "\r", 1), LOY_OK);
    assert_true(event.kind == LOY_EVENT_MISREAD && event.reason == LOY_MISREAD_TOO_LONG);
    loy_decoder_close(decoder);
}

/* ---- HID POS -------------------------------------------------------------------------------- */

static void test_hid_pos_maximum(void **state)
{
    (void)state;
    uint8_t report[64] = {2, 56, ']', 'Q', '1'};
    struct loy_decoder *decoder = decoder_with("hid-pos", NULL, NULL);
    size_t events = 0;
    memset(report + 5, 'x', 56);
    report[63] = 1;
    for (size_t i = 0; i < 400; i++)
        if (feed(decoder, report, sizeof report) == LOY_OK) {
            assert_int_equal(event.kind, LOY_EVENT_MISREAD);
            assert_int_equal(event.reason, LOY_MISREAD_TOO_LONG);
            assert_int_equal(i, LOY_EVENT_DATA_MAX / 56);
            events++;
        }
    assert_int_equal(events, 1);
    report[63] = 0;
    assert_int_equal(
        feed(decoder, report, sizeof report), LOY_MORE); /* the end of the same symbol */
    assert_int_equal(feed(decoder, report, sizeof report), LOY_OK);
    assert_true(event.kind == LOY_EVENT_READ && event.data_length == 56);
    loy_decoder_close(decoder);
}

/* ---- Flux and bits -------------------------------------------------------------------------- */

static void put_word(uint8_t *at, uint32_t word)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(word >> (8 * i));
}

static void check_flux(const char *what, size_t at, uint32_t word, enum loy_misread reason)
{
    struct loy_decoder *decoder = decoder_with("track-flux", NULL, NULL);
    vector_load(&vector, "track-flux", "safeway-club");
    put_word(vector.bytes + at, word);
    assert_int_equal(feed(decoder, vector.bytes, vector.length), LOY_OK);
    if (event.kind != LOY_EVENT_MISREAD || event.reason != reason)
        fail_msg("%s: kind %u reason %u", what, event.kind, event.reason);
    assert_int_equal(event.data_length, 0);
    loy_decoder_close(decoder);
}

static void test_flux_that_cannot_be(void **state)
{
    (void)state;
    check_flux("not a number", 4 + 8 * 100 + 4, 0x7FC00000, LOY_MISREAD_UNKNOWN_LAYOUT);
    check_flux("infinite", 4 + 8 * 100 + 4, 0x7F800000, LOY_MISREAD_UNKNOWN_LAYOUT);
    check_flux("backward", 4 + 8 * 100 + 4, 0x3F800000, LOY_MISREAD_UNKNOWN_LAYOUT);
    check_flux("another polarity", 4 + 8 * 100, 7, LOY_MISREAD_UNKNOWN_LAYOUT);
    check_flux("too many records", 0, 8193, LOY_MISREAD_TOO_LONG);
    check_flux("4 G records", 0, 0xFFFFFFFF, LOY_MISREAD_TOO_LONG);
}

/* Behind a count that cannot be, no beginning can be found: silence is needed. */
static void test_flux_after_nonsense(void **state)
{
    (void)state;
    struct loy_decoder *decoder = decoder_with("track-flux", NULL, NULL);
    vector_load(&vector, "track-flux", "safeway-club");
    assert_int_equal(feed(decoder, "\xFF\xFF\xFF\xFF", 4), LOY_OK);
    assert_int_equal(feed(decoder, vector.bytes, vector.length), LOY_MORE);
    assert_int_equal(loy_decoder_end(decoder, &event), LOY_NONE);
    assert_int_equal(feed(decoder, vector.bytes, vector.length), LOY_OK);
    assert_int_equal(event.kind, LOY_EVENT_READ);
    assert_int_equal(feed(decoder, vector.bytes, vector.length - 1), LOY_MORE);
    assert_int_equal(loy_decoder_end(decoder, &event), LOY_OK);
    assert_true(event.kind == LOY_EVENT_MISREAD && event.reason == LOY_MISREAD_TRUNCATED);
    assert_int_equal(feed(decoder, "\0\0\0\0", 4), LOY_OK);
    assert_true(event.kind == LOY_EVENT_READ && event.parts[0].status == LOY_PART_EMPTY);
    loy_decoder_close(decoder);
}

static void test_bits_maximum(void **state)
{
    (void)state;
    static uint8_t block[513];
    struct loy_decoder *decoder = decoder_with("track-bits", NULL, NULL);
    memset(block, 0xA7, sizeof block);
    assert_int_equal(feed(decoder, block, 512), LOY_OK);
    assert_true(event.kind == LOY_EVENT_READ && event.parts[0].status == LOY_PART_NOT_ISO);
    assert_int_equal(event.data_length, 512);
    assert_int_equal(feed(decoder, block, 513), LOY_OK);
    assert_true(event.kind == LOY_EVENT_MISREAD && event.reason == LOY_MISREAD_TOO_LONG);
    loy_decoder_close(decoder);
}

/* loy_device.text holds it, with room for a translator; and a model is either driven or not. */
static void models_have_sentences_that_fit(void **state)
{
    (void)state;
    for (size_t i = 0; driver_detected_at(i) != NULL; i++) {
        const struct loy_match *row = driver_detected_at(i);
        if (row->title[0] == '\0' || row->better == NULL || strlen(row->better) > 180)
            fail_msg("%04x:%04x has no sentence that fits", row->vid, row->pid);
        if (strstr(row->better, ": ") == NULL)
            fail_msg("%04x:%04x does not say what to do", row->vid, row->pid);
        if (driver_detected(row->vid, row->pid) != row)
            fail_msg("%04x:%04x is there twice", row->vid, row->pid);
        if (driver_lists(row->vid, row->pid))
            fail_msg("%04x:%04x has a driver too", row->vid, row->pid);
    }
    assert_false(driver_is_terminal(0x05e0, 0x1900));
    assert_true(driver_is_terminal(0x11ca, 0x0220));
    for (size_t i = 0; driver_at(i) != NULL; i++)
        for (const struct loy_match *row = driver_at(i)->match; row && row->title; row++)
            if (row->better != NULL && strlen(row->better) > 180)
                fail_msg("%04x:%04x has too long a sentence", row->vid, row->pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_have_sentences_that_fit),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_wrong_use_of_the_decoder),
        cmocka_unit_test(test_line_settings_of_presets),
        cmocka_unit_test(test_serial_waits_and_answers),
        cmocka_unit_test(test_serial_maximum),
        cmocka_unit_test(test_hid_pos_maximum),
        cmocka_unit_test(test_flux_that_cannot_be),
        cmocka_unit_test(test_flux_after_nonsense),
        cmocka_unit_test(test_bits_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
