/* SPDX-License-Identifier: MIT
 *
 * profile_choice_trouble_test.c - what the choice model does with data that have no answer, with
 * wrong calls, bytes that are no model, no memory and a caller who has had enough. Never NaN where
 * a number is told, never a made-up one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "choice_households.h"
#include "near.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER = 5, PRICE = 2, PROMOTION = 3, MODEL_MAX = 100000 };

/* ---- Allocations that fail ----------------------------------------------------------------------
 */

static struct {
    bool armed, stays, failed;
    long left;
} fault;

static bool fails(void)
{
    if (!fault.armed || fault.left == 0) return false;
    if (fault.left > 1) {
        fault.left--;
        return false;
    }
    if (!fault.stays) fault.left = 0;
    fault.failed = true;
    return true;
}

/* The linker leads the library's own calls here (--wrap). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

/* ---- Shops
 * ---------------------------------------------------------------------------------------- */

static void shop(struct households *households, size_t members)
{
    struct planted planted = planted_three_brands();
    planted_simulate(&planted, members, 8, 17, households, NULL);
}

static void options_all(struct loy_choice_options *options)
{
    *options = (struct loy_choice_options){.size = sizeof *options, .holdout = LOY_HOLDOUT_LAST};
}

/* Fits; what is told must be numbers or, where a coefficient was left out, NaN. */
static enum loy_status troubled(const struct households *households, bool pooled,
    struct loy_choice_trouble *trouble, struct loy_choice_model **model)
{
    struct loy_choice_options options;
    options_all(&options);
    options.pooled = pooled;
    struct loy_choice *choice = households_choice(households);
    *model = NULL;
    *trouble = (struct loy_choice_trouble){0};
    enum loy_status status = loy_choice_fit(choice, &options, trouble, model);
    assert_true((status == LOY_OK) == (*model != NULL));
    loy_choice_close(choice);
    return status;
}

static void no_model(const struct households *households, uint8_t problem, size_t coefficient)
{
    for (int pooled = 0; pooled < 2; pooled++) {
        struct loy_choice_trouble trouble;
        struct loy_choice_model *model;
        assert_int_equal(troubled(households, pooled, &trouble, &model), LOY_NONE);
        assert_int_equal(trouble.problem, problem);
        if (coefficient < ORDER) assert_int_equal(trouble.coefficient, coefficient);
    }
}

static void left_out(const struct households *households, size_t coefficient)
{
    for (int pooled = 0; pooled < 2; pooled++) {
        struct loy_choice_trouble trouble;
        struct loy_choice_model *model;
        assert_int_equal(troubled(households, pooled, &trouble, &model), LOY_OK);
        assert_int_equal(trouble.problem, LOY_CHOICE_CONSTANT);
        assert_int_equal(trouble.coefficient, coefficient);
        for (size_t i = 0; i < ORDER; i++) {
            struct loy_choice_coefficient told;
            assert_int_equal(loy_choice_coefficient_get(model, i, &told), LOY_OK);
            assert_int_equal(!isnan(told.mean), i != coefficient);
            assert_int_equal(!isnan(told.standard_error), i != coefficient);
        }
        loy_choice_model_close(model);
    }
}

/* ---- Data without an answer ---------------------------------------------------------------------
 */

static void nothing(void **state)
{
    (void)state;
    struct households households;
    struct planted planted = planted_three_brands();
    households_open(&households, &planted.settings);
    no_model(&households, LOY_CHOICE_NO_OCCASIONS, ORDER);
    planted_simulate(&planted, 200, 4, 1, &households, NULL);
    no_model(&households, LOY_CHOICE_NO_OCCASIONS, ORDER);
    households_close(&households);
}

static void one_alternative(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 70);
    for (size_t i = 0; i < households.count; i++)
        households.occasions[i].bought = 1;
    no_model(&households, LOY_CHOICE_ONE_ALTERNATIVE, ORDER);
    for (size_t i = 0; i < households.count; i++) {
        households.occasions[i].count = 1;
        households.occasions[i].bought = 0;
    }
    no_model(&households, LOY_CHOICE_NO_OCCASIONS, ORDER);
    households_close(&households);
}

static int brand_compare(const void *first, const void *second)
{
    const struct household_occasion *a = first, *b = second;
    return (int)a->offers[a->bought].alternative - (int)b->offers[b->bought].alternative;
}

static void sorted_by_choice(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 70);
    for (size_t i = 0; i < households.count; i += 8)
        qsort(households.occasions + i, 8, sizeof *households.occasions, brand_compare);
    no_model(&households, LOY_CHOICE_SORTED, ORDER);
    households_close(&households);
}

/* Members who nearly always stay with what they bought: real, not sorted. */
static void loyal_is_not_sorted(void **state)
{
    (void)state;
    struct households households;
    struct planted planted = planted_three_brands();
    planted.mean[4] = 2.5;
    planted_simulate(&planted, 70, 20, 17, &households, NULL);
    size_t same = 0, all = 0;
    for (size_t i = 0; i < households.count; i++) {
        const struct household_occasion *at = &households.occasions[i];
        if (i % 20 == 0) continue;
        all++;
        same += (int)at->offers[at->bought].alternative == bought_before(&households, i);
    }
    assert_true((double)same > 0.8 * (double)all);
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model;
    assert_int_equal(troubled(&households, false, &trouble, &model), LOY_OK);
    assert_int_equal(trouble.problem, LOY_CHOICE_NO_PROBLEM);
    loy_choice_model_close(model);
    households_close(&households);
}

static void attribute_set(struct households *households, size_t attribute, const double *values)
{
    for (size_t i = 0; i < households->count; i++)
        for (size_t j = 0; j < households->occasions[i].count; j++)
            households->occasions[i].offers[j].attributes[attribute] = values[j];
}

/* Prices that stand still, all of them dearer together, a promotion never or always on. */
static void constant_attributes(void **state)
{
    (void)state;
    static const double still[3] = {0.1, 0.3, 0.7}, never[3] = {0}, always[3] = {1, 1, 1};
    struct households households;
    shop(&households, 70);
    attribute_set(&households, 0, still);
    left_out(&households, PRICE);
    for (size_t i = 0; i < households.count; i++)
        for (size_t j = 0; j < households.occasions[i].count; j++)
            households.occasions[i].offers[j].attributes[0] += 0.01 * (double)(i % 40);
    left_out(&households, PRICE);
    // One of them not seen before the others moved.
    for (size_t i = 0; i < households.count; i++) {
        if (i >= 100 || households.occasions[i].bought == 2) continue;
        households.occasions[i].count = 2;
    }
    left_out(&households, PRICE);
    households_close(&households);
    shop(&households, 70);
    attribute_set(&households, 1, never);
    left_out(&households, PROMOTION);
    attribute_set(&households, 1, always);
    left_out(&households, PROMOTION);
    households_close(&households);
}

/* Whatever is on promotion is bought: no finite weight is large enough. The hierarchy has a prior
 * and an answer, the pooled one has none. */
static void separated(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 70);
    for (size_t i = 0; i < households.count; i++)
        for (size_t j = 0; j < households.occasions[i].count; j++)
            households.occasions[i].offers[j].attributes[1] =
                i % 2 && j == households.occasions[i].bought;
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model;
    assert_int_equal(troubled(&households, true, &trouble, &model), LOY_NONE);
    assert_int_equal(trouble.problem, LOY_CHOICE_SEPARATED);
    assert_int_equal(trouble.coefficient, PROMOTION);
    enum loy_status status = troubled(&households, false, &trouble, &model);
    assert_true(status == LOY_OK || status == LOY_NONE);
    assert_int_equal(trouble.problem, LOY_CHOICE_SEPARATED);
    loy_choice_model_close(model);
    households_close(&households);
}

/* A brand that nobody bought has no constant; the others are told as ever. */
static void brand_unbought(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 70);
    for (size_t i = 0; i < households.count; i++)
        if (households.occasions[i].bought == 2) households.occasions[i].bought = i % 2;
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model;
    assert_int_equal(troubled(&households, true, &trouble, &model), LOY_OK);
    for (size_t i = 0; i < ORDER; i++) {
        struct loy_choice_coefficient told;
        assert_int_equal(loy_choice_coefficient_get(model, i, &told), LOY_OK);
        assert_int_equal(!isnan(told.mean), i != 1);
    }
    loy_choice_model_close(model);
    households_close(&households);
}

/* ---- Wrong calls
 * --------------------------------------------------------------------------------- */

static void arguments(void **state)
{
    (void)state;
    struct planted planted = planted_three_brands();
    struct loy_choice_settings settings = planted.settings;
    struct loy_choice *choice = NULL;
    settings.base = 3;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_E_ARGUMENT);
    settings = planted.settings;
    settings.attributes = LOY_CHOICE_ATTRIBUTES_MAX;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_E_ARGUMENT);
    settings.attributes = SIZE_MAX;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_E_ARGUMENT);
    settings = planted.settings;
    settings.alternatives = LOY_CHOICE_ALTERNATIVES_MAX + 1;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_E_ARGUMENT);
    settings.alternatives = 0;
    assert_int_equal(loy_choice_open(&settings, &choice), LOY_E_ARGUMENT);
    assert_int_equal(loy_choice_open(&planted.settings, &choice), LOY_OK);
    const double fine[2] = {0.1, 1}, nan[2] = {NAN, 1}, infinite[2] = {0.1, -INFINITY};
    struct loy_choice_offer offers[3] = {{0, fine}, {1, fine}, {2, fine}};
    assert_int_equal(loy_choice_add(choice, 1, offers, 3, 3), LOY_E_ARGUMENT);
    assert_int_equal(loy_choice_add(choice, 1, offers, 0, 0), LOY_E_ARGUMENT);
    offers[2].alternative = 1;
    assert_int_equal(loy_choice_add(choice, 1, offers, 3, 0), LOY_E_ARGUMENT);
    offers[2].alternative = 3;
    assert_int_equal(loy_choice_add(choice, 1, offers, 3, 0), LOY_E_ARGUMENT);
    offers[2] = (struct loy_choice_offer){2, nan};
    assert_int_equal(loy_choice_add(choice, 1, offers, 3, 0), LOY_E_ARGUMENT);
    offers[2].attributes = infinite;
    assert_int_equal(loy_choice_add(choice, 1, offers, 3, 0), LOY_E_ARGUMENT);
    struct loy_choice_options options;
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model = NULL;
    options_all(&options);
    assert_int_equal(loy_choice_fit(choice, &options, &trouble, &model), LOY_NONE);
    assert_int_equal(trouble.problem, LOY_CHOICE_NO_OCCASIONS);
    options.size = 3;
    assert_int_equal(loy_choice_fit(choice, &options, &trouble, &model), LOY_E_ARGUMENT);
    loy_choice_close(choice);
    loy_choice_close(NULL);
    loy_choice_model_close(NULL);
}

/* Prices beyond all reason: an answer or none, but no NaN and no endless loop. */
static void extremes(void **state)
{
    (void)state;
    static const double factors[] = {1e-150, 1e12, 1e300};
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
        for (int scaled = 0; scaled < 2; scaled++) {
            struct households households;
            shop(&households, 60);
            households.settings.scaled[0] = scaled;
            for (size_t i = 0; i < households.count; i++)
                for (size_t j = 0; j < 3; j++)
                    households.occasions[i].offers[j].attributes[0] *= factors[f];
            struct loy_choice_trouble trouble;
            struct loy_choice_model *model;
            enum loy_status status = troubled(&households, false, &trouble, &model);
            assert_true(status == LOY_OK || status == LOY_NONE);
            for (size_t i = 0; status == LOY_OK && i < ORDER; i++) {
                struct loy_choice_coefficient told;
                assert_int_equal(loy_choice_coefficient_get(model, i, &told), LOY_OK);
                bool out = trouble.problem != LOY_CHOICE_NO_PROBLEM && trouble.coefficient == i;
                assert_true(out || isfinite(told.mean));
            }
            loy_choice_model_close(model);
            households_close(&households);
        }
}

struct patience {
    size_t calls, last, total, limit;
};

static int patience_ends(void *user, size_t done, size_t total)
{
    struct patience *patience = user;
    assert_true(done > 0 && done <= total && done >= patience->last);
    patience->last = done;
    patience->total = total;
    return ++patience->calls > patience->limit;
}

static void cancelled(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 60);
    struct patience patience = {.limit = SIZE_MAX};
    struct loy_choice_options options;
    options_all(&options);
    options.progress = patience_ends;
    options.user = &patience;
    struct loy_choice *choice = households_choice(&households);
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model = NULL;
    assert_int_equal(loy_choice_fit(choice, &options, &trouble, &model), LOY_OK);
    loy_choice_model_close(model);
    size_t calls = patience.calls;
    assert_int_equal(patience.last, patience.total);
    assert_true(calls >= 10);
    for (size_t limit = 0; limit < calls; limit += 1 + calls / 5) {
        patience = (struct patience){.limit = limit};
        model = NULL;
        assert_int_equal(loy_choice_fit(choice, &options, &trouble, &model), LOY_E_CANCELLED);
        assert_null(model);
    }
    loy_choice_close(choice);
    households_close(&households);
}

/* ---- Bytes
 * ----------------------------------------------------------------------------------------- */

static size_t saved(unsigned char *bytes, bool pooled)
{
    struct households households;
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model;
    size_t size = 0, needed = 0;
    shop(&households, 60);
    assert_int_equal(troubled(&households, pooled, &trouble, &model), LOY_OK);
    assert_int_equal(loy_choice_model_save(model, NULL, 0, &needed), LOY_MORE);
    assert_int_equal(loy_choice_model_save(model, bytes, needed - 1, &size), LOY_MORE);
    assert_int_equal(size, needed);
    assert_true(needed <= MODEL_MAX);
    assert_int_equal(loy_choice_model_save(model, bytes, needed, &size), LOY_OK);
    loy_choice_model_close(model);
    households_close(&households);
    return needed;
}

static void round_trip(void **state)
{
    (void)state;
    static unsigned char bytes[MODEL_MAX], again[MODEL_MAX];
    for (int pooled = 0; pooled < 2; pooled++) {
        size_t size = saved(bytes, pooled), same = 0;
        struct loy_choice_model *model = NULL;
        assert_int_equal(loy_choice_model_load(bytes, size, &model), LOY_OK);
        assert_int_equal(loy_choice_model_save(model, again, sizeof again, &same), LOY_OK);
        assert_int_equal(same, size);
        assert_memory_equal(bytes, again, size);
        loy_choice_model_close(model);
    }
}

static void hostile_bytes(void **state)
{
    (void)state;
    static unsigned char bytes[MODEL_MAX], exact[MODEL_MAX];
    struct loy_choice_model *model = NULL;
    size_t size = saved(bytes, false);
    for (size_t cut = 0; cut < size; cut++) {
        // A block of its own, so that a byte read beyond its end is noticed.
        unsigned char *piece = malloc(cut ? cut : 1);
        memcpy(piece, bytes, cut);
        assert_int_equal(loy_choice_model_load(piece, cut, &model), LOY_E_FORMAT);
        free(piece);
    }
    assert_int_equal(loy_choice_model_load(bytes, size + 1, &model), LOY_E_FORMAT);
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit += 3) {
            bytes[at] ^= (unsigned char)(1 << bit);
            enum loy_status status = loy_choice_model_load(bytes, size, &model);
            assert_true(status == LOY_E_FORMAT || status == LOY_E_VERSION);
            bytes[at] ^= (unsigned char)(1 << bit);
        }
    struct numeric_random random = numeric_random_at(1, 0);
    for (int round = 0; round < 200; round++) {
        for (size_t i = 0; i < size; i++)
            exact[i] = (unsigned char)numeric_random_bits(&random);
        assert_true(loy_choice_model_load(exact, size, &model) < 0);
    }
    assert_null(model);
}

/* ---- No memory
 * --------------------------------------------------------------------------------------- */

/* All of a model's life, its allocations failing from the `at`-th on. */
static void life(const struct households *households, long at, bool stays)
{
    static unsigned char bytes[MODEL_MAX];
    static struct loy_choice_member weights;
    struct loy_choice *choice = households_choice(households);
    struct loy_choice_options options;
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model = NULL, *loaded = NULL;
    size_t size;
    options_all(&options);
    fault.left = at;
    fault.stays = stays;
    fault.failed = false;
    fault.armed = true;
    enum loy_status status = loy_choice_fit(choice, &options, &trouble, &model);
    bool fitted = status == LOY_OK;
    if (fitted) status = loy_choice_model_save(model, bytes, sizeof bytes, &size);
    if (status == LOY_OK) status = loy_choice_model_load(bytes, size, &loaded);
    if (status == LOY_OK)
        status = loy_choice_member_get(choice, loaded, planted_member(3), &weights);
    fault.armed = false;
    assert_int_equal(status, fault.failed ? LOY_E_MEMORY : LOY_OK);
    assert_true(fitted == (model != NULL));
    loy_choice_model_close(loaded);
    loy_choice_model_close(model);
    loy_choice_close(choice);
}

static void no_memory(void **state)
{
    (void)state;
    struct households households;
    shop(&households, 50);
    long at = 0;
    do {
        life(&households, ++at, false);
        if (fault.failed && at % 3 == 1) life(&households, at, true);
    } while (fault.failed);
    assert_true(at > 10);
    households_close(&households);
}

static void no_memory_adding(void **state)
{
    (void)state;
    struct planted planted = planted_three_brands();
    const double fine[2] = {0.1, 1};
    const struct loy_choice_offer offers[2] = {{0, fine}, {1, fine}};
    for (long at = 1; at < 40; at++) {
        struct loy_choice *choice = NULL;
        fault.left = at;
        fault.stays = fault.failed = false;
        fault.armed = true;
        enum loy_status status = loy_choice_open(&planted.settings, &choice);
        for (int i = 0; status == LOY_OK && i < 2000; i++)
            status = loy_choice_add(choice, i, offers, 2, 1);
        fault.armed = false;
        assert_int_equal(status, fault.failed ? LOY_E_MEMORY : LOY_OK);
        loy_choice_close(choice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing), cmocka_unit_test(one_alternative),
        cmocka_unit_test(sorted_by_choice), cmocka_unit_test(loyal_is_not_sorted),
        cmocka_unit_test(constant_attributes), cmocka_unit_test(separated),
        cmocka_unit_test(brand_unbought), cmocka_unit_test(arguments), cmocka_unit_test(extremes),
        cmocka_unit_test(cancelled), cmocka_unit_test(round_trip), cmocka_unit_test(hostile_bytes),
        cmocka_unit_test(no_memory), cmocka_unit_test(no_memory_adding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
