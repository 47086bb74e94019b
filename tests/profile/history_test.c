/* SPDX-License-Identifier: MIT
 *
 * history_test.c - sales made into histories: days in the shop's zone, returns, kinds, periods and
 * order; and the value model on members from known parameters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timing_members.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)
#define HOUR_US INT64_C(3600000000)

static void near(const char *what, double ours, double truth, double tolerance)
{
    if (!(fabs(ours - truth) <= tolerance)) fail_msg("%s is %.12g, not %.12g", what, ours, truth);
}

static struct loy_histories *open(int32_t end, int32_t holdout)
{
    const struct loy_history_settings settings = {
        .size = sizeof settings, .calibration_end_day = end, .holdout_end_day = holdout};
    struct loy_histories *histories = NULL;
    assert_int_equal(loy_histories_open(&settings, &histories), LOY_OK);
    return histories;
}

static struct loy_sale sale(int64_t member, int64_t day, int64_t hour, int64_t paid_minor)
{
    return (struct loy_sale){.member = member,
        .at_us = day * DAY_US + hour * HOUR_US,
        .quantity_milli = 2000,
        .list_minor = paid_minor,
        .paid_minor = paid_minor};
}

static void add(struct loy_histories *histories, const struct loy_sale *one)
{
    const struct loy_version goods = {.kind = LOY_KIND_GOODS};
    assert_int_equal(loy_histories_add(histories, one, &goods), LOY_OK);
}

static const struct loy_history *only(struct loy_histories *histories)
{
    size_t count = 0;
    assert_int_equal(loy_histories_fold(histories), LOY_OK);
    const struct loy_history *members = loy_histories_get(histories, &count);
    assert_int_equal(count, 1);
    return members;
}

static void a_day_is_one_occasion(void **state)
{
    (void)state;
    struct loy_histories *histories = open(20, 30);
    const struct loy_sale sales[] = {sale(5, 10, 1, 100), sale(5, 10, 23, 200), sale(5, 13, 9, 300),
        sale(5, 16, 9, 0), sale(5, 20, 23, 400), sale(5, 21, 0, 500), sale(5, 30, 23, 0),
        sale(5, 31, 0, 700)};
    for (size_t i = 8; i-- > 0;)
        add(histories, &sales[i]);
    const struct loy_history *h = only(histories);
    assert_int_equal(h->member, 5);
    assert_int_equal(h->occasions, 4);
    assert_int_equal(h->first_day, 10);
    assert_int_equal(h->last_day, 20);
    assert_int_equal(h->holdout_occasions, 2);
    assert_int_equal(h->holdout_paid_minor, 500);
    assert_int_equal(h->value.repeats, 3);
    assert_int_equal(h->value.paid, 2);
    near("sum", h->value.sum, 700, 0);
    near("logs", h->value.logs, log(300) + log(400), 1e-12);
    const struct loy_timing_history weeks = loy_history_timing(h, 20, 7);
    near("recency", weeks.recency, 10 / 7.0, 1e-15);
    near("age", weeks.age, 10 / 7.0, 1e-15);
    assert_int_equal(weeks.repeats, 3);
    loy_histories_close(histories);
}

/* 23 h UTC on day 10 is day 11 in Shanghai; a date without a time is noon there. */
static void the_day_is_the_shops(void **state)
{
    (void)state;
    struct loy_histories *histories = open(20, 20);
    struct loy_sale one = sale(5, 10, 23, 100), two = sale(5, 11, 4, 100);
    one.offset_min = two.offset_min = 480;
    two.at_us += 1;
    add(histories, &one);
    add(histories, &two);
    const struct loy_history *h = only(histories);
    assert_int_equal(h->occasions, 1);
    assert_int_equal(h->first_day, 11);
    assert_int_equal(loy_day_of(10 * DAY_US + 23 * HOUR_US, 480), 11);
    assert_int_equal(loy_day_of(-1, 0), -1);
    loy_histories_close(histories);
}

static void returns_are_taken_from_their_line(void **state)
{
    (void)state;
    struct loy_histories *histories = open(20, 20);
    struct loy_sale sales[] = {
        sale(5, 10, 9, 100), sale(5, 12, 9, 900), sale(5, 14, 9, 300), sale(5, 15, 9, -300)};
    sales[1].returned_milli = 2000; /* never was */
    sales[2].returned_milli = 1000;
    sales[3].is_return = true;
    for (size_t i = 0; i < 4; i++)
        add(histories, &sales[i]);
    const struct loy_history *h = only(histories);
    assert_int_equal(h->occasions, 2);
    assert_int_equal(h->last_day, 14);
    near("sum", h->value.sum, 150, 0);
    struct loy_history_totals totals = {.size = sizeof totals};
    loy_histories_totals(histories, &totals);
    assert_int_equal(totals.returns, 2);
    assert_int_equal(totals.lines, 2);
    loy_histories_close(histories);
}

static void what_does_not_count(void **state)
{
    (void)state;
    struct loy_histories *histories = open(20, 10);
    const struct loy_version bag = {.kind = LOY_KIND_BAG}, goods = {.kind = LOY_KIND_GOODS};
    struct loy_sale nobody = sale(0, 10, 9, 100), late = sale(6, 21, 9, 100);
    struct loy_sale one = sale(5, 10, 9, 100), huge = sale(5, 10, 9, INT64_MAX);
    add(histories, &nobody);
    add(histories, &late);
    add(histories, &one);
    assert_int_equal(loy_histories_add(histories, &one, &bag), LOY_OK);
    assert_int_equal(loy_histories_add(histories, &huge, &goods), LOY_E_LIMIT);
    assert_int_equal(only(histories)->occasions, 1);
    struct loy_history_totals totals = {.size = sizeof totals};
    loy_histories_totals(histories, &totals);
    assert_int_equal(totals.others, 3);
    assert_int_equal(totals.holdout_occasions, 0);
    assert_int_equal(loy_histories_add(histories, &one, &goods), LOY_E_ARGUMENT);
    assert_int_equal(loy_histories_fold(histories), LOY_E_ARGUMENT);
    loy_histories_close(histories);
    loy_histories_close(NULL);
    histories = open(20, 20);
    size_t count = 7;
    assert_int_equal(loy_histories_fold(histories), LOY_OK);
    loy_histories_get(histories, &count);
    assert_int_equal(count, 0);
    loy_histories_close(histories);
}

/* ---- Value ---------------------------------------------------------------------------------- */

#define MEMBERS 3000u
static struct loy_value_history values[MEMBERS], others[MEMBERS];

/* With q 0 all members have the same rate. */
static void values_make(double p, double q, double gamma, double unit)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        struct numeric_random random = numeric_random_at(77, i);
        double rate = q > 0 ? numeric_random_gamma(&random, q) / gamma : p / 40;
        struct loy_value_history *v = &values[i];
        *v = (struct loy_value_history){.repeats = (int64_t)(i % 9)};
        for (v->paid = 0; v->paid < v->repeats; v->paid++) {
            double amount = numeric_random_gamma(&random, p) / rate * unit;
            v->sum += amount;
            v->logs += log(amount);
            v->log_squares += log(amount) * log(amount);
        }
    }
}

static struct loy_value_fit value_fit(const struct loy_value_history *histories)
{
    struct loy_value_fit fit = {.size = sizeof fit};
    assert_int_equal(loy_value_estimate(histories, MEMBERS, &fit), LOY_OK);
    return fit;
}

static void known_values_are_found(void **state)
{
    (void)state;
    values_make(6, 4, 15, 1);
    struct loy_value_fit fit = value_fit(values);
    assert_int_equal(fit.members, MEMBERS - (MEMBERS + 8) / 9);
    assert_true(fit.differs && !fit.at_bound && !fit.no_mean);
    near("p", fit.p, 6, 0.6);
    near("q", fit.q, 4, 0.5);
    near("mean", fit.mean, 30, 1);
    near("correlation", fit.correlation, 0, 0.08);
    const struct loy_value_history one = {.repeats = 3, .sum = 240, .paid = 3};
    const struct loy_timing_interval own = loy_value_expect(&fit, &one);
    double weight = fit.p * 3 / (fit.p * 3 + fit.q - 1);
    near("E", own.value, weight * 80 + (1 - weight) * fit.mean, 1e-9);
    assert_true(own.low < own.value && own.value < own.high);
    const struct loy_value_history nothing = {0};
    near("E of a stranger", loy_value_expect(&fit, &nothing).value, fit.mean, 1e-9);
}

static void money_and_order_change_nothing(void **state)
{
    (void)state;
    values_make(6, 4, 15, 1);
    struct loy_value_fit fit = value_fit(values);
    for (size_t i = 0; i < MEMBERS; i++)
        others[i] = values[MEMBERS - 1 - i];
    struct loy_value_fit backwards = value_fit(others);
    assert_memory_equal(&fit, &backwards, sizeof fit);
    values_make(6, 4, 15, 100);
    struct loy_value_fit cents = value_fit(values);
    near("p", cents.p, fit.p, 1e-6);
    near("q", cents.q, fit.q, 1e-6);
    near("gamma", cents.gamma, fit.gamma * 100, 1e-4);
    near("F", cents.f, fit.f, 1e-9);
    near("ln L", cents.log_likelihood, fit.log_likelihood - (double)fit.members * log(100), 1e-5);
}

/* Of forty shops in which members do not differ about two may be thought to have members who do. */
static void no_difference_is_not_found(void **state)
{
    (void)state;
    values_make(2, 0, 0, 1);
    struct loy_value_fit fit = value_fit(values);
    assert_false(fit.differs);
    const struct loy_value_history one = {.repeats = 3, .sum = 240, .paid = 3};
    near("E", loy_value_expect(&fit, &one).value, fit.mean, 0);
    assert_true(isnan(loy_value_expect(&fit, &one).low));
    size_t found = 0;
    for (size_t shop = 0; shop < 40; shop++) {
        struct loy_value_history some[MEMBERS / 10];
        size_t count = 0;
        for (size_t i = shop; i < MEMBERS; i += 20)
            some[count++] = values[i];
        assert_int_equal(loy_value_estimate(some, count, &fit), LOY_OK);
        found += fit.differs;
    }
    assert_true(found <= 6);
}

static void values_out_of_range(void **state)
{
    (void)state;
    struct loy_value_fit fit = {.size = sizeof fit};
    assert_int_equal(loy_value_estimate(values, 0, &fit), LOY_NONE);
    assert_int_equal(loy_value_estimate(values, 99, &fit), LOY_NONE);
    values_make(6, 0.7, 3, 1); /* q below 1: no mean over members */
    fit = value_fit(values);
    assert_true(fit.no_mean);
    assert_true(isfinite(fit.mean));
    assert_true(isnan(loy_value_expect(&fit, &values[5]).low));
    values[3].sum = NAN;
    assert_int_equal(loy_value_estimate(values, MEMBERS, &fit), LOY_E_ARGUMENT);
    for (size_t i = 0; i < MEMBERS; i++)
        values[i] = (struct loy_value_history){.repeats = 2, .sum = 20, .paid = 2};
    fit = value_fit(values);
    assert_false(fit.differs);
    assert_true(isnan(fit.p_value) && isnan(fit.correlation));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_one_occasion),
        cmocka_unit_test(the_day_is_the_shops),
        cmocka_unit_test(returns_are_taken_from_their_line),
        cmocka_unit_test(what_does_not_count),
        cmocka_unit_test(known_values_are_found),
        cmocka_unit_test(money_and_order_change_nothing),
        cmocka_unit_test(no_difference_is_not_found),
        cmocka_unit_test(values_out_of_range),
    };
    return cmocka_run_group_tests_name("histories and value", tests, NULL, NULL);
}
