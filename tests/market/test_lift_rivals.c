/* SPDX-License-Identifier: MIT
 *
 * test_lift_rivals.c - shops whose customers buy the same in all and only change what they take: a
 * promotion's lift is against what the article would have sold, not against the others that it
 * drew from. In: simulated stores. Must not know the regression.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <loyalty/guidance.h>

#include "numeric/random.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define ARTICLES 6
#define STORES 3
#define WEEKS 52
#define FIRST_DAY 20000
#define TRAFFIC 400
#define PULL .9
#define TIRED .5 /* of the pull, in the second week */
#define SHOPS 8

struct shop {
    double liking[ARTICLES], price[ARTICLES][WEEKS];
    int phase[STORES][ARTICLES][WEEKS]; /* 1, 2: the weeks of a promotion */
    double sold[2], usual[2]; /* expected, by week of the promotion, with it and without */
};

static struct loy_version version_of(int64_t number)
{
    static char codes[ARTICLES + 1][8];
    snprintf(codes[number], sizeof codes[0], "A%d", (int)(number % 10));
    return (struct loy_version){.article = codes[number],
        .brand = "B",
        .manufacturer = "M",
        .category = "c",
        .style = "",
        .season = "",
        .grade = "",
        .colour = "",
        .size_text = "",
        .kind = LOY_KIND_GOODS};
}

static void shop_plan(struct shop *shop, struct numeric_random *random)
{
    *shop = (struct shop){0};
    for (int j = 0; j < ARTICLES; j++) {
        shop->liking[j] = .4 * numeric_random_normal(random);
        for (int t = 0; t < WEEKS; t++)
            shop->price[j][t] =
                t % 8 ? shop->price[j][t - 1] : .8 + .1 * floor(4 * numeric_random_uniform(random));
        /* Half of the promotions run everywhere. */
        for (int t = (int)(8 * numeric_random_uniform(random)); t + 2 <= WEEKS;
             t += 6 + (int)(6 * numeric_random_uniform(random))) {
            const int only = (int)(2 * STORES * numeric_random_uniform(random));
            for (int s = 0; s < STORES; s++)
                if (only >= STORES || only == s)
                    for (int k = 0; k < 2; k++)
                        shop->phase[s][j][t + k] = k + 1;
        }
    }
}

static double attraction(const struct shop *shop, int store, int article, int week)
{
    const int phase = shop->phase[store][article][week];
    return exp(shop->liking[article] - 1.5 * log(shop->price[article][week]) +
               (phase == 1      ? PULL
                   : phase == 2 ? PULL * TIRED
                                : 0));
}

static void week_add(struct shop *shop, int store, int week, struct numeric_random *random,
    struct loy_guidance *guidance)
{
    double all = 0;
    int units[ARTICLES] = {0};
    for (int j = 0; j < ARTICLES; j++)
        all += attraction(shop, store, j, week);
    for (int n = 0; n < TRAFFIC; n++) {
        double left = all * numeric_random_uniform(random);
        int j = 0;
        while (j + 1 < ARTICLES && (left -= attraction(shop, store, j, week)) > 0)
            j++;
        units[j]++;
    }
    for (int j = 0; j < ARTICLES; j++) {
        const struct loy_version version = version_of(j + 1);
        const int64_t from = (FIRST_DAY + (int64_t)week * 7) * DAY_US;
        const int phase = shop->phase[store][j][week];
        const double one = attraction(shop, store, j, week),
                     plain = phase ? one / exp(phase == 1 ? PULL : PULL * TIRED) : one;
        if (phase) {
            shop->sold[phase - 1] += one / all;
            shop->usual[phase - 1] += plain / (all - one + plain);
        }
        const int64_t price = llround(10000 * shop->price[j][week]);
        const struct loy_offer offer = {.article_version = j + 1,
            .site = store + 1,
            .from_us = from,
            .to_us = from + 7 * DAY_US,
            .list_minor = price,
            .selling_minor = price,
            .form = phase ? LOY_FORM_N_FOR_M : 0,
            .promoted = phase > 0};
        assert_int_equal(loy_guidance_add_offer(guidance, &offer, &version), LOY_OK);
        const struct loy_sale sale = {.article_version = j + 1,
            .at_us = from + DAY_US / 2,
            .site = store + 1,
            .quantity_milli = (int64_t)units[j] * 1000};
        assert_int_equal(loy_guidance_add_sale(guidance, &sale, &version), LOY_OK);
    }
}

static struct loy_lift_form shop_lift(uint64_t seed, double planted[2])
{
    static struct shop shop;
    struct numeric_random random = numeric_random_at(seed, 0);
    const struct loy_guidance_settings settings = {.size = sizeof settings};
    const struct loy_lift_options options = {.size = sizeof options,
        .regression = {.size = sizeof options.regression, .rounds = 500, .seed = 1}};
    struct loy_guidance *guidance = NULL;
    struct loy_lift *lift = NULL;
    struct loy_lift_form form;
    uint8_t problem = 0;
    assert_int_equal(loy_guidance_open(&settings, &guidance), LOY_OK);
    shop_plan(&shop, &random);
    for (int s = 0; s < STORES; s++)
        for (int t = 0; t < WEEKS; t++)
            week_add(&shop, s, t, &random, guidance);
    assert_int_equal(loy_guidance_lift(guidance, &options, &problem, &lift), LOY_OK);
    assert_int_equal(problem, LOY_GUIDANCE_NO_PROBLEM);
    assert_int_equal(loy_lift_form_get(lift, LOY_FORM_N_FOR_M, &form), LOY_OK);
    for (int k = 0; k < 2; k++)
        planted[k] = shop.sold[k] / shop.usual[k] - 1;
    loy_lift_close(lift);
    loy_guidance_close(guidance);
    return form;
}

static void what_is_drawn_from_rivals_is_no_gain_of_theirs(void **state)
{
    (void)state;
    double off = 0;
    int covered = 0;
    for (uint64_t seed = 1; seed <= SHOPS; seed++) {
        double planted[2];
        const struct loy_lift_form form = shop_lift(seed, planted);
        for (int k = 0; k < 2; k++) {
            const struct loy_lift_value *value = &form.week[k];
            print_message("shop %d, week %d: %.3f (%.3f to %.3f), planted %.3f\n", (int)seed, k + 1,
                value->value, value->low, value->high, planted[k]);
            off += log((1 + value->value) / (1 + planted[k])) / (2 * SHOPS);
            covered += value->low <= planted[k] && planted[k] <= value->high;
        }
    }
    /* At 80 %, fewer than 9 of 16 have a chance of 1 in 100. */
    print_message("covered %d of %d, off by %.3f in the mean\n", covered, 2 * SHOPS, off);
    assert_true(fabs(off) < .03);
    assert_true(covered >= 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_drawn_from_rivals_is_no_gain_of_theirs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
