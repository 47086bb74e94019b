/* SPDX-License-Identifier: MIT
 *
 * view_line.c - all about a line; another price for it; or the price of an article that has none.
 */
#include "lane_face.h"

#include <string.h>

struct line_state {
    bool unpriced; /* the kept article waits for a price */
    struct lane_request kept;
    struct loy_basket_line line;
};

/* A GTIN of 14 digits stands below most barcodes with 13. */
static const char *as_printed(const char *code)
{
    return strlen(code) == 14 && code[0] == '0' ? code + 1 : code;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct line_state *state = view->state;
    struct lane_face *face = tui->lane;
    const struct loy_basket_line *line = lane_face_line(face);
    (void)argument;
    state->unpriced = face->held && face->answer.code == LOY_SAID_NO_PRICE;
    state->kept = face->kept;
    if (state->unpriced)
        tui_say(tui, TUI_NOTE, _("the price of one piece of %s"), as_printed(state->kept.text));
    else if (line)
        state->line = *line;
    return state->unpriced || line;
}

/* The new line first: if it is refused, the old one is still there. */
static void price_change(struct tui *tui, const struct line_state *state, int64_t minor)
{
    struct lane_request request = lane_request_of(LOY_LANE_ARTICLE);
    struct lane_request away = lane_request_of(LOY_LANE_VOID_LINE);
    snprintf(request.text, sizeof request.text, "%s", state->line.code);
    request.input.quantity_milli = state->line.quantity_milli;
    request.input.price_minor = minor;
    away.input.line = state->line.number;
    snprintf(away.reason, sizeof away.reason, "price");
    tui_pop(tui);
    lane_face_take_both(tui, &request, &away);
}

static bool may_price(const struct loy_basket_line *line)
{
    return !line->voids && !line->voided && line->quantity_milli > 0;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct line_state state = *(const struct line_state *)view->state;
    int64_t minor = 0;
    if (!*text) {
        tui_pop(tui);
        return;
    }
    if (!tui_amount_read(tui, text, &minor)) return;
    if (minor <= 0) {
        tui_say(tui, TUI_BAD, "%s", _("a price is above zero"));
        return;
    }
    if (!state.unpriced && !may_price(&state.line)) {
        tui_say(
            tui, TUI_WARN, "%s", _("the price of this line stays: it is taken back, or a return"));
        return;
    }
    if (!state.unpriced) {
        price_change(tui, &state, minor);
        return;
    }
    state.kept.input.price_minor = minor;
    tui_pop(tui);
    tui->lane->held = false;
    if (lane_face_take(tui, &state.kept) == LOY_OK) lane_face_release(tui);
}

static int draw_fact(const struct tui_box *body, int row, const char *words, const char *value)
{
    if (!value || !*value) return row;
    term_cell(row, body->column + 3, 18, CELL_LEFT, TUI_DIM, words);
    term_cell(row, body->column + 22, body->columns - 24, CELL_LEFT, TUI_PLAIN, value);
    return row + 1;
}

static int draw_amounts(
    const struct tui *tui, const struct tui_box *body, int row, const struct loy_basket_line *line)
{
    char text[64];
    lane_quantity(line->quantity_milli, text);
    row = draw_fact(body, row, _("Quantity"), text);
    tui_amount(tui, line->list_minor, text);
    row = draw_fact(body, row, _("List price"), text);
    tui_amount(tui, line->discount_minor, text);
    row = draw_fact(body, row, _("Off"), line->discount_minor ? text : "");
    tui_amount(tui, line->paid_minor, text);
    row = draw_fact(body, row, _("Sum"), text);
    return draw_fact(body, row, _("Promotion"), line->promotion);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct line_state *state = view->state;
    const struct loy_basket_line *line = &state->line;
    struct loy_version version;
    int row = body->row + 1;
    if (state->unpriced) {
        draw_fact(body, row, _("Article"), as_printed(state->kept.text));
        return;
    }
    row = draw_fact(body, row, _("Article"), line->label[0] ? line->label : line->code);
    row = draw_fact(body, row, _("Code"), line->code);
    if (loy_version_get(tui->store, line->article_version, &version) == LOY_OK) {
        row = draw_fact(body, row, _("Brand"), version.brand);
        row = draw_fact(body, row, _("Maker"), version.manufacturer);
        row = draw_fact(body, row, _("Category"), version.category);
        row = draw_fact(body, row, _("Style"), version.style);
        row = draw_fact(body, row, _("Colour"), version.colour);
        row = draw_fact(body, row, _("Size"), version.size_text);
        row = draw_fact(body, row, _("Grade"), version.grade);
    }
    draw_amounts(tui, body, row, line);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return ((const struct line_state *)view->state)->unpriced ? _("Price") : _("New price");
}

static void back(struct tui *tui, struct view *view)
{
    bool unpriced = ((const struct line_state *)view->state)->unpriced;
    tui_pop(tui);
    if (unpriced) lane_face_release(tui);
}

const struct view_class view_line = {
    .name = "line",
    .state_size = sizeof(struct line_state),
    .heading = N_("Line"),
    .yields = true,
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .back = back,
};
