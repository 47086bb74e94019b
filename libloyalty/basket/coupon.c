/* SPDX-License-Identifier: MIT
 *
 * coupon.c - coupons that were shown for a basket: is one good, and the response to its campaign.
 * A coupon's number and serial come in, rows go out. What it takes off is the quote's matter.
 */
#include "lane_rows.h"

#include <loyalty/contact.h>
#include <member/coupon_sql.h>
#include <member/free_text.h>

#include <stdio.h>

struct rule {
    char code[LOY_TEXT_MAX];
    int64_t site, from_us, to_us;
    bool single_use;
};

static enum loy_status rule_find(struct loy_store *store, const char *coupon, struct rule *rule)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT code, site, from_us, ifnull(to_us, 9223372036854775807), "
                         "single_use FROM promotion_rule WHERE coupon = ?1");
    sqlite3_bind_text(select, 1, coupon, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *rule = (struct rule){.site = sqlite3_column_int64(select, 1),
            .from_us = sqlite3_column_int64(select, 2),
            .to_us = sqlite3_column_int64(select, 3),
            .single_use = sqlite3_column_int(select, 4) != 0};
        sqlite3_snprintf(sizeof rule->code, rule->code, "%s", sqlite3_column_text(select, 0));
    }
    sqlite3_reset(select);
    return status;
}

/* LOY_OK: it is. A void basket gives its coupons back. Basket 0, which is none, has the serials of
 * members who were erased or objected (004_lane.sql). */
static enum loy_status serial_used(
    struct loy_store *store, const struct lane_head *head, const char *rule, const char *serial)
{
    int64_t used = 0;
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 FROM basket_coupon c LEFT JOIN basket b ON b.id = c.basket WHERE "
        "c.rule = ?1 AND c.serial = ?2 AND c.basket <> ?3 AND b.state IS NOT 3");
    sqlite3_bind_text(select, 1, rule, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 2, serial, -1, SQLITE_STATIC);
    sqlite3_bind_int64(select, 3, head->id);
    return store_step_number(store, select, &used);
}

static enum loy_status rule_judge(struct loy_store *store, const struct lane_head *head,
    const struct rule *rule, const char *serial)
{
    if (rule->site != 0 && rule->site != store->site)
        return store_fail(store, LOY_REFUSED, "this coupon is for another shop");
    if (head->opened_at_us < rule->from_us)
        return store_fail(store, LOY_REFUSED, "this coupon is not valid yet");
    if (head->opened_at_us >= rule->to_us)
        return store_fail(store, LOY_REFUSED, "this coupon is not valid any more");
    if (!rule->single_use) return LOY_OK;
    if (serial[0] == '\0')
        return store_fail(store, LOY_REFUSED,
            "this coupon is good once, so its own number is needed: scan it, or type number and "
            "serial number");
    enum loy_status status = serial_used(store, head, rule->code, serial);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_REFUSED, "this coupon was used before");
}

/* A rule takes off once a basket: a second serial would be used up for nothing. LOY_OK: there is
 * one. */
static enum loy_status rule_is_here(struct loy_store *store, int64_t basket, const char *rule)
{
    int64_t here = 0;
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM basket_coupon WHERE basket = ?1 AND rule = ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_text(select, 2, rule, -1, SQLITE_STATIC);
    return store_step_number(store, select, &here);
}

enum loy_status lane_coupon_add(struct loy_store *store, const struct lane_head *head,
    const char *coupon, const char *serial, bool once, int64_t at_us)
{
    struct rule rule;
    if (serial == NULL) serial = "";
    enum loy_status status = rule_find(store, coupon, &rule);
    if (status == LOY_OK) status = basket_text_check(store, N_("the serial number"), serial);
    if (status == LOY_OK && member_text_has_payment(serial))
        status = store_fail(store, LOY_REFUSED,
            "this is the number of a payment card, which is not kept: scan the coupon, or type the "
            "serial number that is printed on it");
    if (status == LOY_OK) status = rule_judge(store, head, &rule, serial);
    if (status != LOY_OK) return status;
    status = once ? rule_is_here(store, head->id, rule.code) : LOY_NONE;
    if (status == LOY_OK)
        return store_fail(store, LOY_REFUSED, "this coupon is in the basket already");
    if (status != LOY_NONE) return status;
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO basket_coupon (basket, rule, serial, at_us) "
                         "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING");
    sqlite3_bind_int64(insert, 1, head->id);
    sqlite3_bind_text(insert, 2, rule.code, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, serial, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, at_us);
    status = store_run(store, insert);
    if (status != LOY_OK || sqlite3_changes64(store->db) != 0) return status;
    return store_fail(store, LOY_REFUSED, "this coupon is in the basket already");
}

/* Lines that are taken back whole have no promotion any more. */
enum loy_status lane_coupons_free(struct loy_store *store, const struct lane_head *head)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE OR REPLACE basket_coupon SET serial = '' WHERE basket = ?1 AND serial <> '' AND "
        "rule IN (SELECT code FROM promotion_rule WHERE single_use <> 0) AND NOT EXISTS (SELECT 1 "
        "FROM line l JOIN promotion p ON p.id = l.promotion WHERE l.basket = ?1 AND p.code = "
        "basket_coupon.rule AND l.discount_minor > 0)");
    sqlite3_bind_int64(update, 1, head->id);
    return store_run(store, update);
}

static enum loy_status part_step(struct loy_store *store, const char *sql, int64_t basket)
{
    sqlite3_stmt *statement = store_sql(store, sql);
    sqlite3_bind_int64(statement, 1, basket);
    return store_run(store, statement);
}

enum loy_status lane_coupons_part(struct loy_store *store, const struct lane_head *head)
{
    enum loy_status status = lane_link_objected(store, head->id);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    status = part_step(store, COUPONS_KEEP("SELECT ?1"), head->id);
    return status == LOY_OK ? part_step(store, COUPONS_PART("SELECT ?1"), head->id) : status;
}

/* ---- Campaigns ---------------------------------------------------------------------------------
 */

/* The n-th campaign of the basket's coupons, by name. LOY_NONE: no more. */
static enum loy_status campaign_next(
    struct loy_store *store, int64_t basket, char campaign[LOY_TEXT_MAX])
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT min(r.campaign) FROM basket_coupon c JOIN promotion_rule r "
                         "ON r.code = c.rule WHERE c.basket = ?1 AND r.campaign > ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_text(select, 2, campaign, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    char next[LOY_TEXT_MAX] = "";
    if (status == LOY_OK && sqlite3_column_type(select, 0) == SQLITE_TEXT)
        sqlite3_snprintf(sizeof next, next, "%s", sqlite3_column_text(select, 0));
    sqlite3_reset(select);
    if (status != LOY_OK || next[0] == '\0') return status == LOY_OK ? LOY_NONE : status;
    snprintf(campaign, LOY_TEXT_MAX, "%s", next);
    return LOY_OK;
}

enum loy_status lane_coupons_answer(
    struct loy_store *store, const struct lane_head *head, int64_t at_us)
{
    char campaign[LOY_TEXT_MAX] = "";
    enum loy_status status = head->member == 0 ? LOY_NONE : LOY_OK;
    while (status == LOY_OK && (status = campaign_next(store, head->id, campaign)) == LOY_OK) {
        struct loy_contact_form form = {.size = sizeof form,
            .member = &head->member_uid,
            .kind = LOY_CONTACT_COUPON,
            .channel = "lane",
            .initiated_by = LOY_INITIATIVE_CUSTOMER,
            .at_us = at_us,
            .campaign = campaign,
            .basket = &head->uid};
        status = loy_contact_add(store, &form, at_us, NULL);
        if (status == LOY_REPEATED) status = LOY_OK;
    }
    return status == LOY_NONE ? LOY_OK : status;
}
