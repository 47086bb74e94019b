/* SPDX-License-Identifier: MIT
 *
 * view_dash.c - the shop at a glance, for supervisors and managers: today beside the same weekday a
 * week ago, lanes, hours, promotions. Counted anew every 30 seconds and at F5.
 */
#include "bars.h"
#include "promotion_text.h"
#include "tui.h"

#include <loyalty/dashboard.h>

#include <stdlib.h>
#include <string.h>

#define REFRESH_MS 30000
#define COVERED_MS 1000
#define LANES_MAX 64u
#define PROMOTIONS_MAX 12u
#define QUIET_US                                                                                   \
    (INT64_C(30) * 60 * 1000000) /* after so long without a basket a lane is closed                \
                                  */
#define WEEK_US (INT64_C(7) * 86400 * 1000000)

struct promotion {
    char code[64], words[PROMOTION_WORDS_MAX];
    int64_t to_us;
    bool members_only;
};
struct dash {
    int64_t now_us;
    struct loy_period_sums today, before;
    struct loy_lane_now lanes[LANES_MAX];
    size_t lane_count;
    struct promotion promotions[PROMOTIONS_MAX];
    size_t promotion_count, promotion_more;
    bool failed;
};

static struct dash *of(const struct view *view)
{
    return view->state;
}

/* ---- Counting ----------------------------------------------------------------------------- */

/* From midnight on the shop's clock until now. */
static struct loy_period today_of(int64_t now_us)
{
    struct loy_period period = {
        .size = sizeof period, .to_us = now_us + 1, .offset_min = cli_offset_at(now_us)};
    char midnight[32];
    int16_t offset_min;
    cli_time_local(now_us, midnight);
    midnight[strlen("2026-03-01")] = '\0';
    if (cli_time_parse(midnight, &period.from_us, &offset_min) != LOY_OK) period.from_us = now_us;
    return period;
}

static enum loy_status lanes_count(
    struct tui *tui, const struct loy_period *period, struct dash *dash)
{
    int64_t position = 0;
    enum loy_status status = LOY_NONE;
    dash->lane_count = 0;
    while (dash->lane_count < LANES_MAX) {
        struct loy_lane_now *lane = &dash->lanes[dash->lane_count];
        lane->size = sizeof *lane;
        status = loy_lane_now_next(tui->store, period, &position, lane);
        if (status != LOY_OK) break;
        dash->lane_count++;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status promotions_read(struct tui *tui, struct dash *dash)
{
    char position[LOY_TEXT_MAX] = "";
    struct loy_promotion_rule rule = {.size = sizeof rule};
    enum loy_status status;
    dash->promotion_count = dash->promotion_more = 0;
    while ((status = loy_promotion_next(tui->store, position, &rule)) == LOY_OK) {
        if (rule.from_us > dash->now_us || (rule.to_us && rule.to_us <= dash->now_us)) continue;
        if (dash->promotion_count == PROMOTIONS_MAX) {
            dash->promotion_more++;
            continue;
        }
        struct promotion *shown = &dash->promotions[dash->promotion_count++];
        *shown = (struct promotion){.to_us = rule.to_us, .members_only = rule.members_only};
        snprintf(shown->code, sizeof shown->code, "%.63s", rule.code);
        promotion_words(&rule, tui->settings.minor_digits, shown->words);
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static void count(struct tui *tui, struct view *view)
{
    struct dash *dash = of(view);
    dash->now_us = tui_now_us();
    struct loy_period today = today_of(dash->now_us), before = today;
    before.from_us -= WEEK_US;
    before.to_us -= WEEK_US;
    enum loy_status status = loy_period_sums_get(tui->store, &today, &dash->today);
    if (status == LOY_OK) status = loy_period_sums_get(tui->store, &before, &dash->before);
    if (status == LOY_OK) status = lanes_count(tui, &today, dash);
    if (status == LOY_OK) status = promotions_read(tui, dash);
    dash->failed = status != LOY_OK;
    if (dash->failed) tui_say_store(tui, status);
    tui_wake(view, REFRESH_MS);
}

/* Nobody waits for figures that cannot be seen; they are fresh when they are seen again. */
static void pass_time(struct tui *tui, struct view *view)
{
    if (tui_top(tui) == view)
        count(tui, view);
    else
        tui_wake(view, COVERED_MS);
}

static bool open(struct tui *tui, struct view *view, const void *argument)
{
    (void)argument;
    of(view)->today.size = of(view)->before.size = sizeof of(view)->today;
    count(tui, view);
    return !of(view)->failed;
}

/* ---- Figures ------------------------------------------------------------------------------ */

/* Against a week ago at this time of day; nothing to compare with says nothing. */
static void change_text(double now, double before, char text[32])
{
    text[0] = '\0';
    if (before > 0) snprintf(text, 32, "%+.0f %%", (now - before) / before * 100);
}

static void figure(int row, int column, const char *label, const char *value, const char *change)
{
    term_cell(row, column, 18, CELL_LEFT, TUI_DIM, label);
    term_cell(row, column + 18, 12, CELL_RIGHT, TUI_STRONG, value);
    term_cell(row, column + 31, 7, CELL_LEFT, *change == '-' ? TUI_WARN : TUI_GOOD, change);
}

static double share_of(const struct loy_period_sums *sums)
{
    return sums->baskets ? 100.0 * (double)sums->member_baskets / (double)sums->baskets : 0;
}

static int64_t average_of(const struct loy_period_sums *sums)
{
    return sums->baskets ? sums->sales_minor / sums->baskets : 0;
}

static void draw_money(const struct tui *tui, const struct dash *dash, int row, int column)
{
    char value[32], change[32];
    tui_amount(tui, dash->today.sales_minor, value);
    change_text((double)dash->today.sales_minor, (double)dash->before.sales_minor, change);
    figure(row, column, _("Sales today"), value, change);
    snprintf(value, sizeof value, "%lld", (long long)dash->today.baskets);
    change_text((double)dash->today.baskets, (double)dash->before.baskets, change);
    figure(row + 1, column, _("Baskets"), value, change);
    tui_amount(tui, average_of(&dash->today), value);
    change_text((double)average_of(&dash->today), (double)average_of(&dash->before), change);
    figure(row + 2, column, _("Average basket"), value, change);
}

static void draw_members(const struct dash *dash, int row, int column)
{
    char value[32], change[32] = "";
    snprintf(value, sizeof value, "%.0f %%", share_of(&dash->today));
    if (dash->before.baskets)
        snprintf(change, sizeof change, "%+.0f", share_of(&dash->today) - share_of(&dash->before));
    figure(row, column, _("Member share"), dash->today.baskets ? value : "-", change);
    snprintf(value, sizeof value, "%lld", (long long)dash->today.new_members);
    figure(row + 1, column, _("New members"), value, "");
    snprintf(value, sizeof value, "%lld", (long long)dash->today.misreads);
    figure(row + 2, column, _("Unreadable swipes"), value, "");
}

/* ---- Lanes and hours ---------------------------------------------------------------------- */

static bool is_open(const struct dash *dash, const struct loy_lane_now *lane)
{
    return lane->busy || (lane->last_us && dash->now_us - lane->last_us < QUIET_US);
}

static void since_text(int64_t us, char text[48])
{
    int64_t seconds = us / 1000000;
    if (seconds < 120)
        snprintf(text, 48, _("%lld s ago"), (long long)(seconds < 0 ? 0 : seconds));
    else if (seconds < 7200)
        snprintf(text, 48, _("%lld min ago"), (long long)(seconds / 60));
    else
        snprintf(text, 48, _("%lld h ago"), (long long)(seconds / 3600));
}

static void draw_lane(
    const struct dash *dash, const struct loy_lane_now *lane, int row, int column, int width)
{
    char text[64], since[48] = "";
    bool open_now = is_open(dash, lane);
    if (lane->last_us) since_text(dash->now_us - lane->last_us, since);
    snprintf(text, sizeof text, "%.7s", lane->lane);
    term_cell(row, column, 3, CELL_LEFT, TUI_STRONG, text);
    term_cell(row, column + 4, 7, CELL_LEFT, open_now ? TUI_GOOD : TUI_DIM,
        open_now ? _("serving") : _("closed"));
    snprintf(text, sizeof text, "%.40s", lane->operator_name);
    term_cell(row, column + 12, width - 29, CELL_LEFT, TUI_PLAIN, text);
    snprintf(text, sizeof text, "%lld", (long long)lane->baskets);
    term_cell(row, column + width - 16, 5, CELL_RIGHT, TUI_STRONG, text);
    term_cell(row, column + width - 10, 10, CELL_LEFT, TUI_PLAIN, since);
}

/* What a supervisor would go and look at. */
static int draw_hints(const struct dash *dash, int row, int last, int column, int width)
{
    char text[128];
    for (size_t i = 0; i < dash->lane_count && row <= last; i++) {
        const struct loy_lane_now *lane = &dash->lanes[i];
        if (lane->misreads >= 10)
            snprintf(text, sizeof text, _("lane %.7s: %lld swipes unread; clean the reader"),
                lane->lane, (long long)lane->misreads);
        else if (lane->suspended)
            snprintf(text, sizeof text, _("lane %.7s: %lld baskets wait"), lane->lane,
                (long long)lane->suspended);
        else
            continue;
        term_text(row, column, TUI_WARN, "!");
        term_cell(row++, column + 2, width - 2, CELL_LEFT, TUI_WARN, text);
    }
    return row;
}

static void draw_lanes(const struct dash *dash, int row, int rows, int column, int width)
{
    int last = row + rows - 1;
    term_cell(row, column, 12, CELL_LEFT, TUI_DIM, _("Lanes"));
    term_cell(row, column + width - 19, 8, CELL_RIGHT, TUI_DIM, _("Baskets"));
    term_cell(row++, column + width - 10, 10, CELL_LEFT, TUI_DIM, _("Latest"));
    for (size_t i = 0; i < dash->lane_count && row <= last; i++)
        draw_lane(dash, &dash->lanes[i], row++, column, width);
    draw_hints(dash, row, last, column, width);
}

static void draw_hours(
    const struct tui *tui, const struct dash *dash, int row, int rows, int column)
{
    double values[LOY_DAY_HOURS] = {0}, most = 0;
    char text[96], amount[32];
    for (unsigned i = 6; i < LOY_DAY_HOURS; i++) {
        values[i] = (double)dash->today.hour_minor[i];
        if (values[i] > most) most = values[i];
    }
    tui_amount(tui, (int64_t)most, amount);
    snprintf(text, sizeof text, _("Sales by hour; the highest %s"), amount);
    term_cell(row, column, 38, CELL_LEFT, TUI_DIM, text);
    bars_standing(row + 1, column, rows - 2, 1, values + 6, LOY_DAY_HOURS - 6, TUI_NOTE);
    for (int hour = 6; hour < 24; hour += 3) {
        snprintf(text, sizeof text, "%d", hour);
        term_text(row + rows - 1, column + (hour - 6) * 2, TUI_DIM, text);
    }
}

/* ---- Promotions --------------------------------------------------------------------------- */

static void draw_promotions(const struct dash *dash, int row, int last, int column, int width)
{
    char text[128], day[32];
    term_cell(row++, column, 30, CELL_LEFT, TUI_DIM, _("Promotions now"));
    if (!dash->promotion_count) term_cell(row, column, width, CELL_LEFT, TUI_PLAIN, _("none"));
    for (size_t i = 0; i < dash->promotion_count && row <= last; i++, row++) {
        const struct promotion *shown = &dash->promotions[i];
        cli_time_local(shown->to_us, day);
        term_cell(row, column, 20, CELL_LEFT, TUI_PLAIN, shown->code);
        term_cell(row, column + 21, 24, CELL_LEFT, TUI_STRONG, shown->words);
        snprintf(text, sizeof text, shown->to_us ? _("until %.10s") : "%s",
            shown->to_us ? day : _("no end"));
        term_cell(row, column + 46, 17, CELL_LEFT, TUI_PLAIN, text);
        if (shown->members_only)
            term_cell(row, column + 64, width - 64, CELL_LEFT, TUI_NOTE, _("for members"));
    }
}

static void draw(const struct tui *tui, const struct view *view, const struct tui_box *body)
{
    const struct dash *dash = of(view);
    int left = body->column + 2, half = (body->columns - 4) / 2, right = left + half + 1;
    int row = body->row, last = body->row + body->rows - 1;
    int middle = body->rows >= 24 ? 10 : 7;
    draw_money(tui, dash, row, left);
    draw_members(dash, row, right);
    row += 3;
    term_rule(row++, body->column, body->columns);
    draw_lanes(dash, row, middle, left, half - 2);
    draw_hours(tui, dash, row, middle, right);
    row += middle;
    term_rule(row++, body->column, body->columns);
    draw_promotions(dash, row, last, left, body->columns - 3);
}

static void title(const struct tui *tui, const struct view *view, char *text, size_t size)
{
    (void)view;
    snprintf(text, size, _("Store %s today, beside a week ago"), tui->settings.site);
}

static const struct key_row keys[] = {
    {TUI_F(5), N_("Count anew"), N_("counts at once, not only every 30 seconds"), NULL, count, 1},
};

const struct view_class view_dash = {
    .name = "dash",
    .state_size = sizeof(struct dash),
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .open = open,
    .title = title,
    .draw = draw,
    .prompt = tui_prompt_key,
    .time = pass_time,
};
