/* SPDX-License-Identifier: MIT
 *
 * bench_choice_coverage.c - how often the choice model's 80 % intervals hold the truth, in 200 data
 * sets simulated from planted weights, and whether the standard errors of the population's means
 * are as wide as these means scatter. bench_choice_coverage [SETS [MEMBERS [OCCASIONS]]]. Prints
 * beside the bounds; does not fail.
 */
#include "../profile/choice_coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static size_t argument(int count, char **arguments, int which, size_t otherwise)
{
    size_t value = count > which ? strtoul(arguments[which], NULL, 10) : otherwise;
    return value > 0 ? value : otherwise;
}

int main(int count, char **arguments)
{
    static const char *const names[] = {"brand 1", "brand 2", "ln price", "promotion", "habit"};
    size_t sets = argument(count, arguments, 1, 200), members = argument(count, arguments, 2, 200);
    size_t occasions = argument(count, arguments, 3, 10);
    const struct planted planted = planted_three_brands();
    struct coverage coverage;
    double begin = seconds_now();
    if (!coverage_find(&planted, sets, members, occasions, NULL, &coverage)) {
        fprintf(stderr, "a fit failed\n");
        return 1;
    }
    printf("%zu data sets of %zu members with %zu purchases, %.1f s\n", sets, members, occasions,
        seconds_now() - begin);
    printf("%-10s %8s %8s   %10s %8s %8s\n", "80 %", "inside", "below", "of means", "error",
        "scatter");
    for (size_t i = 0; i < coverage.order; i++)
        printf("%-10s %7.1f%% %7.1f%%   %9.1f%% %8.3f %8.3f\n", names[i], 100 * coverage.inside[i],
            100 * coverage.below[i], 100 * coverage.means[i], coverage.errors[i],
            coverage.scatter[i]);
    printf("members' intervals: %.1f %% inside, 75 to 85 wanted\n", 100 * coverage.average);
    return 0;
}
