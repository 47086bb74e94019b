/* SPDX-License-Identifier: MIT
 *
 * test_article.c - versions of articles: immutable, once each, found by code and GTIN.
 */
#include "shop.h"

#include <loyalty/promotion.h>

#include <store/store_private.h>

static struct loy_article article_base(void)
{
    return (struct loy_article){.size = sizeof(struct loy_article),
        .code = "A1",
        .gtin = "3046920029759",
        .brand = "Brand",
        .manufacturer = "Maker",
        .category = "shirts",
        .style = "S1",
        .season = "W26",
        .grade = "2 good",
        .colour = "crimson",
        .colour_family = LOY_COLOUR_RED,
        .size_text = "M",
        .tax_permille = 190,
        .counter = "C1",
        .cost_minor = 700};
}

static void an_edit_makes_a_version_and_going_back_finds_the_old_one(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = article_base();
    int64_t first, second, third;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US + 1), LOY_REPEATED);
    ASSERT_STATUS(loy_article_find(store, "A1", &first), LOY_OK);
    article.colour = "scarlet";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US + 2), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &second), LOY_OK);
    assert_int_not_equal(first, second);
    article.colour = "crimson";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US + 3), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &third), LOY_OK);
    assert_int_equal(first, third);
    struct loy_version old;
    ASSERT_STATUS(loy_version_get(store, second, &old), LOY_OK);
    assert_string_equal(old.colour, "scarlet");
    shop_is_sound(store);
    shop_run(store, "UPDATE article_version SET colour = 'blue' WHERE colour = 'scarlet'");
    shop_is_unsound(store, "article version");
}

/* A cost told later holds for the lines of before too; one that was told stays as it was. */
static void a_version_knows_its_cost(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = article_base();
    int64_t before, first;
    struct loy_cost cost;
    article.cost_minor = -1;
    article.tax_permille = -1;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &before), LOY_OK);
    ASSERT_STATUS(loy_version_cost(store, before, &cost), LOY_OK);
    assert_int_equal(cost.cost_minor, -1);
    assert_int_equal(cost.tax_permille, -1);
    article = article_base();
    article.price_is_net = true;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US + 1), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &first), LOY_OK);
    article.cost_minor = 900;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US + 2), LOY_OK);
    ASSERT_STATUS(loy_version_cost(store, first, &cost), LOY_OK);
    assert_int_equal(cost.cost_minor, 700);
    ASSERT_STATUS(loy_version_cost(store, before, &cost), LOY_OK);
    assert_int_equal(cost.cost_minor, 900);
    assert_int_equal(cost.tax_permille, 190);
    assert_true(cost.price_is_net);
    ASSERT_STATUS(loy_version_cost(store, 99999, &cost), LOY_NONE);
    ASSERT_STATUS(loy_version_cost(NULL, first, &cost), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_version_cost(store, first, NULL), LOY_E_ARGUMENT);
}

/* Each attribute alone must make another version. */
static void every_attribute_counts(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = article_base();
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    for (int i = 0; i < 18; i++) {
        article = article_base();
        const char **texts[] = {&article.gtin, &article.brand, &article.manufacturer,
            &article.category, &article.style, &article.season, &article.grade, &article.colour,
            &article.size_text, &article.counter};
        if (i < 10) *texts[i] = i == 0 ? NULL : "other";
        if (i == 10) article.colour_family = LOY_COLOUR_BLUE;
        if (i == 11) article.kind = LOY_KIND_BAG;
        if (i == 12) article.own_brand = true;
        if (i == 13) article.derived_grade = true;
        if (i == 14) article.tax_permille = 70;
        if (i == 15) article.price_is_net = true;
        if (i == 16) article.cost_minor = 701;
        if (i == 17) article.tax_permille = -1;
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    }
    assert_int_equal(shop_number(store, "SELECT count(*) FROM article_version v JOIN article a "
                                        "ON a.id = v.article WHERE a.code = 'A1'"),
        19);
}

static void texts_do_not_run_into_each_other(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = {.size = sizeof article, .code = "A2", .cost_minor = -1};
    article.brand = "ab";
    article.manufacturer = "c";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    article.brand = "a";
    article.manufacturer = "bc";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
}

static void found_by_gtin_in_its_long_form(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = article_base(), other = article_base();
    int64_t by_code, by_gtin;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &by_code), LOY_OK);
    ASSERT_STATUS(loy_article_find_gtin(store, "03046920029759", &by_gtin), LOY_OK);
    assert_int_equal(by_code, by_gtin);
    ASSERT_STATUS(loy_article_find_gtin(store, "00000000000000", &by_gtin), LOY_NONE);
    ASSERT_STATUS(loy_article_find(store, "nothing", &by_code), LOY_NONE);
    other.code = "A9";
    ASSERT_STATUS(loy_article_put(store, &other, NOON_US), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_article_find(store, "A9", &by_code), LOY_NONE);
}

static void bad_attributes_are_refused(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    char long_text[LOY_TEXT_MAX + 1];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    for (int i = 0; i < 9; i++) {
        struct loy_article article = article_base();
        enum loy_status wanted = LOY_E_FORMAT;
        if (i == 0) article.code = "";
        if (i == 1) article.gtin = "3046920029758", wanted = LOY_E_CHECK;
        if (i == 2) article.gtin = "30469";
        if (i == 3) article.brand = long_text, wanted = LOY_E_LIMIT;
        if (i == 4) article.brand = "\xff\xfe";
        if (i == 5) article.brand = "a\nb";
        if (i == 6) article.kind = 77;
        if (i == 7) article.colour_family = 99;
        if (i == 8) article.size = 0, wanted = LOY_E_ARGUMENT;
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US), wanted);
        assert_true(strlen(loy_store_text(store)) > 10);
    }
    assert_int_equal(shop_number(store, "SELECT count(*) FROM article WHERE code = 'A1'"), 0);
}

static void grades_are_ordered_in_their_category(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    const char *grades[] = {"10 best", "2 good", "1 basic"};
    for (size_t i = 0; i < ROWS(grades); i++) {
        struct loy_article article = article_base();
        article.grade = grades[i];
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    }
    assert_string_equal(
        shop_rows(store, "SELECT rank, name FROM grade WHERE category = 'shirts' ORDER BY rank"),
        "1|1 basic 2|2 good 3|10 best");
}

/* Strings of a version stay where they are, however many follow, and although a transaction is
 * undone. */
static void version_strings_last_while_the_store_is_open(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    struct loy_article article = article_base();
    struct loy_version first, again, undone;
    int64_t version, lost;
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "A1", &version), LOY_OK);
    ASSERT_STATUS(loy_version_get(store, version, &first), LOY_OK);
    ASSERT_STATUS(loy_store_begin(store), LOY_OK);
    for (int i = 0; i < 600; i++) {
        char code[16];
        snprintf(code, sizeof code, "N%d", i);
        struct loy_article more = {.size = sizeof more, .code = code, .cost_minor = -1};
        ASSERT_STATUS(loy_article_put(store, &more, NOON_US), LOY_OK);
        ASSERT_STATUS(loy_article_find(store, code, &lost), LOY_OK);
        ASSERT_STATUS(loy_version_get(store, lost, &undone), LOY_OK);
    }
    loy_store_rollback(store);
    assert_string_equal(first.colour, "crimson");
    assert_string_equal(undone.article, "N599");
    ASSERT_STATUS(loy_version_get(store, lost, &again), LOY_NONE);
    ASSERT_STATUS(loy_version_get(store, version, &again), LOY_OK);
    assert_string_equal(again.article, "A1");
    assert_string_equal(again.size_text, "M");
    assert_int_equal(again.kind, LOY_KIND_GOODS);
}

/* A row number that an undone transaction gave away comes again for another article. */
static void the_cache_forgets_what_was_undone(void **state)
{
    struct shop *shop = *state;
    struct loy_store *store = shop->store;
    struct loy_article one = {.size = sizeof one, .code = "one", .cost_minor = -1};
    struct loy_article two = {.size = sizeof two, .code = "two", .cost_minor = -1};
    int64_t first, second;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_id id;
    ASSERT_STATUS(loy_store_begin(store), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &one, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "one", &first), LOY_OK);
    struct loy_line line = shop_line(first, 1000, 500, 0);
    line.promotion = "P";
    line.form = LOY_FORM_COUPON;
    ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, &id), LOY_OK);
    loy_store_rollback(store);
    ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, &id), LOY_E_FORMAT);
    ASSERT_STATUS(loy_article_put(store, &two, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(store, "two", &second), LOY_OK);
    assert_int_equal(first, second);
    struct loy_version version;
    ASSERT_STATUS(loy_version_get(store, second, &version), LOY_OK);
    assert_string_equal(version.article, "two");
    ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, &id), LOY_OK);
    assert_string_equal(
        shop_rows(
            store, "SELECT p.code, p.form FROM line l JOIN promotion p ON p.id = l.promotion"),
        "P|5");
    shop_is_sound(store);
}

/* Every scan would be the article, and no coupon ever. */
static void a_coupons_number_is_no_articles(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    static const char gtin[] = "4006381333931";
    const struct loy_article rows[] = {
        {.size = sizeof *rows, .code = "4006381333931", .tax_permille = -1, .cost_minor = -1},
        {.size = sizeof *rows, .code = "pen", .gtin = gtin, .tax_permille = -1, .cost_minor = -1}};
    struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "letter",
        .form = LOY_FORM_COUPON,
        .permille = 100,
        .from_us = NOON_US,
        .campaign = "spring",
        .coupon = gtin};
    int64_t version = 0;
    ASSERT_STATUS(loy_promotion_put(store, &rule, NOON_US), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ASSERT_STATUS(loy_article_put(store, &rows[i], NOON_US), LOY_E_CONFLICT);
        assert_non_null(strstr(loy_store_text(store), "promotion letter"));
        ASSERT_STATUS(loy_article_find(store, rows[i].code, &version), LOY_NONE);
    }
    ASSERT_STATUS(loy_promotion_end(store, "letter", NOON_US + DAY_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &rows[1], NOON_US), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_article_put(store, &rows[1], NOON_US + DAY_US), LOY_OK);
    // And the other way round.
    rule.code = "again";
    ASSERT_STATUS(loy_promotion_put(store, &rule, NOON_US + DAY_US), LOY_E_CONFLICT);
}

static void label_is(struct loy_store *store, const char *code, const char *wanted)
{
    struct loy_article_found found = {.size = sizeof found};
    ASSERT_STATUS(loy_article_look(store, NULL, code, NOON_US, &found), LOY_OK);
    assert_string_equal(found.label, wanted);
}

/* Brand and style, or the code where there is neither; cut where a character ends,
 * and nothing behind the cut. */
static void an_articles_label_is_put_together(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    char brand[LOY_TEXT_MAX] = "x", cut[LOY_TEXT_MAX + 8] = "";
    struct loy_article article = {.size = sizeof article,
        .code = "L1",
        .style = "Polo",
        .tax_permille = -1,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    label_is(store, "L1", "Polo");
    article.code = "L2";
    article.style = NULL;
    article.colour = "red";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    label_is(store, "L2", "L2 red");
    for (int i = 0; i < 40; i++)
        strcat(brand, "牌");
    snprintf(cut, sizeof cut, "%s 衣", brand);
    article.code = "L3";
    article.brand = brand;
    article.style = "衣服";
    article.colour = "r";
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    label_is(store, "L3", cut);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_edit_makes_a_version_and_going_back_finds_the_old_one),
        TEST(a_version_knows_its_cost),
        TEST(every_attribute_counts),
        TEST(texts_do_not_run_into_each_other),
        TEST(found_by_gtin_in_its_long_form),
        TEST(bad_attributes_are_refused),
        TEST(grades_are_ordered_in_their_category),
        TEST(version_strings_last_while_the_store_is_open),
        TEST(the_cache_forgets_what_was_undone),
        TEST(a_coupons_number_is_no_articles),
        TEST(an_articles_label_is_put_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
