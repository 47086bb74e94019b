/* SPDX-License-Identifier: MIT
 *
 * taste_shop.c - the made-up shop behind taste_shop.h. In: lines. Out: preferences through the
 * public functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "taste_shop.h"

#include <stdlib.h>
#include <string.h>

#define GREY 2u
#define DAYS 400

static const uint8_t families[TASTE_COLOURS] = {
    LOY_COLOUR_BLACK, LOY_COLOUR_WHITE, LOY_COLOUR_GREY};
static const char *const codes[TASTE_COLOURS] = {"a-black", "b-white", "c-grey"};

void taste_shop_close(struct taste_shop *shop)
{
    free(shop->lines);
    *shop = (struct taste_shop){0};
}

void taste_shop_sell(struct taste_shop *shop, int64_t member, int64_t day, uint8_t colour)
{
    if (shop->count == shop->capacity) {
        shop->capacity = shop->capacity ? 2 * shop->capacity : 256;
        shop->lines = realloc(shop->lines, shop->capacity * sizeof(*shop->lines));
        assert_non_null(shop->lines);
    }
    shop->lines[shop->count++] =
        (struct taste_line){.member = member, .day = day, .colour = colour};
}

void taste_draw(struct numeric_random *random, const double *alpha, double shares[TASTE_COLOURS])
{
    double sum = 0;
    for (size_t b = 0; b < TASTE_COLOURS; b++)
        sum += shares[b] = numeric_random_gamma(random, alpha[b]);
    for (size_t b = 0; b < TASTE_COLOURS; b++)
        shares[b] /= sum;
}

static bool is_there(const struct taste_shop *shop, size_t colour, int64_t day)
{
    return colour != GREY || day < shop->out_from || day >= shop->out_to;
}

uint8_t taste_choose(
    const struct taste_shop *shop, struct numeric_random *random, const double *shares, int64_t day)
{
    double sum = 0;
    for (size_t b = 0; b < TASTE_COLOURS; b++)
        sum += is_there(shop, b, day) ? shares[b] : 0;
    double at = numeric_random_uniform(random) * sum;
    for (size_t b = 0; b < TASTE_COLOURS; b++) {
        if (!is_there(shop, b, day)) continue;
        at -= shares[b];
        if (at <= 0) return (uint8_t)b;
    }
    return 0;
}

static struct loy_version version_of(size_t colour)
{
    return (struct loy_version){.article = codes[colour],
        .brand = "",
        .grade = "",
        .category = "shirts",
        .colour_family = families[colour],
        .kind = LOY_KIND_GOODS};
}

static void add_offer(struct loy_preferences *preferences, size_t colour, int64_t from, int64_t to)
{
    const struct loy_offer offer = {.from_us = from * TASTE_DAY_US,
        .to_us = to * TASTE_DAY_US,
        .list_minor = 1000,
        .selling_minor = 1000};
    const struct loy_version version = version_of(colour);
    if (from < to) assert_int_equal(loy_preferences_offer(preferences, &offer, &version), LOY_OK);
}

static void add_line(
    struct loy_preferences *preferences, const struct taste_line *line, int64_t copy)
{
    const struct loy_sale sale = {.member = line->member * 100 + copy,
        .basket = line->day,
        .at_us = line->day * TASTE_DAY_US + TASTE_DAY_US / 2,
        .site = 1,
        .quantity_milli = 1000,
        .returned_milli = line->returned_milli,
        .list_minor = 1000,
        .paid_minor = 1000};
    const struct loy_version version = version_of(line->colour);
    assert_int_equal(loy_preferences_add(preferences, &sale, &version), LOY_OK);
}

struct loy_preferences *taste_fit(const struct taste_shop *shop, bool backwards, int64_t times)
{
    const struct loy_profile_settings settings = {.size = sizeof(settings), .as_of_us = INT64_MAX};
    struct loy_preferences *preferences = NULL;
    assert_int_equal(loy_preferences_open(&settings, &preferences), LOY_OK);
    for (int64_t copy = 0; copy < times; copy++)
        for (size_t i = 0; i < shop->count; i++)
            add_line(preferences, &shop->lines[backwards ? shop->count - 1 - i : i], copy);
    for (size_t b = 0; b < TASTE_COLOURS && shop->offers; b++) {
        add_offer(preferences, b, 0, b == GREY ? shop->out_from : DAYS);
        if (b == GREY) add_offer(preferences, b, shop->out_to, DAYS);
    }
    assert_int_equal(loy_preferences_fit(preferences), LOY_OK);
    return preferences;
}

size_t taste_table(const struct loy_preferences *preferences, struct loy_preference_table *table)
{
    size_t number;
    assert_int_equal(loy_preferences_find(preferences, "", LOY_TASTE_COLOUR, &number), LOY_OK);
    assert_int_equal(loy_preferences_table(preferences, number, table), LOY_OK);
    return number;
}

size_t taste_value(const struct loy_preferences *preferences, size_t table, uint8_t colour)
{
    struct loy_preference_value value;
    for (size_t v = 0; loy_preferences_value(preferences, table, v, &value) == LOY_OK; v++)
        if (strcmp(value.name, loy_colour_name(families[colour])) == 0) return v;
    fail_msg("no %s in the table", codes[colour]);
    return 0;
}

struct loy_preference taste_member(
    const struct loy_preferences *preferences, int64_t member, uint8_t colour)
{
    struct loy_preference_table table;
    struct loy_preference found;
    size_t number = taste_table(preferences, &table);
    assert_int_equal(loy_preferences_member(preferences, number,
                         taste_value(preferences, number, colour), member * 100, &found),
        LOY_OK);
    return found;
}
