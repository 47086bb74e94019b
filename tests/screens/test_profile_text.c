/* SPDX-License-Identifier: MIT
 *
 * test_profile_text.c - what a profile says in sentences: never what an estimate's standing does
 * not allow, whatever quantities there are; and pictures that are exactly so wide.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cli/profile_chart.h>
#include <cli/profile_text.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <string.h>
#include <tui/cell.h>

static const struct cli cli;
static const struct profile_run run = {.cli = &cli};

/* Low, value, high, all; of a share. */
static struct profile_item item(
    const char *name, enum loy_standing standing, double low, double value, double high, double all)
{
    return (struct profile_item){name, "Label", UNIT_SHARE,
        {.standing = (uint8_t)standing,
            .low = low,
            .value = value,
            .high = high,
            .segment_value = all,
            .reliability = .6,
            .n = 30,
            .needed = 10}};
}

static struct profile_item counted(const char *name, double value)
{
    return (struct profile_item){name, "Label", UNIT_TIMES,
        {.standing = LOY_STANDING_DESCRIPTIVE, .value = value, .low = value, .high = value}};
}

/* All sentences, a bar between them. */
static const char *said(const struct profile_item *items, size_t count, const struct loy_week *week)
{
    static char text[PROFILE_SENTENCES_MAX * PROFILE_SENTENCE_BYTES];
    static const struct loy_week few = {.standing = LOY_STANDING_FEW};
    char sentences[PROFILE_SENTENCES_MAX][PROFILE_SENTENCE_BYTES];
    size_t made = profile_sentences(&run, items, count, week ? week : &few, sentences);
    text[0] = '\0';
    for (size_t i = 0; i < made; i++)
        strcat(strcat(text, i ? "|" : ""), sentences[i]);
    return text;
}

static void the_rhythm(void **state)
{
    (void)state;
    static const struct {
        double days, times;
        enum loy_standing standing;
        const char *text;
    } rows[] = {
        {8, 30, LOY_STANDING_OWN, "Buys about every 12 days; last seen 8 days ago."},
        {8, 30, LOY_STANDING_FEW, "Bought on 30 days of the last 365; last seen 8 days ago."},
        {0, 30, LOY_STANDING_FEW, "Bought on 30 days of the last 365; last seen today."},
        {1, 30, LOY_STANDING_FEW, "Bought on 30 days of the last 365; last seen yesterday."},
        {400, 0, LOY_STANDING_FEW, "Bought nothing in the last 365 days; last seen 400 days ago."},
        {NAN, 0, LOY_STANDING_FEW, "Has bought nothing yet."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct profile_item items[] = {counted("recency_days", rows[i].days),
            counted("frequency_365d", rows[i].times),
            item("regular_interval_days", rows[i].standing, 10, 12, 15, 12)};
        const char *text = said(items, 3, NULL);
        assert_memory_equal(text, rows[i].text, strlen(rows[i].text));
        assert_int_equal(text[strlen(rows[i].text)], '|');
    }
    struct profile_item sample[] = {counted("recency_days", 3)};
    sample[0].estimate.standing = LOY_STANDING_NOT_CLAIMED;
    assert_non_null(strstr(said(sample, 1, NULL), "not claimed"));
    assert_null(strstr(said(sample, 1, NULL), "3"));
    /* Of who never bought it is the others' day that is there. */
    sample[0].estimate.standing = LOY_STANDING_FEW;
    assert_non_null(strstr(said(sample, 1, NULL), "Has bought nothing yet."));
}

/* A difference is said of the member's own value only, and only where the interval leaves the
 * others' out. */
static void differences(void **state)
{
    (void)state;
    static const struct {
        enum loy_standing standing;
        double low, high;
        const char *text;
    } rows[] = {
        {LOY_STANDING_OWN, .5, .7,
            "Takes more deals than other members do (0.62 of the lines; all: 0.40)."},
        {LOY_STANDING_OWN, .1, .3,
            "Takes fewer deals than other members do (0.62 of the lines; all: 0.40)."},
        {LOY_STANDING_WEAK, .5, .7,
            "Takes more deals than other members do (0.62 of the lines; all: 0.40). The evidence "
            "is "
            "weak."},
        {LOY_STANDING_OWN, .3, .7, "Nothing sets this member apart from the others so far."},
        {LOY_STANDING_FEW, .5, .7,
            "There are too few purchases yet to compare with other members."},
        {LOY_STANDING_DESCRIPTIVE, .5, .7,
            "There are too few purchases yet to compare with other members."},
        {LOY_STANDING_NOT_CLAIMED, .5, .7,
            "There are too few purchases yet to compare with other members."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct profile_item items[] = {counted("recency_days", 8), counted("frequency_365d", 30),
            item("deal_share", rows[i].standing, rows[i].low, .62, rows[i].high, .4)};
        assert_string_equal(strchr(said(items, 3, NULL), '|') + 1, rows[i].text);
    }
    struct profile_item none[] = {counted("recency_days", 8), counted("frequency_365d", 30),
        item("deal_share", LOY_STANDING_OWN, .5, .6, .7, NAN)};
    assert_null(strstr(said(none, 3, NULL), "Takes"));
}

/* What nobody wrote a sentence for has one all the same; three of the surest at most. */
static void any_quantity_is_said(void **state)
{
    (void)state;
    struct profile_item items[] = {counted("recency_days", 8),
        item("later_added", LOY_STANDING_OWN, .5, .62, .7, .4),
        item("another", LOY_STANDING_OWN, .1, .2, .3, .4),
        item("price_tier_paid", LOY_STANDING_OWN, .5, .62, .7, .4),
        item("deal_share", LOY_STANDING_OWN, .5, .62, .7, .4),
        item("own_brand_share", LOY_STANDING_OWN, .5, .62, .7, .4)};
    items[5].estimate.reliability = .5;
    items[4].estimate.reliability = .9;
    const char *text = said(items, 6, NULL);
    assert_string_equal(strchr(text, '|') + 1,
        "Takes more deals than other members do (0.62 of the lines; all: 0.40).|"
        "Label: above other members (0.62; all: 0.40).|"
        "Label: below other members (0.20; all: 0.40).");
}

static void hours(void **state)
{
    (void)state;
    struct profile_item items[] = {counted("recency_days", 8)};
    struct loy_week week = {.standing = LOY_STANDING_OWN};
    for (size_t i = 0; i < 8; i++) {
        week.part_share[i] = week.part_store[i] = .125;
        week.part_low[i] = .1;
    }
    assert_null(strstr(said(items, 1, &week), "Comes"));
    week.part_share[2] = .3, week.part_low[2] = .2;
    week.part_share[5] = .4, week.part_low[5] = .13;
    assert_non_null(strstr(said(items, 1, &week),
        "Comes Sat-Sun 6-12 h more than others do (0.40 of the baskets; the store: 0.12)."));
    week.standing = LOY_STANDING_FEW;
    assert_null(strstr(said(items, 1, &week), "Comes"));
}

/* ---- Pictures -----------------------------------------------------------------------------------
 */

static void intervals(void **state)
{
    (void)state;
    static const struct {
        struct chart_interval interval;
        const char *ascii;
    } rows[] = {
        {{.2, .3, .4, .8, 1}, "..=O=...|."},
        {{.2, .3, .4, .35, 1}, "..=O=....."}, /* the member's own mark stands above the others' */
        {{0, .5, 1, 0, 1}, "|====O===="},
        {{.5, .5, .5, .5, 1}, ".....O...."},
        {{1, 1, 1, 1, 1}, ".........O"},
        {{2, 3, 4, 5, 1}, ".........O"},
        {{NAN, NAN, NAN, .5, 1}, ".....|...."},
        {{NAN, NAN, NAN, NAN, NAN}, ".........."},
        {{-1, .5, .6, .2, 1}, "..|..O...."},
    };
    char text[CHART_BYTES];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        chart_interval(true, &rows[i].interval, 10, text);
        assert_string_equal(text, rows[i].ascii);
        chart_interval(false, &rows[i].interval, 10, text);
        assert_int_equal(cell_width(&(struct cell_rules){0}, text), 10);
    }
    chart_interval(false, &rows[0].interval, 10, text);
    assert_string_equal(text, "··━●━···┃·");
}

static void bars_and_shades(void **state)
{
    (void)state;
    char text[CHART_BYTES];
    static const struct {
        double value;
        const char *block, *ascii;
    } bars[] = {{0, "", ""}, {NAN, "", ""}, {-1, "", ""}, {.0001, "▏", "#"}, {.5, "██", "##"},
        {.53, "██▏", "##"}, {1, "████", "####"}, {7, "████", "####"}};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        chart_bar(false, bars[i].value, 1, 4, text);
        assert_string_equal(text, bars[i].block);
        chart_bar(true, bars[i].value, 1, 4, text);
        assert_string_equal(text, bars[i].ascii);
    }
    const double values[] = {0, .05, .1, .3, .6, .9, NAN};
    chart_shades(false, values, 7, 1, 1, text);
    assert_string_equal(text, "  ░▒▓█ ");
    chart_shades(true, values, 7, 1, 2, text);
    assert_string_equal(text, "    ..::++##  ");
    chart_shades(true, values, 7, 0, 1, text);
    assert_string_equal(text, "       ");
    static const double ends[][2] = {{0, 1}, {NAN, 1}, {INFINITY, 1}, {1, 1}, {1.01, 2}, {2, 2},
        {4, 5}, {5.1, 10}, {999, 1000}, {1001, 2000}, {.03, .05}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        assert_true(fabs(chart_end(ends[i][0]) - ends[i][1]) < 1e-12);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rhythm),
        cmocka_unit_test(differences),
        cmocka_unit_test(any_quantity_is_said),
        cmocka_unit_test(hours),
        cmocka_unit_test(intervals),
        cmocka_unit_test(bars_and_shades),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
