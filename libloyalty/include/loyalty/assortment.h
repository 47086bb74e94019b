/* SPDX-License-Identifier: MIT
 *
 * loyalty/assortment.h - what a category sells when an alternative leaves its shelf, or comes to
 * it: simulated over the weights of members, from a fitted choice model and from visits on which
 * something of the category was bought or nothing. Pure, and the same bytes for the same input,
 * whatever its order and the number of threads.
 *
 * Nested logit (McFadden 1978; Train, Discrete Choice Methods with Simulation, ch. 4). Within the
 * category the choice model holds: P_j = exp(u_j) / sum exp(u), with each member's own weights.
 * Whether anything is bought on a visit hangs on what the shelf is worth to him, the inclusive
 * value I = ln sum exp(u):
 *
 *     P(buys) = 1 / (1 + exp(-(a + pull (I - mean of his I))))
 *
 * with a and pull of each member's own, around a population's. Without j, I falls by -ln(1 - P_j).
 * pull 0: whoever misses j takes another one; pull 1: he takes nothing as readily as another one.
 * It is known only from shelves that changed between the visits of the same member: prices,
 * promotions, articles that came and went. I is the mean over draws of his weights.
 *
 * What is not in it: that a member learns to go elsewhere, or whole baskets that are lost; habit
 * that builds up for another one; how many pieces are bought.
 */
#ifndef LOYALTY_ASSORTMENT_H
#define LOYALTY_ASSORTMENT_H

#include <loyalty/choice.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Visits ---------------------------------------------------------------------------------- */

struct loy_visits;

/* settings: those of the choice, without its habit (an attribute may say the same). */
LOY_API enum loy_status loy_visits_open(
    const struct loy_choice_settings *settings, struct loy_visits **visits);
LOY_API void loy_visits_close(struct loy_visits *visits);
/* One visit of a member, who bought something of what was on offer, or nothing. One with no offers
 * is passed over. LOY_E_ARGUMENT as of loy_choice_add. */
LOY_API enum loy_status loy_visits_add(struct loy_visits *visits, int64_t member,
    const struct loy_choice_offer *offers, size_t count, bool bought);

/* ---- What changes ---------------------------------------------------------------------------- */

#define LOY_ASSORTMENT_MEMBERS_MIN 100
#define LOY_ASSORTMENT_VISITS_MIN 50      /* with the alternative on offer; to add: without it */
#define LOY_ASSORTMENT_PURCHASES_SURE 10  /* of each member: below, pull and total lean to 0 */
#define LOY_ASSORTMENT_PULL_ERROR_MAX 0.4 /* standard error: beyond, the total is not known */

struct loy_assortment_options {
    size_t size;
    size_t alternative;
    bool add; /* comes to the shelf of the visits where it was missing; else it leaves all */
    const double *attributes; /* [of the settings] with which it comes; NULL: the mean of those with
                                 which it was on offer */
    uint64_t seed;
    const struct loy_executor *executor; /* NULL: the calling thread */
};

struct loy_assortment_share { /* 80 % over draws of population and members; NaN: not known */
    double mean, low, high;
};
struct loy_assortment {
    int64_t members;        /* whose weights are in it */
    int64_t visits, missed; /* looked at (without visits: purchases); of these, it was missing */
    int64_t purchases;      /* of theirs, by which their weights are known */
    bool total_known;       /* visits were given, and the pull is known well enough */
    double pull, pull_error;
    struct loy_assortment_share share; /* of what the category sells there, with it on the shelf */
    struct loy_assortment_share total; /* change of what the category sells there, relative */
    struct loy_assortment_share
        nothing; /* of what is bought of it: what would not be bought at all */
    /* Of what is bought of it: what goes to each other one, or comes from it. With `nothing` they
     * sum to 1; where that is not known, among themselves. */
    struct loy_assortment_share others[LOY_CHOICE_ALTERNATIVES_MAX];
};
/* visits NULL: only where purchases go can be told. "There": on all visits, or to add, on those
 * where it was missing. LOY_NONE: fewer members or visits than above, or nobody in the fit bought
 * the alternative, or nothing was bought there. LOY_E_ARGUMENT, LOY_E_MEMORY. */
LOY_API enum loy_status loy_assortment_find(const struct loy_choice *choice,
    const struct loy_choice_model *model, const struct loy_visits *visits,
    const struct loy_assortment_options *options, struct loy_assortment *found);

#ifdef __cplusplus
}
#endif
#endif
