/* SPDX-License-Identifier: MIT
 *
 * profile_show.c - the pictures of a profile: each estimate with its interval beside the others',
 * and the hours of the week beside the store's. In: estimates and the terminal's shape; out: lines.
 * Must not know: how an estimate was made.
 */
#include "profile_chart.h"
#include "profile_text.h"

#include "../tui/cell.h"

#include <langinfo.h>
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_LEAST 80
#define COLUMNS_MOST 120
#define LABEL_COLUMNS 28
#define END_COLUMNS 12
#define DAY_COLUMNS 8
#define GAP_COLUMNS 4
#define DAYS 7
#define HOURS 24

struct profile_look profile_look_of(const struct cli *cli)
{
    struct winsize window = {0};
    struct profile_look look = {.columns = COLUMNS_LEAST};
    look.ascii = cli_value(cli, "ascii") != NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0)
        look.columns = window.ws_col;
    if (look.columns < COLUMNS_LEAST) look.columns = COLUMNS_LEAST;
    if (look.columns > COLUMNS_MOST) look.columns = COLUMNS_MOST;
    return look;
}

static void cell_print(const char *text, int width, enum cell_align align)
{
    static const struct cell_rules rules;
    char cell[CELL_BYTES];
    cell_fit(&rules, text, width, align, cell, sizeof cell);
    fputs(cell, stdout);
}

/* ---- Intervals ----------------------------------------------------------------------------------
 */

static bool is_shown(const struct profile_item *item)
{
    bool own =
        item->estimate.standing == LOY_STANDING_OWN || item->estimate.standing == LOY_STANDING_WEAK;
    return own && isfinite(item->estimate.low) && isfinite(item->estimate.high);
}

static double end_of(const struct profile_item *item)
{
    const struct loy_estimate *estimate = &item->estimate;
    if (item->unit == UNIT_SHARE) return 1;
    if (item->unit == UNIT_PERCENTILE) return 100;
    return chart_end(
        fmax(estimate->high, isfinite(estimate->segment_value) ? estimate->segment_value : 0));
}

static void interval_print(
    const struct profile_run *run, const struct profile_look *look, const struct profile_item *item)
{
    const struct loy_estimate *estimate = &item->estimate;
    const struct chart_interval interval = {
        estimate->low, estimate->value, estimate->high, estimate->segment_value, end_of(item)};
    int width = look->columns - LABEL_COLUMNS - END_COLUMNS - 4;
    char bar[CHART_BYTES], end[PROFILE_VALUE_BYTES];
    profile_value_text(run, item->unit, true, interval.most, end);
    chart_interval(look->ascii, &interval, width, bar);
    fputs("  ", stdout);
    cell_print(item->label, LABEL_COLUMNS - 2, CELL_LEFT);
    printf("0 %s %s\n", bar, end);
}

static const char *const legends[] = {N_("● this member, ━ 80 % interval, ┃ all members"),
    N_("O this member, = 80 % interval, | all members")};

static void intervals_print(const struct profile_run *run, const struct profile_look *look,
    const struct profile_item *items, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_shown(&items[i])) continue;
        if (!any) printf("\n  %s\n", _(legends[look->ascii]));
        any = true;
        interval_print(run, look, &items[i]);
    }
}

/* ---- Hours of the week --------------------------------------------------------------------------
 */

static const char *const days[DAYS] = {
    N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};

static double most_of(const double *values)
{
    double most = 0;
    for (size_t i = 0; i < LOY_HOURS_OF_WEEK; i++)
        most = fmax(most, values[i]);
    return most;
}

/* The hours 0, 6, 12 and 18 above their columns, padded to so many. */
static void hours_print(int columns, int width)
{
    char text[4 * HOURS + 1] = "";
    for (int hour = 0; hour < HOURS; hour += 6)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%-*d",
            hour < 18 ? 6 * columns : 0, hour);
    cell_print(text, width ? width : (int)strlen(text), CELL_LEFT);
}

/* How many blanks it ends with. */
static size_t blanks_behind(const char *text)
{
    size_t length = strlen(text), blanks = 0;
    while (blanks < length && text[length - 1 - blanks] == ' ')
        blanks++;
    return blanks;
}

static void week_print(const struct profile_look *look, const struct loy_week *week)
{
    int columns = look->columns >= DAY_COLUMNS + GAP_COLUMNS + 4 * HOURS ? 2 : 1;
    double own_most = most_of(week->share), store_most = most_of(week->store);
    char own[CHART_BYTES], store[CHART_BYTES];
    putchar('\n');
    cell_print("", DAY_COLUMNS, CELL_LEFT);
    cell_print(_("this member"), HOURS * columns + GAP_COLUMNS, CELL_LEFT);
    printf("%s\n", _("the store"));
    cell_print("", DAY_COLUMNS, CELL_LEFT);
    hours_print(columns, HOURS * columns + GAP_COLUMNS);
    hours_print(columns, 0);
    putchar('\n');
    for (int day = 0; day < DAYS; day++) {
        chart_shades(look->ascii, week->share + day * HOURS, HOURS, own_most, columns, own);
        chart_shades(look->ascii, week->store + day * HOURS, HOURS, store_most, columns, store);
        fputs("  ", stdout);
        cell_print(_(days[day]), DAY_COLUMNS - 2, CELL_LEFT);
        cell_print(own, HOURS * columns, CELL_LEFT);
        cell_print("", GAP_COLUMNS, CELL_LEFT);
        store[strlen(store) - blanks_behind(store)] = '\0';
        printf("%s\n", store);
    }
}

void profile_pictures_print(const struct profile_run *run, const struct profile_look *look,
    const struct profile_item *items, size_t count, const struct loy_week *week)
{
    intervals_print(run, look, items, count);
    if (week->standing == LOY_STANDING_OWN || week->standing == LOY_STANDING_WEAK)
        week_print(look, week);
}
