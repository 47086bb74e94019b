/* SPDX-License-Identifier: MIT
 *
 * form.h - fields one below the other; the active one is edited in the input line, so that there is
 * one place for typing and the cursor is there. In: fields, keys; out: their values.
 *
 * A view with a form has `struct form` as the first member of its state, FORM_KEYS in its table of
 * keys, form_prompt as its prompt, and calls form_enter from enter().
 */
#ifndef FORM_H
#define FORM_H

#include "tui.h"

#define FORM_FIELDS_MAX 32u

enum form_kind {
    FORM_TEXT,
    FORM_SECRET, /* a PIN */
    FORM_TICK    /* "y" or "n" */
};

struct form_field {
    const char *label; /* N_("Name"), or the shop's own words */
    const char *hint;  /* N_("11 digits"): beside it while it is active; or NULL */
    uint8_t kind;      /* enum form_kind */
    uint8_t limit;     /* characters; 0: ENTRY_MAX */
    bool required;
};

struct form {
    const struct form_field *fields; /* borrowed */
    size_t count, at;
    char values[FORM_FIELDS_MAX][ENTRY_BYTES];
    char notes[FORM_FIELDS_MAX][160]; /* what is right or wrong with a value, translated; "" none */
    bool wrong[FORM_FIELDS_MAX];      /* the note is a complaint */
};

void form_open(struct view *view, const struct form_field *fields, size_t count);
/* Takes the input line's text as the active field's value and goes on. True: it was the last one.
 */
bool form_enter(struct tui *tui, struct view *view, const char *text);
/* Makes a field the active one; the one that was keeps what was typed. */
void form_go(struct view *view, size_t at);
/* The first required field without a value, which becomes the active one; false: there is none. */
bool form_lacks(struct tui *tui, struct view *view);
/* Draws from box->row on; gives the row behind it. The active field is always inside. */
int form_draw(const struct view *view, const struct tui_box *box, int label_width);
const char *form_prompt(const struct tui *tui, const struct view *view);

bool form_may_up(const struct tui *tui, const struct view *view);
bool form_may_down(const struct tui *tui, const struct view *view);
void form_up(struct tui *tui, struct view *view);
void form_down(struct tui *tui, struct view *view);
/* y and n in a tick: one key. */
bool form_may_tick(const struct tui *tui, const struct view *view);
void form_tick(struct tui *tui, struct view *view);

// clang-format off
#define FORM_KEYS                                                                                  \
    {TUI_UP, NULL, N_("field before"), form_may_up, form_up, 9},                                   \
    {TUI_DOWN, NULL, N_("field behind"), form_may_down, form_down, 9},                             \
    {TUI_BACK_TAB, NULL, N_("field before"), form_may_up, form_up, 9},                             \
    {TUI_TAB, NULL, N_("field behind"), form_may_down, form_down, 9},                              \
    {'y', NULL, N_("yes"), form_may_tick, form_tick, 9},                                           \
    {'n', NULL, N_("no"), form_may_tick, form_tick, 9},                                            \
    {'Y', NULL, NULL, form_may_tick, form_tick, 9},                                                \
    {'N', NULL, NULL, form_may_tick, form_tick, 9}
// clang-format on

#endif
