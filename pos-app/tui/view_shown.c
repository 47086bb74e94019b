/* SPDX-License-Identifier: MIT
 *
 * view_shown.c - why a member is to be shown whole: one key, kept in the audit log. The screen is
 * seen by the queue, so nothing is whole before.
 */
#include "choices.h"
#include "desk.h"

static const struct {
    const char *words, *code;
} reasons[] = {
    {N_("the customer asked for it"), "asked"},
    {N_("the customer's data are being checked together"), "check"},
    {N_("a delivery or a call is due"), "delivery"},
    {N_("a complaint is being looked into"), "complaint"},
};

struct shown {
    struct choices choices;
    struct loy_id member;
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct shown *shown = view->state;
    shown->member = *(const struct loy_id *)argument;
    CHOICES_OPEN(view, reasons);
    tui_say(tui, TUI_NOTE, "%s", _("the reason is kept with your name; who stands near can read"));
    return true;
}

static void choose(struct tui *tui, struct view *view, size_t row)
{
    const struct shown *shown = view->state;
    static const bool yes = true;
    enum loy_status status =
        loy_member_shown_note(tui->store, &shown->member, reasons[row].code, tui_now_us());
    if (status == LOY_OK)
        tui_answer(tui, &yes);
    else
        tui_say_store(tui, status);
}

static void act_digit(struct tui *tui, struct view *view)
{
    size_t row;
    if (choices_digit(tui, view, &row)) choose(tui, view, row);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)text;
    choose(tui, view, choices_chosen(view));
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
    .prompt = choices_prompt,
    .enter = enter,
};
