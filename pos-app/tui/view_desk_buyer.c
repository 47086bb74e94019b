/* SPDX-License-Identifier: MIT
 *
 * view_desk_buyer.c - an authorised purchaser of a firm: another one, or what is given of one who
 * is there. Of a document only the kind is entered, never its number.
 */
#include "desk.h"
#include "form.h"

#include <loyalty/form.h>
#include <loyalty/member_card.h>

#include <sodium.h>
#include <string.h>

enum { NAME, FUNCTION, TELEPHONE, DOCUMENT, UNTIL, LIMIT, FIELDS };

static const uint8_t items[FIELDS] = {LOY_FIELD_NAME, LOY_ITEM_FUNCTION, LOY_FIELD_TELEPHONE,
    LOY_ITEM_DOCUMENT, LOY_ITEM_UNTIL, LOY_ITEM_LIMIT};
static const char *const hints[FIELDS] = {NULL, NULL, NULL, N_("the kind, no number"),
    N_("2027-12-31, 1 = once, or empty"), N_("of one purchase; or empty")};

struct desk_buyer {
    struct form form;
    struct form_field fields[FIELDS];
    char labels[FIELDS][LOY_FORM_LABEL_MAX];
    struct desk_of_buyer of;
    char until[ENTRY_BYTES], limit[ENTRY_BYTES]; /* as they stand */
    bool chinese;
};

static void labels_load(struct tui *tui, struct desk_buyer *buyer)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (loy_form_label(tui->store, LOY_REGISTRATION_PURCHASER, items[i], buyer->labels[i]) !=
            LOY_OK)
            snprintf(buyer->labels[i], sizeof buyer->labels[i], "%s", "?");
    buyer->chinese = tui->cli->chinese;
}

/* What leads to nobody stands there; a name and a telephone that stay empty stay as they are. */
static void values_load(struct tui *tui, struct desk_buyer *buyer)
{
    static struct loy_purchaser found;
    int64_t position = 0;
    char(*values)[ENTRY_BYTES] = buyer->form.values;
    found.size = sizeof found;
    while (loy_purchaser_next(tui->store, &buyer->of.member, &position, &found) == LOY_OK) {
        char amount[32], day[32];
        if (found.number != buyer->of.number) continue;
        snprintf(values[FUNCTION], ENTRY_BYTES, "%.100s", found.function);
        snprintf(values[DOCUMENT], ENTRY_BYTES, "%.31s", found.document);
        tui_amount(tui, found.limit_minor, amount);
        if (found.limit_minor) snprintf(values[LIMIT], ENTRY_BYTES, "%s", amount);
        cli_time_local(found.until_us, day);
        if (found.authority == LOY_AUTHORITY_UNTIL)
            snprintf(values[UNTIL], ENTRY_BYTES, "%.10s", day);
        if (found.authority == LOY_AUTHORITY_ONCE) snprintf(values[UNTIL], ENTRY_BYTES, "1");
    }
    memcpy(buyer->until, values[UNTIL], ENTRY_BYTES);
    memcpy(buyer->limit, values[LIMIT], ENTRY_BYTES);
    sodium_memzero(&found, sizeof found);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct desk_buyer *buyer = view->state;
    buyer->of = *(const struct desk_of_buyer *)argument;
    const bool is_new = buyer->of.number == 0;
    if (!is_new) values_load(tui, buyer);
    for (size_t i = 0; i < FIELDS; i++)
        buyer->fields[i] = (struct form_field){.label = buyer->labels[i],
            .hint = hints[i],
            .limit = 100,
            .required = is_new && i == NAME};
    if (!is_new) buyer->fields[NAME].hint = N_("empty: as it is");
    if (!is_new) buyer->fields[TELEPHONE].hint = N_("empty: as it is");
    labels_load(tui, buyer);
    form_open(view, buyer->fields, FIELDS);
    tui_say(tui, TUI_NOTE, "%s", _("nothing is saved before F3"));
    return true;
}

static const char *given(const struct desk_buyer *buyer, size_t field)
{
    return buyer->form.values[field][0] ? buyer->form.values[field] : NULL;
}

/* False: it was said what is wrong. */
static bool authority_read(
    struct tui *tui, const struct desk_buyer *buyer, struct loy_purchaser_form *form)
{
    const char *until = buyer->form.values[UNTIL];
    char whole[40];
    form->authority = LOY_AUTHORITY_PERMANENT;
    if (!*until) return true;
    form->authority = LOY_AUTHORITY_ONCE;
    if (strcmp(until, "1") == 0) return true;
    form->authority = LOY_AUTHORITY_UNTIL;
    snprintf(whole, sizeof whole, "%.12s 23:59:59", until);
    if (strlen(until) == strlen("2027-12-31") &&
        cli_time_parse(whole, &form->until_us, &form->offset_min) == LOY_OK)
        return true;
    tui_say(tui, TUI_WARN, "%s", _("a last day such as 2027-12-31, 1 for one purchase, or empty"));
    return false;
}

/* Only what was changed is given: an authority that is given holds anew. */
static enum loy_status change(
    struct tui *tui, const struct desk_buyer *buyer, struct loy_purchaser_form *form)
{
    form->name = given(buyer, NAME);
    form->function = buyer->form.values[FUNCTION];
    form->document = buyer->form.values[DOCUMENT];
    if (strcmp(buyer->form.values[UNTIL], buyer->until) == 0) form->authority = 0;
    if (strcmp(buyer->form.values[LIMIT], buyer->limit) == 0) form->limit_minor = -1;
    return loy_purchaser_set(tui->store, &buyer->of.member, buyer->of.number, form, tui_now_us());
}

static void save(struct tui *tui, struct view *view)
{
    const struct desk_buyer *buyer = view->state;
    struct loy_purchaser_form form = {.size = sizeof form,
        .name = buyer->form.values[NAME],
        .function = given(buyer, FUNCTION),
        .telephone = given(buyer, TELEPHONE),
        .document = given(buyer, DOCUMENT)};
    if (form_lacks(tui, view) || !authority_read(tui, buyer, &form)) return;
    if (given(buyer, LIMIT) && !tui_amount_read(tui, buyer->form.values[LIMIT], &form.limit_minor))
        return;
    int64_t number = 0;
    enum loy_status status = buyer->of.number ? change(tui, buyer, &form)
                                              : loy_purchaser_add(tui->store, &buyer->of.member,
                                                    &form, tui_now_us(), &number);
    if (status == LOY_OK || status == LOY_REPEATED)
        tui_answer(tui, NULL);
    else
        tui_say_store(tui, status);
}

static void act_save(struct tui *tui, struct view *view)
{
    form_go(view, ((struct form *)view->state)->at);
    save(tui, view);
}

static void enter(struct tui *tui, struct view *view, const char *text)
{
    if (form_enter(tui, view, text)) tui_say(tui, TUI_NOTE, "%s", _("F3 saves"));
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    (void)view;
    (void)from;
    if (((const struct sure *)result)->yes) tui_pop(tui);
}

static void back(struct tui *tui, struct view *view)
{
    const struct desk_buyer *buyer = view->state;
    bool any = view->entry.length > 0 && buyer->of.number == 0;
    for (size_t i = 0; i < FIELDS && buyer->of.number == 0; i++)
        any |= buyer->form.values[i][0] != '\0';
    any |= buyer->form.values[NAME][0] || strcmp(buyer->form.values[UNTIL], buyer->until) != 0 ||
           strcmp(buyer->form.values[LIMIT], buyer->limit) != 0;
    if (any)
        desk_ask(tui, 0, "%s", _("Nothing is saved yet. Throw away what was typed?"));
    else
        tui_pop(tui);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct desk_buyer *buyer = view->state;
    struct tui_box box = *body;
    if (buyer->chinese != tui->cli->chinese) labels_load((struct tui *)tui, buyer);
    box.row++;
    box.rows = FIELDS;
    form_draw(view, &box, 22);
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    const struct desk_buyer *buyer = view->state;
    (void)tui;
    snprintf(text, size, "%s", buyer->of.number ? _("A purchaser") : _("Another purchaser"));
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Save"), N_("authorises this purchaser"), NULL, act_save, 1},
    FORM_KEYS,
};

const struct view_class view_desk_buyer = {
    .name = "desk-buyer",
    .state_size = sizeof(struct desk_buyer),
    .title = title,
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
    .answer = answer,
    .back = back,
};
