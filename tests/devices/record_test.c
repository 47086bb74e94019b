/* SPDX-License-Identifier: MIT
 *
 * record_test.c - recordings: what is kept plays the same events again, what the guard did not let
 * pass is not in the file, not even for a moment. In: files as readers; out: files.
 */
#include "await.h"

#include "hub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <signal.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define SECOND_CARD ";60058541029558181=9904?"
#define TEST_PAN "4111111111111111"
#define PAYMENT ";" TEST_PAN "=29121010000000000000?"
#define HEADER "# loyalty recording 1\n"
#define SWIPE_DESCRIPTOR                                                                           \
    "0600ff0901a101150026ff00750809200921092209280929092a09389507810209309"                        \
    "56e8202010931956e8202010932956e82020109209518b20201c0"

static struct loy_reader *reader;
static struct loy_event event;
static char folder[] = "record_test.XXXXXX", source[64], made[64], again[64];

static void put(const char *path, const char *mode, const char *text)
{
    FILE *file = fopen(path, mode);
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void add_line(const void *bytes, size_t length)
{
    char line[2 * TRANSPORT_BYTES_MAX + 2] = "";
    for (size_t i = 0; i < length; i++)
        snprintf(line + 2 * i, 3, "%02x", ((const uint8_t *)bytes)[i]);
    line[2 * length] = '\n';
    line[2 * length + 1] = '\0';
    put(source, "a", line);
}

static void add_text(const char *text)
{
    add_line(text, strlen(text));
}

/* A report whose undefined bytes still hold an earlier card, as readers send them. */
static void add_swipe(const char *track_2, const char *left_over)
{
    uint8_t report[337] = {0};
    report[4] = (uint8_t)strlen(track_2);
    memcpy(report + 227, left_over, strlen(left_over));
    memcpy(report + 117, track_2, strlen(track_2));
    add_line(report, sizeof report);
}

static char *content_of(const char *path)
{
    static char text[1u << 20];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

static void open_file(const char *path, const char *query)
{
    char name[160];
    snprintf(name, sizeof name, "file:%s%s", path, query);
    const char *const paths[] = {name, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    if (loy_reader_open(&options, &reader) != LOY_OK) fail_msg("%s", loy_reader_text(reader));
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

static enum loy_status record_to(const char *path, bool test_cards)
{
    const struct loy_record_options options = {
        .size = sizeof options, .path = path, .test_cards = test_cards};
    return loy_reader_record(reader, 1, &options);
}

static void end_recording(uint64_t reads)
{
    uint64_t got = 99;
    assert_int_equal(loy_reader_record_end(reader, 1, &got), LOY_OK);
    assert_int_equal(got, reads);
}

static void close_reader(void)
{
    loy_reader_close(reader);
    reader = NULL;
}

static int set_up(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(source, sizeof source, "%s/source", folder);
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(again, sizeof again, "%s/again", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close_reader();
    unlink(source);
    unlink(made);
    unlink(again);
    return rmdir(folder);
}

/* Digits of the test PAN in the file, as text or as hexadecimal. */
static bool holds_pan(const char *path)
{
    const char *text = content_of(path);
    return strstr(text, "411111") != NULL || strstr(text, "343131313131") != NULL;
}

/* ---- What is kept ------------------------------------------------------------------------- */

static void a_read_is_kept_and_plays_again(void **state)
{
    (void)state;
    put(source, "w", HEADER "vid: 0801\npid: 0002\ndescriptor: " SWIPE_DESCRIPTOR "\n");
    add_swipe(CARD, "");
    add_swipe(SECOND_CARD, "");
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_READ);
    await_kind(reader, &event, LOY_EVENT_READ);
    end_recording(2);
    close_reader();
    struct stat about;
    assert_int_equal(stat(made, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    const char *text = content_of(made);
    assert_int_equal(strncmp(text, HEADER, strlen(HEADER)), 0);
    assert_non_null(strstr(text, "\ndriver: magtek-hid\nvid: 0801\npid: 0002\ndescriptor: 0600ff"));
    assert_null(strstr(text, "test-cards"));
    open_file(made, "");
    assert_string_equal(event.driver, "magtek-hid");
    assert_int_equal(record_to(again, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, SECOND_CARD);
    await_nothing(reader, 30);
    end_recording(2);
    /* A recording of a replay is the same file. */
    char *copy = strdup(content_of(made));
    assert_string_equal(content_of(again), copy);
    free(copy);
}

static void options_and_pieces_of_a_stream_are_kept(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: serial-line\noption: suffix=crlf\n");
    add_text("MEMB");
    add_text("ER42\r\nMEMBER");
    add_text("43\r\n");
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_READ);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER43");
    end_recording(2);
    close_reader();
    assert_non_null(strstr(content_of(made), "\noption: suffix=crlf\n"));
    open_file(made, "");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER43");
}

/* Without a suffix a pause ends the read: the recording must have it. */
static void a_silence_that_ended_a_read_is_kept(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: serial-line\noption: suffix=none\n");
    add_text("MEMBER");
    add_text("42");
    put(source, "a", "wait: 400\n");
    add_text("MEMBER43");
    for (int round = 0; round < 2; round++) {
        open_file(round == 0 ? source : made, "");
        if (round == 0) assert_int_equal(record_to(made, false), LOY_OK);
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, "MEMBER42");
        await_kind(reader, &event, LOY_EVENT_READ);
        assert_part(&event, 0, "MEMBER43");
        if (round == 0) end_recording(2);
        close_reader();
    }
    assert_non_null(strstr(content_of(made), "\nwait: "));
}

/* A loop that looks away for long still finds the pause between the lines. */
static void a_pause_is_seen_by_a_slow_loop(void **state)
{
    (void)state;
    const struct timespec while_away = {.tv_sec = 1};
    put(source, "w", HEADER "driver: serial-line\noption: suffix=none\n");
    add_text("MEMBER42");
    put(source, "a", "wait: 400\n");
    add_text("MEMBER43");
    open_file(source, "");
    for (int i = 0; i < 3; i++)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    nanosleep(&while_away, NULL);
    for (int i = 0; i < 6; i++)
        assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER43");
}

static void a_bad_pause_is_a_bad_line(void **state)
{
    (void)state;
    static const char *const lines[] = {"wait:\n", "wait: soon\n", "wait: 60001\n", "wait: 1 2\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        put(source, "w", HEADER "driver: serial-line\n");
        put(source, "a", lines[i]);
        add_text("MEMBER42\r");
        open_file(source, "");
        await_kind(reader, &event, LOY_EVENT_MISREAD);
        assert_non_null(strstr(loy_reader_text(reader), "line 3"));
        await_kind(reader, &event, LOY_EVENT_READ);
        close_reader();
    }
}

/* ---- What is not kept --------------------------------------------------------------------- */

static void a_refused_card_is_not_in_the_file(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: magtek-hid\n");
    add_swipe(PAYMENT, "");
    assert_true(holds_pan(source)); /* the search finds what is there */
    add_swipe(CARD, TEST_PAN);      /* bytes that the reader left from the card before */
    add_swipe(PAYMENT, "");
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    assert_false(holds_pan(made));
    await_kind(reader, &event, LOY_EVENT_READ);
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    struct hub_device *device = reader->devices[0];
    assert_null(memmem(device->recorder, 1u << 16, "411111", 6));
    assert_int_equal(loy_reader_record_end(reader, 1, NULL), LOY_OK);
    assert_false(holds_pan(made));
    assert_non_null(strstr(content_of(made), "# refused payment-card: bytes not kept\n"));
}

static void pieces_of_a_refused_card_are_never_written(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: serial-line\n");
    const char *text = PAYMENT "\r";
    for (size_t i = 0; i < strlen(text); i++)
        add_line(text + i, 1);
    add_text("MEMBER42\r");
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    while (await_any(reader, &event, 2000) == LOY_OK && event.kind != LOY_EVENT_READ)
        assert_int_equal(event.kind, LOY_EVENT_REFUSED);
    end_recording(1);
    const char *file = content_of(made);
    assert_null(strstr(file, "\n34\n"));
    assert_null(strstr(file, "\n31\n"));
    assert_non_null(strstr(file, "\n4d454d4245523432"));
}

static void add_key(uint8_t usage)
{
    const uint8_t down[8] = {0, 0, usage}, up[8] = {0};
    add_line(down, sizeof down);
    add_line(up, sizeof up);
}

static void add_digits(const char *digits)
{
    for (; *digits != '\0'; digits++)
        add_key((uint8_t)(*digits == '0' ? 0x27 : 0x1E + *digits - '1'));
}

/* A stray key in a card is a misread, and the digits behind it are nobody's read. */
static void the_rest_of_a_misread_card_is_not_in_the_file(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: hid-keyboard\n");
    add_digits("60058541");
    add_key(0x3A); /* F1 */
    add_digits("77777777");
    add_key(0x28); /* Enter */
    add_digits("42");
    add_key(0x28);
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "42");
    end_recording(1);
    assert_null(strstr(content_of(made), "0000240000000000"));
    assert_non_null(strstr(content_of(made), "0000210000000000"));
}

static void what_is_no_read_leaves_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *options, *text, *words;
    } rows[] = {
        {"", "%B60058541029558180^CARD\r", "# misread truncated: bytes not kept\n"},
        {"option: preset=olivetti\n", "60058541029558180\r", "# misread device: bytes not kept\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put(source, "w", HEADER "driver: serial-line\n");
        put(source, "a", rows[i].options);
        add_text(rows[i].text);
        open_file(source, "");
        assert_int_equal(record_to(made, false), LOY_OK);
        assert_int_equal(await_any(reader, &event, 2000), LOY_OK);
        end_recording(0);
        close_reader();
        const char *file = content_of(made);
        if (strstr(file, rows[i].words) == NULL) fail_msg("row %zu: %s", i, file);
        assert_null(strstr(file, "3630303538"));
        unlink(made);
    }
}

static void a_foreign_card_leaves_its_reason(void **state)
{
    (void)state;
    const struct loy_range range = {.prefix = "42", .length = 10, .use = LOY_USE_MEMBER};
    const struct loy_guard_rules rules = {&range, 1};
    put(source, "w", HEADER "driver: magtek-hid\n");
    add_swipe(CARD, "");
    open_file(source, "");
    assert_int_equal(loy_reader_set_rules(reader, &rules), LOY_OK);
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_FOREIGN);
    end_recording(0);
    assert_non_null(strstr(content_of(made), "# foreign: bytes not kept\n"));
    assert_null(strstr(content_of(made), "3630303538"));
}

/* Half of it was read before: what would be written is another card. */
static void what_began_before_the_recording_is_not_kept(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: serial-line\n");
    add_text("MEM");
    add_text("BER42\r");
    add_text("MEMBER43\r");
    open_file(source, "");
    assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
    await_kind(reader, &event, LOY_EVENT_READ);
    end_recording(1);
    assert_null(strstr(content_of(made), "4245523432"));
    assert_non_null(strstr(content_of(made), "4d454d4245523433"));
}

static void what_nobody_hears_is_not_kept(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: magtek-hid\n");
    put(source, "a", "00zz\n");
    add_swipe(CARD, "");
    open_file(source, "");
    assert_int_equal(record_to(made, false), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_MISREAD);
    await_kind(reader, &event, LOY_EVENT_READ);
    end_recording(1);
    assert_non_null(strstr(content_of(made), "# misread device: bytes not kept\n"));
}

/* ---- The recorder alone, with a driver that makes of so many bytes what the test says ----------
 */

static struct loy_identity nobody;
static size_t message_bytes; /* since the last event */
static struct recorder *recorder;

static enum loy_status test_start(void *state, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    (void)state;
    (void)who;
    (void)line;
    (void)complaint;
    return LOY_OK;
}

static void test_feed(void *state, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    size_t *count = state;
    (void)bytes;
    *count += length;
    step->used = length;
    step->has_event = *count == message_bytes;
    if (step->has_event) step->event = event;
}

static void test_silence(void *state, struct loy_step *step)
{
    (void)state;
    (void)step;
}

static void zero_the_last(const void *state, uint8_t *bytes, size_t length)
{
    (void)state;
    if (length > 0) bytes[length - 1] = 0;
}

static const struct loy_driver test_driver = {.name = "test",
    .state_size = sizeof(size_t),
    .start = test_start,
    .feed = test_feed,
    .silence = test_silence};

static struct recorder *recorder_of(const struct loy_driver *driver, const char *product)
{
    struct recorder *opened = NULL;
    char text[64] = "";
    const struct recorder_head head = {.driver = driver, .who = &nobody, .product = product};
    assert_int_equal(recorder_open(&opened, made, &head, text, sizeof text), LOY_OK);
    event_begin(&event, "test");
    event_add_symbol(&event, LOY_SYMBOLOGY_QR, "", "MEMBER42", 8);
    message_bytes = 0;
    return opened;
}

static void hold_bytes(const void *bytes, size_t length, bool waits)
{
    recorder_look(recorder, &test_driver, NULL, bytes, length);
    recorder_hold(recorder, length, false, waits);
    message_bytes += length;
}

static void hold(const char *text)
{
    hold_bytes(text, strlen(text), true);
}

static void idle(uint32_t wait_ms)
{
    recorder_silence(recorder, wait_ms, true);
    message_bytes = 0;
}

static void take(void)
{
    recorder_read(recorder, &event);
    recorder_take(recorder, &event);
    message_bytes = 0;
}

static uint64_t close_recorder(void)
{
    char text[64] = "";
    uint64_t reads = 0;
    assert_int_equal(recorder_close(recorder, &reads, text, sizeof text), LOY_OK);
    return reads;
}

static void what_the_driver_does_not_use_is_not_kept(void **state)
{
    (void)state;
    struct loy_driver driver = test_driver;
    driver.redact = zero_the_last;
    recorder = recorder_of(&driver, "");
    recorder_look(recorder, &driver, NULL, (const uint8_t *)"MEMBER429", 9);
    recorder_hold(recorder, 9, true, false);
    message_bytes = 9;
    take();
    assert_int_equal(close_recorder(), 1);
    assert_non_null(strstr(content_of(made), "\n4d454d424552343200\n"));
}

/* A message of more than a recording holds is read, but not kept; the next one is. */
static void a_long_message_is_not_held(void **state)
{
    (void)state;
    static uint8_t chunk[TRANSPORT_BYTES_MAX];
    recorder = recorder_of(&test_driver, "x\ny");
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < (round == 0 ? 65 : 2); i++)
            hold_bytes(chunk, sizeof chunk, true);
        take();
    }
    /* The driver passed over a number that nobody judged. */
    hold("x60058541029558180yMEMBER42");
    take();
    assert_int_equal(close_recorder(), 1);
    const char *file = content_of(made);
    assert_non_null(strstr(file, "# device: x?y\n"));
    assert_non_null(strstr(file, "# read: bytes not kept: longer than"));
    assert_non_null(strstr(file, "# read: bytes not kept: a number"));
    assert_null(strstr(file, "363030353835"));
}

/* The driver makes something else of the bytes that would be written. */
static void what_would_play_another_event_is_not_kept(void **state)
{
    (void)state;
    recorder = recorder_of(&test_driver, "");
    hold("MEMBER42");
    recorder_read(recorder, &event);
    event.data[event.parts[0].offset] ^= 1;
    recorder_take(recorder, &event);
    message_bytes = 0;
    hold("MEMBER42");
    message_bytes++;
    take();
    assert_int_equal(close_recorder(), 0);
    const char *file = content_of(made);
    assert_null(strstr(file, "4d454d4245523432"));
    assert_non_null(strstr(file, "# read: bytes not kept: alone they would"));
}

static unsigned count_of(const char *words)
{
    unsigned count = 0;
    for (const char *at = content_of(made); (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

/* What a driver gave up on is no part of the next read; that it did is, once. */
static void silences_are_kept_where_they_matter(void **state)
{
    (void)state;
    recorder = recorder_of(&test_driver, "");
    hold("GARBAGE");
    for (int i = 0; i < 3; i++)
        idle(200);
    for (int i = 0; i < 3; i++)
        recorder_silence(recorder, 300, false); /* a driver that asks for the time */
    hold("MEMB");
    for (int i = 0; i < 40; i++)
        recorder_silence(recorder, 400, false);
    hold("ER42");
    take();
    hold("HALF");
    idle(500);
    hold("MEMBER42");
    take();
    assert_int_equal(close_recorder(), 2);
    assert_null(strstr(content_of(made), "47415242"));
    assert_null(strstr(content_of(made), "48414c46"));
    assert_int_equal(count_of("wait: 200\n"), 0);
    assert_int_equal(count_of("wait: 300\n"), 1);
    assert_int_equal(count_of("wait: 400\n"), 16);
    assert_int_equal(count_of("wait: 500\n"), 1);
}

/* The rest of a misread card, which the driver skipped up to its end. */
static void what_ended_without_an_event_is_not_kept(void **state)
{
    (void)state;
    recorder = recorder_of(&test_driver, "");
    hold("4111");
    event_misread(&event, "test", LOY_MISREAD_DEVICE);
    take();
    hold("1111");
    hold_bytes("\r", 1, false);
    message_bytes = 0;
    hold_bytes("\x01", 1, false); /* no part of it */
    event_begin(&event, "test");
    event_add_symbol(&event, LOY_SYMBOLOGY_QR, "", "MEMBER42", 8);
    hold("MEMBER42");
    take();
    assert_int_equal(close_recorder(), 1);
    assert_null(strstr(content_of(made), "31313131"));
    assert_int_equal(count_of("\n0d\n"), 0);
    assert_int_equal(count_of("\n01\n4d454d4245523432\n"), 1);
}

static void numbers_beside_the_read_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        bool kept;
    } rows[] = {
        {"x600585410295", "58180", false}, /* cut, and at the end */
        {"x600585410295", "58180y", false},
        {"0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789",
            false},
        {"0123MEMBER42", "99", true},
        {"12345678901", "", true},
        {"]E0303046920029759", "\r", true}, /* what stands in the event, behind a prefix */
        {"3046920029759", "07", true},
        {"1234530469200297599", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        recorder = recorder_of(&test_driver, "");
        event_begin(&event, "test");
        event_add_symbol(&event, LOY_SYMBOLOGY_EAN_13, "", "3046920029759", 13);
        hold(rows[i].first);
        hold(rows[i].second);
        take();
        if (close_recorder() != rows[i].kept) fail_msg("row %zu: %s", i, content_of(made));
        unlink(made);
    }
}

/* A good track is kept beside a bad one, unless something of the bad one may be there. */
static void a_bad_or_masked_track_is_not_kept(void **state)
{
    (void)state;
    static const struct {
        enum loy_part_status status;
        const char *held, *words;
    } rows[] = {
        {LOY_PART_BAD, "%E?" CARD "\r", "\n25453f3b36303035"},
        {LOY_PART_BAD, "%B4111?" CARD "\r", "\n2542343131313f3b"},
        {LOY_PART_BAD, "%B41111" CARD "\r", "# read: bytes not kept: a number"},
        {LOY_PART_BAD, "\x01\x02\x03", "# read: bytes not kept: a bad track"}, /* bits */
        {LOY_PART_MASKED, "%B4111********1111^" CARD "\r", "# read: bytes not kept: a masked"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        recorder = recorder_of(&test_driver, "");
        event_begin(&event, "test");
        event_add_track(&event, 1, rows[i].status, "", 0);
        event_add_track(&event, 2, LOY_PART_GOOD, CARD, strlen(CARD));
        hold(rows[i].held);
        take();
        close_recorder();
        if (count_of(rows[i].words) != 1) fail_msg("row %zu: %s", i, content_of(made));
        unlink(made);
    }
}

static void gaps_of_a_device_without_a_driver_are_shown(void **state)
{
    (void)state;
    static const struct timespec gaps[] = {
        {.tv_nsec = 10000000}, {.tv_nsec = 200000000}, {.tv_sec = 1, .tv_nsec = 100000000}};
    recorder = recorder_of(NULL, "");
    hold("A");
    for (int i = 0; i < 3; i++) {
        nanosleep(&gaps[i], NULL);
        hold("B");
    }
    idle(7);
    assert_int_equal(close_recorder(), 4);
    assert_int_equal(count_of("\n41\n42\n# 2"), 1);
    assert_int_equal(count_of(" ms later\n42\nwait: 1"), 1);
    assert_int_equal(count_of("wait: "), 1);
}

/* ---- Without a driver --------------------------------------------------------------------- */

static void a_device_without_a_driver_needs_test_cards(void **state)
{
    (void)state;
    put(source, "w", HEADER "vid: 1209\npid: 0002\n");
    add_text(PAYMENT);
    add_text("MORE");
    open_file(source, "?driver=raw");
    assert_int_equal(record_to(made, false), LOY_REFUSED);
    assert_non_null(strstr(loy_reader_text(reader), "public test cards"));
    assert_int_equal(access(made, F_OK), -1);
    assert_int_equal(record_to(made, true), LOY_OK);
    await_nothing(reader, 50);
    end_recording(2);
    const char *file = content_of(made);
    assert_non_null(strstr(file, "\ntest-cards: yes\n"));
    assert_non_null(strstr(file, "\nvid: 1209\npid: 0002\n"));
    assert_null(strstr(file, "driver:"));
    assert_non_null(strstr(file, "\n4d4f5245\n"));
    assert_true(holds_pan(made));
    close_reader();
    /* And it is a recording that a driver can be tried on. */
    open_file(made, "?driver=hid-pos");
}

static void test_cards_are_judged_where_there_is_a_driver(void **state)
{
    (void)state;
    put(source, "w", HEADER "driver: magtek-hid\n");
    add_swipe(PAYMENT, "");
    open_file(source, "");
    assert_int_equal(record_to(made, true), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_REFUSED);
    end_recording(0);
    assert_non_null(strstr(content_of(made), "\ntest-cards: yes\n"));
    assert_false(holds_pan(made));
}

/* ---- Files, wrong calls ------------------------------------------------------------------- */

static void wrong_calls_are_answered(void **state)
{
    (void)state;
    const struct loy_record_options options = {.size = 1, .path = made};
    uint64_t reads = 0;
    put(source, "w", HEADER "driver: serial-line\n");
    put(again, "w", "mine\n");
    open_file(source, "");
    assert_int_equal(loy_reader_record(reader, 1, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_reader_record(reader, 1, &options), LOY_E_ARGUMENT);
    assert_int_equal(loy_reader_record(reader, 2, &options), LOY_NONE);
    assert_int_equal(loy_reader_record_end(reader, 1, &reads), LOY_NONE);
    assert_int_equal(loy_reader_record_end(reader, 2, &reads), LOY_NONE);
    assert_int_equal(record_to(again, false), LOY_E_CONFLICT);
    assert_string_equal(content_of(again), "mine\n");
    assert_int_equal(record_to("nowhere/there", false), LOY_E_GONE);
    assert_int_equal(record_to(made, false), LOY_OK);
    assert_int_equal(record_to("another", false), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_reader_text(reader), "already"));
    assert_int_equal(access("another", F_OK), -1);
    /* Closing the hub ends the recording. */
    close_reader();
    assert_non_null(strstr(content_of(made), "driver: serial-line\n"));
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The file ends with the last whole read, and reading goes on. */
static void a_full_disk_stops_the_recording_only(void **state)
{
    (void)state;
    uint64_t reads = 0;
    signal(SIGXFSZ, SIG_IGN);
    put(source, "w", HEADER "driver: magtek-hid\n");
    for (int i = 0; i < 5; i++)
        add_swipe(CARD, "");
    open_file(source, "");
    limit_files(2000);
    assert_int_equal(record_to(made, false), LOY_OK);
    for (int i = 0; i < 5; i++)
        await_kind(reader, &event, LOY_EVENT_READ);
    assert_int_equal(loy_reader_record_end(reader, 1, &reads), LOY_E_FULL);
    assert_non_null(strstr(loy_reader_text(reader), "the recording stopped"));
    assert_int_equal(reads, 2);
    limit_files(10);
    assert_int_equal(record_to(again, false), LOY_E_FULL);
    limit_files(RLIM_INFINITY);
    assert_int_equal(access(again, F_OK), -1);
    close_reader();
    open_file(made, "");
    await_kind(reader, &event, LOY_EVENT_READ);
    await_kind(reader, &event, LOY_EVENT_READ);
    await_nothing(reader, 30);
}

#define RECORD_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(a_read_is_kept_and_plays_again),
        RECORD_TEST(options_and_pieces_of_a_stream_are_kept),
        RECORD_TEST(a_silence_that_ended_a_read_is_kept),
        RECORD_TEST(a_pause_is_seen_by_a_slow_loop),
        RECORD_TEST(a_bad_pause_is_a_bad_line),
        RECORD_TEST(a_refused_card_is_not_in_the_file),
        RECORD_TEST(pieces_of_a_refused_card_are_never_written),
        RECORD_TEST(the_rest_of_a_misread_card_is_not_in_the_file),
        RECORD_TEST(what_is_no_read_leaves_its_reason),
        RECORD_TEST(a_foreign_card_leaves_its_reason),
        RECORD_TEST(what_began_before_the_recording_is_not_kept),
        RECORD_TEST(what_nobody_hears_is_not_kept),
        RECORD_TEST(what_the_driver_does_not_use_is_not_kept),
        RECORD_TEST(a_long_message_is_not_held),
        RECORD_TEST(what_would_play_another_event_is_not_kept),
        RECORD_TEST(silences_are_kept_where_they_matter),
        RECORD_TEST(what_ended_without_an_event_is_not_kept),
        RECORD_TEST(numbers_beside_the_read_are_found),
        RECORD_TEST(a_bad_or_masked_track_is_not_kept),
        RECORD_TEST(gaps_of_a_device_without_a_driver_are_shown),
        RECORD_TEST(a_device_without_a_driver_needs_test_cards),
        RECORD_TEST(test_cards_are_judged_where_there_is_a_driver),
        RECORD_TEST(wrong_calls_are_answered),
        RECORD_TEST(a_full_disk_stops_the_recording_only),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
