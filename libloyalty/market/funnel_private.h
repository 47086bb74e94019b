/* SPDX-License-Identifier: MIT
 *
 * funnel_private.h - what the files of the customer funnel share: facts (a member did something
 * with a group on a day), groups (categories, and the brand or article that is asked for), rows.
 * Facts become rows once everything is in.
 */
#ifndef FUNNEL_PRIVATE_H
#define FUNNEL_PRIVATE_H

#include <loyalty/funnel.h>

#include "market_private.h"

#define FUNNEL_NAMELESS 0 /* group: no category is known */
#define FUNNEL_ASKED 1    /* group: the brand or article that is asked for */
#define FUNNEL_FIFTHS 5u
#define FUNNEL_GROUPS_MAX 4096u

enum funnel_fact_kind { FUNNEL_BOUGHT, FUNNEL_WISHED, FUNNEL_LACKED };

struct funnel_fact {
    int64_t member;            /* a number of the store's; once sealed, a place among the members */
    int32_t group, day, grade; /* grade MARKET_NO_LEVEL: none */
    uint8_t kind;
    bool deal;
};

struct funnel_group {
    size_t begin, end; /* its facts, by member and day */
    bool home;         /* the category in which what is asked for is sold */
    int32_t bits;      /* of its buyers, among the candidates; MARKET_NO_LEVEL: too few */
};

struct funnel_row {
    int32_t group;
    struct loy_funnel_count counts[loy_funnel_class_count];
    unsigned complement_count;
    int32_t complement_group[LOY_FUNNEL_COMPLEMENTS_MAX];
    struct loy_funnel_complement complements[LOY_FUNNEL_COMPLEMENTS_MAX];
};

struct loy_funnel {
    uint8_t level;
    char *only;
    bool complements, sealed;
    unsigned members_min;
    struct market_names names;  /* of groups */
    struct market_names homes;  /* categories in which what is asked for is sold */
    struct market_names grades; /* category, a separator, grade */
    int32_t *grade_category;    /* by grade: its group, named by any sale */
    size_t grade_capacity;
    bool *grade_low;
    struct funnel_fact *facts;
    size_t fact_count, fact_capacity;
    int64_t *members;
    size_t member_count;
    struct funnel_group *groups; /* by number of the name */
    struct funnel_row *rows;
    size_t row_count;
};

/* ---- Complements (funnel_complement.c) ----------------------------------------------------------
 */

struct funnel_pair {
    int32_t group; /* the other one */
    double both, expected, variance;
};

/* Who buys which category, as bits by member, with the fifths of breadth. */
struct funnel_table {
    size_t words;
    size_t candidates;
    int32_t *group_of; /* by candidate */
    uint64_t *bits;    /* candidates times words */
    uint64_t *fifths;  /* [fifth][shift 0 to 2][words]: breadth less the shift is in the fifth */
    size_t fifth_count;
    struct funnel_pair *pairs; /* room for those of one group */
};
enum loy_status funnel_table_make(struct loy_funnel *funnel, struct funnel_table *table);
void funnel_table_clear(struct funnel_table *table);
/* Fills the row's complements, strongest first. */
void funnel_complements_find(
    const struct loy_funnel *funnel, const struct funnel_table *table, struct funnel_row *row);

/* ---- Rows (funnel_row.c) ------------------------------------------------------------------------
 */

enum loy_status funnel_rows_make(struct loy_funnel *funnel);
/* Takes back what counts too few, and what would give it away. */
void funnel_row_withhold(struct funnel_row *row, unsigned members_min);

#endif
