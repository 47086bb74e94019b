/* SPDX-License-Identifier: MIT
 *
 * test_price.c - histories of prices and shelves, derived from snapshots and from intervals.
 * Days are numbered from 1; a price is written a letter and a number.
 */
#include "shop.h"

#include <loyalty/shelf.h>
#include <store/store_private.h>

#include <stdlib.h>

static int64_t day_us(int day)
{
    return (int64_t)day * DAY_US;
}

static void articles_make(struct loy_store *store)
{
    const char *codes[] = {"A", "B"};
    for (size_t i = 0; i < ROWS(codes); i++) {
        struct loy_article article = {.size = sizeof article, .code = codes[i], .cost_minor = -1};
        ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
    }
}

/* "A100 B200" */
static enum loy_status shelf_put(
    struct loy_store *store, int day, const char *shelf, unsigned *gap_days)
{
    struct loy_price prices[4] = {{0}};
    char codes[4][2] = {{0}};
    size_t count = 0;
    for (const char *p = shelf; *p != '\0';) {
        char *end;
        codes[count][0] = *p;
        prices[count] = (struct loy_price){.size = sizeof prices[0], .article = codes[count]};
        prices[count].list_minor = prices[count].selling_minor = strtoll(p + 1, &end, 10);
        count++;
        p = end + (*end == ' ');
    }
    return loy_price_snapshot(store, NULL, day_us(day), prices, count, gap_days);
}

#define PRICES                                                                                     \
    "SELECT a.code || p.list_minor || ':' || (p.from_us / 86400000000) || '-' || "                 \
    "ifnull(p.to_us / 86400000000, '') FROM price p JOIN article a ON a.id = p.article "           \
    "ORDER BY a.code, p.from_us"
#define SHELF                                                                                      \
    "SELECT a.code || (s.from_us / 86400000000) || '-' || ifnull(s.to_us / 86400000000, '') "      \
    "FROM assortment s JOIN article a ON a.id = s.article ORDER BY a.code, s.from_us"

struct day {
    int day;
    const char *shelf;
    unsigned gap;
};
// clang-format off
static const struct {
    const char *what;
    struct day days[6];
    const char *prices, *shelf;
} histories[] = {
    {"one day", {{1, "A100 B200", 0}}, "A100:1- B200:1-", "A1- B1-"},
    {"unchanged extends", {{1, "A100", 0}, {2, "A100", 0}, {3, "A100", 0}}, "A100:1-", "A1-"},
    {"changed closes at the day", {{1, "A100", 0}, {2, "A90", 0}}, "A100:1-2 A90:2-", "A1-"},
    {"back to an old price", {{1, "A100", 0}, {2, "A90", 0}, {3, "A100", 0}},
        "A100:1-2 A90:2-3 A100:3-", "A1-"},
    {"missing closes both", {{1, "A100 B200", 0}, {2, "A100", 0}}, "A100:1- B200:1-2", "A1- B1-2"},
    {"missing and back", {{1, "B200", 0}, {2, "", 0}, {3, "B200", 0}}, "B200:1-2 B200:3-", "B1-2 B3-"},
    {"gap in days", {{1, "A100", 0}, {5, "A90", 3}}, "A100:1-5 A90:5-", "A1-"},
    {"same day again, same", {{1, "A100", 0}, {2, "A90", 0}, {2, "A90", 0}}, "A100:1-2 A90:2-", "A1-"},
    {"same day again, taken back", {{1, "A100", 0}, {2, "A90", 0}, {2, "A100", 0}}, "A100:1-", "A1-"},
    {"same day again, other price", {{1, "A100", 0}, {2, "A90", 0}, {2, "A80", 0}}, "A100:1-2 A80:2-", "A1-"},
    {"same day again, now there", {{1, "A100 B200", 0}, {2, "A100", 0}, {2, "A100 B200", 0}},
        "A100:1- B200:1-", "A1- B1-"},
    {"same day again, now missing", {{1, "A100", 0}, {2, "A100 B200", 0}, {2, "A100", 0}}, "A100:1-", "A1-"},
    {"first day again", {{1, "A100 B200", 0}, {1, "A90", 0}}, "A90:1-", "A1-"},
    {"same day again keeps the gap", {{1, "A100", 0}, {4, "A90", 2}, {4, "A90", 2}}, "A100:1-4 A90:4-", "A1-"},
};
// clang-format on

static void snapshots_become_intervals(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    for (size_t i = 0; i < ROWS(histories); i++) {
        shop_run(store, "DELETE FROM price");
        shop_run(store, "DELETE FROM assortment");
        shop_run(store, "DELETE FROM shelf_snapshot");
        for (const struct day *d = histories[i].days; d->day != 0; d++) {
            unsigned gap = 99;
            ASSERT_STATUS(shelf_put(store, d->day, d->shelf, &gap), LOY_OK);
            if (gap != d->gap) print_error("%s, day %d\n", histories[i].what, d->day);
            assert_int_equal(gap, d->gap);
        }
        if (strcmp(shop_rows(store, PRICES), histories[i].prices) != 0)
            print_error("%s\n", histories[i].what);
        assert_string_equal(shop_rows(store, PRICES), histories[i].prices);
        assert_string_equal(shop_rows(store, SHELF), histories[i].shelf);
    }
    shop_is_sound(store);
}

static void display_and_promotion_are_part_of_a_price(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    struct loy_price price = {.size = sizeof price, .article = "A", .list_minor = 9};
    for (int day = 1; day <= 6; day++) {
        if (day == 3) price.display = "front";
        if (day == 4) price.promotion = "P";
        if (day == 5) price.form = LOY_FORM_COUPON;
        ASSERT_STATUS(loy_price_snapshot(store, NULL, day_us(day), &price, 1, NULL), LOY_OK);
    }
    assert_string_equal(shop_rows(store, PRICES), "A9:1-3 A9:3-4 A9:4-5 A9:5-");
}

static void snapshots_that_cannot_be(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    ASSERT_STATUS(shelf_put(store, 5, "A100", NULL), LOY_OK);
    ASSERT_STATUS(shelf_put(store, 4, "A100", NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(shelf_put(store, 6, "A100 X1", NULL), LOY_E_FORMAT);
    ASSERT_STATUS(shelf_put(store, 6, "A100 A100", NULL), LOY_E_FORMAT);
    ASSERT_STATUS(shelf_put(store, 6, "A-1", NULL), LOY_E_FORMAT);
    assert_string_equal(shop_rows(store, PRICES), "A100:5-");
    // Another store's days are its own.
    struct loy_price price = {.size = sizeof price, .article = "A", .list_minor = 3};
    ASSERT_STATUS(loy_price_snapshot(store, "S2", day_us(2), &price, 1, NULL), LOY_OK);
    assert_string_equal(shop_rows(store, PRICES), "A3:2- A100:5-");
}

static void shelf_at(struct loy_store *store, int day, const char *codes)
{
    char texts[4][2] = {{0}};
    const char *list[4];
    size_t count = strlen(codes);
    for (size_t i = 0; i < count; i++) {
        texts[i][0] = codes[i];
        list[i] = texts[i];
    }
    ASSERT_STATUS(loy_assortment_snapshot(store, NULL, day_us(day), list, count, NULL), LOY_OK);
}

static void the_shelf_alone_closes_and_continues_prices(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    ASSERT_STATUS(shelf_put(store, 1, "A100 B200", NULL), LOY_OK);
    shelf_at(store, 2, "AB");
    shelf_at(store, 3, "A");
    assert_string_equal(shop_rows(store, PRICES), "A100:1- B200:1-3");
    assert_string_equal(shop_rows(store, SHELF), "A1- B1-3");
    shelf_at(store, 3, "AB"); // that day again: it had been there after all
    assert_string_equal(shop_rows(store, PRICES), "A100:1- B200:1-");
    assert_string_equal(shop_rows(store, SHELF), "A1- B1-");
    shelf_at(store, 4, "A");
    shelf_at(store, 14, "AB");
    assert_string_equal(shop_rows(store, PRICES), "A100:1- B200:1-4 B200:14-");
    assert_string_equal(shop_rows(store, SHELF), "A1- B1-4 B14-");
    // Prices of the same day settle what they are.
    ASSERT_STATUS(shelf_put(store, 14, "A100 B150", NULL), LOY_OK);
    assert_string_equal(shop_rows(store, PRICES), "A100:1- B200:1-4 B150:14-");
    assert_string_equal(shop_rows(store, SHELF), "A1- B1-4 B14-");
    shop_is_sound(store);
}

/* ---- Intervals
 * ----------------------------------------------------------------------------------- */

// clang-format off
static const struct {
    const char *what;
    struct { int from, to; int64_t minor; } puts[4];
    const char *prices;
} intervals[] = {
    {"side by side", {{1, 3, 10}, {3, 5, 20}}, "A10:1-3 A20:3-5"},
    {"open, then a later one", {{1, 0, 10}, {5, 0, 20}}, "A10:1-5 A20:5-"},
    {"the other way round", {{5, 0, 20}, {1, 0, 10}}, "A10:1-5 A20:5-"},
    {"a promotion inside", {{1, 0, 10}, {5, 7, 8}}, "A10:1-5 A8:5-7 A10:7-"},
    {"the promotion first", {{5, 7, 8}, {1, 0, 10}}, "A10:1-5 A8:5-7 A10:7-"},
    {"inside a closed one", {{1, 9, 10}, {5, 7, 8}}, "A10:1-5 A8:5-7 A10:7-9"},
    {"over the end", {{1, 6, 10}, {5, 7, 8}}, "A10:1-5 A8:5-7"},
    {"round two of them", {{2, 3, 8}, {5, 6, 9}, {1, 7, 10}}, "A10:1-2 A8:2-3 A10:3-5 A9:5-6 A10:6-7"},
    {"the same start replaces", {{1, 9, 10}, {1, 4, 20}}, "A20:1-4"},
    {"the same start, longer", {{1, 4, 10}, {6, 8, 11}, {1, 7, 20}}, "A20:1-6 A11:6-8"},
    {"the same again", {{1, 4, 10}, {1, 4, 10}}, "A10:1-4"},
};
// clang-format on

static void intervals_never_overlap(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    for (size_t i = 0; i < ROWS(intervals); i++) {
        shop_run(store, "DELETE FROM price");
        for (size_t k = 0; k < 4 && intervals[i].puts[k].from != 0; k++) {
            struct loy_price price = {.size = sizeof price,
                .article = "A",
                .from_us = day_us(intervals[i].puts[k].from),
                .to_us = day_us(intervals[i].puts[k].to),
                .list_minor = intervals[i].puts[k].minor,
                .selling_minor = intervals[i].puts[k].minor};
            ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
        }
        if (strcmp(shop_rows(store, PRICES), intervals[i].prices) != 0)
            print_error("%s\n", intervals[i].what);
        assert_string_equal(shop_rows(store, PRICES), intervals[i].prices);
    }
    shop_is_sound(store);
    shop_run(store, "INSERT INTO price SELECT article, site, from_us + 1, to_us, 7, 7, NULL, NULL "
                    "FROM price");
    shop_is_unsound(store, "two prices at one time");
}

static void intervals_that_cannot_be(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    for (int i = 0; i < 7; i++) {
        struct loy_price price = {.size = sizeof price, .article = "A", .from_us = 10, .to_us = 20};
        enum loy_status wanted = LOY_E_FORMAT;
        if (i == 0) price.article = "X";
        if (i == 1) price.to_us = 10;
        if (i == 2) price.list_minor = -1;
        if (i == 3) price.selling_minor = -1;
        if (i == 4) price.form = 99;
        if (i == 5) price.size = 0, wanted = LOY_E_ARGUMENT;
        if (i == 6) price.site = "a code of a store that is too long", wanted = LOY_E_LIMIT;
        ASSERT_STATUS(loy_price_put(store, &price), wanted);
    }
    assert_int_equal(shop_number(store, "SELECT count(*) FROM price"), 0);
}

struct offers {
    int64_t first; /* version of article A */
    char text[256];
    int stop_after, count;
};

static int offer_note(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    size_t end = strlen(offers->text);
    snprintf(offers->text + end, sizeof offers->text - end, "%d:%d-%d=%d/%d ", (int)offer->site,
        (int)(offer->from_us / DAY_US), (int)(offer->to_us / DAY_US), (int)offer->list_minor,
        (int)offer->form);
    return ++offers->count == offers->stop_after;
}

static void offers_that_overlap_a_period(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    // clang-format off
    const struct loy_price prices[] = {
        {.size = sizeof prices[0], .article = "B", .from_us = day_us(1), .list_minor = 5},
        {.size = sizeof prices[0], .article = "A", .from_us = day_us(1), .to_us = day_us(4), .list_minor = 1},
        {.size = sizeof prices[0], .article = "A", .from_us = day_us(4), .to_us = day_us(6), .list_minor = 2,
            .form = LOY_FORM_PERCENT},
        {.size = sizeof prices[0], .article = "A", .from_us = day_us(6), .list_minor = 3},
    };
    // clang-format on
    for (size_t i = 0; i < ROWS(prices); i++)
        ASSERT_STATUS(loy_price_put(store, &prices[i]), LOY_OK);
    struct offers all = {.count = 0}, some = {.count = 0}, first = {.stop_after = 1};
    ASSERT_STATUS(loy_offer_each(store, 0, INT64_MAX, offer_note, &all), LOY_OK);
    assert_string_equal(all.text, "0:1-4=1/0 0:4-6=2/1 0:6-0=3/0 0:1-0=5/0 ");
    ASSERT_STATUS(loy_offer_each(store, day_us(4), day_us(6), offer_note, &some), LOY_OK);
    assert_string_equal(some.text, "0:4-6=2/1 0:1-0=5/0 ");
    ASSERT_STATUS(loy_offer_each(store, 0, INT64_MAX, offer_note, &first), LOY_E_CANCELLED);
    assert_int_equal(first.count, 1);
}

/* "0@0:1-4 " ...: article A at site 0 from day 1 to day 4. */
static int presence_note(void *user, const struct loy_presence *presence)
{
    struct offers *offers = user;
    size_t end = strlen(offers->text);
    snprintf(offers->text + end, sizeof offers->text - end, "%d@%d:%d-%d ",
        (int)(presence->article_version - offers->first), (int)presence->site,
        (int)(presence->from_us / DAY_US), (int)(presence->to_us / DAY_US));
    return ++offers->count == offers->stop_after;
}

static void presences_that_overlap_a_period(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    const char *const both[] = {"A", "B"};
    unsigned gap;
    ASSERT_STATUS(loy_assortment_snapshot(store, NULL, day_us(1), both, 2, &gap), LOY_OK);
    ASSERT_STATUS(loy_assortment_snapshot(store, NULL, day_us(3), both + 1, 1, &gap), LOY_OK);
    ASSERT_STATUS(loy_assortment_snapshot(store, NULL, day_us(5), both, 2, &gap), LOY_OK);
    struct offers all = {.count = 0}, some = {.count = 0}, first = {.stop_after = 1};
    ASSERT_STATUS(loy_article_find(store, "A", &all.first), LOY_OK);
    some.first = all.first;
    ASSERT_STATUS(loy_presence_each(store, 0, INT64_MAX, presence_note, &all), LOY_OK);
    assert_string_equal(all.text, "0@0:1-3 0@0:5-0 1@0:1-0 ");
    ASSERT_STATUS(loy_presence_each(store, day_us(3), day_us(5), presence_note, &some), LOY_OK);
    assert_string_equal(some.text, "1@0:1-0 ");
    ASSERT_STATUS(loy_presence_each(store, 0, INT64_MAX, presence_note, &first), LOY_E_CANCELLED);
    assert_int_equal(first.count, 1);
}

static int flags_note(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    size_t end = strlen(offers->text);
    snprintf(offers->text + end, sizeof offers->text - end, "%d%d%d ", offer->promoted,
        offer->display, (int)offer->form);
    return 0;
}

/* A promotion may be named without its form. */
static void offers_say_what_is_promoted_and_displayed(void **state)
{
    struct loy_store *store = ((struct shop *)*state)->store;
    articles_make(store);
    const struct loy_price prices[] = {
        {.size = sizeof prices[0], .article = "A", .from_us = day_us(1), .list_minor = 1},
        {.size = sizeof prices[0],
            .article = "A",
            .from_us = day_us(2),
            .list_minor = 1,
            .promotion = "flyer"},
        {.size = sizeof prices[0],
            .article = "A",
            .from_us = day_us(3),
            .list_minor = 1,
            .promotion = "ten off",
            .form = LOY_FORM_PERCENT,
            .display = "front"},
    };
    for (size_t i = 0; i < ROWS(prices); i++)
        ASSERT_STATUS(loy_price_put(store, &prices[i]), LOY_OK);
    struct offers flags = {.count = 0};
    ASSERT_STATUS(loy_offer_each(store, 0, INT64_MAX, flags_note, &flags), LOY_OK);
    assert_string_equal(flags.text, "000 100 111 ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(snapshots_become_intervals),
        TEST(display_and_promotion_are_part_of_a_price),
        TEST(snapshots_that_cannot_be),
        TEST(the_shelf_alone_closes_and_continues_prices),
        TEST(intervals_never_overlap),
        TEST(intervals_that_cannot_be),
        TEST(offers_that_overlap_a_period),
        TEST(offers_say_what_is_promoted_and_displayed),
        TEST(presences_that_overlap_a_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
