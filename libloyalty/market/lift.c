/* SPDX-License-Identifier: MIT
 *
 * lift.c - the regression of weekly sales put together and fitted, and what it says of each form of
 * promotion. In: a loy_guidance. Out: a loy_lift. Must not know who bought.
 */
#include "lift_private.h"
#include "regression_private.h"

#include "numeric/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARE_ENOUGH .5 /* of the sales in units that sell enough */
#define PRICE_SCALE .4  /* prior spreads between units */
#define PROMOTION_SCALE .25
#define RIVALS_MEAN .5 /* between 0, nothing is taken from the rest, and 1, all of it is */
#define RIVALS_SPREAD .5
#define CUT_SPREAD                                                                                 \
    .3 /* of the elasticity of a price that is cut for a while, beside the usual one */
#define CATEGORY_PERIODS 100000

/* ---- Which units ----------------------------------------------------------------------------- */

static uint8_t panel_problem(const struct lift_panel *panel)
{
    int64_t levels = 0;
    if (panel->unit_count == 1) return LOY_GUIDANCE_ONE_UNIT;
    if (!panel->long_enough) return LOY_GUIDANCE_FEW_WEEKS;
    if (panel->kept < 2) return LOY_GUIDANCE_FEW_SALES;
    for (size_t u = 0; u < panel->unit_count; u++)
        if (panel->units[u].kept && panel->units[u].levels > levels)
            levels = panel->units[u].levels;
    return levels < LOY_GUIDANCE_LEVELS_MIN ? LOY_GUIDANCE_PRICES_STILL : LOY_GUIDANCE_NO_PROBLEM;
}

/* The finest level of which enough is kept, else the one of which most is. */
static enum loy_status panel_choose(
    const struct loy_guidance *guidance, uint8_t wanted, struct lift_panel *panel)
{
    struct lift_panel best = {0};
    enum loy_status status = LOY_OK;
    for (uint8_t level = LOY_LIFT_ARTICLE_STORE; level < loy_lift_level_count; level++) {
        struct lift_panel one;
        if (wanted && level != wanted) continue;
        status = lift_panel_make(guidance, level, &one);
        if (status != LOY_OK) break;
        const bool better = !best.units || (one.kept >= 2 && one.share > best.share);
        struct lift_panel *worse = better ? &best : &one;
        struct lift_panel dropped = *worse;
        if (better) best = one;
        lift_panel_clear(&dropped);
        if (best.share >= SHARE_ENOUGH && best.kept >= 2) break;
    }
    if (status != LOY_OK) lift_panel_clear(&best);
    *panel = best;
    return status;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static enum loy_status unit_add(const struct lift_panel *panel, const struct lift_design *design,
    size_t u, struct loy_regression *regression)
{
    const struct lift_unit *unit = &panel->units[u];
    double columns[LIFT_COLUMNS_MAX];
    for (size_t i = unit->first; i < unit->end; i++) {
        const struct lift_week *week = &panel->weeks[i];
        if (!lift_design_row(design, unit, week, columns)) continue;
        const struct loy_regression_row row = {.unit = (int64_t)u,
            .period = (int64_t)unit->category * CATEGORY_PERIODS + week->week,
            .order = week->week,
            .own = columns,
            .common = columns + design->own,
            .y = log(week->units + .5)};
        enum loy_status status = loy_regression_add(regression, &row);
        if (status != LOY_OK) return status;
    }
    return LOY_OK;
}

static enum loy_status rows_make(const struct lift_panel *panel, const struct lift_design *design,
    struct loy_regression **regression)
{
    struct loy_regression_settings settings = {.size = sizeof settings,
        .own = design->own,
        .common = design->count - design->own,
        .periods = true};
    for (size_t k = 0; k < design->own; k++)
        settings.scale[k] = design->columns[k].kind == LIFT_PRICE ? PRICE_SCALE : PROMOTION_SCALE;
    for (size_t k = design->own; k < design->count; k++)
        if (design->columns[k].kind == LIFT_RIVALS) {
            settings.common_mean[k - design->own] = RIVALS_MEAN;
            settings.common_spread[k - design->own] = RIVALS_SPREAD;
        } else if (design->columns[k].kind == LIFT_CUT)
            settings.common_spread[k - design->own] = CUT_SPREAD;
    enum loy_status status = loy_regression_open(&settings, regression);
    for (size_t u = 0; status == LOY_OK && u < panel->unit_count; u++)
        if (panel->units[u].kept) status = unit_add(panel, design, u, *regression);
    return status;
}

/* ---- The lift -------------------------------------------------------------------------------- */

void loy_lift_close(struct loy_lift *lift)
{
    if (!lift) return;
    for (size_t i = 0; i < lift->label_count; i++)
        free(lift->labels[i].name);
    free(lift->labels);
    loy_regression_model_close(lift->model);
    free(lift);
}

static enum loy_status labels_make(const struct lift_panel *panel, struct loy_lift *lift)
{
    lift->labels = calloc(panel->kept + 1, sizeof *lift->labels);
    if (!lift->labels) return LOY_E_MEMORY;
    for (size_t u = 0; u < panel->unit_count; u++) {
        if (!panel->units[u].kept) continue;
        struct lift_label *label = &lift->labels[lift->label_count];
        *label = (struct lift_label){.name = strdup(lift_unit_name(panel, &panel->units[u])),
            .site = panel->units[u].site,
            .unit = (int64_t)u};
        if (!label->name) return LOY_E_MEMORY;
        lift->label_count++;
    }
    return LOY_OK;
}

static void summary_make(const struct lift_panel *panel, struct loy_lift *lift)
{
    const struct loy_guidance *guidance = panel->guidance;
    struct loy_regression_summary fitted;
    loy_regression_summary_get(lift->model, &fitted);
    lift->summary.level = panel->level;
    lift->summary.units = fitted.units;
    lift->summary.rows = fitted.rows;
    lift->summary.left_out = (int64_t)(panel->unit_count - panel->kept);
    lift->summary.share = panel->share;
    lift->summary.weeks = guidance->weeks;
    lift->summary.first_day = guidance->first_day;
    lift->summary.unlisted_milli = guidance->unlisted_milli;
    lift->summary.coefficients = fitted.coefficients;
    lift->summary.log_likelihood = fitted.log_likelihood;
    for (size_t k = 0; k < lift->design.count; k++)
        if (lift->design.columns[k].kind == LIFT_SINCE) lift->summary.frequency = true;
}

/* The mean over units of exp(coefficient) is more than exp of its mean: what the manager counts are
 * units sold, so that a unit weighs by what it usually sells and by its weeks under the form. */
static double unit_factor(
    const struct lift_panel *panel, const struct loy_lift *lift, size_t f, size_t column)
{
    struct loy_regression_unit unit;
    double mean = 0, units = 0, sum = 0, weight = 0;
    for (size_t i = 0; loy_regression_unit_get(lift->model, i, &unit) == LOY_OK; i++) {
        mean += unit.mean[column + 1];
        units++;
    }
    for (size_t i = 0; loy_regression_unit_get(lift->model, i, &unit) == LOY_OK; i++) {
        const struct lift_unit *one = &panel->units[unit.unit];
        double weeks = 0;
        for (size_t k = one->first; k < one->end; k++)
            weeks += panel->weeks[k].on == (int32_t)f && !panel->weeks[k].skipped;
        /* The mean of exp where the unit's coefficient is normal. */
        const double deviation = (unit.high[column + 1] - unit.mean[column + 1]) / NUMERIC_Z80;
        sum += one->usual * weeks *
               exp(unit.mean[column + 1] - mean / units + deviation * deviation / 2);
        weight += one->usual * weeks;
    }
    return sum > 0 && weight > 0 ? sum / weight : 1;
}

static void factors_make(const struct lift_panel *panel, struct loy_lift *lift)
{
    for (size_t f = 1; f < GUIDANCE_FORMS; f++)
        lift->design.forms[f].unit_factor = 1;
    for (size_t k = 0; k < lift->design.own; k++)
        if (lift->design.columns[k].kind == LIFT_FORM)
            lift->design.forms[lift->design.columns[k].form].unit_factor =
                unit_factor(panel, lift, lift->design.columns[k].form, k);
}

static enum loy_status lift_fit(
    const struct lift_panel *panel, const struct loy_lift_options *options, struct loy_lift *lift)
{
    struct loy_regression *regression = NULL;
    lift_design_make(panel, &lift->design);
    enum loy_status status = rows_make(panel, &lift->design, &regression);
    if (status == LOY_OK)
        status = loy_regression_fit(regression, &options->regression, &lift->model);
    if (status == LOY_OK && options->holdout_weeks) {
        status = loy_regression_holdout_get(
            regression, &options->regression, options->holdout_weeks, &lift->summary.holdout);
        lift->summary.has_holdout = status == LOY_OK;
        if (status == LOY_NONE) status = LOY_OK;
    }
    loy_regression_close(regression);
    if (status == LOY_OK) status = labels_make(panel, lift);
    if (status == LOY_OK) {
        factors_make(panel, lift);
        summary_make(panel, lift);
    }
    return status;
}

enum loy_status loy_guidance_lift(struct loy_guidance *guidance,
    const struct loy_lift_options *options, uint8_t *problem, struct loy_lift **lift)
{
    if (!guidance || !options || !problem || !lift || options->level >= loy_lift_level_count)
        return LOY_E_ARGUMENT;
    struct lift_panel panel = {0};
    enum loy_status status = guidance_weeks(guidance, problem);
    if (status == LOY_OK) status = panel_choose(guidance, options->level, &panel);
    if (status != LOY_OK) return status;
    struct loy_lift *made = NULL;
    *problem = panel_problem(&panel);
    if (*problem) status = LOY_NONE;
    if (status == LOY_OK && !(made = calloc(1, sizeof *made))) status = LOY_E_MEMORY;
    if (status == LOY_OK) status = lift_rivals_make(&panel);
    if (status == LOY_OK) {
        status = lift_fit(&panel, options, made);
        *problem = status == LOY_NONE ? LOY_GUIDANCE_FEW_SALES : made->design.problem;
    }
    lift_panel_clear(&panel);
    if (status == LOY_OK)
        *lift = made;
    else
        loy_lift_close(made);
    return status;
}

void loy_lift_summary_get(const struct loy_lift *lift, struct loy_lift_summary *summary)
{
    *summary = lift->summary;
}

const char *loy_lift_name(const struct loy_lift *lift, size_t coefficient)
{
    if (coefficient == 0) return "intercept";
    return coefficient <= lift->design.count ? lift->design.columns[coefficient - 1].name : "";
}

enum loy_status loy_lift_coefficient(
    const struct loy_lift *lift, size_t coefficient, struct loy_regression_coefficient *value)
{
    return lift ? loy_regression_coefficient_get(lift->model, coefficient, value) : LOY_E_ARGUMENT;
}

enum loy_status loy_lift_unit(const struct loy_lift *lift, size_t index,
    struct loy_regression_unit *unit, const char **name, int32_t *site)
{
    if (!lift || !unit || !name || !site) return LOY_E_ARGUMENT;
    enum loy_status status = loy_regression_unit_get(lift->model, index, unit);
    if (status != LOY_OK) return status;
    for (size_t i = 0; i < lift->label_count; i++)
        if (lift->labels[i].unit == unit->unit) {
            *name = lift->labels[i].name;
            *site = lift->labels[i].site;
            return LOY_OK;
        }
    return LOY_NONE;
}

/* ---- Forms ----------------------------------------------------------------------------------- */

static const double *draws_of(
    const struct loy_lift *lift, enum lift_kind kind, size_t form, int number, size_t *rounds)
{
    for (size_t k = 0; k < lift->design.count; k++) {
        const struct lift_column *column = &lift->design.columns[k];
        if (column->kind == kind && column->form == form && column->number == number)
            return loy_regression_draws(lift->model, k + 1, rounds);
    }
    return NULL;
}

struct form_draws {
    const double *first, *phase[LIFT_PHASES], *behind[LIFT_AFTER], *price, *cut_price;
    double weight[LIFT_PHASES]; /* share of the weeks of promotion */
    double length;
    double cut, cut_variance; /* of ln(list / selling) */
    double unit_factor;
    size_t rounds;
};

static struct form_draws draws_make(const struct loy_lift *lift, size_t f)
{
    const struct lift_form *form = &lift->design.forms[f];
    struct form_draws draws = {0};
    draws.first = draws_of(lift, LIFT_FORM, f, 0, &draws.rounds);
    draws.price = draws_of(lift, LIFT_PRICE, 0, 0, &draws.rounds);
    draws.cut_price = draws_of(lift, LIFT_CUT, 0, 0, &draws.rounds);
    draws.unit_factor = log(form->unit_factor);
    for (int k = 0; k < LIFT_PHASES; k++) {
        draws.phase[k] = k ? draws_of(lift, LIFT_PHASE, f, k + 1, &draws.rounds) : NULL;
        draws.weight[k] = (double)form->phase_weeks[k] / (double)form->weeks;
    }
    for (int k = 0; k < LIFT_AFTER; k++)
        draws.behind[k] = draws_of(lift, LIFT_BEHIND, f, k + 1, &draws.rounds);
    draws.length = form->runs > 0 ? (double)form->weeks / (double)form->runs : 1;
    if (form->cut_weight > 0) draws.cut = form->cut_sum / form->cut_weight;
    if (form->cut_weight > 0)
        draws.cut_variance = fmax(form->cut_squares / form->cut_weight - draws.cut * draws.cut, 0);
    return draws;
}

/* The mean of exp(elasticity times cut) over cuts of that mean and variance. */
static double cut_effect(const struct form_draws *draws, size_t round)
{
    double elasticity = -draws->price[round];
    if (draws->cut_price) elasticity += draws->cut_price[round];
    return elasticity * draws->cut + elasticity * elasticity * draws->cut_variance / 2;
}

static double phase_lift(const struct form_draws *draws, int phase, size_t round, bool with_cut)
{
    double log_lift = draws->first[round] + draws->unit_factor;
    if (draws->phase[phase]) log_lift += draws->phase[phase][round];
    if (with_cut) log_lift += cut_effect(draws, round);
    return expm1(fmin(log_lift, 20));
}

static double run_lift(const struct form_draws *draws, size_t round, bool with_cut)
{
    double sum = 0;
    for (int k = 0; k < LIFT_PHASES; k++)
        if (draws->weight[k] > 0) sum += draws->weight[k] * phase_lift(draws, k, round, with_cut);
    return sum;
}

static double behind_lift(const struct form_draws *draws, size_t round)
{
    double sum = 0;
    for (int k = 0; k < LIFT_AFTER; k++)
        if (draws->behind[k]) sum += expm1(fmin(draws->behind[k][round], 20));
    return sum / draws->length;
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* values are sorted in place. */
static struct loy_lift_value value_of(double *values, size_t count, int64_t n)
{
    qsort(values, count, sizeof *values, by_value);
    return (struct loy_lift_value){.value = values[count / 2],
        .low = values[(size_t)(.1 * (double)(count - 1) + .5)],
        .high = values[(size_t)(.9 * (double)(count - 1) + .5)],
        .n = n};
}

static const struct loy_lift_value not_told = {.value = NAN, .low = NAN, .high = NAN};

static void runs_tell(const struct lift_form *form, const struct form_draws *draws, double *room,
    struct loy_lift_form *value)
{
    const bool behind = draws->behind[0] || draws->behind[1];
    for (size_t i = 0; i < draws->rounds; i++)
        room[i] = run_lift(draws, i, false);
    value->gross = value_of(room, draws->rounds, form->weeks);
    for (size_t i = 0; i < draws->rounds; i++)
        room[i] = run_lift(draws, i, true);
    value->with_cut = value_of(room, draws->rounds, form->weeks);
    value->dip = not_told;
    if (behind) {
        for (size_t i = 0; i < draws->rounds; i++)
            room[i] = behind_lift(draws, i);
        value->dip = value_of(room, draws->rounds, form->behind_weeks[0] + form->behind_weeks[1]);
    }
    for (size_t i = 0; i < draws->rounds; i++)
        room[i] = run_lift(draws, i, false) + behind_lift(draws, i);
    value->net = behind ? value_of(room, draws->rounds, form->weeks) : not_told;
    for (int k = 0; k < LIFT_PHASES; k++) {
        value->week[k] = not_told;
        if (k > 0 && !draws->phase[k]) continue;
        for (size_t i = 0; i < draws->rounds; i++)
            room[i] = phase_lift(draws, k, i, false);
        value->week[k] = value_of(room, draws->rounds, form->phase_weeks[k]);
    }
}

static double reliability_of(const struct loy_lift *lift, size_t f)
{
    double sum = 0, count = 0;
    struct loy_regression_unit unit;
    for (size_t k = 0; k < lift->design.own; k++) {
        if (lift->design.columns[k].kind != LIFT_FORM || lift->design.columns[k].form != f)
            continue;
        for (size_t i = 0; loy_regression_unit_get(lift->model, i, &unit) == LOY_OK; i++) {
            sum += unit.reliability[k + 1];
            count++;
        }
    }
    return count > 0 ? sum / count : 0;
}

enum loy_status loy_lift_form_get(
    const struct loy_lift *lift, enum loy_form form, struct loy_lift_form *value)
{
    if (!lift || !value || (size_t)form >= GUIDANCE_FORMS) return LOY_E_ARGUMENT;
    const struct lift_form *from = &lift->design.forms[form];
    if (from->weeks == 0) return LOY_NONE;
    const struct form_draws draws = draws_make(lift, form);
    *value = (struct loy_lift_form){.form = (uint8_t)form,
        .told = from->told,
        .weeks = from->weeks,
        .runs = from->runs,
        .length = draws.length,
        .cut = -expm1(-draws.cut),
        .reliability = reliability_of(lift, form)};
    if (!from->told || !draws.first || !draws.price) return LOY_OK;
    double *room = malloc(draws.rounds * sizeof *room);
    if (!room) return LOY_E_MEMORY;
    runs_tell(from, &draws, room, value);
    free(room);
    return LOY_OK;
}
