/* SPDX-License-Identifier: MIT
 *
 * scan_words.h - what a scan would be at the lane, in words, for `range test` and the
 * settings screen. Of a number at most the last four characters.
 */
#ifndef SCAN_WORDS_H
#define SCAN_WORDS_H

#include "cli.h"

#include <loyalty/card.h>

/* "a member's card", "an article" ... */
const char *scan_words(const struct loy_scan *scan);
/* Why there is nothing of use in it: enum loy_scan_reason. */
const char *scan_nothing_words(uint8_t reason);
/* The last four characters of what may be told; "" none. Valid as long as the scan. */
const char *scan_tail(const struct loy_scan *scan);

#endif
