/* SPDX-License-Identifier: MIT
 *
 * view_void.c - takes back the line at hand, or makes the whole sale void; both stay in the store.
 */
#include "choices.h"
#include "lane_face.h"

static const struct {
    const char *words, *reason;
    bool whole;
} rows[] = {
    {N_("the line: scanned or typed wrongly"), "typing", false},
    {N_("the line: the customer does not want it"), "changed-mind", false},
    {N_("the line: because of its price"), "price", false},
    {N_("THE WHOLE SALE: rung up wrongly"), "typing", true},
    {N_("THE WHOLE SALE: the customer does not want it"), "changed-mind", true},
};

struct void_state {
    struct choices choices;
    uint32_t line; /* that was at hand; what is scanned meanwhile is another one */
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct void_state *state = view->state;
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    (void)argument;
    CHOICES_OPEN(view, rows);
    state->line = line ? line->number : 0;
    if (line)
        tui_say(tui, TUI_NOTE, _("about line %u: %s"), line->number,
            line->label[0] ? line->label : line->code);
    return true;
}

static void take(struct tui *tui, const struct view *view, size_t row)
{
    struct lane_request request =
        lane_request_of(rows[row].whole ? LOY_LANE_VOID : LOY_LANE_VOID_LINE);
    if (!rows[row].whole) request.input.line = ((const struct void_state *)view->state)->line;
    snprintf(request.reason, sizeof request.reason, "%s", rows[row].reason);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

/* A slip of one key, or digits typed for something else, must not end a whole sale. */
static void act_digit(struct tui *tui, struct view *view)
{
    size_t row;
    if (!choices_digit(tui, view, &row)) return;
    ((struct table *)view->state)->chosen = row;
    if (rows[row].whole)
        tui_say(tui, TUI_WARN, "%s", _("Enter makes the whole sale void; Esc goes back"));
    else
        take(tui, view, row);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    (void)text;
    take(tui, view, choices_chosen(view));
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
    .yields = true,
    .open = open,
    .draw = table_draw,
    .prompt = choices_prompt,
    .enter = enter,
};
