/* SPDX-License-Identifier: MIT
 *
 * view_alarms.c - what shows that cards or lanes are misused, for supervisors, managers and
 * auditors: a sentence each, of the last week or month, and the key that notes that somebody has
 * looked at one. Nothing of a member is told.
 */
#include "alarm_seen.h"
#include "alarm_words.h"
#include "table.h"

#include <string.h>

#define ALARMS_MAX 60u
#define DAY_US INT64_C(86400000000)

struct alarms {
    struct table table;
    struct loy_alarm found[ALARMS_MAX];
    int days;
    bool all; /* also those that somebody has looked at */
};

static struct alarms *of(const struct view *view)
{
    return view->state;
}

/* Whole days of the shop's clock, today among them. */
static struct loy_span span_of(int days)
{
    const int64_t now_us = tui_now_us();
    struct loy_span span = {.to_us = now_us + 1, .offset_min = cli_offset_at(now_us)};
    const int64_t local_us = now_us + span.offset_min * INT64_C(60000000);
    span.from_us = now_us - local_us % DAY_US - (days - 1) * DAY_US;
    return span;
}

static void load(struct tui *tui, struct alarms *alarms)
{
    const struct loy_span span = span_of(alarms->days);
    struct loy_alarms *cursor = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm};
    size_t count = 0, hidden = 0;
    enum loy_status status = loy_alarms_open(tui->store, &span, &cursor);
    while (status == LOY_OK && (status = loy_alarm_next(cursor, &alarm)) == LOY_OK) {
        if (alarm.acknowledged && !alarms->all)
            hidden++;
        else if (count < ALARMS_MAX)
            alarms->found[count++] = alarm;
    }
    loy_alarms_close(cursor);
    table_recount(&alarms->table, count);
    if (status < LOY_OK)
        tui_say_store(tui, status);
    else if (hidden > 0)
        tui_say(tui, count ? TUI_NOTE : TUI_GOOD,
            _("the last %d days; looked at already: %zu, F4 shows them"), alarms->days, hidden);
    else if (!count)
        tui_say(tui, TUI_GOOD, _("nothing stands out in the last %d days"), alarms->days);
    else
        tui_say(tui, TUI_NOTE, _("the last %d days; an alarm is a question to ask, not a proof"),
            alarms->days);
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct loy_alarm *alarm = &of(view)->found[row];
    char words[ALARM_WORDS_MAX];
    (void)tui;
    if (column == 0) *style = TUI_WARN;
    if (alarm->acknowledged) *style = TUI_DIM;
    if (column > 0) alarm_words(alarm, words);
    snprintf(
        text, size, "%s", column > 0 ? words : alarm_kind_words((enum loy_alarm_kind)alarm->kind));
}

static const struct table_column columns[] = {{"", 22, CELL_LEFT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct alarms *alarms = of(view);
    (void)argument;
    alarms->table = (struct table){.columns = columns, .column_count = 2, .cell = cell};
    alarms->days = 7;
    load(tui, alarms);
    return true;
}

static void act_days(struct tui *tui, struct view *view)
{
    of(view)->days = of(view)->days == 7 ? 30 : 7;
    load(tui, of(view));
}

static void act_all(struct tui *tui, struct view *view)
{
    of(view)->all = !of(view)->all;
    load(tui, of(view));
}

static const struct loy_alarm *chosen(const struct view *view)
{
    const struct alarms *alarms = of(view);
    return alarms->table.chosen < alarms->table.count ? &alarms->found[alarms->table.chosen] : NULL;
}

static bool may_note(const struct tui *tui, const struct view *view)
{
    const struct loy_alarm *alarm = chosen(view);
    return alarm && !alarm->acknowledged && tui_may(tui, LOY_MAY_ACKNOWLEDGE_ALARM);
}

static void act_note(struct tui *tui, struct view *view)
{
    tui_push(tui, &view_alarm_seen, chosen(view));
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    (void)from;
    (void)result;
    load(tui, of(view));
}

/* The chosen one whole: a sentence is longer than a row. */
static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct alarms *alarms = of(view);
    struct tui_box box = *body;
    char line[CELL_BYTES], words[ALARM_WORDS_MAX];
    if (!alarms->table.count) return;
    const char *at = words;
    alarm_words(chosen(view), words);
    box.rows -= 6;
    table_draw(tui, view, &box);
    int row = body->row + body->rows - 5;
    term_rule(row++, body->column, body->columns);
    while (row < body->row + body->rows &&
           cell_wrap(term_rules(), &at, body->columns - 5, line, sizeof line))
        term_text(row++, body->column + 3, TUI_PLAIN, line);
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("7/30 days"), N_("of the last week, or of the last 30 days"), NULL, act_days, 1},
    {TUI_F(3), N_("Looked at"), N_("notes that somebody has looked at it"), may_note, act_note, 1},
    {TUI_F(4), N_("All / new"), N_("also those that somebody has looked at, or not"), NULL, act_all,
        2},
    TABLE_KEYS,
};

const struct view_class view_alarms = {
    .name = "alarms",
    .state_size = sizeof(struct alarms),
    .heading = N_("What stands out"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = tui_prompt_key,
    .answer = answer,
};
