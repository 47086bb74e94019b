/* SPDX-License-Identifier: MIT
 *
 * view_desk_remark.c - what a member says at the desk: one key, and a text that is sealed. A
 * complaint about an article is taken at the lane or from its receipt, where the line is.
 */
#include "desk.h"
#include "table.h"

#include <loyalty/contact.h>

static const struct {
    const char *reason, *words;
} reasons[] = {
    {"wish", N_("a wish")},
    {"missing", N_("something was not on the shelf")},
    {"queue", N_("the wait was long")},
    {"staff", N_("how staff behaved")},
    {"data", N_("about the member's data")},
    {"card", N_("about the card or its advantages")},
    {"praise", N_("praise")},
    {"other", N_("something else")},
};
#define REASONS (sizeof reasons / sizeof reasons[0])

struct desk_remark {
    struct table table;
    struct loy_id member;
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    (void)tui;
    (void)view;
    (void)style;
    if (column == 0) snprintf(text, size, "%s", _(reasons[row].words));
}

static const struct table_column columns[] = {{"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_remark *remark = view->state;
    remark->member = *(const struct loy_id *)argument;
    remark->table =
        (struct table){.columns = columns, .column_count = 1, .count = REASONS, .cell = cell};
    tui_say(
        tui, TUI_NOTE, "%s", _("choose what it is about, then type the words; they are sealed"));
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    const struct desk_remark *remark = view->state;
    const struct loy_contact_form form = {.size = sizeof form,
        .member = &remark->member,
        .kind = LOY_CONTACT_SERVICE_REMARK,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .reason = reasons[remark->table.chosen].reason,
        .text = *text ? text : NULL};
    enum loy_status status = loy_contact_add(tui->store, &form, tui_now_us(), NULL);
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    tui_pop(tui);
    tui_say(tui, TUI_GOOD, "%s", _("the remark is kept"));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Words");
}

static const struct key_row keys[] = {TABLE_KEYS};

const struct view_class view_desk_remark = {
    .name = "desk-remark",
    .state_size = sizeof(struct desk_remark),
    .heading = N_("A remark"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
