/* SPDX-License-Identifier: MIT
 *
 * view_desk_pairs.c - members who may be registered twice: looked at, said to be two, or made one
 * by a manager. Names are masked; who is meant is seen by opening them.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/duplicate.h>

#include <sodium.h>
#include <string.h>

#define PAIRS_MAX 100u

struct pair {
    struct loy_duplicate found;
    struct desk_hit hits[2];
};
struct pairs {
    struct table table;
    struct pair pairs[PAIRS_MAX];
};

static struct pairs *of(const struct view *view)
{
    return view->state;
}

static struct pair *chosen(const struct view *view)
{
    return &of(view)->pairs[of(view)->table.chosen];
}

static void reasons_text(uint32_t reasons, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t bit = 1; bit && bit <= reasons; bit <<= 1)
        if (reasons & bit && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                code_words(CODE_REASON, loy_duplicate_reason_name(bit)));
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct pair *pair = &of(view)->pairs[row];
    (void)tui;
    if (column == 0) *style = TUI_KEY;
    if (column == 0) snprintf(text, size, "%u", pair->found.score);
    if (column == 1) snprintf(text, size, "%s", pair->hits[0].name);
    if (column == 2) snprintf(text, size, "%s", pair->hits[1].name);
    if (column == 3) reasons_text(pair->found.reasons, text, size);
}

static const struct table_column columns[] = {{N_("Points"), 6, CELL_RIGHT},
    {N_("Registered first"), 22, CELL_LEFT}, {N_("Registered later"), 22, CELL_LEFT},
    {"", 0, CELL_LEFT}};

static void load(struct tui *tui, struct pairs *pairs)
{
    struct loy_duplicate_position position = {0, 0};
    struct loy_duplicate found = {.size = sizeof found};
    enum loy_status status = LOY_OK;
    size_t count = 0;
    sodium_memzero(pairs->pairs, sizeof pairs->pairs);
    while (count < PAIRS_MAX && (status = loy_duplicate_next(tui->store, &position,
                                     LOY_DUPLICATE_LIST, &found)) == LOY_OK) {
        struct pair *pair = &pairs->pairs[count++];
        pair->found = found;
        desk_hit_read(tui, &found.first, &pair->hits[0]);
        desk_hit_read(tui, &found.second, &pair->hits[1]);
    }
    table_recount(&pairs->table, count);
    if (status < LOY_OK && status != LOY_NONE) tui_say_store(tui, status);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct pairs *pairs = of(view);
    (void)argument;
    pairs->table = (struct table){.columns = columns, .column_count = 4, .cell = cell};
    load(tui, pairs);
    if (!pairs->table.count && !tui->said[0])
        tui_say(tui, TUI_GOOD, "%s", _("nobody seems to be registered twice"));
    return true;
}

/* ---- Judging ------------------------------------------------------------------------------ */

static bool may_any(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return of(view)->table.count > 0;
}

static bool may_merge(const struct tui *tui, const struct view *view)
{
    return may_any(tui, view) && tui_may(tui, LOY_MAY_MERGE_MEMBERS);
}

static void act_open(struct tui *tui, struct view *view)
{
    struct loy_id id =
        tui->key == TUI_F(4) ? chosen(view)->found.second : chosen(view)->found.first;
    tui_push(tui, &view_desk_member, &id);
}

static void act_distinct(struct tui *tui, struct view *view)
{
    const struct pair *pair = chosen(view);
    enum loy_status status =
        loy_duplicate_distinct(tui->store, &pair->found.first, &pair->found.second, tui_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) {
        tui_say_store(tui, status);
        return;
    }
    load(tui, of(view));
    tui_say(tui, TUI_GOOD, "%s", _("kept: these are two; nobody is asked again"));
}

static bool may_part(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_MERGE_MEMBERS);
}

static void act_merges(struct tui *tui, struct view *view)
{
    (void)view;
    tui_push(tui, &view_desk_merges, NULL);
}

static void act_merge(struct tui *tui, struct view *view)
{
    const struct pair *pair = chosen(view);
    desk_ask(tui, 0,
        _("Make %s and %s one member? Cards, purchases and purchasers go to the one who was "
          "registered first. It can be undone for %d days."),
        pair->hits[0].name, pair->hits[1].name, LOY_MERGE_UNDO_DAYS);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    const struct pair *pair = chosen(view);
    if (from != &view_sure) {
        load(tui, of(view));
        return;
    }
    if (!((const struct sure *)result)->yes) return;
    enum loy_status status =
        loy_member_merge(tui->store, &pair->found.first, &pair->found.second, tui_now_us());
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    load(tui, of(view));
    tui_say(tui, TUI_GOOD, "%s", _("one member now; F7 parts them again within 90 days"));
}

/* ---- Showing ------------------------------------------------------------------------------ */

static void draw_hit(
    const struct desk_hit *hit, const char *words, const struct tui_box *body, int row)
{
    char card[16];
    snprintf(card, sizeof card, hit->tail[0] ? "****%s" : "%s", hit->tail);
    term_cell(row, body->column + 3, 18, CELL_LEFT, TUI_DIM, words);
    term_cell(row, body->column + 22, 24, CELL_LEFT, TUI_PLAIN, hit->name);
    term_cell(row, body->column + 48, 10, CELL_LEFT, TUI_PLAIN, card);
    term_cell(row, body->column + 60, body->columns - 61, CELL_LEFT, TUI_PLAIN, hit->telephone);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct tui_box box = *body;
    char reasons[256];
    if (!of(view)->table.count) return;
    box.rows -= 5;
    table_draw(tui, view, &box);
    int row = body->row + body->rows - 4;
    const struct pair *pair = chosen(view);
    term_rule(row++, body->column, body->columns);
    draw_hit(&pair->hits[0], _("Registered first"), body, row++);
    draw_hit(&pair->hits[1], _("Registered later"), body, row++);
    reasons_text(pair->found.reasons, reasons, sizeof reasons);
    term_cell(row, body->column + 3, body->columns - 4, CELL_LEFT, TUI_NOTE, reasons);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("First"), N_("opens who was registered first"), may_any, act_open, 2},
    {TUI_F(4), N_("Second"), N_("opens who was registered later"), may_any, act_open, 3},
    {TUI_F(6), N_("Two people"), N_("these are two: nobody is asked again"), may_any, act_distinct,
        1},
    {TUI_F(7), N_("Merged"), N_("who was made one, to part them again; a manager only"), may_part,
        act_merges, 2},
    {TUI_F(9), N_("Make one"), N_("makes them one member; a manager only"), may_merge, act_merge,
        1},
    TABLE_KEYS,
};

const struct view_class view_desk_pairs = {
    .name = "desk-pairs",
    .state_size = sizeof(struct pairs),
    .heading = N_("Registered twice?"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = tui_prompt_key,
    .answer = answer,
};
