/* SPDX-License-Identifier: MIT
 *
 * form.c - fields one below the other, edited in the input line.
 * In: fields, keys; out: values. Must not know: curses, what the fields are for.
 */
#include "form.h"

#include <sodium.h>
#include <string.h>

static struct form *form_of(const struct view *view)
{
    return view->state;
}

static void entry_load(struct view *view)
{
    const struct form *form = form_of(view);
    const struct form_field *field = &form->fields[form->at];
    view->entry.secret = field->kind == FORM_SECRET;
    view->entry.words = true;
    view->entry.limit = field->kind == FORM_TICK ? 1 : field->limit;
    entry_set(&view->entry, field->kind == FORM_TICK ? "" : form->values[form->at]);
}

void form_open(struct view *view, const struct form_field *fields, size_t count)
{
    struct form *form = form_of(view);
    form->fields = fields;
    form->count = count < FORM_FIELDS_MAX ? count : FORM_FIELDS_MAX;
    form->at = 0;
    entry_load(view);
}

static void keep(struct view *view)
{
    struct form *form = form_of(view);
    if (form->fields[form->at].kind != FORM_TICK) entry_text(&view->entry, form->values[form->at]);
}

void form_go(struct view *view, size_t at)
{
    struct form *form = form_of(view);
    keep(view);
    form->at = at;
    entry_load(view);
}

bool form_enter(struct tui *tui, struct view *view, const char *text)
{
    struct form *form = form_of(view);
    (void)tui;
    if (form->fields[form->at].kind != FORM_TICK)
        snprintf(form->values[form->at], sizeof form->values[0], "%s", text);
    form->notes[form->at][0] = '\0';
    form->wrong[form->at] = false;
    if (form->at + 1 == form->count) {
        entry_load(view);
        return true;
    }
    form->at++;
    entry_load(view);
    return false;
}

bool form_lacks(struct tui *tui, struct view *view)
{
    struct form *form = form_of(view);
    for (size_t i = 0; i < form->count; i++) {
        if (!form->fields[i].required || form->values[i][0]) continue;
        form->at = i;
        entry_load(view);
        tui_say(tui, TUI_WARN, _("still needed: %s"), _(form->fields[i].label));
        return true;
    }
    return false;
}

const char *form_prompt(const struct tui *tui, const struct view *view)
{
    const struct form *form = form_of(view);
    (void)tui;
    return _(form->fields[form->at].label);
}

/* ---- Keys --------------------------------------------------------------------------------- */

bool form_may_up(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return form_of(view)->at > 0;
}

bool form_may_down(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return form_of(view)->at + 1 < form_of(view)->count;
}

void form_up(struct tui *tui, struct view *view)
{
    (void)tui;
    form_go(view, form_of(view)->at - 1);
}

void form_down(struct tui *tui, struct view *view)
{
    (void)tui;
    form_go(view, form_of(view)->at + 1);
}

bool form_may_tick(const struct tui *tui, const struct view *view)
{
    const struct form *form = form_of(view);
    (void)tui;
    return form->fields[form->at].kind == FORM_TICK;
}

void form_tick(struct tui *tui, struct view *view)
{
    struct form *form = form_of(view);
    bool yes = tui->key == 'y' || tui->key == 'Y';
    snprintf(form->values[form->at], sizeof form->values[0], "%s", yes ? "y" : "n");
    if (form->at + 1 < form->count) form_go(view, form->at + 1);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static void draw_value(const struct view *view, size_t i, int row, int column, int width)
{
    const struct form *form = form_of(view);
    const struct form_field *field = &form->fields[i];
    char text[CELL_BYTES];
    bool active = i == form->at;
    enum tui_style style = active ? TUI_STRONG : TUI_PLAIN;
    if (field->kind == FORM_TICK) {
        const char *value = form->values[i];
        snprintf(text, sizeof text, "%s",
            !*value         ? _("( ) yes  ( ) no")
            : *value == 'y' ? _("(*) yes  ( ) no")
                            : _("( ) yes  (*) no"));
    } else if (active) {
        entry_show(&view->entry, term_rules(), width, text, sizeof text);
    } else if (field->kind == FORM_SECRET) {
        size_t n = strlen(form->values[i]);
        memset(text, '*', n);
        text[n] = '\0';
    } else {
        snprintf(text, sizeof text, "%s", form->values[i]);
    }
    term_cell(row, column, width, CELL_LEFT, style, text);
}

/* Beside the values; a long one begins further to the left, as far as the value leaves room. */
static void draw_note(const struct view *view, size_t i, int row, int value_at, int right)
{
    const struct form *form = form_of(view);
    const struct form_field *field = &form->fields[i];
    const char *hint = i == form->at && field->hint ? _(field->hint) : "";
    const char *text = form->notes[i][0] ? form->notes[i] : hint;
    const enum tui_style style = text == hint ? TUI_NOTE : form->wrong[i] ? TUI_WARN : TUI_GOOD;
    char value[CELL_BYTES];
    snprintf(value, sizeof value, "%s", form->values[i]);
    if (i == form->at) entry_show(&view->entry, term_rules(), right, value, sizeof value);
    const int ticks = field->kind == FORM_TICK ? 18 : 0;
    int column = value_at + (right - value_at) * 3 / 5, width = cell_width(term_rules(), text);
    int least = value_at + cell_width(term_rules(), value) + ticks + 2;
    if (column + width > right) column = right - width;
    if (column < least) column = least;
    if (column < right) term_cell(row, column, right - column, CELL_LEFT, style, text);
    sodium_memzero(value, sizeof value);
}

int form_draw(const struct view *view, const struct tui_box *box, int label_width)
{
    const struct form *form = form_of(view);
    size_t rows = box->rows > 0 ? (size_t)box->rows : 1;
    size_t first = form->at / rows * rows;
    int value_at = box->column + 3 + label_width + 2;
    int value_width = (box->columns - label_width - 5) * 3 / 5;
    int row = box->row;
    for (size_t i = first; i < form->count && i < first + rows; i++, row++) {
        bool active = i == form->at;
        term_text(row, box->column + 1, TUI_KEY, active ? term_glyph(GLYPH_CHOSEN) : " ");
        term_cell(row, box->column + 3, label_width, CELL_LEFT, active ? TUI_STRONG : TUI_DIM,
            _(form->fields[i].label));
        draw_value(view, i, row, value_at, value_width);
        draw_note(view, i, row, value_at, box->column + box->columns - 1);
    }
    return row;
}
