/* SPDX-License-Identifier: MIT
 *
 * components.h - how much members differ, beside how much the observations of one member do:
 * one-way analysis of variance with groups of unequal size. Counts and sums per member in,
 * variances out. Must not know what is observed.
 */
#ifndef PROFILE_COMPONENTS_H
#define PROFILE_COMPONENTS_H

#include <stddef.h>

struct components_member {
    double n, sum, squares;
};

struct components {
    double mean;            /* of all observations; NaN: there is none */
    double between, within; /* variances: of the members' means, around a member's mean */
    double f, p_value;      /* NaN: nobody was observed twice, or there is one member */
};

/* Sorts the members, so that their order changes no bit. */
void components_find(struct components_member *members, size_t count, struct components *found);

#endif
