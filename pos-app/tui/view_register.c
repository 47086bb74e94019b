/* SPDX-License-Identifier: MIT
 *
 * view_register.c - a member in twenty seconds: the card is read, a telephone, four answers. The
 * basket is untouched whatever becomes of it; everything else is asked later, at the desk.
 */
#include "desk.h"
#include "form.h"
#include "lane_face.h"

#include <loyalty/form.h>

#include <sodium.h>
#include <string.h>

enum { TELEPHONE, SCHEME, PROFILING, MARKETING, SUPPLIERS };

static const struct form_field fields[] = {
    {N_("Telephone"), N_("or empty, with a card"), FORM_TEXT, 30, false},
    {N_("Terms accepted"), N_("y or n"), FORM_TICK, 0, true},
    {N_("Profile for offers"), N_("y or n"), FORM_TICK, 0, true},
    {N_("Advertising"), N_("y or n"), FORM_TICK, 0, true},
    {N_("Makers' reports"), N_("y or n; anonymous"), FORM_TICK, 0, true},
};

struct registering {
    struct form form;
    struct loy_credential card; /* kind 0: none yet */
    uint8_t token[LOY_FORM_TOKEN_SIZE];
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct registering *registering = view->state;
    (void)tui;
    if (argument) registering->card = *(const struct loy_credential *)argument;
    /* Pressed twice it is the same member. */
    randombytes_buf(registering->token, sizeof registering->token);
    form_open(view, fields, sizeof fields / sizeof fields[0]);
    return true;
}

static bool said_yes(const struct registering *registering, size_t field)
{
    return registering->form.values[field][0] == 'y';
}

static struct loy_member_form filled(
    struct tui *tui, const struct registering *registering, const struct loy_field_text *telephone)
{
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = telephone,
        .field_count = telephone->text[0] ? 1 : 0,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .collected_at_us = tui_now_us(),
        .form = LOY_REGISTRATION_LANE,
        .has_card = registering->card.kind != 0,
        .receipt_language = tui->cli->chinese ? "zh" : "en"};
    form.offset_min = cli_offset_at(form.collected_at_us);
    form.consent[LOY_PURPOSE_SCHEME] = said_yes(registering, SCHEME);
    form.consent[LOY_PURPOSE_PROFILING] = said_yes(registering, PROFILING);
    form.consent[LOY_PURPOSE_MARKETING] = said_yes(registering, MARKETING);
    form.consent[LOY_PURPOSE_SUPPLIERS] = said_yes(registering, SUPPLIERS);
    memcpy(form.form_token, registering->token, sizeof form.form_token);
    return form;
}

/* Member and card together or not at all. */
static enum loy_status save(
    struct tui *tui, const struct registering *registering, struct loy_id *member)
{
    const struct loy_field_text telephone = {
        LOY_FIELD_TELEPHONE, registering->form.values[TELEPHONE]};
    struct loy_member_form form = filled(tui, registering, &telephone);
    int64_t at_us = form.collected_at_us;
    enum loy_status status = loy_store_begin(tui->store);
    if (status != LOY_OK) return status;
    status = loy_member_add(tui->store, &form, at_us, member);
    if (status == LOY_REPEATED) status = LOY_OK;
    if (status == LOY_OK && form.has_card)
        status = loy_card_issue(tui->store, member, &registering->card, at_us);
    if (status == LOY_OK || status == LOY_REPEATED) return loy_store_commit(tui->store);
    char why[TUI_SAID_MAX];
    snprintf(why, sizeof why, "%s", loy_store_text(tui->store));
    loy_store_rollback(tui->store);
    tui_say(tui, TUI_BAD, "%s", *why ? why : _(loy_status_text(status)));
    return LOY_REFUSED;
}

static void attach(
    struct tui *tui, const struct registering *registering, const struct loy_id *member)
{
    struct lane_request request = lane_request_of(LOY_LANE_MEMBER);
    request.member = *member;
    if (registering->card.kind) {
        request = lane_request_of(LOY_LANE_CARD);
        request.credential = registering->card;
    }
    tui_pop(tui);
    if (!tui->lane) return;
    if (lane_face_take(tui, &request) == LOY_OK && !tui->said[0])
        tui_say(tui, TUI_GOOD, "%s", _("registered; the basket is the member's"));
}

static void finish(struct tui *tui, struct view *view)
{
    struct registering *registering = view->state;
    struct loy_id member;
    if (form_lacks(tui, view)) return;
    if (!registering->card.kind && !registering->form.values[TELEPHONE][0]) {
        tui_say(tui, TUI_WARN, "%s", _("swipe a new card, or type a telephone"));
        return;
    }
    enum loy_status status = save(tui, registering, &member);
    if (status == LOY_OK)
        attach(tui, registering, &member);
    else if (status != LOY_REFUSED)
        tui_say_store(tui, status);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    if (form_enter(tui, view, text)) finish(tui, view);
}

static void act_save(struct tui *tui, struct view *view)
{
    form_go(view, ((struct form *)view->state)->at);
    finish(tui, view);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct registering *registering = view->state;
    struct loy_credential card;
    if (seen->kind != LOY_EVENT_READ || !tui->lane) return false;
    bool good = desk_event_credential(tui, seen, &card) == LOY_OK;
    if (good) registering->card = card;
    if (tui->reader)
        loy_reader_answer(
            tui->reader, seen->reader, good ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED);
    if (good)
        tui_say(tui, TUI_NOTE, "%s", "");
    else
        tui_say(tui, TUI_WARN, "%s", _("that is no card: swipe the new card, or Esc"));
    return true;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct registering *registering = view->state;
    struct tui_box box = *body;
    char card[64];
    (void)tui;
    snprintf(card, sizeof card, registering->card.kind ? _("read  ****%s") : "%s",
        registering->card.kind ? registering->card.tail : _("swipe the new card now"));
    term_cell(box.row + 1, box.column + 3, 20, CELL_LEFT, TUI_DIM, _("Card"));
    term_cell(box.row + 1, box.column + 25, 40, CELL_LEFT,
        registering->card.kind ? TUI_GOOD : TUI_ASK, card);
    box.row += 3;
    box.rows = 6;
    form_draw(view, &box, 20);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Save"), N_("registers, and goes back to the basket"), NULL, act_save, 1},
    FORM_KEYS,
};

const struct view_class view_register = {
    .name = "register",
    .state_size = sizeof(struct registering),
    .heading = N_("Register at the lane"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
    .event = event,
};
