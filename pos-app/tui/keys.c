/* SPDX-License-Identifier: MIT
 *
 * keys.c - one table of keys a view: who asks it finds what a key does, what stands in the footer,
 * and what F1 lists. In: a view and a key; out: a row. Must not know: curses, what actions do.
 */
#include "tui.h"

#include <string.h>

static void act_help(struct tui *tui, struct view *view)
{
    tui_push(tui, &view_help, view->view_class);
}

static bool may_help(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return view->view_class != &view_help;
}

static void act_language(struct tui *tui, struct view *view)
{
    (void)view;
    tui_language_set(tui, !tui->cli->chinese);
}

static bool may_language(const struct tui *tui, const struct view *view)
{
    (void)view;
    return !tui->console;
}

static bool may_menu(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->who.number != 0 && !tui_find(tui, &view_menu);
}

static void act_menu(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_menu, NULL);
}

static void act_redraw(struct tui *tui, struct view *view)
{
    (void)tui;
    (void)view;
    term_redraw();
}

static void act_back(struct tui *tui, struct view *view)
{
    if (view->view_class->back)
        view->view_class->back(tui, view);
    else
        tui_pop(tui);
}

/* Of every view, behind its own; F1 is printed first and Esc last. */
static const struct key_row common[] = {
    {TUI_F(1), N_("Help"), N_("all keys of this screen"), may_help, act_help, 0},
    {TUI_F(11), NULL, N_("menu: the other screens, signing out"), may_menu, act_menu, 9},
    {TUI_CTRL('L'), NULL, N_("中文 / English"), may_language, act_language, 9},
    {TUI_CTRL('R'), NULL, N_("paint the screen anew"), NULL, act_redraw, 9},
    {TUI_ESCAPE, N_("Back"), N_("one step back; nothing is lost"), NULL, act_back, 0},
};
#define COMMON (sizeof common / sizeof common[0])

size_t keys_count(const struct view_class *view_class)
{
    return view_class->key_count + COMMON;
}

/* F1, the view's own, the others. */
const struct key_row *keys_row(const struct view_class *view_class, size_t i)
{
    if (i == 0) return &common[0];
    if (i <= view_class->key_count) return &view_class->keys[i - 1];
    return &common[i - view_class->key_count];
}

bool keys_may(const struct tui *tui, const struct view *view, const struct key_row *row)
{
    return !row->may || row->may(tui, view);
}

static bool is_key(const struct key_row *row, int32_t key)
{
    return row->key == key || (row->key == TUI_DIGIT && key >= '1' && key <= '9');
}

const struct key_row *keys_find(const struct tui *tui, const struct view *view, int32_t key)
{
    const struct view_class *view_class = view->view_class;
    for (size_t i = 0; i < view_class->key_count; i++)
        if (is_key(&view_class->keys[i], key) && keys_may(tui, view, &view_class->keys[i]))
            return &view_class->keys[i];
    for (size_t i = 0; i < COMMON; i++)
        if (common[i].key == key && keys_may(tui, view, &common[i])) return &common[i];
    return NULL;
}

const char *keys_name(int32_t key, char text[16])
{
    static const struct {
        int32_t key;
        const char *name;
    } names[] = {
        {TUI_ENTER, N_("Enter")},
        {TUI_ESCAPE, N_("Esc")},
        {TUI_TAB, N_("Tab")},
        {TUI_BACK_TAB, N_("Shift-Tab")},
        {TUI_UP, N_("Up")},
        {TUI_DOWN, N_("Down")},
        {TUI_PAGE_UP, N_("PgUp")},
        {TUI_PAGE_DOWN, N_("PgDn")},
        {TUI_DELETE, N_("Del")},
        {TUI_DIGIT, "1-9"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].key == key) return _(names[i].name);
    if (key > TUI_F0)
        snprintf(text, 16, "F%d", (int)(key - TUI_F0));
    else if (key < 32)
        snprintf(text, 16, "Ctrl-%c", (char)(key + 64));
    else
        snprintf(text, 16, "%c", key < 127 ? (char)key : '?');
    return text;
}

static int footer_width(const struct cell_rules *rules, const struct key_row *row)
{
    char name[16];
    return cell_width(rules, keys_name(row->key, name)) + 1 + cell_width(rules, _(row->words)) + 2;
}

/* Takes out the row of the highest rank, of equals the last. */
static void drop_one(const struct key_row *rows[], size_t *count)
{
    size_t worst = 0;
    for (size_t i = 0; i < *count; i++)
        if (rows[i]->rank >= rows[worst]->rank) worst = i;
    memmove(rows + worst, rows + worst + 1, (*count - worst - 1) * sizeof *rows);
    --*count;
}

size_t keys_footer(const struct tui *tui, const struct view *view, const struct cell_rules *rules,
    int columns, const struct key_row *rows[KEYS_FOOTER_MAX])
{
    const struct key_row *all[64];
    size_t count = 0;
    int width = 0;
    for (size_t i = 0; i < keys_count(view->view_class) && count < 64; i++) {
        const struct key_row *row = keys_row(view->view_class, i);
        int32_t key = row->key == TUI_DIGIT ? '1' : row->key;
        /* Of two rows of one key the first that may is the one that acts. */
        if (row->words && keys_find(tui, view, key) == row) all[count++] = row;
    }
    while (count > KEYS_FOOTER_MAX)
        drop_one(all, &count);
    for (size_t i = 0; i < count; i++)
        width += footer_width(rules, all[i]);
    while (count > 2 && width - 2 > columns) {
        drop_one(all, &count);
        width = 0;
        for (size_t i = 0; i < count; i++)
            width += footer_width(rules, all[i]);
    }
    memcpy(rows, all, count * sizeof all[0]);
    return count;
}
