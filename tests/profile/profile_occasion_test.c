/* SPDX-License-Identifier: MIT
 *
 * profile_occasion_test.c - choice occasions rebuilt from rows: what stood on the shelf at a moment
 * in a store, at which price; what is an occasion and what is not; habit; what stands in the way;
 * and bytes that make the same occasions again. Rows are made here, days are numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <profile/occasion_private.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400000000)
#define ROWS_MAX 256
#define NEVER 0

struct item {
    const char *code, *brand, *grade, *category, *style;
};
static const struct item items[] = {{"a1", "Ash", "1 plain", "Tea", "loose"},
    {"a2", "Ash", "2 fine", "Tea", "bags"}, {"b1", "Birch", "1 plain", "Tea", "loose"},
    {"c1", "Cedar", "1 plain", "Tea", "bags"}, {"x1", "Ash", "1 plain", "Soap", "loose"}};
enum { A1, A2, B1, C1, X1 };

struct sold {
    int64_t member, basket;
    int day, item, site, quantity, returned;
    bool midnight; /* at the day's first moment, else at noon */
};
struct priced {
    int item, site, from, to, list, selling, form;
    bool display, promoted;
};
static struct shop {
    struct sold sales[ROWS_MAX];
    struct priced prices[ROWS_MAX];
    struct loy_presence shelf[ROWS_MAX];
    size_t sale_count, price_count, shelf_count;
    struct loy_occasion_settings settings;
} shop;

static int start(void **state)
{
    (void)state;
    memset(&shop, 0, sizeof shop);
    shop.settings = (struct loy_occasion_settings){
        .size = sizeof shop.settings, .category = "Tea", .unit_minor = 100, .level = true};
    return 0;
}

static void sell(int64_t member, int64_t basket, int day, int item, int site)
{
    shop.sales[shop.sale_count++] = (struct sold){member, basket, day, item, site, 1, 0, false};
}

static void price(int item, int site, int from, int to, int selling)
{
    shop.prices[shop.price_count++] = (struct priced){
        .item = item, .site = site, .from = from, .to = to, .list = selling, .selling = selling};
}

static void shelve(int item, int site, int from, int to)
{
    shop.shelf[shop.shelf_count++] = (struct loy_presence){item + 1, site, from * DAY, to * DAY};
}

static struct loy_version version_of(int item)
{
    return (struct loy_version){.article = items[item].code,
        .brand = items[item].brand,
        .grade = items[item].grade,
        .category = items[item].category,
        .style = items[item].style,
        .kind = LOY_KIND_GOODS};
}

/* Version numbers are 1 + item. backwards: rows in the other order. */
static void rows_add(struct loy_occasions *occasions, bool backwards)
{
    for (size_t n = 0; n < shop.price_count; n++) {
        const struct priced *row = &shop.prices[backwards ? shop.price_count - 1 - n : n];
        const struct loy_version version = version_of(row->item);
        const struct loy_offer offer = {.article_version = row->item + 1,
            .site = row->site,
            .from_us = row->from * DAY,
            .to_us = row->to * DAY,
            .list_minor = row->list,
            .selling_minor = row->selling,
            .form = (uint8_t)row->form,
            .promoted = row->promoted,
            .display = row->display};
        assert_int_equal(loy_occasions_add_offer(occasions, &offer, &version), LOY_OK);
    }
    for (size_t n = 0; n < shop.shelf_count; n++) {
        const struct loy_presence *row = &shop.shelf[n];
        const struct loy_version version = version_of((int)row->article_version - 1);
        assert_int_equal(loy_occasions_add_presence(occasions, row, &version), LOY_OK);
    }
    for (size_t n = 0; n < shop.sale_count; n++) {
        const struct sold *row = &shop.sales[backwards ? shop.sale_count - 1 - n : n];
        const struct loy_version version = version_of(row->item);
        const struct loy_sale sale = {.basket = row->basket,
            .member = row->member,
            .at_us = row->day * DAY + (row->midnight ? 0 : DAY / 2),
            .site = row->site,
            .article_version = row->item + 1,
            .quantity_milli = row->quantity * 1000,
            .returned_milli = row->returned * 1000,
            .is_return = row->quantity < 0};
        assert_int_equal(loy_occasions_add_sale(occasions, &sale, &version), LOY_OK);
    }
}

static struct loy_occasions *build(uint8_t wanted)
{
    struct loy_occasions *occasions = NULL;
    uint8_t problem = 99;
    assert_int_equal(loy_occasions_open(&shop.settings, &occasions), LOY_OK);
    rows_add(occasions, false);
    enum loy_status status = loy_occasions_build(occasions, &problem);
    assert_string_equal(loy_occasion_problem_name(problem), loy_occasion_problem_name(wanted));
    bool goes_on = wanted == LOY_OCCASION_GOOD || wanted == LOY_OCCASION_ONE_PURCHASE;
    assert_int_equal(status, goes_on ? LOY_OK : LOY_NONE);
    return occasions;
}

static size_t alternative_of(const struct loy_occasions *occasions, const char *name)
{
    for (size_t i = 0; *loy_occasions_alternative(occasions, i); i++)
        if (strcmp(loy_occasions_alternative(occasions, i), name) == 0) return i;
    fail_msg("no alternative %s", name);
    return 0;
}

/* A column of an alternative at a purchase; NaN: not on offer. */
static double seen(
    const struct loy_occasions *occasions, size_t purchase, const char *name, size_t column)
{
    assert_true(purchase < occasions->purchase_count);
    int32_t shelf = occasions->purchases[purchase].shelf;
    return occasion_columns(occasions, shelf, alternative_of(occasions, name))[column];
}

#define ASSERT_NEAR(value, wanted)                                                                 \
    do {                                                                                           \
        double value_ = (value), wanted_ = (wanted);                                               \
        if (!(fabs(value_ - wanted_) <= 1e-12 * fabs(wanted_)))                                    \
            fail_msg("%.17g is not %.17g", value_, wanted_);                                       \
    } while (0)

/* ---- Shelves --------------------------------------------------------------------------------- */

/* Two members, days 1 to 6 in store 1; brands' prices move. */
static void plain_shop(void)
{
    for (int day = 1; day <= 6; day++) {
        price(A1, 1, day, day + 1, 100 + 10 * (day % 3));
        price(B1, 1, day, day + 1, 120 + 5 * (day % 2));
        sell(1 + day % 2, day, day, day % 3 ? A1 : B1, 1);
    }
}

static void a_price_holds_from_its_first_to_before_its_last_moment(void **state)
{
    (void)state;
    plain_shop();
    for (size_t i = 0; i < shop.sale_count; i += 2)
        shop.sales[i].midnight = true;
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 3, &summary);
    assert_int_equal(summary.told, 6);
    assert_int_equal(summary.members, 2);
    assert_int_equal(summary.members_enough, 2);
    assert_int_equal(summary.by, LOY_BY_BRAND);
    for (size_t i = 0; i < 6; i++) {
        int day = (int)(occasions->purchases[i].at_us / DAY);
        ASSERT_NEAR(seen(occasions, i, "Ash", SHELF_PRICE), 1 + .1 * (day % 3));
        ASSERT_NEAR(seen(occasions, i, "Birch", SHELF_PRICE), 1.2 + .05 * (day % 2));
    }
    loy_occasions_close(occasions);
}

static void a_stores_own_price_goes_before_that_of_everywhere(void **state)
{
    (void)state;
    plain_shop();
    price(A1, 0, 1, NEVER, 777);
    price(B1, 0, 1, NEVER, 888);
    price(C1, 0, 2, NEVER, 50);
    price(B1, 2, 4, 5, 99);
    sell(1, 20, 4, A1, 2);
    sell(1, 21, 5, A1, 2);
    sell(2, 22, 5, C1, 2);
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    size_t found = 0;
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        const struct occasion_purchase *purchase = &occasions->purchases[i];
        if (purchase->basket == 20) {
            ASSERT_NEAR(seen(occasions, i, "Ash", SHELF_PRICE), 7.77);
            ASSERT_NEAR(seen(occasions, i, "Birch", SHELF_PRICE), .99);
            found++;
        }
        if (purchase->basket == 21) {
            ASSERT_NEAR(seen(occasions, i, "Birch", SHELF_PRICE), 8.88);
            found++;
        }
        if (purchase->basket == 1) {
            assert_true(isnan(seen(occasions, i, "Cedar", SHELF_PRICE)));
            assert_true(seen(occasions, i, "Ash", SHELF_PRICE) < 7);
            found++;
        }
    }
    assert_int_equal(found, 3);
    loy_occasions_close(occasions);
}

/* What was sold out says nothing of taste: it was not on offer. */
static void what_left_the_shelf_is_not_on_offer(void **state)
{
    (void)state;
    plain_shop();
    price(C1, 1, 1, NEVER, 130);
    sell(1, 30, 1, C1, 1);
    shelve(A1, 1, 4, NEVER);
    shelve(A1, 1, 1, 4); /* at once again */
    shelve(B1, 1, 1, NEVER);
    shelve(C1, 1, 1, 3);
    shelve(C1, 1, 5, NEVER);
    sell(1, 31, 4, A1, 1);
    shop.sales[shop.sale_count - 1].midnight = true;
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        int day = (int)(occasions->purchases[i].at_us / DAY);
        assert_int_equal(isnan(seen(occasions, i, "Cedar", SHELF_PRICE)), day == 3 || day == 4);
        assert_false(isnan(seen(occasions, i, "Ash", SHELF_PRICE)));
    }
    loy_occasions_close(occasions);
}

/* The index moves with prices, and not when the dear one of two articles runs out. */
static void a_mix_moves_no_price(void **state)
{
    (void)state;
    for (int day = 1; day <= 8; day++) {
        price(A1, 1, day, day + 1, day < 5 ? 100 : 110);
        if (day % 2) price(A2, 1, day, day + 1, day < 5 ? 300 : 330);
        price(B1, 1, day, day + 1, 150 + day);
        sell(1 + day % 2, day, day, day % 3 ? A1 : B1, 1);
        if (day % 2) sell(3, 100 + day, day, A2, 1);
    }
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    double before = seen(occasions, 0, "Ash", SHELF_PRICE);
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        int day = (int)(occasions->purchases[i].at_us / DAY);
        double now = seen(occasions, i, "Ash", SHELF_PRICE);
        int first = (int)(occasions->purchases[0].at_us / DAY);
        double factor = (day < 5 ? 1 : 1.1) / (first < 5 ? 1 : 1.1);
        /* Both rise by a tenth; which of them is there changes it by less than a hundredth, since
         * their means over time differ by when they were there. */
        assert_true(fabs(now / before / factor - 1) < .01);
    }
    loy_occasions_close(occasions);
}

static void shares_are_of_what_is_on_offer(void **state)
{
    (void)state;
    plain_shop();
    for (int day = 1; day <= 6; day++)
        price(A2, 1, day, day + 1, 200);
    for (size_t i = 0; i < shop.price_count; i++) {
        struct priced *row = &shop.prices[i];
        if (row->item == A1 && row->from == 2) row->promoted = true;
        if (row->item == A1 && row->from == 3) row->list = row->selling + 1;
        if (row->item == A1 && row->from == 4) row->form = LOY_FORM_PERCENT;
        if (row->item == B1 && row->from == 4) row->display = true;
    }
    sell(7, 70, 2, A2, 1);
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    /* A1 has four lines and A2 one: 4.5 and 1.5. */
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        int day = (int)(occasions->purchases[i].at_us / DAY);
        double other = seen(occasions, i, "Ash", SHELF_FORMS + LOY_FORM_OTHER);
        double percent = seen(occasions, i, "Ash", SHELF_FORMS + LOY_FORM_PERCENT);
        ASSERT_NEAR(other, day == 2 || day == 3 ? .75 : 0);
        ASSERT_NEAR(percent, day == 4 ? .75 : 0);
        ASSERT_NEAR(seen(occasions, i, "Birch", SHELF_DISPLAY), day == 4 ? 1 : 0);
    }
    loy_occasions_close(occasions);
}

/* ---- What is an occasion --------------------------------------------------------------------- */

static void pieces_and_lines_do_not_multiply(void **state)
{
    (void)state;
    plain_shop();
    sell(1, 50, 3, A1, 1);
    shop.sales[shop.sale_count - 1].quantity = 12;
    sell(1, 50, 3, A1, 1);
    sell(1, 50, 3, A2, 1);
    sell(1, 50, 3, B1, 1);
    price(A2, 1, 1, NEVER, 99);
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 1, &summary);
    assert_int_equal(summary.bought, 6 + 2);
    assert_int_equal(summary.told, 6 + 2);
    loy_occasions_close(occasions);
}

static void what_came_back_was_not_chosen(void **state)
{
    (void)state;
    plain_shop();
    shop.sales[0].returned = 1;
    sell(1, 60, 3, A1, 1);
    shop.sales[shop.sale_count - 1].quantity = 3;
    shop.sales[shop.sale_count - 1].returned = 2;
    sell(1, 61, 4, A1, 1);
    shop.sales[shop.sale_count - 1].quantity = -1;
    sell(0, 62, 4, A1, 1);
    sell(1, 63, 4, X1, 1);
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 1, &summary);
    assert_int_equal(summary.bought, 5 + 1);
    loy_occasions_close(occasions);
}

/* Its own price is known because it was bought: that tells nothing of the others. */
static void what_has_no_price_then_is_left_out(void **state)
{
    (void)state;
    plain_shop();
    sell(1, 80, 40, A1, 1); /* no prices any more */
    price(A1, 1, 50, 51, 100);
    sell(1, 81, 50, A1, 1); /* alone */
    price(B1, 1, 60, 61, 100);
    sell(1, 82, 60, A1, 1); /* another is on offer, this one is not */
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 1, &summary);
    assert_int_equal(summary.bought, 9);
    assert_int_equal(summary.told, 6);
    assert_int_equal(summary.unlisted, 2);
    assert_int_equal(summary.alone, 1);
    loy_occasions_close(occasions);
}

static void what_is_hardly_bought_is_left_out(void **state)
{
    (void)state;
    for (int i = 1; i <= 120; i++)
        sell(1 + i % 3, i, 1 + i % 6, i % 2 ? A1 : B1, 1);
    sell(1, 200, 3, C1, 1);
    for (int day = 1; day <= 7; day++)
        for (int item = A1; item <= C1; item++)
            if (item != A2) price(item, 1, day, day + 1, 100 + day * (1 + item));
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_occasion_summary summary;
    loy_occasions_summary(occasions, 1, &summary);
    assert_int_equal(summary.alternatives, 2);
    assert_int_equal(summary.rare, 1);
    assert_int_equal(summary.told, 120);
    loy_occasions_close(occasions);
}

/* ---- Alternatives ---------------------------------------------------------------------------- */

static void names_are(const char *wanted)
{
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    char text[256] = "";
    for (size_t i = 0; *loy_occasions_alternative(occasions, i); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|",
            loy_occasions_alternative(occasions, i));
    assert_string_equal(text, wanted);
    loy_occasions_close(occasions);
}

static void alternatives_are_brands_grades_both_articles_or_styles(void **state)
{
    (void)state;
    plain_shop();
    price(A2, 1, 1, 4, 99);
    price(A2, 1, 4, NEVER, 98);
    sell(1, 40, 3, A2, 1);
    sell(2, 41, 5, A2, 1);
    names_are("Ash|Birch|");
    shop.settings.by = LOY_BY_GRADE;
    names_are("1 plain|2 fine|");
    shop.settings.by = LOY_BY_BRAND_GRADE;
    names_are("Ash, 1 plain|Ash, 2 fine|Birch, 1 plain|");
    shop.settings.by = LOY_BY_ARTICLE;
    names_are("a1|a2|b1|");
    shop.settings.by = LOY_BY_STYLE;
    names_are("bags|loose|");
}

static void one_brand_is_a_choice_of_grades(void **state)
{
    (void)state;
    for (int day = 1; day <= 6; day++) {
        price(A1, 1, day, day + 1, 100 + day);
        price(A2, 1, day, day + 1, 120 - day);
        sell(1, day, day, day % 2 ? A1 : A2, 1);
    }
    names_are("1 plain|2 fine|");
}

static void the_base_is_the_most_bought_or_the_one_named(void **state)
{
    (void)state;
    plain_shop();
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    assert_int_equal(occasions->base, alternative_of(occasions, "Ash"));
    loy_occasions_close(occasions);
    shop.settings.base = "Birch";
    occasions = build(LOY_OCCASION_GOOD);
    assert_int_equal(occasions->base, alternative_of(occasions, "Birch"));
    loy_occasions_close(occasions);
    shop.settings.base = "Elm";
    loy_occasions_close(build(LOY_OCCASION_NO_BASE));
}

/* ---- Attributes ------------------------------------------------------------------------------ */

static void attributes_are(const char *wanted)
{
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    char text[256] = "";
    for (size_t i = 0; *loy_occasions_attribute(occasions, i); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s|",
            loy_occasions_attribute(occasions, i));
    assert_string_equal(text, wanted);
    loy_occasions_close(occasions);
}

static void promote(int item, int day, int form)
{
    for (size_t i = 0; i < shop.price_count; i++)
        if (shop.prices[i].item == item && shop.prices[i].from == day) shop.prices[i].form = form;
}

static void those_that_vary_are_there(void **state)
{
    (void)state;
    plain_shop();
    attributes_are("price|habit|");
    promote(A1, 2, LOY_FORM_PERCENT);
    attributes_are("price|promo|habit|");
    shop.settings.level = false;
    attributes_are("ln_price|promo|habit|");
    shop.settings.chosen = true;
    attributes_are("ln_price|");
}

/* A form has a flag of its own where it is frequent and not the only one. */
static void forms_that_are_frequent_have_their_own_flag(void **state)
{
    (void)state;
    plain_shop();
    shop.settings.form_min = 2;
    promote(A1, 2, LOY_FORM_PERCENT);
    promote(A1, 4, LOY_FORM_PERCENT);
    attributes_are("price|promo|habit|");
    promote(B1, 3, LOY_FORM_COUPON);
    attributes_are("price|promo:percent|promo|habit|");
    promote(B1, 5, LOY_FORM_COUPON);
    attributes_are("price|promo:percent|promo:coupon|habit|");
    shop.settings.form_min = 0; /* 100 */
    attributes_are("price|promo|habit|");
}

/* ---- Habit ----------------------------------------------------------------------------------- */

/* ash, birch: the baskets of the second day, one or two at the same moment. */
static void habits_of(int64_t ash_basket, int64_t birch_basket)
{
    shop.settings.chosen = shop.settings.habit = true;
    for (int day = 1; day <= 4; day++) {
        price(A1, 1, day, day + 1, 100 + 10 * (day % 3));
        price(B1, 1, day, day + 1, 120 + 5 * (day % 2));
        price(C1, 1, day, day + 1, 130);
    }
    sell(1, 1, 1, A1, 1);
    sell(1, ash_basket, 2, A1, 1);
    sell(1, birch_basket, 2, B1, 1);
    sell(1, 4, 3, C1, 1);
    sell(1, 5, 4, B1, 1);
    struct loy_occasions *occasions = build(LOY_OCCASION_GOOD);
    struct loy_choice_settings settings;
    struct loy_choice *choice = NULL;
    loy_occasions_settings(occasions, &settings);
    assert_int_equal(settings.attributes, 2);
    assert_false(settings.habit);
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_OK);
    assert_int_equal(loy_occasions_fill(occasions, choice), LOY_OK);
    loy_choice_close(choice);
    uint32_t before[5];
    assert_int_equal(occasion_habits(occasions, before, 5), 5);
    const uint32_t ash = 1u << alternative_of(occasions, "Ash"),
                   birch = 1u << alternative_of(occasions, "Birch"),
                   cedar = 1u << alternative_of(occasions, "Cedar");
    const uint32_t wanted[5] = {0, ash, ash, ash | birch, cedar};
    assert_memory_equal(before, wanted, sizeof wanted);
    loy_occasions_close(occasions);
}

static void both_brands_of_a_basket_see_the_habit_from_before(void **state)
{
    (void)state;
    habits_of(2, 2);
}

/* Their numbers are those of the rows they came in. */
static void baskets_of_one_moment_have_no_order(void **state)
{
    (void)state;
    habits_of(2, 3);
}

static void nor_has_the_other_order(void **state)
{
    (void)state;
    habits_of(3, 2);
}

/* ---- What stands in the way ------------------------------------------------------------------ */

static void each_has_its_own_reason(void **state)
{
    loy_occasions_close(build(LOY_OCCASION_NO_CATEGORY));
    price(A1, 1, 1, NEVER, 100);
    loy_occasions_close(build(LOY_OCCASION_NO_SALES));
    sell(1, 1, 1, A1, 1);
    shop.sales[0].returned = 1;
    loy_occasions_close(build(LOY_OCCASION_ONLY_RETURNS));
    shop.sales[0].returned = 0;
    loy_occasions_close(build(LOY_OCCASION_ONE));
    sell(1, 2, 1, B1, 1);
    loy_occasions_close(build(LOY_OCCASION_NO_TIMES));
    sell(1, 3, 2, B1, 1);
    shop.price_count = 0;
    loy_occasions_close(build(LOY_OCCASION_NO_PRICES));
    price(A1, 1, 1, NEVER, 100);
    loy_occasions_close(build(LOY_OCCASION_NO_OTHERS));
    price(B1, 1, 1, NEVER, 110);
    loy_occasions_close(build(LOY_OCCASION_PRICE_STILL));
    start(state);
    plain_shop();
    shop.settings.chosen = shop.settings.promo = true;
    loy_occasions_close(build(LOY_OCCASION_PROMO_NEVER));
    for (size_t i = 0; i < shop.price_count; i++)
        shop.prices[i].promoted = shop.prices[i].item == A1;
    loy_occasions_close(build(LOY_OCCASION_PROMO_ALWAYS));
    shop.settings.promo = false;
    shop.settings.display = true;
    loy_occasions_close(build(LOY_OCCASION_DISPLAY_NEVER));
    for (size_t i = 0; i < shop.price_count; i++)
        shop.prices[i].display = true;
    loy_occasions_close(build(LOY_OCCASION_DISPLAY_ALWAYS));
}

/* All prices by the same factor from one day to the next: no choice depends on it. */
static void prices_that_move_together_stand_still(void **state)
{
    (void)state;
    shop.settings.level = false;
    for (int day = 1; day <= 6; day++) {
        price(A1, 1, day, day + 1, 100 << day);
        price(B1, 1, day, day + 1, 150 << day);
        sell(1, day, day, day % 2 ? A1 : B1, 1);
    }
    loy_occasions_close(build(LOY_OCCASION_PRICE_STILL));
    shop.prices[4].selling += 10;
    loy_occasions_close(build(LOY_OCCASION_GOOD));
}

static void nobody_bought_twice(void **state)
{
    (void)state;
    plain_shop();
    for (size_t i = 0; i < shop.sale_count; i++)
        shop.sales[i].member = (int64_t)i + 1;
    struct loy_occasions *occasions = build(LOY_OCCASION_ONE_PURCHASE);
    assert_string_equal(loy_occasions_attribute(occasions, 1), ""); /* no habit either */
    loy_occasions_close(occasions);
}

/* Habit would be an artefact; without it the order does not matter. */
static void rows_in_the_order_of_what_was_bought(void **state)
{
    (void)state;
    for (int day = 1; day <= 6; day++) {
        price(A1, 1, day, day + 1, 100 + 10 * (day % 3));
        price(B1, 1, day, day + 1, 120 + 5 * (day % 2));
    }
    for (int member = 1; member <= 40; member++)
        for (int day = 1; day <= 6; day++)
            sell(member, member * 10 + day, day, day <= member % 5 + 1 ? A1 : B1, 1);
    loy_occasions_close(build(LOY_OCCASION_SORTED));
    shop.settings.chosen = true;
    loy_occasions_close(build(LOY_OCCASION_GOOD));
    shop.settings.chosen = false;
    for (size_t i = 0; i < shop.sale_count; i += 37) /* a few go back */
        shop.sales[i].item = shop.sales[i].item == A1 ? B1 : A1;
    loy_occasions_close(build(LOY_OCCASION_GOOD));
}

/* A price history made of what was sold: of each moment only the thing bought. */
static void prices_of_what_was_bought_alone_tell_nothing(void **state)
{
    (void)state;
    for (int day = 1; day <= 12; day++) {
        int item = day % 2 ? A1 : B1;
        price(item, 1, day, day + 1, 100 + day);
        sell(1, day, day, item, 1);
    }
    price(B1, 1, 1, 2, 90); /* one moment with both */
    loy_occasions_close(build(LOY_OCCASION_NO_OTHERS));
}

/* ---- The same again -------------------------------------------------------------------------- */

static size_t saved(const struct loy_occasions *occasions, uint8_t *bytes, size_t size)
{
    size_t needed = 0;
    assert_int_equal(loy_occasions_save(occasions, NULL, 0, &needed), LOY_MORE);
    assert_true(needed <= size);
    assert_int_equal(loy_occasions_save(occasions, bytes, needed - 1, &needed), LOY_MORE);
    assert_int_equal(loy_occasions_save(occasions, bytes, size, &needed), LOY_OK);
    return needed;
}

static void rich_shop(void)
{
    plain_shop();
    for (int day = 1; day <= 6; day++)
        price(A2, 1, day, day + 1, 200 + 7 * day * day);
    sell(2, 90, 2, A2, 1);
    sell(2, 91, 4, B1, 1);
    sell(1, 91, 4, B1, 1);
    promote(A2, 3, LOY_FORM_PERCENT);
}

static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    uint8_t bytes[2][1024];
    uint8_t problem;
    rich_shop();
    struct loy_occasions *one = build(LOY_OCCASION_GOOD), *other = NULL;
    assert_int_equal(loy_occasions_open(&shop.settings, &other), LOY_OK);
    rows_add(other, true);
    assert_int_equal(loy_occasions_build(other, &problem), LOY_OK);
    size_t size = saved(one, bytes[0], sizeof bytes[0]);
    assert_int_equal(saved(other, bytes[1], sizeof bytes[1]), size);
    assert_memory_equal(bytes[0], bytes[1], size);
    assert_int_equal(one->purchase_count, other->purchase_count);
    for (size_t i = 0; i < one->purchase_count; i++) {
        const double *a = occasion_columns(one, one->purchases[i].shelf, 0),
                     *b = occasion_columns(other, other->purchases[i].shelf, 0);
        assert_int_equal(one->purchases[i].alternative, other->purchases[i].alternative);
        assert_memory_equal(a, b, one->alternative_count * SHELF_COLUMNS * sizeof *a);
    }
    loy_occasions_close(one);
    loy_occasions_close(other);
}

static void what_was_kept_makes_the_same_occasions(void **state)
{
    (void)state;
    uint8_t bytes[1024], again[1024], problem;
    rich_shop();
    struct loy_occasions *one = build(LOY_OCCASION_GOOD), *other = NULL;
    size_t size = saved(one, bytes, sizeof bytes);
    assert_int_equal(loy_occasions_load(bytes, size, &other), LOY_OK);
    assert_string_equal(loy_occasions_category(other), "Tea");
    rows_add(other, false);
    assert_int_equal(loy_occasions_build(other, &problem), LOY_OK);
    assert_int_equal(saved(other, again, sizeof again), size);
    assert_memory_equal(bytes, again, size);
    for (size_t i = 0; i < one->purchase_count; i++) {
        const double *a = occasion_columns(one, one->purchases[i].shelf, 0),
                     *b = occasion_columns(other, other->purchases[i].shelf, 0);
        assert_memory_equal(a, b, one->alternative_count * SHELF_COLUMNS * sizeof *a);
    }
    loy_occasions_close(other);
    other = NULL;
    /* One member's rows alone are compared with the same means. */
    assert_int_equal(loy_occasions_load(bytes, size, &other), LOY_OK);
    shop.sale_count = 1;
    rows_add(other, false);
    assert_int_equal(loy_occasions_build(other, &problem), LOY_OK);
    size_t same = 0;
    while (one->purchases[same].basket != other->purchases[0].basket)
        same++;
    ASSERT_NEAR(seen(other, 0, "Ash", SHELF_PRICE), seen(one, same, "Ash", SHELF_PRICE));
    loy_occasions_close(other);
    loy_occasions_close(one);
}

static void bytes_that_are_cut_or_changed_are_refused(void **state)
{
    (void)state;
    uint8_t bytes[1024], wrong[1024];
    rich_shop();
    struct loy_occasions *one = build(LOY_OCCASION_GOOD), *other = NULL;
    size_t size = saved(one, bytes, sizeof bytes);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(loy_occasions_load(bytes, i, &other), LOY_E_FORMAT);
    bytes[size] = 0;
    assert_int_equal(loy_occasions_load(bytes, size + 1, &other), LOY_E_FORMAT);
    for (size_t i = 0; i < size; i++) {
        memcpy(wrong, bytes, size);
        wrong[i] = 0xff;
        /* A letter of a name may change; nothing else may be taken and crash. */
        if (loy_occasions_load(wrong, size, &other) == LOY_OK) {
            uint8_t problem;
            rows_add(other, false);
            assert_true(loy_occasions_build(other, &problem) >= LOY_OK);
            loy_occasions_close(other);
        }
        if (i < 4 || i == 6 || i == 7)
            assert_int_equal(loy_occasions_load(wrong, size, &other), LOY_E_FORMAT);
    }
    loy_occasions_close(one);
}

/* Another unit of money, prices times a constant: logarithms differ by that constant only. */
static void a_factor_of_all_prices_moves_no_difference(void **state)
{
    (void)state;
    rich_shop();
    shop.settings.level = false;
    struct loy_occasions *one = build(LOY_OCCASION_GOOD);
    for (size_t i = 0; i < shop.price_count; i++) {
        shop.prices[i].list *= 7;
        shop.prices[i].selling *= 7;
    }
    struct loy_occasions *other = build(LOY_OCCASION_GOOD);
    for (size_t i = 0; i < one->purchase_count; i++) {
        double a = seen(one, i, "Ash", SHELF_PRICE) / seen(one, i, "Birch", SHELF_PRICE);
        double b = seen(other, i, "Ash", SHELF_PRICE) / seen(other, i, "Birch", SHELF_PRICE);
        ASSERT_NEAR(a, b);
    }
    loy_occasions_close(one);
    loy_occasions_close(other);
}

static void calls_that_are_wrong(void **state)
{
    (void)state;
    struct loy_occasions *occasions = NULL;
    struct loy_occasion_settings settings = shop.settings;
    settings.category = "";
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_E_ARGUMENT);
    settings = shop.settings;
    settings.unit_minor = 0;
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_E_ARGUMENT);
    settings = shop.settings;
    settings.by = loy_alternative_kind_count;
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_E_ARGUMENT);
    settings = shop.settings;
    settings.size = 0;
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_E_ARGUMENT);
    assert_int_equal(loy_occasions_open(NULL, &occasions), LOY_E_ARGUMENT);
    loy_occasions_close(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(a_price_holds_from_its_first_to_before_its_last_moment),
        TEST(a_stores_own_price_goes_before_that_of_everywhere),
        TEST(what_left_the_shelf_is_not_on_offer),
        TEST(a_mix_moves_no_price),
        TEST(shares_are_of_what_is_on_offer),
        TEST(pieces_and_lines_do_not_multiply),
        TEST(what_came_back_was_not_chosen),
        TEST(what_has_no_price_then_is_left_out),
        TEST(what_is_hardly_bought_is_left_out),
        TEST(alternatives_are_brands_grades_both_articles_or_styles),
        TEST(one_brand_is_a_choice_of_grades),
        TEST(the_base_is_the_most_bought_or_the_one_named),
        TEST(those_that_vary_are_there),
        TEST(forms_that_are_frequent_have_their_own_flag),
        TEST(both_brands_of_a_basket_see_the_habit_from_before),
        TEST(baskets_of_one_moment_have_no_order),
        TEST(nor_has_the_other_order),
        TEST(each_has_its_own_reason),
        TEST(prices_that_move_together_stand_still),
        TEST(nobody_bought_twice),
        TEST(rows_in_the_order_of_what_was_bought),
        TEST(prices_of_what_was_bought_alone_tell_nothing),
        TEST(the_order_of_rows_does_not_matter),
        TEST(what_was_kept_makes_the_same_occasions),
        TEST(bytes_that_are_cut_or_changed_are_refused),
        TEST(a_factor_of_all_prices_moves_no_difference),
        TEST(calls_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
