/* SPDX-License-Identifier: MIT
 *
 * show.c - see show.h. In: values of the lane. Out: objects, words. Must not know: who reads them,
 * terminals.
 */
#include "show.h"

#include <sodium.h>
#include <string.h>

#define QUANTITY_DIGITS 3u

/* ---- Amounts and lines ------------------------------------------------------------------------
 */

void show_amount(const struct lane_session *session, int64_t minor, char text[32])
{
    cli_amount_text(minor, session->settings.minor_digits, text);
}

void show_quantity(int64_t quantity_milli, char text[32])
{
    cli_amount_text(quantity_milli, QUANTITY_DIGITS, text);
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == '0')
        text[--n] = '\0';
    if (n > 0 && text[n - 1] == '.') text[n - 1] = '\0';
}

enum loy_status show_line_find(struct lane_session *session, const struct loy_id *basket,
    uint32_t number, struct loy_basket_line *line)
{
    uint32_t position = number - 1;
    *line = (struct loy_basket_line){.size = sizeof *line};
    if (number == 0) return LOY_NONE;
    enum loy_status status = loy_basket_line_next(session->store, basket, &position, line);
    return status == LOY_OK && line->number != number ? LOY_NONE : status;
}

json_t *show_id_json(const struct loy_id *id)
{
    char text[LOY_ID_TEXT_SIZE];
    if (loy_id_is_none(id)) return json_null();
    loy_id_text(id, text);
    return json_string(text);
}

static json_t *text_json(const char *text)
{
    return *text ? json_string(text) : json_null();
}

json_t *show_line_json(const struct loy_basket_line *line)
{
    json_t *object =
        json_pack("{s:I,s:s,s:s,s:I,s:I,s:I,s:I}", "line", (json_int_t)line->number, "article",
            line->code, "label", line->label, "quantity_milli", (json_int_t)line->quantity_milli,
            "list_minor", (json_int_t)line->list_minor, "discount_minor",
            (json_int_t)line->discount_minor, "paid_minor", (json_int_t)line->paid_minor);
    json_object_set_new(object, "promotion", text_json(line->promotion));
    json_object_set_new(object, "form", text_json(loy_form_name(line->form)));
    json_object_set_new(object, "reason", text_json(line->reason));
    json_object_set_new(object, "of", show_id_json(&line->of));
    json_object_set_new(
        object, "of_line", line->of_line ? json_integer(line->of_line) : json_null());
    json_object_set_new(object, "voids", json_boolean(line->voids));
    json_object_set_new(object, "voided", json_boolean(line->voided));
    return object;
}

void show_line_text(const struct lane_session *session, const struct loy_basket_line *line,
    char text[SHOW_TEXT_MAX])
{
    char quantity[32], list[32], off[32], paid[32], discount[LOY_TEXT_MAX + 48] = "";
    show_quantity(line->quantity_milli, quantity);
    show_amount(session, line->list_minor, list);
    /* A return gives its discount back too. */
    const bool given_back = line->discount_minor < 0;
    show_amount(session, given_back ? -line->discount_minor : line->discount_minor, off);
    show_amount(session, line->paid_minor, paid);
    if (line->discount_minor != 0)
        snprintf(discount, sizeof discount, " %s %s%s%s%s", given_back ? "+" : "-", off,
            *line->promotion ? " (" : "", line->promotion, *line->promotion ? ")" : "");
    snprintf(text, SHOW_TEXT_MAX, "%u: %s, %s x %s%s = %s%s", line->number, line->label, quantity,
        list, discount, paid, line->voided ? _(", taken back") : "");
}

/* ---- Members ----------------------------------------------------------------------------------
 */

static const char *member_kind(struct lane_session *session, const struct loy_id *id)
{
    struct loy_member member;
    if (loy_member_get(session->store, id, &member) != LOY_OK) return "";
    return member.kind == LOY_MEMBER_PERSON ? "person" : "organisation";
}

json_t *show_member_json(struct lane_session *session, const struct loy_lane_view *view, bool names)
{
    if (loy_id_is_none(&view->member)) return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "member", show_id_json(&view->member));
    json_object_set_new(object, "kind", text_json(member_kind(session, &view->member)));
    json_object_set_new(object, "tail", text_json(view->tail));
    json_object_set_new(object, "late", json_boolean(view->late));
    json_object_set_new(object, "over_limit", json_boolean(view->over_limit));
    if (!names) return object;
    json_object_set_new(object, "name", text_json(view->name));
    json_object_set_new(object, "buyer", text_json(view->buyer));
    return object;
}

void show_member_text(const struct loy_lane_view *view, char text[SHOW_TEXT_MAX])
{
    char buyer[SHOW_TEXT_MAX / 2] = "", card[64] = "";
    text[0] = '\0';
    if (loy_id_is_none(&view->member)) return;
    if (*view->buyer) snprintf(buyer, sizeof buyer, _(", buyer %.400s"), view->buyer);
    if (*view->tail) snprintf(card, sizeof card, _(", card ...%s"), view->tail);
    snprintf(text, SHOW_TEXT_MAX, "%.400s%s%s%s", *view->name ? view->name : _("a member"), buyer,
        card, view->over_limit ? _(", over the limit of one purchase") : "");
    sodium_memzero(buyer, sizeof buyer);
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

const char *show_tone_name(uint8_t tone)
{
    static const char *const names[] = {"none", "short", "low", "loud"};
    return tone < sizeof names / sizeof names[0] ? names[tone] : "none";
}

const char *show_question_name(uint8_t question)
{
    static const char *const names[] = {"", "other-account", "unknown-card"};
    return question < sizeof names / sizeof names[0] ? names[question] : "";
}

static json_t *line_or_null(struct lane_session *session, const struct loy_lane_answer *answer)
{
    struct loy_basket_line line;
    if (show_line_find(session, &answer->basket, answer->line, &line) != LOY_OK) return json_null();
    return show_line_json(&line);
}

/* Once a part is paid, it is the rest that a customer is told. */
static int64_t due_of(struct lane_session *session, const struct loy_lane_answer *answer)
{
    struct loy_lane_view view = {.size = sizeof view};
    int64_t due_minor = answer->due_minor;
    if (answer->stage == LOY_STAGE_TENDER && loy_lane_view_get(session->lane, &view) == LOY_OK)
        due_minor = view.due_minor;
    sodium_memzero(&view, sizeof view);
    return due_minor;
}

json_t *show_answer_json(struct lane_session *session, const struct loy_lane_answer *answer)
{
    struct loy_lane_view view = {.size = sizeof view};
    json_t *object = json_pack("{s:s,s:s,s:s,s:s}", "code", loy_lane_code_name(answer->code),
        "stage", loy_stage_name(answer->stage), "tone", show_tone_name(answer->tone), "words",
        answer->words);
    json_object_set_new(object, "question", text_json(show_question_name(answer->question)));
    json_object_set_new(object, "line", line_or_null(session, answer));
    json_object_set_new(object, "due_minor", json_integer(due_of(session, answer)));
    json_object_set_new(object, "before_minor", json_integer(answer->before_minor));
    json_object_set_new(object, "repriced", json_boolean(answer->repriced));
    json_object_set_new(object, "change_minor", json_integer(answer->change_minor));
    json_object_set_new(
        object, "ticket", answer->ticket ? json_integer(answer->ticket) : json_null());
    json_object_set_new(object, "basket", show_id_json(&answer->basket));
    bool seen = loy_lane_view_get(session->lane, &view) == LOY_OK;
    json_object_set_new(
        object, "member", seen ? show_member_json(session, &view, true) : json_null());
    json_object_set_new(object, "clock", seen ? cli_clock_json(&view) : json_null());
    sodium_memzero(&view, sizeof view);
    return object;
}

enum shown { SHOW_LINE = 1, SHOW_MEMBER, SHOW_DUE, SHOW_SOLD, SHOW_TICKET, SHOW_PART, SHOW_BACK };
/* What an answer shows besides its words, and what is said where it has none. */
static const struct {
    uint8_t code, shown;
    const char *words;
} shows[] = {
    {LOY_SAID_LINE, SHOW_LINE, NULL},
    {LOY_SAID_RETURNED, SHOW_LINE, NULL},
    {LOY_SAID_VOIDED_LINE, SHOW_LINE, NULL},
    {LOY_SAID_MEMBER, SHOW_MEMBER, NULL},
    {LOY_SAID_BUYER, SHOW_MEMBER, NULL},
    {LOY_SAID_LATE, SHOW_MEMBER, NULL},
    {LOY_SAID_LAST_RECEIPT, SHOW_MEMBER, NULL},
    {LOY_SAID_RESUMED, SHOW_MEMBER, NULL},
    {LOY_SAID_OBJECTED, SHOW_DUE, NULL},
    {LOY_SAID_COUPON, SHOW_DUE, NULL},
    {LOY_SAID_TOTAL, SHOW_DUE, NULL},
    {LOY_SAID_BACK, SHOW_BACK, NULL},
    {LOY_SAID_TENDERED, SHOW_PART, NULL},
    {LOY_SAID_SOLD, SHOW_SOLD, NULL},
    {LOY_SAID_SUSPENDED, SHOW_TICKET, NULL},
    {LOY_SAID_DECLINED, SHOW_BACK, NULL},
    {LOY_SAID_SAME_CARD, 0, N_("nothing changed")},
    {LOY_SAID_VOIDED, SHOW_BACK, N_("the basket is taken back")},
    {LOY_SAID_REMARK, 0, N_("noted")},
    {LOY_SAID_PRINTED, 0, N_("printed")},
    {LOY_SAID_ATTACHED, 0, N_("a reader is there")},
    {LOY_SAID_DETACHED, 0, N_("a reader is gone")},
};

static uint8_t shown_by(uint8_t code, const char **words)
{
    *words = "";
    for (size_t i = 0; i < sizeof shows / sizeof shows[0]; i++) {
        if (shows[i].code != code) continue;
        if (shows[i].words) *words = _(shows[i].words);
        return shows[i].shown;
    }
    return 0;
}

/* Behind a sentence stands a blank, a Chinese one has its own; behind words a semicolon. */
static const char *gap_behind(const char *text, size_t used)
{
    if (used == 0) return "";
    if (text[used - 1] == '.') return " ";
    return used >= 3 && memcmp(text + used - 3, "。", 3) == 0 ? "" : _("; ");
}

static void due_text(
    struct lane_session *session, const struct loy_lane_answer *answer, char text[128])
{
    char due[32], before[32];
    show_amount(session, due_of(session, answer), due);
    show_amount(session, answer->before_minor, before);
    if (answer->repriced)
        snprintf(text, 128, _("due %s, was %s"), due, before);
    else
        snprintf(text, 128, _("due %s"), due);
}

static void head_text(struct lane_session *session, const struct loy_lane_answer *answer,
    uint8_t shown, char text[SHOW_TEXT_MAX])
{
    struct loy_basket_line line;
    struct loy_lane_view view = {.size = sizeof view};
    char amount[32];
    text[0] = '\0';
    if (shown == SHOW_LINE &&
        show_line_find(session, &answer->basket, answer->line, &line) == LOY_OK)
        show_line_text(session, &line, text);
    if (shown == SHOW_MEMBER && loy_lane_view_get(session->lane, &view) == LOY_OK)
        show_member_text(&view, text);
    if (shown == SHOW_TICKET)
        snprintf(text, SHOW_TEXT_MAX, _("suspended, ticket %lld"), (long long)answer->ticket);
    if (shown == SHOW_PART) snprintf(text, SHOW_TEXT_MAX, "%s", _("a part is paid"));
    show_amount(session, answer->change_minor, amount);
    if (shown == SHOW_BACK && answer->change_minor != 0)
        snprintf(text, SHOW_TEXT_MAX, _("to be given back: %s"), amount);
    if (shown == SHOW_SOLD && answer->change_minor != 0)
        snprintf(text, SHOW_TEXT_MAX, _("sold, change %s"), amount);
    else if (shown == SHOW_SOLD)
        snprintf(text, SHOW_TEXT_MAX, "%s", _("sold"));
    sodium_memzero(&view, sizeof view);
}

void show_answer_text(
    struct lane_session *session, const struct loy_lane_answer *answer, char text[SHOW_TEXT_MAX])
{
    char head[SHOW_TEXT_MAX], due[128] = "";
    const char *words = "";
    const uint8_t shown = shown_by(answer->code, &words);
    head_text(session, answer, shown, head);
    const bool sold = shown == SHOW_SOLD || answer->code == LOY_SAID_LAST_RECEIPT ||
                      answer->code == LOY_SAID_VOIDED;
    if (shown && shown != SHOW_TICKET && !sold) due_text(session, answer, due);
    const char *parts[] = {*answer->words ? answer->words : words, head, due};
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!*parts[i] || used >= SHOW_TEXT_MAX - 1) continue;
        int n =
            snprintf(text + used, SHOW_TEXT_MAX - used, "%s%s", gap_behind(text, used), parts[i]);
        used += n > 0 ? (size_t)n : 0;
    }
    sodium_memzero(head, sizeof head);
}

bool show_may_requantify(
    struct loy_store *store, const struct loy_basket_line *line, struct loy_article_found *found)
{
    *found = (struct loy_article_found){.size = sizeof *found};
    return line->quantity_milli > 0 && line->quantity_milli % 1000 == 0 && !line->voided &&
           loy_article_look(store, NULL, line->code, cli_now_us(), found) == LOY_OK &&
           (found->list_minor < 0 || found->list_minor == line->list_minor);
}
