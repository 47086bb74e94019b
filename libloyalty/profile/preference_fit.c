/* SPDX-License-Identifier: MIT
 *
 * preference_fit.c - the two priors of a table: alpha over members, and the weight of the prior
 * about what each member was offered: ln L = sum lnG(c_b + w e_b) - lnG(w e_b) - (lnG(c + w) -
 * lnG(w)) with e_b the member's offered shares, as w -> infinity sum c_b ln e_b. Counts in, numbers
 * out. Must not know what the values are.
 */
#include "profile/preference_private.h"

#include "numeric/maximise.h"
#include "profile/dirichlet.h"

#include <math.h>
#include <stdlib.h>

#define WEIGHT_MIN 1e-2
#define COVERED_SHARE 0.8

/* sum over i below n of ln(a + i), and its slope in a. */
static double rising(double a, int64_t n, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (int64_t i = 0; i < n; i++) {
        sum += log(a + (double)i);
        *slope += 1 / (a + (double)i);
    }
    return sum;
}

static double row_likelihood(
    const struct preference_lift *lift, size_t first, double weight, double *by_weight)
{
    double value = 0, slope, all = 0;
    int64_t lines = 0;
    for (size_t b = 0; b < lift->value_count; b++)
        all += lift->expected[first + b];
    for (size_t b = 0; b < lift->value_count; b++) {
        int32_t covered = lift->covered[first + b];
        if (covered == 0) continue;
        double share = lift->expected[first + b] / all;
        value += rising(weight * share, covered, &slope);
        *by_weight += slope * share;
        lines += covered;
    }
    value -= rising(weight, lines, &slope);
    *by_weight -= slope;
    return value;
}

static double likelihood(const void *context, const double *x, double *gradient)
{
    const struct preference_lift *lift = context;
    double weight = exp(x[0]), value = 0, slope = 0;
    for (size_t i = 0; i < lift->row_count; i++)
        value += row_likelihood(lift, lift->rows[i], weight, &slope);
    gradient[0] = slope * weight;
    return value;
}

static double offered_likelihood(const struct preference_lift *lift, bool *repeated)
{
    double value = 0;
    *repeated = false;
    for (size_t i = 0; i < lift->row_count; i++) {
        size_t first = lift->rows[i];
        double all = 0;
        int64_t lines = 0;
        for (size_t b = 0; b < lift->value_count; b++)
            all += lift->expected[first + b];
        for (size_t b = 0; b < lift->value_count; b++) {
            lines += lift->covered[first + b];
            if (lift->covered[first + b])
                value += lift->covered[first + b] * log(lift->expected[first + b] / all);
        }
        *repeated = *repeated || lines > 1;
    }
    return value;
}

void preference_lift_fit(struct preference_lift *lift)
{
    bool repeated = false;
    lift->weight = PROFILE_WEIGHT_MAX;
    lift->varies = false;
    lift->offered_log_likelihood = offered_likelihood(lift, &repeated);
    lift->log_likelihood = lift->offered_log_likelihood;
    if (!repeated) return;
    struct numeric_maximum maximum = {
        .order = 1, .x = {log(20)}, .low = {log(WEIGHT_MIN)}, .high = {log(PROFILE_WEIGHT_MAX)}};
    numeric_maximise(likelihood, lift, &maximum);
    double gain = 2 * (maximum.value - lift->offered_log_likelihood);
    if (maximum.x[0] > log(PROFILE_WEIGHT_MAX / 10) || !(gain > PROFILE_GAIN_NEEDED)) return;
    lift->weight = exp(maximum.x[0]);
    lift->log_likelihood = maximum.value;
    lift->varies = true;
}

static enum loy_status fit_alpha(
    const struct loy_preferences *preferences, struct preference_table *table)
{
    struct profile_counts counts;
    struct profile_dirichlet fit = {.alpha = table->alpha};
    enum loy_status status = profile_counts_open(&counts, table->count);
    for (size_t i = 0; i < preferences->row_count && status == LOY_OK; i++) {
        const struct preference_row *row = &preferences->rows[i];
        if (row->group == table->group)
            status = profile_counts_add(&counts, preferences->bought + row->first + table->offset);
    }
    if (status == LOY_OK) status = profile_dirichlet_fit(&counts, &fit);
    for (size_t b = 0; b < table->count && status == LOY_OK; b++) {
        int64_t lines = 0;
        for (size_t i = 0; i < counts.values[b].length; i++)
            lines += counts.values[b].above[i];
        table->shares[b] = counts.lines ? (double)lines / (double)counts.lines : NAN;
    }
    table->members = counts.members;
    table->lines = counts.lines;
    table->weight = fit.weight;
    table->log_likelihood = fit.log_likelihood;
    table->pooled_log_likelihood = fit.pooled_log_likelihood;
    table->varies = fit.varies;
    profile_counts_close(&counts);
    return status;
}

/* The rows of the table in which something was on the shelf; *count of them. */
static size_t *covered_rows(
    const struct loy_preferences *preferences, struct preference_table *table, size_t *count)
{
    size_t *rows = calloc(preferences->row_count + 1, sizeof(*rows));
    for (size_t i = 0; rows && i < preferences->row_count; i++) {
        if (preferences->rows[i].group != table->group) continue;
        size_t first = preferences->rows[i].first + table->offset;
        int64_t covered = 0;
        for (size_t b = 0; b < table->count; b++)
            covered += preferences->covered[first + b];
        table->offered_lines += covered;
        if (covered > 0) rows[(*count)++] = first;
    }
    return rows;
}

static enum loy_status fit_lift(
    const struct loy_preferences *preferences, struct preference_table *table)
{
    struct preference_lift lift = {.covered = preferences->covered,
        .expected = preferences->expected,
        .value_count = table->count};
    size_t *rows = covered_rows(preferences, table, &lift.row_count);
    if (!rows) return LOY_E_MEMORY;
    lift.rows = rows;
    table->lift_weight = PROFILE_WEIGHT_MAX;
    table->offers =
        table->lines > 0 && (double)table->offered_lines >= COVERED_SHARE * (double)table->lines;
    /* A coupon makes a deal where none was offered: that has no likelihood. */
    if (table->offers && table->dimension != LOY_TASTE_DEAL) {
        preference_lift_fit(&lift);
        table->lift_weight = lift.weight;
        table->lift_varies = lift.varies;
        table->lift_log_likelihood = lift.log_likelihood;
        table->offered_log_likelihood = lift.offered_log_likelihood;
    }
    free(rows);
    return LOY_OK;
}

enum loy_status preference_fit_table(
    struct loy_preferences *preferences, struct preference_table *table)
{
    enum loy_status status = fit_alpha(preferences, table);
    return status == LOY_OK ? fit_lift(preferences, table) : status;
}
