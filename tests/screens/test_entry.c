/* SPDX-License-Identifier: MIT
 *
 * test_entry.c - the line that a person types into: characters, movements, limits, secrets; and the
 * form above it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <tui/entry.h>
#include <tui/theme.h>

static const struct cell_rules usual = {0};

static void type(struct entry *entry, const wchar_t *text)
{
    for (; *text; text++)
        entry_insert(entry, *text);
}

static void test_editing(void **state)
{
    struct entry entry = {0};
    char text[ENTRY_BYTES];
    (void)state;
    type(&entry, L"牛x奶");
    assert_true(entry_move(&entry, ENTRY_LEFT));
    assert_true(entry_move(&entry, ENTRY_BACKSPACE));
    entry_text(&entry, text);
    assert_string_equal(text, "牛奶");
    type(&entry, L"·12");
    entry_text(&entry, text);
    assert_string_equal(text, "牛·12奶");
    assert_true(entry_move(&entry, ENTRY_HOME));
    assert_false(entry_move(&entry, ENTRY_BACKSPACE));
    assert_true(entry_move(&entry, ENTRY_DELETE));
    assert_true(entry_move(&entry, ENTRY_END));
    assert_false(entry_move(&entry, ENTRY_DELETE));
    assert_false(entry_move(&entry, ENTRY_RIGHT));
    entry_text(&entry, text);
    assert_string_equal(text, "·12奶");
    assert_true(entry_move(&entry, ENTRY_CLEAR));
    assert_false(entry_move(&entry, ENTRY_CLEAR));
}

static void test_limits(void **state)
{
    struct entry entry = {.limit = 3};
    (void)state;
    type(&entry, L"abcd");
    assert_int_equal(entry.length, 3);
    entry.limit = 0;
    for (int i = 0; i < 1000; i++)
        entry_insert(&entry, 0x4e2d);
    assert_int_equal(entry.length, ENTRY_MAX);
    assert_false(entry_insert(&entry, 'x'));
    entry_move(&entry, ENTRY_CLEAR);
    assert_false(entry_insert(&entry, 0x1b));
    assert_false(entry_insert(&entry, 0x9b));
    assert_false(entry_insert(&entry, 0x202e));
}

static void test_wiped(void **state)
{
    struct entry entry = {.secret = true}, none = {.secret = true};
    char shown[CELL_BYTES];
    (void)state;
    type(&entry, L"2580");
    assert_int_equal(entry_show(&entry, &usual, 20, shown, sizeof shown), 4);
    assert_string_equal(shown, "****");
    entry_wipe(&entry);
    assert_memory_equal(&entry, &none, sizeof entry);
}

/* However long the text: the cursor is inside, and what is shown fits. */
static void test_window(void **state)
{
    struct entry entry = {0};
    char shown[CELL_BYTES];
    (void)state;
    for (int i = 0; i < 100; i++) {
        entry_insert(&entry, i % 3 ? 'a' : 0x4e2d);
        int cursor = entry_show(&entry, &usual, 10, shown, sizeof shown);
        assert_in_range(cursor, 0, 9);
        assert_true(cell_width(&usual, shown) <= 10);
    }
    for (int i = 0; i < 100; i++) {
        entry_move(&entry, ENTRY_LEFT);
        assert_in_range(entry_show(&entry, &usual, 10, shown, sizeof shown), 0, 9);
    }
    assert_int_equal(entry_show(&entry, &usual, 10, shown, sizeof shown), 0);
}

static void test_theme(void **state)
{
    int colour, look;
    (void)state;
    struct theme theme = theme_make(THEME_AUTO, NULL, 8);
    assert_true(theme.colours);
    theme_look(&theme, TUI_DIM, 8, &colour, &look);
    assert_int_equal(colour, -1); /* grey is colour 8: of 16 only */
    theme_look(&theme, TUI_BAD, 8, &colour, &look);
    assert_int_equal(colour, 1);
    assert_true(theme_make(THEME_AUTO, "", 8).colours);
    assert_false(theme_make(THEME_AUTO, "1", 256).colours);
    assert_true(theme_make(THEME_ALWAYS, "1", 256).colours);
    assert_false(theme_make(THEME_NEVER, NULL, 256).colours);
    assert_false(theme_make(THEME_ALWAYS, NULL, 0).colours);
    theme = theme_make(THEME_NEVER, NULL, 256);
    for (int style = 0; style < TUI_STYLE_COUNT; style++) {
        theme_look(&theme, (enum tui_style)style, 256, &colour, &look);
        assert_int_equal(colour, -1);
    }
    theme_look(&theme, TUI_BAD, 256, &colour, &look);
    assert_true(look & LOOK_REVERSE); /* an error is seen without colours too */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_wiped),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_theme),
    };
    if (!setlocale(LC_ALL, "C.UTF-8")) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
