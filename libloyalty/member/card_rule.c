/* SPDX-License-Identifier: MIT
 *
 * card_rule.c - the few numbers by which a shop may change how cards, purchasers and claim codes
 * are handled. In: a rule. Out: its value, the usual one where none was set.
 */
#include "member_card_private.h"

#include <stdio.h>

static const struct {
    const char *name;
    int64_t usual, low, high;
} rules[] = {[LOY_RULE_NONE] = {NULL, 0, 0, 0},
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
    enum loy_status status = store_require(store, LOY_MAY_READ_RULE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT value FROM setting WHERE name = ?1");
    sqlite3_bind_text(select, 1, rules[rule].name, -1, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) *value = sqlite3_column_int64(select, 0);
    if (status == LOY_NONE) *value = rules[rule].usual;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status rule_write(
    struct loy_store *store, enum loy_card_rule rule, int64_t value, int64_t at_us)
{
    char object[60];
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                            "ON CONFLICT (name) DO UPDATE SET value = ?2");
    sqlite3_bind_text(insert, 1, rules[rule].name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, value);
    enum loy_status status = store_run(store, insert);
    snprintf(object, sizeof object, "%s %lld", rules[rule].name, (long long)value);
    return status == LOY_OK ? store_audit(store, "card.rule", object, at_us) : status;
}

enum loy_status loy_card_rule_set(
    struct loy_store *store, enum loy_card_rule rule, int64_t value, int64_t at_us)
{
    if (!store || !loy_card_rule_name(rule)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_RULE);
    if (status == LOY_OK && (value < rules[rule].low || value > rules[rule].high))
        status = store_fail(store, LOY_E_LIMIT, "%s: a number from %lld to %lld is expected",
            rules[rule].name, (long long)rules[rule].low, (long long)rules[rule].high);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return member_end(store, rule_write(store, rule, value, at_us));
}
