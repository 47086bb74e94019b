/* SPDX-License-Identifier: MIT
 *
 * offer_private.h - between offer.c and offer_rules.c: rows of the price history of one article,
 * and the rules of promotions that cut them.
 */
#ifndef OFFER_PRIVATE_H
#define OFFER_PRIVATE_H

#include "pricing.h"
#include "rules.h"

struct offer_list { /* to_us INT64_MAX: open */
    struct loy_offer *rows;
    size_t count, capacity;
};
bool offer_list_add(struct offer_list *list, const struct loy_offer *offer);

/* As they are, and as they were; to_us INT64_MAX: open. Whatever the answer, basket_rules_free. */
enum loy_status offer_rules_read(struct loy_store *store, struct basket_rules *rules);

/* in: the rows of an article, by from, then site; out: the same with the rules that hold for it, in
 * that order. No rule holds: LOY_NONE, and nothing in out. */
enum loy_status offer_rules_apply(const struct basket_rules *rules,
    const struct loy_version *article, const struct offer_list *in, struct offer_list *out);

#endif
