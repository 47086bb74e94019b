/* SPDX-License-Identifier: MIT
 *
 * serial_test.c - a scanner on a serial port, emulated by umockdev, through the real libserialport
 * and the real hub. Run under umockdev-wrapper; only the testbed's /dev/ttyUSB0 is ever opened.
 */
#include "await.h"
#include "emulated_serial.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;

static enum loy_status open_port(const char *path)
{
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_SERIAL, .paths = paths};
    return loy_reader_open(&options, &reader);
}

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    /* Without the wrapper the test would open the host's own port. */
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

static void reads_lines(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE "?aim=1"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    struct loy_device device = the_device(reader);
    assert_string_equal(device.path, "serial:" SERIAL_NODE);
    assert_string_equal(device.driver, "serial-line");
    assert_string_equal(device.product, "Line Scanner");
    assert_int_equal(device.vid, 0x0403);
    assert_int_equal(device.state, LOY_DEVICE_READY);
    assert_true(serial_dtr(scanner));
    serial_say(scanner, "]E0");
    await_nothing(reader, 30);
    serial_say(scanner, "3046920029759\r\n]C0MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_string_equal(event.parts[0].aim, "]E0");
    assert_part(&event, 0, "3046920029759");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    await_nothing(reader, 50);
}

static void the_line_is_raw(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE "?preset=fujitsu"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    struct termios settings = serial_settings(scanner);
    assert_int_equal(cfgetispeed(&settings), B9600);
    assert_int_equal(settings.c_cflag & CRTSCTS, 0);
    assert_int_equal(settings.c_lflag & (tcflag_t)(ICANON | ECHO), 0);
    assert_int_equal(settings.c_iflag & (tcflag_t)(ICRNL | IXON), 0);
}

/* Parity and seven bits are what a pty refuses (and a real port takes). */
static void impossible_settings_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *path, *words;
    } rows[] = {
        {"serial:" SERIAL_NODE "?preset=ncr", "9600 baud 7O1"},
        {"serial:" SERIAL_NODE "?preset=icl", "9600 baud 8E1 with RTS/CTS"},
    };
    serial_plug(bed);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(open_port(rows[i].path), LOY_OK);
        struct loy_device device = the_device(reader);
        assert_int_equal(device.state, LOY_DEVICE_FAILED);
        assert_non_null(strstr(device.text, rows[i].words));
        loy_reader_close(reader);
        reader = NULL;
    }
}

static void wrong_options_are_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *path, *word;
    } rows[] = {
        {"serial:" SERIAL_NODE "?preset=nonsense", "preset"},
        {"serial:" SERIAL_NODE "?color=red", "options"},
        {"serial:" SERIAL_NODE "?driver=nobody", "driver"},
        {"serial:" SERIAL_NODE "?preset", "wrong"}, {"serial:", "wrong"},
        {"parallel:/dev/lp0", "serial:PATH"},
        {"file:/dev/null", "asked for"}, /* files were not among the sources */
    };
    serial_plug(bed);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(open_port(rows[i].path), LOY_E_ARGUMENT);
        assert_non_null(strstr(loy_reader_text(reader), rows[i].word));
        loy_reader_close(reader);
        reader = NULL;
    }
}

static double processor_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void hangs_up_and_comes_back(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t number = event.reader;
    serial_say(scanner, "30469200"); /* half a number, and the plug is pulled */
    await_nothing(reader, 50);
    serial_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    double before = processor_seconds();
    await_nothing(reader, 700);
    assert_true(processor_seconds() - before < 0.2); /* a line that hangs is always "ready" */
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "plug it in"));

    scanner = serial_plug(bed);
    time_t start = time(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_true(time(NULL) - start <= 2);
    assert_int_equal(event.reader, number);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_READY);
    serial_say(scanner, "3046920029759\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "3046920029759");
}

/* Without a suffix only silence ends a number, and a pulled plug is no silence. */
static void unplug_is_no_end_of_a_number(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE "?suffix=none"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    serial_say(scanner, "MEMBER42");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    serial_say(scanner, "MEMB");
    await_nothing(reader, 50);
    serial_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
}

static void a_port_that_is_not_there_is_taken_up_later(void **state)
{
    (void)state;
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "not there"));
    await_nothing(reader, 100);
    struct emulated_serial *scanner = serial_plug(bed);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
}

static void a_disabled_port_is_not_heard(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    serial_say(scanner, "HALF"); /* must not become the head of what comes later */
    await_nothing(reader, 30);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    serial_say(scanner, "MEMBER41\r");
    await_nothing(reader, 50);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

/* The end of a line whose beginning nobody heard is not a card number. */
static void enabling_in_mid_line_cuts_nothing(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    serial_say(scanner, "MEMB");
    await_nothing(reader, 30);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    serial_say(scanner, "ER42\r");
    await_any(reader, &event, 2000);
    if (event.kind == LOY_EVENT_READ) assert_part(&event, 0, "MEMBER42");
}

/* Also what nobody has looked at yet when the port is enabled again. */
static void what_came_while_disabled_is_dropped_unseen(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    serial_say(scanner, "MEMBER41\r");
    struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
    assert_int_equal(poll(&wait, 1, 2000), 1);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    await_nothing(reader, 50);
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(reads_lines),
        DEVICE_TEST(the_line_is_raw),
        DEVICE_TEST(impossible_settings_are_named),
        DEVICE_TEST(wrong_options_are_an_error),
        DEVICE_TEST(hangs_up_and_comes_back),
        DEVICE_TEST(unplug_is_no_end_of_a_number),
        DEVICE_TEST(a_port_that_is_not_there_is_taken_up_later),
        DEVICE_TEST(a_disabled_port_is_not_heard),
        DEVICE_TEST(enabling_in_mid_line_cuts_nothing),
        DEVICE_TEST(what_came_while_disabled_is_dropped_unseen),
    };
    return cmocka_run_group_tests_name("readers on a serial line", tests, NULL, NULL);
}
