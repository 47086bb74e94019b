/* SPDX-License-Identifier: MIT
 *
 * line_watch.h - what is wrong with the settings of a serial line, told from the lines that come.
 * In: lines, whole or not; out: a sentence for the person who set it up.
 * Must not know: how lines are cut, what they mean. Of a line it keeps its length and a sum.
 */
#ifndef DRIVERS_LINE_WATCH_H
#define DRIVERS_LINE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_sight {
    LINE_READ,     /* it ended as the settings say */
    LINE_FRAME,    /* as READ, between STX and ETX, and nobody acknowledged it */
    LINE_DAMAGED,  /* it holds what no line may hold */
    LINE_ENDLESS,  /* silence came before its end */
    LINE_UNFRAMED, /* bytes without STX where only frames count */
    LINE_SILENCE   /* line_watch_waits(), and nothing came */
};

struct line_watch {
    uint8_t damaged, endless, unframed; /* in a row */
    bool ended;                         /* lines end as the settings say */
    bool flows;                         /* a frame was followed by another one */
    bool waits;
    bool hinted;
    uint8_t repeats;
    uint16_t length, sum; /* of the last frame, behind which none came yet */
};

/* How long after a frame it is said that the scanner may wait for ACK. */
#define LINE_WATCH_MS 4000u

/* A constant sentence, "" to take back the last one, NULL for no change. */
const char *line_watch_see(
    struct line_watch *watch, enum line_sight sight, const uint8_t *text, size_t n);

#endif
