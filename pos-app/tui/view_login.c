/* SPDX-License-Identifier: MIT
 *
 * view_login.c - who works here: name and PIN, always asked for; what follows depends on the role.
 */
#include "desk.h"
#include "form.h"

#include <sodium.h>
#include <string.h>

extern const struct view_class view_lane;

enum { NAME, PIN };

static const struct form_field fields[] = {
    {N_("Name"), NULL, FORM_TEXT, LOY_OPERATOR_NAME_MAX - 1, true},
    {N_("Your PIN"), N_("is not shown"), FORM_SECRET, LOY_PIN_MAX - 1, true},
};

struct login {
    struct form form;
    bool leaving; /* Esc was pressed once */
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)tui;
    (void)argument;
    form_open(view, fields, sizeof fields / sizeof fields[0]);
    return true;
}

static void forget(struct view *view, bool name_too)
{
    struct login *login = view->state;
    sodium_memzero(login->form.values[PIN], sizeof login->form.values[PIN]);
    entry_wipe(&view->entry);
    if (name_too) login->form.values[NAME][0] = '\0';
    login->form.at = PIN; /* so that form_go keeps the empty line, not the name as a PIN */
    form_go(view, name_too ? NAME : PIN);
}

static void welcome(struct tui *tui)
{
    tui->who.size = sizeof tui->who;
    if (loy_operator_self(tui->store, &tui->who) != LOY_OK) {
        tui_sign_out(tui);
        return;
    }
    if (!tui_may(tui, LOY_MAY_SELL) || !tui_push(tui, &view_lane, NULL)) {
        char why[TUI_SAID_MAX];
        memcpy(why, tui->said, sizeof why);
        tui_push(tui, &view_menu, NULL);
        if (*why) tui_say(tui, TUI_BAD, "%s", why);
    }
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct login *login = view->state;
    login->leaving = false;
    tui_say(tui, TUI_PLAIN, "%s", "");
    if (!form_enter(tui, view, text) || form_lacks(tui, view)) return;
    const char *name = login->form.values[NAME], *pin = login->form.values[PIN];
    enum loy_status status = loy_store_login(tui->store, name, pin, tui_now_us());
    if (status == LOY_OK) {
        forget(view, true);
        welcome(tui);
        return;
    }
    tui_say_store(tui, status);
    forget(view, false);
}

static void back(struct tui *tui, struct view *view)
{
    struct login *login = view->state;
    if (login->form.at == PIN) {
        forget(view, false);
        form_go(view, NAME);
    } else if (login->leaving) {
        tui_pop(tui);
    } else {
        login->leaving = true;
        tui_say(tui, TUI_NOTE, "%s", _("Esc again ends the program"));
    }
}

static bool event(struct tui *tui, struct view *view, const struct loy_event *seen)
{
    (void)view;
    /* What no screen above has taken. */
    if (seen->kind == LOY_EVENT_REFUSED)
        tui_say(tui, TUI_WARN, "%s", desk_refused_words(seen));
    else if (seen->kind >= LOY_EVENT_READ)
        tui_say(tui, TUI_WARN, "%s",
            tui->who.number ? _("nothing was taken: this screen takes no cards or articles")
                            : _("nothing was taken: sign in first"));
    if (seen->kind >= LOY_EVENT_READ && tui->reader)
        loy_reader_answer(tui->reader, seen->reader, LOY_ANSWER_REJECTED);
    return true;
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct tui_box box = *body;
    char shop[128];
    snprintf(shop, sizeof shop, _("Shop %s, lane %s"), tui->settings.site, tui->settings.lane);
    box.row += body->rows / 3 - 1;
    box.column += body->columns / 4;
    box.columns = body->columns * 3 / 4;
    term_text(box.row, box.column + 3, TUI_DIM, shop);
    box.row += 2;
    box.rows = 4;
    form_draw(view, &box, 8);
    if (!tui->console) return;
    /* In English: Chinese is what cannot be shown. */
    term_text(body->row + body->rows - 2, body->column + 3, TUI_NOTE,
        "The kernel's console cannot show Chinese.");
    term_text(body->row + body->rows - 1, body->column + 3, TUI_NOTE,
        "`loyalty doctor` names terminals that can.");
}

static const struct key_row keys[] = {FORM_KEYS};

const struct view_class view_login = {
    .name = "login",
    .state_size = sizeof(struct login),
    .heading = N_("Sign in"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
    .event = event,
    .back = back,
};
