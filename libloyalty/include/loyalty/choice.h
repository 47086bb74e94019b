/* SPDX-License-Identifier: MIT
 *
 * loyalty/choice.h - how members choose among what is on offer: price, promotion, display, habit
 * and brand or grade, each member with weights of his own. Pure: occasions in, a fitted population
 * and members' weights out; the same occasions in any order, with any number of threads, give the
 * same bytes.
 *
 * On an occasion a member buys one of the alternatives on offer (a brand, or a brand's grade; not
 * always all of them are there). Its utility is a constant of the alternative, plus the attributes
 * (ln of the price, 1 where it is promoted, 1 on display) times the member's weights, plus a weight
 * of habit where it is what he bought the time before, plus Gumbel noise: McFadden's conditional
 * logit. The coefficients are, in this order, the constants of all alternatives but the base, the
 * attributes, and habit.
 *
 *   pooled        all members have the same weights. Newton, exact.
 *   hierarchical  a member's weights ~ normal(means + traits' effects, Sigma), Sigma ~ inverse
 *                 Wishart(p + 3, (p + 3) I) as bayesm's default (Rossi, Allenby, McCulloch,
 * Bayesian Statistics and Marketing, ch. 5); the population by Monte Carlo EM, a member by
 *                 importance sampling around the mode.
 */
#ifndef LOYALTY_CHOICE_H
#define LOYALTY_CHOICE_H

#include <loyalty/event.h>
#include <loyalty/executor.h>
#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_CHOICE_ALTERNATIVES_MAX 32u
#define LOY_CHOICE_ATTRIBUTES_MAX 12u /* with habit */
#define LOY_CHOICE_TRAITS_MAX 8u
#define LOY_CHOICE_ORDER 40u      /* coefficients at most */
#define LOY_CHOICE_MEMBERS_MIN 50 /* for the hierarchical model; below, pooled */

struct loy_choice; /* the occasions of many members */

struct loy_choice_settings {
    size_t size;
    size_t alternatives, base; /* base: the one whose constant is 0 */
    size_t attributes;         /* without habit */
    /* Per attribute: divided by its standard deviation within occasions while fitting, so that the
     * answer does not depend on its unit (a price in money); what is told is in its own unit. Not
     * for logarithms and for what is 0 or 1. An attribute that differs by more than 30 is divided
     * in any case. */
    bool scaled[LOY_CHOICE_ATTRIBUTES_MAX];
    bool habit;
    size_t traits;
};

struct loy_choice_offer {
    size_t alternative;
    const double *attributes; /* [attributes], finite */
};

LOY_API enum loy_status loy_choice_open(
    const struct loy_choice_settings *settings, struct loy_choice **choice);
LOY_API void loy_choice_close(struct loy_choice *choice);
/* One occasion: what was on offer, and which of it, offers[bought], the member bought. A member's
 * occasions come oldest first, those of several members may be mixed. Where only one thing was on
 * offer the occasion says nothing but what habit the next one finds. LOY_E_ARGUMENT: an alternative
 * twice or out of range, an attribute that is no number. */
LOY_API enum loy_status loy_choice_add(struct loy_choice *choice, int64_t member,
    const struct loy_choice_offer *offers, size_t count, size_t bought);
/* values[traits] of a member; those of whom none come count as the mean. Centred inside. */
LOY_API enum loy_status loy_choice_add_traits(
    struct loy_choice *choice, int64_t member, const double *values);

/* ---- The population ------------------------------------------------------------------------- */

enum loy_choice_holdout { LOY_HOLDOUT_NONE, LOY_HOLDOUT_LAST, LOY_HOLDOUT_HASH };

struct loy_choice_options {
    size_t size;
    bool pooled;
    /* One occasion of each member is kept out of the fit and predicted: the last, or one that a
     * hash of the member's number picks (for data whose rows are sorted by what was bought). */
    uint8_t holdout; /* enum loy_choice_holdout */
    /* Members with fewer occasions stay out; 0 takes 5, or 1 where the pooled model of all
     * occasions is asked for, with no holdout. */
    int64_t purchases_min;
    uint64_t seed;
    const struct loy_executor *executor;                    /* NULL: the calling thread */
    int (*progress)(void *user, size_t done, size_t total); /* NULL: none; not 0: LOY_E_CANCELLED */
    void *user;
};

struct loy_choice_model; /* a fitted population */

/* What stands in the way of a model, each with its own sentence. */
#define LOY_CHOICE_PROBLEMS(X)                                                                     \
    X(LOY_CHOICE_NO_OCCASIONS, "no-occasions")       /* nobody has purchases_min of them */        \
    X(LOY_CHOICE_ONE_ALTERNATIVE, "one-alternative") /* only one was ever bought, or on offer */   \
    X(LOY_CHOICE_SORTED, "sorted-by-choice") /* the order is that of the choices, not of time: the \
                                                last row is not the latest purchase, and habit     \
                                                would be an artefact */                            \
    X(LOY_CHOICE_CONSTANT, "constant-attribute") /* an attribute never differs within an occasion  \
                                                    (a price that stands still, a promotion never  \
                                                    or always on): `coefficient` names it */       \
    X(LOY_CHOICE_SEPARATED, "separated")     /* one coefficient has no maximum: it decides all */  \
    X(LOY_CHOICE_FEW_MEMBERS, "few-members") /* pooled takes the place of hierarchical */
LOY_NAMED_ENUM(loy_choice_problem, LOY_CHOICE_NO_PROBLEM, LOY_CHOICE_PROBLEMS)

struct loy_choice_trouble {
    uint8_t problem; /* enum loy_choice_problem */
    size_t coefficient;
};

/* LOY_OK, perhaps with a trouble told (FEW_MEMBERS; CONSTANT: the coefficient is left out, NaN);
 * LOY_NONE: no model, the trouble says why. The choice keeps its occasions. The caller closes the
 * model. LOY_E_CANCELLED, LOY_E_MEMORY. */
LOY_API enum loy_status loy_choice_fit(struct loy_choice *choice,
    const struct loy_choice_options *options, struct loy_choice_trouble *trouble,
    struct loy_choice_model **model);
LOY_API void loy_choice_model_close(struct loy_choice_model *model);

struct loy_choice_summary {
    bool hierarchical;
    size_t coefficients; /* constants, attributes, habit; those left out too */
    size_t
        base; /* whose constant is 0: the settings', or the most bought one if nobody bought that */
    int64_t members, occasions;
    double log_likelihood; /* pooled: at its maximum; hierarchical: of the members' marginals */
};
LOY_API void loy_choice_summary_get(
    const struct loy_choice_model *model, struct loy_choice_summary *summary);

struct loy_choice_coefficient {
    double mean, standard_error; /* of the population's mean; NaN where it was left out */
    double spread;               /* standard deviation between members; 0 if pooled */
};
LOY_API enum loy_status loy_choice_coefficient_get(
    const struct loy_choice_model *model, size_t coefficient, struct loy_choice_coefficient *value);
/* What one unit of a trait adds to a coefficient, and its standard error. */
LOY_API enum loy_status loy_choice_trait_effect(const struct loy_choice_model *model, size_t trait,
    size_t coefficient, double *effect, double *standard_error);
/* Own elasticity of what all occasions together buy of each alternative: % per + 1 % of its price.
 * The mean of coefficient * (1 - P), times the attribute where `level` (a price itself, not its
 * logarithm), over the occasions on which it was on offer, weighted by its chance P to be bought
 * there; each member with his own weights. NaN: never on offer, or no such coefficient. */
LOY_API enum loy_status loy_choice_elasticity(const struct loy_choice *choice,
    const struct loy_choice_model *model, size_t attribute, bool level, double *elasticities);

/* ---- Members --------------------------------------------------------------------------------- */

struct loy_choice_member {
    int64_t occasions;
    double mean[LOY_CHOICE_ORDER];
    double low[LOY_CHOICE_ORDER], high[LOY_CHOICE_ORDER]; /* 80 %: quantiles of weighted draws */
    double reliability[LOY_CHOICE_ORDER]; /* 1 - posterior variance / population variance */
    double covariance[LOY_CHOICE_ORDER * LOY_CHOICE_ORDER];
    double effective; /* draws that the weights are worth, of 400 */
};
/* A member's weights given the population, from his occasions in `choice`, which need not be those
 * of the fit: after a basket only he is done again. The same bytes as a fit with this population
 * gives. LOY_NONE: no occasions here (mean is then the population's), or a pooled model. */
LOY_API enum loy_status loy_choice_member_get(const struct loy_choice *choice,
    const struct loy_choice_model *model, int64_t member, struct loy_choice_member *weights);

/* What is bought with these weights (a member's mean, told coefficients), before: the alternative
 * bought last, or alternatives if none was: probabilities[count]. Offers of what the model does not
 * know have none. */
LOY_API enum loy_status loy_choice_chances(const struct loy_choice_model *model,
    const double *weights, const struct loy_choice_offer *offers, size_t count, size_t before,
    double *probabilities);

/* ---- What a holdout says --------------------------------------------------------------------- */

#define LOY_CHOICE_RIVALS(X)                                                                       \
    X(LOY_RIVAL_MODEL, "model")                                                                    \
    X(LOY_RIVAL_POOLED, "pooled")                                                                  \
    X(LOY_RIVAL_SHARES, "shares")             /* of all choices, among what was on offer */        \
    X(LOY_RIVAL_OWN_SHARES, "own_shares")     /* the member's, shrunk to the shares: Dirichlet */  \
    X(LOY_RIVAL_SAME_AS_LAST, "same_as_last") /* has no log score: NaN */
LOY_NAMED_ENUM(loy_choice_rival, LOY_RIVAL_NONE, LOY_CHOICE_RIVALS)

struct loy_choice_score {
    double log_score; /* mean of ln(probability given to what was bought) */
    double hit_rate;
};
struct loy_choice_holdout_result {
    int64_t members;
    struct loy_choice_score rivals[loy_choice_rival_count]; /* by enum loy_choice_rival */
    /* The model's log score less the best rival's with one, mean over members, 80 % by bootstrap.
     */
    double gain, gain_low, gain_high;
    /* Fifths of members by the largest probability: what was stated, how often it was right. */
    double stated[5], observed[5];
};
/* LOY_NONE: the fit kept nothing out. */
LOY_API enum loy_status loy_choice_holdout_get(
    const struct loy_choice_model *model, struct loy_choice_holdout_result *result);

/* ---- Keeping a population ---------------------------------------------------------------------
 */

/* As bytes that the same version reads again, and the length needed in any case; LOY_MORE: size was
 * too small. Nothing of a member is in them. load: LOY_E_FORMAT, LOY_E_VERSION. */
LOY_API enum loy_status loy_choice_model_save(
    const struct loy_choice_model *model, void *bytes, size_t size, size_t *needed);
LOY_API enum loy_status loy_choice_model_load(
    const void *bytes, size_t size, struct loy_choice_model **model);

#ifdef __cplusplus
}
#endif
#endif
