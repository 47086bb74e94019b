/* SPDX-License-Identifier: MIT
 *
 * command_clock.c - clock: the doubts about lanes' clocks, and what somebody says of one. In:
 * perhaps the number of a doubt. Out: rows. Must not know: how a clock is judged.
 */
#include "code_words.h"

#include <loyalty/clock.h>

#include <stdio.h>
#include <string.h>

static const char *const levels[] = {"good", "doubted", "stop"};

static json_t *entry_json(const struct loy_clock_entry *entry)
{
    char at[32], ended[32] = "";
    cli_time_text(entry->at_us, 0, at);
    if (entry->ended_at_us) cli_time_text(entry->ended_at_us, 0, ended);
    return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:I,s:b,s:b,s:o,s:b}", "doubt",
        (json_int_t)entry->number, "site", entry->site, "lane", entry->lane, "what",
        loy_clock_doubt_name(entry->what), "level", levels[entry->level], "at", at, "off_seconds",
        (json_int_t)(entry->off_us / 1000000), "accepted", entry->accepted, "open", entry->open,
        "ended", *ended ? json_string(ended) : json_null(), "said_right", entry->said_right);
}

static const char *standing(const struct loy_clock_entry *entry)
{
    if (entry->said_right) return _("over: somebody said that the clock is right");
    if (!entry->open) return _("over: the clock was set right");
    if (entry->accepted) return _("open; selling goes on");
    return entry->level == LOY_CLOCK_STOP ? _("open; the lane waits for a supervisor") : _("open");
}

static void entry_print(const struct cli *cli, const struct loy_clock_entry *entry)
{
    char at[32];
    if (cli->json) {
        cli_print_json(entry_json(entry));
        return;
    }
    cli_time_told(cli, entry->at_us, at);
    printf("%lld  %s  %s/%s  ", (long long)entry->number, at, entry->site, entry->lane);
    cli_put(stdout, code_words(CODE_CLOCK, loy_clock_doubt_name(entry->what)), 44);
    printf(_("%lld s"), (long long)(entry->off_us / 1000000));
    printf("  %s\n", standing(entry));
}

/* only: a number, 0 for all. *open: one of those printed is. */
static enum loy_status entries_print(
    const struct cli *cli, struct loy_store *store, int64_t only, bool *open)
{
    struct loy_clock_entry entry = {.size = sizeof entry};
    int64_t number = only ? only - 1 : 0;
    enum loy_status status;
    while ((status = loy_clock_next(store, &number, &entry)) == LOY_OK) {
        entry_print(cli, &entry);
        *open |= entry.open;
        if (only) return LOY_OK;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static int list(const struct cli *cli, struct loy_store *store)
{
    bool open = false;
    enum loy_status status = entries_print(cli, store, 0, &open);
    if (status != LOY_OK) return cli_fail_store(cli, status, store);
    return open ? CLI_FINDING : CLI_DONE;
}

static int say(const struct cli *cli, struct loy_store *store, int64_t number, bool right)
{
    bool open = false;
    enum loy_status status = loy_clock_accept(store, number, right, cli_now_us());
    if (status == LOY_NONE)
        return cli_fail(
            cli, CLI_FINDING, _("there is no doubt of this number; `clock` lists them"));
    if (status == LOY_OK || status == LOY_REPEATED)
        status = entries_print(cli, store, number, &open);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
}

static int run_clock(struct cli *cli)
{
    struct loy_store *store = NULL;
    const char *accept = cli_value(cli, "accept"), *right = cli_value(cli, "right");
    const char *text = accept ? accept : right;
    int64_t number = 0;
    if (accept && right)
        return cli_fail(cli, CLI_USAGE, _("--accept and --right exclude each other"));
    if (text && (cli_amount_parse(text, 0, &number) != LOY_OK || number < 1))
        return cli_fail(cli, CLI_USAGE, _("a whole number is expected"));
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = text ? say(cli, store, number, right != NULL) : list(cli, store);
    loy_store_close(store);
    return code;
}

static const struct cli_option clock_options[] = {
    {"accept", "N", N_("go on with this clock until it is set; supervisors"), false, false},
    {"right", "N", N_("the clock is right as it is: the doubt is over; supervisors"), false, false},
    {0},
};

const struct cli_command command_clock = {
    .name = "clock",
    .summary = N_("doubts about the lanes' clocks; exit code 1 while one is open"),
    .detail =
        N_("A clock that went back, was set while a lane was open, or is far off is noted, and "
           "selling goes on; a lane whose clock\nis off by a day waits for a supervisor. Once "
           "it is set right, baskets in between get a corrected time beside theirs."),
    .options = clock_options,
    .run = run_clock,
};
