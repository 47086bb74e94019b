/* SPDX-License-Identifier: MIT
 *
 * command_listen.c - listen: events as they come; replay: a recording as the only reader.
 */
#include "reader_loop.h"
#include "reader_open.h"

static int listen_on(struct cli *cli, const char *file)
{
    const struct reader_wanted wanted = {
        .own_ranges = cli_value(cli, "own-ranges") != NULL, .file = file};
    struct reader_loop loop = {.cli = cli, .answers = cli_value(cli, "answer") != NULL};
    int code = reader_loop_number(cli, "seconds", &loop.seconds);
    if (code == CLI_DONE) code = reader_open(cli, &wanted, &loop.reader);
    if (code != CLI_DONE) return code;
    code = reader_loop_run(&loop);
    loy_reader_close(loop.reader);
    return code;
}

static int run_listen(struct cli *cli)
{
    return listen_on(cli, NULL);
}

static int run_replay(struct cli *cli)
{
    return listen_on(cli, cli->operands[0]);
}

static const struct cli_option listen_options[] = {
    {"path", "PATH",
        N_("serial:/dev/ttyUSB0[?preset=NAME], evdev:/dev/input/..., usb:PORT or file:RECORDING, "
           "besides all of USB"),
        false, true},
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {"answer", NULL, N_("let readers beep as the till would: reads accepted, all else rejected"),
        false, false},
    {"seconds", "N", N_("stop after so long"), false, false},
    {0},
};

const struct cli_command command_listen = {
    .name = "listen",
    .summary = N_("events of the readers as they come"),
    .detail = N_(
        "Ends with Ctrl-C, after --seconds, or when every named recording is at its end. Payment "
        "cards are refused and\nforgotten here as everywhere. At a till a reader's beep follows "
        "the commit; nothing is committed here, so readers are\nanswered only with --answer."),
    .options = listen_options,
    .run = run_listen,
};

static const struct cli_option replay_options[] = {
    {"own-ranges", NULL, N_("judge stripes by the ranges of the store"), false, false},
    {0},
};

const struct cli_command command_replay = {
    .name = "replay",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a recording as a reader: its events as they came"),
    .detail =
        N_("The same file is a reader of every other command too, with --path file:FILE. Options "
           "stand behind a question\nmark, as in FILE?driver=hid-pos, and stand above those of the "
           "file. Pauses that ended a read take their time."),
    .options = replay_options,
    .run = run_replay,
};
