/* SPDX-License-Identifier: MIT
 *
 * view_alarm_seen.c - the note that somebody has looked at an alarm: its sentence, and a few words
 * in the input line.
 */
#include "alarm_seen.h"
#include "alarm_words.h"

struct seen {
    struct loy_alarm alarm;
    char words[ALARM_WORDS_MAX];
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct seen *seen = view->state;
    seen->alarm = *(const struct loy_alarm *)argument;
    alarm_words(&seen->alarm, seen->words);
    view->entry.limit = LOY_TEXT_MAX - 1;
    tui_say(tui, TUI_NOTE, "%s",
        _("a few words, then Enter; no numbers of cards, telephones or people"));
    return true;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct seen *seen = view->state;
    const char *at = seen->words;
    char line[CELL_BYTES];
    int row = body->row + 2;
    (void)tui;
    while (row < body->row + body->rows - 2 &&
           cell_wrap(term_rules(), &at, body->columns - 8, line, sizeof line))
        term_text(row++, body->column + 4, TUI_PLAIN, line);
    term_text(row + 1, body->column + 4, TUI_ASK, _("What was it?"));
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    const struct seen *seen = view->state;
    if (!*text) {
        tui_say(tui, TUI_WARN, "%s", _("a few words are needed: what was it?"));
        return;
    }
    enum loy_status status = loy_alarm_acknowledge(tui->store, &seen->alarm, text, tui_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) {
        tui_say_store(tui, status);
        return;
    }
    tui_answer(tui, seen);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Words");
}

const struct view_class view_alarm_seen = {
    .name = "alarm-seen",
    .state_size = sizeof(struct seen),
    .heading = N_("Looked at"),
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
};
