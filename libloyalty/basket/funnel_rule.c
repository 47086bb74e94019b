/* SPDX-License-Identifier: MIT
 *
 * funnel_rule.c - the switches of the customer funnel, and the one note that is made for it. In: a
 * switch, or a line that was taken back. Out: on or off; a row, while the switch is on. Must not
 * know: what is concluded, nor anything of a payment.
 */
#include "picture.h"

#include <loyalty/intent.h>

static const struct store_rule rules[] = {[LOY_FUNNEL_RULE_NONE] = {NULL, 0, 0, 0},
#define ROW(symbol, name, usual, low, high) [symbol] = {name, usual, low, high},
    LOY_FUNNEL_RULES(ROW)
#undef ROW
};

const char *loy_funnel_rule_name(enum loy_funnel_rule rule)
{
    return (unsigned)rule < LOY_FUNNEL_RULE_END ? rules[rule].name : NULL;
}

enum loy_status loy_funnel_rule_get(
    struct loy_store *store, enum loy_funnel_rule rule, int64_t *value)
{
    if (store == NULL || value == NULL || loy_funnel_rule_name(rule) == NULL) return LOY_E_ARGUMENT;
    return store_rule_get(store, &rules[rule], value);
}

enum loy_status loy_funnel_rule_set(
    struct loy_store *store, enum loy_funnel_rule rule, int64_t value, int64_t at_us)
{
    if (store == NULL || loy_funnel_rule_name(rule) == NULL) return LOY_E_ARGUMENT;
    return store_rule_set(store, &rules[rule], "funnel.rule", value, at_us);
}

enum loy_status lane_taken_back(struct loy_store *store, int64_t basket, int64_t number)
{
    int64_t on = 0, sign = 0;
    enum loy_status status = loy_funnel_rule_get(store, LOY_FUNNEL_RULE_ON, &on);
    if (status == LOY_OK) status = loy_funnel_rule_get(store, LOY_FUNNEL_RULE_AT_TOTAL, &sign);
    // What nobody may count is not collected either.
    if (status != LOY_OK || on == 0 || sign == 0) return status;
    struct picture *picture = picture_now(store);
    sqlite3_stmt *put = store_sql(
        store, "INSERT INTO taken_back (basket, number) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    sqlite3_bind_int64(put, 1, basket);
    sqlite3_bind_int64(put, 2, number);
    status = store_run(store, put);
    if (status == LOY_OK) picture_follow(store, picture);
    return status;
}
