/* SPDX-License-Identifier: MIT
 *
 * loyalty/clock.h - can a lane's clock be right? Times are kept as UTC with the zone's offset
 * beside them; baskets are in order by (lane, epoch, sequence), whatever the clock said. A clock in
 * doubt is shown and noted, and selling goes on; only one that is off by many hours waits for a
 * supervisor. The zone is never compared, so summer time is no doubt, and a leap second is one
 * second.
 *
 * When: loy_clock_judge once after the lane was opened, and again before each basket is opened,
 * with the time that will be the basket's. Not for baskets that are recorded later than they were
 * sold (imports, a till's journal). Where the verdict is LOY_CLOCK_STOP no basket is opened until a
 * supervisor has called loy_clock_accept; an open basket goes on to its end.
 */
#ifndef LOYALTY_CLOCK_H
#define LOYALTY_CLOCK_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why. Numbers are stored; names are those of JSON. The first that holds is told. */
#define LOY_CLOCK_DOUBTS(X)                                                                        \
    X(LOY_CLOCK_UNSET, "unset") /* before 2020: its battery is empty */                            \
    X(LOY_CLOCK_OFF, "off")     /* another clock says something else */                            \
    X(LOY_CLOCK_JUMP, "jump")   /* it was set while the lane was open */                           \
    X(LOY_CLOCK_BACK, "back")   /* it is before the lane's last basket */                          \
    X(LOY_CLOCK_AHEAD, "ahead") /* nothing was sold for LOY_CLOCK_AHEAD_DAYS */
LOY_NAMED_ENUM(loy_clock_doubt, LOY_CLOCK_NO_DOUBT, LOY_CLOCK_DOUBTS)

#define LOY_CLOCK_EARLIEST_US INT64_C(1577836800000000) /* 2020-01-01: below, a clock is unset */
#define LOY_CLOCK_AHEAD_DAYS 90
#define LOY_CLOCK_AHEAD_STOP_DAYS 731
#define LOY_CLOCK_FAR_DAYS 30

/* Rules of the shop (loyalty/lane.h): clock_back_seconds (BACK), clock_off_seconds (OFF, JUMP),
 * clock_supervisor_hours: above, and always where it is unset, it is STOP; AHEAD is STOP above
 * LOY_CLOCK_AHEAD_STOP_DAYS. */
enum loy_clock_level {
    LOY_CLOCK_GOOD,
    LOY_CLOCK_DOUBTED, /* yellow: shown, selling goes on */
    LOY_CLOCK_STOP     /* red: a supervisor accepts it before the next basket */
};

/* What the caller's clocks say at one moment. */
struct loy_clock_now {
    size_t size;
    int64_t at_us;
    /* Of a clock that is never set and goes on while the machine sleeps (CLOCK_BOOTTIME); 0: none.
     * It is compared with that of the judgement before on the same handle. */
    int64_t monotonic_us;
    int64_t outside_us; /* of another clock (the machine's own, a server's); 0: none */
};

struct loy_clock_verdict {
    size_t size;
    uint8_t what, level; /* enum loy_clock_doubt, enum loy_clock_level */
    bool accepted;       /* a supervisor goes on with it: level is DOUBTED at most */
    bool begun, ended;   /* by this call: to be told once */
    int64_t off_us;      /* at_us minus what it should be, or should be at least; below 0: behind */
    int64_t number;      /* of the doubt; 0: none */
    int64_t corrected;   /* ended: so many baskets got a corrected time */
};

/* Judges the clock of the store's own lane. A doubt begins with a row and stays until
 *   - the clock was set while the lane was open, by what it was off (all kinds; then the baskets
 *     since get exactly that corrected time),
 *   - OFF: the other clock agrees again,
 *   - nobody saw it set, but it was off by more than LOY_CLOCK_FAR_DAYS and is now less than
 *     LOY_CLOCK_AHEAD_DAYS behind the last good moment (then the baskets' corrected times go on
 *     from that moment: as far as that can be told),
 *   - nothing was sold since, and it is past the last good moment again, as above,
 *   - or somebody says that the clock is right (loy_clock_accept).
 * Where it moves once more, beyond what is no doubt, from where it stood last in the doubt, it is
 * doubted anew: *begun, off by both. What a supervisor accepted holds for that doubt only; it holds
 * on where the clock came nearer by no more than clock_supervisor_hours. What was sold until then
 * gets the corrected time that was known until then, and the doubt another number.
 * Corrected times are kept beside the baskets; sales rows, totals and retention go by them, and
 * digests and order do not change. LOY_OK with any verdict. Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_clock_judge(
    struct loy_store *store, const struct loy_clock_now *now, struct loy_clock_verdict *verdict);

/* right: the clock is right as it is, the doubt is over, and no basket's time is corrected; else:
 * go on with it, until it is set. LOY_NONE: no such doubt; LOY_REPEATED: it is over, or was
 * accepted. Supervisors and managers (LOY_MAY_APPROVE_STEP). */
LOY_API enum loy_status loy_clock_accept(
    struct loy_store *store, int64_t number, bool right, int64_t at_us);

#define LOY_CLOCK_LANE_MAX 80u
struct loy_clock_entry {
    size_t size;
    int64_t number;
    char site[LOY_CLOCK_LANE_MAX], lane[LOY_CLOCK_LANE_MAX];
    uint8_t what, level;
    bool accepted, open, said_right; /* said_right: it ended because somebody said so */
    int64_t at_us, off_us;           /* when it began, by that clock */
    int64_t ended_at_us;             /* 0: open */
};
/* All doubts, the oldest first; start with *number = 0. Supervisors and managers
 * (LOY_MAY_SEE_LANES). */
LOY_API enum loy_status loy_clock_next(
    struct loy_store *store, int64_t *number, struct loy_clock_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
