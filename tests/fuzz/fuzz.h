/* SPDX-License-Identifier: MIT
 *
 * fuzz.h - what every event must fulfil, whatever the bytes were; shared by the fuzz targets.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdlib.h>

#include "driver.h"
#include "guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The driver or check that the target is for: of its own program when fuzzing, of replay.c's call.
 */
#ifdef FUZZ_SUBJECT
static const char *const fuzz_subject = FUZZ_SUBJECT;
#else
extern const char *fuzz_subject;
#endif

static inline void fuzz_check_event(const struct loy_event *event)
{
    bool read = event->kind == LOY_EVENT_READ;
    if (event->kind < LOY_EVENT_READ || event->kind > LOY_EVENT_FOREIGN) abort();
    if (event->part_count > LOY_PARTS_MAX || event->data_length > LOY_EVENT_DATA_MAX) abort();
    if (!read && (event->part_count > 0 || event->data_length > 0)) abort();
    if (read && event->part_count == 0) abort();
    for (size_t i = 0; i < event->part_count; i++)
        if (event->parts[i].offset + event->parts[i].length > event->data_length) abort();
}

#endif
