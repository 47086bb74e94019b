/* SPDX-License-Identifier: MIT
 *
 * view_desk_history.c - what became of a member, the latest first: values that were changed and by
 * whose word, visits and returns, the lives of the cards. Masked as the screen below is.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/contact.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>

#include <sodium.h>
#include <string.h>

#define ROWS_MAX 200u /* the latest; all of them: `loyalty member history`, `contact list` */

enum page { PAGE_VALUES, PAGE_VISITS, PAGE_CARDS, PAGES };

struct row {
    char at[20], what[64], text[160], by[64];
    char paid[32], lines[12], where[68]; /* of a visit */
    bool stands;
};
struct history {
    struct table table;
    struct desk_past past;
    enum page page;
    struct row rows[ROWS_MAX]; /* a ring */
    size_t read;
};

static struct history *of(const struct view *view)
{
    return view->state;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static struct row *row_new(struct history *history, int64_t at_us)
{
    struct row *row = &history->rows[history->read++ % ROWS_MAX];
    char at[32];
    cli_time_local(at_us, at);
    *row = (struct row){.stands = true};
    snprintf(row->at, sizeof row->at, "%.16s", at);
    return row;
}

static void value_row(struct tui *tui, struct history *history, const struct loy_member_value *at)
{
    struct row *row = row_new(history, at->collected_at_us);
    char masked[LOY_FIELD_TEXT_MAX + 8];
    const bool person = history->past.kind == LOY_MEMBER_PERSON;
    desk_mask(person, at->field, at->text, masked, sizeof masked);
    const char *shown = history->past.whole ? at->text : masked;
    snprintf(row->what, sizeof row->what, "%.63s",
        code_label_named(tui->store, history->past.kind, at->name));
    snprintf(row->text, sizeof row->text, "%.159s",
        *at->text ? code_value((enum loy_field)at->field, shown) : _("(taken back)"));
    snprintf(row->by, sizeof row->by, "%.40s", code_channel(tui->store, at->channel));
    row->stands = at->current;
    sodium_memzero(masked, sizeof masked);
}

static enum loy_status values_read(struct tui *tui, struct history *history)
{
    struct loy_member_value value = {.size = sizeof value};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_member_value_next(tui->store, &history->past.member, &position, &value)) ==
           LOY_OK)
        value_row(tui, history, &value);
    sodium_memzero(&value, sizeof value);
    return status;
}

/* What was sold says its lane, and what else was noted the channel. */
static void visit_where(const struct tui *tui, struct row *row, const struct loy_contact *contact)
{
    const char *channel = code_channel(tui->store, contact->channel);
    snprintf(row->by, sizeof row->by, "%.40s", channel);
    if (!*contact->lane) {
        snprintf(row->where, sizeof row->where, "%.40s", channel);
        return;
    }
    tui_amount(tui, contact->paid_minor, row->paid);
    snprintf(row->lines, sizeof row->lines, "%d", (int)contact->lines);
    snprintf(row->where, sizeof row->where, "%s/%s", contact->site, contact->lane);
}

static void visit_row(struct tui *tui, struct history *history, const struct loy_contact *contact)
{
    struct row *row = row_new(history, contact->at_us);
    const char *more[] = {contact->reason, contact->article, contact->campaign,
        history->past.whole ? contact->text : ""};
    size_t used = 0;
    snprintf(row->what, sizeof row->what, "%.63s", code_words(CODE_CONTACT, contact->kind));
    visit_where(tui, row, contact);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (*more[i] && used < sizeof row->text)
            used += (size_t)snprintf(
                row->text + used, sizeof row->text - used, "%s%.60s", used ? "  " : "", more[i]);
}

static enum loy_status visits_read(struct tui *tui, struct history *history)
{
    static struct loy_contact contact;
    int64_t position = 0;
    enum loy_status status;
    contact.size = sizeof contact;
    while ((status = loy_contact_next(tui->store, &history->past.member, &position, &contact)) ==
           LOY_OK)
        visit_row(tui, history, &contact);
    sodium_memzero(&contact, sizeof contact);
    return status;
}

static enum loy_status cards_read(struct tui *tui, struct history *history)
{
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_card_event_next(tui->store, &history->past.member, &position, &event)) ==
           LOY_OK) {
        struct row *row = row_new(history, event.at_us);
        snprintf(row->what, sizeof row->what, "****%s", event.tail);
        snprintf(row->text, sizeof row->text, "%.60s  %.60s",
            code_words(CODE_CARD, loy_card_status_name((enum loy_card_status)event.status)),
            event.reason);
        snprintf(row->by, sizeof row->by, "%s", event.operator_name);
    }
    return status;
}

static void load(struct tui *tui, struct history *history)
{
    static enum loy_status (*const reads[PAGES])(struct tui *, struct history *) = {
        values_read, visits_read, cards_read};
    sodium_memzero(history->rows, sizeof history->rows);
    history->read = 0;
    enum loy_status status = reads[history->page](tui, history);
    history->table.chosen = 0;
    history->table.count = history->read < ROWS_MAX ? history->read : ROWS_MAX;
    if (status != LOY_NONE)
        tui_say_store(tui, status);
    else
        tui_say(tui, TUI_NOTE, "%s",
            !history->read             ? _("there is nothing yet")
            : history->read > ROWS_MAX ? _("only the latest 200 stand here")
                                       : "");
}

/* ---- Showing ------------------------------------------------------------------------------ */

static void cell(const struct tui *tui, const struct view *view, size_t at, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct history *history = of(view);
    const struct row *row = &history->rows[(history->read - 1 - at) % ROWS_MAX];
    const char *const texts[] = {row->at, row->what, row->text, row->by};
    const char *const visit[] = {row->at, row->what, row->paid, row->lines, row->where};
    (void)tui;
    if (!row->stands) *style = TUI_DIM;
    if (history->page != PAGE_VISITS)
        snprintf(text, size, "%s", texts[column]);
    else if (column == 1 && *row->text)
        snprintf(text, size, "%s  %s", row->what, row->text);
    else
        snprintf(text, size, "%s", visit[column]);
}

static const struct table_column columns[] = {{N_("When"), 16, CELL_LEFT},
    {N_("What"), 20, CELL_LEFT}, {"", 0, CELL_LEFT}, {N_("By"), 14, CELL_LEFT}};
static const struct table_column visit_columns[] = {{N_("When"), 16, CELL_LEFT},
    {N_("What"), 0, CELL_LEFT}, {N_("Amount"), 11, CELL_RIGHT}, {N_("Lines"), 6, CELL_RIGHT},
    {N_("Where"), 14, CELL_LEFT}};

static void columns_choose(struct history *history)
{
    const bool visits = history->page == PAGE_VISITS;
    history->table.columns = visits ? visit_columns : columns;
    history->table.column_count = visits ? sizeof visit_columns / sizeof visit_columns[0]
                                         : sizeof columns / sizeof columns[0];
}

/* The chosen visit whole: what was said does not fit its column. */
static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct history *history = of(view);
    struct tui_box box = *body;
    char text[256];
    if (history->page == PAGE_VISITS && history->table.count) {
        const struct row *row =
            &history->rows[(history->read - 1 - history->table.chosen) % ROWS_MAX];
        box.rows -= 2;
        snprintf(
            text, sizeof text, "%s  %s%s%s", row->what, row->by, *row->text ? "  " : "", row->text);
        term_rule(body->row + box.rows, body->column, body->columns);
        term_cell(body->row + box.rows + 1, body->column + 3, body->columns - 4, CELL_LEFT,
            TUI_PLAIN, text);
    }
    table_draw(tui, view, &box);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct history *history = of(view);
    history->past = *(const struct desk_past *)argument;
    history->table = (struct table){.cell = cell};
    columns_choose(history);
    load(tui, history);
    return true;
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    static const char *const words[PAGES] = {
        N_("Values and their changes"), N_("Visits, returns, contacts"), N_("Lives of the cards")};
    (void)tui;
    snprintf(text, size, "%s", _(words[of(view)->page]));
}

static void act_page(struct tui *tui, struct view *view)
{
    struct history *history = of(view);
    history->page = (history->page + 1) % PAGES;
    columns_choose(history);
    load(tui, history);
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Page"), N_("values, visits, cards"), NULL, act_page, 1},
    TABLE_KEYS,
};

const struct view_class view_desk_history = {
    .name = "desk-history",
    .state_size = sizeof(struct history),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = draw,
    .prompt = tui_prompt_key,
    .back = tui_leave,
};
