/* SPDX-License-Identifier: MIT
 *
 * clock_judge.c - see clock_judge.h. Readings and what the store knows come in, doubts go out.
 */
#include "clock_judge.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (24 * 3600 * SECOND_US)

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* ---- Judging ------------------------------------------------------------------------------------
 */

struct doubt clock_doubt_make(int what, int64_t at_us, int64_t good_us)
{
    return (struct doubt){.what = what, .at_us = at_us, .good_us = good_us};
}

struct doubt clock_doubt_find(
    const struct loy_clock_now *now, const struct past *past, const struct limits *limits)
{
    const int64_t at_us = now->at_us;
    if (at_us < LOY_CLOCK_EARLIEST_US)
        return clock_doubt_make(LOY_CLOCK_UNSET, at_us,
            past->last_us > LOY_CLOCK_EARLIEST_US ? past->last_us : LOY_CLOCK_EARLIEST_US);
    if (now->outside_us != 0 && distance(at_us, now->outside_us) > limits->off_us)
        return clock_doubt_make(LOY_CLOCK_OFF, at_us, now->outside_us);
    if (past->has_jump && distance(past->jump_us, 0) > limits->off_us)
        return clock_doubt_make(LOY_CLOCK_JUMP, at_us, at_us - past->jump_us);
    if (past->last_us - at_us > limits->back_us)
        return clock_doubt_make(LOY_CLOCK_BACK, at_us, past->last_us);
    if (past->last_us != 0 && at_us - past->last_us > LOY_CLOCK_AHEAD_DAYS * DAY_US)
        return clock_doubt_make(LOY_CLOCK_AHEAD, at_us, past->last_us);
    return clock_doubt_make(LOY_CLOCK_NO_DOUBT, at_us, at_us);
}

uint8_t clock_level_of(const struct doubt *doubt, const struct limits *limits)
{
    const int64_t off_us = distance(doubt->at_us, doubt->good_us);
    const int64_t stop_us =
        doubt->what == LOY_CLOCK_AHEAD ? LOY_CLOCK_AHEAD_STOP_DAYS * DAY_US : limits->stop_us;
    if (doubt->what == LOY_CLOCK_NO_DOUBT) return LOY_CLOCK_GOOD;
    const bool stop = doubt->what == LOY_CLOCK_UNSET || off_us > stop_us;
    return stop ? LOY_CLOCK_STOP : LOY_CLOCK_DOUBTED;
}

/* What is compared with the last basket has it as its reference, the rest tells how far it is off.
 */
static bool is_exact(int what)
{
    return what == LOY_CLOCK_OFF || what == LOY_CLOCK_JUMP;
}

/* Somebody has looked at just this before. */
bool clock_is_settled(
    const struct past *past, const struct doubt *found, const struct limits *limits)
{
    const struct doubt *settled = &past->settled;
    if (settled->number == 0 || settled->what != found->what) return false;
    if (!is_exact(found->what)) return settled->good_us == found->good_us;
    return distance(settled->at_us - settled->good_us, found->at_us - found->good_us) <=
           limits->off_us;
}

static bool is_set(const struct past *past, const struct limits *limits)
{
    return past->has_jump && distance(past->jump_us, 0) > limits->off_us;
}

/* The clock was set by what it was off; of one that was off by that much at least, or by more. */
static bool is_set_back(const struct past *past, const struct limits *limits)
{
    const int64_t known_us = past->open.at_us - past->open.good_us;
    if (!is_set(past, limits)) return false;
    if (is_exact(past->open.what)) return distance(past->jump_us, -known_us) <= limits->off_us;
    return (past->jump_us > 0) == (known_us < 0) &&
           distance(past->jump_us, 0) >= distance(known_us, 0) - limits->off_us;
}

/* Nobody saw it set, but it was so far off that no pause of the shop explains where it is. */
static bool is_far_back(const struct past *past, int64_t at_us)
{
    const int64_t known_us = past->open.at_us - past->open.good_us;
    if (past->has_jump || distance(known_us, 0) <= LOY_CLOCK_FAR_DAYS * DAY_US) return false;
    return known_us < 0 || at_us < past->open.at_us;
}

/* Nothing was sold by the wrong time, so no basket's time hangs on how it came right: where it is
 * past the last basket again, a shop must not wait for a supervisor. What is known to be ahead must
 * have gone back, and what a steady clock has not seen set is as it was. */
static bool is_harmless(const struct past *past, int64_t at_us)
{
    const struct doubt *open = &past->open;
    if (past->sold) return false;
    if (!is_exact(open->what)) return true;
    return !past->has_jump && (open->at_us < open->good_us || at_us < open->at_us);
}

/* Between the last good moment and the longest pause of a shop. */
static bool is_plausible(int64_t at_us, int64_t good_us, const struct limits *limits)
{
    return at_us >= LOY_CLOCK_EARLIEST_US && at_us >= good_us - limits->back_us &&
           at_us - good_us <= LOY_CLOCK_AHEAD_DAYS * DAY_US;
}

/* Whether the clock was set right again; then *off_us is what it was off by until then. */
bool clock_is_over(const struct loy_clock_now *now, const struct past *past,
    const struct limits *limits, int64_t *off_us)
{
    const struct doubt *open = &past->open;
    const int64_t at_us = now->at_us;
    const bool has_outside = now->outside_us != 0;
    const bool agrees = has_outside && distance(at_us, now->outside_us) <= limits->off_us;
    *off_us = open->at_us - open->good_us;
    if (!is_plausible(at_us, open->good_us, limits) || (has_outside && !agrees)) return false;
    const bool set_back = is_set_back(past, limits);
    if (set_back) *off_us = -past->jump_us;
    return set_back || (open->what == LOY_CLOCK_OFF && agrees) || is_far_back(past, at_us) ||
           is_harmless(past, at_us);
}

/* ---- An open doubt that has changed ------------------------------------------------------------
 *
 * Compared with where the clock stood last in the doubt, whatever somebody accepted there: it went
 * on from that moment, or it was set once more, by *moved_us.
 */

/* What went back is before the lane's last basket, wherever it stands to the last good moment. */
static int moved_what(const struct doubt *open, int64_t at_us, int64_t good_us, int64_t moved_us)
{
    if (is_exact(open->what)) return open->what;
    if (at_us < LOY_CLOCK_EARLIEST_US) return LOY_CLOCK_UNSET;
    return moved_us < 0 || at_us < good_us ? LOY_CLOCK_BACK : LOY_CLOCK_AHEAD;
}

struct doubt clock_further_find(const struct loy_clock_now *now, const struct past *past,
    const struct limits *limits, int64_t *moved_us)
{
    const struct doubt none = {.what = LOY_CLOCK_NO_DOUBT}, *open = &past->open;
    const int64_t at_us = now->at_us, known_us = open->at_us - open->good_us;
    if (open->what == LOY_CLOCK_OFF && now->outside_us != 0) {
        *moved_us = at_us - now->outside_us - known_us;
        return distance(*moved_us, 0) > limits->off_us
                   ? clock_doubt_make(LOY_CLOCK_OFF, at_us, now->outside_us)
                   : none;
    }
    *moved_us = past->has_jump ? past->jump_us : at_us - past->stood_us;
    const int64_t good_us = at_us - known_us - *moved_us;
    const int what = moved_what(open, at_us, good_us, *moved_us);
    if (past->has_jump) return is_set(past, limits) ? clock_doubt_make(what, at_us, good_us) : none;
    // Where it may be right, nobody can tell whether it was set.
    if (is_plausible(at_us, good_us, limits)) return none;
    if (*moved_us >= -limits->back_us && *moved_us <= LOY_CLOCK_AHEAD_DAYS * DAY_US) return none;
    return clock_doubt_make(what, at_us, good_us);
}

/* What was accepted stays so where the clock came nearer, and by no more than needs nobody. */
bool clock_is_accepted_still(const struct doubt *open, const struct doubt *found, int64_t moved_us,
    const struct limits *limits)
{
    const int64_t before_us = open->at_us - open->good_us, off_us = found->at_us - found->good_us;
    if (!open->accepted || found->what == LOY_CLOCK_UNSET) return false;
    return distance(moved_us, 0) <= limits->stop_us && (before_us < 0) == (off_us < 0) &&
           distance(off_us, 0) <= distance(before_us, 0) + limits->off_us;
}
