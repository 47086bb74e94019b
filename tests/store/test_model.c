/* SPDX-License-Identifier: MIT
 *
 * test_model.c - fitted populations that are kept: the same bytes come back, the newest replaces,
 * each keeping is in the audit log, and nobody keeps or reads one without the right.
 */
#include "fixture.h"

#include <loyalty/model.h>

#include <string.h>

#define AT FIXTURE_AT_US

static void bytes_come_back(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    const uint8_t bytes[] = {0, 1, 255, 0, 7}, other[] = {9};
    uint8_t read[8] = {42};
    size_t needed = 0;
    assert_int_equal(loy_model_get(store, "choice", "Tea", read, 8, &needed), LOY_NONE);
    assert_int_equal(loy_model_put(store, "choice", "Tea", bytes, sizeof bytes, AT), LOY_OK);
    assert_int_equal(loy_model_get(store, "choice", "Tea", read, 4, &needed), LOY_MORE);
    assert_int_equal(needed, sizeof bytes);
    assert_int_equal(read[0], 42);
    assert_int_equal(loy_model_get(store, "choice", "Tea", read, sizeof read, &needed), LOY_OK);
    assert_memory_equal(read, bytes, sizeof bytes);
    assert_int_equal(loy_model_get(store, "timing", "Tea", read, 8, &needed), LOY_NONE);
    assert_int_equal(loy_model_put(store, "choice", "Tea", other, sizeof other, AT + 1), LOY_OK);
    assert_int_equal(loy_model_get(store, "choice", "Tea", read, sizeof read, &needed), LOY_OK);
    assert_int_equal(needed, 1);
    assert_int_equal(read[0], 9);
}

static void names_in_order(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    const char *const names[] = {"Tea", "Bread", "茶"};
    char name[LOY_TEXT_MAX] = "";
    int64_t at_us = 0;
    assert_int_equal(loy_model_next(store, "choice", name, &at_us), LOY_NONE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(loy_model_put(store, "choice", names[i], "x", 1, AT + i), LOY_OK);
    assert_int_equal(loy_model_put(store, "timing", "all", "x", 1, AT), LOY_OK);
    assert_int_equal(loy_model_next(store, "choice", name, &at_us), LOY_OK);
    assert_string_equal(name, "Bread");
    assert_int_equal(at_us, AT + 1);
    assert_int_equal(loy_model_next(store, "choice", name, &at_us), LOY_OK);
    assert_string_equal(name, "Tea");
    assert_int_equal(loy_model_next(store, "choice", name, &at_us), LOY_OK);
    assert_string_equal(name, "茶");
    assert_int_equal(loy_model_next(store, "choice", name, &at_us), LOY_NONE);
}

static void each_is_audited(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    static const char count[] =
        "SELECT count(*) FROM audit WHERE action = 'model.keep' AND object = 'choice Tea'";
    assert_int_equal(fixture_number(store->db, count), 0);
    assert_int_equal(loy_model_put(store, "choice", "Tea", "x", 1, AT), LOY_OK);
    assert_int_equal(loy_model_put(store, "choice", "Tea", "y", 1, AT), LOY_OK);
    assert_int_equal(fixture_number(store->db, count), 2);
}

static void what_cannot_be(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    char longer[LOY_TEXT_MAX + 1];
    size_t needed;
    int64_t at_us;
    memset(longer, 'a', sizeof longer);
    longer[LOY_TEXT_MAX] = '\0';
    assert_int_equal(loy_model_put(NULL, "choice", "Tea", "x", 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "", "Tea", "x", 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, longer, "Tea", "x", 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "choice", "", "x", 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "choice", longer, "x", 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "choice", "Tea", NULL, 1, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "choice", "Tea", "x", 0, AT), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_put(store, "choice", "Tea", "x", 1, -1), LOY_E_ARGUMENT);
    assert_int_equal(
        loy_model_put(store, "choice", "Tea", "x", LOY_MODEL_SIZE_MAX + 1u, AT), LOY_E_LIMIT);
    assert_int_equal(loy_model_get(store, "choice", "Tea", NULL, 1, &needed), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_get(store, "choice", "Tea", NULL, 0, NULL), LOY_E_ARGUMENT);
    assert_int_equal(loy_model_next(store, NULL, longer, &at_us), LOY_E_ARGUMENT);
    assert_int_equal(fixture_number(store->db, "SELECT count(*) FROM model"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_end)
    const struct CMUnitTest tests[] = {
        TEST(bytes_come_back),
        TEST(names_in_order),
        TEST(each_is_audited),
        TEST(what_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
