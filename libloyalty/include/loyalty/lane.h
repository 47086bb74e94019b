/* SPDX-License-Identifier: MIT
 *
 * loyalty/lane.h - a checkout lane: one basket at a time, from the first card or article to the
 * receipt. The full-screen lane, the line dialogue and the feed of an existing till are three faces
 * over the calls below.
 *
 * The lane is a machine of stages and inputs; what each input does at each stage is one table
 * (libloyalty/lane/steps.c). Every step is durable before its answer: show the line, sound the tone
 * after loy_lane_take, never before. A failure leaves the stage and the basket as they were.
 *
 *     idle -> basket -> total -> tender -> closed -> idle
 *               |  ^       '-------'------> basket        (back, declined)
 *               v  |
 *            (suspended, under a ticket's number)
 *     found: after a power cut, until the open basket is resumed or voided
 *
 * Whenever the member changes, the whole basket is priced anew, so that it does not matter when the
 * card is shown; only after money was taken the prices stay.
 */
#ifndef LOYALTY_LANE_H
#define LOYALTY_LANE_H

#include <loyalty/clock.h>
#include <loyalty/contact.h>
#include <loyalty/lane_rule.h>
#include <loyalty/member.h>
#include <loyalty/receipt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Stages and inputs ------------------------------------------------------------------------
 */

/* Numbers are stored; names are those of JSON. */
#define LOY_STAGES(X)                                                                              \
    X(LOY_STAGE_IDLE, "idle")                                                                      \
    X(LOY_STAGE_BASKET, "basket") /* lines are coming, or a member is there */                     \
    X(LOY_STAGE_TOTAL, "total")   /* told, nothing paid */                                         \
    X(LOY_STAGE_TENDER, "tender") /* a part is paid */                                             \
    X(LOY_STAGE_CLOSED, "closed") /* sold; the next article or card begins a new basket */         \
    X(LOY_STAGE_FOUND, "found")   /* left open by a power cut */
LOY_NAMED_ENUM(loy_stage, LOY_STAGE_NONE, LOY_STAGES)

/* What can happen. Which members of struct loy_lane_input each reads stands behind it. */
#define LOY_LANE_INPUTS(X)                                                                         \
    X(LOY_LANE_CARD, "card")     /* credential: a reader saw a card of the shop */                 \
    X(LOY_LANE_MEMBER, "member") /* member: found by telephone, name or number */                  \
    X(LOY_LANE_OBJECT, "object") /* the customer objects: unlinked, and profiled no more; */       \
    /* what is invoiced to the member stays linked, and a pending card is not kept */              \
    X(LOY_LANE_UNREAD, "unread")       /* event: refused, foreign, misread; counted, told */       \
    X(LOY_LANE_ARTICLE, "article")     /* text, quantity_milli, price_minor */                     \
    X(LOY_LANE_COUPON, "coupon")       /* text, serial */                                          \
    X(LOY_LANE_VOID_LINE, "void-line") /* line, reason */                                          \
    X(LOY_LANE_RETURN, "return") /* receipt, line, quantity_milli, reason; or text without one */  \
    X(LOY_LANE_SUSPEND, "suspend")                                                                 \
    X(LOY_LANE_RESUME, "resume") /* ticket; at found: the basket that was left */                  \
    X(LOY_LANE_TOTAL, "total")                                                                     \
    X(LOY_LANE_TENDER, "tender")   /* tender, amount_minor: at due 0 the basket is closed */       \
    X(LOY_LANE_DECLINE, "decline") /* a tender was declined or broken off */                       \
    X(LOY_LANE_BACK, "back")       /* one step back; never loses a line */                         \
    X(LOY_LANE_VOID, "void")       /* reason: the whole basket */                                  \
    X(LOY_LANE_CHOOSE, "choose")   /* choice: answers the question that is open */                 \
    X(LOY_LANE_REMARK, "remark")   /* remark, line, reason, text */                                \
    X(LOY_LANE_PRINTED, "printed") /* the receipt's last byte is out, or is about to go out */     \
    X(LOY_LANE_TIME, "time") /* nothing happened here: questions lapse; what others did counts */
LOY_NAMED_ENUM(loy_lane_input_kind, LOY_LANE_NOTHING, LOY_LANE_INPUTS)

/* Questions that the lane asks; 0: none. Any other input that works at the stage answers with the
 * default first. */
enum loy_lane_question {
    LOY_ASK_NOTHING,
    LOY_ASK_OTHER_ACCOUNT, /* 1 replace, 2 keep (default, also after 10 s), 3 new customer: suspend
                              this basket */
    LOY_ASK_UNKNOWN_CARD   /* 1 register, 2 go on without (default): the card is kept as pending */
};

/* Unused members are 0, NULL; strings are borrowed for the call. */
struct loy_lane_input {
    size_t size;
    uint8_t kind;       /* enum loy_lane_input_kind */
    int64_t at_us;      /* now, by the lane's clock */
    int16_t offset_min; /* zone there */
    uint32_t reader;    /* of the event; 0: not from a reader */
    const struct loy_credential *credential;
    const struct loy_id *member;
    const struct loy_event *event;
    const char *text;       /* digits or code of an article; a coupon's number; a remark's words */
    const char *serial;     /* of a coupon, or NULL */
    int64_t quantity_milli; /* 0: one piece, or what a label says; of a return positive too. Before
                               a label so many packages (whole, 99 at most), each a line; in a lane
                               of LOY_BASKET_FEED what the label says. At most
                               LOY_LANE_QUANTITY_MAX */
    int64_t price_minor;    /* of an article whose price is not known; else 0. A price that is known
                               is changed by a supervisor only */
    const struct loy_id *receipt; /* basket that is returned from */
    uint32_t line;                /* 1, 2, ...; of the receipt for a return; 0: the last one */
    const char *reason;
    uint8_t tender, remark, choice; /* enum loy_tender; enum loy_contact_kind, a complaint or
                                       service remark */
    int64_t amount_minor;           /* 0: all that is due; in cash at most 1,000,000,000 above it */
    int64_t ticket;
    /* Where a supervisor is needed and the operator is none (LOY_MAY_APPROVE_STEP): a supervisor's
     * name and PIN. They stand for what the words of LOY_SAID_APPROVAL ask for, and for nothing
     * else: an input that needs a supervisor for the lane's clock and for its price asks for the
     * clock first, keeps that, and then asks for the price. */
    const char *approver, *approver_pin;
    /* In a lane of LOY_BASKET_FEED, which prices nothing by itself: an article's line as the till
     * has it, text is not looked at; the id of the basket that is opened. NULL: ours. */
    const struct loy_line *given;
    const struct loy_id *opens;
};

/* The promotion, of form LOY_FORM_OTHER, on a line that a supervisor made cheaper. */
#define LOY_PRICE_BY_HAND "by-hand"

/* The code of an answer: what happened, for a program; the words say it to a person. */
#define LOY_LANE_CODES(X)                                                                          \
    X(LOY_SAID_LINE, "line")                   /* an article is in the basket */                   \
    X(LOY_SAID_MEMBER, "member")               /* attached, the basket is priced for the member */ \
    X(LOY_SAID_BUYER, "buyer")                 /* another buyer of the same account */             \
    X(LOY_SAID_SAME_CARD, "same-card")         /* nothing changed */                               \
    X(LOY_SAID_OTHER_ACCOUNT, "other-account") /* question */                                      \
    X(LOY_SAID_UNKNOWN_CARD, "unknown-card")   /* question */                                      \
    X(LOY_SAID_PENDING, "pending")             /* kept until the card is registered */             \
    X(LOY_SAID_FOREIGN, "foreign")             /* not our card */                                  \
    X(LOY_SAID_CARD_REFUSED, "card-refused")   /* blocked, expired, ...: neutral words */          \
    X(LOY_SAID_PAYMENT_CARD, "payment-card")   /* wiped; use the terminal */                       \
    X(LOY_SAID_PAYMENT_CODE, "payment-code")                                                       \
    X(LOY_SAID_IDENTITY, "identity-document")                                                      \
    X(LOY_SAID_READER_MODE, "encrypted-reader")                                                    \
    X(LOY_SAID_MISREAD, "misread")   /* swipe again; after two: find by telephone */               \
    X(LOY_SAID_DETACHED, "detached") /* a reader is gone; the basket goes on */                    \
    X(LOY_SAID_ATTACHED, "attached")                                                               \
    X(LOY_SAID_LATE, "late") /* after a part was paid: for the history, prices stay */             \
    X(LOY_SAID_LAST_RECEIPT, "last-receipt") /* added to the sale that was just closed */          \
    X(LOY_SAID_OBJECTED, "objected")                                                               \
    X(LOY_SAID_UNKNOWN_ARTICLE, "unknown-article")                                                 \
    X(LOY_SAID_NO_PRICE, "no-price")                                                               \
    X(LOY_SAID_COUPON, "coupon")                                                                   \
    X(LOY_SAID_COUPON_REFUSED, "coupon-refused") /* unknown, over, used */                         \
    X(LOY_SAID_VOIDED_LINE, "voided-line")                                                         \
    X(LOY_SAID_RETURNED, "returned")                                                               \
    X(LOY_SAID_SUSPENDED, "suspended")                                                             \
    X(LOY_SAID_RESUMED, "resumed")                                                                 \
    X(LOY_SAID_TOTAL, "total")                                                                     \
    X(LOY_SAID_TENDERED, "tendered") /* a part; due says how much is left */                       \
    X(LOY_SAID_SOLD, "sold")         /* durable: this is the moment of success */                  \
    X(LOY_SAID_DECLINED, "declined")                                                               \
    X(LOY_SAID_BACK, "back")                                                                       \
    X(LOY_SAID_VOIDED, "voided")                                                                   \
    X(LOY_SAID_REMARK, "remark")                                                                   \
    X(LOY_SAID_PRINTED, "printed")                                                                 \
    X(LOY_SAID_NOT_NOW, "not-now")   /* this input does nothing at this stage; words say what      \
                                        would */                                                   \
    X(LOY_SAID_APPROVAL, "approval") /* a supervisor is needed */                                  \
    X(LOY_SAID_WRONG, "wrong")       /* the input's values; words say what would be right */       \
    X(LOY_SAID_FAILED, "failed")     /* the store: nothing was taken */
LOY_NAMED_ENUM(loy_lane_code, LOY_SAID_NOTHING, LOY_LANE_CODES)

enum loy_tone {
    LOY_TONE_NONE,  /* the reader's own beep is enough */
    LOY_TONE_SHORT, /* taken, but nothing changed */
    LOY_TONE_LOW,   /* refused in neutral words */
    LOY_TONE_LOUD   /* failed: twice, and the words in reverse */
};

#define LOY_LANE_WORDS_MAX 400u
struct loy_lane_answer {
    size_t size;
    uint8_t code, tone, question, stage; /* enum loy_lane_code, loy_tone, loy_lane_question,
                                            loy_stage (the new one) */
    char words[LOY_LANE_WORDS_MAX]; /* in the language of the process; no personal data but a firm's
                                       name; "" where nothing needs to be said */
    uint32_t line;                  /* that was added or touched; 0 none */
    int64_t ticket;                 /* of a suspended basket */
    bool repriced;                  /* before and after are different prices of the same lines */
    int64_t before_minor, due_minor; /* due for the basket before and after */
    int64_t change_minor;            /* to be given back */
    struct loy_id basket;            /* that was closed or voided; else the one at hand */
};

/* ---- The lane ---------------------------------------------------------------------------------
 */

struct loy_lane;
/* The lane at which the store's handle works (loy_store_lane_choose; else that of its settings);
 * source as in a basket's head. Where a power cut
 * left a basket open the stage is LOY_STAGE_FOUND; where a receipt was not printed it is
 * LOY_STAGE_CLOSED with that sale. LOY_E_BUSY: another program has this lane open; what tells is
 * the lock on FILE.lane-CODE.lock, which ends with the program that holds it. *lane is set on
 * LOY_OK only. Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_lane_open(
    struct loy_store *store, enum loy_basket_source source, int64_t at_us, struct loy_lane **lane);
/* An open basket stays in the store. NULL is fine. */
LOY_API void loy_lane_close(struct loy_lane *lane);

/* One input. The status is that of the step: LOY_OK, LOY_REFUSED for what the rules of the lane
 * refuse (answer->code says which), or the failure of the store, after which nothing was taken
 * (LOY_SAID_FAILED, LOY_TONE_LOUD). LOY_SAID_APPROVAL: LOY_REFUSED where no supervisor was named,
 * LOY_E_ACCESS where name or PIN is wrong, which counts as a failed login. answer is filled in any
 * case but LOY_E_ARGUMENT.
 *
 * At LOY_STAGE_CLOSED a card or member begins the next basket; with choice 1 it is added to the
 * sale that was just closed, within late_minutes, by a supervisor. */
LOY_API enum loy_status loy_lane_take(
    struct loy_lane *lane, const struct loy_lane_input *input, struct loy_lane_answer *answer);
/* What a reader saw: judges the event by the shop's ranges and takes it as a card, an article, a
 * coupon or as unread. The caller wipes the event. */
LOY_API enum loy_status loy_lane_event(struct loy_lane *lane, const struct loy_event *event,
    int64_t at_us, int16_t offset_min, struct loy_lane_answer *answer);
/* What the lane's clocks say (loyalty/clock.h): to be called after opening the lane, and before an
 * input that may open a basket with that input's at_us. A lane that is not told judges by the
 * input's time alone. At LOY_CLOCK_STOP such an input needs a supervisor, once. Asks for
 * LOY_MAY_SELL. */
LOY_API enum loy_status loy_lane_clock(
    struct loy_lane *lane, const struct loy_clock_now *now, struct loy_clock_verdict *verdict);
/* Can this input do anything at the stage at hand? For footers. */
LOY_API bool loy_lane_may(const struct loy_lane *lane, enum loy_lane_input_kind kind);

/* ---- What is kept beside a basket ------------------------------------------------------------
 *
 * Numbers are stored: basket_link.how and lane_count.kind. Nothing of a person is in either. A
 * link's stage is the one at which the card was shown: of a card that was registered later too, and
 * LOY_STAGE_TOTAL at a basket whose total was told before and taken back.
 */

/* How a basket got, changed or lost its member. */
#define LOY_LINKS(X)                                                                               \
    X(LOY_LINK_CARD, "card")                 /* the first one, by a card */                        \
    X(LOY_LINK_MEMBER, "member")             /* the first one, by telephone, name or number */     \
    X(LOY_LINK_BUYER, "buyer")               /* another card of the same account */                \
    X(LOY_LINK_REPLACED, "replaced")         /* another account took the place */                  \
    X(LOY_LINK_OLD_CARD, "old-card")         /* a card that was replaced, taken once */            \
    X(LOY_LINK_RECEIPT, "receipt")           /* from the receipt that is returned from */          \
    X(LOY_LINK_LATE, "late")                 /* after a part was paid: prices stay */              \
    X(LOY_LINK_LAST_RECEIPT, "last-receipt") /* after the sale was closed */                       \
    X(LOY_LINK_OBJECTED, "objected")         /* unlinked: the customer objects */                  \
    X(LOY_LINK_PENDING, "pending") /* a card that was not registered then: kept for its owner */
LOY_NAMED_ENUM(loy_link, LOY_LINK_NONE, LOY_LINKS)

/* What is counted by lane, day and operator. */
#define LOY_LANE_COUNTS(X)                                                                         \
    X(LOY_COUNT_DECLINED, "declined") /* a tender was declined or broken off */                    \
    X(LOY_COUNT_SAME_CARD, "same-card")                                                            \
    X(LOY_COUNT_KEPT, "kept") /* another account's card; the member stayed */                      \
    X(LOY_COUNT_UNKNOWN_CARD, "unknown-card")                                                      \
    X(LOY_COUNT_FOREIGN, "foreign")                                                                \
    X(LOY_COUNT_CARD_REFUSED, "card-refused")                                                      \
    X(LOY_COUNT_PAYMENT_CARD, "payment-card")                                                      \
    X(LOY_COUNT_PAYMENT_CODE, "payment-code")                                                      \
    X(LOY_COUNT_IDENTITY, "identity-document")                                                     \
    X(LOY_COUNT_READER_MODE, "encrypted-reader")                                                   \
    X(LOY_COUNT_MISREAD, "misread")                                                                \
    X(LOY_COUNT_DETACHED, "detached")                                                              \
    X(LOY_COUNT_UNKNOWN_ARTICLE, "unknown-article")                                                \
    X(LOY_COUNT_NO_PRICE, "no-price")                                                              \
    X(LOY_COUNT_COUPON_REFUSED, "coupon-refused")                                                  \
    X(LOY_COUNT_VOIDED_LINE, "voided-line")                                                        \
    X(LOY_COUNT_VOIDED_AT_TOTAL, "voided-at-total") /* a line, after the total was told */         \
    X(LOY_COUNT_VOIDED, "voided")                   /* a whole basket */                           \
    X(LOY_COUNT_SUSPENDED, "suspended")                                                            \
    X(LOY_COUNT_APPROVED, "approved") /* a step that a supervisor approved */
LOY_NAMED_ENUM(loy_lane_count, LOY_COUNT_NONE, LOY_LANE_COUNTS)

/* ---- What there is to show --------------------------------------------------------------------
 */

struct loy_lane_view {
    size_t size;
    uint8_t stage, question;
    struct loy_id basket, member;   /* none */
    char name[LOY_FIELD_TEXT_MAX];  /* of the member, for the operator's eyes; the caller wipes */
    char buyer[LOY_FIELD_TEXT_MAX]; /* the authorised purchaser, or "" */
    char tail[5];                   /* the last characters of the card, or "" */
    bool pending;                   /* an unknown card is kept */
    bool late;                      /* attached after a part was paid */
    int64_t limit_minor; /* of the buyer's one purchase; 0 none; over_limit: due is more */
    bool over_limit;
    int64_t opened_at_us, sequence; /* sequence: once closed */
    uint32_t lines, last;           /* lines: all numbers given; last: the one added or touched */
    int64_t pieces_milli;           /* of lines that count */
    int64_t total_minor, saved_minor, due_minor, paid_minor, change_minor;
    int64_t ticket;             /* of the one that was suspended last, 0 none */
    int64_t waiting;            /* baskets that are suspended */
    bool printed;               /* marked as printed, and not closed */
    bool receipt_due;           /* closed, and its receipt not printed */
    uint8_t clock, clock_level; /* enum loy_clock_doubt, loy_clock_level, as judged last */
    int64_t clock_off_us;
    int64_t own_ticket; /* under which the open basket waits, or waited, where no other one did */
};
LOY_API enum loy_status loy_lane_view_get(struct loy_lane *lane, struct loy_lane_view *view);

/* Suspended baskets, the oldest first; start with *position = 0. Asks for LOY_MAY_SELL. */
struct loy_ticket {
    int64_t number, opened_at_us, due_minor;
    uint32_t lines;
    char tail[5];
    struct loy_id basket;
};
LOY_API enum loy_status loy_ticket_next(
    struct loy_store *store, int64_t *position, struct loy_ticket *ticket);

#ifdef __cplusplus
}
#endif
#endif
