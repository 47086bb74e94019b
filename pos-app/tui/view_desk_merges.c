/* SPDX-License-Identifier: MIT
 *
 * view_desk_merges.c - members who were made one in the last 90 days: a manager parts them again.
 * Names are masked; who is meant is seen by opening them.
 */
#include "desk.h"
#include "table.h"

#include <loyalty/duplicate.h>

#include <sodium.h>

#define MERGES_MAX 100u /* the latest */

struct merges {
    struct table table;
    struct {
        struct loy_merge merge;
        struct desk_hit hits[2];
    } rows[MERGES_MAX];
};

static struct merges *of(const struct view *view)
{
    return view->state;
}

static const struct loy_merge *chosen(const struct view *view)
{
    return &of(view)->rows[of(view)->table.chosen].merge;
}

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct desk_hit *hits = of(view)->rows[row].hits;
    char at[32];
    (void)tui;
    (void)style;
    cli_time_local(of(view)->rows[row].merge.at_us, at);
    const char *const texts[] = {
        at, hits[0].name, hits[0].telephone, hits[1].name, hits[1].telephone};
    snprintf(text, size, column == 0 ? "%.10s" : "%s", texts[column]);
}

static const struct table_column columns[] = {{N_("When"), 10, CELL_LEFT},
    {N_("Stands for both"), 0, CELL_LEFT}, {N_("Telephone"), 9, CELL_LEFT},
    {N_("Other entry"), 17, CELL_LEFT}, {N_("Telephone"), 9, CELL_LEFT}};

static void load(struct tui *tui, struct merges *merges)
{
    int64_t position = 0;
    struct loy_merge merge = {.size = sizeof merge};
    enum loy_status status = LOY_NONE;
    size_t count = 0;
    sodium_memzero(merges->rows, sizeof merges->rows);
    while (count < MERGES_MAX &&
           (status = loy_merge_next(tui->store, tui_now_us(), &position, &merge)) == LOY_OK) {
        merges->rows[count].merge = merge;
        desk_hit_read(tui, &merge.survivor, &merges->rows[count].hits[0]);
        desk_hit_read(tui, &merge.loser, &merges->rows[count++].hits[1]);
    }
    table_recount(&merges->table, count);
    if (status < LOY_OK)
        tui_say_store(tui, status);
    else if (!count)
        tui_say(tui, TUI_NOTE, _("nobody was made one in the last %d days"), LOY_MERGE_UNDO_DAYS);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct merges *merges = of(view);
    (void)argument;
    merges->table = (struct table){
        .columns = columns, .column_count = sizeof columns / sizeof columns[0], .cell = cell};
    load(tui, merges);
    return true;
}

/* ---- Parting ------------------------------------------------------------------------------ */

static bool may_any(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return of(view)->table.count > 0;
}

static bool may_part(const struct tui *tui, const struct view *view)
{
    return may_any(tui, view) && tui_may(tui, LOY_MAY_MERGE_MEMBERS);
}

static void act_open(struct tui *tui, struct view *view)
{
    tui_push(tui, &view_desk_member, &chosen(view)->survivor);
}

static void act_part(struct tui *tui, struct view *view)
{
    const struct desk_hit *hits = of(view)->rows[of(view)->table.chosen].hits;
    desk_ask(tui, 0,
        _("Make %s and %s two members again? Both are as before; what was changed since stays with "
          "the one who stood for both."),
        hits[0].name, hits[1].name);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    if (from == &view_sure) {
        if (!((const struct sure *)result)->yes) return;
        enum loy_status status = loy_member_unmerge(tui->store, &chosen(view)->loser, tui_now_us());
        if (status != LOY_OK) {
            tui_say_store(tui, status);
            return;
        }
    }
    load(tui, of(view));
    if (from == &view_sure) tui_say(tui, TUI_GOOD, "%s", _("two members again"));
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Open"), N_("opens who stands for both"), may_any, act_open, 2},
    {TUI_F(9), N_("Part"), N_("makes them two members again; a manager only"), may_part, act_part,
        1},
    TABLE_KEYS,
};

const struct view_class view_desk_merges = {
    .name = "desk-merges",
    .state_size = sizeof(struct merges),
    .heading = N_("Made one"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = table_draw,
    .prompt = tui_prompt_key,
    .answer = answer,
    .back = tui_leave,
};
