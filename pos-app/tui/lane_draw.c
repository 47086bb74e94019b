/* SPDX-License-Identifier: MIT
 *
 * lane_draw.c - the basket on the screen: lines, member, last article, and the total in the biggest
 * type. In: the lane as it is at hand; out: cells. Must not know: curses, keys, profiles.
 */
#include "digits.h"
#include "lane_face.h"

#include <sodium.h>
#include <string.h>

enum {
    COLUMN_NUMBER,
    COLUMN_LABEL,
    COLUMN_QUANTITY,
    COLUMN_PRICE,
    COLUMN_OFF,
    COLUMN_SUM,
    COLUMN_MARK
};

static const struct {
    const char *words;
    int width; /* 0: the rest */
    enum cell_align align;
} columns[] = {
    [COLUMN_NUMBER] = {"#", 4, CELL_RIGHT},
    [COLUMN_LABEL] = {N_("Article"), 0, CELL_LEFT},
    [COLUMN_QUANTITY] = {N_("Qty"), 7, CELL_RIGHT},
    [COLUMN_PRICE] = {N_("Price"), 10, CELL_RIGHT},
    [COLUMN_OFF] = {N_("Off"), 9, CELL_RIGHT},
    [COLUMN_SUM] = {N_("Sum"), 11, CELL_RIGHT},
    [COLUMN_MARK] = {"", 1, CELL_LEFT},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

/* What made a line cheaper, in a letter; F1 tells what they mean. */
static const char *mark_of(const struct loy_basket_line *line)
{
    static const char *const marks[] = {
        [LOY_FORM_PERCENT] = "%",
        [LOY_FORM_AMOUNT] = "-",
        [LOY_FORM_N_FOR_M] = "n",
        [LOY_FORM_MEMBER_PRICE] = "M",
        [LOY_FORM_COUPON] = "C",
        [LOY_FORM_OTHER] = "*",
    };
    bool known = line->form < sizeof marks / sizeof marks[0] && marks[line->form];
    return line->discount_minor && known ? marks[line->form] : "";
}

static void label_of(const struct loy_basket_line *line, char *text, size_t size)
{
    const char *label = line->label[0] ? line->label : line->code;
    if (line->voids)
        snprintf(text, size, _("takes back line %u: %s"), line->of_line, label);
    else if (line->voided)
        snprintf(text, size, _("void: %s"), label);
    else if (line->quantity_milli < 0)
        snprintf(text, size, _("return: %s"), label);
    else
        snprintf(text, size, "%s", label);
}

static void cell_of(const struct tui *tui, const struct loy_basket_line *line, size_t column,
    char *text, size_t size)
{
    char amount[32] = "";
    switch (column) {
    case COLUMN_NUMBER:
        snprintf(amount, sizeof amount, "%u", line->number);
        break;
    case COLUMN_LABEL:
        label_of(line, text, size);
        return;
    case COLUMN_QUANTITY:
        lane_quantity(line->quantity_milli, amount);
        break;
    case COLUMN_PRICE:
        tui_amount(tui, line->list_minor, amount);
        break;
    case COLUMN_OFF:
        if (line->discount_minor) tui_amount(tui, -line->discount_minor, amount);
        break;
    case COLUMN_SUM:
        tui_amount(tui, line->paid_minor, amount);
        break;
    default:
        snprintf(amount, sizeof amount, "%s", mark_of(line));
    }
    snprintf(text, size, "%s", amount);
}

static int label_width(int all)
{
    int left = all - 2;
    for (size_t i = 0; i < COLUMNS; i++)
        left -= columns[i].width + 1;
    return left;
}

static void draw_headings(const struct tui_box *box)
{
    int column = box->column + 1;
    for (size_t i = 0; i < COLUMNS; i++) {
        int width = columns[i].width ? columns[i].width : label_width(box->columns);
        term_cell(box->row, column, width, columns[i].align, TUI_DIM,
            *columns[i].words ? _(columns[i].words) : "");
        column += width + 1;
    }
}

static void draw_line(const struct tui *tui, const struct tui_box *box, int row,
    const struct loy_basket_line *line, bool chosen)
{
    int column = box->column + 1;
    enum tui_style style = line->voided || line->voids ? TUI_DIM : chosen ? TUI_STRONG : TUI_PLAIN;
    for (size_t i = 0; i < COLUMNS; i++) {
        char text[CELL_BYTES];
        int width = columns[i].width ? columns[i].width : label_width(box->columns);
        cell_of(tui, line, i, text, sizeof text);
        term_cell(row, column, width, columns[i].align,
            i == COLUMN_MARK && style == TUI_PLAIN ? TUI_GOOD : style, text);
        column += width + 1;
    }
    if (chosen) term_text(row, box->column, TUI_KEY, term_glyph(GLYPH_CHOSEN));
}

/* The chosen line is inside; else the last ones stand. */
static void draw_lines(const struct tui *tui, const struct tui_box *box)
{
    const struct lane_face *face = tui->lane;
    uint32_t rows = (uint32_t)(box->rows - 1), end = face->first_line + face->line_count;
    const struct loy_basket_line *at_hand = lane_face_line(face);
    uint32_t chosen = at_hand ? at_hand->number : 0;
    uint32_t first = end > face->first_line + rows ? end - rows : face->first_line;
    if (face->chosen && chosen < first) first = chosen;
    draw_headings(box);
    for (uint32_t i = 0; i < rows && first + i < end; i++) {
        const struct loy_basket_line *line = &face->lines[first + i - face->first_line];
        draw_line(tui, box, box->row + 1 + (int)i, line, line->number == chosen);
    }
}

/* ---- Below the lines ---------------------------------------------------------------------- */

static void draw_member(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct loy_lane_view *lane = &tui->lane->view;
    char text[CELL_BYTES] = "", limit[32];
    size_t used = 0;
    bool member = !loy_id_is_none(&lane->member);
    term_cell(row, box->column + 1, 9, CELL_LEFT, TUI_DIM, _("Member"));
    if (member)
        used += (size_t)snprintf(
            text, sizeof text, "%s", lane->name[0] ? lane->name : _("(no name yet)"));
    if (lane->buyer[0])
        used += (size_t)snprintf(text + used, sizeof text - used, _("  buyer %s"), lane->buyer);
    if (lane->tail[0])
        used += (size_t)snprintf(text + used, sizeof text - used, "  ****%s", lane->tail);
    if (lane->pending)
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s", _("  card kept until it is registered"));
    if (lane->late)
        used += (size_t)snprintf(
            text + used, sizeof text - used, "%s", _("  for the history, prices stay"));
    if (!used) snprintf(text, sizeof text, "%s", _("none"));
    int width = box->columns - 12;
    if (lane->over_limit) {
        tui_amount(tui, lane->limit_minor, limit);
        used = strlen(text);
        snprintf(text + used, sizeof text - used, _("  ! OVER THE LIMIT of %s"), limit);
    }
    term_cell(row, box->column + 11, width, CELL_LEFT,
        lane->over_limit ? TUI_WARN
        : member         ? TUI_MEMBER
                         : TUI_PLAIN,
        text);
    sodium_memzero(text, sizeof text);
}

static void draw_last(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct lane_face *face = tui->lane;
    const struct loy_basket_line *line = NULL;
    char text[CELL_BYTES], quantity[32], price[32];
    for (uint32_t i = 0; i < face->line_count; i++)
        if (face->lines[i].number == face->view.last) line = &face->lines[i];
    term_cell(row, box->column + 1, 9, CELL_LEFT, TUI_DIM, _("Last"));
    if (!line) return;
    lane_quantity(line->quantity_milli, quantity);
    tui_amount(tui, line->list_minor, price);
    snprintf(text, sizeof text, "%s %s %s", quantity, term_glyph(GLYPH_TIMES), price);
    int right = cell_width(term_rules(), text), width = box->columns - 12;
    term_cell(row, box->column + 11 + width - right - 1, right, CELL_LEFT, TUI_PLAIN, text);
    label_of(line, text, sizeof text);
    term_cell(row, box->column + 11, width - right - 3, CELL_LEFT, TUI_STRONG, text);
}

/* The question of a visit: calm, and gone with the next scan. */
static void draw_asked(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct loy_asked *asked = &tui->lane->asked;
    char text[CELL_BYTES];
    snprintf(
        text, sizeof text, asked->confirm ? _("Still right? %s") : _("Ask for: %s"), asked->label);
    term_cell(row, box->column + 1, 36, CELL_LEFT, TUI_NOTE, text);
    term_cell(row + 1, box->column + 1, 36, CELL_LEFT, TUI_PLAIN,
        asked->confirm ? _("Enter yes or no    F6 later") : _("Enter value        F6 later"));
    term_cell(row + 2, box->column + 1, 36, CELL_LEFT, TUI_PLAIN, _("Ctrl-N do not ask"));
}

/* The questions of the lane and their answers; they stand where the sums stand otherwise. */
static bool draw_question(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct loy_lane_view *lane = &tui->lane->view;
    const char *answers[3] = {0};
    if (lane->stage == LOY_STAGE_FOUND) {
        answers[0] = _("1  go on with this basket");
        answers[1] = _("2  make it void");
    } else if (lane->question == LOY_ASK_OTHER_ACCOUNT) {
        answers[0] = _("1  the new card takes its place");
        answers[1] = _("2  the member stays (or wait)");
        answers[2] = _("3  new customer: suspend this one");
    } else if (lane->question == LOY_ASK_UNKNOWN_CARD) {
        answers[0] = _("1  register this card");
        answers[1] = _("2  go on without");
    }
    for (int i = 0; i < 3 && answers[i]; i++)
        term_cell(row + i, box->column + 1, 36, CELL_LEFT, TUI_ASK, answers[i]);
    return answers[0] != NULL;
}

static void draw_sum(const struct tui *tui, int row, int column, const char *words, int64_t minor)
{
    char amount[32];
    tui_amount(tui, minor, amount);
    term_cell(row, column, 10, CELL_LEFT, TUI_DIM, words);
    term_cell(row, column + 10, 12, CELL_RIGHT, TUI_PLAIN, amount);
}

static void draw_sums(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct loy_lane_view *lane = &tui->lane->view;
    char pieces[32];
    int column = box->column + 1;
    if (draw_question(tui, box, row)) return;
    if (lane_ask_may(tui)) {
        draw_asked(tui, box, row);
        return;
    }
    lane_quantity(lane->pieces_milli, pieces);
    term_cell(row, column, 10, CELL_LEFT, TUI_DIM, _("Pieces"));
    term_cell(row, column + 10, 12, CELL_RIGHT, TUI_PLAIN, pieces);
    draw_sum(tui, row + 1, column, _("Saved"), lane->saved_minor);
    if (lane->paid_minor && lane->stage != LOY_STAGE_CLOSED)
        draw_sum(tui, row + 2, column, _("Paid"), lane->paid_minor);
    else if (lane->waiting) {
        snprintf(pieces, sizeof pieces, "%lld", (long long)lane->waiting);
        term_cell(row + 2, column, 10, CELL_LEFT, TUI_DIM, _("Suspended"));
        term_cell(row + 2, column + 10, 12, CELL_RIGHT, TUI_PLAIN, pieces);
    }
}

static void draw_total(const struct tui *tui, const struct tui_box *box, int row)
{
    const struct loy_lane_view *lane = &tui->lane->view;
    char amount[32], label[64];
    const char *words = _("TOTAL");
    int64_t shown = lane->due_minor;
    bool closed = lane->stage == LOY_STAGE_CLOSED;
    if (closed && lane->change_minor) shown = lane->change_minor;
    if (closed)
        words = lane->change_minor ? _("CHANGE") : _("PAID");
    else if (lane->paid_minor)
        words = _("TO PAY");
    if (closed && !lane->change_minor) shown = lane->due_minor + lane->paid_minor;
    tui_amount(tui, shown, amount);
    int width = digits_width(amount), column = box->column + box->columns - width - 2;
    snprintf(label, sizeof label, "%s %s", words, tui->settings.currency);
    term_cell(row + 1, column - 14, 12, CELL_RIGHT, TUI_BIG, label);
    digits_draw(row, column, TUI_BIG, amount);
}

void lane_draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct tui_box lines = *body;
    (void)view;
    lines.rows = body->rows - 7;
    draw_lines(tui, &lines);
    int row = lines.row + lines.rows;
    term_rule(row, body->column, body->columns);
    draw_member(tui, body, row + 1);
    draw_last(tui, body, row + 2);
    draw_sums(tui, body, row + 3);
    draw_total(tui, body, row + 3);
}
