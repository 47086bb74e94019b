/* SPDX-License-Identifier: MIT
 *
 * swipes.h - a payment card as each driver's device would send it. In: a driver and a number; out:
 * a recording. Must not know: the program, the search.
 */
#ifndef TESTS_TRACES_SWIPES_H
#define TESTS_TRACES_SWIPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct swipe {
    const char *driver;  /* NULL at the end of the table */
    const char *options; /* "option: ..." lines of the recording, or "" */
    /* The next report or chunk of the swipe; 0: no more. part counts from 0. */
    size_t (*next)(const char *pan, unsigned part, uint8_t *bytes);
};

extern const struct swipe swipes[];

/* False: the file cannot be written. */
bool swipe_write(const char *path, const struct swipe *swipe, const char *pan);

#endif
