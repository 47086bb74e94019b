/* SPDX-License-Identifier: MIT
 *
 * view_tickets.c - suspended baskets, to be taken back at this lane.
 */
#include "lane_face.h"
#include "table.h"

#define TICKETS_MAX 64u

struct tickets {
    struct table table;
    struct loy_ticket tickets[TICKETS_MAX];
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct loy_ticket *ticket = &((const struct tickets *)view->state)->tickets[row];
    char words[32] = "";
    if (column == 0) *style = TUI_KEY;
    if (column == 0) snprintf(words, sizeof words, "%lld", (long long)ticket->number);
    if (column == 1) cli_time_local(ticket->opened_at_us, words);
    if (column == 2) snprintf(words, sizeof words, "%u", ticket->lines);
    if (column == 3) tui_amount(tui, ticket->due_minor, words);
    if (column == 4 && ticket->tail[0]) snprintf(words, sizeof words, "****%s", ticket->tail);
    snprintf(text, size, "%s", words);
}

static const struct table_column columns[] = {{N_("Number"), 8, CELL_RIGHT},
    {N_("Begun"), 0, CELL_LEFT}, {N_("Lines"), 6, CELL_RIGHT}, {N_("Sum"), 12, CELL_RIGHT},
    {N_("Card"), 10, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct tickets *tickets = view->state;
    int64_t position = 0;
    (void)argument;
    tickets->table = (struct table){.columns = columns, .column_count = 5, .cell = cell};
    while (
        tickets->table.count < TICKETS_MAX &&
        loy_ticket_next(tui->store, &position, &tickets->tickets[tickets->table.count]) == LOY_OK)
        tickets->table.count++;
    if (tickets->table.count) return true;
    tui_say(tui, TUI_WARN, "%s", _("no basket is suspended"));
    return false;
}

static void resume(struct tui *tui, int64_t number)
{
    struct lane_request request = lane_request_of(LOY_LANE_RESUME);
    request.input.ticket = number;
    tui_pop(tui);
    lane_face_take(tui, &request);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    const struct tickets *tickets = view->state;
    int64_t number = tickets->tickets[tickets->table.chosen].number;
    if (*text && (cli_amount_parse(text, 0, &number) != LOY_OK || number < 1))
        tui_say(tui, TUI_BAD, "%s", _("type the number of a suspended basket"));
    else
        resume(tui, number);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Number");
}

static const struct key_row keys[] = {TABLE_KEYS};

const struct view_class view_tickets = {
    .name = "tickets",
    .state_size = sizeof(struct tickets),
    .heading = N_("Suspended baskets"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .yields = true,
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
};
