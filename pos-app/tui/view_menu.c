/* SPDX-License-Identifier: MIT
 *
 * view_menu.c - the screens that who is signed in may open (screens.def), and signing out.
 */
#include "table.h"

#include <string.h>

#define SCREEN(view, operation, words) extern const struct view_class view;
#include "screens.def"
#undef SCREEN

static const struct screen {
    const struct view_class *view_class; /* NULL: signing out */
    enum loy_operation operation;
    const char *words;
} screens[] = {
#define SCREEN(view, operation, words) {&view, operation, words},
#include "screens.def"
#undef SCREEN
    {NULL, LOY_MAY_NOTHING, N_("Sign out")},
};
#define SCREENS (sizeof screens / sizeof screens[0])

struct menu {
    struct table table;
    size_t rows[SCREENS]; /* of screens[] */
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct menu *menu = view->state;
    (void)tui;
    if (column == 0) *style = TUI_KEY;
    if (column == 0)
        snprintf(text, size, "%zu", row + 1);
    else
        snprintf(text, size, "%s", _(screens[menu->rows[row]].words));
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {"", 0, CELL_LEFT}};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct menu *menu = view->state;
    (void)argument;
    menu->table = (struct table){.columns = columns, .column_count = 2, .cell = cell};
    for (size_t i = 0; i < SCREENS; i++)
        if (!screens[i].view_class || tui_may(tui, screens[i].operation))
            menu->rows[menu->table.count++] = i;
    return true;
}

/* A screen that is open below is gone back to, not opened twice. */
static void choose(struct tui *tui, struct view *view, size_t row)
{
    const struct menu *menu = view->state;
    const struct screen *screen = &screens[menu->rows[row]];
    if (!screen->view_class) {
        tui_sign_out(tui);
        return;
    }
    if (tui_find(tui, screen->view_class))
        tui_pop_to(tui, screen->view_class);
    else
        tui_push(tui, screen->view_class, NULL);
}

static void act_digit(struct tui *tui, struct view *view)
{
    size_t row = (size_t)(tui->key - '1');
    if (row < ((const struct menu *)view->state)->table.count) choose(tui, view, row);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    const struct menu *menu = view->state;
    (void)text;
    choose(tui, view, menu->table.chosen);
}

static void act_open(struct tui *tui, struct view *view)
{
    choose(tui, view, ((const struct menu *)view->state)->table.chosen);
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Open"), N_("opens the chosen row"), NULL, act_open, 1},
    TABLE_KEYS,
    {TUI_DIGIT, NULL, N_("opens that row"), NULL, act_digit, 9},
};

static void back(struct tui *tui, struct view *view)
{
    (void)view;
    if (tui->depth > 2)
        tui_pop(tui);
    else
        tui_sign_out(tui);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Number");
}

const struct view_class view_menu = {
    .name = "menu",
    .state_size = sizeof(struct menu),
    .heading = N_("Menu"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = prompt,
    .enter = enter,
    .back = back,
};
