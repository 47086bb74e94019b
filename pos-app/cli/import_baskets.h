/* SPDX-License-Identifier: MIT
 *
 * import_baskets.h - a baskets file gathered into baskets in the order of their time, so that a
 * caller may record one after the other, each perhaps with the card that was swiped for it.
 */
#ifndef IMPORT_BASKETS_H
#define IMPORT_BASKETS_H

#include "import.h"

struct basket_rows {
    size_t first, count; /* into rows[] of struct baskets */
    size_t row;          /* of the file, the first */
    bool returns;        /* some line comes back from another basket: after that day's sales */
    bool whole; /* no required cell is empty and the time is one; else it was complained of */
    int64_t at_us;
    int16_t offset_min;
};

struct baskets {
    struct import *import;
    size_t *rows; /* row numbers, those of a basket side by side */
    struct basket_rows
        *groups; /* in order of time; within one moment sales first, then as in the file */
    size_t group_count;
    struct loy_line *lines; /* LOY_LINES_MAX, for one basket at a time */
};

/* import->table is open; complaints go there. baskets_free in any case. */
enum loy_status baskets_gather(struct baskets *baskets);
void baskets_free(struct baskets *baskets);

/* Records one basket. swiped: the credential that a reader delivered, instead of the file's
 * columns. */
enum loy_status baskets_put(
    struct baskets *baskets, size_t index, const struct loy_credential *swiped);

/* The id that a basket of an imported file has by its shop and its name there. */
void baskets_id(const char *site, const char *name, struct loy_id *id);

enum basket_cell { BASKET_CELL_MEMBER, BASKET_CELL_CARD };
const char *baskets_cell(const struct baskets *baskets, size_t index, enum basket_cell cell);

#endif
