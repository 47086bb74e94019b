/* SPDX-License-Identifier: MIT
 *
 * alarm_rate.c - is an operator's rate more than chance? In: counts of all operators. Out: which of
 * them stand out, and how surely (the rule: loyalty/counter.h). Must not know: rows, cards.
 *
 * Sources: R. A. Fisher, The Design of Experiments (1935), exact test of two shares; Y. Benjamini
 * and Y. Hochberg, J. R. Stat. Soc. B 57 (1995) 289-300, step-up rule.
 */
#include "alarm_private.h"

#include <loyalty/counter.h>
#include <numeric/gamma.h>

#include <math.h>
#include <stdlib.h>

static double log_choose(int64_t n, int64_t k)
{
    return numeric_lgamma((double)n + 1) - numeric_lgamma((double)k + 1) -
           numeric_lgamma((double)(n - k) + 1);
}

/* The terms from `count` on, each from the one before. */
static double hypergeometric_tail(int64_t count, int64_t of, int64_t hits, int64_t all)
{
    const int64_t most = of < hits ? of : hits, least = of + hits > all ? of + hits - all : 0;
    if (count <= least) return 1;
    double term =
        exp(log_choose(hits, count) + log_choose(all - hits, of - count) - log_choose(all, of));
    double sum = 0;
    for (int64_t k = count; k <= most; k++) {
        sum += term;
        term *= (double)(hits - k) / (double)(k + 1) * (double)(of - k) /
                (double)(all - hits - of + k + 1);
    }
    return sum > 1 ? 1 : sum;
}

static double binomial_tail(int64_t count, int64_t of, double share)
{
    if (count == 0 || share >= 1) return 1;
    if (share <= 0) return 0;
    double sum = 0;
    for (int64_t k = count; k <= of; k++)
        sum += exp(log_choose(of, k) + (double)k * log(share) + (double)(of - k) * log1p(-share));
    return sum > 1 ? 1 : sum;
}

double loy_alarm_chance(int64_t count, int64_t of, int64_t others, int64_t others_of, double share)
{
    const int64_t most = INT64_C(1) << 40;
    if (count < 0 || of < count || of > most || others < 0 || others_of < others ||
        others_of > most || (others_of == 0 && !(share >= 0 && share <= 1)))
        return (double)NAN;
    if (others_of == 0) return binomial_tail(count, of, share);
    return hypergeometric_tail(count, of, count + others, of + others_of);
}

static int by_chance(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Up to which tail the step-up rule takes them; below 0: none. */
static double limit_of(double *chances, size_t count)
{
    double limit = -1;
    qsort(chances, count, sizeof *chances, by_chance);
    for (size_t i = 0; i < count; i++) {
        const double step = LOY_ALARM_FALSE * (double)(i + 1) / (double)count;
        if (chances[i] <= step) limit = step;
    }
    return limit;
}

static double chance_of(const struct alarm_rate *rate, int64_t count, int64_t of, int64_t percent)
{
    return loy_alarm_chance(count, of, rate->others, rate->others_of, (double)percent / 100);
}

static bool stands_out(
    int64_t count, int64_t of, double chance, double limit, int64_t percent, int64_t least)
{
    return of >= least && chance <= limit && 100 * count > percent * of;
}

bool alarm_rates_judge(struct alarm_rate *rates, size_t count, int64_t percent, int64_t least)
{
    double *chances = calloc(count ? count : 1, sizeof *chances);
    size_t tested = 0;
    int64_t hits = 0, all = 0;
    if (chances == NULL) return false;
    for (size_t i = 0; i < count; i++) {
        hits += rates[i].count;
        all += rates[i].of;
    }
    for (size_t i = 0; i < count; i++) {
        struct alarm_rate *rate = &rates[i];
        rate->others = hits - rate->count;
        rate->others_of = all - rate->of;
        rate->chance = chance_of(rate, rate->count, rate->of, percent);
        if (rate->of >= least) chances[tested++] = rate->chance;
    }
    const double limit = limit_of(chances, tested);
    for (size_t i = 0; i < count; i++) {
        struct alarm_rate *rate = &rates[i];
        const int64_t fresh = rate->count - rate->seen_count, of = rate->of - rate->seen_of;
        rate->alarm = stands_out(rate->count, rate->of, rate->chance, limit, percent, least);
        rate->acknowledged =
            rate->seen_of > 0 &&
            !stands_out(fresh, of, chance_of(rate, fresh, of, percent), limit, percent, least);
    }
    free(chances);
    return true;
}
