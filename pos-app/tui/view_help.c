/* SPDX-License-Identifier: MIT
 *
 * view_help.c - F1: all keys of the screen below, from its own table, and the last words in full.
 */
#include "tui.h"

struct help {
    char said[TUI_SAID_MAX];
};

static const struct view *below(const struct tui *tui)
{
    return tui->depth > 1 ? tui->views[tui->depth - 2] : tui_top(tui);
}

static int draw_said(const struct help *help, const struct tui_box *body, int row)
{
    char line[CELL_BYTES];
    const char *at = help->said;
    while (cell_wrap(term_rules(), &at, body->columns - 2, line, sizeof line))
        term_text(row++, body->column + 1, TUI_NOTE, line);
    return help->said[0] ? row + 1 : row;
}

static size_t count_told(const struct tui *tui, const struct view *of)
{
    size_t told = 0;
    for (size_t i = 0; i < keys_count(of->view_class); i++) {
        const struct key_row *key = keys_row(of->view_class, i);
        told += key->help && keys_may(tui, of, key);
    }
    return told;
}

/* In two columns where one is not enough. */
static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct view *of = below(tui);
    int row = draw_said(view->state, body, body->row), first = row, column = body->column + 1;
    size_t count = keys_count(of->view_class);
    bool fits = row + (int)count_told(tui, of) <= body->row + body->rows;
    int half = fits ? body->columns : body->columns / 2;
    for (size_t i = 0; i < count; i++) {
        const struct key_row *key = keys_row(of->view_class, i);
        char name[16];
        if (!key->help || !keys_may(tui, of, key)) continue;
        if (row >= body->row + body->rows) {
            row = first;
            column += half;
        }
        term_cell(row, column, 9, CELL_LEFT, TUI_KEY, keys_name(key->key, name));
        term_cell(row++, column + 10, half - 12, CELL_LEFT, TUI_PLAIN, _(key->help));
    }
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct help *help = view->state;
    (void)argument;
    snprintf(help->said, sizeof help->said, "%s", tui->said);
    return true;
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Enter or Esc");
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)view;
    (void)text;
    tui_pop(tui);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    (void)view;
    if (seen->kind == LOY_EVENT_ATTACHED || seen->kind == LOY_EVENT_DETACHED) return false;
    tui_pop(tui);
    tui_event(tui, seen);
    return true;
}

const struct view_class view_help = {
    .name = "help",
    .state_size = sizeof(struct help),
    .heading = N_("Help"),
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
};
