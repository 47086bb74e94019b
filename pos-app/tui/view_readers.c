/* SPDX-License-Identifier: MIT
 *
 * view_readers.c - what is plugged in, which driver has it, and how well it reads.
 */
#include "reader_words.h"
#include "settings.h"
#include "table.h"

struct readers {
    struct table table;
};

static const char *state_words(uint8_t state)
{
    static const char *const words[] = {
        [LOY_DEVICE_READY] = N_("ready"),
        [LOY_DEVICE_DISABLED] = N_("off"),
        [LOY_DEVICE_FAILED] = N_("FAILED"),
        [LOY_DEVICE_ENDED] = N_("ended"),
        [LOY_DEVICE_UNUSED] = N_("left alone"),
    };
    bool known = state < sizeof words / sizeof words[0] && words[state];
    return known ? _(words[state]) : "?";
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    struct loy_device device;
    (void)view;
    if (loy_reader_list(tui->reader, row, &device) != LOY_OK) return;
    if (column == 0) snprintf(text, size, "%u", device.reader);
    if (column == 1) {
        *style = device.state == LOY_DEVICE_FAILED  ? TUI_BAD
                 : device.state == LOY_DEVICE_READY ? TUI_GOOD
                                                    : TUI_DIM;
        snprintf(text, size, "%s", state_words(device.state));
    }
    if (column == 2) snprintf(text, size, "%s", device.product[0] ? device.product : device.path);
    if (column == 3) snprintf(text, size, "%s", device.driver);
}

static const struct table_column columns[] = {{"", 3, CELL_RIGHT}, {N_("State"), 10, CELL_LEFT},
    {N_("Reader"), 0, CELL_LEFT}, {N_("Driver"), 16, CELL_LEFT}};

static void load(const struct tui *tui, struct readers *readers)
{
    struct loy_device device;
    size_t count = 0;
    while (tui->reader && loy_reader_list(tui->reader, count, &device) == LOY_OK)
        count++;
    readers->table.count = count;
    if (readers->table.chosen >= count) readers->table.chosen = 0;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct readers *readers = view->state;
    (void)argument;
    readers->table = (struct table){.columns = columns, .column_count = 4, .cell = cell};
    load(tui, readers);
    return true;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct readers *readers = view->state;
    struct tui_box box = *body;
    struct loy_device device;
    char line[CELL_BYTES];
    load(tui, readers);
    if (!readers->table.count) {
        term_cell(body->row + 1, body->column + 3, body->columns - 4, CELL_LEFT, TUI_WARN,
            _("no reader is attached; `loyalty doctor` says what hinders"));
        return;
    }
    box.rows = body->rows - 6;
    table_draw(tui, view, &box);
    if (loy_reader_list(tui->reader, readers->table.chosen, &device) != LOY_OK) return;
    int row = body->row + body->rows - 5;
    term_rule(row++, body->column, body->columns);
    term_cell(row++, body->column + 3, body->columns - 4, CELL_LEFT, TUI_DIM, device.path);
    const char *at = device.text[0] ? reader_words(device.text) : _("nothing to complain of");
    while (row < body->row + body->rows &&
           cell_wrap(term_rules(), &at, body->columns - 6, line, sizeof line))
        term_text(row++, body->column + 3, device.text[0] ? TUI_WARN : TUI_PLAIN, line);
}

/* What is read here goes no further: the screen is a manager's look at the readers. */
static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    (void)view;
    if (seen->kind < LOY_EVENT_READ) return false;
    if (seen->kind == LOY_EVENT_READ)
        tui_say(tui, TUI_GOOD, _("reader %u has read something"), seen->reader);
    else
        tui_say(tui, TUI_WARN, _("reader %u saw something and gave nothing of it"), seen->reader);
    return true;
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Swipe or scan to try");
}

static const struct key_row keys[] = {TABLE_KEYS};

const struct view_class view_readers = {
    .name = "readers",
    .state_size = sizeof(struct readers),
    .heading = N_("Readers and scanners"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .event = event,
};
