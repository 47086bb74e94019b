/* SPDX-License-Identifier: MIT
 *
 * pin_prompt.h - a secret from a person or a pipe.
 */
#ifndef PIN_PROMPT_H
#define PIN_PROMPT_H

#include "cli.h"

#define PIN_LINE_MAX 200u

/* One line of standard input without its end: asked for and not echoed on a terminal, as it comes
 * elsewhere. CLI_DONE, or a code that was told already. The caller wipes line. */
int pin_read(const struct cli *cli, const char *question, char line[PIN_LINE_MAX]);

#endif
