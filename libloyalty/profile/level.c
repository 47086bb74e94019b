/* SPDX-License-Identifier: MIT
 *
 * level.c - what a member pays per occasion: gamma-gamma (Fader and Hardie,
 * brucehardie.com/notes/025). The amounts of one member are Gamma(p, rate nu), nu over members is
 * Gamma(q, rate gamma). Here the likelihood of the single amounts is maximised, not only that of
 * their means, so that p is seen within members: x occasions with sum S and sum of logarithms L
 * give ln L = lnG(px+q) - lnG(q) + q ln gamma - (px+q) ln(gamma+S) - x lnG(p) + (p-1) L. Posterior
 * nu ~ Gamma(px+q, rate gamma+S); value p/nu: mean p (gamma+S)/(px+q-1), which is the own mean and
 * that of all members weighted w = px/(px+q-1) and 1-w; interval from the quantiles of nu.
 * Reliability is that of ln nu, 1 - trigamma(px+q)/trigamma(q): the variance of p/nu need not
 * exist. The model sees members who differ wherever amounts scatter more than a gamma does; so they
 * count as different only where an analysis of variance of ln(amount), which asks whether amounts
 * of one member are alike, says so too (5 %; first purchases left out where that leaves enough).
 */
#include "profile/components.h"
#include "profile/profile_private.h"

#include "numeric/gamma.h"
#include "numeric/maximise.h"

#include <loyalty/value.h>

#include <math.h>
#include <stdlib.h>

#define OCCASIONS_NEEDED 2
#define SHAPE_MAX 1e5

struct amounts {
    const struct profile_summary *members;
    size_t count;
};

struct slopes {
    double p, q, gamma;
};

static double member_likelihood(
    const struct profile_summary *member, double p, double q, double gamma, struct slopes *slopes)
{
    double x = (double)member->paid_occasions, sum = (double)member->paid_minor;
    double shape = p * x + q, rate = gamma + sum, ln_rate = log(rate);
    double psi = numeric_digamma(shape);
    slopes->p += x * (psi - ln_rate - numeric_digamma(p)) + member->paid_logs;
    slopes->q += psi - numeric_digamma(q) - log1p(sum / gamma);
    slopes->gamma += q / gamma - shape / rate;
    return numeric_lgamma(shape) - numeric_lgamma(q) - q * log1p(sum / gamma) - p * x * ln_rate -
           x * numeric_lgamma(p) + (p - 1) * member->paid_logs;
}

/* x is (ln p, ln(q - 1), ln of the mean p gamma/(q - 1)): q > 1, or there would be no mean to
 * report. */
static void parameters(const double *x, double *p, double *q, double *gamma)
{
    *p = exp(x[0]);
    *q = 1 + exp(x[1]);
    *gamma = exp(x[2] + x[1] - x[0]);
}

static double likelihood(const void *context, const double *x, double *gradient)
{
    const struct amounts *amounts = context;
    struct slopes slopes = {0};
    double p, q, gamma, value = 0;
    parameters(x, &p, &q, &gamma);
    for (size_t i = 0; i < amounts->count; i++)
        if (amounts->members[i].paid_occasions > 0)
            value += member_likelihood(&amounts->members[i], p, q, gamma, &slopes);
    gradient[0] = slopes.p * p - slopes.gamma * gamma;
    gradient[1] = slopes.q * (q - 1) + slopes.gamma * gamma;
    gradient[2] = slopes.gamma * gamma;
    return value;
}

static void fit_amounts(const struct amounts *amounts, double mean, struct profile_level *level)
{
    struct numeric_maximum maximum = {.order = 3,
        .x = {log(2), log(3), log(mean)},
        .low = {log(1e-2), log(1e-2), log(mean) - 5},
        .high = {log(SHAPE_MAX), log(PROFILE_WEIGHT_MAX), log(mean) + 5}};
    numeric_maximise(likelihood, amounts, &maximum);
    parameters(maximum.x, &level->p, &level->q, &level->gamma);
    level->varies = level->q < PROFILE_WEIGHT_MAX / 10;
}

/* P of members being alike, given how much amounts of one member are. NaN: nobody has two. */
static enum loy_status alike_find(
    const struct profile_summary *members, size_t count, bool again, double *p_value)
{
    struct components_member *sums = calloc(count + 1, sizeof *sums);
    struct components found;
    if (!sums) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct profile_summary *m = &members[i];
        sums[i] = again ? (struct components_member){(double)m->again_occasions, m->again_logs,
                              m->again_squares}
                        : (struct components_member){
                              (double)m->paid_occasions, m->paid_logs, m->paid_squares};
    }
    components_find(sums, count, &found);
    free(sums);
    *p_value = found.p_value;
    return LOY_OK;
}

/* One gamma for all amounts: its shape where ln p - digamma p is ln of the mean minus the mean of
 * the logarithms. */
static void fit_pooled(double mean, double mean_log, struct profile_level *level)
{
    double target = fmax(log(mean) - mean_log, 0.5 / SHAPE_MAX), log_p = -log(2 * target);
    for (int i = 0; i < 50; i++) {
        double p = exp(log_p), off = log_p - numeric_digamma(p) - target;
        log_p -= off / (1 - p * numeric_trigamma(p));
        log_p = fmax(log(1e-2), fmin(log(SHAPE_MAX), log_p));
    }
    level->p = exp(log_p);
    level->q = PROFILE_WEIGHT_MAX;
    level->gamma = mean * (level->q - 1) / level->p;
    level->varies = false;
}

enum loy_status profile_level_fit(
    const struct profile_summary *members, size_t count, struct profile_level *level)
{
    double occasions = 0, sum = 0, logs = 0, alike = NAN;
    size_t buyers = 0;
    *level = (struct profile_level){0};
    for (size_t i = 0; i < count; i++) {
        occasions += (double)members[i].paid_occasions;
        sum += (double)members[i].paid_minor;
        logs += members[i].paid_logs;
        buyers += members[i].paid_occasions > 0;
    }
    if (buyers == 0) return LOY_OK;
    level->fitted = true;
    enum loy_status status = alike_find(members, count, true, &alike);
    if (status == LOY_OK && isnan(alike)) status = alike_find(members, count, false, &alike);
    if (status != LOY_OK) return status;
    if (alike < LOY_VALUE_EVIDENCE) {
        const struct amounts amounts = {members, count};
        fit_amounts(&amounts, sum / occasions, level);
    }
    /* Or one member, or one occasion each: nothing separates members from occasions. */
    if (!level->varies) fit_pooled(sum / occasions, logs / occasions, level);
    return LOY_OK;
}

/* Quantiles of p/nu with nu ~ Gamma(shape, rate). */
static double quantile(double p, double shape, double rate, double probability)
{
    return p * rate / numeric_gamma_p_inverse(shape, 1 - probability);
}

void profile_level_estimate(const struct profile_level *level, int64_t occasions,
    int64_t paid_minor, struct loy_estimate *estimate)
{
    estimate->n = occasions;
    estimate->needed = OCCASIONS_NEEDED;
    if (!level->fitted) {
        profile_estimate_finish(estimate, NAN, NAN, NAN);
        return;
    }
    double p = level->p, q = level->q, gamma = level->gamma;
    double shape = p * (double)occasions + q, rate = gamma + (double)paid_minor;
    estimate->value = p * rate / (shape - 1);
    estimate->low = quantile(p, shape, rate, 0.1);
    estimate->high = quantile(p, shape, rate, 0.9);
    if (level->varies) estimate->reliability = 1 - numeric_trigamma(shape) / numeric_trigamma(q);
    profile_estimate_finish(
        estimate, p * gamma / (q - 1), quantile(p, q, gamma, 0.1), quantile(p, q, gamma, 0.9));
}
