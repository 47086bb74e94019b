/* SPDX-License-Identifier: MIT
 *
 * pin_prompt.c - a secret from a terminal without echo, or from a pipe. Never from the command
 * line, where every user of the machine can see it.
 */
#include "pin_prompt.h"

#include <errno.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#define CONTROL_C 3

/* Byte by byte: what stdio reads ahead would stay in its buffer. */
static bool line_read(char line[PIN_LINE_MAX])
{
    size_t used = 0;
    for (;;) {
        char c;
        ssize_t got = read(STDIN_FILENO, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 && used == 0) return false;
        if (got <= 0 || c == '\n') break;
        if (c == CONTROL_C) return false;
        if (c != '\r' && used < PIN_LINE_MAX - 1) line[used++] = c;
    }
    line[used] = '\0';
    return true;
}

static bool terminal_read(const char *question, char line[PIN_LINE_MAX])
{
    struct termios before, quiet;
    if (tcgetattr(STDIN_FILENO, &before) != 0) return line_read(line);
    quiet = before;
    // An interrupt ends the line instead of the program, which would leave the terminal mute.
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    quiet.c_cc[VEOL] = CONTROL_C;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0) return false;
    fprintf(stderr, "%s: ", question);
    bool done = line_read(line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return done;
}

int pin_read(const struct cli *cli, const char *question, char line[PIN_LINE_MAX])
{
    line[0] = '\0';
    bool done = isatty(STDIN_FILENO) ? terminal_read(question, line) : line_read(line);
    if (done) return CLI_DONE;
    sodium_memzero(line, PIN_LINE_MAX);
    return cli_fail(cli, CLI_FINDING, _("no PIN was given; nothing was changed"));
}
