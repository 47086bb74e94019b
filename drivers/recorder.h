/* SPDX-License-Identifier: MIT
 *
 * recorder.h - what one reader sends, to a file that transport_file replays; only what the guard
 * let pass. In: bytes with the redacted rest, silences, judged events; out: lines of a file. Must
 * not know: transports, any device family.
 */
#ifndef DRIVERS_RECORDER_H
#define DRIVERS_RECORDER_H

#include "driver.h"

/* The longest message: a QR code of 3,000 characters that a keyboard types. */
#define RECORDER_HELD_MAX (256u * 1024u)

struct recorder;

/* The head of the file. */
struct recorder_head {
    const struct loy_driver *driver; /* NULL: none decodes it, so every chunk is written at once */
    const struct loy_identity *who;
    const char *product;
    bool test_cards;
};

/* Makes the file, which must not be there. On failure text says why, and no file is left. */
enum loy_status recorder_open(struct recorder **recorder, const char *path,
    const struct recorder_head *head, char *text, size_t text_size);

/* What the driver is about to get. A copy is made and redacted; nothing is held yet. */
void recorder_look(struct recorder *recorder, const struct loy_driver *driver, const void *state,
    const uint8_t *bytes, size_t length);
/* It used so many of them, and gave an event, or waits for more. None, with an event: the report
 * that ends the event comes again. */
void recorder_hold(struct recorder *recorder, size_t used, bool event, bool waits);
/* The driver was told of a silence of so long; idle: it waits for nothing more and gave no event.
 */
void recorder_silence(struct recorder *recorder, uint32_t wait_ms, bool idle);
/* What the driver made of the bytes held, before the guard. */
void recorder_read(struct recorder *recorder, const struct loy_event *event);
/* What became of them: written, or wiped. The event is judged already. */
void recorder_take(struct recorder *recorder, const struct loy_event *event);
/* They belong to nothing that is delivered: wiped. */
void recorder_drop(struct recorder *recorder);

/* Ends the file. *reads: those in it. A failure is that of the first write that failed; what was
 * written before it is whole. */
enum loy_status recorder_close(
    struct recorder *recorder, uint64_t *reads, char *text, size_t text_size);

#endif
