/* SPDX-License-Identifier: MIT
 *
 * term.c - the terminal through ncursesw, and the only file that includes it.
 * In: text with a style at a place; out: what changed, and keys. Must not know: screens, the store.
 */
#include "term.h"

#include <curses.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct {
    struct cell_rules rules;
    struct theme theme;
    int colours;
    volatile bool open;
    SCREEN *screen;
} term;

static const char *const glyphs[][2] = {
    [GLYPH_RULE] = {"─", "-"},
    [GLYPH_BAR] = {"█", "#"},
    [GLYPH_UPRIGHT] = {"│", "|"},
    [GLYPH_CHOSEN] = {"▸", ">"},
    [GLYPH_TIMES] = {"×", "x"},
    [GLYPH_DOTS] = {"…", "~"},
};

const char *term_glyph(enum tui_glyph glyph)
{
    return glyphs[glyph][term.rules.ascii || term.rules.wide_ambiguous];
}

/* Ctrl-S would freeze the lane until somebody knows of Ctrl-Q. */
static void flow_off(void)
{
    struct termios line;
    if (tcgetattr(STDIN_FILENO, &line) != 0) return;
    line.c_iflag &= ~(tcflag_t)(IXON | IXOFF);
    tcsetattr(STDIN_FILENO, TCSANOW, &line);
}

static void colours_open(const struct term_options *options)
{
    term.colours = start_color() == OK && has_colors() ? COLORS : 0;
    term.theme = theme_make(options->colour, getenv("NO_COLOR"), term.colours);
    if (term.colours == 0 || use_default_colors() != OK) term.theme.colours = false;
    for (int style = 0; term.theme.colours && style < TUI_STYLE_COUNT; style++) {
        int colour, look;
        theme_look(&term.theme, (enum tui_style)style, term.colours, &colour, &look);
        init_pair((short)(style + 1), (short)colour, -1);
    }
}

bool term_open(const struct term_options *options, const char **why)
{
    const char *name = getenv("TERM");
    *why = NULL;
    term.rules = options->rules;
    if (!name || !*name || strcmp(name, "dumb") == 0 || !isatty(STDIN_FILENO) ||
        !isatty(STDOUT_FILENO))
        return false;
    term.screen = newterm(NULL, stdout, stdin);
    if (!term.screen) {
        *why = name;
        return false;
    }
    term.open = true;
    colours_open(options);
    cbreak();
    noecho();
    nonl();
    flow_off();
    def_prog_mode();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    set_escdelay(25);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, FALSE);
    return true;
}

void term_close(void)
{
    if (!term.open) return;
    term.open = false;
    endwin();
}

const struct cell_rules *term_rules(void)
{
    return &term.rules;
}

bool term_has_colours(void)
{
    return term.theme.colours;
}

void term_size(int *rows, int *columns)
{
    getmaxyx(stdscr, *rows, *columns);
}

static attr_t attributes(enum tui_style style)
{
    int colour, look;
    theme_look(&term.theme, style, term.colours, &colour, &look);
    attr_t attrs = (look & LOOK_BOLD ? A_BOLD : A_NORMAL);
    if (look & LOOK_REVERSE) attrs |= A_REVERSE;
    if (colour >= 0) attrs |= (attr_t)COLOR_PAIR(style + 1);
    return attrs;
}

void term_cell(
    int row, int column, int width, enum cell_align align, enum tui_style style, const char *text)
{
    char fitted[CELL_BYTES];
    int rows, columns;
    term_size(&rows, &columns);
    if (width > columns - column) width = columns - column;
    if (row < 0 || row >= rows || column < 0 || width <= 0) return;
    cell_fit(&term.rules, text, width, align, fitted, sizeof fitted);
    attrset((int)attributes(style));
    mvaddstr(row, column, fitted);
    attrset(A_NORMAL);
}

int term_text(int row, int column, enum tui_style style, const char *text)
{
    int width = cell_width(&term.rules, text);
    term_cell(row, column, width, CELL_LEFT, style, text);
    return column + width;
}

void term_rule(int row, int column, int width)
{
    attrset((int)attributes(TUI_DIM));
    for (int i = 0; i < width; i++)
        mvaddstr(row, column + i, term_glyph(GLYPH_RULE));
    attrset(A_NORMAL);
}

void term_upright(int row, int rows, int column)
{
    attrset((int)attributes(TUI_DIM));
    for (int i = 0; i < rows; i++)
        mvaddstr(row + i, column, term_glyph(GLYPH_UPRIGHT));
    attrset(A_NORMAL);
}

void term_bar(int row, int column, int parts, enum tui_style style)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    bool plain = term.rules.ascii || term.rules.wide_ambiguous;
    int whole = plain ? (parts + 4) / 8 : parts / 8;
    for (int i = 0; i < whole; i++)
        term_text(row, column + i, style, term_glyph(GLYPH_BAR));
    if (!plain && parts % 8) term_text(row, column + whole, style, eighths[parts % 8]);
}

void term_erase(void)
{
    erase();
}

void term_show(int row, int column)
{
    move(row, column);
    wnoutrefresh(stdscr);
    doupdate();
}

void term_beep(int times)
{
    for (int i = 0; i < times; i++)
        beep();
}

void term_redraw(void)
{
    clearok(stdscr, TRUE);
}

/* ---- Keys --------------------------------------------------------------------------------- */

static const struct {
    int curses, key;
} key_rows[] = {
    {KEY_UP, TUI_UP},
    {KEY_DOWN, TUI_DOWN},
    {KEY_LEFT, TUI_LEFT},
    {KEY_RIGHT, TUI_RIGHT},
    {KEY_HOME, TUI_HOME},
    {KEY_END, TUI_END},
    {KEY_PPAGE, TUI_PAGE_UP},
    {KEY_NPAGE, TUI_PAGE_DOWN},
    {KEY_BACKSPACE, TUI_BACKSPACE},
    {KEY_DC, TUI_DELETE},
    {KEY_BTAB, TUI_BACK_TAB},
    {KEY_ENTER, TUI_ENTER},
    {KEY_RESIZE, TUI_RESIZE},
};

static int32_t special(wint_t code)
{
    for (size_t i = 0; i < sizeof key_rows / sizeof key_rows[0]; i++)
        if (key_rows[i].curses == (int)code) return key_rows[i].key;
    if ((int)code >= KEY_F(1) && (int)code <= KEY_F(24)) return TUI_F((int)code - KEY_F0);
    return TUI_KEY_NONE;
}

int32_t term_key(bool *ended)
{
    wint_t code = 0;
    errno = 0;
    *ended = false;
    for (;;) {
        int kind = get_wch(&code);
        if (kind == ERR) {
            *ended = errno == EIO;
            return TUI_KEY_NONE;
        }
        int32_t key = kind == KEY_CODE_YES ? special(code) : (int32_t)code;
        if (key == '\n') key = TUI_ENTER;
        if (key == 127 || key == 8) key = TUI_BACKSPACE;
        if (key != TUI_KEY_NONE) return key;
    }
}
