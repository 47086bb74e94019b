/* SPDX-License-Identifier: MIT
 *
 * choice_gibbs.c - the posterior mean of a population, from the mode that EM found. The mode of
 * Sigma is too small where purchases are few, and with it members' spread and the pull on rare
 * alternatives. Gibbs: population given the members' weights exactly (Rossi, Allenby, McCulloch,
 * Bayesian Statistics and Marketing, ch. 2: multivariate regression), members given the population
 * by an independence Metropolis step (Tierney (1994), Annals of Statistics 22, 1701-1762) whose
 * proposals are Student's t around the posterior that EM found; their likelihoods do not depend on
 * the population, so they are reckoned many at once. In: a panel, a population. Out: a population.
 */
#include "profile/choice_private.h"

#include "numeric/gamma.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 16u /* rounds whose proposals are made at once */
#define SHARD 32u
#define BURN_RUNS 2u
#define BURN_ROUNDS 240u /* of each of them */
#define KEPT_MIN 800u
#define KEPT_MAX 4000u
#define WORK_MEMBERS 2000000u /* members times rounds that are kept */
#define MOVES 200u            /* of all members together, in a run of rounds */
#define SCALE_SHAPE 2.0
#define SCALE_RATE 0.8
#define SCALE_LEAST 0.5
#define REJECTIONS_MAX 16u
#define WIDER 1.1 /* than the posterior, for its tails */
#define PROPOSAL_DRAWS 200u
#define POPULATION_STREAM UINT64_C(0xffffffffffffffff)

struct chain {
    struct choice_hierarchy *hierarchy;
    size_t n, members, block;
    double *factors;            /* [members][n*n]: of the proposals' covariances */
    double *theta;              /* [members][n]: where each member stands */
    double *weight;             /* [members]: ln of likelihood over proposal there */
    double *moves;              /* [members][n][BLOCK] */
    double *values;             /* [members][BLOCK]: ln of likelihood over proposal */
    double *dice;               /* [members][BLOCK]: ln of uniform draws */
    const double **rows;        /* [members] into theta */
    double scale[CHOICE_ORDER]; /* diagonal of that of Sigma's prior */
    struct choice_move move;
    struct numeric_random random;
};

static enum loy_status chain_open(struct choice_hierarchy *hierarchy, struct chain *chain)
{
    size_t n = hierarchy->panel->order, members = hierarchy->panel->members;
    *chain = (struct chain){
        hierarchy, n, members, 0, .random = numeric_random_at(hierarchy->seed, POPULATION_STREAM)};
    chain->factors = calloc(members * n * n + 1, sizeof *chain->factors);
    chain->theta = calloc(members * n + 1, sizeof *chain->theta);
    chain->weight = calloc(members + 1, sizeof *chain->weight);
    chain->moves = calloc(members * n * BLOCK + 1, sizeof *chain->moves);
    chain->values = calloc(members * BLOCK + 1, sizeof *chain->values);
    chain->dice = calloc(members * BLOCK + 1, sizeof *chain->dice);
    chain->rows = calloc(members + 1, sizeof *chain->rows);
    for (size_t m = 0; chain->rows && chain->theta && m < members; m++)
        chain->rows[m] = chain->theta + m * n;
    return chain->factors && chain->theta && chain->weight && chain->moves && chain->values &&
                   chain->dice && chain->rows
               ? choice_move_open(hierarchy, chain->theta, chain->scale, &chain->move)
               : LOY_E_MEMORY;
}

static void chain_close(struct chain *chain)
{
    free(chain->factors);
    free(chain->theta);
    free(chain->weight);
    free(chain->moves);
    free(chain->values);
    free(chain->dice);
    free(chain->rows);
    choice_move_close(&chain->move);
}

/* ---- Members -------------------------------------------------------------------------------- */

/* Minus the ln of the proposal's density at theta, without its constant. */
static double proposal_bonus(const struct chain *chain, size_t member, const double *theta)
{
    size_t n = chain->n;
    const double *factor = chain->factors + member * n * n;
    const double *mean = chain->hierarchy->posteriors[member].mean;
    double at[CHOICE_ORDER], squares = 0;
    for (size_t i = 0; i < n; i++) {
        at[i] = theta[i] - mean[i];
        for (size_t k = 0; k < i; k++)
            at[i] -= factor[i * n + k] * at[k];
        at[i] /= factor[i * n + i];
        squares += at[i] * at[i];
    }
    return (CHOICE_DEGREES + (double)n) / 2 * log1p(squares / CHOICE_DEGREES);
}

/* The members' posteriors as they stand now become the proposals. */
static enum loy_status proposals_take(struct chain *chain, bool begin)
{
    size_t n = chain->n;
    double work[3];
    for (size_t m = 0; m < chain->members; m++) {
        double *factor = chain->factors + m * n * n, *theta = chain->theta + m * n;
        const struct choice_posterior *posterior = &chain->hierarchy->posteriors[m];
        for (size_t i = 0; i < n * n; i++)
            factor[i] = posterior->covariance[i] * WIDER * WIDER;
        if (!numeric_cholesky(factor, n)) return LOY_E_LIMIT;
        if (begin) memcpy(theta, posterior->mean, n * sizeof *theta);
        choice_member_values(chain->hierarchy->panel, m, theta, 1, &chain->weight[m], work);
        chain->weight[m] += proposal_bonus(chain, m, theta);
    }
    return LOY_OK;
}

/* The proposals of a member for the rounds of a block. */
static void moves_make(struct chain *chain, size_t member, double *work)
{
    size_t n = chain->n;
    const struct choice_hierarchy *hierarchy = chain->hierarchy;
    const double *factor = chain->factors + member * n * n;
    double *moves = chain->moves + member * n * BLOCK, *values = chain->values + member * BLOCK;
    double t[CHOICE_ORDER], bonus[BLOCK];
    struct numeric_random random = numeric_random_at(
        hierarchy->seed + 1 + chain->block, choice_member_hash(hierarchy->panel->numbers[member]));
    for (size_t d = 0; d < BLOCK; d++) {
        double chi_square = 2 * numeric_random_gamma(&random, CHOICE_DEGREES / 2), squares = 0;
        double scale = sqrt(CHOICE_DEGREES / chi_square);
        for (size_t i = 0; i < n; i++) {
            t[i] = numeric_random_normal(&random) * scale;
            squares += t[i] * t[i];
            double at = hierarchy->posteriors[member].mean[i];
            for (size_t k = 0; k <= i; k++)
                at += factor[i * n + k] * t[k];
            moves[i * BLOCK + d] = at;
        }
        bonus[d] = (CHOICE_DEGREES + (double)n) / 2 * log1p(squares / CHOICE_DEGREES);
        chain->dice[member * BLOCK + d] = log(numeric_random_uniform(&random));
    }
    choice_member_values(hierarchy->panel, member, moves, BLOCK, values, work);
    for (size_t d = 0; d < BLOCK; d++)
        values[d] += bonus[d];
}

static void shard_moves(void *context, size_t task)
{
    struct chain *chain = context;
    double work[3 * BLOCK];
    size_t end = (task + 1) * SHARD < chain->members ? (task + 1) * SHARD : chain->members;
    for (size_t m = task * SHARD; m < end; m++)
        moves_make(chain, m, work);
}

/* After the members were moved. */
static void weights_make(struct chain *chain)
{
    for (size_t m = 0; m < chain->members; m++)
        chain->weight[m] =
            chain->move.values[m] + proposal_bonus(chain, m, chain->theta + m * chain->n);
}

static void members_move(struct chain *chain, const struct choice_population *population,
    const struct choice_prior *prior, size_t d)
{
    size_t n = chain->n;
    double mean[CHOICE_ORDER], to[CHOICE_ORDER];
    for (size_t m = 0; m < chain->members; m++) {
        double *theta = chain->theta + m * n;
        choice_population_mean(
            population, chain->hierarchy->design + m * population->columns, mean);
        for (size_t i = 0; i < n; i++)
            to[i] = chain->moves[(m * n + i) * BLOCK + d];
        double there = chain->values[m * BLOCK + d] + choice_prior_value(prior, to, mean);
        double here = chain->weight[m] + choice_prior_value(prior, theta, mean);
        if (chain->dice[m * BLOCK + d] >= there - here) continue;
        memcpy(theta, to, n * sizeof *theta);
        chain->weight[m] = chain->values[m * BLOCK + d];
    }
}

/* ---- The population ------------------------------------------------------------------------- */

/* covariance ~ inverse Wishart(degrees, scale), by Bartlett's decomposition: with scale = L L' and
 * A Bartlett's lower factor, covariance = M M' where M A' = L. */
static bool inverse_wishart_draw(
    struct numeric_random *random, double degrees, double *scale, size_t n, double *covariance)
{
    double a[CHOICE_ORDER * CHOICE_ORDER], root[CHOICE_ORDER * CHOICE_ORDER];
    if (!numeric_cholesky(scale, n)) return false;
    for (size_t i = 0; i < n; i++) {
        a[i * n + i] = sqrt(2 * numeric_random_gamma(random, (degrees - (double)i) / 2));
        for (size_t j = 0; j < i; j++)
            a[i * n + j] = numeric_random_normal(random);
    }
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < n; i++) {
            double sum = i <= r ? scale[r * n + i] : 0;
            for (size_t k = 0; k < i; k++)
                sum -= a[i * n + k] * root[r * n + k];
            root[r * n + i] = sum / a[i * n + i];
        }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            covariance[i * n + j] = 0;
            for (size_t k = 0; k < n; k++)
                covariance[i * n + j] += root[i * n + k] * root[j * n + k];
        }
    return true;
}

/* Adds a draw with covariance (Z'Z)^-1 x covariance to delta. */
static bool delta_draw(struct chain *chain, struct choice_population *population)
{
    size_t n = chain->n, q = population->columns;
    const double *square = chain->hierarchy->square;
    double root[CHOICE_ORDER * CHOICE_ORDER], noise[(LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER];
    memcpy(root, population->covariance, n * n * sizeof *root);
    if (!numeric_cholesky(root, n)) return false;
    for (size_t i = 0; i < q * n; i++)
        noise[i] = numeric_random_normal(&chain->random);
    for (size_t k = 0; k < n; k++)
        for (size_t i = q; i-- > 0;) {
            for (size_t j = i + 1; j < q; j++)
                noise[i * n + k] -= square[j * q + i] * noise[j * n + k];
            noise[i * n + k] /= square[i * q + i];
        }
    for (size_t i = 0; i < q; i++)
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j <= k; j++)
                population->delta[i * n + k] += root[k * n + j] * noise[i * n + j];
    return true;
}

/* Of a gamma above an end: by rejection, and where that is rare from its distribution. */
static double gamma_above(struct numeric_random *random, double shape, double rate, double end)
{
    for (size_t i = 0; i < REJECTIONS_MAX; i++) {
        double value = numeric_random_gamma(random, shape) / rate;
        if (value > end) return value;
    }
    double below = numeric_gamma_p(shape, end * rate);
    double chance = below + (1 - below) * numeric_random_uniform(random);
    return chance < 1 ? fmax(numeric_gamma_p_inverse(shape, chance) / rate, end) : end;
}

/* The diagonal of the scale of Sigma's prior given Sigma: degrees times what has a gamma prior
 * above SCALE_LEAST. With 1, as in bayesm, spreads that are large, such as those of products that
 * few buy, are pulled to 1, and the means with them; without an end below, small ones would vanish.
 */
static void scale_draw(struct chain *chain, const struct choice_prior *prior)
{
    double degrees = choice_degrees(chain->n), shape = SCALE_SHAPE + degrees / 2;
    for (size_t i = 0; i < chain->n; i++) {
        double rate = SCALE_RATE + degrees / 2 * prior->precision[i * (chain->n + 1)];
        chain->scale[i] = degrees * gamma_above(&chain->random, shape, rate, SCALE_LEAST);
    }
}

static bool population_draw(struct chain *chain, struct choice_population *population)
{
    size_t n = chain->n, q = population->columns;
    double scale[CHOICE_ORDER * CHOICE_ORDER] = {0}, away[CHOICE_ORDER];
    choice_hierarchy_regress(chain->hierarchy, chain->rows, population);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            scale[i * n + j] = i == j ? chain->scale[i] : 0;
            for (size_t k = 0; k < q; k++)
                scale[i * n + j] += CHOICE_TRAIT_RIDGE * population->delta[k * n + i] *
                                    population->delta[k * n + j];
        }
    for (size_t m = 0; m < chain->members; m++) {
        choice_population_mean(population, chain->hierarchy->design + m * q, away);
        for (size_t i = 0; i < n; i++) {
            away[i] = chain->theta[m * n + i] - away[i];
            for (size_t j = 0; j <= i; j++)
                scale[i * n + j] += away[i] * away[j];
        }
    }
    double degrees = choice_degrees(n) + (double)chain->members;
    return inverse_wishart_draw(&chain->random, degrees, scale, n, population->covariance) &&
           delta_draw(chain, population);
}

/* ---- The chain ------------------------------------------------------------------------------ */

struct sums {
    double delta[(LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER];
    double squares[(LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER];
    double covariance[CHOICE_ORDER * CHOICE_ORDER];
    double rounds;
};

static void sums_add(struct sums *sums, const struct choice_population *population)
{
    size_t n = population->order;
    for (size_t i = 0; i < population->columns * n; i++) {
        sums->delta[i] += population->delta[i];
        sums->squares[i] += population->delta[i] * population->delta[i];
    }
    for (size_t i = 0; i < n * n; i++)
        sums->covariance[i] += population->covariance[i];
    sums->rounds++;
}

static void sums_mean(const struct sums *sums, struct choice_population *population)
{
    size_t n = population->order;
    for (size_t i = 0; i < population->columns * n; i++)
        population->delta[i] = sums->delta[i] / sums->rounds;
    for (size_t i = 0; i < n * n; i++)
        population->covariance[i] = sums->covariance[i] / sums->rounds;
}

/* Rounds of Gibbs; what comes after `dropped` of them is summed. */
static enum loy_status chain_run(struct chain *chain, struct choice_population *population,
    size_t rounds, size_t dropped, struct sums *sums)
{
    struct choice_prior prior;
    size_t tasks = (chain->members + SHARD - 1) / SHARD,
           every = rounds / MOVES > 0 ? rounds / MOVES : 1;
    if (!choice_prior_make(&prior, chain->n, population->covariance)) return LOY_E_LIMIT;
    scale_draw(chain, &prior);
    if (!choice_move_aim(&chain->move, population)) return LOY_E_LIMIT;
    for (size_t round = 0; round < rounds; round++) {
        if (round % BLOCK == 0) {
            loy_executor_run(chain->hierarchy->executor, tasks, shard_moves, chain);
            chain->block++;
            if (choice_hierarchy_cancelled(chain->hierarchy, CHOICE_EM_STEPS + chain->block))
                return LOY_E_CANCELLED;
        }
        if (!choice_prior_make(&prior, chain->n, population->covariance)) return LOY_E_LIMIT;
        members_move(chain, population, &prior, round % BLOCK);
        scale_draw(chain, &prior);
        if (!population_draw(chain, population)) return LOY_E_LIMIT;
        if (round % every == every - 1) {
            bool moved, seek = dropped > 0;
            if (!choice_move_try(&chain->move, population, &chain->random, seek, &moved))
                return LOY_E_LIMIT;
            if (moved) weights_make(chain);
        }
        if (round >= dropped) sums_add(sums, population);
    }
    return LOY_OK;
}

static size_t rounds_kept(size_t members)
{
    size_t rounds = WORK_MEMBERS / members;
    return rounds < KEPT_MIN ? KEPT_MIN : rounds > KEPT_MAX ? KEPT_MAX : rounds;
}

size_t choice_gibbs_blocks(size_t members)
{
    return BURN_RUNS * BURN_ROUNDS / BLOCK + (rounds_kept(members) + BLOCK - 1) / BLOCK;
}

/* Rounds to come to where the chain stays, from its second half the proposals of the next. */
static enum loy_status chain_burn(struct chain *chain, struct choice_population *population)
{
    enum loy_status status = LOY_OK;
    struct choice_population middle = *population;
    for (size_t run = 0; run <= BURN_RUNS; run++) {
        struct sums sums = {.rounds = 0};
        status = choice_hierarchy_expect(chain->hierarchy, &middle, PROPOSAL_DRAWS, 10);
        if (status == LOY_OK) status = proposals_take(chain, run == 0);
        if (status != LOY_OK || run == BURN_RUNS) return status;
        status = chain_run(chain, population, BURN_ROUNDS, BURN_ROUNDS / 2, &sums);
        if (status != LOY_OK) return status;
        sums_mean(&sums, &middle);
    }
    return status;
}

enum loy_status choice_gibbs_fit(struct choice_hierarchy *hierarchy,
    struct choice_population *population, double *delta_deviation)
{
    struct chain chain;
    struct sums kept = {.rounds = 0};
    enum loy_status status = chain_open(hierarchy, &chain);
    if (status == LOY_OK) status = chain_burn(&chain, population);
    if (status == LOY_OK)
        status = chain_run(&chain, population, rounds_kept(chain.members), 0, &kept);
    if (status == LOY_OK) {
        sums_mean(&kept, population);
        for (size_t i = 0; i < population->columns * population->order; i++) {
            double variance =
                kept.squares[i] / kept.rounds - population->delta[i] * population->delta[i];
            delta_deviation[i] = sqrt(fmax(variance, 0));
        }
    }
    chain_close(&chain);
    return status;
}
