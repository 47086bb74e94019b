/* SPDX-License-Identifier: MIT
 *
 * lane_face.c - the lane as the screens have it: every step is durable before it is told.
 * In: inputs and events; out: answers, told. Must not know: curses, drawing.
 */
#include "lane_face.h"

#include <lane/show.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* ---- Opening ------------------------------------------------------------------------------ */

static enum loy_status face_start(struct tui *tui, struct lane_face *face)
{
    enum loy_status status = loy_range_list(tui->store, face->ranges, &face->range_count);
    if (status == LOY_OK) status = loy_store_card_key(tui->store, face->card_key);
    if (status == LOY_OK)
        status = loy_lane_open(tui->store, LOY_BASKET_LANE, tui_now_us(), &face->lane);
    return status;
}

bool lane_face_open(struct tui *tui)
{
    if (tui->lane) return true;
    struct lane_face *face = calloc(1, sizeof *face);
    if (face) face->waiting = calloc(FACE_WAITING, sizeof *face->waiting);
    tui->lane = face;
    if (!face || !face->waiting) {
        tui_say(tui, TUI_BAD, "%s", _(loy_status_text(LOY_E_MEMORY)));
        lane_face_close(tui);
        return false;
    }
    enum loy_status status = face_start(tui, face);
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        lane_face_close(tui);
        return false;
    }
    cli_lane_now(face->lane);
    lane_face_refresh(tui, 0);
    return true;
}

void lane_face_close(struct tui *tui)
{
    struct lane_face *face = tui->lane;
    if (!face) return;
    loy_lane_close(face->lane);
    if (face->waiting) sodium_memzero(face->waiting, FACE_WAITING * sizeof *face->waiting);
    free(face->waiting);
    sodium_memzero(face, sizeof *face);
    free(face);
    tui->lane = NULL;
    tui->deaf = false;
    tui->doubt[0] = '\0';
}

/* ---- What there is to show ---------------------------------------------------------------- */

static void lines_load(struct tui *tui, uint32_t line)
{
    struct lane_face *face = tui->lane;
    uint32_t all = face->view.lines, position = 0;
    if (line == 0 || line > all) line = all;
    /* Half of the window is behind the line, so that moving on needs no reading. */
    if (line + FACE_LINES / 2 < all && line > FACE_LINES / 2) position = line - FACE_LINES / 2;
    if (line + FACE_LINES / 2 >= all && all > FACE_LINES) position = all - FACE_LINES;
    face->line_count = 0;
    face->first_line = position + 1;
    if (loy_id_is_none(&face->view.basket)) return;
    while (face->line_count < FACE_LINES) {
        struct loy_basket_line *at = &face->lines[face->line_count];
        at->size = sizeof *at;
        if (loy_basket_line_next(tui->store, &face->view.basket, &position, at) != LOY_OK) break;
        face->line_count++;
    }
}

void lane_face_refresh(struct tui *tui, uint32_t line)
{
    struct lane_face *face = tui->lane;
    sodium_memzero(&face->view, sizeof face->view);
    face->view.size = sizeof face->view;
    enum loy_status status = loy_lane_view_get(face->lane, &face->view);
    if (status != LOY_OK) tui_say_store(tui, status);
    if (face->view.stage != LOY_STAGE_CLOSED) face->asked.field = 0;
    cli_clock_words(&face->view, tui->doubt, sizeof tui->doubt);
    face->chosen = line;
    lines_load(tui, line);
}

static const struct loy_basket_line *line_at(const struct lane_face *face, uint32_t number)
{
    if (number < face->first_line || number >= face->first_line + face->line_count) return NULL;
    return &face->lines[number - face->first_line];
}

const struct loy_basket_line *lane_face_line(const struct lane_face *face)
{
    if (face->chosen) return line_at(face, face->chosen);
    for (uint32_t i = face->line_count; i > 0; i--)
        if (!face->lines[i - 1].voids && !face->lines[i - 1].voided) return &face->lines[i - 1];
    return NULL;
}

/* ---- Telling ------------------------------------------------------------------------------ */

/* Where an answer has no words of its own, and somebody wants to know all the same. */
static void words_of(
    const struct tui *tui, const struct loy_lane_answer *answer, char *text, size_t size)
{
    char amount[32], before[32];
    const bool back = answer->change_minor != 0 && answer->code != LOY_SAID_SOLD;
    tui_amount(tui, answer->change_minor, amount);
    snprintf(text, size, "%s%s", answer->words, back ? " " : "");
    const size_t used = strlen(text);
    if (back) snprintf(text + used, size - used, _("to be given back: %s"), amount);
    if (*text) return;
    tui_amount(tui, answer->due_minor, amount);
    tui_amount(tui, answer->before_minor, before);
    if (answer->repriced && answer->before_minor != answer->due_minor)
        snprintf(text, size, _("priced anew: %s instead of %s"), amount, before);
    else if (answer->code == LOY_SAID_BUYER && tui_find(tui, &view_tender))
        snprintf(text, size, _("the buyer is %s"),
            *tui->lane->view.buyer ? tui->lane->view.buyer : tui->lane->view.name);
    else if (answer->code == LOY_SAID_SUSPENDED)
        snprintf(text, size, _("suspended under number %lld; F7 takes it back"),
            (long long)answer->ticket);
    else if (answer->code == LOY_SAID_SOLD)
        snprintf(text, size, "%s", _("sold, and stored"));
    else if (answer->code == LOY_SAID_REMARK)
        snprintf(text, size, "%s", _("the remark is kept"));
    else if (answer->code == LOY_SAID_VOIDED)
        snprintf(text, size, "%s", _("the sale was made void"));
}

/* Errors that are seen before anything else is scanned: something is not in the basket. */
static bool holds(const struct loy_lane_answer *answer)
{
    switch (answer->code) {
    case LOY_SAID_UNKNOWN_ARTICLE:
    case LOY_SAID_NO_PRICE:
    case LOY_SAID_COUPON_REFUSED:
    case LOY_SAID_FAILED:
        return true;
    default:
        return false;
    }
}

/* What a person can do about it; the lane knows no keys. */
static const char *way_out(const struct lane_face *face)
{
    return face->answer.code == LOY_SAID_NO_PRICE ? _("F5 takes it, Esc drops the article.")
                                                  : _("Esc goes on.");
}

void lane_face_held(struct tui *tui)
{
    struct lane_face *face = tui->lane;
    if (face->waiting_count)
        tui_say(tui, TUI_BAD, _("%s %s Scans waiting: %zu."), face->words, way_out(face),
            face->waiting_count);
    else
        tui_say(tui, TUI_BAD, "%s %s", face->words, face->held ? way_out(face) : "");
}

static void tell(struct tui *tui, enum loy_status status)
{
    struct lane_face *face = tui->lane;
    const struct loy_lane_answer *answer = &face->answer;
    words_of(tui, answer, face->words, sizeof face->words);
    face->held = status != LOY_OK && holds(answer);
    if (face->held || answer->tone == LOY_TONE_LOUD) {
        lane_face_held(tui);
        return;
    }
    bool refused = status != LOY_OK || answer->tone == LOY_TONE_LOW || answer->question;
    if (answer->tone == LOY_TONE_LOW || answer->tone == LOY_TONE_SHORT) term_beep(1);
    tui_say(tui, refused ? TUI_WARN : TUI_NOTE, "%s", face->words);
}

/* The stage decides on the screen: what is paid is paid on the tender screen only. */
static void screen_follow(struct tui *tui)
{
    uint8_t stage = tui->lane->view.stage;
    bool pays = stage == LOY_STAGE_TOTAL || stage == LOY_STAGE_TENDER;
    if (pays && !tui_find(tui, &view_tender)) tui_push(tui, &view_tender, NULL);
    if (!pays && tui_find(tui, &view_tender)) tui_pop_to(tui, &view_lane);
}

static void settle(struct tui *tui, enum loy_status status)
{
    struct lane_face *face = tui->lane;
    lane_face_refresh(tui, 0);
    screen_follow(tui);
    tell(tui, status);
    /* An open question lapses: it is looked at each second. */
    struct view *lane = tui_find(tui, &view_lane);
    if (face->view.question && lane) tui_wake(lane, 1000);
    if (face->answer.code == LOY_SAID_SOLD) lane_receipt_print(tui, true);
    if (face->answer.code == LOY_SAID_SOLD) lane_ask_begin(tui);
    if (face->answer.code == LOY_SAID_APPROVAL) tui_push(tui, &view_approve, face->words);
}

/* ---- Steps -------------------------------------------------------------------------------- */

struct lane_request lane_request_of(enum loy_lane_input_kind kind)
{
    return (struct lane_request){
        .input = {.size = sizeof(struct loy_lane_input), .kind = (uint8_t)kind}};
}

static enum loy_status take(struct tui *tui, const char *name, const char *pin)
{
    struct lane_face *face = tui->lane;
    struct lane_request *kept = &face->kept;
    struct loy_lane_input *input = &kept->input;
    input->at_us = cli_lane_now(face->lane);
    input->offset_min = cli_offset_at(input->at_us);
    input->text = kept->text[0] ? kept->text : NULL;
    input->reason = kept->reason[0] ? kept->reason : NULL;
    input->member = loy_id_is_none(&kept->member) ? NULL : &kept->member;
    input->receipt = loy_id_is_none(&kept->receipt) ? NULL : &kept->receipt;
    input->credential = kept->credential.kind ? &kept->credential : NULL;
    input->approver = name;
    input->approver_pin = pin;
    face->answer = (struct loy_lane_answer){.size = sizeof face->answer, .code = LOY_SAID_FAILED};
    enum loy_status status = loy_lane_take(face->lane, input, &face->answer);
    input->approver = input->approver_pin = NULL;
    return status;
}

enum loy_status lane_face_take(struct tui *tui, struct lane_request *request)
{
    tui->lane->kept = *request;
    tui->lane->then = lane_request_of(0);
    enum loy_status status = take(tui, NULL, NULL);
    settle(tui, status);
    return status;
}

static void follow(struct tui *tui, enum loy_status status)
{
    struct lane_request then = tui->lane->then;
    if (status == LOY_OK && then.input.kind) lane_face_take(tui, &then);
}

void lane_face_take_both(
    struct tui *tui, struct lane_request *first, const struct lane_request *then)
{
    tui->lane->kept = *first;
    tui->lane->then = *then;
    enum loy_status status = take(tui, NULL, NULL);
    settle(tui, status);
    follow(tui, status);
}

void lane_face_approve(struct tui *tui, const char *name, const char *pin)
{
    enum loy_status status = take(tui, name, pin);
    settle(tui, status);
    follow(tui, status);
    if (!tui->lane->held && tui->lane->waiting_count) lane_face_release(tui);
}

bool lane_face_may(const struct tui *tui, enum loy_lane_input_kind kind)
{
    return tui->lane && loy_lane_may(tui->lane->lane, kind);
}

void lane_face_article(struct tui *tui, const char *text, int64_t quantity_milli)
{
    struct lane_face *face = tui->lane;
    static struct loy_event event;
    struct lane_request request = lane_request_of(LOY_LANE_ARTICLE);
    snprintf(request.text, sizeof request.text, "%s", text);
    request.input.quantity_milli = quantity_milli ? quantity_milli : face->quantity_milli;
    face->quantity_milli = 0;
    enum loy_status seen = cli_card_event(text, face->ranges, face->range_count, &event);
    /* A payment card's number is no less one for being typed. */
    if (seen == LOY_OK && event.kind == LOY_EVENT_REFUSED)
        lane_face_event(tui, &event);
    else
        lane_face_take(tui, &request);
    sodium_memzero(&event, sizeof event);
}

void lane_face_requantify(struct tui *tui, int64_t quantity_milli)
{
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    struct lane_request undo = lane_request_of(LOY_LANE_VOID_LINE),
                        again = lane_request_of(LOY_LANE_ARTICLE);
    struct loy_article_found found;
    if (!line || !show_may_requantify(tui->store, line, &found)) {
        tui_say(tui, TUI_BAD, "%s",
            _("the quantity of this line stays; void it and enter the article again"));
        return;
    }
    undo.input.line = line->number;
    snprintf(undo.reason, sizeof undo.reason, "quantity");
    again.input.quantity_milli = quantity_milli;
    again.input.price_minor = found.list_minor < 0 ? line->list_minor : 0;
    snprintf(again.text, sizeof again.text, "%s", line->code);
    lane_face_take_both(tui, &undo, &again);
}

/* ---- Events ------------------------------------------------------------------------------- */

/* What may have to be gone back to: the article that has no price, the card that is nobody's, and
 * both with a supervisor. */
static void keep_scan(struct tui *tui, const struct loy_event *event)
{
    struct lane_face *face = tui->lane;
    struct loy_scan scan;
    if (event->kind != LOY_EVENT_READ) return;
    loy_scan_from_event(event, face->ranges, face->range_count, face->card_key, &scan);
    bool card = scan.kind == LOY_SCAN_MEMBER;
    face->kept = lane_request_of(card ? LOY_LANE_CARD : LOY_LANE_ARTICLE);
    face->kept.input.reader = event->reader;
    face->kept.input.quantity_milli = card ? 0 : face->quantity_milli;
    if (card) face->kept.credential = scan.credential;
    if (!card)
        snprintf(face->kept.text, sizeof face->kept.text, "%s", *scan.code ? scan.code : scan.gtin);
    sodium_memzero(&scan, sizeof scan);
}

static enum loy_status event_step(struct tui *tui, const struct loy_event *event)
{
    struct lane_face *face = tui->lane;
    int64_t at_us = cli_lane_now(face->lane);
    keep_scan(tui, event);
    bool counted = event->kind == LOY_EVENT_READ && face->quantity_milli &&
                   face->kept.input.kind == LOY_LANE_ARTICLE;
    face->answer = (struct loy_lane_answer){.size = sizeof face->answer, .code = LOY_SAID_FAILED};
    if (counted) {
        face->quantity_milli = 0;
        return take(tui, NULL, NULL);
    }
    enum loy_status status =
        loy_lane_event(face->lane, event, at_us, cli_offset_at(at_us), &face->answer);
    face->unknown = (struct loy_credential){0};
    if (face->answer.question == LOY_ASK_UNKNOWN_CARD) face->unknown = face->kept.credential;
    return status;
}

void lane_face_event(struct tui *tui, const struct loy_event *event)
{
    struct lane_face *face = tui->lane;
    bool scan = event->kind >= LOY_EVENT_READ;
    /* A supervisor looks at one step: what is scanned meanwhile must not take its place. */
    if (scan && (face->held || tui_find(tui, &view_approve))) {
        face->waiting[face->waiting_count++] = *event;
        /* What comes now waits in the readers. */
        tui->deaf = face->waiting_count == FACE_WAITING;
        if (face->held)
            lane_face_held(tui);
        else
            tui_say(tui, TUI_NOTE, _("Scans waiting: %zu."), face->waiting_count);
        return;
    }
    enum loy_status status = event_step(tui, event);
    bool good = status >= LOY_OK && status != LOY_REFUSED && face->answer.tone < LOY_TONE_LOW;
    if (scan && tui->reader)
        loy_reader_answer(
            tui->reader, event->reader, good ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED);
    settle(tui, status);
}

void lane_face_release(struct tui *tui)
{
    struct lane_face *face = tui->lane;
    static struct loy_event event;
    if (face->held) tui_say(tui, TUI_PLAIN, "%s", "");
    face->held = false;
    tui->deaf = false;
    while (face->waiting_count && !face->held && !tui_find(tui, &view_approve)) {
        event = face->waiting[0];
        face->waiting_count--;
        memmove(face->waiting, face->waiting + 1, face->waiting_count * sizeof event);
        sodium_memzero(&face->waiting[face->waiting_count], sizeof event);
        lane_face_event(tui, &event);
    }
    sodium_memzero(&event, sizeof event);
}

/* ---- Names --------------------------------------------------------------------------------- */

void lane_member_name(struct tui *tui, const struct loy_id *member, char *name, size_t size)
{
    char family[LOY_FIELD_TEXT_MAX] = "", given[LOY_FIELD_TEXT_MAX] = "";
    name[0] = '\0';
    if (loy_member_field(tui->store, member, LOY_FIELD_NAME, given) == LOY_OK)
        snprintf(name, size, "%s", given);
    if (*name) return;
    if (loy_member_field(tui->store, member, LOY_FIELD_FAMILY_NAME, family) != LOY_OK) *family = 0;
    if (loy_member_field(tui->store, member, LOY_FIELD_GIVEN_NAME, given) != LOY_OK) *given = 0;
    /* Chinese has the family first and no blank. */
    bool chinese = (unsigned char)*family >= 0xe3;
    const char *blank = *family && *given && !chinese ? " " : "";
    snprintf(name, size, "%s%s%s", chinese ? family : given, blank, chinese ? given : family);
    sodium_memzero(family, sizeof family);
    sodium_memzero(given, sizeof given);
}

/* ---- Quantities --------------------------------------------------------------------------- */

void lane_quantity(int64_t quantity_milli, char text[32])
{
    cli_amount_text(quantity_milli, 3, text);
    size_t n = strlen(text);
    while (n && text[n - 1] == '0')
        text[--n] = '\0';
    if (n && text[n - 1] == '.') text[--n] = '\0';
}

bool lane_quantity_read(const char *text, size_t length, int64_t *quantity_milli)
{
    char number[24];
    if (length == 0 || length >= sizeof number) return false;
    memcpy(number, text, length);
    number[length] = '\0';
    return cli_amount_parse(number, 3, quantity_milli) == LOY_OK && *quantity_milli > 0 &&
           *quantity_milli <= LOY_LANE_QUANTITY_MAX;
}
