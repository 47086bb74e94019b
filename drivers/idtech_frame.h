/* SPDX-License-Identifier: MIT
 *
 * idtech_frame.h - the frame in which ID TECH's encrypting readers send a swipe, over USB or a
 * serial line. In: its bytes, in pieces; out: an event. Must not know: reports, ports.
 */
#ifndef DRIVERS_IDTECH_FRAME_H
#define DRIVERS_IDTECH_FRAME_H

#include <loyalty/event.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDTECH_STX 0x02u
#define IDTECH_CARD_MAX 2048u /* three tracks in clear, encrypted and hashed take less than 900 */
#define IDTECH_FRAME_MAX (IDTECH_CARD_MAX + 6u)

struct idtech_frame {
    size_t length; /* 0: none has begun */
    uint8_t bytes[IDTECH_FRAME_MAX];
};

/* Whether a frame may begin with these bytes. */
bool idtech_frame_begins(const uint8_t *bytes, size_t length);

/* Takes bytes into the frame; true when it is whole. What follows the frame is not taken. The first
 * bytes must be such that a frame begins with them. */
bool idtech_frame_add(struct idtech_frame *frame, const uint8_t *bytes, size_t length);

void idtech_frame_forget(struct idtech_frame *frame);

/* The event of a whole frame. */
void idtech_frame_report(
    const struct idtech_frame *frame, const char *driver, struct loy_event *event);

/* Zeroes, in the bytes that would be added next, what is encrypted, and mends both check bytes by
 * the difference: so a good frame stays good, and a bad one bad. */
void idtech_frame_redact(const struct idtech_frame *frame, uint8_t *bytes, size_t length);

#endif
