/* SPDX-License-Identifier: MIT
 *
 * assortment_private.h - what the files of the assortment share: visits, people whose weights are
 * drawn, and how the worth of a shelf makes them buy.
 */
#ifndef ASSORTMENT_PRIVATE_H
#define ASSORTMENT_PRIVATE_H

#include <loyalty/assortment.h>

#include "profile/choice_private.h"

#define ASSORTMENT_DRAWS 100u

struct loy_visits {
    struct loy_choice *shelves; /* what its occasions bought says nothing */
    bool *bought;               /* per occasion */
    size_t capacity;
};

/* ---- People: assortment_people.c ------------------------------------------------------------- */

/* Members of a fitted choice whose weights can be drawn: as told by their own purchases given the
 * population, which is drawn too. */
struct people {
    const struct loy_choice_model *model;
    uint64_t seed;
    struct choice_traits traits;
    double precision[CHOICE_ORDER * CHOICE_ORDER]; /* of the population */
    double *population;                            /* [draw][columns * order]: off its mean */
    size_t order, count, capacity;
    int64_t *numbers;
    double *places; /* per person: mean[order], root[order^2], lean[order^2] */
};
enum loy_status people_open(struct people *people, const struct loy_choice *choice,
    const struct loy_choice_model *model, uint64_t seed, size_t capacity);
void people_close(struct people *people);
/* The member whose steps these are, the next person. LOY_NONE: nothing is known of him. */
enum loy_status people_add(
    struct people *people, const struct loy_choice *choice, const struct choice_steps *steps);
/* theta[order], fitted coefficients. */
void people_draw(const struct people *people, size_t person, size_t draw, double *theta);

/* ---- Buying at all: assortment_pull.c -------------------------------------------------------- */

struct pull {
    struct loy_choice *choice; /* of two: nothing, and something */
    struct loy_choice_model *model;
    struct people people;
    double mean, error;
};
/* One visit: the worth of its shelf, less the mean of the member's. */
enum loy_status pull_open(struct pull *pull);
enum loy_status pull_add(struct pull *pull, int64_t member, double worth, bool bought);
/* people: those who were added, in that order. LOY_NONE: what the visits tell is too little. */
enum loy_status pull_fit(struct pull *pull, const struct loy_assortment_options *options);
void pull_close(struct pull *pull);
/* A person's constant and pull in a draw. */
void pull_draw(
    const struct pull *pull, size_t person, size_t draw, double *constant, double *strength);

/* ---- Telling: assortment_tell.c -------------------------------------------------------------- */

struct assortment_sums { /* of a draw: purchases */
    double before, after, of_it;
    double others[LOY_CHOICE_ALTERNATIVES_MAX];
};
/* sums[ASSORTMENT_DRAWS]; found->total_known in. */
void assortment_tell(const struct assortment_sums *sums, size_t alternatives, bool add,
    struct loy_assortment *found);

#endif
