/* SPDX-License-Identifier: MIT
 *
 * passphrase.c - a passphrase from a file that nobody else can read, or typed on the terminal
 * without echo. In: a file's name or a question; out: a text. Must not know: stores.
 */
#include "passphrase.h"

#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static char of_key[PASSPHRASE_MAX];

static void complain(const char *path, const char *why)
{
    fprintf(stderr, _("loyalty: the passphrase in %s was not read: %s\n"), path, why);
}

static bool is_private(int descriptor, const char *path)
{
    struct stat file;
    if (fstat(descriptor, &file) != 0) {
        complain(path, strerror(errno));
        return false;
    }
    if (!S_ISREG(file.st_mode) || (file.st_mode & 077) == 0) return true;
    complain(path, _("other users may read it: chmod 600"));
    return false;
}

/* Up to the end of the line; longer than fits is as wrong as empty. */
static bool line_read(int descriptor, char text[PASSPHRASE_MAX])
{
    size_t size = 0;
    while (size < PASSPHRASE_MAX) {
        ssize_t got = read(descriptor, text + size, 1);
        if (got < 0) break;
        if (got == 0 || text[size] == '\n') {
            if (size > 0 && text[size - 1] == '\r') size--;
            text[size] = '\0';
            return size > 0;
        }
        size++;
    }
    sodium_memzero(text, PASSPHRASE_MAX);
    return false;
}

bool passphrase_from_file(const char *path, char text[PASSPHRASE_MAX])
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        complain(path, strerror(errno));
        return false;
    }
    bool read = is_private(descriptor, path);
    if (read && !line_read(descriptor, text)) {
        complain(path, _("its first line is empty or too long"));
        read = false;
    }
    close(descriptor);
    return read;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
    interrupted = signal;
}

/* With the echo off; on again before a signal that came meanwhile has its way. */
static bool unseen_read(int terminal, const struct termios *seen, char text[PASSPHRASE_MAX])
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction before[4], catch = {.sa_handler = interrupt};
    struct termios unseen = *seen;
    interrupted = 0;
    for (size_t i = 0; i < 4; i++)
        sigaction(signals[i], &catch, &before[i]);
    unseen.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    bool read = tcsetattr(terminal, TCSAFLUSH, &unseen) == 0 && line_read(terminal, text);
    tcsetattr(terminal, TCSAFLUSH, seen);
    for (size_t i = 0; i < 4; i++)
        sigaction(signals[i], &before[i], NULL);
    if (interrupted) raise(interrupted);
    return read;
}

bool passphrase_ask(const char *question, char text[PASSPHRASE_MAX])
{
    struct termios seen;
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) return false;
    bool read = false;
    if (tcgetattr(terminal, &seen) == 0) {
        dprintf(terminal, "%s: ", question);
        read = unseen_read(terminal, &seen, text);
        dprintf(terminal, "\n");
    }
    close(terminal);
    return read;
}

static void forget(void)
{
    sodium_memzero(of_key, sizeof of_key);
}

const char *passphrase_of_key(const char *key_path)
{
    const char *path = getenv("LOYALTY_PASSPHRASE_FILE");
    if (!loy_key_file_is_sealed(key_path)) return NULL;
    if (of_key[0]) return of_key;
    atexit(forget);
    bool read = path && *path ? passphrase_from_file(path, of_key)
                              : passphrase_ask(_("Passphrase of the master key"), of_key);
    return read ? of_key : NULL;
}
