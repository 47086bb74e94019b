/* SPDX-License-Identifier: MIT
 *
 * mixture.h - a mixture of multinomials over counts: one fit by EM from one start, the classes of
 * members by it, and the agreement of two classifications. Counts in, probabilities out.
 */
#ifndef PROFILE_MIXTURE_H
#define PROFILE_MIXTURE_H

#include <loyalty/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts of members over features, without the zeros: those of member i are entries first[i] to
 * first[i + 1]. Features of one block (categories; parts of the week) share one total of 1. */
struct mixture_data {
    size_t members, features, blocks;
    size_t *first;
    uint32_t *feature;
    double *count;
    size_t *block_end; /* by block: the feature behind its last */
};

struct mixture {
    size_t classes, stride; /* stride: classes rounded up for vectors */
    double *log_share;      /* [class] */
    double *log_theta;      /* [feature * stride + class] */
    double log_likelihood;  /* without the multinomial coefficients */
    unsigned rounds;
};

/* A few rounds from the start of this number. use: members that count, or NULL for all.
 * LOY_E_MEMORY. */
enum loy_status mixture_fit(const struct mixture_data *data, const bool *use, size_t classes,
    uint64_t seed, uint64_t start, struct mixture *mixture);
/* Goes on with one until rounds gain little; polish: until they gain next to nothing. */
enum loy_status mixture_climb(
    const struct mixture_data *data, const bool *use, bool polish, struct mixture *mixture);
void mixture_clear(struct mixture *mixture);
/* The probabilities of the classes of member i, [classes]; its ln likelihood. */
double mixture_classes(const struct mixture *mixture, const struct mixture_data *data, size_t i,
    double *probabilities);

/* Adjusted Rand index of two classifications (Hubert and Arabie 1985), 1 for equal ones, 0 for
 * chance. table: classes x classes counts. */
double mixture_agreement(const int64_t *table, size_t classes);

#endif
