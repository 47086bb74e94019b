/* SPDX-License-Identifier: MIT
 *
 * reader_loop.c - the program's loop around the readers' one descriptor.
 * In: the hub; out: events told, readers answered. Must not know: which command asked, files.
 */
#include "reader_loop.h"

#include "decode_json.h"
#include "reader_open.h"

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int reader_loop_number(struct cli *cli, const char *option, int64_t *number)
{
    const char *text = cli_value(cli, option);
    *number = 0;
    if (!text ||
        (cli_amount_parse(text, 0, number) == LOY_OK && *number > 0 && *number <= 31536000))
        return CLI_DONE;
    return cli_fail(cli, CLI_USAGE, _("--%s takes a whole number"), option);
}

static void take_event(struct reader_loop *loop, const struct loy_event *event)
{
    if (loop->only != 0 && event->reader != loop->only) return;
    if (loop->take)
        loop->take(loop->cli, event, loop->user);
    else
        event_tell(loop->cli, event);
    /* Nobody hears any more: main says so. */
    if (fflush(stdout) != 0) stop = 1;
    bool read = event->kind == LOY_EVENT_READ;
    loop->reads += read;
    if (loop->reads_limit != 0 && loop->reads == loop->reads_limit) stop = 1;
    if (loop->answers && event->kind >= LOY_EVENT_READ)
        loy_reader_answer(
            loop->reader, event->reader, read ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED);
}

static bool take_events(struct reader_loop *loop)
{
    static struct loy_event event;
    bool any = false;
    while (!stop && loy_reader_next(loop->reader, &event) == LOY_OK) {
        any = true;
        take_event(loop, &event);
    }
    sodium_memzero(&event, sizeof event);
    return any;
}

/* ---- Why nothing comes -------------------------------------------------------------------- */

#define SETTLED_MS 500 /* what is attached has been found by then */

/* What is wrong with a reader, to people, once until it works again. */
static void tell_trouble(struct reader_loop *loop, const struct loy_device *device)
{
    bool failed = device->state == LOY_DEVICE_FAILED;
    uint64_t bit = UINT64_C(1) << (device->reader % 64);
    bool told = (loop->told & bit) != 0;
    loop->told = failed ? loop->told | bit : loop->told & ~bit;
    if (failed && !told) fprintf(stderr, "%s: %s\n", device->path, device->text);
}

/* The one reader of whom alone is told is at its end. */
static bool look_around(struct reader_loop *loop, bool settled)
{
    struct loy_device device;
    bool ready = false, over = false;
    for (size_t i = 0; loy_reader_list(loop->reader, i, &device) == LOY_OK; i++) {
        if (settled) tell_trouble(loop, &device);
        ready |= device.state == LOY_DEVICE_READY || device.state == LOY_DEVICE_ENDED;
        over |= device.reader == loop->only && device.state == LOY_DEVICE_ENDED;
    }
    if (settled && !ready && !loop->waits)
        fputs(_("no reader is ready, see `loyalty readers`; waiting for one, Ctrl-C ends it\n"),
            stderr);
    if (settled) loop->waits = !ready;
    return over;
}

int reader_loop_run(struct reader_loop *loop)
{
    long long settled = now_ms() + SETTLED_MS;
    long long end = now_ms() + (long long)loop->seconds * 1000;
    const struct sigaction action = {.sa_handler = on_signal};
    struct pollfd wait = {.fd = loy_reader_fd(loop->reader), .events = POLLIN};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    while (!stop && (loop->seconds == 0 || now_ms() < end)) {
        if (loy_reader_dispatch(loop->reader) < 0)
            return cli_fail(loop->cli, CLI_FAILED, "%s", loy_reader_text(loop->reader));
        bool any = take_events(loop);
        if (any) continue;
        if (reader_all_ended(loop->reader) || look_around(loop, now_ms() >= settled)) break;
        poll(&wait, 1, loop->seconds != 0 || now_ms() < settled ? 100 : 1000);
    }
    return CLI_DONE;
}
