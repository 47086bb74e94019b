/* SPDX-License-Identifier: MIT
 *
 * shop.h - a store in a folder of its own for the tests of the basket room, with articles and
 * cards. Members and cards are written as rows: their room has tests of its own. Numbers are made
 * up.
 */
#ifndef SHOP_H
#define SHOP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/basket.h>
#include <loyalty/member.h>

#include <stdio.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define DAY_US INT64_C(86400000000)
#define NOON_US INT64_C(1700000000000000)

struct shop {
    char folder[64], path[96];
    struct loy_store *store;
    int64_t shirt, shoe, deposit; /* versions */
};

/* cmocka fixtures: *state is a struct shop. */
int shop_setup(void **state);
int shop_teardown(void **state);
struct loy_store *shop_open(const struct shop *shop);

/* A credential of a made-up number, and the rows of a member who has it. */
struct loy_credential shop_credential(struct loy_store *store, const char *number);
struct loy_id shop_member(
    struct loy_store *store, const struct loy_credential *credential, enum loy_card_status status);

struct loy_basket_head shop_head(int64_t at_us);
struct loy_line shop_line(
    int64_t version, int64_t quantity_milli, int64_t list_minor, int64_t discount_minor);
struct loy_line shop_return(int64_t version, int64_t quantity_milli, int64_t list_minor,
    int64_t paid_minor, const struct loy_id *of, uint32_t of_line);

/* The number that a query gives; text is compared with shop_text. */
int64_t shop_number(struct loy_store *store, const char *sql);
void shop_run(struct loy_store *store, const char *sql);
/* All rows of a query: columns by "|", rows by " "; NULL is "-". Valid until the next call. */
const char *shop_rows(struct loy_store *store, const char *sql);
/* The store's own check finds nothing / something that holds this word. */
void shop_is_sound(struct loy_store *store);
void shop_is_unsound(struct loy_store *store, const char *word);

#define ASSERT_STATUS(call, wanted) shop_status(call, wanted, #call, __FILE__, __LINE__)
void shop_status(
    enum loy_status got, enum loy_status wanted, const char *call, const char *file, int line);

#endif
