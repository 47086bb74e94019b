/* SPDX-License-Identifier: MIT
 *
 * view_remark.c - what a customer says, in one key after F10: about the line at hand, or the visit.
 * A typed text goes with it where the customer is known; it is sealed.
 */
#include "choices.h"
#include "lane_face.h"

static const struct {
    const char *words, *reason;
    enum loy_contact_kind kind;
} reasons[] = {
    {N_("complaint: quality of the article"), "quality", LOY_CONTACT_COMPLAINT},
    {N_("complaint: damaged or past its date"), "damaged", LOY_CONTACT_COMPLAINT},
    {N_("complaint: another price than on the shelf"), "price", LOY_CONTACT_COMPLAINT},
    {N_("complaint: label or size is wrong"), "label", LOY_CONTACT_COMPLAINT},
    {N_("remark: something was not on the shelf"), "missing", LOY_CONTACT_SERVICE_REMARK},
    {N_("remark: the wait was long"), "queue", LOY_CONTACT_SERVICE_REMARK},
    {N_("remark: how staff behaved"), "staff", LOY_CONTACT_SERVICE_REMARK},
    {N_("remark: a wish"), "wish", LOY_CONTACT_SERVICE_REMARK},
    {N_("remark: praise"), "praise", LOY_CONTACT_SERVICE_REMARK},
};

struct remark {
    struct choices choices;
    uint32_t line; /* that was at hand; 0: the visit */
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct remark *remark = view->state;
    const struct loy_basket_line *line = lane_face_line(tui->lane);
    (void)argument;
    CHOICES_OPEN(view, reasons);
    remark->line = line ? line->number : 0;
    if (line)
        tui_say(tui, TUI_NOTE, _("about line %u: %s"), line->number,
            line->label[0] ? line->label : line->code);
    return true;
}

static void take(struct tui *tui, const struct view *view, size_t row, const char *text)
{
    struct lane_request request = lane_request_of(LOY_LANE_REMARK);
    request.input.remark = (uint8_t)reasons[row].kind;
    request.input.line = ((const struct remark *)view->state)->line;
    snprintf(request.reason, sizeof request.reason, "%s", reasons[row].reason);
    snprintf(request.text, sizeof request.text, "%s", text);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

static void act_digit(struct tui *tui, struct view *view)
{
    size_t row;
    if (choices_digit(tui, view, &row)) take(tui, view, row, "");
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    take(tui, view, choices_chosen(view), text);
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
    .yields = true,
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
