/* SPDX-License-Identifier: MIT
 *
 * test_guard_layouts.c - payment cards that came through a host's keyboard layout or in a wide
 * encoding are refused, and what is none comes out as it went in. The layouts are those of
 * tests/vectors/guard/layouts.txt, forward; the guard has its own table, backward.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "guard.h"
#include "guard_numbers.h"
#include "layout_repair.h"

static struct guard guard;
static struct loy_event event;

static size_t character_size(const char *at)
{
    uint8_t c = (uint8_t)*at;
    return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* What text becomes; keypad: its digits are typed on the number pad. */
static size_t type_through(
    const char *us, const char *layout, bool keypad, const char *text, char *out, size_t size)
{
    size_t used = 0;
    for (; *text != '\0'; text++) {
        const char *key = strchr(us, *text), *produced = layout;
        bool digit = *text >= '0' && *text <= '9';
        for (const char *c = us; key != NULL && c < key; c++)
            produced += character_size(produced);
        if (key == NULL || (keypad && digit)) produced = text;
        assert_true(used + 4 < size);
        size_t n = character_size(produced);
        memcpy(out + used, produced, n);
        used += n;
    }
    return used;
}

static void judge_symbol(const char *text, size_t n)
{
    set_symbol(&event, "", text, n);
    guard_judge(&guard, &event);
}

static void check_refused(const char *name, const char *text, size_t n)
{
    judge_symbol(text, n);
    if (event.kind != LOY_EVENT_REFUSED) fail_msg("%s: %.*s is let in", name, (int)n, text);
    assert_int_equal(event.reason, LOY_REFUSAL_PAYMENT_CARD);
}

static void check_kept(const char *name, const char *text, size_t n)
{
    judge_symbol(text, n);
    if (event.kind != LOY_EVENT_READ) fail_msg("%s: %.*s is not let in", name, (int)n, text);
    assert_int_equal(event.data_length, n);
    assert_memory_equal(event.data, text, n);
    assert_int_equal(event.parts[0].status, LOY_PART_GOOD);
}

struct format {
    const char *text, *prefix;
    size_t length;
    char how;
};

/* What only the layout around the number tells is among them: format B of nobody, 62 without Luhn,
 * twelve digits. */
static const struct format cards[] = {
    {"%s", "4", 16, 'l'},
    {"%s", "5105", 16, 'l'},
    {";%s=29121010000?", "4", 16, 'l'},
    {";%s=29121010000?", "62", 19, '!'},
    {"%s=30112210000", "50", 12, 'l'},
    {"%%B%s^TEST/CARD^29121010000?", "77", 16, '!'},
    {"%%B%s^TEST/CARD^29121010000?;77=1?", "6005", 16, '!'},
};
static const struct format others[] = {
    {"%s", "859", 13, 'g'},
    {"%s", "40", 13, 'g'},
    {"%s", "411111111111111", 16, '!'},
    {"%s", "77", 16, 'l'},
    {";%s=9904?", "600585", 17, '!'},
    {"%%M%s^CLUB/TEST?", "411111111111111", 16, '!'},
};

/* Where the top row gives no digits, "%" and "^" give some: between digits from the number pad
 * nobody can tell these from digits, so that track 1 is left out there. */
static void each_layout(void (*check)(const char *name, const char *text, size_t n),
    const struct format *formats, size_t count)
{
    char path[512], line[512], us[64] = "", text[128], number[40], typed[512];
    size_t layouts = 0;
    snprintf(path, sizeof path, "%s/tests/vectors/guard/layouts.txt", TEST_SOURCE_DIR);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') continue;
        char *layout = strchr(line, ' ');
        *layout++ = '\0';
        if (strcmp(line, "us") == 0) snprintf(us, sizeof us, "%s", layout);
        for (size_t i = 0; i < count * 40; i++) {
            const struct format *format = &formats[i % count];
            make_number(number, format->prefix, format->length, format->how);
            snprintf(text, sizeof text, format->text, number);
            if (i / count % 2 && *layout != '1' && text[0] == '%') continue;
            size_t n = type_through(us, layout, i / count % 2, text, typed, sizeof typed);
            check(line, typed, n);
        }
        layouts++;
    }
    fclose(file);
    assert_true(layouts > 30);
}

static void test_cards_through_every_layout(void **state)
{
    (void)state;
    guard.range_count = 0;
    each_layout(check_refused, cards, sizeof cards / sizeof cards[0]);
}

static void test_others_through_every_layout(void **state)
{
    (void)state;
    guard.range_count = 0;
    each_layout(check_kept, others, sizeof others / sizeof others[0]);
}

/* An own number in a network's range is the shop's through a layout, too. */
static void test_own_cards_through_every_layout(void **state)
{
    (void)state;
    static const struct format own[] = {{"%s", "411111", 16, 'l'}, {";%s?", "411111", 16, 'l'}};
    struct loy_range range = {.prefix = "411111", .length = 16, .check = LOY_CHECK_LUHN};
    struct loy_guard_rules rules = {&range, 1};
    assert_int_equal(guard_init(&guard, &rules), LOY_OK);
    each_layout(check_kept, own, 1);
    guard.range_count = 0;
}

/* The one text that was really seen: an article's number through the Czech layout. */
static void test_seen_text(void **state)
{
    (void)state;
    static const char seen[] = "áříč+řžěýééáý";
    uint8_t out[LAYOUT_TEXT_MAX];
    struct layout_text text = {(const uint8_t *)seen, strlen(seen)};
    size_t n = layout_undo(3, text, out);
    assert_int_equal(n, 13);
    assert_memory_equal(out, "8594156270087", 13);
    check_kept("seen", seen, strlen(seen));
}

/* ---- Encodings ------------------------------------------------------------------------------ */

static size_t widen(char *out, const char *text, uint32_t zero)
{
    size_t used = 0;
    for (; *text != '\0'; text++) {
        uint32_t code = (uint32_t)(*text - '0') + zero;
        if (zero == 0xFF10 || (*text >= '0' && *text <= '9')) {
            if (code >= 0x800) out[used++] = (char)(0xE0 | code >> 12);
            out[used++] = (char)(code >= 0x800 ? 0x80 | (code >> 6 & 0x3F) : 0xC0 | code >> 6);
            out[used++] = (char)(0x80 | (code & 0x3F));
            continue;
        }
        out[used++] = *text;
    }
    return used;
}

static void test_digits_of_other_scripts(void **state)
{
    (void)state;
    static const uint32_t zeros[] = {0xFF10, 0x0660, 0x06F0, 0x0966, 0x0E50};
    char number[40], text[128], wide[512];
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        make_number(number, "4", 16, 'l');
        check_refused("wide", wide, widen(wide, number, zeros[i]));
        make_number(number, "62", 18, '!');
        snprintf(text, sizeof text, ";%s=29121010000?", number);
        check_refused("wide", wide, widen(wide, text, zeros[i]));
        make_number(number, "4", 16, '!');
        check_kept("wide", wide, widen(wide, number, zeros[i]));
    }
}

static size_t spread(char *out, const char *text, bool big, bool mark)
{
    size_t used = 0;
    if (mark) {
        out[used++] = (char)(big ? 0xFE : 0xFF);
        out[used++] = (char)(big ? 0xFF : 0xFE);
    }
    for (; *text != '\0'; text++) {
        if (big) out[used++] = '\0';
        out[used++] = *text;
        if (!big) out[used++] = '\0';
    }
    return used;
}

static void test_utf_16(void **state)
{
    (void)state;
    char number[40], wide[512];
    for (unsigned i = 0; i < 4; i++) {
        make_number(number, "4", 16, 'l');
        check_refused("utf-16", wide, spread(wide, number, i & 1, i & 2));
        make_number(number, "4", 16, '!');
        size_t n = spread(wide, number, i & 1, i & 2);
        judge_symbol(wide, n);
        assert_int_equal(event.kind, LOY_EVENT_READ);
        assert_memory_equal(event.data, wide, n);
    }
}

/* Characters that are cut off or none at all must not be read past. */
static void test_broken_characters(void **state)
{
    (void)state;
    static const char *const texts[] = {"111111111111111\xC3", "111111111111111\xE0\x80",
        "111111111111111\xF0\x9F\x98", "11111111111111\xF0\x9F\x98\x80", "\x80\xBF\xFF+ěščřžýáíé",
        "+ěščřžýáíé", "12345678901"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_kept("broken", texts[i], strlen(texts[i]));
}

static void test_long_text_is_no_card(void **state)
{
    (void)state;
    char text[LAYOUT_TEXT_MAX + 8];
    uint8_t out[LAYOUT_TEXT_MAX];
    memset(text, '&', sizeof text);
    struct layout_text most = {(const uint8_t *)text, LAYOUT_TEXT_MAX}, more = most;
    more.length++;
    size_t undone = 0;
    for (size_t way = 0; way < layout_ways(); way++) {
        undone += layout_undo(way, most, out);
        assert_int_equal(layout_undo(way, more, out), 0);
    }
    assert_true(undone > 0); /* French: "&" is 1 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cards_through_every_layout),
        cmocka_unit_test(test_others_through_every_layout),
        cmocka_unit_test(test_own_cards_through_every_layout),
        cmocka_unit_test(test_seen_text),
        cmocka_unit_test(test_digits_of_other_scripts),
        cmocka_unit_test(test_utf_16),
        cmocka_unit_test(test_broken_characters),
        cmocka_unit_test(test_long_text_is_no_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
