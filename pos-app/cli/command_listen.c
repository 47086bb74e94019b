/* SPDX-License-Identifier: MIT
 *
 * command_listen.c - readers: what is attached and which driver has it; listen: events as they
 * come.
 */
#include "cli.h"
#include "decode_json.h"

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* The program's default: all of USB, and the ports or recordings named by --path. The shop's ranges
 * are taken from the store where there is one. */
static int readers_open(struct cli *cli, struct loy_reader **reader)
{
    const char *paths[CLI_VALUES_MAX + 1] = {0};
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_reader_options options = {.size = sizeof options,
        .paths = paths,
        .sources = LOY_SOURCE_USB | LOY_SOURCE_SERIAL | LOY_SOURCE_FILE,
        .rules = {.ranges = ranges}};
    struct loy_store *store = NULL;
    for (size_t i = 0; i < cli->options[0].count; i++)
        paths[i] = cli->options[0].values[i];
    if (cli_value(cli, "own-ranges")) {
        int code = cli_store_open(cli, &store);
        if (code != CLI_DONE) return code;
        enum loy_status got = loy_range_list(store, ranges, &options.rules.range_count);
        if (got != LOY_OK) code = cli_fail_store(cli, got, store);
        loy_store_close(store);
        if (code != CLI_DONE) return code;
    }
    enum loy_status status = loy_reader_open(&options, reader);
    if (status == LOY_OK) return CLI_DONE;
    int code = cli_fail(cli, status == LOY_E_ARGUMENT ? CLI_USAGE : CLI_FAILED, "%s",
        *reader && *loy_reader_text(*reader) ? loy_reader_text(*reader) : loy_status_text(status));
    loy_reader_close(*reader);
    return code;
}

static json_t *counts_json(const struct loy_counts *counts)
{
    json_t *misreads = json_object(), *refused = json_object();
    for (int i = 1; i < loy_misread_count; i++)
        if (counts->misreads[i])
            json_object_set_new(
                misreads, loy_misread_name(i), json_integer((json_int_t)counts->misreads[i]));
    for (int i = 1; i < loy_refusal_count; i++)
        if (counts->refused[i])
            json_object_set_new(
                refused, loy_refusal_name(i), json_integer((json_int_t)counts->refused[i]));
    return json_pack("{s:I,s:I,s:o,s:o}", "reads", (json_int_t)counts->reads, "foreign",
        (json_int_t)counts->foreign, "misreads", misreads, "refused", refused);
}

static void device_print(const struct loy_device *device, bool json)
{
    static const char *const states[] = {"", "ready", "disabled", "failed", "ended", "left-alone"};
    if (json) {
        json_t *object = json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:o}", "reader",
            (int)device->reader, "path", device->path, "driver", device->driver, "state",
            states[device->state], "product", device->product, "why", device->why, "text",
            device->text, "answers", device->answers, "counts", counts_json(&device->kept));
        if (device->vid) json_object_set_new(object, "vid", json_sprintf("%04x", device->vid));
        if (device->vid) json_object_set_new(object, "pid", json_sprintf("%04x", device->pid));
        cli_print_json(object);
        return;
    }
    printf("%2u  %-12s %-9s %s  %s\n", device->reader, device->driver[0] ? device->driver : "-",
        states[device->state], device->path, device->product);
    if (device->why[0]) printf("      %s\n", device->why);
    if (device->text[0]) printf("      %s\n", device->text);
}

static int run_readers(struct cli *cli)
{
    struct loy_reader *reader = NULL;
    struct loy_device device;
    int code = readers_open(cli, &reader), failed = 0;
    if (code != CLI_DONE) return code;
    loy_reader_dispatch(reader);
    size_t count = 0;
    for (; loy_reader_list(reader, count, &device) == LOY_OK; count++) {
        device_print(&device, cli->json);
        failed += device.state == LOY_DEVICE_FAILED;
    }
    loy_reader_close(reader);
    if (!count && !cli->json)
        puts(_("no reader that a driver knows is attached; a serial reader is named with --path "
               "serial:/dev/ttyUSB0"));
    return failed ? CLI_FINDING : CLI_DONE;
}

/* True when every reader is a recording at its end: nothing more can come. */
static bool all_ended(const struct loy_reader *reader)
{
    struct loy_device device;
    size_t i = 0;
    for (; loy_reader_list(reader, i, &device) == LOY_OK; i++)
        if (device.state != LOY_DEVICE_ENDED) return false;
    return i > 0;
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int run_listen(struct cli *cli)
{
    static struct loy_event event;
    struct loy_reader *reader = NULL;
    const char *seconds = cli_value(cli, "seconds");
    int64_t wanted = 0;
    if (seconds &&
        (cli_amount_parse(seconds, 0, &wanted) != LOY_OK || wanted < 0 || wanted > 31536000))
        return cli_fail(cli, CLI_USAGE, _("--seconds takes a whole number"));
    long long end = now_ms() + (long long)wanted * 1000;
    struct sigaction action = {.sa_handler = on_signal};
    int code = readers_open(cli, &reader);
    if (code != CLI_DONE) return code;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct pollfd wait = {.fd = loy_reader_fd(reader), .events = POLLIN};
    while (!stop && code == CLI_DONE && (!seconds || now_ms() < end)) {
        if (loy_reader_dispatch(reader) < 0)
            code = cli_fail(cli, CLI_FAILED, "%s", loy_reader_text(reader));
        bool any = false;
        while (loy_reader_next(reader, &event) == LOY_OK) {
            any = true;
            event_tell(cli, &event);
            /* Nobody hears any more: main says so. */
            if (fflush(stdout) != 0) stop = 1;
        }
        if (!any && all_ended(reader)) break;
        if (!any) poll(&wait, 1, seconds ? 100 : 1000);
    }
    sodium_memzero(&event, sizeof event);
    loy_reader_close(reader);
    return code;
}

static const struct cli_option listen_options[] = {
    {"path", "PATH", N_("serial:/dev/ttyUSB0[?preset=NAME] or file:RECORDING, besides all of USB"),
        false, true},
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {"seconds", "N", N_("stop after so long"), false, false},
    {0},
};

static const struct cli_option readers_options[] = {
    {"path", "PATH", N_("serial:/dev/ttyUSB0[?preset=NAME] or file:RECORDING, besides all of USB"),
        false, true},
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {0},
};

const struct cli_command command_readers = {
    .name = "readers",
    .summary = N_("what is attached, which driver has it, and why"),
    .options = readers_options,
    .run = run_readers,
};

const struct cli_command command_listen = {
    .name = "listen",
    .summary = N_("events of the readers as they come"),
    .detail = N_(
        "Ends with Ctrl-C, after --seconds, or when every named recording is at its end. Payment "
        "cards are refused and\nforgotten here as everywhere."),
    .options = listen_options,
    .run = run_listen,
};
