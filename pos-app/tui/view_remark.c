/* SPDX-License-Identifier: MIT
 *
 * view_remark.c - what a customer says, in one key after F10: about the line at hand, or the visit.
 * A typed text goes with it where the customer is known; it is sealed.
 */
#include "lane_face.h"
#include "table.h"

static const struct {
    const char *reason, *words;
    enum loy_contact_kind kind;
} reasons[] = {
    {"quality", N_("complaint: quality of the article"), LOY_CONTACT_COMPLAINT},
    {"damaged", N_("complaint: damaged or past its date"), LOY_CONTACT_COMPLAINT},
    {"price", N_("complaint: another price than on the shelf"), LOY_CONTACT_COMPLAINT},
    {"label", N_("complaint: label or size is wrong"), LOY_CONTACT_COMPLAINT},
    {"missing", N_("remark: something was not on the shelf"), LOY_CONTACT_SERVICE_REMARK},
    {"queue", N_("remark: the wait was long"), LOY_CONTACT_SERVICE_REMARK},
    {"staff", N_("remark: how staff behaved"), LOY_CONTACT_SERVICE_REMARK},
    {"wish", N_("remark: a wish"), LOY_CONTACT_SERVICE_REMARK},
    {"praise", N_("remark: praise"), LOY_CONTACT_SERVICE_REMARK},
};
#define REASONS (sizeof reasons / sizeof reasons[0])

struct remark {
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
        snprintf(text, size, "%s", _(reasons[row].words));
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct remark *remark = view->state;
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    (void)argument;
    remark->table =
        (struct table){.columns = columns, .column_count = 2, .count = REASONS, .cell = cell};
    if (line)
        tui_say(tui, TUI_NOTE, _("about line %u: %s"), line->number,
            line->label[0] ? line->label : line->code);
    return true;
}

static void take(struct tui *tui, size_t row, const char *text)
{
    struct lane_request request = lane_request_of(LOY_LANE_REMARK);
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    request.input.remark = (uint8_t)reasons[row].kind;
    request.input.line = line ? line->number : 0;
    snprintf(request.reason, sizeof request.reason, "%s", reasons[row].reason);
    snprintf(request.text, sizeof request.text, "%s", text);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

static void act_digit(struct tui *tui, struct view *view)
{
    (void)view;
    size_t row = (size_t)(tui->key - '1');
    if (row < REASONS) take(tui, row, "");
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    take(tui, ((const struct remark *)view->state)->table.chosen, text);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Words, or the digit");
}

static const struct key_row keys[] = {
    {TUI_DIGIT, N_("Take"), N_("takes that remark at once"), NULL, act_digit, 1},
    TABLE_KEYS,
};

const struct view_class view_remark = {
    .name = "remark",
    .state_size = sizeof(struct remark),
    .heading = N_("Remark or complaint"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
