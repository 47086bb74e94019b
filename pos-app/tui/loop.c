/* SPDX-License-Identifier: MIT
 *
 * loop.c - one poll over the terminal and the readers' descriptor; the screen is painted when
 * something has happened, and once a minute for the clock. In: keys, events, signals; out: an exit
 * code. Must not know: curses, what views do.
 */
#include "tui.h"

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MINUTE_US 60000000

static volatile sig_atomic_t stopped_by;

static void on_stop(int number)
{
    stopped_by = number;
}

/* abort() and crashes: the terminal is given back, then it goes on as it would have. */
static void on_crash(int number)
{
    term_close();
    signal(number, SIG_DFL);
    raise(number);
}

static void signals_set(sigset_t *while_waiting)
{
    static const int stops[] = {SIGHUP, SIGTERM, SIGINT, SIGQUIT};
    static const int crashes[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
    struct sigaction stop = {.sa_handler = on_stop}, crash = {.sa_handler = on_crash};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        sigaction(stops[i], &stop, NULL);
        sigaddset(&blocked, stops[i]);
    }
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigaction(crashes[i], &crash, NULL);
    /* Ctrl-Z would leave a cashier in a shell. */
    signal(SIGTSTP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    /* They arrive in ppoll only, so that none is missed between looking and waiting. */
    sigprocmask(SIG_BLOCK, &blocked, while_waiting);
}

/* ppoll does not let them in while a descriptor is ready. */
static void signals_let_in(const sigset_t *while_waiting)
{
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, while_waiting, &blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void tui_wake(struct view *view, int64_t after_ms)
{
    view->wake_us = monotonic_us() + after_ms * 1000;
}

static bool keys_take(struct tui *tui)
{
    bool any = false, ended = false;
    int32_t key;
    while (!tui->leaves && (key = term_key(&ended)) != TUI_KEY_NONE) {
        any = true;
        tui_press(tui, key);
    }
    if (ended) stopped_by = SIGHUP;
    return any;
}

static bool events_take(struct tui *tui)
{
    static struct loy_event event;
    bool any = false;
    if (!tui->reader || tui->deaf) return false;
    if (loy_reader_dispatch(tui->reader) < 0)
        tui_say(tui, TUI_BAD, "%s", loy_reader_text(tui->reader));
    while (!tui->leaves && !tui->deaf && loy_reader_next(tui->reader, &event) == LOY_OK) {
        any = true;
        tui_event(tui, &event);
    }
    if (any) sodium_memzero(&event, sizeof event);
    return any;
}

static struct timespec until_next(const struct tui *tui)
{
    int64_t wait = MINUTE_US - tui_now_us() % MINUTE_US;
    for (size_t i = 0; i < tui->depth; i++) {
        if (!tui->views[i]->wake_us) continue;
        int64_t wake = tui->views[i]->wake_us - monotonic_us();
        if (wake < wait) wait = wake < 0 ? 0 : wake;
    }
    return (struct timespec){wait / 1000000, wait % 1000000 * 1000};
}

int tui_loop(struct tui *tui)
{
    sigset_t while_waiting;
    signals_set(&while_waiting);
    stopped_by = 0;
    tui_draw(tui);
    while (!tui->leaves && !stopped_by) {
        struct pollfd waits[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
            {.fd = tui->reader && !tui->deaf ? loy_reader_fd(tui->reader) : -1, .events = POLLIN}};
        struct timespec wait = until_next(tui);
        int64_t minute = tui_now_us() / MINUTE_US;
        ppoll(waits, 2, &wait, &while_waiting);
        signals_let_in(&while_waiting);
        bool any = keys_take(tui);
        any |= events_take(tui);
        any |= tui_time(tui, monotonic_us());
        /* What was typed before the terminal went is still taken. */
        if (waits[0].revents & (POLLHUP | POLLERR | POLLNVAL)) stopped_by = SIGHUP;
        if ((any || tui_now_us() / MINUTE_US != minute) && !tui->leaves) tui_draw(tui);
    }
    return stopped_by ? 128 + stopped_by : CLI_DONE;
}
