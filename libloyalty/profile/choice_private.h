/* SPDX-License-Identifier: MIT
 *
 * choice_private.h - what the files of the choice model share, in the order in which data flow:
 * occasions as they were added, how they are coded, the coded panel, members' posteriors, the
 * population.
 */
#ifndef CHOICE_PRIVATE_H
#define CHOICE_PRIVATE_H

#include <loyalty/choice.h>

#include "numeric/cholesky.h"
#include "numeric/random.h"

#define CHOICE_ORDER LOY_CHOICE_ORDER
#define CHOICE_NOBODY_BOUGHT (-1)

/* ---- Occasions: choice.c -------------------------------------------------------------------- */

struct choice_occasion {
    int64_t member;
    size_t first; /* of its offers */
    uint16_t offers, bought;
};

struct choice_member_traits {
    int64_t member;
    size_t told; /* the how manieth */
    double values[LOY_CHOICE_TRAITS_MAX];
};

struct loy_choice {
    struct loy_choice_settings settings;
    struct choice_occasion *occasions; /* as they came: a member's oldest first */
    size_t occasion_count, occasion_capacity;
    uint16_t *alternatives; /* per offer */
    double *attributes;     /* per offer: settings.attributes */
    size_t offer_count, alternative_capacity, attribute_capacity;
    struct choice_member_traits *traits;
    size_t trait_count, trait_capacity;
};

/* ---- The order of time: choice_steps.c ------------------------------------------------------- */

enum choice_use { CHOICE_LEFT_OUT, CHOICE_FITTED, CHOICE_HELD };

struct choice_step {
    size_t occasion;
    int64_t member;
    int16_t before; /* what the member bought on the occasion before; CHOICE_NOBODY_BOUGHT */
    uint8_t use;    /* enum choice_use */
};
struct choice_steps {
    struct choice_step *steps; /* by member, then as they came */
    size_t count;
};
/* All of the choice, or of one member (`only` not NULL). Whoever has fewer than purchases_min
 * occasions with something to choose from is left out; of the others `holdout` keeps one apart. */
enum loy_status choice_steps_make(const struct loy_choice *choice, const int64_t *only,
    const struct loy_choice_options *options, struct choice_steps *steps);
/* Whether the members' rows stand in the order of what they bought rather than of time. */
bool choice_steps_sorted(const struct loy_choice *choice, const struct choice_steps *steps);
/* Behind the last step of the member whose first is `begin`. */
size_t choice_steps_end(const struct choice_steps *steps, size_t begin);
/* A number of the member's own that no other data move. */
uint64_t choice_member_hash(int64_t member);

/* ---- How occasions are coded: choice_code.c -------------------------------------------------- */

#define CHOICE_IS_BASE (-1)
#define CHOICE_NOT_THERE (-2)

struct choice_code {
    size_t alternatives, base, attributes, width; /* width: attributes with habit */
    bool habit;
    size_t order, constants;                           /* coefficients that are fitted */
    int16_t constant_of[LOY_CHOICE_ALTERNATIVES_MAX];  /* or one of the two above */
    int16_t coefficient_of[LOY_CHOICE_ATTRIBUTES_MAX]; /* CHOICE_NOT_THERE: never differs */
    double scale[LOY_CHOICE_ATTRIBUTES_MAX];           /* attributes are divided by it */
    size_t traits;                                     /* as given */
    double trait_mean[LOY_CHOICE_TRAITS_MAX], trait_scale[LOY_CHOICE_TRAITS_MAX];
    int16_t
        trait_of[LOY_CHOICE_TRAITS_MAX]; /* column of the design; CHOICE_NOT_THERE: never differs */
    size_t columns;                      /* of the design: 1 and the traits that differ */
};
/* LOY_NONE with the trouble: there is nothing to fit. */
enum loy_status choice_code_make(const struct loy_choice *choice, const struct choice_steps *steps,
    struct choice_code *code, struct loy_choice_trouble *trouble);
/* The coefficient as it is told -> as it is fitted, or CHOICE_NOT_THERE; *scale: what is told is
 * what is fitted, divided by it. */
int choice_code_fitted(const struct choice_code *code, size_t told, double *scale);
size_t choice_code_told(const struct choice_code *code); /* how many are told */
/* The attribute of an offer, habit the last, in the scale in which it is fitted. */
double choice_code_attribute(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, size_t offer, size_t attribute);
/* ---- The coded panel: choice_panel.c --------------------------------------------------------- */

/* Member m has the occasions first[m] to first[m+1]; occasion o the rows from[o] to from[o+1], one
 * per alternative that was not bought. A row is its attributes less those of the bought one. */
struct choice_panel {
    size_t order, constants;
    size_t members, occasions, rows;
    int64_t *numbers; /* per member */
    size_t *first, *from;
    int16_t *bought;    /* per occasion: its constant; CHOICE_IS_BASE */
    int16_t *other;     /* per row */
    double *attributes; /* per row: order - constants */
};
enum loy_status choice_panel_make(const struct loy_choice *choice, const struct choice_steps *steps,
    const struct choice_code *code, struct choice_panel *panel);
void choice_panel_clear(struct choice_panel *panel);

/* ---- Traits: choice_code.c --------------------------------------------------------------------
 */

struct choice_traits {
    struct choice_member_traits *rows; /* ascending members; the caller frees */
    size_t count;
};
enum loy_status choice_traits_make(const struct loy_choice *choice, struct choice_traits *traits);
const struct choice_member_traits *choice_traits_find(
    const struct choice_traits *traits, int64_t member);
/* The columns of the design, from the members of the panel. */
void choice_code_traits(
    const struct choice_panel *panel, const struct choice_traits *traits, struct choice_code *code);
/* row[columns] of the design; traits NULL: not known. */
void choice_code_row(
    const struct choice_code *code, const struct choice_member_traits *traits, double *row);

/* ---- Likelihood: choice_value.c -------------------------------------------------------------- */

/* ln of the likelihood of one member's occasions; adds slope[order] and minus the second
 * derivatives, lower triangle of matrix[order * order], where not NULL. */
double choice_member_value(const struct choice_panel *panel, size_t member, const double *theta,
    double *slope, double *matrix);
/* The same at `draws` places at once: theta[order][draws] in, value[draws] out; work of
 * 3 * draws. */
void choice_member_values(const struct choice_panel *panel, size_t member, const double *theta,
    size_t draws, double *value, double *work);

/* ---- A member's posterior: choice_posterior.c ------------------------------------------------ */

#define CHOICE_DRAWS_MAX 400u   /* of a member's final posterior */
#define CHOICE_DRAWS_ROUND 100u /* of a round of EM */
#define CHOICE_STEPS_MAX 100    /* of Newton, until a mode stands still */

/* theta ~ N(mean, precision^-1); root is its Cholesky factor. */
struct choice_prior {
    size_t order;
    double precision[CHOICE_ORDER * CHOICE_ORDER], root[CHOICE_ORDER * CHOICE_ORDER];
    double log_root; /* ln of the factor's determinant */
};
bool choice_prior_make(struct choice_prior *prior, size_t order, const double *covariance);
/* Minus half of the distance to the mean, squared. */
double choice_prior_value(
    const struct choice_prior *prior, const double *theta, const double *mean);

/* Where a member stands: pointers into arrays of all members, or to the caller's own. */
struct choice_posterior {
    double *mode, *mean; /* [order] */
    double *covariance;  /* [order * order] */
    double log_marginal; /* ln of the integral of likelihood times prior */
    double effective;    /* draws that the weights are worth */
};

/* Room for one member's work; weight and theta hold his draws afterwards, theta about his mean. */
struct choice_room {
    double theta[CHOICE_ORDER * CHOICE_DRAWS_MAX], t[CHOICE_ORDER * CHOICE_DRAWS_MAX];
    double value[CHOICE_DRAWS_MAX], weight[CHOICE_DRAWS_MAX], bonus[CHOICE_DRAWS_MAX];
    double work[3 * CHOICE_DRAWS_MAX];
};

/* posterior->mode in: where to begin; out: the mode. Mean and covariance by importance sampling
 * with `draws` draws of Student's t around it, the same ones for the same seed and member; with
 * draws 0 those of the normal at the mode. False: the prior or the mode is not proper. */
bool choice_posterior_find(const struct choice_panel *panel, size_t member,
    const struct choice_prior *prior, const double *mean, uint64_t seed, size_t draws,
    int steps_max, struct choice_room *room, struct choice_posterior *posterior);
/* Factor of the covariance of a proposal and t draws with density: shared with choice_gibbs.c. */
#define CHOICE_DEGREES 6.0

/* ---- The population -------------------------------------------------------------------------- */

struct choice_population {
    size_t order, columns;
    double delta[(LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER]; /* [columns][order] */
    double covariance[CHOICE_ORDER * CHOICE_ORDER];
};
void choice_population_mean(
    const struct choice_population *population, const double *row, double *mean);

/* choice_pooled.c: theta in: start, out: the maximum. curvature: minus the second derivatives,
 * factored. LOY_NONE: there is no maximum; *worst is the coefficient that runs away. */
enum loy_status choice_pooled_fit(const struct choice_panel *panel, double *theta,
    double *curvature, double *log_likelihood, size_t *worst);

/* The hierarchy's work: design[members][columns], the first column 1. */
struct choice_hierarchy {
    const struct choice_panel *panel;
    double *design;
    size_t columns;
    double square[(LOY_CHOICE_TRAITS_MAX + 1) * (LOY_CHOICE_TRAITS_MAX + 1)]; /* factor of Z'Z */
    uint64_t seed;
    const struct loy_executor *executor;
    int (*progress)(void *user, size_t done, size_t total);
    void *user;
    size_t rounds;                       /* of EM, so far */
    struct choice_posterior *posteriors; /* of all members */
    double *places;                      /* their arrays */
};
enum loy_status choice_hierarchy_open(struct choice_hierarchy *hierarchy);
void choice_hierarchy_close(struct choice_hierarchy *hierarchy);
/* Tells the caller how far the work is, of CHOICE_EM_STEPS and choice_gibbs_blocks. */
bool choice_hierarchy_cancelled(const struct choice_hierarchy *hierarchy, size_t done);
#define CHOICE_EM_STEPS 30u /* for EM, however many rounds it needs */
size_t choice_gibbs_blocks(size_t members);
/* The posteriors of all given the population. */
enum loy_status choice_hierarchy_expect(struct choice_hierarchy *hierarchy,
    const struct choice_population *population, size_t draws, int steps_max);
/* Least squares of values[members][order] on the design: delta[columns][order]. */
void choice_hierarchy_regress(const struct choice_hierarchy *hierarchy, const double *const *values,
    struct choice_population *population);
#define CHOICE_TRAIT_RIDGE 0.01 /* bayesm's prior precision of Delta */
/* Sigma's prior: inverse Wishart with these degrees of freedom and a diagonal scale, of which each
 * element has a prior of its own (choice_gibbs.c). */
static inline double choice_degrees(size_t order)
{
    return (double)order + 3;
}

/* choice_move.c: moves members and population together, the population's mean and its spread in
 * turn. theta[members][order] and the diagonal of the scale of Sigma's prior are the caller's. */
struct choice_move_part {
    size_t order;
    double *root; /* factor of the precision of its steps */
    double reach; /* of a step: 1 as far as Newton would go, with all of the noise */
};
struct choice_move {
    const struct choice_hierarchy *hierarchy;
    double *theta;
    const double *scale;
    double *to, *slopes; /* [members][order] */
    double *values;      /* [members]: ln of likelihood */
    struct choice_move_part parts[2];
    size_t next; /* part */
};
enum loy_status choice_move_open(const struct choice_hierarchy *hierarchy, double *theta,
    const double *scale, struct choice_move *move);
void choice_move_close(struct choice_move *move);
/* How far steps go, from where members and population stand. False: nothing proper. */
bool choice_move_aim(struct choice_move *move, const struct choice_population *population);
/* One step; `seek`: makes later ones longer or shorter. False: the population is not proper. */
bool choice_move_try(struct choice_move *move, struct choice_population *population,
    struct numeric_random *random, bool seek, bool *moved);

/* choice_em.c: the mode of the population, about. choice_gibbs.c: its posterior mean, and the
 * standard deviations of delta. */
enum loy_status choice_em_fit(
    struct choice_hierarchy *hierarchy, const double *start, struct choice_population *population);
enum loy_status choice_gibbs_fit(struct choice_hierarchy *hierarchy,
    struct choice_population *population, double *delta_deviation);

/* ---- The model: choice_model.c ----------------------------------------------------------------
 */

struct loy_choice_model {
    struct choice_code code;
    bool hierarchical, held_out;
    uint64_t seed;
    int64_t members, occasions;
    double log_likelihood;
    struct choice_population population; /* pooled: delta[0], covariance 0 */
    double delta_deviation[(LOY_CHOICE_TRAITS_MAX + 1) * CHOICE_ORDER];
    struct loy_choice_holdout_result holdout;
};

/* choice_member.c: weights of the member whose steps these are. */
enum loy_status choice_member_find(const struct loy_choice *choice,
    const struct loy_choice_model *model, const struct choice_steps *steps,
    const struct choice_traits *traits, struct loy_choice_member *weights);
/* Whether the model is one of such occasions. */
bool choice_fits(const struct loy_choice *choice, const struct loy_choice_model *model);

/* choice_chance.c: probability[offer] of a step's offers; theta[i * stride] are fitted
 * coefficients. The inclusive value, ln of the sum of exp(utility); -infinity: nothing is there. */
double choice_chances(const struct loy_choice *choice, const struct choice_code *code,
    const struct choice_step *step, const double *theta, size_t stride, double *probability);

/* choice_holdout.c: what was kept apart, predicted by the model (hierarchy NULL: pooled) and its
 * rivals. */
enum loy_status choice_holdout_find(const struct loy_choice *choice,
    const struct choice_steps *steps, const struct choice_hierarchy *hierarchy,
    const double *pooled, struct loy_choice_model *model);

/* Grows *array by doubling so that `more` of `size` bytes fit behind count. */
enum loy_status choice_grow(void **array, size_t count, size_t more, size_t *capacity, size_t size);

#endif
