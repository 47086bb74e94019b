/* SPDX-License-Identifier: MIT
 *
 * basket_part.h - a basket that stops being a member's, for the member and the basket room. Rows
 * are changed; must not know: lines and prices, which stay.
 */
#ifndef BASKET_PART_H
#define BASKET_PART_H

#include <store/store_private.h>

/* Takes the basket, open or closed, off the member, with what was noted of it. Inside a transaction
 * of the caller. LOY_NONE: it is not the member's (a row's number). */
enum loy_status member_basket_part(
    struct loy_store *store, int64_t member, const struct loy_id *basket);
/* loy_member_object without the link and the prices of a basket that is still open. */
enum loy_status member_object(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *basket, const char *channel, int64_t at_us);

#endif
