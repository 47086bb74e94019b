/* SPDX-License-Identifier: MIT
 *
 * random.h - random numbers by counting: the n-th number of a stream is a pure function of (seed,
 * stream, n), so that work may be cut into streams and give the same bytes in any order. Philox
 * 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). Not
 * for secrets.
 */
#ifndef NUMERIC_RANDOM_H
#define NUMERIC_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct numeric_random {
    uint64_t seed, stream, block;
    uint32_t words[4];
    unsigned used; /* words of the current block; 4: none left */
    bool has_spare;
    double spare; /* the second of two normal draws */
};

void numeric_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t words[4]);

struct numeric_random numeric_random_at(uint64_t seed, uint64_t stream);
uint64_t numeric_random_bits(struct numeric_random *random);
/* In (0, 1), never an end. */
double numeric_random_uniform(struct numeric_random *random);
double numeric_random_normal(struct numeric_random *random);
/* Gamma with this shape > 0 and rate 1. These draws give NaN for a parameter outside. */
double numeric_random_gamma(struct numeric_random *random, double shape);
/* Student's t with these degrees of freedom > 0. */
double numeric_random_student(struct numeric_random *random, double degrees);
double numeric_random_beta(struct numeric_random *random, double a, double b);
/* A Poisson number with this mean >= 0; 10^9 where the mean is larger. */
double numeric_random_poisson(struct numeric_random *random, double mean);

#endif
