/* SPDX-License-Identifier: MIT
 *
 * occasion_visits_test.c - baskets as visits to a category's shelf: whose, what stood there,
 * whether anything of it was bought, and the habit of who came.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <profile/assortment_private.h>
#include <profile/occasion_private.h>

#include <string.h>

#define DAY INT64_C(86400000000)

enum { ASH, BIRCH, SOAP, ITEMS };
static const char *const codes[ITEMS] = {"a", "b", "s"}, *const brands[] = {"Ash", "Birch", "Soap"};

struct line {
    int64_t member, basket;
    int day, item, quantity, returned;
};

static struct loy_version version_of(int item)
{
    return (struct loy_version){.article = codes[item],
        .brand = brands[item],
        .manufacturer = "",
        .category = item == SOAP ? "Soap" : "Tea",
        .style = "",
        .season = "",
        .grade = "",
        .colour = "",
        .size_text = "",
        .kind = LOY_KIND_GOODS};
}

static void price_add(struct loy_occasions *occasions, int item, int from, int to, int64_t minor)
{
    const struct loy_version version = version_of(item);
    const struct loy_offer offer = {.from_us = from * DAY,
        .to_us = to * DAY,
        .list_minor = minor,
        .selling_minor = minor,
        .article_version = item + 1,
        .site = 1};
    assert_int_equal(loy_occasions_add_offer(occasions, &offer, &version), LOY_OK);
}

static void line_add(struct loy_occasions *occasions, const struct line *line)
{
    const struct loy_version version = version_of(line->item);
    const struct loy_sale sale = {.basket = line->basket,
        .member = line->member,
        .at_us = line->day * DAY,
        .site = 1,
        .article_version = line->item + 1,
        .quantity_milli = line->quantity,
        .returned_milli = line->returned,
        .list_minor = 100,
        .paid_minor = 100,
        .is_return = line->quantity < 0};
    assert_int_equal(loy_occasions_add_sale(occasions, &sale, &version), LOY_OK);
}

/* Twenty members who buy both in turn make a category; those of whom a test speaks come behind. */
static struct loy_visits *visits_of(const struct line *lines, size_t count, bool backwards)
{
    const struct loy_occasion_settings settings = {
        .size = sizeof settings, .category = "Tea", .unit_minor = 100, .visits = true};
    struct loy_occasions *occasions = NULL;
    struct loy_choice_settings shape;
    struct loy_visits *visits = NULL;
    uint8_t problem = 0;
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_OK);
    for (int day = 0; day < 100; day += 10) {
        price_add(occasions, ASH, day, day + 10, day % 20 ? 200 : 300);
        if (day < 90) price_add(occasions, BIRCH, day, day + 10, day % 30 ? 250 : 220);
        price_add(occasions, SOAP, day, day + 10, 100);
    }
    for (int member = 1; member <= 20; member++)
        for (int i = 0; i < 4; i++) {
            const struct line line = {member, member * 10 + i, 1 + i * 10, i % 2, 1000, 0};
            line_add(occasions, &line);
        }
    for (size_t i = 0; i < count; i++)
        line_add(occasions, &lines[backwards ? count - 1 - i : i]);
    assert_int_equal(loy_occasions_build(occasions, &problem), LOY_OK);
    loy_occasions_settings(occasions, &shape);
    assert_int_equal(loy_visits_open(&shape, &visits), LOY_OK);
    assert_int_equal(loy_occasions_fill_visits(occasions, visits), LOY_OK);
    loy_occasions_close(occasions);
    return visits;
}

/* "BUYS:alternatives on offer, with a star behind whoever the habit is", a word per visit. */
static void visits_write(const struct loy_visits *visits, int64_t member, char *text)
{
    const struct loy_choice *shelves = visits->shelves;
    size_t width = shelves->settings.attributes;
    *text = '\0';
    for (size_t i = 0; i < shelves->occasion_count; i++) {
        const struct choice_occasion *occasion = &shelves->occasions[i];
        if (occasion->member != member) continue;
        strcat(text, visits->bought[i] ? " yes:" : " no:");
        for (size_t o = occasion->first; o < occasion->first + occasion->offers; o++) {
            strcat(text, shelves->alternatives[o] ? "B" : "A");
            if (shelves->attributes[o * width + width - 1] > 0) strcat(text, "*");
        }
    }
}

static void baskets_are_visits(void **state)
{
    (void)state;
    // clang-format off
    static const struct line lines[] = {
        {30, 300, 5, SOAP, 1000, 0},                              /* nothing yet is habit */
        {30, 301, 6, ASH, 1000, 0}, {30, 301, 6, SOAP, 1000, 0},  /* one visit */
        {30, 302, 7, SOAP, 1000, 0},
        {30, 303, 8, ASH, 1000, 0}, {30, 303, 8, BIRCH, 2000, 0}, /* both: one visit */
        {30, 304, 9, SOAP, 1000, 0},
        {30, 305, 12, BIRCH, 1000, 1000}, {30, 305, 12, SOAP, 1000, 0}, /* came back: not bought */
        {30, 306, 13, SOAP, -1000, 0},                            /* a return is no visit */
        {30, 307, 95, SOAP, 1000, 0},                             /* Birch has left the shelf */
        {30, 308, 96, BIRCH, 1000, 0},                            /* sold without a price: unknown */
        {30, 309, 120, SOAP, 1000, 0},                            /* nothing on the shelf */
        {32, 321, 5, BIRCH, 1000, 0}, {32, 320, 5, ASH, 1000, 0}, /* two baskets of one moment */
        {32, 322, 6, SOAP, 1000, 0},
        {33, 330, 5, SOAP, 1000, 0}, {33, 331, 5, ASH, 1000, 0},  /* nor is there an order of these */
        {34, 341, 5, SOAP, 1000, 0}, {34, 340, 5, ASH, 1000, 0},
        {31, 310, 5, SOAP, 1000, 0},                              /* never bought of it: no member */
        {0, 311, 5, SOAP, 1000, 0},                               /* nobody */
    };
    // clang-format on
    for (int backwards = 0; backwards < 2; backwards++) {
        struct loy_visits *visits =
            visits_of(lines, sizeof lines / sizeof lines[0], backwards == 1);
        char text[512];
        visits_write(visits, 30, text);
        assert_string_equal(text, " no:AB yes:AB no:A*B yes:A*B no:A*B* no:A*B* no:A*");
        visits_write(visits, 32, text);
        assert_string_equal(text, " yes:AB yes:AB no:A*B*");
        visits_write(visits, 33, text);
        assert_string_equal(text, " yes:AB no:AB");
        visits_write(visits, 34, text);
        assert_string_equal(text, " yes:AB no:AB");
        visits_write(visits, 31, text);
        assert_string_equal(text, "");
        visits_write(visits, 0, text);
        assert_string_equal(text, "");
        visits_write(visits, 1, text);
        assert_string_equal(text, " yes:AB yes:A*B yes:AB* yes:A*B");
        loy_visits_close(visits);
    }
}

static void none_unless_asked(void **state)
{
    (void)state;
    const struct loy_occasion_settings settings = {
        .size = sizeof settings, .category = "Tea", .unit_minor = 100};
    struct loy_occasions *occasions = NULL;
    assert_int_equal(loy_occasions_open(&settings, &occasions), LOY_OK);
    const struct line line = {30, 300, 5, SOAP, 1000, 0};
    line_add(occasions, &line);
    assert_int_equal(occasions->visit_count, 0);
    loy_occasions_close(occasions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baskets_are_visits),
        cmocka_unit_test(none_unless_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
