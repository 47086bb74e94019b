/* SPDX-License-Identifier: MIT
 *
 * view_desk_remark.c - what a member says at the desk: one key, and a text that is sealed. A
 * complaint about an article is taken at the lane or from its receipt, where the line is.
 */
#include "choices.h"
#include "desk.h"

#include <loyalty/contact.h>

static const struct {
    const char *words, *reason;
} reasons[] = {
    {N_("a wish"), "wish"},
    {N_("something was not on the shelf"), "missing"},
    {N_("the wait was long"), "queue"},
    {N_("how staff behaved"), "staff"},
    {N_("about the member's data"), "data"},
    {N_("about the card or its advantages"), "card"},
    {N_("praise"), "praise"},
    {N_("something else"), "other"},
};

struct desk_remark {
    struct choices choices;
    struct loy_id member;
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_remark *remark = view->state;
    remark->member = *(const struct loy_id *)argument;
    CHOICES_OPEN(view, reasons);
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
        .reason = reasons[choices_chosen(view)].reason,
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

static void act_digit(struct tui *tui, struct view *view)
{
    size_t row;
    if (choices_digit(tui, view, &row)) ((struct table *)view->state)->chosen = row;
}

static const struct key_row keys[] = {
    {TUI_DIGIT, N_("About"), N_("what the remark is about"), NULL, act_digit, 1},
    TABLE_KEYS,
};

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
