/* SPDX-License-Identifier: MIT
 *
 * margin_test.c - margins by hand, of made-up members whose margins are known, and out of order.
 * Sales with costs in, shares out, through the public functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "profile_shop.h"

#include <loyalty/margin.h>

#include "numeric/random.h"

#include <string.h>

static const struct loy_cost unknown = {.cost_minor = -1, .tax_permille = -1};

static struct loy_margins *margins_open(const struct shop *shop)
{
    struct loy_margins *margins = NULL;
    assert_int_equal(loy_margins_open(&shop->settings, &margins), LOY_OK);
    return margins;
}

/* One line of one piece that was paid so much, and what it cost. */
static void line_add(struct loy_margins *margins, int64_t member, int day, int64_t paid_minor,
    struct loy_cost cost, enum loy_status wanted)
{
    struct shop shop = shop_open();
    struct shop_line *line = shop_sell(&shop, member, day, day, paid_minor);
    assert_int_equal(loy_margins_add(margins, &line->sale, &line->version, &cost), wanted);
    shop_close(&shop);
}

static struct loy_margin_summary summary_of(const struct loy_margins *margins)
{
    struct loy_margin_summary summary = {.size = sizeof summary};
    assert_int_equal(loy_margins_summary(margins, &summary), LOY_OK);
    return summary;
}

/* 119.00 with 19 % tax are 100.00; a net price has none in it; half is returned. */
static void tax_cost_and_returns_by_hand(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct loy_margins *margins = margins_open(&shop);
    struct loy_cost gross = {.cost_minor = 6000, .tax_permille = 190};
    struct loy_cost net = {.cost_minor = 6000, .tax_permille = 190, .price_is_net = true};
    struct loy_estimate share;
    line_add(margins, 1, 100, 11900, gross, LOY_OK);
    line_add(margins, 2, 100, 11900, net, LOY_OK);
    struct shop_line *line = shop_sell(&shop, 3, 5, 100, 20000);
    line->sale.quantity_milli = 2000;
    line->sale.returned_milli = 1000;
    assert_int_equal(
        loy_margins_add(margins, &line->sale, &line->version, &(struct loy_cost){4000, -1, false}),
        LOY_OK);
    line_add(margins, 4, 100, 5000, unknown, LOY_OK);
    line_add(margins, 0, 100, 5000, gross, LOY_OK);
    assert_int_equal(loy_margins_fit(margins), LOY_OK);
    struct loy_margin_summary summary = summary_of(margins);
    assert_int_equal(summary.lines, 4);
    assert_int_equal(summary.costed, 3);
    assert_int_equal(summary.untaxed, 1);
    assert_int_equal(summary.members, 3);
    assert_near(summary.share, (4000.0 + 5900 + 6000) / (11900 + 11900 + 10000), 1e-12);
    assert_int_equal(loy_margins_member(margins, 4, &share), LOY_NONE);
    assert_int_equal(loy_margins_member(margins, 9, &share), LOY_NONE);
    /* One occasion each says nothing of how members differ: the share of all. */
    assert_int_equal(loy_margins_member(margins, 1, &share), LOY_OK);
    assert_int_equal(share.standing, LOY_STANDING_FEW);
    assert_near(share.value, (4000.0 / 11900 + 5900.0 / 11900 + 0.6) / 3, 1e-12);
    loy_margins_close(margins);
    shop_close(&shop);
}

/* Shares of members around .3 with a spread of .1, of occasions around them with .2: both are found
 * again, and 80 % of the intervals hold the truth. */
static void what_is_planted_is_found(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct loy_margins *margins = margins_open(&shop);
    enum { PLANTED = 600 };
    double truth[PLANTED + 1], inside = 0;
    for (int64_t m = 1; m <= PLANTED; m++) {
        struct numeric_random random = numeric_random_at(5, (uint64_t)m);
        truth[m] = 0.3 + 0.1 * numeric_random_normal(&random);
        int occasions = 1 + (int)(m % 12);
        for (int i = 0; i < occasions; i++) {
            double paid = 1000 + 9000 * numeric_random_uniform(&random);
            /* The money an occasion weighs by is also what its share scatters by. */
            double scatter = 0.2 * sqrt(5500 / paid);
            double share = truth[m] + scatter * numeric_random_normal(&random);
            int64_t cost = (int64_t)fmax(0, round(paid * (1 - share)));
            line_add(margins, m, 100 + i, (int64_t)paid,
                (struct loy_cost){.cost_minor = cost, .tax_permille = 0}, LOY_OK);
        }
    }
    assert_int_equal(loy_margins_fit(margins), LOY_OK);
    struct loy_margin_summary summary = summary_of(margins);
    assert_near(sqrt(summary.between), 0.1, 0.02);
    assert_near(sqrt(summary.within), 0.2, 0.02);
    assert_near(summary.share, 0.3, 0.02);
    for (int64_t m = 1; m <= PLANTED; m++) {
        struct loy_estimate share;
        assert_int_equal(loy_margins_member(margins, m, &share), LOY_OK);
        inside += truth[m] >= share.low && truth[m] <= share.high;
    }
    print_message("intervals hold %.3f of the planted shares\n", inside / PLANTED);
    assert_near(inside / PLANTED, 0.8, 0.05);
    loy_margins_close(margins);
    shop_close(&shop);
}

/* Who buys in two zones on the same night has days that do not ascend with time. */
static void days_of_two_zones(void **state)
{
    (void)state;
    static const int days[2][5] = {{100, 101, 100, 99, 101}, {99, 100, 100, 101, 101}};
    static const int64_t paid[2][5] = {{500, 900, 700, 300, 200}, {300, 700, 500, 200, 900}};
    struct shop shop = shop_open();
    struct loy_estimate shares[2];
    struct loy_cost cost = {.cost_minor = 250, .tax_permille = 0};
    for (int order = 0; order < 2; order++) {
        struct loy_margins *margins = margins_open(&shop);
        for (int64_t m = 1; m <= 2; m++)
            for (int i = 0; i < 5; i++)
                line_add(margins, m, days[order][i], paid[order][i] * m, cost, LOY_OK);
        assert_int_equal(loy_margins_fit(margins), LOY_OK);
        memset(&shares[order], 0, sizeof shares[order]);
        assert_int_equal(loy_margins_member(margins, 1, &shares[order]), LOY_OK);
        assert_int_equal(shares[order].n, 3);
        loy_margins_close(margins);
    }
    assert_true(shares[0].value == shares[1].value && shares[0].low == shares[1].low);
    shop_close(&shop);
}

static void product_of_two_intervals(void **state)
{
    (void)state;
    struct loy_estimate spend = {.value = 1000, .low = 700, .high = 1400};
    struct loy_estimate sure = {.value = 0.5, .low = 0.5, .high = 0.5};
    struct loy_timing_interval found = loy_margin_expect(&spend, &sure);
    assert_true(found.value == 500 && found.low == 350 && found.high == 700);
    /* A loss is the larger where more is bought. */
    struct loy_estimate loss = {.value = -0.1, .low = -0.1, .high = -0.1};
    found = loy_margin_expect(&spend, &loss);
    assert_near(found.value, -100, 1e-9);
    assert_near(found.low, -140, 1e-9);
    assert_near(found.high, -70, 1e-9);
    struct loy_estimate wide = {.value = 0.5, .low = 0.35, .high = 0.65};
    found = loy_margin_expect(&spend, &wide);
    assert_near(found.low, 500 - hypot(150, 150), 1e-9);
    assert_near(found.high, 500 + hypot(200, 150), 1e-9);
}

static void what_is_refused(void **state)
{
    (void)state;
    struct shop shop = shop_open();
    struct loy_margins *margins = margins_open(&shop);
    struct loy_margin_summary summary = {.size = sizeof summary};
    struct loy_cost cost = {.cost_minor = 100};
    line_add(margins, 2, 100, 1000, cost, LOY_OK);
    line_add(margins, 1, 100, 1000, cost, LOY_E_ARGUMENT);
    line_add(margins, 2, 100, INT64_MAX, cost, LOY_E_LIMIT);
    line_add(margins, 2, 100, 1000, (struct loy_cost){.cost_minor = INT64_MAX}, LOY_E_LIMIT);
    assert_int_equal(loy_margins_summary(margins, &summary), LOY_E_ARGUMENT);
    assert_int_equal(loy_margins_fit(margins), LOY_OK);
    assert_int_equal(loy_margins_fit(margins), LOY_E_ARGUMENT);
    line_add(margins, 3, 100, 1000, cost, LOY_E_ARGUMENT);
    loy_margins_close(margins);
    margins = margins_open(&shop);
    line_add(margins, 1, 100, 1000, unknown, LOY_OK);
    line_add(margins, 2, 100, 0, cost, LOY_OK);
    assert_int_equal(loy_margins_fit(margins), LOY_NONE);
    summary = summary_of(margins);
    assert_int_equal(summary.lines, 2);
    assert_int_equal(summary.costed, 1);
    loy_margins_close(margins);
    loy_margins_close(NULL);
    shop_close(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tax_cost_and_returns_by_hand),
        cmocka_unit_test(what_is_planted_is_found),
        cmocka_unit_test(days_of_two_zones),
        cmocka_unit_test(product_of_two_intervals),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests_name("margins", tests, NULL, NULL);
}
