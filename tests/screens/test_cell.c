/* SPDX-License-Identifier: MIT
 *
 * test_cell.c - cells are exactly as wide as they are said to be, whatever text comes from outside;
 * and no saved screen has a line wider than its terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/cell.h>
#include <tui/digits.h>

static const struct cell_rules usual = {0}, ascii = {.ascii = true},
                               wide = {.wide_ambiguous = true};

static void test_width(void **state)
{
    static const struct {
        const char *text;
        int width;
    } rows[] = {
        {"", 0},
        {"abc", 3},
        {"蒙牛纯牛奶 250ml", 16},
        {"￥12", 4},
        {"¥12", 3},
        {"e\xcc\x81", 1}, /* a mark sits on its letter */
        {"\xcc\x81"
         "abc",
            3},                                           /* and on nobody else's */
        {"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", 1}, /* never a pile of them */
        {"a\tb\nc", 5},
        {"a\x1b[31mb", 6}, /* the escape itself is gone */
        {"a\xc2\x9b"
         "31mb",
            5}, /* so is C1 */
        {"\xe2\x80\xae"
         "abc\xe2\x80\xac",
            3},          /* bidi overrides */
        {"\xff\xfe", 2}, /* no UTF-8: a question mark each */
        {"\xe6\x9d", 2}, /* cut inside a character */
        {"\xef\xbb\xbf"
         "x",
            1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(cell_width(&usual, rows[i].text), rows[i].width);
}

static void test_fit(void **state)
{
    static const struct {
        const struct cell_rules *rules;
        const char *text;
        int width;
        enum cell_align align;
        const char *fitted;
    } rows[] = {
        {&usual, "ab", 4, CELL_LEFT, "ab  "},
        {&usual, "ab", 4, CELL_RIGHT, "  ab"},
        {&usual, "ab", 4, CELL_CENTRE, " ab "},
        {&usual, "abcdef", 4, CELL_LEFT, "abc…"},
        {&usual, "abcdef", 4, CELL_RIGHT, "abc…"},
        {&ascii, "abcdef", 4, CELL_LEFT, "abc~"},
        {&wide, "abcdef", 4, CELL_LEFT, "abc~"},
        {&usual, "牛奶牛奶", 5, CELL_LEFT, "牛奶…"},
        {&usual, "牛奶牛奶", 6, CELL_LEFT, "牛奶… "}, /* half a character is none */
        {&usual, "牛奶", 4, CELL_LEFT, "牛奶"},
        {&usual, "牛奶", 1, CELL_LEFT, "…"},
        {&usual, "牛奶", 0, CELL_LEFT, ""},
        {&usual, "a\x1b[2Jb", 6, CELL_LEFT, "a[2Jb "},
        {&wide, "阿·买", 8, CELL_LEFT, "阿・买  "},
    };
    char out[CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cell_fit(rows[i].rules, rows[i].text, rows[i].width, rows[i].align, out, sizeof out);
        assert_string_equal(out, rows[i].fitted);
    }
}

/* Any bytes, any width: exactly so many columns, and nothing a terminal would act upon. */
static void test_fit_anything(void **state)
{
    char text[64], out[CELL_BYTES];
    (void)state;
    srand(7);
    for (int round = 0; round < 20000; round++) {
        size_t n = (size_t)rand() % (sizeof text - 1);
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(rand() % 255 + 1);
        text[n] = '\0';
        int width = rand() % 30;
        cell_fit(
            round % 2 ? &usual : &wide, text, width, (enum cell_align)(round % 3), out, sizeof out);
        assert_int_equal(cell_width(&usual, out), width);
        for (const char *at = out; *at; at++)
            assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    }
}

static void test_wrap(void **state)
{
    const char *at = "one two three 牛奶牛奶牛奶";
    const char *wanted[] = {"one two", "three 牛", "奶牛奶牛", "奶"};
    char line[CELL_BYTES];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(cell_wrap(&usual, &at, 8, line, sizeof line));
        assert_string_equal(line, wanted[i]);
    }
    assert_false(cell_wrap(&usual, &at, 8, line, sizeof line));
    at = "一二三。四"; /* no line begins with the stop */
    assert_true(cell_wrap(&usual, &at, 6, line, sizeof line));
    assert_string_equal(line, "一二");
    assert_true(cell_wrap(&usual, &at, 6, line, sizeof line));
    assert_string_equal(line, "三。四");
    assert_false(cell_wrap(&usual, &at, 6, line, sizeof line));
    at = "牛"; /* wider than the line: passed over, not looped over */
    assert_true(cell_wrap(&usual, &at, 1, line, sizeof line));
    assert_false(cell_wrap(&usual, &at, 1, line, sizeof line));
}

static void test_digits(void **state)
{
    char row[512];
    (void)state;
    for (int i = 0; i < DIGITS_ROWS; i++) {
        digits_row("-1234567890.12", i, false, row, sizeof row);
        assert_int_equal(cell_width(&usual, row), digits_width("-1234567890.12"));
        digits_row("-1234567890.12", i, true, row, sizeof row);
        assert_int_equal(cell_width(&usual, row), digits_width("-1234567890.12"));
        for (const char *at = row; *at; at++)
            assert_true((unsigned char)*at < 0x7f);
    }
    assert_int_equal(digits_width(""), 0);
}

/* Each line of every saved screen fits the terminal that is in its name. */
static void test_saved(void **state)
{
    DIR *folder = opendir(TEST_SOURCE_DIR "/tests/screens/saved");
    char path[1024], line[4096];
    size_t files = 0;
    (void)state;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        const char *end = strstr(entry->d_name, ".txt");
        if (!end) continue;
        int columns = strstr(entry->d_name, "120x40") ? 120 : 80;
        snprintf(path, sizeof path, TEST_SOURCE_DIR "/tests/screens/saved/%s", entry->d_name);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file)) {
            line[strcspn(line, "\n")] = '\0';
            assert_true(cell_width(&usual, line) <= columns);
        }
        fclose(file);
        files++;
    }
    closedir(folder);
    assert_true(files > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_fit_anything),
        cmocka_unit_test(test_wrap),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_saved),
    };
    if (!setlocale(LC_ALL, "C.UTF-8")) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
