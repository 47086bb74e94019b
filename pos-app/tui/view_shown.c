/* SPDX-License-Identifier: MIT
 *
 * view_shown.c - why a member is to be shown whole: one key, kept in the audit log. The screen is
 * seen by the queue, so nothing is whole before.
 */
#include "desk.h"
#include "table.h"

static const struct {
    const char *code, *words;
} reasons[] = {
    {"asked", N_("the customer asked for it")},
    {"check", N_("the customer's data are being checked together")},
    {"delivery", N_("a delivery or a call is due")},
    {"complaint", N_("a complaint is being looked into")},
};
#define REASONS (sizeof reasons / sizeof reasons[0])

struct shown {
    struct table table;
    struct loy_id member;
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    (void)tui;
    (void)view;
    if (column == 0) *style = TUI_KEY;
    if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else
        snprintf(text, size, "%s", _(reasons[row].words));
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct shown *shown = view->state;
    shown->member = *(const struct loy_id *)argument;
    shown->table =
        (struct table){.columns = columns, .column_count = 2, .count = REASONS, .cell = cell};
    tui_say(tui, TUI_NOTE, "%s", _("the reason is kept with your name; who stands near can read"));
    return true;
}

static void choose(struct tui *tui, struct view *view, size_t row)
{
    const struct shown *shown = view->state;
    static const bool yes = true;
    if (row >= REASONS) return;
    enum loy_status status =
        loy_member_shown_note(tui->store, &shown->member, reasons[row].code, tui_now_us());
    if (status == LOY_OK)
        tui_answer(tui, &yes);
    else
        tui_say_store(tui, status);
}

static void act_digit(struct tui *tui, struct view *view)
{
    choose(tui, view, (size_t)(tui->key - '1'));
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)text;
    choose(tui, view, ((const struct shown *)view->state)->table.chosen);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Number");
}

static const struct key_row keys[] = {
    {TUI_DIGIT, N_("Reason"), N_("shows the member whole for that reason"), NULL, act_digit, 1},
    TABLE_KEYS,
};

const struct view_class view_shown = {
    .name = "shown",
    .state_size = sizeof(struct shown),
    .heading = N_("Why show the member whole?"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
