/* SPDX-License-Identifier: MIT
 *
 * bits.h - magnetic stripe: flux intervals -> bits -> track text (ISO/IEC 7811-2 and -6, 7813).
 * In: intervals between flux changes, or packed bits; out: text with its sentinels, without the
 * LRC. Must not know: which reader the bits come from, what the text means.
 */
#ifndef DRIVERS_BITS_H
#define DRIVERS_BITS_H

#include <loyalty/event.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BITS_MAX 4096u      /* bits of one stripe; track 1 fills 709 at the standard's density */
#define BITS_CHARS_MAX 107u /* characters of the longest track (3), sentinels and LRC included */
#define BITS_LEAD_MIN 8u    /* zeros in a row that count as clocking lead-in */

/* How packed bits are to be read. */
struct bits_view {
    const uint8_t *packed;
    size_t count; /* bits */
    bool lsb_first;
    bool inverted;
    bool reversed; /* from the last bit to the first: a swipe the other way */
};

struct bits_track {
    uint8_t reason; /* enum loy_misread: NONE if text holds a track on which every check passed */
    uint8_t track;  /* 1: seven bits a character; 2 or 3: five bits */
    uint8_t length;
    char text[BITS_CHARS_MAX + 1];
};

enum bits_inversion { BITS_PLAIN = 0, BITS_INVERTED = 1, BITS_EITHER = 2 };

/* Finds the track in the bits, forward and backward. wanted is 1-3, or 0 for any. The reason is
 * that of the candidate that came furthest: parity, truncated, lrc, too-long; unknown-layout if
 * nothing looked like a track. */
void bits_find_track(const struct bits_view *bits, enum bits_inversion inversion, unsigned wanted,
    struct bits_track *track);

/* Whether the first bits are a clocking lead-in, and whether there is nothing but zeros. */
bool bits_have_lead(const struct bits_view *bits, enum bits_inversion inversion);
bool bits_are_blank(const struct bits_view *bits, enum bits_inversion inversion);

/* Whether digits in ISO coding stand somewhere in bits that are no valid track: a damaged card,
 * whose bits must not be handed on, since they may be a payment card's. */
bool bits_hold_digits(const struct bits_view *bits);

/* ---- Flux: one interval after the other, bits appended to packed (MSB first) ----------------- */

#define FLUX_SEED 8u

/* F2F: a change at every cell edge; one more in the middle of the cell is a 1. The cell shrinks and
 * grows with the hand, so its length follows the last cell. */
struct bits_flux {
    float cell; /* 0 until seeded */
    float half; /* first half of a cell that may be a 1; 0: none */
    float seed[FLUX_SEED];
    size_t seeds;
    size_t count; /* bits in packed */
    uint8_t packed[BITS_MAX / 8];
};

/* False: packed is full, or the interval is not a positive finite number. */
bool bits_flux_add(struct bits_flux *flux, float interval);
/* The input ended: fewer intervals than the seed needs are decoded now. */
void bits_flux_end(struct bits_flux *flux);

#endif
