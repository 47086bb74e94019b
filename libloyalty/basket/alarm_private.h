/* SPDX-License-Identifier: MIT
 *
 * alarm_private.h - how the rates of operators are judged against each other: what alarm.c counts
 * and alarm_rate.c judges. Counts only.
 */
#ifndef ALARM_PRIVATE_H
#define ALARM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alarm_rate {
    int64_t operator_number, count, of;
    int64_t seen_count, seen_of; /* of these, what somebody has looked at */
    int64_t others, others_of;
    double chance;
    bool alarm, acknowledged; /* acknowledged: without what was looked at, it is none */
};
/* Fills the rest of all rates of one kind (loyalty/counter.h says how). false: no memory. */
bool alarm_rates_judge(struct alarm_rate *rates, size_t count, int64_t percent, int64_t least);

#endif
