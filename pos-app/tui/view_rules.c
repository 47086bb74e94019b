/* SPDX-License-Identifier: MIT
 *
 * view_rules.c - the numbers of the lanes and the settings of the receipt: rows with a value, the
 * chosen one is changed in the input line.
 */
#include "code_words.h"
#include "settings.h"
#include "table.h"

#include <loyalty/lane.h>
#include <loyalty/receipt.h>

#include <string.h>

struct rules {
    struct table table;
};

static size_t chosen(const struct view *view)
{
    return ((const struct rules *)view->state)->table.chosen;
}

static const struct table_column rule_columns[] = {
    {N_("Setting"), 0, CELL_LEFT}, {N_("Value"), 10, CELL_RIGHT}};
static const struct table_column setting_columns[] = {
    {N_("Setting"), 0, CELL_LEFT}, {N_("Value"), 40, CELL_LEFT}};

static bool open_with(struct view *view, const struct table_column *columns, size_t count,
    void (*cell)(const struct tui *tui, const struct view *view, size_t row, size_t column,
        char *text, size_t size, enum tui_style *style))
{
    struct rules *rules = view->state;
    rules->table =
        (struct table){.columns = columns, .column_count = 2, .count = count, .cell = cell};
    return true;
}

static void told(struct tui *tui, enum loy_status status)
{
    if (status == LOY_OK || status == LOY_REPEATED)
        tui_say(tui, TUI_GOOD, "%s", _("it holds from now on"));
    else
        tui_say_store(tui, status);
}

/* ---- Lanes -------------------------------------------------------------------------------- */

static void rule_cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    enum loy_lane_rule rule = (enum loy_lane_rule)(row + 1);
    int64_t value = 0;
    (void)view;
    if (column == 0) {
        snprintf(text, size, "%s", code_words(CODE_RULE, loy_lane_rule_name(rule)));
        return;
    }
    *style = TUI_STRONG;
    if (loy_lane_rule_get(tui->store, rule, &value) == LOY_OK)
        snprintf(text, size, "%lld", (long long)value);
}

static bool rules_open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    (void)argument;
    return open_with(view, rule_columns, LOY_LANE_RULE_END - 1, rule_cell);
}

static void rules_enter(struct tui *tui, struct view *view, const char *text)
{
    enum loy_lane_rule rule = (enum loy_lane_rule)(chosen(view) + 1);
    int64_t value = 0;
    if (!*text)
        tui_say(tui, TUI_NOTE, "%s", _("type the new number, then Enter"));
    else if (cli_amount_parse(text, 0, &value) != LOY_OK)
        tui_say(tui, TUI_WARN, "%s", _("a whole number is needed"));
    else
        told(tui, loy_lane_rule_set(tui->store, rule, value, tui_now_us()));
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("New value");
}

/* ---- Receipt ------------------------------------------------------------------------------ */

static const char *const setting_words[] = {
    [LOY_RECEIPT_NAME] = N_("Name of the shop"),
    [LOY_RECEIPT_ADDRESS] = N_("Address of the shop"),
    [LOY_RECEIPT_TAX_NO] = N_("Tax number of the shop"),
    [LOY_RECEIPT_HEADER] = N_("Words at the top"),
    [LOY_RECEIPT_FOOTER] = N_("Words at the end"),
    [LOY_RECEIPT_PRIVACY] = N_("Line about privacy"),
    [LOY_RECEIPT_LANGUAGE] = N_("Language"),
    [LOY_RECEIPT_COLUMNS] = N_("Columns of the paper"),
    [LOY_RECEIPT_FORMAT] = N_("Format"),
    [LOY_RECEIPT_PRINTER] = N_("Printer"),
    [LOY_RECEIPT_CASHIER] = N_("The cashier's name or number"),
    [LOY_RECEIPT_DRAWER] = N_("Opens the drawer"),
    [LOY_RECEIPT_TRAINING] = N_("Training receipts"),
};

static void setting_cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    char value[LOY_RECEIPT_SETTING_MAX];
    (void)view;
    if (column == 0) {
        snprintf(text, size, "%s", _(setting_words[row + 1]));
        return;
    }
    if (loy_receipt_setting_get(tui->store, (enum loy_receipt_setting)(row + 1), value) != LOY_OK)
        return;
    *style = *value ? TUI_STRONG : TUI_DIM;
    snprintf(text, size, "%s", *value ? value : "-");
}

static bool settings_open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    (void)argument;
    return open_with(view, setting_columns, LOY_RECEIPT_SETTING_END - 1, setting_cell);
}

static void settings_enter(struct tui *tui, struct view *view, const char *text)
{
    enum loy_receipt_setting setting = (enum loy_receipt_setting)(chosen(view) + 1);
    const char *choices = loy_receipt_setting_choices(setting);
    if (*text)
        told(tui, loy_receipt_setting_set(
                      tui->store, setting, strcmp(text, "-") == 0 ? "" : text, tui_now_us()));
    else if (*choices)
        tui_say(tui, TUI_NOTE, _("type one of: %s; or - for the usual one"), choices);
    else
        tui_say(tui, TUI_NOTE, "%s", _("type the words; or - for none"));
}

static const struct key_row keys[] = {TABLE_KEYS};

const struct view_class view_lane_rules = {
    .name = "rules",
    .state_size = sizeof(struct rules),
    .heading = N_("Rules of the lanes"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = rules_open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = rules_enter,
};

const struct view_class view_receipt_settings = {
    .name = "receipt-settings",
    .state_size = sizeof(struct rules),
    .heading = N_("Receipt"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = settings_open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = settings_enter,
};
