/* SPDX-License-Identifier: MIT
 *
 * loyalty/shelf.h - what stood on the shelf: the assortment as snapshots of it tell.
 */
#ifndef LOYALTY_SHELF_H
#define LOYALTY_SHELF_H

#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An article was on the shelf of a site in [from, to); to 0: it still is. */
struct loy_presence {
    int64_t article_version; /* current version of the article */
    int32_t site;            /* as in loy_offer: 0 everywhere */
    int64_t from_us, to_us;
};
/* Rows that overlap [from, to), by article, then from. A site without any row, of
 * its own or of everywhere, has taken no snapshots: there prices alone tell what was on offer. A
 * value other than 0 from presence() ends it with LOY_E_CANCELLED. Asks for LOY_MAY_READ_SALES. */
LOY_API enum loy_status loy_presence_each(struct loy_store *store, int64_t from_us, int64_t to_us,
    int (*presence)(void *user, const struct loy_presence *presence), void *user);

#ifdef __cplusplus
}
#endif
#endif
