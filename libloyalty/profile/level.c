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
 * exist.
 */
#include "profile/profile_private.h"

#include "numeric/gamma.h"
#include "numeric/maximise.h"

#include <math.h>

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

void profile_level_fit(
    const struct profile_summary *members, size_t count, struct profile_level *level)
{
    double occasions = 0, sum = 0;
    size_t buyers = 0, repeaters = 0;
    for (size_t i = 0; i < count; i++) {
        occasions += (double)members[i].paid_occasions;
        sum += (double)members[i].paid_minor;
        buyers += members[i].paid_occasions > 0;
        repeaters += members[i].paid_occasions > 1;
    }
    *level = (struct profile_level){0};
    if (buyers == 0) return;
    level->fitted = true;
    if (buyers > 1 && repeaters > 0) {
        const struct amounts amounts = {members, count};
        fit_amounts(&amounts, sum / occasions, level);
        return;
    }
    /* One member, or one occasion each: nothing separates members from occasions. */
    *level = (struct profile_level){.p = 1,
        .q = PROFILE_WEIGHT_MAX,
        .gamma = sum / occasions * (PROFILE_WEIGHT_MAX - 1),
        .fitted = true};
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
