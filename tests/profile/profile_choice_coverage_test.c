/* SPDX-License-Identifier: MIT
 *
 * profile_choice_coverage_test.c - the 80 % intervals of members simulated from the choice model
 * hold the truth in 75 to 85 of 100, and are missed about as often below as above. A few data sets;
 * bench_choice_coverage does 200.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice_coverage.h"

#ifdef __SANITIZE_ADDRESS__
enum { SETS = 2 };
#else
enum { SETS = 6 };
#endif

static void intervals(void **state)
{
    (void)state;
    const struct planted planted = planted_three_brands();
    struct coverage coverage;
    assert_true(coverage_find(&planted, SETS, 150, 10, NULL, &coverage));
    for (size_t i = 0; i < coverage.order; i++) {
        print_message("coefficient %zu: %.1f %% inside, %.1f %% below\n", i,
            100 * coverage.inside[i], 100 * coverage.below[i]);
        // Of one coefficient so few data sets have a wide error of their own.
        assert_true(coverage.inside[i] > 0.70 && coverage.inside[i] < 0.90);
        assert_true(coverage.below[i] > 0.04 && coverage.below[i] < 0.17);
    }
    assert_true(coverage.average > 0.75 && coverage.average < 0.85);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(intervals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
