/* SPDX-License-Identifier: MIT
 *
 * program_client.c - see program_client.h.
 */
#include "program_client.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 5000

bool program_listen(struct program *program, const char *file, const char *path)
{
    const char *argv[] = {
        "loyalty", "--json", "listen", "--seconds", "60", path ? "--path" : NULL, path, NULL};
    int ends[2];
    memset(program, 0, sizeof *program);
    if (pipe(ends) != 0) return false;
    program->pid = fork();
    if (program->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        /* Any end of an emulated cable that is inherited keeps it plugged in. */
        for (int fd = 3; fd < 256; fd++)
            close(fd);
        setenv("HOME", "/tmp/none-such", 1);
        execv(file, (char *const *)(void *)argv);
        _exit(127);
    }
    close(ends[1]);
    program->output = ends[0];
    return program->pid > 0;
}

static bool read_line(struct program *program)
{
    for (size_t n = 0; n < sizeof program->line - 1; n++) {
        struct pollfd wait = {program->output, POLLIN, 0};
        if (poll(&wait, 1, PATIENCE_MS) <= 0) return false;
        if (read(program->output, program->line + n, 1) != 1) return false;
        program->line[n + 1] = '\0';
        if (program->line[n] == '\n') return true;
    }
    return false;
}

bool program_says(struct program *program, const char *word, const char *other)
{
    program->line[0] = '\0';
    bool said = read_line(program) && strstr(program->line, word) && strstr(program->line, other);
    if (!said) printf("not '%s' and '%s' but: %s\n", word, other, program->line);
    return said;
}

bool program_end(struct program *program)
{
    int status = 0;
    kill(program->pid, SIGTERM);
    waitpid(program->pid, &status, 0);
    close(program->output);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
