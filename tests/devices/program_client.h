/* SPDX-License-Identifier: MIT
 *
 * program_client.h - the program `loyalty` as the client of emulated readers, the same binary under
 * umockdev and under a real kernel. In: its path; out: whether it says what it should.
 */
#ifndef TESTS_PROGRAM_CLIENT_H
#define TESTS_PROGRAM_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

struct program {
    pid_t pid;
    int output;
    char line[8192];
};

/* `loyalty --json listen`, with a path or NULL. False: it cannot be started. */
bool program_listen(struct program *program, const char *file, const char *path);
/* Whether its next line, within five seconds, holds both words. */
bool program_says(struct program *program, const char *word, const char *other);
/* Ends it; whether it went in peace. */
bool program_end(struct program *program);

#endif
