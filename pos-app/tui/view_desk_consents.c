/* SPDX-License-Identifier: MIT
 *
 * view_desk_consents.c - what a member agreed to, with the words, and giving or withdrawing it.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/rights.h>

#include <string.h>

static const uint8_t purposes[] = {
    LOY_PURPOSE_SCHEME, LOY_PURPOSE_PROFILING, LOY_PURPOSE_MARKETING, LOY_PURPOSE_SUPPLIERS};
#define PURPOSES (sizeof purposes)

struct desk_consents {
    struct table table;
    struct loy_id member;
    struct loy_member row;
    char last[LOY_PURPOSE_END][LOY_RECEIPT_MAX]; /* the line of the receipt, "" never asked */
};

static struct desk_consents *of(const struct view *view)
{
    return view->state;
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct desk_consents *shown = of(view);
    bool given = shown->row.consent[purposes[row]];
    (void)tui;
    if (column == 0)
        snprintf(text, size, "%s",
            code_words(CODE_PURPOSE, loy_purpose_name((enum loy_purpose)purposes[row])));
    if (column == 1) {
        *style = given ? TUI_GOOD : TUI_PLAIN;
        snprintf(text, size, "%s",
            given                           ? _("agreed")
            : shown->last[purposes[row]][0] ? _("withdrawn, or said no")
                                            : _("never asked"));
    }
}

static const struct table_column columns[] = {
    {N_("For"), 34, CELL_LEFT}, {N_("The member"), 0, CELL_LEFT}};

static void load(struct tui *tui, struct desk_consents *shown)
{
    int16_t offset_min = cli_offset_at(tui_now_us());
    loy_member_get(tui->store, &shown->member, &shown->row);
    for (size_t i = 0; i < PURPOSES; i++)
        if (loy_consent_receipt(tui->store, &shown->member, (enum loy_purpose)purposes[i],
                tui->cli->chinese ? "zh_CN" : "en", offset_min, shown->last[purposes[i]]) != LOY_OK)
            shown->last[purposes[i]][0] = '\0';
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_consents *shown = of(view);
    shown->member = *(const struct loy_id *)argument;
    shown->table =
        (struct table){.columns = columns, .column_count = 2, .count = PURPOSES, .cell = cell};
    load(tui, shown);
    return true;
}

static void set(struct tui *tui, struct view *view, bool given)
{
    struct desk_consents *shown = of(view);
    uint8_t purpose = purposes[shown->table.chosen];
    const struct loy_consent_change change = {.size = sizeof change,
        .purpose = purpose,
        .given = given,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .language = tui->cli->chinese ? "zh_CN" : "en",
        .offset_min = cli_offset_at(tui_now_us())};
    enum loy_status status = loy_consent_set(tui->store, &shown->member, &change, tui_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) {
        tui_say_store(tui, status);
        return;
    }
    load(tui, shown);
    tui_say(tui, TUI_GOOD, "%s", shown->last[purpose]);
}

static bool is_given(const struct view *view)
{
    return of(view)->row.consent[purposes[of(view)->table.chosen]];
}

static bool may_give(const struct tui *tui, const struct view *view)
{
    return tui_may(tui, LOY_MAY_SET_CONSENT) && !is_given(view);
}

static bool may_withdraw(const struct tui *tui, const struct view *view)
{
    return tui_may(tui, LOY_MAY_SET_CONSENT) && is_given(view);
}

static void act_give(struct tui *tui, struct view *view)
{
    set(tui, view, true);
}

static void act_withdraw(struct tui *tui, struct view *view)
{
    if (purposes[of(view)->table.chosen] == LOY_PURPOSE_SCHEME)
        desk_ask(tui, 0, "%s",
            _("Withdraw from the scheme itself? The member's cards bring no basket any more."));
    else
        set(tui, view, false);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    (void)from;
    if (((const struct sure *)result)->yes) set(tui, view, false);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct desk_consents *shown = of(view);
    struct loy_consent_text text = {.size = sizeof text};
    struct tui_box box = *body;
    char line[CELL_BYTES];
    int row = body->row + 7;
    box.rows = 6;
    table_draw(tui, view, &box);
    enum loy_purpose purpose = (enum loy_purpose)purposes[shown->table.chosen];
    if (loy_consent_text_get(
            tui->store, purpose, NULL, tui->cli->chinese ? "zh_CN" : "en", &text) != LOY_OK)
        return;
    snprintf(line, sizeof line, _("The words, version %s"), text.version);
    term_cell(row++, body->column + 3, body->columns - 4, CELL_LEFT, TUI_DIM, line);
    const char *at = text.body;
    while (row < body->row + body->rows &&
           cell_wrap(term_rules(), &at, body->columns - 6, line, sizeof line))
        term_text(row++, body->column + 3, TUI_PLAIN, line);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Agrees"), N_("the member agrees to these words"), may_give, act_give, 1},
    {TUI_F(6), N_("Withdraws"), N_("the member withdraws; it holds at once"), may_withdraw,
        act_withdraw, 1},
    TABLE_KEYS,
};

const struct view_class view_desk_consents = {
    .name = "desk-consents",
    .state_size = sizeof(struct desk_consents),
    .heading = N_("Consents"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = tui_prompt_key,
    .answer = answer,
    .back = tui_leave,
};
