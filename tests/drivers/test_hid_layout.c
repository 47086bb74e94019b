/* SPDX-License-Identifier: MIT
 *
 * test_hid_layout.c - corners of report descriptors: where usages lie, which page holds, how wide
 * values are, and what is asked of a layout that has it almost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hid_descriptor.h"

static struct hid_layout layout;

struct field_row {
    uint16_t page, usage, usage_last;
    uint32_t bit_offset;
    uint16_t count;
};

struct layout_row {
    const char *what;
    enum loy_status status;
    size_t length;
    uint8_t bytes[40];
    size_t field_count;
    struct field_row fields[3];
};

// clang-format off
static const struct layout_row layouts[] = {
    {"the page of the minimum holds for both", LOY_OK, 14,
        {0x75, 0x08, 0x95, 0x03, 0x1B, 0x10, 0x00, 0x01, 0xFF, 0x2A, 0x12, 0x00, 0x81, 0x02},
        1, {{0xFF01, 0x10, 0x12, 0, 3}}},
    {"both with their page", LOY_OK, 16,
        {0x75, 0x08, 0x95, 0x03, 0x1B, 0x10, 0x00, 0x01, 0xFF, 0x2B, 0x12, 0x00, 0x01, 0xFF, 0x81, 0x02},
        1, {{0xFF01, 0x10, 0x12, 0, 3}}},
    {"the page of the maximum holds for both", LOY_OK, 14,
        {0x75, 0x08, 0x95, 0x03, 0x1A, 0x10, 0x00, 0x2B, 0x12, 0x00, 0x01, 0xFF, 0x81, 0x02},
        1, {{0xFF01, 0x10, 0x12, 0, 3}}},
    {"a range over two pages", LOY_E_FORMAT, 14,
        {0x75, 0x08, 0x95, 0x03, 0x1B, 0x10, 0x00, 0x01, 0xFF, 0x2B, 0x12, 0x00, 0x02, 0xFF}, 0, {{0}}},
    {"a usage inside a range", LOY_E_FORMAT, 4, {0x19, 0x01, 0x09, 0x02}, 0, {{0}}},
    {"a minimum inside a range", LOY_E_FORMAT, 4, {0x19, 0x01, 0x19, 0x02}, 0, {{0}}},
    {"more usages than elements", LOY_OK, 14,
        {0x05, 0x01, 0x75, 0x08, 0x95, 0x02, 0x09, 0x30, 0x09, 0x31, 0x09, 0x32, 0x81, 0x02},
        2, {{1, 0x30, 0x30, 0, 1}, {1, 0x31, 0x31, 8, 1}}},
    {"a range longer than its elements, before another usage", LOY_OK, 14,
        {0x05, 0x01, 0x75, 0x08, 0x95, 0x02, 0x19, 0x30, 0x29, 0x39, 0x09, 0x40, 0x81, 0x02},
        1, {{1, 0x30, 0x31, 0, 2}}},
    {"a range, then a usage for what is left", LOY_OK, 14,
        {0x05, 0x01, 0x75, 0x08, 0x95, 0x05, 0x19, 0x30, 0x29, 0x31, 0x09, 0x40, 0x81, 0x02},
        2, {{1, 0x30, 0x31, 0, 2}, {1, 0x40, 0x40, 16, 3}}},
    {"an array holds all its usages in each element", LOY_OK, 14,
        {0x05, 0x01, 0x75, 0x08, 0x95, 0x05, 0x19, 0x30, 0x29, 0x31, 0x09, 0x40, 0x81, 0x00},
        2, {{1, 0x30, 0x31, 0, 5}, {1, 0x40, 0x40, 0, 5}}},
    {"what nobody asks for", LOY_OK, 22,
        {0x05, 0x01, 0x35, 0x00, 0x45, 0x10, 0x55, 0x01, 0x65, 0x11, 0x75, 0x08, 0x95, 0x01, 0x09, 0x30,
         0x39, 0x40, 0x79, 0x41, 0x81, 0x02},
        1, {{1, 0x30, 0x30, 0, 1}}},
};
// clang-format on

static void check_fields(const struct layout_row *row)
{
    if (layout.field_count != row->field_count)
        fail_msg("%s: %u fields", row->what, layout.field_count);
    for (size_t i = 0; i < row->field_count; i++) {
        const struct hid_field *field = &layout.fields[i];
        const struct field_row *wanted = &row->fields[i];
        if (field->usage_page != wanted->page || field->usage != wanted->usage ||
            field->usage_last != wanted->usage_last || field->bit_offset != wanted->bit_offset ||
            field->count != wanted->count)
            fail_msg("%s: field %zu is %04x:%x-%x at %u count %u", row->what, i, field->usage_page,
                field->usage, field->usage_last, field->bit_offset, field->count);
    }
}

static void test_where_usages_lie(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        const struct layout_row *row = &layouts[i];
        uint8_t *copy = malloc(row->length);
        memcpy(copy, row->bytes, row->length);
        enum loy_status status = hid_descriptor_parse(copy, row->length, &layout);
        free(copy);
        if (status != row->status) fail_msg("%s: %d", row->what, status);
        check_fields(row);
    }
}

static void test_signed_limits_of_every_size(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x75, 0x20, 0x95, 0x01, 0x09, 0x30, 0x15, 0x80, 0x25, 0x7F,
        0x81, 0x02, 0x09, 0x31, 0x16, 0x00, 0x80, 0x26, 0xFF, 0x7F, 0x81, 0x02, 0x09, 0x32, 0x17,
        0x00, 0x00, 0x00, 0x80, 0x27, 0xFF, 0xFF, 0xFF, 0x7F, 0x81, 0x02};
    static const int64_t limits[3][2] = {
        {INT8_MIN, INT8_MAX}, {INT16_MIN, INT16_MAX}, {INT32_MIN, INT32_MAX}};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    assert_int_equal(layout.field_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(layout.fields[i].logical_min == limits[i][0]);
        assert_true(layout.fields[i].logical_max == limits[i][1]);
    }
}

/* count reports of one byte with IDs from 1. */
static enum loy_status parse_reports(unsigned count)
{
    uint8_t bytes[4 + 4 * (HID_REPORTS_MAX + 1)] = {0x75, 0x08, 0x95, 0x01};
    for (unsigned i = 0; i < count; i++)
        memcpy(bytes + 4 + 4 * (size_t)i, (const uint8_t[]){0x85, (uint8_t)(i + 1), 0x81, 0x01}, 4);
    return hid_descriptor_parse(bytes, 4 + 4 * (size_t)count, &layout);
}

static void test_one_report_too_many(void **state)
{
    (void)state;
    assert_int_equal(parse_reports(HID_REPORTS_MAX), LOY_OK);
    assert_int_equal(layout.report_count, HID_REPORTS_MAX);
    assert_int_equal(hid_input_bytes(&layout, HID_REPORTS_MAX), 2);
    assert_int_equal(parse_reports(HID_REPORTS_MAX + 1), LOY_E_LIMIT);
    assert_int_equal(layout.report_count, 0);
}

static void test_wide_elements_give_their_low_bits(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x05, 0x01, 0x75, 0x40, 0x95, 0x01, 0x09, 0x30, 0x81, 0x02};
    static const uint8_t report[] = {1, 2, 3, 4, 5, 6, 7, 8};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    const struct hid_field *field = hid_field_find(&layout, HID_INPUT, 1, 0x30, 0);
    assert_int_equal(hid_field_value(&layout, field, 0, report, 8), 0x04030201);
    assert_int_equal(hid_field_value(&layout, field, 0, report, 7), 0);
}

static void test_a_report_of_no_bits_is_none(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {
        0x85, 0x01, 0x75, 0x08, 0x95, 0x00, 0x81, 0x01, 0x85, 0x02, 0x95, 0x01, 0x81, 0x01};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    assert_int_equal(hid_input_bytes(&layout, 1), 0);
    assert_int_equal(hid_input_bytes(&layout, 2), 2);
}

/* A keyboard first, then a scanner: both are there, and nothing of the same page besides. */
static void test_applications(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x75, 0x08, 0x95, 0x01,
        0x09, 0x30, 0x81, 0x02, 0xC0, 0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x09, 0x30, 0x81, 0x02,
        0xC0};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    assert_true(hid_has_application(&layout, 0x01, 0x06));
    assert_true(hid_has_application(&layout, 0x8C, 0x02));
    assert_false(hid_has_application(&layout, 0x01, 0x02));
    assert_false(hid_has_application(&layout, 0x8C, 0x06));
    assert_false(hid_has_application(&layout, 0x0C, 0x01));
}

/* What stands outermost and is no application does not say what the device is. */
static void test_an_outermost_collection_that_is_no_application(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {
        0x05, 0x01, 0x09, 0x02, 0xA1, 0x00, 0xC0, 0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    assert_true(hid_has_application(&layout, 0x8C, 0x02));
    assert_false(hid_has_application(&layout, 0x01, 0x02));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_usages_lie),
        cmocka_unit_test(test_signed_limits_of_every_size),
        cmocka_unit_test(test_one_report_too_many),
        cmocka_unit_test(test_wide_elements_give_their_low_bits),
        cmocka_unit_test(test_a_report_of_no_bits_is_none),
        cmocka_unit_test(test_applications),
        cmocka_unit_test(test_an_outermost_collection_that_is_no_application),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
