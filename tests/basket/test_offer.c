/* SPDX-License-Identifier: MIT
 *
 * test_offer.c - what was on offer: the price history cut by the rules of promotions, as they stand
 * and as they stood. Against the till's own pricing of one piece, for any moment and site.
 */
#include "shop.h"

#include <loyalty/promotion.h>

#include <stdlib.h>

static int64_t day_us(int day)
{
    return (int64_t)day * DAY_US;
}

struct offers {
    char text[1024];
    size_t count;
    struct loy_offer rows[400];
};

/* "0:1-4=900/1*" ...: site, days, selling price, form, whether promoted. */
static int offer_note(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    size_t end = strlen(offers->text);
    assert_true(offers->count < ROWS(offers->rows));
    offers->rows[offers->count++] = *offer;
    snprintf(offers->text + end, sizeof offers->text - end, "%s%d:%d-%d=%d/%d%s", end ? " " : "",
        (int)offer->site, (int)(offer->from_us / DAY_US), (int)(offer->to_us / DAY_US),
        (int)offer->selling_minor, (int)offer->form, offer->promoted ? "*" : "");
    return 0;
}

static void assert_offers(struct loy_store *store, int from, int to, const char *wanted)
{
    struct offers offers = {.text = ""};
    ASSERT_STATUS(loy_offer_each(store, day_us(from), day_us(to), offer_note, &offers), LOY_OK);
    assert_string_equal(offers.text, wanted);
}

static void article_put(struct loy_store *store, const char *code, const char *brand)
{
    const struct loy_article article = {
        .size = sizeof article, .code = code, .brand = brand, .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
}

static void price_put(struct loy_store *store, const char *site, int from, int to, int list)
{
    const struct loy_price price = {.size = sizeof price,
        .article = "A",
        .site = site,
        .from_us = day_us(from),
        .to_us = day_us(to),
        .list_minor = list,
        .selling_minor = list};
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
}

static struct loy_promotion_rule rule_of(const char *code, uint8_t form, int from, int to)
{
    return (struct loy_promotion_rule){.size = sizeof(struct loy_promotion_rule),
        .code = code,
        .form = form,
        .scope = LOY_SCOPE_BRAND,
        .target = "Ash",
        .from_us = day_us(from),
        .to_us = day_us(to)};
}

static void percent_put(
    struct loy_store *store, const char *code, int from, int to, int permille, int at)
{
    struct loy_promotion_rule rule = rule_of(code, LOY_FORM_PERCENT, from, to);
    rule.permille = permille;
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(at)), LOY_OK);
}

static struct loy_store *store_of(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    article_put(store, "A", "Ash");
    price_put(store, NULL, 1, 20, 1000);
    return store;
}

static void a_rule_cuts_the_history(void **state)
{
    struct loy_store *store = store_of(state);
    assert_offers(store, 0, 100, "0:1-20=1000/0");
    percent_put(store, "P", 4, 8, 100, 1);
    assert_offers(store, 0, 100, "0:1-4=1000/0 0:4-8=900/1* 0:8-20=1000/0");
    assert_offers(store, 8, 9, "0:8-20=1000/0");
    /* What it is not for. */
    struct loy_promotion_rule rule = rule_of("Q", LOY_FORM_PERCENT, 2, 3);
    rule.permille = 500;
    rule.target = "Birch";
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
    rule = rule_of("R", LOY_FORM_COUPON, 2, 3);
    rule.permille = 500;
    rule.campaign = "spring";
    rule.coupon = "CPN-1";
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
    assert_offers(store, 0, 100, "0:1-4=1000/0 0:4-8=900/1* 0:8-20=1000/0");
}

static void the_best_price_counts(void **state)
{
    struct loy_store *store = store_of(state);
    struct loy_promotion_rule rule = rule_of("M", LOY_FORM_MEMBER_PRICE, 5, 9);
    rule.amount_minor = 850;
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
    rule = rule_of("N", LOY_FORM_N_FOR_M, 7, 12);
    rule.take = 3;
    rule.pay = 2;
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
    percent_put(store, "P", 4, 8, 100, 1);
    /* n for m moves no price of one piece: it is told where nothing else is. */
    assert_offers(
        store, 0, 100, "0:1-4=1000/0 0:4-5=900/1* 0:5-9=850/4* 0:9-12=1000/3* 0:12-20=1000/0");
    /* The history's own lower price stays. */
    const struct loy_price deal = {.size = sizeof deal,
        .article = "A",
        .from_us = day_us(6),
        .to_us = day_us(7),
        .list_minor = 1000,
        .selling_minor = 700,
        .promotion = "flyer",
        .form = LOY_FORM_OTHER};
    ASSERT_STATUS(loy_price_put(store, &deal), LOY_OK);
    assert_offers(store, 5, 9, "0:5-6=850/4* 0:6-7=700/6* 0:7-9=850/4*");
}

static void a_site_has_its_own(void **state)
{
    struct loy_store *store = store_of(state);
    price_put(store, "S2", 10, 12, 1200);
    struct loy_promotion_rule rule = rule_of("P", LOY_FORM_PERCENT, 4, 6);
    rule.permille = 100;
    rule.site = "S1";
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
    percent_put(store, "Q", 11, 13, 500, 1);
    const int one = (int)shop_number(store, "SELECT id FROM site WHERE code = 'S1'");
    const int two = (int)shop_number(store, "SELECT id FROM site WHERE code = 'S2'");
    char wanted[256];
    snprintf(wanted, sizeof wanted,
        "0:1-11=1000/0 %d:4-6=900/1* %d:10-11=1200/0 0:11-13=500/1* %d:11-12=600/1* 0:13-20=1000/0",
        one, two, two);
    assert_offers(store, 0, 100, wanted);
}

static void what_was_replaced_counts_as_it_stood(void **state)
{
    struct loy_store *store = store_of(state);
    /* Entered late: what the shop says of the past is taken as it is. */
    percent_put(store, "P", 3, 15, 100, 6);
    assert_offers(store, 0, 100, "0:1-3=1000/0 0:3-15=900/1* 0:15-20=1000/0");
    percent_put(store, "P", 3, 18, 200, 9);
    assert_offers(store, 0, 100, "0:1-3=1000/0 0:3-9=900/1* 0:9-18=800/1* 0:18-20=1000/0");
    ASSERT_STATUS(loy_promotion_end(store, "P", day_us(11)), LOY_OK);
    assert_offers(store, 0, 100, "0:1-3=1000/0 0:3-9=900/1* 0:9-11=800/1* 0:11-20=1000/0");
    /* Nothing held between its end and what came in its place. */
    percent_put(store, "P", 3, 16, 300, 13);
    assert_offers(store, 0, 100,
        "0:1-3=1000/0 0:3-9=900/1* 0:9-11=800/1* 0:11-13=1000/0 0:13-16=700/1* 0:16-20=1000/0");
    /* One that had not begun leaves nothing. */
    percent_put(store, "Q", 17, 18, 500, 2);
    percent_put(store, "Q", 18, 19, 500, 3);
    assert_int_equal(shop_number(store, "SELECT count(*) FROM promotion_rule_past"), 2);
    assert_offers(store, 16, 100, "0:16-18=1000/0 0:18-19=500/1* 0:19-20=1000/0");
    shop_is_sound(store);
}

/* A history that is imported and mended: what is said last of days that were over counts. */
static void what_is_said_of_the_past_can_be_mended(void **state)
{
    struct loy_store *store = store_of(state);
    percent_put(store, "P", 3, 6, 900, 8);
    percent_put(store, "P", 3, 5, 100, 9);
    assert_offers(store, 0, 100, "0:1-3=1000/0 0:3-5=900/1* 0:5-20=1000/0");
    /* The code used again for other days takes nothing from those. */
    percent_put(store, "P", 10, 12, 200, 9);
    assert_offers(
        store, 0, 100, "0:1-3=1000/0 0:3-5=900/1* 0:5-10=1000/0 0:10-12=800/1* 0:12-20=1000/0");
    /* What held at the till stays, whatever is said of it later. */
    percent_put(store, "P", 10, 12, 500, 13);
    assert_offers(
        store, 0, 100, "0:1-3=1000/0 0:3-5=900/1* 0:5-10=1000/0 0:10-12=800/1* 0:12-20=1000/0");
    shop_is_sound(store);
}

/* ---- Against the till ------------------------------------------------------------------------ */

static int pick(unsigned *seed, int below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (int)(*seed >> 16) % below;
}

static void random_rule(struct loy_store *store, unsigned *seed, int number)
{
    static const uint8_t forms[] = {LOY_FORM_PERCENT, LOY_FORM_AMOUNT, LOY_FORM_MEMBER_PRICE};
    static const char *const sites[] = {NULL, NULL, "S1", "S2"};
    char code[8];
    int from = 1 + pick(seed, 15);
    snprintf(code, sizeof code, "R%d", number);
    struct loy_promotion_rule rule =
        rule_of(code, forms[pick(seed, 3)], from, from + 1 + pick(seed, 6));
    rule.site = sites[pick(seed, 4)];
    if (pick(seed, 5) == 0) rule.target = "Birch";
    if (rule.form == LOY_FORM_PERCENT)
        rule.permille = 1 + pick(seed, 900);
    else
        rule.amount_minor = 1 + pick(seed, 1100);
    ASSERT_STATUS(loy_promotion_put(store, &rule, day_us(1)), LOY_OK);
}

static int64_t offered_at(const struct offers *offers, int64_t site, int64_t at_us)
{
    int64_t found = -1;
    for (size_t i = 0; i < offers->count; i++) {
        const struct loy_offer *row = &offers->rows[i];
        bool there = row->from_us <= at_us && (row->to_us == 0 || at_us < row->to_us);
        if (!there) continue;
        if (row->site == site) return row->selling_minor;
        if (row->site == 0) found = row->selling_minor;
    }
    return found;
}

static void assert_as_the_till(struct loy_store *store, const struct offers *offers)
{
    static const char *const sites[] = {"S1", "S2", "S3"};
    int64_t version;
    ASSERT_STATUS(loy_article_find(store, "A", &version), LOY_OK);
    for (int i = 0; i < 3 * 30; i++) {
        char sql[64];
        const struct loy_quote quote = {.size = sizeof quote,
            .site = sites[i % 3],
            .at_us = day_us(1) + i / 3 * DAY_US * 2 / 3,
            .member = true};
        snprintf(sql, sizeof sql, "SELECT ifnull(max(id), 99) FROM site WHERE code = '%s'",
            sites[i % 3]);
        int64_t offered = offered_at(offers, shop_number(store, sql), quote.at_us);
        if (offered < 0) continue;
        struct loy_quote_line line = {
            .article_version = version, .quantity_milli = 1000, .list_minor = 1000};
        ASSERT_STATUS(loy_basket_quote(store, &quote, &line, 1), LOY_OK);
        assert_int_equal(offered, line.paid_minor);
    }
}

static void as_the_till_asks(void **state)
{
    struct loy_store *store = store_of(state);
    unsigned seed = 7;
    price_put(store, "S1", 6, 9, 1000);
    price_put(store, "S3", 8, 14, 1000);
    for (int round = 0; round < 25; round++) {
        struct offers offers = {.text = ""};
        shop_run(store, "DELETE FROM promotion_rule_past");
        shop_run(store, "DELETE FROM promotion_rule");
        for (int i = 0; i < 8; i++)
            random_rule(store, &seed, round * 8 + i);
        ASSERT_STATUS(loy_offer_each(store, 0, INT64_MAX, offer_note, &offers), LOY_OK);
        assert_true(offers.count > 3);
        assert_as_the_till(store, &offers);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_rule_cuts_the_history),
        TEST(the_best_price_counts),
        TEST(a_site_has_its_own),
        TEST(what_was_replaced_counts_as_it_stood),
        TEST(what_is_said_of_the_past_can_be_mended),
        TEST(as_the_till_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
