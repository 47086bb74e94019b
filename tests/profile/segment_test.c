/* SPDX-License-Identifier: MIT
 *
 * segment_test.c - groups in made-up shops: planted ones are found, none are found where there are
 * none, a member between two is mixed, names say nothing of what a shop must not conclude, and
 * orders, threads and returns change no bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/segment.h>

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS 300
#define LINES 40
#define CATEGORIES 6

static const char *const names[CATEGORIES] = {
    "bread", "fish", "flowers", "Baby food", "tools", "wine"};

struct line {
    int64_t member, at_us;
    uint8_t category;
    int64_t returned_milli;
};
static struct line lines[2 * MEMBERS * LINES];
static size_t count;

static uint8_t draw(struct numeric_random *random, const double *shares)
{
    double at = numeric_random_uniform(random);
    uint8_t c = 0;
    while (c < CATEGORIES - 1 && at > shares[c])
        at -= shares[c++];
    return c;
}

/* Members of three patterns; the last one of two in equal parts. alike: all have the same. */
static void fill(uint64_t seed, bool alike)
{
    static const double patterns[3][CATEGORIES] = {
        {.5, .1, .1, .1, .1, .1}, {.05, .45, .35, .05, .05, .05}, {.05, .05, .05, .5, .3, .05}};
    struct numeric_random random = numeric_random_at(seed, 0);
    count = 0;
    for (int64_t m = 1; m <= MEMBERS; m++)
        for (int i = 0; i < LINES; i++) {
            size_t pattern = alike ? 0 : (size_t)m % 3;
            if (m == MEMBERS && !alike) pattern = 1 + (size_t)i % 2;
            lines[count++] = (struct line){.member = m,
                .at_us = i * INT64_C(86400000000),
                .category = draw(&random, patterns[pattern])};
        }
}

static struct loy_segments *fit(bool backwards, const struct loy_executor *executor,
    size_t fit_members, enum loy_status expected)
{
    const struct loy_segment_settings settings = {.size = sizeof(settings),
        .profile = {.size = sizeof(settings.profile), .as_of_us = INT64_MAX},
        .classes_max = 4,
        .fit_members = fit_members,
        .executor = executor};
    struct loy_segments *segments = NULL;
    assert_int_equal(loy_segments_open(&settings, &segments), LOY_OK);
    for (size_t i = 0; i < count; i++) {
        const struct line *line = &lines[backwards ? count - 1 - i : i];
        const struct loy_sale sale = {.member = line->member,
            .basket = line->at_us,
            .at_us = line->at_us,
            .quantity_milli = 1000,
            .returned_milli = line->returned_milli,
            .paid_minor = 100};
        const struct loy_version version = {
            .article = names[line->category], .category = names[line->category]};
        assert_int_equal(loy_segments_add(segments, &sale, &version), LOY_OK);
    }
    assert_int_equal(loy_segments_fit(segments), expected);
    return segments;
}

static struct loy_segment_summary summary_of(const struct loy_segments *segments)
{
    struct loy_segment_summary summary = {.size = sizeof(summary)};
    assert_int_equal(loy_segments_summary(segments, &summary), LOY_OK);
    return summary;
}

static struct loy_segment_member member_of(const struct loy_segments *segments, int64_t member)
{
    struct loy_segment_member found;
    assert_int_equal(loy_segments_member(segments, member, &found), LOY_OK);
    return found;
}

static void planted_groups(void **state)
{
    fill(1, false);
    struct loy_segments *segments = fit(false, NULL, 0, LOY_OK);
    assert_int_equal(summary_of(segments).classes, 3);
    struct loy_segment_holdout holdout = {.size = sizeof(holdout)};
    assert_int_equal(loy_segments_holdout(segments, &holdout), LOY_OK);
    assert_int_equal(holdout.lines, MEMBERS * LINES / 4);
    assert_true(holdout.log_score > holdout.one_group + .1);
    /* Those of one pattern are together, sure, and apart from the others. */
    for (int64_t m = 4; m < MEMBERS; m++) {
        struct loy_segment_member found = member_of(segments, m);
        assert_int_equal(found.standing, LOY_STANDING_OWN);
        assert_int_equal(found.number, member_of(segments, 1 + (m - 1) % 3).number);
    }
    assert_int_not_equal(member_of(segments, 1).number, member_of(segments, 2).number);
    assert_int_not_equal(member_of(segments, 2).number, member_of(segments, 3).number);
    assert_int_equal(member_of(segments, 12345).standing, LOY_STANDING_FEW);
    const int64_t *members;
    size_t together = 0, size;
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(loy_segments_members(segments, k, &members, &size), LOY_OK);
        together += size;
        for (size_t i = 1; i < size; i++)
            assert_true(members[i - 1] < members[i]);
    }
    assert_true(together >= MEMBERS - 1);
    loy_segments_close(segments);
    (void)state;
}

static void names_are_of_purchases(void **state)
{
    fill(1, false);
    struct loy_segments *segments = fit(false, NULL, 0, LOY_OK);
    bool tools = false;
    for (size_t k = 0; k < 3; k++) {
        struct loy_segment_class class;
        assert_int_equal(loy_segments_class(segments, k, &class), LOY_OK);
        assert_true(class.name_count > 0);
        for (size_t i = 0; i < class.name_count; i++) {
            assert_string_not_equal(class.names[i], "Baby food");
            assert_true(class.lifts[i] >= LOY_SEGMENT_NAME_LIFT);
            tools = tools || strcmp(class.names[i], "tools") == 0;
        }
    }
    /* The group that buys most of what may not be named is named by what it also buys. */
    assert_true(tools);
    loy_segments_close(segments);
    (void)state;
}

static void no_groups(void **state)
{
    fill(2, true);
    struct loy_segments *segments = fit(false, NULL, 0, LOY_OK);
    assert_int_equal(summary_of(segments).classes, 1);
    assert_int_equal(member_of(segments, 1).standing, LOY_STANDING_NOT_CLAIMED);
    loy_segments_close(segments);
    (void)state;
}

/* A member half of one pattern and half of another, with few lines: no group is told of it. */
static void mixed(void **state)
{
    static const uint8_t between[] = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
    fill(1, false);
    for (size_t i = 0; i < sizeof(between); i++)
        lines[count++] = (struct line){.member = 1000, .at_us = (int64_t)i, .category = between[i]};
    struct loy_segments *segments = fit(false, NULL, 0, LOY_OK);
    struct loy_segment_member found = member_of(segments, 1000);
    print_message("probability %.3f\n", found.probability);
    assert_int_equal(found.standing,
        found.probability >= LOY_SEGMENT_SURE ? LOY_STANDING_OWN : LOY_STANDING_WEAK);
    assert_int_equal(found.standing, LOY_STANDING_WEAK);
    loy_segments_close(segments);
    (void)state;
}

/* Ten lines are told, nine are not. */
static void at_its_smallest(void **state)
{
    fill(1, false);
    for (int64_t i = 0; i < 10; i++) {
        if (i < 9) lines[count++] = (struct line){.member = 1009, .at_us = i, .category = 0};
        lines[count++] = (struct line){.member = 1010, .at_us = i, .category = 0};
    }
    struct loy_segments *segments = fit(false, NULL, 0, LOY_OK);
    struct loy_segment_member nine = member_of(segments, 1009), ten = member_of(segments, 1010);
    assert_int_equal(nine.standing, LOY_STANDING_FEW);
    assert_int_equal(nine.n, 9);
    assert_int_equal(ten.standing, LOY_STANDING_OWN);
    assert_int_equal(ten.n, 10);
    loy_segments_close(segments);
    (void)state;
}

static void from_the_last(void *user, size_t tasks, loy_task_fn task, void *context)
{
    (void)user;
    for (size_t i = tasks; i-- > 0;)
        task(context, i);
}

static void same(const struct loy_segments *a, const struct loy_segments *b)
{
    for (int64_t m = 1; m <= MEMBERS; m++) {
        struct loy_segment_member one = member_of(a, m), other = member_of(b, m);
        assert_int_equal(one.number, other.number);
        assert_int_equal(one.n, other.n);
        assert_memory_equal(&one.probability, &other.probability, sizeof(double));
    }
}

static void orders_threads_and_returns(void **state)
{
    const struct loy_executor executor = {.run = from_the_last};
    fill(1, false);
    struct loy_segments *plain = fit(false, NULL, 100, LOY_OK),
                        *other = fit(true, &executor, 100, LOY_OK);
    assert_int_equal(summary_of(plain).fitted_members, 100);
    same(plain, other);
    loy_segments_close(other);
    for (size_t i = 0, before = count; i < before; i++) {
        lines[count] = lines[i];
        lines[count].category = 0;
        lines[count++].returned_milli = 1000;
    }
    other = fit(false, NULL, 100, LOY_OK);
    same(plain, other);
    loy_segments_close(other);
    loy_segments_close(plain);
    (void)state;
}

static void little_data(void **state)
{
    struct loy_segment_class class;
    struct loy_segment_holdout holdout = {.size = sizeof(holdout)};
    fill(1, false);
    count = 39 * LINES;
    struct loy_segments *segments = fit(false, NULL, 0, LOY_NONE);
    assert_int_equal(summary_of(segments).members, 39);
    assert_int_equal(loy_segments_class(segments, 0, &class), LOY_E_ARGUMENT);
    assert_int_equal(loy_segments_holdout(segments, &holdout), LOY_E_ARGUMENT);
    assert_int_equal(member_of(segments, 1).standing, LOY_STANDING_NOT_CLAIMED);
    loy_segments_close(segments);
    count = 0;
    segments = fit(false, NULL, 0, LOY_NONE);
    loy_segments_close(segments);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(planted_groups),
        cmocka_unit_test(names_are_of_purchases), cmocka_unit_test(no_groups),
        cmocka_unit_test(mixed), cmocka_unit_test(at_its_smallest),
        cmocka_unit_test(orders_threads_and_returns), cmocka_unit_test(little_data)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
