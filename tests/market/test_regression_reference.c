/* SPDX-License-Identifier: MIT
 *
 * test_regression_reference.c - Boatwright, McCulloch and Rossi's cheese (88 accounts; bayesm's
 * rhierLinearModel, R = 2000) and Montgomery's orange juice (83 stores) against what R answers. In:
 * $LOYALTY_SHARED/data, or ../shared/data beside the repository; skipped visibly (77) where the
 * files are not there. test_regression.c is the sibling that always runs.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <loyalty/guidance.h>

#define ACCOUNTS_MAX 200

static FILE *data_open(const char *name)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    snprintf(path, sizeof path, "%s/data/%s", shared ? shared : TEST_SOURCE_DIR "/../shared", name);
    return fopen(path, "r");
}

static void near(const char *what, double ours, double theirs, double tolerance)
{
    print_message("%-28s %9.4f  reference %9.4f\n", what, ours, theirs);
    if (!(fabs(ours - theirs) <= tolerance)) fail_msg("%s is more than %g off", what, tolerance);
}

/* ---- Cheese -----------------------------------------------------------------------------------
 */

static int64_t account_of(const char *name)
{
    static char names[ACCOUNTS_MAX][256];
    static int64_t count;
    for (int64_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    snprintf(names[count], sizeof names[0], "%s", name);
    assert_true(count < ACCOUNTS_MAX);
    return count++;
}

/* ln(volume) on display and ln(price); the file's rows of an account are in the order of time. */
static struct loy_regression *cheese_read(FILE *file)
{
    const struct loy_regression_settings settings = {.size = sizeof settings, .own = 2};
    struct loy_regression *cheese = NULL;
    char line[256];
    int64_t rows = 0;
    assert_int_equal(loy_regression_open(&settings, &cheese), LOY_OK);
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (; fgets(line, sizeof line, file); rows++) {
        char *end = strchr(line + 1, '"'), *at = end + 2;
        assert_non_null(end);
        *end = '\0';
        const double volume = strtod(at, &at), display = strtod(at + 1, &at);
        const double own[] = {display, log(strtod(at + 1, NULL))};
        assert_int_equal(
            loy_regression_add(cheese,
                &(struct loy_regression_row){
                    .unit = account_of(line + 1), .order = rows, .own = own, .y = log(volume)}),
            LOY_OK);
    }
    assert_int_equal(rows, 5555);
    return cheese;
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* As R's quantile(type = 7). */
static double quantile(const double *sorted, size_t count, double p)
{
    const double at = p * (double)(count - 1);
    const size_t low = (size_t)at;
    return sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]);
}

static void quartiles(const struct loy_regression_model *model)
{
    struct loy_regression_unit unit;
    double elasticities[ACCOUNTS_MAX];
    size_t count = 0;
    while (loy_regression_unit_get(model, count, &unit) == LOY_OK)
        elasticities[count++] = unit.mean[2];
    assert_int_equal(count, 88);
    qsort(elasticities, count, sizeof *elasticities, by_value);
    near("first quartile", quantile(elasticities, count, .25), -2.734, .1);
    near("median", quantile(elasticities, count, .5), -2.093, .1);
    near("third quartile", quantile(elasticities, count, .75), -1.573, .1);
}

/* Tolerances: a quarter of a posterior standard deviation for means (Monte Carlo errors of 1,500
 * and 2,000 draws are a twentieth), 8 % of the spreads, since the prior of the units' residual
 * variances is not bayesm's; quartiles of accounts an eighth of the spread, for both reasons. */
static void cheese_hierarchical(void **state)
{
    struct loy_regression *cheese = cheese_read(((FILE **)*state)[0]);
    const struct loy_regression_options options = {.size = sizeof options, .seed = 66};
    struct loy_regression_model *model = NULL;
    struct loy_regression_coefficient c;
    assert_int_equal(loy_regression_fit(cheese, &options, &model), LOY_OK);
    loy_regression_coefficient_get(model, 0, &c);
    near("intercept", c.mean, 10.290, .04);
    loy_regression_coefficient_get(model, 1, &c);
    near("display", c.mean, 1.002, .025);
    near("  standard error", c.standard_error, .100, .015);
    near("  spread", c.spread, .786, .065);
    loy_regression_coefficient_get(model, 2, &c);
    near("ln price", c.mean, -2.144, .025);
    near("  standard error", c.standard_error, .100, .015);
    near("  spread", c.spread, .862, .07);
    quartiles(model);
    loy_regression_model_close(model);
    loy_regression_close(cheese);
}

static void cheese_plain(void **state)
{
    struct loy_regression *cheese = cheese_read(((FILE **)*state)[0]);
    struct loy_regression_line line;
    assert_int_equal(loy_regression_least_squares(cheese, false, &line), LOY_OK);
    near("pooled display", line.coefficients[0], .5132, 5e-5);
    near("pooled ln price", line.coefficients[1], -1.2576, 5e-5);
    assert_int_equal(loy_regression_least_squares(cheese, true, &line), LOY_OK);
    near("account effects, display", line.coefficients[0], .9142, 5e-5);
    near("account effects, ln price", line.coefficients[1], -2.3883, 5e-5);
    loy_regression_close(cheese);
}

static void cheese_holdout(void **state)
{
    struct loy_regression *cheese = cheese_read(((FILE **)*state)[0]);
    const struct loy_regression_options options = {.size = sizeof options, .seed = 66};
    struct loy_regression_holdout holdout;
    assert_int_equal(loy_regression_holdout_get(cheese, &options, 10, &holdout), LOY_OK);
    near("holdout, hierarchical", holdout.hierarchical, .288, .0015);
    near("holdout, separate", holdout.separate, .332, .0006);
    near("holdout, account mean", holdout.unit_mean, .457, .0006);
    near("holdout, pooled", holdout.pooled, .774, .0006);
    assert_int_equal(holdout.rows, 880);
    loy_regression_close(cheese);
}

/* ---- Orange juice -----------------------------------------------------------------------------
 */

/* store, brand, week, logmove, constant, price1 to price11, deal, feat, profit */
static struct loy_regression *juice_read(FILE *file, int brand)
{
    const struct loy_regression_settings settings = {.size = sizeof settings, .own = 3};
    struct loy_regression *juice = NULL;
    char line[512];
    assert_int_equal(loy_regression_open(&settings, &juice), LOY_OK);
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        double fields[19];
        char *at = line;
        for (int i = 0; i < 19; i++, at++)
            fields[i] = strtod(at, &at);
        if ((int)fields[1] != brand) continue;
        const double own[] = {log(fields[4 + brand]), fields[16], fields[17]};
        const struct loy_regression_row row = {
            .unit = (int64_t)fields[0], .order = (int64_t)fields[2], .own = own, .y = fields[3]};
        assert_int_equal(loy_regression_add(juice, &row), LOY_OK);
    }
    return juice;
}

static void orange_juice(void **state)
{
    static const double expected[6][3] = {{-2.4804, -.0264, .5812}, {-1.4042, .0867, .3528},
        {-2.7763, .1903, .5362}, {-3.1984, .0596, 1.0077}, {-2.3536, .0797, 1.0861},
        {-1.7682, .0291, .2443}};
    for (int brand = 1; brand <= 6; brand++) {
        struct loy_regression *juice = juice_read(((FILE **)*state)[1], brand);
        struct loy_regression_line line;
        assert_int_equal(loy_regression_least_squares(juice, true, &line), LOY_OK);
        assert_int_equal(line.rows, 9649);
        near("own ln price", line.coefficients[0], expected[brand - 1][0], 5.1e-5);
        near("deal", line.coefficients[1], expected[brand - 1][1], 5.1e-5);
        near("feat", line.coefficients[2], expected[brand - 1][2], 5.1e-5);
        assert_true(line.standard_errors[0] >= .0225 && line.standard_errors[0] <= .0495);
        loy_regression_close(juice);
    }
}

int main(void)
{
    FILE *files[2] = {data_open("cheese.csv"), data_open("orangejuice_yx_brands1to6.csv")};
    int code = 77;
    if (files[0] && files[1]) {
        const struct CMUnitTest tests[] = {
            cmocka_unit_test_prestate(cheese_plain, files),
            cmocka_unit_test_prestate(cheese_hierarchical, files),
            cmocka_unit_test_prestate(cheese_holdout, files),
            cmocka_unit_test_prestate(orange_juice, files),
        };
        code = cmocka_run_group_tests(tests, NULL, NULL);
    } else {
        printf("skipped: cheese.csv and orangejuice_yx_brands1to6.csv are not in "
               "$LOYALTY_SHARED/data\n");
    }
    for (int i = 0; i < 2; i++)
        if (files[i]) fclose(files[i]);
    return code;
}
