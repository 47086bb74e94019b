/* SPDX-License-Identifier: MIT
 *
 * profile_reference_test.c - the published beta-binomials of the Complete Journey sample (75,000
 * lines, 2,377 households): deal a 15.3021, b 15.3958, ln L -51501.143, pooled -51985.739; own
 * label 5.1992, 12.6866, -44087.413, pooled -45057.076. Discount depth .14658; baskets about 16.20
 * h with R .594. In: $LOYALTY_SHARED/data, or ../shared/data
 * beside the repository. Skipped visibly (77) where the files are not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "profile_shop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCT_ID_MAX 20000000
#define MEMBER_ID_MAX 3000 /* of households */

static unsigned char *private_label; /* by product id */

static FILE *data_open(const char *name)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    snprintf(
        path, sizeof(path), "%s/data/%s", shared ? shared : TEST_SOURCE_DIR "/../shared", name);
    return fopen(path, "r");
}

/* The n-th field of a line whose fields before hold no comma within quotes. */
static const char *field(const char *line, int n)
{
    for (; n > 0 && line; n--) {
        line = strchr(line, ',');
        if (line) line++;
    }
    return line && *line == '"' ? line + 1 : line;
}

static size_t read_products(FILE *file)
{
    char line[512];
    size_t count = 0;
    private_label = calloc(PRODUCT_ID_MAX, 1);
    assert_non_null(private_label);
    assert_non_null(fgets(line, sizeof(line), file));
    for (; fgets(line, sizeof(line), file); count++) {
        long id = strtol(field(line, 0), NULL, 10);
        assert_in_range(id, 0, PRODUCT_ID_MAX - 1);
        private_label[id] = strstr(line, "\"Private\"") != NULL;
    }
    return count;
}

/* "2017-01-28 14:06:53", as local time; by days since 1970-01-01 of the proleptic calendar. */
static int64_t time_of(const char *text)
{
    int year, month, day, hour, minute, second;
    assert_int_equal(
        sscanf(text, "%d-%d-%d %d:%d:%d", &year, &month, &day, &hour, &minute, &second), 6);
    int shifted = month > 2 ? month - 3 : month + 9, years = year - (month <= 2);
    int64_t days = INT64_C(365) * years + years / 4 - years / 100 + years / 400 +
                   (153 * shifted + 2) / 5 + day - 1 - 719468;
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * INT64_C(1000000);
}

static size_t read_lines(FILE *file, struct loy_population *population)
{
    char line[512];
    size_t count = 0;
    assert_non_null(fgets(line, sizeof(line), file));
    for (; fgets(line, sizeof(line), file); count++) {
        const struct loy_sale sale = {.member = strtoll(field(line, 0), NULL, 10),
            .basket = strtoll(field(line, 2), NULL, 10),
            .quantity_milli = strtoll(field(line, 4), NULL, 10) * 1000,
            .at_us = time_of(field(line, 10)),
            .paid_minor = llround(strtod(field(line, 5), NULL) * 100),
            .discount_minor = llround(strtod(field(line, 6), NULL) * 100),
            .on_deal = strtod(field(line, 6), NULL) > 0};
        long product = strtol(field(line, 3), NULL, 10);
        assert_in_range(product, 0, PRODUCT_ID_MAX - 1);
        const struct loy_version version = {
            .kind = LOY_KIND_GOODS, .own_brand = private_label[product]};
        assert_int_equal(loy_population_add(population, &sale, &version), LOY_OK);
    }
    return count;
}

static void equals(const struct loy_beta_binomial *fit, const double expected[4])
{
    const double ours[4] = {fit->a, fit->b, fit->log_likelihood, fit->pooled_log_likelihood};
    for (int i = 0; i < 4; i++) {
        double tolerance = i < 2 ? 2e-4 * expected[i] : 0.01;
        if (fabs(ours[i] - expected[i]) > tolerance)
            fail_msg("number %d is %.7g, published %.7g", i, ours[i], expected[i]);
    }
    print_message("a %.4f b %.4f ln L %.3f pooled %.3f\n", ours[0], ours[1], ours[2], ours[3]);
    assert_int_equal(fit->members, 2377);
    assert_int_equal(fit->lines, 75000);
}

static void together(const struct loy_population *population)
{
    int64_t members[MEMBER_ID_MAX];
    double depth = NAN;
    struct loy_profile *profile = NULL;
    struct loy_week week;
    for (int i = 0; i < MEMBER_ID_MAX; i++)
        members[i] = i + 1;
    assert_int_equal(loy_population_group(
                         population, LOY_QUANTITY_DISCOUNT_DEPTH, members, MEMBER_ID_MAX, &depth),
        LOY_OK);
    assert_int_equal(loy_profile_open(population, &profile), LOY_OK);
    assert_int_equal(loy_profile_week(profile, &week), LOY_OK);
    loy_profile_close(profile);
    print_message("depth %.5f, mean hour %.2f, R %.3f\n", depth, week.store_mean_hour,
        week.store_concentration);
    assert_true(fabs(depth - .14658) < .000006);
    assert_true(fabs(week.store_mean_hour - 16.20) < .006);
    /* .594 by the minute; whole hours spread by pi/24 about their middles. */
    const double hours = sin(M_PI / 24) / (M_PI / 24);
    assert_true(fabs(week.store_concentration - .594 * hours) < .0006);
}

static void complete_journey(void **state)
{
    FILE **files = *state;
    static const double deal[] = {15.3021, 15.3958, -51501.143, -51985.739};
    static const double own[] = {5.1992, 12.6866, -44087.413, -45057.076};
    const struct loy_profile_settings settings = {
        .size = sizeof(settings), .as_of_us = INT64_MAX, .sample_of_lines = true};
    struct loy_population *population = NULL;
    struct loy_beta_binomial fit;
    assert_int_equal(loy_population_open(&settings, &population), LOY_OK);
    assert_true(read_products(files[0]) > 90000);
    assert_int_equal(read_lines(files[1], population), 75000);
    assert_int_equal(loy_population_fit(population), LOY_OK);
    assert_int_equal(loy_population_share(population, LOY_QUANTITY_DEAL_SHARE, &fit), LOY_OK);
    equals(&fit, deal);
    assert_int_equal(loy_population_share(population, LOY_QUANTITY_OWN_BRAND_SHARE, &fit), LOY_OK);
    equals(&fit, own);
    together(population);
    loy_population_close(population);
    free(private_label);
}

int main(void)
{
    FILE *files[2] = {data_open("cj_products.csv"), data_open("cj_transactions_sample.csv")};
    int code = 77;
    if (files[0] && files[1]) {
        const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(complete_journey, files)};
        code = cmocka_run_group_tests(tests, NULL, NULL);
    } else {
        printf("skipped: cj_products.csv and cj_transactions_sample.csv are not in "
               "$LOYALTY_SHARED/data\n");
    }
    for (int i = 0; i < 2; i++)
        if (files[i]) fclose(files[i]);
    return code;
}
