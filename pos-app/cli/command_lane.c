/* SPDX-License-Identifier: MIT
 *
 * command_lane.c - lane: a dialogue of lines, or JSON Lines from and to an existing till.
 */
#include "cli.h"

#include <lane/feed.h>
#include <lane/plain.h>

static int run_lane(struct cli *cli)
{
    bool plain = cli_value(cli, "plain") != NULL, feed = cli_value(cli, "feed") != NULL;
    if (plain == feed)
        return cli_fail(cli, CLI_USAGE, "%s",
            _("say --plain for a dialogue of lines, or --feed for a till; `loyalty pos` is the "
              "full-screen lane"));
    if (plain && (cli_value(cli, "socket") || cli_value(cli, "names")))
        return cli_fail(cli, CLI_USAGE, "%s", _("--socket and --names go with --feed"));
    return plain ? plain_run(cli) : feed_run(cli);
}

static const struct cli_option lane_options[] = {
    {"plain", NULL,
        N_("a line dialogue on standard input: serial consoles, screen readers, scripts"), false,
        false},
    {"feed", NULL, N_("JSON Lines from and to a till, on standard input and output"), false, false},
    {"socket", "PATH", N_("with --feed: listen on this UNIX socket, which only you may open"),
        false, false},
    {"names", NULL, N_("with --feed: tell the till the member's name too"), false, false},
    CLI_LANE_OPTION,
    {"operator", "NAME",
        N_("who works here: the PIN is asked for on a terminal, else it is the first line of "
           "standard input"),
        false, false},
    {"path", "PATH",
        N_("serial:/dev/ttyUSB0[?preset=NAME], evdev:/dev/input/..., usb:PORT or file:RECORDING, "
           "besides all of USB"),
        false, true},
    {0},
};

const struct cli_command command_lane = {
    .name = "lane",
    .summary = N_("a lane as a line dialogue, or beside an existing till"),
    .detail = N_(
        "Readers are heard all the while: what they see is a card or an article, what is typed is "
        "never a card. On a\nterminal --plain asks who works here; help tells its commands. A "
        "script acts as the enrolled user, or as\n--operator. Each answer comes after the durable "
        "commit. The end of standard input ends it; an open basket stays\nand is offered again.\n\n"
        "The messages of --feed stand in pos-app/lane/FEED.md. Exits with 3 if the store failed."),
    .example = "lane --plain",
    .options = lane_options,
    .run = run_lane,
};
