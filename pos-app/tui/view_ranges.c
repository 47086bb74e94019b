/* SPDX-License-Identifier: MIT
 *
 * view_ranges.c - the shop's own card numbers, and what a card that is swiped, scanned or typed
 * would be at the lane. Of a number at most the last four characters are shown; nothing is kept.
 */
#include "code_words.h"
#include "scan_words.h"
#include "settings.h"
#include "table.h"

#include <loyalty/card.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct ranges {
    struct table table;
    struct loy_range ranges[LOY_RANGES_MAX];
    char told[4][256]; /* of the last test; "" none */
    uint8_t style;
};

static struct ranges *of(const struct view *view)
{
    return view->state;
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    static const char *const checks[] = {"none", "luhn", "gs1"};
    static const char *const uses[] = {"", "member", "coupon", "weighed"};
    const struct loy_range *range = &of(view)->ranges[row];
    (void)tui;
    (void)style;
    if (column == 0) snprintf(text, size, "%s", range->prefix);
    if (column == 1) snprintf(text, size, "%u", range->length);
    if (column == 2) snprintf(text, size, "%s", code_words(CODE_CHECK_DIGIT, checks[range->check]));
    if (column == 3)
        snprintf(text, size, "%s%s", code_words(CODE_USE, uses[range->use]),
            range->financial_layout ? _("  (with expiry and service code)") : "");
}

static const struct table_column columns[] = {{N_("Begins with"), 20, CELL_LEFT},
    {N_("Digits"), 7, CELL_RIGHT}, {N_("Check digit"), 12, CELL_LEFT}, {N_("For"), 0, CELL_LEFT}};

static void load(struct tui *tui, struct ranges *shown)
{
    size_t count = 0;
    enum loy_status status = loy_range_list(tui->store, shown->ranges, &count);
    if (status != LOY_OK) tui_say_store(tui, status);
    shown->table.count = count;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct ranges *shown = of(view);
    (void)argument;
    shown->table = (struct table){.columns = columns, .column_count = 4, .cell = cell};
    load(tui, shown);
    return true;
}

/* ---- Testing ------------------------------------------------------------------------------ */

static void near_tell(struct ranges *shown, const struct loy_scan *scan, size_t line)
{
    size_t size = sizeof shown->told[0];
    if (scan->range >= 0) {
        snprintf(shown->told[line], size, _("in the range that begins with %s"),
            shown->ranges[scan->range].prefix);
        return;
    }
    if (scan->near_range < 0) return;
    const struct loy_range *near = &shown->ranges[scan->near_range];
    if (near->length != scan->length)
        snprintf(shown->told[line], size, _("it begins like range %s, which has %u digits, not %u"),
            near->prefix, near->length, scan->length);
    else
        snprintf(shown->told[line], size,
            _("it begins like range %s, but its check digit is wrong"), near->prefix);
}

static void scan_tell(
    struct ranges *shown, const struct loy_event *event, const struct loy_scan *scan)
{
    const struct loy_part *part = &event->parts[scan->part];
    size_t size = sizeof shown->told[0];
    bool own = scan->kind == LOY_SCAN_MEMBER && scan->range >= 0;
    bool useful = own || (scan->kind != LOY_SCAN_NONE && scan->kind != LOY_SCAN_UNBOUND &&
                             scan->kind != LOY_SCAN_MEMBER);
    shown->style = useful ? TUI_GOOD : TUI_WARN;
    snprintf(shown->told[0], size, "%s", scan_words(scan));
    near_tell(shown, scan, 1);
    if (part->type == LOY_PART_TRACK && part->track)
        snprintf(shown->told[2], size, _("read from track %u, %u characters"), part->track,
            scan->length);
    else if (scan->symbology)
        snprintf(shown->told[2], size, _("read as %s, %u characters"),
            loy_symbology_name(scan->symbology), scan->length);
    if (scan_tail(scan)[0]) snprintf(shown->told[3], size, _("the last are %s"), scan_tail(scan));
}

static const char *refused_words(const struct loy_event *event)
{
    switch (event->kind) {
    case LOY_EVENT_MISREAD:
        return _("not read: swipe it once more, evenly");
    case LOY_EVENT_FOREIGN:
        return _(
            "a card of somebody else: in none of the ranges above, and nothing of it was kept");
    default:
        return _("that is a payment card or an identity document: nothing of it was kept");
    }
}

static void test(struct tui *tui, struct ranges *shown, const struct loy_event *event)
{
    struct loy_scan scan;
    uint8_t key[LOY_CARD_KEY_SIZE] = {0}; /* of no store: digests are not shown */
    memset(shown->told, 0, sizeof shown->told);
    tui_say(tui, TUI_PLAIN, "%s", "");
    if (event->kind == LOY_EVENT_READ) {
        loy_scan_from_event(event, shown->ranges, shown->table.count, key, &scan);
        scan_tell(shown, event, &scan);
        sodium_memzero(&scan, sizeof scan);
    } else {
        shown->style = TUI_WARN;
        snprintf(shown->told[0], sizeof shown->told[0], "%s", refused_words(event));
    }
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    if (seen->kind < LOY_EVENT_READ) return false;
    if (tui_top(tui) == view) test(tui, of(view), seen);
    return true;
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct ranges *shown = of(view);
    struct loy_event *typed = *text ? calloc(1, sizeof *typed) : NULL;
    if (!typed) return;
    enum loy_status status = cli_card_event(text, shown->ranges, shown->table.count, typed);
    if (status == LOY_OK)
        test(tui, shown, typed);
    else
        tui_say(tui, TUI_WARN, "%s", _("there is no number to test"));
    sodium_memzero(typed, sizeof *typed);
    free(typed);
}

/* ---- The rest ----------------------------------------------------------------------------- */

static void act_add(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_range, NULL);
}

static bool may_add(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_EDIT_RANGE);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    const char *warning = result;
    (void)from;
    load(tui, of(view));
    tui_say(tui, *warning ? TUI_WARN : TUI_GOOD, "%s",
        *warning ? _(warning) : _("the range is declared; try a card of it now"));
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct ranges *shown = of(view);
    struct tui_box box = *body;
    int row = body->row + body->rows - 6;
    box.rows -= 7;
    table_draw(tui, view, &box);
    term_rule(row++, body->column, body->columns);
    if (!shown->told[0][0])
        term_cell(row, body->column + 3, body->columns - 4, CELL_LEFT, TUI_DIM,
            _("Test: swipe, scan or type a card. Nothing of it is kept."));
    for (size_t i = 0; i < 4; i++)
        if (shown->told[i][0])
            term_cell(row++, body->column + 3, body->columns - 4, CELL_LEFT,
                i ? TUI_PLAIN : (enum tui_style)shown->style, shown->told[i]);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Card to test");
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Add"), N_("declares another range of card numbers"), may_add, act_add, 1},
    TABLE_KEYS,
};

const struct view_class view_ranges = {
    .name = "ranges",
    .state_size = sizeof(struct ranges),
    .heading = N_("Card numbers of the shop"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .event = event,
    .answer = answer,
};
