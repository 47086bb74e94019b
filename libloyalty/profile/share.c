/* SPDX-License-Identifier: MIT
 *
 * share.c - the share of a member's lines that are on deal, or of the shop's own brand:
 * beta-binomial. Prior Beta(a, b) by maximum likelihood over members, ln L = sum ln B(a+k, b+n-k) -
 * ln B(a, b) (without the binomial coefficients); posterior of a member with k of n lines Beta(a+k,
 * b+n-k): value is its mean, interval its 10 % and 90 % quantiles, reliability 1 - posterior
 * variance / prior variance. Where lines of a basket go together (together.h) the prior is the one
 * between baskets, and a member's lines count for fewer.
 */
#include "profile/profile_private.h"

#include "numeric/beta.h"
#include "numeric/maximise.h"

#include <math.h>
#include <stdlib.h>

#define LINES_NEEDED 4
#define WEIGHT_MIN 1e-2
#define LOGIT_MAX 15

struct tables {
    struct profile_tally hits, misses, lines;
};

/* sum above[i] ln(a + i) and its derivative. */
static double rising(const struct profile_tally *tally, double a, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (size_t i = 0; i < tally->length; i++) {
        sum += (double)tally->above[i] * log(a + (double)i);
        *slope += (double)tally->above[i] / (a + (double)i);
    }
    return sum;
}

/* x is (logit of the mean, ln of the weight a + b): nearly independent, unlike a and b. */
static void parameters(const double *x, double *a, double *b)
{
    double weight = exp(x[1]);
    *a = weight / (1 + exp(-x[0]));
    *b = weight / (1 + exp(x[0]));
}

static double likelihood(const void *context, const double *x, double *gradient)
{
    const struct tables *tables = context;
    double a, b, by_a, by_b, by_weight;
    parameters(x, &a, &b);
    double value = rising(&tables->hits, a, &by_a) + rising(&tables->misses, b, &by_b) -
                   rising(&tables->lines, a + b, &by_weight);
    gradient[0] = (by_a - by_b) * a * b / (a + b);
    gradient[1] = by_a * a + by_b * b - by_weight * (a + b);
    return value;
}

static enum loy_status count_tables(const struct profile_summary *members, size_t count,
    bool own_brand, struct tables *tables, struct loy_beta_binomial *fit, int64_t *hits)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < count && status == LOY_OK; i++) {
        int64_t n = members[i].lines, k = own_brand ? members[i].own_lines : members[i].deal_lines;
        fit->members += n > 0;
        fit->lines += n;
        *hits += k;
        status = profile_tally_add(&tables->hits, k);
        if (status == LOY_OK) status = profile_tally_add(&tables->misses, n - k);
        if (status == LOY_OK) status = profile_tally_add(&tables->lines, n);
    }
    return status;
}

static double pooled_likelihood(double hits, double lines)
{
    double value = 0;
    if (hits > 0) value += hits * log(hits / lines);
    if (hits < lines) value += (lines - hits) * log(1 - hits / lines);
    return value;
}

/* All lines on deal, or none, or one member, or one line each: nothing tells members apart. */
static void fit_pooled(struct profile_share *share, double hits)
{
    double mean = (hits + 0.5) / ((double)share->fit.lines + 1);
    share->fit.a = mean * PROFILE_WEIGHT_MAX;
    share->fit.b = (1 - mean) * PROFILE_WEIGHT_MAX;
    share->fit.log_likelihood = share->fit.pooled_log_likelihood;
    share->varies = false;
}

static void fit_tables(const struct tables *tables, struct profile_share *share, double hits)
{
    double mean = hits / (double)share->fit.lines;
    struct numeric_maximum maximum = {.order = 2,
        .x = {log(mean / (1 - mean)), log(10)},
        .low = {-LOGIT_MAX, log(WEIGHT_MIN)},
        .high = {LOGIT_MAX, log(PROFILE_WEIGHT_MAX)}};
    numeric_maximise(likelihood, tables, &maximum);
    if (maximum.at_bound[1] && maximum.x[1] > 0) {
        fit_pooled(share, hits);
        return;
    }
    parameters(maximum.x, &share->fit.a, &share->fit.b);
    share->fit.log_likelihood = maximum.value;
    share->varies = true;
}

static enum loy_status fit_together(const struct profile_summary *members, size_t count,
    bool own_brand, struct profile_share *share)
{
    struct profile_together together;
    struct profile_basket_sums *sums = calloc(count + 1, sizeof(*sums));
    if (!sums) return LOY_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        sums[i] = own_brand ? members[i].own_baskets : members[i].deal_baskets;
    profile_together_fit(sums, count, &together);
    free(sums);
    share->a = share->fit.a;
    share->b = share->fit.b;
    share->effect = together.effect;
    if (!share->varies || together.effect <= 1) return LOY_OK;
    share->a = together.a;
    share->b = together.b;
    share->varies = together.varies;
    return LOY_OK;
}

enum loy_status profile_share_fit(const struct profile_summary *members, size_t count,
    bool own_brand, struct profile_share *share)
{
    struct tables tables = {{0}, {0}, {0}};
    int64_t hits = 0;
    *share = (struct profile_share){0};
    enum loy_status status = count_tables(members, count, own_brand, &tables, &share->fit, &hits);
    if (status == LOY_OK) {
        int64_t lines = share->fit.lines;
        bool repeated = tables.lines.length > 1;
        share->unseen = hits == 0;
        share->fit.pooled_log_likelihood = pooled_likelihood((double)hits, (double)lines);
        if (share->fit.members > 1 && repeated && hits > 0 && hits < lines)
            fit_tables(&tables, share, (double)hits);
        else
            fit_pooled(share, (double)hits);
    }
    if (status == LOY_OK) status = fit_together(members, count, own_brand, share);
    profile_tally_clear(&tables.hits);
    profile_tally_clear(&tables.misses);
    profile_tally_clear(&tables.lines);
    return status;
}

static double variance(double a, double b)
{
    return a / (a + b) * (b / (a + b)) / (a + b + 1);
}

void profile_share_estimate(
    const struct profile_share *share, int64_t hits, int64_t lines, struct loy_estimate *estimate)
{
    double a = share->a, b = share->b;
    double own_a = a + (double)hits / share->effect;
    double own_b = b + (double)(lines - hits) / share->effect;
    estimate->n = lines;
    estimate->needed = LINES_NEEDED;
    if (share->fit.members == 0 || share->unseen) {
        profile_estimate_finish(estimate, NAN, NAN, NAN);
        return;
    }
    estimate->value = own_a / (own_a + own_b);
    estimate->low = numeric_beta_p_inverse(own_a, own_b, 0.1);
    estimate->high = numeric_beta_p_inverse(own_a, own_b, 0.9);
    if (share->varies) estimate->reliability = 1 - variance(own_a, own_b) / variance(a, b);
    profile_estimate_finish(estimate, a / (a + b), numeric_beta_p_inverse(a, b, 0.1),
        numeric_beta_p_inverse(a, b, 0.9));
}
