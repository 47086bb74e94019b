/* SPDX-License-Identifier: MIT
 *
 * together.c - how much lines of one basket go together, and how far members differ beside it
 * (together.h has the formulas). Sums by member in, a prior out. Must not know what the lines are.
 */
#include "profile/together.h"

#include "profile/profile_private.h"

#include <math.h>

#define EFFECT_MIN 1.1
#define MEMBERS_MIN 100
#define POINT 1.644854 /* 5 % of a normal lie above */

void profile_basket_add(struct profile_basket_sums *sums, int64_t lines, int64_t hits)
{
    sums->lines += lines;
    sums->hits += hits;
    sums->line_squares += lines * lines;
    sums->products += lines * hits;
    sums->hit_squares += hits * hits;
}

struct moments {
    double share, lines, line_squares, within, cross, cross_squares, pairs;
    size_t members; /* with more than one basket */
};

static void member_add(const struct profile_basket_sums *member, struct moments *moments)
{
    const double p = moments->share, n = (double)member->lines;
    const double rest = (double)member->hits - p * n;
    const double within = (double)member->hit_squares - 2 * p * (double)member->products +
                          p * p * (double)member->line_squares;
    const double pairs = n * n - (double)member->line_squares, cross = rest * rest - within;
    moments->line_squares += (double)member->line_squares;
    moments->within += within;
    if (pairs <= 0) return;
    moments->cross += cross;
    moments->cross_squares += cross * cross;
    moments->pairs += pairs;
    moments->members++;
}

static void beta_of(double share, double variance, struct profile_together *fit)
{
    double weight = fmin(share * (1 - share) / variance - 1, PROFILE_WEIGHT_MAX);
    fit->a = weight * share;
    fit->b = weight * (1 - share);
}

void profile_together_fit(
    const struct profile_basket_sums *members, size_t count, struct profile_together *fit)
{
    struct moments moments = {0};
    double hits = 0;
    *fit = (struct profile_together){.effect = 1, .varies = true};
    for (size_t i = 0; i < count; i++) {
        moments.lines += (double)members[i].lines;
        hits += (double)members[i].hits;
    }
    if (!(hits > 0 && hits < moments.lines)) return;
    moments.share = hits / moments.lines;
    for (size_t i = 0; i < count; i++)
        member_add(&members[i], &moments);
    if (moments.members < MEMBERS_MIN) return;
    const double one = moments.share * (1 - moments.share);
    const double between = fmax(moments.cross / moments.pairs, one / PROFILE_WEIGHT_MAX);
    const double effect =
        (moments.within - between * moments.line_squares) / moments.lines / (one - between);
    if (!(between < one) || !(effect > EFFECT_MIN)) return;
    fit->effect = effect;
    fit->varies = moments.cross > POINT * sqrt(moments.cross_squares);
    beta_of(moments.share, fit->varies ? between : one / PROFILE_WEIGHT_MAX, fit);
}
