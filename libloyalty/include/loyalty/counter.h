/* SPDX-License-Identifier: MIT
 *
 * loyalty/counter.h - what a counter gets for asking for the card, and what shows that somebody
 * misuses it: scorecards, bonus, a report of a counter's own customers, alarms.
 *
 * Everything is counted from rows whenever it is asked for; nothing of it is stored, and none of it
 * holds a name. A basket is a closed one, by the moment at which it was opened. Void and open
 * baskets are no baskets.
 *
 * Own purchases. A card that a manager has written down as an operator's own (a household's card
 * too) makes a basket an own one: where that card was shown, registered or not; and where the
 * basket is of the person who has that card, whatever was shown. Of a firm's card, that card alone:
 * the firm's other purchasers are customers. Own baskets, whichever counter and operator sold them,
 * are counted apart and are in no other number of a scorecard or report: neither in what is divided
 * nor in what it is divided by.
 */
#ifndef LOYALTY_COUNTER_H
#define LOYALTY_COUNTER_H

#include <loyalty/basket.h>
#include <loyalty/operator.h>

#ifdef __cplusplus
extern "C" {
#endif

/* [from_us, to_us). offset_min: the shop's zone at from_us, by which whole days are told apart
 * where a row has no zone of its own. */
struct loy_span {
    int64_t from_us, to_us;
    int16_t offset_min;
};

/* ---- Operators' own cards -----------------------------------------------------------------------
 */

struct loy_operator_card {
    size_t size;
    int64_t operator_number;
    char name[LOY_OPERATOR_NAME_MAX];
    char tail[5];    /* the card's last characters; "" where no lane and no desk has seen it */
    bool registered; /* the card is a member's */
    int64_t at_us;   /* when it was written down */
    uint8_t digest[LOY_DIGEST_SIZE];
};
/* Writes a card down as the operator's own. LOY_REPEATED: it is; LOY_E_CONFLICT: another
 * operator's, or the number of a coupon that still holds; LOY_NONE: no operator of this name.
 * Managers (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_card_add(struct loy_store *store, const char *name,
    const struct loy_credential *credential, int64_t at_us);
/* LOY_NONE: it is nobody's own card. Managers (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_card_remove(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us);
/* By operator, then when it was written down; start with *position = 0. Managers and auditors
 * (LOY_MAY_LIST_OPERATORS). */
LOY_API enum loy_status loy_operator_card_next(
    struct loy_store *store, int64_t *position, struct loy_operator_card *card);

/* ---- Scorecards ---------------------------------------------------------------------------------
 *
 * A basket belongs to its lane, to the operator that rang it up (one that was imported: to none),
 * and to each counter (the article's, as it was at the sale) of which it has a line: so the
 * counters' baskets may be more than the shop's.
 *
 * identified: with a member, also one who was merged, or erased since. A card that is not
 * registered (pending) identifies nobody, until it is.
 *
 * registrations: members with a form, neither merged nor erased and no operator's own, who were
 * registered in the span over the channel "lane". One counts for the lane and the counters of the
 * member's first basket if that was on the day of the registration, for the operator who wrote the
 * form, and for the shop in any case.
 *
 * given of asked: fields of their forms that were ever filled in, of 11 for an organisation and 7
 * for a person, as struct loy_campaign_count says. values, valid: the values that their fields hold
 * now; those of them that pass the check of the field today and did not come back since they were
 * given or confirmed (loyalty/quality.h).
 *
 * lines: sold; returned: lines that came back from another basket, or from none that is known; what
 * was taken back before paying is neither.
 *
 * unread, refused: what the lane counted (lane_count) as misreads and readers in a mode that cannot
 * be read; and as cards that were shown and of no use: not the shop's, blocked, for paying, of
 * identity. A counter has none of its own (-1). */
enum loy_score_by {
    LOY_SCORE_BY_COUNTER = 1, /* name: the article's counter, "" lines without one */
    LOY_SCORE_BY_LANE,        /* name: the lane's code */
    LOY_SCORE_BY_OPERATOR     /* name: the operator's */
};
struct loy_score {
    size_t size;
    uint8_t by;              /* enum loy_score_by; 0: the whole shop */
    char name[LOY_TEXT_MAX]; /* "" for the whole shop */
    char site[LOY_CODE_MAX]; /* of a lane, else "" */
    int64_t number;          /* of the operator, else 0 */
    int64_t baskets, identified, own;
    int64_t lines, returned, paid_minor;
    int64_t registrations, given, asked, values, valid;
    int64_t unread, refused;
};
struct loy_scorecard;
/* Counts all of it; rows by name (lanes by site before, operators by number). at_us: as which
 * moment values are checked. By operator only where the shop opted in (LOY_LANE_RULE_OPERATORS of
 * loyalty/lane.h), else LOY_REFUSED with words how to. Supervisors, managers and auditors
 * (LOY_MAY_READ_SCORECARD). */
LOY_API enum loy_status loy_scorecard_open(struct loy_store *store, enum loy_score_by by,
    const struct loy_span *span, int64_t at_us, struct loy_scorecard **scorecard);
/* LOY_NONE at the end. */
LOY_API enum loy_status loy_score_next(struct loy_scorecard *scorecard, struct loy_score *score);
/* The whole shop, each basket once. */
LOY_API void loy_score_shop(const struct loy_scorecard *scorecard, struct loy_score *shop);
LOY_API void loy_scorecard_close(struct loy_scorecard *scorecard);

/* ---- Bonus --------------------------------------------------------------------------------------
 *
 * Points for what is above the shop's own base, so that a counter earns by asking and not by being
 * large: with b baskets of its own and S of B of the shop identified,
 *     beyond = max(0, identified - ceil(b * S / B))
 * and the same of registrations, R of B. points = the sum of both, each times its weight. */
struct loy_bonus {
    int64_t identified_base, identified_beyond, registration_base, registration_beyond, points;
};
/* Pure. Weights are from 0 to LOY_BONUS_WEIGHT_MAX, counts not negative (LOY_E_ARGUMENT). */
#define LOY_BONUS_WEIGHT_MAX 1000000
LOY_API enum loy_status loy_score_bonus(const struct loy_score *score, const struct loy_score *shop,
    int64_t per_identified, int64_t per_registration, struct loy_bonus *bonus);

/* ---- A counter's own customers ------------------------------------------------------------------
 *
 * What the members among its customers bought there, for the counter itself: counts of the whole,
 * no member. A customer is a member of an identified basket that has a line sold at the counter, no
 * operator's own; fresh, where no earlier basket of the member has. Fewer than
 * LOY_COUNTER_MEMBERS_MIN customers: LOY_REFUSED. A cell of fewer is not shown; where just one of a
 * group is not, the smallest of the others is not either, so that none follows from the total. Both
 * hold for fresh and returning customers too.
 * Only goods are in groups of goods. What was taken back before paying was not bought. */
#define LOY_COUNTER_MEMBERS_MIN 10
struct loy_counter_summary {
    size_t size;
    char counter[LOY_TEXT_MAX];
    int64_t members, fresh, returning; /* fresh, returning: -1 not shown */
    int64_t baskets, identified;       /* of the counter; own ones aside */
    int64_t paid_minor;                /* there, in identified baskets: divide by identified */
};
#define LOY_COUNTER_GROUPS(X)                                                                      \
    X(LOY_COUNTER_BRAND, "brand")                                                                  \
    X(LOY_COUNTER_GRADE, "grade")                                                                  \
    X(LOY_COUNTER_COLOUR, "colour")   /* family */                                                 \
    X(LOY_COUNTER_PRICE, "price")     /* unit list price, in quarters of what the counter sold */  \
    X(LOY_COUNTER_HOUR, "hour")       /* local; baskets whose hour is not known are left out */    \
    X(LOY_COUNTER_WEEKDAY, "weekday") /* 1 Monday ... 7 Sunday */
LOY_NAMED_ENUM(loy_counter_group, LOY_COUNTER_NOTHING, LOY_COUNTER_GROUPS)
struct loy_counter_cell {
    size_t size;
    uint8_t group;                /* enum loy_counter_group */
    char name[LOY_TEXT_MAX];      /* brand, grade, colour family, "0".."23", "1".."7", quarter
                                     "1".."4"; "" not known */
    int64_t from_minor, to_minor; /* of a quarter: [from, to]; else 0 */
    bool shown;                   /* false: the numbers are 0 */
    int64_t members, of;          /* of: members of the group; shares may add up to more than 1 */
    int64_t baskets, pieces_milli, paid_minor;
};
struct loy_counter_report;
/* LOY_NONE: nothing was sold at such a counter. Supervisors, managers and auditors
 * (LOY_MAY_READ_SCORECARD). */
LOY_API enum loy_status loy_counter_report_open(struct loy_store *store, const char *counter,
    const struct loy_span *span, struct loy_counter_report **report);
LOY_API void loy_counter_summary_get(
    const struct loy_counter_report *report, struct loy_counter_summary *summary);
/* Group by group in the order above; brands by members, the others in their own order. LOY_NONE at
 * the end. */
LOY_API enum loy_status loy_counter_cell_next(
    struct loy_counter_report *report, struct loy_counter_cell *cell);
LOY_API void loy_counter_report_close(struct loy_counter_report *report);

/* ---- Alarms -------------------------------------------------------------------------------------
 *
 * card-often: a card, known or not, in more than LOY_LANE_RULE_ALARM_CARD baskets of one day, over
 * all lanes; a member found without a card counts as a card.
 *
 * own-card: an operator's own purchase (above) that the operator rang up. Who imported a basket of
 * another till did not.
 *
 * The others are rates of an operator over the span: `count` of `of` baskets, of at least
 * LOY_LANE_RULE_ALARM_LEAST, is an alarm where
 *   - the share is above a limit: LOY_LANE_RULE_ALARM_TOTAL percent for after-total, the percent
 *     below for the others, and
 *   - it is more than that of the other operators by Fisher's exact test, one-sided: the upper tail
 *     of the hypergeometric distribution with the sums of all operators held. The tails of all
 *     operators tested are judged together by Benjamini and Hochberg's step-up rule (1995) at
 *     LOY_ALARM_FALSE. Where nobody else rang up a basket of the kind, the upper tail of the
 * binomial with the limit as its share takes its place. after-total: of baskets that have a member
 * or a pending card through a lane, those where it came at stage total, tender or closed, or behind
 * a total that was told and taken back: by the last of their links, of those that are neither
 * another buyer of the same account nor a receipt's. A card that is registered later came when it
 * was shown.
 * late: of the same, at stage closed. unlinked-return: of all baskets, those with a return that
 * names no sale. */
#define LOY_ALARM_FALSE 0.001
#define LOY_ALARMS(X)                                                                              \
    X(LOY_ALARM_CARD, "card-often", 0)                                                             \
    X(LOY_ALARM_OWN, "own-card", 0)                                                                \
    X(LOY_ALARM_TOTAL, "after-total", 0)                                                           \
    X(LOY_ALARM_LATE, "late", 5)                                                                   \
    X(LOY_ALARM_RETURN, "unlinked-return", 5)
enum loy_alarm_kind {
    LOY_ALARM_NOTHING,
#define LOY_ALARM_ROW(symbol, name, percent) symbol,
    LOY_ALARMS(LOY_ALARM_ROW)
#undef LOY_ALARM_ROW
        LOY_ALARM_END
};
LOY_API const char *loy_alarm_name(enum loy_alarm_kind kind); /* "card-often" ...; NULL */

struct loy_alarm {
    size_t size;
    uint8_t kind;            /* enum loy_alarm_kind */
    int32_t day;             /* local, since 1970-01-01; -1: a rate, of the whole span */
    int64_t operator_number; /* 0: several, or of imported baskets */
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX]; /* "": several */
    int64_t lanes, operators;
    char tail[5];              /* of the card; "": none, or a member found without one */
    int64_t count, of;         /* of: 0 where there is no share */
    int64_t others, others_of; /* the other operators' */
    int64_t limit;             /* count is above it; of a rate in percent */
    double chance;             /* of a rate: the tail; else 0 */
    struct loy_id basket;      /* of a card: the first one, to look at */
    int64_t from_us, to_us;    /* the span that was asked for */
    /* Somebody has looked at it: when, who and why; else 0 and "". */
    bool acknowledged;
    int64_t acknowledged_at_us;
    char acknowledged_by[LOY_OPERATOR_NAME_MAX];
    char reason[LOY_TEXT_MAX]; /* "" also where the member was erased since */
};
struct loy_alarms;
/* Finds them all; by kind, then day, then operator. An audit entry is not written: nothing of a
 * member is told. Supervisors, managers and auditors (LOY_MAY_READ_SCORECARD). */
LOY_API enum loy_status loy_alarms_open(
    struct loy_store *store, const struct loy_span *span, struct loy_alarms **alarms);
LOY_API enum loy_status loy_alarm_next(struct loy_alarms *alarms, struct loy_alarm *alarm);
LOY_API void loy_alarms_close(struct loy_alarms *alarms);

/* Notes that somebody has looked at the alarm, as loy_alarm_next gave it, with a few words that say
 * what it was: no numbers of cards, telephones or people. What was looked at is left out from then
 * on; where the rest would be an alarm by itself, the alarm is a new one. Of a card, the rest are
 * the baskets of that day beyond those counted then; of a rate, what the operator did behind the
 * acknowledgement or outside of its span, judged against all that the others did.
 *
 * LOY_REPEATED: it is acknowledged; LOY_NONE: there is no such alarm (any more); LOY_E_FORMAT: the
 * reason. Supervisors, managers and auditors (LOY_MAY_ACKNOWLEDGE_ALARM), as they may read
 * the alarms. */
LOY_API enum loy_status loy_alarm_acknowledge(
    struct loy_store *store, const struct loy_alarm *alarm, const char *reason, int64_t at_us);

/* Pure, for tables of one's own: the upper tail of the hypergeometric distribution, at least
 * `count` of `of` when `others` of `others_of` are the rest; of the binomial where others_of is 0,
 * with share. NaN: no such counts. */
LOY_API double loy_alarm_chance(
    int64_t count, int64_t of, int64_t others, int64_t others_of, double share);

#ifdef __cplusplus
}
#endif
#endif
