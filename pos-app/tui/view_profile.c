/* SPDX-License-Identifier: MIT
 *
 * view_profile.c - how a member buys, for the manager: numbers with their intervals, and pictures.
 * Nothing is shown as the member's own that too few purchases say; without consent there is none.
 * It never meets a price: nothing on the pricing path reaches it.
 */
#include "bars.h"
#include "desk.h"
#include "profile_picture.h"

#include <math.h>
#include <string.h>

#define NUMBER_ROWS 9 /* heading and quantities */
#define BOTH_FROM 30  /* rows of a body that has room for numbers and pictures */

enum state { STATE_WAITS, STATE_READY, STATE_FAILED };

/* Where there is room the first one holds the pictures too. */
enum page { PAGE_NUMBERS, PAGE_PICTURES, PAGE_AHEAD, PAGES };

struct profile {
    struct loy_id id;
    char name[128];
    bool whole;
    enum page page;
    enum state state;
    struct picture picture;
};

static struct profile *of(const struct view *view)
{
    return view->state;
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    struct profile *profile = of(view);
    profile->id = *(const struct loy_id *)argument;
    desk_name(tui, &profile->id, false, profile->name, sizeof profile->name);
    tui_wake(view, 1);
    return true;
}

/* Behind the first painting, so that somebody sees that it is being counted. */
static void count(struct tui *tui, struct view *view)
{
    struct profile *profile = of(view);
    if (profile->state != STATE_WAITS) return;
    enum loy_status status = picture_make(tui->cli, tui->store, &profile->id, &profile->picture);
    profile->state = status == LOY_OK ? STATE_READY : STATE_FAILED;
    if (status != LOY_OK) tui_say_store(tui, status);
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    (void)tui;
    snprintf(text, size, "%s  %s", _("Profile"), of(view)->name);
}

/* ---- Numbers ------------------------------------------------------------------------------ */

static const struct {
    const char *label;
    enum profile_unit unit;
} quantities[] = {
    [LOY_QUANTITY_RECENCY] = {N_("Last purchase"), UNIT_DAYS},
    [LOY_QUANTITY_FREQUENCY] = {N_("Purchases in 365 days"), UNIT_TIMES},
    [LOY_QUANTITY_MONETARY] = {N_("Paid in 365 days"), UNIT_MONEY},
    [LOY_QUANTITY_LEVEL] = {N_("Paid per occasion"), UNIT_MONEY},
    [LOY_QUANTITY_DEAL_SHARE] = {N_("Share of lines on deal"), UNIT_SHARE},
    [LOY_QUANTITY_OWN_BRAND_SHARE] = {N_("Share of own brands"), UNIT_SHARE},
    [LOY_QUANTITY_PRICE_TIER] = {N_("Price tier, listed"), UNIT_PERCENTILE},
    [LOY_QUANTITY_PRICE_TIER_PAID] = {N_("Price tier, paid"), UNIT_PERCENTILE},
    [LOY_QUANTITY_DISCOUNT_DEPTH] = {N_("Discount, share of list"), UNIT_SHARE},
};

static void value_text(
    const struct tui *tui, enum profile_unit unit, bool interval, double value, char text[48])
{
    char amount[32];
    if (!isfinite(value)) {
        snprintf(text, 48, "%s", _("none"));
    } else if (unit == UNIT_MONEY) {
        tui_amount(tui, llround(fmin(value, 9e17)), amount);
        snprintf(text, 48, "%s", amount);
    } else if (unit == UNIT_SHARE) {
        snprintf(text, 48, interval ? "%.0f" : "%.0f %%", value * 100);
    } else if (unit == UNIT_DAYS) {
        snprintf(text, 48, _("%.0f days ago"), value);
    } else {
        snprintf(text, 48, interval || unit == UNIT_TIMES ? "%.0f" : _("%.0f of 100"), value);
    }
}

static void draw_few(
    const struct tui *tui, const struct loy_estimate *at, int row, int column, int width)
{
    char segment[48], line[256];
    value_text(tui, quantities[at->quantity].unit, false, at->segment_value, segment);
    if (at->n < at->needed)
        snprintf(line, sizeof line, _("not enough purchases yet (%lld of %lld); all: %s"),
            (long long)at->n, (long long)at->needed, segment);
    else
        snprintf(line, sizeof line, _("no sign of a difference yet; all members: %s"), segment);
    term_cell(row, column, width, CELL_LEFT, TUI_DIM, line);
}

static void draw_interval(
    const struct tui *tui, const struct loy_estimate *at, int row, int column, int width)
{
    enum profile_unit unit = quantities[at->quantity].unit;
    char low[48], high[48], line[256];
    value_text(tui, unit, true, at->low, low);
    value_text(tui, unit, true, at->high, high);
    if (at->standing == LOY_STANDING_DESCRIPTIVE && at->quintile)
        snprintf(line, sizeof line, _("fifth %u of 5"), at->quintile);
    else if (at->standing == LOY_STANDING_DESCRIPTIVE)
        line[0] = '\0';
    else
        snprintf(line, sizeof line, _("80 %%: %s to %s, n = %lld%s"), low, high, (long long)at->n,
            at->standing == LOY_STANDING_WEAK ? _(", weak evidence") : "");
    term_cell(row, column, width, CELL_LEFT, TUI_NOTE, line);
}

static void draw_estimate(
    const struct tui *tui, const struct loy_estimate *at, int row, const struct tui_box *box)
{
    int value_at = box->column + 28, rest_at = value_at + 18;
    int rest = box->column + box->columns - rest_at - 1;
    char text[48];
    term_cell(row, box->column + 3, 24, CELL_LEFT, TUI_PLAIN, _(quantities[at->quantity].label));
    if (at->standing == LOY_STANDING_NOT_CLAIMED) {
        term_cell(row, value_at, rest + 18, CELL_LEFT, TUI_DIM,
            _("not claimed: the data are a sample of lines"));
    } else if (at->standing == LOY_STANDING_FEW) {
        draw_few(tui, at, row, value_at, rest + 18);
    } else {
        value_text(tui, quantities[at->quantity].unit, false, at->value, text);
        term_cell(row, value_at, 16, CELL_LEFT, TUI_STRONG, text);
        draw_interval(tui, at, row, rest_at, rest);
    }
}

static void draw_numbers(
    const struct tui *tui, const struct picture *picture, const struct tui_box *box)
{
    char line[128];
    snprintf(
        line, sizeof line, _("%lld baskets in the 12 months below"), (long long)picture->occasions);
    term_cell(box->row, box->column + 3, 40, CELL_LEFT, TUI_DIM, line);
    for (size_t i = 0; i < picture->estimate_count; i++)
        draw_estimate(tui, &picture->estimates[i], box->row + 1 + (int)i, box);
}

/* ---- Pictures ----------------------------------------------------------------------------- */

static void draw_months(
    const struct tui *tui, const struct picture *picture, int row, int column, int rows)
{
    static const char *const months[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"),
        N_("Jun"), N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
    char amount[32], line[96];
    double most = 0;
    for (size_t i = 0; i < PICTURE_MONTHS; i++)
        most = fmax(most, picture->month_minor[i]);
    tui_amount(tui, llround(most), amount);
    snprintf(line, sizeof line, _("Paid per month; the highest %s"), amount);
    term_cell(row, column, 60, CELL_LEFT, TUI_DIM, line);
    bars_standing(row + 1, column, rows - 2, 4, picture->month_minor, PICTURE_MONTHS, TUI_NOTE);
    for (int i = 0; i < (int)PICTURE_MONTHS; i++)
        term_cell(row + rows - 1, column + i * 5, 4, CELL_LEFT, TUI_DIM,
            _(months[(picture->last_month + 1 + i) % 12]));
}

static void draw_groups(
    const struct picture_groups *groups, const char *words, int row, int column, int width)
{
    size_t shown = groups->count < PICTURE_TOP ? groups->count : PICTURE_TOP;
    char text[32];
    term_cell(row++, column, width, CELL_LEFT, TUI_DIM, words);
    for (size_t i = 0; i < shown; i++, row++) {
        double all = groups->all_minor > 0 ? (double)groups->all_minor : 1;
        double share = (double)groups->groups[i].paid_minor / all;
        snprintf(text, sizeof text, "%3.0f %%", share * 100);
        term_cell(row, column, 14, CELL_LEFT, TUI_PLAIN,
            strcmp(groups->groups[i].name, "?") ? groups->groups[i].name : _("not known"));
        term_cell(row, column + 15, 5, CELL_RIGHT, TUI_STRONG, text);
        bars_lying(row, column + 22, width - 22, share, 1, TUI_NOTE);
    }
}

static void draw_days(const struct picture *picture, int row, int column, int width)
{
    static const char *const days[] = {
        N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
    double most = 0;
    char text[32];
    term_cell(row++, column, width, CELL_LEFT, TUI_DIM, _("Days of the week"));
    for (int i = 0; i < 7; i++)
        most = fmax(most, picture->day_share[i]);
    for (int i = 0; i < 7; i++, row++) {
        snprintf(text, sizeof text, "%3.0f %%", picture->day_share[i] * 100);
        term_cell(row, column, 6, CELL_LEFT, TUI_PLAIN, _(days[i]));
        term_cell(row, column + 6, 6, CELL_RIGHT, TUI_STRONG, text);
        bars_lying(row, column + 14, width - 15, picture->day_share[i], most, TUI_NOTE);
    }
}

static void draw_hours(const struct picture *picture, int row, int column, int rows)
{
    char text[16];
    term_cell(row, column, 34, CELL_LEFT, TUI_DIM, _("Hours of the day"));
    bars_standing(row + 1, column, rows - 2, 1, picture->hour_share + 6, 17, TUI_NOTE);
    for (int hour = 6; hour <= 22; hour += 4) {
        snprintf(text, sizeof text, "%d", hour);
        term_text(row + rows - 1, column + (hour - 6) * 2, TUI_DIM, text);
    }
}

static void draw_week(const struct picture *picture, int row, int left, int right, int width)
{
    const struct loy_week *week = &picture->week;
    char line[160];
    if (week->standing == LOY_STANDING_FEW) {
        snprintf(line, sizeof line,
            _("Days and hours: not enough purchases yet (%lld of %lld); as the store"),
            (long long)week->baskets, (long long)week->needed);
        term_cell(row, left, right + width - left, CELL_LEFT, TUI_DIM, line);
        return;
    }
    draw_days(picture, row, left, width);
    draw_hours(picture, row, right, 8);
}

static void draw_pictures(
    const struct tui *tui, const struct picture *picture, const struct tui_box *box, bool months)
{
    int left = box->column + 3, half = (box->columns - 6) / 2, right = left + half + 2;
    int row = box->row;
    if (months) {
        draw_months(tui, picture, row, left, 7);
        row += 8;
    }
    draw_groups(&picture->categories, _("Categories, share of money"), row, left, half - 2);
    draw_groups(&picture->brands, _("Brands, share of money"), row, right, half - 2);
    draw_week(picture, row + (int)PICTURE_TOP + 2, left, right, half - 2);
}

/* What is to come, likes and group. */
static void draw_ahead(const struct picture *picture, const struct tui_box *box)
{
    int text_at = box->column + 28;
    for (size_t i = 0; i < picture->brief.count && (int)i < box->rows; i++) {
        const struct profile_brief_line *line = &picture->brief.lines[i];
        term_cell(box->row + (int)i, box->column + 3, 24, CELL_LEFT, TUI_PLAIN, line->label);
        term_cell(box->row + (int)i, text_at, box->column + box->columns - text_at - 1, CELL_LEFT,
            TUI_NOTE, line->text);
    }
}

static void draw_ready(
    const struct tui *tui, const struct profile *profile, const struct tui_box *body)
{
    const struct picture *picture = &profile->picture;
    struct tui_box box = *body;
    bool both = body->rows >= BOTH_FROM;
    if (profile->page == PAGE_AHEAD) {
        draw_ahead(picture, &box);
        return;
    }
    if (both || profile->page == PAGE_NUMBERS) {
        draw_numbers(tui, picture, &box);
        box.row += NUMBER_ROWS + 1;
        if (!both) draw_months(tui, picture, box.row, box.column + 3, 7);
    }
    if (both || profile->page == PAGE_PICTURES) draw_pictures(tui, picture, &box, both);
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct profile *profile = of(view);
    const char *words = NULL;
    if (profile->state == STATE_WAITS) words = _("The purchases are being counted ...");
    if (profile->state == STATE_READY && !profile->picture.agreed)
        words = _("This member has not agreed to a profile, or objected: none is made.");
    if (words)
        term_cell(body->row + 1, body->column + 3, body->columns - 4, CELL_LEFT, TUI_NOTE, words);
    else if (profile->state == STATE_READY)
        draw_ready(tui, profile, body);
}

/* ---- Keys --------------------------------------------------------------------------------- */

static bool may_page(const struct tui *tui, const struct view *view)
{
    (void)tui;
    return of(view)->picture.agreed;
}

static void act_page(struct tui *tui, struct view *view)
{
    struct profile *profile = of(view);
    int rows, columns;
    (void)tui;
    term_size(&rows, &columns);
    profile->page = (profile->page + 1) % PAGES;
    if (profile->page == PAGE_PICTURES && rows - 7 >= BOTH_FROM) profile->page = PAGE_AHEAD;
}

static void act_show(struct tui *tui, struct view *view)
{
    struct profile *profile = of(view);
    struct loy_id id = profile->id;
    if (!profile->whole) {
        tui_push(tui, &view_shown, &id);
        return;
    }
    profile->whole = false;
    desk_name(tui, &profile->id, false, profile->name, sizeof profile->name);
}

static void answer(
    struct tui *tui, struct view *view, const struct view_class *from, const void *result)
{
    struct profile *profile = of(view);
    (void)from;
    (void)result;
    profile->whole = true;
    desk_name(tui, &profile->id, true, profile->name, sizeof profile->name);
}

static const struct key_row keys[] = {
    {TUI_F(2), N_("Page"), N_("numbers, pictures, or what is to come"), may_page, act_page, 1},
    {TUI_F(8), N_("Name"), N_("shows the name after a reason, or masks it again"), NULL, act_show,
        2},
};

const struct view_class view_profile = {
    .name = "profile",
    .state_size = sizeof(struct profile),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = draw,
    .prompt = tui_prompt_key,
    .answer = answer,
    .time = count,
};
