/* SPDX-License-Identifier: MIT
 *
 * pos.h - the screens, as the command `loyalty pos` starts them.
 */
#ifndef POS_H
#define POS_H

#include "cli.h"

/* Until somebody leaves; 128 + n after signal n. */
int pos_run(struct cli *cli);
/* Whether a terminal of this name, as in TERM, can show them. */
bool pos_terminal_known(const char *name);

#endif
