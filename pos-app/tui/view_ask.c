/* SPDX-License-Identifier: MIT
 *
 * view_ask.c - the one question of a visit, behind the sale: never in the way of the next scan.
 */
#include "lane_face.h"

#include <sodium.h>
#include <string.h>

/* ---- At the lane -------------------------------------------------------------------------- */

void lane_ask_begin(struct tui *tui)
{
    struct lane_face *face = tui->lane;
    const int64_t at_us = tui_now_us();
    face->asked = (struct loy_asked){.size = sizeof face->asked};
    face->asked_member = face->view.member;
    if (face->queue || loy_id_is_none(&face->asked_member)) return;
    /* The sale is good whether a question could be asked or not. */
    if (loy_question_next(
            tui->store, &face->asked_member, at_us, cli_offset_at(at_us), &face->asked) != LOY_OK)
        face->asked.field = 0;
}

bool lane_ask_may(const struct tui *tui)
{
    return tui->lane && tui->lane->asked.field != 0 && tui->lane->view.stage == LOY_STAGE_CLOSED;
}

/* False: the value is no good; it may be said again. */
static bool answer_take(struct tui *tui, enum loy_question_answer answer, const char *value)
{
    struct lane_face *face = tui->lane;
    const uint8_t field = answer == LOY_ANSWER_NEVER ? 0 : face->asked.field;
    enum loy_status status =
        loy_question_answer(tui->store, &face->asked_member, field, answer, value, tui_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) {
        tui_say_store(tui, status);
        return status != LOY_E_FORMAT;
    }
    face->asked.field = 0;
    tui_say(tui, TUI_NOTE, "%s", _("noted"));
    return true;
}

void lane_ask_later(struct tui *tui, struct view *view)
{
    (void)view;
    answer_take(tui, LOY_ANSWER_LATER, NULL);
}

void lane_ask_never(struct tui *tui, struct view *view)
{
    (void)view;
    answer_take(tui, LOY_ANSWER_NEVER, NULL);
}

void lane_ask_open(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_ask, NULL);
}

void lane_ask_queue(struct tui *tui, struct view *view)
{
    struct lane_face *face = tui->lane;
    (void)view;
    face->queue = !face->queue;
    face->asked.field = 0;
    tui_say(tui, TUI_NOTE, "%s",
        face->queue ? _("a queue: nothing is asked; Ctrl-W asks again")
                    : _("no queue: one question a visit is asked again"));
}

/* ---- The question's own screen ------------------------------------------------------------ */

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)view;
    (void)argument;
    tui_say(tui, TUI_PLAIN, "%s", "");
    return lane_ask_may(tui);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->lane && !tui->lane->asked.confirm ? tui->lane->asked.label : _("Digit");
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct loy_asked *asked = &tui->lane->asked;
    char line[CELL_BYTES];
    const char *at = asked->purpose;
    int row = body->row + 2;
    (void)view;
    term_cell(row++, body->column + 4, body->columns - 8, CELL_LEFT, TUI_STRONG, asked->label);
    while (cell_wrap(term_rules(), &at, body->columns - 8, line, sizeof line))
        term_text(row++, body->column + 4, TUI_PLAIN, line);
    row++;
    if (!asked->confirm) return;
    term_text(row++, body->column + 4, TUI_ASK, _("1  it is still right"));
    term_text(row, body->column + 4, TUI_ASK, _("2  it is not; it is changed at the desk"));
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    static struct loy_event event;
    const struct lane_face *face = tui->lane;
    (void)view;
    if (!*text || face->asked.confirm) return;
    enum loy_status seen = cli_card_event(text, face->ranges, face->range_count, &event);
    if (seen == LOY_OK && event.kind == LOY_EVENT_REFUSED) {
        tui_pop(tui);
        lane_face_event(tui, &event);
    } else if (answer_take(tui, LOY_ANSWER_GIVEN, text)) {
        /* A pop empties what was said. */
        char said[TUI_SAID_MAX];
        const enum tui_style style = (enum tui_style)tui->said_style;
        snprintf(said, sizeof said, "%s", tui->said);
        tui_pop(tui);
        tui_say(tui, style, "%s", said);
    }
    sodium_memzero(&event, sizeof event);
}

/* The next customer is more than the question. */
static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    (void)view;
    tui_pop(tui);
    lane_face_event(tui, seen);
    return true;
}

static bool may_confirm(const struct tui *tui, const struct view *view)
{
    (void)view;
    return lane_ask_may(tui) && tui->lane->asked.confirm;
}

static void act_confirm(struct tui *tui, struct view *view)
{
    (void)view;
    const bool right = tui->key == '1';
    tui_pop(tui);
    answer_take(tui, right ? LOY_ANSWER_CONFIRMED : LOY_ANSWER_WRONG, NULL);
}

static void act_later(struct tui *tui, struct view *view)
{
    tui_pop(tui);
    lane_ask_later(tui, view);
}

static void act_never(struct tui *tui, struct view *view)
{
    tui_pop(tui);
    lane_ask_never(tui, view);
}

static const struct key_row keys[] = {
    {'1', N_("Right"), N_("the value still holds"), may_confirm, act_confirm, 1},
    {'2', N_("Not right"), N_("the value does not hold"), may_confirm, act_confirm, 1},
    {TUI_F(6), N_("Later"), N_("the question is for another day"), NULL, act_later, 2},
    {TUI_CTRL('N'), N_("Do not ask"), N_("this customer is asked for nothing any more"), NULL,
        act_never, 3},
};

const struct view_class view_ask = {
    .name = "ask",
    .heading = N_("One question"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
};
