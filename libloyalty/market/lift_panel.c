/* SPDX-License-Identifier: MIT
 *
 * lift_panel.c - weekly cells of articles become weeks of units: an article in a store, a style in
 * a store, or a style everywhere; and which of these weeks were the first, second, later ones of a
 * promotion, or behind one. In: cells. Out: a panel. Must not know the regression.
 */
#include "lift_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ZERO_WEEKS_MAX .1
#define PRICE_STEP .005 /* prices of a unit that differ by less are one */
#define UNIT_SITES 1000000
#define BY_CATEGORY UINT8_MAX /* in the place of a level */

/* ---- Units ----------------------------------------------------------------------------------- */

static int32_t group_of(const struct loy_guidance *guidance, uint8_t level, int32_t article)
{
    const struct guidance_article *one = &guidance->articles[article];
    if (level == BY_CATEGORY) return one->category;
    const bool styled = level != LOY_LIFT_ARTICLE_STORE && *guidance_name(guidance, one->style);
    return styled ? one->style : one->code;
}

const char *lift_unit_name(const struct lift_panel *panel, const struct lift_unit *unit)
{
    return guidance_name(panel->guidance, group_of(panel->guidance, panel->level, unit->article));
}

/* first_of[name]: the first article, by code, of that group; so units are in the order of codes. */
static int32_t *firsts_make(const struct loy_guidance *guidance, uint8_t level)
{
    int32_t *first_of = malloc((guidance->names.count + 1) * sizeof *first_of);
    for (size_t i = 0; first_of && i < guidance->names.count; i++)
        first_of[i] = -1;
    for (size_t i = 0; first_of && i < guidance->article_count; i++) {
        const int32_t group = group_of(guidance, level, (int32_t)i);
        if (first_of[group] < 0) first_of[group] = (int32_t)i;
    }
    return first_of;
}

static int by_week(const void *left, const void *right)
{
    const struct lift_week *a = left, *b = right;
    if (a->unit != b->unit) return a->unit < b->unit ? -1 : 1;
    if (a->week != b->week) return a->week < b->week ? -1 : 1;
    /* Sums of doubles must be added in one order. */
    return (a->article > b->article) - (a->article < b->article);
}

static struct lift_week week_of(const struct guidance_cell *cell, int64_t unit, size_t index)
{
    struct lift_week week = {.unit = unit,
        .week = cell->week,
        .article = (int32_t)index,
        .days = cell->days,
        .price = cell->ln_price_sum,
        .cut = (double)cell->cut_sum,
        .display = cell->display_days,
        .units = (double)cell->units_milli / 1000};
    for (size_t f = 1; f < GUIDANCE_FORMS; f++)
        week.form[f] = cell->form_days[f];
    return week;
}

static void week_add(struct lift_week *sum, const struct lift_week *week)
{
    sum->days += week->days;
    sum->price += week->price;
    sum->cut += week->cut;
    sum->display += week->display;
    sum->units += week->units;
    for (size_t f = 1; f < GUIDANCE_FORMS; f++)
        sum->form[f] += week->form[f];
}

static void weeks_join(struct lift_panel *panel)
{
    struct lift_week *weeks = panel->weeks;
    size_t count = 0;
    for (size_t i = 0; i < panel->week_count; i++)
        if (count && weeks[count - 1].unit == weeks[i].unit &&
            weeks[count - 1].week == weeks[i].week)
            week_add(&weeks[count - 1], &weeks[i]);
        else
            weeks[count++] = weeks[i];
    panel->week_count = count;
    for (size_t i = 0; i < count; i++) {
        weeks[i].price /= weeks[i].days;
        weeks[i].cut /= weeks[i].days;
        weeks[i].display /= weeks[i].days;
        for (size_t f = 1; f < GUIDANCE_FORMS; f++)
            weeks[i].form[f] /= weeks[i].days;
    }
}

/* ---- Promotions in time ---------------------------------------------------------------------- */

static int32_t form_most(const struct lift_week *week)
{
    double all = 0;
    size_t most = 1;
    for (size_t f = 1; f < GUIDANCE_FORMS; f++) {
        all += week->form[f];
        if (week->form[f] > week->form[most]) most = f;
    }
    return all >= .5 ? (int32_t)most : 0;
}

static void week_place(struct lift_week *weeks, size_t first, size_t i, int32_t *ended)
{
    struct lift_week *week = &weeks[i];
    const struct lift_week *before =
        i > first && weeks[i - 1].week == week->week - 1 ? &weeks[i - 1] : NULL;
    week->on = form_most(week);
    if (!week->on) {
        if (before && before->on) *ended = week->week;
        const int32_t behind = *ended < 0 ? LIFT_AFTER : week->week - *ended;
        if (behind < LIFT_AFTER && i - first > (size_t)behind) {
            week->after = behind + 1;
            week->after_form = weeks[i - (size_t)behind - 1].on;
        }
        return;
    }
    const bool goes_on = before && before->on == week->on;
    week->began = goes_on ? before->began : week->week;
    week->phase = goes_on ? (before->phase < LIFT_PHASES ? before->phase + 1 : LIFT_PHASES) : 1;
    week->gap = goes_on ? before->gap : *ended >= 0 ? week->week - *ended : 0;
    week->skipped = goes_on ? before->skipped : !before;
}

static void unit_runs(struct lift_panel *panel, struct lift_unit *unit)
{
    int32_t ended = -1; /* the first week without the promotion that was last */
    for (size_t i = unit->first; i < unit->end; i++) {
        week_place(panel->weeks, unit->first, i, &ended);
        unit->runs += panel->weeks[i].phase == 1;
    }
}

/* ---- Which units sell enough ----------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int64_t levels_count(const struct lift_panel *panel, const struct lift_unit *unit)
{
    const size_t count = unit->end - unit->first;
    double *prices = malloc((count + 1) * sizeof *prices);
    int64_t levels = 1;
    if (!prices) return -1;
    for (size_t i = 0; i < count; i++)
        prices[i] = panel->weeks[unit->first + i].price;
    qsort(prices, count, sizeof *prices, by_value);
    for (size_t i = 1; i < count; i++)
        levels += prices[i] - prices[i - 1] > PRICE_STEP;
    free(prices);
    return levels;
}

static double unit_sold(const struct lift_panel *panel, const struct lift_unit *unit)
{
    double sold = 0;
    for (size_t i = unit->first; i < unit->end; i++)
        sold += panel->weeks[i].units;
    return sold;
}

static bool is_enough(const struct lift_panel *panel, const struct lift_unit *unit)
{
    const double weeks = (double)(unit->end - unit->first);
    double zeros = 0;
    for (size_t i = unit->first; i < unit->end; i++)
        zeros += panel->weeks[i].units <= 0;
    return weeks >= LOY_GUIDANCE_WEEKS_MIN && zeros <= ZERO_WEEKS_MAX * weeks &&
           unit_sold(panel, unit) >= LOY_GUIDANCE_MEAN_MIN * weeks;
}

static enum loy_status unit_end(struct lift_panel *panel, struct lift_unit *unit)
{
    unit_runs(panel, unit);
    unit->levels = levels_count(panel, unit);
    if (unit->levels < 0) return LOY_E_MEMORY;
    unit->kept = is_enough(panel, unit);
    panel->kept += unit->kept;
    if (unit->end - unit->first >= LOY_GUIDANCE_WEEKS_MIN) panel->long_enough = true;
    return LOY_OK;
}

static enum loy_status units_make(struct lift_panel *panel, const int32_t *category_first)
{
    double sold = 0, kept = 0;
    panel->units = calloc(panel->week_count + 1, sizeof *panel->units);
    if (!panel->units) return LOY_E_MEMORY;
    for (size_t first = 0, end; first < panel->week_count; first = end) {
        for (end = first; end < panel->week_count; end++)
            if (panel->weeks[end].unit != panel->weeks[first].unit) break;
        struct lift_unit *unit = &panel->units[panel->unit_count++];
        const int32_t article = (int32_t)(panel->weeks[first].unit / UNIT_SITES);
        *unit = (struct lift_unit){.first = first,
            .end = end,
            .article = article,
            .site = (int32_t)(panel->weeks[first].unit % UNIT_SITES),
            .category = category_first[panel->guidance->articles[article].category]};
        enum loy_status status = unit_end(panel, unit);
        if (status != LOY_OK) return status;
        const double one = unit_sold(panel, unit);
        sold += one;
        kept += unit->kept ? one : 0;
    }
    panel->share = sold > 0 ? kept / sold : 0;
    return LOY_OK;
}

enum loy_status lift_panel_make(
    const struct loy_guidance *guidance, uint8_t level, struct lift_panel *panel)
{
    *panel = (struct lift_panel){.guidance = guidance, .level = level};
    panel->weeks = calloc(guidance->cell_count + 1, sizeof *panel->weeks);
    int32_t *first_of = firsts_make(guidance, level);
    int32_t *category_first = firsts_make(guidance, BY_CATEGORY);
    enum loy_status status = panel->weeks && first_of && category_first ? LOY_OK : LOY_E_MEMORY;
    for (size_t i = 0; status == LOY_OK && i < guidance->cell_count; i++) {
        const struct guidance_cell *cell = &guidance->cells[i];
        const int32_t article = first_of[group_of(guidance, level, cell->article)];
        /* A store's number inside the store file is small. */
        const int32_t site = level == LOY_LIFT_STYLE ? 0 : cell->site % UNIT_SITES;
        panel->weeks[panel->week_count++] = week_of(cell, (int64_t)article * UNIT_SITES + site, i);
    }
    if (status == LOY_OK) {
        qsort(panel->weeks, panel->week_count, sizeof *panel->weeks, by_week);
        weeks_join(panel);
        status = units_make(panel, category_first);
    }
    free(first_of);
    free(category_first);
    if (status != LOY_OK) lift_panel_clear(panel);
    return status;
}

void lift_panel_clear(struct lift_panel *panel)
{
    free(panel->weeks);
    free(panel->units);
    *panel = (struct lift_panel){0};
}
