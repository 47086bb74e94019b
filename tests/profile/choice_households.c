/* SPDX-License-Identifier: MIT
 *
 * choice_households.c - households for the tests of the choice model: kept, simulated, judged by
 * hand. Must not know how the library does it.
 */
#include "choice_households.h"

#include "numeric/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool fine, const char *what)
{
    if (fine) return;
    fprintf(stderr, "households: %s\n", what);
    abort();
}

static void *grown(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return array;
    *capacity = *capacity ? *capacity * 2 : 256;
    array = realloc(array, *capacity * size);
    must(array != NULL, "no memory");
    return array;
}

void households_open(struct households *households, const struct loy_choice_settings *settings)
{
    *households = (struct households){.settings = *settings};
}

void households_close(struct households *households)
{
    free(households->occasions);
    free(households->traits);
    *households = (struct households){0};
}

void households_add(struct households *households, const struct household_occasion *occasion)
{
    households->occasions =
        grown(households->occasions, households->count, &households->capacity, sizeof *occasion);
    households->occasions[households->count++] = *occasion;
}

void households_add_trait(struct households *households, int64_t member, const double *values)
{
    struct household_trait trait = {.member = member};
    for (size_t t = 0; t < households->settings.traits; t++)
        trait.values[t] = values[t];
    households->traits = grown(
        households->traits, households->trait_count, &households->trait_capacity, sizeof trait);
    households->traits[households->trait_count++] = trait;
}

void households_copy(const struct households *from, struct households *to)
{
    households_open(to, &from->settings);
    for (size_t i = 0; i < from->count; i++)
        households_add(to, &from->occasions[i]);
    for (size_t i = 0; i < from->trait_count; i++)
        households_add_trait(to, from->traits[i].member, from->traits[i].values);
}

void choice_give(struct loy_choice *choice, const struct household_occasion *occasion)
{
    struct loy_choice_offer offers[HOUSEHOLD_ALTERNATIVES];
    for (size_t i = 0; i < occasion->count; i++)
        offers[i] = (struct loy_choice_offer){
            occasion->offers[i].alternative, occasion->offers[i].attributes};
    enum loy_status status =
        loy_choice_add(choice, occasion->member, offers, occasion->count, occasion->bought);
    must(status == LOY_OK, "an occasion was refused");
}

struct loy_choice *households_choice(const struct households *households)
{
    struct loy_choice *choice = NULL;
    must(loy_choice_open(&households->settings, &choice) == LOY_OK, "not opened");
    for (size_t i = 0; i < households->count; i++)
        choice_give(choice, &households->occasions[i]);
    for (size_t i = 0; i < households->trait_count; i++)
        must(loy_choice_add_traits(
                 choice, households->traits[i].member, households->traits[i].values) == LOY_OK,
            "traits were refused");
    return choice;
}

/* ---- By hand --------------------------------------------------------------------------------- */

static double utility_of(const struct loy_choice_settings *settings,
    const struct household_offer *offer, int before, const double *weights)
{
    size_t constants = settings->alternatives - 1, j = offer->alternative;
    double utility = j == settings->base ? 0 : weights[j - (j > settings->base)];
    for (size_t k = 0; k < settings->attributes; k++)
        utility += weights[constants + k] * offer->attributes[k];
    if (settings->habit && (int)j == before) utility += weights[constants + settings->attributes];
    return utility;
}

void chances_find(const struct loy_choice_settings *settings,
    const struct household_occasion *occasion, int before, const double *weights, double *chances)
{
    double largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < occasion->count; i++) {
        chances[i] = utility_of(settings, &occasion->offers[i], before, weights);
        largest = fmax(largest, chances[i]);
    }
    for (size_t i = 0; i < occasion->count; i++)
        sum += chances[i] = exp(chances[i] - largest);
    for (size_t i = 0; i < occasion->count; i++)
        chances[i] /= sum;
}

int bought_before(const struct households *households, size_t occasion)
{
    const struct household_occasion *all = households->occasions;
    for (size_t i = occasion; i-- > 0;)
        if (all[i].member == all[occasion].member)
            return (int)all[i].offers[all[i].bought].alternative;
    return -1;
}

double households_likelihood(const struct households *households, const double *weights)
{
    double sum = 0, chances[HOUSEHOLD_ALTERNATIVES];
    for (size_t i = 0; i < households->count; i++) {
        const struct household_occasion *occasion = &households->occasions[i];
        chances_find(
            &households->settings, occasion, bought_before(households, i), weights, chances);
        sum += log(chances[occasion->bought]);
    }
    return sum;
}

/* ---- Simulated ------------------------------------------------------------------------------- */

struct planted planted_three_brands(void)
{
    struct planted planted = {.settings = {.size = sizeof planted.settings,
                                  .alternatives = 3,
                                  .base = 0,
                                  .attributes = 2,
                                  .habit = true},
        .order = 5,
        .mean = {0.5, -0.5, -2.5, 0.8, 0.6}};
    static const double spread[5] = {1.2, 1.0, 1.2, 0.6, 0.6};
    for (size_t i = 0; i < 5; i++)
        planted.root[i * 5 + i] = spread[i];
    // The two brands are liked by the same people, and they are those who look at the price.
    planted.root[1 * 5 + 0] = 0.4;
    planted.root[2 * 5 + 0] = -0.3;
    return planted;
}

struct planted planted_six_products(void)
{
    static const double means[6] = {-1.142, -3.258, -2.470, -5.010, -1.737, -4.067};
    static const double spreads[6] = {1.529, 3.613, 2.375, 2.908, 3.033, 1.475};
    struct planted planted = {
        .settings = {.size = sizeof planted.settings, .alternatives = 6, .attributes = 1},
        .order = 6};
    for (size_t i = 0; i < 6; i++) {
        planted.mean[i] = means[i];
        planted.root[i * 6 + i] = spreads[i];
    }
    return planted;
}

double planted_spread(const struct planted *planted, size_t coefficient)
{
    double sum = 0;
    for (size_t j = 0; j <= coefficient; j++) {
        double part = planted->root[coefficient * planted->order + j];
        sum += part * part;
    }
    return sqrt(sum);
}

int64_t planted_member(size_t index)
{
    return 1000 + (int64_t)((index * 7919) % 100003) * 3;
}

static void weights_draw(const struct planted *planted, const double *traits,
    struct numeric_random *random, double *weights)
{
    double normal[HOUSEHOLD_ORDER];
    for (size_t i = 0; i < planted->order; i++)
        normal[i] = numeric_random_normal(random);
    for (size_t i = 0; i < planted->order; i++) {
        weights[i] = planted->mean[i];
        for (size_t t = 0; t < planted->settings.traits; t++)
            weights[i] += traits[t] * planted->effect[t][i];
        for (size_t j = 0; j <= i; j++)
            weights[i] += planted->root[i * planted->order + j] * normal[j];
    }
}

/* The first attribute is the ln of a price, all others are 1 in a fifth of the cases; the second
 * one, a promotion, comes with a lower price. */
static void offers_draw(const struct planted *planted, struct numeric_random *random,
    struct household_occasion *occasion)
{
    for (size_t j = 0; j < planted->settings.alternatives; j++) {
        struct household_offer *offer = &occasion->offers[occasion->count];
        offer->alternative = j;
        bool stays = numeric_random_uniform(random) < planted->staying;
        double change = 0.25 * numeric_random_normal(random);
        offer->attributes[0] = log(1 + 0.2 * (double)j) + (stays ? 0 : change);
        for (size_t k = 1; k < planted->settings.attributes; k++)
            offer->attributes[k] = numeric_random_uniform(random) < 0.2;
        if (planted->settings.attributes > 1) offer->attributes[0] -= 0.15 * offer->attributes[1];
        bool gone = numeric_random_uniform(random) < planted->gap;
        // Two are always there: an occasion without a choice says nothing.
        if (!gone || (occasion->count < 2 && j + 2 >= planted->settings.alternatives))
            occasion->count++;
    }
}

static size_t bought_draw(const struct planted *planted, const struct household_occasion *occasion,
    int before, const double *weights, struct numeric_random *random)
{
    double chances[HOUSEHOLD_ALTERNATIVES], left = numeric_random_uniform(random);
    chances_find(&planted->settings, occasion, before, weights, chances);
    size_t bought = 0;
    while (bought + 1 < occasion->count && left > chances[bought])
        left -= chances[bought++];
    return bought;
}

static void member_simulate(const struct planted *planted, int64_t member, size_t occasions,
    const double *weights, struct numeric_random *random, struct households *households)
{
    int before = -1;
    for (size_t i = 0; i < occasions; i++) {
        struct household_occasion occasion = {.member = member};
        offers_draw(planted, random, &occasion);
        occasion.bought = bought_draw(planted, &occasion, before, weights, random);
        before = (int)occasion.offers[occasion.bought].alternative;
        households_add(households, &occasion);
    }
}

void planted_simulate(const struct planted *planted, size_t members, size_t occasions,
    uint64_t seed, struct households *households, double *truth)
{
    households_open(households, &planted->settings);
    for (size_t m = 0; m < members; m++) {
        struct numeric_random random = numeric_random_at(seed, m);
        double traits[HOUSEHOLD_TRAITS], weights[HOUSEHOLD_ORDER];
        for (size_t t = 0; t < HOUSEHOLD_TRAITS; t++)
            traits[t] = numeric_random_normal(&random);
        weights_draw(planted, traits, &random, weights);
        if (truth) memcpy(truth + m * planted->order, weights, planted->order * sizeof *truth);
        if (planted->settings.traits > 0)
            households_add_trait(households, planted_member(m), traits);
        member_simulate(planted, planted_member(m), occasions, weights, &random, households);
    }
}
