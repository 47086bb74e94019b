/* SPDX-License-Identifier: MIT
 *
 * together_test.c - lines that come in baskets of one decision: members who are alike stay alike,
 * members who differ differ by what was planted, and lines that are drawn one by one count one by
 * one. By hand for two baskets of a member.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "numeric/random.h"
#include "profile/profile_private.h"

#define MEMBERS 3000
#define BASKETS 8
#define LINES 3

static struct profile_basket_sums members[MEMBERS];

/* Shares from Beta(a, b), or all of them a / (a + b); in `joint` of the baskets the lines are one.
 */
static void draw(double a, double b, bool differ, double joint, uint64_t seed)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        struct numeric_random random = numeric_random_at(seed, i);
        const double share = differ ? numeric_random_beta(&random, a, b) : a / (a + b);
        members[i] = (struct profile_basket_sums){0};
        for (int k = 0; k < BASKETS; k++) {
            const bool one = numeric_random_uniform(&random) < joint;
            const bool hit = numeric_random_uniform(&random) < share;
            int hits = 0;
            for (int n = 0; n < LINES; n++)
                hits += one ? hit : numeric_random_uniform(&random) < share;
            profile_basket_add(&members[i], LINES, hits);
        }
    }
}

static void one_by_one_they_count_one_by_one(void **state)
{
    (void)state;
    struct profile_together fit;
    draw(3, 9, true, 0, 1);
    profile_together_fit(members, MEMBERS, &fit);
    assert_true(fit.effect == 1 && fit.varies);
}

/* The variance of three lines that are one in half of the baskets: (3 + 9) / 2 to 3. */
static void alike_stay_alike(void **state)
{
    (void)state;
    struct profile_together fit;
    draw(3, 9, false, .5, 2);
    profile_together_fit(members, MEMBERS, &fit);
    print_message("effect %.3f, planted 2\n", fit.effect);
    assert_true(fabs(fit.effect - 2) < .05);
    assert_false(fit.varies);
}

static void who_differs_differs_by_what_was_planted(void **state)
{
    (void)state;
    struct profile_together fit;
    draw(3, 9, true, 1, 3);
    profile_together_fit(members, MEMBERS, &fit);
    print_message("effect %.3f, planted 3; a %.2f, b %.2f\n", fit.effect, fit.a, fit.b);
    assert_true(fit.varies && fabs(fit.effect - 3) < .1);
    assert_true(fabs(fit.a - 3) < .5 && fabs(fit.b - 9) < 1.5);
}

static void sums_by_hand(void **state)
{
    (void)state;
    struct profile_basket_sums sums = {0};
    profile_basket_add(&sums, 3, 3);
    profile_basket_add(&sums, 2, 0);
    assert_int_equal(sums.lines, 5);
    assert_int_equal(sums.hits, 3);
    assert_int_equal(sums.line_squares, 13);
    assert_int_equal(sums.products, 9);
    assert_int_equal(sums.hit_squares, 9);
}

static void too_few_or_all_the_same(void **state)
{
    (void)state;
    struct profile_together fit;
    draw(3, 9, true, 1, 4);
    profile_together_fit(members, 99, &fit);
    assert_true(fit.effect == 1 && fit.varies);
    profile_together_fit(members, 0, &fit);
    assert_true(fit.effect == 1);
    for (size_t i = 0; i < MEMBERS; i++) {
        members[i] = (struct profile_basket_sums){0};
        profile_basket_add(&members[i], LINES, LINES);
    }
    profile_together_fit(members, MEMBERS, &fit);
    assert_true(fit.effect == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_by_one_they_count_one_by_one),
        cmocka_unit_test(alike_stay_alike),
        cmocka_unit_test(who_differs_differs_by_what_was_planted),
        cmocka_unit_test(sums_by_hand),
        cmocka_unit_test(too_few_or_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
