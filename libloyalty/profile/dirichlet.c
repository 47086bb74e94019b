/* SPDX-License-Identifier: MIT
 *
 * dirichlet.c - alpha of a Dirichlet-multinomial by maximum likelihood over members: ln L =
 * sum lnG(n_b + alpha_b) - lnG(alpha_b) - (lnG(n + alpha_0) - lnG(alpha_0)), without the
 * multinomial coefficients. Minka, "Estimating a Dirichlet distribution" (2000): his fixed point
 * alpha_b <- alpha_b sum [psi(n_b + alpha_b) - psi(alpha_b)] / sum [psi(n + alpha_0) -
 * psi(alpha_0)], which always climbs, and his Newton step (a diagonal plus one constant) wherever
 * that climbs further. Must not know what the values are.
 */
#include "profile/dirichlet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 500
#define CLOSE 1e-11

enum loy_status profile_counts_open(struct profile_counts *counts, size_t value_count)
{
    *counts = (struct profile_counts){
        .value_count = value_count, .values = calloc(value_count + 1, sizeof(*counts->values))};
    return counts->values ? LOY_OK : LOY_E_MEMORY;
}

void profile_counts_close(struct profile_counts *counts)
{
    for (size_t b = 0; counts->values && b < counts->value_count; b++)
        profile_tally_clear(&counts->values[b]);
    profile_tally_clear(&counts->totals);
    free(counts->values);
    *counts = (struct profile_counts){0};
}

enum loy_status profile_counts_add(struct profile_counts *counts, const int32_t *of_value)
{
    int64_t total = 0;
    enum loy_status status = LOY_OK;
    for (size_t b = 0; b < counts->value_count && status == LOY_OK; b++) {
        total += of_value[b];
        status = profile_tally_add(&counts->values[b], of_value[b]);
    }
    if (status != LOY_OK || total == 0) return status;
    counts->members++;
    counts->lines += total;
    return profile_tally_add(&counts->totals, total);
}

/* Of sum above[i] ln(a + i): the value and its first two derivatives, the second without sign. */
struct rise {
    double value, slope, bend;
};

static struct rise rising(const struct profile_tally *tally, double a)
{
    struct rise rise = {0};
    for (size_t i = 0; i < tally->length; i++) {
        double above = (double)tally->above[i], at = a + (double)i;
        rise.value += above * log(at);
        rise.slope += above / at;
        rise.bend += above / (at * at);
    }
    return rise;
}

struct state {
    const struct profile_counts *counts;
    struct rise *values, total;
    double *alpha, weight, likelihood;
};

static void look(struct state *state)
{
    size_t count = state->counts->value_count;
    state->weight = state->likelihood = 0;
    for (size_t b = 0; b < count; b++) {
        if (state->counts->values[b].length == 0) continue;
        state->weight += state->alpha[b];
        state->values[b] = rising(&state->counts->values[b], state->alpha[b]);
        state->likelihood += state->values[b].value;
    }
    state->total = rising(&state->counts->totals, state->weight);
    state->likelihood -= state->total.value;
}

/* False: the step leaves the positive numbers. */
static bool newton(const struct state *state, double *to)
{
    double over = 0, inverse = 0;
    const struct profile_counts *counts = state->counts;
    for (size_t b = 0; b < counts->value_count; b++) {
        if (counts->values[b].length == 0) continue;
        over -= (state->values[b].slope - state->total.slope) / state->values[b].bend;
        inverse -= 1 / state->values[b].bend;
    }
    double shift = over / (1 / state->total.bend + inverse);
    bool good = isfinite(shift);
    for (size_t b = 0; b < counts->value_count && good; b++) {
        if (counts->values[b].length == 0) continue;
        double slope = state->values[b].slope - state->total.slope;
        to[b] = state->alpha[b] + (slope - shift) / state->values[b].bend;
        good = to[b] > 0 && isfinite(to[b]);
    }
    return good;
}

static void fixed_point(const struct state *state, double *to)
{
    for (size_t b = 0; b < state->counts->value_count; b++)
        to[b] = state->counts->values[b].length
                    ? state->alpha[b] * state->values[b].slope / state->total.slope
                    : 0;
}

/* Puts what `to` says in the place of the state; the old alpha is then in `to`. */
static void swap_in(struct state *state, double **to)
{
    double *old = state->alpha;
    state->alpha = *to;
    *to = old;
    look(state);
}

/* One step up; its relative length. */
static double climb(struct state *state, double **spare)
{
    double before = state->likelihood, longest = 0;
    bool better = newton(state, *spare);
    if (better) {
        swap_in(state, spare);
        better = state->likelihood >= before;
        if (!better) swap_in(state, spare);
    }
    if (!better) {
        fixed_point(state, *spare);
        swap_in(state, spare);
    }
    for (size_t b = 0; b < state->counts->value_count; b++)
        if (state->counts->values[b].length)
            longest = fmax(longest, fabs(state->alpha[b] - (*spare)[b]) / state->alpha[b]);
    return longest;
}

/* The slope of ln L in 1/alpha_0 at alpha_0 = infinity: not above zero, and members scatter no more
 * than chance makes them. sum of n (n - 1)/2 over members is sum of above[i] i. */
static bool scatters(const struct profile_counts *counts)
{
    double pairs = 0, chance = 0;
    for (size_t b = 0; b < counts->value_count; b++) {
        const struct profile_tally *tally = &counts->values[b];
        double same = 0, lines = 0;
        for (size_t i = 0; i < tally->length; i++) {
            same += (double)tally->above[i] * (double)i;
            lines += (double)tally->above[i];
        }
        if (lines > 0) pairs += same * ((double)counts->lines / lines);
    }
    for (size_t i = 0; i < counts->totals.length; i++)
        chance += (double)counts->totals.above[i] * (double)i;
    return pairs > chance * (1 + 1e-12);
}

static double share_of(const struct profile_counts *counts, size_t b)
{
    int64_t lines = 0;
    for (size_t i = 0; i < counts->values[b].length; i++)
        lines += counts->values[b].above[i];
    return counts->lines ? (double)lines / (double)counts->lines : 0;
}

static void pooled(const struct profile_counts *counts, struct profile_dirichlet *fit)
{
    fit->pooled_log_likelihood = 0;
    for (size_t b = 0; b < counts->value_count; b++) {
        double share = share_of(counts, b);
        fit->alpha[b] = share * PROFILE_WEIGHT_MAX;
        if (share > 0) fit->pooled_log_likelihood += share * (double)counts->lines * log(share);
    }
    fit->weight = PROFILE_WEIGHT_MAX;
    fit->log_likelihood = fit->pooled_log_likelihood;
    fit->varies = false;
}

static void keep(const struct state *state, struct profile_dirichlet *fit)
{
    double gain = 2 * (state->likelihood - fit->pooled_log_likelihood);
    if (state->weight > PROFILE_WEIGHT_MAX / 10 || !(gain > PROFILE_GAIN_NEEDED)) return;
    memcpy(fit->alpha, state->alpha, state->counts->value_count * sizeof(*fit->alpha));
    fit->weight = state->weight;
    fit->log_likelihood = state->likelihood;
    fit->varies = true;
}

static void fit_state(struct state *state, double *spare, struct profile_dirichlet *fit)
{
    for (size_t b = 0; b < state->counts->value_count; b++)
        state->alpha[b] = 10 * share_of(state->counts, b);
    look(state);
    for (int i = 0; i < STEPS && state->weight < PROFILE_WEIGHT_MAX; i++)
        if (climb(state, &spare) < CLOSE) break;
    keep(state, fit);
}

enum loy_status profile_dirichlet_fit(
    const struct profile_counts *counts, struct profile_dirichlet *fit)
{
    size_t count = counts->value_count;
    pooled(counts, fit);
    if (counts->members < 2 || !scatters(counts)) return LOY_OK;
    double *room = calloc(2 * count, sizeof(*room));
    struct state state = {
        .counts = counts, .alpha = room, .values = calloc(count, sizeof(*state.values))};
    bool made = room && state.values;
    if (made) fit_state(&state, room + count, fit);
    free(state.values);
    free(room);
    return made ? LOY_OK : LOY_E_MEMORY;
}
