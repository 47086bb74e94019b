/* SPDX-License-Identifier: MIT
 *
 * clock_reading.h - what the tests of the clock's guard share: a reading judged, a basket sold at
 * it, a program run anew.
 */
#ifndef CLOCK_READING_H
#define CLOCK_READING_H

#include "shop.h"

#include <loyalty/clock.h>

#define SECOND INT64_C(1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define START INT64_C(1770000000000000) /* February 2026 */

/* Readings; 0: none. */
static inline struct loy_clock_verdict judge(
    struct shop *shop, int64_t at_us, int64_t monotonic_us, int64_t outside_us)
{
    const struct loy_clock_now now = {
        .size = sizeof now, .at_us = at_us, .monotonic_us = monotonic_us, .outside_us = outside_us};
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    ASSERT_STATUS(loy_clock_judge(shop->store, &now, &verdict), LOY_OK);
    return verdict;
}

static inline void sell(struct shop *shop, int64_t at_us, int16_t offset_min)
{
    const struct loy_line line = shop_line(shop->shirt, 1000, 900, 0);
    struct loy_basket_head head = shop_head(at_us);
    head.offset_min = offset_min;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
}

/* A new run of the program: what the handle remembers is gone. */
static inline void restart(struct shop *shop)
{
    loy_store_close(shop->store);
    shop->store = shop_open(shop);
}

#define level_is(verdict, wanted_what, wanted_level)                                               \
    do {                                                                                           \
        assert_string_equal(                                                                       \
            loy_clock_doubt_name((verdict).what), loy_clock_doubt_name(wanted_what));              \
        assert_int_equal((verdict).level, wanted_level);                                           \
    } while (0)

#endif
