/* SPDX-License-Identifier: MIT
 *
 * fuzz_hid_driver.c - FUZZ_DRIVER on a descriptor that the fuzzer makes up, with all that the hub
 * asks of it. Input: a report descriptor with its length before it (16 bits, low byte first), then
 * calls: one byte that says which, then for reports the length (16 bits) and the bytes. A report
 * that was redacted first must give the same as it would have given.
 */
#include "fuzz.h"

static struct loy_identity who;
static const struct loy_driver *driver;
static unsigned char state[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static unsigned char twin[LOY_DRIVER_STATE_MAX] __attribute__((aligned(16)));
static struct loy_step step, other;

static void clear_step(struct loy_step *one)
{
    memset(one, 0, offsetof(struct loy_step, event));
}

static void check_step(const struct loy_step *one, size_t length)
{
    if (one->used > length || one->send_length > LOY_SEND_MAX) abort();
    if (one->has_event) fuzz_check_event(&one->event);
}

static void feed_both(const uint8_t *bytes, size_t length)
{
    static uint8_t redacted[65536];
    memcpy(redacted, bytes, length);
    memcpy(twin, state, sizeof state);
    if (driver->redact != NULL) driver->redact(twin, redacted, length);
    for (unsigned calls = 0; calls < 65536; calls++) {
        clear_step(&step);
        clear_step(&other);
        driver->feed(state, bytes, length, &step);
        driver->feed(twin, redacted, length, &other);
        check_step(&step, length);
        if (step.used != other.used || step.has_event != other.has_event) abort();
        if (step.has_event) {
            const struct loy_event *one = &step.event, *two = &other.event;
            if (one->kind != two->kind || one->reason != two->reason) abort();
            if (one->data_length != two->data_length) abort();
            if (memcmp(one->data, two->data, one->data_length) != 0) abort();
        }
        if (step.used == length) return;
        if (!step.has_event) abort(); /* neither progress nor news */
    }
    abort();
}

static size_t call(const uint8_t *bytes, size_t size)
{
    unsigned which = bytes[0] % 5;
    size_t at = 1;
    clear_step(&step);
    if (which == 1) driver->silence(state, &step);
    if (which == 2 && driver->open != NULL) driver->open(state, &step);
    if (which > 2 && driver->answer != NULL)
        driver->answer(state, which == 3 ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED, &step);
    check_step(&step, 0);
    if (which != 0 || size < 3) return at;
    size_t length = (size_t)bytes[1] | (size_t)bytes[2] << 8;
    at = 3;
    if (length > size - at) length = size - at;
    if (length > 0) feed_both(bytes + at, length);
    return at + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *words = "";
    if (size < 4) return 0;
    size_t length = (size_t)bytes[0] | (size_t)bytes[1] << 8, at = 4;
    if (length > size - at) length = size - at;
    who = (struct loy_identity){.bus = LOY_BUS_USB_HID,
        .vid = (uint16_t)(bytes[2] << 8 | bytes[3]),
        .has_descriptor = length > 0};
    if (length > 0 && hid_descriptor_parse(bytes + at, length, &who.layout) != LOY_OK) return 0;
    driver = driver_find(FUZZ_DRIVER);
    memset(state, 0, sizeof state);
    driver->claim(&who, &words);
    if (driver->start(state, &who, NULL, &words) != LOY_OK) return 0;
    for (at += length; at < size;)
        at += call(bytes + at, size - at);
    return 0;
}
