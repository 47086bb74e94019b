/* SPDX-License-Identifier: MIT
 *
 * rules.h - the rules of promotions as they stand in the store, kept in memory.
 * Rows come in, rules by code go out. Knows no line and no price.
 */
#ifndef RULES_H
#define RULES_H

#include "basket_private.h"

#include <loyalty/promotion.h>

struct basket_rule {
    struct loy_promotion_rule rule; /* strings behind it */
    int64_t site;                   /* row; 0 everywhere */
    char strings[];
};
struct basket_rules {
    struct basket_rule **rows; /* by code */
    size_t count, capacity;
    int64_t data_version; /* of the file when they were read: another connection may edit it */
    bool fresh;
    struct basket_shelf *shelves; /* of the last quote, which names their codes */
    size_t shelves_size;
};

/* Columns: code, target, site, campaign, coupon; form, scope, row of the site, from_us, to_us,
 * members_only, permille, amount_minor, take, pay, single_use. It comes last. LOY_E_MEMORY. */
enum loy_status basket_rules_add(
    struct loy_store *store, struct basket_rules *rules, sqlite3_stmt *row);
/* All rules, by code; NULL: failed, text set. What it gives stands until the next call. */
const struct basket_rules *basket_rules(struct loy_store *store);
/* The place of a code, or of the next one. */
size_t basket_rules_place(const struct basket_rules *rules, const char *code);
/* The rule of a code, or NULL. */
const struct basket_rule *basket_rule_find(const struct basket_rules *rules, const char *code);
/* Room for a quote of that many lines, nothing asked. NULL: failed, text set. */
struct basket_shelf *basket_shelves_room(struct loy_store *store, size_t count);

/* ---- Of cache.c ------------------------------------------------------------------------------
 */

struct basket_rules *basket_rules_memory(struct loy_store *store); /* NULL: no memory */
void basket_rules_free(struct basket_rules *rules);                /* what it holds */

#endif
