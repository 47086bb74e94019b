/* SPDX-License-Identifier: MIT
 *
 * program_test.c - `loyalty listen` as a process of its own with emulated readers: swipe, scan,
 * serial frame, half a swipe, unplug and replug. The same binary runs under a real kernel in
 * tests/vm. Run under umockdev-wrapper.
 */
#include "emulated_serial.h"
#include "emulated_usb.h"
#include "program_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"

static UMockdevTestbed *bed;
static struct program program;

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    usb_free_all();
    serial_free_all();
    g_object_unref(bed);
    return 0;
}

static void reads_swipes_and_scans_on_usb(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    assert_true(program_listen(&program, TEST_PROGRAM, NULL));
    assert_true(program_says(&program, "\"attached\"", "magtek-hid"));
    usb_swipe(magtek, CARD);
    assert_true(program_says(&program, "\"read\"", CARD));
    usb_fill_swipe(report, CARD);
    usb_send(magtek, report, 104);
    usb_unplug(magtek);
    assert_true(program_says(&program, "\"misread\"", "truncated"));
    assert_true(program_says(&program, "\"detached\"", "magtek-hid"));
    usb_replug(magtek, &model_magtek);
    assert_true(program_says(&program, "\"attached\"", "magtek-hid"));
    usb_swipe(magtek, CARD);
    assert_true(program_says(&program, "\"read\"", CARD));
    assert_true(program_end(&program));
}

static void reads_lines_on_a_serial_port(void **state)
{
    (void)state;
    struct emulated_serial *serial = serial_plug(bed);
    assert_true(program_listen(&program, TEST_PROGRAM, "serial:" SERIAL_NODE));
    assert_true(program_says(&program, "\"attached\"", "serial-line"));
    serial_say(serial, "]E03046920029759\r");
    assert_true(program_says(&program, "\"read\"", "3046920029759"));
    serial_unplug(serial);
    assert_true(program_says(&program, "\"detached\"", "serial-line"));
    assert_true(program_end(&program));
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(reads_swipes_and_scans_on_usb),
        DEVICE_TEST(reads_lines_on_a_serial_port),
    };
    return cmocka_run_group_tests_name("the program with readers", tests, NULL, NULL);
}
