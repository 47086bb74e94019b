/* SPDX-License-Identifier: MIT
 *
 * preference_fit.c - the priors of a table: alpha over members; and for each value how many items a
 * of it the prior about what each member was offered is worth. A beta-binomial of its own, since
 * some values part members and others do not: Beta(a, a (1 - e)/e), e the offered share, so that
 * the lift has the same prior shape however often the value was on offer: ln L = sum lnG(c_b + a) -
 * lnG(a) + lnG(c - c_b + a (1 - e)/e) - lnG(a (1 - e)/e) - (lnG(c + a/e) - lnG(a/e)). Counts in,
 * numbers out. Must not know what the values are.
 */
#include "profile/preference_private.h"

#include "numeric/maximise.h"
#include "numeric/normal.h"
#include "profile/dirichlet.h"

#include <math.h>
#include <stdlib.h>

#define WEIGHT_MIN 1e-2
#define COVERED_SHARE 0.8
#define CHANCE 0.05

/* sum over i below n of ln(a + i), and its slope in a. Sixteen factors have one logarithm: below
 * 10^7 each they stay far from the largest number. */
static double rising(double a, int64_t n, double *slope)
{
    double sum = 0, product = 1;
    *slope = 0;
    for (int64_t i = 0; i < n; i++) {
        double at = a + (double)i;
        product *= at;
        *slope += 1 / at;
        if (i % 16 < 15) continue;
        sum += log(product);
        product = 1;
    }
    return sum + log(product);
}

/* One value against all others, in one row. */
struct taken {
    double share; /* of what was offered */
    int64_t value, lines;
};

static struct taken row_taken(const struct preference_lift *lift, size_t first)
{
    struct taken taken = {.value = lift->covered[first + lift->value]};
    double all = 0;
    for (size_t b = 0; b < lift->value_count; b++) {
        all += lift->expected[first + b];
        taken.lines += lift->covered[first + b];
    }
    if (all > 0) taken.share = lift->expected[first + lift->value] / all;
    return taken;
}

static bool tells(const struct taken *taken)
{
    return taken->share > 0 && taken->share < 1 && taken->lines > 1;
}

struct takings {
    const struct taken *rows;
    size_t count;
};

static double likelihood(const void *context, const double *x, double *gradient)
{
    const struct takings *takings = context;
    double items = exp(x[0]), value = 0, slope = 0, by_value, by_rest, by_all;
    for (size_t i = 0; i < takings->count; i++) {
        const struct taken *row = &takings->rows[i];
        double all = 1 / row->share, rest = all - 1;
        value += rising(items, row->value, &by_value) +
                 rising(items * rest, row->lines - row->value, &by_rest) -
                 rising(items * all, row->lines, &by_all);
        slope += by_value + rest * by_rest - all * by_all;
    }
    gradient[0] = slope * items;
    return value;
}

/* ln L as the prior's worth goes to infinity, and whether ln L falls towards there. */
static double offered_likelihood(const struct takings *takings, bool *scatters)
{
    double value = 0, score = 0;
    for (size_t i = 0; i < takings->count; i++) {
        const struct taken *row = &takings->rows[i];
        double rest = (double)(row->lines - row->value), taken = (double)row->value;
        if (row->value > 0) value += taken * log(row->share);
        if (rest > 0) value += rest * log(1 - row->share);
        score += taken * (taken - 1) + rest * (rest - 1) * row->share / (1 - row->share) -
                 (double)row->lines * (double)(row->lines - 1) * row->share;
    }
    *scatters = score > 0;
    return value;
}

static void fit_takings(const struct takings *takings, struct preference_lift *lift)
{
    bool scatters = false;
    double offered = offered_likelihood(takings, &scatters);
    if (!scatters) return;
    struct numeric_maximum maximum = {
        .order = 1, .x = {log(3)}, .low = {log(WEIGHT_MIN)}, .high = {log(PROFILE_WEIGHT_MAX)}};
    numeric_maximise(likelihood, takings, &maximum);
    /* By chance one of all values passes in 5 % of tables. */
    double point = numeric_normal_quantile(1 - CHANCE / (double)lift->value_count);
    if (maximum.x[0] > log(PROFILE_WEIGHT_MAX / 10) ||
        !(2 * (maximum.value - offered) > point * point))
        return;
    lift->weight = exp(maximum.x[0]);
    lift->varies = true;
}

enum loy_status preference_lift_fit(struct preference_lift *lift)
{
    struct taken *rows = calloc(lift->row_count + 1, sizeof(*rows));
    struct takings takings = {.rows = rows};
    lift->weight = PROFILE_WEIGHT_MAX;
    lift->varies = false;
    if (!rows) return LOY_E_MEMORY;
    for (size_t i = 0; i < lift->row_count; i++) {
        rows[takings.count] = row_taken(lift, lift->rows[i]);
        takings.count += tells(&rows[takings.count]);
    }
    fit_takings(&takings, lift);
    free(rows);
    return LOY_OK;
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
    if (status == LOY_OK)
        status = preference_together_fit(preferences, table, false, &table->together);
    if (!table->together.varies) table->varies = false;
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
        for (size_t b = 0; b < table->count; b++) {
            covered += preferences->covered[first + b];
            table->offered[b] += preferences->expected[first + b];
        }
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
    for (size_t b = 0; b < table->count; b++)
        table->offered[b] =
            table->offered_lines ? table->offered[b] / (double)table->offered_lines : NAN;
    table->offers =
        table->lines > 0 && (double)table->offered_lines >= COVERED_SHARE * (double)table->lines;
    /* A coupon makes a deal where none was offered: that has no likelihood. */
    enum loy_status status = LOY_OK;
    for (size_t b = 0; b < table->count && status == LOY_OK; b++) {
        lift.value = b;
        lift.weight = PROFILE_WEIGHT_MAX;
        if (table->offers && table->dimension != LOY_TASTE_DEAL)
            status = preference_lift_fit(&lift);
        table->weights[b] = lift.weight;
    }
    free(rows);
    return status;
}

enum loy_status preference_fit_table(
    struct loy_preferences *preferences, struct preference_table *table)
{
    enum loy_status status = fit_alpha(preferences, table);
    return status == LOY_OK ? fit_lift(preferences, table) : status;
}
