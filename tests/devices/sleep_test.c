/* SPDX-License-Identifier: MIT
 *
 * sleep_test.c - the machine sleeps while half a card is in the driver. Sleep shows in the library
 * as a jump between two clocks, which is made here by wrapping clock_gettime. Run under
 * umockdev-wrapper.
 */
#include "await.h"
#include "emulated_serial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static UMockdevTestbed *bed;
static struct emulated_serial *serial;
static struct loy_reader *reader;
static struct loy_event event;
static long slept_s;

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = __real_clock_gettime(clock, now);
    if (clock == CLOCK_BOOTTIME) now->tv_sec += slept_s;
    return result;
}

static int set_up(void **state)
{
    (void)state;
    static const char *const paths[] = {"serial:" SERIAL_NODE, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_SERIAL, .paths = paths};
    bed = umockdev_testbed_new();
    serial = serial_plug(bed);
    if (loy_reader_open(&options, &reader) != LOY_OK) return -1;
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loy_reader_close(reader);
    serial_free_all();
    g_object_unref(bed);
    return 0;
}

static void sleep_for(long seconds)
{
    slept_s += seconds;
    assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
}

static void half_a_line_is_a_misread(void **state)
{
    (void)state;
    serial_say(serial, "29123");
    await_nothing(reader, 50);
    serial_say(serial, "45678903\r"); /* in the kernel when the machine falls asleep */
    sleep_for(60);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_nothing(reader, 50);
    serial_say(serial, "2912345678903\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "2912345678903");
}

static void a_whole_line_from_before_is_stale(void **state)
{
    (void)state;
    serial_say(serial, "2912345678903\r");
    sleep_for(60);
    await_nothing(reader, 50);
}

/* The till has not taken what was read before the sleep: no room for more, and none is wanted. */
static void what_waits_for_room_is_stale(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * LOY_QUEUE_MAX; i++)
        serial_say(serial, "2912345678903\r");
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
        usleep(2000);
    }
    sleep_for(60);
    for (unsigned i = 0; i < LOY_QUEUE_MAX; i++)
        await_kind(reader, &event, LOY_EVENT_READ);
    await_nothing(reader, 50);
}

/* The negative control: without sleep nothing of it is dropped. */
static void nothing_is_dropped_without_sleep(void **state)
{
    (void)state;
    serial_say(serial, "29123");
    await_nothing(reader, 50);
    sleep_for(0);
    serial_say(serial, "45678903\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "2912345678903");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(half_a_line_is_a_misread),
        DEVICE_TEST(a_whole_line_from_before_is_stale),
        DEVICE_TEST(what_waits_for_room_is_stale),
        DEVICE_TEST(nothing_is_dropped_without_sleep),
    };
    return cmocka_run_group_tests_name("sleep", tests, NULL, NULL);
}
