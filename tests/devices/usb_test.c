/* SPDX-License-Identifier: MIT
 *
 * usb_test.c - readers on USB, emulated by umockdev, through the real libusb and the real hub.
 * Run under umockdev-wrapper; the testbed hides the host's own devices.
 */
#include "usb_bed.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define SECOND_CARD ";60058541029558181=9904?"

static void lists_what_is_there(void **state)
{
    (void)state;
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *scanner = usb_plug(bed, &model_hid_pos, 2);
    open_readers();
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    unsigned seen = 0;
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++) {
        assert_int_equal(device.state, LOY_DEVICE_READY);
        assert_string_not_equal(device.why, "");
        if (device.vid == 0x0801) {
            seen |= 1;
            assert_int_equal(device.pid, 0x0002);
            assert_string_equal(device.driver, "magtek-hid");
            assert_string_equal(device.product, "USB Swipe Reader");
            assert_string_equal(device.path, "usb:1-1:1.0");
        } else {
            seen |= 2;
            assert_string_equal(device.driver, "hid-pos");
            assert_string_equal(device.product, "Scanner?");
            assert_string_equal(device.path, "usb:1-2:1.0");
        }
    }
    assert_int_equal(seen, 3);
    assert_false(usb_kernel_has_it(magtek));
    assert_true(usb_waiting_transfers(magtek) >= 2);
    loy_reader_close(reader);
    reader = NULL;
    assert_true(usb_kernel_has_it(magtek));
    assert_true(usb_kernel_has_it(scanner));
    assert_int_equal(usb_waiting_transfers(magtek), 0);
}

static void leaves_other_devices_alone(void **state)
{
    (void)state;
    struct emulated_usb *keyboard = usb_plug(bed, &model_keyboard, 1);
    struct emulated_usb *other = usb_plug(bed, &model_other, 2);
    open_readers();
    await_nothing(reader, 100);
    struct loy_device device;
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_OK);
    assert_int_equal(device.state, LOY_DEVICE_UNUSED);
    assert_non_null(strstr(device.text, "--bind"));
    assert_int_equal(loy_reader_list(reader, 1, &device), LOY_NONE);
    assert_int_equal(usb_claims(keyboard), 0);
    assert_int_equal(usb_claims(other), 1); /* looked at, and given back */
    assert_true(usb_kernel_has_it(keyboard));
    assert_true(usb_kernel_has_it(other));
}

static void reads_a_swipe_and_a_scan(void **state)
{
    (void)state;
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *scanner = usb_plug(bed, &model_hid_pos, 2);
    open_readers();
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    usb_swipe(magtek, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_string_equal(event.driver, "magtek-hid");
    assert_int_equal(event.parts[0].track, 2);
    assert_part(&event, 0, CARD);
    assert_true(event.at_us > 0);
    uint32_t number = event.reader;
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_string_equal(event.driver, "hid-pos");
    assert_string_equal(event.parts[0].aim, "]E0");
    assert_part(&event, 0, "3046920029759");
    assert_int_not_equal(event.reader, number);
    await_nothing(reader, 50);
}

static void tells_a_misread_and_a_refusal(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    struct emulated_usb *magtek = open_with(&model_magtek);
    usb_fill_swipe(report, "");
    report[1] = 1; /* track 2 could not be decoded */
    usb_send(magtek, report, sizeof report);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_PARITY);
    usb_swipe(magtek, ";4111111111111111=29121010000000000000?");
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CARD);
    assert_int_equal(event.part_count, 0);
    assert_int_equal(event.data_length, 0);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.counts.reads, 0);
    assert_int_equal(device.counts.misreads[LOY_MISREAD_PARITY], 1);
    assert_int_equal(device.counts.refused[LOY_REFUSAL_PAYMENT_CARD], 1);
}

static void a_short_report_is_a_misread(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    struct emulated_usb *magtek = open_with(&model_magtek);
    usb_fill_swipe(report, CARD);
    usb_send(magtek, report, 300); /* ends with a packet that is not full */
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
}

static void a_pause_inside_a_report_breaks_it(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    struct emulated_usb *magtek = open_with(&model_magtek);
    usb_fill_swipe(report, CARD);
    usb_send(magtek, report, 160);
    await_nothing(reader, 300);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    usb_swipe(magtek, SECOND_CARD); /* nothing of the first is left in it */
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, SECOND_CARD);
}

/* The driver's own deadline: the rest of a symbol that takes two reports does not come. */
static void half_a_symbol_is_a_misread(void **state)
{
    (void)state;
    uint8_t report[64] = {0x02, 8, ']', 'Q', '3', 'M', 'E', 'M', 'B', 'E', 'R', '4', '2'};
    struct emulated_usb *scanner = open_with(&model_hid_pos);
    report[63] = 1;
    usb_send(scanner, report, sizeof report);
    await_nothing(reader, 300);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    report[63] = 1;
    usb_send(scanner, report, sizeof report);
    report[63] = 0;
    usb_send(scanner, report, sizeof report);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42MEMBER42");
    await_nothing(reader, 50);
}

static void survives_stall_noise_and_babble(void **state)
{
    (void)state;
    static const int errors[] = {EPIPE, EPROTO, EOVERFLOW, ETIME};
    uint8_t report[REPORT_BYTES];
    struct emulated_usb *magtek = open_with(&model_magtek);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        usb_fill_swipe(report, CARD);
        usb_send(magtek, report, 80);
        usb_fail(magtek, errors[i]);
        await_kind(reader, &event, LOY_EVENT_MISREAD);
        assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
        usb_swipe(magtek, CARD);
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, CARD);
    }
}

static void a_reader_that_keeps_failing_is_named(void **state)
{
    (void)state;
    struct emulated_usb *magtek = open_with(&model_magtek);
    for (int i = 0; i < 20; i++)
        usb_fail(magtek, EPROTO);
    for (int i = 0; i < 50 && the_device(reader).state != LOY_DEVICE_FAILED; i++)
        await_nothing(reader, 100);
    assert_non_null(strstr(the_device(reader).text, "plug it in again"));
    usb_unplug(magtek);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
}

static void unplug_in_mid_report_is_never_a_short_read(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    struct loy_device device;
    struct emulated_usb *magtek = open_with(&model_magtek);
    uint32_t number = event.reader;
    usb_fill_swipe(report, CARD);
    usb_send(magtek, report, 200);
    usb_unplug(magtek);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    assert_int_equal(event.reader, number);
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_NONE);

    magtek = usb_plug(bed, &model_magtek, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(event.reader, number);
    usb_swipe(magtek, SECOND_CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, SECOND_CARD);
    assert_int_equal(the_device(reader).reader, number);
}

static void a_held_reader_is_named_and_taken_up_later(void **state)
{
    (void)state;
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    usb_hold(magtek, true);
    open_readers();
    await_nothing(reader, 50);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_int_equal(device.vid, 0x0801);
    assert_non_null(strstr(device.text, "another program"));
    usb_hold(magtek, false);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_READY);
}

static struct loy_device device_of(uint16_t vid)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++)
        if (device.vid == vid) return device;
    fail_msg("no device of %04x is listed", vid);
    return device;
}

/* A scanner in a mode that is only its maker's has failed; a payment terminal is as it should be,
 * even where it has no HID interface at all. Neither is touched. */
static void models_that_are_only_recognised_have_their_sentence(void **state)
{
    (void)state;
    struct emulated_usb *snapi = usb_plug(bed, &model_snapi, 1);
    struct emulated_usb *terminal = usb_plug(bed, &model_terminal, 2);
    open_readers();
    await_nothing(reader, 100);
    struct loy_device device = device_of(0x05e0);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "USB HID POS"));
    device = device_of(0x11ca);
    assert_int_equal(device.state, LOY_DEVICE_UNUSED);
    assert_non_null(strstr(device.text, "never for loyalty cards"));
    assert_int_equal(loy_reader_list(reader, 2, &device), LOY_NONE);
    assert_int_equal(usb_claims(snapi), 0);
    assert_int_equal(usb_claims(terminal), 0);
    usb_unplug(terminal);
    await_nothing(reader, 100);
    assert_int_equal(loy_reader_list(reader, 1, &device), LOY_NONE);
}

/* The node is a pseudo-terminal that belongs to root: whoever else asks is refused. */
static void a_forbidden_reader_is_named_with_its_rule(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        print_message(
            "skipped: only root can be somebody else; the node belongs to who runs the test\n");
        skip();
    }
    usb_plug(bed, &model_forbidden, 1);
    usb_plug(bed, &model_other_forbidden, 2);
    char *root = umockdev_testbed_get_root_dir(bed);
    usb_open_testbed(root);
    setfsuid(65534);
    struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    enum loy_status status = loy_reader_open(&options, &reader);
    setfsuid(0);
    g_free(root);
    assert_int_equal(status, LOY_OK);
    struct loy_device device = device_of(0x0801);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "70-loyalty-readers.rules"));
    assert_non_null(strstr(device.text, "plugdev"));
    device = device_of(0x1209); /* a model that no installed rule can know */
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "ATTR{idProduct}==\"0002\""));
    assert_non_null(strstr(device.text, "GROUP=\"plugdev\""));
    assert_non_null(strstr(device.text, "TAG+=\"uaccess\"")); /* the whole rule */
}

static void a_damaged_descriptor_is_named(void **state)
{
    (void)state;
    struct emulated_usb *damaged = usb_plug(bed, &model_damaged, 1);
    open_readers();
    await_nothing(reader, 100);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "descriptor"));
    assert_true(usb_kernel_has_it(damaged));
    usb_unplug(damaged);
    await_nothing(reader, 100);
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_NONE);
}

static void a_mute_device_holds_nobody_up(void **state)
{
    (void)state;
    struct emulated_usb *mute = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *scanner = usb_plug(bed, &model_hid_pos, 2);
    usb_mute(mute);
    time_t start = time(NULL);
    open_readers();
    assert_true(time(NULL) - start <= 2);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ);
    struct loy_device device = {0};
    for (int i = 0; i < 50 && device.state != LOY_DEVICE_FAILED; i++) {
        await_nothing(reader, 100);
        for (size_t n = 0; loy_reader_list(reader, n, &device) == LOY_OK; n++)
            if (device.vid == model_magtek.vid) break;
    }
    assert_int_equal(device.state, LOY_DEVICE_FAILED);
    assert_non_null(strstr(device.text, "does not tell"));
    assert_true(usb_kernel_has_it(mute));
}

static void closing_while_a_device_is_asked(void **state)
{
    (void)state;
    struct emulated_usb *mute = usb_plug(bed, &model_magtek, 1);
    usb_mute(mute);
    open_readers();
    loy_reader_close(reader);
    reader = NULL;
    assert_int_equal(usb_waiting_transfers(mute), 0);
    assert_true(usb_kernel_has_it(mute));
}

static void unplugging_while_a_device_is_asked(void **state)
{
    (void)state;
    struct loy_device device;
    struct emulated_usb *mute = usb_plug(bed, &model_magtek, 1);
    usb_mute(mute);
    open_readers();
    usb_unplug(mute);
    await_nothing(reader, 100);
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_NONE);
    usb_plug(bed, &model_magtek, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

/* A descriptor that is ready for nothing would keep the till's processor busy. */
static void waiting_costs_nothing(void **state)
{
    (void)state;
    open_with(&model_magtek);
    await_nothing(reader, 100);
    struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
    int wakes = 0;
    for (; poll(&wait, 1, 500) == 1; wakes++)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    assert_int_equal(wakes, 0);
}

/* A report comes packet by packet, on a busy machine slowly. */
static void await_all_taken(struct emulated_usb *usb)
{
    for (int i = 0; i < 200 && !usb_all_taken(usb); i++)
        await_nothing(reader, 20);
    assert_true(usb_all_taken(usb));
    await_nothing(reader, 20);
}

static void a_disabled_reader_is_not_heard(void **state)
{
    (void)state;
    struct emulated_usb *magtek = open_with(&model_magtek);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_DISABLED);
    usb_swipe(magtek, CARD);
    await_all_taken(magtek);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    usb_swipe(magtek, SECOND_CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, SECOND_CARD);
}

static void enabled_while_unplugged_is_enabled(void **state)
{
    (void)state;
    struct emulated_usb *magtek = open_with(&model_magtek);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    usb_unplug(magtek);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    magtek = usb_plug(bed, &model_magtek, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    usb_swipe(magtek, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
}

/* The second report of a symbol alone is not a symbol. */
static void enabling_in_mid_symbol_cuts_nothing(void **state)
{
    (void)state;
    uint8_t report[64] = {0x02, 8, ']', 'Q', '3', 'M', 'E', 'M', 'B', 'E', 'R', '4', '2'};
    struct emulated_usb *scanner = open_with(&model_hid_pos);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    report[63] = 1;
    usb_send(scanner, report, sizeof report);
    await_all_taken(scanner);
    assert_int_equal(loy_reader_enable(reader, event.reader, true), LOY_OK);
    report[63] = 0;
    usb_send(scanner, report, sizeof report);
    assert_int_equal(await_any(reader, &event, 2000), LOY_OK);
    if (event.kind == LOY_EVENT_READ) assert_part(&event, 0, "MEMBER42MEMBER42");
}

/* While the caller takes nothing, reports wait: none is lost and none comes twice. */
static void a_full_queue_drops_nothing(void **state)
{
    (void)state;
    enum { SCANS = LOY_QUEUE_MAX + 20 };
    struct emulated_usb *scanner = open_with(&model_hid_pos);
    for (int i = 0; i < SCANS; i++) {
        uint8_t report[64] = {0x02, 8, ']', 'C', '0'};
        usb_fill_member(report + 5, i);
        usb_send(scanner, report, sizeof report);
    }
    for (int i = 0; i < 20; i++) {
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
        usleep(2000);
    }
    for (int i = 0; i < SCANS; i++) {
        uint8_t text[9] = "";
        await_kind(reader, &event, LOY_EVENT_READ);
        usb_fill_member(text, i);
        assert_part(&event, 0, (const char *)text);
    }
    await_nothing(reader, 50);
}

static void plugging_often_leaks_no_descriptor(void **state)
{
    (void)state;
    int before = 0;
    open_readers();
    for (int i = 0; i < 40; i++) {
        struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        assert_int_equal(event.reader, 1);
        usb_unplug(magtek);
        await_kind(reader, &event, LOY_EVENT_DETACHED);
        if (i == 0) before = open_descriptors();
    }
    assert_descriptors(before);
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(lists_what_is_there),
        DEVICE_TEST(leaves_other_devices_alone),
        DEVICE_TEST(reads_a_swipe_and_a_scan),
        DEVICE_TEST(tells_a_misread_and_a_refusal),
        DEVICE_TEST(a_short_report_is_a_misread),
        DEVICE_TEST(a_pause_inside_a_report_breaks_it),
        DEVICE_TEST(half_a_symbol_is_a_misread),
        DEVICE_TEST(survives_stall_noise_and_babble),
        DEVICE_TEST(a_reader_that_keeps_failing_is_named),
        DEVICE_TEST(unplug_in_mid_report_is_never_a_short_read),
        DEVICE_TEST(a_held_reader_is_named_and_taken_up_later),
        DEVICE_TEST(a_forbidden_reader_is_named_with_its_rule),
        DEVICE_TEST(models_that_are_only_recognised_have_their_sentence),
        DEVICE_TEST(a_damaged_descriptor_is_named),
        DEVICE_TEST(a_mute_device_holds_nobody_up),
        DEVICE_TEST(closing_while_a_device_is_asked),
        DEVICE_TEST(unplugging_while_a_device_is_asked),
        DEVICE_TEST(waiting_costs_nothing),
        DEVICE_TEST(a_disabled_reader_is_not_heard),
        DEVICE_TEST(enabled_while_unplugged_is_enabled),
        DEVICE_TEST(enabling_in_mid_symbol_cuts_nothing),
        DEVICE_TEST(a_full_queue_drops_nothing),
        DEVICE_TEST(plugging_often_leaks_no_descriptor),
    };
    return cmocka_run_group_tests_name("readers on USB", tests, NULL, NULL);
}
