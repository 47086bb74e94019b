/* SPDX-License-Identifier: MIT
 *
 * view_desk_form.c - a person or a firm is registered at the desk: the shop's own fields, checked
 * while they are typed, who may be here already, consents with their words, a card. Nothing is
 * saved before F3, and then once.
 */
#include "desk_form.h"

#include <sodium.h>
#include <string.h>

enum { ASK_LEAVE, ASK_SAME, ASK_LICENCE };

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    const struct desk_new *wanted = argument;
    struct desk_filling *filling = view->state;
    filling->registration = wanted->form;
    filling->card = wanted->card;
    if (!desk_filling_open(tui, filling)) return false;
    form_open(view, filling->fields, filling->form.count);
    for (size_t i = 0; i < filling->form.count; i++)
        if (filling->items[i] == LOY_ITEM_CARD && filling->card.kind)
            snprintf(filling->form.values[i], ENTRY_BYTES, "****%s", filling->card.tail);
    tui_say(tui, TUI_NOTE, "%s", _("nothing is saved before F3; * is needed"));
    return true;
}

/* Fields that stand on the screen at a time; below them is room for who is alike, or a consent. */
static int fields_shown(const struct desk_filling *filling, int body_rows)
{
    int all = (int)filling->form.count;
    return all < body_rows - 5 ? all : body_rows - 5;
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    const struct desk_filling *filling = view->state;
    int rows, columns;
    (void)tui;
    term_size(&rows, &columns);
    int shown = fields_shown(filling, rows - 7), all = (int)filling->form.count;
    const char *words = filling->registration == LOY_REGISTRATION_PERSON ? _("Register a person")
                                                                         : _("Register a firm");
    if (shown < 1 || all <= shown)
        snprintf(text, size, "%s", words);
    else
        snprintf(text, size, _("%s, page %d of %d"), words, (int)filling->form.at / shown + 1,
            (all + shown - 1) / shown);
}

/* ---- Typing ------------------------------------------------------------------------------- */

static void typed(struct tui *tui, struct view *view)
{
    char wrong[TUI_SAID_MAX];
    desk_filling_check(tui, view, wrong, sizeof wrong);
    desk_filling_alike(tui, view);
    tui_say(tui, TUI_WARN, "%s", wrong);
}

static void card_show(struct desk_filling *filling)
{
    for (size_t i = 0; i < filling->form.count; i++)
        if (filling->items[i] == LOY_ITEM_CARD)
            snprintf(filling->form.values[i], ENTRY_BYTES, "****%s", filling->card.tail);
}

/* A typed number is read and wiped: what stays on the screen is its end. False: it is none. */
static bool card_type(struct tui *tui, struct view *view, const char *text)
{
    struct desk_filling *filling = view->state;
    struct loy_credential card;
    if (!*text) {
        filling->card = (struct loy_credential){0};
        return true;
    }
    if (text[0] == '*' && filling->card.kind) return true;
    if (!desk_typed_card(tui, text, &card)) return false;
    filling->card = card;
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct desk_filling *filling = view->state;
    size_t at = filling->form.at;
    bool card = filling->items[at] == LOY_ITEM_CARD;
    if (card && !card_type(tui, view, text)) return;
    bool last = form_enter(tui, view, text);
    if (card) sodium_memzero(filling->form.values[at], ENTRY_BYTES);
    if (card && filling->card.kind) card_show(filling);
    typed(tui, view);
    if (last) tui_say(tui, TUI_NOTE, "%s", _("F3 saves"));
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct desk_filling *filling = view->state;
    struct loy_credential card;
    struct loy_card known;
    struct loy_id member;
    if (seen->kind < LOY_EVENT_READ) return false;
    if (tui_top(tui) != view || !desk_event_card(tui, seen, &card)) return true;
    bool taken = loy_card_get(tui->store, &card, tui_now_us(), &known, &member) == LOY_OK &&
                 !loy_id_is_none(&member);
    desk_event_answer(tui, seen, !taken);
    if (taken) {
        tui_say(
            tui, TUI_WARN, _("the card ****%s is somebody's already: take another one"), card.tail);
        return true;
    }
    filling->card = card;
    card_show(filling);
    /* The line in hand is the field's value: a form keeps it when it goes on. */
    if (filling->items[filling->form.at] == LOY_ITEM_CARD)
        entry_set(&view->entry, filling->form.values[filling->form.at]);
    desk_filling_check(tui, view, NULL, 0);
    tui_say(tui, TUI_GOOD, _("card ****%s: it is issued when the form is saved"), card.tail);
    return true;
}

/* ---- Saving ------------------------------------------------------------------------------- */

static bool lacks(struct tui *tui, struct view *view, const struct loy_member_form *form)
{
    struct desk_filling *filling = view->state;
    struct loy_form_field missing = {.size = sizeof missing};
    int64_t position = 0;
    if (loy_form_missing_next(tui->store, filling->registration, form, &position, &missing) !=
        LOY_OK)
        return false;
    for (size_t i = 0; i < filling->form.count; i++)
        if (filling->items[i] == missing.field) form_go(view, i);
    tui_say(tui, TUI_WARN, _("still needed: %s"), missing.label);
    return true;
}

/* Who scores so high is asked about once. */
static bool asks(struct tui *tui, struct desk_filling *filling, const struct loy_member_form *form)
{
    struct loy_duplicate_question question = {.size = sizeof question};
    if (filling->not_same ||
        loy_duplicate_ask(tui->store, form, form->collected_at_us, &question) != LOY_OK)
        return false;
    desk_ask(tui, ASK_SAME,
        question.kind == LOY_QUESTION_BRANCH
            ? _("A firm with this tax number is here already: %s %s. Register another one?")
            : _("Perhaps the same as %s %s, who is here already. Register all the same?"),
        question.name, question.telephone);
    return true;
}

/* Member and card together or not at all. */
static enum loy_status write_form(struct tui *tui, const struct desk_filling *filling,
    const struct loy_member_form *form, struct loy_id *member, char why[TUI_SAID_MAX])
{
    int64_t at_us = form->collected_at_us;
    *why = '\0';
    enum loy_status status = loy_store_begin(tui->store);
    if (status != LOY_OK) return status;
    status = loy_member_add(tui->store, form, at_us, member);
    if ((status == LOY_OK || status == LOY_REPEATED) && form->has_card)
        status = loy_card_issue(tui->store, member, &filling->card, at_us);
    if (status == LOY_OK || status == LOY_REPEATED) return loy_store_commit(tui->store);
    const char *text = loy_store_text(tui->store);
    snprintf(why, TUI_SAID_MAX, "%s", *text ? text : _(loy_status_text(status)));
    loy_store_rollback(tui->store);
    return status;
}

static void saved(struct tui *tui, const struct loy_credential *card, const struct loy_id *member)
{
    const char *warning = card->kind ? cli_card_warning(card) : NULL;
    char words[TUI_SAID_MAX];
    struct loy_id id = *member;
    snprintf(words, sizeof words, "%s", warning ? warning : _("registered, and stored"));
    tui_pop(tui);
    tui_push(tui, &view_desk_member, &id);
    tui_say(tui, warning ? TUI_WARN : TUI_GOOD, "%s", words);
}

static void save(struct tui *tui, struct view *view)
{
    struct desk_filling *filling = view->state;
    char wrong[TUI_SAID_MAX], why[TUI_SAID_MAX];
    struct loy_id member;
    size_t first = desk_filling_check(tui, view, wrong, sizeof wrong);
    if (first < filling->form.count) {
        form_go(view, first);
        desk_filling_check(tui, view, wrong, sizeof wrong);
        tui_say(tui, TUI_WARN, "%s", *wrong ? wrong : filling->form.notes[first]);
        return;
    }
    struct loy_member_form form = desk_filling_form(tui, view);
    if (lacks(tui, view, &form) || asks(tui, filling, &form)) return;
    struct loy_credential card = filling->card;
    enum loy_status status = write_form(tui, filling, &form, &member, why);
    if (status == LOY_OK)
        saved(tui, &card, &member);
    else if (status == LOY_E_CHECK)
        desk_ask(
            tui, ASK_LICENCE, _("%s  Does it stand so on the licence that you have seen?"), why);
    else
        tui_say(tui, TUI_BAD, "%s", *why ? why : _(loy_status_text(status)));
}

static void act_save(struct tui *tui, struct view *view)
{
    struct desk_filling *filling = view->state;
    size_t at = filling->form.at;
    /* A number that was typed and not entered yet is read now. */
    if (filling->items[at] == LOY_ITEM_CARD && view->entry.length) {
        char text[ENTRY_BYTES];
        entry_text(&view->entry, text);
        bool good = card_type(tui, view, text);
        sodium_memzero(text, sizeof text);
        if (!good) return;
        card_show(filling);
        entry_set(&view->entry, filling->form.values[at]);
    }
    form_go(view, at);
    save(tui, view);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    const struct sure *sure = result;
    struct desk_filling *filling = view->state;
    (void)from;
    if (!sure->yes) {
        tui_say(tui, TUI_NOTE, "%s", _("nothing is saved before F3; * is needed"));
        return;
    }
    if (sure->tag == ASK_LEAVE) {
        tui_pop(tui);
        return;
    }
    if (sure->tag == ASK_SAME) filling->not_same = true;
    if (sure->tag == ASK_LICENCE) filling->seen_on_licence = true;
    save(tui, view);
}

static void back(struct tui *tui, struct view *view)
{
    if (desk_filling_any(view))
        desk_ask(tui, ASK_LEAVE, "%s", _("Nothing is saved yet. Throw away what was typed?"));
    else
        tui_pop(tui);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static void draw_alike(const struct desk_filling *filling, const struct tui_box *box)
{
    int row = box->row;
    if (!filling->alike_count) return;
    term_cell(row++, box->column + 3, box->columns - 4, CELL_LEFT, TUI_WARN,
        _("Perhaps here already; Esc and the name open them"));
    for (size_t i = 0; i < filling->alike_count && row < box->row + box->rows; i++, row++) {
        const struct desk_alike *alike = &filling->alike[i];
        char card[16], words[96];
        snprintf(card, sizeof card, alike->hit.tail[0] ? "****%s" : "%s", alike->hit.tail);
        snprintf(
            words, sizeof words, alike->score ? "%s (%u)" : "%s", _(alike->words), alike->score);
        term_cell(row, box->column + 3, 20, CELL_LEFT, TUI_PLAIN, alike->hit.name);
        term_cell(row, box->column + 25, 9, CELL_LEFT, TUI_PLAIN, card);
        term_cell(row, box->column + 36, 10, CELL_LEFT, TUI_PLAIN, alike->hit.telephone);
        term_cell(row, box->column + 48, box->columns - 49, CELL_LEFT, TUI_NOTE, words);
    }
}

/* What a tick says yes to stands there while it is asked. */
static void draw_consent(const struct tui *tui, enum loy_purpose purpose, const struct tui_box *box)
{
    struct loy_consent_text text = {.size = sizeof text};
    char line[CELL_BYTES];
    const char *at = text.body;
    int row = box->row;
    if (loy_consent_text_get(
            tui->store, purpose, NULL, tui->cli->chinese ? "zh_CN" : "en", &text) != LOY_OK)
        return;
    while (row < box->row + box->rows &&
           cell_wrap(term_rules(), &at, box->columns - 6, line, sizeof line))
        term_text(row++, box->column + 3, TUI_NOTE, line);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct desk_filling *filling = view->state;
    struct tui_box fields = *body, below = *body;
    enum loy_purpose purpose = desk_item_purpose(filling->items[filling->form.at]);
    if (filling->chinese != tui->cli->chinese) desk_filling_label((struct tui *)tui, filling);
    fields.rows = fields_shown(filling, body->rows);
    below.row = body->row + fields.rows + 1;
    below.rows = body->rows - fields.rows - 1;
    form_draw(view, &fields, fields.columns < 88 ? 28 : 36);
    if (purpose)
        draw_consent(tui, purpose, &below);
    else
        draw_alike(filling, &below);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Save"), N_("saves member, consents and card together"), NULL, act_save, 1},
    FORM_KEYS,
};

const struct view_class view_desk_form = {
    .name = "desk-form",
    .state_size = sizeof(struct desk_filling),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
    .typed = typed,
    .event = event,
    .answer = answer,
    .back = back,
};
