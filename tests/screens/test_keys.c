/* SPDX-License-Identifier: MIT
 *
 * test_keys.c - what the footer shows is what the keys do: in every view, for any state of the
 * lane, in both languages, each key of the footer is dispatched by the very row that printed it,
 * and all of them fit 80 columns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tui/desk.h>
#include <tui/form.h>
#include <tui/lane_face.h>
#include <tui/table.h>

extern const struct view_class view_alarms, view_alarm_seen;
static uint32_t may_mask;

bool __wrap_loy_lane_may(const struct loy_lane *lane, enum loy_lane_input_kind kind);
bool __wrap_loy_lane_may(const struct loy_lane *lane, enum loy_lane_input_kind kind)
{
    (void)lane;
    return may_mask >> kind & 1u;
}

static const struct cell_rules rules = {0};
static const struct form_field fields[] = {{"a", NULL, FORM_TEXT, 0, false},
    {"b", NULL, FORM_TICK, 0, false}, {"c", NULL, FORM_TEXT, 0, false}};

static const struct {
    const struct view_class *view_class;
    bool form, table;
} views[] = {
    {&view_login, true, false},
    {&view_menu, false, true},
    {&view_help, false, false},
    {&view_lane, false, false},
    {&view_tender, false, false},
    {&view_approve, true, false},
    {&view_find, false, true},
    {&view_register, true, false},
    {&view_cards, false, true},
    {&view_tickets, false, true},
    {&view_return, false, true},
    {&view_remark, false, true},
    {&view_void, false, true},
    {&view_line, false, false},
    {&view_desk_pairs, false, true},
    {&view_desk_merges, false, true},
    {&view_desk_history, false, true},
    {&view_alarms, false, true},
    {&view_alarm_seen, false, false},
};
#define VIEWS (sizeof views / sizeof views[0])

struct room {
    struct tui tui;
    struct cli cli;
    struct lane_face face;
};

static struct view *view_make(size_t i)
{
    struct view *view = calloc(1, sizeof *view);
    view->view_class = views[i].view_class;
    view->state = calloc(1, view->view_class->state_size + 1);
    if (views[i].form) ((struct form *)view->state)->fields = fields;
    if (views[i].form) ((struct form *)view->state)->count = 3;
    return view;
}

static void view_end(struct view *view)
{
    free(view->state);
    free(view);
}

/* A state of the lane, of the view, of who is signed in. */
static void shuffle(struct room *room, struct view *view, size_t i)
{
    may_mask = (uint32_t)rand();
    room->face.view.stage = (uint8_t)(rand() % loy_stage_count);
    room->face.view.question = (uint8_t)(rand() % 3);
    room->face.view.lines = (uint32_t)(rand() % 3);
    room->face.view.waiting = rand() % 2;
    room->face.held = rand() % 2;
    room->face.kept.input.kind = LOY_LANE_ARTICLE;
    room->face.answer.code = rand() % 2 ? LOY_SAID_NO_PRICE : LOY_SAID_LINE;
    room->tui.who.number = rand() % 2;
    room->tui.console = rand() % 2;
    if (views[i].form) ((struct form *)view->state)->at = (size_t)(rand() % 3);
    if (views[i].table) ((struct table *)view->state)->count = (size_t)(rand() % 3);
}

static void check_footer(struct room *room, const struct view *view)
{
    const struct key_row *rows[KEYS_FOOTER_MAX];
    char name[16];
    size_t count = keys_footer(&room->tui, view, &rules, 78, rows);
    int width = -2;
    assert_in_range(count, 1, KEYS_FOOTER_MAX);
    for (size_t i = 0; i < count; i++) {
        int32_t key = rows[i]->key == TUI_DIGIT ? '1' : rows[i]->key;
        assert_ptr_equal(keys_find(&room->tui, view, key), rows[i]);
        width += cell_width(&rules, keys_name(rows[i]->key, name)) + 3 +
                 cell_width(&rules, gettext(rows[i]->words));
    }
    assert_true(width <= 78);
    assert_int_equal(rows[count - 1]->key, TUI_ESCAPE);
    if (view->view_class != &view_help) assert_int_equal(rows[0]->key, TUI_F(1));
}

static void walk(const char *language)
{
    struct room *room = calloc(1, sizeof *room);
    room->tui.cli = &room->cli;
    room->tui.lane = &room->face;
    tui_language_set(&room->tui, strcmp(language, "zh_CN") == 0);
    srand(11);
    for (size_t i = 0; i < VIEWS; i++) {
        struct view *view = view_make(i);
        for (int round = 0; round < 500; round++) {
            shuffle(room, view, i);
            check_footer(room, view);
        }
        view_end(view);
    }
    free(room);
}

static void test_footer(void **state)
{
    (void)state;
    walk("en");
    walk("zh_CN");
}

/* Each key is told on F1's page, or has a twin that is; the words of the footer are short. */
static void test_words(void **state)
{
    (void)state;
    for (int chinese = 0; chinese < 2; chinese++) {
        struct room *room = calloc(1, sizeof *room);
        room->tui.cli = &room->cli;
        tui_language_set(&room->tui, chinese);
        for (size_t i = 0; i < VIEWS; i++)
            for (size_t k = 0; k < keys_count(views[i].view_class); k++) {
                const struct key_row *row = keys_row(views[i].view_class, k);
                assert_non_null(row->act);
                if (row->words) assert_non_null(row->help);
                if (row->words) assert_in_range(cell_width(&rules, gettext(row->words)), 2, 12);
                if (row->help) assert_in_range(cell_width(&rules, gettext(row->help)), 2, 68);
            }
        free(room);
    }
    assert_string_equal(gettext("Help"), "帮助");
}

/* What does nothing now is not dispatched, and F keys never type. */
static void test_not_now(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    struct view *view = view_make(3);
    (void)state;
    room->tui.cli = &room->cli;
    room->tui.lane = &room->face;
    may_mask = 0;
    for (int i = 2; i <= 12; i++)
        if (i != 11) assert_null(keys_find(&room->tui, view, TUI_F(i)));
    assert_null(keys_find(&room->tui, view, '1'));
    may_mask = 1u << LOY_LANE_TOTAL;
    room->face.view.stage = LOY_STAGE_BASKET;
    assert_null(keys_find(&room->tui, view, TUI_F(9))); /* nothing to pay */
    room->face.view.lines = 1;
    assert_non_null(keys_find(&room->tui, view, TUI_F(9)));
    view_end(view);
    free(room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_footer),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_not_now),
    };
    if (!setlocale(LC_ALL, "C.UTF-8")) return 77;
    bindtextdomain("loyalty", LOYALTY_LOCALE_BUILD);
    bind_textdomain_codeset("loyalty", "UTF-8");
    textdomain("loyalty");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
