/* SPDX-License-Identifier: MIT
 *
 * week.c - when a member buys: shares of its baskets over the 168 hours of the week, (n_h + k
 * pi_h)/(n + k). pi is the store's own profile over all baskets (one basket spread evenly is
 * added), k by maximum likelihood of the Dirichlet-multinomial over members with pi held fixed,
 * where that is a sign that members differ (likelihood ratio).
 * Share of a part of the week: posterior Beta(k pi + n_part, rest), interval its 10 % and 90 %
 * quantiles; reliability n/(n + k). Parts have a k of their own: who comes in the evening comes at
 * any hour of it, and 168 hours would say that members are nearly alike.
 */
#include "profile/dirichlet.h"
#include "profile/profile_private.h"

#include "numeric/beta.h"
#include "numeric/maximise.h"

#include <math.h>

#define BASKETS_NEEDED 8
#define WEIGHT_MIN 1e-2

static size_t part_of(size_t hour)
{
    return hour % 24 / 6 + (hour >= 5 * 24 ? 4 : 0);
}

enum loy_status profile_week_add(
    struct profile_week *week, const struct profile_fold *fold, bool identified)
{
    int64_t baskets = 0, parts[PROFILE_PARTS] = {0};
    enum loy_status status = LOY_OK;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK && status == LOY_OK; h++) {
        baskets += fold->week[h];
        week->store[h] += fold->week[h];
        parts[part_of(h)] += fold->week[h];
        if (identified) status = profile_tally_add(&week->hours[h], fold->week[h]);
    }
    week->store_baskets += baskets;
    if (!identified || status != LOY_OK) return status;
    for (size_t i = 0; i < PROFILE_PARTS && status == LOY_OK; i++)
        status = profile_tally_add(&week->parts[i], parts[i]);
    if (status != LOY_OK) return status;
    week->members++;
    return profile_tally_add(&week->totals, baskets);
}

/* Counts of baskets in cells of the week, hours or parts of it. */
struct cells_of_week {
    const struct profile_tally *tallies, *totals;
    const double *prior;
    size_t count;
};

static double likelihood(const void *context, const double *x, double *gradient)
{
    const struct cells_of_week *cells = context;
    double k = exp(x[0]), value = 0, slope = 0;
    for (size_t c = 0; c < cells->count; c++) {
        const struct profile_tally *tally = &cells->tallies[c];
        for (size_t i = 0; i < tally->length; i++) {
            double term = k * cells->prior[c] + (double)i;
            value += (double)tally->above[i] * log(term);
            slope += (double)tally->above[i] * cells->prior[c] / term;
        }
    }
    for (size_t i = 0; i < cells->totals->length; i++) {
        value -= (double)cells->totals->above[i] * log(k + (double)i);
        slope -= (double)cells->totals->above[i] / (k + (double)i);
    }
    gradient[0] = slope * k;
    return value;
}

static double weight_fit(const struct cells_of_week *cells)
{
    struct numeric_maximum maximum = {
        .order = 1, .x = {log(20)}, .low = {log(WEIGHT_MIN)}, .high = {log(PROFILE_WEIGHT_MAX)}};
    numeric_maximise(likelihood, cells, &maximum);
    /* Where all come at one time, no weight at all says so a little better than any. */
    const double alike = log(PROFILE_WEIGHT_MAX);
    double slope, gain = 2 * (maximum.value - likelihood(cells, &alike, &slope));
    return gain > PROFILE_GAIN_NEEDED ? exp(maximum.x[0]) : PROFILE_WEIGHT_MAX;
}

void profile_week_fit(struct profile_week *week)
{
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        week->prior[h] =
            ((double)week->store[h] + 1.0 / LOY_HOURS_OF_WEEK) / ((double)week->store_baskets + 1);
        week->part_prior[part_of(h)] += week->prior[h];
    }
    week->weight = week->part_weight = PROFILE_WEIGHT_MAX;
    if (week->members < 2 || week->totals.length < 2) return;
    week->weight = weight_fit(
        &(struct cells_of_week){week->hours, &week->totals, week->prior, LOY_HOURS_OF_WEEK});
    week->part_weight = weight_fit(
        &(struct cells_of_week){week->parts, &week->totals, week->part_prior, PROFILE_PARTS});
}

static void shares(
    const struct profile_week *week, const struct profile_fold *fold, struct loy_week *estimate)
{
    double counts[PROFILE_PARTS] = {0}, n = 0, k = week->weight;
    bool own = estimate->standing != LOY_STANDING_FEW;
    if (own) n = (double)estimate->baskets;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        double bought = own ? (double)fold->week[h] : 0;
        estimate->share[h] = (bought + k * week->prior[h]) / (n + k);
        estimate->store[h] = week->prior[h];
        counts[part_of(h)] += bought;
    }
    for (size_t i = 0; i < PROFILE_PARTS; i++) {
        estimate->part_store[i] = week->part_prior[i];
        double a = counts[i] + week->part_weight * week->part_prior[i];
        double b = n + week->part_weight - a;
        estimate->part_share[i] = a / (n + week->part_weight);
        estimate->part_low[i] = numeric_beta_p_inverse(a, b, 0.1);
        estimate->part_high[i] = numeric_beta_p_inverse(a, b, 0.9);
    }
}

static void say_nothing(struct loy_week *estimate)
{
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++)
        estimate->share[h] = estimate->store[h] = NAN;
    for (size_t i = 0; i < PROFILE_PARTS; i++)
        estimate->part_share[i] = estimate->part_low[i] = estimate->part_high[i] =
            estimate->part_store[i] = NAN;
}

/* The circular mean of the middles of hours, and its length. */
static void circular(const int64_t *counts, int64_t all, double *mean_hour, double *concentration)
{
    double x = 0, y = 0;
    *mean_hour = *concentration = NAN;
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++) {
        double angle = 2 * M_PI * ((double)(h % 24) + 0.5) / 24;
        x += (double)counts[h] * cos(angle);
        y += (double)counts[h] * sin(angle);
    }
    if (all == 0) return;
    *concentration = fmin(1, sqrt(x * x + y * y) / (double)all);
    /* Nowhere: baskets that lie evenly about the clock have no mean. */
    if (*concentration < 1e-9) return;
    double hour = atan2(y, x) * 24 / (2 * M_PI);
    *mean_hour = hour < 0 ? hour + 24 : hour;
}

void profile_week_estimate(
    const struct profile_week *week, const struct profile_fold *fold, struct loy_week *estimate)
{
    int64_t baskets = fold->timed_visits;
    bool varies = week->part_weight < PROFILE_WEIGHT_MAX / 10;
    *estimate = (struct loy_week){.baskets = baskets, .needed = BASKETS_NEEDED};
    if (varies) estimate->reliability = (double)baskets / ((double)baskets + week->part_weight);
    estimate->standing = (uint8_t)profile_standing(estimate->reliability, baskets, BASKETS_NEEDED);
    circular(fold->week, baskets >= BASKETS_NEEDED ? baskets : 0, &estimate->mean_hour,
        &estimate->concentration);
    circular(week->store, week->store_baskets, &estimate->store_mean_hour,
        &estimate->store_concentration);
    if (week->store_baskets > 0)
        shares(week, fold, estimate);
    else
        say_nothing(estimate);
}

void profile_week_clear(struct profile_week *week)
{
    for (size_t h = 0; h < LOY_HOURS_OF_WEEK; h++)
        profile_tally_clear(&week->hours[h]);
    for (size_t i = 0; i < PROFILE_PARTS; i++)
        profile_tally_clear(&week->parts[i]);
    profile_tally_clear(&week->totals);
}
