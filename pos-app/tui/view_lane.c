/* SPDX-License-Identifier: MIT
 *
 * view_lane.c - the checkout: what its keys and its line do. What each input does at each stage is
 * the lane's own table; here stands only how a person says it.
 */
#include "lane_face.h"

#include <string.h>

struct lane_state {
    bool leaving; /* Esc was pressed once with nothing to go back from */
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)view;
    (void)argument;
    if (!lane_face_open(tui)) return false;
    if (tui->lane->view.stage == LOY_STAGE_FOUND) {
        char at[32];
        cli_time_local(tui->lane->view.opened_at_us, at);
        tui_say(
            tui, TUI_WARN, _("A basket of %s was left open: %u lines."), at, tui->lane->view.lines);
    }
    return true;
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    (void)view;
    int used = snprintf(text, size, _("LANE %s   Cashier %s"), tui->settings.lane, tui->who.name);
    if (tui->lane && tui->lane->queue && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, "%s", _("   QUEUE"));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    static char text[64];
    char quantity[32];
    (void)view;
    if (!tui->lane->quantity_milli) return _("Scan");
    lane_quantity(tui->lane->quantity_milli, quantity);
    snprintf(text, sizeof text, "%s %s", quantity, term_glyph(GLYPH_TIMES));
    return text;
}

/* "*3": another quantity of the chosen line, where there is none of the next article; "*3 CODE". */
static void star_take(struct tui *tui, const char *text)
{
    struct lane_face *face = tui->lane;
    const size_t n = strcspn(text, " ");
    const char *code = text + n + strspn(text + n, " ");
    int64_t quantity_milli = 0;
    const bool selling = face->view.stage != LOY_STAGE_IDLE && face->view.stage != LOY_STAGE_CLOSED;
    if (!lane_quantity_read(text, n, &quantity_milli))
        tui_say(tui, TUI_BAD, "%s", _("a quantity stands before the star: 3* or 0.25*"));
    else if (*code)
        lane_face_article(tui, code, quantity_milli);
    else if (selling && lane_face_line(face))
        lane_face_requantify(tui, quantity_milli);
    else
        face->quantity_milli = quantity_milli;
}

/* "6901234567893", "3*", "3*6901234567893". */
static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct lane_face *face = tui->lane;
    struct lane_state *state = view->state;
    const char *star = strchr(text, '*');
    int64_t quantity_milli = 0;
    state->leaving = false;
    if (face->held) {
        lane_face_held(tui);
        return;
    }
    if (!*text) return;
    if (star == text) {
        star_take(tui, text + 1);
        return;
    }
    if (star && !lane_quantity_read(text, (size_t)(star - text), &quantity_milli)) {
        tui_say(tui, TUI_BAD, "%s", _("a quantity stands before the star: 3* or 0.25*"));
        return;
    }
    if (star && !star[1])
        face->quantity_milli = quantity_milli;
    else
        lane_face_article(tui, star ? star + 1 : text, quantity_milli);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    ((struct lane_state *)view->state)->leaving = false;
    lane_face_event(tui, seen);
    return true;
}

static void pass_time(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_TIME);
    uint8_t question = tui->lane->view.question;
    struct loy_lane_answer answer = {.size = sizeof answer};
    request.input.at_us = tui_now_us();
    request.input.offset_min = cli_offset_at(request.input.at_us);
    loy_lane_take(tui->lane->lane, &request.input, &answer);
    lane_face_refresh(tui, tui->lane->chosen);
    if (tui->lane->view.question)
        tui_wake(view, 1000);
    else if (question)
        tui_say(tui, TUI_NOTE, "%s", answer.words);
}

/* ---- Questions ---------------------------------------------------------------------------- */

static bool asks(const struct tui *tui, enum loy_lane_question question)
{
    return tui->lane && tui->lane->view.question == question;
}

static bool may_other(const struct tui *tui, const struct view *view)
{
    (void)view;
    return asks(tui, LOY_ASK_OTHER_ACCOUNT);
}

static bool may_unknown(const struct tui *tui, const struct view *view)
{
    (void)view;
    return asks(tui, LOY_ASK_UNKNOWN_CARD);
}

static bool may_found(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->lane && tui->lane->view.stage == LOY_STAGE_FOUND;
}

static void choose(struct tui *tui, uint8_t choice)
{
    struct lane_request request = lane_request_of(LOY_LANE_CHOOSE);
    request.input.choice = choice;
    lane_face_take(tui, &request);
}

static void act_choose(struct tui *tui, struct view *view)
{
    (void)view;
    choose(tui, (uint8_t)(tui->key - '0'));
}

static void act_register_unknown(struct tui *tui, struct view *view)
{
    struct loy_credential unknown = tui->lane->unknown;
    (void)view;
    choose(tui, 2); /* kept as pending: registering resolves it, and Esc there loses nothing */
    tui_push(tui, &view_register, &unknown);
}

static void act_resume_found(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_RESUME);
    (void)view;
    lane_face_take(tui, &request);
}

static void act_void_found(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_VOID);
    (void)view;
    snprintf(request.reason, sizeof request.reason, "power-cut");
    lane_face_take(tui, &request);
}

/* ---- Keys --------------------------------------------------------------------------------- */

static bool stage_may(const struct tui *tui, enum loy_lane_input_kind kind)
{
    return lane_face_may(tui, kind) && tui->lane->view.stage != LOY_STAGE_FOUND;
}

#define MAY(name, kind)                                                                            \
    static bool name(const struct tui *tui, const struct view *view)                               \
    {                                                                                              \
        (void)view;                                                                                \
        return stage_may(tui, kind);                                                               \
    }
MAY(may_member, LOY_LANE_MEMBER)
MAY(may_suspend, LOY_LANE_SUSPEND)
MAY(may_return, LOY_LANE_RETURN)
MAY(may_remark, LOY_LANE_REMARK)

static bool has_lines(const struct tui *tui)
{
    return tui->lane && tui->lane->view.lines > 0;
}

static bool may_total(const struct tui *tui, const struct view *view)
{
    (void)view;
    return stage_may(tui, LOY_LANE_TOTAL) && has_lines(tui);
}

static bool may_void(const struct tui *tui, const struct view *view)
{
    (void)view;
    return stage_may(tui, LOY_LANE_VOID_LINE) && has_lines(tui);
}

static bool may_resume(const struct tui *tui, const struct view *view)
{
    (void)view;
    return stage_may(tui, LOY_LANE_RESUME) && tui->lane->view.waiting > 0;
}

/* An article that nobody knows a price of waits for one. */
static bool may_price(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->lane && tui->lane->held && tui->lane->kept.input.kind == LOY_LANE_ARTICLE &&
           tui->lane->answer.code == LOY_SAID_NO_PRICE;
}

static bool may_line(const struct tui *tui, const struct view *view)
{
    return has_lines(tui) && !may_price(tui, view) && !may_found(tui, view);
}

static void push(struct tui *tui, const struct view_class *view_class)
{
    tui_push(tui, view_class, NULL);
}

static void act_member(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_find);
}

static void act_register(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_register);
}

static void act_cards(struct tui *tui, struct view *view)
{
    (void)view;
    bool replace = tui->key == TUI_F(12);
    tui_push(tui, &view_cards, &replace);
}

static void act_line(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_line);
}

static void act_void(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_void);
}

static void act_suspend(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_SUSPEND);
    (void)view;
    lane_face_take(tui, &request);
}

static void act_resume(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_tickets);
}

static void act_return(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_return);
}

static void act_total(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_TOTAL);
    (void)view;
    lane_face_take(tui, &request);
}

static void act_remark(struct tui *tui, struct view *view)
{
    (void)view;
    push(tui, &view_remark);
}

static bool may_print(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->lane && tui->lane->view.stage == LOY_STAGE_CLOSED;
}

static void act_print(struct tui *tui, struct view *view)
{
    (void)view;
    lane_receipt_print(tui, false);
}

static bool may_up(const struct tui *tui, const struct view *view)
{
    (void)view;
    return has_lines(tui);
}

static void act_move(struct tui *tui, struct view *view)
{
    struct lane_face *face = tui->lane;
    uint32_t at = face->chosen ? face->chosen : face->view.last;
    uint32_t by = tui->key == TUI_PAGE_UP || tui->key == TUI_PAGE_DOWN ? 8 : 1;
    bool up = tui->key == TUI_UP || tui->key == TUI_PAGE_UP;
    (void)view;
    at = up ? (at > by ? at - by : 1) : (at + by < face->view.lines ? at + by : face->view.lines);
    face->chosen = at;
    if (!lane_face_line(face)) lane_face_refresh(tui, at);
}

static void back(struct tui *tui, struct view *view)
{
    struct lane_face *face = tui->lane;
    struct lane_state *state = view->state;
    if (face->held) {
        lane_face_release(tui);
    } else if (face->quantity_milli) {
        face->quantity_milli = 0;
    } else if (face->view.question) {
        choose(tui, 2);
    } else if (face->view.stage == LOY_STAGE_BASKET && face->view.lines) {
        tui_say(
            tui, TUI_NOTE, "%s", _("the lines stay: F7 suspends the basket, F6 takes lines back"));
    } else if (state->leaving) {
        tui_sign_out(tui);
    } else {
        state->leaving = true;
        tui_say(tui, TUI_NOTE, "%s", _("Esc again signs out"));
    }
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    (void)view;
    if (from != &view_find) return;
    struct lane_request request = lane_request_of(LOY_LANE_MEMBER);
    request.member = *(const struct loy_id *)result;
    lane_face_take(tui, &request);
}

/* Enter on an empty line, so that a typed article stays one. */
static bool may_answer(const struct tui *tui, const struct view *view)
{
    return lane_ask_may(tui) && view->entry.length == 0;
}

static bool may_ask(const struct tui *tui, const struct view *view)
{
    (void)view;
    return lane_ask_may(tui);
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Answer"), N_("what the customer says to the question"), may_answer,
        lane_ask_open, 1},
    {TUI_F(6), N_("Later"), N_("the question is for another day"), may_ask, lane_ask_later, 2},
    {TUI_CTRL('N'), NULL, N_("this customer is asked for nothing any more"), may_ask,
        lane_ask_never, 9},
    {TUI_CTRL('T'), N_("Last sale"), N_("a card for the sale that was just closed"), lane_last_may,
        lane_last_open, 5},
    {'1', N_("Replace"), N_("the new card takes the member's place"), may_other, act_choose, 1},
    {'2', N_("Keep"), N_("the member stays"), may_other, act_choose, 1},
    {'3', N_("New"), N_("a new customer: this basket is suspended"), may_other, act_choose, 1},
    {'1', N_("Register"), N_("registers the card that nobody has"), may_unknown,
        act_register_unknown, 1},
    {'2', N_("Without"), N_("goes on; the card is kept until it is registered"), may_unknown,
        act_choose, 1},
    {'1', N_("Go on"), N_("goes on with the basket that was left"), may_found, act_resume_found, 1},
    {'2', N_("Make void"), N_("makes the basket void that was left"), may_found, act_void_found, 1},
    {TUI_F(2), N_("Member"), N_("member by telephone, name or number; O: the customer objects"),
        may_member, act_member, 3},
    {TUI_F(3), N_("Register"), N_("registers a member at the lane"), may_member, act_register, 7},
    {TUI_F(4), NULL, N_("a member's cards: block, replace"), may_member, act_cards, 8},
    {TUI_F(5), N_("Price"), N_("a price for the article that has none"), may_price, act_line, 1},
    {TUI_F(5), N_("Line"), N_("all about a line, and another price"), may_line, act_line, 6},
    {TUI_F(6), N_("Void"), N_("takes back a line or the whole sale"), may_void, act_void, 4},
    {TUI_F(7), N_("Suspend"), N_("suspends the basket under a number"), may_suspend, act_suspend,
        5},
    {TUI_F(7), N_("Resume"), N_("takes back a suspended basket"), may_resume, act_resume, 4},
    {TUI_F(8), N_("Return"), N_("returns articles, with or without a receipt"), may_return,
        act_return, 8},
    {TUI_F(9), N_("Total"), N_("total, then what it is paid with"), may_total, act_total, 2},
    {TUI_F(10), N_("Remark"), N_("a complaint or remark about the line at hand"), may_remark,
        act_remark, 9},
    {TUI_F(12), NULL, N_("replaces a member's card"), may_member, act_cards, 9},
    {TUI_CTRL('P'), NULL, N_("prints the receipt of this sale, again as a copy"), may_print,
        act_print, 9},
    {TUI_UP, NULL, N_("line above"), may_up, act_move, 9},
    {TUI_DOWN, NULL, N_("line below"), may_up, act_move, 9},
    {TUI_PAGE_UP, NULL, N_("eight lines up"), may_up, act_move, 9},
    {TUI_PAGE_DOWN, NULL, N_("eight lines down"), may_up, act_move, 9},
    {TUI_CTRL('W'), NULL, N_("a queue: no questions, until it is pressed again"), NULL,
        lane_ask_queue, 9},
};

const struct view_class view_lane = {
    .name = "lane",
    .state_size = sizeof(struct lane_state),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = lane_draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
    .answer = answer,
    .back = back,
    .time = pass_time,
};
