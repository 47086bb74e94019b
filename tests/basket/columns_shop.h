/* SPDX-License-Identifier: MIT
 *
 * columns_shop.h - a shop of random sales, returns, voids, open baskets and changes of what was
 * sold before, and the comparison of its columns with what SQL says of the same rows. For the tests
 * of the columns.
 */
#ifndef COLUMNS_SHOP_H
#define COLUMNS_SHOP_H

#include "shop.h"

#include <loyalty/columns.h>

#define SHOP_MEMBERS 12u
#define SHOP_ARTICLES 14u
#define SHOP_BASKETS 4000u

struct columns_shop {
    struct shop *shop;
    uint64_t seed;
    int64_t now_us;
    struct loy_credential cards[2 * SHOP_MEMBERS]; /* the second half belongs to nobody at first */
    struct loy_id members[SHOP_MEMBERS];
    bool gone[SHOP_MEMBERS];
    int64_t versions[SHOP_ARTICLES];
    struct {
        struct loy_id id;
        struct loy_line first;
        bool returned;
    } sold[SHOP_BASKETS];
    size_t sold_count;
    int merged; /* index of a member who is merged into member 0, or -1 */
    struct loy_basket *open;
};

void columns_shop_start(struct columns_shop *random, struct shop *shop, uint64_t seed);
/* One sale, return, void or step of an open basket. */
void columns_shop_sell(struct columns_shop *random);
/* Something that changes how an earlier line is read; its name. */
const char *columns_shop_change(struct columns_shop *random);
void columns_shop_end(struct columns_shop *random);

/* Opens the columns; wanted 0: whatever it takes. */
struct loy_columns *columns_open_as(
    struct loy_store *store, enum loy_columns_fill wanted, const struct loy_executor *executor);
/* Rows, members, versions and all folds against SQL and loy_sales_next, for several periods. */
void columns_are_sql(struct loy_store *store, struct loy_columns *columns);

/* The file's bytes in fresh memory. */
uint8_t *columns_bytes(const struct shop *shop, size_t *size);
void columns_bytes_set(const struct shop *shop, const void *bytes, size_t size);
const char *columns_path(const struct shop *shop, const char *suffix);

#endif
