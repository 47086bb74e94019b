/* SPDX-License-Identifier: MIT
 *
 * card_rule.c - the few numbers by which a shop may change how cards, purchasers and claim codes
 * are handled. In: a rule. Out: its value, the usual one where none was set.
 */
#include "member_card_private.h"

static const struct store_rule rules[] = {[LOY_RULE_NONE] = {NULL, 0, 0, 0},
#define ROW(symbol, name, usual, low, high) [symbol] = {name, usual, low, high},
    LOY_CARD_RULES(ROW)
#undef ROW
};

const char *loy_card_rule_name(enum loy_card_rule rule)
{
    return (unsigned)rule < LOY_RULE_END ? rules[rule].name : NULL;
}

enum loy_status loy_card_rule_get(struct loy_store *store, enum loy_card_rule rule, int64_t *value)
{
    if (!store || !value || !loy_card_rule_name(rule)) return LOY_E_ARGUMENT;
    return store_rule_get(store, &rules[rule], value);
}

enum loy_status loy_card_rule_set(
    struct loy_store *store, enum loy_card_rule rule, int64_t value, int64_t at_us)
{
    if (!store || !loy_card_rule_name(rule)) return LOY_E_ARGUMENT;
    return store_rule_set(store, &rules[rule], "card.rule", value, at_us);
}
