/* SPDX-License-Identifier: MIT
 *
 * choice_households.h - what households bought of what was on offer, for the tests and benchmarks
 * of the choice model: simulated from planted weights, or built by a test. It can be copied,
 * changed and given to the library in any order.
 */
#ifndef CHOICE_HOUSEHOLDS_H
#define CHOICE_HOUSEHOLDS_H

#include <loyalty/choice.h>

enum { HOUSEHOLD_ALTERNATIVES = 6, HOUSEHOLD_ATTRIBUTES = 4, HOUSEHOLD_TRAITS = 2 };
enum {
    HOUSEHOLD_ORDER = HOUSEHOLD_ALTERNATIVES - 1 + HOUSEHOLD_ATTRIBUTES + 1,
};

struct household_offer {
    size_t alternative;
    double attributes[HOUSEHOLD_ATTRIBUTES];
};
struct household_occasion {
    int64_t member;
    size_t count, bought;
    struct household_offer offers[HOUSEHOLD_ALTERNATIVES];
};
struct household_trait {
    int64_t member;
    double values[HOUSEHOLD_TRAITS];
};
struct households {
    struct loy_choice_settings settings;
    struct household_occasion *occasions; /* a member's oldest first */
    size_t count, capacity;
    struct household_trait *traits;
    size_t trait_count, trait_capacity;
};

void households_open(struct households *households, const struct loy_choice_settings *settings);
void households_close(struct households *households);
void households_add(struct households *households, const struct household_occasion *occasion);
void households_add_trait(struct households *households, int64_t member, const double *values);
void households_copy(const struct households *from, struct households *to);

/* To the library. The program ends where it refuses. */
void choice_give(struct loy_choice *choice, const struct household_occasion *occasion);
struct loy_choice *households_choice(const struct households *households);

/* ---- Simulated ------------------------------------------------------------------------------- */

/* Weights of a population: mean + effect' traits + root N(0, 1), as the library orders them. */
struct planted {
    struct loy_choice_settings settings;
    size_t order;
    double mean[HOUSEHOLD_ORDER];
    double root[HOUSEHOLD_ORDER * HOUSEHOLD_ORDER]; /* lower */
    double effect[HOUSEHOLD_TRAITS][HOUSEHOLD_ORDER];
    double gap;     /* share of what is out of stock */
    double staying; /* share of prices that stand as they are: few changes, little to learn */
};
/* Three brands; ln price, promotion, habit. */
struct planted planted_three_brands(void);
/* Six products and ln price; means and spreads as bayesm found them in margarine. */
struct planted planted_six_products(void);
double planted_spread(const struct planted *planted, size_t coefficient);
int64_t planted_member(size_t index);

/* Members planted_member(0), ... with so many occasions each. truth[members][order], or NULL. */
void planted_simulate(const struct planted *planted, size_t members, size_t occasions,
    uint64_t seed, struct households *households, double *truth);

/* ---- By hand --------------------------------------------------------------------------------- */

/* What the library must find, reckoned plainly: chances[count] of an occasion at these weights,
 * `before` being what was bought the time before, negative for nothing. */
void chances_find(const struct loy_choice_settings *settings,
    const struct household_occasion *occasion, int before, const double *weights, double *chances);
double households_likelihood(const struct households *households, const double *weights);
/* What the member of the occasion bought before it; negative: nothing. */
int bought_before(const struct households *households, size_t occasion);

#endif
