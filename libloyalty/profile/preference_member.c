/* SPDX-License-Identifier: MIT
 *
 * preference_member.c - one member's value of one table: the share with its Beta interval, what was
 * on offer beside it, the lift and what may be stated of it. Fitted tables and a row of counts in.
 */
#include "profile/preference_private.h"

#include "numeric/beta.h"

#include <math.h>

#define STATED 0.7

static double variance(double a, double b)
{
    return a / (a + b) * (b / (a + b)) / (a + b + 1);
}

static double reliability(double a, double b, double own_a, double own_b)
{
    if (!(a > 0) || !(b > 0)) return 0;
    return fmax(0, fmin(1, 1 - variance(own_a, own_b) / variance(a, b)));
}

/* 10 % and 90 % of Beta(a, b), which may be a point at an end. */
static void interval(double a, double b, double *low, double *high)
{
    *low = *high = a > 0 ? 1 : 0;
    if (!(a > 0) || !(b > 0)) return;
    *low = numeric_beta_p_inverse(a, b, 0.1);
    *high = numeric_beta_p_inverse(a, b, 0.9);
}

static void share(
    const struct preference_table *table, size_t value, struct loy_preference *preference)
{
    const struct profile_together *together = &table->together;
    const bool is_hit = table->values[value] != 0;
    double a = table->alpha[value], b = table->weight - a;
    if (together->effect > 1) {
        a = is_hit ? together->a : together->b;
        b = is_hit ? together->b : together->a;
    }
    double own_a = a + (double)preference->bought / together->effect;
    double own_b = b + (double)(preference->n - preference->bought) / together->effect;
    preference->all_share = table->shares[value];
    if (table->varies) preference->reliability = reliability(a, b, own_a, own_b);
    preference->standing =
        (uint8_t)profile_standing(preference->reliability, preference->n, preference->needed);
    if (preference->standing == LOY_STANDING_FEW) {
        own_a = a;
        own_b = b;
    }
    preference->share = own_a / (own_a + own_b);
    interval(own_a, own_b, &preference->low, &preference->high);
}

/* Of a deal there is the share beside what was offered, and no prior of its own. */
static void deal_lift(struct loy_preference *preference)
{
    preference->lift_standing = preference->standing;
    preference->lift_reliability = preference->reliability;
    if (!(preference->offered > 0)) {
        preference->lift_standing = LOY_STANDING_NOT_CLAIMED;
        return;
    }
    preference->lift = preference->share / preference->offered;
    preference->lift_low = preference->low / preference->offered;
    preference->lift_high = preference->high / preference->offered;
}

static void state(double a, double b, struct loy_preference *preference)
{
    double offered = preference->offered;
    double above = LOY_LIFT_MORE * offered, below = LOY_LIFT_LESS * offered;
    double more = above < 1 ? numeric_beta_q(a, b, above) : 0;
    double less = below < 1 ? numeric_beta_p(a, b, below) : 1;
    double between = fmax(0, 1 - more - less);
    const double probabilities[] = {0, more, between, less};
    uint8_t best = LOY_LIKING_MORE;
    for (uint8_t i = LOY_LIKING_MORE; i <= LOY_LIKING_LESS; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    preference->probability = probabilities[best];
    if (preference->lift_standing != LOY_STANDING_FEW && probabilities[best] >= STATED)
        preference->liking = best;
}

static void lift(double weight, int64_t covered, int64_t taken, struct loy_preference *preference)
{
    double offered = preference->offered;
    double a = weight, b = offered > 0 ? weight * (1 - offered) / offered : 0;
    double own_a = a + (double)taken, own_b = b + (double)(covered - taken);
    if (weight < PROFILE_WEIGHT_MAX) preference->lift_reliability = reliability(a, b, own_a, own_b);
    preference->lift_standing =
        (uint8_t)profile_standing(preference->lift_reliability, covered, preference->needed);
    if (!(offered > 0) || !(offered < 1)) preference->lift_standing = LOY_STANDING_FEW;
    if (preference->lift_standing == LOY_STANDING_FEW) {
        preference->lift = preference->lift_low = preference->lift_high = 1;
        return;
    }
    preference->lift = own_a / (own_a + own_b) / offered;
    interval(own_a, own_b, &preference->lift_low, &preference->lift_high);
    preference->lift_low /= offered;
    preference->lift_high /= offered;
    state(own_a, own_b, preference);
}

enum loy_status loy_preferences_member(const struct loy_preferences *preferences, size_t table,
    size_t value, int64_t member, struct loy_preference *preference)
{
    if (!preferences || !preference || table >= preferences->table_count) return LOY_E_ARGUMENT;
    const struct preference_table *t = &preferences->tables[table];
    const struct preference_row *row = preference_row_find(preferences, member, t->group);
    if (value >= t->count) return LOY_E_ARGUMENT;
    if (!row) return LOY_NONE;
    size_t first = row->first + t->offset;
    struct loy_preference made = {.category = preference_category(preferences, t->group),
        .value = preference_value_name(preferences, t, value),
        .dimension = t->dimension,
        .needed = LOY_PREFERENCE_ITEMS,
        .bought = preferences->bought[first + value],
        .offered = NAN,
        .lift = NAN,
        .lift_low = NAN,
        .lift_high = NAN,
        .lift_standing = LOY_STANDING_NOT_CLAIMED};
    int64_t covered = 0;
    double all = 0;
    for (size_t b = 0; b < t->count; b++) {
        made.n += preferences->bought[first + b];
        covered += preferences->covered[first + b];
        all += preferences->expected[first + b];
    }
    if (made.n == 0) return LOY_NONE;
    share(t, value, &made);
    if (t->offers && all > 0) {
        made.offered = fmin(1, preferences->expected[first + value] / all);
        if (t->dimension == LOY_TASTE_DEAL)
            deal_lift(&made);
        else
            lift(t->weights[value], covered, preferences->covered[first + value], &made);
    }
    *preference = made;
    return LOY_OK;
}
