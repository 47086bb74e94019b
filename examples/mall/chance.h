/* SPDX-License-Identifier: MIT
 *
 * chance.h - random numbers that are the same on every machine: integers, plain IEEE arithmetic and
 * no library function whose last digit may differ. A stream is named by (seed, what, who, which),
 * so that one person's year does not depend on how many others there are.
 */
#ifndef MALL_CHANCE_H
#define MALL_CHANCE_H

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};
enum chance_topic {
    CHANCE_CATALOGUE = 1,
    CHANCE_PERSON,
    CHANCE_FIRM,
    CHANCE_TASTE,
    CHANCE_YEAR,
    CHANCE_BASKET,
    CHANCE_RETURN,
    CHANCE_DISTRICT
};

struct chance chance_start(uint64_t seed, enum chance_topic what, uint64_t who, uint64_t which);
double chance_unit(struct chance *chance); /* [0, 1) */
unsigned chance_below(struct chance *chance, unsigned limit);
int chance_holds(struct chance *chance, double probability);
double chance_normal(struct chance *chance); /* mean 0, variance 1, within 6 */
unsigned chance_weighted(struct chance *chance, const double *weights, size_t count);

double exact_exp(double x); /* |x| < 700 */
double exact_ln(double x);  /* x > 0 */

#endif
