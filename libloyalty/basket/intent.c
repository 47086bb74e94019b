/* SPDX-License-Identifier: MIT
 *
 * intent.c - what members did at a till short of buying, for the customer funnel. In: a period.
 * Out: rows of those signs that the shop has switched on. Changes nothing. Must not know: how
 * anybody paid or tried to, and what is concluded.
 */
#include "basket_private.h"

#include <loyalty/intent.h>

#include <stdlib.h>

#define DAY_LONG_US INT64_C(86400000000)

#define MOMENT "ifnull((SELECT corrected_us FROM basket_time WHERE basket = b.id), b.opened_at_us)"
#define WHEN "b.member IS NOT NULL AND " MOMENT " >= ?1 AND " MOMENT " < ?2 "
/* A line that was neither taken back nor is one that takes back. */
#define STANDS(line)                                                                               \
    line ".quantity_milli > 0 AND NOT EXISTS (SELECT 1 FROM line_return u WHERE u.of_basket "      \
         "= " line ".basket AND u.of_number = " line ".number AND u.basket = " line ".basket) "
/* One of the current articles for which a coupon holds, if they are all of one category. */
#define ALIKE(column)                                                                              \
    "(SELECT CASE WHEN min(v.category) = max(v.category) AND count(v.category) = count(*) "        \
    "THEN min(v.id) END FROM article a JOIN article_version v ON v.id = a.version "                \
    "WHERE " column " = r.target)"

// clang-format off
/* Each: member, moment, basket, kind, version, scope, target. ?3 to ?6 switch the signs; ?7 is the
 * last moment at which a basket was begun that has waited for a day. */
#define COUPONS                                                                                    \
    "SELECT b.member AS m, " MOMENT " AS at, b.id AS basket, 1 AS kind, ifnull(CASE r.scope "      \
    "WHEN 2 THEN (SELECT version FROM article WHERE code = r.target) WHEN 3 THEN " ALIKE("v.style") " WHEN 4 THEN "                \
    ALIKE("v.brand") " END, 0) AS version, r.scope AS scope, r.target AS target "                  \
    "FROM basket_coupon c JOIN basket b ON b.id = c.basket "                                       \
    "JOIN promotion_rule r ON r.code = c.rule WHERE ?3 AND " WHEN
#define KIND "CASE WHEN ?5 AND k.basket IS NOT NULL THEN 3 ELSE 2 END"
#define WANTED "(?4 OR (?5 AND k.basket IS NOT NULL)) "
#define TAKEN_BACK                                                                                 \
    "SELECT b.member, " MOMENT ", b.id, " KIND ", l.version, 0, NULL FROM line_return u "          \
    "JOIN basket b ON b.id = u.basket JOIN line l ON l.basket = u.basket "                         \
    "AND l.number = u.of_number JOIN article_version v ON v.id = l.version "                       \
    "LEFT JOIN taken_back k ON k.basket = u.basket AND k.number = u.of_number "                    \
    "WHERE u.of_basket = u.basket AND b.state <> 3 AND " WANTED "AND NOT EXISTS (SELECT 1 "        \
    "FROM line s JOIN article_version sv ON sv.id = s.version WHERE s.basket = b.id "              \
    "AND sv.article = v.article AND " STANDS("s") ") AND " WHEN
#define MADE_VOID                                                                                  \
    "SELECT b.member, " MOMENT ", b.id, " KIND ", l.version, 0, NULL FROM basket b "               \
    "JOIN line l ON l.basket = b.id LEFT JOIN taken_back k ON k.basket = b.id "                    \
    "AND k.number IN (0, l.number) WHERE b.state = 3 AND l.quantity_milli > 0 AND " WANTED         \
    "AND " WHEN
#define WAITING                                                                                    \
    "SELECT b.member, " MOMENT ", b.id, 4, l.version, 0, NULL FROM lane_basket w "                 \
    "JOIN basket b ON b.id = w.basket JOIN line l ON l.basket = b.id WHERE ?6 AND b.state = 1 "    \
    "AND w.ticket IS NOT NULL AND b.opened_at_us <= ?7 AND " STANDS("l") "AND " WHEN
static const char intents_sql[] = COUPONS "UNION ALL " TAKEN_BACK "UNION ALL " MADE_VOID
    "UNION ALL " WAITING "ORDER BY m, at, basket, kind, version, scope, target";
// clang-format on

struct loy_intents {
    struct loy_store *store;
    sqlite3_stmt *statement;
};

/* LOY_REFUSED: off. on[i] is of the rule i. */
static enum loy_status rules_read(struct loy_store *store, bool on[LOY_FUNNEL_RULE_END])
{
    for (int i = LOY_FUNNEL_RULE_ON; i < LOY_FUNNEL_RULE_END; i++) {
        int64_t value = 0;
        enum loy_status status = loy_funnel_rule_get(store, (enum loy_funnel_rule)i, &value);
        if (status != LOY_OK) return status;
        on[i] = value != 0;
    }
    if (on[LOY_FUNNEL_RULE_ON]) return LOY_OK;
    return store_fail(
        store, LOY_REFUSED, "the customer funnel is off, and a manager has to switch it on first");
}

static enum loy_status statement_make(
    struct loy_intents *intents, int64_t from_us, int64_t to_us, const bool on[LOY_FUNNEL_RULE_END])
{
    struct loy_store *store = intents->store;
    if (sqlite3_prepare_v2(store->db, intents_sql, -1, &intents->statement, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    sqlite3_bind_int64(intents->statement, 1, from_us);
    sqlite3_bind_int64(intents->statement, 2, to_us);
    sqlite3_bind_int(intents->statement, 3, on[LOY_FUNNEL_RULE_COUPON]);
    sqlite3_bind_int(intents->statement, 4, on[LOY_FUNNEL_RULE_TAKEN_BACK]);
    sqlite3_bind_int(intents->statement, 5, on[LOY_FUNNEL_RULE_AT_TOTAL]);
    sqlite3_bind_int(intents->statement, 6, on[LOY_FUNNEL_RULE_SUSPENDED]);
    sqlite3_bind_int64(
        intents->statement, 7, to_us < INT64_MIN + DAY_LONG_US ? INT64_MIN : to_us - DAY_LONG_US);
    return LOY_OK;
}

enum loy_status loy_intents_open(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_intents **intents)
{
    bool on[LOY_FUNNEL_RULE_END] = {false};
    if (store == NULL || intents == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_FUNNEL);
    if (status == LOY_OK) status = rules_read(store, on);
    if (status != LOY_OK) return status;
    struct loy_intents *made = calloc(1, sizeof *made);
    if (made == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for reading baskets");
    made->store = store;
    status = statement_make(made, from_us, to_us, on);
    if (status == LOY_OK)
        *intents = made;
    else
        loy_intents_close(made);
    return status;
}

enum loy_status loy_intents_next(struct loy_intents *intents, struct loy_intent *intent)
{
    if (intents == NULL || intent == NULL) return LOY_E_ARGUMENT;
    // The handle may have passed to another operator since the cursor was opened.
    enum loy_status status = store_require(intents->store, LOY_MAY_READ_FUNNEL);
    if (status == LOY_OK) status = store_step(intents->store, intents->statement);
    if (status != LOY_OK) return status;
    sqlite3_stmt *row = intents->statement;
    *intent = (struct loy_intent){.member = sqlite3_column_int64(row, 0),
        .at_us = sqlite3_column_int64(row, 1),
        .basket = sqlite3_column_int64(row, 2),
        .kind = (uint8_t)sqlite3_column_int(row, 3),
        .article_version = sqlite3_column_int64(row, 4),
        .scope = (uint8_t)sqlite3_column_int(row, 5),
        .target = (const char *)sqlite3_column_text(row, 6)};
    return LOY_OK;
}

void loy_intents_close(struct loy_intents *intents)
{
    if (intents == NULL) return;
    sqlite3_finalize(intents->statement);
    free(intents);
}
