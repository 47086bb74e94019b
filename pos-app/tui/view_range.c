/* SPDX-License-Identifier: MIT
 *
 * view_range.c - another range of the shop's card numbers. From the moment it is saved the readers
 * and the lane know it.
 */
#include "desk.h"
#include "form.h"
#include "lane_face.h"
#include "settings.h"

#include <loyalty/card.h>

#include <string.h>

enum { PREFIX, LENGTH, CHECK, USE, LAYOUT };

static const struct form_field fields[] = {
    {N_("Begins with"), N_("digits, such as 29"), FORM_TEXT, LOY_RANGE_PREFIX_MAX, true},
    {N_("Digits in all"), N_("with check digit"), FORM_TEXT, 2, true},
    {N_("Check digit"), N_("none, luhn or gs1"), FORM_TEXT, 4, true},
    {N_("For"), N_("member, coupon, weighed"), FORM_TEXT, 7, true},
    {N_("Stripe with expiry"), N_("y or n"), FORM_TICK, 0, false},
};

struct range_form {
    struct form form;
};

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct form *form = view->state;
    (void)argument;
    snprintf(form->values[CHECK], ENTRY_BYTES, "%s", "none");
    snprintf(form->values[USE], ENTRY_BYTES, "%s", "member");
    form_open(view, fields, sizeof fields / sizeof fields[0]);
    tui_say(tui, TUI_NOTE, "%s", _("nothing is saved before F3; a range is not taken back later"));
    return true;
}

static int index_of(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0) return i;
    return -1;
}

/* False: it was said what is wrong. */
static bool range_read(struct tui *tui, struct view *view, struct loy_range *range)
{
    static const char *const checks[] = {"none", "luhn", "gs1"};
    static const char *const uses[] = {"", "member", "coupon", "weighed"};
    const struct form *form = view->state;
    int64_t length = 0;
    int check = index_of(form->values[CHECK], checks, 3),
        use = index_of(form->values[USE], uses, 4);
    size_t at = PREFIX;
    if (!loy_digits_only(form->values[PREFIX], strlen(form->values[PREFIX])))
        at = PREFIX;
    else if (cli_amount_parse(form->values[LENGTH], 0, &length) != LOY_OK || length < 1 ||
             length > (int64_t)LOY_NUMBER_MAX)
        at = LENGTH;
    else if (check < 0)
        at = CHECK;
    else if (use < 1)
        at = USE;
    else {
        *range = (struct loy_range){.length = (uint8_t)length,
            .check = (uint8_t)check,
            .use = (uint8_t)use,
            .financial_layout = form->values[LAYOUT][0] == 'y'};
        snprintf(range->prefix, sizeof range->prefix, "%.*s", (int)LOY_RANGE_PREFIX_MAX,
            form->values[PREFIX]);
        return true;
    }
    form_go(view, at);
    tui_say(tui, TUI_WARN, "%s: %s", _(fields[at].label), _(fields[at].hint));
    return false;
}

static void ranges_spread(struct tui *tui)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_guard_rules rules = {.ranges = ranges};
    if (loy_range_list(tui->store, ranges, &rules.range_count) != LOY_OK) return;
    if (tui->reader) loy_reader_set_rules(tui->reader, &rules);
    if (!tui->lane) return;
    memcpy(tui->lane->ranges, ranges, sizeof ranges);
    tui->lane->range_count = rules.range_count;
}

static void save(struct tui *tui, struct view *view)
{
    struct loy_range range;
    if (form_lacks(tui, view) || !range_read(tui, view, &range)) return;
    enum loy_status status = loy_range_add(tui->store, &range, tui_now_us());
    if (status != LOY_OK) {
        tui_say_store(tui, status);
        return;
    }
    ranges_spread(tui);
    tui_answer(tui, loy_range_warning(&range));
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

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    struct tui_box box = *body;
    (void)tui;
    box.row++;
    box.rows = 5;
    form_draw(view, &box, 22);
}

static const struct key_row keys[] = {
    {TUI_F(3), N_("Save"), N_("declares this range"), NULL, act_save, 1},
    FORM_KEYS,
};

const struct view_class view_range = {
    .name = "range",
    .state_size = sizeof(struct range_form),
    .heading = N_("Another range"),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .draw = draw,
    .prompt = form_prompt,
    .enter = enter,
};
