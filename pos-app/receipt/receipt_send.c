/* SPDX-License-Identifier: MIT
 *
 * receipt_send.c - bytes to a file, a device or a program, within a time.
 * In: a target and bytes. Out: done, or a sentence. Knows no receipt. A printer that takes nothing,
 * a cable that is pulled or a program that ends may cost seconds, and never the lane.
 */
#include "receipt.h"

#include <cli/cli.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct sending {
    const char *target, *bytes;
    size_t size;
    int64_t until_ms;
    char *why;
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int left_ms(const struct sending *s)
{
    int64_t left = s->until_ms - clock_ms();
    return left > 0 ? (int)left : 0;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

/* format has one %s, the target. */
static enum loy_status say(const struct sending *s, enum loy_status status, const char *format)
{
    snprintf(s->why, RECEIPT_WHY_MAX, format, s->target);
    return status;
}

static enum loy_status say_errno(const struct sending *s, int error)
{
    switch (error) {
    case EPIPE:
        return say(s, LOY_E_GONE,
            _("%s ended before it had taken the whole receipt; print the receipt again"));
    case ENODEV:
    case ENXIO:
    case EIO:
        return say(s, LOY_E_GONE,
            _("%s is gone: check the printer's cable and power, and print the receipt again"));
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return say(s, LOY_E_FULL, _("%s: no space left, or read-only; print the receipt again"));
    default:
        snprintf(s->why, RECEIPT_WHY_MAX, _("%s: %s; print the receipt again"), s->target,
            strerror(error));
        return LOY_E_IO;
    }
}

static enum loy_status say_late(const struct sending *s)
{
    return say(s, LOY_E_IO,
        _("%s takes no data: check paper, cover and cable, and print the receipt again"));
}

/* ---- Bytes to a descriptor ---------------------------------------------------------------------
 */

/* fd does not block. A reader that has gone away shows as POLLERR and then in write. */
static enum loy_status all_write(const struct sending *s, int fd)
{
    size_t at = 0;
    while (at < s->size) {
        ssize_t done = write(fd, s->bytes + at, s->size - at);
        if (done > 0) {
            at += (size_t)done;
        } else if (done < 0 && errno != EAGAIN && errno != EINTR) {
            return say_errno(s, errno);
        } else {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            if (left_ms(s) == 0) return say_late(s);
            poll(&ready, 1, left_ms(s));
        }
    }
    return LOY_OK;
}

/* Standard output is somebody else's: its mode stays as it is. */
static enum loy_status output_write(const struct sending *s)
{
    if (fwrite(s->bytes, 1, s->size, stdout) == s->size && fflush(stdout) == 0) return LOY_OK;
    return say_errno(s, errno);
}

/* ---- Devices -----------------------------------------------------------------------------------
 */

/* A line discipline would change bytes on their way. */
static void line_settle(int fd)
{
    struct termios settings;
    if (tcgetattr(fd, &settings) != 0) return;
    settings.c_oflag &= ~(tcflag_t)OPOST;
    settings.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
    tcsetattr(fd, TCSANOW, &settings);
}

static bool is_own_terminal(int fd)
{
    return isatty(fd) && tcgetsid(fd) == getsid(0);
}

/* What a serial line has not sent yet would be lost by closing it. */
static enum loy_status line_drain(const struct sending *s, int fd)
{
    int waiting = 0;
    while (isatty(fd) && ioctl(fd, TIOCOUTQ, &waiting) == 0 && waiting > 0) {
        if (left_ms(s) == 0) return say_late(s);
        rest();
    }
    return LOY_OK;
}

static enum loy_status device_write(const struct sending *s)
{
    int fd = open(s->target, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == EBUSY)
        return say(s, LOY_E_BUSY, _("another program holds %s; print the receipt again"));
    if (fd < 0) return say_errno(s, errno);
    enum loy_status status = LOY_OK;
    if (is_own_terminal(fd))
        status = say(s, LOY_REFUSED,
            _("%s is the terminal of this session, no printer; \"-\" writes there"));
    if (status == LOY_OK) line_settle(fd);
    if (status == LOY_OK) status = all_write(s, fd);
    if (status == LOY_OK) status = line_drain(s, fd);
    if (close(fd) != 0 && status == LOY_OK) status = say_errno(s, errno);
    return status;
}

/* ---- Files -------------------------------------------------------------------------------------
 */

static enum loy_status part_write(const struct sending *s, const char *part)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return say_errno(s, errno);
    enum loy_status status = all_write(s, fd);
    if (status == LOY_OK && fsync(fd) != 0) status = say_errno(s, errno);
    if (close(fd) != 0 && status == LOY_OK) status = say_errno(s, errno);
    return status;
}

/* All of it or what was there before. */
static enum loy_status file_write(const struct sending *s)
{
    char part[4096];
    if (snprintf(part, sizeof part, "%s.part", s->target) >= (int)sizeof part)
        return say_errno(s, ENAMETOOLONG);
    enum loy_status status = part_write(s, part);
    if (status == LOY_OK && rename(part, s->target) != 0) status = say_errno(s, errno);
    if (status != LOY_OK) unlink(part);
    return status;
}

/* ---- Programs ----------------------------------------------------------------------------------
 */

static pid_t command_start(const char *command, int input[2])
{
    pid_t child = fork();
    if (child != 0) return child;
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(input[0], STDIN_FILENO) < 0) _exit(126);
    close(input[0]);
    close(input[1]);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/* Its end, or by force when the time is up. */
static enum loy_status command_await(const struct sending *s, pid_t child)
{
    int how = 0;
    pid_t ended;
    while ((ended = waitpid(child, &how, WNOHANG)) == 0 && left_ms(s) > 0)
        rest();
    if (ended == 0) {
        kill(-child, SIGKILL);
        waitpid(child, &how, 0);
        return say(
            s, LOY_E_IO, _("%s did not end in time and was stopped; print the receipt again"));
    }
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return LOY_OK;
    return say(s, LOY_E_IO, _("%s failed: what it says stands above; print the receipt again"));
}

static enum loy_status command_write(const struct sending *s)
{
    int input[2];
    if (pipe2(input, O_CLOEXEC) != 0) return say_errno(s, errno);
    pid_t child = command_start(s->target + 1, input);
    close(input[0]);
    if (child < 0) {
        close(input[1]);
        return say_errno(s, errno);
    }
    setpgid(child, child);
    fcntl(input[1], F_SETFL, fcntl(input[1], F_GETFL) | O_NONBLOCK);
    enum loy_status status = all_write(s, input[1]);
    close(input[1]);
    if (status != LOY_OK && left_ms(s) == 0) kill(-child, SIGKILL);
    enum loy_status ended = command_await(s, child);
    /* How it ended says more than that it stopped reading. */
    return status == LOY_OK || status == LOY_E_GONE ? (ended == LOY_OK ? status : ended) : status;
}

/* ---- Out ---------------------------------------------------------------------------------------
 */

static enum loy_status target_write(const struct sending *s)
{
    struct stat found;
    if (strcmp(s->target, "-") == 0) return output_write(s);
    if (s->target[0] == '|') return command_write(s);
    if (stat(s->target, &found) != 0) {
        /* A printer that is off has no file, and a plain one must not take its place. */
        if (errno == ENOENT && strncmp(s->target, "/dev/", 5) != 0) return file_write(s);
        return say_errno(s, errno == ENOENT ? ENODEV : errno);
    }
    if (S_ISREG(found.st_mode)) return file_write(s);
    if (S_ISCHR(found.st_mode) || S_ISFIFO(found.st_mode)) return device_write(s);
    return say(s, LOY_E_IO, _("%s is no file, device or pipe; print the receipt again"));
}

enum loy_status receipt_send(
    const char *target, const void *bytes, size_t size, int limit_ms, char why[RECEIPT_WHY_MAX])
{
    const struct sending s = {
        target, bytes, size, clock_ms() + (limit_ms > 0 ? limit_ms : RECEIPT_LIMIT_MS), why};
    struct sigaction ignored = {.sa_handler = SIG_IGN}, before;
    why[0] = '\0';
    sigemptyset(&ignored.sa_mask);
    sigaction(SIGPIPE, &ignored, &before);
    enum loy_status status = target_write(&s);
    sigaction(SIGPIPE, &before, NULL);
    return status;
}
