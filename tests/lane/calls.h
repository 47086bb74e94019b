/* SPDX-License-Identifier: MIT
 *
 * calls.h - one call of each kind that the lane and basket rooms have, on a store with a day in it.
 */
#ifndef CALLS_H
#define CALLS_H

#include "counter.h"

struct call {
    const char *name;
    void (*prepare)(void); /* before each try, or NULL */
    enum loy_status (*run)(void);
    enum loy_status wanted;
};
extern const struct call calls_basket[], calls_others[], calls_read[];
extern const size_t calls_basket_count, calls_others_count, calls_read_count;

struct calls_day {
    struct counter *counter;
    struct loy_credential first, pending; /* a member's, and one that nobody knows */
    struct loy_id one, sold;              /* that member, and a sale */
};
/* Writes the day: a sale, a suspended basket, a counter's customers. */
void calls_begin(struct counter *counter);
/* The store was opened anew. */
void calls_set(struct counter *counter);
void calls_basket_set(const struct calls_day *day);
void calls_basket_end(void);
void calls_others_set(const struct calls_day *day);
void calls_end(void);

#endif
