/* SPDX-License-Identifier: MIT
 *
 * view_return.c - what comes back: the receipt's number, its line, the reason; or an article
 * without a receipt, where the shop allows that.
 */
#include "desk.h"
#include "lane_face.h"
#include "table.h"

#include <string.h>

#define RETURN_LINES 200u

enum step { STEP_RECEIPT, STEP_LINE, STEP_REASON };

static const struct {
    const char *code, *words;
} reasons[] = {
    {"size", N_("wrong size or colour")},
    {"defect", N_("defect or bad quality")},
    {"disliked", N_("the customer does not like it")},
    {"wrong", N_("the wrong article was sold")},
    {"other", N_("no reason given")},
};
#define REASONS (sizeof reasons / sizeof reasons[0])

struct returning {
    struct table table;
    enum step step;
    bool bare; /* without a receipt */
    struct loy_id receipt;
    struct loy_basket_line lines[RETURN_LINES];
    size_t line_count;
    struct lane_request request;
};

static void cell_line(const struct tui *tui, const struct loy_basket_line *line, size_t column,
    char *text, size_t size)
{
    char words[32] = "";
    if (column == 0) snprintf(words, sizeof words, "%u", line->number);
    if (column == 2) lane_quantity(line->quantity_milli, words);
    if (column == 3) tui_amount(tui, line->paid_minor, words);
    snprintf(text, size, "%s", column == 1 ? (line->label[0] ? line->label : line->code) : words);
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct returning *returning = view->state;
    if (column == 0) *style = TUI_KEY;
    if (returning->step == STEP_LINE)
        cell_line(tui, &returning->lines[row], column, text, size);
    else if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else if (column == 1)
        snprintf(text, size, "%s", _(reasons[row].words));
}

static const struct table_column columns[] = {{"", 4, CELL_RIGHT}, {N_("Article"), 0, CELL_LEFT},
    {N_("Qty"), 8, CELL_RIGHT}, {N_("Sum"), 11, CELL_RIGHT}};
static const struct table_column reason_columns[] = {
    {"", 4, CELL_RIGHT}, {N_("Reason"), 0, CELL_LEFT}};

static void go(struct view *view, enum step step)
{
    struct returning *returning = view->state;
    returning->step = step;
    returning->table = (struct table){.cell = cell};
    returning->table.columns = step == STEP_LINE ? columns : reason_columns;
    returning->table.column_count = step == STEP_LINE ? 4 : 2;
    returning->table.count = step == STEP_LINE     ? returning->line_count
                             : step == STEP_REASON ? REASONS
                                                   : 0;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    (void)argument;
    go(view, STEP_RECEIPT);
    return true;
}

/* Lines that sold something and were not taken back before paying. */
static void lines_load(struct tui *tui, struct returning *returning)
{
    uint32_t position = 0;
    struct loy_basket_line line = {.size = sizeof line};
    returning->line_count = 0;
    while (returning->line_count < RETURN_LINES &&
           loy_basket_line_next(tui->store, &returning->receipt, &position, &line) == LOY_OK)
        if (line.quantity_milli > 0 && !line.voided)
            returning->lines[returning->line_count++] = line;
}

static bool receipt_take(struct tui *tui, struct view *view, const char *text)
{
    struct returning *returning = view->state;
    enum loy_status status = loy_receipt_find(tui->store, text, &returning->receipt);
    if (status != LOY_OK) return false;
    lines_load(tui, returning);
    go(view, STEP_LINE);
    if (returning->line_count)
        tui_say(
            tui, TUI_NOTE, "%s", _("which line? A quantity before it: 2*4 returns two of line 4"));
    else
        tui_say(tui, TUI_WARN, "%s", _("nothing is left on this receipt that could come back"));
    return true;
}

static void line_take(struct tui *tui, struct view *view, const char *text)
{
    struct returning *returning = view->state;
    const char *star = strchr(text, '*'), *number = star ? star + 1 : text;
    int64_t wanted = 0;
    returning->request = lane_request_of(LOY_LANE_RETURN);
    returning->request.receipt = returning->receipt;
    bool good = !star || lane_quantity_read(
                             text, (size_t)(star - text), &returning->request.input.quantity_milli);
    if (returning->table.count) wanted = returning->lines[returning->table.chosen].number;
    if (*number) good = good && cli_amount_parse(number, 0, &wanted) == LOY_OK;
    for (size_t i = 0; good && i < returning->line_count; i++) {
        if (returning->lines[i].number != wanted) continue;
        returning->request.input.line = (uint32_t)wanted;
        go(view, STEP_REASON);
        tui_say(tui, TUI_NOTE, "%s", _("why does it come back? One digit"));
        return;
    }
    tui_say(tui, TUI_BAD, "%s", _("type the number of a line, or 2*4 for two of line 4"));
}

static void article_take(struct tui *tui, struct view *view, const char *text)
{
    struct returning *returning = view->state;
    const char *star = strchr(text, '*');
    returning->request = lane_request_of(LOY_LANE_RETURN);
    bool good = !star || lane_quantity_read(
                             text, (size_t)(star - text), &returning->request.input.quantity_milli);
    if (!good) {
        tui_say(tui, TUI_BAD, "%s", _("a quantity stands before the star: 3* or 0.25*"));
        return;
    }
    snprintf(returning->request.text, sizeof returning->request.text, "%s", star ? star + 1 : text);
    go(view, STEP_REASON);
    tui_say(tui, TUI_NOTE, "%s", _("why does it come back? One digit"));
}

static void reason_take(struct tui *tui, struct view *view, size_t row)
{
    struct returning *returning = view->state;
    if (row >= REASONS) return;
    struct lane_request request = returning->request;
    snprintf(request.reason, sizeof request.reason, "%s", reasons[row].code);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct returning *returning = view->state;
    if (returning->step == STEP_REASON)
        reason_take(tui, view, returning->table.chosen);
    else if (returning->step == STEP_LINE)
        line_take(tui, view, text);
    else if (!*text)
        tui_say(tui, TUI_NOTE, "%s", _("scan or type the receipt's number; F8: there is none"));
    else if (returning->bare)
        article_take(tui, view, text);
    else if (!receipt_take(tui, view, text))
        tui_say(tui, TUI_BAD, "%s", _("there is no such receipt here; F8 returns without one"));
}

static bool may_bare(const struct tui *tui, const struct view *view)
{
    const struct returning *returning = view->state;
    (void)tui;
    return returning->step == STEP_RECEIPT && !returning->bare;
}

static void act_bare(struct tui *tui, struct view *view)
{
    ((struct returning *)view->state)->bare = true;
    tui_say(tui, TUI_NOTE, "%s", _("scan or type the article that comes back"));
}

static bool may_digit(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return ((const struct returning *)view->state)->step == STEP_REASON;
}

static void act_digit(struct tui *tui, struct view *view)
{
    reason_take(tui, view, (size_t)(tui->key - '1'));
}

/* A receipt's barcode, or the article that comes back; a card is the lane's. */
static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    struct returning *returning = view->state;
    const struct loy_part *part = &seen->parts[0];
    char text[LOY_RECEIPT_NUMBER_SIZE];
    bool symbol = seen->kind == LOY_EVENT_READ && seen->part_count && part->type == LOY_PART_SYMBOL;
    if (!symbol || part->length >= sizeof text || returning->step != STEP_RECEIPT) return false;
    memcpy(text, loy_part_data(seen, part), part->length);
    text[part->length] = '\0';
    struct loy_credential card;
    bool is_card = desk_event_credential(tui, seen, &card) == LOY_OK && card.own_range;
    if (is_card) return false;
    if (returning->bare)
        article_take(tui, view, text);
    else if (!receipt_take(tui, view, text))
        tui_say(tui, TUI_BAD, "%s", _("there is no such receipt here; F8 returns without one"));
    if (tui->reader) loy_reader_answer(tui->reader, seen->reader, LOY_ANSWER_ACCEPTED);
    return true;
}

static void back(struct tui *tui, struct view *view)
{
    struct returning *returning = view->state;
    tui_say(tui, TUI_PLAIN, "%s", "");
    if (returning->step == STEP_REASON)
        go(view, returning->bare ? STEP_RECEIPT : STEP_LINE);
    else if (returning->step == STEP_LINE)
        go(view, STEP_RECEIPT);
    else if (returning->bare)
        returning->bare = false;
    else
        tui_pop(tui);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    const struct returning *returning = view->state;
    (void)tui;
    if (returning->step == STEP_LINE) return _("Line");
    if (returning->step == STEP_REASON) return _("Digit");
    return returning->bare ? _("Article") : _("Receipt");
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct returning *returning = view->state;
    if (returning->table.count) table_draw(tui, view, body);
    if (returning->step == STEP_RECEIPT)
        term_cell(body->row + 1, body->column + 3, body->columns - 4, CELL_LEFT, TUI_NOTE,
            returning->bare ? _("Without a receipt: a supervisor may have to approve it.")
                            : _("Scan the receipt, or type its number as printed."));
}

static const struct key_row keys[] = {
    {TUI_F(8), N_("No receipt"), N_("there is no receipt: the article itself"), may_bare, act_bare,
        1},
    {TUI_DIGIT, N_("Reason"), N_("takes it back for that reason"), may_digit, act_digit, 1},
    TABLE_KEYS,
};

const struct view_class view_return = {
    .name = "return",
    .state_size = sizeof(struct returning),
    .heading = N_("Return"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
    .back = back,
};
