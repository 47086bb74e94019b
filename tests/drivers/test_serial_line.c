/* SPDX-License-Identifier: MIT
 *
 * test_serial_line.c - what serial-line says and asks for besides events: line settings, answers to
 * the device, waiting times, sentences about wrong settings. Options and wiping of zebra-ssi too.
 */
#include "serial_step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- Line settings ------------------------------------------------------------------------- */

static void settings_are_the_presets_unless_options_say_otherwise(void **unused)
{
    (void)unused;
    static const struct {
        const char *query, *line;
    } rows[] = {
        {"", "9600 8N1"},
        {"preset=icl", "9600 8E1 RTS/CTS"},
        {"preset=ncr", "9600 7O1"},
        {"preset=ncr&baud=19200&flow=rts", "19200 7O1 RTS/CTS"},
        {"preset=wincor&flow=none&parity=none", "9600 8N1"},
        {"baud=115200&bits=7&parity=even&stop=2", "115200 7E2"},
        {"baud=300&bits=8&parity=odd&stop=1", "300 8O1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct loy_line_settings line = {0};
        char text[64];
        assert_int_equal(begin(&driver_serial_line, rows[i].query, &line), LOY_OK);
        snprintf(text, sizeof text, "%u %u%c%u%s", line.baud, line.bits, line.parity, line.stop,
            line.rts_cts ? " RTS/CTS" : "");
        assert_string_equal(text, rows[i].line);
    }
    struct loy_line_settings line = {0};
    assert_int_equal(begin(&driver_zebra_ssi, "baud=57600&flow=rts", &line), LOY_OK);
    assert_int_equal(line.baud, 57600);
    assert_true(line.rts_cts && line.bits == 8 && line.parity == 'N' && line.stop == 1);
    assert_int_equal(begin(&driver_zebra_ssi, "ble=1&beep=own", NULL), LOY_OK);
}

static void impossible_options_are_refused(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"baud=0", "baud=299", "baud=4000001", "baud=12345678",
        "baud=fast", "bits=9", "bits=", "parity=E", "stop=3", "flow=xon", "ack=2", "gap_ms=9",
        "gap_ms=10001", "id=5", "length=1", "prefix=12345678901234567", "postfix=12345678901234567",
        "suffix=", "colour=red", "preset=", "aim=2", "lrc=x"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (begin(&driver_serial_line, rows[i], NULL) != LOY_E_ARGUMENT) fail_msg("%s", rows[i]);
    static const char *const ssi[] = {"ble=2", "beep=loud", "baud=x", "preset=ncr"};
    for (size_t i = 0; i < sizeof ssi / sizeof ssi[0]; i++)
        if (begin(&driver_zebra_ssi, ssi[i], NULL) != LOY_E_ARGUMENT) fail_msg("%s", ssi[i]);
}

static void the_gap_is_as_long_as_was_asked(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "", NULL), LOY_OK);
    feed("AB");
    assert_int_equal(step.wait_ms, 300);
    assert_int_equal(begin(&driver_serial_line, "gap_ms=50", NULL), LOY_OK);
    feed("AB");
    assert_int_equal(step.wait_ms, 50);
    feed("\r");
    assert_int_equal(step.wait_ms, 0);
}

/* ---- serial-line: answers and hints --------------------------------------------------------- */

static void lines_are_acknowledged_where_asked(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "preset=olivetti", NULL), LOY_OK);
    feed("\x02MEMBER42\x03");
    assert_read("MEMBER42");
    assert_sent("06");
    feed("\x02MEM\x01\x03");
    assert_misread(LOY_MISREAD_DEVICE);
    assert_sent("15");
    assert_int_equal(begin(&driver_serial_line, "preset=olivetti&ack=0", NULL), LOY_OK);
    feed("\x02MEMBER42\x03");
    assert_sent("");
    assert_int_equal(begin(&driver_serial_line, "ack=1", NULL), LOY_OK);
    feed(";123456\r"); /* half a stripe */
    assert_misread(LOY_MISREAD_TRUNCATED);
    assert_sent("15");
    assert_int_equal(begin(&driver_serial_line, "ack=1&prefix=>", NULL), LOY_OK);
    feed(">MEMBER42\r");
    assert_sent("06");
    feed("MEMBER42\r");
    assert_misread(LOY_MISREAD_UNKNOWN_LAYOUT);
    assert_sent("15");
}

/* Seven bits with parity, seen by a line of eight. */
static void parity_is_recognised(void **unused)
{
    (void)unused;
    static const uint8_t even[] = {0xB2, 0x39, 0xB1, 0xB2, 0x33, 0xB4, 0x8D};
    static const uint8_t odd[] = {0x32, 0xB9, 0x31, 0x32, 0xB3, 0x34, 0x0D};
    static const uint8_t neither[] = {0xB2, 0xB9, 0x32, 0x39, 0x0D};
    static const uint8_t few[] = {0xB2, 0xB1, 0x0D};
    assert_int_equal(begin(&driver_serial_line, "", NULL), LOY_OK);
    feed_bytes(even, sizeof even);
    silence();
    assert_misread(LOY_MISREAD_PARITY);
    assert_hint("?bits=7&parity=even");
    feed_bytes(odd, sizeof odd);
    assert_misread(LOY_MISREAD_PARITY);
    assert_hint("?bits=7&parity=odd");
    feed("MEMBER42\r");
    assert_read("MEMBER42");
    assert_hint("");
    feed("MEMBER42\r");
    assert_hint(NULL);
    feed_bytes(neither, sizeof neither);
    assert_hint(NULL);
    feed_bytes(few, sizeof few);
    assert_hint("line settings are wrong");
}

static void damage_in_a_row_is_told(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "preset=ncr", NULL), LOY_OK);
    for (int i = 0; i < 3; i++) {
        feed_bytes("\x02M\0MBER\x03", 8);
        assert_misread(LOY_MISREAD_PARITY);
        assert_hint(i == 0 ? NULL : "line settings are wrong");
    }
    feed("\x02MEMBER42\x03");
    assert_hint("");
    feed_bytes("\x02M\0MBER\x03", 8);
    assert_hint(NULL);
}

static void a_missing_suffix_is_told(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "", NULL), LOY_OK);
    feed("MEMBER42");
    silence();
    assert_misread(LOY_MISREAD_TRUNCATED);
    assert_hint(NULL);
    feed("MEMBER42");
    silence();
    assert_hint("?suffix=none");
    feed("MEMBER42\r");
    assert_hint("");
    /* From now on it is a line that is cut. */
    for (int i = 0; i < 3; i++) {
        feed("MEMB");
        silence();
        assert_misread(LOY_MISREAD_TRUNCATED);
        assert_hint(NULL);
    }
}

static void missing_frames_are_told(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "preset=cute", NULL), LOY_OK);
    feed("MEMBER42\r");
    silence();
    assert_misread(LOY_MISREAD_DEVICE);
    assert_hint(NULL);
    feed("MEMBER42\r");
    silence();
    assert_hint("?preset=plain");
    feed("\x02MEMBER42\x03");
    assert_hint("");
}

static void a_scanner_that_waits_for_ack_is_told(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_serial_line, "", NULL), LOY_OK);
    feed("\x02MEMBER42\x03");
    assert_read("MEMBER42");
    assert_hint(NULL);
    assert_true(step.wait_ms >= 3000);
    silence();
    assert_false(step.has_event);
    assert_hint("?ack=1");
    assert_int_equal(step.wait_ms, 0);
    /* It comes again and again. */
    for (int i = 0; i < 3; i++) {
        feed("\x02MEMBER42\x03");
        assert_read("MEMBER42");
    }
    assert_hint("?ack=1");
    /* It goes on: all is well, for ever. */
    feed("\x02MEMBER43\x03");
    assert_hint("");
    assert_int_equal(step.wait_ms, 0);
    feed("\x02MEMBER44\x03");
    assert_hint(NULL);
    /* Where frames are acknowledged there is nothing to say. */
    assert_int_equal(begin(&driver_serial_line, "ack=1", NULL), LOY_OK);
    for (int i = 0; i < 4; i++) {
        feed("\x02MEMBER42\x03");
        assert_hint(NULL);
        assert_int_equal(step.wait_ms, 0);
    }
}

#define EAN                                                                                        \
    "\x12\xf3\0\0\x0b"                                                                             \
    "2912345678903\xfc\x45"
/* Nothing of a card stays: not in what a session keeps, and not behind an event. */
static void no_state_keeps_card_bytes(void **unused)
{
    (void)unused;
    static const struct {
        const struct loy_driver *driver;
        const char *bytes;
        size_t n;
    } rows[] = {
        {&driver_zebra_ssi, BYTES(EAN)},
        {&driver_zebra_ssi, BYTES("2912345678903\r")},
        {&driver_zebra_ssi, BYTES("\x11\xf3\0\x02\x1c"
                                  "291234567890\xfc\x66")},
        {&driver_serial_line, BYTES("2912345678903\r")},
        {&driver_serial_line, BYTES("\x02"
                                    "2912345678903\x03")},
        {&driver_serial_line, BYTES("\x16\xfe"
                                    "0000\rMSGGET0014sE0\x1d"
                                    "2912345678903\r")},
        {&driver_serial_line, BYTES("29123456789")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(begin(rows[i].driver, "", NULL), LOY_OK);
        feed_bytes(rows[i].bytes, rows[i].n);
        size_t kept = step.has_event ? driver->state_size : driver->session_size;
        assert_int_equal(step.has_event, i != 2 && i != 6);
        for (size_t at = 0; at + 4 <= kept; at++)
            if (memcmp(state + at, "2345", 4) == 0) fail_msg("row %zu keeps it at %zu", i, at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_the_presets_unless_options_say_otherwise),
        cmocka_unit_test(impossible_options_are_refused),
        cmocka_unit_test(the_gap_is_as_long_as_was_asked),
        cmocka_unit_test(lines_are_acknowledged_where_asked),
        cmocka_unit_test(parity_is_recognised),
        cmocka_unit_test(damage_in_a_row_is_told),
        cmocka_unit_test(a_missing_suffix_is_told),
        cmocka_unit_test(missing_frames_are_told),
        cmocka_unit_test(a_scanner_that_waits_for_ack_is_told),
        cmocka_unit_test(no_state_keeps_card_bytes),
    };
    return cmocka_run_group_tests_name("serial lines", tests, NULL, NULL);
}
