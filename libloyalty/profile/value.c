/* SPDX-License-Identifier: MIT
 *
 * value.c - the gamma-gamma model of mean repeat amounts (formulas: loyalty/value.h), and whether
 * members differ at all. In: sums per member. Out: parameters, expectations. Must not know of
 * sales or calendars. level.c fits the single amounts of all occasions for a profile; this is the
 * fit that is published for reference data.
 */
#include <loyalty/value.h>

#include "profile/components.h"

#include "numeric/gamma.h"
#include "numeric/maximise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P, Q, GAMMA, ORDER };

/* x and m divided by the mean of all, so that the unit of money is none. */
struct means {
    double repeats, mean;
};

struct sample {
    struct means *members;
    size_t count;
};

static int means_compare(const void *left, const void *right)
{
    const struct means *a = left, *b = right;
    if (a->repeats != b->repeats) return a->repeats < b->repeats ? -1 : 1;
    return (a->mean > b->mean) - (a->mean < b->mean);
}

static double member_add(const struct means *one, const double *v, double *slope)
{
    double shape = v[P] * one->repeats, all = shape + v[Q], sum = one->mean * one->repeats;
    double rate = log(v[GAMMA] + sum), psi = numeric_digamma(all);
    slope[P] += one->repeats * (psi - numeric_digamma(shape) + log(sum) - rate);
    slope[Q] += psi - numeric_digamma(v[Q]) + log(v[GAMMA]) - rate;
    slope[GAMMA] += v[Q] / v[GAMMA] - all / (v[GAMMA] + sum);
    return numeric_lgamma(all) - numeric_lgamma(shape) - numeric_lgamma(v[Q]) +
           v[Q] * log(v[GAMMA]) - log(one->mean) + shape * log(sum) - all * rate;
}

static double value_at_logs(const void *context, const double *logs, double *gradient)
{
    const struct sample *sample = context;
    const double v[ORDER] = {exp(logs[P]), exp(logs[Q]), exp(logs[GAMMA])};
    double value = 0;
    memset(gradient, 0, ORDER * sizeof *gradient);
    for (size_t i = 0; i < sample->count; i++)
        value += member_add(&sample->members[i], v, gradient);
    for (size_t i = 0; i < ORDER; i++)
        gradient[i] *= v[i];
    return value;
}

static void parameters_find(const struct sample *sample, double unit, struct loy_value_fit *fit)
{
    double most = log(LOY_TIMING_PARAMETER_MAX);
    struct numeric_maximum maximum = {.order = ORDER,
        .x = {log(2), log(4), log(1.5)},
        .low = {-most, -most, -most},
        .high = {most, most, most}};
    fit->at_bound = !numeric_maximise(value_at_logs, sample, &maximum);
    for (size_t i = 0; i < ORDER; i++)
        fit->at_bound = fit->at_bound || maximum.at_bound[i];
    fit->p = exp(maximum.x[P]);
    fit->q = exp(maximum.x[Q]);
    fit->gamma = exp(maximum.x[GAMMA]) * unit;
    fit->log_likelihood = maximum.value - (double)sample->count * log(unit);
    fit->no_mean = fit->q <= 1;
    fit->mean = fit->no_mean || fit->at_bound ? unit : fit->p * fit->gamma / (fit->q - 1);
}

static double correlation(const struct sample *sample)
{
    double n = (double)sample->count, x = 0, m = 0, xx = 0, mm = 0, xm = 0;
    for (size_t i = 0; i < sample->count; i++) {
        x += sample->members[i].repeats;
        m += sample->members[i].mean;
    }
    x /= n;
    m /= n;
    for (size_t i = 0; i < sample->count; i++) {
        double a = sample->members[i].repeats - x, b = sample->members[i].mean - m;
        xx += a * a;
        mm += b * b;
        xm += a * b;
    }
    return xx > 0 && mm > 0 ? xm / sqrt(xx * mm) : NAN;
}

static bool history_valid(const struct loy_value_history *h)
{
    bool counts = h->repeats >= 0 && h->paid >= 0 && h->paid <= h->repeats;
    return counts && isfinite(h->sum) && isfinite(h->logs) && isfinite(h->log_squares);
}

/* Sorted, so that the order of the members changes no bit of the sums. */
static enum loy_status sample_make(const struct loy_value_history *histories, size_t count,
    struct sample *sample, struct loy_value_fit *fit, double *unit)
{
    double sum = 0;
    sample->members = calloc(count + 1, sizeof *sample->members);
    if (!sample->members) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (!history_valid(&histories[i])) return LOY_E_ARGUMENT;
        if (histories[i].repeats == 0 || !(histories[i].sum > 0)) continue;
        double repeats = (double)histories[i].repeats;
        sample->members[sample->count++] = (struct means){repeats, histories[i].sum / repeats};
        fit->repeats += histories[i].repeats;
    }
    qsort(sample->members, sample->count, sizeof *sample->members, means_compare);
    for (size_t i = 0; i < sample->count; i++)
        sum += sample->members[i].mean * sample->members[i].repeats;
    *unit = fit->repeats > 0 ? sum / (double)fit->repeats : 1;
    for (size_t i = 0; i < sample->count; i++)
        sample->members[i].mean /= *unit;
    fit->members = (int64_t)sample->count;
    return LOY_OK;
}

static enum loy_status evidence_find(
    const struct loy_value_history *histories, size_t count, struct loy_value_fit *fit)
{
    struct components_member *members = calloc(count + 1, sizeof *members);
    struct components found;
    if (!members) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        members[i] = (struct components_member){
            (double)histories[i].paid, histories[i].logs, histories[i].log_squares};
    components_find(members, count, &found);
    free(members);
    fit->f = found.f;
    fit->p_value = found.p_value;
    fit->differs = found.p_value < LOY_VALUE_EVIDENCE;
    return LOY_OK;
}

enum loy_status loy_value_estimate(
    const struct loy_value_history *histories, size_t count, struct loy_value_fit *fit)
{
    struct sample sample = {0};
    double unit = 1;
    if (!fit || (count > 0 && !histories)) return LOY_E_ARGUMENT;
    struct loy_value_fit made = {.size = fit->size};
    enum loy_status status = sample_make(histories, count, &sample, &made, &unit);
    if (status == LOY_OK) status = evidence_find(histories, count, &made);
    if (status == LOY_OK && made.members < LOY_VALUE_MEMBERS_MIN) status = LOY_NONE;
    if (status == LOY_OK) {
        made.correlation = correlation(&sample);
        parameters_find(&sample, unit, &made);
    }
    free(sample.members);
    if (status == LOY_OK || status == LOY_NONE) *fit = made;
    return status;
}

struct loy_timing_interval loy_value_expect(
    const struct loy_value_fit *fit, const struct loy_value_history *history)
{
    if (!fit->differs || fit->no_mean || fit->at_bound || history->sum < 0)
        return (struct loy_timing_interval){fit->mean, NAN, NAN};
    double shape = fit->p * (double)history->repeats + fit->q, rate = fit->gamma + history->sum;
    double whole = fit->p * rate;
    return (struct loy_timing_interval){whole / (shape - 1),
        whole / numeric_gamma_p_inverse(shape, 0.9), whole / numeric_gamma_p_inverse(shape, 0.1)};
}
