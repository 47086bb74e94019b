/* SPDX-License-Identifier: MIT
 *
 * view_approve.c - a supervisor's name and PIN for one step at the lane.
 */
#include "form.h"
#include "lane_face.h"

#include <sodium.h>

enum { NAME, PIN };

static const struct form_field fields[] = {
    {N_("Supervisor"), NULL, FORM_TEXT, LOY_OPERATOR_NAME_MAX - 1, true},
    {N_("Supervisor's PIN"), N_("is not shown"), FORM_SECRET, LOY_PIN_MAX - 1, true},
};

struct approve {
    struct form form;
    char words[TUI_SAID_MAX];
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct approve *approve = view->state;
    (void)tui;
    snprintf(approve->words, sizeof approve->words, "%s", (const char *)argument);
    form_open(view, fields, sizeof fields / sizeof fields[0]);
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct approve *approve = view->state;
    char name[ENTRY_BYTES], pin[ENTRY_BYTES];
    if (!form_enter(tui, view, text) || form_lacks(tui, view)) return;
    snprintf(name, sizeof name, "%s", approve->form.values[NAME]);
    snprintf(pin, sizeof pin, "%s", approve->form.values[PIN]);
    tui_pop(tui);
    lane_face_approve(tui, name, pin);
    sodium_memzero(pin, sizeof pin);
    /* Asked again: a PIN that is typed once more must not stand in the place of the name. */
    struct view *again = tui_find(tui, &view_approve);
    if (!again) return;
    entry_set(&again->entry, name);
    form_go(again, PIN);
}

/* Without the approval the step is off; what was scanned meanwhile is taken. */
static void back(struct tui *tui, struct view *view)
{
    (void)view;
    tui_pop(tui);
    if (!tui->lane->held) lane_face_release(tui);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct approve *approve = view->state;
    struct tui_box box = *body;
    char line[CELL_BYTES];
    const char *at = approve->words;
    (void)tui;
    box.row += 2;
    while (cell_wrap(term_rules(), &at, body->columns - 8, line, sizeof line))
        term_text(box.row++, body->column + 4, TUI_ASK, line);
    box.row++;
    box.rows = 4;
    form_draw(view, &box, 18);
}

static const struct key_row keys[] = {FORM_KEYS};

const struct view_class view_approve = {
    .name = "approve",
    .state_size = sizeof(struct approve),
    .heading = N_("A supervisor's approval"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
    .back = back,
};
