/* SPDX-License-Identifier: MIT
 *
 * view_last.c - a card that was shown too late: it goes to the sale that was just closed.
 */
#include "desk.h"
#include "lane_face.h"

#include <sodium.h>

bool lane_last_may(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->lane && tui->lane->view.stage == LOY_STAGE_CLOSED &&
           loy_id_is_none(&tui->lane->view.member);
}

void lane_last_open(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_last, NULL);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)view;
    (void)argument;
    tui_say(tui, TUI_NOTE, "%s", _("show the card now, or F2 finds the member"));
    return true;
}

static void take(struct tui *tui, struct lane_request *request)
{
    request->input.choice = 1;
    tui_pop(tui);
    lane_face_take(tui, request);
    sodium_memzero(request, sizeof *request);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct lane_request request = lane_request_of(LOY_LANE_CARD);
    (void)view;
    if (seen->kind != LOY_EVENT_READ ||
        desk_event_credential(tui, seen, &request.credential) != LOY_OK) {
        tui_pop(tui);
        lane_face_event(tui, seen);
        return true;
    }
    request.input.reader = seen->reader;
    take(tui, &request);
    if (tui->reader) loy_reader_answer(tui->reader, seen->reader, LOY_ANSWER_ACCEPTED);
    return true;
}

static void act_find(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_find, NULL);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    struct lane_request request = lane_request_of(LOY_LANE_MEMBER);
    (void)view;
    if (from != &view_find) return;
    request.member = *(const struct loy_id *)result;
    take(tui, &request);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    (void)tui;
    (void)view;
    term_text(body->row + 2, body->column + 4, TUI_PLAIN,
        _("For the history of the last sale: its prices stay."));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Card");
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Member"), N_("member by telephone, name or number"), NULL, act_find, 1},
};

const struct view_class view_last = {
    .name = "last",
    .heading = N_("Card for the last sale"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .event = event,
    .answer = answer,
};
