/* SPDX-License-Identifier: MIT
 *
 * preference_test.c - preferences in made-up shops: what was planted is found again, intervals hold
 * what they say, chance gives no statement, a colour out of stock is no dislike, and orders, copies
 * and returns change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taste_shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GREY 2u

/* Members 1 to `members` with their own shares and so many lines, a day each. */
static void fill(struct taste_shop *shop, struct numeric_random *random, const double *alpha,
    int64_t members, int64_t lines, double (*truth)[TASTE_COLOURS])
{
    for (int64_t m = 0; m < members; m++) {
        double shares[TASTE_COLOURS];
        taste_draw(random, alpha, shares);
        if (truth) memcpy(truth[m], shares, sizeof(shares));
        for (int64_t i = 0; i < lines; i++)
            taste_shop_sell(shop, m + 1, i * 10, taste_choose(shop, random, shares, i * 10));
    }
}

static void known_alpha(void **state)
{
    static const double alpha[] = {2, 1, .5};
    struct numeric_random random = numeric_random_at(1, 1);
    struct taste_shop shop = {0};
    fill(&shop, &random, alpha, 2000, 20, NULL);
    struct loy_preferences *preferences = taste_fit(&shop, false, 1);
    struct loy_preference_table table;
    size_t number = taste_table(preferences, &table);
    assert_true(table.varies);
    for (uint8_t b = 0; b < TASTE_COLOURS; b++) {
        struct loy_preference_value value;
        loy_preferences_value(preferences, number, taste_value(preferences, number, b), &value);
        print_message("alpha %.4f of %.1f\n", value.alpha, alpha[b]);
        assert_true(fabs(value.alpha / alpha[b] - 1) < .1);
    }
    loy_preferences_close(preferences);
    taste_shop_close(&shop);
    (void)state;
}

/* 200 sets: the 80 % intervals of shares and of lifts cover 75 to 85 %. */
static void coverage(void **state)
{
    static const double alpha[] = {4, 3, 1.5};
    double truth[60][TASTE_COLOURS];
    double seen[2] = {0}, covered[2] = {0};
    for (uint64_t set = 0; set < 200; set++) {
        struct numeric_random random = numeric_random_at(2, set);
        struct taste_shop shop = {.offers = true};
        fill(&shop, &random, alpha, 60, 12, truth);
        struct loy_preferences *preferences = taste_fit(&shop, false, 1);
        for (int64_t m = 1; m <= 60; m++)
            for (uint8_t b = 0; b < TASTE_COLOURS; b++) {
                struct loy_preference found = taste_member(preferences, m, b);
                double share = truth[m - 1][b], lift = share / found.offered;
                if (found.standing == LOY_STANDING_FEW) continue;
                seen[0]++;
                covered[0] += share >= found.low && share <= found.high;
                if (found.lift_standing == LOY_STANDING_FEW) continue;
                seen[1]++;
                covered[1] += lift >= found.lift_low && lift <= found.lift_high;
            }
        loy_preferences_close(preferences);
        taste_shop_close(&shop);
    }
    for (int i = 0; i < 2; i++) {
        print_message("covered %.3f of %.0f\n", covered[i] / seen[i], seen[i]);
        assert_true(seen[i] > 10000);
        assert_in_range(1000 * covered[i] / seen[i], 750, 850);
    }
    (void)state;
}

/* Lines dealt to members by chance: whether anything is stated of anybody. */
static bool states_anything(const struct taste_shop *shop, int64_t members)
{
    bool stated = false;
    struct loy_preferences *preferences = taste_fit(shop, false, 1);
    for (int64_t m = 1; m <= members; m++)
        for (uint8_t b = 0; b < TASTE_COLOURS; b++) {
            struct loy_preference found = taste_member(preferences, m, b);
            stated = stated || found.liking != LOY_LIKING_UNCLEAR;
            assert_false(isnan(found.share) || isnan(found.lift));
        }
    loy_preferences_close(preferences);
    return stated;
}

static void chance_says_nothing(void **state)
{
    static const double apart[] = {2, 1.5, 1};
    int by_chance = 0, by_taste = 0;
    for (uint64_t set = 0; set < 100; set++) {
        struct numeric_random random = numeric_random_at(3, set);
        struct taste_shop shop = {.offers = true};
        fill(&shop, &random, apart, 100, 12, NULL);
        if (set < 10) by_taste += states_anything(&shop, 100);
        /* The same lines, their members permuted. */
        for (size_t i = shop.count - 1; i > 0; i--) {
            size_t j = (size_t)(numeric_random_uniform(&random) * (double)(i + 1));
            int64_t member = shop.lines[i].member;
            shop.lines[i].member = shop.lines[j].member;
            shop.lines[j].member = member;
        }
        by_chance += states_anything(&shop, 100);
        taste_shop_close(&shop);
    }
    print_message(
        "statements in %d of 100 permuted shops, in %d of 10 others\n", by_chance, by_taste);
    assert_true(by_chance <= 10);
    assert_int_equal(by_taste, 10);
    (void)state;
}

/* All have the same taste; grey is off the shelf in half of the days; half of the members come in
 * these days. */
static void out_of_stock_is_no_dislike(void **state)
{
    static const double shares[] = {.4, .3, .3};
    struct numeric_random random = numeric_random_at(4, 0);
    struct taste_shop shop = {.out_from = 100, .out_to = 200, .offers = true};
    for (int64_t m = 1; m <= 400; m++)
        for (int64_t i = 0; i < 10; i++) {
            int64_t day = (m % 2 ? 100 : 0) + i * 10;
            taste_shop_sell(&shop, m, day, taste_choose(&shop, &random, shares, day));
        }
    struct loy_preferences *with = taste_fit(&shop, false, 1);
    shop.offers = false;
    struct loy_preferences *without = taste_fit(&shop, false, 1);
    int read_so = 0;
    for (int64_t m = 1; m <= 400; m++) {
        struct loy_preference found = taste_member(with, m, GREY);
        assert_int_not_equal(found.liking, LOY_LIKING_LESS);
        assert_int_not_equal(found.liking, LOY_LIKING_MORE);
        if (m % 2) assert_true(found.offered < 1e-9);
        struct loy_preference plain = taste_member(without, m, GREY);
        assert_int_equal(plain.liking, LOY_LIKING_UNCLEAR);
        assert_int_equal(plain.lift_standing, LOY_STANDING_NOT_CLAIMED);
        read_so += m % 2 && plain.standing == LOY_STANDING_OWN && plain.high < plain.all_share;
    }
    /* The control: shares alone do read it so, of every second member. */
    print_message("shares alone read dislike of %d members\n", read_so);
    assert_int_equal(read_so, 200);
    loy_preferences_close(with);
    loy_preferences_close(without);
    taste_shop_close(&shop);
    (void)state;
}

/* Half of the shelf's days without grey, and members who do differ: each is found where it is. */
static void taste_is_found_beside_the_offer(void **state)
{
    static const double likes[] = {.2, .2, .6}, other[] = {.45, .4, .15};
    struct numeric_random random = numeric_random_at(5, 0);
    struct taste_shop shop = {.out_from = 100, .out_to = 200, .offers = true};
    for (int64_t m = 1; m <= 400; m++)
        for (int64_t i = 0; i < 20; i++)
            taste_shop_sell(
                &shop, m, i * 10, taste_choose(&shop, &random, m % 4 == 0 ? likes : other, i * 10));
    struct loy_preferences *preferences = taste_fit(&shop, false, 1);
    int found_so = 0, wrong = 0;
    for (int64_t m = 1; m <= 400; m++) {
        struct loy_preference found = taste_member(preferences, m, GREY);
        found_so += m % 4 == 0 && found.liking == LOY_LIKING_MORE;
        wrong += m % 4 != 0 && found.liking == LOY_LIKING_MORE;
    }
    print_message("likes grey: %d of 100, wrongly %d of 300\n", found_so, wrong);
    assert_true(found_so >= 50);
    assert_true(wrong <= 6);
    loy_preferences_close(preferences);
    taste_shop_close(&shop);
    (void)state;
}

static void same(
    const struct taste_shop *shop, const struct loy_preferences *a, const struct loy_preferences *b)
{
    for (size_t i = 0; i < shop->count; i++)
        for (uint8_t colour = 0; colour < TASTE_COLOURS; colour++) {
            int64_t member = shop->lines[i].member;
            struct loy_preference one = taste_member(a, member, colour);
            struct loy_preference other = taste_member(b, member, colour);
            const double x[] = {
                one.share, one.low, one.high, one.offered, one.lift, one.lift_low, one.probability};
            const double y[] = {other.share, other.low, other.high, other.offered, other.lift,
                other.lift_low, other.probability};
            assert_memory_equal(x, y, sizeof(x));
            assert_int_equal(one.liking, other.liking);
        }
}

static void orders_copies_and_returns(void **state)
{
    static const double alpha[] = {3, 2, 1};
    struct numeric_random random = numeric_random_at(6, 0);
    struct taste_shop shop = {.out_from = 40, .out_to = 80, .offers = true};
    fill(&shop, &random, alpha, 120, 12, NULL);
    struct loy_preferences *plain = taste_fit(&shop, false, 1),
                           *backwards = taste_fit(&shop, true, 1),
                           *twice = taste_fit(&shop, false, 2);
    same(&shop, plain, backwards);
    struct loy_preference_table one, two;
    taste_table(plain, &one);
    taste_table(twice, &two);
    assert_true(fabs(one.alpha_total / two.alpha_total - 1) < 1e-8);
    assert_true(fabs(two.log_likelihood / one.log_likelihood - 2) < 1e-9);
    /* Bought and brought back whole: as before. */
    struct taste_shop more = {.out_from = 40, .out_to = 80, .offers = true};
    for (size_t i = 0; i < shop.count; i++) {
        taste_shop_sell(&more, shop.lines[i].member, shop.lines[i].day, shop.lines[i].colour);
        taste_shop_sell(&more, shop.lines[i].member, shop.lines[i].day, 0);
        more.lines[more.count - 1].returned_milli = 1000;
    }
    struct loy_preferences *returned = taste_fit(&more, false, 1);
    same(&shop, plain, returned);
    loy_preferences_close(returned);
    loy_preferences_close(plain);
    loy_preferences_close(backwards);
    loy_preferences_close(twice);
    taste_shop_close(&shop);
    taste_shop_close(&more);
    (void)state;
}

/* Five items are told, four are not. */
static void at_its_smallest(void **state)
{
    static const double alpha[] = {.6, .4, .3};
    struct numeric_random random = numeric_random_at(7, 0);
    struct taste_shop shop = {.offers = true};
    fill(&shop, &random, alpha, 120, 12, NULL);
    for (int64_t i = 0; i < 5; i++) {
        if (i < 4) taste_shop_sell(&shop, 9004, i, 0);
        taste_shop_sell(&shop, 9005, i, 0);
    }
    struct loy_preferences *preferences = taste_fit(&shop, false, 1);
    struct loy_preference four = taste_member(preferences, 9004, 0),
                          five = taste_member(preferences, 9005, 0);
    assert_int_equal(four.n, 4);
    assert_int_equal(four.standing, LOY_STANDING_FEW);
    assert_int_equal(four.lift_standing, LOY_STANDING_FEW);
    assert_int_equal(five.n, 5);
    assert_int_equal(five.standing, LOY_STANDING_OWN);
    assert_int_equal(five.needed, 5);
    loy_preferences_close(preferences);
    taste_shop_close(&shop);
    (void)state;
}

static void little_data(void **state)
{
    struct taste_shop shop = {.offers = true};
    struct loy_preference_table table;
    struct loy_preference_holdout holdout = {.size = sizeof(holdout)};
    struct loy_preferences *preferences = taste_fit(&shop, false, 1);
    size_t number = taste_table(preferences, &table);
    assert_int_equal(table.lines, 0);
    assert_false(table.varies);
    assert_int_equal(loy_preferences_holdout(preferences, number, &holdout), LOY_OK);
    assert_int_equal(holdout.lines, 0);
    loy_preferences_close(preferences);
    /* One colour, always: nothing to choose between. */
    for (int64_t m = 1; m <= 30; m++)
        for (int64_t i = 0; i < 8; i++)
            taste_shop_sell(&shop, m, i, 0);
    preferences = taste_fit(&shop, false, 1);
    taste_table(preferences, &table);
    assert_false(table.varies);
    struct loy_preference found = taste_member(preferences, 1, 0);
    assert_int_equal(found.standing, LOY_STANDING_FEW);
    assert_int_equal(found.liking, LOY_LIKING_UNCLEAR);
    assert_true(found.share == 1 && found.lift == 1);
    found = taste_member(preferences, 1, GREY);
    assert_true(found.share == 0 && isfinite(found.lift));
    loy_preferences_close(preferences);
    taste_shop_close(&shop);
    (void)state;
}

static void shirt_offer(
    struct loy_preferences *preferences, int32_t site, bool deal, const char *article)
{
    const struct loy_version version = {
        .article = article, .brand = "", .grade = "", .category = "shirts", .kind = LOY_KIND_GOODS};
    const struct loy_offer offer = {.site = site,
        .to_us = 200 * TASTE_DAY_US,
        .list_minor = 1000,
        .selling_minor = deal ? 800 : 1000};
    assert_int_equal(loy_preferences_offer(preferences, &offer, &version), LOY_OK);
}

/* Site 1 takes no part in the deal of everywhere, site 2 has one of its own. */
static void a_site_has_its_own_deals(void **state)
{
    (void)state;
    const struct loy_profile_settings settings = {.size = sizeof(settings), .as_of_us = INT64_MAX};
    static const double offered[] = {0, 1, 0.5};
    struct loy_preferences *preferences = NULL;
    struct loy_preference deal;
    size_t table;
    assert_int_equal(loy_preferences_open(&settings, &preferences), LOY_OK);
    shirt_offer(preferences, 0, true, "A");
    shirt_offer(preferences, 1, false, "A");
    shirt_offer(preferences, 0, false, "B");
    shirt_offer(preferences, 2, true, "B");
    for (int64_t m = 1; m <= 60; m++)
        for (int64_t i = 0; i < 12; i++) {
            const struct loy_version version = {.article = i % 2 ? "A" : "B",
                .brand = "",
                .grade = "",
                .category = "shirts",
                .kind = LOY_KIND_GOODS};
            const struct loy_sale sale = {.member = m,
                .basket = m * 100 + i,
                .at_us = (10 + i) * TASTE_DAY_US,
                .site = (int32_t)(1 + (m - 1) % 3),
                .on_deal = i % 4 == 0,
                .quantity_milli = 1000,
                .list_minor = 1000,
                .paid_minor = 1000};
            assert_int_equal(loy_preferences_add(preferences, &sale, &version), LOY_OK);
        }
    assert_int_equal(loy_preferences_fit(preferences), LOY_OK);
    assert_int_equal(loy_preferences_find(preferences, "", LOY_TASTE_DEAL, &table), LOY_OK);
    for (int64_t m = 1; m <= 3; m++) {
        assert_int_equal(loy_preferences_member(preferences, table, 1, m, &deal), LOY_OK);
        assert_true(fabs(deal.offered - offered[m - 1]) < 1e-6);
    }
    loy_preferences_close(preferences);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_alpha), cmocka_unit_test(coverage),
        cmocka_unit_test(chance_says_nothing), cmocka_unit_test(out_of_stock_is_no_dislike),
        cmocka_unit_test(taste_is_found_beside_the_offer),
        cmocka_unit_test(orders_copies_and_returns), cmocka_unit_test(at_its_smallest),
        cmocka_unit_test(a_site_has_its_own_deals), cmocka_unit_test(little_data)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
