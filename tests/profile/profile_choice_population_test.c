/* SPDX-License-Identifier: MIT
 *
 * profile_choice_population_test.c - the hierarchical choice model finds the population that was
 * planted in simulated households: means, spreads, what traits do; and its holdout beats its rivals
 * where it must and tells of them what plain counting tells. The siblings on real data are in
 * profile_choice_reference_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice_households.h"
#include "near.h"

#include <math.h>
#include <string.h>

enum { ORDER = 5 };

static struct loy_choice_model *model_of(const struct loy_choice_options *options,
    const struct households *households, struct loy_choice_trouble *trouble)
{
    struct loy_choice_model *model = NULL;
    struct loy_choice *choice = households_choice(households);
    assert_int_equal(loy_choice_fit(choice, options, trouble, &model), LOY_OK);
    loy_choice_close(choice);
    return model;
}

static struct loy_choice_model *hierarchy_of(const struct households *households, uint8_t holdout)
{
    const struct loy_choice_options options = {
        .size = sizeof options, .seed = 2, .holdout = holdout};
    struct loy_choice_trouble trouble = {0};
    struct loy_choice_model *model = model_of(&options, households, &trouble);
    assert_int_equal(trouble.problem, LOY_CHOICE_NO_PROBLEM);
    return model;
}

/* ---- What was planted -------------------------------------------------------------------------
 */

static void means_and_spreads(void **state)
{
    (void)state;
    enum { MEMBERS = 500 };
    struct households households;
    struct planted planted = planted_three_brands();
    planted.gap = 0.1;
    planted_simulate(&planted, MEMBERS, 10, 8, &households, NULL);
    struct loy_choice_model *model = hierarchy_of(&households, LOY_HOLDOUT_NONE);
    for (size_t i = 0; i < ORDER; i++) {
        struct loy_choice_coefficient told;
        double spread = planted_spread(&planted, i);
        assert_int_equal(loy_choice_coefficient_get(model, i, &told), LOY_OK);
        print_message("%zu: %.3f (%.3f) spread %.3f, planted %.3f %.3f\n", i, told.mean,
            told.standard_error, told.spread, planted.mean[i], spread);
        assert_near(told.mean, planted.mean[i], 3 * told.standard_error);
        assert_near(told.spread / spread, 1, 0.3);
        // Not below what it would be if each member's weights were seen themselves.
        assert_true(told.standard_error > spread / sqrt(MEMBERS));
        assert_true(told.standard_error < 4 * spread / sqrt(MEMBERS));
    }
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    assert_int_equal(summary.members, MEMBERS);
    assert_int_equal(summary.occasions, MEMBERS * 10);
    assert_int_equal(summary.coefficients, ORDER);
    loy_choice_model_close(model);
    households_close(&households);
}

static void traits_shop(struct planted *planted, struct households *households)
{
    *planted = planted_three_brands();
    planted->settings.traits = 2;
    planted->effect[0][0] = 0.9;
    planted->effect[1][2] = -0.8;
    planted_simulate(planted, 400, 10, 9, households, NULL);
}

static void trait_effects(void **state)
{
    (void)state;
    struct planted planted;
    struct households households;
    traits_shop(&planted, &households);
    struct loy_choice_model *model = hierarchy_of(&households, LOY_HOLDOUT_NONE);
    // Told in another unit, from another origin, and last: what was told first is forgotten.
    for (size_t m = 0, count = households.trait_count; m < count; m++) {
        struct household_trait trait = households.traits[m];
        const double other[2] = {trait.values[0] * 1000 + 30, trait.values[1]};
        households_add_trait(&households, trait.member, other);
    }
    struct loy_choice_model *thousand = hierarchy_of(&households, LOY_HOLDOUT_NONE);
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < ORDER; i++) {
            double effect, error, small, small_error, factor = t == 0 ? 1000 : 1;
            assert_int_equal(loy_choice_trait_effect(model, t, i, &effect, &error), LOY_OK);
            assert_near(effect, planted.effect[t][i], 3.3 * error);
            assert_true(error > 0.02 && error < 0.3);
            assert_int_equal(loy_choice_trait_effect(thousand, t, i, &small, &small_error), LOY_OK);
            assert_near(small * factor, effect, 1e-6);
            assert_near(small_error * factor, error, 1e-6);
        }
    double effect, error;
    assert_int_equal(loy_choice_trait_effect(model, 2, 0, &effect, &error), LOY_E_ARGUMENT);
    loy_choice_model_close(thousand);
    loy_choice_model_close(model);
    households_close(&households);
}

/* A third of the members told nothing: they count as the mean, not as zero. */
static void traits_unknown(void **state)
{
    (void)state;
    struct planted planted;
    struct households households;
    traits_shop(&planted, &households);
    for (size_t m = 0; m < households.trait_count; m++)
        households.traits[m].values[0] += 50;
    households.trait_count = households.trait_count * 2 / 3;
    struct loy_choice_model *model = hierarchy_of(&households, LOY_HOLDOUT_NONE);
    double effect, error;
    struct loy_choice_coefficient told;
    assert_int_equal(loy_choice_trait_effect(model, 0, 0, &effect, &error), LOY_OK);
    assert_near(effect, 0.9, 3.3 * error);
    assert_int_equal(loy_choice_coefficient_get(model, 0, &told), LOY_OK);
    assert_near(told.mean, planted.mean[0], 0.5);
    loy_choice_model_close(model);
    households_close(&households);
}

/* Three purchases each, at prices that hardly ever move: none tells much of himself, and rounds of
 * Gibbs alone stay where they begin. Nobody can know the population better than somebody who takes
 * all members for one. */
static void members_that_tell_little(void **state)
{
    (void)state;
    struct households households;
    struct planted planted = planted_three_brands();
    planted.settings.traits = 1;
    planted.staying = 0.9;
    planted.effect[0][2] = -1.5;
    planted_simulate(&planted, 1000, 3, 21, &households, NULL);
    const struct loy_choice_options options = {.size = sizeof options, .purchases_min = 1},
                                    pooled = {.size = sizeof pooled, .pooled = true};
    struct loy_choice_trouble trouble = {0};
    struct loy_choice_model *model = model_of(&options, &households, &trouble);
    struct loy_choice_model *one = model_of(&pooled, &households, &trouble);
    double effect, error;
    assert_int_equal(loy_choice_trait_effect(model, 0, 2, &effect, &error), LOY_OK);
    print_message("effect %.3f (%.3f), planted %.3f\n", effect, error, planted.effect[0][2]);
    assert_near(effect, planted.effect[0][2], 3 * error);
    for (size_t i = 0; i < ORDER; i++) {
        struct loy_choice_coefficient told, simple;
        assert_int_equal(loy_choice_coefficient_get(model, i, &told), LOY_OK);
        assert_int_equal(loy_choice_coefficient_get(one, i, &simple), LOY_OK);
        print_message("%zu: %.3f (%.3f), planted %.3f, pooled error %.3f\n", i, told.mean,
            told.standard_error, planted.mean[i], simple.standard_error);
        assert_near(told.mean, planted.mean[i], 3 * told.standard_error);
        assert_true(told.standard_error > simple.standard_error);
        assert_true(told.standard_error < 3 * simple.standard_error);
    }
    loy_choice_model_close(one);
    loy_choice_model_close(model);
    households_close(&households);
}

/* ---- The holdout ------------------------------------------------------------------------------
 */

/* Plain counting of the last occasions: the shares of all others among what was on offer, and what
 * was bought the time before. */
static void counted(const struct households *households, size_t occasions,
    struct loy_choice_score *shares, double *same_as_last)
{
    double bought[3] = {0}, members = (double)(households->count / occasions);
    for (size_t i = 0; i < households->count; i++) {
        const struct household_occasion *at = &households->occasions[i];
        if (i % occasions != occasions - 1) bought[at->offers[at->bought].alternative]++;
    }
    *shares = (struct loy_choice_score){0};
    *same_as_last = 0;
    for (size_t i = occasions - 1; i < households->count; i += occasions) {
        const struct household_occasion *at = &households->occasions[i];
        double all = 0, largest = 0;
        for (size_t j = 0; j < at->count; j++) {
            all += bought[at->offers[j].alternative];
            largest = fmax(largest, bought[at->offers[j].alternative]);
        }
        double own = bought[at->offers[at->bought].alternative];
        shares->log_score += log(own / all) / members;
        shares->hit_rate += (own == largest) / members;
        *same_as_last +=
            ((int)at->offers[at->bought].alternative == bought_before(households, i)) / members;
    }
}

static void holdout(void **state)
{
    (void)state;
    enum { MEMBERS = 400, OCCASIONS = 10 };
    struct households households;
    struct planted planted = planted_three_brands();
    planted.gap = 0.15;
    planted_simulate(&planted, MEMBERS, OCCASIONS, 4, &households, NULL);
    struct loy_choice_model *model = hierarchy_of(&households, LOY_HOLDOUT_LAST);
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    assert_int_equal(summary.occasions, MEMBERS * (OCCASIONS - 1));
    struct loy_choice_holdout_result told;
    assert_int_equal(loy_choice_holdout_get(model, &told), LOY_OK);
    assert_int_equal(told.members, MEMBERS);
    struct loy_choice_score shares;
    double same_as_last;
    counted(&households, OCCASIONS, &shares, &same_as_last);
    const struct loy_choice_score *by = told.rivals;
    assert_near(by[LOY_RIVAL_SHARES].log_score, shares.log_score, 1e-9);
    assert_near(by[LOY_RIVAL_SHARES].hit_rate, shares.hit_rate, 1e-9);
    assert_near(by[LOY_RIVAL_SAME_AS_LAST].hit_rate, same_as_last, 1e-9);
    assert_true(isnan(by[LOY_RIVAL_SAME_AS_LAST].log_score));
    double best = -INFINITY;
    for (int r = LOY_RIVAL_POOLED; r <= LOY_RIVAL_OWN_SHARES; r++)
        best = fmax(best, by[r].log_score);
    assert_true(by[LOY_RIVAL_MODEL].log_score > best + 0.05);
    assert_true(by[LOY_RIVAL_OWN_SHARES].log_score > by[LOY_RIVAL_SHARES].log_score);
    assert_near(told.gain, by[LOY_RIVAL_MODEL].log_score - best, 1e-9);
    assert_true(told.gain_low > 0 && told.gain_low < told.gain && told.gain < told.gain_high);
    for (size_t i = 0; i < 5; i++) {
        assert_true(i == 0 || told.stated[i] > told.stated[i - 1]);
        assert_near(told.observed[i], told.stated[i], 0.17);
    }
    loy_choice_model_close(model);
    households_close(&households);
}

/* The occasion kept out must not be known to the fit: changing what was bought there changes
 * neither the population nor what a rival says of it. */
static void held_is_unseen(void **state)
{
    (void)state;
    enum { MEMBERS = 120, OCCASIONS = 7 };
    struct households households;
    struct planted planted = planted_three_brands();
    planted_simulate(&planted, MEMBERS, OCCASIONS, 14, &households, NULL);
    struct loy_choice_model *plain = hierarchy_of(&households, LOY_HOLDOUT_LAST);
    for (size_t i = OCCASIONS - 1; i < households.count; i += OCCASIONS)
        households.occasions[i].bought = (households.occasions[i].bought + 1) % 3;
    struct loy_choice_model *other = hierarchy_of(&households, LOY_HOLDOUT_LAST);
    for (size_t i = 0; i < ORDER; i++) {
        struct loy_choice_coefficient a, b;
        assert_int_equal(loy_choice_coefficient_get(plain, i, &a), LOY_OK);
        assert_int_equal(loy_choice_coefficient_get(other, i, &b), LOY_OK);
        assert_true(a.mean == b.mean && a.spread == b.spread);
    }
    struct loy_choice_holdout_result a, b;
    assert_int_equal(loy_choice_holdout_get(plain, &a), LOY_OK);
    assert_int_equal(loy_choice_holdout_get(other, &b), LOY_OK);
    assert_true(b.rivals[LOY_RIVAL_MODEL].log_score < a.rivals[LOY_RIVAL_MODEL].log_score - 0.3);
    assert_memory_equal(a.stated, b.stated, sizeof a.stated);
    loy_choice_model_close(other);
    loy_choice_model_close(plain);
    households_close(&households);
}

static void holdout_none(void **state)
{
    (void)state;
    struct households households;
    struct planted planted = planted_three_brands();
    planted_simulate(&planted, 110, 6, 14, &households, NULL);
    struct loy_choice_model *model = hierarchy_of(&households, LOY_HOLDOUT_NONE);
    struct loy_choice_holdout_result result;
    assert_int_equal(loy_choice_holdout_get(model, &result), LOY_NONE);
    loy_choice_model_close(model);
    households_close(&households);
}

/* ---- Few members --------------------------------------------------------------------------------
 */

static void few_members(void **state)
{
    (void)state;
    const struct loy_choice_options options = {.size = sizeof options};
    struct planted planted = planted_three_brands();
    for (int missing = 0; missing < 2; missing++) {
        struct households households;
        struct loy_choice_trouble trouble = {0};
        struct loy_choice_summary summary;
        planted_simulate(
            &planted, LOY_CHOICE_MEMBERS_MIN - (size_t)missing, 6, 1, &households, NULL);
        struct loy_choice_model *model = model_of(&options, &households, &trouble);
        loy_choice_summary_get(model, &summary);
        assert_int_equal(summary.hierarchical, !missing);
        assert_int_equal(trouble.problem, missing ? LOY_CHOICE_FEW_MEMBERS : LOY_CHOICE_NO_PROBLEM);
        loy_choice_model_close(model);
        households_close(&households);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(means_and_spreads),
        cmocka_unit_test(trait_effects), cmocka_unit_test(traits_unknown),
        cmocka_unit_test(members_that_tell_little), cmocka_unit_test(holdout),
        cmocka_unit_test(held_is_unseen), cmocka_unit_test(holdout_none),
        cmocka_unit_test(few_members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
