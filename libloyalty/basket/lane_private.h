/* SPDX-License-Identifier: MIT
 *
 * lane_private.h - the handle of a basket that is being filled: what basket.c, resume.c and the
 * lane's rows (lane_rows.h) share. No other file looks inside.
 */
#ifndef LANE_PRIVATE_H
#define LANE_PRIVATE_H

#include "basket_private.h"

/* The row is the truth; the handle holds what closing needs, so that lines are not read again. */
struct loy_basket {
    struct basket_digest digest; /* over the lines so far */
    struct loy_store *store;
    int64_t id;
    struct basket_head head;
    bool may_pend;  /* a pending card may name it; their table has no index by basket */
    bool unsure;    /* holds what a caller's open transaction may take back ... */
    int64_t undone; /* ... if this of the store has changed since */
};

struct loy_basket *lane_handle_make(struct loy_store *store);
/* Handle of an open basket's row with its lines. */
enum loy_status lane_handle_load(struct loy_store *store, int64_t id, struct loy_basket **basket);

/* Inside a transaction of the caller; of the handle only store, id, the head's uid and time and
 * sums.count are looked at. line is checked, row is filled and stored. */
enum loy_status lane_line_write(
    struct loy_basket *basket, const struct loy_line *line, struct basket_row *row);
enum loy_status lane_member_set(struct loy_basket *basket, const struct basket_person *person);

#endif
