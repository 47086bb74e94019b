/* SPDX-License-Identifier: MIT
 *
 * serial_test.c - a scanner on a serial port, emulated by umockdev, through the real libserialport
 * and the real hub. Run under umockdev-wrapper; only the testbed's /dev/ttyUSB0 is ever opened.
 */
#include "await.h"
#include "emulated_serial.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

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

/* Waits until the scanner has heard all of this, and nothing else. */
static void assert_heard(struct emulated_serial *scanner, const char *hex)
{
    uint8_t bytes[64];
    char heard[2 * sizeof bytes + 1] = "";
    size_t n = 0, wanted = strlen(hex) / 2;
    for (int i = 0; n < wanted && i < 100; i++) {
        n += serial_hear(scanner, bytes + n, sizeof bytes - n);
        struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
        if (poll(&wait, 1, 10) > 0) loy_reader_dispatch(reader);
    }
    for (size_t i = 0; i < n; i++)
        snprintf(heard + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(heard, hex);
}

#define EAN                                                                                        \
    "\x12\xf3\0\0\x0b"                                                                             \
    "2912345678903\xfc\x45"
#define EAN_AGAIN                                                                                  \
    "\x12\xf3\0\x01\x0b"                                                                           \
    "2912345678903\xfc\x44"
#define SSI_ACK "\x04\xd0\0\0\xff\x2c"
#define SAY(scanner, text) serial_say_bytes(scanner, text, sizeof text - 1)

static void open_ssi(struct emulated_serial *scanner)
{
    assert_int_equal(open_port("serial:" SERIAL_NODE "?driver=zebra-ssi"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_string_equal(the_device(reader).driver, "zebra-ssi");
    assert_true(the_device(reader).answers);
    assert_heard(scanner, "04e90400ff0f"); /* scanning on */
    SAY(scanner, SSI_ACK);
    assert_heard(scanner, "07c60400ffee01fd41"); /* in packets */
    SAY(scanner, SSI_ACK);
    assert_heard(scanner, "07c60400ff3800fdf8"); /* no beep of its own */
    SAY(scanner, SSI_ACK);
}

/* Packets are acknowledged, a repeat is no second read, beep and lamp come after the till's answer.
 */
static void talks_ssi(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    open_ssi(scanner);
    SAY(scanner, EAN);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "2912345678903");
    assert_int_equal(event.parts[0].symbology, LOY_SYMBOLOGY_EAN_13);
    assert_heard(scanner, "04d00400ff28");
    SAY(scanner, EAN_AGAIN);
    await_nothing(reader, 50);
    assert_heard(scanner, "04d00400ff28");
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_OK);
    assert_heard(scanner, "05e7040001ff0f"); /* green */
    SAY(scanner, SSI_ACK);
    assert_heard(scanner, "05e6040000ff11"); /* one short high */
    SAY(scanner, SSI_ACK);
    await_nothing(reader, 900);              /* a person needs time to see it */
    assert_heard(scanner, "05e8040003ff0c"); /* dark */
}

static void a_scanner_that_does_not_answer_is_told(void **state)
{
    (void)state;
    serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE "?driver=zebra-ssi"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_nothing(reader, 2500);
    assert_non_null(strstr(the_device(reader).text, "does not answer"));
}

/* Answers that the line does not take at once follow whole, in their order. */
static void what_the_line_does_not_take_follows(void **state)
{
    (void)state;
    enum { CHUNKS = 1400 }; /* the kernel holds 65536 bytes */
    static const char answer[] = "\x04\xd0\x04\0\xff\x28";
    static uint8_t heard[CHUNKS * 60];
    struct emulated_serial *scanner = serial_plug(bed);
    open_ssi(scanner);
    for (int i = 0; i < CHUNKS; i++) {
        for (int k = 0; k < 9; k++)
            SAY(scanner, "\x05\xf6\0\0\x20\xfe\xe5");
        await_nothing(reader, 0);
    }
    size_t n = 0, more;
    while ((more = serial_hear(scanner, heard + n, sizeof heard - n)) > 0)
        n += more; /* all that the kernel holds */
    assert_true(n >= 1000 * 6);
    await_nothing(reader, 50);
    more = serial_hear(scanner, heard + n, sizeof heard - n);
    assert_true(more >= 100 && (n + more) % 6 == 0); /* and what waited for it */
    n += more;
    for (size_t i = 0; i < n; i += 6)
        assert_memory_equal(heard + i, answer, 6);
}

static void a_missing_suffix_is_shown_beside_the_reader(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE "?gap_ms=30"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    for (int i = 0; i < 2; i++) {
        serial_say(scanner, "MEMBER42");
        await_kind(reader, &event, LOY_EVENT_MISREAD);
    }
    assert_non_null(strstr(the_device(reader).text, "?suffix=none"));
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_string_equal(the_device(reader).text, "");
}

/* A frame, and then nothing: the scanner may wait for its answer. */
static void a_scanner_that_waits_for_ack_is_shown(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    serial_say(scanner, "\x02MEMBER42\x03");
    await_kind(reader, &event, LOY_EVENT_READ);
    await_nothing(reader, 4500);
    assert_non_null(strstr(the_device(reader).text, "?ack=1"));
    loy_reader_close(reader);
    reader = NULL;
    assert_int_equal(open_port("serial:" SERIAL_NODE "?ack=1"), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    serial_say(scanner, "\x02MEMBER42\x03");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_heard(scanner, "06");
}

/* udev's name of the plug stays while the kernel counts on: ttyUSB0 is ttyUSB1 after a replug. */
static void a_name_of_the_plug_is_followed(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug_as(bed, 0);
    assert_int_equal(open_port("serial:" SERIAL_BY_PATH), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    uint32_t number = event.reader;
    serial_unplug(scanner);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    scanner = serial_plug_as(bed, 1);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_int_equal(event.reader, number);
    assert_string_equal(the_device(reader).path, "serial:" SERIAL_BY_PATH);
    assert_string_equal(the_device(reader).product, "Line Scanner");
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

static void a_port_in_use_is_named_and_taken_when_free(void **state)
{
    (void)state;
    serial_plug(bed);
    int other = open(SERIAL_NODE, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(other >= 0);
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    assert_non_null(strstr(the_device(reader).text, "another program holds the port"));
    close(other);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    /* And now it is ours. */
    other = open(SERIAL_NODE, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_int_equal(flock(other, LOCK_EX | LOCK_NB), -1);
    close(other);
}

/* What came before anybody listened may be the second half of something. */
static void what_waits_at_open_is_dropped(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    serial_say(scanner, "ER42\r");
    assert_int_equal(open_port("serial:" SERIAL_NODE), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    await_nothing(reader, 50);
    serial_say(scanner, "MEMBER42\r");
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, "MEMBER42");
}

/* An answer to a scanner whose plug was pulled is no failure of the till. */
static void an_answer_after_the_plug_was_pulled(void **state)
{
    (void)state;
    struct emulated_serial *scanner = serial_plug(bed);
    open_ssi(scanner);
    SAY(scanner, EAN);
    await_kind(reader, &event, LOY_EVENT_READ);
    serial_unplug(scanner);
    enum loy_status status = loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED);
    assert_true(status == LOY_OK || status == LOY_E_GONE);
    await_kind(reader, &event, LOY_EVENT_DETACHED);
    assert_int_equal(loy_reader_answer(reader, event.reader, LOY_ANSWER_ACCEPTED), LOY_E_GONE);
    scanner = serial_plug(bed);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
    assert_heard(scanner, "04e90400ff0f"); /* its settings went with its power */
}

/* There, and no port. */
static void what_is_no_port_is_named(void **state)
{
    (void)state;
    char path[] = "serial:/tmp/loyalty-no-port-XXXXXX";
    char *name = path + strlen("serial:");
    int file = mkstemp(name);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(open_port(path), LOY_OK);
    unlink(name);
    assert_non_null(strstr(the_device(reader).text, "not a serial port"));
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
        DEVICE_TEST(talks_ssi),
        DEVICE_TEST(a_scanner_that_does_not_answer_is_told),
        DEVICE_TEST(what_the_line_does_not_take_follows),
        DEVICE_TEST(a_missing_suffix_is_shown_beside_the_reader),
        DEVICE_TEST(a_scanner_that_waits_for_ack_is_shown),
        DEVICE_TEST(a_name_of_the_plug_is_followed),
        DEVICE_TEST(a_port_in_use_is_named_and_taken_when_free),
        DEVICE_TEST(what_waits_at_open_is_dropped),
        DEVICE_TEST(an_answer_after_the_plug_was_pulled),
        DEVICE_TEST(what_is_no_port_is_named),
    };
    return cmocka_run_group_tests_name("readers on a serial line", tests, NULL, NULL);
}
