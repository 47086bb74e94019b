/* SPDX-License-Identifier: MIT
 *
 * usb_faults_test.c - everything that can go wrong on the bus, at every packet of a swipe: unplug,
 * stall, noise, babble, short packets; hostile report descriptors; sleep; a thousand plugs. A swipe
 * that was disturbed is a misread, never a short read, and the next one is whole. Run under
 * umockdev-wrapper.
 */
#include "usb_bed.h"

#include <errno.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define CARD ";60058541029558180=9904?"
#define PACKET 8u
#define PACKETS ((REPORT_BYTES + PACKET - 1) / PACKET)
#define PORTS 8

static void assert_swipe_is_whole(struct emulated_usb *magtek)
{
    usb_swipe(magtek, CARD);
    await_kind(reader, &event, LOY_EVENT_READ);
    assert_part(&event, 0, CARD);
}

/* ---- At every packet ------------------------------------------------------------------------ */

static void unplugged_at_every_packet(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    usb_fill_swipe(report, CARD);
    struct emulated_usb *magtek = open_with(&model_magtek);
    for (size_t packets = 0; packets < PACKETS; packets++) {
        if (packets > 0) usb_send(magtek, report, packets * PACKET);
        usb_unplug(magtek);
        if (packets > 0) {
            await_kind(reader, &event, LOY_EVENT_MISREAD);
            assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
            assert_int_equal(event.data_length, 0);
        }
        await_kind(reader, &event, LOY_EVENT_DETACHED);
        usb_replug(magtek, &model_magtek);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        assert_int_equal(event.reader, 1);
    }
    assert_swipe_is_whole(magtek);
}

/* A fault, and what the cashier is told; without anything sent before, a stall is nobody's card. */
static void disturb_at_every_packet(int error)
{
    uint8_t report[REPORT_BYTES];
    usb_fill_swipe(report, CARD);
    struct emulated_usb *magtek = open_with(&model_magtek);
    for (size_t packets = 1; packets < PACKETS; packets++) {
        usb_send(magtek, report, packets * PACKET);
        usb_fail(magtek, error);
        await_kind(reader, &event, LOY_EVENT_MISREAD);
        assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
        assert_swipe_is_whole(magtek);
    }
}

static void stalled_at_every_packet(void **state)
{
    (void)state;
    disturb_at_every_packet(EPIPE);
}

static void noise_at_every_packet(void **state)
{
    (void)state;
    disturb_at_every_packet(EPROTO);
}

static void babble_at_every_packet(void **state)
{
    (void)state;
    disturb_at_every_packet(EOVERFLOW);
}

static void short_at_every_packet(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    usb_fill_swipe(report, CARD);
    struct emulated_usb *magtek = open_with(&model_magtek);
    for (size_t packets = 1; packets < PACKETS; packets++) {
        usb_send(magtek, report, packets * PACKET - 1 - packets % (PACKET - 1));
        await_kind(reader, &event, LOY_EVENT_MISREAD);
        assert_int_equal(event.reason, LOY_MISREAD_TRUNCATED);
        assert_swipe_is_whole(magtek);
    }
}

/* ---- Hostile report descriptors ------------------------------------------------------------- */

#define MUTANTS 300

static uint32_t random_state;

static uint32_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void mutate(uint8_t *bytes, uint8_t *length)
{
    for (uint32_t changes = 1 + random_next() % 6; changes > 0; changes--) {
        uint8_t at = (uint8_t)(random_next() % *length);
        if (random_next() % 8 == 0 && *length > 8)
            *length = (uint8_t)(*length - 1 - random_next() % 4);
        else
            bytes[at] = (uint8_t)random_next();
    }
}

/* Whatever a device tells of itself and then sends: no crash, no hang, and the reader at the next
 * port works on. */
static void hostile_descriptors(void **state)
{
    (void)state;
    static const struct usb_model *const originals[] = {&model_magtek, &model_hid_pos};
    static uint8_t bytes[256];
    static struct usb_model model; /* outlives a failed test: the emulator still has it */
    uint8_t noise[64];
    struct emulated_usb *good = open_with(&model_magtek), *bad = NULL;
    for (unsigned i = 0; i < MUTANTS; i++) {
        random_state = i + 1;
        model = *originals[i % 2];
        memcpy(bytes, model.descriptor, model.descriptor_length);
        mutate(bytes, &model.descriptor_length);
        model.descriptor = bytes;
        if (bad == NULL)
            bad = usb_plug(bed, &model, 2);
        else
            usb_replug(bad, &model);
        await_any(reader, &event, 20);
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)random_next();
        usb_send(bad, noise, 1 + random_next() % sizeof noise);
        if (i % 10 == 0) {
            while (await_any(reader, &event, 30) == LOY_OK)
                continue;
            assert_swipe_is_whole(good);
        }
        usb_unplug(bad);
        while (await_any(reader, &event, 2) == LOY_OK)
            assert_true(event.kind != LOY_EVENT_READ || event.reader != 1);
    }
    assert_swipe_is_whole(good);
}

/* ---- Sleep ---------------------------------------------------------------------------------- */

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void taken_up_after_sleep(void **state)
{
    (void)state;
    uint8_t report[REPORT_BYTES];
    usb_fill_swipe(report, CARD);
    struct emulated_usb *magtek = open_with(&model_magtek);
    /* Fewer than the client keeps queued, or there is none left for the kernel to give back. */
    for (size_t packets = 0; packets < 4; packets++) {
        if (packets > 0) usb_send(magtek, report, packets * PACKET);
        usb_sleep(magtek);
        long since = now_ms();
        if (packets > 0) await_kind(reader, &event, LOY_EVENT_MISREAD);
        await_kind(reader, &event, LOY_EVENT_DETACHED);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        assert_true(now_ms() - since < 2000);
        assert_int_equal(event.reader, 1);
        assert_swipe_is_whole(magtek);
    }
}

/* ---- A thousand plugs ----------------------------------------------------------------------- */

static unsigned plug_cycles(void)
{
    const char *text = getenv("LOYALTY_PLUG_CYCLES");
    return text != NULL ? (unsigned)strtoul(text, NULL, 10) : 1000;
}

/* Bytes in use, of this process's heap; 0 where the sanitizer's allocator does not tell (its own
 * check at the end does). */
static size_t heap_in_use(void)
{
    return mallinfo2().uordblks;
}

static void plugged_a_thousand_times(void **state)
{
    (void)state;
    struct emulated_usb *usb[PORTS] = {NULL};
    int descriptors = 0;
    size_t heap = 0;
    unsigned cycles = plug_cycles();
    open_readers();
    for (unsigned i = 0; i < cycles; i++) {
        struct emulated_usb **one = &usb[i % PORTS];
        if (*one == NULL)
            *one = usb_plug(bed, &model_magtek, 1 + i % PORTS);
        else
            usb_replug(*one, &model_magtek);
        await_kind(reader, &event, LOY_EVENT_ATTACHED);
        assert_int_equal(event.reader, 1 + i % PORTS);
        if (i % 10 == 0) assert_swipe_is_whole(*one);
        usb_unplug(*one);
        await_kind(reader, &event, LOY_EVENT_DETACHED);
        if (i != 4 * PORTS) continue;
        descriptors = open_descriptors();
        heap = heap_in_use();
    }
    assert_descriptors(descriptors);
    size_t now = heap_in_use();
    /* The emulator shares the heap: a leak of ours would be at least a report per cycle. */
    size_t growth = now > heap ? now - heap : 0;
    print_message(
        "plug cycles: %u, descriptors %d, heap grown by %zu bytes\n", cycles, descriptors, growth);
    assert_true(growth / cycles < REPORT_BYTES);
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(unplugged_at_every_packet),
        DEVICE_TEST(stalled_at_every_packet),
        DEVICE_TEST(noise_at_every_packet),
        DEVICE_TEST(babble_at_every_packet),
        DEVICE_TEST(short_at_every_packet),
        DEVICE_TEST(hostile_descriptors),
        DEVICE_TEST(taken_up_after_sleep),
        DEVICE_TEST(plugged_a_thousand_times),
    };
    return cmocka_run_group_tests_name("faults on USB", tests, NULL, NULL);
}
