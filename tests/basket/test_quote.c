/* SPDX-License-Identifier: MIT
 *
 * test_quote.c - what a text names at the lane and what a basket costs, through the store: rules
 * as they are put, ended and edited by another program, prices of the shelf, sites and moments.
 */
#include "shop.h"

#include <loyalty/promotion.h>

static void article_put(struct loy_store *store, const char *code, const char *gtin)
{
    struct loy_article article = {.size = sizeof article,
        .code = code,
        .gtin = gtin,
        .brand = "Aster",
        .style = "Polo",
        .category = "tops",
        .tax_permille = 190,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
}

static void price_put(
    struct loy_store *store, const char *code, const char *site, int64_t from_us, int64_t list)
{
    struct loy_price price = {.size = sizeof price,
        .article = code,
        .site = site,
        .from_us = from_us,
        .list_minor = list,
        .selling_minor = list};
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
}

static struct loy_promotion_rule percent(const char *code, int32_t permille)
{
    return (struct loy_promotion_rule){.size = sizeof(struct loy_promotion_rule),
        .code = code,
        .form = LOY_FORM_PERCENT,
        .scope = LOY_SCOPE_ALL,
        .permille = permille};
}

static struct loy_quote_line one(int64_t version, int64_t list)
{
    return (struct loy_quote_line){
        .article_version = version, .quantity_milli = 1000, .list_minor = list};
}

static const struct loy_quote now = {.size = sizeof now, .at_us = NOON_US};
static const struct loy_quote member_now = {.size = sizeof now, .at_us = NOON_US, .member = true};

/* ---- Articles ---------------------------------------------------------------------------------
 */

static void a_text_names_an_article(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    article_put(store, "P1", "4006381333931");
    article_put(store, "P8", "96385074");
    article_put(store, "PU", "012345000065"); /* 01234565 as UPC-E */
    price_put(store, "P1", NULL, 1, 1999);
    static const struct {
        const char *text, *code;
    } rows[] = {
        {"4006381333931", "P1"},
        {"04006381333931", "P1"},
        {"P1", "P1"},
        {"96385074", "P8"},
        {"0000096385074", "P8"},
        {"012345000065", "PU"},
        {"0012345000065", "PU"},
        {"01234565", "PU"},
        {"4006381333932", NULL},
        {"p1", NULL},
        {"", NULL},
        {"5901234123457", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_article_found found = {.size = sizeof found};
        enum loy_status status = loy_article_look(store, NULL, rows[i].text, NOON_US, &found);
        if ((status == LOY_OK) != (rows[i].code != NULL)) print_error("%s\n", rows[i].text);
        assert_int_equal(status, rows[i].code ? LOY_OK : LOY_NONE);
        if (rows[i].code == NULL) continue;
        assert_string_equal(found.code, rows[i].code);
        assert_string_equal(found.label, "Aster Polo");
        assert_int_equal(found.quantity_milli, 1000);
        assert_int_equal(found.list_minor, strcmp(rows[i].code, "P1") == 0 ? 1999 : -1);
        assert_int_equal(found.tax_permille, 190);
        assert_false(found.labelled || found.weighed);
    }
}

static void a_percentage_and_a_member_price(void **state)
{
    struct shop *shop = *state;
    struct loy_promotion_rule rule = percent("TEN", 100);
    struct loy_promotion_rule low = {.size = sizeof low,
        .code = "CLUB",
        .form = LOY_FORM_MEMBER_PRICE,
        .scope = LOY_SCOPE_ARTICLE,
        .target = "shirt",
        .amount_minor = 1500};
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_promotion_put(shop->store, &low, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_promotion_put(shop->store, &low, NOON_US), LOY_REPEATED);
    struct loy_quote_line lines[] = {one(shop->shirt, 1999), one(shop->deposit, 25)};
    ASSERT_STATUS(loy_basket_quote(shop->store, &now, lines, 2), LOY_OK);
    assert_int_equal(lines[0].discount_minor, 200);
    assert_int_equal(lines[0].paid_minor, 1799);
    assert_string_equal(lines[0].promotion, "TEN");
    assert_int_equal(lines[0].form, LOY_FORM_PERCENT);
    assert_int_equal(lines[1].discount_minor, 0);
    assert_int_equal(lines[1].paid_minor, 25);
    assert_null(lines[1].promotion);
    ASSERT_STATUS(loy_basket_quote(shop->store, &member_now, lines, 2), LOY_OK);
    assert_int_equal(lines[0].paid_minor, 1500);
    assert_string_equal(lines[0].promotion, "CLUB");
}

/* ---- Rules as the store keeps them -------------------------------------------------------------
 */

static int64_t paid_by(struct loy_store *store, const struct loy_quote *quote, int64_t version)
{
    struct loy_quote_line line = one(version, 1000);
    ASSERT_STATUS(loy_basket_quote(store, quote, &line, 1), LOY_OK);
    assert_int_equal(line.paid_minor + line.discount_minor, 1000);
    return line.paid_minor;
}

static void rules_are_told_as_they_were_put(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    const struct loy_promotion_rule rules[] = {
        {.size = sizeof rules[0],
            .code = "a",
            .form = LOY_FORM_AMOUNT,
            .scope = LOY_SCOPE_SEASON,
            .target = "SS",
            .site = "S7",
            .from_us = 5,
            .to_us = 9,
            .members_only = true,
            .amount_minor = 7,
            .campaign = "C"},
        {.size = sizeof rules[0], .code = "b", .form = LOY_FORM_N_FOR_M, .take = 100, .pay = 1},
        {.size = sizeof rules[0],
            .code = "c",
            .form = LOY_FORM_COUPON,
            .scope = LOY_SCOPE_ALL,
            .permille = 1000,
            .campaign = "C",
            .coupon = "4711",
            .single_use = true},
    };
    char position[LOY_TEXT_MAX] = "", code[LOY_TEXT_MAX];
    struct loy_promotion_rule got = {.size = sizeof got};
    for (size_t i = ROWS(rules); i-- > 0;)
        ASSERT_STATUS(loy_promotion_put(store, &rules[i], NOON_US), LOY_OK);
    for (size_t i = 0; i < ROWS(rules); i++) {
        ASSERT_STATUS(loy_promotion_next(store, position, &got), LOY_OK);
        assert_string_equal(got.code, rules[i].code);
        assert_string_equal(position, rules[i].code);
        assert_int_equal(got.form, rules[i].form);
        assert_int_equal(got.scope, i == 0 ? LOY_SCOPE_SEASON : LOY_SCOPE_ALL);
        assert_int_equal(got.from_us, rules[i].from_us);
        assert_int_equal(got.to_us, rules[i].to_us);
        assert_int_equal(got.members_only, rules[i].members_only);
        assert_int_equal(got.permille, rules[i].permille);
        assert_int_equal(got.amount_minor, rules[i].amount_minor);
        assert_int_equal(got.take, rules[i].take);
        assert_int_equal(got.pay, rules[i].pay);
        assert_int_equal(got.single_use, rules[i].single_use);
        assert_string_equal(got.target ? got.target : "", rules[i].target ? rules[i].target : "");
        assert_string_equal(got.site ? got.site : "", rules[i].site ? rules[i].site : "");
        assert_string_equal(got.coupon ? got.coupon : "", rules[i].coupon ? rules[i].coupon : "");
        assert_string_equal(
            got.campaign ? got.campaign : "", rules[i].campaign ? rules[i].campaign : "");
    }
    ASSERT_STATUS(loy_promotion_next(store, position, &got), LOY_NONE);
    ASSERT_STATUS(loy_promotion_find_coupon(store, "4711", code), LOY_OK);
    assert_string_equal(code, "c");
    ASSERT_STATUS(loy_promotion_find_coupon(store, "4712", code), LOY_NONE);
    assert_string_equal(shop_rows(store, "SELECT action, object FROM audit WHERE action LIKE "
                                         "'promotion%' ORDER BY sequence"),
        "promotion.put|c promotion.put|b promotion.put|a");
}

struct wrong {
    const char *what;
    struct loy_promotion_rule rule;
    enum loy_status status;
};
#define RULE .size = sizeof(struct loy_promotion_rule)
// clang-format off
static const struct wrong wrongs[] = {
    {"size", {.code = "x", .form = LOY_FORM_PERCENT, .permille = 1}, LOY_E_ARGUMENT},
    {"code", {RULE, .form = LOY_FORM_PERCENT, .permille = 1}, LOY_E_FORMAT},
    {"form", {RULE, .code = "x", .permille = 1}, LOY_E_FORMAT},
    {"other", {RULE, .code = "x", .form = LOY_FORM_OTHER, .permille = 1}, LOY_E_FORMAT},
    {"form beyond", {RULE, .code = "x", .form = 200, .permille = 1}, LOY_E_FORMAT},
    {"scope beyond", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .scope = 99, .target = "t"}, LOY_E_FORMAT},
    {"target missing", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .scope = LOY_SCOPE_BRAND, .target = ""}, LOY_E_FORMAT},
    {"target of all", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .scope = LOY_SCOPE_ALL, .target = "t"}, LOY_E_FORMAT},
    {"permille below", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = -1}, LOY_E_FORMAT},
    {"permille above", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1001}, LOY_E_FORMAT},
    {"permille and amount", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .amount_minor = 1}, LOY_E_FORMAT},
    {"amount missing", {RULE, .code = "x", .form = LOY_FORM_AMOUNT}, LOY_E_FORMAT},
    {"amount below", {RULE, .code = "x", .form = LOY_FORM_AMOUNT, .amount_minor = -1}, LOY_E_FORMAT},
    {"permille of an amount", {RULE, .code = "x", .form = LOY_FORM_AMOUNT, .amount_minor = 1, .permille = 1}, LOY_E_FORMAT},
    {"take of a percentage", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .take = 3, .pay = 2}, LOY_E_FORMAT},
    {"take missing", {RULE, .code = "x", .form = LOY_FORM_N_FOR_M}, LOY_E_FORMAT},
    {"pay all", {RULE, .code = "x", .form = LOY_FORM_N_FOR_M, .take = 2, .pay = 2}, LOY_E_FORMAT},
    {"pay none", {RULE, .code = "x", .form = LOY_FORM_N_FOR_M, .take = 2}, LOY_E_FORMAT},
    {"take above", {RULE, .code = "x", .form = LOY_FORM_N_FOR_M, .take = 101, .pay = 2}, LOY_E_FORMAT},
    {"percentage missing", {RULE, .code = "x", .form = LOY_FORM_PERCENT}, LOY_E_FORMAT},
    {"pay alone", {RULE, .code = "x", .form = LOY_FORM_N_FOR_M, .pay = 2}, LOY_E_FORMAT},
    {"coupon without number", {RULE, .code = "x", .form = LOY_FORM_COUPON, .permille = 1, .campaign = "C"}, LOY_E_FORMAT},
    {"coupon without campaign", {RULE, .code = "x", .form = LOY_FORM_COUPON, .permille = 1, .coupon = "1"}, LOY_E_FORMAT},
    {"coupon of nothing", {RULE, .code = "x", .form = LOY_FORM_COUPON, .coupon = "1", .campaign = "C"}, LOY_E_FORMAT},
    {"coupon of both", {RULE, .code = "x", .form = LOY_FORM_COUPON, .permille = 1, .amount_minor = 1, .coupon = "1", .campaign = "C"}, LOY_E_FORMAT},
    {"number of none", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .coupon = "1"}, LOY_E_FORMAT},
    {"single use of none", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .single_use = true}, LOY_E_FORMAT},
    {"ends first", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .from_us = 9, .to_us = 9}, LOY_E_FORMAT},
    {"control character", {RULE, .code = "x\n", .form = LOY_FORM_PERCENT, .permille = 1}, LOY_E_FORMAT},
    {"site too long", {RULE, .code = "x", .form = LOY_FORM_PERCENT, .permille = 1, .site = "0123456789012345678901234567890123456789"}, LOY_E_LIMIT},
    {"another's coupon", {RULE, .code = "x", .form = LOY_FORM_COUPON, .permille = 1, .coupon = "4711", .campaign = "C"}, LOY_E_CONFLICT},
};
// clang-format on

static void rules_that_cannot_be(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    const struct loy_promotion_rule there = {RULE, .code = "there", .form = LOY_FORM_COUPON,
        .permille = 1, .coupon = "4711", .campaign = "C"};
    ASSERT_STATUS(loy_promotion_put(store, &there, NOON_US), LOY_OK);
    for (size_t i = 0; i < ROWS(wrongs); i++) {
        enum loy_status status = loy_promotion_put(store, &wrongs[i].rule, NOON_US);
        if (status != wrongs[i].status) print_error("%s\n", wrongs[i].what);
        assert_int_equal(status, wrongs[i].status);
        assert_true(strlen(loy_store_text(store)) > 10);
    }
    assert_string_equal(shop_rows(store, "SELECT code FROM promotion_rule"), "there");
    struct loy_promotion_rule again = there;
    again.permille = 2;
    ASSERT_STATUS(loy_promotion_put(store, &again, NOON_US), LOY_OK);
    assert_string_equal(shop_rows(store, "SELECT permille FROM promotion_rule"), "2");
}

static void a_rule_holds_from_until_where(void **state)
{
    struct shop *shop = *state;
    struct loy_promotion_rule rule = percent("P", 100);
    struct loy_quote quote = now;
    rule.from_us = 1000;
    rule.to_us = 2000;
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    const struct {
        int64_t at_us, paid;
    } moments[] = {{999, 1000}, {1000, 900}, {1999, 900}, {2000, 1000}};
    for (size_t i = 0; i < ROWS(moments); i++) {
        quote.at_us = moments[i].at_us;
        assert_int_equal(paid_by(shop->store, &quote, shop->shirt), moments[i].paid);
    }
    rule.site = "S2";
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    quote.at_us = 1500;
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 1000);
    quote.site = "S2";
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 900);
    quote.site = "S1";
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 1000);
    quote.site = "nowhere";
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 1000);
    assert_int_equal(
        shop_number(shop->store, "SELECT count(*) FROM site WHERE code = 'nowhere'"), 0);
    quote.site = "S2";
    ASSERT_STATUS(loy_promotion_end(shop->store, "P", 1700), LOY_OK);
    ASSERT_STATUS(loy_promotion_end(shop->store, "P", 1800), LOY_REPEATED);
    ASSERT_STATUS(loy_promotion_end(shop->store, "Q", 1800), LOY_NONE);
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 900);
    quote.at_us = 1700;
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 1000);
    /* One that never began. */
    rule = percent("L", 500);
    rule.from_us = NOON_US;
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, 5), LOY_OK);
    ASSERT_STATUS(loy_promotion_end(shop->store, "L", 5), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 1000);
}

static void members_and_coupons(void **state)
{
    struct shop *shop = *state;
    struct loy_promotion_rule rule = percent("P", 100);
    struct loy_promotion_rule coupon = {RULE, .code = "C", .form = LOY_FORM_COUPON,
        .amount_minor = 300, .campaign = "MAIL", .coupon = "1"};
    const char *const shown[] = {"X", NULL, "C", "C"};
    struct loy_quote quote = now;
    rule.members_only = true;
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_promotion_put(shop->store, &coupon, NOON_US), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 1000);
    assert_int_equal(paid_by(shop->store, &member_now, shop->shirt), 900);
    quote.coupons = shown;
    quote.coupon_count = ROWS(shown);
    assert_int_equal(paid_by(shop->store, &quote, shop->shirt), 700);
}

static void fixed_lines_stay(void **state)
{
    struct shop *shop = *state;
    struct loy_promotion_rule rule = percent("P", 100);
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    struct loy_quote_line line = {.fixed = true,
        .article_version = 99999, /* need not even be known */
        .quantity_milli = -1000,
        .list_minor = 5,
        .discount_minor = 6,
        .paid_minor = 7,
        .promotion = "kept",
        .form = LOY_FORM_OTHER};
    struct loy_quote_line before = line;
    ASSERT_STATUS(loy_basket_quote(shop->store, &now, &line, 1), LOY_OK);
    assert_memory_equal(&line, &before, sizeof line);
    line.fixed = false;
    ASSERT_STATUS(loy_basket_quote(shop->store, &now, &line, 1), LOY_E_FORMAT);
    assert_memory_equal(&line.quantity_milli, &before.quantity_milli, sizeof line.quantity_milli);
    struct loy_quote_line huge = one(shop->shirt, INT64_MAX);
    ASSERT_STATUS(loy_basket_quote(shop->store, &now, &huge, 1), LOY_E_LIMIT);
    ASSERT_STATUS(loy_basket_quote(shop->store, &now, NULL, 0), LOY_OK);
}

/* Another handle edits, a transaction is undone: the next quote knows. */
static void the_rules_kept_in_memory_are_those_of_the_file(void **state)
{
    struct shop *shop = *state;
    struct loy_store *other = shop_open(shop);
    struct loy_promotion_rule rule = percent("P", 100);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 1000);
    ASSERT_STATUS(loy_promotion_put(other, &rule, NOON_US), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 900);
    rule.permille = 200;
    ASSERT_STATUS(loy_promotion_put(other, &rule, NOON_US), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 800);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    rule.permille = 300;
    ASSERT_STATUS(loy_promotion_put(shop->store, &rule, NOON_US), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 700);
    assert_int_equal(paid_by(other, &now, shop->shirt), 800);
    loy_store_rollback(shop->store);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 800);
    ASSERT_STATUS(loy_promotion_end(other, "P", 5), LOY_OK);
    assert_int_equal(paid_by(shop->store, &now, shop->shirt), 1000);
    loy_store_close(other);
}

/* ---- Prices of the shelf ----------------------------------------------------------------------
 */

static void a_promotion_of_a_snapshot_reaches_the_price(void **state)
{
    struct shop *shop = *state;
    static const struct {
        uint8_t form;
        const char *code, *coupon;
        int64_t anybody, member;
        uint8_t told;
    } rows[] = {
        {LOY_FORM_PERCENT, "D", NULL, 800, 800, LOY_FORM_PERCENT},
        {LOY_FORM_NONE, "D", NULL, 800, 800, LOY_FORM_OTHER},
        {LOY_FORM_NONE, NULL, NULL, 800, 800, LOY_FORM_OTHER},
        {LOY_FORM_MEMBER_PRICE, "D", NULL, 1000, 800, LOY_FORM_MEMBER_PRICE},
        {LOY_FORM_MEMBER_PRICE, NULL, NULL, 1000, 800, LOY_FORM_MEMBER_PRICE},
        {LOY_FORM_COUPON, "D", NULL, 1000, 1000, 0},
        {LOY_FORM_COUPON, "D", "D", 800, 800, LOY_FORM_COUPON},
        {LOY_FORM_N_FOR_M, "D", NULL, 1000, 1000, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_price price = {.size = sizeof price,
            .article = "shirt",
            .list_minor = 1000,
            .selling_minor = 800,
            .promotion = rows[i].code,
            .form = rows[i].form};
        int64_t day_us = (NOON_US / DAY_US + (int64_t)i) * DAY_US;
        ASSERT_STATUS(loy_price_snapshot(shop->store, "S1", day_us, &price, 1, NULL), LOY_OK);
        struct loy_quote quote = {.size = sizeof quote,
            .at_us = day_us + 1,
            .coupons = &rows[i].coupon,
            .coupon_count = 1};
        struct loy_quote_line line = one(shop->shirt, 1000);
        assert_int_equal(paid_by(shop->store, &quote, shop->shirt), rows[i].anybody);
        quote.member = true;
        ASSERT_STATUS(loy_basket_quote(shop->store, &quote, &line, 1), LOY_OK);
        assert_int_equal(line.paid_minor, rows[i].member);
        assert_int_equal(line.form, rows[i].told);
        if (rows[i].told && rows[i].code) assert_string_equal(line.promotion, rows[i].code);
        if (!rows[i].code) assert_null(line.promotion);
    }
}

static void what_holds_for_a_site_goes_before_what_holds_everywhere(void **state)
{
    struct shop *shop = *state;
    struct loy_article_found found = {.size = sizeof found};
    price_put(shop->store, "shirt", NULL, 1000, 500);
    price_put(shop->store, "shirt", "S2", 2000, 600);
    const struct {
        const char *site;
        int64_t at_us, list;
    } rows[] = {{NULL, 999, -1}, {NULL, 1000, 500}, {"S2", 1999, 500}, {"S2", 2000, 600},
        {"S1", 5000, 500}, {"nowhere", 5000, 500}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        ASSERT_STATUS(
            loy_article_look(shop->store, rows[i].site, "shirt", rows[i].at_us, &found), LOY_OK);
        assert_int_equal(found.list_minor, rows[i].list);
        assert_string_equal(found.label, "shirt");
    }
    found.size = 1;
    ASSERT_STATUS(loy_article_look(shop->store, NULL, "shirt", 1, &found), LOY_E_ARGUMENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_text_names_an_article),
        TEST(a_percentage_and_a_member_price),
        TEST(rules_are_told_as_they_were_put),
        TEST(rules_that_cannot_be),
        TEST(a_rule_holds_from_until_where),
        TEST(members_and_coupons),
        TEST(fixed_lines_stay),
        TEST(the_rules_kept_in_memory_are_those_of_the_file),
        TEST(a_promotion_of_a_snapshot_reaches_the_price),
        TEST(what_holds_for_a_site_goes_before_what_holds_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
