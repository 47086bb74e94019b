/* SPDX-License-Identifier: MIT
 *
 * test_statistics_text.c - counts as text and back, what is no such text, and sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statistics.h"

#define HEADER "# loyalty statistics 1\n"

static char text[STATISTICS_TEXT_MAX];
static struct statistics_row rows[3], back[4];

static void fill_rows(void)
{
    snprintf(rows[0].path, sizeof rows[0].path, "file:/a b/100%%\xC3\xA4");
    memset(rows[1].path, 1, sizeof rows[1].path - 1); /* the longest path there can be */
    snprintf(rows[2].path, sizeof rows[2].path, "usb:1-1.4:1.0");
    for (int i = 0; i < 3; i++) {
        rows[i].vid = (uint16_t)(0x0801 + i);
        memset(rows[i].driver, 'd', sizeof rows[i].driver - 1);
        rows[i].kept.reads = UINT64_MAX / 20;
        rows[i].kept.foreign = 1;
        for (int k = 1; k < loy_misread_count; k++)
            rows[i].kept.misreads[k] = UINT64_MAX / 20 + (unsigned)k;
        for (int k = 1; k < loy_refusal_count; k++)
            rows[i].kept.refused[k] = UINT64_MAX / 20 + (unsigned)k;
    }
}

static void test_text_and_rows_are_the_same(void **state)
{
    (void)state;
    fill_rows();
    size_t length = statistics_print(rows, 3, text, sizeof text);
    assert_true(length > 0);
    assert_int_equal(statistics_parse(text, length, back, 4), 3);
    assert_memory_equal(rows, back, sizeof rows);
    assert_int_equal(statistics_parse(text, length, back, 2), 2);
    assert_int_equal(statistics_print(rows, 3, text, length - 1), 0);
    assert_int_equal(statistics_print(rows, 3, text, 3), 0);
}

static void test_counts_of_0_are_left_out(void **state)
{
    (void)state;
    static const struct statistics_row row = {.path = "usb:1",
        .vid = 0x0801,
        .pid = 2,
        .driver = "magtek-hid",
        .kept = {.foreign = 2, .misreads[LOY_MISREAD_LRC] = 3}};
    size_t length = statistics_print(&row, 1, text, sizeof text);
    text[length] = '\0';
    assert_string_equal(text, HEADER "usb:1 0801:0002 magtek-hid foreign=2 misread-lrc=3\n");
}

static void test_one_letter_of_a_path_too_many(void **state)
{
    (void)state;
    for (size_t n = 127; n <= 128; n++) {
        char path[129] = "";
        memset(path, 'p', n);
        int length = snprintf(text, sizeof text, HEADER "%s 0801:0002 magtek-hid\n", path);
        assert_int_equal(statistics_parse(text, (size_t)length, back, 4), n == 127 ? 1 : -1);
    }
}

struct line_row {
    const char *what, *line;
    int count;
};

// clang-format off
static const struct line_row lines[] = {
    {"no counts",            "usb:1 0801:0002 magtek-hid\n", 1},
    {"some counts",          "usb:1 0801:0002 magtek-hid reads=1 misread-parity=2 refused-payment-card=3\n", 1},
    {"large digits",         "%2D 080A:00Ff magtek-hid\n", 1},
    {"no end of line",       "usb:1 0801:0002 magtek-hid", -1},
    {"an empty line",        "\n", -1},
    {"two words",            "usb:1 0801:0002\n", -1},
    {"no path",              " 0801:0002 magtek-hid\n", -1},
    {"no driver",            "usb:1 0801:0002  reads=1\n", -1},
    {"a driver too long",    "usb:1 0801:0002 dddddddddddddddddddddddd\n", -1},
    {"short ids",            "usb:1 801:0002 magtek-hid\n", -1},
    {"ids apart",            "usb:1 0801-0002 magtek-hid\n", -1},
    {"ids of letters",       "usb:1 080g:0002 magtek-hid\n", -1},
    {"ids of controls",      "usb:1 080\x11:0002 magtek-hid\n", -1},
    {"the second not hex",   "usb:1 0801:000x magtek-hid\n", -1},
    {"a percent cut short",  "usb:%2 0801:0002 magtek-hid\n", -1},
    {"a percent of letters", "usb:%zz 0801:0002 magtek-hid\n", -1},
    {"a zero in the path",   "usb:%00 0801:0002 magtek-hid\n", -1},
    {"an unknown count",     "usb:1 0801:0002 magtek-hid writes=1\n", -1},
    {"a name cut short",     "usb:1 0801:0002 magtek-hid read=1\n", -1},
    {"a count of none",      "usb:1 0801:0002 magtek-hid =1\n", -1},
    {"a word no count",      "usb:1 0801:0002 magtek-hid reads\n", -1},
    {"no number",            "usb:1 0801:0002 magtek-hid reads=\n", -1},
    {"a letter in it",       "usb:1 0801:0002 magtek-hid reads=1x\n", -1},
    {"a sign before it",     "usb:1 0801:0002 magtek-hid reads=-1\n", -1},
    {"a number too large",   "usb:1 0801:0002 magtek-hid reads=18446744073709551616\n", -1},
};
// clang-format on

static void test_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int length = snprintf(text, sizeof text, HEADER "%s", lines[i].line);
        int count = statistics_parse(text, (size_t)length, back, 4);
        if (count != lines[i].count) fail_msg("%s: %d", lines[i].what, count);
    }
    assert_int_equal(statistics_parse(HEADER "a 0801:0002 d\0\n", 38, back, 4), -1);
    assert_int_equal(statistics_parse("", 0, back, 4), 0);
    assert_int_equal(statistics_parse(HEADER, strlen(HEADER), back, 4), 0);
    assert_int_equal(statistics_parse(HEADER, strlen(HEADER) - 1, back, 4), -1);
    assert_int_equal(statistics_parse("# loyalty statistics 2\n", 23, back, 4), -1);
}

static void test_numbers_arrive(void **state)
{
    (void)state;
    static const char *const line = HEADER
        "%2Fdev%C3 080A:00ff magtek-hid reads=12 foreign=3 misread-lrc=4 refused-payment-card=5\n";
    assert_int_equal(statistics_parse(line, strlen(line), back, 4), 1);
    assert_string_equal(back[0].path, "/dev\xC3");
    assert_int_equal(back[0].vid, 0x080A);
    assert_int_equal(back[0].pid, 0x00FF);
    assert_string_equal(back[0].driver, "magtek-hid");
    assert_int_equal(back[0].kept.reads, 12);
    assert_int_equal(back[0].kept.foreign, 3);
    assert_int_equal(back[0].kept.misreads[LOY_MISREAD_LRC], 4);
    assert_int_equal(back[0].kept.refused[LOY_REFUSAL_PAYMENT_CARD], 5);
}

static void test_each_event_counts_once(void **state)
{
    (void)state;
    static const struct loy_event events[] = {
        {.kind = LOY_EVENT_READ},
        {.kind = LOY_EVENT_FOREIGN},
        {.kind = LOY_EVENT_MISREAD, .reason = LOY_MISREAD_LRC},
        {.kind = LOY_EVENT_REFUSED, .reason = LOY_REFUSAL_PAYMENT_CARD},
        {.kind = LOY_EVENT_ATTACHED},
    };
    const struct loy_counts expected = {.reads = 1,
        .foreign = 1,
        .misreads[LOY_MISREAD_LRC] = 1,
        .refused[LOY_REFUSAL_PAYMENT_CARD] = 1};
    struct loy_counts counts = {0};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        counts_note(&counts, &events[i]);
    assert_memory_equal(&counts, &expected, sizeof counts);
}

static void test_sums_stop_at_the_most(void **state)
{
    (void)state;
    struct loy_counts sum = {.reads = UINT64_MAX - 1, .refused[loy_refusal_count - 1] = 1};
    struct loy_counts more = {.reads = 2, .foreign = 3, .refused[loy_refusal_count - 1] = 4};
    counts_add(&sum, &more);
    assert_true(sum.reads == UINT64_MAX);
    assert_int_equal(sum.foreign, 3);
    assert_int_equal(sum.refused[loy_refusal_count - 1], 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_and_rows_are_the_same),
        cmocka_unit_test(test_counts_of_0_are_left_out),
        cmocka_unit_test(test_one_letter_of_a_path_too_many),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_numbers_arrive),
        cmocka_unit_test(test_each_event_counts_once),
        cmocka_unit_test(test_sums_stop_at_the_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
