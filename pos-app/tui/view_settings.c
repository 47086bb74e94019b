/* SPDX-License-Identifier: MIT
 *
 * view_settings.c - what a manager sets: a menu.
 */
#include "settings.h"
#include "table.h"

static const struct {
    const struct view_class *view_class; /* NULL: the language */
    const char *words;
} rows[] = {
    {&view_ranges, N_("Card numbers of the shop, and testing a card")},
    {&view_readers, N_("Readers and scanners")},
    {&view_lane_rules, N_("Rules of the lanes")},
    {&view_receipt_settings, N_("Receipt")},
    {NULL, N_("中文 / English")},
};
#define ROWS (sizeof rows / sizeof rows[0])

struct settings {
    struct table table;
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    (void)tui;
    (void)view;
    if (column == 0) *style = TUI_KEY;
    if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else
        snprintf(text, size, "%s", _(rows[row].words));
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct settings *settings = view->state;
    (void)tui;
    (void)argument;
    settings->table =
        (struct table){.columns = columns, .column_count = 2, .count = ROWS, .cell = cell};
    return true;
}

static void choose(struct tui *tui, size_t row)
{
    if (row >= ROWS) return;
    if (rows[row].view_class)
        tui_push(tui, rows[row].view_class, NULL);
    else if (!tui->console)
        tui_language_set(tui, !tui->cli->chinese);
}

static void act_digit(struct tui *tui, struct view *view)
{
    (void)view;
    choose(tui, (size_t)(tui->key - '1'));
}

static void act_open(struct tui *tui, struct view *view)
{
    choose(tui, ((const struct settings *)view->state)->table.chosen);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Number");
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Open"), N_("opens the chosen row"), NULL, act_open, 1},
    TABLE_KEYS,
    {TUI_DIGIT, NULL, N_("opens that row"), NULL, act_digit, 9},
};

const struct view_class view_settings = {
    .name = "settings",
    .state_size = sizeof(struct settings),
    .heading = N_("Settings"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
};
