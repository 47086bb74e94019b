/* SPDX-License-Identifier: MIT
 *
 * test_event.c - building events: parts lie behind each other, and a value that does not fit takes
 * all the others with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "driver.h"

static struct loy_event event;
static const uint8_t many[LOY_EVENT_DATA_MAX] = {'7'};

static void assert_misread_of_nothing(enum loy_misread reason)
{
    assert_int_equal(event.kind, LOY_EVENT_MISREAD);
    assert_int_equal(event.reason, reason);
    assert_int_equal(event.part_count, 0);
    assert_int_equal(event.data_length, 0);
    for (size_t i = 0; i < sizeof event.data; i++)
        assert_int_equal(event.data[i], 0);
}

static void test_parts_lie_behind_each_other(void **state)
{
    (void)state;
    event_begin(&event, "a-driver-with-a-name-of-thirty");
    assert_string_equal(event.driver, "a-driver-with-a-name-of");
    assert_true(event_add_track(&event, 2, LOY_PART_GOOD, ";1?", 3));
    assert_true(event_add_track(&event, 3, LOY_PART_EMPTY, NULL, 0));
    assert_true(event_add_symbol(&event, LOY_SYMBOLOGY_QR, "]Q1 and more", "MEMBER42", 8));
    assert_true(event_add_symbol(&event, LOY_SYMBOLOGY_NONE, NULL, "43", 2));
    assert_int_equal(event.kind, LOY_EVENT_READ);
    assert_int_equal(event.part_count, 4);
    assert_memory_equal(event.data, ";1?MEMBER4243", 13);
    assert_int_equal(event.parts[1].status, LOY_PART_EMPTY);
    assert_int_equal(event.parts[1].length, 0);
    assert_int_equal(event.parts[2].offset, 3);
    assert_string_equal(event.parts[2].aim, "]Q1");
    assert_int_equal(event.parts[3].offset, 11);
    assert_string_equal(event.parts[3].aim, "");
}

static void test_one_part_too_many(void **state)
{
    (void)state;
    event_begin(&event, "test");
    memset(event.data, 0, sizeof event.data);
    for (unsigned i = 0; i < LOY_PARTS_MAX; i++)
        assert_true(event_add_symbol(&event, LOY_SYMBOLOGY_NONE, "", "42", 2));
    assert_false(event_add_symbol(&event, LOY_SYMBOLOGY_NONE, "", "42", 2));
    assert_misread_of_nothing(LOY_MISREAD_TOO_LONG);
    assert_false(event_add_track(&event, 1, LOY_PART_GOOD, "%A?", 3)); /* and it stays one */
    assert_misread_of_nothing(LOY_MISREAD_TOO_LONG);
}

static void test_one_byte_too_many(void **state)
{
    (void)state;
    event_begin(&event, "test");
    memset(event.data, 0, sizeof event.data);
    assert_true(event_add_track(&event, 1, LOY_PART_GOOD, many, sizeof many));
    assert_int_equal(event.data_length, LOY_EVENT_DATA_MAX);
    assert_true(event_add_track(&event, 2, LOY_PART_EMPTY, NULL, 0));
    assert_false(event_add_track(&event, 3, LOY_PART_GOOD, many, 1));
    assert_misread_of_nothing(LOY_MISREAD_TOO_LONG);
}

static void test_a_misread_keeps_nothing(void **state)
{
    (void)state;
    event_begin(&event, "test");
    assert_true(event_add_track(&event, 2, LOY_PART_GOOD, ";1?", 3));
    event_misread(&event, "test", LOY_MISREAD_PARITY);
    assert_misread_of_nothing(LOY_MISREAD_PARITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_lie_behind_each_other),
        cmocka_unit_test(test_one_part_too_many),
        cmocka_unit_test(test_one_byte_too_many),
        cmocka_unit_test(test_a_misread_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
