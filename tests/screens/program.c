/* SPDX-License-Identifier: MIT
 *
 * program.c - the program on a pseudo-terminal. In: an argv; out: counts of bytes, times.
 */
#include "program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int master = -1, scanner = -1;
static pid_t child;
static char seen[1 << 20];
static size_t seen_size;

bool program_start(char *const argv[], unsigned short rows, unsigned short columns)
{
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    child = forkpty(&master, NULL, NULL, &size);
    if (child == 0) {
        /* The module stands in for the readers; it must be in the program only. */
        setenv("LD_PRELOAD", getenv("SCANNER_MODULE"), 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    scanner = open(getenv("SCANNER"), O_RDWR);
    return child > 0 && scanner >= 0;
}

static void put(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0) exit(1);
}

void program_type(const char *text)
{
    put(master, text);
}

void program_scan(const char *line)
{
    put(scanner, line);
    put(scanner, "\n");
}

static size_t take(int wait_ms)
{
    struct pollfd ready = {.fd = master, .events = POLLIN};
    if (poll(&ready, 1, wait_ms) <= 0) return 0;
    if (seen_size > sizeof seen / 2) seen_size = 0;
    ssize_t n = read(master, seen + seen_size, sizeof seen - seen_size - 1);
    if (n <= 0) return 0;
    seen_size += (size_t)n;
    seen[seen_size] = '\0';
    return (size_t)n;
}

size_t program_quiet(int quiet_ms)
{
    size_t bytes = 0, n;
    while ((n = take(quiet_ms)) > 0)
        bytes += n;
    seen_size = 0;
    return bytes;
}

bool program_wait(const char *text, int limit_ms)
{
    int64_t end = program_now_us() + (int64_t)limit_ms * 1000;
    while (program_now_us() < end) {
        if (memmem(seen, seen_size, text, strlen(text))) return true;
        take(20);
    }
    return false;
}

int64_t program_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int program_end(int number)
{
    int status = -1;
    kill(child, number);
    for (int i = 0; i < 500 && waitpid(child, &status, WNOHANG) == 0; i++)
        if (take(20) == 0) usleep(20000);
    return status;
}
