/* SPDX-License-Identifier: MIT
 *
 * bench_assortment.c - how often the 80 % intervals of what a category sells without an
 * alternative, or with another one, hold the truth: over shops simulated from planted weights.
 * bench_assortment [SETS [MEMBERS [VISITS]]]. Prints beside the bounds; does not fail.
 */
#include "../profile/assortment_shop.h"

#include <stdio.h>
#include <stdlib.h>

static size_t argument(int count, char **arguments, int which, size_t otherwise)
{
    size_t value = count > which ? strtoul(arguments[which], NULL, 10) : otherwise;
    return value > 0 ? value : otherwise;
}

int main(int count, char **arguments)
{
    size_t sets = argument(count, arguments, 1, 200);
    struct shop_plan plan = {.members = argument(count, arguments, 2, 200),
        .visits = argument(count, arguments, 3, 60),
        .pull_spread = .15,
        .seed = 1};
    printf("%zu shops of %zu members with %zu visits; 80 %% intervals, 75 to 85 wanted\n", sets,
        plan.members, plan.visits);
    printf("%-6s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n", "pull", "found", "error", "scatter",
        "bias", "total", "nothing", "share", "others", "added");
    for (plan.pull = 0; plan.pull < 1.1; plan.pull += .5) {
        struct assortment_coverage found;
        assortment_coverage_find(&plan, sets, &found);
        printf("%-6.1f %8.3f %8.3f %8.3f %7.1f%% %7.1f%% %7.1f%% %7.1f%% %7.1f%% %7.1f%%\n",
            plan.pull, found.pull, found.pull_error, found.pull_scatter, 100 * found.bias,
            100 * found.total, 100 * found.nothing, 100 * found.share, 100 * found.others,
            100 * found.with);
    }
    return 0;
}
