/* SPDX-License-Identifier: MIT
 *
 * test_lift.c - prices and promotions of simulated shops: what was planted (elasticity, a form's
 * lift, its fatigue, the dip behind it, its frequency) is found and covered; money's unit, the time
 * and the order of rows do not matter; what the data cannot tell has its own problem.
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

#include "numeric/random.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define ARTICLES_MAX 60
#define WEEKS_MAX 120
#define ROWS_MAX 200000
#define FIRST_DAY 20000

/* What is planted. */
struct plan {
    int articles, weeks;
    double base, elasticity, lift, second, dip, frequency;
    int every, length; /* a promotion each so many weeks; 0: never */
    bool still, always, all_returned, no_offers, bad_money;
};
static const struct plan usual = {.articles = 30,
    .weeks = 80,
    .base = 60,
    .elasticity = -2,
    .lift = .9,
    .second = -.4,
    .dip = -.25,
    .every = 9,
    .length = 2};

static struct loy_offer offers[ROWS_MAX];
static struct loy_sale sales[ROWS_MAX];
static size_t offer_count, sale_count;

static struct loy_version version_of(int64_t number)
{
    static char codes[ARTICLES_MAX + 1][8];
    snprintf(codes[number], sizeof codes[0], "A%02d", (int)(number % 100));
    return (struct loy_version){.article = codes[number],
        .brand = "B",
        .manufacturer = "M",
        .category = "c",
        .style = "",
        .season = "",
        .grade = number % 3 == 0 ? "1 basic" : "2 good",
        .colour = "",
        .size_text = "",
        .kind = LOY_KIND_GOODS};
}

static double poisson(struct numeric_random *random, double mean)
{
    /* The count of unit exponentials within the mean. */
    double left = mean, count = -1;
    while (left >= 0) {
        left += log(numeric_random_uniform(random));
        count++;
    }
    return count;
}

static void week_offer(const struct plan *plan, int64_t article, int week, double price, bool on)
{
    const int64_t from = (FIRST_DAY + (int64_t)week * 7) * DAY_US;
    const double money = plan->bad_money ? 1000 : 10000;
    offers[offer_count++] = (struct loy_offer){.article_version = article,
        .from_us = from,
        .to_us = from + 7 * DAY_US,
        .list_minor = llround(money),
        .selling_minor = llround(money * price),
        .form = on ? LOY_FORM_PERCENT : 0,
        .promoted = on};
}

static void week_sale(const struct plan *plan, int64_t article, int week, double units)
{
    for (int day = 0; day < 7; day++) {
        const double part = floor(units / 7) + (day < fmod(units, 7));
        sales[sale_count++] = (struct loy_sale){.article_version = article,
            .at_us = (FIRST_DAY + (int64_t)week * 7 + day) * DAY_US + DAY_US / 3,
            .site = 1,
            .quantity_milli = (int64_t)(part * 1000),
            .returned_milli = plan->all_returned ? (int64_t)(part * 1000) : 0};
    }
}

static void article_draw(
    const struct plan *plan, int64_t article, const double *weeks, uint64_t seed)
{
    struct numeric_random random = numeric_random_at(seed, (uint64_t)article);
    const double own = log(plan->base) + .5 * numeric_random_normal(&random);
    const double slope = plan->elasticity + .3 * numeric_random_normal(&random);
    const double lift = plan->lift + .2 * numeric_random_normal(&random);
    int next = plan->every ? 2 + (int)(article % plan->every) : INT32_MAX, began = -100,
        ended = -100;
    int gap = 0;
    for (int t = 0; t < plan->weeks; t++) {
        if (t == next) {
            gap = ended > 0 ? t - ended : 0;
            began = t;
            ended = t + plan->length;
            next = ended + 3 + (int)(numeric_random_uniform(&random) * 2 * (plan->every - 3));
        }
        const bool on = plan->always || (t >= began && t < ended);
        const double price =
            plan->still ? 1 : .8 + .05 * floor(5 * numeric_random_uniform(&random));
        double mean = own + slope * log(price) + weeks[t] + .1 * numeric_random_normal(&random);
        if (on) mean += lift + (t > began ? plan->second : 0);
        if (on && gap > 0) mean += plan->frequency * log(gap / 6.0);
        if (t >= ended && t < ended + 2) mean += plan->dip;
        if (!plan->no_offers) week_offer(plan, article, t, price, on);
        week_sale(plan, article, t, poisson(&random, exp(mean)));
    }
}

static void shop_draw(const struct plan *plan, uint64_t seed)
{
    struct numeric_random random = numeric_random_at(seed, 1000);
    double weeks[WEEKS_MAX];
    offer_count = sale_count = 0;
    for (int t = 0; t < plan->weeks; t++)
        weeks[t] = .1 * numeric_random_normal(&random);
    for (int64_t i = 1; i <= plan->articles; i++)
        article_draw(plan, i, weeks, seed);
}

static struct loy_guidance *guidance_make(bool backwards, int64_t shift_days)
{
    const struct loy_guidance_settings settings = {.size = sizeof settings};
    struct loy_guidance *guidance = NULL;
    assert_int_equal(loy_guidance_open(&settings, &guidance), LOY_OK);
    for (size_t i = 0; i < sale_count; i++) {
        struct loy_sale sale = sales[backwards ? sale_count - 1 - i : i];
        const struct loy_version version = version_of(sale.article_version);
        sale.at_us += shift_days * DAY_US;
        assert_int_equal(loy_guidance_add_sale(guidance, &sale, &version), LOY_OK);
    }
    for (size_t i = 0; i < offer_count; i++) {
        struct loy_offer offer = offers[backwards ? offer_count - 1 - i : i];
        const struct loy_version version = version_of(offer.article_version);
        offer.from_us += shift_days * DAY_US;
        offer.to_us += shift_days * DAY_US;
        assert_int_equal(loy_guidance_add_offer(guidance, &offer, &version), LOY_OK);
    }
    return guidance;
}

static enum loy_status lift_make(
    bool backwards, int64_t shift_days, uint8_t *problem, struct loy_lift **lift)
{
    const struct loy_lift_options options = {.size = sizeof options,
        .regression = {.size = sizeof options.regression, .rounds = 300, .seed = 1}};
    struct loy_guidance *guidance = guidance_make(backwards, shift_days);
    enum loy_status status = loy_guidance_lift(guidance, &options, problem, lift);
    loy_guidance_close(guidance);
    return status;
}

static struct loy_lift *lift_of(const struct plan *plan, uint64_t seed)
{
    struct loy_lift *lift = NULL;
    uint8_t problem = 99;
    shop_draw(plan, seed);
    assert_int_equal(lift_make(false, 0, &problem, &lift), LOY_OK);
    assert_int_equal(problem, LOY_GUIDANCE_NO_PROBLEM);
    return lift;
}

static struct loy_regression_coefficient coefficient(const struct loy_lift *lift, const char *name)
{
    struct loy_lift_summary summary;
    struct loy_regression_coefficient c = {.mean = NAN};
    loy_lift_summary_get(lift, &summary);
    for (size_t k = 0; k < summary.coefficients; k++)
        if (strcmp(loy_lift_name(lift, k), name) == 0)
            assert_int_equal(loy_lift_coefficient(lift, k, &c), LOY_OK);
    return c;
}

static void close_to(const char *what, const struct loy_regression_coefficient *c, double planted)
{
    print_message("%-24s %.3f (%.3f), planted %.3f\n", what, c->mean, c->standard_error, planted);
    assert_true(fabs(c->mean - planted) < 3.5 * c->standard_error);
}

/* ---- Found ------------------------------------------------------------------------------------
 */

static void planted_is_found(void **state)
{
    (void)state;
    struct loy_lift *lift = lift_of(&usual, 1);
    struct loy_regression_coefficient c;
    struct loy_lift_form form;
    c = coefficient(lift, "ln_price");
    close_to("ln price", &c, usual.elasticity);
    c = coefficient(lift, "promo:percent");
    close_to("first week", &c, usual.lift);
    c = coefficient(lift, "promo:percent:week2");
    close_to("second week", &c, usual.second);
    c = coefficient(lift, "after:percent:1");
    close_to("the week behind", &c, usual.dip);
    c = coefficient(lift, "after:percent:2");
    close_to("two weeks behind", &c, usual.dip);
    assert_int_equal(loy_lift_form_get(lift, LOY_FORM_PERCENT, &form), LOY_OK);
    const double gross = (expm1(usual.lift) + expm1(usual.lift + usual.second)) / 2;
    const double dip = expm1(usual.dip);
    print_message("gross %.2f (%.2f to %.2f), planted %.2f; net %.2f, planted %.2f\n",
        form.gross.value, form.gross.low, form.gross.high, gross, form.net.value, gross + dip);
    assert_true(form.told && fabs(form.gross.value - gross) < .3);
    assert_true(fabs(form.net.value - gross - dip) < .3 && form.dip.high < 0);
    assert_true(form.net.value < form.gross.value && form.week[0].low > form.week[1].high);
    assert_true(fabs(form.length - 2) < .05 && isnan(form.week[2].value));
    assert_int_equal(loy_lift_form_get(lift, LOY_FORM_COUPON, &form), LOY_NONE);
    loy_lift_close(lift);
}

static void frequency_is_found(void **state)
{
    (void)state;
    struct plan often = usual;
    often.frequency = .5;
    struct loy_lift *lift = lift_of(&often, 2);
    struct loy_regression_coefficient c = coefficient(lift, "promo_since");
    close_to("ln weeks since", &c, often.frequency);
    assert_true(c.low > 0);
    loy_lift_close(lift);
}

/* Weeks of little: ln(n + 1/2) does not pull the elasticity away at six a week. */
static void small_counts(void **state)
{
    (void)state;
    struct plan small = usual;
    small.base = 8;
    struct loy_lift *lift = lift_of(&small, 3);
    struct loy_regression_coefficient c = coefficient(lift, "ln_price");
    close_to("ln price, few sales", &c, small.elasticity);
    c = coefficient(lift, "promo:percent");
    close_to("first week, few sales", &c, small.lift);
    loy_lift_close(lift);
}

struct covered {
    int all, inside;
};

static void intervals_cover(void **state)
{
    (void)state;
    static const char *const names[] = {
        "ln_price", "promo:percent", "promo:percent:week2", "after:percent:1", "after:percent:2"};
    const double truth[] = {usual.elasticity, usual.lift, usual.second, usual.dip, usual.dip};
    struct covered all = {0}, net = {0};
    struct plan plan = usual;
    plan.articles = 20;
    plan.weeks = 60;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct loy_lift *lift = lift_of(&plan, seed);
        struct loy_lift_form form;
        for (size_t k = 0; k < 5; k++) {
            const struct loy_regression_coefficient c = coefficient(lift, names[k]);
            all.all++;
            all.inside += c.low <= truth[k] && truth[k] <= c.high;
        }
        assert_int_equal(loy_lift_form_get(lift, LOY_FORM_PERCENT, &form), LOY_OK);
        net.all++;
        net.inside +=
            form.week[0].low <= expm1(usual.lift) && expm1(usual.lift) <= form.week[0].high;
        loy_lift_close(lift);
    }
    print_message("coefficients %.1f %%, lift %.1f %% inside\n", 100.0 * all.inside / all.all,
        100.0 * net.inside / net.all);
    assert_true(all.inside >= .75 * all.all && all.inside <= .85 * all.all);
    assert_true(net.inside >= .73 * net.all && net.inside <= .87 * net.all);
}

/* ---- What must not matter ---------------------------------------------------------------------
 */

static void same(struct loy_lift *a, struct loy_lift *b, double tolerance)
{
    struct loy_lift_summary x, y;
    loy_lift_summary_get(a, &x);
    loy_lift_summary_get(b, &y);
    assert_int_equal(x.coefficients, y.coefficients);
    assert_int_equal(x.rows, y.rows);
    for (size_t k = 0; k < x.coefficients; k++) {
        struct loy_regression_coefficient c, d;
        loy_lift_coefficient(a, k, &c);
        loy_lift_coefficient(b, k, &d);
        assert_true(fabs(c.mean - d.mean) <= tolerance);
        assert_true(fabs(c.low - d.low) <= tolerance && fabs(c.high - d.high) <= tolerance);
    }
}

static void order_time_money(void **state)
{
    (void)state;
    struct loy_lift *lift = lift_of(&usual, 4), *other = NULL;
    struct plan tenths = usual;
    uint8_t problem;
    assert_int_equal(lift_make(true, 0, &problem, &other), LOY_OK);
    same(lift, other, 0);
    loy_lift_close(other);
    assert_int_equal(lift_make(false, 371, &problem, &other), LOY_OK);
    same(lift, other, 0);
    loy_lift_close(other);
    /* Prices are whole in either unit: the same but for the last digits. */
    tenths.bad_money = true;
    other = lift_of(&tenths, 4);
    same(lift, other, 1e-8);
    loy_lift_close(other);
    loy_lift_close(lift);
}

/* ---- What cannot be told ----------------------------------------------------------------------
 */

static void problem_is(struct plan plan, uint8_t expected, enum loy_status status)
{
    struct loy_lift *lift = NULL;
    uint8_t problem = 99;
    shop_draw(&plan, 1);
    assert_int_equal(lift_make(false, 0, &problem, &lift), status);
    assert_string_equal(loy_guidance_problem_name(problem), loy_guidance_problem_name(expected));
    if (lift) assert_true(isfinite(coefficient(lift, "ln_price").mean));
    assert_true((lift != NULL) == (status == LOY_OK));
    loy_lift_close(lift);
}

static void problems(void **state)
{
    (void)state;
    struct plan plan = usual;
    plan.still = true;
    problem_is(plan, LOY_GUIDANCE_PRICES_STILL, LOY_NONE);
    plan = usual;
    plan.every = 0;
    problem_is(plan, LOY_GUIDANCE_PROMO_NEVER, LOY_OK);
    plan.always = true;
    problem_is(plan, LOY_GUIDANCE_PROMO_ALWAYS, LOY_OK);
    plan = usual;
    plan.weeks = 15;
    problem_is(plan, LOY_GUIDANCE_FEW_WEEKS, LOY_NONE);
    plan = usual;
    plan.articles = 1;
    problem_is(plan, LOY_GUIDANCE_ONE_UNIT, LOY_NONE);
    plan = usual;
    plan.all_returned = true;
    problem_is(plan, LOY_GUIDANCE_ONLY_RETURNS, LOY_NONE);
    plan = usual;
    plan.no_offers = true;
    problem_is(plan, LOY_GUIDANCE_NO_PRICES, LOY_NONE);
    plan = usual;
    plan.base = .5;
    problem_is(plan, LOY_GUIDANCE_FEW_SALES, LOY_NONE);
    plan = usual;
    plan.articles = 0;
    problem_is(plan, LOY_GUIDANCE_NO_SALES, LOY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_is_found),
        cmocka_unit_test(frequency_is_found),
        cmocka_unit_test(small_counts),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(order_time_money),
        cmocka_unit_test(problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
