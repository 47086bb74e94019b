/* SPDX-License-Identifier: MIT
 *
 * stripe.h - the three tracks of one swipe, gathered by the drivers of stripe readers.
 * In: each track's text or raw bits as the reader gives it; out: one event.
 * Must not know: any reader's layout, what the text means.
 */
#ifndef DRIVERS_STRIPE_H
#define DRIVERS_STRIPE_H

#include "bits.h"
#include "driver.h"

#define STRIPE_TRACKS 3u

/* Track 1 is tracks[0]. Text lies with the caller, or in decoded[]. */
struct stripe {
    struct {
        uint8_t status; /* enum loy_part_status; MASKED without text: sent encrypted only */
        const uint8_t *text;
        size_t length;
    } tracks[STRIPE_TRACKS];
    char decoded[STRIPE_TRACKS][BITS_CHARS_MAX + 1];
};

void stripe_begin(struct stripe *stripe); /* all tracks empty */
void stripe_wipe(struct stripe *stripe);

/* GOOD with both sentinels (what follows the end sentinel is an LRC and left out), EMPTY without
 * text between them, else BAD. */
void stripe_set_text(struct stripe *stripe, unsigned index, const uint8_t *text, size_t length);

/* The bits of one track in 1 to 255 bytes, in whatever order: GOOD, EMPTY, BAD where it is a
 * damaged track (then nothing is kept), else NOT_ISO with the bytes. */
void stripe_set_bits(struct stripe *stripe, unsigned index, const uint8_t *bytes, size_t length);

void stripe_set_status(struct stripe *stripe, unsigned index, enum loy_part_status status);

/* A good track of a reader that encrypts becomes MASKED if its number is masked. */
void stripe_check_mask(struct stripe *stripe, unsigned index);

/* A read; a misread if no track was good and one was bad; refused if all that there is came
 * encrypted only. Empty tracks are told only where nothing else is. */
void stripe_report(const struct stripe *stripe, const char *driver, struct loy_event *event);

#endif
