/* SPDX-License-Identifier: MIT
 *
 * feed.h - JSON Lines from and to the till that a shop already has: FEED.md. One till at a time.
 * In: messages, events of readers. Out: exactly one answer a message, after the durable commit;
 * events between. Must not know: how a till works.
 */
#ifndef LANE_FEED_H
#define LANE_FEED_H

#include "feed_message.h"
#include "lines.h"
#include "session.h"

#include <loyalty/question.h>

#define FEED_WORDS_MAX 512u
#define FEED_KEPT_MAX 64u /* answers that are given again to the same message */

/* An answer that is being made. error NULL: it is good, code says what was done. */
struct feed_reply {
    const char *code, *error;
    char text[FEED_WORDS_MAX];
    bool repeated;
    json_t *further; /* keys to add, or NULL */
    struct loy_lane_answer answer;
};

struct feed_kept {
    int64_t seq;
    uint8_t digest[16]; /* of the message */
    char *answer;
};

struct feed {
    struct lane_session session;
    struct lines lines;
    int in, out;  /* of the till; -1: none is there */
    int listener; /* -1: standard input and output */
    bool names;   /* the member's name goes to the till too */
    bool ours;    /* we are the master of prices */
    bool silent;  /* the till asks no questions */
    bool failed;  /* the store did, at the last message */
    bool bye;
    /* A card that was shown before the basket's first message; kind 0: none. */
    struct loy_credential held;
    int64_t held_at_us;
    /* What was asked with the last sale; field 0: nothing. */
    struct loy_asked asked;
    struct loy_id asked_member;
    const char *approver, *pin; /* of the message at hand, or NULL */
    struct feed_kept kept[FEED_KEPT_MAX];
    size_t kept_next;
};

/* `loyalty lane --feed`, until the end of standard input, or with --socket until a signal; in any
 * case until the store failed. */
int feed_run(struct cli *cli);

/* ---- Out (feed.c) -----------------------------------------------------------------------------
 */

/* One line; the object is released. A till that does not read for seconds is left. */
void feed_send(struct feed *feed, json_t *object);
/* A line that was taken whole. */
void feed_line_take(struct feed *feed, const char *line, size_t size);
/* The hub's events and the input until it ends. */
void feed_talk(struct feed *feed);
/* Who talks now is another one: nothing of the one before is given to him. */
void feed_forget(struct feed *feed);
/* Opens the lane anew, with our prices or the till's. */
enum loy_status feed_lane_open(struct feed *feed, bool ours);

/* --socket PATH (feed_socket.c): until a signal, or the store failed. */
int feed_serve(struct feed *feed, const char *path);
/* Somebody else knocks: told that a till is there already. */
void feed_turn_away(const struct feed *feed);

/* ---- Replies (feed_reply.c) -------------------------------------------------------------------
 */

void feed_refuse(struct feed_reply *reply, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A failed call on the store, in its words. */
void feed_refuse_store(struct feed *feed, struct feed_reply *reply, enum loy_status status);
/* Takes an input; false: reply says why not. */
bool feed_take(struct feed *feed, struct loy_lane_input *input, struct feed_reply *reply);
/* Puts what stands of the basket at hand under the usual keys. */
void feed_state_put(struct feed *feed, json_t *object);
/* Discount, paid and promotion of all lines, or of one. */
json_t *feed_priced(struct feed *feed, const struct loy_id *basket, uint32_t only);
json_t *feed_reply_json(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply);

/* ---- Baskets (feed_basket.c) ------------------------------------------------------------------
 */

enum feed_where { FEED_NEW = 1, FEED_OPEN, FEED_WAITS, FEED_DONE };
struct feed_spot {
    struct loy_id id;
    enum feed_where where;
    struct loy_lane_view view;         /* of the lane; open: of this basket */
    struct loy_basket_summary summary; /* of one that waits or is done */
    uint32_t lines;                    /* numbers given */
};
/* The id behind the till's name for a basket: itself, or one made of site and name. */
void feed_basket_id(const struct feed *feed, const char *name, struct loy_id *id);
/* Where a message's basket stands; one that a power cut left open is resumed by its name. */
bool feed_spot_find(struct feed *feed, const struct feed_message *message, struct feed_reply *reply,
    struct feed_spot *spot);
/* The same, and it must be open. */
bool feed_spot_open(struct feed *feed, const struct feed_message *message, struct feed_reply *reply,
    struct feed_spot *spot);
/* What a line's number means: LOY_OK it is the next; LOY_REPEATED: there already and given in
 * *line; LOY_NONE: reply says what is wrong with it. */
enum loy_status feed_number_judge(struct feed *feed, const struct feed_spot *spot, int64_t number,
    struct feed_reply *reply, struct loy_basket_line *line);
/* Done before: answered as then. */
void feed_repeated(struct feed_reply *reply, const char *code, const struct feed_spot *spot);
/* A card that was shown before goes to the basket that was opened now. */
void feed_held_attach(struct feed *feed, struct feed_reply *reply);
/* Article and amounts of the till as a line of ours. false: reply says why not. */
bool feed_line_make(struct feed *feed, const struct feed_line *given, struct feed_reply *reply,
    struct loy_line *line);
/* What the till wrote could be a card's number: such a text is not kept. */
bool feed_text_good(struct feed *feed, const char *text, struct feed_reply *reply);

/* ---- After the sale (feed_visit.c) ------------------------------------------------------------
 */

/* One question a visit, of the sale that was just closed: an object, or null. */
json_t *feed_ask(struct feed *feed);
/* A card or member for the sale that was just closed. */
void feed_last_take(struct feed *feed, const struct feed_message *message,
    struct loy_lane_input *input, struct feed_reply *reply);

/* ---- What messages do -------------------------------------------------------------------------
 */

typedef void (*feed_step_fn)(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply);
/* Of its type; never NULL. */
feed_step_fn feed_step_of(uint8_t type);

// clang-format off
#define FEED_STEPS(X)                                                                              \
    X(hello) X(state) X(line) X(lines) X(void_line) X(return) X(member) X(object) X(coupon)        \
    X(choose) X(total) X(tender) X(decline) X(back) X(close) X(void) X(suspend) X(resume)          \
    X(remark) X(printed) X(basket) X(quote) X(prices) X(forget) X(card) X(answer) X(bye)
// clang-format on
#define FEED_STEP_ROW(name)                                                                        \
    void feed_step_##name(                                                                         \
        struct feed *feed, const struct feed_message *message, struct feed_reply *reply);
FEED_STEPS(FEED_STEP_ROW)
#undef FEED_STEP_ROW

#endif
