/* SPDX-License-Identifier: MIT
 *
 * view_desk_cards.c - a member's cards at the desk: give one, say that one is lost, block it, take
 * it back into use, replace it by the next that is swiped or typed.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/member_card.h>

#include <string.h>

#define CARDS_MAX 32u

enum wait { WAIT_NOTHING, WAIT_GIVE, WAIT_REPLACE };
enum { ASK_LOST, ASK_BLOCK };

struct desk_cards {
    struct table table;
    struct loy_id member;
    enum wait wait; /* what the next card is for */
    struct loy_card cards[CARDS_MAX];
};

static struct desk_cards *of(const struct view *view)
{
    return view->state;
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct loy_card *card = &of(view)->cards[row];
    char day[32] = "";
    (void)tui;
    if (column == 0) snprintf(text, size, "****%s", card->tail);
    if (column == 1) {
        bool used = card->status == LOY_CARD_ISSUED || card->status == LOY_CARD_ACTIVE;
        *style = used ? TUI_GOOD : TUI_DIM;
        snprintf(text, size, "%s",
            code_words(CODE_CARD, loy_card_status_name((enum loy_card_status)card->status)));
    }
    if (column == 2 && card->issued_at_us) cli_time_local(card->issued_at_us, day);
    if (column == 3 && card->expires_at_us) cli_time_local(card->expires_at_us, day);
    if (column == 2 || column == 3) snprintf(text, size, "%.10s", day);
    if (column == 4 && card->replaced_by[0])
        snprintf(text, size, _("replaced by ****%s"), card->replaced_by);
    else if (column == 4)
        snprintf(text, size, "%s", card->purchaser ? _("a purchaser's") : "");
}

static const struct table_column columns[] = {{N_("Card"), 10, CELL_LEFT},
    {N_("State"), 12, CELL_LEFT}, {N_("Issued"), 11, CELL_LEFT}, {N_("Until"), 11, CELL_LEFT},
    {"", 0, CELL_LEFT}};

static void load(struct tui *tui, struct desk_cards *shown)
{
    int64_t position = 0;
    shown->table.count = 0;
    while (shown->table.count < CARDS_MAX && loy_card_next(tui->store, &shown->member, &position,
                                                 &shown->cards[shown->table.count]) == LOY_OK)
        shown->table.count++;
    if (shown->table.chosen >= shown->table.count) shown->table.chosen = 0;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_cards *shown = of(view);
    shown->member = *(const struct loy_id *)argument;
    shown->table = (struct table){.columns = columns, .column_count = 5, .cell = cell};
    load(tui, shown);
    if (!shown->table.count) tui_say(tui, TUI_NOTE, "%s", _("no card yet: F3 gives one"));
    return true;
}

static uint8_t status_of(const struct view *view)
{
    return of(view)->table.count ? of(view)->cards[of(view)->table.chosen].status : 0;
}

static bool may_block(const struct tui *tui, const struct view *view)
{
    return tui_may(tui, LOY_MAY_BLOCK_CARD) &&
           (status_of(view) == LOY_CARD_ACTIVE || status_of(view) == LOY_CARD_ISSUED);
}

static bool is_stopped(const struct view *view)
{
    return status_of(view) == LOY_CARD_LOST || status_of(view) == LOY_CARD_BLOCKED;
}

static bool may_release(const struct tui *tui, const struct view *view)
{
    return tui_may(tui, LOY_MAY_RELEASE_CARD) && is_stopped(view);
}

static bool may_replace(const struct tui *tui, const struct view *view)
{
    return may_block(tui, view) || (tui_may(tui, LOY_MAY_REPLACE_CARD) && is_stopped(view));
}

static enum loy_status chosen(
    struct tui *tui, const struct desk_cards *shown, struct loy_credential *card)
{
    return loy_card_find(
        tui->store, &shown->member, shown->cards[shown->table.chosen].tail, tui_now_us(), card);
}

static void told(struct tui *tui, struct view *view, enum loy_status status, const char *words)
{
    if (status != LOY_OK && status != LOY_REPEATED) {
        tui_say_store(tui, status);
        return;
    }
    of(view)->wait = WAIT_NOTHING;
    load(tui, of(view));
    tui_say(tui, TUI_GOOD, "%s", words);
}

/* ---- Stopping ----------------------------------------------------------------------------- */

static void act_stop(struct tui *tui, struct view *view)
{
    const char *tail = of(view)->cards[of(view)->table.chosen].tail;
    of(view)->wait = WAIT_NOTHING;
    if (tui->key == TUI_F(6))
        desk_ask(tui, ASK_LOST, _("Is the card ****%s lost? It is out of use at once."), tail);
    else
        desk_ask(tui, ASK_BLOCK, _("Block the card ****%s? It is out of use at once."), tail);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    const struct sure *sure = result;
    struct loy_credential card;
    (void)from;
    if (!sure->yes) return;
    bool lost = sure->tag == ASK_LOST;
    enum loy_status status = chosen(tui, of(view), &card);
    if (status == LOY_OK)
        status = loy_card_block(tui->store, &card, lost ? LOY_CARD_LOST : LOY_CARD_BLOCKED,
            lost ? "lost" : "desk", tui_now_us());
    told(tui, view, status, _("the card is out of use, from now on and everywhere"));
}

static void act_release(struct tui *tui, struct view *view)
{
    struct loy_credential card;
    enum loy_status status = chosen(tui, of(view), &card);
    if (status == LOY_OK) status = loy_card_release(tui->store, &card, "desk", tui_now_us());
    told(tui, view, status, _("the card is in use again"));
}

/* ---- Giving ------------------------------------------------------------------------------- */

static void act_wait(struct tui *tui, struct view *view)
{
    struct desk_cards *shown = of(view);
    shown->wait = tui->key == TUI_F(3) ? WAIT_GIVE : WAIT_REPLACE;
    if (shown->wait == WAIT_GIVE)
        tui_say(tui, TUI_NOTE, "%s", _("swipe the new card, or type its number"));
    else
        tui_say(tui, TUI_NOTE, _("swipe the card that replaces ****%s, or type its number"),
            shown->cards[shown->table.chosen].tail);
}

static bool take(struct tui *tui, struct view *view, const struct loy_credential *card)
{
    struct desk_cards *shown = of(view);
    struct loy_credential old_card;
    enum loy_status status;
    if (shown->wait == WAIT_NOTHING) {
        tui_say(tui, TUI_WARN, "%s", _("F3 first, then the card that is given; or F12 to replace"));
        return false;
    }
    if (shown->wait == WAIT_GIVE) {
        status = loy_card_issue(tui->store, &shown->member, card, tui_now_us());
        const char *warning = cli_card_warning(card);
        told(tui, view, status, warning ? warning : _("the card is the member's"));
    } else {
        status = chosen(tui, shown, &old_card);
        if (status == LOY_OK)
            status = loy_card_replace(tui->store, &old_card, card, NULL, tui_now_us());
        told(tui, view, status, _("the new card is in use, the old one for nothing any more"));
    }
    return status == LOY_OK || status == LOY_REPEATED;
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct loy_credential card;
    if (seen->kind < LOY_EVENT_READ) return false;
    if (tui_top(tui) == view && desk_event_card(tui, seen, &card))
        desk_event_answer(tui, seen, take(tui, view, &card));
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct loy_credential card;
    if (*text && desk_typed_card(tui, text, &card)) take(tui, view, &card);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return of(view)->wait == WAIT_NOTHING ? _("Card") : _("New card");
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    if (of(view)->table.count) table_draw(tui, view, body);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Give"), N_("gives the member the card that comes next"), NULL, act_wait, 1},
    {TUI_F(6), N_("Lost"), N_("the customer has lost the chosen card"), may_block, act_stop, 3},
    {TUI_F(7), N_("Block"), N_("blocks the chosen card"), may_block, act_stop, 4},
    {TUI_F(8), N_("Release"), N_("takes the chosen card back into use"), may_release, act_release,
        4},
    {TUI_F(12), N_("Replace"), N_("the card that comes next takes its place"), may_replace,
        act_wait, 2},
    TABLE_KEYS,
};

const struct view_class view_desk_cards = {
    .name = "desk-cards",
    .state_size = sizeof(struct desk_cards),
    .heading = N_("Cards of a member"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
    .answer = answer,
    .back = tui_leave,
};
