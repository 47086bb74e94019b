/* SPDX-License-Identifier: MIT
 *
 * layout_repair.h - what did a device type, if the host's keyboard layout damaged it? Text is tried
 * in every way that it can have been damaged; the caller judges each result and keeps the original.
 */
#ifndef DRIVERS_LAYOUT_REPAIR_H
#define DRIVERS_LAYOUT_REPAIR_H

#include <stddef.h>
#include <stdint.h>

/* Three tracks of characters of two bytes and more; what is longer was on no card. */
#define LAYOUT_TEXT_MAX 640u

struct layout_text {
    const uint8_t *bytes;
    size_t length;
};

size_t layout_ways(void);

/* Undoes damage number way (below layout_ways()). Returns the bytes of out in use; 0 where that
 * changes nothing or leaves too few digits for a card. The caller wipes out. */
size_t layout_undo(size_t way, struct layout_text text, uint8_t out[LAYOUT_TEXT_MAX]);

#endif
