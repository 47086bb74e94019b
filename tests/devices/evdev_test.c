/* SPDX-License-Identifier: MIT
 *
 * evdev_test.c - a keyboard-mode scanner behind the kernel's input layer, emulated by umockdev,
 * through the real hub. Run under umockdev-wrapper; only the testbed's /dev/input is ever opened.
 */
#include "await.h"
#include "emulated_evdev.h"

#include <errno.h>
#include <linux/input.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;

static enum loy_status open_node(const char *path)
{
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_EVDEV, .paths = paths};
    return loy_reader_open(&options, &reader);
}

static struct emulated_evdev *open_with(const struct evdev_model *model, const char *path)
{
    struct emulated_evdev *scanner = evdev_plug(bed, model);
    assert_int_equal(open_node(path), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    return scanner;
}

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    /* Without the wrapper the test would grab the host's own keyboard. */
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    loy_reader_close(reader);
    reader = NULL;
    evdev_free_all();
    g_object_unref(bed);
    return 0;
}

static void reads_what_is_typed(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    struct loy_device device = the_device(reader);
    assert_string_equal(device.path, "evdev:" EVDEV_NODE);
    assert_string_equal(device.driver, "hid-keyboard");
    assert_string_equal(device.product, "Line Scanner");
    assert_int_equal(device.vid, 0x05e0);
    assert_int_equal(device.state, LOY_DEVICE_READY);
    assert_non_null(strstr(device.text, "USB HID POS"));
    assert_true(evdev_is_grabbed(scanner));
    evdev_type(scanner, "30469200");
    await_nothing(reader, 30);
    evdev_type(scanner, "29759\nMEMBER42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "3046920029759");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    evdev_type(scanner, ";60058541029558180=9904?\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.parts[0].track, 2);
    assert_part(&event, 0, ";60058541029558180=9904?");
    evdev_type(scanner, ";4111111111111111=29121010000000000000?\n");
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    await_nothing(reader, 50);
}

/* A link stays when the number changes; PS/2 has no usages; a record may lack every answer. */
static void reads_by_link_without_usages_and_without_answers(void **state)
{
    (void)state;
    static const struct {
        const struct evdev_model *model;
        const char *path, *product;
    } rows[] = {
        {&evdev_scanner, "evdev:" EVDEV_LINK, "Line Scanner"},
        {&evdev_ps2, "evdev:" EVDEV_NODE, "AT Translated Set 2 keyboard"},
        {&evdev_mute, "evdev:" EVDEV_NODE, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct emulated_evdev *scanner = open_with(rows[i].model, rows[i].path);
        assert_string_equal(the_device(reader).product, rows[i].product);
        assert_string_equal(the_device(reader).path, rows[i].path);
        evdev_type(scanner, "MEMBER42\n");
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, "MEMBER42");
        loy_reader_close(reader);
        reader = NULL;
        evdev_unplug(scanner);
    }
}

static void options_reach_the_driver(void **state)
{
    (void)state;
    struct emulated_evdev *scanner =
        open_with(&evdev_scanner, "evdev:" EVDEV_NODE "?suffix=none&driver=hid-keyboard");
    evdev_type(scanner, "MEMBER42");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    loy_reader_close(reader);
    assert_int_equal(open_node("evdev:" EVDEV_NODE "?suffix=crlf"), LOY_E_ARGUMENT);
    assert_non_null(strstr(loy_reader_text(reader), "suffix="));
}

static void no_suffix_is_a_misread(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    evdev_type(scanner, "30469200");
    await_nothing(reader, 150);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    evdev_type(scanner, "42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "42");
}

/* The kernel's queue ran over: what is left is the end of something. */
static void lost_events_are_no_short_read(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    evdev_say(scanner, EV_KEY, KEY_LEFTSHIFT, 1);
    evdev_say(scanner, EV_SYN, SYN_DROPPED, 0);
    evdev_say(scanner, EV_KEY, KEY_3, 1);
    evdev_say(scanner, EV_SYN, SYN_REPORT, 0);
    evdev_type(scanner, "29759\n42\n");
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_DEVICE);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "42");
    await_nothing(reader, 50);
}

static void more_keys_than_a_report_holds(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    for (unsigned code = 1; code < 60; code++)
        evdev_say(scanner, EV_KEY, code, 1);
    evdev_say(scanner, EV_KEY, BTN_LEFT, 1);
    evdev_say(scanner, EV_REL, REL_X, 1);
    evdev_say(scanner, EV_SYN, SYN_REPORT, 0);
    for (unsigned code = 1; code < 60; code++)
        evdev_say(scanner, EV_KEY, code, 0);
    evdev_say(scanner, EV_SYN, SYN_REPORT, 0);
    evdev_say(scanner, EV_SYN, SYN_REPORT, 0);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_DEVICE);
    await_nothing(reader, 350);
    evdev_type(scanner, "42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "42");
}

static void goes_and_comes_back(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    uint32_t number = event.reader;
    evdev_type(scanner, "30469200"); /* half a number, and the plug is pulled */
    await_nothing(reader, 50);
    evdev_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    await_nothing(reader, 600);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "plug it in"));

    scanner = evdev_plug(bed, &evdev_scanner);
    time_t start = time(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_true(time(NULL) - start <= 2);
    assert_int_equal(event.reader, number);
    assert_true(evdev_is_grabbed(scanner));
    evdev_type(scanner, "3046920029759\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "3046920029759");
}

/* What stands under the same number after a replug may be the keyboard of the person at the till.
 */
static void another_device_is_not_taken(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    evdev_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    struct emulated_evdev *keyboard = evdev_plug(bed, &evdev_ps2);
    await_nothing(reader, 700);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(the_device(reader).text, "by-id"));
    evdev_unplug(keyboard);
    evdev_plug(bed, &evdev_scanner);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

static void trouble_is_named_and_mended(void **state)
{
    (void)state;
    static const struct {
        int error;
        const char *words;
    } rows[] = {
        {EBUSY, "another program has grabbed it"},
        {EACCES, "group that owns the device (input)"},
        {EINVAL, "not an input device"},
        {ENODEV, "not there"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct emulated_evdev *scanner = evdev_plug(bed, &evdev_scanner);
        evdev_refuse(scanner, rows[i].error);
        assert_int_equal(open_node("evdev:" EVDEV_NODE), LOY_OK);
        struct loy_device device = the_device(reader);
        assert_int_equal(device.state, LOY_DEVICE_FAILED);
        assert_non_null(strstr(device.text, rows[i].words));
        evdev_refuse(scanner, 0);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        loy_reader_close(reader);
        reader = NULL;
        evdev_unplug(scanner);
    }
}

static void a_device_that_is_not_there_is_taken_up_later(void **state)
{
    (void)state;
    assert_int_equal(open_node("evdev:" EVDEV_NODE), LOY_OK);
    assert_non_null(strstr(the_device(reader).text, "not there"));
    struct emulated_evdev *scanner = evdev_plug(bed, &evdev_scanner);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    evdev_type(scanner, "42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
}

static void the_wrong_node_is_named(void **state)
{
    (void)state;
    evdev_plug(bed, &evdev_other);
    assert_int_equal(open_node("evdev:" EVDEV_NODE), LOY_OK);
    assert_non_null(strstr(the_device(reader).text, "-event-kbd"));
}

static void a_driver_that_does_not_fit_leaves_it(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = evdev_plug(bed, &evdev_scanner);
    assert_int_equal(open_node("evdev:" EVDEV_NODE "?driver=hid-pos"), LOY_OK);
    await_nothing(reader, 50);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(the_device(reader).text, "8C"));
    (void)scanner;
}

static void what_came_while_disabled_is_dropped(void **state)
{
    (void)state;
    struct emulated_evdev *scanner = open_with(&evdev_scanner, "evdev:" EVDEV_NODE);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    evdev_type(scanner, "MEMBER41\nMEMB");
    await_nothing(reader, 30);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    evdev_type(scanner, "ER42\n");
    await_any(reader, &event, 2000);
    if (event.kind == LOY_EVENT_READ) assert_part(&event, 0, "MEMBER42");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(reads_what_is_typed),
        DEVICE_TEST(reads_by_link_without_usages_and_without_answers),
        DEVICE_TEST(options_reach_the_driver),
        DEVICE_TEST(no_suffix_is_a_misread),
        DEVICE_TEST(lost_events_are_no_short_read),
        DEVICE_TEST(more_keys_than_a_report_holds),
        DEVICE_TEST(goes_and_comes_back),
        DEVICE_TEST(another_device_is_not_taken),
        DEVICE_TEST(trouble_is_named_and_mended),
        DEVICE_TEST(a_device_that_is_not_there_is_taken_up_later),
        DEVICE_TEST(the_wrong_node_is_named),
        DEVICE_TEST(a_driver_that_does_not_fit_leaves_it),
        DEVICE_TEST(what_came_while_disabled_is_dropped),
    };
    return cmocka_run_group_tests_name(
        "readers behind the kernel's input layer", tests, NULL, NULL);
}
