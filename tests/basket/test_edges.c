/* SPDX-License-Identifier: MIT
 *
 * test_edges.c - limits of the basket room one step to each side, attributes one by one, and rows
 * that another hand has damaged: they are read as missing, and never past their end.
 */
#include "shop.h"

#include <loyalty/counter.h>
#include <loyalty/receipt.h>
#include <loyalty/rights.h>

#include <loyalty/promotion.h>
#include <store/store_private.h>

static struct loy_store *store;
static struct shop *shop;

/* ---- Limits -------------------------------------------------------------------------------------
 */

static void a_head_is_judged_before_it_is_written(void **state)
{
    (void)state;
    static char long_code[LOY_CODE_MAX + 1];
    memset(long_code, 'x', LOY_CODE_MAX);
    const struct {
        struct loy_basket_head head;
        enum loy_status status;
    } rows[] = {
        {{.at_us = NOON_US, .source = 0}, LOY_E_ARGUMENT},
        {{.at_us = NOON_US, .source = LOY_BASKET_IMPORT + 1}, LOY_E_ARGUMENT},
        {{.at_us = 0, .source = 2}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .sequence = -1}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .sequence = INT64_MAX}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .offset_min = -961}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .offset_min = 961}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .site = long_code}, LOY_E_LIMIT},
        {{.at_us = NOON_US, .source = 2, .lane = long_code}, LOY_E_LIMIT},
        {{.at_us = NOON_US, .source = 2, .lane = "a\nb"}, LOY_E_FORMAT},
        {{.at_us = NOON_US, .source = 2, .offset_min = -960, .lane = ""}, LOY_OK},
        {{.at_us = NOON_US, .source = 2, .offset_min = 960}, LOY_OK},
    };
    const struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_basket_head head = rows[i].head;
        const int64_t before = shop_number(store, "SELECT count(*) FROM basket");
        head.size = sizeof head;
        ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, NULL), rows[i].status);
        assert_int_equal(
            shop_number(store, "SELECT count(*) FROM basket"), before + (rows[i].status == LOY_OK));
    }
}

static void an_articles_numbers_and_texts_have_limits(void **state)
{
    (void)state;
    const struct loy_article good = {
        .size = sizeof good, .code = "a", .tax_permille = -1, .cost_minor = -1};
    struct loy_article article = good;
    article.tax_permille = -2;
    assert_true(loy_article_put(store, &article, NOON_US) < LOY_OK);
    article = good;
    article.cost_minor = -2;
    assert_true(loy_article_put(store, &article, NOON_US) < LOY_OK);
    article.cost_minor = LOY_AMOUNT_MAX + 1;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_E_LIMIT);
    article = good;
    article.tax_permille = 10001;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_E_LIMIT);
    static const char *const bad[] = {"a\x1f", "a\x7f", "a\xc2\x85", "a\xc2"};
    for (size_t i = 0; i < ROWS(bad); i++) {
        article = good;
        article.brand = bad[i];
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_E_FORMAT);
    }
    article = good;
    article.brand = "a\xc2\xa0";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    struct loy_price price = {.size = sizeof price, .from_us = NOON_US};
    assert_true(loy_price_put(store, &price) < LOY_OK);
    price.article = "";
    assert_true(loy_price_put(store, &price) < LOY_OK);
}

static void a_line_says_what_it_is(void **state)
{
    (void)state;
    static char long_reason[LOY_TEXT_MAX + 1];
    memset(long_reason, 'x', LOY_TEXT_MAX);
    const struct loy_line sale = shop_line(shop->shirt, 1000, 100, 0);
    const struct loy_line back = shop_return(shop->shirt, -1000, 100, -100, NULL, 0);
    struct loy_line rows[] = {back, sale, sale, sale};
    static const struct {
        enum loy_status status;
        const char *words;
    } told[] = {{LOY_E_LIMIT, "a reason that is too long"}, {LOY_E_FORMAT, "names what it returns"},
        {LOY_E_FORMAT, "names what it returns"}, {LOY_E_FORMAT, "names what it returns"}};
    rows[0].reason = long_reason;
    rows[1].return_of = (struct loy_id){{1}};
    rows[2].return_of_line = 1;
    rows[3].reason = "size";
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct loy_basket_head head = shop_head(NOON_US);
        ASSERT_STATUS(loy_basket_record(store, &head, &rows[i], 1, NULL), told[i].status);
        assert_non_null(strstr(loy_store_text(store), told[i].words));
    }
    assert_int_equal(shop_number(store, "SELECT count(*) FROM basket"), 0);
}

static void a_price_has_limits(void **state)
{
    (void)state;
    const struct loy_price good = {
        .size = sizeof good, .article = "shirt", .from_us = NOON_US, .list_minor = LOY_AMOUNT_MAX};
    struct loy_price price = good;
    price.list_minor++;
    ASSERT_STATUS(loy_price_put(store, &price), LOY_E_LIMIT);
    price = good;
    price.selling_minor = LOY_AMOUNT_MAX + 1;
    ASSERT_STATUS(loy_price_put(store, &price), LOY_E_LIMIT);
    price = good;
    price.promotion = "by-hand";
    ASSERT_STATUS(loy_price_put(store, &price), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(store), "by-hand"));
    assert_int_equal(shop_number(store, "SELECT count(*) FROM price"), 0);
    ASSERT_STATUS(loy_price_put(store, &good), LOY_OK);
}

/* Of a case's number no label is read, and of a text without end nothing. */
static void what_is_no_articles_number(void **state)
{
    (void)state;
    static char endless[LOY_TEXT_MAX + 1];
    memset(endless, '2', LOY_TEXT_MAX);
    struct loy_article_found found = {.size = sizeof found, .version = 7};
    ASSERT_STATUS(loy_article_look(store, NULL, "12800002001501", NOON_US, &found), LOY_NONE);
    ASSERT_STATUS(loy_article_look(store, NULL, endless, NOON_US, &found), LOY_NONE);
    ASSERT_STATUS(loy_article_look(store, NULL, "", NOON_US, &found), LOY_NONE);
    assert_int_equal(found.version, 7);
}

/* ---- The same, or another ----------------------------------------------------------------------
 */

static void each_attribute_makes_it_another_rule(void **state)
{
    (void)state;
    const struct loy_promotion_rule first = {.size = sizeof first,
        .code = "r",
        .form = LOY_FORM_COUPON,
        .scope = LOY_SCOPE_ARTICLE,
        .target = "shirt",
        .from_us = NOON_US,
        .to_us = NOON_US + DAY_US,
        .permille = 100,
        .campaign = "spring",
        .coupon = "9901"};
    struct loy_promotion_rule rows[10];
    for (size_t i = 0; i < ROWS(rows); i++)
        rows[i] = first;
    rows[0].target = "shoe";
    rows[1].site = "S1";
    rows[2].campaign = "autumn";
    rows[3].coupon = "9902";
    rows[4].scope = LOY_SCOPE_BRAND;
    rows[5].from_us++;
    rows[6].to_us++;
    rows[7].members_only = true;
    rows[8].permille++;
    rows[9].single_use = true;
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum loy_status status = loy_promotion_put(store, &first, NOON_US);
        assert_true(status == LOY_OK);
        ASSERT_STATUS(loy_promotion_put(store, &first, NOON_US), LOY_REPEATED);
        ASSERT_STATUS(loy_promotion_put(store, &rows[i], NOON_US), LOY_OK);
        ASSERT_STATUS(loy_promotion_put(store, &rows[i], NOON_US), LOY_REPEATED);
    }
    struct loy_promotion_rule take = {.size = sizeof take,
        .code = "m",
        .form = LOY_FORM_N_FOR_M,
        .from_us = NOON_US,
        .take = 4,
        .pay = 2};
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    take.pay = 3;
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    take.take = 5;
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    take = (struct loy_promotion_rule){.size = sizeof take,
        .code = "m",
        .form = LOY_FORM_AMOUNT,
        .from_us = NOON_US,
        .amount_minor = 5};
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    take.amount_minor = 6;
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    take.form = LOY_FORM_MEMBER_PRICE;
    take.members_only = true;
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_promotion_put(store, &take, NOON_US), LOY_REPEATED);
}

static void each_attribute_makes_it_another_scale(void **state)
{
    (void)state;
    const struct loy_scale_code first = {.size = sizeof first,
        .prefix = "27",
        .item_digits = 4,
        .value = LOY_SCALE_PRICE,
        .value_digits = 5,
        .decimals = 2,
        .value_check = true};
    struct loy_scale_code rows[4] = {first, first, first, first};
    rows[0].item_digits = 5;
    rows[0].value_digits = 4;
    rows[1].value = LOY_SCALE_WEIGHT;
    rows[2].decimals = 3;
    rows[3].item_digits = 5;
    rows[3].value_check = false;
    for (size_t i = 0; i < ROWS(rows); i++) {
        ASSERT_STATUS(loy_scale_code_put(store, &first, NOON_US), LOY_OK);
        ASSERT_STATUS(loy_scale_code_put(store, &first, NOON_US), LOY_REPEATED);
        ASSERT_STATUS(loy_scale_code_put(store, &rows[i], NOON_US), LOY_OK);
        ASSERT_STATUS(loy_scale_code_put(store, &rows[i], NOON_US), LOY_REPEATED);
    }
    struct loy_scale_code bad = first;
    memcpy(bad.prefix, "2x", 3);
    ASSERT_STATUS(loy_scale_code_put(store, &bad, NOON_US), LOY_E_FORMAT);
    memcpy(bad.prefix, "2/", 3);
    ASSERT_STATUS(loy_scale_code_put(store, &bad, NOON_US), LOY_E_FORMAT);
}

/* ---- Damage
 * --------------------------------------------------------------------------------------
 */

static const char *const damages[] = {"x''", "x'01'", "x'0102030405060708090a0b0c0d0e0f101112'"};

static void an_id_of_another_length_is_none(void **state)
{
    (void)state;
    struct loy_credential card = shop_credential(store, "29000017");
    struct loy_id member = shop_member(store, &card, LOY_CARD_ACTIVE), id, found;
    struct loy_basket_head head = shop_head(NOON_US);
    const struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    head.credential = &card;
    ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, &id), LOY_OK);
    shop_run(store, "PRAGMA ignore_check_constraints=ON");
    for (size_t i = 0; i < ROWS(damages); i++) {
        char sql[160];
        struct loy_basket_summary summary;
        struct loy_receipt_head receipt = {.size = sizeof receipt};
        struct loy_held_position position = {0, 0, 0};
        struct loy_held_line held = {.size = sizeof held};
        snprintf(sql, sizeof sql, "UPDATE member SET uid = %s", damages[i]);
        shop_run(store, sql);
        ASSERT_STATUS(loy_basket_get(store, &id, &summary), LOY_OK);
        assert_true(loy_id_is_none(&summary.member));
        ASSERT_STATUS(loy_receipt_head_get(store, &id, &receipt), LOY_OK);
        assert_true(loy_id_is_none(&receipt.member));
        ASSERT_STATUS(loy_member_by_number(store, 1, &found), LOY_OK);
        assert_true(loy_id_is_none(&found));
        sqlite3_stmt *restore = store_sql(store, "UPDATE member SET uid = ?1");
        sqlite3_bind_blob(restore, 1, member.bytes, sizeof member.bytes, SQLITE_STATIC);
        ASSERT_STATUS(store_run(store, restore), LOY_OK);
        snprintf(sql, sizeof sql, "UPDATE basket SET uid = %s", damages[i]);
        shop_run(store, sql);
        ASSERT_STATUS(loy_held_line_next(store, &member, &position, &held), LOY_OK);
        assert_true(loy_id_is_none(&held.basket));
        shop_is_unsound(store, "");
        restore = store_sql(store, "UPDATE basket SET uid = ?1");
        sqlite3_bind_blob(restore, 1, id.bytes, sizeof id.bytes, SQLITE_STATIC);
        ASSERT_STATUS(store_run(store, restore), LOY_OK);
    }
}

static void a_digest_of_another_length_is_none(void **state)
{
    (void)state;
    struct loy_credential card = shop_credential(store, "29000017");
    ASSERT_STATUS(loy_operator_card_add(store, "tester", &card, NOON_US), LOY_OK);
    shop_run(store, "PRAGMA ignore_check_constraints=ON");
    for (size_t i = 0; i < ROWS(damages); i++) {
        char sql[160];
        int64_t position = 0;
        struct loy_operator_card found = {.size = sizeof found};
        const uint8_t none[LOY_DIGEST_SIZE] = {0};
        snprintf(sql, sizeof sql, "UPDATE operator_card SET digest = %s", damages[i]);
        shop_run(store, sql);
        ASSERT_STATUS(loy_operator_card_next(store, &position, &found), LOY_OK);
        assert_memory_equal(found.digest, none, sizeof none);
        assert_string_equal(found.name, "tester");
    }
}

/* Of a scale whose prefix is none, no label is read. */
static void a_scale_without_prefix_reads_nothing(void **state)
{
    (void)state;
    struct loy_scale_code found = {.size = sizeof found};
    struct loy_article_found article = {.size = sizeof article};
    static const char *const prefixes[] = {"''", "'28000020'"};
    shop_run(store, "PRAGMA ignore_check_constraints=ON");
    for (size_t i = 0; i < ROWS(prefixes); i++) {
        char sql[200], position[8] = "";
        snprintf(sql, sizeof sql,
            "INSERT INTO scale_code (prefix, item_digits, value, value_digits, decimals, "
            "value_check) VALUES (%s, 5, 2, 5, 3, 0)",
            prefixes[i]);
        shop_run(store, sql);
        ASSERT_STATUS(loy_article_look(store, NULL, "2800002001504", NOON_US, &article), LOY_NONE);
        ASSERT_STATUS(loy_scale_code_next(store, position, &found), LOY_NONE);
        shop_run(store, "DELETE FROM scale_code");
    }
}

static int start(void **state)
{
    if (shop_setup(state) != 0) return -1;
    shop = *state;
    store = shop->store;
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, shop_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {TEST(a_head_is_judged_before_it_is_written),
        TEST(an_articles_numbers_and_texts_have_limits), TEST(a_line_says_what_it_is),
        TEST(a_price_has_limits), TEST(what_is_no_articles_number),
        TEST(each_attribute_makes_it_another_rule), TEST(each_attribute_makes_it_another_scale),
        TEST(an_id_of_another_length_is_none), TEST(a_digest_of_another_length_is_none),
        TEST(a_scale_without_prefix_reads_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
