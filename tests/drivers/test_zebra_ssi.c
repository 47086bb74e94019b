/* SPDX-License-Identifier: MIT
 *
 * test_zebra_ssi.c - the dialogue with an SSI scanner: answers to packets, first words, beep and
 * lamp, what it says of plain text and of silence.
 */
#include "serial_step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- zebra-ssi: the dialogue --------------------------------------------------------------- */

#define EAN                                                                                        \
    "\x12\xf3\0\0\x0b"                                                                             \
    "2912345678903\xfc\x45"
#define EAN_AGAIN                                                                                  \
    "\x12\xf3\0\x01\x0b"                                                                           \
    "2912345678903\xfc\x44"
#define SSI_ACK "\x04\xd0\0\0\xff\x2c"
#define ACK_HEX "04d00400ff28"

static void each_packet_is_answered(void **unused)
{
    (void)unused;
    static const struct {
        const char *bytes;
        size_t n;
        const char *sent;
    } rows[] = {
        {BYTES(EAN), ACK_HEX}, {BYTES(EAN_AGAIN), ACK_HEX},    /* a repeat: not read again */
        {BYTES("\x05\xf6\0\0\x20\xfe\xe5"), ACK_HEX},          /* event */
        {BYTES(SSI_ACK), ""},                                  /* an answer is not answered */
        {BYTES("\x05\xd1\0\0\x02\xff\x28"), ""},               /* nor is a refusal */
        {BYTES("\x04\xd0\x04\0\xff\x28"), ""},                 /* our own, come back */
        {BYTES("\x04\xa4\0\0\xff\x58"), ""},                   /* a reply */
        {BYTES("\x05\xf6\0\0\x20\xfe\xe4"), "05d1040001ff25"}, /* damaged: again */
    };
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        feed_bytes(rows[i].bytes, rows[i].n);
        assert_sent(rows[i].sent);
        assert_int_equal(step.has_event, i == 0 || i == 7);
    }
    silence();
    /* Half a packet is asked for again; both answers of one chunk are sent. */
    feed_bytes(EAN, 9);
    assert_int_equal(step.wait_ms, 300);
    silence();
    assert_misread(LOY_MISREAD_TRUNCATED);
    assert_sent("05d1040001ff25");
    feed_bytes(BYTES("\x05\xf6\0\0\x20\xfe\xe5" EAN));
    assert_read("2912345678903");
    assert_sent(ACK_HEX ACK_HEX);
    /* More than one step can answer: the rest is repeated by the scanner. */
    char many[7 * 20];
    for (size_t i = 0; i < 20; i++)
        memcpy(many + 7 * i, "\x05\xf6\0\0\x20\xfe\xe5", 7);
    feed_bytes(many, sizeof many);
    assert_int_equal(step.send_length, 9 * 6);
}

static void segments_have_their_own_answer(void **unused)
{
    (void)unused;
    uint8_t packet[257] = {0xFF, 0x73, 2, 0, 0, 0xF3, 0, 0, 0, 0xF4, 0x1C, 1, 0, 0xF2};
    unsigned sum = 0;
    memset(packet + 14, 'Z', 241);
    for (size_t i = 0; i < 255; i++)
        sum += packet[i];
    packet[255] = (uint8_t)((0x10000 - sum) >> 8);
    packet[256] = (uint8_t)(0x10000 - sum);
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed_bytes(packet, sizeof packet);
    assert_false(step.has_event);
    assert_sent("04740400ff84");
    assert_true(step.wait_ms > 4000); /* the next may be lost twice */
    packet[3] = 1;                    /* it comes again */
    packet[256]--;
    feed_bytes(packet, sizeof packet);
    assert_false(step.has_event);
    assert_sent("04740400ff84");
    feed_bytes(BYTES("\x06\x73\0\0\x01Z\xff\x2c"));
    assert_true(step.has_event);
    assert_int_equal(step.event.parts[0].length, 242);
    assert_sent(ACK_HEX);
}

/* What the scanner sends for a repeat is forgotten in time: the same symbol may be scanned anew. */
static void a_repeat_is_one_only_soon_after(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed_bytes(BYTES(EAN));
    assert_read("2912345678903");
    assert_true(step.wait_ms > 4000);
    silence();
    assert_int_equal(step.wait_ms, 0);
    feed_bytes(BYTES(EAN_AGAIN));
    assert_read("2912345678903");
}

/* The rest of a symbol whose beginning was given up must not pass for a whole one. */
static void the_rest_of_a_lost_symbol_is_no_read(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed_bytes(BYTES("\x08\xf3\0\x02\x11"
                     "ABC\xfe\x2c"));
    assert_false(step.has_event);
    assert_true(step.wait_ms > 4000);
    silence();
    assert_misread(LOY_MISREAD_TRUNCATED);
    feed_bytes(BYTES("\x08\xf3\0\x03\x11"
                     "DEF\xfe\x22"));
    assert_false(step.has_event);
    assert_sent(ACK_HEX);
    feed_bytes(BYTES("\x08\xf3\0\x01\x11"
                     "GHI\xfe\x1b"));
    assert_false(step.has_event);
    assert_sent(ACK_HEX);
    feed_bytes(BYTES("\x08\xf3\0\x01\x11"
                     "GHJ\xfe\x1a"));
    assert_read("GHJ");
}

static void after_a_lost_symbol_a_fresh_one_is_read(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed_bytes(BYTES("\x08\xf3\0\x02\x11"
                     "ABC\xfe\x2c"));
    silence();
    assert_misread(LOY_MISREAD_TRUNCATED);
    feed_bytes(BYTES(EAN));
    assert_read("2912345678903");
    /* What is damaged within a symbol has the time of a repeat. */
    feed_bytes(BYTES("\x08\xf3\0\x02\x11"
                     "ABC\xfe\x2c"));
    feed_bytes(BYTES("\x08\xf3\0\x02\x11"
                     "DEF\xfe\x24"));
    assert_misread(LOY_MISREAD_LRC);
    assert_true(step.wait_ms > 4000);
    feed_bytes(BYTES("\x08\xf3\0\x01\x11"
                     "DEF\xfe\x24"));
    assert_read("ABCDEF");
}

static void open_device(const char *query)
{
    assert_int_equal(begin(&driver_zebra_ssi, query, NULL), LOY_OK);
    clear_step();
    driver->open(state, &step);
}

static void the_first_words_are_said_one_by_one(void **unused)
{
    (void)unused;
    open_device("");
    assert_sent("04e90400ff0f");
    assert_int_equal(step.wait_ms, 300);
    feed_bytes(BYTES(SSI_ACK));
    assert_sent("07c60400ffee01fd41");
    /* A scan comes between: it has the right of way. */
    feed_bytes(BYTES(EAN));
    assert_read("2912345678903");
    assert_sent(ACK_HEX);
    feed_bytes(BYTES("\x05\xd1\0\0\x01\xff\x29")); /* not understood: once more */
    assert_sent("07c60400ffee01fd41");
    feed_bytes(BYTES("\x05\xd1\0\0\x01\xff\x29")); /* given up */
    assert_sent("07c60400ff3800fdf8");
    feed_bytes(BYTES("\x05\xd1\0\0\x06\xff\x24")); /* denied */
    assert_sent("");
    silence();
    assert_sent("");
    assert_int_equal(step.wait_ms, 0);
    open_device("beep=own&ble=1");
    assert_sent("080004e90400ff0f");
    feed_bytes(BYTES("\x08\0" SSI_ACK));
    assert_sent("0b0007c60400ffee01fd41");
    feed_bytes(BYTES("\x08\0" SSI_ACK));
    assert_sent("");
    assert_int_equal(step.wait_ms, 0);
}

static void a_scanner_that_never_answers_is_told(void **unused)
{
    (void)unused;
    static const char *const sent[] = {"04e90400ff0f", "07c60400ffee01fd41", "07c60400ffee01fd41",
        "07c60400ff3800fdf8", "07c60400ff3800fdf8", ""};
    open_device("");
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++) {
        assert_int_equal(step.wait_ms, 300);
        silence();
        assert_sent(sent[i]);
        assert_hint(i < 5 ? NULL : "does not answer");
    }
    assert_int_equal(step.wait_ms, 0);
    feed_bytes(BYTES(EAN));
    assert_hint("");
    feed_bytes(BYTES(EAN_AGAIN));
    assert_hint(NULL);
    /* One that has answered before is only slow. */
    open_device("beep=own");
    feed_bytes(BYTES(SSI_ACK));
    silence();
    silence();
    assert_hint(NULL);
    assert_int_equal(step.wait_ms, 0);
}

static void answer(enum loy_answer what)
{
    clear_step();
    driver->answer(state, what, &step);
}

static void beep_and_lamp_follow_the_answer(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed_bytes(BYTES(EAN));
    answer(LOY_ANSWER_ACCEPTED);
    assert_sent("05e7040001ff0f");
    assert_int_equal(step.wait_ms, 300);
    feed_bytes(BYTES(SSI_ACK));
    assert_sent("05e6040000ff11"); /* one short high */
    feed_bytes(BYTES(SSI_ACK));
    assert_sent("");
    assert_int_equal(step.wait_ms, 700);
    silence();
    assert_sent("05e8040003ff0c"); /* dark */
    feed_bytes(BYTES(SSI_ACK));
    assert_true(step.wait_ms > 4000);
    answer(LOY_ANSWER_REJECTED);
    assert_sent("05e7040002ff0e");
    answer(LOY_ANSWER_ACCEPTED); /* at once another: what flies is answered first */
    assert_sent("");
    assert_int_equal(step.wait_ms, 300);
    feed_bytes(BYTES(SSI_ACK));
    assert_sent("05e7040001ff0f");
    feed_bytes(BYTES("\x05\xf6\0\0\x20\xfe\xe5" SSI_ACK)); /* our answer has the right of way */
    assert_sent(ACK_HEX);
    assert_int_equal(step.wait_ms, 20);
    silence();
    assert_sent("05e6040000ff11");
    feed_bytes(BYTES(SSI_ACK));
    answer(LOY_ANSWER_REJECTED);
    feed_bytes(BYTES(SSI_ACK));
    assert_sent("05e6040007ff0a"); /* three short low ones */
    /* In the middle of a packet nothing is said. */
    feed_bytes(BYTES(SSI_ACK));
    feed_bytes(EAN, 5);
    answer(LOY_ANSWER_ACCEPTED);
    assert_sent("");
    assert_int_equal(step.wait_ms, 300);
}

static void plain_text_is_read_and_told(void **unused)
{
    (void)unused;
    assert_int_equal(begin(&driver_zebra_ssi, "", NULL), LOY_OK);
    feed("2912345678903\r\n");
    assert_read("2912345678903");
    assert_hint("Send Packeted Decode Data");
    assert_sent("");
    silence();
    assert_false(step.has_event); /* the LF is no half packet */
    feed_bytes(BYTES(EAN));
    assert_read("2912345678903");
    assert_hint("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_packet_is_answered),
        cmocka_unit_test(segments_have_their_own_answer),
        cmocka_unit_test(a_repeat_is_one_only_soon_after),
        cmocka_unit_test(the_rest_of_a_lost_symbol_is_no_read),
        cmocka_unit_test(after_a_lost_symbol_a_fresh_one_is_read),
        cmocka_unit_test(the_first_words_are_said_one_by_one),
        cmocka_unit_test(a_scanner_that_never_answers_is_told),
        cmocka_unit_test(beep_and_lamp_follow_the_answer),
        cmocka_unit_test(plain_text_is_read_and_told),
    };
    return cmocka_run_group_tests_name("dialogue with an SSI scanner", tests, NULL, NULL);
}
