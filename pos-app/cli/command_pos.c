/* SPDX-License-Identifier: MIT
 *
 * command_pos.c - pos: the lane and the other screens on a whole terminal.
 */
#include "tui/pos.h"

static const struct cli_option pos_options[] = {
    CLI_LANE_OPTION,
    {"path", "PATH",
        N_("serial:/dev/ttyUSB0[?preset=NAME], evdev:/dev/input/..., usb:PORT or file:RECORDING, "
           "besides all of USB"),
        false, true},
    {"no-readers", NULL, N_("work without readers"), false, false},
    {"color", "WHEN", N_("auto, always or never; $NO_COLOR counts for auto"), false, false},
    {"ascii", NULL, N_("lines, bars and dots in ASCII"), false, false},
    {"ambiguous-width", "N",
        N_("2 for a terminal that draws characters of ambiguous width two columns wide"), false,
        false},
    {0},
};

const struct cli_command command_pos = {
    .name = "pos",
    .summary = N_("the checkout and the other screens, full screen"),
    .detail = N_("Asks for name and PIN, whoever starts it. F1 lists the keys of each screen, "
                 "Ctrl-L changes the language, Esc goes one\nstep back. A lane that is left or "
                 "killed loses nothing: its basket is offered at the next start."),
    .example = "--store shop.loyalty pos --path serial:/dev/ttyUSB0",
    .options = pos_options,
    .run = pos_run,
};
