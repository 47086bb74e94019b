/* SPDX-License-Identifier: MIT
 *
 * choice_move.c - moves all members together with their population: its mean by gamma or its spread
 * by factors e^s, and every member's weights with it, so that each stands in the population where
 * he stood. Given the members Gibbs moves the population by their own scatter only, which where
 * each tells little is a hundredth of what is open (Liu, Sabatti (2000), Biometrika 87, 353-369:
 * generalised Gibbs; Yu, Meng (2011), Journal of Computational and Graphical Statistics 20,
 * 531-570). A step goes where Newton would, with the noise of a normal of that curvature, and is
 * taken or not as Metropolis and Hastings say. In: where members and population stand. Out: the
 * same.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHARD 32u
/* How the reach is sought: to this share of steps that are taken. */
#define TAKEN_WANTED 0.6
#define FARTHER 1.1
#define REACH_MAX 1.0

enum { PART_MEAN, PART_SPREAD };
#define STEP_ORDER ((LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER)

enum loy_status choice_move_open(const struct choice_hierarchy *hierarchy, double *theta,
    const double *scale, struct choice_move *move)
{
    size_t n = hierarchy->panel->order, members = hierarchy->panel->members;
    *move = (struct choice_move){.hierarchy = hierarchy,
        .theta = theta,
        .scale = scale,
        .parts = {{hierarchy->columns * n, NULL, REACH_MAX}, {n, NULL, REACH_MAX}}};
    move->to = calloc(members * n + 1, sizeof *move->to);
    move->slopes = calloc(members * n + 1, sizeof *move->slopes);
    move->values = calloc(members + 1, sizeof *move->values);
    for (size_t i = 0; i < 2; i++)
        move->parts[i].root = calloc(move->parts[i].order * move->parts[i].order, sizeof(double));
    bool made = move->to && move->slopes && move->values;
    return made && move->parts[0].root && move->parts[1].root ? LOY_OK : LOY_E_MEMORY;
}

void choice_move_close(struct choice_move *move)
{
    free(move->to);
    free(move->slopes);
    free(move->values);
    free(move->parts[0].root);
    free(move->parts[1].root);
}

/* How far a member stands from the population's mean. */
static void away_find(const struct choice_move *move, const double *theta,
    const struct choice_population *population, size_t member, double *away)
{
    size_t n = population->order;
    const double *row = move->hierarchy->design + member * population->columns;
    choice_population_mean(population, row, away);
    for (size_t i = 0; i < n; i++)
        away[i] = theta[member * n + i] - away[i];
}

/* ---- The curvature -------------------------------------------------------------------------- */

static double at(const double *lower, size_t n, size_t i, size_t j)
{
    return i >= j ? lower[i * n + j] : lower[j * n + i];
}

/* The prior's share: of Delta; of Sigma about where it stands. */
static void prior_curve(struct choice_move *move, const struct choice_prior *prior)
{
    size_t n = prior->order, wide = move->parts[PART_MEAN].order;
    double *mean = move->parts[PART_MEAN].root, *spread = move->parts[PART_SPREAD].root;
    memset(mean, 0, wide * wide * sizeof *mean);
    memset(spread, 0, n * n * sizeof *spread);
    for (size_t i = 0; i < wide; i++)
        for (size_t j = i - i % n; j <= i; j++)
            mean[i * wide + j] = CHOICE_TRAIT_RIDGE * prior->precision[i % n * n + j % n];
    for (size_t i = 0; i < n; i++)
        spread[i * (n + 1)] = 2 * move->scale[i] * prior->precision[i * (n + 1)];
}

static void member_curve(
    struct choice_move *move, const double *own, const double *row, const double *away, size_t n)
{
    size_t wide = move->parts[PART_MEAN].order;
    double *mean = move->parts[PART_MEAN].root, *spread = move->parts[PART_SPREAD].root;
    for (size_t i = 0; i < wide; i++)
        for (size_t j = 0; j <= i; j++)
            mean[i * wide + j] += row[i / n] * row[j / n] * at(own, n, i % n, j % n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            spread[i * n + j] += own[i * n + j] * away[i] * away[j];
}

bool choice_move_aim(struct choice_move *move, const struct choice_population *population)
{
    const struct choice_panel *panel = move->hierarchy->panel;
    struct choice_prior prior;
    size_t n = population->order;
    double own[CHOICE_ORDER * CHOICE_ORDER], slope[CHOICE_ORDER], away[CHOICE_ORDER];
    if (!choice_prior_make(&prior, n, population->covariance)) return false;
    prior_curve(move, &prior);
    for (size_t m = 0; m < panel->members; m++) {
        memset(own, 0, n * n * sizeof *own);
        choice_member_value(panel, m, move->theta + m * n, slope, own);
        away_find(move, move->theta, population, m, away);
        member_curve(move, own, move->hierarchy->design + m * population->columns, away, n);
    }
    return numeric_cholesky(move->parts[0].root, move->parts[0].order) &&
           numeric_cholesky(move->parts[1].root, move->parts[1].order);
}

/* ---- A place -------------------------------------------------------------------------------- */

struct place {
    const double *theta;
    const struct choice_population *population;
    double value;             /* ln of the target */
    double drift[STEP_ORDER]; /* Newton's step from here */
};

struct slopes_task {
    struct choice_move *move;
    const double *theta;
};

static void shard_slopes(void *context, size_t task)
{
    const struct slopes_task *work = context;
    struct choice_move *move = work->move;
    const struct choice_panel *panel = move->hierarchy->panel;
    size_t n = panel->order, end = (task + 1) * SHARD;
    if (end > panel->members) end = panel->members;
    for (size_t m = task * SHARD; m < end; m++) {
        double *slope = move->slopes + m * n;
        memset(slope, 0, n * sizeof *slope);
        move->values[m] = choice_member_value(panel, m, work->theta + m * n, slope, NULL);
    }
}

/* The prior of Delta and of Sigma, as far as a step changes it, and its slopes. */
static double prior_look(const struct choice_move *move, const struct choice_population *population,
    const struct choice_prior *prior, size_t part, double *slopes)
{
    static const double nowhere[CHOICE_ORDER];
    size_t n = population->order, columns = population->columns;
    double value = (double)columns * prior->log_root;
    memset(slopes, 0, columns * n * sizeof *slopes);
    for (size_t k = 0; k < columns; k++)
        value += CHOICE_TRAIT_RIDGE * choice_prior_value(prior, population->delta + k * n, nowhere);
    for (size_t i = 0; i < columns * n && part == PART_MEAN; i++)
        for (size_t j = 0; j < n; j++)
            slopes[i] -= CHOICE_TRAIT_RIDGE * prior->precision[i % n * n + j] *
                         population->delta[i - i % n + j];
    for (size_t i = 0; i < n; i++) {
        double pull = move->scale[i] * prior->precision[i * (n + 1)];
        value -= pull / 2;
        if (part == PART_SPREAD) slopes[i] = pull - choice_degrees(n) - (double)columns;
    }
    return value;
}

static bool place_look(struct choice_move *move, size_t part, struct place *place)
{
    const struct choice_population *population = place->population;
    const struct choice_hierarchy *hierarchy = move->hierarchy;
    size_t n = population->order, columns = population->columns;
    double away[CHOICE_ORDER];
    struct choice_prior prior;
    struct slopes_task work = {move, place->theta};
    if (!choice_prior_make(&prior, n, population->covariance)) return false;
    place->value = prior_look(move, population, &prior, part, place->drift);
    loy_executor_run(
        hierarchy->executor, (hierarchy->panel->members + SHARD - 1) / SHARD, shard_slopes, &work);
    for (size_t m = 0; m < hierarchy->panel->members; m++) {
        const double *slope = move->slopes + m * n, *row = hierarchy->design + m * columns;
        place->value += move->values[m];
        if (part == PART_SPREAD) away_find(move, place->theta, population, m, away);
        for (size_t i = 0; i < move->parts[part].order; i++)
            place->drift[i] += slope[i % n] * (part == PART_SPREAD ? away[i] : row[i / n]);
    }
    numeric_cholesky_solve(move->parts[part].root, move->parts[part].order, place->drift);
    return true;
}

/* ---- A step --------------------------------------------------------------------------------- */

/* Normal noise whose precision has this factor: solves factor' x = z. */
static void noise_make(
    const struct choice_move_part *part, struct numeric_random *random, double *noise)
{
    size_t n = part->order;
    for (size_t i = 0; i < n; i++)
        noise[i] = numeric_random_normal(random);
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++)
            noise[i] -= part->root[j * n + i] * noise[j];
        noise[i] /= part->root[i * n + i];
    }
}

/* A normal's own way to step: what it keeps of a place and what noise it adds leave it as it is. */
static double noise_variance(const struct choice_move_part *part)
{
    return part->reach * (2 - part->reach);
}

/* ln of the density of sign * step from a place, without its constant. */
static double step_density(
    const struct choice_move_part *part, const struct place *place, const double *step, double sign)
{
    size_t n = part->order;
    double rest[STEP_ORDER], sum = 0;
    for (size_t i = 0; i < n; i++)
        rest[i] = sign * step[i] - part->reach * place->drift[i];
    for (size_t i = 0; i < n; i++) {
        double length = 0;
        for (size_t j = i; j < n; j++)
            length += part->root[j * n + i] * rest[j];
        sum += length * length;
    }
    return -sum / (2 * noise_variance(part));
}

static void step_apply(const struct choice_move *move, size_t part,
    const struct choice_population *from, const double *step, struct choice_population *to)
{
    size_t n = from->order;
    double factor[CHOICE_ORDER], away[CHOICE_ORDER], mean[CHOICE_ORDER];
    *to = *from;
    for (size_t i = 0; i < n; i++)
        factor[i] = part == PART_SPREAD ? exp(step[i]) : 1;
    for (size_t i = 0; i < from->columns * n && part == PART_MEAN; i++)
        to->delta[i] += step[i];
    for (size_t i = 0; i < n * n; i++)
        to->covariance[i] *= factor[i / n] * factor[i % n];
    for (size_t m = 0; m < move->hierarchy->panel->members; m++) {
        away_find(move, move->theta, from, m, away);
        choice_population_mean(to, move->hierarchy->design + m * from->columns, mean);
        for (size_t i = 0; i < n; i++)
            move->to[m * n + i] = mean[i] + factor[i] * away[i];
    }
}

/* ln of the odds of the step: target, proposals, and what the Jacobian leaves. */
static double step_odds(const struct choice_move *move, size_t which, const struct place *from,
    const struct place *to, const double *step)
{
    const struct choice_move_part *part = &move->parts[which];
    double odds = to->value - from->value + step_density(part, to, step, -1) -
                  step_density(part, from, step, 1);
    // Of the densities of members and Sigma and of the Jacobian only this does not cancel.
    for (size_t i = 0; i < part->order && which == PART_SPREAD; i++)
        odds -= choice_degrees(part->order) * step[i];
    return odds;
}

bool choice_move_try(struct choice_move *move, struct choice_population *population,
    struct numeric_random *random, bool seek, bool *moved)
{
    size_t which = move->next, n = population->order;
    struct choice_move_part *part = &move->parts[which];
    struct choice_population there;
    struct place from = {.theta = move->theta, .population = population};
    struct place to = {.theta = move->to, .population = &there};
    double step[STEP_ORDER];
    if (!place_look(move, which, &from)) return false;
    noise_make(part, random, step);
    for (size_t i = 0; i < part->order; i++)
        step[i] = sqrt(noise_variance(part)) * step[i] + part->reach * from.drift[i];
    step_apply(move, which, population, step, &there);
    double dice = log(numeric_random_uniform(random));
    *moved = place_look(move, which, &to) && dice < step_odds(move, which, &from, &to, step);
    if (*moved) {
        *population = there;
        memcpy(move->theta, move->to, move->hierarchy->panel->members * n * sizeof *move->to);
    }
    double sought =
        part->reach * (*moved ? FARTHER : pow(FARTHER, TAKEN_WANTED / (TAKEN_WANTED - 1)));
    if (seek) part->reach = fmin(sought, REACH_MAX);
    move->next = !which;
    return true;
}
