/* SPDX-License-Identifier: MIT
 *
 * picture.h - the basket at hand of a lane, as it was read or written last: what need not be read
 * again at each line. Rows come in and stand as long as nothing but the lane's own rows was written
 * since, by any handle of any program; what is not known to be so is read anew.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "lane_rows.h"

#define PICTURE_COUPONS_MAX 64u

/* What is known. */
#define PICTURE_HEAD 1u
#define PICTURE_LINES 2u
#define PICTURE_TENDERS 4u
#define PICTURE_LINK 8u
#define PICTURE_SCHEME 16u
#define PICTURE_COUPONS 32u
#define PICTURE_PRICED 64u /* each line has the price that the rules give it */

struct picture_coupons {
    char codes[PICTURE_COUPONS_MAX][LOY_TEXT_MAX];
    size_t count;
};

struct picture {
    unsigned version; /* of the file, as SQLite counts commits of any connection, ... */
    int64_t changes;  /* ... and of rows that this one has changed */
    int64_t basket;   /* row; 0 none */
    unsigned has;
    struct lane_head head;
    struct lane_line *lines;
    struct basket_shelf *shelves; /* of each line */
    size_t count, room;
    uint32_t tills; /* lines that a till has priced, when the others were */
    int64_t paid_minor;
    struct lane_link link;
    int64_t member; /* of whom scheme_left is */
    bool scheme_left;
    struct picture_coupons coupons;
    int64_t looked_article, looked_site, looked_at_us;
    struct basket_shelf looked; /* the price that was asked for last */
};

/* Inside a transaction: what still holds of this basket, perhaps nothing; NULL outside of one, or
 * before anything was cached. A write whose rows are none of a picture's, or which the caller then
 * puts into it, is followed; any other one ends it. */
struct picture *picture_of(struct loy_store *store, int64_t basket);
/* The same of whichever basket there is. */
struct picture *picture_now(struct loy_store *store);
/* The same, or NULL where its lines are not known. */
struct picture *picture_lines_held(struct loy_store *store, int64_t basket);
void picture_follow(const struct loy_store *store, struct picture *picture);

/* Its lines and their number become these, which it owns from now on. */
void picture_lines_put(struct picture *picture, struct lane_line *lines, size_t count);
/* false: no memory. */
bool picture_line_add(struct picture *picture, const struct lane_line *line);
/* Room for the shelf of each line; NULL: no memory. */
struct basket_shelf *picture_shelves(struct picture *picture);

/* Around a commit: what held before it holds behind it. */
bool picture_holds(struct loy_store *store);
void picture_keep(struct loy_store *store);

/* ---- Of cache.c ------------------------------------------------------------------------------
 */

struct picture *basket_picture_memory(struct loy_store *store); /* NULL: no memory */
void picture_drop(struct picture *picture);
void picture_free(struct picture *picture); /* what it holds */

/* ---- Of quote.c ------------------------------------------------------------------------------
 */

/* As loy_basket_quote, with what is known of each line's shelf, and is noted there; or NULL. */
enum loy_status basket_quote(struct loy_store *store, const struct loy_quote *quote,
    struct loy_quote_line *lines, size_t count, struct basket_shelf *shelves);

#endif
