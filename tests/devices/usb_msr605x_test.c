/* SPDX-License-Identifier: MIT
 *
 * usb_msr605x_test.c - the dialogue with an MSR605X on USB, emulated by umockdev, through the real
 * libusb and the real hub. Run under umockdev-wrapper.
 */
#include "await.h"
#include "emulated_usb.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define BLOCK                                                                                      \
    "\x1bs\x1b\x01%M60058541^CLUB/MEMBER OF THE SHOP^GOLD?\x1b\x02" CARD "\x1b\x03?\x1c\x1b"       \
    "0"
#define PACKET 64u
#define PAYLOAD 63u
#define FEATURE 0x0300

/* As Windows lists it: 64 bytes in and out, and the same as a feature report; it claims to be a
 * boot keyboard. */
static const uint8_t descriptor[] = {0x05, 0x01, 0x09, 0x00, 0xA1, 0x01, 0x19, 0x00, 0x29, 0x3F,
    0x15, 0x00, 0x25, 0xFF, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x19, 0x00, 0x29, 0x3F, 0x91, 0x02,
    0x06, 0x00, 0xFF, 0x09, 0x20, 0x26, 0xFF, 0x00, 0x95, 0x40, 0xB2, 0x02, 0x01, 0xC0};

static const struct usb_model model_msr605x = {
    0x0801, 0x0003, "MSR605X", 1, 1, PACKET, descriptor, sizeof descriptor, false};

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;
static struct emulated_usb *msr;
static size_t heard; /* commands that were looked at */

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    heard = 0;
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

static void open_reader(void)
{
    struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    msr = usb_plug(bed, &model_msr605x, 1);
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

/* The next command that the device gets, wrapped as it must be. */
static void await_command(uint8_t code)
{
    struct usb_sent sent;
    for (int i = 0; i < 300 && !usb_sent(msr, heard, &sent); i++)
        await_nothing(reader, 10);
    if (!usb_sent(msr, heard, &sent)) fail_msg("command %02x did not come", code);
    heard++;
    const uint8_t expected[PACKET] = {0xC2, 0x1B, code};
    assert_int_equal(sent.value, FEATURE);
    assert_int_equal(sent.length, PACKET);
    assert_memory_equal(sent.bytes, expected, PACKET);
}

/* A message in packets; behind it lies what was in the device's memory. */
static void say(const char *text, size_t packets)
{
    size_t length = strlen(text), at = 0;
    for (size_t i = 0; i < packets && at < length; i++) {
        uint8_t packet[PACKET];
        size_t n = length - at < PAYLOAD ? length - at : PAYLOAD;
        memset(packet, 's', sizeof packet);
        packet[0] = (uint8_t)(n | (at == 0 ? 0x80u : 0u) | (at + n == length ? 0x40u : 0u));
        memcpy(packet + 1, text + at, n);
        usb_send(msr, packet, sizeof packet);
        at += n;
    }
}

static void begin_reading(void)
{
    await_command(0x61);
    await_command(0x65);
    say("\x1by", 1);
    await_command(0x72);
}

static void a_card_is_read_and_answered(void **state)
{
    (void)state;
    open_reader();
    struct loy_device device = the_device(reader);
    assert_string_equal(device.driver, "msr605x");
    assert_true(device.answers);
    begin_reading();
    assert_string_equal(the_device(reader).text, "");
    say(BLOCK, 9);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.part_count, 2);
    assert_part(&event, 1, CARD);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    await_command(0x83);
    await_command(0x81);
    begin_reading(); /* for the next card, without being asked */
    say("\x1bs\x1b\x01\x1b+\x1b\x02\x1b*\x1b\x03\x1b+?\x1c\x1b"
        "1",
        1);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_PARITY);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_REJECTED), LOY_OK);
    await_command(0x85);
    await_command(0x81);
}

static void silence_is_shown_until_it_answers(void **state)
{
    (void)state;
    open_reader();
    await_command(0x61);
    await_command(0x65);
    await_command(0x61); /* a second later */
    assert_non_null(strstr(the_device(reader).text, "does not answer"));
    await_command(0x65);
    say("y", 1);
    await_command(0x72);
    assert_string_equal(the_device(reader).text, "");
}

static void half_a_card_is_a_misread(void **state)
{
    (void)state;
    open_reader();
    begin_reading();
    say(BLOCK, 1);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    begin_reading();
    say(BLOCK, 9);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 1, CARD);
}

static void unplugged_in_mid_card_and_back(void **state)
{
    (void)state;
    open_reader();
    begin_reading();
    say(BLOCK, 1);
    await_nothing(reader, 100);
    usb_unplug(msr);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    msr = usb_plug(bed, &model_msr605x, 1);
    heard = 0;
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    begin_reading();
    say(BLOCK, 9);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 1, CARD);
}

static void noise_begins_the_dialogue_anew(void **state)
{
    (void)state;
    open_reader();
    await_command(0x61);
    await_command(0x65);
    uint8_t half[PACKET / 2] = {0xC2, 0x1B};
    usb_send(msr, half, sizeof half); /* the answer in a packet that is cut, then noise */
    usb_fail(msr, EOVERFLOW);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    begin_reading();
    say(BLOCK, 9);
    await_kind(reader, &event, LOY_EVENT_READ);
}

static void a_swipe_while_disabled_leaves_it_listening(void **state)
{
    (void)state;
    open_reader();
    begin_reading();
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    say(BLOCK, 9);
    await_nothing(reader, 1000);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    begin_reading();
    say(BLOCK, 9);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 1, CARD);
}

#define DEVICE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(a_card_is_read_and_answered),
        DEVICE_TEST(silence_is_shown_until_it_answers),
        DEVICE_TEST(half_a_card_is_a_misread),
        DEVICE_TEST(unplugged_in_mid_card_and_back),
        DEVICE_TEST(noise_begins_the_dialogue_anew),
        DEVICE_TEST(a_swipe_while_disabled_leaves_it_listening),
    };
    return cmocka_run_group_tests_name("an MSR605X on USB", tests, NULL, NULL);
}
