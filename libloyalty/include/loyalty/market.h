/* SPDX-License-Identifier: MIT
 *
 * loyalty/market.h - what leaves the shop for a manufacturer: one- and two-way tables of who buys
 * which colour and grade, when, in which price range. Pure. Only members who consented to this
 * purpose count, and only cells from which no person can be recovered are published
 * (ARCHITECTURE.md): at least 10 members, 3 stores or one with 20, no member above 40 % of the
 * value; then complementary suppression, so that no suppressed cell follows from a total; counts
 * are rounded. A number that leaves the shop should come from loy_table_* only.
 */
#ifndef LOYALTY_MARKET_H
#define LOYALTY_MARKET_H

#include <loyalty/basket.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_market; /* the accumulator of one report */
struct loy_table;  /* one finished table of it */

#define LOY_LEVELS_MAX 48u /* levels of one dimension; the rest becomes "other" */
/* Of group, income and district also those of fewer buyers than members_min. */

#define LOY_DIMENSIONS(X)                                                                          \
    X(LOY_DIMENSION_COLOUR, "colour") /* colour family */                                          \
    X(LOY_DIMENSION_GRADE, "grade")                                                                \
    X(LOY_DIMENSION_SIZE, "size")                                                                  \
    X(LOY_DIMENSION_CATEGORY, "category")                                                          \
    X(LOY_DIMENSION_BRAND, "brand")                                                                \
    X(LOY_DIMENSION_PRICE_BAND, "price_band") /* unit list price within category, fifths */        \
    X(LOY_DIMENSION_DAY_PART, "day_part")     /* 0-6, 6-12, 12-18, 18-24 h */                      \
    X(LOY_DIMENSION_WEEKDAY, "weekday")                                                            \
    X(LOY_DIMENSION_MONTH, "month")                                                                \
    X(LOY_DIMENSION_PROMOTION, "promotion") /* form, or none */                                    \
    X(LOY_DIMENSION_GROUP, "group")         /* sex and age band, or kind and industry */           \
    X(LOY_DIMENSION_INCOME, "income")       /* a trait */                                          \
    X(LOY_DIMENSION_DISTRICT, "district")                                                          \
    X(LOY_DIMENSION_RETURN, "return") /* kept, or brought back */
LOY_NAMED_ENUM(loy_dimension, LOY_DIMENSION_NONE, LOY_DIMENSIONS)

/* Bands of one member, made by the caller from the decrypted fields; strings are copied. NULL or
 * "": unknown. consent: to supplier aggregates. */
struct loy_member_bands {
    int64_t member; /* loy_sale.member */
    bool consent;
    const char *group, *income, *district;
};

struct loy_market_settings {
    size_t size;
    const char *manufacturer;
    const char *brand; /* NULL: all of the manufacturer's */
    int64_t from_us, to_us;
    /* thresholds; 0 takes those of ARCHITECTURE.md: 10 members, 20 in a single store, 3 stores, 400
     * permille, round to 5 */
    unsigned members_min, members_single_store, stores_min, dominance_permille, round_to;
    int64_t unit_minor; /* minor units of one currency unit; 0 takes 100 */
};

LOY_API enum loy_status loy_market_open(
    const struct loy_market_settings *settings, struct loy_market **market);
LOY_API void loy_market_close(struct loy_market *market);
/* A sale of a member who did not consent enters the coverage's sums of money and nothing else; one
 * of nobody (member 0) may also say what was sold, at which prices and in which weeks. All members
 * first, then all sales of the period (of all manufacturers: others are "rest of category"), then
 * the price history for what was on offer. */
LOY_API enum loy_status loy_market_add_member(
    struct loy_market *market, const struct loy_member_bands *bands);
LOY_API enum loy_status loy_market_add_sale(
    struct loy_market *market, const struct loy_sale *sale, const struct loy_version *version);
LOY_API enum loy_status loy_market_add_offer(
    struct loy_market *market, const struct loy_offer *offer, const struct loy_version *version);

/* All is in: makes the tables of the grid and protects them together. No table can be had before,
 * nothing can be added after. LOY_E_ARGUMENT: sealed already. */
LOY_API enum loy_status loy_market_seal(struct loy_market *market);

/* The grid: the tables that a report may hold, the same for every manufacturer; there are no free
 * queries. Seen as edges between dimensions its two-way tables form a tree, so that any tables
 * which agree in their margins could come from one set of purchases: what is proved of one table
 * holds for all of them together (market/protect.c). LOY_NONE past the last. */
LOY_API enum loy_status loy_market_grid(
    size_t index, enum loy_dimension *rows, enum loy_dimension *columns);

/* How much the report saw. For the shop's own eyes: what leaves it must be rounded. */
struct loy_market_coverage {
    int64_t sales_minor;                   /* of the manufacturer's articles, all baskets */
    int64_t identified_minor;              /* of members */
    int64_t consented_minor;               /* of members who consented */
    int64_t members, baskets, units_milli; /* consented */
    int64_t stores;
    int64_t category_minor; /* all makers in the categories that the manufacturer sells in */
};
LOY_API enum loy_status loy_market_coverage_get(
    const struct loy_market *market, struct loy_market_coverage *coverage);

enum loy_cell_state {
    LOY_CELL_PUBLISHED = 1,
    LOY_CELL_TOO_FEW,       /* primary suppression */
    LOY_CELL_COMPLEMENTARY, /* suppressed so that another cannot be computed */
    LOY_CELL_EMPTY          /* nothing there: sold to nobody who may be counted */
};

struct loy_cell {
    uint8_t state;       /* enum loy_cell_state; numbers below are 0 unless PUBLISHED */
    int64_t members;     /* rounded */
    int64_t units;       /* rounded */
    int64_t spend_minor; /* rounded to whole currency units times round_to */
    double share;        /* of the row's published units (two-way) or of the table's (one-way) */
    double share_low, share_high; /* 95 %, computed from rounded counts only */
    double expected_share; /* of all buyers, or of what was on offer where prices history tells;
                              else -1 */
    double lift;           /* share / expected_share, shrunk to 1; 0 where unknown */
};

/* The table of dimension rows x columns (columns NONE: one-way). The caller closes it; it outlives
 * the market. LOY_NONE: not in the grid; LOY_E_ARGUMENT: not sealed. */
LOY_API enum loy_status loy_market_table(const struct loy_market *market, enum loy_dimension rows,
    enum loy_dimension columns, struct loy_table **table);
LOY_API void loy_table_close(struct loy_table *table);
LOY_API size_t loy_table_rows(const struct loy_table *table);
LOY_API size_t loy_table_columns(const struct loy_table *table);
LOY_API const char *loy_table_row_name(const struct loy_table *table, size_t row);
LOY_API const char *loy_table_column_name(const struct loy_table *table, size_t column);
LOY_API const struct loy_cell *loy_table_cell(
    const struct loy_table *table, size_t row, size_t column);
/* NONE, BUYERS: expected_share is that of all buyers; OFFER: what all buyers would have chosen from
 * what was on offer at the row's stores in its weeks (one-way: the share of the articles on offer).
 */
enum loy_basis { LOY_BASIS_NONE = 0, LOY_BASIS_BUYERS, LOY_BASIS_OFFER };
LOY_API enum loy_basis loy_table_basis(const struct loy_table *table);
LOY_API enum loy_dimension loy_table_row_dimension(const struct loy_table *table);
LOY_API enum loy_dimension loy_table_column_dimension(const struct loy_table *table);
/* Margins: published only where no suppressed cell follows from them. */
LOY_API const struct loy_cell *loy_table_row_total(const struct loy_table *table, size_t row);
LOY_API const struct loy_cell *loy_table_column_total(const struct loy_table *table, size_t column);

/* Independence of rows and columns over published cells: G-test and Cramer's V. speaks: the table
 * may carry a sentence - set by loy_tables_judge over all tables of a report (Benjamini-Hochberg at
 * 5 %, V >= .05). cramers_v is freed of what chance alone would give, which only makes it smaller.
 */
struct loy_table_test {
    double g, degrees, p_value, cramers_v; /* p_value -1: cannot be tested */
    bool speaks;
    double design_effect; /* by how much purchases of one member resemble each other; p_value allows
                             for it */
};
LOY_API enum loy_status loy_table_test_get(
    const struct loy_table *table, struct loy_table_test *test);
LOY_API void loy_tables_judge(struct loy_table *const *tables, size_t count);
/* Whether loy_tables_judge lets the table carry a sentence. */
LOY_API bool loy_table_speaks(const struct loy_table *table);
/* How far a published cell lies from what is expected, in standard errors, allowing for the design
 * effect; 0 where it cannot be said. striking: beyond chance for the whole table (Bonferroni over
 * its cells). */
LOY_API double loy_table_deviation(
    const struct loy_table *table, size_t row, size_t column, bool *striking);

#ifdef __cplusplus
}
#endif
#endif
