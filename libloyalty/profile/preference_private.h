/* SPDX-License-Identifier: MIT
 *
 * preference_private.h - what the files behind loyalty/preference.h share: lines and offers as
 * numbers, one row of counts per member and category, one table per category and dimension.
 */
#ifndef PREFERENCE_PRIVATE_H
#define PREFERENCE_PRIVATE_H

#include <loyalty/preference.h>

#include "profile/wares.h"

#define PREFERENCE_DIMENSIONS ((size_t)loy_taste_count)
#define PREFERENCE_NO_SLOT UINT16_MAX
#define PREFERENCE_NO_TABLE UINT32_MAX
#define PREFERENCE_NO_ROW UINT32_MAX

struct preference_line {
    int64_t member, at_us, basket;
    uint32_t ware;
    uint32_t row; /* of the member in the ware's category; NO_ROW: of nobody */
    int32_t site;
    bool on_deal;
};
struct preference_offer {
    int64_t from_us, to_us;
    uint32_t ware;
    int32_t site; /* 0 everywhere */
    bool deal;
};

/* Counts of one member in one group: a category by its number, or all of them. The cells of
 * dimension d begin at first + offset[d] of the group. */
struct preference_row {
    int64_t member;
    uint32_t group;
    uint32_t all; /* the same member's row of all categories, his last */
    size_t first;
};

struct preference_table {
    uint32_t group;
    uint8_t dimension;
    uint16_t count;   /* values */
    uint32_t *values; /* number of the name, or of the colour, or 0 and 1 */
    double *alpha;    /* of the fit */
    double *shares;
    double *offered; /* of the covered lines; NaN: none */
    double *weights; /* items that the priors about what was offered are worth; PROFILE_WEIGHT_MAX:
                        no sign */
    size_t offset;   /* of its cells behind a row's first */
    double weight, log_likelihood, pooled_log_likelihood;
    struct profile_together together; /* of yes and no; effect 1 of others */
    bool varies;
    int64_t members, lines, offered_lines;
    bool offers;
};

struct preference_group {
    uint32_t tables[loy_taste_count]; /* NO_TABLE: none */
    size_t cells;                     /* of a row */
};

struct loy_preferences {
    struct loy_profile_settings settings;
    bool fitted, timed; /* some member's lines are of different moments */
    struct profile_wares wares;
    struct preference_line *lines;
    size_t line_count, line_capacity;
    struct preference_offer *offers;
    size_t offer_count, offer_capacity;
    struct preference_table *tables;
    size_t table_count, table_capacity;
    struct preference_group *groups; /* by category; the last is all of them */
    size_t group_count;
    struct preference_row *rows; /* by member, then group */
    size_t row_count, row_capacity;
    size_t cell_count;
    int32_t *bought;  /* lines with the value */
    int32_t *covered; /* of them whose article and value were on the shelf */
    double *expected; /* and what these lines would be by what was on offer */
};

/* Of a member's first line and last: lines of one moment have no last, but those of a basket, whose
 * time is known. */
static inline bool preference_has_last(const struct loy_preferences *preferences,
    const struct preference_line *first, const struct preference_line *last)
{
    return last->at_us > first->at_us || (preferences->timed && last->basket == first->basket);
}

/* The number of a line's or offer's value in a dimension; 0: not known, but for the two dimensions
 * of yes and no, where 0 is no. */
static inline uint32_t preference_value(
    const struct profile_ware *ware, enum loy_taste dimension, bool deal)
{
    switch (dimension) {
    case LOY_TASTE_BRAND:
        return ware->names[PROFILE_WARE_BRAND];
    case LOY_TASTE_GRADE:
        return ware->names[PROFILE_WARE_GRADE];
    case LOY_TASTE_COLOUR:
        return ware->colour;
    case LOY_TASTE_DEAL:
        return deal;
    default:
        return ware->own_brand;
    }
}
static inline bool preference_is_flag(enum loy_taste dimension)
{
    return dimension == LOY_TASTE_DEAL || dimension == LOY_TASTE_OWN_BRAND;
}
static inline uint32_t preference_all(const struct loy_preferences *preferences)
{
    return (uint32_t)preferences->group_count - 1;
}
/* The place of a value among the table's; NO_SLOT: it is not there. */
uint16_t preference_slot(const struct preference_table *table, uint32_t value);
const char *preference_category(const struct loy_preferences *preferences, uint32_t group);
const char *preference_value_name(
    const struct loy_preferences *preferences, const struct preference_table *table, size_t value);
const struct preference_row *preference_row_find(
    const struct loy_preferences *preferences, int64_t member, uint32_t group);

/* preference_tables.c: numbers, sorts, tables and rows with what was bought. */
enum loy_status preference_tables_make(struct loy_preferences *preferences);
/* shelf.c: weights, and what was expected, in the rows. With watch nothing is added to the rows:
 * shares[line * values of the table] takes what was to be expected of each line; zeros where that
 * is not known. */
struct preference_watch {
    const struct preference_table *table;
    double *shares;
};
enum loy_status preference_shelf_sweep(
    struct loy_preferences *preferences, const struct preference_watch *watch);
/* How far lines of one basket go together, of a table of yes and no; `held` leaves out the last
 * quarter of each member's lines. LOY_E_MEMORY. */
enum loy_status preference_together_fit(const struct loy_preferences *preferences,
    const struct preference_table *table, bool held, struct profile_together *together);
/* preference_fit.c */
enum loy_status preference_fit_table(
    struct loy_preferences *preferences, struct preference_table *table);
/* What a prior about what was offered of one value is worth, in items of it, over rows of
 * value_count cells: covered lines, and what was expected of them. LOY_E_MEMORY. */
struct preference_lift {
    const int32_t *covered;
    const double *expected;
    const size_t *rows; /* where each begins */
    size_t row_count, value_count;
    size_t value;
    double weight; /* of the fit */
    bool varies;
};
enum loy_status preference_lift_fit(struct preference_lift *lift);

#endif
