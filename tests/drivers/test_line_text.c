/* SPDX-License-Identifier: MIT
 *
 * test_line_text.c - what a line of text is, for serial lines and keyboards alike: tracks, symbols,
 * faults, the beginning of a licence.
 */
#include "vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "line_text.h"

static struct loy_event event;

/* "1%A?" for a good track 1, "2-" for one that could not be decoded, "3" for an empty one, "]E0
 * text" for a symbol, the reason for a misread; bars between. */
static void print_event(char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    if (event.kind == LOY_EVENT_MISREAD) {
        snprintf(text, size, "%s", loy_misread_name(event.reason));
        return;
    }
    for (size_t i = 0; i < event.part_count; i++) {
        const struct loy_part *part = &event.parts[i];
        char track[2] = {(char)('0' + part->track), '\0'};
        used += (size_t)snprintf(text + used, size - used, "%s%s%.*s%s", i > 0 ? "|" : "",
            part->type == LOY_PART_TRACK ? track : part->aim, (int)part->length,
            (const char *)loy_part_data(&event, part), part->status == LOY_PART_BAD ? "-" : "");
    }
}

struct line_row {
    const char *text, *expected;
    bool whole;
    uint8_t aim;
};

// clang-format off
static const struct line_row lines[] = {
    {"%MGREEN^CARD?;60058541029558180=9904?+7770?", "1%MGREEN^CARD?|2;60058541029558180=9904?|3+7770?", true, LINE_AIM_AUTO},
    {"%A?@B 2?", "1%A?|2@B 2?", true, LINE_AIM_AUTO},
    {"%A?#B 3?", "1%A?|3#B 3?", true, LINE_AIM_AUTO},
    {"%A?&B 3?", "1%A?|3&B 3?", true, LINE_AIM_AUTO},
    {"%A?!B 3?", "1%A?|3!B 3?", true, LINE_AIM_AUTO},
    {";12?;34?", "2;12?|3;34?", true, LINE_AIM_AUTO},
    {"%A?;12?%B?", "1%A?|2;12?|3%B?", true, LINE_AIM_AUTO},
    {"%A?;12?;", "truncated", false, LINE_AIM_AUTO},
    {"+12?;3?", "+12?;3?", true, LINE_AIM_AUTO},
    {"%A?;12?x?", "truncated", false, LINE_AIM_AUTO},
    {";12?%B?", "truncated", false, LINE_AIM_AUTO}, /* a track 1 does not stand behind track 2 */
    {"%A?;12?+3?x", "truncated", false, LINE_AIM_AUTO},
    {"%A?x12?", "%A?x12?", true, LINE_AIM_AUTO},
    {"%E?x;12?", "truncated", false, LINE_AIM_AUTO},
    {"%A?;12?7", "1%A?|2;12?", true, LINE_AIM_AUTO},
    {";12?8", "truncated", false, LINE_AIM_AUTO},
    {";12?77", "truncated", false, LINE_AIM_AUTO},
    {"%A?;1a2?", "truncated", false, LINE_AIM_AUTO},
    {"%A?;1/2?", "truncated", false, LINE_AIM_AUTO},
    {"%a?", "%a?", true, LINE_AIM_AUTO},
    {"%A\tB?", "%A\tB?", true, LINE_AIM_AUTO},
    {";4111*1111?", "2;4111*1111?", true, LINE_AIM_AUTO},
    {"+777000?", "3+777000?", true, LINE_AIM_AUTO},
    {"+4930123", "+4930123", true, LINE_AIM_AUTO},
    {"+/7?", "+/7?", true, LINE_AIM_AUTO},
    {"+A?", "+A?", true, LINE_AIM_AUTO},
    {"%E?;E?+E?", "parity", true, LINE_AIM_AUTO},
    {"%E?;12?", "1-|2;12?", true, LINE_AIM_AUTO},
    {"%E1?", "1%E1?", true, LINE_AIM_AUTO},
    {"%E", "%E", true, LINE_AIM_AUTO},
    {"%?;?", "1|2", true, LINE_AIM_AUTO},
    {"%?", "%?", true, LINE_AIM_AUTO},
    {"%?;12?", "2;12?", true, LINE_AIM_AUTO},
    {"%?;E?", "parity", true, LINE_AIM_AUTO},
    {";?", ";?", true, LINE_AIM_AUTO},
    {";123", "truncated", false, LINE_AIM_AUTO},
    {";A", ";A", true, LINE_AIM_AUTO},
    {";/", ";/", true, LINE_AIM_AUTO},
    {";", ";", true, LINE_AIM_AUTO},
    {"%B4111^X", "truncated", false, LINE_AIM_AUTO},
    {"58180=9904?", "truncated", false, LINE_AIM_AUTO}, /* ends whose beginning nobody heard */
    {"04?", "truncated", false, LINE_AIM_AUTO},
    {"CARD^X?", "truncated", false, LINE_AIM_AUTO},
    {"CARD?;60058541029558180=9904?", "truncated", false, LINE_AIM_AUTO},
    {"=9904?+7770?", "truncated", false, LINE_AIM_AUTO},
    {"?", "?", true, LINE_AIM_AUTO},
    {"WHO?", "WHO?", true, LINE_AIM_AUTO},
    {"who^?", "who^?", true, LINE_AIM_AUTO},
    {"12?34?", "12?34?", true, LINE_AIM_AUTO},
    {"]C104?", "]C104?", true, LINE_AIM_AUTO},
    {"%off", "%off", true, LINE_AIM_AUTO},
    {"A", "A", true, LINE_AIM_AUTO},
    {"", "truncated", false, LINE_AIM_AUTO},
    {"]E0", "truncated", false, LINE_AIM_AUTO},
    {"]E04006381333931", "]E04006381333931", true, LINE_AIM_AUTO},
    {"]zZ7", "]zZ7", true, LINE_AIM_AUTO},
    {"]ez7", "]ez7", true, LINE_AIM_ON},
    {"]e-7", "]e-7", true, LINE_AIM_AUTO},
    {"7", "unknown-layout", false, LINE_AIM_ON},
    {"]E07", "]E07", true, LINE_AIM_OFF},
};
// clang-format on

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct line_row *row = &lines[i];
        char text[256];
        bool whole =
            line_report(&event, "test", (const uint8_t *)row->text, strlen(row->text), row->aim);
        print_event(text, sizeof text);
        if (strcmp(text, row->expected) != 0 || whole != row->whole)
            fail_msg("%s: %s (%d)", row->text, text, whole);
        assert_string_equal(event.driver, "test");
    }
}

static void test_identifiers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool aim;
    } rows[] = {
        {"]E0", true},
        {"]A1", true},
        {"]Z9", true},
        {"]aA", true},
        {"]zz", true},
        {"]EZ", true},
        {"]Ea", true},
        {"]E", false},
        {"E0]", false},
        {"]@0", false},
        {"][0", false},
        {"]`0", false},
        {"]{0", false},
        {"]E/", false},
        {"]E:", false},
        {"]E@", false},
        {"]E[", false},
        {"]E`", false},
        {"]E{", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint8_t *text = (const uint8_t *)rows[i].text;
        if (line_is_aim(text, strlen(rows[i].text)) != rows[i].aim) fail_msg("%s", rows[i].text);
    }
    assert_true(line_is_menu_answer((const uint8_t *)"]Z6x", 4));
    assert_false(line_is_menu_answer((const uint8_t *)"]Z7x", 4));
    assert_false(line_is_menu_answer((const uint8_t *)"]Z", 2));
}

struct fault_row {
    const char *bytes;
    size_t n;
    enum loy_misread fault;
};

// clang-format off
static const struct fault_row faults[] = {
    {"A\t\n\r\x04\x1C\x1D\x1E\x1F", 9, LOY_MISREAD_NONE},
    {"A\x00", 2, LOY_MISREAD_PARITY},
    {"A\x7F", 2, LOY_MISREAD_DEVICE},
    {"A\x1B", 2, LOY_MISREAD_DEVICE},
    {"A\x03", 2, LOY_MISREAD_DEVICE},
    {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x92\xB3", 9, LOY_MISREAD_NONE},
    {"\xE0\xA0\x80\xED\x9F\xBF\xF4\x8F\xBF\xBF\xF0\x90\x80\x80", 14, LOY_MISREAD_NONE},
    {"\x80", 1, LOY_MISREAD_PARITY},                /* no first byte */
    {"\xC1\x80", 2, LOY_MISREAD_PARITY},            /* longer than needed */
    {"\xC3", 1, LOY_MISREAD_PARITY},                /* cut */
    {"\xC3(", 2, LOY_MISREAD_PARITY},
    {"\xE0\x9F\x80", 3, LOY_MISREAD_PARITY},
    {"\xED\xA0\x80", 3, LOY_MISREAD_PARITY},        /* a surrogate */
    {"\xF0\x8F\x80\x80", 4, LOY_MISREAD_PARITY},
    {"\xF4\x90\x80\x80", 4, LOY_MISREAD_PARITY},    /* beyond Unicode */
    {"\xF5\x80\x80\x80", 4, LOY_MISREAD_PARITY},
    {"]Q1\xFF\xFE", 5, LOY_MISREAD_NONE},           /* a QR code may hold anything */
    {"]Q1\xFF\x00", 5, LOY_MISREAD_PARITY},
    {"]C0\xFF\xFE", 5, LOY_MISREAD_PARITY},
};
// clang-format on

static void test_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        enum loy_misread fault = line_find_fault((const uint8_t *)faults[i].bytes, faults[i].n);
        if (fault != faults[i].fault) fail_msg("row %zu: %s", i, loy_misread_name((int)fault));
    }
}

static void test_stripes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned last;
        bool failed;
    } rows[] = {
        {"%A?", 1, false},
        {";12?", 2, false},
        {"%A?;12?+3?", 3, false},
        {"%E?;E?", 2, true},
        {"%E?;1?", 2, false},
        {"42", 0, false},
        {"", 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint8_t *text = (const uint8_t *)rows[i].text;
        assert_int_equal(line_last_track(text, strlen(rows[i].text)), rows[i].last);
        assert_int_equal(line_is_failed_stripe(text, strlen(rows[i].text)), rows[i].failed);
    }
    assert_int_equal(line_sentinel_track('\0'), 0);
    assert_int_equal(line_sentinel_track('A'), 0);
}

static void test_licences(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char byte;
        bool licence;
    } rows[] = {
        {"", '\n', false},
        {"@", '\n', true},
        {"@", 'A', false},
        {"A", '\n', false},
        {"]L0@", '\n', true},
        {"]L0", '\n', false},
        {"@\n\x1e", '\r', true},
        {"@\nA", '\r', false},
        {"@A", '\n', false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(line_begins_licence((const uint8_t *)rows[i].text, strlen(rows[i].text),
                             (uint8_t)rows[i].byte),
            rows[i].licence);
}

static void test_line_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bytes;
    } rows[] = {{"", 0}, {"A", 0}, {"AB", 0}, {"\n", 1}, {"\r", 1}, {"A\n", 1}, {"A\r", 1},
        {"\r\n", 2}, {"A\r\n", 2}, {"\n\r", 1}, {"\r\nA", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            line_end_bytes((const uint8_t *)rows[i].text, strlen(rows[i].text)), rows[i].bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_stripes),
        cmocka_unit_test(test_licences),
        cmocka_unit_test(test_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
