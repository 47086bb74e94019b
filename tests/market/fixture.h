/* SPDX-License-Identifier: MIT
 *
 * fixture.h - made-up shops for the tests of the market room: members, sales and offers from a
 * seed, and the rows kept, so that a test can count for itself.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <loyalty/market.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FIXTURE_MAKER "Maker M"
#define FIXTURE_FROM_US INT64_C(1767225600000000) /* 2026-01-01 */
#define FIXTURE_TO_US INT64_C(1782864000000000)   /* 2026-07-01 */

struct fixture_plan {
    uint64_t seed;
    int members, lines_each; /* on average; a few buy much more */
    int groups, colours, sites;
    double own_taste;      /* 0: all members alike; 1: each sticks to a colour */
    double red_for_group0; /* extra share of red in group 0 */
    int red_gone_weeks;    /* weeks in which no red is on the shelf */
    double skew;           /* of sizes of groups and colours: 0 even; 1 a few small ones */
    int offers;            /* 1: with price history */
    double returns;        /* share of red that comes back; others .05 when > 0 */
};

struct fixture_row {
    int64_t member, basket, at_us;
    int site, group, colour, grade, form, units, returned;
    int64_t list_minor, paid_minor;
};

struct fixture {
    struct fixture_plan plan;
    struct fixture_row *rows;
    size_t row_count;
    int *group_of; /* by member, from 1 */
};

uint64_t fixture_random(uint64_t *state);
double fixture_uniform(uint64_t *state);
void fixture_make(const struct fixture_plan *plan, struct fixture *fixture);
void fixture_clear(struct fixture *fixture);
/* Gives each member another member's group. */
void fixture_shuffle(struct fixture *fixture, uint64_t seed);
const char *fixture_group(int group);
/* A market with all of it added, not sealed. settings may be NULL. */
struct loy_market *fixture_market(
    const struct fixture *fixture, const struct loy_market_settings *settings);
struct loy_version fixture_version(int colour, int grade);

#endif
