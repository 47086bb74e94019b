/* SPDX-License-Identifier: MIT
 *
 * assortment_shop.c - draws members, prices and visits; keeps what the planted weights say of the
 * same visits beside them.
 */
#include "assortment_shop.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define J SHOP_ALTERNATIVES
enum { LN_PRICE, PROMO, ATTRIBUTES };

struct person {
    double constants[J], weights[ATTRIBUTES], buys, pull;
};
struct shelf {
    double attributes[J][ATTRIBUTES];
    bool there[J];
};

static const double constants[J] = {.8, .4, 0, -.3, .3}, prices[J] = {3, 2.6, 2.2, 1.9, 2.5};
static const double usual[ATTRIBUTES] = {0, 0};

static struct person person_draw(const struct shop_plan *plan, struct numeric_random *random)
{
    struct person person;
    for (size_t j = 0; j < J; j++)
        person.constants[j] = constants[j] + .8 * numeric_random_normal(random);
    person.weights[LN_PRICE] = -3 + numeric_random_normal(random);
    person.weights[PROMO] = .5 + .3 * numeric_random_normal(random);
    person.buys = -.7 + .8 * numeric_random_normal(random);
    person.pull = fmax(0, plan->pull + plan->pull_spread * numeric_random_normal(random));
    return person;
}

static struct shelf shelf_draw(
    const struct shop_plan *plan, size_t visit, struct numeric_random *random)
{
    struct shelf shelf = {0};
    for (size_t j = 0; j < J; j++) {
        bool promoted = numeric_random_uniform(random) < .2;
        double noise = .08 * numeric_random_normal(random);
        shelf.there[j] = plan->still || j != SHOP_SEASONAL || visit * 3 >= plan->visits;
        shelf.attributes[j][LN_PRICE] = log(prices[j]) + (plan->still ? 0 : noise - .35 * promoted);
        shelf.attributes[j][PROMO] = plan->still ? 0 : promoted;
    }
    return shelf;
}

static double utility(const struct person *person, const double *attributes, size_t j)
{
    double sum = person->constants[j];
    for (size_t k = 0; k < ATTRIBUTES; k++)
        sum += person->weights[k] * attributes[k];
    return sum;
}

/* What the shelf is worth; chances[J], 0 of what is missing. */
static double worth_of(const struct person *person, const struct shelf *shelf, double *chances)
{
    double sum = 0;
    for (size_t j = 0; j < J; j++) {
        chances[j] = shelf->there[j] ? exp(utility(person, shelf->attributes[j], j)) : 0;
        sum += chances[j];
    }
    for (size_t j = 0; j < J; j++)
        chances[j] /= sum;
    return log(sum);
}

static double buys(const struct person *person, double worth)
{
    return 1 / (1 + exp(-(person->buys + person->pull * worth)));
}

/* ---- The truth ------------------------------------------------------------------------------- */

struct sums {
    double before, after, of_it, others[J];
};

static void change_add(const struct person *person, struct shelf shelf, size_t j, bool add,
    double centre, struct sums *sums)
{
    double chances[J], changed[J];
    struct shelf other = shelf;
    other.there[j] = add;
    double worth = worth_of(person, &shelf, chances) - centre;
    double before = buys(person, worth);
    double after = buys(person, worth_of(person, &other, changed) - centre);
    sums->before += before;
    sums->after += after;
    sums->of_it += add ? after * changed[j] : before * chances[j];
    for (size_t k = 0; k < J; k++)
        if (k != j) sums->others[k] += (add ? -1 : 1) * (after * changed[k] - before * chances[k]);
}

static struct shop_truth truth_of(const struct sums *sums, bool add)
{
    struct shop_truth truth = {.total = (sums->after - sums->before) / sums->before,
        .nothing = fabs(sums->after - sums->before) / sums->of_it,
        .share = sums->of_it / (add ? sums->after : sums->before)};
    for (size_t k = 0; k < J; k++)
        truth.others[k] = sums->others[k] / sums->of_it;
    return truth;
}

/* ---- The shop -------------------------------------------------------------------------------- */

static void visit_add(struct shop *shop, int64_t member, const struct shelf *shelf,
    const double *chances, bool bought, struct numeric_random *random)
{
    struct loy_choice_offer offers[J];
    size_t count = 0, taken = 0;
    double u = numeric_random_uniform(random), sum = 0;
    for (size_t j = 0; j < J; j++) {
        if (!shelf->there[j]) continue;
        sum += chances[j];
        if (sum < u) taken = count + 1;
        offers[count++] = (struct loy_choice_offer){j, shelf->attributes[j]};
    }
    if (taken >= count) taken = count - 1;
    if (loy_visits_add(shop->visits, member, offers, count, bought) != LOY_OK) abort();
    if (bought && loy_choice_add(shop->choice, member, offers, count, taken) != LOY_OK) abort();
}

static void member_add(const struct shop_plan *plan, struct shop *shop, int64_t member,
    struct sums *without, struct sums *with)
{
    struct numeric_random random = numeric_random_at(plan->seed, (uint64_t)member);
    struct person person = person_draw(plan, &random);
    double chances[J], centre = 0;
    struct shelf *shelves = calloc(plan->visits, sizeof *shelves);
    if (!shelves) abort();
    for (size_t v = 0; v < plan->visits; v++) {
        shelves[v] = shelf_draw(plan, v, &random);
        centre += worth_of(&person, &shelves[v], chances) / (double)plan->visits;
    }
    for (size_t v = 0; v < plan->visits; v++) {
        double worth = worth_of(&person, &shelves[v], chances) - centre;
        bool bought = numeric_random_uniform(&random) < buys(&person, worth);
        visit_add(shop, member, &shelves[v], chances, bought, &random);
        for (size_t j = 0; j < J; j++)
            change_add(&person, shelves[v], j, false, centre, &without[j]);
        if (!shelves[v].there[SHOP_SEASONAL]) {
            memcpy(shelves[v].attributes[SHOP_SEASONAL], usual, sizeof usual);
            shelves[v].attributes[SHOP_SEASONAL][LN_PRICE] = log(prices[SHOP_SEASONAL]);
            change_add(&person, shelves[v], SHOP_SEASONAL, true, centre, with);
        }
    }
    free(shelves);
}

void shop_make(const struct shop_plan *plan, struct shop *shop)
{
    const struct loy_choice_settings settings = {
        .size = sizeof settings, .alternatives = J, .base = 2, .attributes = ATTRIBUTES};
    struct sums without[J] = {{0}}, with = {0};
    *shop = (struct shop){0};
    if (loy_choice_open(&settings, &shop->choice) != LOY_OK ||
        loy_visits_open(&settings, &shop->visits) != LOY_OK)
        abort();
    for (size_t m = 0; m < plan->members; m++)
        member_add(
            plan, shop, (int64_t)(plan->reversed ? plan->members - m : m + 1), without, &with);
    for (size_t j = 0; j < J; j++)
        shop->without[j] = truth_of(&without[j], false);
    if (!plan->still) shop->with = truth_of(&with, true);
}

void shop_clear(struct shop *shop)
{
    loy_visits_close(shop->visits);
    loy_choice_close(shop->choice);
}

/* ---- Coverage -------------------------------------------------------------------------------- */

static bool holds(struct loy_assortment_share share, double truth)
{
    return share.low <= truth && truth <= share.high;
}

static void without_count(const struct shop *shop, const struct loy_assortment *found,
    struct assortment_coverage *coverage)
{
    const struct shop_truth *truth = &shop->without[0];
    coverage->known += found->total_known;
    coverage->total += holds(found->total, truth->total);
    coverage->nothing += holds(found->nothing, truth->nothing);
    coverage->share += holds(found->share, truth->share);
    for (size_t k = 1; k < J; k++)
        coverage->others += holds(found->others[k], truth->others[k]) / (double)(J - 1);
    coverage->bias += (found->total.mean - truth->total) / truth->total;
    coverage->pull += found->pull;
    coverage->pull_error += found->pull_error;
}

static void set_count(const struct shop_plan *plan, struct assortment_coverage *coverage)
{
    struct shop shop;
    struct loy_choice_model *model = NULL;
    struct loy_choice_trouble trouble;
    struct loy_assortment found;
    const double attributes[] = {log(prices[SHOP_SEASONAL]), 0};
    struct loy_choice_options fit = {.size = sizeof fit, .seed = plan->seed};
    struct loy_assortment_options options = {.size = sizeof options, .seed = plan->seed};
    shop_make(plan, &shop);
    if (loy_choice_fit(shop.choice, &fit, &trouble, &model) != LOY_OK ||
        loy_assortment_find(shop.choice, model, shop.visits, &options, &found) != LOY_OK)
        abort();
    without_count(&shop, &found, coverage);
    coverage->pull_scatter += (found.pull - plan->pull) * (found.pull - plan->pull);
    options.alternative = SHOP_SEASONAL;
    options.add = true;
    options.attributes = attributes;
    if (loy_assortment_find(shop.choice, model, shop.visits, &options, &found) != LOY_OK) abort();
    coverage->with += holds(found.total, shop.with.total);
    loy_choice_model_close(model);
    shop_clear(&shop);
}

void assortment_coverage_find(
    const struct shop_plan *plan, size_t sets, struct assortment_coverage *coverage)
{
    struct shop_plan own = *plan;
    *coverage = (struct assortment_coverage){.sets = sets};
    for (size_t i = 0; i < sets; i++, own.seed++)
        set_count(&own, coverage);
    double *const parts[] = {&coverage->total, &coverage->nothing, &coverage->share,
        &coverage->others, &coverage->with, &coverage->pull, &coverage->pull_error,
        &coverage->pull_scatter, &coverage->bias};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        *parts[i] /= (double)sets;
    coverage->pull_scatter = sqrt(coverage->pull_scatter);
}
