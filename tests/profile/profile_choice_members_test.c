/* SPDX-License-Identifier: MIT
 *
 * profile_choice_members_test.c - what the hierarchical choice model says of one member, on
 * simulated households: against quadrature, after a basket, without any, and what must not matter
 * (order of members, number of threads, units).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice_households.h"
#include "near.h"

#include "profile/choice_private.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER = 5, MEMBERS = 60, OCCASIONS = 8, MODEL_MAX = 200000 };

static struct loy_choice_options fit_options(void)
{
    return (struct loy_choice_options){.size = sizeof(struct loy_choice_options), .seed = 11};
}

static struct loy_choice_model *model_of(
    struct loy_choice *choice, const struct loy_choice_options *options)
{
    struct loy_choice_trouble trouble = {0};
    struct loy_choice_model *model = NULL;
    assert_int_equal(loy_choice_fit(choice, options, &trouble, &model), LOY_OK);
    assert_int_equal(trouble.problem, LOY_CHOICE_NO_PROBLEM);
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    assert_true(summary.hierarchical);
    return model;
}

static void shop(struct households *households)
{
    struct planted planted = planted_three_brands();
    planted.gap = 0.1;
    planted_simulate(&planted, MEMBERS, OCCASIONS, 3, households, NULL);
}

/* All that can be told, zeroed before so that bytes compare. */
struct told {
    size_t model_size;
    unsigned char model[MODEL_MAX];
    struct loy_choice_member members[MEMBERS];
    struct loy_choice_holdout_result holdout;
};

static struct told *told_by(struct loy_choice *choice, const struct loy_choice_options *options)
{
    struct told *told = calloc(1, sizeof *told);
    assert_non_null(told);
    struct loy_choice_model *model = model_of(choice, options);
    assert_int_equal(
        loy_choice_model_save(model, told->model, MODEL_MAX, &told->model_size), LOY_OK);
    for (size_t m = 0; m < MEMBERS; m++)
        assert_int_equal(
            loy_choice_member_get(choice, model, planted_member(m), &told->members[m]), LOY_OK);
    if (options->holdout != LOY_HOLDOUT_NONE)
        assert_int_equal(loy_choice_holdout_get(model, &told->holdout), LOY_OK);
    loy_choice_model_close(model);
    return told;
}

static void same_bytes(const struct told *a, const struct told *b)
{
    assert_int_equal(a->model_size, b->model_size);
    assert_memory_equal(a->model, b->model, a->model_size);
    assert_memory_equal(a->members, b->members, sizeof a->members);
    assert_memory_equal(&a->holdout, &b->holdout, sizeof a->holdout);
}

/* ---- The same bytes ---------------------------------------------------------------------------
 */

/* Members in turns, the last one first. */
static void order_of_members(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    struct loy_choice_options options = fit_options();
    options.holdout = LOY_HOLDOUT_HASH;
    struct loy_choice *plain = households_choice(&households), *mixed = NULL;
    assert_int_equal(loy_choice_open(&households.settings, &mixed), LOY_OK);
    for (size_t i = 0; i < OCCASIONS; i++)
        for (size_t m = MEMBERS; m-- > 0;)
            choice_give(mixed, &households.occasions[m * OCCASIONS + i]);
    struct told *first = told_by(plain, &options), *second = told_by(mixed, &options);
    same_bytes(first, second);
    free(second);
    free(first);
    loy_choice_close(mixed);
    loy_choice_close(plain);
    households_close(&households);
}

struct crew {
    atomic_size_t next;
    size_t count;
    loy_task_fn task;
    void *context;
};

static void *crew_work(void *user)
{
    struct crew *crew = user;
    for (size_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->count;)
        crew->task(crew->context, crew->count - 1 - i);
    return NULL;
}

/* In several threads, the last task first. */
static void crew_run(void *user, size_t count, loy_task_fn task, void *context)
{
    enum { THREADS_MAX = 8 };
    pthread_t threads[THREADS_MAX];
    struct crew crew = {.count = count, .task = task, .context = context};
    atomic_init(&crew.next, 0);
    int wanted = *(int *)user;
    for (int i = 0; i < wanted; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crew_work, &crew), 0);
    for (int i = 0; i < wanted; i++)
        pthread_join(threads[i], NULL);
}

static void threads(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    struct loy_choice_options options = fit_options();
    options.holdout = LOY_HOLDOUT_LAST;
    struct loy_choice *choice = households_choice(&households);
    struct told *one = told_by(choice, &options);
    for (int count = 1; count <= 5; count += 2) {
        const struct loy_executor executor = {crew_run, &count};
        options.executor = &executor;
        struct told *many = told_by(choice, &options);
        same_bytes(one, many);
        free(many);
    }
    free(one);
    loy_choice_close(choice);
    households_close(&households);
}

static void seeds_differ(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    struct loy_choice_options options = fit_options();
    struct loy_choice *choice = households_choice(&households);
    struct told *one = told_by(choice, &options);
    options.seed++;
    struct told *two = told_by(choice, &options);
    assert_memory_not_equal(one->members, two->members, sizeof one->members);
    for (size_t m = 0; m < MEMBERS; m++)
        for (size_t i = 0; i < ORDER; i++)
            assert_near(one->members[m].mean[i], two->members[m].mean[i], 0.5);
    free(two);
    free(one);
    loy_choice_close(choice);
    households_close(&households);
}

/* ---- After a basket ---------------------------------------------------------------------------
 */

static void member_of(const struct loy_choice *choice, const struct loy_choice_model *model,
    int64_t member, struct loy_choice_member *weights)
{
    memset(weights, 0, sizeof *weights);
    assert_int_equal(loy_choice_member_get(choice, model, member, weights), LOY_OK);
}

/* With the population as it is: alone, among all, and through saved bytes. */
static void update_is_rebuild(void **state)
{
    (void)state;
    struct households households;
    static struct loy_choice_member among, alone, kept, before;
    static unsigned char bytes[MODEL_MAX];
    size_t size = 0;
    shop(&households);
    struct loy_choice_options options = fit_options();
    struct loy_choice *all = households_choice(&households), *one = NULL;
    struct loy_choice_model *model = model_of(all, &options), *loaded = NULL;
    assert_int_equal(loy_choice_model_save(model, bytes, sizeof bytes, &size), LOY_OK);
    assert_int_equal(loy_choice_model_load(bytes, size, &loaded), LOY_OK);
    struct household_occasion basket = households.occasions[3];
    basket.member = planted_member(40);
    member_of(all, model, basket.member, &before);
    choice_give(all, &basket);
    member_of(all, model, basket.member, &among);
    assert_int_equal(among.occasions, OCCASIONS + 1);
    assert_true(memcmp(before.mean, among.mean, sizeof among.mean) != 0);
    assert_int_equal(loy_choice_open(&households.settings, &one), LOY_OK);
    for (size_t i = 0; i < OCCASIONS; i++)
        choice_give(one, &households.occasions[40 * OCCASIONS + i]);
    choice_give(one, &basket);
    member_of(one, model, basket.member, &alone);
    assert_memory_equal(&among, &alone, sizeof among);
    member_of(one, loaded, basket.member, &kept);
    assert_memory_equal(&among, &kept, sizeof among);
    loy_choice_model_close(loaded);
    loy_choice_model_close(model);
    loy_choice_close(one);
    loy_choice_close(all);
    households_close(&households);
}

static void nobody(void **state)
{
    (void)state;
    struct households households;
    static struct loy_choice_member weights;
    shop(&households);
    struct loy_choice_options options = fit_options();
    struct loy_choice *choice = households_choice(&households);
    struct loy_choice_model *model = model_of(choice, &options);
    assert_int_equal(loy_choice_member_get(choice, model, -5, &weights), LOY_NONE);
    assert_int_equal(weights.occasions, 0);
    for (size_t i = 0; i < ORDER; i++) {
        struct loy_choice_coefficient value;
        assert_int_equal(loy_choice_coefficient_get(model, i, &value), LOY_OK);
        assert_near(weights.mean[i], value.mean, 1e-12);
    }
    struct loy_choice_coefficient beyond;
    assert_int_equal(loy_choice_coefficient_get(model, ORDER, &beyond), LOY_E_ARGUMENT);
    loy_choice_model_close(model);
    options.pooled = true;
    struct loy_choice_trouble trouble;
    assert_int_equal(loy_choice_fit(choice, &options, &trouble, &model), LOY_OK);
    assert_int_equal(loy_choice_member_get(choice, model, planted_member(0), &weights), LOY_NONE);
    loy_choice_model_close(model);
    loy_choice_close(choice);
    households_close(&households);
}

/* ---- Units ------------------------------------------------------------------------------------
 */

static void told_near(const struct told *a, const struct told *b, double price, double tolerance)
{
    for (size_t m = 0; m < MEMBERS; m++)
        for (size_t i = 0; i < ORDER; i++) {
            double factor = i == 2 ? price : 1;
            const struct loy_choice_member *x = &a->members[m], *y = &b->members[m];
            assert_near(x->mean[i], y->mean[i] * factor, tolerance);
            assert_near(x->low[i], y->low[i] * factor, tolerance);
            assert_near(x->high[i], y->high[i] * factor, tolerance);
            assert_near(x->reliability[i], y->reliability[i], tolerance);
        }
    assert_near(a->holdout.rivals[LOY_RIVAL_MODEL].log_score,
        b->holdout.rivals[LOY_RIVAL_MODEL].log_score, tolerance);
}

static void attribute_change(struct households *households, double factor, double plus)
{
    for (size_t i = 0; i < households->count; i++)
        for (size_t j = 0; j < households->occasions[i].count; j++) {
            double *value = &households->occasions[i].offers[j].attributes[0];
            *value = *value * factor + plus;
        }
}

static void units_compare(struct households *households, double factor, double plus)
{
    struct loy_choice_options options = fit_options();
    options.holdout = LOY_HOLDOUT_LAST;
    struct loy_choice *choice = households_choice(households);
    struct told *first = told_by(choice, &options);
    loy_choice_close(choice);
    attribute_change(households, factor, plus);
    choice = households_choice(households);
    struct told *second = told_by(choice, &options);
    loy_choice_close(choice);
    told_near(first, second, factor, 1e-7);
    free(second);
    free(first);
}

static void price_times_constant(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    units_compare(&households, 1, log(7.3));
    households_close(&households);
}

static void price_in_cents(void **state)
{
    (void)state;
    struct households households;
    shop(&households);
    attribute_change(&households, 1, 3);
    households.settings.scaled[0] = true;
    units_compare(&households, 100, 0);
    households_close(&households);
}

/* ---- Against quadrature ------------------------------------------------------------------------
 */

/* Two brands and a price: two coefficients, so that a grid of the plane is exact enough. */
static struct planted two_brands(void)
{
    struct planted planted = {
        .settings = {.size = sizeof planted.settings, .alternatives = 2, .attributes = 1},
        .order = 2,
        .mean = {0.4, -2},
        .root = {1.5, 0, 0.5, 1.2}};
    return planted;
}

struct exact {
    double mean[2], variance[2], log_marginal;
    double below[2]; /* probability below the interval's low end, and above its high one */
    double above[2];
};

static double prior_density(const struct choice_population *population, const double *at)
{
    const double *s = population->covariance, *mean = population->delta;
    double determinant = s[0] * s[3] - s[1] * s[2], x = at[0] - mean[0], y = at[1] - mean[1];
    double distance = (s[3] * x * x - 2 * s[1] * x * y + s[0] * y * y) / determinant;
    return exp(-distance / 2) / (2 * 3.14159265358979323846 * sqrt(determinant));
}

static struct exact quadrature(const struct households *one,
    const struct choice_population *population, const struct loy_choice_member *told)
{
    enum { STEPS = 160 };
    struct exact exact = {0};
    double sum = 0, step[2];
    for (size_t i = 0; i < 2; i++)
        step[i] = 14 * sqrt(population->covariance[i * 3]) / STEPS;
    for (int a = 0; a <= STEPS; a++)
        for (int b = 0; b <= STEPS; b++) {
            const double at[2] = {population->delta[0] + (a - STEPS / 2) * step[0],
                population->delta[1] + (b - STEPS / 2) * step[1]};
            double weight = prior_density(population, at) * exp(households_likelihood(one, at));
            sum += weight;
            for (size_t i = 0; i < 2; i++) {
                exact.mean[i] += weight * at[i];
                exact.variance[i] += weight * at[i] * at[i];
                exact.below[i] += at[i] < told->low[i] ? weight : 0;
                exact.above[i] += at[i] > told->high[i] ? weight : 0;
            }
        }
    for (size_t i = 0; i < 2; i++) {
        exact.mean[i] /= sum;
        exact.variance[i] = exact.variance[i] / sum - exact.mean[i] * exact.mean[i];
        exact.below[i] /= sum;
        exact.above[i] /= sum;
    }
    exact.log_marginal = log(sum * step[0] * step[1]);
    return exact;
}

static void against_quadrature(void **state)
{
    (void)state;
    struct households households;
    const struct planted planted = two_brands();
    planted_simulate(&planted, MEMBERS, 6, 21, &households, NULL);
    struct loy_choice_options options = fit_options();
    struct loy_choice *choice = households_choice(&households);
    struct loy_choice_model *model = model_of(choice, &options);
    double shift[2] = {0}, tails = 0, log_likelihood = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        static struct loy_choice_member told;
        struct households one;
        member_of(choice, model, planted_member(m), &told);
        households_open(&one, &planted.settings);
        for (size_t i = 0; i < 6; i++)
            households_add(&one, &households.occasions[m * 6 + i]);
        struct exact exact = quadrature(&one, &model->population, &told);
        log_likelihood += exact.log_marginal;
        for (size_t i = 0; i < 2; i++) {
            double deviation = sqrt(exact.variance[i]);
            assert_near(told.mean[i], exact.mean[i], 0.25 * deviation);
            assert_near(told.covariance[i * 3], exact.variance[i], 0.35 * exact.variance[i]);
            double known = 1 - told.covariance[i * 3] / model->population.covariance[i * 3];
            assert_near(told.reliability[i], fmax(known, 0), 1e-9);
            shift[i] += (told.mean[i] - exact.mean[i]) / deviation / MEMBERS;
            tails += (exact.below[i] + exact.above[i]) / (2 * MEMBERS);
        }
        households_close(&one);
    }
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    assert_near(summary.log_likelihood, log_likelihood, 0.5);
    assert_near(shift[0], 0, 0.02);
    assert_near(shift[1], 0, 0.02);
    assert_near(tails, 0.2, 0.01);
    loy_choice_model_close(model);
    loy_choice_close(choice);
    households_close(&households);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(order_of_members),
        cmocka_unit_test(threads), cmocka_unit_test(seeds_differ),
        cmocka_unit_test(update_is_rebuild), cmocka_unit_test(nobody),
        cmocka_unit_test(price_times_constant), cmocka_unit_test(price_in_cents),
        cmocka_unit_test(against_quadrature)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
