/* SPDX-License-Identifier: MIT
 *
 * term.h - the terminal: the one file behind it knows curses. In: text with a style at a place;
 * out: keys. What is drawn is painted by term_show, which sends only what has changed. Must not
 * know: screens, the store.
 */
#ifndef TERM_H
#define TERM_H

#include "cell.h"
#include "theme.h"

#include <stdint.h>

/* A key: a character's code point, or one of these. */
enum tui_key {
    TUI_KEY_NONE = 0,
    TUI_ENTER = '\r',
    TUI_TAB = '\t',
    TUI_ESCAPE = 27,
    TUI_KEYS = 0x200000,
    TUI_UP,
    TUI_DOWN,
    TUI_LEFT,
    TUI_RIGHT,
    TUI_HOME,
    TUI_END,
    TUI_PAGE_UP,
    TUI_PAGE_DOWN,
    TUI_BACKSPACE,
    TUI_DELETE,
    TUI_BACK_TAB,
    TUI_RESIZE,
    TUI_DIGIT, /* in tables of keys: 1 to 9 */
    TUI_F0     /* TUI_F(n) behind it */
};
#define TUI_F(n) (TUI_F0 + (n))
#define TUI_CTRL(letter) ((letter)&31)

/* Rules, bars and arrows; ASCII where the terminal or the shop wants it. */
enum tui_glyph { GLYPH_RULE, GLYPH_BAR, GLYPH_UPRIGHT, GLYPH_CHOSEN, GLYPH_TIMES, GLYPH_DOTS };

struct term_options {
    enum theme_colour colour;
    struct cell_rules rules;
};

/* Takes the terminal. False: it cannot be used, *why says so. */
bool term_open(const struct term_options *options, const char **why);
/* Gives it back; twice is fine, and from a signal handler too. */
void term_close(void);

const struct cell_rules *term_rules(void);
bool term_has_colours(void);
void term_size(int *rows, int *columns);

/* Draws the text in exactly `width` columns. Outside of the screen nothing is drawn. */
void term_cell(
    int row, int column, int width, enum cell_align align, enum tui_style style, const char *text);
/* The same without padding: gives the column behind the text. */
int term_text(int row, int column, enum tui_style style, const char *text);
void term_rule(int row, int column, int width);
void term_upright(int row, int rows, int column);
/* A bar of `parts` eighths of a column; in ASCII of whole columns. */
void term_bar(int row, int column, int parts, enum tui_style style);
const char *term_glyph(enum tui_glyph glyph);

void term_erase(void);
/* Parks the cursor there and paints. */
void term_show(int row, int column);
void term_beep(int times);
/* The terminal's real content may be anything: paints all of it with the next term_show. */
void term_redraw(void);

/* The next key, or TUI_KEY_NONE: none has come. Never blocks. *ended: the terminal is gone. */
int32_t term_key(bool *ended);

#endif
