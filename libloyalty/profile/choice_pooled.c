/* SPDX-License-Identifier: MIT
 *
 * choice_pooled.c - the logit of all members together: McFadden's conditional logit by Newton. In:
 * a panel. Out: the maximum, and minus its second derivatives.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <string.h>

#define ROUNDS_MAX 100
#define STEP_MAX 3.0
#define STEP_DONE 1e-10
/* Times its attribute's spread a coefficient like this makes a choice certain: there is no maximum,
 * or none that the data could tell. */
#define CERTAIN 25.0

static size_t largest_of(const double *values, size_t count)
{
    size_t at = 0;
    for (size_t i = 1; i < count; i++)
        if (fabs(values[i]) > fabs(values[at])) at = i;
    return at;
}

enum loy_status choice_pooled_fit(const struct choice_panel *panel, double *theta,
    double *curvature, double *log_likelihood, size_t *worst)
{
    size_t n = panel->order;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        double step[CHOICE_ORDER] = {0};
        memset(curvature, 0, n * n * sizeof *curvature);
        *log_likelihood = 0;
        for (size_t m = 0; m < panel->members; m++)
            *log_likelihood += choice_member_value(panel, m, theta, step, curvature);
        *worst = largest_of(theta, n);
        if (!numeric_cholesky(curvature, n) || fabs(theta[*worst]) > CERTAIN) return LOY_NONE;
        numeric_cholesky_solve(curvature, n, step);
        double longest = fabs(step[largest_of(step, n)]);
        if (longest < STEP_DONE) return LOY_OK;
        for (size_t i = 0; i < n; i++)
            theta[i] += longest > STEP_MAX ? step[i] * STEP_MAX / longest : step[i];
    }
    return LOY_NONE;
}
