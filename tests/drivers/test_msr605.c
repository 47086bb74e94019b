/* SPDX-License-Identifier: MIT
 *
 * test_msr605.c - the dialogue with the MSR605 family, on its serial line and in HID packets: who
 * says what when, and that nothing but commands that read can ever be sent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "msr605_core.h"

#define CARD ";60058541029558180=9904?"
#define BLOCK                                                                                      \
    "\x1bs\x1b\x01\x1b\x02" CARD "\x1b\x03?\x1c\x1b"                                               \
    "0"

static struct loy_step step;
static unsigned char state_of[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static const struct loy_driver *driver;

static void start_with(const char *name, const struct loy_option *options, size_t count)
{
    static struct loy_identity who;
    struct loy_line_settings line = {0};
    const char *complaint = "";
    driver = driver_find(name);
    who = (struct loy_identity){.bus = driver->bus, .options = options, .option_count = count};
    memset(state_of, 0, sizeof state_of);
    bool serial = driver->bus == LOY_BUS_SERIAL;
    assert_int_equal(driver->start(state_of, &who, serial ? &line : NULL, &complaint), LOY_OK);
    if (serial) assert_true(line.baud == 9600 && line.bits == 8 && line.parity == 'N');
}

static size_t count_bytes(const uint8_t *bytes, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0) count++;
    return count;
}

/* ---- The dialogue --------------------------------------------------------------------------- */

/* The device's part of a dialogue, and the till's: what is done, and what must come of it. */
enum act { OPEN, SAY, SILENCE, ACCEPT, REJECT };

struct turn {
    enum act act;
    const char *bytes; /* SAY */
    uint8_t sent;      /* code of the command, 0: none */
    uint32_t wait_ms;  /* UINT32_MAX: not looked at */
    uint8_t event;     /* kind, 0: none */
    const char *hint;  /* what it begins with; NULL: none */
};

#define ANY UINT32_MAX

/* The code of the command in step, after a look at its wrapping; 0: none. */
static uint8_t sent_code(void)
{
    if (step.send_length == 0) return 0;
    const uint8_t *bytes = step.send;
    if (driver == &driver_msr605x) {
        assert_int_equal(step.send_length, 64);
        assert_int_equal(*bytes++, 0xC2);
        assert_int_equal(count_bytes(step.send + 3, 61), 0);
    } else {
        assert_int_equal(step.send_length, 2);
    }
    assert_int_equal(bytes[0], 0x1B);
    return bytes[1];
}

static void say(const char *text, size_t n)
{
    uint8_t report[64] = {0};
    if (driver != &driver_msr605x) {
        driver->feed(state_of, (const uint8_t *)text, n, &step);
        return;
    }
    assert_true(n < sizeof report);
    report[0] = (uint8_t)(0xC0 | n);
    memcpy(report + 1, text, n);
    driver->feed(state_of, report, sizeof report, &step);
}

static void act(const struct turn *turn)
{
    step_clear(&step);
    if (turn->act == OPEN) driver->open(state_of, &step);
    if (turn->act == SAY) say(turn->bytes, strlen(turn->bytes));
    if (turn->act == SILENCE) driver->silence(state_of, &step);
    if (turn->act == ACCEPT) driver->answer(state_of, LOY_ANSWER_ACCEPTED, &step);
    if (turn->act == REJECT) driver->answer(state_of, LOY_ANSWER_REJECTED, &step);
}

static void play_turns(const struct turn *turns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct turn *turn = &turns[i];
        act(turn);
        bool hint = turn->hint == NULL ? step.hint == NULL
                                       : step.hint != NULL && strncmp(step.hint, turn->hint,
                                                                  strlen(turn->hint)) == 0;
        if (sent_code() != turn->sent || !hint || step.has_event != (turn->event != 0) ||
            (turn->event != 0 && step.event.kind != turn->event) ||
            (turn->wait_ms != ANY && step.wait_ms != turn->wait_ms))
            fail_msg("%s, turn %zu: sent %02x, wait %u, event %d, hint %s", driver->name, i,
                sent_code(), step.wait_ms, step.has_event, step.hint ? step.hint : "none");
    }
}

static const char block[] = BLOCK;

// clang-format off
static const struct turn one_card[] = {
    {OPEN,    NULL,     0x61, 100,   0, NULL},
    {SILENCE, NULL,     0x65, 1000,  0, NULL},
    {SAY,     "\x1by",  0x72, 60000, 0, ""},
    {SAY,     block,    0,    500,   LOY_EVENT_READ, NULL},
    {ACCEPT,  NULL,     0x83, 500,   0, NULL},
    {SILENCE, NULL,     0x81, 100,   0, NULL},
    {SILENCE, NULL,     0x61, 100,   0, NULL},
    {SILENCE, NULL,     0x65, 1000,  0, NULL},
    {SAY,     "y",      0x72, 60000, 0, ""},   /* the ESC got lost */
    {SAY,     block,    0,    500,   LOY_EVENT_READ, NULL},
    {REJECT,  NULL,     0x85, 500,   0, NULL},
    {SILENCE, NULL,     0x81, 100,   0, NULL},
};
static const struct turn no_answer_from_the_till[] = {
    {OPEN,    NULL,     0x61, ANY,   0, NULL},
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SAY,     "\x1by",  0x72, ANY,   0, ""},
    {SAY,     block,    0,    500,   LOY_EVENT_READ, NULL},
    {SILENCE, NULL,     0x61, 100,   0, NULL},
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SAY,     "\x1by",  0x72, 60000, 0, ""},
    {ACCEPT,  NULL,     0x83, 500,   0, NULL}, /* late: shown all the same */
    {SILENCE, NULL,     0x81, ANY,   0, NULL},
    {SILENCE, NULL,     0x61, ANY,   0, NULL},
};
static const struct turn no_device[] = {
    {OPEN,    NULL,     0x61, ANY,   0, NULL},
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SILENCE, NULL,     0x61, 1000,  0, "does not answer"},
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SAY,     "\x1b" "0", 0,  1000,  0, NULL}, /* not the answer */
    {SILENCE, NULL,     0x61, 1000,  0, "does not answer"},
    {SAY,     "y",      0,    100,   0, NULL}, /* nobody asked */
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SAY,     "\x1by",  0x72, 60000, 0, ""},
    {SILENCE, NULL,     0x61, 100,   0, NULL}, /* is it still there? */
};
static const struct turn half_a_card[] = {
    {OPEN,    NULL,     0x61, ANY,   0, NULL},
    {SILENCE, NULL,     0x65, ANY,   0, NULL},
    {SAY,     "\x1by",  0x72, ANY,   0, ""},
    {SAY,     "\x1bs\x1b\x01\x1b\x02;6005", 0, 500, 0, NULL},
    {ACCEPT,  NULL,     0,    0,     0, NULL}, /* a card is on its way */
    {SILENCE, NULL,     0x61, 100,   LOY_EVENT_MISREAD, NULL},
    {SAY,     block,    0,    500,   LOY_EVENT_READ, NULL},
};
static const struct turn nobody_listens[] = {
    {SAY,     "\x1by",  0,    0,     0, NULL},
    {SAY,     block,    0,    0,     LOY_EVENT_READ, NULL},
    {ACCEPT,  NULL,     0,    0,     0, NULL},
    {SILENCE, NULL,     0,    0,     0, NULL},
};
// clang-format on

static const char *const families[] = {"msr605", "msr605x"};

#define PLAY(turns) play_turns(turns, sizeof turns / sizeof turns[0])

static void test_dialogues(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        start_with(families[i], NULL, 0);
        PLAY(one_card);
        start_with(families[i], NULL, 0);
        PLAY(no_answer_from_the_till);
        start_with(families[i], NULL, 0);
        PLAY(no_device);
        start_with(families[i], NULL, 0);
        PLAY(half_a_card);
        start_with(families[i], NULL, 0);
        PLAY(nobody_listens);
    }
}

static void test_raw_is_asked_for(void **unused)
{
    (void)unused;
    static const struct loy_option raw = {"read", "raw"};
    static const struct turn turns[] = {{OPEN, NULL, 0x61, ANY, 0, NULL},
        {SILENCE, NULL, 0x65, ANY, 0, NULL}, {SAY, "\x1by", 0x6D, ANY, 0, ""}};
    for (size_t i = 0; i < 2; i++) {
        start_with(families[i], &raw, 1);
        PLAY(turns);
    }
}

static void test_nothing_of_a_card_stays(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        start_with(families[i], NULL, 0);
        PLAY(half_a_card);
        for (size_t at = 0; at + 5 <= driver->state_size; at++)
            assert_true(memcmp(state_of + at, ";6005", 5) != 0);
    }
}

/* Output where the device has no feature report. */
static void test_how_commands_travel(void **unused)
{
    (void)unused;
    static const struct {
        const char *descriptor;
        enum loy_send kind;
    } rows[] = {
        {"05010900a1011900293f150025ff7508954081021900293f91020600ff092026ff009540b20201c0",
            LOY_SEND_FEATURE},
        {"0600ff0901a101150026ff00750895400901810209029102c0", LOY_SEND_OUTPUT},
    };
    for (size_t i = 0; i < 2; i++) {
        static struct loy_identity who;
        uint8_t bytes[64];
        size_t n = strlen(rows[i].descriptor) / 2;
        for (size_t k = 0; k < n; k++) {
            char pair[3] = {rows[i].descriptor[2 * k], rows[i].descriptor[2 * k + 1], '\0'};
            bytes[k] = (uint8_t)strtoul(pair, NULL, 16);
        }
        who = (struct loy_identity){.bus = LOY_BUS_USB_HID, .has_descriptor = true};
        assert_int_equal(hid_descriptor_parse(bytes, n, &who.layout), LOY_OK);
        const char *complaint = "";
        driver = &driver_msr605x;
        memset(state_of, 0, sizeof state_of);
        assert_int_equal(driver->start(state_of, &who, NULL, &complaint), LOY_OK);
        step_clear(&step);
        driver->open(state_of, &step);
        assert_int_equal(step.send_kind, rows[i].kind);
    }
}

/* ---- Reading only --------------------------------------------------------------------------- */

/* Every byte that may ever follow ESC. Among what is not: 'w', 'n' write, 'c' erases, 'x', 'y',
 * 'b', 'o', 'z' change how the device writes. */
static bool only_reads(uint8_t code)
{
    static const uint8_t allowed[] = {0x61, 0x65, 0x72, 0x6D, 0x81, 0x83, 0x85};
    return memchr(allowed, code, sizeof allowed) != NULL;
}

static void test_every_command_only_reads(void **unused)
{
    (void)unused;
    for (int command = MSR_NOTHING + 1; command < MSR_COMMANDS; command++) {
        uint8_t bytes[MSR_COMMAND_BYTES] = {0};
        msr_command_bytes((enum msr_command)command, bytes);
        assert_int_equal(bytes[0], 0x1B);
        if (!only_reads(bytes[1])) fail_msg("command %d is %02x", command, bytes[1]);
    }
}

static uint32_t random_state = 1;

static uint32_t next_random(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return random_state >> 8;
}

/* Bytes that mean something to the device more often than others. */
static size_t fill_random(uint8_t *bytes)
{
    static const char pieces[][12] = {"\x1b", "s", "\x1b\x01", "\x1b\x02", ";6005=99?", "?\x1c\x1b",
        "0", "\x1by", "\x1bw", "\x1bn", "\x1b\x63\x07", "%M1^A?", "\x1b+"};
    size_t n = 0;
    for (size_t i = next_random() % 6; i > 0; i--) {
        const char *piece = pieces[next_random() % (sizeof pieces / sizeof pieces[0])];
        memcpy(bytes + n, piece, strlen(piece));
        n += strlen(piece);
    }
    for (size_t i = next_random() % 4; i > 0; i--)
        bytes[n++] = (uint8_t)next_random();
    return n;
}

static void take_random_turn(void)
{
    uint8_t bytes[128] = {0};
    size_t n = fill_random(bytes + 1);
    step_clear(&step);
    switch (next_random() % 8) {
    case 0:
        driver->open(state_of, &step);
        break;
    case 1:
    case 2:
        driver->silence(state_of, &step);
        break;
    case 3:
        driver->answer(
            state_of, next_random() % 2 ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED, &step);
        break;
    default:
        bytes[0] = (uint8_t)((next_random() % 4) << 6 | (n & 63));
        driver->feed(state_of, bytes + (driver == &driver_msr605), n + 1, &step);
    }
}

static void test_nothing_else_is_ever_sent(void **unused)
{
    (void)unused;
    size_t sent = 0, codes[256] = {0};
    for (size_t i = 0; i < 2; i++) {
        start_with(families[i], NULL, 0);
        for (size_t turn = 0; turn < 600000; turn++) {
            take_random_turn();
            uint8_t code = sent_code();
            if (code != 0 && !only_reads(code)) fail_msg("%s sent %02x", driver->name, code);
            sent += code != 0;
            codes[code]++;
        }
    }
    assert_true(sent > 10000);
    assert_true(
        codes[0x61] && codes[0x65] && codes[0x72] && codes[0x81] && codes[0x83] && codes[0x85]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dialogues),
        cmocka_unit_test(test_raw_is_asked_for),
        cmocka_unit_test(test_nothing_of_a_card_stays),
        cmocka_unit_test(test_how_commands_travel),
        cmocka_unit_test(test_every_command_only_reads),
        cmocka_unit_test(test_nothing_else_is_ever_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
