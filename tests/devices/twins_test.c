/* SPDX-License-Identifier: MIT
 *
 * twins_test.c - two readers of one model, without serial numbers, as shops have them: the port
 * keeps them apart, and counts, numbers and bindings follow the port. Run under umockdev-wrapper.
 */
#include "await.h"
#include "emulated_usb.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define SECOND_CARD ";60058541029558181=9904?"
#define PAYMENT ";4111111111111111=29121010000000000000?"

static UMockdevTestbed *bed;
static struct loy_reader *reader;
static struct loy_event event;
static char counts[64];

static void open_readers(const char *const *paths)
{
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_USB, .paths = paths, .statistics = counts};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
}

static void close_readers(void)
{
    loy_reader_close(reader);
    reader = NULL;
}

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    snprintf(counts, sizeof counts, "twins_test.%ld", (long)getpid());
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char lock[80];
    close_readers();
    usb_free_all();
    g_object_unref(bed);
    snprintf(lock, sizeof lock, "%s.lock", counts);
    unlink(lock);
    unlink(counts);
    return 0;
}

static struct loy_device device_at(const char *path)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++)
        if (strcmp(device.path, path) == 0) return device;
    fail_msg("no reader at %s", path);
    return device;
}

static void both_are_heard_apart(void **state)
{
    (void)state;
    struct emulated_usb *left = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *right = usb_plug(bed, &model_magtek, 2);
    open_readers(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t first = device_at("usb:1-1:1.0").reader, second = device_at("usb:1-2:1.0").reader;
    assert_int_not_equal(first, second);
    usb_swipe(right, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.reader, second);
    usb_swipe(left, SECOND_CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.reader, first);
    assert_part(&event, 0, SECOND_CARD);
    assert_int_equal(device_at("usb:1-1:1.0").counts.reads, 1);
    assert_int_equal(device_at("usb:1-2:1.0").counts.reads, 1);
}

/* Both are pulled and come back in the other order: each port is the reader that it was. */
static void numbers_follow_the_port(void **state)
{
    (void)state;
    struct emulated_usb *left = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *right = usb_plug(bed, &model_magtek, 2);
    open_readers(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t first = device_at("usb:1-1:1.0").reader, second = device_at("usb:1-2:1.0").reader;
    usb_unplug(left);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    assert_int_equal(event.reader, first);
    usb_unplug(right);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    assert_int_equal(event.reader, second);
    right = usb_plug(bed, &model_magtek, 2);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(event.reader, second);
    left = usb_plug(bed, &model_magtek, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(event.reader, first);
    usb_swipe(left, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.reader, first);
    usb_swipe(right, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(device_at("usb:1-2:1.0").counts.reads, 1);
    /* Another model in the same port has the port's number, and counts of its own. */
    usb_unplug(right);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    struct emulated_usb *scanner = usb_plug(bed, &model_hid_pos, 2);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(event.reader, second);
    assert_int_equal(device_at("usb:1-2:1.0").counts.reads, 0);
    usb_scan_ean_13(scanner);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(device_at("usb:1-2:1.0").counts.reads, 1);
}

static void counts_of_all_runs_follow_the_port(void **state)
{
    (void)state;
    struct emulated_usb *left = usb_plug(bed, &model_magtek, 1);
    usb_plug(bed, &model_magtek, 2);
    for (unsigned run = 1; run <= 2; run++) {
        open_readers(NULL);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        usb_swipe(left, CARD);
        await_kind(reader, &event, LOY_EVENT_READ);
        usb_swipe(left, PAYMENT);
        await_kind(reader, &event, LOY_EVENT_REFUSED);
        assert_int_equal(device_at("usb:1-1:1.0").kept.reads, run);
        assert_int_equal(device_at("usb:1-1:1.0").kept.refused[LOY_REFUSAL_PAYMENT_CARD], run);
        assert_int_equal(device_at("usb:1-1:1.0").counts.reads, 1);
        assert_int_equal(device_at("usb:1-2:1.0").kept.reads, 0);
        close_readers();
    }
}

/* One is recorded and unplugged on the way; the other is not in the file. */
static void a_recording_is_of_one_of_them(void **state)
{
    (void)state;
    char made[64], text[8192];
    uint64_t reads = 0;
    struct emulated_usb *left = usb_plug(bed, &model_magtek, 1);
    struct emulated_usb *right = usb_plug(bed, &model_magtek, 2);
    snprintf(made, sizeof made, "twins_test.%ld.made", (long)getpid());
    const struct loy_record_options options = {.size = sizeof options, .path = made};
    open_readers(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t number = device_at("usb:1-1:1.0").reader;
    assert_int_equal(loy_reader_record(reader, number, &options), LOY_OK);
    usb_swipe(left, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    usb_swipe(right, SECOND_CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    usb_unplug(left);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    left = usb_plug(bed, &model_magtek, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    usb_swipe(left, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_record_end(reader, number, &reads), LOY_OK);
    assert_int_equal(reads, 2);
    FILE *file = fopen(made, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    unlink(made);
    assert_non_null(strstr(text, "\n# unplugged\n# plugged in\n"));
    assert_non_null(strstr(text, "descriptor: 0600ff"));
    assert_non_null(strstr(text, "36303035383534313032393535383138303d"));
    assert_null(strstr(text, "36303035383534313032393535383138313d"));
}

/* While nobody listened half a message came, then noise: none of it is in the recording. */
static void what_nobody_heard_is_not_recorded(void **state)
{
    (void)state;
    char made[64], text[4096];
    uint64_t reads = 0;
    uint8_t half[64] = {0x02, 8, ']', 'Q', '3', 'M', 'E', 'M', 'B', 'E', 'R', '4', '2'};
    struct emulated_usb *scanner = usb_plug(bed, &model_hid_pos, 1);
    snprintf(made, sizeof made, "twins_test.%ld.made", (long)getpid());
    const struct loy_record_options options = {.size = sizeof options, .path = made};
    half[63] = 1; /* more reports follow */
    open_readers(NULL);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t number = event.reader;
    assert_int_equal(loy_reader_record(reader, number, &options), LOY_OK);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(loy_reader_enable(reader, number, false), LOY_OK);
        if (round == 0) {
            usb_send(scanner, half, sizeof half);
            await_nothing(reader, 100);
            usb_fail(scanner, EOVERFLOW);
        } else {
            usb_scan_ean_13(scanner);
        }
        await_nothing(reader, 100);
        assert_int_equal(loy_reader_enable(reader, number, true), LOY_OK);
        usb_scan_ean_13(scanner);
        await_kind(reader, &event, LOY_EVENT_READ);
    }
    assert_int_equal(loy_reader_record_end(reader, number, &reads), LOY_OK);
    assert_int_equal(reads, 2);
    FILE *file = fopen(made, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    unlink(made);
    assert_null(strstr(text, "4d454d424552"));
    unsigned scans = 0;
    for (const char *at = text; (at = strstr(at, "33303436393230303239373539")) != NULL; at++)
        scans++;
    assert_int_equal(scans, 2);
}

/* A device that no driver knows is handed over when it is named, and recorded as it is. */
static void an_unknown_device_is_recorded_with_test_cards(void **state)
{
    (void)state;
    static const char *const paths[] = {"usb:1209:0002?driver=raw", NULL};
    char made[64], text[4096];
    uint64_t reads = 0;
    struct emulated_usb *other = usb_plug(bed, &model_other, 1);
    usb_plug(bed, &model_magtek, 2);
    snprintf(made, sizeof made, "twins_test.%ld.made", (long)getpid());
    struct loy_record_options options = {.size = sizeof options, .path = made};
    open_readers(paths);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    struct loy_device device = device_at("usb:1-1:1.0");
    assert_string_equal(device.driver, "raw");
    assert_int_equal(loy_reader_record(reader, device.reader, &options), LOY_REFUSED);
    options.test_cards = true;
    assert_int_equal(loy_reader_record(reader, device.reader, &options), LOY_OK);
    usb_send(other, (const uint8_t *)"A", 1);
    usb_send(other, (const uint8_t *)"B", 1);
    await_nothing(reader, 200);
    assert_int_equal(loy_reader_record_end(reader, device.reader, &reads), LOY_OK);
    assert_int_equal(reads, 2);
    FILE *file = fopen(made, "r");
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    unlink(made);
    assert_non_null(strstr(text, "test-cards: yes\nvid: 1209\npid: 0002\ndescriptor: 0600ff"));
    assert_non_null(strstr(text, "\n41\n42\n"));
}

#define TWINS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TWINS_TEST(both_are_heard_apart),
        TWINS_TEST(numbers_follow_the_port),
        TWINS_TEST(counts_of_all_runs_follow_the_port),
        TWINS_TEST(a_recording_is_of_one_of_them),
        TWINS_TEST(what_nobody_heard_is_not_recorded),
        TWINS_TEST(an_unknown_device_is_recorded_with_test_cards),
    };
    usb_allow_descriptors();
    return cmocka_run_group_tests_name("twins", tests, NULL, NULL);
}
