/* SPDX-License-Identifier: MIT
 *
 * feed_message.h - a line of the feed as a message: pure. In: bytes. Out: a checked message, or
 * what is wrong and what would be right. Must not know: stores, lanes, files. What every message
 * means stands in FEED.md.
 */
#ifndef LANE_FEED_MESSAGE_H
#define LANE_FEED_MESSAGE_H

#include <loyalty/basket.h>
#include <loyalty/receipt.h>

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FEED_VERSION 1
#define FEED_LINES_MAX 500u /* in one message */
#define FEED_TENDERS_MAX 20u
#define FEED_ERROR_MAX 200u

/* Symbol, name. */
#define FEED_TYPES(X)                                                                              \
    X(FEED_HELLO, "hello")                                                                         \
    X(FEED_STATE, "state")                                                                         \
    X(FEED_LINE, "line")                                                                           \
    X(FEED_LINES, "lines")                                                                         \
    X(FEED_VOID_LINE, "void-line")                                                                 \
    X(FEED_RETURN, "return")                                                                       \
    X(FEED_MEMBER, "member")                                                                       \
    X(FEED_OBJECT, "object")                                                                       \
    X(FEED_COUPON, "coupon")                                                                       \
    X(FEED_CHOOSE, "choose")                                                                       \
    X(FEED_TOTAL, "total")                                                                         \
    X(FEED_TENDER, "tender")                                                                       \
    X(FEED_DECLINE, "decline")                                                                     \
    X(FEED_BACK, "back")                                                                           \
    X(FEED_CLOSE, "close")                                                                         \
    X(FEED_VOID, "void")                                                                           \
    X(FEED_SUSPEND, "suspend")                                                                     \
    X(FEED_RESUME, "resume")                                                                       \
    X(FEED_REMARK, "remark")                                                                       \
    X(FEED_PRINTED, "printed")                                                                     \
    X(FEED_BASKET, "basket")                                                                       \
    X(FEED_QUOTE, "quote")                                                                         \
    X(FEED_PRICES, "prices")                                                                       \
    X(FEED_FORGET, "forget")                                                                       \
    X(FEED_CARD, "card")                                                                           \
    X(FEED_ANSWER, "answer")                                                                       \
    X(FEED_BYE, "bye")
LOY_NAMED_ENUM(feed_type, FEED_NOTHING, FEED_TYPES)

/* Texts are borrowed from the message; NULL: not given. */
struct feed_line {
    int64_t number;
    const char *article, *promotion, *form_name, *reason, *of_basket;
    int64_t quantity_milli, list_minor, discount_minor, paid_minor, of_line;
    bool has_list, has_paid;
    uint8_t form; /* enum loy_form */
};
struct feed_tender {
    int64_t number, amount_minor;
    const char *kind_name;
    bool has_amount;
    uint8_t kind; /* enum loy_tender */
};

struct feed_message {
    json_t *root;
    int64_t seq;
    bool has_seq;
    uint8_t type; /* enum feed_type */
    const char *basket, *member, *telephone, *code, *serial, *reason, *text, *at, *lane, *prices,
        *receipt, *remark, *field, *answer, *value, *approver, *pin;
    int64_t version, total_minor, ticket, choice, sequence;
    bool has_total, is_member, last, questions, has_questions;
    struct feed_line line;     /* of a message about one line */
    struct feed_tender tender; /* of a message about one tender */
    struct feed_line *lines;
    size_t line_count;
    struct feed_tender tenders[FEED_TENDERS_MAX];
    size_t tender_count;
    const char *articles[FEED_LINES_MAX];
    size_t article_count;
    const char *error;               /* its code, a constant; NULL: the message is good */
    char error_text[FEED_ERROR_MAX]; /* no value of the message is in it */
};

/* Fills *message in any case; false: error and error_text say why, seq is there if it could be
 * read. Close it in any case. */
bool feed_message_parse(const char *bytes, size_t size, struct feed_message *message);
void feed_message_close(struct feed_message *message);

#endif
