/* SPDX-License-Identifier: MIT
 *
 * usb_keyboard_test.c - readers that type, on USB, emulated by umockdev, through the real libusb
 * and the real hub: which of them are taken, which are left to the people who type on them. Run
 * under umockdev-wrapper; the testbed hides the host's own devices.
 */
#include "await.h"
#include "emulated_usb.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

// clang-format off
/* HID 1.11, appendix B.1, without its lamps. */
static const uint8_t boot_descriptor[] = {
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x75, 0x08, 0x95, 0x01, 0x81, 0x01, 0x95, 0x06, 0x25, 0x65,
    0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0};
/* The same under report ID 2, and consumer control under 3. */
static const uint8_t id_descriptor[] = {
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x85, 0x02, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00,
    0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x75, 0x08, 0x95, 0x01, 0x81, 0x01, 0x95, 0x06,
    0x25, 0x65, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xC0,
    0x05, 0x0C, 0x09, 0x01, 0xA1, 0x01, 0x85, 0x03, 0x75, 0x08, 0x95, 0x01, 0x09, 0xE2, 0x81, 0x02, 0xC0};
/* A vendor's page behind an interface that says boot keyboard. */
static const uint8_t vendor_descriptor[] = {
    0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x25, 0x7F, 0x75, 0x08, 0x95, 0x08,
    0x09, 0x01, 0x81, 0x02, 0xC0};

static const struct usb_model
    model_scanner = {0x05E0, 0x1200, "Bar Code Scanner", 1, 1, 8, boot_descriptor, sizeof boot_descriptor, false},
    model_unlisted = {0x1209, 0x0003, "Keyboard", 1, 1, 8, boot_descriptor, sizeof boot_descriptor, false},
    model_with_id = {0x0C2E, 0x0204, "Metrologic Scanner", 0, 0, 16, id_descriptor, sizeof id_descriptor, false},
    model_liar = {0x05E0, 0x1200, "Bar Code Scanner", 1, 1, 8, vendor_descriptor, sizeof vendor_descriptor, false};
// clang-format on

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;

static void open_readers(const char *path)
{
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_USB, .paths = paths};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
}

static struct emulated_usb *open_with(const struct usb_model *model, const char *path)
{
    struct emulated_usb *usb = usb_plug(bed, model, 1);
    open_readers(path);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_string_equal(the_device(reader).driver, "hid-keyboard");
    assert_false(usb_kernel_has_it(usb));
    return usb;
}

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    /* Without the wrapper the test would see the host's own devices. */
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

/* Digits, capitals and '\n' for Enter, each key down and up; with a report ID if it is not 0. */
static void type_text(struct emulated_usb *usb, uint8_t report_id, const char *text)
{
    for (; *text != '\0'; text++) {
        uint8_t report[9] = {report_id}, up[9] = {report_id};
        size_t skip = report_id == 0 ? 1 : 0;
        bool letter = *text >= 'A' && *text <= 'Z';
        report[1] = letter ? 0x02 : 0;
        report[3] = (uint8_t)(*text == '\n'  ? 0x28
                              : letter       ? *text - 'A' + 0x04
                              : *text == '0' ? 0x27
                                             : *text - '1' + 0x1E);
        usb_send(usb, report + skip, sizeof report - skip);
        usb_send(usb, up + skip, sizeof up - skip);
    }
}

static void a_listed_scanner_is_taken(void **state)
{
    (void)state;
    struct emulated_usb *scanner = open_with(&model_scanner, NULL);
    assert_non_null(strstr(the_device(reader).why, "keyboard mode"));
    assert_non_null(strstr(the_device(reader).text, "USB HID POS"));
    type_text(scanner, 0, "3046920029759\nMEMBER42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "3046920029759");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    await_nothing(reader, 400);
    loy_reader_close(reader);
    reader = NULL;
    assert_true(usb_kernel_has_it(scanner));
}

static void reports_may_have_an_id(void **state)
{
    (void)state;
    struct emulated_usb *scanner = open_with(&model_with_id, NULL);
    static const uint8_t volume[] = {3, 1}, quiet[] = {3, 0};
    type_text(scanner, 2, "MEMB");
    usb_send(scanner, volume, sizeof volume);
    usb_send(scanner, quiet, sizeof quiet);
    type_text(scanner, 2, "ER42\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

static void an_unlisted_keyboard_is_left_alone(void **state)
{
    (void)state;
    struct emulated_usb *keyboard = usb_plug(bed, &model_unlisted, 1);
    open_readers("usb:1-2:1.0"); /* another one was named */
    await_nothing(reader, 100);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_UNUSED);
    assert_int_equal(usb_claims(keyboard), 0);
    assert_true(usb_kernel_has_it(keyboard));
}

static void a_named_keyboard_is_taken(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "usb:1-1:1.0", "usb:1209:0003", "usb:1-1:1.0?suffix=enter&driver=hid-keyboard"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct emulated_usb *scanner = open_with(&model_unlisted, paths[i]);
        type_text(scanner, 0, "MEMBER42\n");
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, "MEMBER42");
        loy_reader_close(reader);
        reader = NULL;
        usb_unplug(scanner);
    }
}

/* Ids and interface say keyboard; the report descriptor does not, and it decides. */
static void what_is_no_keyboard_is_given_back(void **state)
{
    (void)state;
    struct emulated_usb *liar = usb_plug(bed, &model_liar, 1);
    open_readers("usb:1-1:1.0");
    await_nothing(reader, 100);
    struct loy_device device;
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_NONE);
    assert_true(usb_kernel_has_it(liar));
}

static void half_a_read_is_no_read(void **state)
{
    (void)state;
    struct emulated_usb *scanner = open_with(&model_scanner, NULL);
    type_text(scanner, 0, "30469200");
    await_nothing(reader, 150);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    type_text(scanner, 0, "30469200");
    await_nothing(reader, 50);
    usb_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    scanner = usb_plug(bed, &model_scanner, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    type_text(scanner, 0, "29759\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "29759"); /* a scan of its own: the first half went with the plug */
}

/* A packet is lost on the way: what comes behind it is the end of something. */
static void a_disturbed_read_is_no_short_one(void **state)
{
    (void)state;
    static const int errors[] = {EPIPE, EPROTO, EOVERFLOW};
    struct emulated_usb *scanner = open_with(&model_scanner, NULL);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        type_text(scanner, 0, "30469200");
        await_nothing(reader, 20);
        usb_fail(scanner, errors[i]);
        await_kind(reader, &event, LOY_EVENT_MISREAD);
        assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
        type_text(scanner, 0, "29759\nMEMBER42\n");
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, "MEMBER42");
    }
    type_text(scanner, 0, "30469200");
    await_nothing(reader, 20);
    usb_fail(scanner, EPIPE);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    await_nothing(reader, 600); /* no rest came: what comes now is whole */
    type_text(scanner, 0, "MEMBER43\n");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER43");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(a_listed_scanner_is_taken),
        DEVICE_TEST(reports_may_have_an_id),
        DEVICE_TEST(an_unlisted_keyboard_is_left_alone),
        DEVICE_TEST(a_named_keyboard_is_taken),
        DEVICE_TEST(what_is_no_keyboard_is_given_back),
        DEVICE_TEST(half_a_read_is_no_read),
        DEVICE_TEST(a_disturbed_read_is_no_short_one),
    };
    usb_allow_descriptors();
    return cmocka_run_group_tests_name("readers on USB that type", tests, NULL, NULL);
}
