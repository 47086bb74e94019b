/* SPDX-License-Identifier: MIT
 *
 * lift_design.c - which columns the regression of weekly sales has, by what the data carry, and
 * what a week says in each. In: a panel. Out: columns with names. Must not know the fit.
 */
#include "lift_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define OFF_WEEKS_MIN 5 /* of a unit without promotion, for its promotions to count */
#define RARE_SHARE .1   /* of a week under a form that is not in the model */
#define DISPLAY_WEEKS_MIN 20
#define GAP_SPREAD_MIN .1 /* of ln weeks since the last promotion */

/* ---- Counting -------------------------------------------------------------------------------- */

static int64_t off_weeks(const struct lift_panel *panel, const struct lift_unit *unit)
{
    int64_t off = 0;
    for (size_t i = unit->first; i < unit->end; i++)
        off += panel->weeks[i].on == 0;
    return off;
}

static void week_count(
    struct lift_design *design, const struct lift_unit *unit, const struct lift_week *week)
{
    if (week->skipped) return;
    for (size_t f = 1; f < GUIDANCE_FORMS; f++)
        design->forms[f].rival_weeks += week->rivals[f] != 0;
    if (week->after) design->forms[week->after_form].behind_weeks[week->after - 1]++;
    if (!week->on) return;
    struct lift_form *form = &design->forms[week->on];
    form->weeks++;
    form->runs += week->phase == 1;
    form->phase_weeks[week->phase - 1]++;
    form->cut_weight += unit->usual;
    form->cut_sum += unit->usual * week->cut;
    form->cut_squares += unit->usual * week->cut * week->cut;
}

struct counted {
    int64_t on, off, displayed, plain, gaps, cut;
    double gap_sum, gap_squares, shelf_sum, shelf_squares, rows;
};

static void week_survey(
    const struct lift_unit *unit, const struct lift_week *week, struct counted *all)
{
    all->on += week->on != 0;
    all->cut += week->on != 0 && week->cut > 0;
    all->off += week->on == 0;
    all->displayed += week->display >= .5;
    all->plain += week->display < .5;
    all->rows++;
    if (unit->runs < LOY_GUIDANCE_RUNS_MIN || !(week->gap > 0) || !week->on) return;
    all->gaps++;
    all->gap_sum += log(week->gap);
    all->gap_squares += log(week->gap) * log(week->gap);
}

/* ln(articles) is looked at within units: a style of many colours has always more of them. */
static double unit_shelf(const struct lift_panel *panel, const struct lift_unit *unit)
{
    double sum = 0;
    for (size_t i = unit->first; i < unit->end; i++)
        sum += log(panel->weeks[i].days / 7) / (double)(unit->end - unit->first);
    return sum;
}

static void survey(const struct lift_panel *panel, struct lift_design *design, struct counted *all)
{
    for (size_t u = 0; u < panel->unit_count; u++) {
        const struct lift_unit *unit = &panel->units[u];
        if (!unit->kept) continue;
        const bool compared = off_weeks(panel, unit) >= OFF_WEEKS_MIN;
        const double shelf = unit_shelf(panel, unit);
        for (size_t i = unit->first; i < unit->end; i++) {
            const double rest = log(panel->weeks[i].days / 7) - shelf;
            week_survey(unit, &panel->weeks[i], all);
            all->shelf_squares += rest * rest;
            if (compared) week_count(design, unit, &panel->weeks[i]);
        }
    }
}

/* ---- Columns --------------------------------------------------------------------------------- */

static void column_put(struct lift_design *design, enum lift_kind kind, size_t form, int number)
{
    struct lift_column *column = &design->columns[design->count];
    const char *name = loy_form_name((int)form);
    if (design->count >= LIFT_COLUMNS_MAX) return;
    *column = (struct lift_column){.kind = (uint8_t)kind, .form = (uint8_t)form, .number = number};
    switch (kind) {
    case LIFT_PRICE:
        snprintf(column->name, LIFT_NAME_SIZE, "ln_price");
        break;
    case LIFT_FORM:
        snprintf(column->name, LIFT_NAME_SIZE, "promo:%s", name);
        break;
    case LIFT_DISPLAY:
        snprintf(column->name, LIFT_NAME_SIZE, "display");
        break;
    case LIFT_PHASE:
        snprintf(column->name, LIFT_NAME_SIZE, "promo:%s:week%d", name, number);
        break;
    case LIFT_BEHIND:
        snprintf(column->name, LIFT_NAME_SIZE, "after:%s:%d", name, number);
        break;
    case LIFT_RIVALS:
        snprintf(column->name, LIFT_NAME_SIZE, "rivals:%s", name);
        break;
    case LIFT_CUT:
        snprintf(column->name, LIFT_NAME_SIZE, "promo_cut");
        break;
    case LIFT_SINCE:
        snprintf(column->name, LIFT_NAME_SIZE, "promo_since");
        break;
    case LIFT_SHELF:
        snprintf(column->name, LIFT_NAME_SIZE, "ln_shelf");
        break;
    }
    design->count++;
}

static void form_columns(struct lift_design *design, size_t f)
{
    const struct lift_form *form = &design->forms[f];
    for (int phase = 2; phase <= LIFT_PHASES; phase++)
        if (form->phase_weeks[phase - 1] >= LOY_GUIDANCE_FORM_MIN)
            column_put(design, LIFT_PHASE, f, phase);
    for (int week = 1; week <= LIFT_AFTER; week++)
        if (form->behind_weeks[week - 1] >= LOY_GUIDANCE_FORM_MIN)
            column_put(design, LIFT_BEHIND, f, week);
    if (form->rival_weeks >= LOY_GUIDANCE_FORM_MIN) column_put(design, LIFT_RIVALS, f, 0);
}

/* Without a form that is told, what is said of cuts and pauses would be the prior's alone. */
static void shared_columns(struct lift_design *design, const struct counted *all, bool told)
{
    for (size_t f = 1; f < GUIDANCE_FORMS; f++)
        if (design->forms[f].told) form_columns(design, f);
    if (told && all->cut >= LOY_GUIDANCE_FORM_MIN) column_put(design, LIFT_CUT, 0, 0);
    const double n = (double)all->gaps, mean = n > 0 ? all->gap_sum / n : 0;
    const double variance = n > 0 ? all->gap_squares / n - mean * mean : 0;
    design->gap_mean = mean;
    if (told && all->gaps >= LOY_GUIDANCE_FORM_MIN && variance > GAP_SPREAD_MIN * GAP_SPREAD_MIN)
        column_put(design, LIFT_SINCE, 0, 0);
    if (all->shelf_squares > 1e-4 * all->rows) column_put(design, LIFT_SHELF, 0, 0);
}

void lift_design_make(const struct lift_panel *panel, struct lift_design *design)
{
    struct counted all = {0};
    bool told = false;
    *design = (struct lift_design){0};
    survey(panel, design, &all);
    column_put(design, LIFT_PRICE, 0, 0);
    for (size_t f = 1; f < GUIDANCE_FORMS; f++) {
        design->forms[f].told = design->forms[f].phase_weeks[0] >= LOY_GUIDANCE_FORM_MIN / 2 &&
                                design->forms[f].weeks >= LOY_GUIDANCE_FORM_MIN;
        if (design->forms[f].told) column_put(design, LIFT_FORM, f, 0);
        told |= design->forms[f].told;
    }
    if (all.displayed >= DISPLAY_WEEKS_MIN && all.plain >= DISPLAY_WEEKS_MIN)
        column_put(design, LIFT_DISPLAY, 0, 0);
    design->own = design->count;
    shared_columns(design, &all, told);
    if (!told)
        design->problem = all.on == 0    ? LOY_GUIDANCE_PROMO_NEVER
                          : all.off == 0 ? LOY_GUIDANCE_PROMO_ALWAYS
                                         : LOY_GUIDANCE_PROMO_RARE;
}

/* ---- A week ---------------------------------------------------------------------------------- */

static double column_value(const struct lift_design *design, const struct lift_column *column,
    const struct lift_unit *unit, const struct lift_week *week)
{
    switch ((enum lift_kind)column->kind) {
    case LIFT_PRICE:
        return week->price;
    case LIFT_FORM:
        return week->form[column->form];
    case LIFT_DISPLAY:
        return week->display;
    case LIFT_PHASE:
        return week->on == column->form && week->phase == column->number ? week->form[column->form]
                                                                         : 0;
    case LIFT_BEHIND:
        return week->after == column->number && week->after_form == column->form;
    case LIFT_RIVALS:
        return -week->rivals[column->form];
    case LIFT_CUT:
        return week->on ? week->cut : 0;
    case LIFT_SINCE:
        return week->on && week->gap > 0 && unit->runs >= LOY_GUIDANCE_RUNS_MIN
                   ? log(week->gap) - design->gap_mean
                   : 0;
    case LIFT_SHELF:
        return log(week->days / 7);
    }
    return 0;
}

bool lift_design_row(const struct lift_design *design, const struct lift_unit *unit,
    const struct lift_week *week, double *columns)
{
    /* What never ends has no beginning to wait for. */
    const bool always = design->problem == LOY_GUIDANCE_PROMO_ALWAYS;
    if (week->skipped && !always) return false;
    for (size_t f = 1; f < GUIDANCE_FORMS && !always; f++)
        if (!design->forms[f].told && week->form[f] > RARE_SHARE) return false;
    for (size_t k = 0; k < design->count; k++)
        columns[k] = column_value(design, &design->columns[k], unit, week);
    return true;
}
