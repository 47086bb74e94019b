/* SPDX-License-Identifier: MIT
 *
 * machine.h - what the files of the lane room share: the lane at hand, a step on its way, the table
 * of steps. No SQL: rows are asked for by basket/lane_rows.h.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <basket/lane_rows.h>

#include <loyalty/lane.h>
#include <loyalty/promotion.h>

#define LANE_TIME_MAX_US INT64_C(253402300800000000) /* the end of year 9999 */

/* All that a step may change in memory. It gets a copy, which becomes the lane's when the step is
 * durable. */
struct lane_now {
    int64_t basket; /* row of the one at hand, or that was just closed; 0 none */
    uint8_t stage, question;
    struct loy_credential asked; /* whom the question is about, a card ... */
    struct loy_id asked_member;  /* ... or a member */
    int64_t asked_at_us;
    uint32_t last; /* line added or touched */
    int64_t change_minor;
    unsigned misreads; /* in a row */
    uint32_t tills;    /* lines up to this number are as a till has priced them */
    int64_t due_minor; /* at the end of the last step ... */
    bool due_known;    /* ... which was of this basket */
    bool limit_due;    /* whose card was registered behind the total was judged by nobody yet */
};

/* The card that a reader saw last: the same again at once is no second swipe. */
struct lane_seen {
    uint32_t reader;
    int64_t at_us;
    uint8_t digest[LOY_DIGEST_SIZE];
};

struct loy_lane {
    struct loy_store *store;
    int lock;
    uint8_t source;
    int64_t at_us; /* of the last input */
    struct lane_now now;
    struct lane_seen seen;
    struct loy_clock_verdict clock; /* as judged last ... */
    int64_t clock_at_us;            /* ... for this time; 0: not yet */
    bool reprices;                  /* not where a till is the master of prices */
};

/* What a supervisor is asked for. Names go into the audit log. */
#define LANE_WANTS(X)                                                                              \
    X(LANE_WANT_CLOCK, "clock")                                                                    \
    X(LANE_WANT_PRICE, "price")                                                                    \
    X(LANE_WANT_RETURN, "return")                                                                  \
    X(LANE_WANT_RETURN_PRICE, "return-price")                                                      \
    X(LANE_WANT_LIMIT, "limit")                                                                    \
    X(LANE_WANT_LAST_RECEIPT, "last-receipt")
enum lane_want {
    LANE_WANT_NOTHING,
#define LANE_WANT_ROW(symbol, name) symbol,
    LANE_WANTS(LANE_WANT_ROW)
#undef LANE_WANT_ROW
};

struct lane_step {
    struct loy_lane *lane;
    struct loy_store *store;
    const struct loy_lane_input *input;
    struct loy_lane_answer *answer;
    struct lane_now *now;  /* as it will be */
    struct lane_head head; /* of now->basket, read inside the transaction; id 0 none */
    struct lane_sums before;
    bool supervised;  /* the operator is a supervisor, and approves all of it */
    uint8_t approved; /* enum lane_want, for which a PIN was given: for that alone, and once */
    uint8_t wants;    /* the step stopped because this is missing */
    bool
        registered; /* a pending card was, since the last step: its owner is attached by this one */
    bool left;      /* the member is no more, or has left: this step has taken the basket off */
    bool moved;     /* the prices have changed since the last step: the answer tells from what */
    uint8_t count[2]; /* enum loy_lane_count, 0 none: counted also where the step is refused */
};

/* ---- The table (steps.c) ---------------------------------------------------------------------
 */

typedef enum loy_status (*lane_step_fn)(struct lane_step *step);
struct lane_pair {
    lane_step_fn take; /* NULL: not now, */
    const char *words; /* and this would work */
};
/* NULL: no such input. The stage is a lane's own. */
const struct lane_pair *lane_pair_find(uint8_t stage, uint8_t kind);

/* ---- Answers (lane.c) ------------------------------------------------------------------------
 */

/* Sets code, tone and words ("" none, marked by N_) and gives LOY_OK. */
enum loy_status lane_say(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone, const char *words);
/* The same with LOY_REFUSED: nothing that the step wrote stays. */
enum loy_status lane_refuse(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone, const char *words);
/* Refused in the words that the store has said. */
enum loy_status lane_refuse_told(
    struct lane_step *step, enum loy_lane_code code, enum loy_tone tone);
/* LOY_OK: a supervisor stands behind this; else it is refused. A step asks for one thing at most
 * besides the clock, or no PIN would ever be enough. */
enum loy_status lane_approval(struct lane_step *step, enum lane_want want, const char *words);

/* ---- Shared by steps (step_basket.c, step_line.c)
 * ---------------------------------------------------------
 */

/* A basket to put something into: the one at hand, else a new one. */
enum loy_status lane_basket_need(struct lane_step *step);
/* Prices anew unless money was taken, and fills what was due before and after. `from`: lines from
 * this number on are new. */
enum loy_status lane_settle(struct lane_step *step, uint32_t from);
enum loy_status lane_stage_go(struct lane_step *step, enum loy_stage stage);
/* More than the buyer may spend at once needs a supervisor. */
enum loy_status lane_limit_judge(struct lane_step *step);
/* Half a piece of what is sold by the piece is refused. */
enum loy_status lane_quantity_judge(
    struct lane_step *step, int64_t version, int64_t quantity_milli);
/* The quantity typed before a label: *packages of those, from 1; each is as much as the label says.
 */
enum loy_status lane_packages_judge(
    struct lane_step *step, const struct loy_article_found *found, int64_t *packages);
enum loy_status lane_link_note(struct lane_step *step, enum loy_link how, int64_t card);
/* What others did since the last step to whose basket it is. Prices follow, and a link. Before each
 * step. */
enum loy_status lane_others_take(struct lane_step *step);
/* LOY_OK: there is something to take. LOY_NONE. */
enum loy_status lane_others_find(struct lane_step *step);
/* The store's basket is the step's, as it stands at its begin; due before is what was told last. */
enum loy_status lane_step_begin(struct lane_step *step);

/* ---- Steps -----------------------------------------------------------------------------------
 */

enum loy_status step_card(struct lane_step *step);
enum loy_status step_card_next(struct lane_step *step);
enum loy_status step_object(struct lane_step *step);
enum loy_status step_choose(struct lane_step *step);
enum loy_status step_time(struct lane_step *step);
enum loy_status step_unread(struct lane_step *step);
enum loy_status step_article(struct lane_step *step);
enum loy_status step_coupon(struct lane_step *step);
enum loy_status step_void_line(struct lane_step *step);
enum loy_status step_return(struct lane_step *step);
enum loy_status step_suspend(struct lane_step *step);
enum loy_status step_resume(struct lane_step *step);
enum loy_status step_resume_found(struct lane_step *step);
enum loy_status step_total(struct lane_step *step);
enum loy_status step_tender(struct lane_step *step);
enum loy_status step_decline(struct lane_step *step);
enum loy_status step_back(struct lane_step *step);
enum loy_status step_back_empty(struct lane_step *step);
enum loy_status step_void(struct lane_step *step);
enum loy_status step_remark(struct lane_step *step);
enum loy_status step_printed(struct lane_step *step);
enum loy_status step_printed_before(struct lane_step *step);

/* An open question is answered with its default. */
void lane_question_end(struct lane_step *step);

/* ---- The clock (lane_clock.c) -----------------------------------------------------------------
 */

/* Before a step that may open a basket. LOY_REFUSED: a supervisor must go on with this clock. */
enum loy_status lane_clock_ask(struct lane_step *step);
/* Inside a transaction: who approved it (0: the operator) goes on with the clock. */
enum loy_status lane_clock_accept(struct lane_step *step, int64_t approver);
/* It is durable: the lane's clock is accepted until it is doubted anew. */
void lane_clock_accepted(struct lane_step *step);
/* The step is durable: a doubt that has just begun is told, unless there is more to say. */
void lane_clock_tell(struct lane_step *step);

/* ---- The lock (lock.c) -----------------------------------------------------------------------
 */

/* LOY_E_BUSY: another program, or handle, has this lane. */
enum loy_status lane_lock_take(struct loy_store *store, int *lock);
void lane_lock_drop(int lock);

#endif
