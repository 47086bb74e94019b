/* SPDX-License-Identifier: MIT
 *
 * assortment_test.c - what a category sells without an alternative, or with another one: against
 * what planted weights say of the same visits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "assortment_shop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS 120

static struct loy_choice_model *model_of(const struct shop *shop, bool pooled)
{
    const struct loy_choice_options options = {
        .size = sizeof options, .pooled = pooled, .purchases_min = 1, .seed = 3};
    struct loy_choice_model *model = NULL;
    struct loy_choice_trouble trouble;
    assert_int_equal(loy_choice_fit(shop->choice, &options, &trouble, &model), LOY_OK);
    return model;
}

static struct loy_assortment find(
    const struct shop *shop, const struct loy_choice_model *model, size_t alternative, bool add)
{
    const struct loy_assortment_options options = {
        .size = sizeof options, .alternative = alternative, .add = add, .seed = 3};
    struct loy_assortment found;
    assert_int_equal(
        loy_assortment_find(shop->choice, model, shop->visits, &options, &found), LOY_OK);
    return found;
}

static double others_sum(const struct loy_assortment *found)
{
    double sum = 0;
    for (size_t i = 0; i < SHOP_ALTERNATIVES; i++)
        sum += found->others[i].mean;
    return sum;
}

/* Within three times of the 80 % interval, which is far outside of what chance does. */
static void assert_near(struct loy_assortment_share share, double truth, const char *what)
{
    double wide = 3 * (share.high - share.low) / 2;
    print_message("%-10s %.3f (%.3f to %.3f), planted %.3f\n", what, share.mean, share.low,
        share.high, truth);
    assert_true(share.low <= share.mean && share.mean <= share.high);
    assert_true(wide > 0 && wide < .5);
    assert_true(fabs(share.mean - truth) < wide);
}

static void assert_found(const struct loy_assortment *found, const struct shop_truth *truth)
{
    assert_true(found->total_known);
    assert_near(found->total, truth->total, "total");
    assert_near(found->nothing, truth->nothing, "nothing");
    assert_near(found->share, truth->share, "share");
    for (size_t k = 0; k < SHOP_ALTERNATIVES; k++)
        if (truth->others[k] > 0) assert_near(found->others[k], truth->others[k], "other");
    assert_true(fabs(others_sum(found) + found->nothing.mean - 1) < 1e-9);
}

static void sales_change(void **state)
{
    (void)state;
    const struct shop_plan plan = {.members = MEMBERS, .visits = 40, .pull = .6, .seed = 5};
    struct shop shop;
    shop_make(&plan, &shop);
    struct loy_choice_model *model = model_of(&shop, false);
    struct loy_assortment found = find(&shop, model, 0, false);
    assert_int_equal(found.members, MEMBERS);
    assert_int_equal(found.visits, MEMBERS * 40);
    assert_int_equal(found.missed, 0);
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    assert_int_equal(found.purchases, summary.occasions);
    assert_true(fabs(found.pull - .6) < 3 * found.pull_error);
    assert_found(&found, &shop.without[0]);
    /* The seasonal one came at prices of all kinds; its mean is near the usual one. */
    found = find(&shop, model, SHOP_SEASONAL, true);
    assert_int_equal(found.missed, MEMBERS * 14);
    assert_found(&found, &shop.with);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Where nothing on the shelf ever changes nobody knows what a change would do: not the total. */
static void still_shelf_is_silent(void **state)
{
    (void)state;
    const struct shop_plan plan = {
        .members = MEMBERS, .visits = 30, .pull = .6, .still = true, .seed = 6};
    struct shop shop;
    shop_make(&plan, &shop);
    struct loy_choice_model *model = model_of(&shop, false);
    struct loy_assortment found = find(&shop, model, 0, false);
    assert_false(found.total_known);
    assert_true(isnan(found.total.mean) && isnan(found.nothing.low));
    assert_true(fabs(others_sum(&found) - 1) < 1e-9);
    const struct loy_assortment_options never = {
        .size = sizeof never, .alternative = SHOP_SEASONAL, .add = true};
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &never, &found), LOY_NONE);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Of purchases alone, with the same weights for all: the others gain as their chances are. */
static void purchases_alone_tell_where_to(void **state)
{
    (void)state;
    const struct shop_plan plan = {
        .members = MEMBERS, .visits = 60, .pull = .6, .still = true, .seed = 7};
    struct shop shop;
    double bought[SHOP_ALTERNATIVES] = {0}, chances[SHOP_ALTERNATIVES], weights[6];
    shop_make(&plan, &shop);
    loy_visits_close(shop.visits);
    shop.visits = NULL;
    struct loy_choice_model *model = model_of(&shop, true);
    struct loy_assortment found = find(&shop, model, 1, false);
    struct loy_choice_offer offers[SHOP_ALTERNATIVES];
    const double none[] = {0, 0};
    for (size_t c = 0; c < 6; c++) {
        struct loy_choice_coefficient value;
        assert_int_equal(loy_choice_coefficient_get(model, c, &value), LOY_OK);
        weights[c] = isnan(value.mean) ? 0 : value.mean;
    }
    for (size_t j = 0; j < SHOP_ALTERNATIVES; j++)
        offers[j] = (struct loy_choice_offer){j, none};
    assert_int_equal(
        loy_choice_chances(model, weights, offers, SHOP_ALTERNATIVES, SHOP_ALTERNATIVES, chances),
        LOY_OK);
    for (size_t j = 0; j < SHOP_ALTERNATIVES; j++)
        bought[j] = chances[j] / (1 - chances[1]);
    assert_true(fabs(found.share.mean - chances[1]) < .02);
    for (size_t j = 0; j < SHOP_ALTERNATIVES; j++)
        if (j != 1) assert_near(found.others[j], bought[j], "to");
    assert_false(found.total_known);
    assert_true(found.others[1].mean == 0 && fabs(others_sum(&found) - 1) < 1e-9);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Where the shelf moves nobody to buy, chance finds a pull below 0: then nothing is lost, and what
 * goes elsewhere is all of it, not more. */
static void parts_are_one_whole(void **state)
{
    (void)state;
    size_t below = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        const struct shop_plan plan = {.members = MEMBERS, .visits = 12, .seed = seed};
        struct shop shop;
        shop_make(&plan, &shop);
        struct loy_choice_model *model = model_of(&shop, true);
        const struct loy_assortment found = find(&shop, model, 0, false);
        below += found.pull < 0;
        assert_true(fabs(others_sum(&found) + found.nothing.mean - 1) < 1e-9);
        assert_true(found.total.high <= 0 && found.nothing.low >= 0);
        loy_choice_model_close(model);
        shop_clear(&shop);
    }
    assert_true(below > 0);
}

/* What is told of the total is that of the pull told beside it, whichever random numbers filled in
 * what the shelves were worth: with one round of them alone it differs by an eighth. */
static void total_goes_with_the_pull(void **state)
{
    (void)state;
    const struct shop_plan plan = {
        .members = MEMBERS, .visits = 12, .pull = .6, .pull_spread = .15, .seed = 1};
    struct loy_assortment_options options = {.size = sizeof options};
    double least = INFINITY, most = 0;
    struct shop shop;
    shop_make(&plan, &shop);
    struct loy_choice_model *model = model_of(&shop, true);
    for (options.seed = 1; options.seed <= 6; options.seed++) {
        struct loy_assortment found;
        assert_int_equal(
            loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_OK);
        assert_true(found.total_known);
        least = fmin(least, found.nothing.mean / found.pull);
        most = fmax(most, found.nothing.mean / found.pull);
    }
    print_message("lost by pull: %.4f to %.4f\n", least, most);
    assert_true(most < 1.08 * least);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Each round of itself knows the pull just well enough, all of them together do not. */
static void pull_hardly_known_is_silent(void **state)
{
    (void)state;
    const struct shop_plan plan = {
        .members = MEMBERS, .visits = 5, .pull = .6, .pull_spread = .15, .seed = 10};
    const struct loy_assortment_options options = {.size = sizeof options, .seed = 1};
    struct loy_assortment found;
    struct shop shop;
    shop_make(&plan, &shop);
    struct loy_choice_model *model = model_of(&shop, true);
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_OK);
    assert_true(found.pull_error > LOY_ASSORTMENT_PULL_ERROR_MAX);
    assert_false(found.total_known);
    assert_true(isnan(found.total.mean));
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Half of the members take the first nearly whenever they come, the others the second now and then:
 * where the total is not known either, the share is one of what is sold, not of visits. */
static void share_is_of_sales(void **state)
{
    (void)state;
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = 2, .attributes = 1};
    const struct loy_choice_options fit = {.size = sizeof fit, .purchases_min = 1};
    const struct loy_assortment_options options = {.size = sizeof options};
    const double none = 0;
    const struct loy_choice_offer offers[] = {{0, &none}, {1, &none}};
    struct shop shop = {0};
    struct loy_choice_model *model = NULL;
    struct loy_choice_trouble trouble;
    struct loy_assortment found;
    double sold[2] = {0};
    assert_int_equal(loy_choice_open(&settings, &shop.choice), LOY_OK);
    assert_int_equal(loy_visits_open(&settings, &shop.visits), LOY_OK);
    for (int64_t member = 1; member <= MEMBERS; member++)
        for (int64_t visit = 0; visit < 40; visit++) {
            const bool often = member % 2, bought = often ? visit % 10 > 0 : visit % 10 == 5;
            const size_t taken = (visit % 13 == 5) == often;
            assert_int_equal(loy_visits_add(shop.visits, member, offers, 2, bought), LOY_OK);
            if (!bought) continue;
            assert_int_equal(loy_choice_add(shop.choice, member, offers, 2, taken), LOY_OK);
            sold[taken]++;
        }
    assert_int_equal(loy_choice_fit(shop.choice, &fit, &trouble, &model), LOY_OK);
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_OK);
    print_message("share %.3f, sold %.3f\n", found.share.mean, sold[0] / (sold[0] + sold[1]));
    assert_false(found.total_known);
    assert_true(fabs(found.share.mean - sold[0] / (sold[0] + sold[1])) < .04);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

/* Members who all buy so often; the third alternative is there each other time. */
static struct loy_assortment by_turns_find(int64_t visits, double *sold)
{
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = 3, .attributes = 1};
    const struct loy_choice_options fit = {.size = sizeof fit, .pooled = true};
    const struct loy_assortment_options options = {.size = sizeof options, .alternative = 2};
    const double none = 0;
    const struct loy_choice_offer offers[] = {{0, &none}, {1, &none}, {2, &none}};
    struct loy_choice *choice = NULL;
    struct loy_choice_model *model = NULL;
    struct loy_choice_trouble trouble;
    struct loy_assortment found;
    double all = 0, of_it = 0;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_OK);
    for (int64_t member = 1; member <= MEMBERS; member++)
        for (int64_t visit = 0; visit < visits; visit++, all++) {
            const size_t count = visit % 2 ? 3 : 2, taken = (size_t)(member + visit / 2) % count;
            assert_int_equal(loy_choice_add(choice, member, offers, count, taken), LOY_OK);
            of_it += taken == 2;
        }
    assert_int_equal(loy_choice_fit(choice, &fit, &trouble, &model), LOY_OK);
    assert_int_equal(loy_assortment_find(choice, model, NULL, &options, &found), LOY_OK);
    loy_choice_model_close(model);
    loy_choice_close(choice);
    *sold = of_it / all;
    print_message("share %.3f, sold %.3f\n", found.share.mean, *sold);
    return found;
}

static void many_visits_of_few_members_tell(void **state)
{
    (void)state;
    double sold;
    const struct loy_assortment found = by_turns_find(400, &sold);
    assert_int_equal(found.members, MEMBERS);
    assert_true(found.visits > 15000 && found.visits < 20000);
    assert_true(llabs(2 * found.missed - found.visits) < 2000);
    assert_true(fabs(found.share.mean - sold) < .02);
}

/* Too many to look at each: what is skipped must not go with what comes by turns. */
static void skips_keep_no_beat(void **state)
{
    (void)state;
    double sold;
    const struct loy_assortment found = by_turns_find(60, &sold);
    assert_int_equal(found.visits, MEMBERS * 60);
    assert_int_equal(found.missed, MEMBERS * 30);
    assert_true(fabs(found.share.mean - sold) < .02);
}

static void run_backwards(void *user, size_t count, loy_task_fn task, void *context)
{
    (void)user;
    while (count-- > 0)
        task(context, count);
}

static void order_changes_no_byte(void **state)
{
    (void)state;
    struct shop_plan plan = {.members = MEMBERS, .visits = 12, .pull = .6, .seed = 9};
    const struct loy_executor executor = {.run = run_backwards};
    struct loy_assortment found[2];
    for (int i = 0; i < 2; i++) {
        const struct loy_assortment_options options = {
            .size = sizeof options, .alternative = 1, .executor = i ? &executor : NULL};
        struct shop shop;
        plan.reversed = i == 1;
        shop_make(&plan, &shop);
        struct loy_choice_model *model = model_of(&shop, false);
        memset(&found[i], 0, sizeof found[i]);
        assert_int_equal(
            loy_assortment_find(shop.choice, model, shop.visits, &options, &found[i]), LOY_OK);
        loy_choice_model_close(model);
        shop_clear(&shop);
    }
    assert_true(found[0].total_known);
    assert_memory_equal(&found[0].pull, &found[1].pull, sizeof found[0].pull);
    assert_memory_equal(&found[0].total, &found[1].total, sizeof found[0].total);
    assert_memory_equal(found[0].others, found[1].others, sizeof found[0].others);
}

static void too_few_tell_nothing(void **state)
{
    (void)state;
    const struct shop_plan plan = {.members = 99, .visits = 8, .pull = .6, .seed = 8};
    struct shop shop;
    shop_make(&plan, &shop);
    struct loy_choice_model *model = model_of(&shop, true);
    struct loy_assortment found;
    struct loy_assortment_options options = {.size = sizeof options};
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_NONE);
    options.alternative = SHOP_ALTERNATIVES;
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_E_ARGUMENT);
    const double wrong[] = {NAN, 0};
    options = (struct loy_assortment_options){.size = sizeof options, .attributes = wrong};
    assert_int_equal(
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found), LOY_E_ARGUMENT);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sales_change),
        cmocka_unit_test(still_shelf_is_silent),
        cmocka_unit_test(purchases_alone_tell_where_to),
        cmocka_unit_test(parts_are_one_whole),
        cmocka_unit_test(total_goes_with_the_pull),
        cmocka_unit_test(pull_hardly_known_is_silent),
        cmocka_unit_test(share_is_of_sales),
        cmocka_unit_test(many_visits_of_few_members_tell),
        cmocka_unit_test(skips_keep_no_beat),
        cmocka_unit_test(order_changes_no_byte),
        cmocka_unit_test(too_few_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
