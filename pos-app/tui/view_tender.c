/* SPDX-License-Identifier: MIT
 *
 * view_tender.c - what a sale is paid with: kinds and amounts, never a number of a card. Reached by
 * the total only; the lane's stage closes it.
 */
#include "digits.h"
#include "lane_face.h"

#include <string.h>

static const struct {
    enum loy_tender kind;
    const char *words;
} tenders[] = {
    {LOY_TENDER_CASH, N_("cash")},
    {LOY_TENDER_CARD, N_("payment card")},
    {LOY_TENDER_MOBILE, N_("mobile payment")},
    {LOY_TENDER_VOUCHER, N_("voucher")},
    {LOY_TENDER_GIFT_CARD, N_("gift card")},
    {LOY_TENDER_ACCOUNT, N_("on account")},
    {LOY_TENDER_OTHER, N_("other means")},
};
#define TENDERS (sizeof tenders / sizeof tenders[0])

static const char *tender_words(uint8_t kind)
{
    for (size_t i = 0; i < TENDERS; i++)
        if (tenders[i].kind == kind) return _(tenders[i].words);
    return "";
}

static void pay(struct tui *tui, const char *text, enum loy_tender kind)
{
    struct lane_request request = lane_request_of(LOY_LANE_TENDER);
    if (*text && !tui_amount_read(tui, text, &request.input.amount_minor)) return;
    /* To the lane 0 is all that is due. */
    if (*text && request.input.amount_minor == 0) {
        tui_say(tui, TUI_BAD, "%s", _("an amount above zero; without one all that is due is paid"));
        return;
    }
    request.input.tender = (uint8_t)kind;
    lane_face_take(tui, &request);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)view;
    pay(tui, text, LOY_TENDER_CASH);
}

static void act_pay(struct tui *tui, struct view *view)
{
    char text[ENTRY_BYTES];
    entry_text(&view->entry, text);
    entry_wipe(&view->entry);
    pay(tui, text, tenders[tui->key - TUI_F(1)].kind);
}

static void act_cash(struct tui *tui, struct view *view)
{
    char text[ENTRY_BYTES];
    entry_text(&view->entry, text);
    entry_wipe(&view->entry);
    enter(tui, view, text);
}

static void act_decline(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_DECLINE);
    (void)view;
    lane_face_take(tui, &request);
}

static void back(struct tui *tui, struct view *view)
{
    struct lane_request request = lane_request_of(LOY_LANE_BACK);
    (void)view;
    lane_face_take(tui, &request);
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    (void)view;
    snprintf(text, size, _("PAYING   LANE %s   Cashier %s"), tui->settings.lane, tui->who.name);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Amount");
}

static int draw_paid(const struct tui *tui, const struct tui_box *body, int row)
{
    struct loy_basket_tender tender;
    uint32_t position = 0;
    char amount[32];
    while (
        row < body->row + body->rows - 6 &&
        loy_basket_tender_next(tui->store, &tui->lane->view.basket, &position, &tender) == LOY_OK) {
        tui_amount(tui, tender.amount_minor, amount);
        term_cell(row, body->column + 4, 24, CELL_LEFT, TUI_PLAIN, tender_words(tender.kind));
        term_cell(row++, body->column + 28, 14, CELL_RIGHT, TUI_PLAIN, amount);
    }
    return row;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct loy_lane_view *lane = &tui->lane->view;
    char amount[32], label[64];
    int row = body->row + 1;
    (void)view;
    tui_amount(tui, lane->due_minor + lane->paid_minor, amount);
    term_cell(row, body->column + 4, 24, CELL_LEFT, TUI_DIM, _("Total"));
    term_cell(row++, body->column + 28, 14, CELL_RIGHT, TUI_STRONG, amount);
    if (lane->saved_minor) {
        tui_amount(tui, lane->saved_minor, amount);
        term_cell(row, body->column + 4, 24, CELL_LEFT, TUI_DIM, _("saved in it"));
        term_cell(row++, body->column + 28, 14, CELL_RIGHT, TUI_PLAIN, amount);
    }
    row = draw_paid(tui, body, row);
    tui_amount(tui, lane->due_minor, amount);
    snprintf(label, sizeof label, "%s %s", _("TO PAY"), tui->settings.currency);
    int width = digits_width(amount), column = body->column + body->columns - width - 2;
    row = body->row + body->rows - 5;
    term_rule(row - 1, body->column, body->columns);
    term_cell(row + 1, column - 14, 12, CELL_RIGHT, TUI_BIG, label);
    digits_draw(row, column, TUI_BIG, amount);
    term_cell(row + 3, body->column + 1, body->columns - 2, CELL_LEFT, TUI_NOTE,
        _("Without an amount all is paid. Never type the number of a card."));
}

static bool may_decline(const struct tui *tui, const struct view *view)
{
    (void)view;
    return lane_face_may(tui, LOY_LANE_DECLINE);
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Cash"), N_("the amount, or all, in cash"), NULL, act_cash, 1},
    {TUI_F(2), N_("Pay card"), N_("by payment card, at its own terminal"), NULL, act_pay, 1},
    {TUI_F(3), N_("Mobile"), N_("by mobile payment"), NULL, act_pay, 2},
    {TUI_F(4), N_("Voucher"), N_("by voucher"), NULL, act_pay, 3},
    {TUI_F(5), N_("Gift card"), N_("by gift card"), NULL, act_pay, 4},
    {TUI_F(6), NULL, N_("on the member's account"), NULL, act_pay, 6},
    {TUI_F(7), NULL, N_("by other means"), NULL, act_pay, 7},
    {TUI_F(8), N_("Declined"), N_("it was declined or broken off: back to the basket"), may_decline,
        act_decline, 2},
};

const struct view_class view_tender = {
    .name = "tender",
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .title = title,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .back = back,
};
