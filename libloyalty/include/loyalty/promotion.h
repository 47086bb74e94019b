/* SPDX-License-Identifier: MIT
 *
 * loyalty/promotion.h - what a line costs: rules of promotions, coupons, labels of scales, taxes,
 * and a basket priced as a whole.
 *
 * A price comes from the price history (loyalty/basket.h) at the shop and moment or from a scale's
 * label, then from the rules below, and from nothing else. No profile can be reached from here.
 *
 * A line has one promotion, or none. Only lines of goods with a positive quantity are made cheaper.
 *
 * - By itself a line has, of all that it could have, the one that takes off most; of equals the
 *   first by code. What it could have: the rules of one line (percent, amount, member-price, a
 *   coupon with a percentage), and the price history's own offer where it asks less than its list
 *   price and the line has that list price (form member-price: members only; coupon: only with that
 *   coupon; n-for-m: only by a rule).
 * - n for m takes all lines of its scope with whole pieces together, in the place of what they have
 *   by themselves. Sets are made from the dearest piece down; of each set the cheapest
 *   take - pay are free; what is left of a set is paid.
 * - A coupon with an amount takes it off the lines of its scope that nothing else has made cheaper,
 *   and off others only where that takes off more in all. A line bears one such coupon.
 *
 * Of all ways to do so, the one that takes off most in the whole basket counts. So one more rule,
 * one more coupon, or being a member never makes a basket dearer, and the order of lines and of
 * events does not matter. (The search for that way ends after some thousand tries, which only
 * baskets with nine or more coupons of amounts over the same lines need: then the best way found by
 * then counts, the same for any order, but one more coupon may take off a little less.) What is
 * saved by a group D is spread over its lines in proportion to their amounts a: floor(D * a / sum
 * of a) each, and what is left one unit each to the largest remainders; of equal ones first to the
 * higher list price, then to the lower version, then to the smaller quantity. No line's discount is
 * more than its amount; paid + discount is the line's amount exactly. A percentage is reckoned on
 * the line's amount and rounded once, halves away from zero.
 */
#ifndef LOYALTY_PROMOTION_H
#define LOYALTY_PROMOTION_H

#include <loyalty/basket.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Rules ----------------------------------------------------------------------------------
 */

/* What a rule holds for; target is that code. */
#define LOY_SCOPES(X)                                                                              \
    X(LOY_SCOPE_ALL, "all")                                                                        \
    X(LOY_SCOPE_ARTICLE, "article")                                                                \
    X(LOY_SCOPE_STYLE, "style")                                                                    \
    X(LOY_SCOPE_BRAND, "brand")                                                                    \
    X(LOY_SCOPE_CATEGORY, "category")                                                              \
    X(LOY_SCOPE_SEASON, "season")
LOY_NAMED_ENUM(loy_scope, LOY_SCOPE_NONE, LOY_SCOPES)

/* What a form needs, and takes nothing else:
 *
 *   percent       permille                  so much off the list price
 *   amount        amount_minor              off each piece, or each whole unit of weighed goods
 *   n-for-m       take, pay                 of each `take` whole pieces the cheapest `take` - `pay`
 *                                           are free; the saving is spread over all pieces of the
 *                                           group in proportion to their prices, so that a return
 *                                           of one of them gives back what it cost. A quantity that
 *                                           is no whole number is weighed and no pieces
 *   member-price  amount_minor              price of a piece or unit, for members only; not where
 *                                           the line's list price is not that of the history (a
 *                                           label's price, one that was typed)
 *   coupon        coupon, and permille, or amount_minor off the whole basket, once
 */
struct loy_promotion_rule {
    size_t size;
    const char *code;          /* as on lines; required */
    uint8_t form;              /* enum loy_form, but not LOY_FORM_OTHER */
    uint8_t scope;             /* enum loy_scope; NONE counts as all */
    const char *target, *site; /* site NULL: everywhere */
    int64_t from_us, to_us;    /* [from, to), by when the basket was opened; to 0: open */
    bool members_only;
    int32_t permille; /* 1 to 1000 */
    int64_t amount_minor;
    int32_t take, pay;    /* 1 <= pay < take <= 100 */
    const char *campaign; /* of a coupon: required; else or NULL */
    const char *coupon;   /* its number as scanned (struct loy_scan.code) */
    bool single_use;      /* each serial of the coupon is good once; void baskets give it back, and
                             so do sales in which it took off nothing */
};
/* Adds, or replaces the rule of this code: LOY_OK; LOY_REPEATED: it is as it was. A member price is
 * always for members only. LOY_E_FORMAT:
 * loy_store_text says which field is wrong and what would be right; LOY_E_CONFLICT: the coupon's
 * number is another rule's, an article's, a label's of the shop's scales, or of a range of the shop
 * with another use: no scan could be it. What was sold keeps its price. Asks for
 * LOY_MAY_EDIT_PROMOTION. */
LOY_API enum loy_status loy_promotion_put(
    struct loy_store *store, const struct loy_promotion_rule *rule, int64_t at_us);
/* Ends a rule at that moment. LOY_NONE; LOY_REPEATED: ended before. Asks for
 * LOY_MAY_EDIT_PROMOTION. */
LOY_API enum loy_status loy_promotion_end(struct loy_store *store, const char *code, int64_t at_us);
/* Rules by code; start with position "" in a buffer of LOY_TEXT_MAX. Strings of *rule are valid
 * until the next call on the store. LOY_NONE: no more. Asks for LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_promotion_next(
    struct loy_store *store, char position[LOY_TEXT_MAX], struct loy_promotion_rule *rule);
/* The rule of a coupon's number, whatever its dates: its code. LOY_NONE. Asks for
 * LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_promotion_find_coupon(
    struct loy_store *store, const char *coupon, char code[LOY_TEXT_MAX]);

/* ---- Labels of scales -------------------------------------------------------------------------
 *
 * A weighed or priced article's EAN-13 of restricted circulation, from the left:
 *
 *     prefix | item | check digit of the value (0 or 1) | value | check digit
 *
 * The item is an article's code, with or without its leading zeros, or the GTIN of the same digits
 * with a value of zeros. A label with a price is one piece at that price; one with a weight is so
 * many thousandths of a kilogram at the list price. A value of zeros is the article itself.
 */
enum loy_scale_value { LOY_SCALE_PRICE = 1, LOY_SCALE_WEIGHT };
struct loy_scale_code {
    size_t size;
    char prefix[8];                           /* 02... or 20 to 29...; none begins with another */
    uint8_t item_digits, value, value_digits; /* value: enum loy_scale_value */
    uint8_t decimals; /* of the value: digits behind the point of the currency or of a kilogram */
    bool value_check; /* a check digit of the value stands before it (GS1's for 4 or 5 digits) */
};
/* LOY_E_FORMAT: prefix, item, value and check digits are not 13; LOY_E_CONFLICT: overlaps another,
 * or a range of cards or coupons, or a coupon's number (loy_store_text says which). Asks for
 * LOY_MAY_EDIT_ARTICLE. */
LOY_API enum loy_status loy_scale_code_put(
    struct loy_store *store, const struct loy_scale_code *scale, int64_t at_us);
LOY_API enum loy_status loy_scale_code_remove(
    struct loy_store *store, const char *prefix, int64_t at_us); /* LOY_MAY_EDIT_ARTICLE */
/* By prefix; start with position "". Asks for LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_scale_code_next(
    struct loy_store *store, char position[8], struct loy_scale_code *scale);

/* ---- An article at the lane -------------------------------------------------------------------
 */

struct loy_article_found {
    size_t size;
    int64_t version;
    int64_t quantity_milli; /* of a scale's label; else 1000 */
    int64_t list_minor;     /* at that shop and moment; -1: no price is known */
    bool labelled;        /* price or weight come from a label: the quantity is not to be changed */
    bool weighed;         /* sold by weight: price of a kilogram */
    uint8_t kind;         /* enum loy_kind */
    int32_t tax_permille; /* -1 not known */
    bool price_is_net;
    char code[LOY_TEXT_MAX];
    char label[LOY_TEXT_MAX]; /* for people: brand, style, colour, size, or the code */
};
/* What digits name: a GTIN in any of its forms, a scale's label, or else the shop's own code. text
 * may be any code. LOY_NONE: nothing of this shop; LOY_E_CHECK: a label whose value was misread
 * (its own check digit). site NULL: the store's own. Asks for LOY_MAY_FIND_ARTICLE. */
LOY_API enum loy_status loy_article_look(struct loy_store *store, const char *site,
    const char *text, int64_t at_us, struct loy_article_found *found);

/* ---- Pricing ----------------------------------------------------------------------------------
 */

/* Version, quantity and list price go in; discount, paid, promotion and form come out. promotion is
 * valid until the next call on the store. fixed: left as it is (returns, voids, open prices). */
struct loy_quote_line {
    int64_t article_version, quantity_milli, list_minor;
    bool fixed;
    int64_t discount_minor, paid_minor;
    const char *promotion; /* or NULL */
    uint8_t form;
};
struct loy_quote {
    size_t size;
    const char *site; /* NULL: the store's own */
    int64_t at_us;    /* when the basket was opened */
    bool member;
    const char *const *coupons; /* codes of rules whose coupon was shown */
    size_t coupon_count;
};
/* Prices a whole basket, stores nothing; on a failure no line has changed. LOY_E_LIMIT: amounts too
 * large; LOY_E_FORMAT: no such version, or a list price below zero. Asks for LOY_MAY_SELL. */
LOY_API enum loy_status loy_basket_quote(struct loy_store *store, const struct loy_quote *quote,
    struct loy_quote_line *lines, size_t count);

/* ---- Taxes ------------------------------------------------------------------------------------
 */

#define LOY_TAX_RATES_MAX 16u
/* Of all lines of one rate: gross = net + tax. Of lines whose prices are net the tax is reckoned on
 * their sum, of others taken out of their sum, each rounded once, halves away from zero. */
struct loy_tax {
    int32_t permille; /* -1: not known; then tax is 0 */
    int64_t net_minor, tax_minor, gross_minor;
};
/* A basket of any state: its taxes by rate, ascending, and what is due for it, the sum of the gross
 * amounts. LOY_NONE: no such basket; LOY_E_LIMIT: more rates. Asks for LOY_MAY_SEE_BASKET. */
LOY_API enum loy_status loy_basket_tax(struct loy_store *store, const struct loy_id *basket,
    struct loy_tax taxes[LOY_TAX_RATES_MAX], size_t *count, int64_t *due_minor);

#ifdef __cplusplus
}
#endif
#endif
