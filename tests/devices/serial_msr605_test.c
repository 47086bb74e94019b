/* SPDX-License-Identifier: MIT
 *
 * serial_msr605_test.c - the dialogue with an MSR605 on a serial port, emulated by umockdev,
 * through the real libserialport and the real hub. Run under umockdev-wrapper; only the testbed's
 * port is ever opened.
 */
#include "await.h"
#include "emulated_serial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define BLOCK                                                                                      \
    "\x1bs\x1b\x01\x1b\x02" CARD "\x1b\x03?\x1c\x1b"                                               \
    "0"
#define PATH "serial:" SERIAL_NODE "?driver=msr605"

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;
static struct emulated_serial *msr;
static uint8_t heard[64];
static size_t heard_length;

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    heard_length = 0;
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    loy_reader_close(reader);
    reader = NULL;
    serial_free_all();
    g_object_unref(bed);
    return 0;
}

static void open_port(const char *path)
{
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_SERIAL, .paths = paths};
    msr = serial_plug(bed);
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

/* The next two bytes that the device gets. */
static void await_command(uint8_t code)
{
    for (int i = 0; i < 300 && heard_length < 2; i++) {
        heard_length += serial_hear(msr, heard + heard_length, sizeof heard - heard_length);
        if (heard_length < 2) await_nothing(reader, 10);
    }
    if (heard_length < 2) fail_msg("command %02x did not come", code);
    assert_int_equal(heard[0], 0x1B);
    assert_int_equal(heard[1], code);
    heard_length -= 2;
    memmove(heard, heard + 2, heard_length);
}

static void begin_reading(void)
{
    await_command(0x61);
    await_command(0x65);
    serial_say(msr, "\x1by");
    await_command(0x72);
}

static void a_card_is_read_and_answered(void **state)
{
    (void)state;
    open_port(PATH);
    struct loy_device device = the_device(reader);
    assert_string_equal(device.driver, "msr605");
    assert_true(device.answers);
    struct termios settings = serial_settings(msr);
    assert_int_equal(cfgetispeed(&settings), B9600);
    begin_reading();
    serial_say(msr, "\x1bs\x1b\x01\x1b\x02;600585410295");
    await_nothing(reader, 100);
    serial_say(msr, "58180=9904?\x1b\x03?\x1c\x1b"
                    "0");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.parts[0].track, 2);
    assert_part(&event, 0, CARD);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    await_command(0x83);
    await_command(0x81);
    begin_reading();
    serial_say(msr, BLOCK);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_REJECTED), LOY_OK);
    await_command(0x85);
    await_command(0x81);
    begin_reading();
}

static void without_an_answer_the_next_card_is_read(void **state)
{
    (void)state;
    open_port(PATH);
    begin_reading();
    serial_say(msr, BLOCK);
    await_kind(reader, &event, LOY_EVENT_READ);
    begin_reading();
}

static void bits_are_read_if_wished(void **state)
{
    (void)state;
    open_port(PATH "&read=raw");
    await_command(0x61);
    await_command(0x65);
    serial_say(msr, "y");
    await_command(0x6D);
}

static void silence_is_shown_until_it_answers(void **state)
{
    (void)state;
    open_port(PATH);
    await_command(0x61);
    await_command(0x65);
    await_command(0x61);
    assert_non_null(strstr(the_device(reader).text, "does not answer"));
    await_command(0x65);
    serial_say(msr, "y");
    await_command(0x72);
    assert_string_equal(the_device(reader).text, "");
}

static void unplugged_in_mid_card(void **state)
{
    (void)state;
    open_port(PATH);
    begin_reading();
    serial_say(msr, "\x1bs\x1b\x01\x1b\x02;6005854");
    await_nothing(reader, 100);
    serial_unplug(msr);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    msr = serial_plug(bed);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    begin_reading();
}

#define DEVICE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(a_card_is_read_and_answered),
        DEVICE_TEST(without_an_answer_the_next_card_is_read),
        DEVICE_TEST(bits_are_read_if_wished),
        DEVICE_TEST(silence_is_shown_until_it_answers),
        DEVICE_TEST(unplugged_in_mid_card),
    };
    return cmocka_run_group_tests_name("an MSR605 on a serial port", tests, NULL, NULL);
}
