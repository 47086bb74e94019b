/* SPDX-License-Identifier: MIT
 *
 * depth.c - discount depth: what a member did not pay of the list amounts, 1 - sum(paid)/sum(list),
 * a ratio of sums and no mean of ratios. Interval: 10 % and 90 % of the same ratio over baskets
 * drawn with replacement, 400 times, from the member's own stream of random numbers. Reliability
 * tau^2/(tau^2 + s^2/baskets): s^2 from what baskets scatter about their member's ratio
 * (linearised, over all members), tau^2 what the members' ratios scatter beyond that.
 */
#include "profile/profile_private.h"

#include "numeric/normal.h"
#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>

#define LINES_NEEDED 5
#define VISITS_NEEDED 2
#define DRAWS 400
#define SEED 0x6465707468 /* "depth" */

enum loy_status profile_depth_summarise(
    const struct profile_fold *fold, struct profile_summary *summary)
{
    summary->visits = (int64_t)fold->visit_count;
    for (size_t i = 0; i < fold->visit_count; i++)
        if (__builtin_add_overflow(
                summary->gross_minor, fold->visits[i].gross_minor, &summary->gross_minor) ||
            __builtin_add_overflow(
                summary->net_minor, fold->visits[i].paid_minor, &summary->net_minor))
            return LOY_E_LIMIT;
    double n = (double)fold->visit_count, gross = (double)summary->gross_minor, squares = 0;
    if (n < VISITS_NEEDED || !(gross > 0)) return LOY_OK;
    double kept = (double)summary->net_minor / gross;
    for (size_t i = 0; i < fold->visit_count; i++) {
        double rest =
            (double)fold->visits[i].paid_minor - kept * (double)fold->visits[i].gross_minor;
        squares += rest / gross * (rest / gross);
    }
    summary->depth_noise = n * n / (n - 1) * squares;
    return LOY_OK;
}

static bool counts(const struct profile_summary *member)
{
    return member->lines >= LINES_NEEDED && member->visits >= VISITS_NEEDED &&
           member->gross_minor > 0;
}

static double depth_of(const struct profile_summary *member)
{
    return 1 - (double)member->net_minor / (double)member->gross_minor;
}

void profile_depth_fit(
    const struct profile_summary *members, size_t count, struct profile_depth *depth)
{
    double gross = 0, net = 0, n = 0, sum = 0, squares = 0, noise = 0, chance = 0;
    *depth = (struct profile_depth){.mean = NAN};
    for (size_t i = 0; i < count; i++) {
        gross += (double)members[i].gross_minor;
        net += (double)members[i].net_minor;
        if (!counts(&members[i])) continue;
        n += 1;
        sum += depth_of(&members[i]);
        noise += members[i].depth_noise;
    }
    depth->seen = gross > 0;
    if (gross > 0) depth->mean = 1 - net / gross;
    if (n < 2) return;
    depth->noise = noise / n;
    for (size_t i = 0; i < count; i++) {
        if (!counts(&members[i])) continue;
        double difference = depth_of(&members[i]) - sum / n;
        squares += difference * difference;
        chance += depth->noise / (double)members[i].visits;
    }
    depth->between = fmax(0, squares / (n - 1) - chance / n);
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void bootstrap(const struct profile_fold *fold, int64_t member, double *low, double *high)
{
    double draws[DRAWS];
    struct numeric_random random = numeric_random_at(SEED, (uint64_t)member);
    for (size_t d = 0; d < DRAWS; d++) {
        double gross = 0, net = 0;
        for (size_t i = 0; i < fold->visit_count; i++) {
            double at = numeric_random_uniform(&random) * (double)fold->visit_count;
            const struct profile_visit *visit = &fold->visits[(size_t)at];
            gross += (double)visit->gross_minor;
            net += (double)visit->paid_minor;
        }
        draws[d] = gross > 0 ? 1 - net / gross : 0;
    }
    qsort(draws, DRAWS, sizeof(*draws), by_value);
    *low = draws[DRAWS / 10];
    *high = draws[DRAWS - 1 - DRAWS / 10];
}

static double share(double value)
{
    return isnan(value) ? value : fmax(0, fmin(1, value));
}

void profile_depth_estimate(const struct profile_depth *depth, const struct profile_fold *fold,
    int64_t member, struct loy_estimate *estimate)
{
    struct profile_summary summary = {.lines = fold->lines};
    estimate->n = fold->lines;
    estimate->needed = LINES_NEEDED;
    if (profile_depth_summarise(fold, &summary) == LOY_OK && counts(&summary)) {
        double noise = depth->noise / (double)summary.visits;
        estimate->value = depth_of(&summary);
        bootstrap(fold, member, &estimate->low, &estimate->high);
        if (depth->between > 0) estimate->reliability = depth->between / (depth->between + noise);
    }
    double spread = NUMERIC_Z80 * sqrt(depth->between);
    profile_estimate_finish(estimate, depth->seen ? share(depth->mean) : NAN,
        share(depth->mean - spread), share(depth->mean + spread));
}
