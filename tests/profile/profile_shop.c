/* SPDX-License-Identifier: MIT
 *
 * profile_shop.c - a small made-up shop for the tests of profile/.
 * In: lines. Out: populations and profiles through the public functions only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_shop.h"

#include <stdlib.h>

struct shop shop_open(void)
{
    struct shop shop = {.settings = {.size = sizeof(struct loy_profile_settings),
                            .as_of_us = SHOP_AS_OF_DAY * SHOP_DAY_US + 23 * SHOP_HOUR_US}};
    return shop;
}

void shop_close(struct shop *shop)
{
    free(shop->lines);
    *shop = (struct shop){0};
}

struct shop_line *shop_sell(
    struct shop *shop, int64_t member, int64_t basket, int day, int64_t paid_minor)
{
    if (shop->count == shop->capacity) {
        shop->capacity = shop->capacity ? 2 * shop->capacity : 64;
        shop->lines = realloc(shop->lines, shop->capacity * sizeof(*shop->lines));
        assert_non_null(shop->lines);
    }
    struct shop_line *line = &shop->lines[shop->count++];
    *line = (struct shop_line){.sale = {.basket = basket,
                                   .member = member,
                                   .at_us = day * SHOP_DAY_US + 12 * SHOP_HOUR_US,
                                   .article_version = 1,
                                   .quantity_milli = 1000,
                                   .list_minor = paid_minor,
                                   .paid_minor = paid_minor},
        .version = {.article = "a", .kind = LOY_KIND_GOODS, .category = "shirts"}};
    return line;
}

struct loy_population *shop_population(const struct shop *shop, bool backwards)
{
    struct loy_population *population = NULL;
    assert_int_equal(loy_population_open(&shop->settings, &population), LOY_OK);
    for (size_t i = 0; i < shop->count; i++) {
        const struct shop_line *line = &shop->lines[backwards ? shop->count - 1 - i : i];
        assert_int_equal(loy_population_add(population, &line->sale, &line->version), LOY_OK);
    }
    assert_int_equal(loy_population_fit(population), LOY_OK);
    return population;
}

struct loy_profile *shop_profile(
    const struct shop *shop, const struct loy_population *population, int64_t member)
{
    struct loy_profile *profile = NULL;
    assert_int_equal(loy_profile_open(population, &profile), LOY_OK);
    for (size_t i = 0; i < shop->count; i++) {
        const struct shop_line *line = &shop->lines[i];
        if (line->sale.member != member) continue;
        assert_int_equal(loy_profile_add(profile, &line->sale, &line->version), LOY_OK);
    }
    return profile;
}

struct loy_estimate shop_estimate(const struct shop *shop, const struct loy_population *population,
    int64_t member, enum loy_quantity quantity)
{
    struct loy_estimate estimate;
    struct loy_profile *profile = shop_profile(shop, population, member);
    assert_int_equal(loy_profile_estimate(profile, quantity, &estimate), LOY_OK);
    loy_profile_close(profile);
    return estimate;
}
