/* SPDX-License-Identifier: MIT
 *
 * lane_rule.c - the few numbers by which a shop may change how its lanes work. In: a rule. Out: its
 * value, the usual one where none was set.
 */
#include "basket_private.h"

#include <loyalty/lane.h>

static const struct store_rule rules[] = {[LOY_LANE_RULE_NONE] = {NULL, 0, 0, 0},
#define ROW(symbol, name, usual, low, high) [symbol] = {name, usual, low, high},
    LOY_LANE_RULES(ROW)
#undef ROW
};

const char *loy_lane_rule_name(enum loy_lane_rule rule)
{
    return (unsigned)rule < LOY_LANE_RULE_END ? rules[rule].name : NULL;
}

enum loy_status loy_lane_rule_get(struct loy_store *store, enum loy_lane_rule rule, int64_t *value)
{
    if (store == NULL || value == NULL || loy_lane_rule_name(rule) == NULL) return LOY_E_ARGUMENT;
    return store_rule_get(store, &rules[rule], value);
}

enum loy_status loy_lane_rule_set(
    struct loy_store *store, enum loy_lane_rule rule, int64_t value, int64_t at_us)
{
    if (store == NULL || loy_lane_rule_name(rule) == NULL) return LOY_E_ARGUMENT;
    return store_rule_set(store, &rules[rule], "lane.rule", value, at_us);
}
