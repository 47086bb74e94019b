/* SPDX-License-Identifier: MIT
 *
 * view_void.c - takes back the line at hand, or makes the whole sale void; both stay in the store.
 */
#include "lane_face.h"
#include "table.h"

static const struct {
    const char *reason, *words;
    bool whole;
} rows[] = {
    {"typing", N_("the line: scanned or typed wrongly"), false},
    {"changed-mind", N_("the line: the customer does not want it"), false},
    {"price", N_("the line: because of its price"), false},
    {"typing", N_("THE WHOLE SALE: rung up wrongly"), true},
    {"changed-mind", N_("THE WHOLE SALE: the customer does not want it"), true},
};
#define ROWS (sizeof rows / sizeof rows[0])

struct void_state {
    struct table table;
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    (void)tui;
    (void)view;
    if (column == 0) *style = TUI_KEY;
    if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else
        snprintf(text, size, "%s", _(rows[row].words));
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct void_state *state = view->state;
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    (void)argument;
    state->table =
        (struct table){.columns = columns, .column_count = 2, .count = ROWS, .cell = cell};
    if (line)
        tui_say(tui, TUI_NOTE, _("about line %u: %s"), line->number,
            line->label[0] ? line->label : line->code);
    return true;
}

static void take(struct tui *tui, size_t row)
{
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    struct lane_request request =
        lane_request_of(rows[row].whole ? LOY_LANE_VOID : LOY_LANE_VOID_LINE);
    if (!rows[row].whole) request.input.line = line ? line->number : 0;
    snprintf(request.reason, sizeof request.reason, "%s", rows[row].reason);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

/* A slip of one key, or digits typed for something else, must not end a whole sale. */
static void act_digit(struct tui *tui, struct view *view)
{
    struct void_state *state = view->state;
    size_t row = (size_t)(tui->key - '1');
    if (row >= ROWS) return;
    state->table.chosen = row;
    if (rows[row].whole)
        tui_say(tui, TUI_WARN, "%s", _("Enter makes the whole sale void; Esc goes back"));
    else
        take(tui, row);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)text;
    take(tui, ((const struct void_state *)view->state)->table.chosen);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Digit");
}

static const struct key_row keys[] = {
    {TUI_DIGIT, N_("Take back"), N_("takes that line back; a whole sale only with Enter"), NULL,
        act_digit, 1},
    TABLE_KEYS,
};

const struct view_class view_void = {
    .name = "void",
    .state_size = sizeof(struct void_state),
    .heading = N_("Take back"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
