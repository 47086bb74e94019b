/* SPDX-License-Identifier: MIT
 *
 * fuzz_calls.c - the driver fuzz_subject with options and a descriptor that the fuzzer makes up,
 * and all that the hub asks of it. Input: a report descriptor with its length before it (16 bits,
 * low byte first) and two bytes between them, the vendor ID or options[]; then calls: one byte that
 * says which, then for bytes of the device their length (16 bits) and themselves. A twin that is
 * fed what is left after redaction, as a recording is, must give the same.
 */
#include "fuzz.h"

/* What the two bytes choose for drivers whose options change what they read. */
static const struct {
    const char *driver;
    struct loy_option option;
} options[] = {
    {"serial-line", {"preset", "icl"}},
    {"serial-line", {"preset", "wincor"}},
    {"serial-line", {"preset", "olivetti"}},
    {"serial-line", {"preset", "cute"}},
    {"serial-line", {"suffix", "none"}},
    {"serial-line", {"suffix", "tab"}},
    {"serial-line", {"suffix", "etx"}},
    {"serial-line", {"aim", "0"}},
    {"serial-line", {"aim", "1"}},
    {"serial-line", {"lrc", "1"}},
    {"serial-line", {"ack", "1"}},
    {"serial-line", {"prefix", "<<"}},
    {"serial-line", {"postfix", ">"}},
    {"serial-line", {"length", "2"}},
    {"serial-line", {"id", "1"}},
    {"zebra-ssi", {"ble", "1"}},
    {"zebra-ssi", {"beep", "own"}},
    {"msr605", {"read", "raw"}},
    {"msr605x", {"read", "raw"}},
    {"track-bits", {"bits", "130"}},
    {"track-bits", {"order", "lsb"}},
    {"track-bits", {"inverted", "0"}},
    {"track-bits", {"inverted", "1"}},
    {"track-bits", {"track", "1"}},
    {"track-bits", {"track", "3"}},
};

static struct loy_identity who;
static struct loy_option chosen[2];
static const struct loy_driver *driver;
static unsigned char state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static unsigned char twin[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static struct loy_step step, other;

static void clear_step(struct loy_step *one)
{
    step_clear(one);
}

static void check_step(const struct loy_step *one, size_t length)
{
    if (one->used > length || one->send_length > LOY_SEND_MAX) abort();
    if (one->has_event) fuzz_check_event(&one->event);
}

static void check_same(const struct loy_step *one, const struct loy_step *two)
{
    const struct loy_event *event = &one->event, *same = &two->event;
    if (one->used != two->used || one->has_event != two->has_event) abort();
    if (!one->has_event) return;
    if (event->kind != same->kind || event->reason != same->reason) abort();
    if (event->data_length != same->data_length) abort();
    if (memcmp(event->data, same->data, event->data_length) != 0) abort();
}

/* As the hub does, once an event has been taken with the last byte. */
static void settle(void)
{
    if (!step.has_event || step.wait_ms != 0) return;
    memset(state + driver->session_size, 0, driver->state_size - driver->session_size);
    memset(twin + driver->session_size, 0, driver->state_size - driver->session_size);
}

static void feed_both(const uint8_t *bytes, size_t length)
{
    static uint8_t redacted[65536];
    size_t at = 0;
    memcpy(redacted, bytes, length);
    if (driver->redact != NULL) driver->redact(state, redacted, length);
    for (size_t calls = 0; at < length; calls++) {
        clear_step(&step);
        clear_step(&other);
        driver->feed(state, bytes + at, length - at, &step);
        driver->feed(twin, redacted + at, length - at, &other);
        check_step(&step, length - at);
        check_same(&step, &other);
        at += step.used;
        if (step.used == 0 && !step.has_event) abort(); /* neither progress nor news */
        if (calls > 2 * length) abort();
    }
    if (length > 0) settle();
}

static void call_one(unsigned which, void *self, struct loy_step *one)
{
    clear_step(one);
    if (which == 1) driver->silence(self, one);
    if (which == 2 && driver->open != NULL) driver->open(self, one);
    if (which > 2 && driver->answer != NULL)
        driver->answer(self, which == 3 ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED, one);
    check_step(one, 0);
}

static size_t call(const uint8_t *bytes, size_t size)
{
    unsigned which = bytes[0] % 5;
    call_one(which, state, &step);
    call_one(which, twin, &other);
    check_same(&step, &other);
    if (which != 0 || size < 3) return 1;
    size_t length = (size_t)bytes[1] | (size_t)bytes[2] << 8;
    if (length > size - 3) length = size - 3;
    feed_both(bytes + 3, length);
    return 3 + length;
}

/* The n-th option of the driver, from 1; more of them than there are: none. */
static void choose(unsigned n)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strcmp(options[i].driver, driver->name) == 0 && --n == 0)
            chosen[who.option_count++] = options[i].option;
}

static bool start(const uint8_t *bytes, const uint8_t *descriptor, size_t length)
{
    static struct loy_line_settings line;
    const char *words = "";
    driver = driver_find(fuzz_subject);
    who = (struct loy_identity){.bus = driver->bus,
        .vid = (uint16_t)(bytes[2] << 8 | bytes[3]),
        .has_descriptor = length > 0,
        .options = chosen};
    if (length > 0 && hid_descriptor_parse(descriptor, length, &who.layout) != LOY_OK) return false;
    choose(bytes[2]);
    choose(bytes[3]);
    memset(state, 0, sizeof state);
    driver->claim(&who, &words);
    struct loy_line_settings *wanted = driver->bus == LOY_BUS_SERIAL ? &line : NULL;
    if (driver->start(state, &who, wanted, &words) != LOY_OK) return false;
    memcpy(twin, state, sizeof twin);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 4) return 0;
    size_t length = (size_t)bytes[0] | (size_t)bytes[1] << 8, at = 4;
    if (length > size - at) length = size - at;
    if (!start(bytes, bytes + at, length)) return 0;
    for (at += length; at < size;)
        at += call(bytes + at, size - at);
    return 0;
}
