/* SPDX-License-Identifier: MIT
 *
 * view_desk_member.c - a member at the desk: the fields, masked until a reason is given, changed
 * one at a time by who may; and from here cards, purchasers, consents, remarks, the profile.
 */
#include "code_words.h"
#include "desk.h"
#include "table.h"

#include <loyalty/form.h>

#include <sodium.h>
#include <string.h>

#define FIELDS_MAX 32u

enum { ASK_BLANK, ASK_LICENCE };

struct row {
    uint8_t field;
    char text[LOY_FIELD_TEXT_MAX];
    bool hidden; /* the role may not read it */
};
struct desk_member {
    struct table table;
    struct loy_id id;
    struct loy_member member;
    bool whole, editing;
    char name[128], cards[64];
    char pending[LOY_FIELD_TEXT_MAX]; /* waits for an answer */
    struct row rows[FIELDS_MAX];
};

static struct desk_member *of(const struct view *view)
{
    return view->state;
}

static enum loy_registration form_of(const struct desk_member *shown)
{
    return shown->member.kind == LOY_MEMBER_PERSON ? LOY_REGISTRATION_PERSON
                                                   : LOY_REGISTRATION_ORGANISATION;
}

/* ---- Reading ------------------------------------------------------------------------------ */

static void cell(const struct tui *tui, const struct view *view, size_t at, size_t column,
    char *text, size_t size, enum tui_style *style)
{
    const struct desk_member *shown = of(view);
    const struct row *row = &shown->rows[at];
    bool person = shown->member.kind == LOY_MEMBER_PERSON;
    char masked[LOY_FIELD_TEXT_MAX + 8];
    if (column == 0) {
        *style = TUI_DIM;
        snprintf(text, size, "%s", code_label(tui->store, shown->member.kind, row->field));
        return;
    }
    if (row->hidden) {
        *style = TUI_DIM;
        snprintf(text, size, "%s", _("not for your role"));
        return;
    }
    desk_mask(person, row->field, row->text, masked, sizeof masked);
    snprintf(text, size, "%s",
        code_value((enum loy_field)row->field, shown->whole ? row->text : masked));
    sodium_memzero(masked, sizeof masked);
}

static const struct table_column columns[] = {{"", 24, CELL_LEFT}, {"", 0, CELL_LEFT}};

static void fields_load(struct tui *tui, struct desk_member *shown)
{
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    size_t count = 0;
    while (count < FIELDS_MAX &&
           loy_form_field_next(tui->store, form_of(shown), &position, &field) == LOY_OK) {
        if (field.field > 100) continue;
        struct row *row = &shown->rows[count++];
        *row = (struct row){.field = field.field};
        enum loy_status status =
            loy_member_field(tui->store, &shown->id, (enum loy_field)field.field, row->text);
        if (status != LOY_OK) row->text[0] = '\0';
        row->hidden = status == LOY_E_ACCESS;
    }
    shown->table.count = count;
}

static void cards_load(struct tui *tui, struct desk_member *shown)
{
    struct loy_card card;
    int64_t position = 0;
    size_t n = 0;
    shown->cards[0] = '\0';
    while (loy_card_next(tui->store, &shown->id, &position, &card) == LOY_OK) {
        if (card.status != LOY_CARD_ACTIVE && card.status != LOY_CARD_ISSUED) continue;
        int wrote = snprintf(
            shown->cards + n, sizeof shown->cards - n, "%s****%s", n ? "  " : "", card.tail);
        if (wrote < 0 || (size_t)wrote >= sizeof shown->cards - n) break;
        n += (size_t)wrote;
    }
}

static bool load(struct tui *tui, struct desk_member *shown)
{
    enum loy_status status = loy_member_get(tui->store, &shown->id, &shown->member);
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return false;
    }
    desk_name(tui, &shown->id, shown->whole, shown->name, sizeof shown->name);
    fields_load(tui, shown);
    cards_load(tui, shown);
    return true;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_member *shown = of(view);
    shown->table = (struct table){.columns = columns, .column_count = 2, .cell = cell};
    view->entry.words = true;
    if (loy_member_survivor(tui->store, argument, &shown->id) != LOY_OK)
        shown->id = *(const struct loy_id *)argument;
    return load(tui, shown);
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    const struct desk_member *shown = of(view);
    (void)tui;
    snprintf(text, size, "%s  %s",
        shown->member.kind == LOY_MEMBER_PERSON ? _("Member") : _("Firm"), shown->name);
}

/* ---- Changing ----------------------------------------------------------------------------- */

static struct row *chosen(const struct view *view)
{
    return &of(view)->rows[of(view)->table.chosen];
}

static bool may_edit(const struct tui *tui, const struct view *view)
{
    return of(view)->table.count && tui_may(tui, LOY_MAY_EDIT_MEMBER) && !chosen(view)->hidden;
}

static void change(struct tui *tui, struct view *view, const char *text, const char *verified_by)
{
    struct desk_member *shown = of(view);
    struct row *row = chosen(view);
    const struct loy_field_text value = {(enum loy_field)row->field, text};
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .verified_by = verified_by};
    enum loy_status status =
        loy_member_change(tui->store, &shown->id, &value, &provenance, tui_now_us());
    shown->editing = false;
    if (status == LOY_E_CHECK && !verified_by) {
        snprintf(shown->pending, sizeof shown->pending, "%s", text);
        desk_ask(tui, ASK_LICENCE, _("%s  Does it stand so on the licence that you have seen?"),
            loy_store_text(tui->store));
        return;
    }
    if (status == LOY_OK || status == LOY_REPEATED) {
        load(tui, shown);
        tui_say(tui, TUI_GOOD, "%s",
            status == LOY_OK ? _("changed, and stored")
                             : _("it stood so already, and is confirmed"));
    } else {
        tui_say_store(tui, status);
    }
}

static void edit_begin(struct tui *tui, struct view *view)
{
    struct desk_member *shown = of(view);
    const struct row *row = chosen(view);
    char masked[LOY_FIELD_TEXT_MAX + 8];
    desk_mask(
        shown->member.kind == LOY_MEMBER_PERSON, row->field, row->text, masked, sizeof masked);
    bool open_text = shown->whole || strcmp(masked, row->text) == 0;
    sodium_memzero(masked, sizeof masked);
    shown->editing = true;
    if (open_text && strlen(row->text) < ENTRY_MAX) entry_set(&view->entry, row->text);
    tui_say(tui, TUI_NOTE, "%s",
        open_text ? _("Enter keeps it; Ctrl-U and Enter takes the value back")
                  : _("type the new value; F8 shows the old one; Enter takes the value back"));
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    struct desk_member *shown = of(view);
    if (!may_edit(tui, view)) {
        tui_say(tui, TUI_WARN, "%s", _("a supervisor or manager changes members"));
    } else if (*text) {
        change(tui, view, text, NULL);
    } else if (!shown->editing) {
        edit_begin(tui, view);
    } else if (chosen(view)->text[0]) {
        shown->editing = false;
        desk_ask(tui, ASK_BLANK, _("Take the value of \"%s\" back?"),
            code_label(tui->store, shown->member.kind, chosen(view)->field));
    }
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    struct desk_member *shown = of(view);
    if (from == &view_shown) {
        shown->whole = true;
        load(tui, shown);
        return;
    }
    if (from != &view_sure) {
        load(tui, shown);
        return;
    }
    const struct sure *sure = result;
    if (!sure->yes) return;
    if (sure->tag == ASK_BLANK) change(tui, view, "", NULL);
    if (sure->tag == ASK_LICENCE) change(tui, view, shown->pending, "licence");
    sodium_memzero(shown->pending, sizeof shown->pending);
}

/* ---- Ways on ------------------------------------------------------------------------------ */

static void act_cards(struct tui *tui, struct view *view)
{
    struct loy_id id = of(view)->id;
    tui_push(tui, &view_desk_cards, &id);
}

static void act_buyers(struct tui *tui, struct view *view)
{
    struct loy_id id = of(view)->id;
    tui_push(tui, &view_desk_buyers, &id);
}

static bool may_buyers(const struct tui *tui, const struct view *view)
{
    return of(view)->member.kind == LOY_MEMBER_ORGANISATION && tui_may(tui, LOY_MAY_READ_PURCHASER);
}

static void act_consents(struct tui *tui, struct view *view)
{
    struct loy_id id = of(view)->id;
    tui_push(tui, &view_desk_consents, &id);
}

static void act_remark(struct tui *tui, struct view *view)
{
    struct loy_id id = of(view)->id;
    tui_push(tui, &view_desk_remark, &id);
}

static void act_profile(struct tui *tui, struct view *view)
{
    struct loy_id id = of(view)->id;
    tui_push(tui, &view_profile, &id);
}

static void act_history(struct tui *tui, struct view *view)
{
    const struct desk_member *shown = of(view);
    const struct desk_past past = {
        .member = shown->id, .kind = shown->member.kind, .whole = shown->whole};
    tui_push(tui, &view_desk_history, &past);
}

static bool may_history(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_READ_HISTORY) && tui_may(tui, LOY_MAY_READ_CONTACT);
}

static void act_print(struct tui *tui, struct view *view)
{
    desk_print(tui, &of(view)->id, &of(view)->member);
}

static bool may_print(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_READ_ADDRESS);
}

static bool may_profile(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui->who.role == LOY_ROLE_MANAGER && tui_may(tui, LOY_MAY_READ_SALES);
}

static void act_show(struct tui *tui, struct view *view)
{
    struct desk_member *shown = of(view);
    struct loy_id id = shown->id;
    if (!shown->whole) {
        tui_push(tui, &view_shown, &id);
        return;
    }
    shown->whole = false;
    entry_wipe(&view->entry);
    load(tui, shown);
}

static bool may_show(const struct tui *tui, const struct view *view)
{
    (void)view;
    return tui_may(tui, LOY_MAY_READ_NAME);
}

/* ---- Drawing ------------------------------------------------------------------------------ */

static void consents_text(const struct desk_member *shown, char *text, size_t size)
{
    static const struct {
        uint8_t purpose;
        const char *words;
    } rows[] = {{LOY_PURPOSE_SCHEME, N_("scheme")}, {LOY_PURPOSE_PROFILING, N_("profile")},
        {LOY_PURPOSE_MARKETING, N_("advertising")}, {LOY_PURPOSE_SUPPLIERS, N_("makers' reports")}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && n < size; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%s %s", i ? "   " : "",
            shown->member.consent[rows[i].purpose] ? "[x]" : "[ ]", _(rows[i].words));
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct desk_member *shown = of(view);
    struct tui_box box = *body;
    char line[512], since[32];
    box.rows -= 5;
    table_draw(tui, view, &box);
    int row = body->row + body->rows - 4, column = body->column + 3;
    term_rule(row++, body->column, body->columns);
    cli_time_local(shown->member.created_at_us, since);
    snprintf(line, sizeof line, _("Cards %s   registered %.10s"),
        *shown->cards ? shown->cards : _("none in use"), since);
    term_cell(row++, column, body->columns - 4, CELL_LEFT, TUI_PLAIN, line);
    consents_text(shown, line, sizeof line);
    term_cell(row, column, body->columns - 4, CELL_LEFT, TUI_PLAIN, line);
}

static const char *prompt(const struct tui *tui, const struct view *view)
{
    const struct desk_member *shown = of(view);
    if (!shown->table.count) return "";
    return code_label(tui->store, shown->member.kind, chosen(view)->field);
}

static bool may_move(const struct tui *tui, const struct view *view)
{
    return view->entry.length == 0 && table_may_move(tui, view);
}

static void act_move(struct tui *tui, struct view *view)
{
    of(view)->editing = false;
    if (tui->key == TUI_UP) table_up(tui, view);
    if (tui->key == TUI_DOWN) table_down(tui, view);
    if (tui->key == TUI_PAGE_UP) table_page_up(tui, view);
    if (tui->key == TUI_PAGE_DOWN) table_page_down(tui, view);
}

static void back(struct tui *tui, struct view *view)
{
    if (!of(view)->editing) {
        tui_answer(tui, NULL);
        return;
    }
    of(view)->editing = false;
    tui_say(tui, TUI_PLAIN, "%s", "");
}

static bool may_begin(const struct tui *tui, const struct view *view)
{
    return !view->entry.length && !of(view)->editing && may_edit(tui, view);
}

static const struct key_row keys[] = {
    {TUI_ENTER, N_("Change"), N_("changes the chosen field; or type the new value at once"),
        may_begin, edit_begin, 1},
    {TUI_F(2), N_("Cards"), N_("give, block, replace cards"), NULL, act_cards, 2},
    {TUI_F(3), N_("History"), N_("changes of the values, visits, the cards' lives"), may_history,
        act_history, 6},
    {TUI_F(4), N_("Purchasers"), N_("who may buy for the firm"), may_buyers, act_buyers, 3},
    {TUI_F(5), N_("Consents"), N_("what the member agreed to, and withdrawing it"), NULL,
        act_consents, 4},
    {TUI_F(6), N_("Remark"), N_("notes a remark, a wish or praise"), NULL, act_remark, 6},
    {TUI_F(7), N_("Profile"), N_("how the member buys, with pictures"), may_profile, act_profile,
        5},
    {TUI_F(8), N_("Show"), N_("shows all whole after a reason, or masks it again"), may_show,
        act_show, 1},
    {TUI_F(9), N_("Print"), N_("prints what is held, for the member to read and sign"), may_print,
        act_print, 6},
    {TUI_UP, NULL, N_("row above"), may_move, act_move, 9},
    {TUI_DOWN, NULL, N_("row below"), may_move, act_move, 9},
    {TUI_PAGE_UP, NULL, N_("a page up"), may_move, act_move, 9},
    {TUI_PAGE_DOWN, NULL, N_("a page down"), may_move, act_move, 9},
};

const struct view_class view_desk_member = {
    .name = "desk-member",
    .state_size = sizeof(struct desk_member),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = draw,
    .prompt = prompt,
    .enter = enter,
    .answer = answer,
    .back = back,
};
