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
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static size_t argument(int count, char **arguments, int which, size_t otherwise)
{
    size_t value = count > which ? strtoul(arguments[which], NULL, 10) : otherwise;
    return value > 0 ? value : otherwise;
}

struct shop {
    const char *name;
    struct planted planted;
    size_t members, occasions;
    const char *coefficients[6];
};

static int shop_cover(const struct shop *shop, size_t sets)
{
    struct coverage coverage;
    double begin = seconds_now();
    if (!coverage_find(&shop->planted, sets, shop->members, shop->occasions, NULL, &coverage))
        return fprintf(stderr, "a fit failed\n"), 1;
    printf("%s: %zu data sets of %zu members with %zu purchases, %.1f s\n", shop->name, sets,
        shop->members, shop->occasions, seconds_now() - begin);
    printf("%-12s %8s %8s   %10s %8s %8s\n", "80 %", "inside", "below", "of means", "error",
        "scatter");
    for (size_t i = 0; i < coverage.order; i++)
        printf("%-12s %7.1f%% %7.1f%%   %9.1f%% %8.3f %8.3f\n", shop->coefficients[i],
            100 * coverage.inside[i], 100 * coverage.below[i], 100 * coverage.means[i],
            coverage.errors[i], coverage.scatter[i]);
    printf("members' intervals: %.1f %% inside, 75 to 85 wanted\n\n", 100 * coverage.average);
    return 0;
}

int main(int count, char **arguments)
{
    size_t sets = argument(count, arguments, 1, 200), occasions = argument(count, arguments, 3, 10);
    size_t members = argument(count, arguments, 2, 200);
    const struct shop shops[] = {{"three brands", planted_three_brands(), members, occasions,
                                     {"brand 1", "brand 2", "ln price", "promotion", "habit"}},
        {"six products", planted_six_products(), members, occasions,
            {"product 1", "product 2", "product 3", "product 4", "product 5", "ln price"}}};
    for (size_t i = 0; i < 2; i++)
        if (shop_cover(&shops[i], sets) != 0) return 1;
    return 0;
}
