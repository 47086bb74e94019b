/* SPDX-License-Identifier: MIT
 *
 * test_hid_descriptor.c - report descriptors of real devices, hostile ones, and cut ones.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "driver.h"

static struct vector vector;
static struct hid_layout layout;

/* The longest report of a type, in bytes, the report ID counted. */
static unsigned longest(unsigned type)
{
    unsigned bytes = 0;
    for (size_t i = 0; i < layout.report_count; i++) {
        unsigned n = (layout.reports[i].bits + 7) / 8 + (layout.has_report_ids ? 1u : 0u);
        if (layout.reports[i].type == type && n > bytes) bytes = n;
    }
    return bytes;
}

static void check_field(const char *line)
{
    unsigned type, page, usage, at, size, count;
    int n = sscanf(
        line, "field %u %x:%x at %u size %u count %u", &type, &page, &usage, &at, &size, &count);
    assert_int_equal(n, 6);
    const struct hid_field *field =
        hid_field_find(&layout, (enum hid_report_type)type, (uint16_t)page, (uint16_t)usage, 0);
    if (field == NULL) fail_msg("%s: not found: %s", vector.name, line);
    assert_int_equal(field->bit_offset, at);
    assert_int_equal(field->bit_size, size);
    assert_int_equal(field->count, count);
}

static void check_claim(const char *wanted)
{
    struct loy_identity who = {.bus = LOY_BUS_USB_HID, .has_descriptor = true, .layout = layout};
    const char *why = "";
    const struct loy_driver *driver = driver_claim(&who, &why);
    assert_string_equal(driver ? driver->name : "none", wanted);
    if (driver) assert_true(strlen(why) > 10);
}

static void check_line(const char *line)
{
    unsigned number, page, usage;
    char word[64];
    if (sscanf(line, "application %x:%x", &page, &usage) == 2) {
        assert_int_equal(layout.application_page, page);
        assert_int_equal(layout.application, usage);
        assert_true(hid_has_application(&layout, (uint16_t)page, (uint16_t)usage));
    } else if (sscanf(line, "input %u", &number) == 1) {
        assert_int_equal(longest(HID_INPUT), number);
        assert_int_equal(layout.input_bytes_max, number);
    } else if (sscanf(line, "output %u", &number) == 1) {
        assert_int_equal(longest(HID_OUTPUT), number);
    } else if (sscanf(line, "feature %u", &number) == 1) {
        assert_int_equal(longest(HID_FEATURE), number);
    } else if (sscanf(line, "ids %u", &number) == 1) {
        assert_int_equal(layout.has_report_ids, number);
    } else if (sscanf(line, "claim %63s", word) == 1) {
        check_claim(word);
    } else {
        check_field(line);
    }
}

/* A descriptor cut anywhere is refused, unless the cut lies behind a complete outermost collection.
 */
static void check_cuts(void)
{
    for (size_t at = 0; at < vector.length; at++) {
        uint8_t *copy = malloc(at + 1); /* exact size, so that a byte too far is seen */
        memcpy(copy, vector.bytes, at);
        enum loy_status status = hid_descriptor_parse(copy, at, &layout);
        assert_true(status == LOY_E_FORMAT ||
                    (status == LOY_OK && at <= 5)); /* before the first collection */
        assert_int_equal(layout.field_count, 0);
        free(copy);
    }
}

static void play(const char *folder, const char *name)
{
    vector_load(&vector, folder, name);
    check_cuts();
    assert_int_equal(hid_descriptor_parse(vector.bytes, vector.length, &layout), LOY_OK);
    for (char *line = strtok(vector.expected, "\n"); line; line = strtok(NULL, "\n"))
        check_line(line);
}

static void test_descriptors_of_devices(void **state)
{
    (void)state;
    assert_true(vector_each("hid-descriptor", play) >= 5);
}

struct hostile {
    const char *what;
    enum loy_status status;
    size_t length;
    uint8_t bytes[24];
};

// clang-format off
static const struct hostile hostile[] = {
    {"nothing",                   LOY_E_FORMAT, 0, {0}},
    {"end without collection",    LOY_E_FORMAT, 1, {0xC0}},
    {"collection left open",      LOY_E_FORMAT, 2, {0xA1, 0x01}},
    {"pop without push",          LOY_E_FORMAT, 1, {0xB4}},
    {"report ID 0",               LOY_E_FORMAT, 2, {0x85, 0x00}},
    {"report ID 256",             LOY_E_FORMAT, 3, {0x86, 0x00, 0x01}},
    {"report ID behind a field",  LOY_E_FORMAT, 8, {0x75, 0x08, 0x95, 0x01, 0x81, 0x02, 0x85, 0x01}},
    {"usage page beyond 16 bits", LOY_E_FORMAT, 5, {0x07, 0x00, 0x00, 0x01, 0x00}},
    {"maximum without minimum",   LOY_E_FORMAT, 2, {0x29, 0x05}},
    {"minimum without maximum",   LOY_E_FORMAT, 8, {0x75, 0x08, 0x95, 0x01, 0x19, 0x01, 0x81, 0x02}},
    {"maximum below minimum",     LOY_E_FORMAT, 4, {0x19, 0x05, 0x29, 0x04}},
    {"unknown Main item",         LOY_OK,       1, {0xE0}},
    {"zeros behind the end",      LOY_OK,       5, {0xA1, 0x01, 0xC0, 0x00, 0x00}},
    {"one end too many",          LOY_E_FORMAT, 4, {0xA1, 0x01, 0xC0, 0xC0}},
    {"report size of 4 GB",       LOY_E_LIMIT,  5, {0x77, 0xFF, 0xFF, 0xFF, 0xFF}},
    {"report count of 4 G",       LOY_E_LIMIT,  5, {0x97, 0xFF, 0xFF, 0xFF, 0xFF}},
    {"size times count too large", LOY_E_LIMIT, 8, {0x76, 0x00, 0x40, 0x96, 0x00, 0x40, 0x81, 0x02}},
    {"long item beyond the end",  LOY_E_FORMAT, 4, {0xFE, 0x04, 0x00, 0x00}},
    {"long item without size",    LOY_E_FORMAT, 1, {0xFE}},
    {"long item, then nothing",   LOY_OK,       4, {0xFE, 0x01, 0x77, 0x00}},
    {"padding of no bits",        LOY_OK,       6, {0x75, 0x00, 0x95, 0x00, 0x81, 0x03}},
};
// clang-format on

static void test_hostile_descriptors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        const struct hostile *row = &hostile[i];
        uint8_t *copy = malloc(row->length + 1);
        memcpy(copy, row->bytes, row->length);
        enum loy_status status = hid_descriptor_parse(copy, row->length, &layout);
        if (status != row->status) fail_msg("%s: %d", row->what, status);
        free(copy);
    }
}

/* count times the same bytes between a head and a tail. */
static enum loy_status parse_repeated(
    const char *head, const char *body, size_t count, const char *tail)
{
    static uint8_t bytes[8192];
    size_t n = strlen(head);
    memcpy(bytes, head, n);
    for (size_t i = 0; i < count; i++, n += strlen(body))
        memcpy(bytes + n, body, strlen(body));
    memcpy(bytes + n, tail, strlen(tail));
    return hid_descriptor_parse(bytes, n + strlen(tail), &layout);
}

static void test_maxima(void **state)
{
    (void)state;
    assert_int_equal(parse_repeated("", "\xA1\x01", 8, "\xC0\xC0\xC0\xC0\xC0\xC0\xC0\xC0"), LOY_OK);
    assert_int_equal(parse_repeated("", "\xA1\x01", 9, ""), LOY_E_LIMIT);
    assert_int_equal(parse_repeated("", "\xA4", 8, ""), LOY_OK);
    assert_int_equal(parse_repeated("", "\xA4", 9, ""), LOY_E_LIMIT);
    const char *one = "\x75\x08\x95\x01", *field = "\x09\x31\x81\x02";
    assert_int_equal(parse_repeated(one, field, HID_FIELDS_MAX, ""), LOY_OK);
    assert_int_equal(layout.field_count, HID_FIELDS_MAX);
    assert_int_equal(parse_repeated(one, field, HID_FIELDS_MAX + 1, ""), LOY_E_LIMIT);
    assert_int_equal(layout.field_count, 0);
    assert_int_equal(parse_repeated("", "\x09\x31", HID_USAGES_MAX, ""), LOY_OK);
    assert_int_equal(parse_repeated("", "\x09\x31", HID_USAGES_MAX + 1, ""), LOY_E_LIMIT);
    assert_int_equal(parse_repeated("", "\xA4\xB4", 2048, ""), LOY_OK);
    assert_int_equal(parse_repeated("", "\xA4\xB4", 2049, ""), LOY_E_LIMIT);
    /* 4,096 bytes of report are the most: 16 times 256. */
    const char *wide = "\x75\x08\x96\xFF\x01\x81\x01"; /* 511 bytes */
    assert_int_equal(parse_repeated("", wide, 8, ""), LOY_OK);
    assert_int_equal(layout.input_bytes_max, 8 * 511);
    assert_int_equal(parse_repeated("", wide, 9, ""), LOY_E_LIMIT);
}

static void test_extended_usage_push_and_delimiter(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x05, 0x8C, 0xA4, 0x05, 0x01, 0x75, 0x04, 0x95, 0x03, 0x0B,
        0x30, 0x00, 0x00, 0xFF, 0xA9, 0x01, 0x09, 0x31, 0x09, 0x32, 0xA9, 0x00, 0x81, 0x02, 0xB4,
        0x75, 0x08, 0x95, 0x01, 0x1A, 0x10, 0x00, 0x2B, 0x20, 0x00, 0x0D, 0x00, 0x15, 0xFF, 0x25,
        0x80, 0x81, 0x00};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    const struct hid_field *extended = hid_field_find(&layout, HID_INPUT, 0xFF00, 0x30, 0);
    const struct hid_field *preferred = hid_field_find(&layout, HID_INPUT, 0x01, 0x31, 0);
    const struct hid_field *range = hid_field_find(&layout, HID_INPUT, 0x0D, 0x18, 0);
    assert_non_null(extended);
    assert_non_null(preferred);
    assert_non_null(range);
    assert_null(hid_field_find(&layout, HID_INPUT, 0x01, 0x32, 0));
    assert_int_equal(extended->count, 1);
    assert_int_equal(preferred->bit_offset, 4);
    assert_int_equal(preferred->count, 2); /* the last usage takes what is left */
    assert_int_equal(range->bit_offset, 12);
    assert_false(range->variable);
    assert_int_equal(range->logical_min, -1);
    assert_int_equal(range->logical_max, -128);
}

static void test_values_lie_inside_the_report(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {
        0x05, 0x01, 0x85, 0x07, 0x75, 0x04, 0x95, 0x03, 0x09, 0x30, 0x81, 0x02};
    static const uint8_t report[] = {0x07, 0x21, 0x03};
    assert_int_equal(hid_descriptor_parse(bytes, sizeof bytes, &layout), LOY_OK);
    const struct hid_field *field = hid_field_find(&layout, HID_INPUT, 1, 0x30, 0);
    assert_int_equal(hid_field_value(&layout, field, 0, report, sizeof report), 1);
    assert_int_equal(hid_field_value(&layout, field, 1, report, sizeof report), 2);
    assert_int_equal(hid_field_value(&layout, field, 2, report, sizeof report), 3);
    assert_int_equal(hid_field_value(&layout, field, 3, report, sizeof report), 0);
    assert_int_equal(hid_field_value(&layout, field, 2, report, 2), 0);
    assert_int_equal(hid_input_bytes(&layout, 7), 3);
    assert_int_equal(hid_input_bytes(&layout, 8), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descriptors_of_devices),
        cmocka_unit_test(test_hostile_descriptors),
        cmocka_unit_test(test_maxima),
        cmocka_unit_test(test_extended_usage_push_and_delimiter),
        cmocka_unit_test(test_values_lie_inside_the_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
