/* SPDX-License-Identifier: MIT
 *
 * rehearsal.h - what a recording will play: a second state of the same driver, fed with what is
 * about to be written behind what is in the file already. In: lines of the file to be; out: whether
 * they come to the events that were read. Must not know: files, transports, any device family.
 */
#ifndef DRIVERS_REHEARSAL_H
#define DRIVERS_REHEARSAL_H

#include "driver.h"

struct rehearsal;

/* What a message came to: two with the same events have the same score. */
struct rehearsal_score {
    unsigned events;
    uint64_t digest;
};

/* NULL: no memory, or the driver does not start for who as it would for the file. */
struct rehearsal *rehearsal_open(const struct loy_driver *driver, const struct loy_identity *who);
void rehearsal_close(struct rehearsal *rehearsal);

/* Adds one event as the driver made it, before the guard. */
void rehearsal_count(struct rehearsal_score *score, const struct loy_event *event);

/* Begins behind the last message that was kept; then its lines, one by one; then whether they, and
 * nothing that is left behind them, make what was read. If so the message is kept. */
void rehearsal_begin(struct rehearsal *rehearsal);
void rehearsal_bytes(struct rehearsal *rehearsal, const uint8_t *bytes, size_t length);
void rehearsal_wait(struct rehearsal *rehearsal, uint32_t wait_ms);
bool rehearsal_end(struct rehearsal *rehearsal, const struct rehearsal_score *read);

#endif
