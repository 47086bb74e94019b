/* SPDX-License-Identifier: MIT
 *
 * promotion.c - rules of promotions: put, ended, listed.
 * A rule comes in and goes out; what was sold keeps its price. Knows no basket.
 */
#include "promotion_private.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool same_rule(const struct loy_promotion_rule *a, const struct loy_promotion_rule *b)
{
    return same_text(a->target, b->target) && same_text(a->site, b->site) &&
           same_text(a->campaign, b->campaign) && same_text(a->coupon, b->coupon) &&
           a->form == b->form && a->scope == b->scope && a->from_us == b->from_us &&
           a->to_us == b->to_us && a->members_only == b->members_only &&
           a->permille == b->permille && a->amount_minor == b->amount_minor && a->take == b->take &&
           a->pay == b->pay && a->single_use == b->single_use;
}

static void bind_or_null(sqlite3_stmt *statement, int column, int64_t number)
{
    basket_bind_row(statement, column, number);
}

static enum loy_status rule_write(
    struct loy_store *store, const struct loy_promotion_rule *rule, int64_t site, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT OR REPLACE INTO promotion_rule (code, form, scope, target, site, from_us, to_us, "
        "members_only, permille, amount_minor, take, pay, campaign, coupon, single_use, at_us, "
        "operator) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)");
    basket_bind_text(insert, 1, rule->code);
    sqlite3_bind_int(insert, 2, rule->form);
    sqlite3_bind_int(insert, 3, rule->scope);
    basket_bind_text(insert, 4, rule->target);
    sqlite3_bind_int64(insert, 5, site);
    sqlite3_bind_int64(insert, 6, rule->from_us);
    bind_or_null(insert, 7, rule->to_us);
    sqlite3_bind_int(insert, 8, rule->members_only);
    bind_or_null(insert, 9, rule->permille);
    bind_or_null(insert, 10, rule->amount_minor);
    bind_or_null(insert, 11, rule->take);
    bind_or_null(insert, 12, rule->pay);
    basket_bind_text(insert, 13, rule->campaign);
    basket_bind_text(insert, 14, rule->coupon);
    sqlite3_bind_int(insert, 15, rule->single_use);
    sqlite3_bind_int64(insert, 16, at_us);
    sqlite3_bind_int64(insert, 17, store->operator_id);
    basket_rules_memory(store)->fresh = false;
    return store_run(store, insert);
}

static bool is_coupon_of(
    const struct loy_promotion_rule *rule, const char *code, const char *gtin, int64_t at_us)
{
    char own[15];
    if (rule->coupon == NULL || (rule->to_us != 0 && rule->to_us <= at_us)) return false;
    if (code != NULL && strcmp(rule->coupon, code) == 0) return true;
    return gtin != NULL &&
           loy_gtin_normalise(LOY_SYMBOLOGY_NONE, rule->coupon, strlen(rule->coupon), own) ==
               LOY_OK &&
           strcmp(own, gtin) == 0;
}

enum loy_status basket_coupon_of(struct loy_store *store, const char *code, const char *gtin,
    int64_t at_us, const char **promotion)
{
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    for (size_t i = 0; i < rules->count; i++) {
        if (!is_coupon_of(&rules->rows[i]->rule, code, gtin, at_us)) continue;
        *promotion = rules->rows[i]->rule.code;
        return LOY_OK;
    }
    return LOY_NONE;
}

static const struct basket_rule *coupon_find(const struct basket_rules *rules, const char *coupon)
{
    for (size_t i = 0; i < rules->count; i++)
        if (rules->rows[i]->rule.coupon != NULL && strcmp(rules->rows[i]->rule.coupon, coupon) == 0)
            return rules->rows[i];
    return NULL;
}

/* A number that a scan gives to an article is never the coupon. */
static enum loy_status coupon_judge(struct loy_store *store, const char *coupon, int64_t at_us)
{
    struct loy_article_found found = {.size = sizeof found};
    enum loy_status status = store_coupon_clash(store, coupon);
    if (status != LOY_OK) return status;
    status = loy_article_look(store, NULL, coupon, at_us, &found);
    if (status == LOY_OK)
        return store_fail(store, LOY_E_CONFLICT,
            "this coupon's number is that of the article %s: a scan is always the article; take "
            "another one",
            found.code);
    return status == LOY_NONE || status == LOY_E_CHECK || status == LOY_E_FORMAT ? LOY_OK : status;
}

/* A rule that has begun was on offer until now: the analyses of what was not bought need that. One
 * of days that were over when it was entered never held at the till: what is said of any of them
 * later is a correction. */
static enum loy_status past_keep(struct loy_store *store, const struct loy_promotion_rule *rule,
    const struct loy_promotion_rule *next, int64_t at_us)
{
    if (rule->form == LOY_FORM_COUPON) return LOY_OK;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO promotion_rule_past SELECT code, form, scope, target, site, "
        "max(from_us, began), min(ifnull(to_us, ?2), ?2), permille, amount_minor, take, pay, ?2 "
        "FROM (SELECT *, ifnull((SELECT max(replaced_us) FROM promotion_rule_past p "
        "WHERE p.code = r.code), from_us) AS began FROM promotion_rule r WHERE r.code = ?1) "
        "WHERE max(from_us, began) < ?2 "
        "AND NOT (ifnull(to_us, ?2) <= at_us AND from_us < ?4 AND to_us > ?3)");
    sqlite3_bind_text(insert, 1, rule->code, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, at_us);
    sqlite3_bind_int64(insert, 3, next->from_us);
    sqlite3_bind_int64(insert, 4, next->to_us == 0 ? INT64_MAX : next->to_us);
    return store_run(store, insert);
}

static enum loy_status put(
    struct loy_store *store, const struct loy_promotion_rule *rule, int64_t at_us)
{
    const struct basket_rules *rules = basket_rules(store);
    int64_t site = 0;
    if (rules == NULL) return store->failed;
    const struct basket_rule *there = basket_rule_find(rules, rule->code);
    if (there != NULL && same_rule(&there->rule, rule)) return LOY_REPEATED;
    const struct basket_rule *other =
        rule->coupon == NULL ? NULL : coupon_find(rules, rule->coupon);
    if (other != NULL && other != there)
        return store_fail(
            store, LOY_E_CONFLICT, "another promotion has this coupon's number; give each its own");
    enum loy_status status =
        rule->coupon == NULL ? LOY_OK : coupon_judge(store, rule->coupon, at_us);
    if (status == LOY_OK && rule->site != NULL) status = store_site(store, rule->site, &site);
    if (status == LOY_OK && there != NULL) status = past_keep(store, &there->rule, rule, at_us);
    if (status == LOY_OK) status = rule_write(store, rule, site, at_us);
    return status == LOY_OK ? store_audit(store, "promotion.put", rule->code, at_us) : status;
}

enum loy_status loy_promotion_put(
    struct loy_store *store, const struct loy_promotion_rule *rule, int64_t at_us)
{
    if (store == NULL || rule == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_PROMOTION);
    if (status != LOY_OK) return status;
    if (rule->size < sizeof *rule)
        return store_fail(store, LOY_E_ARGUMENT, "size of the promotion is not set");
    status = promotion_check(store, rule);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    struct loy_promotion_rule clean = *rule;
    clean.target = basket_text(rule->target);
    clean.site = basket_text(rule->site);
    clean.campaign = basket_text(rule->campaign);
    clean.coupon = basket_text(rule->coupon);
    if (clean.scope == LOY_SCOPE_NONE) clean.scope = LOY_SCOPE_ALL;
    if (clean.form == LOY_FORM_MEMBER_PRICE) clean.members_only = true;
    return basket_leave(store, put(store, &clean, at_us));
}

/* A rule that has not begun never will: it ends where it begins. */
static enum loy_status end(struct loy_store *store, const char *code, int64_t at_us)
{
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    const struct basket_rule *there = basket_rule_find(rules, code);
    if (there == NULL) return LOY_NONE;
    int64_t to_us = at_us > there->rule.from_us ? at_us : there->rule.from_us;
    if (there->rule.to_us != 0 && there->rule.to_us <= to_us) return LOY_REPEATED;
    sqlite3_stmt *update = store_sql(store, "UPDATE promotion_rule SET to_us = ?2 WHERE code = ?1");
    sqlite3_bind_text(update, 1, code, -1, SQLITE_STATIC);
    sqlite3_bind_int64(update, 2, to_us == 0 ? 1 : to_us);
    basket_rules_memory(store)->fresh = false;
    enum loy_status status = store_run(store, update);
    return status == LOY_OK ? store_audit(store, "promotion.end", code, at_us) : status;
}

enum loy_status loy_promotion_end(struct loy_store *store, const char *code, int64_t at_us)
{
    if (store == NULL || code == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_PROMOTION);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, end(store, code, at_us));
}

enum loy_status loy_promotion_next(
    struct loy_store *store, char position[LOY_TEXT_MAX], struct loy_promotion_rule *rule)
{
    if (store == NULL || position == NULL || rule == NULL || rule->size < sizeof *rule)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    const size_t size = rule->size;
    size_t place = basket_rules_place(rules, position);
    if (place < rules->count && strcmp(rules->rows[place]->rule.code, position) == 0) place++;
    if (place == rules->count) return LOY_NONE;
    *rule = rules->rows[place]->rule;
    rule->size = size;
    memcpy(position, rule->code, strlen(rule->code) + 1);
    return LOY_OK;
}

enum loy_status loy_promotion_find_coupon(
    struct loy_store *store, const char *coupon, char code[LOY_TEXT_MAX])
{
    if (store == NULL || coupon == NULL || code == NULL) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_ARTICLE);
    if (status != LOY_OK) return status;
    const struct basket_rules *rules = basket_rules(store);
    if (rules == NULL) return store->failed;
    const struct basket_rule *rule = coupon_find(rules, coupon);
    if (rule == NULL) return LOY_NONE;
    memcpy(code, rule->rule.code, strlen(rule->rule.code) + 1);
    return LOY_OK;
}
