/* SPDX-License-Identifier: MIT
 *
 * regression_gibbs.h - the state of the sampler: units with their sums, and the parameters of the
 * round at hand. In: sorted rows. Out: draws. Must not know what is kept of them.
 */
#ifndef REGRESSION_GIBBS_H
#define REGRESSION_GIBBS_H

#include "regression_private.h"

#include "numeric/random.h"

#include <stdbool.h>

struct gibbs_unit {
    int64_t unit;
    size_t first, end;
    double *gram;        /* [own * own] X'X */
    double *common_gram; /* [common * common] C'C */
    double own[REGRESSION_OWN], variance;
    double sum[REGRESSION_OWN],
        squares[REGRESSION_OWN]; /* of the kept draws, unit's raw intercept */
    double variance_sum;
};

struct gibbs {
    const struct loy_regression *regression;
    struct numeric_random random;
    size_t own, common_count, row_count, unit_count, period_count;
    double centre[REGRESSION_COLUMNS], y_centre;
    double *x; /* [row_count][own + common], centred, with a 1 in front */
    double *y; /* centred */
    size_t *period;
    struct gibbs_unit *units;
    double *grams;
    double *effects, *effect_sum; /* [period_count] */
    double effect_variance;
    double mean[REGRESSION_OWN], common_values[REGRESSION_COLUMNS];
    double *common; /* common_values */
    double precision[REGRESSION_OWN * REGRESSION_OWN], variance[REGRESSION_OWN * REGRESSION_OWN];
    double residual_scale; /* the prior's of the units' variances */
    double mean_sum[REGRESSION_OWN], common_sum[REGRESSION_COLUMNS];
    double variance_sum[REGRESSION_OWN * REGRESSION_OWN];
};

enum loy_status gibbs_open(const struct loy_regression *regression, size_t unit_count,
    uint64_t seed, struct gibbs **gibbs);
void gibbs_close(struct gibbs *gibbs);
/* One draw of everything; kept: also added to the sums. False: a matrix was not positive definite.
 */
bool gibbs_round(struct gibbs *gibbs, bool kept);
double gibbs_period_mean(const struct gibbs *gibbs);
/* ln of the marginal likelihood of y at the means of the kept draws. */
double gibbs_log_likelihood(struct gibbs *gibbs, size_t rounds);

#endif
