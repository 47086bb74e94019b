/* SPDX-License-Identifier: MIT
 *
 * duplicate_private.h - what the question at the lane and the desk's list are made of: matches read
 * from the store, and pairs of members who share a name or a place, in memory.
 */
#ifndef MEMBER_DUPLICATE_PRIVATE_H
#define MEMBER_DUPLICATE_PRIVATE_H

#include "match.h"
#include "member_private.h"

#define DUPLICATE_SHARED_MAX 20u /* what more members share tells nothing */

/* The normal texts that a match is made of, by field; "" where not given. */
struct match_texts {
    char of[LOY_FIELD_EMAIL + 1][LOY_FIELD_TEXT_MAX];
};
/* The texts are wiped. LOY_E_MEMORY. */
enum loy_status match_of_texts(struct match_texts *texts, struct match *match);
/* Of a member whose key is at hand. The caller wipes the match. */
enum loy_status match_of_member(
    struct loy_store *store, const struct member_row *member, struct match *match);

/* ---- Pairs in memory ----------------------------------------------------------------------------
 *
 * Numbers of members, in order; the names and places themselves are forgotten once the pairs are
 * made. A pair says that two shared something then, so whoever reads it compares them again. */

struct duplicate_pair {
    uint32_t first, second; /* first < second */
};

/* All active members are read, in one scan, unless that was done on this handle before. */
enum loy_status duplicate_pairs_take(struct loy_store *store);
void duplicate_pairs_free(struct loy_store *store);
/* The first pair behind (first, second); NULL: there is none. */
const struct duplicate_pair *duplicate_pair_behind(
    const struct loy_store *store, int64_t first, int64_t second);

#endif
