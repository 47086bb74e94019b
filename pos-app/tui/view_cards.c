/* SPDX-License-Identifier: MIT
 *
 * view_cards.c - a member's cards: block a lost one, replace one by swiping the new one. Whose
 * cards: those of the member at the basket, else of one who is searched.
 */
#include "desk.h"
#include "lane_face.h"
#include "table.h"

#include <loyalty/member_card.h>

#define CARDS_MAX 32u

struct cards {
    struct table table;
    struct loy_id member;
    struct loy_card cards[CARDS_MAX];
    bool replaces; /* the next card that is swiped takes the place of the chosen one */
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    static const char *const states[] = {
        [LOY_CARD_STOCK] = N_("in stock"),
        [LOY_CARD_ISSUED] = N_("issued"),
        [LOY_CARD_ACTIVE] = N_("in use"),
        [LOY_CARD_LOST] = N_("lost"),
        [LOY_CARD_BLOCKED] = N_("blocked"),
        [LOY_CARD_REPLACED] = N_("replaced"),
        [LOY_CARD_EXPIRED] = N_("expired"),
        [LOY_CARD_WITHDRAWN] = N_("withdrawn"),
    };
    const struct loy_card *card = &((const struct cards *)view->state)->cards[row];
    char since[32];
    (void)tui;
    (void)style;
    if (column == 0) snprintf(text, size, "****%s", card->tail);
    if (column == 1) snprintf(text, size, "%s", _(states[card->status]));
    if (column == 2) {
        cli_time_local(card->issued_at_us, since);
        snprintf(text, size, "%s", card->issued_at_us ? since : "");
    }
    if (column == 3) snprintf(text, size, "%s", card->purchaser ? _("a purchaser's") : "");
}

static const struct table_column columns[] = {{N_("Card"), 10, CELL_LEFT},
    {N_("State"), 14, CELL_LEFT}, {N_("Since"), 18, CELL_LEFT}, {N_("Whose"), 0, CELL_LEFT}};

static void load(struct tui *tui, struct cards *cards)
{
    int64_t position = 0;
    cards->table.count = 0;
    while (cards->table.count < CARDS_MAX && loy_card_next(tui->store, &cards->member, &position,
                                                 &cards->cards[cards->table.count]) == LOY_OK)
        cards->table.count++;
    /* The one in use is mostly meant. */
    for (size_t i = 0; i < cards->table.count; i++)
        if (cards->cards[i].status == LOY_CARD_ACTIVE || cards->cards[i].status == LOY_CARD_ISSUED)
            cards->table.chosen = i;
}

static void ask(struct tui *tui, struct cards *cards)
{
    if (!cards->table.count)
        tui_say(tui, TUI_WARN, "%s", _("this member has no card; F3 at the lane gives one"));
    else if (cards->replaces)
        tui_say(tui, TUI_NOTE, _("swipe the card that replaces ****%s"),
            cards->cards[cards->table.chosen].tail);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct cards *cards = view->state;
    cards->replaces = argument && *(const bool *)argument;
    cards->table = (struct table){.columns = columns, .column_count = 4, .cell = cell};
    if (tui->lane && !loy_id_is_none(&tui->lane->view.member)) {
        cards->member = tui->lane->view.member;
        load(tui, cards);
    }
    ask(tui, cards);
    if (!cards->table.count) tui_say(tui, TUI_NOTE, "%s", _("whose card? F2 finds the member"));
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
    struct cards *cards = view->state;
    if (from != &view_find) return;
    cards->member = *(const struct loy_id *)result;
    load(tui, cards);
    ask(tui, cards);
}

static bool may_change(const struct tui *tui, const struct view *view)
{
    const struct cards *cards = view->state;
    if (!cards->table.count) return false;
    (void)tui;
    uint8_t status = cards->cards[cards->table.chosen].status;
    return status == LOY_CARD_ACTIVE || status == LOY_CARD_ISSUED;
}

static bool may_replace(const struct tui *tui, const struct view *view)
{
    const struct cards *cards = view->state;
    if (!cards->table.count) return false;
    uint8_t status = cards->cards[cards->table.chosen].status;
    return may_change(tui, view) || status == LOY_CARD_LOST || status == LOY_CARD_BLOCKED;
}

static enum loy_status chosen_card(
    struct tui *tui, const struct cards *cards, struct loy_credential *credential)
{
    return loy_card_find(tui->store, &cards->member, cards->cards[cards->table.chosen].tail,
        tui_now_us(), credential);
}

static void act_block(struct tui *tui, struct view *view)
{
    struct cards *cards = view->state;
    struct loy_credential credential;
    bool lost = tui->key == TUI_F(6);
    enum loy_status status = chosen_card(tui, cards, &credential);
    if (status == LOY_OK)
        status = loy_card_block(tui->store, &credential, lost ? LOY_CARD_LOST : LOY_CARD_BLOCKED,
            lost ? "lost" : "lane", tui_now_us());
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    load(tui, cards);
    tui_say(tui, TUI_GOOD, "%s", _("the card is out of use, from now on and everywhere"));
}

static void act_replace(struct tui *tui, struct view *view)
{
    struct cards *cards = view->state;
    cards->replaces = true;
    ask(tui, cards);
}

static void replace(struct tui *tui, struct cards *cards, const struct loy_event *seen)
{
    struct loy_credential old_card, new_card;
    enum loy_status status = desk_event_credential(tui, seen, &new_card);
    bool good = false;
    if (status != LOY_OK) {
        tui_say(tui, TUI_WARN, "%s", _("that is no card: swipe the new card, or Esc"));
    } else {
        status = chosen_card(tui, cards, &old_card);
        if (status == LOY_OK)
            status = loy_card_replace(tui->store, &old_card, &new_card, NULL, tui_now_us());
        good = status == LOY_OK;
        if (!good) tui_say_store(tui, status);
    }
    if (good) {
        cards->replaces = false;
        load(tui, cards);
        tui_say(tui, TUI_GOOD, "%s", _("the new card is in use, the old one for nothing any more"));
    }
    if (tui->reader)
        loy_reader_answer(
            tui->reader, seen->reader, good ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED);
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct cards *cards = view->state;
    if (seen->kind != LOY_EVENT_READ || !cards->replaces || !cards->table.count) return false;
    replace(tui, cards, seen);
    return true;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    if (((const struct cards *)view->state)->table.count) table_draw(tui, view, body);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Card");
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Member"), N_("whose cards: finds a member"), NULL, act_find, 2},
    {TUI_F(6), N_("Lost"), N_("the customer has lost the chosen card"), may_change, act_block, 3},
    {TUI_F(7), N_("Block"), N_("blocks the chosen card"), may_change, act_block, 4},
    {TUI_F(12), N_("Replace"), N_("the card that is swiped next takes its place"), may_replace,
        act_replace, 1},
    TABLE_KEYS,
};

const struct view_class view_cards = {
    .name = "cards",
    .state_size = sizeof(struct cards),
    .heading = N_("Cards of a member"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .event = event,
    .answer = answer,
};
