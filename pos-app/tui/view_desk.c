/* SPDX-License-Identifier: MIT
 *
 * view_desk.c - the service desk: a member is found while somebody types, or by the card, and
 * opened; or a new one is registered. What a list shows is masked.
 */
#include "desk.h"
#include "table.h"

#include <sodium.h>
#include <string.h>

#define HITS_MAX 12u

struct desk {
    struct table table;
    struct desk_hit hits[HITS_MAX];
    struct loy_credential card; /* that nobody has; kind 0: none */
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct desk_hit *hit = &((const struct desk *)view->state)->hits[row];
    (void)tui;
    (void)style;
    if (column == 0) snprintf(text, size, "%s", hit->name);
    if (column == 1) snprintf(text, size, "%s", hit->person ? _("person") : _("firm"));
    if (column == 2 && hit->tail[0]) snprintf(text, size, "****%s", hit->tail);
    if (column == 3) snprintf(text, size, "%s", hit->telephone);
}

static const struct table_column columns[] = {{N_("Name"), 0, CELL_LEFT},
    {N_("Kind"), 8, CELL_LEFT}, {N_("Card"), 9, CELL_LEFT}, {N_("Telephone"), 10, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk *desk = view->state;
    (void)tui;
    (void)argument;
    desk->table = (struct table){.columns = columns, .column_count = 4, .cell = cell};
    return true;
}

static void hits_clear(struct desk *desk)
{
    sodium_memzero(desk->hits, sizeof desk->hits);
    desk->table.count = desk->table.chosen = 0;
}

static void search(struct tui *tui, struct desk *desk, const char *text)
{
    struct loy_id ids[HITS_MAX];
    size_t count = 0;
    enum loy_status status = loy_member_search(tui->store, text, ids, HITS_MAX, &count);
    hits_clear(desk);
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    for (size_t i = 0; i < count; i++)
        desk_hit_read(tui, &ids[i], &desk->hits[i]);
    desk->table.count = count;
    tui_say(
        tui, TUI_NOTE, "%s", count ? "" : _("nobody is found: F3 registers a person, F4 a firm"));
}

static void typed(struct tui *tui, struct view *view)
{
    struct desk *desk = view->state;
    char text[ENTRY_BYTES];
    entry_text(&view->entry, text);
    if (view->entry.length >= 2 || (unsigned char)text[0] >= 0x80)
        search(tui, desk, text);
    else
        hits_clear(desk);
    sodium_memzero(text, sizeof text);
}

static void member_open(struct tui *tui, const struct loy_id *member)
{
    struct loy_id id = *member;
    tui_push(tui, &view_desk_member, &id);
}

/* A blocked or lost card leads to its member too: that is what a desk is for. */
static bool card_open(struct tui *tui, struct desk *desk, const struct loy_credential *card)
{
    struct loy_card found;
    struct loy_id member;
    enum loy_status status = loy_card_get(tui->store, card, tui_now_us(), &found, &member);
    if (status == LOY_OK && !loy_id_is_none(&member)) {
        member_open(tui, &member);
        return true;
    }
    if (status < LOY_OK) {
        tui_say_store(tui, status);
        return false;
    }
    desk->card = *card;
    tui_say(tui, TUI_NOTE,
        _("nobody has the card ****%s: F3 registers a person with it, F4 a firm"), card->tail);
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct desk *desk = view->state;
    struct loy_credential card;
    if (desk->table.count)
        member_open(tui, &desk->hits[desk->table.chosen].id);
    else if (*text && cli_card_read(tui->store, text, &card) == LOY_OK && card.own_range)
        card_open(tui, desk, &card);
    else if (*text)
        search(tui, desk, text);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct loy_credential card;
    if (seen->kind < LOY_EVENT_READ) return false;
    if (tui_top(tui) != view) return true;
    if (desk_event_card(tui, seen, &card))
        desk_event_answer(tui, seen, card_open(tui, view->state, &card));
    return true;
}

static void act_new(struct tui *tui, struct view *view)
{
    struct desk *desk = view->state;
    struct desk_new wanted = {
        .form = tui->key == TUI_F(3) ? LOY_REGISTRATION_PERSON : LOY_REGISTRATION_ORGANISATION,
        .card = desk->card};
    desk->card = (struct loy_credential){0};
    hits_clear(desk);
    entry_wipe(&view->entry);
    tui_push(tui, &view_desk_form, &wanted);
}

/* What was found is looked at anew: it may be another one now. */
static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    struct desk *desk = view->state;
    (void)from;
    (void)result;
    for (size_t i = 0; i < desk->table.count; i++) {
        struct loy_id id = desk->hits[i].id;
        desk_hit_read(tui, &id, &desk->hits[i]);
    }
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    static const char *const words[] = {
        N_("Swipe or scan the customer's card, or type what they say: a name or its"),
        N_("pinyin, a telephone or its last four digits, a tax number, an e-mail."),
        N_("A new customer: F3 for a person, F4 for a firm."),
    };
    if (((const struct desk *)view->state)->table.count) {
        table_draw(tui, view, body);
        return;
    }
    for (int i = 0; i < 3; i++)
        term_cell(body->row + 1 + i + (i == 2), body->column + 3, body->columns - 4, CELL_LEFT,
            TUI_DIM, _(words[i]));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Find");
}

static bool may_open(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return ((const struct desk *)view->state)->table.count > 0;
}

static void act_open(struct tui *tui, struct view *view)
{
    const struct desk *desk = view->state;
    member_open(tui, &desk->hits[desk->table.chosen].id);
}

static bool may_pairs(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_LIST_DUPLICATES);
}

static void act_pairs(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_desk_pairs, NULL);
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Open"), N_("opens the chosen member"), may_open, act_open, 1},
    {TUI_F(3), N_("New person"), N_("registers a person or household"), NULL, act_new, 2},
    {TUI_F(4), N_("New firm"), N_("registers an organisation and its purchasers"), NULL, act_new,
        3},
    {TUI_F(5), N_("Twice?"), N_("members who may be registered twice"), may_pairs, act_pairs, 4},
    TABLE_KEYS,
};

const struct view_class view_desk = {
    .name = "desk",
    .state_size = sizeof(struct desk),
    .heading = N_("Service desk"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .typed = typed,
    .event = event,
    .answer = answer,
};
