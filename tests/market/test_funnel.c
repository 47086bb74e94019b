/* SPDX-License-Identifier: MIT
 *
 * test_funnel.c - the customer funnel on made-up shops whose members were put into each class by
 * hand: exact counts, what is withheld, any order of rows, complements found and none invented.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "market/funnel_private.h"

#define DAY_US INT64_C(86400000000)
#define EVENTS_MAX 8192

/* A sale or a sign: kind 0 is a sale. */
struct event {
    int64_t member;
    int kind, day;
    const char *category, *brand, *grade;
    bool deal;
};

static struct event events[EVENTS_MAX];
static size_t event_count;

static void happens(const struct event *event)
{
    assert_true(event_count < EVENTS_MAX);
    events[event_count++] = *event;
}

static void buys(int64_t member, const char *category, const char *grade, bool deal, int day)
{
    happens(&(struct event){member, 0, day, category, "Wren", grade, deal});
}

static void shows(int64_t member, enum loy_intent_kind kind, const char *category)
{
    happens(&(struct event){member, kind, 3, category, "Wren", "2 good", false});
}

static void event_add(struct loy_funnel *funnel, const struct event *event)
{
    const struct loy_version version = {
        .article = "a", .category = event->category, .brand = event->brand, .grade = event->grade};
    const struct loy_sale sale = {.member = event->member,
        .at_us = FIXTURE_FROM_US + event->day * DAY_US,
        .quantity_milli = 1000,
        .list_minor = 100,
        .paid_minor = 100,
        .on_deal = event->deal};
    const bool coupon = event->kind == LOY_INTENT_COUPON;
    const struct loy_intent intent = {.member = event->member,
        .kind = (uint8_t)event->kind,
        .at_us = sale.at_us,
        .article_version = coupon ? 0 : 1,
        .scope = coupon ? LOY_SCOPE_CATEGORY : 0,
        .target = coupon ? event->category : NULL};
    assert_int_equal(event->kind == 0
                         ? loy_funnel_add_sale(funnel, &sale, &version)
                         : loy_funnel_add_intent(funnel, &intent, coupon ? NULL : &version),
        LOY_OK);
}

static struct loy_funnel *counted(const struct loy_funnel_settings *settings)
{
    struct loy_funnel_settings all = {
        .size = sizeof all, .level = LOY_FUNNEL_OF_CATEGORY, .complements = true};
    struct loy_funnel *funnel = NULL;
    assert_int_equal(loy_funnel_open(settings ? settings : &all, &funnel), LOY_OK);
    for (size_t i = 0; i < event_count; i++)
        event_add(funnel, &events[i]);
    assert_int_equal(loy_funnel_seal(funnel), LOY_OK);
    return funnel;
}

/* "prospect key potential lacking weak strong: complements", "-" what is withheld. */
static const char *row_text(const struct loy_funnel *funnel, const char *name)
{
    static char text[512];
    struct loy_funnel_row row = {.size = sizeof row};
    struct loy_funnel_complement one = {.size = sizeof one};
    size_t index = 0, end = 0;
    while (loy_funnel_row_get(funnel, index, &row) == LOY_OK && strcmp(row.name, name) != 0)
        index++;
    if (loy_funnel_row_get(funnel, index, &row) != LOY_OK) return "none";
    for (int i = 1; i < loy_funnel_class_count; i++)
        end += (size_t)(row.counts[i].told ? snprintf(text + end, sizeof text - end, "%lld ",
                                                 (long long)row.counts[i].members)
                                           : snprintf(text + end, sizeof text - end, "- "));
    for (size_t i = 0; loy_funnel_complement_get(funnel, index, i, &one) == LOY_OK; i++)
        end += (size_t)snprintf(text + end, sizeof text - end, "%s%s %lld %.4f %.4f", i ? ", " : "",
            one.name, (long long)one.members, one.lift, one.z);
    return text;
}

#define ASSERT_BEGINS(text, begin)                                                                 \
    do {                                                                                           \
        const char *got_ = text;                                                                   \
        if (strncmp(got_, begin, strlen(begin)) != 0) fail_msg("\"%s\", not \"%s\"", got_, begin); \
    } while (0)

/* 200 members who buy half of the things of everyday life, and of them:
 * 25 coffee of a middle grade at list price, one of three of these also on deal; 20 only on deal;
 * 15 only the low grade: 60 buyers, of whom 50 buy filters too; 12 who left coffee at the total, 11
 * in a suspended basket, 13 who showed a coupon, 10 who took it back before the total; and 30
 * others who buy filters, 15 of them on three days. */
static void shop_make(void)
{
    static const char *const everyday[] = {"bread", "milk", "eggs", "soap", "rice", "salt"};
    uint64_t seed = 3;
    event_count = 0;
    for (int m = 1; m <= 200; m++)
        for (int i = 0; i < 6; i++)
            if (i == m % 6 || fixture_uniform(&seed) < .5) buys(m, everyday[i], "", false, 1);
    for (int m = 1; m <= 60; m++) {
        bool deal = m > 25 && m <= 45;
        buys(m, "coffee", m > 45 ? "1 basic" : "2 good", deal, 1);
        buys(m, "coffee", m > 45 ? "1 basic" : "3 best", deal || m % 3 == 0, 2);
        if (m <= 50) buys(m, "filter", "", false, 1);
    }
    for (int m = 61; m <= 72; m++)
        shows(m, LOY_INTENT_AT_TOTAL, "coffee");
    for (int m = 73; m <= 83; m++)
        shows(m, LOY_INTENT_SUSPENDED, "coffee");
    for (int m = 84; m <= 96; m++)
        shows(m, LOY_INTENT_COUPON, "coffee");
    for (int m = 97; m <= 106; m++)
        shows(m, LOY_INTENT_TAKEN_BACK, "coffee");
    for (int m = 111; m <= 140; m++)
        for (int day = 1; day <= (m <= 125 ? 3 : 1); day++)
            buys(m, "filter", "", false, day);
}

static void each_member_is_in_one_class(void **state)
{
    (void)state;
    shop_make();
    struct loy_funnel *funnel = counted(NULL);
    assert_int_equal(loy_funnel_members(funnel), 200);
    ASSERT_BEGINS(row_text(funnel, "coffee"), "30 15 23 23 35 25 filter 50 ");
    assert_null(strchr(row_text(funnel, "coffee"), ','));
    loy_funnel_close(funnel);
}

/* Who buys is no longer lacking or potential, whatever he took back. */
static void the_farthest_class_holds(void **state)
{
    (void)state;
    shop_make();
    for (int m = 1; m <= 200; m++) {
        if (m <= 83) shows(m, LOY_INTENT_TAKEN_BACK, "coffee");
        if (m <= 60) shows(m, LOY_INTENT_AT_TOTAL, "coffee");
        if (m > 60 && m <= 106) buys(m, "filter", "", false, 5);
    }
    struct loy_funnel *funnel = counted(NULL);
    ASSERT_BEGINS(row_text(funnel, "coffee"), "30 15 23 23 35 25 ");
    loy_funnel_close(funnel);
}

static void no_order_of_rows_matters(void **state)
{
    (void)state;
    uint64_t seed = 7;
    char before[512];
    shop_make();
    struct loy_funnel *funnel = counted(NULL);
    snprintf(before, sizeof before, "%s", row_text(funnel, "coffee"));
    loy_funnel_close(funnel);
    for (size_t i = event_count; i > 1; i--) {
        size_t other = (size_t)(fixture_random(&seed) % i);
        struct event event = events[i - 1];
        events[i - 1] = events[other];
        events[other] = event;
    }
    size_t once = event_count;
    for (size_t i = 0; i < once; i++)
        happens(&events[i]);
    funnel = counted(NULL);
    assert_string_equal(row_text(funnel, "coffee"), before);
    loy_funnel_close(funnel);
}

/* Returned whole, a deposit, a line of nobody: none of them is a purchase. */
static void what_is_no_purchase(void **state)
{
    (void)state;
    struct loy_funnel_settings settings = {
        .size = sizeof settings, .level = LOY_FUNNEL_OF_CATEGORY, .complements = true};
    struct loy_funnel *funnel = NULL;
    shop_make();
    assert_int_equal(loy_funnel_open(&settings, &funnel), LOY_OK);
    for (size_t i = 0; i < event_count; i++)
        event_add(funnel, &events[i]);
    for (int m = 61; m <= 200; m++) {
        struct loy_version version = {.article = "a", .category = "coffee", .grade = "2 good"};
        struct loy_sale sale = {
            .member = m, .quantity_milli = 1000, .returned_milli = 1000, .paid_minor = 100};
        assert_int_equal(loy_funnel_add_sale(funnel, &sale, &version), LOY_OK);
        sale = (struct loy_sale){.member = m, .quantity_milli = -1000, .is_return = true};
        assert_int_equal(loy_funnel_add_sale(funnel, &sale, &version), LOY_OK);
        sale = (struct loy_sale){.member = 0, .quantity_milli = 1000};
        assert_int_equal(loy_funnel_add_sale(funnel, &sale, &version), LOY_OK);
        version.kind = LOY_KIND_DEPOSIT;
        sale.member = m;
        assert_int_equal(loy_funnel_add_sale(funnel, &sale, &version), LOY_OK);
    }
    assert_int_equal(loy_funnel_seal(funnel), LOY_OK);
    ASSERT_BEGINS(row_text(funnel, "coffee"), "30 15 23 23 35 25 filter 50 ");
    loy_funnel_close(funnel);
}

/* With one grade, or none, there is no low one; of four the first is. */
static void which_grade_is_low(void **state)
{
    (void)state;
    static const struct {
        const char *grades[4], *row;
    } cases[] = {
        {{"", "", "", ""}, "0 0 0 0 0 40 "},
        {{"1 basic", "1 basic", "", ""}, "0 0 0 0 0 40 "},
        {{"2 good", "1 basic", "2 good", "1 basic"}, "0 0 0 0 20 20 "},
        {{"2 good", "10 best", "3 fine", "11 top"}, "0 0 0 0 10 30 "},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        event_count = 0;
        for (int m = 1; m <= 40; m++)
            buys(m, "coffee", cases[c].grades[m % 4], false, 1);
        struct loy_funnel *funnel = counted(NULL);
        ASSERT_BEGINS(row_text(funnel, "coffee"), cases[c].row);
        loy_funnel_close(funnel);
    }
}

/* Of a brand: who buys its category from elsewhere is a prospect. */
static void a_brand_has_a_home(void **state)
{
    (void)state;
    event_count = 0;
    for (int m = 1; m <= 60; m++)
        happens(&(struct event){m, 0, m % 3, "coffee", m <= 20 ? "Lark" : "Wren", "", m > 10});
    happens(&(struct event){7, 0, 1, "coffee", "Wren", "", false});
    happens(&(struct event){70, LOY_INTENT_TAKEN_BACK, 1, "coffee", "Wren", "", false});
    struct loy_funnel_settings settings = {
        .size = sizeof settings, .level = LOY_FUNNEL_OF_BRAND, .only = "Lark"};
    struct loy_funnel *funnel = counted(&settings);
    assert_int_equal(loy_funnel_members(funnel), 61);
    ASSERT_BEGINS(row_text(funnel, "Lark"), "40 0 0 0 10 10 ");
    assert_string_equal(row_text(funnel, "coffee"), "none");
    loy_funnel_close(funnel);
    settings.only = "Finch";
    funnel = counted(&settings);
    assert_string_equal(row_text(funnel, "Finch"), "none");
    loy_funnel_close(funnel);
}

/* ---- What is withheld ---------------------------------------------------------------------------
 */

static void few_are_withheld_and_what_gives_them_away(void **state)
{
    (void)state;
    static const struct {
        int64_t counts[loy_funnel_class_count];
        const char *told;
    } cases[] = {
        /* prospect, key, potential, lacking, weak, strong */
        {{0, 20, 10, 10, 10, 10, 10}, "111111"},
        {{0, 20, 10, 9, 1, 10, 10}, "110011"},
        {{0, 0, 0, 0, 0, 0, 0}, "111111"},
        {{0, 30, 9, 0, 0, 0, 0}, "101111"},  /* few keys */
        {{0, 30, 25, 0, 0, 0, 0}, "101111"}, /* few others */
        {{0, 30, 30, 0, 0, 0, 0}, "111111"},
        {{0, 9, 0, 0, 0, 0, 0}, "001111"},
        {{0, 0, 0, 0, 0, 9, 50}, "111100"}, /* all buyers are known elsewhere */
        {{0, 0, 0, 0, 0, 50, 9}, "111100"},
        {{0, 0, 0, 0, 0, 0, 50}, "111111"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct funnel_row row = {0};
        char told[loy_funnel_class_count] = "";
        for (int i = 1; i < loy_funnel_class_count; i++)
            row.counts[i].members = cases[c].counts[i];
        funnel_row_withhold(&row, 10);
        for (int i = 1; i < loy_funnel_class_count; i++) {
            told[i - 1] = row.counts[i].told ? '1' : '0';
            assert_int_equal(row.counts[i].members, row.counts[i].told ? cases[c].counts[i] : 0);
        }
        assert_string_equal(told, cases[c].told);
    }
}

static void nine_members_are_no_shop(void **state)
{
    (void)state;
    struct loy_funnel_row row = {.size = sizeof row};
    for (int members = 9; members <= 10; members++) {
        event_count = 0;
        for (int m = 1; m <= members; m++)
            buys(m, "coffee", "", false, 1);
        struct loy_funnel *funnel = counted(NULL);
        assert_int_equal(loy_funnel_members(funnel), members < 10 ? 0 : 10);
        assert_int_equal(loy_funnel_row_get(funnel, 0, &row), members < 10 ? LOY_NONE : LOY_OK);
        loy_funnel_close(funnel);
    }
    event_count = 0;
    struct loy_funnel *funnel = counted(NULL);
    assert_int_equal(loy_funnel_members(funnel), 0);
    loy_funnel_close(funnel);
}

/* ---- Complements --------------------------------------------------------------------------------
 */

enum { MEMBERS = 120, THINGS = 6 };
static bool has[MEMBERS][THINGS];
static int breadths[MEMBERS], cuts[5], cut_count;

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void cuts_make(void)
{
    int sorted[MEMBERS], count = 0;
    memset(breadths, 0, sizeof breadths);
    for (int m = 0; m < MEMBERS; m++) {
        for (int t = 0; t < THINGS; t++)
            breadths[m] += has[m][t];
        if (breadths[m] > 0) sorted[count++] = breadths[m];
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    cuts[0] = 0;
    cut_count = 1;
    for (int i = 1; i < 5; i++)
        if (sorted[count * i / 5] > cuts[cut_count - 1]) cuts[cut_count++] = sorted[count * i / 5];
}

/* Of the first thing with another, the long way, member by member. */
static struct funnel_pair pair_of(int thing)
{
    struct funnel_pair pair = {.group = thing};
    for (int f = 0; f < cut_count; f++) {
        double n = 0, one = 0, other = 0, both = 0;
        for (int m = 0; m < MEMBERS; m++) {
            int rest = breadths[m] - has[m][0] - has[m][thing];
            if (breadths[m] == 0 || rest < cuts[f] || (f + 1 < cut_count && rest >= cuts[f + 1]))
                continue;
            n++;
            one += has[m][0];
            other += has[m][thing];
            both += has[m][0] && has[m][thing];
        }
        if (n < 2) continue;
        pair.both += both;
        pair.expected += one * other / n;
        pair.variance += one * (n - one) * other * (n - other) / (n * n * (n - 1));
    }
    return pair;
}

static void the_test_value_is_that_of_the_formula(void **state)
{
    (void)state;
    static const char *const names[THINGS] = {"a", "b", "c", "d", "e", "f"};
    uint64_t seed = 11;
    event_count = 0;
    for (int m = 0; m < MEMBERS; m++)
        for (int t = 0; t < THINGS; t++) {
            double chance = t == 1 && has[m][0] ? .95 : (m % 4 + 1) * .15;
            has[m][t] = fixture_uniform(&seed) < chance;
            if (has[m][t]) buys(m + 1, names[t], "", false, 1);
        }
    cuts_make();
    double lifts[THINGS - 1], usual = 1;
    for (int t = 1; t < THINGS; t++) {
        const struct funnel_pair pair = pair_of(t);
        lifts[t - 1] = pair.both / pair.expected;
    }
    for (int t = 0; t < THINGS - 1; t++) {
        int below = 0;
        for (int other = 0; other < THINGS - 1; other++)
            below += lifts[other] < lifts[t];
        if (below == (THINGS - 1) / 2 && lifts[t] > 1) usual = lifts[t];
    }
    const struct funnel_pair pair = pair_of(1);
    char wanted[128];
    snprintf(wanted, sizeof wanted, "b %.0f %.4f %.4f", pair.both,
        pair.both / (pair.expected * usual),
        (pair.both - pair.expected * usual) / sqrt(pair.variance));
    struct loy_funnel *funnel = counted(NULL);
    const char *found = strchr(row_text(funnel, "a"), 'b');
    assert_non_null(found);
    ASSERT_BEGINS(found, wanted);
    loy_funnel_close(funnel);
}

/* Members who buy much of everything and members who buy little, and nothing that goes together. */
static void heavy_buyers_make_no_complement(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
    uint64_t seed = 5;
    int rows = 0, wrong = 0;
    for (int shop = 0; shop < 60; shop++) {
        struct loy_funnel_row row = {.size = sizeof row};
        event_count = 0;
        for (int m = 1; m <= 300; m++)
            for (int t = 0; t < 10; t++)
                if (fixture_uniform(&seed) < .08 + .16 * (m % 5)) buys(m, names[t], "", false, 1);
        struct loy_funnel *funnel = counted(NULL);
        for (size_t i = 0; loy_funnel_row_get(funnel, i, &row) == LOY_OK; i++, rows++)
            wrong += row.complements > 0;
        loy_funnel_close(funnel);
    }
    print_message("complements where there are none: %d of %d categories\n", wrong, rows);
    assert_int_equal(rows, 600);
    assert_true(wrong <= 600 * .05);
}

/* ---- Arguments ----------------------------------------------------------------------------------
 */

static void arguments(void **state)
{
    (void)state;
    struct loy_funnel_settings settings = {.size = sizeof settings};
    struct loy_funnel *funnel = NULL;
    struct loy_funnel_row row = {.size = sizeof row};
    struct loy_funnel_complement one = {.size = sizeof one};
    const struct loy_intent nobodys = {.kind = LOY_INTENT_COUPON};
    const struct loy_sale sale = {.member = 1, .quantity_milli = 1000};
    const struct loy_version version = {.category = "coffee"};
    assert_int_equal(loy_funnel_open(&settings, &funnel), LOY_E_ARGUMENT);
    settings.level = LOY_FUNNEL_OF_BRAND;
    assert_int_equal(loy_funnel_open(&settings, &funnel), LOY_E_ARGUMENT);
    settings.level = LOY_FUNNEL_OF_CATEGORY;
    assert_int_equal(loy_funnel_open(NULL, &funnel), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_open(&settings, &funnel), LOY_OK);
    assert_int_equal(loy_funnel_add_sale(funnel, NULL, &version), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_add_intent(funnel, &nobodys, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_row_get(funnel, 0, &row), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_members(funnel), 0);
    assert_int_equal(loy_funnel_seal(funnel), LOY_OK);
    assert_int_equal(loy_funnel_seal(funnel), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_add_sale(funnel, &sale, &version), LOY_E_ARGUMENT);
    assert_int_equal(loy_funnel_complement_get(funnel, 0, 0, &one), LOY_NONE);
    loy_funnel_close(funnel);
    loy_funnel_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_member_is_in_one_class),
        cmocka_unit_test(the_farthest_class_holds),
        cmocka_unit_test(no_order_of_rows_matters),
        cmocka_unit_test(what_is_no_purchase),
        cmocka_unit_test(which_grade_is_low),
        cmocka_unit_test(a_brand_has_a_home),
        cmocka_unit_test(few_are_withheld_and_what_gives_them_away),
        cmocka_unit_test(nine_members_are_no_shop),
        cmocka_unit_test(the_test_value_is_that_of_the_formula),
        cmocka_unit_test(heavy_buyers_make_no_complement),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
