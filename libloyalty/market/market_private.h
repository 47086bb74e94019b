/* SPDX-License-Identifier: MIT
 *
 * market_private.h - what the files of the market room share: the accumulator, its levels and its
 * cubes. Rows of sales become levels, levels become cubes (sums per cell), cubes become protected
 * tables.
 */
#ifndef MARKET_PRIVATE_H
#define MARKET_PRIVATE_H

#include <loyalty/market.h>

#define MARKET_DIMENSIONS ((size_t)loy_dimension_count)
#define MARKET_NO_LEVEL (-1)
#define MARKET_GRID_MAX 32u

/* ---- Names and levels (levels.c) ----------------------------------------------------------------
 */

struct market_names {
    char **texts;
    uint32_t count, capacity;
    uint32_t *slots; /* open addressing: number of the text + 1 */
    uint32_t slot_count;
};
/* The number of a text, added when new; MARKET_NO_LEVEL: out of memory. NULL counts as "". */
int32_t market_name_add(struct market_names *names, const char *text);
void market_names_clear(struct market_names *names);

/* The levels of one dimension as shown: at most LOY_LEVELS_MAX, in the dimension's own order. */
struct market_levels {
    struct market_names names;
    int32_t *level_of; /* by number of the name, once sealed */
    char **texts;      /* by level; owned */
    size_t count;
};

/* ---- The accumulator (market.c)
 * ------------------------------------------------------------------ */

struct market_member {
    int64_t number;
    bool consent;
    int32_t group, income, district;
};

/* A line of the manufacturer's goods. member MARKET_NO_LEVEL: not identified; such a line only
 * shows that somebody bought this. Lines of members who did not consent are not kept. */
struct market_line {
    int32_t member, site;
    int32_t name[loy_dimension_count]; /* by dimension: number of its name, later its level */
    int32_t category;                  /* among all makers' */
    int32_t article;
    int64_t basket, list_minor;
    int64_t net_milli, returned_milli, spend_minor, returned_minor;
};

struct market_price {
    int32_t category;
    bool shelf; /* from the price history */
    int64_t list_minor;
};

struct market_visit {
    int32_t site, week;
    int64_t basket;
};

struct market_offer {
    int32_t site; /* MARKET_NO_LEVEL: everywhere */
    int64_t from_us, to_us;
    int32_t name[loy_dimension_count]; /* of the article's dimensions */
    int32_t category, article;
    int64_t list_minor;
};

/* ---- Cubes (cube.c) -----------------------------------------------------------------------------
 */

struct market_entry {
    int32_t cell, member, site;
    int64_t units_milli, spend_minor;
};

/* What a set of entries adds up to. */
struct market_sums {
    int64_t units_milli, spend_minor;
    int64_t units_most, spend_most;          /* of a single member */
    uint32_t members, stores, store_members; /* store_members: in the store that has most */
};

struct market_cube {
    enum loy_dimension rows, columns;
    size_t r, c;
    struct market_entry *entries; /* by cell, member, site; summed */
    size_t entry_count;
    size_t *first; /* r * c + 1: where each cell's entries begin */
    struct market_sums *cells;
    uint8_t *states; /* enum loy_cell_state */
    bool *primary;   /* must be protected: fails the rule and is not nothing */
    struct market_sums total;
};

struct loy_market {
    char manufacturer[LOY_TEXT_MAX], brand[LOY_TEXT_MAX];
    bool has_brand, sealed, members_sorted, has_offers;
    struct loy_market_settings settings;
    struct market_levels levels[loy_dimension_count];
    struct market_names categories, own_categories, articles;
    struct market_member *members;
    size_t member_count, member_capacity;
    struct market_line *lines;
    size_t line_count, line_capacity;
    struct market_price *prices;
    size_t price_count, price_capacity;
    struct market_visit *visits;
    size_t visit_count, visit_capacity;
    struct market_offer *offers;
    size_t offer_count, offer_capacity;
    int32_t *sites; /* the store's number by our index */
    size_t site_count, site_capacity;
    int64_t *category_minor; /* by number of the category */
    size_t category_capacity;
    struct loy_market_coverage coverage;
    struct market_cube cubes[MARKET_GRID_MAX]; /* in the order of the grid */
    size_t cube_count;
    struct market_sums total;
    bool total_published;
    bool *forced[loy_dimension_count]; /* levels that no table may show, by level */
};

/* Room for one more element at *count; false: out of memory. */
bool market_grow(void **items, size_t count, size_t *capacity, size_t item_size);
int64_t market_week(int64_t local_us);        /* Mondays since 1969-12-29 */
int64_t market_local_month(int64_t local_us); /* year * 12 + month - 1 */

/* levels.c: names of the lines become levels; price bands are cut. */
enum loy_status market_levels_seal(struct loy_market *market);
void market_levels_clear(struct market_levels *levels);

enum loy_status market_cube_make(const struct loy_market *market, enum loy_dimension rows,
    enum loy_dimension columns, struct market_cube *cube);
void market_cube_clear(struct market_cube *cube);
const struct market_cube *market_cube_find(
    const struct loy_market *market, enum loy_dimension rows, enum loy_dimension columns);
/* Sums over the entries of the chosen cells together: distinct members, stores, the largest member.
 */
enum loy_status market_cube_union(const struct loy_market *market, const struct market_cube *cube,
    const bool *chosen, struct market_sums *sums);
/* Rounded units per store of the cells from first to before end; 0 where the store's part, a cell
 * like any other, does not pass the rule. */
enum loy_status market_cube_sites(const struct loy_market *market, const struct market_cube *cube,
    size_t first, size_t end, int64_t *site_units);
/* The rule of ARCHITECTURE.md. */
bool market_sums_pass(const struct loy_market *market, const struct market_sums *sums);
int64_t market_round(int64_t value, int64_t step);
int64_t market_units_step(const struct loy_market *market);
int64_t market_spend_step(const struct loy_market *market);

/* flow.c: by how much a cell can be moved up and down while all that is published stays as it is.
 */
struct market_flow {
    size_t nodes, rows; /* nodes 0..rows-1 rows, then columns */
    int64_t *capacity;  /* nodes x nodes */
};
int64_t market_flow_most(
    const struct market_flow *flow, size_t source, size_t sink, int64_t enough, int64_t *work);

/* protect.c: decides the states of all cubes; complementary false leaves out the complementary
 * step, for tests of the attacker. */
enum loy_status market_protect(struct loy_market *market, bool complementary);
enum loy_status market_seal_as(struct loy_market *market, bool complementary);
/* The width that the interval of a suppressed value must keep. */
int64_t market_width(int64_t value, int64_t step);
bool market_level_hidden(
    const struct loy_market *market, enum loy_dimension dimension, size_t level);
enum loy_status market_protect_cube(
    struct loy_market *market, struct market_cube *cube, enum loy_dimension *kill, size_t *level);

/* offer.c: shares[r * c] of what was on offer to each row; LOY_NONE: the price history does not
 * tell. */
enum loy_status market_offer_shares(
    const struct loy_market *market, const struct market_cube *cube, double *shares);

/* judge.c */
struct market_design {
    double effect, variation; /* mean of the eigenvalues, their squared coefficient of variation */
};
enum loy_status market_design_effect(
    const struct market_cube *cube, bool one_way, struct market_design *design);

struct loy_table {
    enum loy_dimension rows, columns;
    size_t r, c;
    enum loy_basis basis;
    char **row_names, **column_names;
    struct loy_cell *cells, *row_totals, *column_totals;
    double effect, variation;
    double round_units;
    struct loy_table_test test;
};
void market_table_judge(struct loy_table *table);

#endif
