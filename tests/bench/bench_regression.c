/* SPDX-License-Identifier: MIT
 *
 * bench_regression.c - the hierarchical regression of cheese (88 accounts, 5,555 weeks), 2,000
 * rounds: median seconds of five fits; bench_regression.sh has bayesm's beside it. In: cheese.csv
 * as the argument. Prints seconds, or says why not.
 */
#include "bench_clock.h"

#include <loyalty/guidance.h>

#include <math.h>

#define FITS 5
#define ACCOUNTS_MAX 200

static int64_t account_of(const char *name)
{
    static char names[ACCOUNTS_MAX][256];
    static int64_t count;
    for (int64_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    must(count < ACCOUNTS_MAX, name, "too many accounts");
    snprintf(names[count], sizeof names[0], "%s", name);
    return count++;
}

static struct loy_regression *cheese_read(const char *path)
{
    const struct loy_regression_settings settings = {.size = sizeof settings, .own = 2};
    struct loy_regression *cheese = NULL;
    char line[256];
    FILE *file = fopen(path, "r");
    must(file != NULL, path, "cannot be read");
    must(loy_regression_open(&settings, &cheese) == LOY_OK, "the rows", "no memory");
    must(fgets(line, sizeof line, file) != NULL, path, "is empty");
    for (int64_t order = 0; fgets(line, sizeof line, file); order++) {
        char *end = strchr(line + 1, '"');
        must(end != NULL, path, "is not cheese.csv");
        *end = '\0';
        char *at = end + 2;
        const double volume = strtod(at, &at), display = strtod(at + 1, &at);
        const double own[] = {display, log(strtod(at + 1, NULL))};
        const struct loy_regression_row row = {
            .unit = account_of(line + 1), .order = order, .own = own, .y = log(volume)};
        must(loy_regression_add(cheese, &row) == LOY_OK, path, "has a row that is none");
    }
    fclose(file);
    return cheese;
}

int main(int count, char **arguments)
{
    if (count < 2) {
        puts("skipped: give cheese.csv (Debian's r-cran-bayesm has the data)");
        return 0;
    }
    struct loy_regression *cheese = cheese_read(arguments[1]);
    /* 1,600 kept behind 400 dropped: 2,000 rounds, as the peer runs. */
    const struct loy_regression_options options = {.size = sizeof options, .rounds = 1600};
    double seconds[FITS];
    for (int i = 0; i < FITS; i++) {
        struct loy_regression_model *model = NULL;
        const double start = seconds_now();
        must(loy_regression_fit(cheese, &options, &model) == LOY_OK, "the fit", "failed");
        seconds[i] = seconds_now() - start;
        loy_regression_model_close(model);
    }
    printf("%.4f\n", median_of(seconds, FITS));
    loy_regression_close(cheese);
    return 0;
}
