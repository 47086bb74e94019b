/* SPDX-License-Identifier: MIT
 *
 * loyalty/intent.h - what a till sees of a wish that has not become a purchase yet, for the
 * customer funnel (loyalty/funnel.h): coupons shown, articles taken back, baskets suspended and not
 * resumed. Never how somebody paid, and never that a payment failed: no statement behind these
 * calls names the tables of payments or of counted events, and a test watches that.
 *
 * Off until a manager switches it on, and each sign can be switched off alone. While it is off,
 * nothing can be read, and that an article was taken back behind the total is not even noted.
 */
#ifndef LOYALTY_INTENT_H
#define LOYALTY_INTENT_H

#include <loyalty/basket.h>
#include <loyalty/promotion.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Symbol, name, default, lowest, highest; 1 is on. The first one switches the whole. */
#define LOY_FUNNEL_RULES(X)                                                                        \
    X(LOY_FUNNEL_RULE_ON, "funnel", 0, 0, 1)                                                       \
    X(LOY_FUNNEL_RULE_COMPLEMENT, "funnel_complement", 1, 0, 1)                                    \
    X(LOY_FUNNEL_RULE_COUPON, "funnel_coupon", 1, 0, 1)                                            \
    X(LOY_FUNNEL_RULE_TAKEN_BACK, "funnel_taken_back", 1, 0, 1)                                    \
    X(LOY_FUNNEL_RULE_AT_TOTAL, "funnel_at_total", 1, 0, 1)                                        \
    X(LOY_FUNNEL_RULE_SUSPENDED, "funnel_suspended", 1, 0, 1)
enum loy_funnel_rule {
    LOY_FUNNEL_RULE_NONE,
#define LOY_FUNNEL_RULE_ROW(symbol, name, usual, low, high) symbol,
    LOY_FUNNEL_RULES(LOY_FUNNEL_RULE_ROW)
#undef LOY_FUNNEL_RULE_ROW
        LOY_FUNNEL_RULE_END
};
/* "funnel" ...; NULL: no rule. get: as the shop set it, else the default (LOY_MAY_READ_RULE). set:
 * LOY_E_LIMIT: neither 0 nor 1 (LOY_MAY_EDIT_RULE); it is in the audit log as funnel.rule. */
LOY_API const char *loy_funnel_rule_name(enum loy_funnel_rule rule);
LOY_API enum loy_status loy_funnel_rule_get(
    struct loy_store *store, enum loy_funnel_rule rule, int64_t *value);
LOY_API enum loy_status loy_funnel_rule_set(
    struct loy_store *store, enum loy_funnel_rule rule, int64_t value, int64_t at_us);

/* AT_TOTAL: taken back when the customer had heard the total; TAKEN_BACK: before, or the sign
 * AT_TOTAL is off. Of both: nothing of the same article stayed in the basket; a basket made void is
 * all of its lines. SUSPENDED: of a basket that was begun a day or more before the period ended and
 * still waits. */
#define LOY_INTENTS(X)                                                                             \
    X(LOY_INTENT_COUPON, "coupon")                                                                 \
    X(LOY_INTENT_TAKEN_BACK, "taken_back")                                                         \
    X(LOY_INTENT_AT_TOTAL, "at_total")                                                             \
    X(LOY_INTENT_SUSPENDED, "suspended")
LOY_NAMED_ENUM(loy_intent_kind, LOY_INTENT_NONE, LOY_INTENTS)

struct loy_intent {
    uint8_t kind;   /* enum loy_intent_kind */
    int64_t member; /* as loy_sale.member, never 0 */
    int64_t basket; /* as loy_sale.basket */
    int64_t at_us;
    /* What it was. Of a coupon: one of the articles for which it holds, where all of them are of
     * one category; else 0. */
    int64_t article_version;
    uint8_t scope;      /* of a coupon: enum loy_scope */
    const char *target; /* of a coupon; valid until the next call */
};

/* What members did in [from, to), of those signs that are switched on, in the order of members and
 * time. LOY_REFUSED: the funnel is off. Whether a member agreed to profiling is the caller's to
 * ask. Asks for LOY_MAY_READ_FUNNEL. */
struct loy_intents;
LOY_API enum loy_status loy_intents_open(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_intents **intents);
LOY_API enum loy_status loy_intents_next(struct loy_intents *intents, struct loy_intent *intent);
LOY_API void loy_intents_close(struct loy_intents *intents);

#ifdef __cplusplus
}
#endif
#endif
