/* SPDX-License-Identifier: MIT
 *
 * assortment.c - what a category sells with and without an alternative, by simulation over draws of
 * its members' weights. In: a fitted choice, purchases, visits. Out: changes with intervals. Must
 * not know what the alternatives are.
 */
#include "profile/assortment_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX 1000u   /* whose weights are sought */
#define MEMBERS_KEPT 200u   /* so many at least where there are */
#define VISITS_MAX 20000u   /* that the pull is fitted to */
#define LOOKED_AT_MAX 5000u /* in each draw */
#define PULL_ROUNDS 4u
#define PULL_ROUNDS_COUNTED 3u
#define STREAM UINT64_C(0x415353)
#define UTILITY_MAX 300.0

struct assortment {
    const struct loy_choice *choice;
    const struct loy_choice_model *model;
    const struct loy_assortment_options *options;
    const struct loy_choice *rows; /* of the visits; without these, the choice's own */
    const bool *bought;            /* per row; NULL: there are no visits */
    struct choice_steps steps, purchases;
    size_t *person; /* per step; those of nobody are dropped */
    size_t *looked; /* steps that each draw looks at */
    size_t looked_count;
    double *worths; /* [step][draw]: the inclusive value, less its mean of the member */
    double attributes[LOY_CHOICE_ATTRIBUTES_MAX];
    size_t offered;
    struct people people;
    int64_t purchases_kept;                 /* of people */
    struct pull pulls[PULL_ROUNDS_COUNTED]; /* of the last rounds */
    double pull, pull_error;
    bool total;
    struct assortment_sums sums[ASSORTMENT_DRAWS];
};

static const struct choice_occasion *occasion_of(const struct assortment *work, size_t step)
{
    return &work->rows->occasions[work->steps.steps[step].occasion];
}

/* The offer that is the alternative; SIZE_MAX: it is missing. */
static size_t offer_of(const struct assortment *work, size_t step)
{
    const struct choice_occasion *occasion = occasion_of(work, step);
    for (size_t o = 0; o < occasion->offers; o++)
        if (work->rows->alternatives[occasion->first + o] == work->options->alternative) return o;
    return SIZE_MAX;
}

/* ---- Whose visits ---------------------------------------------------------------------------- */

static size_t members_count(const struct choice_steps *steps, uint64_t each)
{
    size_t count = 0;
    for (size_t i = 0; i < steps->count; i = choice_steps_end(steps, i))
        count += choice_member_hash(steps->steps[i].member) % each == 0;
    return count;
}

/* Of many, each so manieth by a hash of his number: whole members. */
static uint64_t every(const struct assortment *work)
{
    size_t members = members_count(&work->steps, 1);
    size_t visits = 1 + work->steps.count / VISITS_MAX, most = members / MEMBERS_KEPT;
    if (visits > most) visits = most;
    size_t each = 1 + members / MEMBERS_MAX;
    return each > visits ? each : visits;
}

/* Of a member's steps each so manieth, by a hash: at no beat of theirs. */
static bool is_taken(int64_t member, size_t step, size_t each)
{
    const uint64_t own = choice_member_hash(member) + step;
    return choice_member_hash((int64_t)(own & INT64_MAX)) % each == 0;
}

/* His purchases, found behind *at: both are in the order of the members. */
static struct choice_steps purchases_of(const struct assortment *work, int64_t member, size_t *at)
{
    const struct choice_steps *all = &work->purchases;
    while (*at < all->count && all->steps[*at].member < member)
        *at = choice_steps_end(all, *at);
    if (*at == all->count || all->steps[*at].member != member)
        return (struct choice_steps){NULL, 0};
    return (struct choice_steps){all->steps + *at, choice_steps_end(all, *at) - *at};
}

static enum loy_status people_find(struct assortment *work)
{
    const uint64_t each = every(work);
    const size_t visits = 1 + work->steps.count / each / VISITS_MAX;
    size_t kept = 0, at = 0;
    enum loy_status status = people_open(&work->people, work->choice, work->model,
        work->options->seed, members_count(&work->steps, each));
    for (size_t begin = 0, end; status == LOY_OK && begin < work->steps.count; begin = end) {
        int64_t member = work->steps.steps[begin].member;
        end = choice_steps_end(&work->steps, begin);
        if (choice_member_hash(member) % each != 0) continue;
        const size_t from = kept;
        for (size_t i = begin; i < end; i++)
            if (is_taken(member, i - begin, visits))
                work->steps.steps[kept++] = work->steps.steps[i];
        if (kept == from) continue;
        const struct choice_steps own = purchases_of(work, member, &at);
        enum loy_status found =
            own.count ? people_add(&work->people, work->choice, &own) : LOY_NONE;
        if (found < LOY_OK) status = found;
        if (found != LOY_OK) kept = from;
        if (found == LOY_OK) work->purchases_kept += (int64_t)own.count;
        for (size_t i = from; i < kept; i++)
            work->person[i] = work->people.count - 1;
    }
    work->steps.count = kept;
    return status;
}

/* ---- What their shelves are worth ------------------------------------------------------------ */

/* Of the member whose steps are begin to end, in a draw, less the mean of them. */
static void member_worths(
    struct assortment *work, size_t begin, size_t end, size_t draw, const double *theta)
{
    double chances[LOY_CHOICE_ALTERNATIVES_MAX], sum = 0, count = 0;
    double *worths = work->worths + draw;
    for (size_t i = begin; i < end; i++) {
        double worth = choice_chances(
            work->rows, &work->model->code, &work->steps.steps[i], theta, 1, chances);
        worths[i * ASSORTMENT_DRAWS] = worth;
        if (isinf(worth)) continue;
        sum += worth;
        count++;
    }
    for (size_t i = begin * ASSORTMENT_DRAWS; i < end * ASSORTMENT_DRAWS; i += ASSORTMENT_DRAWS)
        worths[i] = isinf(worths[i]) ? 0 : worths[i] - sum / count;
}

static void worths_find(struct assortment *work)
{
    double theta[CHOICE_ORDER];
    for (size_t begin = 0, end; begin < work->steps.count; begin = end) {
        end = choice_steps_end(&work->steps, begin);
        for (size_t draw = 0; draw < ASSORTMENT_DRAWS; draw++) {
            people_draw(&work->people, work->person[begin], draw, theta);
            member_worths(work, begin, end, draw, theta);
        }
    }
}

/* With which it comes, unless the caller says so; and how often it was there. */
static void attributes_find(struct assortment *work)
{
    size_t width = work->rows->settings.attributes;
    for (size_t i = 0; i < work->steps.count; i++) {
        size_t offer = offer_of(work, i);
        if (offer == SIZE_MAX) continue;
        offer += occasion_of(work, i)->first;
        work->offered++;
        for (size_t k = 0; k < width; k++)
            work->attributes[k] += work->rows->attributes[offer * width + k];
    }
    for (size_t k = 0; k < width; k++)
        work->attributes[k] = work->options->attributes
                                  ? work->options->attributes[k]
                                  : work->attributes[k] / (double)work->offered;
}

/* ln of the likelihood of a member's buying or not, were his shelves worth what this draw says. */
static double member_value(
    const struct assortment *work, size_t begin, size_t end, size_t draw, double a, double strength)
{
    double sum = 0;
    for (size_t i = begin; i < end; i++) {
        double x = a + strength * work->worths[i * ASSORTMENT_DRAWS + draw];
        if (!work->bought[work->steps.steps[i].occasion]) x = -x;
        sum += x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
    }
    return sum;
}

static struct pull *pull_of(struct assortment *work, size_t round)
{
    return &work->pulls[round % PULL_ROUNDS_COUNTED];
}

/* One draw of the member's, by how well it goes with what he bought or left. */
static size_t draw_pick(struct assortment *work, size_t begin, size_t end, size_t round)
{
    double weights[ASSORTMENT_DRAWS], constant, strength, most = -INFINITY, sum = 0;
    int64_t number = work->people.numbers[work->person[begin]];
    struct numeric_random random =
        numeric_random_at((work->options->seed ^ STREAM) + round, choice_member_hash(number));
    pull_draw(pull_of(work, round - 1), work->person[begin], round, &constant, &strength);
    for (size_t d = 0; d < ASSORTMENT_DRAWS; d++) {
        weights[d] = member_value(work, begin, end, d, constant, strength);
        most = fmax(most, weights[d]);
    }
    for (size_t d = 0; d < ASSORTMENT_DRAWS; d++)
        sum += weights[d] = exp(weights[d] - most);
    double left = numeric_random_uniform(&random) * sum;
    size_t pick = 0;
    while (pick + 1 < ASSORTMENT_DRAWS && (left -= weights[pick]) > 0)
        pick++;
    return pick;
}

/* All visits into the pull's model: first with the mean of the draws, then with one of each. */
static enum loy_status pull_round(struct assortment *work, size_t round)
{
    struct pull next;
    enum loy_status status = pull_open(&next);
    for (size_t begin = 0, end; status == LOY_OK && begin < work->steps.count; begin = end) {
        end = choice_steps_end(&work->steps, begin);
        size_t pick = round > 0 ? draw_pick(work, begin, end, round) : 0;
        for (size_t i = begin; status == LOY_OK && i < end; i++) {
            const double *worths = work->worths + i * ASSORTMENT_DRAWS;
            double worth = round > 0 ? worths[pick] : 0;
            for (size_t d = 0; round == 0 && d < ASSORTMENT_DRAWS; d++)
                worth += worths[d] / ASSORTMENT_DRAWS;
            status = pull_add(&next, work->people.numbers[work->person[i]], worth,
                work->bought[work->steps.steps[i].occasion]);
        }
    }
    if (status == LOY_OK) status = pull_fit(&next, work->options);
    pull_close(pull_of(work, round));
    *pull_of(work, round) = next;
    work->pull = next.mean;
    work->pull_error = next.error;
    return status;
}

/* Multiple imputation (Rubin 1987) of what nobody sees, the worth of the shelves to each member. */
static enum loy_status pull_find(struct assortment *work)
{
    double sum = 0, squares = 0, errors = 0, count = 0;
    work->worths = calloc(work->steps.count * ASSORTMENT_DRAWS, sizeof *work->worths);
    enum loy_status status = work->worths ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK) worths_find(work);
    for (size_t round = 0; status == LOY_OK && round < PULL_ROUNDS; round++) {
        status = pull_round(work, round);
        if (status != LOY_OK || round + PULL_ROUNDS_COUNTED < PULL_ROUNDS) continue;
        sum += work->pull;
        squares += work->pull * work->pull;
        errors += work->pull_error * work->pull_error;
        count++;
    }
    work->total = status == LOY_OK;
    if (!work->total) return status == LOY_NONE ? LOY_OK : status;
    double between = fmax(0, squares - sum * sum / count) / (count - 1);
    work->pull = sum / count;
    work->pull_error = sqrt(errors / count + between * (1 + 1 / count));
    work->total = work->pull_error <= LOY_ASSORTMENT_PULL_ERROR_MAX;
    return LOY_OK;
}

/* ---- The simulation -------------------------------------------------------------------------- */

struct buyer { /* a person in a draw */
    size_t draw;
    double theta[CHOICE_ORDER], constant, pull;
};

/* Before the shelf of a step, whose worth has changed by so much; where that moves nobody as far as
 * is known, what was bought. */
static double buys(
    const struct assortment *work, const struct buyer *buyer, size_t step, double change)
{
    if (!work->total) return work->bought ? work->bought[work->steps.steps[step].occasion] : 1;
    double worth = work->worths[step * ASSORTMENT_DRAWS + buyer->draw] + change;
    return 1 / (1 + exp(-(buyer->constant + buyer->pull * worth)));
}

static double alternative_utility(const struct assortment *work, const double *theta)
{
    const struct choice_code *code = &work->model->code;
    int constant = code->constant_of[work->options->alternative];
    double utility = constant >= 0 ? theta[constant] : 0;
    for (size_t k = 0; k < code->attributes; k++)
        if (code->coefficient_of[k] >= 0)
            utility += theta[code->coefficient_of[k]] * work->attributes[k] / code->scale[k];
    return fmax(-UTILITY_MAX, fmin(UTILITY_MAX, utility));
}

/* It leaves: one is its chance, which the others share, and nothing. */
static void step_without(const struct assortment *work, size_t step, const struct buyer *buyer,
    size_t offer, const double *chances, struct assortment_sums *sums)
{
    const struct choice_occasion *occasion = occasion_of(work, step);
    double one = offer == SIZE_MAX ? 0 : chances[offer];
    bool alone = !(one < 1);
    if (alone && !work->total) return;
    double before = buys(work, buyer, step, 0);
    double after = alone ? 0 : buys(work, buyer, step, log1p(-one));
    sums->before += before;
    sums->after += after;
    sums->of_it += before * one;
    for (size_t o = 0; !alone && o < occasion->offers; o++)
        if (o != offer)
            sums->others[work->rows->alternatives[occasion->first + o]] +=
                chances[o] * (after / (1 - one) - before);
}

/* It comes to a shelf that is worth so much. */
static void step_with(const struct assortment *work, size_t step, const struct buyer *buyer,
    double worth, const double *chances, struct assortment_sums *sums)
{
    const struct choice_occasion *occasion = occasion_of(work, step);
    double one = 1 / (1 + exp(worth - alternative_utility(work, buyer->theta)));
    double before = buys(work, buyer, step, 0);
    double after = buys(work, buyer, step, -log1p(-one));
    sums->before += before;
    sums->after += after;
    sums->of_it += after * one;
    for (size_t o = 0; o < occasion->offers; o++)
        sums->others[work->rows->alternatives[occasion->first + o]] +=
            chances[o] * (before - after * (1 - one));
}

static void step_simulate(const struct assortment *work, size_t step, const struct buyer *buyer,
    struct assortment_sums *sums)
{
    double chances[LOY_CHOICE_ALTERNATIVES_MAX];
    size_t offer = offer_of(work, step);
    double worth = choice_chances(
        work->rows, &work->model->code, &work->steps.steps[step], buyer->theta, 1, chances);
    if (isinf(worth)) return;
    if (work->options->add)
        step_with(work, step, buyer, worth, chances, sums);
    else
        step_without(work, step, buyer, offer, chances, sums);
}

/* The draws take the rounds in turn. Means of so few rounds scatter by (1 - 1/m) of what lies
 * between rounds; they are moved apart to the 1 + 1/m of Rubin's variance. */
static void buyer_draw(struct assortment *work, size_t person, struct buyer *buyer)
{
    const double rounds = PULL_ROUNDS_COUNTED, apart = sqrt((rounds + 1) / (rounds - 1));
    const struct pull *pull = pull_of(work, buyer->draw);
    pull_draw(pull, person, buyer->draw, &buyer->constant, &buyer->pull);
    buyer->pull += (apart - 1) * (pull->mean - work->pull);
}

/* Of `told` steps that the change is one of. */
static void looked_make(struct assortment *work, size_t told)
{
    const size_t each = 1 + told / LOOKED_AT_MAX;
    for (size_t begin = 0, end; begin < work->steps.count; begin = end) {
        end = choice_steps_end(&work->steps, begin);
        for (size_t i = begin; i < end; i++)
            if (is_taken(work->steps.steps[i].member, i - begin, each) &&
                !(work->options->add && offer_of(work, i) != SIZE_MAX))
                work->looked[work->looked_count++] = i;
    }
}

static void draw_simulate(struct assortment *work, size_t draw)
{
    struct buyer buyer = {.draw = draw};
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < work->looked_count; i++) {
        size_t person = work->person[work->looked[i]];
        if (person != last) {
            people_draw(&work->people, person, draw, buyer.theta);
            if (work->total) buyer_draw(work, person, &buyer);
        }
        last = person;
        step_simulate(work, work->looked[i], &buyer, &work->sums[draw]);
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

static enum loy_status rows_make(struct assortment *work)
{
    const struct loy_choice_options all = {.size = sizeof all, .purchases_min = 1};
    enum loy_status status = choice_steps_make(work->rows, NULL, &all, &work->steps);
    if (status == LOY_OK) status = choice_steps_make(work->choice, NULL, &all, &work->purchases);
    if (status != LOY_OK) return status;
    work->person = calloc(work->steps.count + 1, sizeof *work->person);
    work->looked = calloc(work->steps.count + 1, sizeof *work->looked);
    return work->person && work->looked ? LOY_OK : LOY_E_MEMORY;
}

static enum loy_status change_find(struct assortment *work, struct loy_assortment *found)
{
    enum loy_status status = rows_make(work);
    if (status == LOY_OK) status = people_find(work);
    if (status != LOY_OK) return status;
    attributes_find(work);
    size_t missed = work->steps.count - work->offered;
    size_t told = work->options->add ? missed : work->offered;
    bool known = work->offered > 0 || (work->options->add && work->options->attributes);
    if (work->people.count < LOY_ASSORTMENT_MEMBERS_MIN || told < LOY_ASSORTMENT_VISITS_MIN ||
        !known)
        return LOY_NONE;
    if (work->bought) status = pull_find(work);
    if (status != LOY_OK) return status;
    looked_make(work, work->options->add ? missed : work->steps.count);
    for (size_t draw = 0; draw < ASSORTMENT_DRAWS; draw++)
        draw_simulate(work, draw);
    if (!(work->sums[0].before > 0)) return LOY_NONE;
    *found = (struct loy_assortment){.members = (int64_t)work->people.count,
        .visits = (int64_t)work->steps.count,
        .missed = (int64_t)missed,
        .purchases = work->purchases_kept,
        .total_known = work->total,
        .pull = work->bought ? work->pull : NAN,
        .pull_error = work->bought ? work->pull_error : NAN};
    assortment_tell(work->sums, work->choice->settings.alternatives, work->options->add, found);
    return LOY_OK;
}

static bool arguments_valid(const struct loy_choice *choice, const struct loy_choice_model *model,
    const struct loy_visits *visits, const struct loy_assortment_options *options)
{
    if (!choice || !model || !options || options->size < sizeof *options) return false;
    if (!choice_fits(choice, model) || options->alternative >= choice->settings.alternatives)
        return false;
    for (size_t k = 0; options->attributes && k < choice->settings.attributes; k++)
        if (!isfinite(options->attributes[k])) return false;
    return !visits || (visits->shelves->settings.attributes == choice->settings.attributes &&
                          visits->shelves->settings.alternatives == choice->settings.alternatives &&
                          !choice->settings.habit);
}

enum loy_status loy_assortment_find(const struct loy_choice *choice,
    const struct loy_choice_model *model, const struct loy_visits *visits,
    const struct loy_assortment_options *options, struct loy_assortment *found)
{
    if (!found || !arguments_valid(choice, model, visits, options)) return LOY_E_ARGUMENT;
    if (model->code.constant_of[options->alternative] == CHOICE_NOT_THERE) return LOY_NONE;
    struct assortment *work = calloc(1, sizeof *work);
    if (!work) return LOY_E_MEMORY;
    work->choice = choice;
    work->model = model;
    work->options = options;
    work->rows = visits ? visits->shelves : choice;
    work->bought = visits ? visits->bought : NULL;
    enum loy_status status = change_find(work, found);
    for (size_t round = 0; round < PULL_ROUNDS_COUNTED; round++)
        pull_close(pull_of(work, round));
    people_close(&work->people);
    free(work->steps.steps);
    free(work->purchases.steps);
    free(work->person);
    free(work->looked);
    free(work->worths);
    free(work);
    return status;
}
