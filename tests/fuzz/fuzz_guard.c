/* SPDX-License-Identifier: MIT
 *
 * fuzz_guard.c - any text as any part, with and without an own range: byte 0 chooses.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct loy_event event;
    static struct guard guard;
    struct loy_range range = {.prefix = "600585", .length = 17};
    struct loy_guard_rules rules = {&range, size > 0 ? bytes[0] & 1u : 0};
    if (size < 2 || size - 2 > LOY_EVENT_DATA_MAX) return 0;
    if (guard_init(&guard, &rules) != LOY_OK) abort();
    event_begin(&event, "fuzz");
    if (bytes[0] & 2)
        event_add_track(&event, bytes[0] >> 2 & 3u, LOY_PART_GOOD, bytes + 2, size - 2);
    else
        event_add_symbol(&event, bytes[1] % loy_symbology_count, "", bytes + 2, size - 2);
    guard_judge(&guard, &event);
    fuzz_check_event(&event);
    return 0;
}
