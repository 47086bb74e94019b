/* SPDX-License-Identifier: MIT
 *
 * preference_holdout.c - how well a table foretells: the last quarter of each member's lines,
 * rounded down, from those before. Baskets
 * of one moment have no last: nothing is held out of a member without others. Lines by member and
 * time in, mean log scores out.
 */
#include "profile/preference_private.h"

#include "profile/dirichlet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct trial {
    const struct loy_preferences *preferences;
    const struct preference_table *table;
    size_t *lines; /* of the table and of members, in their order */
    size_t line_count;
    double *shares;   /* of the watch, by line of the preferences */
    int32_t *earlier; /* a row per member */
    int32_t *covered; /* of them with a known shelf */
    double *expected; /* by that shelf */
    size_t *rows, row_count, covered_count;
    struct profile_dirichlet fit;
    struct profile_together together;
    double *pooled, *weights;
    struct loy_preference_holdout sums;
};

static int64_t member_at(const struct trial *trial, size_t i)
{
    return trial->preferences->lines[trial->lines[i]].member;
}

static uint16_t value_at(const struct trial *trial, size_t i)
{
    const struct preference_line *line = &trial->preferences->lines[trial->lines[i]];
    return preference_slot(
        trial->table, preference_value(&trial->preferences->wares.wares[line->ware],
                          (enum loy_taste)trial->table->dimension, line->on_deal));
}

static enum loy_status lines_find(struct trial *trial)
{
    const struct loy_preferences *preferences = trial->preferences;
    uint32_t group = trial->table->group;
    trial->lines = calloc(preferences->line_count + 1, sizeof(*trial->lines));
    if (!trial->lines) return LOY_E_MEMORY;
    for (size_t i = 0; i < preferences->line_count; i++) {
        const struct preference_line *line = &preferences->lines[i];
        uint32_t category = preferences->wares.wares[line->ware].names[PROFILE_WARE_CATEGORY];
        if (line->member <= 0) continue;
        if (group != preference_all(preferences) && category != group) continue;
        trial->lines[trial->line_count] = i;
        if (value_at(trial, trial->line_count) != PREFERENCE_NO_SLOT) trial->line_count++;
    }
    return LOY_OK;
}

/* The end of the member's lines from `from`, and where the held out ones begin. */
static size_t member_end(const struct trial *trial, size_t from, size_t *held)
{
    size_t to = from;
    while (to < trial->line_count && member_at(trial, to) == member_at(trial, from))
        to++;
    const struct preference_line *lines = trial->preferences->lines;
    const bool has_last = preference_has_last(
        trial->preferences, &lines[trial->lines[from]], &lines[trial->lines[to - 1]]);
    *held = to - (has_last ? (to - from) / 4 : 0);
    return to;
}

static const double *shares_at(const struct trial *trial, size_t i)
{
    return trial->shares ? trial->shares + trial->lines[i] * trial->table->count : NULL;
}

/* Something was known of the shelf, and the line's own value was on it. */
static bool seen(const struct trial *trial, size_t i)
{
    const double *shares = shares_at(trial, i);
    return shares && shares[value_at(trial, i)] > 0;
}

static enum loy_status rows_open(struct trial *trial)
{
    size_t count = trial->table->count, members = 0, held;
    for (size_t from = 0; from < trial->line_count; from = member_end(trial, from, &held))
        members++;
    trial->row_count = members;
    trial->earlier = calloc(members * count + 1, sizeof(*trial->earlier));
    trial->covered = calloc(members * count + 1, sizeof(*trial->covered));
    trial->expected = calloc(members * count + 1, sizeof(*trial->expected));
    trial->rows = calloc(members + 1, sizeof(*trial->rows));
    trial->fit.alpha = calloc(3 * count + 1, sizeof(*trial->fit.alpha));
    if (!trial->earlier || !trial->covered || !trial->expected || !trial->rows || !trial->fit.alpha)
        return LOY_E_MEMORY;
    trial->pooled = trial->fit.alpha + count;
    trial->weights = trial->pooled + count;
    return LOY_OK;
}

static void rows_fill(struct trial *trial)
{
    size_t count = trial->table->count, row = 0, held = 0;
    for (size_t from = 0, to = 0; from < trial->line_count; from = to, row++) {
        to = member_end(trial, from, &held);
        size_t first = row * count, covered = 0;
        for (size_t i = from; i < held; i++) {
            uint16_t value = value_at(trial, i);
            trial->earlier[first + value]++;
            if (!seen(trial, i)) continue;
            covered++;
            trial->covered[first + value]++;
            for (size_t b = 0; b < count; b++)
                trial->expected[first + b] += shares_at(trial, i)[b];
        }
        if (covered > 0) trial->rows[trial->covered_count++] = first;
    }
}

static enum loy_status fit_earlier(struct trial *trial)
{
    struct profile_counts counts;
    size_t count = trial->table->count;
    enum loy_status status = profile_counts_open(&counts, count);
    for (size_t row = 0; row < trial->row_count && status == LOY_OK; row++)
        status = profile_counts_add(&counts, trial->earlier + row * count);
    if (status == LOY_OK) status = profile_dirichlet_fit(&counts, &trial->fit);
    for (size_t b = 0; b < count && status == LOY_OK; b++) {
        double lines = 0;
        for (size_t i = 0; i < counts.values[b].length; i++)
            lines += (double)counts.values[b].above[i];
        /* Half a line of each: what nobody has bought yet is not impossible. */
        trial->pooled[b] = (lines + 0.5) / ((double)counts.lines + 0.5 * (double)count);
        if (!trial->fit.varies) trial->fit.alpha[b] = trial->pooled[b] * PROFILE_WEIGHT_MAX;
        if (trial->fit.alpha[b] <= 0) trial->fit.alpha[b] = trial->fit.weight * trial->pooled[b];
    }
    profile_counts_close(&counts);
    if (status == LOY_OK)
        status = preference_together_fit(trial->preferences, trial->table, true, &trial->together);
    for (size_t b = 0; b < count && trial->together.effect > 1; b++)
        trial->fit.alpha[b] = trial->table->values[b] ? trial->together.a : trial->together.b;
    struct preference_lift lift = {.covered = trial->covered,
        .expected = trial->expected,
        .rows = trial->rows,
        .row_count = trial->covered_count,
        .value_count = count};
    for (size_t b = 0; b < count && status == LOY_OK && trial->shares; b++) {
        lift.value = b;
        status = preference_lift_fit(&lift);
        trial->weights[b] = lift.weight;
    }
    return status;
}

/* ln of the shares on the shelf, times the member's lifts, at the value that was taken. */
static double lift_score(const struct trial *trial, size_t row, const double *shares, size_t value)
{
    size_t count = trial->table->count, first = row * count;
    double sum = 0, taken = 0;
    for (size_t b = 0; b < count; b++) {
        double items = trial->weights[b];
        double lift = (trial->covered[first + b] + items) / (trial->expected[first + b] + items);
        sum += lift * shares[b];
        if (b == value) taken = lift * shares[b];
    }
    return log(taken / sum);
}

static void score(struct trial *trial, size_t row, size_t i)
{
    size_t count = trial->table->count, value = value_at(trial, i);
    const int32_t *earlier = trial->earlier + row * count;
    const double effect = trial->together.effect;
    double n = 0, weight = 0;
    for (size_t b = 0; b < count; b++) {
        n += earlier[b];
        weight += trial->fit.alpha[b];
    }
    trial->sums.lines++;
    trial->sums.log_score +=
        log((earlier[value] / effect + trial->fit.alpha[value]) / (n / effect + weight));
    trial->sums.pooled += log(trial->pooled[value]);
    trial->sums.own += log((earlier[value] + 0.5) / (n + 0.5 * (double)count));
    if (!seen(trial, i)) return;
    trial->sums.offered_lines++;
    trial->sums.offered += log(shares_at(trial, i)[value]);
    trial->sums.lift += lift_score(trial, row, shares_at(trial, i), value);
}

static void score_all(struct trial *trial)
{
    size_t row = 0, held = 0;
    for (size_t from = 0, to = 0; from < trial->line_count; from = to, row++) {
        to = member_end(trial, from, &held);
        for (size_t i = held; i < to; i++)
            score(trial, row, i);
    }
    struct loy_preference_holdout *sums = &trial->sums;
    double lines = sums->lines ? (double)sums->lines : NAN;
    double offered = sums->offered_lines ? (double)sums->offered_lines : NAN;
    sums->log_score /= lines;
    sums->pooled /= lines;
    sums->own /= lines;
    sums->offered /= offered;
    sums->lift /= offered;
}

/* What each line could have been, by the shelf: only where the table says that this is known. */
static enum loy_status watch(struct trial *trial)
{
    const struct loy_preferences *preferences = trial->preferences;
    size_t cells = preferences->line_count * trial->table->count;
    if (!trial->table->offers || trial->table->dimension == LOY_TASTE_DEAL) return LOY_OK;
    trial->shares = calloc(cells + 1, sizeof(*trial->shares));
    if (!trial->shares) return LOY_E_MEMORY;
    const struct preference_watch watched = {trial->table, trial->shares};
    /* With a watch the rows stay as they are. */
    return preference_shelf_sweep((struct loy_preferences *)preferences, &watched);
}

enum loy_status loy_preferences_holdout(
    const struct loy_preferences *preferences, size_t table, struct loy_preference_holdout *holdout)
{
    if (!preferences || !holdout || table >= preferences->table_count) return LOY_E_ARGUMENT;
    struct trial trial = {.preferences = preferences, .table = &preferences->tables[table]};
    enum loy_status status = lines_find(&trial);
    if (status == LOY_OK) status = watch(&trial);
    if (status == LOY_OK) status = rows_open(&trial);
    if (status == LOY_OK) rows_fill(&trial);
    if (status == LOY_OK) status = fit_earlier(&trial);
    if (status == LOY_OK) score_all(&trial);
    if (status == LOY_OK) {
        size_t size = holdout->size < sizeof(trial.sums) ? holdout->size : sizeof(trial.sums);
        trial.sums.size = holdout->size;
        memcpy(holdout, &trial.sums, size);
    }
    free(trial.lines);
    free(trial.shares);
    free(trial.earlier);
    free(trial.covered);
    free(trial.expected);
    free(trial.rows);
    free(trial.fit.alpha);
    return status;
}
