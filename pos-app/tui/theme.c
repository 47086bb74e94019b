/* SPDX-License-Identifier: MIT
 *
 * theme.c - what a style looks like.
 * In: what was chosen and what the terminal can; out: colour and attributes. Must not know: curses.
 */
#include "theme.h"

static const struct {
    int colour, coloured, plain;
} styles[TUI_STYLE_COUNT] = {
#define STYLE_ROW(symbol, colour, coloured, plain) [symbol] = {colour, coloured, plain},
    TUI_STYLES(STYLE_ROW)
#undef STYLE_ROW
};

struct theme theme_make(enum theme_colour choice, const char *no_color, int terminal_colours)
{
    bool able = terminal_colours >= 8;
    bool refused = no_color && *no_color;
    return (struct theme){
        .colours = able && (choice == THEME_ALWAYS || (choice == THEME_AUTO && !refused))};
}

void theme_look(
    const struct theme *theme, enum tui_style style, int terminal_colours, int *colour, int *look)
{
    *colour = -1;
    *look = styles[style].plain;
    if (!theme->colours) return;
    *look = styles[style].coloured;
    if (styles[style].colour < 8 || terminal_colours >= 16) *colour = styles[style].colour;
}
