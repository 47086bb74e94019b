/* SPDX-License-Identifier: MIT
 *
 * pricing.h - a basket priced: lines and rules come in, discounts go out. Pure: no SQL, no clock,
 * no store, no member; what may count for this customer was chosen by the caller (quote.c).
 *
 * How a basket is priced:
 *
 * 1. Each line has its own best promotion: of the offer of its shelf and the rules of one line, the
 *    one that takes off most, of equals the first by code.
 * 2. Deals take several lines together, each line at most one: n for m takes all lines of its scope
 *    with whole pieces; an amount off the basket takes any of its scope.
 * 3. Of all ways to give lines to deals, the one that takes off most in all counts. So one more
 *    rule, or being a member, never makes a basket dearer.
 * 4. What a deal takes off is spread over its lines by pricing_spread.
 *
 * The ways are searched exactly up to PRICING_STEPS_MAX steps, which no basket of a shop needs;
 * behind that the best one found so far counts, still the same for any order of lines.
 */
#ifndef PRICING_H
#define PRICING_H

#include <loyalty/promotion.h>

#define PRICING_STEPS_MAX 4000u

struct pricing_line {
    struct loy_version article; /* kind and what scopes look at */
    int64_t version, quantity_milli, list_minor;
    bool fixed;
    int64_t shelf_minor; /* list price of the history; -1: not known */
    int64_t offer_minor; /* what the shelf asks of this customer, where it is less; -1: nothing */
    const char *offer;   /* its code, or NULL */
    uint8_t offer_form;
    int64_t discount_minor, paid_minor; /* out, with what follows */
    const char *promotion;
    uint8_t form;
};

/* rules: those that hold here and now, by code. LOY_E_FORMAT: a list price below zero; LOY_E_LIMIT:
 * amounts too large; LOY_E_MEMORY. Then nothing of the lines has changed. */
enum loy_status pricing_basket(const struct loy_promotion_rule *const *rules, size_t rule_count,
    struct pricing_line *lines, size_t count);

/* Whether the rule's scope holds the article, whatever its dates and places. */
bool pricing_rule_holds(const struct loy_promotion_rule *rule, const struct loy_version *article);

/* floor(part * amount / whole), and the remainder; 0 <= part <= whole, whole > 0, amount >= 0. */
int64_t pricing_share(int64_t part, int64_t amount, int64_t whole, int64_t *rest);
/* amount over weights by largest remainders: each gets floor(weight * amount / sum of weights), and
 * what is left goes unit by unit to the largest remainders, of equals the first. 0 <= amount <= sum
 * of weights, so no share is more than its weight. */
struct pricing_portion {
    int64_t weight, share, rest;
    size_t place;
};
void pricing_spread(int64_t amount_minor, struct pricing_portion *portions, size_t count);

/* ---- Between pricing.c and pricing_choice.c ---------------------------------------------------
 */

#define PRICING_OWN 0u /* owner of an item: its own promotion, or deal 1, 2, ... */

/* A line that can become cheaper. Items stand dearest first, and so that the lines' order does not
 * matter: by list price, version, quantity. */
struct pricing_item {
    struct pricing_line *line;
    int64_t amount; /* at list prices */
    int64_t own;    /* taken off by its own promotion */
    const char *code;
    uint8_t form;
    size_t owner; /* PRICING_OWN or number of a deal; the best way when the search is over */
};
/* Items as bits, 64 a word. */
#define PRICING_WORDS(items) (((items) + 63u) / 64u)
static inline bool pricing_has(const uint64_t *bits, size_t item)
{
    return (bits[item / 64] >> item % 64 & 1u) != 0;
}

struct pricing_deal {
    const struct loy_promotion_rule *rule;
    int64_t worth;   /* n for m: of all its items; else the most that can be taken off */
    int64_t gain;    /* n for m: worth less what its items have by themselves */
    uint64_t *holds; /* its items */
    size_t first;    /* n for m: of its items the first */
};
struct pricing_choice {
    struct pricing_item *items;
    size_t item_count, words;
    struct pricing_deal *deals; /* bundles (n for m) first, then amounts off */
    size_t bundle_count, deal_count;
};
enum loy_status pricing_choose(struct pricing_choice *choice);

#endif
