/* SPDX-License-Identifier: MIT
 *
 * usb_answer_test.c - what the host sends to a scanner: words at its opening and the till's answer,
 * through the real libusb to an emulated device. Run under umockdev-wrapper.
 */
#include "await.h"
#include "emulated_usb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OUTPUT 0x0200
#define FEATURE 0x0300

// clang-format off
/* Hand Held Products engines, and Honeywell's after them: scanned data 2, trigger and beeps 4,
 * redirection FE, serial data FD (published firmware). */
static const uint8_t honeywell_descriptor[] = {
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01,
    0x09, 0x12, 0xA1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x01,
    0x05, 0x01, 0x09, 0x3B, 0x81, 0x02, 0x95, 0x03, 0x05, 0x8C, 0x09, 0xFB, 0x09, 0xFC, 0x09, 0xFD,
    0x81, 0x02, 0x95, 0x38, 0x09, 0xFE, 0x82, 0x02, 0x01, 0x06, 0x66, 0xFF, 0x95, 0x02, 0x09, 0x04,
    0x09, 0x00, 0x81, 0x02, 0x05, 0x8C, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0xFF, 0x81, 0x02,
    0xC0,
    0x09, 0x14, 0xA1, 0x02, 0x85, 0x04, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0x00,
    0x09, 0x5F, 0x09, 0x60, 0x09, 0x00, 0x09, 0x00, 0x09, 0x85, 0x09, 0x86, 0x91, 0x86, 0xC0,
    0x06, 0x66, 0xFF, 0x75, 0x08, 0x26, 0xFF, 0x00, 0x09, 0x03, 0xA1, 0x02, 0x85, 0xFE, 0x95, 0x01,
    0x09, 0x03, 0xB2, 0x82, 0x01, 0xC0,
    0x09, 0x01, 0xA1, 0x02, 0x85, 0xFD, 0x95, 0x01, 0x09, 0x21, 0x91, 0x02, 0x95, 0x3E, 0x09, 0x22,
    0x92, 0x82, 0x01, 0xC0, 0xC0};
// clang-format on

static const struct usb_model model_honeywell = {
    0x0C2E, 0x0B8F, "Voyager", 0, 0, 64, honeywell_descriptor, sizeof honeywell_descriptor, false};

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    loy_reader_close(reader);
    reader = NULL;
    usb_free_all();
    g_object_unref(bed);
    return 0;
}

static struct emulated_usb *open_with(const struct usb_model *model)
{
    struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    struct emulated_usb *usb = usb_plug(bed, model, 1);
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    return usb;
}

/* The n-th report that the device got begins with these bytes; the rest of it is zero. */
static void await_sent(
    struct emulated_usb *usb, size_t n, uint16_t value, size_t length, const char *begin)
{
    struct usb_sent sent;
    for (int i = 0; i < 200 && !usb_sent(usb, n, &sent); i++)
        await_nothing(reader, 10);
    assert_true(usb_sent(usb, n, &sent));
    assert_int_equal(sent.value, value);
    assert_int_equal(sent.length, length);
    assert_memory_equal(sent.bytes, begin, strlen(begin));
    for (size_t i = strlen(begin); i < length; i++)
        assert_int_equal(sent.bytes[i], 0);
}

static void each_opening_turns_the_scans_to_us(void **state)
{
    (void)state;
    struct emulated_usb *scanner = open_with(&model_honeywell);
    await_sent(scanner, 0, FEATURE | 0xFE, 2, "\xFE\x01");
    struct loy_device device = the_device(reader);
    assert_string_equal(device.driver, "hid-pos");
    assert_true(device.answers);
    usb_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    scanner = usb_plug(bed, &model_honeywell, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_sent(scanner, 0, FEATURE | 0xFE, 2, "\xFE\x01");
    struct usb_sent more;
    await_nothing(reader, 100);
    assert_false(usb_sent(scanner, 1, &more)); /* not silenced by who only looks */
}

static void the_beep_follows_the_tills_answer(void **state)
{
    (void)state;
    uint8_t report[64] = {0x02, 9, ']', 'Z', '6'};
    struct emulated_usb *scanner = open_with(&model_honeywell);
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    await_sent(scanner, 1, OUTPUT | 0xFD, 64, "\xFD\x03\x16\x07\r");
    await_sent(scanner, 2, OUTPUT | 0xFD, 64, "\xFD\x0B\x16M\rBEPBEP0!");
    memcpy(report + 5, "BEPBEP0\x06!", 9);
    usb_send(scanner, report, sizeof report);
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ); /* the answer before it was none */
    assert_part(&event, 0, "3046920029759");
    assert_int_equal(the_device(reader).counts.reads, 2);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_REJECTED), LOY_OK);
    await_sent(scanner, 3, OUTPUT | 0x04, 2, "\x04\x20");
    struct usb_sent more;
    await_nothing(reader, 200);
    assert_false(usb_sent(scanner, 4, &more));
}

static void a_refused_silence_is_shown(void **state)
{
    (void)state;
    uint8_t report[64] = {0x02, 9, ']', 'Z', '6'};
    struct emulated_usb *scanner = open_with(&model_honeywell);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    await_sent(scanner, 2, OUTPUT | 0xFD, 64, "\xFD\x0B\x16M\rBEPBEP0!");
    memcpy(report + 5, "BEPBEP0\x15!", 9);
    usb_send(scanner, report, sizeof report);
    await_nothing(reader, 100);
    assert_non_null(strstr(the_device(reader).text, "its own beep"));
}

static void a_scanner_that_cannot_answer_says_so(void **state)
{
    (void)state;
    struct usb_sent sent;
    struct emulated_usb *scanner = open_with(&model_hid_pos);
    assert_false(the_device(reader).answers);
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    await_nothing(reader, 100);
    assert_false(usb_sent(scanner, 0, &sent));
}

#define DEVICE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(each_opening_turns_the_scans_to_us),
        DEVICE_TEST(the_beep_follows_the_tills_answer),
        DEVICE_TEST(a_refused_silence_is_shown),
        DEVICE_TEST(a_scanner_that_cannot_answer_says_so),
    };
    return cmocka_run_group_tests_name("answers to readers on USB", tests, NULL, NULL);
}
