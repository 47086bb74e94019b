/* SPDX-License-Identifier: MIT
 *
 * guard.h - pure; stands between every driver and every queue. What it refuses never becomes an
 * event, a log line, a recording or a row. The table is in ARCHITECTURE.md; each row has a vector
 * in tests/vectors/guard.
 */
#ifndef DRIVERS_GUARD_H
#define DRIVERS_GUARD_H

#include <loyalty/event.h>
#include <loyalty/reader.h>

struct guard {
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
};

enum loy_status guard_init(struct guard *guard, const struct loy_guard_rules *rules);

/* Judges a READ event in place: it stays a read (perhaps with parts marked masked), or becomes
 * REFUSED or FOREIGN with all its bytes wiped. Other kinds pass untouched. */
void guard_judge(const struct guard *guard, struct loy_event *event);

/* Whether a read that was judged holds a number of the shop's own ranges whose digits the reader
 * hides: "this reader masks the shop's own cards". */
bool guard_masks_own(const struct guard *guard, const struct loy_event *event);

#endif
