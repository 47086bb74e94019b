/* SPDX-License-Identifier: MIT
 *
 * view_sure.c - a question with yes and no in the place of the screen below; Esc is no.
 */
#include "desk.h"

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    *(struct sure *)view->state = *(const struct sure *)argument;
    view->entry.limit = 1;
    return true;
}

static void answer_with(struct tui *tui, struct view *view, bool yes)
{
    struct sure *sure = view->state;
    sure->yes = yes;
    tui_answer(tui, sure);
}

static void act_yes(struct tui *tui, struct view *view)
{
    answer_with(tui, view, true);
}

static void act_no(struct tui *tui, struct view *view)
{
    answer_with(tui, view, false);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct sure *sure = view->state;
    const char *at = sure->words;
    char line[CELL_BYTES];
    int row = body->row + 2;
    (void)tui;
    while (cell_wrap(term_rules(), &at, body->columns - 8, line, sizeof line))
        term_text(row++, body->column + 4, TUI_ASK, line);
    row++;
    int column = term_text(row, body->column + 4, TUI_KEY, "Y");
    column = term_text(row, column + 1, TUI_PLAIN, _("yes"));
    column = term_text(row, column + 4, TUI_KEY, "N");
    term_text(row, column + 1, TUI_PLAIN, _("no"));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("y or n");
}

static const struct key_row keys[] = {
    {'y', N_("Yes"), N_("yes"), NULL, act_yes, 1},
    {'n', N_("No"), N_("no"), NULL, act_no, 2},
    {'Y', NULL, NULL, NULL, act_yes, 9},
    {'N', NULL, NULL, NULL, act_no, 9},
};

const struct view_class view_sure = {
    .name = "sure",
    .state_size = sizeof(struct sure),
    .heading = N_("A question"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .back = act_no,
};
