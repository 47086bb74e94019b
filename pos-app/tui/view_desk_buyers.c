/* SPDX-License-Identifier: MIT
 *
 * view_desk_buyers.c - who may buy for a firm: the list, ending an authority, a card for one of
 * them. Adding is view_desk_buyer.c.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/member_card.h>
#include <receipt/receipt.h>

#include <sodium.h>
#include <string.h>

#define BUYERS_MAX 64u

struct buyer {
    int64_t number, until_us, limit_minor;
    char name[96], function[64], card[5];
    uint8_t authority;
    bool holds, active;
};
struct desk_buyers {
    struct table table;
    struct loy_id member;
    bool gives; /* the next card is the chosen one's */
    struct buyer buyers[BUYERS_MAX];
};

static struct desk_buyers *of(const struct view *view)
{
    return view->state;
}

static void authority_text(const struct buyer *buyer, char *text, size_t size)
{
    char day[32] = "";
    if (buyer->authority == LOY_AUTHORITY_UNTIL) cli_time_local(buyer->until_us, day);
    if (!buyer->active)
        snprintf(text, size, "%s", _("has ended"));
    else if (!buyer->holds)
        snprintf(text, size, "%s", _("over"));
    else if (buyer->authority == LOY_AUTHORITY_UNTIL)
        snprintf(text, size, _("until %.10s"), day);
    else
        snprintf(text, size, "%s",
            buyer->authority == LOY_AUTHORITY_ONCE ? _("one purchase") : _("for good"));
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct buyer *buyer = &of(view)->buyers[row];
    char amount[32];
    if (!buyer->holds) *style = TUI_DIM;
    if (column == 0) snprintf(text, size, "%s", buyer->name);
    if (column == 1) snprintf(text, size, "%s", buyer->function);
    if (column == 2) authority_text(buyer, text, size);
    if (column == 3 && buyer->limit_minor) {
        tui_amount(tui, buyer->limit_minor, amount);
        snprintf(text, size, "%s", amount);
    }
    if (column == 4 && buyer->card[0]) snprintf(text, size, "****%s", buyer->card);
}

static const struct table_column columns[] = {{N_("Name"), 0, CELL_LEFT},
    {N_("Function"), 14, CELL_LEFT}, {N_("Authority"), 16, CELL_LEFT},
    {N_("Limit"), 10, CELL_RIGHT}, {N_("Card"), 9, CELL_LEFT}};

static void load(struct tui *tui, struct desk_buyers *shown)
{
    static struct loy_purchaser found;
    int64_t position = 0, now_us = tui_now_us();
    size_t count = 0;
    found.size = sizeof found;
    while (count < BUYERS_MAX &&
           loy_purchaser_next(tui->store, &shown->member, &position, &found) == LOY_OK) {
        struct buyer *buyer = &shown->buyers[count++];
        bool over = found.until_us && found.until_us < now_us;
        *buyer = (struct buyer){.number = found.number,
            .until_us = found.until_us,
            .limit_minor = found.limit_minor,
            .authority = found.authority,
            .active = found.active};
        buyer->holds =
            found.active && !over && !(found.used && found.authority == LOY_AUTHORITY_ONCE);
        snprintf(buyer->name, sizeof buyer->name, "%.95s",
            found.forgotten ? _("(forgotten)") : found.name);
        if (!found.forgotten) {
            char masked[LOY_FIELD_TEXT_MAX];
            receipt_mask(found.name, masked, sizeof masked);
            snprintf(buyer->name, sizeof buyer->name, "%.95s", masked);
        }
        snprintf(buyer->function, sizeof buyer->function, "%.63s", found.function);
        memcpy(buyer->card, found.card, sizeof buyer->card);
    }
    shown->table.count = count;
    sodium_memzero(&found, sizeof found);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_buyers *shown = of(view);
    shown->member = *(const struct loy_id *)argument;
    shown->table = (struct table){.columns = columns, .column_count = 5, .cell = cell};
    load(tui, shown);
    if (!shown->table.count)
        tui_say(tui, TUI_NOTE, "%s", _("nobody is authorised yet: F3 adds a purchaser"));
    return true;
}

static bool may_change(const struct tui *tui, const struct view *view)
{
    const struct desk_buyers *shown = of(view);
    return tui_may(tui, LOY_MAY_EDIT_PURCHASER) && shown->table.count &&
           shown->buyers[shown->table.chosen].active;
}

static bool may_give(const struct tui *tui, const struct view *view)
{
    const struct desk_buyers *shown = of(view);
    return tui_may(tui, LOY_MAY_ISSUE_CARD) && shown->table.count &&
           shown->buyers[shown->table.chosen].holds && !shown->buyers[shown->table.chosen].card[0];
}

static bool may_add(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_EDIT_PURCHASER);
}

static void act_add(struct tui *tui, struct view *view)
{
    const struct desk_of_buyer buyer = {.member = of(view)->member};
    of(view)->gives = false;
    tui_push(tui, &view_desk_buyer, &buyer);
}

static void act_edit(struct tui *tui, struct view *view)
{
    const struct desk_buyers *shown = of(view);
    const struct desk_of_buyer buyer = {
        .member = shown->member, .number = shown->buyers[shown->table.chosen].number};
    of(view)->gives = false;
    tui_push(tui, &view_desk_buyer, &buyer);
}

static void act_end(struct tui *tui, struct view *view)
{
    const struct desk_buyers *shown = of(view);
    desk_ask(tui, 0, _("End the authority of %s for good? The card is withdrawn."),
        shown->buyers[shown->table.chosen].name);
}

static void act_give(struct tui *tui, struct view *view)
{
    struct desk_buyers *shown = of(view);
    shown->gives = true;
    tui_say(tui, TUI_NOTE, _("swipe the card for %s, or type its number"),
        shown->buyers[shown->table.chosen].name);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    struct desk_buyers *shown = of(view);
    if (from == &view_sure) {
        if (!((const struct sure *)result)->yes) return;
        enum loy_status status = loy_purchaser_end(tui->store, &shown->member,
            shown->buyers[shown->table.chosen].number, "desk", tui_now_us());
        if (status != LOY_OK) {
            tui_say_store(tui, status);
            return;
        }
    }
    load(tui, shown);
    tui_say(tui, TUI_GOOD, "%s", _("changed, and stored"));
}

static bool give(struct tui *tui, struct view *view, const struct loy_credential *card)
{
    struct desk_buyers *shown = of(view);
    const struct loy_card_grant grant = {.size = sizeof grant,
        .member = &shown->member,
        .purchaser = shown->table.count ? shown->buyers[shown->table.chosen].number : 0};
    if (!shown->gives || !grant.purchaser) {
        tui_say(tui, TUI_WARN, "%s", _("choose a purchaser and press F2 first, then the card"));
        return false;
    }
    enum loy_status status = loy_card_give(tui->store, &grant, card, tui_now_us());
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return false;
    }
    shown->gives = false;
    load(tui, shown);
    tui_say(tui, TUI_GOOD, "%s", _("the card is the purchaser's"));
    return true;
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct loy_credential card;
    if (seen->kind < LOY_EVENT_READ) return false;
    if (tui_top(tui) == view && desk_event_card(tui, seen, &card))
        desk_event_answer(tui, seen, give(tui, view, &card));
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct loy_credential card;
    if (*text && desk_typed_card(tui, text, &card)) give(tui, view, &card);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return of(view)->gives ? _("New card") : _("Card");
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    if (of(view)->table.count) table_draw(tui, view, body);
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Card"), N_("gives the chosen purchaser the card that comes next"), may_give,
        act_give, 2},
    {TUI_F(3), N_("Add"), N_("authorises another purchaser"), may_add, act_add, 1},
    {TUI_F(4), N_("Change"), N_("changes what is given of the chosen purchaser"), may_change,
        act_edit, 2},
    {TUI_F(6), N_("End"), N_("ends the chosen purchaser's authority for good"), may_change, act_end,
        3},
    TABLE_KEYS,
};

const struct view_class view_desk_buyers = {
    .name = "desk-buyers",
    .state_size = sizeof(struct desk_buyers),
    .heading = N_("Authorised purchasers"),
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
