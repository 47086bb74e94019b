/* SPDX-License-Identifier: MIT
 *
 * typed.h - numbers that are typed: a payment card's is no less one for being typed. In: a view's
 * input line; out: whether it is drawn masked, and that it goes to nobody. Must not know: curses,
 * what the line was asked for.
 */
#ifndef TYPED_H
#define TYPED_H

#include "tui.h"

/* After each change of the line: sets entry.masked. A number of 13 digits and more that is neither
 * an article's nor begins as the shop's own is masked while it is typed; in a form, where
 * telephones and accounts stand, only what the guard takes for a payment card. */
void typed_judge(struct tui *tui, struct view *view);
/* Wipes the line if it is a payment card's number; the screens get it as the event that a reader
 * makes of it. True: it was one. */
bool typed_refused(struct tui *tui, struct view *view);

#endif
