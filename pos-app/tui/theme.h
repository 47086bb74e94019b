/* SPDX-License-Identifier: MIT
 *
 * theme.h - what a style looks like: 16 colours on the terminal's own background, or none. Every
 * state has a word or a sign too; colour only adds. Must not know: curses, screens.
 */
#ifndef THEME_H
#define THEME_H

#include <stdbool.h>
#include <stdint.h>

/* Symbol, colour (-1: the terminal's), attributes with colours, attributes without. */
#define TUI_STYLES(X)                                                                              \
    X(TUI_PLAIN, -1, 0, 0)                                                                         \
    X(TUI_TITLE, -1, LOOK_BOLD, LOOK_BOLD)                                                         \
    X(TUI_DIM, 8, 0, 0) /* what stands back: rules, headings */                                    \
    X(TUI_STRONG, -1, LOOK_BOLD, LOOK_BOLD)                                                        \
    X(TUI_GOOD, 2, 0, 0)                                                                           \
    X(TUI_NOTE, 6, 0, 0)                                                                           \
    X(TUI_WARN, 3, LOOK_BOLD, LOOK_BOLD)                                                           \
    X(TUI_BAD, 1, LOOK_BOLD | LOOK_REVERSE, LOOK_BOLD | LOOK_REVERSE)                              \
    X(TUI_CHOSEN, -1, LOOK_REVERSE, LOOK_REVERSE)                                                  \
    X(TUI_KEY, 6, LOOK_BOLD, LOOK_BOLD)                                                            \
    X(TUI_MEMBER, 6, LOOK_BOLD, LOOK_BOLD)                                                         \
    X(TUI_BIG, -1, LOOK_BOLD, LOOK_BOLD)                                                           \
    X(TUI_ASK, 3, LOOK_BOLD, LOOK_BOLD)

enum tui_style {
#define TUI_STYLE_ROW(symbol, colour, coloured, plain) symbol,
    TUI_STYLES(TUI_STYLE_ROW)
#undef TUI_STYLE_ROW
        TUI_STYLE_COUNT
};

enum theme_look { LOOK_BOLD = 1, LOOK_REVERSE = 2 };

enum theme_colour { THEME_AUTO, THEME_ALWAYS, THEME_NEVER };

struct theme {
    bool colours;
};

/* choice stands above $NO_COLOR, that above what the terminal can (its number of colours). */
struct theme theme_make(enum theme_colour choice, const char *no_color, int terminal_colours);
/* colour: 0 to 15, or -1. Colours above 7 need a terminal of 16; else they are left out. */
void theme_look(
    const struct theme *theme, enum tui_style style, int terminal_colours, int *colour, int *look);

#endif
