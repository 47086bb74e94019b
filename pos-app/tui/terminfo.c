/* SPDX-License-Identifier: MIT
 *
 * terminfo.c - what is known of a terminal before it is taken. Apart from term.c, because the
 * header of terminfo makes macros of everyday words. In: a name as in TERM; out: whether screens
 * can be drawn there. Must not know: the screens.
 */
#include "pos.h"

#include <string.h>
/* clang-format off: term.h needs what stands in curses.h */
#include <curses.h>
#include <term.h>
/* clang-format on */

bool pos_terminal_known(const char *name)
{
    int why = 0;
    if (!name || !*name || strcmp(name, "dumb") == 0) return false;
    if (setupterm(name, 1, &why) != OK) return false;
    /* Without it nothing can be put in its place: a printer, a line at a time. */
    const bool moves = cursor_address != NULL && cursor_address != (char *)-1;
    del_curterm(cur_term);
    return moves;
}
