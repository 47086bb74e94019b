/* SPDX-License-Identifier: MIT
 *
 * hub_test.c - the hub on recorded files: one line at a time, queue, guard, wiping, bad input,
 * memory. In: recordings written by the test; out: the events and states that an application sees.
 */
#include "await.h"

#include "hub.h"

#include <malloc.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define TEST_PAN "4111111111111111"
#define HEADER "# loyalty recording 1\n"

static struct loy_reader *reader;
static struct loy_event event;

/* ---- Allocations of the library are counted, and can fail --------------------------------- */

static unsigned long allocations, failing; /* the failing-th from now on fails; 0: none */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool may_allocate(void)
{
    allocations++;
    return failing == 0 || --failing > 0;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

/* ---- Recordings --------------------------------------------------------------------------- */

static char recording[64];

static void begin_recording(const char *head)
{
    snprintf(recording, sizeof recording, "hub_test.%ld.txt", (long)getpid());
    FILE *file = fopen(recording, "w");
    assert_non_null(file);
    fputs(head, file);
    fclose(file);
}

static void add_line(const void *bytes, size_t length)
{
    FILE *file = fopen(recording, "a");
    assert_non_null(file);
    for (size_t i = 0; i < length; i++)
        fprintf(file, "%02X", ((const uint8_t *)bytes)[i]);
    fputc('\n', file);
    fclose(file);
}

static void add_text(const char *text)
{
    add_line(text, strlen(text));
}

static void add_swipe(const char *track_2)
{
    uint8_t report[337] = {0};
    report[4] = (uint8_t)strlen(track_2);
    memcpy(report + 117, track_2, strlen(track_2));
    add_line(report, sizeof report);
}

static enum loy_status open_path(const char *prefix, const char *query)
{
    char path[160];
    snprintf(path, sizeof path, "%s%s%s", prefix, recording, query);
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    return loy_reader_open(&options, &reader);
}

static enum loy_status open_recording(const char *query)
{
    return open_path("file:", query);
}

static int clean_up(void **state)
{
    (void)state;
    loy_reader_close(reader);
    reader = NULL;
    unlink(recording);
    failing = 0;
    return 0;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static void plays_a_recording(void **state)
{
    (void)state;
    begin_recording(HEADER "# bought nowhere\nvid: 0801\npid: 0002\ndriver: magtek-hid\n\n");
    add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    struct loy_device device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_READY);
    assert_int_equal(device.vid, 0x0801);
    assert_int_equal(device.pid, 0x0002);
    assert_string_equal(device.driver, "magtek-hid");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(event.reader, device.reader);
    assert_part(&event, 0, CARD);
    await_nothing(reader, 50);
    device = the_device(reader);
    assert_int_equal(device.state, LOY_DEVICE_ENDED);
    assert_int_equal(device.counts.reads, 1);
}

/* The descriptor alone says who it is. */
static void the_descriptor_chooses_the_driver(void **state)
{
    (void)state;
    begin_recording(
        HEADER "descriptor: 0600ff0901a101150026ff00750809200921092209280929092a09389507810209309"
               "56e8202010931956e8202010932956e82020109209518b20201c0\n");
    add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_string_equal(event.driver, "magtek-hid");
    assert_non_null(strstr(the_device(reader).why, "descriptor"));
    await_kind(reader, &event, LOY_EVENT_READ);
}

static void plays_bare_lines_with_options(void **state)
{
    (void)state;
    begin_recording("");
    add_text("]E03046920");
    add_text("029759\r");
    assert_int_equal(open_recording("?driver=serial-line&aim=1"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_string_equal(event.parts[0].aim, "]E0");
    assert_part(&event, 0, "3046920029759");
}

static void one_line_a_dispatch(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: magtek-hid\n");
    for (int i = 0; i < 3; i++)
        add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    assert_int_equal(loy_reader_next(reader, &event), LOY_OK);
    assert_int_equal(loy_reader_next(reader, &event), LOY_NONE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
        assert_int_equal(loy_reader_next(reader, &event), LOY_OK);
        assert_int_equal(event.kind, LOY_EVENT_READ);
        assert_int_equal(loy_reader_next(reader, &event), LOY_NONE);
    }
}

static bool is_ready(void)
{
    struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
    return poll(&wait, 1, 20) == 1;
}

static void a_disabled_file_waits_where_it_is(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: magtek-hid\n");
    add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    assert_true(is_ready()); /* attached waits to be taken */
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(loy_reader_enable(reader, event.reader, false), LOY_OK);
    assert_int_equal(the_device(reader).state, LOY_DEVICE_DISABLED);
    assert_false(is_ready());
    for (int i = 0; i < 3; i++)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    assert_int_equal(loy_reader_next(reader, &event), LOY_NONE);
    assert_int_equal(loy_reader_enable(reader, 1, true), LOY_OK);
    assert_true(is_ready());
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_enable(reader, 2, true), LOY_NONE);
}

static void the_end_of_a_file_ends_what_was_pending(void **state)
{
    (void)state;
    uint8_t report[64] = {0x02, 8, ']', 'Q', '3', 'M', 'E', 'M', 'B', 'E', 'R', '4', '2'};
    report[63] = 1; /* more reports follow, but none does */
    begin_recording(HEADER "driver: hid-pos\n");
    add_line(report, sizeof report);
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
    assert_false(is_ready()); /* the last event was taken, and no more will come */
    assert_int_equal(the_device(reader).state, LOY_DEVICE_ENDED);
}

/* ---- Queue -------------------------------------------------------------------------------- */

static void a_full_queue_drops_nothing(void **state)
{
    (void)state;
    enum { SCANS = 3 * LOY_QUEUE_MAX };
    char text[SCANS * 9 + 1] = "";
    begin_recording("");
    for (unsigned i = 0; i < SCANS; i++)
        snprintf(text + 9 * i, 10, "MEMBER%02u\r", i);
    add_text(text); /* all in one piece */
    assert_int_equal(open_recording("?driver=serial-line"), LOY_OK);
    for (int i = 0; i < 10; i++)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    assert_int_equal(reader->ring_count, LOY_QUEUE_MAX);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    for (unsigned i = 0; i < SCANS; i++) {
        char expected[16];
        await_kind(reader, &event, LOY_EVENT_READ);
        snprintf(expected, sizeof expected, "MEMBER%02u", i);
        assert_part(&event, 0, expected);
    }
    await_nothing(reader, 20);
    assert_int_equal(the_device(reader).counts.reads, SCANS);
}

/* ---- Guard and wiping --------------------------------------------------------------------- */

static void assert_nowhere(const char *words, const void *memory, size_t size)
{
    assert_null(memmem(memory, size, words, strlen(words)));
}

static void a_refused_card_leaves_no_digit(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: magtek-hid\n");
    add_swipe(";" TEST_PAN "=29121010000000000000?");
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    memset(&event, 0, sizeof event);
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CARD);
    assert_int_equal(event.network, LOY_NETWORK_VISA);
    assert_int_equal(event.part_count, 0);
    assert_int_equal(event.data_length, 0);
    assert_nowhere("411111", &event, sizeof event);
    assert_nowhere("411111", reader, sizeof *reader);
    const struct hub_device *device = reader->devices[0];
    assert_nowhere("411111", device, sizeof *device);
    assert_nowhere("411111", device->state, device->driver->state_size);
    /* The line as it stood in the file. */
    assert_nowhere(
        "34313131", reader->sources[0].self, malloc_usable_size(reader->sources[0].self));
    assert_int_equal(the_device(reader).counts.refused[LOY_REFUSAL_PAYMENT_CARD], 1);
}

static void what_was_taken_is_wiped(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: serial-line\n");
    add_text("MEMBER42\r");
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    const struct hub_device *device = reader->devices[0];
    /* What a driver itself forgets to wipe: somewhere in the middle of its text. */
    uint8_t *trace = (uint8_t *)device->state + device->driver->state_size / 2;
    *trace = 'Z';
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    assert_nowhere("MEMBER", reader, sizeof *reader);
    assert_nowhere("MEMBER", device->state, device->driver->state_size);
    assert_int_equal(*trace, 0);
}

static void new_rules_hold_from_now_on(void **state)
{
    (void)state;
    const struct loy_range range = {.prefix = "42", .length = 10, .use = LOY_USE_MEMBER};
    const struct loy_guard_rules rules = {&range, 1};
    const struct loy_range wrong = {.prefix = "42x", .length = 10, .use = LOY_USE_MEMBER};
    const struct loy_guard_rules wrong_rules = {&wrong, 1};
    begin_recording(HEADER "driver: magtek-hid\n");
    add_swipe(CARD);
    add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_set_rules(reader, &rules), LOY_OK);
    assert_true(loy_reader_set_rules(reader, &wrong_rules) < 0); /* and changes nothing */
    assert_string_not_equal(loy_reader_text(reader), "");
    await_kind(reader, &event, LOY_EVENT_FOREIGN);
    assert_int_equal(event.data_length, 0);
}

/* ---- Bad input ---------------------------------------------------------------------------- */

static void a_bad_line_is_named_by_its_number(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: serial-line\n4D454D4245523432X\n4D4\n");
    add_text("MEMBER42\r");
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, LOY_MISREAD_DEVICE);
    assert_non_null(strstr(loy_reader_text(reader), "line 3"));
    assert_null(strstr(loy_reader_text(reader), "4D45"));
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    assert_non_null(strstr(loy_reader_text(reader), "line 4"));
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

static void a_line_that_is_too_long_is_a_misread(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: serial-line\n");
    static char text[3 * TRANSPORT_BYTES_MAX];
    memset(text, 'M', sizeof text - 1);
    add_text(text);
    add_text("MEMBER42\r");
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    await_kind(reader, &event, LOY_EVENT_READ);
}

/* A test's or a demo's folder may lie deep; the list shows the end of such a path. */
static void a_long_path_is_shortened_only_in_the_list(void **state)
{
    (void)state;
    char path[400] = "file:", word[TRANSPORT_PATH_MAX];
    begin_recording(HEADER "driver: magtek-hid\n");
    for (int i = 0; i < 100; i++)
        strcat(path, "./");
    strcat(path, recording);
    const char *const paths[] = {path, path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    struct loy_device first, second;
    assert_int_equal(loy_reader_list(reader, 0, &first), LOY_OK);
    assert_int_equal(loy_reader_list(reader, 1, &second), LOY_OK);
    assert_int_not_equal(first.reader, second.reader);
    snprintf(word, sizeof word, "./%s", recording);
    assert_int_equal(strncmp(first.path, "file:...", 8), 0);
    assert_string_equal(first.path + strlen(first.path) - strlen(word), word);
    assert_int_equal(strlen(first.path), sizeof first.path - 1);
}

static void what_cannot_be_opened_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *content, *prefix, *query;
        enum loy_status status;
        const char *words;
    } rows[] = {
        {"414243\n", "file:", "", LOY_E_FORMAT, "?driver=NAME"},
        {"", "file:", "", LOY_E_FORMAT, "not a recording"},
        {"# loyalty recording 2\n", "file:", "", LOY_E_VERSION, "newer"},
        {HEADER "4142\n", "file:", "", LOY_E_ARGUMENT, "no driver takes it"},
        {HEADER "colour: red\n", "file:", "", LOY_E_FORMAT, "line 2"},
        {HEADER "\nvid: 08\n", "file:", "", LOY_E_FORMAT, "line 3"},
        {HEADER "descriptor: 26FF\n", "file:", "", LOY_E_FORMAT, "line 2"},
        {HEADER "driver: nobody\n", "file:", "", LOY_E_ARGUMENT, "driver"},
        {HEADER "driver: serial-line\noption: preset=no\n", "file:", "", LOY_E_ARGUMENT, "preset"},
        {"4142\n", "file:", "?driver=serial-line&aim=maybe", LOY_E_ARGUMENT, "aim"},
        {"4142\n", "file:", "?driver", LOY_E_ARGUMENT, "file:"},
        {"4142\n", "file:", "?driver=a-name-of-more-than-twenty-three", LOY_E_ARGUMENT, "file:"},
        {"4142\n", "file:nowhere/", "?driver=serial-line", LOY_E_GONE, "No such file"},
        {"4142\n", "fire:", "", LOY_E_ARGUMENT, "file:PATH"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin_recording(rows[i].content);
        enum loy_status status = open_path(rows[i].prefix, rows[i].query);
        if (status != rows[i].status || strstr(loy_reader_text(reader), rows[i].words) == NULL)
            fail_msg("row %zu: %d \"%s\"", i, (int)status, loy_reader_text(reader));
        loy_reader_close(reader);
        reader = NULL;
    }
}

static void a_folder_is_no_recording(void **state)
{
    (void)state;
    const char *const paths[] = {"file:.?driver=serial-line", NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_E_ARGUMENT);
    assert_non_null(strstr(loy_reader_text(reader), "regular file"));
}

static void wrong_calls_are_answered(void **state)
{
    (void)state;
    struct loy_reader_options options = {.size = 1};
    struct loy_device device;
    loy_reader_close(NULL);
    assert_int_equal(loy_reader_open(NULL, &reader), LOY_E_ARGUMENT);
    assert_int_equal(loy_reader_open(&options, &reader), LOY_E_ARGUMENT);
    assert_string_not_equal(loy_reader_text(reader), "");
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_NONE);
    assert_int_equal(loy_reader_next(reader, &event), LOY_NONE);
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void reading_allocates_nothing(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: magtek-hid\n");
    for (int i = 0; i < 20; i++)
        add_swipe(CARD);
    assert_int_equal(open_recording(""), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    unsigned long before = allocations;
    assert_true(before > 0);
    for (int i = 0; i < 20; i++)
        await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(allocations, before);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    begin_recording(HEADER "driver: magtek-hid\n");
    add_swipe(CARD);
    unsigned long nth = 0;
    enum loy_status status;
    do {
        failing = ++nth;
        reader = NULL;
        status = open_recording("");
        bool failed = failing == 0;
        failing = 0;
        assert_int_equal(status == LOY_OK, !failed);
        assert_string_not_equal(failed ? loy_reader_text(reader) : "-", "");
        loy_reader_close(reader);
        reader = NULL;
    } while (status != LOY_OK);
    assert_true(nth > 4);
}

#define HUB_TEST(function) cmocka_unit_test_teardown(function, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(plays_a_recording),
        HUB_TEST(the_descriptor_chooses_the_driver),
        HUB_TEST(plays_bare_lines_with_options),
        HUB_TEST(one_line_a_dispatch),
        HUB_TEST(a_disabled_file_waits_where_it_is),
        HUB_TEST(the_end_of_a_file_ends_what_was_pending),
        HUB_TEST(a_full_queue_drops_nothing),
        HUB_TEST(a_refused_card_leaves_no_digit),
        HUB_TEST(what_was_taken_is_wiped),
        HUB_TEST(new_rules_hold_from_now_on),
        HUB_TEST(a_bad_line_is_named_by_its_number),
        HUB_TEST(a_line_that_is_too_long_is_a_misread),
        HUB_TEST(a_long_path_is_shortened_only_in_the_list),
        HUB_TEST(what_cannot_be_opened_says_why),
        HUB_TEST(a_folder_is_no_recording),
        HUB_TEST(wrong_calls_are_answered),
        HUB_TEST(reading_allocates_nothing),
        HUB_TEST(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
