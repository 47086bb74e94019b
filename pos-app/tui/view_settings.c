/* SPDX-License-Identifier: MIT
 *
 * view_settings.c - what a manager sets: a menu.
 */
#include "choices.h"
#include "settings.h"

static const struct {
    const char *words;
    const struct view_class *view_class; /* NULL: the language */
} rows[] = {
    {N_("Card numbers of the shop, and testing a card"), &view_ranges},
    {N_("Readers and scanners"), &view_readers},
    {N_("Rules of the lanes"), &view_lane_rules},
    {N_("Receipt"), &view_receipt_settings},
    {N_("中文 / English"), NULL},
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    (void)argument;
    CHOICES_OPEN(view, rows);
    return true;
}

static void choose(struct tui *tui, size_t row)
{
    if (rows[row].view_class)
        tui_push(tui, rows[row].view_class, NULL);
    else if (!tui->console)
        tui_language_set(tui, !tui->cli->chinese);
}

static void act_digit(struct tui *tui, struct view *view)
{
    size_t row;
    if (choices_digit(tui, view, &row)) choose(tui, row);
}

static void act_open(struct tui *tui, struct view *view)
{
    choose(tui, choices_chosen(view));
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Open"), N_("opens the chosen row"), NULL, act_open, 1},
    TABLE_KEYS,
    {TUI_DIGIT, NULL, N_("opens that row"), NULL, act_digit, 9},
};

const struct view_class view_settings = {
    .name = "settings",
    .state_size = sizeof(struct choices),
    .heading = N_("Settings"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = choices_prompt,
};
