/* SPDX-License-Identifier: MIT
 *
 * clock_judge.h - whether a clock can be right, from what is known: pure, no row and no clock. What
 * the store knows and a reading come in, a doubt goes out (clock.c).
 */
#ifndef CLOCK_JUDGE_H
#define CLOCK_JUDGE_H

#include <loyalty/clock.h>

struct limits {
    int64_t back_us, off_us, stop_us;
};

/* A doubt as it is stored. good_us: what the clock should have said, or at least, at at_us. */
struct doubt {
    int64_t number, at_us, good_us, first_basket;
    int what;
    bool accepted;
};

/* What the store knows. last_us: of the lane's last basket, 0 none. */
struct past {
    int64_t last_us;
    struct doubt open;    /* number 0: none */
    struct doubt settled; /* the last one of which somebody said that the clock is right */
    bool sold;            /* baskets stand behind the open one */
    int64_t stood_us; /* where the clock stood last in it: at the last of these, or at its row */
    bool has_jump;    /* the handle judged before, and both times by a steady clock */
    int64_t jump_us;  /* by which the clock was set since */
};

struct doubt clock_doubt_make(int what, int64_t at_us, int64_t good_us);
/* Of a clock that is in no doubt yet. what is LOY_CLOCK_NO_DOUBT where there is none. */
struct doubt clock_doubt_find(
    const struct loy_clock_now *now, const struct past *past, const struct limits *limits);
uint8_t clock_level_of(
    const struct doubt *doubt, const struct limits *limits); /* loy_clock_level */
/* Somebody has looked at just this before. */
bool clock_is_settled(
    const struct past *past, const struct doubt *found, const struct limits *limits);
/* The open doubt: whether the clock was set right again; then *off_us is what it was off by until
 * then. */
bool clock_is_over(const struct loy_clock_now *now, const struct past *past,
    const struct limits *limits, int64_t *off_us);
/* The open doubt: the clock was set once more, by *moved_us, from where it stood last in it,
 * whatever somebody accepted there. LOY_CLOCK_NO_DOUBT: it went on from there. */
struct doubt clock_further_find(const struct loy_clock_now *now, const struct past *past,
    const struct limits *limits, int64_t *moved_us);
/* What was accepted stays so where the clock came nearer, and by no more than needs nobody. */
bool clock_is_accepted_still(const struct doubt *open, const struct doubt *found, int64_t moved_us,
    const struct limits *limits);

#endif
