/* SPDX-License-Identifier: MIT
 *
 * lift_rivals.c - what stands beside a unit in its store and category in a week: how much of the
 * category's usual sales the others' promotions draw. In: a panel whose weeks know their
 * promotions. Out: what is usual for each unit, and each week's rivals. Must not know the
 * regression.
 */
#include "lift_private.h"

#include <math.h>
#include <stdlib.h>

#define DRAWN_MIN (-.9) /* of a category's usual sales; less than all, for the logarithm */

/* A week of a unit as one of its store, category and week. */
struct beside {
    int32_t category, site, week, form, began;
    double usual, gain;
    struct lift_week *place;
};

static int by_place(const void *left, const void *right)
{
    const struct beside *a = left, *b = right;
    if (a->category != b->category) return a->category < b->category ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    if (a->week != b->week) return a->week < b->week ? -1 : 1;
    if (a->form != b->form) return a->form < b->form ? -1 : 1;
    if (a->began != b->began) return a->began < b->began ? -1 : 1;
    /* Sums of doubles must be added in one order. */
    return (a->place > b->place) - (a->place < b->place);
}

/* ---- What is usual --------------------------------------------------------------------------- */

static double unit_usual(const struct lift_panel *panel, const struct lift_unit *unit)
{
    double plain = 0, all = 0, plain_weeks = 0;
    for (size_t i = unit->first; i < unit->end; i++) {
        const struct lift_week *week = &panel->weeks[i];
        all += week->units;
        if (week->on) continue;
        plain += week->units;
        plain_weeks++;
    }
    return plain_weeks > 0 ? plain / plain_weeks : all / (double)(unit->end - unit->first);
}

static size_t weeks_list(const struct lift_panel *panel, struct beside *list)
{
    size_t count = 0;
    for (size_t u = 0; u < panel->unit_count; u++) {
        struct lift_unit *unit = &panel->units[u];
        unit->usual = unit_usual(panel, unit);
        for (size_t i = unit->first; i < unit->end; i++) {
            struct lift_week *week = &panel->weeks[i];
            list[count++] = (struct beside){.category = unit->category,
                .site = unit->site,
                .week = week->week,
                .form = week->on,
                .began = week->on ? week->began : 0,
                .usual = unit->usual,
                .place = week};
        }
    }
    return count;
}

static size_t place_end(const struct beside *list, size_t count, size_t first)
{
    size_t end = first;
    while (end < count && list[end].category == list[first].category &&
           list[end].site == list[first].site && list[end].week == list[first].week)
        end++;
    return end;
}

/* What a form has sold in its first, second and later weeks, as a multiple of the usual, where
 * what had no promotion in the same store, category and week says how usual the week was. */
struct drawn {
    double units[loy_form_count][LIFT_PHASES + 1], usual[loy_form_count][LIFT_PHASES + 1];
};

static void place_count(const struct beside *list, size_t count, struct drawn *drawn)
{
    double units = 0, usual = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].form) continue;
        units += list[i].place->units;
        usual += list[i].usual;
    }
    if (!(units > 0 && usual > 0)) return;
    for (size_t i = 0; i < count; i++) {
        const int32_t form = list[i].form, phase = list[i].place->phase;
        if (!form) continue;
        drawn->units[form][phase] += list[i].place->units;
        drawn->usual[form][phase] += list[i].usual * units / usual;
    }
}

/* The mean of the form and week, not the unit's own sales: those are what is to be explained. */
static void gains_make(struct beside *list, size_t count)
{
    struct drawn drawn = {0};
    for (size_t first = 0, end; first < count; first = end) {
        end = place_end(list, count, first);
        place_count(list + first, end - first, &drawn);
    }
    for (size_t i = 0; i < count; i++) {
        const int32_t form = list[i].form, phase = list[i].place->phase;
        const double usual = drawn.usual[form][phase];
        if (form && usual > 0)
            list[i].gain = list[i].usual * (drawn.units[form][phase] / usual - 1);
    }
}

/* ---- A store's category in a week ------------------------------------------------------------ */

struct sums {
    double usual, gain, form[loy_form_count];
};

static void rivals_write(const struct sums *sums, int32_t form, double own, double *rivals)
{
    const double rest = sums->usual > 0 ? fmax((sums->gain - own) / sums->usual, DRAWN_MIN) : 0;
    /* ln(1 + x) / x tends to 1. */
    const double per_gain = fabs(rest) > 1e-9 ? log1p(rest) / rest : 1;
    for (int32_t f = 1; f < loy_form_count; f++) {
        const double gain = sums->form[f] - (f == form ? own : 0);
        rivals[f] = sums->usual > 0 ? per_gain * gain / sums->usual : 0;
    }
}

/* Promotions of one form that began in the same week are one: its articles are no rivals. */
static void place_write(struct beside *list, size_t count)
{
    struct sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        sums.usual += list[i].usual;
        sums.gain += list[i].gain;
        sums.form[list[i].form] += list[i].gain;
    }
    for (size_t first = 0, end; first < count; first = end) {
        double own = 0;
        for (end = first; end < count && list[end].form == list[first].form &&
                          list[end].began == list[first].began;
             end++)
            own += list[end].gain;
        for (size_t i = first; i < end; i++)
            rivals_write(&sums, list[i].form, own, list[i].place->rivals);
    }
}

enum loy_status lift_rivals_make(struct lift_panel *panel)
{
    struct beside *list = calloc(panel->week_count + 1, sizeof *list);
    if (!list) return LOY_E_MEMORY;
    const size_t count = weeks_list(panel, list);
    qsort(list, count, sizeof *list, by_place);
    gains_make(list, count);
    for (size_t first = 0, end; first < count; first = end) {
        end = place_end(list, count, first);
        place_write(list + first, end - first);
    }
    free(list);
    return LOY_OK;
}
