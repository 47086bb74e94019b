/* SPDX-License-Identifier: MIT
 *
 * screen.c - the stack of views: pushing and popping, keys to the table or to the input line, and
 * what is said. In: keys, events; out: the view that stands on top. Must not know: curses, what any
 * view is for.
 */
#include "tui.h"

#include "typed.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct view *tui_top(const struct tui *tui)
{
    return tui->depth ? tui->views[tui->depth - 1] : NULL;
}

struct view *tui_find(const struct tui *tui, const struct view_class *view_class)
{
    for (size_t i = tui->depth; i > 0; i--)
        if (tui->views[i - 1]->view_class == view_class) return tui->views[i - 1];
    return NULL;
}

static void view_free(struct view *view)
{
    if (!view) return;
    if (view->state) sodium_memzero(view->state, view->view_class->state_size);
    free(view->state);
    sodium_memzero(view, sizeof *view);
    free(view);
}

struct view *tui_push(struct tui *tui, const struct view_class *view_class, const void *argument)
{
    if (tui->depth == TUI_DEPTH_MAX) return NULL;
    struct view *view = calloc(1, sizeof *view);
    if (view) view->state = calloc(1, view_class->state_size ? view_class->state_size : 1);
    if (!view || !view->state) {
        free(view);
        tui_say(tui, TUI_BAD, "%s", _(loy_status_text(LOY_E_MEMORY)));
        return NULL;
    }
    view->view_class = view_class;
    tui->views[tui->depth++] = view;
    tui_say(tui, TUI_PLAIN, "%s", "");
    if (!view_class->open || view_class->open(tui, view, argument)) return view;
    tui->depth--;
    view_free(view);
    return NULL;
}

static void take_top_off(struct tui *tui)
{
    struct view *view = tui_top(tui);
    if (view->view_class->close) view->view_class->close(tui, view);
    tui->depth--;
    view_free(view);
}

void tui_pop(struct tui *tui)
{
    tui_say(tui, TUI_PLAIN, "%s", "");
    take_top_off(tui);
    if (tui->depth == 0) tui->leaves = true;
}

void tui_answer(struct tui *tui, const void *result)
{
    struct view *view = tui_top(tui);
    struct view *below = tui->depth > 1 ? tui->views[tui->depth - 2] : NULL;
    if (view->view_class->close) view->view_class->close(tui, view);
    /* The view below may push another one: this one is off by then, and its result still there. */
    tui->depth--;
    tui_say(tui, TUI_PLAIN, "%s", "");
    if (below && below->view_class->answer)
        below->view_class->answer(tui, below, view->view_class, result);
    view_free(view);
}

void tui_leave(struct tui *tui, struct view *view)
{
    (void)view;
    tui_answer(tui, NULL);
}

const char *tui_prompt_key(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Key");
}

void tui_pop_to(struct tui *tui, const struct view_class *view_class)
{
    if (!tui_find(tui, view_class)) return;
    while (tui_top(tui)->view_class != view_class)
        take_top_off(tui);
}

void tui_pop_all(struct tui *tui)
{
    while (tui->depth)
        take_top_off(tui);
}

void tui_say(struct tui *tui, enum tui_style style, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(tui->said, sizeof tui->said, format, arguments);
    va_end(arguments);
    tui->said_style = (uint8_t)style;
    if (style == TUI_BAD) term_beep(2);
}

void tui_say_store(struct tui *tui, enum loy_status status)
{
    const char *text = loy_store_text(tui->store);
    tui_say(tui, TUI_BAD, "%s", *text ? text : _(loy_status_text(status)));
}

/* ---- Keys --------------------------------------------------------------------------------- */

static bool edit(struct view *view, int32_t key)
{
    static const struct {
        int32_t key;
        enum entry_move move;
    } rows[] = {
        {TUI_HOME, ENTRY_HOME},
        {TUI_CTRL('A'), ENTRY_HOME},
        {TUI_END, ENTRY_END},
        {TUI_CTRL('E'), ENTRY_END},
        {TUI_LEFT, ENTRY_LEFT},
        {TUI_RIGHT, ENTRY_RIGHT},
        {TUI_BACKSPACE, ENTRY_BACKSPACE},
        {TUI_DELETE, ENTRY_DELETE},
        {TUI_CTRL('U'), ENTRY_CLEAR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].key == key) return entry_move(&view->entry, rows[i].move);
    return key >= ' ' && key < TUI_KEYS && entry_insert(&view->entry, (wchar_t)key);
}

static bool press_enter(struct tui *tui, struct view *view)
{
    char text[ENTRY_BYTES];
    const bool takes = view->view_class->enter != NULL;
    entry_text(&view->entry, text);
    entry_wipe(&view->entry);
    if (takes) view->view_class->enter(tui, view, text);
    sodium_memzero(text, sizeof text);
    return takes;
}

bool tui_press(struct tui *tui, int32_t key)
{
    struct view *view = tui_top(tui);
    tui->key = key;
    bool text = key >= ' ' && key < TUI_KEYS;
    if (key == TUI_RESIZE) return true;
    /* What is typed is taken back first: a step is one thing. */
    if (key == TUI_ESCAPE && view->entry.length) return entry_move(&view->entry, ENTRY_CLEAR);
    const struct key_row *row = text && view->entry.length ? NULL : keys_find(tui, view, key);
    /* Whatever the key does: first it is seen what the line is. */
    if ((row || key == TUI_ENTER) && typed_refused(tui, view)) return true;
    if (row) {
        row->act(tui, view);
        return true;
    }
    if (key == TUI_ENTER) return press_enter(tui, view);
    if (!edit(view, key)) {
        term_beep(1);
        return false;
    }
    typed_judge(tui, view);
    if (view->view_class->typed) view->view_class->typed(tui, view);
    return true;
}

void tui_event(struct tui *tui, const struct loy_event *event)
{
    while (event->kind >= LOY_EVENT_READ && tui->depth > 1 && tui_top(tui)->view_class->yields)
        tui_pop(tui);
    for (size_t i = tui->depth; i > 0; i--) {
        struct view *view = tui->views[i - 1];
        if (view->view_class->event && view->view_class->event(tui, view, event)) return;
    }
}

bool tui_time(struct tui *tui, int64_t monotonic_us)
{
    for (size_t i = tui->depth; i > 0; i--) {
        struct view *view = tui->views[i - 1];
        if (!view->wake_us || monotonic_us < view->wake_us) continue;
        view->wake_us = 0;
        /* It may push and pop: another one that is due has its turn at once after it. */
        view->view_class->time(tui, view);
        return true;
    }
    return false;
}

/* ---- Small things of every screen --------------------------------------------------------- */

bool tui_may(const struct tui *tui, enum loy_operation operation)
{
    return tui->who.number != 0 && loy_access_allowed((enum loy_role)tui->who.role, operation);
}

int64_t tui_now_us(void)
{
    return cli_now_us();
}

void tui_amount(const struct tui *tui, int64_t minor, char text[32])
{
    cli_amount_text(minor, tui->settings.minor_digits, text);
}

bool tui_amount_read(struct tui *tui, const char *text, int64_t *minor)
{
    if (cli_amount_parse(text, tui->settings.minor_digits, minor) == LOY_OK) return true;
    char example[32];
    tui_amount(tui, 1250, example);
    tui_say(tui, TUI_BAD, _("that is no amount: type it as %s"), example);
    return false;
}

void tui_language_set(struct tui *tui, bool chinese)
{
    setenv("LANGUAGE", chinese ? "zh_CN" : "en", 1);
    /* gettext forgets what it has looked up. */
    textdomain("loyalty");
    tui->cli->chinese = chinese;
    tui_say(tui, TUI_PLAIN, "%s", "");
}
