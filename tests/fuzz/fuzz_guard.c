/* SPDX-License-Identifier: MIT
 *
 * fuzz_guard.c - any text as any part, with and without an own range. Byte 0: bit 0 range, bit 1
 * track, bits 2-3 its number, bit 4 masked by the reader, bit 5 ]X0, bit 6 a blank track before it.
 * Byte 1: symbology.
 */
#include "fuzz.h"

/* A masked number is no own number, and what was refused tells nothing of the shop's. */
static void check_masks(const struct guard *guard, const struct loy_event *event, bool masked)
{
    bool own = guard_masks_own(guard, event);
    if (own && (event->kind != LOY_EVENT_READ || guard->range_count == 0)) abort();
    if (!masked || event->kind != LOY_EVENT_READ) return;
    if (event->parts[event->part_count - 1].status != LOY_PART_MASKED) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_event event, before;
    static struct guard guard;
    struct loy_range range = {.prefix = "600585", .length = 17};
    struct loy_guard_rules rules = {&range, size > 0 ? bytes[0] & 1u : 0};
    if (size < 2 || size - 2 > LOY_EVENT_DATA_MAX) return 0;
    if (guard_init(&guard, &rules) != LOY_OK) abort();
    event_begin(&event, "fuzz");
    bool masked = bytes[0] & 2 && bytes[0] & 16;
    if (bytes[0] & 64) event_add_track(&event, 1, LOY_PART_EMPTY, NULL, 0);
    if (bytes[0] & 2)
        event_add_track(&event, bytes[0] >> 2 & 3u, masked ? LOY_PART_MASKED : LOY_PART_GOOD,
            bytes + 2, size - 2);
    else
        event_add_symbol(&event, bytes[1] % loy_symbology_count, bytes[0] & 32 ? "]X0" : "",
            bytes + 2, size - 2);
    before = event;
    guard_judge(&guard, &event);
    fuzz_check_event(&event);
    check_masks(&guard, &event, masked);
    if (event.kind != LOY_EVENT_READ) return 0;
    if (memcmp(event.data, before.data, before.data_length) != 0) abort(); /* as it came */
    return 0;
}
