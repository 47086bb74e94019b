/* SPDX-License-Identifier: MIT
 *
 * pos.c - the screens from their start to their end: terminal, store, readers, stack. In: the
 * command's options; out: an exit code. Must not know: curses, what screens do.
 */
#include "pos.h"

#include "lane_face.h"
#include "reader_open.h"
#include "tui.h"

#include <langinfo.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void tui_sign_out(struct tui *tui)
{
    tui_pop_to(tui, &view_login);
    lane_face_close(tui);
    loy_store_logout(tui->store, tui_now_us());
    sodium_memzero(&tui->who, sizeof tui->who);
    tui_say(tui, TUI_PLAIN, "%s", "");
}

static int colour_option(const struct cli *cli, enum theme_colour *colour)
{
    static const char *const names[] = {
        [THEME_AUTO] = "auto", [THEME_ALWAYS] = "always", [THEME_NEVER] = "never"};
    const char *given = cli_value(cli, "color");
    *colour = THEME_AUTO;
    for (size_t i = 0; given && i < 3; i++)
        if (strcmp(given, names[i]) == 0) {
            *colour = (enum theme_colour)i;
            return CLI_DONE;
        }
    return given ? cli_fail(cli, CLI_USAGE, _("--color is auto, always or never")) : CLI_DONE;
}

static int options_read(const struct cli *cli, struct term_options *options)
{
    const char *width = cli_value(cli, "ambiguous-width");
    if (width && strcmp(width, "1") != 0 && strcmp(width, "2") != 0)
        return cli_fail(cli, CLI_USAGE, _("--ambiguous-width is 1 or 2"));
    options->rules.ascii = cli_value(cli, "ascii") != NULL;
    options->rules.wide_ambiguous = width && *width == '2';
    return colour_option(cli, &options->colour);
}

static int refuse(const struct cli *cli, const char *why)
{
    if (!why)
        return cli_fail(cli, CLI_USAGE,
            _("the screens need a terminal; `loyalty lane --plain` works without one"));
    return cli_fail(
        cli, CLI_USAGE, _("the terminal \"%s\" is not known here: set TERM to what it is"), why);
}

/* From the handle that is open: a second one would ask for a passphrase again. */
static void rules_set(struct tui *tui)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_guard_rules rules = {.ranges = ranges};
    if (tui->reader && loy_range_list(tui->store, ranges, &rules.range_count) == LOY_OK)
        loy_reader_set_rules(tui->reader, &rules);
}

static int store_open(struct tui *tui)
{
    int code = cli_lane_store_open(tui->cli, &tui->store);
    if (code != CLI_DONE) return code;
    loy_store_settings_get(tui->store, &tui->settings);
    rules_set(tui);
    /* Who started the program is nobody here: screens ask for name and PIN. */
    loy_store_logout(tui->store, tui_now_us());
    return CLI_DONE;
}

static int run(struct tui *tui, const struct term_options *options)
{
    const char *why = NULL;
    const char *name = getenv("TERM");
    const bool is_named = name && *name && strcmp(name, "dumb") != 0;
    if (is_named && !pos_terminal_known(name)) return refuse(tui->cli, name);
    if (!term_open(options, &why)) return refuse(tui->cli, why);
    tui_push(tui, &view_login, NULL);
    int code = tui_loop(tui);
    tui_pop_all(tui);
    lane_face_close(tui);
    term_close();
    return code;
}

int pos_run(struct cli *cli)
{
    static struct tui tui;
    const struct reader_wanted wanted = {.own_ranges = false};
    const char *terminal = getenv("TERM");
    struct term_options options = {0};
    int code = options_read(cli, &options);
    if (code != CLI_DONE) return code;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return cli_fail(cli, CLI_USAGE,
            _("the screens need a UTF-8 locale: set LC_ALL=C.UTF-8, or install one"));
    tui.cli = cli;
    tui.console = terminal && strcmp(terminal, "linux") == 0;
    if (tui.console) tui_language_set(&tui, false);
    if (!cli_value(cli, "no-readers")) code = reader_open(cli, &wanted, &tui.reader);
    if (code == CLI_DONE) code = store_open(&tui);
    if (code == CLI_DONE) code = run(&tui, &options);
    loy_store_close(tui.store);
    loy_reader_close(tui.reader);
    sodium_memzero(&tui, sizeof tui);
    return code;
}
