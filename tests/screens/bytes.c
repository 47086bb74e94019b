/* SPDX-License-Identifier: MIT
 *
 * bytes.c - what a key press costs on the wire: fewer than 200 bytes, on every kind of key that a
 * cashier presses without changing the screen; and how the program ends by a signal.
 * In: $LOYALTY, $SCANNER_MODULE, $SCANNER; out: figures.
 */
#include "program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define LIMIT 200
#define QUIET_MS 400

static int failures;

static void expect(const char *what, size_t bytes, size_t limit)
{
    printf("%-28s %6zu bytes\n", what, bytes);
    if (bytes > 0 && bytes < limit) return;
    printf("FAILED: %s: between 1 and %zu bytes were expected\n", what, limit - 1);
    failures++;
}

static void press(const char *what, const char *keys)
{
    program_type(keys);
    expect(what, program_quiet(QUIET_MS), LIMIT);
}

int main(int argc, char **argv)
{
    int wanted = argc > 1 ? atoi(argv[1]) : SIGTERM;
    char *const command[] = {getenv("LOYALTY"), "--lang", "en", "pos", NULL};
    if (!program_start(command, 24, 80) || !program_wait("Sign in", 20000)) return 1;
    printf("%-28s %6zu bytes\n", "first screen", program_quiet(QUIET_MS));
    press("a letter", "L");
    press("a letter of Chinese", "\xe6\x9d\x8e");
    press("backspace", "\x7f");
    program_type("i Na\r2580\r");
    if (!program_wait("Cashier", 20000)) return 1;
    program_quiet(QUIET_MS);
    program_scan("scan 6901234500028");
    if (!program_wait("84.90", 5000)) return 1;
    printf("%-28s %6zu bytes\n", "an article", program_quiet(QUIET_MS));
    press("a digit", "6");
    press("another digit", "9");
    press("cursor left", "\033[D");
    press("a digit inside", "1");
    press("Esc empties the line", "\033");
    press("Esc with a basket", "\033");
    int status = program_end(wanted);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 128 + wanted) {
        printf(
            "FAILED: signal %d: status %x, not exit %d\n", wanted, (unsigned)status, 128 + wanted);
        failures++;
    }
    return failures ? 1 : 0;
}
