/* SPDX-License-Identifier: MIT
 *
 * frame.c - what stands around every view: title, readers, clock, what was said, the input line and
 * the keys that work now. In: the stack; out: a painted screen. Must not know: curses.
 */
#include "tui.h"

#include <string.h>

struct frame {
    int rows, columns;
    struct tui_box body, side;
    int said, input, footer; /* rows */
};

static struct frame frame_of(const struct tui *tui)
{
    struct frame frame = {0};
    (void)tui;
    term_size(&frame.rows, &frame.columns);
    frame.footer = frame.rows - 1;
    frame.input = frame.rows - 2;
    frame.said = frame.rows - 5;
    int wide = frame.columns;
    if (frame.columns >= TUI_SIDE_FROM) {
        wide = frame.columns - frame.columns / 4 - 2;
        frame.side = (struct tui_box){2, wide + 2, frame.rows - 7, frame.columns - wide - 2};
    }
    frame.body = (struct tui_box){2, 0, frame.rows - 7, wide};
    return frame;
}

/* In words: "2 readers ready". */
static void reader_words(const struct tui *tui, char *text, size_t size, bool *bad)
{
    struct loy_device device;
    int ready = 0, failed = 0;
    for (size_t i = 0; tui->reader && loy_reader_list(tui->reader, i, &device) == LOY_OK; i++) {
        ready += device.state == LOY_DEVICE_READY || device.state == LOY_DEVICE_ENDED;
        failed += device.state == LOY_DEVICE_FAILED;
    }
    *bad = failed > 0 || ready == 0;
    if (failed)
        snprintf(text, size, _("reader FAILED (%d)"), failed);
    else if (ready)
        snprintf(text, size, _("readers ready: %d"), ready);
    else
        snprintf(text, size, "%s", _("no reader"));
}

static void draw_title(const struct tui *tui, const struct view *view, const struct frame *frame)
{
    char left[256] = "", readers[64], clock[32], right[192];
    const struct view_class *view_class = view->view_class;
    bool bad = false;
    if (view_class->heading) snprintf(left, sizeof left, "%s", _(view_class->heading));
    if (view_class->title) view_class->title(tui, view, left, sizeof left);
    reader_words(tui, readers, sizeof readers, &bad);
    cli_time_local(tui_now_us(), clock);
    const char *language = tui->console ? "" : tui->cli->chinese ? "  中文" : "  EN";
    snprintf(
        right, sizeof right, "%s%s%.16s%s", tui->doubt, *tui->doubt ? "  " : "", clock, language);
    int right_width = cell_width(term_rules(), right);
    int reader_width = cell_width(term_rules(), readers);
    int at = frame->columns - right_width - 1;
    term_cell(0, 1, at - reader_width - 4, CELL_LEFT, TUI_TITLE, left);
    term_text(0, at - reader_width - 2, bad ? TUI_WARN : TUI_GOOD, readers);
    term_text(0, at, *tui->doubt ? TUI_WARN : TUI_PLAIN, right);
    term_rule(1, 0, frame->columns);
}

static void draw_said(const struct tui *tui, const struct frame *frame)
{
    char line[CELL_BYTES], rest[CELL_BYTES];
    const char *at = tui->said;
    enum tui_style style = (enum tui_style)tui->said_style;
    if (!tui->said[0]) return;
    /* A sign too: colour is not seen by everybody. */
    const char *sign = style == TUI_BAD || style == TUI_WARN ? "!" : " ";
    if (!cell_wrap(term_rules(), &at, frame->columns - 4, line, sizeof line)) return;
    term_text(frame->said, 1, style, sign);
    term_text(frame->said, 3, style, line);
    while (*at == ' ')
        at++;
    if (!*at) return;
    snprintf(rest, sizeof rest, "%s", at);
    int width = cell_width(term_rules(), rest);
    int room = frame->columns - 4;
    term_cell(frame->said + 1, 3, width < room ? width : room, CELL_LEFT, style, rest);
}

static int draw_input(const struct tui *tui, const struct view *view, const struct frame *frame)
{
    char shown[CELL_BYTES];
    const char *prompt = view->view_class->prompt ? view->view_class->prompt(tui, view) : "";
    term_rule(frame->input - 1, 0, frame->columns);
    int column = term_text(frame->input, 1, TUI_STRONG, prompt);
    column = term_text(frame->input, column, TUI_STRONG, " > ");
    int cursor =
        entry_show(&view->entry, term_rules(), frame->columns - column - 1, shown, sizeof shown);
    term_text(frame->input, column, TUI_PLAIN, shown);
    return column + cursor;
}

static void draw_footer(const struct tui *tui, const struct view *view, const struct frame *frame)
{
    const struct key_row *rows[KEYS_FOOTER_MAX];
    char name[16];
    size_t count = keys_footer(tui, view, term_rules(), frame->columns - 2, rows);
    int column = 1;
    for (size_t i = 0; i < count; i++) {
        column = term_text(frame->footer, column, TUI_KEY, keys_name(rows[i]->key, name));
        column = term_text(frame->footer, column + 1, TUI_PLAIN, _(rows[i]->words)) + 2;
    }
}

/* Where a view has nothing of its own for the side: its keys, as F1 lists them. */
static void side_keys(const struct tui *tui, const struct view *view, const struct tui_box *box)
{
    char name[16], line[CELL_BYTES];
    int row = box->row;
    term_cell(row++, box->column, box->columns, CELL_LEFT, TUI_DIM, _("Keys"));
    for (size_t i = 0; i < keys_count(view->view_class); i++) {
        const struct key_row *key = keys_row(view->view_class, i);
        if (!key->help || !keys_may(tui, view, key) || row >= box->row + box->rows) continue;
        const char *at = key->words ? _(key->words) : _(key->help);
        term_cell(row, box->column, 9, CELL_LEFT, TUI_KEY, keys_name(key->key, name));
        while (row < box->row + box->rows &&
               cell_wrap(term_rules(), &at, box->columns - 11, line, sizeof line))
            term_text(row++, box->column + 10, TUI_PLAIN, line);
    }
}

static void draw_too_small(const struct frame *frame)
{
    char text[256], line[256];
    const char *at = text;
    snprintf(text, sizeof text,
        _("This window has %d x %d characters; %d x %d are needed. Make it larger."),
        frame->columns, frame->rows, TUI_COLUMNS_MIN, TUI_ROWS_MIN);
    for (int row = 0; cell_wrap(term_rules(), &at, frame->columns, line, sizeof line); row++)
        term_text(row, 0, TUI_PLAIN, line);
    term_show(0, 0);
}

void tui_draw(const struct tui *tui)
{
    struct frame frame = frame_of(tui);
    const struct view *view = tui_top(tui);
    term_erase();
    if (frame.rows < TUI_ROWS_MIN || frame.columns < TUI_COLUMNS_MIN) {
        draw_too_small(&frame);
        return;
    }
    draw_title(tui, view, &frame);
    if (view->view_class->draw) view->view_class->draw(tui, view, &frame.body);
    if (frame.side.columns) {
        term_upright(frame.side.row, frame.side.rows, frame.side.column - 1);
        struct tui_box side = frame.side;
        side.column++;
        side.columns--;
        if (view->view_class->side)
            view->view_class->side(tui, view, &side);
        else
            side_keys(tui, view, &side);
    }
    draw_said(tui, &frame);
    int cursor = draw_input(tui, view, &frame);
    draw_footer(tui, view, &frame);
    term_show(frame.input, cursor);
}
