/* SPDX-License-Identifier: MIT
 *
 * view_find.c - a member by telephone, name or number; what is shown of them is masked. Its result
 * is the member's id. With a member at the basket, O takes the customer's objection.
 */
#include "lane_face.h"
#include "table.h"

#include <receipt/receipt.h>

#include <loyalty/search.h>

#include <sodium.h>
#include <string.h>
#include <strings.h>

#define FOUND_MAX 9u

struct found {
    struct loy_id id;
    char name[128], tail[5], telephone[8];
    bool person;
};
struct find {
    struct table table;
    struct found found[FOUND_MAX];
};

static void cell(const struct tui *tui, const struct view *view, size_t row, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct found *found = &((const struct find *)view->state)->found[row];
    (void)tui;
    if (column == 0) *style = TUI_KEY;
    if (column == 0) snprintf(text, size, "%zu", row + 1);
    if (column == 1) snprintf(text, size, "%s", found->name);
    if (column == 2) snprintf(text, size, "%s", found->person ? _("person") : _("firm"));
    if (column == 3 && found->tail[0]) snprintf(text, size, "****%s", found->tail);
    if (column == 4 && found->telephone[0]) snprintf(text, size, "*%s", found->telephone);
}

static const struct table_column columns[] = {{"", 2, CELL_RIGHT}, {N_("Name"), 0, CELL_LEFT},
    {N_("Kind"), 8, CELL_LEFT}, {N_("Card"), 9, CELL_LEFT}, {N_("Telephone"), 10, CELL_LEFT}};

static void read_name(struct tui *tui, struct found *found)
{
    char whole[LOY_FIELD_TEXT_MAX];
    lane_member_name(tui, &found->id, whole, sizeof whole);
    if (found->person && *whole)
        receipt_mask(whole, found->name, sizeof found->name);
    else
        snprintf(found->name, sizeof found->name, "%.127s", *whole ? whole : _("(no name yet)"));
    sodium_memzero(whole, sizeof whole);
}

static void read_found(struct tui *tui, struct found *found)
{
    struct loy_member member;
    struct loy_card card;
    int64_t position = 0;
    char telephone[LOY_FIELD_TEXT_MAX];
    if (loy_member_get(tui->store, &found->id, &member) != LOY_OK) return;
    found->person = member.kind == LOY_MEMBER_PERSON;
    read_name(tui, found);
    while (loy_card_next(tui->store, &found->id, &position, &card) == LOY_OK)
        if (card.status == LOY_CARD_ISSUED || card.status == LOY_CARD_ACTIVE)
            memcpy(found->tail, card.tail, sizeof found->tail);
    if (!tui_may(tui, LOY_MAY_READ_ADDRESS)) return;
    if (loy_member_field(tui->store, &found->id, LOY_FIELD_TELEPHONE, telephone) != LOY_OK) return;
    size_t n = strlen(telephone);
    snprintf(found->telephone, sizeof found->telephone, "%s", telephone + (n > 4 ? n - 4 : 0));
    sodium_memzero(telephone, sizeof telephone);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct find *find = view->state;
    (void)argument;
    find->table = (struct table){.columns = columns, .column_count = 5, .cell = cell};
    if (tui->lane && !loy_id_is_none(&tui->lane->view.member) &&
        lane_face_may(tui, LOY_LANE_OBJECT))
        tui_say(tui, TUI_NOTE, "%s",
            _("O and Enter: the customer objects; this basket is taken off the member, who is "
              "profiled no more"));
    return true;
}

static void object(struct tui *tui)
{
    struct lane_request request = lane_request_of(LOY_LANE_OBJECT);
    tui_pop(tui);
    lane_face_take(tui, &request);
}

static void choose(struct tui *tui, struct view *view, size_t row)
{
    struct find *find = view->state;
    if (row >= find->table.count) return;
    struct loy_id id = find->found[row].id;
    tui_answer(tui, &id);
}

static void search(struct tui *tui, struct view *view, const char *text)
{
    struct find *find = view->state;
    struct loy_id ids[FOUND_MAX];
    size_t count = 0;
    enum loy_status status = loy_member_search(tui->store, text, ids, FOUND_MAX, &count);
    sodium_memzero(find->found, sizeof find->found);
    find->table.count = find->table.chosen = 0;
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        find->found[i].id = ids[i];
        read_found(tui, &find->found[i]);
    }
    find->table.count = count;
    if (count == 0)
        tui_say(tui, TUI_WARN, "%s", _("nobody is found: F3 registers, Esc goes on without"));
    else
        tui_say(
            tui, TUI_NOTE, "%s", _("compare with what the customer says, then Enter or the digit"));
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct find *find = view->state;
    bool attached = tui->lane && !loy_id_is_none(&tui->lane->view.member);
    if (attached && strcasecmp(text, "o") == 0 && lane_face_may(tui, LOY_LANE_OBJECT))
        object(tui);
    else if (*text)
        search(tui, view, text);
    else
        choose(tui, view, find->table.chosen);
}

static void act_digit(struct tui *tui, struct view *view)
{
    choose(tui, view, (size_t)(tui->key - '1'));
}

static bool may_digit(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return ((const struct find *)view->state)->table.count > 0;
}

static void act_register(struct tui *tui, struct view *view)
{
    (void)view;
    tui_pop(tui);
    tui_push(tui, &view_register, NULL);
}

static bool may_register(const struct tui *tui, const struct view *view)
{
    (void)view;
    return lane_face_may(tui, LOY_LANE_MEMBER);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    (void)tui;
    (void)view;
    return _("Telephone, name or number");
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    if (((const struct find *)view->state)->table.count) table_draw(tui, view, body);
}

static const struct key_row keys[] = {
    {TUI_DIGIT, N_("Choose"), N_("takes that member"), may_digit, act_digit, 1},
    {TUI_F(3), N_("Register"), N_("registers a member at the lane"), may_register, act_register, 2},
    TABLE_KEYS,
};

const struct view_class view_find = {
    .name = "find",
    .state_size = sizeof(struct find),
    .heading = N_("Find a member"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
};
