/* SPDX-License-Identifier: MIT
 *
 * calls_basket.c - see calls.h. In: a lane that is open. Out: the calls that put and sell, each
 * with what it answers.
 */
#include "calls.h"

#include <loyalty/rights.h>

#include <basket/basket_private.h>

static struct counter *counter;
static struct loy_store *store;
static struct loy_basket *basket;
static struct loy_credential first, pending;
static struct loy_id one, sold, recorded;
static int made; /* of what is put: each time another one */
static char name[16];

static void name_next(void)
{
    snprintf(name, sizeof name, "n%d", ++made);
}

/* ---- Articles, prices, promotions -------------------------------------------------------------
 */

static enum loy_status article_new(void)
{
    const struct loy_article article = {.size = sizeof article,
        .code = name,
        .category = "shoes",
        .grade = "1 basic",
        .brand = "one",
        .tax_permille = 190,
        .cost_minor = -1};
    return loy_article_put(store, &article, NOON_US);
}

/* The one with the GTIN, with another brand. */
static enum loy_status article_edit(void)
{
    const struct loy_article article = {.size = sizeof article,
        .code = "numbered",
        .gtin = "4006381333931",
        .brand = name,
        .tax_permille = 190,
        .cost_minor = -1};
    return loy_article_put(store, &article, NOON_US);
}

static enum loy_status article_bare(void)
{
    const struct loy_article article = {
        .size = sizeof article, .code = name, .tax_permille = -1, .cost_minor = -1};
    return loy_article_put(store, &article, NOON_US);
}

static enum loy_status look(const char *text)
{
    struct loy_article_found found = {.size = sizeof found};
    basket_cache_free(store);
    return loy_article_look(store, NULL, text, NOON_US, &found);
}

static enum loy_status look_code(void)
{
    return look("shirt");
}

static enum loy_status look_gtin(void)
{
    return look("4006381333931");
}

static enum loy_status look_label(void)
{
    return look("2800002001504");
}

static enum loy_status find(void)
{
    int64_t version = 0;
    enum loy_status status = loy_article_find(store, "shirt", &version);
    if (status == LOY_OK) status = loy_article_find_gtin(store, "04006381333931", &version);
    return status;
}

static enum loy_status version(void)
{
    struct loy_version attributes;
    basket_cache_free(store);
    return loy_version_get(store, counter->shop->shirt, &attributes);
}

/* Into the middle of the one that is there, which goes on behind it. */
static enum loy_status price(void)
{
    const struct loy_price row = {.size = sizeof row,
        .article = "shirt",
        .site = "S1",
        .from_us = NOON_US + made * DAY_US,
        .to_us = NOON_US + made * DAY_US + SECOND_US,
        .list_minor = 900,
        .selling_minor = 900,
        .promotion = name,
        .form = LOY_FORM_PERCENT};
    return loy_price_put(store, &row);
}

static int offer_take(void *user, const struct loy_offer *offer)
{
    (void)user;
    (void)offer;
    return 0;
}

static enum loy_status offers(void)
{
    return loy_offer_each(store, 0, 0, offer_take, NULL);
}

static enum loy_status shelf(void)
{
    unsigned gap = 0;
    const int64_t day_us = (NOON_US / DAY_US + made) * DAY_US;
    const struct loy_price prices[] = {
        {.size = sizeof *prices, .article = "shoe", .list_minor = made, .selling_minor = made},
        {.size = sizeof *prices,
            .article = made % 2 ? "shirt" : "sock",
            .list_minor = 100,
            .selling_minor = 90,
            .promotion = "less",
            .form = LOY_FORM_PERCENT}};
    return loy_price_snapshot(store, NULL, day_us, prices, ROWS(prices), &gap);
}

static enum loy_status assortment(void)
{
    unsigned gap = 0;
    const int64_t day_us = (NOON_US / DAY_US + made) * DAY_US;
    const char *const codes[] = {"shirt", made % 2 ? "shoe" : "bottle"};
    return loy_assortment_snapshot(store, NULL, day_us, codes, ROWS(codes), &gap);
}

static enum loy_status rule_put(void)
{
    const struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "moving",
        .form = LOY_FORM_PERCENT,
        .scope = LOY_SCOPE_ALL,
        .site = "S1",
        .from_us = NOON_US,
        .to_us = NOON_US + made * DAY_US,
        .permille = 100};
    basket_cache_free(store);
    return loy_promotion_put(store, &rule, NOON_US);
}

static enum loy_status rule_end(void)
{
    basket_cache_free(store);
    return loy_promotion_end(store, "moving", NOON_US + DAY_US);
}

static enum loy_status coupon_put(void)
{
    const struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = name,
        .form = LOY_FORM_COUPON,
        .site = "S1",
        .permille = 100,
        .campaign = "letter",
        .coupon = name};
    basket_cache_free(store);
    return loy_promotion_put(store, &rule, NOON_US);
}

static enum loy_status rules_read(void)
{
    char position[LOY_TEXT_MAX] = "";
    struct loy_promotion_rule rule = {.size = sizeof rule};
    basket_cache_free(store);
    enum loy_status status = loy_promotion_next(store, position, &rule);
    basket_cache_free(store);
    return status == LOY_OK ? loy_promotion_find_coupon(store, "9901", position) : status;
}

static enum loy_status scale_put(void)
{
    struct loy_scale_code scale = {.size = sizeof scale,
        .prefix = "27",
        .item_digits = 5,
        .value = LOY_SCALE_PRICE,
        .value_digits = 5,
        .decimals = (uint8_t)(made % 3)};
    return loy_scale_code_put(store, &scale, NOON_US);
}

static enum loy_status scale_remove(void)
{
    return loy_scale_code_remove(store, "27", NOON_US);
}

static enum loy_status scale_next(void)
{
    char position[8] = "";
    struct loy_scale_code scale = {.size = sizeof scale};
    return loy_scale_code_next(store, position, &scale);
}

static enum loy_status quote(void)
{
    static const char *const coupons[] = {"five"};
    struct loy_quote_line lines[3] = {
        {.article_version = counter->shop->shirt, .quantity_milli = 1000, .list_minor = 1000},
        {.article_version = counter->shop->shoe, .quantity_milli = 2000, .list_minor = 5000}};
    const struct loy_quote asked = {.size = sizeof asked,
        .at_us = NOON_US,
        .member = true,
        .coupons = coupons,
        .coupon_count = 1};
    lines[2] = lines[0];
    basket_cache_free(store);
    return loy_basket_quote(store, &asked, lines, ROWS(lines));
}

/* ---- Baskets ----------------------------------------------------------------------------------
 */

static enum loy_status record_of(struct loy_basket_head head)
{
    struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 200);
    head.source = LOY_BASKET_FEED;
    head.lane = "L9";
    line.promotion = name;
    line.form = LOY_FORM_PERCENT;
    basket_cache_free(store);
    return loy_basket_record(store, &head, &line, 1, &recorded);
}

static enum loy_status record(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    head.credential = &first;
    return record_of(head);
}

/* Of the member, whose card the sender does not know. */
static enum loy_status record_replay(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    head.id = recorded;
    head.member = &one;
    return record_of(head);
}

static enum loy_status record_replay_numbered(void)
{
    struct loy_basket_summary summary = {0};
    struct loy_basket_head head = shop_head(NOON_US);
    enum loy_status status = loy_basket_get(store, &recorded, &summary);
    head.sequence = summary.sequence;
    head.credential = &first;
    return status == LOY_OK ? record_of(head) : status;
}

static enum loy_status record_pending(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    const struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 0);
    head.lane = "L9";
    head.credential = &pending;
    return loy_basket_record(store, &head, &line, 1, NULL);
}

static enum loy_status record_again(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    const struct loy_line line = shop_line(counter->shop->shoe, 1000, 5000, 0);
    head.id = recorded;
    head.lane = "L9";
    return loy_basket_record(store, &head, &line, 1, NULL);
}

static enum loy_status record_return(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    const struct loy_line line = shop_return(counter->shop->shirt, -1, 1000, -1, &sold, 1);
    head.lane = "L9";
    enum loy_status status = loy_basket_record(store, &head, &line, 1, NULL);
    return status == LOY_OK ? LOY_OK : status;
}

static void basket_drop(void)
{
    if (basket == NULL) return;
    ASSERT_STATUS(loy_basket_void(basket, "none", NOON_US), LOY_OK);
    basket = NULL;
}

static enum loy_status open(void)
{
    struct loy_basket_head head = shop_head(NOON_US);
    head.credential = &first;
    return loy_basket_open(store, &head, &basket);
}

static void basket_make(void)
{
    const struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 0);
    basket_drop();
    ASSERT_STATUS(open(), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
}

static enum loy_status add(void)
{
    const struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 0);
    return loy_basket_add(basket, &line, NULL);
}

static enum loy_status attach(void)
{
    struct loy_id id;
    return loy_basket_attach(basket, &first, &id);
}

static enum loy_status attach_pending(void)
{
    struct loy_id id;
    return loy_basket_attach(basket, &pending, &id);
}

static enum loy_status close(void)
{
    struct loy_id id;
    int64_t total = 0;
    enum loy_status status = loy_basket_close(basket, NOON_US, &id, &total);
    if (status == LOY_OK) basket = NULL;
    return status;
}

static enum loy_status make_void(void)
{
    enum loy_status status = loy_basket_void(basket, name, NOON_US);
    if (status == LOY_OK) basket = NULL;
    return status;
}

static void consent_give(bool given)
{
    assert_true(
        loy_member_consent(store, &one, LOY_PURPOSE_SCHEME, given, "desk", NOON_US) >= LOY_OK);
}

/* Whoever has left the scheme gets no basket by its end. */
static void basket_of_who_leaves(void)
{
    consent_give(true);
    basket_make();
    consent_give(false);
}

static enum loy_status taxes(void)
{
    struct loy_tax rates[LOY_TAX_RATES_MAX];
    size_t count = 0;
    int64_t due = 0;
    return loy_basket_tax(store, &sold, rates, &count, &due);
}

static void basket_leave_open(void)
{
    basket_make();
    loy_basket_release(basket);
    basket = NULL;
}

static enum loy_status resume(void)
{
    return loy_basket_resume(store, &basket);
}

/* ---- The table ----------------------------------------------------------------------------------
 */

void calls_basket_set(const struct calls_day *day)
{
    counter = day->counter;
    store = day->counter->store;
    first = day->first;
    pending = day->pending;
    one = day->one;
    sold = day->sold;
}

void calls_basket_end(void)
{
    basket_drop();
}

const struct call calls_basket[] = {
    {"look by code", NULL, look_code, LOY_OK},
    {"look by label", NULL, look_label, LOY_OK},
    {"look by GTIN", NULL, look_gtin, LOY_OK},
    {"find", NULL, find, LOY_OK},
    {"version", NULL, version, LOY_OK},
    {"article", name_next, article_bare, LOY_OK},
    {"article with grade", name_next, article_new, LOY_OK},
    {"article edited", name_next, article_edit, LOY_OK},
    {"price", name_next, price, LOY_OK},
    {"offers", NULL, offers, LOY_OK},
    {"prices of a day", name_next, shelf, LOY_OK},
    {"assortment of a day", name_next, assortment, LOY_OK},
    {"promotion", name_next, rule_put, LOY_OK},
    {"coupon", name_next, coupon_put, LOY_OK},
    {"promotions", NULL, rules_read, LOY_OK},
    {"promotion ended", name_next, rule_end, LOY_OK},
    {"scale", name_next, scale_put, LOY_OK},
    {"scales", NULL, scale_next, LOY_OK},
    {"scale removed", NULL, scale_remove, LOY_OK},
    {"quote", NULL, quote, LOY_OK},
    {"record", name_next, record, LOY_OK},
    {"record, replayed", NULL, record_replay, LOY_REPEATED},
    {"record, replayed by its number", NULL, record_replay_numbered, LOY_REPEATED},
    {"record, pending", NULL, record_pending, LOY_OK},
    {"record, another content", NULL, record_again, LOY_E_CONFLICT},
    {"record, a return", NULL, record_return, LOY_OK},
    {"open", basket_drop, open, LOY_OK},
    {"add", basket_make, add, LOY_OK},
    {"attach", basket_make, attach, LOY_OK},
    {"attach, pending", basket_make, attach_pending, LOY_NONE},
    {"close", basket_make, close, LOY_OK},
    {"void", basket_make, make_void, LOY_OK},
    {"resume", basket_leave_open, resume, LOY_OK},
    {"taxes", NULL, taxes, LOY_OK},
    {"close, of who left", basket_of_who_leaves, close, LOY_OK},
};
const size_t calls_basket_count = ROWS(calls_basket);
