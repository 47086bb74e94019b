/* SPDX-License-Identifier: MIT
 *
 * prospect.c - when a member buys again and for how much: the timing model and gamma-gamma fitted
 * to all members, put together for one of them. In: sums of all members, then one fold. Out:
 * estimates with their standing. Must not know of store, clock or thread.
 *
 * Expected spend is E(value per occasion) E(occasions) and the share of occasions with something
 * paid; its interval comes from the futures of timing_draws.c, each with a value of its own from
 * the posterior of gamma-gamma and the scatter of that many amounts. Reliability of all that the
 * timing model says is that of the logarithm of the rate, 1 - trigamma(r+x) / trigamma(r); that of
 * the spend is that of the logarithm of rate times value, whose variances add up (trigamma of q,
 * and of pn+q behind n amounts, for the value): members who come alike may still pay differently.
 * That of the interval is between / (between + within / gaps), of the logarithms of the days.
 */
#include "profile/components.h"
#include "profile/profile_private.h"
#include "profile/timing_private.h"

#include "numeric/gamma.h"
#include "numeric/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WEEK_DAYS 7.0
#define NEW_DAYS 84
#define OCCASIONS_NEEDED 4 /* for a rhythm */
#define REPEATS_NEEDED 1
#define CLASS_PROBABILITY 0.7
#define LATE_PROBABILITY 0.1
#define COVERAGE 0.8
#define TRIAL_MEMBERS 500 /* of Pareto/NBD */
#define TRIAL_GROWTH 4
#define SEED UINT64_C(1997)
#define SALT_SPEND 1

static const double horizons[] = {4, 12, 52};
#define HORIZONS (sizeof horizons / sizeof horizons[0])

/* ---- All members ------------------------------------------------------------------------------
 */

static struct loy_timing_history history_of(
    int32_t first_day, int32_t last_day, int64_t occasions, int32_t as_of_day)
{
    return (struct loy_timing_history){.recency = ((double)last_day - first_day) / WEEK_DAYS,
        .age = (fmax(as_of_day, last_day) - first_day) / WEEK_DAYS,
        .repeats = occasions - 1};
}

/* LOY_NONE: this one does not hold, the next may. */
static enum loy_status model_try(enum loy_timing_model model,
    const struct loy_timing_history *histories, size_t count, struct profile_outlook *outlook)
{
    struct loy_timing_fit fit = {.size = sizeof fit};
    uint8_t *outcome = &outlook->timing.outcomes[model];
    enum loy_status status = loy_timing_estimate(model, histories, count, &fit);
    outlook->timing.members = fit.members;
    outlook->timing.repeaters = fit.repeaters;
    if (status == LOY_NONE) *outcome = LOY_FIT_TOO_FEW;
    if (status != LOY_OK) return status;
    *outcome = LOY_FIT_AT_BOUND;
    if (fit.at_bound) return LOY_NONE;
    status = loy_timing_draws_open(&fit, SEED, &outlook->draws);
    if (status != LOY_OK) return status == LOY_E_ARGUMENT ? LOY_NONE : status;
    *outcome = LOY_FIT_USED;
    outlook->fit = fit;
    outlook->timing.model = (uint8_t)model;
    return LOY_OK;
}

static int by_history(const void *left, const void *right)
{
    const struct loy_timing_history *a = left, *b = right;
    if (a->repeats != b->repeats) return a->repeats < b->repeats ? -1 : 1;
    if (a->recency != b->recency) return a->recency < b->recency ? -1 : 1;
    return (a->age > b->age) - (a->age < b->age);
}

/* Each step-th of the histories in their own order, so that those of members do not matter; enough
 * of them came again for a fit. */
static enum loy_status histories_thin(const struct loy_timing_history *histories, size_t *count,
    size_t step, struct loy_timing_history **thin)
{
    size_t kept = 0;
    *thin = malloc(*count * sizeof **thin);
    if (!*thin) return LOY_E_MEMORY;
    memcpy(*thin, histories, *count * sizeof **thin);
    qsort(*thin, *count, sizeof **thin, by_history);
    for (size_t i = 0; i < *count; i += step)
        (*thin)[kept++] = (*thin)[i];
    *count = kept;
    return LOY_OK;
}

static enum loy_status trial_fit(const struct loy_timing_history *histories, size_t count,
    size_t step, struct loy_timing_fit *trial)
{
    struct loy_timing_history *thin = NULL;
    *trial = (struct loy_timing_fit){.size = sizeof *trial};
    enum loy_status status = histories_thin(histories, &count, step, &thin);
    if (status == LOY_OK) status = loy_timing_estimate(LOY_TIMING_PARETONBD, thin, count, trial);
    free(thin);
    return status;
}

/* On the way to a bound the sums of Pareto/NBD take long: whether it comes to one is looked at with
 * some of the members first, and with more where those do not tell. LOY_NONE: it does. */
static enum loy_status paretonbd_try(
    const struct loy_timing_history *histories, size_t count, struct profile_outlook *outlook)
{
    const size_t repeaters = (size_t)outlook->timing.repeaters;
    for (size_t members = TRIAL_MEMBERS; members < count; members *= TRIAL_GROWTH) {
        struct loy_timing_fit trial;
        size_t step = (count + members - 1) / members;
        if (step > repeaters / LOY_TIMING_REPEATERS_MIN)
            step = repeaters / LOY_TIMING_REPEATERS_MIN;
        enum loy_status status = step > 1 ? trial_fit(histories, count, step, &trial) : LOY_NONE;
        if (status < LOY_OK) return status;
        if (status == LOY_NONE || !trial.at_bound) break;
        outlook->timing.outcomes[LOY_TIMING_PARETONBD] = LOY_FIT_AT_BOUND;
        if (!trial.flat) return LOY_NONE;
    }
    return model_try(LOY_TIMING_PARETONBD, histories, count, outlook);
}

/* BG/NBD; where its parameters are at a bound Pareto/NBD, which lets members leave between
 * purchases too; where both are, nobody is seen to leave, and NBD is what they become. Fit.model
 * stays 0 where none holds. */
static enum loy_status model_fit(
    const struct loy_timing_history *histories, size_t count, struct profile_outlook *outlook)
{
    outlook->timing.size = sizeof outlook->timing;
    enum loy_status status = model_try(LOY_TIMING_BGNBD, histories, count, outlook);
    if (outlook->timing.outcomes[LOY_TIMING_BGNBD] == LOY_FIT_TOO_FEW) return LOY_OK;
    if (status == LOY_NONE) status = paretonbd_try(histories, count, outlook);
    if (status == LOY_NONE) status = model_try(LOY_TIMING_NBD, histories, count, outlook);
    return status == LOY_NONE ? LOY_OK : status;
}

/* E(value per occasion with something paid). */
static double value_of(const struct profile_level *level, const struct profile_summary *member)
{
    double shape = level->p * (double)member->paid_occasions + level->q;
    return level->fitted ? level->p * (level->gamma + (double)member->paid_minor) / (shape - 1) : 0;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Means over all, and thirds of the expected spend of those who bought again. */
static void expectations_take(struct profile_outlook *outlook, const struct profile_level *level,
    const struct profile_summary *members, const struct loy_timing_history *histories, size_t count,
    double *spends)
{
    size_t again = 0;
    for (size_t i = 0, at = 0; i < count; at++) {
        if (members[at].occasions == 0) continue;
        const struct loy_timing_history *h = &histories[i++];
        double n = (double)count, year = 0;
        outlook->means[LOY_OUTLOOK_RATE] += timing_rate(&outlook->fit, h) / n;
        outlook->means[LOY_OUTLOOK_ACTIVE] += loy_timing_active(&outlook->fit, h) / n;
        for (size_t t = 0; t < HORIZONS; t++) {
            year = loy_timing_expected(&outlook->fit, h, horizons[t]);
            outlook->means[LOY_OUTLOOK_4_WEEKS + t] += year / n;
        }
        double spend = year * value_of(level, &members[at]) * outlook->paid_share;
        outlook->means[LOY_OUTLOOK_SPEND] += spend / n;
        if (h->repeats > 0) spends[again++] = spend;
    }
    if (again == 0) return;
    qsort(spends, again, sizeof *spends, by_value);
    outlook->thirds[0] = spends[again / 3];
    outlook->thirds[1] = spends[again - 1 - again / 3];
}

static enum loy_status gaps_fit(
    const struct profile_summary *members, size_t count, struct profile_outlook *outlook)
{
    struct components_member *sums = calloc(count + 1, sizeof *sums);
    struct components found;
    if (!sums) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        if (members[i].occasions >= OCCASIONS_NEEDED)
            sums[i] = (struct components_member){
                (double)members[i].occasions - 1, members[i].gap_logs, members[i].gap_squares};
    components_find(sums, count, &found);
    free(sums);
    outlook->gap_mean = found.mean;
    outlook->gap_between = found.between;
    outlook->gap_within = found.within;
    outlook->means[LOY_OUTLOOK_INTERVAL] = exp(found.mean);
    return LOY_OK;
}

enum loy_status profile_outlook_fit(const struct profile_summary *members, size_t count,
    int32_t as_of_day, const struct profile_level *level, struct profile_outlook *outlook)
{
    struct loy_timing_history *histories = calloc(count + 1, sizeof *histories);
    double *spends = calloc(count + 1, sizeof *spends), occasions = 0, paid = 0;
    enum loy_status status = histories && spends ? LOY_OK : LOY_E_MEMORY;
    size_t buyers = 0;
    for (size_t i = 0; status == LOY_OK && i < count; i++) {
        if (members[i].occasions == 0) continue;
        occasions += (double)members[i].occasions;
        paid += (double)members[i].paid_occasions;
        histories[buyers++] =
            history_of(members[i].first_day, members[i].last_day, members[i].occasions, as_of_day);
    }
    if (occasions > 0) outlook->paid_share = paid / occasions;
    if (status == LOY_OK) status = gaps_fit(members, count, outlook);
    if (status == LOY_OK) status = model_fit(histories, buyers, outlook);
    if (status == LOY_OK && outlook->draws)
        expectations_take(outlook, level, members, histories, buyers, spends);
    free(histories);
    free(spends);
    return status;
}

void profile_outlook_clear(struct profile_outlook *outlook)
{
    loy_timing_draws_close(outlook->draws);
    outlook->draws = NULL;
}

/* ---- The rhythm of one ------------------------------------------------------------------------
 */

/* The d-th smallest and largest of n bracket the median with 1 - 2 P(B(n, 1/2) < d); the largest d
 * for which that is at least COVERAGE, or 0. */
static size_t bracket(size_t n)
{
    double here = exp(-(double)n * log(2)), below = 0;
    size_t d = 0;
    for (; d < n; d++) {
        below += here;
        if (1 - 2 * below < COVERAGE) break;
        here *= (double)(n - d) / (double)(d + 1);
    }
    return d;
}

static enum loy_status interval_estimate(
    const struct profile_outlook *outlook, const struct profile_fold *fold, struct loy_estimate *at)
{
    size_t n = fold->occasion_count - 1, d = bracket(n);
    double *gaps = calloc(n, sizeof *gaps);
    if (!gaps) return LOY_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        gaps[i] = (double)fold->occasions[i + 1].day - fold->occasions[i].day;
    qsort(gaps, n, sizeof *gaps, by_value);
    at->value = (gaps[(n - 1) / 2] + gaps[n / 2]) / 2;
    at->low = d > 0 ? gaps[d - 1] : NAN;
    at->high = d > 0 ? gaps[n - d] : NAN;
    free(gaps);
    double scatter = outlook->gap_between + outlook->gap_within / (double)n;
    if (outlook->gap_between > 0) at->reliability = outlook->gap_between / scatter;
    return LOY_OK;
}

static void lateness_find(const struct profile_outlook *outlook,
    const struct profile_summary *member, int32_t as_of_day, struct loy_prospect *prospect)
{
    double n = (double)member->occasions - 1, since = (double)as_of_day - member->last_day;
    double mean = outlook->gap_mean, variance = outlook->gap_within;
    if (!(outlook->gap_within > 0)) return;
    if (outlook->gap_between > 0) {
        double weight = outlook->gap_between / (outlook->gap_between + outlook->gap_within / n);
        mean += weight * (member->gap_logs / n - mean);
        variance += outlook->gap_between * (1 - weight);
    }
    prospect->longer = since > 0 ? numeric_normal_q((log(since) - mean) / sqrt(variance)) : 1;
    prospect->late = prospect->longer < LATE_PROBABILITY;
}

static enum loy_status rhythm_make(const struct profile_outlook *outlook,
    const struct profile_fold *fold, const struct profile_summary *member, int32_t as_of_day,
    struct loy_prospect *prospect)
{
    struct loy_estimate *at = &prospect->estimates[LOY_OUTLOOK_INTERVAL];
    double mean = outlook->means[LOY_OUTLOOK_INTERVAL], spread = sqrt(outlook->gap_between);
    *at = (struct loy_estimate){.quantity = LOY_OUTLOOK_INTERVAL,
        .n = (int64_t)fold->occasion_count,
        .needed = OCCASIONS_NEEDED};
    enum loy_status status = LOY_OK;
    if (at->n >= at->needed) {
        status = interval_estimate(outlook, fold, at);
        lateness_find(outlook, member, as_of_day, prospect);
    }
    profile_estimate_finish(
        at, mean, mean * exp(-NUMERIC_Z80 * spread), mean * exp(NUMERIC_Z80 * spread));
    /* Three intervals between purchases bracket no median with 80 %. */
    if (isnan(at->low) && at->standing == LOY_STANDING_OWN) at->standing = LOY_STANDING_WEAK;
    return status;
}

/* ---- The future of one ------------------------------------------------------------------------
 */

static double reliability_of(
    const struct loy_timing_fit *fit, const struct loy_timing_history *history)
{
    double r = fit->parameters[TIMING_SHAPE];
    return 1 - numeric_trigamma(r + (double)history->repeats) / numeric_trigamma(r);
}

/* What is not known of all members' values, and what is left of it for this one. */
static double spend_reliability_of(const struct profile_outlook *outlook,
    const struct profile_level *level, const struct profile_summary *member,
    const struct loy_timing_history *history)
{
    double r = outlook->fit.parameters[TIMING_SHAPE];
    double all = numeric_trigamma(r), left = numeric_trigamma(r + (double)history->repeats);
    if (level->fitted && level->varies) {
        all += numeric_trigamma(level->q);
        left += numeric_trigamma(level->q + level->p * (double)member->paid_occasions);
    }
    return 1 - left / all;
}

/* spends: what is paid in each future; means: what it leads to expect, without the chance of the
 * single purchases. */
static void spends_draw(const struct profile_outlook *outlook, const struct profile_level *level,
    const struct profile_summary *member, const struct loy_timing_history *history,
    const struct timing_future *futures, double *spends, double *means)
{
    struct numeric_random random = timing_stream(outlook->draws, history, SALT_SPEND);
    double shape = level->p * (double)member->paid_occasions + level->q;
    double rate = level->gamma + (double)member->paid_minor;
    for (size_t i = 0; i < TIMING_FUTURES; i++) {
        double nu = level->fitted ? numeric_random_gamma(&random, shape) / rate : INFINITY;
        double bought = futures[i].counts[HORIZONS - 1];
        double amounts = bought > 0 ? numeric_random_gamma(&random, level->p * bought) : 0;
        spends[i] = amounts / nu * outlook->paid_share;
        means[i] = futures[i].mean * level->p / nu * outlook->paid_share;
    }
}

static void weight_find(
    const struct profile_outlook *outlook, const double *means, struct loy_prospect *prospect)
{
    double share[LOY_WEIGHT_HEAVY + 1] = {0};
    for (size_t i = 0; i < TIMING_FUTURES; i++)
        share[means[i] < outlook->thirds[0]    ? LOY_WEIGHT_LIGHT
              : means[i] <= outlook->thirds[1] ? LOY_WEIGHT_MEDIUM
                                               : LOY_WEIGHT_HEAVY] += 1.0 / TIMING_FUTURES;
    memcpy(prospect->weight_probability, share, sizeof share);
    prospect->weight = LOY_WEIGHT_UNCLEAR;
    for (uint8_t w = LOY_WEIGHT_LIGHT; w <= LOY_WEIGHT_HEAVY; w++)
        if (share[w] >= CLASS_PROBABILITY) prospect->weight = w;
}

static void put(struct loy_prospect *prospect, enum loy_outlook which, double value, double low,
    double high, double reliability, const struct profile_outlook *outlook)
{
    struct loy_estimate *at = &prospect->estimates[which];
    at->value = value;
    at->low = low;
    at->high = high;
    at->reliability = reliability;
    profile_estimate_finish(at, outlook->means[which], NAN, NAN);
}

static void future_make(const struct profile_outlook *outlook, const struct profile_level *level,
    const struct profile_summary *member, const struct loy_timing_history *history,
    struct loy_prospect *prospect)
{
    struct timing_future futures[TIMING_FUTURES];
    double active[LOY_TIMING_DRAWS], spends[TIMING_FUTURES], means[TIMING_FUTURES], low, high;
    struct loy_timing_outlook ahead = {.size = sizeof ahead};
    double reliability = reliability_of(&outlook->fit, history);
    timing_futures_draw(outlook->draws, history, horizons, HORIZONS, futures, active);
    timing_outlook_make(outlook->draws, history, horizons, HORIZONS, futures, active, &ahead);
    spends_draw(outlook, level, member, history, futures, spends, means);
    put(prospect, LOY_OUTLOOK_RATE, ahead.frequency.value, ahead.frequency.low,
        ahead.frequency.high, reliability, outlook);
    put(prospect, LOY_OUTLOOK_ACTIVE, ahead.active.value, ahead.active.low, ahead.active.high,
        reliability, outlook);
    for (size_t t = 0; t < HORIZONS; t++)
        put(prospect, (enum loy_outlook)(LOY_OUTLOOK_4_WEEKS + t), ahead.purchases[t].value,
            ahead.purchases[t].low, ahead.purchases[t].high, reliability, outlook);
    double spend =
        ahead.purchases[HORIZONS - 1].value * value_of(level, member) * outlook->paid_share;
    timing_interval_take(spends, TIMING_FUTURES, &low, &high);
    put(prospect, LOY_OUTLOOK_SPEND, spend, low, high,
        spend_reliability_of(outlook, level, member, history), outlook);
    weight_find(outlook, means, prospect);
    if (ahead.active.value > 0)
        prospect->at_stake_minor = spend * (1 - ahead.active.value) / ahead.active.value;
}

/* NBD knows nobody who leaves, so it cannot say who has not. */
static void active_not_claimed(struct loy_prospect *prospect)
{
    struct loy_estimate *at = &prospect->estimates[LOY_OUTLOOK_ACTIVE];
    *at = (struct loy_estimate){.quantity = LOY_OUTLOOK_ACTIVE,
        .standing = LOY_STANDING_NOT_FITTED,
        .n = at->n,
        .needed = at->needed};
    prospect->at_stake_minor = NAN;
}

static uint8_t state_of(
    const struct loy_prospect *prospect, const struct profile_summary *member, int32_t as_of_day)
{
    const struct loy_estimate *active = &prospect->estimates[LOY_OUTLOOK_ACTIVE];
    bool own = active->standing == LOY_STANDING_OWN || active->standing == LOY_STANDING_WEAK;
    if (as_of_day - member->first_day < NEW_DAYS) return LOY_STATE_NEW;
    if (!own) return active->standing == LOY_STANDING_NOT_FITTED ? 0 : LOY_STATE_UNCLEAR;
    if (active->value >= CLASS_PROBABILITY) return LOY_STATE_ACTIVE;
    return active->value <= 1 - CLASS_PROBABILITY ? LOY_STATE_LAPSED : LOY_STATE_UNCLEAR;
}

enum loy_status profile_prospect_make(const struct profile_outlook *outlook,
    const struct profile_level *level, const struct profile_fold *fold, int32_t as_of_day,
    struct loy_prospect *prospect)
{
    struct profile_summary member;
    enum loy_status status = profile_summarise(fold, as_of_day, &member);
    if (status != LOY_OK) return status;
    int64_t repeats = member.occasions > 0 ? member.occasions - 1 : 0;
    uint8_t standing = !outlook->draws         ? LOY_STANDING_NOT_FITTED
                       : member.occasions == 1 ? LOY_STANDING_ONE_PURCHASE
                                               : LOY_STANDING_FEW;
    prospect->model = outlook->fit.model;
    for (uint8_t i = LOY_OUTLOOK_RATE; i < loy_outlook_count; i++)
        prospect->estimates[i] = (struct loy_estimate){.quantity = i,
            .standing = standing,
            .segment_value = outlook->draws ? outlook->means[i] : NAN,
            .value = NAN,
            .low = NAN,
            .high = NAN,
            .n = repeats,
            .needed = REPEATS_NEEDED};
    status = rhythm_make(outlook, fold, &member, as_of_day, prospect);
    if (status != LOY_OK || member.occasions == 0) return status;
    if (outlook->draws && repeats >= REPEATS_NEEDED) {
        const struct loy_timing_history history =
            history_of(member.first_day, member.last_day, member.occasions, as_of_day);
        future_make(outlook, level, &member, &history, prospect);
    }
    if (outlook->fit.model == LOY_TIMING_NBD) active_not_claimed(prospect);
    prospect->state = state_of(prospect, &member, as_of_day);
    return LOY_OK;
}
